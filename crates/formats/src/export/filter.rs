//! `$filter`: which submissions, or rows of their repeats, are meant (OData 4.0, part 2, section 5.1.1).
//!
//! What Central can filter by, and beyond it answers, `in` and the text functions. `and` binds closer than `or`, and `not` closer
//! than both, as the standard has it. What has no value is neither less nor more than anything, and equal only to `null`.

mod evaluate;
mod lexer;
mod parser;

use super::fields::Fields;

/// What is known of a submission beside its answers, as far as it can be filtered and sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known {
    Id,
    SubmissionDate,
    UpdatedAt,
    DeletedAt,
    SubmitterId,
    ReviewState,
}

impl Known {
    pub(super) fn of(name: &str) -> Option<Self> {
        Some(match name {
            "__id" => Self::Id,
            "__system/submissionDate" => Self::SubmissionDate,
            "__system/updatedAt" => Self::UpdatedAt,
            "__system/deletedAt" => Self::DeletedAt,
            "__system/submitterId" => Self::SubmitterId,
            "__system/reviewState" => Self::ReviewState,
            _ => return None,
        })
    }

    fn is_time(self) -> bool {
        matches!(self, Self::SubmissionDate | Self::UpdatedAt | Self::DeletedAt)
    }
}

/// A condition.
#[derive(Debug, Clone, PartialEq)]
pub struct Filter {
    condition: Expr,
}

/// Why a text is no filter; places are counted in characters from 0.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FilterError {
    #[error("at {at}: {reason}")]
    Unparseable { at: usize, reason: String },
    /// It is OData, but nothing that is understood here.
    #[error("{kind} at {at} ({text:?}) is not supported")]
    Expression {
        at: usize,
        kind: &'static str,
        text: String,
    },
    /// There is no such field.
    #[error("there is no field {text:?} to filter by, at {at}")]
    Field { at: usize, text: String },
}

/// What names in a filter stand for.
#[derive(Debug, Clone, Copy)]
pub struct Scope<'a> {
    pub fields: &'a Fields,
    /// The table whose rows are filtered.
    pub table: usize,
}

#[derive(Debug, Clone, PartialEq)]
enum Expr {
    Null,
    Flag(bool),
    Number(f64),
    Instant(i64),
    Text(String),
    Known(Known),
    /// A field: of the row itself, or of the submission.
    Answer(usize, Of),
    Now,
    Call(Function, Vec<Expr>),
    Compare(Comparison, Box<Expr>, Box<Expr>),
    In(Box<Expr>, Vec<Expr>),
    And(Box<Expr>, Box<Expr>),
    Or(Box<Expr>, Box<Expr>),
    Not(Box<Expr>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Of {
    Row,
    Submission,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Comparison {
    Equal,
    Unequal,
    Less,
    AtMost,
    More,
    AtLeast,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Function {
    Year,
    Month,
    Day,
    Hour,
    Minute,
    Second,
    Contains,
    StartsWith,
    EndsWith,
    Length,
    ToLower,
    ToUpper,
    Trim,
    Round,
    Floor,
    Ceiling,
}

impl Filter {
    /// Reads a condition.
    ///
    /// # Errors
    /// With the first place that cannot be understood.
    pub fn parse(text: &str, scope: Scope<'_>) -> Result<Self, FilterError> {
        parser::parse(text, scope).map(|condition| Self { condition })
    }

    /// Tells whether answers must be read to decide.
    pub fn needs_answers(&self) -> bool {
        self.condition.any(&|expr| matches!(expr, Expr::Answer(..)))
    }

    /// Tells whether it speaks of deleting; if it does not, what was deleted is not meant.
    pub fn asks_deleted(&self) -> bool {
        self.condition
            .any(&|expr| matches!(expr, Expr::Known(Known::DeletedAt)))
    }
}

impl Expr {
    fn any(&self, is: &dyn Fn(&Expr) -> bool) -> bool {
        is(self)
            || match self {
                Expr::Call(_, arguments) => arguments.iter().any(|expr| expr.any(is)),
                Expr::Compare(_, a, b) | Expr::And(a, b) | Expr::Or(a, b) => a.any(is) || b.any(is),
                Expr::In(a, list) => a.any(is) || list.iter().any(|expr| expr.any(is)),
                Expr::Not(a) => a.any(is),
                _ => false,
            }
    }
}
