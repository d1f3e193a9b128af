//! SQL of submissions: filed, in conflict, astray; their files; what waits to be tabulated.

use sqlx::{AnyPool, FromRow};

use crate::{
    accounts::Reach,
    collect::model::{Coverage, First, NewFile, NewSubmission, Progress, ReviewState, Stray, Submission},
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

/// Files a submission under its instance id; tells whether it is the newest of its line, or `None` when that id is taken.
///
/// An edit may have come before the first: then this one is not the newest.
pub async fn insert_submission(
    tx: &mut Tx,
    new: &NewSubmission,
    filing: &Filing<'_>,
) -> Result<Option<bool>> {
    let flags = if new.flags.is_empty() {
        None
    } else {
        Some(serde_json::to_string(&new.flags).map_err(Problem::internal)?)
    };
    let inserted: Option<(i64,)> = sqlx::query_as(
        "INSERT INTO submission (id, form_id, version_id, instance_id, root_id, is_current, xml, xml_sha256, filed_at, filed_by,
                                 device_id, name, place_code, enumerator, flags, user_agent, n_conflicts, is_tabulated)
         VALUES ($1, $2, $3, $4, $5,
                 CASE WHEN $4 = $5 AND EXISTS (SELECT 1 FROM submission WHERE form_id = $2 AND root_id = $4) THEN 0 ELSE 1 END,
                 $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, 0, 0)
         ON CONFLICT (form_id, instance_id) DO NOTHING
         RETURNING CAST(is_current AS BIGINT)",
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
    .bind(new.user_agent.as_deref())
    .fetch_optional(tx.conn())
    .await?;
    Ok(inserted.map(|(is_current,)| is_current == 1))
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
///
/// An edit of what is in the trash goes there too.
pub async fn take_over(
    tx: &mut Tx,
    form_id: &str,
    root_id: &str,
    edit: &str,
    instance_id: &str,
    at: Time,
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
         SET deleted_at = (SELECT MAX(deleted_at) FROM submission WHERE form_id = $1 AND root_id = $2),
             is_current = CASE
                 WHEN id <> (SELECT MAX(id) FROM submission WHERE form_id = $1 AND root_id = $2) THEN 0
                 WHEN EXISTS (SELECT 1 FROM submission WHERE form_id = $1 AND root_id = $2 AND deleted_at IS NOT NULL) THEN 2
                 ELSE 1 END
         WHERE form_id = $1 AND root_id = $2",
    )
    .bind(form_id)
    .bind(root_id)
    .execute(tx.conn())
    .await?;
    sqlx::query(
        "UPDATE submission SET review_state = 'edited', updated_at = $3
         WHERE form_id = $1 AND root_id = $2 AND is_current <> 0",
    )
    .bind(form_id)
    .bind(root_id)
    .bind(at.0)
    .execute(tx.conn())
    .await?;
    remember_first(tx, form_id, root_id).await
}

/// Writes onto the newest of a submission's edits how the first came, and how many came before it.
pub async fn remember_first(tx: &mut Tx, form_id: &str, root_id: &str) -> Result<()> {
    sqlx::query(
        "UPDATE submission
         SET n_edits = (SELECT COUNT(*) FROM submission WHERE form_id = $1 AND root_id = $2) - 1,
             first_at = (SELECT filed_at FROM submission WHERE form_id = $1 AND instance_id = $2),
             first_by = (SELECT filed_by FROM submission WHERE form_id = $1 AND instance_id = $2),
             first_device = (SELECT device_id FROM submission WHERE form_id = $1 AND instance_id = $2),
             first_agent = (SELECT user_agent FROM submission WHERE form_id = $1 AND instance_id = $2)
         WHERE form_id = $1 AND root_id = $2 AND is_current <> 0 AND instance_id <> root_id",
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

/// Takes files over into a correction from what it corrects, where it names them and did not bring others.
pub async fn carry_files(
    tx: &mut Tx,
    form_id: &str,
    corrected: &str,
    correction: &str,
    names: &[String],
) -> Result<()> {
    for name in names {
        sqlx::query(
            "INSERT INTO submission_file (submission_id, name, blob, size_bytes, media_type, received_at)
             SELECT $3, f.name, f.blob, f.size_bytes, f.media_type, f.received_at
             FROM submission_file f JOIN submission s ON s.id = f.submission_id
             WHERE s.form_id = $1 AND s.instance_id = $2 AND f.name = $4
             ON CONFLICT (submission_id, name) DO NOTHING",
        )
        .bind(form_id)
        .bind(corrected)
        .bind(correction)
        .bind(name)
        .execute(tx.conn())
        .await?;
    }
    Ok(())
}

/// Takes a file away from a submission; false when it has no such file.
pub async fn delete_file(tx: &mut Tx, submission_id: &str, name: &str) -> Result<bool> {
    let deleted = sqlx::query("DELETE FROM submission_file WHERE submission_id = $1 AND name = $2")
        .bind(submission_id)
        .bind(name)
        .execute(tx.conn())
        .await?;
    Ok(deleted.rows_affected() > 0)
}

#[derive(FromRow)]
pub(super) struct Row {
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
    user_agent: Option<String>,
    review_state: Option<String>,
    updated_at: Option<i64>,
    deleted_at: Option<i64>,
    n_edits: i64,
    first_at: Option<i64>,
    first_by: Option<String>,
    first_device: Option<String>,
    first_agent: Option<String>,
}

impl From<Row> for Submission {
    fn from(row: Row) -> Submission {
        let first = match row.first_at {
            Some(at) => First {
                at: Time(at),
                by: row.first_by,
                device_id: row.first_device,
                user_agent: row.first_agent,
            },
            None => First {
                at: Time(row.filed_at),
                by: row.filed_by.clone(),
                device_id: row.device_id.clone(),
                user_agent: row.user_agent.clone(),
            },
        };
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
            user_agent: row.user_agent,
            review: ReviewState::parse(row.review_state.as_deref()).unwrap_or(ReviewState::Received),
            updated_at: row.updated_at.map(Time),
            deleted_at: row.deleted_at.map(Time),
            n_edits: row.n_edits,
            first,
        }
    }
}

/// Most places that one statement asks about.
pub const PLACES_AT_ONCE: usize = 8;

/// What one statement is asked about a reach: 1 when it is everywhere, and the places it is within.
pub type Turn<'a> = (i64, [&'a str; PLACES_AT_ONCE]);

