//! The program as the server calls it.

use std::{
    io::Write,
    process::{Command, Output, Stdio},
};

use serde_json::{Value, json};

fn pack() -> Value {
    json!({
        "template": "meeting",
        "lang": "id",
        "title": "Rapat mingguan",
        "author": "Kabupaten Contoh",
        "about": "Bahan rapat",
        "made_at": "2026-11-20T07:00:00",
        "offset_minutes": 420,
        "data": {
            "when": "Jumat, 20 November 2026, 07.00",
            "where": "Kabupaten Contoh",
            "warning": "Rahasia",
            "lead": "Apa yang menunggu.",
            "counts": [["Merah", "25"]],
            "sections": [{
                "title": "Merah menurut unit",
                "lead": "",
                "empty": "Tidak ada.",
                "blocks": [
                    { "kind": "table", "about": "", "head": ["Unit", "Merah"], "numeric": [false, true], "rows": [["Dinas #PU *", "3"]] },
                    { "kind": "matter", "code": "K7MQ-4XTD", "title": "Lampu jalan", "tag": ["red", "Merah"],
                      "facts": [["Menunggu", "7 hari"]], "text": "Lampu mati $ di depan sekolah", "history": ["Dilaporkan"],
                      "decision": "Keputusan", "lines": 2 },
                    { "kind": "lines", "about": "Lain-lain", "lines": 3 },
                ],
            }],
        },
    })
}

fn typeset(input: &str, args: &[&str]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_baraza-typeset"))
        .args(args)
        .env_remove("BARAZA_FONTS")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut stdin = child.stdin.take().expect("its input");
    // What refuses its arguments reads nothing.
    let _ = stdin.write_all(input.as_bytes());
    drop(stdin);
    child.wait_with_output().expect("the program ends")
}

fn refused(input: &str) -> String {
    let output = typeset(input, &[]);
    assert!(!output.status.success() && output.stdout.is_empty());
    String::from_utf8(output.stderr).expect("words")
}

#[test]
fn a_document_becomes_a_tagged_pdf_with_title_language_and_time_and_the_same_again_byte_for_byte() {
    let input = pack().to_string();
    let first = typeset(&input, &[]);
    assert!(
        first.status.success(),
        "{}",
        String::from_utf8_lossy(&first.stderr)
    );
    let text = String::from_utf8_lossy(&first.stdout);
    assert!(text.starts_with("%PDF-1.7"));
    for part in ["pdfuaid", "/Lang", "(id", "/StructTreeRoot", "20261120"] {
        assert!(text.contains(part), "{part} is missing");
    }
    assert_eq!(typeset(&input, &[]).stdout, first.stdout);
    let mut other = pack();
    other["data"]["lead"] = json!("Lain.");
    assert_ne!(typeset(&other.to_string(), &[]).stdout, first.stdout);
}

#[test]
fn a_mistake_names_the_template_and_the_place() {
    let mut document = pack();
    document["data"]["sections"][0]["blocks"][1]
        .as_object_mut()
        .expect("a matter")
        .remove("code");
    let error = refused(&document.to_string());
    assert!(
        error.starts_with("error: meeting.typ:") && error.contains("code"),
        "{error}"
    );
}

#[test]
fn a_document_that_cannot_be_one_is_refused_with_the_remedy() {
    let changed = |field: &str, value: Value| {
        let mut document = pack();
        document[field] = value;
        refused(&document.to_string())
    };
    assert!(changed("template", json!("poster")).contains("there are: meeting"));
    assert!(changed("made_at", json!("yesterday")).contains("2026-11-20T07:00:00"));
    assert!(changed("made_at", json!("2026-02-30T07:00:00")).contains("made_at"));
    assert!(changed("lang", json!("../x")).contains("lang"));
    assert!(changed("colour", json!("red")).contains("colour"));
    assert!(refused("{").contains("line 1"));
}

#[test]
fn fonts_come_from_a_folder_that_must_be_there() {
    let output = typeset(&pack().to_string(), &["--fonts", "/nowhere/fonts"]);
    assert!(String::from_utf8_lossy(&output.stderr).contains("/nowhere/fonts"));
    assert!(!typeset("", &["--no-such-flag"]).status.success());
    let named = typeset("", &["--templates"]);
    assert_eq!(String::from_utf8_lossy(&named.stdout), "meeting\ndashboard\n");
}

#[test]
fn a_dashboard_becomes_tables_with_bars() {
    let mut document = pack();
    document["template"] = json!("dashboard");
    document["data"] = json!({
        "place": "Kabupaten Contoh",
        "said": "Versi 1",
        "lead": "Air layak.",
        "tiles": [
            { "title": "", "text": "Kata #saja *", "value": "", "light": "", "trend": "", "note": "", "caption": "",
              "head": ["", "Nilai", "Selang"], "rows": [] },
            { "title": "Air layak", "text": "", "value": "72,4%", "light": "Kuning", "trend": "Membaik", "note": "2026",
              "caption": "Wilayah di bawahnya", "head": ["Wilayah", "Nilai", "Selang"],
              "rows": [["Ngraho", "80,0%", "75,0%–85,0%", 1.0], ["Margomulyo", "ditahan", "", -1.0]] },
        ],
    });
    let made = typeset(&document.to_string(), &[]);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    assert!(made.stdout.starts_with(b"%PDF-1.7"));
}
