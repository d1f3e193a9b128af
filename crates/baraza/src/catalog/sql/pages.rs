//! Pages of questions in SQL: the console, the questions that are kept, and one of them with its citation.

use askama::Template;
use axum::{
    Form, Json, Router,
    extract::{Path, Query, State},
    http::Uri,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use serde::Deserialize;
use serde_json::json;
use tables::{Answer, Format};

use super::{
    NewQuery, SavedQuery, Source, answer_then, ask, delete, find, list, save, show, whole, whole_then,
};
use crate::{
    catalog::{
        download,
        pages::{
            Download,
            rows::{cell, head_cell},
        },
        scope,
    },
    platform::{
        app::App,
        html::{Shell, parts::Cell},
        i18n::Lang,
        op::Op,
        page::{field_errors, render, render_refused, shell},
        problem::{Kind, Problem, Result},
        time::Time,
    },
};

/// Rows of an answer on a page; a file has them all.
const MOST_ROWS: usize = 500;
/// Kept questions that a list shows.
const MOST_LISTED: i64 = 500;
/// Where answers are to be had as files.
const FORMATS: [(&str, &str); 5] = [
    ("csv", "CSV"),
    ("xlsx", "Excel"),
    ("json", "JSON"),
    ("jsonl", "JSON lines"),
    ("parquet", "Parquet"),
];

/// The routes of this file.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/sql", get(console))
        .route("/sql/download", get(file))
        .route("/sql/saved", get(all).post(keep))
        .route("/sql/saved.json", get(all_as_json))
        .route("/sql/saved/{query}", get(one))
        .route("/sql/saved/{query}/show", post(show_one))
        .route("/sql/saved/{query}/delete", post(delete_one))
}

/// The rows of an answer, as a page shows them.
#[derive(Default)]
pub struct Answered {
    /// How many rows there are; empty where nothing was asked.
    found: String,
    head: Vec<Cell>,
    rows: Vec<Vec<Cell>>,
    is_cut: bool,
    downloads: Vec<Download>,
}

#[derive(Template)]
#[template(path = "catalog/sql/console.html")]
pub struct SqlPage {
    page: Shell,
    q: String,
    tables: Vec<String>,
    answered: Answered,
    /// Whether the caller may keep what was answered.
    may_keep: bool,
    title: String,
    about: String,
}

#[derive(Template)]
#[template(path = "catalog/sql/list.html")]
pub struct SavedQueriesPage {
    page: Shell,
    queries: Vec<Listed>,
}

/// A kept question in a list.
pub struct Listed {
    href: String,
    title: String,
    /// When it was kept.
    saved: String,
    /// What only its author sees so far says so.
    is_shown: bool,
}

#[derive(Template)]
#[template(path = "catalog/sql/one.html")]
pub struct SavedQueryPage {
    page: Shell,
    query: SavedQuery,
    saved: String,
    sources: Vec<SourceRow>,
    cite: String,
    answered: Answered,
    /// Why there is no answer; empty when there is one.
    refused: String,
    /// Whether the answer is of today's data, and not of those it was asked of.
    is_now: bool,
    other: String,
    edit: String,
}

