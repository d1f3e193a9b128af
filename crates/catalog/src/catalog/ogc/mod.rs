//! OGC API – Features, part 1: core, version 1.0.1 (OGC 17-069r4), for places and for every table that everybody may read and that
//! says where its rows are: by shapes, by longitudes and latitudes, or by codes of places with boundaries.
//!
//! GeoJSON and HTML, in CRS84. Only what is public is served, to everybody alike.
//!
//! Deliberately absent: other reference systems (part 2), filter expressions (part 3), writing (part 4).

mod collections;
mod features;
mod openapi;
mod pages;
mod question;

pub use pages::OgcPage;

use axum::{
    Json, Router,
    extract::State,
    http::{HeaderMap, Uri, header},
    response::{IntoResponse, Response},
    routing::get,
};
use serde_json::{Value, json};

use crate::platform::{
    app::App,
    op::{Op, Who},
    problem::Result,
};

const CORE: [&str; 4] = [
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/oas30",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/html",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
];

/// The routes of this folder.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/ogc", get(landing))
        .route("/ogc/conformance", get(conformance))
        .route("/ogc/api", get(openapi::show))
        .route("/ogc/collections", get(collections::list))
        .route("/ogc/collections/{collection}", get(collections::show))
        .route("/ogc/collections/{collection}/items", get(features::list))
        .route(
            "/ogc/collections/{collection}/items/{feature}",
            get(features::show),
        )
}

async fn landing(State(app): State<App>, op: Op, headers: HeaderMap, uri: Uri) -> Result<Response> {
    let face = Face::of(&headers, &uri)?;
    if face == Face::Html {
        return pages::landing(&app, &op, &uri);
    }
    let base = format!("{}/ogc", app.config.base_url);
    Ok(Json(json!({
        "title": app.config.name,
        "description": op.lang.text("catalog-ogc-lead").to_string(),
        "links": [
            link(&base, "self", JSON, "This document"),
            link(&format!("{base}?f=html"), "alternate", HTML, "This document as a page"),
            link(&format!("{base}/api"), "service-desc", OPENAPI, "The interface, described"),
            link(&format!("{base}/conformance"), "conformance", JSON, "What this service conforms to"),
            link(&format!("{base}/collections"), "data", JSON, "The collections"),
        ],
    }))
    .into_response())
}

async fn conformance(State(app): State<App>, op: Op, headers: HeaderMap, uri: Uri) -> Result<Response> {
    match Face::of(&headers, &uri)? {
        Face::Html => pages::conformance(&app, &op, &uri, &CORE),
        Face::Json => Ok(Json(json!({ "conformsTo": CORE })).into_response()),
    }
}

const JSON: &str = "application/json";
const GEOJSON: &str = "application/geo+json";
const HTML: &str = "text/html";
const OPENAPI: &str = "application/vnd.oai.openapi+json;version=3.0";
const CRS84: &str = "http://www.opengis.net/def/crs/OGC/1.3/CRS84";

/// Who reads: a program, or a person with a browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Face {
    Json,
    Html,
}

impl Face {
    /// What `f` says, or else what the caller accepts; programs that say nothing get JSON.
    fn of(headers: &HeaderMap, uri: &Uri) -> Result<Face> {
        let pairs = question::pairs(uri);
        match pairs
            .iter()
            .find(|(name, _)| name == "f")
            .map(|(_, value)| value.as_str())
        {
            Some("html") => return Ok(Face::Html),
            Some("json" | "geojson") => return Ok(Face::Json),
            Some(other) => return Err(question::refused(&format!("f is {other:?}; write json or html"))),
            None => {}
        }
        let accepted = headers
            .get(header::ACCEPT)
            .and_then(|value| value.to_str().ok())
            .unwrap_or("");
        let place = |word: &str| accepted.find(word);
        Ok(match (place("text/html"), place("json")) {
            (Some(html), Some(json)) if html < json => Face::Html,
            (Some(_), None) => Face::Html,
            _ => Face::Json,
        })
    }
}

fn link(href: &str, rel: &str, media_type: &str, title: &str) -> Value {
    json!({ "href": href, "rel": rel, "type": media_type, "title": title })
}

/// The same question asked by somebody who is nobody: all that is served here is public.
fn as_anyone(op: &Op) -> Op {
    Op {
        who: Who::Anyone,
        ..op.clone()
    }
}
