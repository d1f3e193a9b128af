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
    MOST_LISTED, NewProposal, Promise, complete, cost, count_hands, decline,
    drafts::{self, Draft},
    find, hide,
    model::{Cost, Hands, Proposal, State},
    pages::{Narrowed, grid, rows, view},
    store, support_at_desk, take, withdraw_at_desk,
};
use crate::{
    platform::{
        app::App,
        html::{
            Shell,
            parts::{Cell, Choice},
        },
        i18n::Lang,
        op::Op,
        page::{field_errors, render, render_refused, shell},
        problem::{Kind, Problem, Result},
        told,
    },
    village::{
        READERS, is_operator, require_operator,
        voice::{
            self, Person, Visitor,
            view::{Field, Form, Grid, VoicePage, Weight, link_cell, owners},
        },
    },
};

/// What the desk's page of a proposal says once.
const SAID: [&str; 3] = [
    "village-proposals-said-counted",
    "village-proposals-said-taken-back",
    "village-voice-said-saved",
];

/// The routes of this file.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/desk/proposals", get(all))
        .route("/desk/proposals/{code}", get(one).post(act))
        .route("/desk/proposals/drafts/{draft}", get(draft).post(act_on_draft))
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
    attested: String,
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
    title: String,
    text: String,
    group: String,
}

impl Input {
    fn person(&self, app: &App) -> Result<Person> {
        let visitor = Visitor {
            phone: &self.phone,
            name: &self.name,
            birth_year: &self.birth_year,
            attested: !self.attested.is_empty(),
        };
        voice::person(app, visitor)
    }
}

async fn all(
    Shared(app): Shared<App>,
    op: Op,
    uri: Uri,
    headers: HeaderMap,
    Query(asked): Query<Narrowed>,
) -> Result<Response> {
    op.require(&READERS)?;
    let lang = op.lang;
    let listed = store::list(&app.db, asked.place(), MOST_LISTED).await?;
    let page = told::shell_with(&headers, shell(&app, &op, &uri), &SAID)
        .titled(lang.text("village-proposals-title"))
        .crumb(lang.text("village-voice-desk"), "/desk")
        .crumb(lang.text("village-proposals-title"), "");
    let mut tables = vec![grid(lang, rows(&app, lang, &listed, "/desk").await?)];
    let waiting = drafts::list(&app, &op).await?;
    if !waiting.is_empty() {
        tables.insert(0, draft_grid(&app, lang, &waiting).await?);
    }
    let view = VoicePage {
        lead: receives_only(&app, lang),
        tables,
        ..VoicePage::new(page)
    };
    told::render_once(
        &headers,
        &uri,
        &view.link("/proposals", "village-proposals-public"),
    )
}

