//! `baraza scorecards …`

use std::path::PathBuf;

use anyhow::Context;
use clap::Subcommand;
use serde_json::json;

use super::{keep_facilities, read_csv};
use crate::platform::{app::App, op::Op};

/// What can be done with score cards.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Take in the list of facilities: CSV with code, name, kind, organisation and place.
    Facilities { file: PathBuf },
}

/// Runs a command about score cards; the report goes to standard output, as JSON when asked.
///
/// # Errors
/// When the file cannot be read, or something in it will not do.
pub async fn run(app: &App, command: Command, as_json: bool) -> anyhow::Result<()> {
    let Command::Facilities { file } = command;
    let text = std::fs::read_to_string(&file).with_context(|| format!("read {}", file.display()))?;
    let op = Op::system(app.clock.now());
    let list = read_csv(&text).with_context(|| format!("read {}", file.display()))?;
    let mut tx = app.db.begin().await?;
    let n = keep_facilities(&mut tx, &op, list).await?;
    tx.commit().await?;
    let report = match as_json {
        true => json!({ "facilities": n }).to_string(),
        false => format!("{n} facilities"),
    };
    crate::say!("{report}");
    Ok(())
}
