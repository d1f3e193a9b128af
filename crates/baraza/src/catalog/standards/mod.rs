//! The registry of standards: what data mean, in which words, and whether columns keep to it.
//!
//! A standard has the five parts of Satu Data (Perpres 39/2019): concept, definition, classification, measure, unit. Codelists have
//! versions and maps between them. Places and organisations are master data: their codelists are read from this program's own lists
//! and never typed again. Assigning a column to a standard checks every value and proposes fixes; accepted ones become a new version.
//!
//! A version in force is never changed: what is new is a new version, and columns stay with the version they were checked with.
//!
//! Deliberately absent: approval of standards by several people, codes that are made of others.

use std::{
    collections::HashMap,
    sync::{Arc, LazyLock},
};

use futures::TryStreamExt;
use serde::Serialize;
use tables::{Format, Kind, Limits, Page, ROW_NUMBER, Scope, TableVersion, Version, What};

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
use crate::platform::{
    app::App,
    events::Event,
    kept,
    op::{Op, Role},
    problem::{Problem, Result},
};

pub mod checks;
pub mod desk;
pub mod files;
pub mod jobs;
pub mod master;
pub mod model;
pub mod pages;

use model::{Codelist, Mapping, Standard, Status};

/// Who enters standards; who holds this for all organisations puts them in force.
const KEEPERS: [Role; 1] = [Role::Steward];
const KEPT: &str = "catalog-standards";
/// Codelists of this program's own lists, and the version of each that is as the list is now.
pub const PLACES: &str = "places";
pub const ORGANISATIONS: &str = "organisations";
pub const CURRENT: &str = "current";

/// A standard, a codelist or a map was entered, put in force or retired.
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

    /// The newest version of a standard in force, where that is newer than a version of it.
    #[must_use]
    pub fn newer(&self, code: &str, version: &str) -> Option<&Standard> {
        let newest = self.versions_of(code).into_iter().next()?;
        let is_newer = (newest.version.len(), newest.version.as_str()) > (version.len(), version);
        (newest.status == Status::Active && is_newer).then_some(newest)
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
            PLACES => return master::places(app, version).await,
            ORGANISATIONS => return master::organisations(app).await,
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
    ///
    /// # Errors
    /// When the database fails.
    pub async fn maps_to(&self, app: &App, list: &Codelist) -> Result<Vec<Mapping>> {
        if list.code == PLACES {
            return master::maps_to(app, &list.version).await;
        }
        let is_one = |map: &&Mapping| map.codelist == list.code && map.to == list.version;
        Ok(self.maps.iter().filter(is_one).cloned().collect())
    }

    /// The maps that lead to a version of a codelist, and from it to the next.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn maps_around(&self, app: &App, list: &Codelist) -> Result<Vec<Mapping>> {
        if list.code == PLACES {
            return master::place_maps(app, &list.version).await;
        }
        Ok(self.registered_maps(list))
    }

    fn registered_maps(&self, list: &Codelist) -> Vec<Mapping> {
        let is_one = |map: &&Mapping| {
            map.codelist == list.code && (map.to == list.version || map.from == list.version)
        };
        self.maps.iter().filter(is_one).cloned().collect()
    }

    fn map(&self, codelist: &str, from: &str, to: &str) -> Option<&Mapping> {
        let is_it = |map: &&Mapping| map.codelist == codelist && map.from == from && map.to == to;
        self.maps.iter().find(is_it)
    }
}

async fn entered<T: for<'de> serde::Deserialize<'de>>(app: &App, kind: &str) -> Result<Vec<T>> {
    store::standards::list_bodies(app.db.read(), kind)
        .await?
        .iter()
        .map(|body| serde_json::from_str(body).map_err(Problem::internal))
        .collect()
}

/// What can be entered: standards, codelists and maps together, in JSON.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Package {
    pub standards: Vec<Standard>,
    pub codelists: Vec<Codelist>,
    pub maps: Vec<Mapping>,
}

/// Enters standards, codelists and maps, all or none. Returns how many were new or changed: what stands there as it is entered is passed
/// over, so that to enter the same once more changes nothing.
///
/// A draft can be replaced. What is in force cannot be changed, only retired, and what was retired stays so. Maps have no versions of their
/// own: one that was wrong is replaced.
///
/// # Errors
/// `not-allowed` for anybody but stewards, and for stewards of one organisation where it is to be in force; `catalog-standards-in-force`;
/// `catalog-standards-malformed` with the place and the remedy.
pub async fn enter(app: &App, op: &Op, package: Package) -> Result<usize> {
    op.require(&KEEPERS)?;
    let registry = Registry::of(app).await?;
    let mut saved: Vec<StandardSaved> = Vec::new();
    let mut bodies: Vec<String> = Vec::new();
    let mut save = |kind: &'static str, code: &str, version: String, body: String| {
        bodies.push(body);
        saved.push(StandardSaved {
            kind,
            code: code.to_owned(),
            version,
        });
    };
    let codelists = package
        .codelists
        .into_iter()
        .map(not_own)
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
        if registry.map(&map.codelist, &map.from, &map.to) == Some(&map) {
            continue;
        }
        if from.status != Status::Draft || to.status != Status::Draft {
            require_for_all(op)?;
        }
        let version = format!("{}>{}", map.from, map.to);
        save("map", &map.codelist, version, written(&map)?);
    }
    for list in &codelists {
        let known = registry.codelist(&list.code, &list.version);
        let is_same = |known: &Codelist| {
            let same = Codelist {
                status: known.status,
                ..list.clone()
            };
            same == *known
        };
        let before = known.map(|known| (known.status, is_same(known)));
        if is_new(op, (&list.code, &list.version), before, list.status)? {
            save("codelist", &list.code, list.version.clone(), written(list)?);
        }
    }
    for standard in package.standards {
        let standard = standard.checked()?;
        find_classification(&registry, &codelists, &standard)?;
        let known = registry.standard(&standard.code, &standard.version);
        let is_same = |known: &Standard| {
            let same = Standard {
                status: known.status,
                ..standard.clone()
            };
            same == *known
        };
        let before = known.map(|known| (known.status, is_same(known)));
        if is_new(op, (&standard.code, &standard.version), before, standard.status)? {
            let version = standard.version.clone();
            save("standard", &standard.code, version, written(&standard)?);
        }
    }
    if saved.is_empty() {
        return Ok(0);
    }
    let mut tx = app.db.begin().await?;
    for (event, body) in saved.iter().zip(&bodies) {
        let name = (event.code.as_str(), event.version.as_str());
        store::standards::put_version(&mut tx, op, event.kind, name, body).await?;
        tx.emit(op, event).await?;
    }
    tx.touch(KEPT).await?;
    tx.commit().await?;
    Ok(saved.len())
}

