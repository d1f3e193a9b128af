//! SQL of the weekly meeting: what waits at its hour, and the packs that were made.
//!
//! What was open at an hour of the past is told by the state and when it began; a request reopened since then counts by its
//! new clock.

use sqlx::{AnyPool, FromRow};

use crate::platform::{db::Tx, problem::Result, time::Time};

/// How many open requests of a unit in a place have which light.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct LightsRow {
    pub agency_code: Option<String>,
    pub place_code: Option<String>,
    pub is_confidential: i64,
    pub n_white: i64,
    pub n_yellow: i64,
    pub n_red: i64,
}

/// Which lights did open requests of a profile have at a moment?
pub async fn count_lights(db: &AnyPool, profile: &str, as_of: Time) -> Result<Vec<LightsRow>> {
    Ok(sqlx::query_as(
        "SELECT agency_code, place_code, is_confidential,
                CAST(SUM(CASE WHEN (red_at IS NULL OR red_at > seen_at) AND (yellow_at IS NULL OR yellow_at > seen_at) THEN 1 ELSE 0 END) AS BIGINT) AS n_white,
                CAST(SUM(CASE WHEN (red_at IS NULL OR red_at > seen_at) AND yellow_at <= seen_at THEN 1 ELSE 0 END) AS BIGINT) AS n_yellow,
                CAST(SUM(CASE WHEN red_at <= seen_at THEN 1 ELSE 0 END) AS BIGINT) AS n_red
         FROM (SELECT r.agency_code, r.place_code, r.red_at, r.yellow_at,
                      CAST(CASE WHEN r.privacy = 'confidential' THEN 1 ELSE 0 END AS BIGINT) AS is_confidential,
                      CASE WHEN r.stopped_at < $2 THEN r.stopped_at ELSE $2 END AS seen_at
               FROM service_request r
               JOIN request_profile p ON p.version = r.profile_version
               WHERE p.name = $1
                 AND r.kind = 'complaint'
                 AND r.opened_at <= $2
                 AND (r.state <> 'closed' OR r.state_at > $2)) waiting
         GROUP BY agency_code, place_code, is_confidential
         ORDER BY agency_code, place_code, is_confidential",
    )
    .bind(profile)
    .bind(as_of.0)
    .fetch_all(db)
    .await?)
}

/// Which requests were red at a moment? Of each unit those that have been so for longest.
pub async fn list_reds(db: &AnyPool, profile: &str, as_of: Time, most_of_a_unit: i64) -> Result<Vec<String>> {
    let rows: Vec<(String,)> = sqlx::query_as(
        "SELECT code
         FROM (SELECT r.code, r.agency_code, r.red_at,
                      ROW_NUMBER() OVER (PARTITION BY r.agency_code ORDER BY r.red_at, r.id) AS nth
               FROM service_request r
               JOIN request_profile p ON p.version = r.profile_version
               WHERE p.name = $1
                 AND r.kind = 'complaint'
                 AND r.opened_at <= $2
                 AND (r.state <> 'closed' OR r.state_at > $2)
                 AND r.red_at <= CASE WHEN r.stopped_at < $2 THEN r.stopped_at ELSE $2 END) red
         WHERE nth <= $3
         ORDER BY agency_code, nth",
    )
    .bind(profile)
    .bind(as_of.0)
    .bind(most_of_a_unit)
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|(code,)| code).collect())
}

/// Which yellow requests turn red between two moments unless something is done? The next first.
pub async fn list_turning(
    db: &AnyPool,
    profile: &str,
    as_of: Time,
    until: Time,
    most: i64,
) -> Result<Vec<String>> {
    let rows: Vec<(String,)> = sqlx::query_as(
        "SELECT r.code
         FROM service_request r
         JOIN request_profile p ON p.version = r.profile_version
         WHERE p.name = $1
           AND r.kind = 'complaint'
           AND r.opened_at <= $2
           AND (r.state <> 'closed' OR r.state_at > $2)
           AND (r.stopped_at IS NULL OR r.stopped_at > $2)
           AND r.yellow_at <= $2
           AND r.red_at > $2
           AND r.red_at <= $3
         ORDER BY r.red_at, r.id
         LIMIT $4",
    )
    .bind(profile)
    .bind(as_of.0)
    .bind(until.0)
    .bind(most)
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|(code,)| code).collect())
}

/// The same service asked for in the same place again and again.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct ClusterRow {
    pub service_code: String,
    pub place_code: String,
    pub n_filed: i64,
    pub n_open: i64,
    pub n_reopened: i64,
}

