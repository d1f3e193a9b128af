//! Proposals for everybody: the list, one with what became of it, the form to propose, and counting oneself by telephone.

use axum::{
    Form as Sent, Router,
    extract::{Path, Query, State as Shared},
    http::{HeaderMap, Uri},
    response::Response,
    routing::{get, post},
};
use serde::Deserialize;

use super::{
    NewProposal, files, find, follow, hands, list, make,
    model::{Part, Proposal, State, Sum, Unconfirmed, sum},
    support, withdraw,
};
use crate::{
    catalog::contributions::callers::Caller,
    evidence::{
        self, asking,
        model::{Audience, Entry, mask::mask},
        pages::{Tag, Told},
    },
    platform::{
        app::App,
        html::{
            Shell,
            parts::{Cell, Choice, SummaryRow},
        },
        i18n::Lang,
        message::Address,
        op::Op,
        page::{field_errors, render, render_refused, shell},
        problem::{Kind, Problem, Result},
        told,
    },
    village::{
        voice::{
            self, Asked, Person, Ticket,
            counting::{TAKEN_BACK_BY_PHONE, Way},
            view::{Field, Form, Grid, VoicePage, Weight, link, link_cell, village_row},
        },
        year::pages::{SHAPES, day_cell, split},
    },
};

/// What a proposal's page says once.
const SAID: [&str; 6] = [
    "village-proposals-said-made",
    "village-proposals-said-asked",
    "village-proposals-said-counted",
    "village-proposals-said-before",
    "village-proposals-said-taken-back",
    "village-proposals-said-not-counted",
];

/// The routes of this file.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/proposals", get(all))
        .route("/proposals.json", get(all_as_json))
        .route("/proposals.csv", get(all_as_csv))
        .route("/proposals/new", get(form).post(take))
        .route("/proposals/{code}", get(one))
        .route("/proposals/{code}/support", get(ask_phone).post(send_code))
        .route("/proposals/{code}/support/code", post(count))
        .route(
            "/proposals/{code}/withdraw",
            get(ask_phone_back).post(send_code_back),
        )
}

/// What a list is narrowed to.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Narrowed {
    pub place: String,
}

