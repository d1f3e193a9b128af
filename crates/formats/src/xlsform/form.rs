//! The form as a tree of elements, and where each stands: the paths that `${name}` becomes.

use std::{borrow::Cow, collections::HashMap};

use super::{
    columns::Text,
    expression::{argument_of, has_reference, in_predicate, instance_paths, is_name_character, references},
    types::QuestionType,
    xml::escape_attribute,
    xml::escape_text,
};

/// Index into [`Form::elements`]; the root is 0.
pub(super) type Id = usize;

#[derive(Debug, Clone, Default)]
pub(super) struct Form {
    pub elements: Vec<Element>,
    /// Elements of the survey by name; more than one when a name is used in several groups.
    names: HashMap<String, Vec<Id>>,
}

/// A node of the primary instance, with its bind and control.
#[derive(Debug, Clone, Default)]
pub(super) struct Element {
    pub role: Role,
    pub name: String,
    pub parent: Option<Id>,
    pub children: Vec<Id>,
    /// Row of the survey sheet; 0 for what the converter adds.
    pub row: u32,
    pub label: Text,
    pub hint: Text,
    pub guidance: Text,
    pub media: Vec<(&'static str, Text)>,
    pub bind: Vec<(String, Text)>,
    /// Attributes of the control.
    pub control: Vec<(String, String)>,
    /// Attributes of the node.
    pub instance: Vec<(String, String)>,
    pub default: Option<String>,
    pub actions: Vec<Action>,
    /// Names of the questions whose change sets this value.
    pub triggers: Vec<String>,
    pub itemset: Option<Itemset>,
    /// Keys and labels of the features an OSM question edits.
    pub tags: Vec<(String, Text)>,
    /// A group without a node of its own, as ODK Tables wanted them.
    pub is_flat: bool,
    /// Absolute path of the node.
    pub path: String,
    pub depth: usize,
    /// The nearest repeat above.
    pub repeat: Option<Id>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) enum Role {
    #[default]
    Root,
    Group,
    /// A group without a place in the body: `meta` and what is in it.
    Hidden,
    Repeat,
    Question(&'static QuestionType),
    /// A `csv-external` or `xml-external`: a secondary instance and no node.
    External(&'static str),
    /// An attribute of its parent's node, with its fixed value.
    Attribute(String),
}

/// Something to do when an event happens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Action {
    pub tag: &'static str,
    pub event: &'static str,
    pub value: Option<String>,
    pub quality: Option<String>,
}

pub(super) const FIRST_LOAD: &str = "odk-instance-first-load";
pub(super) const NEW_REPEAT: &str = "odk-new-repeat";

impl Action {
    pub(super) fn setvalue(event: &'static str, value: &str) -> Self {
        Self {
            tag: "setvalue",
            event,
            value: Some(value.to_owned()),
            quality: None,
        }
    }

    /// An action that writes what the device measures or records.
    pub(super) fn record(tag: &'static str, event: &'static str) -> Self {
        Self {
            tag,
            event,
            value: None,
            quality: None,
        }
    }
}

/// What a select chooses from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Itemset {
    /// A choice list, a file, or a `${reference}` to earlier answers.
    pub list: String,
    pub filter: Option<String>,
    /// `randomize()` the order, with or without a seed.
    pub randomize: Option<Option<String>>,
    /// Columns of a file that hold the value and the label.
    pub value: Option<String>,
    pub label: Option<String>,
    pub source: Source,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Source {
    /// A secondary instance: a choice list or a file.
    #[default]
    Instance,
    /// The answers to a question of a repeat.
    Answers,
    /// The geometries that entities or repeats already have.
    Geometries,
    /// `itemsets.csv`, made of the sheet `external_choices`.
    External,
    /// Choices written into the body, for Collect's `search()`.
    Search,
}

/// How a reference is written inside predicates.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Style {
    /// Start relative paths at `current()`: the text stands in a predicate of another node.
    pub from_current: bool,
    /// Go up to the repeat's parent, so that a predicate can follow the repeat.
    pub whole_repeat: bool,
}

impl Form {
    /// An empty form whose root element has this name.
    pub(super) fn new(root: &str) -> Self {
        Self {
            elements: vec![Element {
                name: root.to_owned(),
                ..Element::default()
            }],
            names: HashMap::new(),
        }
    }

