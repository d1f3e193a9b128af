//! XForm XML → [`Form`].

mod body;
mod itext;
mod search;
mod tree;

use std::{collections::HashMap, sync::Arc};

use roxmltree::{Document, Node};

use super::{
    FormError,
    actions::{self, Action},
    entities::EntityForms,
    form::{DataType, Def, DefId, External, Form, find},
    graph,
    text::{Part, Wording},
};
use crate::xpath::{Doc, Expr};

pub(super) use search::folded_columns;
pub(super) use tree::{MOST_NODES, copy_xml};

const XFORMS: &str = "http://www.w3.org/2002/xforms";
pub(super) const OPENROSA: &str = "http://openrosa.org/xforms";
pub(super) const JAVAROSA: &str = "http://openrosa.org/javarosa";

impl Form {
    /// Parses an XForm; the error says where the form is wrong and what to do.
    pub fn parse(xml: &str) -> Result<Self, FormError> {
        let document = Document::parse(xml)
            .map_err(|e| FormError::new("the form", format!("is not well-formed XML: {e}")))?;
        let model = document
            .descendants()
            .find(|n| local(*n) == "model")
            .ok_or_else(|| FormError::new("the form", "has no <model>; is this an XForm?"))?;
        let title = document
            .descendants()
            .find(|n| local(*n) == "title")
            .map(|n| text_of(n))
            .unwrap_or_default();
        let mut warnings = Vec::new();
        if document.descendants().filter(|n| local(*n) == "model").count() > 1 {
            warnings.push("the form has more than one <model>; only the first is used".to_owned());
        }
        if elements(model, "submission").any(|n| n.attribute("base64RsaPublicKey").is_some()) {
            warnings.push(
                "the form has a public key: phones encrypt its answers, and answers that cannot be read are not taken; remove public_key \
                 from the settings"
                    .to_owned(),
            );
        }
        let primary = elements(model, "instance")
            .find_map(|n| n.children().find(Node::is_element))
            .ok_or_else(|| FormError::new("model", "has no <instance> with an element in it"))?;
        let mut builder = tree::defs_of(primary)?;
        let defs = &mut builder.defs;
        let ids = binds(model, defs, &mut warnings)?;
        let itext = itext::parse(model, &mut warnings)?;
        let mut found = body::Body::new(defs, &ids, &itext);
        if let Some(body) = document.descendants().find(|n| local(*n) == "body") {
            found.read(body)?;
        }
        let body::Body {
            controls,
            questions,
            repeats,
            mut actions,
            searched,
            warnings: more,
            ..
        } = found;
        warnings.extend(more);
        for action in model.children().filter(|n| actions::is_action(local(*n))) {
            actions.extend(read_action(action, defs, &ids, None, &mut warnings)?);
        }
        for (def, count, fixed) in repeats {
            builder.make_repeat(def, count, fixed);
        }
        let start = builder.start();
        let namespace = primary
            .tag_name()
            .namespace()
            .filter(|ns| *ns != XFORMS)
            .map(str::to_owned);
        let (mut instances, mut externals, last_saved) = secondary(model, primary)?;
        for file in searched {
            instances.push((file.id.clone(), Arc::new(Doc::new())));
            externals.push(file);
        }
        let attribute = |name: &str| {
            primary
                .attributes()
                .find(|a| a.name() == name)
                .map(|a| a.value().to_owned())
        };
        let id = attribute("id")
            .or_else(|| namespace.clone())
            .unwrap_or_else(|| primary.tag_name().name().to_owned());
        let entities = EntityForms::of(&document).unwrap_or_else(|error| {
            warnings.push(error.to_string());
            None
        });
        let mut form = Self {
            id,
            version: attribute("version").unwrap_or_default(),
            title,
            warnings,
            entities: entities.map(Arc::new),
            defs: builder.defs,
            start,
            namespace,
            instances,
            externals,
            last_saved,
            itext,
            body: controls,
            questions,
            actions,
            plan: graph::Plan::default(),
            repeated: Arc::default(),
        };
        form.repeated = form.defs.iter().map(|d| d.repeat.is_some()).collect();
        form.plan = graph::plan(&form)?;
        for (id, awaits) in graph::awaited(&form) {
            if let Some(rule) = &mut form.defs[id as usize].repeat {
                rule.awaits = awaits;
            }
        }
        Ok(form)
    }
}

