//! Simplification that keeps common borders common.
//!
//! All rings are cut into arcs at the corners where three borders meet; an arc that two neighbours
//! share exists once, is thinned once by Visvalingam and Whyatt's effective area
//! (<https://doi.org/10.1179/000870493786962263>), and goes back into both rings.

use std::collections::{HashMap, HashSet};

use super::crossings::crossing_pairs;
use super::mend::mend;
use super::{Ring, Shape, Vertex};

/// A web map's zoom level: at zoom 0 the world is 256 pixels wide, and every level doubles it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Zoom(pub u8);

impl Zoom {
    /// Shapes as they were delivered.
    pub const FULL: Zoom = Zoom(24);

    /// The levels at which simplified shapes are stored, coarse to fine.
    pub const STORED: [Zoom; 5] = [Zoom(5), Zoom(7), Zoom(9), Zoom(11), Zoom(13)];

    /// The level at which a stretch of so many degrees of longitude fills so many pixels.
    pub fn to_fit(degrees: f64, pixels: f64) -> Zoom {
        let zoom = (pixels * 360.0 / (256.0 * degrees.max(1e-6))).log2().ceil();
        Zoom(zoom.clamp(0.0, f64::from(Zoom::FULL.0)) as u8)
    }

    /// The coarsest stored level that is at least as fine as this one.
    pub fn stored(self) -> Zoom {
        Zoom::STORED
            .into_iter()
            .find(|stored| *stored >= self)
            .unwrap_or(Zoom::FULL)
    }

    /// One pixel in millionths of a degree.
    fn pixel(self) -> f64 {
        360e6 / 256.0 / 2f64.powi(i32::from(self.0))
    }
}

/// Simplifies shapes for each of several zoom levels.
///
/// Equal borders stay equal, no border crosses another that did not before, and no shape vanishes,
/// although its smaller polygons may when they are under a pixel.
pub fn simplify_together(shapes: &[Shape], zooms: &[Zoom]) -> Vec<Vec<Shape>> {
    let topology = Topology::of(&mend(shapes));
    // Neighbours that overlap as delivered cannot be told apart by more corners.
    let delivered: HashSet<(usize, usize)> = crossing_pairs(&topology.arcs).into_iter().collect();
    let at_zoom = |zoom: &Zoom| {
        let least_area = (zoom.pixel() * 0.8).powi(2);
        let mut thinned: Vec<Vec<Vertex>> = (0..topology.arcs.len())
            .map(|arc| topology.thin(arc, least_area))
            .collect();
        untangle(&topology, &mut thinned, &delivered, least_area);
        topology
            .shapes
            .iter()
            .map(|polygons| assemble(polygons, &thinned, least_area))
            .collect()
    };
    zooms.iter().map(at_zoom).collect()
}

/// Shapes as references into a list of arcs.
struct Topology {
    arcs: Vec<Vec<Vertex>>,
    /// Arcs that no ring of only one or two arcs can lose all corners of.
    least_corners: Vec<usize>,
    /// shape → polygon → ring → arcs in order
    shapes: Vec<Vec<Vec<Vec<ArcUse>>>>,
}

#[derive(Clone, Copy)]
struct ArcUse {
    at: usize,
    reversed: bool,
}

impl Topology {
    fn of(shapes: &[Shape]) -> Topology {
        let junctions = junctions(shapes);
        let mut known: HashMap<Vec<Vertex>, usize> = HashMap::new();
        let mut topology = Topology {
            arcs: Vec::new(),
            least_corners: Vec::new(),
            shapes: Vec::new(),
        };
        for shape in shapes {
            let mut polygons = Vec::with_capacity(shape.polygons.len());
            for polygon in &shape.polygons {
                let rings = polygon
                    .iter()
                    .map(|ring| topology.cut(ring, &junctions, &mut known))
                    .collect();
                polygons.push(rings);
            }
            topology.shapes.push(polygons);
        }
        topology
    }

    fn cut(
        &mut self,
        ring: &Ring,
        junctions: &HashMap<Vertex, Meeting>,
        known: &mut HashMap<Vec<Vertex>, usize>,
    ) -> Vec<ArcUse> {
        let is_junction = |v: &Vertex| matches!(junctions.get(v), Some(Meeting::Junction));
        let start = ring.iter().position(is_junction).unwrap_or_else(|| {
            // No neighbour meets this ring: start at its least corner, so that an island and the
            // hole it fills make the same arc.
            (0..ring.len()).min_by_key(|&i| ring[i]).unwrap_or(0)
        });
        let closed = ring.iter().cycle().skip(start).take(ring.len() + 1).copied();
        let mut uses: Vec<ArcUse> = Vec::new();
        let mut arc: Vec<Vertex> = Vec::new();
        for (i, vertex) in closed.enumerate() {
            arc.push(vertex);
            if i == ring.len() || (i > 0 && is_junction(&vertex)) {
                uses.push(self.share(std::mem::replace(&mut arc, vec![vertex]), known));
            }
        }
        let least = match uses.len() {
            1 => 4,
            2 => 3,
            _ => 2,
        };
        for arc in &uses {
            self.least_corners[arc.at] = self.least_corners[arc.at].max(least);
        }
        uses
    }

