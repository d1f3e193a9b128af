//! What a column of text holds, judged by every one of its values.
//!
//! A reading (number style, order of the parts of a date) is kept only while all values allow it.
//! Codes stay text: any leading zero, any plus sign, any run of 16 or more digits, and columns
//! whose values all have the same 12 or more digits. Numbers may have a unit beside them, if all
//! values have the same one: `4.148,11 M` is 4148.11, and never multiplied. What is no known unit
//! counts as one only where nothing speaks for a code: `12 A` and `7 RT` stay text.

pub mod dates;
pub mod numbers;
pub mod units;

#[cfg(test)]
mod tests;

use std::{hash::BuildHasher, ops::Range};

use foldhash::quality::FixedState;

use super::DecimalSign;
use crate::value::Kind;
use units::{Standing, Unit};

/// How numbers are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumberStyle {
    /// 1234.5
    Point,
    /// 1,234.5
    PointGrouped,
    /// 1234,5
    Comma,
    /// 1.234,5
    CommaGrouped,
}

/// Which part of a date stands first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateOrder {
    Year,
    Day,
    Month,
}

/// How the text of a column is to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    Text,
    Integer(NumberStyle),
    Decimal(NumberStyle),
    /// Numbers that all have the same unit beside them; whole ones are decimals too, because the next file may be more exact.
    Measure(NumberStyle),
    Flag,
    Date(DateOrder),
    Instant(DateOrder),
}

impl Reading {
    pub fn kind(self) -> Kind {
        match self {
            Reading::Text => Kind::Text,
            Reading::Integer(_) => Kind::Integer,
            Reading::Decimal(_) | Reading::Measure(_) => Kind::Decimal,
            Reading::Flag => Kind::Flag,
            Reading::Date(_) => Kind::Date,
            Reading::Instant(_) => Kind::Instant,
        }
    }
}

const STYLES: [NumberStyle; 4] = [
    NumberStyle::Point,
    NumberStyle::PointGrouped,
    NumberStyle::Comma,
    NumberStyle::CommaGrouped,
];
const ORDERS: [DateOrder; 3] = [DateOrder::Year, DateOrder::Day, DateOrder::Month];

// One bit a reading: numbers in four styles, whole numbers in four styles, dates and instants in three orders, and numbers with a
// unit in the same eight ways as those without.
const NUMBER: u32 = 1;
const WHOLE: u32 = 1 << 4;
const DATE: u32 = 1 << 8;
const INSTANT: u32 = 1 << 11;
const FLAG: u32 = 1 << 14;
const ALL_NUMBERS: u32 = 0b1111 * NUMBER;
const ALL_WHOLE: u32 = 0b1111 * WHOLE;
const PLAIN_DIGITS: u32 = ALL_NUMBERS | ALL_WHOLE;
/// How far the bits of numbers with a unit stand from those without.
const WITH_UNIT: u32 = 15;
const MEASURES: u32 = PLAIN_DIGITS << WITH_UNIT;
const FREE_OF_GROUPS: u32 = (1 << NumberStyle::Point as u32 | 1 << NumberStyle::Comma as u32) * WHOLE;
/// Ways of writing a number or a date that [`count_styles`] tells apart: four styles, the four with a unit, three orders of a date.
pub const WAYS: usize = 11;
/// The ways in which a unit stands beside the number.
pub const WITH_A_UNIT: Range<usize> = 4..8;
/// The first of the ways of dates.
pub const FIRST_DATE: usize = 8;
/// More digits than this do not fit a 64-bit integer in every case.
const MOST_DIGITS: usize = 18;
/// From this many digits on a value is an identifier.
const ID_DIGITS: usize = 16;
/// A column of equally long digits is one of identifiers from this length on.
const EVEN_ID_DIGITS: usize = 12;
/// From so many digits behind its mark on a number is measured or computed by a device, as coordinates are.
const FINE: usize = 4;
/// So many different numbers with the same word beside them do not come about by chance.
const MANY: usize = 20;