impl Narrowed {
    /// The place, where one is named.
    #[must_use]
    pub fn place(&self) -> Option<&str> {
        Some(self.place.trim()).filter(|place| !place.is_empty())
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Typed {
    place: String,
    title: String,
    text: String,
    group: String,
    phone: String,
    email: String,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Supporter {
    phone: String,
    follow: String,
    ticket: String,
    code: String,
}

async fn all(Shared(app): Shared<App>, op: Op, uri: Uri, Query(asked): Query<Narrowed>) -> Result<Response> {
    let lang = op.lang;
    let rows = rows(&app, lang, &list(&app, asked.place()).await?, "").await?;
    let page = shell(&app, &op, &uri)
        .titled(lang.text("village-proposals-title"))
        .described(lang.text("village-proposals-lead"))
        .crumb(lang.text("village-proposals-title"), "")
        .shapes(&SHAPES);
    let new = match asked.place() {
        Some(place) => format!("/proposals/new?place={place}"),
        None => "/proposals/new".to_owned(),
    };
    let view = VoicePage {
        lead: vec![lang.text("village-proposals-lead").into()],
        tables: vec![grid(lang, rows)],
        ..VoicePage::new(page)
    };
    let view = view.acting(new, "village-proposals-new");
    render(&view.link("/villages", "village-list-all"))
}

async fn all_as_json(Shared(app): Shared<App>, Query(asked): Query<Narrowed>) -> Result<Response> {
    Ok(files::list_as_json(&list(&app, asked.place()).await?))
}

async fn all_as_csv(Shared(app): Shared<App>, Query(asked): Query<Narrowed>) -> Result<Response> {
    files::list_as_csv(&list(&app, asked.place()).await?)
}

async fn one(
    Shared(app): Shared<App>,
    op: Op,
    uri: Uri,
    headers: HeaderMap,
    Path(address): Path<String>,
) -> Result<Response> {
    let (code, shape) = split(&address);
    let proposal = find(&app, code).await?;
    if let State::Hidden { why } = &proposal.state {
        return Err(Problem::gone("village-proposals-hidden").with("why", mask(why)));
    }
    match shape {
        Some("json") => return Ok(files::one_as_json(&proposal, &hands(&app, &proposal).await?)),
        Some(_) => return files::one_as_csv(&proposal, &hands(&app, &proposal).await?),
        None => {}
    }
    let page = told::shell_with(&headers, shell(&app, &op, &uri), &SAID).shapes(&SHAPES);
    let mut view = view(&app, op.lang, page, &proposal).await?;
    if proposal.state == State::Open {
        view = view.acting(
            format!("{}/support", proposal.path()),
            "village-proposals-support",
        );
        view = view.link(
            format!("{}/withdraw", proposal.path()),
            "village-proposals-withdraw",
        );
    }
    view = view.link(format!("{}/follow", proposal.path()), "village-voice-mail-link");
    told::render_once(&headers, &uri, &view)
}

async fn form(Shared(app): Shared<App>, op: Op, uri: Uri, Query(asked): Query<Narrowed>) -> Result<Response> {
    let typed = Typed {
        place: asked.place,
        ..Typed::default()
    };
    render(&new_page(shell(&app, &op, &uri), &typed))
}

async fn take(
    Shared(app): Shared<App>,
    op: Op,
    uri: Uri,
    headers: HeaderMap,
    caller: Caller,
    Sent(typed): Sent<Typed>,
) -> Result<Response> {
    let new = NewProposal {
        place: typed.place.clone(),
        title: typed.title.clone(),
        text: typed.text.clone(),
        group: typed.group.clone(),
        phone: typed.phone.clone(),
        email: typed.email.clone(),
    };
    match make(&app, &op, caller, &new).await {
        Ok(proposal) => {
            let is_asked = typed.phone.trim().is_empty() && !typed.email.trim().is_empty();
            let said = match is_asked && asking::is_offered(&app) {
                true => "village-proposals-said-asked",
                false => "village-proposals-said-made",
            };
            Ok(told::redirect(&app, &headers, &proposal.path(), said))
        }
        Err(problem) if problem.kind() == Kind::Invalid => {
            let mut page = shell(&app, &op, &uri);
            page.errors = field_errors(&problem, &op);
            render_refused(&problem, &new_page(page, &typed))
        }
        Err(problem) => Err(problem),
    }
}

async fn ask_phone(Shared(app): Shared<App>, op: Op, uri: Uri, Path(code): Path<String>) -> Result<Response> {
    let proposal = open(&app, &code).await?;
    render(&phone_page(
        &app,
        shell(&app, &op, &uri),
        (&proposal, Act::Support),
        "",
    ))
}

async fn ask_phone_back(
    Shared(app): Shared<App>,
    op: Op,
    uri: Uri,
    Path(code): Path<String>,
) -> Result<Response> {
    let proposal = open(&app, &code).await?;
    render(&phone_page(
        &app,
        shell(&app, &op, &uri),
        (&proposal, Act::Withdraw),
        "",
    ))
}

async fn send_code(
    Shared(app): Shared<App>,
    op: Op,
    uri: Uri,
    caller: Caller,
    Path(code): Path<String>,
    Sent(typed): Sent<Supporter>,
) -> Result<Response> {
    let proposal = open(&app, &code).await?;
    send(&app, &op, &uri, caller, (&proposal, Act::Support, &typed)).await
}

async fn send_code_back(
    Shared(app): Shared<App>,
    op: Op,
    uri: Uri,
    caller: Caller,
    Path(code): Path<String>,
    Sent(typed): Sent<Supporter>,
) -> Result<Response> {
    let proposal = open(&app, &code).await?;
    send(&app, &op, &uri, caller, (&proposal, Act::Withdraw, &typed)).await
}

async fn send(
    app: &App,
    op: &Op,
    uri: &Uri,
    caller: Caller,
    (proposal, act, typed): (&Proposal, Act, &Supporter),
) -> Result<Response> {
    let asked = Asked {
        matter: &proposal.matter(),
        phone: &typed.phone,
        choices: Vec::new(),
        follows: act == Act::Support && !typed.follow.is_empty(),
        withdraws: act == Act::Withdraw,
    };
    let mut page = shell(app, op, uri);
    match voice::send_code(app, op, caller, asked).await {
        Ok(ticket) => render(&code_page(page, (proposal, act), ticket)),
        Err(problem) if problem.kind() == Kind::Invalid => {
            page.errors = field_errors(&problem, op);
            render_refused(&problem, &phone_page(app, page, (proposal, act), &typed.phone))
        }
        Err(problem) => Err(problem),
    }
}

async fn count(
    Shared(app): Shared<App>,
    op: Op,
    uri: Uri,
    headers: HeaderMap,
    Path(code): Path<String>,
    Sent(typed): Sent<Supporter>,
) -> Result<Response> {
    let proposal = open(&app, &code).await?;
    match counted(&app, &op, &proposal, &typed).await {
        Ok(said) => Ok(told::redirect(&app, &headers, &proposal.path(), said)),
        Err(problem) if problem.kind() == Kind::Invalid && !problem.fields().is_empty() => {
            let mut page = shell(&app, &op, &uri);
            page.errors = field_errors(&problem, &op);
            let ticket = Ticket::read(&app, &typed.ticket, &proposal.matter())?;
            let act = match ticket.withdraws {
                true => Act::Withdraw,
                false => Act::Support,
            };
            render_refused(&problem, &code_page(page, (&proposal, act), typed.ticket))
        }
        Err(problem) => Err(problem),
    }
}

/// Counts whoever typed the right code; returns what to say.
async fn counted(app: &App, op: &Op, proposal: &Proposal, typed: &Supporter) -> Result<&'static str> {
    let ticket = Ticket::read(app, &typed.ticket, &proposal.matter())?;
    let phone = ticket.phone(app)?;
    voice::take_code(app, op, &ticket, &typed.code).await?;
    let mut tx = app.db.begin().await?;
    let person = Person::Phone(phone.clone());
    if ticket.withdraws {
        let is_taken = withdraw(&mut tx, op, proposal, &person, &TAKEN_BACK_BY_PHONE).await?;
        tx.commit().await?;
        return Ok(match is_taken {
            true => "village-proposals-said-taken-back",
            false => "village-proposals-said-not-counted",
        });
    }
    let is_new = support(&mut tx, op, proposal, &person, Way::Phone).await?;
    if ticket.follows {
        follow(&mut tx, op, proposal, Address::Sms(phone)).await?;
    }
    tx.commit().await?;
    Ok(match is_new {
        true => "village-proposals-said-counted",
        false => "village-proposals-said-before",
    })
}

/// What somebody does by telephone.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Act {
    Support,
    Withdraw,
}

impl Act {
    fn text(self) -> &'static str {
        match self {
            Act::Support => "village-proposals-support",
            Act::Withdraw => "village-proposals-withdraw",
        }
    }
}