    fn share(&mut self, mut arc: Vec<Vertex>, known: &mut HashMap<Vec<Vertex>, usize>) -> ArcUse {
        let reversed = arc.iter().rev().lt(arc.iter());
        if reversed {
            arc.reverse();
        }
        let next = self.arcs.len();
        let at = *known.entry(arc).or_insert_with_key(|arc| {
            self.arcs.push(arc.clone());
            self.least_corners.push(2);
            next
        });
        ArcUse { at, reversed }
    }

    fn thin(&self, arc: usize, least_area: f64) -> Vec<Vertex> {
        thin(&self.arcs[arc], least_area, self.least_corners[arc])
    }
}

enum Meeting {
    Between(Vertex, Vertex),
    Junction,
}

/// Corners where the ways of two rings part.
fn junctions(shapes: &[Shape]) -> HashMap<Vertex, Meeting> {
    let mut met: HashMap<Vertex, Meeting> = HashMap::new();
    for ring in shapes.iter().flat_map(Shape::rings) {
        let n = ring.len();
        for (i, vertex) in ring.iter().enumerate() {
            let (before, after) = (ring[(i + n - 1) % n], ring[(i + 1) % n]);
            let (a, b) = (before.min(after), before.max(after));
            met.entry(*vertex)
                .and_modify(|meeting| {
                    if !matches!(meeting, Meeting::Between(p, q) if (*p, *q) == (a, b)) {
                        *meeting = Meeting::Junction;
                    }
                })
                .or_insert(Meeting::Between(a, b));
        }
    }
    met
}

/// Drops the corner with the smallest triangle until all triangles reach the least area.
fn thin(arc: &[Vertex], least_area: f64, least_corners: usize) -> Vec<Vertex> {
    let n = arc.len();
    let middle_latitude = arc.first().map_or(0.0, |v| v.point().lat);
    let squeeze = middle_latitude.to_radians().cos();
    let mut before: Vec<usize> = (0..n).map(|i| i.saturating_sub(1)).collect();
    let mut after: Vec<usize> = (0..n).map(|i| (i + 1).min(n - 1)).collect();
    let triangle = |a: usize, b: usize, c: usize| {
        let d = |p: i32, q: i32| f64::from(p) - f64::from(q);
        (d(arc[b].lon, arc[a].lon) * d(arc[c].lat, arc[a].lat)
            - d(arc[c].lon, arc[a].lon) * d(arc[b].lat, arc[a].lat))
        .abs()
            * squeeze
            / 2.0
    };
    let mut areas: Vec<f64> = (0..n)
        .map(|i| {
            if i == 0 || i == n - 1 {
                f64::INFINITY
            } else {
                triangle(i - 1, i, i + 1)
            }
        })
        .collect();
    let mut queue: std::collections::BinaryHeap<Smallest> = (1..n.saturating_sub(1))
        .map(|at| Smallest { area: areas[at], at })
        .collect();
    let mut left = n;
    let mut dropped = vec![false; n];
    while let Some(Smallest { area, at }) = queue.pop() {
        if area >= least_area || left <= least_corners.min(n) {
            break;
        }
        if dropped[at] || area != areas[at] {
            continue; // an older measure of this corner
        }
        dropped[at] = true;
        left -= 1;
        let (p, q) = (before[at], after[at]);
        after[p] = q;
        before[q] = p;
        for i in [p, q].into_iter().filter(|&i| i != 0 && i != n - 1) {
            // A corner is never worth less than one dropped before it, or detail would go in the wrong order.
            areas[i] = triangle(before[i], i, after[i]).max(area);
            queue.push(Smallest {
                area: areas[i],
                at: i,
            });
        }
    }
    arc.iter()
        .zip(dropped)
        .filter(|(_, dropped)| !dropped)
        .map(|(v, _)| *v)
        .collect()
}

/// Orders a max-heap by smallest area, then by position, so that the result does not depend on chance.
#[derive(PartialEq)]
struct Smallest {
    area: f64,
    at: usize,
}

impl Eq for Smallest {}

impl PartialOrd for Smallest {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Smallest {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        other.area.total_cmp(&self.area).then(other.at.cmp(&self.at))
    }
}

/// Gives arcs that newly cross another their corners back, step by step.
fn untangle(
    topology: &Topology,
    thinned: &mut [Vec<Vertex>],
    delivered: &HashSet<(usize, usize)>,
    least_area: f64,
) {
    for step in [16.0, 256.0, f64::INFINITY] {
        let mut crossing = crossing_pairs(thinned);
        crossing.retain(|pair| !delivered.contains(pair));
        if crossing.is_empty() {
            return;
        }
        for arc in crossing.into_iter().flat_map(|(a, b)| [a, b]) {
            thinned[arc] = topology.thin(arc, least_area / step);
        }
    }
}

