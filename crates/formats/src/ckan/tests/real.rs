//! The portal of Buenos Aires as it was archived on 2021-04-30: 383 datasets with 2,459 resources (CC0).
//!
//! The data are real and not part of the project; `BARAZA_REAL_DATA` says where they lie.

use std::{
    env, fs,
    io::{BufRead, BufReader},
    path::PathBuf,
};

use flate2::read::GzDecoder;
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use super::{NOW, call, mint};
use crate::ckan::{
    license::License,
    package::{
        Package,
        input::{Asks, Change, Facts, Known, Owner, PackageInput, Purpose, Standing},
    },
    search::{Document, Facets, Manner, Query, document},
};

#[test]
fn every_dataset_of_buenos_aires_is_read_and_written_back_equal() {
    let Some(datasets) = datasets() else {
        return;
    };
    let mut n_resources = 0;
    for dataset in &datasets {
        let package =
            Package::read(dataset.clone()).unwrap_or_else(|error| panic!("{}: {error}", dataset["name"]));
        n_resources += package.resources.len();
        assert_eq!(&Value::Object(package.write()), dataset);
    }
    assert_eq!((datasets.len(), n_resources), (383, 2_459));
}

#[test]
fn every_dataset_of_buenos_aires_loads_and_comes_back_equal() {
    let Some(datasets) = datasets() else {
        return;
    };
    for dataset in &datasets {
        let sent = call(dataset.clone());
        let original = Package::read(dataset.clone()).unwrap();
        assert_eq!(
            Asks::of(&sent, Purpose::Create).resources.len(),
            original.resources.len()
        );
        let input = load(&sent, &original, Purpose::Create);
        let settled = input.settle(None, known(&original), NOW, mint());
        assert_eq!(settled.change, Change::Created);
        let package = settled.package;
        let mut expected = dataset.clone();
        // What the catalogue says of its own: who made it here, ids of tags, and what no CKAN has had since 2.9: revisions.
        if let Value::Object(expected) = &mut expected {
            expected.shift_remove("revision_id");
            expected.insert("creator_user_id".to_owned(), Value::Null);
        }
        let order = |tags: &mut Value| {
            if let Value::Array(tags) = tags {
                tags.sort_by_key(|tag| tag["name"].to_string());
                for tag in tags {
                    tag["id"] = Value::Null;
                }
            }
        };
        let mut written = Value::Object(package.write());
        order(&mut expected["tags"]);
        order(&mut written["tags"]);
        for (resource, given) in package.resources.iter().zip(&original.resources) {
            let position = usize::try_from(resource.position.unwrap_or(-1)).unwrap();
            let there = &mut expected["resources"][position];
            // Kept when nobody says, and made when it was never known.
            there["metadata_modified"] = json!(NOW.to_string());
            // One name for a format: `csv` and `CSV` are one.
            if resource.format != given.format {
                let (here, there) = (resource.format.as_deref(), given.format.as_deref());
                assert!(
                    here.unwrap_or_default()
                        .eq_ignore_ascii_case(there.unwrap_or_default())
                        || there == Some("")
                        || crate::ckan::format::unified(there.unwrap_or_default())
                            == here.unwrap_or_default(),
                    "{here:?} {there:?}"
                );
            }
            there["format"] = json!(resource.format);
        }
        assert_eq!(written, expected, "{}", original.name);

        // Loaded a second time, as ckanapi does it, nothing changes.
        let again = call(Value::Object(package.write()));
        let settled = load(&again, &package, Purpose::Update(&package)).settle(
            Some(&package),
            known(&package),
            NOW,
            mint(),
        );
        assert_eq!(settled.change, Change::None, "{}", package.name);
        assert_eq!(settled.package, package);
    }
}

#[test]
fn the_catalogues_of_2013_are_read_in_the_shape_of_their_index() {
    let Some(file) = file("dataportals_ckan_export_2013.json") else {
        return;
    };
    let export: Value = serde_json::from_slice(&fs::read(file).unwrap()).unwrap();
    let packages: Vec<Package> = export["results"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|package| {
            Package::read(package.clone()).unwrap_or_else(|error| panic!("{}: {error}", package["name"]))
        })
        .collect();
    assert_eq!(packages.len(), 390);
    let first = &packages[0];
    assert_eq!(
        (first.tags[0].name.as_str(), first.groups[0].name.as_str()),
        ("ctic", "unitedstates")
    );
    assert!(
        first
            .extras
            .iter()
            .any(|extra| extra.key == "spatial_text" && extra.value == "Ann Arbor, Michigan")
    );
    assert_eq!(
        first.metadata_created.map(|at| at.to_string()).as_deref(),
        Some("2011-06-27T18:12:57.439000")
    );
}

