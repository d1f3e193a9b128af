//! A condition → whether a row meets it.

use std::{borrow::Cow, cmp::Ordering};

use super::{Comparison, Expr, Filter, Function, Known, Of};
use crate::{
    export::{
        About, Answers,
        fields::{Fields, Kind},
        values::read_instant,
    },
    xpath::Moment,
};

/// What a condition is asked about.
#[derive(Debug, Clone, Copy)]
struct Subject<'a> {
    pub about: &'a About<'a>,
    /// The answers and the row among them; absent where the condition needs none.
    pub answers: Option<(&'a Fields, &'a Answers, usize)>,
    /// Microseconds since 1970 UTC.
    pub now: i64,
}

#[derive(Debug, Clone, PartialEq)]
enum Value<'a> {
    Null,
    Flag(bool),
    Number(f64),
    Instant(i64),
    Text(Cow<'a, str>),
}

impl Filter {
    /// Tells whether a submission meets the condition, as far as it says nothing about answers.
    pub fn admits(&self, about: &About<'_>, now: i64) -> bool {
        self.holds(Subject {
            about,
            answers: None,
            now,
        })
    }

    /// Tells whether a row meets the condition.
    pub fn admits_row(&self, about: &About<'_>, answers: (&Fields, &Answers, usize), now: i64) -> bool {
        self.holds(Subject {
            about,
            answers: Some(answers),
            now,
        })
    }

    /// Lists which of a table's rows meet the condition.
    pub fn rows(
        &self,
        about: &About<'_>,
        fields: &Fields,
        answers: &Answers,
        table: usize,
        now: i64,
    ) -> Vec<usize> {
        answers
            .rows_of(table)
            .filter(|&row| self.admits_row(about, (fields, answers, row), now))
            .collect()
    }

    /// Returns the first and the last microsecond at which what is meant can have been submitted.
    pub fn submitted_within(&self, now: i64) -> (i64, i64) {
        within(&self.condition, now)
    }

    fn holds(&self, subject: Subject<'_>) -> bool {
        truth(&self.condition, subject) == Some(true)
    }
}

/// A millisecond, of which what is stored may be any microsecond.
const MILLI: i64 = 1_000;

fn within(expr: &Expr, now: i64) -> (i64, i64) {
    match expr {
        Expr::And(a, b) => {
            let (a, b) = (within(a, now), within(b, now));
            (a.0.max(b.0), a.1.min(b.1))
        }
        Expr::Or(a, b) => {
            let (a, b) = (within(a, now), within(b, now));
            (a.0.min(b.0), a.1.max(b.1))
        }
        Expr::Compare(comparison, a, b) => {
            let (comparison, literal) = match (&**a, &**b) {
                (Expr::Known(Known::SubmissionDate), literal) => (*comparison, literal),
                (literal, Expr::Known(Known::SubmissionDate)) => (mirrored(*comparison), literal),
                _ => return (i64::MIN, i64::MAX),
            };
            let at = match literal {
                Expr::Instant(micros) => *micros,
                Expr::Text(text) => match read_instant(text) {
                    Some(micros) => micros,
                    None => return (i64::MIN, i64::MAX),
                },
                Expr::Now => now,
                _ => return (i64::MIN, i64::MAX),
            };
            let (floor, ceiling) = (at.saturating_sub(MILLI), at.saturating_add(MILLI));
            match comparison {
                Comparison::Equal => (floor, ceiling),
                Comparison::Less | Comparison::AtMost => (i64::MIN, ceiling),
                Comparison::More | Comparison::AtLeast => (floor, i64::MAX),
                Comparison::Unequal => (i64::MIN, i64::MAX),
            }
        }
        _ => (i64::MIN, i64::MAX),
    }
}

fn mirrored(comparison: Comparison) -> Comparison {
    match comparison {
        Comparison::Less => Comparison::More,
        Comparison::AtMost => Comparison::AtLeast,
        Comparison::More => Comparison::Less,
        Comparison::AtLeast => Comparison::AtMost,
        same => same,
    }
}

