//! SQL of requests: profiles, services, posts, limits. What residents filed is in the modules below.

pub mod board;
pub mod bulk;
pub mod desk;
pub mod drafts;
pub mod filed;
pub mod grading;
pub mod heard;
pub mod history;
pub mod meeting;
pub mod notices;
pub mod open311;
pub mod sweep;

use sqlx::{AnyPool, FromRow};

use super::model::{
    post::{NewPost, Post},
    profile::Profile,
    service::Service,
};
use crate::platform::{
    db::Tx,
    id,
    op::Op,
    problem::{Problem, Result},
    time::Time,
};

/// What counts the changes of services and profiles.
pub const KEPT: &str = "requests";

/// Puts a version of a profile in force; its text is kept once and for all.
pub async fn put_profile(tx: &mut Tx, op: &Op, profile: &Profile, text: &str) -> Result<()> {
    sqlx::query(
        "UPDATE request_profile SET is_current = 0 WHERE name = $1 AND version <> $2 AND is_current = 1",
    )
    .bind(&profile.name)
    .bind(&profile.version)
    .execute(tx.conn())
    .await?;
    sqlx::query(
        "INSERT INTO request_profile (version, name, text, is_current, loaded_at, loaded_by)
         VALUES ($1, $2, $3, 1, $4, $5)
         ON CONFLICT (version) DO UPDATE SET is_current = 1, loaded_at = excluded.loaded_at",
    )
    .bind(&profile.version)
    .bind(&profile.name)
    .bind(text)
    .bind(op.at.0)
    .bind(op.who.label())
    .execute(tx.conn())
    .await?;
    tx.touch(KEPT).await
}

/// The versions in force with their texts.
pub async fn list_current_profiles(db: &AnyPool) -> Result<Vec<(String, String, String)>> {
    Ok(
        sqlx::query_as("SELECT name, version, text FROM request_profile WHERE is_current = 1 ORDER BY name")
            .fetch_all(db)
            .await?,
    )
}

/// The text of a version, in force or not.
pub async fn find_profile_text(db: &AnyPool, version: &str) -> Result<Option<String>> {
    let row: Option<(String,)> = sqlx::query_as("SELECT text FROM request_profile WHERE version = $1")
        .bind(version)
        .fetch_optional(db)
        .await?;
    Ok(row.map(|(text,)| text))
}

/// A version of a profile as a list shows it.
#[derive(Debug, Clone, FromRow, serde::Serialize)]
pub struct ProfileVersion {
    pub name: String,
    pub version: String,
    pub is_current: i64,
    pub loaded_at: i64,
    pub loaded_by: String,
}

pub async fn list_profile_versions(db: &AnyPool) -> Result<Vec<ProfileVersion>> {
    Ok(sqlx::query_as(
        "SELECT name, version, CAST(is_current AS BIGINT) AS is_current, loaded_at, loaded_by
         FROM request_profile
         ORDER BY name, loaded_at DESC, version",
    )
    .fetch_all(db)
    .await?)
}

pub async fn save_service(tx: &mut Tx, service: &Service, at: Time) -> Result<()> {
    let definition = serde_json::to_string(service).map_err(Problem::internal)?;
    sqlx::query(
        "INSERT INTO service (code, position, definition, saved_at)
         VALUES ($1, (SELECT COALESCE(MAX(position), 0) + 1 FROM service), $2, $3)
         ON CONFLICT (code) DO UPDATE SET definition = excluded.definition, saved_at = excluded.saved_at",
    )
    .bind(&service.code)
    .bind(definition)
    .bind(at.0)
    .execute(tx.conn())
    .await?;
    tx.touch(KEPT).await
}

pub async fn list_services(db: &AnyPool) -> Result<Vec<Service>> {
    let rows: Vec<(String,)> = sqlx::query_as("SELECT definition FROM service ORDER BY position, code")
        .fetch_all(db)
        .await?;
    rows.iter()
        .map(|(definition,)| serde_json::from_str(definition).map_err(Problem::internal))
        .collect()
}

