//! How far the counting of households has come: what was filed about which place, counted anew every few seconds.

use std::sync::Arc;
use std::time::Duration;

use super::desk;
use super::place::Collecting;
use super::progress::{Count, Filed};
use crate::collect;
use crate::collect::model::Form;
use crate::places::model::{Place, Places};
use crate::platform::app::App;
use crate::platform::op::Op;
use crate::platform::problem::{Kind, Result};
use crate::platform::time::Time;

/// Title of a form → how far its count has come.
pub type Counts = Vec<(String, Count)>;

/// Counting reads every submission, which a page that many look at must not do each time.
const FRESH: Duration = Duration::from_secs(10);

/// How far the count of each form has come that asks for a place.
pub async fn counts(app: &App, op: &Op, places: &Arc<Places>) -> Result<Arc<Counts>> {
    if let Some(kept) = app.shelf.find::<KeptCounts>()
        && op.at.since(kept.at) < FRESH
        && Arc::ptr_eq(&kept.of, places)
    {
        return Ok(kept.counts.clone());
    }
    let counts = Arc::new(count_anew(app, op, places).await?);
    app.shelf.put(Arc::new(KeptCounts {
        at: op.at,
        of: places.clone(),
        counts: counts.clone(),
    }));
    Ok(counts)
}

/// How far each count has come at a place.
pub async fn collecting(
    app: &App,
    op: &Op,
    places: &Arc<Places>,
    place: Place<'_>,
) -> Result<Vec<Collecting>> {
    let mut works = Vec::new();
    for (name, count) in counts(app, op, places).await?.iter() {
        let coverage = count.of(place);
        if coverage.n_filed > 0 {
            let said = desk::said(op.lang, &coverage);
            works.push(Collecting {
                name: name.clone(),
                bar: desk::bar(&coverage, &said),
                said,
            });
        }
    }
    Ok(works)
}

/// The title of the version in force; `None` before the first is published.
pub async fn title_of(app: &App, form: &Form) -> Result<Option<String>> {
    match collect::current(app, form).await {
        Ok(current) => Ok(Some(current.version.title.clone())),
        Err(problem) if problem.kind() == Kind::NotFound => Ok(None),
        Err(problem) => Err(problem),
    }
}

struct KeptCounts {
    at: Time,
    of: Arc<Places>,
    counts: Arc<Counts>,
}

async fn count_anew(app: &App, op: &Op, places: &Places) -> Result<Counts> {
    let mut counts = Vec::new();
    for form in collect::list_forms(app, None).await? {
        let Some(title) = title_of(app, &form).await? else {
            continue;
        };
        let progress = collect::progress(app, &form).await?;
        let filed: Vec<(String, Filed)> = progress
            .into_iter()
            .filter(|part| !part.place.is_empty())
            .map(|part| {
                let filed = Filed {
                    n: part.n_submissions,
                    n_flagged: part.n_flagged,
                    last_at: part.last_at,
                };
                (part.place, filed)
            })
            .collect();
        if !filed.is_empty() {
            counts.push((title, Count::new(places, &filed, op.at)));
        }
    }
    Ok(counts)
}
