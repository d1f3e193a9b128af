//! Catalogues as portals really publish them (the examples of ckanext-dcat); `BARAZA_REAL_DATA` says where they lie.

use std::{collections::BTreeMap, env, fs::File, io::Read, path::PathBuf};

use flate2::read::GzDecoder;
use pretty_assertions::assert_eq;

use super::{Harvest, Syntax, iri, read};
use crate::dcat::{
    codes::{AccessRight, Frequency},
    values::When,
};

/// File, datasets, distributions that datasets list, as counted by hand.
const WANTED: [(&str, usize, usize); 15] = [
    ("catalog.rdf", 2, 5),
    ("catalog_datasets_list.rdf", 2, 5),
    ("catalog_pod.jsonld", 1, 4),
    ("catalog_with_at_graph.jsonld", 1, 1),
    ("dataset.rdf", 1, 1),
    ("dataset.ttl", 1, 1),
    ("dataset_afs.ttl", 1, 2),
    // `dcat:Download`, as DERI's draft called it.
    ("dataset_deri.ttl", 1, 1),
    ("dataset_gob_es.ttl", 1, 1),
    ("dataset_gov_de.rdf", 1, 9),
    ("dataset_health.ttl", 1, 1),
    ("dataset_health_multilingual.ttl", 1, 1),
    ("dataset_health_no_blank.ttl", 1, 0),
    ("dataset_multilingual.ttl", 1, 1),
    ("dataset_sweden.rdf", 1, 1),
];

#[test]
fn every_example_of_other_portals_is_read() {
    let Some(files) = examples() else { return };
    let found: Vec<(&str, usize, usize)> = WANTED
        .iter()
        .map(|(name, ..)| {
            let harvest = harvest(&files, name);
            let distributions = harvest.datasets.iter().map(|one| one.distributions.len()).sum();
            (*name, harvest.datasets.len(), distributions)
        })
        .collect();
    assert_eq!(found, WANTED);
    let all: Vec<&str> = files.keys().map(String::as_str).collect();
    assert_eq!(all.len(), WANTED.len(), "{all:?}");
}

#[test]
fn a_dataset_of_rostock_is_understood() {
    let Some(files) = examples() else { return };
    let harvest = harvest(&files, "dataset_gov_de.rdf");
    let one = &harvest.datasets[0];
    assert_eq!(one.name("de"), "Liefer- und Abholservices (Gastronomie)");
    assert_eq!(one.access, Some(AccessRight::Public));
    assert_eq!(one.languages[0].as_str(), "de");
    assert_eq!(one.modified, When::parse("2024-05-08T04:11:24.309486"));
    assert_eq!(one.contacts[0].email.as_deref(), Some("geodienste@rostock.de"));
    assert_eq!(
        one.publisher.as_ref().and_then(|agent| agent.name.best("de")),
        Some("Hanse- und Universitätsstadt Rostock")
    );
    let bounds = one.places[0].bounds.expect("a rectangle");
    assert_eq!((bounds.west, bounds.north), (11.9936, 54.2466));
    let json = &one.distributions[0];
    assert_eq!(json.format.as_deref(), Some("GEOJSON"));
    assert_eq!(json.media_type.as_deref(), Some("application/geo+json"));
    assert!(json.licence.is_some());
}

#[test]
fn older_habits_are_understood() {
    let Some(files) = examples() else { return };
    let madrid = &harvest(&files, "dataset_gob_es.ttl").datasets[0];
    assert_eq!(madrid.distributions[0].byte_size, Some(43_008));
    assert_eq!(
        madrid.distributions[0].media_type.as_deref(),
        Some("application/vnd.ms-excel")
    );
    assert_eq!(
        madrid.distributions[0].access_url,
        Some(iri(
            "https://datos.madrid.es/egob/catalogo/300676-0-deporte-encuesta-escuelas.xlsx"
        ))
    );
    let london = &harvest(&files, "dataset_deri.ttl").datasets[0];
    assert_eq!(london.frequency, Some(Frequency::Yearly));
    assert_eq!(london.places[0].name.best("en"), Some("Greater London"));
    let nobel = &harvest(&files, "dataset_sweden.rdf").datasets[0];
    assert_eq!(nobel.periods[0].start, When::parse("1905-03-01"));
    assert_eq!(nobel.contacts[0].telephone.as_deref(), Some("086631722"));
    let catalan = &harvest(&files, "dataset_multilingual.ttl").datasets[0];
    assert_eq!(catalan.title.best("ca"), Some("Conjunt de dades de prova DCAT"));
    assert_eq!(catalan.version.as_deref(), Some("1.0b"));
}

#[test]
fn a_broken_example_gives_what_it_has_and_says_where_it_is_broken() {
    let Some(files) = examples() else { return };
    let harvest = harvest(&files, "dataset.ttl");
    assert_eq!(harvest.datasets[0].name("nl"), "HealthDCAT-AP test dataset");
    assert_eq!(
        harvest.series[0].title.best("en"),
        None,
        "it stands in the broken statement"
    );
    assert!(
        harvest.findings[0].message.contains("line 154"),
        "{:?}",
        harvest.findings
    );
}

fn harvest(files: &BTreeMap<String, Vec<u8>>, name: &str) -> Harvest {
    let (_, suffix) = name.rsplit_once('.').expect("a suffix");
    let syntax = Syntax::of_suffix(suffix).expect("a known suffix");
    read(&files[name], syntax, Some(&iri("https://source.example/")))
        .unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// The files of `examples/dcat` by name; absent on most machines, but never in CI.
fn examples() -> Option<BTreeMap<String, Vec<u8>>> {
    let usual = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data");
    let archive = env::var_os("BARAZA_REAL_DATA")
        .map_or_else(|| PathBuf::from(usual), PathBuf::from)
        .join("09-portal/ckanext-dcat-examples.tar.gz");
    if !archive.is_file() {
        assert_ne!(
            env::var("CI").as_deref(),
            Ok("true"),
            "CI needs the real data: {} is missing",
            archive.display()
        );
        println!(
            "skipped: no real data at {}; set BARAZA_REAL_DATA",
            archive.display()
        );
        return None;
    }
    let mut bytes = Vec::new();
    GzDecoder::new(File::open(archive).expect("the archive"))
        .read_to_end(&mut bytes)
        .expect("gzip");
    Some(unpacked(&bytes))
}

/// The files of a tar archive (POSIX ustar) that stand in `examples/dcat`.
fn unpacked(tar: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut at = 0;
    let text = |field: &[u8]| String::from_utf8_lossy(field).trim_end_matches('\0').to_owned();
    while let Some(header) = tar.get(at..at + 512).filter(|header| header[0] != 0) {
        let size = usize::from_str_radix(text(&header[124..136]).trim(), 8).expect("an octal size");
        let name = text(&header[..100]);
        if let Some((_, name)) = name.split_once("examples/dcat/")
            && !name.is_empty()
        {
            files.insert(name.to_owned(), tar[at + 512..at + 512 + size].to_vec());
        }
        at += 512 + size.div_ceil(512) * 512;
    }
    files
}
