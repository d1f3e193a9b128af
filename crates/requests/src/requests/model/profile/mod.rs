//! A profile: everything by which one government's way of handling requests differs from another's, as data.
//!
//! It is a TOML text with comments. Its version is the text's digest: once requests run by it, it is never changed, only
//! followed by another version. Shipped: Madhya Pradesh's helpline as of 2014 and of 2022, Bojonegoro's LAPOR!.

mod written;

use std::{collections::BTreeMap, time::Duration};

use jiff::civil::{Time as Clocks, Weekday};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{
    clock::MOST_STEPS,
    grade::Rule,
    ladder::{Ladder, Next},
};
use crate::platform::{
    calendar::{Calendar, Span},
    words::Words,
};

/// The profiles that come with the product.
pub mod shipped {
    pub const HELPLINE_2014: &str = include_str!(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../data/profiles/helpline-2014.toml"
    ));
    pub const HELPLINE_2022: &str = include_str!(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../data/profiles/helpline-2022.toml"
    ));
    pub const LAPOR: &str = include_str!(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../data/profiles/lapor.toml"
    ));
    pub const ALL: [&str; 3] = [HELPLINE_2014, HELPLINE_2022, LAPOR];
}

/// One version of a profile.
#[derive(Debug, Clone)]
pub struct Profile {
    pub name: String,
    /// The digest of its text.
    pub version: String,
    pub title: Words,
    pub calendar: Calendar,
    pub lights: Lights,
    pub standard: Standard,
    pub ladder: Ladder,
    pub answers: Answers,
    pub pauses: Vec<PauseReason>,
    /// Most pauses of one request.
    pub most_pauses: u32,
    pub silence: Silence,
    /// How long after its closing the resident may have a request reopened.
    pub reopen_within: Span,
    pub special_close: SpecialClose,
    pub wrong_department: WrongDepartment,
    pub filing: FilingLimit,
    pub meeting: Meeting,
    pub grade: Grading,
}

/// When an unanswered request turns yellow and red.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lights {
    pub yellow: Option<Span>,
    pub red: Option<Span>,
}

/// What is promised for a request, or for those of one service: what is not given is the profile's.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Standard {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verify: Option<Span>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answer: Option<Span>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub finish: Option<Span>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub yellow: Option<Span>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub red: Option<Span>,
    /// Time on each level of the ladder, by the level's code.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub within: BTreeMap<String, Span>,
}

/// Profile and service together: the spans one request is held to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    pub verify: Option<Span>,
    pub answer: Option<Span>,
    pub finish: Option<Span>,
    pub yellow: Option<Span>,
    pub red: Option<Span>,
    pub notice: Duration,
    /// For each level the time on it, where it ends by an automatic step.
    automatic: Vec<Option<Span>>,
}

impl Terms {
    /// Returns the spans of the automatic steps from a level (from 1) on, up to the first that somebody must take.
    pub fn automatic_from(&self, level: u8) -> impl Iterator<Item = Span> + '_ {
        self.automatic
            .iter()
            .skip(usize::from(level.saturating_sub(1)))
            .map_while(|within| *within)
            .take(MOST_STEPS)
    }
}

/// What counts as an answer that stops the clock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Answers {
    pub kinds: Vec<AnswerKind>,
    /// A shorter text stops no clock.
    pub least_characters: usize,
}

/// A kind of answer an officer may give.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnswerKind {
    pub code: String,
    pub title: Words,
    /// Whether it answers the matter; "we have received it" does not.
    pub is_proper: bool,
}

/// Something from a list, with its texts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reason {
    pub code: String,
    pub title: Words,
}

/// Why a clock may stand still, and for how long.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PauseReason {
    pub code: String,
    pub title: Words,
    pub limit: Span,
}

/// What follows when the resident never says whether the answer is good.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Silence {
    pub closes_after: Span,
    /// What the resident is told when asked: that silence closes, and when.
    pub said: Words,
}

