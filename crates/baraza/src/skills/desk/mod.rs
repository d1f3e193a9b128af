//! The desk of skills: taking in lists of the register, and the way to the seekers.

use askama::Template;
use axum::{
    extract::{FromRequest, Multipart, Query, Request, State, multipart::MultipartError},
    http::Uri,
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use super::{AT_DESK, KEEPERS, OPERATORS, import::import, model::lists::ListKind, register};
use crate::platform::{
    app::App,
    html::{
        Markup, Shell,
        parts::{Cell, Choice, Notice, NoticeKind},
    },
    i18n::Lang,
    op::Op,
    page::{field_errors, render, render_refused, shell},
    problem::{Kind, Problem, Result},
};

pub mod seekers;

/// The front of the desk of skills.
#[derive(Template)]
#[template(path = "skills/desk/front.html")]
pub struct SkillsDeskPage {
    page: Shell,
    said: String,
    may_keep: bool,
    may_operate: bool,
    lists: Vec<Choice>,
    head: Vec<Cell>,
    rows: Vec<Vec<Cell>>,
}

/// Which list was just taken in.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Taken {
    taken: String,
}

/// A list as it was sent.
#[derive(Default)]
struct Sent {
    list: String,
    /// `None` where it is no text.
    text: Option<String>,
}

pub async fn front(State(app): State<App>, op: Op, uri: Uri, Query(taken): Query<Taken>) -> Result<Response> {
    op.require(&AT_DESK)?;
    let mut page = shell(&app, &op, &uri);
    if let Some(list) = ListKind::parse(&taken.taken) {
        let name = page.t(&format!("skills-list-{}", list.as_str())).to_string();
        let said = page.t("skills-taken").arg("list", name).to_string();
        page.notices.push(Notice {
            kind: NoticeKind::Success,
            content: Markup::escape(&said),
        });
    }
    render(&front_page(&app, &op, page, "").await?)
}

pub async fn take_in(State(app): State<App>, op: Op, uri: Uri, request: Request) -> Result<Response> {
    op.require(&KEEPERS)?;
    let sent = Sent::of(&app, request).await?;
    match taken(&app, &op, &sent).await {
        Ok(list) => Ok(Redirect::to(&format!("/desk/skills?taken={}", list.as_str())).into_response()),
        Err(problem) if problem.kind() == Kind::Invalid => {
            let page = Shell {
                errors: field_errors(&problem, &op),
                ..shell(&app, &op, &uri)
            };
            render_refused(&problem, &front_page(&app, &op, page, &sent.list).await?)
        }
        Err(problem) => Err(problem),
    }
}

async fn taken(app: &App, op: &Op, sent: &Sent) -> Result<ListKind> {
    let list = ListKind::parse(&sent.list).ok_or(("list", "skills-list-kind"));
    let text = match sent.text.as_deref() {
        None => Err(("file", "skills-list-unreadable")),
        Some(text) if text.trim().is_empty() => Err(("file", "skills-list-empty")),
        Some(text) => Ok(text),
    };
    match (list, text) {
        (Ok(list), Ok(text)) => {
            import(app, op, list, text).await?;
            Ok(list)
        }
        (list, text) => Err([list.err(), text.err()]
            .into_iter()
            .flatten()
            .fold(Problem::invalid("fields"), |problem, (field, code)| {
                problem.field(field, code)
            })),
    }
}

async fn front_page(app: &App, op: &Op, page: Shell, chosen: &str) -> Result<SkillsDeskPage> {
    let register = register(app).await?;
    let said = page
        .t("skills-desk-holds")
        .n("institutions", register.institutions.len())
        .n("intakes", register.offers().count())
        .to_string();
    Ok(SkillsDeskPage {
        may_keep: op.has(&KEEPERS),
        may_operate: op.has(&OPERATORS),
        said,
        ..SkillsDeskPage::new(page, chosen)
    })
}

impl Sent {
    async fn of(app: &App, request: Request) -> Result<Sent> {
        let malformed = |error: MultipartError| Problem::unreadable(error.status(), error);
        let mut form = Multipart::from_request(request, app)
            .await
            .map_err(|_| Problem::invalid("request-malformed"))?;
        let mut sent = Sent::default();
        while let Some(field) = form.next_field().await.map_err(malformed)? {
            let name = field.name().unwrap_or_default().to_owned();
            let bytes = field.bytes().await.map_err(malformed)?;
            let text = String::from_utf8(bytes.to_vec()).ok();
            match name.as_str() {
                "list" => sent.list = text.unwrap_or_default(),
                "file" => sent.text = text,
                _ => {}
            }
        }
        Ok(sent)
    }
}

impl SkillsDeskPage {
    fn new(page: Shell, chosen: &str) -> SkillsDeskPage {
        let lang = page.lang;
        let name = |list: ListKind| lang.text(format!("skills-list-{}", list.as_str())).to_string();
        let lists = ListKind::ALL.map(|list| Choice::new(list.as_str(), name(list)).chosen_if(chosen));
        let rows = ListKind::ALL.map(|list| {
            let (columns, n_needed) = list.columns();
            let needed = columns[..n_needed].join(", ");
            let others = columns[n_needed..].join(", ");
            vec![Cell::text(name(list)), Cell::text(needed), Cell::text(others)]
        });
        let head = ["skills-list", "skills-list-needed", "skills-list-others"];
        let title = page.t("skills-desk").to_string();
        SkillsDeskPage {
            said: String::new(),
            may_keep: true,
            may_operate: true,
            lists: lists.into(),
            head: head.map(|id| Cell::text(lang.text(id))).to_vec(),
            rows: rows.into(),
            page: way(page).titled(&title).crumb(title, ""),
        }
    }

    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> SkillsDeskPage {
        SkillsDeskPage {
            said: lang
                .text("skills-desk-holds")
                .n("institutions", 12)
                .n("intakes", 40)
                .to_string(),
            ..SkillsDeskPage::new(Shell::sample(lang), "courses")
        }
    }
}

/// The way to the desk.
fn way(page: Shell) -> Shell {
    let desk = page.t("platform-nav-desk").to_string();
    page.crumb(desk, "/desk")
}
