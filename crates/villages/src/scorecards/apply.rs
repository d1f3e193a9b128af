//! Acts: every change of a session goes through here, from pages and from devices that were without a network alike.

use serde_json::json;

use super::{
    SessionMoved, access, day, facility_in, load,
    model::{
        act::{Act, Applied, Conflict, What},
        board::{Board, Change, check_id, side_of},
        rights::Rights,
        session::{Session, Side},
    },
    store, subject,
};
use crate::{
    evidence::{
        self,
        model::{Audience, NewEntry, Part},
    },
    facilitators::{self, Heard},
    platform::{
        db::Tx,
        id,
        op::Op,
        plain::plain,
        problem::{Problem, Result},
    },
};

/// Applies an act to a round, by its id or code.
///
/// # Errors
/// `scorecards-side` and `scorecards-lead-only` for those who may not; `scorecards-act-reused` for another act under the same id; else
/// what [`Board::decide`] refuses. Nothing of the act is kept then.
pub async fn apply(tx: &mut Tx, op: &Op, round: &str, act: &Act) -> Result<Applied> {
    let (mut board, rights) = open(tx, op, round).await?;
    one(tx, op, &mut board, rights, act).await
}

/// Applies acts one after another, each with its own outcome; one that is refused holds up none of the others.
///
/// # Errors
/// `scorecards-unknown`, `sign-in-needed`; a failing database.
pub async fn apply_all(tx: &mut Tx, op: &Op, round: &str, acts: &[Act]) -> Result<Vec<Result<Applied>>> {
    let (mut board, rights) = open(tx, op, round).await?;
    let mut outcomes = Vec::with_capacity(acts.len());
    for act in acts {
        match one(tx, op, &mut board, rights, act).await {
            Err(problem) if problem.source().is_some() => return Err(problem),
            outcome => outcomes.push(outcome),
        }
    }
    Ok(outcomes)
}

async fn open(tx: &mut Tx, op: &Op, round: &str) -> Result<(Board, Rights)> {
    let board = load(tx, round).await?;
    let facility = facility_in(tx, &board.round.facility).await?;
    let rights = access::rights_in(tx, op, &facility, Some(&board.round)).await?;
    Ok((board, rights))
}

async fn one(tx: &mut Tx, op: &Op, board: &mut Board, rights: Rights, act: &Act) -> Result<Applied> {
    permit(board, rights, act)?;
    check_id(&act.id)?;
    if let Some((round, known)) = store::acts::find(tx, &act.id).await? {
        return match round == board.round.id && known == *act {
            true => Ok(Applied::Again),
            false => Err(Problem::conflict("scorecards-act-reused")),
        };
    }
    let me = op.person().map(|me| me.id.as_str());
    let change = board.decide(act, me, op.at)?;
    let applied = match &change {
        Change::Late => {
            store::acts::insert(tx, op, &board.round.id, act, Applied::Late.as_str()).await?;
            Applied::Late
        }
        Change::Conflict { session, criterion } => {
            differ(tx, op, board, act, (session.as_str(), criterion.as_str())).await?
        }
        _ => {
            put(tx, board, &change).await?;
            store::acts::insert(tx, op, &board.round.id, act, Applied::Done.as_str()).await?;
            if let Change::Settle { conflict, .. } = &change {
                store::acts::settle(tx, conflict, &act.id, op.at).await?;
            }
            if let Change::Session(session) = &change {
                tell(tx, op, board, session, act).await?;
            }
            Applied::Done
        }
    };
    board.take(&change);
    Ok(applied)
}

/// Passes those who may act for the side of a session; the lead reopens sessions of both sides, and says that one is not held.
fn permit(board: &Board, rights: Rights, act: &Act) -> Result<()> {
    let side = side_of(board, act)?;
    match &act.what {
        What::Reopen { .. } => rights.require_lead(),
        What::Drop { .. } if rights.leads => Ok(()),
        _ => rights.require_side(side),
    }
}

/// Keeps an act that says something else than what holds.
async fn differ(
    tx: &mut Tx,
    op: &Op,
    board: &mut Board,
    act: &Act,
    (session, criterion): (&str, &str),
) -> Result<Applied> {
    let first = board.version(session, act).map(str::to_owned);
    let conflict = Conflict {
        id: id::fresh(op.at),
        session: session.to_owned(),
        criterion: criterion.to_owned(),
        first: match &first {
            Some(version) => store::acts::find(tx, version).await?.map(|(_, act)| act),
            None => None,
        },
        second: act.clone(),
    };
    store::acts::insert(tx, op, &board.round.id, act, "conflict").await?;
    store::acts::insert_conflict(tx, &board.round.id, &conflict, first.as_deref()).await?;
    let applied = Applied::Conflict {
        conflict: conflict.id.clone(),
    };
    board.conflicts.push(conflict);
    Ok(applied)
}

/// Writes what an act changes.
async fn put(tx: &mut Tx, board: &Board, change: &Change) -> Result<()> {
    let change = match change {
        Change::Settle { then: Some(then), .. } => then.as_ref(),
        change => change,
    };
    let is_ours = match change {
        Change::Session(session) => {
            store::board::put_session(tx, session).await?;
            true
        }
        Change::Criterion(criterion) => store::board::put_criterion(tx, criterion).await?,
        Change::DropCriterion(id) => {
            store::board::drop_criterion(tx, id).await?;
            true
        }
        Change::Score(score) => {
            store::board::put_score(tx, &board.round.id, score).await?;
            true
        }
        Change::Input(input) => store::board::put_input(tx, input).await?,
        Change::Note(note) => store::board::put_note(tx, note).await?,
        Change::Photo(photo) => {
            store::board::insert_photo(tx, photo).await?;
            true
        }
        Change::Conflict { .. } | Change::Settle { .. } | Change::Late => true,
    };
    match is_ours {
        true => Ok(()),
        false => Err(Problem::conflict("scorecards-id-taken")),
    }
}

/// Tells what became of a session: to its timeline, to whoever listens, and to the coverage of groups.
async fn tell(tx: &mut Tx, op: &Op, board: &Board, session: &Session, act: &Act) -> Result<()> {
    let (what, event, why) = match &act.what {
        What::Seal => ("scorecard.sealed", "sealed", None),
        What::Reopen { why } => (
            "scorecard.reopened",
            "reopened",
            Some(plain(why).trim().to_owned()),
        ),
        What::Drop { why } => ("scorecard.dropped", "dropped", Some(plain(why).trim().to_owned())),
        _ => return Ok(()),
    };
    let entry = NewEntry {
        subject: subject(&board.round),
        at: op.at,
        what,
        part: Part::Officer,
        audience: Audience::Staff,
        text: why,
        facts: json!({ "session": session.id }),
    };
    evidence::record(tx, op, &entry).await?;
    let moved = SessionMoved {
        round: board.round.id.clone(),
        session: session.id.clone(),
        what: event,
    };
    tx.emit(op, &moved).await?;
    if matches!(act.what, What::Seal) && session.side == Side::Users {
        let heard = Heard {
            place: session.place.clone(),
            group: session.key(),
            on: day(op.at),
            n_present: session.n_present.unwrap_or(0),
            source: subject(&board.round),
        };
        facilitators::heard(tx, op, &heard).await?;
    }
    Ok(())
}
