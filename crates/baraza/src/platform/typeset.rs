//! Documents: words and numbers in, PDF out, by `baraza-typeset` as a child process.

use std::{path::PathBuf, process::Stdio, time::Duration};

use anyhow::Context;
use bytes::Bytes;
use serde_json::{Value, json};
use tokio::{io::AsyncWriteExt, process::Command, sync::Semaphore, time::timeout};

use super::{
    app::App,
    i18n::Lang,
    problem::{Problem, Result},
    time::Time,
};

/// What the program is called.
pub const PROGRAM: &str = "baraza-typeset";
/// Documents made at once: each takes a core.
static AT_ONCE: Semaphore = Semaphore::const_new(2);
/// How long a document waits for its turn, and how long it may take.
const MOST_WAIT: Duration = Duration::from_secs(20);
const MOST_WORK: Duration = Duration::from_secs(60);

/// A document to be made.
#[derive(Debug)]
pub struct Document {
    /// One of the program's templates.
    pub template: &'static str,
    pub lang: Lang,
    pub title: String,
    /// What it is, in a sentence, for whoever hears it described.
    pub about: String,
    /// When what it tells was known: the same document has the same time, whenever it is printed.
    pub made_at: Time,
    pub data: Value,
}

/// Typesets a document.
///
/// # Errors
/// `typeset-missing` where the program is not installed; `busy` when too many documents wait; ours when it fails.
pub async fn pdf(app: &App, document: &Document) -> Result<Bytes> {
    let program = program(app).ok_or_else(|| Problem::unavailable("typeset-missing"))?;
    let _turn = timeout(MOST_WAIT, AT_ONCE.acquire())
        .await
        .map_err(|_| Problem::unavailable("busy"))?
        .map_err(Problem::internal)?;
    let made_at = app.config.zoned(document.made_at);
    let input = json!({
        "template": document.template,
        "lang": document.lang.code(),
        "title": document.title,
        "author": app.config.name,
        "about": document.about,
        "made_at": made_at.strftime("%Y-%m-%dT%H:%M:%S").to_string(),
        "offset_minutes": made_at.offset().seconds() / 60,
        "data": document.data,
    });
    let made = timeout(MOST_WORK, run(program, input.to_string())).await;
    made.context("typesetting took more than a minute")
        .and_then(|made| made)
        .map_err(Problem::internal)
}

/// Returns where the program is: as set, or beside this one; nothing where it is not.
#[must_use]
pub fn program(app: &App) -> Option<PathBuf> {
    let beside = || Some(std::env::current_exe().ok()?.parent()?.join(PROGRAM));
    app.config
        .typeset
        .clone()
        .or_else(beside)
        .filter(|program| program.is_file())
}

async fn run(program: PathBuf, input: String) -> anyhow::Result<Bytes> {
    let mut command = Command::new(&program);
    // It needs nothing of ours, least of all our secrets.
    command.env_clear();
    if let Some(fonts) = std::env::var_os("BARAZA_FONTS") {
        command.env("BARAZA_FONTS", fonts);
    }
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .with_context(|| format!("start {}", program.display()))?;
    let mut stdin = child.stdin.take().context("its input")?;
    let writing = async move {
        // What refuses its input says why at its end.
        let _ = stdin.write_all(input.as_bytes()).await;
    };
    let (output, ()) = tokio::join!(child.wait_with_output(), writing);
    let output = output.context("wait for baraza-typeset")?;
    anyhow::ensure!(
        output.status.success(),
        "baraza-typeset: {}",
        String::from_utf8_lossy(&output.stderr).trim()
    );
    Ok(output.stdout.into())
}
