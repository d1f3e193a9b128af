//! `datastore_search_sql`: one SELECT over tables that the caller may read.

use std::time::Duration;

use formats::ckan::{
    answer::Failure,
    call::Call,
    datastore::{
        Column, ROW_ID,
        answer::{self, Rest},
        search::MOST_ROWS,
    },
};
use serde_json::Value;
use tables::{Limits, Scope};

use super::{
    convert,
    search::refused,
    table::{Table, unknown},
};
use crate::platform::{app::App, op::Op};

/// What one question may take. Strangers ask, too, so it is less than an analyst has.
const LIMITS: Limits = Limits {
    time: Duration::from_secs(15),
    memory_bytes: 128 << 20,
    rows: MOST_ROWS as usize,
};

/// Answers a statement. The engine is given the tables that it names and the caller may read, and knows of no other.
pub async fn search(app: &App, op: &Op, call: &Call) -> Result<Value, Failure> {
    let sql = answer::statement(call)?;
    let names = app
        .lake
        .tables_asked(&sql, LIMITS)
        .await
        .map_err(|error| refused(error, "query"))?;
    let mut scope = Scope::new();
    let mut missing = None;
    for name in names {
        match Table::find(app, op, &name).await {
            Ok(table) => scope = scope.with(name, table.version.numbered(ROW_ID)),
            // It may be a name that the statement gives to a part of itself.
            Err(Failure::NotFound(_)) => missing = missing.or(Some(name)),
            Err(other) => return Err(other),
        }
    }
    let found = match app.lake.answer(&scope, &sql, LIMITS).await {
        Ok(found) => found,
        Err(error) => {
            return Err(match missing {
                Some(name) if error.to_string().starts_with("there is no table") => unknown(&name),
                _ => refused(error, "query"),
            });
        }
    };
    let columns: Vec<Column> = found
        .columns
        .iter()
        .map(|column| Column::new(&column.name, convert::type_of(column.kind)))
        .collect();
    let rows: Vec<Vec<Value>> = found
        .rows
        .into_iter()
        .map(|row| {
            let typed = row.into_iter().zip(&columns);
            typed
                .map(|(value, column)| convert::shown(value, &column.kind))
                .collect()
        })
        .collect();
    let rest = if found.truncated { Rest::CutOff } else { Rest::None };
    Ok(Value::Object(answer::sql(&sql, &columns, &rows, rest)))
}
