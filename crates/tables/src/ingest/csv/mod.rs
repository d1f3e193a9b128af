//! Delimited text, read twice: once to know what every column holds, once to type and store it.
//!
//! Both times the file is shared out in blocks among the engine's threads; the second time each
//! thread writes stretches of neighbouring blocks to data files, which keep the order of the rows.

mod blocks;
pub mod dialect;
mod split;

use std::{
    borrow::Cow,
    fs::File,
    io::Read,
    os::unix::fs::FileExt,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use arrow::array::{
    ArrayRef, BooleanBuilder, Date32Builder, Float64Builder, Int64Builder, RecordBatch, StringBuilder,
    TimestampMicrosecondBuilder,
};
use deltalake::kernel::Add;

use super::{
    Job, Written,
    bad_rows::BadRows,
    bounds::refuse_wide,
    guess::{self, Facts, Reading},
    is_missing,
    profile::Tally,
    received::Received,
};
use crate::{
    error::{Doing, Error, Result},
    lake::{TableFile, data_file_name, writer_properties},
    plain,
    value::Column,
};
use blocks::{Block, Blocks};
use dialect::Dialect;
use split::{Fault, Fields};

/// Bytes of the file's start that are looked at for delimiter and header.
const START: u64 = 1 << 20;
/// Blocks that make a data file: some 128 MB of text.
const BLOCKS_PER_FILE: usize = 256;
const BOM: &[u8] = b"\xef\xbb\xbf";

pub fn read(job: &Job, received: &Received) -> Result<Written> {
    let (start, bom) = read_start(received)?;
    let mut dialect = dialect::sniff(&start[bom..], &job.options)?;
    dialect.offset += bom;
    refuse_wide(dialect.n_columns)?;
    let survey = survey(job, received, &dialect)?;
    let names = dialect::names(dialect.header.as_deref(), dialect.n_columns);
    let columns: Vec<Column> = names
        .into_iter()
        .zip(&survey.readings)
        .map(|(name, reading)| Column::new(name, reading.kind()))
        .collect();
    let source = Source {
        job,
        file: File::open(received.path()).doing(|| format!("open {}", received.path().display()))?,
        dialect: &dialect,
        survey: &survey,
        columns: &columns,
    };
    let mut loaded = load(&source)?;
    loaded.bad_rows.absorb(dialect.above);
    Ok(Written {
        columns,
        files: loaded.files,
        tallies: loaded.tallies,
        bad_rows: loaded.bad_rows,
    })
}

/// The start of the file up to a whole line, and the length of its byte-order mark.
fn read_start(received: &Received) -> Result<(Vec<u8>, usize)> {
    let mut start = Vec::new();
    let file = File::open(received.path()).doing(|| format!("open {}", received.path().display()))?;
    file.take(START)
        .read_to_end(&mut start)
        .doing(|| format!("read {}", received.path().display()))?;
    if start.len() as u64 == START
        && let Some(end) = memchr::memrchr(b'\n', &start)
    {
        start.truncate(end + 1);
    }
    if start.iter().take(1000).filter(|byte| **byte == 0).count() > 1 {
        return Err(Error::bad_file(
            "this is no text file; choose the file's real kind, or save it as CSV",
        ));
    }
    let bom = if start.starts_with(BOM) { BOM.len() } else { 0 };
    Ok((start, bom))
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Encoding {
    Utf8,
    /// What Windows calls Latin-1.
    Windows1252,
}

/// What the first reading finds out.
struct Survey {
    blocks: Vec<Block>,
    readings: Vec<Reading>,
    encoding: Encoding,
}

#[derive(Default)]
struct Found {
    facts: Vec<Facts>,
    blocks: Vec<Block>,
    n_foreign_lines: u64,
    n_invalid_lines: u64,
}

fn survey(job: &Job, received: &Received, dialect: &Dialect) -> Result<Survey> {
    let blocks = Blocks::open(
        received.path(),
        dialect.delimiter,
        dialect.offset as u64,
        dialect.first_line,
    )?;
    let threads = job.lake.engine().threads;
    let found = in_threads(threads, || look(job, dialect, &blocks))?;
    let mut facts = vec![Facts::with_sign(job.options.decimal); dialect.n_columns];
    let mut all = Vec::new();
    let (mut n_foreign, mut n_invalid) = (0, 0);
    for one in found {
        for (facts, seen) in facts.iter_mut().zip(one.facts) {
            *facts = facts.join(seen);
        }
        all.extend(one.blocks);
        n_foreign += one.n_foreign_lines;
        n_invalid += one.n_invalid_lines;
    }
    all.sort_by_key(|block| block.offset);
    // Text with letters beyond ASCII is valid UTF-8 by accident in next to no line.
    let encoding = if n_invalid > n_foreign {
        Encoding::Windows1252
    } else {
        Encoding::Utf8
    };
    Ok(Survey {
        blocks: all,
        readings: facts.iter().map(Facts::reading).collect(),
        encoding,
    })
}

fn look(job: &Job, dialect: &Dialect, blocks: &Blocks) -> Result<Found> {
    let mut found = Found {
        facts: vec![Facts::with_sign(job.options.decimal); dialect.n_columns],
        ..Found::default()
    };
    let mut bytes = Vec::new();
    let mut fields = Fields::default();
    while let Some(block) = blocks.next(&mut bytes)? {
        found.blocks.push(block);
        split::split(
            &bytes,
            dialect.delimiter,
            dialect.n_columns,
            block.first_line,
            &mut fields,
            |_, _, _| {},
        );
        for (column, facts) in found.facts.iter_mut().enumerate() {
            if facts.is_text() {
                continue;
            }
            for field in fields.column(column) {
                let value = &bytes[field.start..field.end];
                let counts = job.options.missing.is_empty()
                    || !std::str::from_utf8(value).is_ok_and(|text| job.is_missing(text));
                if counts {
                    facts.see(value);
                    if facts.is_text() {
                        break;
                    }
                }
            }
        }
        if !bytes.is_ascii() {
            for line in bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_ascii()) {
                match std::str::from_utf8(line) {
                    Ok(_) => found.n_foreign_lines += 1,
                    Err(_) => found.n_invalid_lines += 1,
                }
            }
        }
    }
    Ok(found)
}

struct Source<'a> {
    job: &'a Job,
    file: File,
    dialect: &'a Dialect,
    survey: &'a Survey,
    columns: &'a [Column],
}

