/// Rows that are kept in full; beyond them only their number is.
const KEPT: usize = 1000;
/// Characters of a bad row's text that are kept.
const LONGEST_TEXT: usize = 500;

/// A row of the received file that could not be read as one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadRow {
    /// The line in the file, or the row of the sheet, counted from 1.
    pub line: u64,
    /// What is wrong and what to do about it.
    pub reason: String,
    /// The row as it stands in the file, cut after 500 characters.
    pub text: String,
}

/// The first thousand bad rows in the order of the file, and how many there are in all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BadRows {
    pub first: Vec<BadRow>,
    pub n: u64,
}

impl BadRows {
    pub(super) fn push(&mut self, line: u64, reason: impl Into<String>, text: &str) {
        self.n += 1;
        if self.first.len() < KEPT {
            self.first.push(BadRow {
                line,
                reason: reason.into(),
                text: text
                    .trim_end_matches(['\r', '\n'])
                    .chars()
                    .take(LONGEST_TEXT)
                    // No page and no XML may hold it.
                    .map(|letter| match letter {
                        '\0' => char::REPLACEMENT_CHARACTER,
                        letter => letter,
                    })
                    .collect(),
            });
        }
    }

    pub(super) fn absorb(&mut self, other: BadRows) {
        self.n += other.n;
        self.first.extend(other.first);
        self.first.sort_by_key(|row| row.line);
        self.first.truncate(KEPT);
    }
}
