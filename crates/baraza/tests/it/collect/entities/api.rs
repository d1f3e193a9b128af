use baraza::platform::op::Role;
use serde_json::{Value, json};

use super::{files, line, round, town, uuid, visit};
use crate::town::{Town, Visitor};

const LISTS: &str = "/v1/projects/1/datasets";

/// A town with an empty list of trees and its keeper.
async fn trees(town: &Town) -> Visitor<'_> {
    let admin = town.admin().await;
    let made = admin
        .posts_json(LISTS, &json!({ "name": "trees", "approvalRequired": false }))
        .await
        .is(200)
        .json();
    assert_eq!(
        (&made["name"], &made["approvalRequired"], &made["properties"]),
        (&json!("trees"), &json!(false), &json!([]))
    );
    for name in ["species", "height"] {
        admin
            .posts_json(&format!("{LISTS}/trees/properties"), &json!({ "name": name }))
            .await
            .is(200);
    }
    admin
}

async fn plant(admin: &Visitor<'_>, n: u32, species: &str) -> Value {
    admin
        .posts_json(
            &format!("{LISTS}/trees/entities"),
            &json!({ "uuid": uuid(n), "label": format!("Tree {n}"), "data": { "species": species } }),
        )
        .await
        .is(200)
        .json()
}

#[tokio::test]
async fn a_list_is_made_by_hand_and_refuses_names_that_will_not_do() {
    let town = town().await;
    let admin = trees(&town).await;
    for (body, status, code) in [
        (json!({ "name": "trees" }), 409, 409.3),
        (json!({ "name": "Trees" }), 409, 409.16),
        (json!({ "name": "a.b" }), 400, 400.8),
        (json!({}), 400, 400.8),
    ] {
        let refused = admin.posts_json(LISTS, &body).await.is(status).json();
        assert_eq!(refused["code"], code, "{body}");
    }
    let twice = admin
        .posts_json(
            &format!("{LISTS}/trees/properties"),
            &json!({ "name": "Species" }),
        )
        .await
        .is(409)
        .json();
    assert_eq!(twice["code"], 409.3);
    let described = admin.gets(&format!("{LISTS}/households")).await.is(200).json();
    assert_eq!(
        (
            &described["sourceForms"][0]["xmlFormId"],
            &described["linkedForms"][0]["xmlFormId"]
        ),
        (&json!("visit"), &json!("round"))
    );
    let members = admin.gets(&format!("{LISTS}/members")).await.is(200).json();
    assert_eq!(
        (
            &members["sourceForms"][0]["repeatPath"],
            &members["parentDataset"]
        ),
        (&json!("/member/"), &json!("households"))
    );
    let names: Vec<_> = admin
        .gets(LISTS)
        .await
        .is(200)
        .json()
        .as_array()
        .expect("a list")
        .iter()
        .map(|list| list["name"].clone())
        .collect();
    assert_eq!(names, ["households", "members", "trees"]);
}

