//! SQL of what stays: turns noted in passing, closings, transfers, checks; and what grades are counted from.

use sqlx::{AnyPool, FromRow};

use crate::{
    platform::{db::Tx, op::Op, problem::Result, time::Time},
    requests::model::{
        clock::Turn,
        gaming::{Closing, Filing},
        grade::Counts,
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

/// What grades are counted from, for each agency, in a period; `old_before` opens the old stock.
///
/// Handled is what was open at some time of the period; old is what of it was opened before `old_before` or was older than
/// that when it was closed.
pub async fn counts(db: &AnyPool, from: Time, to: Time, old_us: i64) -> Result<Vec<(String, Counts)>> {
    type Row = (String, i64, i64, i64);
    let stock: Vec<Row> = sqlx::query_as(
        "SELECT agency_code,
                COUNT(*),
                CAST(COALESCE(SUM(CASE WHEN state <> 'closed' AND $2 - opened_at > $3 THEN 1 ELSE 0 END), 0) AS BIGINT),
                CAST(COALESCE(SUM(CASE WHEN verify_by_at < $2 AND (verified_at IS NULL OR verified_at > verify_by_at) THEN 1 ELSE 0 END), 0) AS BIGINT)
         FROM service_request
         WHERE agency_code IS NOT NULL
           AND opened_at < $2
           AND (state <> 'closed' OR state_at >= $1)
           AND (close_kind IS NULL OR close_kind NOT IN ('joined', 'withdrawn'))
         GROUP BY agency_code
         ORDER BY agency_code",
    )
    .bind(from.0)
    .bind(to.0)
    .bind(old_us)
    .fetch_all(db)
    .await?;
    type Closed = (String, i64, i64, i64, i64, i64);
    let closed: Vec<Closed> = sqlx::query_as(
        "SELECT c.agency_code,
                COUNT(*),
                CAST(SUM(CASE WHEN c.kind = 'confirmed' AND c.reopened_at IS NULL THEN 1 ELSE 0 END) AS BIGINT),
                CAST(SUM(CASE WHEN c.closed_at - c.opened_at > $3 THEN 1 ELSE 0 END) AS BIGINT),
                CAST(SUM(CASE WHEN c.closed_at - c.opened_at > $3 AND c.kind = 'confirmed' AND c.reopened_at IS NULL THEN 1 ELSE 0 END) AS BIGINT),
                CAST(SUM(CASE WHEN c.reopened_at IS NOT NULL OR k.is_good = 0 THEN 1 ELSE 0 END) AS BIGINT)
         FROM request_closing c
         LEFT JOIN request_check k ON k.request_id = c.request_id AND k.n = c.n
         WHERE c.agency_code IS NOT NULL
           AND c.closed_at >= $1
           AND c.closed_at < $2
           AND c.kind NOT IN ('joined', 'withdrawn')
         GROUP BY c.agency_code
         ORDER BY c.agency_code",
    )
    .bind(from.0)
    .bind(to.0)
    .bind(old_us)
    .fetch_all(db)
    .await?;
    let mut counted: std::collections::BTreeMap<String, Counts> = stock
        .into_iter()
        .map(|(agency, n_handled, n_old, n_not_attended)| {
            let counts = Counts {
                n_handled,
                n_old,
                n_not_attended,
                ..Counts::default()
            };
            (agency, counts)
        })
        .collect();
    for (agency, n_closed, n_satisfied, n_old, n_old_satisfied, n_low_quality) in closed {
        let counts = counted.entry(agency).or_default();
        counts.n_closed = n_closed;
        counts.n_satisfied = n_satisfied;
        counts.n_old += n_old;
        counts.n_old_satisfied = n_old_satisfied;
        counts.n_low_quality = n_low_quality;
    }
    Ok(counted.into_iter().collect())
}

/// The closings of a period, as the shadow measures need them.
pub async fn list_closings(db: &AnyPool, from: Time, to: Time) -> Result<Vec<Closing>> {
    type Row = (
        String,
        String,
        Option<String>,
        String,
        i64,
        i64,
        Option<i64>,
        String,
        Option<i64>,
    );
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT agency_code, service_code, person, kind, closed_at, acted_at, limit_at, recorder, reopened_at
         FROM request_closing
         WHERE agency_code IS NOT NULL
           AND closed_at >= $1
           AND closed_at < $2
           AND kind NOT IN ('joined', 'withdrawn')
         ORDER BY closed_at, request_id",
    )
    .bind(from.0)
    .bind(to.0)
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(
            |(agency, service, person, kind, closed_at, acted_at, limit_at, recorder, reopened_at)| Closing {
                agency,
                service,
                person,
                kind: CloseKind::parse(&kind).unwrap_or(CloseKind::Imported),
                closed_at: Time(closed_at),
                acted_at: Time(acted_at),
                limit_at: limit_at.map(Time),
                recorder: Recorder::parse(&recorder).unwrap_or(Recorder::Nobody),
                reopened_at: reopened_at.map(Time),
            },
        )
        .collect())
}

/// What the persons of a period's closings filed about the same service since the period began.
pub async fn list_refilings(db: &AnyPool, from: Time, to: Time) -> Result<Vec<Filing>> {
    let rows: Vec<(String, String, i64)> = sqlx::query_as(
        "SELECT r.service_code, p.person, r.opened_at
         FROM (SELECT DISTINCT person, service_code
               FROM request_closing
               WHERE person IS NOT NULL
                 AND closed_at >= $1
                 AND closed_at < $2) p
         JOIN request_contact c ON c.person = p.person
         JOIN service_request r ON r.id = c.request_id AND r.service_code = p.service_code
         WHERE r.opened_at >= $1
         ORDER BY r.opened_at",
    )
    .bind(from.0)
    .bind(to.0)
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|(service, person, opened_at)| Filing {
            service,
            person,
            opened_at: Time(opened_at),
        })
        .collect())
}

/// Through which agencies did each request pass that was passed on in a period?
pub async fn list_passages(db: &AnyPool, from: Time, to: Time) -> Result<Vec<Vec<String>>> {
    let rows: Vec<(String, String, String)> = sqlx::query_as(
        "SELECT t.request_id, t.from_agency, t.to_agency
         FROM request_transfer t
         WHERE t.is_approved = 1
           AND t.request_id IN (SELECT request_id FROM request_transfer WHERE is_approved = 1 AND decided_at >= $1 AND decided_at < $2)
         ORDER BY t.request_id, t.id",
    )
    .bind(from.0)
    .bind(to.0)
    .fetch_all(db)
    .await?;
    let mut passages: Vec<(String, Vec<String>)> = Vec::new();
    for (request, from, to) in rows {
        match passages.last_mut() {
            Some((last, passed)) if *last == request => passed.push(to),
            _ => passages.push((request, vec![from, to])),
        }
    }
    Ok(passages.into_iter().map(|(_, passed)| passed).collect())
}
