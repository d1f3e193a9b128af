//! The pack of a weekly meeting as it is kept: codes, moments and counts, no words of ours and nobody's name.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    platform::time::Time,
    requests::model::{gaming::Shadow, grade::Counts},
};

/// What a meeting is held with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Pack {
    /// Name and version of the profile whose day it is.
    pub profile: String,
    pub profile_version: String,
    /// The day, as written: `2026-11-20`.
    pub held_on: String,
    /// The hour of the meeting: everything stands as of it.
    pub as_of: Time,
    /// Since when things are new: the hour of the meeting before.
    pub since: Time,
    /// The hour of the next meeting.
    pub until: Time,
    /// Lights of open requests everybody may know of, by unit.
    pub units: Vec<Lights>,
    /// Lights of confidential requests, apart, by unit and place.
    pub confidential: Vec<Lights>,
    pub reds: Vec<Matter>,
    /// Yellow ones that turn red before the next meeting.
    pub turning: Vec<Matter>,
    pub clusters: Vec<Cluster>,
    pub reopened: Vec<Matter>,
    pub supported: Vec<Matter>,
    pub signals: Vec<Signal>,
    /// What was decided before, and what became of it.
    pub decisions: Vec<Decision>,
    /// The day of the meeting before.
    pub before: Option<String>,
}

/// How many open requests have which light.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lights {
    pub unit: Option<String>,
    pub place: Option<String>,
    pub n_white: i64,
    pub n_yellow: i64,
    pub n_red: i64,
}

/// One request, as far as everybody may know it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Matter {
    /// Its id, by which decisions are tied to it.
    pub request: String,
    pub code: String,
    pub unit: Option<String>,
    pub service: String,
    pub place: Option<String>,
    pub is_confidential: bool,
    /// `red`, `yellow`, `white` or `blue` at the hour of the meeting.
    pub light: String,
    pub level: u8,
    /// The version of the profile it runs by, for the words of its history.
    pub profile_version: String,
    /// What the resident wrote, masked and shortened.
    pub text: String,
    pub opened_at: Time,
    pub yellow_at: Option<Time>,
    pub red_at: Option<Time>,
    pub n_supporters: i64,
    pub n_reopened: i64,
    pub n_transfers: i64,
    /// What everybody may read of what happened, oldest first.
    pub history: Vec<Happened>,
}

/// Something that happened to a request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Happened {
    pub at: Time,
    pub what: String,
    pub facts: Value,
}

/// The same service asked for in the same place again and again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cluster {
    pub service: String,
    pub place: String,
    pub n_filed: i64,
    pub n_open: i64,
    pub n_reopened: i64,
}

/// How a unit came to its closings lately.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Signal {
    pub unit: String,
    pub counts: Counts,
    pub shadow: Shadow,
    /// Measures that stand out from those of all units together.
    pub stands_out: Vec<Measure>,
}

/// A shadow measure that may stand out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Measure {
    Reopened,
    Again,
    LastDay,
    Special,
    PingPong,
}

impl Measure {
    const ALL: [Measure; 5] = [
        Measure::Reopened,
        Measure::Again,
        Measure::LastDay,
        Measure::Special,
        Measure::PingPong,
    ];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Measure::Reopened => "reopened",
            Measure::Again => "again",
            Measure::LastDay => "last-day",
            Measure::Special => "special",
            Measure::PingPong => "ping-pong",
        }
    }

    fn of(self, shadow: &Shadow) -> i64 {
        match self {
            Measure::Reopened => shadow.n_reopened_soon,
            Measure::Again => shadow.n_again,
            Measure::LastDay => shadow.n_last_day,
            Measure::Special => shadow.n_special,
            Measure::PingPong => shadow.n_ping_pong,
        }
    }
}

/// A promise made in a meeting, as it stood at the hour of this one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// Code of the commitment.
    pub code: String,
    pub promise: String,
    pub owner: String,
    pub made_on: String,
    pub due_on: String,
    pub n_moved: i64,
    /// `open`, `late`, `kept`, `kept-late` or `broken-off`.
    pub standing: String,
}

/// Fewer cases than this stand out from nothing.
const LEAST_CASES: i64 = 3;

/// Tells which measures of a unit stand out: at least three cases, and at least twice the share of all units together.
#[must_use]
pub fn stands_out(unit: &Shadow, all: &Shadow) -> Vec<Measure> {
    Measure::ALL
        .into_iter()
        .filter(|measure| {
            let (n, of_all) = (measure.of(unit), measure.of(all));
            // Shares compared without dividing: what closed nothing has no share.
            let twice = 2 * of_all * unit.n_closed.max(1) <= n * all.n_closed.max(1);
            n >= LEAST_CASES && (twice || all.n_closed == unit.n_closed)
        })
        .collect()
}

/// Adds the shadow measures of several units.
#[must_use]
pub fn together<'a>(shadows: impl Iterator<Item = &'a Shadow>) -> Shadow {
    let mut sum = Shadow::default();
    for shadow in shadows {
        sum.n_closed += shadow.n_closed;
        sum.n_reopened_soon += shadow.n_reopened_soon;
        sum.n_again += shadow.n_again;
        sum.n_last_day += shadow.n_last_day;
        sum.n_special += shadow.n_special;
        sum.n_silence += shadow.n_silence;
        sum.n_ping_pong += shadow.n_ping_pong;
    }
    sum
}

