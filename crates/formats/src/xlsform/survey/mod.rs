//! The sheet `survey`, row by row, into the tree of the form.

pub(super) mod fields;
mod loops;
pub(super) mod references;
mod selects;

use std::collections::{HashMap, HashSet};

use crate::xlsform::{
    appearances,
    choices::Choices,
    columns::{Columns, Target, Text, Vocabulary, snake_case},
    expression::{is_dynamic, is_ncname, lone_reference, name_made_of, references},
    finding::{Finding, did_you_mean},
    form::{Action, Element, FIRST_LOAD, Form, Id, NEW_REPEAT, Role},
    osm::Tags,
    questions,
    settings::{Settings, yes},
    survey_sheet,
    types::{self, Bracket},
    workbook::Workbook,
};
use crate::xpath::{is_date, is_date_time, is_time};
use fields::Fields;

/// What a survey is read into and against.
pub(in crate::xlsform) struct Survey<'a> {
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
    /// Triggers written without `${}`, with their rows.
    bare_triggers: Vec<(u32, String)>,
}

/// No phone shows a question inside as many groups.
const DEEPEST: usize = 60;

/// A group, repeat or loop that is not closed yet.
struct Open {
    id: Id,
    bracket: Bracket,
    row: u32,
    /// In a table-list: the list all its selects share, once the first is met.
    table: Option<Option<String>>,
}

impl<'a> Survey<'a> {
    /// Reads the survey sheet of a workbook into a form.
    pub(in crate::xlsform) fn read(
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
            bare_triggers: Vec::new(),
        };
        let Some(sheet) = survey_sheet(workbook) else {
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
        if survey.settings.flat && survey.problems.is_empty() {
            survey.form.flatten(0, None);
        }
        survey.form.place();
        survey
    }

    pub(in crate::xlsform) fn problem(&mut self, row: u32, column: &str, message: impl Into<String>) {
        let heading = self.columns.heading_of(&target_of(column));
        self.problems
            .push(Finding::at_row(&self.sheet, row, message).column(heading));
    }

    pub(in crate::xlsform) fn warning(&mut self, row: u32, column: &str, message: impl Into<String>) {
        let heading = self.columns.heading_of(&target_of(column));
        self.warnings
            .push(Finding::at_row(&self.sheet, row, message).column(heading));
    }

