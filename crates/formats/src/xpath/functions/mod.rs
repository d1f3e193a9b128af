//! The function library, by field: this file hands each call to its neighbour.

mod choices;
mod nodes;
mod numbers;
mod texts;
mod times;

use std::borrow::Cow;

use super::{
    EvalError,
    ast::{Function, Node},
    eval::{Eval, Focus},
    value::Value,
};

/// Calls a function; the parser has checked how many arguments there are.
pub(super) fn call<'a>(
    eval: &Eval<'_, 'a>,
    function: Function,
    arguments: &'a [Node],
    focus: Focus,
) -> Result<Value<'a>, EvalError> {
    Call {
        eval,
        function,
        arguments,
        focus,
    }
    .answer()
}

/// One call with its context.
struct Call<'e, 'w, 'a> {
    eval: &'e Eval<'w, 'a>,
    function: Function,
    arguments: &'a [Node],
    focus: Focus,
}

impl<'a> Call<'_, '_, 'a> {
    fn answer(&self) -> Result<Value<'a>, EvalError> {
        use Function as F;
        match self.function {
            F::True => Ok(Value::Boolean(true)),
            F::False => Ok(Value::Boolean(false)),
            F::Not => Ok(Value::Boolean(!self.value(0)?.to_boolean())),
            F::Boolean => Ok(Value::Boolean(self.value(0)?.to_boolean())),
            F::BooleanFromString => Ok(Value::Boolean(matches!(&*self.text(0)?, "true" | "1"))),
            F::If => self.value(if self.value(0)?.to_boolean() { 1 } else { 2 }),
            F::Coalesce => self.coalesce(),
            F::Once => {
                let own = self.eval.world.main.value(self.eval.original);
                if own.is_empty() {
                    self.value(0)
                } else {
                    Ok(Value::text(own))
                }
            }
            F::Last
            | F::Position
            | F::Count
            | F::LocalName
            | F::Name
            | F::NamespaceUri
            | F::Instance
            | F::Current
            | F::CountNonEmpty
            | F::IndexedRepeat
            | F::PullData
            | F::Randomize => self.nodes_answer(),
            F::String
            | F::Concat
            | F::StartsWith
            | F::EndsWith
            | F::Contains
            | F::SubstringBefore
            | F::SubstringAfter
            | F::Substring
            | F::Substr
            | F::StringLength
            | F::NormalizeSpace
            | F::Translate
            | F::Join
            | F::Regex
            | F::Digest
            | F::Base64Decode
            | F::Uuid
            | F::Version => self.texts_answer(),
            F::Selected
            | F::SelectedAt
            | F::CountSelected
            | F::ChoiceName
            | F::Itext
            | F::Checklist
            | F::WeightedChecklist => self.choices_answer(),
            F::Today
            | F::Now
            | F::Date
            | F::DateTime
            | F::DecimalDate
            | F::DecimalDateTime
            | F::DecimalTime
            | F::FormatDate
            | F::FormatDateTime => self.times_answer(),
            _ => self.numbers_answer(),
        }
    }

    fn len(&self) -> usize {
        self.arguments.len()
    }

    fn value(&self, i: usize) -> Result<Value<'a>, EvalError> {
        self.eval.node(&self.arguments[i], self.focus)
    }

    fn text(&self, i: usize) -> Result<Cow<'a, str>, EvalError> {
        self.eval.text(&self.arguments[i], self.focus)
    }

    fn number(&self, i: usize) -> Result<f64, EvalError> {
        self.eval.number(&self.arguments[i], self.focus)
    }

    /// Returns the texts of every argument from `first` on, each node of a node-set on its own.
    fn texts_from(&self, first: usize) -> Result<Vec<Cow<'a, str>>, EvalError> {
        let mut all = Vec::new();
        for i in first..self.len() {
            all.extend(self.value(i)?.to_texts(self.eval.world));
        }
        self.eval.world.env.spend(all.len())?;
        Ok(all)
    }

    fn error(&self, message: &str) -> EvalError {
        EvalError(format!("{}(): {message}", self.function.name()))
    }

    fn coalesce(&self) -> Result<Value<'a>, EvalError> {
        for i in 0..self.len() {
            let text = self.text(i)?;
            if !text.is_empty() {
                return Ok(Value::Text(text));
            }
        }
        Ok(Value::text(""))
    }
}
