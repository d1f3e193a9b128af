//! Links by which a form is filled without signing in.

use axum::{
    Json, Router,
    body::Bytes,
    extract::{Path, State},
    http::HeaderMap,
    routing::get,
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Parts, find_form};
use crate::{
    accounts::{self, actor_json, is_extended},
    collect::{KEEPERS, links, model::PublicLink, openrosa::part},
    platform::{
        app::App,
        op::Op,
        problem::{Problem, Result},
    },
};

pub(super) fn routes() -> Router<App> {
    let form = "/v1/projects/{project}/forms/{form}";
    let at = |path: &str| format!("{form}{path}");
    Router::new()
        .route(&at("/public-links"), get(list).post(add))
        .route(&at("/public-links/{link}"), get(one).delete(withdraw))
}

#[derive(Deserialize)]
struct Wanted {
    #[serde(rename = "displayName")]
    name: String,
    #[serde(default)]
    once: Option<bool>,
}

async fn list(State(app): State<App>, op: Op, Path(parts): Parts, headers: HeaderMap) -> Result<Json<Value>> {
    op.require(&KEEPERS)?;
    let form = find_form(&app, &parts).await?;
    let found = links::list(&app, &op, &form).await?;
    let makers: Vec<String> = match is_extended(&headers) {
        true => found.iter().filter_map(|link| link.created_by.clone()).collect(),
        false => Vec::new(),
    };
    let makers = accounts::list_actors(&app, &makers).await?;
    let written = found.iter().map(|link| {
        let mut body = link_json(link);
        if is_extended(&headers) {
            let maker = makers
                .iter()
                .find(|maker| link.created_by.as_ref() == Some(&maker.id));
            body["createdBy"] = maker.map(actor_json).unwrap_or_default();
            body["properties"] = Value::Null;
        }
        body
    });
    Ok(Json(written.collect()))
}

async fn one(State(app): State<App>, op: Op, Path(parts): Parts) -> Result<Json<Value>> {
    op.require(&KEEPERS)?;
    let form = find_form(&app, &parts).await?;
    Ok(Json(link_json(
        &links::find(&app, &op, &form, part(&parts, "link")).await?,
    )))
}

async fn add(State(app): State<App>, op: Op, Path(parts): Parts, body: Bytes) -> Result<Json<Value>> {
    op.require(&KEEPERS)?;
    let form = find_form(&app, &parts).await?;
    let wanted: Wanted =
        serde_json::from_slice(&body).map_err(|error| Problem::invalid("json-malformed").because(error))?;
    let is_once = wanted.once.unwrap_or_default();
    Ok(Json(link_json(
        &links::add(&app, &op, &form, &wanted.name, is_once).await?,
    )))
}

async fn withdraw(State(app): State<App>, op: Op, Path(parts): Parts) -> Result<Json<Value>> {
    op.require(&KEEPERS)?;
    let form = find_form(&app, &parts).await?;
    links::withdraw(&app, &op, &form, part(&parts, "link")).await?;
    Ok(Json(json!({ "success": true })))
}

fn link_json(link: &PublicLink) -> Value {
    json!({
        "id": link.number,
        "type": "public_link",
        "displayName": link.name,
        "token": link.token,
        "once": link.is_once,
        "createdAt": link.created_at.to_string(),
        "updatedAt": null,
        "deletedAt": null,
    })
}
