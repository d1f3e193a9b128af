//! What organisations answer for, as a tree: organisation, place, the places in it, number.
//!
//! An organisation's stewards say for which numbers it answers and how much each weighs. Its light at a place is made of the lights of
//! these numbers there, and so is the light of every place below: a leader goes down from the regency to the village in which a number
//! is red. What is not known is said beside the light and never counted as good.
//!
//! Deliberately absent: numbers without thresholds (they are listed and have no light), organisations within organisations.

use axum::{Router, routing::get};
use serde::Serialize;

use super::COMPOSING;
use crate::{
    accounts::{self, Reaches, model::Organisation},
    indicators::{
        model::definition::Light,
        tiles::{self, Across, Asked, Told},
    },
    places::model::Places,
    platform::{
        app::App,
        events::Event,
        i18n::Lang,
        op::Op,
        problem::{Problem, Result},
    },
};
use model::{Duties, Duty, Rolled, light_below};

pub mod desk;
pub mod model;
pub mod pages;
mod store;

/// Figures that are asked for with one statement.
const AT_ONCE: usize = 200;

/// It was said what an organisation answers for.
#[derive(Serialize)]
pub struct DutiesSaved {
    pub organisation: String,
    pub n_duties: usize,
}

impl Event for DutiesSaved {
    const NAME: &'static str = "dashboards.duties-saved";
    fn subject(&self) -> String {
        format!("organisation/{}", self.organisation)
    }
}

/// An organisation at a place.
#[derive(Debug)]
pub struct Node {
    pub rolled: Rolled,
    pub leaves: Vec<Leaf>,
    /// The places directly below, by code.
    pub below: Vec<(String, Rolled)>,
}

/// A number that an organisation answers for, at a place.
#[derive(Debug)]
pub struct Leaf {
    pub duty: Duty,
    /// `None` where the indicator is there no more.
    pub told: Option<Told>,
}

/// Lists the organisations that answer for numbers, with what these are, by name.
///
/// # Errors
/// When the database fails.
pub async fn list(app: &App) -> Result<Vec<(Organisation, Duties)>> {
    let mut duties = store::list(&app.db).await?;
    let organisations = accounts::list_organisations(app).await?;
    Ok(organisations
        .into_iter()
        .filter_map(|organisation| {
            let at = duties
                .iter()
                .position(|duties| duties.organisation == organisation.code)?;
            Some((organisation, duties.swap_remove(at)))
        })
        .filter(|(_, duties)| !duties.duties.is_empty())
        .collect())
}

/// Returns an organisation with what it answers for; that is nothing before anybody said so.
///
/// # Errors
/// `dashboards-tree-unknown`.
pub async fn find(app: &App, code: &str) -> Result<(Organisation, Duties)> {
    let organisation = accounts::list_organisations(app)
        .await?
        .into_iter()
        .find(|organisation| organisation.code == code)
        .ok_or_else(|| Problem::not_found("dashboards-tree-unknown").with("code", code))?;
    let duties = store::find(&app.db, code).await?.unwrap_or_else(|| Duties {
        organisation: code.to_owned(),
        ..Duties::default()
    });
    Ok((organisation, duties))
}

/// Lists the organisations that the caller may speak for.
///
/// # Errors
/// `not-allowed` for whoever composes nothing.
pub async fn own(app: &App, op: &Op) -> Result<Vec<Organisation>> {
    op.require(&COMPOSING)?;
    let reaches = Reaches::of(app, op).await?;
    Ok(accounts::list_organisations(app)
        .await?
        .into_iter()
        .filter(|organisation| reaches.covers(&COMPOSING, Some(&organisation.code), None))
        .collect())
}

/// Returns an organisation that the caller may speak for, with what it answers for.
///
/// # Errors
/// `not-allowed`, `dashboards-tree-unknown`; another's is unknown, too.
pub async fn open(app: &App, op: &Op, code: &str) -> Result<(Organisation, Duties)> {
    op.require(&COMPOSING)?;
    let reaches = Reaches::of(app, op).await?;
    if !reaches.covers(&COMPOSING, Some(code), None) {
        return Err(Problem::not_found("dashboards-tree-unknown").with("code", code));
    }
    find(app, code).await
}

/// Keeps what an organisation answers for.
///
/// # Errors
/// `dashboards-tree-changed` where it was changed since it was looked at.
pub async fn keep(app: &App, op: &Op, duties: &Duties) -> Result<()> {
    let mut tx = app.db.begin().await?;
    if !store::put(&mut tx, op, duties).await? {
        return Err(Problem::conflict("dashboards-tree-changed"));
    }
    let event = DutiesSaved {
        organisation: duties.organisation.clone(),
        n_duties: duties.duties.len(),
    };
    tx.emit(op, &event).await?;
    tx.commit().await
}

/// Gathers an organisation at a place with its numbers and the places below.
///
/// # Errors
/// When the database fails.
pub async fn look(app: &App, lang: Lang, all: &Places, duties: &Duties, place: &str) -> Result<Node> {
    let asked: Vec<Asked> = duties
        .duties
        .iter()
        .map(|duty| asked(duty, place, Across::Places))
        .collect();
    let told = tiles::gather(app, lang, all, &asked).await?;
    let leaves: Vec<Leaf> = duties
        .duties
        .iter()
        .cloned()
        .zip(told)
        .map(|(duty, told)| Leaf { duty, told })
        .collect();
    let rolled = roll(duties, &leaves, Told::light);
    let below = all.find(place).map_or_else(Vec::new, |place| {
        let rolled_at = |code: &str| roll(duties, &leaves, |told| light_below(told, code));
        place
            .children()
            .map(|child| (child.code().to_owned(), rolled_at(child.code())))
            .collect()
    });
    Ok(Node {
        rolled,
        leaves,
        below,
    })
}

/// Rolls up many organisations at one place, in their order.
///
/// # Errors
/// When the database fails.
pub async fn stand(
    app: &App,
    lang: Lang,
    all: &Places,
    many: &[&Duties],
    place: &str,
) -> Result<Vec<Rolled>> {
    let asked: Vec<Asked> = many
        .iter()
        .flat_map(|duties| &duties.duties)
        .map(|duty| asked(duty, place, Across::Time))
        .collect();
    let mut told = Vec::new();
    for asked in asked.chunks(AT_ONCE) {
        told.extend(tiles::gather(app, lang, all, asked).await?);
    }
    let mut told = told.into_iter();
    Ok(many
        .iter()
        .map(|duties| {
            let lights: Vec<_> = duties
                .duties
                .iter()
                .map(|duty| (told.next().flatten().and_then(|told| told.light()), duty.weight))
                .collect();
            duties.rolling.roll(&lights)
        })
        .collect())
}

fn asked(duty: &Duty, place: &str, across: Across) -> Asked {
    Asked {
        indicator: duty.indicator.clone(),
        place: place.to_owned(),
        period: None,
        across,
    }
}

fn roll(duties: &Duties, leaves: &[Leaf], light: impl Fn(&Told) -> Option<Light>) -> Rolled {
    let lights: Vec<_> = leaves
        .iter()
        .map(|leaf| (leaf.told.as_ref().and_then(&light), leaf.duty.weight))
        .collect();
    duties.rolling.roll(&lights)
}

/// The routes of this folder.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/agencies", get(pages::all))
        .route("/agencies/{agency}", get(pages::one))
        .route("/desk/agencies", get(desk::all))
        .route("/desk/agencies/{agency}", get(desk::one).post(desk::save))
}
