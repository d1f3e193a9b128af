//! Votes on goals as JSON and CSV: what can be chosen, and the result once the count is closed, as the pages show it.

use axum::{
    Json,
    response::{IntoResponse, Response},
};
use jiff::civil::Date;
use serde_json::{Value, json};

use super::{
    model::{Ballot, Choosable, HallCount, Line, Settled, Standing, Tally, What},
    pages::title,
};
use crate::{
    evidence::model::mask::mask,
    platform::{i18n::Lang, problem::Result},
    village::year::pages::csv_of,
};

/// Votes with how each stands on a day.
#[must_use]
pub fn list_as_json(listed: &[Ballot], today: Date) -> Response {
    let ballots: Vec<Value> = listed.iter().map(|ballot| about(ballot, today)).collect();
    Json(json!({ "ballots": ballots })).into_response()
}

/// Votes, a row each.
///
/// # Errors
/// When writing fails.
pub fn list_as_csv(listed: &[Ballot], today: Date) -> Result<Response> {
    let titles = ["code", "place", "title", "state", "opens_on", "closes_on", "most"];
    let rows = listed.iter().map(|ballot| {
        vec![
            ballot.code.clone(),
            ballot.place.clone(),
            mask(&ballot.title),
            ballot.standing(today).as_str().to_owned(),
            ballot.opens_on.to_string(),
            ballot.closes_on.to_string(),
            ballot.most.to_string(),
        ]
    });
    csv_of(&titles, rows)
}

/// A vote with its options, and its result once the count is closed.
#[must_use]
pub fn one_as_json(lang: Lang, ballot: &Ballot, halls: &[HallCount], today: Date) -> Response {
    let tally = published(ballot, halls, today);
    let options: Vec<Value> = ballot
        .options
        .iter()
        .map(|option| {
            json!({
                "n": option.n,
                "goal": code_of(&option.what),
                "title": title(lang, &option.what),
            })
        })
        .collect();
    let mut whole = about(ballot, today);
    whole["options"] = Value::Array(options);
    whole["result"] = tally.map_or(Value::Null, |tally| result(ballot, &tally, halls));
    Json(whole).into_response()
}

/// The options of a vote, a row each, with their votes once the count is closed.
///
/// # Errors
/// When writing fails.
pub fn one_as_csv(lang: Lang, ballot: &Ballot, halls: &[HallCount], today: Date) -> Result<Response> {
    let tally = published(ballot, halls, today).filter(|tally| tally.is_shown);
    let titles = [
        "code", "n", "goal", "title", "halls", "phone", "desk", "votes", "outcome",
    ];
    let rows = ballot.options.iter().map(|option| {
        let counted = tally
            .as_ref()
            .and_then(|tally| Some((tally, line(tally, option)?)));
        let number = |n: Option<u32>| n.map(|n| n.to_string()).unwrap_or_default();
        let apart = counted.filter(|(tally, _)| tally.is_split);
        vec![
            ballot.code.clone(),
            option.n.to_string(),
            code_of(&option.what).to_owned(),
            title(lang, &option.what),
            number(apart.map(|(_, line)| line.hall)),
            number(apart.map(|(_, line)| line.phone)),
            number(apart.map(|(_, line)| line.desk)),
            number(counted.map(|(_, line)| line.all())),
            counted
                .map_or("", |(tally, _)| outcome(ballot, tally, option.n))
                .to_owned(),
        ]
    });
    csv_of(&titles, rows)
}

/// The tally that everybody may read; none before the count is closed.
fn published(ballot: &Ballot, halls: &[HallCount], today: Date) -> Option<Tally> {
    (ballot.standing(today) == Standing::Published).then(|| ballot.tally(halls))
}

fn about(ballot: &Ballot, today: Date) -> Value {
    json!({
        "code": ballot.code,
        "place": ballot.place,
        "title": mask(&ballot.title),
        "state": ballot.standing(today).as_str(),
        "opens_on": ballot.opens_on.to_string(),
        "closes_on": ballot.closes_on.to_string(),
        "most": ballot.most,
        "href": ballot.path(),
    })
}

/// A result: who voted how, and what was chosen where enough voted that it may be told.
fn result(ballot: &Ballot, tally: &Tally, halls: &[HallCount]) -> Value {
    let halls: Vec<Value> = halls
        .iter()
        .map(|hall| {
            json!({
                "held_on": hall.held_on.to_string(),
                "occasion": mask(&hall.occasion),
                "ballots": hall.n_ballots,
                "invalid": hall.n_invalid,
            })
        })
        .collect();
    let lines: Vec<Value> = match tally.is_shown {
        true => tally
            .lines
            .iter()
            .map(|line| line_as_json(ballot, tally, line))
            .collect(),
        false => Vec::new(),
    };
    json!({
        "voters": tally.n_voters,
        "in_halls": tally.n_hall,
        "by_phone": ballot.n_phone,
        "at_desk": ballot.n_at_desk(),
        "at_desk_without_phone": ballot.n_attested,
        "unconfirmed": ballot.n_unconfirmed,
        "invalid": tally.n_invalid,
        "halls": halls,
        "is_shown": tally.is_shown,
        "lines": lines,
        "settled": ballot.settled.as_ref().filter(|_| tally.is_shown).map(settled),
    })
}

fn line_as_json(ballot: &Ballot, tally: &Tally, line: &Line) -> Value {
    json!({
        "n": line.n,
        "halls": tally.is_split.then_some(line.hall),
        "phone": tally.is_split.then_some(line.phone),
        "desk": tally.is_split.then_some(line.desk),
        "unconfirmed": ballot.shows_unconfirmed().then_some(line.unconfirmed),
        "votes": line.all(),
        "outcome": outcome(ballot, tally, line.n),
    })
}

fn settled(settled: &Settled) -> Value {
    json!({
        "on": settled.on.to_string(),
        "why": mask(&settled.why),
        "chosen": settled.chosen,
    })
}

/// `chosen`, `tied` or `not-chosen`.
fn outcome(ballot: &Ballot, tally: &Tally, n: u32) -> &'static str {
    if ballot.outcome(tally).contains(&n) {
        "chosen"
    } else if tally.tied.contains(&n) {
        "tied"
    } else {
        "not-chosen"
    }
}

fn line<'a>(tally: &'a Tally, option: &Choosable) -> Option<&'a Line> {
    tally.lines.iter().find(|line| line.n == option.n)
}

/// The code of a global goal, `security`, or `own` for the village's own words.
fn code_of(what: &What) -> &str {
    match what {
        What::Goal(code) => code,
        What::Security => "security",
        What::Own(_) => "own",
    }
}
