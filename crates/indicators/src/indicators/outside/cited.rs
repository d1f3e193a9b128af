//! Where a number of others stood: the line of their file, as it stood there.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    indicators::{model::observation::Key, store},
    platform::{
        app::App,
        problem::{Problem, Result},
        time::Time,
    },
};

/// What is told of the line that a number was taken from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cited {
    /// Of the file, the header being the first; 0 where the file has no lines.
    pub line: usize,
    pub text: String,
    /// Under which terms the source publishes; empty where nobody said.
    pub licence: String,
    pub taken_at: Time,
}

/// The line that became a number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// The number: place, names of the dimensions, period, codes.
    pub of: Key,
    pub line: usize,
    pub text: String,
}

/// Finds the line that a number which is public now was taken from.
///
/// # Errors
/// When the database fails, or what was kept is none of ours.
pub async fn of(app: &App, indicator: &str, key: &Key) -> Result<Option<Cited>> {
    let Some((lines, licence, taken_at)) = store::outside::find_lines(&app.db, indicator).await? else {
        return Ok(None);
    };
    let lines: Vec<Line> = serde_json::from_str(&lines).map_err(Problem::internal)?;
    let found = lines.into_iter().find(|line| line.of == *key);
    Ok(found.map(|found| Cited {
        line: found.line,
        text: found.text,
        licence,
        taken_at,
    }))
}

/// The line as programs read it.
#[must_use]
pub fn json(cited: &Cited) -> Value {
    json!({
        "line": (cited.line > 0).then_some(cited.line),
        "text": cited.text,
        "licence": cited.licence,
        "taken_at": cited.taken_at.to_string(),
    })
}

/// Writes the cells of a row as a line of CSV.
pub(super) fn as_line<'a>(cells: impl IntoIterator<Item = &'a str>) -> String {
    let quoted = |cell: &str| {
        if cell.contains([',', '"', '\n', '\r']) {
            format!("\"{}\"", cell.replace('"', "\"\""))
        } else {
            cell.to_owned()
        }
    };
    cells.into_iter().map(quoted).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_reads_as_it_stood() {
        assert_eq!(as_line(["2011", "PT", "", "43.4 "]), "2011,PT,,43.4 ");
        assert_eq!(as_line(["a, b", "\"c\""]), "\"a, b\",\"\"\"c\"\"\"");
    }
}
