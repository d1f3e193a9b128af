//! The public page: which groups of which places were heard, and how many trained facilitators each district has. No names.

use askama::Template;
use axum::{
    extract::{Query, State},
    http::Uri,
    response::Response,
};
use jiff::civil::{Date, date};
use serde::Deserialize;

use super::{
    coverage,
    model::{
        Facilitator,
        coverage::{Coverage, Told},
        group::GROUPS,
    },
    register, words,
};
use crate::{
    places::{
        self,
        model::{Place, Places},
    },
    platform::{
        app::App,
        html::{
            Shell,
            parts::{Cell, Choice},
        },
        i18n::{Lang, numbers::NO_VALUE},
        op::Op,
        page::{render, shell},
        problem::Result,
    },
};

/// What is shown of a number of people who were present: `None` where it is withheld.
pub(super) type Present<'a> = &'a dyn Fn(&str, &Told) -> Option<i64>;

/// Coverage for everybody.
#[derive(Template)]
#[template(path = "facilitators/public.html")]
pub struct FacilitatorsPage {
    page: Shell,
    places: Vec<Choice>,
    tables: Vec<Table>,
    withheld: String,
}

/// A table with what stands over it.
pub(super) struct Table {
    pub caption: String,
    pub head: Vec<Cell>,
    pub rows: Vec<Vec<Cell>>,
}

/// Which place was asked for.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// Its code; empty for the whole.
    pub place: String,
}

impl Asked {
    /// The place that was asked for, else the whole, or the first of several; `None` where there are no places yet.
    ///
    /// # Errors
    /// `places-unknown`.
    pub(super) fn here<'a>(&self, all: &'a Places) -> Result<Option<Place<'a>>> {
        match self.place.trim() {
            "" => Ok(all.top().or_else(|| all.roots().next())),
            code => places::known(all, code).map(Some),
        }
    }
}

pub async fn all(State(app): State<App>, op: Op, uri: Uri, Query(asked): Query<Asked>) -> Result<Response> {
    let all = places::all(&app).await?;
    let here = asked.here(&all)?;
    let today = app.config.day(op.at);
    let coverage = coverage::read(&app, today).await?;
    let page = shell(&app, &op, &uri);
    let mut tables = tables(op.lang, &all, here, &coverage, &|_, told| told.public_present());
    if here.is_some() && here.map(Place::code) == all.top().map(Place::code) {
        let people = register::everybody(&app).await?;
        tables.extend(people_below(op.lang, &all, here, &people, today));
    }
    let places = here.map_or_else(Vec::new, |here| words::nearby(op.lang, &all, here));
    let least = app.config.scorecards_minimum_group;
    render(&FacilitatorsPage::new(page, places, tables, least))
}

/// What was heard in the places directly below one, and in itself where anybody was, or nothing lies below it.
pub(super) fn tables(
    lang: Lang,
    all: &Places,
    here: Option<Place<'_>>,
    coverage: &Coverage,
    present: Present<'_>,
) -> Vec<Table> {
    let Some(here) = here else {
        return Vec::new();
    };
    let below = below(lang, all, here, coverage);
    let is_heard = GROUPS
        .iter()
        .any(|group| coverage.of(here.code(), group).is_some());
    let own = (below.is_none() || is_heard).then(|| own(lang, here, coverage, present));
    below.into_iter().chain(own).collect()
}

/// The places directly below one by what was heard within each; `None` where there are none.
fn below(lang: Lang, all: &Places, here: Place<'_>, coverage: &Coverage) -> Option<Table> {
    let rows: Vec<Vec<Cell>> = here
        .children()
        .map(|child| {
            let groups = GROUPS
                .iter()
                .map(|group| within_cell(lang, all, child, group, coverage));
            std::iter::once(Cell::text(child.name_in(lang.code())))
                .chain(groups)
                .collect()
        })
        .collect();
    if rows.is_empty() {
        return None;
    }
    let head = GROUPS
        .iter()
        .map(|group| Cell::text(words::group(lang, group, None)));
    Some(Table {
        caption: lang
            .text("facilitators-below")
            .arg("place", here.name_in(lang.code()))
            .to_string(),
        head: std::iter::once(Cell::text(lang.text("facilitators-place")))
            .chain(head)
            .collect(),
        rows,
    })
}

fn within_cell(lang: Lang, all: &Places, place: Place<'_>, group: &str, coverage: &Coverage) -> Cell {
    let within = coverage.within(all, place, group);
    let Some(last_on) = within.last_on else {
        return Cell {
            sort_key: "0".to_owned(),
            ..Cell::text(lang.text("facilitators-never"))
        };
    };
    let day = lang.short_date(last_on);
    let said = match (within.n_times, within.n_places) {
        (0, _) => lang.text("facilitators-long-ago").arg("day", day),
        (n, 1) => lang.text("facilitators-times").arg("day", day).n("n", n),
        (_, places) => lang.text("facilitators-in-places").arg("day", day).n("n", places),
    };
    Cell {
        sort_key: last_on.to_string(),
        ..Cell::text(said)
    }
}

