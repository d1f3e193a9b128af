//! Persons who are made as they are counted, a province at a time. The same person is made whenever the same village is.

use tables::{Source, Value};

/// Indonesia has about so many persons in a village, and villages in a province.
pub const PERSONS_OF_A_VILLAGE: usize = 3_223;
pub const VILLAGES_OF_A_BLOCK: usize = 5;
pub const BLOCKS_OF_A_PROVINCE: usize = 441;
const VILLAGES_OF_A_PROVINCE: usize = BLOCKS_OF_A_PROVINCE * VILLAGES_OF_A_BLOCK;

/// The code of a village: its province, counted from 11, and its number in the nation.
fn code_of(village: usize) -> String {
    format!("{:02}{:08}", village / VILLAGES_OF_A_PROVINCE + 11, village)
}

/// The persons of some villages.
pub struct Province {
    first_village: usize,
    n_blocks: usize,
    columns: Vec<Made>,
}

/// A column: its values, and the code for each of 256 equally likely draws.
struct Made {
    name: &'static str,
    values: Vec<Value>,
    codes: [i32; 256],
}

impl Made {
    /// `shares` are of 256; what is left over has no value.
    fn of(name: &'static str, shares: &[(&str, usize)]) -> Made {
        let codes = shares
            .iter()
            .enumerate()
            .flat_map(|(at, (_, n))| vec![at as i32; *n]);
        Made {
            name,
            values: shares.iter().map(|(value, _)| Value::from(*value)).collect(),
            codes: padded(codes),
        }
    }

    fn numbers(name: &'static str, numbers: impl Iterator<Item = i64>) -> Made {
        let values: Vec<Value> = numbers.map(Value::from).collect();
        Made {
            name,
            codes: padded(0..values.len() as i32),
            values,
        }
    }
}

fn padded(codes: impl Iterator<Item = i32>) -> [i32; 256] {
    let mut all = [-1; 256];
    for (place, code) in all.iter_mut().zip(codes) {
        *place = code;
    }
    all
}

/// Places in the columns of a province, behind the village.
const AGE: usize = 1;
const SCHOOL: usize = 3;
const EMPLOYMENT: usize = 4;
const TOO_YOUNG: i32 = 9;

impl Province {
    /// The persons of some blocks of villages, counted from 0 over the whole nation.
    pub fn of(first_block: usize, n_blocks: usize) -> Province {
        let yes = |name, n| Made::of(name, &[("yes", n), ("no", 253 - n)]);
        // Fewer the older, up to 85 years; of two draws in 256 the age is unknown.
        let ages = (0..254_i64).map(|draw| draw * draw * 86 / (254 * 254));
        let columns = vec![
            Made::of("sex", &[("female", 128), ("male", 127)]),
            Made::numbers("age", ages),
            yes("disability", 18),
            yes("attending_school", 120),
            Made::of(
                "employment",
                &[
                    ("employee", 80),
                    ("own_account", 60),
                    ("employer", 8),
                    ("family_worker", 20),
                    ("unemployed", 12),
                    ("student", 20),
                    ("home_duties", 30),
                    ("retired", 15),
                    ("unable", 8),
                    ("too_young", 0),
                ],
            ),
            yes("literate", 240),
            yes("health_insurance", 180),
            yes("undernourished", 20),
            Made::of(
                "water_source",
                &[
                    ("piped_dwelling", 60),
                    ("piped_public", 20),
                    ("borehole", 60),
                    ("protected_well", 40),
                    ("protected_spring", 20),
                    ("rainwater", 8),
                    ("tanker", 6),
                    ("unprotected_well", 20),
                    ("unprotected_spring", 12),
                    ("surface_water", 8),
                ],
            ),
            Made::of(
                "sanitation",
                &[
                    ("flush_sewer", 20),
                    ("flush_septic", 130),
                    ("vip_latrine", 20),
                    ("pit_slab", 40),
                    ("composting", 4),
                    ("pit_open", 20),
                    ("bucket", 2),
                    ("none", 18),
                ],
            ),
            yes("electricity", 245),
            Made::of(
                "cooking_fuel",
                &[
                    ("electricity", 10),
                    ("lpg", 170),
                    ("biogas", 2),
                    ("kerosene", 8),
                    ("charcoal", 6),
                    ("wood", 55),
                    ("straw_dung", 3),
                ],
            ),
            Made::numbers("income", (0..230_i64).map(|draw| draw * 35_000)),
        ];
        Province {
            first_village: first_block * VILLAGES_OF_A_BLOCK,
            n_blocks,
            columns,
        }
    }
}

impl Source for Province {
    fn columns(&self) -> Vec<(String, Vec<Value>)> {
        let villages =
            (0..self.n_blocks * VILLAGES_OF_A_BLOCK).map(|at| Value::from(code_of(self.first_village + at)));
        let villages = ("village_code".to_owned(), villages.collect());
        let others = self
            .columns
            .iter()
            .map(|column| (column.name.to_owned(), column.values.clone()));
        std::iter::once(villages).chain(others).collect()
    }

    fn n_blocks(&self) -> usize {
        self.n_blocks
    }

    fn block(&self, at: usize) -> Vec<Vec<i32>> {
        let n_rows = PERSONS_OF_A_VILLAGE * VILLAGES_OF_A_BLOCK;
        let mut made: Vec<Vec<i32>> = (0..=self.columns.len())
            .map(|_| Vec::with_capacity(n_rows))
            .collect();
        for village in at * VILLAGES_OF_A_BLOCK..(at + 1) * VILLAGES_OF_A_BLOCK {
            let mut chance = Chance((self.first_village + village) as u64 + 20_261_121);
            let n_made = made[0].len() + PERSONS_OF_A_VILLAGE;
            made[0].resize(n_made, village as i32);
            for _ in 0..PERSONS_OF_A_VILLAGE {
                let draws = [chance.draw().to_le_bytes(), chance.draw().to_le_bytes()];
                for ((codes, column), draw) in
                    made[1..].iter_mut().zip(&self.columns).zip(draws.as_flattened())
                {
                    codes.push(column.codes[*draw as usize]);
                }
            }
        }
        self.settle(&mut made);
        made
    }
}

impl Province {
    /// Children do not work, and grown people do not go to school.
    fn settle(&self, made: &mut [Vec<i32>]) {
        let age_of = &self.columns[AGE].values;
        let ages: Vec<i64> = age_of.iter().filter_map(Value::as_integer).collect();
        for row in 0..made[0].len() {
            let Some(age) = usize::try_from(made[AGE + 1][row]).ok().map(|code| ages[code]) else {
                continue;
            };
            if age < 15 {
                made[EMPLOYMENT + 1][row] = TOO_YOUNG;
            }
            if !(5..25).contains(&age) {
                made[SCHOOL + 1][row] = 1;
            }
        }
    }
}

/// SplitMix64 (Steele, Lea, Flood 2014): a number from a counter, so that every village begins on its own.
struct Chance(u64);

impl Chance {
    fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
}
