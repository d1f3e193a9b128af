//! SQL of action plans, and of what they say of their steps.

use sqlx::FromRow;

use crate::{
    indicators::plans::model::{Kind, Plan},
    platform::{
        db::{Db, Tx},
        op::Op,
        problem::Result,
        time::Time,
    },
};

/// What a plan says of one of its steps.
pub struct StepRow {
    pub plan: String,
    /// Code of the commitment.
    pub commitment: String,
    pub kind: Kind,
    pub budget: String,
}

/// So many plans about an indicator, or about any, the latest first, of those before one with an id; without it from the latest on.
pub async fn list(db: &Db, indicator: Option<&str>, before: Option<&str>, most: i64) -> Result<Vec<Plan>> {
    let rows: Vec<PlanRow> = sqlx::query_as(
        "SELECT id, code, indicator, agency, title, about, begun_at
         FROM action_plan
         WHERE ($1 IS NULL OR indicator = $1) AND ($2 IS NULL OR id < $2)
         ORDER BY id DESC
         LIMIT $3",
    )
    .bind(indicator)
    .bind(before)
    .bind(most)
    .fetch_all(db.read())
    .await?;
    Ok(rows.into_iter().map(PlanRow::read).collect())
}

/// The plan with a code.
pub async fn find(db: &Db, code: &str) -> Result<Option<Plan>> {
    let row: Option<PlanRow> = sqlx::query_as(
        "SELECT id, code, indicator, agency, title, about, begun_at
         FROM action_plan
         WHERE code = $1",
    )
    .bind(code)
    .fetch_optional(db.read())
    .await?;
    Ok(row.map(PlanRow::read))
}

/// What a plan, or every plan, says of its steps.
pub async fn list_steps(db: &Db, plan: Option<&str>) -> Result<Vec<StepRow>> {
    let rows: Vec<(String, String, String, String)> = sqlx::query_as(
        "SELECT plan_id, commitment, kind, budget
         FROM action_plan_step
         WHERE ($1 IS NULL OR plan_id = $1)
         ORDER BY plan_id, commitment",
    )
    .bind(plan)
    .fetch_all(db.read())
    .await?;
    Ok(rows
        .into_iter()
        .map(|(plan, commitment, kind, budget)| StepRow {
            plan,
            commitment,
            kind: Kind::parse(&kind).unwrap_or(Kind::Step),
            budget,
        })
        .collect())
}

/// Keeps a plan under its code; false when the code is taken.
pub async fn insert(tx: &mut Tx, op: &Op, plan: &Plan) -> Result<bool> {
    let done = sqlx::query(
        "INSERT INTO action_plan (id, code, indicator, agency, title, about, begun_at, begun_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (code) DO NOTHING",
    )
    .bind(&plan.id)
    .bind(&plan.code)
    .bind(&plan.indicator)
    .bind(&plan.agency)
    .bind(&plan.title)
    .bind(&plan.about)
    .bind(plan.begun_at.0)
    .bind(op.who.label())
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Keeps what a plan says of a step.
pub async fn insert_step(tx: &mut Tx, step: &StepRow) -> Result<()> {
    sqlx::query(
        "INSERT INTO action_plan_step (plan_id, commitment, kind, budget)
         VALUES ($1, $2, $3, $4)",
    )
    .bind(&step.plan)
    .bind(&step.commitment)
    .bind(step.kind.as_str())
    .bind(&step.budget)
    .execute(tx.conn())
    .await?;
    Ok(())
}

#[derive(FromRow)]
struct PlanRow {
    id: String,
    code: String,
    indicator: String,
    agency: String,
    title: String,
    about: String,
    begun_at: i64,
}

impl PlanRow {
    fn read(self) -> Plan {
        Plan {
            id: self.id,
            code: self.code,
            indicator: self.indicator,
            agency: self.agency,
            title: self.title,
            about: self.about,
            begun_at: Time(self.begun_at),
        }
    }
}
