//! Places and the rules of their hierarchy, held compactly in memory: 91,599 of them take about
//! twelve megabytes, and every question about ancestry is a comparison of two numbers.

use std::collections::HashMap;
use std::fmt;

use jiff::civil::Date;
use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};

use super::boundaries::{Bounds, Point, Shape};

/// The code by which a place is known to people, files and other tables: `35.22.01.2001`, `KE032`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PlaceCode(String);

/// Why a text is no place code; the text names the remedy.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CodeProblem {
    #[error("the code is empty")]
    Empty,
    #[error("the code {0:?} is longer than 40 characters")]
    TooLong(String),
    #[error("the code {code:?} holds {found:?}; use letters, digits, dots, hyphens and underscores")]
    Character { code: String, found: char },
}

/// What became of a place, or what it was before.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    pub kind: ChangeKind,
    /// The older code; the same as `to` for a new name.
    pub from: String,
    /// The newer code; `None` when the place ended and nothing is known to have followed.
    pub to: Option<String>,
    /// The first day on which the change holds.
    pub on: Option<Date>,
    /// The part of the older place that went this way, above 0 and at most 1.
    pub share: f64,
    /// What it was called before, where the name changed.
    pub old_name: Option<String>,
}

/// How a place changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ChangeKind {
    /// The same place under another code.
    Recoded,
    /// The same code under another name.
    Renamed,
    /// A part left and became, or joined, another place.
    Split,
    /// All of it joined another place.
    Merged,
    /// It ended; the lists do not say what followed.
    Ended,
}

/// One place as the index is built from it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PlaceRow {
    pub code: String,
    pub level: String,
    pub name: String,
    pub parent: Option<String>,
    pub valid_from: Option<Date>,
    /// The first day on which it no longer holds.
    pub valid_to: Option<Date>,
}

/// Every place ever known, in the order of the tree.
#[derive(Default)]
pub struct Places {
    text: String,
    levels: Vec<String>,
    /// Parents before children, siblings by code; so the descendants of a place follow it directly.
    rows: Vec<Row>,
    /// Rows by code; of several with one code the one that holds longest comes first.
    by_code: Vec<u32>,
    /// Names in further languages: (row, language) → name.
    names: HashMap<(u32, String), String>,
    /// By the older code, then by day.
    changes: Vec<Change>,
    shapes: HashMap<u32, Shape>,
    tree: RTree<GeomWithData<Rectangle<[i32; 2]>, u32>>,
    today: Date,
}

/// One place; a light handle into [`Places`].
#[derive(Clone, Copy)]
pub struct Place<'a> {
    all: &'a Places,
    at: u32,
}

/// What an old or a present code stands for today.
pub struct Resolved<'a> {
    /// The place the code was given to.
    pub place: Place<'a>,
    /// The places that hold today in its stead; the place itself while it holds.
    pub today: Vec<Place<'a>>,
    /// Every change on the way from the code to those places, oldest first.
    pub changes: Vec<&'a Change>,
}

#[derive(Clone, Copy)]
struct Row {
    code: Slice,
    name: Slice,
    /// The name in lower case without marks, for search.
    folded: Slice,
    level: u8,
    depth: u8,
    parent: u32,
    /// One past the last descendant.
    end: u32,
    from: Option<Date>,
    to: Option<Date>,
}

#[derive(Clone, Copy)]
struct Slice {
    at: u32,
    len: u16,
}

const NONE: u32 = u32::MAX;

impl PlaceCode {
    /// Checks a code: 1 to 40 letters, digits, dots, hyphens and underscores.
    pub fn parse(text: &str) -> Result<PlaceCode, CodeProblem> {
        let text = text.trim();
        match text
            .chars()
            .find(|c| !(c.is_alphanumeric() || matches!(c, '.' | '-' | '_')))
        {
            _ if text.is_empty() => Err(CodeProblem::Empty),
            Some(found) => Err(CodeProblem::Character {
                code: text.to_owned(),
                found,
            }),
            None if text.chars().count() > 40 => Err(CodeProblem::TooLong(text.to_owned())),
            None => Ok(PlaceCode(text.to_owned())),
        }
    }

