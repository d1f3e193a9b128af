//! CKAN's Action API through the front door: who may what, what comes back, what stays.

use baraza::platform::op::Role;
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use crate::town::{Answer, Town, Visitor, grant};

/// The address of an action.
fn at(action: &str) -> String {
    format!("/api/3/action/{action}")
}

async fn acts(visitor: &Visitor<'_>, action: &str, sent: Value) -> Answer {
    visitor.posts_json(&at(action), &sent).await
}

/// The result of an action that succeeds.
async fn result(visitor: &Visitor<'_>, action: &str, sent: Value) -> Value {
    let answer = acts(visitor, action, sent).await.is(200).json();
    assert_eq!(answer["success"], true, "{answer}");
    answer["result"].clone()
}

/// An organisation and a theme, as a steward makes them.
async fn founded(town: &Town) -> Visitor<'_> {
    let steward = town.someone(Role::Steward, None).await;
    let office = json!({ "name": "dinkes", "title": "Dinas Kesehatan", "description": "Health" });
    result(&steward, "organization_create", office).await;
    result(
        &steward,
        "group_create",
        json!({ "name": "sanitasi", "title": "Sanitasi" }),
    )
    .await;
    steward
}

fn wells() -> Value {
    json!({
        "name": "wells_2026",
        "title": "Wells 2026",
        "notes": "Where people fetch water",
        "owner_org": "dinkes",
        "license_id": "cc-by",
        "maintainer": "Data desk",
        "maintainer_email": "data@example.org",
        "tags": [{ "name": "water" }, { "name": "air minum" }],
        "groups": [{ "name": "sanitasi" }],
        "extras": [{ "key": "frequency", "value": "R/P1Y" }],
        "resources": [
            { "url": "https://example.org/report.pdf", "name": "Report", "format": "pdf", "depth": 3 },
            { "url": "javascript:alert(1)", "name": "Trap" },
        ],
    })
}

