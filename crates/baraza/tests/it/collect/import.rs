//! Bringing projects from another server, which here is another town that speaks ODK Central's API on a port of its own.

use std::time::Duration;

use baraza::{
    collect::import::{Report, Wanted, from_central},
    platform::op::Role,
    router,
};
use serde_json::{Value, json};

use super::{answers, post, publish};
use crate::town::{PASSWORD, Town, Visitor};

const FORM: &str = "/v1/projects/1/forms/household";

/// Lets a town be reached over the network; returns where.
async fn opens_its_gates(town: &Town) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port");
    let address = listener.local_addr().expect("an address");
    let router = router(&town.app);
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}")
}

/// A town a day later than the other: what happened there lies in its past.
async fn later() -> Town {
    let town = Town::new().await;
    town.advance(Duration::from_secs(86_400));
    town
}

async fn brings(town: &Town, url: &str) -> Report {
    let wanted = Wanted {
        url: url.to_owned(),
        email: "admin@town.test".into(),
        password: PASSWORD.into(),
        projects: Vec::new(),
        with_media: true,
    };
    let report = from_central(&town.app, wanted, &|_| {}).await.expect("brought");
    town.run_jobs().await;
    report
}

/// A town with a census: two versions of a form, a draft of a third, answers with a photograph, an edit, a comment and a review.
async fn census() -> Town {
    let town = Town::new().await;
    publish(&town).await;
    let admin = town.admin().await;
    let device = admin
        .posts_json("/v1/projects/1/app-users", &json!({ "displayName": "Tablet 1" }))
        .await
        .is(200)
        .json();
    let token = device["token"].as_str().expect("a token");
    town.advance(Duration::from_secs(60));
    let xml = answers("1").replace("<photo/>", "<photo>well.jpg</photo>");
    let parts: [(&str, &str, &str, &[u8]); 2] = [
        ("xml_submission_file", "form.xml", "text/xml", xml.as_bytes()),
        ("well.jpg", "well.jpg", "image/jpeg", b"\xff\xd8\xff\xd9"),
    ];
    town.stranger()
        .posts_parts(
            &format!("/v1/key/{token}/projects/1/submission?deviceID=collect%3Aabc"),
            &parts,
        )
        .await
        .is(201);
    town.advance(Duration::from_secs(60));
    let enumerator = town.someone(Role::Enumerator, Some("35.22")).await;
    post(&enumerator, &answers("2"), &[]).await.is(201);
    town.advance(Duration::from_secs(60));
    let correction = answers("3")
        .replace("Ann", "Anna")
        .replace("<meta>", "<meta><deprecatedID>uuid:2</deprecatedID>");
    admin
        .sends(
            "PUT",
            &format!("{FORM}/submissions/uuid%3A2"),
            "application/xml",
            correction.into(),
        )
        .await
        .is(200);
    town.advance(Duration::from_secs(60));
    let said = json!({ "body": "Is the well really 10 minutes away?" });
    admin
        .posts_json(&format!("{FORM}/submissions/uuid%3A1/comments"), &said)
        .await
        .is(200);
    reviews(&admin, "uuid%3A1", "approved").await;
    admin
        .sends("POST", &format!("{FORM}/draft"), "", "".into())
        .await
        .is(200);
    admin
        .posts_json(
            &format!("{FORM}/public-links"),
            &json!({ "displayName": "Poster", "once": true }),
        )
        .await
        .is(200);
    let citizen = town.someone(Role::Citizen, None).await;
    let number = citizen.gets("/v1/users/current").await.is(200).json()["id"].clone();
    admin
        .sends(
            "POST",
            &format!("/v1/projects/1/assignments/viewer/{number}"),
            "",
            "".into(),
        )
        .await
        .is(200);
    grows_trees(&admin).await;
    town.run_jobs().await;
    town
}

const TREES: &str = "/v1/projects/1/datasets/trees";
const MANGO: &str = "0d0d0d0d-0000-4000-8000-000000000001";

