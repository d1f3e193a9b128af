//! Contributions at the desk: what waits to be looked at, and what becomes of it.

use std::{collections::HashMap, sync::Arc};

use askama::Template;
use axum::{
    Form, Router,
    extract::{Path, Query, State as Shared},
    http::Uri,
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use jiff::civil::{Date, date};
use serde::Deserialize;
use url::form_urlencoded;

use super::{
    DECIDERS, Listed, dataset_of, decide, find, find_listed, list_all,
    model::{Contribution, DecisionInput, Kind, Light, REQUEST, ServiceRequest, State, light},
    pages::card::{Card, card, state_in_words},
    require, titles_of,
};
use crate::{
    accounts,
    places::{self, model::Places},
    platform::{
        app::App,
        calendar::Calendar,
        html::{
            Shell,
            parts::{Choice, Pagination},
        },
        i18n::Lang,
        office,
        op::Op,
        page::{field_errors, render, render_refused, shell},
        problem::{Kind as ProblemKind, Problem, Result},
        time::Time,
    },
};

/// Contributions on one page of the list.
const PER_PAGE: usize = 25;

/// The routes of this file.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/desk/contributions", get(list))
        .route("/desk/contributions/{contribution}", get(one).post(take))
}

#[derive(Template)]
#[template(path = "catalog/contributions/desk.html")]
pub struct DeskContributionsPage {
    page: Shell,
    kinds: Vec<Choice>,
    states: Vec<Choice>,
    /// How many wait for too long; empty for none.
    late: String,
    /// Those of one page.
    rows: Vec<Row>,
    pages: Pagination,
}

/// A contribution as a row of the list.
pub struct Row {
    href: String,
    title: String,
    kind: String,
    /// The title of the dataset it is about; empty for none.
    dataset: String,
    wait: Option<Wait>,
    card: Card,
}

/// What the rows of a list are told with.
struct Around {
    calendar: Calendar,
    places: Arc<Places>,
    /// Titles of datasets, by their ids.
    titles: HashMap<String, String>,
}

/// Since when a contribution waits to be read: a light, and words that say the same.
pub struct Wait {
    light: Light,
    text: String,
}

#[derive(Template)]
#[template(path = "catalog/contributions/desk_one.html")]
pub struct DeskContributionPage {
    page: Shell,
    code: String,
    card: Card,
    wait: Option<Wait>,
    /// Whether it was to become a service request, and no service took it.
    is_unfiled: bool,
    dataset: Option<(String, String)>,
    decisions: Vec<Choice>,
    owners: Vec<Choice>,
    /// Whether it can be promised or answered with a dataset.
    is_wanted: bool,
    input: DecisionInput,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    kind: String,
    /// What waits, unless another is asked for.
    state: Option<String>,
    /// From 1.
    page: Option<u32>,
}

impl Asked {
    /// The address of a page of the same list.
    fn address(&self, page: u32) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        if !self.kind.is_empty() {
            query.append_pair("kind", &self.kind);
        }
        if let Some(state) = &self.state {
            query.append_pair("state", state);
        }
        query.append_pair("page", &page.to_string());
        format!("/desk/contributions?{}", query.finish())
    }
}

