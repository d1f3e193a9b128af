//! From single cases to what a grade is made of. The same cases are counted by unit and by district.

use std::collections::BTreeMap;

use super::{
    gaming::Closing,
    grade::Counts,
    request::{CloseKind, Recorder},
};
use crate::platform::time::Time;

/// By what cases are gathered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    Unit,
    District,
}

/// Requests that one unit had in one place at some time of a period.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stock {
    pub unit: String,
    /// The narrowest place.
    pub place: Option<String>,
    /// The place below the top that it lies in.
    pub district: Option<String>,
    pub n_handled: i64,
    pub n_unlimited: i64,
    pub n_not_attended: i64,
    /// Open at the end, and older than the profile's age.
    pub n_old_open: i64,
}

/// One closing that counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed {
    /// The request's tracking code.
    pub code: String,
    /// Which closing of the request, from 0.
    pub n: i64,
    pub unit: String,
    pub service: String,
    pub place: Option<String>,
    pub district: Option<String>,
    pub is_confidential: bool,
    pub kind: CloseKind,
    pub opened_at: Time,
    pub closed_at: Time,
    pub acted_at: Time,
    pub limit_at: Option<Time>,
    pub promised_at: Option<Time>,
    pub recorder: Recorder,
    pub reopened_at: Option<Time>,
    /// What a checker from outside found; `None`: it was not checked.
    pub is_good: Option<bool>,
    /// Tells one person from another; it never leaves.
    pub person: Option<String>,
}

impl Closed {
    /// Closed with the resident's own yes, which still stands.
    #[must_use]
    pub fn is_satisfied(&self) -> bool {
        self.kind == CloseKind::Confirmed && self.reopened_at.is_none()
    }

    /// Closed in another system, where nobody asked.
    #[must_use]
    pub fn is_unasked(&self) -> bool {
        self.kind == CloseKind::Imported
    }

    #[must_use]
    pub fn is_old(&self, old_us: i64) -> bool {
        self.closed_at.0 - self.opened_at.0 > old_us
    }

    #[must_use]
    pub fn is_low_quality(&self) -> bool {
        self.reopened_at.is_some() || self.is_good == Some(false)
    }

    #[must_use]
    pub fn is_late(&self) -> bool {
        self.promised_at.is_some_and(|promised| self.closed_at > promised)
    }

    /// Returns what it is gathered under.
    #[must_use]
    pub fn under(&self, by: By) -> Option<&str> {
        match by {
            By::Unit => Some(&self.unit),
            By::District => self.district.as_deref(),
        }
    }

    /// Returns it as the shadow measures need it.
    #[must_use]
    pub fn shadowed(&self, under: &str) -> Closing {
        Closing {
            agency: under.to_owned(),
            service: self.service.clone(),
            person: self.person.clone(),
            kind: self.kind,
            closed_at: self.closed_at,
            acted_at: self.acted_at,
            limit_at: self.limit_at,
            recorder: self.recorder,
            reopened_at: self.reopened_at,
        }
    }
}

/// Counts cases by unit or by district; what lies in no district is in none of them.
#[must_use]
pub fn count(stock: &[Stock], closed: &[Closed], old_us: i64, by: By) -> BTreeMap<String, Counts> {
    let mut counted: BTreeMap<String, Counts> = BTreeMap::new();
    for part in stock {
        let under = match by {
            By::Unit => Some(part.unit.as_str()),
            By::District => part.district.as_deref(),
        };
        let Some(under) = under else { continue };
        counted.entry(under.to_owned()).or_default().add(&Counts {
            n_handled: part.n_handled,
            n_unlimited: part.n_unlimited,
            n_not_attended: part.n_not_attended,
            n_old: part.n_old_open,
            ..Counts::default()
        });
    }
    for closing in closed {
        let Some(under) = closing.under(by) else { continue };
        let is_old = closing.is_old(old_us);
        let is_asked = !closing.is_unasked();
        counted.entry(under.to_owned()).or_default().add(&Counts {
            n_closed: 1,
            n_satisfied: closing.is_satisfied().into(),
            n_unasked: closing.is_unasked().into(),
            n_old: is_old.into(),
            n_old_satisfied: (is_old && closing.is_satisfied()).into(),
            n_old_unasked: (is_old && closing.is_unasked()).into(),
            n_low_quality: (is_asked && closing.is_low_quality()).into(),
            n_late: closing.is_late().into(),
            ..Counts::default()
        });
    }
    counted
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 86_400_000_000;

    fn closed(unit: &str, district: &str, kind: CloseKind) -> Closed {
        Closed {
            code: "K7MQ4XTD".into(),
            n: 0,
            unit: unit.into(),
            service: "road".into(),
            place: Some(format!("{district}.1")),
            district: Some(district.into()),
            is_confidential: false,
            kind,
            opened_at: Time(0),
            closed_at: Time(60 * DAY),
            acted_at: Time(60 * DAY),
            limit_at: None,
            promised_at: Some(Time(10 * DAY)),
            recorder: Recorder::Resident,
            reopened_at: None,
            is_good: None,
            person: None,
        }
    }

    #[test]
    fn units_and_districts_add_up_to_the_same_whole() {
        let cases = [
            closed("pu", "a", CloseKind::Confirmed),
            closed("pu", "b", CloseKind::Imported),
            closed("kes", "a", CloseKind::Silence),
        ];
        let stock = [
            Stock {
                unit: "pu".into(),
                district: Some("a".into()),
                n_handled: 7,
                n_old_open: 2,
                ..Stock::default()
            },
            Stock {
                unit: "kes".into(),
                district: Some("b".into()),
                n_handled: 3,
                ..Stock::default()
            },
        ];
        let whole = |by| {
            let mut whole = Counts::default();
            for counts in count(&stock, &cases, 50 * DAY, by).values() {
                whole.add(counts);
            }
            whole
        };
        assert_eq!(whole(By::Unit), whole(By::District));
        assert_eq!(
            whole(By::Unit),
            Counts {
                n_handled: 10,
                n_closed: 3,
                n_satisfied: 1,
                n_old: 5,
                n_old_satisfied: 1,
                n_unasked: 1,
                n_old_unasked: 1,
                n_late: 3,
                ..Counts::default()
            }
        );
    }

    #[test]
    fn a_yes_that_was_taken_back_is_none_and_a_bad_check_counts_against_quality() {
        let reopened = Closed {
            reopened_at: Some(Time(61 * DAY)),
            ..closed("pu", "a", CloseKind::Confirmed)
        };
        let bad = Closed {
            is_good: Some(false),
            ..closed("pu", "a", CloseKind::Special)
        };
        let counts = count(&[], &[reopened, bad], 90 * DAY, By::Unit)["pu"];
        assert_eq!(
            (
                counts.n_closed,
                counts.n_satisfied,
                counts.n_low_quality,
                counts.n_old
            ),
            (2, 0, 2, 0)
        );
    }
}
