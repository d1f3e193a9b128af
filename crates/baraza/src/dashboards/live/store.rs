//! SQL of feeds and their readings.

use sqlx::{Any, FromRow, any::AnyArguments, query::Query};

use super::model::{Feed, Reading, Source};
use crate::platform::{
    db::{Db, Tx},
    problem::Result,
    time::Time,
};

/// A feed as it stands in the database.
#[derive(Debug, Clone, FromRow)]
pub struct FeedRow {
    pub id: String,
    pub code: String,
    pub organisation: Option<String>,
    pub title: String,
    pub unit: String,
    pub place: String,
    pub kind: String,
    pub topic: String,
    pub secret_n: i64,
    pub value_path: String,
    pub time_path: String,
    pub decimals: i64,
    pub expected_s: i64,
    pub silent_s: i64,
    pub low: Option<f64>,
    pub high: Option<f64>,
    pub is_on: i64,
    pub revision: i64,
}

/// A reading as it stands in the database.
#[derive(Debug, Clone, FromRow)]
pub struct ReadingRow {
    pub feed_id: String,
    pub at: i64,
    pub value: f64,
    pub received_at: i64,
}

/// The latest reading of a feed.
#[derive(Debug, Clone, FromRow)]
pub struct LastRow {
    pub feed_id: String,
    pub at: i64,
    pub value: f64,
    pub received_at: i64,
    pub is_clock_off: i64,
}

/// Readings that are on their way into the lake.
#[derive(Debug, Clone, Copy, PartialEq, Eq, FromRow)]
pub struct ShelfRow {
    /// Readings before this moment.
    pub until: i64,
    /// Rows of the lake's table before they were added.
    pub n_rows: i64,
}

/// Counts changes of feeds, see `platform::kept`.
pub const KEPT: &str = "feeds";
/// Counts readings that came in.
pub const HEARD: &str = "readings";
/// Feeds that there can be.
pub const MOST_FEEDS: i64 = 2_000;
/// The name of the readings' shelf.
const SHELF: &str = "readings";

/// All feeds, by title.
pub async fn list(db: &Db) -> Result<Vec<FeedRow>> {
    Ok(sqlx::query_as(
        "SELECT id, code, organisation, title, unit, place, kind, topic, secret_n, value_path, time_path, decimals,
                expected_s, silent_s, low, high, is_on, revision
         FROM feed
         ORDER BY title, code
         LIMIT $1",
    )
    .bind(MOST_FEEDS)
    .fetch_all(db.read())
    .await?)
}

/// How many feeds there are.
pub async fn count(tx: &mut Tx) -> Result<i64> {
    Ok(sqlx::query_scalar("SELECT CAST(COUNT(*) AS BIGINT) FROM feed")
        .fetch_one(tx.conn())
        .await?)
}

/// Registers a feed; returns whether its code was free.
pub async fn insert(
    tx: &mut Tx,
    id: &str,
    organisation: Option<&str>,
    feed: &Feed,
    at: Time,
) -> Result<bool> {
    let query = sqlx::query(
        "INSERT INTO feed (id, code, organisation, title, unit, place, kind, topic, secret_n, value_path, time_path, decimals,
                           expected_s, silent_s, low, high, is_on, revision, changed_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1, $9, $10, $11, $12, $13, $14, $15, 1, 1, $16)
         ON CONFLICT (code) DO NOTHING",
    )
    .bind(id)
    .bind(&feed.code)
    .bind(organisation);
    word(tx, query, feed, at).await
}

/// Keeps another wording of a feed, unless it changed since; its code stays.
pub async fn save(tx: &mut Tx, row: &FeedRow, feed: &Feed, at: Time) -> Result<bool> {
    let query = sqlx::query(
        "UPDATE feed
         SET title = $3, unit = $4, place = $5, kind = $6, topic = $7, value_path = $8, time_path = $9, decimals = $10,
             expected_s = $11, silent_s = $12, low = $13, high = $14, changed_at = $15, revision = revision + 1
         WHERE id = $1 AND revision = $2",
    )
    .bind(&row.id)
    .bind(row.revision);
    word(tx, query, feed, at).await
}

