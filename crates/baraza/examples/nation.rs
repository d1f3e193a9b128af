//! Eleven indicators of a whole nation's persons with everything that is published of them: counted by village, sex, age and disability,
//! added up for every place and combination, given their intervals, and protected. No file is written and none is read.
//!
//!     nation 270000000 [THREADS]     seconds of each stage, rows a second, and the peak of resident memory, in one line
//!
//! Persons, and so villages, are made as they are counted, a province at a time; provinces are divided into regencies, districts and
//! villages. Answers are the same with any number of threads: `checksum` is made of all of them.

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Instant,
};

use anyhow::Context;
use baraza::indicators::{
    self,
    model::{
        definition::Definition,
        observation::{Observation, Status},
        tally::AreaTally,
    },
};
use eleven::{BAND, QUESTIONS, resources};
use province::{BLOCKS_OF_A_PROVINCE, PERSONS_OF_A_VILLAGE, Province, VILLAGES_OF_A_BLOCK};
use tables::{Cube, CubeSpec, Lake, Limits, Settings};

#[path = "../../tables/examples/eleven/mod.rs"]
#[allow(dead_code, reason = "the other examples ask for more of it")]
mod eleven;
#[path = "../../tables/examples/eleven/province.rs"]
mod province;

const VILLAGES_OF_A_PROVINCE: usize = BLOCKS_OF_A_PROVINCE * VILLAGES_OF_A_BLOCK;
const VILLAGES_OF_A_REGENCY: usize = 147;
const VILLAGES_OF_A_DISTRICT: usize = 12;
/// Everybody is counted in one round.
const PERIOD: &str = "";

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let mut args = std::env::args()
        .skip(1)
        .map(|arg| arg.replace('_', "").parse::<usize>());
    let n_persons = args.next().context("usage: nation PERSONS [THREADS]")??;
    let n_threads = args.next().transpose()?.unwrap_or(Settings::default().threads);
    let folder = std::env::temp_dir().join("baraza-nation-lake");
    let settings = Settings {
        threads: n_threads,
        ..Settings::default()
    };
    let lake = Lake::open(&folder.to_string_lossy(), &settings)?;
    let definitions = definitions()?;
    let nation = Nation::of(&definitions)?;
    let specs: Vec<CubeSpec> = nation.indicators.iter().map(|one| one.spec.clone()).collect();
    let n_blocks = n_persons.div_ceil(PERSONS_OF_A_VILLAGE * VILLAGES_OF_A_BLOCK);
    let limits = Limits {
        memory_bytes: 2 << 30,
        ..Limits::generous()
    };
    let started = Instant::now();
    let mut counting = 0.0;
    for first in (0..n_blocks).step_by(BLOCKS_OF_A_PROVINCE) {
        let province = Province::of(first, BLOCKS_OF_A_PROVINCE.min(n_blocks - first));
        let began = Instant::now();
        let cubes = lake.cubes_of(Arc::new(province), &specs, limits).await?;
        counting += began.elapsed().as_secs_f64();
        nation.add(cubes, n_threads)?;
    }
    let began = Instant::now();
    let outcome = nation.finish(n_threads)?;
    let ending = began.elapsed().as_secs_f64();
    let seconds = started.elapsed().as_secs_f64();
    let n_rows = n_blocks * PERSONS_OF_A_VILLAGE * VILLAGES_OF_A_BLOCK;
    println!(
        "baraza nation rows={n_rows} villages={} threads={n_threads} s {seconds:.2} ns_a_row {:.1} rows_a_s {:.0} counting_s {counting:.2} \
         publishing_s {:.2} nation_s {ending:.2} grouping_cpu_s {:.2} tallying_cpu_s {:.2} {} \
         observations={} withheld={} verified={} checksum={:016x}",
        n_blocks * VILLAGES_OF_A_BLOCK,
        seconds * 1e9 / n_rows as f64,
        n_rows as f64 / seconds,
        seconds - counting - ending,
        outcome.grouping,
        outcome.tallying,
        resources(),
        outcome.n_observations,
        outcome.n_withheld,
        outcome.is_verified,
        outcome.checksum,
    );
    Ok(())
}