/// A list of two trees, one of which grew.
async fn grows_trees(admin: &Visitor<'_>) {
    admin
        .posts_json("/v1/projects/1/datasets", &json!({ "name": "trees" }))
        .await
        .is(200);
    for name in ["species", "height"] {
        admin
            .posts_json(&format!("{TREES}/properties"), &json!({ "name": name }))
            .await
            .is(200);
    }
    let entities = format!("{TREES}/entities");
    let mango =
        json!({ "uuid": MANGO, "label": "Mango by the well", "data": { "species": "mango", "height": "3" } });
    admin.posts_json(&entities, &mango).await.is(200);
    let teak = json!({ "uuid": "0d0d0d0d-0000-4000-8000-000000000002", "label": "Teak", "data": { "species": "teak" } });
    admin.posts_json(&entities, &teak).await.is(200);
    let grown = json!({ "label": "Old mango", "data": { "height": "4" } });
    admin
        .sends(
            "PATCH",
            &format!("{entities}/{MANGO}?baseVersion=1"),
            "application/json",
            grown.to_string().into(),
        )
        .await
        .is(200);
}

async fn reviews(admin: &Visitor<'_>, instance: &str, state: &str) {
    admin
        .sends(
            "PATCH",
            &format!("{FORM}/submissions/{instance}"),
            "application/json",
            json!({ "reviewState": state }).to_string().into(),
        )
        .await
        .is(200);
}

/// Everything about the census that must be the same on both sides.
async fn seen(town: &Town) -> Vec<(String, Value)> {
    let admin = town.admin().await.with_header("x-extended-metadata", "true");
    let mut seen = Vec::new();
    let mut look = |what: &str, value: Value| seen.push((what.to_owned(), value));
    let listed = admin.gets(&format!("{FORM}/versions")).await.is(200).json();
    for version in listed.as_array().expect("a list") {
        look(
            "version",
            json!([version["version"], version["hash"], version["publishedAt"]]),
        );
    }
    for path in [
        "/versions/1.xml",
        "/versions/1/attachments/villages.csv",
        "/submissions/uuid%3A1.xml",
        "/submissions/uuid%3A1/attachments/well.jpg",
        "/submissions/uuid%3A2.xml",
        "/submissions/uuid%3A2/versions/uuid%3A2.xml",
    ] {
        let answer = admin.gets(&format!("{FORM}{path}")).await.is(200);
        look(path, json!(format!("{:?}", answer.body)));
    }
    let submissions = admin.gets(&format!("{FORM}/submissions")).await.is(200).json();
    for each in submissions.as_array().expect("a list") {
        look(
            "submission",
            json!([
                each["instanceId"],
                each["createdAt"],
                each["deviceId"],
                each["reviewState"],
                each["submitter"]["displayName"],
                each["currentVersion"]["instanceId"],
                each["currentVersion"]["createdAt"],
                each["currentVersion"]["submitter"]["displayName"],
            ]),
        );
    }
    let comments = admin
        .gets(&format!("{FORM}/submissions/uuid%3A1/comments"))
        .await
        .is(200)
        .json();
    for comment in comments.as_array().expect("a list") {
        look(
            "comment",
            json!([
                comment["body"],
                comment["createdAt"],
                comment["actor"]["displayName"]
            ]),
        );
    }
    let devices = admin.gets("/v1/projects/1/app-users").await.is(200).json();
    look("device", devices[0]["displayName"].clone());
    let links = admin.gets(&format!("{FORM}/public-links")).await.is(200).json();
    look("link", json!([links[0]["displayName"], links[0]["once"]]));
    let draft = admin.gets(&format!("{FORM}/draft")).await.is(200).json();
    look("draft", draft["version"].clone());
    let list = admin.gets(TREES).await.is(200).json();
    for property in list["properties"].as_array().expect("a list") {
        look("property", property["name"].clone());
    }
    let entities = admin.gets(&format!("{TREES}/entities")).await.is(200).json();
    for each in entities.as_array().expect("a list") {
        look(
            "entity",
            json!([each["uuid"], each["createdAt"], each["conflict"]]),
        );
    }
    let versions = admin
        .gets(&format!("{TREES}/entities/{MANGO}/versions"))
        .await
        .is(200)
        .json();
    for version in versions.as_array().expect("a list") {
        look(
            "entity version",
            json!([
                version["version"],
                version["label"],
                version["data"],
                version["createdAt"],
                version["creator"]["displayName"]
            ]),
        );
    }
    let roles = admin.gets("/v1/projects/1/assignments").await.is(200).json();
    look(
        "role",
        json!([roles[0]["roleId"], roles[0]["actor"]["displayName"]]),
    );
    seen
}

