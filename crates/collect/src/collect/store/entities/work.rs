//! SQL of what submissions have to say about entities: what is due, held, failed, done.

use sqlx::{AnyPool, FromRow};

use crate::{
    collect::entities::model::Fault,
    platform::{
        db::Tx,
        id,
        problem::{Problem, Result},
        time::Time,
    },
};

/// Why a submission is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    Filed,
    Approved,
    /// What it waited for is here.
    Next,
    /// It waited in vain.
    Forced,
}

impl Cause {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Filed => "filed",
            Self::Approved => "approved",
            Self::Next => "next",
            Self::Forced => "forced",
        }
    }

    fn parse(text: &str) -> Self {
        match text {
            "approved" => Self::Approved,
            "next" => Self::Next,
            "forced" => Self::Forced,
            _ => Self::Filed,
        }
    }
}

/// A submission that is to be looked at.
#[derive(Debug, Clone)]
pub struct Due {
    pub id: String,
    pub cause: Cause,
    pub submission_id: String,
    pub form_id: String,
    pub version_id: String,
    pub root_id: String,
    pub xml: String,
    pub filed_by: Option<String>,
    pub place: Option<String>,
    pub device_id: Option<String>,
}

#[derive(FromRow)]
struct DueRow {
    id: String,
    cause: String,
    submission_id: String,
    form_id: String,
    version_id: String,
    root_id: String,
    xml: String,
    filed_by: Option<String>,
    place_code: Option<String>,
    device_id: Option<String>,
}

impl From<DueRow> for Due {
    fn from(row: DueRow) -> Due {
        Due {
            id: row.id,
            cause: Cause::parse(&row.cause),
            submission_id: row.submission_id,
            form_id: row.form_id,
            version_id: row.version_id,
            root_id: row.root_id,
            xml: row.xml,
            filed_by: row.filed_by,
            place: row.place_code,
            device_id: row.device_id,
        }
    }
}

/// Puts a submission behind those that wait to be looked at.
pub async fn add_due(
    tx: &mut Tx,
    project_id: i64,
    submission_id: &str,
    cause: Cause,
    at: Time,
) -> Result<()> {
    sqlx::query("INSERT INTO entity_due (id, project_id, submission_id, cause) VALUES ($1, $2, $3, $4)")
        .bind(id::fresh(at))
        .bind(project_id)
        .bind(submission_id)
        .bind(cause.as_str())
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// What waits of a project, the first first.
pub async fn list_due(db: &AnyPool, project_id: i64, most: i64) -> Result<Vec<Due>> {
    let rows: Vec<DueRow> = sqlx::query_as(
        "SELECT d.id, d.cause, d.submission_id, s.form_id, s.version_id, s.root_id, s.xml, s.filed_by, s.place_code, s.device_id
         FROM entity_due d JOIN submission s ON s.id = d.submission_id
         WHERE d.project_id = $1
         ORDER BY d.id
         LIMIT $2",
    )
    .bind(project_id)
    .bind(most)
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(Due::from).collect())
}

/// Takes a submission off; false when somebody else did.
pub async fn take_due(tx: &mut Tx, id: &str) -> Result<bool> {
    let deleted = sqlx::query("DELETE FROM entity_due WHERE id = $1")
        .bind(id)
        .execute(tx.conn())
        .await?;
    Ok(deleted.rows_affected() == 1)
}

/// What became of one entity that a submission speaks of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Work {
    pub nth: i64,
    pub list_name: String,
    pub uuid: Option<String>,
    pub outcome: Outcome,
}

/// How it came out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    Done {
        entity_id: String,
        version: i64,
    },
    /// Another change of the same phone must come first.
    Held {
        branch: String,
        after: i64,
    },
    /// Somebody must approve the submission.
    Waiting,
    Failed(Fault),
    /// The submission asks for nothing.
    Nothing,
}

impl Outcome {
    fn state(&self) -> &'static str {
        match self {
            Self::Done { .. } => "done",
            Self::Held { .. } => "held",
            Self::Waiting => "waiting",
            Self::Failed(_) => "failed",
            Self::Nothing => "none",
        }
    }
}

