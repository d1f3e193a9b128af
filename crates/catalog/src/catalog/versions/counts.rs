//! How many rows came, went and changed with each version of a list, as the pages say that compare two of them.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tables::{Compared, Limits, TableVersion, Version};

use super::{Comparable, LIMITS, VersionEntry, key_among, words};
use crate::{
    catalog::{
        store::versions as rows,
        view::{Resource, spoken},
    },
    platform::{app::App, i18n::Lang, problem::Result},
};

/// Rows that are compared while somebody waits for a list of versions; what is more is told on the page of the two versions.
const MOST_ROWS: u64 = 100_000;
/// How long somebody waits for the counts of a list.
const PATIENCE: Duration = Duration::from_secs(2);
/// What one comparison may take.
const LIMITS_OF_PAIR: Limits = Limits {
    time: Duration::from_secs(5),
    ..LIMITS
};

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

/// What may be done for counts that are not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effort {
    /// Nothing: only those are told that somebody had counted before.
    Kept,
    /// The versions are compared while somebody waits, for a short time.
    Compare,
}

/// Two versions that nobody has compared yet.
struct Pair {
    before: TableVersion,
    after: TableVersion,
    /// The newer one's number.
    version: u64,
    /// Rows of both.
    n_rows: u64,
    question: String,
}

/// Counts what differs between versions and those before them, each pair with the newer first; by the newer one's number.
///
/// What is not in the answer would take too long or could not be compared, or its reader may not see all of it.
///
/// # Errors
/// When the database fails.
pub async fn count(
    app: &App,
    resource: &Resource,
    comparable: &Comparable,
    pairs: &[(&VersionEntry, &VersionEntry)],
    effort: Effort,
) -> Result<HashMap<u64, Counts>> {
    let mut found = HashMap::new();
    // A column that is hidden from the reader, or was when it was there, must not make rows differ for them.
    let sees_all = resource.dataset.may_confide || (comparable.hides_nothing() && !resource.is_older());
    if pairs.is_empty() || !sees_all {
        return Ok(found);
    }
    let declared = rows::list_key(app.db.read(), &resource.id).await?;
    let kept = kept(app);
    let mut missing = Vec::new();
    for (after, before) in pairs {
        let at = |version: u64| TableVersion {
            version: Some(Version(version)),
            ..resource.table.clone()
        };
        let (older, newer) = (at(before.version), at(after.version));
        let question = format!("{older:?} {newer:?} {declared:?}");
        match kept.find(&question) {
            Some(known) => {
                found.insert(after.version, known);
            }
            None => missing.push(Pair {
                before: older,
                after: newer,
                version: after.version,
                n_rows: before.n_rows.saturating_add(after.n_rows),
                question,
            }),
        }
    }
    if effort == Effort::Compare && !missing.is_empty() {
        let comparing = compare_each(app, &declared, missing, &kept, &mut found);
        if tokio::time::timeout(PATIENCE, comparing).await.is_err() {
            tracing::warn!(
                resource = resource.id,
                "comparing versions took too long for a page; some were not counted"
            );
        }
    }
    Ok(found)
}

/// Compares versions one after another, and keeps what is found; those that cannot be compared are left out.
async fn compare_each(
    app: &App,
    declared: &[String],
    pairs: Vec<Pair>,
    kept: &Kept,
    found: &mut HashMap<u64, Counts>,
) {
    let mut n_rows_left = MOST_ROWS;
    for pair in pairs {
        let Some(left) = n_rows_left.checked_sub(pair.n_rows) else {
            continue;
        };
        n_rows_left = left;
        match compare(app, declared, pair.before, pair.after).await {
            Ok(counts) => {
                kept.keep(pair.question, counts);
                found.insert(pair.version, counts);
            }
            Err(error) => {
                tracing::warn!(version = pair.version, %error, "a version could not be compared with the one before");
            }
        }
    }
}

async fn compare(
    app: &App,
    declared: &[String],
    before: TableVersion,
    after: TableVersion,
) -> Result<Counts> {
    let key = key_among(app, declared, &before, &after).await?;
    let compared = Compared { before, after, key };
    let diff = app.lake.diff(&compared, LIMITS_OF_PAIR).await.map_err(spoken)?;
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
