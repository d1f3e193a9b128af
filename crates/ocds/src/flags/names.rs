//! Identifiers of organisations by number: one copy of each, found by open addressing.

use std::hash::BuildHasher;

/// Names in the order in which they were first seen.
#[derive(Debug, Default)]
pub(super) struct Names {
    bytes: Vec<u8>,
    /// Where each name ends.
    ends: Vec<usize>,
    /// Numbers of names plus one at the place of their hash; 0 where there is none. Its length is a power of two.
    table: Vec<u32>,
    hasher: foldhash::quality::RandomState,
}

impl Names {
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    pub fn get(&self, number: u32) -> &[u8] {
        let number = number as usize;
        let start = if number == 0 { 0 } else { self.ends[number - 1] };
        &self.bytes[start..self.ends[number]]
    }

    pub fn text(&self, number: u32) -> String {
        String::from_utf8_lossy(self.get(number)).into_owned()
    }

    /// The number of a name, new or not.
    pub fn number(&mut self, name: &[u8]) -> u32 {
        if self.table.len() < (self.ends.len() + 1) * 2 {
            self.grow();
        }
        let mut place = self.hasher.hash_one(name) as usize & (self.table.len() - 1);
        loop {
            match self.table[place] {
                0 => break,
                taken if self.get(taken - 1) == name => return taken - 1,
                _ => place = (place + 1) & (self.table.len() - 1),
            }
        }
        self.bytes.extend_from_slice(name);
        self.ends.push(self.bytes.len());
        self.table[place] = self.ends.len() as u32;
        self.ends.len() as u32 - 1
    }

    fn grow(&mut self) {
        let length = (self.table.len() * 2).max(64);
        self.table = vec![0; length];
        for number in 0..self.ends.len() as u32 {
            let mut place = self.hasher.hash_one(self.get(number)) as usize & (length - 1);
            while self.table[place] != 0 {
                place = (place + 1) & (length - 1);
            }
            self.table[place] = number + 1;
        }
    }
}
