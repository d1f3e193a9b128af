//! Requests in a reader's words: what services, units and places are called, and what happened. Every page and notice asks here.

use std::{collections::HashMap, sync::Arc};

use serde_json::Value;

use super::{
    library::{self, Library},
    model::{
        clock::Light,
        profile::Profile,
        request::{CloseKind, Request, State},
    },
};
use crate::{
    accounts,
    evidence::model::{Audience, Entry, Part},
    platform::{app::App, code::Code, config::Config, i18n::Lang, problem::Result, time::Time, words::Words},
};

const MINUTE: i64 = 60_000_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// Says things in one language, with the names in force.
pub struct Teller {
    pub lang: Lang,
    pub library: Arc<Library>,
    config: Arc<Config>,
    organisations: HashMap<String, String>,
}

/// A light or a state as a tag: its words say what its colour says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag {
    /// `bz-light bz-light--red`.
    pub class: &'static str,
    pub text: String,
}

/// An entry of a timeline in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// Day and hour, at the installation.
    pub at: String,
    /// RFC 3339, for `<time datetime>`.
    pub instant: String,
    /// In which part somebody acted: “Officer”.
    pub part: String,
    pub words: String,
    /// What was written with it; may be empty.
    pub text: String,
    /// Whether only staff reads it.
    pub is_internal: bool,
}

