//! The features of a collection, a page at a time.

use axum::{
    extract::{Path, State},
    http::{HeaderMap, Uri, header},
    response::{IntoResponse, Response},
};
use serde_json::{Map, Value as Json, json};
use tables::{Filter, Kind, Limits, Place as RowPlace, Start, Test, Value, View};

use super::{
    Face, GEOJSON, HTML, JSON,
    collections::{Collection, find, time_column},
    link, pages,
    pages::SEGMENT,
    question::{Bbox, Question, Stretch, pairs},
};
use crate::{
    catalog::{
        explore::located::{Located, boundary},
        view::{Resource, spoken},
    },
    places::{
        self,
        model::{Place, Places},
    },
    platform::{
        app::App,
        i18n::Lang,
        op::Op,
        problem::{Problem, Result},
    },
};

/// Rows that are looked at for one answer when the box has to be compared with shapes one by one.
const MOST_LOOKED_AT: usize = 50_000;
/// Rows read at once.
const AT_ONCE: usize = 1_000;

/// One feature, its geometry as text already.
pub struct Feature {
    pub id: String,
    pub properties: Map<String, Json>,
    /// GeoJSON; empty for none.
    pub geometry: String,
}

/// Some features, and where the rest begins.
pub struct Found {
    pub features: Vec<Feature>,
    /// Nothing where counting would mean to read all shapes.
    pub n_matched: Option<u64>,
    pub next: Option<u64>,
}

