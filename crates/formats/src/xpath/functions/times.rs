//! Functions over dates and times.

use super::{Call, EvalError, Value};
use crate::xpath::{ast::Function, dates, value};

impl<'a> Call<'_, '_, 'a> {
    pub(super) fn times_answer(&self) -> Result<Value<'a>, EvalError> {
        use Function as F;
        let now = self.eval.world.env.now;
        let blank_or = |answer: Option<String>, text: &str| match answer {
            Some(answer) => Ok(Value::text(answer)),
            None if text.trim().is_empty() => Ok(Value::text("")),
            None => Err(self.error(&format!("{text:?} is not a date; write it as 2026-11-21"))),
        };
        match self.function {
            F::Today => Ok(Value::text(now.date())),
            F::Now => Ok(Value::text(now.date_time())),
            F::Date => {
                let text = self.text(0)?;
                blank_or(dates::date_of(value::number(&text)), &text)
            }
            F::DateTime => {
                let text = self.text(0)?;
                if dates::is_date_time(text.trim()) {
                    return Ok(Value::Text(text));
                }
                blank_or(
                    dates::date_time_of(value::number(&text), now.offset_minutes),
                    &text,
                )
            }
            F::DecimalDate => Ok(Value::Number(value::number(&self.text(0)?).floor())),
            F::DecimalDateTime => {
                let text = self.text(0)?;
                Ok(Value::Number(
                    dates::utc_days(&text, now.offset_minutes).unwrap_or_else(|| value::number(&text)),
                ))
            }
            F::DecimalTime => {
                let days = value::number(&self.text(0)?);
                Ok(Value::Number(days - days.floor()))
            }
            _ => {
                let (text, pattern) = (self.text(0)?, self.text(1)?);
                blank_or(dates::format(&text, &pattern), &text)
            }
        }
    }
}
