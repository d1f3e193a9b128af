//! Versions of a table: which there were, what changed between two, and the permanent address of each.
//!
//! A version's number is that of its commit in the lake. Every page, file and answer about a table takes `?version=` or `?at=`.

pub mod asked;
pub mod counts;
pub mod differences;
pub mod files;
pub mod lineage;
pub mod pages;
pub mod words;

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, PoisonError},
};

use serde::Serialize;
use tables::{Commit, Compared, Diff, Limits, Page, TableVersion};

use super::{
    store::{ResourceRow, versions as rows},
    view::{self, Dataset, Resource, spoken},
};
use crate::platform::{
    app::App,
    db::Tx,
    events::Event,
    op::Op,
    problem::{Problem, Result},
    time::Time,
};

pub use asked::{Asked, wanted};
pub use differences::DiffPage;
pub use pages::{VersionsPage, routes};

/// Commits of a table that are read for what they changed; versions before them are known by what readers were shown.
const MOST_COMMITS: usize = 500;

/// A version that readers can ask for, or could.
#[derive(Debug, Clone, Serialize)]
pub struct VersionEntry {
    pub version: u64,
    /// Since when it could be read.
    #[serde(serialize_with = "rfc3339")]
    pub shown_at: i64,
    pub n_rows: u64,
    pub n_added: u64,
    pub n_removed: u64,
    /// Whether it is known how many rows came and went: of versions that are very many commits old it is not.
    #[serde(skip)]
    pub is_counted: bool,
    /// Whether readers see it who ask for no version.
    pub is_shown: bool,
    /// Empty, `deprecated` or `withdrawn`.
    pub standing: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub reason: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub replaced_by: String,
    /// Its permanent address, whatever the dataset is called.
    pub address: String,
}

/// Somebody said which columns name the rows of a table.
#[derive(Serialize)]
pub struct KeyDeclared {
    pub resource: String,
    pub columns: Vec<String>,
}

impl Event for KeyDeclared {
    const NAME: &'static str = "catalog.key-declared";
    fn subject(&self) -> String {
        format!("resource/{}", self.resource)
    }
}

/// Which versions of a table its reader may ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sight {
    /// Those that came while the dataset was open, and the one that it was opened with.
    Public,
    /// All that were ever shown to anybody.
    All,
}

impl Sight {
    /// Whoever reads a closed dataset works here; of an open one those see all who work on it.
    #[must_use]
    pub fn of(dataset: &Dataset) -> Sight {
        match !dataset.is_open || dataset.may_write || dataset.may_confide {
            true => Sight::All,
            false => Sight::Public,
        }
    }
}

/// Lists the versions of a table that its reader can ask for, or could, the newest first.
///
/// # Errors
/// When the store or the database fails.
pub async fn list(app: &App, resource: &Resource) -> Result<Vec<VersionEntry>> {
    let Some(shown) = resource.version.and_then(|version| u64::try_from(version).ok()) else {
        return Ok(Vec::new());
    };
    let known = rows::list_shown(app.db.read(), &resource.id).await?;
    let commits = resource.history(app, MOST_COMMITS).await?;
    let numbered = by_version(known.clone());
    let all = put_together(shown, known, commits, |version| {
        address(app, &resource.id, version)
    });
    Ok(match Sight::of(&resource.dataset) {
        Sight::All => all,
        Sight::Public => public_of(all, &numbered),
    })
}

fn by_version(known: Vec<rows::ShownRow>) -> BTreeMap<i64, rows::ShownRow> {
    known.into_iter().map(|row| (row.version, row)).collect()
}

/// Whether everybody may read a version. A commit between two that were shown is public when both of these came while the dataset was open.
fn is_public(known: &BTreeMap<i64, rows::ShownRow>, version: i64) -> bool {
    if let Some(row) = known.get(&version) {
        return row.public_at.is_some();
    }
    let came_open = |row: &rows::ShownRow| row.public_at.is_some_and(|at| at <= row.shown_at);
    let before = known.range(..version).next_back();
    let after = known.range(version..).next();
    before.is_none_or(|(_, row)| came_open(row)) && after.is_some_and(|(_, row)| came_open(row))
}