/// Reads every `<bind>` into its definition; returns the binds' ids.
fn binds(
    model: Node,
    defs: &mut [Def],
    warnings: &mut Vec<String>,
) -> Result<HashMap<String, DefId>, FormError> {
    let mut ids = HashMap::new();
    for bind in elements(model, "bind") {
        let nodeset = bind
            .attribute("nodeset")
            .or_else(|| bind.attribute("ref"))
            .unwrap_or_default()
            .trim();
        let path = if nodeset.starts_with('/') {
            nodeset.to_owned()
        } else {
            format!("{}/{nodeset}", defs[0].path)
        };
        let Some(def) = find(defs, &path) else {
            warnings.push(format!(
                "bind {nodeset}: the instance has no such node; the bind is left out"
            ));
            continue;
        };
        if let Some(id) = bind.attribute("id") {
            ids.insert(id.to_owned(), def);
        }
        let expression = |name: &str| match bind.attribute(name).map(str::trim).filter(|e| !e.is_empty()) {
            Some(source) => parse_expr(source, || format!("bind {nodeset}, {name}")).map(Some),
            None => Ok(None),
        };
        let message = |name: &str| {
            bind.attributes()
                .find(|a| a.name() == name)
                .map(|a| wording(a.value()))
        };
        let own = &mut defs[def as usize].bind;
        own.data_type = data_type(bind.attribute("type").unwrap_or_default());
        own.relevant = expression("relevant")?.filter(|e| e.source() != "true()");
        own.required = expression("required")?.filter(|e| e.source() != "false()");
        own.readonly = expression("readonly")?.filter(|e| e.source() != "false()");
        own.constraint = expression("constraint")?.filter(|e| e.source() != "true()");
        own.calculate = expression("calculate")?;
        own.constraint_message = message("constraintMsg");
        own.required_message = message("requiredMsg");
        let attribute = |name: &str| {
            bind.attributes()
                .find(|a| a.name() == name)
                .map(|a| a.value().to_owned())
        };
        own.max_pixels = attribute("max-pixels").and_then(|n| n.trim().parse().ok());
        own.preload = attribute("preload").map(|kind| (kind, attribute("preloadParams").unwrap_or_default()));
    }
    Ok(ids)
}

fn data_type(name: &str) -> DataType {
    match name.rsplit(':').next().unwrap_or_default() {
        "int" | "integer" | "long" => DataType::Integer,
        "decimal" | "double" | "float" => DataType::Decimal,
        "boolean" => DataType::Boolean,
        "date" => DataType::Date,
        "dateTime" => DataType::DateTime,
        "time" => DataType::Time,
        "geopoint" => DataType::Geopoint,
        "geotrace" => DataType::Geotrace,
        "geoshape" => DataType::Geoshape,
        "barcode" => DataType::Barcode,
        "binary" => DataType::Binary,
        _ => DataType::Text,
    }
}

/// Instances by id, those that come in files, and those that are the last saved filling.
type Secondary = (Vec<(String, Arc<Doc>)>, Vec<External>, Vec<String>);

/// Reads the secondary instances; those in files start empty until the file is attached.
fn secondary(model: Node, primary: Node) -> Result<Secondary, FormError> {
    let mut instances: Vec<(String, Arc<Doc>)> = Vec::new();
    let (mut externals, mut last_saved_ids) = (Vec::new(), Vec::new());
    for instance in elements(model, "instance").filter(|i| primary.parent() != Some(*i)) {
        let Some(id) = instance.attribute("id") else {
            continue;
        };
        let mut doc = Doc::new();
        match instance.attribute("src") {
            Some(src) => {
                let file = src.rsplit('/').next().unwrap_or_default().to_owned();
                // The answers of the last submission live on the phone; here they are blank.
                let last_saved = src.ends_with("/last-saved");
                if last_saved {
                    last_saved_ids.push(id.to_owned());
                }
                if !last_saved && !externals.iter().any(|e: &External| e.id == id) {
                    externals.push(External {
                        id: id.to_owned(),
                        file,
                        attached: false,
                        folded: false,
                    });
                }
            }
            None => {
                for child in instance.children().filter(Node::is_element) {
                    copy_xml(child, &mut doc, 0)
                        .map_err(|e| FormError::new(format!("instance {id:?}"), e))?;
                }
            }
        }
        // ODK forms repeat the declaration of an external instance; the first stands.
        if !instances.iter().any(|(known, _)| known == id) {
            instances.push((id.to_owned(), Arc::new(doc)));
        }
    }
    Ok((instances, externals, last_saved_ids))
}

