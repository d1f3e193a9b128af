//! Numbers that are made of other numbers, through the front doors.

use std::{collections::BTreeMap, time::Duration};

use baraza::indicators::{self, Compute, Computed, FollowInputs, FollowTable, cli};
use pretty_assertions::assert_eq;
use tables::Rows;

use super::{
    PLACES, WATER, columns, command, compute, counted, counted_of, households, import_places, lines, load,
};
use crate::town::Town;

/// By how many points men's households are ahead of women's.
const GAP: &str = r#"
code = "gap"
kind = "formula"
title = { en = "Gap in safe water", id = "Kesenjangan air layak" }
unit = "number"
direction = "down"

[formula]
expression = "men - women"
inputs = { men = { code = "6.1.1", codes = "sex=M" }, women = { code = "6.1.1", codes = "sex=F" } }
"#;

/// A formula over some of the others.
fn formula(code: &str, expression: &str, inputs: &str) -> String {
    format!(
        "code = \"{code}\"\nkind = \"formula\"\ntitle = {{ en = \"{code}\" }}\nunit = \"number\"\ndirection = \"up\"\n\
         [formula]\nexpression = \"{expression}\"\ninputs = {{ {inputs} }}\n"
    )
}

/// Two villages of two districts in two rounds, nowhere few enough to be withheld.
fn rows() -> Rows {
    let mut rows = Rows::new(columns());
    for (village, round, sex, counts) in [
        ("35.22.01.2001", "2021", "F", [10, 30, 0]),
        ("35.22.01.2001", "2021", "M", [20, 20, 0]),
        ("35.22.02.2001", "2021", "F", [10, 10, 0]),
        ("35.22.02.2001", "2021", "M", [15, 15, 0]),
        ("35.22.01.2001", "2026", "F", [20, 20, 0]),
        ("35.22.01.2001", "2026", "M", [30, 10, 0]),
        ("35.22.02.2001", "2026", "F", [30, 10, 0]),
        ("35.22.02.2001", "2026", "M", [25, 25, 0]),
    ] {
        households(&mut rows, village, round, sex, counts);
    }
    rows
}

async fn settled() -> Town {
    counted_of(&rows()).await
}

/// Ten more women's households with a pipe in the first village.
async fn ten_more(town: &Town) {
    let mut more = Rows::new(columns());
    households(&mut more, "35.22.01.2001", "2026", "F", [10, 0, 0]);
    town.app
        .lake
        .append("census__household", &more)
        .await
        .expect("rows");
}

async fn follow_table(town: &Town) {
    let mut tx = town.app.db.begin().await.expect("a transaction");
    let follow = FollowTable {
        table: "census__household".into(),
    };
    tx.enqueue(&town.system(), &follow).await.expect("queued");
    tx.commit().await.expect("committed");
    town.run_jobs().await;
}

async fn refusal(town: &Town, text: &str) -> String {
    let mut tx = town.app.db.begin().await.expect("a transaction");
    let problem = indicators::load(&mut tx, &town.system(), text)
        .await
        .expect_err("refused");
    assert_eq!(problem.code(), "indicators-definition");
    problem.to_string()
}

/// Place, combination, codes and period → status, value, the run that wrote it.
type Cells = BTreeMap<(String, String, String, String), (String, Option<f64>, String)>;

async fn cells(town: &Town, code: &str) -> Cells {
    type Row = (String, String, String, String, String, Option<f64>, String);
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT place, by_dims, codes, period, status, value, run_id
         FROM observation
         WHERE indicator = $1",
    )
    .bind(code)
    .fetch_all(town.app.db.read())
    .await
    .expect("read");
    rows.into_iter()
        .map(|(place, by, codes, period, status, value, run)| {
            ((place, by, codes, period), (status, value, run))
        })
        .collect()
}

#[tokio::test]
async fn a_formula_has_a_number_wherever_its_inputs_have_and_opens_to_them() {
    let town = settled().await;
    load(&town, GAP).await;
    town.run_jobs().await;
    let csv = town.stranger().gets("/indicators/gap.csv").await.is(200).text();
    assert_eq!(
        lines(&csv),
        [
            "35.22 2021 normal 16.7",
            "35.22 2026 normal -1.4",
            "35.22.01 2026 normal 25.0",
            "35.22.02 2026 normal -25.0",
        ]
    );
    let json = town.stranger().gets("/indicators/gap.json").await.is(200).json();
    let how = &json["how"];
    assert_eq!(
        (&how["measure"], &how["from"], &how["formula"]["expression"]),
        (&"formula".into(), &serde_json::Value::Null, &"men - women".into())
    );
    let men = &how["formula"]["inputs"][0];
    assert_eq!(
        (&men["name"], &men["codes"]["sex"], &men["href"]),
        (&"men".into(), &"M".into(), &"/indicators/6.1.1.json".into())
    );
    let version =
        town.stranger().gets("/indicators/6.1.1.json").await.json()["how"]["definition_version"].clone();
    assert_eq!(men["definition_version"], version);
    // Of different people, hence independent: √(0.625·0.375/80 + 0.611·0.389/90).
    let error = json["observations"][1]["standard_error"].as_f64().unwrap();
    assert!((error - 7.463_44).abs() < 1e-4, "{error}");
    let page = town
        .stranger()
        .gets("/indicators/gap?place=35.22.02.2001&period=2021")
        .await
        .is(200)
        .text();
    for part in [
        "“Households with safe water (Male)” − “Households with safe water (Female)”",
        "<code class=\"bz-code\">men - women</code>",
        "/n/now/6.1.1/35.22.02.2001/2021/sex/M",
        "50.0%",
        "Withheld wherever a number it is made of is",
        "standard error",
    ] {
        assert!(page.contains(part), "no {part:?} in {page}");
    }
    let indonesian = town
        .stranger()
        .gets("/indicators/gap?lang=id")
        .await
        .is(200)
        .text();
    assert!(
        indonesian.contains("“Rumah tangga dengan air layak (Laki-laki)” −") && indonesian.contains("Bahan"),
        "{indonesian}"
    );
}

