//! Filing in five steps: what it is about, where, what happened, who files, and a last look.

pub mod check;
pub mod done;
pub mod offline;
pub mod place;
pub mod samples;
pub mod service;
pub mod spot;
pub mod what;
pub mod who;

use axum::{
    extract::State,
    http::{HeaderMap, Uri},
    response::{IntoResponse, Redirect, Response},
};

use super::drafts::Drafting;
use crate::{
    platform::{
        app::App,
        html::{Shell, parts::FieldError},
        op::Op,
        page::{field_errors, shell},
        problem::{Problem, Result},
    },
    requests::model::draft::Step,
};

/// Throws the draft away, as its owner asked.
pub async fn forget(State(app): State<App>, op: Op, headers: HeaderMap) -> Result<Response> {
    let drafting = Drafting::open(&app, &op, &headers).await?;
    let mut response = Redirect::to(Step::Service.path()).into_response();
    drafting.throw_away(&app, &mut response).await?;
    Ok(response)
}

/// The shell of a step's page.
fn step_shell(app: &App, op: &Op, uri: &Uri, title: &'static str) -> Shell {
    let shell = shell(app, op, uri).titled(op.lang.text(title));
    shell
        .crumb(op.lang.text("requests-pages-requests"), "/requests")
        .crumb(op.lang.text("requests-pages-new"), "")
}

/// "Step 2 of 5".
fn caption(op: &Op, step: Step) -> String {
    op.lang
        .text("requests-pages-step")
        .n("n", step.number())
        .n("of", Step::ALL.len())
        .to_string()
}

/// Keeps what was typed and sends the resident to a page.
async fn save_and_go(
    app: &App,
    op: &Op,
    headers: &HeaderMap,
    drafting: &mut Drafting,
    to: &str,
) -> Result<Response> {
    drafting.save(app, op).await?;
    let mut response = Redirect::to(to).into_response();
    drafting.remember(app, headers, &mut response);
    Ok(response)
}

/// Keeps what was typed and sends the resident to the first step that wants something.
async fn save_and_go_on(
    app: &App,
    op: &Op,
    headers: &HeaderMap,
    drafting: &mut Drafting,
) -> Result<Response> {
    let next = next(app, op, drafting).await;
    save_and_go(app, op, headers, drafting, next.path()).await
}

/// Returns the first step that was not taken, or whose answers will not do any more.
async fn next(app: &App, op: &Op, drafting: &Drafting) -> Step {
    let unfinished = drafting.draft.next_step();
    if unfinished != Step::Check {
        return unfinished;
    }
    match drafting.check(app, op).await {
        Ok(_) => Step::Check,
        Err(problem) => problem
            .fields()
            .iter()
            .map(|wrong| Step::of_field(&wrong.field))
            .min()
            .unwrap_or(Step::Check),
    }
}

/// Returns what the front door would refuse of a step's answers.
async fn wrong(app: &App, op: &Op, drafting: &Drafting, step: Step) -> Vec<FieldError> {
    match drafting.check(app, op).await {
        Ok(_) => Vec::new(),
        Err(problem) => fields_of(&problem, op, step),
    }
}

fn fields_of(problem: &Problem, op: &Op, step: Step) -> Vec<FieldError> {
    if problem.fields().is_empty() {
        return Vec::new();
    }
    let mut errors = field_errors(problem, op);
    errors.retain(|error| Step::of_field(&error.field) == step);
    errors
}

/// Where a step's page sends who came too early.
fn too_early(drafting: &Drafting, step: Step) -> Option<Response> {
    let unfinished = drafting.draft.next_step();
    (unfinished < step).then(|| Redirect::to(unfinished.path()).into_response())
}