/// The questions as definitions, by every combination of sex, age and disability.
fn definitions() -> anyhow::Result<Vec<Definition>> {
    let dimension = |name: &str, expression: &str, codes: &[&str]| {
        let codes: Vec<String> = codes
            .iter()
            .map(|code| format!("{{ code = \"{code}\", title = {{ en = \"{code}\" }} }}"))
            .collect();
        format!(
            "[[dimension]]\nname = \"{name}\"\ntitle = {{ en = \"{name}\" }}\nexpression = \"\"\"{expression}\"\"\"\ncodes = [{}]\n",
            codes.join(", ")
        )
    };
    let dimensions = [
        dimension("sex", "sex", &["female", "male"]),
        dimension("age", BAND, &["0", "5", "15", "25", "45", "65"]),
        dimension("disability", "disability", &["yes", "no"]),
    ]
    .concat();
    let definition = |(at, (universe, numerator)): (usize, &(&str, &str))| {
        let text = format!(
            "code = \"eleven-{at}\"\ntitle = {{ en = \"Question {at}\" }}\ncounted = {{ en = \"people\" }}\n\
             tables = {{ person = \"person\" }}\nfrom = \"person\"\nuniverse = \"\"\"{universe}\"\"\"\nnumerator = \"\"\"{numerator}\"\"\"\n\
             unit = \"percent\"\nplace = \"village_code\"\ndirection = \"up\"\n\
             by = [[\"sex\"], [\"age\"], [\"disability\"], [\"sex\", \"age\"], [\"sex\", \"disability\"], [\"age\", \"disability\"], [\"sex\", \"age\", \"disability\"]]\n\n\
             {dimensions}"
        );
        Definition::parse(&text).with_context(|| format!("read question {at}"))
    };
    QUESTIONS.iter().enumerate().map(definition).collect()
}

/// The indicators, and what has come in of them.
struct Nation<'a> {
    indicators: Vec<Indicator<'a>>,
}

struct Indicator<'a> {
    definition: &'a Definition,
    spec: CubeSpec,
    state: Mutex<State<'a>>,
}

struct State<'a> {
    /// `None` when the nation is done.
    tally: Option<AreaTally<'a>>,
    outcome: Outcome,
}

/// What came out, and the seconds that one thread worked on it.
#[derive(Clone, Copy)]
struct Outcome {
    n_observations: usize,
    n_withheld: usize,
    is_verified: bool,
    checksum: u64,
    grouping: f64,
    tallying: f64,
}

