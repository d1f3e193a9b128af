//! Sums to which one or two units give nearly everything.

/// True unless the sum is certain to keep every unit uncertain by `percent` of what it gave.
///
/// The p % rule withholds a sum X when its second largest contributor, who knows his own x₂, could tell the largest one's x₁ to
/// within p %: X − x₁ − x₂ < p/100 · x₁ (Hundepool et al., *Statistical Disclosure Control*, 2012, chapter 4). The largest
/// contributions are not known here, only the sum of all squares Q, and by Cauchy and Schwarz
/// (1 + p/100) x₁ + x₂ ≤ √((1 + p/100)² + 1) · √Q. Where that is at most X the rule is kept for certain; elsewhere it may be, and the
/// sum is withheld all the same. Equal contributions pass from three units on, at p = 10; a sum of both signs seldom passes.
///
/// `sum` and `sum_of_squares` are of the contributions, each as often as its weight says; `percent` is above 0.
#[must_use]
pub fn may_be_dominated(sum: f64, sum_of_squares: f64, percent: f64) -> bool {
    let most_for_two = ((1.0 + percent / 100.0).powi(2) + 1.0).sqrt() * sum_of_squares.sqrt();
    // What is no number is withheld.
    let is_certain = sum_of_squares == 0.0 || most_for_two <= sum;
    !is_certain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(contributions: &[f64]) -> bool {
        let sum = contributions.iter().sum();
        may_be_dominated(sum, contributions.iter().map(|x| x * x).sum(), 10.0)
    }

    /// The p % rule itself, from the contributions.
    fn is_dominated(contributions: &[f64]) -> bool {
        let mut sorted = contributions.to_vec();
        sorted.sort_by(f64::total_cmp);
        let (first, second) = (sorted[sorted.len() - 1], sorted[sorted.len() - 2]);
        sorted.iter().sum::<f64>() - first - second < 0.1 * first
    }

    #[test]
    fn two_can_work_each_other_out_and_three_of_a_size_cannot() {
        assert!(of(&[50.0, 50.0]));
        assert!(!of(&[50.0, 50.0, 50.0]));
        // Hundepool's rule withholds 100 + 20 + 5: whoever gave the 20 knows the 100 to within 5.
        assert!(is_dominated(&[100.0, 20.0, 5.0]) && of(&[100.0, 20.0, 5.0]));
        assert!(!of(&[]));
        assert!(may_be_dominated(f64::NAN, f64::NAN, 10.0));
    }

    #[test]
    fn every_sum_that_the_rule_withholds_is_withheld() {
        let mut state = 7_u64;
        let mut random = move |below: u64| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % below
        };
        let (mut n_dominated, mut n_passed) = (0, 0);
        for _ in 0..10_000 {
            let n = 2 + random(8);
            let contributions: Vec<f64> = (0..n).map(|_| f64::from(1_u32 << random(9))).collect();
            if is_dominated(&contributions) {
                n_dominated += 1;
                assert!(of(&contributions), "{contributions:?}");
            }
            n_passed += u32::from(!of(&contributions));
        }
        assert!(n_dominated > 500 && n_passed > 500, "{n_dominated} {n_passed}");
    }
}
