//! Publishing: on the profile's day and hour, once for each month, however late the worker is.

use anyhow::Context;
use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::{GradesPublished, files, gather, old_us, sheet::Sheet};
use crate::{
    platform::{
        app::App,
        jobs::{Job, Lane},
        op::Op,
        problem::Result,
    },
    requests::{
        library,
        store::{
            self,
            grading::{Published, Scope},
        },
        sweep,
    },
};

/// Publishes the grades of a month, unless they are published already.
#[derive(Debug, Serialize, Deserialize)]
pub struct PublishGrades {
    /// Name of the profile in force.
    pub profile: String,
    /// `2026-10`.
    pub period: String,
}

impl Job for PublishGrades {
    const NAME: &'static str = "requests.publish-grades";
    const LANE: Lane = Lane::Heavy;

    fn key(&self) -> Option<String> {
        Some(format!("{}/{}", self.profile, self.period))
    }

    async fn run(self, app: &App) -> anyhow::Result<()> {
        let known = store::grading::find_published(app.db.read(), Some(&self.profile), &self.period).await?;
        if known.is_some() {
            return Ok(());
        }
        // What silence has closed by now was closed at its own moment, and counts.
        sweep(app).await?;
        let library = library::current(app).await?;
        let profile = library
            .profiles()
            .get(&self.profile)
            .with_context(|| format!("the profile {} is not in force", self.profile))?;
        let day = format!("{}-01", self.period)
            .parse()
            .with_context(|| format!("the month {}", self.period))?;
        let period = profile.grade.period(profile.calendar.zone(), day);
        let scope = Scope {
            profile: Some(&profile.name),
            from: period.from,
            to: period.to,
            as_of: period.published_at,
            old_us: old_us(profile, period.from),
        };
        let (sheet, closed) = Sheet::new(profile, &period, gather(app, profile, &scope).await?);
        let list = files::closings(&closed, scope.old_us)?;
        let blob = app.blobs.put(Bytes::from(list)).await?;
        let published = Published {
            profile_name: sheet.profile.clone(),
            period: sheet.period.clone(),
            profile_version: sheet.profile_version.clone(),
            published_at: period.published_at.0,
            made_at: app.clock.now().0,
            n_closings: sheet.n_closings,
            sheet: serde_json::to_string(&sheet)?,
            closings: blob.id,
        };
        let op = Op::system(app.clock.now());
        let mut tx = app.db.begin().await?;
        if store::grading::insert_published(&mut tx, &published).await? {
            let event = GradesPublished {
                profile: sheet.profile,
                period: sheet.period,
            };
            tx.emit(&op, &event).await?;
        }
        tx.commit().await?;
        Ok(())
    }
}

/// Has the grades of the last month published whose hour has come, unless they are, or there was nothing to grade.
///
/// # Errors
/// When the database fails.
pub async fn look(app: &App) -> Result<()> {
    let now = app.clock.now();
    let library = library::current(app).await?;
    for profile in library.profiles_in_use() {
        let period = profile.grade.last(profile.calendar.zone(), now);
        let db = app.db.read();
        let is_known = store::grading::find_published(db, Some(&profile.name), &period.name())
            .await?
            .is_some();
        if is_known || !store::grading::has_any(db, &profile.name, period.to).await? {
            continue;
        }
        let mut tx = app.db.begin().await?;
        let job = PublishGrades {
            profile: profile.name.clone(),
            period: period.name(),
        };
        tx.enqueue(&Op::system(now), &job).await?;
        tx.commit().await?;
    }
    Ok(())
}
