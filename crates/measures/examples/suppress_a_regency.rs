//! Times disclosure control at the size of a regency: 460 places × 58 cells (three dimensions, alone and in pairs).
//!
//! `cargo run --release -p baraza-measures --example suppress_a_regency [PERSONS_PER_VILLAGE]`

use measures::disclosure::{Cube, CubeCell, Rule};
use std::{collections::BTreeMap, time::Instant};

type Key = (usize, Vec<Option<u32>>);

fn main() {
    let persons: u64 = std::env::args()
        .nth(1)
        .map_or(Ok(116), |a| a.parse())
        .expect("a number of persons per village");
    let mut parents = vec![None];
    parents.extend([Some(0); 28]);
    parents.extend((0..430).map(|village| Some(1 + village % 28)));
    let mut state = 20_u64;
    let mut random = move |below: u64| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let sets = [
        [0, 0, 0],
        [1, 0, 0],
        [0, 1, 0],
        [0, 0, 1],
        [1, 1, 0],
        [1, 0, 1],
        [0, 1, 1],
    ];
    let mut cells: BTreeMap<Key, (u64, u64)> = BTreeMap::new();
    for village in 29..parents.len() {
        for _ in 0..persons * (50 + random(100)) / 100 {
            let sex = if random(100) == 0 { 2 } else { random(2) };
            let disability = if random(50) == 0 {
                2
            } else {
                u64::from(random(12) == 0)
            };
            let codes = [sex, random(6), disability].map(|c| u32::try_from(c).expect("small"));
            let yes = u64::from(random(100) < 72);
            let mut place = Some(village);
            while let Some(at) = place {
                for set in sets {
                    let key = codes
                        .iter()
                        .zip(set)
                        .map(|(code, keep)| (keep == 1).then_some(*code))
                        .collect();
                    let cell = cells.entry((at, key)).or_default();
                    cell.0 += yes;
                    cell.1 += 1;
                }
                place = parents[at];
            }
        }
    }
    let cells = cells
        .into_iter()
        .map(|((place, codes), (count, of))| CubeCell {
            place,
            codes,
            count,
            of: Some(of),
            is_secret: false,
            seen: None,
        })
        .collect();
    let cube = Cube {
        parents,
        cells,
        same: vec![],
    };
    let start = Instant::now();
    let protection = cube.protect(Rule::default()).expect("an additive cube");
    println!("{:?} in {:.3} s", protection.proof, start.elapsed().as_secs_f64());
}