#[tokio::test]
async fn an_entity_is_made_changed_and_its_versions_told() {
    let town = town().await;
    let admin = trees(&town).await;
    let made = plant(&admin, 1, "oak").await;
    for key in [
        "uuid",
        "creatorId",
        "createdAt",
        "conflict",
        "updatedAt",
        "deletedAt",
    ] {
        assert!(made.get(key).is_some(), "{key}");
    }
    assert_eq!(
        (
            &made["currentVersion"]["data"],
            &made["currentVersion"]["version"],
            &made["currentVersion"]["current"]
        ),
        (&json!({ "species": "oak" }), &json!(1), &json!(true))
    );
    let at = format!("{LISTS}/trees/entities/{}", uuid(1));
    let change = json!({ "data": { "height": "12" }, "label": "Old oak" });
    let patch = |address: String, body: Value| {
        let admin = admin.clone();
        async move {
            admin
                .sends("PATCH", &address, "application/json", body.to_string().into())
                .await
        }
    };
    let stale = patch(at.clone(), change.clone()).await.is(409).json();
    assert_eq!(stale["code"], 409.15);
    let changed = patch(format!("{at}?baseVersion=1"), change.clone())
        .await
        .is(200)
        .json();
    assert_eq!(
        (
            &changed["currentVersion"]["label"],
            &changed["currentVersion"]["baseVersion"]
        ),
        (&json!("Old oak"), &json!(1))
    );
    patch(format!("{at}?force=True"), json!({ "data": { "height": "13" } }))
        .await
        .is(200);
    let none = patch(format!("{at}?baseVersion=3&resolve=true"), json!({}))
        .await
        .is(400)
        .json();
    assert_eq!(none["code"], 400.32);
    let unknown = patch(format!("{at}?force=true"), json!({ "data": { "bark": "rough" } }))
        .await
        .is(400)
        .json();
    assert_eq!(unknown["code"], 400.28);
    let diffs = admin.gets(&format!("{at}/diffs")).await.is(200).json();
    assert_eq!(
        diffs,
        json!([
            [
                { "new": "12", "propertyName": "height" },
                { "old": "Tree 1", "new": "Old oak", "propertyName": "label" }
            ],
            [{ "old": "12", "new": "13", "propertyName": "height" }]
        ])
    );
    let versions = admin.gets(&format!("{at}/versions")).await.is(200).json();
    let told: Vec<_> = versions
        .as_array()
        .expect("versions")
        .iter()
        .map(|version| (version["version"].as_i64(), version["lastGoodVersion"].as_bool()))
        .collect();
    assert_eq!(
        told,
        [
            (Some(1), Some(false)),
            (Some(2), Some(false)),
            (Some(3), Some(true))
        ]
    );
    let audits = admin.gets(&format!("{at}/audits")).await.is(200).json();
    assert_eq!(
        (&audits[0]["action"], &audits[2]["action"]),
        (&json!("entity.update.version"), &json!("entity.create"))
    );
}

#[tokio::test]
async fn what_is_wrong_with_an_entity_is_told_in_central_s_codes() {
    let town = town().await;
    let admin = trees(&town).await;
    plant(&admin, 1, "oak").await;
    let all = format!("{LISTS}/trees/entities");
    for (body, code) in [
        (json!({ "uuid": uuid(1), "label": "x" }), 409.3),
        (json!({ "uuid": "12", "label": "x" }), 400.11),
        (json!({ "label": "x", "data": { "species": 3 } }), 400.11),
        (json!({ "label": "x", "data": { "bark": "y" } }), 400.28),
        (json!({ "label": "x", "color": "y" }), 400.31),
        (json!({ "data": {} }), 400.2),
        (json!({ "entities": [] , "source": { "name": "a" } }), 400.31),
        (json!({ "entities": [{ "label": "x" }] }), 400.2),
    ] {
        let refused = admin.posts_json(&all, &body).await.json();
        assert_eq!(refused["code"], code, "{body}: {refused}");
    }
    admin
        .sends("DELETE", &format!("{all}/{}", uuid(1)), "", "".into())
        .await
        .is(200);
    let spent = admin
        .posts_json(&all, &json!({ "uuid": uuid(1), "label": "x" }))
        .await
        .is(409)
        .json();
    assert_eq!(spent["code"], 409.19);
}

