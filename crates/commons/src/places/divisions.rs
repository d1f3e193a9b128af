//! Taking in other divisions of the same land: which places, whole or by which share, make each health catchment, police sector or
//! school area, and since when.

use serde::Serialize;

use super::model::Places;
use super::model::division::{Area, Division, Part, TypedDivision};
use super::{all, store};
use crate::platform::app::App;
use crate::platform::events::Event;
use crate::platform::op::{Op, Role};
use crate::platform::problem::{Problem, Result};

/// Who takes divisions in.
pub const KEEPING: [Role; 2] = [Role::Steward, Role::Admin];

/// A division was taken in, or forgotten.
#[derive(Debug, Serialize)]
pub struct DivisionChanged {
    pub division: String,
    /// 0: it was forgotten.
    pub n_areas: usize,
    pub n_parts: usize,
}

impl Event for DivisionChanged {
    const NAME: &'static str = "places.division-changed";

    fn subject(&self) -> String {
        format!("division/{}", self.division)
    }
}

/// The division with a code, or the problem that says there is none.
///
/// # Errors
/// `places-division-unknown`.
pub fn known<'a>(places: &'a Places, code: &str) -> Result<&'a Division> {
    places
        .division(code)
        .ok_or_else(|| Problem::not_found("places-division-unknown").with("code", code))
}

/// The area of a division with a code, or the problem that says there is none.
///
/// # Errors
/// `places-division-area-unknown`.
pub fn known_area<'a>(division: &'a Division, code: &str) -> Result<&'a Area> {
    division
        .find(code)
        .ok_or_else(|| Problem::not_found("places-division-area-unknown").with("code", code))
}

/// Takes in a division in the place of what was known of it. For stewards and administrators of all its places.
///
/// # Errors
/// Those of [`Division::parse`]; `not-allowed` where it names, or named, a place of which the caller is no steward.
pub async fn load(app: &App, op: &Op, typed: &TypedDivision) -> Result<Division> {
    op.require(&KEEPING)?;
    let places = all(app).await?;
    let division = Division::parse(typed, &places)?;
    allow(op, &places, &division)?;
    if let Some(before) = places.division(&division.code) {
        allow(op, &places, before)?;
    }
    let event = DivisionChanged {
        division: division.code.clone(),
        n_areas: division.areas.len(),
        n_parts: parts(&division).count(),
    };
    let mut tx = app.db.begin().await?;
    store::divisions::save(&mut tx, &division, op.at).await?;
    tx.emit(op, &event).await?;
    tx.commit().await?;
    Ok(division)
}

/// Forgets a division. For stewards and administrators of all its places.
///
/// # Errors
/// `places-division-unknown`, `not-allowed`.
pub async fn forget(app: &App, op: &Op, code: &str) -> Result<()> {
    op.require(&KEEPING)?;
    let places = all(app).await?;
    allow(op, &places, known(&places, code)?)?;
    let event = DivisionChanged {
        division: code.to_owned(),
        n_areas: 0,
        n_parts: 0,
    };
    let mut tx = app.db.begin().await?;
    store::divisions::delete(&mut tx, code).await?;
    tx.emit(op, &event).await?;
    tx.commit().await
}

/// The parts of all areas.
pub fn parts(division: &Division) -> impl Iterator<Item = &Part> {
    division.areas.iter().flat_map(|area| &area.parts)
}

fn allow(op: &Op, places: &Places, division: &Division) -> Result<()> {
    for part in parts(division) {
        let lineage = places
            .find(&part.place)
            .map(|place| place.lineage())
            .unwrap_or_default();
        op.require_at(&KEEPING, &lineage)?;
    }
    Ok(())
}
