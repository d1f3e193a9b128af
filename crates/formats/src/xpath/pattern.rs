//! Patterns of `regex()`.

use super::EvalError;

/// A pattern that must match the whole value, as JavaRosa does.
#[derive(Debug, Clone)]
pub(crate) struct Pattern {
    source: String,
    engine: Engine,
}

/// What finds matches: in time that grows with the text alone, or for looks around and back-references by trying.
#[derive(Debug, Clone)]
enum Engine {
    Linear(regex::Regex),
    Trying(Box<fancy_regex::Regex>),
}

/// Bytes a compiled pattern may take.
const LARGEST: usize = 1 << 20;
/// Steps that trying may take: no honest pattern needs a hundredth for an answer.
const MOST_STEPS: usize = 200_000;

impl Pattern {
    /// Compiles a pattern.
    pub fn new(pattern: &str) -> Result<Self, EvalError> {
        let whole = format!("^(?:{pattern})$");
        let linear = regex::RegexBuilder::new(&whole).size_limit(LARGEST).build();
        let engine = match linear {
            Ok(linear) => Engine::Linear(linear),
            Err(cause) => {
                let trying = fancy_regex::RegexBuilder::new(&whole)
                    .delegate_size_limit(LARGEST)
                    .backtrack_limit(MOST_STEPS)
                    .build();
                // What neither reads is told as the first puts it: it shows the place.
                let trying = trying.map_err(|_| {
                    EvalError(format!(
                        "the pattern {pattern:?} cannot be used: {}",
                        cause.to_string().lines().last().unwrap_or_default()
                    ))
                })?;
                Engine::Trying(Box::new(trying))
            }
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
            Engine::Trying(regex) => regex.is_match(text).map_err(|_| {
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
