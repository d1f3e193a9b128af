//! Reports at the desk: those of one's places, and composing one from blocks.

use std::collections::BTreeSet;

use askama::Template;
use axum::{
    extract::{Path, State},
    http::Uri,
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use super::{
    add_block, begin as begin_report, find_own, list, move_up,
    pages::{group_head, sample, sample_blocks},
    promises::{self, TypedPromise},
    publish, remove, retitle, told,
    view::{BlockView, fill},
};
use crate::{
    accounts,
    listening::{
        codebook,
        model::{
            codebook::Code,
            hotspot::{Block, Hotspot, Quotable, TypedBlock},
        },
        notes::me,
        words,
    },
    places::{self, model::Places},
    platform::{
        app::App,
        html::{
            Shell,
            parts::{Cell, Choice},
        },
        i18n::Lang,
        op::Op,
        page::{field_errors, render, render_refused, shell},
        plain::Form,
        problem::{Kind, Problem, Result},
    },
};

/// Where the reports are.
const PATH: &str = "/desk/listening/hotspots";
/// Letters of a quotation in a list of choices.
const MOST_CHOICE: usize = 80;
/// The kinds of blocks, in the order of the form.
const KINDS: [&str; 6] = ["text", "groups", "figure", "survey", "theme", "quotation"];

/// The reports of one's places, and the form that begins another.
#[derive(Template)]
#[template(path = "listening/hotspots/desk_all.html")]
pub struct DeskHotspotsPage {
    page: Shell,
    head: Vec<Cell>,
    rows: Vec<Vec<Cell>>,
    place: String,
    title: String,
}

/// One report that is composed.
#[derive(Template)]
#[template(path = "listening/hotspots/desk_one.html")]
pub struct DeskHotspotPage {
    page: Shell,
    action: String,
    revision: i64,
    /// Where it is public; empty while it is not.
    public: String,
    lines: Vec<Line>,
    kinds: Vec<Choice>,
    codes: Vec<Choice>,
    quotations: Vec<Choice>,
    typed: TypedBlock,
    title: String,
    why: String,
    /// Why the reader cannot publish it now; empty where they can.
    not_yet: String,
    /// Whether it was published before.
    is_public: bool,
    blocks: Vec<BlockView>,
    /// What stands over the groups.
    head: Vec<Cell>,
    /// What was promised about it, and the form for more.
    promises_head: Vec<Cell>,
    promises: Vec<Vec<Cell>>,
    promise: TypedPromise,
    owners: Vec<Choice>,
}

/// A block of the draft.
struct Line {
    at: usize,
    said: String,
    is_first: bool,
}

/// A report to be begun.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Begun {
    place: String,
    title: String,
}

/// Any form of a report as it was sent.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Sent {
    act: String,
    revision: String,
    /// Position of a block, from 0.
    at: String,
    why: String,
    report_title: String,
    kind: String,
    title: String,
    text: String,
    number: String,
    href: String,
    code: String,
    quotation: String,
    promise: String,
    owner: String,
    owner_post: String,
    due_on: String,
}

impl Sent {
    fn promise(&self) -> TypedPromise {
        TypedPromise {
            promise: self.promise.clone(),
            owner: self.owner.clone(),
            owner_post: self.owner_post.clone(),
            due_on: self.due_on.clone(),
        }
    }

    fn block(&self) -> TypedBlock {
        TypedBlock {
            kind: self.kind.clone(),
            title: self.title.clone(),
            text: self.text.clone(),
            number: self.number.clone(),
            href: self.href.clone(),
            code: self.code.clone(),
            quotation: self.quotation.clone(),
        }
    }
}

pub async fn all(State(app): State<App>, op: Op, uri: Uri) -> Result<Response> {
    let page = shell(&app, &op, &uri);
    render(&all_page(&app, &op, page, Begun::default()).await?)
}

pub async fn begin(State(app): State<App>, op: Op, uri: Uri, Form(begun): Form<Begun>) -> Result<Response> {
    match begin_report(&app, &op, &begun.place, &begun.title).await {
        Ok(code) => Ok(Redirect::to(&address(&code)).into_response()),
        Err(problem) if problem.kind() == Kind::Invalid => {
            let page = Shell {
                errors: field_errors(&problem, &op),
                ..shell(&app, &op, &uri)
            };
            render_refused(&problem, &all_page(&app, &op, page, begun).await?)
        }
        Err(problem) => Err(problem),
    }
}

