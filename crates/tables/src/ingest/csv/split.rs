//! Text to records and fields (RFC 4180, any delimiter byte).
//!
//! A quote opens a quoted field only at the field's start, and closes it only before a delimiter,
//! a line end or the end of the text; a doubled quote inside stands for one. Where that fails, the
//! line with the opening quote is a bad row, and reading goes on with the next line. Blocks are cut
//! by the same rules, so that a block never starts inside a field.

use memchr::{memchr, memchr_iter};

use super::Encoding;

pub const QUOTE: u8 = b'"';

/// The fields of the good records of a block, row by row.
#[derive(Default)]
pub struct Fields {
    /// Start and end of each field without its quotes; the top bit of the start marks doubled quotes inside.
    spans: Vec<(u32, u32)>,
    pub n_columns: usize,
    pub n_rows: usize,
    /// Whether the block holds the character NUL.
    pub has_nul: bool,
}

const DOUBLED: u32 = 1 << 31;

impl Fields {
    pub fn get(&self, row: usize, column: usize) -> Field {
        Field::of(&self.spans[row * self.n_columns + column])
    }

    pub fn column(&self, column: usize) -> impl Iterator<Item = Field> + '_ {
        let spans = self.spans.get(column..).unwrap_or_default();
        spans.iter().step_by(self.n_columns.max(1)).map(Field::of)
    }

    /// Takes a row back, as when its text turns out not to be readable.
    pub fn remove(&mut self, row: usize) {
        let start = row * self.n_columns;
        self.spans.drain(start..start + self.n_columns);
        self.n_rows -= 1;
    }
}

#[derive(Clone, Copy)]
pub struct Field {
    pub start: usize,
    pub end: usize,
    pub has_doubled_quotes: bool,
}

impl Field {
    fn of(&(start, end): &(u32, u32)) -> Field {
        Field {
            start: (start & !DOUBLED) as usize,
            end: end as usize,
            has_doubled_quotes: start & DOUBLED != 0,
        }
    }
}

/// What is wrong with a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The number of fields found.
    FieldCount(usize),
    OpenQuote,
}

/// Splits a block of whole records; `bad` gets the line, the text and the fault of each bad one.
pub fn split(
    block: &[u8],
    delimiter: u8,
    n_columns: usize,
    first_line: u64,
    fields: &mut Fields,
    mut bad: impl FnMut(u64, &[u8], Fault),
) {
    fields.spans.clear();
    fields.n_columns = n_columns;
    fields.n_rows = 0;
    fields.has_nul = memchr(0, block).is_some();
    let mut line = first_line;
    let mut before = 0;
    let mut take = |fields: &mut Fields, start: usize, record: &Record| {
        let text = &block[start..record.end];
        let n_found = fields.spans.len() - before;
        let is_blank = || n_found == 1 && text.trim_ascii().is_empty();
        if record.fault.is_some() || n_found != n_columns {
            fields.spans.truncate(before);
            if !is_blank() {
                bad(line, text, record.fault.unwrap_or(Fault::FieldCount(n_found)));
            }
        } else if is_blank() {
            fields.spans.truncate(before);
        } else {
            fields.n_rows += 1;
        }
        before = fields.spans.len();
        line += record.n_lines;
    };
    let mut at = 0;
    if memchr(QUOTE, block).is_none() {
        at = plain_records(block, delimiter, fields, &mut take);
    }
    while at < block.len() {
        let record = record(block, at, delimiter, &mut fields.spans);
        take(fields, at, &record);
        at = record.end;
    }
}

/// Splits text without quotes, up to its last line end; returns where that is.
fn plain_records(
    block: &[u8],
    delimiter: u8,
    fields: &mut Fields,
    take: &mut impl FnMut(&mut Fields, usize, &Record),
) -> usize {
    let (mut start, mut field) = (0, 0);
    for (at, word) in block.as_chunks::<8>().0.iter().enumerate() {
        let mut found = stops(u64::from_le_bytes(*word), delimiter);
        while found != 0 {
            let stop = at * 8 + found.trailing_zeros() as usize / 8;
            found &= found - 1;
            let is_line_end = block[stop] == b'\n';
            let has_carriage = is_line_end && stop > field && block[stop - 1] == b'\r';
            fields
                .spans
                .push((field as u32, (stop - usize::from(has_carriage)) as u32));
            field = stop + 1;
            if is_line_end {
                let record = Record {
                    end: field,
                    n_lines: 1,
                    fault: None,
                };
                take(fields, start, &record);
                start = field;
            }
        }
    }
    // The fields of a record that the last few bytes end are split again, byte by byte.
    let n_whole = fields.n_rows * fields.n_columns;
    fields.spans.truncate(n_whole);
    start
}

