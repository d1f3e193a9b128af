//! The invariants of ARCHITECTURE.md, held by reading the source text.
//!
//! Slices that do not exist yet are simply absent; a folder that nobody gave a tier is an error.
//! What needs a running program (access matrix, protocol faces) is tested elsewhere.

pub mod source;

use std::collections::{BTreeMap, BTreeSet};

use regex::Regex;

use source::{Source, manifests_of_slices, root, slices, sources};

/// The slices by tier: a slice may call only lower tiers.
const TIERS: [&[&str]; 9] = [
    &["platform"],
    &["places"],
    &["accounts"],
    &["evidence"],
    &[
        "collect",
        "catalog",
        "requests",
        "indicators",
        "facilitators",
        "spending",
    ],
    &[
        "scans",
        "poverty",
        "exchange",
        "skills",
        "scorecards",
        "listening",
        "village",
        "contracts",
    ],
    &["dashboards", "beside", "billboard"],
    &["site"],
    &["demo"],
];

/// Files at the top of `src`, which see every slice.
const TOP: [&str; 4] = ["cli", "lib", "main", "reactions"];

/// Crates that only `tables` may name.
const ENGINE: [&str; 6] = [
    "datafusion",
    "deltalake",
    "arrow",
    "arrow_array",
    "arrow_schema",
    "parquet",
];

fn tier(slice: &str) -> Option<usize> {
    TIERS.iter().position(|slices| slices.contains(&slice))
}

/// Fails with one line per offence, so that a person sees all of them at once.
fn none(offences: Vec<String>) {
    assert!(offences.is_empty(), "\n{}\n", offences.join("\n"));
}

fn product() -> Vec<Source> {
    slices()
}

#[test]
fn every_folder_of_the_product_has_a_tier() {
    let unknown = product()
        .iter()
        .map(|source| source.slice.clone())
        .filter(|slice| tier(slice).is_none() && !TOP.contains(&slice.as_str()))
        .collect::<BTreeSet<_>>();
    none(
        unknown
            .iter()
            .map(|slice| format!("src/{slice}: give it a tier in architecture.rs"))
            .collect(),
    );
}

#[test]
fn a_slice_calls_only_lower_tiers() {
    let mut offences = Vec::new();
    for source in product() {
        let Some(own) = tier(&source.slice) else { continue };
        for (line, other) in source.slices_named() {
            let Some(called) = tier(&other) else {
                if other == "reactions" {
                    offences.push(format!(
                        "{}:{line}: a slice does not know the reactions",
                        source.path
                    ));
                }
                continue;
            };
            if other != source.slice && called >= own {
                offences.push(format!(
                    "{}:{line}: `{}` (tier {own}) calls `{other}` (tier {called}); go through reactions.rs",
                    source.path, source.slice
                ));
            }
        }
    }
    none(offences);
}

#[test]
fn only_stores_and_the_platform_talk_to_the_database() {
    let sqlx = Regex::new(r"\bsqlx\b").expect("a pattern");
    none(
        product()
            .iter()
            .filter(|source| source.slice != "platform" && !source.is("store"))
            .flat_map(|source| source.lines_matching(&sqlx, "SQL stands only in store.rs and platform"))
            .collect(),
    );
}

