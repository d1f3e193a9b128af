//! How sure a number is said to be: replicate weights, effective n, the badge.

use std::collections::BTreeMap;

use pretty_assertions::assert_eq;
use tables::{Column, Kind, Rows, Value};

use super::{PLACES, counted, import_places, load};
use crate::town::Town;

/// The rows of a CSV, by the names of their columns.
pub fn records(csv: &str) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let head = reader.headers().expect("a head").clone();
    reader
        .records()
        .map(|record| {
            let record = record.expect("a row");
            let named = head.iter().zip(record.iter());
            named
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect()
        })
        .collect()
}

/// What the file says of everybody together in a place, or of one group.
async fn told(town: &Town, path: &str, codes: &str) -> BTreeMap<String, String> {
    let csv = town.stranger().gets(path).await.is(200).text();
    records(&csv)
        .into_iter()
        .find(|row| row["codes"] == codes)
        .expect("the row")
}

fn number(row: &BTreeMap<String, String>, column: &str) -> f64 {
    row[column]
        .parse()
        .unwrap_or_else(|_| panic!("{column} of {row:?} is no number"))
}

#[track_caller]
fn close(got: f64, expected: f64) {
    assert!(
        (got - expected).abs() <= 1e-9 * expected.abs(),
        "{got} is not {expected}"
    );
}

/// Six clusters of two households each, three to a village; what each spends.
const SPENT: [[f64; 2]; 6] = [
    [12.0, 15.0],
    [11.0, 9.0],
    [20.0, 22.0],
    [31.0, 24.0],
    [18.0, 27.0],
    [8.0, 14.0],
];

/// Every household stands for ten; each replicate leaves a cluster out, empty, and the others stand for twelve.
fn survey() -> Rows {
    let mut columns = vec![
        Column::new("village", Kind::Text),
        Column::new("psu", Kind::Text),
        Column::new("spent", Kind::Decimal),
        Column::new("w", Kind::Decimal),
    ];
    columns.extend((1..=6).map(|replicate| Column::new(format!("r{replicate}"), Kind::Decimal)));
    let mut rows = Rows::new(columns);
    for (cluster, households) in SPENT.iter().enumerate() {
        let village = ["35.22.01.2001", "35.22.02.2001"][cluster / 3];
        for spent in households {
            let mut row = vec![
                Value::Text(village.into()),
                Value::Text(format!("c{cluster}")),
                Value::Decimal(*spent),
                Value::Decimal(10.0),
            ];
            row.extend((0..6).map(|out| {
                if out == cluster {
                    Value::Null
                } else {
                    Value::Decimal(12.0)
                }
            }));
            rows.rows.push(row);
        }
    }
    rows
}

const SPENDING: &str = r#"
code = "spending"
title = { en = "What households spend", id = "Pengeluaran rumah tangga" }
counted = { en = "households", id = "rumah tangga" }
tables = { s = "survey" }
from = "s"
measure = "mean"
numerator = "spent"
unit = "number"
weight = "w"
replicates = { columns = "r{1..6}", method = "jk1" }
place = "village"
direction = "up"
least = 0
by = [["first"]]

[[dimension]]
name = "first"
title = { en = "Cluster" }
expression = "CASE WHEN psu = 'c0' THEN 'a' ELSE 'b' END"
codes = [{ code = "a", title = { en = "The first" } }, { code = "b", title = { en = "Another" } }]
"#;

async fn surveyed() -> Town {
    let town = Town::new().await;
    import_places(&town, PLACES).await;
    let rows = survey();
    town.app
        .lake
        .create("survey", &rows.columns)
        .await
        .expect("a table");
    town.app.lake.append("survey", &rows).await.expect("rows");
    load(&town, SPENDING).await;
    town.run_jobs().await;
    town
}

/// Mean and jackknife standard error over some clusters of the six, each left out in turn.
fn by_hand(clusters: std::ops::Range<usize>) -> (f64, f64) {
    let mean = |out: Option<usize>| {
        let kept = clusters.clone().filter(|cluster| Some(*cluster) != out);
        let spent: Vec<f64> = kept.flat_map(|cluster| SPENT[cluster]).collect();
        spent.iter().sum::<f64>() / spent.len() as f64
    };
    let replicates: Vec<f64> = (0..6).map(|out| mean(Some(out))).collect();
    let centre = replicates.iter().sum::<f64>() / 6.0;
    let squares: f64 = replicates.iter().map(|one| (one - centre).powi(2)).sum();
    (mean(None), (5.0 / 6.0 * squares).sqrt())
}

