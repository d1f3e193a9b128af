//! The attacker's linear algebra: which hidden cells do additions and subtractions give back exactly?

use super::table::Table;
use std::collections::{BTreeSet, BinaryHeap};

/// The Mersenne prime 2^61 − 1. Arithmetic modulo a prime this large loses no rank of a matrix of 0 and ±1 that the search for
/// witnesses would not contradict: every cell it calls free has an integer witness beside it.
const PRIME: u64 = (1 << 61) - 1;

/// Lists the hidden cells (ascending) that the open ones determine exactly.
///
/// A hidden cell is determined when it is zero in every vector that the relations map to zero. One such vector with random
/// free entries shows all of them: an undetermined cell is zero in it once in 2^61 cases. Only elimination is needed, no full inverse,
/// so that hierarchies of tens of thousands of cells take well under a second.
pub fn recoverable(table: &Table, hidden: &[bool]) -> Vec<usize> {
    let mut rows: Vec<Vec<(u32, u64)>> = (0..table.relations().len())
        .map(|relation| {
            let relation = u32::try_from(relation).expect("fewer than 2^32 relations");
            let mut row: Vec<(u32, u64)> = table
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
        })
        .collect();
    let pivots = eliminate(&mut rows, table.cells().len());
    let mut value: Vec<Option<u64>> = vec![None; table.cells().len()];
    let is_pivot: BTreeSet<u32> = pivots.iter().map(|(_, column)| *column).collect();
    for (cell, slot) in value.iter_mut().enumerate() {
        if !is_pivot.contains(&u32::try_from(cell).expect("fewer than 2^32 cells")) {
            *slot = Some(1 + scrambled(cell as u64) % (PRIME - 1));
        }
    }
    // Each pivot row holds only columns that are free or were chosen as pivots later: solve from the last to the first.
    for &(row, column) in pivots.iter().rev() {
        let mut own = 0;
        let mut rest = 0;
        for &(cell, factor) in &rows[row as usize] {
            if cell == column {
                own = factor;
            } else {
                rest = add(
                    rest,
                    multiply(factor, value[cell as usize].expect("solved before")),
                );
            }
        }
        value[column as usize] = Some(multiply(PRIME - rest % PRIME, inverse(own)) % PRIME);
    }
    (0..value.len())
        .filter(|&cell| hidden[cell] && value[cell] == Some(0))
        .collect()
}

/// Brings the rows to echelon form, shortest row and rarest column first so that they stay sparse; returns (row, column) in order.
fn eliminate(rows: &mut [Vec<(u32, u64)>], n_cells: usize) -> Vec<(u32, u32)> {
    let mut in_column: Vec<BTreeSet<u32>> = vec![BTreeSet::new(); n_cells];
    let mut queue = BinaryHeap::new();
    for (index, row) in (0u32..).zip(rows.iter()) {
        for (cell, _) in row {
            in_column[*cell as usize].insert(index);
        }
        queue.push(std::cmp::Reverse((row.len(), index)));
    }
    let mut done = vec![false; rows.len()];
    let mut pivots = Vec::new();
    while let Some(std::cmp::Reverse((length, index))) = queue.pop() {
        let row = &rows[index as usize];
        if done[index as usize] || row.len() != length {
            continue;
        }
        done[index as usize] = true;
        let Some(&(column, factor)) = row.iter().min_by_key(|(cell, _)| in_column[*cell as usize].len())
        else {
            continue;
        };
        for (cell, _) in row {
            in_column[*cell as usize].remove(&index);
        }
        let row = row.clone();
        let unit = inverse(factor);
        for other in std::mem::take(&mut in_column[column as usize]) {
            let target = &rows[other as usize];
            let at = target
                .binary_search_by_key(&column, |(cell, _)| *cell)
                .expect("listed in its column");
            let times = multiply(PRIME - target[at].1, unit);
            let merged = combined(target, &row, times);
            for (cell, _) in target.iter().filter(|(cell, _)| *cell != column) {
                in_column[*cell as usize].remove(&other);
            }
            for (cell, _) in &merged {
                in_column[*cell as usize].insert(other);
            }
            queue.push(std::cmp::Reverse((merged.len(), other)));
            rows[other as usize] = merged;
        }
        pivots.push((index, column));
    }
    pivots
}

/// target + times · row, both sorted by cell, without zeros.
fn combined(target: &[(u32, u64)], row: &[(u32, u64)], times: u64) -> Vec<(u32, u64)> {
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

fn add(a: u64, b: u64) -> u64 {
    (a + b) % PRIME
}

fn multiply(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    u64::try_from(product % u128::from(PRIME)).expect("below the prime")
}

/// a^(p−2) by repeated squaring (Fermat).
fn inverse(a: u64) -> u64 {
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