// What the values of a column look like that could be codes such as `4.1` and `4.10`.
const ONE_OR_TWO_DECIMALS: u8 = 1;
const UP_TO_THREE_DECIMALS: u8 = 1 << 1;
/// A value that ends in a zero behind its point has been seen.
const ENDS_IN_ZERO: u8 = 1 << 7;

/// What all values of a column seen so far allow.
#[derive(Clone, Copy, Debug)]
pub struct Facts {
    readings: u32,
    n: u64,
    /// Of the values that are only digits.
    shortest: usize,
    longest: usize,
    only_digits: bool,
    /// Which shapes of a code all values have that are not only digits.
    shapes: u8,
    /// Bit n is set when a value with n digits behind its point has been seen, and the last for one that ends in zero.
    decimals: u8,
    unit: Option<Unit>,
    standing: Standing,
    /// Whether a number with a unit has fractions, or thousands set apart.
    has_marks: bool,
    /// The numbers beside a word that is no known unit.
    different: Different,
    /// Whether a value such as `1.234,56` has been seen, and whether one such as `1,234.56`.
    two_marks: [bool; 2],
    /// Whether a number with [`FINE`] or more digits behind its last mark has been seen.
    is_fine: bool,
}

/// What a column's numbers say about the sign before decimals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Voice {
    /// There are no numbers, or none with a mark.
    Silent,
    Says(DecimalSign),
    /// What stands before exactly three digits may be either: `1.510` beside `700`.
    Open,
}

/// Different numbers, by their hashes, up to as many as are asked for.
#[derive(Clone, Copy, Debug, Default)]
struct Different {
    hashes: [u64; MANY],
    n: usize,
}

impl Default for Facts {
    fn default() -> Self {
        Facts {
            readings: u32::MAX,
            n: 0,
            shortest: usize::MAX,
            longest: 0,
            only_digits: true,
            shapes: ONE_OR_TWO_DECIMALS | UP_TO_THREE_DECIMALS,
            decimals: 0,
            unit: None,
            standing: Standing::Known,
            has_marks: false,
            different: Different::default(),
            two_marks: [false; 2],
            is_fine: false,
        }
    }
}

impl Different {
    fn see(&mut self, number: &[u8]) {
        if !self.are_many() {
            self.add(FixedState::with_seed(7).hash_one(number));
        }
    }

    fn add(&mut self, hash: u64) {
        if !self.are_many() && !self.hashes[..self.n].contains(&hash) {
            self.hashes[self.n] = hash;
            self.n += 1;
        }
    }

    fn join(mut self, other: Different) -> Different {
        for hash in &other.hashes[..other.n] {
            self.add(*hash);
        }
        self
    }

    fn are_many(&self) -> bool {
        self.n == MANY
    }
}

impl Facts {
    /// Of a column whose numbers can only be written with this sign before their decimals.
    pub fn with_sign(sign: Option<DecimalSign>) -> Facts {
        let any = Facts::default();
        sign.map_or(any, |sign| any.decided_by(sign))
    }

    /// The same without the ways of writing numbers that have another sign before their decimals.
    pub fn decided_by(self, sign: DecimalSign) -> Facts {
        let fits = (NUMBER | WHOLE) * styles_with(sign);
        Facts {
            readings: self.readings & (!(PLAIN_DIGITS | MEASURES) | fits | fits << WITH_UNIT),
            ..self
        }
    }

    /// What the column's numbers say about the sign before decimals.
    pub fn voice(&self) -> Voice {
        let found = match self.reading() {
            Reading::Integer(_) | Reading::Decimal(_) => self.readings,
            Reading::Measure(_) => self.readings >> WITH_UNIT,
            Reading::Text | Reading::Flag | Reading::Date(_) | Reading::Instant(_) => return Voice::Silent,
        };
        if found & FREE_OF_GROUPS != 0 {
            return Voice::Silent;
        }
        let allows = |sign: DecimalSign| found & styles_with(sign) != 0;
        match (allows(DecimalSign::Point), allows(DecimalSign::Comma)) {
            (true, false) => Voice::Says(DecimalSign::Point),
            (false, true) => Voice::Says(DecimalSign::Comma),
            (true, true) if !self.is_whole_currency() => Voice::Open,
            _ => Voice::Silent,
        }
    }

