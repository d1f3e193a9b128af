//! The sheet `survey`, row by row, into the tree of the form.

use std::collections::{HashMap, HashSet};

use super::{
    choices::{Choice, Choices, add_media},
    columns::{Columns, Target, Text, Vocabulary, clean, snake_case},
    expression::{has_reference, is_dynamic, is_ncname, lone_reference, references},
    finding::{Finding, did_you_mean},
    form::{Action, Element, FIRST_LOAD, Form, Id, Itemset, NEW_REPEAT, Role, Source},
    osm::Tags,
    questions,
    settings::{Settings, yes},
    types::{self, Bracket, Control, Select},
    workbook::{Row, Workbook},
};

/// What a survey is read into and against.
pub(super) struct Survey<'a> {
    pub form: Form,
    pub choices: &'a mut Choices,
    pub external: &'a Choices,
    pub settings: &'a mut Settings,
    pub problems: Vec<Finding>,
    pub warnings: Vec<Finding>,
    pub columns: Columns,
    /// As the workbook spells it.
    pub sheet: String,
    /// The audit log, which belongs into `meta`.
    pub audit: Option<Element>,
    /// Rows whose select offers to specify "other".
    pub has_or_other: bool,
    tags: Tags,
    open: Vec<Open>,
    /// Names already taken, by the group they stand in.
    taken: HashMap<Id, HashMap<String, u32>>,
    repeats: HashSet<String>,
}

/// A group, repeat or loop that is not closed yet.
struct Open {
    id: Id,
    bracket: Bracket,
    row: u32,
    /// In a table-list: the list all its selects share, once the first is met.
    table: Option<Option<String>>,
}

/// A row of the survey with its columns understood.
#[derive(Debug, Default)]
pub(super) struct Fields {
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

impl<'a> Survey<'a> {
    /// Reads the survey sheet of a workbook into a form.
    pub(super) fn read(
        workbook: &Workbook,
        root: &str,
        choices: &'a mut Choices,
        external: &'a Choices,
        settings: &'a mut Settings,
        problems: Vec<Finding>,
        warnings: Vec<Finding>,
    ) -> Self {
        let mut survey = Survey {
            form: Form::new(root),
            choices,
            external,
            settings,
            problems,
            warnings,
            columns: Columns::default(),
            sheet: "survey".to_owned(),
            audit: None,
            has_or_other: false,
            tags: Tags::default(),
            open: Vec::new(),
            taken: HashMap::new(),
            repeats: HashSet::new(),
        };
        let Some(sheet) = super::survey_sheet(workbook) else {
            let guess = did_you_mean("survey", workbook.sheets.iter().map(|sheet| sheet.name.as_str()))
                .replace("did you mean", "is it");
            let message = format!("the workbook has no sheet named \"survey\"{guess}");
            survey.problems.push(Finding::new("", message));
            return survey;
        };
        survey.sheet.clone_from(&sheet.name);
        survey.columns = Columns::of(
            sheet,
            Vocabulary::Survey,
            &mut survey.problems,
            &mut survey.warnings,
        );
        survey.tags = Tags::read(workbook, survey.settings);
        if !survey
            .columns
            .0
            .iter()
            .flatten()
            .any(|column| column.target == Target::Known("type"))
        {
            let headings = sheet.headings.iter().flatten().map(String::as_str);
            let guess = did_you_mean("type", headings).replace("did you mean", "is it");
            survey.problems.push(Finding::at_row(
                &sheet.name,
                1,
                format!("the column \"type\" is missing{guess}"),
            ));
            return survey;
        }
        for row in &sheet.rows {
            let fields = survey.fields(row);
            survey.push(fields);
        }
        for open in std::mem::take(&mut survey.open) {
            let (kind, name) = (open.bracket.noun(), survey.form.elements[open.id].name.clone());
            survey.problem(
                open.row,
                "type",
                format!("the {kind} \"{name}\" is never closed; add a row \"end_{kind}\""),
            );
        }
        survey.form.place();
        survey
    }

    pub(super) fn problem(&mut self, row: u32, column: &str, message: impl Into<String>) {
        let heading = self.columns.heading_of(&target_of(column));
        self.problems
            .push(Finding::at_row(&self.sheet, row, message).column(heading));
    }

