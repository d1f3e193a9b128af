//! How many rows came, went and changed with each version of a list, as the pages say that compare two of them.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use tables::{Compared, TableVersion, Version};

use super::{LIMITS, VersionEntry, key_among, words};
use crate::{
    catalog::{
        store::versions as rows,
        view::{Resource, spoken},
    },
    platform::{
        app::App,
        i18n::Lang,
        problem::{Kind, Result},
    },
};

/// Rows that are compared while somebody waits for a list of versions; what is more is told on the page of the two versions.
const MOST_ROWS: u64 = 100_000;

/// The rows that differ between a version and the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    pub n_added: u64,
    pub n_removed: u64,
    pub n_changed: u64,
}

impl Counts {
    /// Says them in words, as the page does that compares the two versions.
    #[must_use]
    pub fn in_words(self, lang: Lang) -> String {
        words::counted(lang, self.n_added, self.n_removed, self.n_changed).join(" ")
    }
}

/// Counts what differs between versions and those before them, each pair with the newer first; by the newer one's number.
///
/// What is not in the answer would take too long, or its reader may not see all of it.
///
/// # Errors
/// When the database or the store fails.
pub async fn count(
    app: &App,
    resource: &Resource,
    pairs: &[(&VersionEntry, &VersionEntry)],
) -> Result<HashMap<u64, Counts>> {
    let mut found = HashMap::new();
    // A column that is hidden from the reader must not make rows differ for them.
    let sees_all = resource.dataset.may_confide || (resource.n_hidden == 0 && !resource.is_older());
    if pairs.is_empty() || !sees_all {
        return Ok(found);
    }
    let declared = rows::list_key(app.db.read(), &resource.id).await?;
    let kept = kept(app);
    let mut n_rows_left = MOST_ROWS;
    for (after, before) in pairs {
        let at = |version: u64| TableVersion {
            version: Some(Version(version)),
            ..resource.table.clone()
        };
        let (older, newer) = (at(before.version), at(after.version));
        let question = format!("{older:?} {newer:?} {declared:?}");
        if let Some(known) = kept.find(&question) {
            found.insert(after.version, known);
            continue;
        }
        let Some(left) = n_rows_left.checked_sub(before.n_rows.saturating_add(after.n_rows)) else {
            continue;
        };
        n_rows_left = left;
        match compare(app, &declared, older, newer).await {
            Ok(counts) => {
                kept.keep(question, counts);
                found.insert(after.version, counts);
            }
            Err(failed) if failed.kind() == Kind::Internal => return Err(failed),
            // A version whose rows are there no more, or two that take too long.
            Err(_) => {}
        }
    }
    Ok(found)
}

async fn compare(
    app: &App,
    declared: &[String],
    before: TableVersion,
    after: TableVersion,
) -> Result<Counts> {
    let key = key_among(app, declared, &before, &after).await?;
    let compared = Compared { before, after, key };
    let diff = app.lake.diff(&compared, LIMITS).await.map_err(spoken)?;
    Ok(Counts {
        n_added: diff.n_added,
        n_removed: diff.n_removed,
        n_changed: diff.n_changed,
    })
}

/// Counts by their question; two versions stay as they are.
#[derive(Default)]
struct Kept(Mutex<HashMap<String, Counts>>);

impl Kept {
    fn find(&self, question: &str) -> Option<Counts> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.get(question).copied()
    }

    fn keep(&self, question: String, counts: Counts) {
        /// Answers that are kept.
        const MOST: usize = 4_096;
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= MOST {
            kept.clear();
        }
        kept.insert(question, counts);
    }
}

fn kept(app: &App) -> Arc<Kept> {
    match app.shelf.find::<Kept>() {
        Some(kept) => kept,
        None => {
            let fresh = Arc::new(Kept::default());
            app.shelf.put(fresh.clone());
            fresh
        }
    }
}
