//! SQL of pictures that devices sent.

use sqlx::FromRow;

use crate::platform::{
    db::{Db, Tx},
    problem::Result,
    time::Time,
};

/// A picture as it is kept.
#[derive(Debug, Clone, FromRow)]
pub(super) struct Kept {
    /// SHA-256 of the bytes that the device sent, which is what its acts call the picture.
    pub digest: String,
    /// SHA-256 of what is kept of them.
    pub blob: String,
    pub media_type: String,
    pub size_bytes: i64,
    /// The account that sent it; "" for none.
    pub sent_by: String,
}

/// Finds a picture of a round.
pub(super) async fn find_photo(db: &Db, round: &str, digest: &str) -> Result<Option<Kept>> {
    let found = sqlx::query_as(
        "SELECT digest, blob, media_type, size_bytes, sent_by
         FROM scorecard_hall_photo
         WHERE round_id = $1
           AND digest = $2",
    )
    .bind(round)
    .bind(digest)
    .fetch_optional(db.read())
    .await?;
    Ok(found)
}

/// How many pictures of a round did an account send?
pub(super) async fn count_photos(db: &Db, round: &str, sent_by: &str) -> Result<i64> {
    let (n,): (i64,) = sqlx::query_as(
        "SELECT CAST(COUNT(*) AS BIGINT)
         FROM scorecard_hall_photo
         WHERE round_id = $1
           AND sent_by = $2",
    )
    .bind(round)
    .bind(sent_by)
    .fetch_one(db.read())
    .await?;
    Ok(n)
}

/// How many bytes do all pictures of a round have?
pub(super) async fn sum_bytes(db: &Db, round: &str) -> Result<i64> {
    let (n,): (i64,) = sqlx::query_as(
        "SELECT CAST(COALESCE(SUM(size_bytes), 0) AS BIGINT)
         FROM scorecard_hall_photo
         WHERE round_id = $1",
    )
    .bind(round)
    .fetch_one(db.read())
    .await?;
    Ok(n)
}

/// Keeps a picture; one that is there already stays.
pub(super) async fn insert_photo(tx: &mut Tx, round: &str, kept: &Kept, at: Time) -> Result<()> {
    sqlx::query(
        "INSERT INTO scorecard_hall_photo (round_id, digest, blob, media_type, size_bytes, sent_by, sent_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (round_id, digest) DO NOTHING",
    )
    .bind(round)
    .bind(&kept.digest)
    .bind(&kept.blob)
    .bind(&kept.media_type)
    .bind(kept.size_bytes)
    .bind(&kept.sent_by)
    .bind(at.0)
    .execute(tx.conn())
    .await?;
    Ok(())
}
