//! `package_search`: what is asked for, what the index holds of a dataset, and the answer.

mod answer;
mod area;
pub mod document;
mod facets;
pub mod query;
mod run;
mod sort;

use serde_json::Value;

use super::{Given, answer::Failure, call::Call, values};

pub use answer::{FacetCount, FacetItem, SearchAnswer};
pub use area::Area;
pub use facets::Facets;
pub use query::{Document, Manner, Query, QueryError};
pub use run::Found;
pub use sort::{Sort, SortKey};

/// The order of results when nobody says.
pub const USUAL_SORT: &str = "score desc, metadata_modified desc";
/// The most datasets of one answer, and how many when nobody says.
pub const MOST_ROWS: u64 = 1_000;
pub const USUAL_ROWS: u64 = 10;
/// How far into the results an answer may begin: an index counts through everything before it.
pub const DEEPEST_START: u64 = 10_000_000;

/// The parameters of `package_search` beside those that start with `ext_`.
const KNOWN: &[&str] = &[
    "q",
    "fl",
    "fq",
    "fq_list",
    "rows",
    "sort",
    "start",
    "wt",
    "qf",
    "bf",
    "boost",
    "facet",
    "facet.mincount",
    "facet.limit",
    "facet.field",
    "extras",
    "tie",
    "defType",
    "mm",
    "df",
    "include_private",
    "include_drafts",
    "include_deleted",
    "use_default_schema",
];

/// What is asked for. What the caller may see is not in it: add that as one more filter.
#[derive(Debug, Clone, PartialEq)]
pub struct PackageSearch {
    pub q: Query,
    /// All of them hold. Those that hide private datasets, drafts and deleted ones are among them, unless they were asked for.
    pub filters: Vec<Query>,
    pub sort: Vec<Sort>,
    /// As it was written, which the answer repeats.
    pub sort_text: String,
    /// At most [`MOST_ROWS`].
    pub rows: u64,
    pub start: u64,
    pub facets: Facets,
    /// Only these fields of each dataset; empty for datasets in whole.
    pub fields: Vec<String>,
    /// Only what lies in there.
    pub area: Option<Area>,
}

impl PackageSearch {
    /// Reads what is asked for. `is_field` says which words before a colon in `q` are fields; [`document::is_field`] knows
    /// CKAN's own.
    ///
    /// # Errors
    /// When a parameter is unknown or of the wrong kind, or a filter is no query.
    pub fn read(call: &Call, is_field: &dyn Fn(&str) -> bool) -> Result<PackageSearch, Failure> {
        let mut given = Given::of(&call.fields);
        let unknown: Vec<String> = given
            .keys()
            .filter(|key| !KNOWN.contains(&key.as_str()) && !key.starts_with("ext_"))
            .map(|key| values::repr(key))
            .collect();
        if !unknown.is_empty() {
            return Err(Failure::SearchQuery(format!(
                "Invalid search parameters: [{}]",
                unknown.join(", ")
            )));
        }
        for key in ["qf", "bf", "boost", "df"] {
            local_parameters(key, given.value(key))?;
        }
        let q = given.text("q").unwrap_or_default();
        let q = Query::read(&q, Manner::Lenient { is_field }).map_err(|error| refused("q", &error))?;
        let fq = given.texts("fq").unwrap_or_default();
        let mut filters = Vec::new();
        for (key, text) in fq.iter().map(|text| ("fq", text)).chain(
            given
                .texts("fq_list")
                .unwrap_or_default()
                .iter()
                .map(|text| ("fq_list", text)),
        ) {
            match Query::read(text, Manner::Strict).map_err(|error| refused(key, &error))? {
                Query::All => {}
                filter => filters.push(filter),
            }
        }
        if !given.flag("include_private").unwrap_or_default() {
            filters.push(Query::term("capacity", "public"));
        }
        let mut states = vec!["active"];
        if given.flag("include_drafts").unwrap_or_default() {
            states.push("draft");
        }
        if given.flag("include_deleted").unwrap_or_default() {
            states.push("deleted");
        }
        // Whoever filters by state has said which.
        if !fq.iter().any(|fq| fq.contains("+state")) {
            filters.push(Query::any(
                states
                    .into_iter()
                    .map(|state| Query::term("state", state))
                    .collect(),
            ));
        }
        let sort_text = given
            .something("sort")
            .filter(|sort| sort != "rank")
            .unwrap_or_else(|| USUAL_SORT.to_owned());
        let search = PackageSearch {
            q,
            filters,
            sort: Sort::read(&sort_text)?,
            sort_text,
            rows: given.natural("rows").unwrap_or(USUAL_ROWS).min(MOST_ROWS),
            start: given.natural("start").unwrap_or(0),
            facets: Facets::read(&mut given),
            fields: fields(given.value("fl")),
            area: Area::asked(&mut given)?,
        };
        if search.start > DEEPEST_START {
            given.refuse("start", "Must be at most 10000000; filter instead");
        }
        given.finish(search)
    }

    /// The whole condition: the query with all its filters.
    pub fn condition(&self) -> Query {
        let mut all = vec![self.q.clone()];
        all.extend(self.filters.iter().cloned());
        Query::all(all)
    }
}

/// The fields wanted: a list, or a text that names them with spaces or commas between.
fn fields(value: Option<&Value>) -> Vec<String> {
    let texts: Vec<String> = match value {
        None => Vec::new(),
        Some(Value::Array(items)) => items.iter().map(values::text).collect(),
        Some(other) => vec![values::text(other)],
    };
    texts
        .iter()
        .flat_map(|text| text.split([' ', ',']))
        .filter(|field| !field.is_empty() && *field != "*")
        .map(str::to_owned)
        .collect()
}

fn local_parameters(key: &str, value: Option<&Value>) -> Result<(), Failure> {
    let has_any = value.is_some_and(|value| values::text(value).trim_start().starts_with("{!"));
    if has_any {
        return Err(refused(key, &QueryError::LocalParameters));
    }
    Ok(())
}

/// CKAN's error for a query it cannot take.
fn refused(key: &str, error: &QueryError) -> Failure {
    Failure::Search(match error {
        QueryError::LocalParameters => format!("Local parameters are not supported in param '{key}'."),
        other => format!("SOLR returned an error running query: {key}: {other}"),
    })
}
