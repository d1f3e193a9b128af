//! All villages at once: which keep their year here, and how the documents of each stand.

use std::{collections::BTreeSet, sync::Arc};

use serde::Serialize;

use super::{model::Light, store};
use crate::platform::{app::App, kept::kept, office, problem::Result, time::Time};

/// Under which name the villages that keep their year are kept in memory.
pub(super) const KEPT: &str = "village-year";

/// The villages that keep their year here, by code.
#[derive(Debug, Clone, Default)]
pub struct Keeping(pub BTreeSet<String>);

/// How many documents of a village have which light.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Lights {
    pub green: u32,
    pub yellow: u32,
    pub red: u32,
    /// Not judged.
    pub white: u32,
}

/// A village with the documents of one year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overview {
    pub place: String,
    pub year: i16,
    pub lights: Lights,
}

/// Returns the villages that keep their year here.
///
/// # Errors
/// When the database fails.
pub async fn keeping(app: &App) -> Result<Arc<Keeping>> {
    kept(app, KEPT, || async {
        let places = store::overview::list_places(&app.db).await?;
        Ok(Keeping(places.into_iter().collect()))
    })
    .await
}

/// Lists all villages with how their documents stand at a moment: of the year that it is, or of their latest. By code.
///
/// # Errors
/// When the database fails.
pub async fn list_overviews(app: &App, now: Time) -> Result<Vec<Overview>> {
    let calendar = office::calendar(app).await?;
    let year = app.config.day(now).year();
    let mut villages: Vec<Overview> = Vec::new();
    for standing in store::overview::list_standings(&app.db, year).await? {
        let light = standing.deadline.map(|deadline| {
            deadline
                .judge(&calendar, standing.begun_at, standing.came_at, now)
                .1
        });
        if villages.last().is_none_or(|last| last.place != standing.place) {
            villages.push(Overview {
                place: standing.place,
                year: standing.year,
                lights: Lights::default(),
            });
        }
        if let (Some(village), Some(light)) = (villages.last_mut(), light) {
            village.lights.count(light);
        }
    }
    Ok(villages)
}

impl Lights {
    fn count(&mut self, light: Light) {
        match light {
            Light::Green => self.green += 1,
            Light::Yellow => self.yellow += 1,
            Light::Red => self.red += 1,
            Light::White => self.white += 1,
        }
    }
}
