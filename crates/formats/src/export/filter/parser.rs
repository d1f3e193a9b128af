//! Words → a condition: `or`, `and`, `not`, comparisons, functions, from the loosest to the closest.

use super::{
    Comparison, Expr, FilterError, Function, Known, Of, Scope,
    lexer::{Placed, Token, tokens},
};
use crate::export::values::read_instant;

/// Longest filter, in bytes.
const LONGEST: usize = 8_000;
/// Deepest nesting.
const DEEPEST: usize = 60;

pub fn parse(text: &str, scope: Scope<'_>) -> Result<Expr, FilterError> {
    if text.len() > LONGEST {
        return Err(FilterError::Unparseable {
            at: 0,
            reason: format!(
                "a filter may be {LONGEST} bytes long, and this one has {}",
                text.len()
            ),
        });
    }
    let mut parser = Parser {
        tokens: tokens(text)?,
        next: 0,
        depth: 0,
        end: text.chars().count(),
        scope,
    };
    let condition = parser.any_of()?;
    match parser.peek() {
        None => {
            parser.condition(&condition, 0)?;
            Ok(condition)
        }
        Some(_) => Err(parser.wrong("the filter should end here, or go on with \"and\" or \"or\"")),
    }
}

struct Parser<'a> {
    tokens: Vec<Placed>,
    next: usize,
    depth: usize,
    /// Where the text ends.
    end: usize,
    scope: Scope<'a>,
}

