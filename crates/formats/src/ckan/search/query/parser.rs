//! From text to tree.

mod terms;

use super::{Clause, DEEPEST, Group, LONGEST, MOST_CLAUSES, Manner, Occur, Query, QueryError};

pub(super) fn parse(text: &str, manner: Manner<'_>) -> Result<Query, QueryError> {
    let trimmed = text.trim();
    if text.len() > LONGEST {
        return Err(QueryError::TooLong);
    }
    if trimmed.is_empty() || trimmed == "\"\"" || trimmed == "''" {
        return Ok(Query::All);
    }
    if trimmed.starts_with("{!") {
        return Err(QueryError::LocalParameters);
    }
    let mut parser = Parser {
        text: text.chars().collect(),
        at: 0,
        depth: 0,
        clauses: 0,
        manner,
    };
    let found = parser.clauses(None)?;
    let Some(mut found) = found else {
        return parser.or_lenient(Query::All, "there is nothing to look for");
    };
    // CKAN reads a query with a field in it another way, in which every word has to match.
    let mut has_field = false;
    found
        .query
        .walk(&mut |query| has_field |= query.field().is_some());
    if let (Manner::Lenient { .. }, Joined::ByNobody, Query::Group(group)) =
        (manner, found.joined, &mut found.query)
        && found.n_clauses > 1
        && !has_field
    {
        forgive(group);
    }
    Ok(found.query)
}

/// Lets plain words miss some of them: two have to match of two, all but one of three to five, four in five of more.
fn forgive(group: &mut Group) {
    let n = group.clauses.len();
    group.least = match n {
        0..=2 => n,
        3..=5 => n - 1,
        _ => n * 80 / 100,
    };
    for clause in &mut group.clauses {
        clause.occur = Occur::Should;
    }
}

struct Parser<'a> {
    text: Vec<char>,
    at: usize,
    depth: usize,
    clauses: usize,
    manner: Manner<'a>,
}

struct Found {
    query: Query,
    joined: Joined,
    n_clauses: usize,
}

/// Whether anybody said how the clauses hold together.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Joined {
    ByNobody,
    Explicitly,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Conjunction {
    And,
    Or,
}

