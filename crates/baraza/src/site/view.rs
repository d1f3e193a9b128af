//! What several of the site's pages show: cards of numbers, and maps under their names.

use crate::platform::html::Markup;

/// A number on a card, with how it stands and how it moves.
#[derive(Clone, Debug)]
pub struct NumberCard {
    pub name: String,
    /// The page of its indicator for this place.
    pub href: String,
    /// The passport of the number; empty where there is none.
    pub passport: String,
    pub value: String,
    pub is_known: bool,
    /// How many it rests on, and when.
    pub note: String,
    pub light: Option<Light>,
    pub trend: Option<Trend>,
    /// The history as a small line; empty where there is none.
    pub line: Markup,
}

/// A map, what it is called, and what its shades mean.
#[derive(Clone, Debug, Default)]
pub struct MapView {
    pub caption: String,
    pub map: Markup,
    pub legend: Markup,
}

/// How good a number is, by the thresholds of its definition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Light {
    Green,
    Yellow,
    Red,
}

impl Light {
    pub const ALL: [Light; 3] = [Light::Green, Light::Yellow, Light::Red];

    /// The colour in the style sheet, which gives each a shape of its own, too.
    pub fn colour(self) -> &'static str {
        match self {
            Light::Green => "green",
            Light::Yellow => "yellow",
            Light::Red => "red",
        }
    }

    pub fn text_id(self) -> &'static str {
        match self {
            Light::Green => "site-light-green",
            Light::Yellow => "site-light-yellow",
            Light::Red => "site-light-red",
        }
    }
}

/// Where a number has moved since the period before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trend {
    Better,
    Worse,
    /// Chance alone may move it as far.
    Steady,
}

impl Trend {
    pub const ALL: [Trend; 3] = [Trend::Better, Trend::Steady, Trend::Worse];

    pub fn text_id(self) -> &'static str {
        match self {
            Trend::Better => "site-trend-better",
            Trend::Worse => "site-trend-worse",
            Trend::Steady => "site-trend-steady",
        }
    }
}
