//! Answers as rows: a root table, and one for each repeat.

use std::collections::HashMap;

use super::{
    form::{Bind, Control, DataType, DefId, Form, QuestionKind},
    instance::{Instance, UNKNOWN},
};
use crate::xpath::{Arithmetic, Function, Node, NodeId};

/// The shape of one table of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableShape {
    /// `None` for the root table; the repeat's name otherwise, made unique.
    pub name: Option<String>,
    /// The repeat's path of names, or the root's.
    pub path: String,
    /// The table whose rows this one's belong to, by position in the list.
    pub parent: Option<usize>,
    pub columns: Vec<ColumnShape>,
    def: DefId,
    /// Where each column's value comes from.
    sources: Vec<(DefId, Piece)>,
}

/// One column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnShape {
    /// Lower-case, of letters, digits and `_`; unique in its table.
    pub name: String,
    /// Path of names of the question.
    pub path: String,
    pub kind: ColumnType,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnType {
    Text,
    Integer,
    Decimal,
    Boolean,
    Date,
    DateTime,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Piece {
    Whole,
    /// One number of a geopoint: latitude, longitude, altitude, accuracy.
    Number(usize),
}

/// Columns that the keeper of the tables adds; no question's column has one of these names.
pub const RESERVED: [&str; 8] = [
    "key",
    "parent_key",
    "position",
    "instance_id",
    "submitted_at",
    "form_version",
    "place_code",
    "n_flags",
];

/// One row of one table.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Position of the table in the list of [`tables`].
    pub table: usize,
    /// `uuid:…` of a submission; `uuid:…/member[2]` of a repeat's row.
    pub key: String,
    /// The key of the row this one belongs to.
    pub parent_key: Option<String>,
    /// Number among its siblings, from 1; 1 in the root table.
    pub position: i64,
    /// One value for each column.
    pub values: Vec<Value>,
}

/// A cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Null,
    Text(String),
    Integer(i64),
    Decimal(f64),
    Boolean(bool),
    /// Days since 1970-01-01.
    Date(i32),
    /// Microseconds since 1970-01-01T00:00Z.
    DateTime(i64),
}

/// Lists the tables a form's answers go to, the root table first, parents before children.
pub fn tables(form: &Form) -> Vec<TableShape> {
    let mut shapes = vec![Draft {
        def: 0,
        parent: None,
        leaves: Vec::new(),
    }];
    let asked = asked(form);
    collect(form, &asked, 0, 0, &mut shapes);
    let mut names: Vec<String> = Vec::new();
    let mut out = Vec::new();
    for shape in shapes {
        let def = form.def(shape.def);
        let name = (shape.def != 0).then(|| unique(&names, &clean(&def.name)));
        names.extend(name.clone());
        let (columns, sources) = columns(form, &shape);
        out.push(TableShape {
            name,
            path: def.path.to_string(),
            parent: shape.parent,
            columns,
            def: shape.def,
            sources,
        });
    }
    out
}

/// Turns an instance into rows; values that are not of their column's type are left out as null.
///
/// What a check or recalculation found not relevant has no value, and its repeats no rows.
pub fn rows(tables: &[TableShape], instance: &Instance, key: &str) -> Vec<Row> {
    let mut out = Vec::new();
    let Some(root) = instance.doc.root() else {
        return out;
    };
    let by_def: HashMap<DefId, usize> = tables.iter().enumerate().map(|(i, t)| (t.def, i)).collect();
    // A row's cells are found while walking its branch; inner repeats begin rows of their own.
    let mut pending = vec![(root, 0usize, key.to_owned(), None::<String>, 1i64)];
    let mut next = 0;
    while next < pending.len() {
        let (top, table, key, parent_key, position) = pending[next].clone();
        next += 1;
        let shape = &tables[table];
        let mut cells: HashMap<DefId, NodeId> = HashMap::new();
        let mut counts: HashMap<DefId, i64> = HashMap::new();
        let mut at = Some(top);
        while let Some(node) = at {
            let def = instance.doc.tag(node);
            if node != top && (instance.doc.is_hidden(node) || def == UNKNOWN) {
                at = instance.doc.walk_past(top, node);
                continue;
            }
            if node != top
                && let Some(&inner) = by_def.get(&def)
            {
                let count = counts.entry(def).or_insert(0);
                *count += 1;
                let inner_key = format!("{key}/{}[{count}]", instance.doc.name(node));
                pending.push((node, inner, inner_key, Some(key.clone()), *count));
                at = instance.doc.walk_past(top, node);
                continue;
            }
            cells.insert(def, node);
            at = instance.doc.walk(top, node);
        }
        let values = shape
            .sources
            .iter()
            .zip(&shape.columns)
            .map(|((def, piece), column)| match cells.get(def) {
                Some(&node) => cell(instance.value(node), *piece, column.kind),
                None => Value::Null,
            });
        out.push(Row {
            table,
            key,
            parent_key,
            position,
            values: values.collect(),
        });
    }
    out
}

