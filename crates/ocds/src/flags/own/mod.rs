//! Rules that Cardinal has not. Each has a section of its name in the settings file; thresholds in brackets are the defaults.
//!
//! | rule | what it says | settings | on whom |
//! |---|---|---|---|
//! | `R044` | bidders of one process share a street address, telephone or e-mail | | process, bidders |
//! | `SPLIT` | one buyer buys one class within `days` (30) in `minimum` (2) or more awards under `threshold` (200,000,000), together over it | `digits` (4) of the classification | buyer |
//! | `SHARE` | one supplier has `share` (0.5) of at least `minimum` (10) awards of a buyer or a place, or `count` (50) of them | | supplier |
//! | `PAIR` | the same two bid together in `minimum` (10) processes, and these are `share` (0.5) of the processes of the one who bids less | | bidders |
//! | `AMEND` | amendments raised a contract by more than `threshold` (0.2) of what it was | | process |
//! | `OVERRUN` | a contract is over its award, or what was paid over its contract, by more than `threshold` (0.1) | | process |
//! | `LATE` | a milestone was met more than `days` (30) after the contract's end | | process |
//! | `AHEAD` | the share paid is more than `threshold` (0.2) over the share done | | process |
//! | `UNSEEN` | a contract is terminated and no document or photograph shows what was made | | process |
//! | `NEWCOMER` | a supplier was founded less than `days` (180) before its award | | process, supplier |
//!
//! Where they look: bidders are `bids/details[]/tenderers[]`, else `tender/tenderers[]`; awards are those with status `active`; the
//! class is `awards[]/items[]/classification/id`, else `tender/items[]/…`, else `tender/mainProcurementCategory`; the place is
//! `parties[]/address/region` of the buyer, else `locality`; the former value of a contract is `contracts[]/amendments[]/changes[]`
//! with `property` `value/amount` or `value` and its `former_value`; progress is the last observation of a metric in
//! `contracts[]/implementation/metrics[]` whose `id` contains `progress`, in per cent (`measure`, or `value/amount`), else milestones
//! met among all; when a company was founded is `parties[]/details/dateOfIncorporation`, `incorporationDate` or `foundingDate`.
//! Amounts of different currencies are never added or compared.

mod across;
mod release;

#[cfg(test)]
mod tests;

use super::{
    ini::Entry,
    report::{Explained, Report},
    settings::{SettingsError, parsed},
};
use serde_json::Value;

/// The codes of these rules.
pub const CODES: [&str; 10] = [
    "R044", "SPLIT", "SHARE", "PAIR", "AMEND", "OVERRUN", "LATE", "AHEAD", "UNSEEN", "NEWCOMER",
];

