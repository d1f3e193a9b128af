//! The licence of a published dataset binds whoever uses it: where somebody looks at what is published, they look at another licence too.

use super::{
    kept::{moved, put, step, who},
    model::{Hand, Review, Stage},
    rules::Rules,
};
use crate::{
    catalog::store::{DatasetRow, workflow as rows},
    platform::{
        app::App,
        db::Tx,
        op::Op,
        problem::{Problem, Result},
    },
};

/// What somebody wants to be said of a dataset, as far as it binds others.
#[derive(Debug, Clone, Copy)]
pub struct Terms<'a> {
    pub organisation: Option<&'a str>,
    pub licence: &'a str,
    pub is_open: bool,
}

/// What becomes of the licence that somebody gives a dataset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Licensing {
    /// It is the one that holds.
    Same,
    AtOnce,
    /// Another one holds until somebody else has looked.
    Reviewed {
        holds: String,
        wanted: String,
    },
}

impl Licensing {
    /// The licence that the entry is kept with.
    #[must_use]
    pub fn kept<'a>(&'a self, wanted: &'a str) -> &'a str {
        match self {
            Licensing::Same | Licensing::AtOnce => wanted,
            Licensing::Reviewed { holds, .. } => holds,
        }
    }
}

/// Decides whether a licence holds at once. The rule of whose the dataset is counts, and that of whose it becomes.
///
/// # Errors
/// When the database fails.
pub async fn licensing(app: &App, dataset: &DatasetRow, terms: Terms<'_>) -> Result<Licensing> {
    if dataset.licence == terms.licence {
        return Ok(Licensing::Same);
    }
    if dataset.is_open == 0 || !terms.is_open {
        return Ok(Licensing::AtOnce);
    }
    let rules = Rules::read(app).await?;
    let is_reviewed = [dataset.organisation.as_deref(), terms.organisation]
        .into_iter()
        .any(|organisation| rules.of(app, organisation) != Review::None);
    Ok(if is_reviewed {
        Licensing::Reviewed {
            holds: dataset.licence.clone(),
            wanted: terms.licence.to_owned(),
        }
    } else {
        Licensing::AtOnce
    })
}

/// Takes a licence that somebody gave a dataset into account: it is handed in, or what waited before it is at its end.
///
/// # Errors
/// When the database fails.
pub async fn note_licence(tx: &mut Tx, op: &Op, slug: &str, licensing: &Licensing) -> Result<()> {
    let Some(dataset) = rows::find_dataset(tx, slug).await? else {
        return Ok(());
    };
    match licensing {
        Licensing::Same => Ok(()),
        Licensing::AtOnce => end_waiting(tx, op, &dataset.id).await,
        Licensing::Reviewed { holds, wanted } => hand_in(tx, op, &dataset.id, (holds, wanted)).await,
    }
}

/// Ends the wait of another licence, when somebody chose the one that holds.
///
/// # Errors
/// When the database fails.
pub async fn keep_licence(tx: &mut Tx, op: &Op, slug: &str, chosen: &str) -> Result<()> {
    match rows::find_dataset(tx, slug).await? {
        Some(dataset) if dataset.licence == chosen => end_waiting(tx, op, &dataset.id).await,
        _ => Ok(()),
    }
}

/// The licence that a dataset is to have and that waits to be looked at.
///
/// # Errors
/// When the database fails.
pub async fn wanted_licence(app: &App, dataset_id: &str) -> Result<Option<String>> {
    rows::find_wanted_licence(app.db.read(), dataset_id).await
}

/// Ends the wait of every licence of a dataset.
pub async fn end_waiting(tx: &mut Tx, op: &Op, dataset_id: &str) -> Result<()> {
    for row in rows::list_open_of(tx, dataset_id).await? {
        if row.licence.is_some() {
            step(tx, op, Some(&row.id), dataset_id, "taken-back", "").await?;
            put(tx, &row, row.revision, &Stage::Ended { at: op.at }).await?;
        }
    }
    Ok(())
}

async fn hand_in(tx: &mut Tx, op: &Op, dataset_id: &str, (holds, wanted): (&str, &str)) -> Result<()> {
    let known = rows::list_open_of(tx, dataset_id).await?;
    let id = match known.into_iter().find(|row| row.licence.is_some()) {
        // A form that is sent again says nothing new.
        Some(row) if row.licence.as_deref() == Some(wanted) => return Ok(()),
        Some(row) => {
            rows::put_wanted_licence(tx, &row.id, wanted).await?;
            row.id
        }
        None => rows::insert_licence(tx, dataset_id, wanted, op.at).await?,
    };
    let row = rows::find(tx, &id)
        .await?
        .ok_or_else(|| Problem::not_found("publication-unknown"))?;
    let stage = Stage::Submitted {
        by: Hand {
            who: who(op).to_owned(),
            at: op.at,
        },
    };
    let note = format!("{holds} → {wanted}");
    step(tx, op, Some(&row.id), dataset_id, "submitted", note.trim()).await?;
    put(tx, &row, row.revision, &stage).await?;
    moved(tx, op, &row, "submitted", &stage).await
}
