//! SQL of numbers entered by hand: sheets, what stands on them, what was done with them.

use sqlx::FromRow;

use crate::{
    indicators::entry::model::{SignedValue, State, Value},
    platform::{
        db::{Db, Tx},
        problem::Result,
    },
};

/// A sheet as it stands in the database.
#[derive(Debug, Clone, FromRow)]
pub struct SheetRow {
    pub id: String,
    pub place: String,
    pub period: String,
    pub state: String,
    pub edition: i64,
    pub signed_edition: Option<i64>,
    pub signed_at: Option<i64>,
    pub note: String,
    pub revision: i64,
}

/// Something that was done with a sheet.
#[derive(Debug, Clone, FromRow)]
pub struct StepRow {
    pub edition: i64,
    pub at: i64,
    pub who: String,
    pub state: String,
    pub note: String,
}

/// The sheets of an indicator that somebody has saved.
pub async fn list(db: &Db, indicator: &str) -> Result<Vec<SheetRow>> {
    Ok(sqlx::query_as(
        "SELECT id, place, period, state, edition, signed_edition, signed_at, note, revision
         FROM indicator_sheet
         WHERE indicator = $1
         ORDER BY period, place",
    )
    .bind(indicator)
    .fetch_all(db.read())
    .await?)
}

/// The sheet of an office and period; `None` before somebody saved it.
pub async fn find(db: &Db, indicator: &str, place: &str, period: &str) -> Result<Option<SheetRow>> {
    Ok(sqlx::query_as(
        "SELECT id, place, period, state, edition, signed_edition, signed_at, note, revision
         FROM indicator_sheet
         WHERE indicator = $1 AND place = $2 AND period = $3",
    )
    .bind(indicator)
    .bind(place)
    .bind(period)
    .fetch_optional(db.read())
    .await?)
}

