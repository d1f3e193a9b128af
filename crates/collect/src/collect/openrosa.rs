//! OpenRosa 1.0 as ODK Collect speaks it: list of forms, manifest, form, files, submission.

mod trials;

use std::collections::HashMap;

use axum::{
    Router,
    body::Body,
    extract::{
        DefaultBodyLimit, FromRequest, Multipart, Path, Query, Request, State,
        multipart::{Field, MultipartError},
    },
    http::{HeaderMap, HeaderName, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, head},
};
use bytes::{Bytes, BytesMut};
use formats::openrosa::{self, CONTENT_TYPE, ListedFile, ListedForm, ListedList};
use futures::TryStreamExt;

use super::{
    Delivery, FILERS,
    entities::choices::{self, Offer},
    model::{Audience, Filed, Form, FormState, FormVersion, NewFile},
    store,
};
use crate::platform::{
    app::App,
    http::came_by_tls,
    op::Op,
    problem::{Problem, Result},
};

/// The XML part of a submission may be this long.
const MOST_XML_BYTES: usize = 32 * 1024 * 1024;
/// One file of a submission may be this long.
pub(super) const MOST_FILE_BYTES: u64 = 256 * 1024 * 1024;
/// What a phone is told it may send in one request; it splits the rest.
const MOST_DELIVERY_BYTES: usize = 512 * 1024 * 1024;

pub(super) fn routes() -> Router<App> {
    let mut router = Router::new();
    // A device shows its token in the address, everybody else in a header.
    for base in ["/v1/projects/{project}", "/v1/key/{token}/projects/{project}"] {
        router = router
            .route(&format!("{base}/formList"), get(form_list))
            .route(
                &format!("{base}/submission"),
                head(ready)
                    .post(submit)
                    .layer(DefaultBodyLimit::max(MOST_DELIVERY_BYTES)),
            )
            .route(&format!("{base}/forms/{{form}}/manifest"), get(manifest))
            .route(
                &format!("{base}/forms/{{form}}/versions/{{version}}/manifest"),
                get(manifest_of_version),
            );
    }
    // Without a token in the address these belong to the Central API, which answers the same.
    router
        .merge(trials::routes())
        .route("/v1/key/{token}/projects/{project}/forms/{form}", get(form_xml))
        .route(
            "/v1/key/{token}/projects/{project}/forms/{form}/attachments/{file}",
            get(form_file),
        )
}

/// The parts of an address.
type Parts = Path<HashMap<String, String>>;

#[derive(serde::Deserialize)]
struct ListQuery {
    /// Only this form is asked for.
    #[serde(rename = "formID")]
    form_id: Option<String>,
}

/// Lists the forms that may be filled; `verbose` adds nothing, for forms have no descriptions.
async fn form_list(
    State(app): State<App>,
    op: Op,
    Path(parts): Parts,
    Query(query): Query<ListQuery>,
    request: Request,
) -> Result<Response> {
    op.require(&FILERS)?;
    let project = project_of(&parts)?;
    super::project(&app, project).await?;
    let base = base_of(&app, &parts, &request);
    let mut found = Vec::new();
    for form in store::list_forms(app.db.read(), Some(project))
        .await?
        .into_iter()
        .filter(|form| form.state == FormState::Open && super::may_fill(&op, form).is_ok())
    {
        if query
            .form_id
            .as_ref()
            .is_some_and(|wanted| *wanted != form.xml_form_id)
        {
            continue;
        }
        if let Some(version) = store::find_current(app.db.read(), &form.id).await? {
            found.push((form, version));
        }
    }
    let listed: Vec<ListedForm> = found
        .iter()
        .map(|(form, version)| ListedForm {
            form_id: &form.xml_form_id,
            name: &version.title,
            version: &version.version,
            md5: &version.xform_md5,
            download_url: format!("{base}/forms/{}.xml", encoded(&form.xml_form_id)),
            manifest_url: version
                .has_files
                .then(|| format!("{base}/forms/{}/manifest", encoded(&form.xml_form_id))),
        })
        .collect();
    Ok(xml(StatusCode::OK, openrosa::form_list(&listed)))
}

