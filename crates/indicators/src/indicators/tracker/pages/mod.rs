//! Pages for everybody: goals, targets and indicators of a place, one number followed, and where numbers are missing.

use askama::Template;
use axum::{
    Json,
    extract::{Path, Query, State},
    http::{Uri, header},
    response::{IntoResponse, Response},
};

use super::{
    faces,
    model::framework::{Goal, Target},
    view::{self, Asked, Here},
};
use crate::platform::{
    app::App,
    html::{
        Markup, Shell,
        parts::{Cell, Choice},
    },
    i18n::Lang,
    op::Op,
    page::{render, shell},
    problem::{Problem, Result},
};
use words::address;

mod gaps;
mod goals;
mod progress;
mod sample;
mod words;

/// A table under its caption.
#[derive(Debug, Clone, Default)]
pub struct Table {
    pub caption: String,
    pub head: Vec<Cell>,
    pub rows: Vec<Vec<Cell>>,
}

/// All goals of a place.
#[derive(Template)]
#[template(path = "indicators/tracker/goals.html")]
pub struct GoalsPage {
    pub page: Shell,
    /// Where the form that chooses a place leads.
    pub action: String,
    pub places: Vec<Choice>,
    pub table: Table,
    pub chart_caption: String,
    /// Empty where no goal has a score.
    pub chart: Markup,
    pub gaps_href: String,
}

/// The targets of a goal.
#[derive(Template)]
#[template(path = "indicators/tracker/goal.html")]
pub struct GoalPage {
    pub page: Shell,
    pub caption: String,
    pub action: String,
    pub places: Vec<Choice>,
    pub tag: Markup,
    pub said: String,
    pub gauge: Markup,
    pub table: Table,
    /// Numbers of the goal that belong to no target; without rows where there are none.
    pub others: Table,
    pub gaps_href: String,
}

/// The indicators of a target.
#[derive(Template)]
#[template(path = "indicators/tracker/target.html")]
pub struct TargetPage {
    pub page: Shell,
    pub caption: String,
    pub action: String,
    pub places: Vec<Choice>,
    pub tag: Markup,
    pub said: String,
    pub gauge: Markup,
    pub indicators: Vec<IndicatorPart>,
}

/// An indicator of the framework and what measures it here.
pub struct IndicatorPart {
    pub title: String,
    /// Tier, custodian, what it is to be broken down by.
    pub about: String,
    pub tag: Markup,
    /// Without rows where nothing measures it.
    pub series: Table,
}

/// One number for a place: how far it has come and where it goes.
#[derive(Template)]
#[template(path = "indicators/tracker/progress.html")]
pub struct ProgressPage {
    pub page: Shell,
    pub caption: String,
    pub action: String,
    pub places: Vec<Choice>,
    pub tag: Markup,
    pub said: String,
    pub gauge: Markup,
    /// What progress was measured from and by; without rows where nothing is known.
    pub facts: Table,
    pub forecast: Part,
    pub beside: Part,
    pub hidden: Part,
    pub indicator_href: String,
}

/// A part of a page: what is said, the numbers, and a drawing of them.
#[derive(Debug, Clone, Default)]
pub struct Part {
    pub said: String,
    pub table: Table,
    pub key: Markup,
    pub chart: Markup,
}

/// Where numbers are missing.
#[derive(Template)]
#[template(path = "indicators/tracker/gaps.html")]
pub struct GapsPage {
    pub page: Shell,
    pub action: String,
    pub places: Vec<Choice>,
    pub goals: Vec<Choice>,
    pub counts: Table,
    pub table: Table,
    /// Each word of the table and what it means.
    pub meanings: Vec<(String, String)>,
}

pub async fn goals(State(app): State<App>, op: Op, uri: Uri, Query(asked): Query<Asked>) -> Result<Response> {
    let tracked = view::track(&app, op.lang, &asked).await?;
    render(&GoalsPage::new(shell(&app, &op, &uri), &tracked))
}

pub async fn goals_as_json(State(app): State<App>, op: Op, Query(asked): Query<Asked>) -> Result<Response> {
    let tracked = view::track(&app, op.lang, &asked).await?;
    Ok(Json(faces::goals(&tracked)).into_response())
}

