//! SQL of divisions of the land other than the administrative one.

use sqlx::{AssertSqlSafe, Row};

use super::{BATCH, KEPT, day, many};
use crate::places::model::division::{Area, Division, Part};
use crate::platform::db::{Db, Tx};
use crate::platform::problem::Result;
use crate::platform::time::Time;

/// All divisions with all their areas, by title.
pub async fn list(db: &Db) -> Result<Vec<Division>> {
    let heads = sqlx::query(
        "SELECT code, title, basis, source
         FROM place_division
         ORDER BY title, code",
    )
    .fetch_all(db.read())
    .await?;
    let mut divisions = Vec::with_capacity(heads.len());
    for head in &heads {
        divisions.push(Division {
            code: head.try_get("code")?,
            title: head.try_get("title")?,
            basis: head.try_get("basis")?,
            source: head.try_get("source")?,
            areas: Vec::new(),
        });
    }
    if divisions.is_empty() {
        return Ok(divisions);
    }
    let rows = sqlx::query(
        "SELECT division, area, name, place, share, valid_from, valid_to
         FROM place_division_part
         ORDER BY division, area, place, valid_from",
    )
    .fetch_all(db.read())
    .await?;
    for row in &rows {
        let (code, area): (String, String) = (row.try_get("division")?, row.try_get("area")?);
        let Some(division) = divisions.iter_mut().find(|division| division.code == code) else {
            continue;
        };
        if division.areas.last().is_none_or(|last| last.code != area) {
            division.areas.push(Area {
                code: area,
                name: row.try_get("name")?,
                parts: Vec::new(),
            });
        }
        let from: String = row.try_get("valid_from")?;
        let part = Part {
            place: row.try_get("place")?,
            share: row.try_get("share")?,
            from: day(Some(from).filter(|from| !from.is_empty()))?,
            to: day(row.try_get("valid_to")?)?,
        };
        if let Some(area) = division.areas.last_mut() {
            area.parts.push(part);
        }
    }
    Ok(divisions)
}

/// Writes a division in the place of what was known of it, and tells every index in memory that it is old.
pub async fn save(tx: &mut Tx, division: &Division, at: Time) -> Result<()> {
    sqlx::query(
        "INSERT INTO place_division (code, title, basis, source, loaded_at)
         VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (code) DO UPDATE
         SET title = excluded.title, basis = excluded.basis, source = excluded.source, loaded_at = excluded.loaded_at",
    )
    .bind(&division.code)
    .bind(&division.title)
    .bind(&division.basis)
    .bind(&division.source)
    .bind(at.0)
    .execute(tx.conn())
    .await?;
    sqlx::query("DELETE FROM place_division_part WHERE division = $1")
        .bind(&division.code)
        .execute(tx.conn())
        .await?;
    let parts: Vec<(&Area, &Part)> = division
        .areas
        .iter()
        .flat_map(|area| area.parts.iter().map(move |part| (area, part)))
        .collect();
    for batch in parts.chunks(BATCH) {
        let sql = many(
            "INSERT INTO place_division_part (division, area, name, place, share, valid_from, valid_to) VALUES",
            7,
            batch.len(),
            "",
        );
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for (area, part) in batch {
            query = query
                .bind(&division.code)
                .bind(&area.code)
                .bind(&area.name)
                .bind(&part.place)
                .bind(part.share)
                .bind(part.from.map(|day| day.to_string()).unwrap_or_default())
                .bind(part.to.map(|day| day.to_string()));
        }
        query.execute(tx.conn()).await?;
    }
    tx.touch(KEPT).await
}

/// Forgets a division; returns whether there was one.
pub async fn delete(tx: &mut Tx, code: &str) -> Result<bool> {
    sqlx::query("DELETE FROM place_division_part WHERE division = $1")
        .bind(code)
        .execute(tx.conn())
        .await?;
    let done = sqlx::query("DELETE FROM place_division WHERE code = $1")
        .bind(code)
        .execute(tx.conn())
        .await?;
    tx.touch(KEPT).await?;
    Ok(done.rows_affected() == 1)
}
