//! Score cards as JSON and CSV: the same as the pages show, and nothing more.

use axum::{
    Json,
    http::header,
    response::{IntoResponse, Response},
};
use jiff::civil::Date;
use serde_json::{Value, json};

use crate::{
    evidence::model::Commitment,
    platform::{
        problem::{Problem, Result},
        spreadsheet::harmless,
    },
    scorecards::{
        Public,
        model::{
            compare::{Line, Shown, ShownGroup},
            facility::Facility,
            round::{Attendance, Round},
            trend::Trend,
        },
    },
};

/// The shapes of the data of a page.
pub const SHAPES: [&str; 2] = ["json", "csv"];

/// Parts the suffix of a shape from a code.
#[must_use]
pub fn split(address: &str) -> (&str, Option<&'static str>) {
    SHAPES
        .into_iter()
        .find_map(|shape| Some((address.strip_suffix(shape)?.strip_suffix('.')?, Some(shape))))
        .unwrap_or((address, None))
}

/// Rounds with their facilities.
#[must_use]
pub fn list_as_json<'a>(rounds: impl Iterator<Item = (&'a Round, &'a Facility)>) -> Response {
    let rounds: Vec<Value> = rounds
        .map(|(round, facility)| about_round(round, facility))
        .collect();
    Json(json!({ "scorecards": rounds })).into_response()
}

/// Rounds with their facilities, a row each.
///
/// # Errors
/// When writing fails.
pub fn list_as_csv<'a>(rounds: impl Iterator<Item = (&'a Round, &'a Facility)>) -> Result<Response> {
    let titles = [
        "round",
        "facility",
        "name",
        "kind",
        "place",
        "n",
        "state",
        "planned_on",
        "meeting_on",
        "next_on",
    ];
    let rows = rounds.map(|(round, facility)| {
        vec![
            round.code.clone(),
            facility.code.clone(),
            facility.name.clone(),
            facility.kind.clone(),
            facility.place.clone(),
            round.n.to_string(),
            round.state.as_str().to_owned(),
            round.planned_on.to_string(),
            written(round.meeting_on),
            written(round.next_on),
        ]
    });
    answer(&titles, rows)
}

/// A round with its results.
#[must_use]
pub fn round_as_json(found: &Public, today: Date) -> Response {
    let mut whole = about_round(&found.round, &found.facility);
    whole["results"] = found.shown.as_ref().map_or(Value::Null, results);
    whole["promises"] = promises(&found.promises, today);
    Json(whole).into_response()
}

/// The results of a round: a row for each criterion and group.
///
/// # Errors
/// When writing fails.
pub fn round_as_csv(found: &Public) -> Result<Response> {
    let titles = [
        "round",
        "facility",
        "day",
        "standard",
        "words",
        "group",
        "n_present",
        "points",
    ];
    let (round, facility) = (&found.round, &found.facility);
    let begin = [round.code.clone(), facility.code.clone(), round.day().to_string()];
    let rows = found.shown.iter().flat_map(|shown| {
        let begin = &begin;
        shown.lines.iter().flat_map(move |line| {
            cells(shown, line)
                .into_iter()
                .map(move |cells| [&begin[..], &cells].concat())
        })
    });
    answer(&titles, rows)
}

/// A facility with its rounds and how they went.
#[must_use]
pub fn facility_as_json(
    facility: &Facility,
    rounds: &[&Round],
    trend: &Trend,
    promises_of: Value,
) -> Response {
    let rounds: Vec<Value> = rounds.iter().map(|round| about_round(round, facility)).collect();
    let lines: Vec<Value> = trend
        .lines
        .iter()
        .map(|line| {
            json!({
                "standard": line.standard,
                "words": line.words,
                "group": line.group,
                "points": line.values,
            })
        })
        .collect();
    let over: Vec<Value> = trend
        .rounds
        .iter()
        .map(|(code, day)| json!({ "round": code, "day": day.to_string() }))
        .collect();
    Json(json!({
        "facility": about_facility(facility),
        "rounds": rounds,
        "trend": { "rounds": over, "lines": lines },
        "promises": promises_of,
    }))
    .into_response()
}

/// How the rounds of a facility went: a row for each criterion, group and round.
///
/// # Errors
/// When writing fails.
pub fn facility_as_csv(facility: &Facility, trend: &Trend) -> Result<Response> {
    let titles = ["facility", "round", "day", "standard", "words", "group", "points"];
    let rows = trend.lines.iter().flat_map(|line| {
        trend
            .rounds
            .iter()
            .zip(&line.values)
            .filter_map(move |((code, day), value)| {
                Some(vec![
                    facility.code.clone(),
                    code.clone(),
                    day.to_string(),
                    line.standard.clone().unwrap_or_default(),
                    line.words.clone(),
                    line.group.clone(),
                    (*value)?.to_string(),
                ])
            })
    });
    answer(&titles, rows)
}

