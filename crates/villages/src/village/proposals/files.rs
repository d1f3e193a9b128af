//! Proposals as JSON and CSV: the same as the pages show, and few people withheld as there.

use axum::{
    Json,
    response::{IntoResponse, Response},
};
use jiff::civil::Date;
use serde_json::{Value, json};

use super::model::{Hands, Part, Proposal, State, Sum, Unconfirmed, sum};
use crate::{evidence::model::mask::mask, platform::problem::Result, village::year::pages::csv_of};

/// What stands where a number would tell how few people it counts.
const FEW: &str = "few";

/// Proposals with how many support each.
#[must_use]
pub fn list_as_json(listed: &[Proposal]) -> Response {
    let proposals: Vec<Value> = listed.iter().map(about).collect();
    Json(json!({ "proposals": proposals })).into_response()
}

/// Proposals with how many support each, a row each.
///
/// # Errors
/// When writing fails.
pub fn list_as_csv(listed: &[Proposal]) -> Result<Response> {
    let titles = [
        "code",
        "place",
        "title",
        "text",
        "group",
        "made_on",
        "state",
        "supporters",
        "cost",
        "currency",
        "commitment",
        "why",
    ];
    let rows = listed.iter().map(|proposal| {
        let cost = proposal.cost.as_ref();
        let (commitment, why) = outcome(&proposal.state);
        vec![
            proposal.code.clone(),
            proposal.place.clone(),
            mask(&proposal.title),
            mask(&proposal.text),
            proposal.group.as_deref().map(mask).unwrap_or_default(),
            proposal.made_on.to_string(),
            proposal.state.as_str().to_owned(),
            number(proposal.total()),
            cost.map(|cost| cost.amount.to_string()).unwrap_or_default(),
            cost.map(|cost| cost.currency.clone()).unwrap_or_default(),
            commitment.unwrap_or_default().to_owned(),
            why.unwrap_or_default(),
        ]
    });
    csv_of(&titles, rows)
}

/// A proposal with the parts of its support, and what was counted in halls.
#[must_use]
pub fn one_as_json(proposal: &Proposal, hands: &[Hands]) -> Response {
    let supported = sum(&proposal.support, hands);
    let parts: Vec<Value> = parts(&supported)
        .into_iter()
        .map(|(way, held_on, n)| json!({ "way": way, "held_on": held_on.map(|day| day.to_string()), "n": n }))
        .collect();
    let halls: Vec<Value> = hands
        .iter()
        .map(|hands| {
            json!({
                "held_on": hands.held_on.to_string(),
                "occasion": mask(&hands.occasion),
                "n": hands.n,
            })
        })
        .collect();
    let mut whole = about(proposal);
    whole["supporters"] = json!(supported.total);
    whole["support"] = Value::Array(parts);
    whole["halls"] = Value::Array(halls);
    Json(whole).into_response()
}

/// The parts of the support of a proposal, a row each.
///
/// # Errors
/// When writing fails.
pub fn one_as_csv(proposal: &Proposal, hands: &[Hands]) -> Result<Response> {
    let supported = sum(&proposal.support, hands);
    let rows = parts(&supported).into_iter().map(|(way, held_on, n)| {
        vec![
            proposal.code.clone(),
            way.to_owned(),
            held_on.map(|day| day.to_string()).unwrap_or_default(),
            number(n),
        ]
    });
    csv_of(&["code", "way", "held_on", "supporters"], rows)
}

fn about(proposal: &Proposal) -> Value {
    let (commitment, why) = outcome(&proposal.state);
    let cost = proposal.cost.as_ref().map(|cost| {
        json!({
            "amount": cost.amount,
            "currency": cost.currency,
            "basis": mask(&cost.basis),
        })
    });
    json!({
        "code": proposal.code,
        "place": proposal.place,
        "title": mask(&proposal.title),
        "text": mask(&proposal.text),
        "group": proposal.group.as_deref().map(mask),
        "made_on": proposal.made_on.to_string(),
        "state": proposal.state.as_str(),
        "supporters": proposal.total(),
        "cost": cost,
        "commitment": commitment,
        "why": why,
        "href": proposal.path(),
    })
}

/// The promise that a proposal became, and why it was declined.
fn outcome(state: &State) -> (Option<&str>, Option<String>) {
    match state {
        State::Open => (None, None),
        State::Taken { commitment } => (Some(commitment.as_str()), None),
        State::Declined { why } | State::Hidden { why } => (None, Some(mask(why))),
    }
}

/// The parts of a sum, and beside it what nobody confirmed.
fn parts(sum: &Sum) -> Vec<(&'static str, Option<Date>, Option<u32>)> {
    let mut parts: Vec<_> = sum.parts.iter().map(part).collect();
    match sum.unconfirmed {
        Unconfirmed::None => {}
        Unconfirmed::Few => parts.push(("unconfirmed", None, None)),
        Unconfirmed::Many(n) => parts.push(("unconfirmed", None, Some(n))),
    }
    parts
}

/// By which way, on which day of a hall, how many; no number for few.
fn part(part: &Part) -> (&'static str, Option<Date>, Option<u32>) {
    match part {
        Part::Hall { n, held_on } => ("hall", Some(*held_on), Some(*n)),
        Part::Phone(n) => ("phone", None, Some(*n)),
        Part::Desk(n) => ("desk", None, Some(*n)),
        Part::Attested(n) => ("attested", None, Some(*n)),
        Part::People(n) => ("phone-or-desk", None, Some(*n)),
        Part::Few => ("phone-or-desk", None, None),
    }
}

fn number(n: Option<u32>) -> String {
    n.map_or_else(|| FEW.to_owned(), |n| n.to_string())
}
