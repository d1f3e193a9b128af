//! The sample regency: an invented island regency with its people, filled in through the same front
//! doors as everybody's.
//!
//! One number makes everything: land, villages, households, two census rounds with the mistakes
//! that real ones have. Nothing in it is a real place or a real person, and every page says so.
//! Deliberately absent: anything that could mix with real data; a folder in use is refused.

mod acting;
mod agenda;
mod boards;
mod budgets;
pub mod cli;
mod days;
mod filing;
mod land;
mod meaning;
pub mod opendata;
mod portal;
mod publishing;
mod readers;
mod residents;
mod review;
mod sensors;
mod services;
pub mod staff;
mod training;
mod villages;
mod visits;
pub mod world;

use std::sync::Arc;

use anyhow::{Context, bail};
use rust_embed::RustEmbed;

use crate::indicators;
use crate::places::import::Options;
use crate::places::{self, NewList, Outcome};
use crate::platform::app::{App, SAMPLE_DATA, save_setting};
use crate::platform::jobs;
use crate::platform::op::Op;
use publishing::Desk;
use staff::Login;
use world::census::{Round, World};

/// Seed and size of a sample regency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sample {
    pub seed: u64,
    pub n_households: usize,
}

/// What was filled in.
#[derive(Debug)]
pub struct Filled {
    pub regency: String,
    pub n_places: usize,
    pub n_households: usize,
    /// Interviews of each round that reached the server.
    pub n_filed: [u64; 2],
    pub n_indicators: usize,
    /// Datasets that everybody can read.
    pub n_datasets: usize,
    pub n_requests: u64,
    pub n_commitments: usize,
    pub logins: Vec<Login>,
}

/// The steps of the work, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    World,
    Places,
    FirstRound,
    SecondRound,
    Requests,
    Tables,
    OpenData,
    AtWork,
    Villages,
}

impl Step {
    pub fn title(self) -> &'static str {
        match self {
            Step::World => "inventing the regency",
            Step::Places => "writing places and maps",
            Step::FirstRound => "filing the census of 2025",
            Step::SecondRound => "filing the census of 2026",
            Step::Requests => "letting residents speak up",
            Step::Tables => "making tables and numbers",
            Step::OpenData => "publishing open data",
            Step::AtWork => "putting numbers to work",
            Step::Villages => "hearing villages",
        }
    }
}

/// Fills an empty installation with a sample regency. `told` hears how far each step has come.
pub async fn fill(
    app: &App,
    sample: Sample,
    told: &(dyn Fn(Step, u64, u64) + Send + Sync),
) -> anyhow::Result<Filled> {
    if !places::all(app).await?.is_empty() {
        bail!(
            "this installation has places already; the sample regency would mix with them. Choose an empty folder with --data DIR"
        );
    }
    let op = Op::system(app.clock.now());
    mark_as_sample(app, sample).await?;
    told(Step::World, 0, 1);
    let world =
        Arc::new(tokio::task::spawn_blocking(move || World::new(sample.seed, sample.n_households)).await?);
    told(Step::World, 1, 1);
    import_places(app, &op, &world, &|done, total| told(Step::Places, done, total)).await?;
    staff::open_offices(app, &op).await?;
    staff::open_providers(app, &op, &world).await?;
    let logins = staff::hire(app, &op, &world).await?;
    services::open_counters(app, &op).await?;
    let census = filing::prepare(app, &op, &world).await?;
    let desk = Desk::of(app).await?;
    let mut n_filed = [0; 2];
    for (at, (round, step)) in Round::BOTH
        .into_iter()
        .zip([Step::FirstRound, Step::SecondRound])
        .enumerate()
    {
        n_filed[at] = filing::file(app, &census, &world, round, &|done, total| {
            told(step, done, total);
        })
        .await?;
        if step == Step::FirstRound {
            acting::sign_first_round(&desk).await?;
        }
    }
    visits::visit(app, &op, &world).await?;
    told(Step::Requests, 0, 1);
    let spoken = residents::speak_up(app, &world).await?;
    told(Step::Requests, 1, 1);
    told(Step::Tables, 0, 2);
    jobs::run_due(app).await?;
    told(Step::Tables, 1, 2);
    let n_indicators = define_indicators(app, &op).await?;
    training::offer(&desk, &world).await?;
    jobs::run_due(app).await?;
    told(Step::Tables, 2, 2);
    let opened = portal::open(app, &world, &|done, total| told(Step::OpenData, done, total)).await?;
    let n_steps = put_to_work(&desk, &world, told).await?;
    let heard = villages::tell(&desk, &world, &|done, total| told(Step::Villages, done, total)).await?;
    jobs::run_due(app).await?;
    let counts = jobs::count(app).await?;
    if counts.queued + counts.running + counts.dead > 0 {
        bail!(
            "{} jobs are not done, so some tables or numbers are missing; the log says why they failed. Run baraza work to have them tried again",
            counts.queued + counts.running + counts.dead
        );
    }
    Ok(Filled {
        regency: world.regency.name.clone(),
        n_places: world.regency.places.len(),
        n_households: world.size.n_households,
        n_filed,
        n_indicators,
        n_datasets: opened.n_datasets,
        n_requests: spoken.n_requests + heard.n_requests,
        n_commitments: spoken.n_commitments + opened.n_commitments + n_steps + heard.n_commitments,
        logins,
    })
}

