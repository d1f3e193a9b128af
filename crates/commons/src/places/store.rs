//! All SQL on the tables of places.

use jiff::civil::Date;
use sha2::{Digest, Sha256};
use sqlx::Row;

use super::boundaries::topology::Zoom;
use super::boundaries::{Bounds, Shape};
use super::import::plan::Plan;
use super::model::{Change, ChangeKind, PlaceRow};
use crate::platform::db::{Db, Tx};
use crate::platform::id;
use crate::platform::op::Op;
use crate::platform::problem::{Problem, Result};

pub mod divisions;

/// Rows in one INSERT: a few hundred save most of the round trips and stay far under the engines' limits on parameters.
const BATCH: usize = 400;
/// The name under which the index of places is kept in memory.
pub const KEPT: &str = "places";

/// What was imported: the file, and how many places it changed.
pub struct Imported<'a> {
    pub file_name: &'a str,
    pub blob_id: Option<&'a str>,
    pub valid_from: Option<Date>,
    pub plan: &'a Plan,
}

/// Says how far a long write has come: rows written of rows to write.
pub type Progress<'a> = &'a (dyn Fn(u64, u64) + Send + Sync);

/// The id of a place: UUIDv8 (RFC 9562) of its code and first day.
pub fn place_id(code: &str, valid_from: Option<Date>) -> String {
    uuid_of(&[
        "place",
        code,
        &valid_from.map(|day| day.to_string()).unwrap_or_default(),
    ])
}

/// Every place ever known.
pub async fn list_places(db: &Db) -> Result<Vec<PlaceRow>> {
    let rows = sqlx::query(
        "SELECT p.code, p.level, p.name, p.valid_from, p.valid_to, parent.code AS parent_code
         FROM place p
         LEFT JOIN place parent ON parent.id = p.parent_id",
    )
    .fetch_all(db.read())
    .await?;
    rows.iter()
        .map(|row| {
            Ok(PlaceRow {
                code: row.try_get("code")?,
                level: row.try_get("level")?,
                name: row.try_get("name")?,
                parent: row.try_get("parent_code")?,
                valid_from: day(row.try_get("valid_from")?)?,
                valid_to: day(row.try_get("valid_to")?)?,
            })
        })
        .collect()
}

/// Names in further languages: (code, language, name).
pub async fn list_names(db: &Db) -> Result<Vec<(String, String, String)>> {
    let rows = sqlx::query_as(
        "SELECT p.code, n.lang, n.name
         FROM place_name n
         JOIN place p ON p.id = n.place_id",
    )
    .fetch_all(db.read())
    .await?;
    Ok(rows)
}

/// Everything that became of places.
pub async fn list_changes(db: &Db) -> Result<Vec<Change>> {
    let rows = sqlx::query(
        "SELECT kind, from_code, to_code, happened_on, share, old_name
         FROM place_change",
    )
    .fetch_all(db.read())
    .await?;
    rows.iter()
        .map(|row| {
            let kind: String = row.try_get("kind")?;
            Ok(Change {
                kind: ChangeKind::parse(&kind).ok_or_else(|| {
                    Problem::internal(anyhow::anyhow!("place_change holds the unknown kind {kind:?}"))
                })?,
                from: row.try_get("from_code")?,
                to: row.try_get("to_code")?,
                on: day(row.try_get("happened_on")?)?,
                share: row.try_get("share")?,
                old_name: row.try_get("old_name")?,
            })
        })
        .collect()
}

/// Full boundaries of places that hold: (code, shape).
pub async fn list_shapes(db: &Db) -> Result<Vec<(String, Shape)>> {
    let rows: Vec<(String, String)> = sqlx::query_as(
        "SELECT p.code, b.geometry
         FROM place_boundary b
         JOIN place p ON p.id = b.place_id
         WHERE b.zoom = $1",
    )
    .bind(i32::from(Zoom::FULL.0))
    .fetch_all(db.read())
    .await?;
    rows.into_iter()
        .map(|(code, geometry)| Ok((code, shape(&geometry)?)))
        .collect()
}