pub async fn list(
    State(app): State<App>,
    op: Op,
    headers: HeaderMap,
    uri: Uri,
    Path(id): Path<String>,
) -> Result<Response> {
    let face = Face::of(&headers, &uri)?;
    let collection = find(&app, &op, &id).await?;
    let pairs = pairs(&uri);
    let question = Question::read(&pairs, &collection.properties())?;
    let found = match &collection {
        Collection::Places => of_places(&app, op.lang, &question).await?,
        Collection::Table(resource, located) => of_table(&app, resource, located, &question).await?,
    };
    let next = found.next.map(|after| Question::next(&pairs, after));
    if face == Face::Html {
        return pages::features(&app, &op, &uri, &collection, &found, next.as_deref());
    }
    let address = address(&app, &id);
    let mut links = vec![
        link(&address, "collection", JSON, "The collection"),
        link(
            &with_query(&format!("{address}/items"), uri.query()),
            "self",
            GEOJSON,
            "This document",
        ),
        link(
            &format!("{address}/items?f=html"),
            "alternate",
            HTML,
            "The features as a page",
        ),
    ];
    if let Some(next) = next {
        links.push(link(
            &format!("{address}/items?{next}"),
            "next",
            GEOJSON,
            "The features after these",
        ));
    }
    let mut body = String::from(r#"{"type":"FeatureCollection","features":["#);
    for (at, feature) in found.features.iter().enumerate() {
        if at > 0 {
            body.push_str(",\n");
        }
        feature.write(&mut body, &[]);
    }
    body.push_str("],\"numberReturned\":");
    body.push_str(&found.features.len().to_string());
    if let Some(n) = found.n_matched {
        body.push_str(&format!(",\"numberMatched\":{n}"));
    }
    body.push_str(&format!(
        ",\"timeStamp\":{},\"links\":{}}}",
        json!(op.at.to_string()),
        json!(links)
    ));
    Ok(([(header::CONTENT_TYPE, GEOJSON)], body).into_response())
}

pub async fn show(
    State(app): State<App>,
    op: Op,
    headers: HeaderMap,
    uri: Uri,
    Path((id, feature)): Path<(String, String)>,
) -> Result<Response> {
    let face = Face::of(&headers, &uri)?;
    let collection = find(&app, &op, &id).await?;
    let unknown = || Problem::not_found("ogc-feature-unknown").with("feature", &feature);
    let found = match &collection {
        Collection::Places => {
            let places = places::all(&app).await?;
            let place = places.find(&feature).ok_or_else(unknown)?;
            of_place(place, op.lang)
        }
        Collection::Table(resource, located) => {
            let row: u64 = feature.parse().map_err(|_| unknown())?;
            let places = needed_places(&app, located).await?;
            let view = View {
                start: Start::Row(usize::try_from(row).map_err(|_| unknown())?),
                n_rows: 1,
                ..View::default()
            };
            let seen = read(&app, resource, &view).await?;
            let values = seen
                .rows
                .first()
                .filter(|_| seen.n_before == row)
                .ok_or_else(unknown)?;
            of_row(&seen.columns, values, row, located, places.as_deref())
        }
    };
    if face == Face::Html {
        let one = Found {
            features: vec![found],
            n_matched: Some(1),
            next: None,
        };
        return pages::features(&app, &op, &uri, &collection, &one, None);
    }
    let address = address(&app, &id);
    let here = format!(
        "{address}/items/{}",
        percent_encoding::utf8_percent_encode(&feature, SEGMENT)
    );
    let links = [
        link(&here, "self", GEOJSON, "This document"),
        link(
            &format!("{here}?f=html"),
            "alternate",
            HTML,
            "This document as a page",
        ),
        link(&address, "collection", JSON, "The collection"),
    ];
    let mut body = String::new();
    found.write(&mut body, &links);
    Ok(([(header::CONTENT_TYPE, GEOJSON)], body).into_response())
}

impl Feature {
    fn write(&self, body: &mut String, links: &[Json]) {
        let properties = Json::Object(self.properties.clone());
        let geometry = if self.geometry.is_empty() {
            "null"
        } else {
            &self.geometry
        };
        // Numbers of rows are numbers; everything else is a text.
        let id = match self.id.parse::<u64>() {
            Ok(number) if self.id == number.to_string() => json!(number),
            _ => json!(self.id),
        };
        body.push_str(&format!(
            r#"{{"type":"Feature","id":{id},"properties":{properties},"geometry":{geometry}"#
        ));
        if !links.is_empty() {
            body.push_str(&format!(",\"links\":{}", json!(links)));
        }
        body.push('}');
    }
}

async fn of_places(app: &App, lang: Lang, question: &Question) -> Result<Found> {
    let places = places::all(app).await?;
    let days = question.datetime.as_ref().map(Stretch::days);
    let wanted = |place: &Place<'_>| {
        let in_box = question
            .bbox
            .is_none_or(|bbox| place.shape().is_some() && touches_place(bbox, *place));
        let in_time = match days {
            // Without a time it is the places of today.
            None => place.is_current(),
            Some((from, to)) => {
                from.is_none_or(|from| place.valid_to().is_none_or(|end| end >= from))
                    && to.is_none_or(|to| place.valid_from().is_none_or(|begin| begin <= to))
            }
        };
        let has_properties = question
            .properties
            .iter()
            .all(|(name, value)| match name.as_str() {
                "code" => place.code() == value,
                "name" => place.name() == value || place.name_in(lang.code()) == value,
                "level" => place.level() == value,
                _ => place.parent().map_or("", Place::code) == value,
            });
        in_box && in_time && has_properties
    };
    let all: Vec<Place<'_>> = places.ever().filter(wanted).collect();
    let first = usize::try_from(question.after.unwrap_or(0)).unwrap_or(usize::MAX);
    let features: Vec<Feature> = all
        .iter()
        .skip(first)
        .take(question.limit)
        .map(|place| of_place(*place, lang))
        .collect();
    let end = first.saturating_add(features.len());
    Ok(Found {
        next: (end < all.len()).then_some(end as u64),
        n_matched: Some(all.len() as u64),
        features,
    })
}

