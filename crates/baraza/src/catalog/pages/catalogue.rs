//! The catalogue: all datasets, searched by words, theme and publisher.

use askama::Template;
use axum::{
    Json,
    extract::{Query, State},
    http::{Uri, header},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use url::form_urlencoded;

use super::{DatasetRow, organisation_href, row, theme_href, theme_title};
use crate::{
    catalog::view::{self, Dataset, Theme},
    platform::{
        app::App,
        html::{
            Shell,
            parts::{Choice, Pagination},
        },
        op::Op,
        page::{render, shell},
        problem::{Problem, Result},
        time::Time,
    },
};

#[derive(Template)]
#[template(path = "catalog/pages/catalogue.html")]
pub struct CataloguePage {
    page: Shell,
    /// Those of one page.
    entries: Vec<DatasetRow>,
    n_found: usize,
    pages: Pagination,
    /// The text that says why there is none.
    nothing_id: &'static str,
    q: String,
    themes: Vec<Choice>,
    publishers: Vec<Choice>,
    shelves: Vec<Shelf>,
}

/// Ways into the catalogue of one kind: its themes, its publishers.
struct Shelf {
    title: String,
    links: Vec<ShelfLink>,
}

struct ShelfLink {
    href: String,
    text: String,
    /// How many datasets stand behind it, in words.
    n: String,
}

/// Datasets on one page.
const PER_PAGE: usize = 20;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    q: String,
    theme: String,
    publisher: String,
    /// From 1.
    page: Option<u32>,
}

impl Asked {
    /// The address of a page of what was found.
    fn address(&self, page: u32) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        for (key, value) in [
            ("q", &self.q),
            ("theme", &self.theme),
            ("publisher", &self.publisher),
        ] {
            if !value.is_empty() {
                query.append_pair(key, value);
            }
        }
        if page > 1 {
            query.append_pair("page", &page.to_string());
        }
        match query.finish().as_str() {
            "" => "/data".to_owned(),
            query => format!("/data?{query}"),
        }
    }
}

pub async fn show(State(app): State<App>, op: Op, uri: Uri, Query(asked): Query<Asked>) -> Result<Response> {
    let all = view::list_datasets(&app, &op).await?;
    render(&CataloguePage::new(shell(&app, &op, &uri), all, asked))
}

pub async fn as_json(State(app): State<App>, op: Op, Query(asked): Query<Asked>) -> Result<Response> {
    let found = sought(view::list_datasets(&app, &op).await?, &asked);
    Ok(Json(json!({ "datasets": found })).into_response())
}

pub async fn as_csv(State(app): State<App>, op: Op, Query(asked): Query<Asked>) -> Result<Response> {
    csv_of(
        &app,
        "datasets",
        &sought(view::list_datasets(&app, &op).await?, &asked),
    )
}

impl CataloguePage {
    pub fn new(page: Shell, all: Vec<Dataset>, asked: Asked) -> CataloguePage {
        let lang = page.lang;
        let publishers = ways(&all, |dataset| {
            let known = dataset.organisation.clone().zip(dataset.publisher.clone());
            known.into_iter().collect()
        });
        let themes = ways(&all, |dataset| {
            let way = |known: &Theme| (known.name.clone(), theme_title(lang, known));
            dataset.themes.iter().map(way).collect()
        });
        let choices = |ways: &[Way], chosen: &str| {
            let any = Choice::new("", lang.text("catalog-any")).chosen_if(chosen);
            let others = ways
                .iter()
                .map(|way| Choice::new(&way.value, &way.text).chosen_if(chosen));
            std::iter::once(any).chain(others).collect()
        };
        let shelf = |title_id: &str, ways: &[Way], href: fn(&str) -> String| Shelf {
            title: lang.text(title_id.to_owned()).to_string(),
            links: ways
                .iter()
                .map(|way| ShelfLink {
                    href: href(&way.value),
                    text: way.text.clone(),
                    n: lang.text("catalog-n-datasets").n("n", way.n).to_string(),
                })
                .collect(),
        };
        let shelves = [
            shelf("catalog-by-theme", &themes, theme_href),
            shelf("catalog-by-publisher", &publishers, organisation_href),
        ];
        let nothing_id = if all.is_empty() {
            "catalog-empty"
        } else {
            "catalog-nothing"
        };
        let found = sought(all, &asked);
        let n_found = found.len();
        let last = u32::try_from(n_found.div_ceil(PER_PAGE)).unwrap_or(u32::MAX);
        let current = asked.page.unwrap_or(1).clamp(1, last.max(1));
        let from = (usize::try_from(current).unwrap_or(1) - 1) * PER_PAGE;
        CataloguePage {
            nothing_id,
            entries: found
                .into_iter()
                .skip(from)
                .take(PER_PAGE)
                .map(|dataset| row(lang, dataset))
                .collect(),
            n_found,
            pages: Pagination::new(current, last, |page| asked.address(page)),
            themes: choices(&themes, &asked.theme),
            publishers: choices(&publishers, &asked.publisher),
            shelves: shelves
                .into_iter()
                .filter(|shelf| !shelf.links.is_empty())
                .collect(),
            page: page
                .titled(lang.text("catalog-title"))
                .described(lang.text("catalog-lead"))
                .shapes(&["json", "csv"]),
            q: asked.q,
        }
    }
}

