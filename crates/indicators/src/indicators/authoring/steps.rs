//! The front door of proposals: write, change, hand in, check, approve.

use super::{
    ProposalMoved, READERS,
    model::{Act, Actor, Case, Hand, Refusal, Stage, Trial},
};
use crate::{
    accounts::Reaches,
    indicators::{
        formulas,
        model::definition::Definition,
        put_in_force,
        store::authoring::{self as rows, ProposalRow, StageColumns},
    },
    platform::{
        app::App,
        db::Tx,
        i18n::Lang,
        op::{Op, Role},
        problem::{Kind, Problem, Result},
        time::Time,
    },
};

/// Characters of a definition.
const LONGEST_TEXT: usize = 100_000;
const LONGEST_NOTE: usize = 2_000;

/// A step that somebody takes, as a form says it.
#[derive(Debug, Clone)]
pub struct Step<'a> {
    pub proposal: &'a str,
    /// As it was when they looked at it.
    pub revision: i64,
    pub act: Act,
    pub note: &'a str,
    /// Why the definition changes, for everybody; needed to hand it in.
    pub why: &'a str,
}

/// Says what the caller may do with definitions, which belong to no place and no organisation.
pub async fn actor_of<'a>(app: &App, op: &'a Op) -> Result<Actor<'a>> {
    let reaches = Reaches::of(app, op).await?;
    let is_steward = reaches.covers(&[Role::Steward], None, None);
    Ok(Actor {
        id: op.person().map(|person| person.id.as_str()),
        is_steward,
        may_approve: is_steward || reaches.covers(&[Role::Leader], None, None),
    })
}

/// Passes stewards of everything.
pub async fn require_steward(app: &App, op: &Op) -> Result<()> {
    op.require(&READERS)?;
    if actor_of(app, op).await?.is_steward {
        Ok(())
    } else {
        Err(Problem::forbidden("not-allowed"))
    }
}

/// Begins a proposal with a text, whatever is wrong with it; returns its id.
///
/// # Errors
/// `text-long` on field `text`; `not-allowed`.
pub async fn propose(app: &App, op: &Op, text: &str) -> Result<String> {
    require_steward(app, op).await?;
    let text = read(text)?;
    let code = code_of(&text);
    let mut tx = app.db.begin().await?;
    let proposal = rows::insert(&mut tx, &code, &text, op.at).await?;
    note_written(&mut tx, op, &proposal, code).await?;
    tx.commit().await?;
    Ok(proposal)
}

/// Keeps another text of a draft; returns the revision that it is now.
///
/// # Errors
/// `publication-changed-meanwhile` when somebody changed it since, `step-not-now` when it is no draft; `text-long` on field `text`;
/// `not-allowed`; `indicators-authoring-unknown`.
pub async fn change(app: &App, op: &Op, proposal: &str, revision: i64, text: &str) -> Result<i64> {
    require_steward(app, op).await?;
    let text = read(text)?;
    let mut tx = app.db.begin().await?;
    let row = find(&mut tx, proposal, revision).await?;
    if row.stage != "draft" {
        return Err(Problem::conflict("step-not-now"));
    }
    if row.text == text {
        return Ok(row.revision);
    }
    let code = code_of(&text);
    if !rows::put_text(&mut tx, &row, &code, &text).await? {
        return Err(Problem::conflict("publication-changed-meanwhile"));
    }
    note_written(&mut tx, op, proposal, code).await?;
    tx.commit().await?;
    Ok(row.revision + 1)
}

/// Takes a step; an approved definition whose moment is now comes into force with it.
///
/// # Errors
/// `publication-changed-meanwhile` when something changed since; `why-missing` on field `note` or `why`; `own-work`, `own-check`,
/// `step-not-now`; `publish-at-past` on field `from`; `indicators-definition` on field `text`; `indicators-authoring-untried` on field
/// `note`; `indicators-authoring-same`; `not-allowed`; `indicators-authoring-unknown`.
pub async fn act(app: &App, op: &Op, step: &Step<'_>) -> Result<()> {
    op.require(&READERS)?;
    let actor = actor_of(app, op).await?;
    let authors = rows::list_authors(app.db.read(), step.proposal).await?;
    let mut tx = app.db.begin().await?;
    let row = find(&mut tx, step.proposal, step.revision).await?;
    let note = noted(step.note)?;
    if step.act.needs_note() && note.is_empty() {
        return Err(Problem::invalid("fields").field("note", "why-missing"));
    }
    let case = Case {
        stage: stage_of(&row),
        authors,
    };
    let stage = case.after(actor, step.act, op.at).map_err(spoken)?;
    let why = match step.act {
        Act::Submit => ready(&mut tx, op, &row, step, note).await?,
        _ => row.why.clone(),
    };
    keep(&mut tx, op, &row, &why, (step.act.as_str(), note), &stage).await?;
    if let Stage::Approved { force_at, .. } = stage
        && force_at <= op.at
    {
        let row = rows::find(&mut tx, &row.id).await?.ok_or_else(unknown)?;
        enforce(&mut tx, op, &row).await?;
        keep(&mut tx, op, &row, &row.why, ("in-force", ""), &Stage::InForce).await?;
    }
    tx.commit().await
}

