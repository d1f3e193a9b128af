//! `<h:body>`: questions, groups and repeats.

use std::{collections::HashMap, sync::Arc};

use roxmltree::Node;

use super::{elements, itext_id, local, parse_expr, parts, read_action, search, text_of};
use crate::{
    xform::{
        FormError,
        actions::{self, Action},
        form::{
            Beside, Choice, Choices, Control, Def, DefId, External, Group, Question, QuestionKind, Repeat,
            find,
        },
        text::{Itext, Part, Wording},
    },
    xpath::Expr,
};

/// Deepest nesting of groups.
const DEEPEST: usize = 30;

/// What is found while walking the body.
pub(super) struct Body<'a> {
    defs: &'a [Def],
    bind_ids: &'a HashMap<String, DefId>,
    itext: &'a Itext,
    pub controls: Vec<Control>,
    pub questions: HashMap<DefId, Arc<Question>>,
    pub repeats: Vec<(DefId, Option<Expr>, bool)>,
    pub actions: Vec<Action>,
    /// Files that a `search()` looks in.
    pub searched: Vec<External>,
    pub warnings: Vec<String>,
}

impl<'a> Body<'a> {
    pub fn new(defs: &'a [Def], bind_ids: &'a HashMap<String, DefId>, itext: &'a Itext) -> Self {
        Self {
            defs,
            bind_ids,
            itext,
            controls: Vec::new(),
            questions: HashMap::new(),
            repeats: Vec::new(),
            actions: Vec::new(),
            searched: Vec::new(),
            warnings: Vec::new(),
        }
    }

    pub fn read(&mut self, body: Node) -> Result<(), FormError> {
        self.controls = self.controls_of(body, 0, 1)?;
        Ok(())
    }

    fn controls_of(&mut self, parent: Node, def: DefId, depth: usize) -> Result<Vec<Control>, FormError> {
        if depth > DEEPEST {
            return Err(FormError::new(
                "body",
                format!("groups nest more than {DEEPEST} levels deep"),
            ));
        }
        let mut out = Vec::new();
        for node in parent.children().filter(Node::is_element) {
            match local(node) {
                "group" => out.extend(self.group(node, def, depth)?),
                "repeat" => out.extend(self.repeat(node, None, def, depth)?),
                "input" | "select" | "select1" | "rank" | "range" | "upload" | "trigger" | "secret" => {
                    out.extend(self.question(node, def)?);
                }
                name if actions::is_action(name) => {
                    let found = read_action(node, self.defs, self.bind_ids, None, &mut self.warnings)?;
                    self.actions.extend(found);
                }
                _ => {}
            }
        }
        Ok(out)
    }

    fn group(&mut self, node: Node, parent: DefId, depth: usize) -> Result<Vec<Control>, FormError> {
        let def = self.target(node, parent);
        let label = self.label(node, "label")?;
        // A group around nothing but a repeat of the same name is only there to carry the label.
        let inner: Vec<_> = node
            .children()
            .filter(|n| n.is_element() && !matches!(local(*n), "label" | "hint"))
            .collect();
        if let [repeat] = inner[..]
            && local(repeat) == "repeat"
        {
            return self.repeat(repeat, label, def.unwrap_or(parent), depth);
        }
        let appearance = node.attribute("appearance").unwrap_or_default().to_owned();
        let controls = self.controls_of(node, def.unwrap_or(parent), depth + 1)?;
        Ok(vec![Control::Group(Group {
            def,
            label,
            appearance,
            controls,
        })])
    }

    fn repeat(
        &mut self,
        node: Node,
        label: Option<Wording>,
        parent: DefId,
        depth: usize,
    ) -> Result<Vec<Control>, FormError> {
        let Some(def) = self.target(node, parent) else {
            self.warnings.push(format!(
                "repeat {}: the instance has no such node; the repeat is left out",
                reference(node)
            ));
            return Ok(Vec::new());
        };
        let place = || format!("repeat {}", reference(node));
        let attribute = |name: &str| {
            node.attributes()
                .find(|a| a.name() == name)
                .map(|a| a.value().trim())
                .filter(|v| !v.is_empty())
        };
        let count = attribute("count")
            .map(|source| {
                Expr::parse_from_child(source).map_err(|e| {
                    FormError::new(format!("{}, jr:count", place()), format!("{e} (in: {source})"))
                })
            })
            .transpose()?;
        let fixed = attribute("noAddRemove").is_some_and(|v| v != "false()");
        self.repeats.push((def, count, fixed));
        let label = match label {
            Some(label) => Some(label),
            None => self.label(node, "label")?,
        };
        let appearance = node.attribute("appearance").unwrap_or_default().to_owned();
        let controls = self.controls_of(node, def, depth + 1)?;
        Ok(vec![Control::Repeat(Repeat {
            def,
            label,
            appearance,
            controls,
        })])
    }

