//! XPath 1.0 with the OpenRosa functions: parse once into [`Expr`], evaluate against an arena [`Doc`].
//!
//! Standards: XPath 1.0 (W3C, 1999) and the ODK XForms specification (<https://getodk.github.io/xforms-spec>).
//! Names are compared by their local part, so `orx:meta` and `meta` are one. Time, randomness and the
//! budget of work come in through [`Env`]; every expression ends, however hostile.
//!
//! Deliberately absent: variables, `id()`, `lang()`, comments and processing instructions as nodes,
//! mixed content (an XForm instance has none: an element holds a value or children).

mod ast;
mod dates;
mod doc;
mod eval;
mod functions;
mod geo;
mod lexer;
mod parser;
mod pattern;
mod value;

pub use ast::Expr;
pub(crate) use ast::{Arithmetic, Axis, Comparison, Function, Node, Path, Step, Test};
pub use dates::{Moment, days_from_civil, is_date, is_date_time, is_time, local_days, utc_micros};
pub use doc::{Doc, NodeId, NodeRef};
pub use eval::{Env, Texts, World};
pub use geo::{line_metres, square_metres};
pub use value::Value;
pub(crate) use value::write_number;

/// Where an expression could not be read, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("column {column}: {message}")]
pub struct SyntaxError {
    /// Column of the expression, in characters, from 1.
    pub column: usize,
    pub message: String,
}

/// Why an expression that could be read has no value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct EvalError(pub String);

impl EvalError {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }
}

#[cfg(test)]
mod tests;
