//! What happens to an entry, as far as its way to everybody is concerned: wished open, changed, opened, closed.

use super::{
    kept::{case_of, moved, put, step, who},
    model::{Hand, Stage},
};
use crate::{
    catalog::store::workflow::{self as rows, NewStep},
    platform::{
        app::App,
        db::Tx,
        op::Op,
        problem::{Problem, Result},
    },
};

/// How far a wish to open a dataset goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    /// Its producer hands it in when it is ready.
    Draft,
    /// It is handed in with the wish, as programs do that know no other step.
    HandIn,
}

/// Notes that somebody wants a closed dataset open; what is on its way already stays there.
///
/// # Errors
/// When the database fails.
pub async fn wish_open(tx: &mut Tx, op: &Op, slug: &str, wish: Wish) -> Result<()> {
    let Some(dataset) = rows::find_dataset(tx, slug).await? else {
        return Ok(());
    };
    let known = rows::list_open_of(tx, &dataset.id).await?;
    let row = match known.into_iter().find(rows::PublicationRow::is_opening) {
        Some(row) => row,
        None => {
            let id = rows::insert(tx, &dataset.id, None, None, op.at).await?;
            // Whoever sent its files before had a hand in it, too.
            for sender in rows::list_senders(tx, slug).await? {
                let sent = NewStep {
                    publication: Some(&id),
                    dataset_id: &dataset.id,
                    who: &sender,
                    at: op.at,
                    act: "sent",
                    note: "",
                    told_at: Some(op.at),
                };
                rows::insert_step(tx, &sent).await?;
            }
            step(tx, op, Some(&id), &dataset.id, "entered", "").await?;
            rows::find(tx, &id)
                .await?
                .ok_or_else(|| Problem::not_found("publication-unknown"))?
        }
    };
    if wish == Wish::HandIn && row.stage == "draft" {
        let stage = Stage::Submitted {
            by: Hand {
                who: who(op).to_owned(),
                at: op.at,
            },
        };
        step(tx, op, Some(&row.id), &dataset.id, "submitted", "").await?;
        put(tx, &row, row.revision, &stage).await?;
        moved(tx, op, &row, "submitted", &stage).await?;
    }
    Ok(())
}

/// Whether a closed dataset is on its way to everybody.
///
/// # Errors
/// When the database fails.
pub async fn is_wished_open(app: &App, dataset_id: &str) -> Result<bool> {
    rows::is_wished_open(app.db.read(), dataset_id).await
}

/// Notes that nobody wants a closed dataset open any more: its way to everybody is at its end.
///
/// # Errors
/// When the database fails.
pub async fn unwish_open(tx: &mut Tx, op: &Op, slug: &str) -> Result<()> {
    let Some(dataset) = rows::find_dataset(tx, slug).await? else {
        return Ok(());
    };
    for row in rows::list_open_of(tx, &dataset.id).await? {
        if row.is_opening() {
            step(tx, op, Some(&row.id), &dataset.id, "taken-back", "").await?;
            put(tx, &row, row.revision, &Stage::Ended { at: op.at }).await?;
        }
    }
    Ok(())
}

/// Notes that somebody changed a dataset that is on its way: what was looked at before is looked at again.
///
/// # Errors
/// When the database fails.
pub async fn note_change(tx: &mut Tx, op: &Op, slug: &str) -> Result<()> {
    note_work(tx, op, slug, "changed").await
}

/// The same for whatever was done with a dataset that is on its way, by the word of the history.
pub async fn note_work(tx: &mut Tx, op: &Op, slug: &str, act: &'static str) -> Result<()> {
    let Some(dataset) = rows::find_dataset(tx, slug).await? else {
        return Ok(());
    };
    for row in rows::list_open_of(tx, &dataset.id).await? {
        if !row.is_opening() {
            continue;
        }
        let stage = case_of(tx, &row).await?.after_change(op.at);
        // Who looks at it first is told only when it comes back to them, and not of every change before they looked.
        let comes_back = stage.as_str() != row.stage;
        let done = NewStep {
            publication: Some(&row.id),
            dataset_id: &dataset.id,
            who: who(op),
            at: op.at,
            act,
            note: "",
            told_at: (!comes_back).then_some(op.at),
        };
        rows::insert_step(tx, &done).await?;
        put(tx, &row, row.revision, &stage).await?;
        if comes_back {
            moved(tx, op, &row, act, &stage).await?;
        }
    }
    Ok(())
}

/// Notes that a dataset was opened at once: what was on its way with it is at its end.
///
/// # Errors
/// When the database fails.
pub async fn note_opened(tx: &mut Tx, op: &Op, slug: &str) -> Result<()> {
    let Some(dataset) = rows::find_dataset(tx, slug).await? else {
        return Ok(());
    };
    for row in rows::list_open_of(tx, &dataset.id).await? {
        put(tx, &row, row.revision, &Stage::Ended { at: op.at }).await?;
    }
    step(tx, op, None, &dataset.id, "published", "").await
}

/// Notes that a dataset was closed; it is published no more, and no other licence of it waits to hold for everybody.
///
/// # Errors
/// When the database fails.
pub async fn note_closed(tx: &mut Tx, op: &Op, slug: &str, why: &str) -> Result<()> {
    let Some(dataset) = rows::find_dataset(tx, slug).await? else {
        return Ok(());
    };
    super::licence::end_waiting(tx, op, &dataset.id).await?;
    step(tx, op, None, &dataset.id, "unpublished", why).await
}
