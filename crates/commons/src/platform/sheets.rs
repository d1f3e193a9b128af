//! Sheets on paper for a hall, a meeting, a signature: what the template `sheets` of `baraza-typeset` is given. Each begins a page.

use axum::{
    http::header,
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use serde::Serialize;
use serde_json::json;

use super::{i18n::Lang, time::Time, typeset::Document};

/// One sheet.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Sheet {
    /// Above the title; empty for nothing.
    pub caption: String,
    pub title: String,
    /// Names and values below the title.
    pub facts: Vec<[String; 2]>,
    pub parts: Vec<Part>,
}

/// What stands on a sheet; `about` is its heading, empty for none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Part {
    Words {
        about: String,
        paragraphs: Vec<String>,
    },
    /// To be read from the other end of a hall.
    Big {
        text: String,
    },
    /// Numbered.
    Points {
        about: String,
        items: Vec<String>,
    },
    /// Five faces from the saddest, with room for counts.
    Faces {
        about: String,
        names: Vec<String>,
    },
    /// The marks of a scale, with room for counts.
    Scale {
        about: String,
        names: Vec<String>,
    },
    Table(Table),
    /// Lines to write on.
    Lines {
        about: String,
        lines: u8,
    },
    /// Who signs.
    Sign {
        names: Vec<String>,
    },
}

/// A table, with rows that are left empty for a pen.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Table {
    pub about: String,
    pub head: Vec<String>,
    /// Shares of the width, one for each column.
    pub widths: Vec<u8>,
    pub rows: Vec<Vec<String>>,
    /// Empty rows below.
    pub blank: u8,
    /// Of an empty row, in millimetres.
    pub height: u8,
}

/// Puts sheets together as a document; there must be one at least.
#[must_use]
pub fn document(lang: Lang, title: String, about: String, made_at: Time, sheets: &[Sheet]) -> Document {
    Document {
        template: "sheets",
        lang,
        title,
        about,
        made_at,
        data: json!({ "sheets": sheets }),
    }
}

/// Answers with a PDF that a browser shows; `name` has no suffix.
#[must_use]
pub fn answer(pdf: Bytes, name: &str) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "application/pdf".to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("inline; filename=\"{name}.pdf\""),
        ),
    ];
    (headers, pdf).into_response()
}

/// A text as it stands on paper that has little room: cut at a word, with a sign that there was more.
#[must_use]
pub fn brief(text: &str, most: usize) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.chars().count() <= most {
        return text;
    }
    let cut: String = text.chars().take(most.saturating_sub(1)).collect();
    let cut = cut.rsplit_once(' ').map_or(cut.as_str(), |(words, _)| words);
    format!("{}…", cut.trim_end_matches([',', '.', ';', ':', '–', '-']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_cut_at_a_word() {
        assert_eq!(brief("Mend  the bridge", 20), "Mend the bridge");
        assert_eq!(brief("Mend the bridge, then the road", 18), "Mend the bridge…");
        assert_eq!(brief("Unbreakable", 5), "Unbr…");
    }

    #[test]
    fn parts_are_told_apart_by_their_kind() {
        let part = Part::Table(Table {
            blank: 3,
            ..Table::default()
        });
        let written = serde_json::to_value(part).expect("JSON");
        assert_eq!(
            (&written["kind"], &written["blank"]),
            (&json!("table"), &json!(3))
        );
        let big = serde_json::to_value(Part::Big { text: "x".into() }).expect("JSON");
        assert_eq!(big, json!({ "kind": "big", "text": "x" }));
    }
}