#[test]
fn a_store_touches_only_its_own_tables() {
    let owners = table_owners();
    let write = Regex::new(r"\b(?:INSERT INTO|UPDATE|DELETE FROM)\s+([a-z_]+)").expect("a pattern");
    let read = Regex::new(r"\b(?:FROM|JOIN)\s+([a-z_]+)").expect("a pattern");
    let mut offences = Vec::new();
    for source in product().iter().filter(|source| source.is("store")) {
        let own = tier(&source.slice).unwrap_or(0);
        for source::Literal { line, text, .. } in &source.strings {
            let written = write
                .captures_iter(text)
                .map(|found| found[1].to_owned())
                .collect::<BTreeSet<_>>();
            for table in &written {
                match owners.get(table) {
                    Some(owner) if *owner != source.slice => offences.push(format!(
                        "{}:{line}: writes `{table}`, which belongs to `{owner}`",
                        source.path
                    )),
                    _ => {}
                }
            }
            for found in read.captures_iter(text) {
                let table = &found[1];
                let Some(owner) = owners.get(table) else { continue };
                let shared = tier(owner).is_some_and(|tier| tier <= 2 && tier < own);
                if owner != &source.slice && !shared && !written.contains(table) {
                    offences.push(format!(
                        "{}:{line}: reads `{table}` of `{owner}`; only tiers 0 to 2 may be joined",
                        source.path
                    ));
                }
            }
        }
    }
    none(offences);
}

#[test]
fn every_column_of_every_migration_says_what_it_holds() {
    let column = Regex::new(
        r"(?i)^\s+([a-z_]+)\s+(?:TEXT|BIGINT|SMALLINT|INTEGER|BLOB|BYTEA|DOUBLE PRECISION|REAL)\b",
    )
    .expect("a pattern");
    // What these hold is said once, in ARCHITECTURE.md ("Database text") and GLOSSARY.md.
    let known = Regex::new(r"^(?:id|at|name|role|code|west|south|east|north|n_[a-z_]+|[a-z_]+_(?:id|at|on|hash|code|name|bytes))$").expect("a pattern");
    let mut offences = Vec::new();
    for (path, text) in migrations() {
        let mut above = "";
        for (number, line) in text.lines().enumerate() {
            let named = column.captures(line).map(|found| found[1].to_owned());
            let silent = !line.contains("--") && !above.trim_start().starts_with("--");
            if silent && named.is_some_and(|name| !known.is_match(&name)) {
                offences.push(format!(
                    "{path}:{}: say what it holds after --: {}",
                    number + 1,
                    line.trim()
                ));
            }
            above = line;
        }
    }
    none(offences);
}

#[test]
fn models_know_neither_database_nor_web_nor_waiting() {
    let foreign = Regex::new(r"\b(?:sqlx|axum|async)\b|\.await\b").expect("a pattern");
    none(
        product()
            .iter()
            .filter(|source| source.is("model"))
            .flat_map(|source| {
                source.lines_matching(
                    &foreign,
                    "a model holds types and rules: no SQL, no HTTP, no await",
                )
            })
            .collect(),
    );
}

#[test]
fn nothing_reads_the_clock_but_the_platform() {
    let clock =
        Regex::new(r"\b(?:SystemTime|Timestamp|Zoned|Utc|Local)::now\b|\bUuid::now_v7\b|\bTime::now\b")
            .expect("a pattern");
    none(
        product()
            .into_iter()
            .filter(|source| source.slice != "platform")
            .chain(sources("crates/formats/src"))
            .chain(sources("crates/measures/src"))
            .flat_map(|source| source.lines_matching(&clock, "time comes in as an argument"))
            .collect(),
    );
}

#[test]
fn only_tables_names_the_data_engine() {
    let engine = Regex::new(&format!(r"\b(?:{})::", ENGINE.join("|"))).expect("a pattern");
    let mut offences = product()
        .into_iter()
        .chain(sources("crates/formats/src"))
        .chain(sources("crates/measures/src"))
        .flat_map(|source| source.lines_matching(&engine, "only the crate `tables` names the data engine"))
        .collect::<Vec<_>>();
    let pure = ["formats", "measures"].map(|member| format!("crates/{member}/Cargo.toml"));
    for path in manifests_of_slices().into_iter().chain(pure) {
        let manifest = read(&path);
        for (number, line) in manifest.lines().enumerate() {
            let name = line
                .split(['.', ' ', '='])
                .next()
                .unwrap_or_default()
                .replace('-', "_");
            if ENGINE.contains(&name.as_str()) {
                offences.push(format!(
                    "{path}:{}: only the crate `tables` depends on `{name}`",
                    number + 1
                ));
            }
        }
    }
    none(offences);
}

