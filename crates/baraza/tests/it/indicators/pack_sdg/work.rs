//! Skills, pay, and who is without work: 4.4.1, 8.5.1, 8.5.2, 8.6.1.

use super::{CENSUS, LIVELIHOOD, asked, expect, payroll, seekers};

#[tokio::test]
async fn skills_are_of_everybody_from_15_and_each_counts_by_itself() {
    let town = asked(
        &LIVELIHOOD,
        &[
            (10, &[], &[&[("digital", "email copy_paste")]]),
            (20, &[], &[&[("digital", "none")]]),
            (
                10,
                &[],
                &[&[("digital", "verify email presentation security software")]],
            ),
            (
                10,
                &[],
                &[&[
                    ("age", "14"),
                    ("digital", "verify email presentation security software"),
                ]],
            ),
            (7, &[], &[&[]]),
        ],
    )
    .await;
    expect(
        &town,
        &[
            ("4.4.1-email", 50.0, Some(40)),
            ("4.4.1-copy-paste", 25.0, Some(40)),
            ("4.4.1-copy-file", 0.0, Some(40)),
            ("4.4.1-all-areas", 25.0, Some(40)),
        ],
    )
    .await;
}

#[tokio::test]
async fn each_activity_is_told_apart_from_those_with_like_names() {
    let town = asked(
        &LIVELIHOOD,
        &[
            (10, &[], &[&[("digital", "copy_file")]]),
            (10, &[], &[&[("digital", "copy_paste")]]),
            (10, &[], &[&[("digital", "email")]]),
            (10, &[], &[&[("digital", "spreadsheet")]]),
            (10, &[], &[&[("digital", "connect")]]),
            (10, &[], &[&[("digital", "software")]]),
            (10, &[], &[&[("digital", "presentation")]]),
            (10, &[], &[&[("digital", "transfer")]]),
            (10, &[], &[&[("digital", "program")]]),
        ],
    )
    .await;
    expect(
        &town,
        &[
            ("4.4.1-copy-file", 100.0 / 9.0, Some(90)),
            ("4.4.1-copy-paste", 100.0 / 9.0, Some(90)),
            ("4.4.1-email", 100.0 / 9.0, Some(90)),
            ("4.4.1-spreadsheet", 100.0 / 9.0, Some(90)),
            ("4.4.1-connect", 100.0 / 9.0, Some(90)),
            ("4.4.1-software", 100.0 / 9.0, Some(90)),
            ("4.4.1-presentation", 100.0 / 9.0, Some(90)),
            ("4.4.1-transfer", 100.0 / 9.0, Some(90)),
            ("4.4.1-program", 100.0 / 9.0, Some(90)),
        ],
    )
    .await;
}

#[tokio::test]
async fn pay_is_divided_by_hours_after_both_are_summed_with_what_is_given_in_kind() {
    let town = asked(
        &LIVELIHOOD,
        &[
            (
                40,
                &[],
                &[&[
                    ("sex", "male"),
                    ("worked_last_week", "yes"),
                    ("work_status", "employee"),
                    ("earnings_month", "5200000"),
                    ("earnings_in_kind", "0"),
                    ("hours_week", "12"),
                ]],
            ),
            (
                40,
                &[],
                &[&[
                    ("sex", "male"),
                    ("worked_last_week", "yes"),
                    ("work_status", "employee"),
                    ("earnings_month", "7800000"),
                    ("earnings_in_kind", "0"),
                    ("hours_week", "36"),
                ]],
            ),
            (
                40,
                &[],
                &[&[
                    ("worked_last_week", "yes"),
                    ("work_status", "employee"),
                    ("earnings_month", "4200000"),
                    ("earnings_in_kind", "1000000"),
                    ("hours_week", "24"),
                ]],
            ),
            (
                10,
                &[],
                &[&[
                    ("sex", "male"),
                    ("worked_last_week", "yes"),
                    ("work_status", "own_account"),
                    ("earnings_month", "90000000"),
                    ("earnings_in_kind", "0"),
                    ("hours_week", "1"),
                ]],
            ),
        ],
    )
    .await;
    expect(
        &town,
        &[
            ("8.5.1", 18_200_000.0 / 312.0, Some(120)),
            ("8.5.1-gap", 20.0, None),
        ],
    )
    .await;
}

#[tokio::test]
async fn the_unemployed_have_no_work_look_for_it_and_could_begin() {
    let town = asked(
        &CENSUS,
        &[
            (10, &[], &[&[("worked_last_week", "yes")]]),
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
                    ("worked_last_week", "no"),
                    ("looked_for_work", "yes"),
                    ("available_for_work", "no"),
                ]],
            ),
            (
                10,
                &[],
                &[&[
                    ("worked_last_week", "no"),
                    ("looked_for_work", "no"),
                    ("available_for_work", "yes"),
                ]],
            ),
            (
                10,
                &[],
                &[&[
                    ("age", "14"),
                    ("worked_last_week", "no"),
                    ("looked_for_work", "yes"),
                    ("available_for_work", "yes"),
                ]],
            ),
        ],
    )
    .await;
    expect(&town, &[("8.5.2", 50.0, Some(20))]).await;
}

#[tokio::test]
async fn youth_are_from_15_to_24_and_whoever_works_and_studies_is_subtracted_once() {
    let town = asked(
        &CENSUS,
        &[
            (
                10,
                &[],
                &[&[("age", "15"), ("worked_last_week", "no"), ("attending", "no")]],
            ),
            (
                10,
                &[],
                &[&[
                    ("age", "19"),
                    ("worked_last_week", "no"),
                    ("attending", "no"),
                    ("training", "no"),
                ]],
            ),
            (
                10,
                &[],
                &[&[("age", "24"), ("worked_last_week", "yes"), ("attending", "yes")]],
            ),
            (
                10,
                &[],
                &[&[
                    ("age", "20"),
                    ("worked_last_week", "no"),
                    ("attending", "no"),
                    ("training", "yes"),
                ]],
            ),
            (
                10,
                &[],
                &[&[("age", "14"), ("worked_last_week", "no"), ("attending", "no")]],
            ),
            (
                10,
                &[],
                &[&[("age", "25"), ("worked_last_week", "no"), ("attending", "no")]],
            ),
        ],
    )
    .await;
    expect(&town, &[("8.6.1", 50.0, Some(40))]).await;
}

#[tokio::test]
async fn job_seekers_who_registered_twice_count_once() {
    let town = asked(&CENSUS, &[(40, &[], &[&[("worked_last_week", "yes")]])]).await;
    seekers(&town).await;
    expect(
        &town,
        &[
            ("8.5.2-job-seekers", 10.0, Some(10)),
            ("8.5.2-registered", 25.0, None),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_payroll_divides_sums_too() {
    let town = asked(&LIVELIHOOD, &[(10, &[], &[&[]])]).await;
    payroll(&town).await;
    expect(&town, &[("8.5.1-payroll", 6_000_000.0 / 156.0, Some(80))]).await;
}
