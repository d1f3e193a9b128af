//! The land as a mesh of six-sided cells, and the rivers that run along the cells' edges.
//!
//! Rivers run on edges so that a border may follow a river exactly. Three cells meet at every
//! corner, so the outline of any set of cells is simple: it never touches itself.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, VecDeque};

use super::random::{Random, mix};
use super::relief::Relief;

/// Nothing: no neighbour, no downstream corner.
pub const NONE: u32 = u32::MAX;

/// Land cells, their corners, and where water flows.
pub struct Mesh {
    pub cells: Vec<Cell>,
    pub corners: Vec<Corner>,
    /// Edges that carry a river, as (smaller, larger) corner → number of corners it drains.
    pub rivers: HashMap<(u32, u32), u32>,
    /// Distance between the centres of neighbours, in kilometres.
    pub spacing: f64,
}

/// A piece of land about a hundred metres across.
#[derive(Clone, Debug)]
pub struct Cell {
    pub x: f64,
    pub y: f64,
    pub height: f64,
    /// Counter-clockwise.
    pub corners: [u32; 6],
    /// The cell across the edge from corner i to corner i + 1; [`NONE`] for the sea.
    pub neighbours: [u32; 6],
}

#[derive(Clone, Debug)]
pub struct Corner {
    pub x: f64,
    pub y: f64,
    /// The next corner on the way to the sea; [`NONE`] on the coast.
    pub downstream: u32,
    pub is_coast: bool,
}

impl Mesh {
    /// Covers the island with about this many cells.
    pub fn new(relief: &Relief, random: &Random, n_cells: usize) -> Mesh {
        let area = std::f64::consts::PI * relief.half.0 * relief.half.1 * 0.85;
        let spacing = (area / n_cells as f64 / (3f64.sqrt() / 2.0)).sqrt();
        let mut mesh = Mesh {
            cells: lay(relief, spacing),
            corners: Vec::new(),
            rivers: HashMap::new(),
            spacing,
        };
        mesh.join();
        mesh.jitter(&mut random.stream("mesh", 0));
        mesh.flow(relief);
        mesh
    }

    /// The edge between two corners, as rivers and borders are keyed.
    pub fn edge(a: u32, b: u32) -> (u32, u32) {
        (a.min(b), a.max(b))
    }

