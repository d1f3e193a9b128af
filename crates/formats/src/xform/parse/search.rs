//! `search()`: choices that Collect looks up in a CSV file, asked for in the appearance of a select.
//!
//! The call becomes an ordinary itemset over a secondary instance of that file, so that every engine follows it as any other.
//! See *search()* under <https://docs.getodk.org/form-question-types/> and <https://xlsform.org/en/#external-selects>. Beside Collect: `matches`
//! tells capitals apart, so that long lists are looked up by index; `%` and `_` in an answer are characters like others.

use std::sync::Arc;

use crate::xform::form::External;

/// A call that was understood.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Search {
    /// The id of the instance that holds the file: `search:villages`.
    pub id: String,
    /// The rows that are offered, as a node-set.
    pub nodeset: String,
    file: String,
}

/// Reads the call in an appearance; an error says what of it cannot be followed.
pub(super) fn read(appearance: &str) -> Result<Search, String> {
    let arguments = arguments(appearance).ok_or("search() is never closed; add a closing parenthesis")?;
    let [file, condition @ ..] = &arguments[..] else {
        return Err("search() names no file; write search('file')".into());
    };
    let file = literal(file).ok_or("the file of search() must be written in quotes")?;
    let stem = file.strip_suffix(".csv").unwrap_or(file).to_owned();
    let mut predicates = String::new();
    if let [.., column, value] = condition
        && condition.len() == 5
    {
        let column = literal(column).ok_or("the column search() filters by must be written in quotes")?;
        predicates.push_str(&format!("[{} = {}]", folded(column), from_question(value)));
    }
    match condition {
        [] => {}
        [kind, columns, text, ..] if matches!(condition.len(), 3 | 5) => {
            let columns =
                literal(columns).ok_or("the columns search() looks in must be written in quotes")?;
            let tests: Vec<String> = split_columns(columns)
                .map(|column| test(literal(kind).unwrap_or_default(), &folded(column), text))
                .collect();
            if !tests.is_empty() {
                predicates.push_str(&format!("[{}]", tests.join(" or ")));
            }
        }
        _ => return Err("search() takes 1, 4 or 6 arguments".into()),
    }
    // No id of an element holds a colon, so it can be no other instance's.
    let id = format!("search:{stem}");
    Ok(Search {
        nodeset: format!("instance('{id}')/root/item{predicates}"),
        id,
        file: format!("{stem}.csv"),
    })
}

impl Search {
    /// The file, to be attached.
    pub fn external(&self) -> External {
        External {
            id: self.id.clone(),
            file: self.file.clone(),
            attached: false,
            folded: true,
        }
    }
}

/// What a row's label is computed by: one column, or `first (second: …) (third: …)`.
pub(super) fn label(columns: &str) -> String {
    let mut columns = split_columns(columns);
    let first = columns.next().map_or_else(|| "''".to_owned(), folded);
    let more: Vec<String> = columns
        .map(|column| format!("' ({}: ', {}, ')'", column.replace('\'', "’"), folded(column)))
        .collect();
    if more.is_empty() {
        first
    } else {
        format!("concat({first}, {})", more.join(", "))
    }
}

/// The name by which a column is known: whatever its capitals and odd characters.
pub(in crate::xform) fn folded(column: &str) -> String {
    let mut name: String = column
        .trim()
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() {
                c.to_ascii_lowercase()
            } else {
                '_'
            }
        })
        .collect();
    if !name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') {
        name.insert(0, '_');
    }
    name
}

/// Whether a choice stands for itself beside those that are looked up.
pub(super) fn stands_for_itself(value: &str) -> bool {
    value.trim().parse::<i32>().is_ok()
}

/// Columns between commas, or where there is no comma between spaces.
fn split_columns(columns: &str) -> impl Iterator<Item = &str> {
    let separator = if columns.contains(',') { ',' } else { ' ' };
    columns
        .split(separator)
        .map(str::trim)
        .filter(|column| !column.is_empty())
}

fn test(kind: &str, column: &str, text: &str) -> String {
    let text = from_question(text);
    let small =
        |of: &str| format!("translate({of}, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz')");
    match kind.to_ascii_lowercase().as_str() {
        "matches" => format!("{column} = {text}"),
        "startswith" => format!("starts-with({}, {})", small(column), small(&text)),
        "endswith" => format!("ends-with({}, {})", small(column), small(&text)),
        _ => format!("contains({}, {})", small(column), small(&text)),
    }
}

