//! When a dataset is owed and how it stands: rhythms and their periods, lights. Time and calendar come in.

use std::fmt::Write;

use jiff::{
    ToSpan,
    civil::{Date, Weekday},
};
use serde::Serialize;

use crate::platform::{calendar::Calendar, time::Time};

pub mod plan;

/// Most named due dates of a year.
const MOST_DATES: usize = 24;

/// The checkpoints of a year: the ends of its quarters.
pub const CHECKPOINTS: [&str; 4] = ["B03", "B06", "B09", "B12"];

/// How often a dataset is owed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rhythm {
    Daily,
    Weekly,
    Monthly,
    Quarterly,
    HalfYearly,
    Yearly,
    /// Bojonegoro's B03, B06, B09 and B12: what holds since January, at the end of the third, sixth, ninth and twelfth month.
    Checkpoints,
    /// Named days of every year: month and day.
    Dates(Vec<(i8, i8)>),
}

/// The words of the rhythms, in the order in which forms offer them.
pub const RHYTHMS: [&str; 8] = [
    "daily",
    "weekly",
    "monthly",
    "quarterly",
    "half-yearly",
    "yearly",
    "checkpoints",
    "dates",
];

impl Rhythm {
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Rhythm::Daily => "daily",
            Rhythm::Weekly => "weekly",
            Rhythm::Monthly => "monthly",
            Rhythm::Quarterly => "quarterly",
            Rhythm::HalfYearly => "half-yearly",
            Rhythm::Yearly => "yearly",
            Rhythm::Checkpoints => "checkpoints",
            Rhythm::Dates(_) => "dates",
        }
    }

    /// Reads what [`Rhythm::as_str`] and [`Rhythm::dates`] write.
    #[must_use]
    pub fn read(word: &str, dates: &str) -> Option<Rhythm> {
        Some(match word {
            "daily" => Rhythm::Daily,
            "weekly" => Rhythm::Weekly,
            "monthly" => Rhythm::Monthly,
            "quarterly" => Rhythm::Quarterly,
            "half-yearly" => Rhythm::HalfYearly,
            "yearly" => Rhythm::Yearly,
            "checkpoints" => Rhythm::Checkpoints,
            "dates" => Rhythm::Dates(read_dates(dates)?),
            _ => return None,
        })
    }

    /// The named days, as `03-31 09-30`; empty for every other rhythm.
    #[must_use]
    pub fn dates(&self) -> String {
        let Rhythm::Dates(dates) = self else {
            return String::new();
        };
        let mut text = String::new();
        for (month, day) in dates {
            let gap = if text.is_empty() { "" } else { " " };
            let _ = write!(text, "{gap}{month:02}-{day:02}");
        }
        text
    }

    /// The word for it in the European list of frequencies that DCAT and ISO 19115 share the meaning of.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Rhythm::Daily => "DAILY",
            Rhythm::Weekly => "WEEKLY",
            Rhythm::Monthly => "MONTHLY",
            Rhythm::Quarterly | Rhythm::Checkpoints => "QUARTERLY",
            Rhythm::HalfYearly => "ANNUAL_2",
            Rhythm::Yearly => "ANNUAL",
            Rhythm::Dates(dates) => match dates.len() {
                1 => "ANNUAL",
                2 => "ANNUAL_2",
                3 => "ANNUAL_3",
                4 => "QUARTERLY",
                _ => "IRREG",
            },
        }
    }

    /// The periods that end in a year, the first one first.
    #[must_use]
    pub fn periods(&self, year: i16) -> Vec<Period> {
        let day = |month: i8, day: i8| Date::new(year, month, day).ok();
        let months = |n: i8, name: &dyn Fn(i8) -> String, from: &dyn Fn(i8) -> i8| -> Vec<Period> {
            (1..=12 / n)
                .filter_map(|nth| {
                    Some(Period {
                        name: name(nth),
                        from: day(from(nth), 1)?,
                        to: day(nth * n, 1)?.last_of_month(),
                    })
                })
                .collect()
        };
        match self {
            Rhythm::Daily => days_of(year)
                .map(|day| Period {
                    name: day.to_string(),
                    from: day,
                    to: day,
                })
                .collect(),
            Rhythm::Weekly => days_of(year)
                .filter(|day| day.weekday() == Weekday::Sunday)
                .map(|sunday| {
                    let week = sunday.iso_week_date();
                    Period {
                        name: format!("{}-W{:02}", week.year(), week.week()),
                        from: sunday.saturating_sub(6.days()),
                        to: sunday,
                    }
                })
                .collect(),
            Rhythm::Monthly => months(1, &|nth| format!("{year}-{nth:02}"), &|nth| nth),
            Rhythm::Quarterly => months(3, &|nth| format!("{year}-Q{nth}"), &|nth| nth * 3 - 2),
            Rhythm::HalfYearly => months(6, &|nth| format!("{year}-H{nth}"), &|nth| nth * 6 - 5),
            Rhythm::Yearly => months(12, &|_| year.to_string(), &|_| 1),
            Rhythm::Checkpoints => months(3, &|nth| format!("{year}-B{:02}", nth * 3), &|_| 1),
            Rhythm::Dates(dates) => named(year, dates),
        }
    }
}

