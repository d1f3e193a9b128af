//! What a village may choose for its billboard, and how its figures are compared.

use serde::Serialize;

use crate::{
    indicators::{
        Trend,
        model::observation::{Observation, Status},
    },
    platform::{
        i18n::Lang,
        problem::{Problem, Result},
    },
};

/// Figures on a billboard at most.
pub const MOST_FIGURES: usize = 5;

/// What a village chose; nothing chosen is the usual.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Choice {
    /// The language in which it is printed.
    pub lang: Option<Lang>,
    /// Codes of indicators in their order.
    pub indicators: Vec<String>,
}

impl Choice {
    /// Checks that every figure is known and stands there once, and that there are no more than have room.
    ///
    /// # Errors
    /// `billboard-indicator` on fields `figure-1` and so on.
    pub fn check(&self, is_known: impl Fn(&str) -> bool) -> Result<()> {
        let mut wrong = Problem::invalid("fields");
        for (at, code) in self.indicators.iter().enumerate() {
            let is_again = self.indicators.iter().take(at).any(|other| other == code);
            if at >= MOST_FIGURES || is_again || !is_known(code) {
                wrong = wrong.field(field(at), "billboard-indicator");
            }
        }
        match wrong.fields().is_empty() {
            true => Ok(()),
            false => Err(wrong),
        }
    }
}

/// The field of a form in which the figure at a position is chosen, from 0.
#[must_use]
pub fn field(at: usize) -> String {
    format!("figure-{}", at + 1)
}

/// The size of the paper.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Size {
    A1,
    #[default]
    A3,
    A4,
}

impl Size {
    pub const ALL: [Size; 3] = [Size::A1, Size::A3, Size::A4];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Size::A1 => "a1",
            Size::A3 => "a3",
            Size::A4 => "a4",
        }
    }

    /// Reads a size; nothing is an A3.
    ///
    /// # Errors
    /// `billboard-size`.
    pub fn parse(text: &str) -> Result<Size> {
        match text.trim().to_ascii_lowercase().as_str() {
            "" => Ok(Size::default()),
            text => Size::ALL
                .into_iter()
                .find(|size| size.as_str() == text)
                .ok_or_else(|| Problem::invalid("billboard-size")),
        }
    }
}

/// How a figure stands beside another: the words say it, and so does the shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Beside {
    Better,
    Worse,
    /// Chance alone may move it as far.
    Same,
}

impl Beside {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Beside::Better => "better",
            Beside::Worse => "worse",
            Beside::Same => "same",
        }
    }

    #[must_use]
    pub fn shape(self) -> &'static str {
        match self {
            Beside::Better => "▲",
            Beside::Worse => "▼",
            Beside::Same => "●",
        }
    }

    #[must_use]
    pub fn of(trend: Trend) -> Beside {
        match trend {
            Trend::Better => Beside::Better,
            Trend::Worse => Beside::Worse,
            Trend::Steady => Beside::Same,
        }
    }
}

/// The same period a year earlier: `2025` for `2026`, `2025-Q3` for `2026-Q3`; `None` for what does not begin with a year.
#[must_use]
pub fn a_year_before(period: &str) -> Option<String> {
    let (year, rest) = period.split_at_checked(4)?;
    let is_year = year.bytes().all(|byte| byte.is_ascii_digit())
        && !rest.starts_with(|next: char| next.is_ascii_digit());
    let year: u16 = is_year.then(|| year.parse().ok())??;
    Some(format!("{:04}{rest}", year.checked_sub(1)?))
}

/// Whether a number may be shown: it is there, and not hidden so that nobody is recognised.
#[must_use]
pub fn is_shown(observation: &Observation) -> bool {
    observation.status == Status::Normal && observation.figures.value.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_year_before_keeps_what_follows_the_year() {
        for (period, before) in [
            ("2026", Some("2025")),
            ("2026-10", Some("2025-10")),
            ("2026-Q3", Some("2025-Q3")),
            ("2000", Some("1999")),
            ("20261", None),
            ("last", None),
            ("é26", None),
            ("", None),
        ] {
            assert_eq!(a_year_before(period).as_deref(), before, "{period}");
        }
    }

    #[test]
    fn a_figure_that_is_unknown_or_there_twice_or_too_many_is_refused_on_its_field() {
        let choice = |codes: &[&str]| Choice {
            lang: None,
            indicators: codes.iter().map(|code| (*code).to_owned()).collect(),
        };
        let refused = |codes: &[&str]| -> Vec<String> {
            match choice(codes).check(|code| code != "x") {
                Ok(()) => Vec::new(),
                Err(problem) => problem
                    .fields()
                    .iter()
                    .map(|field| field.field.to_string())
                    .collect(),
            }
        };
        assert_eq!(refused(&["a", "b", "c", "d", "e"]), Vec::<String>::new());
        assert_eq!(refused(&["a", "x", "a"]), ["figure-2", "figure-3"]);
        assert_eq!(refused(&["a", "b", "c", "d", "e", "f"]), ["figure-6"]);
    }

    #[test]
    fn a_size_that_no_printer_has_is_refused() {
        assert_eq!(Size::parse("A1").expect("a size"), Size::A1);
        assert_eq!(Size::parse("").expect("a size"), Size::A3);
        assert_eq!(Size::parse("a2").expect_err("refused").code(), "billboard-size");
    }
}
