//! What 3.8.2 counts, by both definitions.

use baraza::indicators::{self, Computed, model::observation::Status};
use pretty_assertions::assert_eq;

use super::{
    super::{compute, load},
    LIVELIHOOD, VILLAGE, asked, expect, prices, shipped, with_inputs,
};

#[tokio::test]
async fn health_costs_that_are_withheld_cannot_be_had_by_subtracting() {
    let town = asked(
        &LIVELIHOOD,
        &[
            (
                10,
                &[("consumption_month", "3650000"), ("health_costs_month", "730000")],
                &[&[]],
            ),
            (
                2,
                &[
                    ("consumption_month", "3650000"),
                    ("health_costs_month", "1460000"),
                ],
                &[&[]],
            ),
            (
                40,
                &[("consumption_month", "3650000"), ("health_costs_month", "0")],
                &[&[]],
            ),
        ],
    )
    .await;
    prices(&town).await;
    for code in with_inputs(&["3.8.2"]) {
        load(&town, &shipped(&code)).await;
    }
    town.run_jobs().await;
    let mut shown = Vec::new();
    for code in with_inputs(&["3.8.2"]) {
        let definition = indicators::find(&town.app, &code).await.unwrap().definition;
        let seen = indicators::series(&town.app, &definition, VILLAGE, &[])
            .await
            .unwrap();
        shown.push((code, seen[0].status));
    }
    let expected = [
        ("3.8.2-impoverishing", Status::Suppressed),
        ("3.8.2-large", Status::Normal),
        ("3.8.2", Status::Suppressed),
    ];
    assert_eq!(shown, expected.map(|(code, status)| (code.to_owned(), status)));
}

#[tokio::test]
async fn without_prices_there_is_no_number_rather_than_a_wrong_one() {
    let town = asked(&LIVELIHOOD, &[(10, &[("consumption_month", "1000000")], &[&[]])]).await;
    load(&town, &shipped("3.8.2-large")).await;
    town.run_jobs().await;
    let computed = compute(&town, "3.8.2-large").await;
    let table = "reference__prices".to_owned();
    assert_eq!(computed, Computed::NoTable { table });
}

#[tokio::test]
async fn health_costs_count_people_and_not_households_above_and_not_at_the_threshold() {
    let town = asked(
        &LIVELIHOOD,
        &[
            (
                10,
                &[("consumption_month", "1000000"), ("health_costs_month", "300000")],
                &[&[], &[], &[]],
            ),
            (
                10,
                &[("consumption_month", "1000000"), ("health_costs_month", "100000")],
                &[&[]],
            ),
            (
                10,
                &[("consumption_month", "1000000"), ("health_costs_month", "150000")],
                &[&[], &[]],
            ),
            (
                10,
                &[("consumption_month", "1000000"), ("health_costs_month", "0")],
                &[&[], &[], &[], &[]],
            ),
        ],
    )
    .await;
    expect(
        &town,
        &[
            ("3.8.2-over-10", 50.0, Some(100)),
            ("3.8.2-over-25", 30.0, Some(100)),
        ],
    )
    .await;
}

#[tokio::test]
async fn health_costs_are_set_against_what_is_left_above_the_line_of_the_median_person() {
    let town = asked(
        &LIVELIHOOD,
        &[
            (
                10,
                &[("consumption_month", "18250000"), ("health_costs_month", "0")],
                &[&[], &[], &[], &[], &[]],
            ),
            (
                10,
                &[("consumption_month", "3650000"), ("health_costs_month", "365000")],
                &[&[]],
            ),
            (
                10,
                &[("consumption_month", "3650000"), ("health_costs_month", "730000")],
                &[&[]],
            ),
            (
                10,
                &[
                    ("consumption_month", "3650000"),
                    ("health_costs_month", "1460000"),
                ],
                &[&[]],
            ),
            (
                30,
                &[("consumption_month", "1825000"), ("health_costs_month", "0")],
                &[&[]],
            ),
            (
                10,
                &[("consumption_month", "1825000"), ("health_costs_month", "36500")],
                &[&[]],
            ),
        ],
    )
    .await;
    prices(&town).await;
    expect(
        &town,
        &[
            ("3.8.2", 25.0, None),
            ("3.8.2-impoverishing", 100.0 / 6.0, Some(120)),
            ("3.8.2-large", 100.0 / 12.0, Some(120)),
        ],
    )
    .await;
}

#[tokio::test]
async fn the_societal_poverty_line_never_falls_below_its_floor() {
    let town = asked(
        &LIVELIHOOD,
        &[
            (
                30,
                &[("consumption_month", "365000"), ("health_costs_month", "0")],
                &[&[]],
            ),
            (
                10,
                &[("consumption_month", "1460000"), ("health_costs_month", "292000")],
                &[&[]],
            ),
        ],
    )
    .await;
    prices(&town).await;
    expect(&town, &[("3.8.2", 25.0, None), ("3.8.2-large", 25.0, Some(40))]).await;
}
