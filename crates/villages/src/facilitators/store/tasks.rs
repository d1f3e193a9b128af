//! SQL of tasks.

use sqlx::FromRow;

use crate::{
    facilitators::{NewTask, model::GroupKind},
    platform::{
        db::{Db, Tx},
        problem::Result,
        time::Time,
    },
};

/// Tasks that a list shows.
const MOST_LISTED: i64 = 2_000;

/// A task as the database has it.
#[derive(Debug, Clone, FromRow)]
pub struct TaskRow {
    pub id: String,
    pub place_code: String,
    pub facility: Option<String>,
    pub group_code: String,
    pub group_name: String,
    pub text_id: String,
    pub facts: String,
    pub due_on: Option<String>,
    pub state: String,
    pub taken_by: Option<String>,
    pub why: String,
}

/// Adds a task; returns whether it was not there yet.
pub async fn insert(
    tx: &mut Tx,
    id: &str,
    task: &NewTask,
    group: Option<&GroupKind>,
    at: Time,
) -> Result<bool> {
    let done = sqlx::query(
        "INSERT INTO facilitator_task (id, place_code, facility, group_code, group_name, text_id, facts, source_kind, source_id, due_on, state, why, asked_at, changed_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'open', '', $11, $12)
         ON CONFLICT (source_kind, source_id, group_code, group_name, text_id) DO NOTHING",
    )
    .bind(id)
    .bind(&task.place)
    .bind(task.facility.as_deref())
    .bind(group.map_or("", GroupKind::code))
    .bind(group.map_or("", GroupKind::name))
    .bind(task.text)
    .bind(task.facts.to_string())
    .bind(&task.source.kind)
    .bind(&task.source.id)
    .bind(task.due_on.map(|day| day.to_string()))
    .bind(at.0)
    .bind(at.0)
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Ends the tasks that asked for a group of a place, and for no facility; returns their ids.
pub async fn finish(tx: &mut Tx, place: &str, group: &GroupKind, at: Time) -> Result<Vec<String>> {
    Ok(sqlx::query_scalar(
        "UPDATE facilitator_task
         SET state = 'done', changed_at = $4
         WHERE place_code = $1
           AND group_code = $2
           AND (group_name = '' OR group_name = $3)
           AND facility IS NULL
           AND state IN ('open', 'taken')
         RETURNING id",
    )
    .bind(place)
    .bind(group.code())
    .bind(group.name())
    .bind(at.0)
    .fetch_all(tx.conn())
    .await?)
}

/// The tasks of all places: those that wait first, the next due first, then the latest.
pub async fn list(db: &Db) -> Result<Vec<TaskRow>> {
    Ok(sqlx::query_as(
        "SELECT id, place_code, facility, group_code, group_name, text_id, facts, due_on, state, taken_by, why
         FROM facilitator_task
         ORDER BY CASE WHEN state IN ('open', 'taken') THEN 0 ELSE 1 END, COALESCE(due_on, '9999'), id DESC
         LIMIT $1",
    )
    .bind(MOST_LISTED)
    .fetch_all(db.read())
    .await?)
}

/// A task.
pub async fn find(db: &Db, id: &str) -> Result<Option<TaskRow>> {
    Ok(sqlx::query_as(
        "SELECT id, place_code, facility, group_code, group_name, text_id, facts, due_on, state, taken_by, why
         FROM facilitator_task
         WHERE id = $1",
    )
    .bind(id)
    .fetch_optional(db.read())
    .await?)
}

/// For which groups of which places are tasks under way?
pub async fn list_waiting(db: &Db) -> Result<Vec<(String, String)>> {
    Ok(sqlx::query_as(
        "SELECT DISTINCT place_code, group_code
         FROM facilitator_task
         WHERE group_code <> '' AND state IN ('open', 'taken')",
    )
    .fetch_all(db.read())
    .await?)
}

/// Takes a task a step further; false when it stands otherwise by now.
pub async fn step(
    tx: &mut Tx,
    task: &TaskRow,
    to: &str,
    taken_by: Option<&str>,
    why: &str,
    at: Time,
) -> Result<bool> {
    let done = sqlx::query(
        "UPDATE facilitator_task
         SET state = $3, taken_by = $4, why = $5, changed_at = $6
         WHERE id = $1 AND state = $2",
    )
    .bind(&task.id)
    .bind(&task.state)
    .bind(to)
    .bind(taken_by)
    .bind(why)
    .bind(at.0)
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}
