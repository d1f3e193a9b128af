//! The report card of each organisation for each month: its numbers with aims and lights, its promises, its grade.
//!
//! A card is made once, some days after its month when grades are out, and never changes: what is public that day stands on it. It
//! says how many of its numbers were entered by hand, and what was not known or withheld. Everybody reads it, on paper too.
//!
//! Deliberately absent: signatures, cards of single offices within an organisation.

use std::collections::BTreeSet;

use axum::{Router, routing::get};
use serde::{Deserialize, Serialize};

use super::tree::{
    self, Node,
    model::{Duties, Rolling},
};
use crate::{
    accounts::model::Organisation,
    evidence::{self, model::Standing},
    indicators::model::definition::{Light, Unit, Words},
    places::{self, model::Places},
    platform::{
        app::App,
        events::Event,
        jobs::{Job, Lane},
        op::Op,
        problem::{Problem, Result},
        time::Time,
    },
    requests::grading,
};

pub mod pages;
mod print;
mod store;

/// The day of the following month from which cards are made: grades and late figures are there by then.
const FROZEN_FROM_DAY: i8 = 5;
/// Promises that a card counts at most.
const MOST_PROMISES: i64 = 5_000;

/// The report card of an organisation for a month was made.
#[derive(Serialize)]
pub struct CardFrozen {
    pub organisation: String,
    pub month: String,
}

impl Event for CardFrozen {
    const NAME: &'static str = "dashboards.card-frozen";
    fn subject(&self) -> String {
        format!("organisation/{}/card/{}", self.organisation, self.month)
    }
}

/// Makes the report cards of the month that is over, where they are not made yet.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct FreezeCards {}

impl Job for FreezeCards {
    const NAME: &'static str = "dashboards.freeze-cards";
    const LANE: Lane = Lane::Heavy;

    fn key(&self) -> Option<String> {
        Some(String::new())
    }

    async fn run(self, app: &App) -> anyhow::Result<()> {
        let op = Op::system(app.clock.now());
        let today = app.config.day(op.at);
        if today.day() < FROZEN_FROM_DAY {
            return Ok(());
        }
        let month = today.first_of_month().yesterday()?.strftime("%Y-%m").to_string();
        freeze(app, &op, &month).await?;
        Ok(())
    }
}

/// Everything that a card says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Card {
    pub organisation: String,
    pub name: String,
    /// `2026-10`.
    pub month: String,
    /// Code of the place that its numbers are of.
    pub place: String,
    pub rolling: Rolling,
    /// `None` where too little is known.
    pub light: Option<Lamp>,
    pub n_known: usize,
    pub numbers: Vec<Number>,
    pub promises: Promises,
    /// How its answers to requests were graded for the month; `None` where they were not.
    pub grade: Option<Mark>,
}

/// A light as it is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lamp {
    Green,
    Yellow,
    Red,
}

/// One of the numbers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Number {
    pub indicator: String,
    /// Of the definition; empty where the indicator was there no more.
    pub title: Words,
    /// Version of the definition in force; empty likewise.
    pub definition_version: String,
    pub weight: u8,
    /// `None` where the definition is there no more.
    pub unit: Option<Unit>,
    pub decimals: usize,
    /// Empty where there was no number.
    pub period: String,
    pub value: Option<f64>,
    /// There was a number, and nobody may see it.
    pub is_withheld: bool,
    /// It comes from a form that an office fills, not from counting.
    pub is_entered: bool,
    pub aim: Option<f64>,
    pub light: Option<Lamp>,
}

/// How many promises stood how.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Promises {
    pub n_open: usize,
    pub n_late: usize,
    pub n_kept: usize,
    pub n_kept_late: usize,
    pub n_broken_off: usize,
}

/// A grade of answers to requests.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Mark {
    pub letter: String,
    pub score: f64,
    pub of_points: f64,
}

impl From<Light> for Lamp {
    fn from(light: Light) -> Lamp {
        match light {
            Light::Green => Lamp::Green,
            Light::Yellow => Lamp::Yellow,
            Light::Red => Lamp::Red,
        }
    }
}

impl From<Lamp> for Light {
    fn from(lamp: Lamp) -> Light {
        match lamp {
            Lamp::Green => Light::Green,
            Lamp::Yellow => Light::Yellow,
            Lamp::Red => Light::Red,
        }
    }
}