/// Has numbers signed, planned for, watched and put together, and a gauge measure; returns how many steps were promised.
async fn put_to_work(
    desk: &Desk<'_>,
    world: &World,
    told: &(dyn Fn(Step, u64, u64) + Send + Sync),
) -> anyhow::Result<usize> {
    told(Step::AtWork, 0, 3);
    land::divide(desk, world).await?;
    sensors::measure(desk, world).await?;
    told(Step::AtWork, 1, 3);
    let n_steps = acting::tell(desk).await?;
    told(Step::AtWork, 2, 3);
    boards::compose(desk).await?;
    told(Step::AtWork, 3, 3);
    Ok(n_steps)
}

/// Indicator definitions that the product ships.
#[derive(RustEmbed)]
#[folder = "../../data/indicators"]
struct Definitions;

/// What the census can tell of the global goals' other definitions: whom they are of.
const OF_THE_GOALS: [(&str, &str); 3] = [
    (
        "1.3.1-people.toml",
        include_str!("../../../../data/indicators-sdg/1.3.1-people.toml"),
    ),
    (
        "8.10.1-adults.toml",
        include_str!("../../../../data/indicators-sdg/8.10.1-adults.toml"),
    ),
    (
        "8.5.2-labour-force.toml",
        include_str!("../../../../data/indicators-sdg/8.5.2-labour-force.toml"),
    ),
];

/// The text of a shipped definition.
fn shipped(name: &str) -> anyhow::Result<String> {
    let file = Definitions::get(name).with_context(|| format!("find the shipped definition {name}"))?;
    let text =
        std::str::from_utf8(&file.data).with_context(|| format!("read the shipped definition {name}"))?;
    Ok(text.to_owned())
}

async fn import_places(app: &App, op: &Op, world: &World, told: places::Progress<'_>) -> anyhow::Result<()> {
    let bytes = opendata::places(world).into_bytes();
    let list = NewList {
        file_name: "regency.geojson".to_owned(),
        bytes,
        options: Options::default(),
    };
    match places::import(app, op, list, told).await? {
        Outcome::Kept(_) => Ok(()),
        Outcome::Refused { broken, .. } => {
            let first = broken.first().map(ToString::to_string).unwrap_or_default();
            bail!("the invented places do not import: {first}");
        }
    }
}

async fn define_indicators(app: &App, op: &Op) -> anyhow::Result<usize> {
    let mut names: Vec<String> = Definitions::iter()
        .filter(|name| name.ends_with(".toml"))
        .map(|name| name.into_owned())
        .collect();
    names.sort_unstable();
    let mut texts: Vec<String> = names
        .iter()
        .map(|name| shipped(name))
        .collect::<anyhow::Result<_>>()?;
    for (name, text) in OF_THE_GOALS {
        names.push(name.to_owned());
        texts.push(text.to_owned());
    }
    let mut tx = app.db.begin().await?;
    for at in indicators::formulas::load_order(&texts) {
        indicators::load(&mut tx, op, &texts[at])
            .await
            .with_context(|| format!("load the shipped definition {}", names[at]))?;
    }
    tx.commit().await?;
    Ok(names.len())
}

/// Marks the installation, so that every page says that its figures are invented.
async fn mark_as_sample(app: &App, sample: Sample) -> anyhow::Result<()> {
    let mut tx = app.db.begin().await?;
    save_setting(&mut tx, SAMPLE_DATA, &sample.seed.to_string()).await?;
    tx.commit().await?;
    Ok(())
}