async fn list(Shared(app): Shared<App>, op: Op, uri: Uri, Query(asked): Query<Asked>) -> Result<Response> {
    op.require(&DECIDERS)?;
    let state = asked.state.as_deref().unwrap_or(State::Waiting.as_str());
    let listed = list_all(&app, &op, Kind::parse(&asked.kind), State::parse(state)).await?;
    let last = u32::try_from(listed.len().div_ceil(PER_PAGE)).unwrap_or(u32::MAX);
    let current = asked.page.unwrap_or(1).clamp(1, last.max(1));
    let lang = op.lang;
    let all = |chosen: &str| Choice::new("", lang.text("catalog-contributions-all")).chosen_if(chosen);
    let states =
        State::ALL.map(|each| Choice::new(each.as_str(), state_in_words(lang, each)).chosen_if(state));
    let kinds =
        Kind::ALL.map(|each| Choice::new(each.as_str(), kind_in_words(lang, each)).chosen_if(&asked.kind));
    let title = lang.text("catalog-contributions-desk").to_string();
    let calendar = office::calendar(&app).await?;
    // What waits comes first, the longest waiting first of all.
    let n_late = listed.partition_point(|each| is_late(&calendar, each, op.at));
    let first = (current as usize - 1) * PER_PAGE;
    let until = listed.len().min(first + PER_PAGE);
    let shown = find_listed(&app, &listed[first..until]).await?;
    let ids = shown
        .iter()
        .filter_map(|each| each.dataset_id.as_deref())
        .collect();
    let around = Around {
        calendar,
        places: places::all(&app).await?,
        titles: titles_of(&app, &ids).await?,
    };
    render(&DeskContributionsPage {
        page: shell(&app, &op, &uri)
            .titled(&title)
            .crumb(lang.text("catalog-desk"), "/desk/data")
            .crumb(title, ""),
        kinds: std::iter::once(all(&asked.kind)).chain(kinds).collect(),
        states: std::iter::once(all(state)).chain(states).collect(),
        late: late_in_words(lang, n_late),
        rows: shown
            .iter()
            .map(|each| Row::of(&app, &op, &around, each))
            .collect(),
        pages: Pagination::new(current, last, |page| asked.address(page)),
    })
}

async fn one(Shared(app): Shared<App>, op: Op, uri: Uri, Path(code): Path<String>) -> Result<Response> {
    op.require(&DECIDERS)?;
    let found = find(&app, &code).await?;
    require(&app, &op, &found).await?;
    render(
        &desk_one(
            &app,
            &op,
            shell(&app, &op, &uri),
            &found,
            DecisionInput::default(),
        )
        .await?,
    )
}

async fn take(
    Shared(app): Shared<App>,
    op: Op,
    uri: Uri,
    Path(code): Path<String>,
    Form(input): Form<DecisionInput>,
) -> Result<Response> {
    op.require(&DECIDERS)?;
    let found = find(&app, &code).await?;
    require(&app, &op, &found).await?;
    let done = async { decide(&app, &op, &code, &input.read()?).await };
    match done.await {
        Ok(()) => Ok(Redirect::to(&format!("/desk/contributions/{}", found.code)).into_response()),
        Err(problem) if matches!(problem.kind(), ProblemKind::Invalid | ProblemKind::Conflict) => {
            refused(&app, &op, &uri, &found, input, &problem).await
        }
        Err(problem) => Err(problem),
    }
}

async fn refused(
    app: &App,
    op: &Op,
    uri: &Uri,
    found: &Contribution,
    input: DecisionInput,
    problem: &Problem,
) -> Result<Response> {
    let mut page = shell(app, op, uri);
    page.errors = field_errors(problem, op);
    render_refused(problem, &desk_one(app, op, page, found, input).await?)
}

async fn desk_one(
    app: &App,
    op: &Op,
    page: Shell,
    found: &Contribution,
    input: DecisionInput,
) -> Result<DeskContributionPage> {
    let lang = op.lang;
    let may_become_request = found.may_become_request();
    // A question is offered the clock of a request by itself.
    let chosen = match input.to.as_str() {
        "" if found.is_question && may_become_request => REQUEST,
        to => to,
    };
    let decisions = State::ALL
        .into_iter()
        .filter(|to| found.state.may_become(*to, found.kind))
        .map(State::as_str)
        .chain(may_become_request.then_some(REQUEST))
        .map(|to| {
            Choice::new(to, lang.text(format!("catalog-contributions-decide-{to}")))
                .hinted(lang.text(format!("catalog-contributions-decide-{to}-hint")))
                .chosen_if(chosen)
        });
    let decisions: Vec<Choice> = decisions.collect();
    let calendar = office::calendar(app).await?;
    let none = Choice::new("", lang.text("catalog-none")).chosen_if(&input.owner);
    let organisations = accounts::list_organisations(app).await?;
    let owners = organisations
        .iter()
        .filter(|known| op.has_for(&DECIDERS, &known.code))
        .map(|known| Choice::new(&known.code, &known.name).chosen_if(&input.owner));
    let dataset = dataset_of(app, op, found).await?;
    let title = match found.title.as_str() {
        "" => kind_in_words(lang, found.kind),
        title => title.to_owned(),
    };
    Ok(DeskContributionPage {
        page: page
            .titled(&title)
            .crumb(lang.text("catalog-contributions-desk"), "/desk/contributions")
            .crumb(title, ""),
        code: found.code.clone(),
        card: card(app, lang, &*places::all(app).await?, found),
        wait: Wait::of(app, op, &calendar, found),
        is_unfiled: found.request == Some(ServiceRequest::Unfiled),
        dataset: dataset.map(|dataset| (format!("/data/{}", dataset.slug), dataset.title)),
        decisions,
        owners: std::iter::once(none).chain(owners).collect(),
        is_wanted: found.kind == Kind::Wanted,
        input,
    })
}

