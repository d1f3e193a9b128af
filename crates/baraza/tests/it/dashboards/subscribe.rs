//! Dashboards by mail: asked for, confirmed, sent every week, ended.

use std::time::Duration;

use baraza::{
    dashboards::subscribe::SendLetters,
    platform::{config::Settings, jobs::Job, op::Role},
};
use pretty_assertions::assert_eq;

use super::{adds, begins, publishes, sends};
use crate::{indicators::counted_with, platform::messages::gateways::MailServer, town::Town};

const FORM: &str = "/dashboards/water/follow";
const DAY: Duration = Duration::from_secs(24 * 3_600);

/// A town that sends mail, with a published dashboard of one number.
async fn town_with_mail(server: &MailServer) -> Town {
    let town = counted_with(Settings {
        smtp_url: Some(server.url.clone()),
        mail_from: Some("Data <data@example.org>".into()),
        ..Settings::default()
    })
    .await;
    let steward = town.someone(Role::Steward, Some("35.22")).await;
    begins(&steward, "Water for the meeting").await;
    adds(&steward, "number", "time").await;
    publishes(&steward, "The first").await.is(303);
    town
}

/// What came by mail since it was last asked.
async fn mails(town: &Town, server: &MailServer) -> Vec<String> {
    town.run_jobs().await;
    let plain = |mail: String| mail.replace("=\r\n", "").replace("=3D", "=");
    server.mails().into_iter().map(plain).collect()
}

/// The path of the first link in a mail that begins so.
fn link(mail: &str, begins: &str) -> String {
    let from = mail
        .find(begins)
        .unwrap_or_else(|| panic!("no {begins} in {mail}"));
    mail[from..]
        .split_whitespace()
        .next()
        .unwrap_or_default()
        .to_owned()
}

async fn asks(town: &Town) {
    let budi = [("email", "budi@example.org")];
    town.stranger().submits(FORM, &budi).await.is(200);
}

async fn letters(town: &Town, server: &MailServer) -> Vec<String> {
    SendLetters {}.run(&town.app).await.expect("sent");
    mails(town, server).await
}

#[tokio::test]
async fn nobody_gets_a_letter_who_did_not_press_the_button_and_every_letter_ends_them() {
    let server = MailServer::start().await;
    let town = town_with_mail(&server).await;
    asks(&town).await;
    let asked = mails(&town, &server).await;
    assert_eq!(asked.len(), 1, "{asked:?}");
    let confirm = link(&asked[0], "/dashboards/follow/confirm/");
    town.advance(DAY * 2);
    assert_eq!(letters(&town, &server).await.len(), 0);
    town.stranger().gets(&confirm).await.is(200);
    town.stranger().submits(&confirm, &[]).await.is(200);
    town.advance(DAY * 6);
    assert_eq!(
        letters(&town, &server).await.len(),
        0,
        "not before a week is over"
    );
    town.advance(DAY);
    let sent = letters(&town, &server).await;
    assert_eq!(sent.len(), 1, "{sent:?}");
    for part in ["Households with safe water: 64.6% (2026)", "/dashboards/water"] {
        assert!(sent[0].contains(part), "{part} is missing in\n{}", sent[0]);
    }
    assert_eq!(letters(&town, &server).await.len(), 0, "once a week");
    let end = link(&sent[0], "/dashboards/follow/end/");
    town.stranger().submits(&end, &[]).await.is(200);
    town.advance(DAY * 7);
    assert_eq!(letters(&town, &server).await.len(), 0);
}

#[tokio::test]
async fn a_link_is_good_for_three_days_and_no_address_is_asked_twice_within_the_hour() {
    let server = MailServer::start().await;
    let town = town_with_mail(&server).await;
    asks(&town).await;
    asks(&town).await;
    let asked = mails(&town, &server).await;
    assert_eq!(asked.len(), 1, "{asked:?}");
    let confirm = link(&asked[0], "/dashboards/follow/confirm/");
    town.advance(DAY * 4);
    assert_eq!(town.stranger().submits(&confirm, &[]).await.status, 400);
    town.stranger()
        .submits("/dashboards/follow/confirm/not-a-token", &[])
        .await
        .is(404);
    let nobody = [("email", "nobody")];
    assert_eq!(town.stranger().submits(FORM, &nobody).await.status, 400);
    town.stranger().gets("/dashboards/nothing/follow").await.is(404);
}

#[tokio::test]
async fn whoever_asks_for_an_address_hour_by_hour_has_it_written_to_twenty_times_at_most() {
    let server = MailServer::start().await;
    let town = town_with_mail(&server).await;
    let mut n_mails = 0;
    for _ in 0..24 {
        asks(&town).await;
        n_mails += mails(&town, &server).await.len();
        town.advance(Duration::from_secs(3_601));
    }
    assert_eq!(n_mails, 20);
}

#[tokio::test]
async fn a_dashboard_that_was_taken_back_is_sent_to_nobody() {
    let server = MailServer::start().await;
    let town = town_with_mail(&server).await;
    asks(&town).await;
    let asked = mails(&town, &server).await;
    let confirm = link(&asked[0], "/dashboards/follow/confirm/");
    town.stranger().submits(&confirm, &[]).await.is(200);
    let steward = town.someone(Role::Steward, Some("35.22")).await;
    sends(&steward, &[("act", "hide"), ("why", "A wrong number")])
        .await
        .is(303);
    town.advance(DAY * 8);
    assert_eq!(letters(&town, &server).await.len(), 0);
}
