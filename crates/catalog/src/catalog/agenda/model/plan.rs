//! What a steward agreed with a producer about a dataset: how often, by when, how much of it. Time and calendar come in.

use std::str::FromStr;

use jiff::{ToSpan, civil::Date};
use serde::Deserialize;

use super::{Period, Rhythm};
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
/// Most rows that a table can be expected to have.
const MOST_ROWS: i64 = 1_000_000_000_000;

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

#[cfg(test)]
pub mod tests {
    use std::collections::BTreeMap;

    use jiff::tz::TimeZone;
    use pretty_assertions::assert_eq;

    use super::*;
    use crate::platform::{calendar::Interval, words::Words};

    pub fn day(text: &str) -> Date {
        text.parse().expect("a day")
    }

    pub fn calendar(holidays: &[&str]) -> Calendar {
        let open = || vec![Interval::try_from("08:00-16:00".to_owned()).expect("an interval")];
        let week = std::array::from_fn(|at| if at < 5 { open() } else { Vec::new() });
        let holidays: BTreeMap<Date, Words> = holidays.iter().map(|on| (day(on), Words::default())).collect();
        Calendar::new(TimeZone::get("Asia/Jakarta").expect("a zone"), week, holidays).expect("a calendar")
    }

    pub fn plan(frequency: &str) -> Plan {
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
    fn what_falls_due_on_a_day_off_is_due_on_the_next_working_day() {
        let plan = plan("monthly");
        let periods = plan.rhythm.periods(2026);
        // 31 January 2026 is a Saturday; 2 February a holiday here.
        let calendar = calendar(&["2026-02-02"]);
        assert_eq!(plan.due_on(&calendar, &periods[0]), day("2026-02-03"));
        assert_eq!(plan.due_on(&calendar, &periods[2]), day("2026-03-31"));
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
}
