//! Prints what an index of many datasets costs: to make, to hold, to ask, to change.
//!
//! `cargo run -p baraza-search --example scale [DATASETS]`; 100,000 without a number.

use std::time::Instant;

use formats::ckan::search::{Document, Query, query::Content};
use search::{Asked, Engine, Entry, Manner};

const WORDS: [&str; 24] = [
    "kesehatan",
    "ibu",
    "anak",
    "sekolah",
    "dasar",
    "jalan",
    "jembatan",
    "air",
    "minum",
    "sanitasi",
    "rumah",
    "padi",
    "jagung",
    "hutan",
    "pasar",
    "penduduk",
    "kelahiran",
    "anggaran",
    "pajak",
    "wisata",
    "banjir",
    "irigasi",
    "guru",
    "gizi",
];

fn entry(n: u32) -> Entry {
    let mut seed = u64::from(n) ^ 0x9e37_79b9_7f4a_7c15;
    let mut phrase = |n: usize| -> String {
        let words = (0..n).map(|_| {
            seed = seed
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            WORDS[usize::try_from(seed >> 33).unwrap_or_default() % WORDS.len()]
        });
        words.collect::<Vec<_>>().join(" ")
    };
    let (title, description) = (phrase(5), phrase(40));
    let mut document = Document::default();
    for (field, text) in [
        ("permission_labels", "public".to_owned()),
        ("organization", format!("office-{}", n % 45)),
        ("name", format!("set-{n}")),
    ] {
        document.add(field, Content::Keyword(text));
    }
    Entry {
        number: n,
        id: n.to_string(),
        title,
        description: format!("{description} kode{n}"),
        document,
        ..Entry::default()
    }
}

fn main() {
    let n: u32 = std::env::args()
        .nth(1)
        .and_then(|n| n.parse().ok())
        .unwrap_or(100_000);
    let entries: Vec<Entry> = (0..n).map(entry).collect();
    let mut engine = Engine::new();
    let started = Instant::now();
    let snapshot = engine.put(entries);
    println!(
        "made in {:.1} s, {} MB",
        started.elapsed().as_secs_f64(),
        snapshot.n_bytes() / 1_000_000
    );
    let filters = [Query::term("permission_labels", "public")];
    for text in [
        "air",
        "kesehatan ibu",
        "sekolah dasar kode77",
        "kesehtan",
        "pen",
        "kode99999",
    ] {
        let mut waits: Vec<f64> = (0..21)
            .map(|_| {
                let started = Instant::now();
                let asked = Asked {
                    text,
                    manner: Manner::Typing,
                    filters: &filters,
                    places: &|_| None,
                    now: 0,
                };
                let n = snapshot.ask(&asked).map_or(0, |answer| answer.found.n());
                assert!(n > 0, "{text}");
                started.elapsed().as_secs_f64() * 1e3
            })
            .collect();
        waits.sort_by(f64::total_cmp);
        println!("{text}: median {:.1} ms", waits[10]);
    }
    let started = Instant::now();
    for n in 0..20 {
        engine.put([entry(n)]);
    }
    println!("a change: {:.2} ms", started.elapsed().as_secs_f64() * 1e3 / 20.0);
}
