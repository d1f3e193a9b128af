//! SQL that counts what projects and forms hold, for lists of them.

use sqlx::{AnyPool, FromRow};

use crate::platform::problem::Result;

/// What a project holds.
#[derive(FromRow)]
pub struct OfProject {
    pub n_forms: i64,
    pub n_devices: i64,
    pub last_filed_at: Option<i64>,
}

/// How many forms and devices has a project, and when was the last submission filed to it?
pub async fn of_project(db: &AnyPool, project_id: i64) -> Result<OfProject> {
    Ok(sqlx::query_as(
        "SELECT (SELECT COUNT(*) FROM form WHERE project_id = $1 AND deleted_at IS NULL AND draft_of IS NULL) AS n_forms,
                (SELECT COUNT(*) FROM app_user WHERE project_id = $1) AS n_devices,
                (SELECT MAX(s.filed_at)
                 FROM submission s JOIN form f ON f.id = s.form_id
                 WHERE f.project_id = $1 AND f.deleted_at IS NULL AND f.draft_of IS NULL AND s.is_current = 1) AS last_filed_at",
    )
    .bind(project_id)
    .fetch_one(db)
    .await?)
}

/// What a form holds, in each review state.
#[derive(Default)]
pub struct OfForm {
    pub n_submissions: i64,
    pub n_received: i64,
    pub n_edited: i64,
    pub n_with_issues: i64,
    pub last_filed_at: Option<i64>,
}

/// How many submissions of a form are in each review state, and when did the last one come?
pub async fn of_form(db: &AnyPool, form_id: &str) -> Result<OfForm> {
    let rows: Vec<(Option<String>, i64, i64)> = sqlx::query_as(
        "SELECT review_state, COUNT(*), MAX(COALESCE(first_at, filed_at))
         FROM submission
         WHERE form_id = $1 AND is_current = 1
         GROUP BY review_state",
    )
    .bind(form_id)
    .fetch_all(db)
    .await?;
    let mut counted = OfForm::default();
    for (state, n, last) in rows {
        counted.n_submissions += n;
        counted.last_filed_at = counted.last_filed_at.max(Some(last));
        match state.as_deref() {
            None => counted.n_received += n,
            Some("edited") => counted.n_edited += n,
            Some("hasIssues") => counted.n_with_issues += n,
            Some(_) => {}
        }
    }
    Ok(counted)
}
