//! The registry of standards: what data mean, in which words, and whether columns keep to it.
//!
//! A standard has the five parts of Satu Data (Perpres 39/2019): concept, definition, classification, measure, unit. Codelists have
//! versions and maps between them. Places and organisations are master data: their codelists are read from this program's own lists
//! and never typed again. Assigning a column to a standard checks every value and proposes fixes; accepted ones become a new version.
//!
//! Deliberately absent: approval of standards by several people, codes that are made of others.

use std::{
    collections::HashMap,
    sync::{Arc, LazyLock},
};

use futures::TryStreamExt;
use serde::Serialize;
use tables::{Format, Limits, Page, ROW_NUMBER, Scope, TableVersion, Version, What};

use super::{
    HowToRead, NewFile,
    model::WRITERS,
    receive_file,
    store::{
        self,
        standards::{AssignedRow, FixRow},
    },
    view::{self, ColumnProfileView, Resource},
    workflow::{self, model::Review},
};
use crate::{
    accounts, places,
    platform::{
        app::App,
        events::Event,
        kept,
        op::{Op, Role},
        problem::{Problem, Result},
        words::Words,
    },
};

pub mod desk;
pub mod files;
pub mod jobs;
pub mod model;
pub mod pages;

use model::{Codelist, Found, Item, Mapping, Standard, Status};

/// Who enters standards.
const KEEPERS: [Role; 1] = [Role::Steward];
/// Different values of a column that are held against a codelist; a column with more is no column of codes.
const MOST_VALUES: usize = 100_000;
const KEPT: &str = "catalog-standards";
/// Codelists of this program's own lists, which have one version: that of today.
pub const PLACES: &str = "places";
pub const ORGANISATIONS: &str = "organisations";
pub const CURRENT: &str = "current";

/// A standard, a codelist or a map was entered or changed.
#[derive(Serialize)]
pub struct StandardSaved {
    /// `standard`, `codelist` or `map`.
    pub kind: &'static str,
    pub code: String,
    pub version: String,
}

impl Event for StandardSaved {
    const NAME: &'static str = "catalog.standard-saved";
    fn subject(&self) -> String {
        format!("standard/{}", self.code)
    }
}

/// Somebody said which standard a column follows.
#[derive(Serialize)]
pub struct ColumnAssigned {
    pub resource: String,
    pub column: String,
    /// None when it follows none any more.
    pub standard: Option<String>,
}

impl Event for ColumnAssigned {
    const NAME: &'static str = "catalog.column-assigned";
    fn subject(&self) -> String {
        format!("resource/{}", self.resource)
    }
}

/// Values of a column were brought to its standard: a new version of the table.
#[derive(Serialize)]
pub struct ColumnRecoded {
    pub resource: String,
    pub table: String,
    pub version: u64,
}

impl Event for ColumnRecoded {
    const NAME: &'static str = "catalog.column-recoded";
    fn subject(&self) -> String {
        format!("resource/{}", self.resource)
    }
}

/// All standards, codelists and maps: those shipped, and those entered here, which go before.
#[derive(Debug, Default)]
pub struct Registry {
    pub standards: Vec<Standard>,
    pub codelists: Vec<Codelist>,
    pub maps: Vec<Mapping>,
}

static SHIPPED: LazyLock<Registry> = LazyLock::new(|| Registry {
    standards: shipped(include_str!(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../data/standards/standards.json"
    ))),
    codelists: shipped(include_str!(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../data/standards/codelists.json"
    ))),
    maps: shipped(include_str!(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../data/standards/maps.json"
    ))),
});

fn shipped<T: for<'de> serde::Deserialize<'de>>(text: &str) -> T {
    serde_json::from_str(text).expect("what is shipped is well-formed; a test reads it")
}

