//! What people who look at a submission tell each other about it.

use axum::{
    Json, Router,
    body::Bytes,
    extract::{Path, State},
    http::HeaderMap,
    routing::get,
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Parts, actors::Actors, body_of, find_form, is_extended, number_of};
use crate::{
    collect::{self, READERS, model::Comment, openrosa::part, reviews},
    platform::{app::App, op::Op, problem::Result},
};

pub(super) fn routes() -> Router<App> {
    let form = "/v1/projects/{project}/forms/{form}";
    let at = |path: &str| format!("{form}{path}");
    Router::new().route(
        &at("/submissions/{instance}/comments"),
        get(list_comments).post(comment),
    )
}

async fn list_comments(
    State(app): State<App>,
    op: Op,
    Path(parts): Parts,
    headers: HeaderMap,
) -> Result<Json<Value>> {
    op.require(&READERS)?;
    let form = find_form(&app, &parts).await?;
    let found = collect::submission(&app, &op, &form, part(&parts, "instance")).await?;
    let comments = reviews::list_comments(&app, &found).await?;
    let actors = match is_extended(&headers) {
        true => Some(
            Actors::of(
                &app,
                comments.iter().map(|comment| comment.by.as_deref()).collect(),
            )
            .await?,
        ),
        false => None,
    };
    Ok(Json(
        comments
            .iter()
            .map(|comment| comment_json(comment, actors.as_ref()))
            .collect(),
    ))
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Said {
    body: String,
}

async fn comment(State(app): State<App>, op: Op, Path(parts): Parts, body: Bytes) -> Result<Json<Value>> {
    op.require(&READERS)?;
    let form = find_form(&app, &parts).await?;
    let found = collect::submission(&app, &op, &form, part(&parts, "instance")).await?;
    let said: Said = body_of(&body)?;
    let comment = collect::comment(&app, &op, &form, &found, &said.body).await?;
    Ok(Json(comment_json(&comment, None)))
}

fn comment_json(comment: &Comment, actors: Option<&Actors>) -> Value {
    let mut body = json!({
        "body": comment.body,
        "actorId": comment.by.as_deref().map_or(0, number_of),
        "createdAt": comment.at.to_string(),
    });
    if let Some(actors) = actors {
        body["actor"] = actors.json(comment.by.as_deref());
    }
    body
}
