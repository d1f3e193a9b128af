//! Proposals by residents and groups of a village: supported once by each person, costed, taken or declined with a reason.
//!
//! Anybody proposes without signing in; no name is kept. Support is counted once for each person: from a telephone, confirmed by a
//! code sent to it, or at the desk, and taken back the same way. People recorded at the desk without a number, and text messages that
//! could not be asked back, are counted apart. Hands in a hall are a number of their own. What is taken becomes a promise, and whoever
//! follows the proposal follows that. A proposal that comes by text message is one of the `drafts` first.
//!
//! Deliberately absent: votes against, ranking by support, editing what somebody proposed.

pub mod desk;
pub mod drafts;
mod files;
pub mod model;
pub mod pages;
mod store;

use axum::Router;
use jiff::civil::Date;
use serde::Serialize;
use serde_json::{Value, json};

use super::{
    require_operator,
    voice::{
        self, MOST_TEXT, MOST_TITLE, Person,
        counting::{self, Counted, TAKEN_BACK_AT_DESK, Way},
        mail, words,
    },
};
use crate::{
    catalog::contributions::callers::{self, Caller, Deed},
    evidence::{
        self,
        model::{Audience, Commitment, Follower, NewCommitment, NewEntry, Part},
    },
    platform::{
        app::App,
        db::Tx,
        events::Event,
        id,
        message::Address,
        op::Op,
        problem::{Problem, Result},
    },
};
use drafts::Draft;
use model::{Cost, Hands, Proposal, State, Support};

/// Proposals that a list shows.
pub const MOST_LISTED: i64 = 1_000;
/// Hands that fit into the largest hall.
const MOST_HANDS: u32 = 20_000;

/// The routes of this folder.
pub fn routes() -> Router<App> {
    pages::routes().merge(desk::routes())
}

/// A proposal was made or took a step.
#[derive(Serialize)]
pub struct ProposalMoved {
    pub proposal: String,
    pub code: String,
    /// The entry of its timeline, `proposal.costed`.
    pub what: &'static str,
}

impl Event for ProposalMoved {
    const NAME: &'static str = "village.proposal-moved";
    fn subject(&self) -> String {
        format!("proposal/{}", self.proposal)
    }
}

/// Somebody was counted for a proposal or took that back, or hands in a hall were counted; the facts say how, never who.
#[derive(Serialize)]
pub struct ProposalSupported {
    pub proposal: String,
    /// `phone`, `desk`, `attested`, `unconfirmed`, `hall` or `taken-back`.
    pub way: &'static str,
}

impl Event for ProposalSupported {
    const NAME: &'static str = "village.proposal-supported";
    fn subject(&self) -> String {
        format!("proposal/{}", self.proposal)
    }
}

/// What somebody proposes, as they typed it.
#[derive(Debug, Clone, Default)]
pub struct NewProposal {
    /// Code or name of the village.
    pub place: String,
    pub title: String,
    pub text: String,
    /// What the group calls itself; empty for a resident.
    pub group: String,
    /// Where they are told what becomes of it; both empty for nowhere.
    pub phone: String,
    pub email: String,
}

/// What is to be promised of a proposal.
#[derive(Debug, Clone, Default)]
pub struct Promise {
    pub promise: String,
    pub owner: String,
    pub post: String,
    pub due_on: String,
}

/// Takes a proposal from anybody.
///
/// # Errors
/// Names the field that will not do; `catalog-contributions-limit` for too many from one network, `village-voice-codes` for too many
/// that are to be told at one number.
pub async fn make(app: &App, op: &Op, caller: Caller, new: &NewProposal) -> Result<Proposal> {
    let mut proposal = read(app, op, new).await?;
    let address = address(app, &new.phone, &new.email)?;
    let mut tx = app.db.begin().await?;
    callers::admit(&mut tx, op, caller, Deed::Propose).await?;
    if let Some(phone @ Address::Sms(_)) = &address {
        voice::admit_address(&mut tx, op, phone).await?;
    }
    enter(&mut tx, &mut proposal).await?;
    match address {
        None => {}
        // Whoever gave an address of mail is asked first: anybody may have typed it.
        Some(email @ Address::Email(_)) => {
            let about = mail::About::new("proposal", &proposal.id, &proposal.code);
            mail::ask(app, &mut tx, op, caller, &about, &email).await?;
        }
        Some(address) => follow(&mut tx, op, &proposal, address).await?,
    }
    let what = ("proposal.made", Part::Resident);
    note(&mut tx, op, &proposal, what, None, json!({})).await?;
    tx.commit().await?;
    Ok(proposal)
}

