//! What changed between two versions of a table: a page, JSON, CSV.

use askama::Template;
use axum::{
    Json,
    extract::{Path, Query, State},
    http::Uri,
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::json;
use tables::{Compared, Diff, Format, Limits, RowDifference, SchemaChange};

use super::{
    LIMITS,
    asked::number,
    diff,
    files::csv_of,
    key_of,
    lineage::{self, Lineage},
    words,
};
use crate::{
    catalog::{
        download,
        pages::sample,
        view::{self, Resource, spoken},
    },
    platform::{
        app::App,
        html::{
            Shell,
            parts::{Cell, Choice, Pagination, label_rows},
        },
        i18n::Lang,
        op::Op,
        page::{render, shell},
        problem::{Problem, Result},
    },
};

/// Rows that differ, on one page, and in a file at most.
const PER_PAGE: usize = 50;
const MOST_IN_FILE: usize = 100_000;
/// Values that are told of a row that came or went.
const MOST_VALUES: usize = 12;

#[derive(Template)]
#[template(path = "catalog/versions/diff.html")]
pub struct DiffPage {
    page: Shell,
    /// The dataset's and table's titles, and the numbers of the versions.
    caption: String,
    sentences: Vec<String>,
    matched_by: String,
    /// What became of the places that name its rows.
    lineage: Lineage,
    path: String,
    changes: Vec<Choice>,
    key: String,
    head: Vec<Cell>,
    rows: Vec<Vec<Cell>>,
    found: String,
    pages: Pagination,
    downloads: Vec<(String, String)>,
    back: String,
}

/// Which of the rows that differ somebody asks for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct DiffQuery {
    /// `added`, `removed` or `changed`; all when empty.
    change: String,
    /// Names of columns, with commas between them; declared or proposed when empty.
    key: String,
    page: Option<u32>,
}

/// Shows what changed from one version to another, as a page or as a file.
///
/// # Errors
/// `version-unknown`, `format-unknown`; `query-refused` where the reader sees no column of both; as [`view::find_resource`].
pub async fn compare(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    Path((dataset, slug, range)): Path<(String, String, String)>,
    Query(query): Query<DiffQuery>,
) -> Result<Response> {
    let (range, format) = download::split(&range);
    let unknown = || Problem::not_found("version-unknown").with("version", range);
    let (before, after) = range.split_once("..").ok_or_else(unknown)?;
    let (before, after) = (number(before)?, number(after)?);
    let then = view::find_resource(&app, &op, &dataset, &slug, Some(before)).await?;
    let now = view::find_resource(&app, &op, &dataset, &slug, Some(after)).await?;
    check_comparable(op.lang, &then, &now)?;
    let asked: Vec<String> = names_in(&query.key);
    let key = match asked.is_empty() {
        true => key_of(&app, &now.id, &then.table, &now.table).await?,
        false => asked,
    };
    let compared = Compared {
        before: then.table.clone(),
        after: now.table.clone(),
        key,
    };
    let found = diff(&app, &compared).await?;
    let change = RowDifference::parse(&query.change);
    let name = format!("{dataset}-{slug}-{before}-{after}");
    match format {
        Some(Format::Json) => as_json(&app, &compared, &found, change, query.page, (before, after)).await,
        Some(Format::Csv) => as_csv(&app, &compared, change, &name).await,
        Some(_) => Err(Problem::invalid("format-unknown").with("format", range)),
        None => {
            let rows = rows_of(&app, &compared, change, query.page, PER_PAGE).await?;
            let lineage = lineage::tell(&app, op.lang, &compared, &found, &rows.rows).await?;
            let page = DiffPage::new(
                shell(&app, &op, &uri),
                &now,
                (before, after),
                &found,
                rows,
                &query,
            );
            render(&DiffPage { lineage, ..page })
        }
    }
}

