//! SQL of what people do with a submission after it was filed: reviews, comments, edits in their order.

use sqlx::AnyPool;

use crate::{
    collect::model::{Comment, Edit, ReviewState},
    platform::{db::Tx, problem::Result, time::Time},
};

/// Which state has the newest edit of a submission? `None` when it is not there, or in the trash.
pub async fn find_state(tx: &mut Tx, form_id: &str, root_id: &str) -> Result<Option<ReviewState>> {
    let found: Option<(Option<String>,)> = sqlx::query_as(
        "SELECT review_state FROM submission WHERE form_id = $1 AND root_id = $2 AND is_current = 1",
    )
    .bind(form_id)
    .bind(root_id)
    .fetch_optional(tx.conn())
    .await?;
    Ok(found.map(|(state,)| ReviewState::parse(state.as_deref()).unwrap_or(ReviewState::Received)))
}

pub async fn set_state(
    tx: &mut Tx,
    form_id: &str,
    root_id: &str,
    state: ReviewState,
    at: Time,
) -> Result<()> {
    sqlx::query(
        "UPDATE submission SET review_state = $3, updated_at = $4
         WHERE form_id = $1 AND root_id = $2 AND is_current = 1",
    )
    .bind(form_id)
    .bind(root_id)
    .bind(state.stored())
    .bind(at.0)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Lets the newest edit of a submission be tabulated again: its rows come or go.
pub async fn tabulate_again(tx: &mut Tx, form_id: &str, root_id: &str) -> Result<()> {
    sqlx::query(
        "UPDATE submission SET is_tabulated = 2 WHERE form_id = $1 AND root_id = $2 AND is_current <> 0",
    )
    .bind(form_id)
    .bind(root_id)
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub async fn insert_comment(
    tx: &mut Tx,
    id: &str,
    form_id: &str,
    root_id: &str,
    comment: &Comment,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO submission_comment (id, form_id, root_id, body, at, by) VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(id)
    .bind(form_id)
    .bind(root_id)
    .bind(&comment.body)
    .bind(comment.at.0)
    .bind(comment.by.as_deref())
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// What was said about a submission, the newest first?
pub async fn list_comments(db: &AnyPool, form_id: &str, root_id: &str) -> Result<Vec<Comment>> {
    let rows: Vec<(String, i64, Option<String>)> = sqlx::query_as(
        "SELECT body, at, by FROM submission_comment WHERE form_id = $1 AND root_id = $2 ORDER BY id DESC",
    )
    .bind(form_id)
    .bind(root_id)
    .fetch_all(db)
    .await?;
    let comment = |(body, at, by)| Comment {
        body,
        at: Time(at),
        by,
    };
    Ok(rows.into_iter().map(comment).collect())
}

#[derive(sqlx::FromRow)]
struct EditRow {
    id: String,
    version_id: String,
    form_version: String,
    instance_id: String,
    name: Option<String>,
    filed_at: i64,
    filed_by: Option<String>,
    device_id: Option<String>,
    user_agent: Option<String>,
    is_current: i64,
}

/// Which edits has a submission, the newest first?
pub async fn list_edits(db: &AnyPool, form_id: &str, root_id: &str) -> Result<Vec<Edit>> {
    let rows: Vec<EditRow> = sqlx::query_as(
        "SELECT s.id, s.version_id, v.version AS form_version, s.instance_id, s.name, s.filed_at, s.filed_by, s.device_id, s.user_agent,
                CAST(s.is_current AS BIGINT) AS is_current
         FROM submission s JOIN form_version v ON v.id = s.version_id
         WHERE s.form_id = $1 AND s.root_id = $2
         ORDER BY s.is_current DESC, s.id DESC",
    )
    .bind(form_id)
    .bind(root_id)
    .fetch_all(db)
    .await?;
    let edit = |row: EditRow| Edit {
        id: row.id,
        version_id: row.version_id,
        form_version: row.form_version,
        instance_id: row.instance_id,
        name: row.name,
        filed_at: Time(row.filed_at),
        filed_by: row.filed_by,
        device_id: row.device_id,
        user_agent: row.user_agent,
        is_newest: row.is_current != 0,
    };
    Ok(rows.into_iter().map(edit).collect())
}

/// Which accounts filed the first of a form's submissions?
pub async fn list_submitters(db: &AnyPool, form_id: &str) -> Result<Vec<String>> {
    Ok(sqlx::query_scalar(
        "SELECT DISTINCT CASE WHEN first_at IS NULL THEN filed_by ELSE first_by END AS who
         FROM submission
         WHERE form_id = $1 AND is_current = 1 AND CASE WHEN first_at IS NULL THEN filed_by ELSE first_by END IS NOT NULL
         ORDER BY who",
    )
    .bind(form_id)
    .fetch_all(db)
    .await?)
}
