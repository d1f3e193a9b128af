//! Facilitators, groups and tasks as people read of them.

use serde_json::Value;

use super::{
    model::{GroupKind, Paper, group::GROUPS},
    tasks::Task,
};
use crate::{
    places::model::{Place, Places},
    platform::{
        html::parts::Choice,
        i18n::{Lang, numbers::NO_VALUE},
    },
};

/// What the words of a task are always told; its facts have the rest.
const ALWAYS: [&str; 3] = ["place", "group", "facility"];

/// What a group is called: its own name where it is one of the community's own and has one.
#[must_use]
pub fn group(lang: Lang, code: &str, name: Option<&str>) -> String {
    match name.filter(|name| !name.is_empty()) {
        Some(name) => name.to_owned(),
        None => lang.text(format!("facilitators-group-{code}")).to_string(),
    }
}

/// The groups of the standard list to choose from.
#[must_use]
pub fn group_choices(lang: Lang, chosen: &str) -> Vec<Choice> {
    let choice = |code: &str| Choice::new(code, group(lang, code, None)).chosen_if(chosen);
    GROUPS.into_iter().map(choice).collect()
}

/// The name of a place, or its code where it is not known.
pub(super) fn place(lang: Lang, all: &Places, code: &str) -> String {
    all.find(code)
        .map_or_else(|| code.to_owned(), |place| place.name_in(lang.code()).to_owned())
}

/// The places somebody works at; `None` among them is everywhere.
pub(super) fn places(lang: Lang, all: &Places, codes: &[Option<String>]) -> String {
    let name = |code: &Option<String>| match code {
        Some(code) => place(lang, all, code),
        None => lang.text("facilitators-everywhere").to_string(),
    };
    codes.iter().map(name).collect::<Vec<_>>().join(", ")
}

/// A place, what lies above it, what lies directly below it and other roots, to look at instead.
pub(super) fn nearby(lang: Lang, all: &Places, here: Place<'_>) -> Vec<Choice> {
    let mut near: Vec<Place<'_>> = here.with_ancestors().collect();
    near.reverse();
    near.extend(here.children());
    let others = all.roots().filter(|root| !root.contains(here));
    near.extend(others);
    near.into_iter()
        .map(|near| Choice::new(near.code(), near.name_in(lang.code())).chosen_if(here.code()))
        .collect()
}

/// Words, or a dash for none.
pub(super) fn or_none(words: &str) -> &str {
    match words {
        "" => NO_VALUE,
        words => words,
    }
}

/// What a paper is called.
pub(super) fn paper(lang: Lang, paper: Paper) -> String {
    lang.text(format!("facilitators-paper-{}", paper.as_str()))
        .to_string()
}

/// The points of a paper, in the words that are signed.
pub(super) fn points(lang: Lang, paper: Paper) -> Vec<String> {
    let point = |n: usize| match paper {
        Paper::Conduct => format!("facilitators-conduct-{n}"),
        Paper::Safeguarding => format!("facilitators-safeguarding-{n}"),
    };
    (1..=paper.n_points())
        .map(|n| lang.text(point(n)).to_string())
        .collect()
}

/// What a task asks for.
pub(super) fn task(lang: Lang, all: &Places, task: &Task) -> String {
    let group = task.group.as_ref().map(|each| group_of(lang, each));
    let mut text = lang
        .text(task.text.as_str())
        .arg("place", place(lang, all, &task.place))
        .arg("group", group.unwrap_or_default())
        .arg("facility", task.facility.as_deref().unwrap_or_default());
    for (name, value) in &task.facts {
        if ALWAYS.contains(&name.as_str()) {
            continue;
        }
        text = match value {
            Value::String(words) => text.arg(name, words),
            Value::Number(number) => match number.as_i64() {
                Some(n) => text.n(name, n),
                None => text.arg(name, number),
            },
            _ => text,
        };
    }
    text.to_string()
}

/// What a group is called.
pub(super) fn group_of(lang: Lang, kind: &GroupKind) -> String {
    group(lang, kind.code(), Some(kind.name()))
}
