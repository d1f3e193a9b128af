//! Real files for tests, where they are at hand: `BARAZA_REAL_DATA`, by default `shared/data` beside the checkout.

use serde_json::Value;
use std::path::PathBuf;

/// A folder of the open contracting files, or `None` with a plain line where they are absent (under `CI` absence fails).
pub(crate) fn real(folder: &str) -> Option<PathBuf> {
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .map(|above| above.join("shared/data"))
        .find(|path| path.exists());
    let found = std::env::var_os("BARAZA_REAL_DATA")
        .map(PathBuf::from)
        .or(beside)
        .map(|base| base.join("03-ocds").join(folder))
        .filter(|path| path.exists());
    if found.is_none() {
        assert!(
            std::env::var_os("CI").is_none(),
            "the real data are missing; set BARAZA_REAL_DATA to their folder"
        );
        println!(
            "skipped: no 03-ocds/{folder} here; set BARAZA_REAL_DATA to the folder of real data to run this test"
        );
    }
    found
}

/// A JSON file, parsed.
pub(crate) fn json(path: &std::path::Path) -> Value {
    let bytes = std::fs::read(path).expect("a readable file");
    serde_json::from_slice(&bytes).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// Every file below a folder with an extension, in order.
pub(crate) fn files(folder: &std::path::Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(here) = folders.pop() {
        for entry in std::fs::read_dir(here).expect("a readable folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == extension) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}
