//! SQL over all that a village has: what is to be found of it by its title.

use jiff::civil::Date;
use sqlx::FromRow;

use crate::platform::{
    db::Db,
    problem::{Problem, Result},
};

/// Something of a village that has a title.
pub struct Titled {
    /// `proposal`, `ask`, `ballot` or `meeting`.
    pub kind: String,
    /// Its code; of a meeting its id.
    pub code: String,
    pub place: String,
    pub title: String,
    /// When it was proposed or asked for, when its vote opens, when it is held.
    pub on: Date,
}

#[derive(FromRow)]
struct TitledRow {
    kind: String,
    code: String,
    place: String,
    title: String,
    day: String,
}

/// What do villages have that everybody may find: proposals that were not hidden, asks, votes, and meetings from a day on? The latest
/// first.
pub async fn list_titled(db: &Db, from: Date, most: i64) -> Result<Vec<Titled>> {
    let rows: Vec<TitledRow> = sqlx::query_as(
        "SELECT 'proposal' AS kind, code, place, title, made_on AS day
         FROM village_proposal
         WHERE state <> 'hidden'
         UNION ALL
         SELECT 'ask' AS kind, code, place, title, asked_on AS day
         FROM village_ask
         UNION ALL
         SELECT 'ballot' AS kind, code, place, title, opens_on AS day
         FROM village_ballot
         UNION ALL
         SELECT 'meeting' AS kind, id AS code, place, title, held_on AS day
         FROM village_meeting
         WHERE held_on >= $1 AND state = 'invited'
         ORDER BY day DESC, code
         LIMIT $2",
    )
    .bind(from.to_string())
    .bind(most)
    .fetch_all(db.read())
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Titled {
                on: row.day.parse().map_err(Problem::internal)?,
                kind: row.kind,
                code: row.code,
                place: row.place,
                title: row.title,
            })
        })
        .collect()
}
