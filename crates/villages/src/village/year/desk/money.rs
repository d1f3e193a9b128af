//! The village's money at the desk: its operator states the budget and the works, on the page or by a file.

use askama::Template;
use axum::{
    extract::{Path, Request, State},
    http::{HeaderMap, Uri},
    response::Response,
};

use super::found;
use crate::{
    places,
    platform::{
        app::App,
        html::Shell,
        i18n::Lang,
        op::Op,
        page::{field_errors, render_refused, shell},
        problem::{Kind, Problem, Result},
        told,
    },
    village::{
        is_operator, require_operator, require_reader,
        year::{
            Kept,
            budget::{self, VillageBudget, Work},
            model::budget::{BudgetInput, FIELDS, WORK_COLUMNS, WorkInput, read_works},
            pages::{Table, field_in_words, sample_works, sample_year, works_table},
            receive::Sent,
        },
    },
};

const BUDGET: &str = "village-told-budget";
const WORKS: &str = "village-told-works";

/// The budget of a year, with the form that states it.
#[derive(Template)]
#[template(path = "village/year/budget.html")]
pub struct BudgetDeskPage {
    pub page: Shell,
    /// The desk's page of the year.
    pub year_href: String,
    pub may_write: bool,
    pub currency: String,
    /// The two inputs of each field.
    pub amounts: Vec<AmountView>,
    pub input: BudgetInput,
}

/// The works of a year, with the form that states them.
#[derive(Template)]
#[template(path = "village/year/works.html")]
pub struct WorksDeskPage {
    pub page: Shell,
    /// The desk's page of the year.
    pub year_href: String,
    pub may_write: bool,
    pub works: Table,
    pub input: WorkInput,
    /// The columns of a list of works.
    pub columns: String,
}

/// An input for an amount.
pub struct AmountView {
    pub name: String,
    pub label: String,
    pub value: String,
}

pub async fn show_budget(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    headers: HeaderMap,
    Path((place, year)): Path<(String, String)>,
) -> Result<Response> {
    let all = places::all(&app).await?;
    require_reader(&op, &all, &place)?;
    let (found, kept) = found(&app, &op, &all, &place, &year).await?;
    let page = told::shell_with(&headers, shell(&app, &op, &uri), &[BUDGET]);
    let stated = budget::budget(&app, &place, kept.year.year).await?;
    let input = stated.as_ref().map(input_of).unwrap_or_default();
    let page = titled(page, "village-budget-at", found.name_in(op.lang.code()), &kept);
    let page = BudgetDeskPage::new(page, &kept, is_operator(&op, &place), input);
    told::render_once(&headers, &uri, &page)
}

pub async fn state_budget(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    headers: HeaderMap,
    Path((place, year)): Path<(String, String)>,
    request: Request,
) -> Result<Response> {
    require_operator(&op, &place)?;
    let all = places::all(&app).await?;
    let (found, kept) = found(&app, &op, &all, &place, &year).await?;
    let sent = Sent::of(&app, request).await?;
    let mut input = budget_input(&sent, &kept);
    match stated_budget(&app, &op, &kept, &sent, &mut input).await {
        Ok(()) => Ok(told::redirect(&app, &headers, uri.path(), BUDGET)),
        Err(problem) if problem.kind() == Kind::Invalid => {
            let page = refused(&app, &op, &uri, &problem);
            let page = titled(page, "village-budget-at", found.name_in(op.lang.code()), &kept);
            render_refused(&problem, &BudgetDeskPage::new(page, &kept, true, input))
        }
        Err(problem) => Err(problem),
    }
}

pub async fn show_works(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    headers: HeaderMap,
    Path((place, year)): Path<(String, String)>,
) -> Result<Response> {
    let all = places::all(&app).await?;
    require_reader(&op, &all, &place)?;
    let (found, kept) = found(&app, &op, &all, &place, &year).await?;
    let page = told::shell_with(&headers, shell(&app, &op, &uri), &[WORKS]);
    let works = budget::works(&app, &place, kept.year.year).await?;
    let page = titled(page, "village-works-at", found.name_in(op.lang.code()), &kept);
    let may_write = is_operator(&op, &place);
    let page = WorksDeskPage::new(page, &kept, may_write, &works, WorkInput::default());
    told::render_once(&headers, &uri, &page)
}

pub async fn state_works(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    headers: HeaderMap,
    Path((place, year)): Path<(String, String)>,
    request: Request,
) -> Result<Response> {
    require_operator(&op, &place)?;
    let all = places::all(&app).await?;
    let (found, kept) = found(&app, &op, &all, &place, &year).await?;
    let sent = Sent::of(&app, request).await?;
    let input = work_input(&sent);
    match stated_works(&app, &op, &kept, &sent, &input).await {
        Ok(()) => Ok(told::redirect(&app, &headers, uri.path(), WORKS)),
        Err(problem) if problem.kind() == Kind::Invalid => {
            let works = budget::works(&app, &place, kept.year.year).await?;
            let page = refused(&app, &op, &uri, &problem);
            let page = titled(page, "village-works-at", found.name_in(op.lang.code()), &kept);
            render_refused(&problem, &WorksDeskPage::new(page, &kept, true, &works, input))
        }
        Err(problem) => Err(problem),
    }
}

