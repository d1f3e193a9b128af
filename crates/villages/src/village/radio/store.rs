//! SQL of programmes and the questions raised in them.

use sqlx::FromRow;

use super::model::{Kind, Programme, Question};
use crate::platform::{
    db::{Db, Tx},
    problem::{Problem, Result},
    time::Time,
    vault::Vault,
};

#[derive(FromRow)]
struct ProgrammeRow {
    id: String,
    kind: String,
    place: String,
    title: String,
    held_on: String,
}

#[derive(FromRow)]
struct QuestionRow {
    n: i64,
    request_code: String,
    name_sealed: Option<String>,
}

impl ProgrammeRow {
    fn read(self) -> Result<Programme> {
        Ok(Programme {
            kind: Kind::parse(&self.kind).unwrap_or(Kind::Hall),
            held_on: self.held_on.parse().map_err(Problem::internal)?,
            id: self.id,
            place: self.place,
            title: self.title,
        })
    }
}

/// Enters a programme.
pub async fn insert(tx: &mut Tx, programme: &Programme, who: &str) -> Result<()> {
    sqlx::query(
        "INSERT INTO village_programme (id, kind, place, title, held_on, made_by)
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(&programme.id)
    .bind(programme.kind.as_str())
    .bind(&programme.place)
    .bind(&programme.title)
    .bind(programme.held_on.to_string())
    .bind(who)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The programme with an id.
pub async fn find(db: &Db, id: &str) -> Result<Option<Programme>> {
    let row: Option<ProgrammeRow> = sqlx::query_as(
        "SELECT id, kind, place, title, held_on
         FROM village_programme
         WHERE id = $1",
    )
    .bind(id)
    .fetch_optional(db.read())
    .await?;
    row.map(ProgrammeRow::read).transpose()
}

/// Programmes, the latest first.
pub async fn list(db: &Db, most: i64) -> Result<Vec<Programme>> {
    let rows: Vec<ProgrammeRow> = sqlx::query_as(
        "SELECT id, kind, place, title, held_on
         FROM village_programme
         ORDER BY held_on DESC, id DESC
         LIMIT $1",
    )
    .bind(most)
    .fetch_all(db.read())
    .await?;
    rows.into_iter().map(ProgrammeRow::read).collect()
}

/// Keeps a question as the next of its programme.
pub async fn insert_question(
    tx: &mut Tx,
    programme: &str,
    request: &str,
    name_sealed: Option<&str>,
    at: Time,
) -> Result<()> {
    let (last,): (i64,) = sqlx::query_as(
        "SELECT CAST(COALESCE(MAX(n), 0) AS BIGINT)
         FROM village_question
         WHERE programme_id = $1",
    )
    .bind(programme)
    .fetch_one(tx.conn())
    .await?;
    sqlx::query(
        "INSERT INTO village_question (programme_id, n, request_code, name_sealed, raised_at)
         VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(programme)
    .bind(last + 1)
    .bind(request)
    .bind(name_sealed)
    .bind(at.0)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The questions of a programme in the order they were raised.
pub async fn list_questions(db: &Db, vault: &Vault, programme: &str) -> Result<Vec<Question>> {
    let rows: Vec<QuestionRow> = sqlx::query_as(
        "SELECT n, request_code, name_sealed
         FROM village_question
         WHERE programme_id = $1
         ORDER BY n",
    )
    .bind(programme)
    .fetch_all(db.read())
    .await?;
    rows.into_iter()
        .map(|row| {
            let name = row.name_sealed.map(|sealed| vault.reveal(&sealed)).transpose();
            Ok(Question {
                n: u32::try_from(row.n).unwrap_or(0),
                request: row.request_code,
                name: name.map_err(Problem::internal)?,
            })
        })
        .collect()
}
