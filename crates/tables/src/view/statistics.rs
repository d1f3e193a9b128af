//! What a column holds: how much, how different, how it is spread.

use std::cmp::Ordering;

use super::column::{Coded, number};
use crate::value::{Kind, Value};

/// Most frequent values that are told.
const TOLD: usize = 10;
/// Bins of a histogram, about.
const BINS: f64 = 12.0;
const DAY: f64 = 86_400_000_000.0;

/// A column among some rows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Statistics {
    /// Rows, the empty ones included.
    pub n: u64,
    pub n_empty: u64,
    /// Not known of columns with too many different values.
    pub n_distinct: Option<u64>,
    pub least: Value,
    pub most: Value,
    /// Of numbers only.
    pub mean: Option<f64>,
    /// Lower quartile, median and upper quartile of numbers, days and moments: values that occur.
    pub quartiles: Option<[Value; 3]>,
    /// The most frequent values, the first ten.
    pub top: Vec<(Value, u64)>,
    /// How numbers, days and moments are spread; empty for other kinds.
    pub bins: Vec<Bin>,
}

/// Values from one to another, which is not among them unless it is the only one.
#[derive(Clone, Debug, PartialEq)]
pub struct Bin {
    pub from: Value,
    pub to: Value,
    pub n: u64,
}

/// Describes a column by how often each of its values occurs.
pub fn of_counts(kind: Kind, coded: &Coded, counts: &[u64]) -> Statistics {
    let n: u64 = counts.iter().sum();
    let n_empty = counts.first().copied().unwrap_or_default();
    let filled: Vec<(usize, u64)> = counts
        .iter()
        .copied()
        .enumerate()
        .skip(1)
        .filter(|(_, n)| *n > 0)
        .collect();
    let value = |place: Option<&(usize, u64)>| place.map_or(Value::Null, |(code, _)| coded.value_of(*code));
    let n_filled = n - n_empty;
    let is_ordered = !matches!(kind, Kind::Text | Kind::Geometry | Kind::Flag);
    let quartiles = (is_ordered && n_filled > 0).then(|| {
        // The nearest rank: a value that is there, so that days and whole numbers stay what they are.
        [0.25, 0.5, 0.75].map(|share: f64| {
            let rank = ((n_filled as f64 * share).ceil() as u64).max(1);
            let mut sum = 0;
            let at = filled.iter().find(|(_, n)| {
                sum += n;
                sum >= rank
            });
            value(at)
        })
    });
    let mean = (kind.is_number() && n_filled > 0).then(|| {
        let numbers = coded.numbers();
        let (mut sum, mut n) = (0.0, 0_u64);
        for (code, count) in &filled {
            if let Some(number) = numbers[*code] {
                sum += number * *count as f64;
                n += count;
            }
        }
        sum / n.max(1) as f64
    });
    let mut top = filled.clone();
    let by_number = |a: &(usize, u64), b: &(usize, u64)| b.1.cmp(&a.1).then(a.0.cmp(&b.0));
    if top.len() > TOLD {
        top.select_nth_unstable_by(TOLD - 1, by_number);
        top.truncate(TOLD);
    }
    top.sort_unstable_by(by_number);
    Statistics {
        n,
        n_empty,
        n_distinct: Some(filled.len() as u64),
        least: value(filled.first()),
        most: value(filled.last()),
        mean,
        quartiles,
        top: top
            .into_iter()
            .map(|(code, n)| (coded.value_of(code), n))
            .collect(),
        bins: if is_ordered {
            bins(kind, &filled, |code| coded.value_of(code))
        } else {
            Vec::new()
        },
    }
}

/// What can be said of a column without keeping its values.
#[derive(Default)]
pub struct Sums {
    n: u64,
    n_empty: u64,
    least: Value,
    most: Value,
    sum: f64,
    n_numbers: u64,
}

impl Sums {
    pub fn see(&mut self, value: Value) {
        self.n += 1;
        if value.is_null() {
            self.n_empty += 1;
            return;
        }
        if let Some(number) = number(&value) {
            self.sum += number;
            self.n_numbers += 1;
        }
        if self.least.is_null() || value.partial_cmp(&self.least) == Some(Ordering::Less) {
            self.least = value.clone();
        }
        if self.most.is_null() || value.partial_cmp(&self.most) == Some(Ordering::Greater) {
            self.most = value;
        }
    }

    pub fn finish(self, kind: Kind) -> Statistics {
        let is_told = kind != Kind::Geometry;
        Statistics {
            n: self.n,
            n_empty: self.n_empty,
            least: if is_told { self.least } else { Value::Null },
            most: if is_told { self.most } else { Value::Null },
            mean: (self.n_numbers > 0).then(|| self.sum / self.n_numbers as f64),
            ..Statistics::default()
        }
    }
}

fn bins(kind: Kind, filled: &[(usize, u64)], value_of: impl Fn(usize) -> Value) -> Vec<Bin> {
    let position = |value: &Value| match value {
        Value::Date(days) => Some(f64::from(*days)),
        Value::Instant(at) => Some(*at as f64),
        other => number(other),
    };
    let places: Vec<(f64, u64)> = filled
        .iter()
        .filter_map(|(code, n)| Some((position(&value_of(*code))?, *n)))
        .collect();
    let (Some((low, _)), Some((high, _))) = (places.first().copied(), places.last().copied()) else {
        return Vec::new();
    };
    let value = |at: f64| match kind {
        Kind::Integer => Value::Integer(at.round() as i64),
        Kind::Date => Value::Date(at.round() as i32),
        Kind::Instant => Value::Instant(at.round() as i64),
        _ => Value::Decimal(at),
    };
    let is_single = kind == Kind::Integer && high - low < 20.0;
    let unit = match kind {
        Kind::Instant if high - low > 2.0 * DAY => DAY,
        _ => 1.0,
    };
    let mut step = if is_single || high <= low {
        1.0
    } else {
        round((high - low) / unit / BINS) * unit
    };
    if kind != Kind::Decimal {
        step = step.max(1.0);
    }
    let first = (low / step).floor();
    let n_bins = (high / step).floor() - first + 1.0;
    if !(1.0..=200.0).contains(&n_bins) {
        return Vec::new();
    }
    let mut bins: Vec<Bin> = (0..n_bins as usize)
        .map(|at| {
            let from = (first + at as f64) * step;
            let to = if is_single { from } else { from + step };
            Bin {
                from: value(from),
                to: value(to),
                n: 0,
            }
        })
        .collect();
    for (place, n) in places {
        let at = ((place / step).floor() - first).max(0.0) as usize;
        let last = bins.len() - 1;
        bins[at.min(last)].n += n;
    }
    bins
}

/// The next 1, 2 or 5 times a power of ten.
fn round(rough: f64) -> f64 {
    let power = 10_f64.powf(rough.log10().floor());
    match rough / power {
        x if x <= 1.0 => power,
        x if x <= 2.0 => 2.0 * power,
        x if x <= 5.0 => 5.0 * power,
        _ => 10.0 * power,
    }
}