    /// Neighbours of a cell with the edge between.
    pub fn neighbours(&self, cell: u32) -> impl Iterator<Item = (u32, (u32, u32))> + '_ {
        let cell = &self.cells[cell as usize];
        (0..6).filter(|&i| cell.neighbours[i] != NONE).map(|i| {
            (
                cell.neighbours[i],
                Mesh::edge(cell.corners[i], cell.corners[(i + 1) % 6]),
            )
        })
    }

    /// How long it takes to walk from one cell to its neighbour: hills and rivers delay.
    pub fn effort(&self, from: u32, to: u32, edge: (u32, u32)) -> f64 {
        let (a, b) = (&self.cells[from as usize], &self.cells[to as usize]);
        let way = (a.x - b.x).hypot(a.y - b.y);
        let climb = (a.height - b.height).abs() / way.max(1e-9);
        let river = self
            .rivers
            .get(&edge)
            .map_or(0.0, |&drains| 2.5 * f64::from(drains).ln().max(1.0));
        // Woods, fields and quarrels over them: nothing grows in straight lines.
        let chance = 0.45
            + 1.1 * (mix(u64::from(edge.0) << 32 | u64::from(edge.1)) >> 40) as f64 / (1u64 << 24) as f64;
        way * chance * (1.0 + 25.0 * climb + 2.0 * b.height.max(0.0)) + river * self.spacing
    }

    /// Rivers as lines from source or confluence down to the sea or the next confluence, with what they drain.
    pub fn river_lines(&self) -> Vec<(Vec<u32>, u32)> {
        let mut inflows: HashMap<u32, u32> = HashMap::new();
        let mut starts: Vec<u32> = Vec::new();
        let runs: Vec<(u32, u32)> = self
            .corners
            .iter()
            .enumerate()
            .map(|(at, corner)| (at as u32, corner.downstream))
            .filter(|&(at, down)| down != NONE && self.rivers.contains_key(&Mesh::edge(at, down)))
            .collect();
        for &(_, down) in &runs {
            *inflows.entry(down).or_default() += 1;
        }
        let is_start = |at: u32| inflows.get(&at).copied().unwrap_or(0) != 1;
        starts.extend(runs.iter().map(|&(at, _)| at).filter(|&at| is_start(at)));
        starts
            .into_iter()
            .map(|start| {
                let mut line = vec![start];
                let mut drains = 0;
                let mut at = start;
                while let Some(&carried) = Some(self.corners[at as usize].downstream)
                    .filter(|&down| down != NONE)
                    .and_then(|down| self.rivers.get(&Mesh::edge(at, down)))
                {
                    at = self.corners[at as usize].downstream;
                    drains = carried;
                    line.push(at);
                    if is_start(at) {
                        break;
                    }
                }
                (line, drains)
            })
            .collect()
    }

    /// Finds common corners and neighbours.
    fn join(&mut self) {
        let radius = self.spacing / 3f64.sqrt();
        let mut at: HashMap<(i64, i64), u32> = HashMap::new();
        for cell in &mut self.cells {
            for i in 0..6 {
                let angle = (30.0 + 60.0 * i as f64).to_radians();
                let (x, y) = (cell.x + radius * angle.cos(), cell.y + radius * angle.sin());
                let key = (
                    (x / radius * 4.0).round() as i64,
                    (y / radius * 4.0).round() as i64,
                );
                let corners = &mut self.corners;
                cell.corners[i] = *at.entry(key).or_insert_with(|| {
                    corners.push(Corner {
                        x,
                        y,
                        downstream: NONE,
                        is_coast: false,
                    });
                    corners.len() as u32 - 1
                });
            }
        }
        let mut sides: HashMap<(u32, u32), u32> = HashMap::new();
        for (at, cell) in self.cells.iter().enumerate() {
            for i in 0..6 {
                sides.insert((cell.corners[i], cell.corners[(i + 1) % 6]), at as u32);
            }
        }
        for cell in &mut self.cells {
            for i in 0..6 {
                let across = (cell.corners[(i + 1) % 6], cell.corners[i]);
                cell.neighbours[i] = sides.get(&across).copied().unwrap_or(NONE);
                if cell.neighbours[i] == NONE {
                    self.corners[across.0 as usize].is_coast = true;
                    self.corners[across.1 as usize].is_coast = true;
                }
            }
        }
    }

    fn jitter(&mut self, random: &mut Random) {
        // A fifth of an edge keeps every cell convex enough that no edges can cross.
        let most = 0.2 * self.spacing / 3f64.sqrt();
        for corner in &mut self.corners {
            corner.x += random.between(-most, most);
            corner.y += random.between(-most, most);
        }
    }

    /// Lets rain run down from corner to corner: every corner drains to the neighbour from which
    /// the sea is reached by climbing least (Barnes, Lehman and Mulla 2014, priority flood).
    fn flow(&mut self, relief: &Relief) {
        let n = self.corners.len();
        let uneven = |at: usize| (mix(at as u64) >> 40) as f64 / (1u64 << 24) as f64 * 0.012;
        let heights: Vec<f64> = self
            .corners
            .iter()
            .enumerate()
            .map(|(at, corner)| relief.height(corner.x, corner.y) + uneven(at))
            .collect();
        let mut ways: Vec<Vec<u32>> = vec![Vec::new(); n];
        for cell in &self.cells {
            for i in (0..6).filter(|&i| cell.neighbours[i] != NONE) {
                ways[cell.corners[i] as usize].push(cell.corners[(i + 1) % 6]);
            }
        }
        let mut queue: BinaryHeap<Reverse<(u64, u32)>> = BinaryHeap::new();
        let level = |height: f64| ((height + 8.0) * 1e9) as u64;
        let mut reached = vec![false; n];
        for (at, _) in self
            .corners
            .iter()
            .enumerate()
            .filter(|(_, corner)| corner.is_coast)
        {
            reached[at] = true;
            queue.push(Reverse((level(heights[at]), at as u32)));
        }
        let mut order = Vec::with_capacity(n);
        while let Some(Reverse((water, at))) = queue.pop() {
            order.push(at);
            for &next in &ways[at as usize] {
                if !std::mem::replace(&mut reached[next as usize], true) {
                    self.corners[next as usize].downstream = at;
                    queue.push(Reverse((level(heights[next as usize]).max(water + 1), next)));
                }
            }
        }
        let mut drains: Vec<f64> = heights.iter().map(|height| 1.0 + 3.0 * height.max(0.0)).collect();
        for &at in order.iter().rev() {
            let down = self.corners[at as usize].downstream;
            if down != NONE {
                drains[down as usize] += drains[at as usize];
            }
        }
        let least = (n as f64 / 60.0).max(40.0);
        self.rivers = (0..n as u32)
            .filter(|&at| self.corners[at as usize].downstream != NONE && drains[at as usize] > least)
            .map(|at| {
                (
                    Mesh::edge(at, self.corners[at as usize].downstream),
                    drains[at as usize] as u32,
                )
            })
            .collect();
    }
}

