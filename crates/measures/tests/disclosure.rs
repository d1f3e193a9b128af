//! Laws of disclosure control: what is hidden cannot be got back, and nothing else is hidden.

use measures::disclosure::{
    Cell, Cube, CubeCell, CubeError, Exposure, Kind, Relation, Rule, Shown, Table, TableError, audit,
    protect, recoverable,
};
use proptest::prelude::*;

fn count(count: u64) -> Cell {
    Cell::count(count)
}

fn share(count: u64, of: u64) -> Cell {
    Cell::share(count, of)
}

/// A total (cell 0) and its parts.
fn one_row(parts: &[u64]) -> Table {
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

fn hidden(shown: &[Shown]) -> Vec<bool> {
    shown.iter().map(|s| *s != Shown::Open).collect()
}

type Key = (usize, Vec<Option<u32>>);

/// Adds every total over places and dimensions to atoms (leaf place, codes, yes, of), for the sets of dimensions asked for.
fn cube(
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
        })
        .collect();
    Cube {
        parents: parents.to_vec(),
        cells,
        same: vec![],
    }
}

#[test]
fn a_widow_who_is_merely_blanked_is_found_again() {
    // sdcMicro#225: region A holds 2 single, 2 married and 1 widowed, k = 2.
    let table = one_row(&[2, 2, 1]);
    let rule = Rule { least: 2 };
    let blanked = [false, false, false, true];
    assert_eq!(recoverable(&table, &blanked), [3]);
    assert_eq!(audit(&table, &blanked, rule), [Exposure::Exact { cell: 3 }]);
    let protected = protect(&table, rule);
    assert_eq!(protected.shown[3], Shown::Primary);
    assert_eq!(
        protected
            .shown
            .iter()
            .filter(|s| **s == Shown::Complementary)
            .count(),
        1
    );
    assert!(protected.proof.verified);
    assert_eq!(audit(&table, &hidden(&protected.shown), rule), []);
}

#[test]
fn two_blanks_that_leave_only_a_narrow_range_are_not_enough() {
    // 1 + 2 = 3 is known once 20 and the total are: each is between 0 and 3.
    let table = one_row(&[1, 2, 20, 30]);
    let rule = Rule { least: 5 };
    let found = audit(&table, &[false, true, true, false, false], rule);
    assert_eq!(
        found,
        [
            Exposure::Narrow {
                cell: 1,
                found: 3,
                needed: 5
            },
            Exposure::Narrow {
                cell: 2,
                found: 3,
                needed: 5
            }
        ]
    );
    let protected = protect(&table, rule);
    assert_eq!(
        protected.shown,
        [
            Shown::Open,
            Shown::Primary,
            Shown::Primary,
            Shown::Complementary,
            Shown::Open
        ]
    );
    assert_eq!(audit(&table, &hidden(&protected.shown), rule), []);
}

#[test]
fn an_open_small_cell_is_reported() {
    assert_eq!(
        audit(&one_row(&[3, 9]), &[false; 3], Rule::default()),
        [Exposure::Open { cell: 1 }]
    );
}

#[test]
fn a_small_complement_is_as_revealing_as_a_small_count() {
    let cells = vec![share(98, 140), share(39, 40), share(30, 50), share(29, 50)];
    let table = Table::new(
        cells,
        vec![Relation {
            total: 0,
            parts: vec![1, 2, 3],
        }],
    )
    .unwrap();
    let protected = protect(&table, Rule::default());
    assert_eq!(protected.shown[1], Shown::Primary);
    assert!(protected.proof.verified);
    assert_eq!(protected.proof.n_complementary, 1);
}

#[test]
fn a_cell_that_stands_alone_is_hidden_and_nothing_else() {
    let table = Table::new(vec![count(3), count(12), count(0)], vec![]).unwrap();
    assert_eq!(
        protect(&table, Rule::default()).shown,
        [Shown::Primary, Shown::Open, Shown::Open]
    );
}

#[test]
fn when_every_part_is_small_the_total_is_hidden_too() {
    let protected = protect(&one_row(&[1, 1]), Rule::default());
    assert_eq!(protected.shown, [Shown::Primary; 3]);
    assert!(protected.proof.verified);
    let protected = protect(&one_row(&[1, 4, 0]), Rule::default());
    // 1 + 4 = 5: each may be anything from 0 to 5, and the total may stand.
    assert_eq!(
        protected.shown,
        [Shown::Open, Shown::Primary, Shown::Primary, Shown::Open]
    );
}

#[test]
fn a_rectangle_of_four_keeps_village_and_sex_totals_open() {
    // Four villages in a district; in one of them two women with no certificate. Everything else is large.
    let parents = [None, Some(0), Some(0), Some(0), Some(0)];
    let atoms: Vec<_> = (1..=4)
        .flat_map(|v| [0, 1].map(|sex| (v, vec![sex], if (v, sex) == (1, 0) { 2 } else { 30 }, Some(80))))
        .collect();
    let cube = cube(&parents, &atoms, &[vec![false], vec![true]]);
    let protection = cube.protect(Rule::default()).unwrap();
    let closed: Vec<_> = cube
        .cells
        .iter()
        .zip(&protection.shown)
        .filter(|(_, s)| **s != Shown::Open)
        .map(|(c, _)| (c.place, c.codes[0]))
        .collect();
    assert_eq!(closed.len(), 4, "{closed:?}");
    assert!(
        closed.iter().all(|(place, code)| *place > 0 && code.is_some()),
        "{closed:?}"
    );
    assert!(protection.proof.verified);
}

