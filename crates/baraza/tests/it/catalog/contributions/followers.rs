//! Whom the catalogue writes to: who asked for it, confirmed it, and is told of what changed.

use std::time::Duration;

use baraza::{
    catalog::following::TellFollowers,
    platform::{jobs::Job, op::Role},
};
use serde_json::json;

use super::{founds, link, mails, publishes, town_with_mail};
use crate::{
    catalog::{VILLAGES, publish, send},
    platform::messages::gateways::MailServer,
    town::{Town, Visitor},
};

/// Where a dataset is followed.
async fn way_to_follow(visitor: &Visitor<'_>, dataset: &str) -> String {
    let path = format!("/data/{dataset}.json");
    let json = visitor.gets(&path).await.is(200).json();
    format!("/follow/dataset/{}", json["id"].as_str().expect("an id"))
}

/// Asks to be told, and returns the link of the mail that asks back.
async fn asks_to_be_told(town: &Town, server: &MailServer, path: &str) -> String {
    let budi = [("email", "budi@example.org")];
    town.stranger().submits(path, &budi).await.is(200);
    link(&mails(town, server).await[0], "/follow/confirm/")
}

#[tokio::test]
async fn whoever_has_an_address_asked_hour_by_hour_has_it_written_to_twenty_times_at_most() {
    let server = MailServer::start().await;
    let town = town_with_mail(&server).await;
    let budi = [("email", "budi@example.org")];
    let mut n_mails = 0;
    for _ in 0..24 {
        let stranger = town.stranger();
        stranger.submits("/follow/catalogue/all", &budi).await.is(200);
        n_mails += mails(&town, &server).await.len();
        town.advance(Duration::from_secs(3_601));
    }
    assert_eq!(n_mails, 20);
}

#[tokio::test]
async fn followers_are_told_what_changed_in_words_and_that_a_dataset_went_away() {
    const HOUR: Duration = Duration::from_secs(3_600);
    let server = MailServer::start().await;
    let town = town_with_mail(&server).await;
    publish(&town, VILLAGES).await;
    TellFollowers {}.run(&town.app).await.expect("told");
    let stranger = town.stranger();
    let path = way_to_follow(&stranger, "villages-2024").await;
    let confirm = asks_to_be_told(&town, &server, &path).await;
    stranger.submits(&confirm, &[]).await.is(200);
    town.advance(HOUR * 24);
    let producer = town.someone(Role::Producer, Some("35.22")).await;
    let next = "code,name,phone,n\n01,Sukorejo,0812,6\n02,Banjarejo,0813,7\n04,Dander,,9\n";
    send(&producer, next).await.is(303);
    town.run_jobs().await;
    TellFollowers {}.run(&town.app).await.expect("told");
    let sent = mails(&town, &server).await;
    assert_eq!(sent.len(), 1, "{sent:?}");
    for part in [
        "Changed: Villages 2024",
        "1 row was added.",
        "1 row was removed.",
        "In 1 row something changed.",
    ] {
        assert!(sent[0].contains(part), "{part} is missing in\n{}", sent[0]);
    }
    // Within a day, but it went away: that is told at once.
    town.advance(HOUR);
    let steward = town.someone(Role::Steward, None).await;
    let review = "/desk/data/villages-2024/review";
    let says = |kind: &'static str| {
        [
            ("act", "standing"),
            ("kind", kind),
            ("why", "Telephone numbers were in it"),
            ("replaced_by", "/data/villages-2025"),
        ]
    };
    steward.submits(review, &says("withdrawn")).await.is(303);
    TellFollowers {}.run(&town.app).await.expect("told");
    TellFollowers {}.run(&town.app).await.expect("told once");
    let sent = mails(&town, &server).await;
    assert_eq!(sent.len(), 1, "{sent:?}");
    for part in [
        "Withdrawn: Villages 2024. Why: Telephone numbers were in it",
        "/data/villages-2025",
        "/follow/end/",
    ] {
        assert!(sent[0].contains(part), "{part} is missing in\n{}", sent[0]);
    }
    for (kind, told) in [
        ("restored", "There again: Villages 2024"),
        (
            "deprecated",
            "Deprecated: Villages 2024. Why: Telephone numbers were in it",
        ),
    ] {
        town.advance(HOUR * 24);
        steward.submits(review, &says(kind)).await.is(303);
        TellFollowers {}.run(&town.app).await.expect("told");
        let sent = mails(&town, &server).await;
        assert!(sent.len() == 1 && sent[0].contains(told), "{told}: {sent:?}");
    }
    // Why it was closed is for those who work on it.
    town.advance(HOUR);
    let closed = [("act", "unpublish"), ("why", "A quarrel of offices")];
    steward.submits(review, &closed).await.is(303);
    TellFollowers {}.run(&town.app).await.expect("told");
    let sent = mails(&town, &server).await;
    assert!(
        sent.len() == 1
            && sent[0].contains("Not open to everybody any more: Villages 2024")
            && !sent[0].contains("quarrel"),
        "{sent:?}"
    );
    town.advance(HOUR * 24);
    let said = [
        ("title", "Villages 2024"),
        ("description", "Looked through again"),
    ];
    producer.submits("/desk/data/villages-2024", &said).await.is(303);
    TellFollowers {}.run(&town.app).await.expect("told");
    assert!(
        mails(&town, &server).await.is_empty(),
        "what is closed is told to nobody"
    );
}

