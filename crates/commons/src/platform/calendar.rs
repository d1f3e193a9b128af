//! Working time: weeks of intervals, holidays, the zone's own clocks; what a span of it comes to, to the microsecond.

use std::{collections::BTreeMap, fmt, str::FromStr, time::Duration};

use jiff::{
    ToSpan,
    civil::{Date, Time as Clocks, Weekday},
    tz::{AmbiguousOffset, TimeZone},
};
use serde::{Deserialize, Serialize};

use super::{time::Time, words::Words};

/// The end of time as calendars reckon: nothing falls due on it.
pub const NEVER: Time = Time(253_370_764_800_000_000);
const MINUTES_A_DAY: u16 = 24 * 60;
const MICROS_A_MINUTE: i64 = 60_000_000;
/// How far ahead a working day is looked for: a list of holidays never covers so much.
const FARTHEST_DAYS: i64 = 40_000;

/// A promised span: so many days or hours, of the calendar or of working time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Span {
    /// Until midnight after so many days; the day it starts on is not counted.
    EndOfDay(u16),
    /// Until midnight after so many working days; the day it starts on is not counted.
    EndOfWorkingDay(u16),
    /// Until the same time so many days later.
    Days(u16),
    /// Until the same working time so many working days later.
    WorkingDays(u16),
    /// Minutes that pass.
    Minutes(u32),
    /// Minutes that pass while the office is open.
    WorkingMinutes(u32),
}

/// Why a text is no span.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is no span; write it like \"end of day 3\", \"end of working day 5\", \"15 days\", \"10 working days\", \"48 hours\", \"8 working hours\" or \"30 minutes\""
)]
pub struct SpanProblem(pub String);

impl FromStr for Span {
    type Err = SpanProblem;

    fn from_str(text: &str) -> Result<Span, SpanProblem> {
        let wrong = || SpanProblem(text.to_owned());
        let days = |n: &str| n.parse().ok().filter(|n| *n <= 3_660).ok_or_else(wrong);
        let minutes = |n: &str, each: u32| {
            let n: u32 = n.parse().ok().filter(|n| *n <= 100_000).ok_or_else(wrong)?;
            Ok(n * each)
        };
        match text.split_whitespace().collect::<Vec<_>>().as_slice() {
            ["end", "of", "day", n] => Ok(Span::EndOfDay(days(n)?)),
            ["end", "of", "working", "day", n] => Ok(Span::EndOfWorkingDay(days(n)?)),
            [n, "day" | "days"] => Ok(Span::Days(days(n)?)),
            [n, "working", "day" | "days"] => Ok(Span::WorkingDays(days(n)?)),
            [n, "hour" | "hours"] => Ok(Span::Minutes(minutes(n, 60)?)),
            [n, "minute" | "minutes"] => Ok(Span::Minutes(minutes(n, 1)?)),
            [n, "working", "hour" | "hours"] => Ok(Span::WorkingMinutes(minutes(n, 60)?)),
            [n, "working", "minute" | "minutes"] => Ok(Span::WorkingMinutes(minutes(n, 1)?)),
            _ => Err(wrong()),
        }
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let many = |n: u32| if n == 1 { "" } else { "s" };
        match *self {
            Span::EndOfDay(n) => write!(f, "end of day {n}"),
            Span::EndOfWorkingDay(n) => write!(f, "end of working day {n}"),
            Span::Days(n) => write!(f, "{n} day{}", many(n.into())),
            Span::WorkingDays(n) => write!(f, "{n} working day{}", many(n.into())),
            Span::Minutes(n) if n % 60 == 0 => write!(f, "{} hour{}", n / 60, many(n / 60)),
            Span::Minutes(n) => write!(f, "{n} minute{}", many(n)),
            Span::WorkingMinutes(n) if n % 60 == 0 => write!(f, "{} working hour{}", n / 60, many(n / 60)),
            Span::WorkingMinutes(n) => write!(f, "{n} working minute{}", many(n)),
        }
    }
}

