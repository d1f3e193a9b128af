//! SQL of corrections: what a note said before, and what it says from then on.

use sqlx::FromRow;

use super::{count, day};
use crate::{
    listening::model::{
        note::{Correction, Earlier, Note},
        paragraphs,
    },
    platform::{
        db::{Db, Tx},
        problem::{Problem, Result},
        time::Time,
        vault::Vault,
    },
};

/// How a note stood before each of its corrections, the first first.
pub async fn list(db: &Db, vault: &Vault, note: &str) -> Result<Vec<Earlier>> {
    let rows: Vec<VersionRow> = sqlx::query_as(
        "SELECT n_present, held_on, questions, text, why, who, at
         FROM listening_version
         WHERE note_id = $1
         ORDER BY version",
    )
    .bind(note)
    .fetch_all(db.read())
    .await?;
    rows.into_iter().map(|row| row.read(vault)).collect()
}

/// Keeps how a note stands, before it is corrected.
pub async fn keep(tx: &mut Tx, note: &Note, why: &str, who: &str, at: Time) -> Result<()> {
    let vault = tx.vault().clone();
    sqlx::query(
        "INSERT INTO listening_version (note_id, version, n_present, held_on, questions, text, why, who, at)
         VALUES ($1, (SELECT COUNT(*) + 1 FROM listening_version WHERE note_id = $1), $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(&note.head.id)
    .bind(i64::from(note.head.n_present))
    .bind(note.head.held_on.to_string())
    .bind(&note.questions)
    .bind(vault.seal(&note.paragraphs.join("\n\n")))
    .bind(vault.seal(why))
    .bind(who)
    .bind(at.0)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Writes what a note says from now on; paragraphs at `changed` lose their codes, and its coders are done no more.
pub async fn correct(tx: &mut Tx, note: &str, correction: &Correction, changed: &[i64]) -> Result<()> {
    let vault = tx.vault().clone();
    sqlx::query(
        "UPDATE listening_note
         SET n_present = $2, held_on = $3, questions = $4
         WHERE id = $1",
    )
    .bind(note)
    .bind(i64::from(correction.n_present))
    .bind(correction.held_on.to_string())
    .bind(&correction.questions)
    .execute(tx.conn())
    .await?;
    sqlx::query("DELETE FROM listening_paragraph WHERE note_id = $1")
        .bind(note)
        .execute(tx.conn())
        .await?;
    for (position, paragraph) in (1_i64..).zip(&correction.paragraphs) {
        sqlx::query("INSERT INTO listening_paragraph (note_id, position, text) VALUES ($1, $2, $3)")
            .bind(note)
            .bind(position)
            .bind(vault.seal(paragraph))
            .execute(tx.conn())
            .await?;
    }
    for position in changed {
        sqlx::query("DELETE FROM listening_coding WHERE note_id = $1 AND position = $2")
            .bind(note)
            .bind(position)
            .execute(tx.conn())
            .await?;
        sqlx::query("DELETE FROM listening_settled WHERE note_id = $1 AND position = $2")
            .bind(note)
            .bind(position)
            .execute(tx.conn())
            .await?;
    }
    if !changed.is_empty() {
        sqlx::query("UPDATE listening_coder SET done_at = NULL WHERE note_id = $1")
            .bind(note)
            .execute(tx.conn())
            .await?;
    }
    Ok(())
}

#[derive(FromRow)]
struct VersionRow {
    n_present: i64,
    held_on: String,
    questions: String,
    text: String,
    why: String,
    who: String,
    at: i64,
}

impl VersionRow {
    fn read(self, vault: &Vault) -> Result<Earlier> {
        let reveal = |sealed: &str| vault.reveal(sealed).map_err(Problem::internal);
        Ok(Earlier {
            n_present: count(self.n_present),
            held_on: day(&self.held_on)?,
            paragraphs: paragraphs(&reveal(&self.text)?),
            why: reveal(&self.why)?,
            questions: self.questions,
            who: self.who,
            at: Time(self.at),
        })
    }
}
