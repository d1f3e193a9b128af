//! Secondary instances: small ones as tables by columns, long ones by name.

use std::collections::BTreeSet;

use serde_json::{Value as Json, json};

use super::{
    Compiler, MOST_ROWS, Object, SHAPE,
    expressions::{Scope, every},
};
use crate::{
    xform::form::Form,
    xpath::{Doc, Function, Node, NodeId, Step, Test},
};

/// The column that names a row's translated text.
const ITEXT: &str = "itextId";

pub(super) struct Lists<'a> {
    form: &'a Form,
    /// Columns that some expression reads; `None` when it may be any.
    wanted: Option<BTreeSet<String>>,
}

/// Which rows of a list are wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize)]
pub struct ListQuery {
    /// Columns with the values a row may have there.
    #[serde(default)]
    pub equals: Vec<(String, Vec<String>)>,
    /// The beginning of a word of a row's name or label, in any case.
    #[serde(default)]
    pub search: String,
    /// Most rows; 0 for all.
    #[serde(default)]
    pub most: usize,
}

/// Answers a query of a list as a table of the columns that the form reads; `None` when there is no such list.
pub fn list(form: &Form, id: &str, query: &ListQuery) -> Option<Json> {
    let compiler = Compiler {
        form,
        lists: Lists::of(form),
        texts: super::Texts::of(form),
    };
    let (_, doc) = form.instances.iter().find(|(known, _)| known == id)?;
    let shape = Shape::of(doc)?;
    let most = if query.most == 0 { usize::MAX } else { query.most };
    let rows: Vec<NodeId> = shape
        .rows(doc, query)
        .into_iter()
        .filter(|&row| is_found(form, doc, row, &query.search.to_lowercase()))
        .take(most)
        .collect();
    let mut table = compiler.lists.table(&compiler, doc, &shape, &rows);
    table["shape"] = json!(SHAPE);
    Some(table)
}

/// Returns rows of a list by their positions, as a table of the columns that the form reads; `None` when it is no table.
pub fn list_rows(form: &Form, id: &str, positions: &[usize]) -> Option<Json> {
    let compiler = Compiler {
        form,
        lists: Lists::of(form),
        texts: super::Texts::of(form),
    };
    let (_, doc) = form.instances.iter().find(|(known, _)| known == id)?;
    let shape = Shape::of(doc)?;
    let all: Vec<NodeId> = doc.children(shape.root).collect();
    let rows: Vec<NodeId> = positions.iter().filter_map(|&at| all.get(at).copied()).collect();
    Some(compiler.lists.table(&compiler, doc, &shape, &rows))
}

/// Tells whether a word of the row's name or of its label in any language begins with a text.
fn is_found(form: &Form, doc: &Doc, row: NodeId, search: &str) -> bool {
    let begins = |text: &str| {
        let text = text.to_lowercase();
        text.starts_with(search)
            || text
                .match_indices(search)
                .any(|(at, _)| text[..at].ends_with(|c: char| !c.is_alphanumeric()))
    };
    let of_row = ["name", "label"]
        .iter()
        .filter_map(|c| doc.child_value(row, c))
        .any(begins);
    let id = doc.child_value(row, ITEXT);
    let said = |id: &str| {
        (0..form.itext.texts.len()).any(|language| {
            let text = form.itext.find(language, id).and_then(|t| t.text.as_ref());
            text.iter()
                .flat_map(|parts| parts.iter())
                .any(|part| matches!(part, crate::xform::text::Part::Text(t) if begins(t)))
        })
    };
    search.is_empty() || of_row || id.is_some_and(said)
}

/// A document that is a table: a root of items of one name with plain columns.
struct Shape<'a> {
    root: NodeId,
    root_name: &'a str,
    item: &'a str,
    columns: Vec<&'a str>,
    n_rows: usize,
}

impl<'a> Shape<'a> {
    fn of(doc: &'a Doc) -> Option<Self> {
        let root = doc.root()?;
        let mut items = doc.children(root);
        let first = items.next();
        let mut shape = Self {
            root,
            root_name: doc.name(root),
            item: first.map_or("item", |item| doc.name(item)),
            columns: Vec::new(),
            n_rows: 0,
        };
        if doc.attributes(root).next().is_some() || !doc.value(root).is_empty() {
            return None;
        }
        for item in doc.children(root) {
            if doc.name(item) != shape.item
                || doc.attributes(item).next().is_some()
                || !doc.value(item).is_empty()
            {
                return None;
            }
            shape.n_rows += 1;
            let mut seen = Vec::new();
            for cell in doc.children(item) {
                let name = doc.name(cell);
                if doc.child(cell).is_some() || doc.attributes(cell).next().is_some() || seen.contains(&name)
                {
                    return None;
                }
                seen.push(name);
                if !shape.columns.contains(&name) {
                    shape.columns.push(name);
                }
            }
        }
        Some(shape)
    }

