//! Catalogue: datasets with their publisher, licence and coverage, and the tables in them.
//!
//! A file that somebody sends is kept byte for byte, read by a job into a versioned table, and shown with its profile and its bad
//! rows. Tables of forms stand beside them. A dataset that is not open is for staff; columns that are not open are for stewards.
//! Words follow CKAN and DCAT: dataset, resource, publisher.
//!
//! Files and addresses that are no tables are kept and described. CKAN's clients come in by [`ckan`], readers
//! of metadata by [`dcat`]. What readers bring is in [`contributions`], whom news are sent to in [`following`].
//!
//! Deliberately absent: releases, harvesting.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::Serialize;
use tables::{ROW_NUMBER, Scope, TableVersion, Version};

use crate::{
    accounts::{self, Reaches},
    platform::{
        app::App,
        blobs::Blob,
        db::Tx,
        events::Event,
        id,
        op::{Op, Role},
        problem::{Kind, Problem, Result},
    },
};

pub mod agenda;
pub mod ckan;
pub mod cli;
pub mod contributions;
pub mod dcat;
pub mod desk;
mod details;
mod download;
mod etag;
pub mod explore;
mod files;
pub mod following;
mod index;
mod jobs;
pub mod metadata;
pub mod model;
pub mod ogc;
pub mod pages;
pub mod proposal;
pub mod reading;
mod reasons;
mod search;
pub mod series;
pub mod sql;
pub mod standards;
mod store;
pub mod versions;
mod view;
pub mod wire;
pub mod workflow;

pub use desk::routes as desk_routes;
pub use jobs::{AskedColumn, DescribeColumns, EnterTable, FollowPlaces, Follows, NoteTable, Read};
pub use pages::routes;
pub use versions::routes as version_routes;
pub use view::{
    ColumnView, Dataset, FileView, Resource, Theme, count_themes, find_dataset, find_resource, list_datasets,
    list_datasets_about, list_newest, search_datasets,
};

use model::{CONFIDANTS, Class, ColumnEntry, Entry, MAIN, Origin, READERS, Rights, TableEntry, WRITERS};
use reading::HowToRead;
use workflow::{Opening, Terms, Wish};

/// A dataset was entered, or its entry changed.
#[derive(Serialize)]
pub struct DatasetSaved {
    pub dataset: String,
    pub is_open: bool,
}

impl Event for DatasetSaved {
    const NAME: &'static str = "catalog.dataset-saved";
    fn subject(&self) -> String {
        format!("dataset/{}", self.dataset)
    }
}

/// A dataset was deleted; what is known of it stays for an administrator.
#[derive(Serialize)]
pub struct DatasetDeleted {
    /// Permanent.
    pub id: String,
    /// Its slug.
    pub dataset: String,
}

impl Event for DatasetDeleted {
    const NAME: &'static str = "catalog.dataset-deleted";
    fn subject(&self) -> String {
        format!("dataset/{}", self.dataset)
    }
}

/// Somebody sent a file for a resource.
#[derive(Serialize)]
pub struct FileReceived {
    pub resource: String,
    pub file: String,
    pub blob: String,
}

impl Event for FileReceived {
    const NAME: &'static str = "catalog.file-received";
    fn subject(&self) -> String {
        format!("resource/{}", self.resource)
    }
}

/// A received file became a version of a table.
#[derive(Serialize)]
pub struct FileRead {
    pub resource: String,
    pub file: String,
    pub table: String,
    pub version: u64,
}

impl Event for FileRead {
    const NAME: &'static str = "catalog.file-read";
    fn subject(&self) -> String {
        format!("resource/{}", self.resource)
    }
}

/// A received file could not be understood.
#[derive(Serialize)]
pub struct FileRefused {
    pub resource: String,
    pub file: String,
}

impl Event for FileRefused {
    const NAME: &'static str = "catalog.file-refused";
    fn subject(&self) -> String {
        format!("resource/{}", self.resource)
    }
}

/// A table was entered as a resource.
#[derive(Serialize)]
pub struct TableRegistered {
    pub resource: String,
    pub table: String,
}

impl Event for TableRegistered {
    const NAME: &'static str = "catalog.table-registered";
    fn subject(&self) -> String {
        format!("resource/{}", self.resource)
    }
}

