//! Finds lines that cross each other.

use rstar::{AABB, RTree, RTreeObject};

use super::Vertex;

/// Pairs of lines (by position in `lines`) that cross or overlap. Lines that only meet at common
/// vertices do not cross. A line that crosses itself is paired with itself.
pub fn crossing_pairs<L: AsRef<[Vertex]>>(lines: &[L]) -> Vec<(usize, usize)> {
    let segments: Vec<Segment> = lines
        .iter()
        .enumerate()
        .flat_map(|(line, vertices)| {
            vertices.as_ref().windows(2).map(move |w| Segment {
                a: w[0],
                b: w[1],
                line,
            })
        })
        .collect();
    let tree = RTree::bulk_load(segments);
    let mut pairs: Vec<(usize, usize)> = tree
        .iter()
        .flat_map(|one| {
            tree.locate_in_envelope_intersecting(&one.envelope())
                .filter(move |other| one.key() < other.key() && cross(one, other))
                .map(move |other| (one.line.min(other.line), one.line.max(other.line)))
        })
        .collect();
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}

#[derive(Clone, Copy)]
struct Segment {
    a: Vertex,
    b: Vertex,
    line: usize,
}

impl Segment {
    fn key(&self) -> (usize, Vertex, Vertex) {
        (self.line, self.a, self.b)
    }
}

impl RTreeObject for Segment {
    type Envelope = AABB<[i32; 2]>;

    fn envelope(&self) -> Self::Envelope {
        AABB::from_corners([self.a.lon, self.a.lat], [self.b.lon, self.b.lat])
    }
}

fn cross(one: &Segment, other: &Segment) -> bool {
    let shared = [one.a, one.b]
        .into_iter()
        .filter(|v| *v == other.a || *v == other.b)
        .count();
    match shared {
        0 => touch(one, other),
        // From a common corner, two segments overlap only when they leave in the same direction.
        1 => {
            let corner = if one.a == other.a || one.a == other.b {
                one.a
            } else {
                one.b
            };
            let far = |s: &Segment| if s.a == corner { s.b } else { s.a };
            let (p, q) = (far(one), far(other));
            turn(corner, p, q) == 0 && same_side(corner, p, q)
        }
        _ => true,
    }
}

fn touch(one: &Segment, other: &Segment) -> bool {
    let sides = |s: &Segment, t: &Segment| (turn(s.a, s.b, t.a).signum(), turn(s.a, s.b, t.b).signum());
    let (p, q) = sides(one, other);
    let (r, s) = sides(other, one);
    if (p, q, r, s) == (0, 0, 0, 0) {
        return true; // collinear, and the envelopes already met
    }
    p * q <= 0 && r * s <= 0
}

/// Twice the signed area of the triangle: positive when c lies left of the way from a to b.
fn turn(a: Vertex, b: Vertex, c: Vertex) -> i64 {
    let d = |p: i32, q: i32| i64::from(p) - i64::from(q);
    d(b.lon, a.lon) * d(c.lat, a.lat) - d(b.lat, a.lat) * d(c.lon, a.lon)
}

fn same_side(corner: Vertex, p: Vertex, q: Vertex) -> bool {
    let d = |p: i32, q: i32| i64::from(p) - i64::from(q);
    d(p.lon, corner.lon) * d(q.lon, corner.lon) + d(p.lat, corner.lat) * d(q.lat, corner.lat) > 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(points: &[(i32, i32)]) -> Vec<Vertex> {
        points.iter().map(|&(lon, lat)| Vertex { lon, lat }).collect()
    }

    #[test]
    fn lines_that_meet_at_a_corner_do_not_cross() {
        assert_eq!(
            crossing_pairs(&[line(&[(0, 0), (5, 5)]), line(&[(5, 5), (9, 0)])]),
            []
        );
    }

    #[test]
    fn lines_that_cut_each_other_cross() {
        assert_eq!(
            crossing_pairs(&[line(&[(0, 0), (10, 10)]), line(&[(0, 10), (10, 0)])]),
            [(0, 1)]
        );
    }

    #[test]
    fn a_line_that_folds_back_over_itself_crosses_itself() {
        assert_eq!(crossing_pairs(&[line(&[(0, 0), (10, 0), (5, 0)])]), [(0, 0)]);
    }

    #[test]
    fn a_corner_that_rests_on_another_line_crosses_it() {
        assert_eq!(
            crossing_pairs(&[line(&[(0, 0), (10, 0)]), line(&[(5, 0), (5, 5)])]),
            [(0, 1)]
        );
    }
}