    /// Makes a code of a name, for lists that have none: `WESTERN RUKUM` → `western-rukum`.
    pub fn from_name(name: &str) -> Result<PlaceCode, CodeProblem> {
        let words: Vec<String> = fold(name)
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .map(str::to_owned)
            .collect();
        PlaceCode::parse(&words.join("-"))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The code before the last dot, which dotted national codes use for the parent.
    pub fn before_last_dot(&self) -> Option<&str> {
        self.0
            .rsplit_once('.')
            .map(|(parent, _)| parent)
            .filter(|parent| !parent.is_empty())
    }
}

impl fmt::Display for PlaceCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl ChangeKind {
    pub const ALL: [ChangeKind; 5] = [
        ChangeKind::Recoded,
        ChangeKind::Renamed,
        ChangeKind::Split,
        ChangeKind::Merged,
        ChangeKind::Ended,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            ChangeKind::Recoded => "recoded",
            ChangeKind::Renamed => "renamed",
            ChangeKind::Split => "split",
            ChangeKind::Merged => "merged",
            ChangeKind::Ended => "ended",
        }
    }

    pub fn parse(text: &str) -> Option<ChangeKind> {
        ChangeKind::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

impl Places {
    /// Builds the index. A row whose parent is not among the rows becomes a root.
    pub fn new(rows: Vec<PlaceRow>, today: Date) -> Places {
        Builder::new(rows, today).build()
    }

    /// Adds names in further languages.
    pub fn with_names(mut self, names: impl IntoIterator<Item = (String, String, String)>) -> Places {
        for (code, lang, name) in names {
            if let Some(place) = self.find(&code) {
                let at = place.at;
                self.names.insert((at, lang), name);
            }
        }
        self
    }

    /// Adds what became of places.
    pub fn with_changes(mut self, mut changes: Vec<Change>) -> Places {
        changes.sort_by(|a, b| (&a.from, a.on, &a.to).cmp(&(&b.from, b.on, &b.to)));
        self.changes = changes;
        self
    }

    /// Adds boundaries, so that positions can be looked up.
    pub fn with_shapes(mut self, shapes: impl IntoIterator<Item = (String, Shape)>) -> Places {
        let found: Vec<(u32, Shape)> = shapes
            .into_iter()
            .filter_map(|(code, shape)| Some((self.find(&code)?.at, shape)))
            .collect();
        let boxes = found
            .iter()
            .filter(|(at, _)| self.place(*at).is_current())
            .filter_map(|(at, shape)| {
                let b = shape.bounds()?;
                Some(GeomWithData::new(
                    Rectangle::from_corners([b.west, b.south], [b.east, b.north]),
                    *at,
                ))
            })
            .collect();
        self.tree = RTree::bulk_load(boxes);
        self.shapes = found.into_iter().collect();
        self
    }

    /// The day on which "current" is judged.
    pub fn today(&self) -> Date {
        self.today
    }

    pub fn len(&self) -> usize {
        self.rows.len()
    }

    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The place with this code: the current one, or else the last that had it.
    pub fn find(&self, code: &str) -> Option<Place<'_>> {
        let first = self.by_code.partition_point(|&at| self.place(at).code() < code);
        let at = *self.by_code.get(first)?;
        Some(self.place(at)).filter(|place| place.code() == code)
    }

    /// The place that had this code on a day.
    pub fn find_on(&self, code: &str, day: Date) -> Option<Place<'_>> {
        let first = self.by_code.partition_point(|&at| self.place(at).code() < code);
        self.by_code[first..]
            .iter()
            .map(|&at| self.place(at))
            .take_while(|place| place.code() == code)
            .find(|place| place.holds_on(day))
    }

