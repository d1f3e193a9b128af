//! What a formula comes to, and how it moves with each number.

use super::{Condition, Expression, Function, Missing, NoValue, Node, Rules, Scale, Sign};

impl Expression {
    /// Works the formula out; `values` are those of [`Expression::names`], in their order.
    ///
    /// # Errors
    /// Why it has no value: never infinity, never a number that is none.
    pub fn evaluate(&self, values: &[Option<f64>], rules: Rules) -> Result<f64, NoValue> {
        work(&self.root, values, rules)
    }

    /// By how much the value moves with each number, 0 for one that is not there: central differences.
    ///
    /// `None` where the formula has no value on both sides of a number, such as a geometric mean at zero.
    #[must_use]
    pub fn derivatives(&self, values: &[Option<f64>], rules: Rules) -> Option<Vec<f64>> {
        let mut moved = values.to_vec();
        let mut derivatives = Vec::with_capacity(values.len());
        for (at, value) in values.iter().enumerate() {
            let Some(value) = *value else {
                derivatives.push(0.0);
                continue;
            };
            let step = (1e-6 * value.abs()).max(1e-9);
            let (above, below) = (value + step, value - step);
            moved[at] = Some(above);
            let high = work(&self.root, &moved, rules).ok()?;
            moved[at] = Some(below);
            let low = work(&self.root, &moved, rules).ok()?;
            moved[at] = Some(value);
            derivatives.push((high - low) / (above - below));
        }
        Some(derivatives)
    }
}

fn work(node: &Node, values: &[Option<f64>], rules: Rules) -> Result<f64, NoValue> {
    let value = match node {
        Node::Number(number) => *number,
        Node::Name(at) => values.get(*at).copied().flatten().ok_or(NoValue::Missing)?,
        Node::Minus(of) => -work(of, values, rules)?,
        Node::Sum(terms) => {
            let mut sum = 0.0;
            for (sign, term) in terms {
                let term = work(term, values, rules)?;
                sum += match sign {
                    Sign::Plus => term,
                    Sign::Minus => -term,
                };
            }
            sum
        }
        Node::Product(factors) => {
            let mut product = 1.0;
            for (scale, factor) in factors {
                let factor = work(factor, values, rules)?;
                match scale {
                    Scale::Times => product *= factor,
                    Scale::Over if factor == 0.0 => return Err(NoValue::DivisionByZero),
                    Scale::Over => product /= factor,
                }
            }
            product
        }
        Node::Power(base, exponent) => {
            let (base, exponent) = (work(base, values, rules)?, work(exponent, values, rules)?);
            if base == 0.0 && exponent < 0.0 {
                return Err(NoValue::DivisionByZero);
            }
            base.powf(exponent)
        }
        Node::Call(function, arguments) => call(*function, arguments, values, rules)?,
        Node::If(condition) => choose(condition, values, rules)?,
    };
    if value.is_finite() {
        Ok(value)
    } else {
        Err(NoValue::Undefined)
    }
}

fn choose(condition: &Condition, values: &[Option<f64>], rules: Rules) -> Result<f64, NoValue> {
    let left = work(&condition.left, values, rules)?;
    let right = work(&condition.right, values, rules)?;
    let chosen = if condition.comparison.holds(left, right) {
        &condition.then
    } else {
        &condition.otherwise
    };
    work(chosen, values, rules)
}

fn call(
    function: Function,
    arguments: &[Node],
    values: &[Option<f64>],
    rules: Rules,
) -> Result<f64, NoValue> {
    let each = || {
        arguments
            .iter()
            .map(move |argument| work(argument, values, rules))
    };
    let known = || there(each(), rules.missing);
    match function {
        Function::Abs => Ok(there(each(), Missing::Spreads)?[0].abs()),
        Function::Clamp => {
            // Three, as the formula was read.
            let three = there(each(), Missing::Spreads)?;
            Ok(three[0].max(three[1]).min(three[2]))
        }
        Function::Coalesce => each().find_map(Result::ok).ok_or(NoValue::Missing),
        Function::Max => known()?.into_iter().reduce(f64::max).ok_or(NoValue::Missing),
        Function::Min => known()?.into_iter().reduce(f64::min).ok_or(NoValue::Missing),
        Function::Mean => Ok(mean(&known()?)),
        Function::Sum => Ok(known()?.iter().sum()),
        Function::WeightedMean => weighted_mean(each(), rules.missing),
        Function::GeometricMean => geometric_mean(known()?, rules.floor),
        Function::HarmonicMean => harmonic_mean(&known()?),
    }
}

/// The values that are there; never empty.
fn there(each: impl Iterator<Item = Result<f64, NoValue>>, missing: Missing) -> Result<Vec<f64>, NoValue> {
    let mut known = Vec::new();
    for value in each {
        match (value, missing) {
            (Ok(value), _) => known.push(value),
            (Err(NoValue::Missing), Missing::Skipped) => {}
            (Err(why), _) => return Err(why),
        }
    }
    if known.is_empty() {
        Err(NoValue::Missing)
    } else {
        Ok(known)
    }
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// Σwx / Σw; a pair of which one is missing is left out where missing ones are.
fn weighted_mean(
    mut each: impl Iterator<Item = Result<f64, NoValue>>,
    missing: Missing,
) -> Result<f64, NoValue> {
    let (mut sum, mut weights, mut n) = (0.0, 0.0, 0);
    while let (Some(value), Some(weight)) = (each.next(), each.next()) {
        match (value, weight, missing) {
            (Ok(_), Ok(weight), _) if weight < 0.0 => return Err(NoValue::Negative),
            (Ok(value), Ok(weight), _) => {
                sum += weight * value;
                weights += weight;
                n += 1;
            }
            (Err(NoValue::Missing), Ok(_) | Err(NoValue::Missing), Missing::Skipped)
            | (Ok(_), Err(NoValue::Missing), Missing::Skipped) => {}
            (Err(why), _, _) | (_, Err(why), _) => return Err(why),
        }
    }
    if n == 0 {
        Err(NoValue::Missing)
    } else if weights == 0.0 {
        Err(NoValue::DivisionByZero)
    } else {
        Ok(sum / weights)
    }
}

/// The n-th root of the product, by logarithms, so that a product of many does not overflow.
fn geometric_mean(values: Vec<f64>, floor: Option<f64>) -> Result<f64, NoValue> {
    if values.iter().any(|value| *value < 0.0) {
        return Err(NoValue::Negative);
    }
    let raised: Vec<f64> = values
        .into_iter()
        .map(|value| floor.map_or(value, |floor| value.max(floor)))
        .collect();
    if raised.contains(&0.0) {
        return Ok(0.0);
    }
    let logarithms: Vec<f64> = raised.into_iter().map(f64::ln).collect();
    Ok(mean(&logarithms).exp())
}

fn harmonic_mean(values: &[f64]) -> Result<f64, NoValue> {
    if values.iter().any(|value| *value < 0.0) {
        return Err(NoValue::Negative);
    }
    if values.contains(&0.0) {
        return Ok(0.0);
    }
    let inverse: f64 = values.iter().map(|value| 1.0 / value).sum();
    Ok(values.len() as f64 / inverse)
}
