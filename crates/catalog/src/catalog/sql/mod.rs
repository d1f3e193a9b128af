//! Questions in SQL over the tables of the catalogue: asked by anybody, kept with a permanent address, cited with their data.
//!
//! Staff have the engine's whole vocabulary; everybody else has one SELECT with functions from a list, and less time and memory.
//! A question that is kept remembers the versions of its tables, so that its address gives the same answer for ever; beside it stands
//! the answer of today. What somebody keeps is theirs alone until a producer or steward of every table it reads shows it to everybody:
//! its title is a stranger's words on our pages, and a code of eight characters (35 bits) names it but is no secret. So it is cited only
//! from then on; before that the address of the console, which holds the question itself, is there to be shared.
//!
//! Deliberately absent: changes to a question that is kept (keep another), parameters.

pub mod pages;
pub(super) mod refused;

use std::time::Duration;

use serde::Serialize;
use tables::{Answer, Limits, Scope, Seat, TableVersion, What};

use self::refused::spoken;
use super::{
    reads_closed, scope,
    store::{
        self,
        queries::{self, QueryRow, TableRow},
    },
    versions::{
        self,
        asked::{split_name, version_of, with_versions},
    },
    view,
};
use crate::{
    accounts::Reaches,
    platform::{
        app::App,
        code::{self, Code},
        events::Event,
        http, id,
        op::{Op, Role},
        problem::{Problem, Result},
        time::Time,
    },
};

/// Who shows kept questions about the data of their organisation and place to everybody, and hides them.
pub const SHOWERS: [Role; 3] = [Role::Producer, Role::Steward, Role::Leader];
/// What one question of somebody who does not work here may take.
const STRANGERS: Limits = Limits {
    time: Duration::from_secs(15),
    memory_bytes: 128 << 20,
    rows: 10_000,
};
/// The same for its whole answer as a file.
pub(super) const STRANGERS_FILE: Limits = Limits {
    rows: 1_000_000,
    ..STRANGERS
};
/// Characters of a title and of what is said about a question.
const LONGEST_TITLE: usize = 150;
const LONGEST_ABOUT: usize = 2_000;
/// Questions that one account keeps in a day.
const MOST_A_DAY: i64 = 200;

/// Somebody keeps a question.
#[derive(Serialize)]
pub struct QuerySaved {
    pub query: String,
}

impl Event for QuerySaved {
    const NAME: &'static str = "catalog.query-saved";
    fn subject(&self) -> String {
        format!("query/{}", self.query)
    }
}

/// A kept question was shown to everybody, or hidden from them.
#[derive(Serialize)]
pub struct QueryShown {
    pub query: String,
    pub is_shown: bool,
}

impl Event for QueryShown {
    const NAME: &'static str = "catalog.query-shown";
    fn subject(&self) -> String {
        format!("query/{}", self.query)
    }
}

/// A kept question was thrown away.
#[derive(Serialize)]
pub struct QueryDeleted {
    pub query: String,
}

impl Event for QueryDeleted {
    const NAME: &'static str = "catalog.query-deleted";
    fn subject(&self) -> String {
        format!("query/{}", self.query)
    }
}

/// A question that somebody keeps.
#[derive(Debug, Clone)]
pub struct SavedQuery {
    pub code: String,
    pub title: String,
    pub about: String,
    pub sql: String,
    pub is_shown: bool,
    pub saved_at: Time,
    /// Its tables, at the versions that it was asked of.
    pub tables: Vec<Source>,
    /// Whether the caller may throw it away.
    pub may_delete: bool,
    /// Whether the caller may show it to everybody, or hide it.
    pub may_show: bool,
    id: String,
}

/// A table that the caller may ask, with the columns that they may see.
#[derive(Debug, Clone)]
pub struct Askable {
    /// What a statement calls it.
    pub name: String,
    pub title: String,
    /// Each with the word for its kind, in the order of the table.
    pub columns: Vec<(String, String)>,
}

/// A table that a question was asked of.
#[derive(Debug, Clone)]
pub struct Source {
    /// What the statement calls it.
    pub name: String,
    /// Its title, where the caller may read it.
    pub title: Option<String>,
    pub version: u64,
    /// The permanent address of that version.
    pub address: String,
    resource: String,
}

/// What somebody says when they keep a question.
#[derive(Debug, Clone, Default)]
pub struct NewQuery {
    pub title: String,
    pub about: String,
    pub sql: String,
}

