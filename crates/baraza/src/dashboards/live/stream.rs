//! The stream of a dashboard's live values: made once for all who watch it in one language.

use std::collections::{BTreeMap, HashMap};

use axum::{
    extract::{Path, Request, State},
    response::Response,
};

use super::{
    Told,
    counters::LOOK,
    gather,
    store::HEARD,
    view::{LiveView, due},
};
use crate::{
    dashboards::{look, model::Document},
    platform::{
        app::App,
        http::live::{self, Values},
        i18n::Lang,
        op::Op,
        problem::{Problem, Result},
        time::Time,
    },
};

/// Streams the values of the version in force.
pub async fn values(
    State(app): State<App>,
    op: Op,
    Path(code): Path<String>,
    request: Request,
) -> Result<Response> {
    let reader = live::Reader::of(&app, &request);
    drop(request);
    look(&app, &code, None).await?;
    let lang = op.lang;
    let channel = format!("dashboards/{code}/{}", lang.code());
    let make = move |app: App| -> futures::future::BoxFuture<'static, Result<Values>> {
        let code = code.clone();
        Box::pin(async move { made(&app, lang, &code).await })
    };
    live::stream_values(&app, &channel, HEARD, &reader, Box::new(make)).await
}

/// The codes of the feeds and counts that a dashboard shows, in their order.
#[must_use]
pub fn codes(document: &Document) -> Vec<&str> {
    document
        .tiles
        .iter()
        .filter_map(|tile| tile.shows.feed())
        .collect()
}

/// When the values are to be made anew though no reading came: when a sensor falls silent, and soon where something is counted.
fn next_look(app: &App, told: &HashMap<String, Told>) -> Option<Time> {
    let now = app.clock.now();
    let has_counts = told.values().any(|told| told.count.is_some());
    let soon = has_counts.then(|| now.plus(LOOK));
    [due(told.values(), now), soon].into_iter().flatten().min()
}

async fn made(app: &App, lang: Lang, code: &str) -> Result<Values> {
    let shown = look(app, code, None).await?;
    let told = gather(app, &codes(&shown.document)).await?;
    let mut views: Vec<LiveView> = told.values().map(|told| LiveView::of(app, lang, told)).collect();
    views.sort_by(|one, other| one.feed.cmp(&other.feed));
    Ok(Values {
        text: serde_json::to_string(&BTreeMap::from([("feeds", &views)])).map_err(Problem::internal)?,
        due: next_look(app, &told),
    })
}
