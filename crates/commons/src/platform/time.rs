//! Time as the product stores it, and the only place that reads a clock.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use serde::{Deserialize, Serialize};

/// A moment: microseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Time(pub i64);

impl Time {
    /// Adds a span; saturates at the ends of time.
    #[must_use]
    pub fn plus(self, span: Duration) -> Time {
        Time(self.0.saturating_add(micros(span)))
    }

    /// Subtracts a span; saturates at the ends of time.
    #[must_use]
    pub fn minus(self, span: Duration) -> Time {
        Time(self.0.saturating_sub(micros(span)))
    }

    /// Returns the time that passed since `earlier`; zero when `earlier` lies ahead.
    #[must_use]
    pub fn since(self, earlier: Time) -> Duration {
        Duration::from_micros(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// Returns the moment as jiff's timestamp, clamped to the years jiff knows.
    #[must_use]
    pub fn timestamp(self) -> jiff::Timestamp {
        jiff::Timestamp::from_microsecond(self.0).unwrap_or(jiff::Timestamp::MAX)
    }

    /// Reads an RFC 3339 / ISO 8601 moment with an offset, e.g. `2026-11-21T09:00:00Z`.
    ///
    /// # Errors
    /// When the text is no such moment.
    pub fn parse(text: &str) -> Result<Time, jiff::Error> {
        text.parse::<jiff::Timestamp>()
            .map(|at| Time(at.as_microsecond()))
    }
}

impl fmt::Display for Time {
    /// Writes RFC 3339 in UTC, e.g. `2026-11-21T09:00:00Z`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.timestamp().fmt(f)
    }
}

/// Tells the time: the system's in production, one that stands still in tests.
#[derive(Debug, Clone)]
pub struct Clock(Option<Arc<AtomicI64>>);

impl Clock {
    /// Returns the clock of the machine.
    #[must_use]
    pub fn system() -> Clock {
        Clock(None)
    }

    /// Returns a clock that stands at `at` until it is advanced.
    #[must_use]
    pub fn stopped(at: Time) -> Clock {
        Clock(Some(Arc::new(AtomicI64::new(at.0))))
    }

    /// Returns the present moment.
    #[must_use]
    pub fn now(&self) -> Time {
        match &self.0 {
            Some(stopped) => Time(stopped.load(Ordering::SeqCst)),
            None => Time(jiff::Timestamp::now().as_microsecond()),
        }
    }

    /// Moves a stopped clock forward; a system clock is left alone.
    pub fn advance(&self, span: Duration) {
        if let Some(stopped) = &self.0 {
            stopped.fetch_add(micros(span), Ordering::SeqCst);
        }
    }

    /// Sets a stopped clock, forward or back, as an operator who corrects a machine does; a system clock is left alone.
    pub fn set(&self, at: Time) {
        if let Some(stopped) = &self.0 {
            stopped.store(at.0, Ordering::SeqCst);
        }
    }
}

fn micros(span: Duration) -> i64 {
    i64::try_from(span.as_micros()).unwrap_or(i64::MAX)
}
