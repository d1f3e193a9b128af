//! The regency as its officers would list it: districts, villages and household groups with codes
//! and names, and what each village's ground and pipes give.

use jiff::civil::Date;

use super::areas::Areas;
use super::mesh::Mesh;
use super::names::{self, PlaceNames, REGENCY};
use super::outlines::{Outlines, position};
use super::random::Random;
use super::relief::Relief;
use crate::places::boundaries::{Point, Shape};

/// The code of the invented regency. No province of Indonesia has the number 99.
pub const REGENCY_CODE: &str = "99.01";

/// How much of everything there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    pub n_households: usize,
    pub n_villages: usize,
    pub n_districts: usize,
    pub n_groups: usize,
}

/// A place with its outline.
#[derive(Clone, Debug)]
pub struct Listed {
    pub code: String,
    pub level: &'static str,
    pub name: String,
    pub parent: Option<String>,
    pub shape: Shape,
}

/// A village and what living there is like.
#[derive(Clone, Debug)]
pub struct Village {
    pub code: String,
    pub name: String,
    pub geology: Geology,
    pub is_town: bool,
    pub is_coastal: bool,
    /// Kilometres of way to the district town.
    pub remoteness: f64,
    pub wealth: f64,
    /// How well pipes reach the houses, around 0.
    pub pipes: f64,
    /// Whether a new water point is opened between the two census rounds.
    pub has_new_water: bool,
    /// Positions of its groups in [`Regency::groups`].
    pub groups: std::ops::Range<usize>,
}

/// What lies under a village.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Geology {
    /// Wells give water everywhere.
    Alluvium,
    /// Wells are brackish.
    Coast,
    /// Water sinks away: rain tanks, tankers and far springs.
    Limestone,
    /// Springs.
    Volcanic,
}

/// A household group (*dasawisma*): ten to twenty houses.
#[derive(Clone, Debug)]
pub struct Group {
    pub code: String,
    pub name: String,
    pub village: usize,
    pub n_houses: usize,
    /// Where its houses may stand, in kilometres from the middle, the most likely first.
    pub plots: Vec<(f64, f64)>,
}

/// A public tap, well or spring.
#[derive(Clone, Debug)]
pub struct WaterPoint {
    pub code: String,
    pub village: usize,
    pub kind: &'static str,
    pub at: Point,
    pub built_on: Date,
    pub is_working: bool,
}

/// A river from its source or a confluence to the next.
#[derive(Clone, Debug)]
pub struct River {
    pub name: Option<String>,
    pub line: Vec<Point>,
    /// Share of all the land's water it carries at its end.
    pub share: f64,
}

/// The invented regency.
pub struct Regency {
    pub name: String,
    pub places: Vec<Listed>,
    pub villages: Vec<Village>,
    pub groups: Vec<Group>,
    pub water_points: Vec<WaterPoint>,
    pub rivers: Vec<River>,
}

impl Size {
    /// Scales a regency to a number of households: 12,500 make 32 villages in 5 districts.
    pub fn of(n_households: usize) -> Size {
        let n_households = n_households.clamp(20, 200_000);
        let n_villages = ((n_households as f64 / 12_500.0).sqrt() * 32.0)
            .round()
            .clamp(4.0, 60.0) as usize;
        let n_districts = ((n_villages as f64 / 6.4).round() as usize).clamp(2, 9);
        Size {
            n_households,
            n_villages,
            n_districts,
            n_groups: (n_households / 15).max(n_villages * 2),
        }
    }
}

impl Geology {
    pub fn as_str(self) -> &'static str {
        match self {
            Geology::Alluvium => "alluvium",
            Geology::Coast => "coastal sand",
            Geology::Limestone => "limestone",
            Geology::Volcanic => "volcanic",
        }
    }
}

impl Village {
    /// How likely a new water point is a spring.
    pub fn spring(&self) -> f64 {
        if self.geology == Geology::Volcanic {
            1.5
        } else {
            -3.0
        }
    }
}

impl Regency {
    /// Raises the land and settles it.
    pub fn new(size: Size, random: &Random) -> Regency {
        let relief = Relief::new(random, 9.5 * size.n_villages as f64);
        let mesh = Mesh::new(&relief, random, (size.n_groups * 36).max(2000));
        let areas = Areas::settle(&mesh, random, size.n_villages, size.n_districts, size.n_groups);
        let outlines = Outlines::new(&mesh, &areas.group_of, &areas.village_of);
        let mut regency = Regency {
            name: REGENCY.to_owned(),
            places: Vec::new(),
            villages: Vec::new(),
            groups: Vec::new(),
            water_points: Vec::new(),
            rivers: Vec::new(),
        };
        regency.list_places(&mesh, &areas, &outlines, random);
        regency.describe_villages(&mesh, &areas, &relief, random);
        regency.lay_out_groups(&mesh, &areas, size.n_households, random);
        regency.dig_wells(&mesh, &areas, random);
        regency.name_rivers(&mesh, &outlines, random);
        regency
    }

