//! Which rules run, and with what thresholds.

use super::{
    ini::{self, Entry},
    own,
};
use std::{collections::BTreeMap, str::FromStr};
use thiserror::Error;

/// Settings as Cardinal's file has them. A rule runs when its section is there, be it empty.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Settings {
    /// Amounts in other currencies are not compared; `None`: the first currency of a bid that a rule looks at.
    pub currency: Option<String>,
    /// Procurement method details under which prices do not decide.
    pub no_price_comparison_procurement_methods: Vec<String>,
    /// If given, the only ones under which prices decide.
    pub price_comparison_procurement_methods: Vec<String>,
    /// Procurement method details of processes that no rule looks at.
    pub excluded_procurement_method_details: Vec<String>,
    pub r003: Option<R003>,
    pub r018: Option<R018>,
    pub r024: Option<Threshold>,
    pub r025: Option<R025>,
    pub r028: bool,
    pub r030: bool,
    /// The least number of other bidders who were disqualified; at least 1.
    pub r035: Option<u64>,
    pub r036: bool,
    pub r038: Option<R038>,
    pub r048: Option<R048>,
    pub r058: Option<Threshold>,
    /// Rules that Cardinal has not.
    pub own: own::Settings,
}

/// Short tender periods.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct R003 {
    /// Fewer whole days than these are short.
    pub threshold: i64,
    /// Empty: all methods.
    pub procurement_methods: Vec<String>,
    /// Other thresholds by procurement method details.
    pub procurement_method_details: BTreeMap<String, i64>,
}

/// Single bids.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct R018 {
    pub procurement_methods: Vec<String>,
}

/// A fence that is given, or `None`: computed from the quartiles.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Threshold {
    pub threshold: Option<f64>,
}

/// Bidders who seldom win.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct R025 {
    /// Only bidders with at least as many processes as this percentile of bidders.
    pub percentile: u32,
    pub threshold: Option<f64>,
}

/// Many disqualified bids.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct R038 {
    pub threshold: Option<f64>,
    pub minimum_submitted_bids: u64,
    pub minimum_contracting_processes: u64,
}

/// Suppliers of all things.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct R048 {
    /// How much of a classification makes a kind.
    pub digits: usize,
    pub threshold: Option<u64>,
    pub minimum_contracting_processes: u64,
}

impl Default for R003 {
    fn default() -> Self {
        Self {
            threshold: 15,
            procurement_methods: Vec::new(),
            procurement_method_details: BTreeMap::new(),
        }
    }
}

impl Default for R018 {
    fn default() -> Self {
        Self {
            procurement_methods: vec!["open".to_owned(), "selective".to_owned()],
        }
    }
}

impl Default for R025 {
    fn default() -> Self {
        Self {
            percentile: 75,
            threshold: None,
        }
    }
}

impl Default for R038 {
    fn default() -> Self {
        Self {
            threshold: None,
            minimum_submitted_bids: 2,
            minimum_contracting_processes: 2,
        }
    }
}

impl Default for R048 {
    fn default() -> Self {
        Self {
            digits: 2,
            threshold: None,
            minimum_contracting_processes: 20,
        }
    }
}

/// What of a settings file cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SettingsError {
    #[error("line {0} is neither a section, nor a setting, nor a comment")]
    Line(usize),
    #[error("line {line}: there is no section [{section}]")]
    Section { line: usize, section: String },
    #[error("line {line}: [{section}] has no setting {key}")]
    Key {
        line: usize,
        section: String,
        key: String,
    },
    #[error("line {line}: {value:?} is no value of {key}")]
    Value { line: usize, key: String, value: String },
}

/// What `prepare` of Cardinal reads; known here so that one file serves both.
const PREPARE: [(&str, &[&str]); 7] = [
    ("output", &["info_currency_mismatches"]),
    (
        "defaults",
        &[
            "currency",
            "item_classification_scheme",
            "bid_status",
            "award_status",
            "party_roles",
        ],
    ),
    ("redactions", &["amount", "organization_id"]),
    ("corrections", &["award_status_by_contract_status"]),
    (
        "modifications",
        &[
            "move_auctions",
            "prefix_buyer_or_procuring_entity_id",
            "prefix_tenderer_or_supplier_id",
            "split_procurement_method_details",
        ],
    ),
    ("codelists.bid_status", &[]),
    ("codelists.award_status", &[]),
];

impl Settings {
    /// All eleven of Cardinal's rules with its defaults, none of ours.
    #[must_use]
    pub fn cardinal() -> Self {
        Self {
            r003: Some(R003::default()),
            r018: Some(R018::default()),
            r024: Some(Threshold::default()),
            r025: Some(R025::default()),
            r028: true,
            r030: true,
            r035: Some(1),
            r036: true,
            r038: Some(R038::default()),
            r048: Some(R048::default()),
            r058: Some(Threshold::default()),
            ..Self::default()
        }
    }

    /// All of Cardinal's rules and all of ours, with their defaults.
    #[must_use]
    pub fn all() -> Self {
        Self {
            own: own::Settings::all(),
            ..Self::cardinal()
        }
    }