/// A resource was taken out of its dataset; what was received for it stays.
#[derive(Serialize)]
pub struct ResourceDeleted {
    pub resource: String,
}

impl Event for ResourceDeleted {
    const NAME: &'static str = "catalog.resource-deleted";
    fn subject(&self) -> String {
        format!("resource/{}", self.resource)
    }
}

/// Rows were sent to a table, or taken from it, one by one.
#[derive(Serialize)]
pub struct RowsChanged {
    pub resource: String,
    pub table: String,
    /// The version that rows were sent in; none where they were only taken away, or set in order.
    pub sent_in: Option<u64>,
}

impl Event for RowsChanged {
    const NAME: &'static str = "catalog.rows-changed";
    fn subject(&self) -> String {
        format!("resource/{}", self.resource)
    }
}

/// A theme was entered, or what is said of it changed.
#[derive(Serialize)]
pub struct ThemeSaved {
    pub theme: String,
}

impl Event for ThemeSaved {
    const NAME: &'static str = "catalog.theme-saved";
    fn subject(&self) -> String {
        format!("theme/{}", self.theme)
    }
}

/// Somebody said who may see a column.
#[derive(Serialize)]
pub struct ColumnClassified {
    pub resource: String,
    pub column: String,
    pub class: Class,
}

impl Event for ColumnClassified {
    const NAME: &'static str = "catalog.column-classified";
    fn subject(&self) -> String {
        format!("resource/{}", self.resource)
    }
}

/// Versions of a table that nobody is shown any more were removed.
#[derive(Serialize)]
pub struct TableVacuumed {
    pub table: String,
    pub n_files: usize,
}

impl Event for TableVacuumed {
    const NAME: &'static str = "catalog.table-vacuumed";
    fn subject(&self) -> String {
        format!("table/{}", self.table)
    }
}

/// Reads the catalogue ahead, so that nobody waits for it.
pub async fn warm(app: App) {
    if let Err(problem) = index::Index::of(&app).await {
        tracing::warn!(%problem, "the catalogue was not read ahead; the first page will");
    }
}

/// Removes the files that only versions of a dataset's tables older than `keep` need; the versions shown and those `needed` elsewhere, by
/// table, stay. Returns how many.
///
/// # Errors
/// `not-allowed` for anybody but an administrator; `dataset-unknown`.
pub async fn vacuum(
    app: &App,
    op: &Op,
    dataset: &str,
    keep: std::time::Duration,
    needed: &BTreeMap<String, BTreeSet<u64>>,
) -> Result<usize> {
    op.require(&[Role::Admin])?;
    let known = view::readable(app, op, dataset).await?;
    let mut n_files = 0;
    for resource in store::list_resources(app.db.read(), Some(&known.slug)).await? {
        let shown = resource.version.and_then(|version| u64::try_from(version).ok());
        let (Some(shown), Some(table)) = (shown, resource.lake_table) else {
            continue;
        };
        let mut stay = vec![Version(shown)];
        stay.extend(
            needed
                .get(&table)
                .into_iter()
                .flatten()
                .map(|&version| Version(version)),
        );
        let removed = app.lake.vacuum(&table, keep, &stay).await;
        let event = TableVacuumed {
            table,
            n_files: removed.map_err(Problem::internal)?,
        };
        n_files += event.n_files;
        let mut tx = app.db.begin().await?;
        tx.emit(op, &event).await?;
        tx.commit().await?;
    }
    Ok(n_files)
}

/// Returns where a table of the lake is shown to somebody; `None` where it is in no dataset, or in one that they may not read.
///
/// # Errors
/// When the database fails.
pub async fn address_of(app: &App, op: &Op, table: &str) -> Result<Option<String>> {
    let Some(row) = store::find_resource_of_table(app.db.read(), table).await? else {
        return Ok(None);
    };
    // Whoever may not read it is not told what it is called either.
    match find_dataset(app, op, &row.dataset_slug).await {
        Ok(dataset) => {
            let is_shown = dataset.resources.iter().any(|known| known.slug == row.slug);
            Ok(is_shown.then(|| format!("/data/{}/{}", dataset.slug, row.slug)))
        }
        Err(problem) if problem.kind() == Kind::NotFound => Ok(None),
        Err(problem) => Err(problem),
    }
}