    fn question(&mut self, node: Node, parent: DefId) -> Result<Option<Control>, FormError> {
        let Some(def) = self.target(node, parent) else {
            self.warnings.push(format!(
                "{} {}: the instance has no such node; the question is left out",
                local(node),
                reference(node)
            ));
            return Ok(None);
        };
        let place = || format!("{} {}", local(node), reference(node));
        for action in node.children().filter(|n| actions::is_action(local(*n))) {
            let found = read_action(action, self.defs, self.bind_ids, Some(def), &mut self.warnings)?;
            self.actions.extend(found);
        }
        let appearance = node.attribute("appearance").unwrap_or_default().trim().to_owned();
        let media_type = node.attribute("mediatype").unwrap_or("*/*").to_owned();
        let kind = match local(node) {
            "select1" => QuestionKind::SelectOne,
            "select" => QuestionKind::SelectMultiple,
            "rank" => QuestionKind::Rank,
            "upload" => QuestionKind::Upload { media_type },
            "trigger" => QuestionKind::Trigger,
            "range" => range(node).map_err(|message| FormError::new(place(), message))?,
            // A select with an external list (`select_one_external`) is an input with a query.
            _ if node.attribute("query").is_some() => QuestionKind::SelectOne,
            _ => QuestionKind::Input,
        };
        let choices = self.choices(node, &appearance, &place)?;
        let question = Arc::new(Question {
            def,
            kind,
            label: self.label(node, "label")?,
            hint: self.label(node, "hint")?,
            appearance,
            choices,
        });
        self.questions.entry(def).or_insert_with(|| question.clone());
        Ok(Some(Control::Question(question)))
    }

    fn choices(
        &mut self,
        node: Node,
        appearance: &str,
        place: &dyn Fn() -> String,
    ) -> Result<Choices, FormError> {
        if appearance.contains("search(") {
            return self.searched(node, appearance, place);
        }
        if let Some(query) = node.attribute("query") {
            let nodeset = parse_expr(query, || format!("{}, query", place()))?;
            let column = |name: &str| Expr::parse(name).map_err(|e| FormError::new(place(), e.to_string()));
            return Ok(Choices::Items {
                nodeset,
                value: column("name")?,
                label: Some(Wording::Computed(column("label")?)),
                beside: None,
            });
        }
        if let Some(itemset) = elements(node, "itemset").next() {
            let nodeset = itemset.attribute("nodeset").unwrap_or_default();
            let nodeset = parse_expr(nodeset, || format!("{}, itemset", place()))?;
            let value = elements(itemset, "value")
                .next()
                .and_then(|v| v.attribute("ref"))
                .unwrap_or("name");
            let value = parse_expr(value, || format!("{}, itemset value", place()))?;
            return Ok(Choices::Items {
                nodeset,
                value,
                label: self.label(itemset, "label")?,
                beside: None,
            });
        }
        let fixed = self.fixed(node)?;
        Ok(if fixed.is_empty() {
            Choices::None
        } else {
            Choices::Fixed(fixed)
        })
    }

    fn fixed(&self, node: Node) -> Result<Vec<Choice>, FormError> {
        let mut fixed = Vec::new();
        for item in elements(node, "item") {
            let value = elements(item, "value").next().map(text_of).unwrap_or_default();
            fixed.push(Choice {
                value,
                label: self.label(item, "label")?,
            });
        }
        Ok(fixed)
    }

