//! Every action of CKAN's that changes something, tried by everybody: who may not is refused, and nothing has changed.

use std::collections::BTreeMap;

use baraza::platform::op::Role;
use futures::future::join_all;
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use crate::town::{Answer, Town, Visitor, grant};

async fn acts(visitor: &Visitor<'_>, action: &str, sent: &Value) -> Answer {
    visitor.posts_json(&format!("/api/3/action/{action}"), sent).await
}

async fn result(visitor: &Visitor<'_>, action: &str, sent: Value) -> Value {
    let answer = acts(visitor, action, &sent).await.is(200).json();
    answer["result"].clone()
}

/// A portal with a dataset, a resource, a table and a theme; returns the ids of resource and table.
async fn portal(town: &Town) -> (String, String) {
    let admin = town.admin().await;
    for office in ["dinkes", "dinas-pu"] {
        result(
            &admin,
            "organization_create",
            json!({ "name": office, "title": office }),
        )
        .await;
    }
    result(
        &admin,
        "group_create",
        json!({ "name": "sanitasi", "title": "Sanitasi" }),
    )
    .await;
    let wells = json!({ "name": "wells", "title": "Wells", "owner_org": "dinkes",
        "resources": [{ "url": "https://example.org/report.pdf", "name": "Report" }] });
    let wells = result(&admin, "package_create", wells).await;
    let table = json!({ "resource": { "package_id": "wells", "name": "Table" }, "primary_key": "code",
        "records": [{ "code": "A1", "depth": 12 }] });
    let table = result(&admin, "datastore_create", table).await;
    let id = |value: &Value| value.as_str().expect("an id").to_owned();
    (id(&wells["resources"][0]["id"]), id(&table["resource_id"]))
}

/// All that could have changed: what the database counts, and what administrators see.
async fn state(town: &Town, table: &str) -> Value {
    let admin = town.admin().await;
    let mut state = BTreeMap::new();
    let all = json!({ "include_private": true, "include_drafts": true, "include_deleted": true });
    for name in result(&admin, "package_list", all)
        .await
        .as_array()
        .expect("names")
    {
        state.insert(
            format!("dataset {name}"),
            result(&admin, "package_show", json!({ "id": name })).await,
        );
    }
    for list in ["organization_list", "group_list"] {
        state.insert(
            list.to_owned(),
            result(
                &admin,
                list,
                json!({ "all_fields": true, "include_extras": true }),
            )
            .await,
        );
    }
    let rows = result(&admin, "datastore_search", json!({ "resource_id": table })).await;
    state.insert("rows".to_owned(), rows["records"].clone());
    let sql = "SELECT (SELECT COUNT(*) FROM resource) + (SELECT COUNT(*) FROM received_file) + (SELECT COUNT(*) FROM organisation)
                    + (SELECT COUNT(*) FROM theme) + (SELECT COUNT(*) FROM dataset) + (SELECT n FROM catalogue_state)";
    let n: i64 = sqlx::query_scalar(sql)
        .fetch_one(town.app.db.read())
        .await
        .expect("counted");
    state.insert("counts".to_owned(), json!(n));
    json!(state)
}

/// Every action that changes something of others, with what is sent; what is made is called after `who`.
fn changes(who: &str, file: &str, table: &str) -> Vec<(&'static str, Value)> {
    vec![
        (
            "package_create",
            json!({ "name": format!("new-{who}"), "owner_org": "dinkes" }),
        ),
        (
            "package_patch",
            json!({ "id": "wells", "title": format!("Wells of {who}") }),
        ),
        (
            "package_update",
            json!({ "id": "wells", "name": "wells", "title": format!("Of {who}"), "owner_org": "dinkes",
            "resources": [{ "id": file, "url": "https://example.org/report.pdf", "name": "Report" },
                          { "id": table, "url": "", "url_type": "datastore", "name": "Table" }] }),
        ),
        (
            "package_revise",
            json!({ "match": { "name": "wells" }, "update": { "notes": who } }),
        ),
        (
            "package_resource_reorder",
            json!({ "id": "wells", "order": [table, file] }),
        ),
        (
            "resource_create",
            json!({ "package_id": "wells", "url": "https://example.org", "name": who }),
        ),
        (
            "resource_update",
            json!({ "id": file, "url": "https://example.org/other.pdf", "name": who }),
        ),
        ("resource_patch", json!({ "id": file, "description": who })),
        (
            "datastore_create",
            json!({ "resource_id": table, "records": [{ "code": who }] }),
        ),
        (
            "datastore_upsert",
            json!({ "resource_id": table, "records": [{ "code": who, "depth": 1 }] }),
        ),
        (
            "datastore_records_delete",
            json!({ "resource_id": table, "filters": { "code": who } }),
        ),
        (
            "datastore_delete",
            json!({ "resource_id": table, "filters": { "code": who } }),
        ),
    ]
}

