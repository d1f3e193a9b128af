use std::time::Duration;

use baraza::platform::op::Role;
use formats::openrosa::md5_hex;

use super::{HOUSEHOLD, answers, post, publish, publish_text, rows, settle};
use crate::town::{Town, Visitor};

async fn enumerator(town: &Town) -> Visitor<'_> {
    town.someone(Role::Enumerator, Some("35.22.01.2001")).await
}

/// Ids of what waits for an operator, with the reason.
async fn strays(town: &Town) -> Vec<String> {
    let op = town.system();
    let strays = baraza::collect::list_strays(&town.app, &op)
        .await
        .expect("listed");
    strays
        .into_iter()
        .map(|stray| {
            format!(
                "{} {} {}",
                stray.reason,
                stray.form_said.unwrap_or_default(),
                stray.files.len()
            )
        })
        .collect()
}

async fn n_filed(town: &Town) -> usize {
    let form = baraza::collect::form(&town.app, 1, "household")
        .await
        .expect("the form");
    baraza::collect::list_submissions(&town.app, &town.system(), &form, None, 1000)
        .await
        .expect("listed")
        .len()
}

#[tokio::test]
async fn the_form_list_names_hash_and_address_of_what_is_handed_out() {
    let town = Town::new().await;
    publish(&town).await;
    let phone = enumerator(&town).await;
    let list = phone.gets("/v1/projects/1/formList").await.is(200);
    assert!(list.header("content-type").contains("text/xml"));
    assert_eq!(list.header("x-openrosa-version"), "1.0");
    let xml = list.text();
    let element = |name: &str| {
        let (_, rest) = xml.split_once(&format!("<{name}>")).expect("an element");
        rest.split_once('<').expect("a text").0.to_owned()
    };
    assert_eq!(
        (element("formID"), element("version")),
        ("household".into(), "1".into())
    );
    let form = phone
        .gets(element("downloadUrl").trim_start_matches("http://town.test"))
        .await
        .is(200);
    assert_eq!(element("hash"), format!("md5:{}", md5_hex(&form.body)));
    let manifest = phone
        .gets(element("manifestUrl").trim_start_matches("http://town.test"))
        .await
        .is(200)
        .text();
    let (_, file) = manifest.split_once("<downloadUrl>").expect("a file");
    let file = phone
        .gets(
            file.split_once('<')
                .expect("a text")
                .0
                .trim_start_matches("http://town.test"),
        )
        .await
        .is(200);
    assert!(manifest.contains(&format!("md5:{}", md5_hex(&file.body))));
}

#[tokio::test]
async fn a_device_token_in_the_address_needs_nothing_else() {
    let town = Town::new().await;
    publish(&town).await;
    let admin = town.admin().await;
    let device = admin
        .posts_json(
            "/v1/projects/1/app-users",
            &serde_json::json!({ "displayName": "Tablet 3" }),
        )
        .await
        .is(200)
        .json();
    let base = format!(
        "/v1/key/{}/projects/1",
        device["token"].as_str().expect("a token")
    );
    let phone = town.stranger();
    let list = phone.gets(&format!("{base}/formList")).await.is(200).text();
    assert!(
        list.contains(&format!("http://town.test{base}/forms/household.xml")),
        "{list}"
    );
    phone.gets(&format!("{base}/forms/household.xml")).await.is(200);
    phone
        .gets(&format!("{base}/forms/household/attachments/villages%2Ecsv"))
        .await
        .is(200);
    phone
        .sends("HEAD", &format!("{base}/submission"), "", "".into())
        .await
        .is(204);
    let xml = answers("1");
    phone
        .posts_parts(
            &format!("{base}/submission"),
            &[("xml_submission_file", "a.xml", "text/xml", xml.as_bytes())],
        )
        .await
        .is(201);
    town.run_jobs().await;
    assert_eq!(n_filed(&town).await, 1);
}

