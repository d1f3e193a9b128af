//! Drafts that are tried out before they are published.

use axum::body::Body;
use baraza::platform::op::Role;
use formats::openrosa::md5_hex;
use serde_json::json;

use super::{HOUSEHOLD, VILLAGES, answers, publish};
use crate::town::{Answer, Town};

const FORM: &str = "/v1/projects/1/forms/household";

/// Publishes the household form and makes a draft of its second version; returns the secret of the address where it is tried out.
async fn drafted(town: &Town) -> String {
    publish(town).await;
    town.advance(std::time::Duration::from_secs(60));
    let admin = town.admin().await;
    let second = HOUSEHOLD.replace("| household | 1 |", "| household | 2 |");
    admin
        .sends(
            "POST",
            &format!("{FORM}/draft?ignoreWarnings=true"),
            "text/markdown",
            second.into(),
        )
        .await
        .is(200);
    admin
        .sends(
            "POST",
            &format!("{FORM}/draft/attachments/villages.csv"),
            "text/csv",
            VILLAGES.to_vec().into(),
        )
        .await
        .is(200);
    let draft = admin.gets(&format!("{FORM}/draft")).await.is(200).json();
    assert_eq!(
        (&draft["version"], &draft["publishedAt"]),
        (&json!("2"), &json!(null))
    );
    draft["draftToken"].as_str().expect("a token").to_owned()
}

fn second(id: &str) -> String {
    answers(id).replace("version=\"1\"", "version=\"2\"")
}

async fn posts(town: &Town, base: &str, xml: &str) -> Answer {
    town.stranger()
        .posts_parts(
            &format!("{base}/submission?deviceID=collect%3A1"),
            &[("xml_submission_file", "a.xml", "text/xml", xml.as_bytes())],
        )
        .await
}

#[tokio::test]
async fn a_phone_gets_the_draft_alone_and_what_it_sends_stands_apart() {
    let town = Town::new().await;
    let token = drafted(&town).await;
    let base = format!("/v1/test/{token}/projects/1/forms/household/draft");
    let phone = town.stranger();
    let list = phone.gets(&format!("{base}/formList")).await.is(200).text();
    let element = |xml: &str, name: &str| {
        let (_, rest) = xml.split_once(&format!("<{name}>")).expect("an element");
        rest.split_once('<')
            .expect("a text")
            .0
            .trim_start_matches("http://town.test")
            .to_owned()
    };
    assert_eq!(element(&list, "version"), "2");
    let form = phone.gets(&element(&list, "downloadUrl")).await.is(200);
    assert_eq!(element(&list, "hash"), format!("md5:{}", md5_hex(&form.body)));
    let manifest = phone.gets(&element(&list, "manifestUrl")).await.is(200).text();
    let file = phone.gets(&element(&manifest, "downloadUrl")).await.is(200);
    assert_eq!(element(&manifest, "hash"), format!("md5:{}", md5_hex(&file.body)));
    phone
        .sends("HEAD", &format!("{base}/submission"), "", Body::empty())
        .await
        .is(204);
    posts(&town, &base, &second("1")).await.is(201);
    let again = posts(&town, &base, &second("1")).await.is(201).text();
    assert!(again.contains("Nothing was counted twice"), "{again}");
    let admin = town.admin().await;
    let tried = admin
        .gets(&format!("{FORM}/draft/submissions"))
        .await
        .is(200)
        .json();
    assert_eq!(tried[0]["instanceId"], "uuid:1");
    assert_eq!(tried.as_array().map(Vec::len), Some(1));
    let xml = admin
        .gets(&format!("{FORM}/draft/submissions/uuid%3A1.xml"))
        .await
        .is(200)
        .text();
    assert_eq!(xml, second("1"));
    // Nothing of it is real.
    assert_eq!(town.run_jobs().await, 0);
    assert_eq!(
        admin.gets(&format!("{FORM}/submissions")).await.is(200).json(),
        json!([])
    );
    assert_eq!(
        admin
            .gets("/v1/projects/1/forms")
            .await
            .is(200)
            .json()
            .as_array()
            .map(Vec::len),
        Some(1)
    );
    let desk = admin.gets("/desk/collect").await.is(200).text();
    assert_eq!(desk.matches("/desk/collect/census/").count(), 1, "{desk}");
}

