//! Values that span lines: packages and arrays, element by element.

use super::{Code, Kind, Mode, Package, Reader, source::Captured};
use crate::json::{Bad, Cursor, Why, position};
use std::io::{self, Read};

impl From<Why> for Code {
    fn from(why: Why) -> Self {
        match why {
            Why::Ended => Self::Ended,
            Why::Depth => Self::TooDeep,
            Why::Number => Self::Number,
            Why::Nul => Self::Nul,
            Why::Unexpected | Why::Escape | Why::Control | Why::Trailing => Self::NotJson,
        }
    }
}

/// What a value is, seen from its keys.
pub(super) enum Shape {
    Unit(Kind),
    /// Its list, as places in the value.
    Package(Kind),
    Other,
}

impl<R: Read> Reader<R> {
    /// Does the next bit of reading: something is put into `waiting`, or the mode changes, or bytes are taken.
    pub(super) fn step(&mut self) -> io::Result<()> {
        match self.mode {
            Mode::Start => self.start(),
            Mode::Lines | Mode::Broken => self.line(),
            Mode::Values => self.value(),
            Mode::Array => self.element(),
            Mode::Package => self.key(),
            Mode::Units(kind) => self.listed(kind),
            Mode::Ended => Ok(()),
        }
    }

    fn start(&mut self) -> io::Result<()> {
        while self.source.held()?.len() < 3 && self.source.more()? {}
        if self.source.held()?.starts_with(b"\xEF\xBB\xBF") {
            self.source.take(3);
            self.source.column = 1;
        }
        if self.source.peek_solid()?.is_none() {
            self.trouble(1, 1, Code::Empty);
            self.mode = Mode::Ended;
            return Ok(());
        }
        // A first line that is a whole value, or broken otherwise than by ending too early, makes JSON lines.
        let rules = self.limits.rules();
        let mut looked = 0;
        let whole = loop {
            let held = self.source.held()?;
            if let Some(end) = memchr::memchr(b'\n', &held[looked..]) {
                let mut cursor = Cursor::new(&held[..looked + end], rules);
                break match cursor.skip().and_then(|()| cursor.end()) {
                    Ok(()) => true,
                    Err(bad) => bad.why != Why::Ended,
                };
            }
            looked = held.len();
            // One value without line breaks is walked; its list is not held.
            if looked > WALKED || !self.source.more()? {
                break false;
            }
        };
        self.mode = if whole { Mode::Lines } else { Mode::Values };
        Ok(())
    }

    /// The next value of the file.
    fn value(&mut self) -> io::Result<()> {
        match self.source.peek_solid()? {
            None => self.mode = Mode::Ended,
            Some(b'[') => {
                self.source.take(1);
                self.comma = false;
                self.mode = Mode::Array;
            }
            Some(b'{') => self.object()?,
            Some(_) => self.broken(Code::NotJson),
        }
        Ok(())
    }

    /// An object: kept whole until it turns out to be a package.
    fn object(&mut self) -> io::Result<()> {
        let line = self.source.line;
        self.source.take(1);
        let mut whole = vec![b'{'];
        let mut comma = false;
        let mut ocid = false;
        let mut too_large = false;
        loop {
            let before = self.source.line;
            let next = self.source.peek_solid()?;
            // Lines are kept, so that troubles are told by their line.
            whole.resize(whole.len() + (self.source.line - before) as usize, b'\n');
            match next {
                Some(b'}') => {
                    self.source.take(1);
                    whole.push(b'}');
                    break;
                }
                Some(b',') if comma => {
                    self.source.take(1);
                    whole.push(b',');
                    comma = false;
                    continue;
                }
                Some(b'"') if !comma => {}
                None => return self.broke(Code::Ended),
                Some(_) => return self.broke(Code::NotJson),
            }
            let from = whole.len();
            if let Captured::Broken(code) = self.source.capture(&mut whole, usize::MAX)? {
                return self.broke(code);
            }
            let key = whole[from + 1..whole.len() - 1].to_vec();
            if self.source.peek_solid()? != Some(b':') {
                let code = if self.source.peek()?.is_none() {
                    Code::Ended
                } else {
                    Code::NotJson
                };
                return self.broke(code);
            }
            self.source.take(1);
            whole.push(b':');
            let list = match key.as_slice() {
                b"releases" => Some(Kind::Release),
                b"records" => Some(Kind::Record),
                _ => None,
            };
            ocid |= key == b"ocid";
            let next = self.source.peek_solid()?;
            if let Some(kind) = list.filter(|_| !ocid && next == Some(b'[')) {
                self.source.take(1);
                self.said(&whole[..from]);
                self.comma = false;
                self.mode = Mode::Units(kind);
                return Ok(());
            }
            match self.source.capture(&mut whole, self.limits.unit)? {
                Captured::Whole => {}
                Captured::TooLarge => {
                    too_large = true;
                    whole.clear();
                }
                Captured::Broken(code) => return self.broke(code),
            }
            comma = true;
        }
        if too_large {
            self.position += 1;
            self.trouble(line, 1, Code::TooLarge);
        } else {
            self.whole(whole, line);
        }
        Ok(())
    }