/// Tells whether a received file of some dataset has these bytes.
///
/// # Errors
/// When the database fails.
pub async fn holds_blob(app: &App, blob: &str) -> Result<bool> {
    Ok(store::holds_blob(app.db.read(), blob).await?
        || store::metadata::holds_blob(app.db.read(), blob).await?)
}

/// Enters a dataset.
///
/// # Errors
/// `slug-taken` on field `slug`; `organisation-unknown`; `not-allowed` for anybody but producers and stewards of that organisation, or of
/// all where it names none.
pub async fn enter_dataset(app: &App, tx: &mut Tx, op: &Op, entry: &Entry) -> Result<()> {
    check_writer(app, op, entry.organisation.as_deref()).await?;
    let organisation = entry.organisation.as_deref();
    let opening = workflow::opening(app, [organisation; 2], false, entry.is_open).await?;
    let entry = &entry.opened(entry.is_open && opening == Opening::AsWanted);
    if !store::insert_dataset(tx, entry, Origin::Upload, op.at).await? {
        return Err(Problem::conflict("fields").field("slug", "slug-taken"));
    }
    if opening == Opening::Reviewed {
        workflow::wish_open(tx, op, &entry.slug, wish_of(op)).await?;
    }
    tx.emit(
        op,
        &DatasetSaved {
            dataset: entry.slug.clone(),
            is_open: entry.is_open,
        },
    )
    .await
}

/// Changes what the catalogue says of a dataset. Another licence of a published one waits where somebody looks at what is published.
/// `revision` is the one that whoever changes it has looked at, where they looked.
///
/// # Errors
/// `dataset-unknown`; `catalog-entry-changed-meanwhile` when it is at another revision; `dataset-review-left` on field `organisation`; as
/// [`enter_dataset`].
pub async fn change_dataset(
    app: &App,
    tx: &mut Tx,
    op: &Op,
    entry: &Entry,
    revision: Option<i64>,
) -> Result<()> {
    let known = view::readable(app, op, &entry.slug).await?;
    check_writer(app, op, known.organisation.as_deref()).await?;
    check_writer(app, op, entry.organisation.as_deref()).await?;
    let organisations = [known.organisation.as_deref(), entry.organisation.as_deref()];
    check_move(app, op, &known, (organisations[1], entry.place.as_deref())).await?;
    let (was_open, is_wanted) = (known.is_open == 1, entry.is_open);
    let opening = workflow::opening(app, organisations, was_open, is_wanted).await?;
    let terms = Terms {
        organisation: entry.organisation.as_deref(),
        licence: &entry.licence,
        is_open: is_wanted,
    };
    let licensing = workflow::licensing(app, &known, terms).await?;
    let entry = &Entry {
        licence: licensing.kept(&entry.licence).to_owned(),
        ..entry.opened(is_wanted && opening == Opening::AsWanted)
    };
    let revision = revision.unwrap_or(known.revision);
    if !store::update_dataset(tx, entry, revision, op.at).await? {
        return Err(Problem::conflict("catalog-entry-changed-meanwhile"));
    }
    workflow::note_change(tx, op, &entry.slug).await?;
    workflow::note_licence(tx, op, &entry.slug, &licensing).await?;
    if opening == Opening::Reviewed {
        workflow::wish_open(tx, op, &entry.slug, wish_of(op)).await?;
    }
    if !was_open && entry.is_open {
        workflow::note_opened(tx, op, &entry.slug).await?;
    }
    if was_open && !is_wanted {
        workflow::note_closed(tx, op, &entry.slug, "").await?;
    }
    tx.emit(
        op,
        &DatasetSaved {
            dataset: entry.slug.clone(),
            is_open: entry.is_open,
        },
    )
    .await
}

/// A file that has been stored and is to become a resource.
pub struct NewFile<'a> {
    pub name: &'a str,
    pub blob: &'a Blob,
    /// The resource's slug and title; the dataset's first table when absent.
    pub resource: Option<(String, String)>,
    pub how: HowToRead,
}

