//! Which sign stands before decimals, where the values of a column leave it open: `1.510` beside `700`.

use super::{
    DecimalSign, codes,
    doubts::Doubt,
    guess::{Facts, NumberStyle, Reading, Voice, numbers, units},
};

/// What a whole file says about the sign before decimals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Other numbers of the file say so, and none says otherwise.
    Sure(DecimalSign),
    /// Only the delimiter says so.
    Likely(DecimalSign),
    Unknown,
}

impl Verdict {
    /// Judges by the columns, each with its name and how it is read, and by the delimiter of delimited text. Coordinates say nothing:
    /// maps and devices write them with a point, whatever stands in the other columns.
    pub fn of<'a>(
        columns: impl Iterator<Item = (&'a str, &'a Facts, Reading)>,
        delimiter: Option<u8>,
    ) -> Verdict {
        let (mut says_point, mut says_comma) = (false, false);
        for (name, facts, reading) in columns {
            if facts.has_fine_fractions() || codes::are_coordinates(name) {
                continue;
            }
            // Codes with a point are text, and say nothing of numbers.
            let voice = match reading {
                Reading::Text => Voice::Silent,
                _ => facts.voice(),
            };
            says_point |= voice == Voice::Says(DecimalSign::Point) || facts.has_two_marks(DecimalSign::Point);
            says_comma |= voice == Voice::Says(DecimalSign::Comma) || facts.has_two_marks(DecimalSign::Comma);
        }
        match (says_point, says_comma) {
            (true, false) => Verdict::Sure(DecimalSign::Point),
            (false, true) => Verdict::Sure(DecimalSign::Comma),
            // The semicolon is there because the comma was taken.
            (false, false) if delimiter == Some(b';') => Verdict::Likely(DecimalSign::Comma),
            _ => Verdict::Unknown,
        }
    }

    /// Decides a column that leaves it open; returns whether somebody should look at it.
    pub fn decide(self, name: &str, facts: &mut Facts) -> bool {
        if facts.voice() != Voice::Open {
            return false;
        }
        match self {
            // No place on earth has a latitude of 6,208 degrees.
            Verdict::Likely(_) if codes::are_coordinates(name) => Verdict::Unknown.decide(name, facts),
            Verdict::Sure(sign) => {
                *facts = facts.decided_by(sign);
                false
            }
            Verdict::Likely(sign) => {
                *facts = facts.decided_by(sign);
                true
            }
            // `1,250` is twelve hundred and fifty wherever nothing speaks against it.
            Verdict::Unknown => !matches!(facts.reading(), Reading::Integer(_)),
        }
    }
}

/// Whether a value is one that a doubt about the sign is about.
pub fn has_mark(value: &[u8]) -> bool {
    value.iter().any(|c| matches!(c, b'.' | b','))
}

/// Doubts how the numbers of a column were read, by the first of them that has a mark.
pub fn doubt(column: &str, reading: Reading, line: u64, value: &str) -> Option<Doubt> {
    let style = match reading {
        Reading::Integer(style) | Reading::Decimal(style) | Reading::Measure(style) => style,
        Reading::Text | Reading::Flag | Reading::Date(_) | Reading::Instant(_) => return None,
    };
    let (other, sign) = match style {
        NumberStyle::Point | NumberStyle::PointGrouped => (NumberStyle::CommaGrouped, "comma"),
        NumberStyle::Comma | NumberStyle::CommaGrouped => (NumberStyle::PointGrouped, "point"),
    };
    let number = |style: NumberStyle| match reading {
        Reading::Measure(_) => units::measure(value, style),
        _ => numbers::decimal(value, style),
    };
    let (read, meant) = (number(style)?, number(other)?);
    Some(Doubt::of_sign(column, line, value, (read, meant), sign))
}