    /// What a code stands for today, following every change since.
    pub fn resolve(&self, code: &str) -> Option<Resolved<'_>> {
        let place = self.find(code)?;
        let mut resolved = Resolved {
            place,
            today: Vec::new(),
            changes: Vec::new(),
        };
        let mut waiting = vec![place.code()];
        let mut seen = Vec::new();
        while let Some(code) = waiting.pop() {
            if seen.contains(&code) {
                continue;
            }
            seen.push(code);
            let Some(here) = self.find(code) else { continue };
            let changes: Vec<&Change> = self.changes_of(code).collect();
            if here.is_current() {
                resolved.today.push(here);
            } else {
                waiting.extend(
                    changes
                        .iter()
                        .filter_map(|change| change.to.as_deref())
                        .filter(|to| *to != code),
                );
            }
            resolved.changes.extend(changes);
        }
        resolved.today.sort_by_key(|place| place.at);
        resolved.changes.sort_by_key(|change| change.on);
        Some(resolved)
    }

    /// The changes that started from this code, oldest first.
    pub fn changes_of<'a>(&'a self, code: &'a str) -> impl Iterator<Item = &'a Change> + 'a {
        let first = self.changes.partition_point(|change| change.from.as_str() < code);
        self.changes[first..]
            .iter()
            .take_while(move |change| change.from == code)
    }

    /// The changes that led to this code, oldest first.
    pub fn changes_to<'a>(&'a self, code: &'a str) -> impl Iterator<Item = &'a Change> + 'a {
        self.changes
            .iter()
            .filter(move |change| change.to.as_deref() == Some(code) && change.from != code)
    }

    /// All current places in the order of the tree.
    pub fn current(&self) -> impl Iterator<Item = Place<'_>> {
        self.ever().filter(|place| place.is_current())
    }

    /// All places, ended ones too, in the order of the tree.
    pub fn ever(&self) -> impl Iterator<Item = Place<'_>> {
        (0..self.rows.len() as u32).map(|at| self.place(at))
    }

    /// Current places without a parent.
    pub fn roots(&self) -> impl Iterator<Item = Place<'_>> {
        self.siblings_from(0, self.rows.len() as u32)
            .filter(|place| place.is_current())
    }

    /// Current places of a level, everywhere.
    pub fn at_level<'a>(&'a self, level: &'a str) -> impl Iterator<Item = Place<'a>> + 'a {
        self.current().filter(move |place| place.level() == level)
    }

    /// The names of the levels, from the top down.
    pub fn levels(&self) -> Vec<&str> {
        let mut depth_of: HashMap<u8, u8> = HashMap::new();
        for row in &self.rows {
            depth_of
                .entry(row.level)
                .and_modify(|depth| *depth = (*depth).max(row.depth))
                .or_insert(row.depth);
        }
        let mut levels: Vec<(u8, &str)> = depth_of
            .into_iter()
            .map(|(level, depth)| (depth, self.levels[usize::from(level)].as_str()))
            .collect();
        levels.sort_unstable();
        levels.into_iter().map(|(_, level)| level).collect()
    }

    /// The deepest current place around a position, where boundaries are known.
    pub fn at(&self, point: Point) -> Option<Place<'_>> {
        self.around(point)
            .max_by_key(|place| (place.depth(), std::cmp::Reverse(place.at)))
    }

    /// The current place of a level around a position; found from a deeper one when it has no boundary itself.
    pub fn at_on_level(&self, point: Point, level: &str) -> Option<Place<'_>> {
        self.around(point)
            .find_map(|place| place.with_ancestors().find(|p| p.level() == level))
    }

    /// Every current place around a position, of all levels with boundaries.
    pub fn around(&self, point: Point) -> impl Iterator<Item = Place<'_>> {
        let v = point.vertex();
        self.tree
            .locate_in_envelope_intersecting(&AABB::from_point([v.lon, v.lat]))
            .map(|found| found.data)
            .filter(move |at| self.shapes.get(at).is_some_and(|shape| shape.contains(point)))
            .map(|at| self.place(at))
    }

    /// Current places whose name or code holds all words of the query, best first.
    ///
    /// Exact names come before beginnings, beginnings before the rest, and large places before small.
    pub fn search<'a>(&'a self, query: &str, level: Option<&str>, most: usize) -> Vec<Place<'a>> {
        let query = fold(query.trim());
        let words: Vec<&str> = query.split_whitespace().collect();
        if words.is_empty() {
            return Vec::new();
        }
        let mut hits: Vec<(u8, u8, u32)> = self
            .current()
            .filter(|place| level.is_none_or(|level| place.level() == level))
            .filter_map(|place| Some((place.rank(&query, &words)?, place.depth(), place.at)))
            .collect();
        hits.sort_unstable();
        hits.truncate(most);
        hits.into_iter().map(|(_, _, at)| self.place(at)).collect()
    }

    fn place(&self, at: u32) -> Place<'_> {
        Place { all: self, at }
    }

    fn slice(&self, slice: Slice) -> &str {
        &self.text[slice.at as usize..][..usize::from(slice.len)]
    }

    fn siblings_from(&self, first: u32, end: u32) -> impl Iterator<Item = Place<'_>> {
        let mut next = first;
        std::iter::from_fn(move || {
            (next < end).then(|| {
                let at = next;
                next = self.rows[at as usize].end;
                self.place(at)
            })
        })
    }
}