#[tokio::test]
async fn a_census_moves_to_another_server_with_dates_names_edits_files_comments_and_reviews() {
    let there = census().await;
    let url = opens_its_gates(&there).await;
    let here = later().await;
    let report = brings(&here, &url).await;
    assert!(report.is_whole(), "{report}");
    let form = &report.projects[0].forms[0];
    assert_eq!(
        (
            form.versions,
            form.workbooks,
            form.submissions_there,
            form.submissions_here,
            form.submissions_new
        ),
        (1, 0, 2, 2, 2),
        "{report}"
    );
    assert_eq!(
        (
            form.edits_there,
            form.edits_here,
            form.attachments,
            form.comments,
            form.reviews
        ),
        (1, 1, 1, 1, 2),
        "{report}"
    );
    assert_eq!(form.left, Vec::<String>::new());
    let list = &report.projects[0].lists[0];
    assert_eq!(
        (
            list.properties,
            list.entities_there,
            list.entities_here,
            list.versions
        ),
        (2, 2, 2, 3),
        "{report}"
    );
    assert_eq!(seen(&here).await, seen(&there).await);
}

#[tokio::test]
async fn a_second_run_changes_nothing_and_brings_what_came_in_between() {
    let there = census().await;
    let url = opens_its_gates(&there).await;
    let here = later().await;
    brings(&here, &url).await;
    let before = seen(&here).await;
    let again = brings(&here, &url).await;
    assert_eq!(again.projects[0].forms[0].submissions_new, 0, "{again}");
    assert_eq!(seen(&here).await, before);
    there.advance(Duration::from_secs(3600));
    let admin = there.admin().await;
    post(&admin, &answers("4"), &[]).await.is(201);
    reviews(&admin, "uuid%3A2", "rejected").await;
    there.run_jobs().await;
    let third = brings(&here, &url).await;
    assert_eq!(third.projects[0].forms[0].submissions_new, 2, "{third}");
    assert_eq!(seen(&here).await, seen(&there).await);
}

#[tokio::test]
async fn a_run_that_was_cut_off_before_it_noted_what_it_did_doubles_nothing() {
    let there = census().await;
    let url = opens_its_gates(&there).await;
    let here = later().await;
    brings(&here, &url).await;
    let before = seen(&here).await;
    let mut tx = here.app.db.begin().await.expect("a transaction");
    sqlx::query(
        "DELETE FROM import_item WHERE kind IN ('submission', 'version', 'draft', 'assignment', 'role')",
    )
    .execute(tx.conn())
    .await
    .expect("forgotten");
    tx.commit().await.expect("committed");
    let again = brings(&here, &url).await;
    assert!(again.is_whole(), "{again}");
    assert_eq!(seen(&here).await, before);
}

#[tokio::test]
async fn who_came_along_signs_in_only_after_choosing_a_password_and_devices_need_a_new_code() {
    let there = census().await;
    let url = opens_its_gates(&there).await;
    let here = later().await;
    brings(&here, &url).await;
    let credentials = json!({ "email": "citizen@town.test", "password": PASSWORD });
    here.stranger()
        .posts_json("/v1/sessions", &credentials)
        .await
        .is(401);
    let admin = here.admin().await;
    let page = admin.gets("/desk/devices/census").await.is(200).text();
    let renew = page
        .split("action=\"")
        .find(|rest| rest.contains("/renew\""))
        .and_then(|rest| rest.split('"').next())
        .expect("a button")
        .to_owned();
    let card = admin.submits(&renew, &[]).await.is(200).text();
    let token = card
        .split("/v1/key/")
        .nth(1)
        .and_then(|rest| rest.split('/').next())
        .expect("a token");
    let list = |token: &str| format!("/v1/key/{token}/projects/1/formList");
    here.stranger().gets(&list(token)).await.is(403);
    let number = admin.gets("/v1/projects/1/app-users").await.json()[0]["id"].clone();
    admin
        .sends("POST", &format!("{FORM}/assignments/2/{number}"), "", "".into())
        .await
        .is(200);
    here.stranger().gets(&list(token)).await.is(200);
}

#[tokio::test]
async fn a_wrong_password_and_a_project_that_is_not_there_are_told() {
    let there = Town::new().await;
    let url = opens_its_gates(&there).await;
    let here = Town::new().await;
    let wanted = |password: &str, project| Wanted {
        url: url.clone(),
        email: "admin@town.test".into(),
        password: password.into(),
        projects: vec![project],
        with_media: true,
    };
    for (wanted, told) in [
        (wanted("wrong", 1), "refuses to sign admin@town.test in"),
        (wanted(PASSWORD, 7), "shows no project 7"),
    ] {
        let error = from_central(&here.app, wanted, &|_| {})
            .await
            .expect_err("refused");
        assert!(format!("{error:#}").contains(told), "{error:#}");
    }
}
