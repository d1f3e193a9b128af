//! Columns of which another one always goes on where they end, as `4.1` goes on in `4.1.01`: these hold codes.

use super::split::Fields;
use crate::ingest::guess::Facts;

/// Pairs of a column and the one that goes on; none before any row has been seen.
#[derive(Default)]
pub struct Continued(Option<Vec<(usize, usize)>>);

impl Continued {
    /// Takes in the rows of a block, whose values `facts` know already.
    ///
    /// Only a pair that the first block shows is asked about in the others, so that it costs next to nothing where there is none.
    pub fn see(&mut self, facts: &[Facts], bytes: &[u8], fields: &Fields) {
        if fields.n_rows == 0 {
            return;
        }
        self.0 = Some(match self.0.take() {
            None => {
                let columns = 0..facts.len();
                let codes = columns.clone().filter(|column| facts[*column].is_like_codes());
                let pairs = codes.flat_map(|short| columns.clone().map(move |long| (short, long)));
                pairs
                    .filter(|pair| goes_on(bytes, fields, *pair) == Some(Row::GoesOn))
                    .collect()
            }
            Some(pairs) => pairs
                .into_iter()
                .filter(|pair| facts[pair.0].is_like_codes() && goes_on(bytes, fields, *pair).is_some())
                .collect(),
        });
    }

    pub fn join(self, other: Continued) -> Continued {
        Continued(match (self.0, other.0) {
            (Some(pairs), Some(others)) => {
                Some(pairs.into_iter().filter(|pair| others.contains(pair)).collect())
            }
            (pairs, others) => pairs.or(others),
        })
    }

    pub fn contains(&self, column: usize) -> bool {
        self.0.iter().flatten().any(|(short, _)| *short == column)
    }
}

#[derive(PartialEq)]
enum Row {
    /// Both are the same, or one of them is empty.
    SaysNothing,
    GoesOn,
}

/// What the rows say of a pair; none when one of them speaks against it.
fn goes_on(bytes: &[u8], fields: &Fields, (short, long): (usize, usize)) -> Option<Row> {
    let value = |row: usize, column: usize| {
        let field = fields.get(row, column);
        bytes[field.start..field.end].trim_ascii()
    };
    let mut found = Row::SaysNothing;
    for row in 0..fields.n_rows {
        let (short, long) = (value(row, short), value(row, long));
        if short.is_empty() || long.is_empty() || short == long {
            continue;
        }
        if long.strip_prefix(short)?.first() != Some(&b'.') {
            return None;
        }
        found = Row::GoesOn;
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::csv::split;

    fn seen(text: &str, n_columns: usize) -> Continued {
        let mut fields = Fields::default();
        split::split(text.as_bytes(), b',', n_columns, 1, &mut fields, |_, _, _| {});
        let mut facts = vec![Facts::default(); n_columns];
        for (column, facts) in facts.iter_mut().enumerate() {
            for field in fields.column(column) {
                facts.see(&text.as_bytes()[field.start..field.end]);
            }
        }
        let mut continued = Continued::default();
        continued.see(&facts, text.as_bytes(), &fields);
        continued
    }

    #[test]
    fn a_column_that_another_one_goes_on_is_found() {
        let found = seen("4.1,x,4.1\n4.1,y,4.1.01\n,z,5.1.01\n5.2,z,\n", 3);
        assert!(found.contains(0));
        assert!(!found.contains(1) && !found.contains(2));
    }

    #[test]
    fn one_row_that_does_not_go_on_speaks_against_it() {
        assert!(!seen("4.1,4.1.01\n4.1,4.2.01\n", 2).contains(0));
        assert!(!seen("4.1,4.101\n", 2).contains(0));
        assert!(!seen("4.1,4.1\n", 2).contains(0));
        assert!(
            !seen("4,4.1\n", 2).contains(0),
            "whole numbers are no codes with a point"
        );
    }

    #[test]
    fn all_blocks_that_have_rows_must_agree() {
        let yes = || seen("4.1,4.1.01\n", 2);
        assert!(yes().join(yes()).join(seen("", 2)).contains(0));
        assert!(!yes().join(seen("4.1,5.1.01\n", 2)).contains(0));
        assert!(seen("", 2).join(yes()).contains(0));
    }
}
