//! Composing dashboards at the desk: each step is a form, so that it works with no script.

use std::sync::Arc;

use askama::Template;
use axum::{
    Form,
    extract::{Path, Query, State},
    http::Uri,
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use super::{
    Dashboard, State as Stand, begin, composed, hide, keep,
    live::{
        self, Feeds,
        counters::model::{Counts, Measure},
    },
    model::{Document, Shape, Tile, TypedHead, TypedTile, Width},
    open, pages, publish,
    tiles::{self, TileView},
};
use crate::{
    accounts,
    indicators::{self, model::definition::Definition, view::dimensions_in_words},
    places::{self, model::Places},
    platform::{
        app::App,
        html::{Shell, parts::Choice},
        i18n::Lang,
        op::Op,
        page::{field_errors, render, render_refused, shell},
        problem::{Kind, Problem, Result},
    },
};

/// The dashboards that somebody composes, and a form to begin one.
#[derive(Template)]
#[template(path = "dashboards/composed.html")]
pub struct ComposedPage {
    page: Shell,
    rows: Vec<Row>,
    code: String,
    head: TypedHead,
}

/// A dashboard as a row.
struct Row {
    href: String,
    title: String,
    state: String,
    class: &'static str,
    n_tiles: String,
}

/// One dashboard under work.
#[derive(Template)]
#[template(path = "dashboards/compose.html")]
pub struct ComposePage {
    page: Shell,
    action: String,
    revision: i64,
    state: String,
    class: &'static str,
    /// The public address; empty while nobody else may see it.
    public: String,
    head: TypedHead,
    lines: Vec<Line>,
    /// The tile that is being changed, from 0; empty for a new one.
    at: String,
    tile: TypedTile,
    kinds: Vec<Choice>,
    widths: Vec<Choice>,
    indicators: Vec<Choice>,
    feeds: Vec<Choice>,
    measures: Vec<Choice>,
    counts: Vec<Choice>,
    agencies: Vec<Choice>,
    acrosses: Vec<Choice>,
    why: String,
    is_shown: bool,
    /// What the draft looks like now.
    tiles: Vec<Arc<TileView>>,
}

/// A tile in the list of them.
struct Line {
    /// From 0.
    at: usize,
    title: String,
    about: String,
    change: String,
    is_first: bool,
    is_last: bool,
}

/// Which tile is to be changed.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Wanted {
    /// From 0.
    tile: Option<usize>,
}

/// Any form of the desk's pages as it was sent.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Sent {
    act: String,
    revision: String,
    /// Position of a tile, from 0; empty for a new one.
    at: String,
    why: String,
    code: String,
    title: String,
    about: String,
    place: String,
    kind: String,
    indicator: String,
    tile_title: String,
    width: String,
    tile_place: String,
    period: String,
    across: String,
    text: String,
    feed: String,
    table: String,
    measure: String,
    column: String,
    counts: String,
    agency: String,
}

impl Sent {
    fn head(&self) -> TypedHead {
        TypedHead {
            title: self.title.clone(),
            about: self.about.clone(),
            place: self.place.clone(),
        }
    }

    fn tile(&self) -> TypedTile {
        TypedTile {
            kind: self.kind.clone(),
            title: self.tile_title.clone(),
            width: self.width.clone(),
            indicator: self.indicator.clone(),
            place: self.tile_place.clone(),
            period: self.period.clone(),
            across: self.across.clone(),
            text: self.text.clone(),
            feed: self.feed.clone(),
            table: self.table.clone(),
            measure: self.measure.clone(),
            column: self.column.clone(),
            counts: self.counts.clone(),
            agency: self.agency.clone(),
        }
    }

    /// The tile that is meant, from 0.
    fn at(&self) -> Result<usize> {
        let unknown = || Problem::not_found("dashboards-tile-unknown");
        self.at.parse().map_err(|_| unknown())
    }
}

