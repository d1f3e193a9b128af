//! What villages state, for many of them at once: one statement for each kind of thing, however many villages there are.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::{
    meetings::MeetingLine,
    year::budget::{VillageBudget, Work},
};
use crate::platform::{app::App, problem::Result};

mod store;

/// Works of a village, and of which year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorksOf {
    pub year: i16,
    /// The costliest first.
    pub works: Vec<Work>,
}

/// Returns the latest budget of each village up to a year, or a later one before it has any, by its code; of one village alone where it is
/// given.
///
/// # Errors
/// When the database fails.
pub async fn budgets(app: &App, place: Option<&str>, year: i16) -> Result<BTreeMap<String, VillageBudget>> {
    store::list_budgets(&app.db, place, year).await
}

/// Returns the works of each village in the latest year up to one, or in a later one before that, by its code; of one village alone where it
/// is given.
///
/// # Errors
/// When the database fails.
pub async fn works(app: &App, place: Option<&str>, year: i16) -> Result<BTreeMap<String, WorksOf>> {
    store::list_works(&app.db, place, year).await
}

/// Returns the meeting to which each village invites next, from a day on, by its code; of one village alone where it is given.
///
/// # Errors
/// When the database fails.
pub async fn next_meetings(
    app: &App,
    place: Option<&str>,
    today: Date,
) -> Result<BTreeMap<String, MeetingLine>> {
    store::list_next_meetings(&app.db, place, &today.to_string()).await
}
