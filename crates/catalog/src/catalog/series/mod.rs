//! Series of datasets: one subject year after year, or place after place, so that readers find the one before and the one after.
//!
//! A series is DCAT's `dcat:DatasetSeries`. A dataset is in one series at most, or in none; its order in it is that of the periods
//! that datasets cover. Deliberately absent: rows of their own. A series is read by reading its datasets.

use serde::{Deserialize, Serialize};

use super::{
    index::{self, Entry, Index},
    model::{WRITERS, is_slug, may_write, slug_of},
    store::{self, series::SeriesRow},
    view,
};
use crate::platform::{
    app::App,
    db::Tx,
    events::Event,
    id,
    op::Op,
    problem::{Problem, Result},
};

pub mod desk;
pub mod pages;

const LONGEST_TITLE: usize = 200;
const LONGEST_TEXT: usize = 10_000;

/// A series was entered, or what is said of it or what is in it changed.
#[derive(Serialize)]
pub struct SeriesChanged {
    pub series: String,
    /// The dataset that came or went; none when only the series' own words changed.
    pub dataset: Option<String>,
}

impl Event for SeriesChanged {
    const NAME: &'static str = "catalog.series-changed";
    fn subject(&self) -> String {
        format!("series/{}", self.series)
    }
}

/// The series of a dataset, as the dataset shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Name {
    pub slug: String,
    pub title: String,
}

impl Name {
    #[must_use]
    pub fn of(row: &SeriesRow) -> Name {
        Name {
            slug: row.slug.clone(),
            title: row.title.clone(),
        }
    }
}

/// The page of a series.
#[must_use]
pub fn href(slug: &str) -> String {
    format!("/series/{slug}")
}

/// Where somebody wants a dataset to be.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct Wish {
    /// The slug of a series, `new` for one to be entered, empty for none.
    pub series: String,
    /// Of the new one.
    pub title: String,
    pub description: String,
}

/// What `Wish::series` says for one that is not there yet; no series is called so.
pub const NEW: &str = "new";

/// Puts a dataset into a series, a new one where that is wanted, or takes it out of the one it is in.
///
/// # Errors
/// `dataset-unknown`, `series-unknown`; `series-title-missing`, `text-long`, `slug-malformed` or `slug-taken` on field `title`; `not-allowed`
/// for those who do not write the dataset and the series.
pub async fn put(app: &App, op: &Op, dataset: &str, wish: &Wish) -> Result<()> {
    op.require(&WRITERS)?;
    let dataset = view::find_dataset(app, op, dataset).await?;
    if !dataset.may_write {
        return Err(Problem::forbidden("not-allowed"));
    }
    let mut tx = app.db.begin().await?;
    let before = dataset.series.map(|known| known.slug);
    let series = match wish.series.as_str() {
        "" => None,
        NEW => Some(enter(&mut tx, op, dataset.organisation.as_deref(), wish).await?),
        slug => {
            let known = find(app, slug).await?;
            require(op, &known)?;
            Some(known.slug)
        }
    };
    if series == before {
        return tx.commit().await;
    }
    match &series {
        Some(slug) => store::series::put(&mut tx, &dataset.id, slug).await?,
        None => store::series::take(&mut tx, &dataset.id).await?,
    }
    store::search::note_dataset(&mut tx, &dataset.id).await?;
    for series in before.into_iter().chain(series) {
        let dataset = Some(dataset.id.clone());
        tx.emit(op, &SeriesChanged { series, dataset }).await?;
    }
    tx.commit().await
}

/// Changes what is said of a series.
///
/// # Errors
/// `series-unknown`; `series-title-missing` or `text-long` on a field; `not-allowed` for those who do not write for who keeps it.
pub async fn describe(app: &App, op: &Op, slug: &str, title: &str, description: &str) -> Result<()> {
    op.require(&WRITERS)?;
    let known = find(app, slug).await?;
    require(op, &known)?;
    let (title, description) = said(title, description)?;
    let mut tx = app.db.begin().await?;
    store::series::update(&mut tx, slug, title, description, op.at).await?;
    for (dataset, series) in store::series::list_members(app.db.read(), None).await? {
        if series == slug {
            store::search::note_dataset(&mut tx, &dataset).await?;
        }
    }
    let series = slug.to_owned();
    tx.emit(
        op,
        &SeriesChanged {
            series,
            dataset: None,
        },
    )
    .await?;
    tx.commit().await
}

/// Finds a series.
///
/// # Errors
/// `series-unknown`.
pub async fn find(app: &App, slug: &str) -> Result<SeriesRow> {
    store::series::find(app.db.read(), slug)
        .await?
        .ok_or_else(|| Problem::not_found("series-unknown").with("series", slug))
}

/// The datasets of a series that somebody may read, in the order of their periods.
pub fn members<'a>(index: &'a Index, op: &'a Op, slug: &'a str) -> Vec<&'a Entry> {
    let is_member = |entry: &&Entry| {
        let series = entry.series.as_ref();
        series.is_some_and(|known| known.slug == slug)
            && entry.row.state == "active"
            && index::sees(op, entry)
    };
    let mut found: Vec<&Entry> = index.all().filter(is_member).collect();
    found.sort_by(|a, b| {
        let key = |entry: &Entry| (entry.row.period.clone(), entry.row.title.clone());
        key(a).cmp(&key(b))
    });
    found
}

async fn enter(tx: &mut Tx, op: &Op, organisation: Option<&str>, wish: &Wish) -> Result<String> {
    let (title, description) = said(&wish.title, &wish.description)?;
    let slug = slug_of(title);
    if !is_slug(&slug) || slug == NEW {
        return Err(Problem::invalid("fields").field("title", "slug-malformed"));
    }
    let row = SeriesRow {
        slug: slug.clone(),
        id: id::fresh(op.at),
        title: title.to_owned(),
        description: description.to_owned(),
        organisation: organisation.map(str::to_owned),
        created_at: op.at.0,
        changed_at: op.at.0,
    };
    if store::series::insert(tx, &row).await? {
        Ok(slug)
    } else {
        Err(Problem::conflict("fields").field("title", "slug-taken"))
    }
}

fn said<'a>(title: &'a str, description: &'a str) -> Result<(&'a str, &'a str)> {
    let (title, description) = (title.trim(), description.trim());
    let mut problem = Problem::invalid("fields");
    if title.is_empty() {
        problem = problem.field("title", "series-title-missing");
    } else if title.chars().count() > LONGEST_TITLE {
        problem = problem.field("title", "text-long");
    }
    if description.chars().count() > LONGEST_TEXT {
        problem = problem.field("description", "text-long");
    }
    match problem.fields().is_empty() {
        true => Ok((title, description)),
        false => Err(problem),
    }
}

/// Passes those who write for who keeps a series.
fn require(op: &Op, series: &SeriesRow) -> Result<()> {
    match may_write(op, series.organisation.as_deref()) {
        true => Ok(()),
        false => Err(super::refused(op)),
    }
}