/// Completes a draft: from now on it is a proposal, with the draft's code.
///
/// # Errors
/// Names the field that will not do; `village-proposals-draft-gone`; `village-not-operator`.
pub async fn complete(app: &App, op: &Op, draft: &Draft, new: &NewProposal) -> Result<Proposal> {
    require_operator(op, &draft.place)?;
    let new = NewProposal {
        place: draft.place.clone(),
        ..new.clone()
    };
    let proposal = Proposal {
        id: draft.id.clone(),
        code: draft.code.clone(),
        ..read(app, op, &new).await?
    };
    let mut tx = app.db.begin().await?;
    if !store::delete_draft(&mut tx, &draft.id).await? {
        return Err(drafts::gone());
    }
    if !store::insert(&mut tx, &proposal).await? {
        return Err(voice::no_code());
    }
    let what = ("proposal.made", Part::Resident);
    note(&mut tx, op, &proposal, what, None, json!({})).await?;
    tx.commit().await?;
    Ok(proposal)
}

/// Reads what somebody proposes; it has no code yet.
async fn read(app: &App, op: &Op, new: &NewProposal) -> Result<Proposal> {
    let place = voice::place(app, &new.place).await?;
    let title = words("title", &new.title, MOST_TITLE, "village-proposals-title-missing")?;
    let text = words("text", &new.text, MOST_TEXT, "village-proposals-text-missing")?;
    let group = match new.group.trim() {
        "" => None,
        group => Some(words(
            "group",
            group,
            MOST_TITLE,
            "village-proposals-title-missing",
        )?),
    };
    Ok(Proposal {
        id: id::fresh(op.at),
        code: String::new(),
        place,
        title,
        text,
        group,
        state: State::Open,
        cost: None,
        support: Support::default(),
        made_on: app.config.day(op.at),
        revision: 1,
    })
}

/// Finds a proposal by its code.
///
/// # Errors
/// `village-proposals-unknown`.
pub async fn find(app: &App, code: &str) -> Result<Proposal> {
    let plain = voice::read_code(code).unwrap_or_default();
    store::find(&app.db, &plain)
        .await?
        .ok_or_else(|| Problem::not_found("village-proposals-unknown").with("code", code))
}

/// Lists proposals of a place, or of all, the latest first, without those that were hidden.
///
/// # Errors
/// When the database fails.
pub async fn list(app: &App, place: Option<&str>) -> Result<Vec<Proposal>> {
    let mut listed = store::list(&app.db, place, MOST_LISTED).await?;
    listed.retain(|proposal| !matches!(proposal.state, State::Hidden { .. }));
    Ok(listed)
}

/// Lists what was counted in halls for a proposal.
///
/// # Errors
/// When the database fails.
pub async fn hands(app: &App, proposal: &Proposal) -> Result<Vec<Hands>> {
    store::list_hands(&app.db, &proposal.id).await
}

/// Counts somebody for a proposal; tells whether they were not counted before. Who may say so for whom is the caller's to check.
///
/// # Errors
/// `village-proposals-closed` when it is not open; `village-voice-attested-most`.
pub async fn support(tx: &mut Tx, op: &Op, proposal: &Proposal, person: &Person, way: Way) -> Result<bool> {
    require_open(proposal)?;
    counting::require_room(way, proposal.support.n_attested)?;
    match counting::count(tx, &proposal.matter(), person, way).await? {
        Counted::Before => return Ok(false),
        Counted::New => {}
        Counted::Confirmed => store::add_support(tx, &proposal.id, Way::Unconfirmed, -1).await?,
    }
    store::add_support(tx, &proposal.id, way, 1).await?;
    tx.emit(op, &supported(proposal, way.as_str())).await?;
    Ok(true)
}

/// Takes somebody's support back; tells whether they were counted. Only voices counted by one of `ways` are taken.
///
/// # Errors
/// `village-proposals-closed`; `village-voice-other-way`.
pub async fn withdraw(
    tx: &mut Tx,
    op: &Op,
    proposal: &Proposal,
    person: &Person,
    ways: &[Way],
) -> Result<bool> {
    require_open(proposal)?;
    let Some(way) = counting::take_back(tx, &proposal.matter(), person, ways).await? else {
        return Ok(false);
    };
    store::add_support(tx, &proposal.id, way, -1).await?;
    tx.emit(op, &supported(proposal, "taken-back")).await?;
    Ok(true)
}

