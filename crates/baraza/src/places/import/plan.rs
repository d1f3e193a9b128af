//! Compares a list with the places known so far: what is new, what changed, what ended, what is broken.

use std::collections::{HashMap, HashSet};

use jiff::civil::Date;

use super::columns::Columns;
use super::lineage::{explain, same_name};
use super::read::{List, RawRow};
use super::{At, BrokenRow, Missing, Options};
use crate::places::boundaries::Shape;
use crate::places::model::{Change, ChangeKind, PlaceCode, PlaceRow, Places};

/// Deepest hierarchy a list may have; Indonesia's, down to household groups, has eight levels.
const MOST_LEVELS: usize = 20;

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

/// One row after its own checks.
struct Entry {
    at: At,
    code: String,
    name: String,
    names: Vec<(String, String)>,
    parent: ParentSaid,
    level: Option<String>,
    valid_from: Option<Date>,
    shape: Option<Shape>,
}

enum ParentSaid {
    Nothing,
    ByColumn { code: String, name: Option<String> },
    ByDots,
}

/// Makes the plan. Good rows are planned as if the broken ones were not there.
pub fn plan(list: &List, columns: &Columns, options: &Options, known: &Places) -> Plan {
    let mut plan = Plan {
        broken: list.broken.clone(),
        has_made_codes: columns.code.is_none(),
        ..Plan::default()
    };
    let mut entries = check_rows(list, columns, options, &mut plan.broken);
    add_parents(&mut entries, options, known);
    let parents = find_parents(&mut entries, known, &mut plan.broken);
    let levels = find_levels(&entries, &parents, options, known);
    refuse_foreign_levels(&mut entries, &levels, known, options, &mut plan.broken);
    if let Some(day) = options.valid_from {
        refuse_older_list(&entries, &levels, known, day, &mut plan.broken);
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

fn check_rows(list: &List, columns: &Columns, options: &Options, broken: &mut Vec<BrokenRow>) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::with_capacity(list.rows.len());
    let mut seen: HashMap<String, usize> = HashMap::with_capacity(list.rows.len());
    for row in &list.rows {
        let entry = match check_row(row, columns, options) {
            Ok(entry) => entry,
            Err(why) => {
                broken.push(BrokenRow { at: row.at, why });
                continue;
            }
        };
        match seen.get(&entry.code) {
            None => {
                seen.insert(entry.code.clone(), entries.len());
                entries.push(entry);
            }
            Some(&first) => {
                // A place of several features: their polygons belong together.
                let first = &mut entries[first];
                match entry.shape {
                    Some(shape) if first.shape.is_some() && same_name(&first.name, &entry.name) => {
                        first.shape.get_or_insert_default().absorb(shape);
                    }
                    _ => broken.push(BrokenRow {
                        at: entry.at,
                        why: format!(
                            "repeats the code {} of {} ({}); give each place its own code",
                            entry.code, first.at, first.name
                        ),
                    }),
                }
            }
        }
    }
    entries
}

fn check_row(row: &RawRow, columns: &Columns, options: &Options) -> Result<Entry, String> {
    let value = |column: usize| row.values[column].trim();
    let name = value(columns.name);
    if name.is_empty() {
        return Err("has no name; fill it in".into());
    }
    let code_text = columns.code.map(value).or(row.feature_id.as_deref());
    let code = match code_text {
        Some("") => return Err("has no code; fill it in".into()),
        Some(code) => PlaceCode::parse(&format!("{}{code}", options.code_prefix)),
        None => PlaceCode::from_name(name),
    }
    .map_err(|problem| problem.to_string())?;
    let parent = match columns.parent.map(value) {
        Some("") => ParentSaid::Nothing,
        Some(parent) => ParentSaid::ByColumn {
            code: format!("{}{parent}", options.parent_prefix),
            name: columns
                .parent_name
                .map(value)
                .filter(|name| !name.is_empty())
                .map(str::to_owned),
        },
        None => match columns.parent_name.map(value).filter(|name| !name.is_empty()) {
            Some(name) => ParentSaid::ByColumn {
                code: PlaceCode::from_name(name)
                    .map_err(|problem| problem.to_string())?
                    .to_string(),
                name: Some(name.to_owned()),
            },
            None => code
                .before_last_dot()
                .map_or(ParentSaid::Nothing, |_| ParentSaid::ByDots),
        },
    };
    let valid_from = match columns.valid_from.map(value).filter(|day| !day.is_empty()) {
        Some(day) => Some(
            day.parse()
                .map_err(|_| format!("{day:?} is no date; write it as 2025-07-01"))?,
        ),
        None => options.valid_from,
    };
    let shape = row
        .geometry
        .as_ref()
        .filter(|geometry| geometry.get("type").and_then(serde_json::Value::as_str) != Some("Point"))
        .map(Shape::from_geojson)
        .transpose()
        .map_err(|problem| format!("{name}: {problem}"))?;
    let names = columns
        .names
        .iter()
        .map(|(lang, column)| (lang.clone(), value(*column).to_owned()))
        .filter(|(_, name)| !name.is_empty());
    Ok(Entry {
        at: row.at,
        code: code.to_string(),
        name: name.to_owned(),
        names: names.collect(),
        parent,
        level: columns
            .level
            .map(value)
            .filter(|level| !level.is_empty())
            .map(level_name),
        valid_from,
        shape,
    })
}

/// Numbered levels are OCHA's administrative levels: 1 → `adm1`.
fn level_name(text: &str) -> String {
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        format!("adm{text}")
    } else {
        text.to_lowercase()
    }
}

