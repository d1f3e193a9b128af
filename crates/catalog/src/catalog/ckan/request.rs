//! A call as it comes over HTTP; files are put aside while they arrive.

use axum::{
    extract::{FromRequest, Multipart, Request, multipart::Field},
    http::{Method as HttpMethod, header},
};
use formats::ckan::{
    actions::{Action, Effect},
    answer::Failure,
    call::{Body, Call, Method, Upload},
};
use futures::TryStreamExt;

use super::{packages::change::check_before_file, users::is_about_people};
use crate::{
    catalog::model::tidy_name,
    platform::{app::App, op::Op, problem::Problem},
};

/// The most that a call of somebody who may write may hold beside files: a dataset with thousands of resources.
const MOST_WRITTEN_BYTES: usize = 32 * 1024 * 1024;
/// The most that a question may hold.
const MOST_ASKED_BYTES: usize = 1024 * 1024;
/// The most parts of a form.
const MOST_PARTS: usize = 1_000;

/// Reads a call.
pub async fn read(app: &App, op: &Op, action: Action, request: Request) -> Result<Call, Failure> {
    let method = match *request.method() {
        HttpMethod::POST => Method::Post,
        _ => Method::Get,
    };
    let pairs =
        |text: &[u8]| -> Vec<(String, String)> { url::form_urlencoded::parse(text).into_owned().collect() };
    let query = pairs(request.uri().query().unwrap_or_default().as_bytes());
    let kind = request
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
        .to_ascii_lowercase();
    if method == Method::Get {
        return Call::read(action, method, query, Body::None);
    }
    let most = match action.effect() {
        Effect::Writes if !is_about_people(action) => MOST_WRITTEN_BYTES,
        _ => MOST_ASKED_BYTES,
    };
    if kind.starts_with("multipart/form-data") {
        let form = Multipart::from_request(request, app)
            .await
            .map_err(|_| malformed())?;
        let (texts, files) = parts(app, op, action, form, most).await?;
        return Call::read(action, method, query, Body::Multipart(texts, files));
    }
    let bytes = axum::body::to_bytes(request.into_body(), most)
        .await
        .map_err(|_| Failure::Unreadable(format!("the body is larger than {most} bytes or broke off")))?;
    let body = if kind.starts_with("application/x-www-form-urlencoded") {
        Body::Form(pairs(&bytes))
    } else {
        Body::Bytes(&bytes)
    };
    Call::read(action, method, query, body)
}

type Parts = (Vec<(String, String)>, Vec<(String, Upload)>);

async fn parts(
    app: &App,
    op: &Op,
    action: Action,
    mut form: Multipart,
    most: usize,
) -> Result<Parts, Failure> {
    let (mut texts, mut files) = (Vec::new(), Vec::new());
    let mut left = most;
    while let Some(field) = form.next_field().await.map_err(|_| malformed())? {
        if texts.len() + files.len() == MOST_PARTS {
            return Err(malformed());
        }
        let name = field.name().unwrap_or_default().to_owned();
        match field.file_name().map(tidy_name) {
            None => {
                let text = text(field, left).await?;
                left -= text.len();
                texts.push((name, text));
            }
            // Nobody keeps a file here by asking a question, or by changing their account.
            Some(_) if action.effect() == Effect::Reads || is_about_people(action) => {
                return Err(Failure::Unreadable(format!("{} takes no files", action.name())));
            }
            Some(file_name) => {
                check_before_file(app, op, action, &texts).await?;
                let content_type = field.content_type().map(str::to_owned);
                let most = app.config.upload_limit_bytes;
                let stream = field.map_err(|_| Problem::invalid("request-malformed"));
                let blob = app.blobs.put_stream(stream, most).await.map_err(super::failed)?;
                let upload = Upload {
                    file_name,
                    content_type,
                    size_bytes: blob.size_bytes,
                    blob: blob.id,
                };
                files.push((name, upload));
            }
        }
    }
    Ok((texts, files))
}

/// The text of a part of at most so many bytes.
async fn text(mut field: Field<'_>, most: usize) -> Result<String, Failure> {
    let mut bytes = Vec::new();
    while let Some(piece) = field.chunk().await.map_err(|_| malformed())? {
        bytes.extend_from_slice(&piece);
        if bytes.len() > most {
            return Err(Failure::Unreadable(format!(
                "the texts of the form are larger than {most} bytes"
            )));
        }
    }
    String::from_utf8(bytes).map_err(|_| malformed())
}

fn malformed() -> Failure {
    Failure::Unreadable("the form data cannot be read".to_owned())
}
