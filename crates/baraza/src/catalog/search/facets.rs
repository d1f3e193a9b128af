//! By what the catalogue can be narrowed: each value with how many datasets have it, under whatever else was chosen.

use ::search::{Found, PLACE};
use formats::ckan::search::Query;

use crate::{catalog::index::Index, places::model::Places};

/// The fields of the index beside CKAN's.
pub const YEAR: &str = "covers_year";
pub const FORMAT: &str = "file_format";

/// What the catalogue is narrowed by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Facet {
    Theme,
    Publisher,
    Tag,
    Format,
    Year,
    Level,
    Licence,
}

impl Facet {
    pub const ALL: [Facet; 7] = [
        Facet::Theme,
        Facet::Publisher,
        Facet::Tag,
        Facet::Format,
        Facet::Year,
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
            Facet::Level => PLACE,
            Facet::Licence => "license_id",
        }
    }

    /// The condition that a value stands for; a level stands for all its places.
    pub fn filter(self, value: &str, places: &Places) -> Query {
        match self {
            Facet::Level => {
                let codes: Vec<Query> = places
                    .at_level(value)
                    .map(|place| Query::term(PLACE, place.code()))
                    .collect();
                match codes.is_empty() {
                    // No place has that code.
                    true => Query::term(PLACE, ""),
                    false => Query::any(codes),
                }
            }
            facet => Query::term(facet.field(), value),
        }
    }

    /// The values among what was found, the most frequent first; years the latest first.
    pub fn count(self, index: &Index, found: &Found, places: &Places) -> Vec<(String, u64)> {
        let mut counts = index.snapshot.count(found, self.field());
        if self == Facet::Level {
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
            counts = levels;
        }
        match self {
            Facet::Year => counts.sort_by(|a, b| b.0.cmp(&a.0)),
            _ => counts.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0))),
        }
        counts
    }
}
