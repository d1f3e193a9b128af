//! SQL of exports: what was filed to a form from the newest to the oldest, in stretches that are found by their ends.

use sqlx::{AnyPool, FromRow};

use super::submissions::turns;
use crate::{accounts::Reach, platform::problem::Result};

/// A submission as exports read it, in its newest edit.
#[derive(Debug, Clone, FromRow)]
pub struct Filed {
    pub id: String,
    pub version_id: String,
    /// The version it was first filed with, as that says.
    pub form_version: Option<String>,
    pub root_id: String,
    /// When it was first filed.
    pub at: i64,
    pub updated_at: Option<i64>,
    pub deleted_at: Option<i64>,
    pub review_state: Option<String>,
    pub n_edits: i64,
    pub submitter: Option<String>,
    pub submitter_name: Option<String>,
    pub device_id: Option<String>,
    /// Blank where answers were not asked for.
    pub xml: String,
    /// Names of the files that came, parted by `/`, which stands in no name.
    pub files: Option<String>,
}

/// A place in the order of exports: when something was first filed, and its id.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cursor {
    pub at: i64,
    pub id: String,
}

impl Cursor {
    /// Before everything.
    pub fn newest() -> Self {
        Self {
            at: i64::MAX,
            id: String::new(),
        }
    }

    /// After everything that was filed at a moment or later.
    pub fn oldest(at: i64) -> Self {
        Self {
            at,
            id: String::new(),
        }
    }
}

/// What of a form is read.
#[derive(Debug, Clone, Copy)]
pub struct Of<'a> {
    pub form_id: &'a str,
    /// What lies in the trash too.
    pub with_trash: bool,
}

impl Of<'_> {
    fn most_current(self) -> i64 {
        if self.with_trash { 2 } else { 1 }
    }
}

/// What is read of each submission.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    Answers,
    /// All but the answers.
    Envelope,
}

/// Where is the submission that stands `skip` places after the one that follows a cursor, not older than a moment?
pub async fn find_end(
    db: &AnyPool,
    of: Of<'_>,
    after: &Cursor,
    oldest: i64,
    skip: i64,
) -> Result<Option<Cursor>> {
    let row: Option<(i64, String)> = sqlx::query_as(
        "SELECT COALESCE(first_at, filed_at), id
         FROM submission
         WHERE form_id = $1 AND is_current > 0 AND is_current <= $2
           AND COALESCE(first_at, filed_at) <= $3 AND (COALESCE(first_at, filed_at) < $3 OR id < $4)
           AND COALESCE(first_at, filed_at) >= $5
         ORDER BY COALESCE(first_at, filed_at) DESC, id DESC
         LIMIT 1 OFFSET $6",
    )
    .bind(of.form_id)
    .bind(of.most_current())
    .bind(after.at)
    .bind(&after.id)
    .bind(oldest)
    .bind(skip)
    .fetch_optional(db)
    .await?;
    Ok(row.map(|(at, id)| Cursor { at, id }))
}

/// Where stands a submission, in the trash or not, by the id it was first filed under?
pub async fn find_cursor(db: &AnyPool, form_id: &str, root_id: &str) -> Result<Option<Cursor>> {
    let row: Option<(i64, String)> = sqlx::query_as(
        "SELECT COALESCE(first_at, filed_at), id
         FROM submission
         WHERE form_id = $1 AND root_id = $2 AND is_current > 0",
    )
    .bind(form_id)
    .bind(root_id)
    .fetch_optional(db)
    .await?;
    Ok(row.map(|(at, id)| Cursor { at, id }))
}

