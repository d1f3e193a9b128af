//! Somebody who adds and subtracts everything that is public, by linear programming: the least and the greatest that a sum of counts
//! can be. Has nothing in common with the product's own proof.

/// Numbers below this are zero that rounding has moved.
const NOTHING: f64 = 1e-9;

/// The worlds that agree with what is public, seen from the true one: each is the truth plus the rows of `basis` times some numbers.
pub struct Attacker {
    /// One row for each count.
    basis: Vec<Vec<f64>>,
    /// How far each count may fall and rise, whatever is public.
    room: Vec<(f64, f64)>,
}

impl Attacker {
    /// `known` has a row for each public sum: a 1 for each count that is in it.
    pub fn of(known: &[Vec<f64>], room: Vec<(f64, f64)>) -> Attacker {
        let n = room.len();
        let (rows, pivots) = reduced(known.to_vec(), n);
        let free: Vec<usize> = (0..n).filter(|count| !pivots.contains(count)).collect();
        let mut basis = vec![vec![0.0; free.len()]; n];
        for (at, &count) in free.iter().enumerate() {
            basis[count][at] = 1.0;
        }
        for (row, &count) in rows.iter().zip(&pivots) {
            basis[count] = free.iter().map(|&other| -row[other]).collect();
        }
        Attacker { basis, room }
    }

    /// Greatest minus least value of the sum of some counts in any of the worlds.
    pub fn width(&self, counts: &[usize]) -> f64 {
        let n = self.basis.first().map_or(0, Vec::len);
        let goal: Vec<f64> = (0..n)
            .map(|at| counts.iter().map(|&count| self.basis[count][at]).sum())
            .collect();
        let downwards: Vec<f64> = goal.iter().map(|x| -x).collect();
        self.highest(&goal) + self.highest(&downwards)
    }

    /// How far above the truth a sum can lie: the simplex method with Bland's rule, from the truth, where every slack is the room
    /// that there is.
    fn highest(&self, goal: &[f64]) -> f64 {
        let n = 2 * goal.len();
        // Each number is the difference of two that are not negative.
        let split = |row: &[f64], sign: f64| -> Vec<f64> {
            let plus = row.iter().map(|x| sign * x);
            let minus = row.iter().map(|x| -sign * x);
            plus.chain(minus).collect()
        };
        let mut rows: Vec<Vec<f64>> = Vec::new();
        for (row, &(down, up)) in self.basis.iter().zip(&self.room) {
            if row.iter().all(|x| x.abs() < NOTHING) {
                continue;
            }
            for (sign, room) in [(1.0, up), (-1.0, down)] {
                let mut line = split(row, sign);
                line.push(room);
                rows.push(line);
            }
        }
        let mut cost = split(goal, 1.0);
        cost.push(0.0);
        // Columns hold whichever variables are zero, rows those that are not: a condensed tableau.
        let mut at_column: Vec<usize> = (0..n).collect();
        let mut at_row: Vec<usize> = (n..n + rows.len()).collect();
        loop {
            let rising = (0..n).filter(|&column| cost[column] > 1e-7);
            let Some(column) = rising.min_by_key(|&column| at_column[column]) else {
                return -cost[n];
            };
            let ratio = |row: usize| rows[row][n] / rows[row][column];
            let binding = (0..rows.len()).filter(|&row| rows[row][column] > 1e-7);
            let first =
                binding.min_by(|&a, &b| ratio(a).total_cmp(&ratio(b)).then(at_row[a].cmp(&at_row[b])));
            let Some(row) = first else {
                return f64::INFINITY;
            };
            pivot(&mut rows, &mut cost, row, column);
            std::mem::swap(&mut at_column[column], &mut at_row[row]);
        }
    }
}

/// Swaps what a row and a column of the tableau hold.
fn pivot(rows: &mut [Vec<f64>], cost: &mut [f64], row: usize, column: usize) {
    let by = rows[row][column];
    rows[row].iter_mut().for_each(|x| *x /= by);
    rows[row][column] = 1.0 / by;
    let pivot = rows[row].clone();
    let eliminate = |line: &mut [f64]| {
        let times = line[column];
        line.iter_mut().zip(&pivot).for_each(|(x, y)| *x -= times * y);
        line[column] = -times / by;
    };
    let others = rows.iter_mut().enumerate().filter(|(at, _)| *at != row);
    others.for_each(|(_, line)| eliminate(line));
    eliminate(cost);
}

/// Row-reduces; gives the rows and in the same order the column that each of the first of them stands for.
fn reduced(mut rows: Vec<Vec<f64>>, n: usize) -> (Vec<Vec<f64>>, Vec<usize>) {
    let mut pivots = Vec::new();
    for column in 0..n {
        let rank = pivots.len();
        let Some(found) = (rank..rows.len()).find(|&row| rows[row][column].abs() > NOTHING) else {
            continue;
        };
        rows.swap(rank, found);
        let by = rows[rank][column];
        rows[rank].iter_mut().for_each(|x| *x /= by);
        let pivot = rows[rank].clone();
        for (_, row) in rows.iter_mut().enumerate().filter(|(at, _)| *at != rank) {
            let times = row[column];
            if times.abs() > NOTHING {
                row.iter_mut().zip(&pivot).for_each(|(x, y)| *x -= times * y);
            }
        }
        pivots.push(column);
    }
    (rows, pivots)
}

#[test]
fn the_attacker_finds_what_subtraction_gives_and_no_more() {
    // Three counts, each of 10: 3, 4 and 5. Public: the sum of all, and the first.
    let room = || vec![(3.0, 7.0), (4.0, 6.0), (5.0, 5.0)];
    let attacker = Attacker::of(&[vec![1.0, 1.0, 1.0], vec![1.0, 0.0, 0.0]], room());
    assert!(attacker.width(&[0]).abs() < NOTHING);
    assert!(attacker.width(&[1, 2]).abs() < NOTHING);
    // The two others add up to 9: either is 0 to 9.
    assert!((attacker.width(&[1]) - 9.0).abs() < NOTHING);
    let attacker = Attacker::of(&[], room());
    assert!((attacker.width(&[0]) - 10.0).abs() < NOTHING);
    assert!((attacker.width(&[0, 2]) - 20.0).abs() < NOTHING);
}