#[derive(FromRow)]
struct WorkRow {
    nth: i64,
    list_name: String,
    entity_uuid: Option<String>,
    state: String,
    entity_id: Option<String>,
    version: Option<i64>,
    branch_id: Option<String>,
    branch_base_version: Option<i64>,
    problem: Option<String>,
}

impl From<WorkRow> for Work {
    fn from(row: WorkRow) -> Work {
        let fault = row
            .problem
            .as_deref()
            .and_then(|problem| serde_json::from_str(problem).ok());
        let outcome = match (row.state.as_str(), row.entity_id, fault) {
            ("done", Some(entity_id), _) => Outcome::Done {
                entity_id,
                version: row.version.unwrap_or_default(),
            },
            ("held", ..) => Outcome::Held {
                branch: row.branch_id.unwrap_or_default(),
                after: row.branch_base_version.unwrap_or_default(),
            },
            ("waiting", ..) => Outcome::Waiting,
            ("failed", _, Some(fault)) => Outcome::Failed(fault),
            _ => Outcome::Nothing,
        };
        Work {
            nth: row.nth,
            list_name: row.list_name,
            uuid: row.entity_uuid,
            outcome,
        }
    }
}

/// Notes what became of an entity that a submission speaks of, in the place of what was noted before.
pub async fn save(tx: &mut Tx, submission_id: &str, work: &Work, at: Time) -> Result<()> {
    let (mut entity_id, mut version, mut branch, mut after, mut problem) = (None, None, None, None, None);
    match &work.outcome {
        Outcome::Done {
            entity_id: made,
            version: n,
        } => (entity_id, version) = (Some(made.as_str()), Some(*n)),
        Outcome::Held { branch: of, after: n } => (branch, after) = (Some(of.as_str()), Some(*n)),
        Outcome::Failed(fault) => {
            problem = Some(serde_json::to_string(fault).map_err(Problem::internal)?);
        }
        Outcome::Waiting | Outcome::Nothing => {}
    }
    sqlx::query(
        "INSERT INTO entity_work (submission_id, nth, list_name, entity_uuid, state, entity_id, version, branch_id, branch_base_version, problem, worked_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
         ON CONFLICT (submission_id, nth) DO UPDATE
         SET list_name = excluded.list_name, entity_uuid = excluded.entity_uuid, state = excluded.state, entity_id = excluded.entity_id,
             version = excluded.version, branch_id = excluded.branch_id, branch_base_version = excluded.branch_base_version,
             problem = excluded.problem, worked_at = excluded.worked_at",
    )
    .bind(submission_id)
    .bind(work.nth)
    .bind(&work.list_name)
    .bind(work.uuid.as_deref())
    .bind(work.outcome.state())
    .bind(entity_id)
    .bind(version)
    .bind(branch)
    .bind(after)
    .bind(problem)
    .bind(at.0)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// An entity that a submission speaks of and that was not made or changed, or not yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Open {
    pub work: Work,
    pub root_id: String,
    pub submission_name: Option<String>,
    pub form_slug: String,
    pub project_slug: String,
    pub at: Time,
}

/// Which submissions have something to say about a list that came to nothing, or not yet? The newest first.
pub async fn list_open(db: &AnyPool, project_id: i64, list_name: &str, most: i64) -> Result<Vec<Open>> {
    #[derive(FromRow)]
    struct OpenRow {
        #[sqlx(flatten)]
        work: WorkRow,
        root_id: String,
        submission_name: Option<String>,
        form_slug: String,
        project_slug: String,
        worked_at: i64,
    }
    let rows: Vec<OpenRow> = sqlx::query_as(
        "SELECT w.nth, w.list_name, w.entity_uuid, w.state, w.entity_id, w.version, w.branch_id, w.branch_base_version, w.problem,
                s.root_id, s.name AS submission_name, f.slug AS form_slug, p.slug AS project_slug, w.worked_at
         FROM entity_work w
         JOIN submission s ON s.id = w.submission_id
         JOIN form f ON f.id = s.form_id
         JOIN project p ON p.id = f.project_id
         WHERE w.list_name = $2 AND w.state IN ('held', 'waiting', 'failed') AND f.project_id = $1 AND s.is_current = 1
         ORDER BY w.worked_at DESC, w.submission_id, w.nth
         LIMIT $3",
    )
    .bind(project_id)
    .bind(list_name)
    .bind(most)
    .fetch_all(db)
    .await?;
    let open = |row: OpenRow| Open {
        work: Work::from(row.work),
        root_id: row.root_id,
        submission_name: row.submission_name,
        form_slug: row.form_slug,
        project_slug: row.project_slug,
        at: Time(row.worked_at),
    };
    Ok(rows.into_iter().map(open).collect())
}

