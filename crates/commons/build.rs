//! Makes sure that the folders embedded in the program exist, and rebuilds when their files change.

use std::{env, fs, path::Path};

fn main() {
    let crate_folder = env::var("CARGO_MANIFEST_DIR").expect("cargo names the crate's folder");
    let assets = Path::new(&crate_folder).join("../../web/dist");
    // Without `make web` the program still builds; its pages then say what is missing.
    fs::create_dir_all(&assets).expect("web/dist can be created");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=migrations");
    // A debug build reads texts and assets from their folders each time it starts: to change a word compiles nothing.
    if env::var("PROFILE").is_ok_and(|profile| profile != "debug") {
        println!("cargo::rerun-if-changed=../../web/dist");
        println!("cargo::rerun-if-changed=locales");
    }
}
