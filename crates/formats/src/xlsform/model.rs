//! The model of an XForm: instances, binds and actions.

use std::collections::{HashMap, HashSet};

use super::{
    choices::{ChoiceList, Choices},
    columns::Text,
    expression::{first_arguments, is_ncname, references},
    finding::Finding,
    form::{Action, Element, Form, Id, NEW_REPEAT, Role, Source, Style},
    itext::{Itext, MESSAGES, is_message_in_itext},
    questions::file_ending,
    settings::Settings,
    xml::Xml,
};

/// What a model is written from.
pub(super) struct Model<'a> {
    pub form: &'a Form,
    pub choices: &'a Choices,
    pub settings: &'a Settings,
    pub form_id: &'a str,
    pub itext: &'a Itext<'a>,
    /// Secondary instances in files, by name and address.
    pub files: &'a [(String, String)],
    pub entities_version: Option<&'a str>,
}

impl Model<'_> {
    pub(super) fn write(&self, xml: &mut Xml) {
        let mut attributes = vec![("odk:xforms-version", "1.0.0")];
        attributes.extend(
            self.entities_version
                .map(|version| ("entities:entities-version", version)),
        );
        xml.open("model", &attributes);
        self.write_submission(xml);
        self.itext.write(self.form, xml);
        xml.open("instance", &[]);
        self.write_node(0, Repeats::WithTemplates, xml);
        xml.close("instance");
        for (name, address) in self.files {
            xml.empty("instance", &[("id", name), ("src", address)]);
        }
        for list in &self.choices.lists {
            if !list.in_body && !self.files.iter().any(|(name, _)| *name == list.name) {
                write_choices(list, xml);
            }
        }
        for id in self.form.in_order() {
            self.write_bind(id, xml);
            self.write_actions(id, When::Load, xml);
        }
        xml.close("model");
    }

    /// Actions of an element: those of the model, or those of the repeat that holds it.
    pub(super) fn write_actions(&self, id: Id, when: When, xml: &mut Xml) {
        let element = &self.form.elements[id];
        for action in element
            .actions
            .iter()
            .filter(|action| (action.event == NEW_REPEAT) == (when == When::NewRepeat))
        {
            let value = action
                .value
                .as_ref()
                .map(|value| self.form.resolve(value, Some(id), Style::default()));
            write_action(action, &element.path, value.as_deref(), xml);
        }
    }

    fn write_submission(&self, xml: &mut Xml) {
        let settings = self.settings;
        let mut attributes = Vec::new();
        if let Some(url) = &settings.submission_url {
            attributes.extend([("action", url.as_str()), ("method", "post")]);
        }
        attributes.extend(
            settings
                .public_key
                .as_deref()
                .map(|key| ("base64RsaPublicKey", key)),
        );
        attributes.extend(
            settings
                .auto_send
                .as_deref()
                .map(|value| ("orx:auto-send", value)),
        );
        attributes.extend(
            settings
                .auto_delete
                .as_deref()
                .map(|value| ("orx:auto-delete", value)),
        );
        if settings.client_editable {
            attributes.push(("odk:client-editable", "true"));
        }
        if !attributes.is_empty() {
            xml.empty("submission", &attributes);
        }
    }

    fn write_node(&self, id: Id, repeats: Repeats, xml: &mut Xml) {
        let element = &self.form.elements[id];
        let mut attributes: Vec<(String, String)> = Vec::new();
        if repeats == Repeats::ThisTemplate {
            attributes.push(("jr:template".to_owned(), String::new()));
        } else {
            attributes.extend(
                element.instance.iter().map(|(name, value)| {
                    (name.clone(), self.form.resolve(value, Some(id), Style::default()))
                }),
            );
        }
        if id == 0 {
            self.root_attributes(&mut attributes);
        }
        for child in element.children.iter().map(|child| &self.form.elements[*child]) {
            if let Role::Attribute(value) = &child.role {
                attributes.push((child.name.clone(), value.clone()));
            }
        }
        let attributes: Vec<(&str, &str)> = attributes
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        let nodes = self.form.nodes_of(id);
        if nodes.is_empty() {
            return xml.text(
                &element.name,
                &attributes,
                element.default.as_deref().unwrap_or_default(),
            );
        }
        xml.open(&element.name, &attributes);
        for child in nodes {
            match (&self.form.elements[child].role, repeats) {
                // JavaRosa makes new repeats after the template and shows the one that follows it.
                (Role::Repeat, Repeats::WithTemplates) => {
                    self.write_node(child, Repeats::ThisTemplate, xml);
                    self.write_node(child, Repeats::Once, xml);
                }
                (Role::Repeat, Repeats::ThisTemplate) => self.write_node(child, Repeats::ThisTemplate, xml),
                (_, Repeats::ThisTemplate) => self.write_node(child, Repeats::WithTemplates, xml),
                (_, repeats) => self.write_node(child, repeats, xml),
            }
        }
        xml.close(&element.name);
    }

    fn root_attributes(&self, attributes: &mut Vec<(String, String)>) {
        let settings = self.settings;
        attributes.extend(
            settings
                .attributes
                .iter()
                .filter(|(name, _)| name != "id" && name != "version")
                .cloned(),
        );
        let mut add = |name: &str, value: Option<&str>| {
            attributes.extend(value.map(|value| (name.to_owned(), value.to_owned())));
        };
        add("id", Some(self.form_id));
        add("xmlns", settings.instance_xmlns.as_deref());
        add("version", settings.version.as_deref());
        add("odk:prefix", settings.prefix.as_deref());
        add("odk:delimiter", settings.delimiter.as_deref());
    }

    fn write_bind(&self, id: Id, xml: &mut Xml) {
        let element = &self.form.elements[id];
        if element.bind.is_empty() || element.is_flat {
            return;
        }
        let mut attributes = vec![("nodeset".to_owned(), element.path.clone())];
        for (name, value) in &element.bind {
            // A triggered calculation happens in the trigger's control.
            if name == "calculate" && !element.triggers.is_empty() {
                continue;
            }
            let value = if MESSAGES.contains(&name.as_str()) && is_message_in_itext(name, value) {
                format!("jr:itext('{}:{name}')", element.path)
            } else {
                match value {
                    Text::Plain(text) => self.form.resolve(text, Some(id), Style::default()),
                    // Only messages are translated; anything else takes its first text.
                    text => text
                        .by_language(&self.settings.default_language)
                        .next()
                        .map(|(_, text)| text.to_owned())
                        .unwrap_or_default(),
                }
            };
            attributes.push((name.clone(), value));
        }
        let attributes: Vec<(&str, &str)> = attributes
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        xml.empty("bind", &attributes);
    }
}