#[test]
fn only_typeset_names_typst() {
    let typst = Regex::new(r"\btypst(?:_[a-z]+)?::").expect("a pattern");
    let mut offences = Vec::new();
    let below = ["formats", "measures", "tables"].map(|name| format!("crates/{name}"));
    for source in product()
        .into_iter()
        .chain(below.iter().flat_map(|folder| sources(&format!("{folder}/src"))))
    {
        offences.extend(source.lines_matching(&typst, "only the crate `typeset` names typst"));
    }
    for path in manifests_of_slices()
        .into_iter()
        .chain(below.iter().map(|folder| format!("{folder}/Cargo.toml")))
    {
        for (number, line) in read(&path).lines().enumerate() {
            if line.starts_with("typst") || line.starts_with("baraza-typeset") {
                offences.push(format!(
                    "{path}:{}: typst stays out of the server; call the program",
                    number + 1
                ));
            }
        }
    }
    assert!(
        read("crates/typeset/Cargo.toml").contains("typst"),
        "the test looks in the wrong place"
    );
    none(offences);
}

#[test]
fn no_engine_type_crosses_the_door_of_tables() {
    let engine = Regex::new(
        r"\b(?:RecordBatch|Schema(?:Ref)?|ArrayRef|DataFrame|DataFusionError|ArrowError|SessionContext|DeltaTable|Bytes)\b",
    )
    .expect("a pattern");
    // `pub fn` and not `pub(crate) fn`; a signature ends at its brace or semicolon.
    let signature = Regex::new(r"(?s)\bpub (?:async )?fn [^{;]*").expect("a pattern");
    let exported = exports_of_tables();
    let mut n_seen = 0;
    let mut offences = Vec::new();
    for source in sources("crates/tables/src") {
        for found in signature.find_iter(&source.code) {
            // Functions of exported types, and free functions of public modules.
            let is_outside = match source.impl_around(found.start()) {
                Some(owner) => exported.contains(&owner),
                None => exported.contains(&source.slice) || source.slice == "lib",
            };
            if !is_outside {
                continue;
            }
            n_seen += 1;
            if let Some(name) = engine.find(found.as_str()) {
                let line = source.line_of(found.start());
                offences.push(format!(
                    "{}:{line}: `{}` in a public signature",
                    source.path,
                    name.as_str()
                ));
            }
        }
    }
    assert!(
        n_seen > 5 || exported.is_empty(),
        "saw {n_seen} public functions: the test looks in the wrong place"
    );
    none(offences);
}

#[test]
fn pure_crates_touch_no_file_no_network_and_wait_for_nobody() {
    let impure = Regex::new(
        r"\b(?:tokio|async|reqwest|sqlx)\b|\.await\b|\bstd::(?:fs|net|process|env)\b|\bInstant::now\b",
    )
    .expect("a pattern");
    none(
        sources("crates/formats/src")
            .into_iter()
            .chain(sources("crates/measures/src"))
            .flat_map(|source| source.lines_matching(&impure, "this crate is pure: bytes in, values out"))
            .collect(),
    );
}

#[test]
fn every_event_has_a_reaction_or_is_said_to_be_terminal() {
    let event = Regex::new(r"\bimpl (?:[a-z_:]+::)?Event for ([A-Za-z]+)").expect("a pattern");
    let reactions = read("crates/baraza/src/reactions.rs");
    none(
        product()
            .iter()
            .flat_map(|source| {
                event
                    .captures_iter(&source.code)
                    .filter(|found| !word(&reactions, &found[1]))
                    .map(|found| format!("{}: reactions.rs does not mention `{}`", source.path, &found[1]))
                    .collect::<Vec<_>>()
            })
            .collect(),
    );
}

