//! The body of an XForm: what a person sees and answers.

use std::collections::HashMap;

use super::{
    choices::{ChoiceList, Choices},
    columns::Text,
    form::{Action, Element, Form, Id, Itemset, Role, Source, Style},
    model::{Model, When, write_action},
    questions::file_ending,
    types::Control,
    xml::Xml,
};

/// Writes the controls of a whole form.
pub(super) fn write(model: &Model<'_>, xml: &mut Xml) {
    let body = Body {
        model,
        form: model.form,
        choices: model.choices,
        triggered: triggered(model.form),
    };
    let style = model.settings.style.as_deref();
    let attributes: Vec<(&str, &str)> = style.map(|style| ("class", style)).into_iter().collect();
    xml.open("h:body", &attributes);
    body.write_children(0, xml);
    xml.close("h:body");
}

struct Body<'a> {
    model: &'a Model<'a>,
    form: &'a Form,
    choices: &'a Choices,
    /// Questions that are set when another changes, by the other's name.
    triggered: HashMap<&'a str, Vec<Id>>,
}

fn triggered(form: &Form) -> HashMap<&str, Vec<Id>> {
    let mut triggered: HashMap<&str, Vec<Id>> = HashMap::new();
    for id in form.in_order() {
        for trigger in &form.elements[id].triggers {
            triggered.entry(trigger).or_default().push(id);
        }
    }
    triggered
}

