//! How a delimited file is written: its delimiter, its header and where its rows begin.

use std::collections::HashMap;

use super::split;
use crate::{
    error::{Error, Result},
    ingest::{IngestOptions, bad_rows::BadRows, guess},
};

const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];
/// Records looked at for sniffing.
const LOOKED_AT: usize = 200;
/// Letters of a column's name; questions of a survey that became names have as many.
const LONGEST_NAME: usize = 500;

pub struct Dialect {
    pub delimiter: u8,
    /// The names as they stand in the file; none when the first row is data.
    pub header: Option<Vec<String>>,
    pub n_columns: usize,
    /// Where the data begin: the byte and the line.
    pub offset: usize,
    pub first_line: u64,
    /// Lines above the header.
    pub above: BadRows,
}

/// Judges the first part of a file, which ends with a whole line unless it is the whole file.
pub fn sniff(start: &[u8], options: &IngestOptions) -> Result<Dialect> {
    let delimiter = options.delimiter.unwrap_or_else(|| delimiter(start));
    let records = split::preview(start, delimiter, LOOKED_AT);
    let Some(n_columns) = usual_width(&records) else {
        return Err(Error::bad_file(
            "the file has no rows; check that it was saved completely",
        ));
    };
    // Titles and notes often stand above the header, and have fewer cells.
    let skipped = records
        .iter()
        .position(|record| record.len() == n_columns)
        .unwrap_or_default();
    let head = &records[skipped];
    let has_header = options.header.unwrap_or_else(|| looks_like_header(head));
    let mut above = BadRows::default();
    let mut offset = 0;
    let mut line = 1;
    // Walk to where the data begin, counting what is passed.
    let mut passed = 0;
    let wanted = skipped + usize::from(has_header);
    while passed < wanted && offset < start.len() {
        let rest = &start[offset..];
        let (len, n_lines, fault) = split::first(rest, delimiter);
        let record = &rest[..len];
        let is_blank = record.trim_ascii().is_empty();
        let is_counted = !is_blank && fault.is_none();
        passed += usize::from(is_counted);
        let is_header = has_header && passed == wanted && is_counted;
        if !is_header && !is_blank {
            above.push(
                line,
                "this line stands above the header; take it out if it is no data",
                &String::from_utf8_lossy(record),
            );
        }
        offset += len;
        line += n_lines;
    }
    Ok(Dialect {
        delimiter,
        header: has_header.then(|| head.clone()),
        n_columns,
        offset,
        first_line: line,
        above,
    })
}

/// Column names for a header: trimmed, never empty, unlike each other even in lower case. One that is far too long is no name.
pub fn names(header: Option<&[String]>, n_columns: usize) -> Result<Vec<String>> {
    let mut seen: HashMap<String, usize> = HashMap::new();
    (0..n_columns)
        .map(|at| {
            let given = header.and_then(|header| header.get(at));
            let words: Vec<&str> = given
                .map(|name| name.split_whitespace().collect())
                .unwrap_or_default();
            let name = if words.is_empty() {
                format!("column_{}", at + 1)
            } else {
                words.join(" ")
            };
            let n_letters = name.chars().count();
            if n_letters > LONGEST_NAME {
                return Err(Error::bad_file(format!(
                    "the name of column {} has {n_letters} letters, and a name has at most {LONGEST_NAME}; shorten it, or say that the \
                     file has no header",
                    at + 1
                )));
            }
            let mut unique = name.clone();
            while seen.contains_key(&unique.to_lowercase()) {
                let n = seen.entry(name.to_lowercase()).or_insert(1);
                *n += 1;
                unique = format!("{name}_{n}");
            }
            seen.insert(unique.to_lowercase(), 1);
            Ok(unique)
        })
        .collect()
}

/// How many columns are left without those at the end that have neither a name nor a value, which spreadsheets leave behind.
pub fn n_kept(header: Option<&[String]>, n_columns: usize, is_empty: impl Fn(usize) -> bool) -> usize {
    let has_name = |at: usize| {
        let name = header.and_then(|header| header.get(at));
        name.is_some_and(|name| !name.trim().is_empty())
    };
    let last = (0..n_columns).rev().find(|at| has_name(*at) || !is_empty(*at));
    last.map_or(n_columns, |last| last + 1)
}