    pub(super) fn add(&mut self, parent: Id, mut element: Element) -> Id {
        let id = self.elements.len();
        element.parent = Some(parent);
        self.elements.push(element);
        self.elements[parent].children.push(id);
        id
    }

    /// Fills in paths, depths and repeats, and the index of names; call it once the tree stands.
    pub(super) fn place(&mut self) {
        self.names.clear();
        let mut waiting = vec![0];
        while let Some(id) = waiting.pop() {
            let element = &self.elements[id];
            let (path, depth, repeat) = match element.parent {
                None => (format!("/{}", element.name), 0, None),
                Some(parent) => {
                    let above = &self.elements[parent];
                    let at = if matches!(element.role, Role::Attribute(_)) {
                        "@"
                    } else {
                        ""
                    };
                    let repeat = if above.role == Role::Repeat {
                        Some(parent)
                    } else {
                        above.repeat
                    };
                    let path = if element.is_flat {
                        above.path.clone()
                    } else {
                        format!("{}/{at}{}", above.path, element.name)
                    };
                    (path, above.depth + 1, repeat)
                }
            };
            if matches!(element.role, Role::Group | Role::Repeat | Role::Question(_)) {
                self.names.entry(element.name.clone()).or_default().push(id);
            }
            waiting.extend(element.children.iter().rev());
            let element = &mut self.elements[id];
            (element.path, element.depth, element.repeat) = (path, depth, repeat);
        }
    }

    /// Takes the groups' nodes away; what made a group relevant makes its questions relevant.
    pub(super) fn flatten(&mut self, id: Id, relevant: Option<&str>) {
        for child in self.elements[id].children.clone() {
            let element = &mut self.elements[child];
            let own = element
                .bind_value("relevant")
                .and_then(Text::plain)
                .map(str::to_owned);
            let both = match (relevant, own) {
                (Some(above), Some(own)) => Some(format!("{above} and ({own})")),
                (Some(above), None) => Some(above.to_owned()),
                (None, own) => own,
            };
            if element.role == Role::Group {
                element.is_flat = true;
                self.flatten(child, both.as_deref());
            } else if let Some(both) = both {
                element.set_bind("relevant", both);
            }
        }
    }

    /// Elements of that name, in reading order; those whose capitals differ when no other name is meant.
    pub(super) fn named(&self, name: &str) -> &[Id] {
        self.names
            .get(self.as_spelled(name).unwrap_or(name))
            .map_or(&[], Vec::as_slice)
    }

    /// The one name that differs in its capitals only, if there is no such name itself.
    pub(super) fn as_spelled(&self, name: &str) -> Option<&str> {
        if self.names.contains_key(name) {
            return None;
        }
        let lower = name.to_lowercase();
        let mut alike = self.names.keys().filter(|known| known.to_lowercase() == lower);
        match (alike.next(), alike.next()) {
            (Some(only), None) => Some(only),
            _ => None,
        }
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.names.keys().map(String::as_str)
    }

    /// The nodes right below a node; flat groups have none of their own but those they hold.
    pub(super) fn nodes_of(&self, id: Id) -> Vec<Id> {
        let mut nodes = Vec::with_capacity(self.elements[id].children.len());
        for child in &self.elements[id].children {
            match &self.elements[*child] {
                flat if flat.is_flat => nodes.extend(self.nodes_of(*child)),
                Element {
                    role: Role::Attribute(_) | Role::External(_),
                    ..
                } => {}
                _ => nodes.push(*child),
            }
        }
        nodes
    }

    /// Ids in reading order, each before what it holds.
    pub(super) fn in_order(&self) -> Vec<Id> {
        let mut order = Vec::with_capacity(self.elements.len());
        let mut waiting = vec![0];
        while let Some(id) = waiting.pop() {
            order.push(id);
            waiting.extend(self.elements[id].children.iter().rev());
        }
        order
    }

    /// Is `above` an ancestor of `id`?
    pub(super) fn holds(&self, above: Id, id: Id) -> bool {
        let mut next = self.elements[id].parent;
        while let Some(parent) = next {
            if parent == above {
                return true;
            }
            next = self.elements[parent].parent;
        }
        false
    }