/// The statements that a reach needs; none when it is nowhere.
pub fn turns(reach: &Reach) -> Vec<Turn<'_>> {
    match reach {
        Reach::Everywhere => vec![(1, [""; PLACES_AT_ONCE])],
        Reach::Within(codes) => codes
            .chunks(PLACES_AT_ONCE)
            // A short list ends with its first place again and again.
            .map(|codes| {
                (
                    0,
                    std::array::from_fn(|at| codes.get(at).unwrap_or(&codes[0]).as_str()),
                )
            })
            .collect(),
    }
}

/// What was filed to a form within a reach, the newest first; each in its newest edit.
pub async fn list(
    db: &AnyPool,
    form_id: &str,
    reach: &Reach,
    before: Option<&str>,
    most: i64,
) -> Result<Vec<Submission>> {
    let mut found: Vec<Row> = Vec::new();
    for (is_everywhere, codes) in turns(reach) {
        let mut query = sqlx::query_as(
            "SELECT id, form_id, version_id, instance_id, root_id, filed_at, filed_by, device_id, name, place_code, enumerator, flags, n_conflicts,
                    user_agent, review_state, updated_at, deleted_at, n_edits, first_at, first_by, first_device, first_agent
             FROM submission
             WHERE form_id = $1 AND is_current = 1
               AND ($2 = '' OR id < $2)
               AND ($4 = 1 OR place_code IN (SELECT code FROM place_path WHERE ancestor_code IN ($5, $6, $7, $8, $9, $10, $11, $12)))
             ORDER BY id DESC
             LIMIT $3",
        )
        .bind(form_id)
        .bind(before.unwrap_or(""))
        .bind(most)
        .bind(is_everywhere);
        for code in codes {
            query = query.bind(code);
        }
        found.extend(query.fetch_all(db).await?);
    }
    found.sort_by(|a, b| b.id.cmp(&a.id));
    found.truncate(usize::try_from(most).unwrap_or(usize::MAX));
    Ok(found.into_iter().map(Submission::from).collect())
}

/// The newest edit, within a reach, of what was first filed under an id.
pub async fn find(db: &AnyPool, form_id: &str, reach: &Reach, root_id: &str) -> Result<Option<Submission>> {
    for (is_everywhere, codes) in turns(reach) {
        let mut query = sqlx::query_as(
            "SELECT id, form_id, version_id, instance_id, root_id, filed_at, filed_by, device_id, name, place_code, enumerator, flags, n_conflicts,
                    user_agent, review_state, updated_at, deleted_at, n_edits, first_at, first_by, first_device, first_agent
             FROM submission
             WHERE form_id = $1 AND root_id = $2 AND is_current = 1
               AND ($3 = 1 OR place_code IN (SELECT code FROM place_path WHERE ancestor_code IN ($4, $5, $6, $7, $8, $9, $10, $11)))",
        )
        .bind(form_id)
        .bind(root_id)
        .bind(is_everywhere);
        for code in codes {
            query = query.bind(code);
        }
        let row: Option<Row> = query.fetch_optional(db).await?;
        if let Some(row) = row {
            return Ok(Some(Submission::from(row)));
        }
    }
    Ok(None)
}

/// The submission that came under an instance id, whichever edit it is.
pub async fn find_by_instance(db: &AnyPool, form_id: &str, instance_id: &str) -> Result<Option<Submission>> {
    let row: Option<Row> = sqlx::query_as(
        "SELECT id, form_id, version_id, instance_id, root_id, filed_at, filed_by, device_id, name, place_code, enumerator, flags, n_conflicts,
                    user_agent, review_state, updated_at, deleted_at, n_edits, first_at, first_by, first_device, first_agent
         FROM submission
         WHERE form_id = $1 AND instance_id = $2",
    )
    .bind(form_id)
    .bind(instance_id)
    .fetch_optional(db)
    .await?;
    Ok(row.map(Submission::from))
}

