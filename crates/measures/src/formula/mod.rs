//! Formulas over numbers: `(men - women) / men * 100`, `geomean(mean(a, b), c)`.
//!
//! A formula is text of at most [`MOST_LETTERS`] letters, nested at most [`MOST_DEPTH`] deep: numbers, names, `+ - * / ^`,
//! parentheses, [`Function`]s, and `if(a < b, then, else)`. It works on numbers that may be missing and never gives infinity.
//!
//! How sure its value is follows from how sure its inputs are by the delta method (Särndal, Swensson & Wretman, *Model Assisted
//! Survey Sampling*, 1992, section 5.5), with numeric derivatives.
//!
//! Deliberately absent: texts, logarithms, names of one's own, anything that loops.

use serde::{Deserialize, Serialize};

pub use parse::{Fault, FormulaError};
pub use words::Wording;

mod evaluate;
mod parse;
mod words;

/// The longest formula that is read, in letters.
pub const MOST_LETTERS: usize = 4_000;
/// The deepest nesting of parentheses, functions and powers that is read.
pub const MOST_DEPTH: usize = 32;

/// A formula, read and checked.
#[derive(Debug, Clone, PartialEq)]
pub struct Expression {
    root: Node,
    names: Vec<String>,
    text: String,
}

/// What is done with several numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Function {
    Abs,
    /// `clamp(x, lowest, highest)`.
    Clamp,
    /// The first of its arguments that has a value.
    Coalesce,
    GeometricMean,
    HarmonicMean,
    Max,
    Mean,
    Min,
    Sum,
    /// `wmean(x, weight, y, weight, …)`.
    WeightedMean,
}

/// What is done about a number that is not there.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Missing {
    /// Whatever is made of it is missing too.
    #[default]
    #[serde(rename = "none")]
    Spreads,
    /// Means, sums, least and greatest are taken of those that are there.
    #[serde(rename = "skip")]
    Skipped,
}

/// What a formula's functions keep to.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Rules {
    pub missing: Missing,
    /// What lies below it counts as this much in a geometric mean, so that one zero does not make all of it zero.
    pub floor: Option<f64>,
}

/// Why a formula has no value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoValue {
    /// A number that it needs is not there.
    Missing,
    DivisionByZero,
    /// A mean of a negative number, or with a negative weight, where there is none.
    Negative,
    /// A root of a negative number, or something too large to be written.
    Undefined,
}

impl Expression {
    /// The names in it, each once, in the order in which they first stand there.
    #[must_use]
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The formula as it was written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
}

impl Function {
    pub const ALL: [Function; 10] = [
        Function::Abs,
        Function::Clamp,
        Function::Coalesce,
        Function::GeometricMean,
        Function::HarmonicMean,
        Function::Max,
        Function::Mean,
        Function::Min,
        Function::Sum,
        Function::WeightedMean,
    ];

    /// What it is called in a formula.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Function::Abs => "abs",
            Function::Clamp => "clamp",
            Function::Coalesce => "coalesce",
            Function::GeometricMean => "geomean",
            Function::HarmonicMean => "hmean",
            Function::Max => "max",
            Function::Mean => "mean",
            Function::Min => "min",
            Function::Sum => "sum",
            Function::WeightedMean => "wmean",
        }
    }

    fn find(name: &str) -> Option<Function> {
        Function::ALL.into_iter().find(|function| function.name() == name)
    }

    /// Says what is wrong with so many arguments, by saying what is wanted.
    fn refuses(self, n: usize) -> Option<&'static str> {
        match self {
            Function::Abs => (n != 1).then_some("one number"),
            Function::Clamp => (n != 3).then_some("three: the number, the lowest, the highest"),
            Function::WeightedMean => (n == 0 || n % 2 == 1)
                .then_some("pairs: a number and its weight, another number and its weight"),
            Function::Coalesce
            | Function::GeometricMean
            | Function::HarmonicMean
            | Function::Max
            | Function::Mean
            | Function::Min
            | Function::Sum => (n == 0).then_some("at least one number"),
        }
    }
}

impl NoValue {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            NoValue::Missing => "missing",
            NoValue::DivisionByZero => "division",
            NoValue::Negative => "negative",
            NoValue::Undefined => "undefined",
        }
    }
}

/// Standard error of a value from those of what it was made of.
///
/// `derivatives` are by how much the value moves with each input, `errors` their standard errors. Inputs are taken as independent,
/// √ Σ (∂f/∂xᵢ · sᵢ)², except those that `are_related`, of which nobody knows how they move together: to each such pair goes the
/// largest covariance there can be, sᵢ · sⱼ (Cauchy–Schwarz). With related inputs the result is therefore the largest that the
/// standard error can be.
#[must_use]
pub fn standard_error(
    derivatives: &[f64],
    errors: &[f64],
    are_related: impl Fn(usize, usize) -> bool,
) -> f64 {
    let parts: Vec<f64> = derivatives
        .iter()
        .zip(errors)
        .map(|(derivative, error)| (derivative * error).abs())
        .collect();
    let variance: f64 = parts
        .iter()
        .enumerate()
        .map(|(i, part)| {
            let with_others: f64 = parts
                .iter()
                .enumerate()
                .filter(|&(j, _)| i == j || are_related(i, j))
                .map(|(_, other)| other)
                .sum();
            part * with_others
        })
        .sum();
    variance.sqrt()
}

#[derive(Debug, Clone, PartialEq)]
enum Node {
    Number(f64),
    /// At this position among the names.
    Name(usize),
    Minus(Box<Node>),
    Sum(Vec<(Sign, Node)>),
    Product(Vec<(Scale, Node)>),
    Power(Box<Node>, Box<Node>),
    Call(Function, Vec<Node>),
    If(Box<Condition>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sign {
    Plus,
    Minus,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scale {
    Times,
    Over,
}

#[derive(Debug, Clone, PartialEq)]
struct Condition {
    left: Node,
    comparison: Comparison,
    right: Node,
    then: Node,
    otherwise: Node,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Comparison {
    Less,
    AtMost,
    More,
    AtLeast,
    Equal,
    Unequal,
}

impl Comparison {
    fn symbol(self) -> char {
        match self {
            Comparison::Less => '<',
            Comparison::AtMost => '≤',
            Comparison::More => '>',
            Comparison::AtLeast => '≥',
            Comparison::Equal => '=',
            Comparison::Unequal => '≠',
        }
    }

    fn of(symbol: char) -> Option<Comparison> {
        [
            Comparison::Less,
            Comparison::AtMost,
            Comparison::More,
            Comparison::AtLeast,
            Comparison::Equal,
            Comparison::Unequal,
        ]
        .into_iter()
        .find(|comparison| comparison.symbol() == symbol)
    }

    fn holds(self, left: f64, right: f64) -> bool {
        match self {
            Comparison::Less => left < right,
            Comparison::AtMost => left <= right,
            Comparison::More => left > right,
            Comparison::AtLeast => left >= right,
            Comparison::Equal => left == right,
            Comparison::Unequal => left != right,
        }
    }
}
