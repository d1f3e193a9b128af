use pretty_assertions::assert_eq;
use serde_json::json;

use super::Writer;
use crate::dcat::{
    codes::{Frequency, data_theme},
    model::{Bounds, Catalogue, Dataset, Distribution, Period, Place},
    values::{Iri, Texts, When},
};

fn iri(text: &str) -> Iri {
    Iri::parse(text).expect("a test writes proper addresses")
}

fn catalogue() -> Catalogue {
    let mut catalogue = Catalogue::new(iri("https://data.example/"));
    catalogue.publisher.name = Texts::of("id", "Diskominfo");
    catalogue.publisher.email = Some("data@kab.example".into());
    catalogue
}

fn written(datasets: &[Dataset]) -> serde_json::Value {
    let catalogue = catalogue();
    let mut out = String::new();
    let mut writer = Writer::begin(&iri("https://data.example/data.json"), &catalogue, "id", &mut out);
    for dataset in datasets {
        writer.dataset(dataset, &mut out);
    }
    writer.end(&mut out);
    serde_json::from_str(&out).expect("JSON")
}

#[test]
fn a_bare_dataset_gets_what_the_schema_demands_from_the_catalogue() {
    let mut bare = Dataset::new(iri("https://data.example/d/1"));
    bare.title = Texts::of("id", "Desa");
    bare.issued = When::parse("2024-05-01");
    let found = written(&[bare]);
    assert_eq!(
        found["conformsTo"],
        "https://project-open-data.cio.gov/v1.1/schema"
    );
    assert_eq!(
        found["dataset"][0],
        json!({
            "@type": "dcat:Dataset",
            "title": "Desa",
            "description": "Desa",
            "keyword": ["Desa"],
            "modified": "2024-05-01",
            "publisher": {"@type": "org:Organization", "name": "Diskominfo"},
            "contactPoint": {"@type": "vcard:Contact", "fn": "Diskominfo", "hasEmail": "mailto:data@kab.example"},
            "identifier": "https://data.example/d/1",
            "accessLevel": "public",
            "issued": "2024-05-01",
        })
    );
}

#[test]
fn a_full_dataset_is_written_in_the_wanted_language() {
    let mut full = Dataset::new(iri("https://data.example/d/1"));
    full.identifiers.push("desa".into());
    full.title = Texts::of("en", "Villages").and("id", "Desa");
    full.keywords = Texts::of("en", "village")
        .and("id", "desa")
        .and("id", "kelurahan");
    full.frequency = Some(Frequency::Yearly);
    full.themes.extend(data_theme("government"));
    full.places.push(Place {
        name: Texts::plain("Bojonegoro"),
        bounds: Some(Bounds {
            west: 111.5,
            south: -7.5,
            east: 112.25,
            north: -7.0,
        }),
        ..Place::default()
    });
    full.periods.push(Period {
        start: When::parse("2024"),
        end: When::parse("2024-12-31"),
    });
    full.distributions.push(Distribution {
        download_url: Some(iri("https://data.example/desa.bin")),
        media_type: Some("application/x!odd".into()),
        ..Distribution::default()
    });
    let found = &written(&[full.clone(), full])["dataset"][1];
    assert_eq!(found["identifier"], "desa");
    assert_eq!(found["title"], "Desa");
    assert_eq!(found["keyword"], json!(["desa", "kelurahan"]));
    assert_eq!(found["modified"], "R/P1Y");
    assert_eq!(found["spatial"], "111.5,-7.5,112.25,-7");
    assert_eq!(found["temporal"], "2024/2024-12-31");
    assert_eq!(found["theme"], json!(["Government and public sector"]));
    assert_eq!(found["distribution"][0]["mediaType"], "application/octet-stream");
}

#[test]
fn a_mailbox_that_the_schema_would_refuse_is_left_out() {
    let mut dataset = Dataset::new(iri("https://data.example/d/1"));
    dataset.contacts.push(crate::dcat::model::Contact {
        name: Texts::plain("Desk"),
        email: Some("not an address".into()),
        ..Default::default()
    });
    let found = &written(&[dataset])["dataset"][0]["contactPoint"];
    assert_eq!(found["fn"], "Desk");
    assert_eq!(
        found["hasEmail"], "mailto:data@kab.example",
        "that of the catalogue answers"
    );
}

#[test]
fn an_empty_catalogue_is_still_json() {
    assert_eq!(written(&[])["dataset"], json!([]));
}
