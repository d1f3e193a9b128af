use axum::body::Body;
use baraza::platform::{config::Settings, op::Role};

use crate::town::Town;

#[tokio::test]
async fn every_answer_forbids_scripts_that_we_did_not_ship() {
    let town = Town::new().await;
    let answer = town.stranger().gets("/sign-in").await.is(200);
    let policy = answer.header("content-security-policy");
    assert!(
        policy.contains("default-src 'none'")
            && policy.contains("script-src 'self'")
            && !policy.contains("unsafe"),
        "{policy}"
    );
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    assert_eq!(answer.header("cache-control"), "no-store");
    assert!(!answer.text().contains("<script>"), "no inline script");
}

#[tokio::test]
async fn a_form_sent_from_another_site_is_refused() {
    let town = Town::new().await;
    let fields = Body::from("email=a&password=b");
    let visitor = town
        .signs_in("admin@town.test")
        .await
        .with_header("sec-fetch-site", "cross-site");
    let answer = visitor
        .sends(
            "POST",
            "/desk/people",
            "application/x-www-form-urlencoded",
            fields,
        )
        .await;
    assert_eq!(answer.status, 403);
}

#[tokio::test]
async fn an_unknown_address_is_a_page_that_says_so_in_the_readers_language() {
    let town = Town::new().await;
    let answer = town.stranger().gets("/no-such-page?lang=id").await.is(404);
    assert!(
        answer.text().contains("Halaman tidak ditemukan"),
        "{}",
        answer.text()
    );
    assert!(answer.text().contains("<html lang=\"id\""));
    let json = town.stranger().gets("/no-such-page.json").await.is(404).json();
    assert_eq!(json["code"], "page-unknown");
}

#[tokio::test]
async fn a_caller_who_asks_too_often_is_told_to_wait_and_others_are_not() {
    let town = Town::with(Settings {
        rate_limit: Some(60),
        ..Settings::default()
    })
    .await;
    let mut refused = 0;
    for _ in 0..30 {
        let answer = town.stranger().gets("/healthz").await;
        refused += u32::from(answer.status == 429);
    }
    assert!(
        (5..=10).contains(&refused),
        "20 at once are allowed, {refused} of 30 were refused"
    );
}

#[tokio::test]
async fn counters_are_shown_to_auditors_and_to_nobody_from_outside() {
    let town = Town::new().await;
    town.stranger().gets("/metrics").await.is(401);
    let auditor = town.someone(Role::Auditor, Some("35")).await;
    let text = auditor.gets("/metrics").await.is(200).text();
    assert!(
        text.contains("baraza_http_requests_total") && text.contains("baraza_jobs{state=\"dead\"} 0"),
        "{text}"
    );
    town.stranger().gets("/readyz").await.is(200);
}
