//! What 1.3.1 and its parts count.

use super::{CENSUS, LIVELIHOOD, asked, benefits, expect, prices};

#[tokio::test]
async fn whoever_is_on_two_schemes_counts_once_goods_are_no_cash_and_contributing_is_enough() {
    let town = asked(
        &LIVELIHOOD,
        &[
            (10, &[], &[&[("benefits", "assistance disability")]]),
            (10, &[], &[&[("benefits", "in_kind")]]),
            (10, &[], &[&[("contributes", "pension")]]),
            (10, &[], &[&[("benefits", "labour_programme")]]),
            (10, &[], &[&[]]),
        ],
    )
    .await;
    expect(&town, &[("1.3.1-any", 40.0, Some(50))]).await;
}

#[tokio::test]
async fn a_child_benefit_is_of_children_only() {
    let town = asked(
        &LIVELIHOOD,
        &[
            (10, &[], &[&[("age", "5"), ("benefits", "child")]]),
            (10, &[], &[&[("age", "17")]]),
            (10, &[], &[&[("age", "18"), ("benefits", "child")]]),
        ],
    )
    .await;
    expect(&town, &[("1.3.1-children", 50.0, Some(20))]).await;
}

#[tokio::test]
async fn maternity_is_of_women_who_gave_birth_and_not_of_all_women() {
    let town = asked(
        &LIVELIHOOD,
        &[
            (10, &[], &[&[("benefits", "maternity"), ("gave_birth", "yes")]]),
            (10, &[], &[&[("gave_birth", "yes")]]),
            (10, &[], &[&[("gave_birth", "no")]]),
            (10, &[], &[&[("sex", "male")]]),
        ],
    )
    .await;
    expect(&town, &[("1.3.1-maternity", 50.0, Some(20))]).await;
}

#[tokio::test]
async fn some_difficulty_is_no_severe_disability() {
    let town = asked(
        &LIVELIHOOD,
        &[
            (10, &[], &[&[("benefits", "disability"), ("difficulty", "a_lot")]]),
            (10, &[], &[&[("difficulty", "cannot_do")]]),
            (10, &[], &[&[("benefits", "disability"), ("difficulty", "some")]]),
        ],
    )
    .await;
    expect(&town, &[("1.3.1-disability", 50.0, Some(20))]).await;
}

#[tokio::test]
async fn unemployment_benefits_are_of_the_unemployed() {
    let town = asked(
        &LIVELIHOOD,
        &[
            (
                10,
                &[],
                &[&[
                    ("benefits", "unemployment"),
                    ("worked_last_week", "no"),
                    ("looked_for_work", "yes"),
                    ("available_for_work", "yes"),
                ]],
            ),
            (
                10,
                &[],
                &[&[
                    ("worked_last_week", "no"),
                    ("looked_for_work", "yes"),
                    ("available_for_work", "yes"),
                ]],
            ),
            (
                10,
                &[],
                &[&[
                    ("benefits", "unemployment"),
                    ("worked_last_week", "no"),
                    ("looked_for_work", "yes"),
                    ("available_for_work", "no"),
                ]],
            ),
        ],
    )
    .await;
    expect(&town, &[("1.3.1-unemployed", 50.0, Some(20))]).await;
}

#[tokio::test]
async fn injuries_at_work_are_insured_for_people_at_work() {
    let town = asked(
        &LIVELIHOOD,
        &[
            (
                10,
                &[],
                &[&[("contributes", "pension injury"), ("worked_last_week", "yes")]],
            ),
            (
                10,
                &[],
                &[&[("contributes", "pension"), ("worked_last_week", "yes")]],
            ),
            (
                10,
                &[],
                &[&[("contributes", "injury"), ("worked_last_week", "no")]],
            ),
        ],
    )
    .await;
    expect(&town, &[("1.3.1-injury", 50.0, Some(20))]).await;
}

#[tokio::test]
async fn whoever_has_both_pensions_counts_once_and_only_from_the_age_of_retirement() {
    let town = asked(
        &LIVELIHOOD,
        &[
            (
                10,
                &[],
                &[&[("age", "60"), ("benefits", "pension_contributory pension_social")]],
            ),
            (10, &[], &[&[("age", "70")]]),
            (10, &[], &[&[("age", "59"), ("benefits", "pension_contributory")]]),
        ],
    )
    .await;
    expect(&town, &[("1.3.1-pension", 50.0, Some(20))]).await;
}

#[tokio::test]
async fn the_vulnerable_are_children_the_uncovered_and_the_old_without_a_contributory_pension() {
    let town = asked(
        &LIVELIHOOD,
        &[
            (10, &[], &[&[("age", "10"), ("benefits", "assistance")]]),
            (20, &[], &[&[]]),
            (
                10,
                &[],
                &[&[("benefits", "assistance"), ("contributes", "pension")]],
            ),
            (10, &[], &[&[("benefits", "unemployment")]]),
            (
                10,
                &[],
                &[&[("age", "65"), ("benefits", "pension_contributory assistance")]],
            ),
            (10, &[], &[&[("age", "65"), ("benefits", "pension_social")]]),
        ],
    )
    .await;
    expect(&town, &[("1.3.1-vulnerable", 50.0, Some(40))]).await;
}

#[tokio::test]
async fn poverty_is_measured_for_a_person_and_not_for_a_household() {
    let town = asked(
        &LIVELIHOOD,
        &[
            (
                10,
                &[("consumption_month", "1000000")],
                &[&[("benefits", "assistance")], &[]],
            ),
            (
                10,
                &[("consumption_month", "1300000")],
                &[&[("benefits", "assistance")], &[]],
            ),
        ],
    )
    .await;
    prices(&town).await;
    expect(&town, &[("1.3.1-poor", 50.0, Some(20))]).await;
}

#[tokio::test]
async fn the_world_bank_counts_everybody_of_a_beneficiarys_household() {
    let town = asked(
        &LIVELIHOOD,
        &[
            (10, &[], &[&[("benefits", "pension_contributory")], &[]]),
            (10, &[], &[&[("contributes", "pension")], &[]]),
            (10, &[], &[&[("benefits", "in_kind")], &[]]),
            (10, &[], &[&[], &[]]),
        ],
    )
    .await;
    expect(
        &town,
        &[
            ("1.3.1-insurance", 25.0, Some(80)),
            ("1.3.1-assistance", 25.0, Some(80)),
            ("1.3.1-labour", 0.0, Some(80)),
            ("1.3.1-any", 25.0, Some(80)),
        ],
    )
    .await;
}

#[tokio::test]
async fn whoever_is_on_two_registers_counts_once() {
    let town = asked(&CENSUS, &[(40, &[], &[&[]])]).await;
    benefits(&town).await;
    expect(
        &town,
        &[
            ("1.3.1-beneficiaries", 10.0, Some(10)),
            ("1.3.1-register", 25.0, None),
        ],
    )
    .await;
}