/// Has somebody told what becomes of a proposal.
///
/// # Errors
/// When the database fails.
pub async fn follow(tx: &mut Tx, op: &Op, proposal: &Proposal, address: Address) -> Result<()> {
    let follower = Follower {
        address,
        lang: op.lang.code().to_owned(),
    };
    evidence::follow(tx, op, &proposal.subject(), &follower).await
}

/// Counts somebody at the desk.
///
/// # Errors
/// As [`support`] and [`voice::person`]; `village-proposals-twice` on field `phone` for somebody counted already; `village-not-operator`.
pub async fn support_at_desk(app: &App, op: &Op, proposal: &Proposal, person: &Person) -> Result<()> {
    require_operator(op, &proposal.place)?;
    let mut tx = app.db.begin().await?;
    if !support(&mut tx, op, proposal, person, Way::at_desk(person)).await? {
        return Err(Problem::invalid("fields").field("phone", "village-proposals-twice"));
    }
    tx.commit().await
}

/// Takes back at the desk what was counted at the desk, or what nobody confirmed.
///
/// # Errors
/// As [`withdraw`]; `village-proposals-not-counted` on field `phone`; `village-not-operator`.
pub async fn withdraw_at_desk(app: &App, op: &Op, proposal: &Proposal, person: &Person) -> Result<()> {
    require_operator(op, &proposal.place)?;
    let mut tx = app.db.begin().await?;
    if !withdraw(&mut tx, op, proposal, person, &TAKEN_BACK_AT_DESK).await? {
        return Err(Problem::invalid("fields").field("phone", "village-proposals-not-counted"));
    }
    tx.commit().await
}

/// Keeps how many hands were raised in a hall; the same occasion again corrects it.
///
/// # Errors
/// `village-proposals-hands` on field `hands`, `village-voice-occasion` on field `occasion`, `village-voice-day-ahead` on field
/// `held_on`; `village-proposals-closed`; `not-allowed`.
pub async fn count_hands(app: &App, op: &Op, proposal: &Proposal, hands: &Hands) -> Result<()> {
    voice::require_counter(app, op, &proposal.place).await?;
    require_open(proposal)?;
    if !(1..=MOST_HANDS).contains(&hands.n) {
        return Err(Problem::invalid("fields").field("hands", "village-proposals-hands"));
    }
    let occasion = words("occasion", &hands.occasion, MOST_TITLE, "village-voice-occasion")?;
    if hands.held_on > app.config.day(op.at) {
        return Err(Problem::invalid("fields").field("held_on", "village-voice-day-ahead"));
    }
    let hands = Hands {
        occasion,
        ..hands.clone()
    };
    let mut tx = app.db.begin().await?;
    store::save_hands(&mut tx, &proposal.id, &hands, &op.who.label(), op.at).await?;
    tx.emit(op, &supported(proposal, "hall")).await?;
    tx.commit().await
}

/// Says what a proposal costs.
///
/// # Errors
/// `village-proposals-cost` and `village-proposals-basis` on their fields; `village-proposals-changed`; `village-not-operator`.
pub async fn cost(app: &App, op: &Op, proposal: &Proposal, cost: &Cost) -> Result<()> {
    require_operator(op, &proposal.place)?;
    require_open(proposal)?;
    let wrong = |field: &'static str, code: &'static str| Problem::invalid("fields").field(field, code);
    if cost.amount < 0 {
        return Err(wrong("cost", "village-proposals-cost"));
    }
    let is_currency = cost.currency.len() == 3 && cost.currency.bytes().all(|byte| byte.is_ascii_uppercase());
    if !is_currency {
        return Err(wrong("currency", "village-proposals-currency"));
    }
    words("basis", &cost.basis, MOST_TEXT, "village-proposals-basis-missing")?;
    let mut tx = app.db.begin().await?;
    if !store::save_cost(&mut tx, proposal, cost).await? {
        return Err(changed());
    }
    let facts = json!({ "amount": cost.amount, "currency": cost.currency });
    let what = ("proposal.costed", Part::Officer);
    note(&mut tx, op, proposal, what, Some(&cost.basis), facts).await?;
    tx.commit().await
}

