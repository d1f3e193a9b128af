//! The texts: those that are used exist, those that exist are used, and both complete languages say the same.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use regex::Regex;

use crate::architecture::source::{folders_of_slices, root};

/// Message id → the arguments it names.
type Messages = BTreeMap<String, BTreeSet<String>>;

#[test]
fn english_and_indonesian_have_the_same_texts_with_the_same_arguments() {
    let (english, indonesian) = (messages("en"), messages("id"));
    let lines: Vec<String> = english
        .iter()
        .filter_map(|(id, arguments)| match indonesian.get(id) {
            None => Some(format!("{id} is missing in Indonesian")),
            Some(other) if other != arguments => Some(format!(
                "{id} names {arguments:?} in English and {other:?} in Indonesian"
            )),
            Some(_) => None,
        })
        .chain(
            indonesian
                .keys()
                .filter(|id| !english.contains_key(*id))
                .map(|id| format!("{id} is missing in English")),
        )
        .collect();
    assert!(lines.is_empty(), "\n{}", lines.join("\n"));
}

#[test]
fn other_languages_translate_only_texts_that_english_has() {
    let english = messages("en");
    for lang in ["sw", "hi", "bn", "ne"] {
        let unknown: Vec<String> = messages(lang)
            .into_keys()
            .filter(|id| !english.contains_key(id))
            .collect();
        assert!(unknown.is_empty(), "{lang}: {unknown:?}");
    }
}

#[test]
fn every_text_that_is_used_exists() {
    let english = messages("en");
    // page.t("id"), lang.text("id"), t("id")
    let called = Regex::new(r#"\.(?:t|text)\(\s*"([a-z0-9-]+)"\s*\)"#).expect("a pattern");
    let problem = Regex::new(
        r#"Problem::[a-z_]+\(\s*"([a-z0-9-]+)"|\.field(?:_with)?\([^,()]+(?:\(\))?,\s*"([a-z0-9-]+)""#,
    )
    .expect("a pattern");
    let mut missing = Vec::new();
    for (path, source) in sources() {
        let source = without_tests(&source);
        for found in called.captures_iter(source) {
            if !english.contains_key(&found[1]) {
                missing.push(format!("{}: {}", path.display(), &found[1]));
            }
        }
        for found in problem.captures_iter(source) {
            let code = found.get(1).or(found.get(2)).map_or("", |code| code.as_str());
            if !english.contains_key(&format!("problem-{code}")) {
                missing.push(format!("{}: problem-{code}", path.display()));
            }
        }
    }
    assert!(missing.is_empty(), "\n{}", missing.join("\n"));
}

#[test]
fn every_text_is_used() {
    let literal = Regex::new(r#""([a-z0-9-]+)(\{[^}"]*\})?"#).expect("a pattern");
    let mut whole = BTreeSet::new();
    let mut beginnings = BTreeSet::new();
    for (_, source) in sources() {
        for found in literal.captures_iter(&source) {
            // format!("light-{light}") uses every text that begins so.
            let set = if found.get(2).is_some() {
                &mut beginnings
            } else {
                &mut whole
            };
            set.insert(found[1].to_owned());
        }
    }
    let is_used = |id: &str| {
        whole.contains(id)
            || id
                .strip_prefix("problem-")
                .is_some_and(|code| whole.contains(code))
            || beginnings
                .iter()
                .any(|start| start.contains('-') && start != "problem-" && id.starts_with(start.as_str()))
    };
    let unused: Vec<String> = messages("en").into_keys().filter(|id| !is_used(id)).collect();
    assert!(
        unused.is_empty(),
        "no template and no Rust file names these texts: {unused:#?}"
    );
}

#[test]
fn a_text_stands_in_the_file_of_its_slice() {
    // Problems may be everybody's, and so is the page that shows them.
    let mut strays = Vec::new();
    for lang in ["en", "id"] {
        for path in files(&root().join("crates/commons/locales").join(lang), &["ftl"]) {
            let slice = path
                .file_stem()
                .and_then(|stem| stem.to_str())
                .expect("a name")
                .to_owned();
            let text = fs::read_to_string(&path).expect("a file of texts");
            let foreign = |id: &&str| {
                let belongs = ["problem-", "trouble-", &format!("{slice}-")];
                !belongs.iter().any(|start| id.starts_with(start))
            };
            strays.extend(
                ids(&text)
                    .filter(foreign)
                    .map(|id| format!("{lang}/{slice}.ftl: {id}")),
            );
        }
    }
    assert!(strays.is_empty(), "{strays:#?}");
}

fn messages(lang: &str) -> Messages {
    let argument = Regex::new(r"\$([a-zA-Z][a-zA-Z0-9_-]*)").expect("a pattern");
    let mut messages = Messages::new();
    for path in files(&root().join("crates/commons/locales").join(lang), &["ftl"]) {
        let text = fs::read_to_string(&path).expect("a file of texts");
        let mut current = None;
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            if let Some((id, _)) = line.split_once(" =").filter(|(id, _)| is_id(id)) {
                let first = messages.insert(id.to_owned(), BTreeSet::new()).is_none();
                assert!(
                    first,
                    "{}: {id} stands there twice, or in another file too",
                    path.display()
                );
                current = Some(id.to_owned());
            }
            if let Some(arguments) = current.as_ref().and_then(|id| messages.get_mut(id)) {
                arguments.extend(argument.captures_iter(line).map(|found| found[1].to_owned()));
            }
        }
    }
    messages
}

fn ids(text: &str) -> impl Iterator<Item = &str> {
    text.lines()
        .filter_map(|line| line.split_once(" ="))
        .map(|(id, _)| id)
        .filter(|id| is_id(id))
}

fn is_id(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase())
        && text
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
}

/// Every template and Rust file of the product.
fn sources() -> Vec<(PathBuf, String)> {
    let remark = Regex::new(r"(?s)\{#.*?#\}").expect("a pattern");
    let read = |path: PathBuf| {
        let source = fs::read_to_string(&path).expect("a source file");
        (path, remark.replace_all(&source, "").into_owned())
    };
    folders_of_slices()
        .iter()
        .flat_map(|folder| files(&root().join(folder), &["rs", "html"]))
        .map(read)
        .collect()
}

/// Tests may name texts that do not exist.
fn without_tests(source: &str) -> &str {
    source.split("#[cfg(test)]").next().unwrap_or(source)
}

fn files(folder: &Path, suffixes: &[&str]) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for path in entries.map(|entry| entry.expect("an entry").path()) {
        if path.is_dir() {
            found.extend(files(&path, suffixes));
        } else if path
            .extension()
            .and_then(|suffix| suffix.to_str())
            .is_some_and(|suffix| suffixes.contains(&suffix))
        {
            found.push(path);
        }
    }
    found.sort();
    found
}