/// Passes two versions with a column that the reader sees of both.
///
/// # Errors
/// `query-refused` with the true reason: columns that are hidden from the reader, or two tables with nothing in common.
fn check_comparable(lang: Lang, then: &Resource, now: &Resource) -> Result<()> {
    let has_both = |name: &String| now.columns.iter().any(|column| column.name == *name);
    if then.columns.iter().any(|column| has_both(&column.name)) {
        return Ok(());
    }
    let reason = match then.n_hidden + now.n_hidden {
        0 => lang.text("catalog-versions-nothing-shared"),
        _ => lang.text("catalog-versions-nothing-seen"),
    };
    Err(Problem::invalid("query-refused").with("reason", reason))
}

/// Reads some of the rows that differ, of all kinds or one.
///
/// # Errors
/// `query-too-heavy`; when the store fails.
pub async fn rows_of(
    app: &App,
    compared: &Compared,
    change: Option<RowDifference>,
    page: Option<u32>,
    n_rows: usize,
) -> Result<tables::DiffPage> {
    let page = usize::try_from(page.unwrap_or(1).max(1)).unwrap_or(1) - 1;
    let limits = Limits {
        rows: n_rows,
        ..LIMITS
    };
    let rows = app
        .lake
        .diff_rows(compared, change, page.saturating_mul(n_rows), limits);
    rows.await.map_err(spoken)
}

async fn as_json(
    app: &App,
    compared: &Compared,
    found: &Diff,
    change: Option<RowDifference>,
    page: Option<u32>,
    (before, after): (u64, u64),
) -> Result<Response> {
    /// Rows of one answer.
    const PER_ANSWER: usize = 1_000;
    let rows = rows_of(app, compared, change, page, PER_ANSWER).await?;
    let object = |values: &[tables::Value]| {
        let pairs = rows.columns.iter().zip(values);
        let pairs = pairs.map(|(column, value)| (column.name.clone(), value.to_json()));
        serde_json::Value::Object(pairs.collect())
    };
    let row = |row: &tables::DiffRow| match row.change {
        RowDifference::Added => json!({ "change": "added", "times": row.times, "after": object(&row.after) }),
        RowDifference::Removed => {
            json!({ "change": "removed", "times": row.times, "before": object(&row.before) })
        }
        RowDifference::Changed => {
            json!({ "change": "changed", "before": object(&row.before), "after": object(&row.after) })
        }
    };
    let schema = |change: &SchemaChange| match change {
        SchemaChange::Added(column) => {
            json!({ "change": "added", "column": column.name, "kind": column.kind })
        }
        SchemaChange::Removed(column) => {
            json!({ "change": "removed", "column": column.name, "kind": column.kind })
        }
        SchemaChange::Retyped { name, from, to } => {
            json!({ "change": "retyped", "column": name, "from": from, "to": to })
        }
        SchemaChange::Renamed { from, to } => json!({ "change": "renamed", "from": from, "to": to }),
    };
    let columns = found
        .columns
        .iter()
        .map(|(name, n)| json!({ "column": name, "n_rows": n }));
    Ok(Json(json!({
        "before": before,
        "after": after,
        "key": found.key,
        "n_before": found.n_before,
        "n_after": found.n_after,
        "n_added": found.n_added,
        "n_removed": found.n_removed,
        "n_changed": found.n_changed,
        "columns": columns.collect::<Vec<_>>(),
        "schema": found.schema.iter().map(schema).collect::<Vec<_>>(),
        "page": page.unwrap_or(1).max(1),
        "rows": rows.rows.iter().map(row).collect::<Vec<_>>(),
    }))
    .into_response())
}