impl Registry {
    /// Returns what is registered now.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn of(app: &App) -> Result<Arc<Registry>> {
        kept::kept(app, KEPT, || async {
            let mut registry = Registry {
                standards: entered(app, "standard").await?,
                codelists: entered(app, "codelist").await?,
                maps: entered(app, "map").await?,
            };
            for standard in &SHIPPED.standards {
                if registry.standard(&standard.code, &standard.version).is_none() {
                    registry.standards.push(standard.clone());
                }
            }
            for list in &SHIPPED.codelists {
                if registry.codelist(&list.code, &list.version).is_none() {
                    registry.codelists.push(list.clone());
                }
            }
            for map in &SHIPPED.maps {
                let is_known = |known: &Mapping| {
                    (&known.codelist, &known.from, &known.to) == (&map.codelist, &map.from, &map.to)
                };
                if !registry.maps.iter().any(is_known) {
                    registry.maps.push(map.clone());
                }
            }
            registry
                .standards
                .sort_by(|a, b| (&a.code, &a.version).cmp(&(&b.code, &b.version)));
            registry
                .codelists
                .sort_by(|a, b| (&a.code, &a.version).cmp(&(&b.code, &b.version)));
            Ok(registry)
        })
        .await
    }

    /// A version of a standard.
    #[must_use]
    pub fn standard(&self, code: &str, version: &str) -> Option<&Standard> {
        self.standards
            .iter()
            .find(|known| known.code == code && known.version == version)
    }

    /// The versions of a standard, the newest that is in force first.
    #[must_use]
    pub fn versions_of(&self, code: &str) -> Vec<&Standard> {
        let mut found: Vec<&Standard> = self.standards.iter().filter(|known| known.code == code).collect();
        found.sort_by_key(|known| {
            (
                known.status != Status::Active,
                std::cmp::Reverse((known.version.len(), known.version.clone())),
            )
        });
        found
    }

    fn codelist(&self, code: &str, version: &str) -> Option<&Codelist> {
        self.codelists
            .iter()
            .find(|known| known.code == code && known.version == version)
    }

    /// A version of a codelist; the newest in force without one. Places and organisations are read from this program's own lists.
    ///
    /// # Errors
    /// `catalog-standards-unknown`.
    pub async fn find_list(&self, app: &App, code: &str, version: Option<&str>) -> Result<Codelist> {
        match code {
            PLACES => return places_list(app).await,
            ORGANISATIONS => return organisations_list(app).await,
            _ => {}
        }
        let mut found: Vec<&Codelist> = self
            .codelists
            .iter()
            .filter(|known| known.code == code && version.is_none_or(|version| known.version == version))
            .collect();
        found.sort_by_key(|known| {
            (
                known.status != Status::Active,
                std::cmp::Reverse((known.version.len(), known.version.clone())),
            )
        });
        found
            .first()
            .map(|known| (*known).clone())
            .ok_or_else(|| Problem::not_found("catalog-standards-unknown").with("code", code))
    }

    /// The maps that lead to a version of a codelist.
    #[must_use]
    pub fn maps_to(&self, list: &Codelist) -> Vec<Mapping> {
        self.maps
            .iter()
            .filter(|map| map.codelist == list.code && map.to == list.version)
            .cloned()
            .collect()
    }
}

async fn entered<T: for<'de> serde::Deserialize<'de>>(app: &App, kind: &str) -> Result<Vec<T>> {
    store::standards::list_bodies(app.db.read(), kind)
        .await?
        .iter()
        .map(|body| serde_json::from_str(body).map_err(Problem::internal))
        .collect()
}

async fn places_list(app: &App) -> Result<Codelist> {
    let all = places::all(app).await?;
    let items = all.ever().map(|place| Item {
        code: place.code().to_owned(),
        label: Words(
            std::iter::once((app.config.language.clone(), place.name().to_owned()))
                .chain(
                    place
                        .names()
                        .into_iter()
                        .map(|(lang, name)| (lang.to_owned(), name.to_owned())),
                )
                .collect(),
        ),
        parent: place.parent().map(|parent| parent.code().to_owned()),
        valid_from: place.valid_from().map(|day| day.to_string()),
        valid_to: place.valid_to().map(|day| day.to_string()),
    });
    let mut items: Vec<Item> = items.collect();
    items.sort_by(|a, b| a.code.cmp(&b.code));
    items.dedup_by(|a, b| a.code == b.code);
    Ok(own_list(PLACES, ("Places", "Wilayah"), items))
}