#[tokio::test]
async fn many_entities_come_at_once_all_or_none() {
    let town = town().await;
    let admin = trees(&town).await;
    let all = format!("{LISTS}/trees/entities");
    let many: Vec<Value> = (1..=3)
        .map(|n| json!({ "uuid": uuid(n), "label": format!("Tree {n}"), "data": { "species": "oak" } }))
        .collect();
    let done = admin
        .posts_json(
            &all,
            &json!({ "entities": many, "source": { "name": "trees.csv", "size": 100 } }),
        )
        .await
        .is(200)
        .json();
    assert_eq!(done, json!({ "success": true }));
    let more =
        json!({ "entities": [{ "label": "Tree 4" }, { "label": " " }], "source": { "name": "more.csv" } });
    admin.posts_json(&all, &more).await.is(400);
    let listed = admin.gets(&all).await.is(200).json();
    assert_eq!(listed.as_array().map(Vec::len), Some(3), "none of the second lot");
    let version = admin
        .gets(&format!("{all}/{}/versions", uuid(1)))
        .await
        .is(200)
        .json();
    assert_eq!(
        version[0]["source"],
        json!({ "name": "trees.csv", "size": 100, "count": 3 })
    );
    let gone = admin
        .posts_json(
            &format!("{all}/bulk-delete"),
            &json!({ "ids": [uuid(1), uuid(2), uuid(9)] }),
        )
        .await
        .is(200)
        .json();
    assert_eq!(gone, json!({ "count": 2 }));
    let deleted = admin.gets(&format!("{all}?deleted=true")).await.is(200).json();
    assert_eq!(deleted.as_array().map(Vec::len), Some(2));
    admin
        .sends("POST", &format!("{all}/{}/restore", uuid(1)), "", "".into())
        .await
        .is(200);
    let back = admin
        .posts_json(&format!("{all}/bulk-restore"), &json!({ "ids": [uuid(2)] }))
        .await
        .is(200)
        .json();
    assert_eq!(back, json!({ "count": 1 }));
    assert_eq!(admin.gets(&all).await.json().as_array().map(Vec::len), Some(3));
}

#[tokio::test]
async fn the_feed_is_filtered_ordered_searched_and_paged() {
    let town = town().await;
    let admin = trees(&town).await;
    for (n, species) in [(1, "oak"), (2, "ash"), (3, "oak"), (4, "elm")] {
        plant(&admin, n, species).await;
        town.advance(std::time::Duration::from_secs(60));
    }
    let feed = format!("{LISTS}/trees.svc/Entities");
    let ids = |page: &Value| -> Vec<String> {
        let rows = page["value"].as_array().expect("rows");
        rows.iter()
            .map(|row| {
                row["__id"].as_str().unwrap_or_default()[..8]
                    .trim_start_matches('0')
                    .to_owned()
            })
            .collect()
    };
    let all = admin.gets(&format!("{feed}?$count=true")).await.is(200).json();
    assert_eq!(ids(&all), ["4", "3", "2", "1"]);
    assert_eq!(
        (&all["@odata.count"], all.get("@odata.nextLink")),
        (&json!(4), None)
    );
    assert_eq!(all["value"][0]["species"], "elm");
    assert_eq!(all["value"][0]["__system"]["version"], 1);
    let first = admin.gets(&format!("{feed}?$top=3")).await.is(200).json();
    let next = first["@odata.nextLink"].as_str().expect("there is more");
    let next = &next[next.find("/v1/").expect("an address")..];
    let rest = admin.gets(next).await.is(200).json();
    assert_eq!(ids(&rest), ["1"]);
    assert!(rest.get("@odata.nextLink").is_none());
    for (query, expected) in [
        ("$skip=1&$top=2", vec!["3", "2"]),
        ("$search=OAK", vec!["3", "1"]),
        ("$orderby=__system/createdAt%20asc&$top=2", vec!["1", "2"]),
        ("$filter=__system/conflict%20eq%20null", vec!["4", "3", "2", "1"]),
        (
            "$filter=__system/createdAt%20lt%202026-11-16T02:01:30Z",
            vec!["2", "1"],
        ),
        ("$filter=__system/createdAt%20lt%202000-01-01T00:00:00Z", vec![]),
    ] {
        let page = admin.gets(&format!("{feed}?{query}")).await.is(200).json();
        assert_eq!(ids(&page), expected, "{query}");
    }
    let some = admin
        .gets(&format!("{feed}?$select=__id,species,__system/version&$top=1"))
        .await
        .is(200)
        .json();
    assert_eq!(
        some["value"][0],
        json!({ "__id": uuid(4), "__system": { "version": 1 }, "species": "elm" })
    );
    admin
        .gets(&format!("{feed}?$filter=species%20eq%20%27oak%27"))
        .await
        .is(400);
    admin.gets(&format!("{feed}?$select=bark")).await.is(400);
    let service = admin.gets(&format!("{LISTS}/trees.svc")).await.is(200).json();
    assert_eq!(service["value"][0]["name"], "Entities");
    let metadata = admin
        .gets(&format!("{LISTS}/trees.svc/$metadata"))
        .await
        .is(200)
        .text();
    assert!(metadata.contains("<Property Name=\"species\" Type=\"Edm.String\"/>"));
}

