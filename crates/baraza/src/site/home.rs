//! The home page: find your place, and see how it is there.

use askama::Template;
use axum::extract::State;
use axum::http::Uri;
use axum::response::Response;

use super::search::Hit;
use super::view::{MapView, NumberCard};
use super::{figures, published};
use crate::places;
use crate::places::atlas;
use crate::places::model::{Place, Places};
use crate::platform::app::App;
use crate::platform::draw::About;
use crate::platform::draw::map::{Ground, Map, Placed, map};
use crate::platform::html::{Markup, Shell};
use crate::platform::i18n::Lang;
use crate::platform::op::Op;
use crate::platform::page::{render, shell};
use crate::platform::problem::Result;
use crate::requests::{self, board::Door};

#[derive(Template)]
#[template(path = "site/home.html")]
pub struct HomePage {
    page: Shell,
    lead: String,
    map: Option<MapView>,
    numbers_title: String,
    numbers: Vec<NumberCard>,
    latest: Vec<Latest>,
    /// Where villages and their people are read of; empty without places.
    ways: Vec<Hit>,
    /// The themes of the catalogue, each with how many datasets it has.
    themes: Vec<Hit>,
    door: Option<Door>,
}

/// Something that was published not long ago.
#[derive(Clone, Debug)]
pub struct Latest {
    pub what: Hit,
    /// The day, written for the reader.
    pub when: String,
}

/// The most of what is new: a row of cards or two.
const MOST_LATEST: usize = 6;
/// Where villages and their people are read of: the address, what it is called, what stands there.
const WAYS: [(&str, &str, &str); 7] = [
    ("/villages", "village-list-title", "site-way-villages"),
    ("/proposals", "village-proposals-title", "site-way-proposals"),
    ("/goals", "village-goals-title", "site-way-goals"),
    ("/asks", "village-asks-title", "site-way-asks"),
    ("/scorecards", "scorecards-pages-title", "site-way-scorecards"),
    ("/hotspots", "listening-hotspots-title", "site-way-hotspots"),
    ("/facilitators", "facilitators-title", "site-way-facilitators"),
];

impl HomePage {
    fn new(
        page: Shell,
        place: &str,
        map: Option<MapView>,
        numbers: Vec<NumberCard>,
        latest: Vec<Latest>,
    ) -> HomePage {
        let owner = if page.owner.is_empty() { place } else { &page.owner };
        let lead = match owner {
            "" => page.t("site-home-lead-nobody"),
            owner => page.t("site-home-lead").arg("owner", owner),
        }
        .to_string();
        let way = |(href, title, about): (&str, &str, &str)| Hit {
            href: href.into(),
            title: page.t(title).to_string(),
            about: page.t(about).to_string(),
        };
        let ways = match place {
            "" => Vec::new(),
            _ => WAYS.map(way).into(),
        };
        let numbers_title = page.t("site-home-numbers").arg("place", place).to_string();
        HomePage {
            page: page.described(&lead),
            lead,
            map,
            numbers_title,
            numbers,
            latest,
            ways,
            themes: Vec::new(),
            door: None,
        }
    }

    fn with_door(mut self, door: Option<Door>) -> HomePage {
        self.door = door;
        self
    }

    fn with_themes(mut self, themes: Vec<Hit>) -> HomePage {
        self.themes = themes;
        self
    }

    /// Whether nothing was imported, counted or published yet.
    fn is_empty(&self) -> bool {
        self.map.is_none() && self.numbers.is_empty() && self.latest.is_empty()
    }

    /// Whether whoever reads it works here, and can begin.
    fn works_here(&self) -> bool {
        self.page.person.as_ref().is_some_and(|person| person.works_here)
    }

    pub fn sample(lang: Lang) -> HomePage {
        let page = Shell::sample(lang);
        let map = MapView {
            caption: page
                .t("site-home-map")
                .arg("place", "Kabupaten Contoh")
                .to_string(),
            map: Markup::default(),
            legend: Markup::default(),
        };
        let what = |title: &str| Hit {
            href: "/data/rumah-tangga".into(),
            title: title.into(),
            about: "Badan Pusat <Statistik>".into(),
        };
        let latest = ["Rumah tangga 2026", "Kelompok \"dasawisma\""].map(|title| Latest {
            what: what(title),
            when: "21 Nov 2026".into(),
        });
        HomePage::new(
            page,
            "Kabupaten Contoh",
            Some(map),
            figures::sample(lang)
                .iter()
                .map(|figure| figure.card(lang, "90"))
                .collect(),
            latest.into(),
        )
        .with_themes(vec![what("Air <bersih>")])
        .with_door(Some(Door::sample(lang)))
    }
}

pub async fn show(State(app): State<App>, op: Op, uri: Uri) -> Result<Response> {
    let lang = op.lang;
    let all = places::all(&app).await?;
    let page = shell(&app, &op, &uri);
    let top = top(&all);
    let name = top.map_or("", |place| place.name_in(lang.code()));
    let regions = atlas::regions(&app, &all, top).await?;
    let region =
        |region: &'_ atlas::Region| Some((all.find(&region.code)?.name_in(lang.code()), region.code.clone()));
    let placed: Vec<Placed<'_>> = regions
        .iter()
        .filter_map(|shape| {
            let (name, code) = region(shape)?;
            Some(Placed {
                name,
                shape: &shape.shape,
                ground: Ground::Plain,
                href: Some(format!("/places/{code}")),
                said: String::new(),
            })
        })
        .collect();
    let view = (!placed.is_empty()).then(|| {
        let title = page.t("site-place-map-plain").arg("place", name).to_string();
        let description = page
            .t("site-place-map-plain-described")
            .arg("place", name)
            .to_string();
        let map = map(&Map {
            about: About {
                id: "map".into(),
                title,
                description,
                lang,
            },
            places: placed,
        });
        MapView {
            caption: page.t("site-home-map").arg("place", name).to_string(),
            map,
            legend: Markup::default(),
        }
    });
    let numbers = match top {
        Some(place) => figures::of_place(&app, lang, place.code())
            .await?
            .iter()
            .map(|figure| figure.card(lang, place.code()))
            .collect(),
        None => Vec::new(),
    };
    let latest = published::latest(&app, &op, MOST_LATEST).await?;
    let door = requests::board::door(&app, &op, &all, None).await?;
    let themes = published::themes(&app, &op).await?;
    let home = HomePage::new(page, name, view, numbers, latest);
    render(&home.with_themes(themes).with_door(door))
}

/// The place that the installation is about: the root, or below it the first place with more than one child.
pub fn top(all: &Places) -> Option<Place<'_>> {
    all.top()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::places::model::PlaceRow;

    fn places(rows: &[(&str, Option<&str>)]) -> Places {
        let row = |(code, parent): &(&str, Option<&str>)| PlaceRow {
            code: (*code).into(),
            level: "x".into(),
            name: (*code).into(),
            parent: parent.map(Into::into),
            ..PlaceRow::default()
        };
        Places::new(rows.iter().map(row).collect(), jiff::civil::date(2026, 11, 21))
    }

    #[test]
    fn the_home_page_is_about_the_first_place_that_branches() {
        let top_of = |rows: &[(&str, Option<&str>)]| top(&places(rows)).map(|place| place.code().to_owned());
        assert_eq!(
            top_of(&[
                ("35", None),
                ("35.22", Some("35")),
                ("35.22.01", Some("35.22")),
                ("35.22.02", Some("35.22"))
            ])
            .as_deref(),
            Some("35.22")
        );
        assert_eq!(top_of(&[("35", None), ("36", None)]), None);
        assert_eq!(top_of(&[]), None);
    }
}