#[tokio::test]
async fn replicate_weights_give_the_standard_error_of_every_place() {
    let town = surveyed().await;
    for (place, clusters) in [("35.22", 0..6), ("35.22.01", 0..3), ("35.22.02.2001", 3..6)] {
        let (mean, error) = by_hand(clusters.clone());
        let row = told(&town, &format!("/indicators/spending.csv?place={place}"), "").await;
        close(number(&row, "value"), mean);
        close(number(&row, "standard_error"), error);
        // Student's t with 5 degrees of freedom (R: qt(0.975, 5)).
        close_to_printed(number(&row, "upper_95") - mean, 2.570_581_835_6 * error);
        let spent: Vec<f64> = clusters.flat_map(|cluster| SPENT[cluster]).collect();
        let n = spent.len() as f64;
        let squares: f64 = spent.iter().map(|one| (one - mean).powi(2)).sum();
        close(number(&row, "n_effective"), squares / (n - 1.0) / (error * error));
        close(number(&row, "variation"), error / mean);
        // Fewer than 25 were asked.
        assert_eq!(row["quality"], "unreliable");
    }
}

/// To the digits that a quantile was printed with.
#[track_caller]
fn close_to_printed(got: f64, expected: f64) {
    assert!(
        (got - expected).abs() <= 1e-8 * expected.abs(),
        "{got} is not {expected}"
    );
}

#[tokio::test]
async fn a_group_that_a_replicate_leaves_out_whole_has_a_value_and_no_standard_error() {
    let town = surveyed().await;
    let path = "/indicators/spending.csv?place=35.22&by=first";
    let first = told(&town, path, "a").await;
    close(number(&first, "value"), 13.5);
    assert_eq!(
        (first["standard_error"].as_str(), first["quality"].as_str()),
        ("", "")
    );
    let others = told(&town, path, "b").await;
    assert!(number(&others, "standard_error") > 0.0);
}

#[tokio::test]
async fn the_page_says_how_sure_the_number_is_and_from_what() {
    let town = surveyed().await;
    let page = town.stranger().gets("/indicators/spending").await.is(200).text();
    for part in [
        "From 6 replicate weights (JK1)",
        "Effective n",
        "Not reliable: fewer than 25 were counted.",
    ] {
        assert!(page.contains(part), "no {part:?} in {page}");
    }
    let said = town
        .stranger()
        .gets("/indicators/spending.json")
        .await
        .is(200)
        .json();
    assert_eq!(
        said["how"]["replicates"],
        serde_json::json!({ "method": "jk1", "n": 6 })
    );
}

#[tokio::test]
async fn every_number_with_a_standard_error_says_how_far_it_can_be_relied_on() {
    let town = counted().await;
    // 223 of 345, and 76 of 90 in a village.
    for (place, word, quality) in [
        ("35.22", "Reliable", "reliable"),
        ("35.22.02.2001", "Use with care", "caution"),
    ] {
        let page = town
            .stranger()
            .gets(&format!("/indicators/6.1.1?place={place}"))
            .await
            .is(200)
            .text();
        assert!(page.contains(&format!("{word}: the standard error is")), "{page}");
        let address = format!("/n/now/6.1.1/{place}/2026");
        let passport = town.stranger().gets(&address).await.is(200).text();
        assert!(passport.contains(&format!(">{word}</strong>")), "{passport}");
        let said = town
            .stranger()
            .gets(&format!("{address}.json"))
            .await
            .is(200)
            .json();
        assert_eq!(said["quality"]["quality"], quality);
    }
    let page = town
        .stranger()
        .gets("/indicators/6.1.1?place=35.22&lang=id")
        .await
        .is(200)
        .text();
    assert!(page.contains("Dapat diandalkan: galat bakunya"), "{page}");
    // Every household counts once: how many were counted says it all.
    assert!(!page.contains("n efektif"), "{page}");
    let hidden = town
        .stranger()
        .gets("/n/now/6.1.1/35.22.01.2002/2026/sex/F.json")
        .await
        .is(200)
        .json();
    assert!(hidden["quality"].is_null(), "{hidden}");
}
