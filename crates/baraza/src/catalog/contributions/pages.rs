//! Pages for everybody: data that is wanted, showcases, what people say of a dataset, and the form to send one.

use std::time::Duration;

use askama::Template;
use axum::{
    Form, Json, Router,
    extract::{Path, Query, State as Shared},
    http::{HeaderMap, Uri, header},
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    callers::Caller,
    count_waiting, dataset_of, datasets_to_choose, find_public, list_public,
    model::{Contribution, Kind, Sent, ServiceRequest, Stands, State, is_web_address},
    places_to_choose, send, support, tracking_code,
};
use crate::{
    catalog::{
        following,
        model::THEMES,
        pages::theme,
        view::{self, Dataset},
    },
    evidence::{
        self,
        model::Audience,
        pages::{Told, in_words},
    },
    places::{self, model::Places},
    platform::{
        app::App,
        html::{Shell, parts::Choice},
        http::{came_by_tls, cookies},
        i18n::Lang,
        op::Op,
        page::{field_errors, render, render_refused, shell},
        problem::{Problem, Result},
        told,
    },
};

/// Contributions a list shows.
const MOST_LISTED: i64 = 500;
/// Says that somebody needs it too, for the page of one request for data only.
const ME_TOO: &str = "bz_need_too";
const ME_TOO_LIFE: Duration = Duration::from_secs(365 * 24 * 3_600);

/// The routes of this file.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/wanted", get(wanted))
        .route("/wanted.json", get(wanted_as_json))
        .route("/wanted.csv", get(wanted_as_csv))
        .route("/wanted/new", get(want).post(take_wanted))
        .route("/wanted/{contribution}", get(one_wanted))
        .route("/wanted/{contribution}/too", post(need_too))
        .route("/showcases", get(showcases))
        .route("/showcases.json", get(showcases_as_json))
        .route("/showcases/new", get(new_showcase).post(take_showcase))
        .route("/showcases/{contribution}", get(one_showcase))
        .route("/comments/{dataset}", get(comments).post(take_comment))
}

/// A contribution as a page shows it.
pub struct Card {
    pub href: String,
    pub title: String,
    pub text: String,
    /// Where a showcase is to be seen.
    pub url: String,
    /// Who sent it and when, and for what place or theme.
    pub facts: String,
    pub state: Tag,
    pub answer: String,
    pub n_support: String,
    /// The service request it became.
    pub request: Option<RequestLine>,
}

/// The service request that a contribution became: its code, and how it stands.
pub struct RequestLine {
    /// Empty before it has a page.
    pub href: String,
    pub text: String,
}

/// How a contribution stands: never by colour alone.
pub struct Tag {
    pub class: &'static str,
    pub text: String,
}

#[derive(Template)]
#[template(path = "catalog/contributions/list.html")]
pub struct ContributionsPage {
    page: Shell,
    lead: String,
    cards: Vec<Card>,
    states: Vec<Choice>,
    /// Where one is sent.
    send: String,
    send_text: String,
    /// What waits to be looked at; empty for nothing.
    waiting: String,
    none: String,
}

#[derive(Template)]
#[template(path = "catalog/contributions/one.html")]
pub struct ContributionPage {
    page: Shell,
    card: Card,
    /// What is said instead of words that are not public.
    unseen: String,
    dataset: Option<(String, String)>,
    promises: Vec<(String, String)>,
    entries: Vec<Told>,
    /// Where to press "I need it too"; empty when it is no use.
    too: String,
    follow: String,
}

#[derive(Template)]
#[template(path = "catalog/contributions/send.html")]
pub struct SendPage {
    page: Shell,
    lead: String,
    action: String,
    kind: Kind,
    sent: Sent,
    themes: Vec<Choice>,
    /// One box to tick: a comment may be a question.
    questions: Vec<Choice>,
    asks_email: bool,
    /// What others said of the dataset before.
    cards: Vec<Card>,
    /// Places, or titles of datasets, to choose from; none where they are too many.
    offered: Vec<String>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    state: String,
    dataset: String,
}

