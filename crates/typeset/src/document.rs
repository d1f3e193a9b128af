//! What comes in: which template, in which language, with which data.

use serde::Deserialize;
use serde_json::Value;
use typst::foundations::Datetime;
use typst_pdf::Timestamp;

/// A document to be typeset.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    pub template: String,
    /// ISO 639 code.
    pub lang: String,
    pub title: String,
    #[serde(default)]
    pub author: String,
    #[serde(default)]
    pub about: String,
    /// When it was made, on the clocks of its place: `2026-11-20T07:00:00`.
    pub made_at: String,
    /// How far those clocks are ahead of UTC.
    #[serde(default)]
    pub offset_minutes: i32,
    pub data: Value,
}

impl Document {
    /// Reads a document.
    ///
    /// # Errors
    /// Names the line, the column and the field.
    pub fn parse(bytes: &[u8]) -> Result<Document, String> {
        let document: Document =
            serde_json::from_slice(bytes).map_err(|error| format!("the document: {error}"))?;
        document.made()?;
        if !(2..=3).contains(&document.lang.len())
            || !document.lang.bytes().all(|byte| byte.is_ascii_lowercase())
        {
            return Err(format!(
                "the document: lang {:?} is no language; write it like \"id\"",
                document.lang
            ));
        }
        Ok(document)
    }

    /// Returns when it was made, as the PDF says it.
    ///
    /// # Errors
    /// Names the field and how to write it.
    pub fn made(&self) -> Result<Timestamp, String> {
        let wrong = || {
            format!(
                "the document: made_at {:?} is no time; write it like \"2026-11-20T07:00:00\"",
                self.made_at
            )
        };
        let numbers: Vec<i32> = self
            .made_at
            .split(['-', 'T', ':'])
            .map_while(|part| part.parse().ok())
            .collect();
        let [year, month, day, hour, minute, second] = numbers[..] else {
            return Err(wrong());
        };
        let small = |number: i32| u8::try_from(number).map_err(|_| wrong());
        let local = Datetime::from_ymd_hms(
            year,
            small(month)?,
            small(day)?,
            small(hour)?,
            small(minute)?,
            small(second)?,
        )
        .ok_or_else(wrong)?;
        Timestamp::new_local(local, self.offset_minutes).ok_or_else(|| {
            format!(
                "the document: offset_minutes {} is more than a day",
                self.offset_minutes
            )
        })
    }
}
