//! Brings borders together that were thinned apart.
//!
//! Published boundaries are often simplified place by place, so that one neighbour keeps a corner
//! the other dropped. Such a corner lies a few metres beside the other's border; putting it there
//! makes the border common again.

use std::collections::{HashMap, HashSet};

use rstar::{AABB, RTree, RTreeObject};

use super::{Shape, Vertex};

/// How far, in millionths of a degree, a corner may lie beside a neighbour's border: 11 m, under a
/// pixel at every stored zoom level.
const NEAR: i32 = 100;

/// Adds to every ring the corners of its neighbours that lie on or just beside one of its sides.
pub fn mend(shapes: &[Shape]) -> Vec<Shape> {
    let corners_of: Vec<HashSet<Vertex>> = shapes
        .iter()
        .flat_map(Shape::rings)
        .map(|ring| ring.iter().copied().collect())
        .collect();
    let sides = shapes
        .iter()
        .flat_map(Shape::rings)
        .enumerate()
        .flat_map(|(ring, vertices)| {
            let n = vertices.len();
            (0..n).map(move |at| Side {
                ring,
                at,
                a: vertices[at],
                b: vertices[(at + 1) % n],
            })
        });
    let tree = RTree::bulk_load(sides.collect());
    let mut uses: HashMap<Vertex, u32> = HashMap::new();
    for corner in corners_of.iter().flatten() {
        *uses.entry(*corner).or_default() += 1;
    }
    let mut added: HashMap<(usize, usize), Vec<(f64, Vertex)>> = HashMap::new();
    for corner in uses.into_keys() {
        let around = AABB::from_corners(
            [corner.lon - NEAR, corner.lat - NEAR],
            [corner.lon + NEAR, corner.lat + NEAR],
        );
        for side in tree.locate_in_envelope_intersecting(&around) {
            if let Some(along) = side.passes(corner)
                && !corners_of[side.ring].contains(&corner)
            {
                added
                    .entry((side.ring, side.at))
                    .or_default()
                    .push((along, corner));
            }
        }
    }
    let mut mended = shapes.to_vec();
    let rings = mended.iter_mut().flat_map(|shape| &mut shape.polygons).flatten();
    for (ring_at, ring) in rings.enumerate() {
        let mut together = Vec::with_capacity(ring.len());
        for (at, corner) in ring.iter().enumerate() {
            together.push(*corner);
            if let Some(mut more) = added.remove(&(ring_at, at)) {
                more.sort_by(|p, q| p.0.total_cmp(&q.0).then(p.1.cmp(&q.1)));
                together.extend(more.into_iter().map(|(_, corner)| corner));
            }
        }
        *ring = together;
    }
    mended
}

struct Side {
    ring: usize,
    at: usize,
    a: Vertex,
    b: Vertex,
}

impl RTreeObject for Side {
    type Envelope = AABB<[i32; 2]>;

    fn envelope(&self) -> Self::Envelope {
        AABB::from_corners([self.a.lon, self.a.lat], [self.b.lon, self.b.lat])
    }
}

impl Side {
    /// How far along the side the corner lies, when it lies beside it and near.
    fn passes(&self, corner: Vertex) -> Option<f64> {
        let d = |p: i32, q: i32| f64::from(p) - f64::from(q);
        let (dx, dy) = (d(self.b.lon, self.a.lon), d(self.b.lat, self.a.lat));
        let (px, py) = (d(corner.lon, self.a.lon), d(corner.lat, self.a.lat));
        let length = dx * dx + dy * dy;
        let along = (px * dx + py * dy) / length;
        let beside = (px * dy - py * dx).abs() / length.sqrt();
        (along > 0.0 && along < 1.0 && beside <= f64::from(NEAR)).then_some(along)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_corner_that_one_neighbour_dropped_comes_back() {
        let v = |lon, lat| Vertex { lon, lat };
        let west = vec![
            v(0, 0),
            v(50_000, 0),
            v(50_040, 20_000),
            v(50_000, 50_000),
            v(0, 50_000),
        ];
        let east = vec![v(50_000, 0), v(90_000, 0), v(90_000, 50_000), v(50_000, 50_000)];
        let apart = [west, east].map(|ring| Shape {
            polygons: vec![vec![ring]],
        });
        let together = mend(&apart);
        assert!(together[1].vertices().any(|corner| corner == v(50_040, 20_000)));
        // Nothing is taken away, and nothing is added to the one that had it.
        assert_eq!(together[0], apart[0]);
        assert_eq!(together[1].vertices().count(), 5);
    }

    #[test]
    fn a_corner_farther_away_stays_where_it_is() {
        let v = |lon, lat| Vertex { lon, lat };
        let west = vec![
            v(0, 0),
            v(50_000, 0),
            v(49_000, 20_000),
            v(50_000, 50_000),
            v(0, 50_000),
        ];
        let east = vec![v(50_000, 0), v(90_000, 0), v(90_000, 50_000), v(50_000, 50_000)];
        let apart = [west, east].map(|ring| Shape {
            polygons: vec![vec![ring]],
        });
        assert_eq!(mend(&apart), apart);
    }
}
