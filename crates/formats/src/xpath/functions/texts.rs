//! Functions over text.

use base64::Engine;
use sha1::Digest as _;
use sha2::Digest as _;

use super::{Call, EvalError, Value};
use crate::xpath::{ast::Function, pattern::Pattern};

impl<'a> Call<'_, '_, 'a> {
    #[allow(clippy::cast_precision_loss)]
    pub(super) fn texts_answer(&self) -> Result<Value<'a>, EvalError> {
        use Function as F;
        let world = self.eval.world;
        let own = |call: &Self| {
            if call.len() == 0 {
                Ok(world.text(call.focus.node))
            } else {
                call.text(0)
            }
        };
        Ok(match self.function {
            F::String => Value::Text(own(self)?),
            F::Concat => Value::text(self.texts_from(0)?.concat()),
            F::Join => Value::text(self.texts_from(1)?.join(&self.text(0)?)),
            F::StartsWith => Value::Boolean(self.text(0)?.starts_with(&*self.text(1)?)),
            F::EndsWith => Value::Boolean(self.text(0)?.ends_with(&*self.text(1)?)),
            F::Contains => Value::Boolean(self.text(0)?.contains(&*self.text(1)?)),
            F::SubstringBefore => {
                let text = self.text(0)?;
                Value::text(
                    text.split_once(&*self.text(1)?)
                        .map_or(String::new(), |(before, _)| before.to_owned()),
                )
            }
            F::SubstringAfter => {
                let text = self.text(0)?;
                Value::text(
                    text.split_once(&*self.text(1)?)
                        .map_or(String::new(), |(_, after)| after.to_owned()),
                )
            }
            F::Substring => Value::text(self.substring()?),
            F::Substr => Value::text(self.substr()?),
            F::StringLength => Value::Number(own(self)?.chars().count() as f64),
            F::NormalizeSpace => Value::text(own(self)?.split_whitespace().collect::<Vec<_>>().join(" ")),
            F::Translate => {
                let (from, to): (Vec<char>, Vec<char>) =
                    (self.text(1)?.chars().collect(), self.text(2)?.chars().collect());
                let mapped = self
                    .text(0)?
                    .chars()
                    .filter_map(|c| match from.iter().position(|&f| f == c) {
                        Some(i) => to.get(i).copied(),
                        None => Some(c),
                    })
                    .collect::<String>();
                Value::text(mapped)
            }
            F::Regex => Value::Boolean(Pattern::new(&self.text(1)?)?.is_match(&self.text(0)?)?),
            F::Digest => Value::text(self.digest()?),
            F::Base64Decode => {
                let text = self.text(0)?;
                let bytes = base64::engine::general_purpose::STANDARD
                    .decode(text.trim())
                    .map_err(|_| self.error("the value is not base64"))?;
                Value::text(
                    String::from_utf8(bytes)
                        .map_err(|_| self.error("the decoded bytes are not UTF-8 text"))?,
                )
            }
            F::Uuid if self.len() == 0 => Value::text(world.env.uuid()),
            F::Uuid => {
                let length = self.number(0)?;
                if !(0.0..=1000.0).contains(&length) {
                    return Err(self.error("the length must be between 0 and 1000"));
                }
                #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
                let id: String = (0..length as usize)
                    .map(|_| {
                        char::from(
                            b"0123456789abcdefghijklmnopqrstuvwxyz"[(world.env.random() >> 20) as usize % 36],
                        )
                    })
                    .collect();
                Value::text(id)
            }
            _ => {
                let root = world.main.root();
                Value::text(
                    root.and_then(|r| world.main.attribute(r, "version"))
                        .unwrap_or_default(),
                )
            }
        })
    }

    /// `substring(text, first, length?)`, counted from 1 and rounded as XPath says.
    #[allow(clippy::cast_precision_loss)]
    fn substring(&self) -> Result<String, EvalError> {
        let first = (self.number(1)? + 0.5).floor();
        let end = if self.len() == 3 {
            first + (self.number(2)? + 0.5).floor()
        } else {
            f64::INFINITY
        };
        let text = self.text(0)?;
        Ok(text
            .chars()
            .enumerate()
            .filter(|(i, _)| ((i + 1) as f64) >= first && ((i + 1) as f64) < end)
            .map(|(_, c)| c)
            .collect())
    }

    /// `substr(text, start, end?)`, counted from 0; a negative number counts from the end.
    #[allow(clippy::cast_precision_loss)]
    fn substr(&self) -> Result<String, EvalError> {
        let text = self.text(0)?;
        let length = text.chars().count() as f64;
        let from_end = |n: f64| if n < 0.0 { (length + n).max(0.0) } else { n };
        let start = from_end(self.number(1)?.trunc());
        let end = if self.len() == 3 {
            from_end(self.number(2)?.trunc())
        } else {
            length
        };
        Ok(text
            .chars()
            .enumerate()
            .filter(|(i, _)| (*i as f64) >= start && (*i as f64) < end)
            .map(|(_, c)| c)
            .collect())
    }

    /// `digest(text, algorithm, "hex" or "base64")`; base64 when left out.
    fn digest(&self) -> Result<String, EvalError> {
        let text = self.text(0)?;
        let bytes = text.as_bytes();
        let hash = match &*self.text(1)?.to_uppercase() {
            "MD5" => md5::Md5::digest(bytes).to_vec(),
            "SHA-1" => sha1::Sha1::digest(bytes).to_vec(),
            "SHA-256" => sha2::Sha256::digest(bytes).to_vec(),
            "SHA-384" => sha2::Sha384::digest(bytes).to_vec(),
            "SHA-512" => sha2::Sha512::digest(bytes).to_vec(),
            other => {
                return Err(self.error(&format!(
                    "there is no algorithm {other:?}; use MD5, SHA-1, SHA-256, SHA-384 or SHA-512"
                )));
            }
        };
        let encoding = if self.len() == 3 {
            self.text(2)?.to_lowercase()
        } else {
            "base64".into()
        };
        match &*encoding {
            "base64" => Ok(base64::engine::general_purpose::STANDARD.encode(hash)),
            "hex" => Ok(hex::encode(hash)),
            other => Err(self.error(&format!(
                "there is no encoding {other:?}; use \"hex\" or \"base64\""
            ))),
        }
    }
}
