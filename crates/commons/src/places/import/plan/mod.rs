//! Compares a list with the places known so far: what is new, what changed, what ended, what is broken.

mod check;
#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};

use jiff::civil::Date;

use super::columns::Columns;
use super::lineage::{explain, same_name};
use super::read::List;
use super::{BrokenRow, Missing, Options};
use crate::places::boundaries::Shape;
use crate::places::model::{Change, ChangeKind, PlaceRow, Places};
use check::{Entry, ParentSaid};

/// What a list means for the places known so far.
#[derive(Debug, Default)]
pub struct Plan {
    /// Places to add, parents before children.
    pub begun: Vec<PlaceRow>,
    /// Places to write anew: the state after the change.
    pub changed: Vec<PlaceRow>,
    /// Codes of places that end on the list's day.
    pub ended: Vec<String>,
    pub changes: Vec<Change>,
    /// (code, language, name)
    pub names: Vec<(String, String, String)>,
    pub shapes: Vec<(String, Shape)>,
    pub broken: Vec<BrokenRow>,
    /// Rows that say what is known already.
    pub n_same: usize,
    /// Whether codes were made from names.
    pub has_made_codes: bool,
}

/// Makes the plan. Good rows are planned as if the broken ones were not there.
pub fn plan(list: &List, columns: &Columns, options: &Options, known: &Places) -> Plan {
    let mut plan = Plan {
        broken: list.broken.clone(),
        has_made_codes: columns.code.is_none(),
        ..Plan::default()
    };
    let mut entries = check::check_rows(list, columns, options, &mut plan.broken);
    check::add_parents(&mut entries, options, known);
    let parents = check::find_parents(&mut entries, known, &mut plan.broken);
    let levels = check::find_levels(&entries, &parents, options, known);
    check::refuse_foreign_levels(&mut entries, &levels, known, options, &mut plan.broken);
    if let Some(day) = options.valid_from {
        check::refuse_older_list(&entries, &levels, known, day, &mut plan.broken);
    }
    compare(entries, &parents, &levels, options, known, &mut plan);
    adopt(known, &mut plan);
    if let (Some(day), Missing::Ends) = (options.valid_from, options.missing) {
        end_missing(list, columns, options, known, day, &mut plan);
    }
    sort_parents_first(&mut plan.begun);
    plan.broken.sort_by_key(|broken| broken.at);
    plan
}

fn compare(
    entries: Vec<Entry>,
    parents: &HashMap<String, Option<String>>,
    levels: &HashMap<String, String>,
    options: &Options,
    known: &Places,
    plan: &mut Plan,
) {
    for entry in entries {
        let mut row = PlaceRow {
            code: entry.code.clone(),
            level: levels[&entry.code].clone(),
            name: entry.name,
            parent: parents.get(&entry.code).cloned().flatten(),
            valid_from: entry.valid_from,
            valid_to: None,
        };
        let place = known.find(&entry.code);
        match place {
            Some(place) if place.is_current() || options.valid_from.is_none() => {
                row.valid_from = place.valid_from();
                let is_orphan_update =
                    row.parent.is_none() && matches!(entry.parent, ParentSaid::Nothing | ParentSaid::ByDots);
                if is_orphan_update {
                    // A list without parents does not tear a place out of its tree.
                    row.parent = place.parent().map(|parent| parent.code().to_owned());
                }
                if place.name() != row.name
                    && !same_name(place.name(), &row.name)
                    && options.valid_from.is_some()
                {
                    plan.changes.push(Change {
                        kind: ChangeKind::Renamed,
                        from: row.code.clone(),
                        to: Some(row.code.clone()),
                        on: options.valid_from,
                        share: 1.0,
                        old_name: Some(place.name().to_owned()),
                    });
                }
                let is_same = place.name() == row.name
                    && place.level() == row.level
                    && place.parent().map(|parent| parent.code()) == row.parent.as_deref()
                    && place.valid_to().is_none();
                if is_same {
                    plan.n_same += 1;
                } else {
                    plan.changed.push(row);
                }
            }
            _ => plan.begun.push(row),
        }
        plan.names.extend(
            entry
                .names
                .into_iter()
                .map(|(lang, name)| (entry.code.clone(), lang, name)),
        );
        plan.shapes.extend(entry.shape.map(|shape| (entry.code, shape)));
    }
}

