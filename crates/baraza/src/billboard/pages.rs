//! The billboard on a screen, with the sheets to print; and the short address that stands on them.

use askama::Template;
use axum::{
    extract::{Path, Query, State},
    http::Uri,
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use super::{
    document, figures,
    model::Size,
    posters,
    words::{MoneyView, Poster, Said, drawn, poster},
};
use crate::{
    places::{self, model::Place},
    platform::{
        app::App,
        html::{
            Shell,
            parts::{Cell, SummaryRow, label_rows},
        },
        i18n::Lang,
        op::Op,
        page::{render, shell},
        problem::{Problem, Result},
        sheets, typeset,
    },
    village::require_reader,
};

/// A village's billboard.
#[derive(Template)]
#[template(path = "billboard/billboard.html")]
pub struct BillboardPage {
    page: Shell,
    poster: Poster,
    money: Option<MoneyView>,
    figures_head: Vec<Cell>,
    figures: Vec<Vec<Cell>>,
    works_head: Vec<Cell>,
    works: Vec<Vec<Cell>>,
    lights: Vec<SummaryRow>,
    promises: Vec<SummaryRow>,
    prints: Vec<Print>,
    /// Where the village chooses what stands on it; empty for whoever may not read there.
    desk_href: String,
    village_href: String,
}

/// A sheet to be printed.
pub struct Print {
    pub href: String,
    pub text: String,
}

/// How a sheet is wanted.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Wanted {
    /// `a1`, `a3` or `a4`.
    size: String,
    /// Without it the language that the village chose.
    lang: Option<String>,
}

impl Wanted {
    /// The language that was asked for by its code.
    pub fn lang(&self) -> Option<Lang> {
        self.lang.as_deref()?.parse().ok()
    }
}

/// Sends whoever typed the short address on to the billboard.
pub async fn short(State(app): State<App>, Path(place): Path<String>) -> Result<Response> {
    let all = places::all(&app).await?;
    let place = places::known(&all, &place)?;
    Ok(Redirect::to(&address(place.code())).into_response())
}

pub async fn show(State(app): State<App>, op: Op, uri: Uri, Path(place): Path<String>) -> Result<Response> {
    let all = places::all(&app).await?;
    let place = places::known(&all, &place)?;
    let boards = figures::gather(&app, op.at, &all, &[place]).await?;
    let board = boards.first().ok_or_else(unknown)?;
    let page = shell(&app, &op, &uri);
    let desk_href = match require_reader(&op, &all, place.code()) {
        Ok(()) => format!("/desk/villages/{}/billboard", place.code()),
        Err(_) => String::new(),
    };
    let told = poster(&app, op.lang, op.at, board)?;
    let money = drawn(op.lang, board);
    render(&BillboardPage {
        desk_href,
        ..BillboardPage::new(page, place, told, money)
    })
}

pub async fn print(
    State(app): State<App>,
    op: Op,
    Path(place): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Response> {
    let size = Size::parse(&wanted.size)?;
    let all = places::all(&app).await?;
    let place = places::known(&all, &place)?;
    let posters = posters(&app, op.at, &all, &[place], wanted.lang()).await?;
    let title = posters.first().map(title).ok_or_else(unknown)?;
    let document = document(&app, op.at, title, &posters, size);
    let pdf = typeset::public_pdf(&app, &op, &document).await?;
    let name = format!("billboard-{}-{}", place.code(), size.as_str());
    Ok(sheets::answer(pdf, &name))
}

/// The address of a village's billboard.
#[must_use]
pub fn address(place: &str) -> String {
    format!("/villages/{place}/billboard")
}

/// What a billboard is called.
#[must_use]
pub fn title(poster: &Poster) -> String {
    poster
        .lang
        .text("billboard-title-of")
        .arg("place", &poster.name)
        .to_string()
}

fn counted(counts: &[(&'static str, &'static str, String, String)]) -> Vec<SummaryRow> {
    counts
        .iter()
        .map(|(_, shape, n, words)| SummaryRow::new(format!("{shape} {words}"), n.clone()))
        .collect()
}

fn unknown() -> Problem {
    Problem::not_found("billboard-no-village")
}

impl BillboardPage {
    fn new(page: Shell, place: Place<'_>, poster: Poster, money: Option<MoneyView>) -> BillboardPage {
        let lang = page.lang;
        let code = place.code();
        let page = page
            .crumb(place.name_in(lang.code()), format!("/places/{code}"))
            .crumb(lang.text("village-title"), format!("/villages/{code}"))
            .crumb(lang.text("billboard-title"), "");
        BillboardPage::of(page, code, poster, money)
    }

    fn of(page: Shell, code: &str, poster: Poster, money: Option<MoneyView>) -> BillboardPage {
        let lang = page.lang;
        let heads =
            |ids: &[&'static str]| -> Vec<Cell> { ids.iter().map(|id| Cell::text(lang.text(*id))).collect() };
        let prints = Size::ALL
            .into_iter()
            .map(|size| Print {
                href: format!("{}.pdf?size={}", address(code), size.as_str()),
                text: lang
                    .text(format!("billboard-print-{}", size.as_str()))
                    .to_string(),
            })
            .collect();
        let figures_head = heads(&[
            "billboard-figure",
            "billboard-value",
            "billboard-year",
            "billboard-above",
        ]);
        let mut figures: Vec<Vec<Cell>> = poster
            .figures
            .rows
            .iter()
            .map(|(name, value, before, above)| {
                let beside = |said: &Said| Cell::text(format!("{} {}", said.0, said.1).trim());
                vec![Cell::text(name), Cell::text(value), beside(before), beside(above)]
            })
            .collect();
        label_rows(&figures_head, &mut figures);
        BillboardPage {
            figures_head,
            figures,
            works_head: heads(&["billboard-work-title", "billboard-work-said"]),
            works: poster
                .works
                .rows
                .iter()
                .map(|(title, said)| vec![Cell::text(title), Cell::text(said)])
                .collect(),
            lights: counted(&poster.lights.counts),
            promises: counted(&poster.promises.counts),
            prints,
            desk_href: String::new(),
            village_href: format!("/villages/{code}"),
            page: page
                .titled(title(&poster))
                .described(lang.text("billboard-about")),
            money,
            poster,
        }
    }

    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> BillboardPage {
        let budget = crate::village::year::pages::sample_budget();
        let money = crate::village::year::pages::money(lang, &budget);
        BillboardPage {
            desk_href: "/desk/villages/90.01.01/billboard".to_owned(),
            ..BillboardPage::of(Shell::sample(lang), "90.01.01", Poster::sample(lang), Some(money))
        }
    }
}
