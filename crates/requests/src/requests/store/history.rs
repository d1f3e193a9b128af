//! SQL of what stays: turns noted in passing, closings, transfers, checks.

use sqlx::{AnyPool, FromRow};

use crate::{
    platform::{db::Tx, op::Op, problem::Result, time::Time},
    requests::model::{
        clock::Turn,
        request::{CloseKind, Recorder, Request},
        state::Spoken,
    },
};

/// Notes what a clock passed when somebody came before the sweep.
pub async fn insert_turn(tx: &mut Tx, request: &Request, turn: &Turn, level: u8, now: Time) -> Result<()> {
    sqlx::query(
        "INSERT INTO request_turn (request_id, at, light, from_level, to_level, is_warning, agency_code, swept_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (request_id, at) DO NOTHING",
    )
    .bind(&request.id)
    .bind(turn.at.0)
    .bind(turn.light.map(crate::requests::model::clock::Light::as_str))
    .bind(i64::from(level))
    .bind(i64::from(level) + i64::from(turn.climbs))
    .bind(i64::from(turn.warns))
    .bind(request.agency.as_deref())
    .bind(now.0)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// How a request was closed, beyond what its row says.
pub struct NewClosing<'a> {
    pub person: Option<&'a str>,
    pub kind: CloseKind,
    pub closed_at: Time,
    pub acted_at: Time,
    pub limit_at: Option<Time>,
    pub recorder: Recorder,
    pub channel: Option<&'a str>,
    pub signature: Option<&'a str>,
    pub note: Option<&'a str>,
}

pub async fn insert_closing(tx: &mut Tx, request: &Request, closing: &NewClosing<'_>) -> Result<()> {
    sqlx::query(
        "INSERT INTO request_closing (request_id, n, agency_code, service_code, place_code, person, kind, opened_at, closed_at, acted_at,
                                      limit_at, recorder, channel, signature, note)
         VALUES ($1, (SELECT COUNT(*) FROM request_closing WHERE request_id = $1), $2, $3, $4, $5, $6, $7, $8, $9,
                 $10, $11, $12, $13, $14)",
    )
    .bind(&request.id)
    .bind(request.agency.as_deref())
    .bind(&request.service)
    .bind(request.place.as_deref())
    .bind(closing.person)
    .bind(closing.kind.as_str())
    .bind(request.opened_at.0)
    .bind(closing.closed_at.0)
    .bind(closing.acted_at.0)
    .bind(closing.limit_at.map(|at| at.0))
    .bind(closing.recorder.as_str())
    .bind(closing.channel)
    .bind(closing.signature)
    .bind(closing.note)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Marks the last closing of a request as undone.
pub async fn mark_reopened(tx: &mut Tx, request_id: &str, at: Time) -> Result<()> {
    sqlx::query("UPDATE request_closing SET reopened_at = $2 WHERE request_id = $1 AND reopened_at IS NULL")
        .bind(request_id)
        .bind(at.0)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Draws the last closing of a request for a check from outside.
pub async fn insert_check(tx: &mut Tx, request_id: &str, at: Time) -> Result<()> {
    sqlx::query(
        "INSERT INTO request_check (request_id, n, drawn_at)
         SELECT request_id, MAX(n), CAST($2 AS BIGINT)
         FROM request_closing
         WHERE request_id = $1
         GROUP BY request_id
         ON CONFLICT (request_id, n) DO NOTHING",
    )
    .bind(request_id)
    .bind(at.0)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// A closing that waits to be checked, or was.
#[derive(Debug, Clone, PartialEq, Eq, FromRow, serde::Serialize)]
pub struct Check {
    pub code: String,
    pub n: i64,
    pub drawn_at: i64,
    pub checked_at: Option<i64>,
    pub is_good: Option<i64>,
    pub note: Option<String>,
}

pub async fn list_checks(db: &AnyPool, most: i64) -> Result<Vec<Check>> {
    Ok(sqlx::query_as(
        "SELECT r.code, c.n, c.drawn_at, c.checked_at, CAST(c.is_good AS BIGINT) AS is_good, c.note
         FROM request_check c
         JOIN service_request r ON r.id = c.request_id
         ORDER BY CASE WHEN c.checked_at IS NULL THEN 0 ELSE 1 END, c.drawn_at, r.code
         LIMIT $1",
    )
    .bind(most)
    .fetch_all(db)
    .await?)
}

/// Writes what a checker found; false when nothing of the request waits for a check.
pub async fn settle_check(tx: &mut Tx, op: &Op, request_id: &str, is_good: bool, note: &str) -> Result<bool> {
    let settled = sqlx::query(
        "UPDATE request_check
         SET checked_at = $2, checked_by = $3, is_good = $4, note = $5
         WHERE request_id = $1 AND checked_at IS NULL",
    )
    .bind(request_id)
    .bind(op.at.0)
    .bind(op.who.label())
    .bind(i64::from(is_good))
    .bind(note)
    .execute(tx.conn())
    .await?;
    Ok(settled.rows_affected() > 0)
}

/// A request said to be another unit's.
#[derive(Debug, Clone, PartialEq, Eq, FromRow, serde::Serialize)]
pub struct Transfer {
    pub id: String,
    pub from_agency: String,
    pub to_agency: String,
    pub spoken_at: i64,
    pub said: String,
    pub note: String,
    pub proposed_at: i64,
    pub proposed_by: String,
    pub decided_at: Option<i64>,
    pub is_approved: Option<i64>,
}

pub async fn insert_transfer(
    tx: &mut Tx,
    op: &Op,
    id: &str,
    request: &Request,
    to: &str,
    spoken: &Spoken,
    note: &str,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO request_transfer (id, request_id, from_agency, to_agency, spoken_at, said, note, proposed_at, proposed_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(id)
    .bind(&request.id)
    .bind(request.agency.as_deref().unwrap_or(""))
    .bind(to)
    .bind(spoken.at.0)
    .bind(spoken.said.trim())
    .bind(note.trim())
    .bind(op.at.0)
    .bind(op.who.label())
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub async fn list_transfers(db: &AnyPool, request_id: &str) -> Result<Vec<Transfer>> {
    Ok(sqlx::query_as(
        "SELECT id, from_agency, to_agency, spoken_at, said, note, proposed_at, proposed_by, decided_at,
                CAST(is_approved AS BIGINT) AS is_approved
         FROM request_transfer
         WHERE request_id = $1
         ORDER BY id",
    )
    .bind(request_id)
    .fetch_all(db)
    .await?)
}

/// The proposal to pass a request on that waits for a decision.
pub async fn find_open_transfer(tx: &mut Tx, request_id: &str) -> Result<Option<Transfer>> {
    Ok(sqlx::query_as(
        "SELECT id, from_agency, to_agency, spoken_at, said, note, proposed_at, proposed_by, decided_at,
                CAST(is_approved AS BIGINT) AS is_approved
         FROM request_transfer
         WHERE request_id = $1 AND decided_at IS NULL
         ORDER BY id DESC
         LIMIT 1",
    )
    .bind(request_id)
    .fetch_optional(tx.conn())
    .await?)
}

pub async fn decide_transfer(tx: &mut Tx, op: &Op, id: &str, is_approved: bool) -> Result<()> {
    sqlx::query(
        "UPDATE request_transfer SET decided_at = $2, decided_by = $3, is_approved = $4 WHERE id = $1",
    )
    .bind(id)
    .bind(op.at.0)
    .bind(op.who.label())
    .bind(i64::from(is_approved))
    .execute(tx.conn())
    .await?;
    Ok(())
}
