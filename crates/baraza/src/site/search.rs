//! Search by name: places, what villages and their people do, indicators, datasets and forms.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::Uri;
use axum::response::Response;
use serde::Deserialize;

use super::published;
use crate::places;
use crate::platform::app::App;
use crate::platform::html::Shell;
use crate::platform::i18n::Lang;
use crate::platform::op::Op;
use crate::platform::page::{render, shell};
use crate::platform::problem::Result;
use crate::requests;
use crate::scorecards;
use crate::village;

#[derive(Template)]
#[template(path = "site/search.html")]
pub struct SearchPage {
    page: Shell,
    query: String,
    found: usize,
    groups: Vec<Group>,
}

/// What was found of one kind.
pub struct Group {
    name: String,
    hits: Vec<Hit>,
}

/// Something with a name and a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    pub href: String,
    pub title: String,
    pub about: String,
}

#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    q: String,
}

/// The most hits of one kind: who needs more should say more.
const MOST_HITS: usize = 25;

impl SearchPage {
    fn new(page: Shell, query: &str, groups: Vec<(&'static str, Vec<Hit>)>) -> SearchPage {
        let title = page.t("site-search-title").to_string();
        let titled = if query.is_empty() {
            title
        } else {
            page.t("site-search-for").arg("query", query).to_string()
        };
        let groups: Vec<Group> = groups
            .into_iter()
            .filter(|(_, hits)| !hits.is_empty())
            .map(|(text_id, hits)| Group {
                name: page.t(text_id).to_string(),
                hits,
            })
            .collect();
        SearchPage {
            page: page.titled(titled),
            query: query.to_owned(),
            found: groups.iter().map(|group| group.hits.len()).sum(),
            groups,
        }
    }

    pub fn sample(lang: Lang) -> SearchPage {
        let hit = |href: &str, title: &str, about: &str| Hit {
            href: href.into(),
            title: title.into(),
            about: about.into(),
        };
        let groups = vec![
            (
                "site-search-places",
                vec![
                    hit("/places/90.01.02", "Ngasem", "Kecamatan · Kabupaten Contoh"),
                    hit("/places/90.01.03", "Ngasem Lor", ""),
                ],
            ),
            (
                "site-search-indicators",
                vec![hit(
                    "/indicators/6.1.1",
                    "Households with safe drinking water",
                    "6.1.1",
                )],
            ),
            ("site-search-datasets", vec![]),
            (
                "site-search-forms",
                vec![hit("/forms/1/census", "Household census <2026>", "")],
            ),
        ];
        SearchPage::new(Shell::sample(lang), "ngasem & \"air\"", groups)
    }
}

pub async fn show(State(app): State<App>, op: Op, uri: Uri, Query(asked): Query<Asked>) -> Result<Response> {
    let query = asked.q.trim();
    let groups = if query.is_empty() {
        Vec::new()
    } else {
        find(&app, &op, query).await?
    };
    render(&SearchPage::new(shell(&app, &op, &uri), query, groups))
}

async fn find(app: &App, op: &Op, query: &str) -> Result<Vec<(&'static str, Vec<Hit>)>> {
    let lang = op.lang;
    let all = places::all(app).await?;
    let hit = |place: places::model::Place<'_>| {
        let above: Vec<&str> = place
            .ancestors()
            .map(|above| above.name_in(lang.code()))
            .collect();
        Hit {
            href: format!("/places/{}", place.code()),
            title: place.name_in(lang.code()).to_owned(),
            about: [super::place::level_name(lang, place.level())]
                .into_iter()
                .chain(above.into_iter().map(str::to_owned))
                .collect::<Vec<_>>()
                .join(" · "),
        }
    };
    let named = all.search(query, None, MOST_HITS);
    let keeping = village::year::overview::keeping(app).await?;
    let villages = named
        .iter()
        .filter(|place| keeping.0.contains(place.code()))
        .map(|place| Hit {
            href: format!("/villages/{}", place.code()),
            ..hit(*place)
        })
        .collect();
    let found = named.into_iter().map(hit).collect();
    let told = requests::board::find(app, op, query, MOST_HITS).await?;
    let told = told.into_iter().map(|found| Hit {
        href: found.href,
        title: found.title,
        about: found.about,
    });
    let scored = scorecards::pages::door::find(app, lang, &all, query, MOST_HITS).await?;
    let scored = scored.into_iter().map(|found| Hit {
        href: found.href,
        title: found.title,
        about: found.about,
    });
    let voices = village::door::find(app, op, &all, query, MOST_HITS).await?;
    let voices = voices.into_iter().map(|(text, found)| {
        let hits = found.into_iter().map(|found| Hit {
            href: found.href,
            title: found.title,
            about: found.about,
        });
        (text, hits.collect::<Vec<Hit>>())
    });
    let mut groups: Vec<(&'static str, Vec<Hit>)> = vec![
        ("requests-board-door", told.collect()),
        ("scorecards-pages-title", scored.collect()),
        ("site-search-places", found),
        ("village-title", villages),
    ];
    groups.extend(voices);
    groups.extend([
        (
            "listening-hotspots-title",
            published::find_hotspots(app, op, &all, query, MOST_HITS).await?,
        ),
        (
            "site-search-indicators",
            published::find_indicators(app, op, query, MOST_HITS).await?,
        ),
        (
            "site-search-datasets",
            published::find_datasets(app, op, query, MOST_HITS).await?,
        ),
        (
            "site-search-forms",
            published::find_forms(app, op, query, MOST_HITS).await?,
        ),
    ]);
    Ok(groups)
}
