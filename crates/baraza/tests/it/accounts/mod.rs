//! Signing in, sessions, tokens, roles.

mod reset;

use std::time::Duration;

use baraza::{
    accounts,
    platform::{
        audit,
        op::{Op, Role},
    },
};
use serde_json::json;

use crate::{
    html::check::faults,
    town::{PASSWORD, Town, grant},
};

#[tokio::test]
async fn whoever_signs_in_sees_their_account_and_whoever_signs_out_no_longer_does() {
    let town = Town::new().await;
    let visitor = town.signs_in("admin@town.test").await;
    let page = visitor.gets("/account").await.is(200).text();
    assert!(
        page.contains("Ibu Admin") && page.contains("admin@town.test"),
        "{page}"
    );
    visitor.submits("/sign-out", &[]).await.is(303);
    let answer = visitor.gets("/account").await.is(303);
    assert_eq!(answer.header("location"), "/sign-in?next=%2Faccount");
}

#[tokio::test]
async fn where_nobody_has_an_account_yet_the_page_says_how_the_first_one_is_made() {
    let town = Town::new().await;
    let stranger = town.stranger();
    let command = "baraza user add";
    let page = stranger.gets("/sign-in").await.is(200).text();
    assert!(!page.contains(command), "{page}");
    let mut tx = town.app.db.begin().await.expect("a transaction");
    sqlx::query("UPDATE user_account SET closed_at = 1")
        .execute(tx.conn())
        .await
        .expect("closed");
    tx.commit().await.expect("committed");
    let page = stranger.gets("/sign-in").await.is(200).text();
    assert!(page.contains(command), "{page}");
    assert_eq!(faults(&page), [""; 0]);
    let wrong = [("email", "somebody@town.test"), ("password", "x")];
    let page = stranger.submits("/sign-in", &wrong).await.is(401).text();
    assert!(page.contains(command), "{page}");
}

