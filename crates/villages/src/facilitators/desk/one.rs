//! The page of a facilitator: for whoever keeps the register, for their coach, for staff of their places.

use askama::Template;
use axum::{
    extract::{Path, State},
    http::Uri,
    response::{IntoResponse, Redirect, Response},
};
use jiff::civil::Date;
use serde::Deserialize;

use super::{
    address,
    view::{self, AssignmentView, NoteView},
    way,
};
use crate::{
    facilitators::{
        coaching,
        model::{
            Facilitator, Stand,
            typed::{TypedAssignment, TypedTraining},
        },
        register,
    },
    places::{self, model::Places},
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
    },
};

/// One facilitator.
#[derive(Template)]
#[template(path = "facilitators/desk/one.html")]
pub struct FacilitatorPage {
    page: Shell,
    action: String,
    may_keep: bool,
    may_coach: bool,
    /// Whether somebody who signed can be assigned something.
    is_ready: bool,
    facts: Vec<SummaryRow>,
    head: Vec<Cell>,
    rows: Vec<Vec<Cell>>,
    assignments: Vec<AssignmentView>,
    notes: Vec<NoteView>,
    coaches: Vec<Choice>,
    typed: Sent,
}

/// Any form of the page as it was sent.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct Sent {
    act: String,
    assignment: String,
    topic: String,
    held_on: String,
    given_by: String,
    valid_until: String,
    languages: String,
    coach: String,
    what: String,
    subject: String,
    place: String,
    due_on: String,
    note: String,
}

pub async fn show(State(app): State<App>, op: Op, uri: Uri, Path(id): Path<String>) -> Result<Response> {
    let person = register::find(&app, &op, &id).await?;
    let page = shell(&app, &op, &uri);
    let typed = Sent::of(&person);
    render(&page_of(&app, &op, page, &person, typed).await?)
}

pub async fn act(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    Path(id): Path<String>,
    Form(sent): Form<Sent>,
) -> Result<Response> {
    let person = register::find(&app, &op, &id).await?;
    match done(&app, &op, &person, &sent).await {
        Ok(()) => Ok(Redirect::to(&address(&person.id)).into_response()),
        Err(problem) if matches!(problem.kind(), Kind::Invalid | Kind::Conflict) => {
            let page = Shell {
                errors: field_errors(&problem, &op),
                ..shell(&app, &op, &uri)
            };
            render_refused(&problem, &page_of(&app, &op, page, &person, sent).await?)
        }
        Err(problem) => Err(problem),
    }
}

/// Does what a form asks for.
async fn done(app: &App, op: &Op, person: &Facilitator, sent: &Sent) -> Result<()> {
    match sent.act.as_str() {
        "train" => register::train(app, op, person, &sent.training()).await,
        "speak" => register::speak(app, op, person, &sent.languages).await,
        "coach" => register::name_coach(app, op, person, &sent.coach).await,
        "assign" => coaching::assign(app, op, person, &sent.given()).await,
        "withdraw" => coaching::end(app, op, person, &sent.assignment, Stand::Withdrawn, "").await,
        "note" => coaching::note(app, op, person, &sent.note).await,
        _ => Err(Problem::conflict("facilitators-step")),
    }
}

async fn page_of(
    app: &App,
    op: &Op,
    page: Shell,
    person: &Facilitator,
    typed: Sent,
) -> Result<FacilitatorPage> {
    let (lang, all, today) = (op.lang, places::all(app).await?, app.config.day(op.at));
    let others = register::list(app, op).await?;
    let coach = others
        .iter()
        .find(|other| person.coach.as_deref() == Some(other.id.as_str()))
        .map(|coach| coach.name.clone())
        .unwrap_or_default();
    let assignments = coaching::assignments(app, person).await?;
    let notes = coaching::notes(app, op, person).await?;
    Ok(FacilitatorPage {
        may_keep: register::keeps(&all, op, person),
        may_coach: coaching::coaches(&all, op, person),
        facts: view::facts(lang, &all, person, &coach, |at| app.config.day(at)),
        assignments: assignments
            .into_iter()
            .map(|each| AssignmentView::of(lang, &all, each))
            .collect(),
        notes: notes
            .into_iter()
            .map(|note| NoteView::of(lang, app, note))
            .collect(),
        coaches: coach_choices(lang, person, &others, &typed.coach),
        ..FacilitatorPage::new(page, person, today, typed)
    })
}

/// The other facilitators to choose a coach from, or none.
fn coach_choices(lang: Lang, person: &Facilitator, others: &[Facilitator], chosen: &str) -> Vec<Choice> {
    let none = Choice::new("", lang.text("facilitators-coach-none")).chosen_if(chosen);
    let each = others
        .iter()
        .filter(|other| other.id != person.id)
        .map(|other| Choice::new(&other.id, &other.name).chosen_if(chosen));
    std::iter::once(none).chain(each).collect()
}

impl Sent {
    /// What stands in the forms before anything was typed.
    fn of(person: &Facilitator) -> Sent {
        Sent {
            languages: person.languages.join(", "),
            coach: person.coach.clone().unwrap_or_default(),
            ..Sent::default()
        }
    }

    fn training(&self) -> TypedTraining {
        TypedTraining {
            topic: self.topic.clone(),
            held_on: self.held_on.clone(),
            given_by: self.given_by.clone(),
            valid_until: self.valid_until.clone(),
        }
    }

    fn given(&self) -> TypedAssignment {
        TypedAssignment {
            what: self.what.clone(),
            subject: self.subject.clone(),
            place: self.place.clone(),
            due_on: self.due_on.clone(),
        }
    }
}

impl FacilitatorPage {
    fn new(page: Shell, person: &Facilitator, today: Date, typed: Sent) -> FacilitatorPage {
        let lang = page.lang;
        FacilitatorPage {
            action: address(&person.id),
            may_keep: true,
            may_coach: true,
            is_ready: person.has_signed(),
            facts: Vec::new(),
            head: view::training_head(lang),
            rows: view::training_rows(lang, person, today),
            assignments: Vec::new(),
            notes: Vec::new(),
            coaches: Vec::new(),
            typed,
            page: way(page).titled(&person.name).crumb(&person.name, ""),
        }
    }

    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> FacilitatorPage {
        let person = view::sample();
        let today = jiff::civil::date(2026, 11, 16);
        FacilitatorPage {
            is_ready: true,
            facts: view::facts(lang, &Places::default(), &person, "Budi <Santoso>", |_| today),
            assignments: view::sample_assignments(lang),
            notes: view::sample_notes(),
            coaches: coach_choices(lang, &person, &[], ""),
            ..FacilitatorPage::new(Shell::sample(lang), &person, today, Sent::of(&person))
        }
    }
}
