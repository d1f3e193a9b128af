//! Series for everybody: all of them, and one with its datasets.

use askama::Template;
use axum::{
    Json, Router,
    extract::{Path, State},
    http::Uri,
    response::{IntoResponse, Response},
    routing::get,
};
use serde_json::json;

use super::{Name, find, href, members};
use crate::{
    accounts::Reaches,
    catalog::{
        dcat::feed,
        index::{Entry, Index},
        model::may_write,
        pages::{DatasetRow, organisation_href, row, sample},
        store::{self, series::SeriesRow},
        view::{self, Dataset},
    },
    platform::{
        app::App,
        html::Shell,
        i18n::Lang,
        op::Op,
        page::{render, shell},
        problem::{Problem, Result},
    },
};

/// The routes of this file.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/series", get(all))
        .route("/series.json", get(all_as_json))
        .route("/series/{series}", get(show))
}

#[derive(Template)]
#[template(path = "catalog/series/all.html")]
pub struct AllSeriesPage {
    page: Shell,
    series: Vec<(Name, String)>,
}

#[derive(Template)]
#[template(path = "catalog/series/series.html")]
pub struct SeriesPage {
    page: Shell,
    slug: String,
    title: String,
    description: String,
    /// Where its publisher's page is, and what the publisher is called; empty for none.
    publisher: (String, String),
    entries: Vec<DatasetRow>,
    may_describe: bool,
}

async fn all(State(app): State<App>, op: Op, uri: Uri) -> Result<Response> {
    let counted = counted(&app, &op).await?;
    render(&AllSeriesPage::new(shell(&app, &op, &uri), counted))
}

async fn all_as_json(State(app): State<App>, op: Op) -> Result<Response> {
    let counted = counted(&app, &op).await?.into_iter();
    let series: Vec<_> = counted
        .map(|(name, n)| json!({ "series": name.slug, "title": name.title, "n_datasets": n, "href": href(&name.slug) }))
        .collect();
    Ok(Json(json!({ "series": series })).into_response())
}

/// All series by their titles, each with how many of its datasets somebody may see.
async fn counted(app: &App, op: &Op) -> Result<Vec<(Name, usize)>> {
    let index = Index::of(app).await?;
    let known = store::series::list(app.db.read()).await?;
    Ok(known
        .iter()
        .map(|series| (Name::of(series), members(&index, op, &series.slug).len()))
        // A series of what somebody may not see is not there for them.
        .filter(|(_, n)| *n > 0)
        .collect())
}

async fn show(State(app): State<App>, op: Op, uri: Uri, Path(address): Path<String>) -> Result<Response> {
    if let Some(slug) = address.strip_suffix(".atom") {
        return feed::of_series(&app, &op, slug).await;
    }
    let (slug, is_json) = match address.strip_suffix(".json") {
        Some(slug) => (slug, true),
        None => (address.as_str(), false),
    };
    let known = find(&app, slug).await?;
    let index = Index::of(&app).await?;
    let reaches = Reaches::of(&app, &op).await?;
    let datasets: Vec<Dataset> = members(&index, &op, slug)
        .into_iter()
        .map(|entry| view::of_index(&op, &reaches, &index.shared, entry))
        .collect();
    // Nor is it there by its own address, but for those who keep it.
    let may_describe = may_write(&op, known.organisation.as_deref());
    let is_of_it = |entry: &Entry| entry.series.as_ref().is_some_and(|of| of.slug == slug);
    if datasets.is_empty() && !may_describe && !index.withdrawn().any(is_of_it) {
        return Err(Problem::not_found("series-unknown").with("series", slug));
    }
    if is_json {
        let about = json!({
            "series": slug,
            "title": known.title,
            "description": known.description,
            "organization": known.organisation,
            "href": href(slug),
            "datasets": datasets,
        });
        return Ok(Json(about).into_response());
    }
    let organisation = known.organisation.as_deref();
    let publisher = organisation.and_then(|code| index.shared.publisher(code));
    let publisher = publisher.map(|publisher| (organisation_href(&publisher.code), publisher.name.clone()));
    let page = SeriesPage::new(shell(&app, &op, &uri), known, datasets);
    render(&SeriesPage {
        publisher: publisher.unwrap_or_default(),
        may_describe,
        ..page
    })
}

impl AllSeriesPage {
    fn new(page: Shell, counted: Vec<(Name, usize)>) -> AllSeriesPage {
        let lang = page.lang;
        let n_datasets = |n: usize| lang.text("catalog-n-datasets").n("n", n).to_string();
        AllSeriesPage {
            series: counted
                .into_iter()
                .map(|(name, n)| (name, n_datasets(n)))
                .collect(),
            page: page
                .titled(lang.text("catalog-series-all"))
                .crumb(lang.text("catalog-title"), "/data")
                .crumb(lang.text("catalog-series-all"), "")
                .shapes(&["json"]),
        }
    }

    pub fn sample(lang: Lang) -> AllSeriesPage {
        let name = Name {
            slug: "village-budgets".into(),
            title: "Village <budgets>".into(),
        };
        AllSeriesPage::new(Shell::sample(lang), vec![(name, 3)])
    }
}

impl SeriesPage {
    fn new(page: Shell, series: SeriesRow, datasets: Vec<Dataset>) -> SeriesPage {
        let lang = page.lang;
        // Feeds tell what everybody may read.
        let feed = match datasets.iter().any(|dataset| dataset.is_open) {
            true => format!("{}.atom", href(&series.slug)),
            false => String::new(),
        };
        SeriesPage {
            page: page
                .titled(&series.title)
                .described(&series.description)
                .crumb(lang.text("catalog-title"), "/data")
                .crumb(lang.text("catalog-series-all"), "/series")
                .crumb(&series.title, "")
                .shapes(&["json"])
                .feed(feed),
            slug: series.slug,
            title: series.title,
            description: series.description,
            publisher: Default::default(),
            entries: datasets.into_iter().map(|dataset| row(lang, dataset)).collect(),
            may_describe: false,
        }
    }

    pub fn sample(lang: Lang) -> SeriesPage {
        let series = SeriesRow {
            slug: "village-budgets".into(),
            id: String::new(),
            title: "Village <budgets>".into(),
            description: "Plans & results".into(),
            organisation: None,
            created_at: 0,
            changed_at: 0,
        };
        SeriesPage {
            publisher: ("/organizations/pu".into(), "Dinas <PU>".into()),
            may_describe: true,
            ..SeriesPage::new(Shell::sample(lang), series, vec![sample::dataset()])
        }
    }
}