impl<'a> Place<'a> {
    pub fn code(self) -> &'a str {
        self.all.slice(self.row().code)
    }

    /// The name in the language the list was delivered in.
    pub fn name(self) -> &'a str {
        self.all.slice(self.row().name)
    }

    /// The name in a language; where it has none, the name as delivered.
    pub fn name_in(self, lang: &str) -> &'a str {
        self.all
            .names
            .get(&(self.at, lang.to_owned()))
            .map_or_else(|| self.name(), String::as_str)
    }

    /// The names in further languages, by language.
    pub fn names(self) -> Vec<(&'a str, &'a str)> {
        let mut names: Vec<(&str, &str)> = self
            .all
            .names
            .iter()
            .filter(|((at, _), _)| *at == self.at)
            .map(|((_, lang), name)| (lang.as_str(), name.as_str()))
            .collect();
        names.sort_unstable();
        names
    }

    pub fn level(self) -> &'a str {
        &self.all.levels[usize::from(self.row().level)]
    }

    /// Steps from the root; 0 for a root.
    pub fn depth(self) -> u8 {
        self.row().depth
    }

    pub fn valid_from(self) -> Option<Date> {
        self.row().from
    }

    /// The first day on which the place no longer holds.
    pub fn valid_to(self) -> Option<Date> {
        self.row().to
    }

    pub fn is_current(self) -> bool {
        self.holds_on(self.all.today)
    }

    pub fn holds_on(self, day: Date) -> bool {
        self.row().from.is_none_or(|from| from <= day) && self.row().to.is_none_or(|to| day < to)
    }

    pub fn parent(self) -> Option<Place<'a>> {
        let parent = self.row().parent;
        (parent != NONE).then(|| self.all.place(parent))
    }

    /// Parent, grandparent and so on up to the root.
    pub fn ancestors(self) -> impl Iterator<Item = Place<'a>> {
        std::iter::successors(self.parent(), |place| place.parent())
    }

    /// The place itself, then its ancestors.
    pub fn with_ancestors(self) -> impl Iterator<Item = Place<'a>> {
        std::iter::once(self).chain(self.ancestors())
    }

    /// Its code, then those of its ancestors: what `Op::has_at` asks for.
    pub fn lineage(self) -> Vec<&'a str> {
        self.with_ancestors().map(Place::code).collect()
    }

    /// Current places directly below, by code.
    pub fn children(self) -> impl Iterator<Item = Place<'a>> {
        self.all
            .siblings_from(self.at + 1, self.row().end)
            .filter(|place| place.is_current())
    }

    /// All current places below, in the order of the tree.
    pub fn descendants(self) -> impl Iterator<Item = Place<'a>> {
        (self.at + 1..self.row().end)
            .map(|at| self.all.place(at))
            .filter(|place| place.is_current())
    }

    /// Current places of a level below.
    pub fn descendants_at<'l>(self, level: &'l str) -> impl Iterator<Item = Place<'a>> + 'l
    where
        'a: 'l,
    {
        self.descendants().filter(move |place| place.level() == level)
    }

    /// Whether the other is this place or lies below it.
    pub fn contains(self, other: Place<'_>) -> bool {
        (self.at..self.row().end).contains(&other.at)
    }

    /// The full boundary, where one is known.
    pub fn shape(self) -> Option<&'a Shape> {
        self.all.shapes.get(&self.at)
    }

    /// The box around its boundary, or around those of its descendants.
    pub fn bounds(self) -> Option<Bounds> {
        let own = self.shape().and_then(Shape::bounds);
        own.or_else(|| {
            self.descendants()
                .filter_map(|place| place.shape()?.bounds())
                .reduce(|a, b| a.with(&b))
        })
    }

    fn row(self) -> &'a Row {
        &self.all.rows[self.at as usize]
    }

    fn rank(self, query: &str, words: &[&str]) -> Option<u8> {
        let name = self.all.slice(self.row().folded);
        let code = self.code();
        if code.eq_ignore_ascii_case(query) {
            return Some(0);
        }
        if name == query {
            return Some(1);
        }
        if name.starts_with(query) {
            return Some(2);
        }
        let begins = |word: &&str| name.split_whitespace().any(|part| part.starts_with(*word));
        if words.iter().all(begins) {
            return Some(3);
        }
        let holds = |word: &&str| name.contains(*word);
        if words.iter().all(holds) {
            return Some(4);
        }
        let lower = |c: &str| c.to_ascii_lowercase().starts_with(query);
        let other_name = || {
            self.all
                .names
                .iter()
                .any(|((at, _), other)| *at == self.at && words.iter().all(|word| fold(other).contains(word)))
        };
        (lower(code) || (!self.all.names.is_empty() && other_name())).then_some(5)
    }
}

