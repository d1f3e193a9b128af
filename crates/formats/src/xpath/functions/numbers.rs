//! Arithmetic, aggregates over node-sets, and geography.

use super::{Call, EvalError, Value};
use crate::xpath::{ast::Function, geo, value};

impl<'a> Call<'_, '_, 'a> {
    pub(super) fn numbers_answer(&self) -> Result<Value<'a>, EvalError> {
        use Function as F;
        let one = || self.number(0);
        Ok(Value::Number(match self.function {
            F::Number if self.len() == 0 => value::number(&self.eval.world.text(self.focus.node)),
            F::Number => one()?,
            F::Int => one()?.trunc(),
            F::Floor => one()?.floor(),
            F::Ceiling => one()?.ceil(),
            F::Round => round(one()?, if self.len() == 2 { self.number(1)? } else { 0.0 }),
            F::Abs => one()?.abs(),
            F::Exp => one()?.exp(),
            F::Exp10 => 10f64.powf(one()?),
            F::Log => one()?.ln(),
            F::Log10 => one()?.log10(),
            F::Sqrt => one()?.sqrt(),
            F::Sin => one()?.sin(),
            F::Cos => one()?.cos(),
            F::Tan => one()?.tan(),
            F::Asin => one()?.asin(),
            F::Acos => one()?.acos(),
            F::Atan => one()?.atan(),
            F::Atan2 => one()?.atan2(self.number(1)?),
            F::Pi => std::f64::consts::PI,
            F::Pow => one()?.powf(self.number(1)?),
            #[allow(clippy::cast_precision_loss)]
            F::Random => (self.eval.world.env.random() >> 11) as f64 / (1u64 << 53) as f64,
            F::Sum => {
                // Blank answers count for nothing; XPath 1.0 alone would make the sum NaN.
                self.texts_from(0)?
                    .iter()
                    .filter(|t| !t.trim().is_empty())
                    .map(|t| value::number(t))
                    .sum()
            }
            F::Min => self.extreme(f64::min)?,
            F::Max => self.extreme(f64::max)?,
            F::Area => geo::area(&self.points()?),
            F::Distance => geo::length(&self.points()?),
            _ => return self.geofence(),
        }))
    }

    fn extreme(&self, pick: fn(f64, f64) -> f64) -> Result<f64, EvalError> {
        let texts = self.texts_from(0)?;
        let numbers = texts
            .iter()
            .filter(|t| !t.trim().is_empty())
            .map(|t| value::number(t));
        Ok(numbers
            .reduce(|a, b| {
                if a.is_nan() || b.is_nan() {
                    f64::NAN
                } else {
                    pick(a, b)
                }
            })
            .unwrap_or(f64::NAN))
    }

    /// Reads every point of every argument; blank answers are left out.
    fn points(&self) -> Result<Vec<geo::LatLon>, EvalError> {
        let mut all = Vec::new();
        for text in self.texts_from(0)? {
            all.extend(geo::points(&text).ok_or_else(|| {
                self.error(&format!(
                    "{text:?} is not a list of places; write \"latitude longitude; …\""
                ))
            })?);
        }
        Ok(all)
    }

    /// `geofence(point, area)`: true when the point lies inside the area.
    fn geofence(&self) -> Result<Value<'a>, EvalError> {
        let (point, fence) = (self.text(0)?, self.text(1)?);
        if point.trim().is_empty() || fence.trim().is_empty() {
            return Ok(Value::Boolean(false));
        }
        let broken = || {
            self.error(
                "write the point as \"latitude longitude\" and the area as points with \";\" between them",
            )
        };
        let (point, fence) = (
            geo::point(&point).ok_or_else(broken)?,
            geo::points(&fence).ok_or_else(broken)?,
        );
        Ok(Value::Boolean(geo::encloses(&fence, point)))
    }
}

/// Rounds half up as XPath does, to a number of decimals that may be negative.
fn round(number: f64, decimals: f64) -> f64 {
    if !number.is_finite() || decimals.is_nan() {
        return number;
    }
    #[allow(clippy::cast_possible_truncation)]
    let decimals = decimals.trunc().clamp(-300.0, 30.0) as i32;
    if decimals == 0 {
        return (number + 0.5).floor();
    }
    // Going through the decimal text keeps 1.005 rounded to 2 decimals at what its shortest digits say.
    let shifted: f64 = format!("{number}e{decimals}").parse().unwrap_or(number);
    let rounded = (shifted + 0.5).floor();
    format!("{rounded}e{}", -decimals).parse().unwrap_or(number)
}
