//! Conditions over 64 rows at a time, and counts of the rows for which they hold.

/// Which of 64 rows a condition holds for, and for which it is neither true nor false.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Word {
    pub yes: u64,
    pub unknown: u64,
}

impl Word {
    fn no(self) -> u64 {
        !(self.yes | self.unknown)
    }

    fn of(yes: u64, no: u64) -> Word {
        Word {
            yes,
            unknown: !(yes | no),
        }
    }

    fn known(yes: u64) -> Word {
        Word { yes, unknown: 0 }
    }
}

/// A condition made of others, in the logic of SQL: true, false or unknown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// The same for every row; none is unknown.
    Always(Option<bool>),
    /// One that is worked out by itself, by its number.
    Leaf(usize),
    Not(Box<Condition>),
    And(Box<Condition>, Box<Condition>),
    Or(Box<Condition>, Box<Condition>),
    IsTrue(Box<Condition>),
    IsUnknown(Box<Condition>),
}

impl Condition {
    pub fn and(self, other: Condition) -> Condition {
        match (self, other) {
            (Condition::Always(Some(true)), other) | (other, Condition::Always(Some(true))) => other,
            (one, other) if one == other => one,
            (one, other) => Condition::And(Box::new(one), Box::new(other)),
        }
    }

    pub fn negated(self) -> Condition {
        Condition::Not(Box::new(self))
    }

    /// What it is for 64 rows, of which `leaves` says the same for each leaf.
    pub fn word(&self, leaves: &[Word]) -> Word {
        match self {
            Condition::Always(Some(true)) => Word::known(u64::MAX),
            Condition::Always(Some(false)) => Word::known(0),
            Condition::Always(None) => Word::of(0, 0),
            Condition::Leaf(at) => leaves[*at],
            Condition::Not(inner) => {
                let inner = inner.word(leaves);
                Word {
                    yes: inner.no(),
                    unknown: inner.unknown,
                }
            }
            Condition::And(a, b) => {
                let (a, b) = (a.word(leaves), b.word(leaves));
                Word::of(a.yes & b.yes, a.no() | b.no())
            }
            Condition::Or(a, b) => {
                let (a, b) = (a.word(leaves), b.word(leaves));
                Word::of(a.yes | b.yes, a.no() & b.no())
            }
            Condition::IsTrue(inner) => Word::known(inner.word(leaves).yes),
            Condition::IsUnknown(inner) => Word::known(inner.word(leaves).unknown),
        }
    }
}

/// Turns 64 numbers of 64 bits over: bit `b` of number `n` becomes bit `n` of number `b`.
pub fn turn(rows: &mut [u64; 64]) {
    let mut width = 32;
    let mut mask = 0x0000_0000_FFFF_FFFF_u64;
    while width > 0 {
        let mut at = 0;
        while at < 64 {
            let swapped = ((rows[at] >> width) ^ rows[at + width]) & mask;
            rows[at + width] ^= swapped;
            rows[at] ^= swapped << width;
            at = (at + width + 1) & !width;
        }
        width >>= 1;
        mask ^= mask << width;
    }
}

/// Each bit of a byte as a byte of its own.
const SPREAD: [u64; 256] = spread();

const fn spread() -> [u64; 256] {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let mut bit = 0;
        while bit < 8 {
            if byte & (1 << bit) != 0 {
                table[byte] |= 1 << (bit * 8);
            }
            bit += 1;
        }
        byte += 1;
    }
    table
}

/// Counts of up to 64 conditions by group, eight to a machine word while they are small.
pub struct Counts {
    n_lanes: usize,
    n_words: usize,
    /// A byte for each lane, added to eight at a time: `group × n_words`.
    small: Vec<u64>,
    /// Rows since the group's bytes were emptied; they hold 255 at most.
    since: Vec<u8>,
    /// `group × n_lanes`.
    counts: Vec<u32>,
}

impl Counts {
    /// At most 64 lanes.
    pub fn new(n_lanes: usize) -> Counts {
        Counts {
            n_lanes,
            n_words: n_lanes.div_ceil(8),
            small: Vec::new(),
            since: Vec::new(),
            counts: Vec::new(),
        }
    }

