//! Datasets and resources as somebody may see them: one struct for the page, the JSON and the command line.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use tables::{Commit, Kind, Limits, Page, TableVersion, Version};

use super::{
    ckan::shape::Shared,
    details::{self, DatasetDetails, ResourceDetails},
    index,
    model::{Class, Rights},
    proposal::{Asked, Proposal, propose},
    reading::HowToRead,
    store::{self, DatasetRow, ResourceRow, portal},
    versions,
    workflow::standing,
};
use crate::{
    accounts::Reaches,
    platform::{
        app::App,
        op::Op,
        problem::{Problem, Result},
        time::Time,
    },
};

/// A dataset with its resources.
#[derive(Debug, Clone, Serialize)]
pub struct Dataset {
    /// Permanent, while the slug may change.
    pub id: String,
    pub slug: String,
    pub title: String,
    pub description: String,
    /// The first of its themes; empty for none.
    pub theme: String,
    pub themes: Vec<Theme>,
    pub organisation: Option<String>,
    pub publisher: Option<String>,
    pub licence: String,
    pub place: Option<String>,
    pub period: String,
    pub is_open: bool,
    /// `upload` or `form`.
    pub origin: String,
    pub tags: Vec<String>,
    /// What else is said of it: who answers for it, where it comes from.
    #[serde(skip)]
    pub details: DatasetDetails,
    /// Why it is deprecated, where it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub standing: Option<standing::Standing>,
    #[serde(serialize_with = "rfc3339")]
    pub changed_at: i64,
    pub resources: Vec<ResourceEntry>,
    #[serde(skip)]
    pub may_write: bool,
    #[serde(skip)]
    pub may_confide: bool,
}

impl Dataset {
    /// The address of whoever answers for it, where one is known.
    #[must_use]
    pub fn contact(&self) -> Option<&str> {
        let known = self.details.maintainer_email.as_deref();
        known.or(self.details.author_email.as_deref())
    }
}

/// What a dataset is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Theme {
    /// As addresses have it.
    pub name: String,
    /// As people read it; empty for the program's own words, which are translated.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub title: String,
}

/// A resource as its dataset lists it.
#[derive(Debug, Clone, Serialize)]
pub struct ResourceEntry {
    pub slug: String,
    pub title: String,
    /// Its name in SQL; none for what is no table.
    pub sql_name: Option<String>,
    /// The table's version; none before the first rows.
    pub version: Option<i64>,
    pub n_rows: i64,
    /// Where it is to be had, for what is no table.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// `CSV`, `PDF`; none where nobody said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    #[serde(serialize_with = "rfc3339")]
    pub changed_at: i64,
    #[serde(skip)]
    pub id: String,
}

/// A resource with its columns, as far as somebody may see them.
#[derive(Debug, Clone, Serialize)]
pub struct Resource {
    pub dataset: Dataset,
    pub slug: String,
    pub title: String,
    pub sql_name: Option<String>,
    pub version: Option<i64>,
    pub n_rows: i64,
    #[serde(serialize_with = "rfc3339")]
    pub changed_at: i64,
    /// Where it is to be had, for what is no table.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    pub columns: Vec<ColumnView>,
    /// How many columns are not shown because they are personal or nobody has reviewed them.
    pub n_hidden: usize,
    pub files: Vec<FileView>,
    #[serde(skip)]
    pub id: String,
    #[serde(skip)]
    pub table: TableVersion,
}

#[derive(Debug, Clone, Serialize)]
pub struct ColumnView {
    pub name: String,
    pub kind: String,
    pub title: String,
    pub class: Class,
    pub profile: Option<ColumnProfileView>,
}

/// What a column holds, as it is kept with its resource.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ColumnProfileView {
    #[serde(default)]
    pub name: String,
    pub n_null: u64,
    pub n_distinct: u64,
    pub least: Option<String>,
    pub most: Option<String>,
    pub common: Vec<(String, u64)>,
}

