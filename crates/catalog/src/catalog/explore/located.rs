//! Where the rows of a table are: in shapes, at points, or within places that they name by their codes.
//!
//! The boundaries of places are joined to rows as these are sent: they stand in no table, and change without it.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, PoisonError},
};

use bytes::Bytes;
use futures::{StreamExt, stream};
use serde_json::{Map, Value as Json};
use tables::{ExportStream, Filter, Format, Kind, Limits, Test, Version, View, What};

use super::{
    asked::Asked,
    meaning::{self, Meaning},
};
use crate::{
    catalog::{
        details,
        model::Class,
        store::search::PlacingRow,
        view::{ColumnProfileView, ColumnView, Resource, spoken},
    },
    places::{self, boundaries::Shape, model::Places},
    platform::{app::App, problem::Result},
};

/// Bytes that are worth sending.
const PIECE: usize = 256 << 10;
/// Bytes of boundaries that are kept while a file is written.
const MOST_BYTES: usize = 16 << 20;
const BEGINNING: &[u8] = br#"{"type":"FeatureCollection","features":["#;
const END: &[u8] = b"]}\n";

/// How a table says where its rows are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Located {
    /// A column of shapes.
    Shapes(String),
    Points {
        lon: String,
        lat: String,
    },
    /// A column of codes of places.
    Places(String),
}

impl Located {
    pub fn of(resource: &Resource) -> Option<Located> {
        let shapes = resource
            .columns
            .iter()
            .find(|column| column.kind == Kind::Geometry.as_str());
        if let Some(column) = shapes {
            return Some(Located::Shapes(column.name.clone()));
        }
        if let Some((lon, lat)) = meaning::points(resource) {
            return Some(Located::Points { lon, lat });
        }
        // Of several levels the finest says most about a row.
        let finest = meaning::places(resource)
            .max_by_key(|column| column.profile.as_ref().map_or(0, |profile| profile.n_distinct));
        finest.map(|column| Located::Places(column.name.clone()))
    }
}

/// The boundary of the place with a code, as GeoJSON writes it; nothing for a code that is none, and where nobody drew the place.
pub fn boundary(places: &Places, code: &str) -> Option<String> {
    places.find(code)?.shape().map(Shape::to_geojson)
}

/// The tables among these whose rows say where they are: in shapes, at points, or by places that somebody drew.
///
/// Of the places only those are looked up that are kept of a column: its ends and its most common values.
pub fn located(places: &Places, rows: Vec<PlacingRow>) -> HashSet<String> {
    let mut tables: HashMap<String, (Vec<ColumnView>, i64)> = HashMap::new();
    for row in rows {
        let profiles: Vec<ColumnProfileView> = row.profile.as_deref().map(details::read).unwrap_or_default();
        let column = ColumnView {
            profile: profiles.into_iter().find(|profile| profile.name == row.name),
            class: Class::Open,
            title: String::new(),
            unit: String::new(),
            name: row.name,
            kind: row.kind,
        };
        let (columns, n_rows) = tables.entry(row.resource_id).or_default();
        columns.push(column);
        *n_rows = row.n_rows;
    }
    tables
        .into_iter()
        .filter(|(_, (columns, n_rows))| say_where(places, columns, *n_rows))
        .map(|(resource, _)| resource)
        .collect()
}

fn say_where(places: &Places, columns: &[ColumnView], n_rows: i64) -> bool {
    let has = |wanted: Meaning| columns.iter().any(|column| meaning::of(column, n_rows) == wanted);
    if has(Meaning::Shape) || (has(Meaning::Longitude) && has(Meaning::Latitude)) {
        return true;
    }
    let named = columns
        .iter()
        .filter(|column| meaning::of(column, n_rows) == Meaning::Place);
    let finest = named.max_by_key(|column| meaning::n_distinct(column));
    let profile = finest.and_then(|column| column.profile.as_ref());
    profile.is_some_and(|profile| {
        let common = profile.common.iter().map(|(value, _)| value);
        let mut values = common.chain(&profile.least).chain(&profile.most);
        values.any(|code| places.find(code).is_some_and(|place| place.shape().is_some()))
    })
}

/// Whether a row of a table names a place with boundaries.
async fn names_drawn(app: &App, places: &Places, resource: &Resource, column: &str) -> Result<bool> {
    let codes = drawn_between(places, resource, column);
    if codes.is_empty() {
        return Ok(false);
    }
    let view = View {
        columns: vec![column.to_owned()],
        filters: vec![Filter::new(column, Test::Is(codes))],
        n_rows: 1,
        ..View::default()
    };
    let seen = app.lake.view(&resource.table, &view, Limits::default()).await;
    Ok(seen.map_err(spoken)?.n_found > 0)
}