async fn manifest(State(app): State<App>, op: Op, Path(parts): Parts, request: Request) -> Result<Response> {
    let (form, version) = published(&app, &op, &parts).await?;
    let base = base_of(&app, &parts, &request);
    let files = format!("{base}/forms/{}/attachments", encoded(&form.xml_form_id));
    listed_files(&app, &op, &version, (&base, &files)).await
}

async fn manifest_of_version(
    State(app): State<App>,
    op: Op,
    Path(parts): Parts,
    request: Request,
) -> Result<Response> {
    let (form, _) = published(&app, &op, &parts).await?;
    let said = part(&parts, "version");
    let name = if said == "___" { "" } else { said };
    let version = match store::find_published(app.db.read(), &form.id, name).await? {
        Some(id) => store::find_version(app.db.read(), &id).await?,
        None => None,
    };
    let version = version.ok_or_else(|| {
        Problem::not_found("form-version-unknown")
            .with("form", &form.xml_form_id)
            .with("version", said)
    })?;
    let base = base_of(&app, &parts, &request);
    let files = format!(
        "{base}/forms/{}/versions/{}/attachments",
        encoded(&form.xml_form_id),
        encoded(said)
    );
    listed_files(&app, &op, &version, (&base, &files)).await
}

/// Lists the files of a version that are here; each is found below `base` under its name.
///
/// `base` is the address of the project and that below which files are found.
async fn listed_files(
    app: &App,
    op: &Op,
    version: &FormVersion,
    (project, base): (&str, &str),
) -> Result<Response> {
    let files = store::list_form_files(app.db.read(), &version.id).await?;
    let offers = choices::offers(app, op, &version.id).await?;
    let listed: Vec<ListedFile> = files
        .iter()
        .filter(|file| !offers.iter().any(|offer| offer.file == file.name))
        .filter_map(|file| {
            Some(ListedFile {
                name: &file.name,
                md5: file.md5.as_deref()?,
                download_url: format!("{base}/{}", encoded(&file.name)),
                list: None,
            })
        })
        .chain(offers.iter().map(|offer| offer_of(offer, project, base)))
        .collect();
    Ok(xml(StatusCode::OK, openrosa::manifest(&listed)))
}

/// A live list of entities in the place of a file; its digest tells when it is another one.
fn offer_of<'a>(offer: &'a Offer, project: &str, base: &str) -> ListedFile<'a> {
    ListedFile {
        name: &offer.file,
        md5: &offer.hash,
        download_url: format!("{base}/{}", encoded(&offer.file)),
        list: Some(ListedList {
            kind: offer.kind(),
            integrity_url: format!("{project}/datasets/{}/integrity", encoded(&offer.list.name)),
        }),
    }
}

async fn form_xml(State(app): State<App>, op: Op, Path(mut parts): Parts) -> Result<Response> {
    let named = parts.get("form").cloned().unwrap_or_default();
    let form = named
        .strip_suffix(".xml")
        .ok_or_else(|| Problem::not_found("page-unknown"))?;
    parts.insert("form".into(), form.to_owned());
    let (_, version) = published(&app, &op, &parts).await?;
    xform_of(&app, &version).await
}

/// Hands out a definition byte for byte, as its hash promises.
pub(super) async fn xform_of(app: &App, version: &FormVersion) -> Result<Response> {
    let bytes = app.blobs.bytes(&version.xform_blob).await?;
    Ok((StatusCode::OK, headers(), bytes).into_response())
}

async fn form_file(State(app): State<App>, op: Op, Path(parts): Parts) -> Result<Response> {
    let (_, version) = published(&app, &op, &parts).await?;
    file_of(&app, &op, &version, part(&parts, "file")).await
}

