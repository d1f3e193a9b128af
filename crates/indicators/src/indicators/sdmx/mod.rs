//! SDMX: all indicators as series that statistical programs read, by SDMX REST 1.5 (SDMX 2.1) and 2.1 (SDMX 3.0).
//!
//! One data structure with the dimensions that the agencies of the global goals agreed on; a dataflow for each indicator, one for those
//! of the goals, one for all. Structures are made of the definitions and places as they are, data are read from the public
//! observations as they are sent. What is suppressed is there with its status and without a value.
//!
//! Deliberately absent: histories (`includeHistory`), structures in JSON, data of several dataflows at once, an agency of one's own.

mod model;
mod read;

use std::{collections::BTreeSet, sync::Arc};

use axum::{
    Router,
    body::Body,
    extract::State,
    http::{HeaderMap, Uri, header},
    response::{IntoResponse, Response},
    routing::get,
};
use bytes::Bytes;
use formats::sdmx::{
    constraint::Available,
    data::Writer,
    model::{Flow, Header, Series, Version},
    query::{self, DataQuery, Fault, FlowAsked, Format, Query, StructureQuery},
    structure,
};
use futures::stream;
use tokio::sync::Mutex;

use super::{
    register::{Register, register},
    store,
};
use crate::{
    places::{
        self,
        model::{Place, Places},
    },
    platform::{
        app::App,
        id,
        op::Op,
        problem::{Problem, Result},
    },
};
use model::{Area, Book, DIMENSIONS, Used, joins_custom};
use read::Reader;

/// The most observations of one answer in JSON, which is put together in memory.
const MOST_IN_JSON: usize = 100_000;

/// The routes of this folder.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/sdmx/2.1/{*asked}", get(answer_21))
        .route("/sdmx/3.0/{*artefact}", get(answer_30))
}

async fn answer_21(State(app): State<App>, op: Op, headers: HeaderMap, uri: Uri) -> Result<Response> {
    let path = uri.path().strip_prefix("/sdmx/2.1/").unwrap_or_default();
    answer(&app, &op, Version::V21, path, &uri, &headers).await
}

async fn answer_30(State(app): State<App>, op: Op, headers: HeaderMap, uri: Uri) -> Result<Response> {
    let path = uri.path().strip_prefix("/sdmx/3.0/").unwrap_or_default();
    answer(&app, &op, Version::V30, path, &uri, &headers).await
}

async fn answer(
    app: &App,
    op: &Op,
    version: Version,
    path: &str,
    uri: &Uri,
    headers: &HeaderMap,
) -> Result<Response> {
    let parameters = uri.query().unwrap_or_default();
    let accept = headers
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let format = || {
        Format::choose(version, parameters, accept)
            .ok_or_else(|| Problem::unacceptable("indicators-sdmx-format"))
    };
    let needs_xml = || match query::takes_structures(version, parameters, accept) {
        true => Ok(()),
        false => Err(Problem::unacceptable("indicators-sdmx-format")),
    };
    match Query::read(version, path, parameters, &DIMENSIONS).map_err(refused)? {
        Query::Structure(asked) => {
            needs_xml()?;
            structures(app, op, version, &asked).await
        }
        Query::Availability(asked) => {
            needs_xml()?;
            availability(app, op, version, asked).await
        }
        Query::Data(asked) => data(app, op, format()?, asked).await,
    }
}

async fn structures(app: &App, op: &Op, version: Version, asked: &StructureQuery) -> Result<Response> {
    let book = book(app).await?;
    let text = structure::write(version, &book.catalogue, asked, &head(op)).ok_or_else(nothing)?;
    Ok(written(query::structure_media_type(version), Body::from(text)))
}

async fn availability(app: &App, op: &Op, version: Version, asked: DataQuery) -> Result<Response> {
    let book = book(app).await?;
    let flow = flow_of(&book, &asked.flow)?;
    let component = asked.component.clone();
    let mut available = Available::new(DIMENSIONS.len());
    let mut reader = Reader::new(app, book.clone(), asked);
    let mut is_any = false;
    while let Some(found) = reader.read_on().await? {
        is_any = true;
        for series in &found {
            available.add(series);
        }
    }
    if !is_any {
        return Err(nothing());
    }
    let text = available.write(version, &book.catalogue, &flow, component.as_deref(), &head(op));
    Ok(written(query::structure_media_type(version), Body::from(text)))
}

async fn data(app: &App, op: &Op, format: Format, asked: DataQuery) -> Result<Response> {
    let book = book(app).await?;
    let flow = flow_of(&book, &asked.flow)?;
    let writer = Writer::new(format, book.catalogue.clone(), flow, asked.detail, head(op));
    let mut reader = Reader::new(app, book, asked);
    // Whether there is anything has to be known before the status is sent.
    let first = reader.read_on().await?.ok_or_else(nothing)?;
    let body = if format.is_json() {
        whole(writer, reader, first).await?
    } else {
        streamed(writer, reader, first)
    };
    Ok(written(format.media_type(), body))
}

/// Writes everything at once.
async fn whole(mut writer: Writer, mut reader: Reader, first: Vec<Series>) -> Result<Body> {
    let mut text = writer.begin();
    let mut n = 0;
    let mut found = Some(first);
    while let Some(series) = found {
        for one in &series {
            n += one.observations.len();
            text.push_str(&writer.series(one));
        }
        if n > MOST_IN_JSON {
            return Err(Problem::too_large("indicators-sdmx-too-large").with("most", MOST_IN_JSON));
        }
        found = reader.read_on().await?;
    }
    text.push_str(&writer.end());
    Ok(Body::from(text))
}

