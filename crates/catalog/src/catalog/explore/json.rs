//! A view as JSON: the table, its rows, where they go on, and what was counted of them.

use std::io::Write;

use axum::body::Bytes;
use serde_json::{Value as Json, json};
use tables::{Facet, Labels, Limits, Seen, Start, Statistics, Value};

use super::{asked::Asked, chart, memory::Answer};
use crate::{
    catalog::{
        download::labels_of,
        files,
        view::{Resource, spoken},
    },
    platform::{
        app::App,
        i18n::Lang,
        problem::{Problem, Result},
    },
};

/// Values of a facet that are told.
pub const MOST_VALUES: usize = 30;

/// Answers a view.
///
/// # Errors
/// `query-refused` for what cannot be asked of the table.
pub async fn answer(app: &App, lang: Lang, resource: &Resource, asked: &Asked) -> Result<Answer> {
    let seen = resource.seen(app, asked, asked.columns()).await?;
    let mut more = serde_json::Map::new();
    if resource.version.is_some() {
        if !asked.facets.is_empty() {
            let facets = facets(app, resource, asked).await?;
            more.insert("facets".into(), facets.iter().map(facet).collect());
        }
        if !asked.stat.is_empty() {
            let found = resource.statistics(app, &asked.filters, &asked.stat).await?;
            more.insert("statistics".into(), statistics(&asked.stat, &found));
        }
        if let Some(chart) = chart::work_out(app, resource, &asked.chart, &asked.filters).await? {
            more.insert("chart".into(), chart.to_json());
        }
    }
    if resource.url.is_some() {
        let came = files::list(app, &resource.dataset, &resource.id).await?;
        more.insert(
            "kept_files".into(),
            serde_json::to_value(came).map_err(Problem::internal)?,
        );
    }
    let path = format!(
        "{}/data/{}/{}.json",
        app.config.base_url, resource.dataset.slug, resource.slug
    );
    more.insert(
        "next".into(),
        next(asked, &seen).map(|asked| asked.at(&path)).into(),
    );
    more.insert(
        "previous".into(),
        previous(asked, &seen).map(|asked| asked.at(&path)).into(),
    );
    let labels = labels_of(app, lang, resource, asked).await?;
    let bytes = write(resource, (&seen, &labels), &more).map_err(Problem::internal)?;
    Ok(Answer {
        media_type: "application/json",
        bytes: Bytes::from(bytes),
    })
}

/// Counts the values of the columns that an address names.
///
/// # Errors
/// `query-refused` for a column with too many different values.
pub async fn facets(app: &App, resource: &Resource, asked: &Asked) -> Result<Vec<Facet>> {
    app.lake
        .facets(
            &resource.table,
            &asked.filters,
            &asked.facets,
            MOST_VALUES,
            Limits::default(),
        )
        .await
        .map_err(spoken)
}

/// The address of the rows after these; by the place of the last one, so that it holds when rows come in between.
#[must_use]
pub fn next(asked: &Asked, seen: &Seen) -> Option<Asked> {
    let shown = seen.n_before + seen.rows.len() as u64;
    if shown >= seen.n_found || seen.rows.is_empty() {
        return None;
    }
    Some(match &seen.next {
        Some(place) => Asked {
            after: Some(place.clone()),
            ..asked.rewound()
        },
        None => Asked {
            page: Some(page_of(asked, seen.n_before) + 1),
            ..asked.rewound()
        },
    })
}

/// The address of the rows before these.
#[must_use]
pub fn previous(asked: &Asked, seen: &Seen) -> Option<Asked> {
    if seen.n_before == 0 {
        return None;
    }
    Some(match (&seen.previous, asked.view(Vec::new()).start) {
        (Some(_), _) if seen.n_before <= asked.n_rows() as u64 => asked.rewound(),
        (Some(place), _) => Asked {
            before: Some(place.clone()),
            ..asked.rewound()
        },
        (None, Start::Row(_)) => Asked {
            page: Some(page_of(asked, seen.n_before).saturating_sub(1).max(1)),
            ..asked.rewound()
        },
        (None, _) => asked.rewound(),
    })
}

