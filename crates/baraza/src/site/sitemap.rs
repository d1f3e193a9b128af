//! `robots.txt` and the sitemap: what search engines may visit, and where it is.

use axum::{
    extract::{Path, State},
    http::header,
    response::{IntoResponse, Response},
};
use formats::{
    dcat::values::{Iri, When},
    sitemap::{self, Sitemap},
};

use crate::{
    catalog, indicators, places,
    platform::{
        app::App,
        op::{Op, Who},
        problem::{Problem, Result},
    },
};

/// Addresses of one file; the standard allows 50,000.
const PER_FILE: usize = 40_000;
/// Where nobody but people should go.
const CLOSED: [&str; 6] = ["/desk", "/account", "/sign-in", "/v1/", "/api/", "/search"];
const FIXED: [&str; 9] = [
    "/",
    "/data",
    "/indicators",
    "/sdg",
    "/dashboards",
    "/skills",
    "/requests",
    "/about",
    "/about/methods",
];

/// A page: its path, and when it changed, in microseconds since 1970 UTC.
type PageAt = (String, Option<i64>);

pub async fn robots(State(app): State<App>) -> Response {
    // `/data.json`, where harvesters look first, is the list that people search.
    let text = format!(
        "# The catalogue for harvesters: {} (DCAT-US 1.1), {} (DCAT-AP 3)\n{}",
        whole(&app, "/catalog/data.json").as_str(),
        whole(&app, "/catalog.ttl").as_str(),
        sitemap::robots(&whole(&app, "/sitemap.xml"), &CLOSED)
    );
    ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response()
}

/// The one file, or the list of several.
pub async fn show(State(app): State<App>, op: Op) -> Result<Response> {
    let pages = pages(&app, op).await?;
    if pages.len() <= PER_FILE {
        return Ok(file(&app, &pages));
    }
    let files: Vec<Iri> = (1..=pages.len().div_ceil(PER_FILE))
        .map(|n| whole(&app, &format!("/sitemap/{n}")))
        .collect();
    Ok(xml(sitemap::index(files.iter().map(|file| (file, None)))))
}

pub async fn part(State(app): State<App>, op: Op, Path(part): Path<usize>) -> Result<Response> {
    let pages = pages(&app, op).await?;
    let mut parts = pages.chunks(PER_FILE);
    let found = part.checked_sub(1).and_then(|n| parts.nth(n));
    let found = found.ok_or_else(|| Problem::not_found("page-unknown"))?;
    Ok(file(&app, found))
}

/// What a stranger may visit, whoever asks.
async fn pages(app: &App, op: Op) -> Result<Vec<PageAt>> {
    let stranger = Op {
        who: Who::Anyone,
        ..op
    };
    let mut pages: Vec<PageAt> = FIXED.map(|path| (path.to_owned(), None)).into();
    for dataset in catalog::list_datasets(app, &stranger).await? {
        pages.push((format!("/data/{}", dataset.slug), Some(dataset.changed_at)));
    }
    for indicator in indicators::list(app).await? {
        pages.push((format!("/indicators/{}", indicator.definition.code), None));
    }
    for place in places::all(app).await?.current() {
        pages.push((format!("/places/{}", place.code()), None));
    }
    Ok(pages)
}

fn file(app: &App, pages: &[PageAt]) -> Response {
    let mut out = String::new();
    let mut map = Sitemap::begin(&mut out);
    for (path, changed) in pages {
        let changed = changed.map(When::instant);
        // A file that is full of long addresses ends earlier; nobody is worse off than without it.
        if map.add(&whole(app, path), changed.as_ref(), &mut out).is_err() {
            break;
        }
    }
    map.end(&mut out);
    xml(out)
}

fn xml(text: String) -> Response {
    ([(header::CONTENT_TYPE, "application/xml; charset=utf-8")], text).into_response()
}

fn whole(app: &App, path: &str) -> Iri {
    let address = format!("{}{path}", app.config.base_url.trim_end_matches('/'));
    Iri::repair(&address).expect("the site's address is one, whatever follows it")
}
