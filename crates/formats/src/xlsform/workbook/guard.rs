//! What an old Excel file claims about its size, looked at before the library that reads it believes it.
//!
//! A file of a few hundred bytes can ask for all the memory of a machine: by how many cells it says it has, or by two cells in opposite
//! corners of a sheet.

/// The sheets of an old workbook are laid out in memory from their first to their last cells.
const MOST_AREA: u64 = 8_000_000;
/// Programs claim whole sheets of which nothing is used; more than a sheet can have is a lie.
const MOST_CLAIMED: u64 = 65_537 * 257;
const MOST_SHEETS: usize = 255;

/// Looks at an `.xls`; says what is wrong with it.
pub(super) fn check_xls(bytes: &[u8]) -> Result<(), String> {
    let stream = Compound::read(bytes)
        .and_then(|file| file.stream(&["Workbook", "Book"]))
        .ok_or("it holds no workbook")?;
    let sheets: Vec<usize> = Records {
        stream: &stream,
        at: 0,
    }
    .take_while(|(kind, _)| *kind != END)
    .filter(|(kind, _)| *kind == SHEET)
    .filter_map(|(_, data)| number(data, 0, 4))
    .collect();
    if sheets.len() > MOST_SHEETS {
        return Err(format!("it has more than {MOST_SHEETS} sheets"));
    }
    let mut total = 0_u64;
    for start in sheets {
        let Extent { held, claimed } = Extent::of(&stream, start);
        total = total.saturating_add(held);
        if claimed > MOST_CLAIMED {
            return Err("a sheet claims more cells than a sheet can have".to_owned());
        }
        if total > MOST_AREA {
            return Err(
                "its cells stand too far apart; delete the stray ones far right and far below".to_owned(),
            );
        }
    }
    Ok(())
}

/// Kinds of records in a workbook stream.
const SHEET: usize = 0x85;
const BEGIN: usize = 0x809;
const END: usize = 0x0A;
const DIMENSIONS: usize = 0x200;
const ROW_OF_NUMBERS: usize = 0xBD;

/// The rectangle around the cells of a sheet, in cells.
#[derive(Debug, PartialEq, Eq)]
struct Extent {
    held: u64,
    claimed: u64,
}

impl Extent {
    fn of(stream: &[u8], start: usize) -> Self {
        let (mut rows, mut columns) = ((usize::MAX, 0), (usize::MAX, 0));
        let mut claimed = 0;
        let mut depth = 0_usize;
        let mut see = |row: Option<usize>, column: Option<usize>| {
            if let (Some(row), Some(column)) = (row, column) {
                rows = (rows.0.min(row), rows.1.max(row));
                columns = (columns.0.min(column), columns.1.max(column));
            }
        };
        for (kind, data) in (Records { stream, at: start }) {
            match kind {
                BEGIN => depth += 1,
                END if depth <= 1 => break,
                END => depth -= 1,
                DIMENSIONS => {
                    // Rows have four bytes in later versions, and two in earlier ones.
                    let wide = if data.len() >= 14 { 4 } else { 2 };
                    let of = |at: usize, width: usize| number(data, at, width).unwrap_or_default() as u64;
                    let tall = of(wide, wide).saturating_sub(of(0, wide)) + 1;
                    let broad = of(2 * wide + 2, 2).saturating_sub(of(2 * wide, 2)) + 1;
                    claimed = tall.saturating_mul(broad);
                }
                0x203 | 0x204 | 0xD6 | 0x205 | 0x27E | 0xFD | 0x06 => {
                    see(number(data, 0, 2), number(data, 2, 2));
                }
                ROW_OF_NUMBERS => {
                    see(number(data, 0, 2), number(data, 2, 2));
                    see(
                        number(data, 0, 2),
                        data.len().checked_sub(2).and_then(|at| number(data, at, 2)),
                    );
                }
                _ => {}
            }
        }
        let held = match (rows, columns) {
            ((top, bottom), (left, right)) if top <= bottom && left <= right => {
                (bottom - top + 1) as u64 * (right - left + 1) as u64
            }
            _ => 0,
        };
        Self { held, claimed }
    }
}

/// Kind and content of the records of a stream, until it ends or breaks off.
struct Records<'a> {
    stream: &'a [u8],
    at: usize,
}

impl<'a> Iterator for Records<'a> {
    type Item = (usize, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let kind = number(self.stream, self.at, 2)?;
        let length = number(self.stream, self.at + 2, 2)?;
        let data = self.stream.get(self.at + 4..self.at + 4 + length)?;
        self.at += 4 + length;
        Some((kind, data))
    }
}

/// A little-endian number of so many bytes.
fn number(bytes: &[u8], at: usize, width: usize) -> Option<usize> {
    let bytes = bytes.get(at..at.checked_add(width)?)?;
    Some(
        bytes
            .iter()
            .rev()
            .fold(0, |number, byte| number << 8 | usize::from(*byte)),
    )
}

/// Microsoft's compound file, [MS-CFB]: streams in sectors, chained by a table.
struct Compound<'a> {
    bytes: &'a [u8],
    sector: usize,
    table: Vec<usize>,
}