    /// Writes every `${name}` of an expression as a path, seen from `context`.
    pub(super) fn resolve(&self, text: &str, context: Option<Id>, style: Style) -> String {
        if !text.contains("${") {
            return text.to_owned();
        }
        let mut resolved = String::with_capacity(text.len() + 32);
        let mut from = 0;
        for reference in references(text).flatten() {
            let Some(&target) = self.named(reference.name).first() else {
                continue;
            };
            resolved.push_str(&text[from..reference.start]);
            if resolved.chars().next_back().is_some_and(is_name_character) {
                resolved.push(' ');
            }
            let path = match context {
                Some(context) if !reference.last_saved && !is_absolute_argument(text, reference.start) => {
                    let inside = text.contains("instance(") && in_predicate(text, reference.start);
                    let style = Style {
                        from_current: style.from_current || inside,
                        ..style
                    };
                    self.relative(context, target, style)
                        .unwrap_or_else(|| self.elements[target].path.clone())
                }
                _ => self.elements[target].path.clone(),
            };
            if reference.last_saved {
                resolved.push_str("instance('__last-saved')");
            }
            resolved.push_str(&path);
            if text[reference.end..]
                .chars()
                .next()
                .is_some_and(is_name_character)
            {
                resolved.push(' ');
            }
            from = reference.end;
        }
        resolved.push_str(&text[from..]);
        resolved
    }

    /// A text for people as XML: references and `instance()` paths become outputs.
    pub(super) fn outputs<'t>(&self, text: &'t str, context: Option<Id>) -> Cow<'t, str> {
        if !has_reference(text) && !text.contains("instance(") {
            return escape_text(text);
        }
        let mut spans = instance_paths(text);
        let inside = |spans: &[(usize, usize)], at: usize| {
            spans.iter().any(|(start, end)| (*start..*end).contains(&at))
        };
        let loose: Vec<(usize, usize)> = references(text)
            .flatten()
            .map(|found| (found.start, found.end))
            .filter(|(start, _)| !inside(&spans, *start))
            .collect();
        spans.extend(loose);
        spans.sort_unstable();
        let mut xml = String::with_capacity(text.len() + 32);
        let mut from = 0;
        for (start, end) in spans {
            xml.push_str(&escape_text(&text[from..start]));
            let value = self.resolve(&text[start..end], context, Style::default());
            xml.push_str("<output value=\"");
            xml.push_str(&escape_attribute(&value));
            xml.push_str("\"/>");
            from = end;
        }
        xml.push_str(&escape_text(&text[from..]));
        Cow::Owned(xml)
    }

    /// The path from `source` to `target` when one repeat holds both.
    fn relative(&self, source: Id, target: Id, style: Style) -> Option<String> {
        let mut next = self.elements[source].repeat;
        let shared = loop {
            let repeat = next?;
            if self.holds(repeat, target) {
                break repeat;
            }
            next = self.elements[repeat].repeat;
        };
        let outermost = self.elements[shared].repeat.is_none();
        let in_same = self.elements[source].repeat == Some(shared);
        let whole =
            style.whole_repeat && self.elements[target].repeat == Some(shared) && (outermost || !in_same);
        let top = if whole {
            self.elements[shared].parent?
        } else {
            let mut above = self.elements[source].parent?;
            while !self.holds(above, target) {
                above = self.elements[above].parent?;
            }
            above
        };
        let steps = self.elements[source].depth - self.elements[top].depth;
        let below = &self.elements[target].path[self.elements[top].path.len()..];
        let start = if style.from_current { "current()/" } else { "" };
        Some(format!("{start}{}{below}", vec![".."; steps].join("/")))
    }
}

impl Element {
    pub(super) fn bind_value(&self, attribute: &str) -> Option<&Text> {
        self.bind
            .iter()
            .find(|(name, _)| name == attribute)
            .map(|(_, value)| value)
    }

    pub(super) fn control_value(&self, attribute: &str) -> Option<&str> {
        self.control
            .iter()
            .find(|(name, _)| name == attribute)
            .map(|(_, value)| value.as_str())
    }