/// Lists the tables that the caller may ask by their names; those beyond the first `described` without their columns.
///
/// # Errors
/// When the database fails.
pub async fn askable(app: &App, op: &Op, described: usize) -> Result<Vec<Askable>> {
    let scope = scope(app, op).await?;
    let all = store::list_resources(app.db.read(), None).await?;
    let mut tables = Vec::new();
    for (at, name) in scope.names().enumerate() {
        let Some(row) = all.iter().find(|row| row.sql_name.as_deref() == Some(name)) else {
            continue;
        };
        let known = match at < described {
            true => view::find_resource(app, op, &row.dataset_slug, &row.slug, None)
                .await
                .ok(),
            false => None,
        };
        let columns = known.map(|known| known.columns).unwrap_or_default();
        tables.push(Askable {
            name: name.to_owned(),
            title: row.title.clone(),
            columns: columns
                .into_iter()
                .map(|column| (column.name, column.kind))
                .collect(),
        });
    }
    Ok(tables)
}

/// Answers a question over what the caller may read now, at most `rows` of it.
///
/// # Errors
/// `query-refused` and what is told apart of it (`catalog-sql-table-unknown` and others), `catalog-sql-slow`, `catalog-sql-heavy`,
/// `catalog-sql-busy`.
pub async fn ask(app: &App, op: &Op, sql: &str, rows: usize) -> Result<Answer> {
    let (scope, sql) = with_versions(app, op, scope(app, op).await?, sql).await?;
    let _seat = seat(app, op).await?;
    let answer = match op.has(&Role::STAFF) {
        true => {
            let limits = Limits {
                rows,
                ..Limits::default()
            };
            app.lake.query(&scope, &sql, limits).await
        }
        false => app.lake.answer(&scope, &sql, Limits { rows, ..STRANGERS }).await,
    };
    answer.map_err(spoken)
}

/// Takes one of the few places that a caller, known by their account or their address, has for questions at the same time.
///
/// # Errors
/// `catalog-sql-busy` when all of them stay taken.
pub(super) async fn seat(app: &App, op: &Op) -> Result<Option<Seat>> {
    let caller = match op.person() {
        Some(person) => Some(person.id.clone()),
        None => http::caller_now()
            .filter(|address| !address.is_loopback())
            .map(|address| address.to_string()),
    };
    match caller {
        Some(caller) => match app.lake.seat(&caller).await {
            Some(seat) => Ok(Some(seat)),
            None => Err(Problem::too_many("catalog-sql-busy")),
        },
        None => Ok(None),
    }
}

/// The whole answer, to be written as a file.
///
/// # Errors
/// As [`ask`].
pub async fn whole(app: &App, op: &Op, sql: &str) -> Result<What> {
    let (scope, sql) = with_versions(app, op, scope(app, op).await?, sql).await?;
    Ok(match op.has(&Role::STAFF) {
        true => What::Query(scope, sql),
        false => What::Answer(scope, sql),
    })
}

/// Keeps a question with the versions of its tables. Returns its code.
///
/// # Errors
/// `sign-in-needed`; names each field that will not do; `catalog-sql-unsaved` for what not everybody may ask; `catalog-sql-enough`
/// when the account kept very many today.
pub async fn save(app: &App, op: &Op, new: NewQuery) -> Result<String> {
    let author = op.require_person()?.id.clone();
    let (title, about) = (new.title.trim(), new.about.trim());
    if title.is_empty() {
        return Err(Problem::invalid("fields").field("title", "catalog-sql-title-missing"));
    }
    if title.chars().count() > LONGEST_TITLE {
        return Err(Problem::invalid("fields").field("title", "text-long"));
    }
    if about.chars().count() > LONGEST_ABOUT {
        return Err(Problem::invalid("fields").field("about", "text-long"));
    }
    let day_ago = op.at.minus(Duration::from_secs(24 * 3_600));
    if queries::count_since(app.db.read(), &author, day_ago).await? >= MOST_A_DAY {
        return Err(Problem::conflict("catalog-sql-enough"));
    }
    let tables = tables_of(app, op, &new.sql).await?;
    // What is kept can be answered: a mistake is told now, and not to whoever cites it.
    let (scope, sql) = then(app, op, &new.sql, &tables).await?;
    let limits = Limits { rows: 1, ..STRANGERS };
    app.lake.answer(&scope, &sql, limits).await.map_err(spoken)?;
    let mut row = QueryRow {
        id: id::fresh(op.at),
        code: String::new(),
        title: title.to_owned(),
        about: about.to_owned(),
        sql: new.sql.trim().to_owned(),
        author,
        is_shown: 0,
        saved_at: op.at.0,
    };
    let mut tx = app.db.begin().await?;
    let mut is_kept = false;
    for code in Code::<8>::tries() {
        row.code = code.plain();
        is_kept = queries::insert(&mut tx, &row, &tables).await?;
        if is_kept {
            break;
        }
    }
    if !is_kept {
        return Err(code::none_free("a question"));
    }
    tx.emit(
        op,
        &QuerySaved {
            query: row.code.clone(),
        },
    )
    .await?;
    tx.commit().await?;
    Ok(row.code)
}

