//! How organisations stand, for everybody: all of them, and one from a place down to the places in it.

use askama::Template;
use axum::{
    Json,
    extract::{Path, Query, State},
    http::Uri,
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    Leaf, Node, find, list, look,
    model::{Duties, Rolled, Rolling},
    stand,
};
use crate::{
    accounts::model::Organisation,
    indicators::{model::definition::Light, tracker::pages::Table},
    places::{self, model::Places},
    platform::{
        app::App,
        html::{Markup, Shell, parts::Cell},
        i18n::{Lang, numbers::NO_VALUE},
        op::Op,
        page::{render, shell},
        problem::Result,
    },
};

/// All organisations that answer for numbers, at one place.
#[derive(Template)]
#[template(path = "dashboards/tree/all.html")]
pub struct AgenciesPage {
    page: Shell,
    place: String,
    table: Table,
}

/// One organisation at one place.
#[derive(Template)]
#[template(path = "dashboards/tree/one.html")]
pub struct AgencyPage {
    page: Shell,
    place: String,
    /// The places above, the topmost first: names and addresses.
    above: Vec<(String, String)>,
    light: Markup,
    coverage: String,
    how: String,
    numbers: Table,
    below: Table,
    cards_href: String,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Wanted {
    /// Code; without it the place that the installation is about.
    place: String,
}

pub async fn all(State(app): State<App>, op: Op, uri: Uri, Query(wanted): Query<Wanted>) -> Result<Response> {
    let places = places::all(&app).await?;
    let here = here(&places, &wanted.place)?;
    let agencies = list(&app).await?;
    let duties: Vec<&Duties> = agencies.iter().map(|(_, duties)| duties).collect();
    let rolled = stand(&app, op.lang, &places, &duties, &here).await?;
    let rows = agencies
        .iter()
        .zip(rolled)
        .map(|((organisation, _), rolled)| {
            let href = address(&organisation.code, &here);
            node_row(op.lang, &href, &organisation.name, rolled)
        })
        .collect();
    let place = name(op.lang, &places, &here);
    render(&AgenciesPage::new(shell(&app, &op, &uri), place, rows))
}

pub async fn one(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    Path(agency): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Response> {
    let (code, is_json) = match agency.strip_suffix(".json") {
        Some(code) => (code, true),
        None => (agency.as_str(), false),
    };
    let (organisation, duties) = find(&app, code).await?;
    let places = places::all(&app).await?;
    let here = here(&places, &wanted.place)?;
    let node = look(&app, op.lang, &places, &duties, &here).await?;
    if is_json {
        return Ok(Json(as_json(&organisation, &duties, &here, &node)).into_response());
    }
    let page = shell(&app, &op, &uri);
    render(&AgencyPage::new(
        page,
        &places,
        (&organisation, &duties),
        &here,
        &node,
    ))
}

/// The place asked for, else the one that the installation is about; empty before there are places.
fn here(all: &Places, asked: &str) -> Result<String> {
    if asked.is_empty() {
        return Ok(all.top().map(|place| place.code().to_owned()).unwrap_or_default());
    }
    Ok(places::known(all, asked)?.code().to_owned())
}

fn name(lang: Lang, all: &Places, code: &str) -> String {
    all.find(code)
        .map_or_else(|| code.to_owned(), |place| place.name_in(lang.code()).to_owned())
}

fn address(agency: &str, place: &str) -> String {
    let query = serde_urlencoded::to_string([("place", place)]).unwrap_or_default();
    format!("/agencies/{agency}?{query}")
}

fn as_json(organisation: &Organisation, duties: &Duties, here: &str, node: &Node) -> Value {
    let numbers: Vec<Value> = node
        .leaves
        .iter()
        .map(|leaf| {
            let headline = leaf.told.as_ref().and_then(|told| told.headline());
            json!({
                "indicator": leaf.duty.indicator,
                "weight": leaf.duty.weight,
                "period": headline.map(|o| o.period.as_str()),
                "status": headline.map(|o| o.status),
                "value": headline.and_then(|o| o.figures.value),
                "light": leaf.told.as_ref().and_then(|told| told.light()),
            })
        })
        .collect();
    let below: Vec<Value> = node
        .below
        .iter()
        .map(|(code, rolled)| json!({ "place": code, "stands": rolled }))
        .collect();
    json!({
        "agency": organisation.code,
        "name": organisation.name,
        "place": here,
        "rolling": duties.rolling,
        "stands": node.rolled,
        "numbers": numbers,
        "below": below,
    })
}

/// A light with its word; one that is not known says so.
pub(in crate::dashboards) fn light(lang: Lang, light: Option<Light>) -> Markup {
    let (class, text) = match light {
        Some(light) => (
            light.as_str(),
            lang.text(format!("indicators-light-{}", light.as_str())),
        ),
        None => ("none", lang.text("dashboards-tree-no-light")),
    };
    Markup(format!(
        "<span class=\"bz-light bz-light--{class}\">{}</span>",
        Markup::escape(&text.to_string())
    ))
}

fn coverage(lang: Lang, rolled: Rolled) -> String {
    lang.text("dashboards-tree-coverage")
        .n("known", rolled.n_known)
        .n("all", rolled.n_all)
        .to_string()
}

fn link(href: &str, text: &str) -> Cell {
    Cell::html(Markup(format!(
        "<a class=\"govuk-link\" href=\"{}\">{}</a>",
        Markup::escape(href),
        Markup::escape(text)
    )))
}

fn node_row(lang: Lang, href: &str, name: &str, rolled: Rolled) -> Vec<Cell> {
    vec![
        link(href, name),
        Cell::html(light(lang, rolled.light)),
        Cell::text(coverage(lang, rolled)),
    ]
}

fn leaf_row(lang: Lang, leaf: &Leaf, here: &str) -> Vec<Cell> {
    let code = &leaf.duty.indicator;
    let weight = Cell::over_numbers(lang.number(leaf.duty.weight));
    let Some(told) = &leaf.told else {
        return vec![
            Cell::text(code),
            Cell::text(""),
            Cell::text(""),
            Cell::html(light(lang, None)),
            weight,
        ];
    };
    let query = serde_urlencoded::to_string([("place", here)]).unwrap_or_default();
    let title = told.definition.title.in_language(lang.code());
    let written = told
        .headline()
        .map_or_else(|| NO_VALUE.to_owned(), |headline| told.written(lang, headline));
    vec![
        link(&format!("/indicators/{code}?{query}"), &format!("{code} {title}")),
        Cell::text(written),
        Cell::text(&told.period),
        Cell::html(light(lang, told.light())),
        weight,
    ]
}

fn heads<const N: usize>(page: &Shell, names: [&str; N]) -> Vec<Cell> {
    names
        .map(|name| Cell::text(page.t(&format!("dashboards-tree-{name}"))))
        .to_vec()
}

impl AgenciesPage {
    fn new(page: Shell, place: String, rows: Vec<Vec<Cell>>) -> AgenciesPage {
        let title = page.t("dashboards-tree-title").to_string();
        let dashboards = page.t("dashboards-title").to_string();
        let lead = page.t("dashboards-tree-lead").to_string();
        AgenciesPage {
            table: Table {
                caption: place.clone(),
                head: heads(&page, ["agency", "light", "known"]),
                rows,
            },
            page: page
                .titled(&title)
                .described(lead)
                .crumb(dashboards, "/dashboards")
                .crumb(&title, ""),
            place,
        }
    }

    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> AgenciesPage {
        let row = node_row(lang, "/agencies/dinas-pu", "Dinas <PU>", sample_rolled());
        AgenciesPage::new(Shell::sample(lang), "Kabupaten <Contoh>".to_owned(), vec![row])
    }
}

impl AgencyPage {
    fn new(
        page: Shell,
        all: &Places,
        (organisation, duties): (&Organisation, &Duties),
        here: &str,
        node: &Node,
    ) -> AgencyPage {
        let lang = page.lang;
        let numbers = node
            .leaves
            .iter()
            .map(|leaf| leaf_row(lang, leaf, here))
            .collect();
        let below = node
            .below
            .iter()
            .map(|(code, rolled)| {
                let href = address(&organisation.code, code);
                node_row(lang, &href, &name(lang, all, code), *rolled)
            })
            .collect();
        let mut above: Vec<(String, String)> = all.find(here).map_or_else(Vec::new, |place| {
            place
                .ancestors()
                .map(|above| {
                    let name = above.name_in(lang.code()).to_owned();
                    (name, address(&organisation.code, above.code()))
                })
                .collect()
        });
        above.reverse();
        AgencyPage {
            above,
            ..AgencyPage::plain(
                page,
                (organisation, duties.rolling, node.rolled),
                name(lang, all, here),
                numbers,
                below,
            )
        }
    }

    /// The page without the places above.
    fn plain(
        page: Shell,
        (organisation, rolling, rolled): (&Organisation, Rolling, Rolled),
        place: String,
        numbers: Vec<Vec<Cell>>,
        below: Vec<Vec<Cell>>,
    ) -> AgencyPage {
        let lang = page.lang;
        let text = |id: &str| page.t(id).to_string();
        let (all, captions) = (
            text("dashboards-tree-title"),
            (text("dashboards-tree-numbers"), text("dashboards-tree-below")),
        );
        AgencyPage {
            place,
            above: Vec::new(),
            light: light(lang, rolled.light),
            coverage: coverage(lang, rolled),
            how: text(match rolling {
                Rolling::Worst => "dashboards-tree-how-worst",
                Rolling::Weighted => "dashboards-tree-how-weighted",
            }),
            numbers: Table {
                caption: captions.0,
                head: heads(&page, ["number", "value", "period", "light", "weight"]),
                rows: numbers,
            },
            below: Table {
                caption: captions.1,
                head: heads(&page, ["place", "light", "known"]),
                rows: below,
            },
            cards_href: format!("/agencies/{}/cards", organisation.code),
            page: page
                .titled(&organisation.name)
                .crumb(all, "/agencies")
                .crumb(&organisation.name, "")
                .shapes(&["json"]),
        }
    }

    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> AgencyPage {
        let organisation = Organisation {
            code: "dinas-pu".to_owned(),
            name: "Dinas <PU>".to_owned(),
            about: None,
            contact: None,
        };
        let leaf = vec![
            link("/indicators/6.1.1", "6.1.1 Safe <water>"),
            Cell::text("57.6%"),
            Cell::text("2026"),
            Cell::html(light(lang, Some(Light::Red))),
            Cell::over_numbers("2"),
        ];
        let below = node_row(
            lang,
            "/agencies/dinas-pu?place=90",
            "Kecamatan <Ngasem>",
            sample_rolled(),
        );
        AgencyPage {
            above: vec![(
                "Jawa <Timur>".to_owned(),
                "/agencies/dinas-pu?place=35".to_owned(),
            )],
            ..AgencyPage::plain(
                Shell::sample(lang),
                (&organisation, Rolling::Worst, sample_rolled()),
                "Kabupaten <Contoh>".to_owned(),
                vec![leaf],
                vec![below],
            )
        }
    }
}

fn sample_rolled() -> Rolled {
    Rolled {
        light: None,
        n_known: 1,
        n_all: 3,
    }
}
