//! Texts and media in several languages, as the model's `itext` block holds them.

use super::{
    choices::Choices,
    columns::Text,
    expression::has_reference,
    form::{Element, Form, Id, Role},
    xml::Xml,
};

/// The messages of a bind that can be translated.
pub(super) const MESSAGES: [&str; 3] = ["jr:constraintMsg", "jr:requiredMsg", "jr:noAppErrorString"];

/// All texts that have a place in `itext`, in the order of the form.
pub(super) struct Itext<'a> {
    entries: Vec<Entry<'a>>,
    default_language: &'a str,
    /// In the order in which the workbook first uses them.
    pub languages: Vec<&'a str>,
}

/// The forms of one text: long, image, guidance …
struct Entry<'a> {
    id: String,
    /// The element from which references are seen; none for choices, which many questions share.
    context: Option<Id>,
    forms: Vec<(&'static str, &'a Text)>,
}

impl<'a> Itext<'a> {
    pub(super) fn of(form: &'a Form, choices: &'a Choices, default_language: &'a str) -> Self {
        let mut itext = Self {
            entries: Vec::new(),
            default_language,
            languages: Vec::new(),
        };
        for id in form.in_order() {
            let element = &form.elements[id];
            if matches!(element.role, Role::Question(_) | Role::Group | Role::Repeat) {
                itext.push_element(id, element);
            }
        }
        for list in choices.lists.iter().filter(|list| list.in_itext) {
            for (nth, choice) in list.choices.iter().enumerate() {
                itext.push(
                    format!("{}-{nth}", list.name),
                    None,
                    with_media(&choice.label, &choice.media),
                );
            }
        }
        itext
    }

    pub(super) fn write(&self, form: &Form, xml: &mut Xml) {
        if self.languages.is_empty() {
            return;
        }
        xml.open("itext", &[]);
        for language in &self.languages {
            let attributes = [("lang", *language), ("default", "true()")];
            let is_default = *language == self.default_language;
            xml.open("translation", &attributes[..if is_default { 2 } else { 1 }]);
            for entry in &self.entries {
                self.write_entry(entry, language, form, xml);
            }
            xml.close("translation");
        }
        xml.close("itext");
    }

    fn push_element(&mut self, id: Id, element: &'a Element) {
        for message in MESSAGES {
            if let Some(text) = element
                .bind_value(message)
                .filter(|text| is_message_in_itext(message, text))
            {
                self.push(
                    format!("{}:{message}", element.path),
                    Some(id),
                    vec![("long", text)],
                );
            }
        }
        if element.has_label_in_itext() {
            self.push(
                format!("{}:label", element.path),
                Some(id),
                with_media(&element.label, &element.media),
            );
        }
        if element.has_hint_in_itext() {
            let forms = [("long", &element.hint), ("guidance", &element.guidance)]
                .into_iter()
                .filter(|(_, text)| !text.is_none())
                .collect();
            self.push(format!("{}:hint", element.path), Some(id), forms);
        }
    }

    fn push(&mut self, id: String, context: Option<Id>, forms: Vec<(&'static str, &'a Text)>) {
        for (_, text) in &forms {
            for (language, _) in text.by_language(self.default_language) {
                if !self.languages.contains(&language) {
                    self.languages.push(language);
                }
            }
        }
        self.entries.push(Entry { id, context, forms });
    }

    fn write_entry(&self, entry: &Entry<'_>, language: &str, form: &Form, xml: &mut Xml) {
        xml.open("text", &[("id", &entry.id)]);
        for (name, text) in &entry.forms {
            let found = text
                .by_language(self.default_language)
                .find(|(known, _)| *known == language)
                .map(|(_, text)| text);
            match (*name, found) {
                ("long" | "guidance", found) => {
                    // A dash keeps Collect from showing the id where a translation is missing.
                    let content = form.outputs(found.unwrap_or("-"), entry.context);
                    let attributes = [("form", *name)];
                    xml.mixed(
                        "value",
                        if *name == "guidance" { &attributes } else { &[] },
                        &content,
                    );
                }
                (media, Some(file)) if file != "-" => {
                    let file = form.outputs(file, entry.context);
                    let folder = media_folder(media);
                    // Some workbooks give the whole address.
                    let address = if file.starts_with("jr://") {
                        file
                    } else {
                        format!("{folder}{file}").into()
                    };
                    xml.mixed("value", &[("form", media)], &address);
                }
                _ => {}
            }
        }
        xml.close("text");
    }
}

/// Does a message of the bind need `itext`, or can it stand in the attribute?
pub(super) fn is_message_in_itext(message: &str, text: &Text) -> bool {
    match text {
        Text::None => false,
        Text::Plain(text) => message != "jr:noAppErrorString" && has_reference(text),
        Text::Translated(_) => true,
    }
}

/// Where Collect finds a kind of media.
pub(super) fn media_folder(kind: &str) -> &'static str {
    match kind {
        "audio" => "jr://audio/",
        "video" => "jr://video/",
        _ => "jr://images/",
    }
}

fn with_media<'a>(label: &'a Text, media: &'a [(&'static str, Text)]) -> Vec<(&'static str, &'a Text)> {
    let label = (!label.is_none()).then_some(("long", label));
    label
        .into_iter()
        .chain(media.iter().map(|(kind, file)| (*kind, file)))
        .collect()
}
