//! Making the pack: on the profile's day and hour, once, however late the worker is.

use anyhow::Context;
use serde::{Deserialize, Serialize};

use super::{
    MeetingPacked,
    gather::{Session, gather},
};
use crate::{
    platform::{
        app::App,
        jobs::{Job, Lane},
        op::Op,
        problem::Result,
    },
    requests::{
        library,
        store::{self, meeting::Packed},
        sweep,
    },
};

/// Makes the pack of a meeting, unless there is one.
#[derive(Debug, Serialize, Deserialize)]
pub struct MakePack {
    /// Name of the profile in force.
    pub profile: String,
    /// The day of the meeting, `2026-11-20`.
    pub held_on: String,
}

impl Job for MakePack {
    const NAME: &'static str = "requests.make-pack";
    const LANE: Lane = Lane::Heavy;

    fn key(&self) -> Option<String> {
        Some(format!("{}/{}", self.profile, self.held_on))
    }

    async fn run(self, app: &App) -> anyhow::Result<()> {
        let known = store::meeting::find(app.db.read(), Some(&self.profile), &self.held_on).await?;
        if known.is_some() {
            return Ok(());
        }
        // What has come by now is noted at its own moment, so that histories tell it.
        sweep(app).await?;
        let library = library::current(app).await?;
        let profile = library
            .profiles()
            .get(&self.profile)
            .with_context(|| format!("the profile {} is not in force", self.profile))?;
        let day = self
            .held_on
            .parse()
            .with_context(|| format!("the day {}", self.held_on))?;
        let session = Session {
            day,
            as_of: profile.meeting.on(profile.calendar.zone(), day),
        };
        let pack = gather(app, profile, session).await?;
        let packed = Packed {
            profile_name: pack.profile.clone(),
            held_on: pack.held_on.clone(),
            profile_version: pack.profile_version.clone(),
            as_of_at: pack.as_of.0,
            made_at: app.clock.now().0,
            n_red: pack.whole().n_red,
            pack: serde_json::to_string(&pack)?,
        };
        let mut tx = app.db.begin().await?;
        if store::meeting::insert(&mut tx, &packed).await? {
            let event = MeetingPacked {
                profile: pack.profile,
                held_on: pack.held_on,
            };
            tx.emit(&Op::system(app.clock.now()), &event).await?;
        }
        tx.commit().await?;
        Ok(())
    }
}

/// Has the pack made of the last meeting whose hour has come, unless there is one, or there was nothing to meet about.
///
/// Meetings that were missed altogether get no pack: how things stood then is not known any more.
///
/// # Errors
/// When the database fails.
pub async fn look(app: &App) -> Result<()> {
    let now = app.clock.now();
    let library = library::current(app).await?;
    for profile in library.profiles_in_use() {
        let (day, as_of) = profile.meeting.last(profile.calendar.zone(), now);
        let db = app.db.read();
        let is_known = store::meeting::find(db, Some(&profile.name), &day.to_string())
            .await?
            .is_some();
        if is_known || !store::grading::has_any(db, &profile.name, as_of).await? {
            continue;
        }
        let job = MakePack {
            profile: profile.name.clone(),
            held_on: day.to_string(),
        };
        let mut tx = app.db.begin().await?;
        tx.enqueue(&Op::system(now), &job).await?;
        tx.commit().await?;
    }
    Ok(())
}
