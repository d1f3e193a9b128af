//! Households and members that may be in a list twice: found, asked about at entry, looked at by people, made one and parted again.
//!
//! Two entities become one only by two people's say: one proposes, another confirms, and both say why. Nothing is lost by it: every version
//! of both stays, the old id stands for the one that remains, and two other hands can part them again.
//! Who may read what was filed may look; names leave this slice no other way, and what finds them is kept as marks.
//!
//! Deliberately absent: merging by a machine, however sure it is; clusters of more than two at once; linking lists of different kinds.

mod deciding;
pub mod desk;
pub mod entry;
mod looking;
pub mod model;
mod reading;

use serde::Serialize;

use super::{KEEPERS, READERS};
use crate::{
    accounts::{Reach, Reaches},
    collect::entities::model::List,
    platform::{
        app::App,
        events::Event,
        op::{Op, Role},
        problem::{Problem, Result},
    },
};

pub use deciding::{Say, confirm, propose, propose_unmerge, refuse, say};
pub use looking::{FindLikely, find_likely};
pub use reading::{Seen, Told, household, list_households, overview, pair, pairs};

/// Who may propose to make two one, and say by themselves that two are different.
const PROPOSERS: [Role; 3] = [Role::Officer, Role::Producer, Role::Steward];
/// Who confirms what somebody else proposed.
const CONFIRMERS: [Role; 2] = KEEPERS;

/// Somebody said what a pair is, or took it back.
#[derive(Serialize)]
pub struct PairDecided {
    pub pair: String,
    pub state: &'static str,
}

impl Event for PairDecided {
    const NAME: &'static str = "collect.pair-decided";
    fn subject(&self) -> String {
        format!("entity-pair/{}", self.pair)
    }
}

/// A proposal to make two entities one, or to part them, was made or settled.
#[derive(Serialize)]
pub struct MergeMoved {
    pub merge: String,
    pub kind: &'static str,
    pub state: &'static str,
    /// Our ids.
    pub survivor: String,
    pub merged: String,
}

impl Event for MergeMoved {
    const NAME: &'static str = "collect.merge-moved";
    fn subject(&self) -> String {
        format!("entity-merge/{}", self.merge)
    }
}

/// How far the caller's roles go over a list.
struct Scope<'a> {
    reaches: Reaches<'a>,
    list: &'a List,
}

impl<'a> Scope<'a> {
    async fn of(app: &App, op: &'a Op, list: &'a List) -> Result<Scope<'a>> {
        Ok(Scope {
            reaches: Reaches::of(app, op).await?,
            list,
        })
    }

    /// Tells whether the caller holds one of `roles` over an entity that lies in a place, or in none.
    fn covers(&self, roles: &[Role], place: Option<&str>) -> bool {
        let org = self.list.org.as_deref();
        let is_free = place.is_none() && !self.list.is_placed;
        self.reaches.covers(roles, org, place)
            || (is_free && self.reaches.over(roles, org) != Reach::Within(Vec::new()))
    }

    fn reach(&self) -> Reach {
        self.reaches.over(&READERS, self.list.org.as_deref())
    }
}

/// The problem of a pair that is not there, or that the caller may not know of.
fn pair_unknown() -> Problem {
    Problem::not_found("collect-households-pair-unknown")
}
