//! Figures that wait until enough has changed.

use pretty_assertions::assert_eq;
use tables::Rows;

use super::{PLACES, WATER, census, columns, compute, households, import_places, load};
use crate::town::Town;

const NGRAHO: &str = "/indicators/6.1.1.csv?place=35.22.02.2001&period=2026";

/// The counted town, under a definition that waits for five.
async fn waiting() -> Town {
    let town = Town::new().await;
    import_places(&town, PLACES).await;
    town.app
        .lake
        .create("census__household", &columns())
        .await
        .expect("a table");
    town.app
        .lake
        .append("census__household", &census())
        .await
        .expect("rows");
    load(&town, &WATER.replace("unit =", "hold = 5\nunit =")).await;
    town.run_jobs().await;
    town
}

async fn file(town: &Town, n: usize) {
    let mut more = Rows::new(columns());
    households(&mut more, "35.22.02.2001", "2026", "F", [n, 0, 0]);
    town.app
        .lake
        .append("census__household", &more)
        .await
        .expect("rows");
    compute(town, "6.1.1").await;
}

/// n of the place in 2026, and of when it is.
async fn told(town: &Town, path: &str) -> (String, String) {
    let csv = town.stranger().gets(path).await.is(200).text();
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let head = reader.headers().expect("a head").clone();
    let at = |name: &str| head.iter().position(|column| column == name).expect("a column");
    let record = reader
        .records()
        .map(|record| record.expect("a row"))
        .find(|record| &record[at("period")] == "2026")
        .expect("the period");
    (record[at("n")].to_owned(), record[at("as_of")].to_owned())
}

#[tokio::test]
async fn a_figure_that_waits_moves_with_the_fifth_household_and_says_until_then_of_when_it_is() {
    let town = waiting().await;
    assert_eq!(told(&town, NGRAHO).await, ("90".into(), String::new()));
    let first =
        town.stranger().gets("/indicators/6.1.1.json").await.json()["how"]["run"]["computed_at"].clone();
    town.clock.advance(std::time::Duration::from_secs(60));
    file(&town, 1).await;
    let (n, as_of) = told(&town, NGRAHO).await;
    assert_eq!((n.as_str(), Some(as_of.as_str())), ("90", first.as_str()));
    // The regency holds the same one more household.
    assert_eq!(told(&town, "/indicators/6.1.1.csv").await.0, "345");
    let page = town
        .stranger()
        .gets("/indicators/6.1.1?place=35.22.02.2001")
        .await
        .is(200)
        .text();
    assert!(page.contains("(as of "), "{page}");
    // Its run is still there, however many came in the same hour, and says which versions the figure is of.
    file(&town, 3).await;
    assert_eq!(
        told(&town, NGRAHO).await,
        ("90".into(), first.as_str().unwrap().into())
    );
    let kept: Vec<(String,)> = sqlx::query_as("SELECT versions FROM indicator_run ORDER BY computed_at")
        .fetch_all(town.app.db.read())
        .await
        .unwrap();
    assert!(kept[0].0.contains(":1}"), "{kept:?}");
    file(&town, 1).await;
    assert_eq!(told(&town, NGRAHO).await, ("95".into(), String::new()));
    assert_eq!(
        told(&town, "/indicators/6.1.1.csv").await,
        ("350".into(), String::new())
    );
}

#[tokio::test]
async fn without_a_hold_the_first_household_moves_the_figure() {
    let town = waiting().await;
    load(&town, WATER).await;
    town.run_jobs().await;
    file(&town, 1).await;
    assert_eq!(told(&town, NGRAHO).await, ("91".into(), String::new()));
}
