//! The desk of producers, stewards and approvers: what waits and what fails, entering, sending, saying what is personal; SQL for staff.

mod columns;
mod dataset;
mod entry;
mod review;
mod rules;
mod upload;
mod waiting;

use askama::Template;
use axum::{
    Form, Router,
    extract::{DefaultBodyLimit, State},
    http::Uri,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};

use super::{
    contributions, enter_dataset,
    model::{Entry, EntryInput, WRITERS},
    pages,
    view::{self, Dataset},
    workflow::{self, TAKING_PART, Waiting, checks},
};
use crate::{
    accounts::{self, model::Organisation},
    platform::{
        app::App,
        html::Shell,
        i18n::Lang,
        op::{Op, Role},
        page::{field_errors, render, render_refused, shell},
        problem::{Problem, Result},
    },
};
use entry::EntryForm;
use waiting::{FlawedRow, WaitingRow};

pub use columns::ColumnsPage;
pub use dataset::DeskDatasetPage;
pub use review::ReviewPage;
pub use rules::RulesPage;

/// The routes of this folder.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/desk/data", get(all).post(enter))
        .route("/desk/data/{dataset}", get(dataset::one).post(dataset::change))
        .route(
            "/desk/data/{dataset}/files",
            post(upload::receive).layer(DefaultBodyLimit::disable()),
        )
        .route(
            "/desk/data/{dataset}/columns",
            get(columns::show).post(columns::save),
        )
        .route("/desk/data/{dataset}/review", get(review::show).post(review::act))
        .route("/desk/review", post(rules::check_chosen))
        .route("/desk/review/rules", get(rules::show).post(rules::save))
        .merge(contributions::desk::routes())
        .merge(super::agenda::desk::routes())
        .merge(super::standards::desk::routes())
        .merge(super::metadata::desk::routes())
}

#[derive(Template)]
#[template(path = "catalog/desk/desk.html")]
pub struct DeskPage {
    page: Shell,
    /// What the caller is asked to do, the longest waiting first.
    waiting: Vec<WaitingRow>,
    /// What is on its way and waits for somebody else.
    others: Vec<WaitingRow>,
    flawed: Vec<FlawedRow>,
    /// Datasets with something wrong that are not listed.
    n_more_flawed: usize,
    datasets: Vec<Dataset>,
    form: EntryForm,
    /// Whether the caller may enter a dataset, and not only decide about others'.
    may_enter: bool,
    may_rule: bool,
}

/// Datasets with something wrong that the desk lists.
const MOST_FLAWED: usize = 30;

async fn all(State(app): State<App>, op: Op, uri: Uri) -> Result<Response> {
    op.require(&TAKING_PART)?;
    render(&desk_page(&app, &op, shell(&app, &op, &uri), EntryInput::default()).await?)
}

async fn enter(State(app): State<App>, op: Op, Form(input): Form<EntryInput>) -> Result<Response> {
    op.require(&WRITERS)?;
    let entered = async {
        let entry = Entry::parse(&input)?;
        let mut tx = app.db.begin().await?;
        enter_dataset(&app, &mut tx, &op, &entry).await?;
        tx.commit().await?;
        Ok::<_, Problem>(entry.slug)
    };
    match entered.await {
        Ok(slug) => Ok(Redirect::to(&format!("/desk/data/{slug}")).into_response()),
        Err(problem) if problem.fields().is_empty() => Err(problem),
        Err(problem) => {
            let mut page = shell(&app, &op, &Uri::from_static("/desk/data"));
            page.errors = field_errors(&problem, &op);
            render_refused(&problem, &desk_page(&app, &op, page, input).await?)
        }
    }
}

async fn desk_page(app: &App, op: &Op, page: Shell, input: EntryInput) -> Result<DeskPage> {
    let datasets = view::list_datasets(app, op).await?;
    let organisations = accounts::list_organisations(app).await?;
    let form = EntryForm::new(op.lang, input, &organisations, true);
    let writable = datasets.into_iter().filter(|dataset| dataset.may_write);
    let known = workflow::list_waiting(app, op).await?;
    let (mine, others): (Vec<_>, Vec<_>) = known.iter().partition(|known| known.may.is_next());
    let rows = |known: Vec<&Waiting>| -> Vec<WaitingRow> {
        let row = |known: &Waiting| WaitingRow::of(app, op.lang, op.at, known);
        known.into_iter().map(row).collect()
    };
    let flawed = checks::list(app, op).await?;
    let is_shown = flawed.iter().take(MOST_FLAWED);
    Ok(DeskPage {
        waiting: rows(mine),
        others: rows(others),
        flawed: is_shown.map(|found| FlawedRow::of(op.lang, found)).collect(),
        n_more_flawed: flawed.len().saturating_sub(MOST_FLAWED),
        may_enter: op.has(&WRITERS),
        may_rule: op.has(&[Role::Admin]),
        ..DeskPage::new(page, writable.collect(), form)
    })
}

impl DeskPage {
    /// Whether something can be checked together with others.
    fn has_checks(&self) -> bool {
        self.waiting.iter().any(|row| row.may_check)
    }

    fn new(page: Shell, datasets: Vec<Dataset>, form: EntryForm) -> DeskPage {
        let title = page.t("catalog-desk").to_string();
        DeskPage {
            page: page.titled(&title).crumb(title, ""),
            waiting: Vec::new(),
            others: Vec::new(),
            flawed: Vec::new(),
            n_more_flawed: 0,
            datasets,
            form,
            may_enter: true,
            may_rule: false,
        }
    }

    pub fn sample(lang: Lang) -> DeskPage {
        let organisation = Organisation {
            code: "dinas-pu".into(),
            name: "Dinas <Pekerjaan Umum>".into(),
            about: None,
            contact: None,
        };
        let input = EntryInput {
            title: "Wells \"and\" <3> pumps".into(),
            theme: "my own".into(),
            ..EntryInput::default()
        };
        let form = EntryForm::new(lang, input, &[organisation], true);
        let row = |may_check: bool| WaitingRow {
            value: "p:3".into(),
            href: "/desk/data/wells/review".into(),
            title: "Wells <3>".into(),
            subject: lang.text("catalog-workflow-whole-dataset").to_string(),
            stage: lang.text("catalog-workflow-stage-submitted").to_string(),
            age: lang.text("catalog-workflow-days").n("n", 3).to_string(),
            next: lang.text("catalog-workflow-next-check").to_string(),
            may_check,
        };
        let flawed = checks::Flawed {
            dataset: pages::sample::dataset(),
            flaws: vec![checks::Flaw::Unclassified { n: 2 }, checks::Flaw::NoLicence],
        };
        DeskPage {
            waiting: vec![row(true)],
            others: vec![row(false)],
            flawed: vec![FlawedRow::of(lang, &flawed)],
            n_more_flawed: 4,
            may_rule: true,
            ..DeskPage::new(Shell::sample(lang), vec![pages::sample::dataset()], form)
        }
    }
}