#[test]
fn every_job_is_made_by_a_reaction_or_by_the_slice_that_needs_it() {
    let job = Regex::new(r"\bimpl (?:[a-z_:]+::)?Job for ([A-Za-z]+)").expect("a pattern");
    let reactions = read("crates/baraza/src/reactions.rs");
    let all = product();
    let mut offences = Vec::new();
    for source in &all {
        for found in job.captures_iter(&source.code) {
            let name = &found[1];
            let made = Regex::new(&format!(r"\b{name}\s*(?:\{{|\()")).expect("a pattern");
            let used = word(&reactions, name)
                || all
                    .iter()
                    .any(|other| other.slice == source.slice && made.find_iter(&other.code).count() > 2);
            if !used {
                offences.push(format!("{}: nothing ever enqueues `{name}`", source.path));
            }
        }
    }
    none(offences);
}

#[test]
fn a_slice_says_what_it_is_in_at_most_twelve_lines() {
    let mut offences = Vec::new();
    for source in product() {
        if !source.path.ends_with(&format!("src/{}/mod.rs", source.slice)) {
            continue;
        }
        let lines = read(&source.path)
            .lines()
            .take_while(|line| line.starts_with("//!"))
            .count();
        if lines == 0 || lines > 12 {
            offences.push(format!(
                "{}: opens with {lines} lines of `//!`, 1 to 12 are wanted",
                source.path
            ));
        }
    }
    none(offences);
}

#[test]
fn no_unfinished_work_is_left_in_the_code() {
    let unfinished =
        Regex::new(r"\b(?:TODO|FIXME|XXX|HACK)\b|#\[ignore|\bunimplemented!|\btodo!").expect("a pattern");
    let mut offences = Vec::new();
    for folder in ["crates", "web/src", "e2e", "bench", "scripts"] {
        for (path, text) in source::texts(folder) {
            if path.contains("tests/it/architecture") {
                continue;
            }
            for (number, line) in text.lines().enumerate() {
                if unfinished.is_match(line) {
                    offences.push(format!("{path}:{}: {}", number + 1, line.trim()));
                }
            }
        }
    }
    none(offences);
}

/// The tables of the migrations with the slice whose migration made each.
fn table_owners() -> BTreeMap<String, String> {
    let create = Regex::new(r"(?i)CREATE TABLE (?:IF NOT EXISTS )?([a-z_]+)").expect("a pattern");
    let mut owners = BTreeMap::new();
    for (path, text) in migrations() {
        // NNNN_slice.sql, or NNNN_slice_what.sql for a later change.
        let name = path
            .rsplit('/')
            .next()
            .unwrap_or_default()
            .trim_end_matches(".sql");
        let slice = name.split('_').nth(1).unwrap_or_default().to_owned();
        for found in create.captures_iter(&text) {
            owners.insert(found[1].to_owned(), slice.clone());
        }
    }
    owners
}

fn migrations() -> Vec<(String, String)> {
    source::texts("crates/commons/migrations")
        .into_iter()
        .filter(|(path, _)| path.ends_with(".sql"))
        .collect()
}

/// The names that lib.rs of `tables` lets out: re-exported types and public modules.
fn exports_of_tables() -> BTreeSet<String> {
    let export = Regex::new(r"(?s)\bpub use ([^;]+);|\bpub mod ([a-z_]+)").expect("a pattern");
    let name = Regex::new(r"[A-Za-z_]+").expect("a pattern");
    let library = read("crates/tables/src/lib.rs");
    export
        .captures_iter(&library)
        .flat_map(|found| name.find_iter(found.get(1).or(found.get(2)).map_or("", |names| names.as_str())))
        .map(|found| found.as_str().to_owned())
        .filter(|name| {
            name.chars().next().is_some_and(char::is_uppercase)
                || library.contains(&format!("pub mod {name}"))
        })
        .collect()
}

fn word(text: &str, name: &str) -> bool {
    Regex::new(&format!(r"\b{name}\b"))
        .expect("a pattern")
        .is_match(text)
}

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_default()
}
