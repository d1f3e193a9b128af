//! Divisions of the land at the desk: which there are, and taking one in.

use askama::Template;
use axum::extract::State;
use axum::http::Uri;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use axum::{Form, Router};
use serde::Deserialize;

use super::model::division::{Division, TypedDivision};
use super::{all, divisions};
use crate::platform::app::App;
use crate::platform::html::Shell;
use crate::platform::html::parts::Cell;
use crate::platform::i18n::Lang;
use crate::platform::op::Op;
use crate::platform::page::{field_errors, render, render_refused, shell};
use crate::platform::problem::{Kind, Result};

const PATH: &str = "/desk/divisions";

/// The divisions that there are, and the form for one more.
#[derive(Template)]
#[template(path = "places/desk.html")]
pub struct DivisionsPage {
    page: Shell,
    head: Vec<Cell>,
    rows: Vec<Vec<Cell>>,
    /// Code and title of each, for forgetting it.
    known: Vec<(String, String)>,
    code: String,
    title: String,
    basis: String,
    source: String,
    typed_rows: String,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct Typed {
    /// `load` or `forget`.
    act: String,
    code: String,
    title: String,
    basis: String,
    source: String,
    rows: String,
}

/// The routes of this file.
pub fn routes() -> Router<App> {
    Router::new().route("/desk/divisions", get(show).post(act))
}

async fn show(State(app): State<App>, op: Op, uri: Uri) -> Result<Response> {
    op.require(&divisions::KEEPING)?;
    let places = all(&app).await?;
    render(&DivisionsPage::new(
        shell(&app, &op, &uri),
        places.divisions(),
        Typed::default(),
    ))
}

async fn act(State(app): State<App>, op: Op, uri: Uri, Form(typed): Form<Typed>) -> Result<Response> {
    op.require(&divisions::KEEPING)?;
    if typed.act == "forget" {
        divisions::forget(&app, &op, &typed.code).await?;
        return Ok(Redirect::to(PATH).into_response());
    }
    match divisions::load(&app, &op, &typed.as_division()).await {
        Ok(_) => Ok(Redirect::to(PATH).into_response()),
        Err(problem) if problem.kind() == Kind::Invalid => {
            let page = Shell {
                errors: field_errors(&problem, &op),
                ..shell(&app, &op, &uri)
            };
            let places = all(&app).await?;
            render_refused(&problem, &DivisionsPage::new(page, places.divisions(), typed))
        }
        Err(problem) => Err(problem),
    }
}

impl Typed {
    fn as_division(&self) -> TypedDivision {
        TypedDivision {
            code: self.code.clone(),
            title: self.title.clone(),
            basis: self.basis.clone(),
            source: self.source.clone(),
            rows: self.rows.clone(),
        }
    }
}

impl DivisionsPage {
    fn new(page: Shell, known: &[Division], typed: Typed) -> DivisionsPage {
        let lang = page.lang;
        let title = page.t("places-divisions-title").to_string();
        let desk = page.t("evidence-desk-way").to_string();
        DivisionsPage {
            head: vec![
                Cell::text(page.t("places-divisions-name")),
                Cell::text(page.t("places-divisions-basis")),
                Cell::over_numbers(page.t("places-divisions-areas")),
                Cell::over_numbers(page.t("places-divisions-shares")),
            ],
            rows: known.iter().map(|division| row(lang, division)).collect(),
            known: known
                .iter()
                .map(|division| (division.code.clone(), division.title.clone()))
                .collect(),
            page: page.titled(&title).crumb(desk, "/desk").crumb(&title, ""),
            code: typed.code,
            title: typed.title,
            basis: typed.basis,
            source: typed.source,
            typed_rows: typed.rows,
        }
    }

    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> DivisionsPage {
        let division = Division {
            code: "health".into(),
            title: "Puskesmas <Ngasem>".into(),
            basis: "Penduduk <2025>".into(),
            source: "SK <12>".into(),
            areas: Vec::new(),
        };
        let typed = Typed {
            rows: "area,place\nA,<90>".into(),
            ..Typed::default()
        };
        DivisionsPage::new(Shell::sample(lang), &[division], typed)
    }
}

fn row(lang: Lang, division: &Division) -> Vec<Cell> {
    let n_shares = divisions::parts(division).filter(|part| !part.is_whole()).count();
    let n_areas = division.areas.len();
    let number = |n: usize| Cell {
        numeric: true,
        ..Cell::text(lang.number(n))
    };
    vec![
        Cell::text(format!("{} ({})", division.title, division.code)),
        Cell::text(&division.basis),
        number(n_areas),
        number(n_shares),
    ]
}
