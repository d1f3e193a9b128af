//! What one worker gathers for the rules of Cardinal, and how two workers' findings become one.

use super::{names::Names, scan::Registers, settings::Settings};
use std::collections::{HashMap, HashSet};

/// Cardinal's rules by number; the order of its output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Code {
    R003,
    R018,
    R024,
    R025,
    R028,
    R030,
    R035,
    R036,
    R038,
    R048,
    R058,
}

/// A release that something was noted of.
#[derive(Debug, Clone, Copy)]
pub(super) struct Kept {
    pub line: u64,
    pub start: usize,
    pub end: usize,
}

/// A flag on a process.
#[derive(Debug, Clone, Copy)]
pub(super) struct Raised {
    pub kept: u32,
    pub code: Code,
    pub value: f64,
}

/// How far the second-lowest bid was above the winner's.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ratio {
    pub kept: u32,
    pub value: f64,
    pub winner: u32,
    pub other: u32,
}

#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Fraction {
    pub numerator: u64,
    pub denominator: u64,
}

impl Fraction {
    pub fn add(&mut self, numerator: u64, denominator: u64) {
        self.numerator += numerator;
        self.denominator += denominator;
    }

    pub fn value(self) -> f64 {
        self.numerator as f64 / self.denominator as f64
    }
}

/// Counts by the number of an organisation.
#[derive(Debug, Default)]
pub(super) struct Counts(pub Vec<Fraction>);

impl Counts {
    pub fn at(&mut self, organisation: u32) -> &mut Fraction {
        let place = organisation as usize;
        if place >= self.0.len() {
            self.0.resize(place + 1, Fraction::default());
        }
        &mut self.0[place]
    }
}

/// Why an organisation and a process belong together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Tie {
    /// A flag on the process that also falls on the bidder.
    Flagged(Code),
    /// The bidder's submitted bid.
    Bid,
    /// Counted by R025, R048, or by R038 for the buyer or the procuring entity.
    Counted(Code),
    Buyer,
    Entity,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Tied {
    pub kept: u32,
    pub organisation: u32,
    pub tie: Tie,
}

/// What one worker found.
#[derive(Debug, Default)]
pub(super) struct Part {
    pub registers: Registers,
    pub ocids: Vec<u8>,
    pub kept: Vec<Kept>,
    pub raised: Vec<Raised>,
    pub ties: Vec<Tied>,
    pub ratios: Vec<Ratio>,
    /// Releases with a disqualified bid, where bidders are kept.
    pub disqualifying: Vec<u32>,
    pub r025: Counts,
    pub r038_tenderer: Counts,
    pub r038_buyer: Counts,
    pub r038_entity: Counts,
    /// Processes in which a supplier has an award with classified items; the numerator is unused.
    pub r048: Counts,
    pub r048_classes: HashSet<(u32, u32), foldhash::fast::RandomState>,
    pub currency: Option<Vec<u8>>,
    /// Bids that were not compared because of their currency.
    pub other_currencies: u64,
    pub releases: u64,
    pub scratch: Scratch,
}

#[derive(Debug, Default)]
pub(super) struct Scratch {
    pub numbers: Vec<u32>,
    pub others: Vec<u32>,
    pub prices: Vec<(u64, usize)>,
}

/// What to keep besides the answers.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Keep {
    /// Bidders of every process, for `Maps` or explanations.
    pub bidders: bool,
    /// Which processes each count of an organisation came from.
    pub sources: bool,
}

impl Part {
    pub fn new(settings: &Settings, currency: Option<Vec<u8>>) -> Self {
        Self {
            registers: Registers {
                digits: settings.r048.map_or(2, |rule| rule.digits),
                ..Registers::default()
            },
            currency,
            ..Self::default()
        }
    }

    /// Takes what another worker found.
    pub fn absorb(&mut self, other: Self) {
        let map = |from: &Names, into: &mut Names| -> Vec<u32> {
            (0..from.len() as u32)
                .map(|number| into.number(from.get(number)))
                .collect()
        };
        let organisations = map(&other.registers.organisations, &mut self.registers.organisations);
        let classes = map(&other.registers.classes, &mut self.registers.classes);
        let named = |number: u32| organisations[number as usize];
        let (offset, first) = (self.ocids.len(), self.kept.len() as u32);
        self.ocids.extend_from_slice(&other.ocids);
        self.kept.extend(other.kept.iter().map(|kept| Kept {
            start: kept.start + offset,
            end: kept.end + offset,
            ..*kept
        }));
        self.raised.extend(other.raised.iter().map(|raised| Raised {
            kept: raised.kept + first,
            ..*raised
        }));
        self.ties.extend(other.ties.iter().map(|tied| Tied {
            kept: tied.kept + first,
            organisation: named(tied.organisation),
            ..*tied
        }));
        self.disqualifying
            .extend(other.disqualifying.iter().map(|kept| kept + first));
        self.ratios.extend(other.ratios.iter().map(|ratio| Ratio {
            kept: ratio.kept + first,
            winner: named(ratio.winner),
            other: named(ratio.other),
            ..*ratio
        }));
        for (ours, theirs) in [
            (&mut self.r025, &other.r025),
            (&mut self.r038_tenderer, &other.r038_tenderer),
            (&mut self.r038_buyer, &other.r038_buyer),
            (&mut self.r038_entity, &other.r038_entity),
            (&mut self.r048, &other.r048),
        ] {
            for (number, fraction) in (0..).zip(&theirs.0) {
                if fraction.denominator > 0 {
                    ours.at(named(number))
                        .add(fraction.numerator, fraction.denominator);
                }
            }
        }
        self.r048_classes.extend(
            other
                .r048_classes
                .iter()
                .map(|&(supplier, class)| (named(supplier), classes[class as usize])),
        );
        self.currency = self.currency.take().or(other.currency);
        self.other_currencies += other.other_currencies;
        self.releases += other.releases;
    }

    /// How many kinds each supplier has.
    pub fn kinds_by_supplier(&self) -> HashMap<u32, u64> {
        let mut counts = HashMap::new();
        for (supplier, _) in &self.r048_classes {
            *counts.entry(*supplier).or_default() += 1;
        }
        counts
    }

    pub fn ocid(&self, kept: u32) -> &[u8] {
        let kept = &self.kept[kept as usize];
        &self.ocids[kept.start..kept.end]
    }
}