#[tokio::test]
async fn a_wrong_or_old_secret_opens_no_draft() {
    let town = Town::new().await;
    let token = drafted(&town).await;
    let base = |token: &str| format!("/v1/test/{token}/projects/1/forms/household/draft");
    for path in ["formList", "manifest", "attachments/villages%2Ecsv"] {
        let refused = town
            .stranger()
            .gets(&format!("{}/{path}", base("wrong")))
            .await
            .is(404)
            .text();
        assert!(refused.contains("<OpenRosaResponse"), "{path}: {refused}");
    }
    posts(&town, &base("wrong"), &second("1")).await.is(404);
    posts(&town, &base(&token), &second("1")).await.is(201);
    posts(&town, &base(&token), &second("2").replace("household", "school"))
        .await
        .is(400);
    // The next draft is tried out at the same address, without what was filed to the last.
    let admin = town.admin().await;
    let draft = format!("{FORM}/draft");
    admin
        .sends(
            "POST",
            &format!("{draft}?ignoreWarnings=true"),
            "text/markdown",
            HOUSEHOLD.replace("| household | 1 |", "| household | 3 |").into(),
        )
        .await
        .is(200);
    let next = admin.gets(&draft).await.is(200).json();
    assert_eq!(
        (&next["version"], &next["draftToken"]),
        (&json!("3"), &json!(token))
    );
    assert_eq!(
        admin.gets(&format!("{draft}/submissions")).await.is(200).json(),
        json!([])
    );
    let third = |id: &str| answers(id).replace("version=\"1\"", "version=\"3\"");
    posts(&town, &base(&token), &third("1")).await.is(201);
    admin
        .sends("POST", &format!("{draft}/publish"), "", Body::empty())
        .await
        .is(200);
    posts(&town, &base(&token), &third("2")).await.is(404);
    assert_eq!(
        admin.gets(&format!("{FORM}/submissions")).await.is(200).json(),
        json!([])
    );
    let left: (i64,) = sqlx::query_as("SELECT COUNT(*) FROM submission")
        .fetch_one(town.app.db.read())
        .await
        .expect("counted");
    assert_eq!(left.0, 0);
}

#[tokio::test]
async fn a_draft_is_deleted_only_where_a_version_is_in_force() {
    let town = Town::new().await;
    let token = drafted(&town).await;
    let admin = town.admin().await;
    let draft = format!("{FORM}/draft");
    let base = format!("/v1/test/{token}/projects/1/forms/household/draft");
    posts(&town, &base, &second("1")).await.is(201);
    admin.sends("DELETE", &draft, "", Body::empty()).await.is(200);
    admin.gets(&draft).await.is(404);
    admin.gets(&format!("{draft}/submissions")).await.is(404);
    admin.sends("DELETE", &draft, "", Body::empty()).await.is(404);
    assert_eq!(admin.gets(FORM).await.is(200).json()["version"], "1");
    // A draft of nothing is the version in force, with its workbook and files.
    admin.sends("POST", &draft, "", Body::empty()).await.is(200);
    let files = admin.gets(&format!("{draft}/attachments")).await.is(200).json();
    assert_eq!(files[0]["exists"], true);
    let fresh = HOUSEHOLD.replace("| household | 1 |", "| fresh | 1 |");
    admin
        .sends(
            "POST",
            "/v1/projects/1/forms?ignoreWarnings=true",
            "text/markdown",
            fresh.into(),
        )
        .await
        .is(200);
    let refused = admin
        .sends("DELETE", "/v1/projects/1/forms/fresh/draft", "", Body::empty())
        .await
        .is(409)
        .json();
    assert_eq!(refused["code"], json!(409.7));
}

#[tokio::test]
async fn a_file_of_a_draft_is_taken_away_again() {
    let town = Town::new().await;
    drafted(&town).await;
    let admin = town.admin().await;
    let file = format!("{FORM}/draft/attachments/villages.csv");
    assert_eq!(&admin.gets(&file).await.is(200).body[..], VILLAGES);
    admin.sends("DELETE", &file, "", Body::empty()).await.is(200);
    admin.gets(&file).await.is(404);
    admin.sends("DELETE", &file, "", Body::empty()).await.is(404);
    let files = admin
        .gets(&format!("{FORM}/draft/attachments"))
        .await
        .is(200)
        .json();
    assert_eq!(
        (&files[0]["name"], &files[0]["exists"]),
        (&json!("villages.csv"), &json!(false))
    );
    // What is in force keeps its own.
    admin
        .gets(&format!("{FORM}/attachments/villages%2Ecsv"))
        .await
        .is(200);
}

#[tokio::test]
async fn drafts_are_for_those_who_keep_forms() {
    let town = Town::new().await;
    drafted(&town).await;
    let phone = town.someone(Role::Enumerator, None).await;
    for path in [
        "",
        ".xml",
        "/fields",
        "/attachments",
        "/submissions",
        "/formList",
        "/manifest",
    ] {
        phone.gets(&format!("{FORM}/draft{path}")).await.is(403);
    }
    let admin = town.admin().await;
    assert!(
        admin
            .gets(&format!("{FORM}/draft.xml"))
            .await
            .is(200)
            .text()
            .contains("version=\"2\"")
    );
    let made = admin
        .sends(
            "POST",
            &format!("{FORM}/draft/submissions"),
            "application/xml",
            second("5").into(),
        )
        .await
        .is(200)
        .json();
    assert_eq!(made["instanceId"], "uuid:5");
}

#[tokio::test]
async fn a_form_that_was_never_published_is_seen_by_its_keepers_alone() {
    let town = Town::new().await;
    let admin = town.admin().await;
    admin
        .posts_json("/v1/projects", &json!({ "name": "Census" }))
        .await
        .is(200);
    admin
        .sends(
            "POST",
            "/v1/projects/1/forms?ignoreWarnings=true",
            "text/markdown",
            HOUSEHOLD.into(),
        )
        .await
        .is(200);
    let phone = town.someone(Role::Enumerator, None).await;
    assert_eq!(phone.gets("/v1/projects/1/forms").await.is(200).json(), json!([]));
    phone.gets(FORM).await.is(403);
    assert_eq!(admin.gets(FORM).await.is(200).json()["publishedAt"], json!(null));
}