/// What was heard of each group of a place itself.
fn own(lang: Lang, here: Place<'_>, coverage: &Coverage, present: Present<'_>) -> Table {
    let head = [
        Cell::text(lang.text("facilitators-group")),
        Cell::text(lang.text("facilitators-last-heard")),
        Cell::over_numbers(lang.text("facilitators-n-times")),
        Cell::over_numbers(lang.text("facilitators-n-present")),
    ];
    let row = |group: &&str| {
        let name = Cell::text(words::group(lang, group, None));
        match coverage.of(here.code(), group) {
            None => vec![
                name,
                Cell::text(lang.text("facilitators-never")),
                Cell::number(lang.number(0), 0.0),
                Cell::number(NO_VALUE, f64::NAN),
            ],
            Some(told) => vec![
                name,
                Cell {
                    sort_key: told.last_on.to_string(),
                    ..Cell::text(lang.short_date(told.last_on))
                },
                Cell::number(lang.number(told.n_times), told.n_times as f64),
                present_cell(lang, told, present(here.code(), told)),
            ],
        }
    };
    Table {
        caption: lang
            .text("facilitators-here")
            .arg("place", here.name_in(lang.code()))
            .to_string(),
        head: head.to_vec(),
        rows: GROUPS.iter().map(row).collect(),
    }
}

fn present_cell(lang: Lang, told: &Told, present: Option<i64>) -> Cell {
    match present {
        _ if told.n_times == 0 => Cell::number(NO_VALUE, f64::NAN),
        Some(n) => Cell::number(lang.number(n), n as f64),
        None => Cell::number(lang.text("facilitators-withheld"), f64::NAN),
    }
}

/// How many facilitators who are trained and signed work in each place directly below one; nobody is named.
fn people_below(
    lang: Lang,
    all: &Places,
    here: Option<Place<'_>>,
    people: &[Facilitator],
    today: Date,
) -> Option<Table> {
    let here = here?;
    let ready: Vec<&Facilitator> = people
        .iter()
        .filter(|person| person.is_trained_on(today) && person.has_signed())
        .collect();
    let rows: Vec<Vec<Cell>> = here
        .children()
        .map(|child| {
            let n = ready
                .iter()
                .filter(|person| person.meets(all, Some(child.code())))
                .count();
            let name = Cell::text(child.name_in(lang.code()));
            vec![name, Cell::number(lang.number(n), n as f64)]
        })
        .collect();
    let head = [
        Cell::text(lang.text("facilitators-place")),
        Cell::over_numbers(lang.text("facilitators-n-trained")),
    ];
    (!rows.is_empty()).then(|| Table {
        caption: lang.text("facilitators-people-below").to_string(),
        head: head.to_vec(),
        rows,
    })
}

impl FacilitatorsPage {
    /// `least` is the number of people below which one is withheld.
    fn new(page: Shell, places: Vec<Choice>, tables: Vec<Table>, least: u32) -> FacilitatorsPage {
        let title = page.t("facilitators-title").to_string();
        let lead = page.t("facilitators-lead").to_string();
        FacilitatorsPage {
            places,
            tables,
            withheld: page.t("facilitators-withheld-how").n("least", least).to_string(),
            page: page
                .titled(&title)
                .described(lead)
                .crumb(title, "")
                .shapes(&["csv"]),
        }
    }

    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> FacilitatorsPage {
        let places = ["90", "90.01"].map(|code| Choice::new(code, "Kecamatan <Ngasem>").chosen_if("90"));
        FacilitatorsPage::new(Shell::sample(lang), places.into(), sample(lang), 5)
    }
}

/// A table with something in every cell, for samples.
pub(super) fn sample(lang: Lang) -> Vec<Table> {
    let told = Told {
        last_on: date(2026, 11, 12),
        n_times: 2,
        n_present: 3,
        n_small: 1,
    };
    let head = [
        "facilitators-group",
        "facilitators-last-heard",
        "facilitators-n-present",
    ];
    vec![Table {
        caption: lang
            .text("facilitators-here")
            .arg("place", "Dusun <3>")
            .to_string(),
        head: head.map(|id| Cell::text(lang.text(id))).to_vec(),
        rows: vec![vec![
            Cell::text(words::group(lang, "women", None)),
            Cell::text(lang.short_date(told.last_on)),
            present_cell(lang, &told, told.public_present()),
        ]],
    }]
}
