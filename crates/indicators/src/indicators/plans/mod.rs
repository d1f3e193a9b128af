//! Action plans: what agencies do about an indicator, each step a promise with an owner and a date.
//!
//! A plan belongs to an agency and an indicator. Its steps are commitments (`evidence`): there their dates are moved and they are
//! settled, with a word for everybody to read, and how the plan stands is worked out from them. By the method of the planning
//! workshops every plan names two digital strategies and one policy reform; what it does not name yet, its page says.
//!
//! Deliberately absent: plans that are not public yet, changing or deleting what was planned, money beyond the name of its line.

use std::collections::{BTreeMap, HashMap};

use axum::{Router, routing::get};
use jiff::civil::Date;
use serde::Serialize;

use super::{
    find,
    store::{self, plans::StepRow},
};
use crate::{
    accounts,
    evidence::{
        self,
        model::{Commitment, NewCommitment, Subject},
    },
    platform::{
        app::App,
        code::{self, Code},
        db::Tx,
        events::Event,
        id,
        op::{Op, Role},
        problem::{Kind, Problem, Result},
    },
};

pub mod desk;
pub mod model;
pub mod pages;

use model::{Followed, NewPlan, NewStep, Plan, Step};

/// Who plans in the name of their organisation.
pub const PLANNERS: [Role; 3] = [Role::Officer, Role::Steward, Role::Leader];
/// Plans that a list shows.
const MOST_LISTED: i64 = 1_000;
/// Steps that are followed together.
const MOST_STEPS: i64 = 20_000;

/// A plan was begun, or has another step.
#[derive(Serialize)]
pub struct PlanMoved {
    pub plan: String,
    pub indicator: String,
    pub agency: String,
    /// Code of the commitment that is its new step; `None` where it was begun.
    pub step: Option<String>,
}

impl Event for PlanMoved {
    const NAME: &'static str = "indicators.plan-moved";
    fn subject(&self) -> String {
        format!("plan/{}", self.plan)
    }
}

/// The routes of plans.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/sdg/plans", get(pages::all))
        .route("/sdg/plans.json", get(pages::all_as_json))
        .route("/sdg/plans.csv", get(pages::all_as_csv))
        .route("/sdg/plans/{plan}", get(pages::one))
        .route("/desk/plans", get(desk::own).post(desk::begin_one))
        .route("/desk/plans/{plan}", get(desk::one).post(desk::add))
}

/// Begins a plan; returns its code.
///
/// # Errors
/// `not-allowed` for anybody but officers, stewards and leaders; `indicators-plans-agency` on field `agency`,
/// `indicators-plans-indicator` on field `indicator`.
pub async fn begin(app: &App, op: &Op, new: NewPlan) -> Result<String> {
    op.require(&PLANNERS)?;
    let mut wrong = Problem::invalid("fields");
    wrong.take(require_indicator(app, &new.indicator).await)?;
    wrong.take(require_agency(app, op, &PLANNERS, &new.agency).await)?;
    if !wrong.fields().is_empty() {
        return Err(wrong);
    }
    let plan = Plan {
        id: id::fresh(op.at),
        code: String::new(),
        indicator: new.indicator,
        agency: new.agency,
        title: new.title,
        about: new.about,
        begun_at: op.at,
    };
    let mut tx = app.db.begin().await?;
    let plan = insert(&mut tx, op, plan).await?;
    tell(&mut tx, op, &plan, None).await?;
    tx.commit().await?;
    Ok(plan.code)
}

/// Adds a step to a plan: the agency that leads it promises it.
///
/// # Errors
/// `not-allowed` for anybody but officers, stewards and leaders of that agency; names the fields that will not do.
pub async fn add_step(app: &App, op: &Op, plan: &Plan, new: NewStep) -> Result<Commitment> {
    let promised = promised(plan, new.promise, (app.config.day(op.at), new.due_on));
    let mut tx = app.db.begin().await?;
    let commitment = evidence::promise(&mut tx, op, promised).await?;
    let indicator = Subject::new("indicator", &plan.indicator);
    evidence::link(&mut tx, op, &indicator, "led-to", &commitment.subject()).await?;
    let step = StepRow {
        plan: plan.id.clone(),
        commitment: commitment.code.clone(),
        kind: new.kind,
        budget: new.budget,
    };
    store::plans::insert_step(&mut tx, &step).await?;
    tell(&mut tx, op, plan, Some(&commitment.code)).await?;
    tx.commit().await?;
    Ok(commitment)
}

/// What the agency that leads a plan promises with a step, on one day until another.
fn promised(plan: &Plan, promise: String, (made_on, due_on): (Date, Date)) -> NewCommitment {
    NewCommitment {
        promise,
        owner: plan.agency.clone(),
        owner_post: None,
        place: None,
        raised: Some(Subject::new("plan", &plan.id)),
        made_on,
        due_on,
    }
}

/// Lists the plans about an indicator, or about any, with their steps; the latest begun first.
///
/// # Errors
/// When the database fails.
pub async fn list_plans(app: &App, indicator: Option<&str>) -> Result<Vec<Followed>> {
    let plans = store::plans::list(&app.db, indicator, None, MOST_LISTED).await?;
    followed(app, plans).await
}

