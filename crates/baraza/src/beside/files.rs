//! What is said side by side as JSON and CSV: the same as the page shows, and nothing more.

use axum::{
    Json,
    http::header,
    response::{IntoResponse, Response},
};
use serde_json::json;

use super::{Beside, Compared, Row, Told, model::Value};
use crate::platform::{
    problem::{Problem, Result},
    spreadsheet::harmless,
};

/// Everything, with each comparison and its reasons.
#[must_use]
pub fn as_json(beside: &Beside) -> Response {
    let facility = &beside.facility;
    Json(json!({
        "facility": facility.code,
        "name": facility.name,
        "kind": facility.kind,
        "place": facility.place,
        "serves": facility.serves,
        "round": beside.round.as_ref().map(|round| json!({ "code": round.code, "n": round.n, "day": round.day().to_string() })),
        "groups_left_out": beside.n_left_out,
        "criteria": beside.rows.iter().map(criterion).collect::<Vec<_>>(),
    }))
    .into_response()
}

/// A row for what each source, and each group of users, says of each criterion.
///
/// # Errors
/// When writing fails.
pub fn as_csv(beside: &Beside) -> Result<Response> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let titles = [
        "facility",
        "criterion",
        "source",
        "group",
        "code",
        "title",
        "value",
        "points",
        "n",
        "places",
        "from",
        "to",
        "people",
        "concept",
        "made_by",
        "href",
    ];
    writer.write_record(titles).map_err(Problem::internal)?;
    for row in &beside.rows {
        for told in &row.told {
            let records = [whole(beside, row, told)]
                .into_iter()
                .chain(parts(beside, row, told));
            for record in records {
                let cells = record.iter().map(|cell| harmless(cell).into_owned());
                writer.write_record(cells).map_err(Problem::internal)?;
            }
        }
    }
    let bytes = writer
        .into_inner()
        .map_err(|error| Problem::internal(error.into_error()))?;
    Ok(([(header::CONTENT_TYPE, "text/csv; charset=utf-8")], bytes).into_response())
}

fn whole(beside: &Beside, row: &Row, told: &Told) -> Vec<String> {
    let value = match told.saying.value {
        Value::Known(value) => value.to_string(),
        Value::Withheld | Value::Missing => String::new(),
    };
    let points = told.saying.points().map(|points| points.to_string());
    let n = told.n.map(|n| n.to_string());
    record(
        beside,
        row,
        told,
        ("", value, points.unwrap_or_default(), n.unwrap_or_default()),
    )
}

fn parts(beside: &Beside, row: &Row, told: &Told) -> impl Iterator<Item = Vec<String>> {
    told.parts.iter().map(|part| {
        let points = part.points.to_string();
        let numbers = (
            part.key.as_str(),
            points.clone(),
            points,
            part.n_present.to_string(),
        );
        record(beside, row, told, numbers)
    })
}

/// A row of the file; the numbers are group, value, points and how many were counted.
fn record(
    beside: &Beside,
    row: &Row,
    told: &Told,
    (group, value, points, n): (&str, String, String, String),
) -> Vec<String> {
    let saying = &told.saying;
    let day = |day: jiff::civil::Date| day.to_string();
    vec![
        beside.facility.code.clone(),
        row.key(),
        saying.source.as_str().to_owned(),
        group.to_owned(),
        saying.code.clone(),
        told.title.clone(),
        value,
        points,
        n,
        saying.area.codes().collect::<Vec<_>>().join(" "),
        saying.span.map(|span| day(span.from)).unwrap_or_default(),
        saying.span.map(|span| day(span.to)).unwrap_or_default(),
        saying.people.as_str().to_owned(),
        saying.concept.as_str().to_owned(),
        told.by.clone(),
        told.href.clone(),
    ]
}

fn criterion(row: &Row) -> serde_json::Value {
    json!({
        "criterion": row.key(),
        "standard": row.standard,
        "said": row.told.iter().map(said).collect::<Vec<_>>(),
        "compared": row.pairs.iter().filter_map(|each| compared(row, each)).collect::<Vec<_>>(),
    })
}

fn said(told: &Told) -> serde_json::Value {
    let saying = &told.saying;
    let (value, status) = match saying.value {
        Value::Known(value) => (Some(value), "known"),
        Value::Withheld => (None, "withheld"),
        Value::Missing => (None, "missing"),
    };
    let groups: Vec<serde_json::Value> = told
        .parts
        .iter()
        .map(|part| json!({ "key": part.key, "n_present": part.n_present, "points": part.points }))
        .collect();
    json!({
        "source": saying.source.as_str(),
        "code": saying.code,
        "title": told.title,
        "value": value,
        "status": status,
        "points": saying.points(),
        "n": told.n,
        "places": saying.area.codes().collect::<Vec<_>>(),
        "from": saying.span.map(|span| span.from.to_string()),
        "to": saying.span.map(|span| span.to.to_string()),
        "people": saying.people.as_str(),
        "concept": saying.concept.as_str(),
        "note": told.note,
        "made_by": told.by,
        "href": told.href,
        "groups": groups,
    })
}

fn compared(row: &Row, compared: &Compared) -> Option<serde_json::Value> {
    let (first, second) = (row.told.get(compared.first)?, row.told.get(compared.second)?);
    let name = |told: &Told| json!({ "source": told.saying.source.as_str(), "code": told.saying.code });
    let pair = &compared.pair;
    let reasons: Vec<&str> = pair.reasons.iter().map(|reason| reason.as_str()).collect();
    Some(json!({
        "first": name(first),
        "second": name(second),
        "comparability": pair.how.as_str(),
        "reasons": reasons,
        "gap": pair.gap,
        "is_wide": pair.is_wide,
    }))
}
