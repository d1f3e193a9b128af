//! From text to formula; what is wrong is said with the letter at which it stands.

use super::{Comparison, Condition, Expression, Function, MOST_DEPTH, MOST_LETTERS, Node, Scale, Sign};

/// Why a text is no formula.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("letter {at}: {fault}")]
pub struct FormulaError {
    /// The letter at which it stands, counted from 1.
    pub at: usize,
    pub fault: Fault,
}

/// What is wrong, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    #[error("it is longer than {} letters; make formulas of parts of it", MOST_LETTERS)]
    TooLong,
    #[error("it is nested deeper than {} times; make formulas of parts of it", MOST_DEPTH)]
    TooDeep,
    #[error("{found} stands where {wanted} is expected")]
    Unexpected { found: String, wanted: &'static str },
    #[error("there is no function {name:?}; use one of: if, {}", list_functions())]
    UnknownFunction { name: String },
    #[error("{name} is a function; write {name}(…), or call the number something else")]
    NotCalled { name: String },
    #[error("{function} takes {wanted}, and was given {given}")]
    Arguments {
        function: &'static str,
        wanted: &'static str,
        given: usize,
    },
    #[error("no number is named; a formula is made of numbers that have names")]
    NoNames,
}

fn list_functions() -> String {
    Function::ALL.map(Function::name).join(", ")
}

impl Expression {
    /// Reads a formula.
    ///
    /// # Errors
    /// When it is none; the message says at which letter, and what to do.
    pub fn parse(text: &str) -> Result<Expression, FormulaError> {
        let tokens = tokens(text)?;
        let mut parser = Parser {
            tokens,
            next: 0,
            names: Vec::new(),
            depth: 0,
        };
        let root = parser.sum()?;
        if parser.peek() != &What::End {
            return Err(parser.unexpected("an operator such as + or the end"));
        }
        if parser.names.is_empty() {
            return Err(FormulaError {
                at: 1,
                fault: Fault::NoNames,
            });
        }
        Ok(Expression {
            root,
            names: parser.names,
            text: text.trim().to_owned(),
        })
    }
}

struct Token {
    /// The letter it begins with, counted from 1.
    at: usize,
    what: What,
}

#[derive(Debug, Clone, PartialEq)]
enum What {
    Number(f64),
    Name(String),
    Symbol(char),
    End,
}

impl What {
    fn in_words(&self) -> String {
        match self {
            What::Number(number) => format!("the number {number}"),
            What::Name(name) => format!("the name {name}"),
            What::Symbol(symbol) => format!("{symbol:?}"),
            What::End => "the end".to_owned(),
        }
    }
}

fn tokens(text: &str) -> Result<Vec<Token>, FormulaError> {
    let letters: Vec<char> = text.chars().collect();
    if letters.len() > MOST_LETTERS {
        return Err(FormulaError {
            at: MOST_LETTERS + 1,
            fault: Fault::TooLong,
        });
    }
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(&letter) = letters.get(at) {
        let begins = at;
        let ends = |is_part: &dyn Fn(char) -> bool| {
            letters[begins..]
                .iter()
                .position(|&letter| !is_part(letter))
                .map_or(letters.len(), |n| begins + n)
        };
        let what = if letter.is_whitespace() {
            at += 1;
            continue;
        } else if letter.is_ascii_digit() {
            at = ends(&|letter| letter.is_ascii_digit() || letter == '.');
            number(&letters[begins..at], begins)?
        } else if letter.is_ascii_alphabetic() {
            at = ends(&|letter| letter.is_ascii_alphanumeric() || letter == '_');
            What::Name(letters[begins..at].iter().collect())
        } else {
            let (symbol, n_letters) = symbol(letter, letters.get(at + 1).copied());
            at += n_letters;
            What::Symbol(symbol)
        };
        tokens.push(Token { at: begins + 1, what });
    }
    tokens.push(Token {
        at: letters.len() + 1,
        what: What::End,
    });
    Ok(tokens)
}

fn number(letters: &[char], begins: usize) -> Result<What, FormulaError> {
    let written: String = letters.iter().collect();
    match written.parse::<f64>() {
        Ok(number) if number.is_finite() && !written.ends_with('.') => Ok(What::Number(number)),
        _ => Err(FormulaError {
            at: begins + 1,
            fault: Fault::Unexpected {
                found: format!("{written:?}"),
                wanted: "a number such as 12 or 0.5",
            },
        }),
    }
}

/// The symbol that begins here, and how many letters it takes: signs of arithmetic have a second way to be written.
fn symbol(letter: char, following: Option<char>) -> (char, usize) {
    match (letter, following) {
        ('<', Some('=')) => ('≤', 2),
        ('>', Some('=')) => ('≥', 2),
        ('<', Some('>')) | ('!', Some('=')) => ('≠', 2),
        ('−', _) => ('-', 1),
        ('×' | '·', _) => ('*', 1),
        ('÷', _) => ('/', 1),
        (letter, _) => (letter, 1),
    }
}

struct Parser {
    tokens: Vec<Token>,
    next: usize,
    names: Vec<String>,
    depth: usize,
}

impl Parser {
    /// What comes next; the last token is the end, which is never passed.
    fn peek(&self) -> &What {
        &self.tokens[self.next].what
    }

