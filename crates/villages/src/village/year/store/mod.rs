//! SQL of villages' years: calendars of documents, what is owed, what came, and who was told.

pub mod budget;
pub mod overview;

use jiff::civil::Date;
use serde_json::{from_str, to_string};
use sqlx::FromRow;

use super::model::{Content, Document, Due, File, Step, Year};
use crate::platform::{
    db::{Db, Tx},
    op::Op,
    problem::{Problem, Result},
    time::Time,
};

/// Which calendars did a jurisdiction change? Their texts, by name.
pub async fn list_templates(db: &Db) -> Result<Vec<(String, String)>> {
    Ok(
        sqlx::query_as("SELECT name, text FROM village_template ORDER BY name")
            .fetch_all(db.read())
            .await?,
    )
}

/// Keeps a calendar in the place of the one of its name.
pub async fn put_template(tx: &mut Tx, op: &Op, name: &str, text: &str) -> Result<()> {
    sqlx::query(
        "INSERT INTO village_template (name, text, changed_at, changed_by)
         VALUES ($1, $2, $3, $4)
         ON CONFLICT (name) DO UPDATE SET text = excluded.text, changed_at = excluded.changed_at, changed_by = excluded.changed_by",
    )
    .bind(name)
    .bind(text)
    .bind(op.at.0)
    .bind(op.who.label())
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Keeps that a year was begun; false where it was before.
pub async fn insert_year(tx: &mut Tx, op: &Op, year: &Year) -> Result<bool> {
    let done = sqlx::query(
        "INSERT INTO village_year (place, for_year, template, currency, is_term_start, begun_at, begun_by)
         VALUES ($1, $2, $3, $4, 0, $5, $6)
         ON CONFLICT (place, for_year) DO NOTHING",
    )
    .bind(&year.place)
    .bind(i64::from(year.year))
    .bind(&year.template)
    .bind(&year.currency)
    .bind(year.begun_at.0)
    .bind(op.who.label())
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Notes that a term begins in a year.
pub async fn mark_term(tx: &mut Tx, place: &str, year: i16) -> Result<()> {
    sqlx::query("UPDATE village_year SET is_term_start = 1 WHERE place = $1 AND for_year = $2")
        .bind(place)
        .bind(i64::from(year))
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Keeps a document that is owed; one that is owed already stays as it is.
pub async fn insert_due(tx: &mut Tx, due: &Due) -> Result<()> {
    sqlx::query(
        "INSERT INTO village_due (id, place, for_year, code, step, title, about, due_on, notice_days, grace_days)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         ON CONFLICT (place, for_year, code) DO NOTHING",
    )
    .bind(&due.id)
    .bind(&due.place)
    .bind(i64::from(due.year))
    .bind(&due.code)
    .bind(due.step.as_str())
    .bind(to_string(&due.title).map_err(Problem::internal)?)
    .bind(to_string(&due.about).map_err(Problem::internal)?)
    .bind(due.due_on.to_string())
    .bind(i64::from(due.notice_days))
    .bind(i64::from(due.grace_days))
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Which years of a village are kept here? The latest first.
pub async fn list_years(db: &Db, place: &str) -> Result<Vec<Year>> {
    let rows: Vec<YearRow> = sqlx::query_as(
        "SELECT place, for_year, template, currency, begun_at
         FROM village_year
         WHERE place = $1
         ORDER BY for_year DESC",
    )
    .bind(place)
    .fetch_all(db.read())
    .await?;
    Ok(rows.into_iter().map(YearRow::read).collect())
}

/// Which is the latest year of each village that is kept here?
pub async fn list_latest(db: &Db) -> Result<Vec<Year>> {
    let rows: Vec<YearRow> = sqlx::query_as(
        "SELECT y.place, y.for_year, y.template, y.currency, y.begun_at
         FROM village_year y
         JOIN (SELECT place, MAX(for_year) AS latest FROM village_year GROUP BY place) l
           ON l.place = y.place AND l.latest = y.for_year
         ORDER BY y.place",
    )
    .fetch_all(db.read())
    .await?;
    Ok(rows.into_iter().map(YearRow::read).collect())
}

/// What does a village owe for a year? By day.
pub async fn list_dues(db: &Db, place: &str, year: i16) -> Result<Vec<Due>> {
    let rows: Vec<DueRow> = sqlx::query_as(
        "SELECT id, place, for_year, code, step, title, about, due_on, notice_days, grace_days
         FROM village_due
         WHERE place = $1
           AND for_year = $2
         ORDER BY due_on, id",
    )
    .bind(place)
    .bind(i64::from(year))
    .fetch_all(db.read())
    .await?;
    rows.into_iter().map(DueRow::read).collect()
}

/// Which documents that fall due between two days have not come? Each with the moment its year was begun.
pub async fn list_open(db: &Db, from: Date, to: Date) -> Result<Vec<(Due, Time)>> {
    let rows: Vec<OpenRow> = sqlx::query_as(
        "SELECT d.id, d.place, d.for_year, d.code, d.step, d.title, d.about, d.due_on, d.notice_days, d.grace_days, y.begun_at
         FROM village_due d
         JOIN village_year y ON y.place = d.place AND y.for_year = d.for_year
         WHERE d.due_on >= $1
           AND d.due_on <= $2
           AND NOT EXISTS (SELECT 1 FROM village_document c WHERE c.due_id = d.id AND c.withdrawn_at IS NULL)
         ORDER BY d.place, d.due_on, d.id",
    )
    .bind(from.to_string())
    .bind(to.to_string())
    .fetch_all(db.read())
    .await?;
    rows.into_iter()
        .map(|row| Ok((row.due.read()?, Time(row.begun_at))))
        .collect()
}

/// Finds what a village owes by its code.
pub async fn find_due(db: &Db, place: &str, year: i16, code: &str) -> Result<Option<Due>> {
    let row: Option<DueRow> = sqlx::query_as(
        "SELECT id, place, for_year, code, step, title, about, due_on, notice_days, grace_days
         FROM village_due
         WHERE place = $1
           AND for_year = $2
           AND code = $3",
    )
    .bind(place)
    .bind(i64::from(year))
    .bind(code)
    .fetch_optional(db.read())
    .await?;
    row.map(DueRow::read).transpose()
}

/// What came for what a village owes for a year? The oldest first, withdrawn ones too.
pub async fn list_documents(db: &Db, place: &str, year: i16) -> Result<Vec<Document>> {
    let rows: Vec<DocumentRow> = sqlx::query_as(
        "SELECT c.id, c.due_id, c.kind, c.target, c.file_name, c.media_type, c.size_bytes, c.note, c.delivered_at, c.withdrawn_at, c.why
         FROM village_document c
         JOIN village_due d ON d.id = c.due_id
         WHERE d.place = $1
           AND d.for_year = $2
         ORDER BY c.id",
    )
    .bind(place)
    .bind(i64::from(year))
    .fetch_all(db.read())
    .await?;
    rows.into_iter().map(DocumentRow::read).collect()
}

/// Finds a document of a village.
pub async fn find_document(db: &Db, place: &str, id: &str) -> Result<Option<Document>> {
    let row: Option<DocumentRow> = sqlx::query_as(
        "SELECT c.id, c.due_id, c.kind, c.target, c.file_name, c.media_type, c.size_bytes, c.note, c.delivered_at, c.withdrawn_at, c.why
         FROM village_document c
         JOIN village_due d ON d.id = c.due_id
         WHERE d.place = $1
           AND c.id = $2",
    )
    .bind(place)
    .bind(id)
    .fetch_optional(db.read())
    .await?;
    row.map(DocumentRow::read).transpose()
}

/// Keeps a document that came.
pub async fn insert_document(tx: &mut Tx, op: &Op, document: &Document) -> Result<()> {
    let (name, media_type, size_bytes) = match &document.content {
        Content::File(file) => (file.name.as_str(), file.media_type.as_str(), file.size_bytes),
        Content::Dataset(_) | Content::Address(_) => ("", "", 0),
    };
    sqlx::query(
        "INSERT INTO village_document (id, due_id, kind, target, file_name, media_type, size_bytes, note, delivered_at, delivered_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(&document.id)
    .bind(&document.due)
    .bind(document.content.kind())
    .bind(document.content.target())
    .bind(name)
    .bind(media_type)
    .bind(size_bytes)
    .bind(&document.note)
    .bind(document.delivered_at.0)
    .bind(op.who.label())
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Takes a document from the public; false where it was withdrawn before.
pub async fn withdraw_document(tx: &mut Tx, id: &str, at: Time, why: &str) -> Result<bool> {
    let done = sqlx::query(
        "UPDATE village_document SET withdrawn_at = $2, why = $3 WHERE id = $1 AND withdrawn_at IS NULL",
    )
    .bind(id)
    .bind(at.0)
    .bind(why)
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Notes that operators are told something of what is owed; false where they were before.
pub async fn note_notice(tx: &mut Tx, due: &str, kind: &str, at: Time) -> Result<bool> {
    let done = sqlx::query(
        "INSERT INTO village_notice (due_id, kind, told_at)
         VALUES ($1, $2, $3)
         ON CONFLICT (due_id, kind) DO NOTHING",
    )
    .bind(due)
    .bind(kind)
    .bind(at.0)
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Who are the operators of a village? Ids of accounts.
pub async fn list_operators(db: &Db, place: &str) -> Result<Vec<String>> {
    Ok(sqlx::query_scalar(
        "SELECT DISTINCT u.id
         FROM user_grant g
         JOIN user_account u ON u.id = g.user_id
         WHERE g.role IN ('officer', 'producer')
           AND g.place_code = $1
           AND u.closed_at IS NULL
           AND u.kind = 'person'
         ORDER BY u.id",
    )
    .bind(place)
    .fetch_all(db.read())
    .await?)
}

#[derive(FromRow)]
struct YearRow {
    place: String,
    for_year: i64,
    template: String,
    currency: String,
    begun_at: i64,
}

impl YearRow {
    fn read(self) -> Year {
        Year {
            place: self.place,
            year: year_of(self.for_year),
            template: self.template,
            currency: self.currency,
            begun_at: Time(self.begun_at),
        }
    }
}

#[derive(FromRow)]
struct DueRow {
    id: String,
    place: String,
    for_year: i64,
    code: String,
    step: String,
    title: String,
    about: String,
    due_on: String,
    notice_days: i64,
    grace_days: i64,
}

#[derive(FromRow)]
struct OpenRow {
    #[sqlx(flatten)]
    due: DueRow,
    begun_at: i64,
}

impl DueRow {
    fn read(self) -> Result<Due> {
        Ok(Due {
            id: self.id,
            place: self.place,
            year: year_of(self.for_year),
            step: Step::parse(&self.step)
                .ok_or_else(|| Problem::internal(anyhow::anyhow!("unknown step of a village's year")))?,
            title: from_str(&self.title).map_err(Problem::internal)?,
            about: from_str(&self.about).map_err(Problem::internal)?,
            due_on: self.due_on.parse().map_err(Problem::internal)?,
            notice_days: u16::try_from(self.notice_days).unwrap_or(0),
            grace_days: u16::try_from(self.grace_days).unwrap_or(0),
            code: self.code,
        })
    }
}

#[derive(FromRow)]
struct DocumentRow {
    id: String,
    due_id: String,
    kind: String,
    target: String,
    file_name: String,
    media_type: String,
    size_bytes: i64,
    note: String,
    delivered_at: i64,
    withdrawn_at: Option<i64>,
    why: Option<String>,
}

impl DocumentRow {
    fn read(self) -> Result<Document> {
        let content = match self.kind.as_str() {
            "file" => Content::File(File {
                blob: self.target,
                name: self.file_name,
                media_type: self.media_type,
                size_bytes: self.size_bytes,
            }),
            "dataset" => Content::Dataset(self.target),
            "address" => Content::Address(self.target),
            _ => {
                return Err(Problem::internal(anyhow::anyhow!(
                    "unknown kind of a village's document"
                )));
            }
        };
        Ok(Document {
            id: self.id,
            due: self.due_id,
            content,
            note: self.note,
            delivered_at: Time(self.delivered_at),
            withdrawn: self
                .withdrawn_at
                .map(|at| (Time(at), self.why.unwrap_or_default())),
        })
    }
}

/// A year as the table holds it; it was checked when it came.
fn year_of(year: i64) -> i16 {
    i16::try_from(year).unwrap_or(0)
}
