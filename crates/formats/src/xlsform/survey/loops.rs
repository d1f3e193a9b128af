//! Loops, an old way to ask the same questions once a choice.

use crate::xlsform::{
    choices::Choice,
    columns::Text,
    expression::is_ncname,
    form::{Element, Id, Role},
    survey::Survey,
};

const MOST_ELEMENTS: usize = 50_000;

impl Survey<'_> {
    /// Asks the questions of a loop once a choice, each time in a group of its own.
    pub(super) fn expand(&mut self, id: Id, choices: &[Choice]) {
        // Loops in loops multiply; a form that is refused anyway need not grow.
        if !self.problems.is_empty() {
            return;
        }
        let template = std::mem::take(&mut self.form.elements[id].children);
        for choice in choices.iter().filter(|choice| choice.name != "none") {
            if !is_ncname(&choice.name) {
                let message = format!(
                    "the loop makes a group of every choice, and \"{}\" cannot be its name; use letters, digits and \"_\" only",
                    choice.name
                );
                return self.problem(self.form.elements[id].row, "type", message);
            }
            let group = Element {
                role: Role::Group,
                name: choice.name.clone(),
                label: choice.label.clone(),
                media: choice.media.clone(),
                row: choice.row,
                ..Element::default()
            };
            let group = self.form.add(id, group);
            for child in &template {
                self.copy(*child, group, choice);
            }
            if self.form.elements.len() > MOST_ELEMENTS {
                let row = self.form.elements[id].row;
                return self.problem(
                    row,
                    "type",
                    format!(
                        "the loop makes a form of more than {MOST_ELEMENTS} questions; use a repeat instead"
                    ),
                );
            }
        }
    }

    fn copy(&mut self, id: Id, parent: Id, choice: &Choice) {
        let mut copy = self.form.elements[id].clone();
        let children = std::mem::take(&mut copy.children);
        substitute(&mut copy, choice);
        if copy.role == Role::Repeat && !self.repeats.insert(format!("{} of a loop", copy.name)) {
            self.problem(
                copy.row,
                "name",
                format!(
                    "the loop makes several repeats named \"{}\"; write %(name)s into its name",
                    copy.name
                ),
            );
        }
        let new = self.form.add(parent, copy);
        for child in children {
            self.copy(child, new, choice);
        }
    }
}

/// Puts a choice's name and label where a loop's template says `%(name)s` and `%(label)s`.
fn substitute(element: &mut Element, choice: &Choice) {
    let label_in = |language: Option<&str>| match (&choice.label, language) {
        (Text::Plain(label), _) => label.clone(),
        (Text::Translated(labels), language) => {
            let found = labels
                .iter()
                .find(|(known, _)| Some(known.as_str()) == language)
                .or(labels.first());
            found.map(|(_, label)| label.clone()).unwrap_or_default()
        }
        (Text::None, _) => choice.name.clone(),
    };
    let fill = |text: &mut String, language: Option<&str>| {
        if text.contains("%(") {
            *text = text
                .replace("%(name)s", &choice.name)
                .replace("%(label)s", &label_in(language));
        }
    };
    let fill_text = |text: &mut Text| match text {
        Text::None => {}
        Text::Plain(plain) => fill(plain, None),
        Text::Translated(texts) => texts
            .iter_mut()
            .for_each(|(language, text)| fill(text, Some(language))),
    };
    fill(&mut element.name, None);
    [&mut element.label, &mut element.hint, &mut element.guidance]
        .into_iter()
        .for_each(fill_text);
    element.media.iter_mut().for_each(|(_, text)| fill_text(text));
    element.bind.iter_mut().for_each(|(_, text)| fill_text(text));
    element.control.iter_mut().for_each(|(_, text)| fill(text, None));
    if let Some(default) = &mut element.default {
        fill(default, None);
    }
}
