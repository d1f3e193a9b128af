//! Submissions as CSV, as an archive and as GeoJSON, under Central's addresses and with its options.

use std::{collections::HashMap, sync::Arc};

use axum::{
    Router,
    body::Body,
    extract::{Path, Query, State},
    http::{Uri, header},
    response::{IntoResponse, Response},
    routing::get,
};
use formats::export::csv::{Naming, file_name};
use serde::Deserialize;

use super::{Parts, find_form, is_true};
use crate::{
    collect::{
        READERS,
        export::{self, Choices, Files, Places, SheetOptions, Source, Stage, Which},
        model::Submission,
        openrosa::encoded,
        reading,
    },
    platform::{
        app::App,
        op::Op,
        problem::{Problem, Result},
    },
};

pub(super) fn routes() -> Router<App> {
    let form = "/v1/projects/{project}/forms/{form}";
    let at = |path: &str| format!("{form}{path}");
    // A passphrase for encrypted forms is posted, lest browsers remember it; there are none here, and the answer is the same.
    Router::new()
        .route(&at("/submissions.csv"), get(sheet).post(sheet))
        .route(&at("/submissions.csv.zip"), get(archive).post(archive))
        .route(&at("/submissions.geojson"), get(places))
        .route(&at("/draft/submissions.csv"), get(draft_sheet).post(draft_sheet))
        .route(
            &at("/draft/submissions.csv.zip"),
            get(draft_archive).post(draft_archive),
        )
}

/// What a query says, booleans as Python or JavaScript writes them.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Asked {
    #[serde(rename = "$filter")]
    filter: Option<String>,
    attachments: Option<String>,
    #[serde(rename = "groupPaths")]
    group_paths: Option<String>,
    #[serde(rename = "deletedFields")]
    deleted_fields: Option<String>,
    #[serde(rename = "splitSelectMultiples")]
    split_select_multiples: Option<String>,
}

impl Asked {
    fn sheets(&self) -> SheetOptions {
        SheetOptions {
            filter: self.filter.clone(),
            naming: if is_false(&self.group_paths) {
                Naming::ByName
            } else {
                Naming::ByPath
            },
            fields: if is_true(&self.deleted_fields) {
                Which::Ever
            } else {
                Which::InForce
            },
            choices: if is_true(&self.split_select_multiples) {
                Choices::Apart
            } else {
                Choices::Together
            },
        }
    }

    fn files(&self) -> Files {
        if is_false(&self.attachments) {
            Files::Without
        } else {
            Files::With
        }
    }
}

fn is_false(text: &Option<String>) -> bool {
    text.as_ref()
        .is_some_and(|text| text.eq_ignore_ascii_case("false"))
}

async fn sheet(
    State(app): State<App>,
    op: Op,
    Path(parts): Parts,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let source = open(&app, &op, &parts, Stage::Published).await?;
    sent_sheet(source, &op, &asked).await
}

async fn draft_sheet(
    State(app): State<App>,
    op: Op,
    Path(parts): Parts,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let source = open(&app, &op, &parts, Stage::Draft).await?;
    sent_sheet(source, &op, &asked).await
}

async fn archive(
    State(app): State<App>,
    op: Op,
    Path(parts): Parts,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let source = open(&app, &op, &parts, Stage::Published).await?;
    sent_archive(source, &op, &asked).await
}

async fn draft_archive(
    State(app): State<App>,
    op: Op,
    Path(parts): Parts,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let source = open(&app, &op, &parts, Stage::Draft).await?;
    sent_archive(source, &op, &asked).await
}

/// Opens the form that an address names to whoever may read what was filed.
async fn open(app: &App, op: &Op, parts: &HashMap<String, String>, stage: Stage) -> Result<Source> {
    op.require(&READERS)?;
    let form = find_form(app, parts).await?;
    Source::open(app, op, form, stage).await
}

async fn sent_sheet(source: Source, op: &Op, asked: &Asked) -> Result<Response> {
    let name = format!("{}.csv", source.form.xml_form_id);
    let body = export::sheet(Arc::new(source), op, &asked.sheets()).await?;
    Ok(download("text/csv; charset=utf-8", &name, body))
}

async fn sent_archive(source: Source, op: &Op, asked: &Asked) -> Result<Response> {
    let files = asked.files();
    let ending = match files {
        Files::With => "zip",
        Files::Without => "csv.zip",
    };
    let name = format!("{}.{ending}", source.form.xml_form_id);
    let body = export::archive(Arc::new(source), op, &asked.sheets(), files).await?;
    Ok(download("application/zip", &name, body))
}

async fn places(
    State(app): State<App>,
    op: Op,
    Path(parts): Parts,
    Query(asked): Query<Vec<(String, String)>>,
) -> Result<Response> {
    let source = open(&app, &op, &parts, Stage::Published).await?;
    let mut places = Places {
        paths: field_paths(&asked),
        ..Places::default()
    };
    if places.paths.len() > 1 {
        return Err(Problem::invalid("collect-exports-one-field"));
    }
    for (name, value) in asked {
        match name.as_str() {
            "$filter" => places.filter = Some(value),
            "limit" => places.most = value.parse().ok().filter(|most| *most > 0),
            _ => {}
        }
    }
    let body = export::places(Arc::new(source), &places).await?;
    Ok(([(header::CONTENT_TYPE, "application/json; charset=utf-8")], body).into_response())
}

/// Answers the places of one submission, by the fields that the query names.
pub(super) async fn places_of_one(app: &App, of: &Submission, uri: &Uri) -> Result<Response> {
    let query = uri.query().unwrap_or_default();
    let asked: Vec<(String, String)> = url::form_urlencoded::parse(query.as_bytes())
        .into_owned()
        .collect();
    let xml = reading::answers(app, of).await?;
    let written = export::places_of(app, of, &xml, &field_paths(&asked)).await?;
    Ok((
        [(header::CONTENT_TYPE, "application/json; charset=utf-8")],
        written,
    )
        .into_response())
}

/// Returns the paths of fields that a query names, each once.
fn field_paths(asked: &[(String, String)]) -> Vec<String> {
    let mut paths: Vec<String> = Vec::new();
    for (name, value) in asked {
        // The documentation of 2025.3 called it `fieldId`.
        let is_path = matches!(name.as_str(), "fieldpath" | "fieldId") && !value.is_empty();
        if is_path && !paths.contains(value) {
            paths.push(value.clone());
        }
    }
    paths
}

fn download(media_type: &str, name: &str, body: Body) -> Response {
    let name = file_name(name);
    let plain: String = name
        .chars()
        .map(|c| if c.is_ascii_graphic() || c == ' ' { c } else { '_' })
        .collect();
    let headers = [
        (header::CONTENT_TYPE, media_type.to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!(
                "attachment; filename=\"{plain}\"; filename*=UTF-8''{}",
                encoded(&name)
            ),
        ),
    ];
    (headers, body).into_response()
}