#[derive(Debug, Clone, Serialize)]
pub struct FileView {
    pub id: String,
    pub name: String,
    pub size_bytes: i64,
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// `waiting`, `read` or `refused`.
    pub state: String,
    pub reason: String,
    pub version: Option<i64>,
    pub n_rows: i64,
    pub n_bad: i64,
    #[serde(serialize_with = "rfc3339")]
    pub received_at: i64,
    /// How its sender had it read; nothing where that was left to the program.
    #[serde(skip)]
    pub how: HowToRead,
    #[serde(skip)]
    pub bad_rows: Vec<BadRowView>,
}

/// A row of a received file that could not be read.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct BadRowView {
    pub line: u64,
    pub reason: String,
    pub text: String,
}

/// The columns of a table with what is decided or proposed about them, for stewards.
#[derive(Debug, Clone)]
pub struct Review {
    /// The slug of the table.
    pub resource: String,
    pub title: String,
    pub columns: Vec<ReviewColumn>,
}

#[derive(Debug, Clone)]
pub struct ReviewColumn {
    pub name: String,
    pub title: String,
    pub class: Class,
    pub proposal: Proposal,
}

/// Lists the columns of every table of a dataset; that the caller may see them was asked before.
///
/// # Errors
/// When the database fails.
pub async fn list_reviews(app: &App, dataset: &Dataset) -> Result<Vec<Review>> {
    let mut reviews = Vec::new();
    for resource in &dataset.resources {
        let columns = store::list_columns(app.db.read(), Some(&resource.id)).await?;
        if columns.is_empty() {
            continue;
        }
        reviews.push(Review {
            resource: resource.slug.clone(),
            title: resource.title.clone(),
            columns: columns
                .into_iter()
                .map(|column| ReviewColumn {
                    class: Class::read(&column.class),
                    proposal: propose(
                        &column.name,
                        Asked::read(&column.asked),
                        Kind::parse(&column.kind).unwrap_or(Kind::Text),
                    ),
                    name: column.name,
                    title: column.title,
                })
                .collect(),
        });
    }
    Ok(reviews)
}

/// Lists the files received for a resource, the newest first.
///
/// # Errors
/// When the database fails.
pub async fn list_files(app: &App, resource: &str) -> Result<Vec<FileView>> {
    let files = store::list_files(app.db.read(), resource).await?;
    Ok(files.into_iter().map(file).collect())
}

/// The columns of a table that only stewards see, by why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hidden {
    /// The table's.
    pub title: String,
    /// What columns are called that tell who somebody is.
    pub personal: Vec<String>,
    /// What columns are called that could hurt somebody.
    pub sensitive: Vec<String>,
    /// Nobody has looked at these, so not even their names are told.
    pub n_unreviewed: usize,
}

/// Lists what is hidden of each table of a dataset from everybody but stewards; tables of which nothing is are left out.
///
/// # Errors
/// When the database fails.
pub async fn list_hidden(app: &App, dataset: &str) -> Result<Vec<Hidden>> {
    let mut all: Vec<(String, Hidden)> = Vec::new();
    for column in store::list_hidden_columns(app.db.read(), dataset).await? {
        if all.last().is_none_or(|(id, _)| *id != column.resource_id) {
            let hidden = Hidden {
                title: column.resource_title,
                personal: Vec::new(),
                sensitive: Vec::new(),
                n_unreviewed: 0,
            };
            all.push((column.resource_id, hidden));
        }
        let Some((_, hidden)) = all.last_mut() else {
            continue;
        };
        let called = if column.title.is_empty() {
            column.name
        } else {
            column.title
        };
        match Class::read(&column.class) {
            Class::Open => {}
            Class::Personal => hidden.personal.push(called),
            Class::Sensitive => hidden.sensitive.push(called),
            Class::Unreviewed => hidden.n_unreviewed += 1,
        }
    }
    Ok(all.into_iter().map(|(_, hidden)| hidden).collect())
}