async fn wanted(Shared(app): Shared<App>, op: Op, uri: Uri, Query(asked): Query<Asked>) -> Result<Response> {
    let listed = list_public(&app, Kind::Wanted, State::parse(&asked.state), None, MOST_LISTED).await?;
    let waiting = count_waiting(&app, Some(Kind::Wanted)).await?;
    let (lang, page) = (op.lang, shell(&app, &op, &uri));
    let states = [State::Shown, State::Planned, State::Available, State::Refused];
    let all = Choice::new("", lang.text("catalog-contributions-all")).chosen_if(&asked.state);
    let states = std::iter::once(all).chain(
        states.map(|state| Choice::new(state.as_str(), state_in_words(lang, state)).chosen_if(&asked.state)),
    );
    let known = places::all(&app).await?;
    let cards = listed.iter().map(|each| card(&app, lang, &known, each)).collect();
    render(&ContributionsPage {
        states: states.collect(),
        waiting: match waiting {
            0 => String::new(),
            n => lang.text("catalog-contributions-waiting").n("n", n).to_string(),
        },
        ..ContributionsPage::of(page.shapes(&["json", "csv"]), Kind::Wanted, cards)
    })
}

async fn wanted_as_json(Shared(app): Shared<App>, op: Op, Query(asked): Query<Asked>) -> Result<Response> {
    as_json(&app, &op, Kind::Wanted, State::parse(&asked.state)).await
}

async fn showcases_as_json(Shared(app): Shared<App>, op: Op) -> Result<Response> {
    as_json(&app, &op, Kind::Showcase, None).await
}

async fn as_json(app: &App, op: &Op, kind: Kind, state: Option<State>) -> Result<Response> {
    let mut rows = Vec::new();
    for each in list_public(app, kind, state, None, MOST_LISTED).await? {
        let dataset = dataset_of(app, op, &each).await?;
        rows.push(json_of(app, &each, dataset.as_ref()));
    }
    Ok(Json(rows).into_response())
}

async fn wanted_as_csv(Shared(app): Shared<App>, op: Op, Query(asked): Query<Asked>) -> Result<Response> {
    let listed = list_public(&app, Kind::Wanted, State::parse(&asked.state), None, MOST_LISTED).await?;
    let mut writer = csv::Writer::from_writer(Vec::new());
    let head = [
        "code",
        "title",
        "text",
        "theme",
        "place",
        "state",
        "answer",
        "dataset",
        "support",
        "sent_on",
        "decided_on",
    ];
    writer.write_record(head).map_err(Problem::internal)?;
    for each in &listed {
        let dataset = dataset_of(&app, &op, each).await?;
        let record = [
            each.code.clone(),
            unharmful(&each.title),
            unharmful(&each.text),
            unharmful(&each.theme),
            each.place.clone().unwrap_or_default(),
            each.state.as_str().to_owned(),
            unharmful(&each.answer),
            dataset.map_or_else(String::new, |dataset| dataset.slug),
            each.n_support.to_string(),
            app.config.day(each.sent_at).to_string(),
            each.decided_at
                .map_or_else(String::new, |at| app.config.day(at).to_string()),
        ];
        writer.write_record(&record).map_err(Problem::internal)?;
    }
    let bytes = writer
        .into_inner()
        .map_err(|error| Problem::internal(error.into_error()))?;
    Ok(([(header::CONTENT_TYPE, "text/csv; charset=utf-8")], bytes).into_response())
}

/// What a stranger wrote, so that a spreadsheet shows it and runs none of it.
fn unharmful(text: &str) -> String {
    match text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        true => format!("'{text}"),
        false => text.to_owned(),
    }
}