/// Finds a kept question that the caller may see: one that is shown and of tables that they may read, their own, or one that is theirs to
/// show.
///
/// # Errors
/// `catalog-sql-unknown`.
pub async fn find(app: &App, op: &Op, code: &str) -> Result<SavedQuery> {
    let unknown = || Problem::not_found("catalog-sql-unknown").with("code", code);
    let row = queries::find(app.db.read(), code).await?.ok_or_else(unknown)?;
    let is_own = op.person().is_some_and(|person| person.id == row.author);
    let known = queries::list_tables(app.db.read(), &row.id).await?;
    let may_show = op.has(&SHOWERS) && has_all(app, op, &known).await?;
    let is_theirs = is_own || may_show;
    if !is_theirs && (row.is_shown != 1 || !is_readable(app, &row.id, reads_closed(op)).await?) {
        return Err(unknown());
    }
    let mut tables = Vec::new();
    for table in known {
        tables.push(source(app, op, table).await?);
    }
    Ok(SavedQuery {
        code: row.code,
        title: row.title,
        about: row.about,
        sql: row.sql,
        is_shown: row.is_shown == 1,
        saved_at: Time(row.saved_at),
        tables,
        may_delete: is_own || may_show,
        may_show,
        id: row.id,
    })
}

/// Lists the questions that are shown and of tables that the caller may read, and their own, the newest first; those about one dataset, or
/// all.
///
/// # Errors
/// When the database fails.
pub async fn list(app: &App, op: &Op, dataset: Option<&str>, most: i64) -> Result<Vec<QueryRow>> {
    let author = op.person().map_or("", |person| person.id.as_str());
    queries::list(app.db.read(), (author, reads_closed(op)), dataset, most).await
}

/// The answer that a kept question had: over the versions that it was asked of.
///
/// # Errors
/// As [`ask`]; `version-withdrawn` when one of its versions is to be had no more, and what keeps the caller from a table.
pub async fn answer_then(app: &App, op: &Op, kept: &SavedQuery, rows: usize) -> Result<Answer> {
    let (scope, sql) = then(app, op, &kept.sql, &kept.pins()).await?;
    let _seat = seat(app, op).await?;
    let limits = Limits { rows, ..STRANGERS };
    app.lake.answer(&scope, &sql, limits).await.map_err(spoken)
}

/// The whole of it, to be written as a file.
///
/// # Errors
/// As [`answer_then`].
pub async fn whole_then(app: &App, op: &Op, kept: &SavedQuery) -> Result<What> {
    let (scope, sql) = then(app, op, &kept.sql, &kept.pins()).await?;
    Ok(What::Answer(scope, sql))
}

/// Shows a kept question to everybody, or hides it from them.
///
/// # Errors
/// `not-allowed` for anybody but those who show questions about every table it reads; `catalog-sql-closed` to show one of a table that not
/// everybody may read; `catalog-sql-unknown`.
pub async fn show(app: &App, op: &Op, code: &str, is_shown: bool) -> Result<()> {
    op.require(&SHOWERS)?;
    let kept = find(app, op, code).await?;
    if !kept.may_show {
        return Err(Problem::forbidden("not-allowed"));
    }
    if is_shown && !is_readable(app, &kept.id, false).await? {
        return Err(Problem::conflict("catalog-sql-closed"));
    }
    let mut tx = app.db.begin().await?;
    queries::show(&mut tx, &kept.id, is_shown).await?;
    let event = QueryShown {
        query: kept.code,
        is_shown,
    };
    tx.emit(op, &event).await?;
    tx.commit().await
}

/// Throws a kept question away; `sure` is `yes` from whoever means it.
///
/// # Errors
/// `catalog-sql-unsure` on field `sure`; `not-allowed` for anybody but its author and those who may show it; `catalog-sql-unknown`.
pub async fn delete(app: &App, op: &Op, code: &str, sure: &str) -> Result<()> {
    op.require_person()?;
    let kept = find(app, op, code).await?;
    if !kept.may_delete {
        return Err(Problem::forbidden("not-allowed"));
    }
    if sure != "yes" {
        return Err(Problem::invalid("fields").field("sure", "catalog-sql-unsure"));
    }
    let mut tx = app.db.begin().await?;
    queries::delete(&mut tx, &kept.id).await?;
    tx.emit(op, &QueryDeleted { query: kept.code }).await?;
    tx.commit().await
}

