//! The files that a form names and a server must hand out with it.

use super::{
    choices::Choices,
    columns::Text,
    expression::{first_arguments, has_reference},
    form::{Element, Form},
    model::LAST_SAVED,
    workbook::{Sheet, Workbook},
};

/// A file that belongs to a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    pub name: String,
    pub kind: AttachmentKind,
    /// The file itself when the workbook holds it, as it does `itemsets.csv`.
    pub content: Option<Vec<u8>>,
}

/// What a form does with an attachment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AttachmentKind {
    Csv,
    Xml,
    GeoJson,
    Image,
    Audio,
    Video,
}

impl Attachment {
    /// The files of a form, each once, in the order in which it names them.
    pub(super) fn of(
        workbook: &Workbook,
        form: &Form,
        choices: &Choices,
        files: &[(String, String)],
    ) -> Vec<Self> {
        let mut attachments: Vec<Self> = Vec::new();
        let mut add = |name: &str, kind: AttachmentKind, content: Option<Vec<u8>>| {
            let name = name.rsplit('/').next().unwrap_or(name);
            let usable = !name.is_empty() && name != "-" && !has_reference(name);
            if usable && !attachments.iter().any(|known| known.name == name) {
                attachments.push(Self {
                    name: name.to_owned(),
                    kind,
                    content,
                });
            }
        };
        for (_, address) in files.iter().filter(|(name, _)| name != LAST_SAVED) {
            let kind = match address.rsplit('.').next() {
                Some("xml") => AttachmentKind::Xml,
                Some("geojson") => AttachmentKind::GeoJson,
                _ => AttachmentKind::Csv,
            };
            add(address, kind, None);
        }
        for id in form.in_order() {
            let element = &form.elements[id];
            for name in searched(element) {
                add(&format!("{name}.csv"), AttachmentKind::Csv, None);
            }
            for (kind, text) in &element.media {
                add_media(kind, text, &mut add);
            }
            if let Some(default) = element
                .default
                .as_deref()
                .filter(|default| default.starts_with("jr://images/"))
            {
                add(default, AttachmentKind::Image, None);
            }
        }
        for choice in choices.lists.iter().flat_map(|list| &list.choices) {
            for (kind, text) in &choice.media {
                add_media(kind, text, &mut add);
            }
        }
        if let Some(sheet) = workbook.sheet("external_choices") {
            add("itemsets.csv", AttachmentKind::Csv, Some(itemsets(sheet)));
        }
        attachments
    }
}

fn add_media(kind: &str, text: &Text, add: &mut impl FnMut(&str, AttachmentKind, Option<Vec<u8>>)) {
    let kind = match kind {
        "audio" => AttachmentKind::Audio,
        "video" => AttachmentKind::Video,
        _ => AttachmentKind::Image,
    };
    for (_, file) in text.by_language("default") {
        add(file, kind, None);
    }
}

/// Files that Collect's `search()` looks in.
fn searched(element: &Element) -> impl Iterator<Item = &str> {
    let appearance = element.control_value("appearance").unwrap_or_default();
    first_arguments(appearance, "search")
        .into_iter()
        .map(|argument| argument.trim_matches(['\'', '"']))
        .filter(|name| !name.is_empty())
}

/// The sheet `external_choices` as the CSV file that Collect reads; every value is quoted.
fn itemsets(sheet: &Sheet) -> Vec<u8> {
    let columns: Vec<usize> = (0..sheet.headings.len())
        .filter(|column| sheet.headings[*column].is_some())
        .collect();
    let mut csv = String::new();
    let mut line = |values: &mut dyn Iterator<Item = &str>| {
        for (nth, value) in values.enumerate() {
            csv.push_str(if nth > 0 { ",\"" } else { "\"" });
            csv.push_str(&value.replace('"', "\"\""));
            csv.push('"');
        }
        csv.push('\n');
    };
    line(&mut columns.iter().map(
        |column| match sheet.headings[*column].as_deref().unwrap_or_default() {
            // Collect looks for this spelling.
            "list name" => "list_name",
            heading => heading,
        },
    ));
    for row in &sheet.rows {
        let value_of = |column: &usize| {
            row.cells
                .iter()
                .find(|cell| cell.column == *column)
                .map_or("", |cell| cell.text.as_str())
        };
        line(&mut columns.iter().map(value_of));
    }
    csv.into_bytes()
}