#[test]
fn two_tables_that_share_an_unpublished_margin_are_protected_together() {
    // sex × age and sex × disability are asked for, sex alone is not: both add up to it, so 3 women of 65+ can be
    // had from the other table unless that is hidden too.
    let sets = [
        vec![false, false, false],
        vec![true, true, false],
        vec![true, false, true],
    ];
    let atoms = vec![
        (0, vec![0, 0, 0], 40, None),
        (0, vec![0, 0, 1], 10, None),
        (0, vec![0, 1, 0], 3, None),
        (0, vec![1, 0, 0], 50, None),
        (0, vec![1, 1, 0], 25, None),
        (0, vec![1, 1, 1], 15, None),
    ];
    let cube = cube(&[None], &atoms, &sets);
    let table = cube.table().unwrap();
    assert_eq!(
        table.cells().iter().filter(|c| c.kind == Kind::Implied).count(),
        2
    );
    let small = cube.cells.iter().position(|c| c.count == 3).unwrap();
    let mut alone = vec![false; table.cells().len()];
    alone[small] = true;
    assert!(audit(&table, &alone, Rule::default()).contains(&Exposure::Exact { cell: small }));
    let protection = cube.protect(Rule::default()).unwrap();
    assert!(protection.proof.verified && protection.proof.n_complementary >= 1);
}

#[test]
fn rows_filed_at_the_district_itself_are_protected_although_no_cell_shows_them() {
    let parents = [None, Some(0)];
    let cells = vec![
        CubeCell {
            place: 0,
            codes: vec![],
            count: 12,
            of: None,
        },
        CubeCell {
            place: 1,
            codes: vec![],
            count: 9,
            of: None,
        },
    ];
    let cube = Cube {
        parents: parents.to_vec(),
        cells,
        same: vec![],
    };
    assert_eq!(cube.table().unwrap().cells().len(), 3);
    // District 12 − village 9 would show the three that were filed without a village.
    let shown = cube.protect(Rule::default()).unwrap().shown;
    assert_eq!(shown.iter().filter(|s| **s == Shown::Complementary).count(), 1);
}

#[test]
fn two_codes_that_mean_the_same_units_are_hidden_together() {
    // By age: 30 under five, 40 older. By disability: 30 not asked (the same children), 3 with, 37 without.
    let row = |codes: [Option<u32>; 2], count| CubeCell {
        place: 0,
        codes: codes.to_vec(),
        count,
        of: None,
    };
    let cells = vec![
        row([None, None], 70),
        row([Some(0), None], 30),
        row([Some(1), None], 40),
        row([None, Some(0)], 30),
        row([None, Some(1)], 3),
        row([None, Some(2)], 37),
    ];
    let cube = Cube {
        parents: vec![None],
        cells,
        same: vec![(1, 3)],
    };
    // Hiding the 3 with the 30 would not do: the 30 stand open as an age.
    let table = cube.table().unwrap();
    let alone = [false, false, false, true, true, false];
    assert!(audit(&table, &alone, Rule::default()).contains(&Exposure::Exact { cell: 4 }));
    let protection = cube.protect(Rule::default()).unwrap();
    assert!(protection.proof.verified);
    let closed: Vec<bool> = hidden(&protection.shown);
    assert!(closed[4] && closed[5] || closed[1] == closed[3], "{closed:?}");
    assert_eq!(audit(&table, &closed, Rule::default()), []);
}

#[test]
fn what_does_not_add_up_is_refused_with_the_place() {
    let refused = Table::new(
        vec![count(9), count(4), count(4)],
        vec![Relation {
            total: 0,
            parts: vec![1, 2],
        }],
    )
    .unwrap_err();
    assert_eq!(
        refused,
        TableError::DoesNotAddUp {
            relation: 0,
            parts: 8,
            total: 9
        }
    );
    assert_eq!(
        Table::new(vec![share(5, 4)], vec![]).unwrap_err(),
        TableError::MoreThanAll {
            cell: 0,
            count: 5,
            of: 4
        }
    );
    let many_answers = Cube {
        parents: vec![None],
        cells: vec![
            CubeCell {
                place: 0,
                codes: vec![None],
                count: 5,
                of: None,
            },
            CubeCell {
                place: 0,
                codes: vec![Some(0)],
                count: 4,
                of: None,
            },
            CubeCell {
                place: 0,
                codes: vec![Some(1)],
                count: 3,
                of: None,
            },
        ],
        same: vec![],
    };
    assert_eq!(
        many_answers.table().unwrap_err(),
        CubeError::NotAdditive {
            place: 0,
            codes: vec![None]
        }
    );
}

