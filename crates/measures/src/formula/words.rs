//! A formula as people read it.

use super::{Condition, Expression, Function, Node, Scale, Sign};

/// How the parts of a formula are said.
pub struct Wording<'a> {
    /// What stands for a name.
    pub name: &'a dyn Fn(&str) -> String,
    pub function: &'a dyn Fn(Function) -> String,
    pub number: &'a dyn Fn(f64) -> String,
    /// What stands for `if(condition, then, else)`.
    pub choice: &'a dyn Fn(&str, &str, &str) -> String,
}

impl Expression {
    /// Writes the formula with the signs of mathematics, and with parentheses only where they are needed.
    #[must_use]
    pub fn write(&self, wording: &Wording<'_>) -> String {
        let writer = Writer {
            names: self.names(),
            wording,
        };
        writer.write(&self.root)
    }
}

struct Writer<'a> {
    names: &'a [String],
    wording: &'a Wording<'a>,
}

impl Writer<'_> {
    fn write(&self, node: &Node) -> String {
        match node {
            Node::Number(number) => (self.wording.number)(*number),
            Node::Name(at) => (self.wording.name)(&self.names[*at]),
            Node::Minus(of) => format!("−{}", self.within(of, 3)),
            Node::Sum(terms) => {
                let term = |(at, (sign, term)): (usize, &(Sign, Node))| match (at, sign) {
                    (0, _) => self.within(term, 1),
                    (_, Sign::Plus) => format!(" + {}", self.within(term, 2)),
                    (_, Sign::Minus) => format!(" − {}", self.within(term, 2)),
                };
                terms.iter().enumerate().map(term).collect()
            }
            Node::Product(factors) => {
                let factor = |(at, (scale, factor)): (usize, &(Scale, Node))| match (at, scale) {
                    (0, _) => self.within(factor, 2),
                    (_, Scale::Times) => format!(" × {}", self.within(factor, 3)),
                    (_, Scale::Over) => format!(" ÷ {}", self.within(factor, 3)),
                };
                factors.iter().enumerate().map(factor).collect()
            }
            Node::Power(base, exponent) => {
                format!("{} ^ {}", self.within(base, 4), self.within(exponent, 4))
            }
            Node::Call(function, arguments) => {
                let arguments: Vec<String> = arguments.iter().map(|argument| self.write(argument)).collect();
                format!(
                    "{} ({})",
                    (self.wording.function)(*function),
                    arguments.join("; ")
                )
            }
            Node::If(condition) => self.choice(condition),
        }
    }

    fn choice(&self, condition: &Condition) -> String {
        let compared = format!(
            "{} {} {}",
            self.write(&condition.left),
            condition.comparison.symbol(),
            self.write(&condition.right)
        );
        let then = self.write(&condition.then);
        let otherwise = self.write(&condition.otherwise);
        format!("({})", (self.wording.choice)(&compared, &then, &otherwise))
    }

    /// Writes a part, in parentheses when it binds less tightly than what stands around it.
    fn within(&self, node: &Node, at_least: u8) -> String {
        let binds = match node {
            Node::Sum(_) | Node::Minus(_) => 1,
            Node::Product(_) => 2,
            Node::Power(..) => 3,
            Node::Number(_) | Node::Name(_) | Node::Call(..) | Node::If(_) => 4,
        };
        if binds < at_least {
            format!("({})", self.write(node))
        } else {
            self.write(node)
        }
    }
}