#[tokio::test]
async fn a_dataset_comes_back_as_it_was_sent_and_has_a_page() {
    let town = Town::new().await;
    let steward = founded(&town).await;
    let made = result(&steward, "package_create", wells()).await;
    assert_eq!(made["organization"]["title"], "Dinas Kesehatan");
    assert_eq!(made["groups"][0]["display_name"], "Sanitasi");
    assert_eq!(
        (made["num_tags"].as_u64(), made["num_resources"].as_u64()),
        (Some(2), Some(2))
    );
    assert_eq!(
        made["resources"][0]["depth"], 3,
        "what CKAN does not know is kept"
    );
    assert_eq!(made["isopen"], true);
    let stranger = town.stranger();
    let shown = stranger
        .gets(&format!("{}?id=wells_2026", at("package_show")))
        .await
        .is(200)
        .json();
    assert_eq!(shown["result"], made);
    assert_eq!(
        shown["help"],
        format!(
            "{}/api/3/action/help_show?name=package_show",
            town.app.config.base_url
        )
    );
    let page = stranger.gets("/data/wells_2026").await.is(200).text();
    for part in [
        "Wells 2026",
        "Where people fetch water",
        ">air minum</a>, ",
        "https://example.org/report.pdf",
        "at example.org",
        "mailto:data@example.org",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert!(!page.contains("href=\"javascript:"), "{page}");
    let id = made["id"].as_str().expect("an id");
    let by_id = stranger.gets(&format!("/data/{id}")).await.is(308);
    assert_eq!(by_id.header("location"), "/data/wells_2026");
    let ckans = stranger.gets("/dataset/wells_2026").await.is(307);
    assert_eq!(ckans.header("location"), "/data/wells_2026");
}

#[tokio::test]
async fn what_is_sent_again_as_it_stands_changes_nothing() {
    let town = Town::new().await;
    let steward = founded(&town).await;
    let made = result(&steward, "package_create", wells()).await;
    town.advance(std::time::Duration::from_secs(60));
    let again = result(&steward, "package_update", made.clone()).await;
    assert_eq!(again, made);
    let patched = result(
        &steward,
        "package_patch",
        json!({ "id": "wells_2026", "title": "Wells" }),
    )
    .await;
    assert_eq!(patched["title"], "Wells");
    assert_eq!(patched["resources"], made["resources"], "what was not sent stays");
    assert!(patched["metadata_modified"].as_str() > made["metadata_modified"].as_str());
}

#[tokio::test]
async fn a_dataset_that_is_called_otherwise_is_found_by_both_names() {
    let town = Town::new().await;
    let steward = founded(&town).await;
    result(&steward, "package_create", wells()).await;
    let renamed = json!({ "id": "wells_2026", "name": "sumur-2026" });
    result(&steward, "package_patch", renamed).await;
    let stranger = town.stranger();
    let moved = stranger.gets("/data/wells_2026").await.is(308);
    assert_eq!(moved.header("location"), "/data/sumur-2026");
    stranger.gets("/data/sumur-2026").await.is(200);
    let shown = stranger
        .gets(&format!("{}?id=wells_2026", at("package_show")))
        .await
        .is(200)
        .json();
    assert_eq!(shown["result"]["name"], "sumur-2026");
}

#[tokio::test]
async fn resources_come_and_go_one_by_one_and_keep_their_place() {
    let town = Town::new().await;
    let steward = founded(&town).await;
    let made = result(&steward, "package_create", wells()).await;
    let third = json!({ "package_id": "wells_2026", "url": "https://example.org/map", "name": "Map" });
    let third = result(&steward, "resource_create", third).await;
    assert_eq!(third["position"], 2);
    let id = third["id"].as_str().expect("an id");
    let patched = result(
        &steward,
        "resource_patch",
        json!({ "id": id, "description": "As a map" }),
    )
    .await;
    assert_eq!(
        (&patched["name"], &patched["description"]),
        (&json!("Map"), &json!("As a map"))
    );
    let order = json!({ "id": "wells_2026", "order": [id] });
    result(&steward, "package_resource_reorder", order).await;
    let first = made["resources"][0]["id"].clone();
    let gone = result(&steward, "resource_delete", json!({ "id": first })).await;
    assert_eq!(gone, Value::Null);
    let shown = result(&town.stranger(), "package_show", json!({ "id": "wells_2026" })).await;
    let names: Vec<_> = shown["resources"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|one| one["name"].clone())
        .collect();
    assert_eq!(names, [json!("Map"), json!("Trap")]);
    acts(&steward, "resource_show", json!({ "id": first }))
        .await
        .is(404);
    // Its id belongs to the dataset still: nobody else's may take it.
    let thief = json!({ "name": "thief", "owner_org": "dinkes", "resources": [{ "id": first, "url": "https://example.org" }] });
    acts(&steward, "package_create", thief).await.is(409);
    let back = json!({ "package_id": "wells_2026", "id": first, "url": "https://example.org/report.pdf", "name": "Report" });
    result(&steward, "resource_create", back).await;
}

#[tokio::test]
async fn strangers_readers_and_writers_see_what_they_may() {
    let town = Town::new().await;
    let steward = founded(&town).await;
    let closed = json!({ "name": "closed", "owner_org": "dinkes", "private": true, "title": "Zanzibar" });
    result(&steward, "package_create", closed).await;
    result(&steward, "package_create", wells()).await;
    result(
        &steward,
        "package_create",
        json!({ "name": "draft", "owner_org": "dinkes", "state": "draft" }),
    )
    .await;
    result(
        &steward,
        "package_create",
        json!({ "name": "gone", "owner_org": "dinkes" }),
    )
    .await;
    result(&steward, "package_delete", json!({ "id": "gone" })).await;
    let stranger = town.stranger();
    let officer = town.someone(Role::Officer, None).await;
    let all = json!({ "include_private": true, "include_drafts": true, "include_deleted": true, "fl": "name", "sort": "name asc" });
    for (who, seen) in [
        (&stranger, vec!["wells_2026"]),
        (&officer, vec!["closed", "wells_2026"]),
        (&steward, vec!["closed", "draft", "gone", "wells_2026"]),
    ] {
        let found = result(who, "package_search", all.clone()).await;
        let names: Vec<_> = found["results"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|one| one["name"].as_str().unwrap_or_default())
            .collect();
        assert_eq!(names, seen);
        let listed = result(who, "package_list", all_flags()).await;
        assert_eq!(listed, json!(seen));
        for name in ["closed", "draft", "gone", "wells_2026"] {
            let status = acts(who, "package_show", json!({ "id": name })).await.status;
            assert_eq!(status, if seen.contains(&name) { 200 } else { 404 }, "{name}");
        }
    }
    // A script tag is nobody, whoever's browser runs it.
    let script = steward
        .gets(&format!("{}?id=closed&callback=show", at("package_show")))
        .await;
    assert_eq!(script.status, 404);
    for name in ["draft", "gone"] {
        steward.gets(&format!("/data/{name}")).await.is(404);
    }
    assert!(!stranger.gets("/data").await.text().contains("Zanzibar"));
}

fn all_flags() -> Value {
    json!({ "include_private": true, "include_drafts": true, "include_deleted": true })
}

#[tokio::test]
async fn only_who_may_write_for_an_organisation_changes_its_datasets() {
    let town = Town::new().await;
    let steward = founded(&town).await;
    result(
        &steward,
        "organization_create",
        json!({ "name": "dinas-pu", "title": "Pekerjaan Umum" }),
    )
    .await;
    result(&steward, "package_create", wells()).await;
    let mut works = grant(Role::Producer, None);
    works.org = Some("dinas-pu".into());
    town.add("works@town.test", "Works", &[works]).await;
    let works = town.signs_in("works@town.test").await;
    for (action, sent) in [
        ("package_patch", json!({ "id": "wells_2026", "title": "Mine" })),
        ("package_delete", json!({ "id": "wells_2026" })),
        (
            "resource_create",
            json!({ "package_id": "wells_2026", "url": "https://example.org" }),
        ),
        ("organization_create", json!({ "name": "mine" })),
        ("group_delete", json!({ "id": "sanitasi" })),
    ] {
        let answer = acts(&works, action, sent).await.is(403).json();
        assert_eq!(answer["error"]["__type"], "Authorization Error", "{action}");
    }
    let theirs = json!({ "name": "mine", "owner_org": "dinkes" });
    assert!(matches!(
        acts(&works, "package_create", theirs).await.status.as_u16(),
        403 | 409
    ));
    let own = json!({ "name": "mine", "owner_org": "dinas-pu", "id": "chosen-by-me" });
    let told = acts(&works, "package_create", own).await.is(409).json();
    assert!(
        told["error"].get("id").is_some(),
        "ids are an administrator's to choose: {told}"
    );
    result(
        &works,
        "package_create",
        json!({ "name": "mine", "owner_org": "dinas-pu" }),
    )
    .await;
    let moved = json!({ "id": "mine", "owner_org": "dinkes" });
    assert!(
        matches!(
            acts(&works, "package_patch", moved).await.status.as_u16(),
            403 | 409
        ),
        "given away"
    );
    for action in [
        "package_create",
        "package_update",
        "resource_create",
        "organization_create",
        "group_create",
    ] {
        let nobody = acts(&town.stranger(), action, json!({ "name": "nobodys" })).await;
        assert_eq!(nobody.status, 403, "{action}");
    }
    // What changes something is not asked by GET.
    let got = steward
        .gets(&format!("{}?id=wells_2026", at("package_delete")))
        .await;
    assert_eq!(got.status, 400);
}

#[tokio::test]
async fn an_uploaded_table_is_read_and_an_uploaded_picture_is_kept() {
    let town = Town::new().await;
    let steward = founded(&town).await;
    let made = result(
        &steward,
        "package_create",
        json!({ "name": "depths", "owner_org": "dinkes" }),
    )
    .await;
    let csv: &[u8] = b"well,depth\nSukorejo,12\nNgasem,=1+1\n";
    let parts: [(&str, &str, &str, &[u8]); 3] = [
        ("package_id", "", "", b"depths"),
        ("name", "", "", b"Depths"),
        ("upload", "depths.csv", "text/csv", csv),
    ];
    let table = steward
        .posts_parts(&at("resource_create"), &parts)
        .await
        .is(200)
        .json();
    let url = table["result"]["url"].as_str().expect("an address").to_owned();
    assert!(url.ends_with("/download/depths.csv"), "{url}");
    assert_eq!(table["result"]["url_type"], "upload");
    town.run_jobs().await;
    let stranger = town.stranger();
    let page = stranger.gets("/data/depths/depths").await.is(200).text();
    assert!(page.contains("Sukorejo"), "{page}");
    let path = url.trim_start_matches(&town.app.config.base_url);
    assert_eq!(stranger.gets(path).await.is(200).text().as_bytes(), csv);
    let parts: [(&str, &str, &str, &[u8]); 3] = [
        ("package_id", "", "", b"depths"),
        ("name", "", "", b"Picture"),
        ("upload", "../../map.png", "image/png", b"\x89PNG"),
    ];
    let picture = steward
        .posts_parts(&at("resource_create"), &parts)
        .await
        .is(200)
        .json();
    let url = picture["result"]["url"].as_str().expect("an address").to_owned();
    assert!(url.ends_with("/download/map.png"), "{url}");
    let path = url.trim_start_matches(&town.app.config.base_url);
    stranger.gets(path).await.is(200);
    // A private dataset's files are for those who may read it.
    result(
        &steward,
        "package_patch",
        json!({ "id": made["id"], "private": true }),
    )
    .await;
    stranger.gets(path).await.is(404);
    steward.gets(path).await.is(200);
}

#[tokio::test]
async fn search_filters_counts_and_sorts_as_clients_ask() {
    let town = Town::new().await;
    let steward = founded(&town).await;
    result(&steward, "package_create", wells()).await;
    let schools = json!({ "name": "schools", "title": "Sekolah", "owner_org": "dinkes", "tags": [{ "name": "pendidikan" }] });
    result(&steward, "package_create", schools).await;
    let stranger = town.stranger();
    let asked =
        json!({ "q": "water", "fq": "organization:dinkes", "facet.field": "[\"tags\",\"organization\"]" });
    let found = result(&stranger, "package_search", asked).await;
    assert_eq!(found["count"], 1);
    assert_eq!(found["facets"]["tags"], json!({ "air minum": 1, "water": 1 }));
    assert_eq!(
        found["search_facets"]["organization"]["items"][0]["display_name"],
        "Dinas Kesehatan"
    );
    let by_query = stranger
        .gets(&format!("{}?q=title:Sekolah&rows=1", at("package_search")))
        .await
        .is(200)
        .json();
    assert_eq!(by_query["result"]["results"][0]["name"], "schools");
    let bad = acts(&stranger, "package_search", json!({ "wrong": 1 }))
        .await
        .is(400)
        .json();
    assert_eq!(bad["error"]["__type"], "Search Query Error");
    acts(
        &stranger,
        "package_search",
        json!({ "fq": "metadata_modified:[never TO NOW]" }),
    )
    .await
    .is(409);
    // What may be seen cannot be asked away.
    let closed = json!({ "name": "closed", "owner_org": "dinkes", "private": true });
    result(&steward, "package_create", closed).await;
    let tricks = json!({ "q": "permission_labels:staff OR *:*", "fq": "+state:*", "include_private": true });
    let found = result(&stranger, "package_search", tricks).await;
    assert_eq!(found["count"], 2);
    assert_eq!(
        result(&stranger, "tag_list", json!({})).await,
        json!(["air minum", "pendidikan", "water"])
    );
    let groups = result(&stranger, "group_list", json!({})).await;
    let groups = groups.as_array().expect("names").clone();
    assert!(
        groups.len() == 8 && groups.contains(&json!("sanitasi")),
        "{groups:?}"
    );
    let group = result(&stranger, "group_show", json!({ "id": "sanitasi" })).await;
    assert_eq!(group["package_count"], 1);
    let office = result(
        &stranger,
        "organization_show",
        json!({ "id": "dinkes", "include_datasets": true }),
    )
    .await;
    assert_eq!(
        (
            office["package_count"].as_u64(),
            office["packages"].as_array().map(Vec::len)
        ),
        (Some(2), Some(2))
    );
}

#[tokio::test]
async fn mistakes_are_told_in_the_words_of_ckan() {
    let town = Town::new().await;
    let steward = founded(&town).await;
    let wrong = json!({ "name": "No Name", "owner_org": "nobody", "tags": [{ "name": "x" }] });
    let told = acts(&steward, "package_create", wrong).await.is(409).json();
    assert_eq!(told["error"]["__type"], "Validation Error");
    for field in ["name", "owner_org", "tags"] {
        assert!(told["error"].get(field).is_some(), "{field}: {told}");
    }
    result(&steward, "package_create", wells()).await;
    let taken = acts(&steward, "package_create", wells()).await.is(409).json();
    assert_eq!(taken["error"]["name"], json!(["That URL is already in use."]));
    let unknown = acts(&steward, "package_explode", json!({})).await;
    assert_eq!(
        (unknown.status.as_u16(), unknown.text()),
        (
            400,
            "\"Bad request: Action name not known: package_explode\"".to_owned()
        )
    );
    let broken = steward
        .sends("POST", &at("package_show"), "application/json", "{".into())
        .await;
    assert_eq!(broken.status, 400);
    assert!(
        broken.text().starts_with("\"Bad request: JSON Error:"),
        "{}",
        broken.text()
    );
    let in_use = acts(&steward, "organization_delete", json!({ "id": "dinkes" })).await;
    assert_eq!(in_use.status, 409);
}

#[tokio::test]
async fn a_table_of_the_desk_is_a_resource_and_survives_being_sent_back() {
    let town = Town::new().await;
    super::publish(&town, super::VILLAGES).await;
    let admin = town.admin().await;
    let shown = result(&admin, "package_show", json!({ "id": "villages-2024" })).await;
    let resource = &shown["resources"][0];
    assert_eq!(
        (&resource["format"], &resource["url_type"]),
        (&json!("CSV"), &json!("datastore"))
    );
    let url = resource["url"].as_str().expect("an address");
    let path = url.trim_start_matches(&town.app.config.base_url).to_owned();
    let rows = town.stranger().gets(&path).await.is(200).text();
    assert!(rows.contains("Sukorejo"), "{rows}");
    let mut changed = shown.clone();
    changed["title"] = json!("Villages of 2024");
    changed["resources"][0]["description"] = json!("All of them");
    result(&admin, "package_update", changed).await;
    let rows = town.stranger().gets(&path).await.is(200).text();
    assert!(rows.contains("Sukorejo"), "{rows}");
    let page = town.stranger().gets("/data/villages-2024").await.is(200).text();
    assert!(
        page.contains("Villages of 2024") && page.contains("All of them"),
        "{page}"
    );
}

#[tokio::test]
async fn the_catalogue_is_leafed_through_and_searched_by_themes_and_tags() {
    let town = Town::new().await;
    let steward = founded(&town).await;
    result(&steward, "package_create", wells()).await;
    for n in 0..25 {
        let one = json!({ "name": format!("survey-{n:02}"), "title": format!("Survey {n:02}"), "owner_org": "dinkes" });
        result(&steward, "package_create", one).await;
    }
    let stranger = town.stranger();
    let first = stranger.gets("/data?publisher=dinkes").await.is(200).text();
    assert!(first.contains("26 datasets"), "{first}");
    assert_eq!(
        first.matches("govuk-heading-s govuk-!-margin-bottom-1").count(),
        20
    );
    assert!(
        first.contains("/data?publisher=dinkes&#38;page=2")
            || first.contains("/data?publisher=dinkes&amp;page=2"),
        "{first}"
    );
    let second = stranger
        .gets("/data?publisher=dinkes&page=2")
        .await
        .is(200)
        .text();
    assert_eq!(
        second.matches("govuk-heading-s govuk-!-margin-bottom-1").count(),
        6
    );
    for query in ["q=air+minum", "theme=sanitasi", "q=Sanitasi"] {
        let found = stranger.gets(&format!("/data?{query}")).await.is(200).text();
        assert!(
            found.contains("1 dataset") && found.contains("Wells 2026") && found.contains("2 files"),
            "{query}: {found}"
        );
    }
    let page = stranger.gets("/data/wells_2026").await.is(200).text();
    assert!(
        page.contains("href=\"/themes/sanitasi\">Sanitasi</a>") && page.contains("/data?tag=air%20minum"),
        "{page}"
    );
    let theme = stranger.gets("/themes/sanitasi").await.is(200).text();
    assert!(
        theme.contains("Sanitasi") && theme.contains("Wells 2026"),
        "{theme}"
    );
    stranger.gets("/themes/nothing-here").await.is(404);
}

#[tokio::test]
async fn nobody_leaves_files_or_floods_by_asking() {
    let town = Town::new().await;
    let stranger = town.stranger();
    let parts: [(&str, &str, &str, &[u8]); 1] = [("upload", "a.bin", "application/octet-stream", &[1; 100])];
    let kept = stranger.posts_parts(&at("package_search"), &parts).await;
    assert_eq!(kept.status, 400);
    assert!(kept.text().contains("takes no files"), "{}", kept.text());
    let written = stranger.posts_parts(&at("resource_create"), &parts).await;
    assert_eq!(written.status, 403, "before the file is read");
    let long = json!({ "q": "x".repeat(2 * 1024 * 1024) });
    assert_eq!(acts(&stranger, "package_search", long).await.status, 400);
    // Two megabytes are nothing to who may write.
    let steward = founded(&town).await;
    let long = json!({ "name": "long", "owner_org": "dinkes", "notes": "x".repeat(2 * 1024 * 1024) });
    result(&steward, "package_create", long).await;
}