    /// Whether some value has both marks and therefore this sign before its decimals, whatever else stands in the column.
    pub fn has_two_marks(&self, sign: DecimalSign) -> bool {
        self.two_marks[usize::from(sign == DecimalSign::Point)]
    }

    /// Whether some number has four or more digits behind its mark, as coordinates have.
    pub fn has_fine_fractions(&self) -> bool {
        self.is_fine
    }

    /// Whether nothing but text is left, so that further values need not be looked at.
    pub fn is_text(&self) -> bool {
        self.readings == 0
    }

    /// Whether no value has been seen at all.
    pub fn is_empty(&self) -> bool {
        self.n == 0
    }

    /// Takes in a value; nothing and blanks are no value.
    pub fn see(&mut self, value: &[u8]) {
        if self.readings == 0 {
            return;
        }
        let value = value.trim_ascii();
        if value.is_empty() {
            return;
        }
        self.n += 1;
        if value.len() < ID_DIGITS && value.iter().all(u8::is_ascii_digit) {
            self.shortest = self.shortest.min(value.len());
            self.longest = self.longest.max(value.len());
            self.readings &= if value[0] == b'0' && value.len() > 1 {
                0
            } else {
                PLAIN_DIGITS
            };
            return;
        }
        self.only_digits = false;
        let mut found = readings(value);
        if found == 0 && self.readings & MEASURES != 0 {
            found = self.measures(value);
        }
        self.see_marks(value, found);
        self.readings &= found;
        if self.shapes != 0 {
            self.see_shape(value);
        }
    }

    pub fn join(self, other: Facts) -> Facts {
        let mut readings = self.readings & other.readings;
        if let (Some(unit), Some(another)) = (self.unit, other.unit)
            && unit != another
        {
            readings &= !MEASURES;
        }
        Facts {
            readings,
            n: self.n + other.n,
            shortest: self.shortest.min(other.shortest),
            longest: self.longest.max(other.longest),
            only_digits: self.only_digits && other.only_digits,
            shapes: self.shapes & other.shapes,
            decimals: self.decimals | other.decimals,
            unit: self.unit.or(other.unit),
            standing: if self.unit.is_some() {
                self.standing
            } else {
                other.standing
            },
            has_marks: self.has_marks || other.has_marks,
            different: self.different.join(other.different),
            two_marks: [
                self.two_marks[0] || other.two_marks[0],
                self.two_marks[1] || other.two_marks[1],
            ],
            is_fine: self.is_fine || other.is_fine,
        }
    }

    /// The narrowest reading that fits every value.
    pub fn reading(&self) -> Reading {
        if self.n == 0 {
            return Reading::Text;
        }
        let ids =
            self.only_digits && self.n > 1 && self.shortest == self.longest && self.longest >= EVEN_ID_DIGITS;
        if !ids {
            for (at, style) in STYLES.into_iter().enumerate() {
                if self.readings & (NUMBER << at) != 0 {
                    let whole = self.readings & (WHOLE << at) != 0;
                    return if whole {
                        Reading::Integer(style)
                    } else {
                        Reading::Decimal(style)
                    };
                }
            }
        }
        for (at, order) in ORDERS.into_iter().enumerate() {
            if self.readings & (DATE << at) != 0 {
                return Reading::Date(order);
            }
        }
        for (at, order) in ORDERS.into_iter().enumerate() {
            if self.readings & (INSTANT << at) != 0 {
                return Reading::Instant(order);
            }
        }
        if self.readings & FLAG != 0 {
            return Reading::Flag;
        }
        self.measure().unwrap_or(Reading::Text)
    }

