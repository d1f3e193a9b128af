//! What is to be reached, where it started, and from where on a light is green.

use serde::{Deserialize, Serialize};

use super::Words;

/// From which value on a place's light is green, and from which yellow; red beyond.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lights {
    pub green: f64,
    pub yellow: f64,
}

/// What is to be reached, and by which year.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Aim {
    /// Code of the place that set it for itself and what lies in it; `None` for all.
    pub place: Option<String>,
    pub value: f64,
    pub year: i32,
    /// Where it was decided.
    #[serde(default)]
    pub source: Words,
}

/// A value that progress is measured from.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Baseline {
    pub value: f64,
    pub year: i32,
}

/// How a value stands against the definition's thresholds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Light {
    Green,
    Yellow,
    Red,
}

impl Light {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Light::Green => "green",
            Light::Yellow => "yellow",
            Light::Red => "red",
        }
    }
}
