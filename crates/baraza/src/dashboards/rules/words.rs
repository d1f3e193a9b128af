//! Rules and alerts as people read them.

use std::sync::Arc;

use super::model::{Condition, Found, Group, Rule, Standing, Watched};
use crate::{
    dashboards::live::{Feeds, model::Feed, view},
    indicators::model::{
        definition::{Definition, Unit},
        tally::codes_in_words,
    },
    places::model::Places,
    platform::{draw, i18n::Lang},
};

/// What a rule watches, with what is known of it.
#[derive(Debug, Clone, Copy)]
pub enum Thing<'a> {
    Indicator(&'a Definition),
    Feed(&'a Feed),
}

impl<'a> Thing<'a> {
    /// Finds what is watched; `None` where it is there no more.
    pub fn find(
        watched: &Watched,
        definitions: &'a [Arc<Definition>],
        feeds: &'a Feeds,
    ) -> Option<Thing<'a>> {
        let code = watched.subject();
        match watched {
            Watched::Feed(_) => feeds.find(code).map(|known| Thing::Feed(&known.feed)),
            Watched::Indicator(_) | Watched::Group(_) => definitions
                .iter()
                .find(|definition| definition.code == code)
                .map(|definition| Thing::Indicator(definition)),
        }
    }
}

/// Says what a rule waits for: "below 60%".
pub fn condition(lang: Lang, condition: Condition, thing: Option<Thing<'_>>) -> String {
    let text = lang.text(format!("dashboards-rules-is-{}", condition.word()));
    match condition {
        Condition::Below(threshold) | Condition::Above(threshold) => {
            text.arg("threshold", value(lang, thing, threshold)).to_string()
        }
        Condition::Change(size) => text.arg("threshold", points(lang, thing, size)).to_string(),
        Condition::Light(_) => text.to_string(),
        Condition::Stale(days) => text.n("n", i64::from(days)).to_string(),
        Condition::Silent(minutes) => text.n("n", i64::from(minutes)).to_string(),
    }
}

/// Writes a value in the unit of what is watched.
pub fn value(lang: Lang, thing: Option<Thing<'_>>, value: f64) -> String {
    let unit = match thing {
        Some(Thing::Feed(feed)) => return view::value(lang, feed, value),
        Some(Thing::Indicator(definition)) => match definition.unit {
            Unit::Percent => draw::Unit::Percent {
                places: definition.decimals,
            },
            Unit::Number => draw::Unit::Number {
                places: definition.decimals,
            },
        },
        None => draw::Unit::Number { places: 1 },
    };
    unit.write(lang, value)
}

/// Writes a difference: of percentages it is no percentage.
fn points(lang: Lang, thing: Option<Thing<'_>>, size: f64) -> String {
    let places = match thing {
        Some(Thing::Indicator(definition)) => definition.decimals,
        Some(Thing::Feed(feed)) => feed.decimals,
        None => 1,
    };
    lang.decimal(size, places)
}

/// What is watched is called: a sensor by its title, an indicator with its code, a group after it.
pub fn subject(lang: Lang, rule: &Rule, thing: Option<Thing<'_>>) -> String {
    let code = rule.watched.subject();
    match thing {
        Some(Thing::Indicator(definition)) => {
            let title = format!("{code} {}", definition.title.in_language(lang.code()));
            match rule.watched.group() {
                Some(group) => format!("{title}: {}", group_in_words(lang, definition, group)),
                None => title,
            }
        }
        Some(Thing::Feed(feed)) => feed.title.clone(),
        None => code.to_owned(),
    }
}

fn group_in_words(lang: Lang, definition: &Definition, group: &Group) -> String {
    let unknown = lang.text("indicators-code-unknown").to_string();
    codes_in_words(definition, &group.by, &group.codes, lang.code(), &unknown).join(", ")
}

/// What a place is called.
pub fn place(lang: Lang, all: &Places, code: &str) -> String {
    all.find(code)
        .map_or_else(|| code.to_owned(), |place| place.name_in(lang.code()).to_owned())
}

/// Says what a rule found: the place, what it waited for, the number in words and what is to be done.
pub fn fired(
    lang: Lang,
    all: &Places,
    (rule, waited_for): (&Rule, Condition),
    thing: Thing<'_>,
    number: String,
) -> String {
    let said = lang
        .text("dashboards-rules-told-fired")
        .arg("indicator", subject(lang, rule, Some(thing)))
        .arg("place", place(lang, all, &rule.place))
        .arg("condition", condition(lang, waited_for, Some(thing)))
        .to_string();
    [said, number, rule.why.clone()]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join("\n\n")
}

/// Says what everybody may know now of the number that an alert fired on; empty where it fired on none.
pub fn standing(lang: Lang, thing: Option<Thing<'_>>, standing: &Standing) -> String {
    match standing {
        Standing::NoNumber => String::new(),
        Standing::Public(found) => number(lang, thing, found),
        Standing::Withheld => lang.text("dashboards-rules-number-withheld").to_string(),
        Standing::Gone => lang.text("dashboards-rules-number-gone").to_string(),
    }
}

/// Says which number it was; empty where there is none that everybody may see.
pub fn number(lang: Lang, thing: Option<Thing<'_>>, found: &Found) -> String {
    let Some(now) = found.value else {
        return String::new();
    };
    let id = match (found.before, thing) {
        (Some(_), _) => "dashboards-rules-number-before",
        (None, Some(Thing::Feed(_))) => "dashboards-rules-reading",
        (None, _) => "dashboards-rules-number",
    };
    let text = lang
        .text(id)
        .arg("value", value(lang, thing, now))
        .arg("period", &found.period);
    match found.before {
        Some(before) => text.arg("before", value(lang, thing, before)).to_string(),
        None => text.to_string(),
    }
}
