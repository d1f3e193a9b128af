//! What people do with a submission after it was filed, over Central's API and at the desk.

use std::time::Duration;

use axum::body::Body;
use baraza::platform::op::Role;
use serde_json::{Value, json};

use super::{answers, post, publish, rows, settle};
use crate::town::{Town, Visitor};

const BASE: &str = "/v1/projects/1/forms/household/submissions";
const ONE: &str = "/v1/projects/1/forms/household/submissions/uuid%3A1";

/// Files one household and puts it into the tables.
async fn filed(town: &Town) -> Visitor<'_> {
    publish(town).await;
    let phone = town.someone(Role::Enumerator, None).await;
    post(&phone, &answers("1"), &[]).await.is(201);
    town.run_jobs().await;
    town.admin().await
}

async fn reviews(visitor: &Visitor<'_>, state: Value) -> crate::town::Answer {
    let body = json!({ "reviewState": state }).to_string();
    visitor.sends("PATCH", ONE, "application/json", body.into()).await
}

async fn sends(visitor: &Visitor<'_>, method: &str, path: &str) -> crate::town::Answer {
    visitor.sends(method, path, "", Body::empty()).await
}

/// A correction of the first household, under an id of its own.
fn correction(id: &str, of: &str, age: &str) -> String {
    answers(id)
        .replace("<age>43</age>", &format!("<age>{age}</age>"))
        .replace("<meta>", &format!("<meta><deprecatedID>uuid:{of}</deprecatedID>"))
}

#[tokio::test]
async fn a_review_is_kept_until_an_edit_asks_for_another() {
    let town = Town::new().await;
    let admin = filed(&town).await;
    assert_eq!(admin.gets(ONE).await.is(200).json()["reviewState"], Value::Null);
    let approved = reviews(&admin, json!("approved")).await.is(200).json();
    assert_eq!(
        (&approved["reviewState"], approved["updatedAt"].is_string()),
        (&json!("approved"), true)
    );
    town.advance(Duration::from_secs(60));
    admin
        .sends("PUT", ONE, "application/xml", correction("2", "1", "44").into())
        .await
        .is(200);
    let edited = admin.gets(ONE).await.is(200).json();
    assert_eq!(edited["reviewState"], "edited");
    assert_eq!(
        (&edited["instanceId"], &edited["currentVersion"]["instanceId"]),
        (&json!("uuid:1"), &json!("uuid:2"))
    );
    assert_ne!(edited["createdAt"], edited["currentVersion"]["createdAt"]);
    reviews(&admin, Value::Null).await.is(200);
    assert_eq!(admin.gets(ONE).await.is(200).json()["reviewState"], Value::Null);
    let refused = reviews(&admin, json!("splendid")).await.is(400).json();
    assert_eq!(
        (&refused["code"], &refused["details"]["code"]),
        (&json!(400.8), &json!("collect-review-unknown"))
    );
    town.run_jobs().await;
}

#[tokio::test]
async fn a_rejected_submission_is_read_as_before_but_counts_in_no_table() {
    let town = Town::new().await;
    let admin = filed(&town).await;
    let members = || rows(&town, "census__household__member", "name, age");
    assert_eq!(members().await, ["\"Ann\" 43", "\"Ben\" 12"]);
    reviews(&admin, json!("rejected")).await.is(200);
    town.run_jobs().await;
    assert_eq!(members().await, [""; 0]);
    assert_eq!(
        rows(&town, "census__household", "instance_id, n_members").await,
        [""; 0]
    );
    assert_eq!(
        admin.gets(BASE).await.is(200).json()[0]["reviewState"],
        "rejected"
    );
    reviews(&admin, json!("approved")).await.is(200);
    town.run_jobs().await;
    assert_eq!(members().await, ["\"Ann\" 43", "\"Ben\" 12"]);
    // Between two states that count, nothing has to be done.
    reviews(&admin, json!("hasIssues")).await.is(200);
    assert_eq!(town.run_jobs().await, 0);
}

