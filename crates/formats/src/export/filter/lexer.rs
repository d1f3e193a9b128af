//! A filter's words.

use super::FilterError;
use crate::export::values::read_instant;

#[derive(Debug, Clone, PartialEq)]
pub enum Token {
    /// A name, a path of names, or a word such as `and`.
    Name(String),
    Text(String),
    Number(f64),
    Instant(i64),
    Open,
    Close,
    Comma,
}

/// A token and where it begins, in characters.
pub type Placed = (Token, usize);

pub fn tokens(text: &str) -> Result<Vec<Placed>, FilterError> {
    let chars: Vec<char> = text.chars().collect();
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(&c) = chars.get(at) {
        let start = at;
        let token = match c {
            c if c.is_whitespace() => {
                at += 1;
                continue;
            }
            '(' | ')' | ',' => {
                at += 1;
                match c {
                    '(' => Token::Open,
                    ')' => Token::Close,
                    _ => Token::Comma,
                }
            }
            '\'' => Token::Text(quoted(&chars, &mut at)?),
            '0'..='9' | '-' | '+' | '.' => {
                at += 1;
                while chars
                    .get(at)
                    .is_some_and(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | ':' | '+' | '-'))
                {
                    at += 1;
                }
                let word: String = chars[start..at].iter().collect();
                number_or_instant(&word).ok_or_else(|| FilterError::Unparseable {
                    at: start,
                    reason: format!(
                        "{word:?} is neither a number nor a date like 2026-01-31 or 2026-01-31T08:00:00Z"
                    ),
                })?
            }
            c if c.is_alphabetic() || matches!(c, '_' | '$') => {
                while chars
                    .get(at)
                    .is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | '$' | '/'))
                {
                    at += 1;
                }
                Token::Name(chars[start..at].iter().collect())
            }
            c => {
                return Err(FilterError::Unparseable {
                    at: start,
                    reason: format!("{c:?} has no meaning here"),
                });
            }
        };
        out.push((token, start));
    }
    Ok(out)
}

/// Reads a text in quotes, in which a quote is written twice.
fn quoted(chars: &[char], at: &mut usize) -> Result<String, FilterError> {
    let start = *at;
    let mut text = String::new();
    *at += 1;
    loop {
        match (chars.get(*at), chars.get(*at + 1)) {
            (Some('\''), Some('\'')) => {
                text.push('\'');
                *at += 2;
            }
            (Some('\''), _) => {
                *at += 1;
                return Ok(text);
            }
            (Some(&c), _) => {
                text.push(c);
                *at += 1;
            }
            (None, _) => {
                return Err(FilterError::Unparseable {
                    at: start,
                    reason: "the text that begins here has no closing quote".to_owned(),
                });
            }
        }
    }
}

fn number_or_instant(word: &str) -> Option<Token> {
    let is_dated =
        word.len() >= 8 && word[1..].contains('-') && word.starts_with(|c: char| c.is_ascii_digit());
    if is_dated && let Some(micros) = read_instant(word) {
        return Some(Token::Instant(micros));
    }
    let is_plain = word
        .bytes()
        .all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'+' | b'e' | b'E'));
    let number = word.parse::<f64>().ok().filter(|n| is_plain && n.is_finite());
    number.map(Token::Number)
}
