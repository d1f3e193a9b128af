//! Numbers that are parts of another one.

use measures::disclosure::{
    Cube, CubeError, Exposure, Kind, Relation, Rule, Shown, Table, TableError, audit, protect, recoverable,
};
use proptest::prelude::*;

use crate::{
    attackers::{Linear, exactly_recoverable},
    samples::{cube, divided, left_out, share},
};

/// One village: 40 young people, of whom so many are left out, look for work, look after a home.
fn village(counts: [u64; 3]) -> Cube {
    let [whole, seeking, at_home] =
        counts.map(|count| cube(&[None], &[(0, vec![], count, Some(40))], &[vec![]]));
    divided(whole, vec![seeking, at_home])
}

#[test]
fn a_part_that_is_withheld_cannot_be_had_from_the_whole_and_the_other_part() {
    // 12 − 9 = 3: one by one, the 3 alone would be withheld.
    let cube = village([12, 9, 3]);
    let table = cube.table().unwrap();
    let alone = [false, false, true];
    assert_eq!(recoverable(&table, &alone), [2]);
    assert!(audit(&table, &alone, Rule::default()).contains(&Exposure::Exact { cell: 2 }));
    let protected = cube.protect(Rule::default()).unwrap();
    assert!(protected.proof.verified);
    // The whole is what most came for.
    assert_eq!(
        protected.shown,
        [Shown::Open, Shown::Complementary, Shown::Primary]
    );
}

#[test]
fn what_the_parts_leave_over_is_protected_like_a_part() {
    // 12 − 6 − 5 = 1 does neither, and nobody is shown how many do neither.
    let cube = village([12, 6, 5]);
    let table = cube.table().unwrap();
    assert_eq!(table.cells().len(), 4);
    assert_eq!(table.cells()[3].kind, Kind::Implied);
    assert_eq!((table.cells()[3].count, table.cells()[3].of), (1, Some(40)));
    let protected = cube.protect(Rule::default()).unwrap();
    assert!(protected.proof.verified);
    assert!(protected.shown[1..].contains(&Shown::Complementary));
    // Where nothing is small nothing is withheld.
    let quiet = village([20, 10, 10]).protect(Rule::default()).unwrap();
    assert_eq!(quiet.shown, [Shown::Open; 3]);
}

#[test]
fn parts_that_are_more_than_the_whole_are_refused() {
    let refused = village([12, 9, 4]).table().unwrap_err();
    assert_eq!(
        refused,
        CubeError::NotAdditive {
            place: 0,
            codes: vec![None]
        }
    );
}

#[test]
fn a_relation_of_counts_asks_nothing_of_denominators() {
    let cells = || vec![share(12, 40), share(9, 40), share(3, 40)];
    let divided = Relation {
        total: 0,
        parts: vec![1, 2],
    };
    let in_full = Table::new(cells(), vec![divided.clone()]).unwrap_err();
    assert_eq!(
        in_full,
        TableError::DoesNotAddUp {
            relation: 0,
            parts: 80,
            total: 40
        }
    );
    let table = Table::with_relations_of_counts(cells(), vec![], vec![divided]).unwrap();
    assert_eq!(table.relations().len(), 1);
}

/// Youths of a sex in a village from which on a table of parts can be shown in part.
const SMALL_VILLAGE: u64 = 16;

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_part_of_any_village_can_be_told_from_all_that_is_shown(
        units in 6u64..60, percent in 10u64..70, seed in any::<u64>(), least in 2u64..7
    ) {
        let rule = Rule::at_least(least);
        let table = left_out(units, percent, seed).table().unwrap();
        let protected = protect(&table, rule);
        if !protected.proof.verified {
            // Of villages where hardly more than `least` people live nothing at all may be left to show.
            prop_assert!(units < SMALL_VILLAGE && !protected.shown.contains(&Shown::Open));
            return Ok(());
        }
        let closed: Vec<bool> = protected.shown.iter().zip(table.cells())
            .map(|(shown, cell)| *shown != Shown::Open || cell.kind == Kind::Implied).collect();
        let found = exactly_recoverable(&table, &closed);
        let worlds = Linear::of(&table, rule, &closed);
        for (cell, facts) in table.cells().iter().enumerate() {
            if protected.shown[cell] != Shown::Open {
                prop_assert!(!found.contains(&cell), "cell {} is found", cell);
            }
            if rule.is_sensitive(facts) {
                let needed = least.min(facts.of.unwrap()) as f64;
                prop_assert!(worlds.width(cell) > needed - 1e-6, "cell {}: {} of {}", cell, worlds.width(cell), needed);
            }
        }
    }
}