impl fmt::Debug for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {:?}", self.code(), self.name())
    }
}

impl PartialEq for Place<'_> {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.all, other.all) && self.at == other.at
    }
}

/// Brings a name to lower case without the marks on Latin letters, for comparing and searching.
pub fn fold(name: &str) -> String {
    name.chars()
        .flat_map(char::to_lowercase)
        .map(|c| match c {
            'à'..='å' | 'ā' | 'ă' | 'ą' => 'a',
            'è'..='ë' | 'ē' | 'ė' | 'ę' => 'e',
            'ì'..='ï' | 'ī' => 'i',
            'ò'..='ö' | 'ō' | 'ø' => 'o',
            'ù'..='ü' | 'ū' => 'u',
            'ç' | 'ć' | 'č' => 'c',
            'ñ' | 'ń' => 'n',
            '’' | 'ʼ' | '‘' | '`' => '\'',
            other => other,
        })
        .collect()
}

/// Sorts rows into the order of the tree.
struct Builder {
    given: Vec<PlaceRow>,
    children: HashMap<u32, Vec<u32>>,
    all: Places,
    level_of: HashMap<String, u8>,
}

impl Builder {
    fn new(mut given: Vec<PlaceRow>, today: Date) -> Builder {
        given.sort_by(|a, b| (&a.code, a.valid_from).cmp(&(&b.code, b.valid_from)));
        let mut builder = Builder {
            given,
            children: HashMap::new(),
            all: Places {
                today,
                ..Places::default()
            },
            level_of: HashMap::new(),
        };
        builder.find_parents();
        builder
    }

    fn find_parents(&mut self) {
        let parent_of = |row: &PlaceRow| -> u32 {
            let Some(parent) = row.parent.as_deref() else {
                return NONE;
            };
            let first = self.given.partition_point(|other| other.code.as_str() < parent);
            self.given[first..]
                .iter()
                .enumerate()
                .take_while(|(_, other)| other.code == parent)
                // Of several with the parent's code, the one that holds with the child.
                .max_by_key(|(_, other)| (overlap(row, other), other.valid_from))
                .map_or(NONE, |(i, _)| (first + i) as u32)
        };
        let parents: Vec<u32> = self.given.iter().map(parent_of).collect();
        for (child, parent) in parents.into_iter().enumerate() {
            self.children.entry(parent).or_default().push(child as u32);
        }
    }

    fn build(mut self) -> Places {
        let n = self.given.len();
        self.all.rows.reserve(n);
        // Depth first without recursion; a cycle is never reached from a root and is added at the end.
        let mut placed = vec![false; n];
        self.place_below(NONE, NONE, 0, &mut placed);
        for at in 0..n {
            if !placed[at] {
                self.place_one(at as u32, NONE, 0, &mut placed);
            }
        }
        let all = &mut self.all;
        let mut by_code: Vec<u32> = (0..n as u32).collect();
        by_code.sort_by(|&a, &b| {
            let (p, q) = (all.place(a), all.place(b));
            let holds =
                |place: &Place<'_>| (place.is_current(), place.valid_to().is_none(), place.valid_from());
            p.code().cmp(q.code()).then(holds(&q).cmp(&holds(&p)))
        });
        all.by_code = by_code;
        all.text.shrink_to_fit();
        self.all
    }

    fn place_below(&mut self, given: u32, parent: u32, depth: u8, placed: &mut [bool]) {
        for child in self.children.remove(&given).unwrap_or_default() {
            self.place_one(child, parent, depth, placed);
        }
    }