#[tokio::test]
async fn a_submission_in_the_trash_is_gone_until_it_is_put_back() {
    let town = Town::new().await;
    let admin = filed(&town).await;
    assert_eq!(
        sends(&admin, "DELETE", ONE).await.is(200).json(),
        json!({ "success": true })
    );
    town.run_jobs().await;
    admin.gets(ONE).await.is(404);
    sends(&admin, "DELETE", ONE).await.is(404);
    assert_eq!(admin.gets(BASE).await.is(200).json(), json!([]));
    let trashed = admin.gets(&format!("{BASE}?deleted=true")).await.is(200).json();
    assert_eq!(trashed[0]["instanceId"], "uuid:1");
    assert!(trashed[0]["deletedAt"].is_string());
    assert_eq!(
        rows(&town, "census__household", "instance_id, n_members").await,
        [""; 0]
    );
    // A program may not file it again; a phone that did not hear our answer is told that we have it.
    let refused = admin
        .sends("POST", BASE, "application/xml", answers("1").into())
        .await
        .is(409)
        .json();
    assert_eq!(refused["code"], json!(409.18));
    let phone = town.someone(Role::Enumerator, None).await;
    post(&phone, &answers("1"), &[]).await.is(201);
    // A correction that comes meanwhile goes where the submission is.
    town.advance(Duration::from_secs(60));
    post(&phone, &correction("2", "1", "44"), &[]).await.is(201);
    town.run_jobs().await;
    assert_eq!(admin.gets(BASE).await.is(200).json(), json!([]));
    sends(&admin, "POST", &format!("{ONE}/restore")).await.is(200);
    sends(&admin, "POST", &format!("{ONE}/restore")).await.is(404);
    town.run_jobs().await;
    let back = admin.gets(ONE).await.is(200).json();
    assert_eq!(
        (&back["deletedAt"], &back["currentVersion"]["instanceId"]),
        (&Value::Null, &json!("uuid:2"))
    );
    assert_eq!(
        rows(&town, "census__household__member", "name, age").await,
        ["\"Ann\" 44", "\"Ben\" 12"]
    );
}

#[tokio::test]
async fn a_correction_must_name_the_newest_version_and_have_an_id_of_its_own() {
    let town = Town::new().await;
    let admin = filed(&town).await;
    let puts = async |xml: String| admin.sends("PUT", ONE, "application/xml", xml.into()).await;
    let code = |answer: crate::town::Answer| (answer.status.as_u16(), answer.json()["code"].clone());
    assert_eq!(code(puts(answers("2")).await), (400, json!(400.19)));
    assert_eq!(code(puts(correction("2", "9", "44")).await), (409, json!(409.9)));
    assert_eq!(code(puts(correction("1", "1", "44")).await), (409, json!(409.8)));
    assert_eq!(
        code(puts(correction("2", "1", "44").replace("version=\"1\"", "version=\"7\"")).await),
        (404, json!(404.6))
    );
    town.advance(Duration::from_secs(60));
    puts(correction("2", "1", "44")).await.is(200);
    assert_eq!(code(puts(correction("3", "1", "45")).await), (409, json!(409.9)));
    let nothing = format!("{BASE}/uuid%3A9");
    admin
        .sends(
            "PUT",
            &nothing,
            "application/xml",
            correction("4", "2", "45").into(),
        )
        .await
        .is(404);
    let again = admin
        .sends("POST", BASE, "application/xml", answers("1").into())
        .await
        .is(409)
        .json();
    assert_eq!(
        (&again["code"], &again["details"]["code"]),
        (&json!(409.3), &json!("collect-submission-exists"))
    );
    town.run_jobs().await;
}

