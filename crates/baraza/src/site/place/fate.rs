//! What became of a place, or what it was before.

use super::level_name;
use super::profile::{PlaceRef, Profile};
use crate::places::model::{Change, Places};
use crate::platform::html::Shell;
use crate::platform::i18n::Lang;
use crate::site::search::Hit;

/// What to say of a place's past and end, and the places that hold today in its stead.
pub fn fate(page: &Shell, all: &Places, profile: &Profile) -> (Vec<String>, Vec<Hit>) {
    let lang = page.lang;
    let code = &profile.place.code;
    let mut lines = Vec::new();
    if !profile.is_current {
        lines.push(
            match profile.valid_to.as_deref().and_then(|day| day.parse().ok()) {
                Some(day) => page.t("site-place-ended").arg("on", lang.date(day)).to_string(),
                None => page.t("site-place-ended-sometime").to_string(),
            },
        );
    }
    lines.extend(
        all.changes_of(code)
            .filter_map(|change| became(lang, all, change)),
    );
    let successors = profile.today.iter().filter(|now| now.code != *code);
    let hit = |now: &PlaceRef| Hit {
        href: format!("/places/{}", now.code),
        title: now.name.clone(),
        about: level_name(lang, &now.level),
    };
    (lines, successors.map(hit).collect())
}

fn became(lang: Lang, all: &Places, change: &Change) -> Option<String> {
    let to = change.to.as_deref().unwrap_or_default();
    let name = all.find(to).map_or(to, |place| place.name_in(lang.code()));
    let text = lang
        .text(format!("places-became-{}", change.kind.as_str()))
        .arg("on", lang.date(change.on?))
        .arg("old", change.old_name.as_deref().unwrap_or_default());
    Some(
        text.arg(
            "to",
            if change.old_name.is_some() || name == to {
                to.to_owned()
            } else {
                format!("{name} ({to})")
            },
        )
        .to_string(),
    )
}
