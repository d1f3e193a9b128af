//! Standards and codelists as files: CSV, and SKOS for programs that read RDF.

use std::collections::HashMap;

use formats::skos::{Concept, Scheme};

use super::model::{Codelist, Mapping, Standard, Turn};
use crate::{
    catalog::agenda::files::plain,
    platform::problem::{Problem, Result},
};

/// Writes a row for every standard.
///
/// # Errors
/// When writing fails.
pub fn standards_csv(standards: &[&Standard], lang: &str) -> Result<Vec<u8>> {
    let mut file = csv::Writer::from_writer(Vec::new());
    file.write_record([
        "code",
        "version",
        "status",
        "title",
        "concept",
        "definition",
        "codelist",
        "codelist_version",
        "measure",
        "unit",
        "source",
    ])
    .map_err(Problem::internal)?;
    for standard in standards {
        let list = standard.classification.as_ref();
        file.write_record([
            &standard.code,
            &standard.version,
            standard.status.as_str(),
            &plain(standard.title.in_language(lang)),
            &plain(standard.concept.in_language(lang)),
            &plain(standard.definition.in_language(lang)),
            list.map(|name| name.codelist.as_str()).unwrap_or_default(),
            list.map(|name| name.version.as_str()).unwrap_or_default(),
            &plain(standard.measure.in_language(lang)),
            &plain(standard.unit.in_language(lang)),
            &plain(&standard.source),
        ])
        .map_err(Problem::internal)?;
    }
    file.into_inner()
        .map_err(|error| Problem::internal(error.into_error()))
}

/// Writes a codelist in the shape it can be entered in again.
///
/// # Errors
/// When writing fails.
pub fn codelist_csv(list: &Codelist) -> Result<Vec<u8>> {
    let mut langs: Vec<&str> = list
        .items
        .iter()
        .flat_map(|item| item.label.0.keys().map(String::as_str))
        .collect();
    langs.sort_unstable();
    langs.dedup();
    let mut file = csv::Writer::from_writer(Vec::new());
    let head = std::iter::once("code".to_owned())
        .chain(langs.iter().map(|lang| format!("label:{lang}")))
        .chain(["parent", "valid_from", "valid_to"].map(str::to_owned));
    file.write_record(head).map_err(Problem::internal)?;
    for item in &list.items {
        let labels = langs.iter().map(|lang| {
            item.label
                .0
                .get(*lang)
                .map(|label| plain(label))
                .unwrap_or_default()
        });
        let rest =
            [&item.parent, &item.valid_from, &item.valid_to].map(|text| text.clone().unwrap_or_default());
        file.write_record(std::iter::once(item.code.clone()).chain(labels).chain(rest))
            .map_err(Problem::internal)?;
    }
    file.into_inner()
        .map_err(|error| Problem::internal(error.into_error()))
}

/// A codelist as SKOS has it; pairs of one to one, in the maps to it and from it, say that two codes mean the same.
#[must_use]
pub fn scheme(site: &str, list: &Codelist, maps: &[Mapping]) -> Scheme {
    let whole = |version: &str| format!("{site}/standards/codelists/{}?version={version}", list.code);
    let concept = |version: &str, code: &str| {
        let encoded = percent_encoding::utf8_percent_encode(code, percent_encoding::NON_ALPHANUMERIC);
        format!("{}#{encoded}", whole(version))
    };
    let texts = |words: &crate::platform::words::Words| -> Vec<(String, String)> {
        words
            .0
            .iter()
            .map(|(lang, text)| (lang.clone(), text.clone()))
            .collect()
    };
    // By the code of this version: what it is in others, exactly and nearly.
    let mut others: HashMap<&str, (Vec<String>, Vec<String>)> = HashMap::new();
    for map in maps.iter().filter(|map| map.codelist == list.code) {
        for ((old, new), turn) in map.pairs.iter().zip(map.turns()) {
            let (own, other) = if map.to == list.version {
                (new, concept(&map.from, old))
            } else if map.from == list.version {
                (old, concept(&map.to, new))
            } else {
                continue;
            };
            let (exact, related) = others.entry(own.as_str()).or_default();
            match turn {
                Turn::OneToOne => exact.push(other),
                Turn::Split | Turn::Merge => related.push(other),
            }
        }
    }
    let concepts = list.items.iter().map(|item| {
        let (exact, related) = others.remove(item.code.as_str()).unwrap_or_default();
        Concept {
            iri: concept(&list.version, &item.code),
            notation: item.code.clone(),
            labels: texts(&item.label),
            broader: item
                .parent
                .as_deref()
                .map(|parent| concept(&list.version, parent)),
            exact,
            related,
        }
    });
    Scheme {
        iri: whole(&list.version),
        labels: texts(&list.title),
        version: list.version.clone(),
        concepts: concepts.collect(),
    }
}
