//! Deleting a dataset that was entered by mistake, and that nobody but those who work here has read.

use askama::Template;
use axum::{
    Form,
    extract::{Path, State},
    http::{HeaderMap, Uri},
    response::Response,
};
use serde::Deserialize;

use super::super::{
    model::WRITERS,
    store::DatasetRow,
    workflow::{self, tombstone::any_dataset},
};
use crate::platform::{
    app::App,
    html::Shell,
    i18n::Lang,
    op::Op,
    page::{render, shell},
    problem::{Problem, Result},
    told,
};

/// What the desk says once it was done.
pub const DELETED: &str = "catalog-told-deleted";

#[derive(Template)]
#[template(path = "catalog/desk/delete.html")]
pub struct DeletePage {
    page: Shell,
    slug: String,
    title: String,
}

/// What the form says that asks once more.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Sure {
    /// `yes`.
    sure: String,
}

/// `GET /desk/data/{dataset}/delete`: asks once more.
pub async fn ask(State(app): State<App>, op: Op, uri: Uri, Path(slug): Path<String>) -> Result<Response> {
    op.require(&WRITERS)?;
    let row = any_dataset(&app, &op, &slug).await?;
    workflow::require_draft(&app, &op, &row).await?;
    render(&DeletePage::new(shell(&app, &op, &uri), &row.slug, &row.title))
}

/// `POST /desk/data/{dataset}/delete`.
pub async fn delete(
    State(app): State<App>,
    op: Op,
    Path(slug): Path<String>,
    headers: HeaderMap,
    Form(sure): Form<Sure>,
) -> Result<Response> {
    op.require(&WRITERS)?;
    if sure.sure != "yes" {
        return Err(Problem::invalid("request-malformed"));
    }
    let row: DatasetRow = any_dataset(&app, &op, &slug).await?;
    let mut tx = app.db.begin().await?;
    workflow::delete_draft(&app, &mut tx, &op, &row).await?;
    tx.commit().await?;
    Ok(told::redirect(&app, &headers, "/desk/data", DELETED))
}

impl DeletePage {
    fn new(page: Shell, slug: &str, title: &str) -> DeletePage {
        let lang = page.lang;
        DeletePage {
            page: page
                .titled(lang.text("catalog-delete"))
                .crumb(lang.text("catalog-desk"), "/desk/data")
                .crumb(title, format!("/desk/data/{slug}"))
                .crumb(lang.text("catalog-delete"), ""),
            slug: slug.to_owned(),
            title: title.to_owned(),
        }
    }

    pub fn sample(lang: Lang) -> DeletePage {
        DeletePage::new(Shell::sample(lang), "wells", "Wells <3>")
    }
}