/// Streams a file of a form, or the live list in its place as the caller sees it.
pub(super) async fn file_of(app: &App, op: &Op, version: &FormVersion, name: &str) -> Result<Response> {
    let offers = choices::offers(app, op, &version.id).await?;
    if let Some(offer) = offers.into_iter().find(|offer| offer.file == name) {
        let headers = [
            (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
            (
                header::CONTENT_DISPOSITION,
                format!("attachment; filename*=UTF-8''{}", encoded(name)),
            ),
            (header::ETAG, format!("\"{}\"", offer.hash)),
            (HeaderName::from_static("x-openrosa-version"), "1.0".to_owned()),
        ];
        return Ok((StatusCode::OK, headers, choices::csv(app, &offer).await?).into_response());
    }
    let files = store::list_form_files(app.db.read(), &version.id).await?;
    let blob = files
        .into_iter()
        .find(|file| file.name == name)
        .and_then(|file| file.blob);
    stream(
        app,
        &blob.ok_or_else(|| Problem::not_found("form-file-unknown").with("file", name))?,
        name,
        None,
    )
    .await
}

/// Streams a blob as a download that no browser runs.
pub(super) async fn stream(app: &App, blob: &str, name: &str, media_type: Option<&str>) -> Result<Response> {
    let (size, bytes) = app.blobs.stream(blob).await?;
    let media_type = media_type.map_or_else(
        || mime_guess::from_path(name).first_or_octet_stream().to_string(),
        str::to_owned,
    );
    // Old clients read the first name, which knows no letters but ASCII's.
    let plain: String = name
        .chars()
        .map(|c| {
            if c.is_ascii_graphic() && !matches!(c, '"' | '\\') || c == ' ' {
                c
            } else {
                '-'
            }
        })
        .collect();
    let disposition = format!(
        "attachment; filename=\"{plain}\"; filename*=UTF-8''{}",
        encoded(name)
    );
    let headers = [
        (header::CONTENT_TYPE, media_type),
        (header::CONTENT_LENGTH, size.to_string()),
        (header::CONTENT_DISPOSITION, disposition),
        // What a blob holds never changes.
        (header::ETAG, format!("\"{blob}\"")),
        (HeaderName::from_static("x-openrosa-version"), "1.0".to_owned()),
    ];
    Ok((StatusCode::OK, headers, Body::from_stream(bytes)).into_response())
}

/// Answers whether submissions are welcome: 204, with how much may come at once.
async fn ready(State(app): State<App>, op: Op, Path(parts): Parts) -> Result<Response> {
    let project = project_of(&parts)?;
    super::project(&app, project).await?;
    welcome(&app, &op, project).await?;
    Ok((StatusCode::NO_CONTENT, headers()).into_response())
}

/// Passes those who may file to some form of a project, before anything they send is kept.
async fn welcome(app: &App, op: &Op, project: i64) -> Result<()> {
    if op.has(&FILERS) {
        return Ok(());
    }
    let forms = store::list_forms(app.db.read(), Some(project)).await?;
    if forms.iter().any(|form| form.audience == Audience::Public) {
        return Ok(());
    }
    op.require(&FILERS)
}

#[derive(serde::Deserialize)]
struct SubmitQuery {
    #[serde(rename = "deviceID")]
    device_id: Option<String>,
}

async fn submit(
    State(app): State<App>,
    op: Op,
    Path(parts): Parts,
    Query(query): Query<SubmitQuery>,
    request: Request,
) -> Result<Response> {
    let project = project_of(&parts)?;
    welcome(&app, &op, project).await?;
    let agent = user_agent(request.headers());
    let form = Multipart::from_request(request, &app)
        .await
        .map_err(|error| malformed(error.body_text()))?;
    let mut delivery = take_parts(&app, form).await?;
    delivery.project = project;
    (delivery.device_id, delivery.user_agent) = (query.device_id, agent);
    let receipt = super::receive(&app, &op, delivery).await?;
    Ok(xml(StatusCode::CREATED, filed_text(&op, receipt.filed)))
}

/// Says what became of a delivery, as the phone shows it to the enumerator.
fn filed_text(op: &Op, filed: Filed) -> String {
    let text_id = match filed {
        Filed::New => "collect-filed-new",
        Filed::Same => "collect-filed-same",
        Filed::MoreFiles => "collect-filed-more-files",
        Filed::Edited => "collect-filed-edited",
        Filed::Conflict => "collect-filed-conflict",
    };
    openrosa::response("submit_success", &op.lang.text(text_id).to_string())
}

/// Takes the parts of a delivery as they stream in: the answers into memory, files into the blobs.
pub(super) async fn take_parts(app: &App, mut form: Multipart) -> Result<Delivery> {
    let (mut answers, mut files) = (None, Vec::new());
    while let Some(part) = form.next_field().await.map_err(|error| unreadable(&error))? {
        let kind = openrosa::Part::of(part.name(), part.file_name());
        if kind == openrosa::Part::Answers {
            answers = Some(whole(part).await?);
        } else if let openrosa::Part::File(file_name) = kind {
            let media_type = part
                .content_type()
                .unwrap_or("application/octet-stream")
                .to_owned();
            let bytes = part.map_err(|error| unreadable(&error));
            let blob = app.blobs.put_stream(bytes, MOST_FILE_BYTES).await?;
            files.push(NewFile {
                name: file_name,
                blob: blob.id,
                size_bytes: blob.size_bytes,
                media_type,
            });
        }
    }
    let xml = answers.ok_or_else(|| malformed("it has no part xml_submission_file"))?;
    Ok(Delivery {
        xml,
        files,
        ..Delivery::default()
    })
}

async fn whole(mut part: Field<'_>) -> Result<Bytes> {
    let mut all = BytesMut::new();
    while let Some(chunk) = part.chunk().await.map_err(|error| unreadable(&error))? {
        if all.len() + chunk.len() > MOST_XML_BYTES {
            return Err(Problem::too_large("upload-too-large").with("most", MOST_XML_BYTES / (1024 * 1024)));
        }
        all.extend_from_slice(&chunk);
    }
    Ok(all.freeze())
}

/// Returns which program sends something, as it says itself; no more of it than fits a list.
pub(super) fn user_agent(headers: &HeaderMap) -> Option<String> {
    let said = headers.get(header::USER_AGENT)?.to_str().ok()?.trim();
    (!said.is_empty()).then(|| said.chars().take(255).collect())
}

fn malformed(detail: impl std::fmt::Display) -> Problem {
    Problem::invalid("delivery-malformed").with("detail", detail)
}

/// A delivery that is too large is told so, and one that breaks off is to be sent again.
fn unreadable(error: &MultipartError) -> Problem {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        Problem::too_large("upload-too-large").with("most", MOST_DELIVERY_BYTES / (1024 * 1024))
    } else {
        malformed(error.body_text())
    }
}

