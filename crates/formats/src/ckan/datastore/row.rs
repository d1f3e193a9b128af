//! Rows on the wire: read from `records`, written as objects, lists, CSV or TSV.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{Column, FieldType, fits, search::RecordsFormat};
use crate::ckan::{
    Given, Map,
    answer::Failure,
    problems::{Detail, Problems},
    values,
};

/// The rows that one call may bring.
pub const MOST_RECORDS: usize = 250_000;

/// The cells of a row in the order of the columns; `None` was not sent.
pub type Cells = Vec<Option<Value>>;

/// Writes rows one by one as the JSON text of `records`.
#[derive(Debug)]
pub struct RecordsWriter<'c> {
    format: RecordsFormat,
    columns: &'c [Column],
    n: usize,
}

impl<'c> RecordsWriter<'c> {
    /// Starts to write: `out` gets what stands before the first row.
    pub fn start(format: RecordsFormat, columns: &'c [Column], out: &mut String) -> RecordsWriter<'c> {
        out.push(match format {
            RecordsFormat::Objects | RecordsFormat::Lists => '[',
            RecordsFormat::Csv | RecordsFormat::Tsv => '"',
        });
        RecordsWriter {
            format,
            columns,
            n: 0,
        }
    }

    /// Writes a row, whose cells stand in the order of the columns.
    pub fn row(&mut self, cells: &[Value], out: &mut String) {
        match self.format {
            RecordsFormat::Objects => {
                out.push_str(if self.n > 0 { ",{" } else { "{" });
                for (n, (column, cell)) in self.columns.iter().zip(cells).enumerate() {
                    out.push_str(if n > 0 { "," } else { "" });
                    out.push_str(&Value::from(column.id.as_str()).to_string());
                    out.push(':');
                    out.push_str(&cell.to_string());
                }
                out.push('}');
            }
            RecordsFormat::Lists => {
                out.push_str(if self.n > 0 { ",[" } else { "[" });
                for (n, cell) in cells.iter().enumerate() {
                    out.push_str(if n > 0 { "," } else { "" });
                    out.push_str(&cell.to_string());
                }
                out.push(']');
            }
            RecordsFormat::Csv | RecordsFormat::Tsv => {
                let mut line = String::new();
                separated(cells, self.format, &mut line);
                let quoted = Value::from(line).to_string();
                out.push_str(&quoted[1..quoted.len() - 1]);
            }
        }
        self.n += 1;
    }

    /// Writes what stands behind the last row.
    pub fn finish(self, out: &mut String) {
        out.push(match self.format {
            RecordsFormat::Objects | RecordsFormat::Lists => ']',
            RecordsFormat::Csv | RecordsFormat::Tsv => '"',
        });
    }
}

/// Writes rows at once.
pub fn records(format: RecordsFormat, columns: &[Column], rows: &[Vec<Value>]) -> Value {
    match format {
        RecordsFormat::Objects => rows
            .iter()
            .map(|cells| {
                let object: Map = columns
                    .iter()
                    .zip(cells)
                    .map(|(column, cell)| (column.id.clone(), cell.clone()))
                    .collect();
                Value::Object(object)
            })
            .collect(),
        RecordsFormat::Lists => rows.iter().map(|cells| Value::Array(cells.clone())).collect(),
        RecordsFormat::Csv | RecordsFormat::Tsv => {
            let mut text = String::new();
            for cells in rows {
                separated(cells, format, &mut text);
            }
            Value::from(text)
        }
    }
}

/// A line as PostgreSQL's `COPY … csv` writes it: no value is nothing, an empty text is `""`, true is `t`.
fn separated(cells: &[Value], format: RecordsFormat, out: &mut String) {
    let delimiter = if format == RecordsFormat::Tsv { '\t' } else { ',' };
    for (n, cell) in cells.iter().enumerate() {
        if n > 0 {
            out.push(delimiter);
        }
        let text = match cell {
            Value::Null => continue,
            Value::Bool(true) => "t".to_owned(),
            Value::Bool(false) => "f".to_owned(),
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        // A lone `\.` would end the data.
        let is_quoted = text.is_empty()
            || text.contains([delimiter, '"', '\n', '\r'])
            || (cells.len() == 1 && text == "\\.");
        if is_quoted {
            out.push('"');
            out.push_str(&text.replace('"', "\"\""));
            out.push('"');
        } else {
            out.push_str(&text);
        }
    }
    out.push('\n');
}

/// Reads `records`: objects in a list, which from a form may be JSON in a text.
pub(super) fn sent(given: &mut Given<'_>) -> Vec<Map> {
    let read;
    let items = match given.value("records") {
        None => return Vec::new(),
        Some(Value::Array(items)) => items,
        Some(Value::String(text)) => match serde_json::from_str::<Vec<Value>>(text) {
            Ok(items) => {
                read = items;
                &read
            }
            Err(_) => {
                given.refuse("records", "Records has to be a list of dicts");
                return Vec::new();
            }
        },
        Some(_) => {
            given.refuse("records", "Records has to be a list of dicts");
            return Vec::new();
        }
    };
    if items.len() > MOST_RECORDS {
        given.refuse("records", format!("Must be at most {MOST_RECORDS} rows at once"));
        return Vec::new();
    }
    let mut rows = Vec::with_capacity(items.len());
    for (n, item) in items.iter().enumerate() {
        match item {
            Value::Object(row) => rows.push(row.clone()),
            _ if n == 0 => given.refuse("records", "The first row is not a json object"),
            _ => given.refuse("records", format!("row \"{n}\" is not a json object")),
        }
    }
    rows
}

/// The names of columns, to look them up for many rows.
pub(super) fn names(columns: &[Column]) -> BTreeSet<&str> {
    columns.iter().map(|column| column.id.as_str()).collect()
}

/// The keys of a row that are no columns.
pub(super) fn strangers<'r>(row: &'r Map, names: &BTreeSet<&str>) -> Vec<&'r str> {
    row.keys()
        .map(String::as_str)
        .filter(|key| !names.contains(key))
        .collect()
}

/// Fits a row that is added to the columns of its table; `n` counts from 0.
pub(super) fn inserted(
    row: &Map,
    n: usize,
    columns: &[Column],
    names: &BTreeSet<&str>,
) -> Result<Cells, Failure> {
    let strangers = strangers(row, names);
    if !strangers.is_empty() {
        return Err(Failure::field(
            "records",
            format!("row \"{}\" has extra keys \"{}\"", n + 1, strangers.join(", ")),
        ));
    }
    cells(row, n, columns)
}

/// Fits what was sent of a row to the columns of its table.
pub(super) fn cells(row: &Map, n: usize, columns: &[Column]) -> Result<Cells, Failure> {
    columns
        .iter()
        .map(|column| {
            row.get(&column.id)
                .map(|value| cell(value, &column.kind))
                .transpose()
                .map_err(|why| {
                    let mut problems = Problems::of("records", why);
                    problems.set("records_row", Detail::Row(n));
                    Failure::Invalid(problems)
                })
        })
        .collect()
}

fn cell(value: &Value, kind: &FieldType) -> Result<Value, String> {
    match (kind, value) {
        // Lists and objects in a column of text are kept as JSON.
        (FieldType::Text, value @ (Value::Array(_) | Value::Object(_))) => Ok(values::text(value).into()),
        _ => fits(value, kind),
    }
}