/// Row-reduces with exact fractions: slow, simple, and nothing in common with the crate's own attack.
fn exactly_recoverable(table: &Table, hidden: &[bool]) -> Vec<usize> {
    fn gcd(a: i128, b: i128) -> i128 {
        if b == 0 { a.abs() } else { gcd(b, a % b) }
    }
    let columns: Vec<usize> = (0..hidden.len()).filter(|&c| hidden[c]).collect();
    let mut rows: Vec<Vec<i128>> = table
        .relations()
        .iter()
        .map(|r| {
            columns
                .iter()
                .map(|c| i128::from(r.parts.contains(c)) - i128::from(r.total == *c))
                .collect()
        })
        .collect();
    let mut rank = 0;
    for column in 0..columns.len() {
        let Some(pivot) = (rank..rows.len()).find(|&r| rows[r][column] != 0) else {
            continue;
        };
        rows.swap(rank, pivot);
        let by = rows[rank].clone();
        for (index, row) in rows
            .iter_mut()
            .enumerate()
            .filter(|(index, row)| *index != rank && row[column] != 0)
        {
            let (a, b) = (by[column], row[column]);
            row.iter_mut().zip(&by).for_each(|(x, y)| *x = *x * a - y * b);
            let common = row.iter().fold(0, |g, x| gcd(g, *x));
            assert!(common < i128::MAX / 1_000_000, "row {index}");
            if common > 1 {
                row.iter_mut().for_each(|x| *x /= common);
            }
        }
        rank += 1;
    }
    let alone = rows
        .iter()
        .filter(|row| row.iter().filter(|x| **x != 0).count() == 1);
    let mut found: Vec<usize> = alone
        .map(|row| columns[row.iter().position(|x| *x != 0).expect("one")])
        .collect();
    found.sort_unstable();
    found
}

/// Least and greatest value of a cell over every world of a small table: tries all of them.
fn true_range(table: &Table, hidden: &[bool], cell: usize, most: u64) -> (u64, u64) {
    fn go(
        table: &Table,
        hidden: &[bool],
        values: &mut Vec<u64>,
        at: usize,
        cell: usize,
        most: u64,
        range: &mut (u64, u64),
    ) {
        let balanced = |r: &Relation| r.parts.iter().map(|&p| values[p]).sum::<u64>() == values[r.total];
        let settled = |r: &Relation| r.total < at && r.parts.iter().all(|&p| p < at);
        if !table.relations().iter().filter(|r| settled(r)).all(balanced) {
            return;
        }
        if at == values.len() {
            *range = (range.0.min(values[cell]), range.1.max(values[cell]));
            return;
        }
        if !hidden[at] {
            return go(table, hidden, values, at + 1, cell, most, range);
        }
        let truth = values[at];
        for value in 0..=table.cells()[at].of.unwrap_or(most).min(most) {
            values[at] = value;
            go(table, hidden, values, at + 1, cell, most, range);
        }
        values[at] = truth;
    }
    let mut range = (u64::MAX, 0);
    go(
        table,
        hidden,
        &mut table.cells().iter().map(|c| c.count).collect(),
        0,
        cell,
        most,
        &mut range,
    );
    range
}

/// A random tree of places, parents before children, and atoms in its leaves.
fn places() -> impl Strategy<Value = Vec<Option<usize>>> {
    prop::collection::vec(any::<prop::sample::Index>(), 0..9).prop_map(|picks| {
        let mut parents = vec![None];
        for pick in picks {
            parents.push(Some(pick.index(parents.len())));
        }
        parents
    })
}

fn leaves(parents: &[Option<usize>]) -> Vec<usize> {
    (0..parents.len())
        .filter(|p| !parents.contains(&Some(*p)))
        .collect()
}

/// Random indicators: two or three dimensions, a family of sets, counts that are often small or zero, with or without denominators.
fn cubes() -> impl Strategy<Value = Cube> {
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

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_hidden_in_a_random_hierarchy_can_be_got_back_by_subtraction(cube in cubes(), least in 2u64..7) {
        let rule = Rule { least };
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
        for (cell, shown) in table.cells().iter().zip(protect(&table, Rule { least }).shown) {
            prop_assert!(cell.count > 0 || shown == Shown::Open);
        }
    }

    #[test]
    fn a_table_without_a_small_cell_is_left_alone(cube in cubes()) {
        let large = |v: u64| v * 5;
        let cells = cube.cells.into_iter().map(|c| CubeCell { count: large(c.count), of: c.of.map(large), ..c }).collect();
        let cube = Cube { cells, ..cube };
        let protection = cube.protect(Rule { least: 5 }).unwrap();
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
        let rule = Rule { least: 3 };
        let protected = protect(&table, rule);
        let closed = hidden(&protected.shown);
        let most = table.cells().iter().map(|c| c.count).max().unwrap_or(0) + 3;
        prop_assume!(closed.iter().filter(|h| **h).count() <= 5);
        for c in (0..closed.len()).filter(|&c| protected.shown[c] == Shown::Primary) {
            let (low, high) = true_range(&table, &closed, c, most);
            prop_assert!(high - low >= 3, "cell {} is known to lie in {}..={}", c, low, high);
        }
    }
}
