//! What `datastore_search` and `datastore_search_sql` answer.

use serde_json::Value;

use super::{Column, search::Search, write_columns};
use crate::ckan::{Given, Map, answer::Failure, call::Call};

/// The answer to a search, but for its records.
#[derive(Debug, Clone, PartialEq)]
pub struct Around<'s> {
    pub search: &'s Search,
    /// How many rows match; none when they were not to be counted.
    pub total: Option<Counted>,
    pub links: Option<Links>,
    /// What [`Search::next`] gives.
    pub next_page: Option<Value>,
}

/// How many rows match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counted {
    Exactly(u64),
    About(u64),
}

impl Around<'_> {
    /// Writes the whole answer.
    pub fn write(&self, records: Value) -> Map {
        let mut map = self.search.sent.clone();
        map.insert("records".to_owned(), records);
        map.extend(self.behind());
        map
    }

    /// What stands before and behind the text of `records`, for an answer that is streamed.
    pub fn split(&self) -> (String, String) {
        let mut before = Value::Object(self.search.sent.clone()).to_string();
        before.pop();
        before.push_str(",\"records\":");
        let behind = Value::Object(self.behind()).to_string();
        (before, format!(",{}", &behind[1..]))
    }

    fn behind(&self) -> Map {
        let mut map = Map::new();
        map.insert("fields".to_owned(), write_columns(self.search.columns.iter()));
        if let Some(links) = &self.links {
            map.insert("_links".to_owned(), Value::Object(links.write()));
        }
        let total = match self.total {
            None => return self.with_next(map),
            Some(Counted::Exactly(total)) => (total, false),
            Some(Counted::About(total)) => (total, true),
        };
        map.insert("total".to_owned(), total.0.into());
        map.insert("total_was_estimated".to_owned(), total.1.into());
        self.with_next(map)
    }

    fn with_next(&self, mut map: Map) -> Map {
        if let Some(next) = &self.next_page {
            map.insert("next_page".to_owned(), next.clone());
        }
        map
    }
}

/// Where the first, the next and the last page are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Links {
    pub start: String,
    pub next: String,
    pub prev: Option<String>,
}

impl Links {
    /// Makes the links of a page from the address it was asked at: `/api/3/action/datastore_search?resource_id=…&limit=5`.
    pub fn of(address: &str, limit: u64, offset: u64) -> Links {
        let (path, query) = address.split_once('?').unwrap_or((address, ""));
        let kept: Vec<&str> = query
            .split('&')
            .filter(|pair| !pair.is_empty() && pair.split('=').next() != Some("offset"))
            .collect();
        let at = |offset: Option<u64>| {
            let mut pairs: Vec<String> = kept.iter().map(|pair| (*pair).to_owned()).collect();
            pairs.extend(offset.map(|offset| format!("offset={offset}")));
            if pairs.is_empty() {
                path.to_owned()
            } else {
                format!("{path}?{}", pairs.join("&"))
            }
        };
        Links {
            start: at(None),
            next: at(Some(offset.saturating_add(limit))),
            // CKAN has none for the first page after the start; it is the start.
            prev: (offset > limit).then(|| at(Some(offset - limit))),
        }
    }

    fn write(&self) -> Map {
        let mut map = Map::new();
        map.insert("start".to_owned(), self.start.as_str().into());
        map.insert("next".to_owned(), self.next.as_str().into());
        if let Some(prev) = &self.prev {
            map.insert("prev".to_owned(), prev.as_str().into());
        }
        map
    }
}

/// The statement of `datastore_search_sql`. What it may say is not judged here.
///
/// # Errors
/// When it was not sent.
pub fn statement(call: &Call) -> Result<String, Failure> {
    let mut given = Given::of(&call.fields);
    let sql = given.required("sql");
    given.finish(sql)
}

/// The answer to `datastore_search_sql`.
pub fn sql(sent: &str, columns: &[Column], rows: &[Vec<Value>], rest: Rest) -> Map {
    let mut map = Map::new();
    map.insert("sql".to_owned(), sent.into());
    if rest == Rest::CutOff {
        map.insert("records_truncated".to_owned(), true.into());
    }
    map.insert(
        "records".to_owned(),
        super::row::records(super::search::RecordsFormat::Objects, columns, rows),
    );
    map.insert("fields".to_owned(), write_columns(columns.iter()));
    map
}

/// Whether there were more rows than an answer may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rest {
    None,
    CutOff,
}
