//! When a rule fires, when what it found is over, and rules as they are typed.

use std::sync::Arc;

use measures::progress::Direction;
use serde::{Deserialize, Serialize};

use crate::{
    indicators::{
        model::{
            definition::{Definition, Unit},
            observation::{Observation, Status},
        },
        tiles::Told,
    },
    places::model::Places,
    platform::{
        problem::{Problem, Result},
        time::Time,
    },
};

/// What part of a threshold a number has to lie inside it before an alert is over, so that one that trembles opens no two.
const INSIDE: f64 = 0.05;
/// Working days until the deputy is told, where nobody says otherwise.
pub const WAIT_DAYS: u16 = 2;
/// Working days that somebody may wait for at most.
const MOST_WAIT_DAYS: u16 = 60;
/// Days without a new number that a rule may wait for at most.
const MOST_STALE_DAYS: u16 = 3_660;
/// Letters of what is to be done at most.
const MOST_WHY: usize = 600;
const DAY_MICROS: i64 = 24 * 3_600 * 1_000_000;

/// What a rule watches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Watched {
    /// Everybody together in a place, by the code of the indicator.
    Indicator(String),
}

/// What a rule waits for; thresholds are in the unit of the number.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Condition {
    Below(f64),
    Above(f64),
    /// It moved by more than this since the period before, up or down.
    Change(f64),
    /// Its light is this, or worse.
    Light(Alarm),
    /// It was not computed for so many days.
    Stale(u16),
}

/// A light that somebody is told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Alarm {
    Yellow,
    Red,
}

/// What is public of a number when a rule looks; a number that is withheld is not known here.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Found {
    /// Empty where there is no number at all.
    pub period: String,
    pub value: Option<f64>,
    /// In the period before.
    pub before: Option<f64>,
    pub computed_at: Option<Time>,
}

/// What a rule makes of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Fires,
    /// It is well inside its bounds.
    Over,
    /// Neither: what is open stays open, and nothing opens. Also when the number is withheld or missing.
    Undecided,
}

/// A rule as it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    pub id: String,
    pub watched: Watched,
    /// Code of the place.
    pub place: String,
    pub condition: Condition,
    pub organisation: Option<String>,
    /// Id of the account that answers for the number.
    pub person: String,
    pub deputy: Option<String>,
    pub wait_days: u16,
    /// What is to be done when it fires.
    pub why: String,
    pub is_on: bool,
    pub revision: i64,
}

/// A rule that fired.
#[derive(Debug, Clone, PartialEq)]
pub struct Alert {
    pub id: String,
    pub rule: Rule,
    /// What it waited for when it fired.
    pub condition: Condition,
    pub found: Found,
    pub opened_at: Time,
    /// When the deputy is told unless somebody looked before.
    pub climbs_at: Time,
    pub climbed_at: Option<Time>,
    pub seen: Option<Seen>,
    pub closed_at: Option<Time>,
}

/// Who looks after an alert.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    pub at: Time,
    /// Id of their account.
    pub by: String,
    pub said: String,
}

/// A rule as somebody typed it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    pub indicator: String,
    /// Code of a place.
    pub place: String,
    /// `below`, `above`, `change`, `yellow`, `red` or `stale`.
    pub when: String,
    /// A number; of `stale` days.
    pub threshold: String,
    /// E-mail address of an account.
    pub person: String,
    /// The same, or empty.
    pub deputy: String,
    /// Working days.
    pub wait: String,
    pub why: String,
}

/// A rule that was read from what somebody typed, but for the people.
#[derive(Debug, Clone, PartialEq)]
pub struct NewRule {
    pub watched: Watched,
    pub place: String,
    pub condition: Condition,
    pub wait_days: u16,
    pub why: String,
}

impl Watched {
    /// The word that the kind is kept under.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Watched::Indicator(_) => "indicator",
        }
    }

    /// The code of what is watched.
    #[must_use]
    pub fn subject(&self) -> &str {
        match self {
            Watched::Indicator(code) => code,
        }
    }

    /// Reads what [`Watched::kind`] and [`Watched::subject`] say; `None` for a kind that is not known.
    #[must_use]
    pub fn parse(kind: &str, subject: &str) -> Option<Watched> {
        (kind == "indicator").then(|| Watched::Indicator(subject.to_owned()))
    }
}

impl Alarm {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Alarm::Yellow => "yellow",
            Alarm::Red => "red",
        }
    }
}

impl Found {
    /// Reads what is public of a figure.
    #[must_use]
    pub fn of(told: &Told) -> Found {
        let at = told.over_time.iter().position(|o| o.period == told.period);
        let before = at.and_then(|at| at.checked_sub(1));
        let value_at = |at: Option<usize>| at.and_then(|at| known_value(&told.over_time[at]));
        Found {
            period: told.period.clone(),
            value: value_at(at),
            before: value_at(before),
            computed_at: told.run.as_ref().map(|run| run.computed_at),
        }
    }
}

/// The value of an observation that everybody may see.
fn known_value(o: &Observation) -> Option<f64> {
    o.figures.value.filter(|_| o.status == Status::Normal)
}

