//! The open catalogue for programs that read metadata: DCAT-AP 3 in Turtle, JSON-LD and RDF/XML, DCAT-US, Frictionless, Atom.
//!
//! How each is written stands in `formats`; here is what is said. Everybody reads the same: only what is open to all is in it.
//! Harvesters ask for parts of it as they ask ckanext-dcat (`asked`). Versions of tables are told with their dataset and not in
//! the catalogue, where harvesters would take each for a dataset of its own.

mod asked;
mod describe;
pub mod feed;
mod more;
mod store;

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
    datajson,
    dcat::{
        self, CatalogueWriter, Syntax,
        model::{Dataset, Page},
    },
    frictionless, schemaorg,
};
use futures::stream;

use super::{
    etag::Tag,
    index::{Entry, Index},
    store::portal,
    view,
};
use crate::platform::{
    app::App,
    op::Op,
    problem::{Problem, Result},
};
use asked::{Asked, check_profiles};
use describe::Describer;
use more::More;

/// Datasets on one page of the catalogue, and in one piece of what is streamed.
const PER_PAGE: usize = 100;
/// How long somebody may keep what everybody reads: they ask each time whether it is still so.
const KEPT: &str = "no-cache";

/// The parameters of an address, as they are written.
type Pairs = Query<Vec<(String, String)>>;

/// The routes of this folder.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/catalog", get(by_accept))
        .route(
            "/catalog.ttl",
            get(|app, op, query| catalogue(app, op, query, Syntax::Turtle)),
        )
        .route(
            "/catalog.n3",
            get(|app, op, query| catalogue(app, op, query, Syntax::Turtle)),
        )
        .route(
            "/catalog.jsonld",
            get(|app, op, query| catalogue(app, op, query, Syntax::JsonLd)),
        )
        .route(
            "/catalog.rdf",
            get(|app, op, query| catalogue(app, op, query, Syntax::RdfXml)),
        )
        .route(
            "/catalog.xml",
            get(|app, op, query| catalogue(app, op, query, Syntax::RdfXml)),
        )
        .route("/catalog/data.json", get(data_json))
        .route("/catalog/feed.atom", get(feed::catalogue))
        .route("/data/{dataset}/datapackage.json", get(data_package))
        .route("/dataset/{dataset}", get(dataset))
}

/// The catalogue as a client likes it best; people get its page.
async fn by_accept(app: State<App>, op: Op, query: Pairs, headers: HeaderMap) -> Result<Response> {
    match accepted(&headers) {
        Some(syntax) => catalogue(app, op, query, syntax).await,
        None => Ok(varying(Redirect::to("/data").into_response())),
    }
}

fn accepted(headers: &HeaderMap) -> Option<Syntax> {
    let accept = headers.get(header::ACCEPT)?.to_str().ok()?;
    Syntax::of_accept(accept)
}

async fn catalogue(State(app): State<App>, op: Op, Query(pairs): Pairs, syntax: Syntax) -> Result<Response> {
    let asked = Asked::read(&pairs)?;
    let index = Index::of(&app).await?;
    let numbers = asked.find(&app, &op, &index).await?;
    let describer = Describer::new(&app);
    if asked.is_whole() {
        let mut opening = String::new();
        let writer = CatalogueWriter::begin(syntax, &describer.catalogue(), None, &mut opening);
        let writing = Writing {
            app,
            index,
            describer,
            numbers,
            at: 0,
            out: opening,
            form: Some(Form::Rdf(writer)),
        };
        return Ok(document(syntax, writing.into_body()));
    }
    let n_pages = numbers.len().div_ceil(PER_PAGE).max(1);
    let number = asked.page_of(n_pages)?;
    let at = |number: usize| describer.iri(&format!("/catalog.{}?{}", syntax.suffix(), asked.at(number)));
    let page = Page {
        iri: at(number),
        first: at(1),
        previous: (number > 1).then(|| at(number - 1)),
        next: (number < n_pages).then(|| at(number + 1)),
        last: at(n_pages),
        total: numbers.len() as u64,
        per_page: PER_PAGE as u64,
    };
    let shown = numbers.chunks(PER_PAGE).nth(number - 1).unwrap_or_default();
    let entries = entries(&index, shown);
    let more = More::of(&app, &entries).await?;
    let mut out = String::new();
    let mut writer = CatalogueWriter::begin(syntax, &describer.catalogue(), Some(&page), &mut out);
    for entry in entries {
        writer.dataset(&describer.dataset(entry, &more), &mut out);
    }
    writer.end(&mut out);
    Ok(document(syntax, out))
}

fn entries<'i>(index: &'i Index, numbers: &[u32]) -> Vec<&'i Entry> {
    numbers.iter().filter_map(|number| index.entry(*number)).collect()
}

/// What writes a list of datasets.
enum Form {
    Rdf(CatalogueWriter),
    Us(Box<datajson::Writer>),
}

