//! What a portal begins with and keeps for ever: licences that programs know, the seven themes, files that can be cited.

use baraza::{catalog::model::LICENCES, platform::op::Role};
use formats::dcat::{self, Syntax};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use super::{VILLAGES, publish, send};
use crate::{html::check::faults, town::Town};

async fn asked(town: &Town, action: &str, sent: Value) -> Value {
    let path = format!("/api/3/action/{action}");
    town.stranger().posts_json(&path, &sent).await.is(200).json()["result"].clone()
}

#[tokio::test]
async fn every_licence_that_the_desk_offers_is_open_and_has_an_address_for_every_program() {
    let town = Town::new().await;
    let producer = town.someone(Role::Producer, Some("35.22")).await;
    let listed = asked(&town, "license_list", json!({})).await;
    for (n, code) in LICENCES.into_iter().enumerate() {
        let (slug, title) = (format!("wells-{n}"), format!("Wells {n}"));
        let fields = [
            ("title", title.as_str()),
            ("slug", slug.as_str()),
            ("open", "yes"),
            ("licence", code),
        ];
        producer.submits("/desk/data", &fields).await.is(303);
        let mut all = listed.as_array().expect("licences").iter();
        let known = all.find(|known| known["id"] == code).expect(code);
        assert_eq!(known["od_conformance"], "approved", "{known}");
        let url = known["url"].as_str().expect("an address");
        assert!(url.starts_with("https://"), "{url}");
        let package = asked(&town, "package_show", json!({ "id": slug })).await;
        assert_eq!(package["isopen"], true, "{package}");
        assert_eq!(package["license_url"], url);
        let stranger = town.stranger();
        let page = stranger.gets(&format!("/data/{slug}")).await.is(200).text();
        assert!(page.contains(&format!("href=\"{url}\"")), "{code}: {page}");
        let marked = format!("\"license\":\"{url}\"");
        assert!(
            page.replace("\": \"", "\":\"").contains(&marked),
            "{code}: {page}"
        );
        let path = format!("/data/{slug}/datapackage.json");
        let frictionless = stranger.gets(&path).await.is(200).json();
        assert_eq!(frictionless["licenses"][0]["path"], url);
        let id = package["id"].as_str().expect("an id").to_owned();
        for syntax in [Syntax::Turtle, Syntax::JsonLd] {
            let path = format!("/dataset/{id}.{}", syntax.suffix());
            let text = stranger.gets(&path).await.is(200).text();
            let harvest = dcat::read(text.as_bytes(), syntax, None).expect("reads");
            let licence = harvest.datasets[0].licence.clone().expect("a licence");
            assert_eq!(licence.iri.as_ref().map(|iri| iri.as_str()), Some(url));
        }
    }
    let us = town.stranger().gets("/catalog/data.json").await.is(200).json();
    let datasets = us["dataset"].as_array().expect("datasets");
    assert_eq!(datasets.len(), LICENCES.len());
    for dataset in datasets {
        assert!(dataset["license"].is_string(), "{dataset}");
    }
    let open = asked(&town, "package_search", json!({ "fq": "isopen:true" })).await;
    assert_eq!(open["count"], LICENCES.len());
}

