//! When a dataset is owed and how it stands: periods, due dates, lights. Time and calendar come in.

use std::{fmt::Write, str::FromStr};

use jiff::{
    ToSpan,
    civil::{Date, Weekday},
};
use serde::{Deserialize, Serialize};

use crate::platform::{
    calendar::{Calendar, Span},
    problem::{Problem, Result},
    time::Time,
};

/// Most days a due date may lie behind the end of its period.
const MOST_DUE_DAYS: u16 = 366;
/// Most working days of grace and of notice.
const MOST_WORKING_DAYS: u16 = 60;
const LONGEST_UNIT: usize = 120;
/// Most named due dates of a year.
const MOST_DATES: usize = 24;
/// Most rows that a table can be expected to have.
const MOST_ROWS: i64 = 1_000_000_000_000;

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

/// What a steward agreed with a producer about a dataset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    pub rhythm: Rhythm,
    /// Days after the end of a period until it is due.
    pub due_days: u16,
    /// Working days of yellow after the due date.
    pub grace_days: u16,
    /// Working days before the due date on which producers are reminded.
    pub notice_days: u16,
    /// Which unit of the organisation owes it; may be empty.
    pub unit: String,
    /// The first day that is owed.
    pub starts_on: Date,
    /// How far the table is to be filled at the checkpoints, where somebody said so.
    pub target: Option<Target>,
}

/// How much of a table is to be there at the checkpoints, as Bojonegoro's action plan monitor says it: half of the books entered at
/// B03, all of them at B06.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Target {
    /// In percent of the rows that are expected, at B03, B06, B09 and B12; none where nothing is said of a checkpoint.
    pub percents: [Option<u8>; 4],
    /// How many rows the table has when everything is in; at least 1.
    pub expected_rows: i64,
}

impl Target {
    /// Reads what [`Target::words`] writes, with the rows that are expected.
    #[must_use]
    pub fn read(words: &str, expected_rows: Option<i64>) -> Option<Target> {
        let mut percents = [None; 4];
        for (at, word) in words.split_whitespace().enumerate() {
            let percent = match word {
                "-" => None,
                word => Some(word.parse::<u8>().ok().filter(|percent| *percent <= 100)?),
            };
            *percents.get_mut(at)? = percent;
        }
        let expected_rows = expected_rows.filter(|n| (1..=MOST_ROWS).contains(n))?;
        percents.iter().any(Option::is_some).then_some(Target {
            percents,
            expected_rows,
        })
    }

    /// The percentages as people type them: `50 100 - -`.
    #[must_use]
    pub fn words(&self) -> String {
        let word = |percent: &Option<u8>| percent.map_or_else(|| "-".to_owned(), |n| n.to_string());
        self.percents.iter().map(word).collect::<Vec<_>>().join(" ")
    }
}

/// A plan as somebody typed it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct PlanInput {
    pub frequency: String,
    pub dates: String,
    pub due_days: String,
    pub grace_days: String,
    pub notice_days: String,
    pub unit: String,
    pub starts_on: String,
    /// Percentages at the four checkpoints; empty for no targets.
    pub targets: String,
    pub expected_rows: String,
    pub reason: String,
}

impl Plan {
    /// Checks what somebody typed.
    ///
    /// # Errors
    /// Names each field that will not do.
    pub fn parse(input: &PlanInput) -> Result<Plan> {
        let mut problem = Problem::invalid("fields");
        let rhythm = Rhythm::read(input.frequency.trim(), &input.dates);
        if rhythm.is_none() {
            problem = match input.frequency.trim() {
                "dates" => problem.field("dates", "catalog-agenda-dates-malformed"),
                _ => problem.field("frequency", "catalog-agenda-frequency-unknown"),
            };
        }
        let mut days = [0_u16; 3];
        let asked = [
            ("due_days", &input.due_days, MOST_DUE_DAYS),
            ("grace_days", &input.grace_days, MOST_WORKING_DAYS),
            ("notice_days", &input.notice_days, MOST_WORKING_DAYS),
        ];
        for (at, (field, text, most)) in asked.into_iter().enumerate() {
            match text.trim().parse::<u16>() {
                Ok(n) if n <= most => days[at] = n,
                _ => {
                    let most = vec![("most", most.to_string())];
                    problem = problem.field_with(field, "catalog-agenda-days-malformed", most);
                }
            }
        }
        let starts_on = Date::from_str(input.starts_on.trim())
            .ok()
            .filter(|day| (1990..2200).contains(&day.year()));
        if starts_on.is_none() {
            problem = problem.field("starts_on", "catalog-agenda-day-malformed");
        }
        if input.unit.chars().count() > LONGEST_UNIT {
            problem = problem.field("unit", "text-long");
        }
        let mut target = None;
        if !input.targets.trim().is_empty() {
            let rows = input.expected_rows.trim().parse().ok();
            target = Target::read(&input.targets, rows);
            problem = match target {
                Some(_) => problem,
                None if Target::read(&input.targets, Some(1)).is_none() => {
                    problem.field("targets", "catalog-agenda-targets-malformed")
                }
                None => problem.field("expected_rows", "catalog-agenda-rows-malformed"),
            };
        }
        match (rhythm, starts_on) {
            (Some(rhythm), Some(starts_on)) if problem.fields().is_empty() => Ok(Plan {
                rhythm,
                due_days: days[0],
                grace_days: days[1],
                notice_days: days[2],
                unit: input.unit.trim().to_owned(),
                starts_on,
                target,
            }),
            _ => Err(problem),
        }
    }