    /// Notes what the beginning of a package says.
    fn said(&mut self, beginning: &[u8]) {
        let mut object = beginning.trim_ascii_end().to_vec();
        if object.last() == Some(&b',') {
            object.pop();
        }
        object.push(b'}');
        let mut cursor = Cursor::new(&object, self.limits.rules());
        let package = &mut self.package;
        // Where it is no JSON, what came before is noted.
        let _ = cursor.object(|cursor, key| {
            cursor.peek()?;
            let from = cursor.at();
            cursor.skip()?;
            if Package::wants(key) {
                package.set(key, &object[from..cursor.at()]);
            }
            Ok(())
        });
    }

    /// The next element of a package's list.
    fn listed(&mut self, kind: Kind) -> io::Result<()> {
        if let Some(element) = self.next_element(Mode::Package)? {
            let (line, json) = element;
            self.checked(kind, line, json);
        }
        Ok(())
    }

    /// The next element of an array at the top.
    fn element(&mut self) -> io::Result<()> {
        if let Some((line, json)) = self.next_element(Mode::Values)? {
            if json.first() == Some(&b'{') {
                self.whole(json, line);
            } else {
                self.position += 1;
                self.trouble(line, 1, Code::NotOcds);
            }
        }
        Ok(())
    }

    /// Captures an element; nothing where the list is over, broken, or the element was too large.
    fn next_element(&mut self, after: Mode) -> io::Result<Option<(u64, Vec<u8>)>> {
        match self.source.peek_solid()? {
            Some(b']') => {
                self.source.take(1);
                self.mode = after;
                self.comma = true;
                return Ok(None);
            }
            Some(b',') if self.comma => {
                self.source.take(1);
                self.comma = false;
                return Ok(None);
            }
            Some(_) if !self.comma => {}
            next => {
                let code = if next.is_none() {
                    Code::Ended
                } else {
                    Code::NotJson
                };
                self.broken(code);
                return Ok(None);
            }
        }
        let line = self.source.line;
        let column = self.source.column;
        let mut json = Vec::new();
        match self.source.capture(&mut json, self.limits.unit)? {
            Captured::Whole => {
                self.comma = true;
                Ok(Some((line, json)))
            }
            Captured::TooLarge => {
                self.comma = true;
                self.position += 1;
                self.trouble(line, column, Code::TooLarge);
                Ok(None)
            }
            Captured::Broken(code) => {
                self.broken(code);
                Ok(None)
            }
        }
    }

    /// The next key of a package whose list has been read.
    fn key(&mut self) -> io::Result<()> {
        match self.source.peek_solid()? {
            Some(b'}') => {
                self.source.take(1);
                self.mode = Mode::Values;
                return Ok(());
            }
            Some(b',') if self.comma => {
                self.source.take(1);
                self.comma = false;
                return Ok(());
            }
            Some(b'"') if !self.comma => {}
            None => return self.broke(Code::Ended),
            Some(_) => return self.broke(Code::NotJson),
        }
        let mut key = Vec::new();
        if let Captured::Broken(code) = self.source.capture(&mut key, self.limits.unit)? {
            return self.broke(code);
        }
        if self.source.peek_solid()? != Some(b':') {
            return self.broke(Code::NotJson);
        }
        self.source.take(1);
        let next = self.source.peek_solid()?;
        let kind = match key.as_slice() {
            b"\"releases\"" => Some(Kind::Release),
            b"\"records\"" => Some(Kind::Record),
            _ => None,
        };
        if let Some(kind) = kind.filter(|_| next == Some(b'[')) {
            self.source.take(1);
            self.comma = false;
            self.mode = Mode::Units(kind);
            return Ok(());
        }
        let mut value = Vec::new();
        if let Captured::Broken(code) = self.source.capture(&mut value, self.limits.unit)? {
            return self.broke(code);
        }
        self.comma = true;
        let key = key.trim_ascii();
        let key = key.get(1..key.len().saturating_sub(1)).unwrap_or_default();
        if Package::wants(key) && checks(&value, self.limits).is_ok() {
            self.package.set(key, &value);
        }
        Ok(())
    }

    fn broke(&mut self, code: Code) -> io::Result<()> {
        self.broken(code);
        Ok(())
    }

    /// Tells of a break here and goes on by lines.
    fn broken(&mut self, code: Code) {
        let (line, column) = (self.source.line, self.source.column);
        self.trouble(line, column, code);
        self.mode = Mode::Broken;
    }
}

