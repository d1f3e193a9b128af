//! One number of an indicator with all that is needed to trust it.

use std::collections::HashMap;

use measures::disclosure::Proof;
use serde::{Deserialize, Serialize};

use crate::platform::time::Time;

/// Whether a number is there, and if not why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    Normal,
    /// Hidden so that nobody can be recognised; not missing, not zero.
    Suppressed,
    /// Rows exist, but none has an answer.
    Empty,
}

impl Status {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Status::Normal => "normal",
            Status::Suppressed => "suppressed",
            Status::Empty => "empty",
        }
    }

    /// Reads the word that [`Status::as_str`] writes; an unknown one is taken as suppressed, the safe side.
    #[must_use]
    pub fn parse(word: &str) -> Status {
        match word {
            "normal" => Status::Normal,
            "empty" => Status::Empty,
            _ => Status::Suppressed,
        }
    }
}

/// What a number rests on, and so how far it can be taken; whether there is a number at all says [`Status`].
///
/// In order: a number made of others stands no better than the last of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Standing {
    /// Made and signed by the body that is responsible for it.
    #[default]
    Official,
    /// Will be replaced when all that belongs to it has come.
    Provisional,
    /// Collected by citizens or their organisations.
    Citizen,
    /// Measures something near what the framework asks for.
    Proxy,
    /// Comes out of a model and not out of counting.
    Estimated,
}

impl Standing {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Standing::Official => "official",
            Standing::Provisional => "provisional",
            Standing::Citizen => "citizen",
            Standing::Proxy => "proxy",
            Standing::Estimated => "estimated",
        }
    }

    /// Reads the word that [`Standing::as_str`] writes; an unknown one is taken as provisional, which promises least.
    #[must_use]
    pub fn parse(word: &str) -> Standing {
        match word {
            "official" => Standing::Official,
            "citizen" => Standing::Citizen,
            "proxy" => Standing::Proxy,
            "estimated" => Standing::Estimated,
            _ => Standing::Provisional,
        }
    }
}

/// What is said of one place, period and combination of codes.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Observation {
    pub place: String,
    /// The place it was added to, where that has numbers too.
    #[serde(skip)]
    pub parent: Option<String>,
    pub period: String,
    /// Names of the dimensions, `sex,age`; empty for everybody together.
    pub by: String,
    /// Codes of those dimensions, in the same order, `F,0-4`.
    pub codes: String,
    /// Order among the observations of one place, period and combination.
    #[serde(skip)]
    pub position: i64,
    pub status: Status,
    pub standing: Standing,
    #[serde(flatten)]
    pub figures: Figures,
    /// When the run was that these figures are of, where they are older than those around them: what has changed since rests on too
    /// few to be shown.
    #[serde(skip)]
    pub as_of: Option<Time>,
}

/// What the public sees already, and since when.
#[derive(Debug, Clone)]
pub struct Published {
    pub observations: HashMap<Key, Observation>,
    /// The run it is of, if there was one.
    pub computed_at: Option<Time>,
}

/// What one observation is of: place, names of the dimensions, period, codes.
pub type Key = (String, String, String, String);

impl Observation {
    #[must_use]
    pub fn key(&self) -> Key {
        (
            self.place.clone(),
            self.by.clone(),
            self.period.clone(),
            self.codes.clone(),
        )
    }
}

/// The numbers themselves; all absent unless the status is normal.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Figures {
    pub value: Option<f64>,
    /// Lower and upper end of the 95 % interval.
    pub lower: Option<f64>,
    pub upper: Option<f64>,
    /// In the unit of the value.
    pub standard_error: Option<f64>,
    /// Rows of a simple random sample that would tell as much.
    pub n_effective: Option<f64>,
    /// Weighted sums.
    pub numerator: Option<f64>,
    pub denominator: Option<f64>,
    /// Rows counted, unweighted.
    pub n: Option<i64>,
    /// Rows that belonged but had no answer.
    pub n_missing: Option<i64>,
}

/// What is said about a computation as a whole.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Facts {
    /// Rows without a place that is known.
    pub n_unplaced: u64,
    /// Rows whose code stands in no code list, counted as unknown, by dimension. Never the codes: they are what somebody typed.
    pub off_list: Vec<(String, u64)>,
    /// The proof of each period.
    pub proofs: Vec<(String, Proof)>,
    /// How many figures of each period stand as they were published earlier.
    #[serde(default)]
    pub n_held: Vec<(String, u64)>,
    /// What a formula was made of: code of each input and the version of the definition its numbers were made by.
    #[serde(default)]
    pub inputs: Vec<(String, String)>,
    /// What a release of a formula was made of: code of each input and the name of its release.
    #[serde(default)]
    pub releases: Vec<(String, String)>,
    /// What numbers entered by hand were added up from: place and period of each sheet, and the edition that was signed.
    #[serde(default)]
    pub sheets: Vec<(String, String, i64)>,
}