/// Makes the parents that only a name column tells of.
fn add_parents(entries: &mut Vec<Entry>, options: &Options, known: &Places) {
    let mut have: HashSet<String> = entries.iter().map(|entry| entry.code.clone()).collect();
    let mut made = Vec::new();
    for entry in entries.iter() {
        if let ParentSaid::ByColumn {
            code,
            name: Some(name),
        } = &entry.parent
            && known.find(code).is_none_or(|place| !place.is_current())
            && have.insert(code.clone())
        {
            made.push(Entry {
                at: entry.at,
                code: code.clone(),
                name: name.clone(),
                names: Vec::new(),
                parent: ParentSaid::Nothing,
                level: Some(options.parent_level.clone().unwrap_or_else(|| "level-1".into())),
                valid_from: entry.valid_from,
                shape: None,
            });
        }
    }
    entries.extend(made);
}

/// Finds every row's parent; rows whose parent is nowhere are broken, and so are those below them.
fn find_parents(
    entries: &mut Vec<Entry>,
    known: &Places,
    broken: &mut Vec<BrokenRow>,
) -> HashMap<String, Option<String>> {
    loop {
        let have: HashMap<&str, At> = entries
            .iter()
            .map(|entry| (entry.code.as_str(), entry.at))
            .collect();
        let dots: HashSet<usize> = entries
            .iter()
            .map(|entry| entry.code.matches('.').count())
            .collect();
        let is_known =
            |code: &str| have.contains_key(code) || known.find(code).is_some_and(|place| place.is_current());
        let parent_of = |entry: &Entry| -> Result<Option<String>, String> {
            match &entry.parent {
                ParentSaid::Nothing => Ok(None),
                ParentSaid::ByColumn { code, .. } if *code == entry.code => {
                    Err(format!("{} is named as its own parent", entry.code))
                }
                ParentSaid::ByColumn { code, .. } if is_known(code) => Ok(Some(code.clone())),
                ParentSaid::ByColumn { code, .. } => Err(format!(
                    "its parent {code} is not known; import the level above first, or say --parent-name-field to make parents from a column"
                )),
                ParentSaid::ByDots => {
                    let mut above =
                        std::iter::successors(entry.code.rsplit_once('.'), |(code, _)| code.rsplit_once('.'))
                            .map(|(code, _)| code);
                    let implied = entry.code.rsplit_once('.').map_or("", |(code, _)| code);
                    // A list that has the level above is expected to have all of it.
                    if !is_known(implied) && dots.contains(&implied.matches('.').count()) {
                        return Err(format!(
                            "its parent {implied} is neither in the list nor known; add the row of {implied}"
                        ));
                    }
                    Ok(above.find(|code| is_known(code)).map(str::to_owned))
                }
            }
        };
        let found: Vec<Result<Option<String>, String>> = entries.iter().map(parent_of).collect();
        if found.iter().all(Result::is_ok) {
            let parents: HashMap<String, Option<String>> = entries
                .iter()
                .zip(found)
                .map(|(entry, parent)| (entry.code.clone(), parent.unwrap_or_default()))
                .collect();
            if break_circles(entries, &parents, broken) {
                continue;
            }
            return parents;
        }
        let mut found = found.into_iter();
        entries.retain(|entry| match found.next() {
            Some(Err(why)) => {
                broken.push(BrokenRow { at: entry.at, why });
                false
            }
            _ => true,
        });
    }
}

