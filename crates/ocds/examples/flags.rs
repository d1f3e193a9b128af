//! `flags FILE [settings.ini] [--threads N] [--map] [--no-meta] [--explain]`: Cardinal's shape on standard output; time, MB/s and peak
//! memory on standard error. Without settings, Cardinal's eleven rules run with its defaults.

use ocds::flags::{Options, Settings, run};
use std::{error::Error, fs::File, io::Write, time::Instant};

fn main() -> Result<(), Box<dyn Error>> {
    let mut paths = Vec::new();
    let mut options = Options {
        threads: 2,
        ..Options::default()
    };
    let mut meta = true;
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--threads" => options.threads = arguments.next().ok_or("--threads wants a number")?.parse()?,
            "--map" => options.map = true,
            "--explain" => options.explain = true,
            "--no-meta" => meta = false,
            _ => paths.push(argument),
        }
    }
    let file = paths
        .first()
        .ok_or("flags FILE [settings.ini] [--threads N] [--map] [--no-meta] [--explain]")?;
    let settings = match paths.get(1) {
        Some(path) => Settings::from_ini(&std::fs::read_to_string(path)?)?,
        None => Settings::cardinal(),
    };
    let started = Instant::now();
    let report = run(File::open(file)?, &settings, options)?;
    let seconds = started.elapsed().as_secs_f64();
    let mut out = std::io::stdout().lock();
    serde_json::to_writer(&mut out, &report.cardinal(meta, options.map))?;
    writeln!(out)?;
    for passed in &report.passed {
        eprintln!("line {}: {}", passed.line, passed.why);
    }
    eprintln!(
        "{} lines, {} processes, {} flags, {:.3} s, {:.0} MB/s, peak {} KB",
        report.lines,
        report.releases,
        report
            .results
            .values()
            .flat_map(|subjects| subjects.values())
            .map(|rules| rules.len())
            .sum::<usize>(),
        seconds,
        report.bytes as f64 / 1e6 / seconds,
        peak()
    );
    Ok(())
}

/// The most memory this process has held, in KB, where the system tells.
fn peak() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.unwrap_or("?").trim().trim_end_matches(" kB").to_owned()
}
