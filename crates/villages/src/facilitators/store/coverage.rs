//! SQL of the groups that were heard.

use sqlx::FromRow;

use crate::{
    facilitators::{Heard, model::GroupKind},
    platform::{
        db::{Db, Tx},
        id,
        problem::Result,
        time::Time,
    },
};

/// What was heard of a group of a place.
#[derive(Debug, Clone, FromRow)]
pub struct HeardRow {
    pub place_code: String,
    pub group_code: String,
    /// The last day, YYYY-MM-DD.
    pub last_on: String,
    /// Times since the day that was asked for.
    pub n_times: i64,
    /// People who were present at those times.
    pub n_present: i64,
    /// Times among them at which fewer were present than may be told.
    pub n_small: i64,
}

/// Notes that a group was heard, or corrects what was noted of the same.
pub async fn put(tx: &mut Tx, heard: &Heard, group: &GroupKind, at: Time) -> Result<()> {
    sqlx::query(
        "INSERT INTO facilitator_heard (id, place_code, group_code, group_name, heard_on, n_present, source_kind, source_id, noted_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         ON CONFLICT (source_kind, source_id, place_code, group_code, group_name) DO UPDATE
         SET heard_on = excluded.heard_on, n_present = excluded.n_present, noted_at = excluded.noted_at",
    )
    .bind(id::fresh(at))
    .bind(&heard.place)
    .bind(group.code())
    .bind(group.name())
    .bind(heard.on.to_string())
    .bind(i64::from(heard.n_present))
    .bind(&heard.source.kind)
    .bind(&heard.source.id)
    .bind(at.0)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// When was each group of each place heard last, and how often after a day, with how many people, and how often with fewer than `least`?
pub async fn list(db: &Db, after: &str, least: i64) -> Result<Vec<HeardRow>> {
    Ok(sqlx::query_as(
        "SELECT place_code, group_code, MAX(heard_on) AS last_on,
                CAST(SUM(CASE WHEN heard_on > $1 THEN 1 ELSE 0 END) AS BIGINT) AS n_times,
                CAST(SUM(CASE WHEN heard_on > $1 THEN n_present ELSE 0 END) AS BIGINT) AS n_present,
                CAST(SUM(CASE WHEN heard_on > $1 AND n_present < $2 THEN 1 ELSE 0 END) AS BIGINT) AS n_small
         FROM facilitator_heard
         GROUP BY place_code, group_code
         ORDER BY place_code, group_code",
    )
    .bind(after)
    .bind(least)
    .fetch_all(db.read())
    .await?)
}
