//! SQL of definitions on their way to being in force, and of when which was.

use sqlx::{AnyPool, FromRow};

use crate::{
    indicators::model::definition::Definition,
    platform::{
        db::{Db, Tx},
        id,
        problem::Result,
        time::Time,
    },
};

/// A question about proposals: the rest of the statement after what is selected.
macro_rules! proposals {
    ($rest:literal) => {
        concat!(
            "SELECT id, indicator, text, why, stage, submitted_by, submitted_at, checked_by, checked_at, approved_by, approved_at,
                    force_at, trial, revision, opened_at
             FROM indicator_proposal ",
            $rest
        )
    };
}

/// More proposals than these are not listed: the newest are.
const MOST_LISTED: i64 = 200;

/// A proposal as it stands in the database.
#[derive(Debug, Clone, FromRow)]
pub struct ProposalRow {
    pub id: String,
    /// Empty while the text cannot be read.
    pub indicator: String,
    pub text: String,
    pub why: String,
    pub stage: String,
    pub submitted_by: Option<String>,
    pub submitted_at: Option<i64>,
    pub checked_by: Option<String>,
    pub checked_at: Option<i64>,
    pub approved_by: Option<String>,
    pub approved_at: Option<i64>,
    pub force_at: Option<i64>,
    /// JSON.
    pub trial: Option<String>,
    pub revision: i64,
    pub opened_at: i64,
}

/// What a stage is kept as.
#[derive(Debug, Default)]
pub struct StageColumns {
    pub stage: &'static str,
    pub submitted_by: Option<String>,
    pub submitted_at: Option<i64>,
    pub checked_by: Option<String>,
    pub checked_at: Option<i64>,
    pub approved_by: Option<String>,
    pub approved_at: Option<i64>,
    pub force_at: Option<i64>,
}

/// A step, with the name of whoever took it where that is a person.
#[derive(Debug, Clone, FromRow)]
pub struct StepRow {
    pub at: i64,
    pub name: Option<String>,
    pub act: String,
    pub note: String,
}

/// A time during which a version was in force, with its text, why it came, and who brought it about.
#[derive(Debug, Clone, FromRow)]
pub struct ForceRow {
    pub version: String,
    pub text: String,
    pub from_at: i64,
    pub until_at: Option<i64>,
    /// None for one that no proposal brought.
    pub why: Option<String>,
    pub submitted_name: Option<String>,
    pub checked_name: Option<String>,
    pub approved_name: Option<String>,
}

/// Begins a proposal; returns its id.
pub async fn insert(tx: &mut Tx, indicator: &str, text: &str, at: Time) -> Result<String> {
    let id = id::fresh(at);
    sqlx::query(
        "INSERT INTO indicator_proposal (id, indicator, text, why, stage, revision, opened_at)
         VALUES ($1, $2, $3, '', 'draft', 1, $4)",
    )
    .bind(&id)
    .bind(indicator)
    .bind(text)
    .bind(at.0)
    .execute(tx.conn())
    .await?;
    Ok(id)
}

/// The proposal with an id, in a transaction.
pub async fn find(tx: &mut Tx, id: &str) -> Result<Option<ProposalRow>> {
    Ok(sqlx::query_as(proposals!("WHERE id = $1"))
        .bind(id)
        .fetch_optional(tx.conn())
        .await?)
}

/// The proposal with an id.
pub async fn look_at(db: &Db, id: &str) -> Result<Option<ProposalRow>> {
    Ok(sqlx::query_as(proposals!("WHERE id = $1"))
        .bind(id)
        .fetch_optional(db.read())
        .await?)
}

/// The proposals that are on their way, the newest first.
pub async fn list_open(db: &Db) -> Result<Vec<ProposalRow>> {
    Ok(sqlx::query_as(proposals!(
        "WHERE stage IN ('draft', 'submitted', 'checked', 'approved')
         ORDER BY id DESC
         LIMIT $1"
    ))
    .bind(MOST_LISTED)
    .fetch_all(db.read())
    .await?)
}

/// The approved proposals whose moment has come, in its order.
pub async fn list_due(db: &Db, at: Time) -> Result<Vec<ProposalRow>> {
    Ok(sqlx::query_as(proposals!(
        "WHERE stage = 'approved' AND force_at <= $1
         ORDER BY force_at, id"
    ))
    .bind(at.0)
    .fetch_all(db.read())
    .await?)
}

