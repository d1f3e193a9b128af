//! What clauses are made of: words, phrases, ranges, and what stands behind them.

use super::{Parser, is_sign};
use crate::ckan::{
    fold,
    search::query::{Bound, Part, Pattern, Query, QueryError},
};

/// The longest end of a range without quotation marks, in bytes.
const LONGEST_BOUND: usize = 1_000;

impl Parser<'_> {
    pub(super) fn phrase(&mut self, field: Option<&str>) -> Result<Option<Query>, QueryError> {
        let start = self.at;
        self.at += 1;
        let Some(text) = self.quoted() else {
            self.complain("a quotation mark is not closed")?;
            self.at = start + 1;
            return Ok(None);
        };
        let slop = match self.tilde()? {
            Tilde::None | Tilde::Bare => 0,
            Tilde::Number(number) => number as u32,
        };
        if text.trim().is_empty() && field.is_none() {
            self.complain("there is nothing between the quotation marks")?;
            return Ok(None);
        }
        Ok(Some(Query::Phrase {
            field: field.map(str::to_owned),
            text,
            slop,
        }))
    }

    /// Reads to the closing quotation mark; nothing where there is none.
    fn quoted(&mut self) -> Option<String> {
        let mut text = String::new();
        loop {
            match self.peek()? {
                '"' => {
                    self.at += 1;
                    return Some(text);
                }
                '\\' => {
                    text.push(*self.text.get(self.at + 1)?);
                    self.at += 2;
                }
                c => {
                    text.push(c);
                    self.at += 1;
                }
            }
        }
    }

    pub(super) fn range(&mut self, field: Option<&str>) -> Result<Option<Query>, QueryError> {
        let start = self.at;
        if let Some((from, to)) = self.bounds() {
            let field = field.map(str::to_owned);
            return Ok(Some(match (&from, &to, field) {
                (Bound::Open, Bound::Open, Some(field)) => Query::Exists { field },
                (Bound::Open, Bound::Open, None) => Query::All,
                (_, _, field) => Query::Range { field, from, to },
            }));
        }
        self.complain("a range is [a TO b] or {a TO b}, with * for no end")?;
        self.at = start + 1;
        Ok(None)
    }

    fn bounds(&mut self) -> Option<(Bound, Bound)> {
        let opens_included = self.peek()? == '[';
        self.at += 1;
        self.skip_space();
        let from = self.bound()?;
        self.skip_space();
        if !(self.text[self.at..].starts_with(&['T', 'O'])
            && self.text.get(self.at + 2).is_some_and(|c| c.is_whitespace()))
        {
            return None;
        }
        self.at += 2;
        self.skip_space();
        let to = self.bound()?;
        self.skip_space();
        let closes_included = match self.peek()? {
            ']' => true,
            '}' => false,
            _ => return None,
        };
        self.at += 1;
        let bound = |text: Option<String>, is_included: bool| match text {
            None => Bound::Open,
            Some(text) if is_included => Bound::Included(text),
            Some(text) => Bound::Excluded(text),
        };
        Some((bound(from, opens_included), bound(to, closes_included)))
    }

    /// Reads an end of a range: `Some(None)` for `*`.
    fn bound(&mut self) -> Option<Option<String>> {
        if self.peek()? == '"' {
            self.at += 1;
            return self.quoted().map(Some);
        }
        let mut text = String::new();
        while let Some(c) = self.peek() {
            if c.is_whitespace() || matches!(c, ']' | '}') {
                break;
            }
            // A row of brackets would be read again from each of them.
            if text.len() > LONGEST_BOUND {
                return None;
            }
            if c == '\\' {
                self.at += 1;
                text.push(self.peek()?);
            } else {
                text.push(c);
            }
            self.at += 1;
        }
        match text.as_str() {
            "" => None,
            "*" => Some(None),
            _ => Some(Some(text)),
        }
    }

    /// Reads a word, with wildcards or a tilde.
    pub(super) fn word(&mut self, field: Option<&str>) -> Result<Option<Query>, QueryError> {
        let mut parts: Vec<Part> = Vec::new();
        let start = self.at;
        while let Some(c) = self.peek() {
            match c {
                '\\' => {
                    match self.text.get(self.at + 1) {
                        Some(escaped) => parts.push(Part::Text(escaped.to_string())),
                        None => self.complain("there is nothing behind the backslash")?,
                    }
                    self.at += 1;
                }
                '*' => parts.push(Part::AnyNumber),
                '?' => {
                    let is_last = self
                        .text
                        .get(self.at + 1)
                        .is_none_or(|c| c.is_whitespace() || is_sign(*c));
                    // A question, not a letter left open.
                    if !(is_last && self.is_lenient()) {
                        parts.push(Part::One);
                    }
                }
                ':' if self.is_lenient() => parts.push(Part::Text(c.to_string())),
                ':' => {
                    return Err(QueryError::Syntax {
                        at: self.at,
                        reason: "a colon stands where no field is named; escape it as \\:",
                    });
                }
                c if !is_sign(c) || matches!(c, '-' | '+' | '/' | '!') => {
                    parts.push(Part::Text(c.to_string()));
                }
                _ => break,
            }
            self.at = (self.at + 1).min(self.text.len());
        }
        if self.at == start {
            // A sign that opens nothing here: `]`, `}`, `^` or `~`.
            self.complain("a sign stands where a word is due; escape it with a backslash")?;
            self.at += 1;
            return Ok(None);
        }
        let pattern = Pattern::new(parts);
        let tilde = self.tilde()?;
        let owned = field.map(str::to_owned);
        Ok(match (pattern.parts(), owned) {
            ([], _) => None,
            ([Part::AnyNumber], Some(field)) => Some(Query::Exists { field }),
            ([Part::AnyNumber], None) => Some(Query::All),
            ([Part::Text(text)], field) => match tilde {
                _ if field.is_none() && self.is_lenient() && fold::words(text).is_empty() => None,
                Tilde::None => Some(Query::Term {
                    field,
                    text: text.clone(),
                }),
                tilde => {
                    let edits = edits(tilde, text);
                    Some(if edits == 0 {
                        Query::Term {
                            field,
                            text: text.clone(),
                        }
                    } else {
                        Query::Fuzzy {
                            field,
                            text: text.clone(),
                            edits,
                        }
                    })
                }
            },
            (_, field) => Some(Query::Wildcard { field, pattern }),
        })
    }

    fn tilde(&mut self) -> Result<Tilde, QueryError> {
        if self.peek() != Some('~') {
            return Ok(Tilde::None);
        }
        self.at += 1;
        match self.number() {
            None => Ok(Tilde::Bare),
            Some(number) if (0.0..=1.0e6).contains(&number) => Ok(Tilde::Number(number)),
            Some(_) => {
                self.complain("the number behind ~ is too large")?;
                Ok(Tilde::Bare)
            }
        }
    }

    pub(super) fn boost(&mut self, mut query: Query) -> Result<Query, QueryError> {
        while self.peek() == Some('^') {
            self.at += 1;
            // `^=` sets the score; it counts as a boost here.
            if self.peek() == Some('=') {
                self.at += 1;
            }
            match self.number().map(|number| number as f32) {
                Some(by) if by.is_finite() && !matches!(query, Query::Boosted { .. }) => {
                    query = Query::Boosted {
                        query: Box::new(query),
                        by,
                    };
                }
                Some(_) => self.complain("one number stands behind ^")?,
                None => self.complain("a number stands behind ^")?,
            }
        }
        Ok(query)
    }

    fn number(&mut self) -> Option<f64> {
        let length = self.text[self.at..]
            .iter()
            .take(20)
            .take_while(|c| c.is_ascii_digit() || **c == '.')
            .count();
        let text: String = self.text[self.at..self.at + length].iter().collect();
        let number = text.parse().ok()?;
        self.at += length;
        Some(number)
    }
}

#[derive(Clone, Copy)]
enum Tilde {
    None,
    Bare,
    Number(f64),
}

/// How many letters may be wrong: two when nobody says; a fraction is the likeness of old days.
fn edits(tilde: Tilde, text: &str) -> u8 {
    let length = text.chars().count() as f64;
    let edits = match tilde {
        Tilde::None => 0.0,
        Tilde::Bare => 2.0,
        Tilde::Number(number) if number > 0.0 && number < 1.0 => ((1.0 - number) * length).floor(),
        Tilde::Number(number) => number.floor(),
    };
    edits.clamp(0.0, 2.0) as u8
}