/// Runs a statement whose last parameters are the wording of a feed, from its title on, and the moment; returns whether it found a row.
async fn word(tx: &mut Tx, query: Query<'_, Any, AnyArguments>, feed: &Feed, at: Time) -> Result<bool> {
    // Not kept prepared: sqlx 0.9 types a missing double as FLOAT4 for PostgreSQL, which a kept statement then expects of all.
    let done = query
        .persistent(false)
        .bind(&feed.title)
        .bind(&feed.unit)
        .bind(&feed.place)
        .bind(feed.source.as_str())
        .bind(feed.source.topic())
        .bind(&feed.value_path)
        .bind(&feed.time_path)
        .bind(i64::try_from(feed.decimals).unwrap_or(0))
        .bind(whole_seconds(feed.expected))
        .bind(whole_seconds(feed.silent))
        .bind(feed.low)
        .bind(feed.high)
        .bind(at.0)
        .execute(tx.conn())
        .await?;
    tx.touch(KEPT).await?;
    Ok(done.rows_affected() == 1)
}

/// Gives a feed's address another secret, unless the feed changed since.
pub async fn renew(tx: &mut Tx, row: &FeedRow, at: Time) -> Result<bool> {
    let sql = "UPDATE feed
               SET secret_n = secret_n + 1, changed_at = $3, revision = revision + 1
               WHERE id = $1 AND revision = $2";
    change(tx, sql, row, at).await
}

/// Takes the readings of a feed from now on, or not any more, unless it changed since.
pub async fn switch(tx: &mut Tx, row: &FeedRow, at: Time) -> Result<bool> {
    let sql = "UPDATE feed
               SET is_on = 1 - is_on, changed_at = $3, revision = revision + 1
               WHERE id = $1 AND revision = $2";
    change(tx, sql, row, at).await
}

/// Runs a statement that changes a feed at its revision; returns whether nobody changed it since.
async fn change(tx: &mut Tx, sql: &'static str, row: &FeedRow, at: Time) -> Result<bool> {
    let done = sqlx::query(sql)
        .bind(&row.id)
        .bind(row.revision)
        .bind(at.0)
        .execute(tx.conn())
        .await?;
    tx.touch(KEPT).await?;
    Ok(done.rows_affected() == 1)
}

/// Keeps a reading; returns whether it is new. What is older than the latest changes only the row of readings.
pub async fn put_reading(tx: &mut Tx, feed: &str, reading: &Reading) -> Result<bool> {
    let done = sqlx::query(
        "INSERT INTO reading (feed_id, at, value, received_at)
         VALUES ($1, $2, $3, $4)
         ON CONFLICT (feed_id, at) DO NOTHING",
    )
    .bind(feed)
    .bind(reading.at.0)
    .bind(reading.value)
    .bind(reading.received_at.0)
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 0 {
        return Ok(false);
    }
    sqlx::query(
        "INSERT INTO feed_last (feed_id, at, value, received_at, is_clock_off)
         VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (feed_id) DO UPDATE
         SET at = excluded.at, value = excluded.value, received_at = excluded.received_at, is_clock_off = excluded.is_clock_off
         WHERE excluded.at > feed_last.at",
    )
    .bind(feed)
    .bind(reading.at.0)
    .bind(reading.value)
    .bind(reading.received_at.0)
    .bind(i64::from(reading.is_clock_off))
    .execute(tx.conn())
    .await?;
    tx.touch(HEARD).await?;
    Ok(true)
}

/// The latest reading of every feed.
pub async fn list_last(db: &Db) -> Result<Vec<LastRow>> {
    Ok(sqlx::query_as(
        "SELECT feed_id, at, value, received_at, is_clock_off
         FROM feed_last
         ORDER BY feed_id",
    )
    .fetch_all(db.read())
    .await?)
}