/// What only stewards and administrators do: organisations and themes.
fn founding(who: &str) -> Vec<(&'static str, Value)> {
    vec![
        (
            "organization_create",
            json!({ "name": format!("org-{who}"), "title": who }),
        ),
        (
            "organization_patch",
            json!({ "id": "dinkes", "description": who }),
        ),
        (
            "organization_update",
            json!({ "id": "dinkes", "name": "dinkes", "title": "dinkes", "description": who }),
        ),
        (
            "group_create",
            json!({ "name": format!("group-{who}"), "title": who }),
        ),
        ("group_patch", json!({ "id": "sanitasi", "description": who })),
        (
            "group_update",
            json!({ "id": "sanitasi", "name": "sanitasi", "title": "Sanitasi", "description": who }),
        ),
    ]
}

/// What ends something; tried by those only who are refused.
fn endings(file: &str, table: &str) -> Vec<(&'static str, Value)> {
    vec![
        ("package_delete", json!({ "id": "wells" })),
        ("resource_delete", json!({ "id": file })),
        ("datastore_delete", json!({ "resource_id": table })),
        ("organization_delete", json!({ "id": "dinas-pu" })),
        ("group_delete", json!({ "id": "sanitasi" })),
    ]
}

#[tokio::test]
async fn every_change_is_for_producers_and_stewards_of_the_organisation_and_administrators() {
    let town = Town::new().await;
    let (file, table) = portal(&town).await;
    for (who, role) in [
        ("of-another", Role::Producer),
        ("of-dinkes", Role::Producer),
        ("chief-elsewhere", Role::Steward),
    ] {
        let mut own = grant(role, None);
        own.org = Some(if who == "of-dinkes" { "dinkes" } else { "dinas-pu" }.to_owned());
        town.add(&format!("{who}@town.test"), who, &[own]).await;
    }
    let refused: Vec<(&str, Visitor<'_>)> = vec![
        ("nobody", town.stranger()),
        ("a-wrong-token", town.bearer("not-a-token")),
        ("citizen", town.someone(Role::Citizen, None).await),
        ("enumerator", town.someone(Role::Enumerator, Some("35.22")).await),
        (
            "facilitator",
            town.someone(Role::Facilitator, Some("35.22")).await,
        ),
        ("officer", town.someone(Role::Officer, Some("35.22")).await),
        ("leader", town.someone(Role::Leader, Some("35.22")).await),
        ("auditor", town.someone(Role::Auditor, None).await),
        ("of-another", town.signs_in("of-another@town.test").await),
        (
            "chief-elsewhere",
            town.signs_in("chief-elsewhere@town.test").await,
        ),
    ];
    let before = state(&town, &table).await;
    for (who, visitor) in &refused {
        let mut tried = changes(who, &file, &table);
        tried.extend(endings(&file, &table));
        // A steward of one organisation looks after themes and his own office; what he founds is tried below.
        match *who {
            "chief-elsewhere" => {
                tried.retain(|(action, _)| !action.starts_with("group") && *action != "organization_delete");
            }
            _ => tried.extend(founding(who)),
        }
        for (action, sent) in tried {
            let answer = acts(visitor, action, &sent).await;
            let is_refused = match answer.status.as_u16() {
                401 | 403 => true,
                // To enter a dataset for others is no matter of rights to CKAN, but a field that does not fit.
                409 => action == "package_create",
                _ => false,
            };
            assert!(is_refused, "{who} {action}: {} {}", answer.status, answer.text());
        }
        let after = state(&town, &table).await;
        assert_eq!(after, before, "{who} changed something");
    }
    for (who, visitor) in [
        ("of-dinkes", town.signs_in("of-dinkes@town.test").await),
        ("steward", town.someone(Role::Steward, None).await),
        ("admin", town.admin().await),
    ] {
        for (action, sent) in changes(who, &file, &table) {
            let answer = acts(&visitor, action, &sent).await;
            assert_eq!(answer.status, 200, "{who} {action}: {}", answer.text());
        }
        for (action, sent) in founding(who) {
            let wanted = if who == "of-dinkes" { 403 } else { 200 };
            let answer = acts(&visitor, action, &sent).await;
            assert_eq!(answer.status, wanted, "{who} {action}: {}", answer.text());
        }
    }
    town.run_jobs().await;
}