/// When an action happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum When {
    Load,
    NewRepeat,
}

pub(super) fn write_action(action: &Action, path: &str, value: Option<&str>, xml: &mut Xml) {
    let mut attributes = vec![("event", action.event), ("ref", path)];
    attributes.extend(
        value
            .filter(|value| !value.is_empty())
            .map(|value| ("value", value)),
    );
    attributes.extend(action.quality.as_deref().map(|quality| ("odk:quality", quality)));
    xml.empty(action.tag, &attributes);
}

/// Secondary instances that are files, by name and address, in the order of the form.
pub(super) fn files(
    form: &Form,
    choices: &Choices,
    sheet: &str,
    problems: &mut Vec<Finding>,
    warnings: &mut Vec<Finding>,
) -> Vec<(String, String)> {
    let mut files: Vec<(String, String)> = Vec::new();
    let mut rows: HashMap<String, u32> = HashMap::new();
    let mut externals: HashSet<String> = HashSet::new();
    let mut uses_last_saved = false;
    for id in form.in_order() {
        let element = &form.elements[id];
        for (name, address) in files_of(element) {
            // One file may serve many questions, but is declared once.
            let declared = matches!(element.role, Role::External(_)) && !externals.insert(name.clone());
            match files.iter().find(|(known, _)| *known == name) {
                None => {
                    rows.insert(name.clone(), element.row);
                    files.push((name, address));
                }
                Some((_, known)) if *known == address && !declared => {}
                Some((_, known)) => {
                    let first = rows.get(&name).copied().unwrap_or_default();
                    let message = format!(
                        "row {first} already uses \"{name}\" for {known}; give this one another name, or use the same file"
                    );
                    problems.push(Finding::at_row(sheet, element.row, message).column("name"));
                }
            }
        }
        uses_last_saved |= mentions_last_saved(element);
    }
    for list in &choices.lists {
        if let Some((name, address)) = files.iter().find(|(name, _)| *name == list.name && !list.in_body) {
            let row = rows.get(name).copied().unwrap_or_default();
            let message = format!(
                "\"{name}\" is a list of the sheet choices and also the file {address}; rename one of them"
            );
            problems.push(Finding::at_row(sheet, row, message).column("type"));
        }
    }
    if let Some(row) = rows.get(LAST_SAVED).filter(|_| uses_last_saved) {
        let message = format!("\"{LAST_SAVED}\" is the name of the answers saved last; choose another name");
        problems.push(Finding::at_row(sheet, *row, message).column("name"));
    } else if uses_last_saved {
        files.push((LAST_SAVED.to_owned(), "jr://instance/last-saved".to_owned()));
    }
    add_unbacked(form, choices, sheet, &mut files, warnings);
    files
}