/// Lists the datasets that somebody may read, the last changed first.
///
/// # Errors
/// When the database fails.
pub async fn list_datasets(app: &App, op: &Op) -> Result<Vec<Dataset>> {
    let mut resources: HashMap<String, Vec<ResourceRow>> = HashMap::new();
    for resource in store::list_resources(app.db.read(), None).await? {
        resources
            .entry(resource.dataset_slug.clone())
            .or_default()
            .push(resource);
    }
    let rows = store::list_datasets(app.db.read()).await?;
    let reaches = Reaches::of(app, op).await?;
    let mut words = Words::read(app, None).await?;
    Ok(rows
        .into_iter()
        .filter(|row| is_readable(op, row))
        .map(|row| {
            let own = resources.remove(&row.slug).unwrap_or_default();
            let mut found = dataset(op, &reaches, row, own);
            words.put_into(&mut found);
            found
        })
        .collect())
}

/// Tags and themes, by the slugs of their datasets.
struct Words {
    tags: HashMap<String, Vec<String>>,
    themes: HashMap<String, Vec<Theme>>,
}

impl Words {
    /// Reads those of one dataset, or of all.
    async fn read(app: &App, dataset: Option<&str>) -> Result<Words> {
        let pool = app.db.read();
        let mut words = Words {
            tags: HashMap::new(),
            themes: HashMap::new(),
        };
        for (slug, tag) in portal::list_tags(pool, dataset).await? {
            words.tags.entry(slug).or_default().push(tag);
        }
        let known: HashMap<String, portal::ThemeRow> = portal::list_themes(pool)
            .await?
            .into_iter()
            .filter(|theme| theme.state == "active")
            .map(|theme| (theme.name.clone(), theme))
            .collect();
        for (slug, name) in portal::list_dataset_themes(pool, dataset).await? {
            let Some(theme) = known.get(&name) else { continue };
            let title = theme.title.clone();
            words.themes.entry(slug).or_default().push(Theme { name, title });
        }
        Ok(words)
    }

    fn put_into(&mut self, dataset: &mut Dataset) {
        dataset.tags = self.tags.remove(&dataset.slug).unwrap_or_default();
        dataset.themes = self.themes.remove(&dataset.slug).unwrap_or_default();
    }
}

/// Lists the datasets about one of some places that somebody may read, without their resources: the last changed first.
///
/// # Errors
/// When the database fails.
pub async fn list_datasets_about(app: &App, op: &Op, places: &[&str]) -> Result<Vec<Dataset>> {
    let rows = store::list_placed_datasets(app.db.read()).await?;
    let reaches = Reaches::of(app, op).await?;
    Ok(rows
        .into_iter()
        .filter(|row| is_readable(op, row))
        .filter(|row| {
            row.place_code
                .as_deref()
                .is_some_and(|code| places.contains(&code))
        })
        .map(|row| dataset(op, &reaches, row, Vec::new()))
        .collect())
}

/// Returns a dataset.
///
/// # Errors
/// `dataset-unknown` when there is none that this person may read.
pub async fn find_dataset(app: &App, op: &Op, slug: &str) -> Result<Dataset> {
    let row = readable(app, op, slug).await?;
    let resources = store::list_resources(app.db.read(), Some(slug)).await?;
    let mut found = dataset(op, &Reaches::of(app, op).await?, row, resources);
    Words::read(app, Some(slug)).await?.put_into(&mut found);
    Ok(found)
}

