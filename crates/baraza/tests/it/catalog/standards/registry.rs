//! The registry as everybody reads it: standards, codelists and the list of places.

use baraza::{
    places::{self, NewList, import::Options},
    platform::op::Role,
};
use jiff::civil::date;
use pretty_assertions::assert_eq;
use serde_json::json;

use super::{PEOPLE, opened, people, sends};
use crate::{html::check::faults, town::Town};

#[tokio::test]
async fn the_registry_is_read_by_people_spreadsheets_and_programs_of_the_semantic_web() {
    let town = Town::new().await;
    let reader = town.stranger();
    for path in [
        "/standards",
        "/standards?lang=id",
        "/standards/sex",
        "/standards/codelists/age-groups?version=2",
        "/standards/codelists/places",
    ] {
        let page = reader.gets(path).await.is(200).text();
        assert_eq!(faults(&page), [""; 0], "{path}");
    }
    let page = reader
        .gets("/standards/codelists/age-groups")
        .await
        .is(200)
        .text();
    assert!(page.contains("75+ (v1)") && page.contains("Split"), "{page}");
    let csv = reader.gets("/standards/codelists/sex.csv").await.is(200).text();
    assert_eq!(
        csv,
        "code,label:en,label:id,parent,valid_from,valid_to\nM,Male,Laki-laki,,,\nF,Female,Perempuan,,,\n"
    );
    let turtle = reader.gets("/standards/codelists/sex.ttl").await.is(200);
    assert_eq!(turtle.header("content-type"), "text/turtle; charset=utf-8");
    let turtle = turtle.text();
    assert!(
        turtle.contains("skos:exactMatch <http://127.0.0.1:8080/standards/codelists/sex?version=1#L>"),
        "{turtle}"
    );
    let json = reader.gets("/standards/sex.json").await.is(200).json();
    assert_eq!(json["classification"]["codelist"], "sex");
    let all = reader.gets("/standards.json").await.is(200).json();
    assert!(all["standards"].as_array().is_some_and(|all| all.len() >= 10));
    reader.gets("/standards/nothing").await.is(404);
}

#[tokio::test]
async fn standards_are_looked_for_in_any_language_and_with_a_letter_wrong() {
    let town = Town::new().await;
    let reader = town.stranger();
    for q in ["sex", "kelamin", "kelanin"] {
        let page = reader.gets(&format!("/standards?q={q}")).await.is(200).text();
        assert!(page.contains("href=\"/standards/sex?version=1\""), "{q}\n{page}");
        assert_eq!(
            page.contains("Nothing is written exactly so."),
            q == "kelanin",
            "{q}\n{page}"
        );
        assert_eq!(faults(&page), [""; 0], "{q}");
    }
    let none = reader.gets("/standards?q=zzzzzzzz").await.is(200).text();
    assert!(none.contains("No standard or codelist says this."), "{none}");
    assert_eq!(faults(&none), [""; 0]);
    let found = reader.gets("/standards.json?q=kelamin").await.is(200).json();
    let all = reader.gets("/standards.json").await.is(200).json();
    let n = |json: &serde_json::Value| json["standards"].as_array().map_or(0, Vec::len);
    assert!(n(&found) > 0 && n(&found) < n(&all), "{found}");
    let csv = reader.gets("/standards.csv?q=zzzzzzzz").await.is(200).text();
    assert_eq!(csv.lines().count(), 1, "{csv}");
}

#[tokio::test]
async fn a_standard_and_its_codelist_name_the_tables_that_use_them_to_who_may_know_of_those() {
    let town = Town::new().await;
    let producer = people(&town).await;
    let reader = town.stranger();
    let pages = ["/standards/sex", "/standards/codelists/sex"];
    for path in pages {
        let page = reader.gets(path).await.is(200).text();
        assert!(page.contains("No table that you may read uses it yet."), "{page}");
        assert_eq!(faults(&page), [""; 0], "{path}");
    }
    producer
        .submits("/desk/data/people/standards", &[("data/sex", "sex@1")])
        .await
        .is(303);
    let link = "href=\"/data/people/data\"";
    for path in pages {
        let page = reader.gets(path).await.is(200).text();
        assert!(page.contains(link) && page.contains("sex (Sex v1)"), "{page}");
        assert_eq!(faults(&page), [""; 0], "{path}");
    }
    // Not even the name of a column that is not open.
    let steward = town.someone(Role::Steward, None).await;
    steward
        .submits("/desk/data/people/columns", &[("data/sex", "personal")])
        .await
        .is(303);
    for path in pages {
        assert!(!reader.gets(path).await.is(200).text().contains(link), "{path}");
        assert!(steward.gets(path).await.is(200).text().contains(link), "{path}");
    }
}

