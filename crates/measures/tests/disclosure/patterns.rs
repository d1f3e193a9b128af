//! Cases small enough to be worked out by hand.

use measures::disclosure::{
    Cube, CubeCell, CubeError, Exposure, Kind, Relation, Rule, Shown, Table, TableError, audit, protect,
    recoverable,
};

use crate::{
    attackers::{Linear, true_range},
    samples::{count, cube, hidden, one_row, share},
};

#[test]
fn a_widow_who_is_merely_blanked_is_found_again() {
    // sdcMicro#225: region A holds 2 single, 2 married and 1 widowed, k = 2.
    let table = one_row(&[2, 2, 1]);
    let rule = Rule::at_least(2);
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
    let rule = Rule::at_least(5);
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
            is_secret: false,
            seen: None,
        },
        CubeCell {
            place: 1,
            codes: vec![],
            count: 9,
            of: None,
            is_secret: false,
            seen: None,
        },
    ];
    let cube = Cube {
        parents: parents.to_vec(),
        cells,
        same: vec![],
        ..Cube::default()
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
        is_secret: false,
        seen: None,
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
        ..Cube::default()
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
                is_secret: false,
                seen: None,
            },
            CubeCell {
                place: 0,
                codes: vec![Some(0)],
                count: 4,
                of: None,
                is_secret: false,
                seen: None,
            },
            CubeCell {
                place: 0,
                codes: vec![Some(1)],
                count: 3,
                of: None,
                is_secret: false,
                seen: None,
            },
        ],
        same: vec![],
        ..Cube::default()
    };
    assert_eq!(
        many_answers.table().unwrap_err(),
        CubeError::NotAdditive {
            place: 0,
            codes: vec![None]
        }
    );
}

#[test]
fn linear_programming_agrees_with_trying_every_world_of_a_small_table() {
    // 1 + 2 = 3, and a rectangle whose margins stand open.
    let table = one_row(&[1, 2, 20, 30]);
    let closed = [false, true, true, false, false];
    let worlds = Linear::of(&table, Rule::default(), &closed);
    for cell in [1, 2] {
        let (low, high) = true_range(&table, &closed, cell, 40);
        assert_eq!(((high - low) as f64, worlds.width(cell)), (3.0, 3.0));
    }
    // With the total hidden as well nothing limits a count from above.
    let closed = [true, true, true, false, false];
    assert_eq!(
        Linear::of(&table, Rule::default(), &closed).width(1),
        f64::INFINITY
    );
}
