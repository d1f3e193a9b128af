//! The shared code book at the desk.

use askama::Template;
use axum::{
    extract::{Query, State},
    http::Uri,
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use crate::{
    listening::{
        KEEPERS, codebook,
        model::codebook::{Code, Wording},
        words,
    },
    platform::{
        app::App,
        html::{
            Shell,
            parts::{Cell, Choice},
        },
        i18n::Lang,
        op::Op,
        page::{field_errors, render, render_refused, shell},
        plain::Form,
        problem::{Kind, Result},
        time::Time,
    },
};

/// Where it is.
const PATH: &str = "/desk/listening/codes";

/// The code book.
#[derive(Template)]
#[template(path = "listening/desk/codes.html")]
pub struct CodesPage {
    page: Shell,
    head: Vec<Cell>,
    rows: Vec<Vec<Cell>>,
    may_word: bool,
    /// Whether a new code is written, and not another wording of one.
    is_new: bool,
    typed: Typed,
    retired: Vec<Choice>,
    versions_head: Vec<Cell>,
    /// What the code said before; empty for a new one.
    versions: Vec<Vec<Cell>>,
}

/// A code as it is typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    code: String,
    /// The version that was read before; 0 for a new code.
    version: i64,
    title: String,
    apply_when: String,
    example: String,
    retired: String,
    why: String,
}

/// Which code is worded anew; empty for a new one.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Wanted {
    code: String,
}

pub async fn show(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    Query(wanted): Query<Wanted>,
) -> Result<Response> {
    let versions = codebook::list_versions(&app, &op, &wanted.code).await?;
    let typed = versions.first().map_or_else(Typed::default, Typed::of);
    render(&page_of(&app, &op, shell(&app, &op, &uri), typed).await?)
}

pub async fn word(State(app): State<App>, op: Op, uri: Uri, Form(typed): Form<Typed>) -> Result<Response> {
    op.require(&KEEPERS)?;
    match worded(&app, &op, &typed).await {
        Ok(()) => Ok(Redirect::to(PATH).into_response()),
        Err(problem) if matches!(problem.kind(), Kind::Invalid | Kind::Conflict) => {
            let page = Shell {
                errors: field_errors(&problem, &op),
                ..shell(&app, &op, &uri)
            };
            render_refused(&problem, &page_of(&app, &op, page, typed).await?)
        }
        Err(problem) => Err(problem),
    }
}

async fn worded(app: &App, op: &Op, typed: &Typed) -> Result<()> {
    let wording = Wording::parse(&typed.title, &typed.apply_when, &typed.example, &typed.retired)?;
    codebook::word(app, op, &typed.code, typed.version, wording, &typed.why).await
}

async fn page_of(app: &App, op: &Op, page: Shell, typed: Typed) -> Result<CodesPage> {
    let book = codebook::list(app, op).await?;
    let versions = match typed.version {
        0 => Vec::new(),
        _ => codebook::list_versions(app, op, &typed.code).await?,
    };
    let day = |at: Time| op.lang.short_date(app.config.day(at));
    Ok(CodesPage {
        may_word: op.has(&KEEPERS),
        ..CodesPage::new(page, &book, typed, &versions, &day)
    })
}

impl Typed {
    fn of(code: &Code) -> Typed {
        let wording = &code.wording;
        Typed {
            code: code.code.clone(),
            version: code.version,
            title: wording.title.clone(),
            apply_when: wording.apply_when.clone(),
            example: wording.example.clone(),
            retired: if wording.is_retired {
                "yes".to_owned()
            } else {
                String::new()
            },
            why: String::new(),
        }
    }
}

fn row(lang: Lang, code: &Code) -> Vec<Cell> {
    let stands = match code.wording.is_retired {
        true => lang.text("listening-code-retired").to_string(),
        false => lang.number(code.version),
    };
    vec![
        Cell::html(words::link(
            &format!("{PATH}?code={}#word", code.code),
            &code.wording.title,
        )),
        Cell::text(&code.code),
        Cell::text(&code.wording.apply_when),
        Cell::text(&code.wording.example),
        Cell::text(stands),
    ]
}

impl CodesPage {
    fn new(
        page: Shell,
        book: &[Code],
        typed: Typed,
        versions: &[Code],
        day: &dyn Fn(Time) -> String,
    ) -> CodesPage {
        let lang = page.lang;
        let cells = |ids: &[&str]| -> Vec<Cell> { ids.iter().map(|id| Cell::text(lang.text(*id))).collect() };
        let title = page.t("listening-codes").to_string();
        CodesPage {
            head: cells(&[
                "listening-code",
                "listening-code-short",
                "listening-code-apply",
                "listening-code-example",
                "listening-code-version",
            ]),
            rows: book.iter().map(|code| row(lang, code)).collect(),
            may_word: false,
            is_new: typed.version == 0,
            retired: vec![Choice::new("yes", page.t("listening-code-retire")).chosen_if(&typed.retired)],
            typed,
            versions_head: cells(&[
                "listening-code-version",
                "listening-on",
                "listening-code-title",
                "listening-code-apply",
                "listening-why",
            ]),
            versions: versions
                .iter()
                .map(|code| {
                    vec![
                        Cell::text(lang.number(code.version)),
                        Cell::text(day(code.at)),
                        Cell::text(&code.wording.title),
                        Cell::text(&code.wording.apply_when),
                        Cell::text(&code.why),
                    ]
                })
                .collect(),
            page: words::way(page).titled(&title).crumb(title, ""),
        }
    }

    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> CodesPage {
        let code = Code {
            code: "far".to_owned(),
            version: 2,
            wording: Wording {
                title: "Far <away>".to_owned(),
                apply_when: "Distance & time".to_owned(),
                example: "An hour <on foot>".to_owned(),
                is_retired: false,
            },
            why: "A <slip>".to_owned(),
            at: Time(0),
        };
        let typed = Typed::of(&code);
        let book = [code];
        let page = Shell::sample(lang);
        CodesPage {
            may_word: true,
            ..CodesPage::new(page, &book, typed, &book, &|_| "23 <11> 2026".to_owned())
        }
    }
}
