use baraza::platform::op::Role;
use serde_json::{Value, json};

use super::{HOUSEHOLD, VILLAGES, answers, publish, settle};
use crate::town::Town;

/// Tells which of the keys that pyodk's models require are missing.
fn missing(value: &Value, keys: &[&str]) -> Vec<String> {
    keys.iter()
        .filter(|key| value.get(**key).is_none())
        .map(|key| (*key).to_owned())
        .collect()
}

#[tokio::test]
async fn a_form_goes_from_workbook_to_publication() {
    let town = Town::new().await;
    let steward = town.someone(Role::Steward, Some("35.22")).await;
    let project = steward
        .posts_json("/v1/projects", &json!({ "name": "Sensus 2026" }))
        .await
        .is(200)
        .json();
    assert_eq!(
        (&project["id"], &project["name"]),
        (&json!(1), &json!("Sensus 2026"))
    );
    assert_eq!(
        missing(&project, &["id", "name", "createdAt"]),
        Vec::<String>::new()
    );
    let form = steward
        .sends(
            "POST",
            "/v1/projects/1/forms?ignoreWarnings=True&publish=False",
            "text/markdown",
            HOUSEHOLD.into(),
        )
        .await
        .is(200)
        .json();
    let keys = [
        "projectId",
        "xmlFormId",
        "version",
        "hash",
        "state",
        "createdAt",
        "name",
        "enketoId",
        "keyId",
        "updatedAt",
        "publishedAt",
    ];
    assert_eq!(missing(&form, &keys), Vec::<String>::new());
    assert_eq!(
        (&form["xmlFormId"], &form["publishedAt"]),
        (&json!("household"), &Value::Null)
    );
    let files = steward
        .gets("/v1/projects/1/forms/household/draft/attachments")
        .await
        .is(200)
        .json();
    assert_eq!(
        (&files[0]["name"], &files[0]["exists"]),
        (&json!("villages.csv"), &json!(false))
    );
    steward
        .sends(
            "POST",
            "/v1/projects/1/forms/household/draft/attachments/villages.csv",
            "text/csv",
            VILLAGES.to_vec().into(),
        )
        .await
        .is(200);
    steward
        .sends(
            "POST",
            "/v1/projects/1/forms/household/draft/attachments/other.csv",
            "text/csv",
            VILLAGES.to_vec().into(),
        )
        .await
        .is(404);
    assert_eq!(
        steward
            .sends(
                "POST",
                "/v1/projects/1/forms/household/draft/publish",
                "",
                "".into()
            )
            .await
            .is(200)
            .json(),
        json!({ "success": true })
    );
    let form = steward
        .gets("/v1/projects/1/forms/household")
        .await
        .is(200)
        .json();
    assert!(form["publishedAt"].is_string());
    let xml = steward
        .gets("/v1/projects/1/forms/household.xml")
        .await
        .is(200)
        .text();
    assert!(xml.contains("<h:title>Household</h:title>"));
    assert_eq!(
        steward
            .gets("/v1/projects/1/forms/household.md")
            .await
            .is(200)
            .text(),
        HOUSEHOLD
    );
}

#[tokio::test]
async fn a_broken_workbook_is_refused_with_row_and_remedy() {
    let town = Town::new().await;
    let admin = town.admin().await;
    admin
        .posts_json("/v1/projects", &json!({ "name": "Census" }))
        .await
        .is(200);
    let broken = HOUSEHOLD.replace("select_one water", "selct_one water");
    let refused = admin
        .sends("POST", "/v1/projects/1/forms", "text/markdown", broken.into())
        .await
        .is(400)
        .json();
    assert_eq!(refused["details"]["code"], "form-malformed");
    let message = refused["message"].as_str().expect("a sentence");
    assert!(
        message.contains("selct_one") && message.contains("select_one"),
        "{message}"
    );
}

#[tokio::test]
async fn a_published_version_never_changes() {
    let town = Town::new().await;
    publish(&town).await;
    let admin = town.admin().await;
    let other = HOUSEHOLD.replace("Source of water", "Where does the water come from?");
    admin
        .sends(
            "POST",
            "/v1/projects/1/forms/household/draft?ignoreWarnings=true",
            "text/markdown",
            other.into(),
        )
        .await
        .is(200);
    let refused = admin
        .sends(
            "POST",
            "/v1/projects/1/forms/household/draft/publish",
            "",
            "".into(),
        )
        .await
        .is(409)
        .json();
    assert_eq!(refused["details"]["code"], "form-version-taken");
    admin
        .sends(
            "POST",
            "/v1/projects/1/forms/household/draft/publish?version=1b",
            "",
            "".into(),
        )
        .await
        .is(200);
    assert!(
        admin
            .gets("/v1/projects/1/forms/household.xml")
            .await
            .text()
            .contains("version=\"1b\"")
    );
    let versions = admin
        .gets("/v1/projects/1/forms/household/versions")
        .await
        .is(200)
        .json();
    assert_eq!(versions.as_array().map(Vec::len), Some(2));
}