impl Lights {
    #[must_use]
    pub fn n_open(&self) -> i64 {
        self.n_white + self.n_yellow + self.n_red
    }

    pub fn add(&mut self, other: &Lights) {
        self.n_white += other.n_white;
        self.n_yellow += other.n_yellow;
        self.n_red += other.n_red;
    }
}

impl Pack {
    /// Returns what somebody may read of it: confidential matters only where `sees` says so of their unit and place.
    ///
    /// What is confidential and seen is counted with its unit, so that the numbers are those of the reader's own screens.
    #[must_use]
    pub fn seen_by(&self, sees: impl Fn(Option<&str>, Option<&str>) -> bool) -> Pack {
        let mut seen = self.clone();
        for matters in [
            &mut seen.reds,
            &mut seen.turning,
            &mut seen.reopened,
            &mut seen.supported,
        ] {
            matters.retain(|matter| {
                !matter.is_confidential || sees(matter.unit.as_deref(), matter.place.as_deref())
            });
        }
        seen.confidential
            .retain(|lights| sees(lights.unit.as_deref(), lights.place.as_deref()));
        for lights in std::mem::take(&mut seen.confidential) {
            match seen.units.iter_mut().find(|unit| unit.unit == lights.unit) {
                Some(unit) => unit.add(&lights),
                None => seen.units.push(Lights {
                    place: None,
                    ..lights
                }),
            }
        }
        seen
    }

    /// Tells whether it shows anything that not everybody may know.
    #[must_use]
    pub fn is_confidential(&self) -> bool {
        [&self.reds, &self.turning, &self.reopened, &self.supported]
            .into_iter()
            .flatten()
            .any(|matter| matter.is_confidential)
    }

    /// Returns the lights of all units together.
    #[must_use]
    pub fn whole(&self) -> Lights {
        let mut whole = Lights::default();
        for unit in &self.units {
            whole.add(unit);
        }
        whole
    }

    /// Finds a matter by its code, wherever it stands.
    #[must_use]
    pub fn matter(&self, code: &str) -> Option<&Matter> {
        [&self.reds, &self.turning, &self.reopened, &self.supported]
            .into_iter()
            .flatten()
            .find(|matter| matter.code == code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shadow(n_closed: i64, n_reopened_soon: i64) -> Shadow {
        Shadow {
            n_closed,
            n_reopened_soon,
            ..Shadow::default()
        }
    }

    #[test]
    fn a_measure_stands_out_with_three_cases_and_twice_the_share_of_all() {
        let all = shadow(1_000, 50);
        assert_eq!(stands_out(&shadow(100, 10), &all), [Measure::Reopened]);
        assert_eq!(stands_out(&shadow(100, 9), &all), []);
        assert_eq!(stands_out(&shadow(4, 2), &all), [], "two cases are none");
        assert_eq!(
            stands_out(&shadow(1_000, 50), &all),
            [Measure::Reopened],
            "one unit alone has nobody to be compared with"
        );
    }

    fn matter(code: &str, is_confidential: bool) -> Matter {
        Matter {
            request: code.into(),
            code: code.into(),
            unit: Some("pu".into()),
            service: "road".into(),
            place: Some("35.22.01".into()),
            is_confidential,
            light: "red".into(),
            level: 1,
            profile_version: "v".into(),
            text: "x".into(),
            opened_at: Time(0),
            yellow_at: None,
            red_at: None,
            n_supporters: 0,
            n_reopened: 0,
            n_transfers: 0,
            history: Vec::new(),
        }
    }

    #[test]
    fn what_is_confidential_is_shown_and_counted_only_for_those_who_may_know_of_it() {
        let lights = |n_red| Lights {
            unit: Some("pu".into()),
            n_red,
            ..Lights::default()
        };
        let pack = Pack {
            profile: "lapor".into(),
            profile_version: "v".into(),
            held_on: "2026-11-20".into(),
            as_of: Time(0),
            since: Time(0),
            until: Time(0),
            units: vec![lights(1)],
            confidential: vec![lights(2)],
            reds: vec![matter("A", false), matter("B", true)],
            turning: vec![matter("C", true)],
            clusters: Vec::new(),
            reopened: Vec::new(),
            supported: Vec::new(),
            signals: Vec::new(),
            decisions: Vec::new(),
            before: None,
        };
        let public = pack.seen_by(|_, _| false);
        assert_eq!(
            (public.reds.len(), public.turning.len(), public.whole().n_red),
            (1, 0, 1)
        );
        assert!(!public.is_confidential() && public.confidential.is_empty());
        let leader = pack.seen_by(|_, _| true);
        assert_eq!(
            (leader.reds.len(), leader.turning.len(), leader.whole().n_red),
            (2, 1, 3)
        );
        assert!(leader.is_confidential());
        let other = pack.seen_by(|unit, _| unit == Some("kes"));
        assert_eq!(other.whole().n_red, 1);
    }
}