impl TryFrom<String> for Span {
    type Error = SpanProblem;

    fn try_from(text: String) -> Result<Span, SpanProblem> {
        text.parse()
    }
}

impl From<Span> for String {
    fn from(span: Span) -> String {
        span.to_string()
    }
}

/// When an office is open on one day: minutes after midnight, `from` before `to`, `to` at most 24:00.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct Interval {
    from: u16,
    to: u16,
}

/// Why a text is no opening interval.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is no interval of a day; write it like \"07:30-16:00\", the end after the beginning and at most 24:00"
)]
pub struct IntervalProblem(pub String);

impl TryFrom<String> for Interval {
    type Error = IntervalProblem;

    fn try_from(text: String) -> Result<Interval, IntervalProblem> {
        let minutes = |part: &str| -> Option<u16> {
            let (hours, minutes) = part.trim().split_once(':')?;
            let (hours, minutes): (u16, u16) = (hours.parse().ok()?, minutes.parse().ok()?);
            let total = hours.checked_mul(60)?.checked_add(minutes)?;
            (minutes < 60 && total <= MINUTES_A_DAY).then_some(total)
        };
        let read = || {
            let (from, to) = text.split_once('-')?;
            Some(Interval {
                from: minutes(from)?,
                to: minutes(to)?,
            })
            .filter(|interval| interval.from < interval.to)
        };
        read().ok_or_else(|| IntervalProblem(text.clone()))
    }
}

impl From<Interval> for String {
    fn from(Interval { from, to }: Interval) -> String {
        format!("{:02}:{:02}-{:02}:{:02}", from / 60, from % 60, to / 60, to % 60)
    }
}

/// A working calendar in a time zone.
#[derive(Debug, Clone)]
pub struct Calendar {
    zone: TimeZone,
    /// Monday first.
    week: [Vec<Interval>; 7],
    holidays: BTreeMap<Date, Words>,
}

/// Why a working week is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CalendarProblem {
    #[error("no day of the week has working hours; give at least one, as in monday = [\"08:00-16:00\"]")]
    NeverOpen,
    #[error("the intervals of {0} overlap or stand in the wrong order; write them from morning to evening")]
    Overlap(&'static str),
}

const DAYS: [&str; 7] = [
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
];

impl Calendar {
    /// Makes a calendar of a week (Monday first) and holidays.
    ///
    /// # Errors
    /// When no day is open or intervals of a day overlap.
    pub fn new(
        zone: TimeZone,
        week: [Vec<Interval>; 7],
        holidays: BTreeMap<Date, Words>,
    ) -> Result<Calendar, CalendarProblem> {
        if week.iter().all(Vec::is_empty) {
            return Err(CalendarProblem::NeverOpen);
        }
        for (day, intervals) in DAYS.into_iter().zip(&week) {
            if intervals.windows(2).any(|pair| pair[0].to > pair[1].from) {
                return Err(CalendarProblem::Overlap(day));
            }
        }
        Ok(Calendar { zone, week, holidays })
    }

    #[must_use]
    pub fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// Returns the day on which a moment falls at the place.
    #[must_use]
    pub fn day(&self, at: Time) -> Date {
        at.timestamp().to_zoned(self.zone.clone()).date()
    }

    /// Tells whether the office opens on a day.
    #[must_use]
    pub fn is_working_day(&self, day: Date) -> bool {
        !self.holidays.contains_key(&day) && !self.intervals(day.weekday()).is_empty()
    }

    /// Returns the hours of the week, Monday first.
    #[must_use]
    pub fn week(&self) -> &[Vec<Interval>; 7] {
        &self.week
    }

    /// Returns the days on which the office stays closed, with what they are called.
    #[must_use]
    pub fn holidays(&self) -> &BTreeMap<Date, Words> {
        &self.holidays
    }

    /// Returns the day itself when the office opens on it, else the next day on which it does.
    #[must_use]
    pub fn working_day_from(&self, day: Date) -> Date {
        if self.is_working_day(day) {
            return day;
        }
        self.nth_working_day(day, 1).unwrap_or(day)
    }

