//! SQL of the shared code book.

use sqlx::FromRow;

use crate::{
    listening::model::codebook::{Code, Wording},
    platform::{
        db::{Db, Tx},
        problem::Result,
        time::Time,
    },
};

/// Every code as it is worded now, by code.
pub async fn list(db: &Db) -> Result<Vec<Code>> {
    let rows: Vec<CodeRow> = sqlx::query_as(
        "SELECT c.code, c.version, c.title, c.apply_when, c.example, CAST(c.is_retired AS BIGINT) AS is_retired, c.why, c.at
         FROM listening_code c
         WHERE c.version = (SELECT MAX(l.version) FROM listening_code l WHERE l.code = c.code)
         ORDER BY c.code",
    )
    .fetch_all(db.read())
    .await?;
    Ok(rows.into_iter().map(CodeRow::read).collect())
}

/// Every wording that a code has had, the last first.
pub async fn list_versions(db: &Db, code: &str) -> Result<Vec<Code>> {
    let rows: Vec<CodeRow> = sqlx::query_as(
        "SELECT code, version, title, apply_when, example, CAST(is_retired AS BIGINT) AS is_retired, why, at
         FROM listening_code
         WHERE code = $1
         ORDER BY version DESC",
    )
    .bind(code)
    .fetch_all(db.read())
    .await?;
    Ok(rows.into_iter().map(CodeRow::read).collect())
}

/// Keeps a wording of a code; false where there is one with that version.
pub async fn insert(tx: &mut Tx, code: &Code, who: &str) -> Result<bool> {
    let done = sqlx::query(
        "INSERT INTO listening_code (code, version, title, apply_when, example, is_retired, why, at, who)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         ON CONFLICT (code, version) DO NOTHING",
    )
    .bind(&code.code)
    .bind(code.version)
    .bind(&code.wording.title)
    .bind(&code.wording.apply_when)
    .bind(&code.wording.example)
    .bind(i32::from(code.wording.is_retired))
    .bind(&code.why)
    .bind(code.at.0)
    .bind(who)
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

#[derive(FromRow)]
struct CodeRow {
    code: String,
    version: i64,
    title: String,
    apply_when: String,
    example: String,
    is_retired: i64,
    why: String,
    at: i64,
}

impl CodeRow {
    fn read(self) -> Code {
        Code {
            code: self.code,
            version: self.version,
            wording: Wording {
                title: self.title,
                apply_when: self.apply_when,
                example: self.example,
                is_retired: self.is_retired == 1,
            },
            why: self.why,
            at: Time(self.at),
        }
    }
}
