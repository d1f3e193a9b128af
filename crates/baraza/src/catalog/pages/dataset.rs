//! A dataset: who is responsible for it, its tables, and which columns are hidden and why.

use askama::Template;
use axum::{
    Json,
    extract::{Path, State},
    http::Uri,
    response::{IntoResponse, Response},
};
use tables::Format;

use super::{Download, downloads, organisation_href, theme, theme_href};
use crate::{
    catalog::{
        download,
        view::{self, Dataset, Hidden},
    },
    places,
    platform::{
        app::App,
        html::{
            Markup, Shell,
            parts::{SummaryRow, Words},
        },
        i18n::Lang,
        op::Op,
        page::{render, shell},
        problem::{Problem, Result},
        time::Time,
    },
};

#[derive(Template)]
#[template(path = "catalog/pages/dataset.html")]
pub struct DatasetPage {
    page: Shell,
    dataset: Dataset,
    facts: Vec<SummaryRow>,
    resources: Vec<ResourceCard>,
    /// Only tables of which something is hidden.
    hidden: Vec<HiddenTable>,
}

/// A resource with the files it can be had as.
struct ResourceCard {
    slug: String,
    title: String,
    facts: String,
    is_filled: bool,
    downloads: Vec<Download>,
}

/// What is hidden of a table, a sentence for each reason.
struct HiddenTable {
    title: String,
    reasons: Vec<String>,
}

/// What the page says of a dataset in the reader's words.
pub struct Said {
    /// The name of the place it is about.
    pub place: String,
    pub changed: String,
}

pub async fn show(State(app): State<App>, op: Op, uri: Uri, Path(name): Path<String>) -> Result<Response> {
    let (slug, format) = download::split(&name);
    let dataset = view::find_dataset(&app, &op, slug).await?;
    match format {
        Some(Format::Json) => return Ok(Json(dataset).into_response()),
        // The dataset's first table, for those who type the address they would guess.
        Some(format) => {
            let first = dataset
                .resources
                .first()
                .ok_or_else(|| Problem::not_found("resource-unknown").with("resource", ""))?;
            let resource = view::find_resource(&app, &op, slug, &first.slug, None).await?;
            return download::stream(&app, resource.table, format, slug).await;
        }
        None => {}
    }
    let hidden = view::list_hidden(&app, slug).await?;
    let all = places::all(&app).await?;
    let place = dataset.place.as_deref().and_then(|code| all.find(code));
    let said = Said {
        place: place.map_or_else(String::new, |place| place.name_in(op.lang.code()).to_owned()),
        changed: op
            .lang
            .date_time(app.config.zoned(Time(dataset.changed_at)).datetime()),
    };
    render(&DatasetPage::new(shell(&app, &op, &uri), dataset, &hidden, said))
}

impl DatasetPage {
    pub fn new(page: Shell, dataset: Dataset, hidden: &[Hidden], said: Said) -> DatasetPage {
        let lang = page.lang;
        let resources = dataset
            .resources
            .iter()
            .map(|resource| ResourceCard {
                slug: resource.slug.clone(),
                title: resource.title.clone(),
                facts: lang.text("catalog-n-rows").n("n", resource.n_rows).to_string(),
                is_filled: resource.version.is_some(),
                downloads: downloads(&format!("/data/{}/{}", dataset.slug, resource.slug), "", false),
            })
            .collect();
        DatasetPage {
            facts: facts(lang, &dataset, said),
            resources,
            hidden: hidden
                .iter()
                .map(|hidden| HiddenTable::of(lang, hidden))
                .collect(),
            page: page
                .titled(&dataset.title)
                .described(&dataset.description)
                .crumb(lang.text("catalog-title"), "/data")
                .crumb(&dataset.title, "")
                .shapes(&["json"]),
            dataset,
        }
    }
}

impl HiddenTable {
    fn of(lang: Lang, hidden: &Hidden) -> HiddenTable {
        let named = |id: &'static str, columns: &[String]| {
            (!columns.is_empty()).then(|| lang.text(id).arg("columns", columns.join(", ")).to_string())
        };
        let unreviewed = (hidden.n_unreviewed > 0).then(|| {
            lang.text("catalog-hidden-unreviewed")
                .n("n", hidden.n_unreviewed)
                .to_string()
        });
        HiddenTable {
            title: hidden.title.clone(),
            reasons: [
                named("catalog-hidden-personal", &hidden.personal),
                named("catalog-hidden-sensitive", &hidden.sensitive),
                unreviewed,
            ]
            .into_iter()
            .flatten()
            .collect(),
        }
    }
}

fn facts(lang: Lang, dataset: &Dataset, said: Said) -> Vec<SummaryRow> {
    let publisher = match (&dataset.organisation, &dataset.publisher) {
        (Some(code), Some(name)) => link(&organisation_href(code), name),
        _ => Words::default(),
    };
    let theme = match dataset.theme.as_str() {
        "" => Words::default(),
        word => link(&theme_href(word), &theme(lang, word)),
    };
    let place = match (&dataset.place, said.place.as_str()) {
        (None, _) => Words::default(),
        (Some(code), "") => code.clone().into(),
        (Some(code), name) => link(&format!("/places/{code}"), name),
    };
    let licence = if dataset.licence.is_empty() {
        lang.text("catalog-no-licence").to_string()
    } else {
        dataset.licence.clone()
    };
    [
        ("catalog-publisher", publisher),
        ("catalog-theme", theme),
        ("catalog-place", place),
        ("catalog-period", dataset.period.clone().into()),
        ("catalog-licence", licence.into()),
        ("catalog-changed", said.changed.into()),
    ]
    .into_iter()
    .filter(|(_, value)| !value.is_empty())
    .map(|(id, value)| SummaryRow::new(lang.text(id), value))
    .collect()
}

fn link(href: &str, words: &str) -> Words {
    Markup(format!(
        "<a class=\"govuk-link\" href=\"{}\">{}</a>",
        Markup::escape(href),
        Markup::escape(words)
    ))
    .into()
}
