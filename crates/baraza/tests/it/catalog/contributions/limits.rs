//! How much strangers may send, where what they send may lead, and that a flood of it hides nothing from the desk.

use std::time::Duration;

use baraza::{
    catalog::following::TellFollowers,
    platform::{config::Settings, jobs::Job, op::Role},
};

use super::{asks, codes, link, mails, publishes};
use crate::{
    platform::messages::gateways::MailServer,
    town::{Town, Visitor},
};

const HOUR: Duration = Duration::from_secs(3_600);

/// A town that believes its own proxy where somebody sends from.
async fn town_behind_proxy(server: &MailServer) -> Town {
    Town::with(Settings {
        behind_proxy: Some(true),
        smtp_url: Some(server.url.clone()),
        mail_from: Some("Data <data@example.org>".into()),
        ..Settings::default()
    })
    .await
}

fn from<'t>(town: &'t Town, address: &str) -> Visitor<'t> {
    town.stranger().with_header("x-forwarded-for", address)
}

/// Runs one statement on the database of a town.
async fn runs(town: &Town, sql: &'static str) {
    let mut tx = town.app.db.begin().await.expect("begins");
    sqlx::query(sql).execute(tx.conn()).await.expect("runs");
    tx.commit().await.expect("commits");
}

/// What a statement counts in the database of a town.
async fn counted(town: &Town, sql: &'static str) -> i64 {
    sqlx::query_scalar(sql)
        .fetch_one(town.app.db.read())
        .await
        .expect("counts")
}

#[tokio::test]
async fn no_page_leads_where_a_program_would_run() {
    let town = Town::new().await;
    let (stranger, steward) = (town.stranger(), town.someone(Role::Steward, None).await);
    let trap = [
        ("title", "Bus stops"),
        ("text", "Where"),
        ("url", "javascript:alert(1)"),
    ];
    let sent = stranger.submits("/wanted/new", &trap).await.is(303);
    let path = sent.header("location").to_owned();
    let desk = format!("/desk/contributions{}", path.trim_start_matches("/wanted"));
    steward.submits(&desk, &[("to", "shown")]).await.is(303);
    let page = stranger.gets(&path).await.is(200).text();
    assert!(
        page.contains("Bus stops") && !page.contains("javascript:"),
        "{page}"
    );
    // So of what was taken before addresses were looked at.
    runs(&town, "UPDATE contribution SET url = 'javascript:alert(1)'").await;
    for (visitor, address) in [
        (&stranger, path.clone()),
        (&stranger, format!("{path}.json")),
        (&steward, desk),
    ] {
        let page = visitor.gets(&address).await.is(200).text();
        assert!(!page.contains("javascript:"), "{address}: {page}");
    }
    publishes(&steward, "wells").await;
    let map = [
        ("title", "Map"),
        ("text", "Of wells"),
        ("url", "javascript:alert(1)"),
        ("dataset", "wells"),
    ];
    let refused = stranger.submits("/showcases/new", &map).await.is(400).text();
    assert!(refused.contains("This is no address of the web"), "{refused}");
}

#[tokio::test]
async fn a_field_has_an_end_and_a_theme_is_one_that_there_is() {
    let town = Town::new().await;
    let stranger = town.stranger();
    let long = "x".repeat(300_000);
    for (field, text, said) in [
        ("title", long.as_str(), "too long"),
        ("theme", long.as_str(), "too long"),
        ("place", long.as_str(), "too long"),
        ("theme", "shoes", "There is no theme"),
    ] {
        let mut sent = vec![("text", "Where"), (field, text)];
        if field != "title" {
            sent.push(("title", "Bus stops"));
        }
        let refused = stranger.submits("/wanted/new", &sent).await.is(400).text();
        assert!(refused.contains(said), "{field} does not say {said}");
    }
    let sent = [("title", "Bus stops"), ("text", "Where"), ("theme", "transport")];
    stranger.submits("/wanted/new", &sent).await.is(303);
}

