//! The steps of a round: planned, begun, brought before the meeting, agreed, closed.

use std::collections::BTreeSet;

use jiff::civil::Date;
use serde_json::json;

use super::{
    RoundMoved, access, day, facility_in, load,
    model::{
        board::Board,
        criterion::Criterion,
        rights::Rights,
        round::{self, Attendance, MOST_MINUTES, Round, Scale, State},
        session::{PROVIDER, Session, Side},
    },
    store, subject,
};
use crate::{
    evidence::{
        self,
        model::{Audience, NewCommitment, NewEntry, Part},
    },
    facilitators::{self, model::group::GROUPS},
    platform::{
        code::Code,
        db::Tx,
        id,
        op::{Op, Role},
        plain::plain,
        problem::{Problem, Result},
    },
};

/// Tries for a code that nobody has yet: 28 million of them.
const MOST_TRIES: usize = 8;
/// Groups of one round at most.
const MOST_GROUPS: usize = 40;
/// Letters of a group's own name at most.
const MOST_NAME: usize = 80;
/// The longest reason, in characters.
const MOST_WHY: usize = 2_000;
/// The version of a criterion that came from the round before.
const CARRIED: &str = "carried";

/// A round to be planned.
#[derive(Debug, Clone)]
pub struct NewRound {
    /// Code of the facility.
    pub facility: String,
    pub scale: Scale,
    pub planned_on: Date,
    /// Account of the facilitator who leads.
    pub lead: String,
    pub groups: Vec<NewSession>,
}

/// A group to be heard.
#[derive(Debug, Clone)]
pub struct NewSession {
    /// Code of the group.
    pub group: String,
    /// The community's own name, for the code `own`.
    pub name: Option<String>,
    pub place: String,
}

/// A promise of the plan that the meeting agrees on.
#[derive(Debug, Clone)]
pub struct NewPromise {
    /// The criterion it answers, by id.
    pub criterion: Option<String>,
    pub promise: String,
    /// Code of the organisation that promises.
    pub owner: String,
    pub owner_post: Option<String>,
    /// What it takes: money, people, things.
    pub resources: String,
    pub due_on: Date,
}

/// Plans a round of a facility: with a session for each group and one for the provider. The criteria of the round before are carried
/// over to the sessions of the same groups.
///
/// # Errors
/// `scorecards-facilitators-only`; `scorecards-facility-unknown`; `scorecards-round-open` while one is under way; on fields `lead` and
/// `groups`: `scorecards-lead-unfit`, `scorecards-groups-none`, `scorecards-groups-many`, `scorecards-group-unknown`,
/// `scorecards-group-name`, `scorecards-group-twice`, `scorecards-place-unknown`.
pub async fn plan(tx: &mut Tx, op: &Op, new: NewRound) -> Result<Round> {
    let facility = facility_in(tx, &new.facility).await?;
    access::rights_in(tx, op, &facility, None)
        .await?
        .require_facilitator()?;
    if !store::is_fit_lead(tx, &new.lead, &facility.place, &facility.organisation).await? {
        return Err(refused("lead", "scorecards-lead-unfit"));
    }
    let groups = checked(tx, new.groups).await?;
    let rounds = store::list_rounds_of(&mut *tx.conn(), &facility.code).await?;
    let is_over = |state: State| matches!(state, State::Agreed | State::Closed | State::Cancelled);
    if rounds.iter().any(|round| !is_over(round.state)) {
        return Err(Problem::conflict("scorecards-round-open"));
    }
    let previous = rounds.iter().rev().find(|round| round.state != State::Cancelled);
    let round = Round {
        id: id::fresh(op.at),
        code: String::new(),
        facility: facility.code.clone(),
        organisation: facility.organisation.clone(),
        n: rounds.iter().map(|round| round.n).max().unwrap_or(0) + 1,
        previous: previous.map(|round| round.id.clone()),
        scale: new.scale,
        state: State::Planned,
        lead: new.lead,
        planned_on: new.planned_on,
        meeting_on: None,
        meeting_opened_at: None,
        next_on: None,
        attendance: None,
        minutes: String::new(),
        why: None,
        revision: 0,
    };
    let round = insert(tx, op, round).await?;
    let mut sessions: Vec<Session> = groups
        .into_iter()
        .map(|group| session(op, &round.id, Side::Users, group))
        .collect();
    let provider = NewSession {
        group: PROVIDER.to_owned(),
        name: None,
        place: facility.place.clone(),
    };
    sessions.push(session(op, &round.id, Side::Provider, provider));
    for session in &sessions {
        store::board::insert_session(tx, session).await?;
    }
    carry(tx, op, &round, &sessions).await?;
    tell(tx, op, &round, ("scorecard.planned", "planned"), None).await?;
    Ok(round)
}

