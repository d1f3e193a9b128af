//! Our own JSON about places: `/api/v1/places…`. Open to everybody; places are public knowledge.

use axum::extract::{Path, Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::boundaries::Point;
use super::boundaries::topology::Zoom;
use super::model::{Change, Place};
use super::{all, boundaries, boundaries_below, known};
use crate::platform::app::App;
use crate::platform::op::Op;
use crate::platform::problem::{Problem, Result};

/// Most places in one answer.
const MOST: usize = 1000;

/// The routes of this file.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/api/v1/places", get(list))
        .route("/api/v1/places/at", get(at))
        .route("/api/v1/places/crosswalk", get(crosswalk))
        .route("/api/v1/places/{code}", get(show))
        .route("/api/v1/places/{code}/boundaries", get(map))
        .route("/api/v1/boundaries", get(map_of_roots))
}

#[derive(Deserialize)]
struct ListAsked {
    /// Words of a name, or the beginning of a code.
    q: Option<String>,
    level: Option<String>,
    /// Only places below this one.
    below: Option<String>,
    /// Only children of this one; empty: only places without a parent.
    parent: Option<String>,
    limit: Option<usize>,
    offset: Option<usize>,
}

#[derive(Deserialize)]
struct AtAsked {
    lat: f64,
    lon: f64,
    level: Option<String>,
}

#[derive(Deserialize)]
struct MapAsked {
    /// Web map zoom level; without it boundaries come as delivered.
    zoom: Option<u8>,
    /// The level to draw; without it the children.
    level: Option<String>,
}

#[derive(Deserialize)]
struct CrosswalkAsked {
    from: String,
    to: String,
}

/// A place as our JSON shows it.
#[derive(Serialize)]
struct Shown<'a> {
    code: &'a str,
    name: &'a str,
    level: &'a str,
    parent: Option<&'a str>,
    valid_from: Option<String>,
    valid_to: Option<String>,
}

async fn list(State(app): State<App>, op: Op, Query(asked): Query<ListAsked>) -> Result<Json<Value>> {
    let places = all(&app).await?;
    let level = asked.level.as_deref();
    let below = asked
        .below
        .as_deref()
        .map(|code| known(&places, code))
        .transpose()?;
    let found: Vec<Place<'_>> = match (asked.q.as_deref(), asked.parent.as_deref()) {
        (Some(q), _) => places.search(q, level, MOST),
        (None, Some("")) => places.roots().collect(),
        (None, Some(parent)) => known(&places, parent)?.children().collect(),
        (None, None) => places.current().collect(),
    };
    let found: Vec<Place<'_>> = found
        .into_iter()
        .filter(|place| level.is_none_or(|level| place.level() == level))
        .filter(|place| below.is_none_or(|above| above != *place && above.contains(*place)))
        .collect();
    let page = found
        .iter()
        .skip(asked.offset.unwrap_or(0))
        .take(asked.limit.unwrap_or(100).min(MOST));
    let shown: Vec<Shown<'_>> = page.map(|place| Shown::of(*place, &op)).collect();
    Ok(Json(json!({ "count": found.len(), "places": shown })))
}

async fn show(State(app): State<App>, op: Op, Path(code): Path<String>) -> Result<Json<Value>> {
    let places = all(&app).await?;
    let resolved = places
        .resolve(&code)
        .ok_or_else(|| Problem::not_found("places-unknown").with("code", &code))?;
    let place = resolved.place;
    let mut shown = serde_json::to_value(Shown::of(place, &op)).map_err(Problem::internal)?;
    shown["names"] = place
        .names()
        .into_iter()
        .map(|(lang, name)| (lang.to_owned(), Value::from(name)))
        .collect::<serde_json::Map<_, _>>()
        .into();
    shown["is_current"] = place.is_current().into();
    shown["ancestors"] = json!(
        place
            .ancestors()
            .map(|above| Shown::of(above, &op))
            .collect::<Vec<_>>()
    );
    shown["children"] = json!(
        place
            .children()
            .map(|child| Shown::of(child, &op))
            .collect::<Vec<_>>()
    );
    shown["today"] = json!(
        resolved
            .today
            .iter()
            .map(|now| Shown::of(*now, &op))
            .collect::<Vec<_>>()
    );
    shown["became"] = json!(
        resolved
            .changes
            .iter()
            .map(|change| change_json(change))
            .collect::<Vec<_>>()
    );
    shown["came_from"] = json!(
        places
            .changes_to(place.code())
            .map(change_json)
            .collect::<Vec<_>>()
    );
    shown["bounds"] = json!(
        place
            .bounds()
            .map(|b| [b.west, b.south, b.east, b.north].map(|edge| f64::from(edge) / 1e6))
    );
    Ok(Json(shown))
}

