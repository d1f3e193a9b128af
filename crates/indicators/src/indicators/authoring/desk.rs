//! Definitions on the desk: what is on its way, a text with what it would make, and the next step.

use axum::{
    Form,
    extract::{Path, Query, State},
    http::{HeaderMap, Uri},
    response::Response,
};
use jiff::{civil::Date, tz::TimeZone};
use serde::Deserialize;

use super::{
    READERS,
    model::{Act, Case},
    pages::{ListPage, NewPage, ProposalPage, Seen},
    steps::{self, Step, actor_of, require_steward, stage_of, trial_of},
    trial,
};
use crate::{
    indicators::{self, model::definition::Definition, store::authoring as rows},
    places,
    platform::{
        app::App,
        op::Op,
        page::{field_errors, render, render_refused, shell},
        problem::{Kind, Problem, Result},
        time::Time,
        told,
    },
};

/// The text of a shipped template.
macro_rules! shipped {
    ($name:literal) => {
        include_str!(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../data/indicator-templates/",
            $name,
            ".toml"
        ))
    };
}

/// Texts to begin with, by the word of their address.
pub const TEMPLATES: [(&str, &str); 6] = [
    ("share", shipped!("share")),
    ("mean", shipped!("mean")),
    ("ratio", shipped!("ratio")),
    ("total", shipped!("total")),
    ("formula", shipped!("formula")),
    ("entered", shipped!("entered")),
];

/// What the page says once a step was taken, by the word of its button.
const TOLD: [(&str, &str); 8] = [
    ("save", "indicators-authoring-done-save"),
    ("try", "indicators-authoring-done-try"),
    ("submit", "indicators-authoring-done-submit"),
    ("take-back", "indicators-authoring-done-take-back"),
    ("check", "indicators-authoring-done-check"),
    ("return", "indicators-authoring-done-return"),
    ("approve", "indicators-authoring-done-approve"),
    ("withdraw", "indicators-authoring-done-withdraw"),
];

/// What somebody wants to begin with.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Beginning {
    /// Code of an indicator that is to get another definition, or is near to what is wanted.
    from: String,
    /// One of [`TEMPLATES`].
    template: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct NewInput {
    text: String,
}

/// What the form of a proposal sends.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ProposalInput {
    act: String,
    revision: i64,
    /// Only of a draft.
    pub text: Option<String>,
    pub why: String,
    pub note: String,
    /// The first day on which it is in force; empty: at once.
    pub from: String,
}

pub async fn list(State(app): State<App>, op: Op, uri: Uri) -> Result<Response> {
    op.require(&READERS)?;
    let actor = actor_of(&app, &op).await?;
    let open = rows::list_open(&app.db).await?;
    let known = indicators::list(&app).await?;
    let page = shell(&app, &op, &uri);
    render(&ListPage::new(page, &open, &known, &actor, |at| {
        app.config.day(at)
    }))
}

pub async fn begin(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    Query(beginning): Query<Beginning>,
) -> Result<Response> {
    require_steward(&app, &op).await?;
    let text = match beginning.from.as_str() {
        "" => template(&beginning.template).to_owned(),
        code => indicators::find(&app, code).await?.definition.text.clone(),
    };
    render(&NewPage::new(shell(&app, &op, &uri), text))
}

pub async fn propose(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    headers: HeaderMap,
    Form(input): Form<NewInput>,
) -> Result<Response> {
    match steps::propose(&app, &op, &input.text).await {
        Ok(proposal) => {
            let to = format!("/desk/indicators/{proposal}");
            Ok(told::redirect(
                &app,
                &headers,
                &to,
                "indicators-authoring-done-save",
            ))
        }
        Err(problem) if problem.kind() == Kind::Invalid => {
            let mut page = shell(&app, &op, &uri);
            page.errors = field_errors(&problem, &op);
            render_refused(&problem, &NewPage::new(page, input.text))
        }
        Err(problem) => Err(problem),
    }
}

pub async fn show(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    Path(proposal): Path<String>,
    headers: HeaderMap,
) -> Result<Response> {
    op.require(&READERS)?;
    let page = told::shell_with(&headers, shell(&app, &op, &uri), &TOLD.map(|(_, id)| id));
    let seen = look(&app, &op, &proposal).await?;
    told::render_once(
        &headers,
        &uri,
        &ProposalPage::new(page, &seen, &ProposalInput::default()),
    )
}