async fn stated_budget(app: &App, op: &Op, kept: &Kept, sent: &Sent, input: &mut BudgetInput) -> Result<()> {
    if let Some(text) = sent.text()? {
        input.fill(&text)?;
    }
    let today = app.config.day(op.at);
    let stated = input.parse(&kept.year.currency, today)?;
    budget::state_budget(app, op, &kept.year.place, &stated).await
}

async fn stated_works(app: &App, op: &Op, kept: &Kept, sent: &Sent, input: &WorkInput) -> Result<()> {
    let today = app.config.day(op.at);
    let works = match sent.text()? {
        Some(text) => read_works(&text, &input.source, today)?,
        None => vec![input.parse(today)?],
    };
    budget::state_works(app, op, &kept.year.place, kept.year.year, &works).await
}

fn refused(app: &App, op: &Op, uri: &Uri, problem: &Problem) -> Shell {
    Shell {
        errors: field_errors(problem, op),
        ..shell(app, op, uri)
    }
}

fn budget_input(sent: &Sent, kept: &Kept) -> BudgetInput {
    let pair = |field: &str| {
        let one = |which: &str| sent.one(&format!("{which}-{field}")).to_owned();
        (one("planned"), one("realised"))
    };
    BudgetInput {
        year: kept.year.year.to_string(),
        income: sent.one("income").to_owned(),
        lines: FIELDS.map(pair),
        source: sent.one("source").to_owned(),
        stated_on: sent.one("stated_on").to_owned(),
    }
}

fn work_input(sent: &Sent) -> WorkInput {
    let one = |name: &str| sent.one(name).to_owned();
    WorkInput {
        code: one("code"),
        title: one("title"),
        provider: one("provider"),
        amount: one("amount"),
        progress: one("progress"),
        stated_on: one("stated_on"),
        source: one("source"),
    }
}

/// A budget that was stated, to begin the next one with.
fn input_of(budget: &VillageBudget) -> BudgetInput {
    BudgetInput {
        year: budget.year.to_string(),
        income: budget.income.to_string(),
        lines: budget.lines.map(|line| {
            let realised = line.realised.map(|n| n.to_string()).unwrap_or_default();
            (line.planned.to_string(), realised)
        }),
        source: budget.source.clone(),
        stated_on: budget.stated_on.to_string(),
    }
}

fn titled(page: Shell, id: &'static str, place_name: &str, kept: &Kept) -> Shell {
    let lang = page.lang;
    let title = lang
        .text(id)
        .arg("year", lang.ungrouped(i64::from(kept.year.year)))
        .arg("place", place_name)
        .to_string();
    let place = &kept.year.place;
    page.titled(&title)
        .crumb(lang.text("platform-nav-desk"), "/desk")
        .crumb(lang.text("village-desk"), "/desk/villages")
        .crumb(place_name, format!("/desk/villages/{place}"))
        .crumb(title, "")
}

impl BudgetDeskPage {
    fn new(page: Shell, kept: &Kept, may_write: bool, input: BudgetInput) -> BudgetDeskPage {
        let lang = page.lang;
        let amount = |(which, id): (&str, &'static str), field: &str, value: &str| AmountView {
            name: format!("{which}-{field}"),
            label: lang
                .text(id)
                .arg("field", field_in_words(lang, field))
                .to_string(),
            value: value.to_owned(),
        };
        let amounts = FIELDS
            .into_iter()
            .zip(&input.lines)
            .flat_map(|(field, (planned, realised))| {
                [
                    amount(("planned", "village-planned-of"), field, planned),
                    amount(("realised", "village-realised-of"), field, realised),
                ]
            })
            .collect();
        BudgetDeskPage {
            year_href: super::address(kept),
            may_write,
            currency: kept.year.currency.clone(),
            amounts,
            input,
            page,
        }
    }

    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> BudgetDeskPage {
        let input = BudgetInput {
            source: "Perdes <5/2026>".to_owned(),
            ..BudgetInput::default()
        };
        let page = Shell::sample(lang).titled("Desa <Ngasem>");
        BudgetDeskPage::new(page, &sample_year(), true, input)
    }
}

impl WorksDeskPage {
    fn new(page: Shell, kept: &Kept, may_write: bool, works: &[Work], input: WorkInput) -> WorksDeskPage {
        WorksDeskPage {
            year_href: super::address(kept),
            may_write,
            works: works_table(page.lang, works, &kept.year.currency),
            input,
            columns: WORK_COLUMNS.join(", "),
            page,
        }
    }

    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> WorksDeskPage {
        let input = WorkInput {
            title: "Drain <RT 3>".to_owned(),
            ..WorkInput::default()
        };
        let page = Shell::sample(lang).titled("Desa <Ngasem>");
        WorksDeskPage::new(page, &sample_year(), true, &sample_works(), input)
    }
}