async fn organisations_list(app: &App) -> Result<Codelist> {
    let items = accounts::list_organisations(app)
        .await?
        .into_iter()
        .map(|known| Item {
            code: known.code,
            label: Words([(app.config.language.clone(), known.name)].into()),
            parent: None,
            valid_from: None,
            valid_to: None,
        });
    Ok(own_list(
        ORGANISATIONS,
        ("Organisations", "Perangkat daerah"),
        items.collect(),
    ))
}

fn own_list(code: &str, (english, indonesian): (&str, &str), items: Vec<Item>) -> Codelist {
    Codelist {
        code: code.to_owned(),
        version: CURRENT.to_owned(),
        status: Status::Active,
        title: Words(
            [
                ("en".to_owned(), english.to_owned()),
                ("id".to_owned(), indonesian.to_owned()),
            ]
            .into(),
        ),
        source: String::new(),
        items,
    }
}

/// What can be entered: standards, codelists and maps together, in JSON.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Package {
    pub standards: Vec<Standard>,
    pub codelists: Vec<Codelist>,
    pub maps: Vec<Mapping>,
}

/// Enters standards, codelists and maps, all or none; a version that is there is put in the place of the one before.
///
/// # Errors
/// `not-allowed` for anybody but stewards; `catalog-standards-malformed` with the place and the remedy.
pub async fn enter(app: &App, op: &Op, package: Package) -> Result<usize> {
    op.require(&KEEPERS)?;
    let registry = Registry::of(app).await?;
    let mut tx = app.db.begin().await?;
    let mut n = 0;
    let mut saved: Vec<(&'static str, String, String, String)> = Vec::new();
    let codelists = package
        .codelists
        .into_iter()
        .map(|list| match list.code.as_str() {
            PLACES | ORGANISATIONS => Err(model::wrong(format!(
                "codelist {}: it is read from this program's own list; change it there",
                list.code
            ))),
            _ => list.checked(),
        })
        .collect::<Result<Vec<_>>>()?;
    for map in package.maps {
        let find = |version: &str| {
            let own = |list: &&Codelist| list.code == map.codelist && list.version == version;
            codelists
                .iter()
                .find(own)
                .or_else(|| registry.codelist(&map.codelist, version))
                .ok_or_else(|| {
                    model::wrong(format!(
                        "map of {}: there is no version {version:?}; enter it first",
                        map.codelist
                    ))
                })
        };
        let (from, to) = (find(&map.from)?, find(&map.to)?);
        let map = map.clone().checked(from, to)?;
        let version = format!("{}>{}", map.from, map.to);
        saved.push(("map", map.codelist.clone(), version, written(&map)?));
    }
    for list in &codelists {
        saved.push((
            "codelist",
            list.code.clone(),
            list.version.clone(),
            written(list)?,
        ));
    }
    for standard in package.standards {
        let standard = standard.checked()?;
        if let Some(name) = &standard.classification {
            let is_entered = |list: &Codelist| list.code == name.codelist && list.version == name.version;
            let is_own = name.codelist == PLACES || name.codelist == ORGANISATIONS;
            if !is_own
                && !codelists.iter().any(is_entered)
                && registry.codelist(&name.codelist, &name.version).is_none()
            {
                return Err(model::wrong(format!(
                    "standard {}: there is no codelist {} in version {}; enter it first",
                    standard.code, name.codelist, name.version
                )));
            }
        }
        saved.push((
            "standard",
            standard.code.clone(),
            standard.version.clone(),
            written(&standard)?,
        ));
    }
    for (kind, code, version, body) in saved {
        store::standards::put_version(&mut tx, op, kind, (&code, &version), &body).await?;
        tx.emit(op, &StandardSaved { kind, code, version }).await?;
        n += 1;
    }
    tx.touch(KEPT).await?;
    tx.commit().await?;
    Ok(n)
}

/// Says which standard a column of a table follows, and checks every value of it at once.
///
/// # Errors
/// `dataset-unknown`, `resource-unknown`, `column-unknown`, `catalog-standards-unknown`; `not-allowed` for those who do not write the
/// dataset.
pub async fn assign(
    app: &App,
    op: &Op,
    resource: &Resource,
    column: &str,
    standard: Option<(&str, &str)>,
) -> Result<()> {
    require_writer(op, resource)?;
    known_column(resource, column)?;
    let mut tx = app.db.begin().await?;
    match standard {
        Some((code, version)) => {
            if Registry::of(app).await?.standard(code, version).is_none() {
                return Err(Problem::not_found("catalog-standards-unknown").with("code", code));
            }
            store::standards::assign(&mut tx, &resource.id, column, (code, version), op.at).await?;
        }
        None => store::standards::unassign(&mut tx, &resource.id, column).await?,
    }
    let event = ColumnAssigned {
        resource: resource.id.clone(),
        column: column.to_owned(),
        standard: standard.map(|(code, _)| code.to_owned()),
    };
    tx.emit(op, &event).await?;
    tx.commit().await
}

/// Holds every value of a column against the standard it follows; as far as the reader may see the column.
///
/// # Errors
/// `catalog-standards-unassigned`, `column-unknown`; `catalog-standards-too-many` for a column of too many different values.
pub async fn check(app: &App, resource: &Resource, column: &str) -> Result<(AssignedRow, Found)> {
    let rows = store::standards::list_assigned(app.db.read(), Some(&resource.id)).await?;
    let mut row = rows
        .into_iter()
        .find(|row| row.column_name == column)
        .ok_or_else(|| Problem::not_found("catalog-standards-unassigned").with("column", column))?;
    known_column(resource, column)?;
    let registry = Registry::of(app).await?;
    let standard = registry
        .standard(&row.standard, &row.version)
        .ok_or_else(|| Problem::not_found("catalog-standards-unknown").with("code", &row.standard))?;
    let values = values_of(app, resource, column).await?;
    let found = match &standard.classification {
        Some(name) => {
            let list = registry
                .find_list(app, &name.codelist, Some(&name.version))
                .await?;
            let maps = registry.maps_to(&list);
            tokio::task::spawn_blocking(move || model::check(&values, &list, &maps))
                .await
                .map_err(Problem::internal)?
        }
        None => model::check_range(&values, standard.least, standard.most),
    };
    row.table_version = resource.version;
    row.n_values = i64::try_from(found.n_values).unwrap_or(i64::MAX);
    row.n_valid = i64::try_from(found.n_valid).unwrap_or(i64::MAX);
    Ok((row, found))
}

/// Keeps what a check found, for everybody to read.
///
/// # Errors
/// When the database fails.
pub async fn keep(app: &App, op: &Op, row: &AssignedRow) -> Result<()> {
    let mut tx = app.db.begin().await?;
    store::standards::note_check(&mut tx, row, op.at).await?;
    tx.commit().await
}

/// What became of values that were brought to their standard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fixed {
    /// They stand in a new version of the table, in so many rows.
    Rows(u64),
    /// Somebody looks at this table before everybody reads it: they were handed in as a file.
    HandedIn,
}