    fn place_one(&mut self, given: u32, parent: u32, depth: u8, placed: &mut [bool]) {
        if std::mem::replace(&mut placed[given as usize], true) {
            return;
        }
        let row = std::mem::take(&mut self.given[given as usize]);
        let at = self.all.rows.len() as u32;
        let level = self.level(&row.level);
        let code = self.store(&row.code);
        let name = self.store(&row.name);
        let folded = self.store(&fold(&row.name));
        self.all.rows.push(Row {
            code,
            name,
            folded,
            level,
            depth,
            parent,
            end: 0,
            from: row.valid_from,
            to: row.valid_to,
        });
        // 250 levels are far more than any country has; deeper ones stay at the last.
        self.place_below(given, at, depth.saturating_add(1).min(250), placed);
        self.all.rows[at as usize].end = self.all.rows.len() as u32;
    }

    fn level(&mut self, level: &str) -> u8 {
        if let Some(&known) = self.level_of.get(level) {
            return known;
        }
        let next = self.all.levels.len().min(255) as u8;
        self.all.levels.push(level.to_owned());
        self.level_of.insert(level.to_owned(), next);
        next
    }

    fn store(&mut self, text: &str) -> Slice {
        let slice = Slice {
            at: self.all.text.len() as u32,
            len: text.len().min(usize::from(u16::MAX)) as u16,
        };
        self.all.text.push_str(text);
        slice
    }
}

