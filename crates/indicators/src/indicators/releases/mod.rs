//! Releases: numbers as somebody signed them, under addresses that last, each protected against the one before it.
//!
//! Live numbers move with every row; what was printed or decided on must stay. A release keeps the public numbers of one run with the
//! versions of definition and tables, so that anybody sees what they were made from and whoever may has them counted again. Why not
//! every run: two publications that differ by one household tell of it. A second release therefore keeps figures that have moved by
//! too few, as a definition with `hold` does, and shows nothing that is not live. A formula is released from the last releases of what
//! it reads, which tell nothing that is not public; what others published is kept as they say it.
//!
//! Deliberately absent: protection against more than what was last shown of each number, taking a release back.

use std::collections::{BTreeMap, BTreeSet};

use axum::{
    Router,
    routing::{get, post},
};
use serde::Serialize;

use super::{
    authoring::{
        READERS,
        steps::{actor_of, require_steward},
    },
    find,
    model::{
        definition::formula::Formula,
        observation::{Key, Observation},
    },
    store, together,
};
use crate::platform::{
    app::App,
    db::Tx,
    events::Event,
    op::Op,
    problem::{Problem, Result},
};

mod family;
mod jobs;
mod make;
pub mod model;
pub(super) mod numbers;
pub mod pages;

pub use jobs::{CountAgain, MakeRelease, MakeReleases};

use model::{NewRelease, Recount, Release};

/// Somebody signed the numbers that are public: a release is to be made of them.
#[derive(Serialize)]
pub struct ReleaseSigned {
    pub indicator: String,
    /// Its id.
    pub release: String,
    pub name: String,
    pub signed_as: String,
}

impl Event for ReleaseSigned {
    const NAME: &'static str = "indicators.release-signed";
    fn subject(&self) -> String {
        format!("indicator/{}", self.indicator)
    }
}

/// Somebody signed the numbers of a whole and its parts in one act.
#[derive(Serialize)]
pub struct FamilySigned {
    /// The code of the whole.
    pub indicator: String,
    /// The ids, the whole's first.
    pub releases: Vec<String>,
    pub name: String,
    pub signed_as: String,
}

impl Event for FamilySigned {
    const NAME: &'static str = "indicators.family-signed";
    fn subject(&self) -> String {
        format!("indicator/{}", self.indicator)
    }
}

/// A release became public.
#[derive(Serialize)]
pub struct Released {
    pub indicator: String,
    /// What it is called.
    pub release: String,
    pub sha256: String,
}

impl Event for Released {
    const NAME: &'static str = "indicators.released";
    fn subject(&self) -> String {
        format!("indicator/{}", self.indicator)
    }
}

/// Somebody wants a release counted again.
#[derive(Serialize)]
pub struct RecountAsked {
    pub indicator: String,
    /// Its id.
    pub release: String,
}

impl Event for RecountAsked {
    const NAME: &'static str = "indicators.recount-asked";
    fn subject(&self) -> String {
        format!("indicator/{}", self.indicator)
    }
}

/// The routes of releases.
pub fn routes() -> Router<App> {
    Router::new()
        .route(
            "/indicators/{code}/vintages",
            get(pages::vintages).post(pages::sign),
        )
        .route("/indicators/{code}/vintages.json", get(pages::vintages_as_json))
        .route("/indicators/{code}/vintages/{release}", get(pages::file))
        .route(
            "/indicators/{code}/vintages/{release}/recount",
            post(pages::recount),
        )
}

/// Tells whether the caller may sign releases and have them counted again: a release belongs to no place and no organisation.
///
/// # Errors
/// When the database fails.
pub async fn may_sign(app: &App, op: &Op) -> Result<bool> {
    Ok(op.has(&READERS) && actor_of(app, op).await?.is_steward)
}

/// Signs the numbers that are public now; the release follows by a job. For stewards of everything.
///
/// # Errors
/// `not-allowed`; `indicators-unknown`; `indicators-releases-nothing`, `indicators-releases-inputs`, `indicators-releases-family`,
/// `indicators-releases-pending`; `indicators-releases-taken` on field `name`.
pub async fn sign(app: &App, op: &Op, code: &str, new: &NewRelease) -> Result<()> {
    require_steward(app, op).await?;
    let indicator = find(app, code).await?;
    if indicator.run.is_none() {
        return Err(Problem::conflict("indicators-releases-nothing"));
    }
    if let Some(formula) = indicator.definition.formula() {
        let missing = unreleased(app, formula).await?;
        if !missing.is_empty() {
            let problem = Problem::conflict("indicators-releases-inputs");
            return Err(problem.with("codes", missing.join(", ")));
        }
    }
    let relatives = relatives(app, code).await?;
    if !relatives.is_empty() && !list_releases(app, code).await?.is_empty() {
        let problem = Problem::conflict("indicators-releases-family");
        return Err(problem.with("codes", relatives.join(", ")));
    }
    let mut tx = app.db.begin().await?;
    let release = ask(&mut tx, op, code, new).await?;
    let event = ReleaseSigned {
        indicator: code.to_owned(),
        release,
        name: new.name.clone(),
        signed_as: new.signed_as.clone(),
    };
    tx.emit(op, &event).await?;
    tx.commit().await
}

