//! Errors that people reported in data, as those see them who decide about the data: how many wait for an answer, how long, where they
//! stand. They are answered by whoever has the request; `data_error` files them.

use std::collections::{HashMap, HashSet};

use askama::Template;
use axum::{
    extract::{Query, State},
    http::Uri,
    response::Response,
};
use serde::Deserialize;

use crate::{
    catalog::{
        Dataset,
        contributions::{self, DECIDERS},
    },
    evidence,
    platform::{
        app::App,
        html::{Shell, parts::Pagination},
        i18n::Lang,
        op::Op,
        page::{render, shell},
        problem::Result,
    },
    requests::{
        self,
        model::{clock::Light, request::Request},
        words::{Tag, Teller, written},
    },
};

/// Where the list is.
pub const PATH: &str = "/desk/data-errors";
/// Reports on one page.
const PER_PAGE: usize = 25;

#[derive(Template)]
#[template(path = "site/data_reports.html")]
pub struct DataReportsPage {
    page: Shell,
    /// How many wait, and the oldest for how long; empty for none.
    said: String,
    /// Those of one page.
    rows: Vec<Row>,
    pages: Pagination,
}

/// A report that waits for an answer.
struct Row {
    /// The dataset's page, and its title.
    data: (String, String),
    /// The report's page, and its tracking code as people read it.
    report: (String, String),
    filed: String,
    light: Tag,
    stands: String,
    /// The unit that has it.
    whose: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// From 1.
    page: Option<u32>,
}

/// `GET /desk/data-errors`.
pub async fn show(State(app): State<App>, op: Op, uri: Uri, Query(asked): Query<Asked>) -> Result<Response> {
    op.require(&DECIDERS)?;
    let waiting = list_waiting(&app, &op).await?;
    let teller = Teller::new(&app, op.lang).await?;
    let last = u32::try_from(waiting.len().div_ceil(PER_PAGE)).unwrap_or(u32::MAX);
    let current = asked.page.unwrap_or(1).clamp(1, last.max(1));
    let first = (current as usize - 1) * PER_PAGE;
    let shown = waiting.iter().skip(first).take(PER_PAGE);
    render(&DataReportsPage {
        said: in_words(&op, &teller, &waiting),
        rows: shown
            .map(|(request, dataset)| Row::of(&op, &teller, request, dataset))
            .collect(),
        pages: Pagination::new(current, last, |page| format!("{PATH}?page={page}")),
        page: dressed(shell(&app, &op, &uri)),
    })
}

/// How many reports wait about data that somebody decides about, and the oldest for how long; none where none does.
///
/// # Errors
/// As [`list_waiting`].
pub async fn count(app: &App, op: &Op) -> Result<Option<String>> {
    let waiting = list_waiting(app, op).await?;
    if waiting.is_empty() {
        return Ok(None);
    }
    let teller = Teller::new(app, op.lang).await?;
    Ok(Some(in_words(op, &teller, &waiting)))
}

/// Lists the reports that wait for an answer, each with the dataset that it is about, of data that somebody decides about; the oldest
/// first. A confidential one is its unit's alone.
///
/// # Errors
/// `not-allowed` for anybody but those who decide about data.
pub async fn list_waiting(app: &App, op: &Op) -> Result<Vec<(Request, Dataset)>> {
    let about: HashMap<String, String> = evidence::list_pairs(app, "request", "about", "dataset")
        .await?
        .into_iter()
        .collect();
    let ids: HashSet<&str> = about.values().map(String::as_str).collect();
    let theirs: HashMap<String, Dataset> = contributions::list_decided(app, op, &ids)
        .await?
        .into_iter()
        .map(|dataset| (dataset.id.clone(), dataset))
        .collect();
    let asked: Vec<String> = about
        .iter()
        .filter(|(_, dataset)| theirs.contains_key(*dataset))
        .map(|(request, _)| request.clone())
        .collect();
    let waiting = requests::list_unanswered(app, op, &asked).await?;
    let with_dataset = waiting.into_iter().filter_map(|request| {
        let dataset = theirs.get(about.get(&request.id)?)?;
        Some((request, dataset.clone()))
    });
    Ok(with_dataset.collect())
}

fn in_words(op: &Op, teller: &Teller, waiting: &[(Request, Dataset)]) -> String {
    waiting.first().map_or_else(String::new, |(oldest, _)| {
        said(op.lang, waiting.len(), &teller.span(oldest.opened_at, op.at))
    })
}

fn said(lang: Lang, n: usize, age: &str) -> String {
    lang.text("site-data-reports-n")
        .n("n", n)
        .arg("age", age)
        .to_string()
}

fn dressed(page: Shell) -> Shell {
    let lang = page.lang;
    let title = lang.text("site-data-reports").to_string();
    page.titled(&title)
        .crumb(lang.text("catalog-desk"), "/desk/data")
        .crumb(title, "")
}

impl Row {
    fn of(op: &Op, teller: &Teller, request: &Request, dataset: &Dataset) -> Row {
        Row {
            data: (format!("/data/{}", dataset.slug), dataset.title.clone()),
            report: (request.path(), written(&request.code)),
            filed: teller.day(request.opened_at),
            light: teller.light(request.light(op.at)),
            stands: teller.state(&request.state),
            whose: teller.agency(request.agency.as_deref()),
        }
    }
}

impl DataReportsPage {
    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> DataReportsPage {
        let row = Row {
            data: ("/data/wells".into(), "Wells <2026>".into()),
            report: ("/requests/K7MQ4XTD".into(), "K7MQ-4XTD".into()),
            filed: lang.date(jiff::civil::date(2026, 11, 4)),
            light: Tag {
                class: "bz-light bz-light--red",
                text: Light::Red.as_str().into(),
            },
            stands: "Waits & <waits>".into(),
            whose: "Dinas <PU>".into(),
        };
        DataReportsPage {
            page: dressed(Shell::sample(lang)),
            said: said(lang, 26, "12 <days>"),
            rows: vec![row],
            pages: Pagination::new(2, 2, |page| format!("{PATH}?page={page}")),
        }
    }
}
