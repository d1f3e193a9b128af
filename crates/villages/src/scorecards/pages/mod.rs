//! Score cards for everybody: which facilities are scored, each round with its results, each facility with how scores moved.
//!
//! A round's existence and state are open always, its results from the day on which the plan was agreed, and no group that is too small.

use std::{collections::BTreeMap, sync::Arc};

use askama::Template;
use axum::{
    Router,
    extract::{Query, State as Of},
    http::Uri,
    response::Response,
    routing::get,
};
use jiff::civil::Date;
use serde::Deserialize;

use super::{
    PublicLine, facilities, latest_scores, list,
    model::{
        compare::median,
        facility::{Facility, KINDS},
        round::{Round, State},
    },
};
use crate::{
    places::{
        self, atlas,
        model::{Place, Places},
    },
    platform::{
        app::App,
        draw::{
            About, Reading, Unit,
            map::{Choropleth, Drawn, Shaded, choropleth},
            scale::Classes,
        },
        html::{
            Shell,
            parts::{Cell, Choice, label_rows},
        },
        i18n::{Lang, numbers::NO_VALUE},
        op::Op,
        page::{render, shell},
        problem::Result,
    },
};

pub mod door;
pub mod facility;
mod files;
pub mod one;
pub mod words;

/// What an organisation is called, by its code.
pub type NameOf<'a> = &'a dyn Fn(&str) -> String;

/// The state of a facility that has no round yet.
const NONE: &str = "none";

/// All facilities with their latest round.
#[derive(Template)]
#[template(path = "scorecards/pages/list.html")]
pub struct ScorecardsPage {
    page: Shell,
    places: Vec<Choice>,
    kinds: Vec<Choice>,
    states: Vec<Choice>,
    /// Places shaded by what users say; none where no place has a boundary and a score.
    drawn: Option<Drawn>,
    head: Vec<Cell>,
    rows: Vec<Vec<Cell>>,
}

/// What somebody wants to see.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Wanted {
    /// Code of a place; without it everywhere.
    place: String,
    /// Kind of facility; without it all.
    kind: String,
    /// State of the latest round, or `none`; without it all.
    state: String,
}

/// A facility with its latest round.
struct Row {
    facility: Facility,
    latest: Option<Round>,
    n_rounds: usize,
    /// What users said of it when it was last agreed on, 0 to 100 points.
    users: Option<u8>,
}

/// The routes of these pages.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/scorecards", get(all))
        .route("/scorecards.json", get(all_as_json))
        .route("/scorecards.csv", get(all_as_csv))
        .route("/scorecards/{round}", get(one::show))
        .route("/facilities/{facility}", get(facility::show))
}

async fn all(Of(app): Of<App>, op: Op, uri: Uri, Query(wanted): Query<Wanted>) -> Result<Response> {
    let all = places::all(&app).await?;
    let today = app.config.day(op.at);
    let asked = wanted.place_in(&all)?;
    let rows = rows(&app, &all, &wanted, asked, today).await?;
    let near = words::nearby(op.lang, asked.or_else(|| all.top()), &wanted.place);
    let drawn = draw(&app, op.lang, &all, asked.or_else(|| all.top()), &rows).await?;
    let page = shell(&app, &op, &uri);
    let rows = rows.iter().map(|row| row.cells(op.lang, &all)).collect();
    render(&ScorecardsPage::new(page, near, &wanted, drawn, rows))
}

async fn all_as_json(Of(app): Of<App>, Query(wanted): Query<Wanted>) -> Result<Response> {
    let rounds = rounds(&app, &wanted).await?;
    let pairs = rounds.iter().map(|listed| (&listed.round, &listed.facility));
    Ok(files::list_as_json(pairs))
}

async fn all_as_csv(Of(app): Of<App>, Query(wanted): Query<Wanted>) -> Result<Response> {
    let rounds = rounds(&app, &wanted).await?;
    let pairs = rounds.iter().map(|listed| (&listed.round, &listed.facility));
    files::list_as_csv(pairs)
}