async fn at(State(app): State<App>, op: Op, Query(asked): Query<AtAsked>) -> Result<Json<Value>> {
    let point = Point {
        lon: asked.lon,
        lat: asked.lat,
    };
    if !(point.lon.abs() <= 180.0 && point.lat.abs() <= 90.0) {
        return Err(Problem::invalid("places-position-outside")
            .with("lat", point.lat)
            .with("lon", point.lon));
    }
    let places = all(&app).await?;
    let found = match asked.level.as_deref() {
        Some(level) => places.at_on_level(point, level),
        None => places.at(point),
    };
    let place = found.ok_or_else(|| {
        Problem::not_found("places-nowhere")
            .with("lat", point.lat)
            .with("lon", point.lon)
    })?;
    let lineage: Vec<Shown<'_>> = place
        .with_ancestors()
        .map(|place| Shown::of(place, &op))
        .collect();
    Ok(Json(
        json!({ "place": Shown::of(place, &op), "lineage": lineage }),
    ))
}

async fn map(
    State(app): State<App>,
    op: Op,
    Path(code): Path<String>,
    Query(asked): Query<MapAsked>,
) -> Result<Response> {
    let places = all(&app).await?;
    let place = known(&places, &code)?;
    let zoom = asked.zoom.map_or(Zoom::FULL, Zoom);
    let outlines = match asked.level.as_deref() {
        Some(level) => boundaries_below(&app, place, level, zoom).await?,
        None => boundaries(&app, Some(place), zoom).await?,
    };
    Ok(geojson(&outlines, |code| {
        places.find(code).map(|place| Shown::of(place, &op))
    }))
}

async fn map_of_roots(State(app): State<App>, op: Op, Query(asked): Query<MapAsked>) -> Result<Response> {
    let places = all(&app).await?;
    let outlines = boundaries(&app, None, asked.zoom.map_or(Zoom::FULL, Zoom)).await?;
    Ok(geojson(&outlines, |code| {
        places.find(code).map(|place| Shown::of(place, &op))
    }))
}

async fn crosswalk(State(app): State<App>, Query(asked): Query<CrosswalkAsked>) -> Result<Json<Value>> {
    let weights = super::crosswalk(&app, &asked.from, &asked.to).await?;
    let rows: Vec<Value> = weights
        .iter()
        .map(|w| json!({ "from": w.from, "to": w.to, "weight": w.weight }))
        .collect();
    Ok(Json(json!({ "basis": "area", "weights": rows })))
}

impl<'a> Shown<'a> {
    fn of(place: Place<'a>, op: &Op) -> Shown<'a> {
        Shown {
            code: place.code(),
            name: place.name_in(op.lang.code()),
            level: place.level(),
            parent: place.parent().map(Place::code),
            valid_from: place.valid_from().map(|day| day.to_string()),
            valid_to: place.valid_to().map(|day| day.to_string()),
        }
    }
}

fn change_json(change: &Change) -> Value {
    json!({
        "kind": change.kind.as_str(),
        "from": change.from,
        "to": change.to,
        "on": change.on.map(|day| day.to_string()),
        "share": change.share,
        "old_name": change.old_name,
    })
}

/// A FeatureCollection (RFC 7946), written by hand because the geometries are text already.
fn geojson<'a>(outlines: &[super::Outline], shown: impl Fn(&str) -> Option<Shown<'a>>) -> Response {
    let features: Vec<String> = outlines
        .iter()
        .map(|outline| {
            let properties = json!(shown(&outline.code));
            format!(
                r#"{{"type":"Feature","id":{},"properties":{properties},"geometry":{}}}"#,
                json!(outline.code),
                outline.shape.to_geojson()
            )
        })
        .collect();
    let body = format!(
        r#"{{"type":"FeatureCollection","features":[{}]}}"#,
        features.join(",")
    );
    ([(header::CONTENT_TYPE, "application/geo+json")], body).into_response()
}