    /// Sets an attribute of the bind, over what was there.
    pub(super) fn set_bind(&mut self, attribute: &str, value: impl Into<String>) {
        let value = Text::Plain(value.into());
        match self.bind.iter_mut().find(|(name, _)| name == attribute) {
            Some((_, old)) => *old = value,
            None => self.bind.push((attribute.to_owned(), value)),
        }
    }

    /// Sets an attribute of the control, over what was there.
    pub(super) fn set_control(&mut self, attribute: &str, value: impl Into<String>) {
        match self.control.iter_mut().find(|(name, _)| name == attribute) {
            Some((_, old)) => *old = value.into(),
            None => self.control.push((attribute.to_owned(), value.into())),
        }
    }

    pub(super) fn question(&self) -> Option<&'static QuestionType> {
        match self.role {
            Role::Question(kind) => Some(kind),
            _ => None,
        }
    }

    /// Has it a control in the body? Calculations are seen only when they are given a label.
    pub(super) fn is_shown(&self) -> bool {
        let Some(kind) = self.question() else { return false };
        let computed = self.bind_value("calculate").is_some() || !self.triggers.is_empty();
        kind.control.tag().is_some() && !(computed && self.label.is_none() && self.hint.is_none())
    }

    pub(super) fn has_label_in_itext(&self) -> bool {
        matches!(self.label, Text::Translated(_)) || !self.media.is_empty()
    }

    pub(super) fn has_hint_in_itext(&self) -> bool {
        matches!(self.hint, Text::Translated(_)) || !self.guidance.is_none()
    }
}

/// The repeats and the node that `indexed-repeat()` walks are absolute, its indexes are not.
fn is_absolute_argument(text: &str, at: usize) -> bool {
    text.contains("indexed-repeat") && matches!(argument_of(text, "indexed-repeat", at), Some(0 | 1 | 3 | 5))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn roster() -> (Form, Id, Id) {
        let mut form = Form::new("data");
        let text = super::super::types::find("text").unwrap();
        let question = |name: &str| Element {
            role: Role::Question(text),
            name: name.to_owned(),
            ..Element::default()
        };
        form.add(0, question("village"));
        let member = form.add(
            0,
            Element {
                role: Role::Repeat,
                name: "member".to_owned(),
                ..Element::default()
            },
        );
        form.add(member, question("age"));
        let school = form.add(
            member,
            Element {
                role: Role::Group,
                name: "school".to_owned(),
                ..Element::default()
            },
        );
        let grade = form.add(school, question("grade"));
        form.add(school, question("pupil"));
        form.place();
        (form, member, grade)
    }

    #[test]
    fn references_are_relative_inside_a_repeat_and_absolute_outside() {
        let (form, _, grade) = roster();
        let resolve = |text| form.resolve(text, Some(grade), Style::default());
        assert_eq!(
            resolve("${age} > 5 and ${village}='x'"),
            "../../age > 5 and /data/village='x'"
        );
        assert_eq!(resolve("${pupil}div 2"), "../pupil div 2");
        assert_eq!(resolve("count(${member})"), "count(/data/member)");
        assert_eq!(
            resolve("${last-saved#age}"),
            "instance('__last-saved')/data/member/age"
        );
        assert_eq!(
            resolve("instance('p')/root/item[name=${age}]"),
            "instance('p')/root/item[name=current()/../../age]"
        );
        assert_eq!(
            form.resolve("sum(${age})", None, Style::default()),
            "sum(/data/member/age)"
        );
        assert_eq!(
            resolve("indexed-repeat(${age}, ${member}, ${pupil})"),
            "indexed-repeat(/data/member/age, /data/member, ../pupil)"
        );
    }

    #[test]
    fn texts_become_outputs_with_everything_escaped() {
        let (form, _, grade) = roster();
        assert_eq!(
            form.outputs("${age} < 5 & more", Some(grade)),
            "<output value=\"../../age\"/> &lt; 5 &amp; more"
        );
        assert_eq!(
            form.outputs("In instance('v')/root/item[name = ${village}]/label.", None),
            "In <output value=\"instance('v')/root/item[name = /data/village]/label\"/>."
        );
    }
}
