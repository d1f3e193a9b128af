//! A facilitator's own page: what to sign, what to do, what their coach wrote.

use std::collections::HashMap;

use askama::Template;
use axum::{
    extract::State,
    http::Uri,
    response::{IntoResponse, Redirect, Response},
};
use jiff::civil::Date;

use super::{
    view::{self, AssignmentView, NoteView},
    way,
};
use crate::{
    facilitators::{
        coaching,
        model::{Facilitator, Paper, Stand, unsigned},
        register, words,
    },
    places,
    platform::{
        app::App,
        html::{
            Shell,
            parts::{Cell, Choice, SummaryRow},
        },
        i18n::Lang,
        op::Op,
        page::{field_errors, render, render_refused, shell},
        plain::Form,
        problem::{Kind, Problem, Result},
        time::Time,
    },
};

/// Where it is.
const PATH: &str = "/desk/facilitators/me";

/// What was sent, by the name of the field.
type Sent = HashMap<String, String>;

/// A facilitator's own page.
#[derive(Template)]
#[template(path = "facilitators/desk/own.html")]
pub struct OwnPage {
    page: Shell,
    /// Whether something is to be signed before they may facilitate.
    must_sign: bool,
    papers: Vec<PaperView>,
    facts: Vec<SummaryRow>,
    head: Vec<Cell>,
    rows: Vec<Vec<Cell>>,
    assignments: Vec<AssignmentView>,
    notes: Vec<NoteView>,
    languages: String,
}

/// A paper as it is read and signed.
struct PaperView {
    /// The word that is sent.
    word: &'static str,
    title: String,
    version: String,
    points: Vec<String>,
    /// When it was signed, or that it was not.
    said: String,
    is_signed: bool,
    /// Name of the box to be ticked.
    field: String,
    agree: Vec<Choice>,
}

pub async fn show(State(app): State<App>, op: Op, uri: Uri) -> Result<Response> {
    let me = register::own(&app, &op).await?;
    let languages = me.languages.join(", ");
    render(&page_of(&app, &op, shell(&app, &op, &uri), &me, languages).await?)
}

pub async fn act(State(app): State<App>, op: Op, uri: Uri, Form(sent): Form<Sent>) -> Result<Response> {
    let me = register::own(&app, &op).await?;
    match done(&app, &op, &me, &sent).await {
        Ok(()) => Ok(Redirect::to(PATH).into_response()),
        Err(problem) if matches!(problem.kind(), Kind::Invalid | Kind::Conflict) => {
            let mut page = shell(&app, &op, &uri);
            page.errors = field_errors(&problem, &op);
            // Each paper and each assignment has a field of its own.
            for error in &mut page.errors {
                match error.field.as_str() {
                    "agree" => error.field = agree_field(said(&sent, "paper")),
                    "why" => error.field = format!("why-{}", said(&sent, "assignment")),
                    _ => {}
                }
            }
            let languages = match sent.get("languages") {
                Some(typed) => typed.clone(),
                None => me.languages.join(", "),
            };
            render_refused(&problem, &page_of(&app, &op, page, &me, languages).await?)
        }
        Err(problem) => Err(problem),
    }
}

/// Does what a form asks for.
async fn done(app: &App, op: &Op, me: &Facilitator, sent: &Sent) -> Result<()> {
    let step = || Problem::conflict("facilitators-step");
    let assignment = said(sent, "assignment");
    match said(sent, "act") {
        "sign" => {
            let paper = Paper::parse(said(sent, "paper")).ok_or_else(step)?;
            // Somebody who opened the page before the words changed reads them again first.
            if said(sent, "version") != paper.version() {
                return Err(step());
            }
            if said(sent, &agree_field(paper.as_str())) != "yes" {
                return Err(Problem::invalid("fields").field("agree", "facilitators-agree"));
            }
            register::sign(app, op, paper).await
        }
        "speak" => register::speak(app, op, me, said(sent, "languages")).await,
        "done" => coaching::end(app, op, me, assignment, Stand::Done, "").await,
        "decline" => {
            let why = said(sent, &format!("why-{assignment}"));
            coaching::end(app, op, me, assignment, Stand::Declined, why).await
        }
        _ => Err(step()),
    }
}

/// What was sent in a field; empty for nothing.
fn said<'a>(sent: &'a Sent, field: &str) -> &'a str {
    sent.get(field).map_or("", String::as_str)
}

/// The name of the box by which a paper is signed.
fn agree_field(paper: &str) -> String {
    format!("agree-{paper}")
}

async fn page_of(app: &App, op: &Op, page: Shell, me: &Facilitator, languages: String) -> Result<OwnPage> {
    let (lang, all, today) = (op.lang, places::all(app).await?, app.config.day(op.at));
    let coach = match me.coach.as_deref() {
        Some(coach) => register::everybody(app)
            .await?
            .into_iter()
            .find(|other| other.id == coach)
            .map(|other| other.name)
            .unwrap_or_default(),
        None => String::new(),
    };
    let assignments = coaching::assignments(app, me).await?;
    let notes = coaching::notes(app, op, me).await?;
    let day = |at| app.config.day(at);
    Ok(OwnPage {
        papers: Paper::ALL
            .map(|paper| PaperView::of(lang, me, paper, view::signed(lang, me, paper, day)))
            .into(),
        facts: view::facts(lang, &all, me, &coach, day),
        assignments: assignments
            .into_iter()
            .map(|each| AssignmentView::of(lang, &all, each))
            .collect(),
        notes: notes
            .into_iter()
            .map(|note| NoteView::of(lang, app, note))
            .collect(),
        ..OwnPage::new(page, me, today, languages)
    })
}

impl PaperView {
    fn of(lang: Lang, me: &Facilitator, paper: Paper, said: String) -> PaperView {
        PaperView {
            word: paper.as_str(),
            title: words::paper(lang, paper),
            version: paper.version().to_owned(),
            points: words::points(lang, paper),
            said,
            is_signed: !unsigned(&me.signatures).contains(&paper),
            field: agree_field(paper.as_str()),
            agree: vec![Choice::new("yes", lang.text("facilitators-agree-words"))],
        }
    }
}

impl OwnPage {
    fn new(page: Shell, me: &Facilitator, today: Date, languages: String) -> OwnPage {
        let (lang, title) = (page.lang, page.t("facilitators-own").to_string());
        OwnPage {
            must_sign: !me.has_signed(),
            papers: Vec::new(),
            facts: Vec::new(),
            head: view::training_head(lang),
            rows: view::training_rows(lang, me, today),
            assignments: Vec::new(),
            notes: Vec::new(),
            languages,
            page: way(page).titled(&title).crumb(title, ""),
        }
    }

    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> OwnPage {
        let (me, today) = (view::sample(), jiff::civil::date(2026, 11, 16));
        let day = |_: Time| today;
        let papers =
            Paper::ALL.map(|paper| PaperView::of(lang, &me, paper, view::signed(lang, &me, paper, day)));
        OwnPage {
            papers: papers.into(),
            facts: view::facts(
                lang,
                &places::model::Places::default(),
                &me,
                "Budi <Santoso>",
                day,
            ),
            assignments: view::sample_assignments(lang),
            notes: view::sample_notes(),
            ..OwnPage::new(Shell::sample(lang), &me, today, "Jawa <halus>".into())
        }
    }
}
