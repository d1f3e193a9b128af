//! How something on its way is kept: its row, its stage, its steps.

use super::{
    PublicationMoved,
    model::{Case, Hand, Stage, TOLD},
};
use crate::{
    catalog::store::workflow::{self as rows, NewStep, PublicationRow, StageColumns},
    platform::{
        db::Tx,
        op::Op,
        problem::{Problem, Result},
        time::Time,
    },
};

/// The stage as its row says it.
#[must_use]
pub fn stage_of(row: &PublicationRow) -> Stage {
    let hand = |who: &Option<String>, at: Option<i64>| Hand {
        who: who.clone().unwrap_or_default(),
        at: Time(at.unwrap_or_default()),
    };
    let submitted = hand(&row.submitted_by, row.submitted_at);
    let checked = hand(&row.checked_by, row.checked_at);
    let ended = Time(row.ended_at.unwrap_or_default());
    match row.stage.as_str() {
        "submitted" => Stage::Submitted { by: submitted },
        "checked" => Stage::Checked {
            submitted,
            by: checked,
        },
        "approved" => Stage::Approved {
            submitted,
            checked,
            by: hand(&row.approved_by, row.approved_at),
            publish_at: Time(row.publish_at.unwrap_or_default()),
        },
        "published" => Stage::Published { at: ended },
        "ended" => Stage::Ended { at: ended },
        _ => Stage::Draft,
    }
}

/// Something on its way as the rules see it.
pub async fn case_of(tx: &mut Tx, row: &PublicationRow) -> Result<Case> {
    Ok(Case {
        stage: stage_of(row),
        producers: rows::list_producers(tx, &row.id).await?,
    })
}

/// Keeps a stage, unless something changed since the row was read.
pub async fn put(tx: &mut Tx, row: &PublicationRow, revision: i64, stage: &Stage) -> Result<()> {
    if rows::put_stage(tx, &row.id, revision, &columns_of(row, stage)).await? {
        Ok(())
    } else {
        Err(Problem::conflict("publication-changed-meanwhile"))
    }
}

fn columns_of(row: &PublicationRow, stage: &Stage) -> StageColumns {
    let mut columns = StageColumns {
        stage: stage.as_str(),
        ..StageColumns::default()
    };
    let submitted = |columns: &mut StageColumns, by: &Hand| {
        columns.submitted_by = Some(by.who.clone());
        columns.submitted_at = Some(by.at.0);
    };
    let checked = |columns: &mut StageColumns, by: &Hand| {
        columns.checked_by = Some(by.who.clone());
        columns.checked_at = Some(by.at.0);
    };
    match stage {
        Stage::Draft => {}
        Stage::Submitted { by } => submitted(&mut columns, by),
        Stage::Checked { submitted: first, by } => {
            submitted(&mut columns, first);
            checked(&mut columns, by);
        }
        Stage::Approved {
            submitted: first,
            checked: second,
            by,
            publish_at,
        } => {
            submitted(&mut columns, first);
            checked(&mut columns, second);
            columns.approved_by = Some(by.who.clone());
            columns.approved_at = Some(by.at.0);
            columns.publish_at = Some(publish_at.0);
        }
        Stage::Published { at } | Stage::Ended { at } => {
            columns = StageColumns {
                stage: stage.as_str(),
                submitted_by: row.submitted_by.clone(),
                submitted_at: row.submitted_at,
                checked_by: row.checked_by.clone(),
                checked_at: row.checked_at,
                approved_by: row.approved_by.clone(),
                approved_at: row.approved_at,
                publish_at: row.publish_at,
                ended_at: Some(at.0),
            };
        }
    }
    columns
}

/// Says that something came to a stage, so that those are told whom it concerns.
pub async fn moved(
    tx: &mut Tx,
    op: &Op,
    row: &PublicationRow,
    act: &'static str,
    stage: &Stage,
) -> Result<()> {
    let event = PublicationMoved {
        publication: row.id.clone(),
        dataset: row.dataset_slug.clone(),
        act,
        stage: stage.as_str(),
    };
    tx.emit(op, &event).await
}

/// Notes what the caller did with a dataset, or with something of it on its way.
pub async fn step(
    tx: &mut Tx,
    op: &Op,
    publication: Option<&str>,
    dataset_id: &str,
    act: &str,
    note: &str,
) -> Result<()> {
    let is_told = publication.is_some() && TOLD.contains(&act);
    let new = NewStep {
        publication,
        dataset_id,
        who: who(op),
        at: op.at,
        act,
        note,
        told_at: (!is_told).then_some(op.at),
    };
    rows::insert_step(tx, &new).await
}

/// The account that acts, or the program.
pub fn who(op: &Op) -> &str {
    op.person().map_or("system", |person| person.id.as_str())
}
