//! `package_revise`: a dataset changed by matching, filtering and merging, deep inside it.

use serde_json::Value;

use super::{
    Given, Map,
    answer::Failure,
    call::Call,
    edit::{UPLOAD_HERE, whole},
    package::Package,
    problems::{Detail, Problems},
    values,
};

/// Deeper than this no path of a dataset goes.
const DEEPEST: usize = 16;

/// A revision.
#[derive(Debug, Clone, PartialEq)]
pub struct Revision {
    /// The id or name of the dataset.
    pub subject: String,
    matches: Map,
    match_paths: Vec<(String, Value)>,
    filter: Vec<String>,
    update: Option<Value>,
    update_paths: Vec<(String, Value)>,
    include: Option<Vec<String>>,
    call: Call,
}

impl Revision {
    /// Reads a revision. From a form its values are texts that may hold JSON.
    ///
    /// # Errors
    /// When it does not say which dataset, or a part of it is of the wrong kind.
    pub fn read(call: Call) -> Result<Revision, Failure> {
        let mut given = Given::of(&call.fields);
        let matches = match given.value("match").map(json_or_text) {
            None => Map::new(),
            Some(Value::Object(map)) => map,
            Some(_) => {
                given.refuse("match", "Must be a dict");
                Map::new()
            }
        };
        let update = given.value("update").map(json_or_text);
        if update.as_ref().is_some_and(|update| !update.is_object()) {
            given.refuse("update", "Must be a dict");
        }
        let filter = globs(&mut given, "filter").unwrap_or_default();
        let include = globs(&mut given, "include");
        let paths = |prefix: &str| -> Vec<(String, Value)> {
            let under = |(key, value): (&String, &Value)| {
                Some((key.strip_prefix(prefix)?.to_owned(), json_or_text(value)))
            };
            call.fields.iter().filter_map(under).collect()
        };
        let (match_paths, mut update_paths) = (paths("match__"), paths("update__"));
        for part in call.uploads.keys() {
            if let Some(path) = part
                .strip_prefix("update__")
                .and_then(|path| path.strip_suffix("upload"))
            {
                update_paths.push((format!("{path}{UPLOAD_HERE}"), Value::from(part.as_str())));
            }
        }
        // What is appended comes first, so that a file can be put to it in the same call.
        update_paths.sort_by_key(|(path, _)| (!path.ends_with("extend"), path.clone()));
        let named = |key: &str| {
            let by_path = match_paths
                .iter()
                .find(|(path, _)| path == key)
                .map(|(_, value)| value);
            by_path.or_else(|| matches.get(key)).map(values::text)
        };
        let subject = named("id")
            .or_else(|| named("name"))
            .filter(|subject| !subject.is_empty());
        if subject.is_none() {
            given.refuse("match__id", "Missing value");
        }
        let revision = Revision {
            subject: subject.unwrap_or_default(),
            matches,
            match_paths,
            filter,
            update,
            update_paths,
            include,
            call: call.clone(),
        };
        given.finish(revision)
    }

    /// Makes the revision an update of the dataset.
    ///
    /// # Errors
    /// When the dataset is not as the revision takes it to be, or a change does not fit into it.
    pub fn update(&self, current: &Package) -> Result<Call, Failure> {
        let original = Value::Object(current.write());
        let mut differing = Vec::new();
        differ_map(&original, &self.matches, &[], &mut differing);
        for (path, wanted) in &self.match_paths {
            match resolve(&original, path) {
                Ok(way) => differ(follow(&original, &way), wanted, &way, &mut differing),
                Err(why) => return Err(Failure::field("match", why)),
            }
        }
        if !differing.is_empty() {
            let mut problems = Problems::default();
            problems.set("match", Detail::Texts(differing));
            return Err(Failure::Invalid(problems));
        }
        let mut revised = Value::Object(whole(current));
        filter(&mut revised, &parsed(&self.filter));
        if let (Value::Object(map), id) = (&mut revised, current.id.as_str()) {
            map.insert("id".to_owned(), id.into());
        }
        if let Some(update) = &self.update {
            merge(&mut revised, update, &[]).map_err(|why| Failure::field("update", why))?;
        }
        for (path, value) in &self.update_paths {
            merge_at(&mut revised, path, value).map_err(|why| Failure::field(path, why))?;
        }
        let Value::Object(fields) = revised else {
            return Err(Failure::field("update", "Expected dict for "));
        };
        Ok(Call {
            fields,
            uploads: self.call.uploads.clone(),
            callback: self.call.callback.clone(),
        })
    }

    /// The answer: the dataset under `package`, cut down to what the call wants of it.
    pub fn answer(&self, package: &Package) -> Value {
        let mut answer = Map::new();
        answer.insert("package".to_owned(), Value::Object(package.write()));
        let mut answer = Value::Object(answer);
        if let Some(include) = &self.include {
            filter(&mut answer, &parsed(include));
        }
        answer
    }
}

