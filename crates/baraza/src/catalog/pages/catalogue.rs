//! The catalogue: all datasets, searched by words, narrowed by what they have, in an order.

use ::search::{Manner, Piece, Sought, marked, shortened};
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
    accounts::Reaches,
    catalog::{
        index::Index,
        search::{
            facets::Facet,
            people::{self, Counting, Order, Results, Wanted},
        },
        view::{self, Dataset, Theme},
    },
    platform::{
        app::App,
        html::{Markup, Shell, parts::Pagination},
        i18n::Lang,
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
    /// What goes along with the words of a new search: the facets that are chosen, the order.
    kept: Vec<(&'static str, String)>,
    /// The same search in words that occur.
    meant: Option<Way>,
    chosen: Vec<Way>,
    orders: Vec<Way>,
    facets: Vec<Shelf>,
    shelves: Vec<Shelf>,
}

/// Ways into the catalogue of one kind: its themes, its publishers.
struct Shelf {
    title: String,
    ways: Vec<Way>,
}

struct Way {
    /// Empty for where the reader is.
    href: String,
    text: String,
    /// How many datasets stand behind it, in words; may be empty.
    n: String,
}

/// What the page shows, as it was found.
#[derive(Default)]
pub struct Shown {
    /// Those of one page.
    pub datasets: Vec<Dataset>,
    pub n_found: usize,
    /// Whether there is nothing at all that the reader may see.
    pub is_empty: bool,
    pub sought: Vec<Sought>,
    pub meant: Option<String>,
    pub facets: Vec<Values>,
}

/// The values of a facet, with what people call them and how many datasets have them.
pub struct Values {
    pub facet: Facet,
    pub all: Vec<(String, String, u64)>,
}

/// Datasets on one page.
const PER_PAGE: usize = 20;
/// Values of a facet that are shown.
const MOST_VALUES: usize = 12;
/// Letters of a description that are shown.
const MOST_LETTERS: usize = 280;
/// Suggestions while somebody types.
const MOST_SUGGESTED: usize = 8;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    pub q: String,
    theme: String,
    publisher: String,
    tag: String,
    format: String,
    year: String,
    level: String,
    licence: String,
    /// `newest` or `title`; the best first otherwise.
    sort: String,
    /// From 1.
    page: Option<u32>,
}

impl Asked {
    fn of(&self, facet: Facet) -> &str {
        match facet {
            Facet::Theme => &self.theme,
            Facet::Publisher => &self.publisher,
            Facet::Tag => &self.tag,
            Facet::Format => &self.format,
            Facet::Year => &self.year,
            Facet::Level => &self.level,
            Facet::Licence => &self.licence,
        }
    }

    fn chosen(&self) -> Vec<(Facet, String)> {
        Facet::ALL
            .into_iter()
            .map(|facet| (facet, self.of(facet).to_owned()))
            .filter(|(_, value)| !value.is_empty())
            .collect()
    }

    fn order(&self) -> Order {
        match self.sort.as_str() {
            "newest" => Order::Newest,
            "title" => Order::Title,
            _ => Order::Relevance,
        }
    }

    fn wanted(&self) -> Wanted {
        Wanted {
            q: self.q.clone(),
            chosen: self.chosen(),
            order: self.order(),
        }
    }

    /// The address of this search, with some of its parts said otherwise; an empty one is left out.
    fn address(&self, otherwise: &[(&str, &str)]) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        let facets = Facet::ALL.map(|facet| (facet.key(), self.of(facet)));
        let all = std::iter::once(("q", self.q.as_str()))
            .chain(facets)
            .chain([("sort", self.sort.as_str()), ("page", "")]);
        for (key, value) in all {
            let said = otherwise.iter().find(|(other, _)| *other == key);
            let value = said.map_or(value, |(_, value)| *value);
            if !value.is_empty() {
                query.append_pair(key, value);
            }
        }
        match query.finish().as_str() {
            "" => "/data".to_owned(),
            query => format!("/data?{query}"),
        }
    }
}

