//! Attackers that have nothing in common with the crate's own: exact fractions, every world there is, linear programming.

use measures::disclosure::{Kind, Relation, Rule, Table};

/// Row-reduces with exact fractions: slow, simple, and nothing in common with the crate's own attack.
pub fn exactly_recoverable(table: &Table, hidden: &[bool]) -> Vec<usize> {
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
pub fn true_range(table: &Table, hidden: &[bool], cell: usize, most: u64) -> (u64, u64) {
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

/// The worlds that fractions of people would allow, seen from the truth: every world is the truth plus `basis` times some numbers.
pub struct Linear {
    /// One row a cell; empty for an open one.
    basis: Vec<Vec<f64>>,
    /// How far each cell may fall and rise.
    room: Vec<(f64, f64)>,
}

impl Linear {
    pub fn of(table: &Table, rule: Rule, hidden: &[bool]) -> Self {
        let n = hidden.len();
        let mut rows: Vec<Vec<f64>> = table
            .relations()
            .iter()
            .map(|relation| {
                let mut row = vec![0.0; n];
                for &part in relation.parts.iter().filter(|&&p| hidden[p]) {
                    row[part] += 1.0;
                }
                if hidden[relation.total] {
                    row[relation.total] -= 1.0;
                }
                row
            })
            .collect();
        let mut pivots = Vec::new();
        for column in 0..n {
            let Some(found) = (pivots.len()..rows.len()).find(|&r| rows[r][column].abs() > 1e-9) else {
                continue;
            };
            let rank = pivots.len();
            rows.swap(rank, found);
            let by = rows[rank][column];
            rows[rank].iter_mut().for_each(|x| *x /= by);
            let pivot = rows[rank].clone();
            for (_, row) in rows.iter_mut().enumerate().filter(|(r, _)| *r != rank) {
                let times = row[column];
                if times.abs() > 1e-9 {
                    row.iter_mut().zip(&pivot).for_each(|(x, y)| *x -= times * y);
                }
            }
            pivots.push(column);
        }
        let free: Vec<usize> = (0..n).filter(|c| hidden[*c] && !pivots.contains(c)).collect();
        let mut basis = vec![vec![]; n];
        for (at, &cell) in free.iter().enumerate() {
            basis[cell] = (0..free.len()).map(|f| f64::from(u8::from(f == at))).collect();
        }
        for (row, &cell) in rows.iter().zip(&pivots) {
            basis[cell] = free.iter().map(|&f| -row[f]).collect();
        }
        let room = table
            .cells()
            .iter()
            .map(|cell| {
                let (low, high) = rule.bounds(cell);
                let up = high.map_or(f64::INFINITY, |high| (high - cell.count) as f64);
                ((cell.count - low) as f64, up)
            })
            .collect();
        Self { basis, room }
    }

    /// Greatest minus least value that the cell takes in any of the worlds.
    pub fn width(&self, cell: usize) -> f64 {
        let goal = &self.basis[cell];
        let downwards: Vec<f64> = goal.iter().map(|x| -x).collect();
        self.highest(goal) + self.highest(&downwards)
    }

    /// The simplex method with Bland's rule, from the truth, where every slack is the room there is.
    fn highest(&self, goal: &[f64]) -> f64 {
        let n = goal.len();
        let mut rows: Vec<Vec<f64>> = Vec::new();
        for (row, &(down, up)) in self.basis.iter().zip(&self.room) {
            for (sign, room) in [(1.0, up), (-1.0, down)] {
                if room.is_finite() && row.iter().any(|x| x.abs() > 1e-9) {
                    // Each number is the difference of two that are not negative.
                    let mut line: Vec<f64> = row.iter().map(|x| sign * x).collect();
                    line.extend(row.iter().map(|x| -sign * x));
                    line.push(room);
                    rows.push(line);
                }
            }
        }
        let mut cost: Vec<f64> = goal.iter().copied().chain(goal.iter().map(|x| -x)).collect();
        cost.push(0.0);
        // Columns hold whichever variables are zero, rows those that are not: a condensed tableau.
        let mut at_column: Vec<usize> = (0..2 * n).collect();
        let mut at_row: Vec<usize> = (2 * n..2 * n + rows.len()).collect();
        loop {
            let Some(column) = (0..2 * n)
                .filter(|&c| cost[c] > 1e-7)
                .min_by_key(|&c| at_column[c])
            else {
                return -cost[2 * n];
            };
            let ratio = |r: usize| rows[r][2 * n] / rows[r][column];
            let Some(row) = (0..rows.len())
                .filter(|&r| rows[r][column] > 1e-7)
                .min_by(|&a, &b| ratio(a).total_cmp(&ratio(b)).then(at_row[a].cmp(&at_row[b])))
            else {
                return f64::INFINITY;
            };
            let by = rows[row][column];
            rows[row].iter_mut().for_each(|x| *x /= by);
            rows[row][column] = 1.0 / by;
            let pivot = rows[row].clone();
            let others = rows.iter_mut().enumerate().filter(|(r, _)| *r != row);
            for line in others.map(|(_, line)| line).chain([&mut cost]) {
                let times = line[column];
                line.iter_mut().zip(&pivot).for_each(|(x, y)| *x -= times * y);
                line[column] = -times / by;
            }
            std::mem::swap(&mut at_column[column], &mut at_row[row]);
        }
    }
}

/// The least that can be paid for hiding cells so that linear programming leaves every sensitive one uncertain enough, if it is
/// less than `known`; tries every choice that could be cheaper. As whole people allow fewer worlds than fractions of people, no
/// choice that is safe by the crate's rule can be cheaper either.
pub fn cheapest(table: &Table, rule: Rule, price: &dyn Fn(usize) -> u64, known: u64) -> u64 {
    let sensitive: Vec<usize> = (0..table.cells().len())
        .filter(|&c| rule.is_sensitive(&table.cells()[c]))
        .collect();
    let hidden: Vec<bool> = (0..table.cells().len())
        .map(|c| sensitive.contains(&c) || table.cells()[c].kind == Kind::Implied)
        .collect();
    let mut search = Cheapest {
        table,
        rule,
        price,
        sensitive,
        best: known,
    };
    search.go(&hidden, &vec![false; hidden.len()], 0);
    search.best
}

struct Cheapest<'a> {
    table: &'a Table,
    rule: Rule,
    price: &'a dyn Fn(usize) -> u64,
    sensitive: Vec<usize>,
    best: u64,
}

impl Cheapest<'_> {
    fn is_unsafe(&self, worlds: &Linear, cell: usize) -> bool {
        let (low, high) = self.rule.bounds(&self.table.cells()[cell]);
        let needed = high.map_or(self.rule.least, |high| self.rule.least.min(high - low));
        worlds.width(cell) < needed as f64 - 1e-6
    }

    fn go(&mut self, hidden: &[bool], open: &[bool], cost: u64) {
        let worlds = Linear::of(self.table, self.rule, hidden);
        let Some(exposed) = self
            .sensitive
            .iter()
            .copied()
            .find(|&c| self.is_unsafe(&worlds, c))
        else {
            self.best = self.best.min(cost);
            return;
        };
        // Which of the cells still in question give it away? Hide them one by one while it stays exposed.
        let in_question = |hidden: &[bool], c: usize| !hidden[c] && !open[c];
        let mut mask: Vec<bool> = open.iter().map(|open| !open).collect();
        if self.is_unsafe(&Linear::of(self.table, self.rule, &mask), exposed) {
            return;
        }
        let mut order: Vec<usize> = (0..hidden.len()).filter(|&c| in_question(hidden, c)).collect();
        order.sort_by_key(|&c| (self.price)(c));
        for &cell in &order {
            mask[cell] = false;
        }
        let mut guilty = Vec::new();
        for &cell in &order {
            mask[cell] = true;
            if !self.is_unsafe(&Linear::of(self.table, self.rule, &mask), exposed) {
                mask[cell] = false;
                guilty.push(cell);
            }
        }
        // One of them must be hidden: the first, or the second and not the first, and so on.
        let mut open = open.to_vec();
        for cell in guilty {
            let price = (self.price)(cell);
            if cost + price < self.best {
                let mut more = hidden.to_vec();
                more[cell] = true;
                self.go(&more, &open, cost + price);
            }
            open[cell] = true;
        }
    }
}
