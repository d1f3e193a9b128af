//! One table of a dataset: its rows, what its columns hold, where it comes from.

use askama::Template;
use axum::{
    extract::{Path, Query, State},
    http::Uri,
    response::Response,
};
use tables::{Answer, Format};

use super::{
    Download,
    columns::column_cells,
    downloads,
    history::{HistoryRow, bad_row_cells, history, origin},
    rows::{ROWS, RowsQuery, address, as_json, cell, head_cell, page_of},
    title_of,
};
use crate::{
    catalog::{
        download,
        view::{self, FileView, Resource},
    },
    platform::{
        app::App,
        html::{
            Shell,
            parts::{Cell, Choice, Pagination, SummaryRow},
        },
        i18n::Lang,
        op::Op,
        page::{render, shell},
        problem::{Problem, Result},
    },
};

/// Columns of a table on one page; a file has them all.
const MOST_COLUMNS: usize = 24;

#[derive(Template)]
#[template(path = "catalog/pages/resource.html")]
pub struct ResourcePage {
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

pub async fn show(
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
    let shown: Vec<String> = resource
        .columns
        .iter()
        .take(MOST_COLUMNS)
        .map(|column| column.name.clone())
        .collect();
    let found = match resource.version {
        Some(_) => resource.rows(&app, &page_of(&query, shown)).await?,
        None => nothing(),
    };
    let history = history(&app, &op, &resource, &path_of(&resource)).await?;
    let origin = origin(&app, op.lang, &resource);
    render(&ResourcePage::new(
        shell(&app, &op, &uri),
        resource,
        query,
        found,
        origin,
        history,
    ))
}

/// The file as it was received, byte for byte, for those who may see every column of it.
pub async fn received(
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

impl ResourcePage {
    /// `found` are the rows to show and how many there are of them in all.
    pub fn new(
        page: Shell,
        resource: Resource,
        query: RowsQuery,
        found: (Answer, u64),
        origin: Vec<SummaryRow>,
        history: Vec<HistoryRow>,
    ) -> ResourcePage {
        let lang = page.lang;
        let path = path_of(&resource);
        let (answer, n_found) = found;
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
                head_cell(column.kind, &title)
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
        let bys = resource
            .columns
            .iter()
            .map(|column| Choice::new(&column.name, title_of(column)).chosen_if(&query.by))
            .collect();
        let sorts = orders(lang, &resource, &query.sort);
        let version_query = query
            .version
            .map(|version| format!("?version={version}"))
            .unwrap_or_default();
        let newest = resource.files.first().cloned();
        let may_see_bad_rows = resource.dataset.may_write && resource.is_whole();
        let bad_rows = newest
            .iter()
            .filter(|_| may_see_bad_rows)
            .flat_map(bad_row_cells)
            .collect();
        let page = page
            .titled(&resource.title)
            .described(&resource.dataset.description)
            .crumb(lang.text("catalog-title"), "/data")
            .crumb(
                &resource.dataset.title,
                format!("/data/{}", resource.dataset.slug),
            )
            .crumb(&resource.title, "")
            .shapes(&["json", "csv"]);
        ResourcePage {
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
            origin,
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
        }
    }
}

fn path_of(resource: &Resource) -> String {
    format!("/data/{}/{}", resource.dataset.slug, resource.slug)
}

/// What a table without rows answers.
fn nothing() -> (Answer, u64) {
    let answer = Answer {
        columns: Vec::new(),
        rows: Vec::new(),
        truncated: false,
    };
    (answer, 0)
}

/// The orders that rows can be put in: as received, or by a column either way.
fn orders(lang: Lang, resource: &Resource, chosen: &str) -> Vec<Choice> {
    let unsorted = Choice::new("", lang.text("catalog-as-received")).chosen_if(chosen);
    let by_column = resource.columns.iter().flat_map(|column| {
        let title = title_of(column);
        let downwards = format!("-{}", column.name);
        [
            Choice::new(&column.name, lang.text("catalog-upwards").arg("column", &title)).chosen_if(chosen),
            Choice::new(downwards, lang.text("catalog-downwards").arg("column", &title)).chosen_if(chosen),
        ]
    });
    std::iter::once(unsorted).chain(by_column).collect()
}