/// Puts a draft of a `standard` or a `codelist` in force; from then on it is not changed.
///
/// # Errors
/// `not-allowed` for anybody but stewards of all organisations; `catalog-standards-unknown` for what is no draft; as [`enter`].
pub async fn put_in_force(app: &App, op: &Op, kind: &str, code: &str, version: &str) -> Result<()> {
    op.require(&KEEPERS)?;
    require_for_all(op)?;
    let registry = Registry::of(app).await?;
    let unknown = || Problem::not_found("catalog-standards-unknown").with("code", code);
    let mut package = Package::default();
    if kind == "codelist" {
        let list = registry.codelist(code, version);
        let list = list
            .filter(|list| list.status == Status::Draft)
            .ok_or_else(unknown)?;
        package.codelists.push(Codelist {
            status: Status::Active,
            ..list.clone()
        });
    } else {
        let standard = registry.standard(code, version);
        let standard = standard
            .filter(|standard| standard.status == Status::Draft)
            .ok_or_else(unknown)?;
        package.standards.push(Standard {
            status: Status::Active,
            ..standard.clone()
        });
    }
    enter(app, op, package).await?;
    Ok(())
}

fn not_own(list: Codelist) -> Result<Codelist> {
    match list.code.as_str() {
        PLACES | ORGANISATIONS => Err(model::wrong(format!(
            "codelist {}: it is read from this program's own list; change it there",
            list.code
        ))),
        _ => list.checked(),
    }
}

/// Passes a standard whose codelist there is, and is no draft when the standard is to be in force.
fn find_classification(registry: &Registry, entered: &[Codelist], standard: &Standard) -> Result<()> {
    let Some(name) = &standard.classification else {
        return Ok(());
    };
    if name.codelist == PLACES || name.codelist == ORGANISATIONS {
        return Ok(());
    }
    let is_entered = |list: &&Codelist| list.code == name.codelist && list.version == name.version;
    let list = entered.iter().find(is_entered);
    match list.or_else(|| registry.codelist(&name.codelist, &name.version)) {
        None => Err(model::wrong(format!(
            "standard {}: there is no codelist {} in version {}; enter it first",
            standard.code, name.codelist, name.version
        ))),
        Some(list) if list.status == Status::Draft && standard.status == Status::Active => {
            Err(model::wrong(format!(
                "standard {}: the codelist {} in version {} is a draft; put it in force first",
                standard.code, name.codelist, name.version
            )))
        }
        Some(_) => Ok(()),
    }
}

/// Whether a version is to be kept: `before` is how the one that is there stands, and whether all but that is the same.
fn is_new(
    op: &Op,
    (code, version): (&str, &str),
    before: Option<(Status, bool)>,
    status: Status,
) -> Result<bool> {
    match before {
        Some((known, true)) if known == status => return Ok(false),
        None | Some((Status::Draft, _)) => {}
        Some((Status::Active, true)) if status == Status::Retired => {}
        Some(_) => {
            return Err(Problem::conflict("catalog-standards-in-force")
                .with("code", code)
                .with("version", version));
        }
    }
    if status != Status::Draft {
        require_for_all(op)?;
    }
    Ok(true)
}

/// Passes those who keep the standards of all organisations.
fn require_for_all(op: &Op) -> Result<()> {
    if op.has_for(&KEEPERS, "") {
        Ok(())
    } else {
        Err(Problem::forbidden("not-allowed"))
    }
}

/// Says which standard a column of a table follows; a draft is no standard yet.
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
            let registry = Registry::of(app).await?;
            let known = registry.standard(code, version);
            if known.is_none_or(|known| known.status == Status::Draft) {
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
    let (row, _) = checks::check(app, resource, column, checks::brief()).await?;
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

/// What the values of a column are, where the reader sees it.
fn known_column(resource: &Resource, column: &str) -> Result<Option<Kind>> {
    let known = resource.columns.iter().find(|known| known.name == column);
    known
        .map(|known| Kind::parse(&known.kind))
        .ok_or_else(|| Problem::not_found("column-unknown").with("column", column))
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
