//! SQL of rules that watch numbers and of what they found.

use serde::{Deserialize, Serialize};
use sqlx::FromRow;

use super::model::{Alert, Condition, Found, NewRule, Rule, Seen, Watched};
use crate::platform::{
    db::{Db, Tx},
    id,
    op::Op,
    problem::{Problem, Result},
    time::Time,
};

/// The people of a rule, by the ids of their accounts.
pub struct Named<'a> {
    pub organisation: Option<&'a str>,
    pub person: &'a str,
    pub deputy: Option<&'a str>,
}

#[derive(FromRow)]
struct RuleRow {
    id: String,
    watches: String,
    subject: String,
    part: String,
    place: String,
    waits_for: String,
    organisation: Option<String>,
    person: String,
    deputy: Option<String>,
    wait_days: i64,
    why: String,
    is_on: i64,
    revision: i64,
}

#[derive(FromRow)]
struct AlertRow {
    alert_id: String,
    found: String,
    opened_at: i64,
    climbs_at: i64,
    climbed_at: Option<i64>,
    seen_at: Option<i64>,
    seen_by: Option<String>,
    said: Option<String>,
    closed_at: Option<i64>,
    #[sqlx(flatten)]
    rule: RuleRow,
}

/// What an alert keeps of the moment it fired in.
#[derive(Serialize, Deserialize)]
struct Kept {
    condition: Condition,
    #[serde(flatten)]
    found: Found,
}

impl RuleRow {
    fn read(self) -> Result<Rule> {
        let watched = Watched::parse(&self.watches, &self.subject, &self.part)
            .ok_or_else(|| Problem::internal(anyhow::anyhow!("a rule watches {:?}", self.watches)))?;
        Ok(Rule {
            watched,
            condition: serde_json::from_str(&self.waits_for).map_err(Problem::internal)?,
            wait_days: u16::try_from(self.wait_days).unwrap_or(u16::MAX),
            is_on: self.is_on != 0,
            id: self.id,
            place: self.place,
            organisation: self.organisation,
            person: self.person,
            deputy: self.deputy,
            why: self.why,
            revision: self.revision,
        })
    }
}

impl AlertRow {
    fn read(self) -> Result<Alert> {
        let kept: Kept = serde_json::from_str(&self.found).map_err(Problem::internal)?;
        let seen = self.seen_at.zip(self.seen_by).map(|(at, by)| Seen {
            at: Time(at),
            by,
            said: self.said.unwrap_or_default(),
        });
        Ok(Alert {
            id: self.alert_id,
            rule: self.rule.read()?,
            condition: kept.condition,
            found: kept.found,
            opened_at: Time(self.opened_at),
            climbs_at: Time(self.climbs_at),
            climbed_at: self.climbed_at.map(Time),
            seen,
            closed_at: self.closed_at.map(Time),
        })
    }
}

/// Counts changes of rules, see `platform::kept`.
pub const KEPT: &str = "alert-rules";

/// All rules, by what they watch.
pub async fn list_rules(db: &Db, most: i64) -> Result<Vec<Rule>> {
    let rows: Vec<RuleRow> = sqlx::query_as(
        "SELECT id, watches, subject, part, place, waits_for, organisation, person, deputy, wait_days, why, is_on, revision
         FROM alert_rule
         ORDER BY watches, subject, place, id
         LIMIT $1",
    )
    .bind(most)
    .fetch_all(db.read())
    .await?;
    rows.into_iter().map(RuleRow::read).collect()
}

/// The rules that watch something now, or that watch anything.
pub async fn list_on(db: &Db, kind: &str, subject: Option<&str>) -> Result<Vec<Rule>> {
    let rows: Vec<RuleRow> = sqlx::query_as(
        "SELECT id, watches, subject, part, place, waits_for, organisation, person, deputy, wait_days, why, is_on, revision
         FROM alert_rule
         WHERE is_on = 1 AND watches = $1 AND ($2 IS NULL OR subject = $2)
         ORDER BY subject, place, id",
    )
    .bind(kind)
    .bind(subject)
    .fetch_all(db.read())
    .await?;
    rows.into_iter().map(RuleRow::read).collect()
}