pub async fn act(
    State(app): State<App>,
    op: Op,
    Path(proposal): Path<String>,
    headers: HeaderMap,
    Form(input): Form<ProposalInput>,
) -> Result<Response> {
    op.require(&READERS)?;
    let to = format!("/desk/indicators/{proposal}");
    match taken(&app, &op, &proposal, &input).await {
        Ok(()) => {
            let done = TOLD.iter().find(|(word, _)| *word == input.act);
            let text = done.map_or("", |(_, id)| *id);
            Ok(told::redirect(&app, &headers, &to, text))
        }
        Err(problem) if matches!(problem.kind(), Kind::Invalid | Kind::Conflict) => {
            let mut page = shell(&app, &op, &Uri::from_static("/desk/indicators"));
            page.path = to;
            page.errors = field_errors(&problem, &op);
            let mut seen = look(&app, &op, &proposal).await?;
            // Their text would go over one that they have not seen: they can copy it, and look again.
            if input.text.is_some() && problem.code() == "publication-changed-meanwhile" {
                seen.row.revision = input.revision;
            }
            render_refused(&problem, &ProposalPage::new(page, &seen, &input))
        }
        Err(problem) => Err(problem),
    }
}

async fn taken(app: &App, op: &Op, proposal: &str, input: &ProposalInput) -> Result<()> {
    let revision = match &input.text {
        Some(text) => steps::change(app, op, proposal, input.revision, text).await?,
        None => input.revision,
    };
    match input.act.as_str() {
        "save" => Ok(()),
        "try" => trial::try_out(app, op, proposal, revision).await,
        _ => {
            let step = Step {
                proposal,
                revision,
                act: act_of(app, op, input)?,
                note: &input.note,
                why: &input.why,
            };
            steps::act(app, op, &step).await
        }
    }
}

/// The step that a button means.
fn act_of(app: &App, op: &Op, input: &ProposalInput) -> Result<Act> {
    Ok(match input.act.as_str() {
        "submit" => Act::Submit,
        "take-back" => Act::TakeBack,
        "check" => Act::Check,
        "return" => Act::Return,
        "approve" => Act::Approve {
            force_at: moment(app, op.at, &input.from)?,
        },
        "withdraw" => Act::Withdraw,
        word => return Err(Problem::invalid("step-unknown").with("step", word)),
    })
}

/// The first moment of a day at the place; now for today and when nothing is said.
fn moment(app: &App, now: Time, text: &str) -> Result<Time> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(now);
    }
    let malformed = || Problem::invalid("fields").field("from", "indicators-authoring-day");
    let day: Date = text.parse().map_err(|_| malformed())?;
    if day == app.config.day(now) {
        return Ok(now);
    }
    let zone = TimeZone::get(&app.config.time_zone).unwrap_or(TimeZone::UTC);
    let zoned = day.to_zoned(zone).map_err(|_| malformed())?;
    Ok(Time(zoned.timestamp().as_microsecond()))
}

/// Gathers what the page of a proposal shows.
async fn look(app: &App, op: &Op, proposal: &str) -> Result<Seen> {
    let row = rows::look_at(&app.db, proposal)
        .await?
        .ok_or_else(steps::unknown)?;
    let actor = actor_of(app, op).await?;
    let case = Case {
        stage: stage_of(&row),
        authors: rows::list_authors(app.db.read(), proposal).await?,
    };
    let may = |act: &Act| case.after(actor, *act, op.at);
    let in_force = match row.indicator.as_str() {
        "" => None,
        code => indicators::list(app)
            .await?
            .into_iter()
            .find(|known| known.definition.code == code)
            .map(|known| known.definition.text.clone()),
    };
    let all = places::all(app).await?;
    let trial = trial_of(&row).filter(|_| actor.takes_part());
    let name_of = |code: &str| {
        all.find(code).map_or_else(
            || code.to_owned(),
            |place| place.name_in(op.lang.code()).to_owned(),
        )
    };
    let moment = |at: i64| op.lang.date_time(app.config.zoned(Time(at)).datetime());
    Ok(Seen {
        acts: Act::ALL.into_iter().filter(|act| may(act).is_ok()).collect(),
        why_not: Act::ALL
            .iter()
            .find_map(|act| steps::own_hand(may(act).err()?, op.lang))
            .unwrap_or_default(),
        may_write: actor.is_steward && row.stage == "draft",
        wrong: Definition::parse(&row.text)
            .err()
            .map(|error| error.to_string())
            .unwrap_or_default(),
        force_at: row.force_at.map(moment).unwrap_or_default(),
        tried_at: trial.as_ref().map(|trial| moment(trial.at.0)).unwrap_or_default(),
        places: trial
            .iter()
            .flat_map(|trial| trial.places())
            .map(|code| (code.to_owned(), name_of(code)))
            .collect(),
        steps: rows::list_steps(&app.db, proposal)
            .await?
            .into_iter()
            .map(|step| (moment(step.at), step))
            .collect(),
        trial,
        in_force,
        row,
    })
}

fn template(name: &str) -> &'static str {
    TEMPLATES
        .iter()
        .find(|(known, _)| *known == name)
        .map_or("", |(_, text)| *text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_to_begin_with_is_a_definition() {
        for (name, text) in TEMPLATES {
            let read = Definition::parse(text);
            assert!(read.is_ok(), "{name}: {read:?}");
        }
    }
}
