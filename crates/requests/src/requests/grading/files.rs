//! Grades as files: every input by its number, and the closings that counted, without anything personal.

use serde_json::{Value, json};

use super::{Graded, sheet::Sheet};
use crate::{
    platform::{
        code::Code,
        problem::{Problem, Result},
        time::Time,
    },
    requests::model::{counting::Closed, gaming::Shadow, request::Recorder},
};

/// Writes the closings that counted. Of a confidential request only the unit, the days and what it counted for.
///
/// # Errors
/// When writing fails.
pub fn closings(closed: &[Closed], old_us: i64) -> Result<Vec<u8>> {
    let mut file = csv::Writer::from_writer(Vec::new());
    file.write_record([
        "request",
        "closing",
        "unit",
        "district",
        "place",
        "service",
        "closed_as",
        "opened_at",
        "acted_at",
        "limit_at",
        "closed_at",
        "promised_at",
        "satisfaction_recorded_by",
        "reopened_at",
        "checked",
        "counts_as_satisfied",
        "counts_as_not_asked",
        "counts_as_old",
        "counts_as_low_quality",
        "counts_as_late",
    ])
    .map_err(Problem::internal)?;
    for closing in closed {
        let open = |text: &str| {
            if closing.is_confidential {
                String::new()
            } else {
                text.to_owned()
            }
        };
        let moment = |at: Option<Time>| match (at, closing.is_confidential) {
            (None, _) => String::new(),
            (Some(at), false) => at.to_string(),
            // The day alone: an exact moment may point at a person.
            (Some(at), true) => at.to_string().chars().take(10).collect(),
        };
        let code =
            Code::<8>::parse(&closing.code).map_or_else(|_| closing.code.clone(), |code| code.to_string());
        let mark = |is: bool| if is { "1" } else { "0" }.to_owned();
        file.write_record([
            open(&code),
            closing.n.to_string(),
            closing.unit.clone(),
            closing.district.clone().unwrap_or_default(),
            open(closing.place.as_deref().unwrap_or_default()),
            open(&closing.service),
            closing.kind.as_str().to_owned(),
            moment(Some(closing.opened_at)),
            moment(Some(closing.acted_at)),
            moment(closing.limit_at),
            moment(Some(closing.closed_at)),
            moment(closing.promised_at),
            closing.recorder.as_str().to_owned(),
            moment(closing.reopened_at),
            closing
                .is_good
                .map_or("", |good| if good { "good" } else { "bad" })
                .to_owned(),
            mark(closing.is_satisfied()),
            mark(closing.is_unasked()),
            mark(closing.is_old(old_us)),
            mark(!closing.is_unasked() && closing.is_low_quality()),
            mark(closing.is_late()),
        ])
        .map_err(Problem::internal)?;
    }
    file.into_inner()
        .map_err(|error| Problem::internal(error.into_error()))
}

/// Writes the list of closings as JSON.
///
/// # Errors
/// When the list that was kept is damaged.
pub fn closings_as_json(list: &[u8]) -> Result<Value> {
    let mut reader = csv::Reader::from_reader(list);
    let head = reader.headers().map_err(Problem::internal)?.clone();
    let mut closings = Vec::new();
    for record in reader.records() {
        let record = record.map_err(Problem::internal)?;
        let fields: serde_json::Map<String, Value> = head
            .iter()
            .zip(record.iter())
            .map(|(name, value)| (name.to_owned(), json!(value)))
            .collect();
        closings.push(Value::Object(fields));
    }
    Ok(json!({ "closings": closings }))
}

