//! How high the invented land is: an island with a plain, a range of hills and a ragged coast.

use super::random::{Random, mix};

/// Heights over an area of so many kilometres; above 0 is land.
#[derive(Clone, Debug)]
pub struct Relief {
    seed: u64,
    /// Half the width and half the height of the island, in kilometres.
    pub half: (f64, f64),
    hills: Vec<Hill>,
}

#[derive(Clone, Debug)]
struct Hill {
    x: f64,
    y: f64,
    reach: f64,
    height: f64,
}

impl Relief {
    /// An island of about this many square kilometres.
    pub fn new(random: &Random, area_km2: f64) -> Relief {
        let mut random = random.stream("relief", 0);
        let longer = random.between(1.35, 1.6);
        let b = (area_km2 / (std::f64::consts::PI * 0.78 * longer)).sqrt();
        let half = (b * longer, b);
        // A range of hills along the southern shore, and one outlier.
        let mut hills = Vec::new();
        let (start, end) = (random.between(-0.25, 0.0), random.between(0.55, 0.7));
        for i in 0..6 {
            let along = start + (end - start) * f64::from(i) / 5.0;
            hills.push(Hill {
                x: half.0 * along + random.normal() * half.0 * 0.04,
                y: half.1 * (-0.42 + 0.12 * random.normal()),
                reach: half.1 * random.between(0.26, 0.42),
                height: random.between(0.28, 0.62),
            });
        }
        hills.push(Hill {
            x: -half.0 * 0.55,
            y: half.1 * random.between(-0.1, 0.35),
            reach: half.1 * 0.2,
            height: 0.22,
        });
        Relief {
            seed: random.bits(),
            half,
            hills,
        }
    }

    /// Height at a position in kilometres from the centre; 0 is the sea, 1 about a thousand metres.
    pub fn height(&self, x: f64, y: f64) -> f64 {
        let scale = self.half.1;
        // The outline is bent by slow noise, so that there are bays and capes.
        let bend = |salt: u64| self.noise(x / scale * 1.1, y / scale * 1.1, salt, 4) - 0.5;
        let (u, v) = (x / self.half.0 + 0.75 * bend(1), y / self.half.1 + 0.75 * bend(2));
        let shore = 1.0 - (u * u + v * v).powf(0.9);
        let rough = self.noise(x / scale * 2.6, y / scale * 2.6, 3, 5) - 0.5;
        let plain = 0.16 * shore + 0.10 * rough;
        let ridge = 1.0 - (2.0 * self.noise(x / scale * 2.2, y / scale * 2.2, 4, 4) - 1.0).abs();
        let hills: f64 = self
            .hills
            .iter()
            .map(|hill| {
                let d2 = ((x - hill.x).powi(2) + (y - hill.y).powi(2)) / (hill.reach * hill.reach);
                hill.height * (-d2).exp() * (0.45 + 0.75 * ridge)
            })
            .sum();
        plain + hills * shore.clamp(0.0, 0.25) * 4.0
    }

    /// Whether limestone lies under a position: where it does, springs run dry and wells are rare.
    pub fn is_limestone(&self, x: f64, y: f64) -> bool {
        self.noise(x / self.half.1 * 0.9, y / self.half.1 * 0.9, 5, 3) > 0.56
    }

    /// Smooth noise of several octaves between 0 and 1.
    fn noise(&self, x: f64, y: f64, salt: u64, octaves: u32) -> f64 {
        let mut sum = 0.0;
        let mut weight = 0.0;
        for octave in 0..octaves {
            let (size, part) = (f64::from(1 << octave), 0.5f64.powi(octave as i32));
            sum += part * self.lattice(x * size, y * size, salt * 16 + u64::from(octave));
            weight += part;
        }
        sum / weight
    }

    fn lattice(&self, x: f64, y: f64, salt: u64) -> f64 {
        let (i, j) = (x.floor(), y.floor());
        let ease = |t: f64| t * t * t * (t * (t * 6.0 - 15.0) + 10.0);
        let (s, t) = (ease(x - i), ease(y - j));
        let at = |di: i64, dj: i64| {
            let hash = mix(self.seed
                ^ mix(salt)
                ^ mix((i as i64 + di) as u64).rotate_left(21)
                ^ mix(!(j as i64 + dj) as u64));
            (hash >> 11) as f64 / (1u64 << 53) as f64
        };
        let low = at(0, 0) + s * (at(1, 0) - at(0, 0));
        let high = at(0, 1) + s * (at(1, 1) - at(0, 1));
        low + t * (high - low)
    }
}
