//! SQL of links between standard criteria and numbers.

use std::collections::BTreeMap;

use sqlx::FromRow;

use super::model::{
    Concept, People, Source, Turn,
    link::{Key, Link},
};
use crate::platform::{
    db::{Db, Tx},
    id,
    op::Op,
    problem::{Problem, Result},
    time::Time,
    words::Words,
};

/// The name under which the links are kept in memory.
pub const LINKS: &str = "beside-links";

/// Everything that was said of links, in the order in which it was said.
pub async fn list(db: &Db) -> Result<Vec<Link>> {
    let rows: Vec<LinkRow> = sqlx::query_as(
        "SELECT facility_kind, standard, source, number_code, people_code, zero_value, hundred_value, concept, people, note,
                CAST(is_withdrawn AS BIGINT) AS is_withdrawn, who, at
         FROM beside_link
         ORDER BY version, at, id",
    )
    .fetch_all(db.read())
    .await?;
    // A word that this version of the program does not know is of a link that it cannot show.
    Ok(rows.into_iter().filter_map(LinkRow::read).collect())
}

/// Writes down what was said of a link.
pub async fn insert(tx: &mut Tx, op: &Op, link: &Link) -> Result<()> {
    let note = serde_json::to_string(&link.note).map_err(Problem::internal)?;
    let last: i64 = sqlx::query_scalar(
        "SELECT CAST(COALESCE(MAX(version), 0) AS BIGINT)
         FROM beside_link
         WHERE facility_kind = $1 AND standard = $2 AND source = $3 AND number_code = $4",
    )
    .bind(&link.key.kind)
    .bind(&link.key.standard)
    .bind(link.key.source.as_str())
    .bind(&link.key.code)
    .fetch_one(tx.conn())
    .await?;
    sqlx::query(
        "INSERT INTO beside_link (id, facility_kind, standard, source, number_code, people_code, zero_value, hundred_value, concept,
                                  people, note, is_withdrawn, version, who, at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
    )
    .bind(id::fresh(op.at))
    .bind(&link.key.kind)
    .bind(&link.key.standard)
    .bind(link.key.source.as_str())
    .bind(&link.key.code)
    .bind(link.people_code.as_deref())
    .bind(link.turn.map(|turn| turn.zero))
    .bind(link.turn.map(|turn| turn.hundred))
    .bind(link.concept.as_str())
    .bind(link.people.as_str())
    .bind(note)
    .bind(i32::from(link.is_withdrawn))
    .bind(last + 1)
    .bind(op.who.label())
    .bind(op.at.0)
    .execute(tx.conn())
    .await?;
    tx.touch(LINKS).await
}

#[derive(FromRow)]
struct LinkRow {
    facility_kind: String,
    standard: String,
    source: String,
    number_code: String,
    people_code: Option<String>,
    zero_value: Option<f64>,
    hundred_value: Option<f64>,
    concept: String,
    people: String,
    note: String,
    is_withdrawn: i64,
    who: String,
    at: i64,
}

impl LinkRow {
    fn read(self) -> Option<Link> {
        let note: BTreeMap<String, String> = serde_json::from_str(&self.note).unwrap_or_default();
        Some(Link {
            key: Key {
                kind: self.facility_kind,
                standard: self.standard,
                source: Source::parse(&self.source)?,
                code: self.number_code,
            },
            people_code: self.people_code,
            turn: self
                .zero_value
                .zip(self.hundred_value)
                .and_then(|(zero, hundred)| Turn::new(zero, hundred)),
            concept: Concept::parse(&self.concept)?,
            people: People::parse(&self.people)?,
            note: Words(note),
            is_withdrawn: self.is_withdrawn == 1,
            said: Some((self.who, Time(self.at))),
        })
    }
}
