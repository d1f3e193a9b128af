//! The same for people: one page for every resource of the service.

use askama::Template;
use axum::{http::Uri, response::Response};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC};
use serde_json::Value as Json;

use super::{collections::Collection, features::Found};
use crate::platform::{
    app::App,
    html::{Shell, parts::Cell},
    i18n::Lang,
    op::Op,
    page::{render, shell},
    problem::Result,
};

/// What a part of a path may hold as it is.
pub const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

/// Columns of features on a page.
const MOST_COLUMNS: usize = 12;

#[derive(Template)]
#[template(path = "catalog/ogc/page.html")]
pub struct OgcPage {
    page: Shell,
    lead: String,
    links: Vec<(String, String)>,
    head: Vec<Cell>,
    rows: Vec<Vec<Cell>>,
    /// The address of the features after these; empty for none.
    next: String,
    /// A document to read; empty for none.
    code: String,
}

impl OgcPage {
    pub fn sample(lang: Lang) -> OgcPage {
        OgcPage {
            lead: "Wells & <pumps>".into(),
            links: vec![("/ogc/collections/places".into(), "Places <1>".into())],
            head: vec![Cell::text("code"), Cell::text("name")],
            rows: vec![vec![Cell::text("35.22"), Cell::text("O'Brien & <co>")]],
            next: "/ogc/collections/places/items?after=100".into(),
            code: "{\"openapi\": \"3.0.3\"}".into(),
            ..OgcPage::new(Shell::sample(lang).titled("Places"))
        }
    }

    fn new(page: Shell) -> OgcPage {
        OgcPage {
            page,
            lead: String::new(),
            links: Vec::new(),
            head: Vec::new(),
            rows: Vec::new(),
            next: String::new(),
            code: String::new(),
        }
    }
}

pub fn landing(app: &App, op: &Op, uri: &Uri) -> Result<Response> {
    let text = |id: &'static str| op.lang.text(id).to_string();
    let mut page = OgcPage::new(
        shell(app, op, uri)
            .titled(text("catalog-ogc-title"))
            .crumb(text("catalog-ogc-title"), ""),
    );
    page.lead = text("catalog-ogc-lead");
    page.links = vec![
        ("/ogc/collections?f=html".into(), text("catalog-ogc-collections")),
        ("/ogc/api?f=html".into(), text("catalog-ogc-interface")),
        ("/ogc/conformance?f=html".into(), text("catalog-ogc-conformance")),
    ];
    render(&page)
}

pub fn conformance(app: &App, op: &Op, uri: &Uri, classes: &[&str]) -> Result<Response> {
    let mut page = opened(app, op, uri, op.lang.text("catalog-ogc-conformance").to_string());
    page.links = classes
        .iter()
        .map(|class| ((*class).to_owned(), (*class).to_owned()))
        .collect();
    render(&page)
}

pub fn interface(app: &App, op: &Op, uri: &Uri, document: &Json) -> Result<Response> {
    let mut page = opened(app, op, uri, op.lang.text("catalog-ogc-interface").to_string());
    page.links = vec![(
        "/ogc/api?f=json".into(),
        op.lang.text("catalog-ogc-for-programs").to_string(),
    )];
    page.code = format!("{document:#}");
    render(&page)
}

pub fn collections(app: &App, op: &Op, uri: &Uri, all: &[Collection]) -> Result<Response> {
    let mut page = opened(app, op, uri, op.lang.text("catalog-ogc-collections").to_string());
    page.lead = op.lang.text("catalog-ogc-collections-about").to_string();
    page.links = all
        .iter()
        .map(|collection| (format!("{}?f=html", path(collection)), collection.title(op.lang)))
        .collect();
    render(&page)
}

pub fn collection(app: &App, op: &Op, uri: &Uri, collection: &Collection) -> Result<Response> {
    let mut page = opened(app, op, uri, collection.title(op.lang));
    page.lead = collection.description(op.lang);
    let path = path(collection);
    page.links = vec![
        (
            format!("{path}/items?f=html"),
            op.lang.text("catalog-ogc-features").to_string(),
        ),
        (
            format!("{path}/items?f=json"),
            op.lang.text("catalog-ogc-features-json").to_string(),
        ),
    ];
    if let Collection::Table(resource, _) = collection {
        page.links.push((
            format!("/data/{}/{}", resource.dataset.slug, resource.slug),
            op.lang.text("catalog-ogc-table").to_string(),
        ));
    }
    render(&page)
}

pub fn features(
    app: &App,
    op: &Op,
    uri: &Uri,
    collection: &Collection,
    found: &Found,
    next: Option<&str>,
) -> Result<Response> {
    let mut page = opened(app, op, uri, collection.title(op.lang));
    let items = format!("{}/items", path(collection));
    let n_shown = found.features.len();
    page.lead = match found.n_matched {
        Some(n) => op
            .lang
            .text("catalog-ogc-shown-of")
            .n("shown", n_shown)
            .n("all", i64::try_from(n).unwrap_or(i64::MAX))
            .to_string(),
        None => op.lang.text("catalog-ogc-shown").n("shown", n_shown).to_string(),
    };
    let query = uri.query().unwrap_or_default().replace("f=html", "f=json");
    page.links = vec![(
        format!("{}?{query}", uri.path()),
        op.lang.text("catalog-ogc-features-json").to_string(),
    )];
    let names: Vec<&String> = found
        .features
        .first()
        .map(|feature| feature.properties.keys().take(MOST_COLUMNS).collect())
        .unwrap_or_default();
    page.head = std::iter::once(Cell::text(op.lang.text("catalog-ogc-id")))
        .chain(names.iter().map(Cell::text))
        .collect();
    page.rows = found
        .features
        .iter()
        .map(|feature| {
            let values = names.iter().map(|name| match feature.properties.get(*name) {
                None | Some(Json::Null) => Cell::text(""),
                Some(Json::String(text)) => Cell::text(text),
                Some(other) => Cell::text(other),
            });
            std::iter::once(Cell::text(&feature.id)).chain(values).collect()
        })
        .collect();
    if n_shown == 0 {
        page.head.clear();
    }
    page.next = next.map(|query| format!("{items}?{query}")).unwrap_or_default();
    render(&page)
}

/// A page under the service's own.
fn opened(app: &App, op: &Op, uri: &Uri, title: String) -> OgcPage {
    OgcPage::new(
        shell(app, op, uri)
            .titled(&title)
            .crumb(op.lang.text("catalog-ogc-title"), "/ogc?f=html")
            .crumb(&title, ""),
    )
}

fn path(collection: &Collection) -> String {
    let id = collection.id();
    format!(
        "/ogc/collections/{}",
        percent_encoding::utf8_percent_encode(&id, SEGMENT)
    )
}