impl<'a> Nation<'a> {
    fn of(definitions: &'a [Definition]) -> anyhow::Result<Nation<'a>> {
        let indicator = |definition: &'a Definition| -> anyhow::Result<Indicator<'a>> {
            let counting = definition.counting().context("a question counts no table")?;
            Ok(Indicator {
                definition,
                spec: definition.cube(counting),
                state: Mutex::new(State {
                    tally: Some(AreaTally::new(definition, PERIOD)?),
                    outcome: Outcome::NOTHING,
                }),
            })
        };
        let indicators = definitions.iter().map(indicator).collect::<anyhow::Result<_>>()?;
        Ok(Nation { indicators })
    }

    /// Takes in a province, a cube for each indicator.
    fn add(&self, cubes: Vec<Cube>, n_threads: usize) -> anyhow::Result<()> {
        // A cube is let go as soon as it is tallied.
        let cubes: Vec<Mutex<Option<Cube>>> = cubes.into_iter().map(|cube| Mutex::new(Some(cube))).collect();
        self.each(n_threads, |at, indicator, state| {
            let cube = cubes[at].lock().unwrap_or_else(PoisonError::into_inner).take();
            let (Some(cube), Some(tally)) = (cube, &mut state.tally) else {
                return Ok(());
            };
            let began = Instant::now();
            let groups = indicators::groups(indicator.definition, &indicator.spec, &cube)?;
            drop(cube);
            let grouped = Instant::now();
            let observations = tally.add(&groups, &[], lineage)?;
            state.outcome.grouping += grouped.duration_since(began).as_secs_f64();
            state.outcome.tallying += grouped.elapsed().as_secs_f64();
            state.outcome.add(&observations);
            Ok(())
        })
    }

    fn finish(&self, n_threads: usize) -> anyhow::Result<Outcome> {
        self.each(n_threads, |_, _, state| {
            let Some(tally) = state.tally.take() else {
                return Ok(());
            };
            let nation = tally.finish("0", &[])?;
            let outcome = &mut state.outcome;
            outcome.add(&nation.observations);
            outcome.is_verified = nation.proof.verified;
            for (area, hidden) in nation.hidden.iter().enumerate() {
                outcome.n_withheld += hidden.len();
                outcome.checksum = outcome.checksum.wrapping_add(hashed(&(area, hidden)));
            }
            Ok(())
        })?;
        let mut all = Outcome {
            is_verified: true,
            ..Outcome::NOTHING
        };
        for (at, indicator) in self.indicators.iter().enumerate() {
            let one = indicator
                .state
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .outcome;
            all.n_observations += one.n_observations;
            all.n_withheld += one.n_withheld;
            all.is_verified &= one.is_verified;
            all.checksum = all.checksum.wrapping_add(hashed(&(at, one.checksum)));
            all.grouping += one.grouping;
            all.tallying += one.tallying;
        }
        Ok(all)
    }

    /// Works on every indicator, by so many threads.
    fn each(
        &self,
        n_threads: usize,
        work: impl Fn(usize, &Indicator<'a>, &mut State<'a>) -> anyhow::Result<()> + Sync,
    ) -> anyhow::Result<()> {
        let next = AtomicUsize::new(0);
        let take = || -> anyhow::Result<()> {
            loop {
                let at = next.fetch_add(1, Ordering::Relaxed);
                let Some(indicator) = self.indicators.get(at) else {
                    return Ok(());
                };
                let mut state = indicator.state.lock().unwrap_or_else(PoisonError::into_inner);
                work(at, indicator, &mut state)?;
            }
        };
        std::thread::scope(|scope| {
            let threads: Vec<_> = (0..n_threads.max(1)).map(|_| scope.spawn(take)).collect();
            threads.into_iter().try_for_each(|thread| match thread.join() {
                Ok(end) => end,
                Err(_) => Err(anyhow::anyhow!("a thread ended by a panic")),
            })
        })
    }
}

impl Outcome {
    const NOTHING: Outcome = Outcome {
        n_observations: 0,
        n_withheld: 0,
        is_verified: false,
        checksum: 0,
        grouping: 0.0,
        tallying: 0.0,
    };

    fn add(&mut self, observations: &[Observation]) {
        self.n_observations += observations.len();
        for one in observations {
            self.n_withheld += usize::from(one.status == Status::Suppressed);
            let figures = [one.figures.value, one.figures.lower, one.figures.upper];
            let bits = figures.map(|figure| figure.map(f64::to_bits));
            let told = (
                &one.place,
                &one.by,
                &one.codes,
                one.status.as_str(),
                bits,
                one.figures.n,
            );
            self.checksum = self.checksum.wrapping_add(hashed(&told));
        }
    }
}

/// The village, its district, regency and province.
fn lineage(code: &str) -> Option<Vec<String>> {
    let (province, village) = code.split_at_checked(2)?;
    let village = village.parse::<usize>().ok()? % VILLAGES_OF_A_PROVINCE;
    let regency = village / VILLAGES_OF_A_REGENCY;
    let district = village % VILLAGES_OF_A_REGENCY / VILLAGES_OF_A_DISTRICT;
    Some(vec![
        code.to_owned(),
        format!("{province}.{regency:02}.{district:02}"),
        format!("{province}.{regency:02}"),
        province.to_owned(),
    ])
}

fn hashed(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}
