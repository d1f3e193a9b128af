//! Which rows are meant: a bit for each.

/// A set of the rows of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mask {
    words: Vec<u64>,
    n_rows: usize,
}

impl Mask {
    pub fn all(n_rows: usize) -> Mask {
        let mut words = vec![u64::MAX; n_rows.div_ceil(64)];
        if let (Some(last), rest @ 1..) = (words.last_mut(), n_rows % 64) {
            *last = (1 << rest) - 1;
        }
        Mask { words, n_rows }
    }

    pub fn none(n_rows: usize) -> Mask {
        Mask {
            words: vec![0; n_rows.div_ceil(64)],
            n_rows,
        }
    }

    /// Keeps the rows whose code passes; `codes` are those of all rows.
    pub fn keep<C: Copy>(&mut self, codes: &[C], passes: impl Fn(C) -> bool) {
        for (word, codes) in self.words.iter_mut().zip(codes.chunks(64)) {
            if *word == 0 {
                continue;
            }
            let mut kept = 0_u64;
            for (at, code) in codes.iter().enumerate() {
                kept |= u64::from(passes(*code)) << at;
            }
            *word &= kept;
        }
    }

    pub fn put(&mut self, row: usize) {
        if let Some(word) = self.words.get_mut(row / 64) {
            *word |= 1 << (row % 64);
        }
    }

    /// Keeps what is also in the other set.
    pub fn and(&mut self, other: &Mask) {
        for (word, other) in self.words.iter_mut().zip(&other.words) {
            *word &= other;
        }
    }

    pub fn count(&self) -> usize {
        self.words.iter().map(|word| word.count_ones() as usize).sum()
    }

    pub fn is_whole(&self) -> bool {
        self.count() == self.n_rows
    }

    pub fn n_bytes(&self) -> usize {
        self.words.len() * 8
    }

    /// The rows, in order.
    pub fn rows(&self) -> impl Iterator<Item = usize> + '_ {
        self.words.iter().enumerate().flat_map(|(at, word)| {
            let mut left = *word;
            std::iter::from_fn(move || {
                if left == 0 {
                    return None;
                }
                let bit = left.trailing_zeros() as usize;
                left &= left - 1;
                Some(at * 64 + bit)
            })
        })
    }

    /// The rows after the first `n` of them.
    pub fn rows_after(&self, n: usize) -> impl Iterator<Item = usize> + '_ {
        let (mut passed, mut first) = (0, 0);
        for (at, word) in self.words.iter().enumerate() {
            let here = word.count_ones() as usize;
            if passed + here > n {
                break;
            }
            passed += here;
            first = at + 1;
        }
        let rest = self.words[first.min(self.words.len())..].iter().enumerate();
        rest.flat_map(move |(at, word)| {
            let mut left = *word;
            std::iter::from_fn(move || {
                if left == 0 {
                    return None;
                }
                let bit = left.trailing_zeros() as usize;
                left &= left - 1;
                Some((first + at) * 64 + bit)
            })
        })
        .skip(n - passed)
    }

    /// How many of the rows stand before this one.
    pub fn rank(&self, row: usize) -> usize {
        let whole = (row / 64).min(self.words.len());
        let before: usize = self.words[..whole]
            .iter()
            .map(|word| word.count_ones() as usize)
            .sum();
        let here = self.words.get(whole).map_or(0, |word| {
            (word & ((1_u64 << (row % 64)) - 1)).count_ones() as usize
        });
        before + here
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_kept_counted_and_walked_over_the_ends_of_words() {
        let codes: Vec<u16> = (0..200).map(|n| n % 7).collect();
        let mut mask = Mask::all(200);
        assert!(mask.is_whole());
        mask.keep(&codes, |code| code == 3);
        let wanted: Vec<usize> = (0..200).filter(|n| n % 7 == 3).collect();
        assert_eq!(mask.rows().collect::<Vec<_>>(), wanted);
        assert_eq!(mask.count(), wanted.len());
        for skipped in [0, 1, 9, 10, 27, 28, 40] {
            assert_eq!(
                mask.rows_after(skipped).collect::<Vec<_>>(),
                wanted.get(skipped..).unwrap_or_default()
            );
        }
        assert_eq!([0, 4, 64, 199, 5000].map(|row| mask.rank(row)), [0, 1, 9, 28, 29]);
    }

    #[test]
    fn a_set_of_no_rows_has_none() {
        assert_eq!(Mask::all(0).rows().count(), 0);
        assert_eq!(Mask::none(65).rows_after(0).count(), 0);
    }
}
