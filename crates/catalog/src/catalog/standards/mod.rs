//! The registry of standards: what data mean, in which words, and whether columns keep to it.
//!
//! A standard has the five parts of Satu Data (Perpres 39/2019): concept, definition, classification, measure, unit. Codelists have
//! versions and maps between them. Places and organisations are master data: their codelists are read from this program's own lists
//! and never typed again. Assigning a column to a standard checks every value and proposes fixes; accepted ones become a new version.
//!
//! A version in force is never changed: what is new is a new version, and columns stay with the version they were checked with.
//!
//! Deliberately absent: approval of standards by several people, codes that are made of others.

use serde::Serialize;
use tables::Kind;

use super::{
    jobs::Follows,
    model::WRITERS,
    store::{self, standards::AssignedRow},
    view::Resource,
};
use crate::platform::{
    app::App,
    db::Tx,
    events::Event,
    op::{Op, Role},
    problem::{Problem, Result},
};

pub mod checks;
pub mod desk;
pub mod files;
mod find;
pub mod jobs;
pub mod labels;
pub mod master;
pub mod model;
pub mod pages;
mod recode;
mod registry;
mod used;

pub use recode::{Fixed, fix};
pub use registry::Registry;

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

/// Has a column of a table that the program keeps follow a standard, before anybody could choose one.
///
/// # Errors
/// When the database fails.
pub async fn follow(tx: &mut Tx, op: &Op, resource: &str, follows: &Follows) -> Result<()> {
    let standard = (follows.standard.as_str(), follows.version.as_str());
    store::standards::assign(tx, resource, &follows.column, standard, op.at).await?;
    let event = ColumnAssigned {
        resource: resource.to_owned(),
        column: follows.column.clone(),
        standard: Some(follows.standard.clone()),
    };
    tx.emit(op, &event).await
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