/// Says so where text messages come in and none go out, so that nobody can be asked back.
fn receives_only(app: &App, lang: Lang) -> Vec<String> {
    match voice::sends_codes(app) {
        true => Vec::new(),
        false => vec![lang.text("village-voice-receives-only").into()],
    }
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
            support_at_desk(app, op, proposal, &input.person(app)?).await?;
            return Ok("village-proposals-said-counted");
        }
        "withdraw" => {
            require_operator(op, &proposal.place)?;
            withdraw_at_desk(app, op, proposal, &input.person(app)?).await?;
            return Ok("village-proposals-said-taken-back");
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
    page.lead.extend(receives_only(app, lang));
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
    let deeds = ["support", "withdraw"]
        .map(|deed| {
            Choice::new(deed, lang.text(format!("village-proposals-deed-{deed}"))).chosen_if(&input.act)
        })
        .into();
    let mut fields = vec![Field::select(lang, "act", "village-proposals-deed", deeds)];
    let typed = Visitor {
        phone: &input.phone,
        name: &input.name,
        birth_year: &input.birth_year,
        attested: !input.attested.is_empty(),
    };
    fields.extend(voice::view::visitor_fields(lang, typed));
    let mut form = form(lang, proposal, "support", fields);
    // What is done is chosen in the form.
    form.hidden.retain(|(name, _)| *name != "act");
    form.lead = lang.text("village-voice-desk-lead").into();
    form
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

async fn draft_grid(app: &App, lang: Lang, waiting: &[Draft]) -> Result<Grid> {
    let mut rows = Vec::with_capacity(waiting.len());
    for draft in waiting {
        rows.push(vec![
            link_cell(&draft.desk_path(), &draft.code),
            Cell::text(voice::place_name(app, lang.code(), &draft.place).await?),
            Cell::text(lang.date(app.config.day(draft.made_at))),
        ]);
    }
    Ok(Grid {
        caption: lang.text("village-proposals-drafts").into(),
        none: String::new(),
        head: vec![
            Cell::text(lang.text("village-voice-code-label")),
            Cell::text(lang.text("village-voice-village")),
            Cell::text(lang.text("village-proposals-made-on")),
        ],
        rows,
    })
}

async fn draft(Shared(app): Shared<App>, op: Op, uri: Uri, Path(code): Path<String>) -> Result<Response> {
    op.require(&READERS)?;
    let draft = drafts::find(&app, &code).await?;
    require_operator(&op, &draft.place)?;
    render(&draft_page(&app, shell(&app, &op, &uri), &draft, &Input::default()).await?)
}

async fn act_on_draft(
    Shared(app): Shared<App>,
    op: Op,
    uri: Uri,
    headers: HeaderMap,
    Path(code): Path<String>,
    Sent(input): Sent<Input>,
) -> Result<Response> {
    op.require(&READERS)?;
    let draft = drafts::find(&app, &code).await?;
    require_operator(&op, &draft.place)?;
    match done_with_draft(&app, &op, &draft, &input).await {
        Ok(to) => Ok(told::redirect(&app, &headers, &to, "village-voice-said-saved")),
        Err(problem) if matches!(problem.kind(), Kind::Invalid | Kind::Conflict) => {
            let mut page = shell(&app, &op, &uri);
            page.errors = field_errors(&problem, &op);
            render_refused(&problem, &draft_page(&app, page, &draft, &input).await?)
        }
        Err(problem) => Err(problem),
    }
}

/// Completes a draft or drops it; returns where to go on.
async fn done_with_draft(app: &App, op: &Op, draft: &Draft, input: &Input) -> Result<String> {
    match input.act.as_str() {
        "complete" => {
            let new = NewProposal {
                title: input.title.clone(),
                text: input.text.clone(),
                group: input.group.clone(),
                ..NewProposal::default()
            };
            let proposal = complete(app, op, draft, &new).await?;
            Ok(format!("/desk{}", proposal.path()))
        }
        "drop" => {
            drafts::drop_it(app, op, draft, &input.why).await?;
            Ok("/desk/proposals".to_owned())
        }
        _ => Err(Problem::invalid("village-voice-act-unknown")),
    }
}

async fn draft_page(app: &App, page: Shell, draft: &Draft, input: &Input) -> Result<VoicePage> {
    let lang = page.lang;
    let title = lang.text("village-proposals-draft").arg("code", &draft.code);
    let page = page
        .titled(title)
        .crumb(lang.text("village-voice-desk"), "/desk")
        .crumb(lang.text("village-proposals-title"), "/desk/proposals")
        .crumb(draft.code.as_str(), "");
    let place = voice::place_name(app, lang.code(), &draft.place).await?;
    let written = draft.text(app)?;
    let text = match input.text.is_empty() {
        true => written.as_str(),
        false => &input.text,
    };
    let fields = vec![
        Field::line(lang, "title", "village-proposals-what", &input.title)
            .hinted(lang, "village-proposals-what-hint"),
        Field::text(lang, "text", "village-proposals-why", text).hinted(lang, "village-proposals-why-hint"),
        Field::line(lang, "group", "village-proposals-group", &input.group)
            .hinted(lang, "village-proposals-group-hint"),
    ];
    let why = Field::text(lang, "why", "village-voice-why", &input.why);
    Ok(VoicePage {
        lead: vec![lang.text("village-proposals-draft-lead").into()],
        text: written.clone(),
        facts: vec![voice::view::village_row(lang, &draft.place, &place)],
        forms: vec![
            draft_form(lang, draft, "complete", fields),
            draft_form(lang, draft, "drop", vec![why]),
        ],
        ..VoicePage::new(page)
    })
}

/// A form that does one thing with a draft.
fn draft_form(lang: Lang, draft: &Draft, act: &'static str, fields: Vec<Field>) -> Form {
    let title: String = lang.text(format!("village-proposals-draft-{act}")).into();
    Form {
        button: title.clone(),
        title,
        lead: String::new(),
        action: draft.desk_path(),
        hidden: vec![("act", act.to_owned())],
        fields,
        weight: match act {
            "drop" => Weight::Final,
            _ => Weight::Usual,
        },
    }
}
