//! The ODK Central API: what pyodk and a team's own scripts call. Each part of the API is a file of this folder with its own routes.
//!
//! Booleans of queries come as Python writes them (`True`); a definition is XML or a workbook.

mod app_users;
mod drafts;
mod forms;
mod projects;
mod submissions;

use std::collections::HashMap;

use axum::{
    Router,
    extract::{DefaultBodyLimit, Path},
};
use sha2::{Digest, Sha256};

use super::{
    model::Form,
    openrosa::{part, project_of},
};
use crate::platform::{app::App, problem::Result};

/// A workbook, list or picture of a form may be this long.
const MOST_BYTES: usize = 64 * 1024 * 1024;

pub(super) fn routes() -> Router<App> {
    Router::new()
        .merge(projects::routes())
        .merge(app_users::routes())
        .merge(forms::routes())
        .merge(drafts::routes())
        .merge(submissions::routes())
        .layer(DefaultBodyLimit::max(MOST_BYTES))
}

/// The parts of an address.
type Parts = Path<HashMap<String, String>>;

/// Tells whether a flag of a query is set, as Python or JavaScript writes it.
fn is_true(text: &Option<String>) -> bool {
    text.as_ref()
        .is_some_and(|text| text.eq_ignore_ascii_case("true"))
}

async fn find_form(app: &App, parts: &HashMap<String, String>) -> Result<Form> {
    super::form(app, project_of(parts)?, part(parts, "form")).await
}

/// ODK's clients expect an account's id to be a number; this one is the same for the same account.
fn number_of(account: &str) -> u32 {
    let hash = Sha256::digest(account.as_bytes());
    u32::from_be_bytes([hash[0], hash[1], hash[2], hash[3]]) & 0x7fff_ffff
}
