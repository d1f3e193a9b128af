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

/// A tender of ten days, one of a month, and a line that is none.
const TENDERS: &str = r#"{"ocid":"short","tender":{"procurementMethod":"open","tenderPeriod":{"startDate":"2026-01-01T00:00:00Z","endDate":"2026-01-11T00:00:00Z"}}}
{"ocid":"long","tender":{"procurementMethod":"open","tenderPeriod":{"startDate":"2026-01-01T00:00:00Z","endDate":"2026-02-01T00:00:00Z"}}}
{"ocid":"cut off","tender":
"#;

#[test]
fn red_flags_of_a_file_of_contracts_are_told_as_cardinal_tells_them() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("releases.jsonl");
    std::fs::write(&file, TENDERS).expect("written");
    let settings = folder.path().join("settings.ini");
    std::fs::write(&settings, "[R003]\nthreshold = 5\n").expect("written");
    let flags = |arguments: &[&str]| {
        Command::new(env!("CARGO_BIN_EXE_baraza"))
            .args(["contract", "flags"])
            .arg(&file)
            .args(arguments)
            .output()
            .expect("it runs")
    };
    let flagged = |arguments: &[&str]| {
        let output = flags(arguments);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success() && said.contains("line 3"), "{said}");
        let told: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
        told["OCID"].as_object().cloned().unwrap_or_default()
    };
    let by_default = flagged(&[]);
    assert_eq!(by_default.keys().collect::<Vec<_>>(), ["short"]);
    assert_eq!(by_default["short"]["R003"], 1.0);
    assert!(flagged(&["--settings", settings.to_str().expect("text")]).is_empty());
    std::fs::write(&settings, "[R003]\nthreshold = soon\n").expect("written");
    let refused = flags(&["--settings", settings.to_str().expect("text")]);
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(
        !refused.status.success() && said.contains("settings.ini"),
        "{said}"
    );
}
