//! SQL of passports: one number, and what others say of the same place and period.

use super::{KeyRow, ObservationRow, keyed};
use crate::{
    indicators::model::observation::{Key, Observation},
    platform::{db::Db, problem::Result},
};

/// One number that is public.
pub async fn find(db: &Db, code: &str, key: &Key) -> Result<Option<Observation>> {
    let (place, by, period, codes) = key;
    let row: Option<ObservationRow> = sqlx::query_as(
        "SELECT place, by_dims, period, codes, sort_key, parent, status, value, low, high,
                numerator, denominator, n, n_missing, as_of, se, n_eff, standing
         FROM observation
         WHERE indicator = $1 AND place = $2 AND by_dims = $3 AND period = $4 AND codes = $5",
    )
    .bind(code)
    .bind(place)
    .bind(by)
    .bind(period)
    .bind(codes)
    .fetch_optional(db.read())
    .await?;
    Ok(row.map(Observation::from))
}

/// Everybody together in a place and period, for every indicator that has a number, by code.
pub async fn list_beside(db: &Db, place: &str, period: &str) -> Result<Vec<(String, Observation)>> {
    let rows: Vec<KeyRow> = sqlx::query_as(
        "SELECT o.indicator, o.place, o.by_dims, o.period, o.codes, o.sort_key, o.parent, o.status, o.value, o.low, o.high,
                o.numerator, o.denominator, o.n, o.n_missing, o.as_of, o.se, o.n_eff, o.standing
         FROM observation o
         WHERE o.place = $1 AND o.by_dims = '' AND o.period = $2
         ORDER BY o.indicator",
    )
    .bind(place)
    .bind(period)
    .fetch_all(db.read())
    .await?;
    Ok(keyed(rows))
}
