//! SQL of releases: what was signed, what was made of it, and how it came out when it was counted again.

use std::collections::BTreeMap;

use sqlx::FromRow;

use crate::{
    indicators::releases::{
        MakeRelease, MakeReleases,
        model::{Made, NewRelease, Recount, Release},
    },
    platform::{
        db::{Db, Tx},
        id,
        jobs::Job,
        problem::{Problem, Result},
        time::Time,
    },
};

/// Keeps a release that is to be made; returns its id, or `None` where the name is taken. One of that name that could not be made
/// gives way.
pub async fn put_asked(tx: &mut Tx, code: &str, new: &NewRelease, at: Time) -> Result<Option<String>> {
    sqlx::query("DELETE FROM indicator_release WHERE indicator = $1 AND name = $2 AND trouble IS NOT NULL")
        .bind(code)
        .bind(&new.name)
        .execute(tx.conn())
        .await?;
    let id = id::fresh(at);
    let done = sqlx::query(
        "INSERT INTO indicator_release (id, indicator, name, signed_as, note, asked_at)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT DO NOTHING",
    )
    .bind(&id)
    .bind(code)
    .bind(&new.name)
    .bind(&new.signed_as)
    .bind(&new.note)
    .bind(at.0)
    .execute(tx.conn())
    .await?;
    Ok((done.rows_affected() > 0).then_some(id))
}

/// True while a release of an indicator is being made; one whose job was given up keeps no other from being made.
pub async fn is_pending(tx: &mut Tx, code: &str) -> Result<bool> {
    let n: i64 = sqlx::query_scalar(
        "SELECT COUNT(*)
         FROM indicator_release r
         WHERE r.indicator = $1
           AND r.made_at IS NULL
           AND r.trouble IS NULL
           AND NOT EXISTS (SELECT 1 FROM job WHERE job.name = $2 AND job.key = r.id AND job.state = 'dead')
           AND NOT EXISTS (
             SELECT 1 FROM job WHERE job.name = $3 AND job.key LIKE '%' || r.id || '%' AND job.state = 'dead')",
    )
    .bind(code)
    .bind(MakeRelease::NAME)
    .bind(MakeReleases::NAME)
    .fetch_one(tx.conn())
    .await?;
    Ok(n > 0)
}