    fn list_places(&mut self, mesh: &Mesh, areas: &Areas, outlines: &Outlines<'_>, random: &Random) {
        let mut names = PlaceNames::new(random);
        self.places.push(Listed {
            code: REGENCY_CODE.to_owned(),
            level: "regency",
            name: self.name.clone(),
            parent: None,
            shape: outlines.shape(|_| true),
        });
        let mut cells_of_group: Vec<Vec<usize>> =
            vec![Vec::new(); areas.villages.last().map_or(0, |v| v.groups.end as usize)];
        for (cell, &group) in areas.group_of.iter().enumerate() {
            cells_of_group[group as usize].push(cell);
        }
        self.villages = areas.villages.iter().map(|_| Village::unknown()).collect();
        for district in 0..areas.n_districts {
            let code = format!("{REGENCY_CODE}.{:02}", district + 1);
            let members: Vec<usize> = (0..areas.villages.len())
                .filter(|&at| areas.villages[at].district == district)
                .collect();
            let is_here = |cell: usize| areas.villages[areas.village_of[cell] as usize].district == district;
            let town = names.town();
            self.places.push(Listed {
                code: code.clone(),
                level: "district",
                name: town.clone(),
                parent: Some(REGENCY_CODE.to_owned()),
                shape: outlines.shape(is_here),
            });
            for (n, &at) in members.iter().enumerate() {
                // The district's town gives the district its name. Kelurahan (towns) count from 1001, desa from 2001.
                let is_town = areas.villages[at].remoteness == 0.0;
                let village_code = format!("{code}.{}", if is_town { 1001 } else { 2001 + n });
                let name = if is_town { town.clone() } else { names.village() };
                self.places.push(Listed {
                    code: village_code.clone(),
                    level: "village",
                    name: name.clone(),
                    parent: Some(code.clone()),
                    shape: outlines.shape(|cell| areas.village_of[cell] as usize == at),
                });
                let village = &mut self.villages[at];
                village.code.clone_from(&village_code);
                village.name = name;
                village.is_town = is_town;
                for group in areas.villages[at].groups.clone() {
                    let number = (group - areas.villages[at].groups.start) as usize;
                    let cells = &cells_of_group[group as usize];
                    self.places.push(Listed {
                        code: format!("{village_code}.{:02}", number + 1),
                        level: "household_group",
                        name: names::group(number),
                        parent: Some(village_code.clone()),
                        shape: outlines.shape_of(cells, |cell| areas.group_of[cell] == group),
                    });
                }
            }
        }
        debug_assert_eq!(mesh.cells.len(), areas.group_of.len());
    }

    fn describe_villages(&mut self, mesh: &Mesh, areas: &Areas, relief: &Relief, random: &Random) {
        for (at, (village, area)) in self.villages.iter_mut().zip(&areas.villages).enumerate() {
            let mut random = random.stream("village", at as u64);
            let centre = &mesh.cells[area.centre as usize];
            village.geology = match () {
                () if area.height > 0.3 => Geology::Volcanic,
                () if relief.is_limestone(centre.x, centre.y) => Geology::Limestone,
                () if area.is_coastal && area.height < 0.07 => Geology::Coast,
                () => Geology::Alluvium,
            };
            village.is_coastal = area.is_coastal;
            village.remoteness = area.remoteness;
            let town = f64::from(u8::from(village.is_town));
            village.wealth = 0.35 + 0.75 * town - 0.035 * area.remoteness - 0.5 * area.height.clamp(0.0, 1.0)
                + 0.25 * random.normal();
            village.pipes = 0.3 + 0.9 * town - 0.06 * area.remoteness + 0.45 * random.normal();
            village.groups = area.groups.start as usize..area.groups.end as usize;
        }
        // The villages with the least pipes get the new water points.
        let mut thirsty: Vec<usize> = (0..self.villages.len()).collect();
        thirsty.sort_by(|&a, &b| self.villages[a].pipes.total_cmp(&self.villages[b].pipes));
        for at in thirsty.into_iter().take((self.villages.len() / 5).max(1)) {
            self.villages[at].has_new_water = true;
        }
    }

