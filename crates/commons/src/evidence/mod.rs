//! Evidence: what ties records together and keeps people to their word.
//!
//! Links between any two records, timelines as people read them, followers who are told, and commitments: promises with an
//! owner and a date (Open Government Partnership's word). Every slice above writes here; nothing here knows who they are.
//! Entries of a timeline are only added, never changed. Followers are personal and never leave but to be written to.
//!
//! Deliberately absent: the tamper-evident log, editing or deleting what was promised.

pub mod asking;
pub mod desk;
pub mod model;
pub mod pages;
mod store;

use jiff::civil::Date;
use serde::Serialize;

use crate::platform::{
    app::App,
    code::{self, Code},
    db::Tx,
    events::Event,
    id,
    message::Address,
    op::{Op, Role},
    problem::{Problem, Result},
};
pub use pages::routes;

use model::{
    Audience, Commitment, Entry, Follower, Link, NewCommitment, NewEntry, Part, Settled, Subject, mask::mask,
};

/// Who makes promises in an organisation's name, and settles them.
const KEEPERS: [Role; 3] = [Role::Officer, Role::Steward, Role::Leader];

/// Two records were linked.
#[derive(Serialize)]
pub struct Linked {
    pub from: Subject,
    pub relation: String,
    pub to: Subject,
}

impl Event for Linked {
    const NAME: &'static str = "evidence.linked";
    fn subject(&self) -> String {
        format!("{}/{}", self.from.kind, self.from.id)
    }
}

/// A promise was made, its date moved, kept, or broken off.
#[derive(Serialize)]
pub struct CommitmentMoved {
    pub commitment: String,
    /// `made`, `moved`, `kept` or `broken-off`.
    pub what: &'static str,
}

impl Event for CommitmentMoved {
    const NAME: &'static str = "evidence.commitment-moved";
    fn subject(&self) -> String {
        format!("commitment/{}", self.commitment)
    }
}

/// Links two records; linking them again changes nothing.
///
/// # Errors
/// When the database fails.
pub async fn link(tx: &mut Tx, op: &Op, from: &Subject, relation: &str, to: &Subject) -> Result<()> {
    if store::insert_link(tx, op, from, relation, to).await? {
        let linked = Linked {
            from: from.clone(),
            relation: relation.to_owned(),
            to: to.clone(),
        };
        tx.emit(op, &linked).await?;
    }
    Ok(())
}

/// Lists what a record is linked with, whichever way round, oldest first.
///
/// # Errors
/// When the database fails.
pub async fn list_links(app: &App, subject: &Subject) -> Result<Vec<Link>> {
    store::list_links(app.db.read(), subject).await
}

/// Lists which records of a kind lead to which of another by a relation, as pairs of their ids, the oldest link first.
///
/// # Errors
/// When the database fails.
pub async fn list_pairs(app: &App, from: &str, relation: &str, to: &str) -> Result<Vec<(String, String)>> {
    store::list_pairs(app.db.read(), from, relation, to).await
}

/// Writes into a timeline.
///
/// # Errors
/// When the database fails.
pub async fn record(tx: &mut Tx, op: &Op, entry: &NewEntry) -> Result<()> {
    store::insert_entry(tx, op, entry).await
}

/// Returns a record's timeline as an audience reads it, oldest first; for the public numbers and addresses are masked.
///
/// # Errors
/// When the database fails.
pub async fn timeline(app: &App, subject: &Subject, audience: Audience) -> Result<Vec<Entry>> {
    let mut entries = store::list_entries(app.db.read(), subject).await?;
    entries.retain(|entry| entry.audience <= audience);
    if audience != Audience::Staff {
        for entry in &mut entries {
            entry.who = None;
        }
    }
    if audience == Audience::Public {
        for entry in &mut entries {
            entry.text = entry.text.as_deref().map(mask);
        }
    }
    entries.sort_by_key(|entry| entry.at);
    Ok(entries)
}

/// Has somebody told about a record from now on.
///
/// # Errors
/// When the database fails.
pub async fn follow(tx: &mut Tx, op: &Op, subject: &Subject, follower: &Follower) -> Result<()> {
    store::save_follower(tx, subject, follower, op.at).await
}