/// Closing without the resident's yes. Levels count from 1.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SpecialClose {
    pub propose_level: u8,
    pub approve_level: u8,
    pub reasons: Vec<Reason>,
    /// How long before the closing the resident must have been told.
    pub notice: Span,
    pub needs_signature: bool,
    /// Part of the closings that somebody from outside checks.
    pub sample_percent: u8,
}

/// Passing a request on to another unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct WrongDepartment {
    pub approve_level: u8,
    pub least_note_characters: usize,
}

/// How much one person may file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FilingLimit {
    /// Requests a person may file in a day; none: as many as they like.
    pub a_day: Option<i64>,
}

/// When the weekly meeting is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Meeting {
    pub weekday: Weekday,
    pub at: Clocks,
}

/// How and when units are graded.
#[derive(Debug, Clone, PartialEq)]
pub struct Grading {
    pub rule: Rule,
    /// Older than this a request is old stock.
    pub old_after: Span,
    /// Day of the month and hour of publication.
    pub day: i8,
    pub at: Clocks,
}

/// What is wrong with a profile: the line, what it is, and what to write instead.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {problem}{}", if remedy.is_empty() { String::new() } else { format!("; {remedy}") })]
pub struct ProfileError {
    pub line: usize,
    pub problem: String,
    pub remedy: String,
}

impl Profile {
    /// Reads a profile.
    ///
    /// # Errors
    /// Names the line and the remedy.
    pub fn parse(text: &str) -> Result<Profile, ProfileError> {
        written::read(text)
    }

    /// Returns what a request of a service with a standard of its own is held to.
    #[must_use]
    pub fn terms(&self, standard: Option<&Standard>) -> Terms {
        let own =
            |pick: fn(&Standard) -> Option<Span>| standard.and_then(pick).or_else(|| pick(&self.standard));
        let within = |code: &str| standard.and_then(|standard| standard.within.get(code)).copied();
        Terms {
            verify: own(|s| s.verify),
            answer: own(|s| s.answer),
            finish: own(|s| s.finish),
            yellow: own(|s| s.yellow).or(self.lights.yellow),
            red: own(|s| s.red).or(self.lights.red),
            notice: self.ladder.notice,
            automatic: self
                .ladder
                .levels
                .iter()
                .map(|level| match level.next {
                    Next::Automatic { within: usual } => Some(within(&level.code).unwrap_or(usual)),
                    Next::ByHand { .. } | Next::Top => None,
                })
                .collect(),
        }
    }

    /// Returns what an aspiration is held to: an answer and an end, no lights and no ladder.
    #[must_use]
    pub fn wish_terms(&self, terms: &Terms) -> Terms {
        Terms {
            yellow: None,
            red: None,
            automatic: Vec::new(),
            ..terms.clone()
        }
    }

    #[must_use]
    pub fn answer_kind(&self, code: &str) -> Option<&AnswerKind> {
        self.answers.kinds.iter().find(|kind| kind.code == code)
    }

    #[must_use]
    pub fn pause_reason(&self, code: &str) -> Option<&PauseReason> {
        self.pauses.iter().find(|reason| reason.code == code)
    }

    #[must_use]
    pub fn special_reason(&self, code: &str) -> Option<&Reason> {
        self.special_close
            .reasons
            .iter()
            .find(|reason| reason.code == code)
    }
}

