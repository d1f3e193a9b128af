//! `datastore_search` and `datastore_info`.

use std::{sync::Arc, time::Duration};

use formats::ckan::{
    answer::Failure,
    call::Call,
    datastore::{
        Column, FieldType, ROW_ID,
        answer::{Around, Counted, Links},
        info::{ColumnSchema, InfoRequest, TableInfo},
        order::{Nulls, Order as Asked},
        row::{self, RecordsWriter},
        search::{Search, SearchRequest, Total, Words as AskedWords},
    },
    lists::Direction,
};
use serde_json::Value;
use tables::{Field, Find, Found, Limits, Order, Rank, Words};

use super::{super::failed, convert, table::Table};
use crate::{
    catalog::{index::Index, sql::refused as statements, store::datastore as own, view::spoken},
    platform::{app::App, i18n::Lang, op::Op, problem::Kind},
};

/// The list of all tables, by CKAN's name for it.
const TABLE_LIST: &str = "_table_metadata";

/// What one question may take.
pub const LIMITS: Limits = Limits {
    time: Duration::from_secs(30),
    memory_bytes: 256 << 20,
    rows: usize::MAX,
};

/// Answers a search with the text of its result.
pub async fn search(app: &App, op: &Op, call: &Call, address: &str) -> Result<String, Failure> {
    let request = SearchRequest::read(call)?;
    if request.resource_id == TABLE_LIST {
        return list_tables(app, op, request, address).await;
    }
    let table = match &request.version {
        Some(when) => Table::at(app, op, &request.resource_id, when).await?,
        None => Table::find(app, op, &request.resource_id).await?,
    };
    let search = request.settle(&table.seen())?;
    let find = asked(&table, &search)?;
    let found = app
        .lake
        .find(&table.version, &find, LIMITS)
        .await
        .map_err(|error| refused(error, "query"))?;
    let rows = shown(&search, found.rows);
    let total = found.n_all.map(Counted::Exactly);
    Ok(written(&search, &rows, total, address))
}

/// Tells the columns of a table and how large it is.
pub async fn info(app: &App, op: &Op, call: &Call) -> Result<Value, Failure> {
    let asked = InfoRequest::read(call)?;
    let table = Table::find(app, op, &asked.resource_id).await?;
    let aliases = own::list_aliases(app.db.read(), Some(&table.resource.id))
        .await
        .map_err(failed)?;
    let size_bytes = app
        .lake
        .size_bytes(table.lake_table(), table.version.version)
        .await
        .map_err(|error| refused(error, "resource_id"))?;
    let key = table.key();
    let schema = |column: &Column| ColumnSchema {
        index_name: key.contains(&column.id).then(|| "primary key".to_owned()),
        is_unique: key.len() == 1 && key.contains(&column.id),
        is_required: false,
    };
    let info = TableInfo {
        id: table.resource.id.clone(),
        n_rows: u64::try_from(table.resource.n_rows).unwrap_or_default(),
        size_bytes,
        all_size_bytes: size_bytes,
        index_size_bytes: 0,
        aliases: aliases.into_iter().map(|(name, _)| name).collect(),
        columns: table
            .seen()
            .into_iter()
            .map(|column| (column.clone(), schema(&column)))
            .collect(),
    };
    Ok(Value::Object(info.write(&asked)))
}

