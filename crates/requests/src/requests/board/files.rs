//! The list as files: a page of JSON or GeoJSON with the way to the next, or everything as CSV.

use axum::{
    body::{Body, Bytes},
    extract::{Query, State},
    http::header,
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

use super::{
    asked::Asked,
    list::Asking,
    public::{self, Public},
    rows::{Lights, id_text},
};
use crate::{
    platform::{
        app::App,
        op::Op,
        problem::{Problem, Result},
        spreadsheet::harmless,
        time::Time,
    },
    requests::model::clock::Light,
};

/// Requests in one answer for programs, and the most somebody may ask for.
const A_PAGE: usize = 100;
const MOST: usize = 1_000;
/// Rows of a CSV file that are read at once.
const AT_ONCE: usize = 500;

const COLUMNS: [&str; 22] = [
    "service_request_id",
    "light",
    "status",
    "state",
    "close_kind",
    "service_code",
    "service_name",
    "agency_code",
    "agency_responsible",
    "place_code",
    "place_name",
    "kind",
    "requested_datetime",
    "verified_datetime",
    "answered_datetime",
    "closed_datetime",
    "expected_datetime",
    "level",
    "reopened",
    "supporters",
    "lat",
    "long",
];

pub async fn as_json(State(app): State<App>, op: Op, Query(asked): Query<Asked>) -> Result<Response> {
    let (taken, next) = page(&app, &op, asked, "/requests.json").await?;
    let Taken { lights, at, requests } = taken;
    Ok(axum::Json(json!({
        "as_of": at.to_string(),
        "counts": counts(lights),
        "requests": requests,
        "next": next,
    }))
    .into_response())
}

pub async fn as_geojson(State(app): State<App>, op: Op, Query(asked): Query<Asked>) -> Result<Response> {
    let (taken, next) = page(&app, &op, asked, "/requests.geojson").await?;
    let mut features = Vec::with_capacity(taken.requests.len());
    for request in taken.requests {
        let geometry = match (request.long, request.lat) {
            (Some(long), Some(lat)) => json!({ "type": "Point", "coordinates": [long, lat] }),
            _ => Value::Null,
        };
        let mut properties = serde_json::to_value(&request).map_err(Problem::internal)?;
        if let Some(properties) = properties.as_object_mut() {
            properties.remove("lat");
            properties.remove("long");
        }
        features.push(
            json!({ "type": "Feature", "id": request.code, "geometry": geometry, "properties": properties }),
        );
    }
    // RFC 7946, 6.1: foreign members may stand beside the features.
    let collection = json!({
        "type": "FeatureCollection",
        "as_of": taken.at.to_string(),
        "counts": counts(taken.lights),
        "next": next,
        "features": features,
    });
    Ok((
        [(header::CONTENT_TYPE, "application/geo+json")],
        collection.to_string(),
    )
        .into_response())
}

/// Streams every request that is wanted; the memory it takes does not grow with them.
pub async fn as_csv(State(app): State<App>, op: Op, Query(asked): Query<Asked>) -> Result<Response> {
    let asking = Asking::new(&app, &op, asked).await?;
    let light = asking.sought.light;
    let now = Time(op.at.0.div_euclid(1_000_000) * 1_000_000);
    let ids = asking.board.read(|rows| {
        let filter = asking.sought.filter(rows, &asking.teller.library, &app.config);
        let mut ids = Vec::new();
        rows.each(&filter, |id, row| {
            let shown = row.light(super::rows::floor(now.0));
            if light.is_none_or(|light| light == shown) {
                ids.push(id);
            }
        });
        ids
    });
    let begin = Writing {
        app,
        asking,
        ids,
        at: 0,
        now,
    };
    let rest = futures::stream::try_unfold(begin, |mut writing| async move {
        match writing.more().await {
            Ok(Some(bytes)) => Ok(Some((bytes, writing))),
            Ok(None) => Ok(None),
            Err(problem) => Err(std::io::Error::other(problem.to_string())),
        }
    });
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"requests.csv\"",
        ),
    ];
    Ok((headers, Body::from_stream(rest)).into_response())
}

struct Writing {
    app: App,
    asking: Asking,
    ids: Vec<u128>,
    at: usize,
    now: Time,
}

impl Writing {
    /// The header with the first rows, then more rows, then nothing.
    async fn more(&mut self) -> Result<Option<Bytes>> {
        if self.at > 0 && self.at >= self.ids.len() {
            return Ok(None);
        }
        let mut csv = csv::Writer::from_writer(Vec::new());
        if self.at == 0 {
            let head = COLUMNS.into_iter().chain(["description"]);
            csv.write_record(head).map_err(Problem::internal)?;
        }
        let end = (self.at + AT_ONCE).min(self.ids.len());
        for listed in public::read(&self.app, &self.ids[self.at..end]).await? {
            let request = Public::of(&self.asking.teller, listed, self.now);
            csv.write_record(record(&request)).map_err(Problem::internal)?;
        }
        self.at = end.max(1);
        let bytes = csv
            .into_inner()
            .map_err(|error| Problem::internal(error.into_error()))?;
        Ok(Some(bytes.into()))
    }
}

fn record(request: &Public) -> [String; COLUMNS.len() + 1] {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let degrees = |degrees: Option<f64>| degrees.map(|degrees| format!("{degrees:.3}")).unwrap_or_default();
    [
        request.code.clone(),
        request.light.to_owned(),
        // GeoReport v2 knows two.
        if request.closed_at.is_some() {
            "closed"
        } else {
            "open"
        }
        .to_owned(),
        request.state.clone(),
        request.close_kind.unwrap_or_default().to_owned(),
        request.service.clone(),
        request.service_name.clone(),
        text(&request.agency),
        text(&request.agency_name),
        text(&request.place),
        text(&request.place_name),
        request.kind.to_owned(),
        request.opened_at.clone(),
        text(&request.verified_at),
        text(&request.answered_at),
        text(&request.closed_at),
        text(&request.finish_by),
        request.level.to_string(),
        request.reopened.to_string(),
        request.supporters.to_string(),
        degrees(request.lat),
        degrees(request.long),
        harmless(&request.description).into_owned(),
    ]
}

struct Taken {
    lights: Lights,
    at: Time,
    requests: Vec<Public>,
}

/// A page of the list for programs, and the address of the next.
async fn page(app: &App, op: &Op, asked: Asked, path: &str) -> Result<(Taken, Option<String>)> {
    let most = match asked.limit.trim() {
        "" => A_PAGE,
        text => text
            .parse()
            .ok()
            .filter(|n| (1..=MOST).contains(n))
            .ok_or_else(|| Problem::invalid("fields").field("limit", "requests-board-limit"))?,
    };
    let asking = Asking::new(app, op, asked).await?;
    let view = asking.view(app, op, most);
    let requests = public::read(app, &view.value.ids)
        .await?
        .into_iter()
        .map(|listed| Public::of(&asking.teller, listed, view.at()))
        .collect();
    let next = view
        .value
        .ids
        .last()
        .filter(|_| view.value.has_more)
        .map(|last| asking.asked.address(path, &[("after", &id_text(*last))]));
    let taken = Taken {
        lights: view.value.lights,
        at: view.at(),
        requests,
    };
    Ok((taken, next))
}

/// Counts by light with their names.
pub fn counts(lights: Lights) -> Value {
    let mut counts = serde_json::Map::new();
    for light in Light::ALL {
        counts.insert(light.as_str().to_owned(), lights.of(light).into());
    }
    counts.into()
}
