use super::guess::dates;

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
    /// Doubts how numbers were read: what the first was read as, what it may mean, and the sign before decimals to name in that case.
    pub(super) fn of_sign(
        column: &str,
        line: u64,
        value: &str,
        (read, meant): (f64, f64),
        sign: &str,
    ) -> Doubt {
        let value: String = value.chars().take(SHOWN).collect();
        Doubt {
            line,
            column: Some(column.to_string()),
            reason: format!(
                "{value} in column {column:?} was read as {read}; if it means {meant}, say that a {sign} stands before the decimals \
                 and send the file again"
            ),
            value,
        }
    }

    /// Doubts a column that is text because of few values that are no dates.
    ///
    /// One that is written like a date is told of however few values there are: `31/02/2026` was meant as one.
    pub(super) fn of_dates(column: &str, n: u64, n_dates: u64, line: u64, value: &str) -> Option<Doubt> {
        let is_impossible = dates::is_shaped(value.trim().as_bytes());
        let is_told = is_nearly_all(n, n_dates) || (is_impossible && n_dates < n && n_dates * 2 > n);
        is_told.then(|| Doubt {
            line,
            column: Some(column.to_string()),
            reason: format!(
                "{n_dates} of the {n} values of column {column:?} are dates and this one is not, so the column is text; \
                 correct it, or say that it stands for a missing value"
            ),
            value: value.chars().take(SHOWN).collect(),
        })
    }

    /// Doubts a column that is text because of few values; nothing where so many are no numbers that text is what it is.
    pub(super) fn of_column(column: &str, n: u64, n_numbers: u64, line: u64, value: &str) -> Option<Doubt> {
        is_nearly_all(n, n_numbers).then(|| Doubt {
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

fn is_nearly_all(n: u64, n_alike: u64) -> bool {
    n >= FEWEST && n_alike < n && n_alike.saturating_mul(100) >= n.saturating_mul(95)
}