/// True, false, or neither where something has no value.
fn truth(expr: &Expr, subject: Subject<'_>) -> Option<bool> {
    match expr {
        Expr::And(a, b) => match (truth(a, subject), truth(b, subject)) {
            (Some(false), _) | (_, Some(false)) => Some(false),
            (Some(true), Some(true)) => Some(true),
            _ => None,
        },
        Expr::Or(a, b) => match (truth(a, subject), truth(b, subject)) {
            (Some(true), _) | (_, Some(true)) => Some(true),
            (Some(false), Some(false)) => Some(false),
            _ => None,
        },
        Expr::Not(a) => truth(a, subject).map(|is| !is),
        Expr::Compare(comparison, a, b) => compare(*comparison, &value(a, subject), &value(b, subject)),
        Expr::In(a, list) => {
            let sought = value(a, subject);
            Some(list.iter().any(|each| is_equal(&sought, &value(each, subject))))
        }
        other => match value(other, subject) {
            Value::Flag(is) => Some(is),
            Value::Text(text) if text == "true" => Some(true),
            Value::Text(text) if text == "false" => Some(false),
            _ => None,
        },
    }
}

fn compare(comparison: Comparison, a: &Value<'_>, b: &Value<'_>) -> Option<bool> {
    match comparison {
        Comparison::Equal => return Some(is_equal(a, b)),
        Comparison::Unequal => return Some(!is_equal(a, b)),
        _ => {}
    }
    let ordering = order(a, b)?;
    Some(match comparison {
        Comparison::Less => ordering == Ordering::Less,
        Comparison::AtMost => ordering != Ordering::Greater,
        Comparison::More => ordering == Ordering::Greater,
        _ => ordering != Ordering::Less,
    })
}

fn is_equal(a: &Value<'_>, b: &Value<'_>) -> bool {
    match (a, b) {
        (Value::Null, Value::Null) => true,
        _ => order(a, b) == Some(Ordering::Equal),
    }
}

/// Compares two values; a text is taken for what the other one is.
fn order(a: &Value<'_>, b: &Value<'_>) -> Option<Ordering> {
    match (a, b) {
        (Value::Instant(a), Value::Instant(b)) => Some(a.cmp(b)),
        (Value::Instant(a), Value::Text(b)) => Some(a.cmp(&floor(read_instant(b)?))),
        (Value::Text(_), Value::Instant(_)) | (Value::Text(_), Value::Number(_)) => {
            order(b, a).map(Ordering::reverse)
        }
        (Value::Number(a), Value::Number(b)) => a.partial_cmp(b),
        (Value::Number(a), Value::Text(b)) => a.partial_cmp(&b.trim().parse().ok()?),
        (Value::Text(a), Value::Text(b)) => Some(a.cmp(b)),
        (Value::Flag(a), Value::Flag(b)) => Some(a.cmp(b)),
        _ => None,
    }
}

fn value<'a>(expr: &'a Expr, subject: Subject<'a>) -> Value<'a> {
    let text = |text: Option<&'a str>| text.map_or(Value::Null, |text| Value::Text(text.into()));
    match expr {
        Expr::Flag(is) => Value::Flag(*is),
        Expr::Number(n) => Value::Number(*n),
        Expr::Instant(micros) => Value::Instant(floor(*micros)),
        Expr::Text(text) => Value::Text(text.as_str().into()),
        Expr::Now => Value::Instant(floor(subject.now)),
        Expr::Known(known) => {
            let about = subject.about;
            let instant =
                |micros: Option<i64>| micros.map_or(Value::Null, |micros| Value::Instant(floor(micros)));
            match known {
                Known::Id => text(Some(about.instance_id)),
                Known::SubmissionDate => instant(Some(about.submitted_at)),
                Known::UpdatedAt => instant(about.updated_at),
                Known::DeletedAt => instant(about.deleted_at),
                Known::ReviewState => text(about.review_state),
                Known::SubmitterId => match about.submitter {
                    Some(submitter) => Value::Number(to_f64(submitter.id)),
                    None => Value::Null,
                },
            }
        }
        Expr::Answer(field, of) => answer(*field, *of, subject),
        Expr::Call(function, arguments) => {
            let first = arguments.first().map_or(Value::Null, |expr| value(expr, subject));
            let second = arguments.get(1).map(|expr| value(expr, subject));
            call(*function, first, second)
        }
        Expr::Null => Value::Null,
        Expr::Compare(..) | Expr::In(..) | Expr::And(..) | Expr::Or(..) | Expr::Not(_) => {
            truth(expr, subject).map_or(Value::Null, Value::Flag)
        }
    }
}