/// Boundaries of a place's children, each at the coarsest stored level that is at least as fine as `zoom`.
pub async fn list_child_boundaries(
    db: &Db,
    parent_id: Option<&str>,
    zoom: Zoom,
) -> Result<Vec<(String, Shape)>> {
    let rows: Vec<(String, String)> = sqlx::query_as(
        "SELECT p.code, b.geometry
         FROM place p
         JOIN place_boundary b ON b.place_id = p.id
         WHERE (p.parent_id = $1 OR ($1 IS NULL AND p.parent_id IS NULL))
           AND b.zoom = (SELECT MIN(finer.zoom) FROM place_boundary finer WHERE finer.place_id = p.id AND finer.zoom >= $2)
         ORDER BY p.code",
    )
    .bind(parent_id)
    .bind(i32::from(zoom.stored().0))
    .fetch_all(db.read())
    .await?;
    rows.into_iter()
        .map(|(code, geometry)| Ok((code, shape(&geometry)?)))
        .collect()
}

/// Boundaries of all descendants on a level.
pub async fn list_boundaries_below(
    db: &Db,
    ancestor: &str,
    level: &str,
    zoom: Zoom,
) -> Result<Vec<(String, Shape)>> {
    let rows: Vec<(String, String)> = sqlx::query_as(
        "SELECT p.code, b.geometry
         FROM place_path path
         JOIN place p ON p.code = path.code
         JOIN place_boundary b ON b.place_id = p.id
         WHERE path.ancestor_code = $1
           AND p.level = $2
           AND b.zoom = (SELECT MIN(finer.zoom) FROM place_boundary finer WHERE finer.place_id = p.id AND finer.zoom >= $3)
         ORDER BY p.code",
    )
    .bind(ancestor)
    .bind(level)
    .bind(i32::from(zoom.stored().0))
    .fetch_all(db.read())
    .await?;
    rows.into_iter()
        .map(|(code, geometry)| Ok((code, shape(&geometry)?)))
        .collect()
}

/// The boundary of one place.
pub async fn find_boundary(db: &Db, place_id: &str, zoom: Zoom) -> Result<Option<Shape>> {
    let found: Option<String> = sqlx::query_scalar(
        "SELECT geometry
         FROM place_boundary
         WHERE place_id = $1 AND zoom >= $2
         ORDER BY zoom
         LIMIT 1",
    )
    .bind(place_id)
    .bind(i32::from(zoom.stored().0))
    .fetch_optional(db.read())
    .await?;
    found.as_deref().map(shape).transpose()
}

/// Full boundaries of a level's places whose boxes touch a box: (id, shape).
pub async fn list_shapes_touching(db: &Db, level: &str, b: &Bounds) -> Result<Vec<(String, Shape)>> {
    let rows: Vec<(String, String)> = sqlx::query_as(
        "SELECT p.id, b.geometry
         FROM place_boundary b
         JOIN place p ON p.id = b.place_id
         WHERE b.zoom = $1
           AND p.level = $2
           AND p.valid_to IS NULL
           AND b.west <= $3 AND b.east >= $4 AND b.south <= $5 AND b.north >= $6
         ORDER BY p.id",
    )
    .bind(i32::from(Zoom::FULL.0))
    .bind(level)
    .bind(i64::from(b.east))
    .bind(i64::from(b.west))
    .bind(i64::from(b.north))
    .bind(i64::from(b.south))
    .fetch_all(db.read())
    .await?;
    rows.into_iter()
        .map(|(id, geometry)| Ok((id, shape(&geometry)?)))
        .collect()
}

/// Adds new places, parents first.
pub async fn insert_places(tx: &mut Tx, rows: &[ParentedRow], told: Told<'_>) -> Result<()> {
    write_places(tx, rows, "", told).await
}

/// Writes places anew that were known already.
pub async fn save_places(tx: &mut Tx, rows: &[ParentedRow], told: Told<'_>) -> Result<()> {
    let over_what_stands = " ON CONFLICT (id) DO UPDATE SET level = excluded.level, parent_id = excluded.parent_id, name = excluded.name, valid_to = excluded.valid_to";
    write_places(tx, rows, over_what_stands, told).await
}

/// A place and the id of its parent.
pub type ParentedRow = (PlaceRow, Option<String>);
/// Is told of every batch of rows that was written.
pub type Told<'a> = &'a mut (dyn FnMut(usize) + Send);