fn of_place(place: Place<'_>, lang: Lang) -> Feature {
    let properties = json!({
        "code": place.code(),
        "name": place.name_in(lang.code()),
        "level": place.level(),
        "parent": place.parent().map(Place::code),
        "valid_from": place.valid_from().map(|day| day.to_string()),
        "valid_to": place.valid_to().map(|day| day.to_string()),
    });
    Feature {
        id: place.code().to_owned(),
        properties: match properties {
            Json::Object(properties) => properties,
            _ => Map::new(),
        },
        geometry: place
            .shape()
            .map(places::boundaries::Shape::to_geojson)
            .unwrap_or_default(),
    }
}

async fn of_table(app: &App, resource: &Resource, located: &Located, question: &Question) -> Result<Found> {
    let mut filters: Vec<Filter> = question
        .properties
        .iter()
        .map(|(name, value)| Filter::new(name, Test::Is(vec![value.clone()])))
        .collect();
    if let Some(stretch) = &question.datetime {
        let Some((column, kind)) = time_column(resource) else {
            return Err(super::question::refused(
                "this collection has no column of days or times to compare datetime with",
            ));
        };
        filters.extend(between(column, kind, stretch));
    }
    let places = needed_places(app, located).await?;
    let mut looked_at = None;
    match (question.bbox, located) {
        (Some(bbox), Located::Points { lon, lat }) if !bbox.crosses_the_date_line() => {
            for (column, from, to) in [(lon, bbox.west, bbox.east), (lat, bbox.south, bbox.north)] {
                filters.push(Filter::new(column, Test::From(from.to_string())));
                filters.push(Filter::new(column, Test::To(to.to_string())));
            }
        }
        (Some(bbox), Located::Places(column)) => {
            let codes = places.iter().flat_map(|places| places.ever());
            let codes = codes
                .filter(|place| place.shape().is_some() && touches_place(bbox, *place))
                .map(|place| place.code().to_owned())
                .collect();
            filters.push(Filter::new(column, Test::Is(codes)));
        }
        (Some(bbox), _) => looked_at = Some(bbox),
        (None, _) => {}
    }
    let start = match question.after {
        Some(row) => Start::After(RowPlace { row, value: None }),
        None => Start::Row(0),
    };
    let mut view = View {
        filters,
        start,
        n_rows: question.limit,
        ..View::default()
    };
    let Some(bbox) = looked_at else {
        let seen = read(app, resource, &view).await?;
        return Ok(Found {
            features: seen
                .rows
                .iter()
                .zip(&seen.numbers)
                .map(|(row, number)| of_row(&seen.columns, row, *number, located, places.as_deref()))
                .collect(),
            n_matched: Some(seen.n_found),
            next: seen.next.map(|place| place.row),
        });
    };
    view.n_rows = AT_ONCE;
    let mut features = Vec::new();
    let mut n_looked_at = 0;
    loop {
        let seen = read(app, resource, &view).await?;
        for (row, number) in seen.rows.iter().zip(&seen.numbers) {
            let feature = of_row(&seen.columns, row, *number, located, places.as_deref());
            if touches_geometry(bbox, &feature.geometry) {
                features.push(feature);
            }
            if features.len() == question.limit {
                let is_last = seen.next.is_none() && seen.numbers.last() == Some(number);
                return Ok(Found {
                    features,
                    n_matched: None,
                    next: (!is_last).then_some(*number),
                });
            }
        }
        n_looked_at += seen.rows.len();
        match seen.next {
            // Fewer features than were asked for may come back; the next answer goes on from there.
            Some(place) if n_looked_at >= MOST_LOOKED_AT => {
                return Ok(Found {
                    features,
                    n_matched: None,
                    next: Some(place.row),
                });
            }
            Some(place) => view.start = Start::After(place),
            None => {
                return Ok(Found {
                    features,
                    n_matched: None,
                    next: None,
                });
            }
        }
    }
}

async fn read(app: &App, resource: &Resource, view: &View) -> Result<tables::Seen> {
    app.lake
        .view(&resource.table, view, Limits::default())
        .await
        .map_err(spoken)
}

async fn needed_places(app: &App, located: &Located) -> Result<Option<std::sync::Arc<Places>>> {
    match located {
        Located::Places(_) => places::all(app).await.map(Some),
        _ => Ok(None),
    }
}

