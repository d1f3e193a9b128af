//! Pages and files for everybody: the catalogue, a theme, an organisation, a dataset, one of its tables.

mod catalogue;
mod columns;
mod dataset;
mod files;
mod first_rows;
mod gathered;
pub mod history;
mod resource;
pub mod rows;
pub mod sample;

use axum::{Router, extract::State, routing::get};
use tables::Format;

use super::{
    contributions, following,
    model::THEMES,
    search::facets::Facet,
    sql,
    view::{ColumnView, Dataset, Theme},
};
use crate::platform::{
    app::App,
    html::{Markup, Shell},
    i18n::Lang,
};

pub use catalogue::CataloguePage;
pub use dataset::DatasetPage;
pub use gathered::{GatheredPage, ShelvesPage};
pub use resource::ResourcePage;

/// The routes of this folder.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/data", get(catalogue::show))
        .route("/data.json", get(catalogue::as_json))
        .route("/data.csv", get(catalogue::as_csv))
        .route("/data.atom", get(catalogue::as_atom))
        .route("/suggest/data.json", get(catalogue::suggest))
        .route("/themes", get(gathered::themes))
        .route(
            "/themes.json",
            get(|State(app), op| gathered::as_json(app, op, Facet::Theme)),
        )
        .route(
            "/themes.csv",
            get(|State(app), op| gathered::as_csv(app, op, Facet::Theme)),
        )
        .route("/themes/{theme}", get(gathered::theme))
        .route("/organizations", get(gathered::organisations))
        .route(
            "/organizations.json",
            get(|State(app), op| gathered::as_json(app, op, Facet::Publisher)),
        )
        .route(
            "/organizations.csv",
            get(|State(app), op| gathered::as_csv(app, op, Facet::Publisher)),
        )
        .route("/organizations/{org}", get(gathered::organisation))
        .route("/data/{dataset}", get(dataset::show))
        .route("/data/{dataset}/{resource}", get(resource::show))
        .route("/data/{dataset}/{resource}/files/{id}", get(resource::received))
        .merge(super::files::routes())
        .merge(contributions::pages::routes())
        .merge(following::pages::routes())
        .merge(sql::pages::routes())
        .merge(super::agenda::pages::routes())
        .merge(super::standards::pages::routes())
        .merge(super::metadata::pages::routes())
        .merge(super::series::pages::routes())
}

/// A file that something can be had as.
#[derive(Clone)]
pub struct Download {
    pub href: String,
    pub text: String,
}

/// A dataset as one of several.
pub struct DatasetRow {
    pub slug: String,
    pub title: String,
    pub description: String,
    /// The title with what was looked for marked.
    pub shown_title: Markup,
    /// The description, or the part of it that was looked for.
    pub shown_description: Markup,
    pub facts: String,
    pub is_open: bool,
    /// That it is deprecated, in a word; empty where it is not.
    pub standing: String,
}

/// The name of a theme in the reader's language, or the word itself; empty for none.
pub fn theme(lang: Lang, word: &str) -> String {
    if word.is_empty() {
        String::new()
    } else if THEMES.contains(&word) {
        lang.text(format!("catalog-theme-{word}")).to_string()
    } else {
        word.to_owned()
    }
}

/// What people call a theme.
pub fn theme_title(lang: Lang, known: &Theme) -> String {
    if known.title.is_empty() {
        theme(lang, &known.name)
    } else {
        known.title.clone()
    }
}

/// Who is named in a citation: the publisher of a dataset, or else whose portal it is.
fn publisher_of<'a>(page: &'a Shell, dataset: &'a Dataset) -> &'a str {
    let owner = match page.owner.as_str() {
        "" => "Baraza",
        owner => owner,
    };
    dataset.publisher.as_deref().unwrap_or(owner)
}

/// The page of a theme.
pub fn theme_href(word: &str) -> String {
    href("/themes/", word)
}

/// The page of an organisation.
pub fn organisation_href(code: &str) -> String {
    href("/organizations/", code)
}

fn href(folder: &str, name: &str) -> String {
    // Words of one's own may hold anything; a dot stays, so that codes can be read.
    const KEPT: percent_encoding::AsciiSet = percent_encoding::NON_ALPHANUMERIC
        .remove(b'-')
        .remove(b'_')
        .remove(b'.');
    format!("{folder}{}", percent_encoding::utf8_percent_encode(name, &KEPT))
}

/// A dataset as one of several, in the reader's words.
pub fn row(lang: Lang, dataset: Dataset) -> DatasetRow {
    let n_rows: i64 = dataset.resources.iter().map(|resource| resource.n_rows).sum();
    let n_tables = dataset
        .resources
        .iter()
        .filter(|resource| resource.sql_name.is_some())
        .count();
    let n_files = dataset.resources.len() - n_tables;
    let themes: Vec<String> = dataset
        .themes
        .iter()
        .map(|known| theme_title(lang, known))
        .collect();
    let counted = |id: &'static str, n: i64, is_told: bool| match is_told {
        true => lang.text(id).n("n", n).to_string(),
        false => String::new(),
    };
    let facts = [
        dataset.publisher.clone().unwrap_or_default(),
        themes.join(", "),
        dataset.period.clone(),
        counted("catalog-n-rows", n_rows, n_tables > 0 || n_files == 0),
        counted(
            "catalog-n-files",
            i64::try_from(n_files).unwrap_or(i64::MAX),
            n_files > 0,
        ),
    ];
    DatasetRow {
        slug: dataset.slug,
        shown_title: Markup::escape(&dataset.title),
        shown_description: Markup::escape(&dataset.description),
        title: dataset.title,
        description: dataset.description,
        facts: facts
            .into_iter()
            .filter(|fact| !fact.is_empty())
            .collect::<Vec<_>>()
            .join(" · "),
        is_open: dataset.is_open,
        standing: dataset.standing.map_or_else(String::new, |standing| {
            lang.text(format!("catalog-workflow-{}", standing.kind.as_str()))
                .to_string()
        }),
    }
}

/// The files that all rows of a view can be had as; a map among them where rows say where they are.
fn downloads(path: &str, query: &str, with_map: bool) -> Vec<Download> {
    const OFFERED: [Format; 6] = [
        Format::Csv,
        Format::Json,
        Format::Jsonl,
        Format::Parquet,
        Format::Xlsx,
        Format::GeoJson,
    ];
    // The page in JSON has some of the rows only.
    let join = if query.is_empty() { "?" } else { "&" };
    let all = format!("{query}{join}all=1");
    OFFERED
        .into_iter()
        .filter(|format| with_map || *format != Format::GeoJson)
        .map(|format| Download {
            href: match format {
                Format::Json => format!("{path}.json{all}"),
                format => format!("{path}.{}{query}", format.ending()),
            },
            text: match format {
                Format::Csv => "CSV".into(),
                Format::Xlsx => "Excel".into(),
                Format::Jsonl => "JSON lines".into(),
                Format::Parquet => "Parquet".into(),
                Format::GeoJson => "GeoJSON".into(),
                Format::Json => "JSON".into(),
            },
        })
        .collect()
}

/// What a column is called: its title, or else its name.
fn title_of(column: &ColumnView) -> String {
    if column.title.is_empty() {
        column.name.clone()
    } else {
        column.title.clone()
    }
}
