//! Projects and forms over Central's API: changed, thrown away, put back.

use axum::body::Body;
use baraza::platform::op::Role;
use serde_json::{Value, json};

use super::{HOUSEHOLD, answers, post, publish};
use crate::town::{Answer, Town, Visitor};

const FORM: &str = "/v1/projects/1/forms/household";

async fn patches(visitor: &Visitor<'_>, path: &str, body: Value) -> Answer {
    visitor
        .sends("PATCH", path, "application/json", body.to_string().into())
        .await
}

async fn deletes(visitor: &Visitor<'_>, path: &str) -> Answer {
    visitor.sends("DELETE", path, "", Body::empty()).await
}

#[tokio::test]
async fn a_project_changes_its_name_and_keeps_what_was_not_said() {
    let town = Town::new().await;
    let admin = town.admin().await;
    let project = admin
        .posts_json(
            "/v1/projects",
            &json!({ "name": "Census", "description": "Of **all**" }),
        )
        .await
        .is(200)
        .json();
    assert_eq!(project["description"], "Of **all**");
    let path = format!("/v1/projects/{}", project["id"]);
    let changed = patches(&admin, &path, json!({ "archived": true }))
        .await
        .is(200)
        .json();
    assert_eq!(
        (&changed["name"], &changed["description"], &changed["archived"]),
        (&json!("Census"), &json!("Of **all**"), &json!(true))
    );
    assert!(changed["updatedAt"].is_string());
    let changed = patches(&admin, &path, json!({ "name": "Sensus", "description": null }))
        .await
        .is(200)
        .json();
    assert_eq!(
        (&changed["name"], &changed["description"]),
        (&json!("Sensus"), &Value::Null)
    );
    patches(&admin, &path, json!({ "name": " " })).await.is(400);
    // Another project may have the same name.
    let other = admin
        .posts_json("/v1/projects", &json!({ "name": "Census" }))
        .await
        .is(200)
        .json();
    assert_ne!(other["id"], project["id"]);
}

#[tokio::test]
async fn a_list_of_projects_tells_more_when_it_is_asked_for_more() {
    let town = Town::new().await;
    publish(&town).await;
    let phone = town.someone(Role::Enumerator, None).await;
    post(&phone, &answers("1"), &[]).await.is(201);
    let admin = town.admin().await.with_header("x-extended-metadata", "true");
    let projects = admin.gets("/v1/projects").await.is(200).json();
    assert_eq!(
        (&projects[0]["forms"], &projects[0]["appUsers"]),
        (&json!(1), &json!(0))
    );
    assert!(projects[0]["lastSubmission"].is_string());
    let projects = admin.gets("/v1/projects?forms=true").await.is(200).json();
    let form = &projects[0]["formList"][0];
    assert_eq!(
        (
            &form["xmlFormId"],
            &form["submissions"],
            &form["reviewStates"]["received"]
        ),
        (&json!("household"), &json!(1), &json!(1))
    );
    town.run_jobs().await;
}

#[tokio::test]
async fn a_form_that_closes_takes_what_is_under_way_and_a_closed_one_nothing() {
    let town = Town::new().await;
    publish(&town).await;
    let admin = town.admin().await;
    let phone = town.someone(Role::Enumerator, None).await;
    let lists = async || {
        let list = phone.gets("/v1/projects/1/formList").await.is(200).text();
        list.contains("household")
    };
    assert!(lists().await);
    let closing = patches(&admin, FORM, json!({ "state": "closing" }))
        .await
        .is(200)
        .json();
    assert_eq!(closing["state"], "closing");
    assert!(!lists().await);
    post(&phone, &answers("1"), &[]).await.is(201);
    patches(&admin, FORM, json!({ "state": "closed" })).await.is(200);
    let refused = post(&phone, &answers("2"), &[]).await.is(409).text();
    assert!(refused.contains("OpenRosaResponse"), "{refused}");
    let told = admin
        .sends(
            "POST",
            &format!("{FORM}/submissions"),
            "application/xml",
            answers("2").into(),
        )
        .await
        .is(409)
        .json();
    assert_eq!(told["code"], json!(409.2));
    patches(&admin, FORM, json!({ "state": "ajar" })).await.is(400);
    patches(&admin, FORM, json!({ "state": "open" })).await.is(200);
    post(&phone, &answers("2"), &[]).await.is(201);
    town.run_jobs().await;
}

