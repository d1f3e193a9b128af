//! Writes indented XML; characters that XML cannot carry are left out.

use std::borrow::Cow;

/// An XML document as it grows.
#[derive(Debug, Default)]
pub(super) struct Xml {
    text: String,
    depth: usize,
}

impl Xml {
    pub(super) fn new() -> Self {
        let mut text = String::with_capacity(1 << 16);
        text.push_str("<?xml version=\"1.0\"?>\n");
        Self { text, depth: 0 }
    }

    /// An element without content.
    pub(super) fn empty(&mut self, tag: &str, attributes: &[(&str, &str)]) {
        self.start(tag, attributes);
        self.text.push_str("/>\n");
    }

    /// Opens an element that holds elements.
    pub(super) fn open(&mut self, tag: &str, attributes: &[(&str, &str)]) {
        self.start(tag, attributes);
        self.text.push_str(">\n");
        self.depth += 1;
    }

    pub(super) fn close(&mut self, tag: &str) {
        self.depth -= 1;
        self.indent();
        self.text.push_str("</");
        self.text.push_str(tag);
        self.text.push_str(">\n");
    }

    /// An element that holds text.
    pub(super) fn text(&mut self, tag: &str, attributes: &[(&str, &str)], content: &str) {
        let content = escape_text(content);
        self.mixed(tag, attributes, &content);
    }

    /// An element that holds text and outputs, escaped already.
    pub(super) fn mixed(&mut self, tag: &str, attributes: &[(&str, &str)], content: &str) {
        if content.is_empty() {
            return self.empty(tag, attributes);
        }
        self.start(tag, attributes);
        self.text.push('>');
        self.text.push_str(content);
        self.text.push_str("</");
        self.text.push_str(tag);
        self.text.push_str(">\n");
    }

    pub(super) fn finish(self) -> String {
        self.text
    }

    fn start(&mut self, tag: &str, attributes: &[(&str, &str)]) {
        self.indent();
        self.text.push('<');
        self.text.push_str(tag);
        for (name, value) in attributes {
            self.text.push(' ');
            self.text.push_str(name);
            self.text.push_str("=\"");
            self.text.push_str(&escape_attribute(value));
            self.text.push('"');
        }
    }

    fn indent(&mut self) {
        const SPACES: &str = "                                ";
        self.text.push_str(&SPACES[..SPACES.len().min(2 * self.depth)]);
    }
}

pub(super) fn escape_text(text: &str) -> Cow<'_, str> {
    escape(text, |character| match character {
        '<' => Some("&lt;"),
        '>' => Some("&gt;"),
        '&' => Some("&amp;"),
        _ => None,
    })
}

pub(super) fn escape_attribute(text: &str) -> Cow<'_, str> {
    escape(text, |character| match character {
        '<' => Some("&lt;"),
        '>' => Some("&gt;"),
        '&' => Some("&amp;"),
        '"' => Some("&quot;"),
        // A parser would fold these into plain spaces.
        '\n' => Some("&#10;"),
        '\t' => Some("&#9;"),
        _ => None,
    })
}

fn escape(text: &str, entity: impl Fn(char) -> Option<&'static str>) -> Cow<'_, str> {
    // What is not allowed beyond ASCII begins with 0xEF or more; such texts take the long way.
    let is_plain = |byte: u8| (b' '..0xef).contains(&byte) && !matches!(byte, b'<' | b'>' | b'&' | b'"');
    if text.bytes().all(is_plain) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 16);
    for character in text.chars().filter(|character| is_allowed(*character)) {
        match entity(character) {
            Some(entity) => escaped.push_str(entity),
            None => escaped.push(character),
        }
    }
    Cow::Owned(escaped)
}

/// XML 1.0, production 2; carriage returns go too, as a parser would turn them into line feeds.
fn is_allowed(character: char) -> bool {
    matches!(character, '\t' | '\n' | '\u{20}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..='\u{10ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_can_be_read_again() {
        let mut xml = Xml::new();
        xml.open("a", &[("b", "\"<&\n")]);
        xml.text("c", &[], "1 < 2 & \u{0}\u{b}ok");
        xml.empty("d", &[]);
        xml.close("a");
        let written = xml.finish();
        let read = roxmltree::Document::parse(&written).unwrap();
        assert_eq!(read.root_element().attribute("b"), Some("\"<&\n"));
        assert_eq!(
            read.root_element().first_element_child().unwrap().text(),
            Some("1 < 2 & ok")
        );
    }
}
