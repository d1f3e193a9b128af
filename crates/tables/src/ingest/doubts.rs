/// What somebody should look at in a received file, although every row of it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Doubt {
    /// The first line in the file, or row of the sheet, that it is about, counted from 1.
    pub line: u64,
    /// The column that it is about; none when it is about the whole file.
    pub column: Option<String>,
    /// What is doubtful and what to do about it.
    pub reason: String,
    /// The first value that it is about, cut after 200 letters.
    pub value: String,
}

/// Values below which nothing is said of a column.
const FEWEST: u64 = 20;
/// Letters of a value that are told.
const SHOWN: usize = 200;

impl Doubt {
    /// Doubts a column that is text because of few values; nothing where so many are no numbers that text is what it is.
    pub(super) fn of_column(column: &str, n: u64, n_numbers: u64, line: u64, value: &str) -> Option<Doubt> {
        let is_nearly_all =
            n >= FEWEST && n_numbers < n && n_numbers.saturating_mul(100) >= n.saturating_mul(95);
        is_nearly_all.then(|| Doubt {
            line,
            column: Some(column.to_string()),
            reason: format!(
                "{n_numbers} of the {n} values of column {column:?} are numbers and this one is not, so the column is text; \
                 correct it, or say that it stands for a missing value"
            ),
            value: value.chars().take(SHOWN).collect(),
        })
    }
}
