//! Numbers for the combinations of codes that occur: the groups of a cube, in the order they are met in.

use super::codes::Pairs;

/// Bits of a place in the direct table, beyond which combinations are found pair by pair: 16 MB.
const MOST_BITS: u32 = 22;

/// Finds the group of a row by its codes in some dimensions.
pub struct Cells {
    /// Bits that each dimension's codes have in a place of the table.
    bits: Vec<u32>,
    /// The group plus one at the joined codes.
    table: Vec<u32>,
    /// The codes of each group: `keys[dimension][group]`; kept by the pairs instead once there are any.
    keys: Vec<Vec<u32>>,
    n: usize,
    pairs: Option<Vec<Pairs>>,
}

impl Cells {
    pub fn new(n_dimensions: usize) -> Cells {
        Cells {
            bits: vec![0; n_dimensions],
            table: vec![0],
            keys: vec![Vec::new(); n_dimensions],
            n: 0,
            pairs: None,
        }
    }

    pub fn len(&self) -> usize {
        self.n
    }

    /// About how many bytes it takes.
    pub fn n_bytes(&self) -> usize {
        (self.table.len() + self.n * (self.keys.len() + 1)) * 4
    }

    /// Writes the group of each row into `groups`. `codes` holds those of each dimension, `n_codes` how many there are.
    pub fn find(&mut self, codes: &[&[u32]], n_codes: &[usize], n_rows: usize, groups: &mut Vec<u32>) {
        groups.clear();
        groups.resize(n_rows, 0);
        self.reserve(n_codes);
        if let Some(pairs) = &mut self.pairs {
            self.n = join(pairs, codes, n_codes, groups);
            return;
        }
        let mut shift = 0_u32;
        for (codes, bits) in codes.iter().zip(&self.bits) {
            for (cell, code) in groups.iter_mut().zip(*codes) {
                *cell |= code << shift;
            }
            shift += bits;
        }
        for cell in groups.iter_mut() {
            let group = &mut self.table[*cell as usize];
            if *group == 0 {
                self.n += 1;
                *group = self.n as u32;
                let mut rest = *cell;
                for (keys, bits) in self.keys.iter_mut().zip(&self.bits) {
                    keys.push(rest & ((1 << bits) - 1));
                    rest >>= bits;
                }
            }
            *cell = *group - 1;
        }
    }

    /// The codes of each group: `keys[dimension][group]`.
    pub fn keys(&self) -> Vec<Vec<u32>> {
        let Some(pairs) = &self.pairs else {
            return self.keys.clone();
        };
        let mut keys: Vec<Vec<u32>> = vec![Vec::with_capacity(self.n); pairs.len()];
        for group in 0..self.n {
            let mut code = group as u32;
            for (pairs, keys) in pairs.iter().zip(&mut keys).rev() {
                let (before, own) = pairs.pair(code);
                keys.push(own);
                code = before;
            }
        }
        keys
    }

    /// Makes room for so many codes in each dimension.
    fn reserve(&mut self, n_codes: &[usize]) {
        if self.pairs.is_some() {
            return;
        }
        let needed = |n: usize| n.next_power_of_two().trailing_zeros();
        if n_codes
            .iter()
            .zip(&self.bits)
            .all(|(n, bits)| needed(*n) <= *bits)
        {
            return;
        }
        for (bits, n) in self.bits.iter_mut().zip(n_codes) {
            *bits = needed(*n).max(*bits);
        }
        let all: u32 = self.bits.iter().sum();
        if all > MOST_BITS {
            self.give_up(n_codes);
            return;
        }
        self.table = vec![0; 1 << all];
        for group in 0..self.n {
            let mut shift = 0_u32;
            let mut cell = 0_usize;
            for (keys, bits) in self.keys.iter().zip(&self.bits) {
                cell |= (keys[group] as usize) << shift;
                shift += bits;
            }
            self.table[cell] = group as u32 + 1;
        }
    }

    /// Goes over to pairs; the groups keep their numbers.
    fn give_up(&mut self, n_codes: &[usize]) {
        let mut pairs: Vec<Pairs> = self.keys.iter().map(|_| Pairs::default()).collect();
        let keys = std::mem::take(&mut self.keys);
        let known: Vec<&[u32]> = keys.iter().map(Vec::as_slice).collect();
        let mut groups = vec![0; self.n];
        join(&mut pairs, &known, n_codes, &mut groups);
        self.table = Vec::new();
        self.keys = vec![Vec::new(); pairs.len()];
        self.pairs = Some(pairs);
    }
}

/// Replaces zeros by the groups of the rows, one dimension after the other; returns how many groups there are.
fn join(pairs: &mut [Pairs], codes: &[&[u32]], n_codes: &[usize], groups: &mut [u32]) -> usize {
    let mut n_groups = 1;
    for ((pairs, codes), n_codes) in pairs.iter_mut().zip(codes).zip(n_codes) {
        // The first dimension is paired with nothing, so that only values of rows become groups.
        pairs.join(groups, codes, n_groups, *n_codes);
        n_groups = pairs.len();
    }
    n_groups
}

#[cfg(test)]
mod tests {
    use super::*;

    fn groups(cells: &mut Cells, codes: &[&[u32]], n_codes: &[usize]) -> Vec<u32> {
        let mut found = Vec::new();
        cells.find(codes, n_codes, codes[0].len(), &mut found);
        found
    }

    #[test]
    fn a_group_keeps_its_number_while_codes_are_added_and_when_the_table_is_given_up() {
        let mut cells = Cells::new(2);
        assert_eq!(groups(&mut cells, &[&[0, 1, 0], &[0, 1, 0]], &[2, 2]), [0, 1, 0]);
        assert_eq!(groups(&mut cells, &[&[1, 5, 0], &[1, 9, 0]], &[6, 10]), [1, 2, 0]);
        assert!(cells.pairs.is_none());
        assert_eq!(
            groups(&mut cells, &[&[5, 4_000_000, 1], &[9, 100, 1]], &[4_000_001, 101]),
            [2, 3, 1]
        );
        assert!(cells.pairs.is_some());
        assert_eq!(cells.len(), 4);
        assert_eq!(cells.keys(), [vec![0, 1, 5, 4_000_000], vec![0, 1, 9, 100]]);
    }

    #[test]
    fn rows_without_dimensions_are_one_group() {
        let mut cells = Cells::new(0);
        let mut found = Vec::new();
        cells.find(&[], &[], 3, &mut found);
        assert_eq!(found, [0, 0, 0]);
        assert_eq!(cells.len(), 1);
    }
}
