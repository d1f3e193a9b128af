//! A place's profile as JSON, CSV and GeoJSON.

use std::sync::Arc;

use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::json;

use super::profile::{NumberRow, Profile};
use crate::places;
use crate::places::boundaries::topology::Zoom;
use crate::places::model::Places;
use crate::platform::app::App;
use crate::platform::problem::{Problem, Result};
use crate::site::figures::Figure;

/// The facts and every number.
pub fn as_json(profile: &Profile) -> Response {
    #[derive(Serialize)]
    struct Whole<'a> {
        #[serde(flatten)]
        profile: &'a Profile,
        numbers: Vec<NumberRow>,
    }
    let numbers = profile.rows();
    axum::Json(Whole { profile, numbers }).into_response()
}

/// The numbers, one a row.
pub fn as_csv(profile: &Profile) -> Result<Response> {
    let mut file = csv::Writer::from_writer(Vec::new());
    let numbers = profile.rows();
    for row in &numbers {
        file.serialize(row).map_err(Problem::internal)?;
    }
    if numbers.is_empty() {
        file.write_record([
            "place",
            "place_name",
            "level",
            "indicator",
            "name",
            "unit",
            "period",
            "value",
            "lower",
            "upper",
            "n",
            "status",
        ])
        .map_err(Problem::internal)?;
    }
    let bytes = file
        .into_inner()
        .map_err(|error| Problem::internal(anyhow::anyhow!("write a CSV file: {error}")))?;
    let name = format!("attachment; filename=\"{}.csv\"", profile.place.code);
    Ok((
        [
            (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
            (header::CONTENT_DISPOSITION, name),
        ],
        bytes,
    )
        .into_response())
}

/// The children, or without children the place itself, with their latest numbers as properties (RFC 7946).
pub async fn as_geojson(app: &App, all: &Arc<Places>, profile: &Profile) -> Result<Response> {
    /// Fine enough to fill a screen with a village.
    const ZOOM: Zoom = Zoom(13);
    let place = places::known(all, &profile.place.code)?;
    let mut outlines = places::boundaries(app, Some(place), ZOOM).await?;
    if outlines.is_empty()
        && let Some(shape) = places::boundary(app, place, ZOOM).await?
    {
        outlines.push(places::Outline {
            code: profile.place.code.clone(),
            shape,
        });
    }
    let latest = |figure: &Figure, code: &str| {
        if code == profile.place.code {
            figure.latest()
        } else {
            figure.reading_of(code)
        }
    };
    let feature = |outline: &places::Outline| {
        let place = all.find(&outline.code);
        let mut properties = json!({
            "code": outline.code,
            "name": place.map(|place| place.name_in(profile.lang.code())),
            "level": place.map(|place| place.level()),
        });
        for figure in &profile.figures {
            properties[&figure.indicator] = json!(latest(figure, &outline.code).value());
        }
        format!(
            r#"{{"type":"Feature","id":{},"properties":{properties},"geometry":{}}}"#,
            json!(outline.code),
            outline.shape.to_geojson()
        )
    };
    let features: Vec<String> = outlines.iter().map(feature).collect();
    let body = format!(
        r#"{{"type":"FeatureCollection","features":[{}]}}"#,
        features.join(",")
    );
    Ok(([(header::CONTENT_TYPE, "application/geo+json")], body).into_response())
}
