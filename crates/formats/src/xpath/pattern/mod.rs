//! Patterns of `regex()`.
//!
//! Nearly all are found in time that grows with the text alone. Those that look around or back (`(?=…)`, `(?<!…)`, `\1`), as JavaRosa's
//! may, are tried step by step, within a bound.

mod trying;

use super::EvalError;
use trying::Trying;

/// A pattern that must match the whole value, as JavaRosa does.
#[derive(Debug, Clone)]
pub(crate) struct Pattern {
    source: String,
    engine: Engine,
}

#[derive(Debug, Clone)]
enum Engine {
    Linear(regex::Regex),
    Trying(Trying),
}

/// Bytes a compiled pattern may take.
const LARGEST: usize = 1 << 20;

impl Pattern {
    /// Compiles a pattern.
    pub fn new(pattern: &str) -> Result<Self, EvalError> {
        let linear = regex::RegexBuilder::new(&format!("^(?:{pattern})$"))
            .size_limit(LARGEST)
            .build();
        let engine = match linear {
            Ok(linear) => Engine::Linear(linear),
            Err(cause) => match Trying::read(pattern) {
                Some(trying) => Engine::Trying(trying),
                // What neither reads is told as the first puts it: it shows the place.
                None => {
                    return Err(EvalError(format!(
                        "the pattern {pattern:?} cannot be used: {}",
                        cause.to_string().lines().last().unwrap_or_default()
                    )));
                }
            },
        };
        Ok(Self {
            source: pattern.to_owned(),
            engine,
        })
    }

    /// Tells whether the whole of a text matches; an error when trying takes too long.
    pub fn is_match(&self, text: &str) -> Result<bool, EvalError> {
        match &self.engine {
            Engine::Linear(regex) => Ok(regex.is_match(text)),
            Engine::Trying(trying) => trying.is_match(text).ok_or_else(|| {
                EvalError(format!(
                    "the pattern {:?} takes too long; write it without repetitions inside repetitions",
                    self.source
                ))
            }),
        }
    }

    /// The pattern as the form writes it.
    pub fn as_str(&self) -> &str {
        &self.source
    }
}
