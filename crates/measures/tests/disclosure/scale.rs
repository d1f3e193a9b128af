//! Large tables are worked at quickly and in pieces, and are as safe as small ones.

use std::collections::BTreeSet;

use measures::disclosure::{Care, Kind, Rule, Shown, Table, protect_with, recoverable};
use proptest::prelude::*;

use crate::{
    attackers::{Linear, exactly_recoverable},
    samples::{cubes, hidden, left_out, regency},
};

/// Hidden cells that are tied to each other by relations, each group by itself.
fn components(table: &Table, closed: &[bool]) -> Vec<BTreeSet<usize>> {
    let mut left: BTreeSet<usize> = (0..closed.len()).filter(|&cell| closed[cell]).collect();
    let mut components = Vec::new();
    while let Some(first) = left.pop_first() {
        let mut component = BTreeSet::from([first]);
        let mut edge = vec![first];
        while let Some(cell) = edge.pop() {
            let relations = table.relations().iter();
            for relation in relations.filter(|r| r.total == cell || r.parts.contains(&cell)) {
                for member in relation.parts.iter().chain([&relation.total]) {
                    if left.remove(member) {
                        component.insert(*member);
                        edge.push(*member);
                    }
                }
            }
        }
        components.push(component);
    }
    components
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_found_in_a_table_is_what_is_found_in_its_pieces(
        cube in cubes(), mask in prop::collection::vec(0u8..3, 400)
    ) {
        let table = cube.table().unwrap();
        let closed: Vec<bool> = table.cells().iter().zip(mask.iter().cycle())
            .map(|(c, m)| c.kind == Kind::Implied || *m == 0).collect();
        let mut in_pieces = Vec::new();
        for component in components(&table, &closed) {
            let alone: Vec<bool> = (0..closed.len()).map(|cell| component.contains(&cell)).collect();
            in_pieces.extend(recoverable(&table, &alone));
        }
        in_pieces.sort_unstable();
        prop_assert_eq!(recoverable(&table, &closed), in_pieces);
    }

    #[test]
    fn with_quick_care_nothing_can_be_got_back_by_subtraction_either(cube in cubes(), least in 2u64..7) {
        let rule = Rule::at_least(least);
        let table = cube.table().unwrap();
        let protected = protect_with(&table, rule, Care::Quick);
        prop_assert!(protected.proof.verified);
        let closed: Vec<bool> = hidden(&protected.shown).iter().zip(table.cells())
            .map(|(hidden, cell)| *hidden || cell.kind == Kind::Implied).collect();
        let got_back: Vec<_> = exactly_recoverable(&table, &closed).into_iter()
            .filter(|&cell| protected.shown[cell] != Shown::Open).collect();
        prop_assert_eq!(got_back, Vec::<usize>::new());
        for (cell, shown) in table.cells().iter().zip(&protected.shown) {
            prop_assert_eq!(rule.is_sensitive(cell), *shown == Shown::Primary);
        }
    }

    #[test]
    fn with_quick_care_every_small_cell_stays_as_uncertain_as_was_promised(
        units in 8u64..70, percent in 10u64..98, kind in 0u8..3, seed in any::<u64>(), least in 2u64..8
    ) {
        let rule = Rule::at_least(least);
        let cube = match kind {
            0 => regency(units, percent, false, seed),
            1 => regency(units, percent, true, seed),
            _ => left_out(units.max(16), percent, seed),
        };
        let table = cube.table().unwrap();
        let protected = protect_with(&table, rule, Care::Quick);
        prop_assert!(protected.proof.verified);
        let closed: Vec<bool> = hidden(&protected.shown).iter().zip(table.cells())
            .map(|(hidden, cell)| *hidden || cell.kind == Kind::Implied).collect();
        let worlds = Linear::of(&table, rule, &closed);
        for (cell, facts) in table.cells().iter().enumerate().filter(|(_, facts)| rule.is_sensitive(facts)) {
            let needed = least.min(facts.of.unwrap()) as f64;
            prop_assert!(worlds.width(cell) > needed - 1e-6, "cell {}: {} of {}", cell, worlds.width(cell), needed);
        }
    }
}

#[test]
fn a_table_of_a_nation_is_worked_at_quickly() {
    let small = Table::new(vec![], vec![]).unwrap();
    assert_eq!(Care::of(&small), Care::Thorough);
    let cells = vec![measures::disclosure::Cell::count(7); 100_000];
    assert_eq!(Care::of(&Table::new(cells, vec![]).unwrap()), Care::Quick);
}