/// Which of these rules run, and with what thresholds.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Settings {
    pub shared_contacts: bool,
    pub split: Option<Split>,
    pub share: Option<Share>,
    pub pair: Option<Pair>,
    /// Share of the former value.
    pub amended: Option<f64>,
    /// Share of what was awarded or contracted.
    pub overrun: Option<f64>,
    /// Days.
    pub late: Option<i64>,
    /// Share of the contract's value.
    pub ahead: Option<f64>,
    pub unseen: bool,
    /// Days.
    pub newcomer: Option<i64>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Split {
    /// In whatever currency the awards are.
    pub threshold: f64,
    pub days: i64,
    pub minimum: usize,
    pub digits: usize,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Share {
    pub share: f64,
    pub minimum: u64,
    pub count: u64,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pair {
    pub minimum: u64,
    pub share: f64,
}

impl Default for Split {
    fn default() -> Self {
        Self {
            threshold: 200_000_000.0,
            days: 30,
            minimum: 2,
            digits: 4,
        }
    }
}

impl Default for Share {
    fn default() -> Self {
        Self {
            share: 0.5,
            minimum: 10,
            count: 50,
        }
    }
}

impl Default for Pair {
    fn default() -> Self {
        Self {
            minimum: 10,
            share: 0.5,
        }
    }
}

impl Settings {
    /// All rules with their defaults.
    #[must_use]
    pub fn all() -> Self {
        let mut settings = Self::default();
        for code in CODES {
            settings.open(code);
        }
        settings
    }

    pub(super) fn any(&self) -> bool {
        *self != Self::default()
    }

    /// Switches a rule on; says whether there is one of the name.
    pub(super) fn open(&mut self, section: &str) -> bool {
        match section {
            "R044" => self.shared_contacts = true,
            "SPLIT" => _ = self.split.get_or_insert_default(),
            "SHARE" => _ = self.share.get_or_insert_default(),
            "PAIR" => _ = self.pair.get_or_insert_default(),
            "AMEND" => _ = self.amended.get_or_insert(0.2),
            "OVERRUN" => _ = self.overrun.get_or_insert(0.1),
            "LATE" => _ = self.late.get_or_insert(30),
            "AHEAD" => _ = self.ahead.get_or_insert(0.2),
            "UNSEEN" => self.unseen = true,
            "NEWCOMER" => _ = self.newcomer.get_or_insert(180),
            _ => return false,
        }
        true
    }

    /// Takes one setting; says whether there is one of the name.
    pub(super) fn set(&mut self, entry: &Entry<'_>) -> Result<bool, SettingsError> {
        match (entry.section, entry.key) {
            ("SPLIT", "threshold") => self.split.get_or_insert_default().threshold = parsed(entry)?,
            ("SPLIT", "days") => self.split.get_or_insert_default().days = parsed(entry)?,
            ("SPLIT", "minimum") => self.split.get_or_insert_default().minimum = parsed(entry)?,
            ("SPLIT", "digits") => self.split.get_or_insert_default().digits = parsed(entry)?,
            ("SHARE", "share") => self.share.get_or_insert_default().share = parsed(entry)?,
            ("SHARE", "minimum") => self.share.get_or_insert_default().minimum = parsed(entry)?,
            ("SHARE", "count") => self.share.get_or_insert_default().count = parsed(entry)?,
            ("PAIR", "minimum") => self.pair.get_or_insert_default().minimum = parsed(entry)?,
            ("PAIR", "share") => self.pair.get_or_insert_default().share = parsed(entry)?,
            ("AMEND", "threshold") => self.amended = Some(parsed(entry)?),
            ("OVERRUN", "threshold") => self.overrun = Some(parsed(entry)?),
            ("LATE", "days") => self.late = Some(parsed(entry)?),
            ("AHEAD", "threshold") => self.ahead = Some(parsed(entry)?),
            ("NEWCOMER", "days") => self.newcomer = Some(parsed(entry)?),
            _ => return Ok(false),
        }
        Ok(true)
    }
}

/// What a worker found for these rules.
#[derive(Debug, Default)]
pub(super) struct Findings {
    /// Flags that one release decides, with its line.
    explained: Vec<(u64, Explained)>,
    across: across::Facts,
}

impl Findings {
    /// Looks at a release, which is JSON.
    pub fn fold(&mut self, text: &str, line: u64, settings: &Settings) {
        let Ok(release) = serde_json::from_str::<Value>(text) else {
            return;
        };
        release::judge(&release, settings, |flag| self.explained.push((line, flag)));
        self.across.gather(&release, line, settings);
    }

    pub fn absorb(&mut self, other: Self) {
        self.explained.extend(other.explained);
        self.across.absorb(other.across);
    }

    /// Adds the flags to a report.
    pub fn finish(mut self, settings: &Settings, explain: bool, report: &mut Report) {
        self.explained.sort_by_key(|(line, _)| *line);
        let mut all: Vec<Explained> = self.explained.into_iter().map(|(_, flag)| flag).collect();
        self.across.judge(settings, &mut all);
        for flag in &all {
            report
                .results
                .entry(flag.group)
                .or_default()
                .entry(flag.subject.clone())
                .or_default()
                .entry(flag.rule)
                .and_modify(|value| *value = value.max(flag.value))
                .or_insert(flag.value);
        }
        if explain {
            report.explained.extend(all);
        }
    }
}

/// The elements of an array below an object; none where there is no array.
fn list<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value
        .get(key)
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

/// A text below an object.
fn text<'v>(value: &'v Value, key: &str) -> Option<&'v str> {
    value
        .get(key)
        .and_then(Value::as_str)
        .filter(|text| !text.is_empty())
}

/// A sum of money: amount and currency.
fn money<'v>(value: &'v Value, key: &str) -> Option<(f64, &'v str)> {
    let money = value.get(key)?;
    let amount = money
        .get("amount")?
        .as_f64()
        .filter(|amount| amount.is_finite())?;
    Some((amount, text(money, "currency").unwrap_or("")))
}

fn active(award: &Value) -> bool {
    text(award, "status") == Some("active")
}

/// Who bid, once each: bidders of submitted bids, else the tenderers of the tender.
fn bidders(release: &Value) -> Vec<&str> {
    let mut found: Vec<&str> = release
        .get("bids")
        .map_or(&[][..], |bids| list(bids, "details"))
        .iter()
        .filter(|bid| !matches!(text(bid, "status"), Some("invited" | "withdrawn")))
        .flat_map(|bid| list(bid, "tenderers"))
        .filter_map(|tenderer| text(tenderer, "id"))
        .collect();
    if found.is_empty()
        && let Some(tender) = release.get("tender")
    {
        found = list(tender, "tenderers")
            .iter()
            .filter_map(|t| text(t, "id"))
            .collect();
    }
    found.sort_unstable();
    found.dedup();
    found
}
