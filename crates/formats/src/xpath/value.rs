//! Values and their conversions (XPath 1.0 section 4, and dates as days by OpenRosa).

use std::borrow::Cow;

use super::{dates, doc::NodeRef, eval::World};

/// What an expression evaluates to.
#[derive(Debug, Clone, PartialEq)]
pub enum Value<'a> {
    Boolean(bool),
    Number(f64),
    Text(Cow<'a, str>),
    /// In document order, without repetition, unless shuffled by `randomize()`.
    Nodes(Vec<NodeRef>),
}

impl<'a> Value<'a> {
    pub(crate) fn text(text: impl Into<Cow<'a, str>>) -> Self {
        Self::Text(text.into())
    }

    /// Converts as `boolean()` does; the text "false" is true, as XPath 1.0 says.
    pub fn to_boolean(&self) -> bool {
        match self {
            Self::Boolean(b) => *b,
            Self::Number(n) => *n != 0.0 && !n.is_nan(),
            Self::Text(text) => !text.is_empty(),
            Self::Nodes(nodes) => !nodes.is_empty(),
        }
    }

    /// Converts as `number()` does; an ISO date is its days since 1970.
    pub fn to_number(&self, world: &World<'a>) -> f64 {
        match self {
            Self::Boolean(b) => f64::from(u8::from(*b)),
            Self::Number(n) => *n,
            Self::Text(text) => number(text),
            Self::Nodes(nodes) => nodes.first().map_or(f64::NAN, |&n| number(&world.text(n))),
        }
    }

    /// Converts as `string()` does; a node-set is the text of its first node.
    pub fn to_text(&self, world: &World<'a>) -> Cow<'a, str> {
        match self {
            Self::Boolean(b) => Cow::Borrowed(if *b { "true" } else { "false" }),
            Self::Number(n) => write_number(*n).into(),
            Self::Text(text) => text.clone(),
            Self::Nodes(nodes) => nodes.first().map_or(Cow::Borrowed(""), |&n| world.text(n)),
        }
    }

    /// Returns the texts of all nodes, or the one text of anything else.
    pub(crate) fn to_texts(&self, world: &World<'a>) -> Vec<Cow<'a, str>> {
        match self {
            Self::Nodes(nodes) => nodes.iter().map(|&n| world.text(n)).collect(),
            other => vec![other.to_text(world)],
        }
    }
}

/// Reads a number as XPath does, or a date, date-time or time as days.
pub(crate) fn number(text: &str) -> f64 {
    let text = text.trim();
    let digits = text.strip_prefix('-').unwrap_or(text);
    if !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit() || b == b'.') {
        return text.parse().unwrap_or(f64::NAN);
    }
    dates::days(text).unwrap_or(f64::NAN)
}

/// Writes a number as XPath does: no exponent, no decimal point for whole numbers.
pub(crate) fn write_number(n: f64) -> String {
    if n.is_nan() {
        "NaN".into()
    } else if n.is_infinite() {
        if n > 0.0 {
            "Infinity".into()
        } else {
            "-Infinity".into()
        }
    } else if n == 0.0 {
        "0".into()
    } else {
        n.to_string()
    }
}