/// Adds a group that the community named after the round was planned.
///
/// # Errors
/// As [`plan`]; `scorecards-state` from the meeting on.
pub async fn add_group(tx: &mut Tx, op: &Op, round: &str, group: NewSession) -> Result<Session> {
    let (board, rights) = open(tx, op, round).await?;
    rights.require_facilitator()?;
    board.round.require(&[State::Planned, State::Gathering])?;
    let kept = board
        .sessions
        .iter()
        .filter(|session| session.side == Side::Users);
    let mut groups: Vec<NewSession> = kept
        .map(|session| NewSession {
            group: session.group.clone(),
            name: session.name.clone(),
            place: session.place.clone(),
        })
        .collect();
    groups.push(group);
    let added = checked(tx, groups).await?.pop();
    let added = added.ok_or_else(|| refused("groups", "scorecards-groups-none"))?;
    let session = session(op, &board.round.id, Side::Users, added);
    store::board::insert_session(tx, &session).await?;
    carry(tx, op, &board.round, std::slice::from_ref(&session)).await?;
    Ok(session)
}

/// Begins a round: groups and provider may meet from now on.
///
/// # Errors
/// `scorecards-facilitators-only`, `scorecards-changed-meanwhile`, and as [`Round::can_begin`].
pub async fn begin(tx: &mut Tx, op: &Op, round: &str, revision: i64) -> Result<()> {
    let mut board = step(tx, op, round, revision).await?;
    board.round.can_begin(&board.sessions)?;
    board.round.state = State::Gathering;
    keep(tx, op, board.round, ("scorecard.begun", "begun"), None).await
}

/// Cancels a round before anything was agreed; nothing of its scores is shown.
///
/// # Errors
/// `scorecards-facilitators-only`, `scorecards-changed-meanwhile`, `scorecards-state`; `scorecards-words-missing` on field `why`.
pub async fn cancel(tx: &mut Tx, op: &Op, round: &str, revision: i64, why: &str) -> Result<()> {
    let mut board = step(tx, op, round, revision).await?;
    board
        .round
        .require(&[State::Planned, State::Gathering, State::Meeting])?;
    let why = reason("why", why)?;
    board.round.state = State::Cancelled;
    board.round.why = Some(why.clone());
    keep(
        tx,
        op,
        board.round,
        ("scorecard.cancelled", "cancelled"),
        Some(why),
    )
    .await
}

/// Opens the meeting: both sides are shown together from now on, and no score changes any more. `provider_absent` says why the provider
/// did not score.
///
/// # Errors
/// `scorecards-facilitators-only`, `scorecards-changed-meanwhile`, `scorecards-words-missing` on field `why`, and as
/// [`Round::can_meet`].
pub async fn open_meeting(
    tx: &mut Tx,
    op: &Op,
    round: &str,
    revision: i64,
    provider_absent: Option<String>,
) -> Result<()> {
    let mut board = step(tx, op, round, revision).await?;
    let why = provider_absent.map(|why| reason("why", &why)).transpose()?;
    board.round.can_meet(&board.sessions, why.is_some())?;
    if let Some(why) = &why {
        let silent = board
            .sessions
            .iter()
            .filter(|session| session.side == Side::Provider && session.is_open());
        for session in silent {
            let dropped = Session {
                dropped: Some(why.clone()),
                ..session.clone()
            };
            store::board::put_session(tx, &dropped).await?;
        }
    }
    board.round.state = State::Meeting;
    board.round.meeting_on = Some(day(op.at));
    board.round.meeting_opened_at = Some(op.at);
    board.round.why.clone_from(&why);
    keep(tx, op, board.round, ("scorecard.met", "meeting"), why).await
}