/// Has somebody told no longer; returns whether they were.
///
/// # Errors
/// When the database fails.
pub async fn unfollow(tx: &mut Tx, subject: &Subject, address: &Address) -> Result<bool> {
    store::delete_follower(tx, subject, address).await
}

/// Has whoever is told about one record told about another too.
///
/// # Errors
/// When the database fails.
pub async fn share_followers(tx: &mut Tx, op: &Op, from: &Subject, to: &Subject) -> Result<()> {
    store::copy_followers(tx, from, to, op.at).await
}

/// Lists who is told about a record, without those who want to be told nothing. Personal: only for writing to them.
///
/// # Errors
/// When the database fails.
pub async fn list_followers(app: &App, subject: &Subject) -> Result<Vec<Follower>> {
    store::list_followers(app.db.read(), &app.vault, subject).await
}

/// As [`list_followers`], in a transaction.
///
/// # Errors
/// When the database fails.
pub async fn list_followers_in(tx: &mut Tx, subject: &Subject) -> Result<Vec<Follower>> {
    let vault = tx.vault().clone();
    store::list_followers(&mut *tx.conn(), &vault, subject).await
}

/// Lists the records of a kind that an address is told about, the latest first, by id.
///
/// # Errors
/// When the database fails.
pub async fn list_followed(tx: &mut Tx, kind: &str, address: &Address, most: i64) -> Result<Vec<String>> {
    let mark = address.mark(tx.vault());
    store::list_followed(&mut *tx.conn(), &mark, kind, most).await
}

/// As [`list_followed`], outside of a transaction.
///
/// # Errors
/// When the database fails.
pub async fn list_watched(app: &App, kind: &str, address: &Address, most: i64) -> Result<Vec<String>> {
    let mark = address.mark(&app.vault);
    store::list_followed(app.db.read(), &mark, kind, most).await
}

/// Has an address told nothing more of all it follows now; returns of how many records. What it follows later is told.
///
/// # Errors
/// When the database fails.
pub async fn stop_telling(tx: &mut Tx, address: &Address) -> Result<u64> {
    store::stop_followers(tx, address, true).await
}

/// Has an address told again what it follows; returns of how many records.
///
/// # Errors
/// When the database fails.
pub async fn tell_again(tx: &mut Tx, address: &Address) -> Result<u64> {
    store::stop_followers(tx, address, false).await
}

/// Makes a promise; whoever follows the record it comes from follows the promise.
///
/// # Errors
/// Names the fields that will not do; `not-allowed` for anybody but officers, stewards and leaders of the owner.
pub async fn promise(tx: &mut Tx, op: &Op, new: NewCommitment) -> Result<Commitment> {
    require_keeper(op, &new.owner)?;
    let new = new.check()?;
    let id = id::fresh(op.at);
    let code = insert(tx, op, &id, &new).await?;
    let commitment = Commitment {
        id: id.clone(),
        code,
        promise: new.promise.trim().to_owned(),
        owner: new.owner,
        owner_post: new.owner_post,
        place: new.place,
        raised: new.raised,
        made_on: new.made_on,
        due_on: new.due_on,
        n_moved: 0,
        settled: None,
    };
    if let Some(raised) = &commitment.raised {
        store::copy_followers(tx, raised, &commitment.subject(), op.at).await?;
        link(tx, op, raised, "led-to", &commitment.subject()).await?;
    }
    let facts = serde_json::json!({ "due_on": commitment.due_on.to_string(), "owner": commitment.owner });
    tell(
        tx,
        op,
        &commitment,
        ("commitment.made", "made"),
        Some(&commitment.promise),
        facts,
    )
    .await?;
    Ok(commitment)
}