async fn showcases(
    Shared(app): Shared<App>,
    op: Op,
    uri: Uri,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let dataset = match asked.dataset.as_str() {
        "" => None,
        slug => Some(view::find_dataset(&app, &op, slug).await?.id),
    };
    let listed = list_public(&app, Kind::Showcase, None, dataset.as_deref(), MOST_LISTED).await?;
    let known = places::all(&app).await?;
    let cards = listed
        .iter()
        .map(|each| card(&app, op.lang, &known, each))
        .collect();
    let page = shell(&app, &op, &uri).shapes(&["json"]);
    render(&ContributionsPage::of(page, Kind::Showcase, cards))
}

async fn one_wanted(
    Shared(app): Shared<App>,
    op: Op,
    uri: Uri,
    headers: HeaderMap,
    Path(code): Path<String>,
) -> Result<Response> {
    let (code, wants_json) = match code.strip_suffix(".json") {
        Some(code) => (code, true),
        None => (code.as_str(), false),
    };
    let found = find_public(&app, Kind::Wanted, code).await?;
    let dataset = dataset_of(&app, &op, &found).await?;
    if wants_json {
        return Ok(Json(json_of(&app, &found, dataset.as_ref())).into_response());
    }
    let is_counted = cookies::find(&headers, ME_TOO).is_some();
    let page = shell(&app, &op, &uri).shapes(&["json"]);
    render(&one(&app, &op, page, &found, dataset, is_counted).await?)
}

async fn one_showcase(
    Shared(app): Shared<App>,
    op: Op,
    uri: Uri,
    Path(code): Path<String>,
) -> Result<Response> {
    let found = find_public(&app, Kind::Showcase, &code).await?;
    let dataset = dataset_of(&app, &op, &found).await?;
    render(&one(&app, &op, shell(&app, &op, &uri), &found, dataset, true).await?)
}

async fn one(
    app: &App,
    op: &Op,
    page: Shell,
    found: &Contribution,
    dataset: Option<Dataset>,
    is_counted: bool,
) -> Result<ContributionPage> {
    let lang = op.lang;
    let promises = evidence::list_commitments(app, None, Some(&found.subject()), MOST_LISTED).await?;
    let told = evidence::timeline(app, &found.subject(), Audience::Public).await?;
    let is_open = matches!(found.state, State::Shown | State::Planned);
    let (list, list_title) = list_of(lang, found.kind);
    let title = match found.title.as_str() {
        "" => found.code.clone(),
        title => title.to_owned(),
    };
    Ok(ContributionPage {
        page: page.titled(&title).crumb(list_title, list).crumb(title, ""),
        card: card(app, lang, &*places::all(app).await?, found),
        unseen: match found.state {
            State::Waiting => lang.text("catalog-contributions-unseen").to_string(),
            State::Hidden => lang.text("catalog-contributions-hidden").to_string(),
            _ => String::new(),
        },
        dataset: dataset.map(|dataset| (format!("/data/{}", dataset.slug), dataset.title)),
        promises: promises
            .iter()
            .map(|promise| {
                let said = lang
                    .text("catalog-contributions-promised")
                    .arg("date", lang.date(promise.due_on))
                    .to_string();
                (promise.path(), said)
            })
            .collect(),
        entries: told.iter().map(|entry| in_words(lang, app, entry)).collect(),
        too: match is_open && !is_counted && found.kind == Kind::Wanted {
            true => format!("/wanted/{}/too", found.code),
            false => String::new(),
        },
        follow: match found.kind == Kind::Wanted && following::is_offered(app) {
            true => format!("/follow/contribution/{}", found.code),
            false => String::new(),
        },
    })
}

