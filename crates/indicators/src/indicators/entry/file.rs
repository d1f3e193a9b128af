//! A sheet as a file: CSV with a row for each place, the same columns down and up.

use std::collections::HashMap;

use super::{
    Sheet,
    model::{Column, Part, columns, field, parts},
};
use crate::{
    indicators::model::definition::Definition,
    platform::problem::{Problem, Result},
};

/// The column of the place's code; the one beside it, of its name, is for the eye.
const PLACE: &str = "place";
const NAME: &str = "name";

/// Writes what stands on the edition under work; places that were left blank stand with empty cells.
///
/// # Errors
/// Never in practice: writing to memory does not fail.
pub fn write(sheet: &Sheet) -> Result<String> {
    let definition = &*sheet.definition;
    let columns = columns(definition);
    let mut writer = csv::Writer::from_writer(Vec::new());
    let mut head = vec![PLACE.to_owned(), NAME.to_owned()];
    head.extend(heads(definition, &columns).into_iter().map(|(head, ..)| head));
    writer.write_record(&head).map_err(Problem::internal)?;
    for place in &sheet.rows {
        let mut row = vec![place.code.clone(), place.name.clone()];
        for (_, at, part) in heads(definition, &columns) {
            let kept = sheet
                .values
                .iter()
                .find(|value| value.place == place.code && value.codes == columns[at].codes);
            let number = kept.and_then(|value| match part {
                Part::Numerator => Some(value.numerator),
                Part::Denominator => value.denominator,
            });
            row.push(number.map_or_else(String::new, |number| number.to_string()));
        }
        writer.write_record(&row).map_err(Problem::internal)?;
    }
    let bytes = writer.into_inner().map_err(Problem::internal)?;
    String::from_utf8(bytes).map_err(Problem::internal)
}

/// Reads a file into the fields of the sheet, as if they had been typed. A place that is not in it stays blank.
///
/// # Errors
/// On field `file`: `indicators-entry-file` for what is no CSV with these columns, `indicators-entry-file-places` for places that are
/// not on the sheet or stand in it twice.
pub fn read(sheet: &Sheet, bytes: &[u8]) -> Result<HashMap<String, String>> {
    let definition = &*sheet.definition;
    let columns = columns(definition);
    let heads = heads(definition, &columns);
    let unreadable = || {
        let names: Vec<&str> = heads.iter().map(|(head, ..)| head.as_str()).collect();
        let wanted = format!("{PLACE}, {}", names.join(", "));
        Problem::invalid("fields").field_with("file", "indicators-entry-file", vec![("columns", wanted)])
    };
    let text = std::str::from_utf8(bytes).map_err(|_| unreadable())?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    // Spreadsheets of many countries write semicolons.
    let delimiter = match text.lines().next() {
        Some(line) if line.contains(';') && !line.contains(',') => b';',
        _ => b',',
    };
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .flexible(true)
        .from_reader(text.as_bytes());
    let header = reader.headers().map_err(|_| unreadable())?.clone();
    let find = |name: &str| header.iter().position(|column| column.trim() == name);
    let (Some(of_place), Some(found)) = (
        find(PLACE),
        heads
            .iter()
            .map(|(head, at, part)| Some((find(head)?, *at, *part)))
            .collect::<Option<Vec<_>>>(),
    ) else {
        return Err(unreadable());
    };
    let (mut fields, mut seen, mut strange) = (HashMap::new(), Vec::new(), Vec::new());
    for record in reader.records() {
        let record = record.map_err(|_| unreadable())?;
        let cell = |at: usize| record.get(at).unwrap_or_default().trim().to_owned();
        let place = cell(of_place);
        if place.is_empty() && found.iter().all(|(at, ..)| cell(*at).is_empty()) {
            continue;
        }
        let is_ours = sheet.rows.iter().any(|row| row.code == place);
        if !is_ours || seen.contains(&place) {
            strange.push(place);
            continue;
        }
        for (from, at, part) in &found {
            fields.insert(field(&place, *at, *part), cell(*from));
        }
        seen.push(place);
    }
    if strange.is_empty() {
        return Ok(fields);
    }
    let with = vec![("places", strange.join(", "))];
    Err(Problem::invalid("fields").field_with("file", "indicators-entry-file-places", with))
}

/// The columns of numbers: name, group by position, which of its numbers.
fn heads(definition: &Definition, columns: &[Column]) -> Vec<(String, usize, Part)> {
    let name = |column: &Column, part: Part| {
        let part = match part {
            Part::Numerator if definition.is_quotient() => "numerator",
            Part::Numerator => "number",
            Part::Denominator => "denominator",
        };
        if column.codes.is_empty() {
            part.to_owned()
        } else {
            format!("{} {part}", column.codes.replace(';', " "))
        }
    };
    let mut heads = Vec::new();
    for (at, column) in columns.iter().enumerate() {
        for part in parts(definition) {
            heads.push((name(column, *part), at, *part));
        }
    }
    heads
}
