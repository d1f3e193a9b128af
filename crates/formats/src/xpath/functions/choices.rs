//! Functions over select questions and translated texts.

use super::{Call, EvalError, Value};
use crate::xpath::{ast::Function, value};

impl<'a> Call<'_, '_, 'a> {
    #[allow(clippy::cast_precision_loss)]
    pub(super) fn choices_answer(&self) -> Result<Value<'a>, EvalError> {
        let world = self.eval.world;
        Ok(match self.function {
            Function::Selected => {
                let wanted = self.text(1)?;
                let wanted = wanted.trim();
                // Over a repeat, any of its answers may hold the choice.
                let answers = self.value(0)?.to_texts(world);
                world.env.spend(answers.len())?;
                Value::Boolean(answers.iter().any(|answer| {
                    answer.split_whitespace().any(|choice| choice == wanted)
                        || wanted.is_empty() && answer.trim().is_empty()
                }))
            }
            Function::SelectedAt => {
                let (answer, n) = (self.text(0)?, self.number(1)?);
                #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
                let choice = if n >= 0.0 {
                    answer.split_whitespace().nth(n as usize)
                } else {
                    None
                };
                Value::text(choice.unwrap_or_default().to_owned())
            }
            Function::CountSelected => Value::Number(self.text(0)?.split_whitespace().count() as f64),
            Function::Itext => {
                let id = self.text(0)?;
                Value::text(world.texts.itext(&id).unwrap_or_default())
            }
            Function::ChoiceName => {
                let (choice, path) = (self.text(0)?, self.text(1)?);
                Value::text(
                    world
                        .texts
                        .choice_name(world, &choice, path.trim(), self.eval.original)?,
                )
            }
            Function::Checklist => {
                let (least, most) = (self.number(0)?, self.number(1)?);
                let mut holds = 0.0;
                for i in 2..self.len() {
                    holds += f64::from(u8::from(self.value(i)?.to_boolean()));
                }
                Value::Boolean(between(holds, least, most))
            }
            _ => {
                let (least, most) = (self.number(0)?, self.number(1)?);
                if !self.len().is_multiple_of(2) {
                    return Err(self.error("give pairs of value and weight after the least and most"));
                }
                let mut weight = 0.0;
                for i in (2..self.len()).step_by(2) {
                    if self.value(i)?.to_boolean() {
                        weight += value::number(&self.text(i + 1)?);
                    }
                }
                Value::Boolean(between(weight, least, most))
            }
        })
    }
}

/// A bound of -1 does not bind.
#[allow(clippy::float_cmp)]
fn between(n: f64, least: f64, most: f64) -> bool {
    (least == -1.0 || n >= least) && (most == -1.0 || n <= most)
}
