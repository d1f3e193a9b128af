//! OpenRosa for drafts: a phone that has the secret in its address gets the draft alone, and what it sends stands apart.

use axum::{
    Json, Router,
    body::Bytes,
    extract::{DefaultBodyLimit, FromRequest, Multipart, Path, Query, Request, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::{get, head, post},
};
use formats::openrosa::{self, ListedForm};
use serde_json::Value;

use super::{
    MOST_DELIVERY_BYTES, Parts, SubmitQuery, base_of, encoded, file_of, filed_text, headers, listed_files,
    malformed, part, project_of, take_parts, user_agent, xform_of, xml,
};
use crate::{
    collect::{
        KEEPERS,
        central::trial_json,
        model::{Form, FormVersion},
        store, trials,
    },
    platform::{
        app::App,
        op::Op,
        problem::{Problem, Result},
    },
};

pub(super) fn routes() -> Router<App> {
    let mut router = Router::new();
    // Who keeps the form shows who they are; a phone shows the draft's secret.
    for base in [
        "/v1/projects/{project}/forms/{form}/draft",
        "/v1/test/{token}/projects/{project}/forms/{form}/draft",
    ] {
        router = router
            .route(&format!("{base}/formList"), get(form_list))
            .route(&format!("{base}/manifest"), get(manifest))
            .route(
                &format!("{base}/submission"),
                head(ready)
                    .post(submit)
                    .layer(DefaultBodyLimit::max(MOST_DELIVERY_BYTES)),
            );
    }
    // Without a secret these belong to the Central API, which answers the same.
    let test = "/v1/test/{token}/projects/{project}/forms/{form}";
    let at = |path: &str| format!("{test}{path}");
    router
        .route(&at("/draft.xml"), get(form_xml))
        .route(&at("/draft/attachments/{file}"), get(form_file))
        .route(&at("/draft/submissions"), post(submit_xml))
}

async fn form_list(State(app): State<App>, op: Op, Path(parts): Parts, request: Request) -> Result<Response> {
    let (form, draft) = find(&app, &op, &parts).await?;
    let base = base_of(&app, &parts, &request);
    let form_url = format!("{base}/forms/{}", encoded(&form.xml_form_id));
    let listed = ListedForm {
        form_id: &form.xml_form_id,
        name: &draft.title,
        version: &draft.version,
        md5: &draft.xform_md5,
        download_url: format!("{form_url}/draft.xml"),
        manifest_url: draft.has_files.then(|| format!("{form_url}/draft/manifest")),
    };
    Ok(xml(StatusCode::OK, openrosa::form_list(&[listed])))
}

async fn manifest(State(app): State<App>, op: Op, Path(parts): Parts, request: Request) -> Result<Response> {
    let (form, draft) = find(&app, &op, &parts).await?;
    let base = base_of(&app, &parts, &request);
    let files = format!("{base}/forms/{}/draft/attachments", encoded(&form.xml_form_id));
    listed_files(&app, &op, &draft, (&base, &files)).await
}

async fn form_xml(State(app): State<App>, op: Op, Path(parts): Parts) -> Result<Response> {
    let (_, draft) = find(&app, &op, &parts).await?;
    xform_of(&app, &draft).await
}

async fn form_file(State(app): State<App>, op: Op, Path(parts): Parts) -> Result<Response> {
    let (_, draft) = find(&app, &op, &parts).await?;
    file_of(&app, &op, &draft, part(&parts, "file")).await
}

async fn ready(State(app): State<App>, op: Op, Path(parts): Parts) -> Result<Response> {
    find(&app, &op, &parts).await?;
    Ok((StatusCode::NO_CONTENT, headers()).into_response())
}

async fn submit(
    State(app): State<App>,
    op: Op,
    Path(parts): Parts,
    Query(query): Query<SubmitQuery>,
    request: Request,
) -> Result<Response> {
    let (form, draft) = find(&app, &op, &parts).await?;
    let agent = user_agent(request.headers());
    let sent = Multipart::from_request(request, &app)
        .await
        .map_err(|error| malformed(error.body_text()))?;
    let mut delivery = take_parts(&app, sent).await?;
    (delivery.device_id, delivery.user_agent) = (query.device_id, agent);
    let (filed, _) = trials::receive(&app, &op, &form, &draft, &delivery).await?;
    Ok(xml(StatusCode::CREATED, filed_text(&op, filed)))
}

/// The same for programs: answers alone, told as Central tells them.
async fn submit_xml(
    State(app): State<App>,
    op: Op,
    Path(parts): Parts,
    Query(query): Query<SubmitQuery>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Value>> {
    let (form, draft) = find(&app, &op, &parts).await?;
    let delivery = crate::collect::Delivery {
        project: project_of(&parts)?,
        form: Some(form.xml_form_id.clone()),
        xml: body,
        device_id: query.device_id,
        user_agent: user_agent(&headers),
        ..Default::default()
    };
    let (_, submission) = trials::receive(&app, &op, &form, &draft, &delivery).await?;
    Ok(Json(trial_json(&submission)))
}

/// Finds the draft that the address names to those who may try it out.
async fn find(
    app: &App,
    op: &Op,
    parts: &std::collections::HashMap<String, String>,
) -> Result<(Form, FormVersion)> {
    let project = project_of(parts)?;
    let form = part(parts, "form");
    if let Some(token) = parts.get("token") {
        return trials::draft_by_token(app, project, form, token).await;
    }
    op.require(&KEEPERS)?;
    let form = crate::collect::form(app, project, form).await?;
    let draft = store::find_draft(app.db.read(), &form.id).await?;
    let draft = draft.ok_or_else(|| Problem::not_found("form-no-draft").with("form", &form.xml_form_id))?;
    Ok((form, draft))
}
