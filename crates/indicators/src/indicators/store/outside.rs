//! SQL of numbers that others published: sources, their files, areas and indicators.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use sqlx::{Any, AssertSqlSafe};

use super::{KeyRow, ROWS_AT_ONCE, formulas::parameters, keyed, rows_text};
use crate::{
    indicators::{
        model::{
            definition::Definition,
            observation::{Key, Observation},
        },
        outside::{Area, File, Source, cited::Line},
    },
    platform::{
        db::{Db, Tx},
        id,
        problem::{Problem, Result},
        time::Time,
    },
};

/// Says that a source was taken in.
pub async fn put_source(tx: &mut Tx, source: &Source, at: Time) -> Result<()> {
    sqlx::query(
        "INSERT INTO outside_source (code, name, taken_at, licence)
         VALUES ($1, $2, $3, $4)
         ON CONFLICT (code) DO UPDATE
         SET name = excluded.name, taken_at = excluded.taken_at, licence = excluded.licence",
    )
    .bind(&source.code)
    .bind(&source.name)
    .bind(at.0)
    .bind(source.licence.as_deref())
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Keeps areas. One that was given a name keeps it when it comes again with its code only.
pub async fn put_areas(tx: &mut Tx, areas: &[Area]) -> Result<()> {
    for some in areas.chunks(ROWS_AT_ONCE) {
        let row = |at: usize| format!("(${}, ${}, ${})", 3 * at + 1, 3 * at + 2, 3 * at + 3);
        // Only the number of rows varies: the text is made of constants.
        let sql = format!(
            "INSERT INTO outside_area (code, parent, name)
             VALUES {}
             ON CONFLICT (code) DO UPDATE
             SET parent = excluded.parent, name = excluded.name
             WHERE excluded.name <> excluded.code",
            (0..some.len()).map(row).collect::<Vec<_>>().join(", ")
        );
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for area in some {
            query = query
                .bind(&area.code)
                .bind(area.parent.as_deref())
                .bind(&area.name);
        }
        query.execute(tx.conn()).await?;
    }
    tx.touch(super::KEPT).await
}

/// Keeps the files of a source in the place of those before.
pub async fn put_files(tx: &mut Tx, source: &str, files: &[File]) -> Result<()> {
    sqlx::query("DELETE FROM outside_file WHERE source = $1")
        .bind(source)
        .execute(tx.conn())
        .await?;
    for some in files.chunks(ROWS_AT_ONCE) {
        // Only the number of rows varies: the text is made of constants.
        let sql = format!(
            "INSERT INTO outside_file (source, path, content, told)
             VALUES {}",
            rows_text(some.len(), 3)
        );
        let mut query = sqlx::query(AssertSqlSafe(sql)).bind(source);
        for file in some {
            query = query
                .bind(&file.path)
                .bind(&file.content)
                .bind(serde_json::to_string(&file.told).map_err(Problem::internal)?);
        }
        query.execute(tx.conn()).await?;
    }
    Ok(())
}

/// Puts definitions in force that were made of what a source delivered, each of its code alone.
pub async fn put_definitions(tx: &mut Tx, definitions: &[Arc<Definition>], at: Time) -> Result<()> {
    for some in definitions.chunks(ROWS_AT_ONCE) {
        // Only the number of rows varies: the texts are made of constants.
        let sql = format!(
            "INSERT INTO indicator (loaded_at, code, version, sort_key)
             VALUES {}
             ON CONFLICT (code) DO UPDATE
             SET version = excluded.version, sort_key = excluded.sort_key, loaded_at = excluded.loaded_at, trouble = NULL",
            rows_text(some.len(), 3)
        );
        let mut query = sqlx::query(AssertSqlSafe(sql)).bind(at.0);
        for definition in some {
            query = query
                .bind(&definition.code)
                .bind(&definition.version)
                .bind(definition.key);
        }
        query.execute(tx.conn()).await?;
        let sql = format!(
            "INSERT INTO indicator_definition (loaded_at, indicator, version, text)
             VALUES {}
             ON CONFLICT (indicator, version) DO NOTHING",
            rows_text(some.len(), 3)
        );
        let mut query = sqlx::query(AssertSqlSafe(sql)).bind(at.0);
        for definition in some {
            query = query
                .bind(&definition.code)
                .bind(&definition.version)
                .bind(&definition.text);
        }
        query.execute(tx.conn()).await?;
        forget_reading(tx, some).await?;
        put_force(tx, some, at).await?;
    }
    tx.touch(super::KEPT).await
}

/// Forgets what definitions of these codes read before: what is imported reads nothing here, whatever an operator loaded meanwhile.
async fn forget_reading(tx: &mut Tx, definitions: &[Arc<Definition>]) -> Result<()> {
    let list = parameters(1, definitions.len());
    // Only the number of indicators varies: the texts are made of constants.
    for sql in [
        format!("DELETE FROM indicator_source WHERE indicator IN ({list})"),
        format!("DELETE FROM indicator_input WHERE indicator IN ({list})"),
        format!("DELETE FROM indicator_input_seen WHERE indicator IN ({list})"),
    ] {
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for definition in definitions {
            query = query.bind(&definition.code);
        }
        query.execute(tx.conn()).await?;
    }
    Ok(())
}

/// Notes that definitions are in force from now on, and those before them no more.
async fn put_force(tx: &mut Tx, definitions: &[Arc<Definition>], at: Time) -> Result<()> {
    // Only the number of rows varies: the texts are made of constants.
    let sql = format!(
        "UPDATE indicator_force
         SET until_at = $1
         WHERE indicator IN ({}) AND until_at IS NULL",
        parameters(2, definitions.len())
    );
    let mut query = sqlx::query(AssertSqlSafe(sql)).bind(at.0);
    for definition in definitions {
        query = query.bind(&definition.code);
    }
    query.execute(tx.conn()).await?;
    let sql = format!(
        "INSERT INTO indicator_force (from_at, id, indicator, version)
         VALUES {}",
        rows_text(definitions.len(), 3)
    );
    let mut query = sqlx::query(AssertSqlSafe(sql)).bind(at.0);
    for definition in definitions {
        query = query
            .bind(id::fresh(at))
            .bind(&definition.code)
            .bind(&definition.version);
    }
    query.execute(tx.conn()).await?;
    Ok(())
}

/// Says that indicators are a source's, and which lines the numbers of each were taken from.
pub async fn put_indicators(tx: &mut Tx, source: &str, indicators: &BTreeMap<String, &[Line]>) -> Result<()> {
    let indicators: Vec<_> = indicators.iter().collect();
    for some in indicators.chunks(ROWS_AT_ONCE) {
        // Only the number of rows varies: the text is made of constants.
        let sql = format!(
            "INSERT INTO outside_indicator (source, indicator, lines)
             VALUES {}
             ON CONFLICT (indicator) DO UPDATE
             SET lines = excluded.lines",
            rows_text(some.len(), 2)
        );
        let mut query = sqlx::query(AssertSqlSafe(sql)).bind(source);
        for (indicator, lines) in some {
            query = query
                .bind(indicator.as_str())
                .bind(serde_json::to_string(lines).map_err(Problem::internal)?);
        }
        query.execute(tx.conn()).await?;
    }
    Ok(())
}

/// The lines that an indicator's numbers were taken from, as JSON, with the licence of their source and when it was taken in; `None` for
/// what was not taken in, or before lines were kept.
pub async fn find_lines(db: &Db, indicator: &str) -> Result<Option<(String, String, Time)>> {
    let found: Option<(String, Option<String>, i64)> = sqlx::query_as(
        "SELECT i.lines, s.licence, s.taken_at
         FROM outside_indicator i
         JOIN outside_source s ON s.code = i.source
         WHERE i.indicator = $1 AND i.lines IS NOT NULL",
    )
    .bind(indicator)
    .fetch_optional(db.read())
    .await?;
    Ok(found.map(|(lines, licence, at)| (lines, licence.unwrap_or_default(), Time(at))))
}

/// Codes of the indicators of a source.
pub async fn list_indicators(db: &Db, source: &str) -> Result<BTreeSet<String>> {
    let codes: Vec<String> = sqlx::query_scalar(
        "SELECT indicator
         FROM outside_indicator
         WHERE source = $1
         ORDER BY indicator",
    )
    .bind(source)
    .fetch_all(db.read())
    .await?;
    Ok(codes.into_iter().collect())
}

/// Everything that is public of a source's indicators, by code.
pub async fn list_published(db: &Db, source: &str) -> Result<HashMap<String, HashMap<Key, Observation>>> {
    let rows: Vec<KeyRow> = sqlx::query_as(
        "SELECT o.indicator, o.place, o.by_dims, o.period, o.codes, o.sort_key, o.parent, o.status, o.value, o.low, o.high,
                o.numerator, o.denominator, o.n, o.n_missing, o.as_of, o.se, o.n_eff, o.standing
         FROM outside_indicator i
         JOIN observation o ON o.indicator = i.indicator
         WHERE i.source = $1",
    )
    .bind(source)
    .fetch_all(db.read())
    .await?;
    let mut published: HashMap<String, HashMap<Key, Observation>> = HashMap::new();
    for (code, observation) in keyed(rows) {
        published
            .entry(code)
            .or_default()
            .insert(observation.key(), observation);
    }
    Ok(published)
}

/// All areas, by code.
pub async fn list_areas(db: &Db) -> Result<Vec<Area>> {
    let rows: Vec<(String, Option<String>, String)> =
        sqlx::query_as("SELECT code, parent, name FROM outside_area ORDER BY code")
            .fetch_all(db.read())
            .await?;
    Ok(rows
        .into_iter()
        .map(|(code, parent, name)| Area { code, parent, name })
        .collect())
}

/// Path and content of the files of a source, by path.
pub async fn list_files(db: &Db, source: &str) -> Result<Vec<(String, String)>> {
    Ok(sqlx::query_as(
        "SELECT path, content
         FROM outside_file
         WHERE source = $1
         ORDER BY path",
    )
    .bind(source)
    .fetch_all(db.read())
    .await?)
}

/// Everybody together in the topmost places that some indicators have numbers for, over all periods, with the code of each.
pub async fn list_topmost(db: &Db, codes: &[&str]) -> Result<Vec<(String, Observation)>> {
    if codes.is_empty() {
        return Ok(Vec::new());
    }
    // Only the number of indicators varies: the text is made of constants.
    let sql = format!(
        "SELECT o.indicator, o.place, o.by_dims, o.period, o.codes, o.sort_key, o.parent, o.status, o.value, o.low, o.high,
                o.numerator, o.denominator, o.n, o.n_missing, o.as_of, o.se, o.n_eff, o.standing
         FROM observation o
         WHERE o.parent IS NULL AND o.by_dims = '' AND o.indicator IN ({})
         ORDER BY o.indicator, o.place, o.period",
        parameters(1, codes.len())
    );
    let mut query = sqlx::query_as::<Any, KeyRow>(AssertSqlSafe(sql)).persistent(false);
    for code in codes {
        query = query.bind(*code);
    }
    Ok(keyed(query.fetch_all(db.read()).await?))
}
