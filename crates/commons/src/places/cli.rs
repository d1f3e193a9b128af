//! `baraza place …`

use std::path::PathBuf;

use anyhow::Context;
use clap::{Args, Subcommand};
use jiff::civil::Date;
use serde_json::json;

use super::import::{Broken, BrokenRow, Missing, Options};
use super::model::division::TypedDivision;
use super::{NewList, Outcome, Report, divisions, import, measure_crosswalk};
use crate::platform::app::App;
use crate::platform::bar::Bar;
use crate::platform::op::Op;

/// Broken rows that are printed one by one.
const MOST_PRINTED: usize = 20;

/// What can be done with places.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Take in a list of places: CSV, CSV.gz or GeoJSON.
    Import(ImportArgs),
    /// Measure how areas of one level lie in those of another, so that figures can be shared out.
    Crosswalk {
        /// Level to share out from, e.g. constituency.
        #[arg(long)]
        from: String,
        /// Level to share out to, e.g. ward.
        #[arg(long)]
        to: String,
    },
    /// Take in another division of the same land: which places make each health catchment, police sector or school area (CSV).
    Division(DivisionArgs),
}

/// What a division is and where its rows are.
#[derive(Debug, Args)]
pub struct DivisionArgs {
    /// CSV with the columns area, name, place, share, from and to.
    pub file: PathBuf,
    /// Its code in addresses: health.
    #[arg(long)]
    pub code: String,
    /// What its areas are called.
    #[arg(long)]
    pub title: String,
    /// What shares are parts of, e.g. "Population 2025".
    #[arg(long, default_value = "")]
    pub basis: String,
    /// Who drew it, and in which paper.
    #[arg(long, default_value = "")]
    pub source: String,
}

/// How to read a list of places.
#[derive(Debug, Args)]
pub struct ImportArgs {
    pub file: PathBuf,
    /// Level of the places: one name, or names from the top down separated by commas.
    #[arg(long)]
    pub level: Option<String>,
    /// Column with the level of each place.
    #[arg(long)]
    pub level_field: Option<String>,
    /// Column with the code. Without it usual headers are tried; dotted codes imply parents.
    #[arg(long)]
    pub code_field: Option<String>,
    /// Column with the name; LANG=COLUMN for names in further languages.
    #[arg(long)]
    pub name_field: Vec<String>,
    /// Column with the parent's code.
    #[arg(long)]
    pub parent_field: Option<String>,
    /// Column with the parent's name: parents that are not known yet are made from it.
    #[arg(long)]
    pub parent_name_field: Option<String>,
    /// Level of the parents that are made.
    #[arg(long)]
    pub parent_level: Option<String>,
    /// Put before every code, where the numbers repeat those of another level.
    #[arg(long, default_value = "")]
    pub code_prefix: String,
    /// Put before every parent's code.
    #[arg(long, default_value = "")]
    pub parent_prefix: String,
    /// First day on which the list holds, e.g. 2025-07-01. What it leaves out ends on that day.
    #[arg(long, value_name = "DATE")]
    pub valid_from: Option<Date>,
    /// The list is only a part: end nothing that it leaves out.
    #[arg(long)]
    pub partial: bool,
    /// Keep the good rows although some are broken.
    #[arg(long)]
    pub keep_good: bool,
}

/// Runs a command about places; the report goes to standard output, as JSON when asked.
pub async fn run(app: &App, command: Command, as_json: bool) -> anyhow::Result<()> {
    let op = Op::system(app.clock.now());
    match command {
        Command::Import(args) => import_file(app, &op, args, as_json).await,
        Command::Crosswalk { from, to } => {
            let weights = measure_crosswalk(app, &op, &from, &to).await?;
            if as_json {
                let rows: Vec<_> = weights
                    .iter()
                    .map(|w| json!({ "from": w.from, "to": w.to, "weight": w.weight }))
                    .collect();
                crate::say!("{}", json!({ "weights": rows }));
            } else {
                crate::say!("measured {} weights from {from} to {to}", weights.len());
            }
            Ok(())
        }
        Command::Division(args) => load_division(app, &op, args, as_json).await,
    }
}