/// Keeps a sheet that was not there before; returns whether nobody was faster.
pub async fn insert(tx: &mut Tx, indicator: &str, sheet: &SheetRow) -> Result<bool> {
    let done = sqlx::query(
        "INSERT INTO indicator_sheet (id, indicator, place, period, state, edition, note, revision)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (indicator, place, period) DO NOTHING",
    )
    .bind(&sheet.id)
    .bind(indicator)
    .bind(&sheet.place)
    .bind(&sheet.period)
    .bind(&sheet.state)
    .bind(sheet.edition)
    .bind(&sheet.note)
    .bind(sheet.revision)
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Changes a sheet that is still at a revision; returns whether it was.
pub async fn change(tx: &mut Tx, sheet: &SheetRow, from: i64) -> Result<bool> {
    let done = sqlx::query(
        "UPDATE indicator_sheet
         SET state = $3, edition = $4, signed_edition = $5, signed_at = $6, note = $7, revision = $8
         WHERE id = $1 AND revision = $2",
    )
    .bind(&sheet.id)
    .bind(from)
    .bind(&sheet.state)
    .bind(sheet.edition)
    .bind(sheet.signed_edition)
    .bind(sheet.signed_at)
    .bind(&sheet.note)
    .bind(sheet.revision)
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Puts what stands on an edition in place of what stood there.
pub async fn put_values(tx: &mut Tx, sheet: &str, edition: i64, values: &[Value]) -> Result<()> {
    sqlx::query("DELETE FROM indicator_sheet_value WHERE sheet_id = $1 AND edition = $2")
        .bind(sheet)
        .bind(edition)
        .execute(tx.conn())
        .await?;
    for value in values {
        sqlx::query(
            "INSERT INTO indicator_sheet_value (sheet_id, edition, place, codes, numerator, denominator)
             VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(sheet)
        .bind(edition)
        .bind(&value.place)
        .bind(&value.codes)
        .bind(value.numerator)
        .bind(value.denominator)
        .execute(tx.conn())
        .await?;
    }
    Ok(())
}

/// What stands on an edition of a sheet.
pub async fn list_values(db: &Db, sheet: &str, edition: i64) -> Result<Vec<Value>> {
    let rows: Vec<(String, String, i64, Option<i64>)> = sqlx::query_as(
        "SELECT place, codes, numerator, denominator
         FROM indicator_sheet_value
         WHERE sheet_id = $1 AND edition = $2
         ORDER BY place, codes",
    )
    .bind(sheet)
    .bind(edition)
    .fetch_all(db.read())
    .await?;
    let value = |(place, codes, numerator, denominator)| Value {
        place,
        codes,
        numerator,
        denominator,
    };
    Ok(rows.into_iter().map(value).collect())
}

/// Everything of an indicator that was signed, the earliest period first.
pub async fn list_signed(db: &Db, indicator: &str) -> Result<Vec<SignedValue>> {
    let rows: Vec<(String, String, String, i64, Option<i64>)> = sqlx::query_as(
        "SELECT s.period, v.place, v.codes, v.numerator, v.denominator
         FROM indicator_sheet s
         JOIN indicator_sheet_value v ON v.sheet_id = s.id AND v.edition = s.signed_edition
         WHERE s.indicator = $1
         ORDER BY s.period, v.place, v.codes",
    )
    .bind(indicator)
    .fetch_all(db.read())
    .await?;
    let signed = |(period, place, codes, numerator, denominator)| SignedValue {
        period,
        value: Value {
            place,
            codes,
            numerator,
            denominator,
        },
    };
    Ok(rows.into_iter().map(signed).collect())
}

/// The edition that counts of every sheet of an indicator: place, period and edition.
pub async fn list_signed_editions(db: &Db, indicator: &str) -> Result<Vec<(String, String, i64)>> {
    Ok(sqlx::query_as(
        "SELECT place, period, signed_edition
         FROM indicator_sheet
         WHERE indicator = $1 AND signed_edition IS NOT NULL
         ORDER BY period, place",
    )
    .bind(indicator)
    .fetch_all(db.read())
    .await?)
}

/// What stands on every edition of an indicator's sheets, with place, period and edition of the sheet.
pub async fn list_all(db: &Db, indicator: &str) -> Result<Vec<((String, String, i64), SignedValue)>> {
    #[derive(FromRow)]
    struct Row {
        sheet_place: String,
        period: String,
        edition: i64,
        place: String,
        codes: String,
        numerator: i64,
        denominator: Option<i64>,
    }
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT s.place AS sheet_place, s.period, v.edition, v.place, v.codes, v.numerator, v.denominator
         FROM indicator_sheet s
         JOIN indicator_sheet_value v ON v.sheet_id = s.id
         WHERE s.indicator = $1
         ORDER BY s.period, v.place, v.codes, v.edition",
    )
    .bind(indicator)
    .fetch_all(db.read())
    .await?;
    let told = |row: Row| {
        let value = SignedValue {
            period: row.period.clone(),
            value: Value {
                place: row.place,
                codes: row.codes,
                numerator: row.numerator,
                denominator: row.denominator,
            },
        };
        ((row.sheet_place, row.period, row.edition), value)
    };
    Ok(rows.into_iter().map(told).collect())
}

/// A step with the sheet that it was done with and the name of who did it.
#[derive(Debug, Clone, FromRow)]
pub struct NamedStep {
    /// Code of the place whose office fills the sheet in.
    pub place: String,
    pub edition: i64,
    pub at: i64,
    pub state: String,
    pub note: String,
    /// `None` for the program itself.
    pub name: Option<String>,
}

/// What was done with the sheets of an indicator and period, the earliest first.
pub async fn list_named_steps(db: &Db, indicator: &str, period: &str) -> Result<Vec<NamedStep>> {
    Ok(sqlx::query_as(
        "SELECT s.place, t.edition, t.at, t.state, t.note, u.name
         FROM indicator_sheet s
         JOIN indicator_sheet_step t ON t.sheet_id = s.id
         LEFT JOIN user_account u ON u.id = t.who
         WHERE s.indicator = $1 AND s.period = $2
         ORDER BY t.id",
    )
    .bind(indicator)
    .bind(period)
    .fetch_all(db.read())
    .await?)
}

/// Notes what was done with a sheet.
pub async fn insert_step(tx: &mut Tx, id: &str, sheet: &str, step: &StepRow) -> Result<()> {
    sqlx::query(
        "INSERT INTO indicator_sheet_step (id, sheet_id, edition, at, who, state, note)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(id)
    .bind(sheet)
    .bind(step.edition)
    .bind(step.at)
    .bind(&step.who)
    .bind(&step.state)
    .bind(&step.note)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// What was done with a sheet, the latest first.
pub async fn list_steps(db: &Db, sheet: &str) -> Result<Vec<StepRow>> {
    Ok(sqlx::query_as(
        "SELECT edition, at, who, state, note
         FROM indicator_sheet_step
         WHERE sheet_id = $1
         ORDER BY id DESC",
    )
    .bind(sheet)
    .fetch_all(db.read())
    .await?)
}

/// Whether somebody entered numbers of an edition of a sheet.
pub async fn has_entered(tx: &mut Tx, sheet: &str, edition: i64, who: &str) -> Result<bool> {
    let n: i64 = sqlx::query_scalar(
        "SELECT CAST(COUNT(*) AS BIGINT)
         FROM indicator_sheet_step
         WHERE sheet_id = $1 AND edition = $2 AND who = $3 AND state IN ($4, $5)",
    )
    .bind(sheet)
    .bind(edition)
    .bind(who)
    .bind(State::Draft.as_str())
    .bind(State::HandedIn.as_str())
    .fetch_one(tx.conn())
    .await?;
    Ok(n > 0)
}
