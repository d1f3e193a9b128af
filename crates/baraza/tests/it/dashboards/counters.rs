//! Live counts of tables: on the page, in the stream, and refused where the table is not everybody's.

use axum::body::Body;
use baraza::{
    dashboards::live::counters::LOOK,
    platform::{http::live::ring, op::Role},
};
use pretty_assertions::assert_eq;

use super::{begins, publishes, reads, sends};
use crate::{
    indicators::counted,
    town::{Town, Visitor},
};

/// Sends rows for the table of a dataset.
async fn delivers(town: &Town, csv: &str) {
    let producer = town.someone(Role::Producer, Some("35.22")).await;
    let parts: [(&str, &str, &str, &[u8]); 2] = [
        ("table", "", "", b""),
        ("file", "villages.csv", "text/csv", csv.as_bytes()),
    ];
    producer
        .posts_parts("/desk/data/villages-2024/files", &parts)
        .await
        .is(303);
    town.run_jobs().await;
}

/// A town with a table that everybody may see, or not.
async fn supplied(open: &str) -> Town {
    let town = counted().await;
    let producer = town.someone(Role::Producer, Some("35.22")).await;
    let fields = [
        ("title", "Villages 2024"),
        ("open", open),
        ("licence", "CC-BY-4.0"),
        ("theme", "regions"),
    ];
    producer.submits("/desk/data", &fields).await.is(303);
    delivers(&town, "code,name,n\n01,Sukorejo,5\n02,Banjarejo,7\n").await;
    town
}

/// The fields of a tile that counts the table.
fn tile<'a>(measure: &'a str, column: &'a str) -> [(&'a str, &'a str); 6] {
    [
        ("act", "tile"),
        ("kind", "count"),
        ("tile_title", "People"),
        ("table", "villages-2024/data"),
        ("measure", measure),
        ("column", column),
    ]
}

async fn counts(visitor: &Visitor<'_>, measure: &str, column: &str) -> u16 {
    sends(visitor, &tile(measure, column)).await.status.as_u16()
}

#[tokio::test]
async fn a_count_stands_on_the_dashboard_and_whoever_watches_hears_the_next_version() {
    let town = supplied("yes").await;
    let steward = town.someone(Role::Steward, Some("35.22")).await;
    begins(&steward, "Villages").await;
    for (measure, column) in [("sum", "n"), ("count", ""), ("newest", "n")] {
        assert_eq!(counts(&steward, measure, column).await, 303, "{measure}");
    }
    publishes(&steward, "The first").await.is(303);
    let page = reads(&town, "/dashboards/water").await;
    for shown in [">12<", ">2<", ">7<", "data-stream=\"/dashboards/water/live\""] {
        assert!(page.contains(shown), "{shown}: {page}");
    }
    let request = axum::http::Request::get("/dashboards/water/live")
        .header("host", "town.test")
        .body(Body::empty())
        .expect("a request");
    let response = tower::ServiceExt::oneshot(baraza::router(&town.app), request)
        .await
        .expect("an answer");
    let mut stream = response.into_body().into_data_stream();
    let mut hears = async || {
        let next = futures::StreamExt::next(&mut stream);
        let piece = tokio::time::timeout(std::time::Duration::from_secs(10), next)
            .await
            .expect("in time")
            .expect("a piece");
        String::from_utf8_lossy(&piece.expect("bytes")).into_owned()
    };
    let first = hears().await;
    assert!(first.contains("\"value\":\"12\""), "{first}");
    delivers(&town, "code,name,n\n01,Sukorejo,6\n02,Banjarejo,9\n").await;
    town.advance(LOOK);
    ring(&town.app);
    let news = hears().await;
    assert!(
        news.contains("\"value\":\"15\"") && news.contains("\"value\":\"9\""),
        "{news}"
    );
}

#[tokio::test]
async fn what_not_everybody_may_see_is_counted_by_nobody() {
    let town = supplied("").await;
    let steward = town.someone(Role::Steward, Some("35.22")).await;
    begins(&steward, "Villages").await;
    let refused = sends(&steward, &tile("count", "")).await;
    assert_eq!(refused.status, 400);
    assert!(refused.text().contains("There is no public table like this"));
    let town = supplied("yes").await;
    let steward = town.someone(Role::Steward, Some("35.22")).await;
    begins(&steward, "Villages").await;
    for (measure, column) in [("sum", "name"), ("sum", "nothing"), ("sum", ""), ("mean", "n")] {
        assert_eq!(counts(&steward, measure, column).await, 400, "{measure} {column}");
    }
}
