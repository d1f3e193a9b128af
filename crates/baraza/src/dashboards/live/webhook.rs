//! Readings by webhook: a number, or a JSON document with one in it, posted to the secret address of a feed.

use axum::{
    Json,
    body::Bytes,
    extract::{Path, State},
};
use serde_json::{Value, json};

use super::{feeds, model::Sent};
use crate::platform::{
    app::App,
    problem::{Problem, Result},
};

/// Takes a reading; `new` tells one that was sent before.
pub async fn hear(State(app): State<App>, Path(secret): Path<String>, payload: Bytes) -> Result<Json<Value>> {
    let feeds = feeds(&app).await?;
    let known = feeds
        .of_secret(&secret)
        .ok_or_else(|| Problem::not_found("page-unknown"))?;
    let reading = super::hear(&app, known, &payload, Sent::Now).await?;
    Ok(Json(json!({
        "new": reading.is_some(),
        "at": reading.map(|reading| reading.at.to_string()),
        "clock_off": reading.is_some_and(|reading| reading.is_clock_off),
    })))
}
