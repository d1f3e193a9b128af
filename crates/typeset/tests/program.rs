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
    assert_eq!(
        String::from_utf8_lossy(&named.stdout),
        "meeting\ndashboard\nsheets\nresults\nbillboard\n"
    );
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

fn made(template: &str, data: Value) -> Vec<u8> {
    let mut document = pack();
    document["template"] = json!(template);
    document["data"] = data;
    let made = typeset(&document.to_string(), &[]);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    made.stdout
}

/// How many pages a PDF has, as its own tree of pages says.
fn n_pages(pdf: &[u8]) -> usize {
    let text = String::from_utf8_lossy(pdf);
    let tree = text.split("/Type/Pages/Count ").nth(1).expect("a tree of pages");
    let digits: String = tree.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().expect("a number")
}

#[test]
fn sheets_stand_on_pages_of_their_own() {
    let sheet = |part: Value| json!({ "caption": "Puskesmas", "title": "Perempuan #1", "facts": [["Tanggal", "20 November"]], "parts": [part] });
    let sheets = [
        json!({ "kind": "big", "text": "Obat $ ada" }),
        json!({ "kind": "faces", "about": "Hitung", "names": ["1", "2", "3", "4", "5"] }),
        json!({ "kind": "scale", "about": "", "names": ["0", "50", "100"] }),
        json!({ "kind": "table", "about": "Daftar", "head": ["No", "Apa"], "widths": [1, 4], "rows": [["1", "Obat"]], "blank": 3, "height": 9 }),
        json!({ "kind": "points", "about": "Acara", "items": ["Satu", "Dua"] }),
        json!({ "kind": "words", "about": "", "paragraphs": ["Kata *saja*"] }),
        json!({ "kind": "lines", "about": "Alasan", "lines": 2 }),
        json!({ "kind": "sign", "names": ["Kepala", "Fasilitator"] }),
    ]
    .map(sheet);
    let pdf = made("sheets", json!({ "sheets": sheets }));
    assert_eq!(n_pages(&pdf), 8);
    let bare = json!({ "caption": "", "title": "Kosong", "facts": [], "parts": [] });
    assert_eq!(n_pages(&made("sheets", json!({ "sheets": [bare] }))), 1);
}

#[test]
fn results_of_a_score_card_become_a_poster() {
    let line = json!({ "name": "Waktu tunggu", "words": "Antrean", "gap": "▲ 44 poin", "tone": "red",
        "bars": [["Perempuan", "25", 0.25, false], ["Laki-laki", "–", -1.0, false], ["Penyedia", "75", 0.75, true]] });
    let data = json!({ "caption": "Puskesmas", "said": "Putaran 2", "how": "0 sampai 100", "lines": [line], "because": "Mengapa",
        "reasons": [["Waktu tunggu", ["Dua jam berdiri"]]], "promised": "Janji", "head": ["Apa", "Siapa", "Kapan"],
        "promises": [["Loket", "Dinas", "18 Desember"]], "note": "", "scan": "Pindai", "address": "example.org/x", "code": ["101", "010", "111"] });
    assert_eq!(n_pages(&made("results", data)), 1);
}

#[test]
fn each_billboard_has_one_page_in_each_size_however_much_there_is_to_say() {
    let figure = json!([
        "Rumah tangga dengan air minum yang layak dan dekat",
        "72,4%",
        ["▲", "lebih baik"],
        ["●", "sama"]
    ]);
    let work = json!([
        "Rabat beton jalan RT 07 Dusun Kalianyar sampai batas desa",
        "TPK Desa · Rp185 juta · 60%"
    ]);
    let poster = json!({
        "lang": "id", "name": "Desa Kalianyar", "caption": "Kecamatan Kapas", "as_of": "Keadaan 23 November 2026",
        "budget": { "title": "Anggaran 2026", "said": "Pendapatan", "empty": "", "rows": [["Pembangunan", "Rp720 juta", 1.0, 0.35, "terpakai"]] },
        "figures": { "title": "Angka", "empty": "", "rows": vec![figure; 5] },
        "works": { "title": "Pekerjaan", "empty": "", "rows": vec![work; 12], "more": "12 pekerjaan" },
        "lights": { "title": "Laporan", "empty": "Belum ada", "counts": [], "rows": [] },
        "promises": { "title": "Janji", "empty": "", "counts": [["green", "✓", "12", "ditepati"]], "rows": ["Jembatan"] },
        "meeting": { "title": "Rapat", "lines": ["Jumat"] },
        "scan": "Pindai", "address": "example.org/v/1", "code": ["101", "010", "111"],
    });
    for size in ["a4", "a3", "a1"] {
        let pdf = made("billboard", json!({ "size": size, "posters": [poster, poster] }));
        assert_eq!(n_pages(&pdf), 2, "{size}");
    }
}

