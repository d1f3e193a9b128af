//! The attacker's linear algebra: which hidden cells do additions and subtractions give back exactly?

use super::{table::Table, witness::Witness};
use std::{cmp::Reverse, collections::BinaryHeap};

/// The Mersenne prime 2^61 − 1. Arithmetic modulo a prime this large loses no rank of a matrix of 0 and ±1 that the search for
/// witnesses would not contradict: every cell it calls free has an integer witness beside it.
const PRIME: u64 = (1 << 61) - 1;

/// What a relation says of hidden cells: cell and factor, ascending by cell, no factor zero.
type Row = Vec<(u32, u64)>;

/// Lists the hidden cells (ascending) that the open ones determine exactly.
///
/// A hidden cell is determined when it is zero in every vector that the relations map to zero. One such vector with random
/// free entries shows all of them: an undetermined cell is zero in it once in 2^61 cases. Only elimination is needed, no full inverse.
///
/// What stands open parts the hidden cells into *components* that share no relation; no step of the elimination reaches from one
/// into another, so that a nation costs as much as its villages together. Which rows and columns are taken first changes the vector but
/// not its zeros.
pub fn recoverable(table: &Table, hidden: &[bool]) -> Vec<usize> {
    let mut rows = rows_of(table, hidden);
    let n_cells = table.cells().len();
    let (mut pivots, is_done) = peel(&rows, n_cells);
    let mut in_column: Vec<Vec<u32>> = vec![Vec::new(); n_cells];
    for component in components(&rows, &is_done, n_cells) {
        eliminate(&mut rows, &component, &mut in_column, &mut pivots);
    }
    let value = solve(&rows, &pivots, n_cells);
    (0..n_cells)
        .filter(|&cell| hidden[cell] && value[cell] == 0)
        .collect()
}

/// The same among the cells asked about, told by witnesses that were checked one by one.
///
/// Each of their worlds differs from the truth by a vector that the relations map to zero, and so does any sum of them. One sum with
/// random factors is worked out and checked against every relation: it is what elimination would look for, put together and not
/// solved for. A cell in which it is not zero is not determined. Only where it leaves a cell asked about at zero, or is no such
/// vector, the attack has to be run in full.
pub(super) fn recoverable_beside<'w>(
    table: &Table,
    hidden: &[bool],
    witnesses: impl Iterator<Item = &'w Witness>,
    is_asked: impl Fn(usize) -> bool,
) -> Vec<usize> {
    let value = sum_of(witnesses, hidden.len());
    let is_free = |cell: usize| hidden[cell] && value[cell] != 0;
    let is_kernel =
        (0..hidden.len()).all(|cell| hidden[cell] || value[cell] == 0) && is_balanced(table, &value);
    let is_doubtful = |cell: &usize| hidden[*cell] && is_asked(*cell) && !(is_kernel && is_free(*cell));
    if !(0..hidden.len()).any(|cell| is_doubtful(&cell)) {
        return Vec::new();
    }
    let mut exact = recoverable(table, hidden);
    exact.retain(|cell| is_asked(*cell));
    exact
}

/// What the worlds of all witnesses change in each cell, each world with a factor of its own.
fn sum_of<'w>(witnesses: impl Iterator<Item = &'w Witness>, n_cells: usize) -> Vec<u64> {
    let mut value = vec![0; n_cells];
    for (number, witness) in (0_u64..).zip(witnesses) {
        let factors = [2 * number, 2 * number + 1].map(|world| 1 + scrambled(world) % (PRIME - 1));
        for &(cell, highest, lowest) in &witness.changes {
            let changes = add(
                multiply(factors[0], residue(highest)),
                multiply(factors[1], residue(lowest)),
            );
            value[cell] = add(value[cell], changes);
        }
    }
    value
}

/// True when every relation maps the vector to zero.
fn is_balanced(table: &Table, value: &[u64]) -> bool {
    table.relations().iter().all(|relation| {
        let parts = relation.parts.iter().fold(0, |sum, &part| add(sum, value[part]));
        parts == value[relation.total]
    })
}