/// Lists the plans of the organisations in whose name the caller plans, with their steps; the latest begun first.
///
/// Those of others are no part of what a list holds at most.
///
/// # Errors
/// `not-allowed` for anybody but officers, stewards and leaders.
pub async fn list_own(app: &App, op: &Op) -> Result<Vec<Followed>> {
    op.require(&PLANNERS)?;
    let most = usize::try_from(MOST_LISTED).unwrap_or(usize::MAX);
    let mut own = Vec::new();
    let mut last: Option<String> = None;
    loop {
        let plans = store::plans::list(&app.db, None, last.as_deref(), MOST_LISTED).await?;
        let n_plans = plans.len();
        last = plans.last().map(|plan| plan.id.clone());
        own.extend(
            plans
                .into_iter()
                .filter(|plan| op.has_for(&PLANNERS, &plan.agency)),
        );
        if n_plans < most || own.len() >= most {
            break;
        }
    }
    own.truncate(most);
    followed(app, own).await
}

async fn followed(app: &App, plans: Vec<Plan>) -> Result<Vec<Followed>> {
    let mut steps = steps_of(app, None).await?;
    Ok(plans
        .into_iter()
        .map(|plan| Followed {
            steps: steps.remove(&plan.id).unwrap_or_default(),
            plan,
        })
        .collect())
}

/// Finds a plan by its code, with its steps.
///
/// # Errors
/// `indicators-plans-unknown`.
pub async fn find_plan(app: &App, code: &str) -> Result<Followed> {
    let plain = Code::<6>::parse(code)
        .map(|code| code.plain())
        .unwrap_or_default();
    let plan = store::plans::find(&app.db, &plain)
        .await?
        .ok_or_else(|| Problem::not_found("indicators-plans-unknown").with("code", code))?;
    let mut steps = steps_of(app, Some(&plan.id)).await?;
    Ok(Followed {
        steps: steps.remove(&plan.id).unwrap_or_default(),
        plan,
    })
}

/// Lists the organisations in whose name somebody holds one of the roles, by code and name.
///
/// # Errors
/// When the database fails.
pub async fn agencies(app: &App, op: &Op, roles: &[Role]) -> Result<Vec<(String, String)>> {
    Ok(accounts::list_organisations(app)
        .await?
        .into_iter()
        .filter(|organisation| op.has_for(roles, &organisation.code))
        .map(|organisation| (organisation.code, organisation.name))
        .collect())
}

/// Passes only an indicator that there is: it is a field of a form, and not the address that was asked for.
async fn require_indicator(app: &App, code: &str) -> Result<()> {
    match find(app, code).await {
        Err(problem) if problem.kind() == Kind::NotFound => {
            Err(Problem::invalid("fields").field("indicator", "indicators-plans-indicator"))
        }
        found => found.map(|_| ()),
    }
}

/// Passes only those who hold one of the roles for an organisation that there is.
pub(super) async fn require_agency(app: &App, op: &Op, roles: &[Role], agency: &str) -> Result<()> {
    op.require(roles)?;
    let own = agencies(app, op, roles).await?;
    if own.iter().any(|(code, _)| code == agency) {
        return Ok(());
    }
    Err(Problem::invalid("fields").field("agency", "indicators-plans-agency"))
}

/// The steps of a plan, or of all plans, by the plan's id, in the order of their dates.
async fn steps_of(app: &App, plan: Option<&str>) -> Result<BTreeMap<String, Vec<Step>>> {
    let said = store::plans::list_steps(&app.db, plan).await?;
    let mut said: HashMap<String, StepRow> = said
        .into_iter()
        .map(|row| (row.commitment.clone(), row))
        .collect();
    let mut steps: BTreeMap<String, Vec<Step>> = BTreeMap::new();
    for (of, commitment) in evidence::list_led_to(app, "plan", plan, MOST_STEPS).await? {
        if let Some(row) = said.remove(&commitment.code) {
            steps.entry(of.id).or_default().push(Step {
                kind: row.kind,
                budget: row.budget,
                commitment,
            });
        }
    }
    for each in steps.values_mut() {
        each.sort_by(|a, b| {
            (a.commitment.due_on, &a.commitment.id).cmp(&(b.commitment.due_on, &b.commitment.id))
        });
    }
    Ok(steps)
}

/// Keeps a plan under a code that nobody has.
async fn insert(tx: &mut Tx, op: &Op, mut plan: Plan) -> Result<Plan> {
    for code in Code::<6>::tries() {
        plan.code = code.plain();
        if store::plans::insert(tx, op, &plan).await? {
            return Ok(plan);
        }
    }
    Err(code::none_free("a plan"))
}

async fn tell(tx: &mut Tx, op: &Op, plan: &Plan, step: Option<&str>) -> Result<()> {
    let event = PlanMoved {
        plan: plan.code.clone(),
        indicator: plan.indicator.clone(),
        agency: plan.agency.clone(),
        step: step.map(str::to_owned),
    };
    tx.emit(op, &event).await
}