/// Notes a promise of the plan; whoever follows the round follows it. Returns its code.
///
/// # Errors
/// `scorecards-facilitators-only` for those who neither facilitate nor, at the facility's place, keep promises of the owner;
/// `scorecards-state` before the meeting and after the close; `scorecards-owner-unknown` on field `owner`; as [`evidence::promise`].
pub async fn promise(tx: &mut Tx, op: &Op, round: &str, new: NewPromise) -> Result<String> {
    let (board, rights) = open(tx, op, round).await?;
    let owner = new.owner.trim().to_owned();
    // An officer of no organisation keeps the promises of all, and of another place none of this round.
    let is_here = rights.reads || rights.provides;
    if !(is_here && op.has_for(&[Role::Officer, Role::Leader], &owner)) {
        rights.require_facilitator()?;
    }
    board.round.require(&[State::Meeting, State::Agreed])?;
    if !store::is_organisation(tx, &owner).await? {
        return Err(refused("owner", "scorecards-owner-unknown"));
    }
    if let Some(id) = &new.criterion
        && !board.criteria.iter().any(|criterion| criterion.id == *id)
    {
        return Err(refused("criterion", "scorecards-criterion-unknown"));
    }
    if new.resources.chars().count() > MOST_WHY {
        return Err(refused("resources", "text-long"));
    }
    let facility = facility_in(tx, &board.round.facility).await?;
    let promised = NewCommitment {
        promise: plain(&new.promise),
        owner: owner.clone(),
        owner_post: new.owner_post.filter(|post| !post.trim().is_empty()),
        place: Some(facility.place),
        raised: Some(subject(&board.round)),
        made_on: day(op.at),
        due_on: new.due_on,
    };
    let code = evidence::promise(tx, &facilitators::on_behalf_of(op, &owner), promised)
        .await?
        .code;
    let resources = plain(&new.resources);
    store::insert_promise(
        tx,
        &board.round.id,
        &code,
        new.criterion.as_deref(),
        resources.trim(),
        op.at,
    )
    .await?;
    Ok(code)
}

/// Says that the meeting agreed on its plan: everybody reads the results from now on. Without `next_on` the next round is due in six
/// months.
///
/// # Errors
/// `scorecards-facilitators-only`, `scorecards-changed-meanwhile`, `scorecards-state`, `scorecards-plan-empty` without a promise; on
/// fields: as [`Attendance::check`] and [`round::next_round`], `text-long` on `minutes`.
pub async fn agree(
    tx: &mut Tx,
    op: &Op,
    round: &str,
    revision: i64,
    attendance: Attendance,
    minutes: &str,
    next_on: impl Into<Option<Date>>,
) -> Result<()> {
    let mut board = step(tx, op, round, revision).await?;
    board.round.require(&[State::Meeting])?;
    attendance.check()?;
    if minutes.chars().count() > MOST_MINUTES {
        return Err(refused("minutes", "text-long"));
    }
    let meeting_on = board.round.day();
    let next_on = round::next_round(meeting_on, next_on.into())?;
    if store::list_promises(&mut *tx.conn(), &board.round.id)
        .await?
        .is_empty()
    {
        return Err(Problem::conflict("scorecards-plan-empty"));
    }
    board.round.state = State::Agreed;
    board.round.attendance = Some(attendance);
    plain(minutes).trim().clone_into(&mut board.round.minutes);
    board.round.next_on = Some(next_on);
    keep(tx, op, board.round, ("scorecard.agreed", "agreed"), None).await
}

/// Closes a round after its plan was followed up.
///
/// # Errors
/// `scorecards-facilitators-only`, `scorecards-changed-meanwhile`, `scorecards-state`.
pub async fn close(tx: &mut Tx, op: &Op, round: &str, revision: i64) -> Result<()> {
    let mut board = step(tx, op, round, revision).await?;
    board.round.require(&[State::Agreed])?;
    board.round.state = State::Closed;
    keep(tx, op, board.round, ("scorecard.closed", "closed"), None).await
}

async fn open(tx: &mut Tx, op: &Op, round: &str) -> Result<(Board, Rights)> {
    let board = load(tx, round).await?;
    let facility = facility_in(tx, &board.round.facility).await?;
    let rights = access::rights_in(tx, op, &facility, Some(&board.round)).await?;
    Ok((board, rights))
}

/// A round that somebody who facilitates moves a step on, as they looked at it.
async fn step(tx: &mut Tx, op: &Op, round: &str, revision: i64) -> Result<Board> {
    let (board, rights) = open(tx, op, round).await?;
    rights.require_facilitator()?;
    board.round.at_revision(revision)?;
    Ok(board)
}

/// Keeps a round that moved, and tells it.
async fn keep(
    tx: &mut Tx,
    op: &Op,
    round: Round,
    what: (&'static str, &'static str),
    text: Option<String>,
) -> Result<()> {
    if !store::move_round(tx, &round).await? {
        return Err(Problem::conflict("scorecards-changed-meanwhile"));
    }
    if round.state.has_results() {
        tx.touch(store::RESULTS).await?;
    }
    tell(tx, op, &round, what, text).await
}