#[tokio::test]
async fn the_table_is_sent_again_only_when_something_changed() {
    let town = town().await;
    let admin = trees(&town).await;
    plant(&admin, 1, "oak, \"old\"").await;
    let csv = format!("{LISTS}/trees/entities.csv");
    let sent = admin.gets(&csv).await.is(200);
    let tag = sent.headers["etag"].to_str().expect("text").to_owned();
    let text = sent.text();
    assert!(
        text.starts_with("__id,label,species,height,__createdAt,__creatorId,__creatorName,__updates,__updatedAt,__version\n"),
        "{text}"
    );
    assert!(text.contains("Tree 1,\"oak, \"\"old\"\"\",,"), "{text}");
    let again = admin.clone().with_header("if-none-match", &tag);
    again.gets(&csv).await.is(304);
    plant(&admin, 2, "ash").await;
    again.gets(&csv).await.is(200);
}

#[tokio::test]
async fn a_phone_gets_the_live_list_with_its_form_and_asks_what_is_gone() {
    let town = town().await;
    files(&town, &visit(1, &[("Ann", 43)])).await;
    let phone = town.someone(Role::Enumerator, Some("35.22.01")).await;
    let manifest = "/v1/projects/1/forms/round/manifest";
    let told = phone.gets(manifest).await.is(200).text();
    assert!(
        told.contains("<mediaFile type=\"entityList\"><filename>households.csv</filename>"),
        "{told}"
    );
    assert!(
        told.contains("/v1/projects/1/datasets/households/integrity</integrityUrl>"),
        "{told}"
    );
    let list = "/v1/projects/1/forms/round/attachments/households.csv";
    assert_eq!(
        phone.gets(list).await.is(200).text(),
        format!(
            "name,label,__version,village,number,roof\n{},House 1,1,35.22.01.2001,1,tin\n",
            uuid(1)
        )
    );
    files(&town, &round("r1", 1, "<roof>tile</roof>", "baseVersion=\"1\"")).await;
    assert_ne!(
        phone.gets(manifest).await.is(200).text(),
        told,
        "another digest for another list"
    );
    // Somebody of another place is offered nothing of it.
    let elsewhere = town.someone(Role::Enumerator, Some("35.22.01.2002")).await;
    assert_eq!(
        elsewhere.gets(list).await.is(200).text(),
        "name,label,__version,village,number,roof\n"
    );
    let integrity = format!("{LISTS}/households/integrity?id={},{}", uuid(1), uuid(77));
    let states = |gone: bool| {
        format!(
            "<entities><entity id=\"{}\"><deleted>{gone}</deleted></entity></entities>",
            uuid(1)
        )
    };
    assert!(
        phone
            .gets(&integrity)
            .await
            .is(200)
            .text()
            .contains(&states(false))
    );
    assert!(
        elsewhere
            .gets(&integrity)
            .await
            .is(200)
            .text()
            .contains(&states(true))
    );
    let admin = town.admin().await;
    admin
        .sends(
            "DELETE",
            &format!("{LISTS}/households/entities/{}", uuid(1)),
            "",
            "".into(),
        )
        .await
        .is(200);
    assert!(
        phone
            .gets(&integrity)
            .await
            .is(200)
            .text()
            .contains(&states(true))
    );
}

