//! What two publications tell together.

use std::collections::BTreeMap;

use measures::disclosure::{Cell, Cube, CubeCell, Kind, Rule, Seen, Shown, Table, protect};
use proptest::prelude::*;

use crate::{
    attackers::{Linear, exactly_recoverable},
    samples::{cube, regency, share},
};

type Key = (usize, Vec<Option<u32>>);

/// What stands on the page, by cell: a held one keeps what it said.
type Page = BTreeMap<Key, Seen>;

/// Publishes a cube over what is on the page; returns the table with what was seen, and what became of each cell.
fn publish(cube: &mut Cube, page: &mut Page, rule: Rule) -> (Table, Vec<Shown>) {
    for cell in &mut cube.cells {
        cell.seen = page.get(&(cell.place, cell.codes.clone())).copied();
    }
    let table = cube.table().unwrap();
    let protected = protect(&table, rule);
    assert!(protected.proof.verified);
    for (cell, shown) in cube.cells.iter().zip(&protected.shown) {
        if *shown == Shown::Open {
            let now = Seen {
                count: cell.count,
                of: cell.of,
            };
            page.insert((cell.place, cell.codes.clone()), now);
        }
    }
    (table, protected.shown)
}

/// Files one household: adds it to every cell that it falls into.
fn file(cube: &mut Cube, village: usize, codes: [u32; 2], has_it: bool) {
    let line = std::iter::successors(Some(village), |place| cube.parents[*place]);
    let places: Vec<usize> = line.collect();
    let holds = |cell: &CubeCell| {
        places.contains(&cell.place)
            && cell
                .codes
                .iter()
                .zip(codes)
                .all(|(code, own)| code.is_none_or(|code| code == own))
    };
    for cell in cube.cells.iter_mut().filter(|cell| holds(cell)) {
        cell.count += u64::from(has_it);
        cell.of = cell.of.map(|of| of + 1);
    }
}

/// A regency of two villages with 40 of 60 households each.
fn town() -> Cube {
    let atoms = [1, 2].map(|village| (village, vec![0, 0], 40, Some(60)));
    cube(&[None, Some(0), Some(0)], &atoms, &[vec![false, false]])
}

fn held(rule: Rule, filed: &[(usize, bool)]) -> Vec<u64> {
    let (mut cube, mut page) = (town(), Page::new());
    publish(&mut cube, &mut page, rule);
    for &(village, has_it) in filed {
        file(&mut cube, village, [0, 0], has_it);
        publish(&mut cube, &mut page, rule);
    }
    page.values().map(|seen| seen.of.unwrap()).collect()
}

#[test]
fn one_household_more_moves_nothing_until_five_with_and_five_without_have_come() {
    let rule = Rule { least: 5, hold: 5 };
    assert_eq!(held(rule, &[(1, true)]), [120, 60, 60]);
    assert_eq!(held(rule, &[(1, true); 4]), [120, 60, 60]);
    assert_eq!(held(rule, &[(1, true); 5]), [125, 65, 60]);
    // Four with and one without: the one would be known.
    let mixed = [(1, true), (1, true), (1, true), (1, true), (1, false)];
    assert_eq!(held(rule, &mixed), [120, 60, 60]);
    // Three in each village are six for the regency, but it would tell of the three once the fifth is there.
    assert_eq!(held(Rule::at_least(5), &[(1, true)]), [121, 61, 60]);
}

#[test]
fn a_village_that_must_wait_keeps_back_the_regency_if_subtraction_would_tell() {
    let rule = Rule { least: 5, hold: 5 };
    let (mut cube, mut page) = (town(), Page::new());
    publish(&mut cube, &mut page, rule);
    // Five at once in one village, one in the other: regency and first village together would show the one.
    (0..5).for_each(|_| file(&mut cube, 1, [0, 0], true));
    file(&mut cube, 2, [0, 0], true);
    let (_, shown) = publish(&mut cube, &mut page, rule);
    assert_eq!(shown[2], Shown::Primary);
    assert!(shown[0] != Shown::Open || shown[1] != Shown::Open, "{shown:?}");
    // A change of nobody holds nothing.
    let (_, shown) = publish(&mut town(), &mut Page::new(), rule);
    assert_eq!(shown, [Shown::Open; 3]);
}

#[test]
fn without_a_hold_what_was_seen_makes_no_difference() {
    let mut cube = regency(60, 94, true, 1);
    let before = cube.protect(Rule::default()).unwrap();
    for cell in &mut cube.cells {
        cell.seen = Some(Seen {
            count: 0,
            of: Some(0),
        });
    }
    assert_eq!(cube.protect(Rule::default()).unwrap(), before);
}

#[test]
fn a_secret_cell_is_hidden_like_a_small_one() {
    let cells = vec![
        share(60, 100),
        Cell {
            is_secret: true,
            ..share(20, 40)
        },
        share(20, 30),
        share(20, 30),
    ];
    let relation = measures::disclosure::Relation {
        total: 0,
        parts: vec![1, 2, 3],
    };
    let protected = protect(&Table::new(cells, vec![relation]).unwrap(), Rule::default());
    assert_eq!(protected.shown[1], Shown::Primary);
    assert_eq!(protected.proof.n_complementary, 1);
    assert_eq!(protected.shown[0], Shown::Open);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_that_was_seen_moves_by_fewer_than_were_to_be_waited_for(
        units in 10u64..60, percent in 50u64..98, is_crossed in any::<bool>(), seed in any::<u64>(), hold in 2u64..7,
        filed in prop::collection::vec((1usize..4, 0u32..2, 0u32..3, any::<bool>()), 1..14),
        together in 1usize..6,
    ) {
        let rule = Rule { least: 5, hold };
        let (mut cube, mut page) = (regency(units, percent, is_crossed, seed), Page::new());
        publish(&mut cube, &mut page, rule);
        for batch in filed.chunks(together) {
            for &(village, sex, age, has_it) in batch {
                file(&mut cube, village, [sex, age], has_it);
            }
            let before = page.clone();
            let (table, shown) = publish(&mut cube, &mut page, rule);
            // What the page says moved by nobody or by enough, with and without.
            for (key, now) in &page {
                if let Some(was) = before.get(key) {
                    let with = now.count - was.count;
                    let without = now.of.unwrap() - was.of.unwrap() - with;
                    prop_assert!([with, without].iter().all(|n| *n == 0 || *n >= hold), "{:?}: {} and {}", key, with, without);
                }
            }
            // What it does not say stays uncertain to somebody who kept the page before and knows every denominator.
            let closed: Vec<bool> = shown.iter().zip(table.cells()).map(|(s, c)| *s != Shown::Open || c.kind == Kind::Implied).collect();
            let worlds = Linear::of(&table, rule, &closed);
            let possible = Linear::of(&table, rule, &vec![true; closed.len()]);
            let unknown: Vec<bool> = closed.iter().zip(table.cells()).map(|(h, c)| { let (low, high) = rule.bounds(c); *h && high != Some(low) }).collect();
            let found = exactly_recoverable(&table, &unknown);
            for (cell, facts) in table.cells().iter().enumerate().filter(|(_, facts)| rule.is_sensitive(facts)) {
                let (low, high) = rule.bounds(facts);
                prop_assert!(low <= facts.count && facts.count <= high.unwrap());
                // Earlier publications may have told so much that nothing would leave it more uncertain.
                let needed = possible.width(cell).min(hold.min(5) as f64);
                prop_assert!(worlds.width(cell) > needed - 1e-6, "cell {}: {} of {}", cell, worlds.width(cell), needed);
                prop_assert!(!found.contains(&cell));
            }
        }
    }
}
