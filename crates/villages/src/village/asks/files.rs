//! Asks as JSON and CSV: the same as the pages show.

use axum::{
    Json,
    response::{IntoResponse, Response},
};
use jiff::civil::Date;
use serde_json::{Value, json};

use super::model::Ask;
use crate::{evidence::model::mask::mask, platform::problem::Result, village::year::pages::csv_of};

/// Asks with how long each has waited on a day, and how it was answered.
#[must_use]
pub fn list_as_json(listed: &[Ask], today: Date) -> Response {
    let asks: Vec<Value> = listed.iter().map(|ask| about(ask, today)).collect();
    Json(json!({ "asks": asks })).into_response()
}

/// One ask.
#[must_use]
pub fn one_as_json(ask: &Ask, today: Date) -> Response {
    Json(about(ask, today)).into_response()
}

/// Asks, a row each.
///
/// # Errors
/// When writing fails.
pub fn list_as_csv(listed: &[Ask], today: Date) -> Result<Response> {
    let titles = [
        "code",
        "place",
        "title",
        "need",
        "number",
        "organisation",
        "asked_on",
        "days_waited",
        "times_reminded",
        "answer",
        "said",
        "answered_by",
        "post",
        "answered_on",
        "commitment",
    ];
    let rows = listed.iter().map(|ask| {
        let answered = ask.answered.as_ref();
        let words = |text: Option<&str>| text.unwrap_or_default().to_owned();
        vec![
            ask.code.clone(),
            ask.place.clone(),
            mask(&ask.title),
            mask(&ask.need),
            words(ask.number.as_deref()),
            ask.organisation.clone(),
            ask.asked_on.to_string(),
            ask.days_waited(today).to_string(),
            ask.n_reminded.to_string(),
            words(answered.map(|answered| answered.answer.as_str())),
            answered.map(|answered| mask(&answered.said)).unwrap_or_default(),
            words(answered.map(|answered| answered.by.as_str())),
            words(answered.map(|answered| answered.post.as_str())),
            answered
                .map(|answered| answered.on.to_string())
                .unwrap_or_default(),
            words(answered.and_then(|answered| answered.commitment.as_deref())),
        ]
    });
    csv_of(&titles, rows)
}

fn about(ask: &Ask, today: Date) -> Value {
    let answer = ask.answered.as_ref().map(|answered| {
        json!({
            "answer": answered.answer.as_str(),
            "said": mask(&answered.said),
            "by": answered.by,
            "post": answered.post,
            "on": answered.on.to_string(),
            "commitment": answered.commitment,
        })
    });
    json!({
        "code": ask.code,
        "place": ask.place,
        "title": mask(&ask.title),
        "need": mask(&ask.need),
        "number": ask.number,
        "organisation": ask.organisation,
        "asked_on": ask.asked_on.to_string(),
        "days_waited": ask.days_waited(today),
        "times_reminded": ask.n_reminded,
        "answer": answer,
        "href": ask.path(),
    })
}
