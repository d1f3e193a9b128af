//! Contributions as JSON, and requests for data as a table for spreadsheets.

use axum::{
    Json,
    extract::{Query, State as Shared},
    http::header,
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

use super::{Asked, MOST_LISTED, card::address};
use crate::{
    catalog::{
        contributions::{
            dataset_of, list_public,
            model::{Contribution, Kind, ServiceRequest, State},
        },
        view::Dataset,
    },
    platform::{
        app::App,
        op::Op,
        problem::{Problem, Result},
    },
};

pub(super) async fn wanted_as_json(
    Shared(app): Shared<App>,
    op: Op,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    as_json(&app, &op, Kind::Wanted, State::parse(&asked.state)).await
}

pub(super) async fn showcases_as_json(Shared(app): Shared<App>, op: Op) -> Result<Response> {
    as_json(&app, &op, Kind::Showcase, None).await
}

async fn as_json(app: &App, op: &Op, kind: Kind, state: Option<State>) -> Result<Response> {
    let mut rows = Vec::new();
    for each in list_public(app, kind, state, None, MOST_LISTED).await? {
        let dataset = dataset_of(app, op, &each).await?;
        rows.push(json_of(app, &each, dataset.as_ref()));
    }
    Ok(Json(rows).into_response())
}

pub(super) async fn wanted_as_csv(
    Shared(app): Shared<App>,
    op: Op,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let listed = list_public(&app, Kind::Wanted, State::parse(&asked.state), None, MOST_LISTED).await?;
    let mut writer = csv::Writer::from_writer(Vec::new());
    let head = [
        "code",
        "title",
        "text",
        "theme",
        "place",
        "state",
        "answer",
        "dataset",
        "support",
        "sent_on",
        "decided_on",
    ];
    writer.write_record(head).map_err(Problem::internal)?;
    for each in &listed {
        let dataset = dataset_of(&app, &op, each).await?;
        let record = [
            each.code.clone(),
            unharmful(&each.title),
            unharmful(&each.text),
            unharmful(&each.theme),
            each.place.clone().unwrap_or_default(),
            each.state.as_str().to_owned(),
            unharmful(&each.answer),
            dataset.map_or_else(String::new, |dataset| dataset.slug),
            each.n_support.to_string(),
            app.config.day(each.sent_at).to_string(),
            each.decided_at
                .map_or_else(String::new, |at| app.config.day(at).to_string()),
        ];
        writer.write_record(&record).map_err(Problem::internal)?;
    }
    let bytes = writer
        .into_inner()
        .map_err(|error| Problem::internal(error.into_error()))?;
    Ok(([(header::CONTENT_TYPE, "text/csv; charset=utf-8")], bytes).into_response())
}

/// What a stranger wrote, so that a spreadsheet shows it and runs none of it.
fn unharmful(text: &str) -> String {
    match text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        true => format!("'{text}"),
        false => text.to_owned(),
    }
}

pub(super) fn json_of(app: &App, each: &Contribution, dataset: Option<&Dataset>) -> Value {
    json!({
        "code": each.code,
        "kind": each.kind,
        "title": each.title,
        "text": each.text,
        "url": Some(address(each)).filter(|url| !url.is_empty()),
        "name": Some(&each.name).filter(|name| !name.is_empty()),
        "theme": Some(&each.theme).filter(|theme| !theme.is_empty()),
        "place": each.place,
        "lang": each.lang,
        "state": each.state,
        "answer": Some(&each.answer).filter(|answer| !answer.is_empty()),
        "dataset": dataset.map(|dataset| format!("{}/data/{}", app.config.base_url, dataset.slug)),
        "support": each.n_support,
        "request": each
            .request
            .as_ref()
            .map(ServiceRequest::code)
            .filter(|code| !code.is_empty())
            .map(|code| format!("{}/requests/{code}", app.config.base_url)),
        "sent_on": app.config.day(each.sent_at).to_string(),
        "decided_on": each.decided_at.map(|at| app.config.day(at).to_string()),
    })
}