    /// Reads choices of which one names the columns of a file; those that are whole numbers stand for themselves.
    fn searched(
        &mut self,
        node: Node,
        appearance: &str,
        place: &dyn Fn() -> String,
    ) -> Result<Choices, FormError> {
        let mut fixed = self.fixed(node)?;
        let columns = fixed.iter().position(|c| !search::stands_for_itself(&c.value));
        let found = search::read(appearance).and_then(|search| match columns {
            Some(before) => Ok((search, before)),
            None => Err("no choice names the column of the value".to_owned()),
        });
        let (search, before) = match found {
            Ok(found) => found,
            Err(message) => {
                let message = format!("{}, search(): {message}; its choices are not offered", place());
                self.warnings.push(message);
                return Ok(Choices::Elsewhere);
            }
        };
        let columns = fixed.remove(before);
        fixed.retain(|c| search::stands_for_itself(&c.value));
        if !self.searched.iter().any(|known| known.id == search.id) {
            self.searched.push(search.external());
        }
        let expression = |source: &str| parse_expr(source, || format!("{}, search()", place()));
        Ok(Choices::Items {
            nodeset: expression(&search.nodeset)?,
            value: expression(&search::folded(&columns.value))?,
            label: Some(Wording::Computed(expression(
                &self.shown(columns.label.as_ref()),
            )?)),
            beside: Some(Beside { fixed, before }),
        })
    }

    /// The expression that says a row of a file, of the columns that a label names in each language.
    fn shown(&self, label: Option<&Wording>) -> String {
        let plain = |parts: &[Part]| match parts {
            [Part::Text(text)] => text.clone(),
            _ => String::new(),
        };
        match label {
            Some(Wording::Fixed(parts)) => search::label(&plain(parts)),
            Some(Wording::Translated(id)) => {
                let mut said: Vec<String> = (0..self.itext.texts.len())
                    .filter_map(|language| Some(plain(self.itext.find(language, id)?.text.as_ref()?)))
                    .filter(|columns| !columns.is_empty() && !columns.contains('\''))
                    .collect();
                said.dedup();
                let first = said
                    .first()
                    .map_or_else(|| "''".to_owned(), |first| search::label(first));
                // Where languages name different columns, the language at hand chooses.
                said.iter().skip(1).fold(first, |other, columns| {
                    format!(
                        "if(jr:itext('{id}') = '{columns}', {}, {other})",
                        search::label(columns)
                    )
                })
            }
            _ => "''".to_owned(),
        }
    }

    /// Reads a `<label>` or `<hint>`.
    fn label(&self, parent: Node, name: &'static str) -> Result<Option<Wording>, FormError> {
        let Some(node) = elements(parent, name).next() else {
            return Ok(None);
        };
        let place = || format!("{name} of {} {}", local(parent), reference(parent));
        if let Some(reference) = node.attribute("ref") {
            return Ok(Some(match itext_id(reference) {
                Some(id) => Wording::Translated(id.to_owned()),
                None => Wording::Computed(parse_expr(reference, place)?),
            }));
        }
        let parts = parts(node, &place)?;
        let blank = parts
            .iter()
            .all(|p| matches!(p, Part::Text(text) if text.is_empty()));
        Ok((!blank).then_some(Wording::Fixed(parts)))
    }

    /// Finds the node a control is about.
    fn target(&self, node: Node, parent: DefId) -> Option<DefId> {
        if let Some(id) = node.attribute("bind") {
            return self.bind_ids.get(id).copied();
        }
        let path = node
            .attribute("ref")
            .or_else(|| node.attribute("nodeset"))?
            .trim();
        let path = path.strip_prefix("current()/").unwrap_or(path);
        let path = path.strip_prefix("./").unwrap_or(path);
        if path.starts_with('/') {
            find(self.defs, path)
        } else {
            find(self.defs, &format!("{}/{path}", self.defs[parent as usize].path))
        }
    }
}

fn range(node: Node) -> Result<QuestionKind, String> {
    let number = |name: &str| {
        let text = node.attribute(name).unwrap_or_default();
        text.trim()
            .parse::<f64>()
            .ok()
            .filter(|n| n.is_finite())
            .ok_or_else(|| format!("the range's {name} must be a number, not {text:?}"))
    };
    let (start, end, step) = (number("start")?, number("end")?, number("step")?.abs());
    if step == 0.0 {
        return Err("the range's step must not be 0".into());
    }
    Ok(QuestionKind::Range { start, end, step })
}

fn reference(node: Node) -> String {
    ["ref", "nodeset", "bind"]
        .iter()
        .find_map(|name| node.attribute(*name))
        .unwrap_or_default()
        .to_owned()
}