    fn push(&mut self, mut fields: Fields) {
        let row = fields.row;
        if let Some(disabled) = fields.disabled.take()
            && yes(&disabled) == Some(true)
        {
            self.warning(row, "disabled", "the row is left out because the old column \"disabled\" says so; \"relevant\" is today's way");
            return;
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
            Some(end @ (Bracket::EndGroup | Bracket::EndRepeat | Bracket::EndLoop)) => {
                self.end(&fields, &end);
            }
            Some(begin) => self.begin(fields, begin),
            None => self.question(&fields),
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
            let example =
                name_made_of(&name).map_or(String::new(), |made| format!(", for example \"{made}\""));
            let message = format!(
                "\"{name}\" cannot be a name; begin with a letter, then letters, digits, \"_\", \"-\" or \".\"{example}"
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
        if self.open.len() == DEEPEST {
            self.problem(
                row,
                "type",
                format!("groups are nested more than {DEEPEST} deep here; flatten some of them"),
            );
        }
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
                let mut counter = questions::element("calculate", node.clone(), row);
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

    fn end(&mut self, fields: &Fields, end: &Bracket) {
        let row = fields.row;
        if fields.bind.iter().any(|(name, _)| name == "entities:saveto") {
            self.problem(
                row,
                "save_to",
                "the end of a group cannot be saved; put save_to on its questions",
            );
        }
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

    fn question(&mut self, fields: &Fields) {
        if let Some((select, list, or_other)) = types::select(&fields.kind) {
            return self.select(fields, select, &list, or_other);
        }
        let row = fields.row;
        if let Some(kind) = fields
            .kind
            .strip_suffix("-external")
            .filter(|kind| matches!(*kind, "csv" | "xml"))
        {
            let Some(name) = self.name(fields) else { return };
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
        let Some(name) = self.name(fields) else { return };
        let mut element = fields.element(Role::Question(kind), name);
        if let Some(list) = osm {
            element.tags = self.tags.of(list);
        }
        if element.hint.is_none() {
            element.hint = kind.hint.map_or(Text::None, |hint| Text::Plain(hint.to_owned()));
        }
        self.behave(fields, &mut element);
        questions::complete(self, fields, &mut element);
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
            // "image prompt" begins with a type, and that type is not what is wrong.
            let guess = if guess.is_empty() && types::find(first).is_none() {
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
            let is_list = types::select(&format!("select_one {}", kind.trim_start_matches(first).trim()));
            let shown = if is_list.is_some() && types::find(first).is_none() {
                first
            } else {
                kind
            };
            format!("unknown type \"{shown}\"{remedy}")
        };
        self.problem(row, "type", message);
    }

    fn audit(&mut self, fields: &Fields) {
        if let Some(name) = fields.name.as_ref().filter(|name| *name != "audit") {
            self.warning(
                fields.row,
                "name",
                format!(
                    "the audit log is always named \"audit\", so \"{name}\" is not used; leave the name empty"
                ),
            );
        }
        let mut element = fields.element(Role::Question(questions::kind("audit")), "audit".to_owned());
        questions::complete(self, fields, &mut element);
        self.audit = Some(element);
    }

    /// Default and trigger, which work the same for every question.
    pub(in crate::xlsform) fn behave(&mut self, fields: &Fields, element: &mut Element) {
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
                if let Some(noun) = misfit(default, &bind_type) {
                    self.warning(
                        row,
                        "default",
                        format!("the default \"{default}\" is not {noun}; Collect may refuse the form"),
                    );
                }
                element.default = Some(default.clone());
            }
        }
        for message in element
            .control_value("appearance")
            .map(appearances::slips)
            .unwrap_or_default()
        {
            self.warning(row, "appearance", message);
        }
        let Some(trigger) = &fields.trigger else { return };
        for part in trigger.split(',').map(str::trim).filter(|part| !part.is_empty()) {
            let named: Vec<&str> = references(part)
                .flatten()
                .map(|reference| reference.name)
                .collect();
            match (lone_reference(part), named.as_slice()) {
                (Some(name), _) => element.triggers.push(name.to_owned()),
                (None, []) if is_ncname(part) => {
                    self.bare_triggers.push((row, part.to_owned()));
                    element.triggers.push(part.to_owned());
                }
                (None, []) => self.problem(
                    row,
                    "trigger",
                    format!("the trigger \"{part}\" is not a question; write its name as ${{name}}"),
                ),
                (None, named) => {
                    let read: Vec<String> = named.iter().map(|name| format!("${{{name}}}")).collect();
                    self.warning(
                        row,
                        "trigger",
                        format!(
                            "the trigger \"{part}\" is read as {}; name questions only, apart by commas",
                            read.join(", ")
                        ),
                    );
                    element
                        .triggers
                        .extend(named.iter().map(|name| (*name).to_owned()));
                }
            }
        }
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

/// What a fixed default should be and is not.
fn misfit(default: &str, bind_type: &str) -> Option<&'static str> {
    let (fits, noun) = match bind_type {
        "int" => (default.parse::<i64>().is_ok(), "a whole number"),
        "decimal" => (default.parse::<f64>().is_ok(), "a number"),
        "date" => (is_date(default) || is_date_time(default), "a date, as 2026-11-22"),
        "dateTime" => (
            is_date(default) || is_date_time(default),
            "a date and time, as 2026-11-22T06:30:00",
        ),
        "time" => (is_time(default), "a time, as 06:30:00"),
        _ => (true, ""),
    };
    (!fits).then_some(noun)
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
