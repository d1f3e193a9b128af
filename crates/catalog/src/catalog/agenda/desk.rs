//! The agenda at the desk: stewards plan, move and count, producers confirm; what waits and what is late first.

use askama::Template;
use axum::{
    Form, Router,
    extract::{Path, State},
    http::Uri,
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use serde::Deserialize;

use super::{
    PLANNERS,
    model::{
        RHYTHMS, Standing,
        plan::{Plan, PlanInput},
    },
    pages::{Mark, in_words, mark, written},
    year::{self, Due},
};
use crate::{
    catalog::{
        model::WRITERS,
        pages::sample,
        store::{
            self,
            agenda::{ChangeRow, PlanRow},
        },
        view::{self, Dataset},
    },
    platform::{
        app::App,
        html::{
            Shell,
            parts::{Choice, Words},
        },
        i18n::Lang,
        op::{Op, Role},
        page::{field_errors, render, render_refused, shell},
        problem::{Kind, Problem, Result},
        time::Time,
    },
};

/// The routes of this file.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/desk/agenda", get(all))
        .route("/desk/agenda/{dataset}", get(one).post(act))
}

#[derive(Template)]
#[template(path = "catalog/agenda/desk.html")]
pub struct AgendaDeskPage {
    page: Shell,
    /// How many datasets are not planned, not confirmed, overdue.
    said: Vec<String>,
    rows: Vec<DeskRow>,
}

struct DeskRow {
    slug: String,
    title: String,
    publisher: String,
    state: String,
    /// Something waits for the reader or for a delivery.
    order: u8,
    stand: Words,
}

#[derive(Template)]
#[template(path = "catalog/agenda/plan.html")]
pub struct PlanPage {
    page: Shell,
    dataset: Dataset,
    state: String,
    may_plan: bool,
    may_confirm: bool,
    is_planned: bool,
    input: PlanInput,
    frequencies: Vec<Choice>,
    acts: Vec<Choice>,
    periods: Vec<Choice>,
    dues: Vec<DueLine>,
    history: Vec<String>,
}

struct DueLine {
    mark: Mark,
    came: String,
}

/// What somebody does with an agenda.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Act {
    act: String,
    period: String,
    to: String,
    frequency: String,
    dates: String,
    due_days: String,
    grace_days: String,
    notice_days: String,
    unit: String,
    starts_on: String,
    targets: String,
    expected_rows: String,
    reason: String,
}

async fn all(State(app): State<App>, op: Op, uri: Uri) -> Result<Response> {
    op.require(&WRITERS)?;
    let datasets = view::list_datasets(&app, &op).await?;
    let plans = store::agenda::list_plans(app.db.read(), None).await?;
    let briefs = year::briefs(&app).await?;
    let mut rows = Vec::new();
    for dataset in datasets.into_iter().filter(|dataset| dataset.may_write) {
        let plan = plans.iter().find(|plan| plan.dataset_id == dataset.id);
        let brief = briefs.get(&dataset.id);
        rows.push(DeskRow::of(op.lang, dataset, plan, brief));
    }
    render(&AgendaDeskPage::new(shell(&app, &op, &uri), rows))
}

async fn one(State(app): State<App>, op: Op, uri: Uri, Path(slug): Path<String>) -> Result<Response> {
    op.require(&WRITERS)?;
    render(&plan_page(&app, &op, shell(&app, &op, &uri), &slug, None).await?)
}

async fn act(
    State(app): State<App>,
    op: Op,
    Path(slug): Path<String>,
    Form(form): Form<Act>,
) -> Result<Response> {
    op.require(&WRITERS)?;
    let input = PlanInput {
        frequency: form.frequency,
        dates: form.dates,
        due_days: form.due_days,
        grace_days: form.grace_days,
        notice_days: form.notice_days,
        unit: form.unit,
        starts_on: form.starts_on,
        targets: form.targets,
        expected_rows: form.expected_rows,
        reason: form.reason.clone(),
    };
    let (period, reason) = (form.period.as_str(), form.reason.as_str());
    let done = match form.act.as_str() {
        "confirm" => super::confirm(&app, &op, &slug).await,
        "end" => super::end(&app, &op, &slug, reason).await,
        "move" => super::move_due(&app, &op, &slug, period, &form.to, reason).await,
        "count" => super::count(&app, &op, &slug, period, reason).await,
        "take-back" => super::take_back(&app, &op, &slug, period, reason).await,
        _ => match Plan::parse(&input) {
            Ok(plan) => super::plan(&app, &op, &slug, &plan, reason).await,
            Err(problem) => Err(problem),
        },
    };
    match done {
        Ok(()) => Ok(Redirect::to(&format!("/desk/agenda/{slug}")).into_response()),
        Err(problem) if problem.fields().is_empty() || problem.kind() == Kind::Internal => Err(problem),
        Err(problem) => {
            let mut page = shell(&app, &op, &Uri::from_static("/desk/agenda"));
            page.path = format!("/desk/agenda/{slug}");
            page.errors = field_errors(&problem, &op);
            let typed = Some(input).filter(|input| !input.frequency.is_empty());
            render_refused(&problem, &plan_page(&app, &op, page, &slug, typed).await?)
        }
    }
}

