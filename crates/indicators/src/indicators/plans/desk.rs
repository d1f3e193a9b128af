//! Action plans at the desk: those of one's organisations, beginning one, and adding steps.

use askama::Template;
use axum::{
    Form,
    extract::{Path, State},
    http::Uri,
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use super::{
    PLANNERS, add_step, agencies, begin, find_plan, list_own,
    model::{Followed, Kind as StepKind, NewPlan, NewStep},
    pages::{kind_in_words, list_table, missing, row, sample_day, sample_list, sample_plan, steps_table},
    promised, require_agency, require_indicator,
};
use crate::{
    evidence::pages::Names,
    indicators::{list, tracker::pages::Table},
    platform::{
        app::App,
        html::{Shell, parts::Choice},
        i18n::Lang,
        op::Op,
        page::{field_errors, render, render_refused, shell},
        problem::{Kind, Problem, Result},
    },
};

/// The plans of one's organisations, and the form that begins another.
#[derive(Template)]
#[template(path = "indicators/plans/desk.html")]
pub struct DeskPlansPage {
    pub page: Shell,
    pub table: Table,
    pub agencies: Vec<Choice>,
    pub indicators: Vec<Choice>,
    pub input: Begun,
}

/// One plan with the form that adds a step.
#[derive(Template)]
#[template(path = "indicators/plans/desk_one.html")]
pub struct DeskPlanPage {
    pub page: Shell,
    pub action: String,
    pub public_href: String,
    /// What the method asks for and the plan does not name.
    pub missing: Vec<String>,
    pub steps: Table,
    pub may_add: bool,
    pub kinds: Vec<Choice>,
    pub input: Added,
}

/// A plan as it is typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Begun {
    pub indicator: String,
    pub agency: String,
    pub title: String,
    pub about: String,
}

/// A step as it is typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Added {
    pub kind: String,
    pub promise: String,
    /// The last day, `2026-12-18`.
    pub due_on: String,
    pub budget: String,
}

pub async fn own(State(app): State<App>, op: Op, uri: Uri) -> Result<Response> {
    op.require(&PLANNERS)?;
    render(&own_page(&app, &op, shell(&app, &op, &uri), Begun::default()).await?)
}

pub async fn begin_one(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    Form(input): Form<Begun>,
) -> Result<Response> {
    op.require(&PLANNERS)?;
    match begun(&app, &op, &input).await {
        Ok(code) => Ok(Redirect::to(&format!("/desk/plans/{code}")).into_response()),
        Err(problem) if problem.kind() == Kind::Invalid => {
            let page = refused(&app, &op, &uri, &problem);
            render_refused(&problem, &own_page(&app, &op, page, input).await?)
        }
        Err(problem) => Err(problem),
    }
}

pub async fn one(State(app): State<App>, op: Op, uri: Uri, Path(plan): Path<String>) -> Result<Response> {
    op.require(&PLANNERS)?;
    let followed = find_plan(&app, &plan).await?;
    let page = shell(&app, &op, &uri);
    render(&one_page(&app, &op, page, &followed, Added::default()))
}

pub async fn add(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    Path(plan): Path<String>,
    Form(input): Form<Added>,
) -> Result<Response> {
    op.require(&PLANNERS)?;
    let followed = find_plan(&app, &plan).await?;
    match added(&app, &op, &followed, &input).await {
        Ok(()) => Ok(Redirect::to(&format!("/desk/plans/{}", followed.plan.code)).into_response()),
        Err(problem) if problem.kind() == Kind::Invalid => {
            let page = refused(&app, &op, &uri, &problem);
            render_refused(&problem, &one_page(&app, &op, page, &followed, input))
        }
        Err(problem) => Err(problem),
    }
}

async fn begun(app: &App, op: &Op, input: &Begun) -> Result<String> {
    let mut wrong = Problem::invalid("fields");
    let new = NewPlan::parse(&input.indicator, &input.agency, &input.title, &input.about);
    if let Some(new) = wrong.take(new)? {
        return begin(app, op, new).await;
    }
    wrong.take(require_indicator(app, &input.indicator).await)?;
    wrong.take(require_agency(app, op, &PLANNERS, &input.agency).await)?;
    Err(wrong)
}

