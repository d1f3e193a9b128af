//! OData 4.0 over what was filed to a form: service document, metadata document, tables, single submissions.
//!
//! Addresses hang on the form's with `.svc` behind it, which no route can hold: the form's own address passes them on.

use std::{collections::HashMap, sync::Arc};

use axum::{
    Router,
    body::Body,
    extract::{OriginalUri, Path, State},
    http::{HeaderMap, HeaderName, HeaderValue, Uri, header},
    response::{IntoResponse, Response},
    routing::get,
};
use formats::export::{
    Fields, metadata,
    odata::{Feed, Geometry, Inner, OPENING, closing, service_document},
    order::Order,
    select::{Beside, SelectError, select},
};

use super::Parts;
use crate::{
    collect::{
        self, READERS,
        export::{self, Page, Paging, Source, Stage, Token, Within, table_of},
        openrosa::{part, project_of, site_of},
    },
    platform::{
        app::App,
        op::Op,
        problem::{Problem, Result},
    },
};

/// What follows a form's id in the address of its service.
const SERVICE: &str = ".svc";
/// Options that are understood.
const KNOWN: [&str; 10] = [
    "$format",
    "$count",
    "$skip",
    "$top",
    "$filter",
    "$wkt",
    "$expand",
    "$select",
    "$skiptoken",
    "$orderby",
];

pub(super) fn routes() -> Router<App> {
    let form = "/v1/projects/{project}/forms/{form}";
    let at = |path: &str| format!("{form}{path}");
    Router::new()
        .route(&at("/draft.svc"), get(draft_service))
        .route(&at("/draft.svc/{table}"), get(draft_table))
        .route(&at("/draft.svc/{table}/{*rows}"), get(draft_table))
        .route(&at("/{table}"), get(table))
        .route(&at("/{table}/{*rows}"), get(table))
}

/// Answers the service document of a form's address that ends in `.svc`; `None` for other addresses.
pub(super) async fn service(
    app: &App,
    op: &Op,
    parts: &HashMap<String, String>,
    uri: &Uri,
    headers: &HeaderMap,
) -> Option<Result<Response>> {
    let form = part(parts, "form").strip_suffix(SERVICE)?;
    Some(match request(app, parts, uri, headers) {
        Ok(request) => document(app, op, &request, form, Stage::Published).await,
        Err(problem) => Err(problem),
    })
}

/// What is asked, as the address and the headers say it.
struct Request<'a> {
    app: &'a App,
    project: i64,
    /// As the address names it, `.svc` and all.
    form: &'a str,
    uri: &'a Uri,
    headers: &'a HeaderMap,
}

async fn draft_service(
    State(app): State<App>,
    op: Op,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    Path(parts): Parts,
) -> Result<Response> {
    let request = request(&app, &parts, &uri, &headers)?;
    document(&app, &op, &request, request.form, Stage::Draft).await
}

async fn draft_table(
    State(app): State<App>,
    op: Op,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    Path(parts): Parts,
) -> Result<Response> {
    let request = request(&app, &parts, &uri, &headers)?;
    resource(&app, &op, &request, request.form, Stage::Draft, &parts).await
}

async fn table(
    State(app): State<App>,
    op: Op,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    Path(parts): Parts,
) -> Result<Response> {
    op.require(&READERS)?;
    let request = request(&app, &parts, &uri, &headers)?;
    let form = request.form.strip_suffix(SERVICE);
    let form = form.ok_or_else(|| Problem::not_found("page-unknown"))?;
    resource(&app, &op, &request, form, Stage::Published, &parts).await
}

fn request<'a>(
    app: &'a App,
    parts: &'a HashMap<String, String>,
    uri: &'a Uri,
    headers: &'a HeaderMap,
) -> Result<Request<'a>> {
    Ok(Request {
        app,
        project: project_of(parts)?,
        form: part(parts, "form"),
        uri,
        headers,
    })
}

/// The forms of documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Json,
    Xml,
}

async fn document(app: &App, op: &Op, request: &Request<'_>, form: &str, stage: Stage) -> Result<Response> {
    op.require(&READERS)?;
    let options = Options::read(request, Format::Json)?;
    let form = collect::form(app, request.project, form).await?;
    let source = Source::open(app, op, form, stage).await?;
    let written = service_document(&options.service, &source.fields().await?);
    Ok(json("application/json; odata.metadata=minimal", written))
}

