//! Contributions at the desk: what waits to be looked at, and what becomes of it.

use askama::Template;
use axum::{
    Form, Router,
    extract::{Path, Query, State as Shared},
    http::Uri,
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use serde::Deserialize;

use super::{
    DECIDERS, dataset_of, decide, find, list_all,
    model::{Contribution, DecisionInput, Kind, State},
    pages::{Card, card, state_in_words},
};
use crate::{
    accounts,
    platform::{
        app::App,
        html::{Shell, parts::Choice},
        i18n::Lang,
        op::Op,
        page::{field_errors, render, render_refused, shell},
        problem::{Kind as ProblemKind, Problem, Result},
    },
};

/// Contributions a list shows.
const MOST_LISTED: i64 = 500;

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
    rows: Vec<Row>,
}

/// A contribution as a row of the list.
pub struct Row {
    href: String,
    title: String,
    kind: String,
    card: Card,
}

#[derive(Template)]
#[template(path = "catalog/contributions/desk_one.html")]
pub struct DeskContributionPage {
    page: Shell,
    code: String,
    card: Card,
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
}

async fn list(Shared(app): Shared<App>, op: Op, uri: Uri, Query(asked): Query<Asked>) -> Result<Response> {
    op.require(&DECIDERS)?;
    let state = asked.state.as_deref().unwrap_or(State::Waiting.as_str());
    let listed = list_all(
        &app,
        &op,
        Kind::parse(&asked.kind),
        State::parse(state),
        MOST_LISTED,
    )
    .await?;
    let lang = op.lang;
    let all = |chosen: &str| Choice::new("", lang.text("catalog-contributions-all")).chosen_if(chosen);
    let states =
        State::ALL.map(|each| Choice::new(each.as_str(), state_in_words(lang, each)).chosen_if(state));
    let kinds =
        Kind::ALL.map(|each| Choice::new(each.as_str(), kind_in_words(lang, each)).chosen_if(&asked.kind));
    let title = lang.text("catalog-contributions-desk").to_string();
    render(&DeskContributionsPage {
        page: shell(&app, &op, &uri)
            .titled(&title)
            .crumb(lang.text("catalog-desk"), "/desk/data")
            .crumb(title, ""),
        kinds: std::iter::once(all(&asked.kind)).chain(kinds).collect(),
        states: std::iter::once(all(state)).chain(states).collect(),
        rows: listed.iter().map(|each| Row::of(&app, lang, each)).collect(),
    })
}

async fn one(Shared(app): Shared<App>, op: Op, uri: Uri, Path(code): Path<String>) -> Result<Response> {
    op.require(&DECIDERS)?;
    let found = find(&app, &code).await?;
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
    let decisions = State::ALL
        .into_iter()
        .filter(|to| found.state.may_become(*to, found.kind))
        .map(|to| {
            Choice::new(
                to.as_str(),
                lang.text(format!("catalog-contributions-decide-{}", to.as_str())),
            )
            .hinted(lang.text(format!("catalog-contributions-decide-{}-hint", to.as_str())))
            .chosen_if(&input.to)
        });
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
        card: card(app, lang, found),
        dataset: dataset.map(|dataset| (format!("/data/{}", dataset.slug), dataset.title)),
        decisions: decisions.collect(),
        owners: std::iter::once(none).chain(owners).collect(),
        is_wanted: found.kind == Kind::Wanted,
        input,
    })
}

fn kind_in_words(lang: Lang, kind: Kind) -> String {
    lang.text(format!("catalog-contributions-kind-{}", kind.as_str()))
        .to_string()
}

impl Row {
    fn of(app: &App, lang: Lang, each: &Contribution) -> Row {
        let card = card(app, lang, each);
        Row {
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
        DeskContributionsPage {
            page: Shell::sample(lang).titled(lang.text("catalog-contributions-desk")),
            kinds: vec![Choice::new("wanted", kind_in_words(lang, Kind::Wanted))],
            states: vec![Choice::new("waiting", state_in_words(lang, State::Waiting))],
            rows: vec![Row {
                href: "/desk/contributions/K7MQ4XTD".into(),
                title: "Bus stops <all>".into(),
                kind: kind_in_words(lang, Kind::Wanted),
                card: Card::sample(lang),
            }],
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