/// Takes a stored file for a dataset; a job reads it. Returns the file's id.
///
/// # Errors
/// `dataset-unknown`; `file-kind-unknown` or `slug-malformed` on a field; `not-allowed`.
pub async fn receive_file(
    app: &App,
    tx: &mut Tx,
    op: &Op,
    dataset: &str,
    new: NewFile<'_>,
) -> Result<String> {
    let known = view::readable(app, op, dataset).await?;
    check_writer(app, op, known.organisation.as_deref()).await?;
    let name = model::tidy_name(new.name);
    let Some(kind) = tables::FileKind::of_name(&name) else {
        return Err(Problem::invalid("fields").field_with("file", "file-kind-unknown", vec![("name", name)]));
    };
    let (slug, title) = new
        .resource
        .unwrap_or_else(|| (MAIN.to_owned(), known.title.clone()));
    if !model::is_slug(&slug) {
        return Err(Problem::invalid("fields").field("resource", "slug-malformed"));
    }
    let resource = resource_for(tx, op, &known, &slug, &title).await?;
    let file = store::FileRow {
        id: id::fresh(op.at),
        resource_id: resource.clone(),
        blob: new.blob.id.clone(),
        name,
        size_bytes: i64::try_from(new.blob.size_bytes).unwrap_or(i64::MAX),
        kind: model::kind_word(kind).to_owned(),
        state: "waiting".to_owned(),
        reason: String::new(),
        version: None,
        n_rows: 0,
        n_bad: 0,
        bad_rows: "[]".to_owned(),
        how: serde_json::to_string(&new.how).map_err(Problem::internal)?,
        received_at: op.at.0,
    };
    store::insert_file(tx, &file, &op.who.label()).await?;
    let review = workflow::review_of(app, known.organisation.as_deref()).await?;
    workflow::note_file(tx, op, review, dataset, (&resource, &file.id)).await?;
    tx.emit(
        op,
        &FileReceived {
            resource,
            file: file.id.clone(),
            blob: file.blob,
        },
    )
    .await?;
    Ok(file.id)
}

/// The resource that a file is for: the one that is called so, or else a new one. One that was deleted keeps its name, and so does a
/// table of another dataset that is called alike in SQL: then the new one has a number behind its name.
async fn resource_for(
    tx: &mut Tx,
    op: &Op,
    dataset: &store::DatasetRow,
    slug: &str,
    title: &str,
) -> Result<String> {
    /// Names that are tried before somebody has to choose one.
    const MOST_TRIES: usize = 100;
    let mut name = slug.to_owned();
    for n in 2..MOST_TRIES {
        // The id stays when the dataset is called otherwise.
        let table = format!("data/{}/{name}", dataset.id);
        // Somebody else may be sending its first file, too: whoever is second finds the resource after trying to enter it.
        if let Some(entered) = try_enter_resource(tx, op, &dataset.slug, &name, title, &table).await? {
            return Ok(entered);
        }
        let known = store::portal::find_resource_named(tx, &dataset.slug, &name).await?;
        if let Some((known, state)) = known
            && state == "active"
        {
            let sql_name = model::sql_name(&dataset.slug, &name);
            store::portal::give_table(tx, &known, &table, &sql_name).await?;
            return Ok(known);
        }
        name = format!("{slug}-{n}");
    }
    Err(Problem::conflict("fields").field("resource", "slug-taken"))
}

