//! SQL of all villages at once: which keep their year here, and how what they owe stands.

use sqlx::FromRow;

use super::year_of;
use crate::{
    platform::{
        db::Db,
        problem::{Problem, Result},
        time::Time,
    },
    village::year::model::Deadline,
};

/// Something that a village owes for the year that is shown of it, and when it came.
pub struct Standing {
    pub place: String,
    pub year: i16,
    pub begun_at: Time,
    /// `None` for a village whose year asks for nothing.
    pub deadline: Option<Deadline>,
    pub came_at: Option<Time>,
}

#[derive(FromRow)]
struct StandingRow {
    place: String,
    for_year: i64,
    begun_at: i64,
    due_on: Option<String>,
    grace_days: Option<i64>,
    came_at: Option<i64>,
}

impl StandingRow {
    fn read(self) -> Result<Standing> {
        let deadline = match self.due_on {
            Some(day) => Some(Deadline {
                due_on: day.parse().map_err(Problem::internal)?,
                grace_days: u16::try_from(self.grace_days.unwrap_or(0)).unwrap_or(0),
            }),
            None => None,
        };
        Ok(Standing {
            place: self.place,
            year: year_of(self.for_year),
            begun_at: Time(self.begun_at),
            deadline,
            came_at: self.came_at.map(Time),
        })
    }
}

/// What does each village owe for a year, or, where it does not keep that one, for its latest? With the moment the first document came
/// that was not withdrawn, village by village.
pub async fn list_standings(db: &Db, year: i16) -> Result<Vec<Standing>> {
    let rows: Vec<StandingRow> = sqlx::query_as(
        "SELECT y.place, y.for_year, y.begun_at, d.due_on, d.grace_days,
                (SELECT CAST(MIN(c.delivered_at) AS BIGINT)
                 FROM village_document c
                 WHERE c.due_id = d.id AND c.withdrawn_at IS NULL) AS came_at
         FROM village_year y
         JOIN (SELECT place, CAST(COALESCE(MAX(CASE WHEN for_year = $1 THEN for_year END), MAX(for_year)) AS BIGINT) AS shown
               FROM village_year
               GROUP BY place) s
           ON s.place = y.place AND s.shown = y.for_year
         LEFT JOIN village_due d ON d.place = y.place AND d.for_year = y.for_year
         ORDER BY y.place",
    )
    .bind(i64::from(year))
    .fetch_all(db.read())
    .await?;
    rows.into_iter().map(StandingRow::read).collect()
}

/// Which villages keep their year here? Their codes.
pub async fn list_places(db: &Db) -> Result<Vec<String>> {
    Ok(
        sqlx::query_scalar("SELECT DISTINCT place FROM village_year ORDER BY place")
            .fetch_all(db.read())
            .await?,
    )
}
