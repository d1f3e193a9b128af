//! SQL of reports, and of what may be counted in them.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::FromRow;

use super::{count, word};
use crate::{
    facilitators::GroupKind,
    listening::model::{
        hotspot::{Block, Heard, Hotspot, Version},
        note::Kind,
    },
    platform::{
        db::{Db, Tx},
        problem::{Problem, Result},
        time::Time,
    },
};

/// Reports that a list shows.
const MOST_LISTED: i64 = 1_000;

/// Every report with its draft, the latest first.
pub async fn list(db: &Db) -> Result<Vec<Hotspot>> {
    let rows: Vec<HotspotRow> = sqlx::query_as(
        "SELECT id, code, place, title, blocks, editors, version, revision
         FROM listening_hotspot
         ORDER BY id DESC
         LIMIT $1",
    )
    .bind(MOST_LISTED)
    .fetch_all(db.read())
    .await?;
    rows.into_iter().map(HotspotRow::read).collect()
}

/// The report of a code, with its draft.
pub async fn find(db: &Db, code: &str) -> Result<Option<Hotspot>> {
    let row: Option<HotspotRow> = sqlx::query_as(
        "SELECT id, code, place, title, blocks, editors, version, revision
         FROM listening_hotspot
         WHERE code = $1",
    )
    .bind(code)
    .fetch_optional(db.read())
    .await?;
    row.map(HotspotRow::read).transpose()
}