/// What one delivery covers: from the first day to the last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Period {
    /// `2026-B03`, `2026-11`.
    pub name: String,
    pub from: Date,
    pub to: Date,
}

/// How far what came for a period is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    /// Nothing that anybody but its producer looks at: nothing at all, or a draft.
    Nothing,
    /// Handed in; a steward or an approver looks at it before everybody can read it.
    Waits { handed_in_at: Time },
    /// Those whom it is for can read it.
    Out {
        handed_in_at: Time,
        /// Since when everybody can; none for data that are for staff only.
        published_at: Option<Time>,
    },
}

impl Delivery {
    #[must_use]
    pub fn handed_in_at(self) -> Option<Time> {
        match self {
            Delivery::Nothing => None,
            Delivery::Waits { handed_in_at } | Delivery::Out { handed_in_at, .. } => Some(handed_in_at),
        }
    }
}

/// The colours of service requests, in the agenda's order; derived, never stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Light {
    /// Handed in on time; it says nothing yet of whoever handed it in.
    White,
    Green,
    Yellow,
    Red,
}

impl Light {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Light::White => "white",
            Light::Green => "green",
            Light::Yellow => "yellow",
            Light::Red => "red",
        }
    }
}

/// How one period that is owed stands at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "standing")]
pub enum Standing {
    /// Its due date lies ahead.
    Planned,
    OnTime,
    /// It was handed in, so many days after its due date (0: in time), and others look at it before everybody can read it.
    HandedIn {
        days: i64,
    },
    /// It came, so many days after its due date.
    Late {
        days: i64,
    },
    /// It has not come, so many days after its due date.
    Missing {
        days: i64,
    },
}

impl Standing {
    /// Judges a period by its due date, and when what can be read now was handed in.
    #[must_use]
    pub fn of(calendar: &Calendar, due_at: Time, delivered_at: Option<Time>, now: Time) -> Standing {
        match delivered_at {
            Some(at) if at < due_at => Standing::OnTime,
            Some(at) => Standing::Late {
                days: days_after(calendar, due_at, at),
            },
            None if now < due_at => Standing::Planned,
            None => Standing::Missing {
                days: days_after(calendar, due_at, now),
            },
        }
    }

    /// Judges a period by its due date, and how far what came for it is.
    ///
    /// Whoever hands in on time is on time, however long others look at it. What is given back was not handed in.
    #[must_use]
    pub fn judged(calendar: &Calendar, due_at: Time, delivery: Delivery, now: Time) -> Standing {
        match delivery {
            Delivery::Waits { handed_in_at } if handed_in_at < due_at => Standing::HandedIn { days: 0 },
            Delivery::Waits { handed_in_at } => Standing::HandedIn {
                days: days_after(calendar, due_at, handed_in_at),
            },
            other => Standing::of(calendar, due_at, other.handed_in_at(), now),
        }
    }