/// Puts an approved proposal whose moment has come in force; gives it back to its authors where that cannot be done any more, as when
/// an indicator that it reads went away.
pub async fn bring_into_force(app: &App, op: &Op, due: &ProposalRow) -> Result<()> {
    let mut tx = app.db.begin().await?;
    let Some(row) = rows::find(&mut tx, &due.id).await? else {
        return Ok(());
    };
    if row.revision != due.revision {
        return Ok(());
    }
    match enforce(&mut tx, op, &row).await {
        Ok(()) => keep(&mut tx, op, &row, &row.why, ("in-force", ""), &Stage::InForce).await?,
        Err(problem) if problem.kind() == Kind::Invalid => {
            let said = problem.sentence(op.lang);
            keep(
                &mut tx,
                op,
                &row,
                &row.why,
                ("failed", said.as_str()),
                &Stage::Draft,
            )
            .await?;
        }
        Err(problem) => return Err(problem),
    }
    tx.commit().await
}

/// Reads a text as a definition that could be put in force.
///
/// # Errors
/// `indicators-definition`, on field `text` where the text itself is at fault.
pub async fn parse(tx: &mut Tx, text: &str) -> Result<Definition> {
    let definition = Definition::parse(text).map_err(|error| {
        Problem::invalid("fields").field_with(
            "text",
            "indicators-definition",
            vec![("reason", error.to_string())],
        )
    })?;
    formulas::check(tx, &definition).await?;
    Ok(definition)
}

/// Finds a proposal that is as somebody saw it.
pub async fn find(tx: &mut Tx, proposal: &str, revision: i64) -> Result<ProposalRow> {
    let row = rows::find(tx, proposal).await?.ok_or_else(unknown)?;
    if row.revision == revision {
        Ok(row)
    } else {
        Err(Problem::conflict("publication-changed-meanwhile"))
    }
}

/// There is no such proposal.
pub fn unknown() -> Problem {
    Problem::not_found("indicators-authoring-unknown")
}

/// Who acts, as steps keep it: the account's id.
pub fn who(op: &Op) -> &str {
    op.person().map_or("system", |person| person.id.as_str())
}

/// The stage as its row says it.
pub fn stage_of(row: &ProposalRow) -> Stage {
    let hand = |who: &Option<String>, at: Option<i64>| Hand {
        who: who.clone().unwrap_or_default(),
        at: Time(at.unwrap_or_default()),
    };
    let submitted = hand(&row.submitted_by, row.submitted_at);
    let checked = hand(&row.checked_by, row.checked_at);
    match row.stage.as_str() {
        "submitted" => Stage::Submitted { by: submitted },
        "checked" => Stage::Checked {
            submitted,
            by: checked,
        },
        "approved" => Stage::Approved {
            submitted,
            checked,
            by: hand(&row.approved_by, row.approved_at),
            force_at: Time(row.force_at.unwrap_or_default()),
        },
        "in-force" => Stage::InForce,
        "withdrawn" => Stage::Withdrawn,
        _ => Stage::Draft,
    }
}

/// What a text was found to make, where it is the text that was tried.
pub fn trial_of(row: &ProposalRow) -> Option<Trial> {
    row.trial
        .as_deref()
        .and_then(|trial| serde_json::from_str(trial).ok())
}

/// Turns a refusal into a problem that its reader can do something about.
fn spoken(refusal: Refusal) -> Problem {
    match refusal {
        Refusal::NotAllowed => Problem::forbidden("not-allowed"),
        Refusal::OwnWork => Problem::forbidden("own-work"),
        Refusal::OwnCheck => Problem::forbidden("own-check"),
        Refusal::NotNow => Problem::conflict("step-not-now"),
        Refusal::DayPast => Problem::invalid("fields").field("from", "publish-at-past"),
    }
}