#[tokio::test]
async fn only_where_an_input_changed_the_formula_is_written_again_and_all_of_it_would_be_the_same() {
    let town = settled().await;
    load(&town, GAP).await;
    load(&town, &formula("twice", "2 * water", "water = \"6.1.1\"")).await;
    town.run_jobs().await;
    let before = cells(&town, "gap").await;
    ten_more(&town).await;
    follow_table(&town).await;
    let after = cells(&town, "gap").await;
    assert_eq!(before.len(), after.len());
    let moved: Vec<(&str, &str)> = after
        .iter()
        .filter(|(key, (_, _, run))| before[*key].2 != *run)
        .map(|((place, _, _, period), _)| (place.as_str(), period.as_str()))
        .collect();
    assert_eq!(
        moved,
        [("35.22", "2026"), ("35.22.01", "2026"), ("35.22.01.2001", "2026")]
    );
    for code in ["gap", "twice"] {
        assert!(
            matches!(compute(&town, code).await, Computed::Done { n_changed: 0, .. }),
            "{code}"
        );
    }
    // Nothing changed, so nothing is written and nobody is told.
    follow_table(&town).await;
    assert_eq!(cells(&town, "gap").await, after);
}

#[tokio::test]
async fn what_is_withheld_cannot_be_worked_out_from_a_formula() {
    let town = counted().await;
    load(&town, GAP).await;
    let index = formula("index", "geomean(water, sum(water, 100))", "water = \"6.1.1\"");
    load(
        &town,
        &index.replace("[formula]", "[formula]\nmissing = \"skip\""),
    )
    .await;
    town.run_jobs().await;
    let water = cells(&town, "6.1.1").await;
    let is_shown = |place: &str, by: &str, codes: &str, period: &str| {
        let key = (
            place.to_owned(),
            by.to_owned(),
            codes.to_owned(),
            period.to_owned(),
        );
        water[&key].0 == "normal"
    };
    let (mut n_shown, mut n_withheld) = (0, 0);
    for ((place, _, _, period), (status, value, _)) in cells(&town, "gap").await {
        let are_shown = ["F", "M"].map(|sex| is_shown(&place, "sex", sex, &period));
        // With one of them and the gap the other would be known.
        assert_eq!(status == "normal", are_shown == [true, true], "{place} {period}");
        assert_eq!(value.is_some(), status == "normal");
        n_shown += usize::from(status == "normal");
        n_withheld += usize::from(status == "suppressed");
    }
    assert!(n_shown > 0 && n_withheld > 1, "{n_shown} {n_withheld}");
    for ((place, by, codes, period), (status, ..)) in cells(&town, "index").await {
        assert_eq!(
            status == "normal",
            is_shown(&place, &by, &codes, &period),
            "{place} {by} {codes} {period}"
        );
    }
    let page = town
        .stranger()
        .gets("/indicators/gap?place=35.22.02.2001&period=2026")
        .await
        .is(200)
        .text();
    assert!(page.contains("withheld"));
}

#[tokio::test]
async fn a_formula_over_itself_or_over_what_is_not_there_is_refused() {
    let town = settled().await;
    let said = refusal(
        &town,
        &GAP.replace("code = \"6.1.1\", codes = \"sex=F\"", "code = \"6.1.2\""),
    )
    .await;
    assert!(
        said.contains(
            "formula.inputs.women: there is no indicator \"6.1.2\"; put its definition in force first"
        ),
        "{said}"
    );
    let said = refusal(&town, &GAP.replace("sex=F", "sex=X")).await;
    assert!(said.contains("has no code \"X\"; use one of: F, M"), "{said}");
    load(&town, GAP).await;
    load(&town, &formula("twice", "2 * gap", "gap = \"gap\"")).await;
    let round = formula("gap", "twice + water", "twice = \"twice\", water = \"6.1.1\"");
    let said = refusal(&town, &round).await;
    assert!(
        said.contains("it would be made of itself: gap → twice → gap"),
        "{said}"
    );
    town.run_jobs().await;
}

