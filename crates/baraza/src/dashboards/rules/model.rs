//! When a rule fires, when what it found is over, and rules as they are typed.

use std::sync::Arc;

use measures::progress::Direction;
use serde::{Deserialize, Serialize};

use crate::{
    dashboards::live::{
        Feeds,
        model::{Feed, Reading},
    },
    indicators::{
        model::{
            definition::{Definition, Dimension, Unit},
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
/// Minutes of silence that a rule may wait for at most: a week.
const MOST_SILENT_MINUTES: u32 = 7 * 24 * 60;
const MINUTE_MICROS: i64 = 60 * 1_000_000;
const DAY_MICROS: i64 = 24 * 60 * MINUTE_MICROS;

/// What a rule watches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Watched {
    /// Everybody together in a place, by the code of the indicator.
    Indicator(String),
    /// Some of them.
    Group(Group),
    /// What a sensor says last, by the code of its feed.
    Feed(String),
}

/// A group that an indicator tells apart within a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Code of the indicator.
    pub indicator: String,
    /// Names of the dimensions as an observation has them, `sex,age`.
    pub by: String,
    /// Their codes in the same order, `F,0-4`.
    pub codes: String,
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
    /// Its sensor said nothing for more than so many minutes.
    Silent(u32),
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

/// What may be told now of the number that an alert fired on.
#[derive(Debug, Clone, PartialEq)]
pub enum Standing {
    /// It fired on no number.
    NoNumber,
    /// It is public, as it stands now.
    Public(Found),
    /// It is withheld by now.
    Withheld,
    /// It was taken back, or nothing is left of it.
    Gone,
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
    /// A group of it, `sex=F,age=0-4`; empty for everybody together.
    pub group: String,
    /// Code of a feed; where one is given, the rule is about it and about no indicator.
    pub feed: String,
    /// Code of a place.
    pub place: String,
    /// `below`, `above`, `change`, `yellow`, `red`, `stale` or `silent`.
    pub when: String,
    /// A number; of `stale` days, of `silent` minutes.
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
            Watched::Indicator(_) | Watched::Group(_) => "indicator",
            Watched::Feed(_) => "feed",
        }
    }

    /// The code of what is watched.
    #[must_use]
    pub fn subject(&self) -> &str {
        match self {
            Watched::Indicator(code) | Watched::Feed(code) => code,
            Watched::Group(group) => &group.indicator,
        }
    }

    /// The group as it is kept and typed, `sex=F,age=0-4`; empty for everybody together and for feeds.
    #[must_use]
    pub fn part(&self) -> String {
        self.group().map(Group::written).unwrap_or_default()
    }

    /// The group, where it is one.
    #[must_use]
    pub fn group(&self) -> Option<&Group> {
        match self {
            Watched::Group(group) => Some(group),
            Watched::Indicator(_) | Watched::Feed(_) => None,
        }
    }

    /// Reads what [`Watched::kind`], [`Watched::subject`] and [`Watched::part`] say; `None` for what is not known.
    #[must_use]
    pub fn parse(kind: &str, subject: &str, part: &str) -> Option<Watched> {
        match (kind, part) {
            ("indicator", "") => Some(Watched::Indicator(subject.to_owned())),
            ("indicator", part) => Group::read(subject, part).map(Watched::Group),
            ("feed", "") => Some(Watched::Feed(subject.to_owned())),
            _ => None,
        }
    }
}

impl Group {
    /// Reads a group that somebody typed, in any order of its dimensions; `None` where the indicator is not broken down so.
    #[must_use]
    pub fn parse(typed: &str, definition: &Definition) -> Option<Group> {
        let typed = Group::read(&definition.code, typed)?;
        let names: Vec<&str> = typed.by.split(',').collect();
        let codes: Vec<&str> = typed.codes.split(',').collect();
        let set = definition.find_set(&names)?;
        let mut ordered = Vec::with_capacity(set.len());
        for &at in set {
            let dimension = &definition.dimensions[at];
            let typed_at = names.iter().position(|name| *name == dimension.name)?;
            let code = *codes.get(typed_at)?;
            let is_known =
                code == Dimension::UNKNOWN || dimension.codes.iter().any(|known| known.code == code);
            ordered.push(is_known.then_some(code)?);
        }
        Some(Group {
            by: definition.set_name(set),
            codes: ordered.join(","),
            indicator: typed.indicator,
        })
    }

