use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use super::{catalogue, dataset};
use crate::dcat::{
    codes::AccessRight,
    model::{Agent, Bounds, Catalogue, Column, ColumnKind, Dataset, Distribution, Licence, Period, Place},
    values::{Iri, Texts, When},
};

fn iri(text: &str) -> Iri {
    Iri::parse(text).expect("a test writes proper addresses")
}

fn portal() -> Catalogue {
    let mut portal = Catalogue::new(iri("https://data.example/catalog"));
    portal.title = Texts::of("id", "Satu Data");
    portal.homepage = Some(iri("https://data.example/"));
    portal.publisher.name = Texts::of("id", "Diskominfo");
    portal
}

fn described(one: &Dataset) -> Value {
    let text = dataset(one, &iri("https://data.example/data/desa"), &portal(), "id");
    serde_json::from_str(&text).expect("JSON")
}

#[test]
fn a_dataset_says_what_search_engines_ask() {
    let mut one = Dataset::new(iri("https://data.example/dataset/desa"));
    one.title = Texts::of("id", "Desa").and("en", "Villages");
    one.description = Texts::of(
        "id",
        "Semua desa dan kelurahan di Kabupaten Bojonegoro, dengan kodenya.",
    );
    one.licence = Some(Licence {
        iri: Some(iri("https://creativecommons.org/licenses/by/4.0/")),
        ..Licence::default()
    });
    one.publisher = Some(Agent {
        name: Texts::of("id", "Dinas PMD"),
        homepage: Some(iri("https://pmd.kab.example/")),
        ..Agent::default()
    });
    one.version = Some("3".into());
    one.periods.push(Period {
        start: When::parse("2024-01-01"),
        end: None,
    });
    one.places.push(Place {
        name: Texts::plain("Bojonegoro"),
        bounds: Some(Bounds {
            west: 111.5,
            south: -7.5,
            east: 112.25,
            north: -7.0,
        }),
        ..Place::default()
    });
    one.distributions.push(Distribution {
        download_url: Some(iri("https://data.example/desa.csv")),
        media_type: Some("text/csv".into()),
        byte_size: Some(6042),
        columns: vec![Column {
            name: "kode".into(),
            title: Texts::of("id", "Kode desa"),
            description: Texts::default(),
            kind: ColumnKind::Text,
            is_required: true,
        }],
        ..Distribution::default()
    });
    assert_eq!(
        described(&one),
        json!({
            "@type": "Dataset",
            "@context": "https://schema.org/",
            "@id": "https://data.example/dataset/desa",
            "url": "https://data.example/data/desa",
            "name": "Desa",
            "description": "Semua desa dan kelurahan di Kabupaten Bojonegoro, dengan kodenya.",
            "license": "https://creativecommons.org/licenses/by/4.0/",
            "creator": {"@type": "Organization", "name": "Dinas PMD", "url": "https://pmd.kab.example/"},
            "publisher": {"@type": "Organization", "name": "Dinas PMD", "url": "https://pmd.kab.example/"},
            "includedInDataCatalog": {"@type": "DataCatalog", "name": "Satu Data", "url": "https://data.example/"},
            "version": "3",
            "isAccessibleForFree": true,
            "temporalCoverage": "2024-01-01/..",
            "spatialCoverage": {"@type": "Place", "name": "Bojonegoro", "geo": {"@type": "GeoShape", "box": "-7.5 111.5 -7 112.25"}},
            "variableMeasured": {"@type": "PropertyValue", "name": "Kode desa", "alternateName": "kode"},
            "distribution": {
                "@type": "DataDownload",
                "contentUrl": "https://data.example/desa.csv",
                "encodingFormat": "text/csv",
                "contentSize": "6042 B",
            },
        })
    );
}

#[test]
fn a_description_has_between_fifty_and_five_thousand_characters() {
    let mut one = Dataset::new(iri("https://data.example/dataset/desa-kelurahan-2025"));
    one.title = Texts::plain("Desa");
    let short = described(&one)["description"]
        .as_str()
        .expect("a text")
        .to_owned();
    assert_eq!(short, "Desa · https://data.example/dataset/desa-kelurahan-2025");
    one.description = Texts::plain("दे".repeat(5000));
    let long = described(&one)["description"]
        .as_str()
        .expect("a text")
        .chars()
        .count();
    assert_eq!(long, 5000);
}

#[test]
fn nothing_in_it_ends_the_script_it_stands_in() {
    let mut one = Dataset::new(iri("https://data.example/d"));
    one.title = Texts::plain("</script><script>alert(1)</script>");
    let text = dataset(&one, &iri("https://data.example/data/d"), &portal(), "id");
    assert!(!text.contains('<'), "{text}");
    assert_eq!(described(&one)["name"], "</script><script>alert(1)</script>");
}

#[test]
fn data_that_are_not_public_are_not_said_to_be_free() {
    let mut one = Dataset::new(iri("https://data.example/d"));
    one.access = Some(AccessRight::Restricted);
    assert_eq!(described(&one)["isAccessibleForFree"], false);
}

#[test]
fn a_catalogue_is_described_too() {
    let found: Value = serde_json::from_str(&catalogue(&portal(), "id")).expect("JSON");
    assert_eq!(
        found,
        json!({
            "@type": "DataCatalog",
            "@context": "https://schema.org/",
            "@id": "https://data.example/catalog",
            "url": "https://data.example/",
            "name": "Satu Data",
            "publisher": {"@type": "Organization", "name": "Diskominfo"},
        })
    );
}
