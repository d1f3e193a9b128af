//! A password that was forgotten.

use std::time::Duration;

use baraza::platform::config::Settings;
use serde_json::json;

use crate::{
    platform::messages::gateways::MailServer,
    town::{PASSWORD, Town},
};

const NEW: &str = "delapan gajah terbang";

async fn with_mail(server: &MailServer) -> Town {
    Town::with(Settings {
        smtp_url: Some(server.url.clone()),
        mail_from: Some("Kabupaten Ngasem <lapor@ngasem.test>".into()),
        ..Settings::default()
    })
    .await
}

/// Asks for another password and returns the token of the mail; `None` when no mail came.
async fn asks(town: &Town, server: &MailServer, email: &str) -> Option<String> {
    let page = town
        .stranger()
        .submits("/sign-in/forgotten", &[("email", email)])
        .await
        .is(200)
        .text();
    assert!(page.contains("If there is an account"), "{page}");
    town.run_jobs().await;
    let mail = server.mails().pop()?.replace("=\r\n", "").replace("=3D", "=");
    let token = mail.split("token=").nth(1).expect("an address");
    Some(
        token
            .chars()
            .take_while(|c| c.is_ascii_alphanumeric() || *c == '-' || *c == '_')
            .collect(),
    )
}

#[tokio::test]
async fn who_reads_the_mail_chooses_another_password_once() {
    let server = MailServer::start().await;
    let town = with_mail(&server).await;
    let admin = town.admin().await;
    let token = asks(&town, &server, "admin@town.test").await.expect("a mail");
    let page = town
        .stranger()
        .gets(&format!("/sign-in/new-password?token={token}"))
        .await
        .is(200);
    assert_eq!(page.header("referrer-policy"), "no-referrer");
    assert_eq!(page.header("cache-control"), "no-store");
    let short = [("token", token.as_str()), ("password", "short")];
    town.stranger()
        .submits("/sign-in/new-password", &short)
        .await
        .is(400);
    let chosen = [("token", token.as_str()), ("password", NEW)];
    town.stranger()
        .submits("/sign-in/new-password", &chosen)
        .await
        .is(303);
    admin.gets("/v1/users/current").await.is(401);
    for (password, status) in [(PASSWORD, 401), (NEW, 200)] {
        let credentials = json!({ "email": "admin@town.test", "password": password });
        town.stranger()
            .posts_json("/v1/sessions", &credentials)
            .await
            .is(status);
    }
    town.stranger()
        .submits("/sign-in/new-password", &chosen)
        .await
        .is(403);
}

#[tokio::test]
async fn an_address_works_for_a_day_and_only_the_newest_does() {
    let server = MailServer::start().await;
    let town = with_mail(&server).await;
    let first = asks(&town, &server, "admin@town.test").await.expect("a mail");
    let second = asks(&town, &server, "admin@town.test").await.expect("a mail");
    let redeem = |token: String| json!({ "token": token, "new": NEW });
    let verify = "/v1/users/reset/verify";
    town.stranger().posts_json(verify, &redeem(first)).await.is(403);
    town.advance(Duration::from_secs(25 * 3600));
    town.stranger().posts_json(verify, &redeem(second)).await.is(403);
}

#[tokio::test]
async fn nobody_learns_who_has_an_account_and_nobody_is_flooded() {
    let server = MailServer::start().await;
    let town = with_mail(&server).await;
    assert_eq!(asks(&town, &server, "nobody@town.test").await, None);
    for _ in 0..5 {
        asks(&town, &server, "admin@town.test").await.expect("a mail");
    }
    town.stranger()
        .submits("/sign-in/forgotten", &[("email", "admin@town.test")])
        .await
        .is(429);
}

#[tokio::test]
async fn a_server_without_mail_says_whom_to_ask() {
    let town = Town::new().await;
    let page = town.stranger().gets("/sign-in/forgotten").await.is(200).text();
    assert!(page.contains("Ask your administrator"), "{page}");
    town.stranger()
        .posts_json("/v1/users/reset/initiate", &json!({ "email": "admin@town.test" }))
        .await
        .is(409);
}