pub async fn all(State(app): State<App>, op: Op, uri: Uri) -> Result<Response> {
    let top = places::all(&app)
        .await?
        .top()
        .map(|place| place.code().to_owned());
    let head = TypedHead {
        place: top.unwrap_or_default(),
        ..TypedHead::default()
    };
    let page = shell(&app, &op, &uri);
    render(&ComposedPage::new(page, &composed(&app, &op).await?, "", head))
}

pub async fn start(State(app): State<App>, op: Op, uri: Uri, Form(sent): Form<Sent>) -> Result<Response> {
    match begin(&app, &op, &sent.code, &sent.head()).await {
        Ok(code) => Ok(Redirect::to(&desk_address(&code)).into_response()),
        Err(problem) if problem.kind() == Kind::Invalid => {
            let page = Shell {
                errors: field_errors(&problem, &op),
                ..shell(&app, &op, &uri)
            };
            let composed = composed(&app, &op).await?;
            let page = ComposedPage::new(page, &composed, &sent.code, sent.head());
            render_refused(&problem, &page)
        }
        Err(problem) => Err(problem),
    }
}

pub async fn one(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    Path(code): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Response> {
    let dashboard = open(&app, &op, &code).await?;
    let tile = match wanted.tile {
        Some(at) => dashboard.draft.find(at)?.typed(),
        None => TypedTile::default(),
    };
    let typed = Typed {
        at: wanted.tile.map(|at| at.to_string()).unwrap_or_default(),
        tile,
        head: head_of(&dashboard.draft),
        why: String::new(),
    };
    let page = shell(&app, &op, &uri);
    render(&compose_page(&app, &op, page, &dashboard, typed).await?)
}

pub async fn act(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    Path(code): Path<String>,
    Form(sent): Form<Sent>,
) -> Result<Response> {
    let dashboard = open(&app, &op, &code).await?;
    match done(&app, &op, &dashboard, &sent).await {
        Ok(next) => Ok(Redirect::to(&next).into_response()),
        Err(problem) if matches!(problem.kind(), Kind::Invalid | Kind::Conflict) => {
            let page = Shell {
                errors: field_errors(&problem, &op),
                ..shell(&app, &op, &uri)
            };
            let is_head = sent.act == "head";
            // After somebody else's change another tile may stand at the position: what was typed is a new one then.
            let is_at = problem.kind() == Kind::Invalid;
            let typed = Typed {
                at: if is_at { sent.at.clone() } else { String::new() },
                tile: sent.tile(),
                head: if is_head {
                    sent.head()
                } else {
                    head_of(&dashboard.draft)
                },
                why: sent.why.clone(),
            };
            render_refused(&problem, &compose_page(&app, &op, page, &dashboard, typed).await?)
        }
        Err(problem) => Err(problem),
    }
}

/// Does what a form asks for; returns the address to go on at.
async fn done(app: &App, op: &Op, dashboard: &Dashboard, sent: &Sent) -> Result<String> {
    // What is no number is no revision that anybody was shown.
    dashboard.expect(sent.revision.parse().unwrap_or(-1))?;
    let own = desk_address(dashboard.code());
    match sent.act.as_str() {
        "publish" => {
            publish(app, op, dashboard, &sent.why).await?;
            return Ok(pages::address(dashboard.code()));
        }
        "hide" => {
            hide(app, op, dashboard, &sent.why).await?;
            return Ok(own);
        }
        _ => {}
    }
    let (document, next) = changed(app, dashboard, sent).await?;
    keep(app, op, dashboard, &document).await?;
    Ok(format!("{own}{next}"))
}

/// The document that a form asks for, and where on the page to go on.
async fn changed(app: &App, dashboard: &Dashboard, sent: &Sent) -> Result<(Document, String)> {
    let draft = &dashboard.draft;
    let all = places::all(app).await?;
    let on_the_list = || "#tiles".to_owned();
    Ok(match sent.act.as_str() {
        "head" => (draft.with_head(&sent.head(), &all)?, String::new()),
        "up" => (
            draft.swapped(sent.at()?, sent.at()?.checked_sub(1))?,
            on_the_list(),
        ),
        "down" => (
            draft.swapped(sent.at()?, sent.at()?.checked_add(1))?,
            on_the_list(),
        ),
        "remove" => (draft.without(sent.at()?)?, on_the_list()),
        _ => {
            let mut typed = sent.tile();
            if typed.kind == "requests" && typed.place.trim().is_empty() {
                typed.place.clone_from(&draft.place);
            }
            let tile = Tile::parse(&typed, &usable(app).await?, &all)?;
            if let Some(code) = tile.shows.feed() {
                live::expect(app, code).await?;
            }
            match sent.at.is_empty() {
                true => (draft.with(tile)?, on_the_list()),
                false => (draft.with_at(sent.at()?, tile)?, on_the_list()),
            }
        }
    })
}

/// The indicators that may stand on a tile, in the order of the list of them.
async fn usable(app: &App) -> Result<Vec<Arc<Definition>>> {
    let listed = indicators::list(app).await?;
    Ok(listed
        .into_iter()
        .map(|indicator| indicator.definition)
        .filter(|definition| definition.is_judged())
        .collect())
}

/// What stands in the fields of the page.
struct Typed {
    at: String,
    tile: TypedTile,
    head: TypedHead,
    why: String,
}

fn head_of(document: &Document) -> TypedHead {
    TypedHead {
        title: document.title.clone(),
        about: document.about.clone(),
        place: document.place.clone(),
    }
}

fn desk_address(code: &str) -> String {
    format!("/desk/dashboards/{code}")
}

fn state_in_words(lang: Lang, state: Stand) -> String {
    lang.text(format!("dashboards-state-{}", state.as_str()))
        .to_string()
}

fn state_class(state: Stand) -> &'static str {
    match state {
        Stand::Draft => "govuk-tag--grey",
        Stand::Shown => "govuk-tag--green",
        Stand::Hidden => "govuk-tag--yellow",
    }
}

