//! Villages as they are: few of each age have a disability, of few the sex, the age or the disability is not known, and so most of what is
//! broken down furthest is small.

use measures::disclosure::{Cube, CubeCell};
use std::ops::Range;

const PERSONS: usize = 3_223;
const VILLAGES_OF_A_DISTRICT: usize = 12;
const DISTRICTS_OF_A_REGENCY: usize = 12;
/// Sex, age and disability; the last code of each stands for unknown.
const CODES: [usize; 3] = [3, 7, 3];
const FINEST: usize = CODES[0] * CODES[1] * CODES[2];
pub struct Random(pub u64);

impl Random {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }

    /// The code of a draw among 256.
    fn code(&mut self, ends: &[u64]) -> usize {
        let draw = self.below(256);
        ends.iter()
            .position(|end| draw < *end)
            .expect("the last end is 256")
    }

    /// Somebody, in a finest cell.
    fn person(&mut self) -> usize {
        let sex = self.code(&[128, 255, 256]);
        let age = self.code(&[61, 106, 136, 183, 220, 254, 256]);
        let disability = self.code(&[18, 253, 256]);
        (sex * CODES[1] + age) * CODES[2] + disability
    }
}

const N_SLOTS: usize = (CODES[0] + 1) * (CODES[1] + 1) * (CODES[2] + 1);

/// A province (0) of regencies, districts and villages, and its own counts: a question that is asked of some ages, and of so many
/// among a thousand it is true.
pub fn province(
    random: &mut Random,
    n_villages: usize,
    ages: &Range<usize>,
    share: u64,
) -> (Cube, Vec<(u64, u64)>) {
    let n_districts = n_villages.div_ceil(VILLAGES_OF_A_DISTRICT);
    let n_regencies = n_districts.div_ceil(DISTRICTS_OF_A_REGENCY);
    let mut parents = vec![None];
    parents.extend(vec![Some(0); n_regencies]);
    parents.extend((0..n_districts).map(|district| Some(1 + district / DISTRICTS_OF_A_REGENCY)));
    let first_district = 1 + n_regencies;
    parents.extend((0..n_villages).map(|village| Some(first_district + village / VILLAGES_OF_A_DISTRICT)));
    let mut counts = vec![vec![(0_u64, 0_u64); N_SLOTS]; parents.len()];
    for village in first_district + n_districts..parents.len() {
        let mut persons = [(0_u64, 0_u64); FINEST];
        for _ in 0..PERSONS {
            let finest = random.person();
            if ages.contains(&(finest / CODES[2] % CODES[1])) {
                persons[finest].0 += u64::from(random.below(1_000) < share);
                persons[finest].1 += 1;
            }
        }
        for (finest, (yes, of)) in persons.iter().enumerate() {
            for place in std::iter::successors(Some(village), |&place| parents[place]) {
                for set in 0..8 {
                    let (with, all) = &mut counts[place][slot(finest, set)];
                    *with += yes;
                    *all += of;
                }
            }
        }
    }
    let cube = Cube {
        cells: counts
            .iter()
            .enumerate()
            .flat_map(|(place, counts)| cells(place, counts))
            .collect(),
        parents,
        ..Cube::default()
    };
    (cube, counts.swap_remove(0))
}

/// The cells of a place that somebody is counted in.
pub fn cells(place: usize, counts: &[(u64, u64)]) -> Vec<CubeCell> {
    let counted = counts.iter().enumerate().filter(|(_, (_, of))| *of > 0);
    counted
        .map(|(slot, &(count, of))| CubeCell {
            place,
            codes: codes_of(slot),
            count,
            of: Some(of),
            is_secret: false,
            seen: None,
        })
        .collect()
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