/// Brings values of a column to its standard: a new version of the table, the one before is kept. A table that everybody reads and
/// that somebody looks at first gets a file instead, which goes the way of every other.
///
/// # Errors
/// `catalog-standards-fix-unknown` for a code that the standard does not have; `dataset-changed-meanwhile` when the table has a newer
/// version; `not-allowed` for those who do not write the dataset.
pub async fn fix(
    app: &App,
    op: &Op,
    resource: &Resource,
    column: &str,
    fixes: &HashMap<String, String>,
) -> Result<Fixed> {
    require_writer(op, resource)?;
    let (row, _) = check(app, resource, column).await?;
    let registry = Registry::of(app).await?;
    let classification = registry
        .standard(&row.standard, &row.version)
        .and_then(|standard| standard.classification.clone())
        .ok_or_else(|| Problem::not_found("catalog-standards-unknown").with("code", &row.standard))?;
    let list = registry
        .find_list(app, &classification.codelist, Some(&classification.version))
        .await?;
    if let Some(code) = fixes.values().find(|code| list.find(code).is_none()) {
        return Err(Problem::invalid("catalog-standards-fix-unknown").with("code", code));
    }
    let Some(version) = resource.version.and_then(|version| u64::try_from(version).ok()) else {
        return Err(Problem::not_found("resource-unknown").with("resource", &resource.slug));
    };
    let review = workflow::review_of(app, resource.dataset.organisation.as_deref()).await?;
    if resource.dataset.is_open && review != Review::None {
        return hand_in(app, op, resource, Version(version), column, fixes).await;
    }
    let table = &resource.table.table;
    let recoded = app.lake.recode(table, Version(version), column, fixes).await;
    let (version, n_rows) = recoded.map_err(|error| match error {
        tables::Error::Contended(_) => Problem::conflict("dataset-changed-meanwhile"),
        other => view::spoken(other),
    })?;
    if n_rows == 0 {
        return Ok(Fixed::Rows(0));
    }
    note_fix(app, op, resource, &row, (version, n_rows), fixes).await?;
    Ok(Fixed::Rows(n_rows))
}

