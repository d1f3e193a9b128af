//! Score cards as people read them.

use jiff::civil::{Date, date};

use super::NameOf;
use crate::{
    evidence::{
        model::{Commitment, Standing},
        pages::{Tag, tag},
    },
    places::model::{Place, Places},
    platform::{
        html::{Markup, parts::Choice},
        i18n::{Lang, numbers::NO_VALUE},
    },
    scorecards::model::{
        compare::{OTHERS, ShownGroup},
        round::{Scale, State},
        score::face_of,
        session::PROVIDER,
        trend::USERS,
    },
};

/// What a group is called that has this key: a code, `own:NAME`, `others`, `users` or `provider`.
#[must_use]
pub fn group(lang: Lang, key: &str) -> String {
    if let Some(name) = key.strip_prefix("own:").filter(|name| !name.is_empty()) {
        return name.to_owned();
    }
    match key {
        OTHERS => lang.text("scorecards-pages-others").to_string(),
        USERS => lang.text("scorecards-pages-users").to_string(),
        PROVIDER => lang.text("scorecards-pages-provider").to_string(),
        code => lang.text(format!("facilitators-group-{code}")).to_string(),
    }
}

/// A group with how many sat in it.
#[must_use]
pub fn group_with(lang: Lang, shown: &ShownGroup) -> String {
    lang.text("scorecards-pages-group-with")
        .arg("group", group(lang, &shown.key))
        .n("n", shown.n_present)
        .to_string()
}

/// What a criterion is called: the standard one, or the group's own words.
#[must_use]
pub fn criterion(lang: Lang, code: Option<&str>, words: &str) -> String {
    code.map_or_else(|| words.to_owned(), |code| standard(lang, code))
}

/// What a standard criterion is called.
#[must_use]
pub fn standard(lang: Lang, code: &str) -> String {
    lang.text(format!("scorecards-standard-{code}")).to_string()
}

/// What a kind of facility is called.
#[must_use]
pub fn kind(lang: Lang, word: &str) -> String {
    lang.text(format!("scorecards-pages-kind-{word}")).to_string()
}

/// How far a round is.
#[must_use]
pub fn state(lang: Lang, state: State) -> String {
    lang.text(format!("scorecards-pages-state-{}", state.as_str()))
        .to_string()
}

/// How far a round is, as a tag.
#[must_use]
pub fn state_tag(lang: Lang, at: State) -> Tag {
    Tag {
        class: match at {
            State::Planned => "govuk-tag--grey",
            State::Gathering | State::Meeting => "govuk-tag--yellow",
            State::Agreed | State::Closed => "govuk-tag--green",
            State::Cancelled => "govuk-tag--red",
        },
        text: state(lang, at),
    }
}

/// A tag within a cell.
#[must_use]
pub fn tag_markup(tag: &Tag) -> Markup {
    Markup(format!(
        "<strong class=\"govuk-tag {}\">{}</strong>",
        tag.class,
        Markup::escape(&tag.text)
    ))
}

/// A link within a cell.
#[must_use]
pub fn link(href: &str, text: &str) -> Markup {
    Markup(format!(
        "<a class=\"govuk-link\" href=\"{}\">{}</a>",
        Markup::escape(href),
        Markup::escape(text)
    ))
}

/// “Round 2”.
#[must_use]
pub fn round(lang: Lang, n: u32) -> String {
    lang.text("scorecards-pages-round").n("n", n).to_string()
}

/// Points as the scale of the round says them: with their face, where groups chose faces.
#[must_use]
pub fn points(lang: Lang, scale: Scale, value: Option<u8>) -> String {
    match (value, scale) {
        (None, _) => NO_VALUE.to_owned(),
        (Some(value), Scale::Hundred) => lang.number(value),
        (Some(value), Scale::Faces) => lang
            .text("scorecards-pages-face")
            .n("value", value)
            .n("face", face_of(value))
            .to_string(),
    }
}

/// A gap in words and with a shape of its own: provider above users, below, or near.
#[must_use]
pub fn gap(lang: Lang, gap: Option<i16>, is_wide: bool) -> String {
    let Some(gap) = gap else {
        return NO_VALUE.to_owned();
    };
    let n = gap.unsigned_abs();
    let id = match (gap.signum(), is_wide) {
        (0, _) => "scorecards-pages-gap-none",
        (1, true) => "scorecards-pages-gap-above-wide",
        (1, false) => "scorecards-pages-gap-above",
        (_, true) => "scorecards-pages-gap-below-wide",
        (_, false) => "scorecards-pages-gap-below",
    };
    lang.text(id).n("n", n).to_string()
}

/// The name of a place, or its code where it is not known.
#[must_use]
pub fn place(lang: Lang, all: &Places, code: &str) -> String {
    all.find(code)
        .map_or_else(|| code.to_owned(), |place| place.name_in(lang.code()).to_owned())
}

/// The places above one, itself and those in it, to look at instead; the first choice is everywhere.
#[must_use]
pub fn nearby(lang: Lang, here: Option<Place<'_>>, chosen: &str) -> Vec<Choice> {
    let mut near: Vec<Place<'_>> = here
        .into_iter()
        .flat_map(|here| here.with_ancestors().collect::<Vec<_>>())
        .collect();
    near.reverse();
    near.extend(
        here.into_iter()
            .flat_map(|here| here.children().collect::<Vec<_>>()),
    );
    let everywhere = Choice::new("", lang.text("scorecards-pages-everywhere")).chosen_if(chosen);
    [everywhere]
        .into_iter()
        .chain(
            near.into_iter()
                .map(|near| Choice::new(near.code(), near.name_in(lang.code())).chosen_if(chosen)),
        )
        .collect()
}

/// Tells whether a place, by its code, lies in another; everything lies in none.
#[must_use]
pub fn lies_in(all: &Places, asked: Option<Place<'_>>, code: &str) -> bool {
    asked.is_none_or(|asked| all.find(code).is_some_and(|place| asked.contains(place)))
}

/// A promise as a row of a list.
pub struct PromiseRow {
    pub href: String,
    pub promise: String,
    /// Organisation and post.
    pub owner: String,
    pub due: String,
    pub standing: Tag,
}

impl PromiseRow {
    #[must_use]
    pub fn of(lang: Lang, commitment: &Commitment, name_of: NameOf<'_>, today: Date) -> PromiseRow {
        let owner = name_of(&commitment.owner);
        PromiseRow {
            href: commitment.path(),
            promise: commitment.promise.clone(),
            owner: match &commitment.owner_post {
                Some(post) => format!("{owner}, {post}"),
                None => owner,
            },
            due: lang.date(commitment.due_on),
            standing: tag(lang, commitment.standing(today)),
        }
    }

    /// A promise for samples.
    #[must_use]
    pub fn sample(lang: Lang) -> PromiseRow {
        PromiseRow {
            href: "/commitments/K7M4XT".into(),
            promise: "Buka jam tujuh <diganti>".into(),
            owner: "Dinas <PU>".into(),
            due: lang.date(date(2026, 12, 18)),
            standing: tag(lang, Standing::Late),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wide_gap_has_a_shape_of_its_own_and_says_who_stands_higher() {
        let said = |gap_of, is_wide| gap(Lang::En, Some(gap_of), is_wide);
        assert!(said(30, true).starts_with('▲') && said(-30, true).starts_with('▼'));
        assert_ne!(said(10, false), said(-10, false));
        assert!(!said(10, false).contains('▲'));
        assert_eq!(gap(Lang::En, None, false), NO_VALUE);
    }
}
