//! Proposals at the desk: people counted who came there, hands in the hall, the cost, and what the village decides.

use axum::{
    Form as Sent, Router,
    extract::{Path, Query, State as Shared},
    http::{HeaderMap, Uri},
    response::Response,
    routing::get,
};
use serde::Deserialize;

use super::{
    MOST_LISTED, Promise, cost, count_hands, decline, find, hide,
    model::{Cost, Hands, Proposal, State},
    pages::{Narrowed, grid, rows, view},
    store, support_at_desk, take,
};
use crate::{
    platform::{
        app::App,
        html::Shell,
        i18n::Lang,
        op::Op,
        page::{field_errors, render, render_refused, shell},
        problem::{Kind, Problem, Result},
        told,
    },
    village::{
        READERS, is_operator, require_operator,
        voice::{
            self,
            view::{Field, Form, VoicePage, Weight, owners},
        },
    },
};

/// What the desk's page of a proposal says once.
const SAID: [&str; 2] = ["village-proposals-said-counted", "village-voice-said-saved"];

/// The routes of this file.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/desk/proposals", get(all))
        .route("/desk/proposals/{code}", get(one).post(act))
}

/// Any form of a proposal's page as it was sent.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Input {
    act: String,
    revision: String,
    phone: String,
    name: String,
    birth_year: String,
    hands: String,
    occasion: String,
    held_on: String,
    cost: String,
    currency: String,
    basis: String,
    promise: String,
    owner: String,
    post: String,
    due_on: String,
    why: String,
    why_hidden: String,
}

async fn all(Shared(app): Shared<App>, op: Op, uri: Uri, Query(asked): Query<Narrowed>) -> Result<Response> {
    op.require(&READERS)?;
    let lang = op.lang;
    let listed = store::list(&app.db, asked.place(), MOST_LISTED).await?;
    let page = shell(&app, &op, &uri)
        .titled(lang.text("village-proposals-title"))
        .crumb(lang.text("village-voice-desk"), "/desk")
        .crumb(lang.text("village-proposals-title"), "");
    let view = VoicePage {
        tables: vec![grid(lang, rows(&app, lang, &listed, "/desk").await?)],
        ..VoicePage::new(page)
    };
    render(&view.link("/proposals", "village-proposals-public"))
}

async fn one(
    Shared(app): Shared<App>,
    op: Op,
    uri: Uri,
    headers: HeaderMap,
    Path(code): Path<String>,
) -> Result<Response> {
    op.require(&READERS)?;
    let proposal = find(&app, &code).await?;
    let page = told::shell_with(&headers, shell(&app, &op, &uri), &SAID);
    let view = desk_page(&app, &op, page, &proposal, &Input::default()).await?;
    told::render_once(&headers, &uri, &view)
}

async fn act(
    Shared(app): Shared<App>,
    op: Op,
    uri: Uri,
    headers: HeaderMap,
    Path(code): Path<String>,
    Sent(input): Sent<Input>,
) -> Result<Response> {
    op.require(&READERS)?;
    let proposal = find(&app, &code).await?;
    match done(&app, &op, &proposal, &input).await {
        Ok(said) => Ok(told::redirect(
            &app,
            &headers,
            &format!("/desk{}", proposal.path()),
            said,
        )),
        Err(problem) if matches!(problem.kind(), Kind::Invalid | Kind::Conflict) => {
            let mut page = shell(&app, &op, &uri);
            page.errors = field_errors(&problem, &op);
            let view = desk_page(&app, &op, page, &proposal, &input).await?;
            render_refused(&problem, &view)
        }
        Err(problem) => Err(problem),
    }
}

async fn done(app: &App, op: &Op, proposal: &Proposal, input: &Input) -> Result<&'static str> {
    let seen = input.revision.trim().parse::<i64>().ok();
    let proposal = &Proposal {
        revision: seen.unwrap_or(proposal.revision),
        ..proposal.clone()
    };
    match input.act.as_str() {
        "support" => {
            require_operator(op, &proposal.place)?;
            let person = voice::person(app, &input.phone, &input.name, &input.birth_year)?;
            support_at_desk(app, op, proposal, &person).await?;
            return Ok("village-proposals-said-counted");
        }
        "hands" => {
            voice::require_counter(app, op, &proposal.place).await?;
            let hands = Hands {
                held_on: voice::day("held_on", &input.held_on)?,
                occasion: input.occasion.clone(),
                n: voice::number("hands", &input.hands)?,
            };
            count_hands(app, op, proposal, &hands).await?;
        }
        "cost" => {
            require_operator(op, &proposal.place)?;
            let typed = Cost {
                amount: amount(&input.cost)?,
                currency: input.currency.trim().to_ascii_uppercase(),
                basis: input.basis.trim().to_owned(),
            };
            cost(app, op, proposal, &typed).await?;
        }
        "take" => {
            let promise = Promise {
                promise: input.promise.clone(),
                owner: input.owner.clone(),
                post: input.post.clone(),
                due_on: input.due_on.clone(),
            };
            take(app, op, proposal, &promise).await?;
        }
        "decline" => decline(app, op, proposal, &input.why).await?,
        "hide" => hide(app, op, proposal, &input.why_hidden).await?,
        _ => return Err(Problem::invalid("village-voice-act-unknown")),
    }
    Ok("village-voice-said-saved")
}

