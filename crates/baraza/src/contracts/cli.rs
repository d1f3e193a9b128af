//! `baraza contract`

use std::{fs::File, path::PathBuf};

use anyhow::Context;
use clap::{Args, Subcommand};
use ocds::flags::{self, Options, Settings};

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Raise red flags over compiled releases, one on each line. A flag asks for a look; it proves nothing.
    Flags(FlagsArgs),
}

/// Which contracts are looked at, and by which rules.
#[derive(Debug, Args)]
pub struct FlagsArgs {
    /// Compiled releases as JSON lines.
    pub file: PathBuf,
    /// Rules and thresholds as OCP Cardinal's settings (INI); without it Cardinal's eleven with its defaults.
    #[arg(long, value_name = "FILE")]
    pub settings: Option<PathBuf>,
    /// Our own rules as well.
    #[arg(long, conflicts_with = "settings")]
    pub all_rules: bool,
    /// Which organisation is which in a process.
    #[arg(long)]
    pub map: bool,
}

/// Prints the flags as JSON, keyed as Cardinal's: by process, buyer, procuring entity and tenderer. Lines that were passed over
/// are told on standard error.
///
/// # Errors
/// When a file cannot be read, or the settings hold what is none.
pub fn run(command: &Command) -> anyhow::Result<()> {
    let Command::Flags(args) = command;
    let settings = match &args.settings {
        Some(path) => {
            let text = std::fs::read_to_string(path).with_context(|| format!("read {}", path.display()))?;
            Settings::from_ini(&text).with_context(|| format!("understand {}", path.display()))?
        }
        None if args.all_rules => Settings::all(),
        None => Settings::cardinal(),
    };
    let options = Options {
        threads: std::thread::available_parallelism().map_or(1, usize::from),
        map: args.map,
        ..Options::default()
    };
    let read = |file: &PathBuf| flags::run(File::open(file)?, &settings, options);
    let report = read(&args.file).with_context(|| format!("read {}", args.file.display()))?;
    for passed in &report.passed {
        eprintln!("line {}: {}", passed.line, passed.why);
    }
    if report.passed_count > report.passed.len() as u64 {
        eprintln!("{} lines were passed over in all", report.passed_count);
    }
    crate::say!(
        "{}",
        serde_json::to_string_pretty(&report.cardinal(true, args.map))?
    );
    Ok(())
}
