//! SQL on what is on its way to everybody, and on the rules of who looks at it.

use sqlx::{AnyPool, FromRow};

use super::agenda::DueRow;
use crate::platform::{db::Tx, id, problem::Result, time::Time};

/// A question about what is on its way: what is selected, and the rest of the statement.
macro_rules! publications {
    ($rest:literal) => {
        concat!(
            "SELECT p.id, p.dataset_id, d.slug AS dataset_slug, d.title AS dataset_title, d.organisation, d.place_code,
                    p.resource_id, r.slug AS resource_slug, r.title AS resource_title, p.file_id, p.licence, p.stage,
                    p.submitted_by, p.submitted_at, p.checked_by, p.checked_at, p.approved_by, p.approved_at, p.publish_at,
                    p.ended_at, p.revision, p.opened_at
             FROM publication p
             JOIN dataset d ON d.id = p.dataset_id
             LEFT JOIN resource r ON r.id = p.resource_id ",
            $rest
        )
    };
}

/// Something on its way, as it is kept, with the names of its dataset and table.
#[derive(Debug, Clone, FromRow)]
pub struct PublicationRow {
    pub id: String,
    pub dataset_id: String,
    pub dataset_slug: String,
    pub dataset_title: String,
    pub organisation: Option<String>,
    pub place_code: Option<String>,
    /// The table that gets a new version.
    pub resource_id: Option<String>,
    pub resource_slug: Option<String>,
    pub resource_title: Option<String>,
    pub file_id: Option<String>,
    /// The licence that the published dataset is to have; where it names neither a table nor a licence, the whole dataset is to be opened.
    pub licence: Option<String>,
    pub stage: String,
    pub submitted_by: Option<String>,
    pub submitted_at: Option<i64>,
    pub checked_by: Option<String>,
    pub checked_at: Option<i64>,
    pub approved_by: Option<String>,
    pub approved_at: Option<i64>,
    pub publish_at: Option<i64>,
    pub ended_at: Option<i64>,
    pub revision: i64,
    pub opened_at: i64,
}

impl PublicationRow {
    /// Whether the whole dataset is to be opened.
    #[must_use]
    pub fn is_opening(&self) -> bool {
        self.resource_id.is_none() && self.licence.is_none()
    }
}

/// A dataset as far as its way is concerned.
#[derive(Debug, Clone, FromRow)]
pub struct StandsRow {
    pub id: String,
    pub is_open: i16,
    pub licence: String,
}

/// A step that is to be kept.
#[derive(Debug, Clone)]
pub struct NewStep<'a> {
    /// None for what is done with a published dataset.
    pub publication: Option<&'a str>,
    pub dataset_id: &'a str,
    /// The account's id, or `system`.
    pub who: &'a str,
    pub at: Time,
    pub act: &'a str,
    pub note: &'a str,
    /// None where a job is to tell those whom it concerns.
    pub told_at: Option<Time>,
}

/// A step of which nobody was told yet.
#[derive(Debug, Clone, FromRow)]
pub struct UntoldRow {
    pub id: String,
    pub publication_id: String,
    pub who: String,
    pub act: String,
}

/// A role of somebody who takes part and can be written to.
#[derive(Debug, Clone, FromRow)]
pub struct StaffRow {
    pub id: String,
    pub email: String,
    pub role: String,
    pub place_code: Option<String>,
    pub org_code: Option<String>,
}

/// A step of a dataset's way, with the name of who took it where it is known.
#[derive(Debug, Clone, FromRow)]
pub struct StepRow {
    pub at: i64,
    pub name: Option<String>,
    pub act: String,
    pub note: String,
}

/// A stage as it is kept.
#[derive(Debug, Clone, Default)]
pub struct StageColumns {
    pub stage: &'static str,
    pub submitted_by: Option<String>,
    pub submitted_at: Option<i64>,
    pub checked_by: Option<String>,
    pub checked_at: Option<i64>,
    pub approved_by: Option<String>,
    pub approved_at: Option<i64>,
    pub publish_at: Option<i64>,
    pub ended_at: Option<i64>,
}

