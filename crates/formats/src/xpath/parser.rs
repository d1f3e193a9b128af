//! Recursive descent by precedence, with a cap on nesting so that no input overflows the stack.

use super::{
    SyntaxError,
    ast::{Arithmetic, Axis, Comparison, Function, Node, Path, Step, Test},
    lexer::{Token, tokens},
    pattern::Pattern,
};

/// Deepest nesting of parentheses, predicates, calls and chained operators.
const DEEPEST: usize = 160;

/// Longest expression, in bytes.
const LONGEST: usize = 200_000;

pub(super) fn parse(source: &str) -> Result<Node, SyntaxError> {
    if source.len() > LONGEST {
        return Err(SyntaxError {
            column: 1,
            message: format!(
                "the expression is longer than {LONGEST} bytes; split it into several calculations"
            ),
        });
    }
    let tokens = tokens(source)?;
    let end = source.chars().count() + 1;
    let mut parser = Parser {
        tokens,
        at: 0,
        end,
        depth: 0,
    };
    if parser.tokens.is_empty() {
        return Err(SyntaxError {
            column: 1,
            message: "the expression is empty".into(),
        });
    }
    let node = parser.expression(0)?;
    match parser.peek() {
        None => Ok(node),
        Some(_) => Err(parser.error("an operator such as \"and\", \"=\" or \"+\" is missing before this")),
    }
}

struct Parser {
    tokens: Vec<(Token, usize)>,
    at: usize,
    end: usize,
    depth: usize,
}

