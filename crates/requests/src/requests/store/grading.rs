//! SQL of grades: the cases they are counted from, and what was published.

use sqlx::{AnyPool, FromRow};

use crate::{
    platform::{db::Tx, problem::Result, time::Time},
    requests::model::{
        counting::{Closed, Stock},
        gaming::Filing,
        request::{CloseKind, Recorder},
    },
};

/// Which cases count: those of a profile (or of all), in a period, as they were known at a moment.
#[derive(Debug, Clone, Copy)]
pub struct Scope<'a> {
    pub profile: Option<&'a str>,
    pub from: Time,
    pub to: Time,
    /// What happened later is left out.
    pub as_of: Time,
    /// The age from which a request is old stock, microseconds.
    pub old_us: i64,
}

/// What did each unit have in each place at some time of the period? Told by closings and reopenings, so that a late look
/// finds the same.
pub async fn list_stock(db: &AnyPool, scope: &Scope<'_>) -> Result<Vec<Stock>> {
    type Row = (String, Option<String>, i64, i64, i64, i64);
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT r.agency_code,
                r.place_code,
                COUNT(*),
                CAST(SUM(CASE WHEN r.verify_by_at IS NULL THEN 1 ELSE 0 END) AS BIGINT),
                CAST(SUM(CASE WHEN r.verify_by_at < $3 AND (r.verified_at IS NULL OR r.verified_at > r.verify_by_at) THEN 1 ELSE 0 END) AS BIGINT),
                CAST(SUM(CASE WHEN $3 - r.opened_at > $4
                               AND NOT EXISTS (SELECT 1
                                               FROM request_closing c
                                               WHERE c.request_id = r.id
                                                 AND c.closed_at < $3
                                                 AND (c.reopened_at IS NULL OR c.reopened_at >= $3)) THEN 1 ELSE 0 END) AS BIGINT)
         FROM service_request r
         JOIN request_profile p ON p.version = r.profile_version
         WHERE ($1 IS NULL OR p.name = $1)
           AND r.agency_code IS NOT NULL
           AND r.opened_at < $3
           AND (r.close_kind IS NULL OR r.close_kind NOT IN ('joined', 'withdrawn'))
           AND NOT EXISTS (SELECT 1
                           FROM request_closing c
                           WHERE c.request_id = r.id
                             AND c.closed_at < $2
                             AND (c.reopened_at IS NULL OR c.reopened_at >= $3))
         GROUP BY r.agency_code, r.place_code
         ORDER BY r.agency_code, r.place_code",
    )
    .bind(scope.profile)
    .bind(scope.from.0)
    .bind(scope.to.0)
    .bind(scope.old_us)
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(
            |(unit, place, n_handled, n_unlimited, n_not_attended, n_old_open)| Stock {
                unit,
                place,
                district: None,
                n_handled,
                n_unlimited,
                n_not_attended,
                n_old_open,
            },
        )
        .collect())
}

#[derive(FromRow)]
struct ClosedRow {
    code: String,
    n: i64,
    agency_code: String,
    service_code: String,
    place_code: Option<String>,
    is_confidential: i64,
    kind: String,
    opened_at: i64,
    closed_at: i64,
    acted_at: i64,
    limit_at: Option<i64>,
    finish_by_at: Option<i64>,
    recorder: String,
    reopened_at: Option<i64>,
    is_good: Option<i64>,
    person: Option<String>,
}

/// Which closings of the period count, as they were known at the moment of publication? Oldest first.
pub async fn list_closed(db: &AnyPool, scope: &Scope<'_>) -> Result<Vec<Closed>> {
    let rows: Vec<ClosedRow> = sqlx::query_as(
        "SELECT r.code, c.n, c.agency_code, c.service_code, c.place_code,
                CAST(CASE WHEN r.privacy = 'confidential' THEN 1 ELSE 0 END AS BIGINT) AS is_confidential,
                c.kind, c.opened_at, c.closed_at, c.acted_at, c.limit_at, r.finish_by_at, c.recorder,
                CASE WHEN c.reopened_at < $4 THEN c.reopened_at END AS reopened_at,
                CASE WHEN k.checked_at < $4 THEN CAST(k.is_good AS BIGINT) END AS is_good,
                c.person
         FROM request_closing c
         JOIN service_request r ON r.id = c.request_id
         JOIN request_profile p ON p.version = r.profile_version
         LEFT JOIN request_check k ON k.request_id = c.request_id AND k.n = c.n
         WHERE ($1 IS NULL OR p.name = $1)
           AND c.agency_code IS NOT NULL
           AND c.closed_at >= $2
           AND c.closed_at < $3
           AND c.kind NOT IN ('joined', 'withdrawn')
         ORDER BY c.closed_at, c.request_id, c.n",
    )
    .bind(scope.profile)
    .bind(scope.from.0)
    .bind(scope.to.0)
    .bind(scope.as_of.0)
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Closed {
            code: row.code,
            n: row.n,
            unit: row.agency_code,
            service: row.service_code,
            place: row.place_code,
            district: None,
            is_confidential: row.is_confidential == 1,
            kind: CloseKind::parse(&row.kind).unwrap_or(CloseKind::Imported),
            opened_at: Time(row.opened_at),
            closed_at: Time(row.closed_at),
            acted_at: Time(row.acted_at),
            limit_at: row.limit_at.map(Time),
            promised_at: row.finish_by_at.map(Time),
            recorder: Recorder::parse(&row.recorder).unwrap_or(Recorder::Nobody),
            reopened_at: row.reopened_at.map(Time),
            is_good: row.is_good.map(|good| good == 1),
            person: row.person,
        })
        .collect())
}

