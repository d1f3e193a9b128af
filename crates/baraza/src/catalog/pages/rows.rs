//! The rows of a table as a page or a program asks for them: filtered, ordered, fifty at a time.

use axum::{
    Json,
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::json;
use tables::{Kind, Page, Sort};

use crate::{
    catalog::view::Resource,
    platform::{app::App, html::parts::Cell, problem::Result},
};

/// Rows of a table on one page.
pub const ROWS: usize = 50;
/// Characters of a value on a page.
const LONGEST_CELL: usize = 120;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct RowsQuery {
    /// A column, and the text that its values contain.
    pub by: String,
    pub text: String,
    /// A column; `-` before it for the other direction.
    pub sort: String,
    pub page: Option<usize>,
    pub version: Option<u64>,
}

pub async fn as_json(app: &App, resource: &Resource, query: &RowsQuery) -> Result<Response> {
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

/// What the tables are asked for; all columns when none are named.
pub fn page_of(query: &RowsQuery, columns: Vec<String>) -> Page {
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

/// The address of another page of the same rows.
pub fn address(path: &str, query: &RowsQuery, page: u32) -> String {
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

/// The head of a column, over its numbers where it has some.
pub fn head_cell(kind: Kind, title: &str) -> Cell {
    if kind.is_number() {
        Cell::over_numbers(title)
    } else {
        Cell::text(title)
    }
}

/// A value as a cell, cut when it is very long.
pub fn cell(value: &tables::Value) -> Cell {
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
