//! Languages: which one a person reads, the texts in it, and its numbers and dates.
//!
//! Texts are [Fluent](https://projectfluent.org) messages in `locales/{language}/{slice}.ftl`, embedded in the binary. English and
//! Indonesian are complete (a test compares them); the other languages fall back to English message by message. Numbers and dates
//! come from ICU4X (CLDR); plural forms come from Fluent alone, because CLDR versions disagree.
//!
//! Deliberately absent: right-to-left scripts, calendars other than the Gregorian one, reading numbers typed by people.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

pub mod dates;
pub mod numbers;
pub mod texts;

/// A language that pages can be read in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    #[default]
    En,
    Id,
    Sw,
    Hi,
    Bn,
    Ne,
}

impl Lang {
    pub const ALL: [Lang; 6] = [Lang::En, Lang::Id, Lang::Sw, Lang::Hi, Lang::Bn, Lang::Ne];

    /// The languages in which every text exists.
    pub const COMPLETE: [Lang; 2] = [Lang::En, Lang::Id];

    /// Its BCP 47 code, as in `<html lang>`, `?lang=` and the folders of `locales`.
    pub fn code(self) -> &'static str {
        match self {
            Lang::En => "en",
            Lang::Id => "id",
            Lang::Sw => "sw",
            Lang::Hi => "hi",
            Lang::Bn => "bn",
            Lang::Ne => "ne",
        }
    }

    /// What its speakers call it.
    pub fn own_name(self) -> &'static str {
        match self {
            Lang::En => "English",
            Lang::Id => "Bahasa Indonesia",
            Lang::Sw => "Kiswahili",
            Lang::Hi => "हिन्दी",
            Lang::Bn => "বাংলা",
            Lang::Ne => "नेपाली",
        }
    }

    /// The language a person reads: what the address asks for, else what they chose before, else what their browser prefers, else
    /// the installation's own.
    pub fn negotiate(
        asked: Option<&str>,
        chosen: Option<&str>,
        accept_language: Option<&str>,
        otherwise: Lang,
    ) -> Lang {
        let named = |code: &str| code.parse().ok();
        asked
            .and_then(named)
            .or_else(|| chosen.and_then(named))
            .or_else(|| accept_language.and_then(preferred))
            .unwrap_or(otherwise)
    }
}

/// How many there are of something, in whichever integer it was counted.
pub trait Count {
    /// The count; one beyond `i64` is cut off, as nobody reads it.
    fn count(self) -> i64;
}

macro_rules! counts {
    ($($integer:ty)*) => {$(
        impl Count for $integer {
            fn count(self) -> i64 {
                i64::try_from(self).unwrap_or(i64::MAX)
            }
        }
    )*};
}

counts!(u8 u16 u32 u64 usize i32 i64);

// Templates hand over references to references.
impl<N: Count + Copy> Count for &N {
    fn count(self) -> i64 {
        (*self).count()
    }
}

/// A language code that Baraza has no texts for.
#[derive(Debug, PartialEq, Eq)]
pub struct UnknownLang(pub String);

impl fmt::Display for UnknownLang {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "unknown language {:?}; use one of", self.0)?;
        Lang::ALL
            .iter()
            .try_for_each(|lang| write!(f, " {}", lang.code()))
    }
}

impl std::error::Error for UnknownLang {}

impl FromStr for Lang {
    type Err = UnknownLang;

    /// Reads a BCP 47 tag; everything after the language itself is ignored (`id-ID` is Indonesian).
    fn from_str(tag: &str) -> Result<Lang, UnknownLang> {
        let language = tag.trim().split(['-', '_']).next().unwrap_or_default();
        // `in` is what Java, and so Android below 13, still calls Indonesian.
        let language = if language.eq_ignore_ascii_case("in") {
            "id"
        } else {
            language
        };
        Lang::ALL
            .into_iter()
            .find(|lang| lang.code().eq_ignore_ascii_case(language))
            .ok_or_else(|| UnknownLang(tag.to_owned()))
    }
}

impl fmt::Display for Lang {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// The known language with the highest weight of an `Accept-Language` header (RFC 9110, 12.5.4); the first of equals.
fn preferred(header: &str) -> Option<Lang> {
    let mut best: Option<(Lang, f32)> = None;
    for range in header.split(',') {
        let mut parts = range.split(';');
        let Some(lang) = parts.next().and_then(|tag| tag.parse().ok()) else {
            continue;
        };
        let weight = parts
            .find_map(|part| part.trim().strip_prefix("q="))
            .map_or(1.0, |q| q.trim().parse().unwrap_or(0.0));
        if weight > 0.0 && best.is_none_or(|(_, so_far)| weight > so_far) {
            best = Some((lang, weight));
        }
    }
    best.map(|(lang, _)| lang)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_wins_over_the_choice_and_the_choice_over_the_browser() {
        let negotiate = |asked, chosen, accept| Lang::negotiate(asked, chosen, accept, Lang::Ne);
        assert_eq!(negotiate(Some("id"), Some("bn"), Some("sw")), Lang::Id);
        assert_eq!(negotiate(None, Some("bn"), Some("sw")), Lang::Bn);
        assert_eq!(negotiate(None, None, Some("sw-KE, en;q=0.8")), Lang::Sw);
        assert_eq!(negotiate(None, None, None), Lang::Ne);
    }

    #[test]
    fn a_language_we_do_not_speak_is_passed_over() {
        assert_eq!(
            Lang::negotiate(Some("xx"), None, Some("fr, id;q=0.7, en;q=0.9"), Lang::Ne),
            Lang::En
        );
        assert_eq!(
            Lang::negotiate(None, None, Some("fr, en;q=0"), Lang::Ne),
            Lang::Ne
        );
        assert_eq!(
            Lang::negotiate(None, None, Some("en;q=nonsense,,;"), Lang::Ne),
            Lang::Ne
        );
    }

    #[test]
    fn old_androids_say_in_for_indonesian() {
        assert_eq!("in-ID".parse(), Ok(Lang::Id));
        assert_eq!("".parse::<Lang>(), Err(UnknownLang(String::new())));
    }
}