impl Condition {
    /// All words that a form offers.
    pub const WORDS: [&'static str; 6] = ["below", "above", "change", "red", "yellow", "stale"];

    /// The word that a form chooses it by.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Condition::Below(_) => "below",
            Condition::Above(_) => "above",
            Condition::Change(_) => "change",
            Condition::Light(alarm) => alarm.as_str(),
            Condition::Stale(_) => "stale",
        }
    }

    /// Judges what is public of a number at a moment.
    #[must_use]
    pub fn judge(self, definition: &Definition, found: &Found, at: Time) -> Verdict {
        match self {
            Condition::Below(threshold) => below(definition.unit, threshold, found.value),
            Condition::Above(threshold) => above(definition.unit, threshold, found.value),
            Condition::Change(threshold) => {
                let moved = found
                    .value
                    .zip(found.before)
                    .map(|(now, before)| (now - before).abs());
                // A difference of shares is no share: it has no other end to keep away from.
                above(Unit::Number, threshold, moved)
            }
            Condition::Light(alarm) => light(definition, alarm, found.value),
            Condition::Stale(days) => match found.computed_at {
                Some(computed_at) if at.0 - computed_at.0 <= i64::from(days) * DAY_MICROS => Verdict::Over,
                Some(_) | None => Verdict::Fires,
            },
        }
    }
}

fn below(unit: Unit, threshold: f64, value: Option<f64>) -> Verdict {
    match value {
        Some(value) if value < threshold => Verdict::Fires,
        Some(value) if value >= threshold + margin(unit, threshold) => Verdict::Over,
        Some(_) | None => Verdict::Undecided,
    }
}

fn above(unit: Unit, threshold: f64, value: Option<f64>) -> Verdict {
    match value {
        Some(value) if value > threshold => Verdict::Fires,
        Some(value) if value <= threshold - margin(unit, threshold) => Verdict::Over,
        Some(_) | None => Verdict::Undecided,
    }
}

/// A light is a threshold that the value has not reached, from below or from above.
fn light(definition: &Definition, alarm: Alarm, value: Option<f64>) -> Verdict {
    let Some(lights) = definition.lights else {
        return Verdict::Undecided;
    };
    let threshold = match alarm {
        Alarm::Yellow => lights.green,
        Alarm::Red => lights.yellow,
    };
    match definition.direction {
        Direction::Up => below(definition.unit, threshold, value),
        Direction::Down => above(definition.unit, threshold, value),
    }
}

/// How far inside a threshold an alert is over: a twentieth of it; of a percentage a twentieth of what is nearer, 0 or 100, so that it
/// can be reached.
fn margin(unit: Unit, threshold: f64) -> f64 {
    let size = match unit {
        Unit::Percent => threshold.abs().min((100.0 - threshold).abs()),
        Unit::Number => threshold.abs(),
    };
    INSIDE * size
}

impl Alert {
    /// Whether the deputy is to be told at a moment.
    #[must_use]
    pub fn climbs(&self, at: Time) -> bool {
        self.closed_at.is_none() && self.seen.is_none() && self.climbed_at.is_none() && self.climbs_at <= at
    }

    /// Whether somebody is named in its rule.
    #[must_use]
    pub fn is_of(&self, user: &str) -> bool {
        self.rule.person == user || self.rule.deputy.as_deref() == Some(user)
    }
}

impl NewRule {
    /// Reads a rule but for its people.
    ///
    /// # Errors
    /// `fields` with `dashboards-rules-indicator`, `-place`, `-when`, `-threshold`, `-no-light`, `-wait` and `-why` on their fields.
    pub fn parse(typed: &Typed, definitions: &[Arc<Definition>], places: &Places) -> Result<NewRule> {
        let definition = definitions
            .iter()
            .find(|definition| definition.code == typed.indicator);
        let place = typed.place.trim();
        let condition = parse_condition(typed, definition.map(Arc::as_ref));
        let wait_days = parse_wait(&typed.wait);
        let why = typed.why.replace("\r\n", "\n").trim().to_owned();
        let faults = [
            (definition.is_none(), ("indicator", "dashboards-rules-indicator")),
            (places.find(place).is_none(), ("place", "dashboards-rules-place")),
            (condition.is_err(), condition.err().unwrap_or_default()),
            (wait_days.is_none(), ("wait", "dashboards-rules-wait")),
            (
                why.is_empty() || why.chars().count() > MOST_WHY,
                ("why", "dashboards-rules-why"),
            ),
        ];
        let wrong = faults
            .into_iter()
            .filter(|(is_wrong, _)| *is_wrong)
            .fold(Problem::invalid("fields"), |wrong, (_, (field, code))| {
                wrong.field(field, code)
            });
        match (condition, wait_days, wrong.fields().is_empty()) {
            (Ok(condition), Some(wait_days), true) => Ok(NewRule {
                watched: Watched::Indicator(typed.indicator.clone()),
                place: place.to_owned(),
                condition,
                wait_days,
                why,
            }),
            _ => Err(wrong),
        }
    }
}