/// Which submissions within a reach follow a cursor, down to another one that is among them? The newest first.
pub async fn list(
    db: &AnyPool,
    of: Of<'_>,
    reach: &Reach,
    after: &Cursor,
    until: &Cursor,
    what: What,
) -> Result<Vec<Filed>> {
    let mut found: Vec<Filed> = Vec::new();
    let turns = turns(reach);
    let n_turns = turns.len();
    for (is_everywhere, codes) in turns {
        let mut query = sqlx::query_as(
            "SELECT s.id, s.version_id,
                    (SELECT v.version FROM form_version v
                     WHERE v.id = CASE WHEN s.first_at IS NULL THEN s.version_id
                                       ELSE (SELECT f.version_id FROM submission f WHERE f.form_id = s.form_id AND f.instance_id = s.root_id) END
                    ) AS form_version,
                    s.root_id, COALESCE(s.first_at, s.filed_at) AS at, s.updated_at, s.deleted_at, s.review_state, s.n_edits,
                    CASE WHEN s.first_at IS NULL THEN s.filed_by ELSE s.first_by END AS submitter,
                    (SELECT u.name FROM user_account u
                     WHERE u.id = CASE WHEN s.first_at IS NULL THEN s.filed_by ELSE s.first_by END) AS submitter_name,
                    CASE WHEN s.first_at IS NULL THEN s.device_id ELSE s.first_device END AS device_id,
                    CASE WHEN $7 = 1 THEN s.xml ELSE '' END AS xml,
                    (SELECT string_agg(f.name, '/') FROM submission_file f WHERE f.submission_id = s.id) AS files
             FROM submission s
             WHERE s.form_id = $1 AND s.is_current > 0 AND s.is_current <= $2
               AND COALESCE(s.first_at, s.filed_at) <= $3 AND (COALESCE(s.first_at, s.filed_at) < $3 OR s.id < $4)
               AND COALESCE(s.first_at, s.filed_at) >= $5 AND (COALESCE(s.first_at, s.filed_at) > $5 OR s.id >= $6)
               AND ($8 = 1 OR s.place_code IN (SELECT code FROM place_path WHERE ancestor_code IN ($9, $10, $11, $12, $13, $14, $15, $16)))
             ORDER BY COALESCE(s.first_at, s.filed_at) DESC, s.id DESC",
        )
        .bind(of.form_id)
        .bind(of.most_current())
        .bind(after.at)
        .bind(&after.id)
        .bind(until.at)
        .bind(&until.id)
        .bind(i64::from(what == What::Answers))
        .bind(is_everywhere);
        for code in codes {
            query = query.bind(code);
        }
        found.extend(query.fetch_all(db).await?);
    }
    if n_turns > 1 {
        found.sort_by(|a, b| (b.at, &b.id).cmp(&(a.at, &a.id)));
        found.dedup_by(|a, b| a.id == b.id);
    }
    Ok(found)
}

/// Submissions that one statement reads.
pub const READ_AT_ONCE: usize = 20;

/// Which submissions have these ids? In no order.
pub async fn list_by_id(db: &AnyPool, ids: &[String]) -> Result<Vec<Filed>> {
    let Some(last) = ids.last() else {
        return Ok(Vec::new());
    };
    let mut query = sqlx::query_as(
        "SELECT s.id, s.version_id,
                (SELECT v.version FROM form_version v
                 WHERE v.id = CASE WHEN s.first_at IS NULL THEN s.version_id
                                   ELSE (SELECT f.version_id FROM submission f WHERE f.form_id = s.form_id AND f.instance_id = s.root_id) END
                ) AS form_version,
                s.root_id, COALESCE(s.first_at, s.filed_at) AS at, s.updated_at, s.deleted_at, s.review_state, s.n_edits,
                CASE WHEN s.first_at IS NULL THEN s.filed_by ELSE s.first_by END AS submitter,
                (SELECT u.name FROM user_account u
                 WHERE u.id = CASE WHEN s.first_at IS NULL THEN s.filed_by ELSE s.first_by END) AS submitter_name,
                CASE WHEN s.first_at IS NULL THEN s.device_id ELSE s.first_device END AS device_id,
                s.xml,
                (SELECT string_agg(f.name, '/') FROM submission_file f WHERE f.submission_id = s.id) AS files
         FROM submission s
         WHERE s.id IN ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)",
    );
    // A short list ends with its last id again and again.
    for id in ids.iter().chain(std::iter::repeat(last)).take(READ_AT_ONCE) {
        query = query.bind(id);
    }
    Ok(query.fetch_all(db).await?)
}

/// How many submissions within a reach has a form?
pub async fn count(db: &AnyPool, of: Of<'_>, reach: &Reach) -> Result<i64> {
    let mut n = 0;
    for (is_everywhere, codes) in turns(reach) {
        let mut query = sqlx::query_scalar(
            "SELECT COUNT(*)
             FROM submission
             WHERE form_id = $1 AND is_current > 0 AND is_current <= $2
               AND ($3 = 1 OR place_code IN (SELECT code FROM place_path WHERE ancestor_code IN ($4, $5, $6, $7, $8, $9, $10, $11)))",
        )
        .bind(of.form_id)
        .bind(of.most_current())
        .bind(is_everywhere);
        for code in codes {
            query = query.bind(code);
        }
        let more: i64 = query.fetch_one(db).await?;
        n += more;
    }
    Ok(n)
}
