//! The clock of a request: instants fixed when it starts, lights derived from them, automatic steps up the ladder.
//!
//! Instants are computed once, by the profile in force then; a later edit of a calendar or a standard moves none of them.

use std::time::Duration;

use serde::Serialize;

use super::profile::Terms;
use crate::platform::{
    calendar::{Calendar, Span},
    time::Time,
};

/// Most automatic steps that are planned ahead: five levels have four.
pub const MOST_STEPS: usize = 4;

/// How a request stands with its promise; derived, never stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Light {
    /// Within the promise.
    White,
    Yellow,
    Red,
    /// Finished.
    Blue,
}

impl Light {
    pub const ALL: [Light; 4] = [Light::White, Light::Yellow, Light::Red, Light::Blue];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Light::White => "white",
            Light::Yellow => "yellow",
            Light::Red => "red",
            Light::Blue => "blue",
        }
    }

    #[must_use]
    pub fn parse(text: &str) -> Option<Light> {
        Light::ALL.into_iter().find(|light| light.as_str() == text)
    }
}

/// A running or stopped clock. All that is needed to tell the light of any moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clock {
    pub started_at: Time,
    pub yellow_at: Option<Time>,
    pub red_at: Option<Time>,
    /// When the request climbs by itself, the next first; at most [`MOST_STEPS`].
    pub steps: Vec<Time>,
    /// How long before a step the level that is about to lose the request is told; zero: not at all.
    pub notice: Duration,
    /// The next instant at which something happens; `None` while the clock stands still.
    pub due_at: Option<Time>,
    /// Since when it stands still.
    pub stopped_at: Option<Time>,
    /// How long it has stood still before.
    pub stood: Duration,
}

/// What happened at one instant, all by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Turn {
    pub at: Time,
    /// Yellow or red, where the light turned.
    pub light: Option<Light>,
    /// Whether the request climbed a level.
    pub climbs: bool,
    /// Whether a step is near.
    pub warns: bool,
}

impl Clock {
    /// Starts a clock for a request on a level (from 1).
    #[must_use]
    pub fn start(terms: &Terms, calendar: &Calendar, level: u8, at: Time) -> Clock {
        let mut clock = Clock {
            started_at: at,
            yellow_at: terms.yellow.map(|span| calendar.add(at, span)),
            red_at: terms.red.map(|span| calendar.add(at, span)),
            steps: Vec::new(),
            notice: terms.notice,
            due_at: None,
            stopped_at: None,
            stood: Duration::ZERO,
        };
        clock.keep_order();
        clock.plan(terms, calendar, level, at);
        clock
    }

    /// Plans the automatic steps anew from a level the request reaches at `at`; the lights stay.
    pub fn plan(&mut self, terms: &Terms, calendar: &Calendar, level: u8, at: Time) {
        let mut from = at;
        self.steps = terms
            .automatic_from(level)
            .map(|within| {
                from = calendar.add(from, within);
                from
            })
            .collect();
        self.due_at = if self.stopped_at.is_some() {
            None
        } else {
            self.next_after(at)
        };
    }

    /// Returns the light at a moment of a request that is not finished.
    #[must_use]
    pub fn light(&self, now: Time) -> Light {
        let at = self.stopped_at.unwrap_or(now);
        let has_come = |instant: Option<Time>| instant.is_some_and(|instant| instant <= at);
        if has_come(self.red_at) {
            Light::Red
        } else if has_come(self.yellow_at) {
            Light::Yellow
        } else {
            Light::White
        }
    }

    /// Passes every instant that has come, one after the other, and says what happened at each.
    pub fn run(&mut self, now: Time) -> Vec<Turn> {
        let mut turns = Vec::new();
        while let Some(at) = self.due_at.filter(|due| *due <= now) {
            let light = if self.red_at == Some(at) {
                Some(Light::Red)
            } else {
                (self.yellow_at == Some(at)).then_some(Light::Yellow)
            };
            let climbs = self.steps.first() == Some(&at);
            let warns = !climbs && self.warning() == Some(at);
            if climbs {
                self.steps.remove(0);
            }
            self.due_at = self.next_after(at);
            turns.push(Turn {
                at,
                light,
                climbs,
                warns,
            });
        }
        turns
    }

    /// Stops the clock. Instants up to `at` must have been passed.
    pub fn stop(&mut self, at: Time) {
        if self.stopped_at.is_none() {
            self.stopped_at = Some(at);
        }
        self.due_at = None;
    }

    /// Lets a stopped clock go on: what was left of every span is left again.
    pub fn resume(&mut self, terms: &Terms, calendar: &Calendar, level: u8, at: Time) {
        let Some(stopped) = self.stopped_at.take() else {
            return;
        };
        let shift = |instant: Time, span: Span| calendar.shift(instant, span, stopped, at);
        self.yellow_at = self
            .yellow_at
            .zip(terms.yellow)
            .map(|(instant, span)| shift(instant, span))
            .or(self.yellow_at);
        self.red_at = self
            .red_at
            .zip(terms.red)
            .map(|(instant, span)| shift(instant, span))
            .or(self.red_at);
        for (step, within) in self.steps.iter_mut().zip(terms.automatic_from(level)) {
            *step = shift(*step, within);
        }
        self.keep_order();
        self.stood += at.since(stopped);
        self.due_at = self.next_after(at);
    }

    /// Returns the first instant after `at` at which something happens.
    #[must_use]
    pub fn next_after(&self, at: Time) -> Option<Time> {
        [
            self.yellow_at,
            self.red_at,
            self.steps.first().copied(),
            self.warning(),
        ]
        .into_iter()
        .flatten()
        .filter(|instant| *instant > at)
        .min()
    }