/// Says why somebody may not look at their own work; nothing where a step is refused for another reason.
pub fn own_hand(refusal: Refusal, lang: Lang) -> Option<String> {
    matches!(refusal, Refusal::OwnWork | Refusal::OwnCheck).then(|| spoken(refusal).sentence(lang))
}

/// Holds what is handed in against what must be true of it; returns why the definition changes.
async fn ready(tx: &mut Tx, op: &Op, row: &ProposalRow, step: &Step<'_>, note: &str) -> Result<String> {
    let definition = parse(tx, &row.text).await?;
    let in_force = rows::find_version_in_force(tx, &definition.code).await?;
    if in_force.as_deref() == Some(definition.version.as_str()) {
        return Err(Problem::conflict("indicators-authoring-same").with("code", &definition.code));
    }
    let is_tried =
        trial_of(row).is_some_and(|trial| trial.version == definition.version && trial.found.is_something());
    if !is_tried && note.is_empty() {
        return Err(Problem::invalid("fields").field("note", "indicators-authoring-untried"));
    }
    Ok(op.because(step.why)?.why.unwrap_or_default())
}

/// Puts the text of a proposal in force.
async fn enforce(tx: &mut Tx, op: &Op, row: &ProposalRow) -> Result<()> {
    let definition = Definition::parse(&row.text)
        .map_err(|error| Problem::invalid("indicators-definition").with("reason", error))?;
    put_in_force(tx, &op.because(&row.why)?, &definition, Some(&row.id)).await
}

/// Keeps a stage with the step that led to it: its word, and what was said.
async fn keep(
    tx: &mut Tx,
    op: &Op,
    row: &ProposalRow,
    why: &str,
    (act, note): (&'static str, &str),
    stage: &Stage,
) -> Result<()> {
    if !rows::put_stage(tx, row, why, &columns_of(row, stage)).await? {
        return Err(Problem::conflict("publication-changed-meanwhile"));
    }
    rows::put_step(tx, &row.id, op.at, who(op), act, note).await?;
    let event = ProposalMoved {
        proposal: row.id.clone(),
        indicator: row.indicator.clone(),
        act,
        stage: stage.as_str(),
    };
    tx.emit(op, &event).await
}

fn columns_of(row: &ProposalRow, stage: &Stage) -> StageColumns {
    let mut columns = StageColumns {
        stage: stage.as_str(),
        ..StageColumns::default()
    };
    let mut submitted = |by: &Hand| {
        columns.submitted_by = Some(by.who.clone());
        columns.submitted_at = Some(by.at.0);
    };
    match stage {
        Stage::Draft => {}
        Stage::Submitted { by } => submitted(by),
        Stage::Checked { submitted: first, by } => {
            submitted(first);
            columns.checked_by = Some(by.who.clone());
            columns.checked_at = Some(by.at.0);
        }
        Stage::Approved {
            submitted: first,
            checked,
            by,
            force_at,
        } => {
            submitted(first);
            columns.checked_by = Some(checked.who.clone());
            columns.checked_at = Some(checked.at.0);
            columns.approved_by = Some(by.who.clone());
            columns.approved_at = Some(by.at.0);
            columns.force_at = Some(force_at.0);
        }
        Stage::InForce | Stage::Withdrawn => {
            columns.submitted_by.clone_from(&row.submitted_by);
            columns.submitted_at = row.submitted_at;
            columns.checked_by.clone_from(&row.checked_by);
            columns.checked_at = row.checked_at;
            columns.approved_by.clone_from(&row.approved_by);
            columns.approved_at = row.approved_at;
            columns.force_at = row.force_at;
        }
    }
    columns
}

async fn note_written(tx: &mut Tx, op: &Op, proposal: &str, indicator: String) -> Result<()> {
    rows::put_step(tx, proposal, op.at, who(op), "written", "").await?;
    let event = ProposalMoved {
        proposal: proposal.to_owned(),
        indicator,
        act: "written",
        stage: "draft",
    };
    tx.emit(op, &event).await
}

/// The code that a text names; empty where it cannot be read.
fn code_of(text: &str) -> String {
    Definition::parse(text).map_or_else(|_| String::new(), |definition| definition.code)
}

/// Takes a text as a browser sends it, whose lines end in two characters.
fn read(text: &str) -> Result<String> {
    if text.chars().count() > LONGEST_TEXT {
        return Err(Problem::invalid("fields").field("text", "text-long"));
    }
    Ok(text.replace("\r\n", "\n"))
}

fn noted(note: &str) -> Result<&str> {
    let note = note.trim();
    if note.chars().count() > LONGEST_NOTE {
        return Err(Problem::invalid("fields").field("note", "text-long"));
    }
    Ok(note)
}
