//! Makes sure that the folders embedded in the binary exist, and rebuilds when their files change.

use std::{env, fs, path::Path};

fn main() {
    let crate_folder = env::var("CARGO_MANIFEST_DIR").expect("cargo names the crate's folder");
    let assets = Path::new(&crate_folder).join("../../web/dist");
    // Without `make web` the program still builds; its pages then say what is missing.
    fs::create_dir_all(&assets).expect("web/dist can be created");
    for watched in ["../../web/dist", "locales", "migrations", "build.rs"] {
        println!("cargo::rerun-if-changed={watched}");
    }
}