/// Enters a table that stands in the lake as a resource of a closed dataset of its organisation, or brings its columns up to date; returns
/// the id of the resource.
///
/// # Errors
/// When the database fails, or the table's name in SQL is taken by another.
pub async fn register_table(app: &App, tx: &mut Tx, op: &Op, entry: &TableEntry) -> Result<String> {
    // The version comes first: columns of a newer one are then known too many rather than too few.
    let (version, known) = match app.lake.version(&entry.table).await {
        Ok(version) => (
            version,
            app.lake.columns(&entry.table).await.map_err(Problem::internal)?,
        ),
        // It is registered before its first rows: it comes again when there are some.
        Err(tables::Error::NoTable(_)) => (Version(0), Vec::new()),
        Err(error) => return Err(Problem::internal(error)),
    };
    let resource = match store::find_resource_of_table(app.db.read(), &entry.table).await? {
        Some(resource) => resource.id,
        None => {
            let dataset = Entry {
                slug: entry.dataset.clone(),
                title: entry.dataset_title.clone(),
                description: String::new(),
                theme: String::new(),
                organisation: publisher_of(app, entry).await?,
                licence: String::new(),
                place: None,
                period: String::new(),
                is_open: false,
            };
            if store::insert_dataset(tx, &dataset, Origin::Form, op.at).await? {
                tx.emit(
                    op,
                    &DatasetSaved {
                        dataset: dataset.slug,
                        is_open: false,
                    },
                )
                .await?;
            }
            let id = enter_resource(
                tx,
                op,
                &entry.dataset,
                &entry.resource,
                &entry.title,
                &entry.table,
            )
            .await?;
            tx.emit(
                op,
                &TableRegistered {
                    resource: id.clone(),
                    table: entry.table.clone(),
                },
            )
            .await?;
            id
        }
    };
    let columns: Vec<ColumnEntry> = known
        .into_iter()
        .map(|column| {
            let said = entry.columns.iter().find(|(name, _, _)| *name == column.name);
            let (title, class) = match said {
                Some((_, title, class)) => (title.clone(), *class),
                None => (column.title.unwrap_or_default(), Class::Unreviewed),
            };
            ColumnEntry {
                name: column.name,
                kind: column.kind,
                title,
                class,
                unit: column.unit.unwrap_or_default(),
            }
        })
        .collect();
    store::save_columns(tx, &resource, &columns).await?;
    for (name, _, class) in &entry.columns {
        store::classify(tx, &resource, name, class.as_str()).await?;
    }
    if !columns.is_empty() {
        let n_rows = app
            .lake
            .n_rows(&entry.table, Some(version))
            .await
            .map_err(Problem::internal)?;
        let (version, n_rows) = (
            i64::try_from(version.0).unwrap_or(i64::MAX),
            i64::try_from(n_rows).unwrap_or(i64::MAX),
        );
        store::note_version(tx, &resource, version, n_rows, None, op.at).await?;
    }
    Ok(resource)
}

/// The organisation that the dataset of a table is entered for; none for one that is not in use.
async fn publisher_of(app: &App, entry: &TableEntry) -> Result<Option<String>> {
    let Some(code) = entry.organisation.as_deref() else {
        return Ok(None);
    };
    let known = accounts::list_organisations(app).await?;
    Ok(known
        .into_iter()
        .map(|known| known.code)
        .find(|known| known == code))
}

/// Who may see a column, as a steward decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// The slug of the table in its dataset.
    pub resource: String,
    pub column: String,
    pub class: Class,
}

/// Says who may see columns of a dataset, all at once; what stands so already is passed over.
///
/// # Errors
/// `dataset-unknown`, `resource-unknown`, `column-unknown`; `not-allowed` for anybody but a steward of all the dataset is about.
pub async fn classify(app: &App, tx: &mut Tx, op: &Op, dataset: &str, decisions: &[Decision]) -> Result<()> {
    let known = view::readable(app, op, dataset).await?;
    let reaches = Reaches::of(app, op).await?;
    if !reaches.covers(
        &CONFIDANTS,
        known.organisation.as_deref(),
        known.place_code.as_deref(),
    ) {
        return Err(refused(op));
    }
    let resources = store::list_resources(app.db.read(), Some(dataset)).await?;
    let mut columns = HashMap::new();
    for resource in &resources {
        for column in store::list_columns(app.db.read(), Some(&resource.id)).await? {
            columns.insert((resource.slug.as_str(), column.name.clone()), column);
        }
    }
    for Decision {
        resource,
        column,
        class,
    } in decisions
    {
        if !resources.iter().any(|known| known.slug == *resource) {
            return Err(Problem::not_found("resource-unknown").with("resource", resource));
        }
        let Some(known) = columns.get(&(resource.as_str(), column.clone())) else {
            return Err(Problem::not_found("column-unknown").with("column", column));
        };
        if Class::read(&known.class) == *class {
            continue;
        }
        store::classify(tx, &known.resource_id, column, class.as_str()).await?;
        let event = ColumnClassified {
            resource: known.resource_id.clone(),
            column: column.clone(),
            class: *class,
        };
        tx.emit(op, &event).await?;
    }
    Ok(())
}

