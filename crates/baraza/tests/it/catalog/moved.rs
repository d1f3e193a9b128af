//! Whose data are, who may give them away or open them, and what everybody reads from a time when they were closed.

use std::time::Duration;

use baraza::{
    catalog::workflow::{self, model::Review},
    platform::op::{Grant, Role},
};
use pretty_assertions::assert_eq;
use regex::Regex;
use serde_json::{Value, json};

use super::{VILLAGES, send, world::save_office};
use crate::{
    collect,
    html::check::faults,
    town::{Answer, Town, Visitor, grant},
};

async fn acts(visitor: &Visitor<'_>, action: &str, sent: Value) -> Answer {
    visitor
        .posts_json(&format!("/api/3/action/{action}"), &sent)
        .await
}

/// Somebody with a role in some organisations.
async fn of_offices<'a>(town: &'a Town, role: Role, offices: &[&str]) -> Visitor<'a> {
    let grants: Vec<Grant> = offices
        .iter()
        .map(|code| Grant {
            org: Some((*code).to_owned()),
            ..grant(role, None)
        })
        .collect();
    let email = format!("{role}-{}@town.test", offices.join("-"));
    town.add(&email, "Somebody", &grants).await;
    town.signs_in(&email).await
}

async fn rules(town: &Town, office: &str, review: Review) {
    let mut tx = town.app.db.begin().await.expect("a transaction");
    workflow::set_rule(&mut tx, &town.system(), office, Some(review))
        .await
        .expect("set");
    tx.commit().await.expect("committed");
}

#[tokio::test]
async fn data_of_no_organisation_are_changed_and_moved_by_those_only_who_answer_for_all() {
    let town = Town::new().await;
    save_office(&town, "bappeda", "Bappeda").await;
    collect::publish(&town).await;
    let phone = town.someone(Role::Enumerator, Some("35.22.01.2001")).await;
    collect::post(&phone, &collect::answers("1"), &[]).await.is(201);
    town.run_jobs().await;
    let census = "census-household";
    let office = of_offices(&town, Role::Steward, &["bappeda"]).await;
    let takes = json!({ "id": census, "owner_org": "bappeda", "private": true });
    for (action, sent) in [
        ("package_patch", takes.clone()),
        ("package_patch", json!({ "id": census, "title": "Mine" })),
        ("package_delete", json!({ "id": census })),
    ] {
        acts(&office, action, sent).await.is(403);
    }
    let path = "/desk/data/census-household";
    office.gets(path).await.is(403);
    let ours = [("title", "Census"), ("organisation", "bappeda")];
    office.submits(path, &ours).await.is(403);
    let without = json!({ "name": "of-nobody", "title": "Of nobody" });
    acts(&office, "package_create", without).await.is(409);
    let of_nobody = [("title", "Of nobody")];
    office.submits("/desk/data", &of_nobody).await.is(400);
    // Nor does whoever answers for a place lead the data there.
    let placed = town.someone(Role::Steward, Some("99.01.02")).await;
    let there = [("title", "Census"), ("place", "99.01.02")];
    placed.submits(path, &there).await.is(403);
    // A producer over all writes them, and does not hand on what they may not see themselves.
    let producer = town.someone(Role::Producer, None).await;
    acts(&producer, "package_patch", takes.clone()).await.is(403);
    let told = acts(&producer, "package_show", json!({ "id": census }))
        .await
        .is(200)
        .json();
    assert_eq!(told["result"]["owner_org"], Value::Null);
    let steward = town.someone(Role::Steward, None).await;
    acts(&steward, "package_patch", takes).await.is(200);
    town.run_jobs().await;
}

#[tokio::test]
async fn nobody_opens_by_way_of_another_office_what_waits_in_their_own() {
    let town = Town::new().await;
    for office in ["dinkes", "dinas-pu"] {
        save_office(&town, office, office).await;
    }
    rules(&town, "dinkes", Review::Approver).await;
    let producer = of_offices(&town, Role::Producer, &["dinkes", "dinas-pu"]).await;
    let made = json!({ "name": "stunting", "owner_org": "dinkes", "private": true });
    acts(&producer, "package_create", made).await.is(200);
    for sent in [
        json!({ "id": "stunting", "owner_org": "dinas-pu", "private": false }),
        json!({ "id": "stunting", "owner_org": "dinas-pu" }),
    ] {
        let told = acts(&producer, "package_patch", sent).await.is(409).json();
        assert!(told["error"]["owner_org"][0].is_string(), "{told}");
    }
    let moves = [
        ("title", "Stunting"),
        ("organisation", "dinas-pu"),
        ("open", "yes"),
    ];
    let page = producer
        .submits("/desk/data/stunting", &moves)
        .await
        .is(400)
        .text();
    assert!(page.contains("Only an administrator can move it there"), "{page}");
    town.stranger().gets("/data/stunting").await.is(404);
    // Into stricter hands it goes freely, and from there no further.
    let other = json!({ "name": "wells", "owner_org": "dinas-pu", "private": true });
    acts(&producer, "package_create", other).await.is(200);
    let strict = json!({ "id": "wells", "owner_org": "dinkes" });
    acts(&producer, "package_patch", strict).await.is(200);
    // An administrator moves it, and even then it waits where both happen at once.
    let admin = town.admin().await;
    let both = json!({ "id": "stunting", "owner_org": "dinas-pu", "private": false });
    let told = acts(&admin, "package_patch", both).await.is(200).json();
    assert_eq!(told["result"]["private"], true);
    town.stranger().gets("/data/stunting").await.is(404);
    town.run_jobs().await;
}