async fn resource(
    app: &App,
    op: &Op,
    request: &Request<'_>,
    form: &str,
    stage: Stage,
    parts: &HashMap<String, String>,
) -> Result<Response> {
    op.require(&READERS)?;
    let named = part(parts, "table");
    let rows = parts.get("rows").map(String::as_str);
    let form = collect::form(app, request.project, form).await?;
    let source = Source::open(app, op, form, stage).await?;
    let fields = source.fields().await?;
    if named == "$metadata" && rows.is_none() {
        Options::read(request, Format::Xml)?;
        let written = metadata::write(&source.form.xml_form_id, &fields);
        let headers = [
            (header::CONTENT_TYPE, "application/xml; charset=utf-8"),
            (HeaderName::from_static("odata-version"), "4.0"),
        ];
        return Ok((headers, written).into_response());
    }
    let options = Options::read(request, Format::Json)?;
    let path = Way::read(named, rows)?;
    let page = options.page(&source, fields, &path.table)?;
    let Some(instance_id) = path.instance_id else {
        return answered(source, page).await;
    };
    let row = match path.row {
        Some((table, id)) => Some((table_of(page.feed.fields(), &table)?, id)),
        None => None,
    };
    let written = export::one(&source, &page, &Within { instance_id, row }).await?;
    Ok(json(JSON, written))
}

const JSON: &str = "application/json; charset=utf-8";

async fn answered(source: Source, page: Page) -> Result<Response> {
    let source = Arc::new(source);
    if page.paging.top == Some(0) {
        let n = match page.paging.is_counted {
            true => Some(export::count(&source, &page).await?),
            false => None,
        };
        let mut written = OPENING.as_bytes().to_vec();
        let table = &page.feed.fields().tables()[page.feed.table()].name;
        written.extend(closing(&page.service, table, None, n));
        return Ok(json(JSON, written));
    }
    Ok(json(JSON, export::page(source, page).await?))
}

fn json(media_type: &'static str, body: impl Into<Body>) -> Response {
    let mut response = body.into().into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    headers.insert(
        HeaderName::from_static("odata-version"),
        HeaderValue::from_static("4.0"),
    );
    response
}

/// A way through tables: `Submissions('uuid:…')/member('…')/child`.
#[derive(Debug, PartialEq, Eq)]
struct Way {
    /// The table at its end.
    table: String,
    instance_id: Option<String>,
    /// The last row of a repeat that is named, with its table.
    row: Option<(String, String)>,
}

impl Way {
    fn read(first: &str, rest: Option<&str>) -> Result<Way> {
        let unknown = |named: &str| Problem::not_found("collect-exports-table-unknown").with("table", named);
        let mut way = Way {
            table: String::new(),
            instance_id: None,
            row: None,
        };
        for (nth, step) in std::iter::once(first)
            .chain(rest.into_iter().flat_map(|rest| rest.split('/')))
            .enumerate()
        {
            let (name, id) = match step.split_once("('") {
                None => (step, None),
                Some((name, id)) => {
                    let id = id.strip_suffix("')").ok_or_else(|| unknown(step))?;
                    (name, Some(id.replace("''", "'")))
                }
            };
            if nth > 0 {
                way.table.push('.');
            }
            way.table.push_str(name);
            match id {
                None => {}
                Some(id) if nth == 0 => way.instance_id = Some(id),
                Some(id) => way.row = Some((way.table.clone(), id)),
            }
        }
        // Below the table of submissions lies something only within one of them.
        if way.instance_id.is_none() && rest.is_some() {
            return Err(unknown(&way.table));
        }
        Ok(way)
    }
}

/// What the query says.
struct Options {
    filter: Option<String>,
    order: Option<Order>,
    select: Option<String>,
    inner: Inner,
    geometry: Geometry,
    paging: Paging,
    /// Address of the service.
    service: String,
    /// Address of the page with all that was asked but where it begins.
    again: String,
}