/// One line for each value that differs: what happened, the key, the column, the value before and after.
async fn as_csv(
    app: &App,
    compared: &Compared,
    change: Option<RowDifference>,
    name: &str,
) -> Result<Response> {
    let found = rows_of(app, compared, change, None, MOST_IN_FILE).await?;
    let n_key = compared.key.len();
    let mut head = vec!["change".to_owned()];
    head.extend(compared.key.iter().cloned());
    head.extend(["column", "before", "after", "times"].map(str::to_owned));
    let rows = found.rows.iter().flat_map(|row| {
        let key: Vec<String> = (0..n_key).map(|at| key_value(row, at)).collect();
        let columns = found.columns.iter().enumerate().skip(n_key);
        columns
            .filter(|(at, _)| row.change != RowDifference::Changed || row.before[*at] != row.after[*at])
            .map(|(at, column)| {
                let mut line = vec![row.change.as_str().to_owned()];
                line.extend(key.iter().cloned());
                line.extend([
                    column.name.clone(),
                    row.before[at].to_string(),
                    row.after[at].to_string(),
                    row.times.to_string(),
                ]);
                line
            })
            .collect::<Vec<_>>()
    });
    csv_of(name, head, rows)
}

fn key_value(row: &tables::DiffRow, at: usize) -> String {
    let value = match row.change {
        RowDifference::Removed => &row.before[at],
        _ => &row.after[at],
    };
    value.to_string()
}

fn names_in(text: &str) -> Vec<String> {
    text.split(',')
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect()
}

impl DiffPage {
    fn new(
        page: Shell,
        now: &Resource,
        (before, after): (u64, u64),
        found: &Diff,
        rows: tables::DiffPage,
        query: &DiffQuery,
    ) -> DiffPage {
        let lang = page.lang;
        let back = format!("/data/{}/{}/versions", now.dataset.slug, now.slug);
        let path = format!("{back}/{before}..{after}");
        let n_key = found.key.len();
        let n_found = match RowDifference::parse(&query.change) {
            Some(RowDifference::Added) => found.n_added,
            Some(RowDifference::Removed) => found.n_removed,
            Some(RowDifference::Changed) => found.n_changed,
            None => found.n_added + found.n_removed + found.n_changed,
        };
        let last = u32::try_from(n_found.div_ceil(PER_PAGE as u64)).unwrap_or(u32::MAX);
        let asked = |page: u32| {
            let mut pairs = vec![("page", page.to_string())];
            for (name, value) in [("change", &query.change), ("key", &query.key)] {
                if !value.is_empty() {
                    pairs.push((name, value.clone()));
                }
            }
            serde_urlencoded::to_string(pairs).unwrap_or_default()
        };
        let text = |id: &'static str| lang.text(id).to_string();
        let mut head = vec![Cell::text(text("catalog-versions-change"))];
        head.extend(found.key.iter().map(Cell::text));
        head.extend(
            [
                "catalog-versions-column",
                "catalog-versions-before",
                "catalog-versions-after",
            ]
            .map(|id| Cell::text(text(id))),
        );
        let mut shown: Vec<Vec<Cell>> = rows
            .rows
            .iter()
            .flat_map(|row| lines(lang, &rows.columns, row, n_key))
            .collect();
        label_rows(&head, &mut shown);
        let all = Choice::new("", text("catalog-versions-all-changes")).chosen_if(&query.change);
        let of_kind = RowDifference::ALL.into_iter().map(|change| {
            let word = change.as_str();
            Choice::new(word, lang.text(format!("catalog-versions-word-{word}"))).chosen_if(&query.change)
        });
        let downloads =
            ["csv", "json"].map(|ending| (format!("{path}.{ending}?{}", asked(1)), ending.to_uppercase()));
        let title = lang
            .text("catalog-versions-diff-title")
            .arg("before", before)
            .arg("after", after)
            .to_string();
        DiffPage {
            sentences: words::sentences(lang, found),
            matched_by: words::matched_by(lang, &found.key),
            lineage: Lineage::default(),
            changes: std::iter::once(all).chain(of_kind).collect(),
            key: query.key.clone(),
            head,
            rows: shown,
            found: lang
                .text("catalog-versions-n-rows")
                .n("n", i64::try_from(n_found).unwrap_or(i64::MAX))
                .to_string(),
            pages: Pagination::new(query.page.unwrap_or(1).clamp(1, last.max(1)), last, |page| {
                format!("{path}?{}", asked(page))
            }),
            downloads: downloads.to_vec(),
            caption: now.title.clone(),
            page: page
                .titled(&title)
                .crumb(lang.text("catalog-title"), "/data")
                .crumb(&now.dataset.title, format!("/data/{}", now.dataset.slug))
                .crumb(&now.title, format!("/data/{}/{}", now.dataset.slug, now.slug))
                .crumb(lang.text("catalog-versions"), &back)
                .crumb(&title, ""),
            path,
            back,
        }
    }