/// The tables that somebody may ask in SQL, without the columns they may not see.
///
/// # Errors
/// When the database fails.
pub async fn scope(app: &App, op: &Op) -> Result<Scope> {
    let datasets: HashMap<String, store::DatasetRow> = store::list_datasets(app.db.read())
        .await?
        .into_iter()
        .map(|dataset| (dataset.slug.clone(), dataset))
        .collect();
    // The versions come first, then the columns, then those that a newer version has no more: a version that is shown in the meantime
    // leaves no column of the one that is read out of the account.
    let resources = store::list_resources(app.db.read(), None).await?;
    let shown = store::list_columns(app.db.read(), None).await?;
    let former = store::versions::list_former_columns(app.db.read(), None).await?;
    let mut columns: HashMap<String, Vec<store::ColumnRow>> = HashMap::new();
    for column in shown.into_iter().chain(former) {
        columns
            .entry(column.resource_id.clone())
            .or_default()
            .push(column);
    }
    let reaches = Reaches::of(app, op).await?;
    let mut scope = Scope::new();
    for resource in resources {
        let (Some(dataset), Some(_), Some(sql_name)) = (
            datasets.get(&resource.dataset_slug),
            resource.version,
            resource.sql_name.clone(),
        ) else {
            continue;
        };
        if dataset.state != "active" {
            continue;
        }
        let rights = Rights::of(
            op,
            &reaches,
            dataset.is_open == 1,
            dataset.organisation.as_deref(),
            dataset.place_code.as_deref(),
        );
        if rights.read {
            let of_it = columns.remove(&resource.id).unwrap_or_default();
            scope = scope.with(sql_name, table_of(&resource, &of_it, rights));
        }
    }
    Ok(scope)
}

/// The version of a resource's table that is shown, without the columns that somebody may not see.
fn table_of(resource: &store::ResourceRow, columns: &[store::ColumnRow], rights: Rights) -> TableVersion {
    let version = Version(
        resource
            .version
            .and_then(|version| u64::try_from(version).ok())
            .unwrap_or_default(),
    );
    let hidden = columns
        .iter()
        .filter(|column| !rights.confide && Class::read(&column.class) != Class::Open);
    let table = resource.lake_table.as_deref().unwrap_or_default();
    TableVersion::at(table, version)
        .hiding(hidden.map(|column| column.name.clone()))
        .hiding([ROW_NUMBER])
}

/// How far a wish to open a dataset goes: at the desk its producer says when it is ready, a command has no other step.
fn wish_of(op: &Op) -> Wish {
    match op.person() {
        Some(_) => Wish::Draft,
        None => Wish::HandIn,
    }
}

/// The columns of a version of a table, with the classes that somebody gave them before.
async fn columns_at(app: &App, resource: &store::ResourceRow, version: i64) -> Result<Vec<ColumnEntry>> {
    let table = resource.lake_table.as_deref().unwrap_or_default();
    let version = Version(u64::try_from(version).unwrap_or_default());
    let page = tables::Page::default();
    let at = TableVersion::at(table, version);
    let found = app.lake.page(&at, &page, tables::Limits::default()).await;
    let (answer, _) = found.map_err(view::spoken)?;
    Ok(answer
        .columns
        .into_iter()
        .map(|column| {
            let unit = column.unit.unwrap_or_default();
            ColumnEntry {
                title: column
                    .title
                    .unwrap_or_else(|| model::made_title(&column.name, &unit)),
                name: column.name,
                kind: column.kind,
                class: Class::Unreviewed,
                unit,
            }
        })
        .collect())
}

async fn enter_resource(
    tx: &mut Tx,
    op: &Op,
    dataset: &str,
    slug: &str,
    title: &str,
    table: &str,
) -> Result<String> {
    let entered = try_enter_resource(tx, op, dataset, slug, title, table).await?;
    entered.ok_or_else(|| Problem::conflict("fields").field("resource", "slug-taken"))
}

