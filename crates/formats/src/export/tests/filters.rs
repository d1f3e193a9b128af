//! Filters and orders.

use pretty_assertions::assert_eq;
use proptest::prelude::*;

use super::{FILED, HOUSEHOLD, about, filed, form};
use crate::export::{
    About, Fields,
    filter::{Filter, FilterError, Scope},
    order::{Order, OrderError},
};

const NOW: i64 = 1_795_338_000_123_456;

fn parsed(text: &str, table: usize) -> Result<Filter, FilterError> {
    let fields = Fields::of(&form(HOUSEHOLD));
    Filter::parse(
        text,
        Scope {
            fields: &fields,
            table,
        },
    )
}

fn admits(text: &str, about: &About<'_>) -> bool {
    parsed(text, 0)
        .unwrap_or_else(|error| panic!("{text}: {error}"))
        .admits(about, NOW)
}

#[test]
fn what_is_known_of_a_submission_can_be_compared() {
    let about = about();
    for (filter, expected) in [
        ("__system/submissionDate gt 2026-11-22", true),
        ("__system/submissionDate lt 2026-11-22", false),
        ("__system/submissionDate ge 2026-11-22T09:00:00.123Z", true),
        // To the millisecond, as it is shown.
        ("__system/submissionDate gt 2026-11-22T09:00:00.123Z", false),
        ("__system/submissionDate le 2026-11-22T16:00:00.123+07:00", true),
        ("__system/submissionDate le '2026-11-22'", false),
        (
            "year(__system/submissionDate) eq 2026 and month(__system/submissionDate) eq 11",
            true,
        ),
        (
            "hour(__system/submissionDate) eq 9 and minute(__system/submissionDate) eq 0 and second(now()) eq 0 and day(now()) eq 22",
            true,
        ),
        ("year(__system/submissionDate) lt year(now())", false),
        ("__system/submitterId eq 7", true),
        ("__system/submitterId eq '7'", true),
        ("__system/submitterId ne 7", false),
        ("__system/reviewState eq 'approved'", true),
        ("__system/reviewState eq null", false),
        ("null ne __system/reviewState", true),
        ("__system/updatedAt eq null", true),
        ("__system/updatedAt ge 2020-01-01", false),
        ("not (__system/updatedAt ge 2020-01-01)", false),
        ("not __system/deletedAt eq null", false),
        ("__id eq 'uuid:1'", true),
        ("$root/Submissions/__id eq 'uuid:1'", true),
        ("__system/reviewState in ('rejected', 'approved')", true),
        ("true", true),
        ("not not true", true),
    ] {
        assert_eq!(admits(filter, &about), expected, "{filter}");
    }
}

#[test]
fn and_binds_closer_than_or_and_not_closer_than_both() {
    let about = about();
    assert!(admits("true or true and false", &about));
    assert!(!admits("(true or true) and false", &about));
    assert!(admits("not false and true", &about));
    assert!(!admits("not (false or true)", &about));
}

#[test]
fn answers_can_be_compared_beyond_what_central_does() {
    let fields = Fields::of(&form(HOUSEHOLD));
    let answers = filed(&fields, FILED);
    let rows = |text: &str, table: usize| {
        let filter = Filter::parse(
            text,
            Scope {
                fields: &fields,
                table,
            },
        )
        .unwrap_or_else(|error| panic!("{text}: {error}"));
        assert!(filter.needs_answers(), "{text}");
        filter.rows(&about(), &fields, &answers, table, NOW).len()
    };
    assert_eq!(rows("head/age gt 40", 0), 1);
    assert_eq!(rows("head/age gt 41", 0), 0);
    assert_eq!(
        rows("contains(tolower(head/name), 'budi') and length(tools) eq 7", 0),
        1
    );
    assert_eq!(rows("odd_name_1 eq null and seen lt 2026-11-21T03:00:00Z", 0), 1);
    assert_eq!(rows("name eq 'Citra'", 1), 1);
    assert_eq!(
        rows("startswith(name, 'C') or $root/Submissions/head/age eq 41", 1),
        2
    );
    assert_eq!(
        rows("$root/Submissions/__system/submitterId eq 7 and toy ne 'doll'", 2),
        1
    );
}

