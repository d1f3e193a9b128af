//! Pages and downloads for everybody: the catalogue, a dataset, one of its tables.

use askama::Template;
use axum::{
    Json, Router,
    extract::{Path, Query, State},
    http::Uri,
    response::{IntoResponse, Response},
    routing::get,
};
use serde::Deserialize;
use serde_json::json;
use tables::{Format, Page, Sort};

use super::{
    download,
    model::THEMES,
    view::{self, Dataset, FileView, Resource},
};
use crate::platform::{
    app::App,
    html::{
        Shell,
        parts::{Cell, Choice, Pagination, SummaryRow},
    },
    i18n::Lang,
    op::Op,
    page::{render, shell},
    problem::{Problem, Result},
    time::Time,
};

/// Rows of a table on one page.
const ROWS: usize = 50;
/// Columns of a table on one page; a file has them all.
const MOST_COLUMNS: usize = 24;
/// Characters of a value on a page.
const LONGEST_CELL: usize = 120;
/// Changes of a table that its page tells.
const MOST_CHANGES: usize = 20;

/// The routes of this file.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/data", get(catalogue))
        .route("/data.json", get(catalogue_as_json))
        .route("/data/{dataset}", get(dataset))
        .route("/data/{dataset}/{resource}", get(resource))
        .route("/data/{dataset}/{resource}/files/{id}", get(received))
}

#[derive(Template)]
#[template(path = "catalog/catalogue.html")]
struct CataloguePage {
    page: Shell,
    n_found: usize,
    entries: Vec<CatalogueRow>,
    q: String,
    themes: Vec<Choice>,
    publishers: Vec<Choice>,
}

struct CatalogueRow {
    slug: String,
    title: String,
    description: String,
    facts: String,
    is_open: bool,
}

#[derive(Template)]
#[template(path = "catalog/dataset.html")]
struct DatasetPage {
    page: Shell,
    dataset: Dataset,
    facts: Vec<SummaryRow>,
    resources: Vec<ResourceCard>,
}

/// A resource with the files it can be had as.
struct ResourceCard {
    slug: String,
    title: String,
    facts: String,
    is_filled: bool,
    downloads: Vec<Download>,
}

pub(super) struct Download {
    pub href: String,
    pub text: String,
}

#[derive(Template)]
#[template(path = "catalog/resource.html")]
struct ResourcePage {
    page: Shell,
    resource: Resource,
    lead: String,
    downloads: Vec<Download>,
    head: Vec<Cell>,
    rows: Vec<Vec<Cell>>,
    found: String,
    n_more_columns: usize,
    pages: Pagination,
    bys: Vec<Choice>,
    sorts: Vec<Choice>,
    text: String,
    version: String,
    column_head: Vec<Cell>,
    column_rows: Vec<Vec<Cell>>,
    origin: Vec<SummaryRow>,
    history_head: Vec<Cell>,
    history: Vec<HistoryRow>,
    newest: Option<FileView>,
    may_see_bad_rows: bool,
    bad_head: Vec<Cell>,
    bad_rows: Vec<Vec<Cell>>,
}