/// What is asked of a table, in the words of the lake.
pub fn asked(table: &Table, search: &Search) -> Result<Find, Failure> {
    let condition = convert::condition(&search.condition, &|id| table.find_seen(id))
        .map_err(|why| Failure::field("filters", why))?;
    let name_of = |id: &str| table.find_seen(id).map(|(name, _)| name.to_owned());
    let mut words = Vec::new();
    if let Some(everywhere) = &search.everywhere {
        let columns = table
            .columns
            .iter()
            .filter(|known| known.is_seen)
            .map(|known| known.name.clone());
        words.push(Words {
            columns: columns.collect(),
            rank: ranked(everywhere),
        });
    }
    for (column, in_it) in &search.by_column {
        words.push(Words {
            columns: name_of(column).into_iter().collect(),
            rank: ranked(in_it),
        });
    }
    let rank_of = |id: &str| -> Option<usize> {
        let first = usize::from(search.everywhere.is_some());
        match id.strip_prefix("rank ") {
            _ if id == "rank" && first == 1 => Some(0),
            Some(column) => search
                .by_column
                .iter()
                .position(|(known, _)| known == column)
                .map(|at| first + at),
            None => None,
        }
    };
    let field = |id: &str| -> Option<Field> {
        if id == ROW_ID {
            return Some(Field::Number);
        }
        name_of(id)
            .map(Field::Column)
            .or_else(|| rank_of(id).map(Field::Rank))
    };
    let unknown = |id: &str| Failure::field("fields", format!("invalid value \"{id}\""));
    let fields = search
        .columns
        .iter()
        .map(|column| field(&column.id).ok_or_else(|| unknown(&column.id)))
        .collect::<Result<_, _>>()?;
    let order = search
        .order
        .iter()
        .map(|order| {
            Ok(ordered(
                order,
                field(&order.column).ok_or_else(|| unknown(&order.column))?,
            ))
        })
        .collect::<Result<_, Failure>>()?;
    Ok(Find {
        condition,
        words,
        fields,
        is_distinct: search.is_distinct,
        order,
        offset: usize::try_from(search.offset).unwrap_or(usize::MAX),
        n_rows: usize::try_from(search.limit).unwrap_or(usize::MAX),
        is_counted: search.total != Total::Uncounted,
    })
}

fn ordered(order: &Asked, field: Field) -> Order {
    Order {
        field,
        is_descending: order.direction == Direction::Descending,
        is_null_first: order.nulls == Nulls::First,
    }
}

/// Words as the lake looks for them. Most texts are plain ASCII and hold none of them, which is seen without taking them apart.
fn ranked(words: &AskedWords) -> Rank {
    let words = words.clone();
    Arc::new(move |text| {
        if text.is_ascii()
            && let Some(plain) = words.as_plain()
            && !plain.iter().all(|word| holds(text.as_bytes(), word.as_bytes()))
        {
            return None;
        }
        words.matches(text).then(|| words.rank(text))
    })
}

/// Whether a text holds a word that is in lower case, whatever the case there.
fn holds(text: &[u8], word: &[u8]) -> bool {
    let Some(first) = word.first() else {
        return true;
    };
    text.len() >= word.len()
        && (0..=text.len() - word.len()).any(|at| {
            text[at].to_ascii_lowercase() == *first && text[at..at + word.len()].eq_ignore_ascii_case(word)
        })
}

/// Rows as they are written, in the types of the columns.
pub fn shown(search: &Search, rows: Vec<Vec<tables::Value>>) -> Vec<Vec<Value>> {
    rows.into_iter()
        .map(|row| {
            row.into_iter()
                .zip(&search.columns)
                .map(|(value, column)| convert::shown(value, &column.kind))
                .collect()
        })
        .collect()
}

fn written(search: &Search, rows: &[Vec<Value>], total: Option<Counted>, address: &str) -> String {
    let number_at = search.columns.iter().position(|column| column.id == ROW_ID);
    let last = rows
        .last()
        .and_then(|row| row.get(number_at?))
        .and_then(Value::as_i64);
    let around = Around {
        search,
        total,
        links: Some(Links::of(address, search.limit, search.offset)),
        next_page: last.and_then(|last| search.next(last)),
    };
    let (mut text, behind) = around.split();
    let mut writer = RecordsWriter::start(search.format, &search.columns, &mut text);
    for row in rows {
        writer.row(row, &mut text);
    }
    writer.finish(&mut text);
    text.push_str(&behind);
    text
}