/// A change of a count modulo the prime.
fn residue(change: i64) -> u64 {
    let size = change.unsigned_abs() % PRIME;
    if change < 0 && size > 0 {
        PRIME - size
    } else {
        size
    }
}

/// The relations that name hidden cells.
fn rows_of(table: &Table, hidden: &[bool]) -> Vec<Row> {
    let row = |relation: usize| {
        let relation = u32::try_from(relation).expect("fewer than 2^32 relations");
        let mut row: Row = table
            .members(relation)
            .filter(|(cell, _)| hidden[*cell])
            .map(|(cell, sign)| {
                (
                    u32::try_from(cell).expect("fewer than 2^32 cells"),
                    if sign > 0 { 1 } else { PRIME - 1 },
                )
            })
            .collect();
        row.sort_unstable_by_key(|(cell, _)| *cell);
        row
    };
    (0..table.relations().len())
        .map(row)
        .filter(|row| !row.is_empty())
        .collect()
}

/// Takes out rows that hold a cell which stands in no other row, again and again: such a cell takes whatever value the rest of its row
/// leaves, and nothing has to be eliminated. Returns (row, column) in the order taken, and which rows are done.
fn peel(rows: &[Row], n_cells: usize) -> (Vec<(u32, u32)>, Vec<bool>) {
    let mut n_rows = vec![0_u32; n_cells];
    // The rows of a column put together with XOR: once one is left, it stands there by itself.
    let mut any_row = vec![0_u32; n_cells];
    for (index, row) in (0_u32..).zip(rows) {
        for (cell, _) in row {
            n_rows[*cell as usize] += 1;
            any_row[*cell as usize] ^= index;
        }
    }
    let mut single: Vec<u32> = (0_u32..)
        .zip(&n_rows)
        .filter(|(_, n)| **n == 1)
        .map(|(cell, _)| cell)
        .collect();
    let mut is_done = vec![false; rows.len()];
    let mut pivots = Vec::new();
    while let Some(column) = single.pop() {
        if n_rows[column as usize] != 1 {
            continue;
        }
        let index = any_row[column as usize];
        is_done[index as usize] = true;
        pivots.push((index, column));
        for (cell, _) in &rows[index as usize] {
            let at = *cell as usize;
            n_rows[at] -= 1;
            any_row[at] ^= index;
            if n_rows[at] == 1 {
                single.push(*cell);
            }
        }
    }
    (pivots, is_done)
}

/// Puts the rows that are left together by the cells that they share.
fn components(rows: &[Row], is_done: &[bool], n_cells: usize) -> Vec<Vec<u32>> {
    let mut above: Vec<u32> = (0_u32..).take(n_cells).collect();
    for (_, row, first) in left(rows, is_done) {
        for (cell, _) in row {
            let (one, other) = (root(&mut above, first), root(&mut above, *cell));
            above[one as usize] = other;
        }
    }
    let mut by_root: Vec<(u32, u32)> = left(rows, is_done)
        .map(|(index, _, first)| (root(&mut above, first), index))
        .collect();
    by_root.sort_unstable();
    by_root
        .chunk_by(|(one, _), (other, _)| one == other)
        .map(|chunk| chunk.iter().map(|(_, index)| *index).collect())
        .collect()
}

