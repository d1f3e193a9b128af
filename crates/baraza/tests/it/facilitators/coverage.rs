//! Which groups were heard, and the tasks that follow from whom nobody asked.

use std::time::Duration;

use baraza::{
    evidence::model::Subject,
    facilitators::{self, AskUnheard, Heard},
    platform::{jobs::Job, op::Role},
};
use jiff::civil::{Date, date};
use pretty_assertions::assert_eq;

use super::{VILLAGE, asks, named, settled, tasks};
use crate::town::{Town, grant};

const TODAY: Date = date(2026, 11, 16);

/// Notes that a group was heard.
async fn hears(town: &Town, group: &str, n_present: u32, on: Date, source: &str) {
    let heard = Heard {
        place: VILLAGE.into(),
        group: group.into(),
        on,
        n_present,
        source: Subject::new("scorecard", source),
    };
    let mut tx = town.app.db.begin().await.expect("a transaction");
    facilitators::heard(&mut tx, &town.system(), &heard)
        .await
        .expect("noted");
    tx.commit().await.expect("committed");
}

/// The row of a file of coverage for a group of the village.
fn row(csv: &str, group: &str) -> String {
    let begins = format!("{VILLAGE},Luwihaji,{group},");
    let found = csv.lines().find_map(|line| line.strip_prefix(&begins));
    found.unwrap_or_else(|| panic!("{group}: {csv}")).to_owned()
}

/// How each task stands.
async fn states(town: &Town) -> Vec<String> {
    tasks(town).await.into_iter().map(|task| task.1).collect()
}

/// How many statements the public page reads.
async fn reads(town: &Town) -> u64 {
    let before = town.app.db.n_reads();
    town.stranger().gets("/facilitators").await.is(200);
    town.app.db.n_reads() - before
}

async fn works(town: &Town) {
    AskUnheard::default().run(&town.app).await.expect("the job runs");
}

#[tokio::test]
async fn few_people_are_counted_for_facilitators_of_the_place_alone() {
    let town = settled().await;
    hears(&town, "women", 3, TODAY, "1").await;
    hears(&town, "men", 12, TODAY, "1").await;
    hears(&town, "men", 8, date(2026, 5, 4), "2").await;
    hears(&town, "young", 9, date(2024, 5, 4), "0").await;
    let public = town.stranger().gets("/facilitators.csv").await.is(200).text();
    assert_eq!(row(&public, "women"), "2026-11-16,1,,yes");
    assert_eq!(row(&public, "men"), "2026-11-16,2,20,");
    assert_eq!(row(&public, "young"), "2024-05-04,0,0,");
    assert_eq!(row(&public, "older"), ",0,,");
    let path = "/desk/facilitators/coverage.csv";
    let own = town.someone(Role::Facilitator, Some("35.22.01")).await;
    assert_eq!(
        row(&own.gets(path).await.is(200).text(), "women"),
        "2026-11-16,1,3,"
    );
    // An officer of the place may work for the service that the group spoke about.
    for (role, place) in [
        (Role::Facilitator, "35.22.02"),
        (Role::Officer, "35.22.01"),
        (Role::Leader, "35.22"),
    ] {
        let other = town.someone(role, Some(place)).await;
        assert_eq!(
            row(&other.gets(path).await.is(200).text(), "women"),
            "2026-11-16,1,,yes",
            "{role:?} {place}"
        );
        let page = other
            .gets("/desk/facilitators/coverage?place=35.22.01.2001")
            .await;
        let page = page.is(200).text();
        assert!(page.contains("withheld") && !page.contains(">3<"), "{page}");
    }
    town.stranger().gets(path).await.is(303);
    let page = town
        .stranger()
        .gets("/facilitators?place=35.22.01.2001")
        .await
        .is(200)
        .text();
    assert!(
        page.contains("withheld") && page.contains(">20<") && !page.contains(">3<"),
        "{page}"
    );
    town.stranger().gets("/facilitators?place=nowhere").await.is(404);
}

#[tokio::test]
async fn the_same_told_again_corrects_and_is_counted_once() {
    let town = settled().await;
    hears(&town, "men", 12, TODAY, "1").await;
    hears(&town, "men", 14, TODAY, "1").await;
    let public = town
        .stranger()
        .gets("/facilitators.csv?place=35.22.01")
        .await
        .is(200)
        .text();
    assert_eq!(row(&public, "men"), "2026-11-16,1,14,");
}

#[tokio::test]
async fn where_some_were_heard_the_others_are_asked_for_once() {
    let town = settled().await;
    works(&town).await;
    assert!(tasks(&town).await.is_empty());
    hears(&town, "women", 9, TODAY, "1").await;
    works(&town).await;
    works(&town).await;
    let groups: Vec<String> = tasks(&town).await.into_iter().map(|task| task.0).collect();
    assert_eq!(groups, ["disability", "men", "older", "young"]);
    hears(&town, "men", 9, TODAY, "1").await;
    works(&town).await;
    let men: Vec<_> = tasks(&town)
        .await
        .into_iter()
        .filter(|task| task.0 == "men")
        .collect();
    assert_eq!(men, [("men".to_owned(), "done".to_owned(), String::new())]);
    // A year later the women were heard again, the men not.
    town.advance(Duration::from_secs(400 * 86_400));
    hears(&town, "women", 9, date(2027, 12, 20), "2").await;
    works(&town).await;
    let open = tasks(&town)
        .await
        .into_iter()
        .filter(|task| task.0 == "men" && task.1 == "open");
    assert_eq!(open.count(), 1);
}

#[tokio::test]
async fn a_group_that_was_heard_ends_the_tasks_that_asked_for_it_and_no_other() {
    let town = settled().await;
    asks(&town, VILLAGE, "own", "1").await;
    asks(&town, VILLAGE, "women", "1").await;
    asks(&town, "35.22.01.2002", "women", "2").await;
    hears(&town, "own:fishermen", 9, TODAY, "3").await;
    assert_eq!(states(&town).await, ["open", "open", "open"]);
    hears(&town, "own:single mothers of Kalianyar", 9, TODAY, "3").await;
    hears(&town, "women", 9, TODAY, "3").await;
    assert_eq!(states(&town).await, ["done", "done", "open"]);
}

#[tokio::test]
async fn the_public_page_asks_as_often_for_many_as_for_one() {
    let town = settled().await;
    hears(&town, "women", 9, TODAY, "1").await;
    reads(&town).await;
    let one = reads(&town).await;
    for (name, group) in [
        ("Siti Aminah", "men"),
        ("Budi Santoso", "young"),
        ("Bu Rini", "older"),
    ] {
        named(&town, name, &[grant(Role::Facilitator, Some(VILLAGE))]).await;
        hears(&town, group, 9, TODAY, "1").await;
    }
    assert_eq!(reads(&town).await, one);
}