impl Teller {
    /// Gathers the names in force.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn new(app: &App, lang: Lang) -> Result<Teller> {
        let organisations = accounts::list_organisations(app).await?;
        Ok(Teller {
            lang,
            library: library::current(app).await?,
            config: app.config.clone(),
            organisations: organisations
                .into_iter()
                .map(|organisation| (organisation.code, organisation.name))
                .collect(),
        })
    }

    /// Returns one of several languages' words: the reader's, else English, else any.
    #[must_use]
    pub fn words<'a>(&self, words: &'a Words) -> &'a str {
        words.in_language(self.lang.code())
    }

    /// Returns what a service is called; its code when it is no longer known.
    #[must_use]
    pub fn service(&self, code: &str) -> String {
        match self.library.service(code) {
            Ok(service) => self.words(&service.title).to_owned(),
            Err(_) => code.to_owned(),
        }
    }

    /// Returns what a unit is called, or that nobody is responsible yet.
    #[must_use]
    pub fn agency(&self, code: Option<&str>) -> String {
        match code {
            Some(code) => self
                .organisations
                .get(code)
                .cloned()
                .unwrap_or_else(|| code.to_owned()),
            None => self.lang.text("requests-agency-none").into(),
        }
    }

    /// Returns what a place is called; empty when there is none.
    #[must_use]
    pub fn place(&self, code: Option<&str>) -> String {
        let Some(code) = code else {
            return String::new();
        };
        match self.library.places().find(code) {
            Some(place) => place.name().to_owned(),
            None => code.to_owned(),
        }
    }

    /// Returns a place with what it lies in, narrowest first: “Kapas, Kapas District”.
    #[must_use]
    pub fn place_within(&self, code: Option<&str>) -> String {
        let mut lineage = self.library.lineage(code);
        if lineage.len() > 2 {
            // Everything lies in the topmost.
            lineage.pop();
        }
        let names: Vec<String> = lineage.iter().map(|code| self.place(Some(code))).collect();
        match names.is_empty() {
            true => self.place(code),
            false => names.join(", "),
        }
    }

    #[must_use]
    pub fn light(&self, light: Light) -> Tag {
        Tag {
            class: match light {
                Light::White => "bz-light bz-light--white",
                Light::Yellow => "bz-light bz-light--yellow",
                Light::Red => "bz-light bz-light--red",
                Light::Blue => "bz-light bz-light--blue",
            },
            text: self.coded("requests-light", light.as_str()),
        }
    }

    /// Returns the state of a request in a few words.
    #[must_use]
    pub fn state(&self, state: &State) -> String {
        match state {
            State::Closed { kind, .. } => self.close_kind(*kind),
            other => self.coded("requests-state", other.code()),
        }
    }

    #[must_use]
    pub fn close_kind(&self, kind: CloseKind) -> String {
        self.coded("requests-closed", kind.as_str())
    }

    /// Returns the words of a code: `requests-channel` and `sms`.
    #[must_use]
    pub fn coded(&self, of: &str, code: &str) -> String {
        self.lang.text(format!("{of}-{code}")).into()
    }

    /// Returns what a level of the ladder is called.
    #[must_use]
    pub fn level(&self, profile: &Profile, level: u8) -> String {
        let title = profile
            .ladder
            .level(level)
            .map(|level| self.words(&level.title))
            .unwrap_or_default();
        self.lang
            .text("requests-level")
            .n("level", level)
            .arg("title", title)
            .into()
    }

    /// Returns the day of a moment at the installation: 21 November 2026.
    #[must_use]
    pub fn day(&self, at: Time) -> String {
        self.lang.date(self.config.day(at))
    }

    /// Returns day and hour of a moment at the installation.
    #[must_use]
    pub fn moment(&self, at: Time) -> String {
        self.lang.date_time(self.config.zoned(at).datetime())
    }

    /// Returns how long something took or takes, in the largest unit that says it: “3 days”, “5 hours”.
    #[must_use]
    pub fn span(&self, from: Time, to: Time) -> String {
        let micros = to.0.saturating_sub(from.0).max(0);
        let (id, n) = match micros {
            0..HOUR => ("requests-minutes", micros / MINUTE),
            HOUR..DAY => ("requests-hours", micros / HOUR),
            _ => ("requests-days", micros / DAY),
        };
        self.lang.text(id).n("n", n).into()
    }

    /// Returns what will come next to an open request, and when: “turns red on 24 November 2026, 16:30”.
    #[must_use]
    pub fn next(&self, request: &Request, now: Time) -> String {
        let at = |id: &'static str, at: Time| self.lang.text(id).arg("at", self.moment(at)).to_string();
        let clock = &request.clock;
        let ahead = |instant: Option<Time>| instant.filter(|instant| *instant > now);
        match &request.state {
            State::Closed { .. } => String::new(),
            State::Answered { until, .. } => at("requests-next-silence", *until),
            State::Paused { until, .. } => at("requests-next-pause-ends", *until),
            _ => match (
                ahead(clock.yellow_at),
                ahead(clock.red_at),
                ahead(clock.steps.first().copied()),
            ) {
                (Some(yellow), _, _) => at("requests-next-yellow", yellow),
                (None, Some(red), _) => at("requests-next-red", red),
                (None, None, Some(step)) => at("requests-next-step", step),
                (None, None, None) => String::new(),
            },
        }
    }

    /// Tells an entry of a request's or a promise's timeline. `profile` is the one the request runs by.
    #[must_use]
    pub fn entry(&self, profile: &Profile, entry: &Entry) -> Told {
        Told {
            at: self.moment(entry.at),
            instant: entry.at.to_string(),
            part: match entry.part {
                Part::Resident => self.lang.text("requests-part-resident"),
                Part::Operator => self.lang.text("requests-part-operator"),
                Part::Officer => self.lang.text("requests-part-officer"),
                Part::System => self.lang.text("requests-part-system"),
            }
            .into(),
            words: self.happened(profile, &entry.what, &entry.facts),
            text: entry.text.clone().unwrap_or_default(),
            is_internal: entry.audience == Audience::Staff,
        }
    }

    /// Returns what happened, by the code of a timeline's entry and its facts.
    #[must_use]
    pub fn happened(&self, profile: &Profile, what: &str, facts: &Value) -> String {
        let word = |name: &str| facts.get(name).and_then(Value::as_str).unwrap_or_default();
        let number = |name: &str| facts.get(name).and_then(Value::as_i64).unwrap_or_default();
        let level = |name: &str| u8::try_from(number(name)).unwrap_or_default();
        let moment = |name: &str| match facts.get(name) {
            Some(Value::Number(micros)) => micros.as_i64().map(|at| self.moment(Time(at))),
            _ => None,
        };
        let moment = |name: &str| moment(name).unwrap_or_default();
        let plain = self.lang.text(format!("requests-what-{}", tail(what)));
        match what {
            "request.opened" => plain
                .arg("channel", self.coded("requests-channel", word("channel")))
                .into(),
            "request.light" => plain
                .arg("light", self.coded("requests-light", word("light")))
                .into(),
            "request.climbed" | "request.escalated" | "request.sent-back" | "request.refused"
            | "request.reopened" => {
                let reason = self.ladder_reason(profile, level("from"), word("reason"));
                plain
                    .arg("from", self.level(profile, level("from")))
                    .arg("to", self.level(profile, level("to")))
                    .arg("moved", if level("from") == level("to") { "no" } else { "yes" })
                    .arg("reason", reason)
                    .into()
            }
            "request.step-near" => plain.arg("level", self.level(profile, level("level"))).into(),
            "request.assigned" => plain.arg("post", word("post")).into(),
            "request.answered" | "request.replied" => {
                let kind = profile.answer_kind(word("kind"));
                plain
                    .arg("kind", kind.map_or(word("kind"), |kind| self.words(&kind.title)))
                    .arg("until", moment("until"))
                    .into()
            }
            "request.paused" => {
                let reason = profile.pause_reason(word("reason"));
                plain
                    .arg(
                        "reason",
                        reason.map_or(word("reason"), |reason| self.words(&reason.title)),
                    )
                    .arg("until", moment("until"))
                    .into()
            }
            "request.transfer-proposed" | "request.transferred" | "request.transfer-rejected" => {
                plain.arg("to", self.agency(Some(word("to")))).into()
            }
            "request.special-proposed" | "request.special-closed" | "request.special-rejected" => {
                let reason = profile.special_reason(word("reason"));
                plain
                    .arg(
                        "reason",
                        reason.map_or(word("reason"), |reason| self.words(&reason.title)),
                    )
                    .into()
            }
            "request.joined" => plain.arg("code", written(word("into"))).into(),
            "request.supported" => plain.n("n", number("n")).into(),
            "request.checked" => plain
                .arg(
                    "good",
                    if facts.get("is_good").and_then(Value::as_bool) == Some(true) {
                        "yes"
                    } else {
                        "no"
                    },
                )
                .into(),
            _ => plain.into(),
        }
    }

    fn ladder_reason(&self, profile: &Profile, level: u8, code: &str) -> String {
        let listed = profile
            .ladder
            .level(level)
            .and_then(|level| level.reason(code))
            .map(|reason| self.words(&reason.title).to_owned());
        match (listed, code) {
            (Some(title), _) => title,
            (None, "time" | "") => self.lang.text("requests-reason-time").into(),
            (None, code) => code.to_owned(),
        }
    }
}

