//! A form's nodes as a flat list, for programs that do not read XForms.

use super::form::{Control, DataType, DefId, Form, QuestionKind};

/// One node of the instance: a question, a group or a repeat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    pub name: String,
    /// Path of names below the root: `/member/age`.
    pub path: String,
    /// `string`, `int`, `date` …; `structure` for a group, `repeat` for a repeat.
    pub kind: &'static str,
    /// Its value is the name of a file.
    pub names_file: bool,
    /// Several choices may be taken.
    pub is_multiple: bool,
}

impl Form {
    /// Lists the nodes of the instance in its order, each before what it holds; the root is left out.
    pub fn fields(&self) -> Vec<Field> {
        let mut multiple = Vec::new();
        let mut controls: Vec<&Control> = self.body().iter().collect();
        while let Some(control) = controls.pop() {
            match control {
                Control::Question(question) if question.kind == QuestionKind::SelectMultiple => {
                    multiple.push(question.def);
                }
                Control::Question(_) => {}
                Control::Group(group) => controls.extend(&group.controls),
                Control::Repeat(repeat) => controls.extend(&repeat.controls),
            }
        }
        let root = self.path(0).len();
        let mut found = Vec::new();
        let mut stack: Vec<DefId> = self.def(0).children.iter().rev().copied().collect();
        while let Some(at) = stack.pop() {
            let def = self.def(at);
            stack.extend(def.children.iter().rev());
            let of_upload = self
                .questions
                .get(&at)
                .is_some_and(|question| matches!(question.kind, QuestionKind::Upload { .. }));
            let in_meta =
                |name: &str| &*def.name == name && def.parent.is_some_and(|p| &*self.def(p).name == "meta");
            let names_file = of_upload || def.bind.data_type == DataType::Binary || in_meta("audit");
            found.push(Field {
                name: def.name.to_string(),
                path: self.path(at)[root..].to_owned(),
                kind: match def.bind.data_type {
                    _ if def.repeat.is_some() => "repeat",
                    _ if !def.children.is_empty() => "structure",
                    _ if names_file => "binary",
                    DataType::Text => "string",
                    DataType::Integer => "int",
                    DataType::Decimal => "decimal",
                    DataType::Boolean => "boolean",
                    DataType::Date => "date",
                    DataType::DateTime => "dateTime",
                    DataType::Time => "time",
                    DataType::Geopoint => "geopoint",
                    DataType::Geotrace => "geotrace",
                    DataType::Geoshape => "geoshape",
                    DataType::Barcode => "barcode",
                    DataType::Binary => "binary",
                },
                names_file,
                is_multiple: multiple.contains(&at),
            });
        }
        found
    }
}