impl<R> Reader<R> {
    /// A value that is held whole: a unit, a package, or an array of either.
    pub(super) fn whole(&mut self, json: Vec<u8>, line: u64) {
        if let Err((at, code)) = checks(&json, self.limits) {
            let (lines, column) = position(&json, at);
            self.position += 1;
            self.trouble(line + lines - 1, column, code);
            return;
        }
        match shape(&json) {
            Shape::Unit(kind) => self.unit(kind, line, json),
            Shape::Package(kind) => self.packed(kind, &json, line),
            Shape::Other => self.elements(&json, line),
        }
    }

    /// An element of a package's list.
    fn checked(&mut self, kind: Kind, line: u64, json: Vec<u8>) {
        match checks(&json, self.limits) {
            Ok(()) if json.first() == Some(&b'{') => self.unit(kind, line, json),
            Ok(()) => {
                self.position += 1;
                self.trouble(line, 1, Code::NotOcds);
            }
            Err((at, code)) => {
                let (lines, column) = position(&json, at);
                self.position += 1;
                self.trouble(line + lines - 1, column, code);
            }
        }
    }

    /// A package that is held whole and is JSON.
    fn packed(&mut self, kind: Kind, json: &[u8], line: u64) {
        let mut cursor = Cursor::new(json, self.limits.rules());
        // It was checked: nothing fails here.
        let _ = cursor.object(|cursor, key| {
            let list = matches!(
                (key, kind),
                (b"releases", Kind::Release) | (b"records", Kind::Record)
            );
            if list && cursor.peek()? == b'[' {
                return cursor.array(|cursor| {
                    cursor.peek()?;
                    let from = cursor.at();
                    cursor.skip()?;
                    let (lines, _) = position(json, from);
                    self.checked(kind, line + lines - 1, json[from..cursor.at()].to_vec());
                    Ok(())
                });
            }
            cursor.peek()?;
            let from = cursor.at();
            cursor.skip()?;
            if Package::wants(key) {
                self.package.set(key, &json[from..cursor.at()]);
            }
            Ok(())
        });
    }

    /// An array that is held whole; anything else is no business of ours.
    fn elements(&mut self, json: &[u8], line: u64) {
        let mut cursor = Cursor::new(json, self.limits.rules());
        if cursor.peek() != Ok(b'[') {
            self.position += 1;
            return self.trouble(line, 1, Code::NotOcds);
        }
        let mut spans = Vec::new();
        let _ = cursor.array(|cursor| {
            cursor.peek()?;
            let from = cursor.at();
            cursor.skip()?;
            spans.push((from, cursor.at()));
            Ok(())
        });
        for (from, to) in spans {
            let (lines, _) = position(json, from);
            let element = &json[from..to];
            match shape(element) {
                Shape::Unit(kind) => self.unit(kind, line + lines - 1, element.to_vec()),
                Shape::Package(kind) => self.packed(kind, element, line + lines - 1),
                Shape::Other => {
                    self.position += 1;
                    self.trouble(line + lines - 1, 1, Code::NotOcds);
                }
            }
        }
    }
}

/// A line longer than this without an end is walked as one value.
const WALKED: usize = 8 << 20;

/// Whether bytes are JSON within the limits; else where not, and why.
pub(super) fn checks(json: &[u8], limits: super::Limits) -> Result<(), (usize, Code)> {
    if let Err(error) = std::str::from_utf8(json) {
        return Err((error.valid_up_to(), Code::NotUtf8));
    }
    let mut cursor = Cursor::new(json, limits.rules());
    cursor
        .skip()
        .and_then(|()| cursor.end())
        .map_err(|Bad { at, why }| {
            let nul = json.get(at) == Some(&0);
            (at, if nul { Code::Nul } else { why.into() })
        })
}

/// What a value that was checked is.
pub(super) fn shape(json: &[u8]) -> Shape {
    let rules = super::Limits {
        depth: u32::MAX,
        ..super::Limits::default()
    };
    let mut cursor = Cursor::new(json, rules.rules());
    if cursor.peek() != Ok(b'{') {
        return Shape::Other;
    }
    let (mut ocid, mut releases, mut records, mut compiled) = (false, false, false, false);
    let (mut release, mut list) = (false, false);
    let _ = cursor.object(|cursor, key| {
        let array = cursor.peek()? == b'[';
        match key {
            b"ocid" => ocid = true,
            b"releases" => (releases, list) = (true, array),
            b"records" => records = array,
            b"compiledRelease" | b"versionedRelease" => compiled = true,
            b"tag" | b"date" | b"initiationType" | b"buyer" | b"tender" | b"awards" | b"contracts" => {
                release = true;
            }
            _ => {}
        }
        cursor.skip()
    });
    match () {
        () if !ocid && records => Shape::Package(Kind::Record),
        () if !ocid && list && !compiled => Shape::Package(Kind::Release),
        () if releases || compiled => Shape::Unit(Kind::Record),
        // A release without an ocid is still one, for `check` to refuse by name.
        () if ocid || release => Shape::Unit(Kind::Release),
        () => Shape::Other,
    }
}