#[tokio::test]
async fn submissions_are_created_read_and_corrected() {
    let town = Town::new().await;
    publish(&town).await;
    let admin = town.admin().await;
    let base = "/v1/projects/1/forms/household/submissions";
    let created = admin
        .sends(
            "POST",
            &format!("{base}?deviceID=me"),
            "application/xml",
            answers("1").into(),
        )
        .await
        .is(200)
        .json();
    assert_eq!(
        missing(&created, &["instanceId", "submitterId", "createdAt"]),
        Vec::<String>::new()
    );
    assert!(created["submitterId"].is_u64());
    town.advance(std::time::Duration::from_secs(1));
    let correction = answers("2")
        .replace("Ann", "Anna")
        .replace("<meta>", "<meta><deprecatedID>uuid:1</deprecatedID>");
    admin
        .sends(
            "PUT",
            &format!("{base}/uuid%3A1"),
            "application/xml",
            correction.clone().into(),
        )
        .await
        .is(200);
    town.run_jobs().await;
    let listed = admin.gets(base).await.is(200).json();
    assert_eq!(listed.as_array().map(Vec::len), Some(1));
    assert_eq!(listed[0]["instanceId"], "uuid:1");
    assert_eq!(
        admin.gets(&format!("{base}/uuid%3A1.xml")).await.is(200).text(),
        correction
    );
    admin.gets(&format!("{base}/uuid%3A9")).await.is(404);
}

#[tokio::test]
async fn answers_of_one_form_are_not_filed_to_another() {
    let town = Town::new().await;
    publish(&town).await;
    let admin = town.admin().await;
    let refused = admin
        .sends(
            "POST",
            "/v1/projects/1/forms/household/submissions",
            "application/xml",
            answers("1").replace("household", "school").into(),
        )
        .await;
    assert_eq!(refused.is(400).json()["details"]["code"], "submission-malformed");
}

#[tokio::test]
async fn what_is_filed_is_read_only_by_those_who_may() {
    let town = Town::new().await;
    publish(&town).await;
    for path in [
        "/v1/projects/1/forms/household/submissions",
        "/v1/projects/1/app-users",
    ] {
        town.stranger().gets(path).await.is(401);
        town.someone(Role::Citizen, None).await.gets(path).await.is(403);
        town.someone(Role::Enumerator, Some("35.22.01.2001"))
            .await
            .gets(path)
            .await
            .is(403);
        town.someone(Role::Officer, Some("35.22"))
            .await
            .gets(path)
            .await
            .is(200);
    }
    let enumerator = town.someone(Role::Enumerator, Some("35.22.01.2001")).await;
    enumerator
        .sends("POST", "/v1/projects/1/forms", "text/markdown", HOUSEHOLD.into())
        .await
        .is(403);
    enumerator
        .sends(
            "POST",
            "/v1/projects/1/forms/household/draft/publish",
            "",
            "".into(),
        )
        .await
        .is(403);
}

#[tokio::test]
async fn a_list_of_places_is_made_from_the_places_when_nobody_gives_one() {
    let town = Town::new().await;
    settle(&town).await;
    let admin = town.admin().await;
    admin
        .posts_json("/v1/projects", &json!({ "name": "Census" }))
        .await
        .is(200);
    let form = HOUSEHOLD.replace("villages.csv", "places.csv");
    admin
        .sends(
            "POST",
            "/v1/projects/1/forms?ignoreWarnings=True&publish=True",
            "text/markdown",
            form.into(),
        )
        .await
        .is(200);
    let list = admin
        .gets("/v1/projects/1/forms/household/attachments/places%2Ecsv")
        .await
        .is(200)
        .text();
    assert!(
        list.starts_with("name,label,level,parent\n")
            && list.contains("35.22.01.2001,Sumberejo,village,35.22.01\n"),
        "{list}"
    );
}

#[tokio::test]
async fn a_steward_makes_devices_for_their_own_places_and_what_they_file_outside_is_kept_and_flagged() {
    let town = Town::new().await;
    settle(&town).await;
    publish(&town).await;
    let steward = town.someone(Role::Steward, Some("35.22.01.2001")).await;
    let users = "/v1/projects/1/app-users";
    let made = steward
        .posts_json(users, &json!({ "displayName": "Tablet 1" }))
        .await
        .is(200)
        .json();
    steward
        .posts_json(
            users,
            &json!({ "displayName": "Tablet 2", "place": "35.22.01.2002" }),
        )
        .await
        .is(403);
    steward
        .posts_json(users, &json!({ "displayName": "Tablet 2", "place": "nowhere" }))
        .await
        .is(404);
    town.someone(Role::Officer, Some("35.22"))
        .await
        .posts_json(users, &json!({ "displayName": "Tablet 2" }))
        .await
        .is(403);
    let device = town.bearer(made["token"].as_str().expect("a token"));
    super::post(&device, &answers("inside"), &[]).await.is(201);
    let outside = answers("outside").replace("35.22.01.2001", "35.22.01.2002");
    super::post(&device, &outside, &[]).await.is(201);
    town.run_jobs().await;
    let flagged: Vec<(String,)> =
        sqlx::query_as("SELECT instance_id FROM submission WHERE flags LIKE '%outside-area%'")
            .fetch_all(town.app.db.read())
            .await
            .expect("read");
    assert_eq!(flagged, [("uuid:outside".to_owned(),)]);
    // A steward sees the devices of their own places; one that files everywhere is for those who hold everything.
    let admin = town.admin().await;
    admin
        .posts_json(users, &json!({ "displayName": "Everywhere" }))
        .await
        .is(200);
    let names = |listed: Value| -> Vec<String> {
        let listed = listed.as_array().expect("a list").iter();
        listed
            .map(|user| user["displayName"].as_str().expect("a name").to_owned())
            .collect()
    };
    assert_eq!(names(steward.gets(users).await.is(200).json()), ["Tablet 1"]);
    assert_eq!(
        names(admin.gets(users).await.is(200).json()),
        ["Tablet 1", "Everywhere"]
    );
    let other = town.someone(Role::Steward, Some("35.22.01.2002")).await;
    assert_eq!(names(other.gets(users).await.is(200).json()), [""; 0]);
}
