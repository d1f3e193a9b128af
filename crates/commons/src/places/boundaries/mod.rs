//! Shapes of places: reading and writing GeoJSON geometry, point in polygon, and simplification
//! that keeps neighbours' common borders common.
//!
//! Coordinates are WGS 84 longitude and latitude ([RFC 7946](https://www.rfc-editor.org/rfc/rfc7946) §4) held as
//! whole millionths of a degree (11 cm), so that two neighbours' copies of a border are equal bit for
//! bit and a vertex costs eight bytes. Absent: heights, projections, shapes across the 180° meridian
//! (RFC 7946 §3.1.9 asks writers to cut them).

pub mod crossings;
pub mod mend;
pub mod topology;

use std::fmt::Write;

use serde_json::Value;

/// A corner of a border, in millionths of a degree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Vertex {
    pub lon: i32,
    pub lat: i32,
}

/// A position in degrees.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    pub lon: f64,
    pub lat: f64,
}

/// A closed line; the first vertex is not repeated at the end.
pub type Ring = Vec<Vertex>;

/// One or more polygons; of each the first ring is the outline and the others are holes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shape {
    pub polygons: Vec<Vec<Ring>>,
}

/// The smallest west–east, south–north box around something, in millionths of a degree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    pub west: i32,
    pub south: i32,
    pub east: i32,
    pub north: i32,
}

/// Why a geometry cannot be a boundary; the text names the remedy.
#[derive(Debug, thiserror::Error, PartialEq)]
pub enum ShapeProblem {
    #[error("geometry is a {0}; give a Polygon or MultiPolygon")]
    NotAPolygon(String),
    #[error(
        "position {position} is ({lon}, {lat}), outside longitude ±180 and latitude ±90; GeoJSON wants longitude first"
    )]
    OutsideTheWorld { position: usize, lon: f64, lat: f64 },
    #[error("a ring has {0} different corners; it needs at least 3")]
    TooFewCorners(usize),
    #[error("geometry has no coordinates; leave the geometry out (null) if there is no boundary")]
    Empty,
}

impl Point {
    /// Rounds to the nearest vertex.
    pub fn vertex(self) -> Vertex {
        Vertex {
            lon: millionths(self.lon),
            lat: millionths(self.lat),
        }
    }
}

impl Vertex {
    /// The same position in degrees.
    pub fn point(self) -> Point {
        Point {
            lon: f64::from(self.lon) / 1e6,
            lat: f64::from(self.lat) / 1e6,
        }
    }
}

impl Bounds {
    /// The box around some vertices; `None` when there are none.
    pub fn around(vertices: impl IntoIterator<Item = Vertex>) -> Option<Bounds> {
        vertices.into_iter().fold(None, |bounds, v| {
            let one = Bounds {
                west: v.lon,
                south: v.lat,
                east: v.lon,
                north: v.lat,
            };
            Some(bounds.map_or(one, |b: Bounds| b.with(&one)))
        })
    }

    /// The box around both.
    pub fn with(&self, other: &Bounds) -> Bounds {
        Bounds {
            west: self.west.min(other.west),
            south: self.south.min(other.south),
            east: self.east.max(other.east),
            north: self.north.max(other.north),
        }
    }

    /// Whether the two boxes share at least one position.
    pub fn touches(&self, other: &Bounds) -> bool {
        self.west <= other.east
            && other.west <= self.east
            && self.south <= other.north
            && other.south <= self.north
    }
}

impl Shape {
    /// Reads a GeoJSON `Polygon`, `MultiPolygon` or a `GeometryCollection` of them.
    pub fn from_geojson(geometry: &Value) -> Result<Shape, ShapeProblem> {
        let mut shape = Shape::default();
        collect_polygons(geometry, &mut shape)?;
        if shape.polygons.is_empty() {
            Err(ShapeProblem::Empty)
        } else {
            Ok(shape)
        }
    }

    /// Writes a GeoJSON geometry: outlines counter-clockwise, holes clockwise (RFC 7946 §3.1.6).
    pub fn to_geojson(&self) -> String {
        let mut text = String::with_capacity(64 + self.vertices().count() * 22);
        let multi = self.polygons.len() != 1;
        text.push_str(if multi {
            r#"{"type":"MultiPolygon","coordinates":["#
        } else {
            r#"{"type":"Polygon","coordinates":"#
        });
        for (i, polygon) in self.polygons.iter().enumerate() {
            if i > 0 {
                text.push(',');
            }
            write_polygon(&mut text, polygon);
        }
        text.push_str(if multi { "]}" } else { "}" });
        text
    }