pub async fn one(State(app): State<App>, op: Op, uri: Uri, Path(hotspot): Path<String>) -> Result<Response> {
    let hotspot = find_own(&app, &op, &hotspot).await?;
    let page = shell(&app, &op, &uri);
    render(&one_page(&app, &op, page, &hotspot, &Sent::default()).await?)
}

pub async fn act(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    Path(hotspot): Path<String>,
    Form(sent): Form<Sent>,
) -> Result<Response> {
    let hotspot = find_own(&app, &op, &hotspot).await?;
    match done(&app, &op, &hotspot, &sent).await {
        Ok(()) => Ok(Redirect::to(&address(&hotspot.code)).into_response()),
        Err(problem) if matches!(problem.kind(), Kind::Invalid | Kind::Conflict) => {
            let mut page = shell(&app, &op, &uri);
            page.errors = field_errors(&problem, &op);
            // The report and its blocks both have a title.
            for error in &mut page.errors {
                if sent.act == "retitle" && error.field == "title" {
                    error.field = "report_title".to_owned();
                }
            }
            let hotspot = find_own(&app, &op, &hotspot.code).await?;
            render_refused(&problem, &one_page(&app, &op, page, &hotspot, &sent).await?)
        }
        Err(problem) => Err(problem),
    }
}

async fn done(app: &App, op: &Op, hotspot: &Hotspot, sent: &Sent) -> Result<()> {
    // What is no number is no revision that anybody was shown, and no block.
    hotspot.expect(sent.revision.parse().unwrap_or(-1))?;
    let at = sent.at.parse().unwrap_or(usize::MAX);
    match sent.act.as_str() {
        "add" => add_block(app, op, hotspot, &sent.block()).await,
        "up" => move_up(app, op, hotspot, at).await,
        "remove" => remove(app, op, hotspot, at).await,
        "retitle" => retitle(app, op, hotspot, &sent.report_title).await,
        "publish" => publish(app, op, hotspot, &sent.why).await,
        "promise" => promises::promise(app, op, hotspot, &sent.promise()).await,
        _ => Err(Problem::conflict("listening-step")),
    }
}

fn address(code: &str) -> String {
    format!("{PATH}/{code}")
}

async fn all_page(app: &App, op: &Op, page: Shell, begun: Begun) -> Result<DeskHotspotsPage> {
    let listed = list(app, op).await?;
    let all = places::all(app).await?;
    let rows = listed.iter().map(|each| row(op.lang, &all, each)).collect();
    Ok(DeskHotspotsPage::new(page, rows, begun))
}

async fn one_page(
    app: &App,
    op: &Op,
    page: Shell,
    hotspot: &Hotspot,
    sent: &Sent,
) -> Result<DeskHotspotPage> {
    let all = places::all(app).await?;
    let told = told(app, &all, &hotspot.place).await?;
    let book = codebook::list(app, op).await?;
    let said: BTreeSet<&String> = told
        .heard
        .iter()
        .filter_map(|each| each.codes.as_ref())
        .flatten()
        .collect();
    let codes: Vec<&Code> = book.iter().filter(|code| said.contains(&code.code)).collect();
    let blocks = fill(app, op.lang, &all, &hotspot.place, &told, &hotspot.blocks).await?;
    let choices = (codes.as_slice(), told.quotable.as_slice());
    let owners = accounts::list_organisations(app).await?;
    let owners = owners
        .iter()
        .map(|known| Choice::new(&known.code, &known.name).chosen_if(&sent.owner))
        .collect();
    Ok(DeskHotspotPage {
        owners: with_none(op.lang, owners),
        promises: promises::rows(app, op, hotspot).await?,
        ..DeskHotspotPage::new(page, hotspot, sent, choices, blocks, &me(op))
    })
}

fn row(lang: Lang, all: &Places, hotspot: &Hotspot) -> Vec<Cell> {
    let state = match (hotspot.version, hotspot.editors.is_empty()) {
        (0, _) => "listening-hotspots-draft",
        (_, true) => "listening-hotspots-public",
        (_, false) => "listening-hotspots-changed",
    };
    vec![
        Cell::html(words::link(&address(&hotspot.code), &hotspot.title)),
        Cell::text(words::place(lang, all, &hotspot.place)),
        Cell::text(lang.text(state)),
    ]
}

fn kind_in_words(lang: Lang, kind: &str) -> String {
    lang.text(format!("listening-hotspots-block-{kind}")).to_string()
}

