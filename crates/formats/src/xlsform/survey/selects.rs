//! Selects: their lists, "other", and the tables that several of them make.

use crate::xlsform::{
    choices::Choice,
    columns::Text,
    expression::has_reference,
    finding::{Finding, did_you_mean},
    form::{Element, Itemset, Role, Source},
    questions,
    survey::{Open, Survey, fields::Fields},
    types::{Control, Select},
};

impl Survey<'_> {
    pub(super) fn select(&mut self, fields: &Fields, select: Select, list: &str, or_other: bool) {
        let row = fields.row;
        let Some(name) = self.name(fields) else { return };
        let list = &self.list_as_spelled(row, select, list);
        let kind = questions::select(select);
        let mut element = fields.element(Role::Question(kind), name.clone());
        self.behave(fields, &mut element);
        let is_search = element
            .control_value("appearance")
            .is_some_and(|appearance| appearance.contains("search("));
        let source = match select {
            Select::OneExternal => Source::External,
            _ if has_reference(list) => Source::Answers,
            _ if is_search => Source::Search,
            _ => Source::Instance,
        };
        let mut itemset = Itemset {
            list: list.to_owned(),
            filter: fields.choice_filter.clone(),
            source,
            ..Itemset::default()
        };
        self.check_list(row, select, list, &itemset, or_other);
        questions::select_parameters(self, fields, select, &mut itemset);
        element.itemset = Some(itemset);
        let parent = self.parent();
        self.table_row(fields, kind.control, list, &mut element);
        if self.settings.adds_none && select == Select::Multiple {
            self.add_none(list, &mut element);
        }
        self.form.add(parent, element);
        if or_other {
            self.has_or_other = true;
            if let Some(list) = self.choices.find_mut(list) {
                list.add_other(&self.settings.default_language);
            }
            let other = format!("{name}_other");
            self.take_name(row, &other);
            let mut specify = questions::element("text", other, row);
            specify.label = Text::Plain("Specify other.".to_owned());
            specify.set_bind("relevant", format!("selected(../{name}, 'other')"));
            self.form.add(parent, specify);
        }
    }

    /// Capital letters alone do not make it another list.
    fn list_as_spelled(&mut self, row: u32, select: Select, list: &str) -> String {
        let lists = if select == Select::OneExternal {
            self.external
        } else {
            &*self.choices
        };
        let Some(spelled) = lists.respelled(list).map(str::to_owned) else {
            return list.to_owned();
        };
        self.warning(
            row,
            "type",
            format!("\"{list}\" is taken for the list \"{spelled}\"; spell both alike"),
        );
        spelled
    }

    fn check_list(&mut self, row: u32, select: Select, list: &str, itemset: &Itemset, or_other: bool) {
        let ending = questions::file_ending(list);
        if matches!(select, Select::OneFromFile | Select::MultipleFromFile) && ending.is_none() {
            return self.problem(
                row,
                "type",
                format!("the file \"{list}\" must end in .csv, .xml or .geojson"),
            );
        }
        if itemset.source == Source::External {
            if self.external.lists.is_empty() {
                self.problem(row, "type", "select_one_external needs the sheet \"external_choices\" with the columns list_name, name and label");
            } else if self.external.find(list).is_none() {
                let guess = did_you_mean(list, self.external.names());
                self.problem(
                    row,
                    "type",
                    format!("the list \"{list}\" is not in the sheet external_choices{guess}"),
                );
            }
            if itemset.filter.is_none() {
                self.warning(row, "choice_filter", "select_one_external is meant for filtered lists; without a choice_filter, select_one does the same");
            }
            return;
        }
        if itemset.source == Source::Search && ending.is_some() {
            return self.problem(row, "appearance", "search() looks in a file of its own and cannot be used with a select from a file; remove one of them");
        }
        if itemset.source != Source::Answers && ending.is_none() && self.choices.find(list).is_none() {
            let guess = did_you_mean(list, self.choices.names());
            let remedy = if guess.is_empty() {
                format!("; add rows with the list_name \"{list}\" there")
            } else {
                guess
            };
            return self.problem(
                row,
                "type",
                format!("the list \"{list}\" is not in the sheet choices{remedy}"),
            );
        }
        if or_other && itemset.filter.is_some() {
            self.problem(row, "choice_filter", "or_other cannot be used with a choice_filter; add the choice \"other\" and a text question yourself");
        }
        if or_other && self.choices.find(list).is_none() {
            self.problem(row, "type", "or_other needs a list of the sheet choices; add the choice \"other\" and a text question yourself");
        }
        if matches!(select, Select::Multiple) {
            let spaced = self
                .choices
                .find(list)
                .and_then(|list| list.choices.iter().find(|choice| choice.name.contains(' ')));
            if let Some(choice) = spaced {
                let message = format!(
                    "the choice \"{}\" of \"{list}\" has a space in its name, and select_multiple keeps its answers apart by spaces; write \"{}\"",
                    choice.name,
                    choice.name.replace(' ', "_")
                );
                self.problems
                    .push(Finding::at_row("choices", choice.row, message).column("name"));
            }
        }
    }

    /// Inside a table-list, selects show no labels of their own under a first row that shows them all.
    fn table_row(&mut self, fields: &Fields, control: Control, list: &str, element: &mut Element) {
        let row = fields.row;
        let Some(Open {
            table: Some(table),
            id: parent,
            ..
        }) = self.open.last_mut()
        else {
            return;
        };
        let parent = *parent;
        match table {
            None => {
                *table = Some(list.to_owned());
                let kind = match control {
                    Control::Select => Select::Multiple,
                    _ => Select::One,
                };
                let mut labels = Element {
                    role: Role::Question(questions::select(kind)),
                    name: format!("reserved_name_for_field_list_labels_{row}"),
                    row,
                    ..Element::default()
                };
                questions::copy_bind(&mut labels);
                labels.set_control("appearance", "label");
                labels.itemset = Some(Itemset {
                    list: list.to_owned(),
                    ..Itemset::default()
                });
                self.form.add(parent, labels);
                if fields.choice_filter.is_some() {
                    self.problem(row, "choice_filter", "a table-list shows the same choices in every row and cannot have a choice_filter; remove it, or use another appearance");
                }
            }
            Some(first) if first != list => {
                let message = format!(
                    "this table-list began with the list \"{first}\" and cannot go on with \"{list}\"; use one list for all its rows"
                );
                self.problem(row, "type", message);
            }
            Some(_) => {}
        }
        element.set_control("appearance", "list-nolabel");
    }

    /// The old setting add_none_option: "None", which excludes the other choices.
    fn add_none(&mut self, list: &str, element: &mut Element) {
        let Some(list) = self.choices.find_mut(list) else {
            return;
        };
        if list.choices.iter().any(|choice| choice.name == "none") {
            return;
        }
        list.push(Choice {
            name: "none".to_owned(),
            label: Text::Plain("None".to_owned()),
            ..Choice::default()
        });
        let alone = "(.='none' or not(selected(., 'none')))";
        let constraint = match element.bind_value("constraint").and_then(Text::plain) {
            Some(constraint) => format!("{constraint} and {alone}"),
            None => alone.to_owned(),
        };
        element.set_bind("constraint", constraint);
    }
}