async fn open(app: &App, code: &str) -> Result<Proposal> {
    let proposal = find(app, code).await?;
    match proposal.state {
        State::Open => Ok(proposal),
        _ => Err(Problem::conflict("village-proposals-closed")),
    }
}

/// The rows of a list of proposals; `base` stands before the address of each.
///
/// # Errors
/// When the database fails.
pub async fn rows(app: &App, lang: Lang, listed: &[Proposal], base: &str) -> Result<Vec<Vec<Cell>>> {
    let mut rows = Vec::with_capacity(listed.len());
    for proposal in listed {
        let total = match proposal.total() {
            Some(n) => Cell::number(lang.number(n), f64::from(n)),
            None => Cell::number(lang.text("village-proposals-few"), f64::NAN),
        };
        rows.push(vec![
            link_cell(&format!("{base}{}", proposal.path()), &mask(&proposal.title)),
            Cell::text(voice::place_name(app, lang.code(), &proposal.place).await?),
            Cell::text(tag(lang, &proposal.state).text),
            total,
            day_cell(proposal.made_on, &lang.date(proposal.made_on)),
        ]);
    }
    Ok(rows)
}

/// The table of a list of proposals.
#[must_use]
pub fn grid(lang: Lang, rows: Vec<Vec<Cell>>) -> Grid {
    Grid {
        caption: lang.text("village-proposals-title").into(),
        none: lang.text("village-proposals-none").into(),
        head: vec![
            Cell::text(lang.text("village-proposals-what")),
            Cell::text(lang.text("village-voice-village")),
            Cell::text(lang.text("village-voice-stands")),
            Cell::over_numbers(lang.text("village-proposals-supporters")),
            Cell::text(lang.text("village-proposals-made-on")),
        ],
        rows,
    }
}

/// A proposal as everybody reads it.
///
/// # Errors
/// When the database fails.
pub async fn view(app: &App, lang: Lang, page: Shell, proposal: &Proposal) -> Result<VoicePage> {
    let title = mask(&proposal.title);
    let hands = hands(app, proposal).await?;
    let told = evidence::timeline(app, &proposal.subject(), Audience::Public).await?;
    let page = page
        .titled(&title)
        .crumb(lang.text("village-proposals-title"), "/proposals")
        .crumb(&title, "");
    let supported = sum(&proposal.support, &hands);
    let mut lead = vec![supported_in_words(lang, &supported)];
    if hands.len() > 1 {
        lead.push(lang.text("village-proposals-fullest").into());
    }
    if supported.is_mostly_attested {
        lead.push(lang.text("village-proposals-mostly-attested").into());
    }
    match supported.unconfirmed {
        Unconfirmed::None => {}
        Unconfirmed::Few => lead.push(lang.text("village-proposals-unconfirmed-few").into()),
        Unconfirmed::Many(n) => lead.push(lang.text("village-proposals-unconfirmed").n("n", n).into()),
    }
    Ok(VoicePage {
        tag: Some(tag(lang, &proposal.state)),
        lead,
        text: mask(&proposal.text),
        facts: facts(app, lang, proposal).await?,
        tables: match hands.is_empty() {
            true => Vec::new(),
            false => vec![hall_grid(lang, &hands)],
        },
        entries: told.iter().map(|entry| in_words(app, lang, entry)).collect(),
        ..VoicePage::new(page)
    })
}

