//! `datastore_search_sql`: one SELECT over tables that the caller may read, each as it is or as it was in a version.

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
    search::refused_statement,
    table::{Table, unknown},
};
use crate::{
    catalog::{sql as questions, versions::asked::named_versions},
    platform::{app::App, i18n::Lang, op::Op},
};

/// What one question may take. Strangers ask, too, so it is less than an analyst has.
const LIMITS: Limits = Limits {
    time: Duration::from_secs(15),
    memory_bytes: 128 << 20,
    rows: MOST_ROWS as usize,
};

/// Answers a statement. The engine is given the tables that it names and the caller may read, and knows of no other.
pub async fn search(app: &App, op: &Op, call: &Call) -> Result<Value, Failure> {
    let sql = answer::statement(call)?;
    let seat = questions::seat(app, op).await;
    let _seat = seat.map_err(|problem| Failure::field("query", problem.sentence(Lang::En)))?;
    // Its versions stand in quotes then, as names of their own.
    let (_, quoted) = named_versions(&sql);
    let names = app
        .lake
        .tables_asked(&quoted, LIMITS)
        .await
        .map_err(refused_statement)?;
    let mut scope = Scope::new();
    let mut missing = None;
    for name in names {
        match Table::named(app, op, &name).await {
            Ok(table) => scope = scope.with(name, table.version.numbered(ROW_ID)),
            // It may be a name that the statement gives to a part of itself.
            Err(Failure::NotFound(_)) => missing = missing.or(Some(name)),
            Err(other) => return Err(other),
        }
    }
    let found = match app.lake.answer(&scope, &quoted, LIMITS).await {
        Ok(found) => found,
        Err(error) => {
            return Err(match missing {
                Some(name) if error.to_string().starts_with("there is no table") => unknown(&name),
                _ => refused_statement(error),
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
