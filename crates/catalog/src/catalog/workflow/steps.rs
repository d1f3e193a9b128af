//! The steps that people take, and what they say to each other.

use super::{
    kept::{case_of, moved, put, step},
    model::{Act, Actor, Refusal, Stage},
    publish::publish,
    roles::Roles,
    rules::review_of,
    wish::note_closed,
};
use crate::{
    catalog::{
        DatasetSaved, refused,
        store::{
            DatasetRow,
            workflow::{self as rows, PublicationRow},
        },
    },
    platform::{
        app::App,
        db::Tx,
        op::Op,
        problem::{Problem, Result},
    },
};

/// A step that somebody takes, as a form says it.
#[derive(Debug, Clone)]
pub struct Step<'a> {
    pub publication: &'a str,
    /// As it was when they looked at it.
    pub revision: i64,
    pub act: Act,
    pub note: &'a str,
}

/// Takes a step.
///
/// # Errors
/// `publication-unknown`; `publication-changed-meanwhile` when something changed since; `why-missing` on field `note` when something is
/// given back without a word; `own-work`, `own-check`, `step-not-now`; `publish-at-past` on field `publish_at`; `not-allowed`.
pub async fn act(app: &App, tx: &mut Tx, op: &Op, taken: Step<'_>) -> Result<()> {
    let row = rows::find(tx, taken.publication)
        .await?
        .ok_or_else(|| Problem::not_found("publication-unknown"))?;
    let actor = taking_part(app, op, row.organisation.as_deref(), row.place_code.as_deref()).await?;
    if row.revision != taken.revision {
        return Err(Problem::conflict("publication-changed-meanwhile"));
    }
    let note = noted(taken.note)?;
    if taken.act == Act::Return && note.is_empty() {
        return Err(Problem::invalid("fields").field("note", "why-missing"));
    }
    let case = case_of(tx, &row).await?;
    let review = review_of(app, row.organisation.as_deref()).await?;
    let stage = case.after(review, actor, taken.act, op.at).map_err(spoken)?;
    step(tx, op, Some(&row.id), &row.dataset_id, taken.act.as_str(), note).await?;
    settle(tx, op, &row, taken.act.as_str(), stage).await
}

/// Says something to the others who take part.
///
/// # Errors
/// `why-missing` or `text-long` on field `note`; `not-allowed` for anybody who takes no part.
pub async fn comment(app: &App, tx: &mut Tx, op: &Op, dataset: &DatasetRow, note: &str) -> Result<()> {
    let (organisation, place) = (dataset.organisation.as_deref(), dataset.place_code.as_deref());
    taking_part(app, op, organisation, place).await?;
    let note = noted(note)?;
    if note.is_empty() {
        return Err(Problem::invalid("fields").field("note", "why-missing"));
    }
    step(tx, op, None, &dataset.id, "commented", note).await
}

/// Closes a dataset that everybody could read, with a reason.
///
/// # Errors
/// `why-missing`; `step-not-now` for one that is not open; `not-allowed`.
pub async fn unpublish(app: &App, tx: &mut Tx, op: &Op, dataset: &DatasetRow, why: &str) -> Result<()> {
    let (organisation, place) = (dataset.organisation.as_deref(), dataset.place_code.as_deref());
    taking_part(app, op, organisation, place).await?;
    if dataset.is_open == 0 || dataset.state != "active" {
        return Err(Problem::conflict("step-not-now"));
    }
    let op = &op.because(why)?;
    rows::put_open(tx, &dataset.id, false, op.at).await?;
    note_closed(tx, op, &dataset.slug, why.trim()).await?;
    let event = DatasetSaved {
        dataset: dataset.slug.clone(),
        is_open: false,
    };
    tx.emit(op, &event).await
}

/// Passes those who take part in the way of data of an organisation about a place, with what they may do.
async fn taking_part<'a>(
    app: &App,
    op: &'a Op,
    organisation: Option<&str>,
    place: Option<&str>,
) -> Result<Actor<'a>> {
    let actor = Roles::of(app, op).await?.over(organisation, place);
    if actor.takes_part() {
        Ok(actor)
    } else {
        Err(refused(op))
    }
}

/// Keeps a stage, and publishes what is approved and whose hour has come.
pub async fn settle(
    tx: &mut Tx,
    op: &Op,
    row: &PublicationRow,
    act: &'static str,
    stage: Stage,
) -> Result<()> {
    put(tx, row, row.revision, &stage).await?;
    moved(tx, op, row, act, &stage).await?;
    match stage {
        Stage::Approved { publish_at, .. } if publish_at <= op.at => {
            publish(tx, op, row, row.revision + 1).await
        }
        _ => Ok(()),
    }
}

/// Turns a refusal into a problem that its reader can do something about.
pub fn spoken(refusal: Refusal) -> Problem {
    match refusal {
        Refusal::NotAllowed => Problem::forbidden("not-allowed"),
        Refusal::OwnWork => Problem::forbidden("own-work"),
        Refusal::OwnCheck => Problem::forbidden("own-check"),
        Refusal::NotNow => Problem::conflict("step-not-now"),
        Refusal::HourPast => Problem::invalid("fields").field("publish_at", "publish-at-past"),
    }
}

fn noted(note: &str) -> Result<&str> {
    const LONGEST: usize = 2_000;
    let note = note.trim();
    if note.chars().count() > LONGEST {
        return Err(Problem::invalid("fields").field("note", "text-long"));
    }
    Ok(note)
}
