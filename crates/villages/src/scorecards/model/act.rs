//! Acts: every change of a session, as a device or a page sends it. They are kept for ever.

use serde::{Deserialize, Serialize};

use crate::platform::time::Time;

/// One change, made on a device that may have been without a network for hours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Act {
    /// UUID made on the device; the same act comes in as often as the device likes, and counts once.
    pub id: String,
    pub device: String,
    /// The device's clock.
    pub at: Time,
    /// None for what belongs to the whole round.
    #[serde(default)]
    pub session: Option<String>,
    /// The version that the device saw; none where it saw none.
    #[serde(default)]
    pub base: Option<String>,
    pub what: What,
}

/// What an act does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum What {
    /// How many are present.
    Present {
        n: u32,
    },
    /// The words that were read aloud and agreed to.
    Consent {
        text: String,
    },
    Criterion {
        /// UUID made on the device.
        criterion: String,
        words: String,
        #[serde(default)]
        standard: Option<String>,
        #[serde(default)]
        position: u32,
    },
    DropCriterion {
        criterion: String,
    },
    Score {
        criterion: String,
        value: u8,
        #[serde(default)]
        votes: Option<[u32; 5]>,
        #[serde(default)]
        reason: String,
        #[serde(default)]
        suggestion: String,
    },
    Input {
        /// UUID made on the device.
        input: String,
        what: String,
        #[serde(default)]
        entitlement: String,
        #[serde(default)]
        actual: String,
        #[serde(default)]
        remark: String,
        #[serde(default)]
        is_short: bool,
    },
    Note {
        /// UUID made on the device.
        note: String,
        #[serde(default)]
        criterion: Option<String>,
        text: String,
    },
    Photo {
        /// SHA-256 of what was uploaded before.
        blob: String,
        #[serde(default)]
        caption: String,
    },
    Seal,
    Reopen {
        why: String,
    },
    /// The session is not held.
    Drop {
        why: String,
    },
    /// Of two acts that differ, one holds.
    Choose {
        conflict: String,
        act: String,
    },
}

/// What became of an act.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "applied", rename_all = "kebab-case")]
pub enum Applied {
    Done,
    /// The same act came before.
    Again,
    /// The device saw an older version and says something else: both are kept, the first holds until somebody chooses.
    Conflict {
        conflict: String,
    },
    /// The session was sealed, or the meeting opened, meanwhile: kept, shown to the lead, changes nothing.
    Late,
}

impl Applied {
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Applied::Done => "done",
            Applied::Again => "again",
            Applied::Conflict { .. } => "conflict",
            Applied::Late => "late",
        }
    }
}

/// Two acts that say different things of the same, until somebody chooses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Conflict {
    pub id: String,
    pub session: String,
    pub criterion: String,
    /// The act that holds meanwhile; none where what holds came from the round before.
    pub first: Option<Act>,
    pub second: Act,
}

/// An act that came too late, for the lead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LateAct {
    pub act: Act,
    pub received_at: Time,
}
