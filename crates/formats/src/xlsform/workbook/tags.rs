//! XML as spreadsheet programs write it, cut into tags and texts without copying anything.
//!
//! Whether tags match is not checked: the check sum of the archive has already told a damaged part.

use std::borrow::Cow;

use memchr::{memchr, memchr3, memmem};

/// A tag, or what stands between two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    Open {
        /// Without its namespace's prefix.
        name: &'a str,
        /// For [`attribute`].
        attributes: &'a str,
        /// Closes itself.
        is_empty: bool,
    },
    Close(&'a str),
    /// Still with its entities.
    Text(&'a str),
    /// What `<![CDATA[` holds.
    Data(&'a str),
}

/// The pieces of a text, in order; an error is the last.
pub(super) struct Pieces<'a> {
    rest: &'a str,
}

impl<'a> Pieces<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        Self { rest: text }
    }

    fn cut(&mut self, length: usize, after: usize) -> &'a str {
        let piece = &self.rest[..length];
        self.rest = &self.rest[length + after..];
        piece
    }

    fn broken(&mut self) -> Option<Result<Piece<'a>, &'static str>> {
        self.rest = "";
        Some(Err("a part of it breaks off in the middle"))
    }
}

impl<'a> Iterator for Pieces<'a> {
    type Item = Result<Piece<'a>, &'static str>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if self.rest.is_empty() {
                return None;
            }
            let Some(rest) = self.rest.strip_prefix('<') else {
                let length = memchr(b'<', self.rest.as_bytes()).unwrap_or(self.rest.len());
                return Some(Ok(Piece::Text(self.cut(length, 0))));
            };
            self.rest = rest;
            if rest.starts_with('!') {
                if let Some(comment) = rest.strip_prefix("!--") {
                    match memmem::find(comment.as_bytes(), b"-->") {
                        Some(end) => self.rest = &comment[end + 3..],
                        None => return self.broken(),
                    }
                    continue;
                }
                if let Some(data) = rest.strip_prefix("![CDATA[") {
                    self.rest = data;
                    return match memmem::find(data.as_bytes(), b"]]>") {
                        Some(end) => Some(Ok(Piece::Data(self.cut(end, 3)))),
                        None => self.broken(),
                    };
                }
            }
            let Some(length) = tag_length(self.rest) else {
                return self.broken();
            };
            let tag = self.cut(length, 1);
            if tag.starts_with(['?', '!']) {
                continue;
            }
            if let Some(name) = tag.strip_prefix('/') {
                return Some(Ok(Piece::Close(local(name.trim_end()))));
            }
            let (tag, is_empty) = match tag.strip_suffix('/') {
                Some(tag) => (tag, true),
                None => (tag, false),
            };
            let end = tag.bytes().position(|it| it.is_ascii_whitespace());
            let end = end.unwrap_or(tag.len());
            return Some(Ok(Piece::Open {
                name: local(&tag[..end]),
                attributes: &tag[end..],
                is_empty,
            }));
        }
    }
}

/// Bytes up to the `>` that ends a tag; one in quotes does not.
fn tag_length(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut from = 0;
    loop {
        let at = from + memchr3(b'>', b'"', b'\'', &bytes[from..])?;
        match bytes[at] {
            b'>' => return Some(at),
            quote => from = at + 2 + memchr(quote, &bytes[at + 1..])?,
        }
    }
}

fn local(name: &str) -> &str {
    match name.bytes().position(|it| it == b':') {
        Some(prefix) => &name[prefix + 1..],
        None => name,
    }
}

/// Names and raw values of a tag's attributes.
pub(super) fn attributes(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut rest = text;
    // Attributes are short: byte by byte is faster than any search that is made ready first.
    std::iter::from_fn(move || {
        let equals = rest.bytes().position(|it| it == b'=')?;
        let name = rest[..equals].trim_ascii();
        let value = rest[equals + 1..].trim_ascii_start();
        let quote = *value.as_bytes().first()?;
        let value = value.strip_prefix(['"', '\''])?;
        let end = value.bytes().position(|it| it == quote)?;
        rest = &value[end + 1..];
        Some((name, &value[..end]))
    })
}

/// The raw value of an attribute; `:id` is `id` with any prefix.
pub(super) fn attribute<'a>(text: &'a str, wanted: &str) -> Option<&'a str> {
    attributes(text)
        .find(|(name, _)| *name == wanted || (wanted.starts_with(':') && name.ends_with(wanted)))
        .map(|(_, value)| value)
}

/// Puts characters in the place of entities; what is none stays.
pub(super) fn unescape(text: &str) -> Cow<'_, str> {
    if memchr(b'&', text.as_bytes()).is_none() {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let entity = rest.find(';').filter(|end| *end < 12).map(|end| &rest[1..end]);
        match entity.and_then(|entity| Some((entity, character(entity)?))) {
            Some((entity, character)) => {
                out.push(character);
                rest = &rest[entity.len() + 2..];
            }
            None => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

fn character(entity: &str) -> Option<char> {
    match entity {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let number = entity.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_texts_and_data_come_in_order() {
        let pieces: Vec<_> =
            Pieces::of("<?xml?><!-- <a> --><x:a b='>' c:id=\"1\"/>t<![CDATA[<]]></a >").collect();
        assert_eq!(
            pieces,
            [
                Ok(Piece::Open {
                    name: "a",
                    attributes: " b='>' c:id=\"1\"",
                    is_empty: true
                }),
                Ok(Piece::Text("t")),
                Ok(Piece::Data("<")),
                Ok(Piece::Close("a")),
            ]
        );
        assert_eq!(attribute(" b='>' c:id=\"1\"", ":id"), Some("1"));
        assert_eq!(attribute(" b = '>'", "b"), Some(">"));
        assert_eq!(attribute(" b='>", "b"), None);
    }

    #[test]
    fn what_breaks_off_is_the_last_piece() {
        for text in ["<a", "<a b='>", "<!-- x", "<![CDATA[ x"] {
            let pieces: Vec<_> = Pieces::of(text).collect();
            assert_eq!(pieces.len(), 1, "{text}");
            assert!(pieces[0].is_err(), "{text}");
        }
    }

    #[test]
    fn entities_become_characters() {
        assert_eq!(
            unescape("a &lt;&#65;&#x42;&amp;lt; &unknown; & &#xD800;"),
            "a <AB&lt; &unknown; & &#xD800;"
        );
    }
}