async fn write_places(tx: &mut Tx, rows: &[ParentedRow], tail: &str, told: Told<'_>) -> Result<()> {
    for batch in rows.chunks(BATCH) {
        let sql = many(
            "INSERT INTO place (id, code, level, parent_id, name, valid_from, valid_to) VALUES",
            7,
            batch.len(),
            tail,
        );
        let mut query = sqlx::query(sqlx::AssertSqlSafe(sql));
        for (row, parent_id) in batch {
            query = query
                .bind(place_id(&row.code, row.valid_from))
                .bind(&row.code)
                .bind(&row.level)
                .bind(parent_id.as_deref())
                .bind(&row.name)
                .bind(row.valid_from.map(|day| day.to_string()))
                .bind(row.valid_to.map(|day| day.to_string()));
        }
        query.execute(tx.conn()).await?;
        told(batch.len());
    }
    Ok(())
}

/// Ends places on a day: ids.
pub async fn end_places(tx: &mut Tx, ids: &[String], on: Date) -> Result<()> {
    for id in ids {
        sqlx::query("UPDATE place SET valid_to = $2 WHERE id = $1")
            .bind(id)
            .bind(on.to_string())
            .execute(tx.conn())
            .await?;
    }
    Ok(())
}

/// Writes names: (place id, language, name).
pub async fn save_names(tx: &mut Tx, names: &[(String, &str, &str)]) -> Result<()> {
    for batch in names.chunks(BATCH) {
        let sql = many(
            "INSERT INTO place_name (place_id, lang, name) VALUES",
            3,
            batch.len(),
            " ON CONFLICT (place_id, lang) DO UPDATE SET name = excluded.name",
        );
        let mut query = sqlx::query(sqlx::AssertSqlSafe(sql));
        for (id, lang, name) in batch {
            query = query.bind(id).bind(*lang).bind(*name);
        }
        query.execute(tx.conn()).await?;
    }
    Ok(())
}

/// Forgets the ways up from places, before they are written anew.
pub async fn clear_paths(tx: &mut Tx, codes: &[&str]) -> Result<()> {
    for code in codes {
        sqlx::query("DELETE FROM place_path WHERE code = $1")
            .bind(*code)
            .execute(tx.conn())
            .await?;
    }
    Ok(())
}