impl Body<'_> {
    fn write_children(&self, id: Id, xml: &mut Xml) {
        for child in &self.form.elements[id].children {
            match self.form.elements[*child].role {
                // Validators refuse a group in which there is nothing to see.
                Role::Group if self.has_controls(*child) => self.write_group(*child, xml),
                Role::Repeat => self.write_repeat(*child, xml),
                Role::Question(_) => self.write_question(*child, xml),
                Role::Root | Role::Group | Role::Hidden | Role::External(_) | Role::Attribute(_) => {}
            }
        }
    }

    fn has_controls(&self, id: Id) -> bool {
        self.form.elements[id].children.iter().any(|child| {
            let element = &self.form.elements[*child];
            element.role == Role::Repeat
                || element.is_shown()
                || (element.role == Role::Group && self.has_controls(*child))
        })
    }

    fn write_group(&self, id: Id, xml: &mut Xml) {
        let element = &self.form.elements[id];
        let control = self.control_attributes(id);
        let mut attributes = Vec::new();
        if !element.is_flat {
            attributes.push(("ref", element.path.as_str()));
        }
        attributes.extend(
            control
                .iter()
                .map(|(name, value)| (name.as_str(), value.as_str())),
        );
        xml.open("group", &attributes);
        if !element.label.is_none() || !element.media.is_empty() {
            self.write_label(id, xml);
        }
        self.write_children(id, xml);
        xml.close("group");
    }

    fn write_repeat(&self, id: Id, xml: &mut Xml) {
        let element = &self.form.elements[id];
        xml.open("group", &[("ref", &element.path)]);
        self.write_label(id, xml);
        let control = self.control_attributes(id);
        let mut attributes = vec![("nodeset", element.path.as_str())];
        attributes.extend(
            control
                .iter()
                .map(|(name, value)| (name.as_str(), value.as_str())),
        );
        xml.open("repeat", &attributes);
        self.write_children(id, xml);
        self.write_repeat_actions(id, xml);
        xml.close("repeat");
        xml.close("group");
    }

    /// What happens when a person adds one more; inner repeats see to their own.
    fn write_repeat_actions(&self, id: Id, xml: &mut Xml) {
        let mut waiting: Vec<Id> = self.form.elements[id].children.iter().rev().copied().collect();
        while let Some(inner) = waiting.pop() {
            self.model.write_actions(inner, When::NewRepeat, xml);
            if self.form.elements[inner].role != Role::Repeat {
                waiting.extend(self.form.elements[inner].children.iter().rev());
            }
        }
    }

    fn write_question(&self, id: Id, xml: &mut Xml) {
        let element = &self.form.elements[id];
        let Some((control, tag)) = element
            .question()
            .filter(|_| element.is_shown())
            .and_then(|kind| Some((kind.control, kind.control.tag()?)))
        else {
            return;
        };
        let query = self.query(id);
        let own = self.control_attributes(id);
        let mut attributes = vec![("ref", element.path.as_str())];
        if let Control::Upload(media) = control {
            attributes.push(("mediatype", media));
        }
        for (name, value) in &own {
            match attributes.iter_mut().find(|(known, _)| known == name) {
                Some((_, old)) => *old = value,
                None => attributes.push((name, value)),
            }
        }
        attributes.extend(query.as_deref().map(|query| ("query", query)));
        xml.open(tag, &attributes);
        let has_hint = !element.hint.is_none() || !element.guidance.is_none();
        self.write_label(id, xml);
        if has_hint {
            self.write_hint(id, xml);
        }
        self.write_choices(id, xml);
        for (key, label) in &element.tags {
            xml.open("tag", &[("key", key)]);
            let label = label
                .by_language(&self.model.settings.default_language)
                .next()
                .map(|(_, text)| text);
            xml.mixed(
                "label",
                &[],
                &self.form.outputs(label.unwrap_or_default(), Some(id)),
            );
            xml.close("tag");
        }
        self.write_triggered(id, xml);
        xml.close(tag);
    }

    fn control_attributes(&self, id: Id) -> Vec<(String, String)> {
        let element = &self.form.elements[id];
        element
            .control
            .iter()
            .map(|(name, value)| (name.clone(), self.form.resolve(value, Some(id), Style::default())))
            .collect()
    }

    fn write_label(&self, id: Id, xml: &mut Xml) {
        let element = &self.form.elements[id];
        if element.has_label_in_itext() {
            let address = format!("jr:itext('{}:label')", element.path);
            return xml.empty("label", &[("ref", &address)]);
        }
        xml.mixed(
            "label",
            &[],
            &self
                .form
                .outputs(element.label.plain().unwrap_or_default(), Some(id)),
        );
    }

    fn write_hint(&self, id: Id, xml: &mut Xml) {
        let element = &self.form.elements[id];
        if element.has_hint_in_itext() {
            let address = format!("jr:itext('{}:hint')", element.path);
            return xml.empty("hint", &[("ref", &address)]);
        }
        xml.mixed(
            "hint",
            &[],
            &self
                .form
                .outputs(element.hint.plain().unwrap_or_default(), Some(id)),
        );
    }

    /// Selects from `itemsets.csv` are inputs that carry a query.
    fn query(&self, id: Id) -> Option<String> {
        let itemset = self.form.elements[id]
            .itemset
            .as_ref()
            .filter(|itemset| itemset.source == Source::External)?;
        let items = format!("instance('{}')/root/item", itemset.list);
        let style = Style {
            from_current: true,
            ..Style::default()
        };
        Some(match &itemset.filter {
            Some(filter) => format!("{items}[{}]", self.form.resolve(filter, Some(id), style)),
            None => items,
        })
    }

    fn write_choices(&self, id: Id, xml: &mut Xml) {
        let Some(itemset) = &self.form.elements[id].itemset else {
            return;
        };
        match itemset.source {
            Source::External => {}
            Source::Search => {
                if let Some(list) = self.choices.find(&itemset.list) {
                    self.write_items(list, xml);
                }
            }
            Source::Instance | Source::Answers | Source::Geometries => self.write_itemset(id, itemset, xml),
        }
    }

    fn write_items(&self, list: &ChoiceList, xml: &mut Xml) {
        for (nth, choice) in list.choices.iter().enumerate() {
            xml.open("item", &[]);
            if list.in_itext {
                xml.empty("label", &[("ref", &format!("jr:itext('{}-{nth}')", list.name))]);
            } else {
                xml.mixed(
                    "label",
                    &[],
                    &self.form.outputs(choice.label.plain().unwrap_or_default(), None),
                );
            }
            xml.text("value", &[], &choice.name);
            xml.close("item");
        }
    }

    fn write_itemset(&self, id: Id, itemset: &Itemset, xml: &mut Xml) {
        let nodes = self.nodes(id, itemset);
        let mut nodeset = match &nodes.filter {
            Some(filter) => format!("{}[{filter}]", nodes.nodeset),
            None => nodes.nodeset,
        };
        if let Some(seed) = &itemset.randomize {
            nodeset = match seed {
                Some(seed) => format!(
                    "randomize({nodeset}, {})",
                    self.form.resolve(seed, Some(id), Style::default())
                ),
                None => format!("randomize({nodeset})"),
            };
        }
        xml.open("itemset", &[("nodeset", &nodeset)]);
        xml.empty("value", &[("ref", &nodes.value)]);
        xml.empty("label", &[("ref", &nodes.label)]);
        xml.close("itemset");
    }

    fn nodes(&self, id: Id, itemset: &Itemset) -> Nodes {
        let whole = itemset.source != Source::Instance;
        let style = Style {
            from_current: true,
            whole_repeat: whole,
        };
        let filter = itemset
            .filter
            .as_ref()
            .map(|filter| self.form.resolve(filter, Some(id), style));
        match itemset.source {
            Source::Geometries => {
                let nodeset = self.form.resolve(
                    &itemset.list,
                    Some(id),
                    Style {
                        whole_repeat: true,
                        ..Style::default()
                    },
                );
                // Without a predicate, Collect would look at one instance of the repeat only.
                let filter = filter
                    .map(|filter| within(&nodeset, &filter))
                    .or_else(|| Some("./geometry != ''".to_owned()));
                Nodes {
                    nodeset,
                    filter,
                    value: "geometry".to_owned(),
                    label: "geometry".to_owned(),
                }
            }
            Source::Answers => {
                let path = self.form.resolve(
                    &itemset.list,
                    Some(id),
                    Style {
                        whole_repeat: true,
                        ..Style::default()
                    },
                );
                let path = path.trim();
                let (nodeset, leaf) = path.rsplit_once('/').unwrap_or(("", path));
                let filter = filter
                    .map(|filter| within(nodeset, &filter))
                    .or_else(|| Some(format!("./{leaf} != ''")));
                Nodes {
                    nodeset: nodeset.to_owned(),
                    filter,
                    value: leaf.to_owned(),
                    label: leaf.to_owned(),
                }
            }
            Source::Instance | Source::External | Source::Search => {
                let ending = file_ending(&itemset.list);
                let stem = ending.map_or(itemset.list.as_str(), |ending| {
                    &itemset.list[..itemset.list.len() - ending.len() - 1]
                });
                let (value, label) = match ending {
                    Some("geojson") => ("id", "title"),
                    Some(_) => ("name", "label"),
                    None if self.choices.find(stem).is_some_and(|list| list.in_itext) => {
                        ("name", "jr:itext(itextId)")
                    }
                    // Without any label, people choose by the names.
                    None if self.choices.find(stem).is_some_and(ChoiceList::has_no_labels) => {
                        ("name", "name")
                    }
                    None => ("name", "label"),
                };
                Nodes {
                    nodeset: format!("instance('{stem}')/root/item"),
                    filter,
                    value: itemset.value.clone().unwrap_or_else(|| value.to_owned()),
                    label: itemset.label.clone().unwrap_or_else(|| label.to_owned()),
                }
            }
        }
    }

    fn write_triggered(&self, id: Id, xml: &mut Xml) {
        let Some(targets) = self.triggered.get(self.form.elements[id].name.as_str()) else {
            return;
        };
        // Values first: where the person stands is measured meanwhile.
        let is_place = |id: &&Id| {
            self.form.elements[**id]
                .question()
                .is_some_and(|kind| kind.name == "background-geopoint")
        };
        let (places, values): (Vec<&Id>, Vec<&Id>) = targets.iter().partition(is_place);
        for target in values.into_iter().chain(places) {
            let element: &Element = &self.form.elements[*target];
            let is_place = element
                .question()
                .is_some_and(|kind| kind.name == "background-geopoint");
            let tag = if is_place { "odk:setgeopoint" } else { "setvalue" };
            let action = Action::record(tag, "xforms-value-changed");
            let calculation = element
                .bind_value("calculate")
                .and_then(Text::plain)
                .filter(|_| !is_place);
            let value =
                calculation.map(|calculation| self.form.resolve(calculation, Some(id), Style::default()));
            write_action(&action, &element.path, value.as_deref(), xml);
        }
    }
}

/// A filter as it reads in a predicate of the repeat, which is then the context itself.
fn within(repeat: &str, filter: &str) -> String {
    filter
        .replace(&format!("current()/{repeat}"), ".")
        .replace(repeat, ".")
}

/// Where an itemset finds its items, values and labels.
struct Nodes {
    nodeset: String,
    filter: Option<String>,
    value: String,
    label: String,
}
