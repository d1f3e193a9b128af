//! Checks the rows of a list one by one and against each other.

use std::collections::{HashMap, HashSet};

use jiff::civil::Date;

use super::super::columns::Columns;
use super::super::lineage::same_name;
use super::super::read::{List, RawRow};
use super::super::{At, BrokenRow, Options};
use crate::places::boundaries::Shape;
use crate::places::model::{PlaceCode, Places};

/// Deepest hierarchy a list may have; Indonesia's, down to household groups, has eight levels.
const MOST_LEVELS: usize = 20;

/// One row after its own checks.
pub(super) struct Entry {
    pub(super) at: At,
    pub(super) code: String,
    pub(super) name: String,
    pub(super) names: Vec<(String, String)>,
    pub(super) parent: ParentSaid,
    pub(super) level: Option<String>,
    pub(super) valid_from: Option<Date>,
    pub(super) shape: Option<Shape>,
}

/// What a row says of its parent.
pub(super) enum ParentSaid {
    Nothing,
    ByColumn { code: String, name: Option<String> },
    ByDots,
}

/// Checks every row by itself and for repeated codes; features of one place are joined.
pub(super) fn check_rows(
    list: &List,
    columns: &Columns,
    options: &Options,
    broken: &mut Vec<BrokenRow>,
) -> Vec<Entry> {
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
pub(super) fn add_parents(entries: &mut Vec<Entry>, options: &Options, known: &Places) {
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
pub(super) fn find_parents(
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

/// Tells every row's level: as said, as known, as its code shows, or by depth.
pub(super) fn find_levels(
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
pub(super) fn refuse_foreign_levels(
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

/// Lists are taken from the oldest to the newest.
pub(super) fn refuse_older_list(
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
