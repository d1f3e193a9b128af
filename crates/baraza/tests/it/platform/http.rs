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

#[tokio::test]
async fn an_unknown_address_or_method_below_a_protocol_is_told_in_its_shape() {
    let town = Town::new().await;
    let stranger = town.stranger();
    for (method, path, status) in [
        ("GET", "/v1/nothing", 404),
        ("GET", "/v1", 404),
        ("POST", "/v1/projects/1/nothing/at/all", 404),
        ("DELETE", "/v1/projects", 405),
    ] {
        let told = stranger.sends(method, path, "", Body::empty()).await.is(status);
        assert!(
            told.header("content-type").starts_with("application/json"),
            "{path}"
        );
        let json = told.json();
        assert_eq!(
            json["code"].as_f64(),
            Some(f64::from(status) + 0.1),
            "{path}: {json}"
        );
        assert!(
            json["message"].as_str().is_some_and(|text| text.len() > 10),
            "{json}"
        );
    }
    for (method, path, status) in [
        ("GET", "/v1/key/abc/nothing", 401),
        ("GET", "/v1/projects/1/x/formList", 404),
        ("PUT", "/v1/projects/1/submission", 405),
    ] {
        let told = stranger.sends(method, path, "", Body::empty()).await.is(status);
        assert!(told.header("content-type").starts_with("text/xml"), "{path}");
        assert!(
            told.text().contains("<OpenRosaResponse"),
            "{path}: {}",
            told.text()
        );
    }
    for (method, path, status) in [("GET", "/api/v1/nothing", 404), ("PUT", "/api/v1/places/at", 405)] {
        let told = stranger.sends(method, path, "", Body::empty()).await.is(status);
        assert_eq!(told.header("content-type"), "application/problem+json", "{path}");
        assert_eq!(told.json()["status"], status, "{path}");
    }
    let page = stranger.sends("PUT", "/sign-in", "", Body::empty()).await.is(405);
    assert!(page.header("content-type").starts_with("text/html"));
    assert!(page.header("allow").contains("POST"), "{}", page.header("allow"));
}

#[tokio::test]
async fn a_caller_who_must_wait_is_told_in_the_shape_of_what_was_asked() {
    let town = Town::with(Settings {
        rate_limit: Some(60),
        ..Settings::default()
    })
    .await;
    for _ in 0..20 {
        town.stranger().gets("/healthz").await.is(200);
    }
    let central = town.stranger().gets("/v1/projects").await.is(429);
    assert_eq!(central.header("retry-after"), "10");
    assert_eq!(central.json()["details"]["code"], "too-many-requests");
    let phone = town.stranger().gets("/v1/projects/1/formList").await.is(429);
    assert!(phone.text().contains("<OpenRosaResponse"), "{}", phone.text());
    let json = town.stranger().gets("/api/v1/places/at").await.is(429);
    assert_eq!(json.header("content-type"), "application/problem+json");
    let page = town.stranger().gets("/?lang=id").await.is(429);
    assert!(page.text().contains("<main"), "{}", page.text());
}

#[tokio::test]
async fn a_body_that_is_too_large_is_told_so_with_413_on_every_face() {
    let town = Town::new().await;
    let large = || Body::from(format!("email={}", "a".repeat(2 * 1024 * 1024)));
    let form = "application/x-www-form-urlencoded";
    let page = town
        .stranger()
        .sends("POST", "/sign-in", form, large())
        .await
        .is(413)
        .text();
    assert!(
        page.contains("What you sent is too large for this page"),
        "{page}"
    );
    let json = town
        .stranger()
        .sends("POST", "/v1/sessions", "application/json", large())
        .await
        .is(413)
        .json();
    assert_eq!(json["code"].as_f64(), Some(413.1));
}
