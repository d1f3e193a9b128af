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
    catalog, dashboards,
    indicators::{self, tracker::model::framework::framework},
    listening::hotspots,
    places,
    platform::{
        app::App,
        op::{Op, Who},
        problem::{Problem, Result},
    },
    scorecards, village,
};

/// Addresses of one file; the standard allows 50,000.
const PER_FILE: usize = 40_000;
/// Where nobody but people should go.
const CLOSED: [&str; 6] = ["/desk", "/account", "/sign-in", "/v1/", "/api/", "/search"];
const FIXED: [&str; 21] = [
    "/",
    "/data",
    "/indicators",
    "/sdg",
    "/sdg/gaps",
    "/sdg/plans",
    "/compare",
    "/agencies",
    "/dashboards",
    "/skills",
    "/scorecards",
    "/villages",
    "/proposals",
    "/goals",
    "/asks",
    "/hotspots",
    "/facilitators",
    "/skills/courses",
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
    pages.extend(numbers(app).await?);
    pages.extend(voices(app).await?);
    for place in places::all(app).await?.current() {
        pages.push((format!("/places/{}", place.code()), None));
    }
    Ok(pages)
}

/// Everything that is about what people say and what villages do: score cards, years, proposals, votes, asks, reports of places.
async fn voices(app: &App) -> Result<Vec<PageAt>> {
    let mut paths: Vec<String> = Vec::new();
    let facilities = scorecards::facilities(app).await?;
    paths.extend(facilities.iter().map(|one| format!("/facilities/{}", one.code)));
    let rounds = scorecards::list(app, None, None).await?;
    paths.extend(rounds.iter().map(|one| format!("/scorecards/{}", one.round.code)));
    let keeping = village::year::overview::keeping(app).await?;
    paths.extend(keeping.0.iter().map(|place| format!("/villages/{place}")));
    let proposals = village::proposals::list(app, None).await?;
    paths.extend(proposals.iter().map(|one| one.path()));
    let ballots = village::goals::list(app, None).await?;
    paths.extend(ballots.iter().map(|one| one.path()));
    let asks = village::asks::list(app, None).await?;
    paths.extend(asks.iter().map(|one| one.path()));
    let reports = hotspots::list_public(app).await?;
    paths.extend(reports.iter().map(|one| format!("/hotspots/{}", one.code)));
    Ok(paths.into_iter().map(|path| (path, None)).collect())
}

/// Everything that is about numbers: goals, indicators, plans, dashboards, and the organisations that answer for them.
///
/// The pages of an indicator's releases lead to the passports of its numbers, which are too many to be listed.
async fn numbers(app: &App) -> Result<Vec<PageAt>> {
    let mut paths: Vec<String> = Vec::new();
    for goal in &framework().goals {
        paths.push(format!("/sdg/{}", goal.code));
        let targets = framework().targets_of(&goal.code);
        paths.extend(targets.map(|target| format!("/sdg/{}/{}", goal.code, target.code)));
    }
    for indicator in indicators::list(app).await? {
        let definition = &indicator.definition;
        let path = format!("/indicators/{}", definition.code);
        // What others published has a page each; how it goes on is told of our own places only.
        let parts: &[&str] = match definition.imported() {
            Some(_) => &[],
            None => &["/progress", "/vintages", "/notes", "/versions"],
        };
        paths.extend(parts.iter().map(|part| format!("{path}{part}")));
        paths.push(path);
    }
    let plans = indicators::plans::list_plans(app, None).await?;
    paths.extend(plans.iter().map(|one| format!("/sdg/plans/{}", one.plan.code)));
    let shown = dashboards::list(app).await?;
    paths.extend(shown.iter().map(|one| format!("/dashboards/{}", one.code)));
    for (organisation, _) in dashboards::tree::list(app).await? {
        paths.push(format!("/agencies/{}", organisation.code));
        paths.push(format!("/agencies/{}/cards", organisation.code));
    }
    Ok(paths.into_iter().map(|path| (path, None)).collect())
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