/// Writes the entries of datasets, one a row.
pub fn csv_of(app: &App, name: &str, datasets: &[Dataset]) -> Result<Response> {
    #[derive(Serialize)]
    struct Row<'a> {
        dataset: &'a str,
        title: &'a str,
        description: &'a str,
        theme: &'a str,
        organization: Option<&'a str>,
        publisher: Option<&'a str>,
        place: Option<&'a str>,
        period: &'a str,
        license: &'a str,
        is_open: bool,
        n_tables: usize,
        n_rows: i64,
        changed_at: String,
        address: String,
    }
    let mut file = csv::WriterBuilder::new()
        .has_headers(false)
        .from_writer(Vec::new());
    let written = file.write_record([
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
    ]);
    written.map_err(Problem::internal)?;
    for dataset in datasets {
        let row = Row {
            dataset: &dataset.slug,
            title: &dataset.title,
            description: &dataset.description,
            theme: &dataset.theme,
            organization: dataset.organisation.as_deref(),
            publisher: dataset.publisher.as_deref(),
            place: dataset.place.as_deref(),
            period: &dataset.period,
            license: &dataset.licence,
            is_open: dataset.is_open,
            n_tables: dataset
                .resources
                .iter()
                .filter(|resource| resource.sql_name.is_some())
                .count(),
            n_rows: dataset.resources.iter().map(|resource| resource.n_rows).sum(),
            changed_at: Time(dataset.changed_at).to_string(),
            address: format!("{}/data/{}", app.config.base_url, dataset.slug),
        };
        file.serialize(row).map_err(Problem::internal)?;
    }
    let bytes = file
        .into_inner()
        .map_err(|error| Problem::internal(anyhow::anyhow!("write a CSV file: {error}")))?;
    let disposition = format!("attachment; filename=\"{name}.csv\"");
    Ok((
        [
            (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
            (header::CONTENT_DISPOSITION, disposition),
        ],
        bytes,
    )
        .into_response())
}

/// A value that datasets share, what people call it, and how many have it.
struct Way {
    value: String,
    text: String,
    n: usize,
}

fn ways(all: &[Dataset], of: impl Fn(&Dataset) -> Vec<(String, String)>) -> Vec<Way> {
    let mut ways: Vec<Way> = Vec::new();
    for (value, text) in all.iter().flat_map(of) {
        match ways.iter_mut().find(|way| way.value == value) {
            Some(way) => way.n += 1,
            None => ways.push(Way { value, text, n: 1 }),
        }
    }
    ways.sort_by(|a, b| a.text.cmp(&b.text));
    ways
}

fn sought(all: Vec<Dataset>, asked: &Asked) -> Vec<Dataset> {
    let words: Vec<String> = asked
        .q
        .to_lowercase()
        .split_whitespace()
        .map(str::to_owned)
        .collect();
    all.into_iter()
        .filter(|dataset| {
            asked.theme.is_empty() || dataset.themes.iter().any(|theme| theme.name == asked.theme)
        })
        .filter(|dataset| {
            asked.publisher.is_empty() || dataset.organisation.as_deref() == Some(asked.publisher.as_str())
        })
        .filter(|dataset| {
            let themes = dataset
                .themes
                .iter()
                .flat_map(|theme| [&theme.name, &theme.title]);
            let text: Vec<&str> = [&dataset.slug, &dataset.title, &dataset.description]
                .into_iter()
                .chain(themes)
                .chain(&dataset.tags)
                .map(String::as_str)
                .collect();
            let text = text.join(" ").to_lowercase();
            words.iter().all(|word| text.contains(word))
        })
        .collect()
}
