//! The open catalogue for programs that read metadata: DCAT-AP 3 in Turtle, JSON-LD and RDF/XML, DCAT-US, Frictionless, Atom.
//!
//! How each is written stands in `formats`; here is what is said. Everybody reads the same: only what is open to all is in it.
//!
//! Deliberately absent: series, services, and versions, of which the catalogue knows nothing yet.

mod describe;

use std::sync::Arc;

use axum::{
    Router,
    body::Body,
    extract::{Path, Query, State},
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use bytes::Bytes;
use formats::{
    atom,
    dcat::{
        self, CatalogueWriter, Syntax,
        model::Page,
        values::{Iri, When},
    },
    frictionless, schemaorg,
};
use futures::stream;
use serde::Deserialize;

use super::{index::Index, store, store::portal, view, workflow::standing};
use crate::platform::{
    app::App,
    i18n,
    op::Op,
    problem::{Problem, Result},
};
use describe::Describer;

/// Datasets on one page of the catalogue.
const PER_PAGE: usize = 100;
/// Changes in the feed.
const MOST_CHANGES: usize = 50;

/// The routes of this folder.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/catalog", get(by_accept))
        .route(
            "/catalog.ttl",
            get(|app, query| catalogue(app, query, Syntax::Turtle)),
        )
        .route(
            "/catalog.jsonld",
            get(|app, query| catalogue(app, query, Syntax::JsonLd)),
        )
        .route(
            "/catalog.rdf",
            get(|app, query| catalogue(app, query, Syntax::RdfXml)),
        )
        .route(
            "/catalog.xml",
            get(|app, query| catalogue(app, query, Syntax::RdfXml)),
        )
        .route("/catalog/data.json", get(data_json))
        .route("/catalog/feed.atom", get(feed))
        .route("/data/{dataset}/datapackage.json", get(data_package))
        .route("/dataset/{dataset}", get(dataset))
}

#[derive(Deserialize)]
struct Asked {
    /// A number from 1, or `all`.
    page: Option<String>,
}

/// The catalogue as a client likes it best; people get its page.
async fn by_accept(app: State<App>, query: Query<Asked>, headers: HeaderMap) -> Result<Response> {
    match accepted(&headers) {
        Some(syntax) => catalogue(app, query, syntax).await,
        None => Ok(varying(Redirect::to("/data").into_response())),
    }
}

fn accepted(headers: &HeaderMap) -> Option<Syntax> {
    let accept = headers.get(header::ACCEPT)?.to_str().ok()?;
    Syntax::of_accept(accept)
}

async fn catalogue(State(app): State<App>, Query(asked): Query<Asked>, syntax: Syntax) -> Result<Response> {
    let index = Index::of(&app).await?;
    let describer = Describer::new(&app);
    let n = index.public().len();
    let n_pages = n.div_ceil(PER_PAGE).max(1);
    let number = match asked.page.as_deref() {
        Some("all") => return Ok(whole(&app, index, syntax)),
        None => 1,
        Some(text) => text
            .parse()
            .ok()
            .filter(|number| (1..=n_pages).contains(number))
            .ok_or_else(|| Problem::not_found("page-unknown"))?,
    };
    let at = |number: usize| describer.iri(&format!("/catalog.{}?page={number}", syntax.suffix()));
    let page = Page {
        iri: at(number),
        first: at(1),
        previous: (number > 1).then(|| at(number - 1)),
        next: (number < n_pages).then(|| at(number + 1)),
        last: at(n_pages),
        total: n as u64,
        per_page: PER_PAGE as u64,
    };
    let mut out = String::new();
    let mut writer = CatalogueWriter::begin(syntax, &describer.catalogue(), Some(&page), &mut out);
    for entry in index
        .public()
        .into_iter()
        .skip((number - 1) * PER_PAGE)
        .take(PER_PAGE)
    {
        writer.dataset(&describer.dataset(entry, &[]), &mut out);
    }
    writer.end(&mut out);
    Ok(document(syntax, out))
}

/// Streams the whole catalogue; what is written is sent before more is.
fn whole(app: &App, index: Arc<Index>, syntax: Syntax) -> Response {
    let describer = Describer::new(app);
    let mut opening = String::new();
    let writer = CatalogueWriter::begin(syntax, &describer.catalogue(), None, &mut opening);
    let n = index.public().len();
    let state = (Some(writer), 0_usize, opening);
    let pieces = stream::unfold(state, move |(writer, from, mut out)| {
        let (index, describer) = (index.clone(), describer.clone());
        async move {
            let mut writer = writer?;
            let until = (from + PER_PAGE).min(n);
            for entry in index.public().into_iter().skip(from).take(until - from) {
                writer.dataset(&describer.dataset(entry, &[]), &mut out);
            }
            let writer = if until < n {
                Some(writer)
            } else {
                writer.end(&mut out);
                None
            };
            let piece: std::io::Result<Bytes> = Ok(Bytes::from(out));
            Some((piece, (writer, until, String::new())))
        }
    });
    document(syntax, Body::from_stream(pieces))
}

fn document(syntax: Syntax, body: impl Into<Body>) -> Response {
    let kind = HeaderValue::from_static(syntax.content_type());
    varying(([(header::CONTENT_TYPE, kind)], body.into()).into_response())
}

/// Says that the answer hangs on what the client likes, and lets pages of other sites read it.
fn varying(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::VARY, HeaderValue::from_static("accept"));
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    response
}