/// The high bits of those bytes of a word that are a delimiter or a line end.
///
/// A byte equal to the sought one is zero after the exclusive or; zero bytes are found by an
/// addition that never carries into the next byte (H. Warren, Hacker's Delight, 6-1).
fn stops(word: u64, delimiter: u8) -> u64 {
    const LOW: u64 = 0x0101_0101_0101_0101;
    const SEVEN: u64 = 0x7f7f_7f7f_7f7f_7f7f;
    let zeros = |x: u64| !(((x & SEVEN) + SEVEN) | x | SEVEN);
    zeros(word ^ (LOW * u64::from(delimiter))) | zeros(word ^ (LOW * u64::from(b'\n')))
}

/// The fields of the first records, for sniffing; each as text without quotes.
pub fn preview(block: &[u8], delimiter: u8, most: usize) -> Vec<Vec<String>> {
    let mut records = Vec::new();
    let mut at = 0;
    while at < block.len() && records.len() < most {
        let mut spans = Vec::new();
        let record = record(block, at, delimiter, &mut spans);
        let is_blank = block[at..record.end].trim_ascii().is_empty();
        at = record.end;
        if record.fault.is_none() && !is_blank {
            records.push(spans.iter().map(|span| text(block, *span)).collect());
        }
    }
    records
}

/// The bytes and lines of the first record, and whether it is broken.
pub fn first(block: &[u8], delimiter: u8) -> (usize, u64, Option<Fault>) {
    let record = record(block, 0, delimiter, &mut Vec::new());
    (record.end, record.n_lines, record.fault)
}

