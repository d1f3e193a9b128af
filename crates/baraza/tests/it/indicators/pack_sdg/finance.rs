//! Accounts and where cash is had: 8.10.1, 8.10.2.

use super::{CENSUS, LIVELIHOOD, asked, expect, points};

#[tokio::test]
async fn an_account_is_alone_or_joint_or_mobile_money_and_an_arisan_is_none() {
    let town = asked(
        &LIVELIHOOD,
        &[
            (10, &[], &[&[("account", "own"), ("mobile_money", "no")]]),
            (10, &[], &[&[("account", "joint"), ("mobile_money", "no")]]),
            (10, &[], &[&[("account", "none"), ("mobile_money", "yes")]]),
            (
                10,
                &[],
                &[&[
                    ("account", "none"),
                    ("mobile_money", "no"),
                    ("savings_group", "yes"),
                ]],
            ),
            (10, &[], &[&[("account", "none"), ("mobile_money", "no")]]),
            (10, &[], &[&[("age", "14"), ("account", "own")]]),
        ],
    )
    .await;
    expect(&town, &[("8.10.2", 60.0, Some(50))]).await;
}

#[tokio::test]
async fn savings_of_the_household_stand_in_for_an_account_as_a_proxy() {
    let town = asked(
        &CENSUS,
        &[
            (10, &[("assets", "radio savings")], &[&[], &[("age", "14")]]),
            (10, &[("assets", "none")], &[&[]]),
        ],
    )
    .await;
    expect(&town, &[("8.10.2-savings", 50.0, Some(20))]).await;
}

#[tokio::test]
async fn branches_are_of_commercial_banks_cash_machines_of_all_for_adults() {
    let town = asked(&CENSUS, &[(20, &[], &[&[("age", "15")], &[("age", "14")]])]).await;
    points(&town).await;
    expect(
        &town,
        &[
            ("8.10.1-branches", 15_000.0, None),
            ("8.10.1-atms", 25_000.0, None),
        ],
    )
    .await;
}