    /// Returns the day that is so many working days before a day; the day itself for none.
    #[must_use]
    pub fn working_days_before(&self, day: Date, n: u16) -> Date {
        if n == 0 {
            return day;
        }
        (1..FARTHEST_DAYS)
            .map(|behind| self.days_after(day, -behind))
            .filter(|day| self.is_working_day(*day))
            .nth(usize::from(n - 1))
            .unwrap_or(day)
    }

    /// Returns the moment a day begins at the place.
    #[must_use]
    pub fn start_of(&self, day: Date) -> Time {
        day.to_zoned(self.zone.clone())
            .map_or(NEVER, |at| Time(at.timestamp().as_microsecond()))
    }

    /// Returns what a holiday is called.
    #[must_use]
    pub fn holiday(&self, day: Date) -> Option<&Words> {
        self.holidays.get(&day)
    }

    /// Returns the moment a span that starts at `from` ends; [`NEVER`] beyond all calendars.
    #[must_use]
    pub fn add(&self, from: Time, span: Span) -> Time {
        match span {
            Span::EndOfDay(n) => self.end_of(self.days_after(self.day(from), n.into())),
            Span::EndOfWorkingDay(0) => self.end_of(self.day(from)),
            Span::EndOfWorkingDay(n) => self
                .nth_working_day(self.day(from), n)
                .map_or(NEVER, |day| self.end_of(day)),
            Span::Days(n) => self.same_time_on(from, self.days_after(self.day(from), n.into())),
            Span::WorkingDays(n) => {
                let from = self.add(from, Span::WorkingMinutes(0));
                let day = match n {
                    0 => return from,
                    n => self.nth_working_day(self.day(from), n),
                };
                day.map_or(NEVER, |day| {
                    self.add(self.same_time_on(from, day), Span::WorkingMinutes(0))
                })
            }
            Span::Minutes(n) => from.plus(Duration::from_secs(u64::from(n) * 60)),
            Span::WorkingMinutes(n) => self.add_working(from, i64::from(n) * MICROS_A_MINUTE),
        }
    }

    /// Returns where a moment that ends a span moves to when the clock stood still from `stopped` to `resumed`.
    ///
    /// What was left of the span when the clock stopped is left again when it resumes, counted the way the span is
    /// counted. A moment that had come when the clock stopped stays where it is.
    #[must_use]
    pub fn shift(&self, ends: Time, span: Span, stopped: Time, resumed: Time) -> Time {
        if ends <= stopped || resumed <= stopped || ends == NEVER {
            return ends;
        }
        let last_day = self.day(Time(ends.0 - 1));
        match span {
            Span::Days(_) | Span::Minutes(_) => ends.plus(resumed.since(stopped)),
            Span::EndOfDay(_) => {
                let left = (last_day - self.day(stopped)).get_days();
                self.end_of(self.days_after(self.day(resumed), left.into()))
            }
            Span::EndOfWorkingDay(_) => {
                let left = self.working_days_between(self.day(stopped), last_day);
                self.add(resumed, Span::EndOfWorkingDay(left))
            }
            Span::WorkingDays(_) | Span::WorkingMinutes(_) => {
                self.add_working(resumed, self.working_between(stopped, ends))
            }
        }
    }

    /// Returns the working time between two moments, in microseconds.
    #[must_use]
    pub fn working_between(&self, from: Time, to: Time) -> i64 {
        let (mut day, last) = (self.day(from), self.day(to));
        let mut total = 0;
        while day <= last {
            for (opens, closes) in self.openings(day) {
                total += (closes.min(to).0 - opens.max(from).0).max(0);
            }
            match day.tomorrow() {
                Ok(next) => day = next,
                Err(_) => break,
            }
        }
        total
    }

    fn intervals(&self, weekday: Weekday) -> &[Interval] {
        &self.week[usize::from(weekday.to_monday_zero_offset().unsigned_abs())]
    }

