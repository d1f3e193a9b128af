//! `baraza indicator …`

use std::path::PathBuf;

use anyhow::{Context, bail};
use clap::Subcommand;
use serde_json::json;

use super::{
    Computed, compute, find,
    formulas::{compute_order, load_order},
    list, load,
    outside::{
        self,
        cli::{ExportOwn, ExportSite, ImportExtract, ImportSite, ImportValues},
    },
    releases::{self, model::NewRelease},
    view::{self, Asked},
};
use crate::{
    places,
    platform::{app::App, op::Op},
};

/// What can be done with indicators.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Put definitions (TOML) in force; their numbers follow.
    Load {
        /// Files, or folders whose *.toml are taken.
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
    /// Count one indicator, or all of them, from the newest tables.
    Compute {
        code: Option<String>,
        /// Fail unless there are numbers for this period.
        #[arg(long)]
        period: Option<String>,
    },
    /// Print the numbers of an indicator.
    Show {
        code: String,
        /// Dimensions to break down by, separated by commas.
        #[arg(long, value_name = "DIM,…")]
        by: Option<String>,
        /// Code of the place; without it the topmost that has numbers.
        #[arg(long)]
        place: Option<String>,
        /// Without it the latest.
        #[arg(long)]
        period: Option<String>,
    },
    /// Sign the numbers of an indicator that are public; its release follows.
    Release {
        code: String,
        /// What addresses call it: small letters, digits and hyphens, at most 20.
        #[arg(long)]
        name: String,
        /// The office or body that stands for the numbers.
        #[arg(long, value_name = "OFFICE")]
        signed_as: String,
        /// What is new or was corrected.
        #[arg(long, default_value = "")]
        note: String,
        /// Release the whole and all its parts in one act, given the code of any of them.
        #[arg(long)]
        together: bool,
    },
    /// Take in the numbers of an Open SDG site.
    ImportOpensdg(ImportSite),
    /// Write an Open SDG site back, as it was taken in.
    ExportOpensdg(ExportSite),
    /// Write our own open numbers as the files of an Open SDG site.
    ExportOwnOpensdg(ExportOwn),
    /// Take in an extract of the United Nations' database of the goals.
    ImportUn(ImportExtract),
    /// Take in aggregate values of DHIS2.
    #[command(name = "import-dhis2")]
    ImportDhis2(ImportValues),
}

/// Runs a command about indicators; results go to standard output, as JSON when asked.
///
/// # Errors
/// When a file, a definition, a table or the database is at fault; the message names it and the remedy.
pub async fn run(app: &App, command: Command, as_json: bool) -> anyhow::Result<()> {
    let op = Op::system(app.clock.now());
    match command {
        Command::Load { files } => load_files(app, &op, &files, as_json).await,
        Command::Compute { code, period } => compute_all(app, &op, code, period.as_deref(), as_json).await,
        Command::Show {
            code,
            by,
            place,
            period,
        } => {
            let asked = Asked { place, by, period };
            let indicator = find(app, &code).await?;
            let all = places::all(app).await?;
            let view = view::make(app, op.lang, &all, &indicator, &asked).await?;
            if as_json {
                crate::say!("{}", super::files::json(&indicator, &view)?);
            } else {
                print!("{}", super::files::csv(&indicator, &view)?);
            }
            Ok(())
        }
        Command::Release {
            code,
            name,
            signed_as,
            note,
            together,
        } => {
            let new = NewRelease::parse(&name, &signed_as, &note)?;
            if together {
                releases::sign_together(app, &op, &code, &new).await?;
            } else {
                releases::sign(app, &op, &code, &new).await?;
            }
            if as_json {
                crate::say!("{}", json!({ "signed": new.name, "code": code }));
            } else {
                crate::say!("{code}: release {} is signed and being made", new.name);
            }
            Ok(())
        }
        Command::ImportOpensdg(args) => outside::cli::import_site(app, &op, args, as_json).await,
        Command::ExportOpensdg(args) => outside::cli::export_site(app, args, as_json).await,
        Command::ExportOwnOpensdg(args) => outside::cli::export_own(app, args, as_json).await,
        Command::ImportUn(args) => outside::cli::import_extract(app, &op, args, as_json).await,
        Command::ImportDhis2(args) => outside::cli::import_values(app, &op, args, as_json).await,
    }
}