fn json_or_text(value: &Value) -> Value {
    match value {
        Value::String(text) => serde_json::from_str(text).unwrap_or_else(|_| value.clone()),
        other => other.clone(),
    }
}

fn globs(given: &mut Given<'_>, key: &str) -> Option<Vec<String>> {
    let value = given.value(key)?;
    let items = match value {
        Value::String(text) => match serde_json::from_str(text) {
            Ok(items) => items,
            Err(_) => return Some(text.split(',').map(|glob| glob.trim().to_owned()).collect()),
        },
        other => other.clone(),
    };
    match items {
        Value::Array(items) if items.iter().all(Value::is_string) => {
            Some(items.iter().map(values::text).collect())
        }
        Value::Array(_) => {
            given.refuse(key, "Not a string");
            None
        }
        _ => {
            given.refuse(key, "Not a list");
            None
        }
    }
}

/// A step on the way into a dataset.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    Key(String),
    Index(usize),
}

fn spelled(way: &[Step]) -> String {
    way.iter()
        .map(|step| match step {
            Step::Key(key) => key.clone(),
            Step::Index(index) => index.to_string(),
        })
        .collect::<Vec<_>>()
        .join("__")
}

/// Follows `resources__1492a__name`: keys, positions (also from the end) and the starts of ids.
fn resolve(data: &Value, path: &str) -> Result<Vec<Step>, String> {
    let mut way: Vec<Step> = Vec::new();
    let mut current = data;
    for part in path.split("__") {
        let unmatched = || {
            let mut whole = way.clone();
            whole.push(Step::Key(part.to_owned()));
            format!("Unmatched key {}", spelled(&whole))
        };
        if way.len() >= DEEPEST {
            return Err(unmatched());
        }
        let (step, next) = match current {
            Value::Object(map) => (Step::Key(part.to_owned()), map.get(part).ok_or_else(unmatched)?),
            Value::Array(items) => {
                let index = index_of(items, part).ok_or_else(unmatched)?;
                (Step::Index(index), &items[index])
            }
            _ => return Err(unmatched()),
        };
        way.push(step);
        current = next;
    }
    Ok(way)
}

fn index_of(items: &[Value], part: &str) -> Option<usize> {
    if part.len() >= 5 {
        return items.iter().position(|item| {
            item.get("id")
                .and_then(Value::as_str)
                .is_some_and(|id| id.starts_with(part))
        });
    }
    let index: i64 = part.parse().ok()?;
    let length = i64::try_from(items.len()).ok()?;
    let index = if index < 0 { index + length } else { index };
    usize::try_from(index).ok().filter(|index| *index < items.len())
}

fn follow<'a>(data: &'a Value, way: &[Step]) -> &'a Value {
    way.iter().fold(data, |data, step| match step {
        Step::Key(key) => &data[key.as_str()],
        Step::Index(index) => &data[*index],
    })
}

fn differ(data: &Value, wanted: &Value, way: &[Step], differing: &mut Vec<String>) {
    match wanted {
        Value::Object(map) => differ_map(data, map, way, differing),
        Value::Array(items) => match data {
            Value::Array(data) => {
                for (index, item) in items.iter().enumerate() {
                    let way = extended(way, Step::Index(index));
                    match data.get(index) {
                        Some(data) => differ(data, item, &way, differing),
                        None => differing.push(spelled(&way)),
                    }
                }
            }
            _ => differing.push(spelled(way)),
        },
        wanted if data == wanted => {}
        _ => differing.push(spelled(way)),
    }
}

fn differ_map(data: &Value, wanted: &Map, way: &[Step], differing: &mut Vec<String>) {
    let Value::Object(data) = data else {
        differing.push(spelled(way));
        return;
    };
    let mut keys: Vec<&String> = wanted.keys().collect();
    keys.sort();
    for key in keys {
        let way = extended(way, Step::Key(key.clone()));
        match data.get(key) {
            Some(data) => differ(data, &wanted[key], &way, differing),
            None => differing.push(spelled(&way)),
        }
    }
}

/// Whether to keep, and the steps.
type Glob<'a> = (bool, Vec<&'a str>);

fn parsed(globs: &[String]) -> Vec<Glob<'_>> {
    globs
        .iter()
        .map(|glob| {
            let steps = glob.trim_start_matches(['+', '-']).split("__").take(DEEPEST);
            (glob.starts_with('+'), steps.collect())
        })
        .collect()
}

