//! Metadata of an indicator: a map of `key: value`, as Open SDG's editors write it.

use serde::{Deserialize, Serialize};

use super::Unreadable;

/// A file of metadata, entry by entry.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Metadata {
    /// What stands before the first entry: a mark, comments, `---`.
    head: String,
    entries: Vec<Entry>,
}

/// One `key: value` with all its lines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Entry {
    key: String,
    /// As written, the key and line ends included.
    text: String,
    /// Where the value begins in the text.
    value_at: usize,
}

impl Metadata {
    /// Reads the entries of a file.
    ///
    /// # Errors
    /// When it is not UTF-8, or a line at the margin is no entry.
    pub fn read(bytes: &[u8]) -> Result<Metadata, Unreadable> {
        let text = std::str::from_utf8(bytes).map_err(|_| Unreadable::NotUtf8)?;
        let mut metadata = Metadata::default();
        for (at, line) in text.split_inclusive('\n').enumerate() {
            match key_of(line) {
                Some((key, value_at)) => metadata.entries.push(Entry {
                    key,
                    text: line.to_owned(),
                    value_at,
                }),
                None => match metadata.entries.last_mut() {
                    Some(entry) if continues(line) => entry.text.push_str(line),
                    None if continues(line) || is_opening(line) => metadata.head.push_str(line),
                    _ => return Err(Unreadable::NoEntry(at + 1)),
                },
            }
        }
        Ok(metadata)
    }

    /// Metadata of our own, an entry each: keys are plain words, texts may be anything.
    #[must_use]
    pub fn of<'a>(entries: impl IntoIterator<Item = (&'a str, String)>) -> Metadata {
        let entry = |(key, text): (&str, String)| {
            // Every text in JSON is one in YAML.
            let written = serde_json::Value::String(text).to_string();
            Entry {
                key: key.to_owned(),
                text: format!("{key}: {written}\n"),
                value_at: key.len() + 1,
            }
        };
        Metadata {
            head: String::new(),
            entries: entries.into_iter().map(entry).collect(),
        }
    }

    /// Writes the file as it was read.
    #[must_use]
    pub fn write(&self) -> String {
        let entries = self.entries.iter().map(|entry| entry.text.as_str());
        std::iter::once(self.head.as_str()).chain(entries).collect()
    }

    /// The text of an entry in one piece; `None` where there is none, it is empty, or it is a list or a map.
    #[must_use]
    pub fn text(&self, key: &str) -> Option<String> {
        let entry = self.entries.iter().find(|entry| entry.key == key)?;
        let written = entry.text[entry.value_at..].trim_start();
        // Of `? key` the value stands in the next line.
        let text = scalar(written.strip_prefix(": ").unwrap_or(written))?;
        let text = text.trim();
        (!text.is_empty()).then(|| text.to_owned())
    }
}

/// The key of a line at the margin and where its value begins.
fn key_of(line: &str) -> Option<(String, usize)> {
    let (mark, plain) = match line.strip_prefix('\u{feff}') {
        Some(plain) => ('\u{feff}'.len_utf8(), plain),
        None => (0, line),
    };
    let first = plain.chars().next()?;
    let is_other = first.is_whitespace()
        || matches!(first, '#' | '%' | ':')
        || plain.starts_with("- ")
        || plain.starts_with("---");
    if is_other {
        return None;
    }
    if let Some(key) = plain.strip_prefix("? ") {
        return Some((key.trim().trim_matches(['\'', '"']).to_owned(), line.len()));
    }
    let (key, end) = match first {
        '\'' | '"' => {
            let close = plain[1..].find(first)? + 1;
            (&plain[1..close], close + 1)
        }
        _ => {
            let colon = plain.find(':')?;
            (&plain[..colon], colon)
        }
    };
    let after = plain[end..].strip_prefix(':')?;
    let is_value = after.is_empty() || after.starts_with([' ', '\t', '\r', '\n']);
    is_value.then(|| (key.trim_end().to_owned(), mark + end + 1))
}

/// Whether a line belongs to what stands above it.
fn continues(line: &str) -> bool {
    let plain = line.trim_end_matches(['\r', '\n']);
    plain.is_empty()
        || plain == "-"
        || plain.starts_with([' ', '\t', '#'])
        || plain.starts_with("- ")
        || plain.starts_with(": ")
        || plain.starts_with("...")
}

fn is_opening(line: &str) -> bool {
    let plain = line.trim_start_matches('\u{feff}');
    plain.trim().is_empty() || plain.starts_with("---") || plain.starts_with(['#', '%'])
}

