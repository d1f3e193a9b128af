//! One document in either format, field by field, without an intermediate tree.

use super::Format;
use crate::xform::escape;

/// Writes the fields of one document; JSON follows the Spark convention.
pub(super) struct Writer {
    format: Format,
    out: String,
    /// Whether the next JSON member is the first of its object.
    is_first: bool,
}

impl Writer {
    /// Writes a document that is one record.
    pub fn record(format: Format, root: &str, fields: impl FnOnce(&mut Writer)) -> String {
        let mut writer = Writer::begin(format);
        writer.element(root, fields);
        writer.out
    }

    /// Writes a document that is a list of records.
    pub fn list<T>(
        format: Format,
        root: &str,
        item: &str,
        items: impl IntoIterator<Item = T>,
        mut fields: impl FnMut(&mut Writer, T),
    ) -> String {
        let mut writer = Writer::begin(format);
        writer.open_list(root);
        for (index, each) in items.into_iter().enumerate() {
            writer.next_item(index);
            writer.element(item, |writer| fields(writer, each));
        }
        writer.close_list(root);
        writer.out
    }

    /// Writes a text.
    pub fn text(&mut self, name: &str, value: &str) {
        self.member(name);
        self.leaf(name, value);
    }

    /// Writes a text the standard always shows: unknown, it is an empty element and a `null`.
    pub fn shown(&mut self, name: &str, value: Option<&str>) {
        match (value, self.format) {
            (Some(value), _) => self.text(name, value),
            (None, Format::Xml) => self.text(name, ""),
            (None, Format::Json) => self.null(name),
        }
    }

    /// Writes a text that "may not be returned": unknown, the element is left out.
    ///
    /// Several clients take an empty element for a value, so XML leaves it out; JSON keeps its shape with `null`.
    pub fn optional(&mut self, name: &str, value: Option<&str>) {
        match (value, self.format) {
            (Some(value), _) => self.text(name, value),
            (None, Format::Xml) => {}
            (None, Format::Json) => self.null(name),
        }
    }

    /// Writes a number; unknown, the element is left out, because an empty one is no number.
    pub fn number(&mut self, name: &str, value: Option<f64>) {
        match value.filter(|value| value.is_finite()) {
            Some(value) => self.bare(name, &value.to_string()),
            None => self.optional(name, None),
        }
    }

    /// Writes a whole number.
    pub fn whole(&mut self, name: &str, value: u32) {
        self.bare(name, &value.to_string());
    }

    /// Writes `true` or `false`.
    pub fn flag(&mut self, name: &str, value: bool) {
        self.bare(name, if value { "true" } else { "false" });
    }

    /// Writes a list of records inside a record.
    pub fn records<T>(
        &mut self,
        name: &str,
        item: &str,
        items: impl IntoIterator<Item = T>,
        mut fields: impl FnMut(&mut Writer, T),
    ) {
        self.member(name);
        self.open_list(name);
        for (index, each) in items.into_iter().enumerate() {
            self.next_item(index);
            self.element(item, |writer| fields(writer, each));
        }
        self.close_list(name);
    }

    /// Writes a list of texts inside a record.
    pub fn texts<'a>(&mut self, name: &str, item: &str, items: impl IntoIterator<Item = &'a str>) {
        self.member(name);
        self.open_list(name);
        for (index, each) in items.into_iter().enumerate() {
            self.next_item(index);
            self.leaf(item, each);
        }
        self.close_list(name);
    }

    fn begin(format: Format) -> Writer {
        let mut out = String::with_capacity(1024);
        if format == Format::Xml {
            out.push_str("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n");
        }
        Writer {
            format,
            out,
            is_first: true,
        }
    }

    fn element(&mut self, name: &str, fields: impl FnOnce(&mut Writer)) {
        match self.format {
            Format::Xml => self.tag("<", name),
            Format::Json => self.out.push('{'),
        }
        self.is_first = true;
        fields(self);
        match self.format {
            Format::Xml => self.tag("</", name),
            Format::Json => self.out.push('}'),
        }
        self.is_first = false;
    }

    fn open_list(&mut self, name: &str) {
        match self.format {
            Format::Xml => self.tag("<", name),
            Format::Json => self.out.push('['),
        }
    }

    fn next_item(&mut self, index: usize) {
        if self.format == Format::Json && index > 0 {
            self.out.push(',');
        }
    }

    fn close_list(&mut self, name: &str) {
        match self.format {
            Format::Xml => self.tag("</", name),
            Format::Json => self.out.push(']'),
        }
        self.is_first = false;
    }

    /// Writes the name of a JSON member, with the comma before it.
    fn member(&mut self, name: &str) {
        if self.format == Format::Json {
            if !self.is_first {
                self.out.push(',');
            }
            self.out.push('"');
            self.out.push_str(name);
            self.out.push_str("\":");
        }
        self.is_first = false;
    }

    fn leaf(&mut self, name: &str, value: &str) {
        match self.format {
            Format::Xml => {
                self.tag("<", name);
                escape(value, &mut self.out);
                self.tag("</", name);
            }
            Format::Json => json_text(value, &mut self.out),
        }
    }

    /// Writes a value that is the same in both formats and needs no escaping.
    fn bare(&mut self, name: &str, value: &str) {
        self.member(name);
        match self.format {
            Format::Xml => self.leaf(name, value),
            Format::Json => self.out.push_str(value),
        }
    }

    fn null(&mut self, name: &str) {
        self.member(name);
        self.out.push_str("null");
    }

    fn tag(&mut self, open: &str, name: &str) {
        self.out.push_str(open);
        self.out.push_str(name);
        self.out.push('>');
    }
}

fn json_text(value: &str, out: &mut String) {
    out.push('"');
    for c in value.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c < ' ' => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            // Pages put JSON into scripts, where these end a line and a script.
            '\u{2028}' => out.push_str("\\u2028"),
            '\u{2029}' => out.push_str("\\u2029"),
            c => out.push(c),
        }
    }
    out.push('"');
}
