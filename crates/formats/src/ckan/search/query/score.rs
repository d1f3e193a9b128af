//! How well a document is meant.

use super::{
    Document, Group, Occur, Query,
    evaluate::{USUAL_FIELDS, matches},
};

/// What a match counts in each of the fields that are searched when none is named, as CKAN's `qf` has it.
fn weight(field: &str) -> f64 {
    match field {
        "name" | "title" => 4.0,
        "tags" | "groups" => 2.0,
        _ => 1.0,
    }
}

pub(super) fn score(query: &Query, document: &Document, now: i64) -> f64 {
    match query {
        Query::All => 1.0,
        Query::Boosted { query, by } => score(query, document, now) * f64::from(*by),
        Query::Group(Group { clauses, .. }) => clauses
            .iter()
            .filter(|clause| clause.occur != Occur::MustNot)
            .map(|clause| score(&clause.query, document, now))
            .sum(),
        leaf if leaf.field().is_some() => f64::from(u8::from(matches(leaf, document, now))),
        leaf => {
            let weights = USUAL_FIELDS
                .iter()
                .filter(|field| matches(&within(leaf, field), document, now))
                .map(|field| weight(field));
            let (best, all) = weights.fold((0.0_f64, 0.0), |(best, all), weight| {
                (best.max(weight), all + weight)
            });
            // The best field counts, the others a tenth: CKAN's `tie`.
            best + 0.1 * (all - best)
        }
    }
}

/// The same in one field.
fn within(leaf: &Query, name: &str) -> Query {
    let mut leaf = leaf.clone();
    if let Query::Term { field, .. }
    | Query::Phrase { field, .. }
    | Query::Wildcard { field, .. }
    | Query::Fuzzy { field, .. }
    | Query::Range { field, .. } = &mut leaf
    {
        *field = Some(name.to_owned());
    }
    leaf
}
