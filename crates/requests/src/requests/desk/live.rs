//! News for pages that are open: that something changed, and how many wait now. Nothing of what it is.

use axum::{
    Json,
    extract::{Query, Request, State},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::json;

use super::{queue::READERS, scope};
use crate::{
    platform::{app::App, http::live, op::Op, problem::Result, time::Time},
    requests::{library, store::desk::Queued},
};

/// Events that are news for whoever looks at requests.
const NEWS: &str = "requests.";

#[derive(Deserialize)]
pub struct Since {
    /// Microseconds since 1970 UTC.
    since: Option<i64>,
}

/// How many wait on somebody's desk, and how many of them came after a moment.
pub async fn counts(State(app): State<App>, op: Op, Query(asked): Query<Since>) -> Result<Response> {
    op.require(&READERS)?;
    let library = library::current(&app).await?;
    let desks = scope::desks_of(&op, &library);
    let queued = Queued {
        tab: "all",
        me: op.person().map_or("", |person| person.id.as_str()),
        light: None,
        level: None,
        service: None,
        place: None,
        order: "urgent",
        most: 0,
        skipped: 0,
    };
    let since = Time(asked.since.unwrap_or(op.at.0));
    let counts = scope::count(&app, &op, &library, &desks, &queued, since).await?;
    Ok(Json(json!({
        "all": counts.n,
        "red": counts.n_red,
        "yellow": counts.n_yellow,
        "white": counts.n_white,
        "mine": counts.n_mine,
        "new": counts.n_since,
    }))
    .into_response())
}

/// The stream for staff.
pub async fn staff(State(app): State<App>, op: Op, request: Request) -> Result<Response> {
    op.require(&READERS)?;
    let reader = live::Reader::of(&app, &request);
    drop(request);
    live::stream(&app, NEWS, reader).await
}

/// The stream for everybody: the same coarse news.
pub async fn everybody(State(app): State<App>, request: Request) -> Result<Response> {
    let reader = live::Reader::of(&app, &request);
    drop(request);
    live::stream(&app, NEWS, reader).await
}
