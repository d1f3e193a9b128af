//! The census of the invented regency, filed the way phones file.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::Context;
use bytes::Bytes;
use futures::{StreamExt, TryStreamExt};
use jiff::civil::DateTime;
use jiff::tz::offset;

use super::opendata::choices;
use super::world::answers::{FormName, submission};
use super::world::census::{Round, Visit, World};
use crate::collect::model::{Form, Project};
use crate::collect::{self, Definition, Delivery};
use crate::platform::app::App;
use crate::platform::op::{Grant, Op, Person, Proof, Role, Who};
use crate::platform::problem::Kind;
use crate::platform::time::Time;

/// The form that the product ships.
const HOUSEHOLD: &str = include_str!("../../../../data/forms/household.md");
/// The project's name; its tables are `census__household` and `census__household__member`.
const PROJECT: &str = "Census";
/// Submissions under way at once: enough to share commits, few enough to keep memory small.
const AT_ONCE: usize = 24;
/// Tries of one delivery while the database is busy; phones try again, too, and a second delivery is harmless.
const MOST_TRIES: u32 = 6;

/// The published form and the devices that file to it.
pub struct Census {
    project: Project,
    form: Form,
    version: String,
    /// By enumerator.
    devices: Vec<Person>,
}

/// Publishes the household form with the regency's places, and gives every enumerator a device.
pub async fn prepare(app: &App, op: &Op, world: &World) -> anyhow::Result<Census> {
    let project = collect::save_project(app, op, PROJECT, None).await?;
    let definition = Definition::read(Bytes::from_static(HOUSEHOLD.as_bytes()), "household.md", None)?;
    let form = collect::save_draft(app, op, &project, &definition).await?;
    collect::give_file(app, op, &form, "places.csv", Bytes::from(choices(world)))
        .await
        .context("give the form its places")?;
    let version = collect::publish(app, op, &form, None).await?.version;
    let mut devices = Vec::with_capacity(world.enumerators.len());
    for enumerator in &world.enumerators {
        let village = &world.regency.villages[enumerator.village].code;
        let lineage: Vec<&str> = std::iter::successors(Some(village.as_str()), |code| {
            code.rsplit_once('.').map(|(above, _)| above)
        })
        .collect();
        let name = format!("{} {}", enumerator.code, enumerator.name);
        let (device, _) = collect::add_app_user(app, op, project.id, &name, &[lineage]).await?;
        let grants = vec![Grant {
            role: Role::Enumerator,
            place: Some(village.clone()),
            org: None,
        }];
        let proof = Proof::Token {
            id: format!("device-{}", device.id),
        };
        devices.push(Person {
            id: format!("device-{}", device.id),
            name,
            email: String::new(),
            grants,
            proof,
        });
    }
    Ok(Census {
        project,
        form,
        version,
        devices,
    })
}

/// Files every interview of a round that has reached the server by now; returns how many.
pub async fn file(
    app: &App,
    census: &Census,
    world: &Arc<World>,
    round: Round,
    told: &(dyn Fn(u64, u64) + Sync),
) -> anyhow::Result<u64> {
    let now = app.clock.now();
    let visits: Vec<Visit> = world
        .visits(round)
        .into_iter()
        .filter(|visit| moment(visit.arrives) <= now)
        .collect();
    let total = visits.len() as u64;
    let done = AtomicU64::new(0);
    told(0, total);
    futures::stream::iter(visits)
        .map(|visit| file_one(app, census, world, visit))
        .buffer_unordered(AT_ONCE)
        .try_for_each(|()| {
            told(done.fetch_add(1, Ordering::Relaxed) + 1, total);
            futures::future::ready(Ok(()))
        })
        .await?;
    Ok(total)
}

async fn file_one(app: &App, census: &Census, world: &World, visit: Visit) -> anyhow::Result<()> {
    let form = FormName {
        id: &census.form.xml_form_id,
        version: &census.version,
    };
    let enumerator = &world.enumerators[visit.enumerator];
    let op = Op {
        who: Who::Person(census.devices[visit.enumerator].clone()),
        ..Op::system(moment(visit.arrives))
    };
    let xml = Bytes::from(submission(world, &visit, &form));
    let mut tries = 0;
    loop {
        let delivery = Delivery {
            project: census.project.id,
            form: Some(census.form.xml_form_id.clone()),
            xml: xml.clone(),
            device_id: Some(enumerator.device_id.clone()),
            ..Delivery::default()
        };
        tries += 1;
        match collect::receive(app, &op, delivery).await {
            Ok(_) => return Ok(()),
            Err(problem) if problem.kind() == Kind::Unavailable && tries < MOST_TRIES => {}
            Err(problem) => {
                return Err(problem).with_context(|| {
                    format!(
                        "file the household visited by {} at {}",
                        enumerator.code, visit.begins
                    )
                });
            }
        }
    }
}

/// Local time in western Indonesia as a moment.
fn moment(at: DateTime) -> Time {
    offset(7)
        .to_timestamp(at)
        .map_or(Time(0), |at| Time(at.as_microsecond()))
}