fn overlap(a: &PlaceRow, b: &PlaceRow) -> bool {
    let before =
        |to: Option<Date>, from: Option<Date>| matches!((to, from), (Some(to), Some(from)) if to <= from);
    !before(a.valid_to, b.valid_from) && !before(b.valid_to, a.valid_from)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn row(code: &str, name: &str, parent: Option<&str>) -> PlaceRow {
        let level = ["province", "regency", "district", "village"][code.matches('.').count()];
        PlaceRow {
            code: code.into(),
            level: level.into(),
            name: name.into(),
            parent: parent.map(Into::into),
            ..PlaceRow::default()
        }
    }

    fn java() -> Places {
        let ended = PlaceRow {
            valid_to: Some(date(2025, 7, 1)),
            ..row("35.22.02", "Old Ngraho", Some("35.22"))
        };
        let rows = vec![
            row("35.22.01.2002", "Sugihwaras", Some("35.22.01")),
            row("35", "Jawa Timur", None),
            row("35.22", "Kabupaten Bojonegoro", Some("35")),
            row("35.22.01", "Margomulyo", Some("35.22")),
            row("35.22.01.2001", "Lúwihaji", Some("35.22.01")),
            row("35.23", "Kabupaten Tuban", Some("35")),
            ended,
        ];
        Places::new(rows, date(2026, 11, 21))
            .with_names([("35".to_owned(), "en".to_owned(), "East Java".to_owned())])
            .with_changes(vec![Change {
                kind: ChangeKind::Recoded,
                from: "35.22.02".into(),
                to: Some("35.22.01".into()),
                on: Some(date(2025, 7, 1)),
                share: 1.0,
                old_name: None,
            }])
    }

    fn codes<'a>(places: impl IntoIterator<Item = Place<'a>>) -> Vec<&'a str> {
        places.into_iter().map(Place::code).collect()
    }

    #[test]
    fn children_are_the_current_places_directly_below() {
        let java = java();
        assert_eq!(codes(java.find("35.22").expect("known").children()), ["35.22.01"]);
        assert_eq!(codes(java.roots()), ["35"]);
        assert_eq!(java.levels(), ["province", "regency", "district", "village"]);
    }

    #[test]
    fn ancestors_run_from_the_parent_to_the_root() {
        let java = java();
        let village = java.find("35.22.01.2001").expect("known");
        assert_eq!(codes(village.ancestors()), ["35.22.01", "35.22", "35"]);
        assert_eq!(village.lineage(), ["35.22.01.2001", "35.22.01", "35.22", "35"]);
    }

    #[test]
    fn a_subtree_contains_itself_and_what_lies_below_and_nothing_else() {
        let java = java();
        let place = |code| java.find(code).expect("known");
        assert!(place("35.22").contains(place("35.22")));
        assert!(place("35.22").contains(place("35.22.01.2002")));
        assert!(!place("35.23").contains(place("35.22.01.2002")));
        assert_eq!(
            codes(place("35").descendants_at("village")),
            ["35.22.01.2001", "35.22.01.2002"]
        );
    }

    #[test]
    fn a_name_in_a_language_without_one_falls_back_to_the_delivered_name() {
        let java = java();
        let province = java.find("35").expect("known");
        assert_eq!(
            (province.name_in("en"), province.name_in("jv")),
            ("East Java", "Jawa Timur")
        );
    }

    #[test]
    fn an_old_code_says_what_it_is_today() {
        let java = java();
        let resolved = java.resolve("35.22.02").expect("known");
        assert_eq!(resolved.place.valid_to(), Some(date(2025, 7, 1)));
        assert_eq!(codes(resolved.today), ["35.22.01"]);
        assert_eq!(resolved.changes.len(), 1);
    }

    #[test]
    fn a_code_given_twice_means_the_present_place_and_by_day_the_one_of_that_day() {
        let first = PlaceRow {
            valid_to: Some(date(2020, 1, 1)),
            ..row("35", "First", None)
        };
        let second = PlaceRow {
            valid_from: Some(date(2022, 1, 1)),
            ..row("35", "Second", None)
        };
        let places = Places::new(vec![first, second], date(2026, 1, 1));
        assert_eq!(places.find("35").map(Place::name), Some("Second"));
        assert_eq!(
            places.find_on("35", date(2019, 5, 5)).map(Place::name),
            Some("First")
        );
        assert_eq!(places.find_on("35", date(2021, 5, 5)), None);
    }

    #[test]
    fn search_ignores_marks_and_case_and_puts_exact_names_first() {
        let java = java();
        assert_eq!(codes(java.search("luwi", None, 5)), ["35.22.01.2001"]);
        assert_eq!(codes(java.search("KABUPATEN", None, 5)), ["35.22", "35.23"]);
        assert_eq!(codes(java.search("east java", None, 5)), ["35"]);
        assert_eq!(codes(java.search("35.22.01", None, 1)), ["35.22.01"]);
        assert!(
            java.search("old ngraho", None, 5).is_empty(),
            "an ended place is not offered"
        );
    }

    #[test]
    fn parents_in_a_circle_lose_nobody() {
        let places = Places::new(
            vec![row("35", "A", Some("36")), row("36", "B", Some("35"))],
            date(2026, 1, 1),
        );
        assert_eq!(places.len(), 2);
        assert!(places.find("35").is_some() && places.find("36").is_some());
    }

    #[test]
    fn codes_keep_to_characters_that_are_safe_in_addresses() {
        assert_eq!(
            PlaceCode::parse(" 35.22 ").map(|c| c.to_string()),
            Ok("35.22".into())
        );
        assert!(matches!(
            PlaceCode::parse("a/b"),
            Err(CodeProblem::Character { found: '/', .. })
        ));
        assert_eq!(PlaceCode::parse(""), Err(CodeProblem::Empty));
        assert_eq!(
            PlaceCode::from_name("WESTERN  RUKUM").map(|c| c.to_string()),
            Ok("western-rukum".into())
        );
        assert_eq!(
            PlaceCode::parse("35.22.01")
                .ok()
                .as_ref()
                .and_then(PlaceCode::before_last_dot),
            Some("35.22")
        );
    }

    #[test]
    fn a_position_finds_the_deepest_place_around_it() {
        let square = |side: i32| {
            let ring = [(0, 0), (side, 0), (side, side), (0, side)];
            let ring = ring
                .map(|(lon, lat)| super::super::boundaries::Vertex { lon, lat })
                .to_vec();
            Shape {
                polygons: vec![vec![ring]],
            }
        };
        let java = java().with_shapes([
            ("35.22".to_owned(), square(1000)),
            ("35.22.01".to_owned(), square(500)),
        ]);
        let at = |lon: f64| java.at(Point { lon, lat: 100e-6 }).map(Place::code);
        assert_eq!(at(100e-6), Some("35.22.01"));
        assert_eq!(at(700e-6), Some("35.22"));
        assert_eq!(at(7000e-6), None);
        let on_level = java.at_on_level(
            Point {
                lon: 100e-6,
                lat: 100e-6,
            },
            "province",
        );
        assert_eq!(on_level.map(Place::code), Some("35"));
    }
}
