//! Links the program for a quick start.

use std::{env, process::Command};

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
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
