//! Times disclosure control at the size of a nation's sample of places: 2,509 places of four levels × every combination of sex, age and
//! disability, one indicator after the other. Says of each how many cells it has, how many of them are small, how many are withheld
//! beside those, and how long it took.
//!
//! `cargo run --release -p baraza-measures --example suppress_a_nation [INDICATORS [PERSONS_PER_VILLAGE]]`

use measures::disclosure::{Care, Cube, CubeCell, Rule};
use std::time::Instant;

const PROVINCES: usize = 8;
const DISTRICTS: usize = 500;
const VILLAGES: usize = 2_000;
/// Codes of sex (the last one unknown), age and disability.
const CODES: [usize; 3] = [3, 9, 2];
const FINEST: usize = CODES[0] * CODES[1] * CODES[2];

/// How many live in each finest cell of each place.
struct Nation {
    parents: Vec<Option<usize>>,
    /// By place, then sex, age and disability.
    persons: Vec<[u64; FINEST]>,
    random: Random,
}

struct Random(u64);

fn main() {
    let mut numbers = std::env::args().skip(1).map(|a| a.parse().expect("a number"));
    let n_indicators: u64 = numbers.next().unwrap_or(11);
    let persons: u64 = numbers.next().unwrap_or(5_000);
    let mut nation = Nation::new(persons);
    let (mut n_cells, mut seconds) = (0, 0.0);
    for indicator in 0..n_indicators {
        let cube = nation.cube(30 + 6 * (indicator % 12));
        let start = Instant::now();
        let table = cube.table().expect("an additive cube");
        let built = start.elapsed().as_secs_f64();
        let care = Care::of(&table);
        let proof = cube.protect(Rule::default()).expect("an additive cube").proof;
        let took = start.elapsed().as_secs_f64() - built;
        let percent = |n: u64| 100.0 * n as f64 / proof.n_cells as f64;
        println!(
            "{} cells, {care:?}: {:.1} % small, {:.1} % beside them, {} rounds, verified {}; table {built:.2} s, all {took:.2} s",
            proof.n_cells,
            percent(proof.n_primary),
            percent(proof.n_complementary),
            proof.rounds,
            proof.verified,
        );
        n_cells += proof.n_cells;
        seconds += took;
    }
    println!(
        "{n_cells} cells in {seconds:.2} s, {:.2} µs a cell",
        1e6 * seconds / n_cells as f64
    );
}

impl Random {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }

    fn below_index(&mut self, most: usize) -> usize {
        usize::try_from(self.below(most as u64)).expect("small")
    }
}

impl Nation {
    fn new(persons: u64) -> Self {
        let mut parents = vec![None];
        parents.extend([Some(0); PROVINCES]);
        parents.extend((0..DISTRICTS).map(|district| Some(1 + district % PROVINCES)));
        parents.extend((0..VILLAGES).map(|village| Some(1 + PROVINCES + village % DISTRICTS)));
        let mut nation = Self {
            persons: vec![[0; FINEST]; parents.len()],
            parents,
            random: Random(20),
        };
        for village in 1 + PROVINCES + DISTRICTS..nation.parents.len() {
            for _ in 0..persons * (30 + nation.random.below(140)) / 100 {
                let finest = nation.person();
                nation.persons[village][finest] += 1;
            }
        }
        nation
    }

    /// Somebody: few are old, few have a disability, and of few the sex is not known.
    fn person(&mut self) -> usize {
        let random = &mut self.random;
        let sex = if random.below(500) == 0 {
            2
        } else {
            random.below_index(2)
        };
        let age = random.below_index(CODES[1]).min(random.below_index(CODES[1]));
        let disability = usize::from(random.below(200) < 2 + age as u64);
        (sex * CODES[1] + age) * CODES[2] + disability
    }

    /// An indicator that so many percent have.
    fn cube(&mut self, percent: u64) -> Cube {
        let slots: usize = CODES.iter().map(|n| n + 1).product();
        let mut counts = vec![(0_u64, 0_u64); slots * self.parents.len()];
        for village in 1 + PROVINCES + DISTRICTS..self.parents.len() {
            for finest in 0..FINEST {
                let of = self.persons[village][finest];
                let yes = (0..of).filter(|_| self.random.below(100) < percent).count() as u64;
                let line = std::iter::successors(Some(village), |&place| self.parents[place]);
                for place in line {
                    for set in 0..8 {
                        let (with, all) = &mut counts[place * slots + slot(finest, set)];
                        *with += yes;
                        *all += of;
                    }
                }
            }
        }
        let cells = counts.iter().enumerate().filter(|(_, (_, of))| *of > 0);
        Cube {
            parents: self.parents.clone(),
            cells: cells
                .map(|(at, &(count, of))| CubeCell {
                    place: at / slots,
                    codes: codes_of(at % slots),
                    count,
                    of: Some(of),
                    is_secret: false,
                    seen: None,
                })
                .collect(),
            ..Cube::default()
        }
    }
}

/// Where a finest cell is added for a combination, one bit a dimension; all together come last in each dimension.
fn slot(finest: usize, set: usize) -> usize {
    let codes = [
        finest / CODES[2] / CODES[1],
        finest / CODES[2] % CODES[1],
        finest % CODES[2],
    ];
    (0..3).fold(0, |slot, d| {
        let code = if (set >> d) & 1 == 1 { codes[d] } else { CODES[d] };
        slot * (CODES[d] + 1) + code
    })
}

fn codes_of(mut slot: usize) -> Vec<Option<u32>> {
    let mut codes = vec![None; 3];
    for d in (0..3).rev() {
        let code = slot % (CODES[d] + 1);
        slot /= CODES[d] + 1;
        codes[d] = u32::try_from(code).ok().filter(|_| code < CODES[d]);
    }
    codes
}