/// Takes away what the patterns match; the first that matches decides.
fn filter(data: &mut Value, globs: &[Glob<'_>]) {
    match data {
        Value::Object(map) => filter_map(map, globs),
        Value::Array(items) => filter_list(items, globs),
        _ => {}
    }
}

fn filter_map(map: &mut Map, globs: &[Glob<'_>]) {
    let mut kept = Map::new();
    let mut children: Vec<(&str, Vec<Glob<'_>>)> = Vec::new();
    for (keep, steps) in globs {
        let (head, rest) = (steps[0], &steps[1..]);
        if head == "*" {
            if *keep {
                kept.extend(map.iter().map(|(key, value)| (key.clone(), value.clone())));
            } else {
                map.clear();
            }
            continue;
        }
        let Some(value) = map.get(head) else {
            continue;
        };
        if !rest.is_empty() {
            let glob = (*keep, rest.to_vec());
            match children.iter_mut().find(|(child, _)| *child == head) {
                Some((_, globs)) => globs.push(glob),
                None => children.push((head, vec![glob])),
            }
        } else if *keep {
            kept.insert(head.to_owned(), value.clone());
        } else {
            map.shift_remove(head);
        }
    }
    map.extend(kept);
    for (head, globs) in children {
        if let Some(value) = map.get_mut(head) {
            filter(value, &globs);
        }
    }
}

fn filter_list(items: &mut Vec<Value>, globs: &[Glob<'_>]) {
    // What was decided of each: kept or taken away.
    let mut decided: Vec<Option<bool>> = vec![None; items.len()];
    let mut children: Vec<Vec<Glob<'_>>> = vec![Vec::new(); items.len()];
    for (keep, steps) in globs {
        let (head, rest) = (steps[0], &steps[1..]);
        let matched: Vec<usize> = if head == "*" {
            (0..items.len()).collect()
        } else {
            index_of(items, head).into_iter().collect()
        };
        for index in matched {
            if rest.is_empty() {
                decided[index].get_or_insert(*keep);
            } else {
                children[index].push((*keep, rest.to_vec()));
            }
        }
    }
    for (item, globs) in items.iter_mut().zip(&children) {
        filter(item, globs);
    }
    let mut decided = decided.into_iter();
    items.retain(|_| decided.next().flatten() != Some(false));
}

/// Lays an update over what stands: objects and lists member by member, everything else replaced.
fn merge(data: &mut Value, update: &Value, way: &[Step]) -> Result<(), String> {
    if way.len() > DEEPEST {
        return Err(format!("Too deep: {}", spelled(way)));
    }
    match (data, update) {
        (Value::Object(data), Value::Object(update)) => {
            for (key, value) in update {
                match data.get_mut(key) {
                    Some(held @ (Value::Object(_) | Value::Array(_))) => {
                        merge(held, value, &extended(way, Step::Key(key.clone())))?;
                    }
                    _ => {
                        data.insert(key.clone(), value.clone());
                    }
                }
            }
            Ok(())
        }
        (Value::Array(data), Value::Array(update)) => {
            for (index, value) in update.iter().enumerate() {
                match data.get_mut(index) {
                    None => data.push(value.clone()),
                    Some(held @ (Value::Object(_) | Value::Array(_))) => {
                        merge(held, value, &extended(way, Step::Index(index)))?;
                    }
                    Some(held) => *held = value.clone(),
                }
            }
            Ok(())
        }
        (Value::Object(_), _) => Err(format!("Expected dict for {}", spelled(way))),
        (Value::Array(_), _) => Err(format!("Expected list for {}", spelled(way))),
        (data, update) => {
            *data = update.clone();
            Ok(())
        }
    }
}

fn merge_at(data: &mut Value, path: &str, value: &Value) -> Result<(), String> {
    // The mark of a file starts with the sign that parts paths.
    let (parent, last) = match path.strip_suffix(UPLOAD_HERE) {
        Some(parent) => (parent.trim_end_matches('_'), UPLOAD_HERE),
        None => path.rsplit_once("__").unwrap_or(("", path)),
    };
    let way = if parent.is_empty() {
        Vec::new()
    } else {
        resolve(data, parent)?
    };
    let target = way.iter().try_fold(data, |data, step| match step {
        Step::Key(key) => data.get_mut(key.as_str()),
        Step::Index(index) => data.get_mut(*index),
    });
    match target {
        Some(target @ Value::Object(_)) => {
            let mut update = Map::new();
            update.insert(last.to_owned(), value.clone());
            merge(target, &Value::Object(update), &way)
        }
        Some(Value::Array(items)) if last == "extend" => match value {
            Value::Array(more) => {
                items.extend(more.iter().cloned());
                Ok(())
            }
            _ => Err(format!("Expected list for {parent}")),
        },
        Some(Value::Array(items)) => {
            let index = index_of(items, last).ok_or_else(|| format!("Unmatched key {path}"))?;
            merge(&mut items[index], value, &extended(&way, Step::Index(index)))
        }
        _ => Err(format!("Expected list or dict for {parent}")),
    }
}

fn extended(way: &[Step], step: Step) -> Vec<Step> {
    let mut way = way.to_vec();
    way.push(step);
    way
}