impl Form {
    fn dataset(&mut self, dataset: &Dataset, out: &mut String) {
        match self {
            Form::Rdf(writer) => writer.dataset(dataset, out),
            Form::Us(writer) => writer.dataset(dataset, out),
        }
    }

    fn end(self, out: &mut String) {
        match self {
            Form::Rdf(writer) => writer.end(out),
            Form::Us(writer) => writer.end(out),
        }
    }
}

/// A list of datasets that is written piece by piece: what is written is sent before more is.
struct Writing {
    app: App,
    index: Arc<Index>,
    describer: Describer,
    numbers: Vec<u32>,
    /// How many were written.
    at: usize,
    /// What was written and not yet sent.
    out: String,
    /// Nothing once the end was written.
    form: Option<Form>,
}

impl Writing {
    fn into_body(self) -> Body {
        let pieces = stream::try_unfold(self, |mut writing| async move {
            match writing.more().await {
                Ok(Some(piece)) => Ok(Some((piece, writing))),
                Ok(None) => Ok(None),
                Err(problem) => {
                    let source = problem.source().map(|source| format!("{source:#}"));
                    tracing::error!(code = problem.code(), error = source, "a catalogue broke off");
                    // The answer ends before its time, so that nobody takes a part for the whole.
                    Err(std::io::Error::other("the catalogue broke off"))
                }
            }
        });
        Body::from_stream(pieces)
    }

    /// Writes the next piece; nothing after the last one.
    async fn more(&mut self) -> Result<Option<Bytes>> {
        let Some(mut form) = self.form.take() else {
            return Ok(None);
        };
        let until = (self.at + PER_PAGE).min(self.numbers.len());
        let entries = entries(&self.index, &self.numbers[self.at..until]);
        let more = More::of(&self.app, &entries).await?;
        for entry in entries {
            form.dataset(&self.describer.dataset(entry, &more), &mut self.out);
        }
        self.at = until;
        if until < self.numbers.len() {
            self.form = Some(form);
        } else {
            form.end(&mut self.out);
        }
        Ok(Some(Bytes::from(std::mem::take(&mut self.out))))
    }
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
    Query(pairs): Pairs,
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
    for (_, profiles) in pairs.iter().filter(|(key, _)| key == "profiles") {
        check_profiles(profiles)?;
    }
    let described = described(&app, &slug, Versions::Told).await?;
    Ok(document(syntax, dcat::dataset(syntax, &described)))
}

/// Whether the versions of a dataset's tables are told with it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Versions {
    Told,
    Untold,
}

/// Describes an open dataset with the columns of its tables that everybody sees.
async fn described(app: &App, slug: &str, versions: Versions) -> Result<Dataset> {
    let index = Index::of(app).await?;
    let public = index.public();
    let entry = public.iter().find(|entry| entry.row.slug == slug);
    let entry = entry.ok_or_else(|| Problem::not_found("dataset-unknown").with("dataset", slug))?;
    let mut more = More::of_one(app, entry).await?;
    if versions == Versions::Told {
        more = more.with_versions(app, entry).await?;
    }
    Ok(Describer::new(app).dataset(entry, &more))
}

/// What search engines read within the page of an open dataset (schema.org, as JSON-LD); nothing for others.
///
/// # Errors
/// When the database fails.
pub async fn for_search_engines(app: &App, op: &Op, slug: &str) -> Result<String> {
    let describer = Describer::new(app);
    match described(app, slug, Versions::Untold).await {
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
    let mut opening = String::new();
    let address = describer.iri("/catalog/data.json");
    let writer = datajson::Writer::begin(&address, &describer.catalogue(), describer.lang(), &mut opening);
    let writing = Writing {
        numbers: index.public_numbers(),
        app,
        index,
        describer,
        at: 0,
        out: opening,
        form: Some(Form::Us(Box::new(writer))),
    };
    Ok(varying(
        (
            [(header::CONTENT_TYPE, "application/json; charset=utf-8")],
            writing.into_body(),
        )
            .into_response(),
    ))
}

/// A Frictionless Data Package that describes the dataset's files and columns.
async fn data_package(
    State(app): State<App>,
    headers: HeaderMap,
    Path(slug): Path<String>,
) -> Result<Response> {
    let mut dataset = described(&app, &slug, Versions::Untold).await?;
    // A package holds each table once; other forms of it have no identifier of their own.
    dataset.distributions.retain(|one| one.identifier.is_some());
    let package = frictionless::package_of(&dataset, &frictionless::name_of(&slug), &app.config.language);
    let written = frictionless::write(&package);
    let tag = Tag::of(&[&written]);
    let body = || {
        (
            [(header::CONTENT_TYPE, "application/json; charset=utf-8")],
            written,
        )
            .into_response()
    };
    Ok(varying(tag.answer(&headers, KEPT, body)))
}
