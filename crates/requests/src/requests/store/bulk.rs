//! SQL of taking in many requests at once: the rows of one statement share its cost.

use sqlx::AssertSqlSafe;

use crate::{
    platform::{db::Tx, problem::Result, time::Time},
    requests::model::request::{Position, Request, State},
};

/// Rows of one statement. SQLite looks for the name of each parameter among all of them, so that many rows at once cost more than
/// few: a hundred of them spend half of their time on it.
pub const MOST_ROWS: usize = 10;

/// A request taken in from another system.
pub struct Row {
    pub request: Request,
    /// What tells it from every other there.
    pub delivery: String,
    /// What was said when it was closed.
    pub note: Option<String>,
}

/// Keeps requests; returns the ids of those that were not there. A taken code or delivery leaves a row out.
pub async fn insert(tx: &mut Tx, rows: &[Row], now: Time) -> Result<Vec<String>> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let sql = with_rows(
        "INSERT INTO service_request (id, code, delivery, key_hash, service_code, profile_version, kind, privacy, channel, lang, text,
                                      place_code, lat, lon, cell, address, agency_code, level, state, state_at, close_kind, opened_at,
                                      clock_from_at, yellow_at, red_at, step_at, step2_at, step3_at, step4_at, notice_us, due_at, stopped_at,
                                      stood_us, finish_by_at, n_pauses, n_reopened, n_transfers, n_supporters, changed_at, revision, touched_at)
         VALUES ",
        "($1, $2, $3, '', $4, $5, 'complaint', 'open', 'import', $6, $7,
          $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18,
          $18, $19, $20, $21, $22, $23, $24, 0, $25, $26,
          0, $27, 0, 0, 0, 0, $16, 0, $28)",
        28,
        rows.len(),
        " ON CONFLICT DO NOTHING RETURNING id",
    );
    let mut query = sqlx::query_as::<_, (String,)>(AssertSqlSafe(sql));
    for row in rows {
        let (request, clock) = (&row.request, &row.request.clock);
        let (state_at, kind) = match &request.state {
            State::Closed { at, kind } => (*at, Some(kind.as_str())),
            _ => (request.opened_at, None),
        };
        let step = |n: usize| clock.steps.get(n).map(|at| at.0);
        query = query
            .bind(&request.id)
            .bind(&request.code)
            .bind(&row.delivery)
            .bind(&request.service)
            .bind(&request.profile)
            .bind(&request.lang)
            .bind(&request.text)
            .bind(request.place.as_deref())
            .bind(request.position.map(|at| micros(at.lat)))
            .bind(request.position.map(|at| micros(at.lon)))
            .bind(request.position.map(Position::cell))
            .bind(request.address.as_deref())
            .bind(request.agency.as_deref())
            .bind(i64::from(request.level))
            .bind(request.state.code())
            .bind(state_at.0)
            .bind(kind)
            .bind(request.opened_at.0)
            .bind(clock.yellow_at.map(|at| at.0))
            .bind(clock.red_at.map(|at| at.0))
            .bind(step(0))
            .bind(step(1))
            .bind(step(2))
            .bind(step(3))
            .bind(clock.due_at.map(|at| at.0))
            .bind(clock.stopped_at.map(|at| at.0))
            .bind(request.finish_by.map(|at| at.0))
            .bind(now.0);
    }
    let kept = query.fetch_all(tx.conn()).await?;
    Ok(kept.into_iter().map(|(id,)| id).collect())
}

/// Keeps the closings of requests that were closed where they come from: nobody there asked the resident.
pub async fn insert_closings(tx: &mut Tx, rows: &[&Row]) -> Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let sql = with_rows(
        "INSERT INTO request_closing (request_id, n, agency_code, service_code, place_code, kind, opened_at, closed_at, acted_at, limit_at,
                                      recorder, note)
         VALUES ",
        "($1, 0, $2, $3, $4, 'imported', $5, $6, $6, $7,
          'nobody', $8)",
        8,
        rows.len(),
        " ON CONFLICT DO NOTHING",
    );
    let mut query = sqlx::query(AssertSqlSafe(sql));
    for row in rows {
        let request = &row.request;
        let closed_at = match request.state {
            State::Closed { at, .. } => at,
            _ => request.opened_at,
        };
        query = query
            .bind(&request.id)
            .bind(request.agency.as_deref())
            .bind(&request.service)
            .bind(request.place.as_deref())
            .bind(request.opened_at.0)
            .bind(closed_at.0)
            .bind(request.next_limit(closed_at).map(|at| at.0))
            .bind(row.note.as_deref());
    }
    query.execute(tx.conn()).await?;
    Ok(())
}

/// Tells whether something was taken in under a delivery before.
pub async fn is_known(tx: &mut Tx, delivery: &str) -> Result<bool> {
    let (n,): (i64,) = sqlx::query_as("SELECT COUNT(*) FROM service_request WHERE delivery = $1")
        .bind(delivery)
        .fetch_one(tx.conn())
        .await?;
    Ok(n > 0)
}

/// Repeats a row of `n_parameters` so many times, its parameters counted on. Made of constants only.
fn with_rows(
    head: &'static str,
    row: &'static str,
    n_parameters: usize,
    n_rows: usize,
    tail: &'static str,
) -> String {
    let mut sql = String::with_capacity(head.len() + n_rows * (row.len() + n_parameters * 3) + tail.len());
    sql.push_str(head);
    for at in 0..n_rows {
        if at > 0 {
            sql.push_str(", ");
        }
        let mut parts = row.split('$');
        sql.push_str(parts.next().unwrap_or_default());
        for part in parts {
            let n_digits = part.bytes().take_while(u8::is_ascii_digit).count();
            let n: usize = part[..n_digits].parse().unwrap_or(0);
            sql.push('$');
            sql.push_str(&(at * n_parameters + n).to_string());
            sql.push_str(&part[n_digits..]);
        }
    }
    sql.push_str(tail);
    sql
}

fn micros(degrees: f64) -> i64 {
    (degrees * 1e6).round() as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_counted_on_from_row_to_row() {
        assert_eq!(
            with_rows("V ", "($1, 'x', $2, $1)", 2, 3, " T"),
            "V ($1, 'x', $2, $1), ($3, 'x', $4, $3), ($5, 'x', $6, $5) T"
        );
    }
}
