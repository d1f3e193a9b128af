//! Does everything that the survey's expressions name exist, and can the expressions be read?

use crate::xlsform::{
    columns::{Target, clean},
    expression::references,
    finding::{Finding, did_you_mean},
    form::Form,
    settings::yes,
    survey::Survey,
    survey_sheet,
    workbook::Workbook,
};
use crate::xpath::Expr;

impl Survey<'_> {
    /// Checks every `${name}` of the survey against what exists.
    pub(in crate::xlsform) fn check_references(&mut self, workbook: &Workbook) {
        let Some(sheet) = survey_sheet(workbook) else {
            return;
        };
        let (mut findings, mut strangers) = (Vec::new(), Vec::new());
        for row in &sheet.rows {
            for (column, text) in self.columns.cells(row) {
                if is_expression(&column.target) {
                    match unreadable(&clean(text, false)) {
                        None => {}
                        Some(Unreadable::Grammar(message)) => findings
                            .push(Finding::at_row(&sheet.name, row.number, message).column(&column.heading)),
                        Some(Unreadable::Function(message)) => strangers
                            .push(Finding::at_row(&sheet.name, row.number, message).column(&column.heading)),
                    }
                }
                if !matches!(column.target, Target::Known("type" | "name") | Target::Other(_))
                    || (column.target == Target::Known("type") && text.contains("${"))
                {
                    findings.extend(broken_references(&self.form, text).map(|message| {
                        Finding::at_row(&sheet.name, row.number, message).column(&column.heading)
                    }));
                }
            }
        }
        self.problems.extend(findings);
        self.warnings.extend(strangers);
        self.check_triggers();
    }

    fn check_triggers(&mut self) {
        for id in self.form.in_order() {
            let element = &self.form.elements[id];
            let (row, name) = (element.row, element.name.clone());
            for trigger in element.triggers.clone() {
                let Some(&target) = self.form.named(&trigger).first() else {
                    continue;
                };
                let target = &self.form.elements[target];
                if target.question().is_none() {
                    self.problem(
                        row,
                        "trigger",
                        format!("\"{trigger}\" is a group; a trigger must be a question"),
                    );
                } else if !target.is_shown() {
                    self.problem(row, "trigger", format!("\"{trigger}\" is not shown to anybody, so it cannot trigger \"{name}\"; name a question that is asked"));
                }
            }
        }
    }
}

/// Is this a column of expressions, as opposed to texts?
fn is_expression(target: &Target) -> bool {
    match target {
        Target::Known(name) => *name == "choice_filter",
        Target::Bind(name) => matches!(
            name.as_str(),
            "relevant" | "constraint" | "calculate" | "required" | "readonly"
        ),
        Target::Control(name) => name == "jr:count",
        _ => false,
    }
}

enum Unreadable {
    Grammar(String),
    Function(String),
}

/// What is wrong with an expression, whatever its references mean.
fn unreadable(expression: &str) -> Option<Unreadable> {
    if yes(expression).is_some() || references(expression).any(|reference| reference.is_err()) {
        return None;
    }
    // Stand-ins as long as the references keep the columns of a message right.
    let mut plain = expression.to_owned();
    for reference in references(expression).flatten() {
        let length = reference.end - reference.start;
        plain.replace_range(
            reference.start..reference.end,
            &format!("/{:_<1$}", "", length - 1),
        );
    }
    let error = Expr::parse(&plain).err()?;
    // Clients have functions of their own, so one that is not known here may still work there.
    if error.message.starts_with("there is no function") {
        let message = format!(
            "at character {} of \"{expression}\", {}; Collect may refuse the form",
            error.column, error.message
        );
        return Some(Unreadable::Function(message));
    }
    Some(Unreadable::Grammar(format!(
        "\"{expression}\" cannot be read: at character {}, {}",
        error.column, error.message
    )))
}

/// What is wrong with the references of a text.
pub(in crate::xlsform) fn broken_references<'a>(
    form: &'a Form,
    text: &'a str,
) -> impl Iterator<Item = String> + 'a {
    references(text).filter_map(move |reference| match reference {
        Err(malformed) => Some(format!("\"{}\" is not a reference; write ${{name}} with the name of a question", malformed.0)),
        Ok(reference) => match form.named(reference.name) {
            [] => {
                let guess = did_you_mean(reference.name, form.names());
                let remedy = if guess.is_empty() { "; check the name, or add the question" } else { guess.as_str() };
                Some(format!("no question is named \"{}\"{remedy}", reference.name))
            }
            [_] => None,
            several => {
                let rows: Vec<String> = several.iter().map(|id| form.elements[*id].row.to_string()).collect();
                Some(format!("\"{}\" is the name of rows {}, so ${{{}}} could mean any of them; give them different names", reference.name, rows.join(" and "), reference.name))
            }
        },
    })
}
