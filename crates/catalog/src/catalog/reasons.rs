//! What a received file was refused for, and what of it could not be read or is doubtful, in the reader's language.
//!
//! The tables say it in English, and so it is kept with the file and told to programs; what is not known here stays as it is.

use crate::platform::i18n::Lang;

/// The sentences of the tables, where what differs stands in braces, and their texts.
const SENTENCES: &[(&str, &str)] = &[
    (
        "the file has no rows; check that it was saved completely",
        "catalog-reasons-empty-file",
    ),
    (
        "the workbook has no rows; check that it was saved completely",
        "catalog-reasons-empty-workbook",
    ),
    (
        "the sheet has no rows; check that it was saved completely",
        "catalog-reasons-empty-sheet",
    ),
    (
        "the row has {n} fields instead of {columns}; check its delimiters and put fields that contain one in quotes",
        "catalog-reasons-fields",
    ),
    (
        "a quote opens a field and does not close it; close it, and double quotes inside the field",
        "catalog-reasons-quote",
    ),
    (
        "the row has bytes that are not UTF-8 text; save the file as UTF-8",
        "catalog-reasons-bytes",
    ),
    (
        "this line stands above the header; take it out if it is no data",
        "catalog-reasons-line-above",
    ),
    (
        "this row stands above the header; take it out if it is no data",
        "catalog-reasons-row-above",
    ),
    (
        "the line is longer than {megabytes} MB; check whether its end is missing, or split it",
        "catalog-reasons-long-line",
    ),
    (
        "the line is longer than {megabytes} MB; split it",
        "catalog-reasons-long-json",
    ),
    (
        "this is no text file; choose the file's real kind, or save it as CSV",
        "catalog-reasons-no-text",
    ),
    (
        "the first line is longer than {megabytes} MB, so there is no header and no row; check how the ends of lines are written, or choose the file's real kind",
        "catalog-reasons-first-line",
    ),
    (
        "the name of column {column} has {n} letters, and a name has at most {most}; shorten it, or say that the file has no header",
        "catalog-reasons-long-name",
    ),
    (
        "the workbook cannot be read; check that it arrived completely, and save it as .xlsx without a password",
        "catalog-reasons-workbook",
    ),
    (
        "the workbook cannot be read; check that it is one and arrived completely, or save it as .xlsx anew",
        "catalog-reasons-no-workbook",
    ),
    (
        "the workbook cannot be read ({why}); save it anew, or check that it arrived completely",
        "catalog-reasons-workbook-anew",
    ),
    (
        "there is no sheet \"{sheet}\"; the workbook has {sheets}",
        "catalog-reasons-no-sheet",
    ),
    (
        "sheet \"{sheet}\" cannot be read; check that the file arrived completely, or save the workbook anew",
        "catalog-reasons-sheet",
    ),
    (
        "the sheet goes on after row {rows} or after {columns} columns, where a sheet ends; save the table as CSV, or split it",
        "catalog-reasons-beyond",
    ),
    (
        "the sheet has more than {millions} million filled cells; save the table as CSV",
        "catalog-reasons-many-cells",
    ),
    (
        "column \"{column}\" holds the error {error}; it was left empty: correct the formula",
        "catalog-reasons-formula",
    ),
    (
        "the workbook unpacks to more than {megabytes} MB; save the sheet as CSV",
        "catalog-reasons-large-workbook",
    ),
    (
        "the file has more than {most} columns; put what repeats into rows, or split the file",
        "catalog-reasons-wide",
    ),
    (
        "the file cannot be unpacked ({why}); check that it arrived completely",
        "catalog-reasons-packed",
    ),
    (
        "the file unpacks to more than {megabytes} MB, far more than a table of its size does; send it unpacked",
        "catalog-reasons-bomb",
    ),
    (
        "the Parquet file cannot be read ({why}); check that it arrived completely",
        "catalog-reasons-parquet",
    ),
    (
        "the Parquet file is damaged ({why}); send it again",
        "catalog-reasons-parquet-damaged",
    ),
    (
        "line {line}, column {column}: {why}; correct the JSON there",
        "catalog-reasons-json",
    ),
    (
        "line {line}, column {column}: {why}; correct the GeoJSON there",
        "catalog-reasons-geojson",
    ),
    (
        "column {column}: {why}; correct the JSON there",
        "catalog-reasons-json-line",
    ),
    (
        "the line is no JSON object; write one object {…} a line",
        "catalog-reasons-no-object",
    ),
    ("element {n} is no object", "catalog-reasons-no-element"),
    (
        "the file is a \"{kind}\"; write a FeatureCollection",
        "catalog-reasons-no-features",
    ),
    (
        "feature {n} has no type \"Feature\"; write it",
        "catalog-reasons-no-feature",
    ),
    (
        "{numbers} of the {n} values of column \"{column}\" are numbers and this one is not, so the column is text; correct it, or say that it stands for a missing value",
        "catalog-reasons-not-a-number",
    ),
    (
        "{dates} of the {n} values of column \"{column}\" are dates and this one is not, so the column is text; correct it, or say that it stands for a missing value",
        "catalog-reasons-not-a-date",
    ),
    (
        "{value} in column \"{column}\" was read as {read}; if it means {meant}, say that a comma stands before the decimals and send the file again",
        "catalog-reasons-comma",
    ),
    (
        "{value} in column \"{column}\" was read as {read}; if it means {meant}, say that a point stands before the decimals and send the file again",
        "catalog-reasons-point",
    ),
    (
        "what is broken in the file's UTF-16 stands as \u{fffd}, from this line on {n} times; save the file as UTF-8",
        "catalog-reasons-broken",
    ),
    (
        "the character NUL, which is no text, stands as \u{fffd}, from this line on {n} times; check how the file was written",
        "catalog-reasons-nul",
    ),
    (
        "the file ends in the middle of a character; check that it arrived completely",
        "catalog-reasons-cut",
    ),
];