async fn load_division(app: &App, op: &Op, args: DivisionArgs, as_json: bool) -> anyhow::Result<()> {
    let rows =
        std::fs::read_to_string(&args.file).with_context(|| format!("read {}", args.file.display()))?;
    let typed = TypedDivision {
        code: args.code,
        title: args.title,
        basis: args.basis,
        source: args.source,
        rows,
    };
    let division = divisions::load(app, op, &typed).await?;
    let (n_areas, n_parts) = (division.areas.len(), divisions::parts(&division).count());
    let n_shares = divisions::parts(&division)
        .filter(|part| !part.is_whole())
        .count();
    if as_json {
        crate::say!(
            "{}",
            json!({ "division": division.code, "areas": n_areas, "parts": n_parts, "shares": n_shares })
        );
    } else {
        crate::say!("{n_areas} areas of {n_parts} places, {n_shares} of them by a share");
    }
    Ok(())
}

async fn import_file(app: &App, op: &Op, args: ImportArgs, as_json: bool) -> anyhow::Result<()> {
    let file_name = args
        .file
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    let bytes = std::fs::read(&args.file).with_context(|| format!("read {}", args.file.display()))?;
    let list = NewList {
        file_name: file_name.clone(),
        bytes,
        options: args.into(),
    };
    let bar = Bar::new("writing places");
    let outcome = import(app, op, list, &|done, total| bar.set(done, total)).await;
    bar.finish();
    match outcome? {
        Outcome::Refused { broken, n_good } => {
            print_broken(&broken);
            anyhow::bail!(
                "{file_name}: {} of {} rows are broken and nothing was kept; correct them, or keep only the good ones with --keep-good",
                broken.len(),
                broken.len() + n_good
            );
        }
        Outcome::Kept(report) => {
            print_broken(&report.broken);
            print_report(&report, as_json);
            Ok(())
        }
    }
}

fn print_broken(broken: &[BrokenRow]) {
    for row in broken.iter().take(MOST_PRINTED) {
        eprintln!("{row}");
    }
    if broken.len() > MOST_PRINTED {
        eprintln!("… and {} more broken rows", broken.len() - MOST_PRINTED);
    }
}

fn print_report(report: &Report, as_json: bool) {
    if as_json {
        crate::say!(
            "{}",
            json!({
                "new": report.n_begun, "changed": report.n_changed, "ended": report.n_ended, "unchanged": report.n_same,
                "boundaries": report.n_boundaries, "changes": report.changes, "broken": report.broken.len(),
            })
        );
        return;
    }
    if report.has_made_codes {
        eprintln!("no column holds codes, so codes were made from the names");
    }
    crate::say!(
        "{} new, {} changed, {} ended, {} unchanged; {} boundaries; {} broken rows left out",
        report.n_begun,
        report.n_changed,
        report.n_ended,
        report.n_same,
        report.n_boundaries,
        report.broken.len()
    );
    if !report.changes.is_empty() {
        let kinds: Vec<String> = report
            .changes
            .iter()
            .map(|(kind, n)| format!("{n} {kind}"))
            .collect();
        crate::say!("what became of codes: {}", kinds.join(", "));
    }
}

impl From<ImportArgs> for Options {
    fn from(args: ImportArgs) -> Options {
        Options {
            level: args.level,
            level_field: args.level_field,
            code_field: args.code_field,
            name_fields: args.name_field,
            parent_field: args.parent_field,
            parent_name_field: args.parent_name_field,
            parent_level: args.parent_level,
            code_prefix: args.code_prefix,
            parent_prefix: args.parent_prefix,
            valid_from: args.valid_from,
            missing: if args.partial {
                Missing::Stays
            } else {
                Missing::Ends
            },
            broken: if args.keep_good {
                Broken::KeepGood
            } else {
                Broken::KeepNothing
            },
        }
    }
}