#[tokio::test]
async fn a_new_portal_has_the_seven_themes_of_its_codelist() {
    let town = Town::new().await;
    let lists: Value =
        serde_json::from_str(include_str!("../../../../../data/standards/codelists.json")).expect("JSON");
    let mut all = lists
        .as_array()
        .or(lists["codelists"].as_array())
        .expect("lists")
        .iter();
    let themes = all.find(|list| list["code"] == "themes").expect("the themes");
    let codes = themes["items"].as_array().expect("codes").iter();
    let mut codes: Vec<&str> = codes.filter_map(|item| item["code"].as_str()).collect();
    codes.sort_unstable();
    let groups = asked(&town, "group_list", json!({})).await;
    let groups = groups.as_array().expect("groups").iter();
    let mut groups: Vec<&str> = groups.filter_map(Value::as_str).collect();
    groups.sort_unstable();
    assert_eq!(groups, codes);
    let stranger = town.stranger();
    let page = stranger.gets("/themes").await.is(200).text();
    assert_eq!(faults(&page), [""; 0]);
    let listed = stranger.gets("/themes.json").await.is(200).json();
    assert_eq!(listed["themes"].as_array().map(Vec::len), Some(7));
    for code in codes {
        assert!(page.contains(&format!("href=\"/themes/{code}\"")), "{page}");
        let theme = stranger.gets(&format!("/themes/{code}")).await.is(200).text();
        assert!(theme.contains("0 datasets"), "{theme}");
    }
    let csv = stranger.gets("/themes.csv").await.is(200).text();
    assert_eq!(csv.lines().count(), 8, "{csv}");
    // What a theme was called before leads to it.
    let old = stranger.gets("/themes/population.json").await.is(308);
    assert_eq!(old.header("location"), "/themes/demography.json");
    let producer = town.someone(Role::Producer, Some("35.22")).await;
    let fields = [("title", "People"), ("theme", "population"), ("open", "yes")];
    producer.submits("/desk/data", &fields).await.is(303);
    let found = stranger.gets("/data.json?theme=population").await.is(200).json();
    assert_eq!(found["datasets"][0]["theme"], "demography", "{found}");
}

#[tokio::test]
async fn lists_of_publishers_and_series_are_had_as_files() {
    let town = Town::new().await;
    let stranger = town.stranger();
    let listed = stranger.gets("/organizations.json").await.is(200).json();
    assert!(listed["organizations"].is_array(), "{listed}");
    let csv = stranger.gets("/organizations.csv").await.is(200).text();
    assert!(csv.starts_with("organization,name,n_datasets,address"), "{csv}");
    let series = stranger.gets("/series.json").await.is(200).json();
    assert_eq!(series["series"], json!([]));
}

#[tokio::test]
async fn a_file_that_is_no_table_stays_at_its_own_address_when_another_takes_its_place() {
    let town = Town::new().await;
    let steward = town.someone(Role::Steward, None).await;
    let act = |action: &str| format!("/api/3/action/{action}");
    let office = json!({ "name": "pu", "title": "Dinas PU" });
    steward
        .posts_json(&act("organization_create"), &office)
        .await
        .is(200);
    let dataset = json!({ "name": "plan", "title": "Plan", "owner_org": "pu" });
    let made = steward.posts_json(&act("package_create"), &dataset).await;
    let dataset = made.is(200).json()["result"]["id"]
        .as_str()
        .expect("an id")
        .to_owned();
    let first: [(&str, &str, &str, &[u8]); 3] = [
        ("package_id", "", "", b"plan"),
        ("name", "", "", b"Map"),
        ("upload", "map.png", "image/png", b"one"),
    ];
    let made = steward.posts_parts(&act("resource_create"), &first).await;
    let made = made.is(200).json()["result"].clone();
    let old = made["hash"].as_str().expect("a hash").to_owned();
    assert_eq!((old.len(), made["size"].clone()), (64, json!(3)));
    let id = made["id"].as_str().expect("an id").to_owned();
    let second: [(&str, &str, &str, &[u8]); 3] = [
        ("id", "", "", id.as_bytes()),
        ("name", "", "", b"Map"),
        ("upload", "map-2.png", "image/png", b"two!"),
    ];
    let made = steward.posts_parts(&act("resource_update"), &second).await;
    let made = made.is(200).json()["result"].clone();
    let new = made["hash"].as_str().expect("a hash").to_owned();
    assert_ne!(old, new);
    let stranger = town.stranger();
    for (address, bytes) in [(&old[..], "one"), (&old[..8], "one"), (&new[..], "two!")] {
        let file = stranger.gets(&format!("/files/{address}")).await.is(200);
        assert_eq!(file.text(), bytes);
    }
    for unknown in ["0a", "00000000", "nothing-at-all"] {
        stranger.gets(&format!("/files/{unknown}")).await.is(404);
    }
    let page = stranger.gets("/data/plan").await.is(200).text();
    assert!(page.contains(&format!("/dataset/{dataset}")), "{page}");
    let page = stranger.gets("/data/plan/map").await.is(200).text();
    assert_eq!(faults(&page), [""; 0]);
    for part in [old.as_str(), new.as_str(), "map-2.png", "Cite this"] {
        assert!(page.contains(part), "{part} is missing in\n{page}");
    }
    let told = stranger.gets("/data/plan/map.json").await.is(200).json();
    let kept = told["kept_files"].as_array().expect("files").iter();
    let mut kept: Vec<_> = kept
        .map(|file| (file["name"].clone(), file["href"].clone()))
        .collect();
    kept.sort_by_key(|(name, _)| name.to_string());
    assert_eq!(
        kept,
        [
            (json!("map-2.png"), json!(format!("/files/{new}"))),
            (json!("map.png"), json!(format!("/files/{old}"))),
        ]
    );
    // What came while nobody could read it stays with those who work on it.
    let closed = json!({ "id": "plan", "private": true });
    steward.posts_json(&act("package_patch"), &closed).await.is(200);
    stranger.gets(&format!("/files/{old}")).await.is(404);
    let third: [(&str, &str, &str, &[u8]); 3] = [
        ("id", "", "", id.as_bytes()),
        ("name", "", "", b"Map"),
        ("upload", "draft.png", "image/png", b"draft"),
    ];
    let made = steward.posts_parts(&act("resource_update"), &third).await;
    let draft = made.is(200).json()["result"]["hash"]
        .as_str()
        .expect("a hash")
        .to_owned();
    steward
        .posts_parts(&act("resource_update"), &second)
        .await
        .is(200);
    let open = json!({ "id": "plan", "private": false });
    steward.posts_json(&act("package_patch"), &open).await.is(200);
    stranger.gets(&format!("/files/{old}")).await.is(200);
    stranger.gets(&format!("/files/{draft}")).await.is(404);
    steward.gets(&format!("/files/{draft}")).await.is(200);
    // Whoever takes the file away takes all away.
    let gone = json!({ "id": id });
    steward.posts_json(&act("resource_delete"), &gone).await.is(200);
    stranger.gets(&format!("/files/{old}")).await.is(404);
}