    /// The light at a moment: what came stays as it came.
    #[must_use]
    pub fn light(self, red_at: Time, delivered_at: Option<Time>, now: Time) -> Light {
        match self {
            Standing::Planned | Standing::OnTime => Light::Green,
            Standing::HandedIn { days: 0 } => Light::White,
            _ if delivered_at.unwrap_or(now) < red_at => Light::Yellow,
            Standing::HandedIn { .. } | Standing::Late { .. } | Standing::Missing { .. } => Light::Red,
        }
    }

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Standing::Planned => "planned",
            Standing::OnTime => "on-time",
            Standing::HandedIn { .. } => "handed-in",
            Standing::Late { .. } => "late",
            Standing::Missing { .. } => "missing",
        }
    }

    #[must_use]
    pub fn days_late(self) -> Option<i64> {
        match self {
            Standing::Late { days } | Standing::Missing { days } => Some(days),
            Standing::HandedIn { days } => (days > 0).then_some(days),
            Standing::Planned | Standing::OnTime => None,
        }
    }
}

/// The last day of each checkpoint of a year.
#[must_use]
pub fn checkpoint_days(year: i16) -> [Date; 4] {
    [3, 6, 9, 12].map(|month| Date::constant(year, month, 1).last_of_month())
}

/// Days from the due day to the day of a moment that is not before its end.
fn days_after(calendar: &Calendar, due_at: Time, at: Time) -> i64 {
    // The due day's own last moment: the instant itself belongs to the day after.
    i64::from((calendar.day(at) - calendar.day(Time(due_at.0 - 1))).get_days())
}

/// Which of the four columns of the agenda a due date stands in: B03, B06, B09, B12.
#[must_use]
pub fn checkpoint(due_on: Date) -> usize {
    usize::from((due_on.month() - 1).unsigned_abs() / 3)
}

fn days_of(year: i16) -> impl Iterator<Item = Date> {
    let first = Date::new(year, 1, 1).ok();
    std::iter::successors(first, |day| day.tomorrow().ok()).take_while(move |day| day.year() == year)
}

/// The periods between named days: each ends on its own day and begins after the one before.
fn named(year: i16, dates: &[(i8, i8)]) -> Vec<Period> {
    let on = |year: i16, (month, day): (i8, i8)| {
        // 29 February is the 28th of most years.
        Date::new(year, month, day)
            .or_else(|_| Date::new(year, month, 28))
            .ok()
    };
    let before = dates.last().and_then(|last| on(year - 1, *last));
    let mut from = before.and_then(|day| day.tomorrow().ok());
    let mut periods = Vec::new();
    for date in dates {
        let Some(to) = on(year, *date) else { continue };
        periods.push(Period {
            name: to.to_string(),
            from: from.unwrap_or(to),
            to,
        });
        from = to.tomorrow().ok();
    }
    periods
}