/// Returns a resource at its shown version, or at an older one.
///
/// # Errors
/// `dataset-unknown`, `resource-unknown`.
pub async fn find_resource(
    app: &App,
    op: &Op,
    dataset: &str,
    slug: &str,
    version: Option<u64>,
) -> Result<Resource> {
    let dataset = find_dataset(app, op, dataset).await?;
    let row = resource_row(app, &dataset.slug, slug).await?;
    let rights = Rights {
        read: true,
        confide: dataset.may_confide,
        write: dataset.may_write,
    };
    let kept = store::list_columns(app.db.read(), Some(&row.id)).await?;
    let mut table = super::table_of(&row, &kept, rights);
    let profiles: Vec<ColumnProfileView> = store::find_profile(app.db.read(), &row.id)
        .await?
        .as_deref()
        .and_then(|profile| serde_json::from_str(profile).ok())
        .unwrap_or_default();
    let n_all = kept.len();
    let mut columns: Vec<ColumnView> = kept
        .into_iter()
        .filter(|column| !table.hidden.contains(&column.name))
        .map(|column| ColumnView {
            profile: profiles
                .iter()
                .find(|profile| profile.name == column.name)
                .cloned(),
            class: Class::read(&column.class),
            name: column.name,
            kind: column.kind,
            title: column.title,
        })
        .collect();
    let n_hidden = n_all - columns.len();
    if let Some(version) = version {
        versions::require_shown(app, &row, version).await?;
        table.version = Some(Version(version));
        columns = columns_then(app, &mut table, columns).await?;
    }
    let mut files = list_files(app, &row.id).await?;
    // What waits to be published, or was replaced before it was, is for those who work on it.
    files.retain(|file| dataset.may_write || !matches!(file.state.as_str(), "held" | "dropped"));
    let more: ResourceDetails = details::read(&row.details);
    Ok(Resource {
        url: elsewhere(&dataset.id, &row, &more),
        description: more.description.filter(|text| !text.is_empty()),
        slug: row.slug,
        title: row.title,
        sql_name: row.sql_name,
        version: row.version,
        n_rows: row.n_rows,
        changed_at: row.changed_at,
        columns,
        n_hidden,
        files,
        id: row.id,
        table,
        dataset,
    })
}

impl Resource {
    /// Tells how the table came to be as it is, the newest change first.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn history(&self, app: &App, most: usize) -> Result<Vec<Commit>> {
        if self.version.is_none() {
            return Ok(Vec::new());
        }
        app.lake
            .history(&self.table.table, Some(most))
            .await
            .map_err(spoken)
    }

    /// Whether every column may be seen, so that the file as it was received may be, too.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.n_hidden == 0
    }

    #[must_use]
    pub fn has_geometry(&self) -> bool {
        self.columns
            .iter()
            .any(|column| column.kind == Kind::Geometry.as_str())
    }
}

/// Turns an error of the tables into a problem that its reader can do something about.
pub(super) fn spoken(error: tables::Error) -> Problem {
    use tables::Error;
    match error {
        Error::NoTable(_) => Problem::not_found("resource-unknown").with("resource", ""),
        Error::NoVersion { version, .. } => Problem::not_found("version-unknown").with("version", version),
        Error::BadQuery(_) | Error::Unfit(_) | Error::BadFile(_) => {
            Problem::invalid("query-refused").with("reason", &error)
        }
        Error::TookTooLong { .. } | Error::TooMuchMemory { .. } => {
            Problem::new(crate::platform::problem::Kind::Unavailable, "query-too-heavy")
                .with("reason", &error)
        }
        other => Problem::internal(other),
    }
}

/// Writes microseconds since 1970 as our JSON writes times: RFC 3339 in UTC.
fn rfc3339<S: serde::Serializer>(at: &i64, to: S) -> Result<S::Ok, S::Error> {
    to.collect_str(&Time(*at))
}

fn is_readable(op: &Op, row: &DatasetRow) -> bool {
    row.state == "active" && (row.is_open == 1 || super::reads_closed(op))
}

/// The dataset, if somebody may read it; others are told that there is none.
pub(super) async fn readable(app: &App, op: &Op, slug: &str) -> Result<DatasetRow> {
    let found = store::find_dataset(app.db.read(), slug).await?;
    match found {
        Some(row) if is_readable(op, &row) => Ok(row),
        Some(row) if row.state == "withdrawn" && (row.is_open == 1 || super::reads_closed(op)) => {
            Err(standing::gone(app, &row))
        }
        _ => Err(Problem::not_found("dataset-unknown").with("dataset", slug)),
    }
}

pub(super) async fn resource_row(app: &App, dataset: &str, slug: &str) -> Result<ResourceRow> {
    let all = store::list_resources(app.db.read(), Some(dataset)).await?;
    all.into_iter()
        .find(|row| row.slug == slug)
        .ok_or_else(|| Problem::not_found("resource-unknown").with("resource", slug))
}