async fn compose_page(
    app: &App,
    op: &Op,
    page: Shell,
    dashboard: &Dashboard,
    typed: Typed,
) -> Result<ComposePage> {
    let (all, draft) = (places::all(app).await?, &dashboard.draft);
    let definitions = usable(app).await?;
    let filled = tiles::fill(app, op.lang, &all, draft, &draft.place).await?;
    let views = pages::written(app, op.lang, &all, dashboard.code(), &draft.place, &filled).await?;
    let lines = lines(op.lang, &all, dashboard, &views);
    let feeds = live::feeds(app).await?;
    let feeds = feeds_of(op.lang, &feeds, &typed.tile.feed);
    let agencies = agencies_of(app, op.lang, &typed.tile.agency).await?;
    Ok(ComposePage {
        feeds,
        agencies,
        ..ComposePage::new(page, dashboard, &definitions, typed, lines, views)
    })
}

/// The tiles as a list to order and change.
fn lines(lang: Lang, all: &Places, dashboard: &Dashboard, views: &[Arc<TileView>]) -> Vec<Line> {
    let tiles = &dashboard.draft.tiles;
    let own = desk_address(dashboard.code());
    tiles
        .iter()
        .zip(views)
        .enumerate()
        .map(|(at, (tile, view))| {
            let typed = tile.typed();
            let mut about = vec![lang.text(format!("dashboards-kind-{}", typed.kind)).to_string()];
            if let Some(place) = all.find(&typed.place) {
                about.push(place.name_in(lang.code()).to_owned());
            }
            if !typed.period.is_empty() {
                about.push(typed.period.clone());
            }
            Line {
                at,
                title: view.title.clone(),
                about: about.join(" · "),
                change: format!("{own}?tile={at}#tile-form"),
                is_first: at == 0,
                is_last: at + 1 == tiles.len(),
            }
        })
        .collect()
}

