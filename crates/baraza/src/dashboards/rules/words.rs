//! Rules and alerts as people read them.

use super::model::{Condition, Found, Rule};
use crate::{
    indicators::model::definition::{Definition, Unit},
    places::model::Places,
    platform::{draw, i18n::Lang},
};

/// Says what a rule waits for: "below 60%".
pub fn condition(lang: Lang, condition: Condition, definition: Option<&Definition>) -> String {
    let text = lang.text(format!("dashboards-rules-is-{}", condition.word()));
    match condition {
        Condition::Below(threshold) | Condition::Above(threshold) => text
            .arg("threshold", value(lang, definition, threshold))
            .to_string(),
        Condition::Change(size) => text.arg("threshold", points(lang, definition, size)).to_string(),
        Condition::Light(_) => text.to_string(),
        Condition::Stale(days) => text.n("n", i64::from(days)).to_string(),
    }
}

/// Writes a value in the unit of an indicator.
pub fn value(lang: Lang, definition: Option<&Definition>, value: f64) -> String {
    let unit = match definition.map(|definition| (definition.unit, definition.decimals)) {
        Some((Unit::Percent, places)) => draw::Unit::Percent { places },
        Some((Unit::Number, places)) => draw::Unit::Number { places },
        None => draw::Unit::Number { places: 1 },
    };
    unit.write(lang, value)
}

/// Writes a difference: of percentages it is no percentage.
fn points(lang: Lang, definition: Option<&Definition>, size: f64) -> String {
    lang.decimal(size, definition.map_or(1, |definition| definition.decimals))
}

/// What an indicator is called, with its code.
pub fn subject(lang: Lang, rule: &Rule, definition: Option<&Definition>) -> String {
    let code = rule.watched.subject();
    match definition {
        Some(definition) => format!("{code} {}", definition.title.in_language(lang.code())),
        None => code.to_owned(),
    }
}

/// What a place is called.
pub fn place(lang: Lang, all: &Places, code: &str) -> String {
    all.find(code)
        .map_or_else(|| code.to_owned(), |place| place.name_in(lang.code()).to_owned())
}

/// Says what a rule found: the number, the place, what it waited for and what is to be done.
pub fn fired(
    lang: Lang,
    all: &Places,
    (rule, waited_for): (&Rule, Condition),
    definition: &Definition,
    found: &Found,
) -> String {
    let said = lang
        .text("dashboards-rules-told-fired")
        .arg("indicator", subject(lang, rule, Some(definition)))
        .arg("place", place(lang, all, &rule.place))
        .arg("condition", condition(lang, waited_for, Some(definition)))
        .to_string();
    let number = number(lang, Some(definition), found);
    [said, number, rule.why.clone()]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join("\n\n")
}

/// Says which number it was; empty where there is none that everybody may see.
pub fn number(lang: Lang, definition: Option<&Definition>, found: &Found) -> String {
    let Some(now) = found.value else {
        return String::new();
    };
    let id = match found.before {
        Some(_) => "dashboards-rules-number-before",
        None => "dashboards-rules-number",
    };
    let text = lang
        .text(id)
        .arg("value", value(lang, definition, now))
        .arg("period", &found.period);
    match found.before {
        Some(before) => text.arg("before", value(lang, definition, before)).to_string(),
        None => text.to_string(),
    }
}