struct Draft {
    def: DefId,
    parent: Option<usize>,
    leaves: Vec<(DefId, DataType)>,
}

/// The column type of selects is text whatever the bind says.
fn asked(form: &Form) -> HashMap<DefId, DataType> {
    let mut types = HashMap::new();
    let mut stack: Vec<&Control> = form.body.iter().collect();
    while let Some(control) = stack.pop() {
        match control {
            Control::Question(q) => {
                let data_type = match q.kind {
                    QuestionKind::SelectOne
                    | QuestionKind::SelectMultiple
                    | QuestionKind::Rank
                    | QuestionKind::Trigger
                    | QuestionKind::Upload { .. } => DataType::Text,
                    _ => calculated(form.bind(q.def)),
                };
                types.insert(q.def, data_type);
            }
            Control::Group(g) => stack.extend(&g.controls),
            Control::Repeat(r) => stack.extend(&r.controls),
        }
    }
    types
}

fn collect(form: &Form, asked: &HashMap<DefId, DataType>, top: DefId, table: usize, shapes: &mut Vec<Draft>) {
    let mut stack: Vec<DefId> = form.def(top).children.iter().rev().copied().collect();
    let mut inner = Vec::new();
    while let Some(def) = stack.pop() {
        let rules = form.def(def);
        if rules.repeat.is_some() {
            inner.push(def);
        } else if rules.children.is_empty() {
            // The instance id is the key; of the rest of `meta` only the name says anything.
            let in_meta = rules
                .parent
                .is_some_and(|p| &*form.def(p).name == "meta" && form.def(p).parent == Some(0));
            let shown_only = form.questions.get(&def).is_some_and(|q| {
                q.kind == QuestionKind::Input && rules.bind.data_type == DataType::Text && is_note(form, def)
            });
            if (!in_meta || &*rules.name == "instanceName") && !shown_only {
                shapes[table].leaves.push((
                    def,
                    asked
                        .get(&def)
                        .copied()
                        .unwrap_or_else(|| calculated(&rules.bind)),
                ));
            }
        } else {
            stack.extend(rules.children.iter().rev());
        }
    }
    for def in inner {
        shapes.push(Draft {
            def,
            parent: Some(table),
            leaves: Vec::new(),
        });
        let own = shapes.len() - 1;
        collect(form, asked, def, own, shapes);
    }
}

/// XLSForm gives every calculation the type of text; one that can only be a number is one.
fn calculated(bind: &Bind) -> DataType {
    match (&bind.calculate, bind.data_type) {
        (Some(calculate), DataType::Text) => number_of(calculate.root()).unwrap_or(DataType::Text),
        (_, data_type) => data_type,
    }
}

/// Tells which kind of number an expression always gives; `None` when it may be something else.
fn number_of(node: &Node) -> Option<DataType> {
    match node {
        Node::Number(n) if n.fract() == 0.0 => Some(DataType::Integer),
        Node::Number(_) => Some(DataType::Decimal),
        Node::Negate(inner) => number_of(inner),
        Node::Arithmetic(Arithmetic::Add | Arithmetic::Subtract | Arithmetic::Multiply, both) => {
            match (number_of(&both.0), number_of(&both.1)) {
                (Some(DataType::Integer), Some(DataType::Integer)) => Some(DataType::Integer),
                _ => Some(DataType::Decimal),
            }
        }
        Node::Arithmetic(..) => Some(DataType::Decimal),
        Node::Call(function, arguments) => match (function, arguments.as_slice()) {
            (
                Function::Count
                | Function::CountSelected
                | Function::CountNonEmpty
                | Function::StringLength
                | Function::Int
                | Function::Floor
                | Function::Ceiling
                | Function::Position,
                _,
            )
            | (Function::Round, [_]) => Some(DataType::Integer),
            (Function::Sum | Function::Min | Function::Max | Function::Number | Function::Round, _) => {
                Some(DataType::Decimal)
            }
            (Function::If, [_, yes, no]) => match (number_of(yes)?, number_of(no)?) {
                (DataType::Integer, DataType::Integer) => Some(DataType::Integer),
                _ => Some(DataType::Decimal),
            },
            (Function::Once, [inner]) => number_of(inner),
            _ => None,
        },
        _ => None,
    }
}

