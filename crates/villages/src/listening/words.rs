//! What is listened to, as people read of it.

use super::model::{consent::Use, note::Kind};
use crate::{
    facilitators::{self, GroupKind},
    places::model::Places,
    platform::{
        html::{Markup, Shell},
        i18n::Lang,
    },
};

/// The name of a place, or its code where it is not known.
#[must_use]
pub fn place(lang: Lang, all: &Places, code: &str) -> String {
    all.find(code)
        .map_or_else(|| code.to_owned(), |place| place.name_in(lang.code()).to_owned())
}

/// What a group is called.
#[must_use]
pub fn group(lang: Lang, group: &GroupKind) -> String {
    facilitators::words::group(lang, group.code(), Some(group.name()))
}

/// What a kind of note is called.
#[must_use]
pub fn kind(lang: Lang, kind: Kind) -> String {
    lang.text(format!("listening-kind-{}", kind.as_str())).to_string()
}

/// What may be done with what was said.
#[must_use]
pub fn of(lang: Lang, of: Use) -> String {
    lang.text(format!("listening-use-{}", of.as_str())).to_string()
}

/// The way to a page of listening at the desk.
#[must_use]
pub fn way(page: Shell) -> Shell {
    let (desk, own) = (
        page.t("platform-nav-desk").to_string(),
        page.t("listening-title").to_string(),
    );
    page.crumb(desk, "/desk").crumb(own, "/desk/listening")
}

/// A link.
#[must_use]
pub fn link(href: &str, words: &str) -> Markup {
    Markup(format!(
        "<a class=\"govuk-link\" href=\"{}\">{}</a>",
        Markup::escape(href),
        Markup::escape(words)
    ))
}