impl SavedQuery {
    fn pins(&self) -> Vec<TableRow> {
        let pins = self.tables.iter().map(|source| TableRow {
            name: source.name.clone(),
            resource_id: source.resource.clone(),
            version: i64::try_from(source.version).unwrap_or(i64::MAX),
        });
        pins.collect()
    }
}

/// Whether somebody may read every table of a kept question, who reads closed datasets or does not.
async fn is_readable(app: &App, id: &str, reads_closed: bool) -> Result<bool> {
    Ok(queries::count_unreadable(app.db.read(), id, reads_closed).await? == 0)
}

/// Whether the caller shows questions about the organisation and the place of each of some tables; of a table that is gone, and of none,
/// about all.
async fn has_all(app: &App, op: &Op, tables: &[TableRow]) -> Result<bool> {
    let reaches = Reaches::of(app, op).await?;
    for table in tables {
        let dataset = match store::find_resource(app.db.read(), &table.resource_id).await? {
            Some(row) => store::find_dataset(app.db.read(), &row.dataset_slug).await?,
            None => None,
        };
        let (organisation, place) = match &dataset {
            Some(dataset) => (dataset.organisation.as_deref(), dataset.place_code.as_deref()),
            None => (None, None),
        };
        if !reaches.covers(&SHOWERS, organisation, place) {
            return Ok(false);
        }
    }
    Ok(!tables.is_empty() || reaches.covers(&SHOWERS, None, None))
}

/// A table with what the caller may know of it.
async fn source(app: &App, op: &Op, table: TableRow) -> Result<Source> {
    let version = u64::try_from(table.version).unwrap_or_default();
    let title = match store::find_resource(app.db.read(), &table.resource_id).await? {
        Some(row) => match view::find_dataset(app, op, &row.dataset_slug).await {
            Ok(dataset) if dataset.resources.len() > 1 => Some(format!("{}: {}", dataset.title, row.title)),
            Ok(dataset) => Some(dataset.title),
            Err(_) => None,
        },
        None => None,
    };
    Ok(Source {
        address: versions::address(app, &table.resource_id, version),
        name: table.name,
        title,
        version,
        resource: table.resource_id,
    })
}

/// The tables that a statement names, at the versions that are shown now, or that it asks for.
async fn tables_of(app: &App, op: &Op, sql: &str) -> Result<Vec<TableRow>> {
    // Its versions stand in quotes then, as names of their own.
    let (_, quoted) = with_versions(app, op, Scope::new(), sql).await?;
    let names = app.lake.tables_asked(&quoted, STRANGERS).await.map_err(spoken)?;
    let datasets = view::list_datasets(app, op).await?;
    let mut tables = Vec::new();
    for name in names {
        let (table, when) = split_name(&name);
        let found = datasets
            .iter()
            .flat_map(|dataset| &dataset.resources)
            .find(|resource| {
                let known = resource.sql_name.as_deref().unwrap_or_default();
                known.to_lowercase() == table.to_lowercase()
            });
        // It may be a name that the statement gives to a part of itself; what is unknown is refused when it is answered.
        let Some(resource) = found else { continue };
        let version = match when {
            Some(when) => {
                let at = version_of(app, op, table, when).await?.and_then(|at| at.version);
                at.and_then(|version| i64::try_from(version.0).ok())
            }
            None => resource.version,
        };
        let Some(version) = version else { continue };
        tables.push(TableRow {
            resource_id: resource.id.clone(),
            version,
            name,
        });
    }
    Ok(tables)
}

/// What a statement is answered from when it is asked of certain versions. A day that it names means what it meant when it was kept.
async fn then(app: &App, op: &Op, sql: &str, tables: &[TableRow]) -> Result<(Scope, String)> {
    let mut scope = Scope::new();
    for table in tables {
        let unknown = || Problem::not_found("resource-unknown").with("resource", &table.name);
        let row = store::find_resource(app.db.read(), &table.resource_id)
            .await?
            .ok_or_else(unknown)?;
        let version = u64::try_from(table.version).unwrap_or_default();
        let known = view::find_resource(app, op, &row.dataset_slug, &row.slug, Some(version)).await;
        // Whoever may not read it is not told what the dataset is called.
        let known = known.map_err(|problem| match problem.code() {
            "dataset-unknown" => unknown(),
            _ => problem,
        })?;
        let at = TableVersion::at(known.table.table, tables::Version(version)).hiding(known.table.hidden);
        scope = scope.with(&table.name, at);
    }
    with_versions(app, op, scope, sql).await
}