impl Row {
    fn of(lang: Lang, dashboard: &Dashboard) -> Row {
        let state = dashboard.state();
        Row {
            href: desk_address(dashboard.code()),
            title: dashboard.draft.title.clone(),
            state: state_in_words(lang, state),
            class: state_class(state),
            n_tiles: lang
                .text("dashboards-n-tiles")
                .n("n", dashboard.draft.tiles.len())
                .to_string(),
        }
    }
}

impl ComposedPage {
    fn new(page: Shell, composed: &[Dashboard], code: &str, head: TypedHead) -> ComposedPage {
        let rows = composed
            .iter()
            .map(|dashboard| Row::of(page.lang, dashboard))
            .collect();
        ComposedPage::with(page, rows, code, head)
    }

    fn with(page: Shell, rows: Vec<Row>, code: &str, head: TypedHead) -> ComposedPage {
        let title = page.t("dashboards-composed").to_string();
        let desk = page.t("evidence-desk-way").to_string();
        ComposedPage {
            page: page.titled(&title).crumb(desk, "/desk").crumb(title, ""),
            rows,
            code: code.to_owned(),
            head,
        }
    }

    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> ComposedPage {
        let row = Row {
            href: "/desk/dashboards/air".into(),
            title: "Water and <toilet>".into(),
            state: state_in_words(lang, Stand::Shown),
            class: state_class(Stand::Shown),
            n_tiles: lang.text("dashboards-n-tiles").n("n", 5).to_string(),
        };
        ComposedPage::with(Shell::sample(lang), vec![row], "", TypedHead::default())
    }
}

impl ComposePage {
    fn new(
        page: Shell,
        dashboard: &Dashboard,
        definitions: &[Arc<Definition>],
        typed: Typed,
        lines: Vec<Line>,
        tiles: Vec<Arc<TileView>>,
    ) -> ComposePage {
        let lang = page.lang;
        let state = dashboard.state();
        let public = match state {
            Stand::Shown => pages::address(dashboard.code()),
            Stand::Draft | Stand::Hidden => String::new(),
        };
        let title = dashboard.draft.title.clone();
        let list = page.t("dashboards-composed").to_string();
        let desk = page.t("evidence-desk-way").to_string();
        ComposePage {
            action: desk_address(dashboard.code()),
            revision: dashboard.revision(),
            state: state_in_words(lang, state),
            class: state_class(state),
            public,
            lines,
            kinds: kinds(lang, &typed.tile.kind),
            widths: widths(lang, &typed.tile.width),
            indicators: choices_of(lang, definitions, &typed.tile.indicator),
            feeds: Vec::new(),
            measures: measures(lang, &typed.tile.measure),
            counts: counts(lang, &typed.tile.counts),
            agencies: Vec::new(),
            acrosses: acrosses(lang, definitions, &typed.tile),
            at: typed.at,
            tile: typed.tile,
            head: typed.head,
            why: typed.why,
            is_shown: state == Stand::Shown,
            tiles,
            page: page
                .titled(&title)
                .crumb(desk, "/desk")
                .crumb(list, "/desk/dashboards")
                .crumb(title, ""),
        }
    }

    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> ComposePage {
        let line = |at: usize| Line {
            at,
            title: "Households without a <toilet>".into(),
            about: "Kecamatan <Ngasem>".into(),
            change: format!("/desk/dashboards/air?tile={at}#tile-form"),
            is_first: at == 0,
            is_last: at == 1,
        };
        ComposePage {
            page: Shell::sample(lang).titled("Water and <toilet>"),
            action: "/desk/dashboards/air".into(),
            revision: 3,
            state: state_in_words(lang, Stand::Shown),
            class: state_class(Stand::Shown),
            public: "/dashboards/air".into(),
            head: TypedHead {
                title: "Water and <toilet>".into(),
                about: "For the weekly meeting of <PU>".into(),
                place: "90".into(),
            },
            lines: vec![line(0), line(1)],
            at: "1".into(),
            tile: TypedTile {
                text: "The pump of <Ngasem> is repaired.".into(),
                ..TypedTile::default()
            },
            kinds: kinds(lang, "bar"),
            widths: widths(lang, "half"),
            indicators: vec![Choice::new("6.2.1", "Households without a <toilet>")],
            feeds: vec![Choice::new("gate", "Water at the <gate>")],
            measures: measures(lang, "sum"),
            counts: counts(lang, "red"),
            agencies: vec![Choice::new("pu", "Public <works>")],
            acrosses: acrosses(lang, &[], &TypedTile::default()),
            why: "A tile about <PU>".into(),
            is_shown: true,
            tiles: tiles::sample(lang),
        }
    }
}