    /// Every corner of every ring.
    pub fn vertices(&self) -> impl Iterator<Item = Vertex> + '_ {
        self.polygons.iter().flatten().flatten().copied()
    }

    /// Every ring, outlines and holes alike.
    pub fn rings(&self) -> impl Iterator<Item = &Ring> {
        self.polygons.iter().flatten()
    }

    /// The box around the shape; `None` for a shape without corners.
    pub fn bounds(&self) -> Option<Bounds> {
        Bounds::around(self.vertices())
    }

    /// Whether the position lies inside. A position on a border that two neighbours share is
    /// inside exactly one of them.
    pub fn contains(&self, point: Point) -> bool {
        let v = point.vertex();
        self.polygons
            .iter()
            .any(|rings| rings.iter().filter(|ring| ring_surrounds(ring, v)).count() % 2 == 1)
    }

    /// Area in square kilometres on a sphere of Earth's mean radius.
    pub fn area_km2(&self) -> f64 {
        const DEGREE_KM: f64 = 6371.0088 * std::f64::consts::PI / 180.0;
        let polygon_area = |rings: &Vec<Ring>| {
            let (outline, holes) = rings.split_first().map_or((0.0, 0.0), |(o, h)| {
                (
                    true_ring_area(o).abs(),
                    h.iter().map(|ring| true_ring_area(ring).abs()).sum(),
                )
            });
            outline - holes
        };
        self.polygons.iter().map(polygon_area).sum::<f64>() * DEGREE_KM * DEGREE_KM
    }

    /// A position well inside the shape, for a label or a mark.
    pub fn label_point(&self) -> Option<Point> {
        let largest = self
            .polygons
            .iter()
            .max_by(|a, b| outline_area(a).total_cmp(&outline_area(b)))?;
        let bounds = Bounds::around(largest.iter().flatten().copied())?;
        (1..16)
            .filter_map(|line| widest_inside(largest, &bounds, f64::from(line) / 16.0))
            .max_by(|a, b| a.0.total_cmp(&b.0))
            .map(|(_, point)| point)
            .or_else(|| {
                largest
                    .first()
                    .and_then(|outline| outline.first())
                    .map(|v| v.point())
            })
    }

    /// Adds another shape's polygons, for places delivered in several features.
    pub fn absorb(&mut self, other: Shape) {
        self.polygons.extend(other.polygons);
    }
}

/// Twice the signed area of a ring in square millionths of a degree; positive counter-clockwise.
pub fn doubled_area(ring: &[Vertex]) -> i128 {
    edges(ring)
        .map(|(a, b)| i128::from(a.lon) * i128::from(b.lat) - i128::from(b.lon) * i128::from(a.lat))
        .sum()
}

/// The sides of a closed ring.
pub fn edges(ring: &[Vertex]) -> impl Iterator<Item = (Vertex, Vertex)> + '_ {
    let next = ring.iter().cycle().skip(1);
    ring.iter().copied().zip(next.copied())
}

fn millionths(degrees: f64) -> i32 {
    // In range by construction: |degrees| ≤ 180, so at most 180,000,000.
    (degrees * 1e6).round() as i32
}

fn collect_polygons(geometry: &Value, into: &mut Shape) -> Result<(), ShapeProblem> {
    let kind = geometry
        .get("type")
        .and_then(Value::as_str)
        .unwrap_or("value without a type");
    let coordinates = geometry.get("coordinates").and_then(Value::as_array);
    match (kind, coordinates) {
        ("Polygon", Some(rings)) => into.polygons.push(read_polygon(rings)?),
        ("MultiPolygon", Some(polygons)) => {
            for polygon in polygons {
                into.polygons
                    .push(read_polygon(polygon.as_array().ok_or(ShapeProblem::Empty)?)?);
            }
        }
        ("GeometryCollection", _) => {
            for member in geometry
                .get("geometries")
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
            {
                collect_polygons(member, into)?;
            }
        }
        ("Polygon" | "MultiPolygon", None) => return Err(ShapeProblem::Empty),
        (other, _) => return Err(ShapeProblem::NotAPolygon(other.to_owned())),
    }
    Ok(())
}

