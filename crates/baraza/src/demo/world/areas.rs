//! Villages, household groups and districts, grown over the land from where people settled.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

use super::mesh::{Mesh, NONE};
use super::random::Random;

/// Who lives where: every cell's village and household group.
pub struct Areas {
    pub villages: Vec<Village>,
    /// Household group of every cell, numbered through all villages.
    pub group_of: Vec<u32>,
    pub village_of: Vec<u32>,
    pub n_districts: usize,
}

/// A village as the land made it.
#[derive(Clone, Debug)]
pub struct Village {
    /// The cell where it began.
    pub centre: u32,
    pub district: usize,
    /// First and one past the last of its household groups.
    pub groups: std::ops::Range<u32>,
    /// The cell at the middle of each group's houses, in the order of `groups`.
    pub group_centres: Vec<u32>,
    /// Share of all households.
    pub share: f64,
    /// Mean height of its land.
    pub height: f64,
    /// How far it is from the district town on foot, in kilometres of flat way.
    pub remoteness: f64,
    pub is_coastal: bool,
    pub n_cells: usize,
}

impl Areas {
    /// Settles the land with so many villages, districts and household groups.
    pub fn settle(
        mesh: &Mesh,
        random: &Random,
        n_villages: usize,
        n_districts: usize,
        n_groups: usize,
    ) -> Areas {
        let mut random = random.stream("areas", 0);
        let centres = village_centres(mesh, &mut random, n_villages);
        let everywhere = vec![0u32; mesh.cells.len()];
        let (village_of, _) = grow(mesh, &centres, &everywhere, &vec![0.0; centres.len()]);
        let mut villages = describe(mesh, &centres, &village_of, &mut random);
        let towns = districts(mesh, &mut villages, &village_of, n_districts);
        let (_, away) = grow(mesh, &towns, &everywhere, &vec![0.0; towns.len()]);
        for village in &mut villages {
            village.remoteness = away[village.centre as usize];
        }
        let group_of = grow_groups(mesh, &mut villages, &village_of, n_groups, &mut random);
        Areas {
            villages,
            group_of,
            village_of,
            n_districts: towns.len(),
        }
    }
}

/// Picks places to live: low, near water, and far from the villages already there.
fn village_centres(mesh: &Mesh, random: &mut Random, n: usize) -> Vec<u32> {
    let mut near_water = vec![false; mesh.cells.len()];
    for (at, cell) in mesh.cells.iter().enumerate() {
        near_water[at] = (0..6).any(|i| {
            mesh.rivers
                .contains_key(&Mesh::edge(cell.corners[i], cell.corners[(i + 1) % 6]))
        });
    }
    let mut centres: Vec<u32> = Vec::with_capacity(n);
    for _ in 0..n {
        let best = (0..24)
            .map(|_| random.below(mesh.cells.len()) as u32)
            .filter(|at| {
                !centres.contains(at)
                    && mesh.cells[*at as usize]
                        .neighbours
                        .iter()
                        .all(|&other| other != NONE)
            })
            .map(|at| {
                let cell = &mesh.cells[at as usize];
                let distance = |other: &u32| {
                    let other = &mesh.cells[*other as usize];
                    (cell.x - other.x).hypot(cell.y - other.y)
                };
                let apart = centres.iter().map(distance).fold(f64::from(1 << 20), f64::min);
                let good =
                    if near_water[at as usize] { 1.25 } else { 1.0 } / (1.0 + 1.2 * cell.height.max(0.0));
                (apart * good, at)
            })
            .max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)));
        centres.extend(best.map(|(_, at)| at));
    }
    centres
}

/// Grows areas from their centres over cells of the same `realm`; each cell goes to the centre from
/// which the walk is least. Returns the area and the walk of every cell.
fn grow(mesh: &Mesh, centres: &[u32], realm: &[u32], head_start: &[f64]) -> (Vec<u32>, Vec<f64>) {
    let mut area = vec![NONE; mesh.cells.len()];
    let mut walk = vec![f64::INFINITY; mesh.cells.len()];
    let mut queue: BinaryHeap<Reverse<(u64, u32, u32)>> = BinaryHeap::new();
    let key = |walk: f64| (walk * 1e6) as u64;
    for (i, &centre) in centres.iter().enumerate() {
        walk[centre as usize] = head_start[i];
        queue.push(Reverse((key(head_start[i]), centre, i as u32)));
    }
    while let Some(Reverse((so_far, at, of))) = queue.pop() {
        if area[at as usize] != NONE || so_far > key(walk[at as usize]) {
            continue;
        }
        area[at as usize] = of;
        for (next, edge) in mesh.neighbours(at) {
            let total = walk[at as usize] + mesh.effort(at, next, edge);
            if realm[next as usize] == realm[at as usize]
                && area[next as usize] == NONE
                && total < walk[next as usize]
            {
                walk[next as usize] = total;
                queue.push(Reverse((key(total), next, of)));
            }
        }
    }
    (area, walk)
}

fn describe(mesh: &Mesh, centres: &[u32], village_of: &[u32], random: &mut Random) -> Vec<Village> {
    let mut villages: Vec<Village> = centres
        .iter()
        .map(|&centre| Village {
            centre,
            district: 0,
            groups: 0..0,
            group_centres: Vec::new(),
            share: (random.normal() * 0.38).exp(),
            height: 0.0,
            remoteness: 0.0,
            is_coastal: false,
            n_cells: 0,
        })
        .collect();
    for (cell, &of) in mesh.cells.iter().zip(village_of) {
        let village = &mut villages[of as usize];
        village.n_cells += 1;
        village.height += cell.height;
        village.is_coastal |= cell.neighbours.contains(&NONE);
    }
    for village in &mut villages {
        village.height /= village.n_cells.max(1) as f64;
        // Fewer people live high up.
        village.share *= (-1.5 * village.height.max(0.0)).exp() * (village.n_cells as f64).sqrt();
    }
    let total: f64 = villages.iter().map(|village| village.share).sum();
    for village in &mut villages {
        village.share /= total;
    }
    villages
}

