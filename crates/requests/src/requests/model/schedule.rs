//! When the weekly meeting is held and grades are published: an hour on the clocks of a place, exact whatever those clocks do.

use jiff::{
    Span,
    civil::{Date, Time as Clocks, Weekday},
    tz::TimeZone,
};

use super::profile::{Grading, Meeting};
use crate::platform::time::Time;

/// A month whose grades are published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// Its first day.
    pub first: Date,
    pub from: Time,
    pub to: Time,
    /// When its grades are published.
    pub published_at: Time,
}

impl Period {
    /// Returns how it is written: `2026-10`.
    #[must_use]
    pub fn name(&self) -> String {
        name_of(self.first)
    }
}

/// Writes the month of a day: `2026-10`.
#[must_use]
pub fn name_of(day: Date) -> String {
    format!("{:04}-{:02}", day.year(), day.month())
}

impl Meeting {
    /// Returns the last meeting up to a moment: its day and its instant.
    #[must_use]
    pub fn last(&self, zone: &TimeZone, now: Time) -> (Date, Time) {
        let today = day_of(zone, now);
        let back = i64::from(today.weekday().since(self.weekday));
        let day = plus_days(today, -back);
        let at = self.on(zone, day);
        if at <= now {
            return (day, at);
        }
        let day = plus_days(day, -7);
        (day, self.on(zone, day))
    }

    /// Returns the first meeting after a moment.
    #[must_use]
    pub fn next(&self, zone: &TimeZone, now: Time) -> (Date, Time) {
        let (last, _) = self.last(zone, now);
        let day = plus_days(last, 7);
        (day, self.on(zone, day))
    }

    /// Returns the instant of a meeting on a day; an hour that the clocks skip is the one after it, of two the first.
    #[must_use]
    pub fn on(&self, zone: &TimeZone, day: Date) -> Time {
        instant(zone, day, self.at)
    }

    #[must_use]
    pub fn weekday(&self) -> Weekday {
        self.weekday
    }
}

impl Grading {
    /// Returns the period published last up to a moment: the month before the one it is published in.
    #[must_use]
    pub fn last(&self, zone: &TimeZone, now: Time) -> Period {
        let this_month = day_of(zone, now).first_of_month();
        let period = self.period(zone, plus_months(this_month, -1));
        if period.published_at <= now {
            return period;
        }
        self.period(zone, plus_months(this_month, -2))
    }

    /// Returns the month of a day as a period. A month too short for the day of publication publishes on its last day.
    #[must_use]
    pub fn period(&self, zone: &TimeZone, day: Date) -> Period {
        let first = day.first_of_month();
        let after = plus_months(first, 1);
        let day_of_month = self.day.clamp(1, after.days_in_month());
        let published_on = Date::new(after.year(), after.month(), day_of_month).unwrap_or(after);
        Period {
            first,
            from: instant(zone, first, Clocks::midnight()),
            to: instant(zone, after, Clocks::midnight()),
            published_at: instant(zone, published_on, self.at),
        }
    }
}

fn day_of(zone: &TimeZone, at: Time) -> Date {
    at.timestamp().to_zoned(zone.clone()).date()
}

fn instant(zone: &TimeZone, day: Date, at: Clocks) -> Time {
    let local = day.to_datetime(at);
    let ambiguous = zone.to_ambiguous_zoned(local);
    ambiguous
        .compatible()
        .map_or(Time(i64::MAX), |zoned| Time(zoned.timestamp().as_microsecond()))
}

fn plus_days(day: Date, days: i64) -> Date {
    day.saturating_add(Span::new().days(days))
}

fn plus_months(day: Date, months: i64) -> Date {
    day.saturating_add(Span::new().months(months))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meeting(weekday: Weekday, at: Clocks) -> Meeting {
        Meeting { weekday, at }
    }

    fn zone(name: &str) -> TimeZone {
        TimeZone::get(name).expect("a zone")
    }

    fn at(text: &str) -> Time {
        Time::parse(text).expect("a moment")
    }

    #[test]
    fn the_meeting_is_on_friday_at_seven_on_the_clocks_of_the_place() {
        let (friday, jakarta) = (
            meeting(Weekday::Friday, jiff::civil::time(7, 0, 0, 0)),
            zone("Asia/Jakarta"),
        );
        let held = |now: &str| {
            let (day, instant) = friday.last(&jakarta, at(now));
            (day.to_string(), instant.to_string())
        };
        let this_week = ("2026-11-20".to_owned(), "2026-11-20T00:00:00Z".to_owned());
        let before = ("2026-11-13".to_owned(), "2026-11-13T00:00:00Z".to_owned());
        assert_eq!(held("2026-11-20T00:00:00Z"), this_week);
        assert_eq!(held("2026-11-19T23:59:59Z"), before);
        assert_eq!(held("2026-11-26T23:59:59Z"), this_week);
        // In Jakarta it is Friday already when it is Thursday in Greenwich.
        assert_eq!(held("2026-11-19T17:30:00Z"), before);
        let (next, _) = friday.next(&jakarta, at("2026-11-20T00:00:00Z"));
        assert_eq!(next.to_string(), "2026-11-27");
    }

    #[test]
    fn an_hour_that_the_clocks_skip_or_repeat_is_met_once() {
        let boston = zone("America/New_York");
        let sunday = meeting(Weekday::Sunday, jiff::civil::time(2, 30, 0, 0));
        let skipped = sunday.on(&boston, jiff::civil::date(2026, 3, 8));
        assert_eq!(
            skipped,
            at("2026-03-08T07:30:00Z"),
            "half past three, summer time"
        );
        let repeated = meeting(Weekday::Sunday, jiff::civil::time(1, 30, 0, 0));
        assert_eq!(
            repeated.on(&boston, jiff::civil::date(2026, 11, 1)),
            at("2026-11-01T05:30:00Z"),
            "the first of the two"
        );
        // A week around the change is an hour shorter or longer, never a day.
        let monday = meeting(Weekday::Monday, jiff::civil::time(9, 0, 0, 0));
        assert_eq!(
            monday.last(&boston, at("2026-03-09T13:00:00Z")).1,
            at("2026-03-09T13:00:00Z")
        );
        assert_eq!(
            monday.last(&boston, at("2026-03-09T12:59:59Z")).1,
            at("2026-03-02T14:00:00Z")
        );
    }

    #[test]
    fn grades_cover_the_month_before_and_a_short_month_publishes_on_its_last_day() {
        let helpline = crate::requests::model::profile::Profile::parse(
            crate::requests::model::profile::shipped::HELPLINE_2022,
        )
        .expect("reads");
        let grading = Grading {
            day: 31,
            ..helpline.grade
        };
        let kolkata = zone("Asia/Kolkata");
        let period = grading.period(&kolkata, jiff::civil::date(2026, 1, 17));
        assert_eq!(
            (period.name(), period.from, period.to),
            (
                "2026-01".to_owned(),
                at("2025-12-31T18:30:00Z"),
                at("2026-01-31T18:30:00Z")
            )
        );
        assert_eq!(day_of(&kolkata, period.published_at).to_string(), "2026-02-28");
        let last = |now: &str| grading.last(&kolkata, at(now)).name();
        assert_eq!(last("2026-02-27T12:00:00Z"), "2025-12");
        assert_eq!(last("2026-03-01T00:00:00Z"), "2026-01");
    }
}