#[tokio::test]
async fn formulas_of_formulas_follow_in_their_order_and_agree_with_each_other() {
    let town = settled().await;
    load(&town, &formula("near", "water + 1", "water = \"6.1.1\"")).await;
    load(
        &town,
        &formula("far", "near - water", "near = \"near\", water = \"6.1.1\""),
    )
    .await;
    town.run_jobs().await;
    ten_more(&town).await;
    follow_table(&town).await;
    let water = cells(&town, "6.1.1").await;
    let far = cells(&town, "far").await;
    // By sex too: the groups pass through both.
    assert_eq!(water.keys().collect::<Vec<_>>(), far.keys().collect::<Vec<_>>());
    for (key, (status, value, _)) in &far {
        assert_eq!(
            (status.as_str(), value.map(f64::round)),
            ("normal", Some(1.0)),
            "{key:?}"
        );
    }
}

#[tokio::test]
async fn a_formula_waits_for_inputs_that_are_being_computed() {
    let town = settled().await;
    load(&town, GAP).await;
    town.run_jobs().await;
    ten_more(&town).await;
    let op = town.system();
    let mut tx = town.app.db.begin().await.unwrap();
    let follow = FollowInputs {
        indicator: "gap".into(),
        n_pauses: 0,
    };
    tx.enqueue(&op, &follow).await.unwrap();
    let computing = Compute {
        indicator: "6.1.1".into(),
    };
    tx.enqueue(&op, &computing).await.unwrap();
    tx.commit().await.unwrap();
    let before = cells(&town, "gap").await;
    town.run_jobs().await;
    let waiting: Vec<(String, String)> = sqlx::query_as("SELECT name, args FROM job")
        .fetch_all(town.app.db.read())
        .await
        .unwrap();
    assert_eq!(
        waiting,
        [(
            "indicators.follow-inputs".to_owned(),
            "{\"indicator\":\"gap\",\"n_pauses\":1}".to_owned()
        )]
    );
    assert_eq!(cells(&town, "gap").await, before);
    town.advance(Duration::from_secs(2));
    town.run_jobs().await;
    assert_ne!(cells(&town, "gap").await, before);
}

#[tokio::test]
async fn what_an_input_loses_the_formula_loses_and_what_it_cannot_have_any_more_it_says() {
    let town = settled().await;
    load(&town, GAP).await;
    load(&town, &formula("twice", "2 * water", "water = \"6.1.1\"")).await;
    town.run_jobs().await;
    assert!(cells(&town, "twice").await.keys().any(|(_, by, ..)| by == "sex"));
    let gap = cells(&town, "gap").await;
    load(&town, &WATER.replace("by = [[\"sex\"]]\n", "")).await;
    town.run_jobs().await;
    let twice = cells(&town, "twice").await;
    assert!(
        !twice.is_empty() && twice.keys().all(|(_, by, ..)| by.is_empty()),
        "{twice:?}"
    );
    // The numbers that the last working state made stay.
    assert_eq!(cells(&town, "gap").await, gap);
    let page = town.stranger().gets("/indicators/gap").await.is(200).text();
    assert!(page.contains("6.1.1 is not broken down by sex alone"), "{page}");
}

#[tokio::test]
async fn another_wording_of_a_formula_is_worked_out_everywhere_and_the_old_one_stays_readable() {
    let town = settled().await;
    load(&town, GAP).await;
    town.run_jobs().await;
    let old = indicators::find(&town.app, "gap")
        .await
        .unwrap()
        .definition
        .version
        .clone();
    load(&town, &GAP.replace("men - women", "women - men")).await;
    town.run_jobs().await;
    let csv = town.stranger().gets("/indicators/gap.csv").await.is(200).text();
    assert_eq!(lines(&csv)[0], "35.22 2021 normal -16.7");
    let text = town
        .stranger()
        .gets(&format!("/indicators/gap.toml?version={old}"))
        .await
        .is(200)
        .text();
    assert_eq!(text, GAP);
}

#[tokio::test]
async fn the_command_line_takes_formulas_behind_what_they_read() {
    let town = Town::new().await;
    import_places(&town, PLACES).await;
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.toml"), GAP).unwrap();
    std::fs::write(folder.path().join("b.toml"), WATER).unwrap();
    let load = cli::Command::Load {
        files: vec![folder.path().to_owned()],
    };
    command(&town, load).await.unwrap();
    let compute = || cli::Command::Compute {
        code: None,
        period: None,
    };
    let early = command(&town, compute()).await.unwrap_err();
    assert!(
        early.contains("gap: 6.1.1, which it is made of, has no numbers yet"),
        "{early}"
    );
    town.app
        .lake
        .create("census__household", &columns())
        .await
        .unwrap();
    town.app.lake.append("census__household", &rows()).await.unwrap();
    command(&town, compute()).await.unwrap();
    let csv = town.stranger().gets("/indicators/gap.csv").await.is(200).text();
    assert_eq!(lines(&csv)[1], "35.22 2026 normal -1.4");
    town.run_jobs().await;
}
