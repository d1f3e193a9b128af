//! The task list at the desk.

use std::collections::HashMap;

use askama::Template;
use axum::{
    extract::{Query, State},
    http::Uri,
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use super::{is_facilitator, way};
use crate::{
    facilitators::{
        model::{GroupKind, State as Stand},
        register,
        tasks::{self, Task},
        words,
    },
    places::{self, model::Places},
    platform::{
        app::App,
        html::{Shell, parts::Choice},
        i18n::Lang,
        op::Op,
        page::{field_errors, render, render_refused, shell},
        plain::Form,
        problem::{Kind, Problem, Result},
    },
};

/// Where it is.
const PATH: &str = "/desk/facilitators/tasks";
/// The list of what waits: open and taken.
const WAITING: &str = "waiting";
/// The lists there are.
const LISTS: [&str; 3] = [WAITING, "done", "declined"];

/// What was sent, by the name of the field.
type Sent = HashMap<String, String>;

/// The tasks of the caller's places.
#[derive(Template)]
#[template(path = "facilitators/desk/tasks.html")]
pub struct TasksPage {
    page: Shell,
    /// Whether the reader is a facilitator who has to sign first.
    must_sign: bool,
    lists: Vec<Choice>,
    tasks: Vec<TaskView>,
}

/// A task as it is shown.
struct TaskView {
    id: String,
    words: String,
    /// Place, group, facility and day.
    about: String,
    state: String,
    class: &'static str,
    /// What can be done: the word that is sent, and what it is called.
    acts: Vec<(&'static str, String)>,
    may_decline: bool,
    /// Name of the field for the reason of declining.
    why_field: String,
}

/// Which list was asked for.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    list: String,
}

pub async fn all(State(app): State<App>, op: Op, uri: Uri, Query(asked): Query<Asked>) -> Result<Response> {
    let page = shell(&app, &op, &uri);
    render(&page_of(&app, &op, page, &asked.list).await?)
}

pub async fn act(State(app): State<App>, op: Op, uri: Uri, Form(sent): Form<Sent>) -> Result<Response> {
    let task = said(&sent, "task");
    match done(&app, &op, &sent).await {
        Ok(()) => Ok(Redirect::to(PATH).into_response()),
        Err(problem) if matches!(problem.kind(), Kind::Invalid | Kind::Conflict) => {
            let mut page = shell(&app, &op, &uri);
            page.errors = field_errors(&problem, &op);
            // Each task has a field of its own.
            for error in page.errors.iter_mut().filter(|error| error.field == "why") {
                error.field = why_field(task);
            }
            render_refused(&problem, &page_of(&app, &op, page, WAITING).await?)
        }
        Err(problem) => Err(problem),
    }
}

async fn done(app: &App, op: &Op, sent: &Sent) -> Result<()> {
    let task = said(sent, "task");
    let to = Stand::parse(said(sent, "act")).ok_or_else(|| Problem::conflict("facilitators-step"))?;
    tasks::step(app, op, task, to, said(sent, &why_field(task))).await
}

/// What was sent in a field; empty for nothing.
fn said<'a>(sent: &'a Sent, field: &str) -> &'a str {
    sent.get(field).map_or("", String::as_str)
}

fn why_field(task: &str) -> String {
    format!("why-{task}")
}

async fn page_of(app: &App, op: &Op, page: Shell, list: &str) -> Result<TasksPage> {
    let listed = tasks::list(app, op).await?;
    let all = places::all(app).await?;
    let names: HashMap<String, String> = register::list(app, op)
        .await?
        .into_iter()
        .map(|person| (person.id, person.name))
        .collect();
    let must_sign = match op.person() {
        Some(me) if is_facilitator(op) => !register::has_signed(app, &me.id).await?,
        _ => false,
    };
    let list = LISTS.into_iter().find(|known| *known == list).unwrap_or(WAITING);
    let views = listed
        .iter()
        .filter(|task| list_of(task.state) == list)
        .map(|task| {
            let taken_by = task.taken_by.as_ref().and_then(|by| names.get(by));
            let steps = tasks::steps(&all, op, task);
            TaskView::of(op.lang, &all, task, taken_by.map_or("", String::as_str), &steps)
        })
        .collect();
    Ok(TasksPage {
        must_sign,
        ..TasksPage::new(page, list, views)
    })
}

fn list_of(state: Stand) -> &'static str {
    match state {
        Stand::Open | Stand::Taken => WAITING,
        Stand::Done | Stand::Declined => state.as_str(),
    }
}

impl TaskView {
    fn of(lang: Lang, all: &Places, task: &Task, taken_by: &str, steps: &[Stand]) -> TaskView {
        let due = task.due_on.map(|day| {
            lang.text("facilitators-due-on")
                .arg("day", lang.short_date(day))
                .to_string()
        });
        let about = [
            Some(words::place(lang, all, &task.place)),
            task.group.as_ref().map(|kind| words::group_of(lang, kind)),
            task.facility.clone(),
            due,
        ];
        let state = lang
            .text(format!("facilitators-state-{}", task.state.as_str()))
            .to_string();
        let more = match task.state {
            Stand::Declined => task.why.as_str(),
            Stand::Open | Stand::Taken | Stand::Done => taken_by,
        };
        let acts = steps.iter().filter(|to| **to != Stand::Declined);
        TaskView {
            id: task.id.clone(),
            words: words::task(lang, all, task),
            about: about.into_iter().flatten().collect::<Vec<_>>().join(" · "),
            state: match more {
                "" => state,
                more => format!("{state}: {more}"),
            },
            class: match task.state {
                Stand::Open => "govuk-tag--yellow",
                Stand::Taken => "govuk-tag--blue",
                Stand::Done => "govuk-tag--green",
                Stand::Declined => "govuk-tag--grey",
            },
            acts: acts
                .map(|to| {
                    let word = to.as_str();
                    (word, lang.text(format!("facilitators-act-{word}")).to_string())
                })
                .collect(),
            may_decline: steps.contains(&Stand::Declined),
            why_field: why_field(&task.id),
        }
    }
}

impl TasksPage {
    fn new(page: Shell, list: &str, tasks: Vec<TaskView>) -> TasksPage {
        let title = page.t("facilitators-tasks").to_string();
        let lang = page.lang;
        let choice =
            |word: &str| Choice::new(word, lang.text(format!("facilitators-list-{word}"))).chosen_if(list);
        TasksPage {
            must_sign: false,
            lists: LISTS.map(choice).into(),
            tasks,
            page: way(page).titled(&title).crumb(title, ""),
        }
    }

    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> TasksPage {
        let task = Task {
            id: "0".into(),
            place: "<3>".into(),
            facility: Some("puskesmas-<1>".into()),
            group: GroupKind::parse("own:ibu <tunggal>"),
            text: "facilitators-task-unheard".into(),
            facts: serde_json::Map::new(),
            due_on: Some(jiff::civil::date(2026, 12, 4)),
            state: Stand::Taken,
            taken_by: None,
            why: String::new(),
        };
        let all = Places::default();
        let view = TaskView::of(lang, &all, &task, "Siti <Aminah>", Stand::Taken.next());
        TasksPage {
            must_sign: true,
            ..TasksPage::new(Shell::sample(lang), WAITING, vec![view])
        }
    }
}