/// Says what a release was made of, once; returns whether it was not made before.
pub async fn put_made(tx: &mut Tx, id: &str, made: &Made) -> Result<bool> {
    let done = sqlx::query(
        "UPDATE indicator_release
         SET definition_version = $2, versions = $3, facts = $4, counted_at = $5, made_at = $6, n_cells = $7, sha256 = $8,
             written_as = $9, trouble = NULL
         WHERE id = $1 AND made_at IS NULL",
    )
    .bind(id)
    .bind(&made.definition_version)
    .bind(serde_json::to_string(&made.tables).map_err(Problem::internal)?)
    .bind(serde_json::to_string(&made.facts).map_err(Problem::internal)?)
    .bind(made.counted_at.0)
    .bind(made.made_at.0)
    .bind(made.n_cells)
    .bind(&made.sha256)
    .bind(&made.written_as)
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Says why a release could not be made.
pub async fn put_trouble(tx: &mut Tx, id: &str, trouble: &str) -> Result<()> {
    sqlx::query("UPDATE indicator_release SET trouble = $2 WHERE id = $1 AND made_at IS NULL")
        .bind(id)
        .bind(trouble)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// The release with an id.
pub async fn find(db: &Db, id: &str) -> Result<Option<Release>> {
    let row: Option<ReleaseRow> = sqlx::query_as(
        "SELECT id, indicator, name, signed_as, note, asked_at, definition_version, versions, facts, counted_at, made_at, n_cells, sha256,
                written_as, trouble
         FROM indicator_release
         WHERE id = $1",
    )
    .bind(id)
    .fetch_optional(db.read())
    .await?;
    row.map(ReleaseRow::read).transpose()
}

/// The releases of an indicator, the earliest first, those that are being made or could not be made too.
pub async fn list(db: &Db, code: &str) -> Result<Vec<Release>> {
    let rows: Vec<ReleaseRow> = sqlx::query_as(
        "SELECT id, indicator, name, signed_as, note, asked_at, definition_version, versions, facts, counted_at, made_at, n_cells, sha256,
                written_as, trouble
         FROM indicator_release
         WHERE indicator = $1
         ORDER BY id",
    )
    .bind(code)
    .fetch_all(db.read())
    .await?;
    rows.into_iter().map(ReleaseRow::read).collect()
}

/// The versions of tables that releases were made from, as they are kept: one JSON object a release.
pub async fn list_versions(db: &Db) -> Result<Vec<BTreeMap<String, u64>>> {
    let kept: Vec<(String,)> =
        sqlx::query_as("SELECT versions FROM indicator_release WHERE versions IS NOT NULL ORDER BY id")
            .fetch_all(db.read())
            .await?;
    kept.into_iter()
        .map(|(versions,)| serde_json::from_str(&versions).map_err(Problem::internal))
        .collect()
}

/// Keeps how a release came out when it was counted again.
pub async fn put_recount(tx: &mut Tx, release: &str, recount: &Recount) -> Result<()> {
    sqlx::query(
        "INSERT INTO indicator_recount (id, release_id, done_at, n_compared, n_differs, trouble)
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(id::fresh(recount.done_at))
    .bind(release)
    .bind(recount.done_at.0)
    .bind(recount.n_compared)
    .bind(recount.n_differs)
    .bind(recount.trouble.as_deref())
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// How the releases of an indicator came out when they were last counted again, by id of the release.
pub async fn list_recounts(db: &Db, code: &str) -> Result<BTreeMap<String, Recount>> {
    #[derive(FromRow)]
    struct Row {
        release_id: String,
        done_at: i64,
        n_compared: i64,
        n_differs: i64,
        trouble: Option<String>,
    }
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT c.release_id, c.done_at, c.n_compared, c.n_differs, c.trouble
         FROM indicator_recount c
         JOIN indicator_release r ON r.id = c.release_id
         WHERE r.indicator = $1
         ORDER BY c.id",
    )
    .bind(code)
    .fetch_all(db.read())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let recount = Recount {
                done_at: Time(row.done_at),
                n_compared: row.n_compared,
                n_differs: row.n_differs,
                trouble: row.trouble,
            };
            (row.release_id, recount)
        })
        .collect())
}

#[derive(FromRow)]
struct ReleaseRow {
    id: String,
    indicator: String,
    name: String,
    signed_as: String,
    note: String,
    asked_at: i64,
    definition_version: Option<String>,
    versions: Option<String>,
    facts: Option<String>,
    counted_at: Option<i64>,
    made_at: Option<i64>,
    n_cells: Option<i64>,
    sha256: Option<String>,
    written_as: Option<String>,
    trouble: Option<String>,
}

impl ReleaseRow {
    fn read(self) -> Result<Release> {
        let made = match self.made_at {
            None => None,
            Some(at) => Some(Made {
                definition_version: self.definition_version.unwrap_or_default(),
                tables: serde_json::from_str(self.versions.as_deref().unwrap_or("{}"))
                    .map_err(Problem::internal)?,
                facts: match &self.facts {
                    Some(facts) => serde_json::from_str(facts).map_err(Problem::internal)?,
                    None => Default::default(),
                },
                counted_at: Time(self.counted_at.unwrap_or(at)),
                made_at: Time(at),
                written_as: self.written_as.unwrap_or_default(),
                n_cells: self.n_cells.unwrap_or(0),
                sha256: self.sha256.unwrap_or_default(),
            }),
        };
        Ok(Release {
            id: self.id,
            indicator: self.indicator,
            name: self.name,
            signed_as: self.signed_as,
            note: self.note,
            asked_at: Time(self.asked_at),
            made,
            trouble: self.trouble,
        })
    }
}