#[tokio::test]
async fn versions_tell_what_changed_from_one_to_the_next() {
    let town = Town::new().await;
    let admin = filed(&town).await;
    town.advance(Duration::from_secs(60));
    let with_a_third = correction("2", "1", "44").replace(
        "<n_members>",
        "<member><name>Cut</name><age>3</age></member><n_members>",
    );
    admin
        .sends("PUT", ONE, "application/xml", with_a_third.clone().into())
        .await
        .is(200);
    let versions = admin.gets(&format!("{ONE}/versions")).await.is(200).json();
    let said: Vec<_> = versions
        .as_array()
        .expect("a list")
        .iter()
        .map(|version| (version["instanceId"].clone(), version["current"].clone()))
        .collect();
    assert_eq!(
        said,
        [(json!("uuid:2"), json!(true)), (json!("uuid:1"), json!(false))]
    );
    assert_eq!(
        admin
            .gets(&format!("{ONE}/versions/uuid%3A1.xml"))
            .await
            .is(200)
            .text(),
        answers("1")
    );
    assert_eq!(
        admin
            .gets(&format!("{ONE}/versions/uuid%3A2.xml"))
            .await
            .is(200)
            .text(),
        with_a_third
    );
    admin.gets(&format!("{ONE}/versions/uuid%3A7")).await.is(404);
    // The id of an edit leads to the submission it belongs to.
    let moved = admin.gets(&format!("{BASE}/uuid%3A2.xml")).await.is(303);
    assert_eq!(
        moved.header("location").replace("%2D", "-").replace("%2E", "."),
        format!("{ONE}/versions/uuid%3A2.xml")
    );
    let diffs = admin.gets(&format!("{ONE}/diffs")).await.is(200).json();
    assert_eq!(
        diffs,
        json!({ "uuid:2": [
            { "new": "44", "old": "43", "path": [["member", 0], "age"] },
            { "new": { "name": "Cut", "age": "3" }, "path": [["member", 2]] },
            { "new": "uuid:1", "path": ["meta", "deprecatedID"] },
            { "new": "uuid:2", "old": "uuid:1", "path": ["meta", "instanceID"] },
        ] })
    );
    town.run_jobs().await;
}

#[tokio::test]
async fn an_edit_takes_over_the_files_it_still_names() {
    let town = Town::new().await;
    publish(&town).await;
    let phone = town.someone(Role::Enumerator, None).await;
    let with_photo = |xml: String| xml.replace("<photo/>", "<photo>well.jpg</photo>");
    post(
        &phone,
        &with_photo(answers("1")),
        &[("well.jpg", b"\xff\xd8 first")],
    )
    .await
    .is(201);
    let admin = town.admin().await;
    town.advance(Duration::from_secs(60));
    admin
        .sends(
            "PUT",
            ONE,
            "application/xml",
            with_photo(correction("2", "1", "44")).into(),
        )
        .await
        .is(200);
    let photo = format!("{ONE}/attachments/well.jpg");
    assert_eq!(&admin.gets(&photo).await.is(200).body[..], b"\xff\xd8 first");
    // Another photograph of the edit leaves the first version as it was.
    admin
        .sends("POST", &photo, "image/jpeg", b"\xff\xd8 second".to_vec().into())
        .await
        .is(200);
    assert_eq!(&admin.gets(&photo).await.is(200).body[..], b"\xff\xd8 second");
    let old = admin
        .gets(&format!("{ONE}/versions/uuid%3A1/attachments/well.jpg"))
        .await
        .is(200);
    assert_eq!(&old.body[..], b"\xff\xd8 first");
    let other = format!("{ONE}/attachments/other.jpg");
    admin
        .sends("POST", &other, "image/jpeg", "x".into())
        .await
        .is(404);
    sends(&admin, "DELETE", &photo).await.is(200);
    assert_eq!(
        admin.gets(&format!("{ONE}/attachments")).await.is(200).json(),
        json!([{ "name": "well.jpg", "exists": false }])
    );
    // Who filed it may bring a file that is missing, and nobody else's.
    phone
        .sends("POST", &photo, "image/jpeg", "x".into())
        .await
        .is(403);
    town.run_jobs().await;
}

