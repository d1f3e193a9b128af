//! SQL of proposals, their support, and drafts.

use jiff::civil::Date;
use sqlx::FromRow;

use super::{
    drafts::Draft,
    model::{Cost, Hands, Proposal, State, Support},
};
use crate::{
    platform::{
        db::{Db, Tx},
        problem::{Problem, Result},
        time::Time,
    },
    village::voice::counting::Way,
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
    n_attested: i64,
    n_unconfirmed: i64,
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
                n_attested: count(self.n_attested),
                n_unconfirmed: count(self.n_unconfirmed),
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
                n_phone, n_desk, n_attested, n_unconfirmed, n_hall, made_on, revision
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
                n_phone, n_desk, n_attested, n_unconfirmed, n_hall, made_on, revision
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

/// Adds to the people who support a proposal by one way, or takes away.
pub async fn add_support(tx: &mut Tx, proposal: &str, way: Way, more: i64) -> Result<()> {
    let of = |other: Way| if way == other { more } else { 0 };
    sqlx::query(
        "UPDATE village_proposal
         SET n_phone = n_phone + $2, n_desk = n_desk + $3, n_attested = n_attested + $4, n_unconfirmed = n_unconfirmed + $5
         WHERE id = $1",
    )
    .bind(proposal)
    .bind(of(Way::Phone))
    .bind(of(Way::Desk))
    .bind(of(Way::Attested))
    .bind(of(Way::Unconfirmed))
    .execute(tx.conn())
    .await?;
    Ok(())
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

#[derive(FromRow)]
struct DraftRow {
    id: String,
    code: String,
    place: String,
    text_sealed: String,
    made_at: i64,
}

impl DraftRow {
    fn read(self) -> Draft {
        Draft {
            id: self.id,
            code: self.code,
            place: self.place,
            sealed: self.text_sealed,
            made_at: Time(self.made_at),
        }
    }
}

/// Keeps a draft; false when its code is another's.
pub async fn insert_draft(tx: &mut Tx, draft: &Draft, mark: &str) -> Result<bool> {
    if has_proposal(tx, &draft.code).await? {
        return Ok(false);
    }
    let done = sqlx::query(
        "INSERT INTO village_draft (id, code, place, text_sealed, mark, made_at)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (code) DO NOTHING",
    )
    .bind(&draft.id)
    .bind(&draft.code)
    .bind(&draft.place)
    .bind(&draft.sealed)
    .bind(mark)
    .bind(draft.made_at.0)
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// How many drafts came from a number since an instant, and still wait?
pub async fn count_drafts(tx: &mut Tx, mark: &str, since: Time) -> Result<i64> {
    let (n,): (i64,) = sqlx::query_as(
        "SELECT CAST(COUNT(*) AS BIGINT)
         FROM village_draft
         WHERE mark = $1 AND made_at > $2",
    )
    .bind(mark)
    .bind(since.0)
    .fetch_one(tx.conn())
    .await?;
    Ok(n)
}

/// The draft with a code.
pub async fn find_draft(db: &Db, code: &str) -> Result<Option<Draft>> {
    let row: Option<DraftRow> = sqlx::query_as(
        "SELECT id, code, place, text_sealed, made_at
         FROM village_draft
         WHERE code = $1",
    )
    .bind(code)
    .fetch_optional(db.read())
    .await?;
    Ok(row.map(DraftRow::read))
}

/// Drafts that wait, the earliest first.
pub async fn list_drafts(db: &Db, most: i64) -> Result<Vec<Draft>> {
    let rows: Vec<DraftRow> = sqlx::query_as(
        "SELECT id, code, place, text_sealed, made_at
         FROM village_draft
         ORDER BY id
         LIMIT $1",
    )
    .bind(most)
    .fetch_all(db.read())
    .await?;
    Ok(rows.into_iter().map(DraftRow::read).collect())
}

/// Forgets a draft; false when somebody else completed or dropped it.
pub async fn delete_draft(tx: &mut Tx, id: &str) -> Result<bool> {
    let done = sqlx::query("DELETE FROM village_draft WHERE id = $1")
        .bind(id)
        .execute(tx.conn())
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Whether a draft has a code.
pub async fn has_draft(tx: &mut Tx, code: &str) -> Result<bool> {
    let row: Option<(String,)> = sqlx::query_as("SELECT id FROM village_draft WHERE code = $1")
        .bind(code)
        .fetch_optional(tx.conn())
        .await?;
    Ok(row.is_some())
}

async fn has_proposal(tx: &mut Tx, code: &str) -> Result<bool> {
    let row: Option<(String,)> = sqlx::query_as("SELECT id FROM village_proposal WHERE code = $1")
        .bind(code)
        .fetch_optional(tx.conn())
        .await?;
    Ok(row.is_some())
}

fn count(n: i64) -> u32 {
    u32::try_from(n).unwrap_or(0)
}

fn day(text: &str) -> Result<Date> {
    text.parse().map_err(Problem::internal)
}