    fn lay_out_groups(&mut self, mesh: &Mesh, areas: &Areas, n_households: usize, random: &Random) {
        let mut random = random.stream("groups", 0);
        for (at, village) in self.villages.iter().enumerate() {
            for number in 0..village.groups.len() {
                let code = format!("{}.{:02}", village.code, number + 1);
                self.groups.push(Group {
                    code,
                    name: names::group(number),
                    village: at,
                    n_houses: 0,
                    plots: Vec::new(),
                });
            }
        }
        // Sizes around the mean, then one by one up or down until they add up.
        let mean = n_households as f64 / self.groups.len() as f64;
        let (least, most) = ((mean * 0.66) as usize, (mean * 1.34).ceil() as usize);
        for group in &mut self.groups {
            group.n_houses = (mean + random.normal() * mean * 0.16)
                .round()
                .clamp(least as f64, most as f64) as usize;
        }
        let mut total: usize = self.groups.iter().map(|group| group.n_houses).sum();
        while total != n_households {
            let at = random.below(self.groups.len());
            if total < n_households {
                self.groups[at].n_houses += 1;
                total += 1;
            } else if self.groups[at].n_houses > 1 {
                self.groups[at].n_houses -= 1;
                total -= 1;
            }
        }
        let mut cells_of: Vec<Vec<u32>> = vec![Vec::new(); self.groups.len()];
        for (cell, &group) in areas.group_of.iter().enumerate() {
            cells_of[group as usize].push(cell as u32);
        }
        let centres: Vec<u32> = areas
            .villages
            .iter()
            .flat_map(|village| village.group_centres.iter().copied())
            .collect();
        for (group, (cells, &centre)) in self.groups.iter_mut().zip(cells_of.iter().zip(&centres)) {
            let middle = &mesh.cells[centre as usize];
            let mut near: Vec<(f64, (f64, f64))> = cells
                .iter()
                .map(|&cell| {
                    let cell = &mesh.cells[cell as usize];
                    ((cell.x - middle.x).hypot(cell.y - middle.y), (cell.x, cell.y))
                })
                .collect();
            near.sort_by(|a, b| a.0.total_cmp(&b.0));
            group.plots = (0..group.n_houses)
                .map(|_| {
                    // Most houses stand near the middle, a few far out.
                    let pick = (random.unit() * random.unit() * near.len() as f64) as usize;
                    let (x, y) = near[pick.min(near.len() - 1)].1;
                    (
                        x + random.between(-0.3, 0.3) * mesh.spacing,
                        y + random.between(-0.3, 0.3) * mesh.spacing,
                    )
                })
                .collect();
        }
    }

    fn dig_wells(&mut self, mesh: &Mesh, areas: &Areas, random: &Random) {
        let mut random = random.stream("water points", 0);
        for (at, village) in self.villages.iter().enumerate() {
            let old = 1 + random.poisson(1.6);
            let new = if village.has_new_water {
                1 + random.below(3)
            } else {
                0
            };
            for n in 0..old + new {
                let is_new = n >= old;
                let kind = match village.geology {
                    Geology::Volcanic => *random.one_of(&["protected spring", "public tap"]),
                    Geology::Limestone => *random.one_of(&["public tap", "rainwater tank"]),
                    Geology::Coast => "public tap",
                    Geology::Alluvium => *random.one_of(&["borehole with pump", "public tap"]),
                };
                let near = &mesh.cells[areas.villages[at].group_centres
                    [random.below(areas.villages[at].group_centres.len())]
                    as usize];
                let (year, month) = if is_new {
                    (2026, 1 + random.below(6) as i8)
                } else {
                    (2003 + random.below(21) as i16, 1 + random.below(12) as i8)
                };
                self.water_points.push(WaterPoint {
                    code: format!("WP-{}-{:02}", village.code, n + 1),
                    village: at,
                    kind: if is_new && kind == "rainwater tank" {
                        "public tap"
                    } else {
                        kind
                    },
                    at: position((
                        near.x + random.between(-0.4, 0.4) * mesh.spacing,
                        near.y + random.between(-0.4, 0.4) * mesh.spacing,
                    )),
                    built_on: Date::new(year, month, 1 + random.below(27) as i8)
                        .unwrap_or(Date::constant(2020, 1, 1)),
                    is_working: is_new || random.chance(0.78),
                });
            }
        }
    }

    fn name_rivers(&mut self, mesh: &Mesh, outlines: &Outlines<'_>, random: &Random) {
        let mut names = PlaceNames::new(&random.stream("rivers", 0));
        let total = mesh.corners.len() as f64;
        let mut lines = mesh.river_lines();
        lines.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
        self.rivers = lines
            .into_iter()
            .map(|(corners, drains)| {
                let share = (f64::from(drains) / total).min(1.0);
                River {
                    name: (share > 0.05).then(|| format!("Kali {}", names.town())),
                    line: outlines.line(&corners).into_iter().map(|v| v.point()).collect(),
                    share,
                }
            })
            .collect();
    }
}

impl Village {
    fn unknown() -> Village {
        Village {
            code: String::new(),
            name: String::new(),
            geology: Geology::Alluvium,
            is_town: false,
            is_coastal: false,
            remoteness: 0.0,
            wealth: 0.0,
            pipes: 0.0,
            has_new_water: false,
            groups: 0..0,
        }
    }
}