#[tokio::test]
async fn the_cookie_is_out_of_reach_of_scripts_and_other_sites() {
    let town = Town::new().await;
    let fields = [("email", "ADMIN@town.test "), ("password", PASSWORD)];
    let answer = town.stranger().submits("/sign-in", &fields).await.is(303);
    let cookie = answer.header("set-cookie");
    assert!(
        cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"),
        "{cookie}"
    );
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_email_are_answered_alike() {
    let town = Town::new().await;
    let wrong = town
        .stranger()
        .submits("/sign-in", &[("email", "admin@town.test"), ("password", "wrong")])
        .await
        .is(401)
        .text();
    let unknown = town
        .stranger()
        .submits(
            "/sign-in",
            &[("email", "nobody@town.test"), ("password", "wrong")],
        )
        .await
        .is(401)
        .text();
    assert!(wrong.contains("The email address or the password is not right."));
    assert_eq!(
        wrong.replace("admin@town.test", "X"),
        unknown.replace("nobody@town.test", "X")
    );
}

#[tokio::test]
async fn guessing_is_stopped_after_five_tries_for_a_quarter_of_an_hour() {
    let town = Town::new().await;
    for _ in 0..5 {
        town.stranger()
            .submits("/sign-in", &[("email", "admin@town.test"), ("password", "wrong")])
            .await
            .is(401);
    }
    let right = [("email", "admin@town.test"), ("password", PASSWORD)];
    let answer = town.stranger().submits("/sign-in", &right).await.is(429);
    assert!(answer.text().contains("Wait 15 minutes"));
    town.advance(Duration::from_secs(15 * 60 + 1));
    town.stranger().submits("/sign-in", &right).await.is(303);
}

#[tokio::test]
async fn a_session_gets_a_new_secret_every_hour_and_the_old_one_stops_working() {
    let town = Town::new().await;
    let visitor = town.signs_in("admin@town.test").await;
    town.advance(Duration::from_secs(3_601));
    let answer = visitor.gets("/account").await.is(200);
    let fresh = answer
        .header("set-cookie")
        .split(';')
        .next()
        .expect("a pair")
        .to_owned();
    assert!(fresh.starts_with("baraza="), "{fresh}");
    visitor.gets("/account").await.is(200);
    town.advance(Duration::from_secs(61));
    visitor.gets("/account").await.is(303);
    town.stranger()
        .with_header("cookie", &fresh)
        .gets("/account")
        .await
        .is(200);
    town.advance(Duration::from_secs(12 * 3_600));
    town.stranger()
        .with_header("cookie", &fresh)
        .gets("/account")
        .await
        .is(303);
}

#[tokio::test]
async fn a_token_works_until_it_is_withdrawn_or_expires() {
    let town = Town::new().await;
    let user = town
        .add(
            "kader@town.test",
            "Kader",
            &[grant(Role::Enumerator, Some("35.22"))],
        )
        .await;
    let mut tx = town.app.db.begin().await.expect("begins");
    let secret = accounts::create_token(&mut tx, &town.system(), &user, "phone", Some(30), &[])
        .await
        .expect("made");
    tx.commit().await.expect("commits");
    town.bearer(&secret).gets("/v1/users/current").await.is(200);
    town.advance(Duration::from_secs(31 * 24 * 3600));
    let refused = town
        .bearer(&secret)
        .gets("/v1/users/current")
        .await
        .is(401)
        .json();
    assert_eq!(
        (refused["code"].as_f64(), &refused["details"]["code"]),
        (Some(401.2), &"token-unknown".into())
    );
}

#[tokio::test]
async fn a_withdrawn_token_stops_at_once() {
    let town = Town::new().await;
    let visitor = town.signs_in("admin@town.test").await;
    let page = visitor
        .submits("/account/tokens", &[("label", "laptop"), ("days", "90")])
        .await
        .is(200)
        .text();
    let secret = page
        .split("bz-secret\">")
        .nth(1)
        .and_then(|rest| rest.split('<').next())
        .expect("the secret is shown")
        .to_owned();
    town.bearer(&secret).gets("/v1/users/current").await.is(200);
    let page = visitor.gets("/account").await.text();
    assert!(!page.contains(&secret), "the secret is shown only once");
    let token = page
        .split("name=\"token\" value=\"")
        .nth(1)
        .and_then(|rest| rest.split('"').next())
        .expect("an id")
        .to_owned();
    visitor
        .submits("/account/tokens/withdraw", &[("token", &token)])
        .await
        .is(303);
    town.bearer(&secret).gets("/v1/users/current").await.is(401);
}

#[tokio::test]
async fn a_token_narrowed_to_a_role_is_no_administrators() {
    let town = Town::new().await;
    let admin = accounts::find_user(&town.app, "admin@town.test")
        .await
        .expect("looks")
        .expect("is there");
    let mut tx = town.app.db.begin().await.expect("begins");
    let secret = accounts::create_token(&mut tx, &town.system(), &admin, "reader", None, &[Role::Auditor])
        .await
        .expect("made");
    tx.commit().await.expect("commits");
    town.bearer(&secret).gets("/desk/audit").await.is(200);
    town.bearer(&secret)
        .submits("/desk/jobs/retry", &[("job", "x")])
        .await
        .is(403);
}

#[tokio::test]
async fn a_clients_session_of_odk_central_can_be_opened_used_and_closed() {
    let town = Town::new().await;
    let credentials = json!({ "email": "admin@town.test", "password": PASSWORD });
    let opened = town
        .stranger()
        .posts_json("/v1/sessions", &credentials)
        .await
        .is(200)
        .json();
    let visitor = town.bearer(opened["token"].as_str().expect("a token"));
    assert_eq!(
        visitor.gets("/v1/users/current").await.is(200).json()["displayName"],
        "Ibu Admin"
    );
    visitor
        .sends("DELETE", "/v1/sessions/current", "", axum::body::Body::empty())
        .await
        .is(200);
    visitor.gets("/v1/users/current").await.is(401);
    let wrong = town
        .stranger()
        .posts_json("/v1/sessions", &json!({ "email": "x@y.z", "password": "no" }))
        .await
        .is(401)
        .json();
    assert_eq!(wrong["details"]["code"], "sign-in-wrong");
}

#[tokio::test]
async fn changing_a_password_ends_the_other_sessions_and_needs_the_old_one() {
    let town = Town::new().await;
    let (here, elsewhere) = (
        town.signs_in("admin@town.test").await,
        town.signs_in("admin@town.test").await,
    );
    let wrong = [("current", "not this"), ("password", "a brand new password")];
    let refused = here.submits("/account/password", &wrong).await.is(400).text();
    assert!(refused.contains("The current password is not right."));
    let right = [("current", PASSWORD), ("password", "a brand new password")];
    here.submits("/account/password", &right).await.is(200);
    here.gets("/account").await.is(200);
    elsewhere.gets("/account").await.is(303);
}

#[tokio::test]
async fn only_an_administrator_adds_people_and_what_was_done_is_on_record() {
    let town = Town::new().await;
    crate::collect::settle(&town).await;
    let fields = [
        ("name", "Pak Budi"),
        ("email", "budi@town.test"),
        ("password", "sepuluh ayam"),
        ("role", "steward"),
        ("place", "35.22"),
    ];
    town.someone(Role::Steward, Some("35"))
        .await
        .submits("/desk/people", &fields)
        .await
        .is(403);
    let admin = town.admin().await;
    let mut of_nobody = fields.to_vec();
    of_nobody.push(("org", "787"));
    let refused = admin.submits("/desk/people", &of_nobody).await.is(400).text();
    assert!(
        refused.contains("There is no organisation with the code"),
        "{refused}"
    );
    admin.submits("/desk/people", &fields).await.is(303);
    let page = admin.gets("/desk/people").await.is(200).text();
    assert!(
        page.contains("Pak Budi") && page.contains("steward · 35.22"),
        "{page}"
    );
    let again = admin.submits("/desk/people", &fields).await.is(409).text();
    assert!(again.contains("Somebody already has this email address."));
    let entries = audit::list(&town.app, None, 10).await.expect("reads");
    assert!(
        entries
            .iter()
            .any(|entry| entry.event == "accounts.user-added" && entry.who.starts_with("user:"))
    );
    assert!(
        entries
            .iter()
            .all(|entry| !entry.facts.contains("Budi") && !entry.facts.contains("budi@")),
        "no names in the trail"
    );
}

#[tokio::test]
async fn a_closed_account_is_shut_everywhere_and_its_email_is_free() {
    let town = Town::new().await;
    let user = town
        .add("budi@town.test", "Budi", &[grant(Role::Auditor, None)])
        .await;
    let visitor = town.signs_in("budi@town.test").await;
    let admin = town.admin().await;
    let person = format!("/desk/people/{user}");
    let refused = admin
        .submits(&person, &[("act", "close"), ("why", " ")])
        .await
        .is(400)
        .text();
    assert!(
        refused.contains("Say why") && refused.contains("#close-why"),
        "{refused}"
    );
    visitor.gets("/account").await.is(200);
    let close = [("act", "close"), ("why", "moved to another office")];
    admin.submits(&person, &close).await.is(303);
    visitor.gets("/account").await.is(303);
    town.stranger()
        .submits("/sign-in", &[("email", "budi@town.test"), ("password", PASSWORD)])
        .await
        .is(401);
    let again = town
        .add("budi@town.test", "Another Budi", &[grant(Role::Auditor, None)])
        .await;
    assert_ne!(again, user);
    let trail = admin.gets("/desk/audit").await.is(200).text();
    assert!(trail.contains("moved to another office"), "{trail}");
    let entries = audit::list_about(&town.app, &format!("user/{user}"), 1)
        .await
        .expect("reads");
    let request = entries[0].request_id.clone().expect("a request");
    assert!(trail.contains(&request), "{trail}");
}

#[tokio::test]
async fn an_administrator_changes_roles_and_whoever_holds_them_signs_in_again() {
    let town = Town::new().await;
    crate::collect::settle(&town).await;
    let user = town
        .add(
            "budi@town.test",
            "Budi",
            &[grant(Role::Officer, Some("35.22.01"))],
        )
        .await;
    let token = {
        let mut tx = town.app.db.begin().await.expect("begins");
        let token = accounts::create_token(&mut tx, &town.system(), &user, "phone", None, &[]).await;
        tx.commit().await.expect("commits");
        token.expect("a token")
    };
    let admin = town.admin().await;
    let person = format!("/desk/people/{user}");
    let unknown = [
        ("act", "give"),
        ("role", "steward"),
        ("place", "35.22.1"),
        ("why", "new task"),
    ];
    let refused = admin.submits(&person, &unknown).await.is(400).text();
    assert!(refused.contains("35.22.01 (Ngasem)"), "{refused}");
    for change in [
        [
            ("act", "give"),
            ("role", "steward"),
            ("place", "35.22.01"),
            ("why", "new task"),
        ],
        [
            ("act", "take"),
            ("role", "officer"),
            ("place", "35.22.01"),
            ("why", "task ended"),
        ],
    ] {
        let before = town.signs_in("budi@town.test").await;
        before.gets("/account").await.is(200);
        admin.submits(&person, &change).await.is(303);
        before.gets("/account").await.is(303);
    }
    town.bearer(&token).gets("/v1/users/current").await.is(401);
    let page = admin.gets(&person).await.is(200).text();
    assert!(
        page.contains("steward · 35.22.01") && !page.contains("officer · 35.22.01"),
        "{page}"
    );
    for visitor in [
        town.someone(Role::Steward, Some("35.22")).await,
        town.someone(Role::Auditor, Some("35.22")).await,
    ] {
        visitor
            .submits(&person, &[("act", "close"), ("why", "I may not")])
            .await
            .is(403);
    }
}

#[tokio::test]
async fn a_forgotten_password_is_reset_and_the_old_one_opens_nothing() {
    let town = Town::new().await;
    let user = town
        .add("budi@town.test", "Budi", &[grant(Role::Auditor, None)])
        .await;
    let here = town.signs_in("budi@town.test").await;
    let admin = town.admin().await;
    let reset = [
        ("act", "password"),
        ("password", "sembilan kambing"),
        ("why", "forgot it"),
    ];
    admin
        .submits(&format!("/desk/people/{user}"), &reset)
        .await
        .is(303);
    here.gets("/account").await.is(303);
    for (password, status) in [(PASSWORD, 401), ("sembilan kambing", 303)] {
        town.stranger()
            .submits("/sign-in", &[("email", "budi@town.test"), ("password", password)])
            .await
            .is(status);
    }
}

#[tokio::test]
async fn behind_our_own_proxy_the_cookie_of_somebody_who_came_over_tls_is_secure() {
    for (behind_proxy, protocol, is_secure) in [
        (true, "https", true),
        (true, "http", false),
        (false, "https", false),
    ] {
        let town = Town::with(baraza::platform::config::Settings {
            behind_proxy: Some(behind_proxy),
            ..Default::default()
        })
        .await;
        let answer = town
            .stranger()
            .with_header("x-forwarded-proto", protocol)
            .submits(
                "/sign-in",
                &[("email", "admin@town.test"), ("password", PASSWORD)],
            )
            .await
            .is(303);
        assert_eq!(
            answer.header("set-cookie").contains("; Secure"),
            is_secure,
            "{protocol}"
        );
        assert_eq!(
            !answer.header("strict-transport-security").is_empty(),
            is_secure,
            "{protocol}"
        );
    }
}

#[tokio::test]
async fn a_steward_gives_a_phone_a_token_for_their_own_villages_only_and_for_a_year() {
    let town = Town::new().await;
    let steward = Op {
        who: steward_of("35.22"),
        ..town.system()
    };
    let mut tx = town.app.db.begin().await.expect("begins");
    let own = [vec!["35.22.01", "35.22", "35"], vec!["35.22.02", "35.22", "35"]];
    let (_, secret) = accounts::add_device(&mut tx, &steward, "Phone 1", &own)
        .await
        .expect("added");
    let other = [vec!["35.22.01", "35.22", "35"], vec!["35.23", "35"]];
    let everywhere: [Vec<&str>; 0] = [];
    for places in [&other[..], &everywhere[..]] {
        let refused = accounts::add_device(&mut tx, &steward, "Phone 2", places)
            .await
            .expect_err("refused");
        assert_eq!(refused.code(), "not-allowed");
    }
    tx.commit().await.expect("commits");
    town.bearer(&secret).gets("/v1/users/current").await.is(200);
    town.advance(Duration::from_secs(367 * 24 * 3600));
    town.bearer(&secret).gets("/v1/users/current").await.is(401);
}

fn steward_of(place: &str) -> baraza::platform::op::Who {
    use baraza::platform::op::{Person, Proof, Who};
    let proof = Proof::Session { id: "s".into() };
    Who::Person(Person {
        id: "steward".into(),
        name: "S".into(),
        email: "s@town.test".into(),
        grants: vec![grant(Role::Steward, Some(place))],
        proof,
    })
}
