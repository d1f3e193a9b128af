//! How far people who judged the same things apart from each other agree: percent agreement, Cohen's kappa, Krippendorff's alpha.
//!
//! All of it is for nominal judgements: two categories are the same or they are not.
//!
//! - **Percent agreement**: the share of units that both put into the same category. It says nothing of what chance alone would give.
//! - **Kappa** (J. Cohen, *Educational and Psychological Measurement* 20(1), 1960): agreement beyond what the two raters' own habits would
//!   give by chance, as a share of what is left to reach. Over many items pooled as by H. De Vries, M. N. Elliott, D. E. Kanouse and
//!   S. S. Teleki (*Field Methods* 20(3), 2008): the means of observed and of expected agreement go into the one formula.
//! - **Alpha** (K. Krippendorff, *Computing Krippendorff's Alpha-Reliability*, 2011): one less observed by expected disagreement, for any
//!   number of raters, with values missing. Its interval is that of the bootstrap: units drawn again with replacement (A. Zapf,
//!   S. Castell, L. Morawietz and A. Karch, *BMC Medical Research Methodology* 16:93, 2016), the draws by a generator whose seed comes in
//!   as an argument.
//!
//! Where everybody always said the same, chance would have agreed as well: kappa and alpha do not exist there.

use std::collections::BTreeMap;

use crate::interval::Interval;

/// Draws of the bootstrap: enough for the second digit of an end to stand still.
pub const DRAWS: usize = 2_000;

/// What one rater said of a unit, and what the other said.
pub type Pair = (u32, u32);

/// Share of units, 0 to 1, that both raters put into the same category; `None` without units.
#[must_use]
pub fn percent(pairs: &[Pair]) -> Option<f64> {
    (!pairs.is_empty()).then(|| {
        share(
            pairs.iter().filter(|(one, other)| one == other).count(),
            pairs.len(),
        )
    })
}

/// Cohen's kappa, at most 1; `None` without units, and where chance alone would agree on all of them.
#[must_use]
pub fn kappa(pairs: &[Pair]) -> Option<f64> {
    beyond_chance(percent(pairs)?, expected(pairs))
}

/// The pooled kappa of several items, each judged on units of its own; items without units are left out.
#[must_use]
pub fn pooled_kappa(items: &[Vec<Pair>]) -> Option<f64> {
    let judged: Vec<(f64, f64)> = items
        .iter()
        .filter_map(|pairs| Some((percent(pairs)?, expected(pairs))))
        .collect();
    if judged.is_empty() {
        return None;
    }
    let n = float(judged.len());
    let observed = judged.iter().map(|(observed, _)| observed).sum::<f64>() / n;
    let by_chance = judged.iter().map(|(_, expected)| expected).sum::<f64>() / n;
    beyond_chance(observed, by_chance)
}

/// Krippendorff's alpha for nominal data, at most 1; each unit has the values that raters gave it, in any order.
///
/// Units with fewer than two values tell nothing and are left out. `None` where nothing is left, or all values are the same.
#[must_use]
pub fn alpha(units: &[Vec<u32>]) -> Option<f64> {
    let told: Vec<Told> = units.iter().filter_map(|values| Told::of(values)).collect();
    alpha_of(told.iter())
}

/// The 95 % interval of [`alpha`] by `draws` bootstrap samples of the units.
///
/// Samples in which all values are the same have no alpha and are left out; `None` where they are more than half, or there are no units.
#[must_use]
pub fn alpha_interval(units: &[Vec<u32>], draws: usize, seed: u64) -> Option<Interval> {
    let told: Vec<Told> = units.iter().filter_map(|values| Told::of(values)).collect();
    if told.is_empty() || draws == 0 {
        return None;
    }
    let mut draw = Draw(seed);
    let mut alphas: Vec<f64> = (0..draws)
        .filter_map(|_| {
            let sample: Vec<&Told> = told
                .iter()
                .filter_map(|_| told.get(draw.below(told.len())))
                .collect();
            alpha_of(sample.into_iter())
        })
        .collect();
    if alphas.len() * 2 < draws {
        return None;
    }
    alphas.sort_by(f64::total_cmp);
    Some(Interval {
        lower: quantile(&alphas, 0.025)?,
        upper: quantile(&alphas, 0.975)?,
    })
}

