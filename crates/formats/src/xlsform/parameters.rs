//! The column `parameters`: `key=value` pairs apart by spaces, commas or semicolons.

use super::finding::{did_you_mean, listed};

/// The pairs of one cell, with what is wrong with them.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Parameters {
    pairs: Vec<(String, String)>,
}

impl Parameters {
    /// Reads a cell; keys are lower case, and so are values except the names of columns.
    pub(super) fn parse(cell: &str) -> Result<Self, String> {
        // Spaces around "=" belong to the pair.
        let mut words: Vec<String> = Vec::new();
        for piece in cell
            .replace('=', " = ")
            .split(|c: char| c.is_whitespace() || c == ',' || c == ';')
            .filter(|piece| !piece.is_empty())
        {
            words.push(piece.to_owned());
        }
        let mut pairs = Vec::new();
        let mut words = words.into_iter();
        while let Some(key) = words.next() {
            let (equals, value) = (words.next(), words.next());
            match (key.as_str(), equals.as_deref(), value) {
                (name, Some("="), Some(value)) if name != "=" && value != "=" => {
                    let key = key.to_lowercase();
                    let value = if matches!(
                        key.as_str(),
                        "label" | "value" | "seed" | "reference-geometry" | "tick_labelset"
                    ) || value.contains("${")
                    {
                        value
                    } else {
                        value.to_lowercase()
                    };
                    pairs.push((key, value));
                }
                _ => {
                    return Err(format!(
                        "the parameters \"{cell}\" are not pairs; write them as name=value, apart by spaces"
                    ));
                }
            }
        }
        Ok(Self { pairs })
    }

    /// The first pair, as a person would write it.
    pub(super) fn told(&self) -> Option<String> {
        self.pairs.first().map(|(name, value)| format!("{name}={value}"))
    }

    pub(super) fn find(&self, key: &str) -> Option<&str> {
        self.pairs
            .iter()
            .rev()
            .find(|(name, _)| name == key)
            .map(|(_, value)| value.as_str())
    }

    /// What is wrong when a key is not among those the type knows.
    pub(super) fn strangers<'a>(&'a self, accepted: &'a [&'static str]) -> impl Iterator<Item = String> + 'a {
        self.pairs
            .iter()
            .filter(|(name, _)| !accepted.contains(&name.as_str()))
            .map(|(name, _)| {
                let guess = did_you_mean(name, accepted.iter().copied());
                let remedy = if guess.is_empty() {
                    format!("; this type knows {}", listed(accepted.iter().copied()))
                } else {
                    guess
                };
                format!("unknown parameter \"{name}\"{remedy}")
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_may_be_separated_by_anything_usual() {
        let parameters = Parameters::parse("start=1; END = 10,step=0.5 value=Code").unwrap();
        assert_eq!(parameters.find("start"), Some("1"));
        assert_eq!(parameters.find("end"), Some("10"));
        assert_eq!(parameters.find("value"), Some("Code"));
        assert_eq!(parameters.find("absent"), None);
        assert_eq!(Parameters::parse(" "), Ok(Parameters::default()));
    }

    #[test]
    fn what_is_no_pair_is_refused_and_strangers_are_named() {
        assert!(
            Parameters::parse("max-pixels")
                .unwrap_err()
                .contains("name=value")
        );
        assert!(Parameters::parse("a==b").is_err());
        let parameters = Parameters::parse("max-pixel=640").unwrap();
        assert_eq!(
            parameters.strangers(&["max-pixels", "app"]).collect::<Vec<_>>(),
            ["unknown parameter \"max-pixel\"; did you mean \"max-pixels\"?"]
        );
    }
}