/// Signs the numbers of a whole and all its parts in one act, given the code of any of them; their releases, all of one name, follow by
/// one job. For stewards of everything.
///
/// # Errors
/// `not-allowed`; `indicators-unknown`; `indicators-releases-single` for what is no whole and no part; `indicators-releases-nothing`,
/// `indicators-releases-pending`; `indicators-releases-taken` on field `name`.
pub async fn sign_together(app: &App, op: &Op, code: &str, new: &NewRelease) -> Result<()> {
    require_steward(app, op).await?;
    find(app, code).await?;
    let Some(family) = together::family(app, code).await? else {
        return Err(Problem::conflict("indicators-releases-single").with("code", code));
    };
    if family.iter().any(|one| one.run.is_none()) {
        return Err(Problem::conflict("indicators-releases-nothing"));
    }
    let mut tx = app.db.begin().await?;
    let mut releases = Vec::with_capacity(family.len());
    for one in &family {
        releases.push(ask(&mut tx, op, &one.definition.code, new).await?);
    }
    let event = FamilySigned {
        indicator: family
            .first()
            .map_or_else(String::new, |whole| whole.definition.code.clone()),
        releases,
        name: new.name.clone(),
        signed_as: new.signed_as.clone(),
    };
    tx.emit(op, &event).await?;
    tx.commit().await
}

/// The codes of the whole and the parts that an indicator belongs with, its own among them; empty where it stands alone.
///
/// # Errors
/// When the database fails.
pub async fn relatives(app: &App, code: &str) -> Result<Vec<String>> {
    let family = together::family(app, code).await?.unwrap_or_default();
    Ok(family.iter().map(|one| one.definition.code.clone()).collect())
}

/// Keeps that a release is asked for; returns its id.
async fn ask(tx: &mut Tx, op: &Op, code: &str, new: &NewRelease) -> Result<String> {
    if store::releases::is_pending(tx, code).await? {
        return Err(Problem::conflict("indicators-releases-pending"));
    }
    store::releases::put_asked(tx, code, new, op.at)
        .await?
        .ok_or_else(|| Problem::conflict("fields").field("name", "indicators-releases-taken"))
}

/// Has a release counted again by a job. For stewards of everything.
///
/// # Errors
/// `not-allowed`, `indicators-unknown`, `indicators-release-unknown`; `indicators-releases-published` for what others counted.
pub async fn count_again(app: &App, op: &Op, code: &str, name: &str) -> Result<()> {
    require_steward(app, op).await?;
    if find(app, code).await?.definition.imported().is_some() {
        return Err(Problem::conflict("indicators-releases-published"));
    }
    let release = find_release(app, code, name).await?;
    let event = RecountAsked {
        indicator: release.indicator,
        release: release.id,
    };
    let mut tx = app.db.begin().await?;
    tx.emit(op, &event).await?;
    tx.commit().await
}

/// Returns a release that is public.
///
/// # Errors
/// `indicators-unknown`, `indicators-release-unknown`.
pub async fn find_release(app: &App, code: &str, name: &str) -> Result<Release> {
    find(app, code).await?;
    let known = store::releases::list(&app.db, code).await?;
    known
        .into_iter()
        .find(|release| release.name == name && release.made.is_some())
        .ok_or_else(|| {
            Problem::not_found("indicators-release-unknown")
                .with("code", code)
                .with("release", name)
        })
}

/// Lists the releases of an indicator that are public, the earliest first.
///
/// # Errors
/// When the database fails.
pub async fn list_releases(app: &App, code: &str) -> Result<Vec<Release>> {
    let known = store::releases::list(&app.db, code).await?;
    Ok(known
        .into_iter()
        .filter(|release| release.made.is_some())
        .collect())
}

/// What a release says of one number; `None` where it says nothing of it.
///
/// # Errors
/// `indicators-unknown`, `indicators-release-unknown`.
pub async fn released(app: &App, code: &str, name: &str, key: &Key) -> Result<Option<Observation>> {
    let release = find_release(app, code, name).await?;
    let mut told = numbers::of_number(&app.lake, code, key, numbers::for_anybody())
        .await
        .map_err(Problem::internal)?;
    Ok(release.written_as().and_then(|of| told.remove(of)))
}

/// How releases of an indicator came out when they were last counted again, by id.
///
/// # Errors
/// When the database fails.
pub async fn recounts(app: &App, code: &str) -> Result<BTreeMap<String, Recount>> {
    store::releases::list_recounts(&app.db, code).await
}

/// The versions of tables of the lake that releases were made from, by table: without them no release can be counted again.
///
/// # Errors
/// When the database fails.
pub async fn versions_needed(app: &App) -> Result<BTreeMap<String, BTreeSet<u64>>> {
    let mut needed: BTreeMap<String, BTreeSet<u64>> = BTreeMap::new();
    for versions in store::releases::list_versions(&app.db).await? {
        for (table, version) in versions {
            needed.entry(table).or_default().insert(version);
        }
    }
    Ok(needed)
}

/// Codes of what a formula reads that has numbers and no release.
async fn unreleased(app: &App, formula: &Formula) -> Result<Vec<String>> {
    let codes: BTreeSet<&str> = formula.inputs.iter().map(|input| input.code.as_str()).collect();
    let mut missing = Vec::new();
    for code in codes {
        if find(app, code).await?.run.is_some() && list_releases(app, code).await?.is_empty() {
            missing.push(code.to_owned());
        }
    }
    Ok(missing)
}
