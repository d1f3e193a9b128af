//! What is done with a submission after it was filed: corrected, reviewed, thrown away and put back; its versions, and what changed
//! between them.

use axum::{
    Json, Router,
    body::Bytes,
    extract::{Path, Query, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use formats::openrosa::{Change, Step};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{
    Parts, Source,
    actors::Actors,
    body_of,
    drafts::find_draft,
    find_form, is_extended, number_of,
    submissions::{Device, delivery_of, filed, submission_json},
    success,
};
use crate::{
    collect::{
        self, FILERS, KEEPERS,
        model::{Edit, Form, FormState, ReviewState, Submission},
        openrosa::part,
        reviews, store, trials,
    },
    platform::{
        app::App,
        op::Op,
        problem::{Problem, Result},
    },
};

pub(super) fn routes() -> Router<App> {
    let form = "/v1/projects/{project}/forms/{form}";
    let mut router = Router::new();
    for base in [
        "/v1/projects/{project}/forms/{form}",
        "/v1/projects/{project}/forms/{form}/draft",
    ] {
        router = router
            .route(
                &format!("{base}/submissions/{{instance}}/versions"),
                get(list_versions),
            )
            .route(
                &format!("{base}/submissions/{{instance}}/versions/{{version}}"),
                get(version),
            )
            .route(&format!("{base}/submissions/{{instance}}/diffs"), get(diffs));
    }
    let at = |path: &str| format!("{form}{path}");
    router
        .route(&at("/submissions/{instance}/edit"), get(edit_in_browser))
        .route(&at("/submissions/{instance}/restore"), post(put_back))
}

/// A correction names what it corrects in its own XML, as a phone's would; that must be the newest version.
pub(super) async fn edit(
    State(app): State<App>,
    op: Op,
    Path(parts): Parts,
    Query(device): Query<Device>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Value>> {
    op.require(&FILERS)?;
    let form = find_form(&app, &parts).await?;
    let known = collect::submission(&app, &op, &form, part(&parts, "instance")).await?;
    let delivery = delivery_of(&parts, &form, device, &headers, body)?;
    check(&app, &form, &known, &delivery).await?;
    let receipt = collect::receive(&app, &op, delivery).await?;
    filed(&app, &op, &form, &receipt.instance_id).await
}

pub(super) async fn edit_trial(
    State(app): State<App>,
    op: Op,
    Path(parts): Parts,
    Source(trial): Source,
    Query(device): Query<Device>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Value>> {
    let form = find_form(&app, &parts).await?;
    let draft = find_draft(&app, &form).await?;
    let known = collect::submission(&app, &op, &trial, part(&parts, "instance")).await?;
    let delivery = delivery_of(&parts, &form, device, &headers, body)?;
    check(&app, &trial, &known, &delivery).await?;
    let (_, submission) = trials::receive(&app, &op, &form, &draft, &delivery).await?;
    Ok(Json(submission_json(&submission, None)))
}

/// Refuses a correction that corrects nothing, or something that is not the newest version any more.
async fn check(app: &App, form: &Form, known: &Submission, delivery: &collect::Delivery) -> Result<()> {
    let (envelope, _) = collect::parse(delivery)?;
    let corrected = envelope
        .deprecated_id
        .ok_or_else(|| Problem::invalid("collect-edit-of-nothing"))?;
    if corrected != known.instance_id {
        return Err(Problem::conflict("collect-edit-outdated").with("instance", corrected));
    }
    let taken = store::submissions::find_by_instance(app.db.read(), &form.id, &envelope.instance_id).await?;
    if taken.is_some() {
        return Err(Problem::conflict("collect-instance-taken").with("instance", envelope.instance_id));
    }
    Ok(())
}

/// What a client says about a submission; what it leaves out stays.
#[derive(Deserialize)]
struct Said {
    #[serde(default, rename = "reviewState", deserialize_with = "said")]
    review_state: Option<Option<String>>,
}

/// Tells `null` from what was left out.
fn said<'de, D: serde::Deserializer<'de>>(value: D) -> Result<Option<Option<String>>, D::Error> {
    Deserialize::deserialize(value).map(Some)
}

pub(super) async fn review(
    State(app): State<App>,
    op: Op,
    Path(parts): Parts,
    body: Bytes,
) -> Result<Json<Value>> {
    op.require(&collect::REVIEWERS)?;
    let form = find_form(&app, &parts).await?;
    let found = collect::submission(&app, &op, &form, part(&parts, "instance")).await?;
    let said: Said = body_of(&body)?;
    if let Some(wanted) = said.review_state {
        let state = ReviewState::parse(wanted.as_deref()).ok_or_else(|| {
            Problem::invalid("collect-review-unknown").with("state", wanted.as_deref().unwrap_or_default())
        })?;
        collect::review(&app, &op, &form, &found, state).await?;
    }
    let found = collect::submission(&app, &op, &form, &found.root_id).await?;
    Ok(Json(submission_json(&found, None)))
}

pub(super) async fn throw_away(State(app): State<App>, op: Op, Path(parts): Parts) -> Result<Json<Value>> {
    op.require(&KEEPERS)?;
    let form = find_form(&app, &parts).await?;
    let found = collect::submission(&app, &op, &form, part(&parts, "instance")).await?;
    collect::throw_away(&app, &op, &form, &found).await?;
    Ok(success())
}

async fn put_back(State(app): State<App>, op: Op, Path(parts): Parts) -> Result<Json<Value>> {
    op.require(&KEEPERS)?;
    let form = find_form(&app, &parts).await?;
    collect::put_back(&app, &op, &form, part(&parts, "instance")).await?;
    Ok(success())
}

/// Leads to our own form with the answers in it; sending them files a correction.
async fn edit_in_browser(State(app): State<App>, op: Op, Path(parts): Parts) -> Result<Response> {
    op.require(&FILERS)?;
    let form = find_form(&app, &parts).await?;
    let found = collect::submission(&app, &op, &form, part(&parts, "instance")).await?;
    if form.state != FormState::Open {
        return Err(Problem::conflict("collect-form-not-open").with("form", &form.xml_form_id));
    }
    let path = collect::web::correct(&app, &op, &found).await?;
    Ok((StatusCode::FOUND, [(header::LOCATION, path)]).into_response())
}

async fn list_versions(
    State(app): State<App>,
    op: Op,
    Path(parts): Parts,
    Source(form): Source,
    headers: HeaderMap,
) -> Result<Json<Value>> {
    let found = collect::submission(&app, &op, &form, part(&parts, "instance")).await?;
    let edits = reviews::list_edits(&app, &found).await?;
    let actors = match is_extended(&headers) {
        true => Some(Actors::of(&app, edits.iter().map(|edit| edit.filed_by.as_deref()).collect()).await?),
        false => None,
    };
    Ok(Json(
        edits
            .iter()
            .map(|edit| edit_json(edit, actors.as_ref()))
            .collect(),
    ))
}

async fn version(
    State(app): State<App>,
    op: Op,
    Path(parts): Parts,
    Source(form): Source,
    headers: HeaderMap,
) -> Result<Response> {
    let found = collect::submission(&app, &op, &form, part(&parts, "instance")).await?;
    let named = part(&parts, "version");
    let edits = reviews::list_edits(&app, &found).await?;
    if let Some(edit) = edits.iter().find(|edit| edit.instance_id == named) {
        let actors = match is_extended(&headers) {
            true => Some(Actors::of(&app, vec![edit.filed_by.as_deref()]).await?),
            false => None,
        };
        return Ok(Json(edit_json(edit, actors.as_ref())).into_response());
    }
    let edit = named
        .strip_suffix(".xml")
        .and_then(|named| edits.iter().find(|edit| edit.instance_id == named));
    let edit = edit.ok_or_else(|| Problem::not_found("submission-unknown"))?;
    let xml = store::submissions::find_xml(app.db.read(), &edit.id).await?;
    let headers = [(header::CONTENT_TYPE, "application/xml; charset=utf-8")];
    Ok((headers, xml.unwrap_or_default()).into_response())
}

async fn diffs(
    State(app): State<App>,
    op: Op,
    Path(parts): Parts,
    Source(form): Source,
) -> Result<Json<Value>> {
    let found = collect::submission(&app, &op, &form, part(&parts, "instance")).await?;
    let mut told = Map::new();
    for (edit, changes) in reviews::list_differences(&app, &found).await? {
        let changes: Vec<Value> = changes.iter().map(change_json).collect();
        told.insert(edit.instance_id, changes.into());
    }
    Ok(Json(told.into()))
}

fn change_json(change: &Change) -> Value {
    let path: Vec<Value> = change
        .path
        .iter()
        .map(|step| match step {
            Step::Name(name) => json!(name),
            Step::Entry(name, at) => json!([name, at]),
        })
        .collect();
    let mut body = Map::new();
    if let Some(new) = &change.new {
        body.insert("new".into(), new.clone());
    }
    if let Some(old) = &change.old {
        body.insert("old".into(), old.clone());
    }
    body.insert("path".into(), path.into());
    body.into()
}

fn edit_json(edit: &Edit, actors: Option<&Actors>) -> Value {
    let mut body = json!({
        "instanceId": edit.instance_id,
        "instanceName": edit.name,
        "submitterId": edit.filed_by.as_deref().map_or(0, number_of),
        "deviceId": edit.device_id,
        "userAgent": edit.user_agent,
        "createdAt": edit.filed_at.to_string(),
        "current": edit.is_newest,
    });
    if let Some(actors) = actors {
        body["submitter"] = actors.json(edit.filed_by.as_deref());
        body["formVersion"] = edit.form_version.clone().into();
    }
    body
}