#[tokio::test]
async fn a_stranger_is_challenged_and_leaves_nothing() {
    let town = Town::new().await;
    publish(&town).await;
    let stranger = town.stranger();
    let refused = stranger.gets("/v1/projects/1/formList").await.is(401);
    assert!(refused.header("www-authenticate").starts_with("Basic"));
    assert!(refused.text().contains("OpenRosaResponse"));
    stranger
        .sends("HEAD", "/v1/projects/1/submission", "", "".into())
        .await
        .is(401);
    post(&stranger, &answers("1"), &[]).await.is(401);
    post(&stranger, "<nonsense", &[]).await.is(401);
    assert_eq!(strays(&town).await, Vec::<String>::new());
}

#[tokio::test]
async fn the_submission_address_says_204_and_how_much_may_come() {
    let town = Town::new().await;
    publish(&town).await;
    let ready = enumerator(&town)
        .await
        .sends("HEAD", "/v1/projects/1/submission?deviceID=x", "", "".into())
        .await
        .is(204);
    assert_eq!(ready.header("x-openrosa-version"), "1.0");
    assert!(
        ready
            .header("x-openrosa-accept-content-length")
            .parse::<u64>()
            .expect("a number")
            > 1_000_000
    );
}

#[tokio::test]
async fn a_second_delivery_of_the_same_instance_is_accepted_and_not_counted_twice() {
    let town = Town::new().await;
    publish(&town).await;
    let phone = enumerator(&town).await;
    post(&phone, &answers("1"), &[]).await.is(201);
    let again = post(&phone, &answers("1"), &[]).await.is(201);
    assert!(
        again.text().contains("Nothing was counted twice"),
        "{}",
        again.text()
    );
    town.run_jobs().await;
    assert_eq!(n_filed(&town).await, 1);
    assert_eq!(
        rows(&town, "census__household", "instance_id, n_members").await,
        ["\"uuid:1\" 2"]
    );
}