#[tokio::test]
async fn a_producer_at_a_place_says_that_a_dataset_is_about_it_and_a_refusal_keeps_what_was_typed() {
    let town = Town::new().await;
    collect::settle(&town).await;
    let producer = town.someone(Role::Producer, Some("35.22.01.2001")).await;
    producer
        .submits("/desk/data", &[("title", "Wells")])
        .await
        .is(303);
    let path = "/desk/data/wells";
    let says = |place: &'static str| {
        [
            ("title", "Wells of the village"),
            ("description", "All that were dug"),
            ("place", place),
        ]
    };
    let told = producer
        .submits(path, &says("35.22.01.2002"))
        .await
        .is(403)
        .text();
    for part in [
        "You cannot say that the dataset is about this place",
        "href=\"#place\"",
        "Wells of the village",
        "All that were dug",
        "value=\"35.22.01.2002\"",
    ] {
        assert!(told.contains(part), "{part} is missing in\n{told}");
    }
    assert_eq!(faults(&told), [""; 0]);
    producer.submits(path, &says("35.22.01.2001")).await.is(303);
    // From there it goes neither further nor back.
    for place in ["35.22.01.2002", "35.22", ""] {
        producer.submits(path, &says(place)).await.is(403);
    }
    // Whoever would look at what is there then does not lead anything there.
    let steward = town.someone(Role::Steward, Some("35.22.01.2001")).await;
    steward.submits("/desk/data", &[("title", "Pumps")]).await.is(303);
    steward
        .submits("/desk/data/pumps", &says("35.22.01.2001"))
        .await
        .is(403);
    town.run_jobs().await;
}

#[tokio::test]
async fn data_of_a_form_belong_to_the_organisation_of_its_project() {
    let town = Town::new().await;
    save_office(&town, "dinkes", "Dinas Kesehatan").await;
    let office = of_offices(&town, Role::Producer, &["dinkes"]).await;
    office
        .posts_json("/v1/projects", &json!({ "name": "Census" }))
        .await
        .is(200);
    collect::publish(&town).await;
    let admin = town.admin().await;
    collect::post(&admin, &collect::answers("1"), &[]).await.is(201);
    town.run_jobs().await;
    let told = acts(&admin, "package_show", json!({ "id": "census-household" }))
        .await
        .is(200)
        .json();
    assert_eq!(told["result"]["organization"]["name"], "dinkes", "{told}");
    let says = [("title", "Census of households"), ("organisation", "dinkes")];
    office.submits("/desk/data/census-household", &says).await.is(303);
    town.run_jobs().await;
}

/// The numbers of the versions that somebody is told of.
async fn listed(visitor: &Visitor<'_>) -> Vec<u64> {
    let path = "/data/villages-2024/data/versions.json";
    let told = visitor.gets(path).await.is(200).json();
    let versions = told["versions"].as_array().expect("versions").iter();
    versions.filter_map(|one| one["version"].as_u64()).collect()
}

