//! SQL of conversations: where each stands, and whose requests a sender's are.

use crate::platform::{db::Tx, message::Address, problem::Result, time::Time};

/// Where does the conversation with a sender stand? Sealed; `None` where there is none, or it is forgotten.
pub async fn find_talk(tx: &mut Tx, address: &Address, now: Time) -> Result<Option<String>> {
    let mark = address.mark(tx.vault());
    let row: Option<(String,)> =
        sqlx::query_as("SELECT draft FROM request_talk WHERE mark = $1 AND expires_at > $2")
            .bind(mark)
            .bind(now.0)
            .fetch_optional(tx.conn())
            .await?;
    Ok(row.map(|(draft,)| draft))
}

/// Keeps where a conversation stands, in place of where it stood.
pub async fn save_talk(tx: &mut Tx, address: &Address, sealed: &str, expires_at: Time) -> Result<()> {
    let mark = address.mark(tx.vault());
    sqlx::query(
        "INSERT INTO request_talk (mark, draft, expires_at)
         VALUES ($1, $2, $3)
         ON CONFLICT (mark) DO UPDATE SET draft = excluded.draft, expires_at = excluded.expires_at",
    )
    .bind(mark)
    .bind(sealed)
    .bind(expires_at.0)
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub async fn delete_talk(tx: &mut Tx, address: &Address) -> Result<()> {
    let mark = address.mark(tx.vault());
    sqlx::query("DELETE FROM request_talk WHERE mark = $1")
        .bind(mark)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Forgets conversations that nobody went on with.
pub async fn delete_old_talks(tx: &mut Tx, now: Time) -> Result<()> {
    sqlx::query("DELETE FROM request_talk WHERE expires_at <= $1")
        .bind(now.0)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Which requests were filed with an address, the newest first? By id.
pub async fn list_filed_with(tx: &mut Tx, address: &Address, most: i64) -> Result<Vec<String>> {
    let mark = address.mark(tx.vault());
    let rows: Vec<(String,)> = sqlx::query_as(
        "SELECT request_id
         FROM request_contact
         WHERE phone_mark = $1 OR email_mark = $1
         ORDER BY request_id DESC
         LIMIT $2",
    )
    .bind(mark)
    .bind(most)
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}
