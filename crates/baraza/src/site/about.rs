//! Help: what the site is, how a number is made, and what programs can ask for.

use askama::Template;
use axum::extract::State;
use axum::http::Uri;
use axum::response::Response;

use super::view::{Light, Trend};
use crate::platform::app::App;
use crate::platform::html::Shell;
use crate::platform::html::parts::Cell;
use crate::platform::i18n::{Lang, texts};
use crate::platform::op::Op;
use crate::platform::page::{render, shell};
use crate::platform::problem::Result;

#[derive(Template)]
#[template(path = "site/about.html")]
pub struct AboutPage {
    page: Shell,
}

impl AboutPage {
    fn new(page: Shell) -> AboutPage {
        let title = page.t("site-about-title").to_string();
        AboutPage {
            page: page.titled(&title).crumb(title, ""),
        }
    }

    pub fn sample(lang: Lang) -> AboutPage {
        AboutPage::new(Shell::sample(lang))
    }
}

#[derive(Template)]
#[template(path = "site/methods.html")]
pub struct MethodsPage {
    page: Shell,
    /// Text ids of each step: its name, and what is done.
    steps: [(&'static str, &'static str); 7],
    /// Text ids of what stands in place of or beside a number, and of what it means.
    signs: [(&'static str, &'static str); 3],
    lights: [Light; 3],
    trends: [Trend; 3],
}

impl MethodsPage {
    fn new(page: Shell) -> MethodsPage {
        let title = page.t("site-methods-title").to_string();
        let about = page.t("site-about-title").to_string();
        MethodsPage {
            page: page.titled(&title).crumb(about, "/about").crumb(title, ""),
            steps: [
                ("site-methods-ask", "site-methods-ask-text"),
                ("site-methods-check", "site-methods-check-text"),
                ("site-methods-table", "site-methods-table-text"),
                ("site-methods-define", "site-methods-define-text"),
                ("site-methods-doubt", "site-methods-doubt-text"),
                ("site-methods-hide", "site-methods-hide-text"),
                ("site-methods-publish", "site-methods-publish-text"),
            ],
            signs: [
                ("site-methods-share", "site-methods-share-text"),
                ("site-methods-hidden", "site-methods-hidden-text"),
                ("site-methods-none", "site-methods-none-text"),
            ],
            lights: Light::ALL,
            trends: Trend::ALL,
        }
    }

    pub fn sample(lang: Lang) -> MethodsPage {
        MethodsPage::new(Shell::sample(lang))
    }
}

#[derive(Template)]
#[template(path = "site/developers.html")]
pub struct DevelopersPage {
    page: Shell,
    base: String,
    examples: Vec<String>,
    faces_head: Vec<Cell>,
    faces: Vec<Vec<Cell>>,
    /// Each problem's code and sentence.
    problems: Vec<(String, String)>,
}

/// The standards that are spoken: name, address, and clients that were tried.
const FACES: [(&str, &str, &str); 9] = [
    ("OpenRosa 1.0", "/v1/key/TOKEN/projects/ID/…", "ODK Collect"),
    ("ODK Central API", "/v1/projects/…", "pyodk"),
    ("Open311 GeoReport v2", "/open311/v2", "georeport"),
    ("CKAN Action API", "/api/3/action/…", "ckanapi"),
    ("DCAT-AP 3", "/catalog.ttl", "RDFLib, pySHACL"),
    ("DCAT-US 1.1", "/catalog/data.json", "ckanext-datajson"),
    (
        "Frictionless Data Package",
        "/data/DATASET/datapackage.json",
        "frictionless",
    ),
    ("SDMX 2.1, 3.0", "/sdmx/2.1/dataflow", "sdmx1"),
    ("JSON, GeoJSON", "/api/v1/places", "curl, QGIS"),
];

impl DevelopersPage {
    /// `base` is the address people type; `place` a code to show examples with.
    fn new(page: Shell, base: String, place: &str) -> DevelopersPage {
        let title = page.t("site-developers-title").to_string();
        let lang = page.lang;
        let head = [
            "site-developers-face",
            "site-developers-where",
            "site-developers-peers",
        ];
        DevelopersPage {
            base,
            examples: [".json", ".csv", ".geojson"]
                .map(|suffix| format!("/places/{place}{suffix}"))
                .into(),
            faces_head: head.map(|id| Cell::text(page.t(id))).into(),
            faces: FACES
                .map(|(name, address, peers)| [name, address, peers].map(Cell::text).into())
                .into(),
            problems: texts::ids()
                .filter_map(|id| id.strip_prefix("problem-"))
                .map(|code| (code.to_owned(), lang.text(format!("problem-{code}")).raw()))
                .collect(),
            page: page.titled(&title).crumb(title, ""),
        }
    }

    pub fn sample(lang: Lang) -> DevelopersPage {
        DevelopersPage::new(Shell::sample(lang), "https://data.example.go.id".into(), "90.01")
    }
}

pub async fn show(State(app): State<App>, op: Op, uri: Uri) -> Result<Response> {
    render(&AboutPage::new(shell(&app, &op, &uri)))
}

pub async fn methods(State(app): State<App>, op: Op, uri: Uri) -> Result<Response> {
    render(&MethodsPage::new(shell(&app, &op, &uri)))
}

pub async fn developers(State(app): State<App>, op: Op, uri: Uri) -> Result<Response> {
    let places = crate::places::all(&app).await?;
    let place = places.roots().next().map_or("CODE", |root| root.code());
    render(&DevelopersPage::new(
        shell(&app, &op, &uri),
        app.config.base_url.clone(),
        place,
    ))
}