fn hall_grid(lang: Lang, hands: &[super::model::Hands]) -> Grid {
    let rows = hands
        .iter()
        .map(|hands| {
            vec![
                day_cell(hands.held_on, &lang.date(hands.held_on)),
                Cell::text(mask(&hands.occasion)),
                Cell::number(lang.number(hands.n), f64::from(hands.n)),
            ]
        })
        .collect();
    Grid {
        caption: lang.text("village-proposals-halls").into(),
        none: String::new(),
        head: vec![
            Cell::text(lang.text("village-voice-day")),
            Cell::text(lang.text("village-voice-occasion")),
            Cell::over_numbers(lang.text("village-proposals-hands")),
        ],
        rows,
    }
}

async fn facts(app: &App, lang: Lang, proposal: &Proposal) -> Result<Vec<SummaryRow>> {
    let row = |id: &'static str, value: String| SummaryRow::new(lang.text(id), value);
    let place = voice::place_name(app, lang.code(), &proposal.place).await?;
    let by = match &proposal.group {
        Some(group) => mask(group),
        None => lang.text("village-proposals-by-resident").into(),
    };
    let mut facts = vec![
        row("village-voice-code-label", proposal.code.clone()),
        village_row(lang, &proposal.place, &place),
        row("village-proposals-by", by),
        row("village-proposals-made-on", lang.date(proposal.made_on)),
    ];
    if let Some(cost) = &proposal.cost {
        facts.push(row(
            "village-proposals-cost",
            money(lang, cost.amount, &cost.currency),
        ));
        facts.push(row("village-proposals-basis", mask(&cost.basis)));
    }
    match &proposal.state {
        State::Taken { commitment } => {
            let promise = link(&format!("/commitments/{commitment}"), commitment);
            facts.push(SummaryRow::new(lang.text("village-voice-promise"), promise));
        }
        State::Declined { why } | State::Hidden { why } => facts.push(row("village-voice-why", mask(why))),
        State::Open => {}
    }
    Ok(facts)
}

/// Support in one sentence, hall and people apart.
#[must_use]
pub fn supported_in_words(lang: Lang, sum: &Sum) -> String {
    let parts: Vec<String> = sum.parts.iter().map(|part| part_in_words(lang, part)).collect();
    match sum.total {
        _ if parts.is_empty() => lang.text("village-proposals-unsupported").into(),
        Some(total) => lang
            .text("village-proposals-supported")
            .n("n", total)
            .arg("parts", parts.join(", "))
            .into(),
        None => lang
            .text("village-proposals-supported-few")
            .arg("parts", parts.join(", "))
            .into(),
    }
}

fn part_in_words(lang: Lang, part: &Part) -> String {
    match part {
        Part::Hall { n, held_on } => lang
            .text("village-proposals-part-hall")
            .n("n", *n)
            .arg("day", lang.date(*held_on))
            .into(),
        Part::Phone(n) => lang.text("village-proposals-part-phone").n("n", *n).into(),
        Part::Desk(n) => lang.text("village-proposals-part-desk").n("n", *n).into(),
        Part::Attested(n) => lang.text("village-proposals-part-attested").n("n", *n).into(),
        Part::People(n) => lang.text("village-proposals-part-people").n("n", *n).into(),
        Part::Few => lang.text("village-proposals-part-few").into(),
    }
}

fn in_words(app: &App, lang: Lang, entry: &Entry) -> Told {
    let step = entry.what.strip_prefix("proposal.").unwrap_or_default();
    let amount = entry.facts["amount"].as_i64().unwrap_or_default();
    let currency = entry.facts["currency"].as_str().unwrap_or_default();
    Told {
        at: lang.date(app.config.day(entry.at)),
        words: lang
            .text(format!("village-proposals-step-{step}"))
            .arg("cost", money(lang, amount, currency))
            .into(),
        text: entry.text.clone().unwrap_or_default(),
    }
}

fn money(lang: Lang, amount: i64, currency: &str) -> String {
    lang.money(amount.saturating_mul(100), currency)
}

