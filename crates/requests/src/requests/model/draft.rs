//! A request that somebody is about to file, step by step.

use serde::{Deserialize, Serialize};

use super::{
    request::{Kind, Position, Privacy},
    service::Given,
};

/// What was typed so far; nothing in it was checked yet.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Draft {
    pub service: String,
    pub place: Option<String>,
    pub lat: String,
    pub lon: String,
    /// Where it is, in words.
    pub address: String,
    pub kind: String,
    pub text: String,
    pub attributes: Vec<Given>,
    pub photos: Vec<DraftPhoto>,
    /// Whether the resident lets everybody see the pictures.
    pub photos_for_all: bool,
    /// Code of how much is told of the resident; empty: not asked yet.
    pub privacy: String,
    pub name: String,
    pub phone: String,
    pub email: String,
    /// Language the resident is written to in; empty: that of the page.
    pub lang: String,
    /// Whether they looked at what may be the same, and file theirs all the same.
    pub has_compared: bool,
}

/// A picture of a draft; it is cleaned and lies in the blobs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftPhoto {
    pub blob: String,
    pub media_type: String,
    pub size_bytes: i64,
}

/// A step of filing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    Service,
    Where,
    What,
    Who,
    Check,
}

impl Step {
    pub const ALL: [Step; 5] = [Step::Service, Step::Where, Step::What, Step::Who, Step::Check];

    /// Returns the address of its page.
    #[must_use]
    pub fn path(self) -> &'static str {
        match self {
            Step::Service => "/requests/new",
            Step::Where => "/requests/new/where",
            Step::What => "/requests/new/what",
            Step::Who => "/requests/new/who",
            Step::Check => "/requests/new/check",
        }
    }

    /// Returns its number, from 1.
    #[must_use]
    pub fn number(self) -> usize {
        Step::ALL.iter().position(|step| *step == self).unwrap_or(0) + 1
    }

    /// Returns the step that asks for a field of a filing.
    #[must_use]
    pub fn of_field(field: &str) -> Step {
        match field {
            "service_code" => Step::Service,
            "place" | "lat" | "lon" | "address" => Step::Where,
            "name" | "phone" | "email" | "privacy" | "lang" => Step::Who,
            _ => Step::What,
        }
    }
}

impl Draft {
    /// Returns the first step that was not taken yet.
    #[must_use]
    pub fn next_step(&self) -> Step {
        if self.service.is_empty() {
            Step::Service
        } else if self.place.is_none() && self.position().is_none() {
            Step::Where
        } else if self.text.trim().is_empty() {
            Step::What
        } else if self.privacy.is_empty() {
            Step::Who
        } else {
            Step::Check
        }
    }

    /// Tells whether nobody has typed anything yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Draft::default()
    }

    /// Returns the position that was typed, if it is one.
    #[must_use]
    pub fn position(&self) -> Option<Position> {
        let degrees = |text: &str| text.trim().replace(',', ".").parse::<f64>().ok();
        let (lat, lon) = degrees(&self.lat).zip(degrees(&self.lon))?;
        Position::new(lat, lon)
    }

    /// Returns what kind of request it is; a complaint unless the resident said otherwise.
    #[must_use]
    pub fn kind(&self) -> Kind {
        Kind::parse(&self.kind).unwrap_or(Kind::Complaint)
    }

    #[must_use]
    pub fn privacy(&self) -> Option<Privacy> {
        Privacy::parse(&self.privacy)
    }

    /// Returns the values given for an attribute.
    #[must_use]
    pub fn given(&self, code: &str) -> &[String] {
        self.attributes
            .iter()
            .find(|given| given.code == code)
            .map_or(&[], |given| &given.values)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_step_is_the_first_that_was_not_taken() {
        let mut draft = Draft::default();
        assert!(draft.is_empty());
        assert_eq!(draft.next_step(), Step::Service);
        draft.service = "road".into();
        assert_eq!(draft.next_step(), Step::Where);
        (draft.lat, draft.lon) = ("-7,15".into(), "111.88".into());
        assert_eq!(draft.next_step(), Step::What);
        draft.text = " ".into();
        assert_eq!(draft.next_step(), Step::What);
        draft.text = "A hole".into();
        assert_eq!(draft.next_step(), Step::Who);
        draft.privacy = "anonymous".into();
        assert_eq!(draft.next_step(), Step::Check);
    }

    #[test]
    fn steps_are_counted_from_one_in_their_order() {
        assert_eq!(Step::ALL.map(Step::number), [1, 2, 3, 4, 5]);
        assert_eq!(Step::of_field("attribute[width]"), Step::What);
        assert_eq!(Step::of_field("lat"), Step::Where);
    }

    #[test]
    fn a_draft_of_an_older_program_can_be_read() {
        let draft: Draft = serde_json::from_str(r#"{"service":"road"}"#).expect("reads");
        assert_eq!(draft.next_step(), Step::Where);
    }
}
