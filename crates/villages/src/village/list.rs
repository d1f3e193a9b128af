//! All villages that keep their year here, by district: how their documents stand, and when each meets next.

use askama::Template;
use axum::{
    Json,
    extract::{Query, State},
    http::Uri,
    response::{IntoResponse, Response},
};
use jiff::civil::{date, time};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    meetings::{self, MeetingLine},
    pages::{Line, meeting_in_words, voices},
    year::{
        overview::{Lights, list_overviews},
        pages::{SHAPES, Table, csv_of},
    },
};
use crate::{
    places::{
        self,
        model::{Place, Places, fold},
    },
    platform::{
        app::App,
        html::{
            Markup, Shell,
            parts::{Cell, Choice},
        },
        i18n::{Lang, numbers::NO_VALUE},
        op::Op,
        page::{render, shell},
        problem::Result,
    },
};

/// All villages that keep their year here.
#[derive(Template)]
#[template(path = "village/list.html")]
pub struct VillagesPage {
    page: Shell,
    query: String,
    /// All districts, the chosen one marked.
    places: Vec<Choice>,
    /// How many villages are shown.
    said: String,
    districts: Vec<Table>,
    voices: Vec<Line>,
}

/// Which villages somebody wants to see.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// Words of the name of a village or of its district; empty for all.
    q: String,
    /// Code of a place in which they lie; empty for all.
    place: String,
}

/// A village of the list.
#[derive(Debug, Clone)]
struct Village {
    code: String,
    name: String,
    /// Code and name of the place above it; both empty for none.
    district: (String, String),
    year: i16,
    lights: Lights,
    next: Option<MeetingLine>,
}

/// The villages that were asked for, and the districts of all of them.
struct Found {
    villages: Vec<Village>,
    districts: Vec<(String, String)>,
}

pub async fn all(State(app): State<App>, op: Op, uri: Uri, Query(asked): Query<Asked>) -> Result<Response> {
    let found = Found::gather(&app, &op, &asked).await?;
    render(&VillagesPage::new(shell(&app, &op, &uri), &asked, &found))
}

pub async fn all_as_json(State(app): State<App>, op: Op, Query(asked): Query<Asked>) -> Result<Response> {
    let found = Found::gather(&app, &op, &asked).await?;
    let villages: Vec<Value> = found.villages.iter().map(as_json).collect();
    Ok(Json(json!({ "villages": villages })).into_response())
}

pub async fn all_as_csv(State(app): State<App>, op: Op, Query(asked): Query<Asked>) -> Result<Response> {
    let found = Found::gather(&app, &op, &asked).await?;
    let titles = [
        "place",
        "name",
        "district",
        "year",
        "green",
        "yellow",
        "red",
        "not_judged",
        "next_meeting_on",
        "next_meeting_at",
        "next_meeting",
        "venue",
    ];
    csv_of(&titles, found.villages.iter().map(as_row))
}

impl Found {
    async fn gather(app: &App, op: &Op, asked: &Asked) -> Result<Found> {
        let all = places::all(app).await?;
        let within = match asked.place.trim() {
            "" => None,
            code => Some(places::known(&all, code)?),
        };
        let mut next = meetings::next_meetings(app, app.config.day(op.at)).await?;
        let mut villages: Vec<Village> = list_overviews(app, op.at)
            .await?
            .into_iter()
            .map(|overview| {
                let (name, district) = names(&all, op.lang, &overview.place);
                Village {
                    next: next.remove(&overview.place),
                    code: overview.place,
                    name,
                    district,
                    year: overview.year,
                    lights: overview.lights,
                }
            })
            .collect();
        let mut districts: Vec<(String, String)> = villages
            .iter()
            .map(|village| village.district.clone())
            .filter(|(code, _)| !code.is_empty())
            .collect();
        districts.sort_by(|a, b| (&a.1, &a.0).cmp(&(&b.1, &b.0)));
        districts.dedup();
        villages.retain(|village| village.is_named(&asked.q) && village.lies_in(&all, within));
        villages.sort_by(|a, b| a.order().cmp(&b.order()));
        Ok(Found { villages, districts })
    }
}

/// What a village and the place above it are called; its code where it is not known any more.
fn names(all: &Places, lang: Lang, code: &str) -> (String, (String, String)) {
    let Some(place) = all.find(code) else {
        return (code.to_owned(), Default::default());
    };
    let above = place
        .parent()
        .map(|above| (above.code().to_owned(), above.name_in(lang.code()).to_owned()));
    (place.name_in(lang.code()).to_owned(), above.unwrap_or_default())
}

impl Village {
    fn order(&self) -> (&str, &str, &str, &str) {
        (&self.district.1, &self.district.0, &self.name, &self.code)
    }

    /// Whether its name and that of its district hold every word.
    fn is_named(&self, words: &str) -> bool {
        let name = fold(&format!("{} {} {}", self.name, self.district.1, self.code));
        fold(words).split_whitespace().all(|word| name.contains(word))
    }

    fn lies_in(&self, all: &Places, within: Option<Place<'_>>) -> bool {
        let Some(within) = within else {
            return true;
        };
        all.find(&self.code).is_some_and(|place| within.contains(place))
    }

    fn href(&self) -> String {
        format!("/villages/{}", self.code)
    }

    fn cells(&self, lang: Lang) -> Vec<Cell> {
        vec![
            Cell::html(link(&self.href(), &self.name)),
            Cell::number(lang.ungrouped(i64::from(self.year)), f64::from(self.year)),
            self.lights_cell(lang),
            self.next_cell(lang),
        ]
    }

