//! Indicators that are parts of another one.

use baraza::{
    indicators::{self, cli},
    platform::op::Role,
};
use pretty_assertions::assert_eq;
use tables::{Rows, Value};

use super::{PLACES, WATER, columns, command, import_places, load, vintages::sign_of};
use crate::town::{Answer, Town, Visitor};

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

/// A village with the whole and both parts.
async fn divided() -> Town {
    let town = village().await;
    load(&town, &fetched("fetched", "", "'well', 'spring'")).await;
    for (code, waters) in [("wells", "'well'"), ("springs", "'spring'")] {
        load(&town, &fetched(code, "part_of = \"fetched\"", waters)).await;
    }
    town.run_jobs().await;
    town
}

/// More households with each water; their numbers follow.
async fn file(town: &Town, more: &[(&str, usize)]) {
    let mut rows = Rows::new(columns());
    for &(water, n) in more {
        let row = ["35.22.01.2001", "2026", "F", water].map(|text| Value::Text(text.into()));
        rows.rows.extend((0..n).map(|_| row.to_vec()));
    }
    let appended = town.app.lake.append("census__household", &rows).await;
    appended.expect("rows");
    super::compute(town, "fetched").await;
}

async fn sign_family(town: &Town, steward: &Visitor<'_>, code: &str, name: &str) -> Answer {
    let path = format!("/indicators/{code}/vintages");
    let fields = [
        ("name", name),
        ("signed_as", "BPS Contoh"),
        ("note", ""),
        ("together", "yes"),
    ];
    let answer = steward.submits(&path, &fields).await;
    town.run_jobs().await;
    assert_eq!(town.dead_jobs().await, Vec::<String>::new());
    answer
}

/// Households that each public release of an indicator counts in the village, by name.
async fn told(town: &Town, code: &str) -> Vec<(String, Option<i64>)> {
    let address = format!("/indicators/{code}/vintages.json?place=35.22.01.2001");
    let said: serde_json::Value = town.stranger().gets(&address).await.is(200).json();
    let releases = said["releases"].as_array().expect("a list");
    releases
        .iter()
        .map(|release| {
            let name = release["name"].as_str().unwrap_or_default().to_owned();
            (name, release["observations"][0]["n"].as_i64())
        })
        .collect()
}

#[tokio::test]
async fn a_family_is_released_again_in_one_act_and_never_one_of_it_alone() {
    let town = divided().await;
    let steward = town.someone(Role::Steward, None).await;
    // Any member of it leads to all.
    sign_family(&town, &steward, "wells", "2026-1").await.is(303);
    for code in ["fetched", "wells", "springs"] {
        assert_eq!(trouble(&town, code).await, "", "{code}");
    }
    file(&town, &[("pipe", 20), ("well", 20), ("spring", 20)]).await;
    let alone = [("name", "2026-2"), ("signed_as", "BPS Contoh"), ("note", "")];
    steward
        .submits("/indicators/wells/vintages", &alone)
        .await
        .is(409);
    let page = steward.gets("/indicators/wells/vintages").await.is(200).text();
    assert!(
        page.contains("name=\"together\"") && !page.contains("Sign this number alone"),
        "{page}"
    );
    command(
        &town,
        cli::Command::Release {
            code: "springs".into(),
            name: "2026-2".into(),
            signed_as: "BPS Contoh".into(),
            note: String::new(),
            together: true,
        },
    )
    .await
    .expect("signed");
    town.run_jobs().await;
    assert_eq!(town.dead_jobs().await, Vec::<String>::new());
    let versions: Vec<(String,)> = sqlx::query_as(
        "SELECT versions FROM indicator_release WHERE name = '2026-2' AND made_at IS NOT NULL ORDER BY indicator",
    )
    .fetch_all(town.app.db.read())
    .await
    .expect("releases");
    assert_eq!(versions.len(), 3);
    assert!(versions.iter().all(|one| *one == versions[0]), "{versions:?}");
    assert_eq!(
        told(&town, "fetched").await,
        [("2026-1".to_owned(), Some(40)), ("2026-2".to_owned(), Some(100))]
    );
}

#[tokio::test]
async fn two_releases_of_a_family_never_differ_by_one_household() {
    let town = divided().await;
    let steward = town.someone(Role::Steward, None).await;
    sign_family(&town, &steward, "fetched", "2026-1").await.is(303);
    file(&town, &[("spring", 1)]).await;
    sign_family(&town, &steward, "fetched", "2026-2").await.is(303);
    assert_eq!(
        told(&town, "fetched").await,
        [("2026-1".to_owned(), Some(40)), ("2026-2".to_owned(), Some(40))]
    );
    for code in ["wells", "springs"] {
        for (release, n) in told(&town, code).await {
            assert_eq!(n, None, "{code} in {release}");
        }
    }
}

#[tokio::test]
async fn a_family_of_which_one_was_never_released_is_not_released_again() {
    let town = divided().await;
    let steward = town.someone(Role::Steward, None).await;
    sign_of(&town, &steward, "fetched", "2026-1").await;
    sign_of(&town, &steward, "wells", "2026-1").await;
    file(&town, &[("well", 20), ("spring", 20)]).await;
    sign_family(&town, &steward, "fetched", "2026-2").await.is(303);
    let said: Vec<(String,)> = sqlx::query_as("SELECT trouble FROM indicator_release WHERE name = '2026-2'")
        .fetch_all(town.app.db.read())
        .await
        .expect("releases");
    assert_eq!(said.len(), 3);
    assert!(
        said.iter()
            .all(|(trouble,)| trouble.contains("was released before and springs never")),
        "{said:?}"
    );
    let lonely = super::counted().await;
    let steward = lonely.someone(Role::Steward, None).await;
    sign_family(&lonely, &steward, "6.1.1", "2026-1").await.is(409);
}