/// Removes rows that are their own ancestors or lie too deep; tells whether there were any.
fn break_circles(
    entries: &mut Vec<Entry>,
    parents: &HashMap<String, Option<String>>,
    broken: &mut Vec<BrokenRow>,
) -> bool {
    let is_sound = |code: &String| {
        let mut steps = 0;
        let mut here = Some(code.as_str());
        while let Some(code) = here {
            steps += 1;
            if steps > MOST_LEVELS {
                return false;
            }
            here = parents.get(code).and_then(Option::as_deref);
        }
        true
    };
    let before = entries.len();
    entries.retain(|entry| {
        let sound = is_sound(&entry.code);
        if !sound {
            broken.push(BrokenRow {
                at: entry.at,
                why: format!(
                    "{} has more than {MOST_LEVELS} levels above it, or is its own ancestor",
                    entry.code
                ),
            });
        }
        sound
    });
    entries.len() < before
}

fn find_levels(
    entries: &[Entry],
    parents: &HashMap<String, Option<String>>,
    options: &Options,
    known: &Places,
) -> HashMap<String, String> {
    let said: Vec<&str> = options
        .level
        .iter()
        .flat_map(|levels| levels.split(','))
        .map(str::trim)
        .filter(|level| !level.is_empty())
        .collect();
    let is_indonesian = entries
        .iter()
        .all(|entry| indonesian_level(&entry.code).is_some());
    let depth =
        |code: &str| std::iter::successors(Some(code), |code| parents.get(*code)?.as_deref()).count() - 1;
    let below_known = |code: &str| {
        std::iter::successors(Some(code), |code| parents.get(*code)?.as_deref())
            .last()
            .and_then(|root| known.find(root))
            .map_or(0, |place| usize::from(place.depth()))
    };
    entries
        .iter()
        .map(|entry| {
            let depth = depth(&entry.code);
            let level = match (&entry.level, said.as_slice()) {
                (Some(level), _) => level.clone(),
                (None, [level]) => (*level).to_owned(),
                (None, [_, .., last]) => said.get(depth).unwrap_or(last).to_string(),
                (None, []) => match (
                    known.find(&entry.code),
                    is_indonesian.then(|| indonesian_level(&entry.code)).flatten(),
                ) {
                    (Some(place), _) if place.is_current() => place.level().to_owned(),
                    (_, Some(level)) => level.to_owned(),
                    _ => format!("level-{}", depth + below_known(&entry.code) + 1),
                },
            };
            (entry.code.clone(), level)
        })
        .collect()
}

/// The level of a code of Indonesia's Ministry of Home Affairs (Kepmendagri 300.2.2-2138/2025): 2, 2, 2 and 4 digits.
fn indonesian_level(code: &str) -> Option<&'static str> {
    let widths: Vec<usize> = code.split('.').map(str::len).collect();
    let is_digits = code.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    match widths.as_slice() {
        _ if !is_digits => None,
        [2] => Some("province"),
        [2, 2] => Some("regency"),
        [2, 2, 2] => Some("district"),
        [2, 2, 2, 4] => Some("village"),
        _ => None,
    }
}

/// A code that already means a place of another level is not to be overwritten.
fn refuse_foreign_levels(
    entries: &mut Vec<Entry>,
    levels: &HashMap<String, String>,
    known: &Places,
    options: &Options,
    broken: &mut Vec<BrokenRow>,
) {
    if options.level.is_none() && entries.iter().all(|entry| entry.level.is_none()) {
        return;
    }
    entries.retain(|entry| {
        let place = known.find(&entry.code).filter(|place| place.is_current());
        match place {
            Some(place) if place.level() != levels[&entry.code] => {
                broken.push(BrokenRow {
                    at: entry.at,
                    why: format!(
                        "the code {} already means the {} {}; make it different with --code-prefix",
                        entry.code,
                        place.level(),
                        place.name()
                    ),
                });
                false
            }
            _ => true,
        }
    });
}

