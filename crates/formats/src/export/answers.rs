//! Reads a filed instance into rows: one pass over the text, nothing allocated anew from one instance to the next.
//!
//! What was filed was found well-formed when it came, so this looks only for where elements begin and end; it must not stumble over
//! anything else, but need not say what is wrong with it.

use memchr::{memchr, memchr3};

use super::fields::{Fields, Kind};

/// The answers of one instance, as rows of its form's tables. Made once and read into again and again.
#[derive(Debug, Default)]
pub struct Answers {
    /// The first is the instance's own; every other comes after the row it belongs to, in the order of the document.
    pub(super) rows: Vec<Row>,
    slots: Vec<Slot>,
    text: String,
    stack: Vec<Frame>,
}

/// One row of one table.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row {
    pub table: usize,
    /// The row it belongs to; its own for the first.
    pub parent: usize,
    /// Number among its siblings, from 0.
    pub position: u32,
    /// The next instance of the same repeat in the same row.
    pub next: Option<usize>,
    slots: usize,
}

/// A value as a stretch of the text, or the first and last row of a repeat.
#[derive(Debug, Clone, Copy)]
struct Slot(u32, u32);

const ABSENT: Slot = Slot(u32::MAX, u32::MAX);

/// An element that is open.
#[derive(Debug, Clone, Copy)]
struct Frame {
    at: At,
    row: usize,
    /// Where among the children the last one stood: documents follow their form's order.
    cursor: usize,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum At {
    Top,
    Field(usize),
    /// Something the form does not know.
    Nowhere,
}

/// Most values of one instance: a household of 2,000 asked 500 questions each has an eighth of them.
const MOST_SLOTS: usize = 8_000_000;

/// An instance that is not well-formed, or made to fill the memory; what stood before the fault was read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the instance is not well-formed XML, or has too many repeats")]
pub struct Unreadable;

impl Answers {
    /// Reads an instance, forgetting the one before.
    ///
    /// # Errors
    /// When it is not well-formed. What came before the fault stays readable.
    pub fn read(&mut self, fields: &Fields, xml: &str) -> Result<(), Unreadable> {
        self.rows.clear();
        self.slots.clear();
        self.text.clear();
        self.stack.clear();
        self.open_row(fields, 0, 0, 0);
        if u32::try_from(xml.len()).is_err() {
            return Err(Unreadable);
        }
        let bytes = xml.as_bytes();
        let mut at = 0;
        loop {
            let tag = at + memchr(b'<', &bytes[at..]).ok_or(Unreadable)?;
            if tag > at && !self.stack.is_empty() {
                self.say_decoded(fields, &xml[at..tag])?;
            }
            at = tag + 1;
            match bytes.get(at) {
                Some(b'/') => {
                    at = after(bytes, at, b">")?;
                    self.stack.pop();
                    if self.stack.is_empty() {
                        return Ok(());
                    }
                }
                Some(b'?') => at = after(bytes, at, b"?>")?,
                Some(b'!') => match &xml[at..] {
                    rest if rest.starts_with("!--") => at = after(bytes, at + 3, b"-->")?,
                    rest if rest.starts_with("![CDATA[") => {
                        let start = at + "![CDATA[".len();
                        at = after(bytes, start, b"]]>")?;
                        self.say(fields, &xml[start..at - 3]);
                    }
                    // No instance declares a document type.
                    _ => return Err(Unreadable),
                },
                Some(_) => {
                    let name = at;
                    let end = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | b'/' | b'>');
                    at += bytes[at..].iter().position(end).ok_or(Unreadable)?;
                    let name = &xml[name..at];
                    at = end_of_tag(bytes, at)?;
                    let name = name.split_once(':').map_or(name, |(_, local)| local);
                    let frame = self.entered(fields, name)?;
                    if bytes[at - 2] != b'/' {
                        self.stack.push(frame);
                    } else if self.stack.is_empty() {
                        return Ok(());
                    }
                }
                None => return Err(Unreadable),
            }
        }
    }

    /// Returns a value; `None` when it is absent or blank.
    pub(super) fn value(&self, row: usize, slot: usize) -> Option<&str> {
        let Slot(start, len) = self.slots[self.rows[row].slots + slot];
        if start == u32::MAX {
            return None;
        }
        Some(&self.text[start as usize..(start + len) as usize])
    }

    /// Returns the first row of a repeat in a row.
    pub(super) fn first(&self, row: usize, slot: usize) -> Option<usize> {
        let Slot(first, _) = self.slots[self.rows[row].slots + slot];
        (first != u32::MAX).then_some(first as usize)
    }

    /// Counts the rows of a table.
    pub fn count(&self, table: usize) -> usize {
        if table == 0 {
            return 1;
        }
        self.rows.iter().filter(|row| row.table == table).count()
    }

    /// Returns the row of a table that a row is, or lies in.
    pub fn above(&self, row: usize, table: usize) -> Option<usize> {
        let mut at = row;
        loop {
            if self.rows[at].table == table {
                return Some(at);
            }
            if at == 0 {
                return None;
            }
            at = self.rows[at].parent;
        }
    }

