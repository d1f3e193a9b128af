//! Datasets and resources as somebody may see them: one struct for the page, the JSON and the command line.

use std::{borrow::Cow, collections::BTreeMap};

use ::search::Manner;
use serde::{Deserialize, Serialize};
use tables::{Commit, Ingested, Kind, TableVersion, Version};

use super::{
    ckan::shape::Shared,
    details::{self, DatasetDetails, ResourceDetails},
    index::{self, Index},
    model::{CONFIDANTS, Class, Rights},
    reading::HowToRead,
    search::people::{self, Counting, Part, Wanted},
    series,
    store::{self, DatasetRow, ResourceRow, portal},
    versions::Sight,
    workflow::{self, TAKING_PART, standing},
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

mod older;
mod review;

pub(super) use older::list_seen_columns;
pub use review::{Hidden, Review, ReviewColumn, list_hidden, list_reviews};

use older::find_older;

/// A dataset with its resources.
#[derive(Debug, Clone, Serialize)]
pub struct Dataset {
    /// Permanent, while the slug may change.
    pub id: String,
    pub slug: String,
    /// In the reader's language where it is told in it, or else in the site's; the description likewise.
    pub title: String,
    pub description: String,
    /// In the site's language, as they are kept.
    #[serde(skip)]
    pub own_title: String,
    #[serde(skip)]
    pub own_description: String,
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
    /// The series it is in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub series: Option<series::Name>,
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
    /// The version that is shown, whichever is read.
    pub version: Option<i64>,
    /// Of the version that is read.
    pub n_rows: i64,
    #[serde(serialize_with = "rfc3339")]
    pub changed_at: i64,
    /// Where it is to be had, for what is no table.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Of the version that is read, as far as somebody may see them.
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
    /// What stands beside every value of the file it was read from; empty for nothing.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub unit: String,
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

impl FileView {
    /// What is told of it line by line: the first rows that could not be read, and behind them the first doubts.
    pub fn told(&self, most: usize) -> impl Iterator<Item = &BadRowView> {
        let bad = self.bad_rows.iter().filter(|row| !row.is_doubt);
        let doubts = self.bad_rows.iter().filter(|row| row.is_doubt);
        bad.take(most).chain(doubts.take(most))
    }
}

/// A row of a received file that could not be read, or a value that is doubtful although its row was.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct BadRowView {
    pub line: u64,
    pub reason: String,
    pub text: String,
    /// Whether the row was read all the same.
    #[serde(default)]
    pub is_doubt: bool,
    /// The column that a doubt is about; none where it is about the whole row or file.
    #[serde(default)]
    pub column: Option<String>,
}

impl BadRowView {
    /// What is told of a file that was read: the first rows that could not be, and behind them what is doubtful.
    #[must_use]
    pub fn list(ingested: &Ingested) -> Vec<BadRowView> {
        let bad_rows = ingested.bad_rows.first.iter().map(|row| BadRowView {
            line: row.line,
            reason: row.reason.clone(),
            text: row.text.clone(),
            is_doubt: false,
            column: None,
        });
        let doubts = ingested.doubts.iter().map(|doubt| BadRowView {
            line: doubt.line,
            reason: doubt.reason.clone(),
            text: doubt.value.clone(),
            is_doubt: true,
            column: doubt.column.clone(),
        });
        bad_rows.chain(doubts).collect()
    }
}

/// Lists the files received for a resource, the newest first.
///
/// # Errors
/// When the database fails.
pub async fn list_files(app: &App, resource: &str) -> Result<Vec<FileView>> {
    let files = store::list_files(app.db.read(), resource).await?;
    Ok(files.into_iter().map(file).collect())
}

/// Lists the datasets that somebody may read, the last changed first.
///
/// # Errors
/// When the database fails.
pub async fn list_datasets(app: &App, op: &Op) -> Result<Vec<Dataset>> {
    list_where(app, op, |_| true).await
}

/// Lists the open datasets that changed last, the last first.
///
/// # Errors
/// When the database fails.
pub async fn list_newest(app: &App, op: &Op, most: usize) -> Result<Vec<Dataset>> {
    let index = Index::of(app).await?;
    let reaches = Reaches::of(app, op).await?;
    let mut newest = index.public();
    newest.sort_unstable_by_key(|entry| std::cmp::Reverse(entry.row.changed_at));
    let newest = newest.into_iter().take(most);
    Ok(newest
        .map(|entry| of_index(op, &reaches, &index.shared, entry))
        .collect())
}

/// Counts the open datasets of each theme, the largest first.
///
/// # Errors
/// When the database fails.
pub async fn count_themes(app: &App) -> Result<Vec<(Theme, usize)>> {
    let index = Index::of(app).await?;
    let public = index.public();
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for group in public.iter().flat_map(|entry| &entry.package.groups) {
        *counts.entry(group.name.as_str()).or_default() += 1;
    }
    let mut themes: Vec<(Theme, usize)> = counts
        .into_iter()
        .map(|(name, n)| {
            let known = index.shared.theme(name);
            let theme = Theme {
                name: name.to_owned(),
                title: known.map(|theme| theme.title.clone()).unwrap_or_default(),
            };
            (theme, n)
        })
        .collect();
    themes.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
    Ok(themes)
}

/// Lists what a search of the catalogue finds of what somebody may read, the best first.
///
/// # Errors
/// `search-too-much` for what would take too long; when the database fails.
pub async fn search_datasets(app: &App, op: &Op, q: &str, most: usize) -> Result<Vec<Dataset>> {
    let wanted = Wanted {
        q: q.to_owned(),
        part: Part::First(most),
        ..Wanted::default()
    };
    let results = people::find(app, op, wanted, Manner::Finished, Counting::Nothing).await?;
    let reaches = Reaches::of(app, op).await?;
    Ok(results
        .entries()
        .map(|entry| of_index(op, &reaches, &results.index.shared, entry))
        .collect())
}

/// Lists the files received for a table of a dataset, as far as its reader may know of them, the newest first.
async fn list_seen_files(app: &App, dataset: &Dataset, row: &ResourceRow) -> Result<Vec<FileView>> {
    let mut files = list_files(app, &row.id).await?;
    if dataset.may_write {
        return Ok(files);
    }
    // What waits to be published, or was replaced before it was, is for those who work on it.
    files.retain(|file| !matches!(file.state.as_str(), "held" | "dropped"));
    let is_unread = |file: &FileView| file.state != "read";
    if files.iter().any(is_unread) && workflow::is_held(app, &row.id).await? {
        files.retain(|file| !is_unread(file));
    }
    // And so is what came before everybody could read the dataset.
    let is_older = |file: &FileView| file.version.is_some() && file.version != row.version;
    if Sight::of(dataset) == Sight::Public && files.iter().any(is_older) {
        let public = store::versions::list_public(app.db.read(), &row.id).await?;
        files
            .retain(|file| !is_older(file) || public.iter().any(|known| Some(known.version) == file.version));
    }
    Ok(files)
}

async fn list_where(app: &App, op: &Op, is_wanted: impl Fn(&DatasetRow) -> bool) -> Result<Vec<Dataset>> {
    let index = Index::of(app).await?;
    let reaches = Reaches::of(app, op).await?;
    let mut found: Vec<&index::Entry> = index
        .all()
        .filter(|entry| is_readable(op, &entry.row) && is_wanted(&entry.row))
        .collect();
    found.sort_by_key(|entry| std::cmp::Reverse(entry.row.changed_at));
    let found = found.into_iter();
    Ok(found
        .map(|entry| of_index(op, &reaches, &index.shared, entry))
        .collect())
}

/// Puts its tags and themes to a dataset.
async fn put_words(app: &App, dataset: &mut Dataset) -> Result<()> {
    let pool = app.db.read();
    let tags = portal::list_tags(pool, Some(&dataset.slug)).await?;
    dataset.tags = tags.into_iter().map(|(_, tag)| tag).collect();
    if let Some((_, series)) = store::series::list_members(pool, Some(&dataset.slug))
        .await?
        .pop()
    {
        let known = store::series::find(pool, &series).await?;
        dataset.series = known.as_ref().map(series::Name::of);
    }
    let known = portal::list_themes(pool).await?;
    for (_, name) in portal::list_dataset_themes(pool, Some(&dataset.slug)).await? {
        let theme = known
            .iter()
            .find(|theme| theme.name == name && theme.state == "active");
        dataset.themes.extend(theme.map(|theme| Theme {
            title: theme.title.clone(),
            name,
        }));
    }
    Ok(())
}

/// Lists the datasets about one of some places that somebody may read, the last changed first.
///
/// # Errors
/// When the database fails.
pub async fn list_datasets_about(app: &App, op: &Op, places: &[&str]) -> Result<Vec<Dataset>> {
    let is_about = |row: &DatasetRow| {
        let place = row.place_code.as_deref();
        place.is_some_and(|code| places.contains(&code))
    };
    list_where(app, op, is_about).await
}

/// Returns a dataset.
///
/// # Errors
/// `dataset-unknown` when there is none that this person may read.
pub async fn find_dataset(app: &App, op: &Op, slug: &str) -> Result<Dataset> {
    let row = readable(app, op, slug).await?;
    let resources = store::list_resources(app.db.read(), Some(slug)).await?;
    let mut found = dataset(op, &Reaches::of(app, op).await?, row, resources);
    put_words(app, &mut found).await?;
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
    if !dataset.resources.iter().any(|known| known.slug == slug) {
        return Err(Problem::not_found("resource-unknown").with("resource", slug));
    }
    let row = resource_row(app, &dataset.slug, slug).await?;
    let rights = Rights {
        read: true,
        confide: dataset.may_confide,
        write: dataset.may_write,
    };
    let kept = store::list_columns(app.db.read(), Some(&row.id)).await?;
    let older = match version {
        Some(version) => find_older(app, &row, &kept, version, Sight::of(&dataset)).await?,
        None => None,
    };
    // What the columns hold is kept of the version that is shown.
    let (all, n_rows, profiles) = match older {
        Some(older) => (older.columns, older.n_rows, Vec::new()),
        None => (kept, row.n_rows, list_profiles(app, &row.id).await?),
    };
    // A newer version may have been shown since its row was read: what that one has no more is in the rows of this one.
    let former = store::versions::list_former_columns(app.db.read(), Some(&row.id)).await?;
    let known: Vec<store::ColumnRow> = all.iter().cloned().chain(former).collect();
    let mut table = super::table_of(&row, &known, rights);
    if let Some(version) = version {
        table.version = Some(Version(version));
    }
    let n_all = all.len();
    let columns: Vec<ColumnView> = all
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
            unit: column.unit,
        })
        .collect();
    let n_hidden = n_all - columns.len();
    let files = list_seen_files(app, &dataset, &row).await?;
    let more: ResourceDetails = details::read(&row.details);
    Ok(Resource {
        url: elsewhere(&dataset.id, &row, &more),
        description: more.description.filter(|text| !text.is_empty()),
        title: called(&row, &dataset.own_title, &dataset.title),
        slug: row.slug,
        sql_name: row.sql_name,
        version: row.version,
        n_rows,
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

    /// The version that is read: the one that was asked for, or else the one that is shown.
    #[must_use]
    pub fn read_version(&self) -> Option<i64> {
        let read = self
            .table
            .version
            .and_then(|version| i64::try_from(version.0).ok());
        self.version.and(read)
    }

    /// Whether another version is read than the one that is shown.
    #[must_use]
    pub fn is_older(&self) -> bool {
        self.read_version() != self.version
    }

    /// The same as whoever reads an older version is told of it: with that version's number.
    #[must_use]
    pub fn told(&self) -> Cow<'_, Resource> {
        if self.is_older() {
            Cow::Owned(Resource {
                version: self.read_version(),
                ..self.clone()
            })
        } else {
            Cow::Borrowed(self)
        }
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
pub(super) fn rfc3339<S: serde::Serializer>(at: &i64, to: S) -> Result<S::Ok, S::Error> {
    to.collect_str(&Time(*at))
}

/// Whether somebody may know of a table of a dataset that they may read: one that readers of an open dataset were never shown is for
/// those who take part in its way to them.
pub(super) fn knows_of(op: &Op, dataset: &DatasetRow, resource: &ResourceRow) -> bool {
    let takes_part = || match dataset.organisation.as_deref() {
        Some(code) => op.has_for(&TAKING_PART, code) || op.has_for(&CONFIDANTS, ""),
        None => op.has_for(&TAKING_PART, ""),
    };
    resource.is_unseen == 0 || dataset.is_open == 0 || takes_part()
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

/// What is kept of the columns of the version that is shown.
async fn list_profiles(app: &App, resource: &str) -> Result<Vec<ColumnProfileView>> {
    let profile = store::find_profile(app.db.read(), resource).await?;
    Ok(profile
        .as_deref()
        .and_then(|profile| serde_json::from_str(profile).ok())
        .unwrap_or_default())
}

/// A dataset of the index, that the caller may see.
pub(super) fn of_index(op: &Op, reaches: &Reaches<'_>, shared: &Shared, entry: &index::Entry) -> Dataset {
    let mut found = dataset(op, reaches, entry.row.clone(), entry.resources.clone());
    found.series = entry.series.as_ref().map(series::Name::of);
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

fn dataset(op: &Op, reaches: &Reaches<'_>, row: DatasetRow, mut resources: Vec<ResourceRow>) -> Dataset {
    resources.retain(|resource| knows_of(op, &row, resource));
    let rights = Rights::of(
        op,
        reaches,
        row.is_open == 1,
        row.organisation.as_deref(),
        row.place_code.as_deref(),
    );
    let more: DatasetDetails = details::read(&row.details);
    let told = |texts: &BTreeMap<String, String>, own: &str| {
        let told = texts.get(op.lang.code());
        told.map_or(own, String::as_str).to_owned()
    };
    let title = told(&more.title_translated, &row.title);
    let description = told(&more.notes_translated, &row.description);
    Dataset {
        standing: standing::of(&row),
        details: more,
        tags: Vec::new(),
        series: None,
        themes: Vec::new(),
        slug: row.slug,
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
                    title: called(&resource, &row.title, &title),
                    url: elsewhere(&row.id, &resource, &more),
                    format: more.format.filter(|format| !format.is_empty()),
                    description: more.description.filter(|text| !text.is_empty()),
                    slug: resource.slug,
                    sql_name: resource.sql_name,
                    version: resource.version,
                    n_rows: resource.n_rows,
                    changed_at: resource.changed_at,
                    id: resource.id,
                }
            })
            .collect(),
        title,
        description,
        own_title: row.title,
        own_description: row.description,
        id: row.id,
        may_write: rights.write,
        may_confide: rights.confide,
    }
}

/// What a resource is called: one that is called as its dataset is called so in the reader's language, too.
fn called(resource: &ResourceRow, own_title: &str, title: &str) -> String {
    match resource.title == own_title {
        true => title.to_owned(),
        false => resource.title.clone(),
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
