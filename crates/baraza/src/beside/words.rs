//! What is said side by side, as people read it.

use super::{
    gather::{Row, Told},
    model::{
        Concept, People, Source,
        compare::{How, Pair, Reason},
    },
};
use crate::{
    platform::i18n::{Lang, numbers::NO_VALUE},
    scorecards::pages::words as of_scorecards,
};

/// What a source is called.
#[must_use]
pub fn source(lang: Lang, source: Source) -> String {
    lang.text(format!("beside-source-{}", source.as_str()))
        .to_string()
}

/// Whom a number is of.
#[must_use]
pub fn people(lang: Lang, people: People) -> String {
    lang.text(format!("beside-people-{}", people.as_str()))
        .to_string()
}

/// What a number is of, beside the criterion.
#[must_use]
pub fn concept(lang: Lang, concept: Concept) -> String {
    lang.text(format!("beside-concept-{}", concept.as_str()))
        .to_string()
}

/// What a criterion is called: the standard one, or the groups' own words.
#[must_use]
pub fn criterion(lang: Lang, row: &Row) -> String {
    of_scorecards::criterion(lang, row.standard.as_deref(), &row.words)
}

/// How far two sources may be compared.
#[must_use]
pub fn how(lang: Lang, how: How) -> String {
    lang.text(format!("beside-how-{}", how.as_str())).to_string()
}

/// Why; a sentence for each reason.
#[must_use]
pub fn reasons(lang: Lang, pair: &Pair) -> String {
    if pair.reasons.is_empty() {
        return lang.text("beside-reason-same").to_string();
    }
    let sentences: Vec<String> = pair
        .reasons
        .iter()
        .map(|reason| sentence(lang, *reason))
        .collect();
    sentences.join(" ")
}

fn sentence(lang: Lang, reason: Reason) -> String {
    lang.text(format!("beside-reason-{}", reason.as_str()))
        .n("n", reason.n())
        .to_string()
}

/// The gap in words and with a shape of its own where it is wide; why there is none, where there is none.
#[must_use]
pub fn gap(lang: Lang, pair: &Pair, second: &Told) -> String {
    let Some(gap) = pair.gap else {
        return lang.text("beside-gap-refused").to_string();
    };
    let id = match (gap, pair.is_wide) {
        (0.0, _) => "beside-gap-none",
        (gap, true) if gap > 0.0 => "beside-gap-above-wide",
        (gap, false) if gap > 0.0 => "beside-gap-above",
        (_, true) => "beside-gap-below-wide",
        (_, false) => "beside-gap-below",
    };
    lang.text(id)
        .arg("who", source(lang, second.saying.source))
        .arg("n", lang.decimal(gap.abs(), 0))
        .to_string()
}

/// The two that are compared: “Users – Survey”.
#[must_use]
pub fn pair(lang: Lang, first: &Told, second: &Told) -> String {
    let name = |told: &Told| match told.saying.source {
        Source::Users | Source::Provider => source(lang, told.saying.source),
        _ => format!("{} ({})", source(lang, told.saying.source), told.title),
    };
    format!("{} – {}", name(first), name(second))
}

/// Where it stands from 0 to 100.
#[must_use]
pub fn points(lang: Lang, points: Option<f64>) -> String {
    points.map_or_else(|| NO_VALUE.to_owned(), |points| lang.decimal(points, 0))
}