    pub(super) fn warning(&mut self, row: u32, column: &str, message: impl Into<String>) {
        let heading = self.columns.heading_of(&target_of(column));
        self.warnings
            .push(Finding::at_row(&self.sheet, row, message).column(heading));
    }

    fn fields(&self, row: &Row) -> Fields {
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
                Target::Control(name) => fields.control.push((name.clone(), value)),
                Target::Instance(name) => fields.instance.push((name.clone(), value)),
                Target::Known(_) | Target::Attribute(_) | Target::Other(_) => {}
            }
        }
        fields
    }

    fn push(&mut self, mut fields: Fields) {
        let row = fields.row;
        if let Some(disabled) = fields.disabled.take() {
            if yes(&disabled) == Some(true) {
                self.warning(row, "disabled", "the row is left out because the old column \"disabled\" says so; \"relevant\" is today's way");
                return;
            }
        }
        if fields.kind.is_empty() {
            if fields.name.is_none() && fields.label.is_none() {
                self.warning(
                    row,
                    "type",
                    "the row has no type, name or label and is taken for a comment",
                );
            } else {
                self.problem(
                    row,
                    "type",
                    "the row has no type; say what kind of question it is, for example \"text\"",
                );
            }
            return;
        }
        if self.take_as_setting(&fields) {
            return;
        }
        match types::bracket(&fields.kind) {
            Some(end @ (Bracket::EndGroup | Bracket::EndRepeat | Bracket::EndLoop)) => self.end(row, &end),
            Some(begin) => self.begin(fields, begin),
            None => self.question(fields),
        }
    }

    /// The first XLSForms gave the title and id in rows of the survey.
    fn take_as_setting(&mut self, fields: &Fields) -> bool {
        let name = match snake_case(&fields.kind).as_str() {
            "form_title" | "set_form_title" => "title",
            "form_id" | "set_form_id" => "id_string",
            _ => return false,
        };
        if let Some(value) = &fields.name {
            self.settings.set(name, value.clone());
        }
        true
    }

    fn parent(&self) -> Id {
        self.open.last().map_or(0, |open| open.id)
    }

    /// Checks a name and takes it; `None` when it cannot be used.
    fn name(&mut self, fields: &Fields) -> Option<String> {
        let row = fields.row;
        let name = match &fields.name {
            Some(name) => name.clone(),
            None if types::find(&fields.kind).is_some_and(|kind| kind.name == "note") => {
                format!("generated_note_name_{row}")
            }
            None => {
                self.problem(
                    row,
                    "name",
                    format!(
                        "the \"{}\" has no name; give it one, for example \"q{row}\"",
                        fields.kind
                    ),
                );
                return None;
            }
        };
        if !is_ncname(&name) {
            let message = format!(
                "\"{name}\" cannot be a name; begin with a letter, then letters, digits, \"_\", \"-\" or \".\""
            );
            self.problem(row, "name", message);
            return None;
        }
        self.take_name(row, &name);
        Some(name)
    }

    fn take_name(&mut self, row: u32, name: &str) {
        if name == "meta" {
            self.problem(
                row,
                "name",
                "the name \"meta\" is kept for what the form knows about itself; choose another name",
            );
        }
        let taken = self
            .taken
            .entry(self.open.last().map_or(0, |open| open.id))
            .or_default();
        let twin = taken
            .iter()
            .find(|(other, _)| other.eq_ignore_ascii_case(name))
            .map(|(other, row)| (other.clone(), *row));
        taken.insert(name.to_owned(), row);
        match twin {
            Some((other, first)) if other == name => {
                self.problem(
                    row,
                    "name",
                    format!(
                        "\"{name}\" is already the name of row {first} in the same group; choose another name"
                    ),
                );
            }
            Some((other, first)) => {
                self.warning(row, "name", format!("\"{name}\" differs from \"{other}\" of row {first} only by capital letters; tables may take them for one column"));
            }
            None => {}
        }
    }

    fn begin(&mut self, fields: Fields, bracket: Bracket) {
        let row = fields.row;
        let kind = bracket.noun();
        // A group that cannot be named is still opened, so that its end is not a second problem.
        let name = self.name(&fields).unwrap_or_else(|| format!("{kind}_{row}"));
        if bracket == Bracket::BeginRepeat {
            if name == self.form.elements[0].name {
                self.problem(
                    row,
                    "name",
                    format!("the repeat \"{name}\" has the name of the form's root; choose another name"),
                );
            } else if !self.repeats.insert(name.clone()) {
                self.problem(
                    row,
                    "name",
                    format!("another repeat is named \"{name}\"; every repeat needs its own name"),
                );
            }
            if fields.label.is_none() && fields.media.is_empty() {
                self.warning(
                    row,
                    "label",
                    format!("the repeat \"{name}\" has no label, so a person cannot tell what is repeated"),
                );
            }
        }
        if let Bracket::BeginLoop(list) = &bracket {
            match list {
                None => self.problem(
                    row,
                    "type",
                    "the loop names no list; write \"begin loop over list_name\"",
                ),
                Some(list) if self.choices.find(list).is_none() => {
                    let guess = did_you_mean(list, self.choices.names());
                    self.problem(
                        row,
                        "type",
                        format!("the loop's list \"{list}\" is not in the sheet choices{guess}"),
                    );
                }
                Some(_) => {}
            }
        }
        let parent = self.parent();
        let mut element = fields.element(
            if bracket == Bracket::BeginRepeat {
                Role::Repeat
            } else {
                Role::Group
            },
            name,
        );
        if let Some(intent) = fields.intent {
            element.set_control("intent", intent);
        }
        if let Some(count) = element.control_value("jr:count").map(str::to_owned) {
            // The control can only point at a node, so anything else becomes a calculation before the repeat.
            if lone_reference(&count).is_none() {
                let node = format!("{}_count", element.name);
                self.take_name(row, &node);
                let mut counter = Element {
                    role: Role::Question(questions::calculate()),
                    name: node.clone(),
                    row,
                    ..Element::default()
                };
                counter.set_bind("calculate", count);
                counter.set_bind("readonly", "true()");
                self.form.add(parent, counter);
                element.set_control("jr:count", format!("${{{node}}}"));
            }
        }
        let table = element
            .control_value("appearance")
            .filter(|appearance| appearance.split_whitespace().any(|word| word == "table-list"))
            .map(|appearance| {
                let others = appearance.split_whitespace().filter(|word| *word != "table-list");
                std::iter::once("field-list")
                    .chain(others)
                    .collect::<Vec<_>>()
                    .join(" ")
            });
        let heading = table.is_some().then(|| {
            (
                std::mem::take(&mut element.label),
                std::mem::take(&mut element.hint),
            )
        });
        if let Some(appearance) = &table {
            element.set_control("appearance", appearance.clone());
        }
        let id = self.form.add(parent, element);
        // A table shows its heading as a note above its rows.
        if let Some((label, hint)) = heading.filter(|(label, hint)| !label.is_none() || !hint.is_none()) {
            let mut note = questions::element("note", format!("generated_table_list_label_{row}"), row);
            (note.label, note.hint) = (label, hint);
            self.form.add(id, note);
        }
        self.open.push(Open {
            id,
            bracket,
            row,
            table: table.map(|_| None),
        });
    }

    fn end(&mut self, row: u32, end: &Bracket) {
        let Some(open) = self.open.pop() else {
            let kind = end.noun();
            self.problem(
                row,
                "type",
                format!("\"end_{kind}\" closes nothing; remove the row, or add \"begin_{kind}\" above"),
            );
            return;
        };
        if open.bracket.noun() != end.noun() {
            let (opened, closed) = (open.bracket.noun(), end.noun());
            let name = &self.form.elements[open.id].name;
            let message = format!(
                "\"end_{closed}\" stands where the {opened} \"{name}\" of row {} should end; write \"end_{opened}\"",
                open.row
            );
            self.problem(row, "type", message);
        }
        if let Bracket::BeginLoop(Some(list)) = open.bracket {
            let choices = self
                .choices
                .find(&list)
                .map(|list| list.choices.clone())
                .unwrap_or_default();
            self.expand(open.id, &choices);
        }
    }

    /// Asks the questions of a loop once a choice, each time in a group of its own.
    fn expand(&mut self, id: Id, choices: &[Choice]) {
        let template = std::mem::take(&mut self.form.elements[id].children);
        for choice in choices.iter().filter(|choice| choice.name != "none") {
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
        }
    }

    fn copy(&mut self, id: Id, parent: Id, choice: &Choice) {
        let mut copy = self.form.elements[id].clone();
        let children = std::mem::take(&mut copy.children);
        substitute(&mut copy, choice);
        let new = self.form.add(parent, copy);
        for child in children {
            self.copy(child, new, choice);
        }
    }

    fn question(&mut self, fields: Fields) {
        if let Some((select, list, or_other)) = types::select(&fields.kind) {
            return self.select(fields, select, &list, or_other);
        }
        let row = fields.row;
        if let Some(kind) = fields
            .kind
            .strip_suffix("-external")
            .filter(|kind| matches!(*kind, "csv" | "xml"))
        {
            let Some(name) = self.name(&fields) else { return };
            let kind = if kind == "csv" { "csv" } else { "xml" };
            self.form.add(
                self.parent(),
                Element {
                    role: Role::External(kind),
                    name,
                    row,
                    ..Element::default()
                },
            );
            return;
        }
        let first = fields.kind.split_whitespace().next().unwrap_or_default();
        let osm = fields.kind.strip_prefix("osm ").map(str::trim);
        let kind = match (types::find(&fields.kind), osm) {
            (Some(kind), _) => kind,
            (None, Some(_)) => questions::kind("osm"),
            (None, None) => return self.unknown(row, &fields.kind, first),
        };
        if kind.name == "audit" {
            return self.audit(fields);
        }
        let Some(name) = self.name(&fields) else { return };
        let mut element = fields.element(Role::Question(kind), name);
        if let Some(list) = osm {
            element.tags = self.tags.of(list);
        }
        if element.hint.is_none() {
            element.hint = kind.hint.map_or(Text::None, |hint| Text::Plain(hint.to_owned()));
        }
        self.behave(&fields, &mut element);
        questions::complete(self, &fields, &mut element);
        self.form.add(self.parent(), element);
    }

    fn unknown(&mut self, row: u32, kind: &str, first: &str) {
        let message = if types::is_bare_select(kind) {
            format!(
                "the \"{kind}\" names no list; write \"{kind} list_name\" with a list of the sheet choices"
            )
        } else if first == "include" {
            format!(
                "\"{kind}\" would insert another file, which is not possible; copy its rows into this sheet"
            )
        } else if kind.starts_with("cascading") {
            format!("\"{kind}\" is no longer a type; use selects with a choice_filter")
        } else {
            let guess = did_you_mean(kind, types::names());
            let guess = if guess.is_empty() {
                did_you_mean(first, types::names())
            } else {
                guess
            };
            let remedy = if guess.is_empty() {
                "; common types are text, integer, decimal, date, select_one, select_multiple, note and calculate"
            } else {
                guess.as_str()
            };
            // The word that is wrong, not the list that follows it.
            let shown = if types::select(&format!("select_one {}", kind.trim_start_matches(first).trim()))
                .is_some()
            {
                first
            } else {
                kind
            };
            format!("unknown type \"{shown}\"{remedy}")
        };
        self.problem(row, "type", message);
    }

    fn audit(&mut self, fields: Fields) {
        if let Some(name) = fields.name.as_ref().filter(|name| *name != "audit") {
            self.problem(
                fields.row,
                "name",
                format!("the audit log is always named \"audit\", not \"{name}\"; leave the name empty"),
            );
        }
        let mut element = fields.element(Role::Question(questions::kind("audit")), "audit".to_owned());
        questions::complete(self, &fields, &mut element);
        self.audit = Some(element);
    }

    /// Default and trigger, which work the same for every question.
    pub(super) fn behave(&mut self, fields: &Fields, element: &mut Element) {
        let row = fields.row;
        let bind_type = element
            .bind_value("type")
            .and_then(Text::plain)
            .unwrap_or_default()
            .to_owned();
        if let Some(default) = &fields.default {
            if is_dynamic(default, &bind_type) {
                element.actions.push(Action::setvalue(FIRST_LOAD, default));
                if self.open.iter().any(|open| open.bracket == Bracket::BeginRepeat) {
                    element.actions.push(Action::setvalue(NEW_REPEAT, default));
                }
            } else {
                element.default = Some(default.clone());
            }
        }
        let Some(trigger) = &fields.trigger else { return };
        for part in trigger.split(',') {
            match lone_reference(part) {
                Some(name) => element.triggers.push(name.to_owned()),
                None => self.problem(
                    row,
                    "trigger",
                    format!(
                        "the trigger \"{}\" is not a question; write its name as ${{name}}",
                        part.trim()
                    ),
                ),
            }
        }
    }

    fn select(&mut self, fields: Fields, select: Select, list: &str, or_other: bool) {
        let row = fields.row;
        let Some(name) = self.name(&fields) else { return };
        let kind = questions::select(select);
        let mut element = fields.element(Role::Question(kind), name.clone());
        self.behave(&fields, &mut element);
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
        questions::select_parameters(self, &fields, select, &mut itemset);
        element.itemset = Some(itemset);
        let parent = self.parent();
        self.table_row(&fields, kind.control, list, &mut element);
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

    /// Checks every `${name}` of the survey against what exists.
    pub(super) fn check_references(&mut self, workbook: &Workbook) {
        let Some(sheet) = super::survey_sheet(workbook) else {
            return;
        };
        let mut findings = Vec::new();
        for row in &sheet.rows {
            for (column, text) in self.columns.cells(row) {
                if !matches!(column.target, Target::Known("type" | "name") | Target::Other(_))
                    || (column.target == Target::Known("type") && text.contains("${"))
                {
                    findings.extend(broken_references(&self.form, text).map(|message| {
                        Finding::at_row(&sheet.name, row.number, message).column(&column.heading)
                    }));
                }
            }
        }
        self.problems.extend(findings);
        self.check_triggers();
    }

    fn check_triggers(&mut self) {
        for id in self.form.in_order() {
            let element = &self.form.elements[id];
            let (row, name) = (element.row, element.name.clone());
            for trigger in element.triggers.clone() {
                let Some(&target) = self.form.named(&trigger).first() else {
                    continue;
                };
                let target = &self.form.elements[target];
                if target.question().is_none() {
                    self.problem(
                        row,
                        "trigger",
                        format!("\"{trigger}\" is a group; a trigger must be a question"),
                    );
                } else if !target.is_shown() {
                    self.problem(row, "trigger", format!("\"{trigger}\" is not shown to anybody, so it cannot trigger \"{name}\"; name a question that is asked"));
                }
            }
        }
    }
}

