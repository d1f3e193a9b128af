//! GeoJSON geometries (RFC 7946) as parts of a drawing.

use geo::Coord;
use serde_json::Value as Json;

use super::sketch::{Part, SMALL};

/// Reads a geometry; what is none, and what lies nowhere on the globe, has no parts.
#[must_use]
pub fn parts(text: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    if let Ok(geometry) = serde_json::from_str::<Json>(text) {
        take(&geometry, &mut parts);
    }
    parts
}

fn take(geometry: &Json, parts: &mut Vec<Part>) {
    let coordinates = &geometry["coordinates"];
    match geometry["type"].as_str().unwrap_or_default() {
        "Point" => parts.extend(spot(coordinates)),
        "MultiPoint" => parts.extend(each(coordinates).filter_map(spot)),
        "LineString" => parts.extend(way(coordinates).map(Part::Line)),
        "MultiLineString" => parts.extend(each(coordinates).filter_map(way).map(Part::Line)),
        "Polygon" => parts.extend(area(coordinates)),
        "MultiPolygon" => parts.extend(each(coordinates).filter_map(area)),
        "GeometryCollection" => each(&geometry["geometries"]).for_each(|inner| take(inner, parts)),
        _ => {}
    }
}

fn each(list: &Json) -> impl Iterator<Item = &Json> {
    list.as_array().into_iter().flatten()
}

fn spot(position: &Json) -> Option<Part> {
    Some(Part::Spot(corner(position)?, SMALL))
}

fn area(rings: &Json) -> Option<Part> {
    let rings: Vec<Vec<Coord<f64>>> = each(rings).map(way).collect::<Option<_>>()?;
    (!rings.is_empty()).then_some(Part::Area(rings))
}

/// All positions of a way; nothing when one of them is none.
fn way(positions: &Json) -> Option<Vec<Coord<f64>>> {
    let corners: Vec<Coord<f64>> = each(positions).map(corner).collect::<Option<_>>()?;
    (!corners.is_empty()).then_some(corners)
}

fn corner(position: &Json) -> Option<Coord<f64>> {
    let at = |index: usize| position.get(index).and_then(Json::as_f64);
    let (x, y) = (at(0)?, at(1)?);
    (x.abs() <= 180.0 && y.abs() <= 90.0).then_some(Coord { x, y })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_geometry_has_its_parts_and_nonsense_has_none() {
        let kinds = |text: &str| -> String {
            let letter = |part: &Part| match part {
                Part::Spot(..) => 'p',
                Part::Line(_) => 'l',
                Part::Area(_) => 'a',
            };
            parts(text).iter().map(letter).collect()
        };
        for (text, wanted) in [
            (r#"{"type":"Point","coordinates":[111.5,-7.2,30]}"#, "p"),
            (r#"{"type":"MultiPoint","coordinates":[[1,2],[3,4]]}"#, "pp"),
            (r#"{"type":"LineString","coordinates":[[1,2],[3,4]]}"#, "l"),
            (
                r#"{"type":"MultiLineString","coordinates":[[[1,2],[3,4]],[[5,6],[7,8]]]}"#,
                "ll",
            ),
            (
                r#"{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]]]}"#,
                "a",
            ),
            (
                r#"{"type":"MultiPolygon","coordinates":[[[[0,0],[1,0],[1,1],[0,0]]]]}"#,
                "a",
            ),
            (
                r#"{"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[1,2]},{"type":"LineString","coordinates":[[1,2],[3,4]]}]}"#,
                "pl",
            ),
            (r#"{"type":"Point","coordinates":[700000,9200000]}"#, ""),
            (r#"{"type":"LineString","coordinates":[[1,2],["x",4]]}"#, ""),
            (r#"{"type":"Polygon","coordinates":[]}"#, ""),
            ("LINESTRING (1 2, 3 4)", ""),
            ("", ""),
        ] {
            assert_eq!(kinds(text), wanted, "{text}");
        }
    }
}
