//! SQL of dashboards by mail: who was asked, and when letters went out.

use crate::platform::{
    db::{Db, Tx},
    problem::Result,
    time::Time,
};

/// Dashboards that are sent in one job at most; the next hour has the others.
const MOST_SENT: i64 = 200;

/// Notes that an address is asked about a dashboard; false when it was within a while.
///
/// A question before that stays, under its time: each counts against what one address is asked.
pub async fn note_asked(tx: &mut Tx, mark: &str, dashboard: &str, at: Time, since: Time) -> Result<bool> {
    sqlx::query(
        "UPDATE dashboard_asked
         SET dashboard = dashboard || ' ' || CAST(asked_at AS TEXT)
         WHERE mark = $1 AND dashboard = $2 AND asked_at < $3",
    )
    .bind(mark)
    .bind(dashboard)
    .bind(since.0)
    .execute(tx.conn())
    .await?;
    let done = sqlx::query(
        "INSERT INTO dashboard_asked (mark, dashboard, asked_at)
         VALUES ($1, $2, $3)
         ON CONFLICT (mark, dashboard) DO NOTHING",
    )
    .bind(mark)
    .bind(dashboard)
    .bind(at.0)
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// How often was an address asked since an instant?
pub async fn count_asked(tx: &mut Tx, mark: &str, since: Time) -> Result<i64> {
    Ok(sqlx::query_scalar(
        "SELECT CAST(COUNT(*) AS BIGINT) FROM dashboard_asked WHERE mark = $1 AND asked_at >= $2",
    )
    .bind(mark)
    .bind(since.0)
    .fetch_one(tx.conn())
    .await?)
}

/// Forgets who was asked before an instant.
pub async fn forget_asked(tx: &mut Tx, before: Time) -> Result<()> {
    sqlx::query("DELETE FROM dashboard_asked WHERE asked_at < $1")
        .bind(before.0)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Has a dashboard be sent from now on, unless it is sent already.
pub async fn begin_mailing(tx: &mut Tx, dashboard: &str, at: Time) -> Result<()> {
    sqlx::query(
        "INSERT INTO dashboard_mailed (dashboard, mailed_at)
         VALUES ($1, $2)
         ON CONFLICT (dashboard) DO NOTHING",
    )
    .bind(dashboard)
    .bind(at.0)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The dashboards that were sent last at an instant or before, by their codes, with when.
pub async fn list_due(db: &Db, until: Time) -> Result<Vec<(String, Time)>> {
    let rows: Vec<(String, i64)> = sqlx::query_as(
        "SELECT dashboard, mailed_at
         FROM dashboard_mailed
         WHERE mailed_at <= $1
         ORDER BY mailed_at, dashboard
         LIMIT $2",
    )
    .bind(until.0)
    .bind(MOST_SENT)
    .fetch_all(db.read())
    .await?;
    Ok(rows.into_iter().map(|(code, at)| (code, Time(at))).collect())
}

/// Notes that a dashboard is sent now; false when somebody else noted it meanwhile.
pub async fn put_mailed(tx: &mut Tx, dashboard: &str, before: Time, at: Time) -> Result<bool> {
    let done = sqlx::query(
        "UPDATE dashboard_mailed
         SET mailed_at = $3
         WHERE dashboard = $1 AND mailed_at = $2",
    )
    .bind(dashboard)
    .bind(before.0)
    .bind(at.0)
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}
