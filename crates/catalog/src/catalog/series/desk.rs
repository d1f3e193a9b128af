//! Series at the desk: a dataset is put into one, and what is said of one is written.

use askama::Template;
use axum::{
    Form, Router,
    extract::{Path, State},
    http::Uri,
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use serde::Deserialize;

use super::{NEW, Wish, describe, find, href, put};
use crate::{
    catalog::{
        model::{WRITERS, may_write},
        pages::sample,
        store::{self, series::SeriesRow},
        view::{self, Dataset},
    },
    platform::{
        app::App,
        html::{Shell, parts::Choice},
        i18n::Lang,
        op::Op,
        page::{field_errors, render, render_refused, shell},
        problem::{Problem, Result},
    },
};

/// The routes of this file.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/desk/data/{dataset}/series", get(choose).post(save))
        .route("/desk/series/{series}", get(show).post(save_words))
}

/// Into which series a dataset belongs.
#[derive(Template)]
#[template(path = "catalog/series/choose.html")]
pub struct ChooseSeriesPage {
    page: Shell,
    dataset: Dataset,
    choices: Vec<Choice>,
    wish: Wish,
}

/// What is said of a series.
#[derive(Template)]
#[template(path = "catalog/series/describe.html")]
pub struct DescribeSeriesPage {
    page: Shell,
    slug: String,
    typed: Typed,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    pub title: String,
    pub description: String,
}

async fn choose(State(app): State<App>, op: Op, uri: Uri, Path(slug): Path<String>) -> Result<Response> {
    let (dataset, known) = writable(&app, &op, &slug).await?;
    let series = dataset.series.as_ref().map(|series| series.slug.clone());
    let wish = Wish {
        series: series.unwrap_or_default(),
        ..Wish::default()
    };
    render(&ChooseSeriesPage::new(
        shell(&app, &op, &uri),
        dataset,
        &known,
        wish,
    ))
}

async fn save(
    State(app): State<App>,
    op: Op,
    Path(slug): Path<String>,
    Form(wish): Form<Wish>,
) -> Result<Response> {
    match put(&app, &op, &slug, &wish).await {
        Ok(()) => Ok(Redirect::to(&format!("/data/{slug}")).into_response()),
        Err(problem) if problem.fields().is_empty() => Err(problem),
        Err(problem) => {
            let (dataset, known) = writable(&app, &op, &slug).await?;
            let mut page = shell(&app, &op, &Uri::from_static("/desk/data"));
            page.path = format!("/desk/data/{slug}/series");
            page.errors = field_errors(&problem, &op);
            render_refused(&problem, &ChooseSeriesPage::new(page, dataset, &known, wish))
        }
    }
}

/// A dataset that somebody writes, and the series they may put it into.
async fn writable(app: &App, op: &Op, slug: &str) -> Result<(Dataset, Vec<SeriesRow>)> {
    op.require(&WRITERS)?;
    let dataset = view::find_dataset(app, op, slug).await?;
    if !dataset.may_write {
        return Err(Problem::forbidden("not-allowed"));
    }
    let mut known = store::series::list(app.db.read()).await?;
    known.retain(|series| may_write(op, series.organisation.as_deref()));
    Ok((dataset, known))
}

async fn show(State(app): State<App>, op: Op, uri: Uri, Path(slug): Path<String>) -> Result<Response> {
    op.require(&WRITERS)?;
    let known = find(&app, &slug).await?;
    super::require(&op, &known)?;
    let typed = Typed {
        title: known.title,
        description: known.description,
    };
    render(&DescribeSeriesPage::new(shell(&app, &op, &uri), slug, typed))
}

async fn save_words(
    State(app): State<App>,
    op: Op,
    Path(slug): Path<String>,
    Form(typed): Form<Typed>,
) -> Result<Response> {
    match describe(&app, &op, &slug, &typed.title, &typed.description).await {
        Ok(()) => Ok(Redirect::to(&href(&slug)).into_response()),
        Err(problem) if problem.fields().is_empty() => Err(problem),
        Err(problem) => {
            let mut page = shell(&app, &op, &Uri::from_static("/desk/data"));
            page.path = format!("/desk/series/{slug}");
            page.errors = field_errors(&problem, &op);
            render_refused(&problem, &DescribeSeriesPage::new(page, slug, typed))
        }
    }
}

impl ChooseSeriesPage {
    fn new(page: Shell, dataset: Dataset, known: &[SeriesRow], wish: Wish) -> ChooseSeriesPage {
        let lang = page.lang;
        let own = known
            .iter()
            .map(|series| Choice::new(&series.slug, &series.title));
        let choices = std::iter::once(Choice::new("", lang.text("catalog-series-none")))
            .chain(own)
            .chain([Choice::new(NEW, lang.text("catalog-series-new"))]);
        ChooseSeriesPage {
            choices: choices.map(|choice| choice.chosen_if(&wish.series)).collect(),
            page: page
                .titled(lang.text("catalog-series-choose"))
                .crumb(lang.text("catalog-desk"), "/desk/data")
                .crumb(&dataset.title, format!("/desk/data/{}", dataset.slug))
                .crumb(lang.text("catalog-series-one"), ""),
            dataset,
            wish,
        }
    }

    pub fn sample(lang: Lang) -> ChooseSeriesPage {
        let wish = Wish {
            series: NEW.into(),
            title: "Village <budgets>".into(),
            description: String::new(),
        };
        ChooseSeriesPage::new(Shell::sample(lang), sample::dataset(), &[], wish)
    }
}

impl DescribeSeriesPage {
    fn new(page: Shell, slug: String, typed: Typed) -> DescribeSeriesPage {
        let lang = page.lang;
        DescribeSeriesPage {
            page: page
                .titled(lang.text("catalog-series-describe"))
                .crumb(lang.text("catalog-series-all"), "/series")
                .crumb(lang.text("catalog-series-describe"), ""),
            slug,
            typed,
        }
    }

    pub fn sample(lang: Lang) -> DescribeSeriesPage {
        let typed = Typed {
            title: "Village <budgets>".into(),
            description: "Plans & results".into(),
        };
        DescribeSeriesPage::new(Shell::sample(lang), "village-budgets".into(), typed)
    }
}
