//! Datasets that were found as one file, JSON or CSV, which is sent piece by piece: its memory does not grow with the catalogue.

use std::sync::Arc;

use axum::{
    body::Body,
    http::header,
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use futures::stream;
use serde_json::Value;

use crate::{
    accounts::Reaches,
    catalog::{
        index::Index,
        search::people::Results,
        view::{self, Dataset},
    },
    platform::{
        app::App,
        op::Op,
        problem::{Problem, Result},
        spreadsheet::harmless,
        time::Time,
    },
};

/// Datasets of one piece.
const AT_ONCE: usize = 100;

const HEAD: [&str; 14] = [
    "dataset",
    "title",
    "description",
    "theme",
    "organization",
    "publisher",
    "place",
    "period",
    "license",
    "is_open",
    "n_tables",
    "n_rows",
    "changed_at",
    "address",
];

/// What was found, in a list within an object that says what it is.
///
/// # Errors
/// When what is said cannot be written.
pub fn json(app: &App, op: &Op, results: &Results, about: &Value) -> Result<Response> {
    let object = serde_json::to_string(about).map_err(Problem::internal)?;
    let open = object.strip_suffix('}').unwrap_or(&object);
    let comma = if open.ends_with('{') { "" } else { "," };
    let opening = format!("{open}{comma}\"datasets\":[");
    let writing = Writing::begin(app, op, results, opening.into_bytes(), Form::Json);
    let kind = [(header::CONTENT_TYPE, "application/json")];
    Ok((kind, writing.into_body()).into_response())
}

/// What was found as a table of this name, one dataset a row.
///
/// # Errors
/// When its head cannot be written.
pub fn csv(app: &App, op: &Op, results: &Results, name: &str) -> Result<Response> {
    let head = lines(std::iter::once(HEAD.map(str::to_owned)))?;
    let writing = Writing::begin(app, op, results, head, Form::Csv);
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}.csv\""),
        ),
    ];
    Ok((headers, writing.into_body()).into_response())
}

#[derive(Clone, Copy)]
enum Form {
    Json,
    Csv,
}

struct Writing {
    app: App,
    op: Op,
    index: Arc<Index>,
    numbers: Vec<u32>,
    /// How many were written.
    at: usize,
    /// What was written and not yet sent.
    out: Vec<u8>,
    form: Form,
    is_done: bool,
}

impl Writing {
    fn begin(app: &App, op: &Op, results: &Results, opening: Vec<u8>, form: Form) -> Writing {
        Writing {
            app: app.clone(),
            op: op.clone(),
            index: results.index.clone(),
            numbers: results.numbers.clone(),
            at: 0,
            out: opening,
            form,
            is_done: false,
        }
    }

    fn into_body(self) -> Body {
        let pieces = stream::try_unfold(self, |mut writing| async move {
            match writing.more().await {
                Ok(Some(piece)) => Ok(Some((piece, writing))),
                Ok(None) => Ok(None),
                Err(problem) => {
                    let source = problem.source().map(|source| format!("{source:#}"));
                    tracing::error!(
                        code = problem.code(),
                        error = source,
                        "a list of datasets broke off"
                    );
                    // The answer ends before its time, so that nobody takes a part for the whole.
                    Err(std::io::Error::other("the list broke off"))
                }
            }
        });
        Body::from_stream(pieces)
    }

    /// Writes the next piece; nothing after the last one.
    async fn more(&mut self) -> Result<Option<Bytes>> {
        if self.is_done {
            return Ok(None);
        }
        let until = (self.at + AT_ONCE).min(self.numbers.len());
        let reaches = Reaches::of(&self.app, &self.op).await?;
        let datasets: Vec<Dataset> = self.numbers[self.at..until]
            .iter()
            .filter_map(|number| self.index.entry(*number))
            .map(|entry| view::of_index(&self.op, &reaches, &self.index.shared, entry))
            .collect();
        match self.form {
            Form::Json => {
                for (position, dataset) in datasets.iter().enumerate() {
                    if self.at + position > 0 {
                        self.out.push(b',');
                    }
                    serde_json::to_writer(&mut self.out, dataset).map_err(Problem::internal)?;
                }
            }
            Form::Csv => {
                let rows = datasets.iter().map(|dataset| record(&self.app, dataset));
                self.out.extend(lines(rows)?);
            }
        }
        self.at = until;
        self.is_done = until == self.numbers.len();
        if let (true, Form::Json) = (self.is_done, self.form) {
            self.out.extend_from_slice(b"]}");
        }
        Ok(Some(Bytes::from(std::mem::take(&mut self.out))))
    }
}

fn lines(rows: impl Iterator<Item = [String; HEAD.len()]>) -> Result<Vec<u8>> {
    let mut file = csv::Writer::from_writer(Vec::new());
    for row in rows {
        file.write_record(row).map_err(Problem::internal)?;
    }
    file.into_inner()
        .map_err(|error| Problem::internal(anyhow::anyhow!("write a CSV file: {error}")))
}

fn record(app: &App, dataset: &Dataset) -> [String; HEAD.len()] {
    let text = |text: &str| harmless(text).into_owned();
    let tables = dataset.resources.iter();
    let tables = tables.filter(|resource| resource.sql_name.is_some());
    let n_rows: i64 = dataset.resources.iter().map(|resource| resource.n_rows).sum();
    [
        dataset.slug.clone(),
        text(&dataset.title),
        text(&dataset.description),
        text(&dataset.theme),
        text(dataset.organisation.as_deref().unwrap_or_default()),
        text(dataset.publisher.as_deref().unwrap_or_default()),
        text(dataset.place.as_deref().unwrap_or_default()),
        text(&dataset.period),
        text(&dataset.licence),
        dataset.is_open.to_string(),
        tables.count().to_string(),
        n_rows.to_string(),
        Time(dataset.changed_at).to_string(),
        format!("{}/data/{}", app.config.base_url, dataset.slug),
    ]
}