/// Where the last whole record ends, and how many lines there are up to it.
///
/// `None` when no record ends within the block and more of the file is to come.
pub fn cut(block: &[u8], delimiter: u8, is_last: IsLast) -> Option<(usize, u64)> {
    if is_last == IsLast::Yes {
        return Some((block.len(), memchr_iter(b'\n', block).count() as u64));
    }
    // Walk from quote to quote: between them line ends are the ends of records.
    let mut at = 0;
    let mut last_end = None;
    loop {
        let quote = memchr(QUOTE, &block[at..]).map(|found| at + found);
        let outside = &block[at..quote.unwrap_or(block.len())];
        if let Some(end) = memchr::memrchr(b'\n', outside) {
            last_end = Some(at + end + 1);
        }
        let Some(quote) = quote else { break };
        let opens = quote == 0 || matches!(block[quote - 1], b'\n' | b'\r') || block[quote - 1] == delimiter;
        if !opens {
            at = quote + 1;
            continue;
        }
        match closing(block, quote + 1, delimiter) {
            Closing::At(end) => at = end + 1,
            Closing::Broken => match memchr(b'\n', &block[quote..]) {
                Some(end) => {
                    at = quote + end + 1;
                    last_end = Some(at);
                }
                None => break,
            },
            // The rest of the field may come with the next block.
            Closing::Missing => break,
        }
    }
    last_end.map(|end| (end, memchr_iter(b'\n', &block[..end]).count() as u64))
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IsLast {
    Yes,
    No,
}

/// A field's text, with doubled quotes made single; what is no UTF-8 is Windows-1252.
pub fn text(block: &[u8], (start, end): (u32, u32)) -> String {
    let raw = Encoding::Windows1252.decode(&block[(start & !DOUBLED) as usize..end as usize]);
    if start & DOUBLED != 0 {
        raw.replace("\"\"", "\"")
    } else {
        raw
    }
}

struct Record {
    end: usize,
    n_lines: u64,
    fault: Option<Fault>,
}

fn record(block: &[u8], start: usize, delimiter: u8, spans: &mut Vec<(u32, u32)>) -> Record {
    let mut at = start;
    let mut n_lines = 0;
    loop {
        if block.get(at) == Some(&QUOTE) {
            let Closing::At(end) = closing(block, at + 1, delimiter) else {
                let rest = memchr(b'\n', &block[at..]).map(|found| at + found + 1);
                return Record {
                    end: rest.unwrap_or(block.len()),
                    n_lines: n_lines + u64::from(rest.is_some()),
                    fault: Some(Fault::OpenQuote),
                };
            };
            let inside = &block[at + 1..end];
            n_lines += memchr_iter(b'\n', inside).count() as u64;
            let doubled = if memchr(QUOTE, inside).is_some() {
                DOUBLED
            } else {
                0
            };
            spans.push(((at + 1) as u32 | doubled, end as u32));
            at = end + 1;
        } else {
            let end = field_end(block, at, delimiter);
            let is_line_end = block.get(end) != Some(&delimiter);
            let carriage = is_line_end && end > at && block[end - 1] == b'\r';
            spans.push((at as u32, (end - usize::from(carriage)) as u32));
            at = end;
        }
        match block.get(at) {
            Some(c) if *c == delimiter => at += 1,
            Some(b'\r') if matches!(block.get(at + 1), Some(b'\n') | None) => {
                return Record {
                    end: (at + 2).min(block.len()),
                    n_lines: n_lines + 1,
                    fault: None,
                };
            }
            Some(_) => {
                return Record {
                    end: at + 1,
                    n_lines: n_lines + 1,
                    fault: None,
                };
            }
            None => {
                return Record {
                    end: at,
                    n_lines,
                    fault: None,
                };
            }
        }
    }
}

/// Where an unquoted field ends: at the next delimiter, line end or the end of the text.
fn field_end(block: &[u8], start: usize, delimiter: u8) -> usize {
    let mut at = start;
    while let Some(word) = block.get(at..).and_then(<[u8]>::first_chunk::<8>) {
        let found = stops(u64::from_le_bytes(*word), delimiter);
        if found != 0 {
            return at + found.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    let is_end = |byte: &u8| *byte == delimiter || *byte == b'\n';
    block[at..]
        .iter()
        .position(is_end)
        .map_or(block.len(), |found| at + found)
}

enum Closing {
    At(usize),
    /// A quote stands where none may, so the field was never one.
    Broken,
    Missing,
}

fn closing(block: &[u8], from: usize, delimiter: u8) -> Closing {
    let mut at = from;
    while let Some(found) = memchr(QUOTE, &block[at..]) {
        let quote = at + found;
        match block.get(quote + 1) {
            Some(&QUOTE) => at = quote + 2,
            None | Some(b'\n') => return Closing::At(quote),
            Some(b'\r') if matches!(block.get(quote + 2), None | Some(b'\n')) => return Closing::At(quote),
            Some(c) if *c == delimiter => return Closing::At(quote),
            Some(_) => return Closing::Broken,
        }
        if at > block.len() {
            break;
        }
    }
    Closing::Missing
}

#[cfg(test)]
mod tests {
    use super::*;

    type Bad = Vec<(u64, String, Fault)>;

    fn read(text: &str, n_columns: usize) -> (Vec<Vec<String>>, Bad) {
        let mut fields = Fields::default();
        let mut bad = Vec::new();
        split(
            text.as_bytes(),
            b',',
            n_columns,
            1,
            &mut fields,
            |line, text, fault| {
                bad.push((line, String::from_utf8_lossy(text).into_owned(), fault));
            },
        );
        let rows = (0..fields.n_rows)
            .map(|row| {
                (0..n_columns)
                    .map(|column| super::text(text.as_bytes(), fields.spans[row * n_columns + column]))
                    .collect()
            })
            .collect();
        (rows, bad)
    }

    fn rows(rows: &[&[&str]]) -> Vec<Vec<String>> {
        rows.iter()
            .map(|row| row.iter().map(ToString::to_string).collect())
            .collect()
    }

    #[test]
    fn quoted_fields_may_hold_delimiters_line_ends_and_doubled_quotes() {
        let (found, bad) = read("a,\"b,c\"\r\n\"say \"\"hi\"\"\",\"two\nlines\"\n,\n", 2);
        assert_eq!(
            found,
            rows(&[&["a", "b,c"], &["say \"hi\"", "two\nlines"], &["", ""]])
        );
        assert_eq!(bad, []);
    }

    #[test]
    fn a_row_with_too_many_or_too_few_fields_is_bad_and_the_rest_is_read() {
        let (found, bad) = read("1,2\n3\n4,5,6\n\n7,8", 2);
        assert_eq!(found, rows(&[&["1", "2"], &["7", "8"]]));
        assert_eq!(
            bad,
            [
                (2, "3\n".to_string(), Fault::FieldCount(1)),
                (3, "4,5,6\n".to_string(), Fault::FieldCount(3)),
            ]
        );
    }

    #[test]
    fn a_field_of_any_length_ends_where_its_delimiter_stands() {
        for length in 0..40 {
            for tail in 0..10 {
                for end in [b',', b'\n'] {
                    let mut text = vec![b'\xc3'; length];
                    text.push(end);
                    text.extend(vec![b','; tail]);
                    assert_eq!(field_end(&text, 0, b','), length, "{length} and {tail}");
                }
            }
            assert_eq!(field_end(&vec![b'x'; length], 0, b','), length);
        }
    }

    #[test]
    fn text_without_quotes_is_split_alike_by_words_and_by_bytes() {
        let parts = [
            "a", "", "\u{1}", "kampung", "ü\u{80}", "\r", ",", ",", ",", "\n", "\r\n", "x,y\n",
        ];
        let mut seed = 7_u64;
        for _ in 0..2000 {
            let mut text = String::new();
            for _ in 0..(seed >> 40) % 30 {
                seed = seed
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1_442_695_040_888_963_407);
                text.push_str(parts[(seed >> 33) as usize % parts.len()]);
            }
            seed = seed.wrapping_add(0x9e37_79b9_7f4a_7c15).rotate_left(7);
            let quick = read(&text, 2);
            // A quoted last line sends all of the text the other way.
            let mut slow = read(&format!("{text}\n\"q\",q\n"), 2);
            assert_eq!(slow.0.pop(), Some(vec!["q".to_string(); 2]), "{text:?}");
            let slow_bad: Vec<_> = slow
                .1
                .iter()
                .map(|bad| (bad.0, bad.1.trim_end_matches('\n').to_string(), bad.2))
                .collect();
            let quick_bad: Vec<_> = quick
                .1
                .iter()
                .map(|bad| (bad.0, bad.1.trim_end_matches('\n').to_string(), bad.2))
                .collect();
            assert_eq!((quick.0, quick_bad), (slow.0, slow_bad), "{text:?}");
        }
    }

    #[test]
    fn a_quote_that_never_closes_costs_its_own_line_only() {
        let (found, bad) = read("1,\"abc\n2,\"def\"\n3,x\n", 2);
        assert_eq!(found, rows(&[&["2", "def"], &["3", "x"]]));
        assert_eq!(bad, [(1, "1,\"abc\n".to_string(), Fault::OpenQuote)]);
    }

    #[test]
    fn a_quote_inside_an_unquoted_field_is_a_plain_character() {
        let (found, bad) = read("1,5\" pipe\n2,x\n", 2);
        assert_eq!(found, rows(&[&["1", "5\" pipe"], &["2", "x"]]));
        assert_eq!(bad, []);
    }

    #[test]
    fn lines_are_counted_through_quoted_line_ends() {
        let (_, bad) = read("1,\"a\nb\"\n2\n", 2);
        assert_eq!(bad[0].0, 3);
    }

    #[test]
    fn a_block_is_cut_after_its_last_whole_record() {
        let text = b"1,\"a\nb\"\n2,\"c\nd";
        assert_eq!(cut(text, b',', IsLast::No), Some((8, 2)));
        assert_eq!(cut(b"1,\"a\nb", b',', IsLast::No), None);
        assert_eq!(cut(b"1,2\n3,4", b',', IsLast::No), Some((4, 1)));
    }
}