/// Where a proposal stands, as a tag.
#[must_use]
pub fn tag(lang: Lang, state: &State) -> Tag {
    let class = match state {
        State::Open => "govuk-tag--blue",
        State::Taken { .. } => "govuk-tag--green",
        State::Declined { .. } => "govuk-tag--grey",
        State::Hidden { .. } => "govuk-tag--red",
    };
    let state = state.as_str();
    Tag {
        class,
        text: lang.text(format!("village-proposals-state-{state}")).into(),
    }
}

fn new_page(page: Shell, typed: &Typed) -> VoicePage {
    let lang = page.lang;
    let page = page
        .titled(lang.text("village-proposals-new"))
        .crumb(lang.text("village-proposals-title"), "/proposals")
        .crumb(lang.text("village-proposals-new"), "");
    let form = Form {
        title: String::new(),
        lead: String::new(),
        action: "/proposals/new".into(),
        hidden: Vec::new(),
        fields: vec![
            Field::line(lang, "place", "village-voice-village", &typed.place)
                .hinted(lang, "village-voice-village-hint"),
            Field::line(lang, "title", "village-proposals-what", &typed.title)
                .hinted(lang, "village-proposals-what-hint"),
            Field::text(lang, "text", "village-proposals-why", &typed.text)
                .hinted(lang, "village-proposals-why-hint"),
            Field::line(lang, "group", "village-proposals-group", &typed.group)
                .hinted(lang, "village-proposals-group-hint"),
            Field::phone(lang, "phone", "village-voice-phone", &typed.phone)
                .hinted(lang, "village-proposals-phone-hint"),
            Field::line(lang, "email", "village-voice-email", &typed.email)
                .hinted(lang, "village-proposals-email-hint"),
        ],
        button: lang.text("village-proposals-send").into(),
        weight: Weight::Usual,
    };
    VoicePage {
        lead: vec![lang.text("village-proposals-new-lead").into()],
        forms: vec![form],
        ..VoicePage::new(page)
    }
}

fn act_page(page: Shell, proposal: &Proposal, act: Act) -> VoicePage {
    let lang = page.lang;
    let page = page
        .titled(lang.text(act.text()))
        .crumb(lang.text("village-proposals-title"), "/proposals")
        .crumb(mask(&proposal.title), proposal.path())
        .crumb(lang.text(act.text()), "");
    VoicePage {
        text: mask(&proposal.title),
        ..VoicePage::new(page)
    }
}

fn phone_page(app: &App, page: Shell, (proposal, act): (&Proposal, Act), typed: &str) -> VoicePage {
    let lang = page.lang;
    let view = act_page(page, proposal, act);
    if !voice::sends_codes(app) {
        let lead = match act {
            Act::Support => vec![
                lang.text("problem-village-voice-no-sms").into(),
                lang.text("village-proposals-by-sms-only")
                    .arg("code", &proposal.code)
                    .into(),
            ],
            Act::Withdraw => vec![lang.text("problem-village-voice-no-sms").into()],
        };
        return VoicePage { lead, ..view };
    }
    let mut fields = vec![
        Field::phone(lang, "phone", "village-voice-phone", typed).hinted(lang, "village-voice-phone-hint"),
    ];
    if act == Act::Support {
        fields.push(Field::checks(
            "follow",
            lang.text("village-voice-follow").into(),
            vec![Choice::new("yes", lang.text("village-voice-follow-yes"))],
        ));
    }
    let (path, by_sms) = match act {
        Act::Support => ("support", "village-proposals-by-sms"),
        Act::Withdraw => ("withdraw", "village-proposals-withdraw-by-sms"),
    };
    let form = Form {
        title: String::new(),
        lead: String::new(),
        action: format!("{}/{path}", proposal.path()),
        hidden: Vec::new(),
        fields,
        button: lang.text("village-voice-send-code").into(),
        weight: Weight::Usual,
    };
    VoicePage {
        lead: vec![lang.text(by_sms).arg("code", &proposal.code).into()],
        forms: vec![form],
        ..view
    }
}

fn code_page(page: Shell, (proposal, act): (&Proposal, Act), ticket: String) -> VoicePage {
    let lang = page.lang;
    let form = Form {
        title: String::new(),
        lead: lang.text("village-voice-code-sent").into(),
        action: format!("{}/support/code", proposal.path()),
        hidden: vec![("ticket", ticket)],
        fields: vec![Field::number(lang, "code", "village-voice-code-typed", "")],
        button: lang.text(act.text()).into(),
        weight: Weight::Usual,
    };
    VoicePage {
        forms: vec![form],
        ..act_page(page, proposal, act)
    }
}