    fn read(indicator: &str, part: &str) -> Option<Group> {
        let pairs: Vec<(&str, &str)> = part
            .split(',')
            .map(|pair| pair.split_once('='))
            .collect::<Option<_>>()?;
        let (names, codes): (Vec<&str>, Vec<&str>) = pairs
            .into_iter()
            .map(|(name, code)| (name.trim(), code.trim()))
            .unzip();
        Some(Group {
            indicator: indicator.to_owned(),
            by: names.join(","),
            codes: codes.join(","),
        })
    }

    fn written(&self) -> String {
        let pairs = self.by.split(',').zip(self.codes.split(','));
        pairs
            .map(|(name, code)| format!("{name}={code}"))
            .collect::<Vec<_>>()
            .join(",")
    }

    /// The observation of this group among those of its combination.
    fn cell<'a>(&self, told: &'a Told) -> Option<&'a Observation> {
        told.parts
            .iter()
            .map(|part| &part.observation)
            .find(|o| o.by == self.by && o.codes == self.codes)
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
    /// Reads what is public of the figure that is watched; `told` holds the groups of its combination.
    #[must_use]
    pub fn of(told: &Told, watched: &Watched) -> Found {
        match watched.group() {
            Some(group) => Found::of_group(told, group),
            None => Found::of_all(told),
        }
    }

    /// Reads what a sensor said last; `moment` says when, as it is told.
    #[must_use]
    pub fn of_reading(last: Option<&Reading>, moment: impl FnOnce(Time) -> String) -> Found {
        last.map_or_else(Found::default, |last| Found {
            period: moment(last.at),
            value: Some(last.value),
            before: None,
            computed_at: Some(last.received_at),
        })
    }

    fn of_group(told: &Told, group: &Group) -> Found {
        Found {
            period: told.period.clone(),
            value: group.cell(told).and_then(known_value),
            before: None,
            computed_at: told.run.as_ref().map(|run| run.computed_at),
        }
    }

    fn of_all(told: &Told) -> Found {
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

impl Standing {
    /// Tells what an alert fired on from what is public now of its place, in the period that it was about; `None` where the indicator
    /// is there no more. What a sensor said is public for good.
    #[must_use]
    pub fn of(fired_on: &Found, watched: &Watched, told: Option<&Told>) -> Standing {
        if fired_on.value.is_none() {
            return Standing::NoNumber;
        }
        if matches!(watched, Watched::Feed(_)) {
            return Standing::Public(fired_on.clone());
        }
        let Some(told) = told else {
            return Standing::Gone;
        };
        let now = Found::of(told, watched);
        let is_withheld = match watched.group() {
            Some(group) => group.cell(told).is_some_and(|o| o.status == Status::Suppressed),
            None => told.is_withheld(),
        };
        match (now.value, is_withheld) {
            (Some(_), _) => Standing::Public(Found {
                before: now.before.filter(|_| fired_on.before.is_some()),
                ..now
            }),
            (None, true) => Standing::Withheld,
            (None, false) => Standing::Gone,
        }
    }
}

/// The value of an observation that everybody may see.
fn known_value(o: &Observation) -> Option<f64> {
    o.figures.value.filter(|_| o.status == Status::Normal)
}

impl Condition {
    /// All words that a form offers.
    pub const WORDS: [&'static str; 7] = ["below", "above", "change", "red", "yellow", "stale", "silent"];

    /// The word that a form chooses it by.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Condition::Below(_) => "below",
            Condition::Above(_) => "above",
            Condition::Change(_) => "change",
            Condition::Light(alarm) => alarm.as_str(),
            Condition::Stale(_) => "stale",
            Condition::Silent(_) => "silent",
        }
    }

    /// Whether it can be waited for there: a group has no period before and no age of its own, a sensor no lights.
    #[must_use]
    pub fn fits(self, watched: &Watched) -> bool {
        match self {
            Condition::Below(_) | Condition::Above(_) => true,
            Condition::Light(_) => !matches!(watched, Watched::Feed(_)),
            Condition::Change(_) | Condition::Stale(_) => matches!(watched, Watched::Indicator(_)),
            Condition::Silent(_) => matches!(watched, Watched::Feed(_)),
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
            Condition::Silent(_) => Verdict::Undecided,
        }
    }

    /// Judges what a sensor said last at a moment. While the feed counts as silent its value is unknown, and decides nothing.
    #[must_use]
    pub fn judge_feed(self, feed: &Feed, last: Option<&Reading>, at: Time) -> Verdict {
        let value = last
            .filter(|last| at < feed.silent_at(last))
            .map(|last| last.value);
        match self {
            Condition::Below(threshold) => below(Unit::Number, threshold, value),
            Condition::Above(threshold) => above(Unit::Number, threshold, value),
            Condition::Silent(minutes) => match last {
                Some(last) if at.0 - last.received_at.0 <= i64::from(minutes) * MINUTE_MICROS => {
                    Verdict::Over
                }
                Some(_) | None => Verdict::Fires,
            },
            Condition::Change(_) | Condition::Light(_) | Condition::Stale(_) => Verdict::Undecided,
        }
    }

    /// The minutes of silence that it waits for.
    #[must_use]
    pub fn minutes(self) -> Option<u32> {
        match self {
            Condition::Silent(minutes) => Some(minutes),
            _ => None,
        }
    }

    /// The first moment in which it fires unless the sensor says something; `None` where it waits for no silence.
    #[must_use]
    pub fn silent_from(self, last: &Reading) -> Option<Time> {
        let minutes = self.minutes()?;
        Some(Time(last.received_at.0 + i64::from(minutes) * MINUTE_MICROS + 1))
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
    /// `fields` with `dashboards-rules-indicator`, `-group`, `-place`, `-when`, `-unfit`, `-threshold`, `-no-light`, `-wait` and `-why`, and
    /// `dashboards-live-feed-unknown`, on their fields.
    pub fn parse(
        typed: &Typed,
        definitions: &[Arc<Definition>],
        feeds: &Feeds,
        places: &Places,
    ) -> Result<NewRule> {
        let definition = definitions
            .iter()
            .find(|definition| definition.code == typed.indicator);
        let feed = feeds.find(typed.feed.trim()).map(|known| &known.feed);
        // A sensor measures where it stands.
        let place = feed.map_or(typed.place.trim(), |feed| feed.place.as_str());
        let watched = parse_watched(typed, definition.map(Arc::as_ref), feed);
        let condition =
            parse_condition(typed, definition.map(Arc::as_ref)).and_then(|condition| match &watched {
                Ok(watched) if !condition.fits(watched) => Err(("when", "dashboards-rules-unfit")),
                _ => Ok(condition),
            });
        let wait_days = parse_wait(&typed.wait);
        let why = typed.why.replace("\r\n", "\n").trim().to_owned();
        let has_words = (1..=MOST_WHY).contains(&why.chars().count());
        let faults: [Option<Fault>; 5] = [
            watched.as_ref().err().copied(),
            places
                .find(place)
                .is_none()
                .then_some(("place", "dashboards-rules-place")),
            condition.err(),
            (!has_words).then_some(("why", "dashboards-rules-why")),
            wait_days.is_none().then_some(("wait", "dashboards-rules-wait")),
        ];
        let wrong = faults
            .into_iter()
            .flatten()
            .fold(Problem::invalid("fields"), |wrong, (field, code)| {
                wrong.field(field, code)
            });
        match (watched, condition, wait_days, wrong.fields().is_empty()) {
            (Ok(watched), Ok(condition), Some(wait_days), true) => Ok(NewRule {
                watched,
                place: place.to_owned(),
                condition,
                wait_days,
                why,
            }),
            _ => Err(wrong),
        }
    }
}

/// A field and its problem.
type Fault = (&'static str, &'static str);

/// Reads what a rule watches: a sensor where one is named, else an indicator or a group of it.
fn parse_watched(
    typed: &Typed,
    definition: Option<&Definition>,
    feed: Option<&Feed>,
) -> Result<Watched, Fault> {
    if !typed.feed.trim().is_empty() {
        return feed
            .map(|feed| Watched::Feed(feed.code.clone()))
            .ok_or(("feed", "dashboards-live-feed-unknown"));
    }
    let definition = definition.ok_or(("indicator", "dashboards-rules-indicator"))?;
    match typed.group.trim() {
        "" => Ok(Watched::Indicator(definition.code.clone())),
        group => Group::parse(group, definition)
            .map(Watched::Group)
            .ok_or(("group", "dashboards-rules-group")),
    }
}

/// Reads what a rule waits for.
fn parse_condition(typed: &Typed, definition: Option<&Definition>) -> Result<Condition, Fault> {
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
        "silent" => match typed.threshold.trim().parse() {
            Ok(minutes) if (1..=MOST_SILENT_MINUTES).contains(&minutes) => Ok(Condition::Silent(minutes)),
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

    const WATER: &str = include_str!("../../../../indicators/src/indicators/model/definition/water.toml");

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
    fn a_group_is_read_in_any_order_and_only_where_the_indicator_has_it() {
        let water = water();
        let group = Group::parse(" size=5+, sex = F", &water).expect("a group");
        let swapped = Group::parse("sex=F,size=5+", &water);
        assert_eq!(Some(&group), swapped.as_ref());
        let set = water.find_set(&["sex", "size"]).expect("a combination");
        assert_eq!(group.by, water.set_name(set));
        for none in ["sex", "sex=X", "religion=F", "size=5+", "sex=F,sex=M", "=", ","] {
            assert_eq!(Group::parse(none, &water), None, "{none}");
        }
        let watched = Watched::Group(group);
        let again = Watched::parse(watched.kind(), watched.subject(), &watched.part());
        assert_eq!(again, Some(watched));
        assert_eq!(Watched::parse("feed", "gate", "sex=F"), None);
    }

    #[test]
    fn each_thing_is_watched_for_what_can_become_of_it() {
        let group = Watched::Group(Group {
            indicator: "6.1.1".into(),
            by: "sex".into(),
            codes: "F".into(),
        });
        let fits = |watched: &Watched| {
            let all = [
                Condition::Below(1.0),
                Condition::Above(1.0),
                Condition::Change(1.0),
                Condition::Light(Alarm::Red),
                Condition::Stale(1),
                Condition::Silent(1),
            ];
            let fitting = all.into_iter().filter(|condition| condition.fits(watched));
            fitting.map(Condition::word).collect::<Vec<_>>().join(" ")
        };
        let indicator = Watched::Indicator("6.1.1".into());
        assert_eq!(fits(&indicator), "below above change red stale");
        assert_eq!(fits(&group), "below above red");
        assert_eq!(fits(&Watched::Feed("gate".into())), "below above silent");
    }

    #[test]
    fn a_condition_comes_back_from_its_json() {
        for condition in [
            Condition::Below(60.5),
            Condition::Light(Alarm::Red),
            Condition::Stale(30),
            Condition::Silent(15),
        ] {
            let json = serde_json::to_string(&condition).expect("JSON");
            assert_eq!(
                serde_json::from_str::<Condition>(&json).expect("a condition"),
                condition
            );
        }
    }
}