#[tokio::test]
async fn nobody_is_written_to_before_they_pressed_the_button_of_the_mail() {
    let server = MailServer::start().await;
    let town = town_with_mail(&server).await;
    let steward = town.someone(Role::Steward, None).await;
    publishes(&steward, "wells").await;
    TellFollowers {}.run(&town.app).await.expect("told");
    let stranger = town.stranger();
    stranger
        .submits("/follow/catalogue/all", &[("email", "no address")])
        .await
        .is(400);
    let asked = stranger
        .submits("/follow/catalogue/all", &[("email", "siti@example.org")])
        .await
        .is(200);
    assert!(asked.text().contains("Look into your mail") && !asked.text().contains("siti@"));
    // Asked again within the hour, there is no second mail, and the page says the same.
    stranger
        .submits("/follow/catalogue/all", &[("email", "Siti@example.org")])
        .await
        .is(200);
    let sent = mails(&town, &server).await;
    assert_eq!(sent.len(), 1, "{sent:?}");
    publishes(&steward, "pumps").await;
    TellFollowers {}.run(&town.app).await.expect("told");
    assert!(mails(&town, &server).await.is_empty(), "not confirmed, not told");
    let confirm = link(&sent[0], "/follow/confirm/");
    assert!(!confirm.contains("siti"), "{confirm}");
    // A program that looks at links of mails begins nothing.
    stranger.gets(&confirm).await.is(200);
    publishes(&steward, "roads").await;
    TellFollowers {}.run(&town.app).await.expect("told");
    assert!(mails(&town, &server).await.is_empty());
    stranger.submits(&confirm, &[]).await.is(200);
    publishes(&steward, "schools").await;
    publishes(&steward, "clinics").await;
    TellFollowers {}.run(&town.app).await.expect("told");
    TellFollowers {}.run(&town.app).await.expect("told once");
    let sent = mails(&town, &server).await;
    assert_eq!(sent.len(), 1, "two datasets in one mail: {sent:?}");
    let mail = &sent[0];
    assert!(
        mail.contains("New: SCHOOLS") && mail.contains("New: CLINICS") && !mail.contains("ROADS"),
        "{mail}"
    );
    stranger.submits(&link(mail, "/follow/end/"), &[]).await.is(200);
    publishes(&steward, "markets").await;
    TellFollowers {}.run(&town.app).await.expect("told");
    assert!(mails(&town, &server).await.is_empty(), "stopped");
    stranger.gets("/follow/confirm/not-a-token").await.is(404);
}

