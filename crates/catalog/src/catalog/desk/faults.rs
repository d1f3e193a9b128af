//! What of a file could not be read, and what looks doubtful in it, line by line, as far as whoever decides about it may see it.

use super::super::{
    reasons,
    view::{BadRowView, FileView},
};
use crate::platform::{html::parts::Cell, i18n::Lang};

/// Lines of each kind that are told.
const MOST: usize = 100;

/// Which columns of a file somebody may see.
pub enum Sees {
    All,
    Only(Vec<String>),
}

impl Sees {
    fn is_told(&self, row: &BadRowView) -> bool {
        match (self, &row.column) {
            (Sees::All, _) => true,
            (Sees::Only(columns), Some(column)) => columns.contains(column),
            // A whole row may show any column.
            (Sees::Only(_), None) => false,
        }
    }
}

/// What stands over the columns of [`rows`].
#[must_use]
pub fn head(lang: Lang) -> Vec<Cell> {
    ["catalog-bad-line", "catalog-bad-reason", "catalog-bad-text"]
        .map(|id| Cell::text(lang.text(id)))
        .into()
}

/// The lines of a file that somebody should look at; of columns that the caller may not see only the line is told.
#[must_use]
pub fn rows(lang: Lang, file: &FileView, sees: &Sees) -> Vec<Vec<Cell>> {
    let told = file.told(MOST);
    told.map(|row| {
        let (reason, text) = match sees.is_told(row) {
            true => (reasons::in_words(lang, &row.reason), row.text.clone()),
            false => {
                let hidden = lang.text("catalog-workflow-faults-hidden");
                (hidden.to_string(), String::new())
            }
        };
        vec![Cell::text(row.line), Cell::text(reason), Cell::text(text)]
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    #[test]
    fn of_what_is_hidden_only_the_line_is_told() {
        let row = |is_doubt: bool, column: Option<&str>| BadRowView {
            line: 7,
            reason: "wrong".into(),
            text: "Siti".into(),
            is_doubt,
            column: column.map(str::to_owned),
        };
        let sees = Sees::Only(vec!["n".into()]);
        assert!(sees.is_told(&row(true, Some("n"))));
        assert!(!sees.is_told(&row(true, Some("name"))));
        assert!(!sees.is_told(&row(false, None)));
        assert!(Sees::All.is_told(&row(false, None)));
        let mut file = crate::catalog::pages::sample::file();
        file.bad_rows = vec![row(true, Some("name")), row(false, None), row(true, Some("n"))];
        let told = rows(Lang::En, &file, &sees);
        assert_eq!(told.len(), 3);
        let texts = |row: usize| -> Vec<String> {
            let cells = told[row].iter();
            cells.map(|cell| cell.content.to_string()).collect()
        };
        assert_eq!(texts(0)[2], "", "a row that could not be read comes first");
        assert_eq!(texts(1)[2], "");
        assert_eq!(texts(2), ["7", "wrong", "Siti"]);
    }
}