/// Hangs known places below new ones that their dotted codes imply: villages that came before their districts.
fn adopt(known: &Places, plan: &mut Plan) {
    let begun: HashSet<&str> = plan.begun.iter().map(|row| row.code.as_str()).collect();
    let listed: HashSet<&str> = plan.changed.iter().map(|row| row.code.as_str()).collect();
    let above = |code: &str| -> Option<String> {
        let mut above = std::iter::successors(code.rsplit_once('.'), |(code, _)| code.rsplit_once('.'))
            .map(|(code, _)| code);
        let is_there =
            |code: &&str| begun.contains(code) || known.find(code).is_some_and(|place| place.is_current());
        above.find(is_there).map(str::to_owned)
    };
    let adopted = known
        .current()
        .filter(|place| !begun.is_empty() && !listed.contains(place.code()) && !begun.contains(place.code()))
        .filter_map(|place| {
            let parent = place.parent().map(|parent| parent.code());
            let implied = above(place.code()).filter(|implied| begun.contains(implied.as_str()))?;
            // A parent that a column stated is left alone; one farther up the same code gives way.
            let gives_way = parent.is_none_or(|parent| {
                implied
                    .strip_prefix(parent)
                    .is_some_and(|rest| rest.starts_with('.'))
            });
            gives_way.then(|| PlaceRow {
                code: place.code().to_owned(),
                level: place.level().to_owned(),
                name: place.name().to_owned(),
                parent: Some(implied),
                valid_from: place.valid_from(),
                valid_to: place.valid_to(),
            })
        })
        .collect::<Vec<_>>();
    plan.changed.extend(adopted);
}

/// Ends what the list leaves out: places of its levels whose parent it names or also ends, or beside
/// which it names a sibling.
fn end_missing(
    list: &List,
    columns: &Columns,
    options: &Options,
    known: &Places,
    day: Date,
    plan: &mut Plan,
) {
    // Codes of broken rows count as named, so that a typing mistake ends nothing.
    let named: HashSet<String> = list
        .rows
        .iter()
        .filter_map(|row| {
            columns
                .code
                .map(|column| row.values[column].as_str())
                .or(row.feature_id.as_deref())
        })
        .map(|code| format!("{}{code}", options.code_prefix))
        .chain(plan.begun.iter().chain(&plan.changed).map(|row| row.code.clone()))
        .collect();
    let levels: HashSet<&str> = known
        .current()
        .filter(|place| named.contains(place.code()))
        .map(|place| place.level())
        .collect();
    let has_named_child: HashSet<Option<&str>> = known
        .current()
        .filter(|place| named.contains(place.code()))
        .map(|place| place.parent().map(|parent| parent.code()))
        .collect();
    let mut ended: HashSet<&str> = HashSet::new();
    // In the order of the tree, so a parent's fate is known before its children's.
    for place in known.current().filter(|place| !named.contains(place.code())) {
        let parent = place.parent().map(|parent| parent.code());
        let is_covered = parent.is_some_and(|parent| named.contains(parent) || ended.contains(parent))
            || has_named_child.contains(&parent);
        let is_older = place.valid_from().is_none_or(|from| from < day);
        let goes_with_parent = parent.is_some_and(|parent| ended.contains(parent));
        if is_older && (goes_with_parent || (is_covered && levels.contains(place.level()))) {
            ended.insert(place.code());
            plan.ended.push(place.code().to_owned());
        }
    }
    plan.changes
        .extend(explain(known, &plan.ended, &plan.begun, Some(day)));
}

fn sort_parents_first(rows: &mut [PlaceRow]) {
    let parents: HashMap<String, Option<String>> = rows
        .iter()
        .map(|row| (row.code.clone(), row.parent.clone()))
        .collect();
    rows.sort_by_cached_key(|row| {
        let depth = std::iter::successors(Some(&row.code), |code| parents.get(*code)?.as_ref()).count();
        (depth, row.code.clone())
    });
}
