//! Quantiles by Hyndman and Fan's eighth definition, approximately median-unbiased whatever the distribution ("Sample Quantiles in
//! Statistical Packages", The American Statistician 50, 1996), which Cardinal takes from `statrs`.

/// The quantile of numbers; not a number where there are none.
pub(super) fn quantile(numbers: &mut [f64], tau: f64) -> f64 {
    if numbers.is_empty() || !(0.0..=1.0).contains(&tau) {
        return f64::NAN;
    }
    numbers.sort_unstable_by(f64::total_cmp);
    let n = numbers.len();
    let h = (n as f64 + 1.0 / 3.0) * tau + 1.0 / 3.0;
    let whole = h as usize;
    if whole == 0 || tau == 0.0 {
        return numbers[0];
    }
    if whole >= n || (tau - 1.0).abs() < f64::EPSILON {
        return numbers[n - 1];
    }
    let (a, b) = (numbers[whole - 1], numbers[whole]);
    a + (h - whole as f64) * (b - a)
}

/// The lower and the upper quartile.
pub(super) fn quartiles(numbers: &mut [f64]) -> (f64, f64) {
    (quantile(numbers, 0.25), quantile(numbers, 0.75))
}