/// Lists the rules: organisation (empty for all others) and word.
pub async fn list_rules(pool: &AnyPool) -> Result<Vec<(String, String)>> {
    Ok(
        sqlx::query_as("SELECT organisation, review FROM review_rule ORDER BY organisation")
            .fetch_all(pool)
            .await?,
    )
}

pub async fn put_rule(tx: &mut Tx, organisation: &str, review: &str, at: Time) -> Result<()> {
    sqlx::query(
        "INSERT INTO review_rule (organisation, review, changed_at) VALUES ($1, $2, $3)
         ON CONFLICT (organisation) DO UPDATE SET review = excluded.review, changed_at = excluded.changed_at",
    )
    .bind(organisation)
    .bind(review)
    .bind(at.0)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Takes a rule away, so that the one for all others holds.
pub async fn delete_rule(tx: &mut Tx, organisation: &str) -> Result<()> {
    sqlx::query("DELETE FROM review_rule WHERE organisation = $1")
        .bind(organisation)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Lists everything that is on its way, the longest waiting first.
pub async fn list_open(pool: &AnyPool) -> Result<Vec<PublicationRow>> {
    Ok(sqlx::query_as(publications!(
        "WHERE p.stage IN ('draft', 'submitted', 'checked', 'approved')
           AND d.state <> 'deleted'
         ORDER BY COALESCE(p.checked_at, p.submitted_at, p.opened_at), p.id"
    ))
    .fetch_all(pool)
    .await?)
}

/// Lists what is on its way of one dataset: the dataset itself first.
pub async fn list_open_of(tx: &mut Tx, dataset_id: &str) -> Result<Vec<PublicationRow>> {
    Ok(sqlx::query_as(publications!(
        "WHERE p.dataset_id = $1
           AND p.stage IN ('draft', 'submitted', 'checked', 'approved')
         ORDER BY CASE WHEN p.resource_id IS NULL THEN 0 ELSE 1 END, p.id"
    ))
    .bind(dataset_id)
    .fetch_all(tx.conn())
    .await?)
}

/// Finds what is on its way, or was, in the transaction that is to change it.
pub async fn find(tx: &mut Tx, id: &str) -> Result<Option<PublicationRow>> {
    Ok(sqlx::query_as(publications!("WHERE p.id = $1"))
        .bind(id)
        .fetch_optional(tx.conn())
        .await?)
}

/// How often did something on its way change so far?
pub async fn find_revision(pool: &AnyPool, id: &str) -> Result<Option<i64>> {
    Ok(
        sqlx::query_scalar("SELECT revision FROM publication WHERE id = $1")
            .bind(id)
            .fetch_optional(pool)
            .await?,
    )
}

/// At which stage is the file that was sent for an open dataset? None for a file that waits for nobody.
pub async fn stage_of_file(pool: &AnyPool, file: &str) -> Result<Option<(String, String)>> {
    Ok(
        sqlx::query_as("SELECT id, stage FROM publication WHERE file_id = $1 ORDER BY id DESC LIMIT 1")
            .bind(file)
            .fetch_optional(pool)
            .await?,
    )
}

/// Is this dataset on its way to everybody as a whole?
pub async fn is_wished_open(pool: &AnyPool, dataset_id: &str) -> Result<bool> {
    let n: i64 = sqlx::query_scalar(
        "SELECT COUNT(*) FROM publication
         WHERE dataset_id = $1 AND resource_id IS NULL AND licence IS NULL
           AND stage IN ('draft', 'submitted', 'checked', 'approved')",
    )
    .bind(dataset_id)
    .fetch_one(pool)
    .await?;
    Ok(n > 0)
}

/// Does a file for this table wait to be published?
pub async fn is_waited_for(pool: &AnyPool, resource: &str) -> Result<bool> {
    let n: i64 = sqlx::query_scalar(
        "SELECT COUNT(*) FROM publication
         WHERE resource_id = $1 AND stage IN ('draft', 'submitted', 'checked', 'approved')",
    )
    .bind(resource)
    .fetch_one(pool)
    .await?;
    Ok(n > 0)
}

/// Lists what is to be published by now, the earliest first.
pub async fn list_due(pool: &AnyPool, now: Time) -> Result<Vec<String>> {
    Ok(sqlx::query_scalar(
        "SELECT id FROM publication WHERE stage = 'approved' AND publish_at <= $1 ORDER BY publish_at, id",
    )
    .bind(now.0)
    .fetch_all(pool)
    .await?)
}

/// Enters something as a draft; returns its id.
pub async fn insert(
    tx: &mut Tx,
    dataset_id: &str,
    resource: Option<&str>,
    file: Option<&str>,
    at: Time,
) -> Result<String> {
    let new = id::fresh(at);
    sqlx::query(
        "INSERT INTO publication (id, dataset_id, resource_id, file_id, stage, revision, opened_at)
         VALUES ($1, $2, $3, $4, 'draft', 0, $5)",
    )
    .bind(&new)
    .bind(dataset_id)
    .bind(resource)
    .bind(file)
    .bind(at.0)
    .execute(tx.conn())
    .await?;
    Ok(new)
}

/// Enters a licence that a published dataset is to have, as a draft; returns its id.
pub async fn insert_licence(tx: &mut Tx, dataset_id: &str, licence: &str, at: Time) -> Result<String> {
    let new = id::fresh(at);
    sqlx::query(
        "INSERT INTO publication (id, dataset_id, licence, stage, revision, opened_at)
         VALUES ($1, $2, $3, 'draft', 0, $4)",
    )
    .bind(&new)
    .bind(dataset_id)
    .bind(licence)
    .bind(at.0)
    .execute(tx.conn())
    .await?;
    Ok(new)
}

/// Puts another licence in the place of the one that waited.
pub async fn put_wanted_licence(tx: &mut Tx, id: &str, licence: &str) -> Result<()> {
    sqlx::query("UPDATE publication SET licence = $2, revision = revision + 1 WHERE id = $1")
        .bind(id)
        .bind(licence)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Which licence is a published dataset to have, that somebody has to look at first?
pub async fn find_wanted_licence(pool: &AnyPool, dataset_id: &str) -> Result<Option<String>> {
    Ok(sqlx::query_scalar(
        "SELECT licence FROM publication
         WHERE dataset_id = $1 AND licence IS NOT NULL AND stage IN ('draft', 'submitted', 'checked', 'approved')
         ORDER BY id DESC
         LIMIT 1",
    )
    .bind(dataset_id)
    .fetch_optional(pool)
    .await?)
}

/// Puts something to a stage, if nothing about it changed since it was read; tells whether it did not.
pub async fn put_stage(tx: &mut Tx, id: &str, revision: i64, to: &StageColumns) -> Result<bool> {
    let done = sqlx::query(
        "UPDATE publication
         SET stage = $3, submitted_by = $4, submitted_at = $5, checked_by = $6, checked_at = $7, approved_by = $8, approved_at = $9,
             publish_at = $10, ended_at = $11, revision = revision + 1
         WHERE id = $1 AND revision = $2",
    )
    .bind(id)
    .bind(revision)
    .bind(to.stage)
    .bind(&to.submitted_by)
    .bind(to.submitted_at)
    .bind(&to.checked_by)
    .bind(to.checked_at)
    .bind(&to.approved_by)
    .bind(to.approved_at)
    .bind(to.publish_at)
    .bind(to.ended_at)
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Puts a newer file in the place of the one that waited.
pub async fn put_file(tx: &mut Tx, id: &str, file: &str) -> Result<()> {
    sqlx::query("UPDATE publication SET file_id = $2, revision = revision + 1 WHERE id = $1")
        .bind(id)
        .bind(file)
        .execute(tx.conn())
        .await?;
    Ok(())
}

pub async fn insert_step(tx: &mut Tx, step: &NewStep<'_>) -> Result<()> {
    sqlx::query(
        "INSERT INTO publication_step (id, publication_id, dataset_id, at, who, act, note, told_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(id::fresh(step.at))
    .bind(step.publication)
    .bind(step.dataset_id)
    .bind(step.at.0)
    .bind(step.who)
    .bind(step.act)
    .bind(step.note)
    .bind(step.told_at.map(|at| at.0))
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Of which steps was nobody told yet? The first ones, so many at most.
pub async fn list_untold(pool: &AnyPool, most: i64) -> Result<Vec<UntoldRow>> {
    Ok(sqlx::query_as(
        "SELECT id, publication_id, who, act
         FROM publication_step
         WHERE told_at IS NULL AND publication_id IS NOT NULL
         ORDER BY id
         LIMIT $1",
    )
    .bind(most)
    .fetch_all(pool)
    .await?)
}

/// Notes that those whom a step concerns are told; tells whether they were not before.
pub async fn note_told(tx: &mut Tx, step: &str, at: Time) -> Result<bool> {
    let done = sqlx::query("UPDATE publication_step SET told_at = $2 WHERE id = $1 AND told_at IS NULL")
        .bind(step)
        .bind(at.0)
        .execute(tx.conn())
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Who takes part in the way of data and has an address? By their roles, everybody's together.
pub async fn list_staff(pool: &AnyPool) -> Result<Vec<StaffRow>> {
    Ok(sqlx::query_as(
        "SELECT u.id, u.email, g.role, g.place_code, g.org_code
         FROM user_grant g
         JOIN user_account u ON u.id = g.user_id
         WHERE g.role IN ('producer', 'steward', 'leader')
           AND u.kind = 'person'
           AND u.closed_at IS NULL
           AND u.email IS NOT NULL
         ORDER BY u.id, g.id",
    )
    .fetch_all(pool)
    .await?)
}

/// Lists what was done with a dataset, the newest first.
pub async fn list_steps(pool: &AnyPool, dataset_id: &str) -> Result<Vec<StepRow>> {
    Ok(sqlx::query_as(
        "SELECT s.at, u.name, s.act, s.note
         FROM publication_step s
         LEFT JOIN user_account u ON u.id = s.who
         WHERE s.dataset_id = $1
         ORDER BY s.id DESC",
    )
    .bind(dataset_id)
    .fetch_all(pool)
    .await?)
}

/// Who entered, changed, sent or handed in something of this?
pub async fn list_producers(tx: &mut Tx, publication: &str) -> Result<Vec<String>> {
    Ok(sqlx::query_scalar(
        "SELECT DISTINCT who FROM publication_step
         WHERE publication_id = $1 AND act IN ('entered', 'changed', 'sent', 'submitted')",
    )
    .bind(publication)
    .fetch_all(tx.conn())
    .await?)
}

/// Lists pairs of what is on its way and who had a hand in it.
pub async fn list_hands(pool: &AnyPool) -> Result<Vec<(String, String)>> {
    Ok(sqlx::query_as(
        "SELECT DISTINCT s.publication_id, s.who
         FROM publication_step s
         JOIN publication p ON p.id = s.publication_id
         WHERE s.act IN ('entered', 'changed', 'sent', 'submitted')
           AND p.stage IN ('draft', 'submitted', 'checked', 'approved')",
    )
    .fetch_all(pool)
    .await?)
}

/// How does a dataset stand? By slug, in the transaction that entered it.
pub async fn find_dataset(tx: &mut Tx, slug: &str) -> Result<Option<StandsRow>> {
    Ok(
        sqlx::query_as("SELECT id, is_open, licence FROM dataset WHERE slug = $1")
            .bind(slug)
            .fetch_optional(tx.conn())
            .await?,
    )
}

/// Gives a dataset another licence.
pub async fn put_licence(tx: &mut Tx, dataset_id: &str, licence: &str, at: Time) -> Result<()> {
    sqlx::query("UPDATE dataset SET licence = $2, changed_at = $3, revision = revision + 1 WHERE id = $1")
        .bind(dataset_id)
        .bind(licence)
        .bind(at.0)
        .execute(tx.conn())
        .await?;
    super::search::note_dataset(tx, dataset_id).await
}

/// Opens a dataset to everybody, or closes it.
pub async fn put_open(tx: &mut Tx, dataset_id: &str, is_open: bool, at: Time) -> Result<()> {
    sqlx::query(
        "UPDATE dataset
         SET is_open = $2, state = CASE WHEN state = 'draft' AND $2 = 1 THEN 'active' ELSE state END, changed_at = $3,
             revision = revision + 1
         WHERE id = $1",
    )
    .bind(dataset_id)
    .bind(i16::from(is_open))
    .bind(at.0)
    .execute(tx.conn())
    .await?;
    super::versions::note_public(tx, dataset_id, at).await?;
    super::search::note_dataset(tx, dataset_id).await
}

/// Puts a dataset's state and what else is said of it.
pub async fn put_state(tx: &mut Tx, dataset_id: &str, state: &str, details: &str, at: Time) -> Result<()> {
    sqlx::query(
        "UPDATE dataset SET state = $2, details = $3, changed_at = $4, revision = revision + 1 WHERE id = $1",
    )
    .bind(dataset_id)
    .bind(state)
    .bind(details)
    .bind(at.0)
    .execute(tx.conn())
    .await?;
    super::versions::note_public(tx, dataset_id, at).await?;
    super::search::note_dataset(tx, dataset_id).await
}

/// Notes that a file was read and waits to be published.
pub async fn note_held(tx: &mut Tx, file: &str, n_rows: i64, n_bad: i64, bad_rows: &str) -> Result<()> {
    super::search::note_shared(tx).await?;
    sqlx::query(
        "UPDATE received_file SET state = 'held', reason = '', n_rows = $2, n_bad = $3, bad_rows = $4 WHERE id = $1",
    )
    .bind(file)
    .bind(n_rows)
    .bind(n_bad)
    .bind(bad_rows)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Puts a file that waited to another state: `waiting` to be read for everybody, `dropped` when a newer one came.
pub async fn put_file_state(tx: &mut Tx, file: &str, state: &str) -> Result<()> {
    super::search::note_shared(tx).await?;
    sqlx::query("UPDATE received_file SET state = $2 WHERE id = $1 AND state IN ('held', 'waiting')")
        .bind(file)
        .bind(state)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Who sent files of a dataset, by the ids of their accounts?
pub async fn list_senders(tx: &mut Tx, dataset: &str) -> Result<Vec<String>> {
    let labels: Vec<String> = sqlx::query_scalar(
        "SELECT DISTINCT f.received_by
         FROM received_file f
         JOIN resource r ON r.id = f.resource_id
         WHERE r.dataset_slug = $1",
    )
    .bind(dataset)
    .fetch_all(tx.conn())
    .await?;
    // `user:ID`, or `user:ID:token:…`, as in audit.who.
    Ok(labels
        .iter()
        .filter_map(|label| label.strip_prefix("user:"))
        .map(|rest| rest.split(':').next().unwrap_or(rest).to_owned())
        .collect())
}

/// Who sent the file that waits?
pub async fn find_sender(tx: &mut Tx, publication: &str) -> Result<Option<String>> {
    Ok(sqlx::query_scalar(
        "SELECT who FROM publication_step WHERE publication_id = $1 AND act = 'sent' ORDER BY id DESC LIMIT 1",
    )
    .bind(publication)
    .fetch_optional(tx.conn())
    .await?)
}

/// Whose newest file has trouble? Dataset, table, the file's name and state, and rows that could not be read.
pub async fn list_troubled_files(pool: &AnyPool) -> Result<Vec<(String, String, String, String, i64)>> {
    Ok(sqlx::query_as(
        "SELECT r.dataset_slug, r.title, f.name, f.state, f.n_bad
         FROM received_file f
         JOIN resource r ON r.id = f.resource_id
         WHERE f.id = (SELECT MAX(n.id) FROM received_file n WHERE n.resource_id = r.id)
           AND (f.state = 'refused' OR f.n_bad > 0)
           AND r.state = 'active'
         ORDER BY r.dataset_slug, r.position",
    )
    .fetch_all(pool)
    .await?)
}

/// How many columns of each dataset has nobody reviewed?
pub async fn count_unreviewed(pool: &AnyPool) -> Result<Vec<(String, i64)>> {
    Ok(sqlx::query_as(
        "SELECT r.dataset_slug, CAST(COUNT(*) AS BIGINT)
         FROM resource_column c
         JOIN resource r ON r.id = c.resource_id
         WHERE c.class = 'unreviewed' AND c.position >= 0 AND r.state = 'active'
         GROUP BY r.dataset_slug",
    )
    .fetch_all(pool)
    .await?)
}

/// How many columns of each dataset hold values that do not follow the standard they are to follow?
pub async fn count_not_conforming(pool: &AnyPool) -> Result<Vec<(String, i64)>> {
    Ok(sqlx::query_as(
        "SELECT r.dataset_slug, CAST(COUNT(*) AS BIGINT)
         FROM column_standard s
         JOIN resource_column c ON c.resource_id = s.resource_id AND c.name = s.column_name
         JOIN resource r ON r.id = s.resource_id
         WHERE s.n_valid < s.n_values AND c.position >= 0 AND r.state = 'active'
         GROUP BY r.dataset_slug",
    )
    .fetch_all(pool)
    .await?)
}

/// Of which datasets are at least so many questions of the metadata forms answered? By their ids.
///
/// Answers are kept as `{"question":"answer",…}` without blanks, and a quotation mark within an answer has a backslash before it: what
/// parts question from answer is there once for each.
pub async fn list_described(pool: &AnyPool, least: i64) -> Result<Vec<String>> {
    Ok(sqlx::query_scalar(
        "SELECT dataset_id
         FROM dataset_metadata
         WHERE CAST((LENGTH(facts) - LENGTH(REPLACE(facts, '\":\"', ''))) / 3 AS BIGINT) >= $1",
    )
    .bind(least)
    .fetch_all(pool)
    .await?)
}

/// What was due by now and cannot be read by everybody, the longest ago first? How far what came for it is, its way tells; what came of
/// data that were never meant for everybody is left out, since it is there.
pub async fn list_overdue(pool: &AnyPool, now: Time) -> Result<Vec<DueRow>> {
    Ok(sqlx::query_as(
        "SELECT d.id, d.dataset_id, d.period, d.period_from, d.period_to, d.due_on, d.first_due_on, d.opens_at, d.notice_at, d.due_at,
                d.red_at, d.organisation, d.unit, d.delivered_at, d.published_at, d.publication_id, d.resource_id, d.version
         FROM agenda_due d
         JOIN agenda_plan p ON p.dataset_id = d.dataset_id
         WHERE d.published_at IS NULL AND d.due_at <= $1 AND p.state <> 'ended'
           AND (d.delivered_at IS NULL OR d.publication_id IS NOT NULL
                OR EXISTS (SELECT 1 FROM publication_step s
                           WHERE s.dataset_id = d.dataset_id AND s.act IN ('entered', 'published', 'unpublished')))
         ORDER BY d.due_at, d.dataset_id, d.period",
    )
    .bind(now.0)
    .fetch_all(pool)
    .await?)
}