/// Those of all versions that everybody may read, each since when everybody may; what came and went since one that they may not read is
/// not told.
fn public_of(all: Vec<VersionEntry>, known: &BTreeMap<i64, rows::ShownRow>) -> Vec<VersionEntry> {
    let number = |entry: &VersionEntry| i64::try_from(entry.version).unwrap_or(i64::MAX);
    let seen: Vec<bool> = all.iter().map(|entry| is_public(known, number(entry))).collect();
    let is_seen = |at: usize| seen.get(at).copied();
    all.into_iter()
        .enumerate()
        .filter(|(at, _)| is_seen(*at) == Some(true))
        .map(|(at, entry)| {
            let public_at = known.get(&number(&entry)).and_then(|row| row.public_at);
            let is_counted = entry.is_counted && is_seen(at + 1) != Some(false);
            VersionEntry {
                shown_at: public_at.unwrap_or(entry.shown_at),
                n_added: if is_counted { entry.n_added } else { 0 },
                n_removed: if is_counted { entry.n_removed } else { 0 },
                is_counted,
                ..entry
            }
        })
        .collect()
}

/// Puts together what the newest commits of a table changed and what readers were ever shown of it, the newest first.
fn put_together(
    shown: u64,
    known: Vec<rows::ShownRow>,
    commits: Vec<Commit>,
    address: impl Fn(u64) -> String,
) -> Vec<VersionEntry> {
    let known: BTreeMap<u64, rows::ShownRow> = known
        .into_iter()
        .filter_map(|row| Some((u64::try_from(row.version).ok()?, row)))
        .collect();
    let oldest = commits.last().map_or(u64::MAX, |commit| commit.version.0);
    let newer = commits.into_iter().filter_map(|commit| {
        let row = known.get(&commit.version.0);
        // Housekeeping leaves the rows as they are; what is newer than the shown one was withdrawn, or waits.
        let n_rows = commit
            .n_rows
            .filter(|_| commit.n_added > 0 || commit.n_removed > 0)?;
        if commit.version.0 > shown && row.is_none() {
            return None;
        }
        let said = |of: fn(&rows::ShownRow) -> &String| row.map(of).cloned().unwrap_or_default();
        Some(VersionEntry {
            version: commit.version.0,
            shown_at: row.map_or(commit.at, |row| row.shown_at),
            n_rows,
            n_added: commit.n_added,
            n_removed: commit.n_removed,
            is_counted: true,
            is_shown: commit.version.0 == shown,
            standing: said(|row| &row.standing),
            reason: said(|row| &row.reason),
            replaced_by: said(|row| &row.replaced_by),
            address: address(commit.version.0),
        })
    });
    let older = known.range(..oldest).rev().map(|(version, row)| VersionEntry {
        version: *version,
        shown_at: row.shown_at,
        n_rows: u64::try_from(row.n_rows).unwrap_or_default(),
        n_added: 0,
        n_removed: 0,
        is_counted: false,
        is_shown: *version == shown,
        standing: row.standing.clone(),
        reason: row.reason.clone(),
        replaced_by: row.replaced_by.clone(),
        address: address(*version),
    });
    newer.chain(older).collect()
}

/// The permanent address of a version of a table.
#[must_use]
pub fn address(app: &App, resource: &str, version: u64) -> String {
    format!("{}/tables/{resource}/{version}", app.config.base_url)
}

/// Refuses a version that was withdrawn, or that readers like this one were never shown.
///
/// # Errors
/// `version-withdrawn`, `version-unknown`.
pub async fn require_shown(app: &App, row: &ResourceRow, version: u64, sight: Sight) -> Result<()> {
    let unknown = || Problem::not_found("version-unknown").with("version", version);
    let asked = i64::try_from(version).map_err(|_| unknown())?;
    let known = by_version(rows::list_shown(app.db.read(), &row.id).await?);
    if sight == Sight::Public && !is_public(&known, asked) {
        return Err(unknown());
    }
    match known.get(&asked) {
        Some(known) if known.standing == "withdrawn" => {
            let at = Time(known.standing_at.unwrap_or_default());
            Err(Problem::gone("version-withdrawn")
                .with("version", version)
                .with("date", app.config.day(at))
                .with("reason", &known.reason))
        }
        Some(_) => Ok(()),
        // Versions from before this was kept, and commits between two that were shown.
        None if row.version.is_some_and(|shown| asked <= shown) => Ok(()),
        None => Err(unknown()),
    }
}