/// Reads a `<setvalue>` or `<setgeopoint>`.
fn read_action(
    node: Node,
    defs: &[Def],
    ids: &HashMap<String, DefId>,
    trigger: Option<DefId>,
    warnings: &mut Vec<String>,
) -> Result<Vec<Action>, FormError> {
    let (target, def) = match (node.attribute("ref"), node.attribute("bind")) {
        (None, Some(id)) => (id, ids.get(id).copied()),
        (target, _) => {
            let target = target.unwrap_or_default();
            (target, find(defs, target))
        }
    };
    let place = || format!("{} {target}", local(node));
    let Some(def) = def else {
        warnings.push(format!(
            "{}: the instance has no such node; the action is left out",
            place()
        ));
        return Ok(Vec::new());
    };
    if local(node) != "setvalue" {
        // Positions and recordings are the phone's to take.
        return Ok(Vec::new());
    }
    let value = match node.attribute("value").map(str::trim).filter(|v| !v.is_empty()) {
        Some(source) => Some(parse_expr(source, place)?),
        None => None,
    };
    let events = node
        .attributes()
        .find(|a| a.name() == "event")
        .map(|a| a.value())
        .unwrap_or_default();
    actions::read(events, def, trigger, value.as_ref(), &text_of(node))
        .map_err(|e| FormError::new(place(), e))
}

/// Reads a text that may be `jr:itext('id')`.
pub(super) fn wording(text: &str) -> Wording {
    match itext_id(text) {
        Some(id) => Wording::Translated(id.to_owned()),
        None => Wording::Fixed(vec![Part::Text(text.to_owned())]),
    }
}

/// Returns the id in `jr:itext('id')`.
fn itext_id(text: &str) -> Option<&str> {
    let inner = text
        .trim()
        .strip_prefix("jr:itext(")?
        .trim_end()
        .strip_suffix(')')?
        .trim();
    let quote = inner.chars().next().filter(|c| matches!(c, '\'' | '"'))?;
    let id = inner.strip_prefix(quote)?.strip_suffix(quote)?;
    (!id.contains(quote)).then_some(id)
}

fn parse_expr(source: &str, place: impl FnOnce() -> String) -> Result<Expr, FormError> {
    Expr::parse(source).map_err(|e| FormError::new(place(), format!("{e} (in: {})", source.trim())))
}

/// Reads mixed text and `<output>` elements.
fn parts(node: Node, place: &dyn Fn() -> String) -> Result<Vec<Part>, FormError> {
    let mut out: Vec<Part> = Vec::new();
    for child in node.descendants().skip(1) {
        if child.is_text() {
            let text = child.text().unwrap_or_default();
            match out.last_mut() {
                Some(Part::Text(before)) => before.push_str(text),
                _ => out.push(Part::Text(text.to_owned())),
            }
        } else if local(child) == "output" {
            let source = child
                .attribute("value")
                .or_else(|| child.attribute("ref"))
                .unwrap_or_default();
            out.push(Part::Output(parse_expr(source, || {
                format!("{}, output", place())
            })?));
        }
    }
    if let Some(Part::Text(first)) = out.first_mut() {
        *first = first.trim_start().to_owned();
    }
    if let Some(Part::Text(last)) = out.last_mut() {
        last.truncate(last.trim_end().len());
    }
    Ok(out)
}

fn elements<'a, 'i>(parent: Node<'a, 'i>, name: &'static str) -> impl Iterator<Item = Node<'a, 'i>> {
    parent.children().filter(move |n| local(*n) == name)
}

/// Returns an element's name without its namespace; "" for anything else.
fn local<'a>(node: Node<'a, '_>) -> &'a str {
    if node.is_element() {
        node.tag_name().name()
    } else {
        ""
    }
}

fn text_of(node: Node) -> String {
    node.children()
        .filter(Node::is_text)
        .filter_map(|n| n.text())
        .collect::<String>()
        .trim()
        .to_owned()
}