    pub fn resize(&mut self, n_groups: usize) {
        self.small.resize(n_groups * self.n_words, 0);
        self.since.resize(n_groups, 0);
        self.counts.resize(n_groups * self.n_lanes, 0);
    }

    pub fn n_bytes(&self) -> usize {
        self.small.len() * 8 + self.since.len() + self.counts.len() * 4
    }

    /// Counts a row of a group; bit `n` of `holds` is for lane `n`.
    pub fn add(&mut self, group: usize, holds: u64) {
        if holds == 0 {
            return;
        }
        let first = group * self.n_words;
        let small = &mut self.small[first..first + self.n_words];
        for (word, byte) in small.iter_mut().zip(holds.to_le_bytes()) {
            *word += SPREAD[byte as usize];
        }
        self.since[group] += 1;
        if self.since[group] == u8::MAX {
            self.empty(group);
        }
    }

    /// The counts of each lane, by group.
    pub fn lanes(mut self) -> Vec<Vec<u32>> {
        let n_groups = self.since.len();
        for group in 0..n_groups {
            self.empty(group);
        }
        self.small = Vec::new();
        (0..self.n_lanes)
            .map(|lane| {
                let of_lane = self.counts.iter().skip(lane).step_by(self.n_lanes);
                of_lane.copied().collect()
            })
            .collect()
    }

    fn empty(&mut self, group: usize) {
        let small = &mut self.small[group * self.n_words..(group + 1) * self.n_words];
        let counts = &mut self.counts[group * self.n_lanes..(group + 1) * self.n_lanes];
        let bytes = small.iter().flat_map(|word| word.to_le_bytes());
        for (count, more) in counts.iter_mut().zip(bytes) {
            *count += u32::from(more);
        }
        small.fill(0);
        self.since[group] = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turned_over_twice_numbers_are_as_they_were() {
        let mut rows = [0; 64];
        for (at, row) in rows.iter_mut().enumerate() {
            *row = (at as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        }
        let before = rows;
        turn(&mut rows);
        for (n, was) in before.iter().enumerate() {
            for (b, row) in rows.iter().enumerate() {
                assert_eq!((row >> n) & 1, (was >> b) & 1, "bit {b} of number {n}");
            }
        }
        turn(&mut rows);
        assert_eq!(rows, before);
    }

    #[test]
    fn conditions_follow_the_three_values_of_sql() {
        // A digit for each of true, false and unknown of the first; in it a bit for each of the second.
        let (a, b) = (
            Word {
                yes: 0o007,
                unknown: 0o700,
            },
            Word {
                yes: 0o111,
                unknown: 0o444,
            },
        );
        let leaf = |at| Box::new(Condition::Leaf(at));
        let holds = |condition: Condition| {
            let word = condition.word(&[a, b]);
            (word.yes & 0o777, word.unknown & 0o777)
        };
        assert_eq!(holds(Condition::And(leaf(0), leaf(1))), (0o001, 0o504));
        assert_eq!(holds(Condition::Or(leaf(0), leaf(1))), (0o117, 0o640));
        assert_eq!(holds(Condition::Not(leaf(0))), (0o070, 0o700));
        assert_eq!(holds(Condition::IsUnknown(leaf(1))), (0o444, 0));
        assert_eq!(holds(Condition::IsTrue(leaf(1)).negated()), (0o666, 0));
        assert_eq!(holds(Condition::Always(None)), (0, 0o777));
    }

    #[test]
    fn counts_go_beyond_what_a_byte_holds() {
        let mut counts = Counts::new(11);
        counts.resize(2);
        for row in 0..1000_u64 {
            counts.add(1, (row % 2) | (1 << 10));
        }
        counts.add(0, 0b10);
        let lanes = counts.lanes();
        assert_eq!(
            (lanes[0][1], lanes[10][1], lanes[1][0], lanes[0][0]),
            (500, 1000, 1, 0)
        );
    }
}
