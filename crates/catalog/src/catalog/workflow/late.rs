//! What is overdue by the agenda, of the data that somebody may act for.

use std::collections::HashMap;

use jiff::civil::Date;

use super::roles::{Remembered, Roles};
use crate::{
    catalog::{
        agenda::{
            model::{Delivery, Light, Standing},
            year::Clock,
        },
        index::Index,
        store::{agenda::DueRow, workflow as rows},
    },
    platform::{
        app::App,
        office,
        op::Op,
        problem::{Problem, Result},
        time::Time,
    },
};

/// A dataset of which something has not been handed in that was due.
#[derive(Debug, Clone)]
pub struct Late {
    pub slug: String,
    pub title: String,
    /// What was due first.
    pub period: String,
    pub due_on: Date,
    /// Days since then.
    pub days: i64,
    pub light: Light,
    /// Periods that were due and were not handed in.
    pub n: usize,
    pub may_write: bool,
}

/// Datasets of which something is overdue: how many there are, and the first of them.
#[derive(Debug, Clone, Default)]
pub struct LateOnes {
    pub n: usize,
    pub first: Vec<Late>,
}

/// Lists what is overdue of the data that the caller may act for, the longest overdue first. What others look at was handed in.
///
/// # Errors
/// When the database fails.
pub async fn list(app: &App, op: &Op, index: &Index, roles: &Roles<'_>, most: usize) -> Result<LateOnes> {
    let overdue = rows::list_overdue(app.db.read(), op.at).await?;
    let clock = Clock::of(app, None).await?;
    let calendar = office::calendar(app).await?;
    let mut missing: HashMap<&str, (&DueRow, usize)> = HashMap::new();
    for row in overdue
        .iter()
        .filter(|row| clock.delivery(row) == Delivery::Nothing)
    {
        missing
            .entry(&row.dataset_id)
            .and_modify(|(_, n)| *n += 1)
            .or_insert((row, 1));
    }
    let mut remembered = Remembered::new(roles);
    let mut own = Vec::new();
    for entry in index.all() {
        let Some((row, n)) = missing.get(entry.row.id.as_str()) else {
            continue;
        };
        let (organisation, place) = (entry.row.organisation.as_deref(), entry.row.place_code.as_deref());
        let actor = remembered.over(organisation, place);
        if entry.row.state == "active" && actor.takes_part() {
            own.push((*row, *n, actor.may_write, &entry.row));
        }
    }
    own.sort_by_key(|(row, ..)| row.due_at);
    let first = own.iter().take(most).map(|(row, n, may_write, dataset)| {
        let standing = Standing::of(&calendar, Time(row.due_at), None, op.at);
        Ok(Late {
            slug: dataset.slug.clone(),
            title: dataset.title.clone(),
            period: row.period.clone(),
            due_on: row.due_on.parse::<Date>().map_err(Problem::internal)?,
            days: standing.days_late().unwrap_or_default(),
            light: standing.light(Time(row.red_at), None, op.at),
            n: *n,
            may_write: *may_write,
        })
    });
    Ok(LateOnes {
        n: own.len(),
        first: first.collect::<Result<_>>()?,
    })
}
