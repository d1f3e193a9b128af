//! What the rules found, as Cardinal prints it and as a page can explain it.

use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// What a flag falls on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Group {
    /// A contracting process.
    Ocid,
    Buyer,
    ProcuringEntity,
    /// A bidder or supplier.
    Tenderer,
}

impl Group {
    /// The key of Cardinal's output.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Ocid => "OCID",
            Self::Buyer => "Buyer",
            Self::ProcuringEntity => "ProcuringEntity",
            Self::Tenderer => "Tenderer",
        }
    }
}

/// A part of a release that a rule looked at.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Record {
    pub ocid: String,
    /// A JSON pointer into the compiled release.
    pub path: String,
}

/// A flag with what it was raised from.
#[derive(Debug, Clone, PartialEq)]
pub struct Explained {
    /// Cardinal's code, or one of [`super::own::CODES`].
    pub rule: &'static str,
    pub group: Group,
    /// The `ocid` or the organisation's identifier.
    pub subject: String,
    /// The buyer, the place, the other bidder or the class within which it was measured, for rules that look at two things.
    pub within: Option<String>,
    /// What was measured; for rules that only say yes, 1.
    pub value: f64,
    /// What it was held against; `None` where the rule has nothing to hold against.
    pub threshold: Option<f64>,
    pub q1: Option<f64>,
    pub q3: Option<f64>,
    /// How many cases the quartiles, the share or the count rest on; 0 where there is only this one.
    pub n: u64,
    /// In the order of the file.
    pub records: Vec<Record>,
}

/// A line that was passed over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passed {
    /// From 1.
    pub line: u64,
    pub why: &'static str,
}

/// The mappings that Cardinal prints on request, by its names for them: process → organisation(s).
pub type Maps = BTreeMap<&'static str, BTreeMap<String, BTreeSet<String>>>;

/// What one pass found.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Report {
    /// group → subject → rule → value.
    pub results: BTreeMap<Group, BTreeMap<String, BTreeMap<&'static str, f64>>>,
    /// rule → name → number: quartiles and fences.
    pub meta: BTreeMap<&'static str, BTreeMap<String, f64>>,
    pub maps: Maps,
    /// If asked for: every flag, sorted by rule, group, subject; processes that stand twice in the file are told of twice by rules of one release.
    pub explained: Vec<Explained>,
    /// The first of the lines that were passed over; [`Report::passed_count`] counts all.
    pub passed: Vec<Passed>,
    pub passed_count: u64,
    pub lines: u64,
    pub bytes: u64,
    /// Processes that were looked at.
    pub releases: u64,
    /// In what amounts of bids were compared.
    pub currency: Option<String>,
    /// Bids that were not compared because they are in another currency.
    pub other_currencies: u64,
}

impl Report {
    /// The answer in Cardinal's shape, with `Meta` and, if asked, `Maps`.
    #[must_use]
    pub fn cardinal(&self, meta: bool, maps: bool) -> Value {
        let mut whole = Map::new();
        for (group, subjects) in &self.results {
            let subjects = subjects
                .iter()
                .map(|(subject, rules)| {
                    let rules = rules
                        .iter()
                        .map(|(rule, value)| ((*rule).to_owned(), number(*value)))
                        .collect();
                    (subject.clone(), Value::Object(rules))
                })
                .collect();
            whole.insert(group.key().to_owned(), Value::Object(subjects));
        }
        if meta {
            let rules = self.meta.iter().map(|(rule, names)| {
                let names = names
                    .iter()
                    .map(|(name, value)| (name.clone(), number((value * 1e4).round() / 1e4)))
                    .collect();
                ((*rule).to_owned(), Value::Object(names))
            });
            whole.insert("Meta".to_owned(), Value::Object(rules.collect()));
        }
        if maps {
            let all = MAPS.iter().map(|name| {
                let one = self.maps.get(name);
                let entries = one.into_iter().flatten().map(|(ocid, organisations)| {
                    let value = if SINGLE.contains(name) {
                        organisations
                            .iter()
                            .next_back()
                            .map_or(Value::Null, |o| Value::from(o.as_str()))
                    } else {
                        Value::from_iter(organisations.iter().map(String::as_str))
                    };
                    (ocid.clone(), value)
                });
                ((*name).to_owned(), Value::Object(entries.collect()))
            });
            whole.insert("Maps".to_owned(), Value::Object(all.collect()));
        }
        Value::Object(whole)
    }
}

fn number(value: f64) -> Value {
    serde_json::Number::from_f64(value).map_or(Value::Null, Value::Number)
}

/// Maps with one organisation to a process.
const SINGLE: [&str; 2] = ["ocid_buyer_r038", "ocid_procuringentity_r038"];

const MAPS: [&str; 8] = [
    "ocid_buyer_r038",
    "ocid_procuringentity_r038",
    "ocid_tenderer",
    "ocid_tenderer_r024",
    "ocid_tenderer_r028",
    "ocid_tenderer_r030",
    "ocid_tenderer_r035",
    "ocid_tenderer_r058",
];