/// The rule with an id.
pub async fn find_rule(db: &Db, id: &str) -> Result<Option<Rule>> {
    let row: Option<RuleRow> = sqlx::query_as(
        "SELECT id, watches, subject, part, place, waits_for, organisation, person, deputy, wait_days, why, is_on, revision
         FROM alert_rule
         WHERE id = $1",
    )
    .bind(id)
    .fetch_optional(db.read())
    .await?;
    row.map(RuleRow::read).transpose()
}

/// How many rules there are.
pub async fn count_rules(tx: &mut Tx) -> Result<i64> {
    Ok(
        sqlx::query_scalar("SELECT CAST(COUNT(*) AS BIGINT) FROM alert_rule")
            .fetch_one(tx.conn())
            .await?,
    )
}

/// Keeps a new rule, which watches from now on; returns its id.
pub async fn insert_rule(tx: &mut Tx, op: &Op, new: &NewRule, named: &Named<'_>) -> Result<String> {
    let id = id::fresh(op.at);
    sqlx::query(
        "INSERT INTO alert_rule (id, watches, subject, place, waits_for, organisation, person, deputy, wait_days, why,
                                 is_on, revision, made_at, made_by, part)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 1, 1, $11, $12, $13)",
    )
    .bind(&id)
    .bind(new.watched.kind())
    .bind(new.watched.subject())
    .bind(&new.place)
    .bind(written(&new.condition)?)
    .bind(named.organisation)
    .bind(named.person)
    .bind(named.deputy)
    .bind(i64::from(new.wait_days))
    .bind(&new.why)
    .bind(op.at.0)
    .bind(op.who.label())
    .bind(new.watched.part())
    .execute(tx.conn())
    .await?;
    Ok(id)
}

