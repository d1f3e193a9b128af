//! The one door through which numbers become public.

use std::collections::{BTreeMap, HashMap};

use super::{
    Indicator, NumbersChanged,
    model::observation::{Facts, Key, Observation},
    store::{self, Difference, NewRun},
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
    let ready = Ready::of(indicator, &new, published);
    if !ready.is_news() && new.seen.is_empty() {
        return Ok(0);
    }
    let mut tx = app.db.begin().await?;
    let n_changed = write(&mut tx, op, &[ready]).await?;
    tx.commit().await?;
    Ok(n_changed)
}

/// Does what [`publish`] does within a transaction, so that many indicators, each named once, become public together and by few
/// statements.
///
/// # Errors
/// When the database fails.
pub async fn publish_in(tx: &mut Tx, op: &Op, mut all: Vec<(&Indicator, NewNumbers)>) -> Result<usize> {
    let published: Vec<HashMap<Key, Observation>> = all
        .iter_mut()
        .map(|(_, new)| std::mem::take(&mut new.published))
        .collect();
    let ready: Vec<Ready<'_>> = all
        .iter()
        .zip(published)
        .map(|((indicator, new), published)| Ready::of(indicator, new, published))
        .collect();
    write(tx, op, &ready).await
}

/// Numbers that were compared with what is public.
struct Ready<'a> {
    indicator: &'a Indicator,
    new: &'a NewNumbers,
    difference: Difference<'a>,
}

impl<'a> Ready<'a> {
    fn of(indicator: &'a Indicator, new: &'a NewNumbers, published: HashMap<Key, Observation>) -> Self {
        Self {
            indicator,
            new,
            difference: store::compare(published, &new.observations),
        }
    }

    /// Whether anything is other than what is public.
    fn is_news(&self) -> bool {
        let (indicator, new) = (self.indicator, self.new);
        let is_same_run = indicator.run.as_ref().is_some_and(|run| {
            run.tables == new.tables
                && run.definition_version == indicator.definition.version
                && run.facts == new.facts
        });
        self.n_changed() > 0 || !is_same_run || indicator.trouble.is_some()
    }

    fn n_changed(&self) -> usize {
        self.difference.changed.len() + self.difference.gone.len()
    }

    fn code(&self) -> &'a str {
        &self.indicator.definition.code
    }
}

async fn write(tx: &mut Tx, op: &Op, all: &[Ready<'_>]) -> Result<usize> {
    let news: Vec<&Ready<'_>> = all.iter().filter(|ready| ready.is_news()).collect();
    if !news.is_empty() {
        let runs: Vec<NewRun<'_>> = news
            .iter()
            .map(|ready| NewRun {
                definition: &ready.indicator.definition,
                versions: &ready.new.tables,
                facts: &ready.new.facts,
                difference: &ready.difference,
            })
            .collect();
        let runs = store::put_runs(tx, &runs, op.at).await?;
        let codes: Vec<&str> = news.iter().map(|ready| ready.code()).collect();
        let read = store::formulas::list_read(tx, &codes).await?;
        let events: Vec<NumbersChanged> = news
            .iter()
            .zip(runs)
            .filter(|(ready, _)| ready.n_changed() > 0)
            .map(|(ready, run)| NumbersChanged {
                indicator: ready.code().to_owned(),
                run,
                n_changed: ready.n_changed(),
                has_formulas: read.contains(ready.code()),
            })
            .collect();
        tx.emit_all(op, &events).await?;
    }
    for ready in all {
        for (input, run) in &ready.new.seen {
            store::formulas::put_seen(tx, ready.code(), input, run).await?;
        }
    }
    Ok(all.iter().map(Ready::n_changed).sum())
}
