//! SQL for staff, over the tables and columns they may read.

use askama::Template;
use axum::{
    extract::{Query, State},
    http::Uri,
    response::Response,
};
use serde::Deserialize;
use tables::{Limits, What};

use super::super::{
    download,
    pages::{
        Download,
        rows::{cell, head_cell},
    },
    scope,
    versions::asked::with_versions,
    view::spoken,
};
use crate::platform::{
    app::App,
    html::{Shell, parts::Cell},
    i18n::Lang,
    op::{Op, Role},
    page::{field_errors, render, render_refused, shell},
    problem::{Kind, Result},
};

/// Rows of an answer on the page; a file has them all.
const MOST_ROWS: usize = 500;

#[derive(Template)]
#[template(path = "catalog/desk/sql.html")]
pub struct SqlPage {
    page: Shell,
    q: String,
    tables: Vec<String>,
    is_answered: bool,
    head: Vec<Cell>,
    rows: Vec<Vec<Cell>>,
    found: String,
    is_cut: bool,
    downloads: Vec<Download>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct SqlQuery {
    q: String,
    format: String,
}

pub async fn console(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    Query(query): Query<SqlQuery>,
) -> Result<Response> {
    op.require(&Role::STAFF)?;
    let scope = scope(&app, &op).await?;
    let page = shell(&app, &op, &uri)
        .titled(op.lang.text("catalog-sql"))
        .crumb(op.lang.text("catalog-sql"), "");
    let mut console = SqlPage {
        page,
        tables: scope.names().map(str::to_owned).collect(),
        is_answered: false,
        head: Vec::new(),
        rows: Vec::new(),
        found: String::new(),
        is_cut: false,
        downloads: Vec::new(),
        q: query.q.trim().to_owned(),
    };
    if console.q.is_empty() {
        return render(&console);
    }
    let limits = Limits {
        rows: MOST_ROWS,
        ..Limits::default()
    };
    let asked = async {
        let (scope, sql) = with_versions(&app, &op, scope, &console.q).await?;
        app.lake.query(&scope, &sql, limits).await.map_err(spoken)
    };
    match asked.await {
        Ok(answer) => {
            console.is_answered = true;
            console.is_cut = answer.truncated;
            console.found = op
                .lang
                .text("catalog-n-rows")
                .n("n", i64::try_from(answer.rows.len()).unwrap_or(i64::MAX))
                .to_string();
            console.head = answer
                .columns
                .iter()
                .map(|column| head_cell(column.kind, &column.name))
                .collect();
            console.rows = answer
                .rows
                .iter()
                .map(|row| row.iter().map(cell).collect())
                .collect();
            let q = percent_encoding::utf8_percent_encode(&console.q, percent_encoding::NON_ALPHANUMERIC);
            console.downloads = [
                ("csv", "CSV"),
                ("xlsx", "Excel"),
                ("jsonl", "JSON lines"),
                ("parquet", "Parquet"),
            ]
            .map(|(ending, text)| Download {
                href: format!("/desk/sql/download?format={ending}&q={q}"),
                text: text.to_owned(),
            })
            .into();
            render(&console)
        }
        Err(problem) if problem.kind() == Kind::Internal => Err(problem),
        Err(problem) => {
            console.page.errors = field_errors(&problem, &op);
            console
                .page
                .errors
                .iter_mut()
                .for_each(|error| error.field = "q".into());
            render_refused(&problem, &console)
        }
    }
}

pub async fn file(State(app): State<App>, op: Op, Query(query): Query<SqlQuery>) -> Result<Response> {
    op.require(&Role::STAFF)?;
    let format = download::format(if query.format.is_empty() {
        "csv"
    } else {
        &query.format
    })?;
    let (scope, sql) = with_versions(&app, &op, scope(&app, &op).await?, &query.q).await?;
    let what = What::Query(scope, sql);
    download::stream(&app, what, format, "answer").await
}

impl SqlPage {
    pub fn sample(lang: Lang) -> SqlPage {
        SqlPage {
            page: Shell::sample(lang).titled(lang.text("catalog-sql")),
            q: "SELECT '<b>' FROM wells".into(),
            tables: vec!["wells".into(), "census__household".into()],
            is_answered: true,
            head: vec![Cell::text("well"), Cell::over_numbers("depth")],
            rows: vec![vec![Cell::text("Sumur <Ngasem>"), Cell::number("12.5", 12.5)]],
            found: lang.text("catalog-n-rows").n("n", 1).to_string(),
            is_cut: true,
            downloads: vec![Download {
                href: "/desk/sql/download?format=csv&q=SELECT".into(),
                text: "CSV".into(),
            }],
        }
    }
}
