//! SQL of facilities and of the steps of rounds.

use jiff::civil::Date;
use sqlx::{Any, Executor, FromRow};

use super::model::{
    facility::Facility,
    round::{Attendance, Round, Scale, State},
};
use crate::platform::{
    db::{Db, Tx},
    problem::{Problem, Result},
    time::Time,
};

pub mod acts;
pub mod board;

/// The name under which facilities are kept in memory.
pub const FACILITIES: &str = "scorecards-facilities";
/// The name under which results that everybody may read are kept in memory.
pub const RESULTS: &str = "scorecards-results";

#[derive(FromRow)]
struct FacilityRow {
    code: String,
    name: String,
    kind: String,
    organisation: String,
    place_code: String,
    lat: Option<f64>,
    lon: Option<f64>,
    serves: String,
    valid_from: Option<String>,
    valid_to: Option<String>,
}

#[derive(FromRow)]
struct RoundRow {
    id: String,
    code: String,
    facility_code: String,
    organisation: String,
    n: i64,
    previous_id: Option<String>,
    scale: String,
    state: String,
    lead_id: String,
    planned_on: String,
    meeting_on: Option<String>,
    meeting_opened_at: Option<i64>,
    next_on: Option<String>,
    attendance: Option<String>,
    minutes: String,
    why: Option<String>,
    revision: i64,
    made_at: i64,
}

/// All facilities, by name.
pub async fn list_facilities(db: &Db) -> Result<Vec<Facility>> {
    let rows: Vec<FacilityRow> = sqlx::query_as(
        "SELECT code, name, kind, organisation, place_code, lat, lon, serves, valid_from, valid_to
         FROM scorecard_facility
         ORDER BY name, code",
    )
    .fetch_all(db.read())
    .await?;
    Ok(rows.into_iter().map(FacilityRow::read).collect())
}

/// The facility with a code.
pub async fn find_facility<'c>(
    db: impl Executor<'c, Database = Any>,
    code: &str,
) -> Result<Option<Facility>> {
    let row: Option<FacilityRow> = sqlx::query_as(
        "SELECT code, name, kind, organisation, place_code, lat, lon, serves, valid_from, valid_to
         FROM scorecard_facility
         WHERE code = $1",
    )
    .bind(code)
    .fetch_optional(db)
    .await?;
    Ok(row.map(FacilityRow::read))
}

/// Adds a facility, or changes what is known of it.
pub async fn put_facility(tx: &mut Tx, facility: &Facility, at: Time) -> Result<()> {
    let serves = serde_json::to_string(&facility.serves).map_err(Problem::internal)?;
    sqlx::query(
        "INSERT INTO scorecard_facility (code, name, kind, organisation, place_code, lat, lon, serves, valid_from, valid_to, changed_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
         ON CONFLICT (code) DO UPDATE
         SET name = excluded.name, kind = excluded.kind, organisation = excluded.organisation,
             place_code = excluded.place_code, lat = excluded.lat, lon = excluded.lon, serves = excluded.serves,
             valid_from = excluded.valid_from, valid_to = excluded.valid_to, changed_at = excluded.changed_at",
    )
    .bind(&facility.code)
    .bind(&facility.name)
    .bind(&facility.kind)
    .bind(&facility.organisation)
    .bind(&facility.place)
    .bind(facility.at.map(|(lat, _)| lat))
    .bind(facility.at.map(|(_, lon)| lon))
    .bind(serves)
    .bind(facility.valid_from.map(|day| day.to_string()))
    .bind(facility.valid_to.map(|day| day.to_string()))
    .bind(at.0)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Which codes stand above a place, the place itself among them?
pub async fn list_lineage(tx: &mut Tx, place: &str) -> Result<Vec<String>> {
    let rows: Vec<(String,)> = sqlx::query_as(
        "SELECT ancestor_code
         FROM place_path
         WHERE code = $1
         ORDER BY distance",
    )
    .bind(place)
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|(code,)| code).collect())
}

/// Is there an organisation with a code?
pub async fn is_organisation(tx: &mut Tx, code: &str) -> Result<bool> {
    let found: Option<(String,)> = sqlx::query_as("SELECT code FROM organisation WHERE code = $1")
        .bind(code)
        .fetch_optional(tx.conn())
        .await?;
    Ok(found.is_some())
}

