//! Numbers that an office enters by hand: who owes them, for which places, and how often.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{DefinitionError, Words, written::wrong};

/// Periods that are asked for at once, however long ago the first was.
const MOST_PERIODS: i32 = 48;

/// Who enters an indicator's numbers by hand, for which places, and when.
#[derive(Debug, Clone, PartialEq)]
pub struct Entered {
    /// Code of the organisation that owes them.
    pub organisation: String,
    /// Level of the places that each have a row.
    pub level: String,
    /// Level of the places whose offices fill a sheet each; `None` for one sheet of the topmost place.
    pub sheet: Option<String>,
    pub every: Every,
    /// Number of the first period that is owed.
    pub first: i32,
    /// Working days after the end of a period until its sheets are due.
    pub due_days: u16,
    pub numerator_title: Words,
    /// Empty for a total.
    pub denominator_title: Words,
}

impl Entered {
    /// Returns the numbers of the periods that have ended before a day and are asked for, the latest last.
    #[must_use]
    pub fn periods(&self, day: Date) -> std::ops::RangeInclusive<i32> {
        let last = self.every.last_ended(day);
        self.first.max(last - MOST_PERIODS + 1)..=last
    }

    /// Returns the number of a period that is owed, or was.
    #[must_use]
    pub fn owed(&self, period: &str, day: Date) -> Option<i32> {
        let number = self.every.number(period)?;
        (self.first..=self.every.last_ended(day))
            .contains(&number)
            .then_some(number)
    }
}

/// How long a period is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Every {
    Month,
    Quarter,
    Half,
    Year,
}

impl Every {
    fn a_year(self) -> i32 {
        match self {
            Every::Month => 12,
            Every::Quarter => 4,
            Every::Half => 2,
            Every::Year => 1,
        }
    }

    /// Names a period by its number, counted from the year 0: `2026-03`, `2026-Q1`, `2026-S1` or `2026`.
    #[must_use]
    pub fn name(self, number: i32) -> String {
        let (year, part) = (
            number.div_euclid(self.a_year()),
            number.rem_euclid(self.a_year()) + 1,
        );
        match self {
            Every::Month => format!("{year}-{part:02}"),
            Every::Quarter => format!("{year}-Q{part}"),
            Every::Half => format!("{year}-S{part}"),
            Every::Year => year.to_string(),
        }
    }

    /// Reads what [`Every::name`] writes; `None` for anything else.
    #[must_use]
    pub fn number(self, name: &str) -> Option<i32> {
        let (year, part) = match self {
            Every::Month => name.split_once('-')?,
            Every::Quarter => name.split_once("-Q")?,
            Every::Half => name.split_once("-S")?,
            Every::Year => (name, "1"),
        };
        let (year, part): (i16, i16) = (year.parse().ok()?, part.parse().ok()?);
        let number = i32::from(year) * self.a_year() + i32::from(part) - 1;
        ((1900..2200).contains(&year) && self.name(number) == name).then_some(number)
    }

    /// Returns the last day of a period; `None` beyond all calendars.
    #[must_use]
    pub fn last_day(self, number: i32) -> Option<Date> {
        let next = number + 1;
        let year = i16::try_from(next.div_euclid(self.a_year())).ok()?;
        let month = i8::try_from(next.rem_euclid(self.a_year()) * (12 / self.a_year()) + 1).ok()?;
        Date::new(year, month, 1).ok()?.yesterday().ok()
    }

    /// Returns the number of the last period that ended before a day.
    fn last_ended(self, day: Date) -> i32 {
        let month = i32::from(day.month()) - 1;
        i32::from(day.year()) * self.a_year() + month * self.a_year() / 12 - 1
    }
}

/// The table `[entered]` as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WrittenEntered {
    organisation: String,
    level: String,
    sheet: Option<String>,
    every: Every,
    first: String,
    due_days: Option<u16>,
}

impl WrittenEntered {
    /// Checks what is written.
    ///
    /// # Errors
    /// When the organisation or the level is blank, or the first period is none of its kind.
    pub fn read(self, numerator_title: Words, denominator_title: Words) -> Result<Entered, DefinitionError> {
        for (key, text) in [
            ("entered.organisation", &self.organisation),
            ("entered.level", &self.level),
        ] {
            if text.trim().is_empty() {
                return wrong(
                    key,
                    "it is empty",
                    "write the code of an organisation and the level of places, as in organisation = \"dinkes\", level = \"village\"",
                );
            }
        }
        let Some(first) = self.every.number(&self.first) else {
            return wrong(
                "entered.first",
                format!("{:?} is no period of this kind", self.first),
                format!("write it like {:?}", self.every.name(2026 * self.every.a_year())),
            );
        };
        Ok(Entered {
            organisation: self.organisation,
            level: self.level,
            sheet: self.sheet,
            every: self.every,
            first,
            due_days: self.due_days.unwrap_or(10),
            numerator_title,
            denominator_title,
        })
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_period_is_named_by_the_calendar_and_ends_with_it() {
        for (every, name, last) in [
            (Every::Month, "2026-02", date(2026, 2, 28)),
            (Every::Month, "2026-12", date(2026, 12, 31)),
            (Every::Quarter, "2026-Q3", date(2026, 9, 30)),
            (Every::Half, "2026-S2", date(2026, 12, 31)),
            (Every::Year, "2024", date(2024, 12, 31)),
        ] {
            let number = every.number(name).unwrap();
            assert_eq!(every.name(number), name);
            assert_eq!(every.last_day(number), Some(last), "{name}");
        }
        for (every, name) in [
            (Every::Month, "2026-2"),
            (Every::Month, "2026-13"),
            (Every::Quarter, "2026-Q5"),
            (Every::Half, "2026"),
            (Every::Year, "26"),
            (Every::Year, "99999999999"),
        ] {
            assert_eq!(every.number(name), None, "{name}");
        }
    }

    #[test]
    fn a_period_is_owed_when_it_has_ended() {
        for (every, day, last) in [
            (Every::Month, date(2026, 11, 30), "2026-10"),
            (Every::Month, date(2026, 1, 1), "2025-12"),
            (Every::Quarter, date(2026, 9, 30), "2026-Q2"),
            (Every::Quarter, date(2026, 10, 1), "2026-Q3"),
            (Every::Half, date(2026, 7, 1), "2026-S1"),
            (Every::Year, date(2026, 12, 31), "2025"),
        ] {
            assert_eq!(every.name(every.last_ended(day)), last, "{day}");
        }
    }
}