fn kind_in_words(lang: Lang, kind: Kind) -> String {
    lang.text(format!("catalog-contributions-kind-{}", kind.as_str()))
        .to_string()
}

/// Whether somebody should have read it by now.
fn is_late(calendar: &Calendar, each: &Listed, now: Time) -> bool {
    each.is_waiting && light(calendar, each.sent_at, now) != Light::White
}

/// How many wait for too long; empty for none.
fn late_in_words(lang: Lang, n: usize) -> String {
    match n {
        0 => String::new(),
        n => lang.text("catalog-contributions-n-late").n("n", n).to_string(),
    }
}

impl Wait {
    /// None for what somebody has read.
    fn of(app: &App, op: &Op, calendar: &Calendar, each: &Contribution) -> Option<Wait> {
        (each.state == State::Waiting).then(|| {
            let light = light(calendar, each.sent_at, op.at);
            Wait::new(app.config.day(each.sent_at), light, op.lang)
        })
    }

    fn new(since: Date, light: Light, lang: Lang) -> Wait {
        let text = lang.text(format!("catalog-contributions-waits-{}", light.as_str()));
        Wait {
            light,
            text: text.arg("day", lang.date(since)).to_string(),
        }
    }
}

impl Row {
    fn of(app: &App, op: &Op, around: &Around, each: &Contribution) -> Row {
        let lang = op.lang;
        let card = card(app, lang, &around.places, each);
        let title = each.dataset_id.as_ref().and_then(|id| around.titles.get(id));
        Row {
            wait: Wait::of(app, op, &around.calendar, each),
            dataset: title.cloned().unwrap_or_default(),
            href: format!("/desk/contributions/{}", each.code),
            title: match each.title.as_str() {
                "" => each.text.chars().take(80).collect(),
                title => title.to_owned(),
            },
            kind: kind_in_words(lang, each.kind),
            card,
        }
    }
}

impl DeskContributionsPage {
    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> DeskContributionsPage {
        let row = |wait: Option<Wait>| Row {
            href: "/desk/contributions/K7MQ4XTD".into(),
            title: "Bus stops <all>".into(),
            kind: kind_in_words(lang, Kind::Wanted),
            dataset: "Stops <2026>".into(),
            wait,
            card: Card::sample(lang),
        };
        let rows = vec![
            row(Some(Wait::new(date(2026, 11, 20), Light::Red, lang))),
            row(None),
        ];
        DeskContributionsPage {
            page: Shell::sample(lang).titled(lang.text("catalog-contributions-desk")),
            kinds: vec![Choice::new("wanted", kind_in_words(lang, Kind::Wanted))],
            states: vec![Choice::new("waiting", state_in_words(lang, State::Waiting))],
            late: late_in_words(lang, 1),
            rows,
            pages: Pagination::new(2, 3, |page| format!("/desk/contributions?page={page}")),
        }
    }
}

impl DeskContributionPage {
    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> DeskContributionPage {
        DeskContributionPage {
            page: Shell::sample(lang).titled("Bus stops <all>"),
            code: "K7MQ4XTD".into(),
            card: Card::sample(lang),
            wait: Some(Wait::new(date(2026, 11, 20), Light::Yellow, lang)),
            is_unfiled: true,
            dataset: Some(("/data/stops".into(), "Stops <2026>".into())),
            decisions: vec![
                Choice::new("shown", lang.text("catalog-contributions-decide-shown"))
                    .hinted(lang.text("catalog-contributions-decide-shown-hint")),
            ],
            owners: vec![Choice::new("dinas-pu", "Dinas <PU>")],
            is_wanted: true,
            input: DecisionInput {
                answer: "In <December>".into(),
                ..DecisionInput::default()
            },
        }
    }
}
