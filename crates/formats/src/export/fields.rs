//! The fields of a form as exports know them: a tree in the order of the form, and the tables its repeats make.

use std::collections::HashMap;

use crate::xform::{DataType, Form, QuestionKind};

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A group with a node of its own.
    Structure,
    /// Rows of a table of their own.
    Repeat,
    Text,
    Integer,
    Decimal,
    Boolean,
    Date,
    DateTime,
    Geopoint,
    Geotrace,
    Geoshape,
}

/// One node of the form's answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Without its prefix.
    pub name: String,
    /// Path of names below the outermost element: `/group/age`.
    pub path: String,
    pub kind: Kind,
    /// Several choices may be ticked.
    pub is_multiple: bool,
    /// Its value is the name of a file.
    pub names_file: bool,
    /// The name as OData may write it.
    pub(super) identifier: String,
    pub(super) parent: Option<usize>,
    /// The table whose rows hold its value; for a repeat, the table around it.
    pub(super) table: usize,
    /// The table that a repeat makes.
    pub(super) opens: usize,
    /// Where a row of the table holds it; structures have none.
    pub(super) slot: usize,
    pub(super) children: Vec<usize>,
}

/// A table: what was filed, or the instances of one repeat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// As OData names it: `Submissions`, `Submissions.group.member`.
    pub name: String,
    /// The table whose rows this one's belong to.
    pub parent: Option<usize>,
    /// The repeat; `None` for what was filed.
    pub(super) field: Option<usize>,
    pub(super) n_slots: usize,
    /// The fields with values in its rows, in the form's order, those of its groups among them.
    pub(super) leaves: Vec<usize>,
}

/// All fields of a form, parents before children.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fields {
    pub(super) list: Vec<Field>,
    pub(super) top: Vec<usize>,
    pub(super) tables: Vec<Table>,
}

/// A field and what lies below it, before places are given out.
#[derive(Debug, Clone)]
struct Branch {
    name: String,
    kind: Kind,
    is_multiple: bool,
    names_file: bool,
    children: Vec<Branch>,
}

impl Fields {
    /// Lists the fields of one version of a form.
    pub fn of(form: &Form) -> Self {
        Self::planted(branches(form, 0))
    }

    /// Lists the fields of several versions, the newest first; what later versions left out stands at the end of its group.
    pub fn of_all<'a>(newest_first: impl IntoIterator<Item = &'a Form>) -> Self {
        let mut all = Vec::new();
        for form in newest_first {
            merge(&mut all, branches(form, 0));
        }
        Self::planted(all)
    }

    /// Returns the fields in the form's order.
    pub fn list(&self) -> &[Field] {
        &self.list
    }

    /// Returns the tables: first what was filed, then the repeats in the form's order.
    pub fn tables(&self) -> &[Table] {
        &self.tables
    }

    /// Finds a table by the name OData gives it.
    pub fn table(&self, name: &str) -> Option<usize> {
        self.tables.iter().position(|table| table.name == name)
    }

    /// Finds a field by its path: `/group/age`.
    pub fn find(&self, path: &str) -> Option<usize> {
        self.list.iter().position(|field| field.path == path)
    }

    /// Returns the first field with a place in the world that stands in no repeat.
    pub fn first_place(&self) -> Option<usize> {
        self.list
            .iter()
            .position(|field| field.kind.is_place() && field.table == 0)
    }

    /// Finds a field of a table by the path OData gives it, `group/age`, below the table's own.
    pub(super) fn find_below(&self, table: usize, path: &str) -> Option<usize> {
        let mut children = match self.tables[table].field {
            Some(repeat) => &self.list[repeat].children,
            None => &self.top,
        };
        let mut found = None;
        for name in path.split('/') {
            let next = children
                .iter()
                .copied()
                .find(|&child| self.list[child].identifier == name)?;
            found = Some(next);
            children = &self.list[next].children;
        }
        found
    }

    /// Keeps some of the fields, and of their tables those whose repeat is kept.
    pub(super) fn keeping(&self, keep: &[bool]) -> Self {
        Self::planted(self.kept(&self.top, keep))
    }

    fn kept(&self, among: &[usize], keep: &[bool]) -> Vec<Branch> {
        among
            .iter()
            .filter(|&&at| keep[at])
            .map(|&at| {
                let field = &self.list[at];
                Branch {
                    name: field.name.clone(),
                    kind: field.kind,
                    is_multiple: field.is_multiple,
                    names_file: field.names_file,
                    children: self.kept(&field.children, keep),
                }
            })
            .collect()
    }

    fn planted(branches: Vec<Branch>) -> Self {
        let mut fields = Self {
            list: Vec::new(),
            top: Vec::new(),
            tables: vec![Table {
                name: "Submissions".to_owned(),
                parent: None,
                field: None,
                n_slots: 0,
                leaves: Vec::new(),
            }],
        };
        fields.top = fields.plant(branches, None, 0);
        fields
    }

    fn plant(&mut self, branches: Vec<Branch>, parent: Option<usize>, table: usize) -> Vec<usize> {
        let mut planted = Vec::with_capacity(branches.len());
        for branch in branches {
            let at = self.list.len();
            planted.push(at);
            let above = parent.map_or("", |parent| &self.list[parent].path);
            let path = format!("{above}/{}", branch.name);
            let mut slot = 0;
            if branch.kind != Kind::Structure {
                slot = self.tables[table].n_slots;
                self.tables[table].n_slots += 1;
            }
            let mut opens = table;
            match branch.kind {
                Kind::Structure => {}
                Kind::Repeat => {
                    opens = self.tables.len();
                    let name: String = path
                        .split('/')
                        .skip(1)
                        .map(|name| format!(".{}", identifier(name)))
                        .collect();
                    self.tables.push(Table {
                        name: format!("Submissions{name}"),
                        parent: Some(table),
                        field: Some(at),
                        n_slots: 0,
                        leaves: Vec::new(),
                    });
                }
                _ => self.tables[table].leaves.push(at),
            }
            self.list.push(Field {
                identifier: identifier(&branch.name),
                name: branch.name,
                path,
                kind: branch.kind,
                is_multiple: branch.is_multiple,
                names_file: branch.names_file,
                parent,
                table,
                opens,
                slot,
                children: Vec::new(),
            });
            self.list[at].children = self.plant(branch.children, Some(at), opens);
        }
        planted
    }

    /// Writes the names from just below a table down to a field, each after a separator.
    pub(super) fn below(
        &self,
        table: usize,
        field: usize,
        separator: &str,
        name: fn(&Field) -> &str,
    ) -> String {
        let mut names = Vec::new();
        let mut at = Some(field);
        while let Some(index) = at {
            if self.tables[table].field == Some(index) {
                break;
            }
            names.push(name(&self.list[index]));
            at = self.list[index].parent;
        }
        names
            .iter()
            .rev()
            .map(|name| format!("{separator}{name}"))
            .collect()
    }
}

