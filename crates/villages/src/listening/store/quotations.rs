//! SQL of quotations.

use sqlx::FromRow;

use super::{count, word};
use crate::{
    facilitators::GroupKind,
    listening::model::{
        hotspot::Quotable,
        quotation::{Naming, Quotation, State},
    },
    platform::{
        db::{Db, Tx},
        problem::{Problem, Result},
        time::Time,
        vault::Vault,
    },
};

/// The quotations of a note, the first first.
pub async fn list(db: &Db, vault: &Vault, note: &str) -> Result<Vec<Quotation>> {
    let rows: Vec<QuotationRow> = sqlx::query_as(
        "SELECT id, note_id, position, text, naming, coder, state, why, proposed_at
         FROM listening_quotation
         WHERE note_id = $1
         ORDER BY id",
    )
    .bind(note)
    .fetch_all(db.read())
    .await?;
    rows.into_iter().map(|row| row.read(vault)).collect()
}

/// Every released quotation whose consents hold at this moment, the first first.
pub async fn list_quotable(db: &Db, vault: &Vault) -> Result<Vec<Quotable>> {
    let rows: Vec<QuotableRow> = sqlx::query_as(
        "SELECT q.id, q.note_id, q.position, q.text, q.naming, q.coder, q.state, q.why, q.proposed_at,
                n.place, n.group_key, n.n_present
         FROM listening_quotation q
         JOIN listening_note n ON n.id = q.note_id
         JOIN listening_consent r ON r.note_id = n.id AND r.consent_use = 'report'
         JOIN listening_consent c ON c.note_id = n.id
              AND c.consent_use = CASE q.naming WHEN 'named' THEN 'quote-named' ELSE 'quote-unnamed' END
         WHERE q.state = 'released'
           AND r.is_given = 1 AND r.withdrawn_on IS NULL
           AND c.is_given = 1 AND c.withdrawn_on IS NULL
         ORDER BY q.id",
    )
    .fetch_all(db.read())
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Quotable {
                group: word(GroupKind::parse(&row.group_key), &row.group_key)?,
                n_present: count(row.n_present),
                place: row.place,
                quotation: row.quotation.read(vault)?,
            })
        })
        .collect()
}

/// Keeps a quotation that somebody proposes.
pub async fn insert(tx: &mut Tx, quotation: &Quotation) -> Result<()> {
    let sealed = tx.vault().seal(&quotation.text);
    sqlx::query(
        "INSERT INTO listening_quotation (id, note_id, position, text, naming, coder, state, why, proposed_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(&quotation.id)
    .bind(&quotation.note)
    .bind(quotation.position)
    .bind(sealed)
    .bind(quotation.naming.as_str())
    .bind(&quotation.coder)
    .bind(quotation.state.as_str())
    .bind(&quotation.why)
    .bind(quotation.proposed_at.0)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Releases or refuses a quotation that waits; false where that was done before.
pub async fn check(tx: &mut Tx, id: &str, state: State, why: &str, who: &str, at: Time) -> Result<bool> {
    let done = sqlx::query(
        "UPDATE listening_quotation
         SET state = $2, why = $3, checked_by = $4, checked_at = $5
         WHERE id = $1 AND state = 'proposed'",
    )
    .bind(id)
    .bind(state.as_str())
    .bind(why)
    .bind(who)
    .bind(at.0)
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

#[derive(FromRow)]
struct QuotationRow {
    id: String,
    note_id: String,
    position: i64,
    text: String,
    naming: String,
    coder: String,
    state: String,
    why: String,
    proposed_at: i64,
}

#[derive(FromRow)]
struct QuotableRow {
    #[sqlx(flatten)]
    quotation: QuotationRow,
    place: String,
    group_key: String,
    n_present: i64,
}

impl QuotationRow {
    fn read(self, vault: &Vault) -> Result<Quotation> {
        Ok(Quotation {
            text: vault.reveal(&self.text).map_err(Problem::internal)?,
            naming: word(Naming::parse(&self.naming), &self.naming)?,
            state: word(State::parse(&self.state), &self.state)?,
            proposed_at: Time(self.proposed_at),
            id: self.id,
            note: self.note_id,
            position: self.position,
            coder: self.coder,
            why: self.why,
        })
    }
}
