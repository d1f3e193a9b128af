//! All datasets in memory, made ready to be searched; made anew when the catalogue changed.

use std::sync::Arc;

use formats::ckan::search::{Document, Query, query::Content};

use super::{
    ckan::shape::{self, Shared},
    model::WRITERS,
    reads_closed,
    store::portal,
};
use crate::platform::{
    app::App,
    op::Op,
    problem::{Problem, Result},
};

pub use super::ckan::shape::Entry;

/// The field that says who sees a dataset.
const SEEN_BY: &str = "permission_labels";
const EVERYBODY: &str = "public";
const STAFF: &str = "staff";

/// The catalogue as it stood at one change.
pub struct Index {
    n_changes: i64,
    pub entries: Vec<Entry>,
    pub documents: Vec<Document>,
    pub shared: Shared,
}

impl Index {
    /// Returns the index, made anew when the catalogue changed since.
    pub async fn of(app: &App) -> Result<Arc<Index>> {
        let n_changes = portal::n_changes(app.db.read()).await?;
        if let Some(known) = app
            .shelf
            .find::<Index>()
            .filter(|known| known.n_changes == n_changes)
        {
            return Ok(known);
        }
        let shared = Shared::read(app).await?;
        let entries = shape::load(app, &shared, None).await?;
        let fresh = tokio::task::spawn_blocking(move || {
            let documents = entries.iter().map(document).collect();
            Arc::new(Index {
                n_changes,
                entries,
                documents,
                shared,
            })
        })
        .await
        .map_err(Problem::internal)?;
        app.shelf.put(fresh.clone());
        Ok(fresh)
    }

    /// The datasets that somebody may see, in the order of their names.
    pub fn seen(&self, op: &Op) -> Vec<&Entry> {
        let mut seen: Vec<&Entry> = self.entries.iter().filter(|entry| sees(op, entry)).collect();
        seen.sort_by(|a, b| a.row.slug.cmp(&b.row.slug));
        seen
    }

    /// The datasets that everybody sees, in the order of their names.
    pub fn public(&self) -> Vec<&Entry> {
        let mut seen: Vec<&Entry> = self
            .entries
            .iter()
            .filter(|entry| label(entry) == EVERYBODY)
            .collect();
        seen.sort_by(|a, b| a.row.slug.cmp(&b.row.slug));
        seen
    }
}

/// What a search has to be narrowed to, for somebody.
pub fn seen_by(op: &Op) -> Query {
    let mut labels = vec![Query::term(SEEN_BY, EVERYBODY)];
    if reads_closed(op) {
        labels.push(Query::term(SEEN_BY, STAFF));
    }
    if let Some(person) = op.person().filter(|_| op.has(&WRITERS)) {
        // Drafts and what is gone are for those who may change them.
        if op.has_for(&WRITERS, "") {
            labels.push(Query::term(SEEN_BY, "writers"));
        }
        let organisations = person.grants.iter().filter_map(|grant| grant.org.as_deref());
        labels.extend(organisations.map(|code| Query::term(SEEN_BY, &format!("writers-{code}"))));
    }
    Query::any(labels)
}

/// Whether somebody may know of a dataset.
pub fn sees(op: &Op, entry: &Entry) -> bool {
    match (entry.row.state.as_str(), entry.row.is_open) {
        ("active", 1) => true,
        ("active", _) => reads_closed(op),
        _ => may_write(op, entry.row.organisation.as_deref()),
    }
}

/// Whether somebody may change datasets of an organisation, or of none.
pub fn may_write(op: &Op, organisation: Option<&str>) -> bool {
    match organisation {
        Some(code) => op.has_for(&WRITERS, code),
        None => op.has(&WRITERS),
    }
}

fn label(entry: &Entry) -> &'static str {
    match (entry.row.state.as_str(), entry.row.is_open) {
        ("active", 1) => EVERYBODY,
        ("active", _) => STAFF,
        _ => "writers",
    }
}

fn document(entry: &Entry) -> Document {
    let mut document = Document::of(&entry.package);
    let label = label(entry);
    document.add(SEEN_BY, Content::Keyword(label.to_owned()));
    if label == "writers"
        && let Some(code) = &entry.row.organisation
    {
        document.add(SEEN_BY, Content::Keyword(format!("writers-{code}")));
    }
    document
}
