//! How deeply a document nests, found before it is parsed: parsers pay for every level with memory, time or their stack.

use quick_xml::{Reader, events::Event};

use super::writer::Syntax;

/// Levels that no catalogue comes near.
const MOST: usize = 200;

/// Whether a document nests more deeply than any catalogue does. What is malformed is left for the parser to say.
pub(super) fn is_too_deep(text: &str, syntax: Syntax) -> bool {
    match syntax {
        Syntax::Turtle => brackets(text, Strings::Turtle) > MOST,
        Syntax::JsonLd => brackets(text, Strings::Json) > MOST,
        Syntax::RdfXml => elements(text) > MOST,
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Strings {
    Json,
    /// Also `'…'`, `"""…"""`, `<…>` and comments.
    Turtle,
}

/// The greatest number of brackets and braces that are open at once, outside strings, addresses and comments.
fn brackets(text: &str, strings: Strings) -> usize {
    let bytes = text.as_bytes();
    let (mut at, mut depth, mut deepest) = (0, 0usize, 0);
    while at < bytes.len() {
        match bytes[at] {
            b'[' | b'{' | b'(' => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b']' | b'}' | b')' => depth = depth.saturating_sub(1),
            b'"' => at = after_string(bytes, at, strings),
            b'\'' if strings == Strings::Turtle => at = after_string(bytes, at, strings),
            b'<' if strings == Strings::Turtle => at = after(bytes, at, b">\n"),
            b'#' if strings == Strings::Turtle => at = after(bytes, at, b"\n"),
            _ => {}
        }
        at += 1;
    }
    deepest
}

/// The last byte of a string that begins at `at`.
fn after_string(bytes: &[u8], at: usize, strings: Strings) -> usize {
    let quote = bytes[at];
    let is_long = strings == Strings::Turtle && bytes[at..].starts_with(&[quote; 3]);
    let length = if is_long { 3 } else { 1 };
    let mut end = at + length;
    while end < bytes.len() {
        match bytes[end] {
            b'\\' => end += 1,
            b if b == quote && (!is_long || bytes[end..].starts_with(&[quote; 3])) => {
                return end + length - 1;
            }
            _ => {}
        }
        end += 1;
    }
    end
}

/// The place of the next of some bytes.
fn after(bytes: &[u8], at: usize, ends: &[u8]) -> usize {
    bytes[at..]
        .iter()
        .position(|b| ends.contains(b))
        .map_or(bytes.len(), |length| at + length)
}

fn elements(text: &str) -> usize {
    let mut reader = Reader::from_str(text);
    let (mut depth, mut deepest) = (0usize, 0);
    loop {
        match reader.read_event() {
            Ok(Event::Start(_)) => {
                depth += 1;
                deepest = deepest.max(depth);
                if deepest > MOST {
                    return deepest;
                }
            }
            Ok(Event::End(_)) => depth = depth.saturating_sub(1),
            Ok(Event::Eof) | Err(_) => return deepest,
            Ok(_) => {}
        }
    }
}
