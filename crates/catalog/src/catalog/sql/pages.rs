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
use tables::{Answer, Format, Kind as Holds, Value};

use super::{
    Askable, NewQuery, SavedQuery, Source, answer_then, ask, askable, delete, find, list,
    refused::engine_words, save, show, whole, whole_then,
};
use crate::{
    catalog::{
        download,
        pages::{
            Download,
            rows::{cell, head_cell},
        },
    },
    platform::{
        app::App,
        draw::{
            About, Reading, Unit,
            bars::{self, Bar, Bars},
        },
        html::{
            Markup, Shell,
            parts::{Cell, Choice},
        },
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
/// Tables whose columns stand beside the question.
const MOST_DESCRIBED: usize = 30;
/// Bars that a drawing of an answer has at most.
const MOST_BARS: usize = 50;
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
    /// The rows as bars, with what they show; none where bars would say something else than the rows.
    drawing: Option<(String, Markup)>,
}

#[derive(Template)]
#[template(path = "catalog/sql/console.html")]
pub struct SqlPage {
    page: Shell,
    q: String,
    tables: Vec<AskableTable>,
    answered: Answered,
    /// The engine's words for what it refused; empty where it said nothing.
    engine: String,
    /// Whether the caller may keep what was answered.
    may_keep: bool,
    /// Where one signs in and comes back from.
    sign_in: String,
    title: String,
    about: String,
}

/// A table that may be asked.
pub struct AskableTable {
    name: String,
    title: String,
    /// A first question of it, to go on from.
    start: String,
    /// Its columns, each with what it holds; empty where there are too many tables to tell.
    columns: Vec<(String, String)>,
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
    /// Empty while not everybody may see it.
    cite: String,
    answered: Answered,
    /// Why there is no answer; empty when there is one.
    refused: String,
    /// The engine's words for it; empty where it said nothing.
    engine: String,
    /// One box to tick: it is really to be thrown away.
    sure: Vec<Choice>,
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

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Deleted {
    /// `yes` from whoever means it.
    sure: String,
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
    let what = whole(&app, &op, &query.q).await?;
    download::stream(&app, &op, (what, format), "answer").await
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
        return download::stream(&app, &op, (what, format), &kept.code).await;
    }
    let page = shell(&app, &op, &uri);
    let answer = match is_now {
        true => ask(&app, &op, &kept.sql, MOST_ROWS).await,
        false => answer_then(&app, &op, &kept, MOST_ROWS).await,
    };
    let files = format!("/sql/saved/{code}?{}", if is_now { "now=1&" } else { "" });
    render(&SavedQueryPage {
        is_now,
        ..SavedQueryPage::of(&app, &op, page, kept, (answer, &files))?
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

/// Throws a question away, or shows it again with the box that was not ticked.
async fn delete_one(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    Path(code): Path<String>,
    Form(typed): Form<Deleted>,
) -> Result<Response> {
    match delete(&app, &op, &code, &typed.sure).await {
        Ok(()) => Ok(Redirect::to("/sql/saved").into_response()),
        Err(problem) if problem.fields().is_empty() => Err(problem),
        Err(problem) => {
            let kept = find(&app, &op, &code).await?;
            let mut page = shell(&app, &op, &uri);
            page.errors = field_errors(&problem, &op);
            let answer = answer_then(&app, &op, &kept, MOST_ROWS).await;
            let files = format!("/sql/saved/{code}?");
            render_refused(
                &problem,
                &SavedQueryPage::of(&app, &op, page, kept, (answer, &files))?,
            )
        }
    }
}

fn wanted(format: &str) -> Result<Format> {
    download::format(if format.is_empty() { "csv" } else { format })
}

fn day(app: &App, lang: Lang, at: Time) -> String {
    lang.date(app.config.day(at))
}

/// The console with a question in it, which it answers.
fn asking(sql: &str) -> String {
    let q = percent_encoding::utf8_percent_encode(sql, percent_encoding::NON_ALPHANUMERIC);
    format!("/sql?q={q}")
}

/// How to cite a kept question.
fn citation(app: &App, op: &Op, kept: &SavedQuery) -> String {
    let owner = match app.config.name.as_str() {
        "" => "Baraza",
        name => name,
    };
    op.lang
        .text("catalog-sql-cite-text")
        .arg("publisher", owner)
        .arg("title", &kept.title)
        .arg("date", day(app, op.lang, kept.saved_at))
        .arg("address", address(app, &kept.code))
        .arg("tables", cited(&kept.tables))
        .arg("today", day(app, op.lang, op.at))
        .to_string()
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
        let found = match answer.truncated {
            true => lang.text("catalog-sql-first-rows").n("n", n),
            false => lang.text("catalog-n-rows").n("n", n),
        };
        Answered {
            found: found.to_string(),
            drawing: drawn(lang, answer),
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
            drawing: Some((
                "depth <m>".into(),
                lying(
                    lang,
                    "depth <m>",
                    vec![Bar::new("Ngasem & co", Reading::of(12.5))],
                    1,
                ),
            )),
        }
    }
}

/// An answer of one name and one number a row, as bars from zero. None where a bar would mislead: rows are missing, a number is missing
/// or below zero, or a name stands twice.
fn drawn(lang: Lang, answer: &Answer) -> Option<(String, Markup)> {
    let [by, of] = answer.columns.as_slice() else {
        return None;
    };
    let is_fit = matches!(by.kind, Holds::Text | Holds::Date)
        && matches!(of.kind, Holds::Integer | Holds::Decimal)
        && !answer.truncated
        && (2..=MOST_BARS).contains(&answer.rows.len());
    if !is_fit {
        return None;
    }
    let mut names: Vec<String> = Vec::new();
    let mut readings = Vec::new();
    for row in &answer.rows {
        let [name, number] = row.as_slice() else {
            return None;
        };
        let (name, number) = (name.to_string(), number_of(number)?);
        if name.is_empty() || names.contains(&name) {
            return None;
        }
        readings.push(Bar::new(&name, Reading::of(number)));
        names.push(name);
    }
    let title = lang
        .text("catalog-sql-drawn")
        .arg("what", &of.name)
        .arg("by", &by.name)
        .to_string();
    let places = if of.kind == Holds::Integer { 0 } else { 2 };
    let drawing = lying(lang, &title, readings, places);
    Some((title, drawing))
}

/// A number that a bar from zero can stand for.
fn number_of(value: &Value) -> Option<f64> {
    let number = match value {
        Value::Integer(n) => *n as f64,
        Value::Decimal(x) => *x,
        _ => return None,
    };
    (number.is_finite() && number >= 0.0).then_some(number)
}

fn lying(lang: Lang, title: &str, bars: Vec<Bar>, places: usize) -> Markup {
    bars::lying(&Bars {
        about: About {
            id: "answer-bars".into(),
            title: title.to_owned(),
            description: lang.text("catalog-sql-drawn-below").to_string(),
            lang,
        },
        unit: Unit::Number { places },
        bars,
        target: None,
    })
}

impl AskableTable {
    fn of(lang: Lang, table: Askable) -> AskableTable {
        let in_words = |kind: String| lang.text(format!("catalog-kind-{kind}")).to_string();
        AskableTable {
            start: asking(&format!("SELECT *\nFROM \"{}\"\nLIMIT 10", table.name)),
            columns: table
                .columns
                .into_iter()
                .map(|(name, kind)| (name, in_words(kind)))
                .collect(),
            name: table.name,
            title: table.title,
        }
    }
}

impl SqlPage {
    async fn of(app: &App, op: &Op, uri: &Uri, q: &str) -> Result<SqlPage> {
        let tables = askable(app, op, MOST_DESCRIBED).await?;
        Ok(SqlPage {
            tables: tables
                .into_iter()
                .map(|table| AskableTable::of(op.lang, table))
                .collect(),
            may_keep: op.person().is_some(),
            ..SqlPage::bare(shell(app, op, uri), q)
        })
    }

    fn bare(page: Shell, q: &str) -> SqlPage {
        let back = asking(q);
        let back = percent_encoding::utf8_percent_encode(&back, percent_encoding::NON_ALPHANUMERIC);
        SqlPage {
            sign_in: format!("/sign-in?next={back}"),
            page: Step::Console.dress(page, ""),
            q: q.to_owned(),
            tables: Vec::new(),
            answered: Answered::default(),
            engine: String::new(),
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
        self.engine = in_its_words(op.lang, &problem);
        for error in &mut self.page.errors {
            if error.field.is_empty() {
                error.field = "q".into();
            }
        }
        render_refused(&problem, &self)
    }

    pub fn sample(lang: Lang) -> SqlPage {
        let table = Askable {
            name: "wells".into(),
            title: "Wells <deep>".into(),
            columns: vec![("depth".into(), "decimal".into())],
        };
        SqlPage {
            tables: vec![AskableTable::of(lang, table)],
            answered: Answered::sample(lang),
            engine: "No field named <depth>".into(),
            may_keep: true,
            ..SqlPage::bare(Shell::sample(lang), "SELECT '<b>' FROM wells")
        }
    }
}

/// What the engine itself said of a refusal; empty where it said nothing.
fn in_its_words(lang: Lang, problem: &Problem) -> String {
    match engine_words(problem) {
        "" => String::new(),
        words => lang.text("catalog-sql-engine").arg("words", words).to_string(),
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
    /// A question with what its tables answer, and with files of that at an address that goes on with `format=`.
    ///
    /// # Errors
    /// What went wrong with us; what is wrong with the question stands on the page.
    fn of(
        app: &App,
        op: &Op,
        page: Shell,
        kept: SavedQuery,
        (answer, files): (Result<Answer>, &str),
    ) -> Result<SavedQueryPage> {
        let (answered, refused, engine) = match answer {
            Ok(answer) => (
                Answered::of(op.lang, &answer, files),
                String::new(),
                String::new(),
            ),
            Err(problem) if problem.kind() == Kind::Internal => return Err(problem),
            Err(problem) => (
                Answered::default(),
                problem.sentence(op.lang),
                in_its_words(op.lang, &problem),
            ),
        };
        let cite = match kept.is_shown {
            true => citation(app, op, &kept),
            false => String::new(),
        };
        let saved = day(app, op.lang, kept.saved_at);
        Ok(SavedQueryPage {
            answered,
            refused,
            engine,
            ..SavedQueryPage::new(page, kept, saved, cite)
        })
    }

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
        let sure = Choice::new("yes", page.lang.text("catalog-sql-sure"));
        SavedQueryPage {
            sources: sources.collect(),
            edit: asking(&query.sql),
            sure: vec![sure],
            other: format!("/sql/saved/{}", query.code),
            page: Step::One.dress(page, &query.title),
            query,
            saved,
            cite,
            answered: Answered::default(),
            refused: String::new(),
            engine: String::new(),
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