/// Which versions of a table its reader can compare: those with a column that they see of both.
pub struct Comparable {
    /// The columns that they see, by versions; nothing where none is hidden from them and none was ever taken out.
    seen: Option<HashMap<u64, Vec<String>>>,
}

impl Comparable {
    /// Looks up what the reader of a table sees of some of its versions.
    ///
    /// # Errors
    /// When the database or the store fails.
    pub async fn of(app: &App, resource: &Resource, versions: &[u64]) -> Result<Comparable> {
        let seen = view::list_seen_columns(app, resource, versions).await?;
        Ok(Comparable { seen })
    }

    /// Whether no column of any version is hidden from them, and none was ever taken out.
    #[must_use]
    pub fn hides_nothing(&self) -> bool {
        self.seen.is_none()
    }

    /// Whether two of those versions can be compared.
    #[must_use]
    pub fn holds(&self, before: u64, after: u64) -> bool {
        let Some(seen) = &self.seen else { return true };
        match (seen.get(&before), seen.get(&after)) {
            (Some(before), Some(after)) => before.iter().any(|name| after.contains(name)),
            _ => false,
        }
    }
}

/// The columns that name the rows of both versions: declared, or else proposed; none when nothing does.
///
/// # Errors
/// When the tables cannot be read.
pub async fn key_of(
    app: &App,
    resource: &str,
    before: &TableVersion,
    after: &TableVersion,
) -> Result<Vec<String>> {
    let declared = rows::list_key(app.db.read(), resource).await?;
    key_among(app, &declared, before, after).await
}

/// The columns that name the rows of both versions: those that were declared where both have them, or else proposed.
async fn key_among(
    app: &App,
    declared: &[String],
    before: &TableVersion,
    after: &TableVersion,
) -> Result<Vec<String>> {
    if !declared.is_empty() && has_all(app, before, declared).await? && has_all(app, after, declared).await? {
        return Ok(declared.to_vec());
    }
    let proposed = app.lake.propose_key(before, after, LIMITS).await;
    proposed.map_err(spoken)
}

/// Whether a version has all of some columns, and none of them is hidden.
async fn has_all(app: &App, table: &TableVersion, names: &[String]) -> Result<bool> {
    let page = app.lake.page(table, &Page::default(), LIMITS).await;
    let (answer, _) = page.map_err(spoken)?;
    let has = |name: &String| answer.columns.iter().any(|column| column.name == *name);
    Ok(names.iter().all(has))
}

/// Says which columns name the rows of a table; none to leave it to the program.
///
/// # Errors
/// `column-unknown`; `not-allowed` for anybody but those who may change the dataset.
pub async fn declare_key(tx: &mut Tx, op: &Op, resource: &Resource, columns: &[&str]) -> Result<()> {
    if !resource.dataset.may_write {
        return Err(super::refused(op));
    }
    let is_known = |name: &&&str| resource.columns.iter().any(|column| column.name == ***name);
    if let Some(unknown) = columns.iter().find(|name| !is_known(name)) {
        return Err(Problem::not_found("column-unknown").with("column", unknown));
    }
    rows::put_key(tx, &resource.id, columns).await?;
    let event = KeyDeclared {
        resource: resource.id.clone(),
        columns: columns.iter().map(|name| (*name).to_owned()).collect(),
    };
    tx.emit(op, &event).await
}