pub async fn goal(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    Path(code): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let (code, is_json) = without_json(&code);
    view::known_goal(code)?;
    let tracked = view::track(&app, op.lang, &asked).await?;
    let of_goal = tracked
        .goals
        .iter()
        .find(|of| of.goal.code == code)
        .ok_or_else(|| Problem::not_found("indicators-tracker-goal-unknown").with("goal", code))?;
    if is_json {
        return Ok(Json(faces::goal(&tracked.here, of_goal)).into_response());
    }
    render(&GoalPage::new(shell(&app, &op, &uri), &tracked.here, of_goal))
}

pub async fn target(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    Path((goal, code)): Path<(String, String)>,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let (code, is_json) = without_json(&code);
    view::known_goal(&goal)?;
    let tracked = view::track(&app, op.lang, &asked).await?;
    let unknown = || Problem::not_found("indicators-tracker-target-unknown").with("target", code);
    let of_goal = tracked
        .goals
        .iter()
        .find(|of| of.goal.code == goal)
        .ok_or_else(unknown)?;
    let of_target = of_goal
        .targets
        .iter()
        .find(|of| of.target.code == code)
        .ok_or_else(unknown)?;
    if is_json {
        return Ok(Json(faces::target(&tracked.here, of_target)).into_response());
    }
    render(&TargetPage::new(
        shell(&app, &op, &uri),
        &tracked.here,
        of_goal.goal,
        of_target,
    ))
}

pub async fn progress(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    Path(code): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let followed = view::follow(&app, op.lang, &code, &asked).await?;
    render(&ProgressPage::new(shell(&app, &op, &uri), &followed))
}

pub async fn progress_as_json(
    State(app): State<App>,
    op: Op,
    Path(code): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let followed = view::follow(&app, op.lang, &code, &asked).await?;
    Ok(Json(faces::progress(&followed)).into_response())
}

pub async fn gaps(State(app): State<App>, op: Op, uri: Uri, Query(asked): Query<Asked>) -> Result<Response> {
    let missing = view::missing(&app, op.lang, &asked).await?;
    render(&GapsPage::new(
        shell(&app, &op, &uri),
        &missing,
        view::wanted_goal(&asked),
    ))
}

pub async fn gaps_as_csv(State(app): State<App>, op: Op, Query(asked): Query<Asked>) -> Result<Response> {
    let missing = view::missing(&app, op.lang, &asked).await?;
    let rows = missing.rows(view::wanted_goal(&asked));
    let text = faces::gaps_csv(&missing.here, &rows, op.lang).map_err(Problem::internal)?;
    Ok((
        [
            (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
            (header::CONTENT_DISPOSITION, "attachment; filename=\"gaps.csv\""),
        ],
        text,
    )
        .into_response())
}

pub async fn gaps_as_json(State(app): State<App>, op: Op, Query(asked): Query<Asked>) -> Result<Response> {
    let missing = view::missing(&app, op.lang, &asked).await?;
    let rows = missing.rows(view::wanted_goal(&asked));
    Ok(Json(faces::gaps_json(&missing.here, &rows)).into_response())
}

/// Parts the code in an address from the ending that asks for JSON.
fn without_json(code: &str) -> (&str, bool) {
    match code.strip_suffix(".json") {
        Some(code) => (code, true),
        None => (code, false),
    }
}

/// The way to the tracker from the home page.
fn begun(page: Shell, here: &Here) -> Shell {
    let lang = page.lang;
    page.crumb(lang.text("indicators-title"), "/indicators").crumb(
        lang.text("indicators-tracker-title"),
        address("/sdg", here.code(), lang),
    )
}

fn goal_caption(lang: Lang, goal: &Goal) -> String {
    lang.text("indicators-tracker-goal-n")
        .arg("goal", &goal.code)
        .to_string()
}

fn target_caption(lang: Lang, target: &Target) -> String {
    lang.text("indicators-tracker-target-n")
        .arg("target", &target.code)
        .to_string()
}

/// A title with the place it is about.
fn of_place(title: &str, here: &Here) -> String {
    match here.name() {
        "" => title.to_owned(),
        name => format!("{title} – {name}"),
    }
}
