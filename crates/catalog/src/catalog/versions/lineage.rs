//! What became of places between two versions of a table whose rows are named by their codes, as the lists of places tell it: a split is
//! more than one row that went and two that came.

use std::collections::BTreeSet;

use tables::{Compared, Diff, DiffRow, RowDifference, Value};

use super::differences::rows_of;
use crate::{
    places::{
        self,
        model::{ChangeKind, Place, Places, fold},
    },
    platform::{
        app::App,
        html::parts::{Cell, label_rows},
        i18n::Lang,
        problem::Result,
    },
};

/// Rows that differ, beyond which nothing is told of places.
const MOST_READ: usize = 10_000;
/// Places in the table on the page.
const MOST_SHOWN: usize = 50;

/// An older place and a newer one that it became, wholly or in part; or a place with another name than before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Became {
    pub kind: ChangeKind,
    pub from: String,
    pub to: String,
    /// What it was called before, where its name changed.
    pub old_name: Option<String>,
}

/// What the page of a comparison tells of places; empty where its rows are no places, or none of them became another.
#[derive(Debug, Default)]
pub struct Lineage {
    pub sentences: Vec<String>,
    pub head: Vec<Cell>,
    pub rows: Vec<Vec<Cell>>,
    /// How many more there are than stand in the table; empty for none.
    pub more: String,
}

/// Tells what became of the places that name the rows of two versions; `shown` are some of the rows that differ.
///
/// # Errors
/// When the database or the store fails; `query-too-heavy`.
pub async fn tell(
    app: &App,
    lang: Lang,
    compared: &Compared,
    found: &Diff,
    shown: &[DiffRow],
) -> Result<Lineage> {
    let n_rows = usize::try_from(found.n_added + found.n_removed + found.n_changed).unwrap_or(usize::MAX);
    if found.key.len() != 1 || n_rows > MOST_READ {
        return Ok(Lineage::default());
    }
    let places = places::all(app).await?;
    let mut codes = shown.iter().filter_map(code_of);
    if !codes.any(|code| places.find(code).is_some()) {
        return Ok(Lineage::default());
    }
    let rows = rows_of(app, compared, None, None, MOST_READ).await?.rows;
    Ok(Lineage::of(lang, &places, &told_by(&places, &rows)))
}

/// What rows that differ say of places.
fn told_by(places: &Places, rows: &[DiffRow]) -> Vec<Became> {
    let of_kind = |change: RowDifference| rows.iter().filter(move |row| row.change == change);
    let removed: BTreeSet<&str> = of_kind(RowDifference::Removed).filter_map(code_of).collect();
    let added: BTreeSet<&str> = of_kind(RowDifference::Added).filter_map(code_of).collect();
    let mut became = between(places, &removed, &added);
    became.extend(of_kind(RowDifference::Changed).filter_map(|row| renamed(places, row)));
    became
}

/// The code that names a row.
fn code_of(row: &DiffRow) -> Option<&str> {
    let values = match row.change {
        RowDifference::Removed => &row.before,
        RowDifference::Added | RowDifference::Changed => &row.after,
    };
    values.first()?.as_text()
}

/// Explains the codes that a table lost and those that it got: what each lost one became, and of which one that stayed a part became a
/// new one.
#[must_use]
pub fn between(places: &Places, removed: &BTreeSet<&str>, added: &BTreeSet<&str>) -> Vec<Became> {
    let mut became: Vec<Became> = removed
        .iter()
        .flat_map(|code| followed(places, code, removed, added))
        .collect();
    let explained: BTreeSet<String> = became.iter().map(|known| known.to.clone()).collect();
    for code in added.iter().filter(|code| !explained.contains(**code)) {
        let parts = places
            .changes_to(code)
            .filter(|change| change.kind == ChangeKind::Split && !removed.contains(change.from.as_str()));
        became.extend(parts.map(|change| Became {
            kind: change.kind,
            from: change.from.clone(),
            to: (*code).to_owned(),
            old_name: None,
        }));
    }
    became
}

/// What a code that a table lost became, over as many changes as it takes: codes that are new in the table, or that hold today.
fn followed(places: &Places, code: &str, removed: &BTreeSet<&str>, added: &BTreeSet<&str>) -> Vec<Became> {
    let mut waiting: Vec<(&str, Option<ChangeKind>)> = vec![(code, None)];
    let mut seen = BTreeSet::from([code]);
    let mut found = Vec::new();
    while let Some((here, first)) = waiting.pop() {
        for change in places.changes_of(here) {
            let Some(to) = change.to.as_deref() else { continue };
            if !seen.insert(to) {
                continue;
            }
            let kind = first.unwrap_or(change.kind);
            let holds = !removed.contains(to) && places.find(to).is_some_and(Place::is_current);
            if added.contains(to) || holds {
                found.push(Became {
                    kind,
                    from: code.to_owned(),
                    to: to.to_owned(),
                    old_name: change.old_name.clone(),
                });
            } else {
                waiting.push((to, Some(kind)));
            }
        }
    }
    found
}

/// A row that held the older name of its place and holds it no more.
fn renamed(places: &Places, row: &DiffRow) -> Option<Became> {
    let code = code_of(row)?;
    let holds = |values: &[Value], name: &str| {
        let mut texts = values.iter().filter_map(Value::as_text);
        texts.any(|text| fold(text) == fold(name))
    };
    let mut names = places
        .changes_of(code)
        .filter(|change| change.kind == ChangeKind::Renamed)
        .filter_map(|change| change.old_name.clone());
    let old_name = names.find(|old| holds(&row.before, old) && !holds(&row.after, old))?;
    Some(Became {
        kind: ChangeKind::Renamed,
        from: code.to_owned(),
        to: code.to_owned(),
        old_name: Some(old_name),
    })
}

