//! Charts and maps, drawn as SVG by pure functions: data in, markup out.
//!
//! A drawing is a picture with a name and a description, never the only way to its numbers: its page shows them as a table too.
//! Charts are as wide as what they stand in, with positions in percent and letters of one size, so that they can be read on a
//! phone. Looks are classes (`web/src/_drawings.scss`), as the CSP allows no style attribute. A mark carries `data-mark` and a
//! `<title>`; the island `chart` reads those out under the pointer and by the arrow keys.
//!
//! Deliberately absent: pie charts, second axes, anything drawn in the browser.

use std::fmt::{self, Write as _};

use crate::platform::html::Markup;
use crate::platform::i18n::Lang;

pub mod bars;
pub mod gauge;
pub mod lines;
pub mod map;
pub mod marks;
pub mod projection;
pub mod pyramid;
pub mod qr;
pub mod scale;

/// A number to draw, or why there is none.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Reading {
    Known {
        value: f64,
        /// The 95 % interval, lower end first.
        interval: Option<(f64, f64)>,
    },
    /// Hidden so that nobody can be recognised.
    Suppressed,
    Missing,
}

impl Reading {
    /// A number without an interval; what is not finite is missing.
    pub fn of(value: f64) -> Reading {
        if value.is_finite() {
            Reading::Known {
                value,
                interval: None,
            }
        } else {
            Reading::Missing
        }
    }

    /// A number with its 95 % interval.
    pub fn between(value: f64, low: f64, high: f64) -> Reading {
        match Reading::of(value) {
            Reading::Known { value, .. } if low.is_finite() && high.is_finite() => Reading::Known {
                value,
                interval: Some((low, high)),
            },
            other => other,
        }
    }

    pub fn value(self) -> Option<f64> {
        match self {
            Reading::Known { value, .. } => Some(value),
            Reading::Suppressed | Reading::Missing => None,
        }
    }

    /// The least and the greatest number it reaches, its interval included.
    fn reach(self) -> Option<(f64, f64)> {
        match self {
            Reading::Known {
                value,
                interval: Some((low, high)),
            } => Some((value.min(low), value.max(high))),
            Reading::Known {
                value,
                interval: None,
            } => Some((value, value)),
            Reading::Suppressed | Reading::Missing => None,
        }
    }
}

/// What the numbers count, and so how they are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Out of a hundred.
    Percent {
        places: usize,
    },
    Number {
        places: usize,
    },
}

impl Unit {
    /// The word for it in files.
    pub fn code(self) -> &'static str {
        match self {
            Unit::Percent { .. } => "percent",
            Unit::Number { .. } => "number",
        }
    }

    pub fn write(self, lang: Lang, value: f64) -> String {
        match self {
            Unit::Percent { places } => lang.percent(value, places),
            Unit::Number { places } => lang.decimal(value, places),
        }
    }

    /// Writes a number of an axis, without more decimals than its step needs.
    fn write_tick(self, lang: Lang, value: f64, step: f64) -> String {
        let places = if step >= 1.0 {
            0
        } else {
            (-step.log10().floor()).clamp(0.0, 6.0) as usize
        };
        match self {
            Unit::Percent { .. } => lang.percent(value, places),
            Unit::Number { .. } => lang.decimal(value, places),
        }
    }

    /// Writes a reading in full, for a mark's title: `45.2% (43.1%–47.4%)`.
    pub fn say(self, lang: Lang, reading: Reading) -> String {
        match reading {
            Reading::Known {
                value,
                interval: None,
            } => self.write(lang, value),
            Reading::Known {
                value,
                interval: Some((low, high)),
            } => {
                format!(
                    "{} ({}–{})",
                    self.write(lang, value),
                    self.write(lang, low),
                    self.write(lang, high)
                )
            }
            Reading::Suppressed => lang.text("platform-draw-suppressed").to_string(),
            Reading::Missing => lang.text("platform-draw-missing").to_string(),
        }
    }
}

/// What every drawing has: an id of its own on the page, a name, and a sentence for those who do not see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct About {
    /// Letters, digits and hyphens; unique on the page.
    pub id: String,
    pub title: String,
    pub description: String,
    pub lang: Lang,
}

/// An SVG being written.
struct Svg(String);

impl Svg {
    /// Opens a chart as wide as its surroundings and this many pixels high.
    fn chart(about: &About, height: u32) -> Svg {
        let mut svg = Svg(String::with_capacity(4096));
        svg.put(format_args!(
            r#"<svg class="bz-chart" width="100%" height="{height}" role="img" aria-labelledby="{id}-title {id}-desc">"#,
            id = about.id,
        ));
        svg.name(about);
        svg
    }

    fn name(&mut self, about: &About) {
        self.put(format_args!(
            r#"<title id="{id}-title">{title}</title><desc id="{id}-desc">{description}</desc>"#,
            id = about.id,
            title = Markup::escape(&about.title),
            description = Markup::escape(&about.description),
        ));
    }

    /// Defines the hatching of what is suppressed and the dots of what is missing.
    fn patterns(&mut self, id: &str, size: u32) {
        let half = size / 2;
        self.put(format_args!(
            r#"<defs><pattern id="{id}-hatch" width="{size}" height="{size}" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect class="bz-pattern-ground" width="{size}" height="{size}"/><path class="bz-hatch" d="M{half} 0V{size}"/></pattern><pattern id="{id}-dots" width="{size}" height="{size}" patternUnits="userSpaceOnUse"><rect class="bz-pattern-ground" width="{size}" height="{size}"/><circle class="bz-dots" cx="{half}" cy="{half}" r="{r}"/></pattern></defs>"#,
            r = Short(f64::from(size) / 7.0),
        ));
    }

    fn put(&mut self, part: fmt::Arguments<'_>) {
        // Writing to a String cannot fail.
        let _ = self.0.write_fmt(part);
    }

    fn close(mut self) -> Markup {
        self.0.push_str("</svg>");
        Markup(self.0)
    }
}

/// A coordinate with two decimals at most and no trailing zeros.
#[derive(Clone, Copy)]
struct Short(f64);

impl fmt::Display for Short {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = format!("{:.2}", self.0);
        if text.contains('.') {
            text.truncate(text.trim_end_matches('0').trim_end_matches('.').len());
        }
        f.write_str(if text == "-0" { "0" } else { &text })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coordinates_are_as_short_as_they_can_be() {
        let written: Vec<String> = [12.0, 12.5, 12.345, -0.001, 100.0]
            .iter()
            .map(|x| Short(*x).to_string())
            .collect();
        assert_eq!(written, ["12", "12.5", "12.35", "0", "100"]);
    }

    #[test]
    fn a_reading_says_its_interval_or_why_there_is_no_number() {
        let unit = Unit::Percent { places: 1 };
        assert_eq!(
            unit.say(Lang::Id, Reading::between(45.25, 43.0, 47.4)),
            "45,2% (43,0%–47,4%)"
        );
        assert_eq!(unit.say(Lang::En, Reading::Suppressed), "withheld");
        assert_eq!(unit.say(Lang::En, Reading::of(f64::NAN)), "no data");
    }
}