/// May somebody lead rounds at a place: a person in use with the role of a facilitator there, who has no role in the provider's
/// organisation and is no administrator?
pub async fn is_fit_lead(tx: &mut Tx, user: &str, place: &str, organisation: &str) -> Result<bool> {
    let found: Option<(String,)> = sqlx::query_as(
        "SELECT u.id
         FROM user_account u
         WHERE u.id = $1
           AND u.closed_at IS NULL
           AND EXISTS (SELECT 1
                       FROM user_grant g
                       WHERE g.user_id = u.id
                         AND g.role = 'facilitator'
                         AND (g.place_code IS NULL
                              OR g.place_code IN (SELECT ancestor_code FROM place_path WHERE code = $2)))
           AND NOT EXISTS (SELECT 1
                           FROM user_grant o
                           WHERE o.user_id = u.id
                             AND (o.org_code = $3 OR o.role = 'admin'))",
    )
    .bind(user)
    .bind(place)
    .bind(organisation)
    .fetch_optional(tx.conn())
    .await?;
    Ok(found.is_some())
}

/// The round with an id or a code, with when it was made.
pub async fn find_round<'c>(
    db: impl Executor<'c, Database = Any>,
    id_or_code: &str,
) -> Result<Option<(Round, Time)>> {
    let row: Option<RoundRow> = sqlx::query_as(
        "SELECT id, code, facility_code, organisation, n, previous_id, scale, state, lead_id, planned_on, meeting_on, meeting_opened_at,
                next_on, attendance, minutes, why, revision, made_at
         FROM scorecard_round
         WHERE id = $1 OR code = $1",
    )
    .bind(id_or_code)
    .fetch_optional(db)
    .await?;
    row.map(RoundRow::read).transpose()
}

/// The rounds of a facility, the first one first.
pub async fn list_rounds_of<'c>(db: impl Executor<'c, Database = Any>, facility: &str) -> Result<Vec<Round>> {
    let rows: Vec<RoundRow> = sqlx::query_as(
        "SELECT id, code, facility_code, organisation, n, previous_id, scale, state, lead_id, planned_on, meeting_on, meeting_opened_at,
                next_on, attendance, minutes, why, revision, made_at
         FROM scorecard_round
         WHERE facility_code = $1
         ORDER BY n",
    )
    .bind(facility)
    .fetch_all(db)
    .await?;
    rows.into_iter()
        .map(|row| row.read().map(|(round, _)| round))
        .collect()
}

/// The rounds of facilities in a place, or of all; the latest first.
pub async fn list_rounds(db: &Db, place: Option<&str>, most: i64) -> Result<Vec<Round>> {
    let rows: Vec<RoundRow> = sqlx::query_as(
        "SELECT id, code, facility_code, organisation, n, previous_id, scale, state, lead_id, planned_on, meeting_on, meeting_opened_at,
                next_on, attendance, minutes, why, revision, made_at
         FROM scorecard_round
         WHERE ($1 IS NULL
                OR facility_code IN (SELECT f.code
                                     FROM scorecard_facility f
                                     JOIN place_path p ON p.code = f.place_code
                                     WHERE p.ancestor_code = $1))
         ORDER BY planned_on DESC, id DESC
         LIMIT $2",
    )
    .bind(place)
    .bind(most)
    .fetch_all(db.read())
    .await?;
    rows.into_iter()
        .map(|row| row.read().map(|(round, _)| round))
        .collect()
}

/// Rounds that are over, whose next one is due until a day, was not planned, and was not asked for.
pub async fn list_due_next(db: &Db, until: Date) -> Result<Vec<Round>> {
    let rows: Vec<RoundRow> = sqlx::query_as(
        "SELECT id, code, facility_code, organisation, n, previous_id, scale, state, lead_id, planned_on, meeting_on, meeting_opened_at,
                next_on, attendance, minutes, why, revision, made_at
         FROM scorecard_round
         WHERE state IN ('agreed', 'closed')
           AND next_on <= $1
           AND NOT EXISTS (SELECT 1 FROM scorecard_reminder m WHERE m.round_id = scorecard_round.id)
           AND NOT EXISTS (SELECT 1
                           FROM scorecard_round later
                           WHERE later.facility_code = scorecard_round.facility_code
                             AND later.n > scorecard_round.n
                             AND later.state <> 'cancelled')
         ORDER BY next_on, id
         LIMIT 500",
    )
    .bind(until.to_string())
    .fetch_all(db.read())
    .await?;
    rows.into_iter()
        .map(|row| row.read().map(|(round, _)| round))
        .collect()
}

