//! The catalogue as RDF, DCAT-US, Frictionless and Atom: everybody reads the same, and only what is open.

use baraza::platform::op::Role;
use formats::dcat::{self, Syntax};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use super::{VILLAGES, publish};
use crate::town::Town;

/// A steward who entered an open dataset with a link, and one that is not open.
async fn entered(town: &Town) {
    let steward = town.someone(Role::Steward, None).await;
    let acts = async |action: &str, sent: Value| {
        let answer = steward
            .posts_json(&format!("/api/3/action/{action}"), &sent)
            .await;
        answer.is(200).json()["result"].clone()
    };
    acts(
        "organization_create",
        json!({ "name": "dinkes", "title": "Dinas <Kesehatan>" }),
    )
    .await;
    acts("group_create", json!({ "name": "health", "title": "Kesehatan" })).await;
    let open = json!({
        "name": "clinics", "title": "Clinics & beds", "owner_org": "dinkes", "license_id": "cc-by",
        "groups": [{ "name": "health" }], "tags": [{ "name": "beds" }],
        "extras": [{ "key": "accrualPeriodicity", "value": "R/P1M" }, { "key": "temporal", "value": "2025-01/2025-06" }],
        "resources": [{ "name": "Map", "url": "https://example.org/map.pdf", "format": "PDF" }],
    });
    acts("package_create", open).await;
    acts(
        "package_create",
        json!({ "name": "closed", "title": "Zanzibar", "owner_org": "dinkes", "private": true }),
    )
    .await;
}

#[tokio::test]
async fn every_syntax_holds_every_open_dataset_and_no_other() {
    let town = Town::new().await;
    entered(&town).await;
    publish(&town, VILLAGES).await;
    let steward = town.someone(Role::Steward, None).await;
    for syntax in Syntax::ALL {
        let path = format!("/catalog.{}", syntax.suffix());
        let answer = town.stranger().gets(&path).await.is(200);
        assert_eq!(answer.header("content-type"), syntax.content_type());
        let text = answer.text();
        let harvest = dcat::read(text.as_bytes(), syntax, None).expect("reads");
        let mut titles: Vec<_> = harvest
            .datasets
            .iter()
            .map(|dataset| dataset.name("en").to_owned())
            .collect();
        titles.sort();
        assert_eq!(titles, ["Clinics & beds", "Villages 2024"]);
        assert_eq!(harvest.total, Some(2));
        assert!(
            !text.contains("phone"),
            "columns are told with their dataset only"
        );
        // Whoever asks, it is what everybody reads.
        assert_eq!(steward.gets(&path).await.text(), text);
        let whole = town
            .stranger()
            .gets(&format!("{path}?page=all"))
            .await
            .is(200)
            .text();
        assert_eq!(
            dcat::read(whole.as_bytes(), syntax, None)
                .expect("reads")
                .datasets
                .len(),
            2
        );
        town.stranger().gets(&format!("{path}?page=2")).await.is(404);
    }
}

#[tokio::test]
async fn a_dataset_has_one_address_for_people_and_programs() {
    let town = Town::new().await;
    entered(&town).await;
    let stranger = town.stranger();
    let page = stranger.gets("/data/clinics").await.is(200).text();
    let linked = page
        .split_once("<script type=\"application/ld+json\">")
        .expect("for search engines")
        .1;
    let linked: Value =
        serde_json::from_str(linked.split_once("</script>").expect("its end").0).expect("JSON");
    assert_eq!(
        (&linked["@type"], &linked["name"]),
        (&json!("Dataset"), &json!("Clinics & beds"))
    );
    let id = page
        .split("/dataset/")
        .nth(1)
        .and_then(|rest| rest.split(".ttl").next())
        .expect("an id")
        .to_owned();
    let people = stranger.gets(&format!("/dataset/{id}")).await.is(307);
    assert_eq!(people.header("location"), "/data/clinics");
    let program = town
        .stranger()
        .with_header("accept", "text/turtle")
        .gets(&format!("/dataset/{id}"))
        .await
        .is(200);
    assert_eq!(
        program.header("vary").to_ascii_lowercase().contains("accept"),
        true
    );
    let harvest = dcat::read(program.text().as_bytes(), Syntax::Turtle, None).expect("reads");
    let dataset = &harvest.datasets[0];
    assert_eq!(
        dataset.publisher.as_ref().and_then(|agent| agent.name.best("en")),
        Some("Dinas <Kesehatan>")
    );
    assert_eq!(dataset.frequency, Some(dcat::codes::Frequency::Monthly));
    assert_eq!(
        dataset.distributions[0]
            .download_url
            .as_ref()
            .map(|url| url.as_str()),
        Some("https://example.org/map.pdf")
    );
    for path in [
        "/dataset/closed",
        "/dataset/closed.ttl",
        "/dataset/nothing.jsonld",
        "/data/closed/datapackage.json",
    ] {
        stranger.gets(path).await.is(404);
    }
    assert!(
        !town
            .someone(Role::Steward, None)
            .await
            .gets("/data/closed")
            .await
            .text()
            .contains("ld+json\">{")
    );
}

#[tokio::test]
async fn other_catalogues_and_readers_find_what_they_know() {
    let town = Town::new().await;
    entered(&town).await;
    publish(&town, VILLAGES).await;
    let stranger = town.stranger();
    let us = stranger.gets("/catalog/data.json").await.is(200).json();
    assert_eq!(us["dataset"].as_array().map(Vec::len), Some(2));
    let feed = stranger.gets("/catalog/feed.atom").await.is(200).text();
    assert!(
        feed.contains("Clinics &amp; beds") && !feed.contains("Zanzibar"),
        "{feed}"
    );
    let package = stranger
        .gets("/data/villages-2024/datapackage.json")
        .await
        .is(200)
        .json();
    let fields = package["resources"][0]["schema"]["fields"].clone();
    let names: Vec<_> = fields
        .as_array()
        .into_iter()
        .flatten()
        .map(|field| field["name"].clone())
        .collect();
    assert_eq!(names, [json!("code"), json!("name"), json!("phone"), json!("n")]);
    // What a steward marks as personal is told to nobody.
    let steward = town.someone(Role::Steward, None).await;
    steward
        .submits("/desk/data/villages-2024/columns", &[("data/phone", "personal")])
        .await
        .is(303);
    let package = stranger
        .gets("/data/villages-2024/datapackage.json")
        .await
        .is(200)
        .text();
    assert!(!package.contains("phone"), "{package}");
    let people = stranger.gets("/catalog").await.is(303);
    assert_eq!(people.header("location"), "/data");
}
