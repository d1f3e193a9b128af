//! What programs are told of datasets beside what the index holds, read for many datasets in a few statements.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::store as own;
use crate::{
    catalog::{
        details,
        explore::located::located,
        index::Entry,
        model::Class,
        store::{
            self, ColumnRow,
            search::list_placing,
            versions::{ShownRow, list_public},
        },
    },
    places,
    platform::{app::App, problem::Result},
};

/// Tables that one statement asks about.
const AT_ONCE: usize = 1_000;
/// Versions of a table that are told.
const MOST_VERSIONS: usize = 100;

/// What is known of some datasets; a dataset of which nothing was read has nothing more to tell.
#[derive(Default)]
pub struct More {
    facts: HashMap<String, Facts>,
    located: HashSet<String>,
    seen: HashSet<String>,
    columns: Vec<ColumnRow>,
    versions: HashMap<String, Vec<ShownRow>>,
}

/// What somebody typed for the metadata of a dataset.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    texts: BTreeMap<String, String>,
    /// In microseconds since 1970 UTC; nought when nobody typed anything.
    pub changed_at: i64,
}

impl Facts {
    /// What is said under a key; empty when nothing is. A dash says that it does not apply.
    pub fn typed(&self, key: &str) -> &str {
        match self.texts.get(key).map_or("", |text| text.trim()) {
            "-" => "",
            text => text,
        }
    }
}

impl More {
    /// Reads what was typed for datasets, of which of their tables everybody sees something, and which can be put on a map.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn of(app: &App, entries: &[&Entry]) -> Result<More> {
        let pool = app.db.read();
        let datasets: Vec<String> = entries.iter().map(|entry| entry.row.id.clone()).collect();
        let tables: Vec<String> = entries
            .iter()
            .flat_map(|entry| &entry.resources)
            .filter(|resource| resource.version.is_some())
            .map(|resource| resource.id.clone())
            .collect();
        let mut more = More::default();
        for row in own::list_facts(pool, &datasets).await? {
            let facts = Facts {
                texts: details::read(&row.facts),
                changed_at: row.changed_at,
            };
            more.facts.insert(row.dataset_id, facts);
        }
        let places = places::all(app).await?;
        for some in tables.chunks(AT_ONCE) {
            more.seen.extend(own::list_seen(pool, some).await?);
            more.located
                .extend(located(&places, list_placing(pool, some).await?));
        }
        Ok(more)
    }

    /// The same of one dataset, with the columns of its tables that everybody sees.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn of_one(app: &App, entry: &Entry) -> Result<More> {
        let mut more = More::of(app, &[entry]).await?;
        let columns = store::list_columns_of_dataset(app.db.read(), &entry.row.slug).await?;
        let open = columns
            .into_iter()
            .filter(|column| Class::read(&column.class) == Class::Open);
        more.columns.extend(open);
        Ok(more)
    }

    /// Reads the versions of the dataset's tables that everybody may read, too.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn with_versions(mut self, app: &App, entry: &Entry) -> Result<More> {
        for resource in entry.resources.iter().filter(|one| one.version.is_some()) {
            let mut shown = list_public(app.db.read(), &resource.id).await?;
            shown.retain(|row| row.standing != "withdrawn");
            shown.truncate(MOST_VERSIONS);
            self.versions.insert(resource.id.clone(), shown);
        }
        Ok(self)
    }

    /// What was typed for a dataset, by its id.
    pub fn facts(&self, dataset: &str) -> Option<&Facts> {
        self.facts.get(dataset)
    }

    /// Whether everybody sees a column of a table, by the id of its resource.
    pub fn is_seen(&self, resource: &str) -> bool {
        self.seen.contains(resource)
    }

    /// Whether a table can be put on a map, by the id of its resource.
    pub fn is_located(&self, resource: &str) -> bool {
        self.located.contains(resource)
    }

    /// The open columns of a table, where they were read.
    pub fn columns<'a>(&'a self, resource: &'a str) -> impl Iterator<Item = &'a ColumnRow> {
        let is_its = move |column: &&ColumnRow| column.resource_id == resource;
        self.columns.iter().filter(is_its)
    }

    /// The versions of a table that everybody may read, the newest first, where they were read.
    pub fn versions(&self, resource: &str) -> &[ShownRow] {
        self.versions.get(resource).map(Vec::as_slice).unwrap_or_default()
    }
}
