//! SQL of what organisations answer for.

use sqlx::FromRow;

use super::model::{Duties, Rolling};
use crate::platform::{
    db::{Db, Tx},
    op::Op,
    problem::{Problem, Result},
};

#[derive(FromRow)]
struct DutiesRow {
    organisation: String,
    rolling: String,
    duties: String,
    revision: i64,
}

impl DutiesRow {
    fn read(self) -> Result<Duties> {
        Ok(Duties {
            rolling: Rolling::parse(&self.rolling),
            duties: serde_json::from_str(&self.duties).map_err(Problem::internal)?,
            organisation: self.organisation,
            revision: self.revision,
        })
    }
}

/// What every organisation answers for, by its code.
pub async fn list(db: &Db) -> Result<Vec<Duties>> {
    let rows: Vec<DutiesRow> = sqlx::query_as(
        "SELECT organisation, rolling, duties, revision
         FROM agency_duties
         ORDER BY organisation",
    )
    .fetch_all(db.read())
    .await?;
    rows.into_iter().map(DutiesRow::read).collect()
}

/// What one organisation answers for.
pub async fn find(db: &Db, organisation: &str) -> Result<Option<Duties>> {
    let row: Option<DutiesRow> = sqlx::query_as(
        "SELECT organisation, rolling, duties, revision
         FROM agency_duties
         WHERE organisation = $1",
    )
    .bind(organisation)
    .fetch_optional(db.read())
    .await?;
    row.map(DutiesRow::read).transpose()
}

/// Keeps what an organisation answers for, unless that changed since.
pub async fn put(tx: &mut Tx, op: &Op, duties: &Duties) -> Result<bool> {
    let written = serde_json::to_string(&duties.duties).map_err(Problem::internal)?;
    let done = sqlx::query(
        "INSERT INTO agency_duties (organisation, rolling, duties, revision, changed_at, changed_by)
         VALUES ($1, $2, $3, $4 + 1, $5, $6)
         ON CONFLICT (organisation) DO UPDATE
         SET rolling = excluded.rolling, duties = excluded.duties, revision = excluded.revision,
             changed_at = excluded.changed_at, changed_by = excluded.changed_by
         WHERE agency_duties.revision = $4",
    )
    .bind(&duties.organisation)
    .bind(duties.rolling.as_str())
    .bind(written)
    .bind(duties.revision)
    .bind(op.at.0)
    .bind(op.who.label())
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}
