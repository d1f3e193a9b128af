//! The second reading of the file: its blocks become typed rows of data files.

use std::{
    fs::File,
    os::unix::fs::FileExt,
    sync::atomic::{AtomicUsize, Ordering},
};

use arrow::array::{ArrayRef, RecordBatch};
use deltalake::kernel::Add;

use super::{
    Encoding, arrays,
    blocks::Block,
    dialect::Dialect,
    in_threads,
    nul::Nul,
    odd::{FirstMarked, Odd},
    split::{self, Fault, Fields},
};
use crate::{
    error::{Doing, Result},
    ingest::{
        Job,
        bad_rows::BadRows,
        doubts::Doubt,
        guess::{Facts, Reading},
        profile::Tally,
    },
    lake::{TableFile, data_file_name, writer_properties},
    plain,
    value::Column,
};

/// Blocks that make a data file: some 128 MB of text.
const BLOCKS_PER_FILE: usize = 256;

/// What is read and as what.
pub struct Source<'a> {
    pub job: &'a Job,
    pub file: File,
    pub dialect: &'a Dialect,
    pub blocks: &'a [Block],
    pub encoding: Encoding,
    pub facts: &'a [Facts],
    pub readings: &'a [Reading],
    /// Whether the sign before the decimals of each column's numbers is in doubt.
    pub in_doubt: &'a [bool],
    pub columns: &'a [Column],
}

#[derive(Default)]
pub struct Loaded {
    pub files: Vec<Add>,
    pub tallies: Vec<Tally>,
    pub bad_rows: BadRows,
    /// Of every column; nothing is noted of those that are no text, or are text because they hold codes.
    odd: Vec<Odd>,
    /// Of every column; nothing is noted of those that are not in doubt.
    marked: Vec<FirstMarked>,
    nul: Nul,
}

impl Loaded {
    fn of(source: &Source<'_>) -> Loaded {
        Loaded {
            tallies: source.columns.iter().map(|_| Tally::default()).collect(),
            odd: source.columns.iter().map(|_| Odd::default()).collect(),
            marked: source.columns.iter().map(|_| FirstMarked::default()).collect(),
            ..Loaded::default()
        }
    }

    fn join(&mut self, other: Loaded) {
        self.files.extend(other.files);
        self.bad_rows.absorb(other.bad_rows);
        for (tally, another) in self.tallies.iter_mut().zip(other.tallies) {
            tally.join(another);
        }
        for (odd, another) in self.odd.iter_mut().zip(other.odd) {
            odd.join(another);
        }
        for (marked, another) in self.marked.iter_mut().zip(other.marked) {
            marked.join(another);
        }
        self.nul.join(other.nul);
    }

    pub fn doubts(&self, source: &Source<'_>) -> Vec<Doubt> {
        let text = source.columns.iter().zip(&self.odd);
        let text = text.filter_map(|(column, odd)| odd.doubt(&column.name, source.encoding));
        let numbers = source.columns.iter().zip(source.readings).zip(&self.marked);
        let numbers = numbers
            .filter_map(|((column, reading), marked)| marked.doubt(&column.name, *reading, source.encoding));
        text.chain(numbers)
            .chain(self.nul.doubt(source.encoding))
            .collect()
    }
}

pub fn load(source: &Source<'_>) -> Result<Loaded> {
    let threads = source.job.lake.engine().threads;
    // Small files are still shared out evenly.
    let per_file = source.blocks.len().div_ceil(threads).clamp(1, BLOCKS_PER_FILE);
    let stretches: Vec<&[Block]> = source.blocks.chunks(per_file).collect();
    let first_name = data_file_name(0);
    let order = first_name.trim_end_matches("-00000.parquet");
    let next = AtomicUsize::new(0);
    let loaded = in_threads(threads.min(stretches.len().max(1)), || {
        let mut loaded = Loaded::of(source);
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(stretch) = stretches.get(at) else {
                return Ok(loaded);
            };
            let name = format!("{order}-{at:05}.parquet");
            let file = load_stretch(source, stretch, name, &mut loaded)?;
            loaded.files.extend(file);
        }
    })?;
    let mut all = Loaded::of(source);
    for one in loaded {
        all.join(one);
    }
    all.files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(all)
}

fn load_stretch(
    source: &Source<'_>,
    stretch: &[Block],
    name: String,
    loaded: &mut Loaded,
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
                loaded.bad_rows.push(line, reason, &String::from_utf8_lossy(text));
            },
        );
        if fields.has_nul {
            loaded.nul.see(*block, &bytes);
        }
        let text = decode(source, *block, &bytes, &mut fields, &mut loaded.bad_rows);
        for (column, odd) in loaded.odd.iter_mut().enumerate() {
            if source.facts[column].is_text() {
                odd.see(job, *block, &bytes, fields.column(column));
            }
        }
        for (column, marked) in loaded.marked.iter_mut().enumerate() {
            if source.in_doubt[column] {
                marked.see(*block, &bytes, fields.column(column));
            }
        }
        let arrays: Vec<ArrayRef> = source
            .readings
            .iter()
            .enumerate()
            .map(|(column, reading)| arrays::build(source, &bytes, text.as_ref(), &fields, column, *reading))
            .collect();
        for (tally, array) in loaded.tallies.iter_mut().zip(&arrays) {
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
    if source.encoding == Encoding::Windows1252 {
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
