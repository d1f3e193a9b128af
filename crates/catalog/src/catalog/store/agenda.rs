//! SQL on the agenda: plans, what is owed, what came, what was changed, who was reminded.

use sqlx::{AnyPool, FromRow};

use crate::platform::{db::Tx, id, op::Op, problem::Result, time::Time};

/// A question about periods that are owed: what is selected, and the rest of the statement.
macro_rules! dues {
    ($rest:literal) => {
        concat!(
            "SELECT d.id, d.dataset_id, d.period, d.period_from, d.period_to, d.due_on, d.first_due_on, d.opens_at, d.notice_at, d.due_at,
                    d.red_at, d.organisation, d.unit, d.delivered_at, d.published_at, d.publication_id, d.resource_id, d.version
             FROM agenda_due d ",
            $rest
        )
    };
}

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
    /// How much is to be there at B03, B06, B09 and B12, in percent: `50 100 - -`; empty where nobody said.
    pub targets: String,
    pub expected_rows: Option<i64>,
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
    /// When its producer sent what came for it.
    pub delivered_at: Option<i64>,
    /// Since when everybody can read it.
    pub published_at: Option<i64>,
    /// The way of the file that came, where others look at it first.
    pub publication_id: Option<String>,
    pub resource_id: Option<String>,
    pub version: Option<i64>,
}

/// What came for a period, to be counted.
#[derive(Debug, Clone, Copy)]
pub struct Came<'a> {
    pub at: Time,
    pub published_at: Option<Time>,
    pub publication: Option<&'a str>,
    pub resource: Option<&'a str>,
    pub version: Option<i64>,
}

/// How a dataset, or a file for it, goes to everybody; or when a dataset was opened at once.
#[derive(Debug, Clone, FromRow)]
pub struct WayRow {
    pub id: String,
    pub dataset_id: String,
    /// None for the whole dataset.
    pub resource_id: Option<String>,
    /// As in `publication.stage`.
    pub stage: String,
    /// When it was handed in for the first time since it was last given back.
    pub handed_in_at: Option<i64>,
    pub ended_at: Option<i64>,
}

/// A file or an address of a dataset on the agenda that was not counted as it stands.
#[derive(Debug, Clone, FromRow)]
pub struct NewFileRow {
    pub resource_id: String,
    pub dataset_id: String,
    /// The file's SHA-256, or the address.
    pub mark: String,
    pub changed_at: i64,
}

/// How many rows a table had at the four checkpoints of a year.
#[derive(Debug, Clone, FromRow)]
pub struct ReachedRow {
    pub dataset_id: String,
    pub b03: Option<i64>,
    pub b06: Option<i64>,
    pub b09: Option<i64>,
    pub b12: Option<i64>,
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
    /// Since when everybody can read the last delivery.
    pub delivered_at: Option<i64>,
}

