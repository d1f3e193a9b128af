//! Places and the rules of their hierarchy, held compactly in memory: 91,599 of them take about
//! twelve megabytes, and every question about ancestry is a comparison of two numbers.

mod builder;
pub mod division;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::fmt;

use jiff::civil::Date;
use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};

use super::boundaries::{Bounds, Point, Shape};
use division::Division;

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
    /// By title.
    divisions: Vec<Division>,
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
        builder::Builder::new(rows, today).build()
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

    /// Adds other divisions of the same land.
    pub fn with_divisions(mut self, divisions: Vec<Division>) -> Places {
        self.divisions = divisions;
        self
    }

    /// Other divisions of the same land, by title.
    pub fn divisions(&self) -> &[Division] {
        &self.divisions
    }

    /// The division with a code.
    pub fn division(&self, code: &str) -> Option<&Division> {
        self.divisions.iter().find(|division| division.code == code)
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

    /// The place that the installation is about: the root, or below it the first place with more than one child.
    pub fn top(&self) -> Option<Place<'_>> {
        let mut roots = self.roots();
        let mut top = roots.next()?;
        if roots.next().is_some() {
            return None;
        }
        loop {
            let mut children = top.children();
            match (children.next(), children.next()) {
                (Some(only), None) => top = only,
                _ => return Some(top),
            }
        }
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