async fn tell(
    tx: &mut Tx,
    op: &Op,
    round: &Round,
    (what, event): (&'static str, &'static str),
    text: Option<String>,
) -> Result<()> {
    let entry = NewEntry {
        subject: subject(round),
        at: op.at,
        what,
        part: Part::Officer,
        audience: Audience::Public,
        text,
        facts: json!({ "n": round.n }),
    };
    evidence::record(tx, op, &entry).await?;
    let moved = RoundMoved {
        round: round.id.clone(),
        what: event,
    };
    tx.emit(op, &moved).await
}

async fn insert(tx: &mut Tx, op: &Op, round: Round) -> Result<Round> {
    for _ in 0..MOST_TRIES {
        let round = Round {
            code: Code::<6>::of(id::random()).plain(),
            ..round.clone()
        };
        if store::insert_round(tx, &round, op.at).await? {
            return Ok(round);
        }
    }
    Err(Problem::internal(anyhow::anyhow!(
        "no free code for a round in {MOST_TRIES} tries"
    )))
}

fn session(op: &Op, round: &str, side: Side, new: NewSession) -> Session {
    Session {
        id: id::fresh(op.at),
        round: round.to_owned(),
        side,
        group: new.group,
        name: new.name,
        place: new.place,
        facilitator: None,
        n_present: None,
        consent_at: None,
        consent_text: None,
        is_sealed: false,
        sealed_at: None,
        dropped: None,
        revision: 0,
    }
}

/// Brings the criteria of the round before to the sessions of the same groups, for them to keep, change or drop.
async fn carry(tx: &mut Tx, op: &Op, round: &Round, sessions: &[Session]) -> Result<()> {
    let Some(previous) = &round.previous else {
        return Ok(());
    };
    let before = store::board::list_sessions(&mut *tx.conn(), previous).await?;
    let (criteria, _) = store::board::list_criteria(&mut *tx.conn(), previous).await?;
    for session in sessions {
        let is_same = |known: &&Session| known.side == session.side && known.key() == session.key();
        let like = before
            .iter()
            .filter(is_same)
            .max_by_key(|known| known.place == session.place);
        let Some(like) = like else { continue };
        for known in criteria.iter().filter(|known| known.session == like.id) {
            let carried = Criterion {
                id: id::fresh(op.at),
                round: round.id.clone(),
                session: session.id.clone(),
                version: CARRIED.to_owned(),
                ..known.clone()
            };
            store::board::put_criterion(tx, &carried).await?;
        }
    }
    Ok(())
}

/// Checks groups: each is of the list or has a name of its own, at a place that is known, and none is there twice.
async fn checked(tx: &mut Tx, groups: Vec<NewSession>) -> Result<Vec<NewSession>> {
    match groups.len() {
        0 => return Err(refused("groups", "scorecards-groups-none")),
        n if n > MOST_GROUPS => return Err(refused("groups", "scorecards-groups-many")),
        _ => {}
    }
    let mut known = BTreeSet::new();
    let mut kept = Vec::with_capacity(groups.len());
    for group in groups {
        let group = named(group)?;
        if store::list_lineage(tx, &group.place).await?.is_empty() {
            return Err(refused("groups", "scorecards-place-unknown"));
        }
        if !known.insert((group.group.clone(), group.name.clone(), group.place.clone())) {
            return Err(refused("groups", "scorecards-group-twice"));
        }
        kept.push(group);
    }
    Ok(kept)
}

fn named(group: NewSession) -> Result<NewSession> {
    if !GROUPS.contains(&group.group.as_str()) {
        return Err(refused("groups", "scorecards-group-unknown"));
    }
    if group.group != "own" {
        return Ok(NewSession { name: None, ..group });
    }
    let words = plain(group.name.as_deref().unwrap_or_default());
    let name = words.split_whitespace().collect::<Vec<_>>().join(" ");
    match name.chars().count() {
        1..=MOST_NAME => Ok(NewSession {
            name: Some(name),
            ..group
        }),
        _ => Err(refused("groups", "scorecards-group-name")),
    }
}

fn reason(field: &'static str, why: &str) -> Result<String> {
    let why = plain(why).trim().to_owned();
    match why.chars().count() {
        0 => Err(refused(field, "scorecards-words-missing")),
        n if n > MOST_WHY => Err(refused(field, "text-long")),
        _ => Ok(why),
    }
}

fn refused(field: &'static str, code: &'static str) -> Problem {
    Problem::invalid("fields").field(field, code)
}
