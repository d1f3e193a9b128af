//! Times disclosure control at the size of a regency: 460 places × 58 cells (three dimensions, alone and in pairs); then once more
//! after some people were added, with figures that wait until five have changed.
//!
//! `cargo run --release -p baraza-measures --example suppress_a_regency [PERSONS_PER_VILLAGE [ADDED]]`

use measures::disclosure::{Cube, CubeCell, Rule, Seen, Shown};
use std::{collections::BTreeMap, time::Instant};

type Key = (usize, Vec<Option<u32>>);

/// A regency, its districts, its villages, and who lives there.
struct Regency {
    parents: Vec<Option<usize>>,
    cells: BTreeMap<Key, (u64, u64)>,
    state: u64,
}

fn main() {
    let mut numbers = std::env::args()
        .skip(1)
        .map(|a| a.parse().expect("a number of persons"));
    let (persons, added): (u64, u64) = (numbers.next().unwrap_or(116), numbers.next().unwrap_or(200));
    let mut regency = Regency::new(persons);
    let mut cube = regency.cube(&BTreeMap::new());
    let seen = timed(&cube, Rule::default());
    for _ in 0..added {
        let village = 29 + usize::try_from(regency.random(430)).expect("small");
        regency.add(village);
    }
    cube = regency.cube(&seen);
    timed(&cube, Rule { least: 5, hold: 5 });
}

/// Protects the cube, prints how long it took, and returns what is published.
fn timed(cube: &Cube, rule: Rule) -> BTreeMap<Key, Seen> {
    let start = Instant::now();
    let protection = cube.protect(rule).expect("an additive cube");
    println!("{:?} in {:.3} s", protection.proof, start.elapsed().as_secs_f64());
    let open = cube.cells.iter().zip(&protection.shown);
    open.filter(|(_, shown)| **shown == Shown::Open)
        .map(|(cell, _)| {
            let seen = Seen {
                count: cell.count,
                of: cell.of,
            };
            ((cell.place, cell.codes.clone()), seen)
        })
        .collect()
}

impl Regency {
    fn new(persons: u64) -> Self {
        let mut parents = vec![None];
        parents.extend([Some(0); 28]);
        parents.extend((0..430).map(|village| Some(1 + village % 28)));
        let mut regency = Self {
            parents,
            cells: BTreeMap::new(),
            state: 20,
        };
        for village in 29..regency.parents.len() {
            for _ in 0..persons * (50 + regency.random(100)) / 100 {
                regency.add(village);
            }
        }
        regency
    }

    fn random(&mut self, below: u64) -> u64 {
        self.state = self
            .state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.state >> 33) % below
    }

    /// Adds somebody to every cell that they belong to.
    fn add(&mut self, village: usize) {
        let sets = [
            [0, 0, 0],
            [1, 0, 0],
            [0, 1, 0],
            [0, 0, 1],
            [1, 1, 0],
            [1, 0, 1],
            [0, 1, 1],
        ];
        let sex = if self.random(100) == 0 { 2 } else { self.random(2) };
        let disability = if self.random(50) == 0 {
            2
        } else {
            u64::from(self.random(12) == 0)
        };
        let codes = [sex, self.random(6), disability].map(|c| u32::try_from(c).expect("small"));
        let yes = u64::from(self.random(100) < 72);
        let mut place = Some(village);
        while let Some(at) = place {
            for set in sets {
                let key = codes
                    .iter()
                    .zip(set)
                    .map(|(code, keep)| (keep == 1).then_some(*code))
                    .collect();
                let cell = self.cells.entry((at, key)).or_default();
                cell.0 += yes;
                cell.1 += 1;
            }
            place = self.parents[at];
        }
    }

    fn cube(&self, seen: &BTreeMap<Key, Seen>) -> Cube {
        let cells = self.cells.iter().map(|(key, &(count, of))| CubeCell {
            place: key.0,
            codes: key.1.clone(),
            count,
            of: Some(of),
            is_secret: false,
            seen: seen.get(key).copied(),
        });
        Cube {
            parents: self.parents.clone(),
            cells: cells.collect(),
            same: vec![],
            ..Cube::default()
        }
    }
}
