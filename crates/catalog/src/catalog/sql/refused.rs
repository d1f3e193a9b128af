//! What the engine refuses, in the reader's language; its own words go along as a hint, because no list of ours is complete.

use serde_json::{Value, json};
use tables::Error;

use crate::{catalog::view, platform::problem::Problem};

/// Under this name the engine's words stand among the details of a problem.
const ENGINE: &str = "engine";

/// Turns an error of the tables into a problem that says what to change in the question.
pub fn spoken(error: Error) -> Problem {
    match error {
        Error::BadQuery(words) => match read(&words) {
            Some(problem) => problem.with_details(json!({ ENGINE: words })),
            None => view::spoken(Error::BadQuery(words)),
        },
        Error::TookTooLong { seconds } => Problem::unavailable("catalog-sql-slow").with("seconds", seconds),
        Error::TooMuchMemory { megabytes } => {
            Problem::unavailable("catalog-sql-heavy").with("megabytes", megabytes)
        }
        other => view::spoken(other),
    }
}

/// The engine's own words about a refusal; empty where there are none.
pub fn engine_words(problem: &Problem) -> &str {
    problem
        .details()
        .and_then(|details| details.get(ENGINE))
        .and_then(Value::as_str)
        .unwrap_or_default()
}

/// The problem that a sentence of the sandbox or of the engine tells; none for one that is not known here.
fn read(words: &str) -> Option<Problem> {
    whole(words).or_else(|| naming(words))
}

/// The sentences that name nothing, by how they begin.
fn whole(words: &str) -> Option<Problem> {
    let begins = |beginnings: &[&str]| beginnings.iter().any(|beginning| words.starts_with(beginning));
    if begins(&["the query is empty"]) {
        return Some(Problem::invalid("catalog-sql-empty"));
    }
    if begins(&["there is more than one statement"]) {
        return Some(Problem::invalid("catalog-sql-many"));
    }
    if begins(&[
        "only questions are answered here",
        "only one SELECT is answered here",
        "SELECT INTO",
        "DDL not supported",
        "DML not supported",
        "Statement not supported",
    ]) {
        return Some(Problem::invalid("catalog-sql-only-select"));
    }
    if words.starts_with("the query is ") && words.contains(" characters long") {
        return Some(Problem::invalid("catalog-sql-long"));
    }
    if begins(&["the query has more than ", "the query names more than "]) {
        return Some(Problem::invalid("catalog-sql-deep"));
    }
    if begins(&["the table has no column that you may see"]) {
        return Some(Problem::invalid("catalog-sql-hidden"));
    }
    if begins(&[
        "queries that call themselves",
        "lists, records and OVERLAY",
        "FOR and SETTINGS",
    ]) {
        return Some(Problem::invalid("catalog-sql-not-offered"));
    }
    if begins(&["a pattern is made by ", "a pattern has more than "]) {
        return Some(Problem::invalid("catalog-sql-pattern"));
    }
    if begins(&["this question cannot be answered"]) {
        return Some(Problem::invalid("catalog-sql-unanswerable"));
    }
    let is_large = begins(&[
        "a list of IN has more than ",
        "the accuracy of a percentile ",
        "the answer has more than ",
        "the query groups by too many sets",
        "the texts of one row would have more than ",
        "what makes rows is told ",
    ]);
    if is_large
        || words.contains(" would make more than ")
        || words.contains(" would make a text of more than ")
    {
        return Some(Problem::invalid("catalog-sql-large"));
    }
    if begins(&["Unterminated "]) {
        return Some(Problem::invalid("catalog-sql-unfinished"));
    }
    if words.contains("must be in GROUP BY or an aggregate function") {
        return Some(Problem::invalid("catalog-sql-ungrouped"));
    }
    if words.contains("require unique expression names") || begins(&["Schema contains duplicate "]) {
        return Some(Problem::invalid("catalog-sql-alike"));
    }
    if begins(&["Cast error: "]) {
        return Some(Problem::invalid("catalog-sql-cast"));
    }
    if begins(&["Divide by zero"]) {
        return Some(Problem::invalid("catalog-sql-zero"));
    }
    None
}