/// Keeps a new report; false when its code is taken.
pub async fn insert(tx: &mut Tx, hotspot: &Hotspot, at: Time) -> Result<bool> {
    let done = sqlx::query(
        "INSERT INTO listening_hotspot (id, code, place, title, blocks, editors, version, revision, begun_at, changed_at)
         VALUES ($1, $2, $3, $4, $5, $6, 0, 1, $7, $7)
         ON CONFLICT (code) DO NOTHING",
    )
    .bind(&hotspot.id)
    .bind(&hotspot.code)
    .bind(&hotspot.place)
    .bind(&hotspot.title)
    .bind(written(&hotspot.blocks)?)
    .bind(hotspot.editors.join(","))
    .bind(at.0)
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Keeps a draft as it is now; false when it changed since.
pub async fn save_draft(tx: &mut Tx, hotspot: &Hotspot, at: Time) -> Result<bool> {
    let done = sqlx::query(
        "UPDATE listening_hotspot
         SET title = $3, blocks = $4, editors = $5, changed_at = $6, revision = revision + 1
         WHERE id = $1 AND revision = $2",
    )
    .bind(&hotspot.id)
    .bind(hotspot.revision)
    .bind(&hotspot.title)
    .bind(written(&hotspot.blocks)?)
    .bind(hotspot.editors.join(","))
    .bind(at.0)
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Shows another version of a report from now on and begins its draft anew; false when it changed since.
pub async fn show_version(tx: &mut Tx, hotspot: &Hotspot, version: i64) -> Result<bool> {
    let done = sqlx::query(
        "UPDATE listening_hotspot
         SET version = $3, editors = '', revision = revision + 1
         WHERE id = $1 AND revision = $2",
    )
    .bind(&hotspot.id)
    .bind(hotspot.revision)
    .bind(version)
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Keeps a report as it is published.
pub async fn insert_version(tx: &mut Tx, hotspot: &str, version: &Version, who: &str) -> Result<()> {
    sqlx::query(
        "INSERT INTO listening_hotspot_version (hotspot_id, version, title, blocks, why, at, who)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(hotspot)
    .bind(version.version)
    .bind(&version.title)
    .bind(written(&version.blocks)?)
    .bind(&version.why)
    .bind(version.at.0)
    .bind(who)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Every version of a report, the first first.
pub async fn list_versions(db: &Db, hotspot: &str) -> Result<Vec<Version>> {
    let rows: Vec<VersionRow> = sqlx::query_as(
        "SELECT version, title, blocks, why, at
         FROM listening_hotspot_version
         WHERE hotspot_id = $1
         ORDER BY version",
    )
    .bind(hotspot)
    .fetch_all(db.read())
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Version {
                version: row.version,
                blocks: read(&row.blocks)?,
                title: row.title,
                why: row.why,
                at: Time(row.at),
            })
        })
        .collect()
}

/// The public reports: code, place, title and when that version was published, the latest first.
pub async fn list_public(db: &Db) -> Result<Vec<(String, String, String, Time)>> {
    let rows: Vec<(String, String, String, i64)> = sqlx::query_as(
        "SELECT h.code, h.place, v.title, v.at
         FROM listening_hotspot h
         JOIN listening_hotspot_version v ON v.hotspot_id = h.id AND v.version = h.version
         ORDER BY v.at DESC, h.id
         LIMIT $1",
    )
    .bind(MOST_LISTED)
    .fetch_all(db.read())
    .await?;
    Ok(rows
        .into_iter()
        .map(|(code, place, title, at)| (code, place, title, Time(at)))
        .collect())
}

/// Every note whose consent to be counted holds at this moment, with the codes that its paragraphs keep.
pub async fn list_heard(db: &Db) -> Result<Vec<Heard>> {
    let rows: Vec<(String, String, String, String, i64)> = sqlx::query_as(
        "SELECT n.id, n.kind, n.place, n.group_key, n.n_present
         FROM listening_note n
         JOIN listening_consent c ON c.note_id = n.id
         WHERE c.consent_use = 'report' AND c.is_given = 1 AND c.withdrawn_on IS NULL
         ORDER BY n.id",
    )
    .fetch_all(db.read())
    .await?;
    let mut codes = list_kept(db).await?;
    rows.into_iter()
        .map(|(note, kind, place, group, n_present)| {
            Ok(Heard {
                kind: word(Kind::parse(&kind), &kind)?,
                group: word(GroupKind::parse(&group), &group)?,
                n_present: count(n_present),
                codes: codes.remove(&note),
                note,
                place,
            })
        })
        .collect()
}

/// The codes that paragraphs of notes keep, of every note that two coders are done with, by note.
async fn list_kept(db: &Db) -> Result<BTreeMap<String, BTreeSet<String>>> {
    let done: Vec<(String,)> = sqlx::query_as(
        "SELECT note_id
         FROM listening_coder
         WHERE done_at IS NOT NULL
         GROUP BY note_id
         HAVING COUNT(*) = 2",
    )
    .fetch_all(db.read())
    .await?;
    // Both gave it, or one did and they settled together that it stays.
    let kept: Vec<(String, String)> = sqlx::query_as(
        "SELECT note_id, code
         FROM listening_coding
         GROUP BY note_id, position, code
         HAVING COUNT(*) = 2
         UNION
         SELECT note_id, code
         FROM listening_settled
         WHERE is_kept = 1",
    )
    .fetch_all(db.read())
    .await?;
    let mut codes: BTreeMap<String, BTreeSet<String>> =
        done.into_iter().map(|(note,)| (note, BTreeSet::new())).collect();
    for (note, code) in kept {
        if let Some(of_note) = codes.get_mut(&note) {
            of_note.insert(code);
        }
    }
    Ok(codes)
}

fn written(blocks: &[Block]) -> Result<String> {
    serde_json::to_string(blocks).map_err(Problem::internal)
}

fn read(blocks: &str) -> Result<Vec<Block>> {
    serde_json::from_str(blocks).map_err(Problem::internal)
}

#[derive(FromRow)]
struct HotspotRow {
    id: String,
    code: String,
    place: String,
    title: String,
    blocks: String,
    editors: String,
    version: i64,
    revision: i64,
}

#[derive(FromRow)]
struct VersionRow {
    version: i64,
    title: String,
    blocks: String,
    why: String,
    at: i64,
}

impl HotspotRow {
    fn read(self) -> Result<Hotspot> {
        Ok(Hotspot {
            blocks: read(&self.blocks)?,
            editors: self
                .editors
                .split(',')
                .filter(|editor| !editor.is_empty())
                .map(str::to_owned)
                .collect(),
            id: self.id,
            code: self.code,
            place: self.place,
            title: self.title,
            version: self.version,
            revision: self.revision,
        })
    }
}
