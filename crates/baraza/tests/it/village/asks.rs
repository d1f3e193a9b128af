//! Asks: they rest on a number that is there, wait until somebody with a name and a post answers, and are reminded of.

use std::time::Duration;

use baraza::platform::op::Role;

use super::voice::VILLAGE;
use crate::{
    html::check::faults,
    indicators::{
        counted,
        notes::{of, organise},
    },
    town::{Town, Visitor},
};

async fn asks(operator: &Visitor<'_>, number: &str) -> crate::town::Answer {
    let fields = [
        ("place", VILLAGE),
        ("title", "A filter for each house"),
        ("need", "The wells are brown"),
        ("number", number),
        ("organisation", "dinkes"),
    ];
    operator.submits("/desk/asks", &fields).await
}

async fn town() -> Town {
    let town = counted().await;
    organise(&town, "dinkes").await;
    organise(&town, "dinas-pu").await;
    town
}

fn answer(named: &'static str, answer: &'static str) -> [(&'static str, &'static str); 6] {
    [
        ("answer", answer),
        ("said", "Filters come with the next budget"),
        ("name", named),
        ("post", "Head of water"),
        ("promise", "A filter for each house"),
        ("due_on", "2027-06-30"),
    ]
}

#[tokio::test]
async fn an_ask_rests_on_a_number_that_is_there_and_is_answered_by_name_and_post_alone() {
    let town = town().await;
    let operator = town.someone(Role::Officer, Some(VILLAGE)).await;
    asks(&operator, "/n/now/6.1.1/35.99/2021").await.is(400);
    asks(&operator, "https://example.org").await.is(400);
    let made = asks(&operator, "/n/now/6.1.1/35.22/2021").await.is(303);
    let desk = made.header("location").to_owned();
    let page = town
        .stranger()
        .gets(desk.trim_start_matches("/desk"))
        .await
        .is(200)
        .text();
    assert!(
        page.contains("/n/now/6.1.1/35.22/2021") && page.contains("Not answered"),
        "{page}"
    );
    operator.submits(&desk, &answer("Budi", "yes")).await.is(403);
    let other = of(&town, Role::Officer, "dinas-pu").await;
    other.submits(&desk, &answer("Budi", "yes")).await.is(403);
    let office = of(&town, Role::Officer, "dinkes").await;
    office.submits(&desk, &answer("", "no")).await.is(400);
    office.submits(&desk, &answer("dr. Ratna", "yes")).await.is(303);
    office.submits(&desk, &answer("dr. Ratna", "no")).await.is(409);
    let page = town
        .stranger()
        .gets(desk.trim_start_matches("/desk"))
        .await
        .is(200)
        .text();
    let path = desk.trim_start_matches("/desk");
    let told = town.stranger().gets(&format!("{path}.json")).await.is(200).json();
    assert_eq!(told["answer"]["answer"], "yes");
    assert_eq!(told["answer"]["by"], "dr. Ratna");
    let csv = town.stranger().gets("/asks.csv").await.is(200).text();
    assert!(csv.contains(",dinkes,2026-11-16,0,0,yes,"), "{csv}");
    assert!(
        page.contains("dr. Ratna, Head of water") && page.contains("/commitments/"),
        "{page}"
    );
    assert_eq!(faults(&page), Vec::<String>::new());
    town.run_jobs().await;
}

#[tokio::test]
async fn an_ask_grows_older_in_public_and_its_organisation_is_reminded_every_thirty_days() {
    let town = town().await;
    let operator = town.someone(Role::Officer, Some(VILLAGE)).await;
    let made = asks(&operator, "").await.is(303);
    let path = made.header("location").trim_start_matches("/desk").to_owned();
    of(&town, Role::Officer, "dinkes").await;
    town.run_jobs().await;
    for (days, waited, reminded) in [(29, 29, 0), (1, 30, 1), (1, 31, 1), (29, 60, 2)] {
        town.advance(Duration::from_secs(days * 24 * 3_600));
        baraza::platform::jobs::queue_chores(&town.app)
            .await
            .expect("queued");
        town.run_jobs().await;
        let page = town.stranger().gets(&path).await.is(200).text();
        assert!(page.contains(&format!("for {waited} days")), "{page}");
        let (n,): (i64,) = sqlx::query_as("SELECT n_reminded FROM village_ask")
            .fetch_one(town.app.db.read())
            .await
            .expect("read");
        assert_eq!(n, reminded, "after {waited} days");
    }
}
