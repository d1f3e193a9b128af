//! The same as JSON and CSV.

use std::collections::BTreeSet;

use anyhow::Context;
use measures::progress::NoProgress;
use serde_json::{Value, json};

use super::{
    model::{HORIZON, OfGoal, OfIndicator, OfTarget, Score, Track, gaps::Row, n_told},
    view::{Followed, Here, Tracked},
};
use crate::{indicators::model::observation::Observation, platform::i18n::Lang};

/// All goals of a place.
pub fn goals(tracked: &Tracked) -> Value {
    let goals: Vec<Value> = tracked.goals.iter().map(goal_in_short).collect();
    json!({
        "place": tracked.here.place,
        "base_year": measures::progress::BASE_YEAR,
        "horizon": HORIZON,
        "goals": goals,
    })
}

/// One goal with its targets.
pub fn goal(here: &Here, of: &OfGoal) -> Value {
    let mut value = goal_in_short(of);
    value["place"] = json!(here.place);
    value["targets"] = of
        .targets
        .iter()
        .map(|target| target_in_short(of.goal.code.as_str(), target))
        .collect();
    value["others"] = of.others.iter().map(indicator).collect();
    value
}

/// One target with its indicators.
pub fn target(here: &Here, of: &OfTarget) -> Value {
    let mut value = target_in_short(of.target.goal(), of);
    value["place"] = json!(here.place);
    value["indicators"] = of.indicators.iter().map(indicator).collect();
    value
}

/// One number followed and compared.
pub fn progress(followed: &Followed) -> Value {
    let track = &followed.track;
    let mut value = series(track);
    value["place"] = json!(followed.here.place);
    value["over_time"] = json!(track.over_time);
    value["forecast"] = match track.outlook() {
        Ok(outlook) => {
            let expected: Vec<Value> = outlook
                .expected
                .iter()
                .map(|expected| {
                    json!({
                        "period": format!("{}{}", expected.year, outlook.part),
                        "value": expected.value,
                        "lower_80": expected.likely.lower,
                        "upper_80": expected.likely.upper,
                        "lower_95": expected.wide.lower,
                        "upper_95": expected.wide.upper,
                    })
                })
                .collect();
            json!({
                "shape": outlook.trend.shape,
                "n_readings": outlook.trend.n,
                "chance_of_aim": outlook.chance,
                "expected": expected,
            })
        }
        Err(why) => json!({ "why_not": why.to_string() }),
    };
    value["above"] = followed
        .above
        .iter()
        .map(|(place, number, difference)| {
            let mut row = observed(number);
            row["place_name"] = json!(place.name);
            row["difference_lower_95"] = json!(difference.map(|beside| beside.difference.lower));
            row["difference_upper_95"] = json!(difference.map(|beside| beside.difference.upper));
            row["verdict"] = json!(difference.map(|beside| beside.verdict));
            row
        })
        .collect();
    let hidden: Option<Vec<Value>> = followed.hidden.as_ref().map(|found| {
        found
            .iter()
            .map(|(place, hidden)| {
                let mut row = observed(&hidden.observation);
                row["place_name"] = json!(place.name);
                row["gap"] = json!(hidden.gap);
                row["missed"] = json!(hidden.missed);
                row
            })
            .collect()
    });
    value["hidden"] = json!(hidden);
    value
}

