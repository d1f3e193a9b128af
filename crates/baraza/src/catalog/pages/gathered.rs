//! The datasets of a theme, and those of an organisation.

use askama::Template;
use axum::{
    Json,
    extract::{Path, State},
    http::Uri,
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

use super::{DatasetRow, catalogue, organisation_href, row, theme_href, theme_title};
use crate::{
    accounts,
    catalog::{
        model::THEMES,
        store::portal,
        view::{self, Dataset, Theme},
    },
    platform::{
        app::App,
        html::Shell,
        op::Op,
        page::{render, shell},
        problem::{Problem, Result},
    },
};

#[derive(Template)]
#[template(path = "catalog/pages/gathered.html")]
pub struct GatheredPage {
    page: Shell,
    /// What kind of thing it is, above its name.
    caption: String,
    name: String,
    about: String,
    contact: String,
    entries: Vec<DatasetRow>,
}

/// What datasets are gathered under, as the page shows it.
#[derive(Default)]
pub struct Heading {
    pub caption_id: &'static str,
    pub name: String,
    pub about: String,
    pub contact: String,
}

pub async fn theme(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    Path(address): Path<String>,
) -> Result<Response> {
    let (word, shape) = split(&address);
    let all = view::list_datasets(&app, &op).await?;
    let datasets: Vec<Dataset> = all
        .into_iter()
        .filter(|dataset| dataset.themes.iter().any(|theme| theme.name == word))
        .collect();
    let known = portal::list_themes(app.db.read()).await?;
    let known = known
        .into_iter()
        .find(|theme| theme.name == word && theme.state == "active");
    if known.is_none() && !THEMES.contains(&word) {
        return Err(Problem::not_found("theme-unknown").with("theme", word));
    }
    let (title, about) = known.map_or_else(Default::default, |theme| (theme.title, theme.description));
    let name = theme_title(
        op.lang,
        &Theme {
            name: word.to_owned(),
            title,
        },
    );
    match shape {
        Some(Shape::Json) => Ok(json_of(
            json!({ "theme": word, "name": name, "href": theme_href(word) }),
            &datasets,
        )),
        Some(Shape::Csv) => catalogue::csv_of(&app, word, &datasets),
        None => {
            let heading = Heading {
                caption_id: "catalog-theme",
                name,
                about,
                ..Heading::default()
            };
            render(&GatheredPage::new(shell(&app, &op, &uri), heading, datasets))
        }
    }
}

pub async fn organisation(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    Path(address): Path<String>,
) -> Result<Response> {
    let (code, shape) = split(&address);
    let known = accounts::list_organisations(&app).await?;
    let organisation = known
        .into_iter()
        .find(|known| known.code == code)
        .ok_or_else(|| Problem::not_found("organisation-unknown").with("code", code))?;
    let all = view::list_datasets(&app, &op).await?;
    let datasets: Vec<Dataset> = all
        .into_iter()
        .filter(|dataset| dataset.organisation.as_deref() == Some(code))
        .collect();
    match shape {
        Some(Shape::Json) => {
            let about = json!({
                "organization": code,
                "name": organisation.name,
                "about": organisation.about,
                "contact": organisation.contact,
                "href": organisation_href(code),
            });
            Ok(json_of(about, &datasets))
        }
        Some(Shape::Csv) => catalogue::csv_of(&app, code, &datasets),
        None => {
            let heading = Heading {
                caption_id: "catalog-publisher",
                name: organisation.name,
                about: organisation.about.unwrap_or_default(),
                contact: organisation.contact.unwrap_or_default(),
            };
            render(&GatheredPage::new(shell(&app, &op, &uri), heading, datasets))
        }
    }
}

impl GatheredPage {
    pub fn new(page: Shell, heading: Heading, datasets: Vec<Dataset>) -> GatheredPage {
        let lang = page.lang;
        GatheredPage {
            caption: page.t(heading.caption_id).to_string(),
            entries: datasets.into_iter().map(|dataset| row(lang, dataset)).collect(),
            page: page
                .titled(&heading.name)
                .described(&heading.about)
                .crumb(lang.text("catalog-title"), "/data")
                .crumb(&heading.name, "")
                .shapes(&["json", "csv"]),
            name: heading.name,
            about: heading.about,
            contact: heading.contact,
        }
    }
}

enum Shape {
    Json,
    Csv,
}

fn split(address: &str) -> (&str, Option<Shape>) {
    if let Some(name) = address.strip_suffix(".json") {
        (name, Some(Shape::Json))
    } else if let Some(name) = address.strip_suffix(".csv") {
        (name, Some(Shape::Csv))
    } else {
        (address, None)
    }
}

fn json_of(mut about: Value, datasets: &[Dataset]) -> Response {
    about["datasets"] = json!(datasets);
    Json(about).into_response()
}
