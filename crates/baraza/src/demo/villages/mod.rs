//! What villages and their facilitators did in a year: score cards, meetings, voices, and what was listened to.
//!
//! Each chapter goes through the front doors of the slice that it is about, each step at its own moment, by whoever may.

use anyhow::Context;

use super::{
    publishing::Desk,
    world::{census::World, outlines, settlement::Village},
};
use crate::platform::time::Time;

mod asks;
mod clinic;
mod facilities;
mod goals;
mod listening;
mod meetings;
mod others;
mod people;
mod proposals;
mod radio;
mod rounds;
mod year;

/// The chapters, for those who watch.
const N_CHAPTERS: u64 = 4;
const MINUTE: i64 = 60_000_000;

/// Where it all happens.
pub struct Scene<'a> {
    /// The village that keeps its year here.
    pub village: &'a Village,
    /// Another of its district; the same where there is no other.
    pub next: &'a Village,
    /// Code of the district, over which the facilitator works.
    pub district: &'a str,
    world: &'a World,
}

/// What there is afterwards.
#[derive(Default)]
pub struct Told {
    pub n_requests: u64,
    pub n_commitments: usize,
}

impl<'a> Scene<'a> {
    fn of(world: &'a World) -> anyhow::Result<Scene<'a>> {
        let villages = &world.regency.villages;
        let village = villages.first().context("find a village")?;
        let (district, _) = village.code.rsplit_once('.').context("find its district")?;
        let next = villages
            .iter()
            .skip(1)
            .find(|other| other.code.starts_with(&format!("{district}.")))
            .unwrap_or(village);
        Ok(Scene {
            village,
            next,
            district,
            world,
        })
    }

    /// Latitude and longitude in the middle of a group of houses of a village, by its number there.
    fn spot(&self, village: &Village, group: usize) -> Option<(f64, f64)> {
        let groups = self.world.regency.groups.get(village.groups.clone())?;
        let plot = groups.get(group).or(groups.first())?.plots.first()?;
        let point = outlines::position(*plot);
        Some((point.lat, point.lon))
    }
}

/// Tells all chapters; returns how many requests were raised and promises were made. `told` hears how far it is.
///
/// # Errors
/// When a step is refused; the message names it.
pub async fn tell(
    desk: &Desk<'_>,
    world: &World,
    told: &(dyn Fn(u64, u64) + Send + Sync),
) -> anyhow::Result<Told> {
    told(0, N_CHAPTERS);
    let scene = Scene::of(world)?;
    let mut all = Told::default();
    people::sign(desk).await?;
    facilities::list(desk, &scene).await?;
    all.n_commitments += clinic::tell(desk, &scene).await?;
    all.n_commitments += others::tell(desk, &scene).await?;
    told(1, N_CHAPTERS);
    year::tell(desk, &scene).await?;
    all.n_commitments += meetings::tell(desk, &scene).await?;
    told(2, N_CHAPTERS);
    all.n_commitments += proposals::tell(desk, &scene).await?;
    goals::tell(desk, &scene).await?;
    all.n_commitments += asks::tell(desk, &scene).await?;
    all.n_requests += radio::tell(desk, &scene).await?;
    told(3, N_CHAPTERS);
    listening::tell(desk, &scene).await?;
    people::take_tasks(desk, &scene).await?;
    told(N_CHAPTERS, N_CHAPTERS);
    Ok(all)
}

/// So many minutes later.
fn later(at: Time, minutes: i64) -> Time {
    Time(at.0 + minutes * MINUTE)
}
