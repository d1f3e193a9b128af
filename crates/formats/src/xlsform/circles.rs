//! Questions that depend on themselves, which JavaRosa, and so Collect, refuses to open.
//!
//! A question depends on what its relevance, calculation, required and readonly name, and on what makes the groups around it
//! relevant or readonly; constraints and choice filters do not count.

use crate::xlsform::{
    columns::Text,
    expression::{has_self, references},
    finding::Finding,
    form::{Element, Form, Id, Role},
};

/// The first circle of each group of questions that depend on one another.
pub(super) fn find(form: &Form, sheet: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut seen = vec![Seen::Never; form.elements.len()];
    for start in form.in_order() {
        if seen[start] == Seen::Never {
            findings.extend(search(form, start, &mut seen).map(|circle| told(form, sheet, &circle)));
        }
    }
    findings
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Seen {
    Never,
    /// On the path from the start.
    Open,
    Done,
}

/// Walks from a question to what it depends on, and stops when it comes back to the path it came by.
fn search(form: &Form, start: Id, seen: &mut [Seen]) -> Option<Vec<Id>> {
    let mut path = vec![(start, depends_on(form, start))];
    seen[start] = Seen::Open;
    let mut circle = None;
    while let Some((id, waiting)) = path.last_mut() {
        let Some(next) = waiting.pop() else {
            seen[*id] = Seen::Done;
            path.pop();
            continue;
        };
        match seen[next] {
            Seen::Done => {}
            Seen::Never => {
                seen[next] = Seen::Open;
                path.push((next, depends_on(form, next)));
            }
            Seen::Open => {
                let from = path.iter().position(|(id, _)| *id == next).unwrap_or_default();
                circle.get_or_insert_with(|| path[from..].iter().map(|(id, _)| *id).collect());
            }
        }
    }
    circle
}

fn depends_on(form: &Form, id: Id) -> Vec<Id> {
    let mut found = Vec::new();
    let element = &form.elements[id];
    for attribute in ["relevant", "calculate", "required", "readonly"] {
        // A triggered calculation happens when the trigger changes, not when what it reads does.
        if attribute == "calculate" && !element.triggers.is_empty() {
            continue;
        }
        let expression = expression(element, attribute);
        add_references(form, expression, &mut found);
        if has_self(expression) {
            found.push(id);
        }
    }
    let mut above = element.parent;
    while let Some(group) = above {
        let element = &form.elements[group];
        for attribute in ["relevant", "readonly"] {
            add_references(form, expression(element, attribute), &mut found);
        }
        above = element.parent;
    }
    found
}

fn expression<'a>(element: &'a Element, attribute: &str) -> &'a str {
    element
        .bind_value(attribute)
        .and_then(Text::plain)
        .unwrap_or_default()
}

fn add_references(form: &Form, expression: &str, found: &mut Vec<Id>) {
    let names = references(expression)
        .flatten()
        .filter(|reference| !reference.last_saved);
    found.extend(names.filter_map(|reference| form.named(reference.name).first().copied()));
}

fn told(form: &Form, sheet: &str, circle: &[Id]) -> Finding {
    let name = |id: &Id| {
        let element = &form.elements[*id];
        match element.role {
            Role::Attribute(_) | Role::Hidden => format!("\"{}\"", element.name),
            _ => format!("\"{}\" of row {}", element.name, element.row),
        }
    };
    let first = &form.elements[circle[0]];
    let message = match &circle[1..] {
        [] => format!(
            "\"{}\" depends on its own value, and Collect refuses such a form; refer to other questions only",
            first.name
        ),
        others => format!(
            "\"{}\" depends on {}, which depends on it in turn, and Collect refuses such a form; break the circle",
            first.name,
            others.iter().map(name).collect::<Vec<_>>().join(", then ")
        ),
    };
    let attribute = ["relevant", "calculate", "required", "readonly"]
        .into_iter()
        .find(|attribute| first.bind_value(attribute).is_some());
    Finding::at_row(sheet, first.row, message).column(match attribute {
        Some("calculate") => "calculation",
        Some(other) => other,
        None => "relevant",
    })
}
