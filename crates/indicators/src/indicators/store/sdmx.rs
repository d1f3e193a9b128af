//! SQL of what is given out as SDMX: which places have numbers, and all numbers of a few of them.

use sqlx::{Any, AssertSqlSafe};

use super::{ObservationRow, plain};
use crate::{
    indicators::model::observation::Observation,
    platform::{db::Db, problem::Result},
};

/// Codes of all places that have numbers.
pub async fn list_places(db: &Db) -> Result<Vec<String>> {
    Ok(
        sqlx::query_scalar("SELECT DISTINCT place FROM observation ORDER BY place")
            .fetch_all(db.read())
            .await?,
    )
}

/// Codes of the places that an indicator has numbers for.
pub async fn list_places_of(db: &Db, code: &str) -> Result<Vec<String>> {
    Ok(
        sqlx::query_scalar("SELECT DISTINCT place FROM observation WHERE indicator = $1 ORDER BY place")
            .bind(code)
            .fetch_all(db.read())
            .await?,
    )
}

/// Names of dimensions and codes of them that numbers of an indicator are given by, each pair once, where there are several
/// dimensions: `sex,age` with `F,0-4`.
pub async fn list_combinations(db: &Db, code: &str) -> Result<Vec<(String, String)>> {
    Ok(sqlx::query_as(
        "SELECT DISTINCT by_dims, codes FROM observation WHERE indicator = $1 AND by_dims LIKE '%,%'",
    )
    .bind(code)
    .fetch_all(db.read())
    .await?)
}

/// All numbers of an indicator in certain places, those of one combination of codes together and the earliest first.
///
/// `since` keeps those that a run wrote whose id is not below it; an empty one keeps all.
pub async fn list_in(db: &Db, code: &str, places: &[String], since: &str) -> Result<Vec<Observation>> {
    if places.is_empty() {
        return Ok(Vec::new());
    }
    let named: Vec<String> = (0..places.len()).map(|at| format!("${}", at + 3)).collect();
    // Only the number of places varies: the text is made of constants.
    let sql = format!(
        "SELECT place, by_dims, period, codes, sort_key, parent, status, value, low, high,
                numerator, denominator, n, n_missing, as_of, se, n_eff, standing
         FROM observation
         WHERE indicator = $1 AND ($2 = '' OR run_id >= $2) AND place IN ({})
         ORDER BY place, by_dims, codes, period",
        named.join(", ")
    );
    let mut query = sqlx::query_as::<Any, ObservationRow>(AssertSqlSafe(sql))
        .persistent(false)
        .bind(code)
        .bind(since);
    for place in places {
        query = query.bind(place.as_str());
    }
    Ok(plain(query.fetch_all(db.read()).await?))
}
