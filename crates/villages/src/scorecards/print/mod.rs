//! Score cards on paper: sheets for the hall, the sheet of a session, the attendance list, the plan to sign, and the results for a wall.
//!
//! Whoever may read something may print it: paper says nothing that the desk does not show the same person. The results are
//! everybody's once something was agreed.

use std::sync::Arc;

use axum::{
    Router,
    extract::{Path, State as Of},
    response::Response,
    routing::get,
};

use super::{
    View,
    desk::AT_DESK,
    model::round::Round,
    pages::{one, words},
    plan_lines, public, read,
};
use crate::{
    evidence::pages::Names,
    places::{self, model::Places},
    platform::{
        app::App,
        i18n::Lang,
        op::Op,
        problem::{Problem, Result},
        sheets::{self, Sheet},
        time::Time,
        typeset,
    },
};

mod hall;
mod lists;
mod results;

use results::{Outcome, Promise};

/// What the public reads is made anew at most once an hour.
const AN_HOUR: i64 = 3_600_000_000;

/// The routes of what is printed.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/scorecards/{round}/poster.pdf", get(public_poster))
        .route("/desk/scorecards/{round}/print/hall.pdf", get(hall_sheets))
        .route("/desk/scorecards/{round}/print/attendance.pdf", get(attendance))
        .route("/desk/scorecards/{round}/print/plan.pdf", get(plan))
        .route("/desk/scorecards/{round}/print/poster.pdf", get(poster))
        .route(
            "/desk/scorecards/{round}/sessions/{session}/sheet.pdf",
            get(session_sheet),
        )
}

async fn hall_sheets(Of(app): Of<App>, op: Op, Path(round): Path<String>) -> Result<Response> {
    let seen = Seen::of(&app, &op, &round).await?;
    let sheets = hall::sheets(op.lang, &seen.places, &seen.view);
    seen.print(&app, &op, "scorecards-print-hall", &sheets, "hall")
        .await
}

async fn session_sheet(
    Of(app): Of<App>,
    op: Op,
    Path((round, session)): Path<(String, String)>,
) -> Result<Response> {
    let seen = Seen::of(&app, &op, &round).await?;
    let sheet = hall::session(op.lang, &seen.places, &seen.view, &session)?;
    seen.print(&app, &op, "scorecards-print-session", &[sheet], "session")
        .await
}

async fn attendance(Of(app): Of<App>, op: Op, Path(round): Path<String>) -> Result<Response> {
    let seen = Seen::of(&app, &op, &round).await?;
    let sheets = lists::attendance(op.lang, &seen.places, &seen.view);
    seen.print(&app, &op, "scorecards-print-attendance", &sheets, "attendance")
        .await
}

async fn plan(Of(app): Of<App>, op: Op, Path(round): Path<String>) -> Result<Response> {
    let mut seen = Seen::of(&app, &op, &round).await?;
    // Both sides sign it, and it hangs on a wall: whoever prints it may read more than they.
    let minimum = app.config.scorecards_minimum_group;
    let came = seen.view.round.attendance.take();
    seen.view.round.attendance = came.map(|came| came.shown(minimum));
    let names = Names::of(&app).await?;
    let lines = plan_lines(&app, &seen.view.round.id).await?;
    let name_of = |code: &str| names.of_organisation(code);
    let sheet = lists::plan(op.lang, &seen.places, &seen.view, &lines, &name_of);
    seen.print(&app, &op, "scorecards-print-plan", &[sheet], "plan")
        .await
}

async fn poster(Of(app): Of<App>, op: Op, Path(round): Path<String>) -> Result<Response> {
    let seen = Seen::of(&app, &op, &round).await?;
    let (names, lines) = (
        Names::of(&app).await?,
        plan_lines(&app, &seen.view.round.id).await?,
    );
    let name_of = |code: &str| names.of_organisation(code);
    let view = &seen.view;
    let outcome = Outcome {
        round: &view.round,
        facility: &view.facility,
        shown: view.shown.as_ref().ok_or_else(not_yet)?,
        promises: lines
            .iter()
            .map(|line| Promise::of(op.lang, &line.commitment, &name_of))
            .collect(),
    };
    let address = address(&app, &view.round);
    let document = results::document(op.lang, &seen.places, &outcome, &address, op.at)?;
    let pdf = typeset::pdf(&app, &op, &document).await?;
    Ok(sheets::answer(pdf, &name("results", &view.round, op.lang)))
}

async fn public_poster(Of(app): Of<App>, op: Op, Path(round): Path<String>) -> Result<Response> {
    let found = public(&app, &round).await?;
    let (places, names) = (places::all(&app).await?, Names::of(&app).await?);
    let name_of = |code: &str| names.of_organisation(code);
    let outcome = Outcome {
        round: &found.round,
        facility: &found.facility,
        shown: found.shown.as_ref().ok_or_else(not_yet)?,
        promises: found
            .promises
            .iter()
            .map(|promise| Promise::of(op.lang, promise, &name_of))
            .collect(),
    };
    let hour = Time(op.at.0 - op.at.0.rem_euclid(AN_HOUR));
    let address = address(&app, &found.round);
    let document = results::document(op.lang, &places, &outcome, &address, hour)?;
    let pdf = typeset::public_pdf(&app, &op, &document).await?;
    Ok(sheets::answer(pdf, &name("results", &found.round, op.lang)))
}

/// A round as whoever prints sees it.
struct Seen {
    view: View,
    places: Arc<Places>,
}

impl Seen {
    async fn of(app: &App, op: &Op, round: &str) -> Result<Seen> {
        op.require(&AT_DESK)?;
        Ok(Seen {
            view: read(app, op, round).await?,
            places: places::all(app).await?,
        })
    }

    async fn print(
        &self,
        app: &App,
        op: &Op,
        title: &'static str,
        sheets: &[Sheet],
        file: &str,
    ) -> Result<Response> {
        let lang = op.lang;
        let title = lang
            .text(title)
            .arg("facility", &self.view.facility.name)
            .n("n", self.view.round.n)
            .to_string();
        let about = lang.text("scorecards-print-about").to_string();
        let document = sheets::document(lang, title, about, op.at, sheets);
        let pdf = typeset::pdf(app, op, &document).await?;
        Ok(sheets::answer(pdf, &name(file, &self.view.round, lang)))
    }
}

/// “Puskesmas Ngasem · Round 2”.
fn caption(lang: Lang, view: &View) -> String {
    format!("{} · {}", view.facility.name, words::round(lang, view.round.n))
}

fn address(app: &App, round: &Round) -> String {
    format!("{}{}", app.config.base_url, one::address(&round.code))
}

fn name(file: &str, round: &Round, lang: Lang) -> String {
    format!("scorecard-{}-{file}-{lang}", round.code)
}

fn not_yet() -> Problem {
    Problem::conflict("scorecards-state")
}