#[tokio::test]
async fn a_version_is_asked_for_by_its_day_too() {
    let town = Town::new().await;
    publish(&town, VILLAGES).await;
    town.advance(std::time::Duration::from_secs(2 * 24 * 3_600));
    let producer = town.someone(Role::Producer, Some("35.22")).await;
    send(&producer, "code,name,phone,n\n01,Sukorejo,0812,5\n")
        .await
        .is(303);
    town.run_jobs().await;
    let stranger = town.stranger();
    for path in ["/data/villages-2024/data.csv", "/data/villages-2024.csv"] {
        let then = stranger
            .gets(&format!("{path}?version=2026-11-16"))
            .await
            .is(200)
            .text();
        assert!(then.contains("Banjarejo"), "{then}");
        let now = stranger.gets(path).await.is(200).text();
        assert!(!now.contains("Banjarejo"), "{now}");
    }
    let page = stranger
        .gets("/data/villages-2024/data?version=2026-11-16")
        .await
        .is(200);
    assert!(page.text().contains("Banjarejo"));
    stranger
        .gets("/data/villages-2024/data?version=soon")
        .await
        .is(404);
}

#[tokio::test]
async fn texts_of_a_dataset_are_in_the_language_that_it_names() {
    let town = Town::new().await;
    publish(&town, VILLAGES).await;
    let steward = town.someone(Role::Steward, None).await;
    steward
        .submits(
            "/desk/data/villages-2024/metadata",
            &[("language", "Bahasa Indonesia")],
        )
        .await
        .is(303);
    let text = town.stranger().gets("/catalog.ttl").await.is(200).text();
    assert!(text.contains("\"Villages 2024\"@id"), "{text}");
    assert!(!text.contains("\"Villages 2024\"@en"), "{text}");
}

#[tokio::test]
async fn harvesters_are_led_to_the_catalogue_that_they_read() {
    let town = Town::new().await;
    let stranger = town.stranger();
    for path in ["/", "/data", "/robots.txt"] {
        let text = stranger.gets(path).await.is(200).text();
        assert!(text.contains("/catalog/data.json"), "{path}: {text}");
    }
}