/// Takes a proposal: it becomes a promise, which whoever follows it is told.
///
/// # Errors
/// As [`evidence::promise`]; `village-proposals-uncosted`; `village-proposals-changed`; `village-not-operator`.
pub async fn take(app: &App, op: &Op, proposal: &Proposal, promise: &Promise) -> Result<Commitment> {
    require_operator(op, &proposal.place)?;
    require_open(proposal)?;
    if proposal.cost.is_none() {
        return Err(Problem::conflict("village-proposals-uncosted"));
    }
    let due_on: Date = voice::day("due_on", &promise.due_on)?;
    let new = NewCommitment {
        promise: promise.promise.clone(),
        owner: promise.owner.trim().to_owned(),
        owner_post: Some(promise.post.trim().to_owned()).filter(|post| !post.is_empty()),
        place: Some(proposal.place.clone()),
        raised: Some(proposal.subject()),
        made_on: app.config.day(op.at),
        due_on,
    };
    let mut tx = app.db.begin().await?;
    let commitment = evidence::promise(&mut tx, op, new).await?;
    let state = State::Taken {
        commitment: commitment.code.clone(),
    };
    if !store::save_state(&mut tx, proposal, &state).await? {
        return Err(changed());
    }
    let facts = json!({ "commitment": commitment.code });
    note(
        &mut tx,
        op,
        proposal,
        ("proposal.taken", Part::Officer),
        None,
        facts,
    )
    .await?;
    tx.commit().await?;
    Ok(commitment)
}

/// Declines a proposal with the reason.
///
/// # Errors
/// `village-voice-why` on field `why`; `village-proposals-changed`; `village-not-operator`.
pub async fn decline(app: &App, op: &Op, proposal: &Proposal, why: &str) -> Result<()> {
    require_open(proposal)?;
    let why = words("why", why, MOST_TEXT, "village-voice-why")?;
    let text = why.clone();
    let state = State::Declined { why };
    end(app, op, proposal, ("proposal.declined", &state, &text)).await
}

/// Takes a proposal that hurts somebody off the public pages; the reason stands in its place.
///
/// # Errors
/// `village-voice-why` on field `why_hidden`; `village-proposals-changed`; `village-not-operator`.
pub async fn hide(app: &App, op: &Op, proposal: &Proposal, why: &str) -> Result<()> {
    let why = words("why_hidden", why, MOST_TEXT, "village-voice-why")?;
    let text = why.clone();
    let state = State::Hidden { why };
    end(app, op, proposal, ("proposal.hidden", &state, &text)).await
}

async fn end(
    app: &App,
    op: &Op,
    proposal: &Proposal,
    (what, state, why): (&'static str, &State, &str),
) -> Result<()> {
    require_operator(op, &proposal.place)?;
    let mut tx = app.db.begin().await?;
    if !store::save_state(&mut tx, proposal, state).await? {
        return Err(changed());
    }
    note(&mut tx, op, proposal, (what, Part::Officer), Some(why), json!({})).await?;
    tx.commit().await
}

async fn enter(tx: &mut Tx, proposal: &mut Proposal) -> Result<()> {
    for _ in 0..voice::MOST_TRIES {
        proposal.code = voice::fresh_code();
        if !store::has_draft(tx, &proposal.code).await? && store::insert(tx, proposal).await? {
            return Ok(());
        }
    }
    Err(voice::no_code())
}

/// Writes a step into the timeline and tells that it happened.
async fn note(
    tx: &mut Tx,
    op: &Op,
    proposal: &Proposal,
    (what, part): (&'static str, Part),
    text: Option<&str>,
    facts: Value,
) -> Result<()> {
    let entry = NewEntry {
        subject: proposal.subject(),
        at: op.at,
        what,
        part,
        audience: Audience::Public,
        text: text.map(str::to_owned),
        facts,
    };
    evidence::record(tx, op, &entry).await?;
    let moved = ProposalMoved {
        proposal: proposal.id.clone(),
        code: proposal.code.clone(),
        what,
    };
    tx.emit(op, &moved).await
}

/// Where whoever proposes wants to be told; a number first, because it is read sooner.
fn address(app: &App, number: &str, email: &str) -> Result<Option<Address>> {
    match (number.trim(), email.trim()) {
        ("", "") => Ok(None),
        ("", email) => Ok(Some(Address::email(email)?)),
        (number, _) => match voice::phone(app, number) {
            Some(phone) => Ok(Some(Address::Sms(phone))),
            None => Err(Problem::invalid("fields").field("phone", "requests-phone-malformed")),
        },
    }
}

fn supported(proposal: &Proposal, way: &'static str) -> ProposalSupported {
    ProposalSupported {
        proposal: proposal.id.clone(),
        way,
    }
}

/// Passes while a proposal is open.
///
/// # Errors
/// `village-proposals-closed`.
pub fn require_open(proposal: &Proposal) -> Result<()> {
    match proposal.state {
        State::Open => Ok(()),
        _ => Err(Problem::conflict("village-proposals-closed")),
    }
}

fn changed() -> Problem {
    Problem::conflict("village-proposals-changed")
}
