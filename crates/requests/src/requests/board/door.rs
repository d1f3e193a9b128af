//! Doors that other pages show: the lights of a place, and what a search finds.

use crate::{
    places::model::{Places, fold},
    platform::{app::App, code::Code, i18n::Lang, op::Op, problem::Result},
    requests::{access, library, step, words::written},
};

use super::{
    asked::within,
    kept,
    list::Tile,
    rows::{Filter, Rows},
};
use crate::requests::model::clock::Light;

/// How requests stand in a place, with the ways in; absent where no service takes requests.
#[derive(Debug, Clone, Default)]
pub struct Door {
    pub tiles: Vec<Tile>,
    /// The list of the place's requests.
    pub href: String,
    pub map: String,
}

/// Something a search finds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    pub href: String,
    pub title: String,
    pub about: String,
}

/// Returns the door of a place, or of everything; `None` while no service takes requests.
///
/// # Errors
/// When the database fails.
pub async fn door(app: &App, op: &Op, places: &Places, place: Option<&str>) -> Result<Option<Door>> {
    let library = library::current(app).await?;
    if library.services().is_empty() {
        return Ok(None);
    }
    let board = kept::current(app, op.at).await?;
    let lights = board.count(format!("door {place:?}"), op.at, |rows: &Rows, now| {
        let filter = Filter {
            places: place.map(|place| within(rows, places, place)),
            ..Filter::default()
        };
        rows.lights(&filter, now)
    });
    let address = |path: &str, light: &str| {
        let pairs: Vec<(&str, &str)> = [("place", place.unwrap_or_default()), ("light", light)]
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
            .collect();
        match serde_urlencoded::to_string(&pairs) {
            Ok(query) if !query.is_empty() => format!("{path}?{query}"),
            _ => path.to_owned(),
        }
    };
    let tiles = Light::ALL.map(|light| Tile {
        light: light.as_str(),
        text: op
            .lang
            .text(format!("requests-light-{}", light.as_str()))
            .to_string(),
        n: op.lang.number(lights.value.of(light)),
        href: address("/requests", light.as_str()),
        is_chosen: false,
    });
    Ok(Some(Door {
        tiles: tiles.into(),
        href: address("/requests", ""),
        map: address("/requests/map", ""),
    }))
}

/// Finds where to report something, services by their words, and a request by its code.
///
/// # Errors
/// When the database fails.
pub async fn find(app: &App, op: &Op, query: &str, most: usize) -> Result<Vec<Found>> {
    let lang = op.lang;
    let library = library::current(app).await?;
    let mut found = Vec::new();
    if Code::<8>::parse(query).is_ok()
        && let Ok(request) = step::find(app, query).await
        && access::require_sight(op, &request, &library.lineage(request.place.as_deref())).is_ok()
    {
        found.push(Found {
            href: request.path(),
            title: written(&request.code),
            about: lang.text("requests-board-title").to_string(),
        });
    }
    if library.services().is_empty() {
        return Ok(found);
    }
    let query = fold(query.trim());
    let words: Vec<&str> = query.split_whitespace().collect();
    // A door is found by any of its words in any language, as a service is by all of the query's.
    let is_door = Lang::COMPLETE.iter().any(|lang| {
        let known = lang.text("requests-board-search-words").to_string();
        let known = fold(&known);
        words.iter().any(|word| {
            word.chars().count() > 2 && known.split_whitespace().any(|each| each.starts_with(word))
        })
    });
    if is_door {
        for (href, title, about) in [
            ("/requests/new", "requests-board-tell", "requests-board-lead"),
            ("/requests", "requests-board-title", "requests-board-follow"),
        ] {
            found.push(Found {
                href: href.to_owned(),
                title: lang.text(title).to_string(),
                about: lang.text(about).to_string(),
            });
        }
    }
    for service in library.services() {
        let title = service.title.in_language(lang.code());
        let keywords = service.keywords.join(" ");
        let all = fold(&format!(
            "{title} {keywords} {} {}",
            service.group,
            service.title.0.values().cloned().collect::<Vec<_>>().join(" ")
        ));
        if found.len() < most && !words.is_empty() && words.iter().all(|word| all.contains(word)) {
            let query = serde_urlencoded::to_string([("service", &service.code)]).unwrap_or_default();
            found.push(Found {
                href: format!("/requests?{query}"),
                title: title.to_owned(),
                about: lang.text("requests-board-service").to_string(),
            });
        }
    }
    Ok(found)
}