/// Reads what a rule waits for; an error names the field and its problem.
fn parse_condition(
    typed: &Typed,
    definition: Option<&Definition>,
) -> Result<Condition, (&'static str, &'static str)> {
    let number = || parse_number(&typed.threshold).ok_or(("threshold", "dashboards-rules-threshold"));
    let has_lights = definition.is_none_or(|definition| definition.lights.is_some());
    let light = |alarm: Alarm| match has_lights {
        true => Ok(Condition::Light(alarm)),
        false => Err(("when", "dashboards-rules-no-light")),
    };
    match typed.when.as_str() {
        "below" => number().map(Condition::Below),
        "above" => number().map(Condition::Above),
        "change" => match number()? {
            size if size > 0.0 => Ok(Condition::Change(size)),
            _ => Err(("threshold", "dashboards-rules-threshold")),
        },
        "yellow" => light(Alarm::Yellow),
        "red" => light(Alarm::Red),
        "stale" => match typed.threshold.trim().parse() {
            Ok(days) if (1..=MOST_STALE_DAYS).contains(&days) => Ok(Condition::Stale(days)),
            _ => Err(("threshold", "dashboards-rules-threshold")),
        },
        _ => Err(("when", "dashboards-rules-when")),
    }
}

/// Reads a number with a point or, as in Indonesian, a comma.
fn parse_number(typed: &str) -> Option<f64> {
    let number: f64 = typed.trim().replace(',', ".").parse().ok()?;
    number.is_finite().then_some(number)
}

/// Reads working days; empty for as many as are usual.
fn parse_wait(typed: &str) -> Option<u16> {
    match typed.trim() {
        "" => Some(WAIT_DAYS),
        typed => typed.parse().ok().filter(|days| *days <= MOST_WAIT_DAYS),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::indicators::model::definition::tests::WATER;

    fn water() -> Definition {
        Definition::parse(WATER).expect("a definition")
    }

    fn found(value: f64) -> Found {
        Found {
            period: "2026".into(),
            value: Some(value),
            ..Found::default()
        }
    }

    fn verdicts(condition: Condition, values: &[f64]) -> Vec<Verdict> {
        let judge = |value: &f64| condition.judge(&water(), &found(*value), Time(0));
        values.iter().map(judge).collect()
    }

    #[test]
    fn an_alert_opens_at_the_threshold_and_is_over_a_twentieth_inside_it() {
        use Verdict::{Fires, Over, Undecided};
        assert_eq!(
            verdicts(Condition::Below(60.0), &[59.9, 60.0, 61.9, 62.0]),
            [Fires, Undecided, Undecided, Over]
        );
        assert_eq!(
            verdicts(Condition::Above(10.0), &[10.1, 10.0, 9.6, 9.5]),
            [Fires, Undecided, Undecided, Over]
        );
        // Of 98 % a twentieth would lie beyond 100.
        assert_eq!(
            verdicts(Condition::Below(98.0), &[97.0, 98.05, 98.1]),
            [Fires, Undecided, Over]
        );
    }

    #[test]
    fn a_number_that_is_not_public_decides_nothing() {
        for condition in [
            Condition::Below(60.0),
            Condition::Above(60.0),
            Condition::Change(1.0),
            Condition::Light(Alarm::Red),
        ] {
            let verdict = condition.judge(&water(), &Found::default(), Time(0));
            assert_eq!(verdict, Verdict::Undecided, "{condition:?}");
        }
    }

    #[test]
    fn a_change_is_measured_against_the_period_before_in_both_directions() {
        let judge = |before: f64, now: f64| {
            let found = Found {
                before: Some(before),
                ..found(now)
            };
            Condition::Change(4.0).judge(&water(), &found, Time(0))
        };
        assert_eq!(judge(50.0, 45.0), Verdict::Fires);
        assert_eq!(judge(45.0, 50.0), Verdict::Fires);
        assert_eq!(judge(50.0, 53.9), Verdict::Undecided);
        assert_eq!(judge(50.0, 51.0), Verdict::Over);
    }

    #[test]
    fn a_number_is_stale_after_so_many_days_or_when_there_never_was_one() {
        let judge = |computed_at: Option<Time>| {
            let found = Found {
                computed_at,
                ..found(50.0)
            };
            Condition::Stale(30).judge(&water(), &found, Time(31 * DAY_MICROS))
        };
        assert_eq!(judge(Some(Time(DAY_MICROS))), Verdict::Over);
        assert_eq!(judge(Some(Time(DAY_MICROS - 1))), Verdict::Fires);
        assert_eq!(judge(None), Verdict::Fires);
    }

    #[test]
    fn a_condition_comes_back_from_its_json() {
        for condition in [
            Condition::Below(60.5),
            Condition::Light(Alarm::Red),
            Condition::Stale(30),
        ] {
            let json = serde_json::to_string(&condition).expect("JSON");
            assert_eq!(
                serde_json::from_str::<Condition>(&json).expect("a condition"),
                condition
            );
        }
    }
}
