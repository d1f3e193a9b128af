//! A call as it comes over HTTP; files are put aside while they arrive.

use axum::{
    extract::{FromRequest, Multipart, Request, multipart::Field},
    http::{Method as HttpMethod, header},
};
use formats::ckan::{
    actions::Action,
    answer::Failure,
    call::{Body, Call, Method, Upload},
};
use futures::TryStreamExt;

use super::MOST_BODY_BYTES;
use crate::platform::{app::App, problem::Problem};

/// The longest text that a part of a form may hold: a dataset as JSON.
const LONGEST_TEXT: usize = 4 * 1024 * 1024;
/// The most parts of a form.
const MOST_PARTS: usize = 1_000;

/// Reads a call.
pub async fn read(app: &App, action: Action, request: Request) -> Result<Call, Failure> {
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
    if kind.starts_with("multipart/form-data") {
        let form = Multipart::from_request(request, app)
            .await
            .map_err(|_| malformed())?;
        let (texts, files) = parts(app, form).await?;
        return Call::read(action, method, query, Body::Multipart(texts, files));
    }
    let bytes = axum::body::to_bytes(request.into_body(), MOST_BODY_BYTES)
        .await
        .map_err(|_| {
            Failure::Unreadable(format!(
                "the body is larger than {MOST_BODY_BYTES} bytes or broke off"
            ))
        })?;
    let body = if kind.starts_with("application/x-www-form-urlencoded") {
        Body::Form(pairs(&bytes))
    } else {
        Body::Bytes(&bytes)
    };
    Call::read(action, method, query, body)
}

type Parts = (Vec<(String, String)>, Vec<(String, Upload)>);

async fn parts(app: &App, mut form: Multipart) -> Result<Parts, Failure> {
    let (mut texts, mut files) = (Vec::new(), Vec::new());
    while let Some(field) = form.next_field().await.map_err(|_| malformed())? {
        if texts.len() + files.len() == MOST_PARTS {
            return Err(malformed());
        }
        let name = field.name().unwrap_or_default().to_owned();
        match field.file_name().map(str::to_owned) {
            Some(file_name) => {
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
            None => texts.push((name, text(field).await?)),
        }
    }
    Ok((texts, files))
}

async fn text(mut field: Field<'_>) -> Result<String, Failure> {
    let mut bytes = Vec::new();
    while let Some(piece) = field.chunk().await.map_err(|_| malformed())? {
        bytes.extend_from_slice(&piece);
        if bytes.len() > LONGEST_TEXT {
            return Err(malformed());
        }
    }
    String::from_utf8(bytes).map_err(|_| malformed())
}

fn malformed() -> Failure {
    Failure::Unreadable("the form data cannot be read".to_owned())
}
