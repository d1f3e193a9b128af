//! `datastore_search`: which rows of a table, which of their columns, in which shape.

mod words;

use serde_json::Value;

use super::{
    Column, FieldType, ROW_ID,
    condition::Condition,
    name_list,
    order::{self, Order},
    resource_id, strangers,
};
use crate::ckan::{Given, Map, answer::Failure, call::Call, problems::Problems, values};

pub use words::Words;

/// How many rows are given when nobody says, and at most.
pub const USUAL_ROWS: u64 = 100;
pub const MOST_ROWS: u64 = 32_000;

const KNOWN: &[&str] = &[
    "resource_id",
    "id",
    "q",
    "plain",
    "filters",
    "language",
    "limit",
    "offset",
    "fields",
    "sort",
    "distinct",
    "include_total",
    "total_estimation_threshold",
    "records_format",
    "include_next_page",
    "full_text",
    "version",
];

/// What is asked for, before the table is known.
#[derive(Debug, Clone, PartialEq)]
pub struct SearchRequest {
    /// Id of a resource, or an alias of its table.
    pub resource_id: String,
    /// The version that is asked for: its number, or a day; not CKAN's, where a table has one state only.
    pub version: Option<String>,
    filters: Value,
    q: Option<Q>,
    full_text: Option<String>,
    is_plain: bool,
    language: Option<String>,
    limit: u64,
    offset: u64,
    fields: Option<Vec<String>>,
    sort: Option<Value>,
    is_distinct: bool,
    total: Total,
    format: RecordsFormat,
    next_page: NextPage,
    sent: Map,
}

/// What is searched: everywhere, or by column.
#[derive(Debug, Clone, PartialEq)]
enum Q {
    Everywhere(String),
    ByColumn(Vec<(String, String)>),
}

/// Whether and how the rows that match are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Total {
    Uncounted,
    Exact,
    /// An estimate will do from so many rows on.
    EstimatedFrom(u64),
}

/// The shape of records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecordsFormat {
    Objects,
    Lists,
    Csv,
    Tsv,
}

impl RecordsFormat {
    /// Its word.
    pub fn word(self) -> &'static str {
        match self {
            RecordsFormat::Objects => "objects",
            RecordsFormat::Lists => "lists",
            RecordsFormat::Csv => "csv",
            RecordsFormat::Tsv => "tsv",
        }
    }
}

/// Whether the filter that gives the next page is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NextPage {
    Told,
    Left,
}

/// What is asked of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct Search {
    pub condition: Condition,
    /// Words anywhere in a row.
    pub everywhere: Option<Words>,
    /// Words in one column; all of them hold.
    pub by_column: Vec<(String, Words)>,
    /// The columns to give, in their order. Among them may be `_id`, and `rank` or `rank COLUMN`, how well a row matches.
    pub columns: Vec<Column>,
    /// Each row once; rows then have no order of their own.
    pub is_distinct: bool,
    /// With none, rows stand in the order of their numbers, or of how well they match.
    pub order: Vec<Order>,
    pub limit: u64,
    pub offset: u64,
    pub total: Total,
    pub format: RecordsFormat,
    pub next_page: NextPage,
    /// What was sent, as the answer repeats it.
    pub sent: Map,
}

impl SearchRequest {
    /// Reads what is asked for.
    ///
    /// # Errors
    /// When no table is named or a parameter is of the wrong kind.
    pub fn read(call: &Call) -> Result<SearchRequest, Failure> {
        let mut given = Given::of(&call.fields);
        strangers(&mut given, KNOWN);
        let resource_id = resource_id(&mut given);
        let filters = json(&mut given, "filters");
        let q = match given.value("q") {
            None => None,
            Some(Value::Object(map)) => Some(by_column(map, &mut given)),
            Some(Value::String(text)) => match serde_json::from_str(text) {
                Ok(Value::Object(map)) => Some(by_column(&map, &mut given)),
                _ => Some(Q::Everywhere(text.clone())),
            },
            Some(other) => Some(Q::Everywhere(values::text(other))),
        };
        let format = match given.something("records_format").as_deref() {
            None | Some("objects") => RecordsFormat::Objects,
            Some("lists") => RecordsFormat::Lists,
            Some("csv") => RecordsFormat::Csv,
            Some("tsv") => RecordsFormat::Tsv,
            Some(_) => {
                given.refuse(
                    "records_format",
                    "Value must be one of ['objects', 'lists', 'csv', 'tsv']",
                );
                RecordsFormat::Objects
            }
        };
        let is_counted = given.truth("include_total").unwrap_or(true);
        let threshold = given.natural("total_estimation_threshold");
        let request = SearchRequest {
            version: given.something("version"),
            filters,
            q,
            full_text: given.something("full_text"),
            is_plain: given.truth("plain").unwrap_or(true),
            language: given.something("language"),
            limit: given.natural("limit").unwrap_or(USUAL_ROWS).min(MOST_ROWS),
            offset: given.natural("offset").unwrap_or(0),
            fields: given
                .value("fields")
                .map(name_list)
                .filter(|fields| !fields.is_empty()),
            sort: given
                .value("sort")
                .filter(|sort| values::is_something(sort))
                .cloned(),
            is_distinct: given.truth("distinct").unwrap_or_default(),
            total: match threshold {
                _ if !is_counted => Total::Uncounted,
                Some(threshold) => Total::EstimatedFrom(threshold),
                None => Total::Exact,
            },
            format,
            next_page: if given.truth("include_next_page").unwrap_or_default() {
                NextPage::Told
            } else {
                NextPage::Left
            },
            sent: Map::new(),
            resource_id,
        };
        let sent = request.echo(&call.fields);
        given.finish(SearchRequest { sent, ..request })
    }