/// What is wrong with the references of a text.
pub(super) fn broken_references<'a>(form: &'a Form, text: &'a str) -> impl Iterator<Item = String> + 'a {
    references(text).filter_map(move |reference| match reference {
        Err(malformed) => Some(format!("\"{}\" is not a reference; write ${{name}} with the name of a question", malformed.0)),
        Ok(reference) => match form.named(reference.name) {
            [] => {
                let guess = did_you_mean(reference.name, form.names());
                let remedy = if guess.is_empty() { "; check the name, or add the question" } else { guess.as_str() };
                Some(format!("no question is named \"{}\"{remedy}", reference.name))
            }
            [_] => None,
            several => {
                let rows: Vec<String> = several.iter().map(|id| form.elements[*id].row.to_string()).collect();
                Some(format!("\"{}\" is the name of rows {}, so ${{{}}} could mean any of them; give them different names", reference.name, rows.join(" and "), reference.name))
            }
        },
    })
}

impl Fields {
    /// The element a row describes, without what its type adds.
    pub(super) fn element(&self, role: Role, name: String) -> Element {
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

impl Bracket {
    fn noun(&self) -> &'static str {
        match self {
            Self::BeginGroup | Self::EndGroup => "group",
            Self::BeginRepeat | Self::EndRepeat => "repeat",
            Self::BeginLoop(_) | Self::EndLoop => "loop",
        }
    }
}

/// The column a message speaks of, by its usual name.
fn target_of(column: &str) -> Target {
    match column {
        "appearance" => Target::Control("appearance".to_owned()),
        "calculation" => Target::Bind("calculate".to_owned()),
        "save_to" => Target::Bind("entities:saveto".to_owned()),
        "type" => Target::Known("type"),
        "name" => Target::Known("name"),
        "label" => Target::Known("label"),
        "trigger" => Target::Known("trigger"),
        "choice_filter" => Target::Known("choice_filter"),
        "parameters" => Target::Known("parameters"),
        other => Target::Other(other.to_owned()),
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
