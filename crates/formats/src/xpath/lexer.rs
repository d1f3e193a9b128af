//! Tokens of XPath 1.0 (section 3.7), with the column each starts at.

use super::SyntaxError;

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    Number(f64),
    Literal(Box<str>),
    /// A name, perhaps with a prefix: `age`, `jr:choice-name`.
    Name(Box<str>),
    /// `prefix:*`.
    PrefixStar,
    Star,
    /// One of `and or div mod * / // | + - = != < <= > >=` in operator position.
    Operator(&'static str),
    Slash,
    DoubleSlash,
    Open,
    Close,
    OpenBracket,
    CloseBracket,
    Dot,
    DotDot,
    At,
    Comma,
    DoubleColon,
}

/// Splits an expression into tokens, each with its column.
pub(super) fn tokens(source: &str) -> Result<Vec<(Token, usize)>, SyntaxError> {
    let chars: Vec<char> = source.chars().collect();
    let mut out: Vec<(Token, usize)> = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        let c = chars[at];
        if c.is_whitespace() {
            at += 1;
            continue;
        }
        let column = at + 1;
        let next = chars.get(at + 1).copied();
        let (token, width) = match c {
            '(' => (Token::Open, 1),
            ')' => (Token::Close, 1),
            '[' => (Token::OpenBracket, 1),
            ']' => (Token::CloseBracket, 1),
            ',' => (Token::Comma, 1),
            '@' => (Token::At, 1),
            ':' if next == Some(':') => (Token::DoubleColon, 2),
            '/' if next == Some('/') => (Token::DoubleSlash, 2),
            '/' => (Token::Slash, 1),
            '|' => (Token::Operator("|"), 1),
            '+' => (Token::Operator("+"), 1),
            '-' => (Token::Operator("-"), 1),
            '=' => (Token::Operator("="), 1),
            '!' if next == Some('=') => (Token::Operator("!="), 2),
            '<' if next == Some('=') => (Token::Operator("<="), 2),
            '<' => (Token::Operator("<"), 1),
            '>' if next == Some('=') => (Token::Operator(">="), 2),
            '>' => (Token::Operator(">"), 1),
            '*' if operator_expected(&out) => (Token::Operator("*"), 1),
            '*' => (Token::Star, 1),
            '"' | '\'' => literal(&chars, at)?,
            '.' if next == Some('.') => (Token::DotDot, 2),
            '.' if next.is_some_and(|d| d.is_ascii_digit()) => number(&chars, at),
            '.' => (Token::Dot, 1),
            '0'..='9' => number(&chars, at),
            '$' => {
                return Err(SyntaxError {
                    column,
                    message: "variables are not known here; write the question's path instead of ${name}"
                        .into(),
                });
            }
            c if starts_name(c) => name(&chars, at, operator_expected(&out)),
            c => {
                return Err(SyntaxError {
                    column,
                    message: format!("the character {c:?} does not belong in an expression"),
                });
            }
        };
        out.push((token, column));
        at += width;
    }
    Ok(out)
}

/// Section 3.7: after an operand, `*` and the operator names are operators.
fn operator_expected(before: &[(Token, usize)]) -> bool {
    match before.last() {
        None => false,
        Some((token, _)) => !matches!(
            token,
            Token::At
                | Token::DoubleColon
                | Token::Open
                | Token::OpenBracket
                | Token::Comma
                | Token::Operator(_)
                | Token::Slash
                | Token::DoubleSlash
        ),
    }
}

fn literal(chars: &[char], at: usize) -> Result<(Token, usize), SyntaxError> {
    let quote = chars[at];
    match chars[at + 1..].iter().position(|&c| c == quote) {
        Some(length) => Ok((
            Token::Literal(chars[at + 1..at + 1 + length].iter().collect()),
            length + 2,
        )),
        None => Err(SyntaxError {
            column: at + 1,
            message: format!("the text opened by {quote} is never closed; add a closing {quote}"),
        }),
    }
}

fn number(chars: &[char], at: usize) -> (Token, usize) {
    let mut end = at;
    let mut seen_dot = false;
    while let Some(&c) = chars.get(end) {
        if c == '.' && !seen_dot {
            seen_dot = true;
        } else if !c.is_ascii_digit() {
            break;
        }
        end += 1;
    }
    let text: String = chars[at..end].iter().collect();
    (Token::Number(text.parse().unwrap_or(f64::NAN)), end - at)
}

fn name(chars: &[char], at: usize, operator_expected: bool) -> (Token, usize) {
    let part = |from: usize| chars[from..].iter().take_while(|&&c| continues_name(c)).count();
    let mut width = part(at);
    let first: String = chars[at..at + width].iter().collect();
    if operator_expected {
        for word in ["and", "or", "div", "mod"] {
            if first == word {
                return (Token::Operator(word), width);
            }
        }
    }
    if chars.get(at + width) == Some(&':') && chars.get(at + width + 1) != Some(&':') {
        match chars.get(at + width + 1) {
            Some('*') => return (Token::PrefixStar, width + 2),
            Some(&c) if starts_name(c) => width += 1 + part(at + width + 1),
            _ => {}
        }
    }
    (Token::Name(chars[at..at + width].iter().collect()), width)
}

fn starts_name(c: char) -> bool {
    c.is_alphabetic() || c == '_'
}

fn continues_name(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '\u{b7}') || ('\u{300}'..='\u{36f}').contains(&c)
}
