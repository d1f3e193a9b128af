//! `baraza-typeset`: a document in JSON on standard input, a PDF on standard output.
//!
//! The server calls it as a child process, so that typst (<https://typst.app/docs>) stays out of it: half a minute of linking and
//! tens of megabytes. The PDF follows PDF/UA-1 (ISO 14289-1): tagged, with a title and a language; the same input gives the
//! same bytes. Words come with the document, in the reader's language; templates hold shape only.
//!
//! Deliberately absent: files, packages and images from outside, the clock, the network.

mod document;
mod world;

use std::{
    io::{Read, Write},
    path::PathBuf,
    process::ExitCode,
};

use document::Document;

/// The largest document that is read.
const MOST_BYTES: u64 = 32 * 1024 * 1024;

const HELP: &str = "\
Typesets a document: JSON on standard input, PDF on standard output.

usage: baraza-typeset [--fonts DIR] < document.json > document.pdf

  --fonts DIR   a folder of more fonts (.ttf, .otf, .ttc); or BARAZA_FONTS
  --templates   lists the templates
  --version     says the version

The document: {\"template\", \"lang\", \"title\", \"author\", \"about\", \"made_at\": \"2026-11-20T07:00:00\",
\"offset_minutes\": 420, \"data\": {…}}. Latin letters are built in; for Devanagari and Bengali give a folder with
Noto Sans Devanagari and Noto Sans Bengali.";

fn main() -> ExitCode {
    match run(std::env::args().skip(1)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(errors) => {
            for error in errors {
                eprintln!("error: {error}");
            }
            ExitCode::FAILURE
        }
    }
}

fn run(mut args: impl Iterator<Item = String>) -> Result<(), Vec<String>> {
    let mut fonts = std::env::var_os("BARAZA_FONTS").map(PathBuf::from);
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--help" | "-h" => return say(HELP),
            "--version" => return say(concat!("baraza-typeset ", env!("CARGO_PKG_VERSION"))),
            "--templates" => return say(&world::TEMPLATES.map(|(name, _)| name).join("\n")),
            "--fonts" => match args.next() {
                Some(folder) => fonts = Some(folder.into()),
                None => return Err(vec!["--fonts needs a folder".into()]),
            },
            other => return Err(vec![format!("unknown argument {other:?}; see --help")]),
        }
    }
    let mut bytes = Vec::new();
    std::io::stdin()
        .take(MOST_BYTES + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| vec![format!("standard input: {error}")])?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err(vec![format!(
            "the document is larger than {MOST_BYTES} bytes; split it"
        )]);
    }
    let document = Document::parse(&bytes).map_err(|error| vec![error])?;
    let pdf = world::typeset(&document, fonts.as_deref())?;
    std::io::stdout()
        .write_all(&pdf)
        .map_err(|error| vec![format!("standard output: {error}")])
}

fn say(text: &str) -> Result<(), Vec<String>> {
    writeln!(std::io::stdout(), "{text}").map_err(|error| vec![format!("standard output: {error}")])
}