fn assemble(polygons: &[Vec<Vec<ArcUse>>], thinned: &[Vec<Vertex>], least_area: f64) -> Shape {
    let area = |ring: &Ring| super::doubled_area(ring).unsigned_abs() as f64 / 2.0;
    let mut built: Vec<Vec<Ring>> = polygons
        .iter()
        .map(|rings| {
            rings
                .iter()
                .map(|ring| join(ring, thinned))
                .enumerate()
                .filter(|(i, ring)| *i == 0 || (ring.len() >= 3 && area(ring) >= least_area))
                .map(|(_, ring)| ring)
                .collect()
        })
        .collect();
    let size = |polygon: &Vec<Ring>| polygon.first().map_or(0.0, area);
    let largest = built.iter().map(size).fold(0.0, f64::max);
    built.retain(|polygon| {
        let size = size(polygon);
        polygon.first().is_some_and(|outline| outline.len() >= 3) && (size >= least_area || size >= largest)
    });
    Shape { polygons: built }
}

fn join(ring: &[ArcUse], arcs: &[Vec<Vertex>]) -> Ring {
    let mut joined = Ring::new();
    for ArcUse { at, reversed } in ring {
        let arc = &arcs[*at];
        // The last vertex of an arc is the first of the next.
        let without_last = arc.len() - 1;
        if *reversed {
            joined.extend(arc.iter().rev().take(without_last));
        } else {
            joined.extend(arc.iter().take(without_last));
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two neighbours with a wavy common border, and an island of its own.
    fn neighbours() -> Vec<Shape> {
        let border: Vec<Vertex> = (0..=100)
            .map(|i| Vertex {
                lon: ((i * 37) % 11) * 40,
                lat: i * 1000,
            })
            .collect();
        let ring = |side: i32| {
            let mut ring = border.clone();
            ring.push(Vertex {
                lon: side,
                lat: 100_000,
            });
            ring.push(Vertex { lon: side, lat: 0 });
            ring
        };
        let island = (0..60).map(|i| {
            let turn = f64::from(i) * std::f64::consts::TAU / 60.0;
            Vertex {
                lon: 300_000 + (turn.cos() * 5000.0) as i32,
                lat: (turn.sin() * 5000.0) as i32,
            }
        });
        vec![
            Shape {
                polygons: vec![vec![ring(-90_000)]],
            },
            Shape {
                polygons: vec![vec![ring(90_000)], vec![island.collect()]],
            },
        ]
    }

    fn at(zoom: Zoom) -> Vec<Shape> {
        simplify_together(&neighbours(), &[zoom]).remove(0)
    }

    fn sides(shape: &Shape) -> HashSet<(Vertex, Vertex)> {
        shape
            .rings()
            .flat_map(|ring| super::super::edges(ring))
            .map(|(a, b)| (a.min(b), a.max(b)))
            .collect()
    }

    #[test]
    fn neighbours_still_share_every_side_of_their_border() {
        let simple = at(Zoom(9));
        let (a, b) = (sides(&simple[0]), sides(&simple[1]));
        let common = a.intersection(&b).count();
        assert!(common >= 1, "no common side is left");
        // Each keeps its three outer sides; everything else must be common.
        assert_eq!(a.len() - common, 3);
        assert!(a.len() < 40, "nothing was simplified: {} sides", a.len());
    }

    #[test]
    fn a_coarser_zoom_keeps_fewer_corners_and_never_none() {
        let corners: Vec<usize> = [Zoom(13), Zoom(9), Zoom(0)]
            .map(|zoom| at(zoom).iter().flat_map(Shape::vertices).count())
            .to_vec();
        assert!(corners.is_sorted_by(|a, b| a > b), "{corners:?}");
        assert!(at(Zoom(0)).iter().all(|shape| !shape.polygons.is_empty()));
    }

    #[test]
    fn the_finest_zoom_changes_nothing_but_straight_corners() {
        let before = neighbours();
        let after = at(Zoom::FULL);
        assert_eq!(before[1].polygons[1].len(), after[1].polygons[1].len());
        assert!((before[0].area_km2() - after[0].area_km2()).abs() < 1e-6);
    }

    #[test]
    fn zoom_to_fit_fills_the_width() {
        assert_eq!(Zoom::to_fit(360.0, 256.0), Zoom(0));
        assert_eq!(Zoom::to_fit(0.5, 600.0), Zoom(11));
        assert_eq!(Zoom(10).stored(), Zoom(11));
        assert_eq!(Zoom(14).stored(), Zoom::FULL);
    }
}