    /// The periods of a year that are owed.
    pub fn owed(&self, year: i16) -> impl Iterator<Item = Period> {
        let starts_on = self.starts_on;
        self.rhythm
            .periods(year)
            .into_iter()
            .filter(move |period| period.to >= starts_on)
    }

    /// The day a period is due: so many days after its end, and never on a day on which nobody works.
    #[must_use]
    pub fn due_on(&self, calendar: &Calendar, period: &Period) -> Date {
        let days = match self.rhythm {
            // A named day is the due date itself.
            Rhythm::Dates(_) => 0,
            _ => i64::from(self.due_days),
        };
        calendar.working_day_from(period.to.saturating_add(days.days()))
    }

    /// The instants of a period that is due on a day.
    #[must_use]
    pub fn instants(&self, calendar: &Calendar, period: &Period, due_on: Date) -> Instants {
        let notice_at = calendar.start_of(calendar.working_days_before(due_on, self.notice_days));
        let due_at = calendar.end_of(due_on);
        let ended_at = calendar.end_of(period.to);
        Instants {
            opens_at: ended_at.min(notice_at),
            notice_at,
            due_at,
            red_at: calendar.add(Time(due_at.0 - 1), Span::EndOfWorkingDay(self.grace_days)),
        }
    }
}

/// Everything that happens to a period by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Instants {
    /// From when on a new version counts for it: its end, or the reminder when that comes first.
    pub opens_at: Time,
    pub notice_at: Time,
    pub due_at: Time,
    pub red_at: Time,
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
    use std::collections::BTreeMap;

    use jiff::tz::TimeZone;
    use pretty_assertions::assert_eq;

    use super::*;
    use crate::platform::{calendar::Interval, words::Words};

    fn day(text: &str) -> Date {
        text.parse().expect("a day")
    }

    fn calendar(holidays: &[&str]) -> Calendar {
        let open = || vec![Interval::try_from("08:00-16:00".to_owned()).expect("an interval")];
        let week = std::array::from_fn(|at| if at < 5 { open() } else { Vec::new() });
        let holidays: BTreeMap<Date, Words> = holidays.iter().map(|on| (day(on), Words::default())).collect();
        Calendar::new(TimeZone::get("Asia/Jakarta").expect("a zone"), week, holidays).expect("a calendar")
    }

    fn plan(frequency: &str) -> Plan {
        Plan::parse(&PlanInput {
            frequency: frequency.into(),
            dates: "03-31, 09-30".into(),
            due_days: "0".into(),
            grace_days: "3".into(),
            notice_days: "5".into(),
            starts_on: "2026-01-01".into(),
            ..PlanInput::default()
        })
        .expect("a plan")
    }

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
    fn what_falls_due_on_a_day_off_is_due_on_the_next_working_day() {
        let plan = plan("monthly");
        let periods = plan.rhythm.periods(2026);
        // 31 January 2026 is a Saturday; 2 February a holiday here.
        let calendar = calendar(&["2026-02-02"]);
        assert_eq!(plan.due_on(&calendar, &periods[0]), day("2026-02-03"));
        assert_eq!(plan.due_on(&calendar, &periods[2]), day("2026-03-31"));
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
    fn targets_are_read_as_they_are_written_and_need_the_rows_that_are_expected() {
        let target = Target::read(" 50  100 ", Some(1200)).expect("a target");
        assert_eq!(target.percents, [Some(50), Some(100), None, None]);
        assert_eq!(target.words(), "50 100 - -");
        assert_eq!(Target::read(&target.words(), Some(1200)), Some(target));
        for (words, rows) in [
            ("101", Some(1)),
            ("1 2 3 4 5", Some(1)),
            ("- -", Some(1)),
            ("half", Some(1)),
            ("50", None),
            ("50", Some(0)),
        ] {
            assert_eq!(Target::read(words, rows), None, "{words}");
        }
    }

    #[test]
    fn a_plan_that_will_not_do_names_each_field() {
        let input = PlanInput {
            frequency: "dates".into(),
            dates: "31 March".into(),
            due_days: "-1".into(),
            grace_days: "99".into(),
            notice_days: "5".into(),
            starts_on: "next year".into(),
            targets: "half".into(),
            ..PlanInput::default()
        };
        let problem = Plan::parse(&input).expect_err("refused");
        let fields: Vec<String> = problem
            .fields()
            .iter()
            .map(|field| field.field.to_string())
            .collect();
        assert_eq!(
            fields,
            ["dates", "due_days", "grace_days", "starts_on", "targets"]
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