#[tokio::test]
async fn sixteen_resources_that_come_at_once_are_all_there() {
    let town = Town::new().await;
    portal(&town).await;
    let steward = town.someone(Role::Steward, None).await;
    let made = join_all((0..16).map(|n| {
        let sent = json!({ "package_id": "wells", "url": format!("https://example.org/{n}"), "name": format!("File {n}") });
        let steward = &steward;
        async move { acts(steward, "resource_create", &sent).await }
    }))
    .await;
    for answer in &made {
        assert_eq!(answer.status, 200, "{}", answer.text());
    }
    let shown = result(&steward, "package_show", json!({ "id": "wells" })).await;
    assert_eq!(shown["num_resources"], 18);
    let urls: std::collections::BTreeSet<&str> = shown["resources"]
        .as_array()
        .expect("resources")
        .iter()
        .filter_map(|one| one["url"].as_str())
        .collect();
    assert_eq!(urls.len(), 18);
    town.run_jobs().await;
}

#[tokio::test]
async fn people_are_told_about_themselves_and_make_tokens_for_themselves_only() {
    let town = Town::new().await;
    portal(&town).await;
    let admin = town.admin().await;
    let citizen = town.someone(Role::Citizen, None).await;
    let stranger = town.stranger();
    let me = result(&citizen, "user_show", json!({})).await;
    assert_eq!(
        (&me["fullname"], &me["email"]),
        (&json!("The citizen"), &json!("citizen@town.test"))
    );
    for (action, sent) in [
        ("user_show", json!({ "id": me["id"] })),
        ("user_list", json!({})),
        ("user_autocomplete", json!({ "q": "The" })),
        ("api_token_list", json!({})),
        ("api_token_create", json!({ "name": "mine" })),
        ("api_token_revoke", json!({ "jti": "x" })),
    ] {
        acts(&stranger, action, &sent).await.is(403);
    }
    let theirs = result(&admin, "user_show", json!({})).await;
    acts(&citizen, "user_show", &json!({ "id": theirs["id"] }))
        .await
        .is(403);
    acts(&citizen, "user_show", &json!({ "id": "admin@town.test" }))
        .await
        .is(403);
    acts(&citizen, "api_token_list", &json!({ "user_id": theirs["id"] }))
        .await
        .is(403);
    acts(
        &citizen,
        "api_token_create",
        &json!({ "name": "x", "user": theirs["id"] }),
    )
    .await
    .is(403);
    acts(
        &admin,
        "api_token_create",
        &json!({ "name": "x", "user": me["id"] }),
    )
    .await
    .is(403);
    assert_eq!(
        result(&citizen, "user_list", json!({}))
            .await
            .as_array()
            .map(Vec::len),
        Some(1)
    );
    let known = result(&admin, "user_list", json!({})).await;
    assert!(known.as_array().is_some_and(|users| users.len() >= 2), "{known}");
    assert!(
        !known.to_string().contains("@town.test"),
        "addresses of others are told to nobody: {known}"
    );
    let shown = result(&admin, "user_show", json!({ "id": me["id"] })).await;
    assert!(
        shown.get("email").is_none() && shown["sysadmin"] == false,
        "{shown}"
    );
    let token = result(
        &citizen,
        "api_token_create",
        json!({ "name": "harvester", "expires_in": 3 }),
    )
    .await;
    let secret = token["token"].as_str().expect("a secret");
    let bearer = town.bearer(secret);
    assert_eq!(result(&bearer, "user_show", json!({})).await["id"], me["id"]);
    let listed = result(&citizen, "api_token_list", json!({ "user_id": me["id"] })).await;
    assert!(
        listed.to_string().contains("harvester") && !listed.to_string().contains(secret),
        "{listed}"
    );
    // What a token makes lasts no longer than itself, and may no more.
    let again = result(
        &bearer,
        "api_token_create",
        json!({ "name": "longer", "expires_in": 900 }),
    )
    .await;
    let longer = town.bearer(again["token"].as_str().expect("a secret"));
    town.advance(std::time::Duration::from_secs(4 * 86_400));
    let late = acts(&longer, "user_show", &json!({})).await;
    assert!(matches!(late.status.as_u16(), 401 | 403), "{}", late.text());
    let other = town.someone(Role::Producer, None).await;
    acts(&other, "api_token_revoke", &json!({ "jti": listed[0]["id"] }))
        .await
        .is(404);
    let mine = result(&other, "api_token_create", json!({ "name": "short" })).await;
    let mine = mine["token"].as_str().expect("a secret").to_owned();
    acts(&citizen, "api_token_revoke", &json!({ "token": mine }))
        .await
        .is(404);
    result(&other, "api_token_revoke", json!({ "token": mine })).await;
    let members = result(
        &admin,
        "member_list",
        json!({ "id": "dinkes", "object_type": "package" }),
    )
    .await;
    assert_eq!(
        (members.as_array().map(Vec::len), &members[0][1]),
        (Some(1), &json!("package"))
    );
    let seen = result(&stranger, "member_list", json!({ "id": "dinkes" })).await;
    assert!(!seen.to_string().contains("user"), "{seen}");
    town.run_jobs().await;
}
