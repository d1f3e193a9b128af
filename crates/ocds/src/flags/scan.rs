//! What the rules read of one compiled release, found in one forward pass over its bytes.

use super::names::Names;
use crate::json::{Bad, Cursor, Rules, Text};
use std::ops::Range;

/// As deep as Cardinal's reader goes.
const RULES: Rules = Rules {
    depth: 127,
    number: None,
    refuse_nul: false,
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BidStatus {
    Valid,
    Disqualified,
    /// Invited or withdrawn: not submitted.
    NotSubmitted,
    Other,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AwardStatus {
    Active,
    /// Cancelled or unsuccessful.
    Closed,
    Other,
}

/// Organisations named in an array: how many elements it has, and those with an identifier.
#[derive(Debug, Clone, Default)]
pub(super) struct Organisations {
    pub elements: usize,
    pub ids: Range<usize>,
}

#[derive(Debug, Clone)]
pub(super) struct Bid {
    pub status: BidStatus,
    pub date: Option<Text>,
    pub tenderers: Organisations,
    pub amount: Option<f64>,
    pub currency: Option<Text>,
}

#[derive(Debug, Clone)]
pub(super) struct Award {
    pub status: AwardStatus,
    pub suppliers: Organisations,
    pub classes: Range<usize>,
}

#[derive(Debug, Default)]
pub(super) struct Tender {
    pub status: Option<Text>,
    pub method: Option<Text>,
    pub details: Option<Text>,
    pub start: Option<Text>,
    pub end: Option<Text>,
    pub one_tenderer: bool,
    pub entity: Option<Text>,
}

/// The parts of a release that rules read; its vectors serve line after line.
#[derive(Debug, Default)]
pub(super) struct View {
    pub ocid: Option<Text>,
    pub buyer: Option<Text>,
    pub tender: Tender,
    /// Whether `awards` is an array.
    pub has_awards: bool,
    /// Awards with a status.
    pub awards: Vec<Award>,
    /// Whether `bids/details` is an array.
    pub has_bids: bool,
    /// Bids with a status.
    pub bids: Vec<Bid>,
    /// Numbers of organisations, for the ranges above.
    pub organisations: Vec<u32>,
    /// Numbers of the beginnings of classifications, likewise.
    pub classes: Vec<u32>,
}

/// Where names get their numbers.
#[derive(Debug, Default)]
pub(super) struct Registers {
    pub organisations: Names,
    pub classes: Names,
    /// Characters of a classification that make a kind.
    pub digits: usize,
}

type Step = Result<(), Bad>;

impl Organisations {
    /// The only organisation, where there is one element and it has an identifier.
    pub fn sole(&self, all: &[u32]) -> Option<u32> {
        (self.elements == 1).then(|| all[self.ids.clone()].first().copied())?
    }
}

impl View {
    /// Reads a line. What is not an object has no `ocid`.
    pub fn read(&mut self, line: &[u8], registers: &mut Registers) -> Step {
        self.ocid = None;
        self.buyer = None;
        self.tender = Tender::default();
        self.has_awards = false;
        self.awards.clear();
        self.has_bids = false;
        self.bids.clear();
        self.organisations.clear();
        self.classes.clear();
        let mut cursor = Cursor::new(line, RULES);
        if cursor.peek()? != b'{' {
            cursor.skip()?;
            return cursor.end();
        }
        cursor.object(|cursor, key| match key {
            b"ocid" => text(cursor, &mut self.ocid),
            b"buyer" => identifier(cursor, &mut self.buyer),
            b"tender" => {
                self.tender = Tender::default();
                tender(cursor, &mut self.tender)
            }
            b"awards" => {
                self.awards.clear();
                self.has_awards = cursor.peek()? == b'[';
                elements(cursor, |cursor| self.award(cursor, line, registers))
            }
            b"bids" => {
                self.bids.clear();
                self.has_bids = false;
                fields(cursor, |cursor, key| match key {
                    b"details" => {
                        self.bids.clear();
                        self.has_bids = cursor.peek()? == b'[';
                        elements(cursor, |cursor| self.bid(cursor, line, registers))
                    }
                    _ => cursor.skip(),
                })
            }
            _ => cursor.skip(),
        })?;
        cursor.end()
    }

    fn award(&mut self, cursor: &mut Cursor<'_>, line: &[u8], registers: &mut Registers) -> Step {
        let mut status = None;
        let mut award = Award {
            status: AwardStatus::Other,
            suppliers: Organisations::default(),
            classes: 0..0,
        };
        fields(cursor, |cursor, key| match key {
            b"status" => text(cursor, &mut status),
            b"suppliers" => self.organisations(cursor, line, registers, &mut award.suppliers),
            b"items" => {
                let start = self.classes.len();
                elements(cursor, |cursor| {
                    let mut class = None;
                    fields(cursor, |cursor, key| match key {
                        b"classification" => identifier(cursor, &mut class),
                        _ => cursor.skip(),
                    })?;
                    if let Some(class) = class {
                        let class = class.of(line);
                        let kind = beginning(&class, registers.digits);
                        self.classes.push(registers.classes.number(kind));
                    }
                    Ok(())
                })?;
                award.classes = start..self.classes.len();
                Ok(())
            }
            _ => cursor.skip(),
        })?;
        if let Some(status) = status {
            award.status = match status.of(line).as_ref() {
                b"active" => AwardStatus::Active,
                b"cancelled" | b"unsuccessful" => AwardStatus::Closed,
                _ => AwardStatus::Other,
            };
            self.awards.push(award);
        }
        Ok(())
    }

    fn bid(&mut self, cursor: &mut Cursor<'_>, line: &[u8], registers: &mut Registers) -> Step {
        let mut status = None;
        let mut bid = Bid {
            status: BidStatus::Other,
            date: None,
            tenderers: Organisations::default(),
            amount: None,
            currency: None,
        };
        fields(cursor, |cursor, key| match key {
            b"status" => text(cursor, &mut status),
            b"date" => text(cursor, &mut bid.date),
            b"tenderers" => self.organisations(cursor, line, registers, &mut bid.tenderers),
            b"value" => {
                (bid.amount, bid.currency) = (None, None);
                fields(cursor, |cursor, key| match key {
                    b"amount" => {
                        bid.amount = number(cursor)?.and_then(amount);
                        Ok(())
                    }
                    b"currency" => text(cursor, &mut bid.currency),
                    _ => cursor.skip(),
                })
            }
            _ => cursor.skip(),
        })?;
        if let Some(status) = status {
            bid.status = match status.of(line).as_ref() {
                b"valid" => BidStatus::Valid,
                b"disqualified" => BidStatus::Disqualified,
                b"invited" | b"withdrawn" => BidStatus::NotSubmitted,
                _ => BidStatus::Other,
            };
            self.bids.push(bid);
        }
        Ok(())
    }

    fn organisations(
        &mut self,
        cursor: &mut Cursor<'_>,
        line: &[u8],
        registers: &mut Registers,
        found: &mut Organisations,
    ) -> Step {
        let start = self.organisations.len();
        let mut count = 0;
        elements(cursor, |cursor| {
            count += 1;
            let mut id = None;
            identifier(cursor, &mut id)?;
            if let Some(id) = id {
                self.organisations
                    .push(registers.organisations.number(&id.of(line)));
            }
            Ok(())
        })?;
        if self.organisations.len() > start + 1 {
            self.organisations[start..].sort_unstable();
        }
        *found = Organisations {
            elements: count,
            ids: start..self.organisations.len(),
        };
        Ok(())
    }
}

fn tender(cursor: &mut Cursor<'_>, tender: &mut Tender) -> Step {
    fields(cursor, |cursor, key| match key {
        b"status" => text(cursor, &mut tender.status),
        b"procurementMethod" => text(cursor, &mut tender.method),
        b"procurementMethodDetails" => text(cursor, &mut tender.details),
        b"numberOfTenderers" => {
            tender.one_tenderer = number(cursor)? == Some("1");
            Ok(())
        }
        b"procuringEntity" => identifier(cursor, &mut tender.entity),
        b"tenderPeriod" => {
            (tender.start, tender.end) = (None, None);
            fields(cursor, |cursor, key| match key {
                b"startDate" => text(cursor, &mut tender.start),
                b"endDate" => text(cursor, &mut tender.end),
                _ => cursor.skip(),
            })
        }
        _ => cursor.skip(),
    })
}

/// The fields of an object; anything else is stepped over.
#[inline]
fn fields(cursor: &mut Cursor<'_>, each: impl FnMut(&mut Cursor<'_>, &[u8]) -> Step) -> Step {
    if cursor.peek()? == b'{' {
        cursor.object(each)
    } else {
        cursor.skip()
    }
}

/// The elements of an array; anything else is stepped over.
#[inline]
fn elements(cursor: &mut Cursor<'_>, each: impl FnMut(&mut Cursor<'_>) -> Step) -> Step {
    if cursor.peek()? == b'[' {
        cursor.array(each)
    } else {
        cursor.skip()
    }
}

