//! The catalogue as RDF, DCAT-US, Frictionless and Atom: everybody reads the same, and only what is open.

use std::time::Duration;

use baraza::platform::op::Role;
use formats::dcat::{self, Syntax};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use super::{VILLAGES, publish, send, versions::three_versions};
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
    acts("group_patch", json!({ "id": "health", "title": "Kesehatan" })).await;
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

/// The id in the permanent address that the page of a dataset names.
async fn id_of(town: &Town, slug: &str) -> String {
    let page = town
        .stranger()
        .gets(&format!("/data/{slug}"))
        .await
        .is(200)
        .text();
    let rest = page.split("/dataset/").nth(1);
    rest.and_then(|rest| rest.split(".ttl").next())
        .expect("an id")
        .to_owned()
}

/// The names of the datasets of a page of the catalogue, in their order.
async fn names(town: &Town, query: &str) -> Vec<String> {
    let answer = town.stranger().gets(&format!("/catalog.ttl?{query}")).await;
    let harvest = dcat::read(answer.is(200).text().as_bytes(), Syntax::Turtle, None).expect("reads");
    let datasets = harvest.datasets.iter();
    datasets.map(|dataset| dataset.name("en").to_owned()).collect()
}

#[tokio::test]
async fn a_harvester_asks_for_what_a_search_leaves_and_for_what_changed_since() {
    let town = Town::new().await;
    entered(&town).await;
    town.advance(Duration::from_secs(2 * 24 * 3600));
    publish(&town, VILLAGES).await;
    for (query, wanted) in [
        ("q=beds", vec!["Clinics & beds"]),
        ("q=Zanzibar", vec![]),
        ("fq=groups:health", vec!["Clinics & beds"]),
        ("q=villages&fq=groups:health", vec![]),
        ("modified_since=2026-11-17", vec!["Villages 2024"]),
        (
            "modified_since=2026-11-17T00:00:00%2B07:00",
            vec!["Villages 2024"],
        ),
        (
            "modified_since=2026-11-16T02:00:00",
            vec!["Clinics & beds", "Villages 2024"],
        ),
        ("modified_since=2027-01-01", vec![]),
        (
            "profiles=euro_dcat_ap_3&page=all",
            vec!["Clinics & beds", "Villages 2024"],
        ),
        ("page=all&fq=name:clinics", vec!["Clinics & beds"]),
    ] {
        assert_eq!(names(&town, query).await, wanted, "{query}");
    }
    let stranger = town.stranger();
    let page = stranger
        .gets("/catalog.n3?fq=groups:health&modified_since=2026-11-01")
        .await
        .is(200)
        .text();
    assert!(
        page.contains("/catalog.ttl?page=1&fq=groups%3Ahealth&modified_since=2026-11-01>"),
        "{page}"
    );
    let id = id_of(&town, "clinics").await;
    for (path, told) in [
        ("/catalog.ttl?modified_since=yesterday".to_owned(), "yesterday"),
        ("/catalog.rdf?profiles=schemaorg".to_owned(), "euro_dcat_ap_3"),
        (format!("/dataset/{id}.ttl?profiles=croissant"), "croissant"),
        ("/catalog.ttl?fq=name:(clinics".to_owned(), "SOLR"),
    ] {
        let refused = stranger.gets(&path).await.is(400).text();
        assert!(refused.contains(told), "{path}: {refused}");
    }
}

