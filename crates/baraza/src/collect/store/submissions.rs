//! SQL of submissions: filed, in conflict, astray; their files; what waits to be tabulated.

use sqlx::{AnyPool, FromRow};

use crate::{
    collect::model::{NewFile, NewSubmission, Progress, Stray, Submission},
    platform::{
        db::Tx,
        problem::{Problem, Result},
        time::Time,
    },
};

/// Who filed a submission and when.
pub struct Filing<'a> {
    pub id: &'a str,
    pub at: Time,
    pub by: Option<&'a str>,
    /// The instance id of the first of its edits.
    pub root_id: &'a str,
}

/// Files a submission under its instance id; false when that id is taken.
///
/// An edit may have come before the first: then this one is not the newest.
pub async fn insert_submission(tx: &mut Tx, new: &NewSubmission, filing: &Filing<'_>) -> Result<bool> {
    let flags = if new.flags.is_empty() {
        None
    } else {
        Some(serde_json::to_string(&new.flags).map_err(Problem::internal)?)
    };
    let inserted = sqlx::query(
        "INSERT INTO submission (id, form_id, version_id, instance_id, root_id, is_current, xml, xml_sha256, filed_at, filed_by,
                                 device_id, name, place_code, enumerator, flags, n_conflicts, is_tabulated)
         VALUES ($1, $2, $3, $4, $5,
                 CASE WHEN $4 = $5 AND EXISTS (SELECT 1 FROM submission WHERE form_id = $2 AND root_id = $4) THEN 0 ELSE 1 END,
                 $6, $7, $8, $9, $10, $11, $12, $13, $14, 0, 0)
         ON CONFLICT (form_id, instance_id) DO NOTHING",
    )
    .bind(filing.id)
    .bind(&new.questionnaire.form.id)
    .bind(&new.questionnaire.version.id)
    .bind(&new.envelope.instance_id)
    .bind(filing.root_id)
    .bind(&new.xml)
    .bind(&new.sha256)
    .bind(filing.at.0)
    .bind(filing.by)
    .bind(new.device_id.as_deref())
    .bind(new.envelope.instance_name.as_deref())
    .bind(new.place.as_deref())
    .bind(new.enumerator.as_deref())
    .bind(flags)
    .execute(tx.conn())
    .await?;
    Ok(inserted.rows_affected() == 1)
}

/// Which submission has an instance id, and what is the digest of its answers?
pub async fn find_filed(tx: &mut Tx, form_id: &str, instance_id: &str) -> Result<Option<(String, String)>> {
    Ok(
        sqlx::query_as("SELECT id, xml_sha256 FROM submission WHERE form_id = $1 AND instance_id = $2")
            .bind(form_id)
            .bind(instance_id)
            .fetch_optional(tx.conn())
            .await?,
    )
}

/// Which is the first of the edits an instance belongs to?
pub async fn find_root(tx: &mut Tx, form_id: &str, instance_id: &str) -> Result<Option<String>> {
    let row: Option<(String,)> =
        sqlx::query_as("SELECT root_id FROM submission WHERE form_id = $1 AND instance_id = $2")
            .bind(form_id)
            .bind(instance_id)
            .fetch_optional(tx.conn())
            .await?;
    Ok(row.map(|(root,)| root))
}

