//! Divisions of the land at the desk and at the front door.

use baraza::{
    places::{self, divisions, model::division::TypedDivision},
    platform::op::Role,
};
use jiff::civil::date;

use super::LIST;
use crate::{indicators::import_places, town::Town};

async fn town() -> Town {
    let town = Town::new().await;
    import_places(&town, LIST).await;
    town
}

fn typed(rows: &str) -> TypedDivision {
    TypedDivision {
        code: "police".into(),
        title: "Police sectors".into(),
        rows: rows.into(),
        ..TypedDivision::default()
    }
}

#[tokio::test]
async fn a_division_is_kept_whole_and_replaced_by_its_next_file() {
    let town = town().await;
    let rows = "area,name,place,share,from,to\n1,North,35.22.01.2001,0.25,2020-01-01,2026-01-01\n2,South,35.22.01.2001,0.75,,\n";
    let loaded = divisions::load(&town.app, &town.system(), &typed(rows))
        .await
        .expect("loaded");
    let all = places::all(&town.app).await.expect("places");
    assert_eq!(all.division("police"), Some(&loaded));
    assert_eq!(loaded.areas[0].parts_on(date(2026, 1, 1)).count(), 0);
    divisions::load(&town.app, &town.system(), &typed("area,place\n3,35.22.02.2001\n"))
        .await
        .expect("loaded");
    let all = places::all(&town.app).await.expect("places");
    let codes: Vec<&str> = all.divisions()[0]
        .areas
        .iter()
        .map(|area| area.code.as_str())
        .collect();
    assert_eq!(codes, ["3"]);
}

#[tokio::test]
async fn only_who_keeps_all_its_places_takes_a_division_in_or_forgets_it() {
    let town = town().await;
    let rows = "area,place\n1,35.22.01.2001\n2,35.22.02.2001\n";
    let fields = [
        ("act", "load"),
        ("code", "police"),
        ("title", "Police sectors"),
        ("rows", rows),
    ];
    town.stranger().submits("/desk/divisions", &fields).await.is(401);
    let of_a_district = town.someone(Role::Steward, Some("35.22.01")).await;
    of_a_district.submits("/desk/divisions", &fields).await.is(403);
    let steward = town.someone(Role::Steward, Some("35.22")).await;
    steward.submits("/desk/divisions", &fields).await.is(303);
    let page = steward.gets("/desk/divisions").await.is(200).text();
    assert!(page.contains("Police sectors (police)"), "{page}");
    let forget = [("act", "forget"), ("code", "police")];
    of_a_district.submits("/desk/divisions", &forget).await.is(403);
    steward.submits("/desk/divisions", &forget).await.is(303);
    let all = places::all(&town.app).await.expect("places");
    assert!(all.divisions().is_empty());
}

#[tokio::test]
async fn shares_that_are_more_than_the_place_are_refused_with_their_line() {
    let town = town().await;
    let steward = town.someone(Role::Steward, Some("35.22")).await;
    let fields = [
        ("act", "load"),
        ("code", "police"),
        ("title", "Police sectors"),
        (
            "rows",
            "area,place,share\n1,35.22.01.2001,0.7\n2,35.22.01.2001,0.7\n",
        ),
    ];
    let answer = steward.submits("/desk/divisions", &fields).await.is(400);
    let page = answer.text();
    assert!(page.contains("1.400") && page.contains("35.22.01.2001"), "{page}");
    let all = places::all(&town.app).await.expect("places");
    assert!(all.divisions().is_empty());
}
