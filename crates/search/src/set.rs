//! Datasets of a segment, one bit each.

/// Numbers from 0.
#[derive(Debug, Clone, Default)]
pub struct Set(Vec<u64>);

impl Set {
    /// A set that has room for so many, and holds none.
    pub fn of(n: usize) -> Set {
        Set(vec![0; n.div_ceil(64)])
    }

    pub fn add(&mut self, doc: u32) {
        if let Some(word) = self.0.get_mut(doc as usize / 64) {
            *word |= 1 << (doc % 64);
        }
    }

    pub fn has(&self, doc: u32) -> bool {
        self.0
            .get(doc as usize / 64)
            .is_some_and(|word| word >> (doc % 64) & 1 == 1)
    }

    pub fn clear(&mut self) {
        self.0.fill(0);
    }

    /// Those in it, in their order.
    pub fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        self.0.iter().zip(0_u32..).flat_map(|(word, at)| {
            (0..64)
                .filter(move |bit| word >> bit & 1 == 1)
                .map(move |bit| at * 64 + bit)
        })
    }
}