/// Returns a tracking code as people read it: K7MQ-4XTD.
#[must_use]
pub fn written(code: &str) -> String {
    Code::<8>::parse(code).map_or_else(|_| code.to_owned(), |code| code.to_string())
}

fn tail(what: &str) -> &str {
    what.split_once('.').map_or(what, |(_, tail)| tail)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every `request.…` that the code of this slice writes into a timeline.
    fn written_in_code() -> Vec<String> {
        let sources = [
            include_str!("working.rs"),
            include_str!("resident.rs"),
            include_str!("reading.rs"),
            include_str!("jobs.rs"),
        ];
        let mut found: Vec<String> = sources
            .iter()
            .flat_map(|source| source.split("\"request.").skip(1))
            .filter_map(|rest| rest.split('"').next().map(str::to_owned))
            .collect();
        found.sort();
        found.dedup();
        found
    }

    #[test]
    fn whatever_may_happen_has_words_in_both_languages() {
        let happened = written_in_code();
        assert!(happened.len() > 25, "{happened:?}");
        for what in happened {
            for lang in [Lang::En, Lang::Id] {
                assert!(
                    lang.has_text(&format!("requests-what-{what}")),
                    "{what} in {lang}"
                );
            }
        }
    }

    #[test]
    fn every_code_of_a_request_has_words() {
        use super::super::model::request::{Channel, Kind, Privacy, Recorder};
        let all = Light::ALL.map(|light| ("light", light.as_str())).into_iter();
        let all = all
            .chain(Kind::ALL.iter().map(|kind| ("kind", kind.as_str())))
            .chain(Privacy::ALL.iter().map(|privacy| ("privacy", privacy.as_str())))
            .chain(Channel::ALL.iter().map(|channel| ("channel", channel.as_str())))
            .chain(CloseKind::ALL.iter().map(|kind| ("closed", kind.as_str())))
            .chain(
                Recorder::ALL
                    .iter()
                    .map(|recorder| ("recorder", recorder.as_str())),
            )
            .chain(
                State::CODES
                    .iter()
                    .filter(|code| **code != "closed")
                    .map(|code| ("state", *code)),
            );
        for (of, code) in all {
            for lang in [Lang::En, Lang::Id] {
                assert!(
                    lang.has_text(&format!("requests-{of}-{code}")),
                    "{of} {code} in {lang}"
                );
            }
        }
    }

    #[test]
    fn a_code_is_written_in_two_halves() {
        let code = Code::<8>::of(1);
        assert_eq!(written(&code.plain()), code.to_string());
        assert_eq!(written(&code.plain().to_lowercase()).find('-'), Some(4));
        assert_eq!(written("?"), "?");
    }
}
