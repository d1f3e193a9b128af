//! The honest shadow of a grade: what a unit's closings look like to somebody who does not take them at their word.

use std::{collections::BTreeMap, time::Duration};

use serde::{Deserialize, Serialize};

use super::request::{CloseKind, Recorder};
use crate::platform::time::Time;

/// A request that comes back so soon was hardly settled.
const SOON: Duration = Duration::from_secs(30 * 86_400);
/// An answer so shortly before a limit may have been given for the limit's sake.
const LAST_DAY: Duration = Duration::from_secs(86_400);

/// One closing, as the measures need it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closing {
    pub agency: String,
    pub service: String,
    /// Who filed the request; `None` for nobody knows.
    pub person: Option<String>,
    pub kind: CloseKind,
    pub closed_at: Time,
    /// When the deed was done that led to the closing: the answer, or the special close.
    pub acted_at: Time,
    /// The next limit ahead of that deed.
    pub limit_at: Option<Time>,
    pub recorder: Recorder,
    pub reopened_at: Option<Time>,
}

/// One filing, to find the same person with the same matter again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filing {
    pub service: String,
    pub person: String,
    pub opened_at: Time,
}

/// What the grade does not show.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shadow {
    pub n_closed: i64,
    /// Closings that were reopened within 30 days.
    pub n_reopened_soon: i64,
    /// Closings after which the same person filed about the same service within 30 days.
    pub n_again: i64,
    /// Answers within the last 24 hours before a limit.
    pub n_last_day: i64,
    pub n_special: i64,
    pub n_silence: i64,
    /// Requests that came back to an agency that had passed them on.
    pub n_ping_pong: i64,
    /// Who said that the matter is settled, for closings with a yes.
    pub satisfaction_by: BTreeMap<Recorder, i64>,
}

impl Shadow {
    /// Returns the share of closings in percent; `None` where nothing was closed.
    #[must_use]
    pub fn percent(&self, n: i64) -> Option<f64> {
        (self.n_closed > 0).then(|| n as f64 * 100.0 / self.n_closed as f64)
    }
}

/// Measures each agency's closings. `transfers` are the agencies each request passed through, in order.
#[must_use]
pub fn shadows(
    closings: &[Closing],
    filings: &[Filing],
    transfers: &[Vec<String>],
) -> BTreeMap<String, Shadow> {
    let mut shadows: BTreeMap<String, Shadow> = BTreeMap::new();
    let mut filed: BTreeMap<(&str, &str), Vec<Time>> = BTreeMap::new();
    for filing in filings {
        filed
            .entry((&filing.person, &filing.service))
            .or_default()
            .push(filing.opened_at);
    }
    for closing in closings {
        let shadow = shadows.entry(closing.agency.clone()).or_default();
        let soon = |at: &Time| *at > closing.closed_at && at.since(closing.closed_at) <= SOON;
        let again = closing
            .person
            .as_deref()
            .and_then(|person| filed.get(&(person, closing.service.as_str())))
            .is_some_and(|times| times.iter().any(soon));
        let on_last_day = closing
            .limit_at
            .is_some_and(|limit| limit > closing.acted_at && limit.since(closing.acted_at) <= LAST_DAY);
        shadow.n_closed += 1;
        shadow.n_reopened_soon += i64::from(closing.reopened_at.as_ref().is_some_and(soon));
        shadow.n_again += i64::from(again);
        shadow.n_last_day += i64::from(on_last_day);
        shadow.n_special += i64::from(closing.kind == CloseKind::Special);
        shadow.n_silence += i64::from(closing.kind == CloseKind::Silence);
        if closing.kind == CloseKind::Confirmed {
            *shadow.satisfaction_by.entry(closing.recorder).or_default() += 1;
        }
    }
    for passed in transfers {
        for agency in returned_to(passed) {
            shadows.entry(agency.to_owned()).or_default().n_ping_pong += 1;
        }
    }
    shadows
}

/// Agencies a request came back to after they had passed it on, once for each return.
#[must_use]
pub fn returned_to(passed: &[String]) -> Vec<&str> {
    passed
        .iter()
        .enumerate()
        .filter(|(at, agency)| passed[..*at].contains(agency))
        .map(|(_, agency)| agency.as_str())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 86_400_000_000;

    fn closing(day: i64) -> Closing {
        Closing {
            agency: "dinas-pu".into(),
            service: "road".into(),
            person: Some("p".into()),
            kind: CloseKind::Confirmed,
            closed_at: Time(day * DAY),
            acted_at: Time(day * DAY),
            limit_at: None,
            recorder: Recorder::Resident,
            reopened_at: None,
        }
    }

    fn only(closings: &[Closing], filings: &[Filing]) -> Shadow {
        shadows(closings, filings, &[])
            .remove("dinas-pu")
            .expect("measured")
    }

    #[test]
    fn a_reopening_counts_up_to_the_thirtieth_day() {
        let reopened = |day| Closing {
            reopened_at: Some(Time(day * DAY)),
            ..closing(100)
        };
        assert_eq!(
            only(&[reopened(130), reopened(131), closing(100)], &[]).n_reopened_soon,
            1
        );
    }

    #[test]
    fn the_same_person_with_the_same_matter_again_is_noticed() {
        let filing = |person: &str, service: &str, day| Filing {
            person: person.into(),
            service: service.into(),
            opened_at: Time(day * DAY),
        };
        let first = filing("p", "road", 90);
        assert_eq!(
            only(&[closing(100)], &[first.clone(), filing("p", "road", 110)]).n_again,
            1
        );
        for other in [
            filing("q", "road", 110),
            filing("p", "water", 110),
            filing("p", "road", 140),
        ] {
            assert_eq!(only(&[closing(100)], &[first.clone(), other]).n_again, 0);
        }
    }

    #[test]
    fn answers_of_the_last_day_before_a_limit_are_counted_and_those_after_it_are_not() {
        let limited = |hours: i64| Closing {
            limit_at: Some(Time(100 * DAY + hours * DAY / 24)),
            ..closing(100)
        };
        assert_eq!(
            only(
                &[limited(1), limited(24), limited(25), limited(0), limited(-1)],
                &[]
            )
            .n_last_day,
            2
        );
    }

    #[test]
    fn who_said_that_it_is_settled_is_told_apart() {
        let by = |recorder| Closing {
            recorder,
            ..closing(100)
        };
        let special = Closing {
            kind: CloseKind::Special,
            recorder: Recorder::Officer,
            ..closing(100)
        };
        let silent = Closing {
            kind: CloseKind::Silence,
            recorder: Recorder::Nobody,
            ..closing(100)
        };
        let shadow = only(
            &[
                by(Recorder::Resident),
                by(Recorder::Operator),
                by(Recorder::Operator),
                special,
                silent,
            ],
            &[],
        );
        assert_eq!(
            shadow.satisfaction_by,
            BTreeMap::from([(Recorder::Resident, 1), (Recorder::Operator, 2)])
        );
        assert_eq!(
            (
                shadow.n_special,
                shadow.n_silence,
                shadow.percent(shadow.n_special)
            ),
            (1, 1, Some(20.0))
        );
    }

    #[test]
    fn a_request_that_comes_back_is_ping_pong_for_whom_it_came_back_to() {
        let passed: Vec<String> = ["pu", "kes", "pu", "kes"].map(str::to_owned).to_vec();
        assert_eq!(returned_to(&passed), ["pu", "kes"]);
        assert_eq!(returned_to(&passed[..2]), [""; 0]);
    }
}
