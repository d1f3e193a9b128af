//! The village's billboard: what it spends, how it fares, what is built, reported and promised, on one sheet that is read at two metres.
//!
//! It is made of live figures that everybody may read already, as A1 and A3 posters and as an A4 sheet, in the village's language; for one
//! village, or for all of a place in one document. A village chooses its five figures, or has the usual ones.
//!
//! Deliberately absent: figures of its own, pictures, and anything about a person.

use axum::{Router, routing::get};
use serde::Serialize;

use crate::{
    places::{
        self,
        model::{Place, Places},
    },
    platform::{
        app::App,
        events::Event,
        i18n::Lang,
        op::Op,
        problem::{Problem, Result},
        time::Time,
        typeset::Document,
    },
    village::{require_operator, year},
};

pub mod cli;
pub mod desk;
mod figures;
pub mod model;
pub mod pages;
mod store;
pub mod words;

use model::{Choice, MOST_FIGURES, Size};
use words::Poster;

/// What everybody reads is made anew at most once an hour.
const AN_HOUR: i64 = 3_600_000_000;

/// A village chose what stands on its billboard.
#[derive(Serialize)]
pub struct BillboardChosen {
    pub place: String,
    /// Codes of indicators; none for the usual ones.
    pub indicators: Vec<String>,
}

impl Event for BillboardChosen {
    const NAME: &'static str = "billboard.chosen";
    fn subject(&self) -> String {
        format!("village/{}", self.place)
    }
}

/// The routes of this slice.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/v/{place}", get(pages::short))
        .route("/villages/{place}/billboard", get(pages::show))
        .route("/villages/{place}/billboard.pdf", get(pages::print))
        .route(
            "/desk/villages/{place}/billboard",
            get(desk::show).post(desk::choose),
        )
        .route("/desk/billboards", get(desk::all))
        .route("/desk/billboards.pdf", get(desk::print_all))
}

/// Makes the billboards of some places, in their order; each in the language it chose, in `lang` where that is given, else in the
/// installation's.
///
/// # Errors
/// When the database fails.
pub async fn posters(
    app: &App,
    at: Time,
    all: &Places,
    villages: &[Place<'_>],
    lang: Option<Lang>,
) -> Result<Vec<Poster>> {
    let own: Lang = app.config.language.parse().unwrap_or_default();
    let boards = figures::gather(app, at, all, villages).await?;
    boards
        .iter()
        .map(|board| {
            let lang = lang.or(board.choice.lang).unwrap_or(own);
            words::poster(app, lang, at, board)
        })
        .collect()
}

/// Puts billboards together as one document of a size; there must be one at least.
#[must_use]
pub fn document(app: &App, at: Time, title: String, posters: &[Poster], size: Size) -> Document {
    let own: Lang = app.config.language.parse().unwrap_or_default();
    let lang = posters.first().map_or(own, |poster| poster.lang);
    Document {
        template: "billboard",
        lang,
        about: lang.text("billboard-about").to_string(),
        made_at: Time(at.0 - at.0.rem_euclid(AN_HOUR)),
        data: serde_json::json!({ "size": size.as_str(), "posters": posters }),
        title,
    }
}

/// The villages of a place: itself where it is one.
///
/// A village is whatever lies on the level of those that keep their year here; before any does, on the deepest level.
///
/// # Errors
/// `places-unknown`; `billboard-no-village` where none lies there; when the database fails.
pub async fn villages_of<'a>(app: &App, all: &'a Places, place: &str) -> Result<Vec<Place<'a>>> {
    let here = places::known(all, place)?;
    let kept = year::list_villages(app).await?;
    let level = kept
        .iter()
        .find_map(|year| all.find(&year.place))
        .map(Place::level)
        .or_else(|| all.levels().last().copied())
        .unwrap_or_default();
    let villages: Vec<Place<'a>> = match here.level() == level {
        true => vec![here],
        false => here.descendants_at(level).collect(),
    };
    match villages.is_empty() {
        true => Err(Problem::not_found("billboard-no-village")),
        false => Ok(villages),
    }
}

/// Chooses the language and the figures of a village's billboard.
///
/// # Errors
/// `village-not-operator`; `billboard-indicator` on the field of one that there is not, or that stands there twice.
pub async fn choose(app: &App, op: &Op, place: &str, choice: &Choice) -> Result<()> {
    require_operator(op, place)?;
    let known = figures::known(app).await?;
    choice.check(|code| known.iter().any(|definition| definition.code == code))?;
    let mut tx = app.db.begin().await?;
    store::put_choice(&mut tx, op, place, choice).await?;
    let event = BillboardChosen {
        place: place.to_owned(),
        indicators: choice.indicators.clone(),
    };
    tx.emit(op, &event).await?;
    tx.commit().await
}

/// What a village chose.
///
/// # Errors
/// When the database fails.
pub async fn choice(app: &App, place: &str) -> Result<Choice> {
    let mut choices = store::list_choices(&app.db, Some(place)).await?;
    Ok(choices.remove(place).unwrap_or_default())
}

/// The codes that stand on a billboard: those chosen, else the usual ones of which the village has numbers.
fn wanted(choice: &Choice, usual: &[String], has_number: impl Fn(&str) -> bool) -> Vec<String> {
    if !choice.indicators.is_empty() {
        return choice.indicators.clone();
    }
    usual
        .iter()
        .filter(|code| has_number(code))
        .take(MOST_FIGURES)
        .cloned()
        .collect()
}