pub async fn insert_post(tx: &mut Tx, id: &str, post: &NewPost) -> Result<()> {
    sqlx::query(
        "INSERT INTO request_post (id, agency_code, level, place_code, title, holder_id, deputy_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(id)
    .bind(&post.agency)
    .bind(i64::from(post.level))
    .bind(post.place.as_deref())
    .bind(&post.title)
    .bind(post.holder.as_deref())
    .bind(post.deputy.as_deref())
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Says who holds a post, who acts for them, and when they are away; false when there is no such post.
pub async fn update_post(tx: &mut Tx, post: &Post) -> Result<bool> {
    let changed = sqlx::query(
        "UPDATE request_post
         SET title = $2, holder_id = $3, deputy_id = $4, away_from_at = $5, away_until_at = $6, closed_at = $7
         WHERE id = $1",
    )
    .bind(&post.id)
    .bind(&post.title)
    .bind(post.holder.as_deref())
    .bind(post.deputy.as_deref())
    .bind(post.away.map(|(from, _)| from.0))
    .bind(post.away.map(|(_, until)| until.0))
    .bind(post.closed_at.map(|at| at.0))
    .execute(tx.conn())
    .await?;
    Ok(changed.rows_affected() == 1)
}

#[derive(FromRow)]
struct PostRow {
    id: String,
    agency_code: String,
    level: i64,
    place_code: Option<String>,
    title: String,
    holder_id: Option<String>,
    deputy_id: Option<String>,
    away_from_at: Option<i64>,
    away_until_at: Option<i64>,
    closed_at: Option<i64>,
}

/// The posts of an agency, or of all, that are not closed.
pub async fn list_posts(db: &AnyPool, agency: Option<&str>) -> Result<Vec<Post>> {
    let rows: Vec<PostRow> = sqlx::query_as(
        "SELECT id, agency_code, level, place_code, title, holder_id, deputy_id, away_from_at, away_until_at, closed_at
         FROM request_post
         WHERE ($1 IS NULL OR agency_code = $1)
           AND closed_at IS NULL
         ORDER BY agency_code, level, place_code, id",
    )
    .bind(agency)
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(post).collect())
}

/// The posts that somebody holds or is deputy of.
pub async fn list_posts_of(db: &AnyPool, user: &str) -> Result<Vec<Post>> {
    let rows: Vec<PostRow> = sqlx::query_as(
        "SELECT id, agency_code, level, place_code, title, holder_id, deputy_id, away_from_at, away_until_at, closed_at
         FROM request_post
         WHERE (holder_id = $1 OR deputy_id = $1)
           AND closed_at IS NULL
         ORDER BY id",
    )
    .bind(user)
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(post).collect())
}

fn post(row: PostRow) -> Post {
    Post {
        id: row.id,
        agency: row.agency_code,
        level: u8::try_from(row.level).unwrap_or(u8::MAX),
        place: row.place_code,
        title: row.title,
        holder: row.holder_id,
        deputy: row.deputy_id,
        away: row
            .away_from_at
            .zip(row.away_until_at)
            .map(|(from, until)| (Time(from), Time(until))),
        closed_at: row.closed_at.map(Time),
    }
}

/// Counts one more filing of a person on a day; returns how many there are now.
pub async fn count_filing(tx: &mut Tx, person: &str, day: &str) -> Result<i64> {
    let (n,): (i64,) = sqlx::query_as(
        "INSERT INTO request_filing (person, day, n)
         VALUES ($1, $2, 1)
         ON CONFLICT (person, day) DO UPDATE SET n = request_filing.n + 1
         RETURNING n",
    )
    .bind(person)
    .bind(day)
    .fetch_one(tx.conn())
    .await?;
    Ok(n)
}

/// Was somebody let through beyond the limit?
pub async fn is_free(tx: &mut Tx, person: &str, at: Time) -> Result<bool> {
    let (n,): (i64,) =
        sqlx::query_as("SELECT COUNT(*) FROM request_appeal WHERE person = $1 AND free_until_at > $2")
            .bind(person)
            .bind(at.0)
            .fetch_one(tx.conn())
            .await?;
    Ok(n > 0)
}

pub async fn insert_appeal(tx: &mut Tx, id: &str, person: &str, why: &str, at: Time) -> Result<()> {
    sqlx::query("INSERT INTO request_appeal (id, person, why, asked_at) VALUES ($1, $2, $3, $4)")
        .bind(id)
        .bind(person)
        .bind(why)
        .bind(at.0)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// An appeal that waits for somebody to decide.
#[derive(Debug, Clone, FromRow, serde::Serialize)]
pub struct Appeal {
    pub id: String,
    pub why: String,
    pub asked_at: i64,
}

pub async fn list_open_appeals(db: &AnyPool, most: i64) -> Result<Vec<Appeal>> {
    Ok(sqlx::query_as(
        "SELECT id, why, asked_at FROM request_appeal WHERE decided_at IS NULL ORDER BY id LIMIT $1",
    )
    .bind(most)
    .fetch_all(db)
    .await?)
}

/// Decides an open appeal; false when there is none.
pub async fn decide_appeal(tx: &mut Tx, op: &Op, id: &str, free_until: Option<Time>) -> Result<bool> {
    let decided = sqlx::query(
        "UPDATE request_appeal
         SET decided_at = $2, decided_by = $3, free_until_at = $4
         WHERE id = $1 AND decided_at IS NULL",
    )
    .bind(id)
    .bind(op.at.0)
    .bind(op.who.label())
    .bind(free_until.map(|at| at.0))
    .execute(tx.conn())
    .await?;
    Ok(decided.rows_affected() == 1)
}

/// How many wrong keys were tried for a request since a moment?
pub async fn count_guesses(db: &AnyPool, request_id: &str, since: Time) -> Result<i64> {
    let (n,): (i64,) =
        sqlx::query_as("SELECT COUNT(*) FROM request_guess WHERE request_id = $1 AND at >= $2")
            .bind(request_id)
            .bind(since.0)
            .fetch_one(db)
            .await?;
    Ok(n)
}

pub async fn insert_guess(tx: &mut Tx, request_id: &str, at: Time) -> Result<()> {
    sqlx::query("INSERT INTO request_guess (id, request_id, at) VALUES ($1, $2, $3)")
        .bind(id::fresh(at))
        .bind(request_id)
        .bind(at.0)
        .execute(tx.conn())
        .await?;
    Ok(())
}
