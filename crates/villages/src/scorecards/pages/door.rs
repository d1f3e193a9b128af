//! What other pages show of score cards: those of a place, and what a search finds.

use super::{facility, one, words};
use crate::{
    places::model::{Place, Places, fold},
    platform::{app::App, code::Code, i18n::Lang, problem::Result},
    scorecards::{self, model::facility::Facility},
};

/// Facilities that a door names.
const MOST_NAMED: usize = 6;

/// The facilities of a place, as its profile shows them.
#[derive(Debug, Clone, Default)]
pub struct Door {
    pub found: Vec<Found>,
    /// The list of all of them.
    pub href: String,
}

/// A facility or a round with its page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    pub href: String,
    pub title: String,
    pub about: String,
}

impl Door {
    /// A door for samples.
    #[must_use]
    pub fn sample(lang: Lang) -> Door {
        Door {
            found: vec![found(lang, &Places::default(), &one::sample_facility())],
            href: "/scorecards?place=90".to_owned(),
        }
    }
}

/// Returns the facilities that stand in a place or serve it; `None` where there is none.
///
/// # Errors
/// When the database fails.
pub async fn door(app: &App, lang: Lang, all: &Places, place: Place<'_>) -> Result<Option<Door>> {
    let facilities = scorecards::facilities(app).await?;
    let here: Vec<Found> = facilities
        .iter()
        .filter(|known| known.serves_place(place.code()) || words::lies_in(all, Some(place), &known.place))
        .take(MOST_NAMED)
        .map(|known| found(lang, all, known))
        .collect();
    if here.is_empty() {
        return Ok(None);
    }
    let query = serde_urlencoded::to_string([("place", place.code())]).unwrap_or_default();
    Ok(Some(Door {
        found: here,
        href: format!("/scorecards?{query}"),
    }))
}

/// Finds facilities by words of their names, and a round by its code.
///
/// # Errors
/// When the database fails.
pub async fn find(app: &App, lang: Lang, all: &Places, query: &str, most: usize) -> Result<Vec<Found>> {
    let mut hits = Vec::new();
    if let Ok(code) = Code::<6>::parse(query)
        && let Ok(known) = scorecards::public(app, &code.plain()).await
    {
        hits.push(Found {
            href: one::address(&known.round.code),
            title: lang
                .text("scorecards-pages-round-of")
                .arg("facility", &known.facility.name)
                .n("n", known.round.n)
                .to_string(),
            about: words::state(lang, known.round.state),
        });
    }
    let query = fold(query.trim());
    let words: Vec<&str> = query.split_whitespace().collect();
    let facilities = scorecards::facilities(app).await?;
    let named = facilities.iter().filter(|known| {
        let name = fold(&known.name);
        !words.is_empty() && words.iter().all(|word| name.contains(word))
    });
    hits.extend(named.map(|known| found(lang, all, known)));
    hits.truncate(most);
    Ok(hits)
}

fn found(lang: Lang, all: &Places, known: &Facility) -> Found {
    Found {
        href: facility::address(&known.code),
        title: known.name.clone(),
        about: format!(
            "{} · {}",
            words::kind(lang, &known.kind),
            words::place(lang, all, &known.place)
        ),
    }
}
