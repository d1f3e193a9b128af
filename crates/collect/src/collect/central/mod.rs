//! The ODK Central API: what pyodk and a team's own scripts call. Each part of the API is a file of this folder with its own routes.
//!
//! <https://docs.getodk.org/central-api/>; what is served, and what deliberately not, stands in docs/central-api.md.
//! Booleans of queries come as Python writes them (`True`); a definition is XML or a workbook.

mod actors;
mod app_users;
mod assignments;
mod attachments;
mod audits;
mod comments;
mod drafts;
mod edits;
mod entities;
mod entities_feed;
mod export;
mod forms;
mod odata;
mod projects;
mod public_links;
mod revalidate;
mod submissions;
mod versions;

use std::collections::HashMap;

use axum::{
    Json, Router,
    extract::{DefaultBodyLimit, FromRequestParts, MatchedPath, Path},
    http::{HeaderMap, request::Parts as Head},
    middleware::from_fn,
};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

pub(in crate::collect) use app_users::stewarded;

use super::{
    FILERS, KEEPERS, READERS,
    model::{Form, Submission},
    openrosa::{part, project_of},
    trials,
};
use crate::{
    accounts::number_of,
    platform::{
        app::App,
        op::Op,
        problem::{Problem, Result},
    },
};

/// A workbook, list or picture of a form may be this long.
const MOST_BYTES: usize = 64 * 1024 * 1024;

pub(super) use entities::openrosa_routes;

pub(super) fn routes() -> Router<App> {
    Router::new()
        .merge(projects::routes())
        .merge(app_users::routes())
        .merge(assignments::routes())
        .merge(audits::routes())
        .merge(public_links::routes())
        .merge(forms::routes())
        .merge(versions::routes())
        .merge(drafts::routes())
        .merge(submissions::routes())
        .merge(entities::routes())
        .merge(export::routes())
        .merge(odata::routes())
        .merge(edits::routes())
        .merge(attachments::routes())
        .merge(comments::routes())
        .layer(DefaultBodyLimit::max(MOST_BYTES))
        .layer(from_fn(revalidate::revalidate))
}

/// Writes what was filed to try a draft out.
pub(super) fn trial_json(submission: &Submission) -> Value {
    submissions::submission_json(submission, None)
}

/// The parts of an address.
type Parts = Path<HashMap<String, String>>;

/// The form whose submissions an address is about: below `/draft/`, the one to which is filed what tries the draft out.
struct Source(Form);

impl FromRequestParts<App> for Source {
    type Rejection = Problem;

    async fn from_request_parts(head: &mut Head, app: &App) -> Result<Self> {
        let is_draft = head
            .extensions
            .get::<MatchedPath>()
            .is_some_and(|path| path.as_str().contains("/forms/{form}/draft"));
        let op = Op::from_request_parts(head, app).await?;
        let Path(parts) = Parts::from_request_parts(head, app)
            .await
            .map_err(|error| Problem::unreadable(error.status(), error))?;
        if !is_draft {
            return find_form(app, &parts).await.map(Source);
        }
        op.require(&KEEPERS)?;
        let form = find_form(app, &parts).await?;
        drafts::find_draft(app, &form).await?;
        trials::of_draft(app, &op, &form).await.map(Source)
    }
}

/// Tells whether a flag of a query is set, as Python or JavaScript writes it.
fn is_true(text: &Option<String>) -> bool {
    text.as_ref()
        .is_some_and(|text| text.eq_ignore_ascii_case("true"))
}

/// Tells whether more is asked for than the thing itself.
fn is_extended(headers: &HeaderMap) -> bool {
    headers
        .get("x-extended-metadata")
        .is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"true"))
}

fn success() -> Json<Value> {
    Json(json!({ "success": true }))
}

/// Reads a body as JSON, whatever type it says it has.
fn body_of<T: DeserializeOwned>(body: &[u8]) -> Result<T> {
    serde_json::from_slice(body).map_err(|error| Problem::invalid("json-malformed").because(error))
}

/// Passes those who may see which forms there are: who files to them, who reads what was filed.
fn require_sight(op: &Op) -> Result<()> {
    if op.has(&READERS) {
        return Ok(());
    }
    op.require(&FILERS)
}

async fn find_form(app: &App, parts: &HashMap<String, String>) -> Result<Form> {
    super::form(app, project_of(parts)?, part(parts, "form")).await
}
