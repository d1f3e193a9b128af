//! The way from a place's profile to the village's year, or to the years of the villages in it.

use crate::{
    places::model::{Place, Places},
    platform::{app::App, i18n::Lang, problem::Result},
    site::search::Hit,
    village::{pages::voices, year::overview::keeping},
};

/// What stands over the ways, and the ways; none where neither the place nor one in it keeps its year.
pub async fn ways(app: &App, lang: Lang, all: &Places, place: Place<'_>) -> Result<(String, Vec<Hit>)> {
    let keeping = keeping(app).await?;
    let code = place.code();
    if keeping.0.contains(code) {
        return Ok((lang.text("village-title").to_string(), of_village(lang, code)));
    }
    let is_within = |village: &String| all.find(village).is_some_and(|village| place.contains(village));
    let ways = match keeping.0.iter().any(is_within) {
        true => vec![within(lang, code)],
        false => Vec::new(),
    };
    Ok((lang.text("village-list-title").to_string(), ways))
}

/// The ways from the profile of a village that keeps its year.
pub fn of_village(lang: Lang, code: &str) -> Vec<Hit> {
    let year = Hit {
        href: format!("/villages/{code}"),
        title: lang.text("village-place-link").to_string(),
        about: String::new(),
    };
    let voices = voices(lang, code).into_iter().map(|voice| Hit {
        href: voice.href,
        title: voice.text,
        about: String::new(),
    });
    std::iter::once(year).chain(voices).collect()
}

fn within(lang: Lang, code: &str) -> Hit {
    let query = serde_urlencoded::to_string([("place", code)]).unwrap_or_default();
    Hit {
        href: format!("/villages?{query}"),
        title: lang.text("village-list-within").to_string(),
        about: String::new(),
    }
}
