//! Takes a planned list in: simplifies its boundaries with their neighbours and writes everything at once.

use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::civil::Date;

use super::boundaries::topology::{Zoom, simplify_together};
use super::boundaries::{Bounds, Shape};
use super::import::Options;
use super::import::columns::Columns;
use super::import::plan::{Plan, plan};
use super::import::read::read;
use super::model::{Place, PlaceRow, Places};
use super::store::{self, Progress};
use super::{PlacesImported, Report, id};
use crate::platform::app::App;
use crate::platform::op::Op;
use crate::platform::problem::{Problem, Result};

/// Boundaries to write: those that came with the list, and all that are simplified anew.
#[derive(Default)]
pub(super) struct Drawn {
    full: Vec<(String, Shape)>,
    simple: Vec<(String, Zoom, Shape)>,
}

/// Reads a file and compares it with what is known.
pub(super) fn read_and_plan(bytes: &[u8], options: &Options, known: &Places) -> Result<Plan> {
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
pub(super) async fn draw(app: &App, plan: &Plan, known: &Places) -> Result<Drawn> {
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

/// Writes the plan and its boundaries in one transaction.
pub(super) async fn write(
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

/// Counts what a plan changed.
pub(super) fn report(plan: Plan) -> Report {
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
