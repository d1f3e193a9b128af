//! The register as CSV: the same as the pages show, and nothing more.

use axum::{
    extract::{Query, State},
    http::header,
    response::{IntoResponse, Response},
};
use jiff::civil::Date;
use tables::Value;

use super::{
    pages::{Wanted, lies_in, wanted_offers},
    register, table,
};
use crate::{
    places,
    platform::{
        app::App,
        op::Op,
        problem::{Problem, Result},
        spreadsheet::harmless,
        tabled,
    },
};

pub async fn institutions_as_csv(State(app): State<App>, Query(wanted): Query<Wanted>) -> Result<Response> {
    let (register, all) = (register(&app).await?, places::all(&app).await?);
    let titles = [
        "code",
        "name",
        "place",
        "kind",
        "licence",
        "contact",
        "valid_from",
        "valid_to",
    ];
    let day = |day: Option<Date>| day.map(|day| day.to_string()).unwrap_or_default();
    let here = wanted.asked(&all)?;
    let rows = register
        .institutions
        .iter()
        .filter(|institution| lies_in(&all, here, &institution.place))
        .map(|institution| {
            vec![
                institution.code.clone(),
                institution.name.clone(),
                institution.place.clone(),
                institution.kind.clone(),
                institution.licence.clone(),
                institution.contact.clone(),
                day(institution.valid_from),
                day(institution.valid_to),
            ]
        });
    answer(&titles, rows)
}

pub async fn courses_as_csv(
    State(app): State<App>,
    op: Op,
    Query(wanted): Query<Wanted>,
) -> Result<Response> {
    let (register, all) = (register(&app).await?, places::all(&app).await?);
    let today = app.config.day(op.at);
    let titles = table::COLUMNS.map(|(name, _)| name);
    let offers = wanted_offers(&register, &all, &wanted, today)?;
    let rows = offers
        .iter()
        .map(|offer| table::row(offer, today).iter().map(written).collect());
    answer(&titles, rows)
}

/// A value as it stands in a file.
fn written(value: &Value) -> String {
    match value {
        Value::Text(words) => words.clone(),
        Value::Integer(n) => n.to_string(),
        Value::Date(days) => tabled::day_of(*days)
            .map(|day| day.to_string())
            .unwrap_or_default(),
        Value::Null | Value::Decimal(_) | Value::Flag(_) | Value::Instant(_) => String::new(),
    }
}

fn answer(titles: &[&str], rows: impl Iterator<Item = Vec<String>>) -> Result<Response> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(titles).map_err(Problem::internal)?;
    for row in rows {
        let cells = row.iter().map(|cell| harmless(cell).into_owned());
        writer.write_record(cells).map_err(Problem::internal)?;
    }
    let bytes = writer
        .into_inner()
        .map_err(|error| Problem::internal(error.into_error()))?;
    Ok(([(header::CONTENT_TYPE, "text/csv; charset=utf-8")], bytes).into_response())
}
