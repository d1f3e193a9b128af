//! SQL of the register of training.

use std::collections::HashMap;

use jiff::civil::Date;
use sqlx::FromRow;

use super::model::{
    Course, Institution, Intake, Placement, Register,
    lists::{CourseRow, IntakeRow},
};
use crate::platform::{
    db::{Db, Tx},
    id,
    problem::Result,
    time::Time,
};

pub mod seekers;

/// The name under which the register is kept in memory.
pub const KEPT: &str = "skills";

#[derive(FromRow)]
struct InstitutionRow {
    code: String,
    name: String,
    place: String,
    kind: String,
    licence: String,
    contact: String,
    organisation: Option<String>,
    valid_from: Option<String>,
    valid_to: Option<String>,
}

#[derive(FromRow)]
struct CourseOfRow {
    institution: String,
    code: String,
    title: String,
    field: String,
    isced: Option<i64>,
    level: String,
    hours: Option<i64>,
    cost: Option<i64>,
    language: String,
    min_age: Option<i64>,
    max_age: Option<i64>,
    schooling: Option<i64>,
}

#[derive(FromRow)]
struct IntakeOfRow {
    id: String,
    institution: String,
    course: String,
    starts_on: String,
    ends_on: String,
    apply_by: String,
    seats: i64,
    seats_women: i64,
    n_taken: i64,
    n_held: i64,
    n_held_open: i64,
}

/// Everything that is known of training: four statements, however much it is.
pub async fn read(db: &Db) -> Result<Register> {
    let mut placements = placements_by_intake(db).await?;
    let mut intakes: HashMap<(String, String), Vec<Intake>> = HashMap::new();
    for row in list_intakes(db).await? {
        let placed = placements.remove(&row.id).unwrap_or_default();
        let of = (row.institution.clone(), row.course.clone());
        intakes.entry(of).or_default().push(row.read(placed));
    }
    let mut courses: HashMap<String, Vec<Course>> = HashMap::new();
    for row in list_courses(db).await? {
        let of = (row.institution.clone(), row.code.clone());
        let intakes = intakes.remove(&of).unwrap_or_default();
        courses.entry(of.0).or_default().push(row.read(intakes));
    }
    let institutions = list_institutions(db).await?.into_iter().map(|row| {
        let courses = courses.remove(&row.code).unwrap_or_default();
        row.read(courses)
    });
    Ok(Register {
        institutions: institutions.collect(),
    })
}

