//! By what the catalogue can be narrowed: each value with how many datasets have it, under whatever else was chosen.

use std::collections::HashMap;

use ::search::{Found, PLACE};
use formats::ckan::search::Query;

use crate::{
    catalog::index::Index,
    places::model::{Place, Places},
};

/// The fields of the index beside CKAN's.
pub const YEAR: &str = "covers_year";
pub const FORMAT: &str = "file_format";
/// What a table is called among the formats, and what can be drawn as a map; the formats of files are in capital letters.
pub const TABLE: &str = "table";
pub const MAP: &str = "map";
/// What lies in a whole province is too much to be named one by one; its own data and those above are found.
pub const MOST_BELOW: usize = 2_000;
/// The places that most datasets are about stand before all others; of very many only so many are told, unless all are asked for.
const FIRST_PLACES: usize = 12;
const MOST_PLACES: usize = 200;

/// What the catalogue is narrowed by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Facet {
    Theme,
    Publisher,
    Tag,
    Format,
    Year,
    /// A place with what covers it and what lies in it.
    Place,
    Level,
    Licence,
}

/// The values of a facet among what was found.
#[derive(Debug, Clone)]
pub struct Counts {
    pub facet: Facet,
    /// Each with how many datasets have it, in the order in which they are told.
    pub values: Vec<(String, u64)>,
    /// How many there are, those too that are not told.
    pub n: usize,
}

impl Facet {
    pub const ALL: [Facet; 8] = [
        Facet::Theme,
        Facet::Publisher,
        Facet::Tag,
        Facet::Format,
        Facet::Year,
        Facet::Place,
        Facet::Level,
        Facet::Licence,
    ];

    /// Its name in addresses.
    pub fn key(self) -> &'static str {
        match self {
            Facet::Theme => "theme",
            Facet::Publisher => "publisher",
            Facet::Tag => "tag",
            Facet::Format => "format",
            Facet::Year => "year",
            Facet::Place => "place",
            Facet::Level => "level",
            Facet::Licence => "licence",
        }
    }

    fn field(self) -> &'static str {
        match self {
            Facet::Theme => "groups",
            Facet::Publisher => "organization",
            Facet::Tag => "tags",
            Facet::Format => FORMAT,
            Facet::Year => YEAR,
            Facet::Place | Facet::Level => PLACE,
            Facet::Licence => "license_id",
        }
    }

    /// The condition that a value stands for; a level stands for all its places.
    pub fn filter(self, value: &str, places: &Places) -> Query {
        match self {
            Facet::Place => any_of(places.find(value).map(related).unwrap_or_default()),
            Facet::Level => any_of(places.at_level(value).map(Place::code).collect()),
            facet => Query::term(facet.field(), value),
        }
    }

    /// The values among what was found, the most frequent first; years the latest first. Of the facet `whole` all are told.
    pub fn count(self, index: &Index, found: &Found, places: &Places, whole: Option<Facet>) -> Counts {
        self.told(index.snapshot.count(found, self.field()), places, whole)
    }

    /// The values as they are told, of what was counted in the index.
    pub fn told(self, counts: Vec<(String, u64)>, places: &Places, whole: Option<Facet>) -> Counts {
        let mut values = match self {
            Facet::Place if whole == Some(self) => return around(counts, places, usize::MAX),
            Facet::Place => return around(counts, places, MOST_PLACES),
            Facet::Level => levels(counts, places),
            _ => counts,
        };
        match self {
            Facet::Year => values.sort_by(|a, b| b.0.cmp(&a.0)),
            _ => most_frequent_first(&mut values),
        }
        Counts {
            facet: self,
            n: values.len(),
            values,
        }
    }
}

fn most_frequent_first(counts: &mut [(String, u64)]) {
    counts.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
}

fn any_of(codes: Vec<&str>) -> Query {
    match codes.is_empty() {
        // No place has that code.
        true => Query::term(PLACE, ""),
        false => Query::any(codes.into_iter().map(|code| Query::term(PLACE, code)).collect()),
    }
}

/// The codes of a place, of those it lies in, and of those that lie in it.
fn related(place: Place<'_>) -> Vec<&str> {
    let mut codes = place.lineage();
    codes.extend(place.descendants().take(MOST_BELOW).map(Place::code));
    codes
}

/// The places that datasets are about, those that most are about first, each with how many its choice would find.
fn around(mut counts: Vec<(String, u64)>, places: &Places, most: usize) -> Counts {
    counts.retain(|(code, _)| places.find(code).is_some());
    most_frequent_first(&mut counts);
    let by_code: HashMap<&str, u64> = counts.iter().map(|(code, n)| (code.as_str(), *n)).collect();
    let n_found = |place: Place<'_>| -> u64 {
        let codes = related(place).into_iter();
        codes.filter_map(|code| by_code.get(code)).sum()
    };
    let told = counts.iter().take(most);
    let mut values: Vec<(String, u64)> = told
        .filter_map(|(code, _)| Some((code.clone(), n_found(places.find(code)?))))
        .collect();
    let n_first = FIRST_PLACES.min(values.len());
    let (first, others) = values.split_at_mut(n_first);
    most_frequent_first(first);
    most_frequent_first(others);
    Counts {
        facet: Facet::Place,
        values,
        n: counts.len(),
    }
}

/// How many datasets are about the places of each level.
fn levels(counts: Vec<(String, u64)>, places: &Places) -> Vec<(String, u64)> {
    let mut levels: Vec<(String, u64)> = Vec::new();
    for (code, n) in counts {
        let Some(level) = places.find(&code).map(|place| place.level()) else {
            continue;
        };
        match levels.iter_mut().find(|(known, _)| known == level) {
            Some((_, sum)) => *sum += n,
            None => levels.push((level.to_owned(), n)),
        }
    }
    levels
}