    fn rows(&self, doc: &Doc, query: &ListQuery) -> Vec<NodeId> {
        let mut columns = query.equals.iter();
        let Some((column, values)) = columns.next() else {
            return doc.children(self.root).collect();
        };
        let found = values
            .iter()
            .flat_map(|value| doc.lookup(self.root, self.item, column, value));
        let rest: Vec<_> = columns.collect();
        let mut rows: Vec<NodeId> = found
            .filter(|&row| {
                rest.iter().all(|(column, values)| {
                    let cell = doc.child_value(row, column).unwrap_or_default();
                    values.iter().any(|v| v == cell)
                })
            })
            .collect();
        rows.sort_unstable();
        rows.dedup();
        rows
    }
}

impl<'a> Lists<'a> {
    pub fn of(form: &'a Form) -> Self {
        Self {
            form,
            wanted: wanted(form),
        }
    }

    pub fn position(&self, id: &str) -> Option<usize> {
        self.form.instances.iter().position(|(known, _)| known == id)
    }

    pub fn columns(&self, compiler: &Compiler) -> Vec<Json> {
        let form = self.form;
        form.instances
            .iter()
            .map(|(id, doc)| {
                let external = form.externals.iter().find(|e| e.id == *id);
                let list = Object::new()
                    .with("id", &**id)
                    .maybe("file", external.map(|e| json!(e.file)))
                    .mark("lastSaved", form.last_saved.contains(id));
                let here = external.is_none_or(|e| e.attached);
                if !here || doc.is_empty() {
                    return list.into();
                }
                let Some(shape) = Shape::of(doc) else {
                    return match doc.root() {
                        Some(root) => list.with("tree", branch(doc, root)).into(),
                        None => list.into(),
                    };
                };
                let list = if (shape.root_name, shape.item) == ("root", "item") {
                    list
                } else {
                    list.with("names", json!([shape.root_name, shape.item]))
                };
                if shape.n_rows > MOST_ROWS {
                    let columns: Vec<&str> = self.kept(&shape);
                    return list.with("rows", shape.n_rows).with("columns", columns).into();
                }
                let rows: Vec<NodeId> = doc.children(shape.root).collect();
                list.with("table", self.table(compiler, doc, &shape, &rows))
                    .into()
            })
            .collect()
    }

    fn table(&self, compiler: &Compiler, doc: &Doc, shape: &Shape, rows: &[NodeId]) -> Json {
        let columns: Vec<&str> = self.kept(shape).into_iter().filter(|c| *c != ITEXT).collect();
        let column = |name: &&str| -> Json {
            rows.iter()
                .map(|&row| doc.child_value(row, name).unwrap_or_default())
                .collect()
        };
        let cells: Vec<Json> = columns.iter().map(column).collect();
        let words = shape.columns.contains(&ITEXT).then(|| {
            let word = |language: usize, row: NodeId| {
                let id = doc.child_value(row, ITEXT).unwrap_or_default();
                compiler.texts.text(compiler, language, id, Scope::shared())
            };
            (0..self.form.itext.texts.len())
                .map(|language| rows.iter().map(|&row| word(language, row)).collect::<Json>())
                .collect::<Json>()
        });
        Object::new()
            .with("columns", columns)
            .with("cells", cells)
            .maybe("words", words)
            .into()
    }

    /// Lists the columns that the form reads.
    fn kept<'s>(&self, shape: &Shape<'s>) -> Vec<&'s str> {
        let is_wanted = |c: &&&str| self.wanted.as_ref().is_none_or(|w| w.contains(**c));
        shape.columns.iter().filter(is_wanted).copied().collect()
    }
}

/// Collects every name that a path may lead to outside the primary instance; `None` when it may be any.
fn wanted(form: &Form) -> Option<BTreeSet<String>> {
    let mut names: BTreeSet<String> = [ITEXT.to_owned()].into();
    let mut any = false;
    let steps_of = |steps: &[Step], names: &mut BTreeSet<String>| {
        for step in steps {
            if let Test::Name(name) = &step.test {
                names.insert(name.to_string());
            }
        }
    };
    every(form, &mut |expr| {
        expr.root().visit(&mut |node| match node {
            Node::Path(path) => steps_of(&path.steps, &mut names),
            Node::Filter { base, steps, .. } => {
                steps_of(steps, &mut names);
                let of_list = matches!(&**base, Node::Call(Function::Instance, _));
                any |= of_list && steps.iter().any(|s| !matches!(s.test, Test::Name(_)));
            }
            Node::Call(Function::PullData, arguments) => {
                for column in &arguments[1..3] {
                    match column {
                        Node::Literal(name) => {
                            names.insert(name.to_string());
                        }
                        _ => any = true,
                    }
                }
            }
            _ => {}
        });
    });
    (!any).then_some(names)
}

/// Writes a document that is no table: name, then a value or children, then attributes.
fn branch(doc: &Doc, node: NodeId) -> Json {
    let below: Vec<Json> = doc.children(node).map(|n| branch(doc, n)).collect();
    let inner = if below.is_empty() {
        json!(doc.value(node))
    } else {
        json!(below)
    };
    let attributes: serde_json::Map<String, Json> = doc
        .attributes(node)
        .map(|a| (doc.name(a).to_owned(), json!(doc.value(a))))
        .collect();
    if attributes.is_empty() {
        json!([doc.name(node), inner])
    } else {
        json!([doc.name(node), inner, attributes])
    }
}