/// The page that begins after so many rows, from 1.
#[must_use]
pub fn page_of(asked: &Asked, n_before: u64) -> usize {
    usize::try_from(n_before).unwrap_or(usize::MAX) / asked.n_rows() + 1
}

fn facet(facet: &Facet) -> Json {
    let values: Vec<Json> = facet
        .values
        .iter()
        .map(|(value, n)| json!({ "value": value.to_json(), "n": n }))
        .collect();
    json!({ "column": facet.column, "n_distinct": facet.n_distinct, "values": values })
}

fn statistics(column: &str, found: &Statistics) -> Json {
    let bins: Vec<Json> = found
        .bins
        .iter()
        .map(|bin| json!({ "from": bin.from.to_json(), "to": bin.to.to_json(), "n": bin.n }))
        .collect();
    let top: Vec<Json> = found
        .top
        .iter()
        .map(|(value, n)| json!({ "value": value.to_json(), "n": n }))
        .collect();
    json!({
        "column": column,
        "n": found.n,
        "n_empty": found.n_empty,
        "n_distinct": found.n_distinct,
        "least": found.least.to_json(),
        "most": found.most.to_json(),
        "mean": found.mean,
        "quartiles": found.quartiles.as_ref().map(|all| all.each_ref().map(Value::to_json)),
        "top": top,
        "bins": bins,
    })
}

/// Writes the rows value by value: most of the time of a page goes here.
fn write(
    resource: &Resource,
    (seen, labels): (&Seen, &Labels),
    more: &serde_json::Map<String, Json>,
) -> std::io::Result<Vec<u8>> {
    let mut text = Vec::with_capacity(32 << 10);
    text.extend_from_slice(br#"{"resource":"#);
    serde_json::to_writer(&mut text, &*resource.told())?;
    write!(
        text,
        r#","n_found":{},"n_before":{}"#,
        seen.n_found, seen.n_before
    )?;
    for (name, value) in more {
        write!(text, ",{}:", Json::from(name.as_str()))?;
        serde_json::to_writer(&mut text, value)?;
    }
    let names: Vec<Vec<u8>> = seen
        .columns
        .iter()
        .map(|column| serde_json::to_vec(&column.name))
        .collect::<Result<_, _>>()?;
    let names_beside: Vec<Option<Vec<u8>>> = seen
        .columns
        .iter()
        .map(|column| {
            let beside = labels.beside(&column.name, &seen.columns);
            beside.map(|name| serde_json::to_vec(&name)).transpose()
        })
        .collect::<Result<_, _>>()?;
    text.extend_from_slice(br#","rows":["#);
    for (at, row) in seen.rows.iter().enumerate() {
        text.extend_from_slice(if at > 0 { b",\n{" } else { b"{" });
        for (at, (name, value)) in names.iter().zip(row).enumerate() {
            if at > 0 {
                text.push(b',');
            }
            text.extend_from_slice(name);
            text.push(b':');
            match value {
                Value::Null => text.extend_from_slice(b"null"),
                Value::Text(words) => serde_json::to_writer(&mut text, words)?,
                Value::Integer(n) => write!(text, "{n}")?,
                Value::Flag(flag) => write!(text, "{flag}")?,
                Value::Decimal(_) => serde_json::to_writer(&mut text, &value.to_json())?,
                Value::Date(_) | Value::Instant(_) => write!(text, "\"{value}\"")?,
            }
            if let Some(beside) = &names_beside[at] {
                text.push(b',');
                text.extend_from_slice(beside);
                text.push(b':');
                serde_json::to_writer(&mut text, &labels.of(&seen.columns[at].name, value))?;
            }
        }
        text.push(b'}');
    }
    text.extend_from_slice(b"]}");
    Ok(text)
}
