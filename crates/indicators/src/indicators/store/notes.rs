//! SQL of notes about numbers, and of their wordings.

use sqlx::FromRow;

use crate::{
    indicators::{
        model::observation::Key,
        notes::model::{Note, Wording, Written},
    },
    platform::{
        db::{Db, Tx},
        problem::{Problem, Result},
        time::Time,
    },
};

/// The notes about an indicator, the latest first.
pub async fn list(db: &Db, indicator: &str, most: i64) -> Result<Vec<Note>> {
    let rows: Vec<NoteRow> = sqlx::query_as(
        "SELECT n.id, n.code, n.indicator, n.agency, n.release_name, n.place, n.period, n.by_dims, n.codes, n.cited,
                v.version, v.title, v.body, v.why, v.at
         FROM policy_note n
         JOIN policy_note_version v ON v.note_id = n.id AND v.version = n.version
         WHERE n.indicator = $1
         ORDER BY n.id DESC
         LIMIT $2",
    )
    .bind(indicator)
    .bind(most)
    .fetch_all(db.read())
    .await?;
    rows.into_iter().map(NoteRow::read).collect()
}

/// The notes about one number, in whatever release, the latest first.
pub async fn list_of_number(db: &Db, indicator: &str, key: &Key) -> Result<Vec<Note>> {
    let (place, by, period, codes) = key;
    let rows: Vec<NoteRow> = sqlx::query_as(
        "SELECT n.id, n.code, n.indicator, n.agency, n.release_name, n.place, n.period, n.by_dims, n.codes, n.cited,
                v.version, v.title, v.body, v.why, v.at
         FROM policy_note n
         JOIN policy_note_version v ON v.note_id = n.id AND v.version = n.version
         WHERE n.indicator = $1 AND n.place = $2 AND n.by_dims = $3 AND n.period = $4 AND n.codes = $5
         ORDER BY n.id DESC",
    )
    .bind(indicator)
    .bind(place)
    .bind(by)
    .bind(period)
    .bind(codes)
    .fetch_all(db.read())
    .await?;
    rows.into_iter().map(NoteRow::read).collect()
}

/// The note with a code, as it is worded now.
pub async fn find(db: &Db, code: &str) -> Result<Option<Note>> {
    let row: Option<NoteRow> = sqlx::query_as(
        "SELECT n.id, n.code, n.indicator, n.agency, n.release_name, n.place, n.period, n.by_dims, n.codes, n.cited,
                v.version, v.title, v.body, v.why, v.at
         FROM policy_note n
         JOIN policy_note_version v ON v.note_id = n.id AND v.version = n.version
         WHERE n.code = $1",
    )
    .bind(code)
    .fetch_optional(db.read())
    .await?;
    row.map(NoteRow::read).transpose()
}

/// Every wording of a note, the first first.
pub async fn list_versions(db: &Db, note: &str) -> Result<Vec<Written>> {
    let rows: Vec<(i64, String, String, String, i64)> = sqlx::query_as(
        "SELECT version, title, body, why, at
         FROM policy_note_version
         WHERE note_id = $1
         ORDER BY version",
    )
    .bind(note)
    .fetch_all(db.read())
    .await?;
    Ok(rows
        .into_iter()
        .map(|(version, title, body, why, at)| Written {
            version,
            wording: Wording { title, body },
            why,
            at: Time(at),
        })
        .collect())
}

/// Keeps a note under its code, without its wording; false when the code is taken.
pub async fn insert(tx: &mut Tx, note: &Note) -> Result<bool> {
    let done = sqlx::query(
        "INSERT INTO policy_note (id, code, indicator, agency, release_name, place, period, by_dims, codes, cited, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
         ON CONFLICT (code) DO NOTHING",
    )
    .bind(&note.id)
    .bind(&note.code)
    .bind(&note.indicator)
    .bind(&note.agency)
    .bind(&note.release)
    .bind(&note.place)
    .bind(&note.period)
    .bind(&note.by)
    .bind(&note.codes)
    .bind(serde_json::to_string(&note.cited).map_err(Problem::internal)?)
    .bind(note.written.version)
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Whether the note under a code is this one: about the same number, of the same organisation, in these words when it was published.
pub async fn is_first_wording(tx: &mut Tx, note: &Note) -> Result<bool> {
    let n: i64 = sqlx::query_scalar(
        "SELECT CAST(COUNT(*) AS BIGINT)
         FROM policy_note n
         JOIN policy_note_version v ON v.note_id = n.id AND v.version = 1
         WHERE n.code = $1 AND n.indicator = $2 AND n.agency = $3 AND n.release_name = $4
           AND n.place = $5 AND n.period = $6 AND n.by_dims = $7 AND n.codes = $8
           AND v.title = $9 AND v.body = $10",
    )
    .bind(&note.code)
    .bind(&note.indicator)
    .bind(&note.agency)
    .bind(&note.release)
    .bind(&note.place)
    .bind(&note.period)
    .bind(&note.by)
    .bind(&note.codes)
    .bind(&note.written.wording.title)
    .bind(&note.written.wording.body)
    .fetch_one(tx.conn())
    .await?;
    Ok(n > 0)
}

/// Shows another version of a note from now on; false when it is no longer at the version `from`.
pub async fn show_version(tx: &mut Tx, note: &str, from: i64, to: i64) -> Result<bool> {
    let done = sqlx::query("UPDATE policy_note SET version = $3 WHERE id = $1 AND version = $2")
        .bind(note)
        .bind(from)
        .bind(to)
        .execute(tx.conn())
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Keeps a wording of a note.
pub async fn insert_version(tx: &mut Tx, note: &str, written: &Written, who: &str) -> Result<()> {
    sqlx::query(
        "INSERT INTO policy_note_version (note_id, version, title, body, why, at, who)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(note)
    .bind(written.version)
    .bind(&written.wording.title)
    .bind(&written.wording.body)
    .bind(&written.why)
    .bind(written.at.0)
    .bind(who)
    .execute(tx.conn())
    .await?;
    Ok(())
}

#[derive(FromRow)]
struct NoteRow {
    id: String,
    code: String,
    indicator: String,
    agency: String,
    release_name: String,
    place: String,
    period: String,
    by_dims: String,
    codes: String,
    cited: String,
    version: i64,
    title: String,
    body: String,
    why: String,
    at: i64,
}

impl NoteRow {
    fn read(self) -> Result<Note> {
        Ok(Note {
            cited: serde_json::from_str(&self.cited).map_err(Problem::internal)?,
            id: self.id,
            code: self.code,
            indicator: self.indicator,
            agency: self.agency,
            release: self.release_name,
            place: self.place,
            period: self.period,
            by: self.by_dims,
            codes: self.codes,
            written: Written {
                version: self.version,
                wording: Wording {
                    title: self.title,
                    body: self.body,
                },
                why: self.why,
                at: Time(self.at),
            },
        })
    }
}