pub async fn show(State(app): State<App>, op: Op, uri: Uri, Query(asked): Query<Asked>) -> Result<Response> {
    let results = people::find(&app, &op, asked.wanted(), Manner::Finished, Counting::Facets).await?;
    let from = (usize::try_from(asked.page.unwrap_or(1)).unwrap_or(1).max(1) - 1) * PER_PAGE;
    let last = results.numbers.len().saturating_sub(1) / PER_PAGE * PER_PAGE;
    let numbers: Vec<u32> = results
        .numbers
        .iter()
        .copied()
        .skip(from.min(last))
        .take(PER_PAGE)
        .collect();
    let reaches = Reaches::of(&app, &op).await?;
    let facets = results.facets.iter().map(|(facet, counts)| Values {
        facet: *facet,
        all: counts
            .iter()
            .map(|(value, n)| (value.clone(), called(op.lang, &results.index, *facet, value), *n))
            .collect(),
    });
    let shown = Shown {
        datasets: datasets(&op, &reaches, &results.index, &numbers),
        n_found: results.numbers.len(),
        is_empty: results.index.seen(&op).is_empty(),
        facets: facets.collect(),
        sought: results.answer.sought,
        meant: results.answer.meant,
    };
    render(&CataloguePage::new(shell(&app, &op, &uri), shown, asked))
}

pub async fn as_json(State(app): State<App>, op: Op, Query(asked): Query<Asked>) -> Result<Response> {
    let found = sought(&app, &op, &asked).await?;
    Ok(Json(json!({ "datasets": found })).into_response())
}

pub async fn as_csv(State(app): State<App>, op: Op, Query(asked): Query<Asked>) -> Result<Response> {
    csv_of(&app, "datasets", &sought(&app, &op, &asked).await?)
}

/// What could be meant by what somebody began to type.
pub async fn suggest(State(app): State<App>, op: Op, Query(asked): Query<Asked>) -> Result<Response> {
    let results = match asked.q.trim().is_empty() {
        true => None,
        false => Some(people::find(&app, &op, asked.wanted(), Manner::Typing, Counting::Nothing).await?),
    };
    let rows = results.iter().flat_map(|Results { index, numbers, .. }| {
        let entries = numbers.iter().filter_map(move |number| index.entry(*number));
        entries
            .take(MOST_SUGGESTED)
            .map(|entry| json!({ "title": entry.row.title, "href": format!("/data/{}", entry.row.slug) }))
    });
    let rows: Vec<_> = rows.collect();
    let n = results.as_ref().map_or(0, |results| results.numbers.len());
    let told = op.lang.text("catalog-n-datasets").n("n", n).to_string();
    Ok(Json(json!({ "n": n, "told": told, "datasets": rows })).into_response())
}

/// All that is found, in its order.
async fn sought(app: &App, op: &Op, asked: &Asked) -> Result<Vec<Dataset>> {
    let results = people::find(app, op, asked.wanted(), Manner::Finished, Counting::Nothing).await?;
    let reaches = Reaches::of(app, op).await?;
    Ok(datasets(op, &reaches, &results.index, &results.numbers))
}

fn datasets(op: &Op, reaches: &Reaches<'_>, index: &Index, numbers: &[u32]) -> Vec<Dataset> {
    let entries = numbers.iter().filter_map(|number| index.entry(*number));
    entries
        .map(|entry| view::of_index(op, reaches, &index.shared, entry))
        .collect()
}

/// What people call a value of a facet.
fn called(lang: Lang, index: &Index, facet: Facet, value: &str) -> String {
    let known = match facet {
        Facet::Theme => index.shared.theme(value).map(|theme| {
            let theme = Theme {
                name: theme.name.clone(),
                title: theme.title.clone(),
            };
            theme_title(lang, &theme)
        }),
        Facet::Publisher => index.shared.publisher(value).map(|known| known.name.clone()),
        Facet::Licence => index.shared.licence(value).map(|known| known.title.clone()),
        Facet::Level => {
            let id = format!("places-level-{value}");
            Lang::En.has_text(&id).then(|| lang.text(id).to_string())
        }
        Facet::Tag | Facet::Format | Facet::Year => None,
    };
    known.unwrap_or_else(|| value.to_owned())
}