/// Tables of which it is known whether their rows name places with boundaries.
const MOST_KNOWN: usize = 1_000;

/// A column of a version of a table.
type ColumnOf = (String, Option<Version>, String);

/// What was found of tables while the places stayed as they are: versions do not change, and rows need not be read for each page.
struct Known {
    places: Arc<Places>,
    found: Mutex<HashMap<ColumnOf, bool>>,
}

impl Known {
    fn of(app: &App, places: &Arc<Places>) -> Arc<Known> {
        let known = app.shelf.find::<Known>();
        if let Some(known) = known.filter(|known| Arc::ptr_eq(&known.places, places)) {
            return known;
        }
        let fresh = Arc::new(Known {
            places: places.clone(),
            found: Mutex::default(),
        });
        app.shelf.put(fresh.clone());
        fresh
    }

    fn find(&self, asked: &ColumnOf) -> Option<bool> {
        let found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        found.get(asked).copied()
    }

    /// Notes what was found of a version; of a table as it is now nothing is, because that changes.
    fn note(&self, asked: &ColumnOf, is_placed: bool) {
        if asked.1.is_none() {
            return;
        }
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        if found.len() >= MOST_KNOWN {
            found.clear();
        }
        found.insert(asked.clone(), is_placed);
    }
}

/// A table of which rows name places with boundaries, in one of its columns.
pub struct Placed {
    column: String,
    places: Arc<Places>,
}

impl Placed {
    /// Finds out whether rows of a table name places with boundaries; nothing for a table that says itself where its rows are.
    ///
    /// # Errors
    /// When the database or the store fails.
    pub async fn of(app: &App, resource: &Resource) -> Result<Option<Placed>> {
        let located = Located::of(resource).filter(|_| resource.version.is_some());
        let Some(Located::Places(column)) = located else {
            return Ok(None);
        };
        let places = places::all(app).await?;
        let known = Known::of(app, &places);
        let asked = (resource.table.table.clone(), resource.table.version, column);
        let is_placed = match known.find(&asked) {
            Some(is_placed) => is_placed,
            None => {
                let is_placed = names_drawn(app, &places, resource, &asked.2).await?;
                known.note(&asked, is_placed);
                is_placed
            }
        };
        Ok(is_placed.then_some(Placed {
            column: asked.2,
            places,
        }))
    }

    /// What a file with boundaries is made of: all rows of a view, with the column that names their places.
    #[must_use]
    pub fn file_of(&self, resource: &Resource, asked: &Asked) -> What {
        let mut asked = asked.clone();
        if !asked.columns().is_empty() && !asked.show.contains(&self.column) {
            asked.show.push(self.column.clone());
        }
        resource.file_of(&asked, Format::Jsonl)
    }

    /// Turns rows that come as JSON lines into GeoJSON features with the boundaries of their places.
    #[must_use]
    pub fn features(self, lines: ExportStream) -> ExportStream {
        let writing = Writing {
            lines: Some(lines),
            rest: Vec::new(),
            out: BEGINNING.to_vec(),
            n_rows: 0,
            boundaries: Boundaries {
                placed: self,
                written: HashMap::new(),
                n_bytes: 0,
            },
        };
        stream::try_unfold(writing, |mut writing| async move {
            let piece = writing.more().await;
            piece.map(|piece| piece.map(|piece| (piece, writing)))
        })
        .boxed()
    }
}

/// The codes of places with boundaries between the first and the last value of a column.
fn drawn_between(places: &Places, resource: &Resource, column: &str) -> Vec<String> {
    let known = resource.columns.iter().find(|known| known.name == column);
    let profile = known.and_then(|known| known.profile.as_ref());
    let ends = profile.and_then(|profile| Some((profile.least.as_deref()?, profile.most.as_deref()?)));
    let Some((least, most)) = ends else {
        return Vec::new();
    };
    places
        .ever()
        .filter(|place| place.shape().is_some() && (least..=most).contains(&place.code()))
        .map(|place| place.code().to_owned())
        .collect()
}

/// A file of features on its way.
struct Writing {
    /// Nothing once all rows came.
    lines: Option<ExportStream>,
    /// Lines that came and were not written yet; the last one may not be whole.
    rest: Vec<u8>,
    /// What was written and not yet sent.
    out: Vec<u8>,
    n_rows: u64,
    boundaries: Boundaries,
}

