//! Makes sure that the folders embedded in the binary exist, rebuilds when their files change, and links for a quick start.

use std::{env, fs, path::Path, process::Command};

fn main() {
    let crate_folder = env::var("CARGO_MANIFEST_DIR").expect("cargo names the crate's folder");
    let assets = Path::new(&crate_folder).join("../../web/dist");
    // Without `make web` the program still builds; its pages then say what is missing.
    fs::create_dir_all(&assets).expect("web/dist can be created");
    for watched in ["../../web/dist", "locales", "migrations", "build.rs"] {
        println!("cargo::rerun-if-changed={watched}");
    }
    if host_reads_packed_relocations() {
        println!("cargo::rustc-link-arg-bins=-Wl,-z,pack-relative-relocs");
    }
}

/// Tells whether the program is built for this machine, and its C library reads relocations in the packed form (glibc 2.36 and later).
/// A third of what a short command takes is spent on the 300,000 of a program that may stand at any address.
fn host_reads_packed_relocations() -> bool {
    let is_for_host = env::var("HOST") == env::var("TARGET");
    let asked = Command::new("getconf").arg("GNU_LIBC_VERSION").output();
    let version = asked.ok().and_then(|out| String::from_utf8(out.stdout).ok());
    let version = version
        .as_deref()
        .and_then(|text| text.trim().strip_prefix("glibc 2."));
    let minor = version.and_then(|rest| rest.split('.').next()?.parse::<u32>().ok());
    is_for_host && minor.is_some_and(|minor| minor >= 36)
}