#[tokio::test]
async fn children_carry_their_parent_in_the_list_that_forms_read() {
    let town = town().await;
    files(&town, &visit(1, &[("Ann", 43)])).await;
    let admin = town.admin().await;
    let csv = admin
        .gets(&format!("{LISTS}/members/entities.csv"))
        .await
        .is(200)
        .text();
    let row = csv.lines().nth(1).expect("a member");
    assert!(row.ends_with(&format!("{},House 1", uuid(1))), "{csv}");
    let moved = admin
        .sends(
            "PATCH",
            &format!("{LISTS}/members/entities/{}?force=true", uuid(10)),
            "application/json",
            json!({ "parent": uuid(10) }).to_string().into(),
        )
        .await
        .is(400)
        .json();
    assert_eq!(
        moved["details"]["code"], "collect-entity-parent-circular",
        "nobody is their own child"
    );
    let gone = admin
        .sends(
            "DELETE",
            &format!("{LISTS}/households/entities/{}", uuid(1)),
            "",
            "".into(),
        )
        .await
        .is(200)
        .json();
    assert_eq!(gone, json!({ "success": true, "children": 1 }));
    assert!(line(&town, "members", 10).await.starts_with("Ann"));
}

#[tokio::test]
async fn a_list_in_use_stays_and_a_property_that_is_filled_too() {
    let town = town().await;
    let admin = trees(&town).await;
    plant(&admin, 1, "oak").await;
    let delete = |path: String| {
        let admin = admin.clone();
        async move { admin.sends("DELETE", &path, "", "".into()).await }
    };
    let refused = delete(format!("{LISTS}/households")).await.is(409).json();
    assert_eq!(refused["code"], 409.21);
    let filled = delete(format!("{LISTS}/trees/properties/species"))
        .await
        .is(409)
        .json();
    assert_eq!(filled["code"], 409.22);
    delete(format!("{LISTS}/trees/properties/height")).await.is(200);
    delete(format!("{LISTS}/trees")).await.is(200);
    admin.gets(&format!("{LISTS}/trees")).await.is(404);
    let trash = admin.gets(&format!("{LISTS}?deleted=true")).await.is(200).json();
    let number = &trash[0]["id"];
    let csv = admin
        .gets(&format!("/v1/projects/1/trash/datasets/{number}/entities.csv"))
        .await
        .is(200)
        .text();
    assert!(csv.contains("Tree 1,oak"), "{csv}");
}

#[tokio::test]
async fn a_draft_tells_what_it_would_change() {
    let town = town().await;
    let admin = town.admin().await;
    let draft = super::VISIT
        .replace("households#roof", "households#roofing")
        .replace("| visit | 1 |", "| visit | 2 |");
    admin
        .sends(
            "POST",
            "/v1/projects/1/forms/visit/draft?ignoreWarnings=True",
            "text/markdown",
            draft.into(),
        )
        .await
        .is(200);
    let told = admin
        .gets("/v1/projects/1/forms/visit/draft/dataset-diff")
        .await
        .is(200)
        .json();
    let households = told
        .as_array()
        .expect("lists")
        .iter()
        .find(|list| list["name"] == "households")
        .expect("declared");
    assert_eq!(
        households,
        &json!({
            "name": "households",
            "isNew": false,
            "properties": [
                { "name": "roof", "isNew": false, "inForm": false },
                { "name": "village", "isNew": false, "inForm": true },
                { "name": "number", "isNew": false, "inForm": true },
                { "name": "roofing", "isNew": true, "inForm": true }
            ]
        })
    );
}

#[tokio::test]
async fn who_works_elsewhere_keeps_nothing_here() {
    let town = town().await;
    files(&town, &visit(1, &[])).await;
    let other = town.someone(Role::Steward, Some("35.22.01.2002")).await;
    let at = format!("{LISTS}/households/entities/{}", uuid(1));
    other.gets(&at).await.is(404);
    other
        .sends(
            "PATCH",
            &format!("{at}?force=true"),
            "application/json",
            json!({ "label": "Mine" }).to_string().into(),
        )
        .await
        .is(404);
    let count = other
        .posts_json(
            &format!("{LISTS}/households/entities/bulk-delete"),
            &json!({ "ids": [uuid(1)] }),
        )
        .await
        .is(200)
        .json();
    assert_eq!(count, json!({ "count": 0 }));
    let enumerator = town.someone(Role::Enumerator, Some("35.22.01")).await;
    enumerator.gets(&at).await.is(403);
}