async fn need_too(
    Shared(app): Shared<App>,
    op: Op,
    caller: Caller,
    headers: HeaderMap,
    Path(code): Path<String>,
) -> Result<Response> {
    let found = find_public(&app, Kind::Wanted, &code).await?;
    let path = format!("/wanted/{}", found.code);
    let mut response = Redirect::to(&path).into_response();
    // A second press: one person counts once.
    if cookies::find(&headers, ME_TOO).is_none() {
        support(&app, &op, caller, &code).await?;
        let is_tls = came_by_tls(&app.config, &headers);
        cookies::set(&mut response, is_tls, &path, ME_TOO, "1", ME_TOO_LIFE);
    }
    Ok(response)
}

async fn want(Shared(app): Shared<App>, op: Op, uri: Uri) -> Result<Response> {
    let page = shell(&app, &op, &uri);
    let form = SendPage::of(&app, page, Kind::Wanted, "/wanted/new".into(), Sent::default());
    render(&form.offering(&app, &op).await?)
}

async fn new_showcase(
    Shared(app): Shared<App>,
    op: Op,
    uri: Uri,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let sent = Sent {
        dataset: asked.dataset,
        ..Sent::default()
    };
    let page = shell(&app, &op, &uri);
    let form = SendPage::of(&app, page, Kind::Showcase, "/showcases/new".into(), sent);
    render(&form.offering(&app, &op).await?)
}

async fn take_wanted(
    Shared(app): Shared<App>,
    op: Op,
    caller: Caller,
    uri: Uri,
    Form(sent): Form<Sent>,
) -> Result<Response> {
    match send(&app, &op, caller, Kind::Wanted, None, sent.clone()).await {
        Ok(code) => Ok(Redirect::to(&format!("/wanted/{code}")).into_response()),
        Err(problem) => refused(&app, &op, &uri, Kind::Wanted, sent, problem).await,
    }
}

async fn take_showcase(
    Shared(app): Shared<App>,
    op: Op,
    caller: Caller,
    uri: Uri,
    Form(sent): Form<Sent>,
) -> Result<Response> {
    match send(&app, &op, caller, Kind::Showcase, None, sent.clone()).await {
        Ok(code) => Ok(Redirect::to(&format!("/showcases/{code}")).into_response()),
        Err(problem) => refused(&app, &op, &uri, Kind::Showcase, sent, problem).await,
    }
}

async fn refused(
    app: &App,
    op: &Op,
    uri: &Uri,
    kind: Kind,
    sent: Sent,
    problem: Problem,
) -> Result<Response> {
    // An address that will not do is a field of the form like others.
    if problem.fields().is_empty() {
        return Err(problem);
    }
    let mut page = shell(app, op, uri);
    page.errors = field_errors(&problem, op);
    let form = SendPage::of(app, page, kind, uri.path().to_owned(), sent);
    render_refused(&problem, &form.offering(app, op).await?)
}

/// Thanks for a comment, and says that it is shown once a steward has looked.
const THANKS: &str = "catalog-contributions-comment-thanks";

async fn comments(
    Shared(app): Shared<App>,
    op: Op,
    uri: Uri,
    Path(slug): Path<String>,
    headers: HeaderMap,
) -> Result<Response> {
    if let Some(slug) = slug.strip_suffix(".json") {
        return comments_as_json(&app, &op, slug).await;
    }
    let page = told::shell_with(&headers, shell(&app, &op, &uri), &[THANKS]).shapes(&["json"]);
    let page = comments_page(&app, &op, page, &slug, Sent::default()).await?;
    told::render_once(&headers, &uri, &page)
}

async fn comments_as_json(app: &App, op: &Op, slug: &str) -> Result<Response> {
    let dataset = view::find_dataset(app, op, slug).await?;
    let listed = list_public(app, Kind::Comment, None, Some(&dataset.id), MOST_LISTED).await?;
    let rows = listed.iter().map(|each| json_of(app, each, Some(&dataset)));
    Ok(Json(rows.collect::<Vec<Value>>()).into_response())
}

