//! From degrees to the units of a map: equirectangular, on a grid that neighbours share, so that borders meet and the drawing stays light.

use geo::{Coord, MultiPolygon};

/// The width of a map in units of its own; on most screens two of them make a pixel.
pub const WIDE: f64 = 1280.0;
/// A map may be this much higher than wide before it is narrowed instead.
const MOST_HIGH: f64 = 1600.0;
/// The radius of the largest circle on a map, in its units.
pub const LARGEST: f64 = 44.0;

/// The box around something, in degrees (WGS 84).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Edges {
    pub west: f64,
    pub east: f64,
    pub south: f64,
    pub north: f64,
}

impl Edges {
    /// The box around some positions; nothing around none.
    pub fn around(corners: impl IntoIterator<Item = Coord<f64>>) -> Option<Edges> {
        corners.into_iter().fold(None, |edges, corner| {
            let here = Edges {
                west: corner.x,
                east: corner.x,
                south: corner.y,
                north: corner.y,
            };
            Some(edges.map_or(here, |edges: Edges| edges.with(here)))
        })
    }

    /// The box around the outlines of a place.
    pub fn around_shape(shape: &MultiPolygon<f64>) -> Option<Edges> {
        let outlines = shape.0.iter().map(|polygon| polygon.exterior());
        Edges::around(outlines.flat_map(|ring| ring.0.iter().copied()))
    }

    /// The box around both.
    pub fn with(self, other: Edges) -> Edges {
        Edges {
            west: self.west.min(other.west),
            east: self.east.max(other.east),
            south: self.south.min(other.south),
            north: self.north.max(other.north),
        }
    }

    /// The same with so many degrees more at each side.
    pub fn widened(self, degrees: f64) -> Edges {
        Edges {
            west: self.west - degrees,
            east: self.east + degrees,
            south: self.south - degrees,
            north: self.north + degrees,
        }
    }

    /// Whether all of another box lies in this one.
    pub fn holds(self, other: Edges) -> bool {
        self.west <= other.west
            && self.east >= other.east
            && self.south <= other.south
            && self.north >= other.north
    }

    /// The longer of its sides, in degrees.
    pub fn side(self) -> f64 {
        (self.east - self.west).max(self.north - self.south)
    }
}

/// Where positions are drawn: true to scale along the middle latitude of a box.
#[derive(Clone, Copy, Debug)]
pub struct Projection {
    west: f64,
    north: f64,
    per_degree_east: f64,
    per_degree_south: f64,
    /// Units of room at each edge.
    air: f64,
    /// Of the drawing, in its units.
    pub width: f64,
    pub height: f64,
}

impl Projection {
    /// Makes a box as large as a map may be, with so many units of air at each edge.
    pub fn over(edges: Edges, air: f64) -> Projection {
        let middle = f64::midpoint(edges.south, edges.north);
        let shrink = middle.to_radians().cos().max(0.01);
        let wide = ((edges.east - edges.west) * shrink).max(1e-9);
        let high = (edges.north - edges.south).max(1e-9);
        let scale = ((WIDE - 2.0 * air) / wide).min((MOST_HIGH - 2.0 * air) / high);
        Projection {
            west: edges.west,
            north: edges.north,
            per_degree_east: scale * shrink,
            per_degree_south: scale,
            air,
            width: (wide * scale + 2.0 * air).ceil(),
            height: (high * scale + 2.0 * air).ceil(),
        }
    }

    /// Where a position is drawn: units from the left and from the top.
    pub fn at(self, position: Coord<f64>) -> (f64, f64) {
        (
            (position.x - self.west) * self.per_degree_east + self.air,
            (self.north - position.y) * self.per_degree_south + self.air,
        )
    }

    /// A way on a grid of so many units, without repeats and without corners that are none.
    pub fn on_grid(self, way: &[Coord<f64>], grid: i32) -> Vec<(i32, i32)> {
        let step = f64::from(grid);
        let mut corners: Vec<(i32, i32)> = Vec::with_capacity(way.len());
        for position in way {
            let (x, y) = self.at(*position);
            let next = ((x / step).round() as i32 * grid, (y / step).round() as i32 * grid);
            if corners.last() == Some(&next) {
                continue;
            }
            if let [.., before, between] = corners[..]
                && goes_straight(before, between, next)
            {
                corners.pop();
            }
            corners.push(next);
        }
        corners
    }
}

/// Whether the way from `a` over `b` to `c` goes on in one direction.
fn goes_straight(a: (i32, i32), b: (i32, i32), c: (i32, i32)) -> bool {
    let (in_x, in_y) = (i64::from(b.0 - a.0), i64::from(b.1 - a.1));
    let (out_x, out_y) = (i64::from(c.0 - b.0), i64::from(c.1 - b.1));
    in_x * out_y == in_y * out_x && in_x * out_x + in_y * out_y > 0
}

/// A closed way without the corner that closes it; nothing for one that has no inside.
pub fn opened(way: &[(i32, i32)]) -> &[(i32, i32)] {
    let open = match way {
        [first, between @ .., last] if !between.is_empty() && first == last => &way[..way.len() - 1],
        way => way,
    };
    match open.len() {
        0..3 => &[],
        _ => open,
    }
}

#[cfg(test)]
mod tests {
    use geo::{LineString, Polygon};

    use super::*;

    #[test]
    fn neighbours_share_their_border_on_every_grid() {
        // A crooked border of many points, walked in one direction by one place and in the other by its neighbour.
        let border: Vec<Coord<f64>> = (0..=400)
            .map(|i| Coord {
                x: 111.5 + (f64::from(i) * 0.37).sin() * 0.01,
                y: -7.0 - f64::from(i) / 400.0,
            })
            .collect();
        let mut west = border.clone();
        west.extend([Coord { x: 111.0, y: -8.0 }, Coord { x: 111.0, y: -7.0 }]);
        let mut east: Vec<Coord<f64>> = border.iter().rev().copied().collect();
        east.extend([Coord { x: 112.0, y: -7.0 }, Coord { x: 112.0, y: -8.0 }]);
        let shapes = [west, east].map(|ring| MultiPolygon(vec![Polygon::new(LineString(ring), vec![])]));
        let edges = shapes.iter().filter_map(Edges::around_shape);
        let projection = Projection::over(edges.reduce(Edges::with).expect("edges"), 2.0);
        for cell in [1, 2, 4, 8, 16] {
            let corners = shapes
                .each_ref()
                .map(|shape| projection.on_grid(&shape.0[0].exterior().0, cell));
            // Near its ends the border turns into different outer edges.
            let of_border = |corners: &[(i32, i32)]| {
                let mut inner: Vec<(i32, i32)> = corners
                    .iter()
                    .copied()
                    .filter(|(x, y)| (600..680).contains(x) && (40..1240).contains(y))
                    .collect();
                inner.sort_unstable();
                inner.dedup();
                inner
            };
            assert_eq!(
                of_border(&corners[0]),
                of_border(&corners[1]),
                "on a grid of {cell}"
            );
        }
    }

    #[test]
    fn a_closed_way_is_opened_and_one_without_an_inside_is_nothing() {
        assert_eq!(
            opened(&[(0, 0), (4, 0), (4, 4), (0, 0)]),
            [(0, 0), (4, 0), (4, 4)]
        );
        assert_eq!(opened(&[(0, 0), (4, 0), (4, 4)]), [(0, 0), (4, 0), (4, 4)]);
        for flat in [&[(0, 0), (4, 0), (0, 0)][..], &[(0, 0), (4, 0)], &[(0, 0)], &[]] {
            assert!(opened(flat).is_empty(), "{flat:?}");
        }
    }
}