/// Writes units and districts with all that was counted about them.
///
/// # Errors
/// When writing fails.
pub fn table(sheet: &Sheet) -> Result<Vec<u8>> {
    let mut head: Vec<String> = [
        "kind",
        "code",
        "period",
        "group",
        "rank",
        "letter",
        "score",
        "of_points",
    ]
    .map(str::to_owned)
    .into();
    for part in &sheet.rule.parts {
        let measure = part.measure.as_str().replace('-', "_");
        head.extend(["points", "good", "all", "is_known"].map(|what| format!("{measure}_{what}")));
    }
    head.extend(
        [
            "handled",
            "closed",
            "closed_with_yes",
            "closed_where_nobody_asked",
            "closed_late",
            "old",
            "old_closed_with_yes",
            "low_quality",
            "not_attended",
            "reopened_within_30_days",
            "same_person_and_matter_again",
            "answered_in_last_24_hours",
            "special_closes",
            "closed_by_silence",
            "ping_pong",
        ]
        .map(str::to_owned),
    );
    head.extend(
        Recorder::ALL
            .iter()
            .map(|recorder| format!("satisfaction_by_{}", recorder.as_str())),
    );
    let mut file = csv::Writer::from_writer(Vec::new());
    file.write_record(&head).map_err(Problem::internal)?;
    for (kind, graded) in [("unit", &sheet.units), ("district", &sheet.districts)] {
        for unit in graded {
            file.write_record(row(sheet, kind, unit))
                .map_err(Problem::internal)?;
        }
    }
    file.into_inner()
        .map_err(|error| Problem::internal(error.into_error()))
}

fn row(sheet: &Sheet, kind: &str, unit: &Graded) -> Vec<String> {
    let grade = unit.grade.as_ref();
    let mut row = vec![
        kind.to_owned(),
        unit.unit.clone(),
        sheet.period.clone(),
        grade.map_or(String::new(), |grade| grade.group.clone()),
        unit.rank.map_or(String::new(), |rank| rank.to_string()),
        grade.map_or(String::new(), |grade| grade.letter.clone()),
        grade.map_or(String::new(), |grade| format!("{:.2}", grade.score)),
        grade.map_or(String::new(), |grade| format!("{:.2}", grade.of_points)),
    ];
    for part in &sheet.rule.parts {
        let scored = grade.and_then(|grade| grade.parts.iter().find(|scored| scored.measure == part.measure));
        row.extend(match scored {
            Some(scored) => [
                format!("{:.2}", scored.points),
                scored.n_good.to_string(),
                scored.n_all.to_string(),
                i64::from(scored.is_known).to_string(),
            ],
            None => Default::default(),
        });
    }
    let (counts, shadow) = (&unit.counts, &unit.shadow);
    row.extend(
        [
            counts.n_handled,
            counts.n_closed,
            counts.n_satisfied,
            counts.n_unasked,
            counts.n_late,
            counts.n_old,
            counts.n_old_satisfied,
            counts.n_low_quality,
            counts.n_not_attended,
            shadow.n_reopened_soon,
            shadow.n_again,
            shadow.n_last_day,
            shadow.n_special,
            shadow.n_silence,
            shadow.n_ping_pong,
        ]
        .map(|n| n.to_string()),
    );
    row.extend(
        Recorder::ALL
            .iter()
            .map(|recorder| satisfaction_by(shadow, *recorder).to_string()),
    );
    row
}

/// How many yeses somebody wrote down.
#[must_use]
pub fn satisfaction_by(shadow: &Shadow, recorder: Recorder) -> i64 {
    shadow.satisfaction_by.get(&recorder).copied().unwrap_or(0)
}

/// Writes the sheet as JSON, with moments as people write them.
///
/// # Errors
/// When writing fails.
pub fn as_json(sheet: &Sheet) -> Result<Value> {
    let mut whole = serde_json::to_value(sheet).map_err(Problem::internal)?;
    for (name, at) in [
        ("from", sheet.from),
        ("to", sheet.to),
        ("published_at", sheet.published_at),
    ] {
        whole[name] = json!(at.to_string());
    }
    whole["is_published"] = json!(sheet.closings.is_some());
    if sheet.closings.is_some() {
        whole["closings_csv"] = json!(format!("/requests/grades/{}/closings.csv", sheet.period));
    }
    Ok(whole)
}
