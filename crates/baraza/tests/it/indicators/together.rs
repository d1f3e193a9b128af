//! Indicators that are parts of another one.

use baraza::{indicators, platform::op::Role};
use pretty_assertions::assert_eq;
use tables::{Rows, Value};

use super::{PLACES, WATER, columns, import_places, load, vintages::sign_of};
use crate::town::Town;

/// Households that fetch water, and as its parts those that fetch it from a well and from a spring.
fn fetched(code: &str, part_of: &str, waters: &str) -> String {
    WATER
        .replace("code = \"6.1.1\"", &format!("code = {code:?}\n{part_of}"))
        .replace(
            "household.water = 'pipe'",
            &format!("household.water IN ({waters})"),
        )
}

/// One village: 28 households with a pipe, 9 with a well, 3 with a spring.
async fn village() -> Town {
    let town = Town::new().await;
    import_places(&town, PLACES).await;
    let table = town.app.lake.create("census__household", &columns()).await;
    table.expect("a table");
    let mut rows = Rows::new(columns());
    for (water, n) in [("pipe", 28), ("well", 9), ("spring", 3)] {
        let row = ["35.22.01.2001", "2026", "F", water].map(|text| Value::Text(text.into()));
        rows.rows.extend((0..n).map(|_| row.to_vec()));
    }
    let appended = town.app.lake.append("census__household", &rows).await;
    appended.expect("rows");
    town
}

async fn status(town: &Town, code: &str) -> String {
    let (status,): (String,) =
        sqlx::query_as("SELECT status FROM observation WHERE indicator = $1 AND by_dims = ''")
            .bind(code)
            .fetch_one(town.app.db.read())
            .await
            .expect("a number");
    status
}

async fn refusal(town: &Town, text: &str) -> String {
    let mut tx = town.app.db.begin().await.expect("a transaction");
    let problem = indicators::load(&mut tx, &town.system(), text)
        .await
        .expect_err("refused");
    assert_eq!(problem.code(), "indicators-definition");
    problem.to_string()
}

#[tokio::test]
async fn a_part_that_is_withheld_is_not_told_by_the_whole_and_the_other_part() {
    let town = village().await;
    load(&town, &fetched("fetched", "", "'well', 'spring'")).await;
    town.run_jobs().await;
    assert_eq!(status(&town, "fetched").await, "normal");
    for (code, waters) in [("wells", "'well'"), ("springs", "'spring'")] {
        load(&town, &fetched(code, "part_of = \"fetched\"", waters)).await;
        town.run_jobs().await;
    }
    // 12 − 9 would tell of the 3.
    assert_eq!(status(&town, "springs").await, "suppressed");
    assert_eq!(status(&town, "wells").await, "suppressed");
    assert_eq!(status(&town, "fetched").await, "normal");
    // Whichever is computed, all are.
    super::compute(&town, "fetched").await;
    assert_eq!(status(&town, "wells").await, "suppressed");
}

#[tokio::test]
async fn what_an_indicator_is_a_part_of_is_there_and_counted_as_it_is() {
    let town = village().await;
    let part = |code: &str, whole: &str| fetched(code, &format!("part_of = {whole:?}"), "'well'");
    let said = refusal(&town, &part("wells", "fetched")).await;
    assert!(said.contains("there is no indicator"), "{said}");
    load(&town, &fetched("fetched", "", "'well', 'spring'")).await;
    let elsewhere = part("wells", "fetched").replace("household.village", "household.round");
    let said = refusal(&town, &elsewhere).await;
    assert!(said.contains("place differs"), "{said}");
    load(&town, &part("wells", "fetched")).await;
    let said = refusal(&town, &part("deep-wells", "wells")).await;
    assert!(said.contains("is itself a part of fetched"), "{said}");
    town.run_jobs().await;
}

/// Why the release of an indicator could not be made; empty where it was.
async fn trouble(town: &Town, code: &str) -> String {
    let trouble: Option<String> =
        sqlx::query_scalar("SELECT trouble FROM indicator_release WHERE indicator = $1")
            .bind(code)
            .fetch_one(town.app.db.read())
            .await
            .expect("a release");
    trouble.unwrap_or_default()
}

#[tokio::test]
async fn relatives_are_released_from_one_counting_or_not_at_all() {
    let town = village().await;
    let steward = town.someone(Role::Steward, None).await;
    load(&town, &fetched("fetched", "", "'well', 'spring'")).await;
    for (code, waters) in [("wells", "'well'"), ("springs", "'spring'")] {
        load(&town, &fetched(code, "part_of = \"fetched\"", waters)).await;
    }
    town.run_jobs().await;
    sign_of(&town, &steward, "fetched", "2026-1").await;
    sign_of(&town, &steward, "wells", "2026-1").await;
    assert_eq!(trouble(&town, "wells").await, "");
    let mut more = Rows::new(columns());
    let row = ["35.22.01.2001", "2026", "F", "well"].map(|text| Value::Text(text.into()));
    more.rows.push(row.to_vec());
    let appended = town.app.lake.append("census__household", &more).await;
    appended.expect("a row");
    super::compute(&town, "fetched").await;
    // The whole of before beside a part of now would tell of the household that came in between.
    sign_of(&town, &steward, "springs", "2026-1").await;
    let said = trouble(&town, "springs").await;
    assert!(
        said.contains("was released as it was counted at another time"),
        "{said}"
    );
}