async fn plan_page(
    app: &App,
    op: &Op,
    page: Shell,
    slug: &str,
    typed: Option<PlanInput>,
) -> Result<PlanPage> {
    let dataset = view::find_dataset(app, op, slug).await?;
    if !dataset.may_write {
        return Err(Problem::forbidden("not-allowed"));
    }
    let plan = super::find_plan(app, &dataset.id).await?;
    let (dues, changes) = year::history(app, &dataset.id).await?;
    let organisation = dataset.organisation.clone().unwrap_or_default();
    let rights = (
        op.has_for(&PLANNERS, &organisation),
        op.has_for(&[Role::Producer], &organisation),
    );
    let today = app.config.day(app.clock.now()).to_string();
    let told: Vec<String> = changes
        .iter()
        .map(|change| {
            let day = op.lang.date(app.config.day(Time(change.at)));
            change_in_words(op.lang, change, &day)
        })
        .collect();
    let input = typed.unwrap_or_else(|| input_of(plan.as_ref(), &today));
    Ok(PlanPage::new(
        page,
        dataset,
        plan.as_ref(),
        rights,
        (input, dues, told),
    ))
}

/// The plan as it stands, or one to begin with.
fn input_of(plan: Option<&PlanRow>, today: &str) -> PlanInput {
    match plan {
        Some(plan) => PlanInput {
            frequency: plan.frequency.clone(),
            dates: plan.due_dates.clone(),
            due_days: plan.due_days.to_string(),
            grace_days: plan.grace_days.to_string(),
            notice_days: plan.notice_days.to_string(),
            unit: plan.unit.clone(),
            starts_on: plan.starts_on.clone(),
            targets: plan.targets.clone(),
            expected_rows: plan.expected_rows.map(|n| n.to_string()).unwrap_or_default(),
            reason: String::new(),
        },
        None => PlanInput {
            frequency: "checkpoints".into(),
            due_days: "0".into(),
            grace_days: "3".into(),
            notice_days: "10".into(),
            starts_on: today.to_owned(),
            ..PlanInput::default()
        },
    }
}

fn change_in_words(lang: Lang, change: &ChangeRow, day: &str) -> String {
    let role = lang
        .text(format!("catalog-agenda-role-{}", change.role))
        .to_string();
    let what = lang
        .text(format!("catalog-agenda-did-{}", change.what))
        .arg("period", &change.period)
        .arg("was", &change.was)
        .arg("now", &change.is_now)
        .to_string();
    let parts = [day.to_owned(), role, what, change.reason.clone()];
    parts
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" · ")
}

impl DeskRow {
    fn of(lang: Lang, dataset: Dataset, plan: Option<&PlanRow>, brief: Option<&year::Brief>) -> DeskRow {
        let state = plan.map_or("unplanned", |plan| plan.state.as_str());
        let is_overdue = brief
            .and_then(|brief| brief.next.as_ref())
            .is_some_and(|due| due.is_due);
        DeskRow {
            state: lang.text(format!("catalog-agenda-state-{state}")).to_string(),
            order: match state {
                _ if is_overdue => 0,
                "planned" => 1,
                "unplanned" => 2,
                _ => 3,
            },
            stand: brief.map_or_else(Words::default, |brief| in_words(lang, brief)),
            publisher: dataset.publisher.unwrap_or_default(),
            slug: dataset.slug,
            title: dataset.title,
        }
    }
}