fn of_row(
    columns: &[tables::Column],
    row: &[Value],
    number: u64,
    located: &Located,
    places: Option<&Places>,
) -> Feature {
    let value = |name: &str| {
        let at = columns.iter().position(|column| column.name == name)?;
        row.get(at)
    };
    let geometry = match located {
        Located::Shapes(name) => value(name)
            .and_then(Value::as_text)
            // Only what is JSON may stand there: an import may have put other text into the column.
            .filter(|text| serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok())
            .map(str::to_owned),
        Located::Points { lon, lat } => value(lon)
            .and_then(Value::as_decimal)
            .zip(value(lat).and_then(Value::as_decimal))
            .filter(|(lon, lat)| lon.abs() <= 180.0 && lat.abs() <= 90.0)
            .map(|(lon, lat)| format!(r#"{{"type":"Point","coordinates":[{lon},{lat}]}}"#)),
        Located::Places(name) => value(name).and_then(|code| boundary(places?, &code.to_string())),
    };
    Feature {
        id: number.to_string(),
        properties: columns
            .iter()
            .zip(row)
            .filter(|(column, _)| column.kind != Kind::Geometry)
            .map(|(column, value)| (column.name.clone(), value.to_json()))
            .collect(),
        geometry: geometry.unwrap_or_default(),
    }
}

/// What a stretch of time means for a column of days or of moments.
fn between(column: &str, kind: Kind, stretch: &Stretch) -> Vec<Filter> {
    let as_held = |end: &String| match kind {
        Kind::Date => end.get(..10).unwrap_or(end).to_owned(),
        _ => end.clone(),
    };
    let from = stretch.from.as_ref().map(|end| Test::From(as_held(end)));
    let to = stretch.to.as_ref().map(|end| Test::To(as_held(end)));
    from.into_iter()
        .chain(to)
        .map(|test| Filter::new(column, test))
        .collect()
}

fn touches_place(bbox: Bbox, place: Place<'_>) -> bool {
    place.bounds().is_some_and(|bounds| {
        let [west, south, east, north] =
            [bounds.west, bounds.south, bounds.east, bounds.north].map(|edge| f64::from(edge) / 1e6);
        bbox.touches(west, south, east, north)
    })
}

/// Whether the box around a geometry touches the one that is asked for.
fn touches_geometry(bbox: Bbox, geometry: &str) -> bool {
    let Ok(geometry) = serde_json::from_str::<Json>(geometry) else {
        return false;
    };
    let mut edges: Option<(f64, f64, f64, f64)> = None;
    widen(&mut edges, &geometry);
    edges.is_some_and(|(west, south, east, north)| bbox.touches(west, south, east, north))
}

/// Takes in every position of a geometry, however deep it stands.
fn widen(edges: &mut Option<(f64, f64, f64, f64)>, part: &Json) {
    if let Some(list) = part.as_array() {
        if let [Json::Number(lon), Json::Number(lat), ..] = &list[..] {
            let (Some(lon), Some(lat)) = (lon.as_f64(), lat.as_f64()) else {
                return;
            };
            let (west, south, east, north) = edges.unwrap_or((lon, lat, lon, lat));
            *edges = Some((west.min(lon), south.min(lat), east.max(lon), north.max(lat)));
        } else {
            list.iter().for_each(|part| widen(edges, part));
        }
        return;
    }
    for name in ["coordinates", "geometries"] {
        if let Some(inner) = part.get(name) {
            widen(edges, inner);
        }
    }
}

fn address(app: &App, id: &str) -> String {
    format!(
        "{}/ogc/collections/{}",
        app.config.base_url,
        percent_encoding::utf8_percent_encode(id, SEGMENT)
    )
}

fn with_query(address: &str, query: Option<&str>) -> String {
    match query {
        Some(query) if !query.is_empty() => format!("{address}?{query}"),
        _ => address.to_owned(),
    }
}