/// The sentences that name what will not do.
fn naming(words: &str) -> Option<Problem> {
    if let Some(rest) = words.strip_prefix("there is no table ") {
        let table = name_before(rest, ";");
        return Some(Problem::invalid("catalog-sql-table-unknown").with("table", table));
    }
    if let Some(rest) = words.strip_prefix("No field named ") {
        let line = rest.lines().next().unwrap_or(rest);
        let column = name_before(line.trim_end_matches('.'), ". Did you mean");
        return Some(Problem::invalid("catalog-sql-column-unknown").with("column", column));
    }
    if let Some(rest) = words.strip_prefix("Ambiguous reference to unqualified field ") {
        let column = name_before(rest, "\n");
        return Some(Problem::invalid("catalog-sql-ambiguous").with("column", column));
    }
    if let Some(rest) = words.strip_prefix("the function ") {
        let function = name_before(rest, " is not offered here");
        return Some(Problem::invalid("catalog-sql-function-unknown").with("function", function));
    }
    if let Some(function) = between(words, "Invalid function '", "'") {
        return Some(Problem::invalid("catalog-sql-function-unknown").with("function", function));
    }
    if let Some(call) = between(
        words,
        "No function matches the given name and argument types '",
        "'",
    ) {
        return Some(Problem::invalid("catalog-sql-types").with("call", call));
    }
    for start in ["Failed to coerce arguments to satisfy a call to '", "Function '"] {
        if words.contains("coerc")
            && let Some(call) = between(words, start, "'")
        {
            return Some(Problem::invalid("catalog-sql-types").with("call", call));
        }
    }
    for beginning in [
        "Cannot coerce arithmetic expression ",
        "Cannot infer common argument type for ",
    ] {
        if let Some(rest) = words.strip_prefix(beginning) {
            let call = name_before(rest, " to valid types");
            return Some(Problem::invalid("catalog-sql-types").with("call", call));
        }
    }
    let (_, found) = words.strip_prefix("Expected: ")?.split_once(", found: ")?;
    let near = name_before(found, " at Line:");
    Some(match near {
        "EOF" => Problem::invalid("catalog-sql-unfinished"),
        near => Problem::invalid("catalog-sql-syntax").with("near", near),
    })
}

/// What stands before an end, or everything; without the quotes around it.
fn name_before<'a>(text: &'a str, end: &str) -> &'a str {
    let name = text.split_once(end).map_or(text, |(name, _)| name);
    let name = name.trim();
    let bare = name.strip_prefix('"').and_then(|name| name.strip_suffix('"'));
    bare.unwrap_or(name)
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(start)?;
    rest.split_once(end).map(|(found, _)| found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::i18n::Lang;

    #[test]
    fn what_the_engine_refuses_is_told_by_what_is_wrong() {
        for (words, code, named) in [
            (
                "there is no table \"nothere\"; you may read wells",
                "catalog-sql-table-unknown",
                "nothere",
            ),
            (
                "No field named debth. Did you mean 'wells.depth'?\nValid fields are wells.depth.",
                "catalog-sql-column-unknown",
                "debth",
            ),
            (
                "No field named wells.\"Debth\".",
                "catalog-sql-column-unknown",
                "wells",
            ),
            (
                "the function array_agg is not offered here",
                "catalog-sql-function-unknown",
                "array_agg",
            ),
            (
                "Invalid function 'summ'.\nDid you mean 'sum'?",
                "catalog-sql-function-unknown",
                "summ",
            ),
            (
                "No function matches the given name and argument types 'sum(Utf8)'. You might",
                "catalog-sql-types",
                "sum(Utf8)",
            ),
            (
                "Expected: an SQL statement, found: SELEC at Line: 1, Column: 1",
                "catalog-sql-syntax",
                "SELEC",
            ),
            (
                "Expected: an expression, found: EOF",
                "catalog-sql-unfinished",
                "",
            ),
            (
                "Ambiguous reference to unqualified field code",
                "catalog-sql-ambiguous",
                "code",
            ),
            (
                "Projections require unique expression names but the expression \"Int64(1) AS a\" at position 0 and",
                "catalog-sql-alike",
                "",
            ),
            (
                "Cast error: Cannot cast string 'x' to value of Int64 type",
                "catalog-sql-cast",
                "TRY_CAST",
            ),
            ("Divide by zero error", "catalog-sql-zero", "NULLIF"),
            (
                "a pattern is made by an expression; write it out between quotes",
                "catalog-sql-pattern",
                "LIKE",
            ),
            (
                "repeat would make a text of more than 1 MB; make shorter texts",
                "catalog-sql-large",
                "",
            ),
            (
                "the query groups by too many sets: at most 6 columns stand in CUBE",
                "catalog-sql-large",
                "",
            ),
            (
                "this question cannot be answered; ask it in another way",
                "catalog-sql-unanswerable",
                "",
            ),
            ("only one SELECT is answered here", "catalog-sql-only-select", ""),
            (
                "there is more than one statement; send them one by one",
                "catalog-sql-many",
                "",
            ),
            ("the query is empty; write a SELECT", "catalog-sql-empty", ""),
            (
                "the query is 100001 characters long; at most 100000 are read",
                "catalog-sql-long",
                "",
            ),
            (
                "the query has more than 400 operators; write a list of values as IN (…)",
                "catalog-sql-deep",
                "",
            ),
        ] {
            let problem = spoken(Error::BadQuery(words.into()));
            assert_eq!(problem.code(), code, "{words}");
            assert_eq!(engine_words(&problem), words);
            for lang in Lang::COMPLETE {
                let sentence = problem.sentence(lang);
                assert!(
                    sentence.contains(named) && !sentence.contains("problem-"),
                    "{sentence}"
                );
            }
        }
        assert_eq!(
            spoken(Error::BadQuery("a new one".into())).code(),
            "query-refused"
        );
        assert_eq!(
            spoken(Error::TookTooLong { seconds: 15 }).code(),
            "catalog-sql-slow"
        );
    }
}