/// The words of a PDF, by the program CI has for that.
fn words_of(pdf: &[u8]) -> String {
    let mut child = Command::new("pdftotext")
        .args(["-enc", "UTF-8", "-", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("pdftotext: scripts/install.sh test");
    let mut stdin = child.stdin.take().expect("its input");
    stdin.write_all(pdf).expect("it reads");
    drop(stdin);
    let output = child.wait_with_output().expect("the program ends");
    String::from_utf8(output.stdout).expect("text")
}

#[test]
fn longer_words_do_not_take_a_late_promise_off_the_billboard() {
    let budget = |fields: [&str; 5]| -> Value {
        let row = |field: &str| json!([field, "Rp1.120 juta", 0.9, 0.4, "terpakai Rp310 juta"]);
        json!({
            "title": "Anggaran 2026",
            "said": "Pendapatan Rp2.300 juta, belanja Rp2.300 juta. Peraturan Desa tentang APBDes 2026, 3 Januari 2026",
            "empty": "",
            "rows": fields.map(row),
        })
    };
    let figure = json!([
        "Rumah tangga dengan air minum yang layak dan dekat",
        "72,4%",
        ["▲", "lebih baik dari setahun lalu (68,1%)"],
        ["●", "belum jelas berbeda dari kecamatan (71,9%)"]
    ]);
    let work = json!([
        "Rabat beton jalan RT 07 Dusun Kalianyar sampai batas desa",
        "TPK Desa · Rp185 juta · 60% selesai"
    ]);
    let light = |tone: &str, shape: &str, words: &str| json!([tone, shape, "12", words]);
    let poster = |budget: Value| {
        json!({
            "lang": "id", "name": "Desa Kalianyar", "caption": "Kapas, Kabupaten Contoh", "as_of": "Keadaan 23 November 2026",
            "budget": budget,
            "figures": { "title": "Angka desa", "empty": "", "rows": vec![figure.clone(); 5] },
            "works": { "title": "Pekerjaan", "empty": "", "rows": vec![work.clone(); 5], "more": "12 pekerjaan seluruhnya" },
            "lights": {
                "title": "Laporan", "empty": "", "rows": [],
                "counts": [
                    light("grey", "○", "terbuka"), light("yellow", "△", "mendekati batas"),
                    light("red", "■", "terlambat"), light("blue", "✓", "selesai"),
                ],
            },
            "promises": {
                "title": "Janji", "empty": "",
                "counts": [light("green", "✓", "ditepati"), light("red", "■", "terlambat"), light("grey", "○", "berjalan")],
                "rows": vec!["Memperbaiki jembatan gantung di Dusun Kalianyar: batas 1 November 2026"; 5],
            },
            "meeting": { "title": "Rapat berikut", "lines": ["Jumat, 4 Desember 2026 19.30", "Musyawarah Desa", "Balai Desa"] },
            "scan": "Pindai, atau buka", "address": "example.org/v/35.22.15.2004", "code": ["101", "010", "111"],
        })
    };
    let short = budget([
        "Pemerintahan",
        "Pembangunan",
        "Pembinaan",
        "Pemberdayaan",
        "Bencana",
    ]);
    let long = budget([
        "Penyelenggaraan pemerintahan desa",
        "Pelaksanaan pembangunan desa",
        "Pembinaan kemasyarakatan",
        "Pemberdayaan masyarakat",
        "Penanggulangan bencana, keadaan darurat dan mendesak",
    ]);
    for size in ["a4", "a3", "a1"] {
        for budget in [&short, &long] {
            let pdf = made(
                "billboard",
                json!({ "size": size, "posters": [poster(budget.clone())] }),
            );
            assert_eq!(n_pages(&pdf), 1, "{size}");
            let words = words_of(&pdf);
            assert!(words.contains("jembatan gantung"), "{size}: {words}");
            assert!(words.contains("Rabat beton"), "{size}: {words}");
        }
    }
}