#[tokio::test]
async fn a_table_is_told_in_every_form_it_is_had_in_and_with_its_versions() {
    let town = three_versions().await;
    let stranger = town.stranger();
    let id = id_of(&town, "villages-2024").await;
    for syntax in Syntax::ALL {
        let path = format!("/dataset/{id}.{}", syntax.suffix());
        let text = stranger.gets(&path).await.is(200).text();
        let harvest = dcat::read(text.as_bytes(), syntax, None).expect("reads");
        assert_eq!((harvest.datasets.len(), &harvest.findings), (1, &vec![]));
        let dataset = &harvest.datasets[0];
        let formats: Vec<_> = dataset
            .distributions
            .iter()
            .filter_map(|one| one.format.as_deref())
            .collect();
        assert_eq!(formats, ["CSV", "JSONL", "JSON", "PARQUET", "XLSX"]);
        for distribution in &dataset.distributions {
            let address = distribution.download_url.as_ref().expect("a file").as_str();
            let path = address.strip_prefix("http://127.0.0.1:8080").expect("is here");
            stranger.gets(path).await.is(200);
        }
        let service = &dataset.distributions[0].services[0];
        assert_eq!(
            service.endpoint.as_str(),
            "http://127.0.0.1:8080/api/3/action/datastore_search"
        );
        let versions: Vec<_> = dataset
            .versions
            .iter()
            .map(|one| one.version.as_deref())
            .collect();
        assert_eq!(versions, [Some("3"), Some("2"), Some("1")]);
        let newest = &dataset.versions[0];
        assert_eq!(newest.previous.as_ref(), Some(&dataset.versions[1].iri));
        assert_eq!(dataset.version.as_deref(), Some("3"));
        assert_eq!(dataset.previous_version.as_ref(), Some(&dataset.versions[1].iri));
        let path = newest.iri.as_str().strip_prefix("http://127.0.0.1:8080");
        stranger.gets(path.expect("is here")).await.is(307);
    }
    // In the catalogue a harvester would take each version for a dataset.
    let text = stranger.gets("/catalog.ttl").await.is(200).text();
    assert!(
        !text.contains("dcat:hasVersion") && text.contains("dcat:version \"3\""),
        "{text}"
    );
    let package = stranger.gets("/data/villages-2024/datapackage.json").await.json();
    assert_eq!(package["resources"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn a_table_with_shapes_is_told_as_geojson_while_everybody_sees_them() {
    let town = Town::new().await;
    let csv = "name,lat,lon\nSukorejo,-7.15,111.88\nDander,-7.25,111.85\n";
    publish(&town, csv).await;
    let told = async || {
        let text = town.stranger().gets("/catalog.ttl").await.is(200).text();
        text.contains("/data/villages-2024/data.geojson>")
    };
    assert!(told().await);
    town.stranger()
        .gets("/data/villages-2024/data.geojson")
        .await
        .is(200);
    let steward = town.someone(Role::Steward, None).await;
    steward
        .submits("/desk/data/villages-2024/columns", &[("data/lat", "sensitive")])
        .await
        .is(303);
    assert!(!told().await);
}

#[tokio::test]
async fn what_was_typed_for_the_metadata_reaches_programs_and_counts_as_a_change() {
    let town = Town::new().await;
    publish(&town, VILLAGES).await;
    town.advance(Duration::from_secs(2 * 24 * 3600));
    assert_eq!(names(&town, "modified_since=2026-11-17").await, [""; 0]);
    let steward = town.someone(Role::Steward, None).await;
    let typed = [
        ("language", "Bahasa Indonesia, en"),
        ("relation", "https://example.org/wells and its kin"),
        ("contributor", "Dinas A; Dinas <B>"),
        ("collection", "Asked at every door"),
        ("responsible-unit", "Statistics section"),
        ("sampling", "-"),
    ];
    steward
        .submits("/desk/data/villages-2024/metadata", &typed)
        .await
        .is(303);
    assert_eq!(names(&town, "modified_since=2026-11-17").await, ["Villages 2024"]);
    let text = town.stranger().gets("/catalog.jsonld").await.is(200).text();
    let harvest = dcat::read(text.as_bytes(), Syntax::JsonLd, None).expect("reads");
    let dataset = &harvest.datasets[0];
    let languages: Vec<_> = dataset.languages.iter().map(|lang| lang.as_str()).collect();
    assert_eq!(languages, ["id", "en"]);
    let related: Vec<_> = dataset.related.iter().map(|iri| iri.as_str()).collect();
    assert_eq!(related, ["https://example.org/wells"]);
    let contributors: Vec<_> = dataset
        .contributors
        .iter()
        .filter_map(|agent| agent.name.best("en"))
        .collect();
    assert_eq!(contributors, ["Dinas A", "Dinas <B>"]);
    assert_eq!(
        dataset.provenance.best("en"),
        Some("How answers are collected: Asked at every door")
    );
    assert_eq!(dataset.contacts[0].name.best("en"), Some("Statistics section"));
    let modified = dataset.modified.as_ref().map(|when| when.as_str());
    assert_eq!(modified, Some("2026-11-18T02:00:00Z"));
}

#[tokio::test]
async fn long_lists_are_whole_however_many_pieces_they_are_sent_in() {
    /// With the one that `entered` has it is one more than a piece.
    const N: usize = 100;
    let town = Town::new().await;
    entered(&town).await;
    let steward = town.someone(Role::Steward, None).await;
    for number in 0..N {
        let name = format!("d-{number:03}");
        let dataset =
            json!({ "name": name, "title": "A, \"B\"", "owner_org": "dinkes", "tags": [{ "name": name }] });
        steward
            .posts_json("/api/3/action/package_create", &dataset)
            .await
            .is(200);
    }
    let stranger = town.stranger();
    for syntax in Syntax::ALL {
        let path = format!("/catalog.{}?page=all", syntax.suffix());
        let text = stranger.gets(&path).await.is(200).text();
        let harvest = dcat::read(text.as_bytes(), syntax, None).expect("reads");
        assert_eq!(harvest.datasets.len(), N + 1, "{path}");
    }
    assert_eq!(names(&town, "page=2").await, ["A, \"B\""]);
    let us = stranger.gets("/catalog/data.json").await.is(200).json();
    assert_eq!(us["dataset"].as_array().map(Vec::len), Some(N + 1));
    for path in ["/data.json", "/organizations/dinkes.json"] {
        let json = stranger.gets(path).await.is(200).json();
        let datasets = json["datasets"].as_array().expect("a list");
        let mut slugs: Vec<_> = datasets.iter().map(|one| one["slug"].as_str()).collect();
        slugs.sort_unstable();
        slugs.dedup();
        assert_eq!(slugs.len(), N + 1, "{path}");
    }
    let csv = stranger.gets("/data.csv?sort=title").await.is(200).text();
    assert_eq!(csv.lines().count(), N + 2);
    assert!(csv.contains("d-007,\"A, \"\"B\"\"\","), "{csv}");
    let one = stranger.gets("/data.json?tag=d-042").await.is(200).json();
    assert_eq!(one["datasets"][0]["slug"], "d-042");
    let none = stranger.gets("/data.json?tag=nothing").await.is(200).json();
    assert_eq!(none, json!({ "datasets": [] }));
}

#[tokio::test]
async fn a_theme_a_search_and_a_dataset_can_be_followed_in_a_feed_reader() {
    let town = three_versions().await;
    entered(&town).await;
    let stranger = town.stranger();
    let page = stranger.gets("/themes/regions").await.is(200).text();
    let feed = "<link rel=\"alternate\" type=\"application/atom+xml\" href=\"/data.atom?theme=regions\">";
    assert!(page.contains(feed), "{feed} is missing in {page}");
    // Nobody is offered mail by an installation that sends none.
    assert!(!page.contains("/follow/theme/regions"), "{page}");
    stranger.gets("/follow/theme/regions").await.is(200);
    let office = stranger.gets("/organizations/dinkes").await.is(200).text();
    assert!(!office.contains("/follow/organisation/dinkes"), "{office}");
    stranger.gets("/follow/organisation/dinkes").await.is(200);
    let (villages, clinics) = (
        "<title>Villages 2024</title>",
        "<title>Clinics &amp; beds</title>",
    );
    for (path, found) in [
        ("/data.atom", [true, true]),
        ("/data.atom?theme=regions", [true, false]),
        ("/data.atom?publisher=dinkes", [false, true]),
        ("/data.atom?q=beds&sort=title", [false, true]),
        ("/data.atom?q=Zanzibar", [false, false]),
    ] {
        let feed = stranger.gets(path).await.is(200);
        assert_eq!(feed.header("content-type"), "application/atom+xml; charset=utf-8");
        let feed = feed.text();
        assert_eq!(
            [villages, clinics].map(|title| feed.contains(title)),
            found,
            "{path}"
        );
    }
    let all = stranger.gets("/data.atom").await.text();
    assert!(all.contains("Villages 2024: version 3 (2 rows)"), "{all}");
    let own = stranger.gets("/data/villages-2024.atom").await.is(200).text();
    for part in [
        "<title>Villages 2024: version 3</title>",
        "/data/villages-2024/data/versions/2..3\"",
        "<title>Villages 2024: version 1</title>",
    ] {
        assert!(own.contains(part), "{part} is missing in {own}");
    }
    let steward = town.someone(Role::Steward, None).await;
    for reader in [&stranger, &steward] {
        // Feeds are read without signing in, and so they are the same for those who did.
        reader.gets("/data/closed.atom").await.is(404);
        assert!(!reader.gets("/data.atom").await.text().contains("Zanzibar"));
    }
}

#[tokio::test]
async fn what_somebody_has_already_is_not_sent_again_and_never_what_only_others_see() {
    let town = Town::new().await;
    publish(&town, VILLAGES).await;
    let stranger = town.stranger();
    let has = |tag: &str| town.stranger().with_header("if-none-match", tag);
    let path = "/data/villages-2024/data.csv";
    let first = stranger.gets(path).await.is(200);
    let tag = first.header("etag").to_owned();
    assert!(first.text().contains("0812"));
    assert_eq!(first.header("cache-control"), "private, no-cache");
    let again = has(&tag).gets(path).await.is(304);
    assert_eq!((again.text().as_str(), again.header("etag")), ("", tag.as_str()));
    for other in [
        "/data/villages-2024/data.csv?sort=-n",
        "/data/villages-2024/data.jsonl",
    ] {
        has(&tag).gets(other).await.is(200);
    }
    let package = "/data/villages-2024/datapackage.json";
    let described = stranger.gets(package).await.is(200).header("etag").to_owned();
    has(&described).gets(package).await.is(304);
    let steward = town.someone(Role::Steward, None).await;
    steward
        .submits("/desk/data/villages-2024/columns", &[("data/phone", "personal")])
        .await
        .is(303);
    let all = steward.gets(path).await.is(200);
    assert!(all.text().contains("0812"));
    for known in [tag.as_str(), all.header("etag")] {
        let open = has(known).gets(path).await.is(200);
        assert!(!open.text().contains("0812"));
    }
    has(&described).gets(package).await.is(200);
    // The next version is another file.
    let open = stranger.gets(path).await.header("etag").to_owned();
    town.advance(Duration::from_secs(3600));
    let producer = town.someone(Role::Producer, Some("35.22")).await;
    send(&producer, "code,name,phone,n\n09,Dander,0899,3\n")
        .await
        .is(303);
    town.run_jobs().await;
    assert!(has(&open).gets(path).await.is(200).text().contains("Dander"));
}

#[tokio::test]
async fn a_feed_leads_to_a_comparison_only_where_everybody_can_open_it() {
    let town = Town::new().await;
    publish(&town, VILLAGES).await;
    let (stranger, steward) = (town.stranger(), town.someone(Role::Steward, None).await);
    let producer = town.someone(Role::Producer, Some("35.22")).await;
    // Nobody has said yet who may see the columns of the second file.
    for csv in ["kode,nama\n01,Sukorejo\n", "kode,nama\n01,Sukorejo\n02,Dander\n"] {
        town.advance(Duration::from_secs(24 * 3_600));
        send(&producer, csv).await.is(303);
        town.run_jobs().await;
    }
    let feed = "/data/villages-2024.atom";
    let unseen = stranger.gets(feed).await.is(200).text();
    assert!(
        !unseen.contains("versions/") && unseen.contains("/data/villages-2024/data?version=2\""),
        "{unseen}"
    );
    let open = [("data/kode", "open"), ("data/nama", "open")];
    steward
        .submits("/desk/data/villages-2024/columns", &open)
        .await
        .is(303);
    let seen = stranger.gets(feed).await.is(200).text();
    assert!(
        seen.contains("versions/2..3\"") && !seen.contains("versions/1..2"),
        "the first two have no column in common: {seen}"
    );
    stranger
        .gets("/data/villages-2024/data/versions/2..3")
        .await
        .is(200);
}

#[tokio::test]
async fn a_feed_compares_a_version_with_the_one_before_it_that_is_still_served() {
    let town = three_versions().await;
    let steward = town.someone(Role::Steward, None).await;
    let withdrawn = [
        ("act", "standing"),
        ("subject", "data@2"),
        ("kind", "withdrawn"),
        ("why", "A column was mixed up"),
    ];
    steward
        .submits("/desk/data/villages-2024/review", &withdrawn)
        .await
        .is(303);
    let stranger = town.stranger();
    let feed = stranger.gets("/data/villages-2024.atom").await.is(200).text();
    assert!(
        feed.contains("versions/1..3\"") && !feed.contains("2..3") && !feed.contains("1..2"),
        "{feed}"
    );
    stranger
        .gets("/data/villages-2024/data/versions/1..3")
        .await
        .is(200);
}

#[tokio::test]
async fn programs_are_told_of_no_file_of_a_table_that_not_everybody_sees_a_column_of() {
    let town = Town::new().await;
    publish(&town, VILLAGES).await;
    let id = id_of(&town, "villages-2024").await;
    let told = async || {
        let mut texts = String::new();
        for path in ["/catalog.ttl".to_owned(), format!("/dataset/{id}.ttl")] {
            texts.push_str(&town.stranger().gets(&path).await.is(200).text());
        }
        texts
    };
    assert!(told().await.contains("/data/villages-2024/data.csv"));
    let steward = town.someone(Role::Steward, None).await;
    let fields = ["code", "name", "phone", "n"].map(|name| format!("data/{name}"));
    let personal: Vec<(&str, &str)> = fields.iter().map(|field| (field.as_str(), "personal")).collect();
    steward
        .submits("/desk/data/villages-2024/columns", &personal)
        .await
        .is(303);
    let told = told().await;
    for part in ["data.csv", "data.xlsx", "datastore/dump"] {
        assert!(!told.contains(part), "{part} is in\n{told}");
    }
}