/// What became of an entity in the edits of a submission: submission, which of its entities, state.
pub async fn states_of_edits(
    tx: &mut Tx,
    form_id: &str,
    root_id: &str,
    list_name: &str,
    uuid: &str,
) -> Result<Vec<(String, i64, String)>> {
    Ok(sqlx::query_as(
        "SELECT w.submission_id, w.nth, w.state
         FROM entity_work w JOIN submission s ON s.id = w.submission_id
         WHERE s.form_id = $1 AND s.root_id = $2 AND w.list_name = $3 AND w.entity_uuid = $4",
    )
    .bind(form_id)
    .bind(root_id)
    .bind(list_name)
    .bind(uuid)
    .fetch_all(tx.conn())
    .await?)
}

/// Which submission was held until a change of a branch came? After an entity was made, whichever branch.
pub async fn find_next_held(
    tx: &mut Tx,
    uuid: &str,
    branch: Option<&str>,
    after: i64,
) -> Result<Vec<String>> {
    Ok(sqlx::query_scalar(
        "SELECT DISTINCT submission_id
         FROM entity_work
         WHERE state = 'held' AND entity_uuid = $1 AND branch_base_version = $2
           AND ($3 = '' OR branch_id = $3)
         ORDER BY submission_id",
    )
    .bind(uuid)
    .bind(after)
    .bind(branch.unwrap_or(""))
    .fetch_all(tx.conn())
    .await?)
}

/// Which submissions, with their projects, have been held since before a moment? In the order of their branches.
pub async fn list_held_since(db: &AnyPool, before: Time) -> Result<Vec<(String, i64)>> {
    Ok(sqlx::query_as(
        "SELECT w.submission_id, f.project_id
         FROM entity_work w
         JOIN submission s ON s.id = w.submission_id
         JOIN form f ON f.id = s.form_id
         WHERE w.state = 'held' AND w.worked_at < $1
           AND NOT EXISTS (SELECT 1 FROM entity_due d WHERE d.submission_id = w.submission_id AND d.cause = 'forced')
         GROUP BY w.submission_id, f.project_id
         ORDER BY MIN(w.branch_id), MIN(w.branch_base_version), w.submission_id",
    )
    .bind(before.0)
    .fetch_all(db)
    .await?)
}

/// Which submissions wait for approval to make entities of a list?
pub async fn list_waiting(db: &AnyPool, project_id: i64, list_name: &str) -> Result<Vec<String>> {
    Ok(sqlx::query_scalar(
        "SELECT DISTINCT w.submission_id
         FROM entity_work w
         JOIN submission s ON s.id = w.submission_id
         JOIN form f ON f.id = s.form_id
         WHERE w.state = 'waiting' AND w.list_name = $2 AND f.project_id = $1 AND s.is_current = 1
         ORDER BY w.submission_id",
    )
    .bind(project_id)
    .bind(list_name)
    .fetch_all(db)
    .await?)
}

/// A submission that is to be looked at as if it were due now; for those who approve.
pub async fn find_project(tx: &mut Tx, submission_id: &str) -> Result<Option<i64>> {
    Ok(sqlx::query_scalar(
        "SELECT f.project_id FROM submission s JOIN form f ON f.id = s.form_id WHERE s.id = $1",
    )
    .bind(submission_id)
    .fetch_optional(tx.conn())
    .await?)
}

/// Lets go of everything that points at a submission which is erased; its entities stay, their source is not known any more.
pub async fn forget_submission(tx: &mut Tx, submission_id: &str) -> Result<()> {
    for statement in [
        "DELETE FROM entity_due WHERE submission_id = $1",
        "DELETE FROM entity_work WHERE submission_id = $1",
        "UPDATE entity_source SET submission_id = NULL WHERE submission_id = $1",
    ] {
        sqlx::query(statement)
            .bind(submission_id)
            .execute(tx.conn())
            .await?;
    }
    Ok(())
}
