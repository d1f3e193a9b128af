//! Who is told of which step: once, by notice and by mail, and never whoever took it.

use std::time::Duration;

use baraza::{
    accounts,
    catalog::workflow::{self, TellSteps},
    platform::{config::Settings, jobs::Job, message, op::Role},
};
use pretty_assertions::assert_eq;

use super::{first_case, hand_in, step, strict};
use crate::{
    platform::messages::gateways::MailServer,
    town::{Town, grant},
};

/// A strict town that sends mail.
async fn strict_with_mail(server: &MailServer) -> Town {
    Town::with(Settings {
        review: Some("approver".into()),
        smtp_url: Some(server.url.clone()),
        mail_from: Some("Data <data@example.org>".into()),
        ..Settings::default()
    })
    .await
}

/// The mails that came since it was last asked: to whom each went, and what it says.
async fn mails(town: &Town, server: &MailServer) -> Vec<(String, String)> {
    town.run_jobs().await;
    let mut mails: Vec<(String, String)> = server
        .mails()
        .into_iter()
        .map(|mail| {
            let mail = mail.replace("=\r\n", "").replace("=3D", "=");
            let to = mail.lines().find_map(|line| line.strip_prefix("To: "));
            (to.unwrap_or_default().trim().to_owned(), mail)
        })
        .collect();
    mails.sort();
    mails
}

/// To whom mails went since it was last asked, all of which say this.
async fn told(town: &Town, server: &MailServer, words: &str) -> Vec<String> {
    let mails = mails(town, server).await;
    for (_, mail) in &mails {
        assert!(mail.contains(words), "{words} is missing in\n{mail}");
    }
    mails.into_iter().map(|(to, _)| to).collect()
}

/// How many notices somebody's account page shows.
async fn n_notices(town: &Town, user: &str) -> usize {
    let notices = message::list_notices(&town.app, user, 50).await.expect("read");
    notices.len()
}

#[tokio::test]
async fn each_step_is_told_once_to_those_whom_it_concerns_and_never_to_whoever_took_it() {
    let server = MailServer::start().await;
    let town = strict_with_mail(&server).await;
    let (steward, leader) = (
        town.someone(Role::Steward, None).await,
        town.someone(Role::Leader, None).await,
    );
    let producer = hand_in(&town).await;
    let to_check = "Waits for you to be checked: Villages 2024 (The whole dataset)";
    assert_eq!(told(&town, &server, to_check).await, ["steward@town.test"]);
    // Done twice, it tells nobody twice.
    TellSteps {}.run(&town.app).await.expect("runs");
    assert!(mails(&town, &server).await.is_empty());
    step(&steward, "check", &[]).await.is(303);
    let to_approve = "Waits for you to be approved: Villages 2024";
    assert_eq!(told(&town, &server, to_approve).await, ["leader@town.test"]);
    let why = [("note", "Ask Budi of the office for the unit")];
    step(&leader, "return", &why).await.is(303);
    let returned = mails(&town, &server).await;
    let [(to, mail)] = returned.as_slice() else {
        panic!("one mail: {returned:?}");
    };
    assert_eq!(to, "producer@town.test");
    assert!(
        mail.contains("Given back") && mail.contains("/desk/data/villages-2024/review"),
        "{mail}"
    );
    assert!(!mail.contains("Budi"), "what was said stands on the page: {mail}");
    step(&producer, "submit", &[]).await.is(303);
    assert_eq!(told(&town, &server, to_check).await, ["steward@town.test"]);
    step(&steward, "check", &[]).await.is(303);
    assert_eq!(told(&town, &server, to_approve).await, ["leader@town.test"]);
    step(&leader, "approve", &[("publish_at", "2026-11-18T08:00")])
        .await
        .is(303);
    let approved = "Approved, to be published 18";
    assert_eq!(told(&town, &server, approved).await, ["producer@town.test"]);
    town.advance(Duration::from_secs(3 * 24 * 3600));
    workflow::look(&town.app).await.expect("looked");
    let published = "Published: Villages 2024 (The whole dataset)";
    assert_eq!(told(&town, &server, published).await, ["producer@town.test"]);
}

#[tokio::test]
async fn what_was_overtaken_is_told_to_nobody_and_what_comes_back_to_the_steward_is_told_again() {
    let server = MailServer::start().await;
    let town = strict_with_mail(&server).await;
    let steward = town.someone(Role::Steward, None).await;
    town.someone(Role::Leader, None).await;
    let producer = hand_in(&town).await;
    // Checked before anybody was told that it waits for that.
    step(&steward, "check", &[]).await.is(303);
    let to_approve = "Waits for you to be approved";
    assert_eq!(told(&town, &server, to_approve).await, ["leader@town.test"]);
    let change = [("title", "Villages of 2024"), ("open", "yes")];
    producer
        .submits("/desk/data/villages-2024", &change)
        .await
        .is(303);
    let to_check = "Waits for you to be checked: Villages of 2024";
    assert_eq!(told(&town, &server, to_check).await, ["steward@town.test"]);
    // It lies with the steward now, who need not hear of every further change.
    producer
        .submits("/desk/data/villages-2024", &change)
        .await
        .is(303);
    assert!(mails(&town, &server).await.is_empty());
}

#[tokio::test]
async fn who_may_not_take_the_next_step_or_is_gone_is_told_nothing() {
    let town = strict().await;
    let steward = town
        .add("all@town.test", "Of all", &[grant(Role::Steward, None)])
        .await;
    let near = town
        .add("near@town.test", "Near", &[grant(Role::Steward, Some("35.22"))])
        .await;
    let gone = town
        .add("gone@town.test", "Gone", &[grant(Role::Steward, None)])
        .await;
    let mut tx = town.app.db.begin().await.expect("a transaction");
    accounts::close_user(&mut tx, &town.system(), &gone)
        .await
        .expect("closed");
    tx.commit().await.expect("committed");
    hand_in(&town).await;
    town.run_jobs().await;
    // Data about no place are for stewards of everything.
    for (user, n) in [(&steward, 1), (&near, 0), (&gone, 0)] {
        assert_eq!(n_notices(&town, user).await, n, "{user}");
    }
    let admin = accounts::find_user(&town.app, "admin@town.test")
        .await
        .expect("looked up")
        .expect("an administrator");
    assert_eq!(n_notices(&town, &admin).await, 0);
}

#[tokio::test]
async fn what_happens_at_once_is_one_mail() {
    let server = MailServer::start().await;
    let town = strict_with_mail(&server).await;
    town.someone(Role::Steward, None).await;
    let producer = hand_in(&town).await;
    let wells = [("title", "Wells"), ("open", "yes")];
    producer.submits("/desk/data", &wells).await.is(303);
    let page = "/desk/data/wells/review";
    let (publication, revision) = first_case(&producer, page).await;
    let fields = [
        ("act", "submit"),
        ("publication", publication.as_str()),
        ("revision", revision.as_str()),
    ];
    producer.submits(page, &fields).await.is(303);
    let came = mails(&town, &server).await;
    let [(to, mail)] = came.as_slice() else {
        panic!("one mail: {came:?}");
    };
    assert_eq!(to, "steward@town.test");
    assert!(
        mail.contains("Villages 2024") && mail.contains("Wells") && mail.contains("2 pieces of news"),
        "{mail}"
    );
}
