//! Pages of one table, as a person leafs through it.

use datafusion::{
    functions::string::expr_fn::{contains, lower},
    logical_expr::{Expr, cast, lit},
    prelude::ident,
};

use super::{Answer, Limits, Session, TableVersion, gather, query_error};
use crate::{
    error::{Error, Result},
    lake::Lake,
    value::{Column, Kind},
};

/// A request for some rows of a table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// Columns to show, in this order; all when empty.
    pub columns: Vec<String>,
    /// Column and text: rows whose value contains the text (text columns) or prints as it (others).
    pub filters: Vec<(String, String)>,
    /// Rows stand as they were added when absent.
    pub sort: Option<Sort>,
    pub offset: usize,
    pub n_rows: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sort {
    pub column: String,
    pub descending: bool,
}

impl Lake {
    /// Reads a page of a table and counts all rows that its filters let through.
    pub async fn page(&self, table: &TableVersion, page: &Page, limits: Limits) -> Result<(Answer, u64)> {
        let lake = self.clone();
        let (table, page) = (table.clone(), page.clone());
        self.engine()
            .run(
                limits.time,
                async move { read(&lake, &table, &page, limits).await },
            )
            .await
    }
}

async fn read(lake: &Lake, table: &TableVersion, page: &Page, limits: Limits) -> Result<(Answer, u64)> {
    let failed = |error| query_error(error, &limits);
    let state = lake.state(&table.table, table.version).await?;
    let shown = table.shown(&state.columns);
    let find = |name: &String| {
        let found = shown.iter().find(|column| &column.name == name);
        found.ok_or_else(|| {
            Error::BadQuery(format!(
                "there is no column {name:?}; the table's page lists its columns"
            ))
        })
    };
    let wanted: Vec<Column> = if page.columns.is_empty() {
        shown.clone()
    } else {
        page.columns
            .iter()
            .map(|name| find(name).cloned())
            .collect::<Result<_>>()?
    };
    let session = Session::in_order(lake, &limits);
    session.add(lake, "t", table).await?;
    let mut frame = session.context.table("t").await.map_err(failed)?;
    for (name, text) in &page.filters {
        frame = frame.filter(matches(find(name)?, text)).map_err(failed)?;
    }
    let n_all = if page.filters.is_empty() {
        state.n_rows()
    } else {
        frame.clone().count().await.map_err(failed)? as u64
    };
    if let Some(sort) = &page.sort {
        let column = find(&sort.column)?;
        let by = ident(&column.name).sort(!sort.descending, false);
        frame = frame.sort(vec![by]).map_err(failed)?;
    }
    if wanted.is_empty() {
        let answer = Answer {
            columns: wanted,
            rows: Vec::new(),
            truncated: n_all > 0,
        };
        return Ok((answer, n_all));
    }
    let stream = frame
        .select(
            wanted
                .iter()
                .map(|column| ident(&column.name))
                .collect::<Vec<_>>(),
        )
        .and_then(|frame| frame.limit(page.offset, Some(page.n_rows)))
        .map_err(failed)?
        .execute_stream()
        .await
        .map_err(failed)?;
    Ok((gather(wanted, stream, &limits).await?, n_all))
}

fn matches(column: &Column, text: &str) -> Expr {
    let name = ident(&column.name);
    match column.kind {
        Kind::Text | Kind::Geometry => contains(lower(name), lit(text.to_lowercase())),
        Kind::Decimal | Kind::Integer if text.trim().parse::<f64>().is_ok() => {
            let number: f64 = text.trim().parse().unwrap_or_default();
            cast(name, arrow::datatypes::DataType::Float64).eq(lit(number))
        }
        _ => contains(
            lower(cast(name, arrow::datatypes::DataType::Utf8)),
            lit(text.to_lowercase()),
        ),
    }
}
