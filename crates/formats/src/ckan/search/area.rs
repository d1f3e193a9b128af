//! `ext_bbox`: an area of the map, as the extension for spatial search has it.

use serde_json::Value;

use crate::ckan::{Given, answer::Failure, values};

/// A rectangle in degrees (WGS 84). Where `west` is more than `east` it crosses the 180th meridian.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Area {
    pub west: f64,
    pub south: f64,
    pub east: f64,
    pub north: f64,
}

impl Area {
    /// Reads `west,south,east,north`. Latitudes beyond the poles end at them; longitudes go round.
    pub fn read(text: &str) -> Option<Area> {
        let numbers: Vec<f64> = text
            .trim_matches(['[', ']', '(', ')', ' '])
            .split(',')
            .map(|number| {
                number
                    .trim()
                    .parse()
                    .ok()
                    .filter(|number: &f64| number.is_finite())
            })
            .collect::<Option<_>>()?;
        let [west, south, east, north] = *numbers.first_chunk::<4>().filter(|_| numbers.len() == 4)?;
        if south > north {
            return None;
        }
        let is_whole = east - west >= 360.0;
        let round = |longitude: f64| {
            if (-180.0..=180.0).contains(&longitude) {
                longitude
            } else {
                (longitude + 180.0).rem_euclid(360.0) - 180.0
            }
        };
        Some(Area {
            west: if is_whole { -180.0 } else { round(west) },
            south: south.clamp(-90.0, 90.0),
            east: if is_whole { 180.0 } else { round(east) },
            north: north.clamp(-90.0, 90.0),
        })
    }

    /// The area around a geometry in GeoJSON, which is what datasets have as their extra `spatial`.
    pub fn of_geojson(text: &str) -> Option<Area> {
        let geometry: Value = serde_json::from_str(text).ok()?;
        let mut around: Option<Area> = None;
        let is_whole = geometry
            .get("coordinates")
            .is_some_and(|coordinates| include(coordinates, &mut around));
        around.filter(|area| is_whole && area.south >= -90.0 && area.north <= 90.0)
    }

    /// Whether two areas have a point in common.
    pub fn touches(&self, other: &Area) -> bool {
        let is_beside = self.south > other.north || other.south > self.north;
        !is_beside
            && self
                .spans()
                .iter()
                .flatten()
                .any(|a| other.spans().iter().flatten().any(|b| a.0 <= b.1 && b.0 <= a.1))
    }

    pub(super) fn asked(given: &mut Given<'_>) -> Result<Option<Area>, Failure> {
        let asked = match given.value("extras") {
            Some(Value::Object(extras)) => extras.get("ext_bbox"),
            _ => None,
        };
        let Some(value) = given.value("ext_bbox").or(asked) else {
            return Ok(None);
        };
        let text = values::text(value);
        if text.trim().is_empty() {
            return Ok(None);
        }
        match Area::read(&text) {
            Some(area) => Ok(Some(area)),
            None => Err(Failure::Search("Wrong bounding box provided".to_owned())),
        }
    }

    /// From west to east, in two parts where it crosses the 180th meridian.
    fn spans(&self) -> [Option<(f64, f64)>; 2] {
        if self.west <= self.east {
            [Some((self.west, self.east)), None]
        } else {
            [Some((self.west, 180.0)), Some((-180.0, self.east))]
        }
    }
}

/// Widens an area by all the points of a geometry; false where one is none.
fn include(coordinates: &Value, around: &mut Option<Area>) -> bool {
    let Value::Array(items) = coordinates else {
        return false;
    };
    if let [Value::Number(x), Value::Number(y), ..] = items.as_slice() {
        let (Some(x), Some(y)) = (x.as_f64(), y.as_f64()) else {
            return false;
        };
        let before = around.unwrap_or(Area {
            west: x,
            south: y,
            east: x,
            north: y,
        });
        *around = Some(Area {
            west: before.west.min(x),
            south: before.south.min(y),
            east: before.east.max(x),
            north: before.north.max(y),
        });
        return true;
    }
    items.iter().all(|item| include(item, around))
}
