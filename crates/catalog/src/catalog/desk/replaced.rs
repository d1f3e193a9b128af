//! Whether a file has hardly any of the columns that a table had: somebody may have sent it for the wrong table.
//!
//! A file is known only once a job has read it, so this is told beside the new version and not asked when the file is sent.

use tables::{Column, ROW_NUMBER};

use super::super::{
    columns_at,
    model::ColumnEntry,
    store::{self, ResourceRow},
    view::spoken,
    workflow,
};
use crate::platform::{app::App, i18n::Lang, problem::Result};

/// How many columns a table had, and how many of them a new file has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Replaced {
    pub n_before: usize,
    pub n_kept: usize,
}

impl Replaced {
    /// Compares columns by name; nothing where at least half of them stay, or where there were none.
    #[must_use]
    pub fn of(before: &[String], after: &[String]) -> Option<Replaced> {
        let counted: Vec<&String> = before.iter().filter(|name| *name != ROW_NUMBER).collect();
        let n_kept = counted.iter().filter(|name| after.contains(name)).count();
        (n_kept * 2 < counted.len()).then_some(Replaced {
            n_before: counted.len(),
            n_kept,
        })
    }

    #[must_use]
    pub fn in_words(self, lang: Lang, table: &str) -> String {
        lang.text("catalog-workflow-other-columns")
            .arg("table", table)
            .n("kept", self.n_kept)
            .n("before", self.n_before)
            .to_string()
    }
}

/// What the file that waits for a table replaces; or else what the one that is shown replaced.
///
/// # Errors
/// When the tables or the database fail.
pub async fn by_newest(app: &App, resource: &ResourceRow) -> Result<Option<Replaced>> {
    let (Some(table), Some(_)) = (&resource.lake_table, resource.version) else {
        return Ok(None);
    };
    let beside = workflow::beside(table);
    let waits = store::workflow::is_waited_for(app.db.read(), &resource.id).await?;
    if waits && app.lake.exists(&beside).await.map_err(spoken)? {
        let found = by_waiting(app, table, &beside).await;
        // When it is published while it is looked at, the table that it waited in is dropped.
        if found.is_ok() || store::workflow::is_waited_for(app.db.read(), &resource.id).await? {
            return found;
        }
    }
    let shown = store::versions::list_shown(app.db.read(), &resource.id).await?;
    let [newest, before, ..] = shown.as_slice() else {
        return Ok(None);
    };
    // A version of long ago may have been cleared away: then there is nothing to compare with.
    let (Ok(before), Ok(newest)) = (
        columns_at(app, resource, before.version).await,
        columns_at(app, resource, newest.version).await,
    ) else {
        return Ok(None);
    };
    let named = |columns: Vec<ColumnEntry>| -> Vec<String> {
        columns.into_iter().map(|column| column.name).collect()
    };
    Ok(Replaced::of(&named(before), &named(newest)))
}

/// What a file that is read into a table beside replaces in a published one.
///
/// # Errors
/// When the tables fail.
pub async fn by_waiting(app: &App, table: &str, beside: &str) -> Result<Option<Replaced>> {
    let named = |columns: Vec<Column>| -> Vec<String> { columns.into_iter().map(|one| one.name).collect() };
    let before = named(app.lake.columns(table).await.map_err(spoken)?);
    let after = named(app.lake.columns(beside).await.map_err(spoken)?);
    Ok(Replaced::of(&before, &after))
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    #[test]
    fn columns_are_other_ones_when_fewer_than_half_of_those_before_are_left() {
        let names = |names: &[&str]| -> Vec<String> { names.iter().map(|name| (*name).to_owned()).collect() };
        let before = names(&["code", "name", "n", ROW_NUMBER]);
        assert_eq!(Replaced::of(&before, &names(&["code", "name", "phone"])), None);
        assert_eq!(
            Replaced::of(&before, &names(&["n", "street", ROW_NUMBER])),
            Some(Replaced {
                n_before: 3,
                n_kept: 1
            })
        );
        assert_eq!(
            Replaced::of(&[], &names(&["n"])),
            None,
            "there was nothing to replace"
        );
        assert_eq!(
            Replaced::of(&names(&["a", "b"]), &names(&["b"])),
            None,
            "half of them"
        );
    }
}
