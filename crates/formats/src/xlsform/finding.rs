//! What a converter has to say about a cell: where it is, what is wrong, what to do.

use std::{collections::BTreeSet, error::Error, fmt};

/// One remark about a workbook, tied to the place a person can go and correct.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Name of the sheet as the workbook spells it; empty when the file as a whole is meant.
    pub sheet: String,
    /// Row as the spreadsheet counts it, from 1; in CSV and Markdown the heading is row 1.
    pub row: Option<u32>,
    /// Heading of the column.
    pub column: Option<String>,
    /// What is wrong and what to do about it, in one sentence.
    pub message: String,
}

impl Finding {
    pub(super) fn new(sheet: &str, message: impl Into<String>) -> Self {
        Self {
            sheet: sheet.to_owned(),
            row: None,
            column: None,
            message: message.into(),
        }
    }

    pub(super) fn at_row(sheet: &str, row: u32, message: impl Into<String>) -> Self {
        Self {
            row: Some(row),
            ..Self::new(sheet, message)
        }
    }

    pub(super) fn column(mut self, heading: impl Into<String>) -> Self {
        self.column = Some(heading.into());
        self
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sheet)?;
        if let Some(row) = self.row {
            write!(f, " row {row}")?;
        }
        // "survey row 14: unknown type …" already says which column.
        if let Some(column) = self.column.as_ref().filter(|name| !says(&self.message, name)) {
            write!(f, ", column {column}")?;
        }
        if !self.sheet.is_empty() {
            f.write_str(": ")?;
        }
        f.write_str(&self.message)
    }
}

/// Everything that keeps a workbook from becoming a form, in reading order; never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problems(pub Vec<Finding>);

impl From<Finding> for Problems {
    fn from(finding: Finding) -> Self {
        Self(vec![finding])
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (nth, finding) in self.0.iter().enumerate() {
            if nth > 0 {
                f.write_str("\n")?;
            }
            finding.fmt(f)?;
        }
        Ok(())
    }
}

impl Error for Problems {}

/// `; did you mean "select_one"?` when a known word is a slip or two away, else nothing.
pub(super) fn did_you_mean<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    match nearest(word, known) {
        Some(found) => format!("; did you mean \"{found}\"?"),
        None => String::new(),
    }
}

/// The known word closest to a mistyped one, if it is close enough to be worth offering.
pub(super) fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let typed: Vec<char> = word.to_lowercase().chars().collect();
    // One slip in a short word, up to three in a long one.
    let allowed = (typed.len() / 3).clamp(1, 3);
    known
        .into_iter()
        .filter_map(|candidate| {
            let other: Vec<char> = candidate.to_lowercase().chars().collect();
            if other.len().abs_diff(typed.len()) > allowed {
                return None;
            }
            let distance = edit_distance(&typed, &other);
            (distance <= allowed).then_some((distance, candidate))
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// `"a", "b" and "c"`, for messages.
pub(super) fn listed<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    let words: BTreeSet<&str> = words.into_iter().collect();
    let quoted: Vec<String> = words.into_iter().map(|word| format!("\"{word}\"")).collect();
    match quoted.split_last() {
        None => String::new(),
        Some((only, [])) => only.clone(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
    }
}

/// Does a sentence hold a word, and not only as part of another?
fn says(sentence: &str, word: &str) -> bool {
    let is_edge = |character: Option<char>| {
        character.is_none_or(|character| !character.is_alphanumeric() && character != '_')
    };
    sentence.match_indices(word).any(|(at, _)| {
        is_edge(sentence[..at].chars().next_back()) && is_edge(sentence[at + word.len()..].chars().next())
    })
}

/// Insertions, deletions, substitutions and swaps of neighbours that turn one word into the other.
fn edit_distance(a: &[char], b: &[char]) -> usize {
    let mut before_last = vec![0; b.len() + 1];
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i; b.len() + 1];
        for j in 1..=b.len() {
            let substitution = last[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            row[j] = substitution.min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                row[j] = row[j].min(before_last[j - 2] + 1);
            }
        }
        before_last = last;
        last = row;
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_finger_finds_the_word_that_was_meant() {
        assert_eq!(
            nearest("selct_one", ["select_one", "select_multiple"]),
            Some("select_one")
        );
        assert_eq!(nearest("itneger", ["integer", "text"]), Some("integer"));
        assert_eq!(nearest("banana", ["integer", "text"]), None);
    }

    #[test]
    fn a_finding_names_sheet_row_and_column_and_does_not_repeat_itself() {
        let finding = Finding::at_row("survey", 14, "unknown type \"selct_one\"").column("type");
        assert_eq!(finding.to_string(), "survey row 14: unknown type \"selct_one\"");
        let finding = Finding::at_row("survey", 3, "no question is named \"x\"").column("relevant");
        assert_eq!(
            finding.to_string(),
            "survey row 3, column relevant: no question is named \"x\""
        );
    }
}
