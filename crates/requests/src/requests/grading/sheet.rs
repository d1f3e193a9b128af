//! One month's grades as they are kept: the formula, what was counted, what came out.

use serde::{Deserialize, Serialize};

use super::{Gathered, Graded};
use crate::{
    platform::{
        problem::{Problem, Result},
        time::Time,
    },
    requests::{
        model::{
            counting::Closed,
            grade::{Counts, Rule},
            profile::Profile,
            schedule::Period,
        },
        store::grading::Published,
    },
};

/// The grades of one month.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Sheet {
    pub profile: String,
    pub profile_version: String,
    /// `2026-10`.
    pub period: String,
    pub from: Time,
    pub to: Time,
    /// When they are published, or were.
    pub published_at: Time,
    /// Older than this is old stock, as the profile writes it: `30 days`.
    pub old_after: String,
    pub rule: Rule,
    pub units: Vec<Graded>,
    pub districts: Vec<Graded>,
    /// Closings that counted.
    pub n_closings: i64,
    /// The blob with their list; none while they are provisional.
    #[serde(skip)]
    pub closings: Option<String>,
}

impl Sheet {
    /// Writes down what was gathered; returns it with the closings.
    #[must_use]
    pub fn new(profile: &Profile, period: &Period, gathered: Gathered) -> (Sheet, Vec<Closed>) {
        let sheet = Sheet {
            profile: profile.name.clone(),
            profile_version: profile.version.clone(),
            period: period.name(),
            from: period.from,
            to: period.to,
            published_at: period.published_at,
            old_after: profile.grade.old_after.to_string(),
            rule: profile.grade.rule.clone(),
            n_closings: i64::try_from(gathered.closed.len()).unwrap_or(i64::MAX),
            units: gathered.units,
            districts: gathered.districts,
            closings: None,
        };
        (sheet, gathered.closed)
    }

    /// Reads what was published.
    ///
    /// # Errors
    /// When what was kept is damaged.
    pub fn thaw(published: &Published) -> Result<Sheet> {
        let mut sheet: Sheet = serde_json::from_str(&published.sheet).map_err(Problem::internal)?;
        sheet.closings = Some(published.closings.clone());
        Ok(sheet)
    }

    /// Returns the sums over all units.
    #[must_use]
    pub fn whole(&self) -> Counts {
        let mut whole = Counts::default();
        for unit in &self.units {
            whole.add(&unit.counts);
        }
        whole
    }

    /// Returns the names of the volume groups, the biggest first.
    pub fn groups(&self) -> impl Iterator<Item = &str> {
        self.rule.groups.iter().map(|group| group.name.as_str())
    }
}