/// The arguments of the call, as they are written; `None` when it does not end.
fn arguments(appearance: &str) -> Option<Vec<&str>> {
    let start = appearance.find("search(")? + "search(".len();
    let rest = &appearance[start..];
    let (mut depth, mut quote, mut from) = (0, None, 0);
    let mut found = Vec::new();
    for (at, c) in rest.char_indices() {
        match (c, quote) {
            (c, Some(open)) => quote = quote.filter(|_| c != open),
            ('\'' | '"', None) => quote = Some(c),
            ('(' | '[', None) => depth += 1,
            (')', None) if depth == 0 => {
                let last = rest[from..at].trim();
                if !last.is_empty() || !found.is_empty() {
                    found.push(last);
                }
                return Some(found);
            }
            (')' | ']', None) => depth -= 1,
            (',', None) if depth == 0 => {
                found.push(rest[from..at].trim());
                from = at + 1;
            }
            _ => {}
        }
    }
    None
}

fn literal(argument: &str) -> Option<&str> {
    let quote = argument.chars().next().filter(|c| matches!(c, '\'' | '"'))?;
    let inner = argument.strip_prefix(quote)?.strip_suffix(quote)?;
    (!inner.contains(quote)).then_some(inner)
}

/// An argument, seen from the question and not from the row that is looked at.
fn from_question(argument: &str) -> String {
    if literal(argument).is_some() {
        return argument.to_owned();
    }
    let mut out = String::with_capacity(argument.len() + 16);
    let (mut quote, mut before) = (None, None::<char>);
    let mut characters = argument.chars().peekable();
    while let Some(c) = characters.next() {
        match (c, quote) {
            (c, Some(open)) => quote = quote.filter(|_| c != open),
            ('\'' | '"', None) => quote = Some(c),
            ('.', None) => {
                let begins = !before
                    .is_some_and(|b| b.is_alphanumeric() || matches!(b, '/' | '.' | '_' | '-' | ']' | ')'));
                if begins && !characters.peek().is_some_and(char::is_ascii_digit) {
                    out.push_str("current()/");
                }
            }
            _ => {}
        }
        out.push(c);
        before = Some(c);
    }
    // A path is compared as text as it is, and can be looked up by index.
    let is_path = out.starts_with(['/', 'c']) && !out.contains(['(', ')', ' ', '+', '*', ',']);
    let is_current = out
        .strip_prefix("current()/")
        .is_some_and(|path| !path.contains(['(', ' ', '+', '*', ',']));
    if is_path || is_current {
        out
    } else {
        format!("string({out})")
    }
}

/// The columns of a file as `search()` knows them.
pub(in crate::xform) fn folded_columns(headers: &csv::StringRecord) -> Vec<Arc<str>> {
    headers.iter().map(|header| Arc::from(folded(header))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_becomes_a_node_set() {
        let nodeset = |appearance: &str| read(appearance).map(|search| search.nodeset);
        let all = "instance('search:villages')/root/item";
        assert_eq!(nodeset("minimal search('villages')"), Ok(all.into()));
        assert_eq!(nodeset("search(\"villages.csv\") quick"), Ok(all.into()));
        assert_eq!(
            nodeset("search('villages', 'matches', 'District-Code', /data/district )"),
            Ok(format!("{all}[district_code = /data/district]"))
        );
        assert_eq!(
            nodeset("search('villages', 'matches', 'a', '', 'b', ../district)"),
            Ok(format!("{all}[b = current()/../district][a = '']"))
        );
        assert_eq!(
            nodeset("search('villages', 'startswith', 'a', concat(../b, '.')  )"),
            Ok(format!(
                "{all}[starts-with(translate(a, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz'), translate(string(concat(current()/../b, '.')), 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz'))]"
            ))
        );
        assert_eq!(
            nodeset("search('villages', 'matches', 'a, b', 'x')"),
            Ok(format!("{all}[a = 'x' or b = 'x']"))
        );
    }

    #[test]
    fn what_cannot_be_followed_is_told() {
        for (wrong, why) in [
            (
                "search('a'",
                "search() is never closed; add a closing parenthesis",
            ),
            ("search()", "search() names no file; write search('file')"),
            (
                "search(/data/a)",
                "the file of search() must be written in quotes",
            ),
            (
                "search('a', 'matches', 'b')",
                "search() takes 1, 4 or 6 arguments",
            ),
            (
                "search('a', 'matches', ${b}, 'c')",
                "the columns search() looks in must be written in quotes",
            ),
        ] {
            assert_eq!(
                read(wrong).map(|search| search.nodeset),
                Err(why.to_owned()),
                "{wrong}"
            );
        }
    }

    #[test]
    fn several_columns_make_one_label() {
        assert_eq!(label("Name"), "name");
        assert_eq!(
            label("name, Post Code"),
            "concat(name, ' (Post Code: ', post_code, ')')"
        );
        assert_eq!(label("name code"), "concat(name, ' (code: ', code, ')')");
    }
}
