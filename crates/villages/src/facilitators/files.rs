//! Coverage as CSV: for everybody with few people withheld, for those who facilitate at a place with all numbers.

use axum::{
    extract::{Query, State},
    http::header,
    response::{IntoResponse, Response},
};

use super::{
    READERS, coverage,
    model::{
        coverage::{Coverage, Told},
        facilitates_at,
        group::{EXPECTED, GROUPS},
    },
    pages::{Asked, Present},
};
use crate::{
    places::{
        self,
        model::{Place, Places},
    },
    platform::{
        app::App,
        op::Op,
        problem::{Problem, Result},
        spreadsheet::harmless,
    },
};

const COLUMNS: [&str; 7] = [
    "place",
    "place_name",
    "group",
    "last_heard_on",
    "times_in_twelve_months",
    "present_in_twelve_months",
    "withheld",
];

pub async fn public_as_csv(State(app): State<App>, op: Op, Query(asked): Query<Asked>) -> Result<Response> {
    let (all, coverage) = (places::all(&app).await?, read(&app, &op).await?);
    let places = asked_for(&all, &asked)?;
    answer(&rows(&op, &places, &coverage, &|_, told| told.public_present()))
}

pub async fn staff_as_csv(State(app): State<App>, op: Op, Query(asked): Query<Asked>) -> Result<Response> {
    op.require(&READERS)?;
    let (all, coverage) = (places::all(&app).await?, read(&app, &op).await?);
    let places = asked_for(&all, &asked)?;
    let rows = rows(&op, &places, &coverage, &|place, told| {
        present(&all, &op, place, told)
    });
    answer(&rows)
}

/// How many were present, for whoever has the role of a facilitator over the place; else as everybody is told: those who provide a service
/// there are staff, too.
pub(super) fn present(all: &Places, op: &Op, place: &str, told: &Told) -> Option<i64> {
    let facilitates = op
        .person()
        .is_some_and(|me| facilitates_at(all, &me.grants, place));
    match facilitates {
        true => Some(told.n_present),
        false => told.public_present(),
    }
}

/// A place and all below it; all there are where none is asked for.
fn asked_for<'a>(all: &'a Places, asked: &Asked) -> Result<Vec<Place<'a>>> {
    match asked.place.trim() {
        "" => Ok(all.current().collect()),
        code => {
            let here = places::known(all, code)?;
            Ok(std::iter::once(here).chain(here.descendants()).collect())
        }
    }
}

async fn read(app: &App, op: &Op) -> Result<Coverage> {
    coverage::read(app, app.config.day(op.at)).await
}

fn answer(rows: &[[String; 7]]) -> Result<Response> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(COLUMNS).map_err(Problem::internal)?;
    for row in rows {
        let cells = row.iter().map(|cell| harmless(cell).into_owned());
        writer.write_record(cells).map_err(Problem::internal)?;
    }
    let bytes = writer
        .into_inner()
        .map_err(|error| Problem::internal(error.into_error()))?;
    Ok(([(header::CONTENT_TYPE, "text/csv; charset=utf-8")], bytes).into_response())
}

/// A row for each group of each place that was heard, and for each that every place has where nothing lies below it.
fn rows(op: &Op, places: &[Place<'_>], coverage: &Coverage, present: Present<'_>) -> Vec<[String; 7]> {
    let mut rows = Vec::new();
    for place in places {
        let is_last = place.children().next().is_none();
        for group in GROUPS {
            let told = coverage.of(place.code(), group);
            if told.is_none() && !(is_last && EXPECTED.contains(&group)) {
                continue;
            }
            let shown = told.and_then(|told| present(place.code(), told));
            let is_withheld = told.is_some() && shown.is_none();
            rows.push([
                place.code().to_owned(),
                place.name_in(op.lang.code()).to_owned(),
                group.to_owned(),
                told.map(|told| told.last_on.to_string()).unwrap_or_default(),
                told.map_or(0, |told| told.n_times).to_string(),
                shown.map(|n| n.to_string()).unwrap_or_default(),
                if is_withheld { "yes" } else { "" }.to_owned(),
            ]);
        }
    }
    rows
}