async fn published(app: &App, op: &Op, parts: &HashMap<String, String>) -> Result<(Form, FormVersion)> {
    let form = super::form(app, project_of(parts)?, part(parts, "form")).await?;
    super::may_fill(op, &form)?;
    let version = store::find_current(app.db.read(), &form.id).await?;
    let version =
        version.ok_or_else(|| Problem::not_found("form-unpublished").with("form", &form.xml_form_id))?;
    Ok((form, version))
}

pub(super) fn project_of(parts: &HashMap<String, String>) -> Result<i64> {
    part(parts, "project")
        .parse()
        .map_err(|_| Problem::not_found("project-unknown"))
}

pub(super) fn part<'a>(parts: &'a HashMap<String, String>, name: &str) -> &'a str {
    parts.get(name).map_or("", String::as_str)
}

/// Returns the address of the project as the caller reached it, token and all.
fn base_of(app: &App, parts: &HashMap<String, String>, request: &Request) -> String {
    let project = part(parts, "project");
    let face = if request.uri().path().starts_with("/v1/test/") {
        "test"
    } else {
        "key"
    };
    let token = parts
        .get("token")
        .map(|token| format!("/{face}/{token}"))
        .unwrap_or_default();
    format!("{}/v1{token}/projects/{project}", site_of(app, request.headers()))
}

/// Returns where the caller reached us: the host it named, with the scheme of the settings or of our own proxy.
pub(super) fn site_of(app: &App, headers: &HeaderMap) -> String {
    let scheme = if came_by_tls(&app.config, headers) {
        "https"
    } else {
        "http"
    };
    match headers.get(header::HOST).and_then(|host| host.to_str().ok()) {
        Some(host) => format!("{scheme}://{host}"),
        None => app.config.base_url.trim_end_matches('/').to_owned(),
    }
}

pub(super) fn encoded(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}

fn headers() -> [(HeaderName, String); 3] {
    [
        (header::CONTENT_TYPE, CONTENT_TYPE.to_owned()),
        (HeaderName::from_static("x-openrosa-version"), "1.0".to_owned()),
        (
            HeaderName::from_static("x-openrosa-accept-content-length"),
            MOST_DELIVERY_BYTES.to_string(),
        ),
    ]
}

fn xml(status: StatusCode, body: String) -> Response {
    (status, headers(), body).into_response()
}