    /// Returns the numbers of a table's rows, in the order of the document.
    pub fn rows_of(&self, table: usize) -> impl Iterator<Item = usize> + '_ {
        let rows = self.rows.iter().enumerate();
        rows.filter(move |(_, row)| row.table == table).map(|(at, _)| at)
    }

    /// Calls back for every value of a field, wherever it stands.
    pub fn each_value<'a>(&'a self, fields: &Fields, field: usize, mut take: impl FnMut(&'a str)) {
        let field = &fields.list[field];
        for row in self.rows_of(field.table) {
            if let Some(value) = self.value(row, field.slot) {
                take(value);
            }
        }
    }

    /// Calls back for the name of every file the answers speak of.
    pub fn each_file<'a>(&'a self, fields: &Fields, mut take: impl FnMut(&'a str)) {
        for (at, field) in fields.list.iter().enumerate() {
            if field.names_file {
                self.each_value(fields, at, &mut take);
            }
        }
    }

    /// Steps into an element.
    fn entered(&mut self, fields: &Fields, name: &str) -> Result<Frame, Unreadable> {
        let frame = |at, row| Ok(Frame { at, row, cursor: 0 });
        let Some(outer) = self.stack.last_mut() else {
            return frame(At::Top, 0);
        };
        let row = outer.row;
        let children = match outer.at {
            At::Top => &fields.top,
            At::Field(field) => &fields.list[field].children,
            At::Nowhere => return frame(At::Nowhere, row),
        };
        let is_it = |&child: &usize| fields.list[child].name == name;
        // The next of the same repeat, the next question, or one further on; seldom one that stood before.
        let ahead = children[outer.cursor.min(children.len())..]
            .iter()
            .position(is_it);
        let found = match ahead {
            Some(ahead) => outer.cursor + ahead,
            None => match children.iter().position(is_it) {
                Some(behind) => behind,
                None => return frame(At::Nowhere, row),
            },
        };
        outer.cursor = found;
        let field = children[found];
        let known = &fields.list[field];
        if known.kind != Kind::Repeat {
            return frame(At::Field(field), row);
        }
        if self.slots.len() + fields.tables[known.opens].n_slots.max(1) > MOST_SLOTS
            || self.rows.len() > MOST_SLOTS
        {
            return Err(Unreadable);
        }
        let slot = self.rows[row].slots + known.slot;
        let fresh = self.rows.len();
        let number = u32::try_from(fresh).unwrap_or(u32::MAX - 1);
        let Slot(first, last) = self.slots[slot];
        let position = if first == u32::MAX {
            self.slots[slot] = Slot(number, number);
            0
        } else {
            let last = &mut self.rows[last as usize];
            last.next = Some(fresh);
            let position = last.position + 1;
            self.slots[slot] = Slot(first, number);
            position
        };
        self.open_row(fields, known.opens, row, position);
        frame(At::Field(field), fresh)
    }

    fn open_row(&mut self, fields: &Fields, table: usize, parent: usize, position: u32) {
        let slots = self.slots.len();
        self.slots.resize(slots + fields.tables[table].n_slots, ABSENT);
        self.rows.push(Row {
            table,
            parent,
            position,
            next: None,
            slots,
        });
    }

    /// Adds to the value of the element that is open a text in which references stand for characters.
    fn say_decoded(&mut self, fields: &Fields, text: &str) -> Result<(), Unreadable> {
        let mut rest = text;
        while let Some(reference) = memchr(b'&', rest.as_bytes()) {
            self.say(fields, &rest[..reference]);
            let (name, after) = rest[reference + 1..].split_once(';').ok_or(Unreadable)?;
            let c = match name {
                "lt" => '<',
                "gt" => '>',
                "amp" => '&',
                "quot" => '"',
                "apos" => '\'',
                _ => {
                    let number = name.strip_prefix('#').ok_or(Unreadable)?;
                    let code = match number.strip_prefix('x') {
                        Some(hex) => u32::from_str_radix(hex, 16),
                        None => number.parse(),
                    };
                    code.ok().and_then(char::from_u32).ok_or(Unreadable)?
                }
            };
            self.say(fields, c.encode_utf8(&mut [0; 4]));
            rest = after;
        }
        self.say(fields, rest);
        Ok(())
    }

    /// Adds to the value of the element that is open.
    fn say(&mut self, fields: &Fields, said: &str) {
        let Some(&Frame {
            at: At::Field(field),
            row,
            ..
        }) = self.stack.last()
        else {
            return;
        };
        let field = &fields.list[field];
        if said.is_empty() || !field.kind.is_leaf() {
            return;
        }
        let slot = self.rows[row].slots + field.slot;
        let Slot(start, len) = self.slots[slot];
        let end = self.text.len();
        let (start, len) = if start == u32::MAX {
            (end, 0)
        } else if (start + len) as usize == end {
            (start as usize, len as usize)
        } else {
            // The same question twice: its texts stand one after the other.
            self.text
                .extend_from_within(start as usize..(start + len) as usize);
            (end, len as usize)
        };
        self.text.push_str(said);
        let fits = |n: usize| u32::try_from(n).unwrap_or(u32::MAX - 1);
        self.slots[slot] = Slot(fits(start), fits(len + said.len()));
    }
}

/// Returns where what follows an end begins.
fn after(bytes: &[u8], from: usize, end: &[u8]) -> Result<usize, Unreadable> {
    let mut at = from;
    loop {
        at += memchr(end[0], bytes.get(at..).ok_or(Unreadable)?).ok_or(Unreadable)?;
        if bytes[at..].starts_with(end) {
            return Ok(at + end.len());
        }
        at += 1;
    }
}

/// Returns where what follows a tag begins; what is quoted may hold anything.
fn end_of_tag(bytes: &[u8], from: usize) -> Result<usize, Unreadable> {
    let mut at = from;
    if bytes[at] == b'>' {
        return Ok(at + 1);
    }
    loop {
        at += memchr3(b'>', b'"', b'\'', &bytes[at..]).ok_or(Unreadable)?;
        let found = bytes[at];
        at += 1;
        if found == b'>' {
            return Ok(at);
        }
        at += memchr(found, &bytes[at..]).ok_or(Unreadable)? + 1;
    }
}