/// What did the persons of the period's closings file about the same service since the period began?
pub async fn list_refilings(db: &AnyPool, scope: &Scope<'_>) -> Result<Vec<Filing>> {
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
           AND r.opened_at < $3
         ORDER BY r.opened_at",
    )
    .bind(scope.from.0)
    .bind(scope.to.0)
    .bind(scope.as_of.0)
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

/// A request that was passed on: where it lies, and through which units it passed.
pub struct Passage {
    pub place: Option<String>,
    pub units: Vec<String>,
}

/// Which requests were passed on in the period, through which units, up to the moment of publication?
pub async fn list_passages(db: &AnyPool, scope: &Scope<'_>) -> Result<Vec<Passage>> {
    type Row = (String, Option<String>, String, String);
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT t.request_id, r.place_code, t.from_agency, t.to_agency
         FROM request_transfer t
         JOIN service_request r ON r.id = t.request_id
         JOIN request_profile p ON p.version = r.profile_version
         WHERE ($1 IS NULL OR p.name = $1)
           AND t.is_approved = 1
           AND t.decided_at < $4
           AND t.request_id IN (SELECT request_id
                                FROM request_transfer
                                WHERE is_approved = 1
                                  AND decided_at >= $2
                                  AND decided_at < $3)
         ORDER BY t.request_id, t.id",
    )
    .bind(scope.profile)
    .bind(scope.from.0)
    .bind(scope.to.0)
    .bind(scope.as_of.0)
    .fetch_all(db)
    .await?;
    let mut passages: Vec<(String, Passage)> = Vec::new();
    for (request, place, from, to) in rows {
        match passages.last_mut() {
            Some((last, passage)) if *last == request => passage.units.push(to),
            _ => {
                let units = vec![from, to];
                passages.push((request, Passage { place, units }));
            }
        }
    }
    Ok(passages.into_iter().map(|(_, passage)| passage).collect())
}

/// Was any request of a profile opened before a moment?
pub async fn has_any(db: &AnyPool, profile: &str, before: Time) -> Result<bool> {
    let row: Option<(String,)> = sqlx::query_as(
        "SELECT r.id
         FROM service_request r
         JOIN request_profile p ON p.version = r.profile_version
         WHERE p.name = $1
           AND r.opened_at < $2
         LIMIT 1",
    )
    .bind(profile)
    .bind(before.0)
    .fetch_optional(db)
    .await?;
    Ok(row.is_some())
}

/// Grades as they were published.
#[derive(Debug, Clone, FromRow)]
pub struct Published {
    pub profile_name: String,
    pub period: String,
    pub profile_version: String,
    pub published_at: i64,
    pub made_at: i64,
    pub n_closings: i64,
    pub sheet: String,
    pub closings: String,
}

/// Keeps the grades of a month; false when they are published already.
pub async fn insert_published(tx: &mut Tx, published: &Published) -> Result<bool> {
    let inserted = sqlx::query(
        "INSERT INTO request_grades (profile_name, period, profile_version, published_at, made_at, n_closings, sheet, closings)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (profile_name, period) DO NOTHING",
    )
    .bind(&published.profile_name)
    .bind(&published.period)
    .bind(&published.profile_version)
    .bind(published.published_at)
    .bind(published.made_at)
    .bind(published.n_closings)
    .bind(&published.sheet)
    .bind(&published.closings)
    .execute(tx.conn())
    .await?;
    Ok(inserted.rows_affected() == 1)
}

/// The grades of a month, of a profile or of the one with most closings.
pub async fn find_published(db: &AnyPool, profile: Option<&str>, period: &str) -> Result<Option<Published>> {
    Ok(sqlx::query_as(
        "SELECT profile_name, period, profile_version, published_at, made_at, n_closings, sheet, closings
         FROM request_grades
         WHERE ($1 IS NULL OR profile_name = $1)
           AND period = $2
         ORDER BY n_closings DESC, profile_name
         LIMIT 1",
    )
    .bind(profile)
    .bind(period)
    .fetch_optional(db)
    .await?)
}

/// Which months were published: profile, month, when, closings that counted; the newest first.
pub async fn list_published(db: &AnyPool, most: i64) -> Result<Vec<(String, String, i64, i64)>> {
    Ok(sqlx::query_as(
        "SELECT profile_name, period, published_at, n_closings
         FROM request_grades
         ORDER BY period DESC, profile_name
         LIMIT $1",
    )
    .bind(most)
    .fetch_all(db)
    .await?)
}
