//! `merge FILE.jsonl [OUT.jsonl]`: compiles the releases of each line and tells the time, parsing and writing apart from merging.

use ocds::merge::{Rules, compiled};
use std::{
    error::Error,
    fs::File,
    io::{BufRead, BufReader, BufWriter, Write},
    time::{Duration, Instant},
};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let file = File::open(arguments.next().ok_or("merge FILE.jsonl [OUT.jsonl]")?)?;
    let mut out: Box<dyn Write> = match arguments.next() {
        Some(path) => Box::new(BufWriter::new(File::create(path)?)),
        None => Box::new(std::io::sink()),
    };
    let rules = Rules::ocds();
    let started = Instant::now();
    let (mut merging, mut count) = (Duration::ZERO, 0_u64);
    for line in BufReader::with_capacity(1 << 20, file).lines() {
        let release = serde_json::from_str(&line?)?;
        let at = Instant::now();
        let compiled = compiled(vec![release], &rules)?;
        merging += at.elapsed();
        serde_json::to_writer(&mut out, &compiled)?;
        out.write_all(b"\n")?;
        count += 1;
    }
    out.flush()?;
    eprintln!(
        "{count} releases: {:.2?} in all, {merging:.2?} of it merging",
        started.elapsed()
    );
    Ok(())
}
