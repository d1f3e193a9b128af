//! SQL of many figures at once: a statement for all tiles of a page.

use sqlx::{Any, AssertSqlSafe};

use super::{KeyRow, keyed};
use crate::{
    indicators::model::observation::Observation,
    platform::{db::Db, problem::Result},
};

/// Places in the text of a statement that each series takes.
const PARAMETERS: usize = 3;

/// The numbers of some series, each an indicator, a place and names of dimensions, over all periods, the earliest first.
pub async fn list_series(db: &Db, series: &[(String, String, String)]) -> Result<Vec<(String, Observation)>> {
    list(db, series, "o.indicator = $1 AND o.place = $2 AND o.by_dims = $3").await
}

/// Everybody together in the places directly below some places, each with an indicator and a period, by place.
pub async fn list_below(db: &Db, asked: &[(String, String, String)]) -> Result<Vec<(String, Observation)>> {
    list(
        db,
        asked,
        "o.indicator = $1 AND o.parent = $2 AND o.period = $3 AND o.by_dims = ''",
    )
    .await
}

/// Everybody together in all places, for some indicators each in a period, by place.
pub async fn list_everywhere(db: &Db, asked: &[(String, String)]) -> Result<Vec<(String, Observation)>> {
    let everybody =
        |(indicator, period): &(String, String)| (indicator.clone(), period.clone(), String::new());
    let asked: Vec<(String, String, String)> = asked.iter().map(everybody).collect();
    list(
        db,
        &asked,
        "o.indicator = $1 AND o.period = $2 AND o.by_dims = $3",
    )
    .await
}

async fn list(
    db: &Db,
    asked: &[(String, String, String)],
    condition: &str,
) -> Result<Vec<(String, Observation)>> {
    if asked.is_empty() {
        return Ok(Vec::new());
    }
    let conditions: Vec<String> = (0..asked.len()).map(|at| numbered(condition, at)).collect();
    // Only how often the condition stands there varies: the text is made of constants.
    let sql = format!(
        "SELECT o.indicator, o.place, o.by_dims, o.period, o.codes, o.sort_key, o.parent, o.status, o.value, o.low, o.high,
                o.numerator, o.denominator, o.n, o.n_missing, o.as_of, o.se, o.n_eff, o.standing
         FROM observation o
         WHERE {}
         ORDER BY o.indicator, o.place, o.by_dims, o.period, o.sort_key",
        conditions.join(" OR ")
    );
    let mut query = sqlx::query_as::<Any, KeyRow>(AssertSqlSafe(sql)).persistent(false);
    for (indicator, place, third) in asked {
        query = query.bind(indicator).bind(place).bind(third);
    }
    Ok(keyed(query.fetch_all(db.read()).await?))
}

/// The condition with the parameters of the one at this position.
fn numbered(condition: &str, at: usize) -> String {
    let first = at * PARAMETERS;
    let numbered = (1..=PARAMETERS).rev().fold(condition.to_owned(), |text, n| {
        text.replace(&format!("${n}"), &format!("#{}", first + n))
    });
    format!("({})", numbered.replace('#', "$"))
}
