//! The sheets `choices` and `external_choices`: lists to choose from.

use std::{
    collections::{HashMap, HashSet},
    rc::Rc,
};

use super::{
    columns::{Columns, Target, Text, Vocabulary, clean},
    expression::{has_reference, is_ncname},
    finding::Finding,
    settings::Settings,
    workbook::{Sheet, Workbook},
};

/// The choice lists of a form, in the order of their first choice.
#[derive(Debug, Clone, Default)]
pub(super) struct Choices {
    pub lists: Vec<ChoiceList>,
    by_name: HashMap<String, usize>,
}

#[derive(Debug, Clone, Default)]
pub(super) struct ChoiceList {
    pub name: String,
    pub choices: Vec<Choice>,
    /// Does a choice carry translations, media or references, so that all labels go through itext?
    pub in_itext: bool,
    /// Written into the body for `search()`, and so not a secondary instance.
    pub in_body: bool,
}

#[derive(Debug, Clone, Default)]
pub(super) struct Choice {
    pub row: u32,
    pub name: String,
    pub label: Text,
    pub media: Vec<(&'static str, Text)>,
    /// Further columns, which choice filters look at.
    pub data: Vec<(Rc<str>, String)>,
}

impl Choices {
    /// Reads a sheet of choices; an absent sheet has no lists.
    pub(super) fn read(
        workbook: &Workbook,
        name: &str,
        settings: &Settings,
        problems: &mut Vec<Finding>,
        warnings: &mut Vec<Finding>,
    ) -> Self {
        let mut choices = Self::default();
        let Some(sheet) = workbook.sheet(name) else {
            return choices;
        };
        let columns = Columns::of(sheet, Vocabulary::Choices, problems, warnings);
        let has = |target: &Target| columns.0.iter().flatten().any(|column| column.target == *target);
        for needed in ["list_name", "name"] {
            if !has(&Target::Known(needed)) && !sheet.rows.is_empty() {
                problems.push(Finding::at_row(
                    &sheet.name,
                    1,
                    format!("the column \"{needed}\" is missing; every choice needs it"),
                ));
                return choices;
            }
        }
        let unusable = unusable_columns(sheet, &columns, warnings);
        // Thousands of rows share the names of a few columns.
        let names: HashMap<&str, Rc<str>> = columns
            .0
            .iter()
            .flatten()
            .filter_map(|column| match &column.target {
                Target::Known(name) => Some(*name),
                Target::Other(name) if !unusable.contains(name.as_str()) => Some(name.as_str()),
                _ => None,
            })
            .map(|name| (name, Rc::from(name)))
            .collect();
        for row in &sheet.rows {
            let mut choice = Choice {
                row: row.number,
                ..Choice::default()
            };
            let mut list = None;
            for (column, text) in columns.cells(row) {
                let value = clean(text, false);
                match &column.target {
                    Target::Known("list_name") => list = Some(value),
                    Target::Known("name") => choice.name = value,
                    Target::Known("label") => {
                        choice
                            .label
                            .add(column.language.as_deref(), value, &settings.default_language);
                    }
                    Target::Known(other) => choice.put(&names[other], value),
                    Target::Media(kind) => add_media(
                        &mut choice.media,
                        kind,
                        column.language.as_deref(),
                        value,
                        &settings.default_language,
                    ),
                    Target::Other(name) => {
                        if let Some(name) = names.get(name.as_str()) {
                            choice.put(name, value);
                        }
                    }
                    _ => {}
                }
            }
            let Some(list) = list else { continue };
            if choice.name.is_empty() {
                let message = format!("a choice of \"{list}\" has no name; give it a short code");
                problems.push(
                    Finding::at_row(&sheet.name, row.number, message)
                        .column(columns.heading_of(&Target::Known("name"))),
                );
                continue;
            }
            if choice.label.is_none() {
                let name = &choice.name;
                let message = if choice.media.is_empty() {
                    format!("the choice \"{name}\" of \"{list}\" has no label")
                } else {
                    format!(
                        "the choice \"{name}\" of \"{list}\" has no label beside its picture or sound, so not everybody can tell what it is"
                    )
                };
                warnings.push(Finding::at_row(&sheet.name, row.number, message).column("label"));
            }
            choices.add(&list, choice);
        }
        if !settings.allows_twin_choices {
            choices.drop_copies(sheet, &columns, warnings);
            choices.judge_twins(sheet, &columns, problems, warnings);
        }
        choices
    }

    pub(super) fn find(&self, list: &str) -> Option<&ChoiceList> {
        self.by_name.get(list).map(|at| &self.lists[*at])
    }

    /// The list as the sheet spells it, when capitals are all that differs.
    pub(super) fn respelled(&self, list: &str) -> Option<&str> {
        if self.find(list).is_some() {
            return None;
        }
        let small = list.to_lowercase();
        let mut alike = self.names().filter(|name| name.to_lowercase() == small);
        alike.next().filter(|_| alike.next().is_none())
    }

    pub(super) fn find_mut(&mut self, list: &str) -> Option<&mut ChoiceList> {
        self.by_name.get(list).map(|at| &mut self.lists[*at])
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.lists.iter().map(|list| list.name.as_str())
    }

    fn add(&mut self, list: &str, choice: Choice) {
        let at = match self.by_name.get(list) {
            Some(at) => *at,
            None => {
                self.by_name.insert(list.to_owned(), self.lists.len());
                self.lists.push(ChoiceList {
                    name: list.to_owned(),
                    ..ChoiceList::default()
                });
                self.lists.len() - 1
            }
        };
        self.lists[at].push(choice);
    }