/// Makes the cards of a month that are not made yet; returns how many.
///
/// # Errors
/// When the database fails.
pub async fn freeze(app: &App, op: &Op, month: &str) -> Result<usize> {
    let made: BTreeSet<String> = store::list_made(&app.db, month).await?.into_iter().collect();
    let all = places::all(app).await?;
    let grades = grading::published(app, None, month).await?;
    let mut n_made = 0;
    for (organisation, duties) in tree::list(app).await? {
        if made.contains(&organisation.code) {
            continue;
        }
        let grade = grades.as_ref().and_then(|sheet| mark(sheet, &organisation.code));
        let card = Card {
            grade,
            promises: promises(app, op, &organisation.code).await?,
            ..card(app, op, &all, (&organisation, &duties), month).await?
        };
        let mut tx = app.db.begin().await?;
        if store::put(&mut tx, &card, op.at).await? {
            let event = CardFrozen {
                organisation: organisation.code,
                month: month.to_owned(),
            };
            tx.emit(op, &event).await?;
            tx.commit().await?;
            n_made += 1;
        }
    }
    Ok(n_made)
}

/// Lists the months of which an organisation has cards, the latest first.
///
/// # Errors
/// `dashboards-tree-unknown`.
pub async fn months(app: &App, organisation: &str) -> Result<(Organisation, Vec<String>)> {
    let (organisation, _) = tree::find(app, organisation).await?;
    let months = store::list_months(&app.db, &organisation.code).await?;
    Ok((organisation, months))
}

/// Returns a card and when it was made.
///
/// # Errors
/// `dashboards-cards-unknown`.
pub async fn find(app: &App, organisation: &str, month: &str) -> Result<(Card, Time)> {
    store::find(&app.db, organisation, month).await?.ok_or_else(|| {
        Problem::not_found("dashboards-cards-unknown")
            .with("code", organisation)
            .with("month", month)
    })
}

/// The card without promises and grade.
async fn card(
    app: &App,
    op: &Op,
    all: &Places,
    (organisation, duties): (&Organisation, &Duties),
    month: &str,
) -> Result<Card> {
    let place = all.top().map(|place| place.code().to_owned()).unwrap_or_default();
    let node = tree::look(app, op.lang, all, duties, &place).await?;
    Ok(Card {
        organisation: organisation.code.clone(),
        name: organisation.name.clone(),
        month: month.to_owned(),
        place,
        rolling: duties.rolling,
        light: node.rolled.light.map(Lamp::from),
        n_known: node.rolled.n_known,
        numbers: numbers(&node),
        promises: Promises::default(),
        grade: None,
    })
}

fn numbers(node: &Node) -> Vec<Number> {
    node.leaves
        .iter()
        .map(|leaf| {
            let bare = Number {
                indicator: leaf.duty.indicator.clone(),
                title: Words::default(),
                definition_version: String::new(),
                weight: leaf.duty.weight,
                unit: None,
                decimals: 0,
                period: String::new(),
                value: None,
                is_withheld: false,
                is_entered: false,
                aim: None,
                light: None,
            };
            let Some(told) = &leaf.told else { return bare };
            let definition = &told.definition;
            Number {
                title: definition.title.clone(),
                definition_version: definition.version.clone(),
                unit: Some(definition.unit),
                decimals: definition.decimals,
                period: told.period.clone(),
                value: told.headline().and_then(|headline| headline.figures.value),
                is_withheld: told.is_withheld(),
                is_entered: definition.entered().is_some(),
                aim: told.aim,
                light: told.light().map(Lamp::from),
                ..bare
            }
        })
        .collect()
}

async fn promises(app: &App, op: &Op, organisation: &str) -> Result<Promises> {
    let today = app.config.day(op.at);
    let mut promises = Promises::default();
    for commitment in evidence::list_commitments(app, Some(organisation), None, MOST_PROMISES).await? {
        let count = match commitment.standing(today) {
            Standing::Open => &mut promises.n_open,
            Standing::Late => &mut promises.n_late,
            Standing::Kept => &mut promises.n_kept,
            Standing::KeptLate => &mut promises.n_kept_late,
            Standing::BrokenOff => &mut promises.n_broken_off,
        };
        *count += 1;
    }
    Ok(promises)
}

/// The grade of an organisation on the sheet of a month; half a grade is none.
fn mark(sheet: &grading::sheet::Sheet, organisation: &str) -> Option<Mark> {
    let unit = sheet.units.iter().find(|unit| unit.unit == organisation)?;
    let grade = unit.grade.as_ref().filter(|grade| !grade.letter.is_empty())?;
    Some(Mark {
        letter: grade.letter.clone(),
        score: grade.score,
        of_points: grade.of_points,
    })
}

/// The routes of this folder.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/agencies/{agency}/cards", get(pages::all))
        .route("/agencies/{agency}/cards/{period}", get(pages::one))
}