impl Parser<'_> {
    /// Reads clauses to the end, or to the parenthesis that closes them.
    fn clauses(&mut self, field: Option<&str>) -> Result<Option<Found>, QueryError> {
        let mut clauses: Vec<Clause> = Vec::new();
        let mut joined = Joined::ByNobody;
        let mut conjunction = None;
        loop {
            self.skip_space();
            let Some(next) = self.peek() else {
                if self.depth > 0 {
                    self.complain("a parenthesis is not closed")?;
                }
                break;
            };
            if next == ')' {
                if self.depth > 0 {
                    break;
                }
                self.complain("a parenthesis is closed that was not opened")?;
                self.at += 1;
                continue;
            }
            if let Some(word) = self.conjunction() {
                if clauses.is_empty() || conjunction.is_some() {
                    self.complain("there is nothing before AND or OR")?;
                }
                conjunction = Some(word);
                joined = Joined::Explicitly;
                continue;
            }
            let occur = self.modifier()?;
            if occur.is_some() {
                joined = Joined::Explicitly;
            }
            let Some(query) = self.clause(field)? else {
                continue;
            };
            self.clauses += 1;
            if self.clauses > MOST_CLAUSES {
                return Err(QueryError::TooManyClauses);
            }
            add(&mut clauses, conjunction.take(), occur, query);
        }
        if conjunction.is_some() {
            self.complain("there is nothing behind AND or OR")?;
        }
        if clauses.is_empty() {
            return Ok(None);
        }
        Ok(Some(Found {
            n_clauses: clauses.len(),
            query: Query::group(clauses),
            joined,
        }))
    }

    /// Reads `AND`, `OR`, `&&` or `||` where it stands alone.
    fn conjunction(&mut self) -> Option<Conjunction> {
        let (word, length) = [
            ("AND", Conjunction::And),
            ("OR", Conjunction::Or),
            ("&&", Conjunction::And),
            ("||", Conjunction::Or),
        ]
        .into_iter()
        .find(|(word, _)| self.stands(word))
        .map(|(word, conjunction)| (conjunction, word.len()))?;
        self.at += length;
        Some(word)
    }

    /// Reads `+`, `-`, `!` or `NOT` before a clause.
    fn modifier(&mut self) -> Result<Option<Occur>, QueryError> {
        let mut occur = None;
        loop {
            let (next, length) = match self.peek() {
                Some('+') => (Occur::Must, 1),
                Some('-' | '!') => (Occur::MustNot, 1),
                Some('N') if self.stands("NOT") => (Occur::MustNot, 3),
                _ => return Ok(occur),
            };
            if occur.is_some() {
                self.complain("two signs stand before one word")?;
            }
            self.at += length;
            let is_dangling = self.peek().is_none_or(|c| c.is_whitespace() || c == ')');
            if is_dangling && length == 1 && self.is_lenient() {
                // A dash between words is a dash.
                return Ok(occur);
            }
            self.skip_space();
            if self.peek().is_none_or(|c| c == ')') {
                self.complain("there is nothing behind +, - or NOT")?;
            }
            occur = Some(next);
        }
    }

    /// Reads one clause with its field and boost; none where it comes to nothing.
    fn clause(&mut self, field: Option<&str>) -> Result<Option<Query>, QueryError> {
        let own = self.field()?;
        let field = own.as_deref().or(field);
        if own.is_some() {
            self.skip_space();
        }
        let field = field.filter(|field| *field != "*");
        let query = match self.peek() {
            Some('(') => {
                self.at += 1;
                self.depth += 1;
                if self.depth > DEEPEST {
                    return Err(QueryError::TooDeep);
                }
                let found = self.clauses(field)?;
                self.depth -= 1;
                if self.peek() == Some(')') {
                    self.at += 1;
                }
                match found {
                    Some(found) => Some(found.query),
                    None => {
                        self.complain("there is nothing between the parentheses")?;
                        None
                    }
                }
            }
            Some('"') => self.phrase(field)?,
            Some('[' | '{') => self.range(field)?,
            None | Some(')') => {
                self.complain("there is nothing behind the field")?;
                // The word was meant, then.
                own.map(|text| Query::Term { field: None, text })
            }
            Some(_) => self.word(field)?,
        };
        let Some(query) = query else {
            return Ok(None);
        };
        self.boost(query).map(Some)
    }

    /// Reads `field:`.
    fn field(&mut self) -> Result<Option<String>, QueryError> {
        let start = self.at;
        let mut name = String::new();
        loop {
            match self.peek() {
                Some(':') if !name.is_empty() => break,
                Some('\\') if self.text.get(self.at + 1).is_some() => {
                    name.push(self.text[self.at + 1]);
                    self.at += 2;
                }
                Some(c)
                    if !is_sign(c) || (c == '*' && name.is_empty()) || matches!(c, '-' | '+' | '/' | '!') =>
                {
                    name.push(c);
                    self.at += 1;
                }
                _ => {
                    self.at = start;
                    return Ok(None);
                }
            }
        }
        let is_field = match self.manner {
            Manner::Strict => true,
            Manner::Lenient { is_field } => name == "*" || is_field(&name),
        };
        if matches!(name.as_str(), "_query_" | "_val_") {
            return Err(QueryError::LocalParameters);
        }
        if !is_field {
            self.at = start;
            return Ok(None);
        }
        self.at += 1;
        Ok(Some(name))
    }

    /// Whether a word of the language stands here alone.
    fn stands(&self, word: &str) -> bool {
        let length = word.len();
        self.text[self.at..].iter().take(length).copied().eq(word.chars())
            && self
                .text
                .get(self.at + length)
                .is_none_or(|c| c.is_whitespace() || matches!(c, '(' | ')' | '"'))
    }

    fn peek(&self) -> Option<char> {
        self.text.get(self.at).copied()
    }

    fn skip_space(&mut self) {
        while self.peek().is_some_and(char::is_whitespace) {
            self.at += 1;
        }
    }

    fn is_lenient(&self) -> bool {
        matches!(self.manner, Manner::Lenient { .. })
    }

    /// An error where it is read strictly; nothing else.
    fn complain(&self, reason: &'static str) -> Result<(), QueryError> {
        match self.manner {
            Manner::Lenient { .. } => Ok(()),
            Manner::Strict => Err(QueryError::Syntax { at: self.at, reason }),
        }
    }

    fn or_lenient(&self, query: Query, reason: &'static str) -> Result<Query, QueryError> {
        self.complain(reason).map(|()| query)
    }
}

/// Adds a clause as Lucene does where words stand under AND: `OR` loosens both its sides.
fn add(clauses: &mut Vec<Clause>, conjunction: Option<Conjunction>, occur: Option<Occur>, query: Query) {
    if let (Some(last), Some(conjunction)) = (clauses.last_mut(), conjunction)
        && last.occur != Occur::MustNot
    {
        last.occur = match conjunction {
            Conjunction::And => Occur::Must,
            Conjunction::Or => Occur::Should,
        };
    }
    let occur = match (occur, conjunction) {
        (Some(Occur::MustNot), _) => Occur::MustNot,
        // `a OR +b` would loosen nothing if its plus did not count.
        (Some(occur), _) => occur,
        (None, Some(Conjunction::Or)) => Occur::Should,
        (None, _) => Occur::Must,
    };
    clauses.push(Clause { occur, query });
}

fn is_sign(c: char) -> bool {
    c.is_whitespace()
        || matches!(
            c,
            '+' | '-'
                | '!'
                | '('
                | ')'
                | ':'
                | '^'
                | '['
                | ']'
                | '"'
                | '{'
                | '}'
                | '~'
                | '*'
                | '?'
                | '\\'
                | '/'
        )
}
