//! The producers' desk: enter datasets, send files, say what is personal; and SQL for staff.

mod columns;
mod dataset;
mod entry;
mod sql;
mod upload;

use askama::Template;
use axum::{
    Form, Router,
    extract::{DefaultBodyLimit, State},
    http::Uri,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};

use super::{
    enter_dataset,
    model::{Entry, EntryInput, WRITERS},
    pages,
    view::{self, Dataset},
};
use crate::{
    accounts::{self, model::Organisation},
    platform::{
        app::App,
        html::Shell,
        i18n::Lang,
        op::Op,
        page::{field_errors, render, render_refused, shell},
        problem::{Problem, Result},
    },
};
use entry::EntryForm;

pub use columns::ColumnsPage;
pub use dataset::DeskDatasetPage;
pub use sql::SqlPage;

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
        .route("/desk/sql", get(sql::console))
        .route("/desk/sql/download", get(sql::file))
}

#[derive(Template)]
#[template(path = "catalog/desk/desk.html")]
pub struct DeskPage {
    page: Shell,
    datasets: Vec<Dataset>,
    form: EntryForm,
}

async fn all(State(app): State<App>, op: Op, uri: Uri) -> Result<Response> {
    op.require(&WRITERS)?;
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
    Ok(DeskPage::new(page, writable.collect(), form))
}

impl DeskPage {
    fn new(page: Shell, datasets: Vec<Dataset>, form: EntryForm) -> DeskPage {
        let title = page.t("catalog-desk").to_string();
        DeskPage {
            page: page.titled(&title).crumb(title, ""),
            datasets,
            form,
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
        DeskPage::new(Shell::sample(lang), vec![pages::sample::dataset()], form)
    }
}
