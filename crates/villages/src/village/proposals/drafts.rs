//! Proposals that came by text message: a draft waits until the village's operator completes it or drops it with a reason.
//!
//! What was written is sealed, because it may name people, and only the village's own operator reads it. The sender is told a code,
//! which the proposal keeps; they are told more once they sent the four digits that they were asked for.

use std::time::Duration;

use serde_json::json;

use super::{ProposalMoved, store};
use crate::{
    evidence::{
        self,
        model::{Audience, Follower, NewEntry, Part, Subject},
    },
    platform::{
        app::App,
        db::Tx,
        id,
        message::Address,
        op::Op,
        problem::{Problem, Result},
        time::Time,
    },
    village::{
        is_operator, require_operator,
        voice::{self, MOST_TEXT, words},
    },
};

/// Drafts of one number that wait within a day.
const MOST_A_DAY: i64 = 3;
const DAY: Duration = Duration::from_secs(24 * 3_600);
/// Drafts that are looked at.
const MOST_LISTED: i64 = 1_000;

/// What somebody proposed by text message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    pub id: String,
    pub code: String,
    /// Code of the village.
    pub place: String,
    /// What was written, sealed.
    pub sealed: String,
    pub made_at: Time,
}

impl Draft {
    fn subject(&self) -> Subject {
        Subject::new("proposal", &self.id)
    }

    #[must_use]
    pub fn desk_path(&self) -> String {
        format!("/desk/proposals/drafts/{}", self.code)
    }

    /// Returns what was written.
    ///
    /// # Errors
    /// When it was sealed with another key.
    pub fn text(&self, app: &App) -> Result<String> {
        app.vault.reveal(&self.sealed).map_err(Problem::internal)
    }
}

/// Keeps what a number proposed to a village.
///
/// # Errors
/// `village-proposals-drafts-most` for too many from one number.
pub async fn keep(tx: &mut Tx, op: &Op, from: &Address, place: &str, text: &str) -> Result<Draft> {
    let mark = from.mark(tx.vault());
    if store::count_drafts(tx, &mark, op.at.minus(DAY)).await? >= MOST_A_DAY {
        return Err(Problem::too_many("village-proposals-drafts-most"));
    }
    let kept: String = text.replace('\0', "").chars().take(MOST_TEXT).collect();
    let mut draft = Draft {
        id: id::fresh(op.at),
        code: String::new(),
        place: place.to_owned(),
        sealed: tx.vault().seal(&kept),
        made_at: op.at,
    };
    for _ in 0..voice::MOST_TRIES {
        draft.code = voice::fresh_code();
        if store::insert_draft(tx, &draft, &mark).await? {
            return Ok(draft);
        }
    }
    Err(voice::no_code())
}

/// Finds a draft by its code.
///
/// # Errors
/// `village-proposals-unknown`.
pub async fn find(app: &App, code: &str) -> Result<Draft> {
    let plain = voice::read_code(code).unwrap_or_default();
    store::find_draft(&app.db, &plain)
        .await?
        .ok_or_else(|| Problem::not_found("village-proposals-unknown").with("code", code))
}

/// Lists the drafts that somebody may complete, the earliest first.
///
/// # Errors
/// When the database fails.
pub async fn list(app: &App, op: &Op) -> Result<Vec<Draft>> {
    let mut listed = store::list_drafts(&app.db, MOST_LISTED).await?;
    listed.retain(|draft| is_operator(op, &draft.place));
    Ok(listed)
}

/// Has the sender told what becomes of a draft, and of the proposal that it becomes.
///
/// # Errors
/// When the database fails.
pub async fn follow(tx: &mut Tx, op: &Op, draft: &Draft, address: Address) -> Result<()> {
    let follower = Follower {
        address,
        lang: op.lang.code().to_owned(),
    };
    evidence::follow(tx, op, &draft.subject(), &follower).await
}

/// Drops a draft with the reason, which is kept; whoever sent it is told that it is no proposal.
///
/// # Errors
/// `village-voice-why` on field `why`; `village-proposals-draft-gone`; `village-not-operator`.
pub async fn drop_it(app: &App, op: &Op, draft: &Draft, why: &str) -> Result<()> {
    require_operator(op, &draft.place)?;
    let why = words("why", why, MOST_TEXT, "village-voice-why")?;
    let mut tx = app.db.begin().await?;
    if !store::delete_draft(&mut tx, &draft.id).await? {
        return Err(gone());
    }
    let entry = NewEntry {
        subject: draft.subject(),
        at: op.at,
        what: "proposal.dropped",
        part: Part::Officer,
        audience: Audience::Public,
        text: Some(why),
        facts: json!({}),
    };
    evidence::record(&mut tx, op, &entry).await?;
    let moved = ProposalMoved {
        proposal: draft.id.clone(),
        code: draft.code.clone(),
        what: "proposal.dropped",
    };
    tx.emit(op, &moved).await?;
    tx.commit().await
}

/// Says that somebody else dealt with a draft.
#[must_use]
pub fn gone() -> Problem {
    Problem::conflict("village-proposals-draft-gone")
}
