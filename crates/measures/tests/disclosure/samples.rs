//! Tables to try things on: small ones by hand, random ones for laws.

use measures::disclosure::{Cell, Cube, CubeCell, Relation, Shown, Table};
use proptest::prelude::*;

pub fn count(count: u64) -> Cell {
    Cell::count(count)
}

pub fn share(count: u64, of: u64) -> Cell {
    Cell::share(count, of)
}

/// A total (cell 0) and its parts.
pub fn one_row(parts: &[u64]) -> Table {
    let cells = [parts.iter().sum()]
        .into_iter()
        .chain(parts.iter().copied())
        .map(count)
        .collect();
    Table::new(
        cells,
        vec![Relation {
            total: 0,
            parts: (1..=parts.len()).collect(),
        }],
    )
    .expect("adds up")
}

pub fn hidden(shown: &[Shown]) -> Vec<bool> {
    shown.iter().map(|s| *s != Shown::Open).collect()
}

pub type Key = (usize, Vec<Option<u32>>);

/// Adds every total over places and dimensions to atoms (leaf place, codes, yes, of), for the sets of dimensions asked for.
pub fn cube(
    parents: &[Option<usize>],
    atoms: &[(usize, Vec<u32>, u64, Option<u64>)],
    sets: &[Vec<bool>],
) -> Cube {
    let mut cells: std::collections::BTreeMap<Key, (u64, Option<u64>)> = Default::default();
    for (leaf, codes, yes, of) in atoms {
        let mut place = Some(*leaf);
        while let Some(at) = place {
            for set in sets {
                let key = codes
                    .iter()
                    .zip(set)
                    .map(|(c, keep)| keep.then_some(*c))
                    .collect();
                let sum = cells.entry((at, key)).or_insert((0, of.map(|_| 0)));
                sum.0 += yes;
                sum.1 = sum.1.zip(*of).map(|(a, b)| a + b);
            }
            place = parents[at];
        }
    }
    let cells = cells
        .into_iter()
        .map(|((place, codes), (count, of))| CubeCell {
            place,
            codes,
            count,
            of,
            is_secret: false,
            seen: None,
        })
        .collect();
    Cube {
        parents: parents.to_vec(),
        cells,
        same: vec![],
        ..Cube::default()
    }
}

/// A random tree of places, parents before children, and atoms in its leaves.
pub fn places() -> impl Strategy<Value = Vec<Option<usize>>> {
    prop::collection::vec(any::<prop::sample::Index>(), 0..9).prop_map(|picks| {
        let mut parents = vec![None];
        for pick in picks {
            parents.push(Some(pick.index(parents.len())));
        }
        parents
    })
}

pub fn leaves(parents: &[Option<usize>]) -> Vec<usize> {
    (0..parents.len())
        .filter(|p| !parents.contains(&Some(*p)))
        .collect()
}

/// Random indicators: two or three dimensions, a family of sets, counts that are often small or zero, with or without denominators.
pub fn cubes() -> impl Strategy<Value = Cube> {
    let sets = prop::sample::subsequence(
        vec![
            vec![false, false, false],
            vec![true, false, false],
            vec![false, true, false],
            vec![true, true, false],
            vec![true, false, true],
            vec![false, true, true],
        ],
        1..=6,
    );
    (
        places(),
        sets,
        prop::bool::ANY,
        prop::collection::vec((0u64..14, 0u64..30, 0u8..4), 97),
    )
        .prop_map(|(parents, sets, shares, numbers)| {
            let mut numbers = numbers.into_iter().cycle();
            let atoms: Vec<_> = leaves(&parents)
                .into_iter()
                .flat_map(|leaf| (0..12).map(move |code| (leaf, vec![code % 2, code / 2 % 3, code / 6])))
                .map(|(leaf, codes)| {
                    let (yes, no, zero) = numbers.next().expect("endless");
                    let yes = if zero == 0 { 0 } else { yes };
                    (leaf, codes, yes, shares.then_some(yes + no))
                })
                .collect();
            cube(&parents, &atoms, &sets)
        })
}

/// A regency of three villages of so many households each: sex of the head in two codes, age in three, alone or together as well, and
/// a share of households that have something.
pub fn regency(units: u64, percent: u64, is_crossed: bool, seed: u64) -> Cube {
    let mut state = seed.wrapping_mul(0x9E37_79B9).wrapping_add(units * 100 + percent);
    let mut random = move |below: u64| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let mut atoms = std::collections::BTreeMap::<(usize, Vec<u32>), (u64, u64)>::new();
    for village in 1..=3 {
        for _ in 0..units * (80 + random(41)) / 100 {
            let codes = vec![random(2), random(3)].into_iter();
            let codes = codes.map(|c| u32::try_from(c).expect("small")).collect();
            let atom = atoms.entry((village, codes)).or_default();
            atom.0 += u64::from(random(100) < percent);
            atom.1 += 1;
        }
    }
    let atoms: Vec<_> = atoms
        .into_iter()
        .map(|((village, codes), (yes, of))| (village, codes, yes, Some(of)))
        .collect();
    let mut sets = vec![vec![false, false], vec![true, false], vec![false, true]];
    sets.extend(is_crossed.then(|| vec![true, true]));
    cube(&[None, Some(0), Some(0), Some(0)], &atoms, &sets)
}

/// An indicator and those that are parts of it, as one cube.
pub fn divided(whole: Cube, parts: Vec<Cube>) -> Cube {
    let n_dimensions = whole.cells.first().map_or(0, |cell| cell.codes.len());
    let of = |part: Option<u32>, cube: Cube| {
        cube.cells.into_iter().map(move |mut cell| {
            cell.codes.push(part);
            cell
        })
    };
    let parents = whole.parents.clone();
    let mut cells: Vec<CubeCell> = of(None, whole).collect();
    for (cube, part) in parts.into_iter().zip(0..) {
        cells.extend(of(Some(part), cube));
    }
    Cube {
        parents,
        cells,
        same: vec![],
        parts: Some(n_dimensions),
        ..Cube::default()
    }
}

/// Young people of three villages by sex: all who are not at school and do not work, and of them those who look for work and those who
/// look after a home; a few do neither.
pub fn left_out(units: u64, percent: u64, seed: u64) -> Cube {
    let mut state = seed.wrapping_mul(0x9E37_79B9).wrapping_add(units * 100 + percent);
    let mut random = move |below: u64| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    type Atoms = Vec<(usize, Vec<u32>, u64, Option<u64>)>;
    let mut atoms: [Atoms; 3] = Default::default();
    for village in 1..=3 {
        for sex in 0..2 {
            let of = units * (50 + random(101)) / 100;
            let mut counts = [0; 3];
            for _ in 0..of {
                let is_left_out = random(100) < percent;
                let why = random(20);
                counts[0] += u64::from(is_left_out);
                counts[1] += u64::from(is_left_out && why < 7);
                counts[2] += u64::from(is_left_out && (7..18).contains(&why));
            }
            for (atoms, count) in atoms.iter_mut().zip(counts) {
                atoms.push((village, vec![sex], count, Some(of)));
            }
        }
    }
    let parents = [None, Some(0), Some(0), Some(0)];
    let sets = [vec![false], vec![true]];
    let [whole, seeking, at_home] = atoms.map(|atoms| cube(&parents, &atoms, &sets));
    divided(whole, vec![seeking, at_home])
}