impl Lineage {
    fn of(lang: Lang, places: &Places, became: &[Became]) -> Lineage {
        let n_places = |kind: ChangeKind| {
            let of_kind = became.iter().filter(|known| known.kind == kind);
            let from: BTreeSet<&str> = of_kind.map(|known| known.from.as_str()).collect();
            from.len()
        };
        let sentences = [
            (ChangeKind::Split, "catalog-versions-places-split"),
            (ChangeKind::Recoded, "catalog-versions-places-recoded"),
            (ChangeKind::Renamed, "catalog-versions-places-renamed"),
            (ChangeKind::Merged, "catalog-versions-places-merged"),
        ]
        .map(|(kind, id)| (n_places(kind), id))
        .into_iter()
        .filter(|(n, _)| *n > 0)
        .map(|(n, id)| lang.text(id).n("n", n).to_string());
        let called = |code: &str, name: Option<&str>| {
            let name = name.or_else(|| places.find(code).map(|place| place.name_in(lang.code())));
            name.map_or_else(|| code.to_owned(), |name| format!("{name} ({code})"))
        };
        let rows = became.iter().take(MOST_SHOWN).map(|known| {
            let word = format!("catalog-versions-place-{}", known.kind.as_str());
            vec![
                Cell::text(lang.text(word)),
                Cell::text(called(&known.from, known.old_name.as_deref())),
                Cell::text(called(&known.to, None)),
            ]
        });
        let head: Vec<Cell> = [
            "catalog-versions-change",
            "catalog-versions-before",
            "catalog-versions-after",
        ]
        .map(|id| Cell::text(lang.text(id)))
        .into();
        let mut rows: Vec<Vec<Cell>> = rows.collect();
        label_rows(&head, &mut rows);
        Lineage {
            sentences: sentences.collect(),
            head,
            rows,
            more: match became.len().saturating_sub(MOST_SHOWN) {
                0 => String::new(),
                n => lang.text("catalog-versions-places-more").n("n", n).to_string(),
            },
        }
    }

    /// A village with another code, for tests and for looking at.
    pub fn sample(lang: Lang) -> Lineage {
        let became = Became {
            kind: ChangeKind::Recoded,
            from: "99.01.02.1001".into(),
            to: "99.01.03.1001".into(),
            old_name: Some("Desa <lama>".into()),
        };
        Lineage::of(lang, &Places::default(), &[became])
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::{Date, date};
    use pretty_assertions::assert_eq;

    use super::*;
    use crate::places::model::{Change, PlaceRow};

    const ON: Date = date(2025, 7, 1);

    /// Places that hold, those that ended, and what became of them.
    fn world(current: &[&str], ended: &[&str], changes: &[(ChangeKind, &str, &str)]) -> Places {
        let row = |code: &str, valid_to: Option<Date>| PlaceRow {
            code: code.to_owned(),
            level: "village".to_owned(),
            name: format!("Desa {code}"),
            valid_to,
            ..PlaceRow::default()
        };
        let rows = current.iter().map(|code| row(code, None));
        let rows = rows.chain(ended.iter().map(|code| row(code, Some(ON))));
        let changes = changes.iter().map(|(kind, from, to)| Change {
            kind: *kind,
            from: (*from).to_owned(),
            to: Some((*to).to_owned()),
            on: Some(ON),
            share: 1.0,
            old_name: None,
        });
        Places::new(rows.collect(), date(2026, 1, 1)).with_changes(changes.collect())
    }

    fn told(places: &Places, removed: &[&str], added: &[&str]) -> Vec<(ChangeKind, String, String)> {
        let removed: BTreeSet<&str> = removed.iter().copied().collect();
        let added: BTreeSet<&str> = added.iter().copied().collect();
        between(places, &removed, &added)
            .into_iter()
            .map(|known| (known.kind, known.from, known.to))
            .collect()
    }

    fn became(kind: ChangeKind, from: &str, to: &str) -> (ChangeKind, String, String) {
        (kind, from.to_owned(), to.to_owned())
    }

    #[test]
    fn a_place_that_stays_and_one_that_went_are_split_and_two_that_became_one_are_merged() {
        use ChangeKind::{Merged, Split};
        let changes = [
            (Split, "1", "2"),
            (Split, "3", "4"),
            (Split, "3", "5"),
            (Merged, "6", "8"),
            (Merged, "7", "8"),
        ];
        let places = world(&["1", "2", "4", "5", "8"], &["3", "6", "7"], &changes);
        assert_eq!(
            told(&places, &["3", "6", "7"], &["2", "4", "5"]),
            [
                became(Split, "3", "4"),
                became(Split, "3", "5"),
                became(Merged, "6", "8"),
                became(Merged, "7", "8"),
                became(Split, "1", "2"),
            ]
        );
    }

    #[test]
    fn a_code_that_changed_twice_leads_to_the_one_that_the_table_has() {
        use ChangeKind::{Recoded, Renamed};
        let changes = [(Recoded, "1", "2"), (Renamed, "2", "2"), (Recoded, "2", "3")];
        let places = world(&["3"], &["1", "2"], &changes);
        assert_eq!(told(&places, &["1"], &["3"]), [became(Recoded, "1", "3")]);
        assert_eq!(told(&places, &["1"], &["2"]), [became(Recoded, "1", "2")]);
    }

    #[test]
    fn codes_of_which_the_lists_say_nothing_are_added_and_removed_only() {
        let places = world(&["1"], &[], &[]);
        assert!(told(&places, &["x"], &["1"]).is_empty());
    }
}