/// `/dataset/{id}`, the permanent address of a dataset: as RDF by suffix or `Accept`; people are led to its page.
async fn dataset(
    State(app): State<App>,
    op: Op,
    headers: HeaderMap,
    Path(name): Path<String>,
) -> Result<Response> {
    let by_suffix = name
        .rsplit_once('.')
        .and_then(|(id, suffix)| Some((id, Syntax::of_suffix(suffix)?)));
    let (id, syntax) = match by_suffix {
        Some((id, syntax)) => (id, Some(syntax)),
        None => (name.as_str(), accepted(&headers)),
    };
    let unknown = || Problem::not_found("dataset-unknown").with("dataset", id);
    let slug = portal::find_slug(app.db.read(), id).await?.ok_or_else(unknown)?;
    let Some(syntax) = syntax else {
        // Whoever may not read it is not told what it is called.
        view::find_dataset(&app, &op, &slug)
            .await
            .map_err(|_| unknown())?;
        return Ok(varying(
            Redirect::temporary(&format!("/data/{slug}")).into_response(),
        ));
    };
    let described = described(&app, &slug).await?;
    Ok(document(syntax, dcat::dataset(syntax, &described)))
}

/// Describes an open dataset with the columns of its tables that everybody sees.
async fn described(app: &App, slug: &str) -> Result<dcat::model::Dataset> {
    let index = Index::of(app).await?;
    let public = index.public();
    let entry = public.iter().find(|entry| entry.row.slug == slug);
    let entry = entry.ok_or_else(|| Problem::not_found("dataset-unknown").with("dataset", slug))?;
    let mut columns = Vec::new();
    for resource in &entry.resources {
        columns.extend(store::list_columns(app.db.read(), Some(&resource.id)).await?);
    }
    Ok(Describer::new(app).dataset(entry, &columns))
}

/// What search engines read within the page of an open dataset (schema.org, as JSON-LD); nothing for others.
///
/// # Errors
/// When the database fails.
pub async fn for_search_engines(app: &App, op: &Op, slug: &str) -> Result<String> {
    let describer = Describer::new(app);
    match described(app, slug).await {
        Ok(dataset) => {
            let page = describer.iri(&format!("/data/{slug}"));
            Ok(schemaorg::dataset(
                &dataset,
                &page,
                &describer.catalogue(),
                op.lang.code(),
            ))
        }
        Err(problem) if problem.code() == "dataset-unknown" => Ok(String::new()),
        Err(problem) => Err(problem),
    }
}

/// DCAT-US 1.1, which harvesters of data.gov and its kin read.
async fn data_json(State(app): State<App>) -> Result<Response> {
    let index = Index::of(&app).await?;
    let describer = Describer::new(&app);
    let catalogue = describer.catalogue();
    let mut out = String::new();
    let address = describer.iri("/catalog/data.json");
    let mut writer = formats::datajson::Writer::begin(&address, &catalogue, describer.lang(), &mut out);
    for entry in index.public() {
        writer.dataset(&describer.dataset(entry, &[]), &mut out);
    }
    writer.end(&mut out);
    Ok(varying(
        ([(header::CONTENT_TYPE, "application/json; charset=utf-8")], out).into_response(),
    ))
}

/// A Frictionless Data Package that describes the dataset's files and columns.
async fn data_package(State(app): State<App>, Path(slug): Path<String>) -> Result<Response> {
    let dataset = described(&app, &slug).await?;
    let package = frictionless::package_of(&dataset, &frictionless::name_of(&slug), &app.config.language);
    Ok(varying(
        (
            [(header::CONTENT_TYPE, "application/json; charset=utf-8")],
            frictionless::write(&package),
        )
            .into_response(),
    ))
}

/// What changed last, for feed readers.
async fn feed(State(app): State<App>) -> Result<Response> {
    let index = Index::of(&app).await?;
    let describer = Describer::new(&app);
    let mut public = index.public();
    public.extend(index.withdrawn());
    public.sort_by_key(|entry| std::cmp::Reverse(entry.row.changed_at));
    let (address, page) = (describer.iri("/catalog/feed.atom"), describer.iri("/data"));
    let updated = When::instant(public.first().map_or(0, |entry| entry.row.changed_at));
    let lang = dcat::values::Lang::parse(describer.lang());
    let mut out = String::new();
    let feed = atom::Feed {
        id: &address,
        title: &app.config.name,
        lang: lang.as_ref(),
        updated: &updated,
        address: &address,
        page: &page,
        next: None,
        author: &app.config.name,
    };
    let mut writer = atom::Writer::begin(&feed, &mut out);
    for entry in public.into_iter().take(MOST_CHANGES) {
        let updated = When::instant(entry.row.changed_at);
        let published = When::instant(entry.row.created_at);
        let page = describer.iri(&format!("/data/{}", entry.row.slug));
        // The change, not the dataset: a reader shows each id once.
        let id: Iri = describer.iri(&format!("/dataset/{}#{}", entry.row.id, entry.row.changed_at));
        let standing = standing::of(&entry.row);
        let text = |known: &standing::Standing| {
            let word = format!("catalog-workflow-{}", known.kind.as_str());
            let word = app
                .config
                .language
                .parse::<i18n::Lang>()
                .unwrap_or_default()
                .text(word)
                .to_string();
            (format!("{word}: {}", entry.row.title), known.reason.clone())
        };
        let (title, summary) = match &standing {
            Some(known) => text(known),
            None => (entry.row.title.clone(), entry.row.description.clone()),
        };
        writer.entry(
            &atom::Entry {
                id: &id,
                title: &title,
                updated: &updated,
                published: Some(&published),
                page: &page,
                summary: Some(summary.as_str()).filter(|text| !text.is_empty()),
                author: entry.row.publisher.as_deref(),
                categories: &[],
            },
            &mut out,
        );
    }
    writer.end(&mut out);
    Ok(varying(
        ([(header::CONTENT_TYPE, atom::Writer::CONTENT_TYPE)], out).into_response(),
    ))
}