/// Lists the plan of one dataset, or of all.
pub async fn list_plans(pool: &AnyPool, dataset: Option<&str>) -> Result<Vec<PlanRow>> {
    Ok(sqlx::query_as(
        "SELECT dataset_id, frequency, due_dates, due_days, grace_days, notice_days, unit, starts_on, state, targets, expected_rows,
                changed_at
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
        "INSERT INTO agenda_plan (dataset_id, frequency, due_dates, due_days, grace_days, notice_days, unit, starts_on, state, changed_at,
                                  targets, expected_rows)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
         ON CONFLICT (dataset_id) DO UPDATE SET frequency = excluded.frequency, due_dates = excluded.due_dates,
             due_days = excluded.due_days, grace_days = excluded.grace_days, notice_days = excluded.notice_days,
             unit = excluded.unit, starts_on = excluded.starts_on, state = excluded.state, changed_at = excluded.changed_at,
             targets = excluded.targets, expected_rows = excluded.expected_rows",
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
    .bind(&plan.targets)
    .bind(plan.expected_rows)
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
    Ok(sqlx::query_as(dues!(
        "WHERE d.due_on >= $1 AND d.due_on <= $2
         ORDER BY d.due_on, d.dataset_id, d.period"
    ))
    .bind(first)
    .bind(last)
    .fetch_all(pool)
    .await?)
}

/// Lists what is and was owed of a dataset, in the order of the due dates.
pub async fn list_of(pool: &AnyPool, dataset: &str) -> Result<Vec<DueRow>> {
    Ok(sqlx::query_as(dues!(
        "WHERE d.dataset_id = $1
         ORDER BY d.due_on, d.period"
    ))
    .bind(dataset)
    .fetch_all(pool)
    .await?)
}

/// Notes that something came for a period; tells whether nothing had before.
pub async fn deliver(tx: &mut Tx, due: &str, came: &Came<'_>) -> Result<bool> {
    let done = sqlx::query(
        "UPDATE agenda_due
         SET delivered_at = $2, published_at = $3, publication_id = $4, resource_id = $5, version = $6
         WHERE id = $1 AND delivered_at IS NULL",
    )
    .bind(due)
    .bind(came.at.0)
    .bind(came.published_at.map(|at| at.0))
    .bind(came.publication)
    .bind(came.resource)
    .bind(came.version)
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Notes that the producer sent something again for a period after it was given back.
pub async fn deliver_again(tx: &mut Tx, due: &str, at: Time) -> Result<()> {
    sqlx::query("UPDATE agenda_due SET delivered_at = $2 WHERE id = $1 AND published_at IS NULL")
        .bind(due)
        .bind(at.0)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Notes that everybody can read what came by a way, as a version of its table; tells whether it was counted for a period that waited for
/// that.
pub async fn publish(tx: &mut Tx, publication: &str, resource: &str, version: i64) -> Result<bool> {
    let done = sqlx::query(
        "UPDATE agenda_due
         SET resource_id = $2, version = $3, published_at = (SELECT p.ended_at FROM publication p WHERE p.id = $1)
         WHERE publication_id = $1 AND published_at IS NULL",
    )
    .bind(publication)
    .bind(resource)
    .bind(version)
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Keeps when something was handed in and published that had come before.
pub async fn settle(tx: &mut Tx, due: &str, handed_in_at: Time, published_at: Time) -> Result<()> {
    sqlx::query(
        "UPDATE agenda_due SET delivered_at = $2, published_at = $3 WHERE id = $1 AND published_at IS NULL",
    )
    .bind(due)
    .bind(handed_in_at.0)
    .bind(published_at.0)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Notes that what was counted for a period was none of it; tells whether something was.
pub async fn take_back(tx: &mut Tx, due: &str) -> Result<bool> {
    let done = sqlx::query(
        "UPDATE agenda_due
         SET delivered_at = NULL, published_at = NULL, publication_id = NULL, resource_id = NULL, version = NULL
         WHERE id = $1 AND delivered_at IS NOT NULL",
    )
    .bind(due)
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// For which period was the file counted that goes this way?
pub async fn find_by_publication(pool: &AnyPool, publication: &str) -> Result<Option<DueRow>> {
    Ok(sqlx::query_as(dues!(
        "WHERE d.publication_id = $1
         ORDER BY d.due_on
         LIMIT 1"
    ))
    .bind(publication)
    .fetch_optional(pool)
    .await?)
}

/// What was done last with a way since a moment, of handing in, giving back and taking back?
pub async fn find_last_turn(pool: &AnyPool, publication: &str, since: Time) -> Result<Option<String>> {
    Ok(sqlx::query_scalar(
        "SELECT act FROM publication_step
         WHERE publication_id = $1 AND at >= $2 AND act IN ('submitted', 'returned', 'taken-back')
         ORDER BY id DESC
         LIMIT 1",
    )
    .bind(publication)
    .bind(since.0)
    .fetch_optional(pool)
    .await?)
}

/// How do datasets on the agenda, and files that were counted, go to everybody? Of one dataset, or of all.
pub async fn list_ways(pool: &AnyPool, dataset: Option<&str>) -> Result<Vec<WayRow>> {
    Ok(sqlx::query_as(
        "SELECT p.id, p.dataset_id, p.resource_id, p.stage,
                CAST((SELECT MIN(s.at) FROM publication_step s
                      WHERE s.publication_id = p.id AND s.act = 'submitted'
                        AND s.at >= COALESCE((SELECT MAX(b.at) FROM publication_step b
                                              WHERE b.publication_id = p.id AND b.act IN ('returned', 'taken-back')), 0)) AS BIGINT)
                    AS handed_in_at,
                p.ended_at
         FROM publication p
         WHERE ($1 IS NULL OR p.dataset_id = $1)
           AND p.dataset_id IN (SELECT a.dataset_id FROM agenda_plan a)
           AND ((p.resource_id IS NULL AND p.licence IS NULL)
                OR EXISTS (SELECT 1 FROM agenda_due d WHERE d.publication_id = p.id AND d.published_at IS NULL))
         UNION ALL
         SELECT o.id, o.dataset_id, CAST(NULL AS TEXT) AS resource_id, 'published' AS stage, o.at AS handed_in_at, o.at AS ended_at
         FROM publication_step o
         WHERE ($1 IS NULL OR o.dataset_id = $1)
           AND o.publication_id IS NULL AND o.act = 'published'
           AND o.dataset_id IN (SELECT a.dataset_id FROM agenda_plan a)",
    )
    .bind(dataset)
    .fetch_all(pool)
    .await?)
}

/// Which datasets on the agenda were meant for everybody: on their way, or open at some time? Those that always were open are not among
/// them.
pub async fn list_promised(pool: &AnyPool, dataset: Option<&str>) -> Result<Vec<String>> {
    Ok(sqlx::query_scalar(
        "SELECT p.dataset_id
         FROM publication p
         WHERE ($1 IS NULL OR p.dataset_id = $1)
           AND p.resource_id IS NULL AND p.licence IS NULL AND p.dataset_id IN (SELECT a.dataset_id FROM agenda_plan a)
         UNION
         SELECT s.dataset_id
         FROM publication_step s
         WHERE ($1 IS NULL OR s.dataset_id = $1)
           AND s.act IN ('published', 'unpublished') AND s.dataset_id IN (SELECT a.dataset_id FROM agenda_plan a)",
    )
    .bind(dataset)
    .fetch_all(pool)
    .await?)
}

/// Lists what came and cannot be read by everybody yet, of what was due since a day.
pub async fn list_unpublished(pool: &AnyPool, since: &str) -> Result<Vec<DueRow>> {
    Ok(sqlx::query_as(dues!(
        "WHERE d.delivered_at IS NOT NULL AND d.published_at IS NULL AND d.due_on >= $1
         ORDER BY d.due_on, d.dataset_id, d.period"
    ))
    .bind(since)
    .fetch_all(pool)
    .await?)
}

/// Notes for which period a file is, as its sender says.
pub async fn put_said(tx: &mut Tx, file: &str, period: &str) -> Result<()> {
    let sql = "INSERT INTO agenda_file (file_id, period) VALUES ($1, $2)
               ON CONFLICT (file_id) DO UPDATE SET period = excluded.period";
    keep(tx, sql, (file, period)).await
}

/// For which period is a file, as its sender says?
pub async fn find_said(pool: &AnyPool, file: &str) -> Result<Option<String>> {
    Ok(
        sqlx::query_scalar("SELECT period FROM agenda_file WHERE file_id = $1")
            .bind(file)
            .fetch_optional(pool)
            .await?,
    )
}

/// Lists files and addresses, no tables, of datasets on the agenda that were not counted as they stand; the last changed first.
pub async fn list_new_files(pool: &AnyPool) -> Result<Vec<NewFileRow>> {
    Ok(sqlx::query_as(
        "SELECT r.id AS resource_id, p.dataset_id, COALESCE(r.blob, r.url) AS mark, r.changed_at
         FROM agenda_plan p
         JOIN dataset d ON d.id = p.dataset_id
         JOIN resource r ON r.dataset_slug = d.slug
         LEFT JOIN agenda_seen s ON s.resource_id = r.id
         WHERE p.state <> 'ended' AND d.state <> 'deleted' AND r.state = 'active' AND r.lake_table IS NULL
           AND COALESCE(r.blob, r.url) <> '' AND (s.mark IS NULL OR s.mark <> COALESCE(r.blob, r.url))
         ORDER BY r.changed_at DESC, r.id",
    )
    .fetch_all(pool)
    .await?)
}

/// Notes that a file or an address was counted as it stands.
pub async fn put_seen(tx: &mut Tx, resource: &str, mark: &str) -> Result<()> {
    let sql = "INSERT INTO agenda_seen (resource_id, mark) VALUES ($1, $2)
               ON CONFLICT (resource_id) DO UPDATE SET mark = excluded.mark";
    keep(tx, sql, (resource, mark)).await
}

/// Keeps what is said of a thing, by its id, in the place of what was said before.
async fn keep(tx: &mut Tx, sql: &'static str, (thing, said): (&str, &str)) -> Result<()> {
    sqlx::query(sql).bind(thing).bind(said).execute(tx.conn()).await?;
    Ok(())
}

/// Notes of all files and addresses of a dataset that they were there before it was planned.
pub async fn see_files(tx: &mut Tx, dataset: &str) -> Result<()> {
    sqlx::query(
        "INSERT INTO agenda_seen (resource_id, mark)
         SELECT r.id, COALESCE(r.blob, r.url)
         FROM resource r
         WHERE r.lake_table IS NULL AND r.dataset_slug = (SELECT d.slug FROM dataset d WHERE d.id = $1)
         ON CONFLICT (resource_id) DO UPDATE SET mark = excluded.mark",
    )
    .bind(dataset)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// How many rows did readers see of a table by a moment? None before the first.
pub async fn find_rows_by(pool: &AnyPool, resource: &str, by: Time) -> Result<Option<i64>> {
    Ok(sqlx::query_scalar(
        "SELECT n_rows FROM shown_version
         WHERE resource_id = $1 AND shown_at <= $2
         ORDER BY version DESC
         LIMIT 1",
    )
    .bind(resource)
    .bind(by.0)
    .fetch_optional(pool)
    .await?)
}

/// Since when was a version of a table shown?
pub async fn find_shown_at(pool: &AnyPool, resource: &str, version: i64) -> Result<Option<i64>> {
    Ok(
        sqlx::query_scalar("SELECT shown_at FROM shown_version WHERE resource_id = $1 AND version = $2")
            .bind(resource)
            .bind(version)
            .fetch_optional(pool)
            .await?,
    )
}

/// How many rows had the tables of the datasets with targets before each of four moments? The first table of a dataset comes first.
pub async fn list_reached(pool: &AnyPool, ends: [Time; 4]) -> Result<Vec<ReachedRow>> {
    Ok(sqlx::query_as(
        "SELECT p.dataset_id,
                (SELECT v.n_rows FROM shown_version v
                 WHERE v.resource_id = r.id AND v.shown_at < $1 AND v.standing <> 'withdrawn' ORDER BY v.version DESC LIMIT 1) AS b03,
                (SELECT v.n_rows FROM shown_version v
                 WHERE v.resource_id = r.id AND v.shown_at < $2 AND v.standing <> 'withdrawn' ORDER BY v.version DESC LIMIT 1) AS b06,
                (SELECT v.n_rows FROM shown_version v
                 WHERE v.resource_id = r.id AND v.shown_at < $3 AND v.standing <> 'withdrawn' ORDER BY v.version DESC LIMIT 1) AS b09,
                (SELECT v.n_rows FROM shown_version v
                 WHERE v.resource_id = r.id AND v.shown_at < $4 AND v.standing <> 'withdrawn' ORDER BY v.version DESC LIMIT 1) AS b12
         FROM agenda_plan p
         JOIN dataset d ON d.id = p.dataset_id
         JOIN resource r ON r.dataset_slug = d.slug
         WHERE p.expected_rows IS NOT NULL AND r.state = 'active' AND r.lake_table IS NOT NULL
         ORDER BY p.dataset_id, r.position, r.id",
    )
    .bind(ends[0].0)
    .bind(ends[1].0)
    .bind(ends[2].0)
    .bind(ends[3].0)
    .fetch_all(pool)
    .await?)
}

/// Which periods of a dataset wait for a version that came at a moment? The oldest first.
pub async fn list_waiting(pool: &AnyPool, dataset: &str, at: Time) -> Result<Vec<DueRow>> {
    Ok(sqlx::query_as(dues!(
        "WHERE d.dataset_id = $1 AND d.delivered_at IS NULL AND d.opens_at <= $2
         ORDER BY d.period_to, d.period"
    ))
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

/// Moves the due date of a period.
pub async fn move_due(tx: &mut Tx, due: &DueRow) -> Result<()> {
    sqlx::query(
        "UPDATE agenda_due SET due_on = $2, first_due_on = $3, opens_at = $4, notice_at = $5, due_at = $6, red_at = $7 WHERE id = $1",
    )
    .bind(&due.id)
    .bind(&due.due_on)
    .bind(&due.first_due_on)
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
                CAST(MAX(d.published_at) AS BIGINT) AS delivered_at
         FROM agenda_plan p
         LEFT JOIN agenda_due d ON d.dataset_id = p.dataset_id
         WHERE p.state <> 'ended'
         GROUP BY p.dataset_id, p.frequency, p.due_dates",
    )
    .fetch_all(pool)
    .await?)
}

/// What is owed, and not published, that somebody ought to be reminded of by now, the first due date first; of what came only what was due
/// since a day.
pub async fn list_to_remind(pool: &AnyPool, now: Time, since: &str) -> Result<Vec<DueRow>> {
    Ok(sqlx::query_as(dues!(
        "JOIN agenda_plan p ON p.dataset_id = d.dataset_id
         WHERE d.published_at IS NULL AND d.notice_at <= $1 AND p.state <> 'ended'
           AND (d.delivered_at IS NULL OR d.due_on >= $2)
           AND NOT EXISTS (SELECT 1 FROM agenda_notice n
                           WHERE n.due_id = d.id AND n.due_on = d.due_on
                             AND n.kind = CASE WHEN d.red_at <= $1 THEN 'red' WHEN d.due_at <= $1 THEN 'after' ELSE 'before' END)
         ORDER BY d.due_on, d.dataset_id"
    ))
    .bind(now.0)
    .bind(since)
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
    list_holders(pool, "steward", organisation).await
}

/// Who holds a role for all organisations, or for one?
pub async fn list_holders(pool: &AnyPool, role: &str, organisation: Option<&str>) -> Result<Vec<String>> {
    Ok(sqlx::query_scalar(
        "SELECT DISTINCT u.id
         FROM user_grant g
         JOIN user_account u ON u.id = g.user_id
         WHERE g.role = $1 AND (g.org_code IS NULL OR g.org_code = $2) AND u.closed_at IS NULL AND u.kind = 'person'
         ORDER BY u.id",
    )
    .bind(role)
    .bind(organisation)
    .fetch_all(pool)
    .await?)
}