/// An instance that an expression names and nothing provides can only be a CSV file that the author forgot to declare.
fn add_unbacked(
    form: &Form,
    choices: &Choices,
    sheet: &str,
    files: &mut Vec<(String, String)>,
    warnings: &mut Vec<Finding>,
) {
    for id in form.in_order() {
        let element = &form.elements[id];
        for argument in expressions(element).flat_map(|text| first_arguments(text, "instance")) {
            let name = argument.trim_matches(['\'', '"']);
            let is_literal = name.len() + 2 == argument.len() && is_ncname(name);
            let is_list = choices.find(name).is_some_and(|list| !list.in_body);
            if !is_literal || is_list || files.iter().any(|(known, _)| known == name) {
                continue;
            }
            files.push((name.to_owned(), format!("jr://file-csv/{name}.csv")));
            // The list of the entities that a form updates is handed out by the server.
            if !matches!(element.role, Role::Attribute(_)) {
                let message = format!(
                    "nothing provides instance('{name}'), so it is read from {name}.csv; add a row csv-external with this name to say so"
                );
                warnings.push(Finding::at_row(sheet, element.row, message));
            }
        }
    }
}

/// The instance that holds what was entered in the form before this.
pub(super) const LAST_SAVED: &str = "__last-saved";

/// How the repeats below a node are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Repeats {
    /// Each with its template before it.
    WithTemplates,
    /// This node and the repeats right below it are templates.
    ThisTemplate,
    /// Without templates: an outer template has them already.
    Once,
}

fn write_choices(list: &ChoiceList, xml: &mut Xml) {
    xml.open("instance", &[("id", &list.name)]);
    xml.open("root", &[]);
    for (nth, choice) in list.choices.iter().enumerate() {
        xml.open("item", &[]);
        if list.in_itext {
            xml.text("itextId", &[], &format!("{}-{nth}", list.name));
        }
        xml.text("name", &[], &choice.name);
        if let (false, Some(label)) = (list.in_itext, choice.label.plain()) {
            xml.text("label", &[], label);
        }
        for (name, value) in &choice.data {
            xml.text(name, &[], value);
        }
        xml.close("item");
    }
    xml.close("root");
    xml.close("instance");
}

fn files_of(element: &Element) -> Vec<(String, String)> {
    let mut files = Vec::new();
    match &element.role {
        Role::External("csv") => files.push((
            element.name.clone(),
            format!("jr://file-csv/{}.csv", element.name),
        )),
        Role::External(_) => files.push((element.name.clone(), format!("jr://file/{}.xml", element.name))),
        _ => {}
    }
    for expression in expressions(element) {
        for argument in first_arguments(expression, "pulldata") {
            let name = argument.trim_matches(['\'', '"']);
            if name.len() + 2 == argument.len() {
                files.push((name.to_owned(), format!("jr://file-csv/{name}.csv")));
            }
        }
    }
    if let Some(itemset) = element
        .itemset
        .as_ref()
        .filter(|itemset| itemset.source == Source::Instance)
        && let Some(ending) = file_ending(&itemset.list)
    {
        let folder = if ending == "csv" { "file-csv" } else { "file" };
        let name = itemset.list[..itemset.list.len() - ending.len() - 1].to_owned();
        files.push((name, format!("jr://{folder}/{}", itemset.list)));
    }
    files
}

/// The expressions of an element that may look into other instances.
fn expressions(element: &Element) -> impl Iterator<Item = &str> {
    let binds = element
        .bind
        .iter()
        .filter(|(name, _)| {
            matches!(
                name.as_str(),
                "calculate" | "constraint" | "readonly" | "required" | "relevant"
            )
        })
        .filter_map(|(_, value)| value.plain());
    let actions = element
        .actions
        .iter()
        .filter_map(|action| action.value.as_deref());
    let filter = element
        .itemset
        .as_ref()
        .and_then(|itemset| itemset.filter.as_deref());
    binds.chain(actions).chain(filter)
}

fn mentions_last_saved(element: &Element) -> bool {
    expressions(element).any(|text| references(text).flatten().any(|reference| reference.last_saved))
}
