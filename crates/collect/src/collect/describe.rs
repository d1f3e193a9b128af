//! What a form says of the columns of its tables: the question's words, and how it is asked.

use std::collections::BTreeMap;

use formats::xform::{DataType, Form, QuestionKind, RESERVED};
use serde::Serialize;

use super::model::Questionnaire;
use crate::platform::events::Event;

/// Characters of a question's words that name a column.
const LONGEST_TITLE: usize = 120;

/// A table of a form got columns; the form says what they hold.
#[derive(Serialize)]
pub struct TableDescribed {
    pub table: String,
    /// The organisation of the form's project.
    pub org: Option<String>,
    // Words of questions are no codes: the audit trail does without them.
    #[serde(skip)]
    pub columns: Vec<DescribedColumn>,
}

impl Event for TableDescribed {
    const NAME: &'static str = "collect.table-described";
    fn subject(&self) -> String {
        format!("table/{}", self.table)
    }
}

/// A column as its form knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DescribedColumn {
    pub name: String,
    /// The question's own words; empty where nothing is asked.
    pub title: String,
    /// `select`, `text`, `number`, `time`, `position`, `file`, `calculated`, or `own` for what the program adds.
    pub asked: &'static str,
}

/// The columns of every table of these definitions, by table; questions are worded in `language`, or in a form's first where it has no
/// words in that.
pub fn describe<'a>(
    definitions: impl Iterator<Item = &'a Questionnaire>,
    language: &str,
) -> BTreeMap<String, Vec<DescribedColumn>> {
    let mut tables: BTreeMap<String, Vec<DescribedColumn>> = BTreeMap::new();
    for definition in definitions {
        for shape in &definition.tables {
            let columns = tables.entry(definition.table_name(shape)).or_default();
            let own = RESERVED.iter().map(|name| DescribedColumn {
                name: (*name).to_owned(),
                title: String::new(),
                asked: "own",
            });
            let asked = shape.columns.iter().map(|column| DescribedColumn {
                name: column.name.clone(),
                title: title_of(&definition.xform, &column.path, &column.name, language),
                asked: asked_of(&definition.xform, &column.path),
            });
            for column in own.chain(asked) {
                if !columns.iter().any(|known| known.name == column.name) {
                    columns.push(column);
                }
            }
        }
    }
    tables
}

fn asked_of(form: &Form, path: &str) -> &'static str {
    let Some(question) = form.question_at(path) else {
        return "calculated";
    };
    let bind = form.bind(question.def);
    match &question.kind {
        _ if bind.calculate.is_some() || bind.preload.is_some() => "calculated",
        QuestionKind::SelectOne
        | QuestionKind::SelectMultiple
        | QuestionKind::Rank
        | QuestionKind::Trigger => "select",
        QuestionKind::Range { .. } => "number",
        QuestionKind::Upload { .. } => "file",
        QuestionKind::Input => match bind.data_type {
            DataType::Text | DataType::Barcode => "text",
            DataType::Integer | DataType::Decimal => "number",
            DataType::Boolean => "select",
            DataType::Date | DataType::DateTime | DataType::Time => "time",
            DataType::Geopoint | DataType::Geotrace | DataType::Geoshape => "position",
            DataType::Binary => "file",
        },
    }
}

fn title_of(form: &Form, path: &str, name: &str, language: &str) -> String {
    let words = form.label_in(path, language).unwrap_or_default();
    let mut title: String = words.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some((end, _)) = title.char_indices().nth(LONGEST_TITLE) {
        title.truncate(end);
        title.push('…');
    }
    // One question about a position makes several columns, which must be told apart.
    match name.rsplit_once('_') {
        Some((_, part @ ("latitude" | "longitude" | "altitude" | "accuracy")))
            if !title.is_empty() && asked_of(form, path) == "position" =>
        {
            format!("{title} ({part})")
        }
        _ => title,
    }
}
