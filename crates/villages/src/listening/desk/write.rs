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
    places::{self, model::Places},
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

/// Places that one list still shows; whoever has more types a name.
const MOST_PLACES: usize = 200;

/// The form that a note is written in.
#[derive(Template)]
#[template(path = "listening/desk/write.html")]
pub struct WritePage {
    page: Shell,
    kinds: Vec<Choice>,
    /// The places to choose from; empty where they are searched for by name.
    places: Vec<Choice>,
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
    let (page, typed) = (shell(&app, &op, &uri), Typed::default());
    let places = place_choices(&app, &op, &typed.place).await?;
    render(&WritePage::new(page, places, typed))
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
            let places = place_choices(&app, &op, &typed.place).await?;
            render_refused(&problem, &WritePage::new(page, places, typed))
        }
        Err(problem) => Err(problem),
    }
}

async fn kept(app: &App, op: &Op, typed: &Typed) -> Result<String> {
    let typed = Typed {
        place: place_of(app, op, &typed.place).await?,
        ..typed.clone()
    };
    let new = NewNote::parse(&typed, app.config.day(op.at))?;
    notes::write(app, op, &new).await.map_err(own_field)
}

/// The places at which the caller may facilitate, as choices: all of them where they are few, else those that what was typed finds;
/// none where it is to be searched for.
async fn place_choices(app: &App, op: &Op, typed: &str) -> Result<Vec<Choice>> {
    let (all, own) = (places::all(app).await?, facilitators::list_places(app, op).await?);
    let offered = match own.len() {
        0..=MOST_PLACES => own,
        _ => found(&all, &own, typed),
    };
    let none = Choice::new("", op.lang.text("listening-place-choose"));
    let choice = |code: &String| {
        let place = all.find(code);
        let parent = place.and_then(|place| place.parent());
        let text = [place, parent]
            .into_iter()
            .flatten()
            .map(|place| place.name_in(op.lang.code()))
            .collect::<Vec<_>>()
            .join(", ");
        Choice::new(code, text).chosen_if(typed.trim())
    };
    Ok(match offered.is_empty() {
        true => Vec::new(),
        false => [none].into_iter().chain(offered.iter().map(choice)).collect(),
    })
}

/// The code of the place that was chosen, or of the one that what was typed finds.
async fn place_of(app: &App, op: &Op, typed: &str) -> Result<String> {
    let all = places::all(app).await?;
    if typed.trim().is_empty() || all.find(typed.trim()).is_some() {
        return Ok(typed.to_owned());
    }
    let own = facilitators::list_places(app, op).await?;
    match found(&all, &own, typed).as_slice() {
        [] => Ok(typed.to_owned()),
        [only] => Ok(only.clone()),
        _ => Err(Problem::invalid("fields").field("place", "listening-place-several")),
    }
}

/// The caller's own places that a name or a code finds.
fn found(all: &Places, own: &[String], typed: &str) -> Vec<String> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Vec::new();
    }
    all.search(typed, None, MOST_PLACES)
        .into_iter()
        .map(|place| place.code().to_owned())
        .filter(|code| own.contains(code))
        .collect()
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
    fn new(page: Shell, places: Vec<Choice>, typed: Typed) -> WritePage {
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
            places,
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
        let places = vec![Choice::new("<3>", "Ngasem <3>").chosen_if("<3>")];
        WritePage::new(Shell::sample(lang), places, typed)
    }
}