    /// When the office opens and closes on a day, in order; what the zone's clocks skip is not there.
    fn openings(&self, day: Date) -> Vec<(Time, Time)> {
        if !self.is_working_day(day) {
            return Vec::new();
        }
        let mut closed = Time(i64::MIN);
        self.intervals(day.weekday())
            .iter()
            .map(|interval| {
                let opens = self.moment(day, interval.from, Edge::Opening).max(closed);
                closed = self.moment(day, interval.to, Edge::Closing).max(opens);
                (opens, closed)
            })
            .collect()
    }

    /// When clocks show a time that does not exist the moment they jump counts; of a time that comes twice the
    /// outer one, so that an office is open through both.
    fn moment(&self, day: Date, minutes: u16, edge: Edge) -> Time {
        if minutes == MINUTES_A_DAY {
            return self.end_of(day);
        }
        let clocks = Clocks::constant((minutes / 60) as i8, (minutes % 60) as i8, 0, 0);
        let ambiguous = self.zone.to_ambiguous_timestamp(day.to_datetime(clocks));
        let found = match ambiguous.offset() {
            AmbiguousOffset::Gap { .. } => ambiguous.earlier().map(|before| {
                let jump = self.zone.following(before).next();
                jump.map_or(before, |jump| jump.timestamp())
            }),
            AmbiguousOffset::Fold { .. } if edge == Edge::Closing => ambiguous.later(),
            _ => ambiguous.compatible(),
        };
        found.map_or(NEVER, |at| Time(at.as_microsecond()))
    }

    /// Returns the moment a day ends at the place: the midnight after it.
    #[must_use]
    pub fn end_of(&self, day: Date) -> Time {
        day.tomorrow()
            .and_then(|next| next.to_zoned(self.zone.clone()))
            .map_or(NEVER, |at| Time(at.timestamp().as_microsecond()))
    }

    fn same_time_on(&self, at: Time, day: Date) -> Time {
        let clocks = at.timestamp().to_zoned(self.zone.clone()).time();
        day.to_datetime(clocks)
            .to_zoned(self.zone.clone())
            .map_or(NEVER, |at| Time(at.timestamp().as_microsecond()))
    }

    fn days_after(&self, day: Date, n: i64) -> Date {
        day.saturating_add(n.days())
    }

    /// The `n`-th working day after a day, which itself is not counted; `n` above 0.
    fn nth_working_day(&self, day: Date, n: u16) -> Option<Date> {
        (1..FARTHEST_DAYS)
            .map(|ahead| self.days_after(day, ahead))
            .filter(|day| self.is_working_day(*day))
            .nth(usize::from(n.saturating_sub(1)))
    }

    /// Working days after `after` up to and with `last`.
    fn working_days_between(&self, after: Date, last: Date) -> u16 {
        let n = (1..FARTHEST_DAYS)
            .map(|ahead| self.days_after(after, ahead))
            .take_while(|day| *day <= last)
            .filter(|day| self.is_working_day(*day))
            .count();
        u16::try_from(n).unwrap_or(u16::MAX)
    }