/// The text of a scalar; `None` for nothing, lists, maps and what refers to another place.
fn scalar(written: &str) -> Option<String> {
    let written = written.trim_matches([' ', '\t', '\r', '\n']);
    match written.chars().next()? {
        '\'' => Some(single_quoted(&written[1..])),
        '"' => Some(double_quoted(&written[1..])),
        '|' | '>' => Some(block(written)),
        '[' | '{' | '&' | '*' | '!' | '#' => None,
        _ if written.starts_with("- ") || written == "-" => None,
        _ => plain(written),
    }
}

fn plain(written: &str) -> Option<String> {
    let lines: Vec<&str> = written
        .lines()
        .map(|line| line.split(" #").next().unwrap_or_default().trim())
        .collect();
    // No plain text holds a colon and a space: this is a key below a key.
    let is_map = lines
        .iter()
        .any(|line| line.contains(": ") || line.ends_with(':'));
    let text = folded(lines.into_iter());
    (!is_map && !matches!(text.as_str(), "null" | "Null" | "NULL" | "~")).then_some(text)
}

/// Lines in one: an end of line is a space, each empty line a line end.
fn folded<'a>(lines: impl Iterator<Item = &'a str>) -> String {
    let mut text = String::new();
    let mut n_empty = 0;
    for (at, line) in lines.enumerate() {
        if line.is_empty() && at > 0 {
            n_empty += 1;
            continue;
        }
        if at > 0 {
            match n_empty {
                0 => text.push(' '),
                n => text.push_str(&"\n".repeat(n)),
            }
        }
        n_empty = 0;
        text.push_str(line);
    }
    text
}

fn single_quoted(rest: &str) -> String {
    let mut inner = String::new();
    let mut characters = rest.chars().peekable();
    while let Some(character) = characters.next() {
        if character == '\'' {
            if characters.peek() != Some(&'\'') {
                break;
            }
            characters.next();
        }
        inner.push(character);
    }
    let lines: Vec<&str> = inner.split('\n').collect();
    folded(trimmed(&lines).into_iter())
}

/// Without the spaces that indent a line, but for those that begin and end the whole.
fn trimmed<'a>(lines: &[&'a str]) -> Vec<&'a str> {
    let last = lines.len().saturating_sub(1);
    let trim = |(at, line): (usize, &'a str)| match (at == 0, at == last) {
        (true, true) => line,
        (true, false) => line.trim_end(),
        (false, true) => line.trim_start(),
        (false, false) => line.trim(),
    };
    lines.iter().copied().enumerate().map(trim).collect()
}

fn double_quoted(rest: &str) -> String {
    let mut text = String::new();
    let mut characters = rest.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '"' => break,
            '\\' => escaped(&mut characters, &mut text),
            '\n' => {
                text.truncate(text.trim_end_matches([' ', '\t', '\r']).len());
                let mut n_empty = 0;
                while let Some(next) = characters.next_if(|next| next.is_whitespace()) {
                    n_empty += usize::from(next == '\n');
                }
                match n_empty {
                    0 => text.push(' '),
                    n => text.push_str(&"\n".repeat(n)),
                }
            }
            other => text.push(other),
        }
    }
    text
}

/// What a backslash and what follows it stand for.
fn escaped(characters: &mut std::iter::Peekable<std::str::Chars<'_>>, text: &mut String) {
    let Some(mark) = characters.next() else { return };
    let n_digits = match mark {
        'x' => 2,
        'u' => 4,
        'U' => 8,
        // The line goes on: neither its end nor the spaces that indent the next are meant.
        '\n' | '\r' => {
            while characters.next_if(|next| next.is_whitespace()).is_some() {}
            return;
        }
        other => {
            text.push(named(other));
            return;
        }
    };
    let digits: String = (0..n_digits).filter_map(|_| characters.next()).collect();
    let character = u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32);
    text.push(character.unwrap_or(char::REPLACEMENT_CHARACTER));
}

/// The character that a letter behind a backslash names; any other stands for itself.
fn named(letter: char) -> char {
    match letter {
        'n' => '\n',
        't' => '\t',
        'r' => '\r',
        '0' => '\0',
        'N' => '\u{85}',
        '_' => '\u{a0}',
        'L' => '\u{2028}',
        'P' => '\u{2029}',
        other => other,
    }
}

/// `|` keeps line ends, `>` folds them.
fn block(written: &str) -> String {
    let mut lines = written.lines();
    let is_literal = lines.next().is_some_and(|first| first.starts_with('|'));
    let lines: Vec<&str> = lines.collect();
    let indent = |line: &&str| line.len() - line.trim_start_matches(' ').len();
    let least = lines
        .iter()
        .filter(|line| !line.trim().is_empty())
        .map(indent)
        .min()
        .unwrap_or(0);
    let lines = lines.iter().map(|line| line.get(least..).unwrap_or_default());
    if is_literal {
        lines.collect::<Vec<_>>().join("\n")
    } else {
        folded(lines)
    }
}