/// Keeps a string; anything else is as if it were absent.
#[inline]
fn text(cursor: &mut Cursor<'_>, into: &mut Option<Text>) -> Step {
    if cursor.peek()? == b'"' {
        *into = Some(cursor.text()?);
        Ok(())
    } else {
        *into = None;
        cursor.skip()
    }
}

/// The `id` of an object, where it is a string.
#[inline]
fn identifier(cursor: &mut Cursor<'_>, into: &mut Option<Text>) -> Step {
    *into = None;
    fields(cursor, |cursor, key| match key {
        b"id" => text(cursor, into),
        _ => cursor.skip(),
    })
}

fn number<'a>(cursor: &mut Cursor<'a>) -> Result<Option<&'a str>, Bad> {
    if matches!(cursor.peek()?, b'-' | b'0'..=b'9') {
        cursor.number().map(Some)
    } else {
        cursor.skip().map(|()| None)
    }
}

/// What a number is worth; nothing beyond a double.
fn amount(written: &str) -> Option<f64> {
    written.parse().ok().filter(|amount: &f64| amount.is_finite())
}

/// The first characters of a text.
fn beginning(text: &[u8], characters: usize) -> &[u8] {
    let mut starts = text
        .iter()
        .enumerate()
        .filter(|(_, byte)| (**byte & 0xC0) != 0x80)
        .map(|(at, _)| at);
    starts.nth(characters).map_or(text, |end| &text[..end])
}
