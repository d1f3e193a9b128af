//! Violence that is reported and births that are registered: 16.3.1, 16.9.1.

use super::{CENSUS, LIVELIHOOD, asked, expect};

#[tokio::test]
async fn each_kind_of_violence_has_its_own_victims_and_telling_a_friend_is_no_report() {
    let town = asked(
        &LIVELIHOOD,
        &[
            (
                10,
                &[],
                &[&[("violence", "physical"), ("told_physical", "police")]],
            ),
            (
                10,
                &[],
                &[&[("violence", "physical"), ("told_physical", "informal")]],
            ),
            (
                10,
                &[],
                &[&[("violence", "physical"), ("told_physical", "recognised")]],
            ),
            (10, &[], &[&[("violence", "physical"), ("told_physical", "none")]]),
            (10, &[], &[&[("violence", "none")]]),
            (
                10,
                &[],
                &[&[
                    ("violence", "physical sexual"),
                    ("told_physical", "police informal"),
                    ("told_sexual", "none"),
                ]],
            ),
            (
                10,
                &[],
                &[&[
                    ("violence", "sexual psychological"),
                    ("told_sexual", "none"),
                    ("told_psychological", "authority"),
                ]],
            ),
        ],
    )
    .await;
    expect(
        &town,
        &[
            ("16.3.1-physical", 60.0, Some(50)),
            ("16.3.1-sexual", 0.0, Some(20)),
            ("16.3.1-psychological", 100.0, Some(10)),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_births_certificate_is_of_children_who_are_not_yet_five() {
    let town = asked(
        &CENSUS,
        &[
            (10, &[], &[&[("age", "4"), ("birth_certificate", "not_seen")]]),
            (10, &[], &[&[("age", "0"), ("birth_certificate", "dont_know")]]),
            (10, &[], &[&[("age", "5"), ("birth_certificate", "seen")]]),
        ],
    )
    .await;
    expect(&town, &[("16.9.1", 50.0, Some(20))]).await;
}
