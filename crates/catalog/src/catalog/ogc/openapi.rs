//! The interface described for programs: OpenAPI 3.0.

use axum::{
    extract::State,
    http::{HeaderMap, Uri, header},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

use super::{Face, GEOJSON, HTML, JSON, OPENAPI, pages};
use crate::platform::{app::App, op::Op, problem::Result};

pub async fn show(State(app): State<App>, op: Op, headers: HeaderMap, uri: Uri) -> Result<Response> {
    let document = document(&app, &op);
    match Face::of(&headers, &uri)? {
        Face::Html => pages::interface(&app, &op, &uri, &document),
        Face::Json => Ok(([(header::CONTENT_TYPE, OPENAPI)], document.to_string()).into_response()),
    }
}

fn document(app: &App, op: &Op) -> Value {
    let parameter = |name: &str| json!({ "$ref": format!("#/components/parameters/{name}") });
    let get = |id: &str, summary: &str, media_type: &str, parameters: &[&str]| {
        json!({ "get": {
            "operationId": id,
            "summary": summary,
            "parameters": parameters.iter().map(|name| parameter(name)).collect::<Vec<_>>(),
            "responses": {
                "200": { "description": summary, "content": {
                    media_type: { "schema": { "type": "object" } },
                    HTML: { "schema": { "type": "string" } },
                } },
                "400": { "$ref": "#/components/responses/refused" },
                "404": { "$ref": "#/components/responses/unknown" },
            },
        } })
    };
    let in_path = |name: &str, about: &str| json!({ "name": name, "in": "path", "required": true, "description": about, "schema": { "type": "string" } });
    json!({
        "openapi": "3.0.3",
        "info": {
            "title": app.config.name,
            "version": env!("CARGO_PKG_VERSION"),
            "description": op.lang.text("catalog-ogc-lead").to_string(),
        },
        "servers": [{ "url": format!("{}/ogc", app.config.base_url) }],
        "paths": {
            "/": get("landing", "What there is", JSON, &["f"]),
            "/conformance": get("conformance", "What this service conforms to", JSON, &["f"]),
            "/collections": get("collections", "The collections", JSON, &["f"]),
            "/collections/{collectionId}": get("collection", "A collection", JSON, &["collectionId", "f"]),
            "/collections/{collectionId}/items":
                get("features", "Features of a collection", GEOJSON, &["collectionId", "limit", "bbox", "datetime", "after", "f"]),
            "/collections/{collectionId}/items/{featureId}": get("feature", "A feature", GEOJSON, &["collectionId", "featureId", "f"]),
        },
        "components": {
            "parameters": {
                "collectionId": in_path("collectionId", "The id of a collection, as /collections lists it"),
                "featureId": in_path("featureId", "The id of a feature, as its collection lists it"),
                "f": { "name": "f", "in": "query", "description": "json for programs, html for people",
                    "schema": { "type": "string", "enum": ["json", "html"] } },
                "limit": { "name": "limit", "in": "query", "description": "Features of one answer",
                    "schema": { "type": "integer", "minimum": 1, "maximum": 1000, "default": 100 }, "style": "form", "explode": false },
                "bbox": { "name": "bbox", "in": "query", "description": "West, south, east and north in degrees",
                    "schema": { "type": "array", "minItems": 4, "maxItems": 6, "items": { "type": "number" } }, "style": "form", "explode": false },
                "datetime": { "name": "datetime", "in": "query", "description": "A day or a time, or two of them with a slash between; .. for an open end",
                    "schema": { "type": "string" }, "style": "form", "explode": false },
                "after": { "name": "after", "in": "query", "description": "Where the answer before this one ended; follow the next links",
                    "schema": { "type": "integer", "minimum": 0 }, "style": "form", "explode": false },
            },
            "responses": {
                "refused": { "description": "The question cannot be understood; the sentence says why" },
                "unknown": { "description": "There is no such collection or feature" },
            },
        },
    })
}