/// The readings of a feed in the database, the newest first.
pub async fn list_readings(db: &Db, feed: &str, most: i64) -> Result<Vec<ReadingRow>> {
    Ok(sqlx::query_as(
        "SELECT feed_id, at, value, received_at
         FROM reading
         WHERE feed_id = $1
         ORDER BY at DESC
         LIMIT $2",
    )
    .bind(feed)
    .bind(most)
    .fetch_all(db.read())
    .await?)
}

/// The moment of the `n`th reading before a moment, from 0, the oldest first; `None` where there are not so many.
pub async fn find_nth_before(db: &Db, before: Time, n: i64) -> Result<Option<Time>> {
    let found: Option<i64> = sqlx::query_scalar(
        "SELECT at
         FROM reading
         WHERE at < $1
         ORDER BY at
         LIMIT 1 OFFSET $2",
    )
    .bind(before.0)
    .bind(n)
    .fetch_optional(db.read())
    .await?;
    Ok(found.map(Time))
}

/// All readings before a moment, the oldest first.
pub async fn list_before(db: &Db, before: Time) -> Result<Vec<ReadingRow>> {
    Ok(sqlx::query_as(
        "SELECT feed_id, at, value, received_at
         FROM reading
         WHERE at < $1
         ORDER BY at, feed_id",
    )
    .bind(before.0)
    .fetch_all(db.read())
    .await?)
}

/// What is on its way into the lake, if anything is.
pub async fn find_shelf(db: &Db) -> Result<Option<ShelfRow>> {
    Ok(sqlx::query_as(
        "SELECT until, n_rows
         FROM reading_shelf
         WHERE name = $1",
    )
    .bind(SHELF)
    .fetch_optional(db.read())
    .await?)
}

/// Notes what is on its way into the lake.
pub async fn put_shelf(tx: &mut Tx, shelf: ShelfRow) -> Result<()> {
    sqlx::query(
        "INSERT INTO reading_shelf (name, until, n_rows)
         VALUES ($1, $2, $3)",
    )
    .bind(SHELF)
    .bind(shelf.until)
    .bind(shelf.n_rows)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Lets go of what has come into the lake.
pub async fn clear_shelf(tx: &mut Tx, shelf: ShelfRow) -> Result<()> {
    sqlx::query("DELETE FROM reading WHERE at < $1")
        .bind(shelf.until)
        .execute(tx.conn())
        .await?;
    sqlx::query("DELETE FROM reading_shelf WHERE name = $1")
        .bind(SHELF)
        .execute(tx.conn())
        .await?;
    Ok(())
}

impl FeedRow {
    /// The feed that a row holds.
    #[must_use]
    pub fn feed(&self) -> Feed {
        let seconds = |n: i64| std::time::Duration::from_secs(u64::try_from(n).unwrap_or(0));
        Feed {
            code: self.code.clone(),
            title: self.title.clone(),
            unit: self.unit.clone(),
            place: self.place.clone(),
            source: match self.kind.as_str() {
                "mqtt" => Source::Mqtt {
                    topic: self.topic.clone(),
                },
                _ => Source::Webhook,
            },
            value_path: self.value_path.clone(),
            time_path: self.time_path.clone(),
            decimals: usize::try_from(self.decimals).unwrap_or(0),
            expected: seconds(self.expected_s),
            silent: seconds(self.silent_s),
            low: self.low,
            high: self.high,
        }
    }
}

impl LastRow {
    /// The reading that a row holds.
    #[must_use]
    pub fn reading(&self) -> Reading {
        Reading {
            at: Time(self.at),
            value: self.value,
            received_at: Time(self.received_at),
            is_clock_off: self.is_clock_off == 1,
        }
    }
}

fn whole_seconds(span: std::time::Duration) -> i64 {
    i64::try_from(span.as_secs()).unwrap_or(i64::MAX)
}