impl Writing {
    /// Writes the next piece; nothing after the last one.
    async fn more(&mut self) -> tables::Result<Option<Bytes>> {
        loop {
            self.write_lines();
            if self.out.len() >= PIECE {
                return Ok(self.written());
            }
            let came = match &mut self.lines {
                Some(lines) => lines.next().await,
                None => return Ok(self.written()),
            };
            match came {
                Some(piece) => self.rest.extend_from_slice(&piece?),
                None => {
                    self.lines = None;
                    self.out.extend_from_slice(END);
                }
            }
        }
    }

    /// Writes the lines that came whole, until there is enough to send: a boundary may be much longer than its row.
    fn write_lines(&mut self) {
        let mut at = 0;
        while self.out.len() < PIECE {
            let Some(length) = self.rest[at..].iter().position(|byte| *byte == b'\n') else {
                break;
            };
            let line = &self.rest[at..at + length];
            if self.n_rows > 0 {
                self.out.push(b',');
            }
            self.out.extend_from_slice(br#"{"type":"Feature","properties":"#);
            self.out.extend_from_slice(line);
            self.out.extend_from_slice(br#","geometry":"#);
            self.out
                .extend_from_slice(self.boundaries.of_row(line).as_bytes());
            self.out.push(b'}');
            self.n_rows += 1;
            at += length + 1;
        }
        self.rest.drain(..at);
    }

    fn written(&mut self) -> Option<Bytes> {
        (!self.out.is_empty()).then(|| Bytes::from(std::mem::take(&mut self.out)))
    }
}

/// Boundaries as they are written, by the codes of their places: many rows may name the same one.
struct Boundaries {
    placed: Placed,
    written: HashMap<String, String>,
    n_bytes: usize,
}

impl Boundaries {
    /// The boundary of the place that a row names, or `null`.
    fn of_row(&mut self, line: &[u8]) -> &str {
        let row: Map<String, Json> = serde_json::from_slice(line).unwrap_or_default();
        let code = row.get(&self.placed.column).and_then(Json::as_str);
        let code = code.unwrap_or_default();
        if !self.written.contains_key(code) {
            self.write(code);
        }
        self.written.get(code).map_or("null", String::as_str)
    }

    fn write(&mut self, code: &str) {
        let text = boundary(&self.placed.places, code).unwrap_or_else(|| "null".to_owned());
        let n_bytes = code.len() + text.len();
        if self.n_bytes + n_bytes > MOST_BYTES {
            self.written.clear();
            self.n_bytes = 0;
        }
        self.n_bytes += n_bytes;
        self.written.insert(code.to_owned(), text);
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use pretty_assertions::assert_eq;

    use super::*;
    use crate::places::model::PlaceRow;

    /// The features of lines that come in these pieces.
    async fn written(pieces: &[&'static str]) -> String {
        let row = PlaceRow {
            code: "90.01".into(),
            level: "district".into(),
            name: "Kotak".into(),
            ..PlaceRow::default()
        };
        let square = r#"{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]]]}"#;
        let shape = Shape::from_geojson(&serde_json::from_str(square).expect("JSON")).expect("a shape");
        let places = Places::new(vec![row], date(2026, 11, 16)).with_shapes([("90.01".to_owned(), shape)]);
        let placed = Placed {
            column: "district".into(),
            places: Arc::new(places),
        };
        let lines: Vec<tables::Result<Bytes>> = pieces
            .iter()
            .map(|piece| Ok(Bytes::from_static(piece.as_bytes())))
            .collect();
        let mut features = placed.features(stream::iter(lines).boxed());
        let mut text = Vec::new();
        while let Some(piece) = features.next().await {
            text.extend_from_slice(&piece.expect("a piece"));
        }
        String::from_utf8(text).expect("text")
    }

    #[tokio::test]
    async fn rows_are_features_however_their_lines_are_cut_into_pieces() {
        let lines = "{\"district\":\"90.01\",\"n\":1}\n{\"district\":\"90.99\",\"n\":2}\n{\"district\":null,\"n\":3}\n";
        let whole = written(&[lines]).await;
        let read: Json = serde_json::from_str(&whole).expect("JSON");
        let features = read["features"].as_array().expect("features");
        let told: Vec<_> = features
            .iter()
            .map(|feature| {
                (
                    feature["properties"]["n"].as_i64(),
                    feature["geometry"]["type"].as_str(),
                )
            })
            .collect();
        assert_eq!(
            told,
            [(Some(1), Some("Polygon")), (Some(2), None), (Some(3), None)]
        );
        assert_eq!(
            written(&[&lines[..30], &lines[30..31], &lines[31..]]).await,
            whole
        );
        assert_eq!(
            written(&[]).await,
            "{\"type\":\"FeatureCollection\",\"features\":[]}\n"
        );
    }
}