/// Whether a first row names columns rather than holding values.
pub fn looks_like_header(cells: &[String]) -> bool {
    let is_value = |cell: &String| {
        let is_year =
            cell.trim().len() == 4 && (cell.trim().starts_with("19") || cell.trim().starts_with("20"));
        guess::is_number(cell.as_bytes()) && !is_year
    };
    !cells.iter().any(is_value)
}

fn delimiter(start: &[u8]) -> u8 {
    let score = |delimiter: u8| {
        let records = split::preview(start, delimiter, LOOKED_AT);
        let width = usual_width(&records).unwrap_or(1);
        let n_alike = records.iter().filter(|record| record.len() == width).count();
        let share = if width > 1 {
            n_alike * 1000 / records.len().max(1)
        } else {
            0
        };
        (share, width)
    };
    let mut best = (b',', (0, 0));
    for delimiter in DELIMITERS {
        let this = score(delimiter);
        // A clear majority of even rows first, then the more columns the better.
        let clearly_better = this.0 > best.1.0 + 100;
        let as_even_and_wider = this.0 + 100 >= best.1.0 && this.0 > 0 && this.1 > best.1.1;
        if clearly_better || as_even_and_wider {
            best = (delimiter, this);
        }
    }
    best.0
}

/// The number of cells that most records have; the larger of two equally frequent ones.
fn usual_width(records: &[Vec<String>]) -> Option<usize> {
    let mut counts: HashMap<usize, usize> = HashMap::new();
    for record in records {
        *counts.entry(record.len()).or_default() += 1;
    }
    counts
        .into_iter()
        .max_by_key(|(width, n)| (*n, *width))
        .map(|(width, _)| width)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sniffed(text: &str) -> Dialect {
        match sniff(text.as_bytes(), &IngestOptions::default()) {
            Ok(dialect) => dialect,
            Err(error) => panic!("{error}"),
        }
    }

    #[test]
    fn the_delimiter_is_the_one_that_cuts_rows_evenly() {
        assert_eq!(sniffed("a;b;c\n1,5;2;3\n2,5;3;4\n").delimiter, b';');
        assert_eq!(sniffed("a\tb\n1\t2, or 3\n").delimiter, b'\t');
        assert_eq!(sniffed("a|b\n1|2\n").delimiter, b'|');
        assert_eq!(sniffed("name,title\nx,\"a; b; c\"\n").delimiter, b',');
        assert_eq!(sniffed("only\nvalues\n").n_columns, 1);
    }

    #[test]
    fn a_first_row_with_numbers_is_data() {
        let dialect = sniffed("1,34,Subil\n2,34,Porihat\n");
        assert_eq!(dialect.header, None);
        assert_eq!(dialect.offset, 0);
    }

    #[test]
    fn years_may_head_columns() {
        let dialect = sniffed("province,2019,2020\nAceh,1,2\n");
        assert_eq!(dialect.header.map(|header| header.len()), Some(3));
        assert_eq!(dialect.offset, 19);
    }

    #[test]
    fn lines_above_the_header_are_reported_and_not_read() {
        let dialect = sniffed("Population of the regency\n\nvillage,n\nA,1\nB,2\n");
        assert_eq!(dialect.header, Some(vec!["village".to_string(), "n".to_string()]));
        assert_eq!(dialect.first_line, 4);
        assert_eq!(dialect.above.first[0].line, 1);
        assert_eq!(dialect.above.n, 1);
    }

    #[test]
    fn names_are_trimmed_filled_and_made_different() {
        let header: Vec<String> = [" a ", "", "A", "two\nlines", "a"]
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(
            names(Some(&header), 5).expect("names"),
            ["a", "column_2", "A_2", "two lines", "a_3"]
        );
    }

    #[test]
    fn a_name_that_is_far_too_long_is_refused() {
        let header = ["a".to_string(), "ö".repeat(500)];
        assert!(names(Some(&header), 2).is_ok());
        let header = ["a".to_string(), "ö".repeat(501)];
        let told = names(Some(&header), 2).expect_err("refused").to_string();
        assert!(told.contains("column 2 has 501 letters"), "{told}");
    }

    #[test]
    fn columns_at_the_end_without_name_and_value_are_not_kept() {
        let header: Vec<String> = ["a", "", "b", " ", ""].iter().map(ToString::to_string).collect();
        assert_eq!(n_kept(Some(&header), 5, |_| true), 3);
        assert_eq!(n_kept(Some(&header), 5, |at| at != 3), 4);
        assert_eq!(n_kept(None, 5, |at| at > 1), 2);
        assert_eq!(n_kept(None, 5, |_| true), 5);
    }
}
