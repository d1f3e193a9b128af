//! The eleven questions over a whole nation's persons, who are made as they are counted: no file is written and none is read.
//!
//!     persons 10000000      one size: seconds, rows a second and the peak of resident memory, in one line
//!
//! The same person is made whenever the same village is; the first millions of a larger run are those of a smaller one. A province
//! is counted at a time, so that memory does not grow with the number of persons.

use std::{sync::Arc, time::Instant};

use eleven::{BAND, questions, resources, sql, totals};
use province::{BLOCKS_OF_A_PROVINCE, PERSONS_OF_A_VILLAGE, Province, VILLAGES_OF_A_BLOCK};
use tables::{CubeSpec, Lake, Limits, Settings};

mod eleven;
#[path = "eleven/province.rs"]
mod province;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let n = std::env::args()
        .nth(1)
        .and_then(|n| n.replace('_', "").parse::<usize>().ok());
    let Some(n) = n else {
        return Err(format!(
            "usage: persons N\nwhat is asked, by {BAND} among others:\n{}",
            sql()
        )
        .into());
    };
    let folder = std::env::temp_dir().join("baraza-persons-lake");
    let lake = Lake::open(&folder.to_string_lossy(), &Settings::default())?;
    let questions = questions("person");
    let limits = Limits {
        memory_bytes: 2 << 30,
        ..Limits::generous()
    };
    let n_blocks = n.div_ceil(PERSONS_OF_A_VILLAGE * VILLAGES_OF_A_BLOCK);
    let started = Instant::now();
    let (mut n_groups, mut sums) = (0, vec![0; 3 * questions.len()]);
    for first in (0..n_blocks).step_by(BLOCKS_OF_A_PROVINCE) {
        let province = Province::of(first, BLOCKS_OF_A_PROVINCE.min(n_blocks - first));
        let found = count(&lake, province, &questions, limits).await?;
        n_groups += found.0;
        for (sum, more) in sums.iter_mut().zip(found.1) {
            *sum += more;
        }
    }
    let seconds = started.elapsed().as_secs_f64();
    let n_rows = n_blocks * PERSONS_OF_A_VILLAGE * VILLAGES_OF_A_BLOCK;
    println!(
        "baraza persons rows={n_rows} villages={} s {seconds:.2} ns_a_row {:.1} {} groups={n_groups} totals={sums:?}",
        n_blocks * VILLAGES_OF_A_BLOCK,
        seconds * 1e9 / n_rows as f64,
        resources(),
    );
    Ok(())
}

async fn count(
    lake: &Lake,
    province: Province,
    questions: &[CubeSpec],
    limits: Limits,
) -> Result<(usize, Vec<u64>), tables::Error> {
    let cubes = lake.cubes_of(Arc::new(province), questions, limits).await?;
    Ok((cubes[0].n, totals(&cubes)))
}