async fn take_comment(
    Shared(app): Shared<App>,
    op: Op,
    caller: Caller,
    uri: Uri,
    Path(slug): Path<String>,
    headers: HeaderMap,
    Form(sent): Form<Sent>,
) -> Result<Response> {
    match send(&app, &op, caller, Kind::Comment, Some(&slug), sent.clone()).await {
        Ok(_) => {
            let to = format!("/comments/{slug}");
            Ok(told::redirect(&app, &headers, &to, THANKS))
        }
        Err(problem) if problem.fields().is_empty() => Err(problem),
        Err(problem) => {
            let mut page = shell(&app, &op, &uri);
            page.errors = field_errors(&problem, &op);
            render_refused(&problem, &comments_page(&app, &op, page, &slug, sent).await?)
        }
    }
}

async fn comments_page(app: &App, op: &Op, page: Shell, slug: &str, sent: Sent) -> Result<SendPage> {
    let dataset = view::find_dataset(app, op, slug).await?;
    let listed = list_public(app, Kind::Comment, None, Some(&dataset.id), MOST_LISTED).await?;
    let known = places::all(app).await?;
    let cards = listed
        .iter()
        .map(|each| card(app, op.lang, &known, each))
        .collect();
    let page = page
        .crumb(op.lang.text("catalog-title"), "/data")
        .crumb(&dataset.title, format!("/data/{slug}"));
    let form = SendPage::of(app, page, Kind::Comment, format!("/comments/{slug}"), sent);
    Ok(SendPage { cards, ..form })
}

/// What a kind is listed under: its address and its name.
fn list_of(lang: Lang, kind: Kind) -> (&'static str, String) {
    match kind {
        Kind::Wanted => (
            "/wanted",
            lang.text("catalog-contributions-wanted-title").to_string(),
        ),
        Kind::Showcase => (
            "/showcases",
            lang.text("catalog-contributions-showcases-title").to_string(),
        ),
        Kind::Comment => ("/data", lang.text("catalog-title").to_string()),
    }
}

/// How a state is called.
#[must_use]
pub fn state_in_words(lang: Lang, state: State) -> String {
    lang.text(format!("catalog-contributions-state-{}", state.as_str()))
        .to_string()
}

fn tag(lang: Lang, state: State) -> Tag {
    Tag {
        class: match state {
            State::Waiting | State::Hidden => "govuk-tag--grey",
            State::Shown => "govuk-tag--blue",
            State::Planned => "govuk-tag--yellow",
            State::Available => "govuk-tag--green",
            State::Refused => "govuk-tag--red",
        },
        text: state_in_words(lang, state),
    }
}

/// The service request that a contribution became, in a reader's words; nothing of one that could not be filed.
fn request_line(lang: Lang, each: &Contribution) -> Option<RequestLine> {
    match each.request.as_ref()? {
        ServiceRequest::Unfiled => None,
        ServiceRequest::Asked => Some(RequestLine {
            href: String::new(),
            text: lang.text("catalog-contributions-request-asked").to_string(),
        }),
        ServiceRequest::Filed { code, stands } => Some(RequestLine::new(lang, code, *stands)),
    }
}

/// Where it is to be seen; empty where no page may lead there, as of what was taken before that was checked.
fn address(each: &Contribution) -> &str {
    match is_web_address(&each.url) {
        true => each.url.as_str(),
        false => "",
    }
}

