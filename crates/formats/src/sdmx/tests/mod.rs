//! What is asked, and what is answered. That programs of others read it is tried in `e2e/sdmx1.py`.

mod answers;
mod questions;

use super::{ids, period::Span};

#[test]
fn ids_have_only_letters_that_keys_can_hold_and_no_two_are_alike() {
    for (text, id) in [
        ("35.22.01", "35-22-01"),
        ("5+", "5_"),
        ("a b/c", "a_b_c"),
        ("Y_GE5", "Y_GE5"),
    ] {
        assert_eq!(ids::clean(text), id);
    }
    assert_eq!(
        ids::unique(["6.1.1", "6-1-1", "", "6.1.1"]),
        ["6-1-1", "6-1-1_2", "_", "6-1-1_3"]
    );
}

#[test]
fn age_groups_are_written_as_the_standards_codelist_writes_them() {
    for (text, code) in [
        ("0-4", Some("Y0T4")),
        ("15–24", Some("Y15T24")),
        ("60+", Some("Y_GE60")),
        ("7", Some("Y7")),
        ("24-15", None),
        ("adult", None),
        ("", None),
    ] {
        assert_eq!(ids::age(text).as_deref(), code, "{text}");
    }
}

#[test]
fn periods_have_a_frequency_and_the_order_of_days() {
    let frequency = |text: &str| Span::parse(text).map(|span| span.frequency);
    for (text, expected) in [
        ("2026", Some("A")),
        ("2026-A1", Some("A")),
        ("2026-S2", Some("S")),
        ("2026-T3", Some("T")),
        ("2026-Q4", Some("Q")),
        ("2026-07", Some("M")),
        ("2026-M07", Some("M")),
        ("2026-07-15", Some("D")),
        ("2026-07-15T10:00:00", Some("D")),
        ("2026-Q5", None),
        ("2026-13", None),
        ("2026-1", None),
        ("2026-W07", None),
        ("2019/2020", None),
        ("round 3", None),
        ("", None),
    ] {
        assert_eq!(frequency(text), expected, "{text}");
    }
    let span = |text: &str| Span::parse(text).expect("a period");
    assert_eq!(
        (span("2026").first, span("2026").last),
        (span("2026-01-01").first, span("2026-12-31").last)
    );
    assert!(span("2026-Q1").last < span("2026-04").first);
}
