//! Makes sure that the folders embedded in the binary exist, and rebuilds when their files change.

use std::{env, fs, path::Path};

fn main() {
    let crate_folder = env::var("CARGO_MANIFEST_DIR").expect("cargo names the crate's folder");
    let assets = Path::new(&crate_folder).join("../../web/dist");
    // Without `make web` the program still builds; its pages then say what is missing.
    fs::create_dir_all(&assets).expect("web/dist can be created");
    // At an address of chance the program first corrects 300,000 addresses in itself, which costs every command some 7 ms and every
    // process 4.5 MB; at a fixed one it corrects none. Stack, heap and libraries stay where chance puts them.
    let of_target = |what: &str| env::var(format!("CARGO_CFG_TARGET_{what}")).unwrap_or_default();
    if of_target("OS") == "linux" && of_target("ENV") == "gnu" {
        println!("cargo::rustc-link-arg-bins=-no-pie");
    }
    for watched in ["../../web/dist", "locales", "migrations", "build.rs"] {
        println!("cargo::rerun-if-changed={watched}");
    }
}