impl Parser {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at).map(|(token, _)| token)
    }

    fn peek_after(&self) -> Option<&Token> {
        self.tokens.get(self.at + 1).map(|(token, _)| token)
    }

    fn take(&mut self, wanted: &Token) -> bool {
        let found = self.peek() == Some(wanted);
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, wanted: &Token, what: &str) -> Result<(), SyntaxError> {
        if self.take(wanted) {
            Ok(())
        } else {
            Err(self.error(&format!("{what} is missing here")))
        }
    }

    fn column(&self) -> usize {
        self.tokens.get(self.at).map_or(self.end, |(_, column)| *column)
    }

    fn error(&self, message: &str) -> SyntaxError {
        SyntaxError {
            column: self.column(),
            message: message.into(),
        }
    }

    fn deeper(&mut self) -> Result<(), SyntaxError> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(self.error(&format!(
                "the expression nests more than {DEEPEST} levels deep; split it into several calculations"
            )));
        }
        Ok(())
    }

    /// Parses operators that bind at least as tightly as `level`: or, and, = !=, < > <= >=, + -, * div mod.
    fn expression(&mut self, level: u8) -> Result<Node, SyntaxError> {
        self.deeper()?;
        let entered = self.depth;
        let mut left = self.unary()?;
        while let Some(&Token::Operator(operator)) = self.peek() {
            let binds = match operator {
                "or" => 0,
                "and" => 1,
                "=" | "!=" => 2,
                "<" | "<=" | ">" | ">=" => 3,
                "+" | "-" => 4,
                "*" | "div" | "mod" => 5,
                _ => break,
            };
            if binds < level {
                break;
            }
            self.at += 1;
            let right = self.expression(binds + 1)?;
            left = match operator {
                "or" => flat(
                    left,
                    right,
                    |n| if let Node::Or(v) = n { Ok(v) } else { Err(n) },
                    Node::Or,
                ),
                "and" => flat(
                    left,
                    right,
                    |n| if let Node::And(v) = n { Ok(v) } else { Err(n) },
                    Node::And,
                ),
                _ => {
                    self.deeper()?;
                    binary(operator, left, right)
                }
            };
        }
        self.depth = entered - 1;
        Ok(left)
    }

    fn unary(&mut self) -> Result<Node, SyntaxError> {
        let mut negative = false;
        while self.take(&Token::Operator("-")) {
            negative = !negative;
        }
        let node = self.union()?;
        Ok(if negative {
            Node::Negate(Box::new(node))
        } else {
            node
        })
    }

    fn union(&mut self) -> Result<Node, SyntaxError> {
        let first = self.path()?;
        if self.peek() != Some(&Token::Operator("|")) {
            return Ok(first);
        }
        let mut parts = vec![first];
        while self.take(&Token::Operator("|")) {
            parts.push(self.path()?);
        }
        Ok(Node::Union(parts))
    }

    fn path(&mut self) -> Result<Node, SyntaxError> {
        let base = match self.peek() {
            None => return Err(self.error("the expression ends too early; a value is missing")),
            Some(Token::Number(n)) => Node::Number(*n),
            Some(Token::Literal(text)) => Node::Literal(text.clone()),
            Some(Token::Open) => {
                self.at += 1;
                let inner = self.expression(0)?;
                self.expect(&Token::Close, "a closing parenthesis")?;
                return self.walked(inner);
            }
            Some(Token::Name(name))
                if self.peek_after() == Some(&Token::Open)
                    && !matches!(&**name, "node" | "text" | "comment") =>
            {
                let name = name.clone();
                let call = self.call(&name)?;
                return self.walked(call);
            }
            _ => return self.location(),
        };
        self.at += 1;
        Ok(base)
    }

    /// Adds predicates and steps to a value in parentheses or a call.
    fn walked(&mut self, base: Node) -> Result<Node, SyntaxError> {
        let predicates = self.predicates()?;
        let mut steps = Vec::new();
        if matches!(self.peek(), Some(Token::Slash | Token::DoubleSlash)) {
            self.slash(&mut steps);
            self.relative(&mut steps)?;
        }
        if predicates.is_empty() && steps.is_empty() {
            return Ok(base);
        }
        Ok(Node::Filter {
            base: Box::new(base),
            predicates,
            steps,
        })
    }

    fn location(&mut self) -> Result<Node, SyntaxError> {
        let absolute = matches!(self.peek(), Some(Token::Slash | Token::DoubleSlash));
        let mut steps = Vec::new();
        if absolute {
            let only_root = self.peek() == Some(&Token::Slash) && !self.starts_step(self.peek_after());
            self.slash(&mut steps);
            if only_root {
                return Ok(Node::Path(Path { absolute, steps }));
            }
        }
        self.relative(&mut steps)?;
        Ok(Node::Path(Path { absolute, steps }))
    }

    fn starts_step(&self, token: Option<&Token>) -> bool {
        matches!(
            token,
            Some(Token::Name(_) | Token::Star | Token::PrefixStar | Token::At | Token::Dot | Token::DotDot)
        )
    }

    fn slash(&mut self, steps: &mut Vec<Step>) {
        if self.take(&Token::DoubleSlash) {
            steps.push(Step {
                axis: Axis::DescendantOrSelf,
                test: Test::AnyNode,
                predicates: Vec::new(),
            });
        } else {
            self.at += 1;
        }
    }

    fn relative(&mut self, steps: &mut Vec<Step>) -> Result<(), SyntaxError> {
        loop {
            steps.push(self.step()?);
            if !matches!(self.peek(), Some(Token::Slash | Token::DoubleSlash)) {
                return Ok(());
            }
            self.slash(steps);
        }
    }

    fn step(&mut self) -> Result<Step, SyntaxError> {
        if self.take(&Token::Dot) {
            return Ok(Step {
                axis: Axis::SelfNode,
                test: Test::AnyNode,
                predicates: self.predicates()?,
            });
        }
        if self.take(&Token::DotDot) {
            return Ok(Step {
                axis: Axis::Parent,
                test: Test::AnyNode,
                predicates: self.predicates()?,
            });
        }
        let mut axis = Axis::Child;
        if self.take(&Token::At) {
            axis = Axis::Attribute;
        } else if self.peek_after() == Some(&Token::DoubleColon)
            && let Some(Token::Name(name)) = self.peek()
        {
            axis = Axis::named(name).ok_or_else(|| self.error(&format!("there is no axis {name:?}")))?;
            self.at += 2;
        }
        let test = match self.peek() {
            Some(Token::Star | Token::PrefixStar) => Test::AnyName,
            Some(Token::Name(name)) => match (&**name, self.peek_after()) {
                (kind @ ("node" | "text"), Some(Token::Open)) => {
                    let test = if kind == "node" { Test::AnyNode } else { Test::Text };
                    self.at += 1;
                    if self.peek_after() != Some(&Token::Close) {
                        return Err(self.error("a closing parenthesis is missing here"));
                    }
                    self.at += 1;
                    test
                }
                (name, _) => Test::Name(local(name).into()),
            },
            None => return Err(self.error("the expression ends too early; a value or path is missing")),
            Some(_) => return Err(self.error("a value or path is missing before this")),
        };
        self.at += 1;
        Ok(Step {
            axis,
            test,
            predicates: self.predicates()?,
        })
    }

    fn predicates(&mut self) -> Result<Vec<Node>, SyntaxError> {
        let mut out = Vec::new();
        while self.take(&Token::OpenBracket) {
            out.push(self.expression(0)?);
            self.expect(&Token::CloseBracket, "a closing bracket")?;
        }
        Ok(out)
    }

    fn call(&mut self, name: &str) -> Result<Node, SyntaxError> {
        let Some((function, least, most)) = Function::named(name).or_else(|| Function::named(local(name)))
        else {
            let hint = nearest(name).map_or_else(String::new, |n| format!("; did you mean {n:?}?"));
            return Err(self.error(&format!("there is no function {name:?}{hint}")));
        };
        let column = self.column();
        self.at += 2;
        let mut arguments = Vec::new();
        if !self.take(&Token::Close) {
            loop {
                arguments.push(self.expression(0)?);
                if !self.take(&Token::Comma) {
                    break;
                }
            }
            self.expect(&Token::Close, "a comma or closing parenthesis")?;
        }
        if !(least..=most).contains(&arguments.len()) {
            let wanted = match (least, most) {
                (l, m) if l == m => format!("{l}"),
                (l, usize::MAX) => format!("at least {l}"),
                (l, m) => format!("{l} to {m}"),
            };
            let message = format!(
                "{name}() takes {wanted} arguments, but {} are given",
                arguments.len()
            );
            return Err(SyntaxError { column, message });
        }
        if function == Function::Regex
            && let Node::Literal(pattern) = &arguments[1]
        {
            let pattern = Pattern::new(pattern).map_err(|e| SyntaxError { column, message: e.0 })?;
            return Ok(Node::Matches(Box::new(arguments.swap_remove(0)), pattern));
        }
        Ok(Node::Call(function, arguments))
    }
}