/// A reason of the tables in a language.
#[must_use]
pub fn in_words(lang: Lang, reason: &str) -> String {
    let known = SENTENCES
        .iter()
        .find_map(|(sentence, id)| Some((*id, arguments(sentence, reason)?)));
    let Some((id, arguments)) = known else {
        return reason.to_owned();
    };
    let text = lang.text(id);
    let text = arguments
        .into_iter()
        .fold(text, |text, (name, value)| text.arg(name, value));
    text.to_string()
}

/// What stands in a reason for each name of a sentence; none when it is another sentence.
fn arguments<'t>(sentence: &'static str, reason: &'t str) -> Option<Vec<(&'static str, &'t str)>> {
    let mut parts = sentence.split(['{', '}']);
    let mut rest = reason.strip_prefix(parts.next()?)?;
    let mut found = Vec::new();
    while let (Some(name), Some(behind)) = (parts.next(), parts.next()) {
        let (value, left) = match behind {
            "" => (rest, ""),
            _ => rest.split_once(behind)?,
        };
        found.push((name, value));
        rest = left;
    }
    rest.is_empty().then_some(found)
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    #[test]
    fn every_sentence_is_found_with_what_it_names_in_both_languages() {
        for (sentence, id) in SENTENCES {
            let reason = sentence.replace('{', "<").replace('}', ">");
            let names = arguments(sentence, &reason).expect("its own sentence");
            for (name, value) in names {
                assert_eq!(value, format!("<{name}>"), "{sentence}");
            }
            let first = SENTENCES
                .iter()
                .find(|(sentence, _)| arguments(sentence, &reason).is_some());
            assert_eq!(first.map(|(_, id)| id), Some(id), "{sentence}");
            for lang in Lang::COMPLETE {
                let told = in_words(lang, &reason);
                assert!(
                    !told.contains("catalog-reasons-") && !told.contains('{'),
                    "{told}"
                );
            }
        }
    }

    #[test]
    fn what_the_tables_say_is_told_in_indonesian_and_what_is_new_stays_as_it_is() {
        let reason = "the row has 1 fields instead of 6; check its delimiters and put fields that contain one in quotes";
        let told = in_words(Lang::Id, reason);
        assert!(told.contains("1 isian") && told.contains('6'), "{told}");
        assert_eq!(in_words(Lang::Id, "something new"), "something new");
    }
}
