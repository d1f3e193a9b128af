//! Writing a note down.

use askama::Template;
use axum::{
    extract::State,
    http::Uri,
    response::{IntoResponse, Redirect, Response},
};

use super::address;
use crate::{
    facilitators,
    listening::{
        model::{
            consent::Use,
            names::suspects,
            note::{Kind as NoteKind, NewNote, Typed},
        },
        notes, words,
    },
    platform::{
        app::App,
        html::{Shell, parts::Choice},
        i18n::Lang,
        op::{Op, Role},
        page::{field_errors, render, render_refused, shell},
        plain::Form,
        problem::{Kind, Problem, Result},
    },
};

/// The form that a note is written in.
#[derive(Template)]
#[template(path = "listening/desk/write.html")]
pub struct WritePage {
    page: Shell,
    kinds: Vec<Choice>,
    groups: Vec<Choice>,
    uses: Vec<UseField>,
    /// What looks like a name in what was typed; empty for nothing.
    suspects: Vec<String>,
    sure: Vec<Choice>,
    typed: Typed,
}

/// The question whether something may be done.
struct UseField {
    name: &'static str,
    label: String,
    choices: Vec<Choice>,
}

pub async fn show(State(app): State<App>, op: Op, uri: Uri) -> Result<Response> {
    op.require(&[Role::Facilitator])?;
    render(&WritePage::new(shell(&app, &op, &uri), Typed::default()))
}

pub async fn keep(State(app): State<App>, op: Op, uri: Uri, Form(typed): Form<Typed>) -> Result<Response> {
    op.require(&[Role::Facilitator])?;
    match kept(&app, &op, &typed).await {
        Ok(note) => Ok(Redirect::to(&address(&note)).into_response()),
        Err(problem) if problem.kind() == Kind::Invalid => {
            let page = Shell {
                errors: field_errors(&problem, &op),
                ..shell(&app, &op, &uri)
            };
            render_refused(&problem, &WritePage::new(page, typed))
        }
        Err(problem) => Err(problem),
    }
}

async fn kept(app: &App, op: &Op, typed: &Typed) -> Result<String> {
    let new = NewNote::parse(typed, app.config.day(op.at))?;
    notes::write(app, op, &new).await.map_err(own_field)
}

/// A group that the register does not know is a field of this form.
fn own_field(problem: Problem) -> Problem {
    match problem.code() {
        "facilitators-group-unknown" => Problem::invalid("fields").field("group", "listening-group"),
        _ => problem,
    }
}

fn name_of(of: Use) -> &'static str {
    match of {
        Use::Report => "may_report",
        Use::QuoteNamed => "may_quote_named",
        Use::QuoteUnnamed => "may_quote_unnamed",
        Use::Recording => "may_recording",
        Use::Contact => "may_contact",
    }
}

impl WritePage {
    fn new(page: Shell, typed: Typed) -> WritePage {
        let lang = page.lang;
        let answer = |value: &'static str, id: &'static str, of: Use| {
            Choice::new(value, lang.text(id)).chosen_if(typed.answer(of))
        };
        let uses = Use::ALL
            .map(|of| UseField {
                name: name_of(of),
                label: words::of(lang, of),
                choices: vec![
                    answer("yes", "listening-answer-yes", of),
                    answer("no", "listening-answer-no", of),
                    answer("", "listening-answer-none", of),
                ],
            })
            .into();
        let title = page.t("listening-write").to_string();
        WritePage {
            kinds: NoteKind::ALL
                .map(|kind| Choice::new(kind.as_str(), words::kind(lang, kind)).chosen_if(&typed.kind))
                .into(),
            groups: facilitators::words::group_choices(lang, &typed.group),
            uses,
            suspects: suspects(&typed.text),
            sure: vec![Choice::new("yes", page.t("listening-sure")).chosen_if(&typed.sure)],
            page: words::way(page).titled(&title).crumb(title, ""),
            typed,
        }
    }

    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> WritePage {
        let typed = Typed {
            place: "<3>".into(),
            text: "Bu Siti & <all>".into(),
            ..Typed::default()
        };
        WritePage::new(Shell::sample(lang), typed)
    }
}
