//! Seeded chance that is the same on every machine and with every version of every library.

/// A stream of random numbers: xoshiro256++ (<https://prng.di.unimi.it/>), seeded by splitmix64.
#[derive(Clone, Debug)]
pub struct Random {
    state: [u64; 4],
    seed: u64,
}

impl Random {
    pub fn new(seed: u64) -> Random {
        let mut at = seed;
        let state = std::array::from_fn(|_| {
            at = at.wrapping_add(0x9e37_79b9_7f4a_7c15);
            mix(at)
        });
        Random { state, seed }
    }

    /// A stream of its own for a purpose and a number, so that more of one thing moves nothing else.
    pub fn stream(&self, purpose: &str, number: u64) -> Random {
        let named = purpose
            .bytes()
            .fold(self.seed ^ 0xcbf2_9ce4_8422_2325, |hash, byte| {
                (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
            });
        Random::new(mix(named ^ mix(number.wrapping_add(1))))
    }

    pub fn bits(&mut self) -> u64 {
        let [a, b, c, d] = self.state;
        let result = a.wrapping_add(d).rotate_left(23).wrapping_add(a);
        let (c, d) = (c ^ a, d ^ b);
        self.state = [a ^ d, b ^ c, c ^ (b << 17), d.rotate_left(45)];
        result
    }

    /// At least 0 and below 1.
    pub fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// At least `low` and below `high`.
    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    /// A whole number below `n`; 0 when `n` is 0.
    pub fn below(&mut self, n: usize) -> usize {
        ((self.unit() * n as f64) as usize).min(n.saturating_sub(1))
    }

    /// True with a probability.
    pub fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// Normally distributed with mean 0 and deviation 1 (Box and Muller).
    pub fn normal(&mut self) -> f64 {
        let radius = (-2.0 * (1.0 - self.unit()).ln()).sqrt();
        radius * (std::f64::consts::TAU * self.unit()).cos()
    }

    /// Logistically distributed with mean 0.
    pub fn logistic(&mut self, scale: f64) -> f64 {
        let u = self.unit().clamp(1e-12, 1.0 - 1e-12);
        scale * (u / (1.0 - u)).ln()
    }

    /// A Poisson count (Knuth's product; for small means).
    pub fn poisson(&mut self, mean: f64) -> usize {
        let least = (-mean.clamp(0.0, 30.0)).exp();
        let mut product = self.unit();
        let mut count = 0;
        while product > least {
            product *= self.unit();
            count += 1;
        }
        count
    }

    /// One of several, each as likely as the others. Panics on an empty slice.
    pub fn one_of<'a, T>(&mut self, several: &'a [T]) -> &'a T {
        &several[self.below(several.len())]
    }

    /// A position in `weights`, each as likely as its weight; the last when all are 0.
    pub fn weighted(&mut self, weights: impl IntoIterator<Item = f64> + Clone) -> usize {
        let total: f64 = weights.clone().into_iter().sum();
        let mut left = self.unit() * total;
        let mut last = 0;
        for (at, weight) in weights.into_iter().enumerate() {
            last = at;
            if left < weight {
                return at;
            }
            left -= weight;
        }
        last
    }

    /// One choice by its logit, as in a multinomial model.
    pub fn by_logit<T: Copy>(&mut self, choices: &[(T, f64)]) -> T {
        choices[self.weighted(choices.iter().map(|(_, logit)| logit.exp()))].0
    }
}

/// The logistic function.
pub fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

pub fn mix(mut x: u64) -> u64 {
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_numbers_for_ever() {
        let mut random = Random::new(7).stream("land", 3);
        let first: Vec<u64> = (0..2).map(|_| random.bits()).collect();
        let mut again = Random::new(7).stream("land", 3);
        assert_eq!(first, [again.bits(), again.bits()]);
        assert_ne!(Random::new(7).stream("land", 4).bits(), first[0]);
        // splitmix64 of seed 0, from the reference implementation.
        assert_eq!(Random::new(0).state[0], 0xe220_a839_7b1d_cdaf);
    }

    #[test]
    fn averages_are_where_they_belong() {
        let mut random = Random::new(1);
        let mean = |mut draw: Box<dyn FnMut() -> f64>| (0..20_000).map(|_| draw()).sum::<f64>() / 20_000.0;
        let mut stream = random.clone();
        assert!((mean(Box::new(move || stream.unit())) - 0.5).abs() < 0.01);
        let mut stream = random.clone();
        assert!(mean(Box::new(move || stream.normal())).abs() < 0.03);
        let mut stream = random.clone();
        assert!((mean(Box::new(move || stream.poisson(3.0) as f64)) - 3.0).abs() < 0.05);
        assert_eq!(random.weighted([0.0, 1.0, 0.0]), 1);
    }
}