/// Lists the tables that the caller may know of: by the id of the resource, and by each other name.
async fn list_tables(app: &App, op: &Op, request: SearchRequest, address: &str) -> Result<String, Failure> {
    if request.version.is_some() {
        return Err(Failure::field("version", "The list of tables has no versions"));
    }
    let index = Index::of(app).await.map_err(failed)?;
    let aliases = own::list_aliases(app.db.read(), None).await.map_err(failed)?;
    let column = |id: &str| Column::new(id, FieldType::Text);
    // PostgreSQL's own number of a table is none here, and a table's name is what it is found by.
    let columns = [column("name"), column("oid"), column("alias_of")];
    let mut rows: Vec<[Value; 3]> = Vec::new();
    for entry in index.all().filter(|entry| super::table::sees(op, &entry.row)) {
        for resource in &entry.resources {
            if resource.lake_table.is_none() || resource.version.is_none() {
                continue;
            }
            let id = Value::from(resource.id.as_str());
            rows.push([id.clone(), id.clone(), Value::Null]);
            let names = aliases
                .iter()
                .filter(|(_, of)| *of == resource.id)
                .map(|(name, _)| name.as_str());
            rows.extend(names.map(|name| [Value::from(name), Value::from(name), id.clone()]));
        }
    }
    rows.sort_by(|a, b| a[0].as_str().cmp(&b[0].as_str()));
    let search = request.settle(&columns)?;
    let at = |row: &[Value; 3], id: &str| {
        columns
            .iter()
            .position(|column| column.id == id)
            .map(|at| row[at].clone())
    };
    let mut found: Vec<Vec<Value>> = Vec::new();
    for (n, row) in rows.iter().enumerate() {
        let number = Value::from(n + 1);
        let cell = |id: &str| match id {
            ROW_ID => Some(&number),
            id => columns
                .iter()
                .position(|column| column.id == id)
                .map(|at| &row[at]),
        };
        let text: Vec<&str> = row.iter().filter_map(Value::as_str).collect();
        let holds = search
            .everywhere
            .as_ref()
            .is_none_or(|words| words.matches(&text.join(" ")))
            && search.by_column.iter().all(|(column, words)| {
                at(row, column)
                    .and_then(|cell| cell.as_str().map(|text| words.matches(text)))
                    .unwrap_or_default()
            });
        if holds && search.condition.admits(&cell) {
            let shown = search
                .columns
                .iter()
                .map(|column| cell(&column.id).cloned().unwrap_or(Value::Null));
            found.push(shown.collect());
        }
    }
    let n_all = found.len() as u64;
    let whole = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
    let page: Vec<Vec<Value>> = found
        .into_iter()
        .skip(whole(search.offset))
        .take(whole(search.limit))
        .collect();
    let total = (search.total != Total::Uncounted).then_some(Counted::Exactly(n_all));
    Ok(written(&search, &page, total, address))
}

/// The rows of a table with these numbers' condition, in the columns that the caller sees.
pub async fn find_all(app: &App, table: &Table, find: &Find) -> Result<Found, Failure> {
    app.lake
        .find(&table.version, find, LIMITS)
        .await
        .map_err(|error| refused(error, "query"))
}

/// Rows as `records` of an answer.
pub fn records(columns: &[Column], rows: Vec<Vec<tables::Value>>) -> Value {
    let rows: Vec<Vec<Value>> = rows
        .into_iter()
        .map(|row| {
            row.into_iter()
                .zip(columns)
                .map(|(value, column)| convert::shown(value, &column.kind))
                .collect()
        })
        .collect();
    row::records(
        formats::ckan::datastore::search::RecordsFormat::Objects,
        columns,
        &rows,
    )
}

/// An error of the lake in CKAN's words; what is wrong with a question is told under a field.
pub fn refused(error: tables::Error, field: &str) -> Failure {
    match error {
        tables::Error::BadQuery(_)
        | tables::Error::Unfit(_)
        | tables::Error::TookTooLong { .. }
        | tables::Error::TooMuchMemory { .. }
        | tables::Error::Contended(_) => Failure::field(field, error.to_string()),
        other => failed(spoken(other)),
    }
}

/// An error of a statement, told by what to change in it.
pub fn refused_statement(error: tables::Error) -> Failure {
    let problem = statements::spoken(error);
    match problem.kind() {
        Kind::Internal => failed(problem),
        _ => Failure::field("query", problem.sentence(Lang::En)),
    }
}
