//! SQL of acts, which are kept for ever, and of those that differ.

use sqlx::{Any, Executor};

use crate::{
    platform::{
        db::Tx,
        op::Op,
        problem::{Problem, Result},
        time::Time,
    },
    scorecards::model::act::{Act, Conflict, LateAct},
};

/// The act of an id, with the round it was of.
pub async fn find(tx: &mut Tx, id: &str) -> Result<Option<(String, Act)>> {
    let row: Option<(String, String)> = sqlx::query_as(
        "SELECT round_id, act
         FROM scorecard_act
         WHERE id = $1",
    )
    .bind(id)
    .fetch_optional(tx.conn())
    .await?;
    row.map(|(round, act)| Ok((round, parse(&act)?))).transpose()
}

/// How many acts of a round are kept, whatever became of them?
pub async fn count(tx: &mut Tx, round: &str) -> Result<usize> {
    let (n,): (i64,) = sqlx::query_as(
        "SELECT CAST(COUNT(*) AS BIGINT)
         FROM scorecard_act
         WHERE round_id = $1",
    )
    .bind(round)
    .fetch_one(tx.conn())
    .await?;
    Ok(usize::try_from(n).unwrap_or(usize::MAX))
}

/// Keeps an act and what became of it.
pub async fn insert(tx: &mut Tx, op: &Op, round: &str, act: &Act, applied: &str) -> Result<()> {
    let text = serde_json::to_string(act).map_err(Problem::internal)?;
    sqlx::query(
        "INSERT INTO scorecard_act (id, round_id, session_id, act, applied, by_who, received_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(&act.id)
    .bind(round)
    .bind(act.session.as_deref())
    .bind(text)
    .bind(applied)
    .bind(op.who.label())
    .bind(op.at.0)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Acts of a round that came too late, the earliest first.
pub async fn list_late<'c>(db: impl Executor<'c, Database = Any>, round: &str) -> Result<Vec<LateAct>> {
    let rows: Vec<(String, i64)> = sqlx::query_as(
        "SELECT act, received_at
         FROM scorecard_act
         WHERE round_id = $1
           AND applied = 'late'
         ORDER BY received_at, id
         LIMIT 1000",
    )
    .bind(round)
    .fetch_all(db)
    .await?;
    rows.into_iter()
        .map(|(act, at)| {
            Ok(LateAct {
                act: parse(&act)?,
                received_at: Time(at),
            })
        })
        .collect()
}

/// Keeps that an act says something else than what holds.
pub async fn insert_conflict(
    tx: &mut Tx,
    round: &str,
    conflict: &Conflict,
    first: Option<&str>,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO scorecard_conflict (id, round_id, session_id, criterion_id, first_act, second_act)
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(&conflict.id)
    .bind(round)
    .bind(&conflict.session)
    .bind(&conflict.criterion)
    .bind(first)
    .bind(&conflict.second.id)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Settles a conflict by the act that chose.
pub async fn settle(tx: &mut Tx, conflict: &str, act: &str, at: Time) -> Result<()> {
    sqlx::query(
        "UPDATE scorecard_conflict
         SET settled_by = $2, settled_at = $3
         WHERE id = $1 AND settled_by IS NULL",
    )
    .bind(conflict)
    .bind(act)
    .bind(at.0)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The conflicts of a round that wait for a choice, the earliest first, each with its two acts.
pub async fn list_conflicts<'c>(db: impl Executor<'c, Database = Any>, round: &str) -> Result<Vec<Conflict>> {
    let rows: Vec<(String, String, String, Option<String>, String)> = sqlx::query_as(
        "SELECT c.id, c.session_id, c.criterion_id, f.act, s.act
         FROM scorecard_conflict c
         JOIN scorecard_act s ON s.id = c.second_act
         LEFT JOIN scorecard_act f ON f.id = c.first_act
         WHERE c.round_id = $1
           AND c.settled_by IS NULL
         ORDER BY c.id",
    )
    .bind(round)
    .fetch_all(db)
    .await?;
    rows.into_iter()
        .map(|(id, session, criterion, first, second)| {
            Ok(Conflict {
                id,
                session,
                criterion,
                first: first.as_deref().map(parse).transpose()?,
                second: parse(&second)?,
            })
        })
        .collect()
}

fn parse(act: &str) -> Result<Act> {
    serde_json::from_str(act).map_err(Problem::internal)
}
