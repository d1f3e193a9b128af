//! What a village says of its money: the budget in five fields, and the works.

use serde::Serialize;

pub use super::model::budget::{BudgetLine, VillageBudget, Work};
use super::{super::require_operator, store};
use crate::platform::{app::App, events::Event, id, op::Op, problem::Result};

/// A village stated its budget, or works.
#[derive(Serialize)]
pub struct MoneyStated {
    pub place: String,
    pub year: i16,
    /// `budget` or `works`.
    pub what: &'static str,
    pub n_rows: usize,
}

impl Event for MoneyStated {
    const NAME: &'static str = "village.money-stated";
    fn subject(&self) -> String {
        format!("village/{}", self.place)
    }
}

/// Returns the budget of a village for a year as it stated it last; `None` where it stated none.
///
/// # Errors
/// When the database fails.
pub async fn budget(app: &App, place: &str, year: i16) -> Result<Option<VillageBudget>> {
    store::budget::find_budget(&app.db, place, year).await
}

/// Lists the works and contracts in a village for a year as it states them, the costliest first.
///
/// # Errors
/// When the database fails.
pub async fn works(app: &App, place: &str, year: i16) -> Result<Vec<Work>> {
    store::budget::list_works(&app.db, place, year).await
}

/// States the budget of a village; what was stated before is kept, and shown no more.
///
/// # Errors
/// `village-not-operator`.
pub async fn state_budget(app: &App, op: &Op, place: &str, budget: &VillageBudget) -> Result<()> {
    require_operator(op, place)?;
    let mut tx = app.db.begin().await?;
    store::budget::insert_budget(&mut tx, op, &id::fresh(op.at), place, budget).await?;
    let event = MoneyStated {
        place: place.to_owned(),
        year: budget.year,
        what: "budget",
        n_rows: budget.lines.len(),
    };
    tx.emit(op, &event).await?;
    tx.commit().await
}

/// States works of a village: those with a known code in the place of what was stated of them, others beside them.
///
/// # Errors
/// `village-not-operator`.
pub async fn state_works(app: &App, op: &Op, place: &str, year: i16, works: &[Work]) -> Result<()> {
    require_operator(op, place)?;
    let mut tx = app.db.begin().await?;
    for work in works {
        store::budget::put_work(&mut tx, op, place, year, work).await?;
    }
    let event = MoneyStated {
        place: place.to_owned(),
        year,
        what: "works",
        n_rows: works.len(),
    };
    tx.emit(op, &event).await?;
    tx.commit().await
}