struct HistoryRow {
    version: u64,
    href: String,
    is_shown: bool,
    at: String,
    what: String,
    n_rows: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct CatalogueQuery {
    q: String,
    theme: String,
    publisher: String,
}

async fn catalogue(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    Query(query): Query<CatalogueQuery>,
) -> Result<Response> {
    let all = view::list_datasets(&app, &op).await?;
    let mut publishers: Vec<(String, String)> = all
        .iter()
        .filter_map(|dataset| Some((dataset.organisation.clone()?, dataset.publisher.clone()?)))
        .collect();
    publishers.sort_by(|a, b| a.1.cmp(&b.1));
    publishers.dedup();
    let mut themes: Vec<(String, String)> = all
        .iter()
        .filter(|dataset| !dataset.theme.is_empty())
        .map(|dataset| (dataset.theme.clone(), theme(op.lang, &dataset.theme)))
        .collect();
    themes.sort_by(|a, b| a.1.cmp(&b.1));
    themes.dedup();
    let choices = |all: Vec<(String, String)>, chosen: &str| {
        let any = Choice::new("", op.lang.text("catalog-any")).chosen_if(chosen);
        std::iter::once(any)
            .chain(
                all.into_iter()
                    .map(|(value, text)| Choice::new(value, text).chosen_if(chosen)),
            )
            .collect()
    };
    let entries: Vec<CatalogueRow> = sought(all, &query)
        .into_iter()
        .map(|dataset| row(op.lang, dataset))
        .collect();
    let page = shell(&app, &op, &uri)
        .titled(op.lang.text("catalog-title"))
        .described(op.lang.text("catalog-lead"))
        .shapes(&["json"]);
    render(&CataloguePage {
        page,
        n_found: entries.len(),
        entries,
        themes: choices(themes, &query.theme),
        publishers: choices(publishers, &query.publisher),
        q: query.q,
    })
}

async fn catalogue_as_json(
    State(app): State<App>,
    op: Op,
    Query(query): Query<CatalogueQuery>,
) -> Result<Response> {
    let found = sought(view::list_datasets(&app, &op).await?, &query);
    Ok(Json(json!({ "datasets": found })).into_response())
}

async fn dataset(State(app): State<App>, op: Op, uri: Uri, Path(name): Path<String>) -> Result<Response> {
    let (slug, format) = download::split(&name);
    let dataset = view::find_dataset(&app, &op, slug).await?;
    match format {
        Some(Format::Json) => return Ok(Json(dataset).into_response()),
        // The dataset's first table, for those who type the address they would guess.
        Some(format) => {
            let first = dataset
                .resources
                .first()
                .ok_or_else(|| Problem::not_found("resource-unknown").with("resource", ""))?;
            let resource = view::find_resource(&app, &op, slug, &first.slug, None).await?;
            return download::stream(&app, resource.table, format, slug).await;
        }
        None => {}
    }
    let lang = op.lang;
    let resources = dataset
        .resources
        .iter()
        .map(|resource| ResourceCard {
            slug: resource.slug.clone(),
            title: resource.title.clone(),
            facts: lang.text("catalog-n-rows").n("n", resource.n_rows).to_string(),
            is_filled: resource.version.is_some(),
            downloads: downloads(&format!("/data/{slug}/{}", resource.slug), "", false),
        })
        .collect();
    let page = shell(&app, &op, &uri)
        .titled(&dataset.title)
        .described(&dataset.description)
        .crumb(lang.text("catalog-title"), "/data")
        .crumb(&dataset.title, "")
        .shapes(&["json"]);
    render(&DatasetPage {
        facts: facts(&app, lang, &dataset),
        page,
        resources,
        dataset,
    })
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct RowsQuery {
    /// A column, and the text that its values contain.
    by: String,
    text: String,
    /// A column; `-` before it for the other direction.
    sort: String,
    page: Option<usize>,
    version: Option<u64>,
}

async fn resource(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    Path((dataset, name)): Path<(String, String)>,
    Query(query): Query<RowsQuery>,
) -> Result<Response> {
    let (slug, format) = download::split(&name);
    let resource = view::find_resource(&app, &op, &dataset, slug, query.version).await?;
    match format {
        Some(Format::Json) => return as_json(&app, &resource, &query).await,
        Some(format) => {
            return download::stream(&app, resource.table, format, &format!("{dataset}-{slug}")).await;
        }
        None => {}
    }
    let page = resource_page(&app, &op, &uri, resource, query).await?;
    render(&page)
}

async fn as_json(app: &App, resource: &Resource, query: &RowsQuery) -> Result<Response> {
    if resource.version.is_none() {
        return Ok(Json(json!({ "resource": resource, "n_found": 0, "rows": [] })).into_response());
    }
    let (answer, n_found) = resource.rows(app, &page_of(query, Vec::new())).await?;
    let rows: Vec<serde_json::Value> = answer
        .rows
        .iter()
        .map(|row| {
            let pairs = answer
                .columns
                .iter()
                .zip(row)
                .map(|(column, value)| (column.name.clone(), value.to_json()));
            serde_json::Value::Object(pairs.collect())
        })
        .collect();
    Ok(Json(json!({ "resource": resource, "n_found": n_found, "rows": rows })).into_response())
}

async fn resource_page(
    app: &App,
    op: &Op,
    uri: &Uri,
    resource: Resource,
    query: RowsQuery,
) -> Result<ResourcePage> {
    let lang = op.lang;
    let path = format!("/data/{}/{}", resource.dataset.slug, resource.slug);
    let shown: Vec<String> = resource
        .columns
        .iter()
        .take(MOST_COLUMNS)
        .map(|column| column.name.clone())
        .collect();
    let (answer, n_found) = match resource.version {
        Some(_) => resource.rows(app, &page_of(&query, shown)).await?,
        None => (
            tables::Answer {
                columns: Vec::new(),
                rows: Vec::new(),
                truncated: false,
            },
            0,
        ),
    };
    let head = answer
        .columns
        .iter()
        .map(|column| {
            let title = resource
                .columns
                .iter()
                .find(|known| known.name == column.name)
                .map(title_of)
                .unwrap_or_default();
            if column.kind.is_number() {
                Cell::over_numbers(title)
            } else {
                Cell::text(title)
            }
        })
        .collect();
    let rows = answer
        .rows
        .iter()
        .map(|row| row.iter().map(cell).collect())
        .collect();
    let last_page = u32::try_from(n_found.div_ceil(ROWS as u64)).unwrap_or(u32::MAX);
    let current = query.page.and_then(|page| u32::try_from(page).ok()).unwrap_or(1);
    let pages = Pagination::new(current, last_page, |page| address(&path, &query, page));
    let choice = |column: &view::ColumnView, chosen: &str| {
        Choice::new(&column.name, title_of(column)).chosen_if(chosen)
    };
    let bys = resource
        .columns
        .iter()
        .map(|column| choice(column, &query.by))
        .collect();
    let unsorted = Choice::new("", lang.text("catalog-as-received")).chosen_if(&query.sort);
    let sorts = std::iter::once(unsorted)
        .chain(resource.columns.iter().flat_map(|column| {
            let title = title_of(column);
            [
                Choice::new(&column.name, lang.text("catalog-upwards").arg("column", &title))
                    .chosen_if(&query.sort),
                Choice::new(
                    format!("-{}", column.name),
                    lang.text("catalog-downwards").arg("column", &title),
                )
                .chosen_if(&query.sort),
            ]
        }))
        .collect();
    let version_query = query
        .version
        .map(|version| format!("?version={version}"))
        .unwrap_or_default();
    let history = history(app, op, &resource, &path).await?;
    let newest = resource.files.first().cloned();
    let may_see_bad_rows = resource.dataset.may_write && resource.is_whole();
    let bad_rows = newest
        .iter()
        .filter(|_| may_see_bad_rows)
        .flat_map(bad_row_cells)
        .collect();
    let page = shell(app, op, uri)
        .titled(&resource.title)
        .described(&resource.dataset.description)
        .crumb(lang.text("catalog-title"), "/data")
        .crumb(
            &resource.dataset.title,
            format!("/data/{}", resource.dataset.slug),
        )
        .crumb(&resource.title, "")
        .shapes(&["json", "csv"]);
    Ok(ResourcePage {
        lead: lang
            .text("catalog-rows-and-columns")
            .n("rows", resource.n_rows)
            .n(
                "columns",
                i64::try_from(resource.columns.len()).unwrap_or_default(),
            )
            .to_string(),
        downloads: downloads(&path, &version_query, resource.has_geometry()),
        found: lang
            .text("catalog-n-rows")
            .n("n", i64::try_from(n_found).unwrap_or(i64::MAX))
            .to_string(),
        n_more_columns: resource.columns.len().saturating_sub(MOST_COLUMNS),
        column_head: ["name", "kind", "missing", "distinct", "least", "most", "common"]
            .map(|id| Cell::text(lang.text(format!("catalog-column-{id}"))))
            .to_vec(),
        column_rows: resource
            .columns
            .iter()
            .map(|column| column_cells(lang, &resource, column))
            .collect(),
        origin: origin(app, lang, &resource),
        history_head: ["version", "when", "what", "rows"]
            .map(|id| Cell::text(lang.text(format!("catalog-history-{id}"))))
            .to_vec(),
        history,
        bad_head: ["line", "reason", "text"]
            .map(|id| Cell::text(lang.text(format!("catalog-bad-{id}"))))
            .to_vec(),
        bad_rows,
        may_see_bad_rows,
        newest,
        head,
        rows,
        pages,
        bys,
        sorts,
        text: query.text,
        version: query
            .version
            .map(|version| version.to_string())
            .unwrap_or_default(),
        page,
        resource,
    })
}

/// The file as it was received, byte for byte, for those who may see every column of it.
async fn received(
    State(app): State<App>,
    op: Op,
    Path((dataset, slug, id)): Path<(String, String, String)>,
) -> Result<Response> {
    let resource = view::find_resource(&app, &op, &dataset, &slug, None).await?;
    let file = resource.files.iter().find(|file| file.id == id);
    let file = file.ok_or_else(|| Problem::not_found("file-gone"))?;
    // Older files may hold what is no longer a column, so only those who may see everything get them.
    let is_shown = file.version.is_some() && file.version == resource.version;
    if !(resource.is_whole() && (is_shown || resource.dataset.may_write)) {
        return Err(Problem::forbidden("not-allowed"));
    }
    download::blob(&app, &file.sha256, &file.name).await
}

fn sought(all: Vec<Dataset>, query: &CatalogueQuery) -> Vec<Dataset> {
    let words: Vec<String> = query
        .q
        .to_lowercase()
        .split_whitespace()
        .map(str::to_owned)
        .collect();
    all.into_iter()
        .filter(|dataset| query.theme.is_empty() || dataset.theme == query.theme)
        .filter(|dataset| {
            query.publisher.is_empty() || dataset.organisation.as_deref() == Some(query.publisher.as_str())
        })
        .filter(|dataset| {
            let text = format!(
                "{} {} {} {}",
                dataset.slug, dataset.title, dataset.description, dataset.theme
            )
            .to_lowercase();
            words.iter().all(|word| text.contains(word))
        })
        .collect()
}

fn row(lang: Lang, dataset: Dataset) -> CatalogueRow {
    let n_rows: i64 = dataset.resources.iter().map(|resource| resource.n_rows).sum();
    let facts = [
        dataset.publisher.clone().unwrap_or_default(),
        if dataset.theme.is_empty() {
            String::new()
        } else {
            theme(lang, &dataset.theme)
        },
        dataset.period.clone(),
        lang.text("catalog-n-rows").n("n", n_rows).to_string(),
    ];
    CatalogueRow {
        slug: dataset.slug,
        title: dataset.title,
        description: dataset.description,
        facts: facts
            .into_iter()
            .filter(|fact| !fact.is_empty())
            .collect::<Vec<_>>()
            .join(" · "),
        is_open: dataset.is_open,
    }
}

fn facts(app: &App, lang: Lang, dataset: &Dataset) -> Vec<SummaryRow> {
    let theme = if dataset.theme.is_empty() {
        String::new()
    } else {
        theme(lang, &dataset.theme)
    };
    let changed = lang.date_time(app.config.zoned(Time(dataset.changed_at)).datetime());
    let licence = if dataset.licence.is_empty() {
        lang.text("catalog-no-licence").to_string()
    } else {
        dataset.licence.clone()
    };
    [
        ("catalog-publisher", dataset.publisher.clone().unwrap_or_default()),
        ("catalog-theme", theme),
        ("catalog-place", dataset.place.clone().unwrap_or_default()),
        ("catalog-period", dataset.period.clone()),
        ("catalog-licence", licence),
        ("catalog-changed", changed),
    ]
    .into_iter()
    .filter(|(_, value)| !value.is_empty())
    .map(|(id, value)| SummaryRow::new(lang.text(id), value))
    .collect()
}

/// The name of a theme in the reader's language, or the word itself.
pub(super) fn theme(lang: Lang, word: &str) -> String {
    if THEMES.contains(&word) {
        lang.text(format!("catalog-theme-{word}")).to_string()
    } else {
        word.to_owned()
    }
}

fn downloads(path: &str, query: &str, with_map: bool) -> Vec<Download> {
    Format::ALL
        .into_iter()
        .filter(|format| *format != Format::Json && (with_map || *format != Format::GeoJson))
        .map(|format| Download {
            href: format!("{path}.{}{query}", format.ending()),
            text: match format {
                Format::Csv => "CSV".into(),
                Format::Xlsx => "Excel".into(),
                Format::Jsonl => "JSON lines".into(),
                Format::Parquet => "Parquet".into(),
                Format::GeoJson => "GeoJSON".into(),
                Format::Json => "JSON".into(),
            },
        })
        .collect()
}

fn page_of(query: &RowsQuery, columns: Vec<String>) -> Page {
    let filters = if query.by.is_empty() || query.text.trim().is_empty() {
        Vec::new()
    } else {
        vec![(query.by.clone(), query.text.trim().to_owned())]
    };
    let sort = match query.sort.strip_prefix('-') {
        _ if query.sort.is_empty() => None,
        Some(column) => Some(Sort {
            column: column.to_owned(),
            descending: true,
        }),
        None => Some(Sort {
            column: query.sort.clone(),
            descending: false,
        }),
    };
    Page {
        columns,
        filters,
        sort,
        offset: (query.page.unwrap_or(1).max(1) - 1).saturating_mul(ROWS),
        n_rows: ROWS,
    }
}

fn address(path: &str, query: &RowsQuery, page: u32) -> String {
    let mut pairs = vec![("page", page.to_string())];
    for (name, value) in [("by", &query.by), ("text", &query.text), ("sort", &query.sort)] {
        if !value.is_empty() {
            pairs.push((name, value.clone()));
        }
    }
    if let Some(version) = query.version {
        pairs.push(("version", version.to_string()));
    }
    format!(
        "{path}?{}",
        serde_urlencoded::to_string(pairs).unwrap_or_default()
    )
}

fn title_of(column: &view::ColumnView) -> String {
    if column.title.is_empty() {
        column.name.clone()
    } else {
        column.title.clone()
    }
}

fn cell(value: &tables::Value) -> Cell {
    let text = value.to_string();
    let shown = match text.char_indices().nth(LONGEST_CELL) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    };
    Cell {
        numeric: matches!(value, tables::Value::Integer(_) | tables::Value::Decimal(_)),
        ..Cell::text(shown)
    }
}

fn column_cells(lang: Lang, resource: &Resource, column: &view::ColumnView) -> Vec<Cell> {
    let kind = lang.text(format!("catalog-kind-{}", column.kind)).to_string();
    let name = if column.title.is_empty() {
        column.name.clone()
    } else {
        format!("{} ({})", column.title, column.name)
    };
    let Some(profile) = &column.profile else {
        return vec![
            Cell::text(name),
            Cell::text(kind),
            Cell::text(""),
            Cell::text(""),
            Cell::text(""),
            Cell::text(""),
            Cell::text(""),
        ];
    };
    let percent = |n: u64| {
        let n_rows = u64::try_from(resource.n_rows).unwrap_or_default();
        if n_rows == 0 {
            String::new()
        } else {
            lang.percent(n as f64 * 100.0 / n_rows as f64, 1)
        }
    };
    let common: Vec<String> = profile
        .common
        .iter()
        .take(3)
        .map(|(value, n)| format!("{value} ({})", percent(*n)))
        .collect();
    let count = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    vec![
        Cell::text(name),
        Cell::text(kind),
        Cell::number(
            if profile.n_null == 0 {
                "0".to_owned()
            } else {
                percent(profile.n_null)
            },
            profile.n_null as f64,
        ),
        Cell::number(lang.number(count(profile.n_distinct)), profile.n_distinct as f64),
        Cell::text(profile.least.clone().unwrap_or_default()),
        Cell::text(profile.most.clone().unwrap_or_default()),
        Cell::text(common.join(", ")),
    ]
}

fn bad_row_cells(file: &FileView) -> Vec<Vec<Cell>> {
    let shown = file.bad_rows.iter().take(100);
    shown
        .map(|row| {
            vec![
                Cell::text(row.line),
                Cell::text(&row.reason),
                Cell::text(&row.text),
            ]
        })
        .collect()
}

fn origin(app: &App, lang: Lang, resource: &Resource) -> Vec<SummaryRow> {
    let mut rows = Vec::new();
    let mut row = |id: &str, value: String| rows.push(SummaryRow::new(lang.text(id.to_owned()), value));
    row(
        "catalog-origin",
        lang.text(format!("catalog-origin-{}", resource.dataset.origin))
            .to_string(),
    );
    if let Some(file) = resource
        .files
        .iter()
        .find(|file| file.version.is_some() && file.version == resource.version)
    {
        row("catalog-file", file.name.clone());
        row(
            "catalog-received",
            lang.date_time(app.config.zoned(Time(file.received_at)).datetime()),
        );
        row(
            "catalog-size",
            lang.text("catalog-bytes").n("n", file.size_bytes).to_string(),
        );
        row("catalog-digest", file.sha256.clone());
        row("catalog-rows-read", lang.number(file.n_rows));
        row("catalog-rows-bad", lang.number(file.n_bad));
    }
    row("catalog-sql-name", resource.sql_name.clone());
    rows
}

async fn history(app: &App, op: &Op, resource: &Resource, path: &str) -> Result<Vec<HistoryRow>> {
    let shown = resource.table.version.map(|version| version.0);
    let changes = resource.history(app, MOST_CHANGES).await?;
    Ok(changes
        .into_iter()
        .filter_map(|commit| {
            // Housekeeping leaves the rows as they are.
            let n_rows = commit
                .n_rows
                .filter(|_| commit.n_added > 0 || commit.n_removed > 0)?;
            Some(HistoryRow {
                version: commit.version.0,
                href: format!("{path}?version={}", commit.version),
                is_shown: shown == Some(commit.version.0),
                at: op.lang.date_time(app.config.zoned(Time(commit.at)).datetime()),
                what: op
                    .lang
                    .text("catalog-rows-changed")
                    .n("added", i64::try_from(commit.n_added).unwrap_or(i64::MAX))
                    .n("removed", i64::try_from(commit.n_removed).unwrap_or(i64::MAX))
                    .to_string(),
                n_rows: op.lang.number(i64::try_from(n_rows).unwrap_or(i64::MAX)),
            })
        })
        .collect())
}
