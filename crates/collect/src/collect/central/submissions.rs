//! Submissions: filed, listed and read. What tries a draft out is asked for in the same way below `/draft`.

use std::collections::HashMap;

use axum::{
    Json, Router,
    body::Bytes,
    extract::{OriginalUri, Path, Query, State},
    http::{HeaderMap, header},
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    Parts, Source,
    actors::{Actors, account_of},
    drafts::find_draft,
    export, find_form, is_extended, is_true, number_of,
};
use crate::{
    collect::{
        self, Delivery, KEEPERS,
        model::{Filed, Form, ReviewState, Submission},
        openrosa::{encoded, part, project_of},
        reading, reviews, store, trials,
    },
    platform::{
        app::App,
        audit,
        op::Op,
        problem::{Problem, Result},
        time::Time,
    },
};

/// Most submissions one list holds.
const MOST_LISTED: usize = 100_000;

pub(super) fn routes() -> Router<App> {
    let form = "/v1/projects/{project}/forms/{form}";
    let mut router = Router::new();
    for base in [
        "/v1/projects/{project}/forms/{form}",
        "/v1/projects/{project}/forms/{form}/draft",
    ] {
        router = router
            .route(&format!("{base}/submissions/submitters"), get(list_submitters))
            .route(&format!("{base}/submissions/keys"), get(list_keys))
            .route(
                &format!("{base}/submissions/{{instance}}/audits"),
                get(list_changes),
            );
    }
    let at = |path: &str| format!("{form}{path}");
    router
        .route(&at("/submissions"), get(list_submissions).post(submit))
        .route(&at("/draft/submissions"), get(list_submissions).post(try_out))
        .route(
            &at("/submissions/{instance}"),
            get(submission)
                .put(super::edits::edit)
                .patch(super::edits::review)
                .delete(super::edits::throw_away),
        )
        .route(
            &at("/draft/submissions/{instance}"),
            get(submission).put(super::edits::edit_trial),
        )
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct ListQuery {
    deleted: Option<String>,
    limit: Option<usize>,
    offset: Option<usize>,
}

async fn list_submissions(
    State(app): State<App>,
    op: Op,
    Source(form): Source,
    Query(query): Query<ListQuery>,
    headers: HeaderMap,
) -> Result<Json<Value>> {
    let mut found = match is_true(&query.deleted) {
        true => reviews::list_trash(&app, &op, &form, MOST_LISTED).await?,
        false => collect::list_submissions(&app, &op, &form, None, MOST_LISTED).await?,
    };
    // An edit does not move a submission to the top.
    found.sort_by_key(|submission| std::cmp::Reverse(submission.first.at));
    let page: Vec<Submission> = found
        .into_iter()
        .skip(query.offset.unwrap_or(0))
        .take(query.limit.unwrap_or(MOST_LISTED))
        .collect();
    let actors = match is_extended(&headers) {
        true => Some(Actors::of(&app, page.iter().flat_map(filers).collect()).await?),
        false => None,
    };
    Ok(Json(
        page.iter()
            .map(|submission| submission_json(submission, actors.as_ref()))
            .collect(),
    ))
}

fn filers(submission: &Submission) -> [Option<&str>; 2] {
    [submission.first.by.as_deref(), submission.filed_by.as_deref()]
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Device {
    #[serde(rename = "deviceID")]
    pub id: Option<String>,
}

async fn submit(
    State(app): State<App>,
    op: Op,
    Path(parts): Parts,
    Query(device): Query<Device>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Value>> {
    let form = find_form(&app, &parts).await?;
    collect::may_fill(&op, &form)?;
    let delivery = delivery_of(&parts, &form, device, &headers, body)?;
    if let Ok((envelope, _)) = collect::parse(&delivery) {
        refuse_taken(&app, &form, &envelope.instance_id).await?;
    }
    let receipt = collect::receive(&app, &op, delivery).await?;
    filed(&app, &op, &form, &receipt.instance_id).await
}

/// An instance id is used once; a phone may send it again, a program is told.
async fn refuse_taken(app: &App, form: &Form, instance_id: &str) -> Result<()> {
    let taken = store::submissions::find_by_instance(app.db.read(), &form.id, instance_id).await?;
    match taken {
        None => Ok(()),
        Some(taken) if taken.deleted_at.is_some() => Err(Problem::conflict("collect-submission-deleted")),
        Some(_) => Err(Problem::conflict("collect-submission-exists")),
    }
}

/// Answers what was filed under an instance id.
pub(super) async fn filed(app: &App, op: &Op, form: &Form, instance_id: &str) -> Result<Json<Value>> {
    let found = store::submissions::find_by_instance(app.db.read(), &form.id, instance_id).await?;
    let mut submission = found.ok_or_else(|| Problem::not_found("submission-unknown"))?;
    if submission.filed_by.as_deref() != op.person().map(|me| me.id.as_str()) {
        // Under an id that somebody else filed, its sender learns only that it is taken.
        (submission.name, submission.device_id, submission.user_agent) = (None, None, None);
    }
    Ok(Json(submission_json(&submission, None)))
}

async fn try_out(
    State(app): State<App>,
    op: Op,
    Path(parts): Parts,
    Query(device): Query<Device>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Value>> {
    op.require(&KEEPERS)?;
    let form = find_form(&app, &parts).await?;
    let draft = find_draft(&app, &form).await?;
    let delivery = delivery_of(&parts, &form, device, &headers, body)?;
    let (filed, submission) = trials::receive(&app, &op, &form, &draft, &delivery).await?;
    if matches!(filed, Filed::Same | Filed::Conflict) {
        return Err(Problem::conflict("collect-submission-exists"));
    }
    Ok(Json(submission_json(&submission, None)))
}

/// Makes a delivery of a request, as a phone's would be.
pub(super) fn delivery_of(
    parts: &HashMap<String, String>,
    form: &Form,
    device: Device,
    headers: &HeaderMap,
    xml: Bytes,
) -> Result<Delivery> {
    Ok(Delivery {
        project: project_of(parts)?,
        form: Some(form.xml_form_id.clone()),
        xml,
        device_id: device.id,
        user_agent: collect::openrosa::user_agent(headers),
        ..Delivery::default()
    })
}

async fn submission(
    State(app): State<App>,
    op: Op,
    Path(parts): Parts,
    Source(form): Source,
    headers: HeaderMap,
    OriginalUri(uri): OriginalUri,
) -> Result<Response> {
    let named = part(&parts, "instance");
    if let Some(instance) = named.strip_suffix(".geojson") {
        let found = collect::submission(&app, &op, &form, instance).await?;
        return export::places_of_one(&app, &found, &uri).await;
    }
    let (instance, is_xml) = match named.strip_suffix(".xml") {
        Some(instance) => (instance, true),
        None => (named, false),
    };
    let found = match collect::submission(&app, &op, &form, instance).await {
        Ok(found) => found,
        Err(problem) if problem.code() == "submission-unknown" => {
            // An edit's own id leads to the submission it belongs to.
            let root = store::submissions::find_by_instance(app.db.read(), &form.id, instance).await?;
            let root = root.filter(|edit| edit.root_id != instance).ok_or(problem)?;
            let root = collect::submission(&app, &op, &form, &root.root_id).await?;
            return Ok(Redirect::to(&version_path(&parts, &form, &root.root_id, named)).into_response());
        }
        Err(problem) => return Err(problem),
    };
    if is_xml {
        let xml = reading::answers(&app, &found).await?;
        return Ok(([(header::CONTENT_TYPE, "application/xml; charset=utf-8")], xml).into_response());
    }
    let actors = match is_extended(&headers) {
        true => Some(Actors::of(&app, filers(&found).to_vec()).await?),
        false => None,
    };
    Ok(Json(submission_json(&found, actors.as_ref())).into_response())
}

/// Where an edit of a submission is read.
fn version_path(parts: &HashMap<String, String>, form: &Form, root: &str, named: &str) -> String {
    let draft = if form.draft_of.is_some() { "/draft" } else { "" };
    format!(
        "/v1/projects/{}/forms/{}{draft}/submissions/{}/versions/{}",
        form.project_id,
        encoded(part(parts, "form")),
        encoded(root),
        encoded(named)
    )
}

async fn list_submitters(State(app): State<App>, op: Op, Source(form): Source) -> Result<Json<Value>> {
    reading::reach(&app, &op, &form).await?;
    let submitters = store::reviews::list_submitters(app.db.read(), &form.id).await?;
    let actors = Actors::of(&app, submitters.iter().map(|id| Some(id.as_str())).collect()).await?;
    Ok(Json(actors.list()))
}

/// Nothing is encrypted here, so there is no key to ask a passphrase for.
async fn list_keys(State(app): State<App>, op: Op, Source(form): Source) -> Result<Json<Value>> {
    reading::reach(&app, &op, &form).await?;
    Ok(Json(json!([])))
}

async fn list_changes(
    State(app): State<App>,
    op: Op,
    Path(parts): Parts,
    Source(form): Source,
    headers: HeaderMap,
) -> Result<Json<Value>> {
    let found = collect::submission(&app, &op, &form, part(&parts, "instance")).await?;
    let changes = reviews::list_changes(&app, &found).await?;
    let edits = reviews::list_edits(&app, &found).await?;
    let actors = match is_extended(&headers) {
        true => {
            Actors::of(
                &app,
                changes.iter().map(|change| account_of(&change.who)).collect(),
            )
            .await?
        }
        false => Actors::default(),
    };
    let listed = changes.iter().filter_map(|change| {
        let edit = edits
            .iter()
            .find(|edit| change.subject.strip_prefix("submission/") == Some(edit.id.as_str()))?;
        let facts: Value = serde_json::from_str(&change.facts).unwrap_or_default();
        let (action, more) = action_of(change, &facts)?;
        let mut details = json!({ "instanceId": edit.instance_id });
        for (key, value) in more.as_object().into_iter().flatten() {
            details[key] = value.clone();
        }
        let by = account_of(&change.who);
        let mut body = json!({
            "actorId": by.map(number_of),
            "action": action,
            "acteeId": form.id,
            "details": details,
            "loggedAt": Time(change.at).to_string(),
            "notes": change.why,
        });
        if is_extended(&headers) {
            body["actor"] = actors.json(by);
        }
        Some(body)
    });
    Ok(Json(listed.collect()))
}

/// What Central calls a change of a submission, and what it tells of it; `None` for what it does not record.
fn action_of(change: &audit::Entry, facts: &Value) -> Option<(&'static str, Value)> {
    let nothing = || json!({});
    Some(match (change.event.as_str(), facts["filed"].as_str()) {
        ("collect.submission-filed", Some("edited")) => ("submission.update.version", nothing()),
        ("collect.submission-filed", _) => ("submission.create", nothing()),
        ("collect.submission-added-to", Some("more-files")) => ("submission.attachment.update", nothing()),
        ("collect.submission-file-removed", _) => ("submission.attachment.update", nothing()),
        ("collect.submission-reviewed", _) => {
            let to = facts["to"].as_str().filter(|state| *state != "received");
            ("submission.update", json!({ "reviewState": to }))
        }
        ("collect.submission-deleted", _) => ("submission.delete", nothing()),
        ("collect.submission-restored", _) => ("submission.restore", nothing()),
        _ => return None,
    })
}

/// Writes a submission; with the accounts, who filed it is told in full.
pub(super) fn submission_json(submission: &Submission, actors: Option<&Actors>) -> Value {
    let number = |id: &Option<String>| id.as_deref().map_or(0, number_of);
    let first = &submission.first;
    let review = match submission.review {
        ReviewState::Received => None,
        state => Some(state.as_str()),
    };
    let mut body = json!({
        "instanceId": submission.root_id,
        "submitterId": number(&first.by),
        "deviceId": first.device_id,
        "userAgent": first.user_agent,
        "reviewState": review,
        "instanceName": submission.name,
        "createdAt": first.at.to_string(),
        "updatedAt": submission.updated_at.map(|at| at.to_string()),
        "deletedAt": submission.deleted_at.map(|at| at.to_string()),
        "currentVersion": {
            "instanceId": submission.instance_id,
            "instanceName": submission.name,
            "submitterId": number(&submission.filed_by),
            "deviceId": submission.device_id,
            "userAgent": submission.user_agent,
            "createdAt": submission.filed_at.to_string(),
            "current": true,
        },
    });
    if let Some(actors) = actors {
        body["submitter"] = actors.json(first.by.as_deref());
        body["currentVersion"]["submitter"] = actors.json(submission.filed_by.as_deref());
    }
    body
}