async fn load_files(app: &App, op: &Op, files: &[PathBuf], as_json: bool) -> anyhow::Result<()> {
    let mut paths = Vec::new();
    for file in files {
        if file.is_dir() {
            let entries = std::fs::read_dir(file).with_context(|| format!("list {}", file.display()))?;
            let mut found: Vec<PathBuf> = entries
                .filter_map(|entry| Some(entry.ok()?.path()))
                .filter(|path| path.extension().is_some_and(|e| e == "toml"))
                .collect();
            if found.is_empty() {
                bail!(
                    "{} holds no *.toml: name a folder with definitions, or a file",
                    file.display()
                );
            }
            found.sort();
            paths.extend(found);
        } else {
            paths.push(file.clone());
        }
    }
    let mut texts = Vec::new();
    for path in &paths {
        let text = std::fs::read_to_string(path).with_context(|| format!("read {}", path.display()))?;
        texts.push(text);
    }
    let mut loaded = Vec::new();
    let mut tx = app.db.begin().await?;
    for at in load_order(&texts) {
        let definition = load(&mut tx, op, &texts[at])
            .await
            .with_context(|| paths[at].display().to_string())?;
        loaded.push((definition.code, definition.version));
    }
    tx.commit().await?;
    if as_json {
        let listed: Vec<_> = loaded
            .iter()
            .map(|(code, version)| json!({ "code": code, "version": version }))
            .collect();
        crate::say!("{}", json!({ "loaded": listed }));
    } else {
        for (code, version) in loaded {
            crate::say!("loaded {code} {version}");
        }
    }
    Ok(())
}

async fn compute_all(
    app: &App,
    op: &Op,
    code: Option<String>,
    period: Option<&str>,
    as_json: bool,
) -> anyhow::Result<()> {
    let codes = match code {
        Some(code) => vec![find(app, &code).await?.definition.code.clone()],
        None => compute_order(list(app).await?)
            .iter()
            .filter(|indicator| indicator.definition.imported().is_none())
            .map(|indicator| indicator.definition.code.clone())
            .collect(),
    };
    let mut done = Vec::new();
    let mut failed = Vec::new();
    for code in codes {
        match compute(app, op, &code).await? {
            Computed::Done {
                n_observations,
                n_changed,
            } => {
                has_period(app, &code, period).await?;
                if !as_json {
                    crate::say!("{code}: {n_observations} numbers, {n_changed} of them changed");
                }
                done.push(json!({ "code": code, "numbers": n_observations, "changed": n_changed }));
            }
            Computed::Given => failed.push(format!(
                "{code}: its numbers were published by others; take their file in again instead"
            )),
            Computed::NoTable { table } => failed.push(format!(
                "{code}: there is no table {table:?} yet; publish the form or import the data first"
            )),
            Computed::NoInput { input } => failed.push(format!(
                "{code}: {input}, which it is made of, has no numbers yet; compute that first"
            )),
            Computed::Failed { reason } => failed.push(format!("{code}: {reason}")),
        }
    }
    if as_json {
        crate::say!("{}", json!({ "computed": done }));
    }
    if failed.is_empty() {
        Ok(())
    } else {
        bail!("{}", failed.join("\n"))
    }
}

async fn has_period(app: &App, code: &str, period: Option<&str>) -> anyhow::Result<()> {
    let Some(period) = period else { return Ok(()) };
    let definition = find(app, code).await?.definition;
    let known: Vec<String> = super::topmost(app, &definition)
        .await?
        .into_iter()
        .map(|o| o.period)
        .collect();
    if known.iter().any(|known| known == period) {
        return Ok(());
    }
    bail!(
        "{code}: there are no numbers for period {period:?}; there are some for {}",
        known.join(", ")
    )
}