fn read_dates(text: &str) -> Option<Vec<(i8, i8)>> {
    let mut dates = Vec::new();
    for word in text.split([' ', ',', ';']).filter(|word| !word.is_empty()) {
        let (month, day) = word.split_once('-')?;
        let (month, day) = (month.parse().ok()?, day.parse().ok()?);
        // Any leap year: 29 February is a day.
        Date::new(2024, month, day).ok()?;
        dates.push((month, day));
    }
    dates.sort_unstable();
    dates.dedup();
    (!dates.is_empty() && dates.len() <= MOST_DATES).then_some(dates)
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::{
        plan::tests::{calendar, day, plan},
        *,
    };

    #[test]
    fn a_year_has_as_many_periods_as_its_rhythm_says_and_they_follow_each_other() {
        for (word, n, first, last) in [
            ("daily", 365, "2026-01-01", "2026-12-31"),
            ("weekly", 52, "2026-W01", "2026-W52"),
            ("monthly", 12, "2026-01", "2026-12"),
            ("quarterly", 4, "2026-Q1", "2026-Q4"),
            ("half-yearly", 2, "2026-H1", "2026-H2"),
            ("yearly", 1, "2026", "2026"),
            ("checkpoints", 4, "2026-B03", "2026-B12"),
            ("dates", 2, "2026-03-31", "2026-09-30"),
        ] {
            let periods = plan(word).rhythm.periods(2026);
            let names = (periods[0].name.as_str(), periods[periods.len() - 1].name.as_str());
            assert_eq!((periods.len(), names), (n, (first, last)), "{word}");
            if word != "checkpoints" {
                for pair in periods.windows(2) {
                    assert_eq!(pair[0].to.tomorrow().expect("a day"), pair[1].from, "{word}");
                }
            }
        }
        let checkpoints = Rhythm::Checkpoints.periods(2026);
        assert!(checkpoints.iter().all(|period| period.from == day("2026-01-01")));
        assert_eq!(checkpoints[1].to, day("2026-06-30"));
        assert_eq!(
            Rhythm::Dates(vec![(3, 31), (9, 30)]).periods(2026)[0].from,
            day("2025-10-01")
        );
    }

    #[test]
    fn the_light_turns_at_the_end_of_the_due_day_and_again_when_the_grace_of_working_days_is_over() {
        let calendar = calendar(&[]);
        let plan = plan("checkpoints");
        let period = plan.rhythm.periods(2026).remove(0);
        // Tuesday 31 March 2026; the third working day after it is Friday 3 April.
        let due_on = plan.due_on(&calendar, &period);
        let at = plan.instants(&calendar, &period, due_on);
        assert_eq!(at.notice_at, calendar.start_of(day("2026-03-24")));
        assert_eq!(at.opens_at, at.notice_at);
        assert_eq!(at.due_at, calendar.end_of(day("2026-03-31")));
        assert_eq!(at.red_at, calendar.end_of(day("2026-04-03")));
        let light = |delivered: Option<Time>, now: Time| {
            let standing = Standing::of(&calendar, at.due_at, delivered, now);
            (standing.light(at.red_at, delivered, now), standing)
        };
        let noon = |text: &str| Time(calendar.start_of(day(text)).0 + 12 * 3_600_000_000);
        assert_eq!(light(None, noon("2026-03-31")), (Light::Green, Standing::Planned));
        assert_eq!(
            light(None, at.due_at),
            (Light::Yellow, Standing::Missing { days: 1 })
        );
        assert_eq!(
            light(None, noon("2026-04-12")),
            (Light::Red, Standing::Missing { days: 12 })
        );
        let came = Some(noon("2026-04-02"));
        assert_eq!(
            light(came, noon("2027-01-01")),
            (Light::Yellow, Standing::Late { days: 2 }),
            "what came late stays late"
        );
        assert_eq!(
            light(Some(noon("2026-03-31")), noon("2027-01-01")),
            (Light::Green, Standing::OnTime)
        );
    }

    #[test]
    fn what_was_handed_in_on_time_is_not_late_while_others_look_at_it() {
        let calendar = calendar(&[]);
        let plan = plan("checkpoints");
        let period = plan.rhythm.periods(2026).remove(0);
        let at = plan.instants(&calendar, &period, day("2026-03-31"));
        let noon = |text: &str| Time(calendar.start_of(day(text)).0 + 12 * 3_600_000_000);
        let now = noon("2026-04-20");
        let judged = |delivery: Delivery| {
            let standing = Standing::judged(&calendar, at.due_at, delivery, now);
            (
                standing,
                standing.light(at.red_at, delivery.handed_in_at(), now),
                standing.days_late(),
            )
        };
        let handed_in = |text: &str| Delivery::Waits {
            handed_in_at: noon(text),
        };
        let in_time = Standing::HandedIn { days: 0 };
        assert_eq!(judged(handed_in("2026-03-30")), (in_time, Light::White, None));
        let late = Standing::HandedIn { days: 2 };
        assert_eq!(judged(handed_in("2026-04-02")), (late, Light::Yellow, Some(2)));
        let out = Delivery::Out {
            handed_in_at: noon("2026-03-30"),
            published_at: Some(noon("2026-04-15")),
        };
        assert_eq!(judged(out), (Standing::OnTime, Light::Green, None));
        assert_eq!(
            judged(Delivery::Nothing).1,
            Light::Red,
            "what was given back was not handed in"
        );
    }

    #[test]
    fn the_months_of_a_due_date_say_which_checkpoint_it_belongs_to() {
        let at = |text: &str| checkpoint(day(text));
        assert_eq!(
            [
                at("2026-01-01"),
                at("2026-03-31"),
                at("2026-04-01"),
                at("2026-12-31")
            ],
            [0, 0, 1, 3]
        );
    }
}
