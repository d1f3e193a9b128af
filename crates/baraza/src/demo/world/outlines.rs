//! Turns sets of cells into outlines that look drawn by nature, and that neighbours share exactly.

use std::collections::{HashMap, HashSet};

use super::mesh::{Mesh, NONE};
use super::random::mix;
use crate::places::boundaries::crossings::crossing_pairs;
use crate::places::boundaries::{Point, Ring, Shape, Vertex, doubled_area};

/// The middle of the invented island: open sea between Java and Kalimantan, where no land is.
pub const MIDDLE: Point = Point {
    lon: 111.70,
    lat: -4.95,
};

/// Draws outlines over one mesh.
pub struct Outlines<'a> {
    mesh: &'a Mesh,
    /// Where each corner is drawn, in kilometres.
    drawn: Vec<(f64, f64)>,
    /// A bend in the middle of edges on coasts and village borders.
    bends: HashMap<(u32, u32), (f64, f64)>,
}

impl<'a> Outlines<'a> {
    /// Smooths the borders between household groups and along rivers, and roughens the coast.
    pub fn new(mesh: &'a Mesh, group_of: &[u32], village_of: &[u32]) -> Outlines<'a> {
        let borders = borders(mesh, group_of);
        let mut lines: Vec<(u32, u32)> = borders
            .iter()
            .copied()
            .chain(mesh.rivers.keys().copied())
            .collect();
        lines.sort_unstable();
        lines.dedup();
        let rough: HashSet<(u32, u32)> = self::borders(mesh, village_of).into_iter().collect();
        let plain: Vec<(f64, f64)> = mesh.corners.iter().map(|corner| (corner.x, corner.y)).collect();
        let mut outlines = Outlines {
            mesh,
            drawn: smooth(&plain, &lines),
            bends: HashMap::new(),
        };
        outlines.bends = lines
            .iter()
            .filter(|edge| rough.contains(edge))
            .map(|&edge| (edge, outlines.bend(edge)))
            .collect();
        outlines.undo_crossings(&lines, &plain);
        outlines
    }

    /// The outline of all cells for which `is_in` holds.
    pub fn shape(&self, is_in: impl Fn(usize) -> bool) -> Shape {
        let cells: Vec<usize> = (0..self.mesh.cells.len()).filter(|&at| is_in(at)).collect();
        self.shape_of(&cells, is_in)
    }

    /// The outline of some cells, which are just those for which `is_in` holds.
    pub fn shape_of(&self, cells: &[usize], is_in: impl Fn(usize) -> bool) -> Shape {
        let mut next: HashMap<u32, u32> = HashMap::new();
        let mut starts: Vec<u32> = Vec::new();
        for cell in cells.iter().map(|&at| &self.mesh.cells[at]) {
            for i in 0..6 {
                let across = cell.neighbours[i];
                if across == NONE || !is_in(across as usize) {
                    next.insert(cell.corners[i], cell.corners[(i + 1) % 6]);
                    starts.push(cell.corners[i]);
                }
            }
        }
        let mut rings: Vec<Ring> = Vec::new();
        for start in starts {
            let mut ring = Ring::new();
            let mut at = start;
            while let Some(to) = next.remove(&at) {
                ring.push(vertex(self.drawn[at as usize]));
                ring.extend(self.bends.get(&Mesh::edge(at, to)).map(|&bend| vertex(bend)));
                at = to;
            }
            if !ring.is_empty() {
                rings.push(ring);
            }
        }
        // Outlines run counter-clockwise; what runs the other way is a hole in the one outline.
        let (outlines, holes): (Vec<Ring>, Vec<Ring>) =
            rings.into_iter().partition(|ring| doubled_area(ring) > 0);
        let mut polygons: Vec<Vec<Ring>> = outlines.into_iter().map(|outline| vec![outline]).collect();
        if let Some(first) = polygons.first_mut() {
            first.extend(holes);
        }
        Shape { polygons }
    }

    /// A line along corners, as positions.
    pub fn line(&self, corners: &[u32]) -> Vec<Vertex> {
        let mut line = Vec::with_capacity(corners.len() * 2);
        for (i, &corner) in corners.iter().enumerate() {
            line.push(vertex(self.drawn[corner as usize]));
            let bend = corners
                .get(i + 1)
                .and_then(|&to| self.bends.get(&Mesh::edge(corner, to)));
            line.extend(bend.map(|&bend| vertex(bend)));
        }
        line
    }

    /// Moves the middle of an edge sideways by chance, the same from both sides.
    fn bend(&self, (a, b): (u32, u32)) -> (f64, f64) {
        let (p, q) = (self.drawn[a as usize], self.drawn[b as usize]);
        let chance = (mix(u64::from(a) << 32 | u64::from(b)) >> 11) as f64 / (1u64 << 53) as f64;
        let aside = (chance - 0.5) * 0.36;
        (
            (p.0 + q.0) / 2.0 - (q.1 - p.1) * aside,
            (p.1 + q.1) / 2.0 + (q.0 - p.0) * aside,
        )
    }

    /// Puts corners back to the mesh, which cannot cross itself, where smoothing made lines cross.
    fn undo_crossings(&mut self, lines: &[(u32, u32)], plain: &[(f64, f64)]) {
        loop {
            let drawn: Vec<Vec<Vertex>> = lines.iter().map(|&(a, b)| self.line(&[a, b])).collect();
            let crossing: HashSet<usize> = crossing_pairs(&drawn)
                .into_iter()
                .flat_map(|(a, b)| [a, b])
                .collect();
            let wrong: Vec<(u32, u32)> = crossing.into_iter().map(|at| lines[at]).collect();
            let mut moved = false;
            for (a, b) in wrong {
                moved |= self.bends.remove(&(a, b)).is_some();
                for corner in [a, b] {
                    let home = plain[corner as usize];
                    moved |= self.drawn[corner as usize] != home;
                    self.drawn[corner as usize] = home;
                }
            }
            if !moved {
                return;
            }
        }
    }
}

/// A position in kilometres from the middle as a position on Earth.
pub fn position((x, y): (f64, f64)) -> Point {
    const DEGREE_KM: f64 = 111.195;
    Point {
        lon: MIDDLE.lon + x / (DEGREE_KM * MIDDLE.lat.to_radians().cos()),
        lat: MIDDLE.lat + y / DEGREE_KM,
    }
}

fn vertex(km: (f64, f64)) -> Vertex {
    position(km).vertex()
}

/// Edges between cells of different areas, and the coast.
fn borders(mesh: &Mesh, area_of: &[u32]) -> Vec<(u32, u32)> {
    let mut borders: Vec<(u32, u32)> = mesh
        .cells
        .iter()
        .enumerate()
        .flat_map(|(at, cell)| {
            (0..6)
                .filter(move |&i| {
                    cell.neighbours[i] == NONE || area_of[cell.neighbours[i] as usize] != area_of[at]
                })
                .map(|i| Mesh::edge(cell.corners[i], cell.corners[(i + 1) % 6]))
        })
        .collect();
    borders.sort_unstable();
    borders.dedup();
    borders
}

/// Draws every corner on a line towards the middle of those beside it, several times.
fn smooth(plain: &[(f64, f64)], lines: &[(u32, u32)]) -> Vec<(f64, f64)> {
    let mut beside: HashMap<u32, Vec<u32>> = HashMap::new();
    for &(a, b) in lines {
        beside.entry(a).or_default().push(b);
        beside.entry(b).or_default().push(a);
    }
    let mut drawn = plain.to_vec();
    for _ in 0..3 {
        let before = drawn.clone();
        for (&at, others) in &beside {
            let n = others.len() as f64;
            let sum = others.iter().fold((0.0, 0.0), |sum, &other| {
                (sum.0 + before[other as usize].0, sum.1 + before[other as usize].1)
            });
            let here = before[at as usize];
            // Where a river begins, nothing pulls it back.
            let pull = if others.len() == 1 { 0.0 } else { 0.5 };
            drawn[at as usize] = (
                here.0 + pull * (sum.0 / n - here.0),
                here.1 + pull * (sum.1 / n - here.1),
            );
        }
    }
    drawn
}
