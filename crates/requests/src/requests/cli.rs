//! `baraza request …`

use std::{
    io::IsTerminal,
    path::{Path, PathBuf},
};

use anyhow::Context;
use clap::Subcommand;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;

use super::{Source, import, load_profile, load_services, model::profile::shipped};
use crate::platform::{app::App, op::Op};

/// What can be done with requests.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Take in requests of another system: CSV or CSV.gz with Open311 field names, or Boston's.
    Import {
        file: PathBuf,
        /// Profile the requests run by.
        #[arg(long, value_name = "NAME", default_value = "lapor")]
        profile: String,
        /// Zone of times without an offset, if not the profile's; --time-zone is the installation's.
        #[arg(long, value_name = "ZONE")]
        file_time_zone: Option<String>,
    },
    /// Put profiles in force.
    #[command(subcommand)]
    Profile(ProfileCommand),
    /// Add services.
    #[command(subcommand)]
    Service(ServiceCommand),
}

/// What can be done with profiles.
#[derive(Debug, Subcommand)]
pub enum ProfileCommand {
    /// Put profiles in force for requests filed from now on; those there keep theirs.
    Load {
        /// TOML files, or names of shipped profiles: helpline-2014, helpline-2022, lapor.
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
}

/// What can be done with services.
#[derive(Debug, Subcommand)]
pub enum ServiceCommand {
    /// Add the services of a TOML file, or change them.
    Load { file: PathBuf },
}

/// Runs a command about requests; results go to standard output, as JSON when asked.
///
/// # Errors
/// When a file, a profile or the database is at fault; the message names it and the remedy.
pub async fn run(app: &App, command: Command, as_json: bool) -> anyhow::Result<()> {
    let op = Op::system(app.clock.now());
    match command {
        Command::Import {
            file,
            profile,
            file_time_zone,
        } => {
            let source = Source {
                file,
                profile,
                time_zone: file_time_zone,
            };
            import_file(app, &op, &source, as_json).await
        }
        Command::Profile(ProfileCommand::Load { files }) => load_profiles(app, &op, &files, as_json).await,
        Command::Service(ServiceCommand::Load { file }) => {
            let text = read(&file)?;
            let services = load_services(app, &op, &text)
                .await
                .with_context(|| file.display().to_string())?;
            let codes: Vec<&str> = services.iter().map(|service| service.code.as_str()).collect();
            if as_json {
                println!("{}", json!({ "services": codes }));
            } else {
                for code in codes {
                    println!("loaded {code}");
                }
            }
            Ok(())
        }
    }
}

async fn load_profiles(app: &App, op: &Op, files: &[PathBuf], as_json: bool) -> anyhow::Result<()> {
    let mut loaded = Vec::new();
    for file in files {
        let text = match shipped_profile(file) {
            Some(text) => text.to_owned(),
            None => read(file)?,
        };
        let profile = load_profile(app, op, &text)
            .await
            .with_context(|| file.display().to_string())?;
        loaded.push((profile.name, profile.version));
    }
    if as_json {
        let listed: Vec<_> = loaded
            .iter()
            .map(|(name, version)| json!({ "name": name, "version": version }))
            .collect();
        println!("{}", json!({ "loaded": listed }));
    } else {
        for (name, version) in loaded {
            println!("loaded {name} {version}");
        }
    }
    Ok(())
}

async fn import_file(app: &App, op: &Op, source: &Source, as_json: bool) -> anyhow::Result<()> {
    let bar = if std::io::stderr().is_terminal() {
        ProgressBar::new_spinner()
    } else {
        ProgressBar::hidden()
    };
    bar.set_style(
        ProgressStyle::with_template("{human_pos} requests, {per_sec}")
            .unwrap_or(ProgressStyle::default_spinner()),
    );
    let imported = import(app, op, source, &|n| bar.set_position(n)).await?;
    bar.finish_and_clear();
    for (line, reason) in &imported.broken {
        eprintln!("warning: line {line}: {reason}; the row was left out");
    }
    let n_told = imported.broken.len() as u64;
    if imported.n_broken > n_told {
        eprintln!("warning: {} more rows were left out", imported.n_broken - n_told);
    }
    if as_json {
        let report = json!({
            "added": imported.n_added, "known": imported.n_known,
            "left_out": imported.n_broken, "services_added": imported.n_services,
        });
        println!("{report}");
    } else {
        println!(
            "{} requests added, {} known before, {} rows left out, {} services added",
            imported.n_added, imported.n_known, imported.n_broken, imported.n_services
        );
    }
    Ok(())
}

/// The text of a shipped profile, when a name is given and no file has it.
fn shipped_profile(name: &Path) -> Option<&'static str> {
    let name = name.to_str().filter(|name| !Path::new(name).exists())?;
    let line = format!("name = \"{name}\"");
    shipped::ALL
        .into_iter()
        .find(|text| text.lines().any(|each| each == line))
}

fn read(file: &Path) -> anyhow::Result<String> {
    std::fs::read_to_string(file).with_context(|| format!("read {}", file.display()))
}