/// The columns that an older version shares with the shown one; others were never reviewed and are hidden.
async fn columns_then(app: &App, table: &mut TableVersion, now: Vec<ColumnView>) -> Result<Vec<ColumnView>> {
    let then = app
        .lake
        .page(table, &Page::default(), Limits::default())
        .await
        .map_err(spoken)?
        .0
        .columns;
    let unknown = then
        .iter()
        .filter(|column| !now.iter().any(|known| known.name == column.name));
    table.hidden.extend(unknown.map(|column| column.name.clone()));
    Ok(now
        .into_iter()
        .filter(|column| then.iter().any(|known| known.name == column.name))
        .collect())
}

/// A dataset of the index, that the caller may see.
pub(super) fn of_index(op: &Op, reaches: &Reaches<'_>, shared: &Shared, entry: &index::Entry) -> Dataset {
    let mut found = dataset(op, reaches, entry.row.clone(), entry.resources.clone());
    found.tags = entry.package.tags.iter().map(|tag| tag.name.clone()).collect();
    let themes = entry
        .package
        .groups
        .iter()
        .filter_map(|group| shared.theme(&group.name));
    found.themes = themes
        .map(|theme| Theme {
            name: theme.name.clone(),
            title: theme.title.clone(),
        })
        .collect();
    found
}

fn dataset(op: &Op, reaches: &Reaches<'_>, row: DatasetRow, resources: Vec<ResourceRow>) -> Dataset {
    let rights = Rights::of(
        op,
        reaches,
        row.is_open == 1,
        row.organisation.as_deref(),
        row.place_code.as_deref(),
    );
    Dataset {
        standing: standing::of(&row),
        details: details::read(&row.details),
        tags: Vec::new(),
        themes: Vec::new(),
        slug: row.slug,
        title: row.title,
        description: row.description,
        theme: row.theme,
        organisation: row.organisation,
        publisher: row.publisher,
        licence: row.licence,
        place: row.place_code,
        period: row.period,
        is_open: row.is_open == 1,
        origin: row.origin,
        changed_at: row.changed_at,
        resources: resources
            .into_iter()
            .map(|resource| {
                let more: ResourceDetails = details::read(&resource.details);
                ResourceEntry {
                    url: elsewhere(&row.id, &resource, &more),
                    format: more.format.filter(|format| !format.is_empty()),
                    description: more.description.filter(|text| !text.is_empty()),
                    slug: resource.slug,
                    title: resource.title,
                    sql_name: resource.sql_name,
                    version: resource.version,
                    n_rows: resource.n_rows,
                    changed_at: resource.changed_at,
                    id: resource.id,
                }
            })
            .collect(),
        id: row.id,
        may_write: rights.write,
        may_confide: rights.confide,
    }
}

/// Where what is no table is to be had: elsewhere, or here as the file that it is.
fn elsewhere(dataset: &str, row: &ResourceRow, more: &ResourceDetails) -> Option<String> {
    if row.lake_table.is_some() {
        return None;
    }
    let is_here = more.url_type.as_deref() == Some("upload") && row.blob.is_some();
    let here = || format!("/dataset/{dataset}/resource/{}/download/{}", row.id, row.url);
    // What would run in a reader's browser is no address.
    let is_address =
        row.url.starts_with("http://") || row.url.starts_with("https://") || row.url.starts_with("ftp://");
    if is_here {
        Some(here())
    } else {
        is_address.then(|| row.url.clone())
    }
}

fn file(row: store::FileRow) -> FileView {
    FileView {
        bad_rows: serde_json::from_str(&row.bad_rows).unwrap_or_default(),
        how: serde_json::from_str(&row.how).unwrap_or_default(),
        id: row.id,
        name: row.name,
        size_bytes: row.size_bytes,
        sha256: row.blob,
        state: row.state,
        reason: row.reason,
        version: row.version,
        n_rows: row.n_rows,
        n_bad: row.n_bad,
        received_at: row.received_at,
    }
}