#[tokio::test]
async fn what_a_dataset_held_before_it_was_opened_stays_with_those_who_work_on_it() {
    let town = Town::new().await;
    let producer = town.someone(Role::Producer, None).await;
    let closed = [("title", "Villages 2024")];
    producer.submits("/desk/data", &closed).await.is(303);
    let secret = "code,name,phone,n\n01,Rahasia,0812,5\n";
    let later = "code,name,phone,n\n01,Sukorejo,0812,5\n02,Kali,0813,6\n";
    for csv in [secret, VILLAGES] {
        send(&producer, csv).await.is(303);
        town.run_jobs().await;
        town.advance(Duration::from_secs(3600));
    }
    // Of a closed dataset whoever may read it sees all.
    let officer = town.someone(Role::Officer, None).await;
    assert_eq!(listed(&officer).await, [2, 1]);
    let open = [("title", "Villages 2024"), ("open", "yes")];
    producer.submits("/desk/data/villages-2024", &open).await.is(303);
    town.run_jobs().await;
    let stranger = town.stranger();
    for visitor in [&stranger, &officer] {
        assert_eq!(listed(visitor).await, [2]);
        for path in [
            "/data/villages-2024/data?version=1",
            "/data/villages-2024/data.csv?version=1",
            "/data/villages-2024/data/versions/1..2",
            "/data/villages-2024/data.csv?at=2026-11-15",
        ] {
            visitor.gets(path).await.is(404);
        }
        visitor
            .gets("/data/villages-2024/data.csv?version=2")
            .await
            .is(200);
    }
    let sql = "/sql?q=SELECT+name+FROM+villages_2024@1";
    assert!(!stranger.gets(sql).await.text().contains("Rahasia"));
    let search = json!({ "resource_id": "villages_2024@1" });
    let answer = acts(&stranger, "datastore_search", search).await;
    assert!(!answer.text().contains("Rahasia"), "{}", answer.text());
    let feed = stranger.gets("/data/villages-2024.atom").await.is(200).text();
    assert!(
        !feed.contains("version=1\"") && !feed.contains("/1</id>"),
        "{feed}"
    );
    assert_eq!(listed(&producer).await, [2, 1]);
    producer
        .gets("/data/villages-2024/data.csv?version=1")
        .await
        .is(200);
    // What comes from now on is for everybody, also after it was closed for a while.
    send(&producer, later).await.is(303);
    town.run_jobs().await;
    assert_eq!(listed(&stranger).await, [3, 2]);
    for entry in [&closed[..], &open[..]] {
        town.advance(Duration::from_secs(3600));
        producer.submits("/desk/data/villages-2024", entry).await.is(303);
        town.run_jobs().await;
    }
    assert_eq!(listed(&stranger).await, [3, 2]);
}

#[tokio::test]
async fn the_form_that_compares_leads_to_versions_that_are_there_and_to_nothing_typed() {
    let town = Town::new().await;
    super::publish(&town, VILLAGES).await;
    let stranger = town.stranger();
    let typed = "/data/%0d%0aX:%20y/data/versions?before=1&after=2";
    stranger.gets(typed).await.is(404);
    let path = "/data/villages-2024/data/versions?before=1&after=2";
    let led = stranger.gets(path).await.is(303);
    assert_eq!(led.header("location"), "/data/villages-2024/data/versions/1..2");
}

async fn shown(town: &Town) -> Value {
    let path = "/api/3/action/package_show?id=wells";
    town.stranger().gets(path).await.is(200).json()["result"].clone()
}

#[tokio::test]
async fn a_file_that_waits_is_told_of_to_nobody_until_it_is_published() {
    let town = Town::new().await;
    save_office(&town, "dinkes", "Dinas Kesehatan").await;
    let producer = of_offices(&town, Role::Producer, &["dinkes"]).await;
    let made = json!({ "name": "wells", "owner_org": "dinkes", "private": false });
    acts(&producer, "package_create", made).await.is(200);
    let parts: [(&str, &str, &str, &[u8]); 2] = [
        ("package_id", "", "", b"wells"),
        ("upload", "wells.csv", "text/csv", b"code,depth\nA1,12\n"),
    ];
    let made = producer
        .posts_parts("/api/3/action/resource_create", &parts)
        .await;
    let id = made.is(200).json()["result"]["id"]
        .as_str()
        .expect("an id")
        .to_owned();
    town.run_jobs().await;
    rules(&town, "dinkes", Review::Steward).await;
    town.advance(Duration::from_secs(3600));
    let before = shown(&town).await;
    let parts: [(&str, &str, &str, &[u8]); 2] = [
        ("id", "", "", id.as_bytes()),
        (
            "upload",
            "deaths-of-may.csv",
            "text/csv",
            b"code,depth\nA1,12\nA2,14\n",
        ),
    ];
    let sent = producer.posts_parts("/api/3/action/resource_patch", &parts).await;
    sent.is(200);
    assert_eq!(shown(&town).await, before, "before it is read");
    town.run_jobs().await;
    assert_eq!(shown(&town).await, before);
    let told = town.stranger().gets("/data/wells.json").await.is(200).text();
    assert!(!told.contains("deaths-of-may"), "{told}");
    let steward = town.someone(Role::Steward, None).await;
    let review = "/desk/data/wells/review";
    let page = steward.gets(review).await.is(200).text();
    let value = |name: &str| {
        let pattern = Regex::new(&format!("name=\"{name}\" value=\"([^\"]*)\"")).expect("a pattern");
        let found = pattern.captures(&page);
        found.unwrap_or_else(|| panic!("no {name} in\n{page}"))[1].to_owned()
    };
    let (publication, revision) = (value("publication"), value("revision"));
    let checks = [
        ("act", "check"),
        ("publication", publication.as_str()),
        ("revision", revision.as_str()),
    ];
    steward.submits(review, &checks).await.is(303);
    town.run_jobs().await;
    let after = shown(&town).await;
    let url = after["resources"][0]["url"].as_str().expect("an address");
    assert!(url.ends_with("/deaths-of-may.csv"), "{url}");
    assert_ne!(after["metadata_modified"], before["metadata_modified"]);
}
