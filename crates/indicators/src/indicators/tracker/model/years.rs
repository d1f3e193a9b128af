//! Periods as years.

use crate::indicators::model::observation::{Observation, Status};

/// The year that a period is of, and which part of it: nothing of `2026`, `-Q3` of `2026-Q3`. A span of years is of its first.
#[must_use]
pub fn year_and_part(period: &str) -> Option<(i32, &str)> {
    let (digits, rest) = period.split_at_checked(4)?;
    let year = digits
        .parse::<i32>()
        .ok()
        .filter(|year| (1900..2200).contains(year))?;
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let is_span = rest.strip_prefix('/').is_some_and(is_number)
        || rest
            .strip_prefix('-')
            .is_some_and(|end| end.len() == 4 && is_number(end));
    Some((year, if is_span { "" } else { rest }))
}

/// The numbers that are known, one a year, the earliest first.
///
/// Where a year has several, only those of the part that the latest is of: a third quarter beside third quarters, so that no season
/// passes for progress.
#[must_use]
pub fn yearly(over_time: &[Observation]) -> Vec<(i32, &Observation)> {
    let known: Vec<(i32, &str, &Observation)> = over_time
        .iter()
        .filter(|o| o.status == Status::Normal && o.figures.value.is_some())
        .filter_map(|o| {
            let (year, part) = year_and_part(&o.period)?;
            Some((year, part, o))
        })
        .collect();
    let Some((_, latest, _)) = known.last().copied() else {
        return Vec::new();
    };
    let mut yearly: Vec<(i32, &Observation)> = known
        .into_iter()
        .filter(|(_, part, _)| *part == latest)
        .map(|(year, _, o)| (year, o))
        .collect();
    yearly.dedup_by_key(|(year, _)| *year);
    yearly
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::indicators::tracker::model::tests::observed;

    #[test]
    fn a_period_is_of_a_year_and_perhaps_of_a_part() {
        for (period, expected) in [
            ("2026", Some((2026, ""))),
            ("2026-Q3", Some((2026, "-Q3"))),
            ("2026-07", Some((2026, "-07"))),
            ("2026-1", Some((2026, "-1"))),
            ("2019/2020", Some((2019, ""))),
            ("2019/20", Some((2019, ""))),
            ("2019-2020", Some((2019, ""))),
            ("round 1", None),
            ("0026", None),
            ("20", None),
            ("٢٠٢٦", None),
        ] {
            assert_eq!(year_and_part(period), expected, "{period}");
        }
    }

    #[test]
    fn quarters_are_compared_with_the_same_quarter_of_other_years() {
        let periods = |of: &[&str]| -> Vec<i32> {
            let observations: Vec<Observation> = of.iter().map(|period| observed(period, 5.0)).collect();
            yearly(&observations).iter().map(|(year, _)| *year).collect()
        };
        assert_eq!(
            periods(&["2019-Q1", "2019-Q3", "2020-Q1", "2021-Q1", "2021-Q3", "2022-Q1"]),
            [2019, 2020, 2021, 2022]
        );
        assert_eq!(periods(&["2019-Q1", "2019-Q3", "2021-Q3"]), [2019, 2021]);
        assert_eq!(periods(&["2019", "2021"]), [2019, 2021]);
        assert_eq!(periods(&[]), [0; 0]);
    }

    #[test]
    fn what_is_withheld_is_no_reading() {
        let mut observations = vec![observed("2019", 5.0), observed("2020", 6.0)];
        observations[0].status = Status::Suppressed;
        observations[0].figures.value = None;
        assert_eq!(yearly(&observations).len(), 1);
    }
}