    /// The reading of text that was text in its source (a cell, a JSON string): digits stay text there.
    pub fn reading_of_strings(&self) -> Reading {
        match self.reading() {
            Reading::Integer(_) | Reading::Decimal(_) | Reading::Flag => Reading::Text,
            other => other,
        }
    }

    /// The unit that stands beside all numbers; of no meaning unless they are read as a measure.
    pub fn unit(&self) -> Option<Unit> {
        self.unit
    }

    /// Whether a word stands beside all numbers that is no known unit.
    pub fn has_word_for_unit(&self) -> bool {
        self.unit.is_some() && self.standing == Standing::Word
    }

    /// Whether all values are like `4.1` and `4.10`: one or two digits, a point, and one or two digits.
    pub fn is_like_short_codes(&self) -> bool {
        self.is_like_codes() && self.shapes & ONE_OR_TWO_DECIMALS != 0
    }

    /// Whether all values are one or two digits, a point, and one to three digits.
    pub fn is_like_codes(&self) -> bool {
        self.n > 0 && self.longest == 0 && self.shapes & UP_TO_THREE_DECIMALS != 0
    }

    /// Whether values have different numbers of decimals and one of them ends in zero, as measures do not: `8.1` and `8.10`.
    pub fn has_uneven_zeros(&self) -> bool {
        let lengths = self.decimals & !ENDS_IN_ZERO;
        self.decimals & ENDS_IN_ZERO != 0 && lengths.count_ones() > 1
    }

    /// The readings of a value as a number with the unit that the column has, or gets by this value.
    fn measures(&mut self, value: &[u8]) -> u32 {
        let Some(parts) = units::part(value) else { return 0 };
        match self.unit {
            Some(unit) if unit != parts.unit => return 0,
            Some(_) => {}
            None => {
                self.unit = Some(parts.unit);
                self.standing = parts.unit.standing();
            }
        }
        match self.standing {
            Standing::Code => return 0,
            Standing::Word => self.different.see(parts.number),
            Standing::Known | Standing::Doubtful => {}
        }
        self.has_marks |= parts.number.iter().any(|c| matches!(c, b'.' | b','));
        numbers::styles(parts.number) << WITH_UNIT
    }

    /// A lone value may be anything that begins with a number, such as an address.
    fn measure(&self) -> Option<Reading> {
        let unit = self.unit.filter(|_| self.n > 1)?;
        let is_believed = match self.standing {
            Standing::Known => true,
            Standing::Doubtful => self.has_marks,
            // Whole numbers count houses and streets as well as they measure.
            Standing::Word => self.has_marks && self.different.are_many(),
            Standing::Code => false,
        };
        if !is_believed {
            return None;
        }
        let found = self.readings >> WITH_UNIT;
        let whole = (found & ALL_WHOLE) >> 4;
        // Prices have no thousandths: what stands behind a currency with three digits after its mark is thousands.
        let fits = if unit.has_head() && whole != 0 {
            whole
        } else {
            found & ALL_NUMBERS
        };
        let (_, style) = STYLES
            .into_iter()
            .enumerate()
            .find(|(at, _)| fits & (1 << *at) != 0)?;
        Some(Reading::Measure(style))
    }

    /// Whether amounts of money are read as whole ones, which leaves nothing open.
    fn is_whole_currency(&self) -> bool {
        let whole = (self.readings >> WITH_UNIT) & ALL_WHOLE;
        matches!(self.reading(), Reading::Measure(_))
            && whole != 0
            && self.unit.is_some_and(|unit| unit.has_head())
    }

    fn see_marks(&mut self, value: &[u8], found: u32) {
        let only = |style: NumberStyle| found & ALL_NUMBERS == NUMBER << style as u32;
        for (seen, style) in self
            .two_marks
            .iter_mut()
            .zip([NumberStyle::CommaGrouped, NumberStyle::PointGrouped])
        {
            *seen |= only(style) && value.contains(&b'.') && value.contains(&b',');
        }
        let is_number = found & (PLAIN_DIGITS | MEASURES) != 0;
        self.is_fine |= is_number && n_decimals(value) >= FINE;
    }

