//! What the forms of a round's page do.

use jiff::civil::Date;

use super::{
    fields::{Faults, Fields},
    sheet::{Wanted, beside},
};
use crate::{
    facilitators::model::group::GROUPS,
    platform::{
        app::App,
        op::Op,
        problem::{Kind, Problem, Result},
    },
    scorecards::{
        NewPromise, NewSession, View, add_group, agree, apply_all, begin, cancel, close,
        model::{
            act::{Act, Applied, What},
            round::Attendance,
        },
        open_meeting, plan_lines, promise,
    },
};

pub const DONE: &str = "scorecards-desk-done";
const LATE: &str = "scorecards-desk-was-late";
/// What the page says once after something was done.
pub const TOLD: [&str; 2] = [DONE, LATE];

/// Does what a form of the page asks for; returns the text that says so.
///
/// # Errors
/// Names the fields that will not do, as the page calls them; `scorecards-act-unknown`.
pub async fn done(app: &App, op: &Op, view: &View, fields: &Fields) -> Result<&'static str> {
    // What is no number is no revision that anybody was shown.
    let revision = fields.get("revision").parse().unwrap_or(-1);
    let round = view.round.id.as_str();
    if matches!(fields.get("act"), "inputs" | "note" | "choose") {
        return noted(app, op, view, fields).await;
    }
    let mut tx = app.db.begin().await?;
    match fields.get("act") {
        "begin" => begin(&mut tx, op, round, revision).await?,
        "group" => {
            let group = NewSession {
                group: fields.get("group").to_owned(),
                name: Some(fields.get("group_name").to_owned()).filter(|name| !name.is_empty()),
                place: fields.get("group_place").to_owned(),
            };
            renamed(add_group(&mut tx, op, round, group).await, "groups", "group")?;
        }
        "cancel" => {
            let done = cancel(&mut tx, op, round, revision, fields.get("cancel_why")).await;
            renamed(done, "why", "cancel_why")?;
        }
        "meet" => {
            let absent = Some(fields.get("absent_why").to_owned()).filter(|why| !why.is_empty());
            let done = open_meeting(&mut tx, op, round, revision, absent).await;
            renamed(done, "why", "absent_why")?;
        }
        "promise" => {
            let new = promised(fields)?;
            // The same form sent twice promises once.
            if !stands(app, round, &new).await? {
                promise(&mut tx, op, round, new).await?;
            }
        }
        "agree" => {
            let (attendance, next_on) = agreed(fields)?;
            agree(
                &mut tx,
                op,
                round,
                revision,
                attendance,
                fields.get("minutes"),
                next_on,
            )
            .await?;
        }
        "close" => close(&mut tx, op, round, revision).await?,
        _ => return Err(Problem::invalid("scorecards-act-unknown")),
    }
    tx.commit().await?;
    Ok(DONE)
}

/// The id of an input that is still to come, the same whenever the same page is sent.
#[must_use]
pub fn blank_id(token: &str, n: usize) -> String {
    super::sheet::id_of(&[token, "input", &n.to_string()])
}

/// What is noted by acts: inputs, notes, choices.
async fn noted(app: &App, op: &Op, view: &View, fields: &Fields) -> Result<&'static str> {
    let wanted = match fields.get("act") {
        "inputs" => inputs(op, view, fields),
        "note" => {
            let what = What::Note {
                note: super::sheet::id_of(&[fields.get("token"), "note", fields.get("note_text")]),
                criterion: None,
                text: fields.get("note_text").to_owned(),
            };
            vec![beside(fields, op.at, None, what)]
        }
        _ => {
            let what = What::Choose {
                conflict: fields.get("conflict").to_owned(),
                act: fields.get("chosen").to_owned(),
            };
            vec![beside(fields, op.at, Some(fields.get("session")), what)]
        }
    };
    let acts: Vec<Act> = wanted.iter().map(|each| each.act.clone()).collect();
    let mut tx = app.db.begin().await?;
    let results = apply_all(&mut tx, op, &view.round.id, &acts).await?;
    let (mut faults, mut text) = (Faults::default(), DONE);
    for (each, result) in wanted.iter().zip(results) {
        match result {
            Ok(Applied::Late) => text = LATE,
            Ok(Applied::Done | Applied::Again | Applied::Conflict { .. }) => {}
            Err(problem) => faults.take(problem, |field| match (field, each.row.as_str()) {
                ("text", "") => "note_text".to_owned(),
                (field, "") => field.to_owned(),
                (field, row) => format!("{field}.{row}"),
            })?,
        }
    }
    faults.done()?;
    tx.commit().await?;
    Ok(text)
}