fn read_polygon(rings: &[Value]) -> Result<Vec<Ring>, ShapeProblem> {
    let mut polygon = Vec::with_capacity(rings.len());
    for (i, ring) in rings.iter().enumerate() {
        let ring = read_ring(ring.as_array().ok_or(ShapeProblem::Empty)?)?;
        // A hole too small for the grid is no hole; an outline too small is an error.
        match (i, distinct(&ring)) {
            (_, 3..) => polygon.push(ring),
            (0, corners) => return Err(ShapeProblem::TooFewCorners(corners)),
            _ => {}
        }
    }
    if polygon.is_empty() {
        Err(ShapeProblem::Empty)
    } else {
        Ok(polygon)
    }
}

fn read_ring(positions: &[Value]) -> Result<Ring, ShapeProblem> {
    let mut ring = Ring::with_capacity(positions.len());
    for (i, position) in positions.iter().enumerate() {
        let number = |axis: usize| position.get(axis).and_then(Value::as_f64).unwrap_or(f64::NAN);
        let (lon, lat) = (number(0), number(1));
        if !(lon.abs() <= 180.0 && lat.abs() <= 90.0) {
            return Err(ShapeProblem::OutsideTheWorld {
                position: i + 1,
                lon,
                lat,
            });
        }
        let vertex = Point { lon, lat }.vertex();
        if ring.last() != Some(&vertex) {
            ring.push(vertex);
        }
    }
    while ring.len() > 1 && ring.first() == ring.last() {
        ring.pop();
    }
    Ok(ring)
}

fn distinct(ring: &[Vertex]) -> usize {
    let mut sorted = ring.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    sorted.len()
}

fn write_polygon(text: &mut String, rings: &[Ring]) {
    text.push('[');
    for (i, ring) in rings.iter().enumerate() {
        text.push_str(if i > 0 { ",[" } else { "[" });
        let counter_clockwise = doubled_area(ring) >= 0;
        let closed = ring.iter().chain(ring.first()).copied();
        if counter_clockwise == (i == 0) {
            write_positions(text, closed);
        } else {
            write_positions(text, ring.first().into_iter().chain(ring.iter().rev()).copied());
        }
        text.push(']');
    }
    text.push(']');
}

fn write_positions(text: &mut String, vertices: impl Iterator<Item = Vertex>) {
    for (i, v) in vertices.enumerate() {
        text.push_str(if i > 0 { ",[" } else { "[" });
        write_degrees(text, v.lon);
        text.push(',');
        write_degrees(text, v.lat);
        text.push(']');
    }
}

/// Writes millionths as degrees without needless zeros.
fn write_degrees(text: &mut String, value: i32) {
    let (whole, mut part) = (value.unsigned_abs() / 1_000_000, value.unsigned_abs() % 1_000_000);
    if value < 0 {
        text.push('-');
    }
    // Writing to a String cannot fail.
    let _ = write!(text, "{whole}");
    if part > 0 {
        let mut digits = 6;
        while part % 10 == 0 {
            part /= 10;
            digits -= 1;
        }
        let _ = write!(text, ".{part:0digits$}");
    }
}

/// The even–odd rule with half-open sides, so that a shared border belongs to one neighbour only.
fn ring_surrounds(ring: &[Vertex], v: Vertex) -> bool {
    edges(ring)
        .filter(|(a, b)| (a.lat > v.lat) != (b.lat > v.lat))
        .filter(|(a, b)| {
            let (low, high) = if a.lat < b.lat { (a, b) } else { (b, a) };
            let turn = (i64::from(high.lon) - i64::from(low.lon)) * (i64::from(v.lat) - i64::from(low.lat))
                - (i64::from(v.lon) - i64::from(low.lon)) * (i64::from(high.lat) - i64::from(low.lat));
            turn > 0
        })
        .count()
        % 2
        == 1
}

/// Signed area in square degrees of arc at the equator: the cylindrical equal-area projection
/// keeps areas, its y is the sine of the latitude.
fn true_ring_area(ring: &[Vertex]) -> f64 {
    let flat = |v: Vertex| {
        let p = v.point();
        (p.lon, p.lat.to_radians().sin().to_degrees())
    };
    edges(ring)
        .map(|(a, b)| {
            let ((ax, ay), (bx, by)) = (flat(a), flat(b));
            (bx - ax) * (by + ay) / -2.0
        })
        .sum()
}

