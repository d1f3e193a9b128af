//! Places: administrative units and statistical areas in hierarchies of any depth, with codes,
//! names in several languages, validity dates and boundaries.
//!
//! Codes are how files, submissions and other tables name places; a code of years ago still
//! resolves and says what became of it. Everything that is asked often is answered from an index in
//! memory ([`Places`]), which renews itself when a list is imported. Boundaries are GeoJSON
//! ([RFC 7946](https://www.rfc-editor.org/rfc/rfc7946)); national codes and OCHA's P-codes are taken as they come. Health catchments, police
//! sectors and school areas are `divisions`: the same places put together otherwise, whole or by stated shares.
//! Absent: editing single places by hand (correct the list and import it again), heights, routing.

pub mod api;
pub mod atlas;
pub mod boundaries;
pub mod cli;
pub mod crosswalk;
pub mod desk;
pub mod divisions;
pub mod import;
mod intake;
pub mod model;
mod store;

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use jiff::tz::TimeZone;
use serde::Serialize;

use crate::platform::app::App;
use crate::platform::events::Event;
use crate::platform::kept;
use crate::platform::op::{Op, Role};
use crate::platform::problem::{Problem, Result};
use boundaries::Shape;
use boundaries::topology::Zoom;
use crosswalk::Weight;
use import::{Broken, BrokenRow, Options};
use model::{Place, Places};

pub use store::Progress;

/// What other programs ask of this slice.
pub fn routes() -> Router<App> {
    api::routes()
}

/// The pages at the desk.
pub fn desk_routes() -> Router<App> {
    desk::routes()
}

/// A list of places was taken in.
#[derive(Debug, Serialize)]
pub struct PlacesImported {
    pub file_name: String,
    pub n_begun: usize,
    pub n_changed: usize,
    pub n_ended: usize,
}

impl Event for PlacesImported {
    const NAME: &'static str = "places.imported";

    fn subject(&self) -> String {
        "places".to_owned()
    }
}

/// Weights between two levels were measured.
#[derive(Debug, Serialize)]
pub struct CrosswalkMeasured {
    pub from_level: String,
    pub to_level: String,
    pub n_weights: usize,
}

impl Event for CrosswalkMeasured {
    const NAME: &'static str = "places.crosswalk-measured";

    fn subject(&self) -> String {
        format!("crosswalk/{}/{}", self.from_level, self.to_level)
    }
}

/// A file with places.
pub struct NewList {
    pub file_name: String,
    pub bytes: Vec<u8>,
    pub options: Options,
}

/// What an import did.
#[derive(Debug)]
pub enum Outcome {
    /// Some rows are broken, and nothing was kept.
    Refused {
        broken: Vec<BrokenRow>,
        n_good: usize,
    },
    Kept(Report),
}

/// What an import changed.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Report {
    pub n_begun: usize,
    pub n_changed: usize,
    pub n_ended: usize,
    pub n_same: usize,
    pub n_boundaries: usize,
    /// Changes of codes and names, by kind.
    pub changes: BTreeMap<&'static str, usize>,
    /// Rows that were left out.
    pub broken: Vec<BrokenRow>,
    pub has_made_codes: bool,
}

/// A place drawn on a map.
#[derive(Clone, Debug, PartialEq)]
pub struct Outline {
    pub code: String,
    pub shape: Shape,
}

/// The index of all places; renewed when a list was imported or the day changed.
pub async fn all(app: &App) -> Result<Arc<Places>> {
    let revision = kept::revision(&app.db, store::KEPT).await?;
    let today = app.clock.now().timestamp().to_zoned(TimeZone::UTC).date();
    if let Some(kept) = app.shelf.find::<Kept>()
        && kept.revision == revision
        && kept.places.today() == today
    {
        return Ok(kept.places.clone());
    }
    let (rows, names) = (
        store::list_places(&app.db).await?,
        store::list_names(&app.db).await?,
    );
    let (changes, shapes) = (
        store::list_changes(&app.db).await?,
        store::list_shapes(&app.db).await?,
    );
    let divisions = store::divisions::list(&app.db).await?;
    let build = move || {
        Places::new(rows, today)
            .with_names(names)
            .with_changes(changes)
            .with_shapes(shapes)
            .with_divisions(divisions)
    };
    let places = Arc::new(
        tokio::task::spawn_blocking(build)
            .await
            .map_err(Problem::internal)?,
    );
    app.shelf.put(Arc::new(Kept {
        revision,
        places: places.clone(),
    }));
    Ok(places)
}

/// The place with a code, or the problem that says there is none.
pub fn known<'a>(places: &'a Places, code: &str) -> Result<Place<'a>> {
    places
        .find(code)
        .ok_or_else(|| Problem::not_found("places-unknown").with("code", code))
}

