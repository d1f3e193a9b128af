//! Times disclosure control of a nation that is protected area by area: villages of 3,223 persons in districts, regencies and provinces
//! × every combination of sex, age and disability, each of which may be unknown; one indicator after the other.
//!
//! `cargo run --release -p baraza-measures --example suppress_by_areas [VILLAGES [VILLAGES_PER_PROVINCE]]`

use measures::disclosure::{Areas, Rule, Shown};
use std::{
    ops::Range,
    time::{Duration, Instant},
};
use villages::{Random, cells, province};

mod villages;

/// Of each question: ages that it is asked of, and of so many among a thousand it is true.
const QUESTIONS: [(Range<usize>, u64); 11] = [
    (0..7, 711),
    (0..7, 843),
    (0..7, 843),
    (0..7, 968),
    (0..7, 717),
    (0..7, 79),
    (2..6, 68),
    (2..3, 450),
    (1..2, 474),
    (2..6, 949),
    (3..6, 748),
];

fn main() {
    let mut numbers = std::env::args().skip(1).map(|a| a.parse().expect("a number"));
    let n_villages: usize = numbers.next().unwrap_or(320);
    let of_province: usize = numbers.next().unwrap_or(2_205);
    let (mut n_cells, mut n_shown, mut is_verified, mut took) = (0, 0, true, Duration::ZERO);
    for (ages, share) in QUESTIONS {
        let mut random = Random(20);
        let start = Instant::now();
        let mut areas = Areas::new(Rule::default(), None);
        let mut spent = Duration::ZERO;
        let mut top: Vec<(u64, u64)> = Vec::new();
        let mut open = 0;
        for first in (0..n_villages).step_by(of_province) {
            let (cube, counts) = province(&mut random, of_province.min(n_villages - first), &ages, share);
            let began = Instant::now();
            let shown = areas.protect(cube, 0).expect("an additive cube");
            spent += began.elapsed();
            open += shown.iter().filter(|shown| **shown == Shown::Open).count();
            top.resize(counts.len(), (0, 0));
            for ((yes, of), (more_yes, more)) in top.iter_mut().zip(counts) {
                *yes += more_yes;
                *of += more;
            }
        }
        let cells = cells(0, &top);
        let began = Instant::now();
        let whole = areas.finish(cells, Vec::new()).expect("areas that add up");
        spent += began.elapsed();
        open += whole.top.iter().filter(|shown| **shown == Shown::Open).count();
        open -= whole
            .changed
            .iter()
            .flatten()
            .filter(|(_, shown)| *shown != Shown::Open)
            .count();
        let proof = whole.proof;
        let percent = |n: u64| 100.0 * n as f64 / proof.n_cells as f64;
        println!(
            "{} cells: {:.1} % small, {:.1} % open, verified {}; {:.2} s ({:.2} s at the end) of {:.2} s",
            proof.n_cells,
            percent(proof.n_primary),
            percent(open as u64),
            proof.verified,
            spent.as_secs_f64(),
            began.elapsed().as_secs_f64(),
            start.elapsed().as_secs_f64(),
        );
        n_cells += proof.n_cells;
        n_shown += open;
        is_verified &= proof.verified;
        took += spent;
    }
    println!(
        "{n_cells} cells, {:.1} % open, verified {is_verified}, in {:.2} s, {:.2} µs a cell",
        100.0 * n_shown as f64 / n_cells as f64,
        took.as_secs_f64(),
        1e6 * took.as_secs_f64() / n_cells as f64
    );
}