/// A contribution in a reader's words.
pub fn card(app: &App, lang: Lang, places: &Places, each: &Contribution) -> Card {
    let question = match each.is_question {
        true => lang.text("catalog-contributions-question").to_string(),
        false => String::new(),
    };
    let facts = [
        question,
        each.name.clone(),
        lang.date(app.config.day(each.sent_at)),
        theme(lang, &each.theme),
        each.place.as_deref().map_or_else(String::new, |code| {
            let place = places.find(code);
            place.map_or_else(|| code.to_owned(), |place| place.name_in(lang.code()).to_owned())
        }),
    ];
    Card {
        href: match each.kind {
            Kind::Wanted => format!("/wanted/{}", each.code),
            Kind::Showcase => format!("/showcases/{}", each.code),
            Kind::Comment => String::new(),
        },
        title: each.title.clone(),
        text: each.text.clone(),
        url: address(each).to_owned(),
        facts: facts
            .into_iter()
            .filter(|fact| !fact.is_empty())
            .collect::<Vec<_>>()
            .join(" · "),
        state: tag(lang, each.state),
        answer: each.answer.clone(),
        n_support: match each.n_support {
            0 => String::new(),
            n => lang.text("catalog-contributions-n-support").n("n", n).to_string(),
        },
        request: request_line(lang, each),
    }
}

fn json_of(app: &App, each: &Contribution, dataset: Option<&Dataset>) -> Value {
    json!({
        "code": each.code,
        "kind": each.kind,
        "title": each.title,
        "text": each.text,
        "url": Some(address(each)).filter(|url| !url.is_empty()),
        "name": Some(&each.name).filter(|name| !name.is_empty()),
        "theme": Some(&each.theme).filter(|theme| !theme.is_empty()),
        "place": each.place,
        "lang": each.lang,
        "state": each.state,
        "answer": Some(&each.answer).filter(|answer| !answer.is_empty()),
        "dataset": dataset.map(|dataset| format!("{}/data/{}", app.config.base_url, dataset.slug)),
        "support": each.n_support,
        "request": each
            .request
            .as_ref()
            .map(ServiceRequest::code)
            .filter(|code| !code.is_empty())
            .map(|code| format!("{}/requests/{code}", app.config.base_url)),
        "sent_on": app.config.day(each.sent_at).to_string(),
        "decided_on": each.decided_at.map(|at| app.config.day(at).to_string()),
    })
}

impl ContributionsPage {
    fn of(page: Shell, kind: Kind, cards: Vec<Card>) -> ContributionsPage {
        let lang = page.lang;
        let (lead, send, send_text, none) = match kind {
            Kind::Showcase => (
                "catalog-contributions-showcases-lead",
                "/showcases/new",
                "catalog-contributions-showcase-send",
                "catalog-contributions-showcases-none",
            ),
            _ => (
                "catalog-contributions-wanted-lead",
                "/wanted/new",
                "catalog-contributions-wanted-send",
                "catalog-contributions-wanted-none",
            ),
        };
        let (_, title) = list_of(lang, kind);
        ContributionsPage {
            page: page
                .titled(&title)
                .crumb(lang.text("catalog-title"), "/data")
                .crumb(title, ""),
            lead: lang.text(lead).to_string(),
            cards,
            states: Vec::new(),
            send: send.into(),
            send_text: lang.text(send_text).to_string(),
            waiting: String::new(),
            none: lang.text(none).to_string(),
        }
    }

    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> ContributionsPage {
        ContributionsPage {
            states: vec![Choice::new("planned", state_in_words(lang, State::Planned))],
            waiting: lang.text("catalog-contributions-waiting").n("n", 3).to_string(),
            ..ContributionsPage::of(Shell::sample(lang), Kind::Wanted, vec![Card::sample(lang)])
        }
    }
}

impl Card {
    /// A card with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> Card {
        Card {
            href: "/wanted/K7MQ4XTD".into(),
            title: "Bus stops <all>".into(),
            text: "Where & when \"they\" stop".into(),
            url: "https://example.org/map?a=1&b=2".into(),
            facts: "Siti <S.> · 20 November 2026".into(),
            state: tag(lang, State::Planned),
            answer: "In <December>".into(),
            n_support: lang
                .text("catalog-contributions-n-support")
                .n("n", 12)
                .to_string(),
            request: Some(RequestLine::new(lang, "K7MQ4XTD", Stands::Answered)),
        }
    }
}

