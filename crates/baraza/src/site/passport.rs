//! The passport of one number: what `indicators` knows of it, and the way to the tables it was counted from, for whoever may read them.

use std::collections::BTreeMap;

use axum::{
    Json,
    extract::{Path, State},
    http::Uri,
    response::{IntoResponse, Response},
};

use crate::{
    catalog,
    indicators::{
        notes::pages::write_href,
        passport::{self, Asked, pages::PassportPage},
        releases,
    },
    places,
    platform::{
        app::App,
        op::Op,
        page::{render, shell},
        problem::{Problem, Result},
    },
};

/// Everybody together.
pub async fn show(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    Path((release, code, place, period)): Path<(String, String, String, String)>,
) -> Result<Response> {
    let (period, is_json) = without_json(period);
    let asked = Asked {
        release,
        code,
        place,
        period,
        by: String::new(),
        codes: String::new(),
    };
    answer(&app, &op, &uri, &asked, is_json).await
}

/// One group.
pub async fn show_group(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    Path((release, code, place, period, by, codes)): Path<(String, String, String, String, String, String)>,
) -> Result<Response> {
    let (codes, is_json) = without_json(codes);
    let asked = Asked {
        release,
        code,
        place,
        period,
        by,
        codes,
    };
    answer(&app, &op, &uri, &asked, is_json).await
}

async fn answer(app: &App, op: &Op, uri: &Uri, asked: &Asked, is_json: bool) -> Result<Response> {
    let mut passport = passport::open(app, op.lang, asked).await?;
    passport::trace(app, op, &mut passport).await?;
    let mut datasets = BTreeMap::new();
    let run = passport.indicator.run.clone();
    for table in run.iter().flat_map(|run| run.tables.keys()) {
        if let Some(href) = catalog::address_of(app, op, table).await? {
            datasets.insert(table.clone(), href);
        }
    }
    if is_json {
        let mut said = passport::json(&passport).map_err(Problem::internal)?;
        said["datasets"] = serde_json::json!(datasets);
        return Ok(Json(said).into_response());
    }
    let all = places::all(app).await?;
    let page = shell(app, op, uri);
    let may_recount = releases::may_sign(app, op).await?;
    render(&PassportPage {
        write_href: write_href(op, &passport),
        ..PassportPage::new(app, page, &passport, &all, &datasets, may_recount)
    })
}

/// Parts the end of an address from the ending that asks for JSON.
fn without_json(end: String) -> (String, bool) {
    match end.strip_suffix(".json") {
        Some(end) => (end.to_owned(), true),
        None => (end, false),
    }
}