/// Notes that the next round was asked for; false when it was before.
pub async fn insert_reminder(tx: &mut Tx, round: &str, at: Time) -> Result<bool> {
    let done = sqlx::query(
        "INSERT INTO scorecard_reminder (round_id, asked_at)
         VALUES ($1, $2)
         ON CONFLICT (round_id) DO NOTHING",
    )
    .bind(round)
    .bind(at.0)
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Keeps a new round; false when its code is taken.
pub async fn insert_round(tx: &mut Tx, round: &Round, at: Time) -> Result<bool> {
    let done = sqlx::query(
        "INSERT INTO scorecard_round (id, code, facility_code, organisation, n, previous_id, scale, state, lead_id, planned_on, minutes, revision, made_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
         ON CONFLICT (code) DO NOTHING",
    )
    .bind(&round.id)
    .bind(&round.code)
    .bind(&round.facility)
    .bind(&round.organisation)
    .bind(i64::from(round.n))
    .bind(round.previous.as_deref())
    .bind(round.scale.as_str())
    .bind(round.state.as_str())
    .bind(&round.lead)
    .bind(round.planned_on.to_string())
    .bind(&round.minutes)
    .bind(round.revision)
    .bind(at.0)
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Writes a round one revision on; false when somebody else did meanwhile.
pub async fn move_round(tx: &mut Tx, round: &Round) -> Result<bool> {
    let attendance = round.attendance.as_ref().map(serde_json::to_string);
    let attendance = attendance.transpose().map_err(Problem::internal)?;
    let done = sqlx::query(
        "UPDATE scorecard_round
         SET state = $3, meeting_on = $4, meeting_opened_at = $5, next_on = $6, attendance = $7, minutes = $8, why = $9,
             revision = revision + 1
         WHERE id = $1 AND revision = $2",
    )
    .bind(&round.id)
    .bind(round.revision)
    .bind(round.state.as_str())
    .bind(round.meeting_on.map(|day| day.to_string()))
    .bind(round.meeting_opened_at.map(|at| at.0))
    .bind(round.next_on.map(|day| day.to_string()))
    .bind(attendance)
    .bind(&round.minutes)
    .bind(round.why.as_deref())
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Notes a promise that a round led to.
pub async fn insert_promise(
    tx: &mut Tx,
    round: &str,
    commitment: &str,
    criterion: Option<&str>,
    resources: &str,
    at: Time,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO scorecard_promise (commitment_code, round_id, criterion_id, resources, made_at)
         VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(commitment)
    .bind(round)
    .bind(criterion)
    .bind(resources)
    .bind(at.0)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The promises of a round, the first made first: code, standard criterion, what it takes.
pub async fn list_promises<'c>(
    db: impl Executor<'c, Database = Any>,
    round: &str,
) -> Result<Vec<(String, Option<String>, String)>> {
    Ok(sqlx::query_as(
        "SELECT p.commitment_code, c.standard, p.resources
         FROM scorecard_promise p
         LEFT JOIN scorecard_criterion c ON c.id = p.criterion_id
         WHERE p.round_id = $1
         ORDER BY p.made_at, p.commitment_code",
    )
    .bind(round)
    .fetch_all(db)
    .await?)
}

impl FacilityRow {
    fn read(self) -> Facility {
        Facility {
            code: self.code,
            name: self.name,
            kind: self.kind,
            organisation: self.organisation,
            place: self.place_code,
            at: self.lat.zip(self.lon),
            serves: serde_json::from_str(&self.serves).unwrap_or_default(),
            valid_from: self.valid_from.and_then(|day| day.parse().ok()),
            valid_to: self.valid_to.and_then(|day| day.parse().ok()),
        }
    }
}

impl RoundRow {
    fn read(self) -> Result<(Round, Time)> {
        let id = self.id.clone();
        let odd = |what: &str| Problem::internal(anyhow::anyhow!("round {id}: odd {what}"));
        let attendance: Option<Attendance> = self
            .attendance
            .as_deref()
            .map(serde_json::from_str)
            .transpose()
            .map_err(Problem::internal)?;
        let round = Round {
            code: self.code,
            facility: self.facility_code,
            organisation: self.organisation,
            n: count(self.n),
            previous: self.previous_id,
            scale: Scale::parse(&self.scale).ok_or_else(|| odd("scale"))?,
            state: State::parse(&self.state).ok_or_else(|| odd("state"))?,
            lead: self.lead_id,
            planned_on: self.planned_on.parse().map_err(Problem::internal)?,
            meeting_on: self.meeting_on.and_then(|day| day.parse().ok()),
            meeting_opened_at: self.meeting_opened_at.map(Time),
            next_on: self.next_on.and_then(|day| day.parse().ok()),
            attendance,
            minutes: self.minutes,
            why: self.why,
            revision: self.revision,
            id: self.id,
        };
        Ok((round, Time(self.made_at)))
    }
}

/// A number of people or of a row, as it is kept.
fn count(n: i64) -> u32 {
    u32::try_from(n).unwrap_or(0)
}
