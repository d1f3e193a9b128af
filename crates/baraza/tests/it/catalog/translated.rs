//! A dataset's title and description in several languages: typed at the desk, sent by CKAN's clients, read in each.

use baraza::platform::op::Role;
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use crate::{
    html::check::faults,
    town::{Town, Visitor},
};

/// An action of CKAN that succeeds.
async fn acts(visitor: &Visitor<'_>, action: &str, sent: Value) -> Value {
    let answer = visitor
        .posts_json(&format!("/api/3/action/{action}"), &sent)
        .await
        .is(200);
    answer.json()["result"].clone()
}

/// A steward who entered wells in two languages as ckanext-fluent's clients do.
async fn wells(town: &Town) -> Visitor<'_> {
    let steward = town.someone(Role::Steward, None).await;
    acts(
        &steward,
        "organization_create",
        json!({ "name": "pu", "title": "Dinas PU" }),
    )
    .await;
    let sent = json!({
        "name": "wells", "owner_org": "pu",
        "title_translated": { "en": "Wells", "id": "Sumur" },
        "notes_translated": { "en": "Where people fetch water", "id": "Tempat warga mengambil air" },
    });
    acts(&steward, "package_create", sent).await;
    steward
}

#[tokio::test]
async fn ckans_clients_write_and_read_the_keys_of_ckanext_fluent() {
    let town = Town::new().await;
    let steward = wells(&town).await;
    let shown = acts(&steward, "package_show", json!({ "id": "wells" })).await;
    assert_eq!(
        (&shown["title"], &shown["notes"]),
        (&json!("Wells"), &json!("Where people fetch water"))
    );
    assert_eq!(shown["title_translated"], json!({ "en": "Wells", "id": "Sumur" }));
    // The text itself may be changed alone: the others stay.
    let patched = acts(
        &steward,
        "package_patch",
        json!({ "id": "wells", "title": "Deep wells" }),
    )
    .await;
    assert_eq!(patched["title"], "Deep wells");
    assert_eq!(
        patched["title_translated"],
        json!({ "en": "Deep wells", "id": "Sumur" })
    );
    // Sent back as it stands it says the same.
    let again = acts(&steward, "package_update", patched.clone()).await;
    assert_eq!(again, patched);
    let written =
        json!({ "id": "wells", "title_translated": "{\"en\": \"Wells\", \"id\": \"Sumur dalam\"}" });
    let patched = acts(&steward, "package_patch", written).await;
    assert_eq!(patched["title"], "Wells");
    assert_eq!(patched["title_translated"]["id"], "Sumur dalam");
    let wrong = json!({ "id": "wells", "title_translated": { "Indonesian": "Sumur" } });
    let refused = steward
        .posts_json("/api/3/action/package_patch", &wrong)
        .await
        .is(409);
    assert_eq!(
        refused.json()["error"]["title_translated"],
        json!(["invalid language code: \"Indonesian\""])
    );
    // Emptied, it is told in the site's language only.
    let emptied = json!({ "id": "wells", "title_translated": {}, "notes_translated": {} });
    let patched = acts(&steward, "package_patch", emptied).await;
    assert_eq!(
        (patched.get("title_translated"), &patched["title"]),
        (None, &json!("Wells"))
    );
}

#[tokio::test]
async fn each_reader_gets_their_language_and_the_sites_where_there_is_no_other() {
    let town = Town::new().await;
    wells(&town).await;
    let stranger = town.stranger();
    for (lang, title, text) in [
        ("en", "Wells", "Where people fetch water"),
        ("id", "Sumur", "Tempat warga mengambil air"),
        ("sw", "Wells", "Where people fetch water"),
    ] {
        for path in ["/data/wells", "/data"] {
            let page = stranger.gets(&format!("{path}?lang={lang}")).await.is(200).text();
            assert!(
                page.contains(title) && page.contains(text),
                "{path} in {lang}: {page}"
            );
        }
        let json = stranger
            .gets(&format!("/data/wells.json?lang={lang}"))
            .await
            .is(200)
            .json();
        assert_eq!(json["title"], title);
        let typed = format!("/suggest/data.json?q=sum&lang={lang}");
        let suggested = stranger.gets(&typed).await.is(200).json();
        assert_eq!(suggested["datasets"][0]["title"], title, "{suggested}");
    }
    for (q, n) in [
        ("sumur", 1),
        ("wells", 1),
        ("mengambil", 1),
        ("fetch", 1),
        ("jembatan", 0),
    ] {
        let found = stranger.gets(&format!("/data.json?q={q}")).await.is(200).json();
        assert_eq!(found["datasets"].as_array().map(Vec::len), Some(n), "{q}");
        let found = acts(&stranger, "package_search", json!({ "q": q })).await;
        assert_eq!(found["count"], n, "{q}");
    }
    let turtle = stranger.gets("/catalog.ttl").await.is(200).text();
    for part in [
        "\"Wells\"@en",
        "\"Sumur\"@id",
        "\"Tempat warga mengambil air\"@id",
    ] {
        assert!(turtle.contains(part), "{part} is missing in {turtle}");
    }
}

#[tokio::test]
async fn the_desk_takes_a_title_in_one_more_language_and_keeps_the_entrys_own() {
    let town = Town::new().await;
    let producer = town.someone(Role::Producer, Some("35.22")).await;
    let fields = [
        ("title", "Wells"),
        ("open", "yes"),
        ("title_id", "Sumur"),
        // The entry itself is in this language: it is no other one.
        ("title_en", "Elsewhere"),
    ];
    producer.submits("/desk/data", &fields).await.is(303);
    // Whoever works in the other language changes what stands in the entry, not what they read.
    let form = producer.gets("/desk/data/wells?lang=id").await.is(200).text();
    assert_eq!(faults(&form), [""; 0]);
    assert!(
        form.contains("name=\"title\" type=\"text\" value=\"Wells\""),
        "{form}"
    );
    assert!(
        form.contains("name=\"title_id\" type=\"text\" value=\"Sumur\""),
        "{form}"
    );
    assert!(!form.contains("name=\"title_en\""), "{form}");
    let stranger = town.stranger();
    let json = stranger.gets("/data/wells.json?lang=id").await.is(200).json();
    assert_eq!(json["title"], "Sumur");
    let json = stranger.gets("/data/wells.json?lang=en").await.is(200).json();
    assert_eq!(json["title"], "Wells");
    let long = "x".repeat(201);
    let refused = [("title", "Wells"), ("open", "yes"), ("title_id", long.as_str())];
    producer.submits("/desk/data/wells", &refused).await.is(400);
    let emptied = [("title", "Wells"), ("open", "yes"), ("title_id", "")];
    producer.submits("/desk/data/wells", &emptied).await.is(303);
    let json = stranger.gets("/data/wells.json?lang=id").await.is(200).json();
    assert_eq!(json["title"], "Wells");
    town.run_jobs().await;
}