fn outline_area(rings: &[Ring]) -> f64 {
    rings
        .first()
        .map_or(0.0, |outline| doubled_area(outline).unsigned_abs() as f64)
}

/// The widest stretch inside the polygon along a parallel, as width and middle.
fn widest_inside(rings: &[Ring], bounds: &Bounds, part: f64) -> Option<(f64, Point)> {
    let lat = f64::from(bounds.south) + (f64::from(bounds.north) - f64::from(bounds.south)) * part;
    let mut cuts: Vec<f64> = rings
        .iter()
        .flat_map(|ring| edges(ring))
        .filter(|(a, b)| (f64::from(a.lat) > lat) != (f64::from(b.lat) > lat))
        .map(|(a, b)| {
            let along = (lat - f64::from(a.lat)) / (f64::from(b.lat) - f64::from(a.lat));
            f64::from(a.lon) + along * (f64::from(b.lon) - f64::from(a.lon))
        })
        .collect();
    cuts.sort_by(f64::total_cmp);
    cuts.chunks_exact(2)
        .map(|pair| {
            (
                pair[1] - pair[0],
                Point {
                    lon: (pair[0] + pair[1]) / 2e6,
                    lat: lat / 1e6,
                },
            )
        })
        .max_by(|a, b| a.0.total_cmp(&b.0))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn square(west: i32, south: i32, side: i32) -> Ring {
        [(0, 0), (side, 0), (side, side), (0, side)]
            .map(|(x, y)| Vertex {
                lon: west + x,
                lat: south + y,
            })
            .to_vec()
    }

    #[test]
    fn geojson_comes_back_as_it_went() {
        let text = json!({"type": "Polygon", "coordinates": [
            [[110.5, -7.000001], [111, -7], [111, -6.25], [110.5, -7.000001]],
            [[110.8, -6.9], [110.9, -6.8], [110.9, -6.9], [110.8, -6.9]]]});
        let shape = Shape::from_geojson(&text).expect("a polygon");
        assert_eq!(
            serde_json::from_str::<Value>(&shape.to_geojson()).expect("JSON"),
            text
        );
    }

    #[test]
    fn swapped_coordinates_are_refused_with_the_remedy() {
        let text = json!({"type": "Polygon", "coordinates": [[[-7.1, 111.5], [-7.2, 111.5], [-7.2, 111.6], [-7.1, 111.5]]]});
        let problem = Shape::from_geojson(&text).expect_err("latitude 111");
        assert!(problem.to_string().contains("longitude first"), "{problem}");
    }

    #[test]
    fn a_position_on_a_shared_border_is_inside_exactly_one_neighbour() {
        let west = Shape {
            polygons: vec![vec![square(0, 0, 10)]],
        };
        let east = Shape {
            polygons: vec![vec![square(10, 0, 10)]],
        };
        let border = Point {
            lon: 10e-6,
            lat: 5e-6,
        };
        assert_ne!(west.contains(border), east.contains(border));
    }

    #[test]
    fn a_hole_is_outside() {
        let shape = Shape {
            polygons: vec![vec![square(0, 0, 100), square(40, 40, 20)]],
        };
        assert!(shape.contains(Point {
            lon: 10e-6,
            lat: 10e-6
        }));
        assert!(!shape.contains(Point {
            lon: 50e-6,
            lat: 50e-6
        }));
    }

    #[test]
    fn one_square_degree_at_the_equator_has_its_known_area() {
        let shape = Shape {
            polygons: vec![vec![square(0, 0, 1_000_000)]],
        };
        // R² · (π/180) · sin 1° with R = 6371.0088 km.
        assert!((shape.area_km2() - 12_363.7).abs() < 1.0, "{}", shape.area_km2());
    }

    #[test]
    fn the_label_of_a_horseshoe_is_on_the_horseshoe() {
        let ring = [
            (0, 0),
            (90, 0),
            (90, 90),
            (60, 90),
            (60, 30),
            (30, 30),
            (30, 90),
            (0, 90),
        ]
        .map(|(x, y)| Vertex {
            lon: x * 1000,
            lat: y * 1000,
        })
        .to_vec();
        let shape = Shape {
            polygons: vec![vec![ring]],
        };
        let label = shape.label_point().expect("a label");
        assert!(shape.contains(label), "{label:?}");
    }
}