#[tokio::test]
async fn a_form_in_the_trash_leaves_its_name_to_another_and_comes_back_when_it_is_free() {
    let town = Town::new().await;
    publish(&town).await;
    let admin = town.admin().await;
    let phone = town.someone(Role::Enumerator, None).await;
    post(&phone, &answers("1"), &[]).await.is(201);
    town.run_jobs().await;
    deletes(&admin, FORM).await.is(200);
    admin.gets(FORM).await.is(404);
    admin.gets("/desk/collect/census/household").await.is(404);
    admin.gets("/forms/census/household").await.is(404);
    assert_eq!(admin.gets("/v1/projects/1/forms").await.is(200).json(), json!([]));
    // What a phone still has of it is kept for an operator.
    let refused = post(&phone, &answers("2"), &[]).await.is(404).text();
    assert!(refused.contains("What you sent is kept"), "{refused}");
    let trashed = admin
        .gets("/v1/projects/1/forms?deleted=true")
        .await
        .is(200)
        .json();
    assert_eq!(trashed[0]["xmlFormId"], "household");
    assert!(trashed[0]["deletedAt"].is_string());
    let number = trashed[0]["id"].as_i64().expect("a number");
    // Another form takes the name.
    let warned = admin
        .sends("POST", "/v1/projects/1/forms", "text/markdown", HOUSEHOLD.into())
        .await
        .is(400)
        .json();
    assert_eq!(warned["code"], json!(400.16));
    assert_eq!(
        warned["details"]["warnings"]["workflowWarnings"][0]["type"],
        "deletedFormExists"
    );
    publish(&town).await;
    let restore = format!("/v1/projects/1/forms/{number}/restore");
    admin.sends("POST", &restore, "", Body::empty()).await.is(409);
    let submissions = format!("{FORM}/submissions");
    assert_eq!(admin.gets(&submissions).await.is(200).json(), json!([]));
    deletes(&admin, FORM).await.is(200);
    admin.sends("POST", &restore, "", Body::empty()).await.is(200);
    admin.sends("POST", &restore, "", Body::empty()).await.is(404);
    let back = admin.gets(&submissions).await.is(200).json();
    assert_eq!(back[0]["instanceId"], "uuid:1");
    post(&phone, &answers("3"), &[]).await.is(201);
    town.run_jobs().await;
}

#[tokio::test]
async fn a_project_in_the_trash_takes_its_forms_along() {
    let town = Town::new().await;
    publish(&town).await;
    let admin = town.admin().await;
    deletes(&admin, "/v1/projects/1").await.is(200);
    admin.gets("/v1/projects/1").await.is(404);
    admin.gets(FORM).await.is(404);
    assert_eq!(admin.gets("/v1/projects").await.is(200).json(), json!([]));
    let phone = town.someone(Role::Enumerator, None).await;
    phone.gets("/v1/projects/1/formList").await.is(404);
    post(&phone, &answers("1"), &[]).await.is(404);
    let next = admin
        .posts_json("/v1/projects", &json!({ "name": "Census" }))
        .await
        .is(200)
        .json();
    assert_eq!(next["id"], 2);
}

#[tokio::test]
async fn only_who_keeps_everything_throws_a_form_away() {
    let town = Town::new().await;
    super::settle(&town).await;
    publish(&town).await;
    for (role, place) in [
        (Role::Steward, "35.22.01.2001"),
        (Role::Officer, "35.22"),
        (Role::Enumerator, "35.22"),
    ] {
        let visitor = town.someone(role, Some(place)).await;
        deletes(&visitor, FORM).await.is(403);
        deletes(&visitor, "/v1/projects/1").await.is(403);
    }
    deletes(&town.stranger(), FORM).await.is(401);
    let steward = town.someone(Role::Steward, Some("35.22")).await;
    deletes(&steward, FORM).await.is(200);
}