/// Hands in the table with other words in place of some, as a file that somebody looks at before everybody reads it.
async fn hand_in(
    app: &App,
    op: &Op,
    resource: &Resource,
    version: Version,
    column: &str,
    fixes: &HashMap<String, String>,
) -> Result<Fixed> {
    let quoted = |name: &str| format!("\"{}\"", name.replace('"', "\"\""));
    let word = |text: &str| format!("'{}'", text.replace('\'', "''"));
    let cases: String = fixes
        .iter()
        .map(|(from, to)| format!(" WHEN {} THEN {}", word(from), word(to)))
        .collect();
    // Whoever writes a table hands in all of it, also what is not theirs to see.
    let table = TableVersion::at(&resource.table.table, version).hiding([ROW_NUMBER]);
    let first = app.lake.page(&table, &Page::default(), Limits::default()).await;
    let known = first.map_err(view::spoken)?.0.columns;
    let columns = known.iter().map(|known| match known.name == column {
        true => format!("CASE {0}{cases} ELSE {0} END AS {0}", quoted(column)),
        false => quoted(&known.name),
    });
    let sql = format!("SELECT {} FROM t", columns.collect::<Vec<_>>().join(", "));
    let what = What::Query(Scope::new().with("t", table), sql);
    let bytes = app
        .lake
        .export(what, Format::Parquet, Limits::generous())
        .await
        .map_err(view::spoken)?;
    let blob = app
        .blobs
        .put_stream(bytes.map_err(view::spoken), u64::MAX)
        .await?;
    let name = format!("{}-{}-{column}.parquet", resource.dataset.slug, resource.slug);
    let new = NewFile {
        name: &name,
        blob: &blob,
        resource: Some((resource.slug.clone(), resource.title.clone())),
        how: HowToRead::default(),
    };
    let mut tx = app.db.begin().await?;
    receive_file(app, &mut tx, op, &resource.dataset.slug, new).await?;
    tx.commit().await?;
    Ok(Fixed::HandedIn)
}

