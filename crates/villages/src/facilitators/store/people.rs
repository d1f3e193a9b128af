//! SQL of the register: who has the role, what they signed, what they were trained in.

use sqlx::FromRow;

use crate::{
    facilitators::model::{Paper, typed::NewTraining},
    platform::{
        db::{Db, Tx},
        id,
        problem::Result,
        time::Time,
    },
};

/// What somebody was trained in.
#[derive(Debug, Clone, FromRow)]
pub struct TrainingRow {
    pub user_id: String,
    pub topic: String,
    pub held_on: String,
    pub given_by: String,
    pub valid_until: Option<String>,
}

/// Which people have the role of a facilitator, and over which places? One row for each grant: account, name, place.
pub async fn list_holders(db: &Db) -> Result<Vec<(String, String, Option<String>)>> {
    Ok(sqlx::query_as(
        "SELECT DISTINCT u.id, u.name, g.place_code
         FROM user_grant g
         JOIN user_account u ON u.id = g.user_id
         WHERE g.role = 'facilitator'
           AND u.kind = 'person'
           AND u.closed_at IS NULL
         ORDER BY u.name, u.id, g.place_code",
    )
    .fetch_all(db.read())
    .await?)
}

/// The languages and the coach of each, by account.
pub async fn list_profiles(db: &Db) -> Result<Vec<(String, String, Option<String>)>> {
    Ok(
        sqlx::query_as("SELECT user_id, languages, coach_id FROM facilitator_profile")
            .fetch_all(db.read())
            .await?,
    )
}

/// All training, the latest first.
pub async fn list_trainings(db: &Db) -> Result<Vec<TrainingRow>> {
    Ok(sqlx::query_as(
        "SELECT user_id, topic, held_on, given_by, valid_until
         FROM facilitator_training
         ORDER BY held_on DESC, id DESC",
    )
    .fetch_all(db.read())
    .await?)
}

/// What somebody signed, or everybody: account, paper, version, and when.
pub async fn list_signatures(db: &Db, user: Option<&str>) -> Result<Vec<(String, String, String, i64)>> {
    Ok(sqlx::query_as(
        "SELECT user_id, paper, version, signed_at
         FROM facilitator_signature
         WHERE ($1 IS NULL OR user_id = $1)
         ORDER BY id",
    )
    .bind(user)
    .fetch_all(db.read())
    .await?)
}

/// What somebody signed, as a transaction sees it: paper, version, and when.
pub async fn list_signatures_in(tx: &mut Tx, user: &str) -> Result<Vec<(String, String, i64)>> {
    Ok(sqlx::query_as(
        "SELECT paper, version, signed_at
         FROM facilitator_signature
         WHERE user_id = $1
         ORDER BY id",
    )
    .bind(user)
    .fetch_all(tx.conn())
    .await?)
}

/// Notes a signature; false where this version was signed already.
pub async fn sign(tx: &mut Tx, user: &str, paper: Paper, lang: &str, words: &str, at: Time) -> Result<bool> {
    let done = sqlx::query(
        "INSERT INTO facilitator_signature (id, user_id, paper, version, lang, words, signed_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (user_id, paper, version) DO NOTHING",
    )
    .bind(id::fresh(at))
    .bind(user)
    .bind(paper.as_str())
    .bind(paper.version())
    .bind(lang)
    .bind(words)
    .bind(at.0)
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Keeps in which languages somebody runs a discussion.
pub async fn put_languages(tx: &mut Tx, user: &str, languages: &str, at: Time) -> Result<()> {
    sqlx::query(
        "INSERT INTO facilitator_profile (user_id, languages, changed_at)
         VALUES ($1, $2, $3)
         ON CONFLICT (user_id) DO UPDATE SET languages = excluded.languages, changed_at = excluded.changed_at",
    )
    .bind(user)
    .bind(languages)
    .bind(at.0)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Keeps who coaches somebody.
pub async fn put_coach(tx: &mut Tx, user: &str, coach: Option<&str>, at: Time) -> Result<()> {
    sqlx::query(
        "INSERT INTO facilitator_profile (user_id, languages, coach_id, changed_at)
         VALUES ($1, '', $2, $3)
         ON CONFLICT (user_id) DO UPDATE SET coach_id = excluded.coach_id, changed_at = excluded.changed_at",
    )
    .bind(user)
    .bind(coach)
    .bind(at.0)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Adds what somebody was trained in.
pub async fn insert_training(
    tx: &mut Tx,
    user: &str,
    training: &NewTraining,
    who: &str,
    at: Time,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO facilitator_training (id, user_id, topic, held_on, given_by, valid_until, entered_by, entered_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(id::fresh(at))
    .bind(user)
    .bind(&training.topic)
    .bind(training.held_on.to_string())
    .bind(&training.given_by)
    .bind(training.valid_until.map(|day| day.to_string()))
    .bind(who)
    .bind(at.0)
    .execute(tx.conn())
    .await?;
    Ok(())
}
