//! Feeds at the desk: registering one, its address or topic, and what it sent last.

use askama::Template;
use axum::{
    Form,
    extract::{Path, State},
    http::Uri,
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use super::{
    Known, Told, address, gather, keeping,
    model::{Source, TypedFeed},
    open, renew, save, store, switch,
    view::{LiveView, moment, value},
};
use crate::{
    places,
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
        time::Time,
    },
};

/// Readings of a feed that are listed.
const MOST_LISTED: i64 = 20;
/// What a form begins with: a reading a minute, silent after five.
const USUAL: [&str; 2] = ["60", "300"];

/// The feeds that somebody keeps, and a form to register one.
#[derive(Template)]
#[template(path = "dashboards/live/feeds.html")]
pub struct FeedsPage {
    page: Shell,
    rows: Vec<Row>,
    typed: TypedFeed,
    sources: Vec<Choice>,
}

/// A feed as a row.
struct Row {
    href: String,
    title: String,
    value: String,
    said: String,
    state: String,
    is_silent: bool,
}

/// One feed.
#[derive(Template)]
#[template(path = "dashboards/live/feed.html")]
pub struct FeedPage {
    page: Shell,
    action: String,
    revision: i64,
    code: String,
    live: LiveView,
    /// Where readings are posted to; empty for MQTT.
    address: String,
    /// The topic; empty for a webhook.
    topic: String,
    has_broker: bool,
    is_on: bool,
    is_clock_off: bool,
    head: Vec<Cell>,
    rows: Vec<Vec<Cell>>,
    typed: TypedFeed,
    sources: Vec<Choice>,
}

/// A form of these pages as it was sent.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Sent {
    act: String,
    revision: String,
    code: String,
    title: String,
    unit: String,
    place: String,
    source: String,
    topic: String,
    value_path: String,
    time_path: String,
    decimals: String,
    expected: String,
    silent: String,
    low: String,
    high: String,
}

impl Sent {
    fn typed(&self) -> TypedFeed {
        TypedFeed {
            code: self.code.clone(),
            title: self.title.clone(),
            unit: self.unit.clone(),
            place: self.place.clone(),
            source: self.source.clone(),
            topic: self.topic.clone(),
            value_path: self.value_path.clone(),
            time_path: self.time_path.clone(),
            decimals: self.decimals.clone(),
            expected: self.expected.clone(),
            silent: self.silent.clone(),
            low: self.low.clone(),
            high: self.high.clone(),
        }
    }
}

pub async fn all(State(app): State<App>, op: Op, uri: Uri) -> Result<Response> {
    let rows = rows(&app, &op).await?;
    let top = places::all(&app)
        .await?
        .top()
        .map(|place| place.code().to_owned());
    let [expected, silent] = USUAL.map(str::to_owned);
    let typed = TypedFeed {
        place: top.unwrap_or_default(),
        expected,
        silent,
        ..TypedFeed::default()
    };
    render(&FeedsPage::new(shell(&app, &op, &uri), rows, typed))
}

pub async fn register(State(app): State<App>, op: Op, uri: Uri, Form(sent): Form<Sent>) -> Result<Response> {
    match super::register(&app, &op, &sent.typed()).await {
        Ok(code) => Ok(Redirect::to(&desk_address(&code)).into_response()),
        Err(problem) if problem.kind() == Kind::Invalid => {
            let page = refused(&app, &op, &uri, &problem);
            let rows = rows(&app, &op).await?;
            render_refused(&problem, &FeedsPage::new(page, rows, sent.typed()))
        }
        Err(problem) => Err(problem),
    }
}

pub async fn one(State(app): State<App>, op: Op, uri: Uri, Path(code): Path<String>) -> Result<Response> {
    let known = open(&app, &op, &code).await?;
    let page = shell(&app, &op, &uri);
    render(&feed_page(&app, page, &known, known.feed.typed()).await?)
}

pub async fn act(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    Path(code): Path<String>,
    Form(sent): Form<Sent>,
) -> Result<Response> {
    let known = open(&app, &op, &code).await?;
    match done(&app, &op, &known, &sent).await {
        Ok(()) => Ok(Redirect::to(&desk_address(&code)).into_response()),
        Err(problem) if matches!(problem.kind(), Kind::Invalid | Kind::Conflict) => {
            let page = refused(&app, &op, &uri, &problem);
            let typed = match sent.act.as_str() {
                "renew" | "switch" => known.feed.typed(),
                _ => sent.typed(),
            };
            render_refused(&problem, &feed_page(&app, page, &known, typed).await?)
        }
        Err(problem) => Err(problem),
    }
}

/// Does what a form asks for.
async fn done(app: &App, op: &Op, known: &Known, sent: &Sent) -> Result<()> {
    // What is no number is no revision that anybody was shown.
    if sent.revision.parse().unwrap_or(-1) != known.revision() {
        return Err(Problem::conflict("dashboards-live-changed-meanwhile"));
    }
    match sent.act.as_str() {
        "renew" => renew(app, op, known).await,
        "switch" => switch(app, op, known).await,
        _ => save(app, op, known, &sent.typed()).await,
    }
}

