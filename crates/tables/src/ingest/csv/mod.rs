//! Delimited text, read twice: once to know what every column holds, once to type and store it.
//!
//! Both times the file is shared out in blocks among the engine's threads; the second time each
//! thread writes stretches of neighbouring blocks to data files, which keep the order of the rows.

mod arrays;
mod blocks;
mod continued;
pub mod dialect;
mod load;
mod nul;
mod odd;
mod split;
mod survey;

use std::{
    borrow::Cow,
    fs::File,
    io::Read,
    sync::{Mutex, PoisonError},
};

use super::{
    Job, Written,
    bounds::refuse_wide,
    codes,
    guess::{Facts, Reading},
    marks::Verdict,
    received::Received,
};
use crate::{
    error::{Doing, Error, Result},
    value::Column,
};
use survey::Survey;

/// Bytes of the file's start that are looked at for delimiter and header.
const START: u64 = 1 << 20;
const BOM: &[u8] = b"\xef\xbb\xbf";

pub fn read(job: &Job, received: &Received) -> Result<Written> {
    let (start, bom) = read_start(received)?;
    let mut dialect = dialect::sniff(&start[bom..], &job.options)?;
    dialect.offset += bom;
    refuse_wide(dialect.n_columns)?;
    let header = dialect.header.as_deref();
    let mut names = dialect::names(header, dialect.n_columns)?;
    let mut survey = survey::survey(job, received, &dialect)?;
    let n_kept = dialect::n_kept(header, dialect.n_columns, |at| survey.facts[at].is_empty());
    names.truncate(n_kept);
    survey.facts.truncate(n_kept);
    let in_doubt = decide_signs(&names, &mut survey, dialect.delimiter);
    let readings = readings(&names, &survey);
    let columns: Vec<Column> = names
        .into_iter()
        .zip(&readings)
        .zip(&survey.facts)
        .map(|((name, reading), facts)| Column {
            unit: unit(*reading, facts, survey.encoding),
            ..Column::new(name, reading.kind())
        })
        .collect();
    let source = load::Source {
        job,
        file: File::open(received.path()).doing(|| format!("open {}", received.path().display()))?,
        dialect: &dialect,
        blocks: &survey.blocks,
        encoding: survey.encoding,
        facts: &survey.facts,
        readings: &readings,
        in_doubt: &in_doubt,
        columns: &columns,
    };
    let mut loaded = load::load(&source)?;
    let doubts = loaded.doubts(&source);
    loaded.bad_rows.absorb(dialect.above);
    loaded.bad_rows.absorb(survey.too_long);
    Ok(Written {
        columns,
        files: loaded.files,
        tallies: loaded.tallies,
        bad_rows: loaded.bad_rows,
        doubts,
    })
}

/// Decides by the whole file what columns such as `1.510` and `700` leave open; returns for each whether somebody should look at it.
fn decide_signs(names: &[String], survey: &mut Survey, delimiter: u8) -> Vec<bool> {
    let readings = readings(names, survey);
    let columns = names.iter().zip(&survey.facts).zip(&readings);
    let columns = columns.map(|((name, facts), reading)| (name.as_str(), facts, *reading));
    let verdict = Verdict::of(columns, Some(delimiter));
    let columns = survey.facts.iter_mut().zip(names).zip(&readings);
    columns
        .map(|((facts, name), reading)| *reading != Reading::Text && verdict.decide(name, facts))
        .collect()
}

/// How each column is read: as narrowly as its values allow, but codes with a point or a word stay what they are.
fn readings(names: &[String], survey: &Survey) -> Vec<Reading> {
    let are_codes = |at: usize, facts: &Facts| {
        let goes_on = facts.is_like_codes() && survey.continued.contains(at);
        goes_on || codes::are_named(&names[at], facts)
    };
    survey
        .facts
        .iter()
        .enumerate()
        .map(|(at, facts)| match facts.reading() {
            Reading::Decimal(_) if are_codes(at, facts) => Reading::Text,
            Reading::Measure(_) if codes::are_numbered(&names[at], facts) => Reading::Text,
            reading => reading,
        })
        .collect()
}

/// What stands beside the numbers of a measure.
fn unit(reading: Reading, facts: &Facts, encoding: Encoding) -> Option<String> {
    let is_measure = matches!(reading, Reading::Measure(_));
    let unit = facts.unit().filter(|_| is_measure)?;
    Some(unit.text(|bytes| encoding.decode(bytes)))
}

/// The start of the file up to a whole line, and the length of its byte-order mark.
fn read_start(received: &Received) -> Result<(Vec<u8>, usize)> {
    let mut start = Vec::new();
    let file = File::open(received.path()).doing(|| format!("open {}", received.path().display()))?;
    file.take(START)
        .read_to_end(&mut start)
        .doing(|| format!("read {}", received.path().display()))?;
    if start.iter().take(1000).filter(|byte| **byte == 0).count() > 1 {
        return Err(Error::bad_file(
            "this is no text file; choose the file's real kind, or save it as CSV",
        ));
    }
    if start.len() as u64 == START {
        let Some(end) = memchr::memrchr(b'\n', &start) else {
            return Err(Error::bad_file(format!(
                "the first line is longer than {} MB, so there is no header and no row; check how the ends of lines are written, or \
                 choose the file's real kind",
                START >> 20
            )));
        };
        start.truncate(end + 1);
    }
    let bom = if start.starts_with(BOM) { BOM.len() } else { 0 };
    Ok((start, bom))
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    Utf8,
    /// What Windows calls Latin-1.
    Windows1252,
}

impl Encoding {
    /// A value of the file as text. In a file of Windows-1252 a value may be UTF-8 all the same, where somebody put lines of two files
    /// together: letters beyond ASCII are valid UTF-8 by accident in next to no value.
    pub fn decode(self, bytes: &[u8]) -> String {
        let text = match (self, std::str::from_utf8(bytes)) {
            (_, Ok(text)) => Cow::Borrowed(text),
            (Encoding::Utf8, Err(_)) => String::from_utf8_lossy(bytes),
            (Encoding::Windows1252, Err(_)) => bytes.iter().map(|byte| windows_1252(*byte)).collect(),
        };
        nul::replaced(text).into_owned()
    }
}

/// The character of a byte in Windows-1252, which is Latin-1 with printable characters from 0x80 on.
fn windows_1252(byte: u8) -> char {
    const HIGH: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}',
        '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
    ];
    match byte {
        0x80..=0x9f => HIGH[usize::from(byte - 0x80)],
        _ => char::from(byte),
    }
}

/// Does the same work in several threads; the first error wins.
fn in_threads<T: Send>(n: usize, work: impl Fn() -> Result<T> + Sync) -> Result<Vec<T>> {
    let done = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..n {
            scope.spawn(|| {
                let one = work();
                done.lock().unwrap_or_else(PoisonError::into_inner).push(one);
            });
        }
    });
    done.into_inner()
        .unwrap_or_else(PoisonError::into_inner)
        .into_iter()
        .collect()
}