#[tokio::test]
async fn comments_are_told_to_those_who_may_read_and_to_nobody_else() {
    let town = Town::new().await;
    settle(&town).await;
    filed(&town).await;
    let officer = town.someone(Role::Officer, Some("35.22.01.2001")).await;
    let comments = format!("{ONE}/comments");
    let said = officer
        .posts_json(&comments, &json!({ "body": " Call them. " }))
        .await
        .is(200)
        .json();
    assert_eq!(said["body"], "Call them.");
    assert!(said["actorId"].is_u64());
    town.advance(Duration::from_secs(1));
    officer
        .posts_json(&comments, &json!({ "body": "Done." }))
        .await
        .is(200);
    officer
        .posts_json(&comments, &json!({ "body": "" }))
        .await
        .is(400);
    let listed = town
        .someone(Role::Officer, Some("35.22.01.2001"))
        .await
        .with_header("x-extended-metadata", "true")
        .gets(&comments)
        .await
        .is(200)
        .json();
    let bodies: Vec<_> = listed
        .as_array()
        .expect("a list")
        .iter()
        .map(|one| &one["body"])
        .collect();
    assert_eq!(bodies, ["Done.", "Call them."]);
    assert!(listed[0]["actor"]["displayName"].is_string());
    let neighbour = town.someone(Role::Officer, Some("35.22.01.2002")).await;
    neighbour.gets(&comments).await.is(404);
    neighbour
        .posts_json(&comments, &json!({ "body": "x" }))
        .await
        .is(404);
    let phone = town.someone(Role::Enumerator, Some("35.22.01.2001")).await;
    phone.gets(&comments).await.is(403);
    // The record of who did what holds no word of it.
    let facts: Vec<(String,)> =
        sqlx::query_as("SELECT facts FROM audit WHERE event = 'collect.submission-commented'")
            .fetch_all(town.app.db.read())
            .await
            .expect("read");
    assert_eq!(facts.len(), 2);
    assert!(facts.iter().all(|(facts,)| !facts.contains("Call")));
}

#[tokio::test]
async fn what_was_done_with_a_submission_stands_in_its_audits() {
    let town = Town::new().await;
    let admin = filed(&town).await;
    town.advance(Duration::from_secs(1));
    reviews(&admin, json!("hasIssues")).await.is(200);
    town.advance(Duration::from_secs(1));
    admin
        .sends("PUT", ONE, "application/xml", correction("2", "1", "44").into())
        .await
        .is(200);
    town.advance(Duration::from_secs(1));
    sends(&admin, "DELETE", ONE).await.is(200);
    town.advance(Duration::from_secs(1));
    sends(&admin, "POST", &format!("{ONE}/restore")).await.is(200);
    town.run_jobs().await;
    let audits = admin.gets(&format!("{ONE}/audits")).await.is(200).json();
    let said: Vec<String> = audits
        .as_array()
        .expect("a list")
        .iter()
        .map(|one| {
            format!(
                "{} {} {}",
                one["action"].as_str().expect("an action"),
                one["details"]["instanceId"].as_str().unwrap_or("-"),
                one["details"]["reviewState"].as_str().unwrap_or("-")
            )
        })
        .collect();
    assert_eq!(
        said,
        [
            "submission.restore uuid:2 -",
            "submission.delete uuid:2 -",
            "submission.update.version uuid:2 -",
            "submission.update uuid:1 hasIssues",
            "submission.create uuid:1 -",
        ]
    );
    let submitters = admin.gets(&format!("{BASE}/submitters")).await.is(200).json();
    assert_eq!(submitters.as_array().map(Vec::len), Some(1));
    assert_eq!(
        admin.gets(&format!("{BASE}/keys")).await.is(200).json(),
        json!([])
    );
}

