//! A search through a catalogue that is held in memory: the measure for an index, and enough for a few hundred datasets.

use std::cmp::Ordering;

use sha1::{Digest, Sha1};

use super::{
    FacetCount, PackageSearch, Sort, SortKey, document,
    query::{Content, Document},
};
use crate::ckan::{fold, lists::Direction};

/// What was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    pub count: u64,
    /// Positions of the documents on the page that was asked for, in their order.
    pub rows: Vec<usize>,
    pub facets: Vec<FacetCount>,
}

impl PackageSearch {
    /// Searches documents; `now` is what `NOW` stands for, in microseconds since 1970 UTC.
    pub fn run(&self, documents: &[Document], now: i64) -> Found {
        let condition = self.condition();
        let mut found: Vec<(usize, f64)> = documents
            .iter()
            .enumerate()
            .filter(|(_, document)| self.lies_there(document) && condition.matches(document, now))
            .map(|(n, document)| (n, self.q.score(document, now)))
            .collect();
        found.sort_by(|a, b| {
            let by_sort = self
                .sort
                .iter()
                .map(|sort| compare(sort, (&documents[a.0], a.1), (&documents[b.0], b.1)))
                .find(|order| order.is_ne());
            by_sort.unwrap_or_else(|| a.0.cmp(&b.0))
        });
        let start = usize::try_from(self.start).unwrap_or(usize::MAX);
        let rows = usize::try_from(self.rows).unwrap_or(usize::MAX);
        Found {
            count: found.len() as u64,
            facets: document::count(found.iter().map(|(n, _)| &documents[*n]), &self.facets),
            rows: found.into_iter().skip(start).take(rows).map(|(n, _)| n).collect(),
        }
    }

    fn lies_there(&self, document: &Document) -> bool {
        self.area.is_none_or(|asked| {
            document
                .values(document::AREA)
                .iter()
                .any(|content| matches!(content, Content::Area(area) if area.touches(&asked)))
        })
    }
}

fn compare(sort: &Sort, a: (&Document, f64), b: (&Document, f64)) -> Ordering {
    let order = match &sort.by {
        SortKey::Score => a.1.total_cmp(&b.1),
        SortKey::Random(seed) => shuffled(seed, a.0).cmp(&shuffled(seed, b.0)),
        SortKey::Field(field) => match (a.0.values(field).first(), b.0.values(field).first()) {
            (Some(a), Some(b)) => by_content(a, b),
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

fn by_content(a: &Content, b: &Content) -> Ordering {
    match (a, b) {
        (Content::Number(a), Content::Number(b)) => a.total_cmp(b),
        (Content::Instant(a), Content::Instant(b)) => a.cmp(b),
        (Content::Flag(a), Content::Flag(b)) => a.cmp(b),
        (Content::Keyword(a), Content::Keyword(b)) => a.cmp(b),
        (Content::Prose(a), Content::Prose(b)) => fold::fold(a.trim_start()).cmp(&fold::fold(b.trim_start())),
        _ => Ordering::Equal,
    }
}

/// A number that has nothing to do with the document but is always the same for it.
fn shuffled(seed: &str, document: &Document) -> Vec<u8> {
    let mut digest = Sha1::new();
    digest.update(seed.as_bytes());
    for content in document.values("id").iter().chain(document.values("name")) {
        if let Content::Keyword(text) = content {
            digest.update(text.as_bytes());
        }
    }
    digest.finalize().to_vec()
}