async fn note_fix(
    app: &App,
    op: &Op,
    resource: &Resource,
    row: &AssignedRow,
    (version, n_rows): (Version, u64),
    fixes: &HashMap<String, String>,
) -> Result<()> {
    let mut pairs: Vec<(&String, &String)> = fixes.iter().collect();
    pairs.sort_unstable();
    let table_version = i64::try_from(version.0).unwrap_or(i64::MAX);
    let fix = FixRow {
        resource_id: resource.id.clone(),
        column_name: row.column_name.clone(),
        standard: row.standard.clone(),
        version: row.version.clone(),
        table_version,
        n_rows: i64::try_from(n_rows).unwrap_or(i64::MAX),
        fixes: written(&pairs)?,
        at: op.at.0,
    };
    // What the profile says of this column holds no more; of the others it does.
    let profile = store::find_profile(app.db.read(), &resource.id).await?;
    let profile = match profile
        .as_deref()
        .map(serde_json::from_str::<Vec<ColumnProfileView>>)
    {
        Some(Ok(mut columns)) => {
            columns.retain(|column| column.name != row.column_name);
            Some(written(&columns)?)
        }
        _ => None,
    };
    let mut tx = app.db.begin().await?;
    store::standards::insert_fix(&mut tx, op, &fix).await?;
    store::note_version(
        &mut tx,
        &resource.id,
        table_version,
        resource.n_rows,
        profile.as_deref(),
        op.at,
    )
    .await?;
    let event = ColumnRecoded {
        resource: resource.id.clone(),
        table: resource.table.table.clone(),
        version: version.0,
    };
    tx.emit(op, &event).await?;
    tx.commit().await
}

/// The different values of a column that are not empty, with how many rows have each.
async fn values_of(app: &App, resource: &Resource, column: &str) -> Result<Vec<(String, u64)>> {
    let quoted = column.replace('"', "\"\"");
    let sql = format!(
        "SELECT CAST(\"{quoted}\" AS VARCHAR) AS v, COUNT(*) AS n FROM t WHERE \"{quoted}\" IS NOT NULL GROUP BY \"{quoted}\""
    );
    let limits = Limits {
        rows: MOST_VALUES,
        ..Limits::default()
    };
    let scope = Scope::new().with("t", resource.table.clone());
    let answer = app.lake.query(&scope, &sql, limits).await.map_err(view::spoken)?;
    if answer.truncated {
        return Err(Problem::invalid("catalog-standards-too-many").with("most", MOST_VALUES));
    }
    let mut values: HashMap<String, u64> = HashMap::new();
    for row in answer.rows {
        if let [tables::Value::Text(value), tables::Value::Integer(n)] = row.as_slice()
            && !value.trim().is_empty()
        {
            *values.entry(value.clone()).or_default() += u64::try_from(*n).unwrap_or_default();
        }
    }
    Ok(values.into_iter().collect())
}

fn known_column(resource: &Resource, column: &str) -> Result<()> {
    if resource.columns.iter().any(|known| known.name == column) {
        Ok(())
    } else {
        Err(Problem::not_found("column-unknown").with("column", column))
    }
}

fn require_writer(op: &Op, resource: &Resource) -> Result<()> {
    op.require(&WRITERS)?;
    if resource.dataset.may_write {
        Ok(())
    } else {
        Err(Problem::forbidden("not-allowed"))
    }
}

fn written(value: &impl Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(Problem::internal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shipped_holds_to_its_own_rules_and_names_only_what_there_is() {
        for list in &SHIPPED.codelists {
            list.clone()
                .checked()
                .unwrap_or_else(|problem| panic!("{}: {problem:?}", list.code));
            for item in &list.items {
                assert!(
                    item.label.0.contains_key("en") && item.label.0.contains_key("id"),
                    "{}",
                    item.code
                );
            }
        }
        for standard in &SHIPPED.standards {
            standard
                .clone()
                .checked()
                .unwrap_or_else(|problem| panic!("{}: {problem:?}", standard.code));
            if let Some(name) = &standard.classification {
                let is_own = [PLACES, ORGANISATIONS].contains(&name.codelist.as_str());
                assert!(
                    is_own || SHIPPED.codelist(&name.codelist, &name.version).is_some(),
                    "{}",
                    standard.code
                );
            }
        }
        for map in &SHIPPED.maps {
            let list = |version: &str| SHIPPED.codelist(&map.codelist, version).expect("a version");
            map.clone()
                .checked(list(&map.from), list(&map.to))
                .expect("a map");
        }
    }
}