/// Keeps another text of a draft, unless somebody changed it since; what was tried was another text.
pub async fn put_text(tx: &mut Tx, row: &ProposalRow, indicator: &str, text: &str) -> Result<bool> {
    let done = sqlx::query(
        "UPDATE indicator_proposal
         SET indicator = $3, text = $4, trial = NULL, revision = revision + 1
         WHERE id = $1 AND revision = $2 AND stage = 'draft'",
    )
    .bind(&row.id)
    .bind(row.revision)
    .bind(indicator)
    .bind(text)
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Keeps what a trial found, unless the proposal changed since.
pub async fn put_trial(tx: &mut Tx, id: &str, revision: i64, trial: &str) -> Result<()> {
    sqlx::query("UPDATE indicator_proposal SET trial = $3 WHERE id = $1 AND revision = $2")
        .bind(id)
        .bind(revision)
        .bind(trial)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Keeps a stage and why the definition changes, unless the proposal changed since.
pub async fn put_stage(tx: &mut Tx, row: &ProposalRow, why: &str, columns: &StageColumns) -> Result<bool> {
    let done = sqlx::query(
        "UPDATE indicator_proposal
         SET stage = $3, why = $4, submitted_by = $5, submitted_at = $6, checked_by = $7, checked_at = $8,
             approved_by = $9, approved_at = $10, force_at = $11, revision = revision + 1
         WHERE id = $1 AND revision = $2",
    )
    .bind(&row.id)
    .bind(row.revision)
    .bind(columns.stage)
    .bind(why)
    .bind(columns.submitted_by.as_deref())
    .bind(columns.submitted_at)
    .bind(columns.checked_by.as_deref())
    .bind(columns.checked_at)
    .bind(columns.approved_by.as_deref())
    .bind(columns.approved_at)
    .bind(columns.force_at)
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Notes what was done with a proposal.
pub async fn put_step(tx: &mut Tx, proposal: &str, at: Time, who: &str, act: &str, note: &str) -> Result<()> {
    sqlx::query(
        "INSERT INTO indicator_proposal_step (id, proposal_id, at, who, act, note)
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(id::fresh(at))
    .bind(proposal)
    .bind(at.0)
    .bind(who)
    .bind(act)
    .bind(note)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// What was done with a proposal, the newest first.
pub async fn list_steps(db: &Db, proposal: &str) -> Result<Vec<StepRow>> {
    Ok(sqlx::query_as(
        "SELECT s.at, u.name, s.act, s.note
         FROM indicator_proposal_step s
         LEFT JOIN user_account u ON u.id = s.who
         WHERE s.proposal_id = $1
         ORDER BY s.id DESC",
    )
    .bind(proposal)
    .fetch_all(db.read())
    .await?)
}

/// Who wrote something of a proposal?
pub async fn list_authors(pool: &AnyPool, proposal: &str) -> Result<Vec<String>> {
    Ok(sqlx::query_scalar(
        "SELECT DISTINCT who FROM indicator_proposal_step
         WHERE proposal_id = $1 AND act = 'written'
         ORDER BY who",
    )
    .bind(proposal)
    .fetch_all(pool)
    .await?)
}

/// Notes that a version is in force from now on, and the one before no more.
pub async fn put_force(tx: &mut Tx, definition: &Definition, proposal: Option<&str>, at: Time) -> Result<()> {
    sqlx::query("UPDATE indicator_force SET until_at = $2 WHERE indicator = $1 AND until_at IS NULL")
        .bind(&definition.code)
        .bind(at.0)
        .execute(tx.conn())
        .await?;
    sqlx::query(
        "INSERT INTO indicator_force (id, indicator, version, from_at, until_at, proposal_id)
         VALUES ($1, $2, $3, $4, NULL, $5)",
    )
    .bind(id::fresh(at))
    .bind(&definition.code)
    .bind(&definition.version)
    .bind(at.0)
    .bind(proposal)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Which versions of a definition were in force when, the newest first.
pub async fn list_force(db: &Db, indicator: &str) -> Result<Vec<ForceRow>> {
    Ok(sqlx::query_as(
        "SELECT f.version, d.text, f.from_at, f.until_at, p.why,
                s.name AS submitted_name, c.name AS checked_name, a.name AS approved_name
         FROM indicator_force f
         JOIN indicator_definition d ON d.indicator = f.indicator AND d.version = f.version
         LEFT JOIN indicator_proposal p ON p.id = f.proposal_id
         LEFT JOIN user_account s ON s.id = p.submitted_by
         LEFT JOIN user_account c ON c.id = p.checked_by
         LEFT JOIN user_account a ON a.id = p.approved_by
         WHERE f.indicator = $1
         ORDER BY f.from_at DESC, f.id DESC",
    )
    .bind(indicator)
    .fetch_all(db.read())
    .await?)
}

/// The version of a definition that is in force, in a transaction.
pub async fn find_version_in_force(tx: &mut Tx, indicator: &str) -> Result<Option<String>> {
    Ok(
        sqlx::query_scalar("SELECT version FROM indicator WHERE code = $1")
            .bind(indicator)
            .fetch_optional(tx.conn())
            .await?,
    )
}
