//! `/datastore/dump/{resource}`: all rows of a table, or those that match, as one file that is streamed.

use axum::{
    body::{Body, Bytes},
    extract::{Path, RawQuery, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use formats::ckan::{
    answer::Failure,
    call::Call,
    datastore::{
        Column, ROW_ID, row,
        search::{RecordsFormat, Search, SearchRequest},
    },
};
use futures::{StreamExt, TryStreamExt, stream};
use serde_json::{Map, Value};

use super::{
    search::{LIMITS, asked, refused, shown},
    table::Table,
};
use crate::platform::{app::App, op::Op, spreadsheet::harmless};

/// Rows that are read and written at once.
const PIECE: usize = 10_000;
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// Streams a table: `?format=csv|tsv|json|xml&bom=true&limit&offset&fields&filters&q&sort&distinct&version`.
pub async fn dump(
    State(app): State<App>,
    op: Op,
    Path(resource): Path<String>,
    RawQuery(query): RawQuery,
) -> Response {
    match open(&app, &op, &resource, query.as_deref().unwrap_or_default()).await {
        Ok(response) => response,
        Err(failure) => {
            let status = StatusCode::from_u16(failure.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            let help = format!(
                "{}/api/3/action/help_show?name=datastore_search",
                app.config.base_url
            );
            let kind = [(header::CONTENT_TYPE, "application/json;charset=utf-8")];
            (status, kind, failure.write(&help).to_string()).into_response()
        }
    }
}

async fn open(app: &App, op: &Op, resource: &str, query: &str) -> Result<Response, Failure> {
    let mut fields = Map::new();
    let (mut format, mut has_mark, mut limit) = (Format::Csv, false, None);
    for (key, value) in url::form_urlencoded::parse(query.as_bytes()) {
        match key.as_ref() {
            "format" => format = Format::read(&value)?,
            "bom" => {
                has_mark = matches!(
                    value.to_lowercase().as_str(),
                    "true" | "1" | "yes" | "t" | "y" | "on"
                );
            }
            // One question has a limit; a file has none but its own.
            "limit" => {
                let natural: usize = value
                    .trim()
                    .parse()
                    .map_err(|_| Failure::field("limit", "Must be a natural number"))?;
                limit = Some(natural);
            }
            "offset" | "fields" | "filters" | "q" | "sort" | "distinct" | "plain" | "language"
            | "full_text" | "version" => {
                fields.insert(key.into_owned(), Value::from(value.into_owned()));
            }
            _ => {}
        }
    }
    fields.insert("resource_id".to_owned(), Value::from(resource));
    fields.insert("include_total".to_owned(), Value::from(false));
    let request = SearchRequest::read(&Call::of(fields))?;
    let table = match &request.version {
        Some(when) => Table::at(app, op, resource, when).await?,
        None => Table::find(app, op, resource).await?,
    };
    let search = request.settle(&table.seen())?;
    let mut find = asked(&table, &search)?;
    find.n_rows = limit.unwrap_or(usize::MAX);
    let pieces = app
        .lake
        .find_in_pieces(&table.version, &find, PIECE, LIMITS)
        .await
        .map_err(|error| refused(error, "query"))?;
    let head = format.head(&search.columns, has_mark);
    let is_for_spreadsheets = has_mark && format.is_separated();
    let tail = format.tail();
    let mut n = 0_usize;
    let body = pieces.map_ok(move |rows| {
        let mut rows = shown(&search, rows);
        if is_for_spreadsheets {
            rows.iter_mut().flatten().for_each(guard);
        }
        let first = n;
        n += rows.len();
        Bytes::from(format.rows(&search, &rows, first))
    });
    let whole = stream::iter([Ok(Bytes::from(head))])
        .chain(body)
        .chain(stream::iter([Ok(Bytes::from(tail))]))
        .map_err(|error: tables::Error| {
            tracing::error!(error = format!("{error:#}"), "a dump broke off");
            std::io::Error::other("the dump broke off")
        });
    let file = format!(
        "attachment; filename=\"{}.{}\"",
        table.resource.id,
        format.ending()
    );
    let mut response = Body::from_stream(whole).into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static(format.media_type()),
    );
    if let Ok(file) = HeaderValue::from_str(&file) {
        headers.insert(header::CONTENT_DISPOSITION, file);
    }
    Ok(response)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Csv,
    Tsv,
    Json,
    Xml,
}

impl Format {
    fn read(word: &str) -> Result<Format, Failure> {
        Ok(match word.to_lowercase().as_str() {
            "" | "csv" => Format::Csv,
            "tsv" => Format::Tsv,
            "json" => Format::Json,
            "xml" => Format::Xml,
            _ => {
                return Err(Failure::field(
                    "format",
                    "Value must be one of ['csv', 'tsv', 'json', 'xml']",
                ));
            }
        })
    }

    fn is_separated(self) -> bool {
        matches!(self, Format::Csv | Format::Tsv)
    }

    fn ending(self) -> &'static str {
        match self {
            Format::Csv => "csv",
            Format::Tsv => "tsv",
            Format::Json => "json",
            Format::Xml => "xml",
        }
    }

    fn media_type(self) -> &'static str {
        match self {
            Format::Csv => "text/csv; charset=utf-8",
            Format::Tsv => "text/tab-separated-values; charset=utf-8",
            Format::Json => "application/json; charset=utf-8",
            Format::Xml => "text/xml; charset=utf-8",
        }
    }

    fn head(self, columns: &[Column], has_mark: bool) -> String {
        let mark = if has_mark { BYTE_ORDER_MARK } else { "" };
        match self {
            Format::Csv | Format::Tsv => {
                let mut names: Vec<Value> = columns
                    .iter()
                    .map(|column| Value::from(column.id.as_str()))
                    .collect();
                if has_mark {
                    names.iter_mut().for_each(guard);
                }
                format!("{mark}{}", self.separated(columns, &[names]))
            }
            Format::Json => {
                let fields: Vec<Value> = columns
                    .iter()
                    .map(|column| serde_json::json!({ "id": column.id, "type": column.kind.name() }))
                    .collect();
                format!(
                    "{mark}{{\n  \"fields\": {},\n  \"records\": [",
                    Value::from(fields)
                )
            }
            Format::Xml => format!(
                "{mark}<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<data xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">\n"
            ),
        }
    }

    fn tail(self) -> &'static str {
        match self {
            Format::Csv | Format::Tsv => "",
            Format::Json => "\n]}\n",
            Format::Xml => "</data>\n",
        }
    }

    /// Writes rows, of which so many came before.
    fn rows(self, search: &Search, rows: &[Vec<Value>], before: usize) -> String {
        match self {
            Format::Csv | Format::Tsv => self.separated(&search.columns, rows),
            Format::Json => {
                let mut text = String::new();
                for (at, row) in rows.iter().enumerate() {
                    text.push_str(if before + at > 0 { ",\n    " } else { "\n    " });
                    text.push_str(&Value::from(row.clone()).to_string());
                }
                text
            }
            Format::Xml => rows.iter().map(|row| element(&search.columns, row)).collect(),
        }
    }

    fn separated(self, columns: &[Column], rows: &[Vec<Value>]) -> String {
        let format = if self == Format::Tsv {
            RecordsFormat::Tsv
        } else {
            RecordsFormat::Csv
        };
        row::records(format, columns, rows)
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }
}