#[tokio::test]
async fn one_network_sends_twenty_times_an_hour_and_another_is_not_kept_waiting_for_it() {
    let server = MailServer::start().await;
    let town = town_behind_proxy(&server).await;
    let wish = [("title", "Bus stops"), ("text", "Where")];
    let one = from(&town, "198.51.100.1");
    for _ in 0..20 {
        one.submits("/wanted/new", &wish).await.is(303);
    }
    let refused = one.submits("/wanted/new", &wish).await.is(429).text();
    assert!(refused.contains("20 times"), "{refused}");
    from(&town, "198.51.100.2")
        .submits("/wanted/new", &wish)
        .await
        .is(303);
    town.advance(HOUR + Duration::from_secs(1));
    one.submits("/wanted/new", &wish).await.is(303);
    let open = "SELECT CAST(COUNT(*) AS BIGINT) FROM follow_asked WHERE mark LIKE '%198.51%' OR about LIKE '%198.51%'";
    assert_eq!(counted(&town, open).await, 0, "nobody can read who it was");
    town.advance(HOUR * 25);
    TellFollowers {}.run(&town.app).await.expect("told");
    let kept = "SELECT CAST(COUNT(*) AS BIGINT) FROM follow_asked";
    assert_eq!(
        counted(&town, kept).await,
        0,
        "nothing is kept for longer than a day"
    );
}

#[tokio::test]
async fn who_needs_it_too_counts_once_a_day_with_and_without_a_cookie() {
    let server = MailServer::start().await;
    let town = town_behind_proxy(&server).await;
    let steward = town.someone(Role::Steward, None).await;
    let path = asks(&town.stranger(), "Bus stops").await;
    let desk = format!("/desk/contributions{}", path.trim_start_matches("/wanted"));
    steward.submits(&desk, &[("to", "shown")]).await.is(303);
    let too = format!("{path}/too");
    let support = || async {
        let json = town.stranger().gets(&format!("{path}.json")).await.is(200).json();
        json["support"].as_i64().expect("a number")
    };
    for _ in 0..5 {
        from(&town, "198.51.100.1").submits(&too, &[]).await.is(303);
    }
    assert_eq!(support().await, 1);
    // One household: the second half of an address is its own to choose.
    for address in ["2001:db8:1:2::1", "2001:db8:1:2::2"] {
        from(&town, address).submits(&too, &[]).await.is(303);
    }
    assert_eq!(support().await, 2);
    town.advance(HOUR * 25);
    from(&town, "198.51.100.1").submits(&too, &[]).await.is(303);
    assert_eq!(support().await, 3);
}

#[tokio::test]
async fn nobody_has_the_government_write_to_a_hundred_strangers() {
    let server = MailServer::start().await;
    let town = town_behind_proxy(&server).await;
    let one = from(&town, "198.51.100.1");
    for n in 0..10 {
        let email = format!("siti{n}@example.org");
        let follow = [("email", email.as_str())];
        one.submits("/follow/catalogue/all", &follow).await.is(200);
    }
    one.submits("/follow/catalogue/all", &[("email", "budi@example.org")])
        .await
        .is(429);
    // What cannot be confirmed is not sent either, so that nobody waits for a mail in vain.
    let wish = [
        ("title", "Bus stops"),
        ("text", "Where"),
        ("email", "budi@example.org"),
    ];
    one.submits("/wanted/new", &wish).await.is(429);
    assert_eq!(mails(&town, &server).await.len(), 10);
    from(&town, "198.51.100.2")
        .submits("/follow/catalogue/all", &[("email", "budi@example.org")])
        .await
        .is(200);
    let sent = mails(&town, &server).await;
    assert!(link(&sent[0], "/follow/confirm/").len() > 20, "{sent:?}");
}

#[tokio::test]
async fn the_newest_of_many_thousands_that_wait_are_listed_at_the_desk() {
    let town = Town::new().await;
    let steward = town.someone(Role::Steward, None).await;
    runs(
        &town,
        "INSERT INTO contribution (id, code, kind, title, text, url, name, theme, lang, state, answer, n_support, sent_at, is_question)
         WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < 5100)
         SELECT 'wish-' || CAST(n AS TEXT), 'W' || CAST(n AS TEXT), 'wanted', 'Wish ' || CAST(n AS TEXT), 'Where', '', '', '', 'en',
                'waiting', '', 0, n, 0
         FROM number",
    )
    .await;
    let page = steward.gets("/desk/contributions?page=204").await.is(200).text();
    assert_eq!(codes(&page).len(), 25, "{page}");
    assert!(page.contains(">Wish 5100<"), "{page}");
}
