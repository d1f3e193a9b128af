//! Compiled releases as tables: one row a process, and tables of what a process has many of, each keyed by `ocid` and the identifiers of
//! what it stands within. Columns are fixed and in a fixed order, so that files of different days can be laid under each other.
//!
//! A cell is the text, number or truth as it is written; arrays of texts are joined with `; `. What is absent is `None`. The caller
//! writes CSV or a spreadsheet, and minds what spreadsheets do with texts that begin with `=`.

mod columns;

#[cfg(test)]
mod tests;

pub use columns::TABLES;

use serde_json::Value;

/// A table's name, keys and columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Table {
    pub name: &'static str,
    /// The arrays that lead to a row, outermost first, as JSON pointers below each other; none for the table of processes.
    pub within: &'static [&'static str],
    /// Names of the identifiers of what a row stands within, after `ocid`: as many as `within` has entries, less one.
    pub parents: &'static [&'static str],
    /// JSON pointers below the row's object, without the first `/`; also the names of the columns.
    pub columns: &'static [&'static str],
}

impl Table {
    /// The names of all columns: `ocid`, the parents' identifiers, the fields.
    #[must_use]
    pub fn header(&self) -> Vec<&'static str> {
        let mut header = vec!["ocid"];
        header.extend(self.parents);
        header.extend(self.columns);
        header
    }
}

/// A row: as many cells as the table's header.
pub type Row = Vec<Option<String>>;

/// Gives the rows of one table that a compiled release has, in the order of the release.
pub fn rows(table: &Table, release: &Value, mut each: impl FnMut(Row)) {
    let ocid = release.get("ocid").and_then(cell);
    descend(table, table.within, release, &mut vec![ocid], &mut each);
}

/// All tables of many releases, in memory: for tests and small files.
#[must_use]
pub fn tables<'v>(releases: impl IntoIterator<Item = &'v Value>) -> Vec<(&'static Table, Vec<Row>)> {
    let mut all: Vec<(&'static Table, Vec<Row>)> = TABLES.iter().map(|table| (table, Vec::new())).collect();
    for release in releases {
        for (table, list) in &mut all {
            rows(table, release, |row| list.push(row));
        }
    }
    all
}

fn descend(table: &Table, within: &[&str], at: &Value, keys: &mut Row, each: &mut impl FnMut(Row)) {
    let Some((first, rest)) = within.split_first() else {
        if at.is_object() {
            let cells = table.columns.iter().map(|column| find(at, column).and_then(cell));
            each(keys.iter().cloned().chain(cells).collect());
        }
        return;
    };
    let items = find(at, first).and_then(Value::as_array);
    for item in items.into_iter().flatten() {
        let depth = keys.len();
        if !rest.is_empty() {
            keys.push(item.get("id").and_then(cell));
        }
        descend(table, rest, item, keys, each);
        keys.truncate(depth);
    }
}

fn find<'v>(at: &'v Value, path: &str) -> Option<&'v Value> {
    path.split('/').try_fold(at, |value, key| value.get(key))
}

fn cell(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        Value::Array(items) => {
            let texts: Vec<String> = items.iter().filter_map(cell).collect();
            (!texts.is_empty()).then(|| texts.join("; "))
        }
        Value::Null | Value::Object(_) => None,
    }
}