/// Promises as JSON holds them.
#[must_use]
pub fn promises(all: &[Commitment], today: Date) -> Value {
    all.iter()
        .map(|commitment| {
            json!({
                "code": commitment.code,
                "promise": commitment.promise,
                "owner": commitment.owner,
                "post": commitment.owner_post,
                "made_on": commitment.made_on.to_string(),
                "due_on": commitment.due_on.to_string(),
                "standing": commitment.standing(today).as_str(),
                "href": commitment.path(),
            })
        })
        .collect()
}

/// One criterion over all groups, users and the provider: standard, words, group, people, points.
fn cells(shown: &Shown, line: &Line) -> Vec<Vec<String>> {
    let standard = line.standard.clone().unwrap_or_default();
    let words = line.words.join("; ");
    let row = |group: &str, n: Option<u32>, value: u8| {
        vec![
            standard.clone(),
            words.clone(),
            group.to_owned(),
            n.map(|n| n.to_string()).unwrap_or_default(),
            value.to_string(),
        ]
    };
    let groups = shown
        .groups
        .iter()
        .zip(&line.values)
        .filter_map(|(group, value)| Some(row(&group.key, Some(group.n_present), (*value)?)));
    let users = line.users.map(|value| row("users", None, value));
    let of_provider = shown.provider.as_ref().map(|provider| provider.n_present);
    let provider = line.provider.map(|value| row("provider", of_provider, value));
    groups.chain(users).chain(provider).collect()
}

fn about_round(round: &Round, facility: &Facility) -> Value {
    json!({
        "round": round.code,
        "facility": about_facility(facility),
        "n": round.n,
        "state": round.state.as_str(),
        "scale": round.scale.as_str(),
        "planned_on": round.planned_on.to_string(),
        "meeting_on": round.meeting_on.map(|day| day.to_string()),
        "next_on": round.next_on.map(|day| day.to_string()),
        "attendance": round.attendance.as_ref().map(attendance),
        "why": round.why,
        "href": super::one::address(&round.code),
    })
}

fn attendance(attendance: &Attendance) -> Value {
    json!({ "total": attendance.total, "by_group": attendance.by_group })
}

fn about_facility(facility: &Facility) -> Value {
    json!({
        "code": facility.code,
        "name": facility.name,
        "kind": facility.kind,
        "organisation": facility.organisation,
        "place": facility.place,
        "latitude": facility.at.map(|(latitude, _)| latitude),
        "longitude": facility.at.map(|(_, longitude)| longitude),
        "serves": facility.serves,
        "href": super::facility::address(&facility.code),
    })
}

fn results(shown: &Shown) -> Value {
    let group = |group: &ShownGroup| json!({ "key": group.key, "n_present": group.n_present });
    let lines: Vec<Value> = shown
        .lines
        .iter()
        .map(|line| {
            json!({
                "standard": line.standard,
                "words": line.words,
                "points": line.values,
                "users": line.users,
                "provider": line.provider,
                "gap": line.gap,
                "is_wide": line.is_wide,
                "reasons": line.reasons,
                "suggestions": line.suggestions,
                "provider_reasons": line.provider_reasons,
                "provider_suggestions": line.provider_suggestions,
            })
        })
        .collect();
    json!({
        "groups": shown.groups.iter().map(group).collect::<Vec<_>>(),
        "provider": shown.provider.as_ref().map(group),
        "lines": lines,
        "groups_left_out": shown.n_left_out,
    })
}

fn written(day: Option<Date>) -> String {
    day.map(|day| day.to_string()).unwrap_or_default()
}

fn answer(titles: &[&str], rows: impl Iterator<Item = Vec<String>>) -> Result<Response> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(titles).map_err(Problem::internal)?;
    for row in rows {
        let cells = row.iter().map(|cell| harmless(cell).into_owned());
        writer.write_record(cells).map_err(Problem::internal)?;
    }
    let bytes = writer
        .into_inner()
        .map_err(|error| Problem::internal(error.into_error()))?;
    Ok(([(header::CONTENT_TYPE, "text/csv; charset=utf-8")], bytes).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shape_is_parted_from_a_code() {
        assert_eq!(split("K7M4XT.csv"), ("K7M4XT", Some("csv")));
        assert_eq!(split("puskesmas-ngasem"), ("puskesmas-ngasem", None));
    }
}