/// A table that a question was asked of.
pub struct SourceRow {
    href: String,
    text: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct SqlQuery {
    q: String,
    format: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Kept {
    title: String,
    about: String,
    q: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Asked {
    dataset: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct When {
    /// Anything but nothing: with the data of today.
    now: String,
    format: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Shown {
    is_shown: String,
}

async fn console(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    Query(query): Query<SqlQuery>,
) -> Result<Response> {
    let mut page = SqlPage::of(&app, &op, &uri, query.q.trim()).await?;
    if page.q.is_empty() {
        return render(&page);
    }
    match ask(&app, &op, &page.q, MOST_ROWS).await {
        Ok(answer) => {
            let q = percent_encoding::utf8_percent_encode(&page.q, percent_encoding::NON_ALPHANUMERIC);
            page.answered = Answered::of(op.lang, &answer, &format!("/sql/download?q={q}&"));
            render(&page)
        }
        Err(problem) => page.refused(&op, problem),
    }
}

async fn file(State(app): State<App>, op: Op, Query(query): Query<SqlQuery>) -> Result<Response> {
    let format = wanted(&query.format)?;
    download::stream(&app, whole(&app, &op, &query.q).await?, format, "answer").await
}

/// Keeps a question, or shows the console again with what is wrong.
async fn keep(State(app): State<App>, op: Op, uri: Uri, Form(typed): Form<Kept>) -> Result<Response> {
    let new = NewQuery {
        title: typed.title.clone(),
        about: typed.about.clone(),
        sql: typed.q.clone(),
    };
    match save(&app, &op, new).await {
        Ok(code) => Ok(Redirect::to(&format!("/sql/saved/{code}")).into_response()),
        Err(problem) if problem.kind() == Kind::Unauthenticated => Err(problem),
        Err(problem) => {
            let mut page = SqlPage::of(&app, &op, &uri, typed.q.trim()).await?;
            (page.title, page.about) = (typed.title, typed.about);
            if let Ok(answer) = ask(&app, &op, &page.q, MOST_ROWS).await {
                page.answered = Answered::of(op.lang, &answer, "");
                page.answered.downloads.clear();
            }
            page.refused(&op, problem)
        }
    }
}

async fn all(State(app): State<App>, op: Op, uri: Uri, Query(asked): Query<Asked>) -> Result<Response> {
    let dataset = Some(asked.dataset.as_str()).filter(|dataset| !dataset.is_empty());
    let found = list(&app, &op, dataset, MOST_LISTED).await?;
    let queries = found.into_iter().map(|row| Listed {
        href: format!("/sql/saved/{}", row.code),
        title: row.title,
        saved: day(&app, op.lang, Time(row.saved_at)),
        is_shown: row.is_shown == 1,
    });
    render(&SavedQueriesPage {
        queries: queries.collect(),
        page: Step::Saved.dress(shell(&app, &op, &uri), "").shapes(&["json"]),
    })
}

async fn all_as_json(State(app): State<App>, op: Op, Query(asked): Query<Asked>) -> Result<Response> {
    let dataset = Some(asked.dataset.as_str()).filter(|dataset| !dataset.is_empty());
    let found = list(&app, &op, dataset, MOST_LISTED).await?;
    let queries: Vec<_> = found
        .into_iter()
        .map(|row| {
            json!({
                "code": row.code,
                "title": row.title,
                "about": row.about,
                "sql": row.sql,
                "saved_at": Time(row.saved_at).to_string(),
                "shown": row.is_shown == 1,
                "url": address(&app, &row.code),
            })
        })
        .collect();
    Ok(Json(queries).into_response())
}

async fn one(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    Path(code): Path<String>,
    Query(when): Query<When>,
) -> Result<Response> {
    let kept = find(&app, &op, &code).await?;
    let is_now = !when.now.is_empty();
    if !when.format.is_empty() {
        let format = wanted(&when.format)?;
        let what = match is_now {
            true => whole(&app, &op, &kept.sql).await?,
            false => whole_then(&app, &op, &kept).await?,
        };
        return download::stream(&app, what, format, &kept.code).await;
    }
    let answer = match is_now {
        true => ask(&app, &op, &kept.sql, MOST_ROWS).await,
        false => answer_then(&app, &op, &kept, MOST_ROWS).await,
    };
    let (answered, refused) = match answer {
        Ok(answer) => {
            let path = format!("/sql/saved/{code}?{}", if is_now { "now=1&" } else { "" });
            (Answered::of(op.lang, &answer, &path), String::new())
        }
        Err(problem) if problem.kind() == Kind::Internal => return Err(problem),
        Err(problem) => (Answered::default(), problem.sentence(op.lang)),
    };
    let owner = match app.config.name.as_str() {
        "" => "Baraza",
        name => name,
    };
    let cite = op
        .lang
        .text("catalog-sql-cite-text")
        .arg("publisher", owner)
        .arg("title", &kept.title)
        .arg("date", day(&app, op.lang, kept.saved_at))
        .arg("address", address(&app, &kept.code))
        .arg("tables", cited(&kept.tables))
        .arg("today", day(&app, op.lang, op.at))
        .to_string();
    let saved = day(&app, op.lang, kept.saved_at);
    render(&SavedQueryPage {
        answered,
        refused,
        is_now,
        ..SavedQueryPage::new(shell(&app, &op, &uri), kept, saved, cite)
    })
}

async fn show_one(
    State(app): State<App>,
    op: Op,
    Path(code): Path<String>,
    Form(shown): Form<Shown>,
) -> Result<Response> {
    show(&app, &op, &code, shown.is_shown == "1").await?;
    Ok(Redirect::to(&format!("/sql/saved/{code}")).into_response())
}

async fn delete_one(State(app): State<App>, op: Op, Path(code): Path<String>) -> Result<Response> {
    delete(&app, &op, &code).await?;
    Ok(Redirect::to("/sql/saved").into_response())
}

fn wanted(format: &str) -> Result<Format> {
    download::format(if format.is_empty() { "csv" } else { format })
}

fn day(app: &App, lang: Lang, at: Time) -> String {
    lang.date(app.config.day(at))
}

/// The permanent address of a kept question.
fn address(app: &App, code: &str) -> String {
    format!("{}/sql/saved/{code}", app.config.base_url)
}

/// The data of a citation: each table with the address of its version.
fn cited(sources: &[Source]) -> String {
    let each = sources.iter().map(|source| {
        let title = source.title.as_deref().unwrap_or(&source.name);
        format!("{title} ({})", source.address)
    });
    each.collect::<Vec<_>>().join("; ")
}

/// The pages of questions in SQL, each behind the one before it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    Console,
    Saved,
    One,
}

impl Step {
    /// The shell of a page with its title, which one question has of its own, and the way to it.
    fn dress(self, page: Shell, title: &str) -> Shell {
        let lang = page.lang;
        let (console, saved) = (
            lang.text("catalog-sql-title").to_string(),
            lang.text("catalog-sql-saved").to_string(),
        );
        let page = page.crumb(lang.text("catalog-title"), "/data");
        match self {
            Step::Console => page.titled(&console).crumb(console, ""),
            Step::Saved => page.titled(&saved).crumb(console, "/sql").crumb(saved, ""),
            Step::One => page
                .titled(title)
                .crumb(console, "/sql")
                .crumb(saved, "/sql/saved")
                .crumb(title, ""),
        }
    }
}

impl Answered {
    /// An answer with files of it at an address that goes on with `format=`; none where that is empty.
    fn of(lang: Lang, answer: &Answer, files: &str) -> Answered {
        let n = i64::try_from(answer.rows.len()).unwrap_or(i64::MAX);
        let head = answer
            .columns
            .iter()
            .map(|column| head_cell(column.kind, &column.name));
        let rows = answer.rows.iter().map(|row| row.iter().map(cell).collect());
        let downloads = FORMATS.map(|(ending, text)| Download {
            href: format!("{files}format={ending}"),
            text: text.to_owned(),
        });
        Answered {
            found: lang.text("catalog-n-rows").n("n", n).to_string(),
            head: head.collect(),
            rows: rows.collect(),
            is_cut: answer.truncated,
            downloads: downloads.into(),
        }
    }

    fn sample(lang: Lang) -> Answered {
        Answered {
            found: lang.text("catalog-n-rows").n("n", 1).to_string(),
            head: vec![Cell::text("well"), Cell::over_numbers("depth")],
            rows: vec![vec![Cell::text("Sumur <Ngasem>"), Cell::number("12.5", 12.5)]],
            is_cut: true,
            downloads: vec![Download {
                href: "/sql/download?format=csv&q=SELECT".into(),
                text: "CSV".into(),
            }],
        }
    }
}

impl SqlPage {
    async fn of(app: &App, op: &Op, uri: &Uri, q: &str) -> Result<SqlPage> {
        Ok(SqlPage {
            tables: scope(app, op).await?.names().map(str::to_owned).collect(),
            may_keep: op.person().is_some(),
            ..SqlPage::bare(shell(app, op, uri), q)
        })
    }

    fn bare(page: Shell, q: &str) -> SqlPage {
        SqlPage {
            page: Step::Console.dress(page, ""),
            q: q.to_owned(),
            tables: Vec::new(),
            answered: Answered::default(),
            may_keep: false,
            title: String::new(),
            about: String::new(),
        }
    }

    /// Shows what is wrong; what names no field is about the question.
    fn refused(mut self, op: &Op, problem: Problem) -> Result<Response> {
        if problem.kind() == Kind::Internal {
            return Err(problem);
        }
        self.page.errors = field_errors(&problem, op);
        for error in &mut self.page.errors {
            if error.field.is_empty() {
                error.field = "q".into();
            }
        }
        render_refused(&problem, &self)
    }

    pub fn sample(lang: Lang) -> SqlPage {
        SqlPage {
            tables: vec!["wells".into(), "census__household".into()],
            answered: Answered::sample(lang),
            may_keep: true,
            ..SqlPage::bare(Shell::sample(lang), "SELECT '<b>' FROM wells")
        }
    }
}

impl SavedQueriesPage {
    pub fn sample(lang: Lang) -> SavedQueriesPage {
        SavedQueriesPage {
            page: Step::Saved.dress(Shell::sample(lang), ""),
            queries: vec![Listed {
                href: "/sql/saved/ABCDEFGH".into(),
                title: "Wells <deep>".into(),
                saved: lang.date(jiff::civil::date(2024, 5, 1)),
                is_shown: false,
            }],
        }
    }
}

impl SavedQueryPage {
    fn new(page: Shell, query: SavedQuery, saved: String, cite: String) -> SavedQueryPage {
        let sources = query.tables.iter().map(|source| {
            let title = source.title.as_deref().unwrap_or(&source.name);
            SourceRow {
                href: source.address.clone(),
                text: page
                    .lang
                    .text("catalog-sql-source")
                    .arg("table", title)
                    .arg("version", source.version)
                    .to_string(),
            }
        });
        let q = percent_encoding::utf8_percent_encode(&query.sql, percent_encoding::NON_ALPHANUMERIC);
        SavedQueryPage {
            sources: sources.collect(),
            edit: format!("/sql?q={q}"),
            other: format!("/sql/saved/{}", query.code),
            page: Step::One.dress(page, &query.title),
            query,
            saved,
            cite,
            answered: Answered::default(),
            refused: String::new(),
            is_now: false,
        }
    }

    pub fn sample(lang: Lang) -> SavedQueryPage {
        let query = SavedQuery {
            code: "ABCDEFGH".into(),
            title: "Wells <deep>".into(),
            about: "How deep wells are & where.".into(),
            sql: "SELECT '<b>' FROM wells".into(),
            is_shown: true,
            saved_at: Time(0),
            tables: vec![Source {
                name: "wells".into(),
                title: Some("Wells".into()),
                version: 3,
                address: "/tables/1/3".into(),
                resource: "1".into(),
            }],
            may_delete: true,
            may_show: true,
            id: "1".into(),
        };
        let saved = lang.date(jiff::civil::date(2024, 5, 1));
        SavedQueryPage {
            answered: Answered::sample(lang),
            ..SavedQueryPage::new(
                Shell::sample(lang),
                query,
                saved,
                "Kabupaten <Contoh>: Wells".into(),
            )
        }
    }
}
