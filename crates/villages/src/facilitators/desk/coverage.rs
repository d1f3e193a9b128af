//! Coverage at the desk: the same as everybody sees, with all numbers of the places where one facilitates.

use askama::Template;
use axum::{
    extract::{Query, State},
    http::Uri,
    response::Response,
};

use super::way;
use crate::{
    facilitators::{
        READERS, coverage, files,
        pages::{self, Asked, Table},
        words,
    },
    places,
    platform::{
        app::App,
        html::{Shell, parts::Choice},
        i18n::Lang,
        op::Op,
        page::{render, shell},
        problem::Result,
    },
};

/// Coverage for staff.
#[derive(Template)]
#[template(path = "facilitators/desk/coverage.html")]
pub struct CoveragePage {
    page: Shell,
    places: Vec<Choice>,
    tables: Vec<Table>,
}

pub async fn show(State(app): State<App>, op: Op, uri: Uri, Query(asked): Query<Asked>) -> Result<Response> {
    op.require(&READERS)?;
    let all = places::all(&app).await?;
    let here = asked.here(&all)?;
    let coverage = coverage::read(&app, app.config.day(op.at)).await?;
    let tables = pages::tables(op.lang, &all, here, &coverage, &|place, told| {
        files::present(&all, &op, place, told)
    });
    let places = here.map_or_else(Vec::new, |here| words::nearby(op.lang, &all, here));
    render(&CoveragePage::new(shell(&app, &op, &uri), places, tables))
}

impl CoveragePage {
    fn new(page: Shell, places: Vec<Choice>, tables: Vec<Table>) -> CoveragePage {
        let title = page.t("facilitators-coverage").to_string();
        CoveragePage {
            places,
            tables,
            page: way(page).titled(&title).crumb(title, "").shapes(&["csv"]),
        }
    }

    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> CoveragePage {
        let places = ["90", "90.01"].map(|code| Choice::new(code, "Kecamatan <Ngasem>").chosen_if("90"));
        CoveragePage::new(Shell::sample(lang), places.into(), pages::sample(lang))
    }
}
