//! The program as an operator's shell runs it.

use std::process::{Command, Stdio};

#[test]
fn output_that_nobody_reads_on_ends_a_command_without_a_word() {
    let folder = tempfile::tempdir().expect("a folder");
    let workbook = folder.path().join("household.md");
    std::fs::write(&workbook, crate::collect::HOUSEHOLD).expect("written");
    let workbook = workbook.to_str().expect("text");
    for arguments in [vec!["form", "convert", workbook], vec!["doctor"]] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_baraza"))
            .args(&arguments)
            .env("BARAZA_DATA", folder.path().join("data"))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it starts");
        // As `| head -0` would.
        drop(child.stdout.take());
        let output = child.wait_with_output().expect("it ends");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(
            output.status.success() && !said.contains("panicked"),
            "{arguments:?}: {said}"
        );
    }
}

#[test]
fn a_store_that_is_no_folder_is_refused_before_anything_is_made() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let output = Command::new(env!("CARGO_BIN_EXE_baraza"))
        .args(["migrate", "--store-url", "s3://bucket/baraza"])
        .env("BARAZA_DATA", &data)
        .output()
        .expect("it runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        !output.status.success() && said.contains("s3://") && said.contains("folder"),
        "{said}"
    );
    assert!(!data.exists());
}