/// A note is an input that can never be answered: always read-only and not calculated.
fn is_note(form: &Form, def: DefId) -> bool {
    let bind = form.bind(def);
    bind.calculate.is_none()
        && bind.preload.is_none()
        && bind.readonly.as_ref().is_some_and(|r| r.source() == "true()")
        && !form.actions.iter().any(|a| a.target == def)
}

fn columns(form: &Form, shape: &Draft) -> (Vec<ColumnShape>, Vec<(DefId, Piece)>) {
    // Names by which every row is known cannot be taken by a question.
    let mut taken: Vec<String> = RESERVED.map(str::to_owned).to_vec();
    let mut short: HashMap<String, usize> = HashMap::new();
    for (def, _) in &shape.leaves {
        *short.entry(clean(&form.def(*def).name)).or_insert(0) += 1;
    }
    let (mut columns, mut sources) = (Vec::new(), Vec::new());
    for &(def, data_type) in &shape.leaves {
        let mut name = clean(&form.def(def).name);
        let mut up = form.def(def).parent;
        if name == "instancename" {
            name = "instance_name".into();
        }
        // A name that several questions share is told apart by the groups they stand in.
        let mut shared = short.get(&name).is_some_and(|&n| n > 1);
        while (shared || taken.contains(&name))
            && let Some(group) = up.filter(|&g| g != shape.def)
        {
            name = format!("{}_{name}", clean(&form.def(group).name));
            shared = false;
            up = form.def(group).parent;
        }
        let mut add = |suffix: &str, kind: ColumnType, piece: Piece| {
            let name = unique(&taken, &format!("{name}{suffix}"));
            taken.push(name.clone());
            columns.push(ColumnShape {
                name,
                path: form.path(def).to_owned(),
                kind,
            });
            sources.push((def, piece));
        };
        match data_type {
            DataType::Geopoint => {
                for (i, suffix) in ["_latitude", "_longitude", "_altitude", "_accuracy"]
                    .into_iter()
                    .enumerate()
                {
                    add(suffix, ColumnType::Decimal, Piece::Number(i));
                }
            }
            DataType::Integer => add("", ColumnType::Integer, Piece::Whole),
            DataType::Decimal => add("", ColumnType::Decimal, Piece::Whole),
            DataType::Boolean => add("", ColumnType::Boolean, Piece::Whole),
            DataType::Date => add("", ColumnType::Date, Piece::Whole),
            DataType::DateTime => add("", ColumnType::DateTime, Piece::Whole),
            DataType::Text
            | DataType::Time
            | DataType::Geotrace
            | DataType::Geoshape
            | DataType::Barcode
            | DataType::Binary => {
                add("", ColumnType::Text, Piece::Whole);
            }
        }
    }
    (columns, sources)
}

fn clean(name: &str) -> String {
    let mut out: String = name
        .to_lowercase()
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '_' })
        .collect();
    if out.starts_with(|c: char| c.is_ascii_digit()) || out.is_empty() {
        out.insert(0, '_');
    }
    out
}

fn unique(taken: &[String], name: &str) -> String {
    if !taken.iter().any(|t| t == name) {
        return name.to_owned();
    }
    (2..)
        .map(|n| format!("{name}_{n}"))
        .find(|n| !taken.contains(n))
        .unwrap_or_else(|| name.to_owned())
}

#[allow(clippy::cast_possible_truncation)]
fn cell(text: &str, piece: Piece, kind: ColumnType) -> Value {
    let text = match piece {
        Piece::Whole => text,
        Piece::Number(i) => text.split_whitespace().nth(i).unwrap_or_default(),
    };
    if text.is_empty() {
        return Value::Null;
    }
    let read = match kind {
        ColumnType::Text => Some(Value::Text(text.to_owned())),
        ColumnType::Integer => text.parse().ok().map(Value::Integer),
        ColumnType::Decimal => text
            .parse()
            .ok()
            .filter(|n: &f64| n.is_finite())
            .map(Value::Decimal),
        ColumnType::Boolean => match text {
            "true" | "1" => Some(Value::Boolean(true)),
            "false" | "0" => Some(Value::Boolean(false)),
            _ => None,
        },
        ColumnType::Date => crate::xpath::local_days(text).map(|days| Value::Date(days.floor() as i32)),
        ColumnType::DateTime => crate::xpath::utc_micros(text).map(Value::DateTime),
    };
    read.unwrap_or(Value::Null)
}