impl Wanted {
    fn place_in<'a>(&self, all: &'a Places) -> Result<Option<Place<'a>>> {
        match self.place.is_empty() {
            true => Ok(None),
            false => places::known(all, &self.place).map(Some),
        }
    }

    /// Whether a facility is of the kind that was asked for, and about the place.
    fn takes(&self, all: &Places, asked: Option<Place<'_>>, facility: &Facility) -> bool {
        let is_here = words::lies_in(all, asked, &facility.place)
            || asked.is_some_and(|asked| facility.serves_place(asked.code()));
        is_here && (self.kind.is_empty() || self.kind == facility.kind)
    }

    fn takes_state(&self, round: Option<&Round>) -> bool {
        let state = round.map_or(NONE, |round| round.state.as_str());
        self.state.is_empty() || self.state == state
    }
}

/// The facilities that were asked for, those whose round is the latest first.
async fn rows(
    app: &App,
    all: &Places,
    wanted: &Wanted,
    asked: Option<Place<'_>>,
    today: Date,
) -> Result<Vec<Row>> {
    let mut by_facility: BTreeMap<String, Vec<Round>> = BTreeMap::new();
    for listed in list(app, None, None).await? {
        by_facility
            .entry(listed.facility.code.clone())
            .or_default()
            .push(listed.round);
    }
    let scores = latest_scores(app).await?;
    let mut rows: Vec<Row> = facilities(app)
        .await?
        .iter()
        .filter(|facility| wanted.takes(all, asked, facility))
        .map(|facility| {
            let rounds = by_facility.remove(&facility.code).unwrap_or_default();
            Row {
                facility: facility.clone(),
                n_rounds: rounds.len(),
                users: scores.of(&facility.code),
                latest: rounds.into_iter().max_by_key(|round| round.n),
            }
        })
        .filter(|row| wanted.takes_state(row.latest.as_ref()))
        .filter(|row| row.latest.is_some() || row.facility.holds_on(today))
        .collect();
    rows.sort_by_key(|row| {
        let day = row.latest.as_ref().map(Round::day);
        (std::cmp::Reverse(day), row.facility.name.clone())
    });
    Ok(rows)
}

/// Draws the places below one, each shaded by the middle of what users say of the facilities in it.
async fn draw(
    app: &App,
    lang: Lang,
    all: &Arc<Places>,
    parent: Option<Place<'_>>,
    rows: &[Row],
) -> Result<Option<Drawn>> {
    let regions = atlas::regions(app, all, parent).await?;
    let places: Vec<Shaded<'_>> = regions
        .iter()
        .filter_map(|region| {
            let place = all.find(&region.code)?;
            let here = rows
                .iter()
                .filter(|row| words::lies_in(all, Some(place), &row.facility.place));
            let users = median(here.filter_map(|row| row.users).collect());
            Some(Shaded {
                name: place.name_in(lang.code()),
                shape: &region.shape,
                reading: users.map_or(Reading::Missing, |points| Reading::of(f64::from(points))),
                href: Some(format!("/scorecards?place={}", region.code)),
            })
        })
        .collect();
    let is_known = places.iter().any(|place| place.reading.value().is_some());
    Ok(is_known.then(|| shaded(lang, places)))
}

fn shaded(lang: Lang, places: Vec<Shaded<'_>>) -> Drawn {
    choropleth(&Choropleth {
        about: About {
            id: "scorecards-map".to_owned(),
            title: lang.text("scorecards-pages-map").to_string(),
            description: lang.text("scorecards-pages-map-how").to_string(),
            lang,
        },
        unit: Unit::Number { places: 0 },
        classes: Classes::quantile(places.iter().filter_map(|place| place.reading.value())),
        places,
    })
}

/// The rounds that were asked for.
async fn rounds(app: &App, wanted: &Wanted) -> Result<Vec<PublicLine>> {
    let all = places::all(app).await?;
    let asked = wanted.place_in(&all)?;
    let mut rounds = list(app, None, None).await?;
    rounds.retain(|listed| {
        wanted.takes(&all, asked, &listed.facility) && wanted.takes_state(Some(&listed.round))
    });
    Ok(rounds)
}