/// The rows that are not done, with their first cell.
fn left<'a>(rows: &'a [Row], is_done: &'a [bool]) -> impl Iterator<Item = (u32, &'a Row, u32)> {
    let with_first = |((index, row), _): ((u32, &'a Row), &bool)| Some((index, row, row.first()?.0));
    (0_u32..)
        .zip(rows)
        .zip(is_done)
        .filter(|(_, is_done)| !**is_done)
        .filter_map(with_first)
}

/// The cell that stands for the component of a cell; shortens the way there.
fn root(above: &mut [u32], cell: u32) -> u32 {
    let mut at = cell;
    while above[at as usize] != at {
        above[at as usize] = above[above[at as usize] as usize];
        at = above[at as usize];
    }
    at
}

/// Brings the rows of a component to echelon form, shortest row and rarest column first so that they stay sparse; adds (row, column)
/// to the pivots in order.
fn eliminate(rows: &mut [Row], component: &[u32], in_column: &mut [Vec<u32>], pivots: &mut Vec<(u32, u32)>) {
    let mut queue = BinaryHeap::new();
    for &index in component {
        let row = &rows[index as usize];
        for (cell, _) in row {
            in_column[*cell as usize].push(index);
        }
        queue.push(Reverse((row.len(), index)));
    }
    while let Some(Reverse((length, index))) = queue.pop() {
        // A row that changed since is in the queue again.
        if rows[index as usize].len() != length {
            continue;
        }
        let row = std::mem::take(&mut rows[index as usize]);
        let Some(&(column, factor)) = row.iter().min_by_key(|(cell, _)| in_column[*cell as usize].len())
        else {
            continue;
        };
        if !in_column[column as usize].contains(&index) {
            // Done before; it stood in the queue twice.
            rows[index as usize] = row;
            continue;
        }
        for (cell, _) in &row {
            take_out(&mut in_column[*cell as usize], index);
        }
        let unit = inverse(factor);
        for other in std::mem::take(&mut in_column[column as usize]) {
            let target = &rows[other as usize];
            let at = place_of(target, column).expect("listed in its column");
            let times = multiply(PRIME - target[at].1, unit);
            let merged = combined(target, &row, times);
            for (cell, _) in row.iter().filter(|(cell, _)| *cell != column) {
                match (place_of(target, *cell), place_of(&merged, *cell)) {
                    (Some(_), None) => take_out(&mut in_column[*cell as usize], other),
                    (None, Some(_)) => in_column[*cell as usize].push(other),
                    _ => {}
                }
            }
            queue.push(Reverse((merged.len(), other)));
            rows[other as usize] = merged;
        }
        pivots.push((index, column));
        rows[index as usize] = row;
    }
}

fn place_of(row: &[(u32, u64)], cell: u32) -> Option<usize> {
    row.binary_search_by_key(&cell, |(cell, _)| *cell).ok()
}

fn take_out(column: &mut Vec<u32>, row: u32) {
    if let Some(at) = column.iter().position(|other| *other == row) {
        column.swap_remove(at);
    }
}

/// A vector that all rows map to zero, random and not zero where nothing determines it.
fn solve(rows: &[Row], pivots: &[(u32, u32)], n_cells: usize) -> Vec<u64> {
    let mut value: Vec<u64> = (0..n_cells as u64)
        .map(|cell| 1 + scrambled(cell) % (PRIME - 1))
        .collect();
    // Each pivot row holds only columns that are free or were chosen as pivots later: solve from the last to the first.
    for &(row, column) in pivots.iter().rev() {
        let mut own = 0;
        let mut rest = 0;
        for &(cell, factor) in &rows[row as usize] {
            if cell == column {
                own = factor;
            } else {
                rest = add(rest, multiply(factor, value[cell as usize]));
            }
        }
        let negative = if rest == 0 { 0 } else { PRIME - rest };
        value[column as usize] = multiply(negative, inverse(own));
    }
    value
}

/// target + times · row, both sorted by cell, without zeros.
fn combined(target: &[(u32, u64)], row: &[(u32, u64)], times: u64) -> Row {
    let mut sum = Vec::with_capacity(target.len() + row.len());
    let (mut a, mut b) = (0, 0);
    while a < target.len() || b < row.len() {
        let left = target.get(a).map_or(u32::MAX, |(cell, _)| *cell);
        let right = row.get(b).map_or(u32::MAX, |(cell, _)| *cell);
        let mut factor = 0;
        if left <= right {
            factor = target[a].1;
            a += 1;
        }
        if right <= left {
            factor = add(factor, multiply(times, row[b].1));
            b += 1;
        }
        if factor != 0 {
            sum.push((left.min(right), factor));
        }
    }
    sum
}

/// Both below the prime, and so is the sum.
fn add(a: u64, b: u64) -> u64 {
    let sum = a + b;
    if sum >= PRIME { sum - PRIME } else { sum }
}

/// Both below the prime, and so is the product: as 2^61 is 1 modulo the prime, its high bits are added to its low ones.
fn multiply(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    let low = product as u64 & PRIME;
    let high = (product >> 61) as u64;
    add(low, high)
}

/// a^(p−2) by repeated squaring (Fermat).
fn inverse(a: u64) -> u64 {
    // 1 and −1, which nearly all factors are, are their own.
    if a == 1 || a == PRIME - 1 {
        return a;
    }
    let (mut result, mut base, mut exponent) = (1, a, PRIME - 2);
    while exponent > 0 {
        if exponent & 1 == 1 {
            result = multiply(result, base);
        }
        base = multiply(base, base);
        exponent >>= 1;
    }
    result
}

/// A fixed pseudo-random number for each cell: the same table always gives the same answer.
fn scrambled(cell: u64) -> u64 {
    let mut x = cell.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    x ^ (x >> 31)
}

#[cfg(test)]
mod tests {
    use super::{
        super::{Cell, Relation},
        *,
    };

    #[test]
    fn arithmetic_modulo_the_prime_agrees_with_division() {
        let numbers: Vec<u64> = [0, 1, 2, PRIME - 1, PRIME - 2, 1 << 60]
            .into_iter()
            .chain((0..200).map(|n| scrambled(n) % PRIME))
            .collect();
        for &a in &numbers {
            for &b in &numbers {
                let product = u128::from(a) * u128::from(b) % u128::from(PRIME);
                assert_eq!(u128::from(multiply(a, b)), product, "{a} · {b}");
            }
            if a != 0 {
                assert_eq!(multiply(a, inverse(a)), 1, "{a}");
            }
        }
        assert_eq!(add(residue(-5), residue(5)), 0);
        assert_eq!(residue(0), 0);
    }

    /// a + b = 9, b + c = 7, c + d = 5 with only d open, or all hidden.
    fn chained() -> Table {
        let cells = [4, 5, 2, 3, 9, 7, 5].map(Cell::count).to_vec();
        let relation = |total, parts: [usize; 2]| Relation {
            total,
            parts: parts.to_vec(),
        };
        let relations = vec![relation(4, [0, 1]), relation(5, [1, 2]), relation(6, [2, 3])];
        Table::new(cells, relations).unwrap()
    }

    fn witness(changes: &[(usize, i64)]) -> Witness {
        Witness {
            cell: 0,
            needed: 1,
            changes: changes
                .iter()
                .map(|&(cell, change)| (cell, change, -change))
                .collect(),
        }
    }

    #[test]
    fn checked_witnesses_say_what_elimination_says() {
        let table = chained();
        let hidden = [true, true, true, true, false, false, false];
        let all = witness(&[(0, 1), (1, -1), (2, 1), (3, -1)]);
        assert_eq!(recoverable(&table, &hidden), [] as [usize; 0]);
        assert!(recoverable_beside(&table, &hidden, [&all].into_iter(), |_| true).is_empty());
        // With d open everything follows, and no vector that moves d or tips a relation hides that.
        let open = [true, true, true, false, false, false, false];
        let tipping = witness(&[(0, 1), (1, -1), (2, 1)]);
        assert_eq!(recoverable(&table, &open), [0, 1, 2]);
        for wrong in [&all, &tipping] {
            assert_eq!(
                recoverable_beside(&table, &open, [wrong].into_iter(), |_| true),
                [0, 1, 2]
            );
        }
        assert_eq!(
            recoverable_beside(&table, &open, std::iter::empty(), |cell| cell == 1),
            [1]
        );
    }
}