#[derive(Default)]
struct Loaded {
    files: Vec<Add>,
    tallies: Vec<Tally>,
    bad_rows: BadRows,
}

fn load(source: &Source<'_>) -> Result<Loaded> {
    let threads = source.job.lake.engine().threads;
    // Small files are still shared out evenly.
    let per_file = source
        .survey
        .blocks
        .len()
        .div_ceil(threads)
        .clamp(1, BLOCKS_PER_FILE);
    let stretches: Vec<&[Block]> = source.survey.blocks.chunks(per_file).collect();
    let first_name = data_file_name(0);
    let order = first_name.trim_end_matches("-00000.parquet");
    let next = AtomicUsize::new(0);
    let loaded = in_threads(threads.min(stretches.len().max(1)), || {
        let mut loaded = Loaded {
            tallies: source.columns.iter().map(|_| Tally::default()).collect(),
            ..Loaded::default()
        };
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(stretch) = stretches.get(at) else {
                return Ok(loaded);
            };
            let name = format!("{order}-{at:05}.parquet");
            loaded.files.extend(load_stretch(
                source,
                stretch,
                name,
                &mut loaded.tallies,
                &mut loaded.bad_rows,
            )?);
        }
    })?;
    let mut all = Loaded::default();
    for one in loaded {
        all.files.extend(one.files);
        all.bad_rows.absorb(one.bad_rows);
        if all.tallies.is_empty() {
            all.tallies = one.tallies;
        } else {
            for (tally, other) in all.tallies.iter_mut().zip(one.tallies) {
                tally.join(other);
            }
        }
    }
    all.files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(all)
}

fn load_stretch(
    source: &Source<'_>,
    stretch: &[Block],
    name: String,
    tallies: &mut [Tally],
    bad_rows: &mut BadRows,
) -> Result<Option<Add>> {
    let job = source.job;
    let mut file = TableFile::with_properties(
        &job.lake,
        &job.table,
        name,
        source.columns,
        writer_properties(source.columns.len()),
    )?;
    let schema = plain::schema(source.columns);
    let mut bytes = Vec::new();
    let mut fields = Fields::default();
    for block in stretch {
        bytes.resize(block.len, 0);
        source
            .file
            .read_exact_at(&mut bytes, block.offset)
            .doing(|| format!("read {}", job.file.display()))?;
        split::split(
            &bytes,
            source.dialect.delimiter,
            source.dialect.n_columns,
            block.first_line,
            &mut fields,
            |line, text, fault| {
                let reason = reason(fault, source.dialect.n_columns);
                bad_rows.push(line, reason, &String::from_utf8_lossy(text));
            },
        );
        let text = decode(source, *block, &bytes, &mut fields, bad_rows);
        let arrays: Vec<ArrayRef> = source
            .survey
            .readings
            .iter()
            .enumerate()
            .map(|(column, reading)| build(source, &bytes, text.as_ref(), &fields, column, *reading))
            .collect();
        for (tally, array) in tallies.iter_mut().zip(&arrays) {
            tally.see(array);
        }
        let batch =
            RecordBatch::try_new(schema.clone(), arrays).doing(|| "put fields into columns".into())?;
        file.encode(&batch)?;
        job.wait(file.send())?;
    }
    job.wait(file.close())
}

