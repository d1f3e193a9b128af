//! A row of the survey with its columns understood.

use crate::xlsform::{
    choices::add_media,
    columns::{Target, Text, clean},
    form::{Element, Role},
    questions,
    settings::yes,
    survey::Survey,
    workbook::Row,
};

/// A row of the survey with its columns understood.
#[derive(Debug, Default)]
pub(in crate::xlsform) struct Fields {
    pub row: u32,
    pub kind: String,
    pub name: Option<String>,
    pub label: Text,
    pub hint: Text,
    pub guidance: Text,
    pub media: Vec<(&'static str, Text)>,
    pub bind: Vec<(String, Text)>,
    pub control: Vec<(String, String)>,
    pub instance: Vec<(String, String)>,
    pub default: Option<String>,
    pub trigger: Option<String>,
    pub choice_filter: Option<String>,
    pub parameters: Option<String>,
    pub disabled: Option<String>,
    pub intent: Option<String>,
}

impl Survey<'_> {
    pub(super) fn fields(&self, row: &Row) -> Fields {
        let mut fields = Fields {
            row: row.number,
            ..Fields::default()
        };
        let language = &self.settings.default_language;
        for (column, text) in self.columns.cells(row) {
            let value = clean(text, self.settings.collapses_spaces);
            let tongue = column.language.as_deref();
            match &column.target {
                Target::Known("type") => fields.kind = value,
                Target::Known("name") => fields.name = Some(value),
                Target::Known("label") => fields.label.add(tongue, value, language),
                Target::Known("hint") => fields.hint.add(tongue, value, language),
                Target::Known("guidance_hint") => fields.guidance.add(tongue, value, language),
                Target::Known("default") => fields.default = Some(value),
                Target::Known("trigger") => fields.trigger = Some(value),
                Target::Known("choice_filter") => fields.choice_filter = Some(value),
                Target::Known("parameters") => fields.parameters = Some(value),
                Target::Known("disabled") => fields.disabled = Some(value),
                Target::Known("intent") => fields.intent = Some(value),
                Target::Media(kind) => add_media(&mut fields.media, kind, tongue, value, language),
                Target::Bind(name) => {
                    let at = fields
                        .bind
                        .iter()
                        .position(|(known, _)| known == name)
                        .unwrap_or_else(|| {
                            fields.bind.push((name.clone(), Text::None));
                            fields.bind.len() - 1
                        });
                    fields.bind[at].1.add(tongue, bind_value(name, value), language);
                }
                Target::Control(name) => put(&mut fields.control, name, value),
                Target::Instance(name) => put(&mut fields.instance, name, value),
                Target::Known(_) | Target::Attribute(_) | Target::Other(_) => {}
            }
        }
        fields
    }
}

impl Fields {
    /// The element a row describes, without what its type adds.
    pub(in crate::xlsform) fn element(&self, role: Role, name: String) -> Element {
        let mut element = Element {
            name,
            row: self.row,
            label: self.label.clone(),
            hint: self.hint.clone(),
            guidance: self.guidance.clone(),
            media: self.media.clone(),
            control: self.control.clone(),
            instance: self.instance.clone(),
            role,
            ..Element::default()
        };
        questions::copy_bind(&mut element);
        for (name, value) in &self.bind {
            match element.bind.iter_mut().find(|(known, _)| known == name) {
                Some((_, old)) => *old = value.clone(),
                None => element.bind.push((name.clone(), value.clone())),
            }
        }
        element
    }
}

/// Sets a value, over what another column of the same meaning set.
fn put(values: &mut Vec<(String, String)>, name: &str, value: String) {
    match values.iter_mut().find(|(known, _)| known == name) {
        Some((_, old)) => *old = value,
        None => values.push((name.to_owned(), value)),
    }
}

/// Expressions may be given as yes and no.
fn bind_value(attribute: &str, value: String) -> String {
    if !matches!(
        attribute,
        "readonly" | "required" | "relevant" | "constraint" | "calculate"
    ) {
        return value;
    }
    match yes(&value) {
        Some(true) => "true()".to_owned(),
        Some(false) => "false()".to_owned(),
        None => value,
    }
}
