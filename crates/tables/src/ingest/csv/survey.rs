//! The first reading of the file: where its blocks are, and what every column holds.

use super::{
    Encoding,
    blocks::{Block, Blocks},
    continued::Continued,
    dialect::Dialect,
    in_threads,
    split::{self, Fields},
};
use crate::{
    error::Result,
    ingest::{Job, bad_rows::BadRows, guess::Facts, received::Received},
};

/// What the first reading finds out.
pub struct Survey {
    pub blocks: Vec<Block>,
    /// Of every column.
    pub facts: Vec<Facts>,
    pub continued: Continued,
    pub encoding: Encoding,
    /// Lines that are in no block.
    pub too_long: BadRows,
}

#[derive(Default)]
struct Found {
    facts: Vec<Facts>,
    blocks: Vec<Block>,
    continued: Continued,
    n_foreign_lines: u64,
    n_invalid_lines: u64,
}

/// Reads the whole file, in all threads.
pub fn survey(job: &Job, received: &Received, dialect: &Dialect) -> Result<Survey> {
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
    let mut continued = Continued::default();
    let (mut n_foreign, mut n_invalid) = (0, 0);
    for one in found {
        for (facts, seen) in facts.iter_mut().zip(one.facts) {
            *facts = facts.join(seen);
        }
        all.extend(one.blocks);
        continued = continued.join(one.continued);
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
        facts,
        continued,
        encoding,
        too_long: blocks.into_too_long(),
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
        found.continued.see(&found.facts, &bytes, &fields);
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
