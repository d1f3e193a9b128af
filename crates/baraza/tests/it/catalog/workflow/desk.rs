//! The front of the data desk: what waits, what fails and what is late, in as few statements for many datasets as for one.

use baraza::{
    catalog::metadata::fields::{FIELDS, Source},
    platform::op::{Grant, Role},
};
use pretty_assertions::assert_eq;
use serde_json::json;

use super::{super::publish, VILLAGES, strict};
use crate::{
    html::check::faults,
    town::{Town, Visitor},
};

const GAPS: &str = "Metadata (MS-Keg, MS-Var, MS-Ind) with gaps";

/// How many statements are read to answer somebody, once what is kept in memory is up to date.
async fn n_reads(town: &Town, visitor: &Visitor<'_>) -> u64 {
    visitor.gets("/desk/data").await.is(200);
    let before = town.app.db.n_reads();
    visitor.gets("/desk/data").await.is(200);
    town.app.db.n_reads() - before
}

/// Owes a dataset every month since October; what October owes was due two weeks ago.
async fn owes(steward: &Visitor<'_>, dataset: &str) {
    let fields = [
        ("act", "plan"),
        ("frequency", "monthly"),
        ("dates", "01-01"),
        ("due_days", "0"),
        ("grace_days", "3"),
        ("notice_days", "5"),
        ("unit", ""),
        ("starts_on", "2026-10-01"),
        ("reason", ""),
    ];
    let path = format!("/desk/agenda/{dataset}");
    steward.submits(&path, &fields).await.is(303);
}

#[tokio::test]
async fn the_desk_asks_as_little_for_many_datasets_as_for_one() {
    let town = strict().await;
    let (steward, producer) = (
        town.someone(Role::Steward, None).await,
        town.someone(Role::Producer, None).await,
    );
    let enter = async |n: usize| {
        let title = format!("Dataset {n}");
        let fields = [("title", title.as_str()), ("open", "yes")];
        producer.submits("/desk/data", &fields).await.is(303);
        owes(&steward, &format!("dataset-{n}")).await;
    };
    enter(0).await;
    let (of_steward, of_producer) = (n_reads(&town, &steward).await, n_reads(&town, &producer).await);
    for n in 1..25 {
        enter(n).await;
    }
    assert_eq!(n_reads(&town, &steward).await, of_steward);
    assert_eq!(n_reads(&town, &producer).await, of_producer);
    // Twenty of each list are shown, with the way to all of it.
    let page = producer.gets("/desk/data").await.is(200).text();
    assert_eq!(faults(&page), [""; 0]);
    for list in ["waiting", "fails", "late", "yours"] {
        let more = format!("/desk/data?all={list}#{list}");
        assert!(page.contains(&more), "{more} is missing in\n{page}");
        let whole = producer
            .gets(&format!("/desk/data?all={list}"))
            .await
            .is(200)
            .text();
        assert!(!whole.contains(&more), "{whole}");
        assert!(whole.len() > page.len(), "{list} is longer");
    }
    assert!(
        page.contains("25 things wait for you") && page.contains("25 datasets are late"),
        "{page}"
    );
    town.run_jobs().await;
}

#[tokio::test]
async fn the_desk_says_what_waits_what_fails_and_what_is_late() {
    let town = Town::new().await;
    publish(&town, VILLAGES).await;
    let steward = town.someone(Role::Steward, None).await;
    owes(&steward, "villages-2024").await;
    let sent = [("title", "Bus stops"), ("text", "Where are they?")];
    town.stranger().submits("/wanted/new", &sent).await.is(303);
    let producer = town.someone(Role::Producer, Some("35.22")).await;
    producer
        .submits("/desk/data/villages-2024/standards", &[("data/code", "sex@1")])
        .await
        .is(303);
    town.run_jobs().await;
    let page = steward.gets("/desk/data").await.is(200).text();
    for part in [
        "1 thing that a reader sent waits to be read",
        "1 row could not be read",
        "1 column does not follow its standard",
        GAPS,
        "Columns: 1 dataset",
        "2026-10: missing, 14 days late",
        "bz-light--red",
        "1 dataset is late",
    ] {
        assert!(page.contains(part), "{part} is missing in\n{page}");
    }
    assert_eq!(faults(&page), [""; 0]);
    assert!(
        !page.contains("/desk/requests?service"),
        "a steward has no queue of requests"
    );
    let in_indonesian = steward.gets("/desk/data?lang=id").await.is(200).text();
    assert!(
        in_indonesian.contains("1 kolom tidak mengikuti standarnya")
            && in_indonesian.contains("1 dataset terlambat"),
        "{in_indonesian}"
    );
    let admin = town.admin().await.gets("/desk/data").await.is(200).text();
    assert!(admin.contains("/desk/requests?service=open-data"), "{admin}");
}

#[tokio::test]
async fn what_fails_or_is_late_with_another_office_is_not_ones_own() {
    let town = Town::new().await;
    let admin = town.admin().await;
    for code in ["dinas-pu", "dinkes"] {
        admin
            .posts_json("/api/3/action/organization_create", &json!({ "name": code }))
            .await
            .is(200);
    }
    let wells = [("title", "Wells"), ("open", "yes"), ("organisation", "dinas-pu")];
    admin.submits("/desk/data", &wells).await.is(303);
    owes(&admin, "wells").await;
    for (org, sees) in [("dinas-pu", true), ("dinkes", false)] {
        let grant = Grant {
            role: Role::Producer,
            place: None,
            org: Some(org.into()),
        };
        let email = format!("{org}@town.test");
        town.add(&email, "The producer", &[grant]).await;
        let desk = town
            .signs_in(&email)
            .await
            .gets("/desk/data")
            .await
            .is(200)
            .text();
        assert_eq!(desk.contains("1 dataset is late"), sees, "{org}: {desk}");
        assert_eq!(desk.contains("Nothing has been sent yet"), sees, "{org}: {desk}");
    }
}

#[tokio::test]
async fn metadata_have_gaps_until_every_question_is_answered() {
    let town = Town::new().await;
    publish(&town, VILLAGES).await;
    let producer = town.someone(Role::Producer, Some("35.22")).await;
    let asked: Vec<&str> = FIELDS
        .iter()
        .filter(|field| field.source != Source::Known)
        .map(|field| field.key)
        .collect();
    // What parts question from answer where they are kept stands in an answer, too.
    let mut typed: Vec<(&str, &str)> = asked
        .iter()
        .map(|key| (*key, "they say \":\" and {\"purpose\":\"x\"}"))
        .collect();
    let (last, _) = typed.pop().expect("a question");
    let metadata = "/desk/data/villages-2024/metadata";
    producer.submits(metadata, &typed).await.is(303);
    let desk = producer.gets("/desk/data").await.is(200).text();
    assert!(desk.contains(GAPS), "{desk}");
    typed.push((last, "-"));
    producer.submits(metadata, &typed).await.is(303);
    let desk = producer.gets("/desk/data").await.is(200).text();
    assert!(!desk.contains(GAPS), "{desk}");
}
