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
use crate::xpath::{Axis, Expr, Function, Node, Path, Step, Test};

impl Survey<'_> {
    /// Checks every `${name}` of the survey against what exists.
    pub(in crate::xlsform) fn check_references(&mut self, workbook: &Workbook) {
        let Some(sheet) = survey_sheet(workbook) else {
            return;
        };
        let (mut findings, mut strangers) = (Vec::new(), Vec::new());
        for row in &sheet.rows {
            for (column, text) in self.columns.cells(row) {
                let finding =
                    |message| Finding::at_row(&sheet.name, row.number, message).column(&column.heading);
                if let Some(words) = words_of(&column.target) {
                    match judge(&clean(text, false), words) {
                        None => {}
                        Some(Reading::Unreadable(message)) => findings.push(finding(message)),
                        Some(Reading::Doubtful(message)) => strangers.push(finding(message)),
                    }
                }
                if !matches!(column.target, Target::Known("type" | "name") | Target::Other(_))
                    || (column.target == Target::Known("type") && text.contains("${"))
                {
                    findings.extend(broken_references(&self.form, text).map(finding));
                    strangers.extend(respelled_references(&self.form, text).map(finding));
                }
            }
        }
        self.problems.extend(findings);
        self.warnings.extend(strangers);
        self.check_triggers();
    }

    fn check_triggers(&mut self) {
        for (row, name) in std::mem::take(&mut self.bare_triggers) {
            if self.form.named(&name).is_empty() {
                let guess = did_you_mean(&name, self.form.names());
                let remedy = if guess.is_empty() {
                    "; write the name of a question as ${name}"
                } else {
                    guess.as_str()
                };
                self.problem(
                    row,
                    "trigger",
                    format!("the trigger \"{name}\" is not a question{remedy}"),
                );
            } else {
                self.warning(
                    row,
                    "trigger",
                    format!("the trigger \"{name}\" is read as ${{{name}}}; write it so"),
                );
            }
        }
        for id in self.form.in_order() {
            for nth in 0..self.form.elements[id].triggers.len() {
                let written = &self.form.elements[id].triggers[nth];
                if let Some(spelled) = self.form.as_spelled(written).map(str::to_owned) {
                    self.form.elements[id].triggers[nth] = spelled;
                }
            }
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

/// What a bare word means in a column of expressions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Words {
    AreNodes,
    AreColumns,
}

/// Is this a column of expressions, as opposed to texts, and what are the words in them?
fn words_of(target: &Target) -> Option<Words> {
    match target {
        Target::Known("choice_filter") => Some(Words::AreColumns),
        Target::Bind(name)
            if matches!(
                name.as_str(),
                "relevant" | "constraint" | "calculate" | "required" | "readonly"
            ) =>
        {
            Some(Words::AreNodes)
        }
        Target::Control(name) if name == "jr:count" => Some(Words::AreNodes),
        _ => None,
    }
}

/// What there is to say about an expression, whatever its references mean.
enum Reading {
    Unreadable(String),
    Doubtful(String),
}

fn judge(expression: &str, words: Words) -> Option<Reading> {
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
    let error = match Expr::parse(&plain) {
        Err(error) => error,
        Ok(_) if words == Words::AreColumns => return None,
        Ok(readable) => {
            let words = bare_words(&readable);
            let word = words.first()?;
            return Some(Reading::Doubtful(format!(
                "in \"{expression}\", {word} is read as a question below this one and is always empty; write '{word}' if the text is meant, or ${{{word}}} for the question"
            )));
        }
    };
    // Clients have functions of their own, so one that is not known here may still work there.
    if error.message.starts_with("there is no function") {
        let guess = match small_function(expression, error.column) {
            Some(name) if !error.message.contains("did you mean") => format!("; did you mean \"{name}\"?"),
            _ => String::new(),
        };
        let message = format!(
            "at character {} of \"{expression}\", {}{guess}; Collect may refuse the form",
            error.column, error.message
        );
        return Some(Reading::Doubtful(message));
    }
    let message = match slip(expression, error.column) {
        Some(Slip::Instead(remedy)) => remedy.to_owned(),
        Some(Slip::Besides(remedy)) => format!("{}; {remedy}", error.message),
        None => error.message,
    };
    Some(Reading::Unreadable(format!(
        "\"{expression}\" cannot be read: at character {}, {message}",
        error.column
    )))
}

/// The function that is meant by `NOT(`.
fn small_function(expression: &str, column: usize) -> Option<String> {
    let name: String = expression
        .chars()
        .skip(column.saturating_sub(1))
        .take_while(|character| *character != '(' && !character.is_whitespace())
        .collect();
    let small = name.to_lowercase();
    (small != name && Function::named(&small).is_some()).then_some(small)
}

/// Words that stand for a node below the question, where a text in quotes is meant: `${sex} = female`.
fn bare_words(expression: &Expr) -> Vec<String> {
    let mut words = Vec::new();
    find_bare_words(expression.root(), &mut words);
    words
}

/// Predicates are left out: in them, words are columns of a list.
fn find_bare_words(node: &Node, words: &mut Vec<String>) {
    match node {
        Node::Compare(_, both) | Node::Arithmetic(_, both) => {
            find_bare_words(&both.0, words);
            find_bare_words(&both.1, words);
        }
        Node::Or(parts) | Node::And(parts) | Node::Call(_, parts) => {
            parts.iter().for_each(|part| find_bare_words(part, words));
        }
        Node::Negate(inner) | Node::Matches(inner, _) => find_bare_words(inner, words),
        Node::Path(Path {
            absolute: false,
            steps,
        }) => {
            if let [
                Step {
                    axis: Axis::Child,
                    test: Test::Name(name),
                    predicates,
                },
            ] = steps.as_slice()
                && predicates.is_empty()
            {
                words.push(name.to_string());
            }
        }
        Node::Number(_) | Node::Literal(_) | Node::Union(_) | Node::Path(_) | Node::Filter { .. } => {}
    }
}

enum Slip {
    /// Says more than the grammar's own message.
    Besides(&'static str),
    Instead(&'static str),
}

/// What was probably meant where an expression goes wrong: habits of other languages, and what word processors make of signs.
fn slip(expression: &str, column: usize) -> Option<Slip> {
    let at = column.checked_sub(1)?;
    let mut before = expression.chars().take(at).collect::<Vec<_>>();
    let rest: String = expression.chars().skip(at).collect();
    let word: String = rest.chars().take_while(char::is_ascii_alphabetic).collect();
    let (last, this) = (before.pop(), rest.chars().next()?);
    Some(match (last, this) {
        _ if word != word.to_lowercase() => match word.to_lowercase().as_str() {
            "and" => Slip::Besides("write \"and\" in small letters"),
            "or" => Slip::Besides("write \"or\" in small letters"),
            "mod" => Slip::Besides("write \"mod\" in small letters"),
            "div" => Slip::Besides("write \"div\" in small letters"),
            _ => return None,
        },
        (Some('='), '=') => Slip::Instead("one \"=\" is enough"),
        (Some('<'), '>') => Slip::Instead("\"<>\" is not known; write \"!=\""),
        (Some('='), '>') => Slip::Instead("\"=>\" is not known; write \">=\""),
        (Some('='), '<') => Slip::Instead("\"=<\" is not known; write \"<=\""),
        (_, '≥') => Slip::Instead("\"≥\" is not known; write \">=\""),
        (_, '≤') => Slip::Instead("\"≤\" is not known; write \"<=\""),
        (_, '≠') => Slip::Instead("\"≠\" is not known; write \"!=\""),
        (_, '×') => Slip::Instead("\"×\" is not known; write \"*\""),
        (_, '÷') => Slip::Instead("\"÷\" is not known; write \"div\""),
        (_, '\u{2013}' | '\u{2014}' | '\u{2212}') => {
            Slip::Instead("this is a long dash; write the short \"-\" of the keyboard")
        }
        (_, '&') => Slip::Instead("\"&\" is not known; write \"and\""),
        (Some('|'), '|') => Slip::Instead("\"||\" is not known; write \"or\""),
        (_, ';') => Slip::Instead("\";\" is not known; write \",\" between the arguments"),
        (_, '$') => Slip::Instead("\"$\" must be followed by the name of a question in braces, as ${name}"),
        (_, '{') => Slip::Instead("a \"$\" is missing before the brace; write ${name}"),
        _ => return None,
    })
}

/// References that are read although their capitals are others than the question's.
pub(in crate::xlsform) fn respelled_references<'a>(
    form: &'a Form,
    text: &'a str,
) -> impl Iterator<Item = String> + 'a {
    references(text).flatten().filter_map(move |reference| {
        let spelled = form.as_spelled(reference.name)?;
        Some(format!(
            "\"${{{}}}\" is taken for ${{{spelled}}}; spell both alike",
            reference.name
        ))
    })
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
