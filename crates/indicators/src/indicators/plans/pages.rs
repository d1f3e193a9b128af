//! Action plans for everybody: the list, and one with its steps.

use askama::Template;
use axum::{
    Json,
    extract::{Path, Query, State},
    http::{Uri, header},
    response::{IntoResponse, Response},
};
use jiff::civil::{Date, date};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    PLANNERS, find_plan, list_plans,
    model::{Counts, Followed, Kind, Light, Missing, Plan, Step},
};
use crate::{
    evidence::{
        model::Commitment,
        pages::{Names, tag},
    },
    indicators::{
        find, headline, pages::words::written, passport, releases::model::NOW, tracker::pages::Table,
    },
    platform::{
        app::App,
        html::{
            Markup, Shell,
            parts::{Cell, SummaryRow},
        },
        i18n::Lang,
        op::Op,
        page::{render, shell},
        problem::{Problem, Result},
        spreadsheet::harmless,
        time::Time,
    },
};

/// All plans.
#[derive(Template)]
#[template(path = "indicators/plans/list.html")]
pub struct PlansPage {
    pub page: Shell,
    pub table: Table,
    pub may_plan: bool,
}

/// One plan.
#[derive(Template)]
#[template(path = "indicators/plans/plan.html")]
pub struct ActionPlanPage {
    pub page: Shell,
    pub about: String,
    pub light: &'static str,
    pub standing: String,
    pub facts: Vec<SummaryRow>,
    /// What the method asks for and the plan does not name.
    pub missing: Vec<String>,
    pub steps: Table,
    /// Where a step is added; empty for whoever may not.
    pub desk_href: String,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Wanted {
    /// Code of the indicator whose plans are asked for; empty for all.
    indicator: String,
}

impl Wanted {
    fn indicator(&self) -> Option<&str> {
        Some(self.indicator.as_str()).filter(|code| !code.is_empty())
    }
}

pub async fn all(State(app): State<App>, op: Op, uri: Uri, Query(wanted): Query<Wanted>) -> Result<Response> {
    let lang = op.lang;
    let plans = list_plans(&app, wanted.indicator()).await?;
    let names = Names::of(&app).await?;
    let today = app.config.day(op.at);
    let rows = plans
        .iter()
        .map(|followed| row(lang, followed, &names, today, followed.plan.path()))
        .collect();
    let page = shell(&app, &op, &uri)
        .titled(lang.text("indicators-plans-title"))
        .described(lang.text("indicators-plans-lead"))
        .crumb(lang.text("indicators-title"), "/indicators")
        .crumb(lang.text("indicators-tracker-title"), "/sdg")
        .crumb(lang.text("indicators-plans-title"), "")
        .shapes(&["json", "csv"]);
    render(&PlansPage {
        page,
        table: list_table(lang, rows),
        may_plan: op.has(&PLANNERS),
    })
}

pub async fn all_as_json(State(app): State<App>, op: Op, Query(wanted): Query<Wanted>) -> Result<Response> {
    let today = app.config.day(op.at);
    let plans: Vec<Value> = list_plans(&app, wanted.indicator())
        .await?
        .iter()
        .map(|followed| as_json(followed, today))
        .collect();
    Ok(Json(json!({ "plans": plans })).into_response())
}

pub async fn all_as_csv(State(app): State<App>, op: Op, Query(wanted): Query<Wanted>) -> Result<Response> {
    let today = app.config.day(op.at);
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer
        .write_record([
            "plan",
            "indicator",
            "agency",
            "title",
            "step",
            "kind",
            "promise",
            "budget",
            "due_on",
            "standing",
        ])
        .map_err(Problem::internal)?;
    for followed in list_plans(&app, wanted.indicator()).await? {
        let plan = &followed.plan;
        for step in &followed.steps {
            let commitment = &step.commitment;
            writer
                .write_record([
                    plan.code.as_str(),
                    &plan.indicator,
                    &plan.agency,
                    &harmless(&plan.title),
                    &commitment.code,
                    step.kind.as_str(),
                    &harmless(&commitment.promise),
                    &harmless(&step.budget),
                    &commitment.due_on.to_string(),
                    commitment.standing(today).as_str(),
                ])
                .map_err(Problem::internal)?;
        }
    }
    let bytes = writer
        .into_inner()
        .map_err(|error| Problem::internal(error.into_error()))?;
    Ok(([(header::CONTENT_TYPE, "text/csv; charset=utf-8")], bytes).into_response())
}

pub async fn one(State(app): State<App>, op: Op, uri: Uri, Path(plan): Path<String>) -> Result<Response> {
    let (lang, today) = (op.lang, app.config.day(op.at));
    let (code, is_json) = match plan.strip_suffix(".json") {
        Some(code) => (code, true),
        None => (plan.as_str(), false),
    };
    let followed = find_plan(&app, code).await?;
    if is_json {
        return Ok(Json(as_json(&followed, today)).into_response());
    }
    let names = Names::of(&app).await?;
    let mut facts = vec![SummaryRow::new(
        lang.text("indicators-plans-agency"),
        names.of_organisation(&followed.plan.agency),
    )];
    facts.extend(indicator_facts(&app, lang, &followed.plan.indicator).await?);
    facts.push(SummaryRow::new(
        lang.text("indicators-plans-begun"),
        lang.date(app.config.day(followed.plan.begun_at)),
    ));
    let page = shell(&app, &op, &uri).shapes(&["json"]);
    let may_plan = op.has_for(&PLANNERS, &followed.plan.agency);
    render(&ActionPlanPage::of(page, &followed, today, facts, may_plan))
}

/// What the plan is about, and what the number is now.
async fn indicator_facts(app: &App, lang: Lang, code: &str) -> Result<Vec<SummaryRow>> {
    let definition = find(app, code).await?.definition;
    let title = definition.title.in_language(lang.code());
    let mut facts = vec![SummaryRow::new(
        lang.text("indicators-indicator"),
        link(&format!("/indicators/{code}"), &format!("{code} {title}")),
    )];
    // What others published is of countries, and has no passport here.
    let now = headline(app, &definition).await?;
    if let Some(now) = now.filter(|_| definition.imported().is_none()) {
        let said = format!("{} ({})", written(&definition, lang, &now), now.period);
        let href = passport::address(NOW, code, &now);
        facts.push(SummaryRow::new(
            lang.text("indicators-notes-now"),
            link(&href, &said),
        ));
    }
    Ok(facts)
}

impl ActionPlanPage {
    fn of(
        page: Shell,
        followed: &Followed,
        today: Date,
        facts: Vec<SummaryRow>,
        may_plan: bool,
    ) -> ActionPlanPage {
        let lang = page.lang;
        let plan = &followed.plan;
        ActionPlanPage {
            page: page
                .titled(&plan.title)
                .crumb(lang.text("indicators-title"), "/indicators")
                .crumb(lang.text("indicators-tracker-title"), "/sdg")
                .crumb(lang.text("indicators-plans-title"), "/sdg/plans")
                .crumb(&plan.title, ""),
            about: plan.about.clone(),
            light: followed.light(today).as_str(),
            standing: standing(lang, followed, today),
            facts,
            missing: missing(lang, followed.missing(today)),
            steps: steps_table(lang, &followed.steps, today),
            desk_href: if may_plan {
                format!("/desk/plans/{}", plan.code)
            } else {
                String::new()
            },
        }
    }

    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> ActionPlanPage {
        let facts = vec![SummaryRow::new(
            lang.text("indicators-plans-agency"),
            "Dinas <PU>",
        )];
        ActionPlanPage::of(
            Shell::sample(lang).shapes(&["json"]),
            &sample_plan(),
            sample_day(),
            facts,
            true,
        )
    }
}

impl PlansPage {
    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> PlansPage {
        PlansPage {
            page: Shell::sample(lang)
                .titled(lang.text("indicators-plans-title"))
                .shapes(&["json", "csv"]),
            table: sample_list(lang),
            may_plan: true,
        }
    }
}

/// A list of plans with one in it, for the samples of pages.
pub fn sample_list(lang: Lang) -> Table {
    let plan = sample_plan();
    let row = vec![
        Cell::html(link(&plan.plan.path(), &plan.plan.title)),
        Cell::text("6.1.1"),
        Cell::text("Dinas <PU>"),
        light_cell(lang, &plan, sample_day()),
    ];
    list_table(lang, vec![row])
}

/// An invented plan, for the samples of pages.
pub fn sample_plan() -> Followed {
    let step = |kind: Kind, promise: &str| Step {
        kind,
        budget: "1.03.<02>".to_owned(),
        commitment: Commitment {
            id: "0".to_owned(),
            code: "K7M4XT".to_owned(),
            promise: promise.to_owned(),
            owner: "dinas-pu".to_owned(),
            owner_post: None,
            place: None,
            raised: None,
            made_on: date(2026, 1, 5),
            due_on: date(2026, 12, 18),
            n_moved: 0,
            settled: None,
        },
    };
    Followed {
        plan: Plan {
            id: "0".to_owned(),
            code: "P7M4XT".to_owned(),
            indicator: "6.1.1".to_owned(),
            agency: "dinas-pu".to_owned(),
            title: "Water for <all>".to_owned(),
            about: "The <wells> run dry".to_owned(),
            begun_at: Time(0),
        },
        steps: vec![
            step(Kind::Step, "Lay <pipes>"),
            step(Kind::DigitalStrategy, "Meters that <report>"),
        ],
    }
}

/// The day on which the sample stands as it does.
pub fn sample_day() -> Date {
    date(2026, 11, 23)
}

/// A plan as a row of a list, with the way to it.
pub fn row(lang: Lang, followed: &Followed, names: &Names, today: Date, href: String) -> Vec<Cell> {
    vec![
        Cell::html(link(&href, &followed.plan.title)),
        Cell::text(&followed.plan.indicator),
        Cell::text(names.of_organisation(&followed.plan.agency)),
        light_cell(lang, followed, today),
    ]
}

pub fn list_table(lang: Lang, rows: Vec<Vec<Cell>>) -> Table {
    let head = [
        "indicators-plans-plan",
        "indicators-indicator",
        "indicators-plans-agency",
        "indicators-plans-standing",
    ];
    Table {
        caption: lang.text("indicators-plans-title").to_string(),
        head: head.map(|id| Cell::text(lang.text(id))).into(),
        rows,
    }
}

pub fn steps_table(lang: Lang, steps: &[Step], today: Date) -> Table {
    let rows = steps.iter().map(|step| {
        let commitment = &step.commitment;
        let standing = tag(lang, commitment.standing(today));
        vec![
            Cell::html(link(&commitment.path(), &commitment.promise)),
            Cell::text(kind_in_words(lang, step.kind)),
            Cell::text(&step.budget),
            Cell::text(lang.date(commitment.due_on)),
            Cell::html(Markup(format!(
                "<strong class=\"govuk-tag {}\">{}</strong>",
                standing.class,
                Markup::escape(&standing.text)
            ))),
        ]
    });
    let head = [
        "indicators-plans-step",
        "indicators-plans-kind",
        "indicators-plans-budget",
        "evidence-due",
        "evidence-standing",
    ];
    Table {
        caption: lang.text("indicators-plans-steps").to_string(),
        head: head.map(|id| Cell::text(lang.text(id))).into(),
        rows: rows.collect(),
    }
}

pub fn kind_in_words(lang: Lang, kind: Kind) -> String {
    lang.text(format!("indicators-plans-kind-{}", kind.as_str()))
        .to_string()
}

/// What the method asks for and the plan does not name, in sentences.
pub fn missing(lang: Lang, missing: Missing) -> Vec<String> {
    let mut said = Vec::new();
    if missing.digital_strategies > 0 {
        let text = lang.text("indicators-plans-missing-strategies");
        said.push(text.n("n", missing.digital_strategies).to_string());
    }
    if missing.policy_reforms > 0 {
        said.push(lang.text("indicators-plans-missing-reform").to_string());
    }
    said
}

/// How a plan stands, in words.
fn standing(lang: Lang, followed: &Followed, today: Date) -> String {
    let Counts {
        kept,
        open,
        late,
        broken_off,
    } = followed.counts(today);
    if followed.light(today) == Light::White {
        return lang.text("indicators-plans-no-steps").to_string();
    }
    lang.text("indicators-plans-counts")
        .arg("kept", lang.number(kept))
        .arg("all", lang.number(followed.steps.len()))
        .arg("open", lang.number(open))
        .arg("late", lang.number(late))
        .arg("broken", lang.number(broken_off))
        .to_string()
}

fn light_cell(lang: Lang, followed: &Followed, today: Date) -> Cell {
    Cell::html(Markup(format!(
        "<span class=\"bz-light bz-light--{}\">{}</span>",
        followed.light(today).as_str(),
        Markup::escape(&standing(lang, followed, today))
    )))
}

fn as_json(followed: &Followed, today: Date) -> Value {
    let plan = &followed.plan;
    let steps: Vec<Value> = followed
        .steps
        .iter()
        .map(|step| {
            let commitment = &step.commitment;
            json!({
                "commitment": commitment.code,
                "href": commitment.path(),
                "kind": step.kind,
                "promise": commitment.promise,
                "budget": step.budget,
                "due_on": commitment.due_on.to_string(),
                "times_moved": commitment.n_moved,
                "standing": commitment.standing(today).as_str(),
            })
        })
        .collect();
    json!({
        "code": plan.code,
        "href": plan.path(),
        "indicator": plan.indicator,
        "agency": plan.agency,
        "title": plan.title,
        "about": plan.about,
        "begun_at": plan.begun_at.to_string(),
        "light": followed.light(today),
        "counts": followed.counts(today),
        "missing": followed.missing(today),
        "steps": steps,
    })
}

fn link(href: &str, words: &str) -> Markup {
    Markup(format!(
        "<a class=\"govuk-link\" href=\"{}\">{}</a>",
        Markup::escape(href),
        Markup::escape(words)
    ))
}
