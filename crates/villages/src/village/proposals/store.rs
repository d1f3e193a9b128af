//! SQL of proposals and their support.

use jiff::civil::Date;
use sqlx::FromRow;

use super::model::{Cost, Hands, Proposal, State, Support, Way};
use crate::platform::{
    db::{Db, Tx},
    problem::{Problem, Result},
    time::Time,
};

#[derive(FromRow)]
struct ProposalRow {
    id: String,
    code: String,
    place: String,
    title: String,
    text: String,
    group_name: Option<String>,
    state: String,
    why: Option<String>,
    cost: Option<i64>,
    currency: Option<String>,
    basis: Option<String>,
    commitment: Option<String>,
    n_phone: i64,
    n_desk: i64,
    n_hall: i64,
    made_on: String,
    revision: i64,
}

#[derive(FromRow)]
struct HandsRow {
    held_on: String,
    occasion: String,
    n: i64,
}

impl ProposalRow {
    fn read(self) -> Result<Proposal> {
        let why = self.why.unwrap_or_default();
        let state = match self.state.as_str() {
            "taken" => State::Taken {
                commitment: self.commitment.unwrap_or_default(),
            },
            "declined" => State::Declined { why },
            "hidden" => State::Hidden { why },
            _ => State::Open,
        };
        let cost = self.cost.map(|amount| Cost {
            amount,
            currency: self.currency.unwrap_or_default(),
            basis: self.basis.unwrap_or_default(),
        });
        Ok(Proposal {
            id: self.id,
            code: self.code,
            place: self.place,
            title: self.title,
            text: self.text,
            group: self.group_name,
            state,
            cost,
            support: Support {
                n_phone: count(self.n_phone),
                n_desk: count(self.n_desk),
                n_hall: count(self.n_hall),
            },
            made_on: day(&self.made_on)?,
            revision: self.revision,
        })
    }
}

