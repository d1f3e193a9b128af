//! Pages for everybody: data that is wanted, showcases, what people say of a dataset, and the form to send one.

use axum::{
    Router,
    routing::{get, post},
};
use serde::Deserialize;

use crate::platform::app::App;

pub mod card;
mod comments;
mod files;
pub mod list;
pub mod one;
pub mod send;

/// Contributions a list shows.
const MOST_LISTED: i64 = 500;

/// The routes of this folder.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/wanted", get(list::wanted))
        .route("/wanted.json", get(files::wanted_as_json))
        .route("/wanted.csv", get(files::wanted_as_csv))
        .route("/wanted/new", get(send::want).post(send::take_wanted))
        .route("/wanted/{contribution}", get(one::one_wanted))
        .route("/wanted/{contribution}/too", post(one::need_too))
        .route("/showcases", get(list::showcases))
        .route("/showcases.json", get(files::showcases_as_json))
        .route(
            "/showcases/new",
            get(send::new_showcase).post(send::take_showcase),
        )
        .route("/showcases/{contribution}", get(one::one_showcase))
        .route(
            "/comments/{dataset}",
            get(comments::comments).post(comments::take_comment),
        )
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    state: String,
    dataset: String,
}
