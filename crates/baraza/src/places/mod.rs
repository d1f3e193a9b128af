//! Places: administrative units and statistical areas in hierarchies of any depth, with codes,
//! names in several languages, validity dates and boundaries.
//!
//! Codes are how files, submissions and other tables name places; a code of years ago still
//! resolves and says what became of it. Everything that is asked often is answered from an index in
//! memory ([`Places`]), which renews itself when a list is imported. Boundaries are GeoJSON
//! ([RFC 7946](https://www.rfc-editor.org/rfc/rfc7946)); national codes and OCHA's P-codes are taken as they come.
//! Absent: editing single places by hand (correct the list and import it again), heights, routing.

pub mod api;
pub mod boundaries;
pub mod cli;
pub mod crosswalk;
pub mod import;
pub mod model;
mod store;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Serialize;

use crate::platform::app::App;
use crate::platform::events::Event;
use crate::platform::op::{Op, Role};
use crate::platform::problem::{Problem, Result};
use boundaries::topology::{Zoom, simplify_together};
use boundaries::{Bounds, Shape};
use crosswalk::Weight;
use import::plan::{Plan, plan};
use import::{Broken, BrokenRow, Options, columns::Columns, read::read};
use model::{Place, PlaceRow, Places};

pub use api::routes;
pub use store::Progress;

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
    let revision = store::revision(&app.db).await?;
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
    let build = move || {
        Places::new(rows, today)
            .with_names(names)
            .with_changes(changes)
            .with_shapes(shapes)
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
    let reading = move || read_and_plan(&bytes, &options, &known_to_plan).map(|plan| (plan, bytes));
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
    let drawn = draw(app, &plan, &known).await?;
    write(
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
    Ok(Outcome::Kept(report(plan)))
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

/// Boundaries to write: those that came with the list, and all that are simplified anew.
#[derive(Default)]
struct Drawn {
    full: Vec<(String, Shape)>,
    simple: Vec<(String, Zoom, Shape)>,
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

fn read_and_plan(bytes: &[u8], options: &Options, known: &Places) -> Result<Plan> {
    let unreadable = |why: String| Problem::invalid("places-list-unreadable").with("why", why);
    let mut named: Vec<String> = options
        .name_fields
        .iter()
        .map(|field| field.rsplit('=').next().unwrap_or(field).to_owned())
        .collect();
    named.extend(
        [
            &options.code_field,
            &options.parent_field,
            &options.parent_name_field,
            &options.level_field,
        ]
        .into_iter()
        .flatten()
        .cloned(),
    );
    let list = read(bytes, &named).map_err(|problem| unreadable(problem.to_string()))?;
    let columns = Columns::of(&list, options).map_err(|problem| unreadable(problem.to_string()))?;
    let plan = plan(&list, &columns, options, known);
    if plan.broken.is_empty() && list.rows.is_empty() {
        return Err(unreadable("the file has no rows".to_owned()));
    }
    Ok(plan)
}

/// Simplifies the new boundaries together with their neighbours that are known already.
async fn draw(app: &App, plan: &Plan, known: &Places) -> Result<Drawn> {
    let mut drawn = Drawn::default();
    let rows: HashMap<&str, &PlaceRow> = plan
        .begun
        .iter()
        .chain(&plan.changed)
        .map(|row| (row.code.as_str(), row))
        .collect();
    let mut by_level: BTreeMap<&str, Vec<(String, Shape)>> = BTreeMap::new();
    for (code, shape) in &plan.shapes {
        let (level, from) = match (rows.get(code.as_str()), known.find(code)) {
            (Some(row), _) => (row.level.as_str(), row.valid_from),
            (None, Some(place)) => (place.level(), place.valid_from()),
            (None, None) => continue,
        };
        by_level
            .entry(level)
            .or_default()
            .push((store::place_id(code, from), shape.clone()));
    }
    for (level, shapes) in by_level {
        let Some(bounds) = shapes
            .iter()
            .filter_map(|(_, shape)| shape.bounds())
            .reduce(|a: Bounds, b| a.with(&b))
        else {
            continue;
        };
        let new: HashSet<&str> = shapes.iter().map(|(id, _)| id.as_str()).collect();
        let beside = store::list_shapes_touching(&app.db, level, &bounds).await?;
        let beside: Vec<(String, Shape)> = beside
            .into_iter()
            .filter(|(id, _)| !new.contains(id.as_str()))
            .collect();
        drawn.full.extend(shapes.iter().cloned());
        let together = shapes.into_iter().chain(beside).collect::<Vec<_>>();
        let simplify = move || {
            let (ids, shapes): (Vec<String>, Vec<Shape>) = together.into_iter().unzip();
            let by_zoom = simplify_together(&shapes, &Zoom::STORED);
            Zoom::STORED
                .into_iter()
                .zip(by_zoom)
                .flat_map(|(zoom, shapes)| {
                    ids.clone()
                        .into_iter()
                        .zip(shapes)
                        .map(move |(id, shape)| (id, zoom, shape))
                })
                .collect::<Vec<_>>()
        };
        drawn.simple.extend(
            tokio::task::spawn_blocking(simplify)
                .await
                .map_err(Problem::internal)?,
        );
    }
    Ok(drawn)
}

async fn write(
    app: &App,
    op: &Op,
    imported: &store::Imported<'_>,
    known: &Places,
    drawn: &Drawn,
    progress: Progress<'_>,
) -> Result<()> {
    let plan = imported.plan;
    let after = after(known, plan, imported.valid_from);
    let id_of: HashMap<&str, String> = after.current().map(|place| (place.code(), id(place))).collect();
    let with_parent = |row: &PlaceRow| {
        (
            row.clone(),
            row.parent
                .as_deref()
                .and_then(|parent| id_of.get(parent).cloned()),
        )
    };
    let begun: Vec<(PlaceRow, Option<String>)> = plan.begun.iter().map(with_parent).collect();
    let changed: Vec<(PlaceRow, Option<String>)> = plan.changed.iter().map(with_parent).collect();
    let boundaries: Vec<(&str, Zoom, &Shape)> = drawn
        .full
        .iter()
        .map(|(id, shape)| (id.as_str(), Zoom::FULL, shape))
        .chain(
            drawn
                .simple
                .iter()
                .map(|(id, zoom, shape)| (id.as_str(), *zoom, shape)),
        )
        .collect();
    let total = (begun.len() + changed.len() + boundaries.len()) as u64;
    let mut done = 0;
    let mut told = |rows: usize| {
        done += rows as u64;
        progress(done, total);
    };
    told(0);
    let mut tx = app.db.begin().await?;
    if let Some(day) = imported.valid_from {
        let ids: Vec<String> = plan
            .ended
            .iter()
            .filter_map(|code| known.find(code))
            .map(id)
            .collect();
        store::end_places(&mut tx, &ids, day).await?;
    }
    store::insert_places(&mut tx, &begun, &mut told).await?;
    store::save_places(&mut tx, &changed, &mut told).await?;
    let names: Vec<(String, &str, &str)> = plan
        .names
        .iter()
        .filter_map(|(code, lang, name)| {
            Some((id_of.get(code.as_str())?.clone(), lang.as_str(), name.as_str()))
        })
        .collect();
    store::save_names(&mut tx, &names).await?;
    store::clear_paths(&mut tx, &moved(known, &after, plan)).await?;
    store::fill_paths(&mut tx).await?;
    store::save_boundaries(&mut tx, &boundaries, &mut told).await?;
    store::insert_changes(&mut tx, &plan.changes).await?;
    store::insert_import(&mut tx, op, imported).await?;
    let event = PlacesImported {
        file_name: imported.file_name.to_owned(),
        n_begun: plan.begun.len(),
        n_changed: plan.changed.len(),
        n_ended: plan.ended.len(),
    };
    tx.emit(op, &event).await?;
    tx.commit().await
}

/// The hierarchy as it will be.
fn after(known: &Places, plan: &Plan, valid_from: Option<Date>) -> Places {
    let replaced: HashSet<&str> = plan.changed.iter().map(|row| row.code.as_str()).collect();
    let ended: HashSet<&str> = plan.ended.iter().map(String::as_str).collect();
    let kept = known
        .ever()
        .filter(|place| !(place.is_current() && replaced.contains(place.code())))
        .map(|place| PlaceRow {
            code: place.code().to_owned(),
            level: place.level().to_owned(),
            name: place.name().to_owned(),
            parent: place.parent().map(|parent| parent.code().to_owned()),
            valid_from: place.valid_from(),
            valid_to: if place.is_current() && ended.contains(place.code()) {
                valid_from
            } else {
                place.valid_to()
            },
        });
    let rows = kept
        .chain(plan.begun.iter().cloned())
        .chain(plan.changed.iter().cloned())
        .collect();
    // Judged on the list's own day, so that a list of next month has its parents, too.
    let day = valid_from.map_or(known.today(), |from| from.max(known.today()));
    Places::new(rows, day)
}

/// Codes whose ways up are to be written anew: of places that now hang elsewhere, with everything
/// below them, and codes that are given a second time.
fn moved<'a>(known: &Places, after: &'a Places, plan: &Plan) -> Vec<&'a str> {
    let moved = plan.changed.iter().filter(|row| {
        known
            .find(&row.code)
            .is_some_and(|place| place.parent().map(Place::code) != row.parent.as_deref())
    });
    let again = plan.begun.iter().filter(|row| known.find(&row.code).is_some());
    let mut codes: Vec<&str> = moved
        .chain(again)
        .filter_map(|row| after.find(&row.code))
        .flat_map(|place| std::iter::once(place).chain(place.descendants()))
        .map(Place::code)
        .collect();
    codes.sort_unstable();
    codes.dedup();
    codes
}

fn report(plan: Plan) -> Report {
    let mut changes: BTreeMap<&'static str, usize> = BTreeMap::new();
    for change in &plan.changes {
        *changes.entry(change.kind.as_str()).or_default() += 1;
    }
    Report {
        n_begun: plan.begun.len(),
        n_changed: plan.changed.len(),
        n_ended: plan.ended.len(),
        n_same: plan.n_same,
        n_boundaries: plan.shapes.len(),
        changes,
        broken: plan.broken,
        has_made_codes: plan.has_made_codes,
    }
}