/// Where was the same filed at least so often between two moments? The most often first. Nothing confidential is counted.
pub async fn list_clusters(
    db: &AnyPool,
    profile: &str,
    (since, as_of): (Time, Time),
    least: i64,
    most: i64,
) -> Result<Vec<ClusterRow>> {
    Ok(sqlx::query_as(
        "SELECT r.service_code, r.place_code, COUNT(*) AS n_filed,
                CAST(SUM(CASE WHEN r.state <> 'closed' OR r.state_at > $3 THEN 1 ELSE 0 END) AS BIGINT) AS n_open,
                CAST(SUM(CASE WHEN r.n_reopened > 0 THEN 1 ELSE 0 END) AS BIGINT) AS n_reopened
         FROM service_request r
         JOIN request_profile p ON p.version = r.profile_version
         WHERE p.name = $1
           AND r.kind = 'complaint'
           AND r.privacy <> 'confidential'
           AND r.place_code IS NOT NULL
           AND r.opened_at > $2
           AND r.opened_at <= $3
           AND (r.close_kind IS NULL OR r.close_kind <> 'withdrawn')
         GROUP BY r.service_code, r.place_code
         HAVING COUNT(*) >= $4
         ORDER BY COUNT(*) DESC, r.service_code, r.place_code
         LIMIT $5",
    )
    .bind(profile)
    .bind(since.0)
    .bind(as_of.0)
    .bind(least)
    .bind(most)
    .fetch_all(db)
    .await?)
}

/// Which open requests were reopened, the most often first?
pub async fn list_reopened(db: &AnyPool, profile: &str, as_of: Time, most: i64) -> Result<Vec<String>> {
    let sql = "SELECT r.code
               FROM service_request r
               JOIN request_profile p ON p.version = r.profile_version
               WHERE p.name = $1
                 AND r.opened_at <= $2
                 AND (r.state <> 'closed' OR r.state_at > $2)
                 AND r.n_reopened > 0
               ORDER BY r.n_reopened DESC, r.id
               LIMIT $3";
    list_codes(db, sql, profile, as_of, most).await
}

/// Which open requests are supported by most?
pub async fn list_supported(db: &AnyPool, profile: &str, as_of: Time, most: i64) -> Result<Vec<String>> {
    let sql = "SELECT r.code
               FROM service_request r
               JOIN request_profile p ON p.version = r.profile_version
               WHERE p.name = $1
                 AND r.opened_at <= $2
                 AND (r.state <> 'closed' OR r.state_at > $2)
                 AND r.n_supporters > 0
               ORDER BY r.n_supporters DESC, r.id
               LIMIT $3";
    list_codes(db, sql, profile, as_of, most).await
}

/// Which requests does a statement name of a profile, at a moment, and how many at most?
async fn list_codes(
    db: &AnyPool,
    sql: &'static str,
    profile: &str,
    as_of: Time,
    most: i64,
) -> Result<Vec<String>> {
    let rows: Vec<(String,)> = sqlx::query_as(sql)
        .bind(profile)
        .bind(as_of.0)
        .bind(most)
        .fetch_all(db)
        .await?;
    Ok(rows.into_iter().map(|(code,)| code).collect())
}

/// A pack as it was made.
#[derive(Debug, Clone, FromRow)]
pub struct Packed {
    pub profile_name: String,
    pub held_on: String,
    pub profile_version: String,
    pub as_of_at: i64,
    pub made_at: i64,
    pub n_red: i64,
    pub pack: String,
}

/// Keeps a pack; false when the meeting has one.
pub async fn insert(tx: &mut Tx, packed: &Packed) -> Result<bool> {
    let inserted = sqlx::query(
        "INSERT INTO request_meeting (profile_name, held_on, profile_version, as_of_at, made_at, n_red, pack)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (profile_name, held_on) DO NOTHING",
    )
    .bind(&packed.profile_name)
    .bind(&packed.held_on)
    .bind(&packed.profile_version)
    .bind(packed.as_of_at)
    .bind(packed.made_at)
    .bind(packed.n_red)
    .bind(&packed.pack)
    .execute(tx.conn())
    .await?;
    Ok(inserted.rows_affected() == 1)
}

/// The pack of a meeting, of a profile or of the first that met on that day.
pub async fn find(db: &AnyPool, profile: Option<&str>, held_on: &str) -> Result<Option<Packed>> {
    Ok(sqlx::query_as(
        "SELECT profile_name, held_on, profile_version, as_of_at, made_at, n_red, pack
         FROM request_meeting
         WHERE ($1 IS NULL OR profile_name = $1)
           AND held_on = $2
         ORDER BY profile_name
         LIMIT 1",
    )
    .bind(profile)
    .bind(held_on)
    .fetch_optional(db)
    .await?)
}

/// A meeting as a list shows it.
#[derive(Debug, Clone, FromRow)]
pub struct Listed {
    pub profile_name: String,
    pub held_on: String,
    pub as_of_at: i64,
    pub n_red: i64,
}

/// Which meetings have a pack? The newest first.
pub async fn list(db: &AnyPool, most: i64) -> Result<Vec<Listed>> {
    Ok(sqlx::query_as(
        "SELECT profile_name, held_on, as_of_at, n_red
         FROM request_meeting
         ORDER BY held_on DESC, profile_name
         LIMIT $1",
    )
    .bind(most)
    .fetch_all(db)
    .await?)
}

/// The last meeting of a profile before a moment.
pub async fn find_before(db: &AnyPool, profile: &str, before: Time) -> Result<Option<Listed>> {
    Ok(sqlx::query_as(
        "SELECT profile_name, held_on, as_of_at, n_red
         FROM request_meeting
         WHERE profile_name = $1
           AND as_of_at < $2
         ORDER BY as_of_at DESC
         LIMIT 1",
    )
    .bind(profile)
    .bind(before.0)
    .fetch_optional(db)
    .await?)
}