async fn added(app: &App, op: &Op, followed: &Followed, input: &Added) -> Result<()> {
    let mut wrong = Problem::invalid("fields");
    let new = NewStep::parse(&input.kind, &input.promise, &input.due_on, &input.budget);
    if let Some(new) = wrong.take(new)? {
        add_step(app, op, &followed.plan, new).await?;
        return Ok(());
    }
    // What is promised is looked at all the same; a day that cannot be read was noted.
    let today = app.config.day(op.at);
    let due_on = input.due_on.trim().parse().unwrap_or(today);
    wrong.take(promised(&followed.plan, input.promise.clone(), (today, due_on)).check())?;
    Err(wrong)
}

fn refused(app: &App, op: &Op, uri: &Uri, problem: &Problem) -> Shell {
    Shell {
        errors: field_errors(problem, op),
        ..shell(app, op, uri)
    }
}

async fn own_page(app: &App, op: &Op, page: Shell, input: Begun) -> Result<DeskPlansPage> {
    let (lang, today) = (op.lang, app.config.day(op.at));
    let own = agencies(app, op, &PLANNERS).await?;
    let names = Names::of(app).await?;
    let rows = list_own(app, op)
        .await?
        .iter()
        .map(|followed| {
            let href = format!("/desk/plans/{}", followed.plan.code);
            row(lang, followed, &names, today, href)
        })
        .collect();
    let indicators = list(app)
        .await?
        .iter()
        .map(|indicator| {
            let definition = &indicator.definition;
            let title = definition.title.in_language(lang.code());
            Choice::new(&definition.code, format!("{} {title}", definition.code)).chosen_if(&input.indicator)
        })
        .collect();
    Ok(DeskPlansPage {
        page: page
            .titled(lang.text("indicators-plans-desk"))
            .crumb(lang.text("evidence-desk-way"), "/desk")
            .crumb(lang.text("indicators-plans-desk"), ""),
        table: list_table(lang, rows),
        agencies: own
            .iter()
            .map(|(code, name)| Choice::new(code, name).chosen_if(&input.agency))
            .collect(),
        indicators,
        input,
    })
}

fn one_page(app: &App, op: &Op, page: Shell, followed: &Followed, input: Added) -> DeskPlanPage {
    let (lang, today) = (op.lang, app.config.day(op.at));
    let plan = &followed.plan;
    DeskPlanPage {
        page: page
            .titled(&plan.title)
            .crumb(lang.text("evidence-desk-way"), "/desk")
            .crumb(lang.text("indicators-plans-desk"), "/desk/plans")
            .crumb(&plan.title, ""),
        action: format!("/desk/plans/{}", plan.code),
        public_href: plan.path(),
        missing: missing(lang, followed.missing(today)),
        steps: steps_table(lang, &followed.steps, today),
        may_add: op.has_for(&PLANNERS, &plan.agency),
        kinds: kinds(lang, &input.kind),
        input,
    }
}

fn kinds(lang: Lang, chosen: &str) -> Vec<Choice> {
    StepKind::ALL
        .into_iter()
        .map(|kind| Choice::new(kind.as_str(), kind_in_words(lang, kind)).chosen_if(chosen))
        .collect()
}

impl DeskPlansPage {
    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> DeskPlansPage {
        DeskPlansPage {
            page: Shell::sample(lang).titled(lang.text("indicators-plans-desk")),
            table: sample_list(lang),
            agencies: vec![Choice::new("dinas-pu", "Dinas <PU>")],
            indicators: vec![Choice::new("6.1.1", "6.1.1 Safe <water>")],
            input: Begun {
                about: "The <wells> run dry".to_owned(),
                ..Begun::default()
            },
        }
    }
}

impl DeskPlanPage {
    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> DeskPlanPage {
        let followed = sample_plan();
        DeskPlanPage {
            page: Shell::sample(lang).titled(&followed.plan.title),
            action: "/desk/plans/P7M4XT".to_owned(),
            public_href: followed.plan.path(),
            missing: missing(lang, followed.missing(sample_day())),
            steps: steps_table(lang, &followed.steps, sample_day()),
            may_add: true,
            kinds: kinds(lang, "step"),
            input: Added {
                promise: "Lay <pipes>".to_owned(),
                ..Added::default()
            },
        }
    }
}
