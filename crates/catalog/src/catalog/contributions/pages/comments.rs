//! What people say of a dataset, with the form to say more.

use axum::{
    Form, Json,
    extract::{Path, State as Shared},
    http::{HeaderMap, Uri},
    response::{IntoResponse, Response},
};
use serde_json::Value;

use super::{MOST_LISTED, card::card, files::json_of, send::SendPage};
use crate::{
    catalog::{
        contributions::{
            callers::Caller,
            list_public,
            model::{Kind, Sent},
            send,
        },
        view,
    },
    places,
    platform::{
        app::App,
        html::Shell,
        op::Op,
        page::{field_errors, render_refused, shell},
        problem::Result,
        told,
    },
};

/// Thanks for a comment, and says that it is shown once a steward has looked.
const THANKS: &str = "catalog-contributions-comment-thanks";

pub(super) async fn comments(
    Shared(app): Shared<App>,
    op: Op,
    uri: Uri,
    Path(slug): Path<String>,
    headers: HeaderMap,
) -> Result<Response> {
    if let Some(slug) = slug.strip_suffix(".json") {
        return comments_as_json(&app, &op, slug).await;
    }
    let page = told::shell_with(&headers, shell(&app, &op, &uri), &[THANKS]).shapes(&["json"]);
    let page = comments_page(&app, &op, page, &slug, Sent::default()).await?;
    told::render_once(&headers, &uri, &page)
}

async fn comments_as_json(app: &App, op: &Op, slug: &str) -> Result<Response> {
    let dataset = view::find_dataset(app, op, slug).await?;
    let listed = list_public(app, Kind::Comment, None, Some(&dataset.id), MOST_LISTED).await?;
    let rows = listed.iter().map(|each| json_of(app, each, Some(&dataset)));
    Ok(Json(rows.collect::<Vec<Value>>()).into_response())
}

pub(super) async fn take_comment(
    Shared(app): Shared<App>,
    op: Op,
    caller: Caller,
    uri: Uri,
    Path(slug): Path<String>,
    headers: HeaderMap,
    Form(sent): Form<Sent>,
) -> Result<Response> {
    match send(&app, &op, caller, Kind::Comment, Some(&slug), sent.clone()).await {
        Ok(_) => {
            let to = format!("/comments/{slug}");
            Ok(told::redirect(&app, &headers, &to, THANKS))
        }
        Err(problem) if problem.fields().is_empty() => Err(problem),
        Err(problem) => {
            let mut page = shell(&app, &op, &uri);
            page.errors = field_errors(&problem, &op);
            render_refused(&problem, &comments_page(&app, &op, page, &slug, sent).await?)
        }
    }
}

async fn comments_page(app: &App, op: &Op, page: Shell, slug: &str, sent: Sent) -> Result<SendPage> {
    let dataset = view::find_dataset(app, op, slug).await?;
    let listed = list_public(app, Kind::Comment, None, Some(&dataset.id), MOST_LISTED).await?;
    let known = places::all(app).await?;
    let cards = listed
        .iter()
        .map(|each| card(app, op.lang, &known, each))
        .collect();
    let page = page
        .crumb(op.lang.text("catalog-title"), "/data")
        .crumb(&dataset.title, format!("/data/{slug}"));
    let form = SendPage::of(app, page, Kind::Comment, format!("/comments/{slug}"), sent);
    Ok(form.showing(cards))
}
