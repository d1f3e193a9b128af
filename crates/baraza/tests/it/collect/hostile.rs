//! Deliveries that no well-meant phone would send.

use baraza::platform::op::Role;
use sha2::{Digest, Sha256};

use super::{answers, post, publish, rows};
use crate::town::Town;

#[tokio::test]
async fn an_empty_file_is_kept_and_listed_like_any_other() {
    let town = Town::new().await;
    publish(&town).await;
    let phone = town.someone(Role::Enumerator, Some("35.22.01.2001")).await;
    let xml = answers("1").replace("<photo/>", "<photo>well.jpg</photo>");
    post(&phone, &xml, &[("well.jpg", b"")]).await.is(201);
    let admin = town.admin().await;
    let files = "/v1/projects/1/forms/household/submissions/uuid%3A1/attachments";
    let listed = admin.gets(files).await.is(200).json();
    assert_eq!(listed[0]["exists"], true, "{listed}");
    assert_eq!(
        admin.gets(&format!("{files}/well.jpg")).await.is(200).body.len(),
        0
    );
    // The photograph itself comes later, and takes the empty one's place.
    post(&phone, &xml, &[("well.jpg", b"\xff\xd8")]).await.is(201);
    assert_eq!(
        admin.gets(&format!("{files}/well.jpg")).await.is(200).body.len(),
        2
    );
    town.run_jobs().await;
}

#[tokio::test]
async fn a_delivery_of_another_content_type_is_told_so_in_the_protocols_xml() {
    let town = Town::new().await;
    publish(&town).await;
    let phone = town.someone(Role::Enumerator, Some("35.22.01.2001")).await;
    for kind in ["text/xml", "application/json", "", "multipart/form-data"] {
        let told = phone
            .sends("POST", "/v1/projects/1/submission", kind, answers("1").into())
            .await
            .is(400);
        assert!(told.header("content-type").starts_with("text/xml"), "{kind}");
        assert!(
            told.text().contains("<OpenRosaResponse"),
            "{kind}: {}",
            told.text()
        );
    }
}

#[tokio::test]
async fn megabytes_of_text_in_every_alphabet_are_filed_whole() {
    let town = Town::new().await;
    publish(&town).await;
    let phone = town.someone(Role::Enumerator, Some("35.22.01.2001")).await;
    let name = "Siti 👩‍🌾 ꦱꦶꦠꦶ सीता ".repeat(60_000);
    let xml = answers("1").replace("Ann", &name);
    assert!(xml.len() > 2_000_000, "{}", xml.len());
    post(&phone, &xml, &[]).await.is(201);
    town.run_jobs().await;
    let admin = town.admin().await;
    let kept = admin
        .gets("/v1/projects/1/forms/household/submissions/uuid%3A1.xml")
        .await
        .is(200);
    assert!(kept.text() == xml, "the answers are kept as they came");
    let lengths = rows(&town, "census__household__member", "position, length(name)").await;
    assert_eq!(
        lengths,
        [format!("1 {}", name.trim().chars().count()), "2 3".to_owned()]
    );
}

#[tokio::test]
async fn answers_nested_beyond_reason_are_filed_with_a_flag() {
    let town = Town::new().await;
    publish(&town).await;
    let phone = town.someone(Role::Enumerator, Some("35.22.01.2001")).await;
    let deep = format!("{}{}<n_members>", "<z>".repeat(20_000), "</z>".repeat(20_000));
    post(&phone, &answers("1").replace("<n_members>", &deep), &[])
        .await
        .is(201);
    town.run_jobs().await;
    assert_eq!(
        rows(&town, "census__household", "n_members, n_flags").await,
        ["2 1"]
    );
}

#[tokio::test]
async fn the_same_answers_sent_at_the_same_moment_are_counted_once() {
    let town = Town::new().await;
    publish(&town).await;
    let phone = town.someone(Role::Enumerator, Some("35.22.01.2001")).await;
    let xml = answers("1");
    let (a, b, c) = tokio::join!(
        post(&phone, &xml, &[]),
        post(&phone, &xml, &[]),
        post(&phone, &xml, &[])
    );
    assert_eq!(
        [a.status, b.status, c.status].map(|status| status.as_u16()),
        [201; 3]
    );
    town.run_jobs().await;
    assert_eq!(
        rows(&town, "census__household__member", "name, age").await.len(),
        2
    );
}

#[tokio::test]
async fn a_nul_in_an_address_is_refused_before_it_reaches_the_database() {
    let town = Town::new().await;
    publish(&town).await;
    let admin = town.admin().await;
    for path in [
        "/v1/projects/1/forms/house%00hold",
        "/v1/projects/1/forms/household/submissions/uuid%3A%00",
        "/forms/census/house%00hold",
        "/places/35%00",
    ] {
        admin.gets(path).await.is(400);
    }
    let told = admin
        .sends(
            "POST",
            "/v1/projects/1/submission?deviceID=%00",
            "text/plain",
            "".into(),
        )
        .await
        .is(400);
    assert!(told.text().contains("<OpenRosaResponse"), "{}", told.text());
}

#[tokio::test]
async fn what_a_stranger_or_a_citizen_sends_to_a_form_of_the_staff_fills_no_disk() {
    let town = Town::new().await;
    publish(&town).await;
    let blob = hex::encode(Sha256::digest(b"a large picture"));
    for visitor in [town.stranger(), town.someone(Role::Citizen, None).await] {
        let refused = post(&visitor, &answers("1"), &[("well.jpg", b"a large picture")]).await;
        assert!(matches!(refused.status.as_u16(), 401 | 403), "{}", refused.status);
        let refused = post(&visitor, "<data id='household'", &[]).await;
        assert!(matches!(refused.status.as_u16(), 401 | 403), "{}", refused.status);
    }
    assert!(town.app.blobs.bytes(&blob).await.is_err(), "the picture was kept");
    let strays = town
        .admin()
        .await
        .gets("/desk/collect/strays")
        .await
        .is(200)
        .text();
    assert!(strays.contains("Every delivery could be filed"), "{strays}");
}
