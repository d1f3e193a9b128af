//! Prints what disclosure control leaves of small installations: one district of a few villages, breakdowns of 2 × 3 × 2.
//!
//! `cargo run --release -p baraza-measures --example small_installations`

use measures::disclosure::{Cube, CubeCell, Rule, Shown};
use std::collections::BTreeMap;

/// A place, and a code in each dimension.
type Key = (usize, Vec<Option<u32>>);

/// An installation: districts in the regency, villages in a district, units in a village, and the share that has it, in percent.
struct World {
    districts: usize,
    villages: usize,
    units: u64,
    percent: u64,
}

/// Cells of one level, over all worlds of a kind: the safe ones by themselves, and those of them that are published.
#[derive(Default, Clone, Copy)]
struct Share {
    safe: u32,
    open: u32,
}

const WORLDS_OF_A_KIND: u64 = 100;

fn main() {
    println!(
        "share of the cells safe by themselves that are published, in percent ({WORLDS_OF_A_KIND} worlds a line)"
    );
    println!(
        "{:<38} {:>6} {:>7} | {:>7} {:>7} {:>7} | {:>7} {:>7} {:>7} | {:>7}",
        "", "cells", "safe", "regency", "distr.", "village", "1 dim", "2 dims", "all", "seconds"
    );
    for percent in [72, 94] {
        for (districts, villages, units) in [
            (1, 3, 20),
            (1, 3, 40),
            (1, 3, 60),
            (1, 3, 150),
            (2, 3, 60),
            (3, 5, 60),
            (3, 5, 200),
        ] {
            measure(&World {
                districts,
                villages,
                units,
                percent,
            });
        }
    }
}

fn measure(world: &World) {
    let start = std::time::Instant::now();
    let mut totals = [Share::default(); 3];
    let mut by_breadth = [Share::default(); 3];
    let mut cells = 0;
    for seed in 0..WORLDS_OF_A_KIND {
        let cube = built(world, seed);
        let protection = cube.protect(Rule::default()).expect("an additive cube");
        assert!(protection.proof.verified);
        cells += cube.cells.len();
        for (cell, shown) in cube.cells.iter().zip(&protection.shown) {
            let breadth = cell.codes.iter().flatten().count();
            let level = (cell.place > 0) as usize + (cell.place > world.districts) as usize;
            let share = if breadth == 0 {
                &mut totals[level]
            } else {
                &mut by_breadth[breadth]
            };
            share.safe += u32::from(*shown != Shown::Primary);
            share.open += u32::from(*shown == Shown::Open);
        }
    }
    let all = totals
        .iter()
        .chain(&by_breadth)
        .fold(Share::default(), |sum, share| Share {
            safe: sum.safe + share.safe,
            open: sum.open + share.open,
        });
    let percent = |share: &Share| format!("{:.1}", 100.0 * f64::from(share.open) / f64::from(share.safe));
    println!(
        "{:<38} {:>6} {:>7.1} | {:>7} {:>7} {:>7} | {:>7} {:>7} {:>7} | {:>7.3}",
        format!(
            "{} × {} villages of {}, {} % have it",
            world.districts, world.villages, world.units, world.percent
        ),
        cells as u64 / WORLDS_OF_A_KIND,
        100.0 * f64::from(all.safe) / cells as f64,
        percent(&totals[0]),
        percent(&totals[1]),
        percent(&totals[2]),
        percent(&by_breadth[1]),
        percent(&by_breadth[2]),
        percent(&all),
        start.elapsed().as_secs_f64() / WORLDS_OF_A_KIND as f64,
    );
}

/// Draws the units of a world and adds them up: sex, age and disability alone, sex × age and sex × disability.
fn built(world: &World, seed: u64) -> Cube {
    let mut parents = vec![None];
    parents.extend(vec![Some(0); world.districts]);
    parents.extend((0..world.districts * world.villages).map(|v| Some(1 + v % world.districts)));
    let mut state = seed * 7919 + world.units + 31;
    let mut random = move |below: u64| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let sets = [
        [false, false, false],
        [true, false, false],
        [false, true, false],
        [false, false, true],
        [true, true, false],
        [true, false, true],
    ];
    let mut cells: BTreeMap<Key, (u64, u64)> = BTreeMap::new();
    for village in 1 + world.districts..parents.len() {
        let percent = (world.percent + random(13)).saturating_sub(6).min(98);
        for _ in 0..world.units * (80 + random(41)) / 100 {
            let codes = [random(2), random(3), u64::from(random(8) == 0)];
            let yes = u64::from(random(100) < percent);
            let mut place = Some(village);
            while let Some(at) = place {
                for set in sets {
                    let key = codes
                        .iter()
                        .zip(set)
                        .map(|(code, keep)| keep.then_some(u32::try_from(*code).expect("small")))
                        .collect();
                    let cell = cells.entry((at, key)).or_default();
                    cell.0 += yes;
                    cell.1 += 1;
                }
                place = parents[at];
            }
        }
    }
    let cells = cells.into_iter().map(|((place, codes), (count, of))| CubeCell {
        place,
        codes,
        count,
        of: Some(of),
        is_secret: false,
        seen: None,
    });
    Cube {
        cells: cells.collect(),
        parents,
        same: vec![],
        ..Cube::default()
    }
}