/// Takes from a text what a spreadsheet would run: who asks for a byte order mark opens the file in one.
fn guard(cell: &mut Value) {
    if let Value::String(text) = cell {
        *text = harmless(text).into_owned();
    }
}

/// A row as an element: its number as an attribute, a child for each column.
fn element(columns: &[Column], row: &[Value]) -> String {
    let mut text = String::from("<row");
    let number = columns
        .iter()
        .position(|column| column.id == ROW_ID)
        .and_then(|at| row.get(at));
    if let Some(number) = number {
        text.push_str(&format!(" {ROW_ID}=\"{number}\""));
    }
    text.push('>');
    for (column, cell) in columns.iter().zip(row).filter(|(column, _)| column.id != ROW_ID) {
        // A name that is none in XML stands beside the element's own.
        let (open, close) = match is_xml_name(&column.id) {
            true => (column.id.clone(), column.id.as_str()),
            false => (format!("column name=\"{}\"", escaped(&column.id)), "column"),
        };
        match cell {
            Value::Null => text.push_str(&format!("<{open} xsi:nil=\"true\"/>")),
            Value::String(value) => text.push_str(&format!("<{open}>{}</{close}>", escaped(value))),
            other => text.push_str(&format!("<{open}>{}</{close}>", escaped(&other.to_string()))),
        }
    }
    text.push_str("</row>\n");
    text
}

fn is_xml_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'))
        && !name.to_lowercase().starts_with("xml")
}

/// Escapes what has a meaning in XML, and leaves out what no XML may hold.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' => out.push(c),
            '\r' => out.push_str("&#13;"),
            '\u{fffe}' | '\u{ffff}' => {}
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use formats::ckan::datastore::FieldType;
    use serde_json::json;

    use super::*;

    #[test]
    fn a_row_is_xml_whatever_its_columns_and_cells_are_called() {
        let columns = [ROW_ID, "name", "how <many>", "2026"].map(|id| Column::new(id, FieldType::Text));
        let row = [json!(7), json!("a & b\u{1}"), json!(3), Value::Null];
        assert_eq!(
            element(&columns, &row),
            "<row _id=\"7\"><name>a &amp; b</name><column name=\"how &lt;many&gt;\">3</column>\
             <column name=\"2026\" xsi:nil=\"true\"/></row>\n"
        );
    }
}