    pub fn sample(lang: Lang) -> DiffPage {
        let column = |name: &str, kind| tables::Column::new(name, kind);
        let found = Diff {
            key: vec!["well".into()],
            n_before: 120,
            n_after: 121,
            n_added: 2,
            n_removed: 1,
            n_changed: 80,
            columns: vec![("depth".into(), 80)],
            schema: vec![SchemaChange::Added(column("state", tables::Kind::Text))],
        };
        let text = |text: &str| tables::Value::from(text);
        let row = |change, before: [&str; 2], after: [&str; 2]| tables::DiffRow {
            change,
            before: before.map(text).to_vec(),
            after: after.map(text).to_vec(),
            times: 1,
        };
        let rows = tables::DiffPage {
            columns: vec![
                column("well", tables::Kind::Text),
                column("depth", tables::Kind::Decimal),
            ],
            rows: vec![
                row(RowDifference::Changed, ["Sumur <1>", "12.5"], ["Sumur <1>", "14"]),
                row(RowDifference::Added, ["", ""], ["Sumur 2", "9"]),
                row(RowDifference::Removed, ["Sumur 3", "8"], ["", ""]),
            ],
        };
        let page = DiffPage::new(
            Shell::sample(lang),
            &sample::resource(),
            (1, 2),
            &found,
            rows,
            &DiffQuery::default(),
        );
        DiffPage {
            lineage: Lineage::sample(lang),
            ..page
        }
    }
}

/// The lines of a row: one for each value that changed, or one with all values of a row that came or went.
fn lines(lang: Lang, columns: &[tables::Column], row: &tables::DiffRow, n_key: usize) -> Vec<Vec<Cell>> {
    let word = lang
        .text(format!("catalog-versions-word-{}", row.change.as_str()))
        .to_string();
    let word = match row.times {
        1 => word,
        n => format!("{word} × {n}"),
    };
    let start = || {
        let key = (0..n_key).map(|at| Cell::text(key_value(row, at)));
        std::iter::once(Cell::text(&word)).chain(key).collect::<Vec<_>>()
    };
    if row.change == RowDifference::Changed {
        let changed = (n_key..columns.len()).filter(|at| row.before[*at] != row.after[*at]);
        return changed
            .map(|at| {
                let mut line = start();
                line.push(Cell::text(&columns[at].name));
                line.push(Cell::text(words::value(lang, &row.before[at])));
                line.push(Cell::text(words::value(lang, &row.after[at])));
                line
            })
            .collect();
    }
    let values = |values: &[tables::Value]| {
        let told = columns
            .iter()
            .zip(values)
            .skip(n_key)
            .filter(|(_, value)| !value.is_null());
        let told = told
            .take(MOST_VALUES)
            .map(|(column, value)| format!("{}: {value}", column.name));
        told.collect::<Vec<_>>().join(" · ")
    };
    let mut line = start();
    line.push(Cell::text(lang.text("catalog-versions-whole-row")));
    let (before, after) = match row.change {
        RowDifference::Removed => (values(&row.before), String::new()),
        _ => (String::new(), values(&row.after)),
    };
    line.push(Cell::text(before));
    line.push(Cell::text(after));
    vec![line]
}
