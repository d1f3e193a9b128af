//! Quantiles and distribution functions of the normal and Student distributions, to about 1e-12.

use std::f64::consts::PI;

/// Value below which the share `p` of a standard normal variable lies; `p` strictly between 0 and 1.
pub fn normal_quantile(p: f64) -> f64 {
    quantile(p, normal_cdf, |x| (-x * x / 2.0).exp() / (2.0 * PI).sqrt())
}

/// Value below which the share `p` of Student's t with `df` degrees of freedom lies.
pub fn student_quantile(p: f64, df: f64) -> f64 {
    if df.is_infinite() {
        return normal_quantile(p);
    }
    let log_scale = ln_gamma(df.midpoint(1.0)) - ln_gamma(df / 2.0) - 0.5 * (df * PI).ln();
    quantile(
        p,
        |x| student_cdf(x, df),
        |x| (log_scale - df.midpoint(1.0) * (x * x / df).ln_1p()).exp(),
    )
}

/// Newton's steps on the distribution function, bisection where they would leave the bracket.
fn quantile(p: f64, cdf: impl Fn(f64) -> f64, density: impl Fn(f64) -> f64) -> f64 {
    assert!(
        p > 0.0 && p < 1.0,
        "a quantile is asked for a share strictly between 0 and 1, not {p}"
    );
    if p < 0.5 {
        return -quantile(1.0 - p, cdf, density);
    }
    let (mut low, mut high) = (0.0, 1.0);
    while cdf(high) < p {
        low = high;
        high *= 2.0;
    }
    let mut x = f64::midpoint(low, high);
    for _ in 0..200 {
        let error = cdf(x) - p;
        if error < 0.0 {
            low = x;
        } else {
            high = x;
        }
        let newton = x - error / density(x);
        let next = if newton > low && newton < high {
            newton
        } else {
            f64::midpoint(low, high)
        };
        if (next - x).abs() <= 1e-14 * next.abs().max(1.0) {
            return next;
        }
        x = next;
    }
    x
}

/// Share of a standard normal variable that lies below `x`.
pub fn normal_cdf(x: f64) -> f64 {
    // The normal is the square root of a chi-square with one degree of freedom: P(|Z| < x) = P(1/2, x²/2).
    let inside = lower_gamma(0.5, x * x / 2.0);
    if x >= 0.0 {
        f64::midpoint(1.0, inside)
    } else {
        (1.0 - inside) / 2.0
    }
}

/// Share of Student's t with `df` degrees of freedom that lies below `x`.
pub fn student_cdf(x: f64, df: f64) -> f64 {
    let tail = 0.5 * regularised_beta(df / (df + x * x), df / 2.0, 0.5);
    if x >= 0.0 { 1.0 - tail } else { tail }
}

/// Regularised lower incomplete gamma function P(a, x): series below a + 1, continued fraction above (Abramowitz & Stegun 6.5).
fn lower_gamma(a: f64, x: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    let front = (a * x.ln() - x - ln_gamma(a)).exp();
    if x < a + 1.0 {
        let (mut term, mut sum, mut k) = (1.0 / a, 1.0 / a, a);
        while term.abs() > sum.abs() * 1e-17 {
            k += 1.0;
            term *= x / k;
            sum += term;
        }
        return front * sum;
    }
    let mut fraction = 0.0;
    for k in (1..=300).rev() {
        let k = f64::from(k);
        fraction = k * (k - a) / (x + 2.0 * k + 1.0 - a - fraction);
    }
    1.0 - front / (x + 1.0 - a - fraction)
}

/// Regularised incomplete beta function I_x(a, b) by its continued fraction (Abramowitz & Stegun 26.5.8, evaluated by Lentz).
fn regularised_beta(x: f64, a: f64, b: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    if x >= 1.0 {
        return 1.0;
    }
    let front = (ln_gamma(a + b) - ln_gamma(a) - ln_gamma(b) + a * x.ln() + b * (-x).ln_1p()).exp();
    if x < (a + 1.0) / (a + b + 2.0) {
        front * beta_fraction(x, a, b) / a
    } else {
        1.0 - front * beta_fraction(1.0 - x, b, a) / b
    }
}

fn beta_fraction(x: f64, a: f64, b: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let safe = |v: f64| if v.abs() < TINY { TINY } else { v };
    let mut c = 1.0;
    let mut d = 1.0 / safe(1.0 - (a + b) * x / (a + 1.0));
    let mut h = d;
    for m in 1..500 {
        let m = f64::from(m);
        for coefficient in [
            m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0)),
        ] {
            d = 1.0 / safe(1.0 + coefficient * d);
            c = safe(1.0 + coefficient / c);
            h *= d * c;
        }
        if (d * c - 1.0).abs() < 1e-16 {
            break;
        }
    }
    h
}

/// Logarithm of the gamma function for x > 0: Stirling's series after lifting the argument above 12.
fn ln_gamma(x: f64) -> f64 {
    let (mut x, mut lifted) = (x, 0.0);
    while x < 12.0 {
        lifted += x.ln();
        x += 1.0;
    }
    let inverse = 1.0 / x;
    let square = inverse * inverse;
    let series = inverse
        * (1.0 / 12.0
            - square * (1.0 / 360.0 - square * (1.0 / 1260.0 - square * (1.0 / 1680.0 - square / 1188.0))));
    (x - 0.5) * x.ln() - x + 0.5 * (2.0 * PI).ln() + series - lifted
}

#[cfg(test)]
mod tests {
    use super::{normal_quantile, student_quantile};

    #[test]
    fn quantiles_agree_with_printed_tables() {
        // NIST/SEMATECH e-Handbook 1.3.6.7.1 and .2; extra digits from R 4: qnorm(.975), qt(.975, c(1, 5, 14, 197)).
        for (got, expected) in [
            (normal_quantile(0.975), 1.959_963_984_540_054),
            (normal_quantile(0.5), 0.0),
            (normal_quantile(0.025), -1.959_963_984_540_054),
            (normal_quantile(0.9999), 3.719_016_485_455_709),
            (student_quantile(0.975, 1.0), 12.706_204_736_174_7),
            (student_quantile(0.975, 5.0), 2.570_581_835_636_314),
            (student_quantile(0.975, 14.0), 2.144_786_687_916_927_7),
            (student_quantile(0.975, f64::INFINITY), 1.959_963_984_540_054),
        ] {
            assert!((got - expected).abs() < 1e-10, "{got} is not {expected}");
        }
    }
}
