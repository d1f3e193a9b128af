//! What was found, and the values that it has.

use std::collections::HashMap;

use formats::ckan::{
    instant::Instant,
    search::{
        FacetCount, FacetItem, Facets,
        document::{Kind, kind_of},
    },
};
use tantivy::{
    DocAddress, DocSet, TERMINATED,
    columnar::{Column, DynamicColumn},
    query::{EnableScoring, Query},
    u64_to_f64, u64_to_i64,
};

use crate::{
    Error, Snapshot,
    fields::{NUMBER, columns},
};

/// A dataset that was found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hit {
    /// [`crate::Entry::number`].
    pub number: u32,
    /// How well it is meant; only what is compared with it says anything.
    pub score: f32,
    /// Where it stands in the index.
    at: DocAddress,
}

/// Datasets that were found, in no order.
#[derive(Debug, Clone, Default)]
pub struct Found {
    pub hits: Vec<Hit>,
}

impl Found {
    /// How many there are.
    #[must_use]
    pub fn n(&self) -> usize {
        self.hits.len()
    }

    /// Keeps only some.
    pub fn retain(&mut self, keep: impl Fn(&Hit) -> bool) {
        self.hits.retain(keep);
    }

    /// Those of one page in an order: `order` compares two of them.
    #[must_use]
    pub fn page(&self, start: usize, n: usize, order: impl Fn(&Hit, &Hit) -> std::cmp::Ordering) -> Vec<Hit> {
        let mut hits = self.hits.clone();
        let end = start.saturating_add(n).min(hits.len());
        if start >= end {
            return Vec::new();
        }
        if end < hits.len() {
            hits.select_nth_unstable_by(end - 1, &order);
            hits.truncate(end);
        }
        hits.sort_unstable_by(&order);
        hits.drain(..start);
        hits
    }
}

impl Snapshot {
    /// Collects all that a question finds.
    pub(crate) fn collect(&self, query: &dyn Query) -> Result<Found, Error> {
        let scoring = EnableScoring::enabled_from_statistics_provider(self, &self.searcher);
        let weight = query.weight(scoring)?;
        let mut found = Found::default();
        for (segment, reader) in (0..).zip(self.searcher.segment_readers()) {
            let numbers = reader.fast_fields().u64(NUMBER)?.first_or_default_col(0);
            weight.for_each(reader, &mut |doc, score| {
                if !reader.is_deleted(doc) {
                    found.hits.push(Hit {
                        number: u32::try_from(numbers.get_val(doc)).unwrap_or(u32::MAX),
                        score,
                        at: DocAddress::new(segment, doc),
                    });
                }
            })?;
        }
        Ok(found)
    }

    /// Whether a question finds anything.
    pub(crate) fn holds(&self, query: &dyn Query) -> Result<bool, Error> {
        let weight = query.weight(EnableScoring::disabled_from_searcher(&self.searcher))?;
        for reader in self.searcher.segment_readers() {
            let mut found = weight.scorer(reader, 1.0)?;
            while found.doc() != TERMINATED {
                if !reader.is_deleted(found.doc()) {
                    return Ok(true);
                }
                found.advance();
            }
        }
        Ok(false)
    }

    /// Counts the values that a field has among what was found, in no order.
    #[must_use]
    pub fn count(&self, found: &Found, field: &str) -> Vec<(String, u64)> {
        let mut counts: HashMap<String, u64> = HashMap::new();
        let (columns, kind) = (columns(field), kind_of(field));
        for hits in found.hits.chunk_by(|a, b| a.at.segment_ord == b.at.segment_ord) {
            let reader = self.searcher.segment_reader(hits[0].at.segment_ord);
            let handles = columns
                .iter()
                .filter_map(|column| reader.fast_fields().dynamic_column_handles(column).ok())
                .flatten();
            for column in handles.filter_map(|handle| handle.open().ok()) {
                for (value, n) in written(kind, column, hits) {
                    *counts.entry(value).or_default() += n;
                }
            }
        }
        counts.into_iter().collect()
    }

    /// Counts the facets that are asked for, the most frequent values first.
    #[must_use]
    pub fn facets(&self, found: &Found, asked: &Facets) -> Vec<FacetCount> {
        let facet = |field: &String| {
            let mut counts = self.count(found, field);
            counts.retain(|(_, n)| *n >= asked.least);
            counts.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
            if let Some(most) = asked.limit {
                counts.truncate(usize::try_from(most).unwrap_or(usize::MAX));
            }
            let item = |(name, count): (String, u64)| FacetItem {
                display_name: name.clone(),
                name,
                count,
            };
            FacetCount {
                field: field.clone(),
                items: counts.into_iter().map(item).collect(),
            }
        };
        asked.fields.iter().map(facet).collect()
    }
}

/// The values of a column among what was found, as CKAN writes them among facets, with how many datasets have each.
fn written(kind: Kind, column: DynamicColumn, hits: &[Hit]) -> Vec<(String, u64)> {
    let whole = |number: i64| match kind {
        Kind::Instant => format!("{}Z", Instant(number)),
        _ => format!("{:?}", number as f64),
    };
    match column {
        DynamicColumn::Str(texts) => {
            let mut counts = vec![0; texts.num_terms()];
            each(texts.ords(), hits, |at| counts[at as usize] += 1);
            let counts = (0..).zip(counts).filter(|(_, n)| *n > 0);
            let (values, counts): (Vec<u64>, Vec<u64>) = counts.unzip();
            let mut names = Vec::with_capacity(values.len());
            let push = |name: &[u8]| names.push(String::from_utf8_lossy(name).into_owned());
            let known = texts.dictionary().sorted_ords_to_term_cb(&values, push);
            known.map_or_else(|_| Vec::new(), |_| names.into_iter().zip(counts).collect())
        }
        DynamicColumn::I64(numbers) => tally(&numbers.to_u64_monotonic(), hits)
            .into_iter()
            .map(|(value, n)| (whole(u64_to_i64(value)), n))
            .collect(),
        DynamicColumn::F64(numbers) => tally(&numbers.to_u64_monotonic(), hits)
            .into_iter()
            .map(|(value, n)| (format!("{:?}", u64_to_f64(value)), n))
            .collect(),
        _ => Vec::new(),
    }
}

fn tally(column: &Column<u64>, hits: &[Hit]) -> HashMap<u64, u64> {
    let mut counts = HashMap::new();
    each(column, hits, |value| *counts.entry(value).or_default() += 1);
    counts
}

/// Shows each value that a dataset has, once for each dataset.
fn each(column: &Column<u64>, hits: &[Hit], mut see: impl FnMut(u64)) {
    let is_list = column.get_cardinality().is_multivalue();
    let mut own = Vec::new();
    for doc in hits.iter().map(|hit| hit.at.doc_id) {
        if is_list {
            own.clear();
            own.extend(column.values_for_doc(doc));
            own.sort_unstable();
            own.dedup();
            own.iter().for_each(|value| see(*value));
        } else if let Some(value) = column.first(doc) {
            see(value);
        }
    }
}