/// What the values of one unit add to the matrix of coincidences.
struct Told {
    /// How often each category was given.
    counts: BTreeMap<u32, usize>,
    n: usize,
    /// Coincidences of differing values: pairs of them by the number of values less one.
    differing: f64,
}

impl Told {
    fn of(values: &[u32]) -> Option<Told> {
        let n = values.len();
        if n < 2 {
            return None;
        }
        let mut counts: BTreeMap<u32, usize> = BTreeMap::new();
        for value in values {
            *counts.entry(*value).or_default() += 1;
        }
        let alike: usize = counts.values().map(|count| count * (count - 1)).sum();
        Some(Told {
            differing: share(n * (n - 1) - alike, n - 1),
            counts,
            n,
        })
    }
}

fn alpha_of<'a>(units: impl Iterator<Item = &'a Told>) -> Option<f64> {
    let mut counts: BTreeMap<u32, usize> = BTreeMap::new();
    let (mut n, mut differing) = (0, 0.0);
    for unit in units {
        n += unit.n;
        differing += unit.differing;
        for (value, count) in &unit.counts {
            *counts.entry(*value).or_default() += count;
        }
    }
    let total = float(n);
    let alike: f64 = counts.values().map(|count| float(*count).powi(2)).sum();
    let expected = total * total - alike;
    (expected > 0.0).then(|| 1.0 - (total - 1.0) * differing / expected)
}

/// Share of units on which two raters with these habits would agree by chance.
fn expected(pairs: &[Pair]) -> f64 {
    let mut habits: BTreeMap<u32, (usize, usize)> = BTreeMap::new();
    for (one, other) in pairs {
        habits.entry(*one).or_default().0 += 1;
        habits.entry(*other).or_default().1 += 1;
    }
    let n = pairs.len();
    habits
        .values()
        .map(|(one, other)| share(*one, n) * share(*other, n))
        .sum()
}

fn beyond_chance(observed: f64, expected: f64) -> Option<f64> {
    // What is left of a sum of shares that are 1 together is rounding.
    (expected < 1.0 - 1e-12).then(|| (observed - expected) / (1.0 - expected))
}

/// The value below which this share of sorted values lies, between the two nearest in proportion.
fn quantile(sorted: &[f64], share: f64) -> Option<f64> {
    let at = share * float(sorted.len().checked_sub(1)?);
    let below = sorted.get(whole(at.floor()))?;
    let above = sorted.get(whole(at.ceil()))?;
    Some(below + (above - below) * at.fract())
}

/// SplitMix64 (G. L. Steele, D. Lea and C. H. Flood, 2014): the same draws for the same seed.
struct Draw(u64);

impl Draw {
    /// A whole number from 0 up to `n`, which is left out.
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        // The high half of the product spreads the draw evenly without a division.
        ((u128::from(mixed) * n as u128) >> 64) as usize
    }
}

fn share(part: usize, whole: usize) -> f64 {
    float(part) / float(whole)
}

fn float(n: usize) -> f64 {
    n as f64
}

