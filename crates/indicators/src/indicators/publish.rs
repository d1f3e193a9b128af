//! The one door through which numbers become public.

use std::collections::{BTreeMap, HashMap};

use super::{
    Indicator, NumbersChanged,
    model::observation::{Facts, Key, Observation},
    store::{self, Difference},
};
use crate::platform::{app::App, db::Tx, op::Op, problem::Result};

/// Numbers that are to be public, and what they were made from.
#[derive(Debug, Default)]
pub struct NewNumbers {
    pub observations: Vec<Observation>,
    /// Table of the lake → version read.
    pub tables: BTreeMap<String, u64>,
    pub facts: Facts,
    /// What is public of the places that the numbers are of: what is not among them any more is taken away.
    pub published: HashMap<Key, Observation>,
    /// Code of an input of a formula → the run of it up to which the numbers follow it.
    pub seen: BTreeMap<String, String>,
}

/// Makes numbers public as those of a run; returns how many differ from what was public.
///
/// Only what differs is written, and rows that stay as they are keep the run that wrote them. Formulas that read the indicator follow by
/// a job.
///
/// # Errors
/// When the database fails.
pub async fn publish(app: &App, op: &Op, indicator: &Indicator, mut new: NewNumbers) -> Result<usize> {
    let published = std::mem::take(&mut new.published);
    let difference = store::compare(published, &new.observations);
    if !is_news(indicator, &new, &difference) && new.seen.is_empty() {
        return Ok(0);
    }
    let mut tx = app.db.begin().await?;
    let n_changed = write(&mut tx, op, indicator, &new, &difference).await?;
    tx.commit().await?;
    Ok(n_changed)
}

/// Does what [`publish`] does within a transaction, so that many indicators become public at once.
///
/// # Errors
/// When the database fails.
pub async fn publish_in(tx: &mut Tx, op: &Op, indicator: &Indicator, mut new: NewNumbers) -> Result<usize> {
    let published = std::mem::take(&mut new.published);
    let difference = store::compare(published, &new.observations);
    write(tx, op, indicator, &new, &difference).await
}

/// Whether anything is other than what is public.
fn is_news(indicator: &Indicator, new: &NewNumbers, difference: &Difference<'_>) -> bool {
    let is_same_run = indicator.run.as_ref().is_some_and(|run| {
        run.tables == new.tables
            && run.definition_version == indicator.definition.version
            && run.facts == new.facts
    });
    n_changed(difference) > 0 || !is_same_run || indicator.trouble.is_some()
}

fn n_changed(difference: &Difference<'_>) -> usize {
    difference.changed.len() + difference.gone.len()
}

async fn write(
    tx: &mut Tx,
    op: &Op,
    indicator: &Indicator,
    new: &NewNumbers,
    difference: &Difference<'_>,
) -> Result<usize> {
    let definition = &indicator.definition;
    let n_changed = n_changed(difference);
    if is_news(indicator, new, difference) {
        let run = store::put_run(tx, definition, &new.tables, &new.facts, difference, op.at).await?;
        if n_changed > 0 {
            let has_formulas = store::formulas::is_read(tx, &definition.code).await?;
            let event = NumbersChanged {
                indicator: definition.code.clone(),
                run,
                n_changed,
                has_formulas,
            };
            tx.emit(op, &event).await?;
        }
    }
    for (input, run) in &new.seen {
        store::formulas::put_seen(tx, &definition.code, input, run).await?;
    }
    Ok(n_changed)
}
