//! Open311 GeoReport v2 (<https://wiki.open311.org/GeoReport_v2/>): the same front door for programs.
//!
//! Reading is open to all and shows what the public sees, whoever asks: nothing confidential, nothing personal. Filing takes a
//! key, which is a token of an account and says which program files; it says nothing of who the resident is. A request's
//! `service_request_id` is its tracking code.
//!
//! Deliberately absent: fetching what a `media_url` names (a stranger would choose where this server goes), `account_id`,
//! more than one jurisdiction (any `jurisdiction_id` is taken).

mod filed;
mod published;

use axum::{
    Router,
    extract::{FromRequestParts, Path, State},
    http::{HeaderValue, Method, StatusCode, header, request::Parts},
    middleware::{Next, from_fn},
    response::{IntoResponse, Response},
    routing::get,
};
use formats::open311::{
    self, Format, SPECIFICATION,
    discovery::{self, Discovery, Endpoint},
    query::{Fault, Query, Which},
    requests::Status,
    services,
};

use super::{
    model::{
        request::Position,
        service::{Datatype, Service},
    },
    store::open311::{Asked, Circle},
};
use crate::platform::{
    app::App,
    code::Code,
    i18n::Lang,
    op::Op,
    problem::{Problem, Result},
    time::Time,
    words::Words,
};

/// Where the standard's addresses begin.
const BASE: &str = "/open311/v2";

/// The routes of this folder.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/open311/v2/discovery.json", get(discover))
        .route("/open311/v2/discovery.xml", get(discover))
        .route("/open311/v2/services.json", get(list_services))
        .route("/open311/v2/services.xml", get(list_services))
        .route("/open311/v2/services/{service}", get(definition))
        .route(
            "/open311/v2/requests.json",
            get(list).post(filed::file).layer(filed::limit()),
        )
        .route(
            "/open311/v2/requests.xml",
            get(list).post(filed::file).layer(filed::limit()),
        )
        .route("/open311/v2/requests/{request}", get(one))
        .route("/open311/v2/tokens/{handle}", get(token))
        .layer(from_fn(open_to_other_sites))
}

/// What is public may be read by the pages of any other site.
async fn open_to_other_sites(request: axum::extract::Request, next: Next) -> Response {
    let is_read = matches!(*request.method(), Method::GET | Method::HEAD);
    let mut response = next.run(request).await;
    if is_read {
        let anybody = HeaderValue::from_static("*");
        response
            .headers_mut()
            .insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, anybody);
    }
    response
}

/// The format that the end of an address names.
struct Wanted(Format);

impl<S: Sync> FromRequestParts<S> for Wanted {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Wanted> {
        let last = parts.uri.path().rsplit('/').next().unwrap_or_default();
        Format::split(last)
            .map(|(_, format)| Wanted(format))
            .ok_or_else(|| Problem::not_found("page-unknown"))
    }
}

/// The pairs of an address's query, as often as each was sent.
struct Asking(Vec<(String, String)>);

impl<S: Sync> FromRequestParts<S> for Asking {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Asking> {
        let query = parts.uri.query().unwrap_or_default();
        serde_urlencoded::from_str(query)
            .map(Asking)
            .map_err(|error| Problem::invalid("request-malformed").because(error))
    }
}

async fn discover(State(app): State<App>, op: Op, Wanted(format): Wanted) -> Result<Response> {
    let at = published::services_changed_at(&app).await?.unwrap_or(op.at);
    let changeset = published::written(&app, at);
    let base = &app.config.base_url;
    let contact = op
        .lang
        .text("requests-open311-contact")
        .arg("name", &app.config.name)
        .arg("url", format!("{base}/about"));
    let key_service = op
        .lang
        .text("requests-open311-key-service")
        .arg("url", format!("{base}/account"));
    let discovery = Discovery {
        contact: contact.to_string(),
        key_service: key_service.to_string(),
        endpoints: vec![Endpoint {
            specification: SPECIFICATION.to_owned(),
            url: format!("{base}{BASE}"),
            changeset: changeset.clone(),
            kind: "production".to_owned(),
            formats: [Format::Xml, Format::Json]
                .map(|format| {
                    let mime = format.content_type();
                    mime.split(';').next().unwrap_or(mime).to_owned()
                })
                .to_vec(),
        }],
        changeset,
    };
    Ok(written(
        StatusCode::OK,
        format,
        discovery::write(format, &discovery),
    ))
}

async fn list_services(State(app): State<App>, op: Op, Wanted(format): Wanted) -> Result<Response> {
    let listed: Vec<services::Service> = super::list_services(&app)
        .await?
        .iter()
        .filter(|service| service.is_open)
        .map(|service| services::Service {
            code: service.code.clone(),
            name: words(&service.title, op.lang),
            description: Some(words(&service.about, op.lang)).filter(|about| !about.is_empty()),
            has_definition: !service.attributes.is_empty(),
            kind: services::Kind::Realtime,
            keywords: service.keywords.clone(),
            group: Some(service.group.clone()),
        })
        .collect();
    Ok(written(StatusCode::OK, format, services::write(format, &listed)))
}