/// Puts other words into a rule, unless it changed since.
pub async fn put_rule(tx: &mut Tx, rule: &Rule, new: &NewRule, named: &Named<'_>) -> Result<bool> {
    let done = sqlx::query(
        "UPDATE alert_rule
         SET watches = $3, subject = $4, place = $5, waits_for = $6, organisation = $7, person = $8, deputy = $9,
             wait_days = $10, why = $11, part = $12, revision = revision + 1
         WHERE id = $1 AND revision = $2",
    )
    .bind(&rule.id)
    .bind(rule.revision)
    .bind(new.watched.kind())
    .bind(new.watched.subject())
    .bind(&new.place)
    .bind(written(&new.condition)?)
    .bind(named.organisation)
    .bind(named.person)
    .bind(named.deputy)
    .bind(i64::from(new.wait_days))
    .bind(&new.why)
    .bind(new.watched.part())
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Switches a rule on or off, unless it changed since.
pub async fn put_switch(tx: &mut Tx, rule: &Rule, is_on: i64) -> Result<bool> {
    let done = sqlx::query(
        "UPDATE alert_rule
         SET is_on = $3, revision = revision + 1
         WHERE id = $1 AND revision = $2",
    )
    .bind(&rule.id)
    .bind(rule.revision)
    .bind(is_on)
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// So many alerts that are over, the latest first, of those before one with an id; without it from the latest on.
pub async fn list_over(db: &Db, before: Option<&str>, most: i64) -> Result<Vec<Alert>> {
    let rows: Vec<AlertRow> = sqlx::query_as(
        "SELECT a.id AS alert_id, a.found, a.opened_at, a.climbs_at, a.climbed_at, a.seen_at, a.seen_by, a.said, a.closed_at,
                r.id, r.watches, r.subject, r.part, r.place, r.waits_for, r.organisation, r.person, r.deputy, r.wait_days, r.why,
                r.is_on, r.revision
         FROM alert a
         JOIN alert_rule r ON r.id = a.rule_id
         WHERE a.closed_at IS NOT NULL AND ($1 IS NULL OR a.id < $1)
         ORDER BY a.id DESC
         LIMIT $2",
    )
    .bind(before)
    .bind(most)
    .fetch_all(db.read())
    .await?;
    rows.into_iter().map(AlertRow::read).collect()
}

/// All open alerts.
pub async fn list_open(db: &Db) -> Result<Vec<Alert>> {
    let rows: Vec<AlertRow> = sqlx::query_as(
        "SELECT a.id AS alert_id, a.found, a.opened_at, a.climbs_at, a.climbed_at, a.seen_at, a.seen_by, a.said, a.closed_at,
                r.id, r.watches, r.subject, r.part, r.place, r.waits_for, r.organisation, r.person, r.deputy, r.wait_days, r.why,
                r.is_on, r.revision
         FROM alert a
         JOIN alert_rule r ON r.id = a.rule_id
         WHERE a.closed_at IS NULL
         ORDER BY a.id",
    )
    .fetch_all(db.read())
    .await?;
    rows.into_iter().map(AlertRow::read).collect()
}

/// The alert with an id.
pub async fn find_alert(db: &Db, id: &str) -> Result<Option<Alert>> {
    let row: Option<AlertRow> = sqlx::query_as(
        "SELECT a.id AS alert_id, a.found, a.opened_at, a.climbs_at, a.climbed_at, a.seen_at, a.seen_by, a.said, a.closed_at,
                r.id, r.watches, r.subject, r.part, r.place, r.waits_for, r.organisation, r.person, r.deputy, r.wait_days, r.why,
                r.is_on, r.revision
         FROM alert a
         JOIN alert_rule r ON r.id = a.rule_id
         WHERE a.id = $1",
    )
    .bind(id)
    .fetch_optional(db.read())
    .await?;
    row.map(AlertRow::read).transpose()
}

/// Opens an alert; `None` where one of the rule is open already, or the rule was switched off meanwhile.
pub async fn open(
    tx: &mut Tx,
    op: &Op,
    rule: &Rule,
    found: &Found,
    climbs_at: Time,
) -> Result<Option<String>> {
    let id = id::fresh(op.at);
    let kept = Kept {
        condition: rule.condition,
        found: found.clone(),
    };
    let done = sqlx::query(
        "INSERT INTO alert (id, rule_id, found, opened_at, climbs_at)
         SELECT $1, id, $3, CAST($4 AS BIGINT), CAST($5 AS BIGINT)
         FROM alert_rule
         WHERE id = $2 AND is_on = 1
         ON CONFLICT DO NOTHING",
    )
    .bind(&id)
    .bind(&rule.id)
    .bind(written(&kept)?)
    .bind(op.at.0)
    .bind(climbs_at.0)
    .execute(tx.conn())
    .await?;
    Ok((done.rows_affected() == 1).then_some(id))
}

/// Closes the open alert of a rule; returns its id.
pub async fn close(tx: &mut Tx, op: &Op, rule: &str) -> Result<Option<String>> {
    let open: Option<String> =
        sqlx::query_scalar("SELECT id FROM alert WHERE rule_id = $1 AND closed_at IS NULL")
            .bind(rule)
            .fetch_optional(tx.conn())
            .await?;
    let Some(id) = open else {
        return Ok(None);
    };
    sqlx::query("UPDATE alert SET closed_at = $2 WHERE id = $1")
        .bind(&id)
        .bind(op.at.0)
        .execute(tx.conn())
        .await?;
    Ok(Some(id))
}

/// Notes that the deputy is told, unless that was noted or somebody looked.
pub async fn put_climbed(tx: &mut Tx, id: &str, at: Time) -> Result<bool> {
    let done = sqlx::query(
        "UPDATE alert
         SET climbed_at = $2
         WHERE id = $1 AND climbed_at IS NULL AND seen_at IS NULL AND closed_at IS NULL",
    )
    .bind(id)
    .bind(at.0)
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Notes who looks after an open alert and what they said, unless somebody does.
pub async fn put_seen(tx: &mut Tx, id: &str, by: &str, said: &str, at: Time) -> Result<bool> {
    let done = sqlx::query(
        "UPDATE alert
         SET seen_at = $2, seen_by = $3, said = $4
         WHERE id = $1 AND seen_at IS NULL AND closed_at IS NULL",
    )
    .bind(id)
    .bind(at.0)
    .bind(by)
    .bind(said)
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

fn written(value: &impl Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(Problem::internal)
}