/// Joins neighbouring villages into districts of similar weight; returns the towns' cells.
fn districts(mesh: &Mesh, villages: &mut [Village], village_of: &[u32], n: usize) -> Vec<u32> {
    let mut neighbours: Vec<HashMap<usize, f64>> = vec![HashMap::new(); villages.len()];
    for at in 0..mesh.cells.len() as u32 {
        for (next, edge) in mesh.neighbours(at) {
            let (a, b) = (
                village_of[at as usize] as usize,
                village_of[next as usize] as usize,
            );
            if a != b {
                // A border that is easy to cross ties more strongly.
                *neighbours[a].entry(b).or_default() += 1.0 / mesh.effort(at, next, edge);
            }
        }
    }
    let place = |village: &Village| {
        let cell = &mesh.cells[village.centre as usize];
        (cell.x, cell.y)
    };
    let apart = |a: &Village, b: &Village| (place(a).0 - place(b).0).hypot(place(a).1 - place(b).1);
    let largest = (0..villages.len())
        .max_by(|&a, &b| villages[a].share.total_cmp(&villages[b].share))
        .unwrap_or(0);
    let mut towns = vec![largest];
    while towns.len() < n.min(villages.len()) {
        let far = (0..villages.len())
            .filter(|at| !towns.contains(at))
            .max_by(|&a, &b| {
                let score = |at: usize| {
                    let nearest = towns
                        .iter()
                        .map(|&town| apart(&villages[at], &villages[town]))
                        .fold(f64::INFINITY, f64::min);
                    nearest * (1.0 + 2.0 * villages[at].share)
                };
                score(a).total_cmp(&score(b))
            });
        towns.extend(far);
    }
    let mut district: Vec<Option<usize>> = vec![None; villages.len()];
    let mut weight = vec![0.0; towns.len()];
    for (of, &town) in towns.iter().enumerate() {
        district[town] = Some(of);
        weight[of] = villages[town].share;
    }
    // The lightest district that still can takes the neighbour most strongly tied to it and nearest its town.
    while district.iter().any(Option::is_none) {
        let next = (0..towns.len())
            .filter_map(|of| {
                let best = (0..villages.len())
                    .filter(|&at| district[at].is_none())
                    .filter_map(|at| {
                        let ties: f64 = neighbours[at]
                            .iter()
                            .filter(|(other, _)| district[**other] == Some(of))
                            .map(|(_, tie)| tie)
                            .sum();
                        (ties > 0.0).then(|| {
                            (
                                apart(&villages[at], &villages[towns[of]]) / (1.0 + ties).ln().max(0.1),
                                at,
                            )
                        })
                    })
                    .min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)))?;
                Some((weight[of], of, best.1))
            })
            .min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let Some((_, of, at)) = next else { break };
        district[at] = Some(of);
        weight[of] += villages[at].share;
    }
    for (village, of) in villages.iter_mut().zip(&district) {
        village.district = of.unwrap_or(0);
    }
    towns.into_iter().map(|town| villages[town].centre).collect()
}

/// Divides every village's land among its household groups: many small ones around the centre.
fn grow_groups(
    mesh: &Mesh,
    villages: &mut [Village],
    village_of: &[u32],
    n_groups: usize,
    random: &mut Random,
) -> Vec<u32> {
    let mut cells_of: Vec<Vec<u32>> = vec![Vec::new(); villages.len()];
    for (at, &of) in village_of.iter().enumerate() {
        cells_of[of as usize].push(at as u32);
    }
    let mut centres: Vec<u32> = Vec::with_capacity(n_groups);
    for (village, cells) in villages.iter_mut().zip(&cells_of) {
        let wanted = ((village.share * n_groups as f64).round() as usize).clamp(2, (cells.len() / 3).max(2));
        let middle = &mesh.cells[village.centre as usize];
        let reach = (cells.len() as f64).sqrt() * mesh.spacing * 0.34;
        let mut chosen: Vec<u32> = Vec::with_capacity(wanted);
        let first = centres.len() as u32;
        for _ in 0..wanted {
            let best = (0..12)
                .map(|_| *random.one_of(cells))
                .filter(|at| !chosen.contains(at))
                .map(|at| {
                    let cell = &mesh.cells[at as usize];
                    let from_middle = (cell.x - middle.x).hypot(cell.y - middle.y);
                    let apart = chosen
                        .iter()
                        .map(|&other| {
                            (cell.x - mesh.cells[other as usize].x)
                                .hypot(cell.y - mesh.cells[other as usize].y)
                        })
                        .fold(reach * 4.0, f64::min);
                    let dense = (0.35 + from_middle / reach).recip() / (1.0 + cell.height.max(0.0));
                    (apart * dense, at)
                })
                .max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)));
            chosen.extend(best.map(|(_, at)| at));
        }
        centres.extend(&chosen);
        village.groups = first..centres.len() as u32;
        village.group_centres = chosen;
    }
    let (group_of, _) = grow(mesh, &centres, village_of, &vec![0.0; centres.len()]);
    group_of
}