#[tokio::test]
async fn a_closed_dataset_is_named_on_no_page_of_a_standard_to_everybody() {
    let town = Town::new().await;
    let producer = town.someone(Role::Producer, Some("35.22")).await;
    producer
        .submits("/desk/data", &[("title", "People")])
        .await
        .is(303);
    sends(&town, &producer, PEOPLE).await;
    producer
        .submits("/desk/data/people/standards", &[("data/sex", "sex@1")])
        .await
        .is(303);
    let link = "href=\"/data/people/data\"";
    let page = town.stranger().gets("/standards/sex").await.is(200).text();
    assert!(!page.contains(link), "{page}");
}

#[tokio::test]
async fn the_list_of_places_has_a_version_of_each_year_and_a_map_from_one_to_the_next() {
    let town = Town::new().await;
    let before = "kode,nama\n35,Jawa Timur\n35.22,Bojonegoro\n35.22.01,Margomulyo\n35.22.01.2001,Luwihaji\n35.22.01.2002,Meduri\n";
    let after = "kode,nama\n35,Jawa Timur\n35.22,Bojonegoro\n35.22.29,Gayam\n35.22.29.2001,Luwihaji\n35.22.01,Margomulyo\n35.22.01.2002,Meduri\n";
    for (text, from) in [(before, date(2023, 1, 1)), (after, date(2025, 7, 1))] {
        let list = NewList {
            file_name: "list".into(),
            bytes: text.as_bytes().to_vec(),
            options: Options {
                valid_from: Some(from),
                ..Options::default()
            },
        };
        places::import(&town.app, &town.system(), list, &|_, _| ())
            .await
            .expect("taken in");
        town.run_jobs().await;
    }
    let reader = town.stranger();
    let csv = async |version: &str| {
        let path = format!("/standards/codelists/places.csv?version={version}");
        reader.gets(&path).await.is(200).text()
    };
    let (old, new) = (csv("2024").await, csv("2025").await);
    assert!(
        old.contains("35.22.01.2001") && !old.contains("35.22.29"),
        "{old}"
    );
    assert!(
        new.contains("35.22.29.2001") && !new.contains("35.22.01.2001"),
        "{new}"
    );
    let page = reader
        .gets("/standards/codelists/places?version=2025")
        .await
        .is(200)
        .text();
    for part in [
        "35.22.01.2001 (v2024)",
        "35.22.29.2001 (v2025)",
        "One to one",
        "href=\"/standards/codelists/places?version=2024\"",
    ] {
        assert!(page.contains(part), "{part} is missing in\n{page}");
    }
    assert_eq!(faults(&page), [""; 0]);
    let turtle = reader
        .gets("/standards/codelists/places.ttl?version=2025")
        .await
        .is(200)
        .text();
    assert!(
        turtle.contains("skos:exactMatch <http://127.0.0.1:8080/standards/codelists/places?version=2024#35%2E22%2E01%2E2001>"),
        "{turtle}"
    );
    reader
        .gets("/standards/codelists/places?version=2099")
        .await
        .is(404);
    // A column that follows the list of a year gets the codes that older ones became.
    let steward = town.someone(Role::Steward, None).await;
    let mut village = reader.gets("/standards/village.json").await.is(200).json();
    village["version"] = json!("2025");
    village["classification"]["version"] = json!("2025");
    let text = json!({ "standards": [village] }).to_string();
    steward
        .submits("/desk/standards", &[("kind", "json"), ("text", &text)])
        .await
        .is(303);
    let producer = opened(&town, "name,place\nA,35.22.01.2001\nB,35.22.29.2001\n").await;
    producer
        .submits("/desk/data/people/standards", &[("data/place", "village@2025")])
        .await
        .is(303);
    let doubts = producer
        .gets("/desk/data/people/standards/data/place")
        .await
        .is(200)
        .text();
    assert!(
        doubts.contains("1 of 2 values follow the standard.")
            && doubts.contains("A code of an older version, which became this one"),
        "{doubts}"
    );
}
