//! SQL of the tracker: what it reads of observations.

use sqlx::{Any, AssertSqlSafe, FromRow};

use super::model::gaps::Counted;
use crate::{
    indicators::{
        model::observation::{Observation, Status},
        store::{KeyRow, keyed},
    },
    platform::{db::Db, problem::Result},
};

/// Everybody together in a place, for every indicator and period, by indicator and the earliest first.
pub async fn list_over_time(db: &Db, place: &str) -> Result<Vec<(String, Observation)>> {
    let rows: Vec<KeyRow> = sqlx::query_as(
        "SELECT o.indicator, o.place, o.by_dims, o.period, o.codes, o.sort_key, o.parent, o.status, o.value, o.low, o.high,
                o.numerator, o.denominator, o.n, o.n_missing, o.as_of, o.se, o.n_eff, o.standing
         FROM observation o
         WHERE o.place = $1 AND o.by_dims = ''
         ORDER BY o.indicator, o.period",
    )
    .bind(place)
    .fetch_all(db.read())
    .await?;
    Ok(keyed(rows))
}

/// Everybody together in certain places, of one indicator and period.
pub async fn list_in(db: &Db, code: &str, period: &str, places: &[&str]) -> Result<Vec<Observation>> {
    if places.is_empty() {
        return Ok(Vec::new());
    }
    let named: Vec<String> = (0..places.len()).map(|at| format!("${}", at + 3)).collect();
    // Only the number of places varies: the text is made of constants.
    let sql = format!(
        "SELECT o.indicator, o.place, o.by_dims, o.period, o.codes, o.sort_key, o.parent, o.status, o.value, o.low, o.high,
                o.numerator, o.denominator, o.n, o.n_missing, o.as_of, o.se, o.n_eff, o.standing
         FROM observation o
         WHERE o.indicator = $1 AND o.by_dims = '' AND o.period = $2 AND o.place IN ({})",
        named.join(", ")
    );
    let mut query = sqlx::query_as::<Any, KeyRow>(AssertSqlSafe(sql))
        .persistent(false)
        .bind(code)
        .bind(period);
    for place in places {
        query = query.bind(*place);
    }
    Ok(keyed(query.fetch_all(db.read()).await?)
        .into_iter()
        .map(|(_, observation)| observation)
        .collect())
}

/// Which statuses there are among the numbers of a place, by indicator, combination and period.
pub async fn list_statuses(db: &Db, place: &str) -> Result<Vec<Counted>> {
    #[derive(FromRow)]
    struct Row {
        indicator: String,
        by_dims: String,
        period: String,
        status: String,
    }
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT indicator, by_dims, period, status
         FROM observation
         WHERE place = $1
         GROUP BY indicator, by_dims, period, status
         ORDER BY indicator, by_dims, period, status",
    )
    .bind(place)
    .fetch_all(db.read())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Counted {
            indicator: row.indicator,
            by: row.by_dims,
            period: row.period,
            status: Status::parse(&row.status),
        })
        .collect())
}
