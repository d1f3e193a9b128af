//! What must hold for indicators that are parts of another one.

use super::{
    super::definition::{Counting, Definition, Measure},
    Counted, TallyError,
};

/// Checks that every indicator behind the first is a part of it and counted as it is.
///
/// Only what decides about the table in which they are protected is asked for: the rows of which tables, their places, periods and
/// groups, and that what is counted are rows with something. Whether every row of a part is one of the whole is seen when they are
/// added up.
pub fn check_together(counted: &[Counted<'_>]) -> Result<(), TallyError> {
    let Some((whole, parts)) = counted.split_first() else {
        return Ok(());
    };
    parts
        .iter()
        .try_for_each(|part| check_part(whole.definition, part.definition))
}

/// Checks that a definition is of a part of another, and counts as it does.
///
/// # Errors
/// The key that differs.
pub fn check_part(whole: &Definition, part: &Definition) -> Result<(), TallyError> {
    match difference(whole, part) {
        None => Ok(()),
        Some(key) => Err(TallyError::Unlike {
            part: part.code.clone(),
            whole: whole.code.clone(),
            key,
        }),
    }
}

/// The key that keeps a definition from being a part of another.
fn difference(whole: &Definition, part: &Definition) -> Option<&'static str> {
    let counts = |definition: &Definition| match (definition.measure, definition.counting()) {
        (Measure::Share, Some(_)) => true,
        // A sum of money belongs to every row that gave something; only a count is divided row by row.
        (Measure::Total, Some(counting)) => counting.numerator.is_none(),
        _ => false,
    };
    let (Some(of_whole), Some(of_part)) = (whole.counting(), part.counting()) else {
        return Some("kind");
    };
    let expressions = |definition: &Definition| -> Vec<(String, String, Vec<String>)> {
        let dimensions = definition.dimensions.iter();
        dimensions
            .map(|d| {
                let codes = d.codes.iter().map(|code| code.code.clone()).collect();
                (d.name.clone(), d.expression.clone(), codes)
            })
            .collect()
    };
    let is_same = |of: fn(&Counting) -> &str| of(of_whole) == of(of_part);
    [
        ("part_of", part.part_of.as_deref() == Some(whole.code.as_str())),
        (
            "measure",
            whole.measure == part.measure && counts(whole) && counts(part),
        ),
        ("tables", of_whole.tables == of_part.tables),
        ("from", is_same(|counting| counting.from.as_str())),
        ("place", is_same(|counting| counting.place.as_str())),
        ("period", of_whole.period == of_part.period),
        ("dimension", expressions(whole) == expressions(part)),
    ]
    .into_iter()
    .find(|(_, is_alike)| !is_alike)
    .map(|(key, _)| key)
}