/// What a block of a draft is, in a line.
fn line(lang: Lang, at: usize, block: &Block) -> Line {
    let about = match block {
        Block::Text { title, .. } | Block::Survey { title, .. } => title.as_str(),
        Block::Figure { number, .. } => number.as_str(),
        Block::Theme { code, .. } => code.as_str(),
        Block::Groups { .. } | Block::Quotation { .. } => "",
    };
    let kind = kind_in_words(lang, block.kind());
    Line {
        at,
        said: match about {
            "" => kind,
            about => format!("{kind}: {about}"),
        },
        is_first: at == 0,
    }
}

/// A choice that chooses nothing, before others.
fn with_none(lang: Lang, choices: Vec<Choice>) -> Vec<Choice> {
    [Choice::new("", lang.text("listening-hotspots-choose"))]
        .into_iter()
        .chain(choices)
        .collect()
}

/// Why somebody cannot publish a draft now; empty where they can.
fn not_yet(lang: Lang, hotspot: &Hotspot, me: &str) -> String {
    let id = if hotspot.blocks.is_empty() {
        "problem-listening-hotspot-empty"
    } else if hotspot.editors.is_empty() {
        "problem-listening-hotspot-same"
    } else if hotspot.editors.iter().any(|editor| editor == me) {
        "problem-listening-hotspot-own"
    } else {
        return String::new();
    };
    lang.text(id).to_string()
}

impl DeskHotspotsPage {
    fn new(page: Shell, rows: Vec<Vec<Cell>>, begun: Begun) -> DeskHotspotsPage {
        let title = page.t("listening-hotspots-title").to_string();
        DeskHotspotsPage {
            head: [
                "listening-hotspots-report",
                "listening-hotspots-place",
                "listening-hotspots-state",
            ]
            .map(|id| Cell::text(page.t(id)))
            .into(),
            rows,
            place: begun.place,
            title: begun.title,
            page: words::way(page).titled(&title).crumb(title, ""),
        }
    }

    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> DeskHotspotsPage {
        let (hotspot, _) = sample();
        let row = row(lang, &Places::default(), &hotspot);
        let begun = Begun {
            place: "<3>".to_owned(),
            title: "Two <hours>".to_owned(),
        };
        DeskHotspotsPage::new(Shell::sample(lang), vec![row], begun)
    }
}

impl DeskHotspotPage {
    fn new(
        page: Shell,
        hotspot: &Hotspot,
        sent: &Sent,
        (codes, quotable): (&[&Code], &[Quotable]),
        blocks: Vec<BlockView>,
        me: &str,
    ) -> DeskHotspotPage {
        let lang = page.lang;
        let quotation = |each: &Quotable| {
            let words: String = each.quotation.text.chars().take(MOST_CHOICE).collect();
            Choice::new(&each.quotation.id, words).chosen_if(&sent.quotation)
        };
        let code = |code: &&Code| Choice::new(&code.code, &code.wording.title).chosen_if(&sent.code);
        let is_public = hotspot.version > 0;
        DeskHotspotPage {
            action: address(&hotspot.code),
            revision: hotspot.revision,
            public: if is_public { hotspot.path() } else { String::new() },
            lines: hotspot
                .blocks
                .iter()
                .enumerate()
                .map(|(at, block)| line(lang, at, block))
                .collect(),
            kinds: KINDS
                .map(|kind| Choice::new(kind, kind_in_words(lang, kind)).chosen_if(&sent.kind))
                .into(),
            codes: with_none(lang, codes.iter().map(code).collect()),
            quotations: with_none(lang, quotable.iter().map(quotation).collect()),
            typed: sent.block(),
            title: match sent.act.as_str() {
                "retitle" => sent.report_title.clone(),
                _ => hotspot.title.clone(),
            },
            why: sent.why.clone(),
            not_yet: not_yet(lang, hotspot, me),
            is_public,
            blocks,
            head: group_head(lang),
            promises_head: promises::head(lang),
            promises: Vec::new(),
            promise: sent.promise(),
            owners: Vec::new(),
            page: words::way(page)
                .titled(&hotspot.title)
                .crumb(lang.text("listening-hotspots-title"), PATH)
                .crumb(&hotspot.title, ""),
        }
    }

    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> DeskHotspotPage {
        let (mut hotspot, _) = sample();
        hotspot.blocks = ["The <road>", "The <river>"]
            .map(|title| Block::Text {
                title: title.to_owned(),
                text: "Words & <words>".to_owned(),
            })
            .into();
        let sent = Sent {
            text: "Typed <words>".to_owned(),
            ..Sent::default()
        };
        let page = Shell::sample(lang);
        DeskHotspotPage::new(page, &hotspot, &sent, (&[], &[]), sample_blocks(), "1")
    }
}