impl Parser<'_> {
    fn any_of(&mut self) -> Result<Expr, FilterError> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(self.wrong("the filter is nested too deeply"));
        }
        let mut left = self.all_of()?;
        while self.word("or") {
            let right = self.all_of()?;
            left = Expr::Or(Box::new(left), Box::new(right));
        }
        self.depth -= 1;
        Ok(left)
    }

    fn all_of(&mut self) -> Result<Expr, FilterError> {
        let mut left = self.negated()?;
        while self.word("and") {
            let right = self.negated()?;
            left = Expr::And(Box::new(left), Box::new(right));
        }
        Ok(left)
    }

    fn negated(&mut self) -> Result<Expr, FilterError> {
        let start = self.place();
        let mut n = 0;
        while self.word("not") {
            n += 1;
        }
        let inner = self.comparison()?;
        if n == 0 {
            return Ok(inner);
        }
        self.condition(&inner, start)?;
        // Twice not is yes.
        let negated = Expr::Not(Box::new(inner));
        Ok(if n % 2 == 0 {
            Expr::Not(Box::new(negated))
        } else {
            negated
        })
    }

    fn comparison(&mut self) -> Result<Expr, FilterError> {
        let start = self.place();
        let left = self.operand()?;
        let Some((Token::Name(word), _)) = self.peek() else {
            return Ok(left);
        };
        let comparison = match word.as_str() {
            "eq" => Comparison::Equal,
            "ne" => Comparison::Unequal,
            "lt" => Comparison::Less,
            "le" => Comparison::AtMost,
            "gt" => Comparison::More,
            "ge" => Comparison::AtLeast,
            "in" => {
                self.next += 1;
                return Ok(Expr::In(Box::new(left), self.list()?));
            }
            "add" | "sub" | "mul" | "div" | "divby" | "mod" | "has" => {
                return Err(FilterError::Expression {
                    at: start,
                    kind: "ArithmeticExpression",
                    text: word.clone(),
                });
            }
            _ => return Ok(left),
        };
        self.next += 1;
        let at = self.place();
        let right = self.operand()?;
        for (time, text) in [(&left, &right), (&right, &left)] {
            if let (Expr::Known(known), Expr::Text(text)) = (time, text)
                && known.is_time()
                && read_instant(text).is_none()
            {
                return Err(FilterError::Unparseable {
                    at,
                    reason: format!("{text:?} is not a date like 2026-01-31 or 2026-01-31T08:00:00Z"),
                });
            }
        }
        Ok(Expr::Compare(comparison, Box::new(left), Box::new(right)))
    }

    fn operand(&mut self) -> Result<Expr, FilterError> {
        let Some((token, at)) = self.peek().cloned() else {
            return Err(self.wrong("a field or a value is missing here"));
        };
        self.next += 1;
        Ok(match token {
            Token::Text(text) => Expr::Text(text),
            Token::Number(n) => Expr::Number(n),
            Token::Instant(micros) => Expr::Instant(micros),
            Token::Open => {
                let inner = self.any_of()?;
                self.close()?;
                inner
            }
            Token::Name(name) => match name.as_str() {
                "null" => Expr::Null,
                "true" => Expr::Flag(true),
                "false" => Expr::Flag(false),
                "and" | "or" | "not" | "eq" | "ne" | "lt" | "le" | "gt" | "ge" | "in" => {
                    self.next -= 1;
                    return Err(self.wrong("a field or a value is missing here"));
                }
                _ if matches!(self.peek(), Some((Token::Open, _))) => self.call(&name, at)?,
                _ => self.field(&name, at)?,
            },
            Token::Close | Token::Comma => {
                self.next -= 1;
                return Err(self.wrong("a field or a value is missing here"));
            }
        })
    }

    fn call(&mut self, name: &str, at: usize) -> Result<Expr, FilterError> {
        let (function, n) = match name {
            "now" => (None, 0),
            "year" => (Some(Function::Year), 1),
            "month" => (Some(Function::Month), 1),
            "day" => (Some(Function::Day), 1),
            "hour" => (Some(Function::Hour), 1),
            "minute" => (Some(Function::Minute), 1),
            "second" => (Some(Function::Second), 1),
            "contains" => (Some(Function::Contains), 2),
            "startswith" => (Some(Function::StartsWith), 2),
            "endswith" => (Some(Function::EndsWith), 2),
            "length" => (Some(Function::Length), 1),
            "tolower" => (Some(Function::ToLower), 1),
            "toupper" => (Some(Function::ToUpper), 1),
            "trim" => (Some(Function::Trim), 1),
            "round" => (Some(Function::Round), 1),
            "floor" => (Some(Function::Floor), 1),
            "ceiling" => (Some(Function::Ceiling), 1),
            _ => {
                return Err(FilterError::Expression {
                    at,
                    kind: "MethodCallExpression",
                    text: format!("{name}(…)"),
                });
            }
        };
        let arguments = self.list()?;
        if arguments.len() != n {
            return Err(FilterError::Unparseable {
                at,
                reason: format!("{name} takes {n} values, and here are {}", arguments.len()),
            });
        }
        Ok(match function {
            None => Expr::Now,
            Some(function) => Expr::Call(function, arguments),
        })
    }

    /// Reads `(a, b, …)`.
    fn list(&mut self) -> Result<Vec<Expr>, FilterError> {
        if !matches!(self.peek(), Some((Token::Open, _))) {
            return Err(self.wrong("an opening parenthesis is missing here"));
        }
        self.next += 1;
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(self.wrong("the filter is nested too deeply"));
        }
        let mut list = Vec::new();
        if !matches!(self.peek(), Some((Token::Close, _))) {
            loop {
                list.push(self.operand()?);
                if !matches!(self.peek(), Some((Token::Comma, _))) {
                    break;
                }
                self.next += 1;
            }
        }
        self.depth -= 1;
        self.close()?;
        Ok(list)
    }

    fn field(&mut self, name: &str, at: usize) -> Result<Expr, FilterError> {
        let Scope { fields, table } = self.scope;
        let unknown = || FilterError::Field {
            at,
            text: name.to_owned(),
        };
        let of_submission = name.strip_prefix("$root/Submissions/");
        // Below a repeat only the whole way leads to the submission, for a member may have an id of its own.
        if let Some(known) = of_submission.or((table == 0).then_some(name)).and_then(Known::of) {
            return Ok(Expr::Known(known));
        }
        let (of, table, path) = match of_submission {
            Some(path) => (Of::Submission, 0, path),
            None => (Of::Row, table, name),
        };
        let field = fields.find_below(table, path).ok_or_else(unknown)?;
        let is_there = fields.list[field].kind.is_leaf() && fields.list[field].table == table;
        is_there.then_some(Expr::Answer(field, of)).ok_or_else(unknown)
    }

    /// Makes sure that something can be true or false.
    fn condition(&self, expr: &Expr, at: usize) -> Result<(), FilterError> {
        match expr {
            Expr::Null | Expr::Number(_) | Expr::Instant(_) | Expr::Text(_) | Expr::Now => {
                Err(FilterError::Unparseable {
                    at,
                    reason: "a value alone is no condition".to_owned(),
                })
            }
            _ => Ok(()),
        }
    }

    fn word(&mut self, word: &str) -> bool {
        let is_it = matches!(self.peek(), Some((Token::Name(name), _)) if name == word);
        self.next += usize::from(is_it);
        is_it
    }

    fn close(&mut self) -> Result<(), FilterError> {
        if !matches!(self.peek(), Some((Token::Close, _))) {
            return Err(self.wrong("a closing parenthesis is missing here"));
        }
        self.next += 1;
        Ok(())
    }

    fn peek(&self) -> Option<&Placed> {
        self.tokens.get(self.next)
    }

    fn place(&self) -> usize {
        self.peek().map_or(self.end, |(_, at)| *at)
    }

    fn wrong(&self, reason: &str) -> FilterError {
        FilterError::Unparseable {
            at: self.place(),
            reason: reason.to_owned(),
        }
    }
}