/// Reads a sum of money in whole units, with dots, commas or spaces between thousands.
fn amount(typed: &str) -> Result<i64> {
    let digits: String = typed
        .chars()
        .filter(|c| !matches!(c, '.' | ',' | ' ' | '\u{a0}'))
        .collect();
    digits
        .parse()
        .map_err(|_| Problem::invalid("fields").field("cost", "village-proposals-cost"))
}

async fn desk_page(app: &App, op: &Op, page: Shell, proposal: &Proposal, input: &Input) -> Result<VoicePage> {
    let lang = op.lang;
    let mut page = view(app, lang, page, proposal).await?.at_desk();
    let is_operator = is_operator(op, &proposal.place);
    let is_open = proposal.state == State::Open;
    if is_open && is_operator {
        page.forms.push(support_form(lang, proposal, input));
    }
    if is_open && voice::may_count(app, op, &proposal.place).await? {
        page.forms.push(hands_form(lang, proposal, input));
    }
    if is_open && is_operator {
        page.forms.push(cost_form(lang, proposal, input));
        if proposal.cost.is_some() {
            let owners = owners(app, op, &input.owner).await?;
            let fields = vec![
                Field::text(
                    lang,
                    "promise",
                    "village-voice-promise",
                    &promise_of(proposal, input),
                ),
                Field::select(lang, "owner", "village-voice-owner", owners),
                Field::line(lang, "post", "village-voice-post", &input.post),
                Field::day(lang, "due_on", "village-voice-due", &input.due_on),
            ];
            page.forms.push(form(lang, proposal, "take", fields));
        }
        let why = Field::text(lang, "why", "village-voice-why", &input.why);
        page.forms.push(form(lang, proposal, "decline", vec![why]));
    }
    if is_operator && !matches!(proposal.state, State::Hidden { .. }) {
        let why = Field::text(lang, "why_hidden", "village-voice-why", &input.why_hidden);
        page.forms.push(form(
            lang,
            proposal,
            "hide",
            vec![why.hinted(lang, "village-proposals-hide-hint")],
        ));
    }
    Ok(page.link(proposal.path(), "village-proposals-public-one"))
}

fn promise_of(proposal: &Proposal, input: &Input) -> String {
    match input.promise.is_empty() {
        true => proposal.title.clone(),
        false => input.promise.clone(),
    }
}

fn support_form(lang: Lang, proposal: &Proposal, input: &Input) -> Form {
    let fields = vec![
        Field::phone(lang, "phone", "village-voice-phone", &input.phone)
            .hinted(lang, "village-proposals-desk-phone-hint"),
        Field::line(lang, "name", "village-proposals-desk-name", &input.name)
            .hinted(lang, "village-proposals-desk-name-hint"),
        Field::number(
            lang,
            "birth_year",
            "village-proposals-desk-birth",
            &input.birth_year,
        ),
    ];
    form(lang, proposal, "support", fields)
}

fn hands_form(lang: Lang, proposal: &Proposal, input: &Input) -> Form {
    let fields = vec![
        Field::number(lang, "hands", "village-proposals-hands", &input.hands),
        Field::line(lang, "occasion", "village-voice-occasion", &input.occasion),
        Field::day(lang, "held_on", "village-voice-day", &input.held_on),
    ];
    form(lang, proposal, "hands", fields)
}

fn cost_form(lang: Lang, proposal: &Proposal, input: &Input) -> Form {
    let kept = proposal.cost.as_ref();
    let shown = |typed: &str, kept: Option<String>| match typed.is_empty() {
        true => kept.unwrap_or_default(),
        false => typed.to_owned(),
    };
    let amount = shown(&input.cost, kept.map(|cost| cost.amount.to_string()));
    let currency = shown(&input.currency, kept.map(|cost| cost.currency.clone()));
    let basis = shown(&input.basis, kept.map(|cost| cost.basis.clone()));
    let fields = vec![
        Field::number(lang, "cost", "village-proposals-cost", &amount)
            .hinted(lang, "village-proposals-cost-hint"),
        Field::line(lang, "currency", "village-proposals-currency", &currency)
            .hinted(lang, "village-proposals-currency-hint"),
        Field::text(lang, "basis", "village-proposals-basis", &basis),
    ];
    form(lang, proposal, "cost", fields)
}

/// A form that does one thing with a proposal.
fn form(lang: Lang, proposal: &Proposal, act: &'static str, fields: Vec<Field>) -> Form {
    let title: String = lang.text(format!("village-proposals-act-{act}")).into();
    let weight = match act {
        "decline" | "hide" => Weight::Final,
        _ => Weight::Usual,
    };
    Form {
        button: title.clone(),
        title,
        lead: String::new(),
        action: format!("/desk{}", proposal.path()),
        hidden: vec![
            ("act", act.to_owned()),
            ("revision", proposal.revision.to_string()),
        ],
        fields,
        weight,
    }
}