/// What is missing, an indicator each.
pub fn gaps_json(here: &Here, rows: &[Row<'_>]) -> Value {
    let indicators: Vec<Value> = rows
        .iter()
        .map(|row| {
            let cells: Vec<Value> = row
                .cells()
                .map(|(by, is_asked, gap)| json!({ "by": by, "asked": is_asked, "state": gap }))
                .collect();
            json!({
                "indicator": row.code,
                "goal": row.goal(),
                "title": row.entry.map(|entry| &entry.title),
                "tier": row.entry.map(|entry| entry.tier),
                "custodian": row.entry.map(|entry| &entry.custodian),
                "sources": row.sources.iter().map(|source| json!({
                    "code": source.code,
                    "title": source.title,
                    "tables": source.tables(),
                    "custodian": source.custodian,
                })).collect::<Vec<_>>(),
                "cells": cells,
            })
        })
        .collect();
    json!({ "place": here.place, "indicators": indicators })
}

/// What is missing, a line for each indicator and group.
///
/// # Errors
/// Never in practice: writing to memory does not fail.
pub fn gaps_csv(here: &Here, rows: &[Row<'_>], lang: Lang) -> anyhow::Result<String> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record([
        "place",
        "goal",
        "target",
        "indicator",
        "title",
        "tier",
        "custodian",
        "by",
        "asked",
        "state",
        "sources",
        "tables",
        "source_custodians",
    ])?;
    for row in rows {
        let title = row
            .entry
            .map(|entry| &entry.title)
            .or_else(|| row.sources.first().map(|source| &source.title));
        let target = row.entry.map_or("", |entry| entry.target());
        let tier = row.entry.map(|entry| entry.tier.to_string()).unwrap_or_default();
        let sources: Vec<&str> = row.sources.iter().map(|source| source.code.as_str()).collect();
        let tables: BTreeSet<&str> = row.sources.iter().flat_map(|source| source.tables()).collect();
        let tables: Vec<&str> = tables.into_iter().collect();
        let mut custodians: Vec<&str> = row
            .sources
            .iter()
            .filter_map(|source| source.custodian.as_ref())
            .map(|custodian| custodian.in_language(lang.code()))
            .collect();
        custodians.dedup();
        for (by, is_asked, gap) in row.cells() {
            writer.write_record([
                here.code(),
                row.goal(),
                target,
                row.code,
                title.map_or("", |title| title.in_language(lang.code())),
                &tier,
                row.entry.map_or("", |entry| entry.custodian.as_str()),
                by,
                if is_asked { "yes" } else { "no" },
                gap.as_str(),
                &sources.join(" "),
                &tables.join(" "),
                &custodians.join("; "),
            ])?;
        }
    }
    let bytes = writer.into_inner().context("finish the CSV")?;
    Ok(String::from_utf8(bytes)?)
}

fn goal_in_short(of: &OfGoal) -> Value {
    let (n_told, n_indicators) = n_told(of.indicators());
    json!({
        "goal": of.goal.code,
        "title": of.goal.title,
        "score": of.score().map(|score| score.score),
        "status": of.score().map(|score| score.status),
        "n_told": n_told,
        "n_indicators": n_indicators,
        "href": format!("/sdg/{}.json", of.goal.code),
    })
}

fn target_in_short(goal: &str, of: &OfTarget) -> Value {
    let (n_told, n_indicators) = n_told(of.indicators.iter());
    json!({
        "target": of.target.code,
        "title": of.target.title,
        "score": of.score().map(|score| score.score),
        "status": of.score().map(|score| score.status),
        "n_told": n_told,
        "n_indicators": n_indicators,
        "href": format!("/sdg/{goal}/{}.json", of.target.code),
    })
}

fn indicator(of: &OfIndicator) -> Value {
    let series: Vec<Value> = of
        .tracks
        .iter()
        .map(|track| {
            let mut row = series(track);
            row["counted"] = track.is_counted.into();
            row
        })
        .collect();
    json!({
        "indicator": of.code,
        "title": of.entry.map(|entry| &entry.title),
        "tier": of.entry.map(|entry| entry.tier),
        "custodian": of.entry.map(|entry| &entry.custodian),
        "asked_by": of.entry.map(|entry| &entry.by),
        "score": of.score().map(|score| score.score),
        "status": of.score().map(|score| score.status),
        "series": series,
    })
}

/// A number with its latest value and how far it has come.
fn series(track: &Track) -> Value {
    let definition = &*track.definition;
    let course = track.course;
    let progress = course.and_then(|course| course.progress.ok());
    let why_not: Option<NoProgress> = course.and_then(|course| course.progress.err());
    let point = |point: measures::progress::Point| json!({ "year": point.year, "value": point.value });
    let score: Option<Score> = track.score();
    json!({
        "code": definition.code,
        "title": definition.title,
        "unit": definition.unit,
        "direction": definition.direction,
        "scope": definition.scope,
        "tier": definition.tier,
        "latest": track.latest().map(observed),
        "aim": track.aim,
        "base": course.map(|course| point(course.base)),
        "current": course.map(|course| point(course.current)),
        "actual_rate": progress.and_then(|progress| progress.actual_rate),
        "required_rate": progress.and_then(|progress| progress.required_rate),
        "pace": progress.and_then(|progress| progress.pace),
        "score": score.map(|score| score.score),
        "status": score.map(|score| score.status),
        "why_not": why_not.map(|why| why.to_string()),
        "href": format!("/indicators/{}/progress.json", definition.code),
    })
}

/// An observation as the indicator's own files write it.
fn observed(o: &Observation) -> Value {
    json!(o)
}