fn refuse_older_list(
    entries: &[Entry],
    levels: &HashMap<String, String>,
    known: &Places,
    day: Date,
    broken: &mut Vec<BrokenRow>,
) {
    let levels: HashSet<&str> = levels.values().map(String::as_str).collect();
    let newest = known
        .current()
        .filter(|place| levels.contains(place.level()))
        .filter_map(|place| place.valid_from())
        .max();
    if let (Some(newest), Some(first)) = (newest.filter(|newest| *newest > day), entries.first()) {
        broken.push(BrokenRow {
            at: first.at,
            why: format!("the list holds from {day}, but places from {newest} are known already; import lists from the oldest to the newest"),
        });
    }
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

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::super::read::read;
    use super::*;

    const FIRST: &str = "kode,nama\n35,JAWA TIMUR\n35.22,KAB. BOJONEGORO\n35.22.01,Margomulyo\n35.22.01.2001,Luwihaji\n35.22.01.2002,Sugihwaras\n";

    fn planned(text: &str, options: &Options, known: &Places) -> Plan {
        let list = read(text.as_bytes(), &options.name_fields).expect("a list");
        let columns = Columns::of(&list, options).expect("columns");
        plan(&list, &columns, options, known)
    }

    fn known(text: &str) -> Places {
        let plan = planned(text, &Options::default(), &Places::default());
        assert_eq!(plan.broken, []);
        Places::new(plan.begun, date(2026, 11, 21)).with_shapes(plan.shapes)
    }

    fn from(day: Date) -> Options {
        Options {
            valid_from: Some(day),
            ..Options::default()
        }
    }

    fn broken(plan: &Plan) -> Vec<String> {
        plan.broken.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn dotted_codes_imply_parents_and_levels() {
        let places = known(FIRST);
        let village = places.find("35.22.01.2001").expect("known");
        assert_eq!(village.lineage(), ["35.22.01.2001", "35.22.01", "35.22", "35"]);
        assert_eq!(places.levels(), ["province", "regency", "district", "village"]);
    }

    #[test]
    fn villages_alone_become_roots_until_the_levels_above_arrive() {
        let villages = known("kode,nama\n35.22.01.2001,Luwihaji\n");
        assert_eq!(villages.roots().count(), 1);
        let plan = planned(FIRST, &Options::default(), &villages);
        let moved: Vec<_> = plan
            .changed
            .iter()
            .map(|row| (row.code.as_str(), row.parent.as_deref()))
            .collect();
        assert_eq!(moved, [("35.22.01.2001", Some("35.22.01"))]);
    }

    #[test]
    fn the_same_list_again_changes_nothing() {
        let plan = planned(FIRST, &Options::default(), &known(FIRST));
        assert_eq!(
            (
                plan.begun.len(),
                plan.changed.len(),
                plan.ended.len(),
                plan.n_same
            ),
            (0, 0, 0, 5)
        );
    }

    #[test]
    fn a_newer_list_ends_what_it_leaves_out_and_says_what_became_of_it() {
        let newer = "kode,nama\n35,Jawa Timur\n35.22,Kabupaten Bojonegoro\n35.22.01,Margamulya\n35.22.01.2002,Sugihwaras\n35.22.29,Gayam\n35.22.29.2001,Luwihaji\n";
        let plan = planned(newer, &from(date(2025, 7, 1)), &known(FIRST));
        assert_eq!(broken(&plan), Vec::<String>::new());
        assert_eq!(plan.ended, ["35.22.01.2001"]);
        let changes: Vec<_> = plan
            .changes
            .iter()
            .map(|c| (c.kind, c.from.as_str(), c.to.as_deref()))
            .collect();
        assert_eq!(
            changes,
            [
                (ChangeKind::Renamed, "35.22.01", Some("35.22.01")),
                (ChangeKind::Split, "35.22.01", Some("35.22.29")),
                (ChangeKind::Recoded, "35.22.01.2001", Some("35.22.29.2001")),
            ]
        );
        // Another spelling of the same name is written but is no change of name.
        assert_eq!(
            plan.changed
                .iter()
                .map(|row| row.name.as_str())
                .collect::<Vec<_>>(),
            ["Jawa Timur", "Kabupaten Bojonegoro", "Margamulya"]
        );
    }

    #[test]
    fn a_list_of_some_districts_ends_nothing_elsewhere_and_none_when_it_is_a_part() {
        let two = format!("{FIRST}35.22.02,Ngraho\n35.22.02.2001,Sumberagung\n35.22.02.2002,Kalirejo\n");
        let part = "kode,nama\n35.22.02.2001,Sumberagung\n";
        let plan = planned(part, &from(date(2025, 7, 1)), &known(&two));
        assert_eq!(plan.ended, ["35.22.02.2002"]);
        let plan = planned(
            part,
            &Options {
                missing: Missing::Stays,
                ..from(date(2025, 7, 1))
            },
            &known(&two),
        );
        assert_eq!(plan.ended, Vec::<String>::new());
    }

    #[test]
    fn broken_rows_are_named_by_line_with_the_remedy() {
        let text = "kode,nama\n35,Jawa Timur\n35.22,\n35.22.01,Margomulyo\n,Nowhere\n35,Again\n36/1,Banten\n37,A,B\n";
        let plan = planned(text, &Options::default(), &Places::default());
        assert_eq!(
            broken(&plan),
            [
                "line 3: has no name; fill it in",
                "line 5: has no code; fill it in",
                "line 6: repeats the code 35 of line 2 (Jawa Timur); give each place its own code",
                "line 7: the code \"36/1\" holds '/'; use letters, digits, dots, hyphens and underscores",
                "line 8: has 3 values where the first line has 2; check for a missing or an unquoted comma",
            ]
        );
        assert_eq!(
            plan.begun
                .iter()
                .map(|row| (row.code.as_str(), row.parent.as_deref()))
                .collect::<Vec<_>>(),
            [("35", None), ("35.22.01", Some("35"))]
        );
    }

    #[test]
    fn a_hole_in_the_middle_of_a_list_breaks_what_hangs_below_it() {
        let text = "kode,nama\n35,A\n35.21,B\n35.21.01,C\n35.22.01,D\n35.22.01.2001,E\n";
        let plan = planned(text, &Options::default(), &Places::default());
        assert_eq!(
            broken(&plan),
            [
                "line 5: its parent 35.22 is neither in the list nor known; add the row of 35.22",
                "line 6: its parent 35.22.01 is neither in the list nor known; add the row of 35.22.01"
            ]
        );
    }

    #[test]
    fn a_circle_of_parents_is_refused() {
        let text = "code,name,parent\na,A,b\nb,B,a\nc,C,\n";
        let plan = planned(text, &Options::default(), &Places::default());
        assert_eq!(plan.broken.len(), 2);
        assert_eq!(plan.begun.len(), 1);
    }

    #[test]
    fn numbers_that_repeat_those_of_another_level_are_refused_with_the_remedy() {
        let divisions = planned(
            "\"1\",\"Chattagram\"\n",
            &Options {
                level: Some("division".into()),
                ..Options::default()
            },
            &Places::default(),
        );
        let known = Places::new(divisions.begun, date(2026, 1, 1));
        let districts = "\"1\",\"1\",\"Cumilla\"\n";
        let options = Options {
            level: Some("district".into()),
            ..Options::default()
        };
        let plan = planned(districts, &options, &known);
        assert_eq!(plan.broken.len(), 1);
        let plan = planned(
            districts,
            &Options {
                code_prefix: "D".into(),
                ..options
            },
            &known,
        );
        assert_eq!(
            plan.begun
                .iter()
                .map(|row| (row.code.as_str(), row.parent.as_deref()))
                .collect::<Vec<_>>(),
            [("D1", Some("1"))]
        );
    }

    #[test]
    fn parents_are_made_from_their_name_column() {
        let options = Options {
            level: Some("ward".into()),
            parent_field: Some("CONST_CODE".into()),
            parent_name_field: Some("CONSTITUEN".into()),
            parent_level: Some("constituency".into()),
            ..Options::default()
        };
        let plan = planned(
            "code,name,CONST_CODE,CONSTITUEN\n836,BIASHARA,168,NAIVASHA\n876,BIASHARA,176,NAKURU TOWN EAST\n",
            &options,
            &Places::default(),
        );
        assert_eq!(plan.broken, []);
        let places = Places::new(plan.begun, date(2026, 1, 1));
        assert_eq!(
            places.find("876").map(|place| place.lineage()),
            Some(vec!["876", "176"])
        );
        assert_eq!(places.levels(), ["constituency", "ward"]);
    }

    #[test]
    fn an_older_list_after_a_newer_one_is_refused() {
        let newer = planned(FIRST, &from(date(2025, 7, 1)), &Places::default());
        let known = Places::new(newer.begun, date(2026, 1, 1));
        let plan = planned(FIRST, &from(date(2023, 1, 1)), &known);
        assert!(
            plan.broken[0].why.contains("from the oldest to the newest"),
            "{:?}",
            plan.broken
        );
    }
}
