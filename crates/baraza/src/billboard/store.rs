//! SQL of what villages chose for their billboards.

use std::collections::BTreeMap;

use serde_json::{from_str, to_string};

use super::model::Choice;
use crate::platform::{
    db::{Db, Tx},
    op::Op,
    problem::{Problem, Result},
};

/// What did each village choose, or one of them? By its code.
pub async fn list_choices(db: &Db, place: Option<&str>) -> Result<BTreeMap<String, Choice>> {
    let rows: Vec<(String, String, String)> = sqlx::query_as(
        "SELECT place, lang, indicators
         FROM billboard_choice
         WHERE ($1 IS NULL OR place = $1)",
    )
    .bind(place)
    .fetch_all(db.read())
    .await?;
    rows.into_iter()
        .map(|(place, lang, indicators)| {
            let choice = Choice {
                lang: lang.parse().ok(),
                indicators: from_str(&indicators).map_err(Problem::internal)?,
            };
            Ok((place, choice))
        })
        .collect()
}

/// Keeps what a village chose in the place of what it chose before.
pub async fn put_choice(tx: &mut Tx, op: &Op, place: &str, choice: &Choice) -> Result<()> {
    sqlx::query(
        "INSERT INTO billboard_choice (place, lang, indicators, changed_at, changed_by)
         VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (place) DO UPDATE SET
             lang = excluded.lang, indicators = excluded.indicators,
             changed_at = excluded.changed_at, changed_by = excluded.changed_by",
    )
    .bind(place)
    .bind(choice.lang.map_or("", |lang| lang.code()))
    .bind(to_string(&choice.indicators).map_err(Problem::internal)?)
    .bind(op.at.0)
    .bind(op.who.label())
    .execute(tx.conn())
    .await?;
    Ok(())
}