#[tokio::test]
async fn files_may_come_with_the_answers_or_later() {
    let town = Town::new().await;
    publish(&town).await;
    let phone = enumerator(&town).await;
    let xml = answers("1").replace("<photo/>", "<photo>well.jpg</photo>");
    let files = || async {
        town.admin()
            .await
            .gets("/v1/projects/1/forms/household/submissions/uuid%3A1/attachments")
            .await
            .is(200)
            .text()
    };
    post(&phone, &xml, &[]).await.is(201);
    assert_eq!(files().await, r#"[{"name":"well.jpg","exists":false}]"#);
    post(&phone, &xml, &[("well.jpg", b"\xff\xd8 a picture")])
        .await
        .is(201);
    assert_eq!(files().await, r#"[{"name":"well.jpg","exists":true}]"#);
    let photo = town
        .admin()
        .await
        .gets("/v1/projects/1/forms/household/submissions/uuid%3A1/attachments/well.jpg")
        .await
        .is(200);
    assert_eq!(
        (&photo.body[..], photo.header("content-type")),
        (&b"\xff\xd8 a picture"[..], "image/jpeg")
    );
    assert!(photo.header("content-disposition").starts_with("attachment"));
    town.run_jobs().await;
}

#[tokio::test]
async fn other_answers_under_a_taken_id_are_kept_beside_the_first() {
    let town = Town::new().await;
    publish(&town).await;
    let phone = enumerator(&town).await;
    post(&phone, &answers("1"), &[]).await.is(201);
    post(&phone, &answers("1").replace("Ann", "Anna"), &[])
        .await
        .is(201);
    post(&phone, &answers("1").replace("Ann", "Anna"), &[])
        .await
        .is(201);
    town.run_jobs().await;
    let form = baraza::collect::form(&town.app, 1, "household")
        .await
        .expect("the form");
    let filed = baraza::collect::submission(&town.app, &town.system(), &form, "uuid:1")
        .await
        .expect("filed");
    assert_eq!(filed.n_conflicts, 1);
    assert_eq!(
        rows(&town, "census__household__member", "position, name").await,
        ["1 \"Ann\"", "2 \"Ben\""]
    );
}

#[tokio::test]
async fn a_correction_takes_the_place_of_what_it_corrects() {
    let town = Town::new().await;
    publish(&town).await;
    let phone = enumerator(&town).await;
    post(&phone, &answers("1"), &[]).await.is(201);
    town.run_jobs().await;
    town.advance(Duration::from_secs(60));
    let correction = |id: &str, of: &str, age: &str| {
        answers(id)
            .replace("<age>43</age>", &format!("<age>{age}</age>"))
            .replace("<meta>", &format!("<meta><deprecatedID>uuid:{of}</deprecatedID>"))
    };
    post(&phone, &correction("2", "1", "44"), &[]).await.is(201);
    town.advance(Duration::from_secs(60));
    post(&phone, &correction("3", "2", "45"), &[]).await.is(201);
    town.run_jobs().await;
    assert_eq!(
        rows(&town, "census__household", "instance_id, form_version").await,
        ["\"uuid:1\" \"1\""]
    );
    assert_eq!(
        rows(&town, "census__household__member", "name, age").await,
        ["\"Ann\" 45", "\"Ben\" 12"]
    );
    assert_eq!(n_filed(&town).await, 1);
}

#[tokio::test]
async fn a_correction_that_overtakes_the_first_still_wins() {
    let town = Town::new().await;
    publish(&town).await;
    let phone = enumerator(&town).await;
    let correction = answers("2")
        .replace("<age>43</age>", "<age>44</age>")
        .replace("<meta>", "<meta><deprecatedID>uuid:1</deprecatedID>");
    post(&phone, &correction, &[]).await.is(201);
    town.run_jobs().await;
    town.advance(Duration::from_secs(60));
    post(&phone, &answers("1"), &[]).await.is(201);
    town.run_jobs().await;
    assert_eq!(
        rows(&town, "census__household__member", "name, age").await,
        ["\"Ann\" 44", "\"Ben\" 12"]
    );
    assert_eq!(n_filed(&town).await, 1);
}

#[tokio::test]
async fn what_cannot_be_filed_gets_the_protocols_error_and_is_kept_once() {
    let town = Town::new().await;
    publish(&town).await;
    let phone = enumerator(&town).await;
    let refused = post(
        &phone,
        &answers("1").replace("version=\"1\"", "version=\"0\""),
        &[],
    )
    .await
    .is(404);
    assert!(
        refused.text().contains("has no version “0”"),
        "{}",
        refused.text()
    );
    post(
        &phone,
        &answers("1").replace("version=\"1\"", "version=\"0\""),
        &[],
    )
    .await
    .is(404);
    post(&phone, &answers("1").replace("household", "school"), &[])
        .await
        .is(404);
    post(&phone, "<data id='household' version='1'", &[("a.jpg", b"x")])
        .await
        .is(400);
    post(&phone, "<data id='household' version='1'><meta/></data>", &[])
        .await
        .is(400);
    post(
        &phone,
        "<other id='household' version='1'><meta><instanceID>uuid:9</instanceID></meta></other>",
        &[],
    )
    .await
    .is(400);
    let mut kept = strays(&town).await;
    kept.sort();
    assert_eq!(
        kept,
        [
            "form-unknown school 0",
            "form-version-unknown household 0",
            "submission-malformed  0",
            "submission-malformed  1",
            "submission-malformed household 0",
        ]
    );
    assert_eq!(n_filed(&town).await, 0);
}

#[tokio::test]
async fn odd_answers_are_flagged_and_never_refused() {
    let town = Town::new().await;
    publish(&town).await;
    let phone = enumerator(&town).await;
    let odd = answers("1")
        .replace("<age>43</age>", "<age>430</age>")
        .replace("<name>Ben</name>", "<name/>")
        .replace("<water>well</water>", "<water>piped</water>")
        .replace("35.22.01.2001", "nowhere")
        .replace("2026-11-15", "2027-01-01");
    post(&phone, &odd, &[]).await.is(201);
    town.run_jobs().await;
    let form = baraza::collect::form(&town.app, 1, "household")
        .await
        .expect("the form");
    let filed = baraza::collect::submission(&town.app, &town.system(), &form, "uuid:1")
        .await
        .expect("filed");
    let flags: Vec<String> = filed
        .flags
        .iter()
        .map(|flag| format!("{} {}", flag.kind, flag.path))
        .collect();
    assert_eq!(
        flags,
        [
            "unknown-choice /data/village",
            "broken-constraint /data/interviewed",
            "not-relevant /data/house/minutes",
            "broken-constraint /data/member[1]/age",
            "missing-required /data/member[2]/name",
        ]
    );
    assert_eq!(
        rows(&town, "census__household", "instance_id, n_flags").await,
        ["\"uuid:1\" 5"]
    );
}

#[tokio::test]
async fn an_old_version_still_takes_what_phones_carry() {
    let town = Town::new().await;
    publish(&town).await;
    town.advance(Duration::from_secs(60));
    publish_text(
        &town,
        &HOUSEHOLD
            .replace("| household | 1 |", "| household | 2 |")
            .replace("Minutes to the water", "Minutes there and back"),
    )
    .await;
    let phone = enumerator(&town).await;
    post(&phone, &answers("1"), &[]).await.is(201);
    post(
        &phone,
        &answers("2").replace("version=\"1\"", "version=\"2\""),
        &[],
    )
    .await
    .is(201);
    town.run_jobs().await;
    assert_eq!(
        rows(&town, "census__household", "instance_id, form_version").await,
        ["\"uuid:1\" \"1\"", "\"uuid:2\" \"2\""]
    );
    assert!(
        phone
            .gets("/v1/projects/1/formList")
            .await
            .text()
            .contains("<version>2</version>")
    );
}

#[tokio::test]
async fn a_delivery_without_answers_says_so() {
    let town = Town::new().await;
    publish(&town).await;
    let phone = enumerator(&town).await;
    let answer = phone
        .posts_parts(
            "/v1/projects/1/submission",
            &[("other", "a.txt", "text/plain", b"x")],
        )
        .await
        .is(400);
    assert!(answer.text().contains("xml_submission_file"), "{}", answer.text());
    phone
        .sends("POST", "/v1/projects/1/submission", "text/plain", "x".into())
        .await
        .is(400);
}

#[tokio::test]
async fn a_citizen_may_not_file_to_a_form_of_the_staff() {
    let town = Town::new().await;
    publish(&town).await;
    let citizen = town.someone(Role::Citizen, None).await;
    post(&citizen, &answers("1"), &[]).await.is(403);
    citizen.gets("/v1/projects/1/formList").await.is(403);
}

#[tokio::test]
async fn answers_about_a_place_outside_the_enumerators_area_are_flagged_and_kept() {
    let town = Town::new().await;
    settle(&town).await;
    publish(&town).await;
    let phone = enumerator(&town).await;
    post(&phone, &answers("1"), &[]).await.is(201);
    post(
        &phone,
        &answers("2").replace("35.22.01.2001", "35.22.01.2002"),
        &[],
    )
    .await
    .is(201);
    town.run_jobs().await;
    let form = baraza::collect::form(&town.app, 1, "household")
        .await
        .expect("the form");
    let filed = baraza::collect::list_submissions(&town.app, &town.system(), &form, None, 10)
        .await
        .expect("listed");
    let mut flags: Vec<String> = filed
        .iter()
        .map(|s| {
            format!(
                "{} {}",
                s.root_id,
                s.flags
                    .iter()
                    .map(|flag| flag.kind.as_str())
                    .collect::<Vec<_>>()
                    .join(" ")
            )
        })
        .collect();
    flags.sort();
    assert_eq!(flags, ["uuid:1 ", "uuid:2 outside-area"]);
}