impl AgendaDeskPage {
    fn new(page: Shell, mut rows: Vec<DeskRow>) -> AgendaDeskPage {
        let lang = page.lang;
        rows.sort_by(|a, b| (a.order, &a.publisher, &a.title).cmp(&(b.order, &b.publisher, &b.title)));
        let said = [
            (0, "catalog-agenda-desk-overdue"),
            (1, "catalog-agenda-desk-unconfirmed"),
            (2, "catalog-agenda-desk-unplanned"),
        ]
        .into_iter()
        .map(|(order, id)| (rows.iter().filter(|row| row.order == order).count(), id))
        .filter(|(n, _)| *n > 0)
        .map(|(n, id)| lang.text(id).n("n", n).to_string());
        AgendaDeskPage {
            said: said.collect(),
            page: page
                .titled(lang.text("catalog-agenda-desk"))
                .crumb(lang.text("catalog-desk"), "/desk/data")
                .crumb(lang.text("catalog-agenda-desk"), ""),
            rows,
        }
    }

    pub fn sample(lang: Lang) -> AgendaDeskPage {
        let row = DeskRow::of(lang, sample::dataset(), None, None);
        AgendaDeskPage::new(Shell::sample(lang), vec![row])
    }
}

impl PlanPage {
    fn new(
        page: Shell,
        dataset: Dataset,
        plan: Option<&PlanRow>,
        (may_plan, may_confirm): (bool, bool),
        (input, dues, history): (PlanInput, Vec<Due>, Vec<String>),
    ) -> PlanPage {
        let lang = page.lang;
        let state = plan.map_or("unplanned", |plan| plan.state.as_str());
        let frequencies = RHYTHMS.map(|word| {
            Choice::new(word, lang.text(format!("catalog-agenda-every-{word}"))).chosen_if(&input.frequency)
        });
        let acts = ["move", "count", "take-back"]
            .map(|act| Choice::new(act, lang.text(format!("catalog-agenda-act-{act}"))).chosen_if("move"));
        // What lies behind and came is looked at, hardly ever changed: the next ones stand first.
        let mut ordered: Vec<&Due> = dues.iter().collect();
        ordered.sort_by_key(|due| (due.delivered_on.is_some(), due.due_on));
        let periods = ordered.iter().take(120).map(|due| {
            let day = lang.short_date(due.due_on);
            Choice::new(&due.period, format!("{} ({day})", due.period))
        });
        PlanPage {
            state: lang.text(format!("catalog-agenda-state-{state}")).to_string(),
            may_plan,
            may_confirm: may_confirm && state == "planned",
            is_planned: state != "unplanned" && state != "ended",
            frequencies: frequencies.into(),
            acts: acts.into(),
            periods: periods.collect(),
            dues: dues
                .iter()
                .map(|due| DueLine {
                    mark: mark(lang, due),
                    // What everybody can read says so itself, and so does what waits.
                    came: match (&due.delivered_on, &due.published_on, due.standing) {
                        (Some(day), None, Standing::OnTime | Standing::Late { .. }) => lang
                            .text("catalog-agenda-came")
                            .arg("day", written(lang, day))
                            .to_string(),
                        _ => String::new(),
                    },
                })
                .collect(),
            page: page
                .titled(lang.text("catalog-agenda-plan-of").arg("dataset", &dataset.title))
                .crumb(lang.text("catalog-agenda-desk"), "/desk/agenda")
                .crumb(&dataset.title, ""),
            dataset,
            input,
            history,
        }
    }

    pub fn sample(lang: Lang) -> PlanPage {
        let plan = PlanRow {
            dataset_id: "w".into(),
            frequency: "checkpoints".into(),
            due_dates: String::new(),
            due_days: 0,
            grace_days: 3,
            notice_days: 10,
            unit: "Bidang <Air>".into(),
            starts_on: "2026-01-01".into(),
            targets: "50 100 - -".into(),
            expected_rows: Some(1200),
            state: "planned".into(),
            changed_at: 0,
        };
        let change = ChangeRow {
            dataset_id: "w".into(),
            period: "2026-B12".into(),
            what: "moved".into(),
            was: "2026-12-15".into(),
            is_now: "2026-12-31".into(),
            role: "steward".into(),
            reason: "Audit <year end>".into(),
            at: 0,
        };
        let dues = super::pages::sample_year().datasets.remove(0).periods;
        let history = vec![change_in_words(lang, &change, "21 Nov 2026")];
        let input = input_of(Some(&plan), "2026-11-22");
        let rest = (input, dues, history);
        PlanPage::new(
            Shell::sample(lang),
            sample::dataset(),
            Some(&plan),
            (true, true),
            rest,
        )
    }
}