impl RequestLine {
    fn new(lang: Lang, code: &str, stands: Stands) -> RequestLine {
        let text = lang.text(format!("catalog-contributions-request-is-{}", stands.as_str()));
        RequestLine {
            href: format!("/requests/{code}"),
            text: text.arg("code", tracking_code(code)).to_string(),
        }
    }
}

impl ContributionPage {
    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> ContributionPage {
        ContributionPage {
            page: Shell::sample(lang).titled("Bus stops <all>"),
            card: Card::sample(lang),
            unseen: lang.text("catalog-contributions-unseen").to_string(),
            dataset: Some(("/data/stops".into(), "Stops <2026>".into())),
            promises: vec![("/commitments/K7M4XT".into(), "18 December".into())],
            entries: vec![Told {
                at: "20 November 2026".into(),
                words: "It came <in>".into(),
                text: "In <December>".into(),
            }],
            too: "/wanted/K7MQ4XTD/too".into(),
            follow: "/follow/contribution/K7MQ4XTD".into(),
        }
    }
}

impl SendPage {
    fn of(app: &App, page: Shell, kind: Kind, action: String, sent: Sent) -> SendPage {
        SendPage {
            asks_email: following::is_offered(app),
            ..SendPage::bare(page, kind, action, sent)
        }
    }

    /// The form with what it lets people choose from instead of typing.
    async fn offering(self, app: &App, op: &Op) -> Result<SendPage> {
        let offered = match self.kind {
            Kind::Wanted => places_to_choose(app).await?,
            Kind::Showcase => datasets_to_choose(app, op).await?,
            Kind::Comment => Vec::new(),
        };
        Ok(SendPage { offered, ..self })
    }

    fn bare(page: Shell, kind: Kind, action: String, sent: Sent) -> SendPage {
        let lang = page.lang;
        let (title, lead) = match kind {
            Kind::Wanted => (
                "catalog-contributions-wanted-send",
                "catalog-contributions-wanted-send-lead",
            ),
            Kind::Showcase => (
                "catalog-contributions-showcase-send",
                "catalog-contributions-showcase-send-lead",
            ),
            Kind::Comment => (
                "catalog-contributions-comments-title",
                "catalog-contributions-comments-lead",
            ),
        };
        let title = lang.text(title).to_string();
        let page = match kind {
            Kind::Comment => page,
            _ => {
                let (list, list_title) = list_of(lang, kind);
                page.crumb(list_title, list)
            }
        };
        let question = Choice::new("yes", lang.text("catalog-contributions-field-question"))
            .hinted(lang.text("catalog-contributions-field-question-hint"))
            .chosen_if(&sent.question);
        let none = Choice::new("", lang.text("catalog-none")).chosen_if(&sent.theme);
        let themes = THEMES
            .iter()
            .map(|word| Choice::new(word, theme(lang, word)).chosen_if(&sent.theme));
        SendPage {
            page: page.titled(&title).crumb(title, ""),
            lead: lang.text(lead).to_string(),
            action,
            kind,
            themes: std::iter::once(none).chain(themes).collect(),
            questions: vec![question],
            sent,
            asks_email: false,
            cards: Vec::new(),
            offered: Vec::new(),
        }
    }

    fn is(&self, kind: &str) -> bool {
        self.kind.as_str() == kind
    }

    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang, kind: Kind) -> SendPage {
        let sent = Sent {
            title: "Bus stops <all>".into(),
            text: "Where & when".into(),
            url: "https://example.org/?a=1&b=2".into(),
            name: "Siti \"S.\"".into(),
            theme: "economy".into(),
            place: "35.22".into(),
            dataset: "<stops>".into(),
            email: "siti@example.test".into(),
            question: "yes".into(),
        };
        SendPage {
            asks_email: true,
            cards: vec![Card::sample(lang)],
            offered: vec!["Stops <2026>".into()],
            ..SendPage::bare(Shell::sample(lang), kind, "/wanted/new".into(), sent)
        }
    }
}