    /// A service's own yellow may be later than the profile's red: red never comes before yellow.
    fn keep_order(&mut self) {
        if let (Some(yellow), Some(red)) = (self.yellow_at, self.red_at) {
            self.red_at = Some(red.max(yellow));
        }
    }

    fn warning(&self) -> Option<Time> {
        let step = self.steps.first().filter(|_| !self.notice.is_zero())?;
        Some(step.minus(self.notice))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::requests::model::profile::{Profile, shipped};

    fn at(text: &str) -> Time {
        Time::parse(text).expect("a moment")
    }

    fn lapor() -> Profile {
        Profile::parse(shipped::LAPOR).expect("the shipped profile")
    }

    fn helpline() -> Profile {
        Profile::parse(shipped::HELPLINE_2014).expect("the shipped profile")
    }

    fn started(profile: &Profile, text: &str) -> Clock {
        Clock::start(&profile.terms(None), &profile.calendar, 1, at(text))
    }

    #[test]
    fn lapor_turns_yellow_at_the_end_of_day_3_and_red_at_the_end_of_day_6() {
        // Monday 2026-11-16, 09:00 in Jakarta (UTC+7).
        let clock = started(&lapor(), "2026-11-16T02:00:00Z");
        for (moment, light) in [
            ("2026-11-16T02:00:00Z", Light::White),
            ("2026-11-19T16:59:59Z", Light::White),
            ("2026-11-19T17:00:00Z", Light::Yellow),
            ("2026-11-22T16:59:59Z", Light::Yellow),
            ("2026-11-22T17:00:00Z", Light::Red),
            ("2027-01-01T00:00:00Z", Light::Red),
        ] {
            assert_eq!(clock.light(at(moment)), light, "{moment}");
        }
    }

    #[test]
    fn a_clock_left_alone_for_a_month_passes_every_instant_in_order_and_at_its_own_time() {
        let profile = helpline();
        let mut clock = started(&profile, "2026-11-16T04:30:00Z");
        let planned = clock.clone();
        let turns = clock.run(at("2027-12-01T00:00:00Z"));
        assert!(turns.is_sorted_by_key(|turn| turn.at));
        let climbs: Vec<Time> = turns
            .iter()
            .filter(|turn| turn.climbs)
            .map(|turn| turn.at)
            .collect();
        assert_eq!(climbs, planned.steps, "L1 to L4, by itself");
        assert_eq!(climbs.len(), 3);
        let lights: Vec<_> = turns
            .iter()
            .filter_map(|turn| Some((turn.light?, turn.at)))
            .collect();
        assert_eq!(
            lights,
            [
                (Light::Yellow, planned.yellow_at.expect("yellow")),
                (Light::Red, planned.red_at.expect("red"))
            ]
        );
        assert_eq!(clock.due_at, None);
        assert!(
            clock.run(at("2030-01-01T00:00:00Z")).is_empty(),
            "nothing happens twice"
        );
    }

    #[test]
    fn it_does_not_matter_how_often_anybody_looks() {
        let profile = helpline();
        let end = at("2027-03-01T00:00:00Z");
        let mut once = started(&profile, "2026-11-16T04:30:00Z");
        let all = once.run(end);
        let mut often = started(&profile, "2026-11-16T04:30:00Z");
        let mut pieces = Vec::new();
        let mut now = often.started_at;
        while now < end {
            now = now.plus(Duration::from_secs(3_607)).min(end);
            pieces.extend(often.run(now));
        }
        assert_eq!(pieces, all);
        assert_eq!(often, once);
    }

    #[test]
    fn a_stopped_clock_keeps_its_light_and_does_nothing() {
        let mut clock = started(&lapor(), "2026-11-16T02:00:00Z");
        clock.run(at("2026-11-20T02:00:00Z"));
        clock.stop(at("2026-11-20T02:00:00Z"));
        assert_eq!(clock.light(at("2027-06-01T00:00:00Z")), Light::Yellow);
        assert!(clock.run(at("2027-06-01T00:00:00Z")).is_empty());
    }

    #[test]
    fn a_clock_that_goes_on_has_as_much_left_as_when_it_stopped() {
        let profile = lapor();
        let mut clock = started(&profile, "2026-11-16T02:00:00Z");
        clock.stop(at("2026-11-17T02:00:00Z"));
        clock.resume(
            &profile.terms(None),
            &profile.calendar,
            1,
            at("2026-11-27T02:00:00Z"),
        );
        // Two days were left until the end of day 3, five until the end of day 6.
        assert_eq!(clock.yellow_at, Some(at("2026-11-29T17:00:00Z")));
        assert_eq!(clock.red_at, Some(at("2026-12-02T17:00:00Z")));
        assert_eq!(
            (clock.due_at, clock.stood),
            (clock.yellow_at, Duration::from_secs(10 * 86_400))
        );
    }

    #[test]
    fn a_light_that_was_lit_before_the_pause_stays_lit() {
        let profile = lapor();
        let mut clock = started(&profile, "2026-11-16T02:00:00Z");
        let yellow = clock.yellow_at;
        clock.run(at("2026-11-20T02:00:00Z"));
        clock.stop(at("2026-11-20T02:00:00Z"));
        clock.resume(
            &profile.terms(None),
            &profile.calendar,
            1,
            at("2026-11-24T02:00:00Z"),
        );
        assert_eq!(clock.yellow_at, yellow);
        assert_eq!(clock.light(at("2026-11-24T02:00:00Z")), Light::Yellow);
        assert_eq!(
            clock.red_at,
            Some(at("2026-11-26T17:00:00Z")),
            "two days were left"
        );
    }
}