#[test]
fn datasets_of_buenos_aires_are_found() {
    let Some(datasets) = datasets() else {
        return;
    };
    let documents: Vec<Document> = datasets
        .iter()
        .map(|dataset| Document::of(&Package::read(dataset.clone()).unwrap()))
        .collect();
    let strict = |text: &str| {
        let query = Query::read(text, Manner::Strict).unwrap();
        documents
            .iter()
            .filter(|document| query.matches(document, NOW.0))
            .count()
    };
    let count = |test: &dyn Fn(&Value) -> bool| datasets.iter().filter(|dataset| test(dataset)).count();
    let tagged = |tag: &str| {
        let tag = tag.to_owned();
        move |dataset: &Value| {
            dataset["tags"]
                .as_array()
                .into_iter()
                .flatten()
                .any(|own| own["name"] == tag.as_str())
        }
    };
    assert_eq!(strict("*:*"), 383);
    assert_eq!(
        strict("tags:\"adultos mayores\""),
        count(&tagged("adultos mayores"))
    );
    assert!(strict("tags:\"adultos mayores\"") > 0);
    assert_eq!(
        strict("tags:salud OR groups:salud"),
        count(&|dataset| {
            let grouped = dataset["groups"]
                .as_array()
                .into_iter()
                .flatten()
                .any(|group| group["name"] == "salud");
            grouped || tagged("salud")(dataset)
        })
    );
    assert_eq!(
        strict("metadata_modified:[2021-04-01 TO *] -res_format:CSV"),
        count(&|dataset| {
            let recent = dataset["metadata_modified"]
                .as_str()
                .is_some_and(|at| at >= "2021-04-01");
            let is_csv = dataset["resources"]
                .as_array()
                .into_iter()
                .flatten()
                .any(|resource| resource["format"] == "CSV");
            recent && !is_csv
        })
    );
    // Accents do not matter.
    assert_eq!(strict("educacion"), strict("Educación"));
    assert!(strict("educacion") > 3);
    let facets = document::count(
        documents.iter(),
        &Facets {
            fields: vec!["license_id".to_owned()],
            limit: None,
            least: 1,
        },
    );
    assert_eq!(facets[0].items.iter().map(|item| item.count).sum::<u64>(), 383);
}

fn load(sent: &crate::ckan::call::Call, original: &Package, purpose: Purpose<'_>) -> PackageInput {
    let facts = Facts {
        standing: Standing::Sysadmin,
        owner: Owner::Open {
            id: original.owner_org.clone().unwrap_or_default(),
        },
        ..Facts::default()
    };
    PackageInput::read(sent, purpose, &facts)
        .unwrap_or_else(|failure| panic!("{}: {}", original.name, failure.write("")))
}

/// What the catalogue knows: the same organisation, groups and licence.
fn known(package: &Package) -> Known {
    Known {
        organization: package.organization.clone(),
        groups: package.groups.clone(),
        license: package.license_id.clone().map(|id| License {
            id,
            title: package.license_title.clone().unwrap_or_default(),
            url: package.license_url.clone().unwrap_or_default(),
            od_conformance: if package.is_open { "approved" } else { "rejected" }.to_owned(),
            ..License::default()
        }),
        creator_user_id: None,
        language: String::new(),
    }
}

/// The datasets of Buenos Aires.
fn datasets() -> Option<Vec<Value>> {
    let opened = fs::File::open(file("ckan_packages_buenos_aires.jsonl.gz")?).unwrap();
    let lines = BufReader::new(GzDecoder::new(opened)).lines();
    Some(
        lines
            .map(|line| serde_json::from_str(&line.unwrap()).unwrap())
            .collect(),
    )
}

/// A file of real data; absent on most machines, but never in CI.
fn file(name: &str) -> Option<PathBuf> {
    let usual = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data");
    let file = env::var_os("BARAZA_REAL_DATA")
        .map_or_else(|| PathBuf::from(usual), PathBuf::from)
        .join("09-portal")
        .join(name);
    if file.is_file() {
        return Some(file);
    }
    assert_ne!(
        env::var("CI").as_deref(),
        Ok("true"),
        "CI needs the real data: {} is missing",
        file.display()
    );
    println!(
        "skipped: no real data at {}; set BARAZA_REAL_DATA",
        file.display()
    );
    None
}
