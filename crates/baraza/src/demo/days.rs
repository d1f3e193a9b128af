//! The days of the year that the sample's open data tell of, seen from the day on which it is made.
//!
//! Each thing happens at its own moment in the past, and what follows from it is done as if it were that moment still: so lateness is real,
//! and the same whenever the pages are looked at.

use anyhow::Context;
use jiff::{ToSpan, civil::Date};

use crate::platform::{
    app::{App, Shelf},
    calendar::Calendar,
    jobs, office,
    time::{Clock, Time},
};

const HOUR: i64 = 3_600_000_000;

/// The past, and the days on which offices are open.
pub struct Days {
    pub now: Time,
    pub today: Date,
    pub calendar: Calendar,
}

impl Days {
    /// Looks at the clock and at the calendar in force.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn of(app: &App) -> anyhow::Result<Days> {
        let calendar = office::calendar(app).await.context("read the office calendar")?;
        let now = app.clock.now();
        Ok(Days {
            now,
            today: calendar.day(now),
            calendar,
        })
    }

    /// A full hour of a day.
    pub fn at(&self, day: Date, hour: i64) -> Time {
        Time(self.calendar.start_of(day).0 + hour * HOUR)
    }

    /// The day that lies so many working days before today.
    pub fn ago(&self, working_days: u16) -> Date {
        self.calendar.working_days_before(self.today, working_days)
    }

    /// The first day of the month that lies so many months before this one.
    pub fn month(&self, ago: i64) -> Date {
        self.today.first_of_month().saturating_sub(ago.months())
    }

    /// Whether a moment lies behind.
    pub fn is_past(&self, at: Time) -> bool {
        at < self.now
    }
}

/// Does what follows from something that happened at a moment, as of that moment.
///
/// # Errors
/// When the database fails.
pub async fn settle(app: &App, at: Time) -> anyhow::Result<()> {
    let then = App {
        clock: Clock::stopped(at),
        // What is kept in memory for a day is not taken for another.
        shelf: Shelf::default(),
        ..app.clone()
    };
    jobs::run_due(&then)
        .await
        .context("do what follows from the open data of the sample regency")?;
    Ok(())
}
