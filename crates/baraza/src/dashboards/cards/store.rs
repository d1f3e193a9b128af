//! SQL of report cards.

use super::Card;
use crate::platform::{
    db::{Db, Tx},
    problem::{Problem, Result},
    time::Time,
};

/// Months that are listed at most.
const MOST_MONTHS: i64 = 240;

/// The organisations whose card of a month is made, by their codes.
pub async fn list_made(db: &Db, month: &str) -> Result<Vec<String>> {
    let codes: Vec<(String,)> = sqlx::query_as(
        "SELECT organisation
         FROM agency_card
         WHERE month = $1
         ORDER BY organisation",
    )
    .bind(month)
    .fetch_all(db.read())
    .await?;
    Ok(codes.into_iter().map(|(code,)| code).collect())
}

/// The months of which an organisation has cards, the latest first.
pub async fn list_months(db: &Db, organisation: &str) -> Result<Vec<String>> {
    let months: Vec<(String,)> = sqlx::query_as(
        "SELECT month
         FROM agency_card
         WHERE organisation = $1
         ORDER BY month DESC
         LIMIT $2",
    )
    .bind(organisation)
    .bind(MOST_MONTHS)
    .fetch_all(db.read())
    .await?;
    Ok(months.into_iter().map(|(month,)| month).collect())
}

/// The card of an organisation for a month, and when it was made.
pub async fn find(db: &Db, organisation: &str, month: &str) -> Result<Option<(Card, Time)>> {
    let found: Option<(String, i64)> = sqlx::query_as(
        "SELECT body, frozen_at
         FROM agency_card
         WHERE organisation = $1 AND month = $2",
    )
    .bind(organisation)
    .bind(month)
    .fetch_optional(db.read())
    .await?;
    found
        .map(|(body, frozen_at)| {
            let card = serde_json::from_str(&body).map_err(Problem::internal)?;
            Ok((card, Time(frozen_at)))
        })
        .transpose()
}

/// Keeps a card; false where there is one already, which stays.
pub async fn put(tx: &mut Tx, card: &Card, at: Time) -> Result<bool> {
    let body = serde_json::to_string(card).map_err(Problem::internal)?;
    let done = sqlx::query(
        "INSERT INTO agency_card (organisation, month, body, frozen_at)
         VALUES ($1, $2, $3, $4)
         ON CONFLICT (organisation, month) DO NOTHING",
    )
    .bind(&card.organisation)
    .bind(&card.month)
    .bind(body)
    .bind(at.0)
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}