    /// Reads a settings file.
    ///
    /// # Errors
    /// The first line that cannot be used, and why.
    pub fn from_ini(text: &str) -> Result<Self, SettingsError> {
        let (sections, entries) = ini::parse(text).map_err(SettingsError::Line)?;
        let mut settings = Self::default();
        for (line, section) in sections {
            if !settings.open(section) {
                return Err(SettingsError::Section {
                    line,
                    section: section.to_owned(),
                });
            }
        }
        for entry in &entries {
            if !settings.set(entry)? {
                return Err(SettingsError::Key {
                    line: entry.line,
                    section: entry.section.to_owned(),
                    key: entry.key.to_owned(),
                });
            }
        }
        Ok(settings)
    }

    fn open(&mut self, section: &str) -> bool {
        match section {
            "R003" | "R003.procurement_method_details" => {
                self.r003.get_or_insert_default();
            }
            "R018" => _ = self.r018.get_or_insert_default(),
            "R024" => _ = self.r024.get_or_insert_default(),
            "R025" => _ = self.r025.get_or_insert_default(),
            "R028" => self.r028 = true,
            "R030" => self.r030 = true,
            "R035" => _ = self.r035.get_or_insert(1),
            "R036" => self.r036 = true,
            "R038" => _ = self.r038.get_or_insert_default(),
            "R048" => _ = self.r048.get_or_insert_default(),
            "R058" => _ = self.r058.get_or_insert_default(),
            "exclusions" => {}
            _ => return PREPARE.iter().any(|(name, _)| *name == section) || self.own.open(section),
        }
        true
    }

    /// Takes one setting; says whether there is one of the name.
    fn set(&mut self, entry: &Entry<'_>) -> Result<bool, SettingsError> {
        match (entry.section, entry.key) {
            ("", "currency") => self.currency = Some(entry.value.clone()),
            ("", "no_price_comparison_procurement_methods") => {
                self.no_price_comparison_procurement_methods = list(entry);
            }
            ("", "price_comparison_procurement_methods") => {
                self.price_comparison_procurement_methods = list(entry);
            }
            ("exclusions", "procurement_method_details") => {
                self.excluded_procurement_method_details = list(entry);
            }
            ("R003", "threshold") => self.r003.get_or_insert_default().threshold = parsed(entry)?,
            ("R003", "procurement_methods") => {
                self.r003.get_or_insert_default().procurement_methods = list(entry);
            }
            ("R003.procurement_method_details", details) => {
                let days = parsed(entry)?;
                let rule = self.r003.get_or_insert_default();
                rule.procurement_method_details.insert(details.to_owned(), days);
            }
            ("R018", "procurement_methods") => {
                self.r018.get_or_insert_default().procurement_methods = list(entry);
            }
            ("R024", "threshold") => self.r024.get_or_insert_default().threshold = Some(parsed(entry)?),
            ("R025", "percentile") => self.r025.get_or_insert_default().percentile = parsed(entry)?,
            ("R025", "threshold") => self.r025.get_or_insert_default().threshold = Some(parsed(entry)?),
            ("R035", "threshold") => self.r035 = Some(parsed::<u64>(entry)?.max(1)),
            ("R038", "threshold") => self.r038.get_or_insert_default().threshold = Some(parsed(entry)?),
            ("R038", "minimum_submitted_bids") => {
                self.r038.get_or_insert_default().minimum_submitted_bids = parsed(entry)?;
            }
            ("R038", "minimum_contracting_processes") => {
                self.r038.get_or_insert_default().minimum_contracting_processes = parsed(entry)?;
            }
            ("R048", "digits") => self.r048.get_or_insert_default().digits = parsed(entry)?,
            ("R048", "threshold") => self.r048.get_or_insert_default().threshold = Some(parsed(entry)?),
            ("R048", "minimum_contracting_processes") => {
                self.r048.get_or_insert_default().minimum_contracting_processes = parsed(entry)?;
            }
            ("R058", "threshold") => self.r058.get_or_insert_default().threshold = Some(parsed(entry)?),
            (section, key) => {
                if let Some((_, keys)) = PREPARE.iter().find(|(name, _)| *name == section) {
                    return Ok(keys.is_empty() || keys.contains(&key));
                }
                return self.own.set(entry);
            }
        }
        Ok(true)
    }

    /// Whether any rule compares amounts of bids, which needs a currency.
    pub(super) fn compares(&self) -> bool {
        self.r024.is_some() || self.r058.is_some() || self.r036
    }
}

pub(super) fn list(entry: &Entry<'_>) -> Vec<String> {
    entry.value.split_terminator('|').map(str::to_owned).collect()
}

pub(super) fn parsed<T: FromStr>(entry: &Entry<'_>) -> Result<T, SettingsError> {
    entry.value.parse().map_err(|_| SettingsError::Value {
        line: entry.line,
        key: entry.key.to_owned(),
        value: entry.value.clone(),
    })
}