fn answer<'a>(field: usize, of: Of, subject: Subject<'a>) -> Value<'a> {
    let Some((fields, answers, row)) = subject.answers else {
        return Value::Null;
    };
    let field = &fields.list[field];
    let row = match of {
        Of::Row => row,
        Of::Submission => 0,
    };
    let Some(text) = answers.value(row, field.slot).filter(|text| !text.is_empty()) else {
        return Value::Null;
    };
    match field.kind {
        Kind::Integer | Kind::Decimal => text.trim().parse().map_or(Value::Null, Value::Number),
        Kind::Date | Kind::DateTime => {
            read_instant(text).map_or(Value::Null, |micros| Value::Instant(floor(micros)))
        }
        Kind::Boolean => match text.trim() {
            "true" | "1" => Value::Flag(true),
            "false" | "0" => Value::Flag(false),
            _ => Value::Null,
        },
        _ => Value::Text(text.into()),
    }
}

fn call<'a>(function: Function, first: Value<'a>, second: Option<Value<'a>>) -> Value<'a> {
    match function {
        Function::Contains | Function::StartsWith | Function::EndsWith => {
            let (Some(text), Some(part)) = (as_text(first), second.and_then(as_text)) else {
                return Value::Null;
            };
            Value::Flag(match function {
                Function::Contains => text.contains(&*part),
                Function::StartsWith => text.starts_with(&*part),
                _ => text.ends_with(&*part),
            })
        }
        Function::Length | Function::ToLower | Function::ToUpper | Function::Trim => {
            let Some(text) = as_text(first) else {
                return Value::Null;
            };
            match function {
                Function::Length => {
                    Value::Number(to_f64(i64::try_from(text.chars().count()).unwrap_or(i64::MAX)))
                }
                Function::ToLower => Value::Text(text.to_lowercase().into()),
                Function::ToUpper => Value::Text(text.to_uppercase().into()),
                _ => Value::Text(text.trim().to_owned().into()),
            }
        }
        Function::Round | Function::Floor | Function::Ceiling => {
            let number = match first {
                Value::Number(n) => n,
                Value::Text(text) => match text.trim().parse() {
                    Ok(n) => n,
                    Err(_) => return Value::Null,
                },
                _ => return Value::Null,
            };
            Value::Number(match function {
                Function::Round => number.round(),
                Function::Floor => number.floor(),
                _ => number.ceil(),
            })
        }
        _ => part_of_time(function, &first),
    }
}

/// Takes a part out of an instant, in UTC.
fn part_of_time(function: Function, value: &Value<'_>) -> Value<'static> {
    let micros = match value {
        Value::Instant(micros) => *micros,
        Value::Text(text) => match read_instant(text) {
            Some(micros) => micros,
            None => return Value::Null,
        },
        _ => return Value::Null,
    };
    let written = Moment {
        micros,
        offset_minutes: 0,
    }
    .date_time();
    // 2026-01-31T08:00:00.000+00:00; a year of more than four digits only moves what follows.
    let (date, time) = written.split_once('T').unwrap_or((&written, ""));
    let mut dates = date.rsplitn(3, '-');
    let (day, month, year) = (dates.next(), dates.next(), dates.next());
    let text = match function {
        Function::Year => year,
        Function::Month => month,
        Function::Day => day,
        Function::Hour => time.get(0..2),
        Function::Minute => time.get(3..5),
        _ => time.get(6..8),
    };
    text.and_then(|text| text.parse().ok())
        .map_or(Value::Null, Value::Number)
}

fn as_text(value: Value<'_>) -> Option<Cow<'_, str>> {
    match value {
        Value::Text(text) => Some(text),
        Value::Number(n) => Some(n.to_string().into()),
        _ => None,
    }
}

/// Rounds down to what is shown, so that asking for what came after the last one shown does not find it again.
fn floor(micros: i64) -> i64 {
    micros.div_euclid(MILLI) * MILLI
}

#[allow(clippy::cast_precision_loss)]
fn to_f64(n: i64) -> f64 {
    n as f64
}