#[tokio::test]
async fn a_link_is_good_for_three_days_and_a_dataset_is_told_of_once_a_day() {
    let server = MailServer::start().await;
    let town = town_with_mail(&server).await;
    let steward = town.someone(Role::Steward, None).await;
    publishes(&steward, "wells").await;
    TellFollowers {}.run(&town.app).await.expect("told");
    let stranger = town.stranger();
    let path = way_to_follow(&stranger, "wells").await;
    let old = asks_to_be_told(&town, &server, &path).await;
    town.advance(Duration::from_secs(4 * 24 * 3_600));
    stranger.submits(&old, &[]).await.is(400);
    let fresh = asks_to_be_told(&town, &server, &path).await;
    stranger.submits(&fresh, &[]).await.is(200);
    for notes in ["one", "two", "three"] {
        town.advance(Duration::from_secs(3_600));
        let patch = json!({ "id": "wells", "notes": notes });
        steward
            .posts_json("/api/3/action/package_patch", &patch)
            .await
            .is(200);
        TellFollowers {}.run(&town.app).await.expect("told");
    }
    assert_eq!(
        mails(&town, &server).await.len(),
        1,
        "once, however often it changed"
    );
    town.advance(Duration::from_secs(24 * 3_600));
    TellFollowers {}.run(&town.app).await.expect("told");
    let sent = mails(&town, &server).await;
    assert_eq!(sent.len(), 1, "what changed since is told the next day");
    assert!(sent[0].contains("Changed: WELLS"), "{}", sent[0]);
    TellFollowers {}.run(&town.app).await.expect("told");
    assert!(mails(&town, &server).await.is_empty());
}

#[tokio::test]
async fn a_closed_dataset_is_followed_by_nobody_and_told_to_nobody() {
    let server = MailServer::start().await;
    let town = town_with_mail(&server).await;
    let steward = town.someone(Role::Steward, None).await;
    founds(&steward, "dinkes", "Dinas Kesehatan").await;
    let closed = json!({ "name": "wells", "owner_org": "dinkes", "private": true });
    steward
        .posts_json("/api/3/action/package_create", &closed)
        .await
        .is(200);
    let path = way_to_follow(&steward, "wells").await;
    let stranger = town.stranger();
    stranger.gets(&path).await.is(404);
    steward.gets(&path).await.is(404);
    stranger.gets("/comments/wells").await.is(404);
    stranger
        .submits("/comments/wells", &[("text", "x")])
        .await
        .is(404);
    stranger.gets("/data-errors/wells").await.is(404);
    TellFollowers {}.run(&town.app).await.expect("told");
    assert!(mails(&town, &server).await.is_empty());
}

#[tokio::test]
async fn followers_are_told_that_a_version_is_deprecated_and_what_to_use_instead() {
    const DAY: Duration = Duration::from_secs(24 * 3_600);
    let server = MailServer::start().await;
    let town = town_with_mail(&server).await;
    publish(&town, VILLAGES).await;
    TellFollowers {}.run(&town.app).await.expect("told");
    let stranger = town.stranger();
    let path = way_to_follow(&stranger, "villages-2024").await;
    let confirm = asks_to_be_told(&town, &server, &path).await;
    stranger.submits(&confirm, &[]).await.is(200);
    let steward = town.someone(Role::Steward, None).await;
    let says = |kind: &'static str| {
        [
            ("act", "standing"),
            ("subject", "data@1"),
            ("kind", kind),
            ("why", "Codes of 2023"),
            ("replaced_by", "/data/villages-2025"),
        ]
    };
    let review = "/desk/data/villages-2024/review";
    town.advance(DAY);
    steward.submits(review, &says("deprecated")).await.is(303);
    TellFollowers {}.run(&town.app).await.expect("told");
    TellFollowers {}.run(&town.app).await.expect("told once");
    let sent = mails(&town, &server).await;
    assert_eq!(sent.len(), 1, "{sent:?}");
    for part in [
        "Changed: Villages 2024",
        "Version 1 is deprecated. Why: Codes of 2023",
        "/data/villages-2025",
    ] {
        assert!(sent[0].contains(part), "{part} is missing in\n{}", sent[0]);
    }
    // That it stands again is no news, and neither is the next day.
    town.advance(DAY);
    steward.submits(review, &says("restored")).await.is(303);
    TellFollowers {}.run(&town.app).await.expect("told");
    assert!(mails(&town, &server).await.is_empty());
}