#[tokio::test]
async fn versions_are_read_with_definition_fields_and_files() {
    let town = Town::new().await;
    publish(&town).await;
    town.advance(std::time::Duration::from_secs(60));
    super::publish_text(
        &town,
        &HOUSEHOLD.replace("| household | 1 |", "| household | 2.0 |"),
    )
    .await;
    let admin = town.admin().await;
    let versions = admin.gets(&format!("{FORM}/versions")).await.is(200).json();
    let names: Vec<_> = versions
        .as_array()
        .expect("a list")
        .iter()
        .map(|one| &one["version"])
        .collect();
    assert_eq!(names, ["2.0", "1"]);
    assert_eq!(
        admin.gets(&format!("{FORM}/versions/2.0")).await.is(200).json()["version"],
        "2.0"
    );
    let xml = admin.gets(&format!("{FORM}/versions/1.xml")).await.is(200).text();
    assert!(xml.contains("version=\"1\""), "{xml}");
    admin.gets(&format!("{FORM}/versions/3")).await.is(404);
    let files = admin
        .gets(&format!("{FORM}/versions/1/attachments"))
        .await
        .is(200)
        .json();
    assert_eq!(
        (&files[0]["name"], &files[0]["blobExists"]),
        (&json!("villages.csv"), &json!(true))
    );
    admin
        .gets(&format!("{FORM}/versions/1/attachments/villages.csv"))
        .await
        .is(200);
    let manifest = admin
        .gets(&format!("{FORM}/versions/1/manifest"))
        .await
        .is(200)
        .text();
    assert!(
        manifest.contains("/versions/1/attachments/villages%2Ecsv"),
        "{manifest}"
    );
    let fields = admin.gets(&format!("{FORM}/fields")).await.is(200).json();
    let said = |path: &str| {
        let field = fields
            .as_array()
            .expect("a list")
            .iter()
            .find(|one| one["path"] == path);
        field.unwrap_or_else(|| panic!("{path} in {fields}")).clone()
    };
    assert_eq!(said("/member")["type"], "repeat");
    assert_eq!(said("/member/age")["type"], "int");
    assert_eq!(said("/house")["type"], "structure");
    assert_eq!(
        said("/house/photo"),
        json!({ "path": "/house/photo", "name": "photo", "type": "binary", "binary": true, "selectMultiple": null })
    );
    assert_eq!(
        admin
            .gets(&format!("{FORM}/versions/1/fields?odata=true"))
            .await
            .is(200)
            .json(),
        fields
    );
}

#[tokio::test]
async fn what_did_not_change_is_not_sent_again() {
    let town = Town::new().await;
    publish(&town).await;
    let admin = town.admin().await;
    let first = admin.gets(&format!("{FORM}/submissions")).await.is(200);
    let tag = first.header("etag").to_owned();
    assert!(tag.starts_with("W/\""), "{tag}");
    let same = town
        .admin()
        .await
        .with_header("if-none-match", &tag)
        .gets(&format!("{FORM}/submissions"))
        .await
        .is(304);
    assert!(same.body.is_empty());
    let phone = town.someone(Role::Enumerator, None).await;
    post(&phone, &answers("1"), &[]).await.is(201);
    town.admin()
        .await
        .with_header("if-none-match", &tag)
        .gets(&format!("{FORM}/submissions"))
        .await
        .is(200);
    town.run_jobs().await;
}

#[tokio::test]
async fn every_address_below_v1_speaks_of_problems_as_central_does() {
    let town = Town::new().await;
    let admin = town.admin().await;
    for (path, status, code) in [
        ("/v1/nothing", 404, json!(404.1)),
        ("/v1/projects/7", 404, json!(404.1)),
        ("/v1/projects/x", 404, json!(404.1)),
    ] {
        let told = admin.gets(path).await.is(status).json();
        assert_eq!(told["code"], code, "{path}");
        assert!(
            told["message"].is_string() && told["details"].is_object(),
            "{path}: {told}"
        );
    }
    let told = admin
        .sends("POST", "/v1/projects", "application/json", "{".into())
        .await
        .is(400)
        .json();
    assert_eq!(told["code"], json!(400.1));
    let told = town.stranger().gets("/v1/projects").await.is(401).json();
    assert_eq!(told["code"], json!(401.2));
    let told = town
        .someone(Role::Citizen, None)
        .await
        .gets("/v1/projects/1/forms")
        .await
        .is(403)
        .json();
    assert_eq!(told["code"], json!(403.1));
}