async fn definition(
    State(app): State<App>,
    op: Op,
    Wanted(format): Wanted,
    Path(name): Path<String>,
) -> Result<Response> {
    let service = super::service(&app, stem(&name)).await?;
    let definition = definition_of(&service, op.lang);
    Ok(written(
        StatusCode::OK,
        format,
        services::write_definition(format, &definition),
    ))
}

fn definition_of(service: &Service, lang: Lang) -> services::Definition {
    let attributes = service.attributes.iter().zip(1..).map(|(attribute, order)| {
        let hint = words(&attribute.hint, lang);
        let values = attribute.values.iter().map(|choice| services::Choice {
            key: choice.key.clone(),
            name: words(&choice.title, lang),
        });
        services::Attribute {
            code: attribute.code.clone(),
            is_variable: true,
            datatype: match attribute.datatype {
                Datatype::String => services::Datatype::String,
                Datatype::Number => services::Datatype::Number,
                Datatype::Datetime => services::Datatype::Datetime,
                Datatype::Text => services::Datatype::Text,
                Datatype::Singlevaluelist => services::Datatype::SingleValueList,
                Datatype::Multivaluelist => services::Datatype::MultiValueList,
            },
            is_required: attribute.is_required,
            datatype_description: Some(hint).filter(|hint| !hint.is_empty()),
            order,
            description: words(&attribute.title, lang),
            values: values.collect(),
        }
    });
    services::Definition {
        service_code: service.code.clone(),
        attributes: attributes.collect(),
    }
}

async fn list(
    State(app): State<App>,
    op: Op,
    Wanted(format): Wanted,
    Asking(pairs): Asking,
) -> Result<Response> {
    let offset = published::offset_minutes(&app, op.at);
    let query = Query::read(pairs, op.at.0, offset).map_err(refused)?;
    let found = match query.which {
        Which::Ids(ids) => {
            // What is no code is nobody's; who asks for several learns of those there are.
            let codes: Vec<String> = ids.iter().filter_map(|id| plain(id)).collect();
            published::list_of_codes(&app, &codes).await?
        }
        Which::Matching {
            service_codes,
            status,
            from,
            to,
            updated,
            near,
        } => {
            let asked = Asked {
                services: service_codes,
                is_closed: status.map(|status| status == Status::Closed),
                opened: (Time(from), Time(to)),
                changed: updated.map(|(from, to)| (Time(from), Time(to))),
                near: near.and_then(|near| {
                    Some(Circle {
                        at: Position::new(near.lat, near.long)?,
                        radius_metres: near.radius_metres,
                    })
                }),
                most: i64::from(query.page_size),
                skip: i64::from(query.page - 1) * i64::from(query.page_size),
            };
            published::list(&app, &asked).await?
        }
    };
    let shown = published::shown(&app, op.lang, &found).await?;
    Ok(written(
        StatusCode::OK,
        format,
        open311::requests::write(format, &shown),
    ))
}

async fn one(
    State(app): State<App>,
    op: Op,
    Wanted(format): Wanted,
    Path(name): Path<String>,
) -> Result<Response> {
    let found = published::find(&app, stem(&name)).await?;
    let shown = published::shown(&app, op.lang, &[found]).await?;
    Ok(written(
        StatusCode::OK,
        format,
        open311::requests::write(format, &shown),
    ))
}

/// A request has its id at once, so that its token is the id itself; clients that ask nevertheless are answered.
async fn token(State(app): State<App>, Wanted(format): Wanted, Path(name): Path<String>) -> Result<Response> {
    let token = stem(&name);
    let found = published::find(&app, token).await?;
    let id = published::id(&found.code);
    Ok(written(
        StatusCode::OK,
        format,
        open311::requests::write_token(format, token, Some(&id)),
    ))
}

fn words(text: &Words, lang: Lang) -> String {
    text.in_language(lang.code()).to_owned()
}

/// The name before the format; an address without one was refused already.
fn stem(name: &str) -> &str {
    Format::split(name).map_or(name, |(stem, _)| stem)
}

fn plain(id: &str) -> Option<String> {
    Code::<8>::parse(id).ok().map(|code| code.plain())
}

fn written(status: StatusCode, format: Format, text: String) -> Response {
    (status, [(header::CONTENT_TYPE, format.content_type())], text).into_response()
}

fn refused(fault: Fault) -> Problem {
    let field = fault.field();
    let (code, with) = match fault {
        Fault::NotADate { found, .. } => ("requests-open311-date-malformed", vec![("found", found)]),
        Fault::Backwards { .. } => ("requests-open311-dates-backwards", Vec::new()),
        Fault::TooLong => ("requests-open311-dates-far", Vec::new()),
        Fault::NotAStatus { found } => ("requests-open311-status-unknown", vec![("found", found)]),
        Fault::NotACount { found, .. } => ("requests-open311-count-malformed", vec![("found", found)]),
        Fault::TooMany { .. } => (
            "requests-open311-too-many",
            vec![("most", open311::query::MOST_REQUESTS.to_string())],
        ),
        Fault::NotDegrees { .. } => ("requests-position-malformed", Vec::new()),
        Fault::NotARadius { found } => ("requests-open311-radius-malformed", vec![("found", found)]),
    };
    Problem::invalid("fields").field_with(field, code, with)
}
