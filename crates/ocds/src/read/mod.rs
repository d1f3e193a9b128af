//! Releases and records out of whatever they come in: release packages and record packages of OCDS 1.0 and 1.1, plain releases and
//! records, arrays of them, and JSON lines of any of those.
//!
//! A file is read once, forwards. Of a package that spans many lines only the element at hand is held; of JSON lines only the line at
//! hand. What is broken is told by line and the rest goes on: in JSON lines at the next line, in a package at the next element, and
//! after a package that breaks off at the next line that is a whole object with an `ocid`.
//!
//! A package is told from a record (which may hold `releases` too) by having no `ocid` before its list.

mod lines;
mod source;
mod walk;

#[cfg(test)]
mod tests;

use crate::json::Rules;
use serde_json::{Map, Value};
use source::Source;
use std::{
    collections::VecDeque,
    io::{self, Read},
};

/// What is too much.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Values within values of one unit.
    pub depth: u32,
    /// Bytes of one release, record or line.
    pub unit: usize,
    /// Characters of one number.
    pub number: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            depth: 64,
            unit: 64 << 20,
            number: 32,
        }
    }
}

impl Limits {
    fn rules(self) -> Rules {
        Rules {
            depth: self.depth,
            number: Some(self.number),
            refuse_nul: true,
        }
    }
}

/// What a unit is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Release,
    /// Releases of one process, linked or embedded, with or without a compiled and a versioned release.
    Record,
}

/// One release or record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    pub kind: Kind,
    /// Where it begins, from 1.
    pub line: u64,
    /// The how-manieth of the file, from 0; what is broken counts.
    pub position: u64,
    /// An object, checked to be JSON within the limits, in UTF-8.
    pub json: Vec<u8>,
}

/// What could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// From 1.
    pub line: u64,
    /// In bytes, from 1.
    pub column: u64,
    pub code: Code,
}

/// Why something could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Code {
    /// The file ends within a value.
    Ended,
    NotJson,
    TooDeep,
    TooLarge,
    /// A number too long or too large to be held.
    Number,
    /// `\u0000` or a NUL byte.
    Nul,
    NotUtf8,
    /// JSON, but neither a release, nor a record, nor a package of them.
    NotOcds,
    /// The file holds nothing.
    Empty,
}

impl Code {
    /// For machines.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Ended => "ended",
            Self::NotJson => "not-json",
            Self::TooDeep => "too-deep",
            Self::TooLarge => "too-large",
            Self::Number => "number",
            Self::Nul => "nul",
            Self::NotUtf8 => "not-utf8",
            Self::NotOcds => "not-ocds",
            Self::Empty => "empty",
        }
    }

    /// A plain sentence in English, for logs and command lines; pages say it in their own words by [`Code::name`].
    #[must_use]
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Ended => "The file ends in the middle of a value.",
            Self::NotJson => "This is not JSON.",
            Self::TooDeep => "Values are nested too deeply.",
            Self::TooLarge => "The release, record or line is too large.",
            Self::Number => "A number is too long or too large.",
            Self::Nul => "A text holds a NUL character.",
            Self::NotUtf8 => "The text is not UTF-8.",
            Self::NotOcds => "This is neither a release, nor a record, nor a package of them.",
            Self::Empty => "The file holds nothing.",
        }
    }
}

/// What reading gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Item {
    Unit(Unit),
    Trouble(Trouble),
}

/// What a package says of itself: `uri`, `version`, `publishedDate`, `publisher`, `license`, `publicationPolicy`, `extensions`,
/// `packages`. Of many packages, what the last one said.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Package {
    /// By the standard's names.
    pub said: Map<String, Value>,
}

impl Package {
    /// One of the texts: `uri`, `version`, `publishedDate`, `license`, `publicationPolicy`.
    #[must_use]
    pub fn text(&self, key: &str) -> Option<&str> {
        self.said.get(key)?.as_str()
    }

    /// The publisher's name.
    #[must_use]
    pub fn publisher(&self) -> Option<&str> {
        self.said.get("publisher")?.get("name")?.as_str()
    }

    /// The addresses of the extensions used.
    pub fn extensions(&self) -> impl Iterator<Item = &str> {
        let list = self.said.get("extensions").and_then(Value::as_array);
        list.into_iter().flatten().filter_map(Value::as_str)
    }

    fn wants(key: &[u8]) -> bool {
        matches!(
            key,
            b"uri"
                | b"version"
                | b"publishedDate"
                | b"publisher"
                | b"license"
                | b"publicationPolicy"
                | b"extensions"
                | b"packages"
        )
    }

    fn set(&mut self, key: &[u8], json: &[u8]) {
        if let (Ok(key), Ok(value)) = (std::str::from_utf8(key), serde_json::from_slice(json)) {
            self.said.insert(key.to_owned(), value);
        }
    }
}

/// How the file is being read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    /// Nothing was read yet.
    Start,
    /// A value a line.
    Lines,
    /// Values over many lines.
    Values,
    /// Within a package's list.
    Units(Kind),
    /// Within a package, before and after its lists.
    Package,
    /// Within an array of releases, records or packages.
    Array,
    /// After a break: lines that are whole releases or records are taken, others passed over.
    Broken,
    Ended,
}

/// Reads a file; an iterator of [`Item`]s.
pub struct Reader<R> {
    source: Source<R>,
    limits: Limits,
    mode: Mode,
    package: Package,
    waiting: VecDeque<Item>,
    position: u64,
    /// Whether a comma must come before the next element.
    comma: bool,
}

impl<R: Read> Reader<R> {
    /// Begins at the first byte of a file.
    pub fn new(reader: R, limits: Limits) -> Self {
        Self {
            source: Source::new(reader),
            limits,
            mode: Mode::Start,
            package: Package::default(),
            waiting: VecDeque::new(),
            position: 0,
            comma: false,
        }
    }

    /// What the package said of itself, as far as it was read; complete at the end.
    pub fn package(&self) -> &Package {
        &self.package
    }
}

impl<R: Read> Iterator for Reader<R> {
    type Item = io::Result<Item>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(item) = self.waiting.pop_front() {
                return Some(Ok(item));
            }
            if self.mode == Mode::Ended {
                return None;
            }
            if let Err(error) = self.step() {
                self.mode = Mode::Ended;
                return Some(Err(error));
            }
        }
    }
}

impl<R> Reader<R> {
    fn trouble(&mut self, line: u64, column: u64, code: Code) {
        self.waiting
            .push_back(Item::Trouble(Trouble { line, column, code }));
    }

    fn unit(&mut self, kind: Kind, line: u64, json: Vec<u8>) {
        let position = self.position;
        self.position += 1;
        self.waiting.push_back(Item::Unit(Unit {
            kind,
            line,
            position,
            json,
        }));
    }
}