    /// Fits it to a table.
    ///
    /// # Errors
    /// When a column is unknown or a value does not fit it.
    pub fn settle(self, columns: &[Column]) -> Result<Search, Failure> {
        let mut problems = Problems::default();
        let find = |name: &str| columns.iter().find(|column| column.id == name);
        let words = |text: &str| Words::read(text, self.is_plain, self.language.clone());
        let (mut everywhere, mut by_column, mut ranks) = (None, Vec::new(), Vec::new());
        if let Some(text) = &self.full_text {
            everywhere = Some(words(text));
            ranks.push("rank".to_owned());
        }
        match &self.q {
            None => {}
            Some(Q::Everywhere(text)) if text.trim().is_empty() || everywhere.is_some() => {}
            Some(Q::Everywhere(text)) => {
                everywhere = Some(words(text));
                ranks.push("rank".to_owned());
            }
            Some(Q::ByColumn(pairs)) => {
                for (name, text) in pairs {
                    if find(name).is_none() {
                        problems.add("q", format!("invalid value \"{name}\""));
                    }
                    by_column.push((name.clone(), words(text)));
                    ranks.push(format!("rank {name}"));
                }
            }
        }
        let mut selected = Vec::new();
        match &self.fields {
            None => {
                selected.push(Column::new(ROW_ID, FieldType::Int));
                selected.extend(columns.iter().cloned());
                selected.extend(ranks.iter().map(|rank| Column::new(rank, FieldType::Float8)));
            }
            Some(names) => {
                for name in names {
                    // Twice the same key makes no object.
                    if selected.iter().any(|column: &Column| column.id == *name) {
                        continue;
                    }
                    if name == ROW_ID {
                        selected.push(Column::new(ROW_ID, FieldType::Int));
                    } else if let Some(column) = find(name) {
                        selected.push(column.clone());
                    } else if ranks.contains(name) {
                        selected.push(Column::new(name, FieldType::Float8));
                    } else {
                        problems.add("fields", format!("invalid value \"{name}\""));
                    }
                }
            }
        }
        let order = match &self.sort {
            None => Vec::new(),
            Some(sort) => order::read(sort, columns, &ranks).unwrap_or_else(|part| {
                problems.add("sort", format!("invalid value \"{part}\""));
                Vec::new()
            }),
        };
        let stray = order
            .iter()
            .find(|order| self.is_distinct && !selected.iter().any(|column| column.id == order.column));
        if let Some(order) = stray {
            // Rows that are one in the columns given may stand apart by another.
            problems.add(
                "sort",
                format!("for distinct rows, \"{}\" must be among fields", order.column),
            );
        }
        if !problems.is_empty() {
            return Err(Failure::Invalid(problems));
        }
        Ok(Search {
            condition: Condition::read(&self.filters, columns)?,
            everywhere,
            by_column,
            columns: selected,
            is_distinct: self.is_distinct,
            order,
            limit: self.limit,
            offset: self.offset,
            total: self.total,
            format: self.format,
            next_page: self.next_page,
            sent: self.sent,
        })
    }

    /// What the answer repeats of the request, in the order of the alphabet.
    fn echo(&self, sent: &Map) -> Map {
        let mut pairs: Vec<(&str, Value)> = vec![
            ("include_total", Value::from(self.total != Total::Uncounted)),
            ("limit", Value::from(self.limit)),
            ("records_format", self.format.word().into()),
            ("resource_id", self.resource_id.as_str().into()),
        ];
        if sent.contains_key("offset") {
            pairs.push(("offset", Value::from(self.offset)));
        }
        for key in ["filters", "q", "full_text", "language", "sort", "version"] {
            if let Some(value) = sent.get(key).filter(|value| !value.is_null()) {
                let value = match key {
                    "filters" => self.filters.clone(),
                    _ => value.clone(),
                };
                pairs.push((key, value));
            }
        }
        for (key, flag) in [("distinct", self.is_distinct), ("plain", self.is_plain)] {
            if sent.contains_key(key) {
                pairs.push((key, Value::from(flag)));
            }
        }
        crate::ckan::shape::alphabetical(pairs, &Map::new())
    }
}

impl Search {
    /// The filter that gives the rows behind these, where rows stand by their numbers only; `last` is the number of the last
    /// row given.
    pub fn next(&self, last: i64) -> Option<Value> {
        let word = match self.order.as_slice() {
            [] if self.everywhere.is_none() && self.by_column.is_empty() => "gt",
            [order] if order.column == ROW_ID => match order.direction {
                crate::ckan::lists::Direction::Ascending => "gt",
                crate::ckan::lists::Direction::Descending => "lt",
            },
            _ => return None,
        };
        let is_told = self.next_page == NextPage::Told && !self.is_distinct;
        is_told.then(|| serde_json::json!({ ROW_ID: { word: last } }))
    }
}

fn by_column(map: &Map, given: &mut Given<'_>) -> Q {
    let mut pairs = Vec::new();
    for (name, value) in map {
        match value {
            Value::String(text) => pairs.push((name.clone(), text.clone())),
            _ => given.refuse("q", format!("invalid value \"{name}\"")),
        }
    }
    Q::ByColumn(pairs)
}

/// A value that may be JSON in a text.
fn json(given: &mut Given<'_>, key: &str) -> Value {
    match given.value(key) {
        None => Value::Null,
        Some(Value::String(text)) if text.trim().is_empty() => Value::Null,
        Some(Value::String(text)) => serde_json::from_str(text).unwrap_or_else(|_| {
            given.refuse(key, "Cannot parse JSON");
            Value::Null
        }),
        Some(other) => other.clone(),
    }
}