    /// The worst first, which stand over the others when the table is ordered.
    fn lights_cell(&self, lang: Lang) -> Cell {
        let Lights {
            green, yellow, red, ..
        } = self.lights;
        let lights = [
            ("red", "village-list-red", red),
            ("yellow", "village-list-yellow", yellow),
            ("green", "village-list-green", green),
        ];
        let shown: Vec<String> = lights
            .into_iter()
            .filter(|(_, _, n)| *n > 0)
            .map(|(colour, id, n)| {
                let words = lang.text(id).n("n", n).to_string();
                format!(
                    "<span class=\"bz-light bz-light--{colour}\">{}</span>",
                    Markup::escape(&words)
                )
            })
            .collect();
        let sort_key = format!("{red:04}{yellow:04}");
        match shown.is_empty() {
            true => Cell {
                sort_key,
                ..Cell::text(lang.text("village-list-unjudged"))
            },
            false => Cell {
                sort_key,
                ..Cell::html(Markup(shown.join(" ")))
            },
        }
    }

    fn next_cell(&self, lang: Lang) -> Cell {
        let Some(next) = &self.next else {
            return Cell {
                sort_key: "none".to_owned(),
                ..Cell::text(NO_VALUE)
            };
        };
        let words = meeting_in_words(lang, (next.held_on, next.starts_at), &next.title, &next.venue);
        Cell {
            sort_key: next.held_on.to_string(),
            ..Cell::html(link(&format!("{}/meetings/{}", self.href(), next.id), &words))
        }
    }
}

fn link(href: &str, words: &str) -> Markup {
    Markup(format!(
        "<a class=\"govuk-link\" href=\"{}\">{}</a>",
        Markup::escape(href),
        Markup::escape(words)
    ))
}

fn as_json(village: &Village) -> Value {
    let next = village.next.as_ref().map(|next| {
        json!({
            "id": next.id,
            "title": next.title,
            "held_on": next.held_on.to_string(),
            "starts_at": hour(next),
            "venue": next.venue,
        })
    });
    json!({
        "place": village.code,
        "name": village.name,
        "district": village.district.0,
        "year": village.year,
        "documents": village.lights,
        "next_meeting": next,
        "href": village.href(),
    })
}

fn as_row(village: &Village) -> Vec<String> {
    let lights = village.lights;
    let next = village.next.as_ref();
    vec![
        village.code.clone(),
        village.name.clone(),
        village.district.0.clone(),
        village.year.to_string(),
        lights.green.to_string(),
        lights.yellow.to_string(),
        lights.red.to_string(),
        lights.white.to_string(),
        next.map_or_else(String::new, |next| next.held_on.to_string()),
        next.map_or_else(String::new, hour),
        next.map_or_else(String::new, |next| next.title.clone()),
        next.map_or_else(String::new, |next| next.venue.clone()),
    ]
}

fn hour(next: &MeetingLine) -> String {
    next.starts_at.strftime("%H:%M").to_string()
}

impl VillagesPage {
    fn new(page: Shell, asked: &Asked, found: &Found) -> VillagesPage {
        let lang = page.lang;
        let title = page.t("village-list-title").to_string();
        let lead = page.t("village-list-lead").to_string();
        let any = Choice::new("", lang.text("village-list-any")).chosen_if(&asked.place);
        let districts = found
            .districts
            .iter()
            .map(|(code, name)| Choice::new(code, name).chosen_if(&asked.place));
        VillagesPage {
            query: asked.q.clone(),
            places: std::iter::once(any).chain(districts).collect(),
            said: lang
                .text("village-list-said")
                .n("n", found.villages.len())
                .to_string(),
            districts: tables(lang, &found.villages),
            voices: voices(lang, ""),
            page: page
                .titled(&title)
                .described(lead)
                .crumb(title, "")
                .shapes(&SHAPES),
        }
    }

    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> VillagesPage {
        let village = |code: &str, lights: Lights, next: Option<MeetingLine>| Village {
            code: code.to_owned(),
            name: "Desa <Ngasem>".to_owned(),
            district: ("90.01".to_owned(), "Kecamatan <Ngasem>".to_owned()),
            year: 2026,
            lights,
            next,
        };
        let lights = Lights {
            green: 9,
            yellow: 1,
            red: 2,
            white: 3,
        };
        let next = MeetingLine {
            id: "0".to_owned(),
            held_on: date(2026, 11, 20),
            starts_at: time(19, 30, 0, 0),
            title: "Musyawarah <desa>".to_owned(),
            venue: "Balai <desa>".to_owned(),
        };
        let found = Found {
            villages: vec![
                village("90.01.01", lights, Some(next)),
                village("90.01.02", Lights::default(), None),
            ],
            districts: vec![
                ("90.01".to_owned(), "Kecamatan <Ngasem>".to_owned()),
                ("90.02".to_owned(), "Kecamatan Setren".to_owned()),
            ],
        };
        let asked = Asked {
            q: "<ngasem>".to_owned(),
            place: "90.01".to_owned(),
        };
        VillagesPage::new(Shell::sample(lang), &asked, &found)
    }
}

/// A table for each district.
fn tables(lang: Lang, villages: &[Village]) -> Vec<Table> {
    let head = || {
        vec![
            Cell::text(lang.text("village-list-village")),
            Cell::over_numbers(lang.text("village-year")),
            Cell::text(lang.text("village-list-documents")),
            Cell::text(lang.text("village-list-next")),
        ]
    };
    villages
        .chunk_by(|a, b| a.district == b.district)
        .map(|district| {
            let caption = match district.first().map(|village| village.district.1.as_str()) {
                None | Some("") => lang.text("village-list-title").to_string(),
                Some(name) => name.to_owned(),
            };
            let rows = district.iter().map(|village| village.cells(lang)).collect();
            Table::new(caption, head(), rows)
        })
        .collect()
}
