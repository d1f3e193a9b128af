//! Grades of units and districts: counted, published on the profile's day and frozen, beside their honest shadow.
//!
//! A month's grades are made once, as of the hour of publication, with the list of the closings that counted. What happens
//! later changes nothing that was published.

mod desk;
mod files;
mod jobs;
mod pages;
pub mod sheet;
mod view;

use std::collections::BTreeMap;

use axum::Router;
use serde::{Deserialize, Serialize};

pub use desk::{DeskPage, READERS};
pub use jobs::{PublishGrades, look};
pub use pages::{SheetPage, UnitPage};
pub use view::{SheetView, share};

use super::{
    library::{self, Library},
    model::{
        counting::{self, By, Closed},
        gaming::{self, Shadow},
        grade::{Counts, Grade},
        profile::Profile,
        schedule::Period,
    },
    store::{self, grading::Scope},
};
use crate::platform::{app::App, events::Event, problem::Result, time::Time};
use sheet::Sheet;

/// The routes of this folder.
pub fn routes() -> Router<App> {
    pages::routes().merge(desk::routes())
}

/// Grades of a month were published.
#[derive(Serialize)]
pub struct GradesPublished {
    pub profile: String,
    pub period: String,
}

impl Event for GradesPublished {
    const NAME: &'static str = "requests.grades-published";
    fn subject(&self) -> String {
        format!("request-grades/{}", self.period)
    }
}

/// A unit's or a district's grade beside its honest shadow; without a grade where nothing was closed and nothing was old.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Graded {
    /// Code of the organisation or of the place.
    pub unit: String,
    pub counts: Counts,
    pub grade: Option<Grade>,
    pub shadow: Shadow,
    /// The place among those of its volume group; `None` without a whole grade.
    pub rank: Option<usize>,
}

/// Everything the grades of a period are made of.
pub struct Gathered {
    pub units: Vec<Graded>,
    pub districts: Vec<Graded>,
    pub closed: Vec<Closed>,
}

/// Grades every unit for a period by a profile's formula, with the shadow measures of the same closings. Open to all.
///
/// # Errors
/// When the database fails.
pub async fn grades(app: &App, profile: &Profile, from: Time, to: Time) -> Result<Vec<Graded>> {
    let scope = Scope {
        profile: None,
        from,
        to,
        as_of: to.max(app.clock.now()),
        old_us: old_us(profile, from),
    };
    Ok(gather(app, profile, &scope).await?.units)
}

/// Returns a month's grades as they stand now: what a profile's requests have come to, published or not.
///
/// # Errors
/// When the database fails.
pub async fn provisional(app: &App, profile: &Profile, period: &Period) -> Result<Sheet> {
    let now = app.clock.now();
    let scope = Scope {
        profile: Some(&profile.name),
        from: period.from,
        to: period.to.min(now),
        as_of: now,
        old_us: old_us(profile, period.from),
    };
    Ok(Sheet::new(profile, period, gather(app, profile, &scope).await?).0)
}

/// Finds a month's grades as they were published; of a profile, or of the first that has some.
///
/// # Errors
/// When the database fails.
pub async fn published(app: &App, profile: Option<&str>, period: &str) -> Result<Option<Sheet>> {
    match store::grading::find_published(app.db.read(), profile, period).await? {
        Some(published) => Sheet::thaw(&published).map(Some),
        None => Ok(None),
    }
}

/// Counts and grades the cases of a scope.
///
/// # Errors
/// When the database fails.
pub async fn gather(app: &App, profile: &Profile, scope: &Scope<'_>) -> Result<Gathered> {
    let db = app.db.read();
    let library = library::current(app).await?;
    let districts = Districts::of(&library);
    let mut stock = store::grading::list_stock(db, scope).await?;
    for part in &mut stock {
        part.district = districts.around(part.place.as_deref());
    }
    let mut closed = store::grading::list_closed(db, scope).await?;
    for closing in &mut closed {
        closing.district = districts.around(closing.place.as_deref());
    }
    let refilings = store::grading::list_refilings(db, scope).await?;
    let passages = store::grading::list_passages(db, scope).await?;
    let graded = |by: By| {
        let shadowed: Vec<_> = closed
            .iter()
            .filter_map(|closing| Some(closing.shadowed(closing.under(by)?)))
            .collect();
        let mut shadows = match by {
            By::Unit => {
                let passed: Vec<_> = passages.iter().map(|passage| passage.units.clone()).collect();
                gaming::shadows(&shadowed, &refilings, &passed)
            }
            By::District => gaming::shadows(&shadowed, &refilings, &[]),
        };
        if by == By::District {
            for passage in &passages {
                let n = gaming::returned_to(&passage.units).len();
                if let Some(district) = districts.around(passage.place.as_deref()).filter(|_| n > 0) {
                    shadows.entry(district).or_default().n_ping_pong += i64::try_from(n).unwrap_or(i64::MAX);
                }
            }
        }
        let counts = counting::count(&stock, &closed, scope.old_us, by);
        grade_all(profile, counts, shadows)
    };
    Ok(Gathered {
        units: graded(By::Unit),
        districts: graded(By::District),
        closed,
    })
}

/// Returns the age from which a request is old stock, at the beginning of a period.
#[must_use]
pub fn old_us(profile: &Profile, from: Time) -> i64 {
    profile.calendar.add(from, profile.grade.old_after).0 - from.0
}

fn grade_all(
    profile: &Profile,
    counts: BTreeMap<String, Counts>,
    mut shadows: BTreeMap<String, Shadow>,
) -> Vec<Graded> {
    let mut graded: Vec<Graded> = counts
        .into_iter()
        .map(|(unit, counts)| Graded {
            grade: profile.grade.rule.grade(&counts),
            shadow: shadows.remove(&unit).unwrap_or_default(),
            rank: None,
            counts,
            unit,
        })
        .collect();
    graded.extend(shadows.into_iter().map(|(unit, shadow)| Graded {
        unit,
        counts: Counts::default(),
        grade: None,
        shadow,
        rank: None,
    }));
    graded.sort_by(|a, b| a.unit.cmp(&b.unit));
    rank(&mut graded);
    graded
}

/// Whoever has a whole grade gets a place among those of their size.
fn rank(graded: &mut [Graded]) {
    let whole: Vec<(String, Grade)> = graded
        .iter()
        .filter_map(|unit| Some((unit.unit.clone(), unit.grade.clone()?)))
        .filter(|(_, grade)| !grade.letter.is_empty())
        .collect();
    let ranks: BTreeMap<String, usize> = super::model::grade::rank(&whole)
        .into_iter()
        .map(|(unit, _, rank)| (unit.to_owned(), rank))
        .collect();
    for unit in graded {
        unit.rank = ranks.get(&unit.unit).copied();
    }
}

/// The places below the top: what a district is.
struct Districts<'a> {
    library: &'a Library,
    /// Depth of the top in lineages counted from the root.
    top: Option<String>,
}

impl<'a> Districts<'a> {
    fn of(library: &'a Library) -> Districts<'a> {
        Districts {
            top: library.places().top().map(|place| place.code().to_owned()),
            library,
        }
    }

    /// The district around a place; none for what lies outside or at the top.
    fn around(&self, place: Option<&str>) -> Option<String> {
        let lineage = self.library.lineage(place);
        let position = lineage.iter().position(|code| Some(code) == self.top.as_ref())?;
        position.checked_sub(1).map(|below| lineage[below].clone())
    }
}
