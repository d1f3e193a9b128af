//! What holds for every table.

use measures::disclosure::{Cube, CubeCell, Kind, Relation, Rule, Shown, Table, protect, recoverable};
use proptest::prelude::*;

use crate::{
    attackers::{Linear, cheapest, exactly_recoverable, true_range},
    samples::{count, cubes, hidden, regency},
};

/// What the reader loses by cells that are hidden although they are not sensitive.
fn cost(table: &Table, shown: &[Shown]) -> u64 {
    let complementary = shown.iter().zip(table.cells());
    complementary
        .filter(|(shown, _)| **shown == Shown::Complementary)
        .map(|(_, cell)| u64::from(cell.worth))
        .sum()
}

#[test]
fn small_regencies_withhold_hardly_more_than_the_least_possible() {
    let rule = Rule::default();
    let (mut paid, mut possible) = (0, 0);
    for (units, percent, is_crossed) in [(20, 72, false), (60, 94, false), (60, 72, true), (40, 94, true)] {
        for seed in 0..5 {
            let table = regency(units, percent, is_crossed, seed).table().unwrap();
            let ours = cost(&table, &protect(&table, rule).shown);
            paid += ours;
            possible += cheapest(&table, rule, &|c| u64::from(table.cells()[c].worth), ours);
        }
    }
    assert!(possible > 100, "the worlds are too easy: {possible}");
    // A twentieth above the optimum at most.
    assert!(20 * paid <= 21 * possible, "paid {paid}, possible {possible}");
}

#[test]
fn the_regencys_own_total_is_withheld_only_where_nothing_else_would_do() {
    let rule = Rule::default();
    let mut n_withheld = 0;
    for (units, percent) in [
        (12, 94),
        (15, 90),
        (20, 94),
        (40, 94),
        (60, 94),
        (60, 97),
        (20, 72),
    ] {
        for seed in 0..20 {
            let cube = regency(units, percent, true, seed);
            let table = cube.table().unwrap();
            let protected = protect(&table, rule);
            let is_total = |c: &CubeCell| c.place == 0 && c.codes == [None, None];
            let total = cube.cells.iter().position(is_total).unwrap();
            if protected.shown[total] == Shown::Complementary {
                n_withheld += 1;
                let mut all_else = vec![true; table.cells().len()];
                all_else[total] = false;
                let worlds = Linear::of(&table, rule, &all_else);
                let is_exposed =
                    |c: usize| worlds.width(c) < rule.least.min(table.cells()[c].of.unwrap()) as f64;
                let exposed = (0..table.cells().len())
                    .filter(|&c| protected.shown[c] == Shown::Primary)
                    .any(is_exposed);
                assert!(exposed, "{units} households, {percent} %, seed {seed}");
            }
        }
    }
    assert!(n_withheld > 0, "no world needs it: the test shows nothing");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_hidden_in_a_random_hierarchy_can_be_got_back_by_subtraction(cube in cubes(), least in 2u64..7) {
        let rule = Rule::at_least(least);
        let table = cube.table().unwrap();
        let protected = protect(&table, rule);
        prop_assert!(protected.proof.verified);
        let closed: Vec<bool> = hidden(&protected.shown).iter().zip(table.cells()).map(|(h, c)| *h || c.kind == Kind::Implied).collect();
        let got_back: Vec<_> = exactly_recoverable(&table, &closed).into_iter().filter(|&c| protected.shown[c] != Shown::Open).collect();
        prop_assert_eq!(got_back, Vec::<usize>::new());
        for (cell, shown) in table.cells().iter().zip(&protected.shown) {
            prop_assert_eq!(rule.is_sensitive(cell), *shown == Shown::Primary);
        }
    }

    #[test]
    fn the_attack_finds_exactly_what_fractions_find(cube in cubes(), mask in prop::collection::vec(0u8..3, 400)) {
        let table = cube.table().unwrap();
        let closed: Vec<bool> = table.cells().iter().zip(mask.iter().cycle())
            .map(|(c, m)| c.kind == Kind::Implied || *m == 0).collect();
        prop_assert_eq!(recoverable(&table, &closed), exactly_recoverable(&table, &closed));
    }

    #[test]
    fn zeros_stay_open_in_tables_of_counts(cube in cubes(), least in 2u64..7) {
        let table = cube.table().unwrap();
        prop_assume!(table.cells().iter().all(|c| c.of.is_none()));
        for (cell, shown) in table.cells().iter().zip(protect(&table, Rule::at_least(least)).shown) {
            prop_assert!(cell.count > 0 || shown == Shown::Open);
        }
    }

    #[test]
    fn a_table_without_a_small_cell_is_left_alone(cube in cubes()) {
        let large = |v: u64| v * 5;
        let cells = cube.cells.into_iter().map(|c| CubeCell { count: large(c.count), of: c.of.map(large), ..c }).collect();
        let cube = Cube { cells, ..cube };
        let protection = cube.protect(Rule::at_least(5)).unwrap();
        prop_assert!(protection.shown.iter().all(|s| *s == Shown::Open));
        prop_assert_eq!((protection.proof.n_primary, protection.proof.n_complementary), (0, 0));
    }

    #[test]
    fn every_world_an_attacker_can_imagine_leaves_a_small_cell_uncertain(rows in prop::collection::vec(prop::collection::vec(0u64..6, 2), 2..4)) {
        // A two-way table small enough to try every world: rows, columns, both margins, the grand total.
        let (n, m) = (rows.len(), 2);
        let cell = |r: usize, c: usize| r * (m + 1) + c;
        let mut counts = vec![0; (n + 1) * (m + 1)];
        for (r, row) in rows.iter().enumerate() {
            for (c, value) in row.iter().enumerate() {
                for at in [cell(r, c), cell(r, m), cell(n, c), cell(n, m)] {
                    counts[at] += value;
                }
            }
        }
        let mut relations: Vec<Relation> = (0..=n).map(|r| Relation { total: cell(r, m), parts: (0..m).map(|c| cell(r, c)).collect() }).collect();
        relations.extend((0..=m).map(|c| Relation { total: cell(n, c), parts: (0..n).map(|r| cell(r, c)).collect() }));
        let table = Table::new(counts.into_iter().map(count).collect(), relations).unwrap();
        let rule = Rule::at_least(3);
        let protected = protect(&table, rule);
        let closed = hidden(&protected.shown);
        let most = table.cells().iter().map(|c| c.count).max().unwrap_or(0) + 3;
        prop_assume!(closed.iter().filter(|h| **h).count() <= 5);
        for c in (0..closed.len()).filter(|&c| protected.shown[c] == Shown::Primary) {
            let (low, high) = true_range(&table, &closed, c, most);
            prop_assert!(high - low >= 3, "cell {} is known to lie in {}..={}", c, low, high);
        }
    }

    #[test]
    fn linear_programming_leaves_every_small_cell_as_uncertain_as_was_promised(
        units in 8u64..70, percent in 50u64..98, is_crossed in any::<bool>(), seed in any::<u64>(), least in 2u64..8
    ) {
        let rule = Rule::at_least(least);
        let table = regency(units, percent, is_crossed, seed).table().unwrap();
        let protected = protect(&table, rule);
        prop_assert!(protected.proof.verified);
        let worlds = Linear::of(&table, rule, &hidden(&protected.shown));
        for (cell, facts) in table.cells().iter().enumerate().filter(|(_, facts)| rule.is_sensitive(facts)) {
            let needed = least.min(facts.of.unwrap()) as f64;
            prop_assert!(worlds.width(cell) > needed - 1e-6, "cell {}: {} of {}", cell, worlds.width(cell), needed);
        }
    }
}