#[tokio::test]
async fn who_only_reads_may_not_say_what_a_submission_is_worth() {
    let town = Town::new().await;
    settle(&town).await;
    filed(&town).await;
    for (role, place, status) in [
        (Role::Auditor, "35.22", 403),
        (Role::Enumerator, "35.22.01.2001", 403),
        (Role::Officer, "35.22.01.2002", 404),
        (Role::Officer, "35.22.01.2001", 200),
    ] {
        let visitor = town.someone(role, Some(place)).await;
        assert_eq!(
            reviews(&visitor, json!("approved")).await.status.as_u16(),
            status,
            "{role} at {place}"
        );
    }
    let officer = town.someone(Role::Officer, Some("35.22.01.2001")).await;
    sends(&officer, "DELETE", ONE).await.is(403);
    town.run_jobs().await;
}

#[tokio::test]
async fn the_desk_reviews_comments_and_shows_what_an_edit_changed() {
    let town = Town::new().await;
    settle(&town).await;
    filed(&town).await;
    let officer = town.someone(Role::Officer, Some("35.22")).await;
    let page = "/desk/collect/census/household/submissions/uuid%3A1";
    officer
        .submits(
            &format!("{page}/review"),
            &[("state", "hasIssues"), ("comment", "Ask for the age again.")],
        )
        .await
        .is(303);
    let shown = officer.gets(page).await.is(200).text();
    assert!(
        shown.contains("Has issues") && shown.contains("Ask for the age again."),
        "{shown}"
    );
    officer
        .submits(
            &format!("{page}/review"),
            &[("state", "hasIssues"), ("comment", " ")],
        )
        .await
        .is(400);
    town.advance(Duration::from_secs(60));
    let admin = town.admin().await;
    admin
        .sends("PUT", ONE, "application/xml", correction("2", "1", "44").into())
        .await
        .is(200);
    let shown = officer.gets(page).await.is(200).text();
    assert!(
        shown.contains("Edited, to be looked at again") && shown.contains("member[1]/age"),
        "{shown}"
    );
    let list = officer
        .gets("/desk/collect/census/household")
        .await
        .is(200)
        .text();
    assert!(list.contains("Edited, to be looked at again"), "{list}");
    let steward = town.someone(Role::Steward, Some("35.22")).await;
    steward.submits(&format!("{page}/delete"), &[]).await.is(303);
    let trash = steward
        .gets("/desk/collect/census/household/trash")
        .await
        .is(200)
        .text();
    assert!(trash.contains("Put back"), "{trash}");
    steward
        .submits("/desk/collect/census/household/trash", &[("instance", "uuid:1")])
        .await
        .is(303);
    officer.gets(page).await.is(200);
    town.run_jobs().await;
}

#[tokio::test]
async fn answers_are_corrected_in_the_browser_from_where_central_links_to() {
    let town = Town::new().await;
    publish(&town).await;
    let phone = town.someone(Role::Enumerator, None).await;
    let xml = answers("1").replace("<photo/>", "<photo>well.jpg</photo>");
    post(&phone, &xml, &[("well.jpg", b"\xff\xd8")]).await.is(201);
    town.advance(Duration::from_secs(60));
    let admin = town.admin().await;
    let form = admin.gets(&format!("{ONE}/edit")).await.is(302);
    let check = form.header("location").to_owned();
    assert!(check.starts_with("/forms/census/household/"), "{check}");
    assert!(admin.gets(&check).await.is(200).text().contains("Ann"));
    admin.submits(&check, &[]).await.is(303);
    town.run_jobs().await;
    let edited = admin.gets(ONE).await.is(200).json();
    assert_eq!(edited["reviewState"], "edited");
    assert_eq!(
        admin.gets(BASE).await.is(200).json().as_array().map(Vec::len),
        Some(1)
    );
    let files = admin.gets(&format!("{ONE}/attachments")).await.is(200).json();
    assert_eq!(files, json!([{ "name": "well.jpg", "exists": true }]));
}
