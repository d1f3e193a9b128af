//! SQL of the sweep: what comes by itself, for any number of requests at once.
//!
//! A pass takes every running clock one instant further, the way `Clock::run` does for one request; passes follow until
//! nothing is due. An index on the next instant finds what is due; nothing is read row by row.
//!
//! The next instant is worked out beside the row that is written, in one long expression: to join the rows with a query that
//! works it out reads each of them a second time, by an id that lies anywhere.

use sqlx::AnyPool;

use crate::platform::{db::Tx, problem::Result, time::Time};

/// Up to which moment may one pass go, so that it touches about so many requests? `None` when nothing is due.
pub async fn bound(db: &AnyPool, now: Time, about: i64) -> Result<Option<Time>> {
    let row: Option<(i64,)> = sqlx::query_as(
        "SELECT due_at
         FROM service_request
         WHERE due_at <= $1
         ORDER BY due_at
         LIMIT 1 OFFSET $2",
    )
    .bind(now.0)
    .bind(about - 1)
    .fetch_optional(db)
    .await?;
    if let Some((at,)) = row {
        return Ok(Some(Time(at)));
    }
    let (last,): (Option<i64>,) =
        sqlx::query_as("SELECT MAX(due_at) FROM service_request WHERE due_at <= $1")
            .bind(now.0)
            .fetch_one(db)
            .await?;
    Ok(last.map(Time))
}

/// Writes down what happens at the next instant of every request due by `until`; returns how many there are.
pub async fn note_turns(tx: &mut Tx, until: Time, swept_at: Time) -> Result<u64> {
    let noted = sqlx::query(
        "INSERT INTO request_turn (request_id, at, light, from_level, to_level, is_warning, agency_code, swept_at)
         SELECT id, due_at,
                CASE WHEN red_at = due_at THEN 'red' WHEN yellow_at = due_at THEN 'yellow' END,
                level,
                CASE WHEN step_at = due_at THEN level + 1 ELSE level END,
                CASE WHEN step_at > due_at AND step_at - notice_us = due_at THEN 1 ELSE 0 END,
                agency_code,
                CAST($2 AS BIGINT)
         FROM service_request
         WHERE due_at <= $1
         ON CONFLICT (request_id, at) DO NOTHING",
    )
    .bind(until.0)
    .bind(swept_at.0)
    .execute(tx.conn())
    .await?;
    Ok(noted.rows_affected())
}

/// The light that turns after the instant that is due; yellow never comes after red.
macro_rules! light_after {
    () => {
        "CASE WHEN yellow_at > due_at THEN yellow_at WHEN red_at > due_at THEN red_at END"
    };
}

/// The step that is climbed after the instant that is due.
macro_rules! climb_after {
    () => {
        "CASE WHEN step_at > due_at THEN step_at ELSE step2_at END"
    };
}

/// The warning of that step, or the step itself where its warning has passed.
macro_rules! near_after {
    () => {
        concat!(
            "CASE WHEN ",
            climb_after!(),
            " - notice_us > due_at THEN ",
            climb_after!(),
            " - notice_us ELSE ",
            climb_after!(),
            " END"
        )
    };
}

/// Takes every clock due by `until` past its next instant: who climbs climbs, and the instant after becomes the next.
pub async fn pass(tx: &mut Tx, until: Time, now: Time) -> Result<u64> {
    let passed = sqlx::query(concat!(
        "UPDATE service_request
         SET level = CASE WHEN step_at = due_at THEN level + 1 ELSE level END,
             step_at = CASE WHEN step_at = due_at THEN step2_at ELSE step_at END,
             step2_at = CASE WHEN step_at = due_at THEN step3_at ELSE step2_at END,
             step3_at = CASE WHEN step_at = due_at THEN step4_at ELSE step3_at END,
             step4_at = CASE WHEN step_at = due_at THEN NULL ELSE step4_at END,
             changed_at = $2,
             revision = revision + 1,
             due_at = CASE WHEN (",
        light_after!(),
        ") IS NULL OR (",
        near_after!(),
        ") < (",
        light_after!(),
        ")
                           THEN COALESCE(",
        near_after!(),
        ", ",
        light_after!(),
        ")
                           ELSE ",
        light_after!(),
        " END
         WHERE due_at <= $1"
    ))
    .bind(until.0)
    .bind(now.0)
    .execute(tx.conn())
    .await?;
    Ok(passed.rows_affected())
}

/// Whose waiting is over: for the resident's yes, or a pause that reached its limit? The longest due first.
pub async fn list_waited(db: &AnyPool, now: Time, most: i64) -> Result<Vec<(String, String)>> {
    Ok(sqlx::query_as(
        "SELECT code, state
         FROM service_request
         WHERE wait_at <= $1
         ORDER BY wait_at, id
         LIMIT $2",
    )
    .bind(now.0)
    .bind(most)
    .fetch_all(db)
    .await?)
}

/// What one request's clock passed on its own, oldest first.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct TurnRow {
    pub at: i64,
    pub light: Option<String>,
    pub from_level: i64,
    pub to_level: i64,
    pub is_warning: i64,
}

pub async fn list_turns(db: &AnyPool, request_id: &str) -> Result<Vec<TurnRow>> {
    Ok(sqlx::query_as(
        "SELECT at, light, from_level, to_level, CAST(is_warning AS BIGINT) AS is_warning
         FROM request_turn
         WHERE request_id = $1
         ORDER BY at",
    )
    .bind(request_id)
    .fetch_all(db)
    .await?)
}

/// A turn that people are to be told of.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct SweptTurn {
    pub request_id: String,
    pub at: i64,
    pub light: Option<String>,
    pub from_level: i64,
    pub to_level: i64,
    pub is_warning: i64,
    pub agency_code: Option<String>,
}

/// What did the sweep of a moment note, after a request in the order of ids?
pub async fn list_swept(
    db: &AnyPool,
    swept_at: Time,
    after: (&str, i64),
    most: i64,
) -> Result<Vec<SweptTurn>> {
    Ok(sqlx::query_as(
        "SELECT request_id, at, light, from_level, to_level, CAST(is_warning AS BIGINT) AS is_warning, agency_code
         FROM request_turn
         WHERE swept_at = $1
           AND (request_id > $2 OR (request_id = $2 AND at > $3))
         ORDER BY request_id, at
         LIMIT $4",
    )
    .bind(swept_at.0)
    .bind(after.0)
    .bind(after.1)
    .bind(most)
    .fetch_all(db)
    .await?)
}