/// The inputs that were changed, or are new.
fn inputs(op: &Op, view: &View, fields: &Fields) -> Vec<Wanted> {
    let mut wanted = Vec::new();
    for id in fields.all("input") {
        let of = |name: &str| fields.of(name, id).to_owned();
        let (what, entitlement, actual, remark) = (of("what"), of("entitlement"), of("actual"), of("remark"));
        let is_short = of("short") == "yes";
        let is_same = match view.inputs.iter().find(|known| known.id == id) {
            Some(known) => {
                let told = (&known.what, &known.entitlement, &known.actual, &known.remark);
                told == (&what, &entitlement, &actual, &remark) && known.is_short == is_short
            }
            None => {
                let all = [&what, &entitlement, &actual, &remark];
                all.iter().all(|text| text.is_empty()) && !is_short
            }
        };
        if is_same {
            continue;
        }
        let act = What::Input {
            input: id.to_owned(),
            what,
            entitlement,
            actual,
            remark,
            is_short,
        };
        wanted.push(Wanted {
            row: id.to_owned(),
            ..beside(fields, op.at, None, act)
        });
    }
    wanted
}

/// Tells whether the plan has the same promise already.
async fn stands(app: &App, round: &str, new: &NewPromise) -> Result<bool> {
    let plan = plan_lines(app, round).await?;
    Ok(plan.iter().any(|line| {
        let known = &line.commitment;
        known.promise == new.promise && known.owner == new.owner && known.due_on == new.due_on
    }))
}

fn promised(fields: &Fields) -> Result<NewPromise> {
    let mut faults = Faults::default();
    let due_on = day(fields, "due_on", &mut faults);
    if fields.get("promise").is_empty() {
        faults.add("promise", "evidence-promise-missing");
    }
    if fields.get("owner").is_empty() {
        faults.add("owner", "evidence-owner-missing");
    }
    if fields.get("due_on").is_empty() {
        faults.add("due_on", "scorecards-day");
    }
    faults.done()?;
    let some = |name: &str| Some(fields.get(name).to_owned()).filter(|text| !text.is_empty());
    Ok(NewPromise {
        criterion: some("criterion"),
        promise: fields.get("promise").to_owned(),
        owner: fields.get("owner").to_owned(),
        owner_post: some("owner_post"),
        resources: fields.get("resources").to_owned(),
        due_on: due_on.unwrap_or_default(),
    })
}

/// Who came, and when the next round is, where somebody says so.
fn agreed(fields: &Fields) -> Result<(Attendance, Option<Date>)> {
    let mut faults = Faults::default();
    let mut counted = |name: String| match fields.get(&name) {
        "" => 0,
        typed => typed.parse::<u32>().unwrap_or_else(|_| {
            faults.add(name, "scorecards-number");
            0
        }),
    };
    let total = counted("attendance".to_owned());
    let by_group = GROUPS
        .into_iter()
        .map(|group| (group.to_owned(), counted(format!("came.{group}"))))
        .filter(|(_, n)| *n > 0)
        .collect();
    let next_on = day(fields, "next_on", &mut faults);
    faults.done()?;
    Ok((Attendance { total, by_group }, next_on))
}

/// A day that was typed; none where the field is empty.
pub fn day(fields: &Fields, name: &'static str, faults: &mut Faults) -> Option<Date> {
    match fields.get(name) {
        "" => None,
        typed => typed.parse().map_err(|_| faults.add(name, "scorecards-day")).ok(),
    }
}

/// The same outcome with a field of a refusal called as the page calls it.
fn renamed<T>(outcome: Result<T>, from: &str, to: &str) -> Result<T> {
    let problem = match outcome {
        Err(problem) if problem.kind() == Kind::Invalid && !problem.fields().is_empty() => problem,
        outcome => return outcome,
    };
    let mut faults = Faults::default();
    faults.take(problem, |field| match field == from {
        true => to.to_owned(),
        false => field.to_owned(),
    })?;
    faults.done()?;
    Err(Problem::invalid("fields"))
}