/// Adds an institution, or changes what is said of it; whose it is stays.
pub async fn put_institution(
    tx: &mut Tx,
    institution: &Institution,
    organisation: Option<&str>,
    at: Time,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO training_institution (code, name, place, kind, licence, contact, organisation, valid_from, valid_to, changed_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         ON CONFLICT (code) DO UPDATE
         SET name = excluded.name, place = excluded.place, kind = excluded.kind, licence = excluded.licence,
             contact = excluded.contact, valid_from = excluded.valid_from, valid_to = excluded.valid_to,
             changed_at = excluded.changed_at",
    )
    .bind(&institution.code)
    .bind(&institution.name)
    .bind(&institution.place)
    .bind(&institution.kind)
    .bind(&institution.licence)
    .bind(&institution.contact)
    .bind(organisation)
    .bind(institution.valid_from.map(|day| day.to_string()))
    .bind(institution.valid_to.map(|day| day.to_string()))
    .bind(at.0)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Adds a course, or changes what is said of it.
pub async fn put_course(tx: &mut Tx, row: &CourseRow, at: Time) -> Result<()> {
    let course = &row.course;
    sqlx::query(
        "INSERT INTO training_course (institution, code, title, field, isced, level, hours, cost, language, min_age, max_age, schooling, changed_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
         ON CONFLICT (institution, code) DO UPDATE
         SET title = excluded.title, field = excluded.field, isced = excluded.isced, level = excluded.level,
             hours = excluded.hours, cost = excluded.cost, language = excluded.language, min_age = excluded.min_age,
             max_age = excluded.max_age, schooling = excluded.schooling, changed_at = excluded.changed_at",
    )
    .bind(&row.institution)
    .bind(&course.code)
    .bind(&course.title)
    .bind(&course.field)
    .bind(course.isced)
    .bind(&course.level)
    .bind(course.hours)
    .bind(course.cost)
    .bind(&course.language)
    .bind(course.min_age)
    .bind(course.max_age)
    .bind(course.schooling)
    .bind(at.0)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Adds an intake, or changes its days and seats; what is held through matches stays.
pub async fn put_intake(tx: &mut Tx, row: &IntakeRow, at: Time) -> Result<()> {
    let intake = &row.intake;
    sqlx::query(
        "INSERT INTO training_intake (id, institution, course, starts_on, ends_on, apply_by, seats, seats_women, n_taken, n_held, n_held_open, changed_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, 0, $10)
         ON CONFLICT (institution, course, starts_on) DO UPDATE
         SET ends_on = excluded.ends_on, apply_by = excluded.apply_by, seats = excluded.seats,
             seats_women = excluded.seats_women, n_taken = excluded.n_taken, changed_at = excluded.changed_at",
    )
    .bind(id::fresh(at))
    .bind(&row.institution)
    .bind(&row.course)
    .bind(intake.starts_on.to_string())
    .bind(intake.ends_on.to_string())
    .bind(intake.apply_by.to_string())
    .bind(intake.seats)
    .bind(intake.seats_women)
    .bind(intake.n_taken)
    .bind(at.0)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Keeps what became of those who finished an intake, in place of what was told of the same month before.
pub async fn put_placement(tx: &mut Tx, intake: &str, placement: &Placement, at: Time) -> Result<()> {
    sqlx::query(
        "INSERT INTO training_placement (intake_id, after_months, n_finished, n_employed, n_education, source, changed_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (intake_id, after_months) DO UPDATE
         SET n_finished = excluded.n_finished, n_employed = excluded.n_employed, n_education = excluded.n_education,
             source = excluded.source, changed_at = excluded.changed_at",
    )
    .bind(intake)
    .bind(placement.after_months)
    .bind(placement.n_finished)
    .bind(placement.n_employed)
    .bind(placement.n_education)
    .bind(&placement.source)
    .bind(at.0)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The hash of the rows that a table of the lake was last written of.
pub async fn find_written(db: &Db, table: &str) -> Result<Option<String>> {
    Ok(
        sqlx::query_scalar("SELECT rows_hash FROM training_table WHERE name = $1")
            .bind(table)
            .fetch_optional(db.read())
            .await?,
    )
}

/// Notes of which rows a table of the lake was written.
pub async fn save_written(tx: &mut Tx, table: &str, rows_hash: &str, at: Time) -> Result<()> {
    sqlx::query(
        "INSERT INTO training_table (name, rows_hash, written_at)
         VALUES ($1, $2, $3)
         ON CONFLICT (name) DO UPDATE SET rows_hash = excluded.rows_hash, written_at = excluded.written_at",
    )
    .bind(table)
    .bind(rows_hash)
    .bind(at.0)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// All institutions, by name.
async fn list_institutions(db: &Db) -> Result<Vec<InstitutionRow>> {
    Ok(sqlx::query_as(
        "SELECT code, name, place, kind, licence, contact, organisation, valid_from, valid_to
         FROM training_institution
         ORDER BY name, code",
    )
    .fetch_all(db.read())
    .await?)
}

/// All courses, by title.
async fn list_courses(db: &Db) -> Result<Vec<CourseOfRow>> {
    Ok(sqlx::query_as(
        "SELECT institution, code, title, field, isced, level, hours, cost, language, min_age, max_age, schooling
         FROM training_course
         ORDER BY institution, title, code",
    )
    .fetch_all(db.read())
    .await?)
}

/// All intakes, the earliest first.
async fn list_intakes(db: &Db) -> Result<Vec<IntakeOfRow>> {
    Ok(sqlx::query_as(
        "SELECT id, institution, course, starts_on, ends_on, apply_by, seats, seats_women, n_taken, n_held, n_held_open
         FROM training_intake
         ORDER BY institution, course, starts_on",
    )
    .fetch_all(db.read())
    .await?)
}

/// All placements by the id of their intake, the earliest follow-up first.
async fn placements_by_intake(db: &Db) -> Result<HashMap<String, Vec<Placement>>> {
    let rows: Vec<(String, i64, i64, i64, i64, String)> = sqlx::query_as(
        "SELECT intake_id, after_months, n_finished, n_employed, n_education, source
         FROM training_placement
         ORDER BY intake_id, after_months",
    )
    .fetch_all(db.read())
    .await?;
    let mut placements: HashMap<String, Vec<Placement>> = HashMap::new();
    for (intake, after_months, n_finished, n_employed, n_education, source) in rows {
        placements.entry(intake).or_default().push(Placement {
            after_months,
            n_finished,
            n_employed,
            n_education,
            source,
        });
    }
    Ok(placements)
}

impl InstitutionRow {
    fn read(self, courses: Vec<Course>) -> Institution {
        Institution {
            code: self.code,
            name: self.name,
            place: self.place,
            kind: self.kind,
            licence: self.licence,
            contact: self.contact,
            organisation: self.organisation,
            valid_from: self.valid_from.and_then(|day| day.parse().ok()),
            valid_to: self.valid_to.and_then(|day| day.parse().ok()),
            courses,
        }
    }
}

impl CourseOfRow {
    fn read(self, intakes: Vec<Intake>) -> Course {
        Course {
            code: self.code,
            title: self.title,
            field: self.field,
            isced: self.isced,
            level: self.level,
            hours: self.hours,
            cost: self.cost,
            language: self.language,
            min_age: self.min_age,
            max_age: self.max_age,
            schooling: self.schooling,
            intakes,
        }
    }
}

impl IntakeOfRow {
    fn read(self, placements: Vec<Placement>) -> Intake {
        Intake {
            id: self.id,
            starts_on: day(&self.starts_on),
            ends_on: day(&self.ends_on),
            apply_by: day(&self.apply_by),
            seats: self.seats,
            seats_women: self.seats_women,
            n_taken: self.n_taken,
            n_held: self.n_held,
            n_held_open: self.n_held_open,
            placements,
        }
    }
}

/// A day as the store writes it; what is none is long past, so that nobody applies for it.
fn day(text: &str) -> Date {
    text.parse().unwrap_or(Date::ZERO)
}
