//! A nation that is protected area by area is as safe as in one table.

use measures::disclosure::{Areas, Cube, CubeCell, Kind, Rule, Shown};
use proptest::prelude::*;

use crate::{
    attackers::{Linear, exactly_recoverable},
    samples::{cube, hidden},
    villages::{Random, cells, province},
};

const AREAS: usize = 2;
const VILLAGES: usize = 2;

/// A nation (0) of areas of villages, of so many people each, by three codes and three: the last ones rare, one in so many.
fn nation(units: u64, percent: u64, rare: u64, seed: u64) -> Cube {
    let mut state = seed.wrapping_mul(0x9E37_79B9).wrapping_add(units * 100 + percent);
    let mut random = move |below: u64| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let mut parents = vec![None];
    parents.extend([Some(0); AREAS]);
    parents.extend((0..AREAS * VILLAGES).map(|village| Some(1 + village / VILLAGES)));
    let mut atoms = std::collections::BTreeMap::<(usize, Vec<u32>), (u64, u64)>::new();
    for village in 1 + AREAS..parents.len() {
        for _ in 0..units {
            let mut code = || if random(rare) == 0 { 2 } else { random(2) };
            let codes = [code(), code()].map(|code| u32::try_from(code).expect("small"));
            let atom = atoms.entry((village, codes.to_vec())).or_default();
            atom.0 += u64::from(random(100) < percent);
            atom.1 += 1;
        }
    }
    let atoms: Vec<_> = atoms
        .into_iter()
        .map(|((village, codes), (yes, of))| (village, codes, yes, Some(of)))
        .collect();
    let sets = [[false, false], [true, false], [false, true], [true, true]].map(|set| set.to_vec());
    cube(&parents, &atoms, &sets)
}

/// The cells of an area by index in the nation, and its cube.
fn area(nation: &Cube, root: usize) -> (Vec<usize>, Cube) {
    let own = |cell: &CubeCell| cell.place == root || nation.parents[cell.place] == Some(root);
    let first = 1 + AREAS + (root - 1) * VILLAGES;
    let indices: Vec<usize> = (0..nation.cells.len())
        .filter(|&cell| own(&nation.cells[cell]))
        .collect();
    let cells = indices.iter().map(|&cell| {
        let cell = &nation.cells[cell];
        CubeCell {
            place: if cell.place == root {
                0
            } else {
                1 + cell.place - first
            },
            ..cell.clone()
        }
    });
    let mut parents = vec![None];
    parents.extend([Some(0); VILLAGES]);
    let cube = Cube {
        cells: cells.collect(),
        parents,
        ..Cube::default()
    };
    (indices, cube)
}

/// What is shown of the nation's cells, and whether that is proved.
fn protected(nation: &Cube, rule: Rule) -> (Vec<Shown>, bool) {
    let mut areas = Areas::new(rule, None);
    let mut shown = vec![Shown::Open; nation.cells.len()];
    let mut indices = Vec::new();
    for root in 1..=AREAS {
        let (of_area, cube) = area(nation, root);
        for (&at, now) in of_area.iter().zip(areas.protect(cube, 0).unwrap()) {
            shown[at] = now;
        }
        indices.push(of_area);
    }
    let top: Vec<usize> = (0..nation.cells.len())
        .filter(|&cell| nation.cells[cell].place == 0)
        .collect();
    let cells = top.iter().map(|&cell| nation.cells[cell].clone()).collect();
    let whole = areas.finish(cells, Vec::new()).unwrap();
    for (&at, now) in top.iter().zip(&whole.top) {
        shown[at] = *now;
    }
    for (of_area, changed) in indices.iter().zip(&whole.changed) {
        for (cell, now) in changed {
            shown[of_area[*cell]] = *now;
        }
    }
    (shown, whole.proof.verified)
}

#[test]
fn areas_of_some_size_are_proved_and_the_nation_is_told() {
    for seed in 0..5 {
        let nation = nation(400, 50, 40, seed);
        let (shown, is_verified) = protected(&nation, Rule::default());
        assert!(is_verified);
        let is_total = |cell: &CubeCell| cell.place == 0 && cell.codes.iter().all(Option::is_none);
        let total = nation.cells.iter().position(is_total).unwrap();
        assert_eq!(shown[total], Shown::Open);
    }
}

#[test]
fn villages_whose_finest_cells_are_mostly_small_are_proved_and_told_what_can_be() {
    for share in [79, 711, 843] {
        let (cube, counts) = province(&mut Random(20), 35, &(0..7), share);
        let n_cells = cube.cells.len();
        let mut areas = Areas::new(Rule::default(), None);
        let mut shown = areas.protect(cube, 0).unwrap();
        let whole = areas.finish(cells(0, &counts), Vec::new()).unwrap();
        assert!(whole.proof.verified, "{share} in a thousand");
        for &(cell, now) in &whole.changed[0] {
            shown[cell] = now;
        }
        let n_open = shown.iter().filter(|shown| **shown == Shown::Open).count();
        assert!(n_open * 10 > n_cells, "{n_open} of {n_cells} open");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 25, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_proved_by_areas_holds_against_whoever_sees_the_whole_nation(
        units in 20u64..120, percent in 5u64..98, rare in 6u64..50, seed in any::<u64>(), least in 2u64..7
    ) {
        let rule = Rule::at_least(least);
        let nation = nation(units, percent, rare, seed);
        let (shown, is_verified) = protected(&nation, rule);
        if is_verified {
            let table = nation.table().unwrap();
            let mut closed = hidden(&shown);
            closed.extend(table.cells()[shown.len()..].iter().map(|cell| cell.kind == Kind::Implied));
            let got_back = exactly_recoverable(&table, &closed);
            prop_assert!(got_back.iter().all(|cell| !closed[*cell] || !rule.is_sensitive(&table.cells()[*cell])));
            let worlds = Linear::of(&table, rule, &closed);
            for (cell, facts) in nation.cells.iter().enumerate().filter(|(cell, _)| rule.is_sensitive(&table.cells()[*cell])) {
                prop_assert!(shown[cell] == Shown::Primary, "cell {cell} stands open");
                let needed = least.min(facts.of.unwrap()) as f64;
                prop_assert!(worlds.width(cell) > needed - 1e-6, "cell {}: {} of {}", cell, worlds.width(cell), needed);
            }
        }
    }
}