/// Makes an edit the newest of its line, and takes into it what was waiting under the edit's own id.
pub async fn take_over(
    tx: &mut Tx,
    form_id: &str,
    root_id: &str,
    edit: &str,
    instance_id: &str,
) -> Result<()> {
    sqlx::query("UPDATE submission SET root_id = $2, is_tabulated = 2 WHERE form_id = $1 AND root_id = $3 AND id <> $4")
        .bind(form_id)
        .bind(root_id)
        .bind(instance_id)
        .bind(edit)
        .execute(tx.conn())
        .await?;
    sqlx::query(
        "UPDATE submission
         SET is_current = CASE WHEN id = (SELECT MAX(id) FROM submission WHERE form_id = $1 AND root_id = $2) THEN 1 ELSE 0 END
         WHERE form_id = $1 AND root_id = $2",
    )
    .bind(form_id)
    .bind(root_id)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Keeps another instance that came under a taken id; false when it is kept already.
pub async fn insert_conflict(
    tx: &mut Tx,
    submission_id: &str,
    new: &NewSubmission,
    at: Time,
    by: Option<&str>,
) -> Result<bool> {
    let inserted = sqlx::query(
        "INSERT INTO submission_conflict (submission_id, xml_sha256, xml, filed_at, filed_by)
         VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT DO NOTHING",
    )
    .bind(submission_id)
    .bind(&new.sha256)
    .bind(&new.xml)
    .bind(at.0)
    .bind(by)
    .execute(tx.conn())
    .await?;
    if inserted.rows_affected() == 0 {
        return Ok(false);
    }
    sqlx::query("UPDATE submission SET n_conflicts = n_conflicts + 1 WHERE id = $1")
        .bind(submission_id)
        .execute(tx.conn())
        .await?;
    Ok(true)
}

/// Adds a file; false when the submission has it already.
pub async fn insert_file(tx: &mut Tx, submission_id: &str, file: &NewFile, at: Time) -> Result<bool> {
    let inserted = sqlx::query(
        "INSERT INTO submission_file (submission_id, name, blob, size_bytes, media_type, received_at)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (submission_id, name) DO UPDATE
         SET blob = excluded.blob, size_bytes = excluded.size_bytes, media_type = excluded.media_type, received_at = excluded.received_at
         WHERE submission_file.blob <> excluded.blob",
    )
    .bind(submission_id)
    .bind(&file.name)
    .bind(&file.blob)
    .bind(i64::try_from(file.size_bytes).unwrap_or(i64::MAX))
    .bind(&file.media_type)
    .bind(at.0)
    .execute(tx.conn())
    .await?;
    Ok(inserted.rows_affected() == 1)
}

#[derive(FromRow)]
struct Row {
    id: String,
    form_id: String,
    version_id: String,
    instance_id: String,
    root_id: String,
    filed_at: i64,
    filed_by: Option<String>,
    device_id: Option<String>,
    name: Option<String>,
    place_code: Option<String>,
    enumerator: Option<String>,
    flags: Option<String>,
    n_conflicts: i64,
}

impl From<Row> for Submission {
    fn from(row: Row) -> Submission {
        Submission {
            id: row.id,
            form_id: row.form_id,
            version_id: row.version_id,
            instance_id: row.instance_id,
            root_id: row.root_id,
            filed_at: Time(row.filed_at),
            filed_by: row.filed_by,
            device_id: row.device_id,
            name: row.name,
            place: row.place_code,
            enumerator: row.enumerator,
            flags: row
                .flags
                .and_then(|flags| serde_json::from_str(&flags).ok())
                .unwrap_or_default(),
            n_conflicts: row.n_conflicts,
        }
    }
}

/// What was filed to a form, the newest first; each in its newest edit.
pub async fn list(db: &AnyPool, form_id: &str, before: Option<&str>, most: i64) -> Result<Vec<Submission>> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT id, form_id, version_id, instance_id, root_id, filed_at, filed_by, device_id, name, place_code, enumerator, flags, n_conflicts
         FROM submission
         WHERE form_id = $1 AND is_current = 1
           AND ($2 = '' OR id < $2)
         ORDER BY id DESC
         LIMIT $3",
    )
    .bind(form_id)
    .bind(before.unwrap_or(""))
    .bind(most)
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(Submission::from).collect())
}

/// The newest edit of what was first filed under an id.
pub async fn find(db: &AnyPool, form_id: &str, root_id: &str) -> Result<Option<Submission>> {
    let row: Option<Row> = sqlx::query_as(
        "SELECT id, form_id, version_id, instance_id, root_id, filed_at, filed_by, device_id, name, place_code, enumerator, flags, n_conflicts
         FROM submission
         WHERE form_id = $1 AND root_id = $2 AND is_current = 1",
    )
    .bind(form_id)
    .bind(root_id)
    .fetch_optional(db)
    .await?;
    Ok(row.map(Submission::from))
}

/// The submission that came under an instance id, whichever edit it is.
pub async fn find_by_instance(db: &AnyPool, form_id: &str, instance_id: &str) -> Result<Option<Submission>> {
    let row: Option<Row> = sqlx::query_as(
        "SELECT id, form_id, version_id, instance_id, root_id, filed_at, filed_by, device_id, name, place_code, enumerator, flags, n_conflicts
         FROM submission
         WHERE form_id = $1 AND instance_id = $2",
    )
    .bind(form_id)
    .bind(instance_id)
    .fetch_optional(db)
    .await?;
    Ok(row.map(Submission::from))
}

pub async fn find_xml(db: &AnyPool, id: &str) -> Result<Option<String>> {
    let row: Option<(String,)> = sqlx::query_as("SELECT xml FROM submission WHERE id = $1")
        .bind(id)
        .fetch_optional(db)
        .await?;
    Ok(row.map(|(xml,)| xml))
}

pub async fn list_files(db: &AnyPool, submission_id: &str) -> Result<Vec<NewFile>> {
    let rows: Vec<(String, String, i64, String)> =
        sqlx::query_as("SELECT name, blob, size_bytes, media_type FROM submission_file WHERE submission_id = $1 ORDER BY name")
            .bind(submission_id)
            .fetch_all(db)
            .await?;
    let file = |(name, blob, size, media_type): (String, String, i64, String)| NewFile {
        name,
        blob,
        size_bytes: size.unsigned_abs(),
        media_type,
    };
    Ok(rows.into_iter().map(file).collect())
}

/// A submission that is not in the tables yet.
#[derive(FromRow)]
pub struct Pending {
    pub id: String,
    pub version_id: String,
    pub root_id: String,
    pub instance_id: String,
    pub is_current: i64,
    pub xml: String,
    pub filed_at: i64,
    pub place_code: Option<String>,
    pub flags: Option<String>,
}