/// Returns a name without its prefix.
pub(super) fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}

/// Appends to a list node instead of nesting, so that a chain of a thousand `or`s stays flat.
fn flat(
    left: Node,
    right: Node,
    open: fn(Node) -> Result<Vec<Node>, Node>,
    wrap: fn(Vec<Node>) -> Node,
) -> Node {
    let mut parts = open(left).unwrap_or_else(|single| vec![single]);
    parts.push(right);
    wrap(parts)
}

fn binary(operator: &str, left: Node, right: Node) -> Node {
    let both = Box::new((left, right));
    match operator {
        "=" => Node::Compare(Comparison::Equal, both),
        "!=" => Node::Compare(Comparison::NotEqual, both),
        "<" => Node::Compare(Comparison::Less, both),
        "<=" => Node::Compare(Comparison::LessOrEqual, both),
        ">" => Node::Compare(Comparison::Greater, both),
        ">=" => Node::Compare(Comparison::GreaterOrEqual, both),
        "+" => Node::Arithmetic(Arithmetic::Add, both),
        "-" => Node::Arithmetic(Arithmetic::Subtract, both),
        "*" => Node::Arithmetic(Arithmetic::Multiply, both),
        "div" => Node::Arithmetic(Arithmetic::Divide, both),
        _ => Node::Arithmetic(Arithmetic::Remainder, both),
    }
}

/// Finds the known function whose name is at most two edits away.
fn nearest(name: &str) -> Option<&'static str> {
    let best = Function::NAMES
        .iter()
        .map(|known| (edits(name, known), *known))
        .min()?;
    (best.0 <= 2 && best.0 < name.len()).then_some(best.1)
}

fn edits(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, &y) in b.iter().enumerate() {
            let next = (diagonal + usize::from(x != y))
                .min(row[j] + 1)
                .min(row[j + 1] + 1);
            diagonal = row[j + 1];
            row[j + 1] = next;
        }
    }
    row[b.len()]
}