    /// A row copied by mistake says nothing new; the first of its kind is kept.
    fn drop_copies(&mut self, sheet: &Sheet, columns: &Columns, warnings: &mut Vec<Finding>) {
        let heading = columns.heading_of(&Target::Known("name"));
        for list in self.lists.iter_mut().filter(|list| list.has_twins()) {
            let mut seen: HashMap<String, Vec<usize>> = HashMap::with_capacity(list.choices.len());
            let mut kept: Vec<Choice> = Vec::with_capacity(list.choices.len());
            for choice in std::mem::take(&mut list.choices) {
                let twins = seen.entry(choice.name.clone()).or_default();
                match twins
                    .iter()
                    .map(|at| &kept[*at])
                    .find(|twin| twin.is_same_as(&choice))
                {
                    Some(twin) => {
                        let message = format!(
                            "the choice \"{}\" of \"{}\" is the same as row {}, and is left out; delete one of the rows",
                            choice.name, list.name, twin.row
                        );
                        warnings.push(Finding::at_row(&sheet.name, choice.row, message).column(&heading));
                    }
                    None => {
                        twins.push(kept.len());
                        kept.push(choice);
                    }
                }
            }
            list.choices = kept;
        }
    }

    /// Two choices of one name are a slip, unless a filter can tell them apart by another column.
    fn judge_twins(
        &self,
        sheet: &Sheet,
        columns: &Columns,
        problems: &mut Vec<Finding>,
        warnings: &mut Vec<Finding>,
    ) {
        let heading = columns.heading_of(&Target::Known("name"));
        for list in self.lists.iter().filter(|list| list.has_twins()) {
            let mut seen: HashMap<&str, Vec<&Choice>> = HashMap::new();
            let mut filtered: Option<(u32, &str, u32)> = None;
            for choice in &list.choices {
                let twins = seen.entry(&choice.name).or_default();
                if let Some(first) = twins.first() {
                    let (row, name) = (first.row, &choice.name);
                    if twins.iter().any(|twin| twin.data == choice.data) {
                        let message = format!(
                            "the list \"{}\" has the choice \"{name}\" in row {row} too; give each its own name, or allow it with allow_choice_duplicates in settings",
                            list.name
                        );
                        problems.push(Finding::at_row(&sheet.name, choice.row, message).column(&heading));
                    } else {
                        filtered = filtered.or(Some((choice.row, name, row)));
                    }
                }
                twins.push(choice);
            }
            if let Some((row, name, first)) = filtered {
                let message = format!(
                    "the list \"{}\" uses names such as \"{name}\" twice (row {first} too), told apart only by its other columns; a choice_filter must always keep one of them",
                    list.name
                );
                warnings.push(Finding::at_row(&sheet.name, row, message).column(&heading));
            }
        }
    }
}

impl Choice {
    /// Sets what a further column says, over what another column of the same name says.
    fn put(&mut self, name: &Rc<str>, value: String) {
        match self.data.iter_mut().find(|(known, _)| known == name) {
            Some((_, old)) => *old = value,
            None => self.data.push((name.clone(), value)),
        }
    }

    /// Would a person see no difference between the two?
    fn is_same_as(&self, other: &Self) -> bool {
        self.label == other.label && self.media == other.media && self.data == other.data
    }
}

impl ChoiceList {
    pub(super) fn push(&mut self, choice: Choice) {
        self.in_itext |= !choice.media.is_empty()
            || match &choice.label {
                Text::None => false,
                Text::Plain(label) => has_reference(label),
                Text::Translated(_) => true,
            };
        self.choices.push(choice);
    }

    fn has_twins(&self) -> bool {
        let mut seen = HashSet::with_capacity(self.choices.len());
        !self
            .choices
            .iter()
            .all(|choice| seen.insert(choice.name.as_str()))
    }

    pub(super) fn has_no_labels(&self) -> bool {
        self.choices.iter().all(|choice| choice.label.is_none())
    }

    /// Offers "Other" at the end, in every language of the list, unless it is offered already.
    pub(super) fn add_other(&mut self, default_language: &str) {
        if self.choices.iter().any(|choice| choice.name == "other") {
            return;
        }
        let mut label = Text::default();
        let mut languages: Vec<&str> = Vec::new();
        for choice in &self.choices {
            if let Text::Translated(texts) = &choice.label {
                for (language, _) in texts {
                    if !languages.contains(&language.as_str()) {
                        languages.push(language);
                    }
                }
            }
        }
        if languages.is_empty() {
            label = Text::Plain("Other".to_owned());
        }
        for language in languages {
            label.add(Some(language), "Other".to_owned(), default_language);
        }
        self.choices.push(Choice {
            name: "other".to_owned(),
            label,
            ..Choice::default()
        });
    }
}

/// Adds an image, sound or film to what an element or choice shows.
pub(super) fn add_media(
    media: &mut Vec<(&'static str, Text)>,
    kind: &'static str,
    language: Option<&str>,
    file: String,
    default_language: &str,
) {
    match media.iter_mut().find(|(known, _)| *known == kind) {
        Some((_, text)) => text.add(language, file, default_language),
        None => {
            let mut text = Text::default();
            text.add(language, file, default_language);
            media.push((kind, text));
        }
    }
}

/// Columns that cannot be elements of the secondary instance; they are told once and left out.
fn unusable_columns(sheet: &Sheet, columns: &Columns, warnings: &mut Vec<Finding>) -> HashSet<String> {
    let mut unusable = HashSet::new();
    for column in columns.0.iter().flatten() {
        if let Target::Other(name) = &column.target
            && !is_ncname(name)
        {
            let message = format!(
                "the column \"{name}\" is left out, because filters cannot name it; use letters, digits and \"_\" only"
            );
            warnings.push(Finding::at_row(&sheet.name, 1, message).column(name));
            unusable.insert(name.clone());
        }
    }
    unusable
}
