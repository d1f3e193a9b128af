//! From producer to steward to approver: nothing that an organisation has looked at first is read by everybody before that.
//!
//! A dataset that is to be opened, each new file for a table of an open dataset, and another licence for one, goes draft → submitted →
//! checked → approved → published. Three people: whoever had a hand in it neither checks nor approves it, and who checked it does not
//! approve it. The new file is read into a table beside, so that nothing of it can be asked for, and the published one goes on being
//! served; when it is published it is read once more, into its table. Until then the licence before holds.
//!
//! The rule goes with the data: they leave an organisation for one that looks less only by an administrator, so that nobody publishes by
//! way of another office what waits in their own.
//!
//! Whoever is to take the next step is told of it. What else the entry of a published dataset says (title, description, place) is
//! changed at once, and stands in the audit.

pub mod checks;
mod draft;
mod files;
mod kept;
pub mod late;
mod licence;
pub mod model;
mod publish;
mod roles;
mod rules;
pub mod standing;
mod steps;
mod tell;
pub mod tombstone;
mod waiting;
mod wish;

use serde::Serialize;

use crate::platform::{events::Event, op::Role};

pub use draft::{delete_draft, is_draft, require_draft};
pub use files::{Reading, beside, hold, is_held, note_file, reading_of};
pub use licence::{Licensing, Terms, keep_licence, licensing, note_licence, wanted_licence};
pub use publish::{PublishDue, keep_time, look};
pub use roles::{Remembered, Roles};
pub use rules::{Opening, Rules, opening, review_of, set_rule, stricter_of};
pub use steps::{Step, act, comment, unpublish};
pub use tell::TellSteps;
pub use waiting::{
    May, Taker, Waiting, count_late, count_next, licence_in_words, list_waiting, subject_in_words, taker_of,
};
pub use wish::{Wish, is_wished_open, note_change, note_closed, note_opened, unwish_open, wish_open};

/// Roles that approve; a steward of all above the dataset's place, whatever its organisation, does too.
pub const APPROVERS: [Role; 1] = [Role::Leader];
/// Roles that take part in the way of data to everybody.
pub const TAKING_PART: [Role; 3] = [Role::Producer, Role::Steward, Role::Leader];

/// Something took a step on its way to everybody.
#[derive(Serialize)]
pub struct PublicationMoved {
    pub publication: String,
    pub dataset: String,
    pub act: &'static str,
    pub stage: &'static str,
}

impl Event for PublicationMoved {
    const NAME: &'static str = "catalog.publication-moved";
    fn subject(&self) -> String {
        format!("dataset/{}", self.dataset)
    }
}

/// A file for a table of an open dataset may be read by everybody now.
#[derive(Serialize)]
pub struct FilePublished {
    pub resource: String,
    pub file: String,
}

impl Event for FilePublished {
    const NAME: &'static str = "catalog.file-published";
    fn subject(&self) -> String {
        format!("resource/{}", self.resource)
    }
}

/// Somebody said who looks at what an organisation publishes; an empty one stands for all without a rule of their own.
#[derive(Serialize)]
pub struct ReviewRuleSet {
    pub organisation: String,
    /// Empty when the rule was taken away.
    pub review: &'static str,
}

impl Event for ReviewRuleSet {
    const NAME: &'static str = "catalog.review-rule-set";
    fn subject(&self) -> String {
        format!("organisation/{}", self.organisation)
    }
}