pub async fn list_pending(db: &AnyPool, form_id: &str, most: i64) -> Result<Vec<Pending>> {
    Ok(sqlx::query_as(
        "SELECT id, version_id, root_id, instance_id, CAST(is_current AS BIGINT) AS is_current, xml, filed_at, place_code, flags
         FROM submission
         WHERE form_id = $1 AND is_tabulated = 0
         ORDER BY id
         LIMIT $2",
    )
    .bind(form_id)
    .bind(most)
    .fetch_all(db)
    .await?)
}

/// Lets what must be tabulated again wait with the rest.
pub async fn take_up_again(tx: &mut Tx, form_id: &str) -> Result<()> {
    sqlx::query("UPDATE submission SET is_tabulated = 0 WHERE form_id = $1 AND is_tabulated = 2")
        .bind(form_id)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Submissions that one statement marks.
pub const MARKED_AT_ONCE: usize = 20;

/// Marks submissions as tabulated, except those that an edit sent back in the meantime.
pub async fn mark_tabulated(tx: &mut Tx, ids: &[String]) -> Result<()> {
    let Some(last) = ids.last() else { return Ok(()) };
    let mut query = sqlx::query(
        "UPDATE submission SET is_tabulated = 1
         WHERE is_tabulated = 0
           AND id IN ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)",
    );
    // A short list ends with its last id again and again.
    for id in ids.iter().chain(std::iter::repeat(last)).take(MARKED_AT_ONCE) {
        query = query.bind(id);
    }
    query.execute(tx.conn()).await?;
    Ok(())
}

/// Makes everything of a form wait to be tabulated again.
pub async fn unmark_all(tx: &mut Tx, form_id: &str) -> Result<()> {
    sqlx::query("UPDATE submission SET is_tabulated = 2 WHERE form_id = $1")
        .bind(form_id)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// How many submissions has each enumerator filed about each place?
pub async fn progress(db: &AnyPool, form_id: &str) -> Result<Vec<Progress>> {
    let rows: Vec<(String, String, i64, i64, i64, i64)> = sqlx::query_as(
        "SELECT COALESCE(place_code, '') AS place,
                COALESCE(enumerator, filed_by, '') AS who,
                COUNT(*),
                COUNT(flags),
                MIN(filed_at),
                MAX(filed_at)
         FROM submission
         WHERE form_id = $1 AND is_current = 1
         GROUP BY COALESCE(place_code, ''), COALESCE(enumerator, filed_by, '')
         ORDER BY place, who",
    )
    .bind(form_id)
    .fetch_all(db)
    .await?;
    let progress = |(place, enumerator, n_submissions, n_flagged, first, last)| Progress {
        place,
        enumerator,
        n_submissions,
        n_flagged,
        first_at: Time(first),
        last_at: Time(last),
    };
    Ok(rows.into_iter().map(progress).collect())
}

/// Keeps a delivery that could not be filed; a phone that tries again adds nothing.
pub async fn insert_stray(tx: &mut Tx, stray: &Stray, fingerprint: &str) -> Result<bool> {
    let files = serde_json::to_string(&stray.files).map_err(Problem::internal)?;
    let inserted = sqlx::query(
        "INSERT INTO stray_delivery (id, project_id, reason, detail, form_said, blob, size_bytes, files, received_at, received_by, fingerprint)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
         ON CONFLICT (fingerprint) DO NOTHING",
    )
    .bind(&stray.id)
    .bind(stray.project_id)
    .bind(&stray.reason)
    .bind(&stray.detail)
    .bind(stray.form_said.as_deref())
    .bind(&stray.blob)
    .bind(stray.size_bytes)
    .bind(files)
    .bind(stray.received_at.0)
    .bind(stray.received_by.as_deref())
    .bind(fingerprint)
    .execute(tx.conn())
    .await?;
    Ok(inserted.rows_affected() == 1)
}

#[derive(FromRow)]
struct StrayRow {
    id: String,
    project_id: i64,
    reason: String,
    detail: String,
    form_said: Option<String>,
    blob: String,
    size_bytes: i64,
    files: String,
    received_at: i64,
    received_by: Option<String>,
}

pub async fn list_strays(db: &AnyPool, most: i64) -> Result<Vec<Stray>> {
    let rows: Vec<StrayRow> = sqlx::query_as(
        "SELECT id, project_id, reason, detail, form_said, blob, size_bytes, files, received_at, received_by
         FROM stray_delivery
         ORDER BY received_at DESC, id DESC
         LIMIT $1",
    )
    .bind(most)
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(stray).collect())
}

pub async fn find_stray(db: &AnyPool, id: &str) -> Result<Option<Stray>> {
    let row: Option<StrayRow> = sqlx::query_as(
        "SELECT id, project_id, reason, detail, form_said, blob, size_bytes, files, received_at, received_by
         FROM stray_delivery
         WHERE id = $1",
    )
    .bind(id)
    .fetch_optional(db)
    .await?;
    Ok(row.map(stray))
}

fn stray(row: StrayRow) -> Stray {
    Stray {
        id: row.id,
        project_id: row.project_id,
        reason: row.reason,
        detail: row.detail,
        form_said: row.form_said,
        blob: row.blob,
        size_bytes: row.size_bytes,
        files: serde_json::from_str(&row.files).unwrap_or_default(),
        received_at: Time(row.received_at),
        received_by: row.received_by,
    }
}
