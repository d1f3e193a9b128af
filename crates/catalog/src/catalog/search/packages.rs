//! `package_search` over the index.

use std::{
    cmp::Ordering,
    collections::HashMap,
    hash::{DefaultHasher, Hash, Hasher},
};

use ::search::{Error, Hit};
use formats::ckan::{
    lists::Direction,
    search::{Area, Document, FacetCount, PackageSearch, Sort, SortKey, query::Content},
};

use crate::catalog::index::{Entry, Index};

/// What was found.
pub struct Found {
    pub count: usize,
    /// The numbers of those on the page that was asked for, in their order.
    pub rows: Vec<u32>,
    pub facets: Vec<FacetCount>,
}

/// Searches; `now` is what `NOW` stands for, in microseconds since 1970 UTC.
///
/// # Errors
/// When it would take too long.
pub fn run(index: &Index, search: &PackageSearch, now: i64) -> Result<Found, Error> {
    let mut found = index.snapshot.find(&search.q, &search.filters, now)?;
    if let Some(area) = &search.area {
        found.retain(|hit| index.entry(hit.number).is_some_and(|entry| lies_in(entry, area)));
    }
    let keys: Vec<HashMap<u32, Key>> = search
        .sort
        .iter()
        .map(|sort| keys(index, &found.hits, sort))
        .collect();
    let order = |a: &Hit, b: &Hit| {
        let by_sort = search
            .sort
            .iter()
            .zip(&keys)
            .map(|(sort, keys)| compare(sort, keys, a, b))
            .find(|order| order.is_ne());
        by_sort.unwrap_or_else(|| a.number.cmp(&b.number))
    };
    let whole = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
    let page = found.page(whole(search.start), whole(search.rows), order);
    Ok(Found {
        count: found.n(),
        rows: page.iter().map(|hit| hit.number).collect(),
        facets: index.snapshot.facets(&found, &search.facets),
    })
}

/// What datasets are sorted by.
#[derive(PartialEq, PartialOrd)]
enum Key {
    Whole(i64),
    Number(f64),
    Text(String),
}

fn keys(index: &Index, hits: &[Hit], sort: &Sort) -> HashMap<u32, Key> {
    let entries = hits
        .iter()
        .filter_map(|hit| Some((hit.number, index.entry(hit.number)?)));
    let key = |entry: &Entry| match &sort.by {
        SortKey::Score => None,
        SortKey::Random(seed) => {
            // The same for the same dataset and seed, and otherwise nothing to do with it.
            let mut hasher = DefaultHasher::new();
            (seed, &entry.row.id).hash(&mut hasher);
            Some(Key::Whole(hasher.finish().cast_signed()))
        }
        SortKey::Field(field) => match field.as_str() {
            "name" => Some(Key::Text(entry.row.slug.clone())),
            "title" => Some(Key::Text(::search::words::fold(entry.row.title.trim_start()))),
            "metadata_modified" => Some(Key::Whole(entry.row.changed_at)),
            "metadata_created" => Some(Key::Whole(entry.row.created_at)),
            field => match Document::of(&entry.package).values(field).first()? {
                Content::Keyword(text) => Some(Key::Text(text.clone())),
                Content::Prose(text) => Some(Key::Text(::search::words::fold(text.trim_start()))),
                Content::Number(number) => Some(Key::Number(*number)),
                Content::Instant(at) => Some(Key::Whole(*at)),
                Content::Flag(flag) => Some(Key::Whole(i64::from(*flag))),
                Content::Area(_) => None,
            },
        },
    };
    if sort.by == SortKey::Score {
        return HashMap::new();
    }
    entries
        .filter_map(|(number, entry)| Some((number, key(entry)?)))
        .collect()
}

fn compare(sort: &Sort, keys: &HashMap<u32, Key>, a: &Hit, b: &Hit) -> Ordering {
    let order = match sort.by {
        SortKey::Score => a.score.total_cmp(&b.score),
        _ => match (keys.get(&a.number), keys.get(&b.number)) {
            (Some(a), Some(b)) => a.partial_cmp(b).unwrap_or(Ordering::Equal),
            // Without a value it comes last, whichever way.
            (Some(_), None) => return Ordering::Less,
            (None, Some(_)) => return Ordering::Greater,
            (None, None) => Ordering::Equal,
        },
    };
    match sort.direction {
        Direction::Ascending => order,
        Direction::Descending => order.reverse(),
    }
}

fn lies_in(entry: &Entry, asked: &Area) -> bool {
    let said = entry.package.extras.iter().filter(|extra| extra.key == "spatial");
    said.filter_map(|extra| Area::of_geojson(&extra.value))
        .any(|area| area.touches(asked))
}
