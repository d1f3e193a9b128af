//! SQL on the agenda: plans, what is owed, what came, what was changed, who was reminded.

use sqlx::{AnyPool, FromRow};

use crate::platform::{db::Tx, id, op::Op, problem::Result, time::Time};

/// A plan as it is kept.
#[derive(Debug, Clone, FromRow)]
pub struct PlanRow {
    pub dataset_id: String,
    pub frequency: String,
    pub due_dates: String,
    pub due_days: i64,
    pub grace_days: i64,
    pub notice_days: i64,
    pub unit: String,
    pub starts_on: String,
    /// `planned`, `confirmed` or `ended`.
    pub state: String,
    pub changed_at: i64,
}

/// A period that is owed, as it is kept.
#[derive(Debug, Clone, FromRow)]
pub struct DueRow {
    pub id: String,
    pub dataset_id: String,
    pub period: String,
    pub period_from: String,
    pub period_to: String,
    pub due_on: String,
    pub first_due_on: String,
    pub opens_at: i64,
    pub notice_at: i64,
    pub due_at: i64,
    pub red_at: i64,
    pub organisation: Option<String>,
    pub unit: String,
    pub delivered_at: Option<i64>,
    pub resource_id: Option<String>,
    pub version: Option<i64>,
}

/// Something that was agreed, moved or counted.
#[derive(Debug, Clone, FromRow)]
pub struct ChangeRow {
    pub dataset_id: String,
    pub period: String,
    pub what: String,
    pub was: String,
    pub is_now: String,
    pub role: String,
    pub reason: String,
    pub at: i64,
}

/// What other catalogues are told of a dataset's agenda.
#[derive(Debug, Clone, FromRow)]
pub struct BriefRow {
    pub dataset_id: String,
    pub frequency: String,
    pub due_dates: String,
    /// The first day by which something is owed that has not come.
    pub next_due: Option<String>,
    /// When the last delivery came.
    pub delivered_at: Option<i64>,
}

/// Lists the plan of one dataset, or of all.
pub async fn list_plans(pool: &AnyPool, dataset: Option<&str>) -> Result<Vec<PlanRow>> {
    Ok(sqlx::query_as(
        "SELECT dataset_id, frequency, due_dates, due_days, grace_days, notice_days, unit, starts_on, state, changed_at
         FROM agenda_plan
         WHERE ($1 IS NULL OR dataset_id = $1)
         ORDER BY dataset_id",
    )
    .bind(dataset)
    .fetch_all(pool)
    .await?)
}