    fn add_working(&self, from: Time, mut left: i64) -> Time {
        let first = self.day(from);
        for ahead in 0..FARTHEST_DAYS {
            for (opens, closes) in self.openings(self.days_after(first, ahead)) {
                let opens = opens.max(from);
                if opens >= closes {
                    continue;
                }
                if left <= closes.0 - opens.0 {
                    return Time(opens.0 + left);
                }
                left -= closes.0 - opens.0;
            }
        }
        NEVER
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Edge {
    Opening,
    Closing,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Time {
        Time::parse(text).expect("a moment")
    }

    fn office(zone: &str, week: &[(usize, &[&str])], holidays: &[&str]) -> Calendar {
        let mut days: [Vec<Interval>; 7] = Default::default();
        for (day, intervals) in week {
            days[*day] = intervals
                .iter()
                .map(|text| Interval::try_from((*text).to_owned()).expect("an interval"))
                .collect();
        }
        let holidays = holidays
            .iter()
            .map(|day| (day.parse().expect("a day"), Words::default()))
            .collect();
        Calendar::new(TimeZone::get(zone).expect("a zone"), days, holidays).expect("a calendar")
    }

    /// Monday to Thursday with a lunch break, a short Friday.
    fn jakarta() -> Calendar {
        let long: &[&str] = &["07:30-12:00", "13:00-16:00"];
        office(
            "Asia/Jakarta",
            &[(0, long), (1, long), (2, long), (3, long), (4, &["07:30-11:30"])],
            &["2026-12-25"],
        )
    }

    fn all_day(zone: &str) -> Calendar {
        let day: &[&str] = &["00:00-24:00"];
        office(
            zone,
            &[
                (0, day),
                (1, day),
                (2, day),
                (3, day),
                (4, day),
                (5, day),
                (6, day),
            ],
            &[],
        )
    }

    #[test]
    fn spans_are_read_and_written_alike() {
        for text in [
            "end of day 3",
            "end of working day 5",
            "15 days",
            "1 day",
            "10 working days",
            "48 hours",
            "8 working hours",
            "30 minutes",
            "90 working minutes",
        ] {
            assert_eq!(text.parse::<Span>().expect("reads").to_string(), text);
        }
        for text in [
            "",
            "3",
            "three days",
            "3 weeks",
            "-1 days",
            "9999 days",
            "end of day",
            "1.5 hours",
        ] {
            let problem = text.parse::<Span>().expect_err(text);
            assert!(problem.to_string().contains("write it like"), "{problem}");
        }
    }

    #[test]
    fn the_day_something_starts_on_is_not_counted() {
        // Monday 09:00 in Jakarta; day 3 is Thursday and ends on Friday 00:00 local, Thursday 17:00Z.
        let from = at("2026-11-16T02:00:00Z");
        assert_eq!(jakarta().add(from, Span::EndOfDay(3)), at("2026-11-19T17:00:00Z"));
        assert_eq!(jakarta().add(from, Span::EndOfDay(6)), at("2026-11-22T17:00:00Z"));
        assert_eq!(jakarta().add(from, Span::EndOfDay(0)), at("2026-11-16T17:00:00Z"));
    }

    #[test]
    fn weekends_and_holidays_are_no_working_days() {
        // Thursday 24 December: Friday is a holiday, so working day 1 is Monday 28.
        let from = at("2026-12-24T02:00:00Z");
        assert_eq!(
            jakarta().add(from, Span::EndOfWorkingDay(1)),
            at("2026-12-28T17:00:00Z")
        );
        assert_eq!(
            jakarta().add(from, Span::WorkingDays(1)),
            at("2026-12-28T02:00:00Z")
        );
        assert!(jakarta().holiday("2026-12-25".parse().expect("a day")).is_some());
    }

    #[test]
    fn working_hours_pass_only_while_the_office_is_open() {
        // Monday 11:00 to 12:00, then 13:00 to 15:00: three hours.
        assert_eq!(
            jakarta().add(at("2026-11-16T04:00:00Z"), Span::WorkingMinutes(180)),
            at("2026-11-16T08:00:00Z")
        );
        // Friday 11:00: half an hour, then the weekend, then half an hour from Monday 07:30.
        assert_eq!(
            jakarta().add(at("2026-11-20T04:00:00Z"), Span::WorkingMinutes(60)),
            at("2026-11-23T01:00:00Z")
        );
        // What comes on Sunday starts on Monday morning.
        assert_eq!(
            jakarta().add(at("2026-11-22T04:00:00Z"), Span::WorkingMinutes(0)),
            at("2026-11-23T00:30:00Z")
        );
        // A span that ends when the office closes ends then, not when it opens again.
        assert_eq!(
            jakarta().add(at("2026-11-16T06:00:00Z"), Span::WorkingMinutes(180)),
            at("2026-11-16T09:00:00Z")
        );
    }

    #[test]
    fn a_working_day_ends_at_the_same_time_or_when_the_office_opens_next() {
        // Thursday 15:00 plus a working day is Friday 15:00, when the office is closed: Monday 07:30.
        assert_eq!(
            jakarta().add(at("2026-11-19T08:00:00Z"), Span::WorkingDays(1)),
            at("2026-11-23T00:30:00Z")
        );
        assert_eq!(
            jakarta().add(at("2026-11-16T02:00:00Z"), Span::WorkingDays(3)),
            at("2026-11-19T02:00:00Z")
        );
        // After closing the day counts from the next morning.
        assert_eq!(
            jakarta().add(at("2026-11-16T13:00:00Z"), Span::WorkingDays(1)),
            at("2026-11-18T00:30:00Z")
        );
    }

    #[test]
    fn the_day_clocks_jump_has_an_hour_less_and_the_day_they_fall_back_one_more() {
        let boston = all_day("America/New_York");
        // 2026-03-08: 02:00 EST becomes 03:00 EDT.
        assert_eq!(
            boston.working_between(at("2026-03-08T05:00:00Z"), at("2026-03-09T04:00:00Z")),
            23 * 3_600_000_000
        );
        // 2026-11-01: 02:00 EDT becomes 01:00 EST.
        assert_eq!(
            boston.working_between(at("2026-11-01T04:00:00Z"), at("2026-11-02T05:00:00Z")),
            25 * 3_600_000_000
        );
        // A calendar day later is the same time on the clock: 23 hours pass.
        assert_eq!(
            boston.add(at("2026-03-07T17:00:00Z"), Span::Days(1)),
            at("2026-03-08T16:00:00Z")
        );
        assert_eq!(
            boston.add(at("2026-03-07T17:00:00Z"), Span::Minutes(24 * 60)),
            at("2026-03-08T17:00:00Z")
        );
        assert_eq!(
            boston.add(at("2026-03-07T17:00:00Z"), Span::EndOfDay(1)),
            at("2026-03-09T04:00:00Z")
        );
    }

    #[test]
    fn an_interval_that_begins_in_an_hour_that_does_not_exist_begins_when_clocks_jump() {
        let night = office("America/New_York", &[(6, &["01:30-02:30", "02:45-04:00"])], &[]);
        // Sunday 2026-03-08: open 01:30 to 02:00 EST, then from the jump (03:00 EDT) to 04:00 EDT.
        assert_eq!(
            night.working_between(at("2026-03-08T05:00:00Z"), at("2026-03-09T00:00:00Z")),
            90 * 60_000_000
        );
        assert_eq!(
            night.add(at("2026-03-08T05:00:00Z"), Span::WorkingMinutes(31)),
            at("2026-03-08T07:01:00Z")
        );
    }

    #[test]
    fn an_interval_in_an_hour_that_comes_twice_is_open_both_times() {
        let night = office("America/New_York", &[(6, &["01:00-01:30", "01:30-03:00"])], &[]);
        // Sunday 2026-11-01: 01:00 EDT to 03:00 EST is three hours.
        assert_eq!(
            night.working_between(at("2026-11-01T04:00:00Z"), at("2026-11-02T04:00:00Z")),
            180 * 60_000_000
        );
    }

    #[test]
    fn a_midnight_that_does_not_exist_is_the_first_moment_of_the_day() {
        // Cairo 2026-04-24: clocks go from 00:00 to 01:00.
        let cairo = all_day("Africa/Cairo");
        assert_eq!(
            cairo.add(at("2026-04-23T10:00:00Z"), Span::EndOfDay(0)),
            at("2026-04-23T22:00:00Z")
        );
    }

    #[test]
    fn a_pause_gives_back_exactly_what_was_left() {
        let office = jakarta();
        let start = at("2026-11-16T02:00:00Z");
        let (stopped, resumed) = (at("2026-11-17T02:00:00Z"), at("2026-11-20T02:00:00Z"));
        let shift = |span| office.shift(office.add(start, span), span, stopped, resumed);
        // Day 3 (Thursday) was two days ahead on Tuesday, so it is Sunday when resumed on Friday.
        assert_eq!(shift(Span::EndOfDay(3)), at("2026-11-22T17:00:00Z"));
        // Two working days were left: from Friday that is Tuesday.
        assert_eq!(shift(Span::EndOfWorkingDay(3)), at("2026-11-24T17:00:00Z"));
        assert_eq!(shift(Span::Minutes(72 * 60)), at("2026-11-22T02:00:00Z"));
        // Monday 09:00 plus ten hours is Tuesday 11:30; two and a half were left on Tuesday 09:00, so Friday 11:30.
        assert_eq!(shift(Span::WorkingMinutes(600)), at("2026-11-20T04:30:00Z"));
        // What had come stays.
        assert_eq!(office.shift(start, Span::Days(0), stopped, resumed), start);
    }

    #[test]
    fn a_pause_of_no_time_changes_nothing_whatever_the_span_and_the_moment() {
        let office = jakarta();
        for hour in 0..24 * 9 {
            let start = Time(at("2026-12-20T00:00:00Z").0 + hour * 3_600_000_000);
            for span in [
                Span::EndOfDay(2),
                Span::EndOfWorkingDay(2),
                Span::Days(2),
                Span::Minutes(90),
            ] {
                let ends = office.add(start, span);
                let stopped = Time(start.0 + 60_000_000);
                assert_eq!(
                    office.shift(ends, span, stopped, Time(stopped.0 + 1)).0 / 60_000_000,
                    ends.0 / 60_000_000,
                    "{span} from {start}"
                );
            }
            let ends = office.add(start, Span::WorkingMinutes(300));
            let resumed = Time(start.0 + 1);
            assert!(
                office.working_between(
                    resumed,
                    office.shift(ends, Span::WorkingMinutes(300), start, resumed)
                ) == 300 * 60_000_000
            );
        }
    }

    #[test]
    fn adding_working_time_and_measuring_it_agree() {
        for calendar in [
            jakarta(),
            all_day("America/New_York"),
            office(
                "Australia/Lord_Howe",
                &[(6, &["00:15-03:45"]), (2, &["09:00-17:00"])],
                &[],
            ),
        ] {
            for step in 0..400 {
                let from = Time(at("2026-03-01T00:00:00Z").0 + step * 17_391_000_000);
                for minutes in [1, 59, 480, 2_000] {
                    let to = calendar.add(from, Span::WorkingMinutes(minutes));
                    assert_eq!(
                        calendar.working_between(from, to),
                        i64::from(minutes) * 60_000_000,
                        "{from} + {minutes}"
                    );
                }
            }
        }
    }

    #[test]
    fn a_week_that_never_opens_or_overlaps_is_refused() {
        let read = |text: &str| Interval::try_from(text.to_owned());
        for text in ["16:00-08:00", "8-16", "08:00-25:00", "08:60-09:00", "08:00"] {
            assert!(read(text).is_err(), "{text}");
        }
        let zone = TimeZone::UTC;
        assert_eq!(
            Calendar::new(zone.clone(), Default::default(), BTreeMap::new()).expect_err("refused"),
            CalendarProblem::NeverOpen
        );
        let mut week: [Vec<Interval>; 7] = Default::default();
        week[1] = vec![
            read("08:00-12:00").expect("reads"),
            read("11:00-16:00").expect("reads"),
        ];
        assert_eq!(
            Calendar::new(zone, week, BTreeMap::new()).expect_err("refused"),
            CalendarProblem::Overlap("tuesday")
        );
    }

    #[test]
    fn a_span_beyond_all_calendars_never_ends() {
        let rare = office("UTC", &[(0, &["08:00-08:01"])], &[]);
        assert_eq!(
            rare.add(at("2026-11-16T00:00:00Z"), Span::WorkingMinutes(1_000_000)),
            NEVER
        );
    }
}