    fn takes(&mut self, symbol: char) -> bool {
        let is_there = self.peek() == &What::Symbol(symbol);
        if is_there {
            self.next += 1;
        }
        is_there
    }

    fn expect(&mut self, symbol: char, wanted: &'static str) -> Result<(), FormulaError> {
        if self.takes(symbol) {
            Ok(())
        } else {
            Err(self.unexpected(wanted))
        }
    }

    fn unexpected(&self, wanted: &'static str) -> FormulaError {
        FormulaError {
            at: self.tokens[self.next].at,
            fault: Fault::Unexpected {
                found: self.peek().in_words(),
                wanted,
            },
        }
    }

    fn sum(&mut self) -> Result<Node, FormulaError> {
        let first = self.product()?;
        let mut terms = vec![(Sign::Plus, first)];
        loop {
            let sign = if self.takes('+') {
                Sign::Plus
            } else if self.takes('-') {
                Sign::Minus
            } else {
                break;
            };
            terms.push((sign, self.product()?));
        }
        Ok(alone(terms).unwrap_or_else(Node::Sum))
    }

    fn product(&mut self) -> Result<Node, FormulaError> {
        let first = self.signed()?;
        let mut factors = vec![(Scale::Times, first)];
        loop {
            let scale = if self.takes('*') {
                Scale::Times
            } else if self.takes('/') {
                Scale::Over
            } else {
                break;
            };
            factors.push((scale, self.signed()?));
        }
        Ok(alone(factors).unwrap_or_else(Node::Product))
    }

    /// A power, with a minus before it or not. Everything that nests passes here, so that here is where depth is counted.
    fn signed(&mut self) -> Result<Node, FormulaError> {
        self.depth += 1;
        if self.depth > MOST_DEPTH {
            return Err(FormulaError {
                at: self.tokens[self.next].at,
                fault: Fault::TooDeep,
            });
        }
        let mut is_negative = false;
        while self.takes('-') {
            is_negative = !is_negative;
        }
        let base = self.atom()?;
        let power = if self.takes('^') {
            Node::Power(Box::new(base), Box::new(self.signed()?))
        } else {
            base
        };
        self.depth -= 1;
        Ok(if is_negative {
            Node::Minus(Box::new(power))
        } else {
            power
        })
    }

    fn atom(&mut self) -> Result<Node, FormulaError> {
        const WANTED: &str = "a number, a name, a function or (";
        let at = self.tokens[self.next].at;
        match self.peek().clone() {
            What::Number(number) => {
                self.next += 1;
                Ok(Node::Number(number))
            }
            What::Name(name) => {
                self.next += 1;
                if self.takes('(') {
                    self.call(&name, at)
                } else {
                    self.name(name, at)
                }
            }
            What::Symbol('(') => {
                self.next += 1;
                let inside = self.sum()?;
                self.expect(')', "an operator such as + or )")?;
                Ok(inside)
            }
            What::Symbol(_) | What::End => Err(self.unexpected(WANTED)),
        }
    }

    fn name(&mut self, name: String, at: usize) -> Result<Node, FormulaError> {
        if name == "if" || Function::find(&name).is_some() {
            return Err(FormulaError {
                at,
                fault: Fault::NotCalled { name },
            });
        }
        let position = match self.names.iter().position(|known| *known == name) {
            Some(position) => position,
            None => {
                self.names.push(name);
                self.names.len() - 1
            }
        };
        Ok(Node::Name(position))
    }

    fn call(&mut self, name: &str, at: usize) -> Result<Node, FormulaError> {
        if name == "if" {
            return self.condition();
        }
        let Some(function) = Function::find(name) else {
            return Err(FormulaError {
                at,
                fault: Fault::UnknownFunction {
                    name: name.to_owned(),
                },
            });
        };
        let mut arguments = Vec::new();
        if !self.takes(')') {
            arguments.push(self.sum()?);
            while self.takes(',') {
                arguments.push(self.sum()?);
            }
            self.expect(')', "a comma or )")?;
        }
        match function.refuses(arguments.len()) {
            Some(wanted) => Err(FormulaError {
                at,
                fault: Fault::Arguments {
                    function: function.name(),
                    wanted,
                    given: arguments.len(),
                },
            }),
            None => Ok(Node::Call(function, arguments)),
        }
    }

    /// What stands in the parentheses of `if`.
    fn condition(&mut self) -> Result<Node, FormulaError> {
        let left = self.sum()?;
        let comparison = match *self.peek() {
            What::Symbol(symbol) => Comparison::of(symbol),
            _ => None,
        };
        let Some(comparison) = comparison else {
            return Err(self.unexpected("a comparison, as in if(a < b, then, else),"));
        };
        self.next += 1;
        let right = self.sum()?;
        self.expect(',', "a comma, as in if(a < b, then, else),")?;
        let then = self.sum()?;
        self.expect(',', "a comma, as in if(a < b, then, else),")?;
        let otherwise = self.sum()?;
        self.expect(')', ")")?;
        Ok(Node::If(Box::new(Condition {
            left,
            comparison,
            right,
            then,
            otherwise,
        })))
    }
}

/// The only node of a list of one, else the list again.
fn alone<T>(mut nodes: Vec<(T, Node)>) -> Result<Node, Vec<(T, Node)>> {
    if nodes.len() == 1 {
        nodes.pop().map(|(_, node)| node).ok_or(nodes)
    } else {
        Err(nodes)
    }
}