/// The children of a place (of the roots' unseen parent without one) as drawn at a zoom level.
pub async fn boundaries(app: &App, parent: Option<Place<'_>>, zoom: Zoom) -> Result<Vec<Outline>> {
    let parent_id = parent.map(id);
    outlines(
        store::list_child_boundaries(&app.db, parent_id.as_deref(), zoom).await?,
        app,
    )
    .await
}

/// The descendants of a place on a level as drawn at a zoom level.
pub async fn boundaries_below(
    app: &App,
    ancestor: Place<'_>,
    level: &str,
    zoom: Zoom,
) -> Result<Vec<Outline>> {
    outlines(
        store::list_boundaries_below(&app.db, ancestor.code(), level, zoom).await?,
        app,
    )
    .await
}

/// One place as drawn at a zoom level; `None` when it has no boundary.
pub async fn boundary(app: &App, place: Place<'_>, zoom: Zoom) -> Result<Option<Shape>> {
    store::find_boundary(&app.db, &id(place), zoom).await
}

/// The stable id of a place.
pub fn id(place: Place<'_>) -> String {
    store::place_id(place.code(), place.valid_from())
}

/// Takes in a list of places. For stewards and administrators.
pub async fn import(app: &App, op: &Op, list: NewList, progress: Progress<'_>) -> Result<Outcome> {
    op.require(&[Role::Steward, Role::Admin])?;
    let known = all(app).await?;
    let known_to_plan = known.clone();
    let NewList {
        file_name,
        bytes,
        options,
    } = list;
    let valid_from = options.valid_from;
    let keeps_good = options.broken == Broken::KeepGood;
    let reading = move || intake::read_and_plan(&bytes, &options, &known_to_plan).map(|plan| (plan, bytes));
    let (plan, bytes) = tokio::task::spawn_blocking(reading)
        .await
        .map_err(Problem::internal)??;
    if !plan.broken.is_empty() && !keeps_good {
        return Ok(Outcome::Refused {
            n_good: plan.begun.len() + plan.changed.len() + plan.n_same,
            broken: plan.broken,
        });
    }
    let blob_id = app.blobs.put(bytes.into()).await?.id;
    let drawn = intake::draw(app, &plan, &known).await?;
    intake::write(
        app,
        op,
        &store::Imported {
            file_name: &file_name,
            blob_id: Some(&blob_id),
            valid_from,
            plan: &plan,
        },
        &known,
        &drawn,
        progress,
    )
    .await?;
    Ok(Outcome::Kept(intake::report(plan)))
}

/// Measures which part of each area of one level lies in each of another, and keeps the weights.
pub async fn measure_crosswalk(app: &App, op: &Op, from_level: &str, to_level: &str) -> Result<Vec<Weight>> {
    op.require(&[Role::Steward, Role::Admin])?;
    let places = all(app).await?;
    let shapes = |level: &str| -> Vec<(String, Shape)> {
        places
            .at_level(level)
            .filter_map(|place| Some((place.code().to_owned(), place.shape()?.clone())))
            .collect()
    };
    let (from, to) = (shapes(from_level), shapes(to_level));
    for (level, shapes) in [(from_level, &from), (to_level, &to)] {
        if shapes.is_empty() {
            return Err(Problem::invalid("places-level-without-boundaries").with("level", level));
        }
    }
    let weights = tokio::task::spawn_blocking(move || crosswalk::by_area(&from, &to))
        .await
        .map_err(Problem::internal)?;
    let rows: Vec<(String, String, f64)> = weights
        .iter()
        .map(|w| (w.from.clone(), w.to.clone(), w.weight))
        .collect();
    let mut tx = app.db.begin().await?;
    store::save_crosswalk(&mut tx, &area_basis(from_level, to_level), &rows).await?;
    let event = CrosswalkMeasured {
        from_level: from_level.to_owned(),
        to_level: to_level.to_owned(),
        n_weights: rows.len(),
    };
    tx.emit(op, &event).await?;
    tx.commit().await?;
    Ok(weights)
}

/// The kept weights from one level to another; empty when none were measured.
pub async fn crosswalk(app: &App, from_level: &str, to_level: &str) -> Result<Vec<Weight>> {
    let rows = store::list_crosswalk(&app.db, &area_basis(from_level, to_level)).await?;
    Ok(rows
        .into_iter()
        .map(|(from, to, weight)| Weight { from, to, weight })
        .collect())
}

/// The index as it lies on the shelf.
struct Kept {
    revision: i64,
    places: Arc<Places>,
}

async fn outlines(rows: Vec<(String, Shape)>, app: &App) -> Result<Vec<Outline>> {
    let places = all(app).await?;
    let is_current = |code: &str| places.find(code).is_some_and(Place::is_current);
    Ok(rows
        .into_iter()
        .filter(|(code, _)| is_current(code))
        .map(|(code, shape)| Outline { code, shape })
        .collect())
}

fn area_basis(from_level: &str, to_level: &str) -> String {
    format!("area:{from_level}:{to_level}")
}