/// Moves the date of a promise, with the reason, for everybody to see.
///
/// # Errors
/// `evidence-commitment-settled`; `evidence-due-past` and `evidence-why-missing` on their fields; `not-allowed`.
pub async fn move_due(tx: &mut Tx, op: &Op, commitment: &Commitment, due_on: Date, why: &str) -> Result<()> {
    require_keeper(op, &commitment.owner)?;
    if why.trim().is_empty() {
        return Err(Problem::invalid("fields").field("why", "evidence-why-missing"));
    }
    if due_on < commitment.made_on {
        return Err(Problem::invalid("fields").field("due_on", "evidence-due-past"));
    }
    if !store::move_due(tx, &commitment.id, due_on).await? {
        return Err(Problem::conflict("evidence-commitment-settled"));
    }
    let facts = serde_json::json!({ "from": commitment.due_on.to_string(), "due_on": due_on.to_string() });
    tell(
        tx,
        op,
        commitment,
        ("commitment.moved", "moved"),
        Some(why),
        facts,
    )
    .await
}

/// Says that a promise was kept, with the evidence, or broken off, with the reason.
///
/// # Errors
/// `evidence-commitment-settled`; `evidence-why-missing` on field `text`: a bare word is no evidence; `not-allowed`.
pub async fn settle(
    tx: &mut Tx,
    op: &Op,
    commitment: &Commitment,
    how: Settled,
    on: Date,
    text: &str,
    proof: &[Subject],
) -> Result<()> {
    require_keeper(op, &commitment.owner)?;
    if text.trim().is_empty() {
        return Err(Problem::invalid("fields").field("text", "evidence-why-missing"));
    }
    if !store::settle(tx, &commitment.id, how, on).await? {
        return Err(Problem::conflict("evidence-commitment-settled"));
    }
    for each in proof {
        link(tx, op, &commitment.subject(), "proved-by", each).await?;
    }
    let what = match how {
        Settled::Kept => ("commitment.kept", "kept"),
        Settled::BrokenOff => ("commitment.broken-off", "broken-off"),
    };
    tell(
        tx,
        op,
        commitment,
        what,
        Some(text),
        serde_json::json!({ "on": on.to_string() }),
    )
    .await
}

/// Finds a promise by its code.
///
/// # Errors
/// `evidence-commitment-unknown`.
pub async fn commitment(app: &App, code: &str) -> Result<Commitment> {
    let plain = Code::<6>::parse(code)
        .map(|code| code.plain())
        .unwrap_or_default();
    store::find_commitment(app.db.read(), &plain)
        .await?
        .ok_or_else(|| Problem::not_found("evidence-commitment-unknown").with("code", code))
}

/// Lists promises: those of an organisation, or of all; from a record, or from any. The next due first, settled ones last.
///
/// # Errors
/// When the database fails.
pub async fn list_commitments(
    app: &App,
    owner: Option<&str>,
    raised: Option<&Subject>,
    most: i64,
) -> Result<Vec<Commitment>> {
    store::list_commitments(app.db.read(), owner, raised, most).await
}

/// Lists promises that records of a kind led to, or one of them did, each with the record; the latest made first.
///
/// # Errors
/// When the database fails.
pub async fn list_led_to(
    app: &App,
    kind: &str,
    id: Option<&str>,
    most: i64,
) -> Result<Vec<(Subject, Commitment)>> {
    store::list_led_to(app.db.read(), kind, id, most).await
}

async fn insert(tx: &mut Tx, op: &Op, id: &str, new: &NewCommitment) -> Result<String> {
    for code in Code::<6>::tries() {
        let code = code.plain();
        if store::insert_commitment(tx, op, id, &code, new).await? {
            return Ok(code);
        }
    }
    Err(code::none_free("a commitment"))
}

async fn tell(
    tx: &mut Tx,
    op: &Op,
    commitment: &Commitment,
    (what, event): (&'static str, &'static str),
    text: Option<&str>,
    facts: serde_json::Value,
) -> Result<()> {
    let entry = NewEntry {
        subject: commitment.subject(),
        at: op.at,
        what,
        part: Part::Officer,
        audience: Audience::Public,
        text: text.map(str::to_owned),
        facts,
    };
    record(tx, op, &entry).await?;
    let moved = CommitmentMoved {
        commitment: commitment.code.clone(),
        what: event,
    };
    tx.emit(op, &moved).await
}

fn require_keeper(op: &Op, owner: &str) -> Result<()> {
    if op.has_for(&KEEPERS, owner) {
        return Ok(());
    }
    op.require(&[Role::Admin])
}