impl Row {
    fn cells(&self, lang: Lang, all: &Places) -> Vec<Cell> {
        let facility = &self.facility;
        let name = words::link(&facility::address(&facility.code), &facility.name);
        let (round, state, day) = match &self.latest {
            Some(round) => (
                Cell::html(words::link(
                    &one::address(&round.code),
                    &words::round(lang, round.n),
                )),
                Cell::html(words::tag_markup(&words::state_tag(lang, round.state))),
                Cell {
                    sort_key: round.day().to_string(),
                    ..Cell::text(lang.short_date(round.day()))
                },
            ),
            None => (
                Cell::text(NO_VALUE),
                Cell::text(lang.text("scorecards-pages-state-none")),
                Cell {
                    sort_key: "none".to_owned(),
                    ..Cell::text(NO_VALUE)
                },
            ),
        };
        vec![
            Cell::html(name),
            Cell::text(words::kind(lang, &facility.kind)),
            Cell::text(words::place(lang, all, &facility.place)),
            round,
            state,
            day,
            match self.users {
                Some(points) => Cell::number(lang.number(points), f64::from(points)),
                None => Cell::number(NO_VALUE, f64::NAN),
            },
            Cell {
                numeric: true,
                sort_key: self.n_rounds.to_string(),
                ..Cell::text(lang.number(self.n_rounds))
            },
        ]
    }
}

impl ScorecardsPage {
    fn new(
        page: Shell,
        places: Vec<Choice>,
        wanted: &Wanted,
        drawn: Option<Drawn>,
        mut rows: Vec<Vec<Cell>>,
    ) -> ScorecardsPage {
        let lang = page.lang;
        let title = page.t("scorecards-pages-title").to_string();
        let lead = page.t("scorecards-pages-lead").to_string();
        let head: Vec<Cell> = [
            "scorecards-pages-facility",
            "scorecards-pages-kind",
            "scorecards-pages-place",
            "scorecards-pages-latest",
            "scorecards-pages-state",
            "scorecards-pages-day",
        ]
        .map(|id| Cell::text(lang.text(id)))
        .into_iter()
        .chain(
            ["scorecards-pages-users", "scorecards-pages-n-rounds"]
                .map(|id| Cell::over_numbers(lang.text(id))),
        )
        .collect();
        label_rows(&head, &mut rows);
        ScorecardsPage {
            places,
            kinds: kinds(lang, &wanted.kind),
            states: states(lang, &wanted.state),
            drawn,
            head,
            rows,
            page: page
                .titled(&title)
                .described(lead)
                .crumb(title, "")
                .shapes(&files::SHAPES),
        }
    }

    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> ScorecardsPage {
        let all = Places::default();
        let row = Row {
            facility: one::sample_facility(),
            latest: Some(one::sample_round()),
            n_rounds: 2,
            users: Some(55),
        };
        let none = Row {
            facility: one::sample_facility(),
            latest: None,
            n_rounds: 0,
            users: None,
        };
        let rows = [row, none].map(|row| row.cells(lang, &all)).into();
        let places = vec![Choice::new("90", "Kecamatan <Ngasem>")];
        ScorecardsPage::new(
            Shell::sample(lang),
            places,
            &Wanted::default(),
            Some(shaded(lang, Vec::new())),
            rows,
        )
    }
}

/// All kinds of facility, and none in particular.
fn kinds(lang: Lang, chosen: &str) -> Vec<Choice> {
    let any = Choice::new("", lang.text("scorecards-pages-any-kind")).chosen_if(chosen);
    let kinds = KINDS.map(|kind| Choice::new(kind, words::kind(lang, kind)).chosen_if(chosen));
    [any].into_iter().chain(kinds).collect()
}

fn states(lang: Lang, chosen: &str) -> Vec<Choice> {
    let any = Choice::new("", lang.text("scorecards-pages-any-state")).chosen_if(chosen);
    let none = Choice::new(NONE, lang.text("scorecards-pages-state-none")).chosen_if(chosen);
    let states =
        State::ALL.map(|state| Choice::new(state.as_str(), words::state(lang, state)).chosen_if(chosen));
    [any].into_iter().chain(states).chain([none]).collect()
}