fn refused(app: &App, op: &Op, uri: &Uri, problem: &Problem) -> Shell {
    Shell {
        errors: field_errors(problem, op),
        ..shell(app, op, uri)
    }
}

fn desk_address(code: &str) -> String {
    format!("/desk/feeds/{code}")
}

async fn rows(app: &App, op: &Op) -> Result<Vec<Row>> {
    let keeping = keeping(app, op).await?;
    let codes: Vec<&str> = keeping.iter().map(|known| known.feed.code.as_str()).collect();
    let told = gather(app, &codes).await?;
    Ok(codes
        .iter()
        .filter_map(|code| told.get(*code))
        .map(|told| Row::of(app, op.lang, told))
        .collect())
}

async fn feed_page(app: &App, page: Shell, known: &Known, typed: TypedFeed) -> Result<FeedPage> {
    let feed = &known.feed;
    let lang = page.lang;
    let last = super::last(app).await?.get(&known.row.id).copied();
    let told = Told {
        feed: feed.clone(),
        last,
        count: None,
        late: None,
    };
    let now = app.clock.now();
    let readings = store::list_readings(&app.db, &known.row.id, MOST_LISTED).await?;
    let rows = readings
        .iter()
        .map(|reading| {
            vec![
                Cell::text(moment(&app.config, lang, Time(reading.at), now)),
                Cell::number(value(lang, feed, reading.value), reading.value),
            ]
        })
        .collect();
    Ok(FeedPage {
        live: LiveView::of(app, lang, &told),
        address: match feed.source {
            Source::Webhook => address(app, known),
            Source::Mqtt { .. } => String::new(),
        },
        topic: feed.source.topic().to_owned(),
        has_broker: app.config.mqtt_url.is_some(),
        is_on: known.is_on(),
        is_clock_off: last.is_some_and(|last| last.is_clock_off),
        rows,
        ..FeedPage::plain(page, &feed.code, &feed.title, known.revision(), typed)
    })
}

fn sources(lang: Lang, chosen: &str) -> Vec<Choice> {
    ["webhook", "mqtt"]
        .map(|word| Choice::new(word, lang.text(format!("dashboards-live-source-{word}"))).chosen_if(chosen))
        .to_vec()
}

impl Row {
    fn of(app: &App, lang: Lang, told: &Told) -> Row {
        let live = LiveView::of(app, lang, told);
        Row {
            href: desk_address(&told.feed.code),
            title: told.feed.title.clone(),
            is_silent: live.is_silent(),
            value: live.value,
            said: live.said,
            state: live.state,
        }
    }
}

impl FeedsPage {
    fn new(page: Shell, rows: Vec<Row>, typed: TypedFeed) -> FeedsPage {
        let title = page.t("dashboards-live-feeds").to_string();
        let dashboards = page.t("dashboards-composed").to_string();
        let desk = page.t("evidence-desk-way").to_string();
        FeedsPage {
            sources: sources(page.lang, &typed.source),
            page: page
                .titled(&title)
                .crumb(desk, "/desk")
                .crumb(dashboards, "/desk/dashboards")
                .crumb(title, ""),
            rows,
            typed,
        }
    }

    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> FeedsPage {
        let live = LiveView::sample(lang);
        let row = Row {
            href: "/desk/feeds/gate".into(),
            title: "Water at the <gate>".into(),
            value: live.value,
            said: live.said,
            state: live.state,
            is_silent: true,
        };
        FeedsPage::new(Shell::sample(lang), vec![row], TypedFeed::default())
    }
}

impl FeedPage {
    /// The page of a feed that never sent anything.
    fn plain(page: Shell, code: &str, title: &str, revision: i64, typed: TypedFeed) -> FeedPage {
        let feeds = page.t("dashboards-live-feeds").to_string();
        let dashboards = page.t("dashboards-composed").to_string();
        let desk = page.t("evidence-desk-way").to_string();
        FeedPage {
            action: desk_address(code),
            revision,
            code: code.to_owned(),
            live: LiveView::default(),
            address: String::new(),
            topic: String::new(),
            has_broker: false,
            is_on: true,
            is_clock_off: false,
            head: vec![
                Cell::text(page.t("dashboards-live-column-at")),
                Cell::over_numbers(page.t("dashboards-live-column-value")),
            ],
            rows: Vec::new(),
            sources: sources(page.lang, &typed.source),
            typed,
            page: page
                .titled(title)
                .crumb(desk, "/desk")
                .crumb(dashboards, "/desk/dashboards")
                .crumb(feeds, "/desk/feeds")
                .crumb(title, ""),
        }
    }

    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> FeedPage {
        let typed = TypedFeed {
            title: "Water at the <gate>".into(),
            unit: "<m>".into(),
            ..TypedFeed::default()
        };
        FeedPage {
            live: LiveView::sample(lang),
            address: "https://example.org/channels/feeds/secret".into(),
            topic: "gate/<level>".into(),
            is_clock_off: true,
            rows: vec![vec![Cell::text("14:05"), Cell::number("1.25 <m>", 1.25)]],
            ..FeedPage::plain(Shell::sample(lang), "gate", "Water at the <gate>", 3, typed)
        }
    }
}