impl Options {
    fn read(request: &Request<'_>, format: Format) -> Result<Options> {
        let query = request.uri.query().unwrap_or_default();
        let asked: Vec<(String, String)> = url::form_urlencoded::parse(query.as_bytes())
            .into_owned()
            .collect();
        let find = |name: &str| {
            let found = asked.iter().find(|(known, _)| known == name);
            found
                .map(|(_, value)| value.clone())
                .filter(|value| !value.is_empty())
        };
        acceptable(request.headers, find("$format").as_deref(), format)?;
        let unknown = asked
            .iter()
            .find(|(name, _)| name.starts_with('$') && !KNOWN.contains(&name.as_str()));
        if let Some((name, _)) = unknown {
            return Err(unsupported(name));
        }
        let inner = match find("$expand").as_deref() {
            None => Inner::Linked,
            Some("*") => Inner::Expanded,
            Some(other) => return Err(Problem::unsupported("collect-exports-expand").with("text", other)),
        };
        let selected = find("$select");
        if inner == Inner::Expanded && selected.is_some() {
            return Err(Problem::unsupported("collect-exports-select-expand"));
        }
        let order = match find("$orderby") {
            None => None,
            Some(text) => Some(Order::parse(&text).map_err(|error| {
                Problem::unsupported("collect-exports-filter-field")
                    .with("at", 0)
                    .with("text", error.0)
            })?),
        };
        let after = find("$skiptoken").map(|token| Token::read(&token)).transpose()?;
        if order.is_some() && after.is_some() {
            return Err(unsupported("$orderby with $skiptoken"));
        }
        let is_set = |name: &str| find(name).is_some_and(|value| value.eq_ignore_ascii_case("true"));
        let number = |name: &str| -> Option<usize> {
            let value = find(name)?;
            // Less than nothing is nothing.
            value.parse().ok().or_else(|| value.starts_with('-').then_some(0))
        };
        let path = request.uri.path();
        let end = path
            .find(&format!("{SERVICE}/"))
            .map_or(path.len(), |at| at + SERVICE.len());
        let site = site_of(request.app, request.headers);
        let mut kept = url::form_urlencoded::Serializer::new(String::new());
        kept.extend_pairs(
            asked
                .iter()
                .filter(|(name, _)| !matches!(name.as_str(), "$skip" | "$skiptoken")),
        );
        let kept = kept.finish();
        let and = if kept.is_empty() { "" } else { "&" };
        Ok(Options {
            filter: find("$filter"),
            order,
            select: selected,
            inner,
            geometry: if is_set("$wkt") || is_set("wkt") {
                Geometry::WellKnownText
            } else {
                Geometry::GeoJson
            },
            paging: Paging {
                skip: number("$skip").unwrap_or(0),
                top: number("$top"),
                after,
                is_counted: is_set("$count"),
            },
            service: format!("{site}{}", &path[..end]),
            again: format!("{site}{path}?{kept}{and}"),
        })
    }

    fn page(self, source: &Source, fields: Fields, table: &str) -> Result<Page> {
        let number = table_of(&fields, table)?;
        let filter = export::filter(self.filter.as_deref(), &fields, number)?;
        if self.order.is_some() && number > 0 {
            return Err(unsupported("$orderby of a repeat"));
        }
        let (shown, beside) = match &self.select {
            None => (fields.clone(), Beside::all()),
            Some(properties) => select(&fields, number, properties).map_err(|error| match error {
                SelectError::Unknown(property) => {
                    Problem::invalid("collect-exports-select-unknown").with("property", property)
                }
                SelectError::InRepeat(property) => {
                    Problem::invalid("collect-exports-select-repeat").with("property", property)
                }
            })?,
        };
        let unknown = || Problem::not_found("collect-exports-table-unknown").with("table", table);
        Ok(Page {
            feed: Feed::new(shown, beside, table, self.inner, self.geometry).ok_or_else(unknown)?,
            fields,
            filter,
            order: self.order,
            paging: self.paging,
            service: self.service,
            again: self.again,
            asked_at: source.now.0,
        })
    }
}

/// Refuses who wants another format than there is, or an older OData.
fn acceptable(headers: &HeaderMap, asked: Option<&str>, format: Format) -> Result<()> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if text("odata-maxversion")
        .is_some_and(|version| version.trim().parse::<f64>().is_ok_and(|version| version < 4.0))
    {
        return Err(Problem::not_found("page-unknown"));
    }
    let wanted = asked
        .or_else(|| text("accept"))
        .unwrap_or_default()
        .to_ascii_lowercase();
    let kinds: Vec<&str> = wanted
        .split(',')
        .map(|kind| kind.split(';').next().unwrap_or_default().trim())
        .collect();
    let is_json = kinds
        .iter()
        .any(|kind| matches!(*kind, "json" | "application/json"));
    let is_xml = kinds.iter().any(|kind| {
        matches!(
            *kind,
            "xml" | "atom" | "application/xml" | "application/atom+xml" | "application/atomsvc+xml"
        )
    });
    let is_any = kinds.contains(&"*/*");
    let (is_wanted, is_other, name) = match format {
        Format::Json => (is_json, is_xml, "application/json"),
        Format::Xml => (is_xml, is_json, "application/xml"),
    };
    if is_other && !is_wanted && !is_any {
        return Err(Problem::unacceptable("collect-exports-format").with("format", name));
    }
    Ok(())
}

fn unsupported(feature: &str) -> Problem {
    Problem::unsupported("collect-exports-unsupported").with("feature", feature)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_way_leads_through_rows_to_a_table() {
        let way = Way::read("Submissions('uuid:1')", Some("g/member('abc')/child")).expect("a way");
        assert_eq!(way.table, "Submissions.g.member.child");
        assert_eq!(way.instance_id.as_deref(), Some("uuid:1"));
        assert_eq!(
            way.row,
            Some(("Submissions.g.member".to_owned(), "abc".to_owned()))
        );
        assert_eq!(
            Way::read("Submissions('O''Brien')", None)
                .expect("a way")
                .instance_id
                .as_deref(),
            Some("O'Brien")
        );
        assert!(Way::read("Submissions", Some("member")).is_err());
        assert!(Way::read("Submissions('x", None).is_err());
    }
}