/// A block's text; rows that are not valid in the file's encoding are taken out and reported.
enum Text<'a> {
    Whole(&'a str),
    /// Every byte is a character, so that fields are decoded one by one.
    Bytes,
}

impl<'a> Text<'a> {
    fn as_ref(&self) -> Option<&'a str> {
        match self {
            Text::Whole(text) => Some(text),
            Text::Bytes => None,
        }
    }
}

fn decode<'a>(
    source: &Source<'_>,
    block: Block,
    bytes: &'a [u8],
    fields: &mut Fields,
    bad_rows: &mut BadRows,
) -> Text<'a> {
    if source.survey.encoding == Encoding::Windows1252 {
        return Text::Bytes;
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Text::Whole(text);
    }
    for row in (0..fields.n_rows).rev() {
        let first = fields.get(row, 0);
        let last = fields.get(row, fields.n_columns - 1);
        let record = &bytes[first.start..last.end];
        if std::str::from_utf8(record).is_err() {
            let n_above = memchr::memchr_iter(b'\n', &bytes[..first.start]).count() as u64;
            bad_rows.push(
                block.first_line + n_above,
                "the row has bytes that are not UTF-8 text; save the file as UTF-8",
                &String::from_utf8_lossy(record),
            );
            fields.remove(row);
        }
    }
    Text::Bytes
}

fn build(
    source: &Source<'_>,
    bytes: &[u8],
    text: Option<&str>,
    fields: &Fields,
    column: usize,
    reading: Reading,
) -> ArrayRef {
    let missing = &source.job.options.missing;
    let latin = source.survey.encoding == Encoding::Windows1252;
    let values = fields.column(column).map(|field| {
        let value: Cow<'_, str> = match text {
            Some(text) => Cow::Borrowed(&text[field.start..field.end]),
            None if latin => Cow::Owned(
                bytes[field.start..field.end]
                    .iter()
                    .map(|b| windows_1252(*b))
                    .collect(),
            ),
            None => String::from_utf8_lossy(&bytes[field.start..field.end]),
        };
        if is_missing(missing, &value) {
            None
        } else if field.has_doubled_quotes {
            Some(Cow::Owned(value.replace("\"\"", "\"")))
        } else {
            Some(value)
        }
    });
    // The survey has seen that every value can be read this way, so a failure would be a defect of
    // the reading itself; it shows as a missing value in the profile.
    match reading {
        Reading::Text => {
            let mut texts = StringBuilder::with_capacity(fields.n_rows, fields.n_rows * 8);
            values.for_each(|value| texts.append_option(value));
            Arc::new(texts.finish())
        }
        Reading::Integer(style) => {
            let mut numbers = Int64Builder::with_capacity(fields.n_rows);
            values
                .for_each(|value| numbers.append_option(value.and_then(|text| guess::integer(&text, style))));
            Arc::new(numbers.finish())
        }
        Reading::Decimal(style) => {
            let mut numbers = Float64Builder::with_capacity(fields.n_rows);
            values
                .for_each(|value| numbers.append_option(value.and_then(|text| guess::decimal(&text, style))));
            Arc::new(numbers.finish())
        }
        Reading::Flag => {
            let mut flags = BooleanBuilder::with_capacity(fields.n_rows);
            values.for_each(|value| flags.append_option(value.and_then(|text| guess::flag(&text))));
            Arc::new(flags.finish())
        }
        Reading::Date(order) => {
            let mut dates = Date32Builder::with_capacity(fields.n_rows);
            values.for_each(|value| dates.append_option(value.and_then(|text| guess::date(&text, order))));
            Arc::new(dates.finish())
        }
        Reading::Instant(order) => {
            let mut instants = TimestampMicrosecondBuilder::with_capacity(fields.n_rows).with_timezone("UTC");
            values.for_each(|value| {
                instants.append_option(value.and_then(|text| guess::instant(&text, order)));
            });
            Arc::new(instants.finish())
        }
    }
}

fn reason(fault: Fault, n_columns: usize) -> String {
    match fault {
        Fault::FieldCount(n) => format!(
            "the row has {n} fields instead of {n_columns}; check its delimiters and put fields that contain one in quotes"
        ),
        Fault::OpenQuote => {
            "a quote opens a field and does not close it; close it, and double quotes inside the field".into()
        }
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