impl Kind {
    pub fn is_place(self) -> bool {
        matches!(self, Kind::Geopoint | Kind::Geotrace | Kind::Geoshape)
    }

    pub(super) fn is_leaf(self) -> bool {
        !matches!(self, Kind::Structure | Kind::Repeat)
    }
}

/// Makes of a name one that OData can write: letters, digits and `_`, not beginning with a digit.
pub(super) fn identifier(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 1);
    if !name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') {
        out.push('_');
    }
    let mut was_odd = false;
    for c in name.chars() {
        let is_odd = !(c.is_ascii_alphanumeric() || c == '_');
        if !is_odd {
            out.push(c);
        } else if !was_odd {
            out.push('_');
        }
        was_odd = is_odd;
    }
    out
}

fn branches(form: &Form, of: u32) -> Vec<Branch> {
    let mut out = Vec::new();
    for &child in &form.def(of).children {
        let def = form.def(child);
        let kind = if def.repeat.is_some() {
            Kind::Repeat
        } else if !def.children.is_empty() || (&*def.name == "entity" && def.path.ends_with("/meta/entity")) {
            Kind::Structure
        } else {
            kind_of(def.bind.data_type)
        };
        let question = form.questions.get(&child).map(|question| &question.kind);
        let is_audit = &*def.name == "audit" && def.path.ends_with("/meta/audit");
        out.push(Branch {
            name: def.name.to_string(),
            kind,
            is_multiple: question == Some(&QuestionKind::SelectMultiple),
            names_file: def.bind.data_type == DataType::Binary
                || is_audit
                || matches!(question, Some(QuestionKind::Upload { .. })),
            children: branches(form, child),
        });
    }
    out
}

fn kind_of(data_type: DataType) -> Kind {
    match data_type {
        DataType::Integer => Kind::Integer,
        DataType::Decimal => Kind::Decimal,
        DataType::Boolean => Kind::Boolean,
        DataType::Date => Kind::Date,
        DataType::DateTime => Kind::DateTime,
        DataType::Geopoint => Kind::Geopoint,
        DataType::Geotrace => Kind::Geotrace,
        DataType::Geoshape => Kind::Geoshape,
        DataType::Text | DataType::Time | DataType::Barcode | DataType::Binary => Kind::Text,
    }
}

fn merge(newer: &mut Vec<Branch>, older: Vec<Branch>) {
    let known: HashMap<String, usize> = newer
        .iter()
        .enumerate()
        .map(|(at, branch)| (branch.name.clone(), at))
        .collect();
    for branch in older {
        match known.get(&branch.name) {
            Some(&at) if !newer[at].kind.is_leaf() => {
                merge(&mut newer[at].children, branch.children);
            }
            // A question that became another keeps its newest kind.
            Some(_) => {}
            None => newer.push(branch),
        }
    }
}