/// Writes the ways up from every place that has none yet.
pub async fn fill_paths(tx: &mut Tx) -> Result<()> {
    sqlx::query(
        "INSERT INTO place_path (ancestor_code, code, distance)
         WITH RECURSIVE up (code, above_id, distance) AS (
             SELECT p.code, p.id, 0
             FROM place p
             WHERE NOT EXISTS (SELECT 1 FROM place_path known WHERE known.ancestor_code = p.code AND known.code = p.code)
             UNION ALL
             SELECT up.code, p.parent_id, up.distance + 1
             FROM up
             JOIN place p ON p.id = up.above_id
             WHERE p.parent_id IS NOT NULL
         )
         SELECT above.code, up.code, MIN(up.distance)
         FROM up
         JOIN place above ON above.id = up.above_id
         GROUP BY above.code, up.code",
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Writes what became of places.
pub async fn insert_changes(tx: &mut Tx, changes: &[Change]) -> Result<()> {
    for batch in changes.chunks(BATCH) {
        let sql = many(
            "INSERT INTO place_change (id, kind, from_code, to_code, happened_on, share, old_name) VALUES",
            7,
            batch.len(),
            " ON CONFLICT (id) DO NOTHING",
        );
        let mut query = sqlx::query(sqlx::AssertSqlSafe(sql));
        for change in batch {
            let on = change.on.map(|day| day.to_string());
            let id = uuid_of(&[
                "change",
                change.kind.as_str(),
                &change.from,
                change.to.as_deref().unwrap_or(""),
                on.as_deref().unwrap_or(""),
            ]);
            query = query
                .bind(id)
                .bind(change.kind.as_str())
                .bind(&change.from)
                .bind(change.to.as_deref())
                .bind(on)
                .bind(change.share)
                .bind(change.old_name.as_deref());
        }
        query.execute(tx.conn()).await?;
    }
    Ok(())
}

/// Writes boundaries anew: (place id, level of detail, shape).
pub async fn save_boundaries(
    tx: &mut Tx,
    boundaries: &[(&str, Zoom, &Shape)],
    told: &mut (dyn FnMut(usize) + Send),
) -> Result<()> {
    for batch in boundaries.chunks(BATCH) {
        let sql = many(
            "INSERT INTO place_boundary (place_id, zoom, geometry, west, south, east, north) VALUES",
            7,
            batch.len(),
            " ON CONFLICT (place_id, zoom) DO UPDATE SET geometry = excluded.geometry,
               west = excluded.west, south = excluded.south, east = excluded.east, north = excluded.north",
        );
        let mut query = sqlx::query(sqlx::AssertSqlSafe(sql));
        for (place, zoom, shape) in batch {
            let b = shape.bounds().unwrap_or(Bounds {
                west: 0,
                south: 0,
                east: 0,
                north: 0,
            });
            query = query
                .bind(*place)
                .bind(i32::from(zoom.0))
                .bind(shape.to_geojson())
                .bind(i64::from(b.west))
                .bind(i64::from(b.south))
                .bind(i64::from(b.east))
                .bind(i64::from(b.north));
        }
        query.execute(tx.conn()).await?;
        told(batch.len());
    }
    Ok(())
}

/// Records that a list was taken in, and tells every index in memory that it is old.
pub async fn insert_import(tx: &mut Tx, op: &Op, imported: &Imported<'_>) -> Result<()> {
    let n = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    sqlx::query(
        "INSERT INTO place_import (id, file_name, blob_id, valid_from, n_begun, n_changed, n_ended, n_broken, imported_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(id::fresh(op.at))
    .bind(imported.file_name)
    .bind(imported.blob_id)
    .bind(imported.valid_from.map(|day| day.to_string()))
    .bind(n(imported.plan.begun.len()))
    .bind(n(imported.plan.changed.len()))
    .bind(n(imported.plan.ended.len()))
    .bind(n(imported.plan.broken.len()))
    .bind(op.at.0)
    .execute(tx.conn())
    .await?;
    tx.touch(KEPT).await
}

/// Replaces the weights of one basis between the given places.
pub async fn save_crosswalk(tx: &mut Tx, basis: &str, weights: &[(String, String, f64)]) -> Result<()> {
    sqlx::query("DELETE FROM place_crosswalk WHERE basis = $1")
        .bind(basis)
        .execute(tx.conn())
        .await?;
    for batch in weights.chunks(BATCH) {
        let sql = many(
            "INSERT INTO place_crosswalk (basis, from_code, to_code, weight) VALUES",
            4,
            batch.len(),
            "",
        );
        let mut query = sqlx::query(sqlx::AssertSqlSafe(sql));
        for (from, to, weight) in batch {
            query = query.bind(basis).bind(from).bind(to).bind(*weight);
        }
        query.execute(tx.conn()).await?;
    }
    Ok(())
}

/// The weights of one basis: (from, to, weight).
pub async fn list_crosswalk(db: &Db, basis: &str) -> Result<Vec<(String, String, f64)>> {
    let rows = sqlx::query_as(
        "SELECT from_code, to_code, weight
         FROM place_crosswalk
         WHERE basis = $1
         ORDER BY from_code, to_code",
    )
    .bind(basis)
    .fetch_all(db.read())
    .await?;
    Ok(rows)
}

/// `head ($1, $2), ($3, $4) tail` for so many rows of so many columns; all of it from constants.
fn many(head: &str, columns: usize, rows: usize, tail: &str) -> String {
    use std::fmt::Write;
    let mut sql = String::with_capacity(head.len() + tail.len() + rows * columns * 6);
    sql.push_str(head);
    for row in 0..rows {
        sql.push_str(if row == 0 { " (" } else { ", (" });
        for column in 0..columns {
            // Writing to a String cannot fail.
            let _ = write!(
                sql,
                "{}${}",
                if column == 0 { "" } else { "," },
                row * columns + column + 1
            );
        }
        sql.push(')');
    }
    sql.push_str(tail);
    sql
}

/// A UUIDv8 of some texts.
fn uuid_of(parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash.finalize()[..16]);
    uuid::Builder::from_custom_bytes(bytes).into_uuid().to_string()
}

fn day(text: Option<String>) -> Result<Option<Date>> {
    text.map(|text| {
        text.parse().map_err(|error| {
            Problem::internal(anyhow::Error::new(error).context(format!("{text:?} is no day")))
        })
    })
    .transpose()
}

fn shape(geometry: &str) -> Result<Shape> {
    let value = serde_json::from_str(geometry).map_err(Problem::internal)?;
    Shape::from_geojson(&value).map_err(Problem::internal)
}