    fn see_shape(&mut self, value: &[u8]) {
        let n_whole = value.iter().take(3).take_while(|c| c.is_ascii_digit()).count();
        let decimals = value
            .get(n_whole..)
            .and_then(|rest| rest.strip_prefix(b"."))
            .unwrap_or_default();
        let fits = (1..=2).contains(&n_whole)
            && (1..=3).contains(&decimals.len())
            && decimals.iter().all(u8::is_ascii_digit);
        if !fits {
            self.shapes = 0;
            return;
        }
        if decimals.len() > 2 {
            self.shapes &= !ONE_OR_TWO_DECIMALS;
        }
        self.decimals |= 1 << decimals.len();
        if decimals.ends_with(b"0") {
            self.decimals |= ENDS_IN_ZERO;
        }
    }
}

/// The digits behind the last mark of a value.
fn n_decimals(value: &[u8]) -> usize {
    let mut parts = value.rsplit(|c| matches!(c, b'.' | b','));
    match (parts.next(), parts.next()) {
        (Some(behind), Some(_)) => behind.iter().take_while(|c| c.is_ascii_digit()).count(),
        _ => 0,
    }
}

/// Whether a value looks like a number, for telling a header from data.
pub fn is_number(value: &[u8]) -> bool {
    let value = value.trim_ascii();
    value.first().is_some_and(|c| c.is_ascii_digit() || *c == b'-')
        && (value.iter().all(u8::is_ascii_digit) || readings(value) & ALL_NUMBERS != 0)
}

/// Counts a value under each of the [`WAYS`] that it is written in; the unit is the first known one seen. Returns the other ways, a
/// bit each.
pub fn count_styles(value: &[u8], unit: &mut Option<Unit>, counts: &mut [u64; WAYS]) -> u32 {
    let value = value.trim_ascii();
    let plain = numbers::styles(value) & ALL_NUMBERS;
    let dates = (dates::orders(value) >> INSTANT.trailing_zeros()) & 0b111;
    let mut found = plain | (dates << FIRST_DATE);
    if found == 0
        && let Some(parts) = units::part(value)
        && unit.is_none_or(|known| known == parts.unit)
        && (unit.is_some() || matches!(parts.unit.standing(), Standing::Known | Standing::Doubtful))
    {
        *unit = Some(parts.unit);
        found = (numbers::styles(parts.number) & ALL_NUMBERS) << 4;
    }
    let mut misses = 0;
    for (way, count) in counts.iter_mut().enumerate() {
        if found & (1 << way) != 0 {
            *count += 1;
        } else {
            misses |= 1 << way;
        }
    }
    misses
}

pub fn flag(value: &str) -> Option<bool> {
    let value = value.trim();
    if value.eq_ignore_ascii_case("true") {
        Some(true)
    } else if value.eq_ignore_ascii_case("false") {
        Some(false)
    } else {
        None
    }
}

/// The styles, a bit each as numbers have them, with this sign before their decimals.
fn styles_with(sign: DecimalSign) -> u32 {
    let styles = match sign {
        DecimalSign::Point => [NumberStyle::Point, NumberStyle::PointGrouped],
        DecimalSign::Comma => [NumberStyle::Comma, NumberStyle::CommaGrouped],
    };
    styles
        .iter()
        .fold(0, |bits, style| bits | NUMBER << *style as u32)
}

fn readings(value: &[u8]) -> u32 {
    match value[0] {
        b'0'..=b'9' => numbers::styles(value) | dates::orders(value),
        b'-' | b'.' | b',' => numbers::styles(value),
        _ if value.eq_ignore_ascii_case(b"true") || value.eq_ignore_ascii_case(b"false") => FLAG,
        _ => 0,
    }
}