fn kinds(lang: Lang, chosen: &str) -> Vec<Choice> {
    let shapes = Shape::ALL.map(Shape::as_str);
    shapes
        .into_iter()
        .chain(["live", "count", "requests", "text"])
        .map(|kind| Choice::new(kind, lang.text(format!("dashboards-kind-{kind}"))).chosen_if(chosen))
        .collect()
}

fn widths(lang: Lang, chosen: &str) -> Vec<Choice> {
    Width::ALL
        .map(|width| {
            let word = width.as_str();
            Choice::new(word, lang.text(format!("dashboards-width-{word}"))).chosen_if(chosen)
        })
        .to_vec()
}

fn choices_of(lang: Lang, definitions: &[Arc<Definition>], chosen: &str) -> Vec<Choice> {
    let none = Choice::new("", lang.text("dashboards-indicator-none"));
    let of = |definition: &Arc<Definition>| {
        let title = definition.title.in_language(lang.code());
        Choice::new(&definition.code, format!("{} {title}", definition.code)).chosen_if(chosen)
    };
    [none].into_iter().chain(definitions.iter().map(of)).collect()
}

fn measures(lang: Lang, chosen: &str) -> Vec<Choice> {
    Measure::ALL
        .map(Measure::as_str)
        .map(|word| Choice::new(word, lang.text(format!("dashboards-live-measure-{word}"))).chosen_if(chosen))
        .to_vec()
}

fn counts(lang: Lang, chosen: &str) -> Vec<Choice> {
    Counts::ALL
        .map(Counts::as_str)
        .map(|word| Choice::new(word, lang.text(format!("dashboards-live-counts-{word}"))).chosen_if(chosen))
        .to_vec()
}

async fn agencies_of(app: &App, lang: Lang, chosen: &str) -> Result<Vec<Choice>> {
    let none = Choice::new("", lang.text("dashboards-live-agency-any"));
    let all = accounts::list_organisations(app).await?;
    let of = all
        .iter()
        .map(|agency| Choice::new(&agency.code, &agency.name).chosen_if(chosen));
    Ok([none].into_iter().chain(of).collect())
}

fn feeds_of(lang: Lang, feeds: &Feeds, chosen: &str) -> Vec<Choice> {
    let none = Choice::new("", lang.text("dashboards-indicator-none"));
    let of = feeds
        .all()
        .iter()
        .map(|known| Choice::new(&known.feed.code, &known.feed.title).chosen_if(chosen));
    [none].into_iter().chain(of).collect()
}

/// What a bar chart or a table can go along: periods, places, and the combinations of the indicator once it is chosen.
fn acrosses(lang: Lang, definitions: &[Arc<Definition>], tile: &TypedTile) -> Vec<Choice> {
    let plain =
        ["time", "places"].map(|word| Choice::new(word, lang.text(format!("dashboards-across-{word}"))));
    let definition = definitions
        .iter()
        .find(|definition| definition.code == tile.indicator);
    let sets = definition.iter().flat_map(|definition| {
        definition.sets.iter().skip(1).map(move |set| {
            let by = definition.set_name(set);
            Choice::new(format!("by:{by}"), dimensions_in_words(definition, &by, lang))
        })
    });
    plain
        .into_iter()
        .chain(sets)
        .map(|choice| choice.chosen_if(&tile.across))
        .collect()
}