/// Enters a proposal; false when its code is somebody else's.
pub async fn insert(tx: &mut Tx, proposal: &Proposal) -> Result<bool> {
    let done = sqlx::query(
        "INSERT INTO village_proposal (id, code, place, title, text, group_name, state, n_phone, n_desk, n_hall, made_on, revision)
         VALUES ($1, $2, $3, $4, $5, $6, 'open', 0, 0, 0, $7, $8)
         ON CONFLICT (code) DO NOTHING",
    )
    .bind(&proposal.id)
    .bind(&proposal.code)
    .bind(&proposal.place)
    .bind(&proposal.title)
    .bind(&proposal.text)
    .bind(proposal.group.as_deref())
    .bind(proposal.made_on.to_string())
    .bind(proposal.revision)
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The proposal with a code.
pub async fn find(db: &Db, code: &str) -> Result<Option<Proposal>> {
    let row: Option<ProposalRow> = sqlx::query_as(
        "SELECT id, code, place, title, text, group_name, state, why, cost, currency, basis, commitment,
                n_phone, n_desk, n_hall, made_on, revision
         FROM village_proposal
         WHERE code = $1",
    )
    .bind(code)
    .fetch_optional(db.read())
    .await?;
    row.map(ProposalRow::read).transpose()
}

/// Proposals of a place, or of all, the latest first.
pub async fn list(db: &Db, place: Option<&str>, most: i64) -> Result<Vec<Proposal>> {
    let rows: Vec<ProposalRow> = sqlx::query_as(
        "SELECT id, code, place, title, text, group_name, state, why, cost, currency, basis, commitment,
                n_phone, n_desk, n_hall, made_on, revision
         FROM village_proposal
         WHERE ($1 IS NULL OR place = $1)
         ORDER BY id DESC
         LIMIT $2",
    )
    .bind(place)
    .bind(most)
    .fetch_all(db.read())
    .await?;
    rows.into_iter().map(ProposalRow::read).collect()
}

/// Keeps what an open proposal costs; false when it is open no more, or changed since.
pub async fn save_cost(tx: &mut Tx, proposal: &Proposal, cost: &Cost) -> Result<bool> {
    let done = sqlx::query(
        "UPDATE village_proposal
         SET cost = $3, currency = $4, basis = $5, revision = revision + 1
         WHERE id = $1 AND revision = $2 AND state = 'open'",
    )
    .bind(&proposal.id)
    .bind(proposal.revision)
    .bind(cost.amount)
    .bind(&cost.currency)
    .bind(&cost.basis)
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Moves a proposal; false when it changed since. What is not open can only be hidden.
pub async fn save_state(tx: &mut Tx, proposal: &Proposal, state: &State) -> Result<bool> {
    let (why, commitment) = match state {
        State::Open => (None, None),
        State::Taken { commitment } => (None, Some(commitment.as_str())),
        State::Declined { why } | State::Hidden { why } => (Some(why.as_str()), None),
    };
    let done = sqlx::query(
        "UPDATE village_proposal
         SET state = $3, why = $4, commitment = COALESCE($5, commitment), revision = revision + 1
         WHERE id = $1 AND revision = $2 AND (state = 'open' OR $3 = 'hidden')",
    )
    .bind(&proposal.id)
    .bind(proposal.revision)
    .bind(state.as_str())
    .bind(why)
    .bind(commitment)
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Counts a person for a proposal; false when they were counted already.
pub async fn insert_support(tx: &mut Tx, proposal: &str, mark: &str, way: Way) -> Result<bool> {
    let done = sqlx::query(
        "INSERT INTO village_support (proposal_id, mark, way)
         VALUES ($1, $2, $3)
         ON CONFLICT (proposal_id, mark) DO NOTHING",
    )
    .bind(proposal)
    .bind(mark)
    .bind(way.as_str())
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 0 {
        return Ok(false);
    }
    let (n_phone, n_desk): (i64, i64) = match way {
        Way::Phone => (1, 0),
        Way::Desk => (0, 1),
    };
    sqlx::query("UPDATE village_proposal SET n_phone = n_phone + $2, n_desk = n_desk + $3 WHERE id = $1")
        .bind(proposal)
        .bind(n_phone)
        .bind(n_desk)
        .execute(tx.conn())
        .await?;
    Ok(true)
}

/// Keeps how many hands were counted at an occasion, in the place of what was typed of it before.
pub async fn save_hands(tx: &mut Tx, proposal: &str, hands: &Hands, who: &str, at: Time) -> Result<()> {
    sqlx::query(
        "INSERT INTO village_hands (proposal_id, held_on, occasion, n, counted_by, at)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (proposal_id, held_on, occasion) DO UPDATE SET n = excluded.n, counted_by = excluded.counted_by, at = excluded.at",
    )
    .bind(proposal)
    .bind(hands.held_on.to_string())
    .bind(&hands.occasion)
    .bind(i64::from(hands.n))
    .bind(who)
    .bind(at.0)
    .execute(tx.conn())
    .await?;
    sqlx::query(
        "UPDATE village_proposal
         SET n_hall = (SELECT COALESCE(MAX(n), 0) FROM village_hands WHERE proposal_id = $1)
         WHERE id = $1",
    )
    .bind(proposal)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Hands that were counted for a proposal, the earliest meeting first.
pub async fn list_hands(db: &Db, proposal: &str) -> Result<Vec<Hands>> {
    let rows: Vec<HandsRow> = sqlx::query_as(
        "SELECT held_on, occasion, n
         FROM village_hands
         WHERE proposal_id = $1
         ORDER BY held_on, occasion",
    )
    .bind(proposal)
    .fetch_all(db.read())
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Hands {
                held_on: day(&row.held_on)?,
                occasion: row.occasion,
                n: count(row.n),
            })
        })
        .collect()
}

fn count(n: i64) -> u32 {
    u32::try_from(n).unwrap_or(0)
}

fn day(text: &str) -> Result<Date> {
    text.parse().map_err(Problem::internal)
}
