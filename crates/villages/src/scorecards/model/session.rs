//! A session: one group of users, or the provider, scores by itself.

use serde::{Deserialize, Serialize};

use crate::platform::time::Time;

/// The code that stands for the provider where users have the code of a group.
pub const PROVIDER: &str = "provider";

/// Which side of the service speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Side {
    Users,
    Provider,
}

impl Side {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Side::Users => "users",
            Side::Provider => "provider",
        }
    }

    #[must_use]
    pub fn parse(text: &str) -> Option<Side> {
        [Side::Users, Side::Provider]
            .into_iter()
            .find(|side| side.as_str() == text)
    }
}

/// One session of a round.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Session {
    pub id: String,
    pub round: String,
    pub side: Side,
    /// Code of the group, or [`PROVIDER`].
    pub group: String,
    /// The community's own name of the group, where the code is `own`.
    pub name: Option<String>,
    pub place: String,
    /// Account of whoever acted in it first.
    pub facilitator: Option<String>,
    pub n_present: Option<u32>,
    /// When the words were read aloud and agreed to.
    pub consent_at: Option<Time>,
    /// The words that were read.
    pub consent_text: Option<String>,
    pub is_sealed: bool,
    pub sealed_at: Option<Time>,
    /// Why it was not held.
    pub dropped: Option<String>,
    pub revision: i64,
}

impl Session {
    /// Tells whether it is still to be sealed or dropped.
    #[must_use]
    pub fn is_open(&self) -> bool {
        !self.is_sealed && self.dropped.is_none()
    }

    /// The group under one key over all sessions and rounds: its code, or `own:NAME`.
    #[must_use]
    pub fn key(&self) -> String {
        match &self.name {
            Some(name) if self.group == "own" => format!("own:{name}"),
            _ => self.group.clone(),
        }
    }
}