/// Puts a plan in the place of the one before.
pub async fn put_plan(tx: &mut Tx, plan: &PlanRow) -> Result<()> {
    sqlx::query(
        "INSERT INTO agenda_plan (dataset_id, frequency, due_dates, due_days, grace_days, notice_days, unit, starts_on, state, changed_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         ON CONFLICT (dataset_id) DO UPDATE SET frequency = excluded.frequency, due_dates = excluded.due_dates,
             due_days = excluded.due_days, grace_days = excluded.grace_days, notice_days = excluded.notice_days,
             unit = excluded.unit, starts_on = excluded.starts_on, state = excluded.state, changed_at = excluded.changed_at",
    )
    .bind(&plan.dataset_id)
    .bind(&plan.frequency)
    .bind(&plan.due_dates)
    .bind(plan.due_days)
    .bind(plan.grace_days)
    .bind(plan.notice_days)
    .bind(&plan.unit)
    .bind(&plan.starts_on)
    .bind(&plan.state)
    .bind(plan.changed_at)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Says how far a plan has come; tells whether it stood otherwise before.
pub async fn set_state(tx: &mut Tx, dataset: &str, state: &str, at: Time) -> Result<bool> {
    let done = sqlx::query(
        "UPDATE agenda_plan SET state = $2, changed_at = $3 WHERE dataset_id = $1 AND state <> $2",
    )
    .bind(dataset)
    .bind(state)
    .bind(at.0)
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Takes away what is not due yet and has not come: it is planned anew, or not at all. What was moved stays in the history.
pub async fn delete_ahead(tx: &mut Tx, dataset: &str, now: Time) -> Result<()> {
    sqlx::query(
        "DELETE FROM agenda_notice
         WHERE due_id IN (SELECT id FROM agenda_due WHERE dataset_id = $1 AND delivered_at IS NULL AND due_at > $2)",
    )
    .bind(dataset)
    .bind(now.0)
    .execute(tx.conn())
    .await?;
    sqlx::query("DELETE FROM agenda_due WHERE dataset_id = $1 AND delivered_at IS NULL AND due_at > $2")
        .bind(dataset)
        .bind(now.0)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Enters a period that is owed; one that is there stays as it is.
pub async fn insert_due(tx: &mut Tx, due: &DueRow) -> Result<()> {
    sqlx::query(
        "INSERT INTO agenda_due (id, dataset_id, period, period_from, period_to, due_on, first_due_on, opens_at, notice_at, due_at, red_at,
                                 organisation, unit, delivered_at, resource_id, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, NULL, NULL, NULL)
         ON CONFLICT (dataset_id, period) DO NOTHING",
    )
    .bind(&due.id)
    .bind(&due.dataset_id)
    .bind(&due.period)
    .bind(&due.period_from)
    .bind(&due.period_to)
    .bind(&due.due_on)
    .bind(&due.first_due_on)
    .bind(due.opens_at)
    .bind(due.notice_at)
    .bind(due.due_at)
    .bind(due.red_at)
    .bind(&due.organisation)
    .bind(&due.unit)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Lists what is owed between two days, by whomever, in the order of the due dates.
pub async fn list_between(pool: &AnyPool, first: &str, last: &str) -> Result<Vec<DueRow>> {
    Ok(sqlx::query_as(
        "SELECT id, dataset_id, period, period_from, period_to, due_on, first_due_on, opens_at, notice_at, due_at, red_at,
                organisation, unit, delivered_at, resource_id, version
         FROM agenda_due
         WHERE due_on >= $1 AND due_on <= $2
         ORDER BY due_on, dataset_id, period",
    )
    .bind(first)
    .bind(last)
    .fetch_all(pool)
    .await?)
}

/// Lists what is and was owed of a dataset, in the order of the due dates.
pub async fn list_of(pool: &AnyPool, dataset: &str) -> Result<Vec<DueRow>> {
    Ok(sqlx::query_as(
        "SELECT id, dataset_id, period, period_from, period_to, due_on, first_due_on, opens_at, notice_at, due_at, red_at,
                organisation, unit, delivered_at, resource_id, version
         FROM agenda_due
         WHERE dataset_id = $1
         ORDER BY due_on, period",
    )
    .bind(dataset)
    .fetch_all(pool)
    .await?)
}

/// Notes that a period came; tells whether it had not before.
pub async fn deliver(
    tx: &mut Tx,
    due: &str,
    at: Time,
    (resource, version): (Option<&str>, Option<i64>),
) -> Result<bool> {
    let done = sqlx::query(
        "UPDATE agenda_due SET delivered_at = $2, resource_id = $3, version = $4 WHERE id = $1 AND delivered_at IS NULL",
    )
    .bind(due)
    .bind(at.0)
    .bind(resource)
    .bind(version)
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Notes that what was counted for a period was none of it; tells whether something was.
pub async fn take_back(tx: &mut Tx, due: &str) -> Result<bool> {
    let done = sqlx::query(
        "UPDATE agenda_due SET delivered_at = NULL, resource_id = NULL, version = NULL WHERE id = $1 AND delivered_at IS NOT NULL",
    )
    .bind(due)
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Which periods of a dataset wait for a version that came at a moment? The oldest first.
pub async fn list_waiting(pool: &AnyPool, dataset: &str, at: Time) -> Result<Vec<DueRow>> {
    Ok(sqlx::query_as(
        "SELECT id, dataset_id, period, period_from, period_to, due_on, first_due_on, opens_at, notice_at, due_at, red_at,
                organisation, unit, delivered_at, resource_id, version
         FROM agenda_due
         WHERE dataset_id = $1 AND delivered_at IS NULL AND opens_at <= $2
         ORDER BY period_to, period",
    )
    .bind(dataset)
    .bind(at.0)
    .fetch_all(pool)
    .await?)
}

/// Has this version been counted for a period already?
pub async fn is_counted(pool: &AnyPool, resource: &str, version: i64) -> Result<bool> {
    let n: i64 =
        sqlx::query_scalar("SELECT COUNT(*) FROM agenda_due WHERE resource_id = $1 AND version = $2")
            .bind(resource)
            .bind(version)
            .fetch_one(pool)
            .await?;
    Ok(n > 0)
}

/// Moves the due date of a period; the first one stays on record.
pub async fn move_due(tx: &mut Tx, due: &DueRow) -> Result<()> {
    sqlx::query(
        "UPDATE agenda_due SET due_on = $2, opens_at = $3, notice_at = $4, due_at = $5, red_at = $6 WHERE id = $1",
    )
    .bind(&due.id)
    .bind(&due.due_on)
    .bind(due.opens_at)
    .bind(due.notice_at)
    .bind(due.due_at)
    .bind(due.red_at)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Writes down what was agreed, moved or counted.
pub async fn insert_change(tx: &mut Tx, op: &Op, change: &ChangeRow) -> Result<()> {
    sqlx::query(
        "INSERT INTO agenda_change (id, dataset_id, period, what, was, is_now, role, by_who, reason, at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(id::fresh(op.at))
    .bind(&change.dataset_id)
    .bind(&change.period)
    .bind(&change.what)
    .bind(&change.was)
    .bind(&change.is_now)
    .bind(&change.role)
    .bind(op.who.label())
    .bind(&change.reason)
    .bind(change.at)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Lists what changed about one dataset, or about all, the newest first.
pub async fn list_changes(pool: &AnyPool, dataset: Option<&str>, most: i64) -> Result<Vec<ChangeRow>> {
    Ok(sqlx::query_as(
        "SELECT dataset_id, period, what, was, is_now, role, reason, at
         FROM agenda_change
         WHERE ($1 IS NULL OR dataset_id = $1)
         ORDER BY id DESC
         LIMIT $2",
    )
    .bind(dataset)
    .bind(most)
    .fetch_all(pool)
    .await?)
}

/// What other catalogues are told of each dataset that is still owed.
pub async fn list_briefs(pool: &AnyPool) -> Result<Vec<BriefRow>> {
    Ok(sqlx::query_as(
        "SELECT p.dataset_id, p.frequency, p.due_dates,
                MIN(CASE WHEN d.delivered_at IS NULL THEN d.due_on END) AS next_due,
                CAST(MAX(d.delivered_at) AS BIGINT) AS delivered_at
         FROM agenda_plan p
         LEFT JOIN agenda_due d ON d.dataset_id = p.dataset_id
         WHERE p.state <> 'ended'
         GROUP BY p.dataset_id, p.frequency, p.due_dates",
    )
    .fetch_all(pool)
    .await?)
}

/// What is owed that somebody ought to be reminded of by now, the first due date first.
pub async fn list_to_remind(pool: &AnyPool, now: Time) -> Result<Vec<DueRow>> {
    Ok(sqlx::query_as(
        "SELECT d.id, d.dataset_id, d.period, d.period_from, d.period_to, d.due_on, d.first_due_on, d.opens_at, d.notice_at, d.due_at,
                d.red_at, d.organisation, d.unit, d.delivered_at, d.resource_id, d.version
         FROM agenda_due d
         JOIN agenda_plan p ON p.dataset_id = d.dataset_id
         WHERE d.delivered_at IS NULL AND d.notice_at <= $1 AND p.state <> 'ended'
           AND NOT EXISTS (SELECT 1 FROM agenda_notice n
                           WHERE n.due_id = d.id AND n.due_on = d.due_on
                             AND n.kind = CASE WHEN d.red_at <= $1 THEN 'red' WHEN d.due_at <= $1 THEN 'after' ELSE 'before' END)
         ORDER BY d.due_on, d.dataset_id",
    )
    .bind(now.0)
    .fetch_all(pool)
    .await?)
}

/// Notes that a reminder goes out; tells whether it had not before.
pub async fn note_notice(tx: &mut Tx, due: &DueRow, kind: &str, at: Time) -> Result<bool> {
    let done = sqlx::query(
        "INSERT INTO agenda_notice (due_id, kind, due_on, at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
    )
    .bind(&due.id)
    .bind(kind)
    .bind(&due.due_on)
    .bind(at.0)
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Who answers for what an organisation owes: its producers; its stewards, and those of all, where it has none.
pub async fn list_owers(pool: &AnyPool, organisation: Option<&str>) -> Result<Vec<String>> {
    let producers: Vec<String> = sqlx::query_scalar(
        "SELECT DISTINCT u.id
         FROM user_grant g
         JOIN user_account u ON u.id = g.user_id
         WHERE g.role = 'producer' AND g.org_code = $1 AND u.closed_at IS NULL AND u.kind = 'person'
         ORDER BY u.id",
    )
    .bind(organisation)
    .fetch_all(pool)
    .await?;
    if !producers.is_empty() {
        return Ok(producers);
    }
    Ok(sqlx::query_scalar(
        "SELECT DISTINCT u.id
         FROM user_grant g
         JOIN user_account u ON u.id = g.user_id
         WHERE g.role = 'steward' AND (g.org_code IS NULL OR g.org_code = $1) AND u.closed_at IS NULL AND u.kind = 'person'
         ORDER BY u.id",
    )
    .bind(organisation)
    .fetch_all(pool)
    .await?)
}
