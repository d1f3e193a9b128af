//! Live programmes and hall dialogues, and the questions raised in them.

use jiff::civil::Date;

use crate::evidence::model::Subject;

/// A live programme on the radio, or a dialogue in a hall.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Programme {
    pub id: String,
    pub kind: Kind,
    /// Code of the place that it is for.
    pub place: String,
    pub title: String,
    pub held_on: Date,
}

/// Where questions are raised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Radio,
    Hall,
}

impl Kind {
    pub const ALL: [Kind; 2] = [Kind::Radio, Kind::Hall];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Radio => "radio",
            Kind::Hall => "hall",
        }
    }

    #[must_use]
    pub fn parse(text: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// A question raised live, which became a service request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// In the order they were raised, from 1.
    pub n: u32,
    /// Code of the request.
    pub request: String,
    /// Name of whoever agreed that it is read out.
    pub name: Option<String>,
}

impl Programme {
    #[must_use]
    pub fn subject(&self) -> Subject {
        Subject::new("programme", &self.id)
    }

    #[must_use]
    pub fn path(&self) -> String {
        format!("/desk/radio/{}", self.id)
    }
}
