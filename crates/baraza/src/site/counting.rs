//! How far the counting of households has come: what was filed about which place, counted anew every few seconds.

use std::sync::Arc;
use std::time::Duration;

use super::desk;
use super::place::Collecting;
use super::progress::{Count, Filed};
use crate::collect;
use crate::collect::model::{Form, Round};
use crate::places::model::{Place, Places};
use crate::platform::app::App;
use crate::platform::op::Op;
use crate::platform::problem::{Kind, Result};
use crate::platform::time::Time;

/// How far each form's count has come in one of its rounds.
pub type Counts = Vec<FormCount>;

/// How far the count of one form has come in a round.
pub struct FormCount {
    pub title: String,
    pub count: Count,
    /// The round that is counted.
    pub round: Round,
    /// All rounds of the form, the newest first.
    pub rounds: Vec<Round>,
}

/// Counting reads every submission, which a page that many look at must not do each time.
const FRESH: Duration = Duration::from_secs(10);

/// How far the count of each form has come that asks for a place, in the round under way or the last there was.
pub async fn counts(app: &App, op: &Op, places: &Arc<Places>) -> Result<Arc<Counts>> {
    if let Some(kept) = app.shelf.find::<KeptCounts>()
        && op.at.since(kept.at) < FRESH
        && Arc::ptr_eq(&kept.of, places)
    {
        return Ok(kept.counts.clone());
    }
    let counts = Arc::new(counts_on(app, op, places, op.at).await?);
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
    for of_form in counts(app, op, places).await?.iter() {
        let coverage = of_form.count.of(place);
        if coverage.n_filed > 0 {
            let said = desk::said(op.lang, &coverage);
            works.push(Collecting {
                name: of_form.title.clone(),
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

/// How far each count had come in the round that was under way, or had ended last, at a moment.
pub async fn counts_on(app: &App, op: &Op, places: &Places, on: Time) -> Result<Counts> {
    let mut counts = Vec::new();
    for form in collect::list_forms(app, None).await? {
        let Some(title) = title_of(app, &form).await? else {
            continue;
        };
        let rounds = collect::list_rounds(app, &form).await?;
        let Some(round) = rounds.iter().find(|round| round.from <= on).copied() else {
            continue;
        };
        let filed: Vec<(String, Filed)> = collect::coverage(app, &form, round)
            .await?
            .into_iter()
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
            counts.push(FormCount {
                title,
                count: Count::new(places, &filed, op.at),
                round,
                rounds,
            });
        }
    }
    Ok(counts)
}