#[test]
fn what_cannot_be_understood_is_told_with_its_place() {
    for (text, table) in [
        ("", 0),
        ("__system/reviewState eq", 0),
        ("__system/reviewState eq 'approved", 0),
        ("(__id eq 'x'", 0),
        ("__id eq 'x' __id", 0),
        ("year() eq 1", 0),
        ("2026-13-45 gt 1", 0),
        ("__system/submissionDate gt 'soon'", 0),
        ("'x'", 0),
        ("__id ~ 'x'", 0),
        ("or true", 0),
    ] {
        assert!(
            matches!(parsed(text, table), Err(FilterError::Unparseable { .. })),
            "{text}: {:?}",
            parsed(text, table)
        );
    }
    assert_eq!(
        parsed("__system/submitterName eq 'x'", 0),
        Err(FilterError::Field {
            at: 0,
            text: "__system/submitterName".into()
        })
    );
    assert_eq!(
        parsed("true and member eq 1", 0),
        Err(FilterError::Field {
            at: 9,
            text: "member".into()
        })
    );
    // A repeat's table knows of its submission only by the whole way.
    assert!(matches!(
        parsed("__system/reviewState eq null", 1),
        Err(FilterError::Field { .. })
    ));
    assert!(parsed("$root/Submissions/__system/reviewState eq null", 1).is_ok());
    for unsupported in ["cast(__id, 'x') eq 1", "__system/submitterId add 1 eq 2"] {
        assert!(
            matches!(parsed(unsupported, 0), Err(FilterError::Expression { at: 0, .. })),
            "{unsupported}"
        );
    }
    let deep = format!("{}true{}", "(".repeat(3_000), ")".repeat(3_000));
    assert!(matches!(parsed(&deep, 0), Err(FilterError::Unparseable { .. })));
    let nots = format!("{}true", "not ".repeat(1_900));
    assert!(admits(&nots, &about()));
    let ands = vec!["true"; 880].join(" and ");
    assert!(admits(&ands, &about()));
    let long = format!("__id eq '{}'", "x".repeat(9_000));
    assert!(matches!(parsed(&long, 0), Err(FilterError::Unparseable { .. })));
}

#[test]
fn the_span_of_submission_dates_narrows_what_must_be_read() {
    let span = |text: &str| parsed(text, 0).expect("a filter").submitted_within(NOW);
    let day = 86_400_000_000;
    let first = 20_454 * day;
    assert_eq!(
        span("__system/submissionDate ge 2026-01-01 and __system/submissionDate lt 2026-01-02"),
        (first - 1_000, first + day + 1_000)
    );
    assert_eq!(
        span("2026-01-01 gt __system/submissionDate"),
        (i64::MIN, first + 1_000)
    );
    assert_eq!(
        span("__system/submissionDate lt 2026-01-01 or __id eq 'x'"),
        (i64::MIN, i64::MAX)
    );
    assert_eq!(
        span("not __system/submissionDate lt 2026-01-01"),
        (i64::MIN, i64::MAX)
    );
    assert!(
        parsed("not __system/deletedAt eq null", 0)
            .expect("a filter")
            .asks_deleted()
    );
}

#[test]
fn rows_are_sorted_by_what_is_known_and_what_has_none_stands_first() {
    let order = Order::parse("__system/reviewState desc, __system/submissionDate ASC").expect("an order");
    let plain = about();
    let later = About {
        submitted_at: plain.submitted_at + 1,
        ..plain.clone()
    };
    let received = About {
        review_state: None,
        ..plain.clone()
    };
    let mut keys = [order.key(&received), order.key(&later), order.key(&plain)]
        .into_iter()
        .enumerate()
        .collect::<Vec<_>>();
    keys.sort_by(|(i, a), (j, b)| order.compare((a, i), (b, j)));
    assert_eq!(keys.iter().map(|(at, _)| *at).collect::<Vec<_>>(), [2, 1, 0]);
    for wrong in ["head/age", "__id sideways", "__id asc asc", ""] {
        assert!(matches!(Order::parse(wrong), Err(OrderError(_))), "{wrong}");
    }
}

proptest! {
    #[test]
    fn no_text_whatever_makes_the_parser_fall_over(text in "\\PC{0,200}") {
        let _ = parsed(&text, 0);
    }

    #[test]
    fn words_of_a_filter_in_any_order_are_read_or_refused(
        words in proptest::collection::vec(
            proptest::sample::select(vec![
                "__id", "eq", "'x'", "and", "or", "not", "(", ")", "null", "true", "year(", "now()", ",", "2026-01-01", "-1.5", "head/age",
                "in", "__system/submissionDate", "gt", "contains(", "$root/Submissions/__id",
            ]),
            0..24,
        )
    ) {
        if let Ok(filter) = parsed(&words.join(" "), 0) {
            filter.admits(&about(), NOW);
            filter.submitted_within(NOW);
        }
    }

    #[test]
    fn a_span_never_leaves_out_what_a_filter_admits(micros in 0i64..4_000_000_000_000_000, less in any::<bool>(), both in any::<bool>()) {
        let text = format!(
            "__system/submissionDate {} 2026-11-22T09:00:00.123Z{}",
            if less { "lt" } else { "ge" },
            if both { " and __system/submissionDate ne 2026-11-22" } else { "" },
        );
        let about = About { submitted_at: micros, ..about() };
        let filter = parsed(&text, 0).expect("a filter");
        let (first, last) = filter.submitted_within(NOW);
        prop_assert!(!filter.admits(&about, NOW) || (first..=last).contains(&micros));
    }
}