/// Enters a resource; none where its slug, its table or its name in SQL is another one's.
async fn try_enter_resource(
    tx: &mut Tx,
    op: &Op,
    dataset: &str,
    slug: &str,
    title: &str,
    table: &str,
) -> Result<Option<String>> {
    let id = id::fresh(op.at);
    let sql_name = model::sql_name(dataset, slug);
    let is_entered = store::insert_resource(tx, &id, dataset, slug, title, table, &sql_name, op.at).await?;
    Ok(is_entered.then_some(id))
}

async fn check_writer(app: &App, op: &Op, organisation: Option<&str>) -> Result<()> {
    let Some(code) = organisation else {
        return match model::may_write(op, None) {
            true => Ok(()),
            false => Err(refused(op)),
        };
    };
    if !accounts::list_organisations(app)
        .await?
        .iter()
        .any(|known| known.code == code)
    {
        return Err(Problem::invalid("fields").field_with(
            "organisation",
            "organisation-unknown",
            vec![("code", code.to_owned())],
        ));
    }
    if model::may_write(op, Some(code)) {
        Ok(())
    } else {
        Err(refused(op))
    }
}

/// Passes whoever may give a dataset to another organisation, or say that it is about another place; what stays is not asked.
///
/// Both decide who sees whom it is about, and who looks at it first: a move takes what it would give. Whoever moves it writes there and
/// here; sees its hidden columns already, where it has any; and does not lead it past those who look at it, unless they set the rules.
/// A dataset that names no place is nobody's place yet: whoever writes at a place may name it, as when they enter one, unless that would
/// make them look at it.
///
/// # Errors
/// `not-allowed`, which names the field that would have to stay: `publisher-not-yours` on `organisation`, `dataset-place-not-yours` on
/// `place`, `dataset-hidden-moved` on whichever was changed; `dataset-review-left` on field `organisation` for anybody but an
/// administrator.
async fn check_move(
    app: &App,
    op: &Op,
    known: &store::DatasetRow,
    after: (Option<&str>, Option<&str>),
) -> Result<()> {
    let before = (known.organisation.as_deref(), known.place_code.as_deref());
    if before == after {
        return Ok(());
    }
    let denied =
        |field: &'static str, code: &'static str| Problem::forbidden("not-allowed").field(field, code);
    if !(model::may_write(op, before.0) && model::may_write(op, after.0)) {
        return Err(denied("organisation", "publisher-not-yours"));
    }
    if before.1 != after.1 && !may_place(app, op, before, after).await? {
        return Err(denied("place", "dataset-place-not-yours"));
    }
    let reaches = Reaches::of(app, op).await?;
    let is_seen = reaches.covers(&CONFIDANTS, before.0, before.1)
        || !store::holds_hidden(app.db.read(), &known.slug).await?;
    if !is_seen {
        let is_given = before.0 != after.0;
        let field = if is_given { "organisation" } else { "place" };
        return Err(denied(field, "dataset-hidden-moved"));
    }
    let rules = workflow::Rules::read(app).await?;
    if rules.of(app, after.0) < rules.of(app, before.0) && !op.has(&[Role::Admin]) {
        return Err(Problem::invalid("fields").field("organisation", "dataset-review-left"));
    }
    Ok(())
}

/// Whether somebody may say that a dataset is about another place than before.
async fn may_place(
    app: &App,
    op: &Op,
    before: (Option<&str>, Option<&str>),
    after: (Option<&str>, Option<&str>),
) -> Result<bool> {
    let reaches = Reaches::of(app, op).await?;
    let writes =
        |(organisation, place): (Option<&str>, Option<&str>)| reaches.covers(&WRITERS, organisation, place);
    if !writes(after) {
        return Ok(false);
    }
    if writes(before) {
        return Ok(true);
    }
    let roles = workflow::Roles::of(app, op).await?;
    let (stood, stands) = (roles.over(before.0, before.1), roles.over(after.0, after.1));
    let gains = (stands.may_check && !stood.may_check) || (stands.may_approve && !stood.may_approve);
    Ok(before.1.is_none() && !gains)
}

fn refused(op: &Op) -> Problem {
    if op.person().is_some() {
        Problem::forbidden("not-allowed")
    } else {
        Problem::unauthenticated("sign-in-needed")
    }
}

/// Whether somebody may read datasets that are not open.
fn reads_closed(op: &Op) -> bool {
    op.has(&READERS)
}