/// Writes what is read as it is read; a failure in the middle breaks the answer off, so that no client takes a part for the whole.
fn streamed(writer: Writer, reader: Reader, first: Vec<Series>) -> Body {
    let pieces = stream::try_unfold(Some((writer, reader, Some(first))), |state| async move {
        let Some((mut writer, mut reader, first)) = state else {
            return Ok(None);
        };
        let mut text = String::new();
        let found = match first {
            Some(first) => {
                text.push_str(&writer.begin());
                Some(first)
            }
            None => reader.read_on().await.map_err(broken_off)?,
        };
        let left = match found {
            Some(series) => {
                for one in &series {
                    text.push_str(&writer.series(one));
                }
                Some((writer, reader, None))
            }
            None => {
                text.push_str(&writer.end());
                None
            }
        };
        let piece = (!text.is_empty()).then(|| (Bytes::from(text), left));
        Ok::<_, std::io::Error>(piece)
    });
    Body::from_stream(pieces)
}

fn broken_off(problem: Problem) -> std::io::Error {
    let source = problem.source().map(|source| format!("{source:#}"));
    tracing::error!(
        code = problem.code(),
        error = source,
        "an answer in SDMX broke off"
    );
    std::io::Error::other("the answer broke off")
}

fn written(media_type: &'static str, body: Body) -> Response {
    (
        [(header::CONTENT_TYPE, media_type), (header::VARY, "Accept")],
        body,
    )
        .into_response()
}

fn head(op: &Op) -> Header {
    Header {
        id: id::fresh(op.at),
        prepared: op.at.to_string(),
    }
}

fn nothing() -> Problem {
    Problem::not_found("indicators-sdmx-nothing")
}

fn flow_of(book: &Book, asked: &FlowAsked) -> Result<Flow> {
    let is_ours = asked
        .agency
        .as_ref()
        .is_none_or(|agency| *agency == book.catalogue.agency);
    book.catalogue
        .flow(&asked.id)
        .filter(|_| is_ours)
        .cloned()
        .ok_or_else(|| {
            refused(Fault::Unknown {
                part: "dataflow",
                found: asked.id.clone(),
            })
        })
}

fn refused(fault: Fault) -> Problem {
    let (problem, part, found) = match fault {
        Fault::Malformed { part, found } => (Problem::invalid("indicators-sdmx-malformed"), part, found),
        Fault::Unsupported { part, found } => {
            (Problem::unsupported("indicators-sdmx-unsupported"), part, found)
        }
        Fault::Unknown { part, found } => (Problem::not_found("indicators-sdmx-unknown"), part, found),
    };
    problem.with("part", part).with("found", found)
}

/// Everything that can be asked for, made anew when a definition, a number or a place changed.
async fn book(app: &App) -> Result<Arc<Book>> {
    static TURN: Mutex<()> = Mutex::const_new(());
    if let Ok(book) = book_at_hand(app).await? {
        return Ok(book);
    }
    // Who waited finds what the one before made.
    let _turn = TURN.lock().await;
    let (register, places) = match book_at_hand(app).await? {
        Ok(book) => return Ok(book),
        Err(now) => now,
    };
    let with_numbers = store::sdmx::list_places(&app.db).await?;
    let areas = areas(&places, with_numbers);
    let mut used = Used::new();
    for indicator in &register.all {
        let definition = &indicator.definition;
        if joins_custom(definition) {
            let combinations = store::sdmx::list_combinations(&app.db, &definition.code).await?;
            used.insert(definition.code.clone(), combinations);
        }
    }
    let lang = app.config.language.parse().unwrap_or_default();
    let book = Arc::new(Book::of(&register.all, &areas, &used, lang));
    app.shelf.put(Arc::new(Made {
        register,
        places,
        book: book.clone(),
    }));
    Ok(book)
}

/// The book that was made before, or what to make it of where that changed.
async fn book_at_hand(app: &App) -> Result<std::result::Result<Arc<Book>, (Arc<Register>, Arc<Places>)>> {
    let register = register(app).await?;
    let places = places::all(app).await?;
    Ok(match app.shelf.find::<Made>() {
        Some(made) if Arc::ptr_eq(&made.register, &register) && Arc::ptr_eq(&made.places, &places) => {
            Ok(made.book.clone())
        }
        _ => Err((register, places)),
    })
}

/// The book with what it was made of.
struct Made {
    register: Arc<Register>,
    places: Arc<Places>,
    book: Arc<Book>,
}

fn areas(places: &Places, codes: Vec<String>) -> Vec<Area> {
    let with_numbers: BTreeSet<String> = codes.iter().cloned().collect();
    codes
        .into_iter()
        .map(|code| {
            let place = places.find(&code);
            let above = place.and_then(|place| {
                place
                    .ancestors()
                    .map(Place::code)
                    .find(|above| with_numbers.contains(*above))
            });
            Area {
                name: place.map_or_else(|| code.clone(), |place| place.name().to_owned()),
                parent: above.map(str::to_owned),
                code,
            }
        })
        .collect()
}
