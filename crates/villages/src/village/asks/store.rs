//! SQL of asks.

use jiff::civil::Date;
use sqlx::FromRow;

use super::model::{Answer, Answered, Ask};
use crate::platform::{
    db::{Db, Tx},
    problem::{Problem, Result},
    time::Time,
};

#[derive(FromRow)]
struct AskRow {
    id: String,
    code: String,
    place: String,
    title: String,
    need: String,
    number_path: Option<String>,
    organisation: String,
    asked_on: String,
    answer: Option<String>,
    said: Option<String>,
    answered_by: Option<String>,
    answered_post: Option<String>,
    answered_on: Option<String>,
    commitment: Option<String>,
    reminded_at: Option<i64>,
    n_reminded: i64,
    revision: i64,
}

impl AskRow {
    fn read(self) -> Result<Ask> {
        let answered = match (self.answer.as_deref().and_then(Answer::parse), self.answered_on) {
            (Some(answer), Some(on)) => Some(Answered {
                answer,
                said: self.said.unwrap_or_default(),
                by: self.answered_by.unwrap_or_default(),
                post: self.answered_post.unwrap_or_default(),
                on: day(&on)?,
                commitment: self.commitment,
            }),
            _ => None,
        };
        Ok(Ask {
            id: self.id,
            code: self.code,
            place: self.place,
            title: self.title,
            need: self.need,
            number: self.number_path,
            organisation: self.organisation,
            asked_on: day(&self.asked_on)?,
            answered,
            reminded_at: self.reminded_at.map(Time),
            n_reminded: u32::try_from(self.n_reminded).unwrap_or(0),
            revision: self.revision,
        })
    }
}

/// Enters an ask; false when its code is somebody else's.
pub async fn insert(tx: &mut Tx, ask: &Ask) -> Result<bool> {
    let done = sqlx::query(
        "INSERT INTO village_ask (id, code, place, title, need, number_path, organisation, asked_on, n_reminded, revision)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, $9)
         ON CONFLICT (code) DO NOTHING",
    )
    .bind(&ask.id)
    .bind(&ask.code)
    .bind(&ask.place)
    .bind(&ask.title)
    .bind(&ask.need)
    .bind(ask.number.as_deref())
    .bind(&ask.organisation)
    .bind(ask.asked_on.to_string())
    .bind(ask.revision)
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The ask with a code.
pub async fn find(db: &Db, code: &str) -> Result<Option<Ask>> {
    let row: Option<AskRow> = sqlx::query_as(
        "SELECT id, code, place, title, need, number_path, organisation, asked_on, answer, said, answered_by,
                answered_post, answered_on, commitment, reminded_at, n_reminded, revision
         FROM village_ask
         WHERE code = $1",
    )
    .bind(code)
    .fetch_optional(db.read())
    .await?;
    row.map(AskRow::read).transpose()
}

/// Asks of a place, or of all: those nobody answered first, the oldest of them first.
pub async fn list(db: &Db, place: Option<&str>, most: i64) -> Result<Vec<Ask>> {
    let rows: Vec<AskRow> = sqlx::query_as(
        "SELECT id, code, place, title, need, number_path, organisation, asked_on, answer, said, answered_by,
                answered_post, answered_on, commitment, reminded_at, n_reminded, revision
         FROM village_ask
         WHERE ($1 IS NULL OR place = $1)
         ORDER BY CASE WHEN answer IS NULL THEN 0 ELSE 1 END, asked_on, id
         LIMIT $2",
    )
    .bind(place)
    .bind(most)
    .fetch_all(db.read())
    .await?;
    rows.into_iter().map(AskRow::read).collect()
}

/// Keeps an answer; false when somebody answered before, or something changed since.
pub async fn answer(tx: &mut Tx, ask: &Ask, answered: &Answered) -> Result<bool> {
    let done = sqlx::query(
        "UPDATE village_ask
         SET answer = $3, said = $4, answered_by = $5, answered_post = $6, answered_on = $7, commitment = $8,
             revision = revision + 1
         WHERE id = $1 AND revision = $2 AND answer IS NULL",
    )
    .bind(&ask.id)
    .bind(ask.revision)
    .bind(answered.answer.as_str())
    .bind(&answered.said)
    .bind(&answered.by)
    .bind(&answered.post)
    .bind(answered.on.to_string())
    .bind(answered.commitment.as_deref())
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Asks that wait, were made before a day, and whose organisation was not reminded since an instant.
pub async fn list_due(db: &Db, before: Date, since: Time, most: i64) -> Result<Vec<Ask>> {
    let rows: Vec<AskRow> = sqlx::query_as(
        "SELECT id, code, place, title, need, number_path, organisation, asked_on, answer, said, answered_by,
                answered_post, answered_on, commitment, reminded_at, n_reminded, revision
         FROM village_ask
         WHERE answer IS NULL AND asked_on <= $1 AND (reminded_at IS NULL OR reminded_at <= $2)
         ORDER BY organisation, asked_on, id
         LIMIT $3",
    )
    .bind(before.to_string())
    .bind(since.0)
    .bind(most)
    .fetch_all(db.read())
    .await?;
    rows.into_iter().map(AskRow::read).collect()
}

/// Keeps that an organisation was reminded; false when it was meanwhile.
pub async fn remind(tx: &mut Tx, ask: &Ask, at: Time) -> Result<bool> {
    let done = sqlx::query(
        "UPDATE village_ask
         SET reminded_at = $3, n_reminded = n_reminded + 1
         WHERE id = $1 AND n_reminded = $2 AND answer IS NULL",
    )
    .bind(&ask.id)
    .bind(i64::from(ask.n_reminded))
    .bind(at.0)
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

fn day(text: &str) -> Result<Date> {
    text.parse().map_err(Problem::internal)
}