/// What changed between two versions; two versions stay as they are, so that an answer is kept.
///
/// # Errors
/// `query-refused` when the key is none, `query-too-heavy`.
pub async fn diff(app: &App, compared: &Compared) -> Result<Arc<Diff>> {
    /// Answers that are kept.
    const MOST: usize = 64;
    let kept = match app.shelf.find::<Kept>() {
        Some(kept) => kept,
        None => {
            let fresh = Arc::new(Kept::default());
            app.shelf.put(fresh.clone());
            fresh
        }
    };
    let question = format!("{compared:?}");
    let known = kept.lock().get(&question).cloned();
    if let Some(known) = known {
        return Ok(known);
    }
    let found = Arc::new(app.lake.diff(compared, LIMITS).await.map_err(spoken)?);
    let mut kept = kept.lock();
    if kept.len() >= MOST {
        kept.clear();
    }
    // A table without a version is read as it is now, which is no lasting answer.
    if compared.before.version.is_some() && compared.after.version.is_some() {
        kept.insert(question, found.clone());
    }
    Ok(found)
}

/// Answers by their question.
#[derive(Default)]
struct Kept(Mutex<HashMap<String, Arc<Diff>>>);

impl Kept {
    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, Arc<Diff>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Two large versions are sorted on disk, which takes its time.
const LIMITS: Limits = Limits {
    time: std::time::Duration::from_secs(120),
    memory_bytes: 256 << 20,
    rows: 10_000,
};

fn rfc3339<S: serde::Serializer>(at: &i64, to: S) -> std::result::Result<S::Ok, S::Error> {
    to.collect_str(&Time(*at))
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;
    use tables::Version;

    use super::*;

    fn commit(version: u64, n_added: u64) -> Commit {
        Commit {
            version: Version(version),
            at: 1,
            operation: "WRITE".into(),
            n_rows: Some(10 + version),
            n_added,
            n_removed: 0,
        }
    }

    fn shown(version: i64) -> rows::ShownRow {
        rows::ShownRow {
            version,
            n_rows: 10 + version,
            shown_at: version,
            standing: String::new(),
            reason: String::new(),
            replaced_by: String::new(),
            standing_at: None,
            public_at: Some(version),
        }
    }

    #[test]
    fn everybody_reads_what_came_while_the_dataset_was_open_and_what_it_was_opened_with() {
        let private = |version| rows::ShownRow {
            public_at: None,
            ..shown(version)
        };
        // Closed until the third was shown; closed again from the seventh to the ninth.
        let opened = |version, public_at| rows::ShownRow {
            public_at: Some(public_at),
            ..shown(version)
        };
        let known = vec![
            private(1),
            opened(3, 4),
            shown(5),
            private(7),
            opened(9, 10),
            shown(12),
            shown(14),
        ];
        let known = by_version(known);
        let seen: Vec<i64> = (0..=15).filter(|version| is_public(&known, *version)).collect();
        assert_eq!(seen, [3, 5, 9, 12, 13, 14]);
        let commits = (1..=14).rev().map(|version| commit(version, 1)).collect();
        let shown_ones = known.values().cloned().collect();
        let all = put_together(14, shown_ones, commits, |version| version.to_string());
        let told: Vec<_> = public_of(all, &known)
            .iter()
            .map(|entry| (entry.version, entry.shown_at, entry.is_counted, entry.n_added))
            .collect();
        assert_eq!(
            told,
            [
                (14, 14, true, 1),
                (13, 1, true, 1),
                (12, 12, false, 0),
                (9, 10, false, 0),
                (5, 5, false, 0),
                (3, 4, false, 0),
            ]
        );
    }

    #[test]
    fn versions_before_the_commits_that_are_read_are_those_that_were_shown() {
        let commits = vec![commit(9, 1), commit(8, 0), commit(7, 2), commit(6, 1)];
        let known = [2, 4, 6, 9].map(shown).to_vec();
        let listed = put_together(9, known, commits, |version| version.to_string());
        let told: Vec<_> = listed
            .iter()
            .map(|known| (known.version, known.n_rows, known.is_counted, known.is_shown))
            .collect();
        assert_eq!(
            told,
            [
                (9, 19, true, true),
                (7, 17, true, false),
                (6, 16, true, false),
                (4, 14, false, false),
                (2, 12, false, false),
            ]
        );
        assert_eq!(listed[4].shown_at, 2, "so that a day finds it");
    }
}