fn whole(x: f64) -> usize {
    x as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn pairs(one: &str, other: &str) -> Vec<Pair> {
        one.chars()
            .zip(other.chars())
            .map(|(one, other)| (u32::from(one), u32::from(other)))
            .collect()
    }

    fn units(raters: &[&str]) -> Vec<Vec<u32>> {
        let n = raters.first().map_or(0, |rater| rater.len());
        (0..n)
            .map(|at| {
                raters
                    .iter()
                    .filter_map(|rater| rater.chars().nth(at))
                    .filter(|value| *value != '.')
                    .map(u32::from)
                    .collect()
            })
            .collect()
    }

    fn close(got: Option<f64>, wanted: f64, within: f64) {
        let got = got.expect("a number");
        assert!((got - wanted).abs() < within, "{got} is not {wanted}");
    }

    #[test]
    fn kappa_agrees_with_the_xeromammograms_of_two_radiologists() {
        // Stata Base Reference Manual, `kap`, example 1; data of Boyd and others (1982) as in Altman, Practical Statistics for Medical
        // Research (1991), p. 403: 85 pictures, normal, benign, suspected or cancer.
        let table = [[21, 12, 0, 0], [4, 17, 1, 0], [3, 9, 15, 2], [0, 0, 0, 1]];
        let mut judged: Vec<Pair> = Vec::new();
        for (one, row) in (0_u32..).zip(table) {
            for (other, n) in (0_u32..).zip(row) {
                judged.extend(std::iter::repeat_n((one, other), n));
            }
        }
        assert_eq!(judged.len(), 85);
        close(percent(&judged), 0.6353, 5e-5);
        close(kappa(&judged), 0.4728, 5e-5);
        // One item alone is pooled to itself.
        close(pooled_kappa(&[judged]), 0.4728, 5e-5);
    }

    #[test]
    fn alpha_agrees_with_krippendorffs_own_examples() {
        // Krippendorff, Computing Krippendorff's Alpha-Reliability (2011), sections A, B and C.
        close(alpha(&units(&["0100000010", "1110010000"])), 0.095, 5e-4);
        close(alpha(&units(&["aabbdcccedda", "babbbccceddd"])), 0.692, 5e-4);
        let four = ["123321412...", "1233224125.3", ".3332342251.", "12332441251."];
        close(alpha(&units(&four)), 0.743, 5e-4);
    }

    #[test]
    fn where_all_is_the_same_there_is_nothing_beyond_chance() {
        let same = pairs("aaaa", "aaaa");
        assert_eq!(percent(&same), Some(1.0));
        assert_eq!(kappa(&same), None);
        assert_eq!(alpha(&units(&["aaaa", "aaaa"])), None);
        assert_eq!(alpha_interval(&units(&["aaaa", "aaaa"]), 100, 1), None);
        assert_eq!((percent(&[]), kappa(&[]), alpha(&[])), (None, None, None));
        assert_eq!(pooled_kappa(&[]), None);
        // One rater alone agrees with nobody.
        assert_eq!(alpha(&units(&["abab"])), None);
    }

    #[test]
    fn an_interval_is_the_same_for_the_same_seed_and_holds_the_estimate() {
        let judged = units(&["aabbdcccedda", "babbbcccddda"]);
        let estimate = alpha(&judged).expect("an alpha");
        let first = alpha_interval(&judged, DRAWS, 7).expect("an interval");
        assert_eq!(alpha_interval(&judged, DRAWS, 7), Some(first));
        assert!(
            first.lower < estimate && estimate < first.upper,
            "{first:?} {estimate}"
        );
        // Ten times the units tell more.
        let many: Vec<Vec<u32>> = std::iter::repeat_n(judged, 10).flatten().collect();
        let narrow = alpha_interval(&many, DRAWS, 7).expect("an interval");
        assert!(
            narrow.upper - narrow.lower < first.upper - first.lower,
            "{narrow:?}"
        );
    }

    proptest! {
        #[test]
        fn nothing_is_above_one_and_who_comes_first_does_not_matter(judged in proptest::collection::vec((0_u32..4, 0_u32..4), 1..60)) {
            let turned: Vec<Pair> = judged.iter().map(|(one, other)| (*other, *one)).collect();
            let both = |pairs: &[Pair]| pairs.iter().map(|(one, other)| vec![*one, *other]).collect::<Vec<_>>();
            let same = |one: Option<f64>, other: Option<f64>| match (one, other) {
                (Some(one), Some(other)) => (one - other).abs() < 1e-9,
                (one, other) => one == other,
            };
            prop_assert!(same(kappa(&judged), kappa(&turned)));
            prop_assert!(same(alpha(&both(&judged)), alpha(&both(&turned))));
            for number in [percent(&judged), kappa(&judged), alpha(&both(&judged))].into_iter().flatten() {
                prop_assert!((-1.0 - 1e-9..=1.0 + 1e-9).contains(&number), "{}", number);
            }
        }

        #[test]
        fn those_who_say_the_same_agree_wholly_where_there_was_a_choice(said in proptest::collection::vec(0_u32..4, 2..60)) {
            let judged: Vec<Pair> = said.iter().map(|value| (*value, *value)).collect();
            let units: Vec<Vec<u32>> = said.iter().map(|value| vec![*value, *value]).collect();
            let has_choice = said.iter().any(|value| Some(value) != said.first());
            prop_assert_eq!(percent(&judged), Some(1.0));
            prop_assert_eq!(kappa(&judged).is_some(), has_choice);
            prop_assert_eq!(alpha(&units).is_some(), has_choice);
            if let Some(alpha) = alpha(&units) {
                prop_assert!((alpha - 1.0).abs() < 1e-12);
            }
        }
    }
}