impl CataloguePage {
    pub fn new(page: Shell, shown: Shown, asked: Asked) -> CataloguePage {
        let lang = page.lang;
        let n_datasets = |n: u64| lang.text("catalog-n-datasets").n("n", n).to_string();
        let is_first = asked.q.trim().is_empty() && asked.chosen().is_empty();
        let shelf = |title_id: &str, facet: Facet, href: fn(&str) -> String| {
            let values = shown.facets.iter().filter(|values| values.facet == facet);
            let mut all: Vec<&(String, String, u64)> = values.flat_map(|values| &values.all).collect();
            all.sort_by(|a, b| a.1.cmp(&b.1));
            Shelf {
                title: lang.text(title_id.to_owned()).to_string(),
                ways: all
                    .into_iter()
                    .map(|(value, text, n)| Way {
                        href: href(value),
                        text: text.clone(),
                        n: n_datasets(*n),
                    })
                    .collect(),
            }
        };
        let mut shelves = vec![
            shelf("catalog-by-theme", Facet::Theme, theme_href),
            shelf("catalog-by-publisher", Facet::Publisher, organisation_href),
        ];
        shelves.retain(|shelf| is_first && !shelf.ways.is_empty());
        let title_of = |facet: Facet| {
            lang.text(format!("catalog-search-by-{}", facet.key()))
                .to_string()
        };
        let mut chosen = Vec::new();
        let mut facets = Vec::new();
        for values in &shown.facets {
            let facet = values.facet;
            let present = asked.of(facet);
            if !present.is_empty() {
                let known = values.all.iter().find(|(value, _, _)| value == present);
                let text = known.map_or(present, |(_, text, _)| text.as_str());
                chosen.push(Way {
                    href: asked.address(&[(facet.key(), "")]),
                    text: format!("{}: {text}", title_of(facet)),
                    n: String::new(),
                });
            }
            // The ways by theme and publisher lead there already.
            let is_on_shelf = is_first && matches!(facet, Facet::Theme | Facet::Publisher);
            if values.all.is_empty() || is_on_shelf {
                continue;
            }
            facets.push(Shelf {
                title: title_of(facet),
                ways: values
                    .all
                    .iter()
                    .take(MOST_VALUES)
                    .map(|(value, text, n)| Way {
                        href: match value == present {
                            true => String::new(),
                            false => asked.address(&[(facet.key(), value)]),
                        },
                        text: text.clone(),
                        n: n_datasets(*n),
                    })
                    .collect(),
            });
        }
        let orders = [
            ("", "catalog-search-order-best"),
            ("newest", "catalog-search-order-newest"),
            ("title", "catalog-search-order-title"),
        ];
        let is_other = |sort: &str| asked.sort != sort;
        let orders = orders.map(|(sort, text_id)| Way {
            href: match is_other(sort) {
                true => asked.address(&[("sort", sort)]),
                false => String::new(),
            },
            text: lang.text(text_id).to_string(),
            n: String::new(),
        });
        let last = u32::try_from(shown.n_found.div_ceil(PER_PAGE)).unwrap_or(u32::MAX);
        let current = asked.page.unwrap_or(1).clamp(1, last.max(1));
        let mut kept: Vec<(&'static str, String)> = asked
            .chosen()
            .into_iter()
            .map(|(facet, value)| (facet.key(), value))
            .collect();
        if !asked.sort.is_empty() {
            kept.push(("sort", asked.sort.clone()));
        }
        CataloguePage {
            nothing_id: if shown.is_empty {
                "catalog-empty"
            } else {
                "catalog-nothing"
            },
            meant: shown.meant.map(|words| Way {
                href: asked.address(&[("q", &words)]),
                text: words,
                n: String::new(),
            }),
            entries: shown
                .datasets
                .into_iter()
                .map(|dataset| with_marks(row(lang, dataset), &shown.sought))
                .collect(),
            n_found: shown.n_found,
            pages: Pagination::new(current, last, |page| match page {
                1 => asked.address(&[]),
                page => asked.address(&[("page", &page.to_string())]),
            }),
            kept,
            chosen,
            orders: match shown.n_found {
                0 | 1 => Vec::new(),
                _ => orders.into(),
            },
            facets,
            shelves,
            page: page
                .titled(lang.text("catalog-title"))
                .described(lang.text("catalog-lead"))
                .shapes(&["json", "csv"]),
            q: asked.q,
        }
    }
}

/// Marks in a row what was looked for.
fn with_marks(mut row: DatasetRow, sought: &[Sought]) -> DatasetRow {
    row.shown_title = markup(marked(&row.title, sought));
    row.shown_description = markup(shortened(&row.description, sought, MOST_LETTERS));
    row
}

fn markup(pieces: Vec<Piece>) -> Markup {
    let pieces = pieces.into_iter().map(|piece| {
        let safe = Markup::escape(&piece.text);
        match piece.is_hit {
            true => format!("<mark>{safe}</mark>"),
            false => safe.0,
        }
    });
    Markup(pieces.collect())
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