/// The newest edit of what was first filed under an id, wherever it is about.
pub async fn find_newest(db: &AnyPool, form_id: &str, root_id: &str) -> Result<Option<Submission>> {
    find(db, form_id, &Reach::Everywhere, root_id).await
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

/// How many submissions within a reach has a form, and when did the last one come? `None` when there is none.
pub async fn count(db: &AnyPool, form_id: &str, reach: &Reach) -> Result<Option<(i64, Time)>> {
    let (mut n, mut last) = (0, 0);
    for (is_everywhere, codes) in turns(reach) {
        let mut query = sqlx::query_as(
            "SELECT COUNT(*), COALESCE(MAX(filed_at), 0)
             FROM submission
             WHERE form_id = $1 AND is_current = 1
               AND ($2 = 1 OR place_code IN (SELECT code FROM place_path WHERE ancestor_code IN ($3, $4, $5, $6, $7, $8, $9, $10)))",
        )
        .bind(form_id)
        .bind(is_everywhere);
        for code in codes {
            query = query.bind(code);
        }
        let (more, latest): (i64, i64) = query.fetch_one(db).await?;
        n += more;
        last = last.max(latest);
    }
    Ok((n > 0).then_some((n, Time(last))))
}

/// A submission that is not in the tables yet.
#[derive(FromRow)]
pub struct Pending {
    pub id: String,
    pub version_id: String,
    pub root_id: String,
    pub instance_id: String,
    /// 1 when its rows belong into the tables, 2 when they must leave them, 0 for an edit that another took the place of.
    pub is_current: i64,
    pub xml: String,
    pub filed_at: i64,
    pub place_code: Option<String>,
    pub flags: Option<String>,
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

/// How many submissions within a reach has each enumerator filed about each place?
pub async fn progress(db: &AnyPool, form_id: &str, reach: &Reach) -> Result<Vec<Progress>> {
    let mut found: Vec<(String, String, i64, i64, i64, i64)> = Vec::new();
    for (is_everywhere, codes) in turns(reach) {
        let mut query = sqlx::query_as(
            "SELECT COALESCE(place_code, '') AS place,
                    COALESCE(enumerator, filed_by, '') AS who,
                    COUNT(*),
                    COUNT(flags),
                    MIN(filed_at),
                    MAX(filed_at)
             FROM submission
             WHERE form_id = $1 AND is_current = 1
               AND ($2 = 1 OR place_code IN (SELECT code FROM place_path WHERE ancestor_code IN ($3, $4, $5, $6, $7, $8, $9, $10)))
             GROUP BY COALESCE(place_code, ''), COALESCE(enumerator, filed_by, '')
             ORDER BY place, who",
        )
        .bind(form_id)
        .bind(is_everywhere);
        for code in codes {
            query = query.bind(code);
        }
        found.extend(query.fetch_all(db).await?);
    }
    let progress = |(place, enumerator, n_submissions, n_flagged, first, last)| Progress {
        place,
        enumerator,
        n_submissions,
        n_flagged,
        first_at: Time(first),
        last_at: Time(last),
    };
    Ok(found.into_iter().map(progress).collect())
}

/// On which days was something first filed to a form? Days since 1970 in UTC.
pub async fn list_days(db: &AnyPool, form_id: &str) -> Result<Vec<i64>> {
    Ok(sqlx::query_scalar(
        "SELECT DISTINCT filed_at / 86400000000
         FROM submission
         WHERE form_id = $1 AND instance_id = root_id
         ORDER BY 1",
    )
    .bind(form_id)
    .fetch_all(db)
    .await?)
}

/// How many submissions are about each place, of those first filed from one moment to before another?
pub async fn coverage(db: &AnyPool, form_id: &str, from: Time, before: Time) -> Result<Vec<Coverage>> {
    let rows: Vec<(String, i64, i64, i64)> = sqlx::query_as(
        "SELECT s.place_code, COUNT(*), COUNT(s.flags), MAX(s.filed_at)
         FROM submission s
         LEFT JOIN submission f ON f.form_id = s.form_id AND f.instance_id = s.root_id
         WHERE s.form_id = $1 AND s.is_current = 1
           AND s.place_code IS NOT NULL
           AND COALESCE(f.filed_at, s.filed_at) >= $2
           AND COALESCE(f.filed_at, s.filed_at) < $3
         GROUP BY s.place_code
         ORDER BY s.place_code",
    )
    .bind(form_id)
    .bind(from.0)
    .bind(before.0)
    .fetch_all(db)
    .await?;
    let coverage = |(place, n_submissions, n_flagged, last)| Coverage {
        place,
        n_submissions,
        n_flagged,
        last_at: Time(last),
    };
    Ok(rows.into_iter().map(coverage).collect())
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