/// Lays cells over the island, keeps the largest piece of land and fills its lakes.
fn lay(relief: &Relief, spacing: f64) -> Vec<Cell> {
    let (w, h) = (relief.half.0 * 1.6, relief.half.1 * 1.6);
    let step = (spacing, spacing * 3f64.sqrt() / 2.0);
    let (columns, rows) = ((2.0 * w / step.0) as i64, (2.0 * h / step.1) as i64);
    let centre = |i: i64, j: i64| {
        (
            -w + step.0 * (i as f64 + 0.5 * (j & 1) as f64),
            -h + step.1 * j as f64,
        )
    };
    let at = |i: i64, j: i64| (j * columns + i) as usize;
    let around = |i: i64, j: i64| {
        let odd = j & 1;
        [
            (i + 1, j),
            (i - 1, j),
            (i + odd, j + 1),
            (i + odd - 1, j + 1),
            (i + odd, j - 1),
            (i + odd - 1, j - 1),
        ]
        .into_iter()
        .filter(|&(i, j)| (0..columns).contains(&i) && (0..rows).contains(&j))
        .collect::<Vec<_>>()
    };
    let cells = || (0..rows).flat_map(|j| (0..columns).map(move |i| (i, j)));
    let heights: Vec<f64> = cells()
        .map(|(i, j)| centre(i, j))
        .map(|(x, y)| relief.height(x, y))
        .collect();
    let flood = |starts: Vec<(i64, i64)>, reaches: &dyn Fn(usize) -> bool, seen: &mut Vec<bool>| {
        let mut queue: VecDeque<(i64, i64)> = starts.into_iter().collect();
        let mut found = Vec::new();
        while let Some((i, j)) = queue.pop_front() {
            if reaches(at(i, j)) && !std::mem::replace(&mut seen[at(i, j)], true) {
                found.push((i, j));
                queue.extend(around(i, j));
            }
        }
        found
    };
    let is_land = |cell: usize| heights[cell] > 0.0;
    let mut seen = vec![false; heights.len()];
    let mut largest = Vec::new();
    for (i, j) in cells() {
        let piece = flood(vec![(i, j)], &is_land, &mut seen);
        if piece.len() > largest.len() {
            largest = piece;
        }
    }
    let mut is_island = vec![false; heights.len()];
    for &(i, j) in &largest {
        is_island[at(i, j)] = true;
    }
    let mut is_sea = vec![false; heights.len()];
    let rim = cells()
        .filter(|&(i, j)| i == 0 || j == 0 || i == columns - 1 || j == rows - 1)
        .collect();
    flood(rim, &|cell| !is_island[cell], &mut is_sea);
    cells()
        .filter(|&(i, j)| !is_sea[at(i, j)])
        .map(|(i, j)| {
            let (x, y) = centre(i, j);
            Cell {
                x,
                y,
                height: heights[at(i, j)].max(0.005),
                corners: [NONE; 6],
                neighbours: [NONE; 6],
            }
        })
        .collect()
}