/// The version of a text: 32 hexadecimal digits of its SHA-256.
fn version_of(text: &str) -> String {
    Sha256::digest(text.as_bytes())
        .iter()
        .take(16)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{platform::time::Time, requests::model::clock::Clock};

    fn wrong(from: &str, to: &str) -> ProfileError {
        let text = shipped::LAPOR.replacen(from, to, 1);
        assert_ne!(text, shipped::LAPOR, "{from:?} stands in the profile");
        Profile::parse(&text).expect_err(to)
    }

    fn line_of(text: &str) -> usize {
        let at = shipped::LAPOR.find(text).expect("it is there");
        shipped::LAPOR[..at].matches('\n').count() + 1
    }

    #[test]
    fn every_shipped_profile_is_read_and_has_its_texts_in_english() {
        for text in shipped::ALL {
            let profile = Profile::parse(text).unwrap_or_else(|error| panic!("{error}"));
            assert!(!profile.title.in_language("en").is_empty());
            assert_eq!(profile.version.len(), 32);
            for level in &profile.ladder.levels {
                assert!(!level.title.in_language("en").is_empty(), "{}", level.code);
            }
        }
    }

    #[test]
    fn the_helpline_of_2014_climbs_to_level_4_by_itself_and_that_of_2022_never_does() {
        let climbs = |text: &str| {
            let profile = Profile::parse(text).expect("reads");
            let mut clock = Clock::start(
                &profile.terms(None),
                &profile.calendar,
                1,
                Time(1_794_794_400_000_000),
            );
            clock
                .run(Time(i64::MAX))
                .iter()
                .filter(|turn| turn.climbs)
                .count()
        };
        assert_eq!(climbs(shipped::HELPLINE_2014), 3);
        assert_eq!(
            climbs(shipped::HELPLINE_2022),
            2,
            "level 3 is the end of what happens by itself"
        );
    }

    #[test]
    fn a_service_may_have_spans_of_its_own() {
        let profile = Profile::parse(shipped::HELPLINE_2014).expect("reads");
        let standard = Standard {
            yellow: Some(Span::Days(15)),
            within: BTreeMap::from([("L1".to_owned(), Span::Days(15))]),
            ..Standard::default()
        };
        let (own, usual) = (profile.terms(Some(&standard)), profile.terms(None));
        assert_eq!(own.yellow, Some(Span::Days(15)));
        assert_eq!(own.red, usual.red);
        assert_eq!(own.automatic_from(1).next(), Some(Span::Days(15)));
        assert_eq!(
            own.automatic_from(2).collect::<Vec<_>>(),
            usual.automatic_from(2).collect::<Vec<_>>()
        );
    }

    #[test]
    fn an_error_names_the_line_and_the_remedy() {
        let error = wrong("yellow = \"end of day 3\"", "yellow = \"3 sleeps\"");
        assert_eq!(error.line, line_of("yellow = \"end of day 3\""), "{error}");
        assert!(error.to_string().contains("write it like"), "{error}");
        let error = wrong("time_zone = \"Asia/Jakarta\"", "time_zone = \"Jakarta\"");
        assert!(
            error.line == line_of("time_zone") && error.remedy.contains("Asia/Jakarta"),
            "{error}"
        );
        let error = wrong("[lights]", "[ligths]");
        assert!(
            error.line == line_of("[lights]") && error.problem.contains("ligths"),
            "{error}"
        );
        let error = wrong("approve = \"head\"", "approve = \"king\"");
        assert!(
            error.problem.contains("king") && error.remedy.contains("unit, head"),
            "{error}"
        );
        let error = wrong("weekday = \"friday\"", "weekday = \"jumat\"");
        assert!(
            error.line == line_of("weekday") && error.remedy.contains("friday"),
            "{error}"
        );
    }

    #[test]
    fn what_cannot_hold_is_refused() {
        for (from, to, says) in [
            ("red = \"end of day 6\"", "red = \"end of day 2\"", "before"),
            ("points = 60", "points = 70", "100"),
            ("name = \"lapor\"", "name = \"La por\"", "lower-case"),
            ("sample_percent = 10", "sample_percent = 110", "100"),
            ("is_proper = true", "is_proper = false", "proper"),
        ] {
            let text = shipped::LAPOR.replace(from, to);
            assert_ne!(text, shipped::LAPOR, "{from:?} stands in the profile");
            let error = Profile::parse(&text).expect_err(to).to_string();
            assert!(error.contains(says), "{to}: {error}");
        }
    }

    #[test]
    fn any_change_of_the_text_is_another_version() {
        let version = |text: &str| Profile::parse(text).expect("reads").version;
        assert_eq!(version(shipped::LAPOR), version(shipped::LAPOR));
        assert_ne!(version(shipped::LAPOR), version(&format!("{}\n", shipped::LAPOR)));
    }
}