impl<'a> Compound<'a> {
    fn read(bytes: &'a [u8]) -> Option<Self> {
        let shift = number(bytes, 30, 2).filter(|shift| matches!(shift, 9 | 12))?;
        let mut file = Self {
            bytes,
            sector: 1 << shift,
            table: Vec::new(),
        };
        let mut parts: Vec<usize> = (0..109)
            .filter_map(|nth| number(bytes, 76 + 4 * nth, 4))
            .collect();
        let mut next = number(bytes, 68, 4)?;
        let most = bytes.len() / file.sector + 1;
        while let Some(sector) = file.at(next).filter(|_| parts.len() <= most + 109) {
            let numbers = sector.len() / 4;
            parts.extend((0..numbers - 1).filter_map(|nth| number(sector, 4 * nth, 4)));
            next = number(sector, 4 * (numbers - 1), 4)?;
        }
        for part in parts {
            if let Some(sector) = file.at(part) {
                file.table
                    .extend((0..sector.len() / 4).filter_map(|nth| number(sector, 4 * nth, 4)));
            }
        }
        Some(file)
    }

    /// The first stream of one of these names.
    fn stream(&self, names: &[&str]) -> Option<Vec<u8>> {
        let directory = self.chain(number(self.bytes, 48, 4)?);
        let entries: Vec<&[u8]> = directory.chunks_exact(128).collect();
        let root = entries.first()?;
        let entry = names.iter().find_map(|name| {
            entries
                .iter()
                .find(|entry| name_of(entry).eq_ignore_ascii_case(name))
        })?;
        let (start, size) = (number(entry, 116, 4)?, number(entry, 120, 4)?);
        let is_small = size < number(self.bytes, 56, 4)?;
        let mut stream = if is_small {
            let table = self.chain(number(self.bytes, 60, 4)?);
            let mut small = Vec::new();
            let all = self.chain(number(root, 116, 4)?);
            let mut next = start;
            while let Some(sector) = all.get(next.saturating_mul(64)..).filter(|_| small.len() < size) {
                small.extend_from_slice(&sector[..sector.len().min(64)]);
                next = number(&table, 4 * next, 4)?;
            }
            small
        } else {
            self.chain(start)
        };
        stream.truncate(size);
        Some(stream)
    }

    fn chain(&self, start: usize) -> Vec<u8> {
        let mut all = Vec::new();
        let mut next = start;
        // A chain that runs in a circle ends with the file's own length.
        while let Some(sector) = self.at(next).filter(|_| all.len() <= self.bytes.len()) {
            all.extend_from_slice(sector);
            next = self.table.get(next).copied().unwrap_or(usize::MAX);
        }
        all
    }

    fn at(&self, sector: usize) -> Option<&'a [u8]> {
        let start = sector.checked_add(1)?.checked_mul(self.sector)?;
        let end = (start + self.sector).min(self.bytes.len());
        self.bytes.get(start..end).filter(|sector| sector.len() >= 4)
    }
}

fn name_of(entry: &[u8]) -> String {
    let length = number(entry, 64, 2).unwrap_or_default().min(64).saturating_sub(2);
    let units: Vec<u16> = entry[..length]
        .chunks_exact(2)
        .map(|pair| u16::from_le_bytes([pair[0], pair[1]]))
        .collect();
    String::from_utf16_lossy(&units)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One record of a workbook stream.
    fn record(kind: u16, data: &[u8]) -> Vec<u8> {
        [&kind.to_le_bytes()[..], &(data.len() as u16).to_le_bytes(), data].concat()
    }

    fn cell(row: u16, column: u16) -> Vec<u8> {
        record(
            0x203,
            &[&row.to_le_bytes()[..], &column.to_le_bytes(), &[0; 10]].concat(),
        )
    }

    #[test]
    fn two_cells_in_opposite_corners_span_the_whole_sheet() {
        let sheet = [
            record(0x809, &[0; 16]),
            cell(0, 0),
            cell(65_535, 255),
            record(0x0A, &[]),
        ]
        .concat();
        assert_eq!(Extent::of(&sheet, 0).held, 65_536 * 256);
        let near = [record(0x809, &[0; 16]), cell(3, 2), cell(4, 5), record(0x0A, &[])].concat();
        assert_eq!(Extent::of(&near, 0), Extent { held: 8, claimed: 0 });
    }

    #[test]
    fn what_a_sheet_claims_is_told_from_what_it_holds() {
        let dimensions = [0_u32.to_le_bytes(), 60_000_u32.to_le_bytes()].concat();
        let dimensions = [&dimensions[..], &[0, 0], &200_u16.to_le_bytes(), &[0, 0]].concat();
        let sheet = [record(0x809, &[0; 16]), record(0x200, &dimensions), cell(1, 1)].concat();
        assert_eq!(
            Extent::of(&sheet, 0),
            Extent {
                held: 1,
                claimed: 60_001 * 201
            }
        );
    }

    #[test]
    fn a_compound_file_that_runs_in_circles_ends() {
        let mut bytes = vec![0_u8; 512 * 4];
        bytes[30] = 9;
        bytes[56..60].copy_from_slice(&4096_u32.to_le_bytes());
        bytes[68..72].copy_from_slice(&u32::MAX.to_le_bytes());
        // The table is sector 0, and says that sector 1 follows itself.
        bytes[512 + 4..512 + 8].copy_from_slice(&1_u32.to_le_bytes());
        bytes[48..52].copy_from_slice(&1_u32.to_le_bytes());
        assert_eq!(check_xls(&bytes), Err("it holds no workbook".to_owned()));
    }
}
