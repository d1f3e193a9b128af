//! Pages for everybody: the list of dashboards, one of them, its versions, and what other sites put into pages of their own.

use std::sync::Arc;

use askama::Template;
use axum::{
    Json,
    extract::{Path, Query, State},
    http::{Uri, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;

use super::{
    Listed, Shown, Version, division, files, list, live, look,
    model::{Document, Figure, Shape, Shows, Tile, Width},
    print,
    tiles::{self, Filled, Looking, TileView},
    versions,
};
use crate::{
    indicators::{self, tiles::Across},
    places::{
        self,
        model::{Places, division::Division},
    },
    platform::{
        app::App,
        html::{
            Markup, Shell,
            parts::{Cell, Choice},
        },
        http::MayBeFramed,
        i18n::Lang,
        op::Op,
        page::{render, shell},
        problem::{Problem, Result},
        time::Time,
        typeset,
    },
};

/// Endings of a dashboard's address that ask for another face of it.
const FACES: [&str; 3] = ["pdf", "csv", "json"];
/// Height in pixels of the frame that is offered to other sites.
const FRAME_HEIGHT: u32 = 900;

/// All dashboards.
#[derive(Template)]
#[template(path = "dashboards/list.html")]
pub struct ListPage {
    page: Shell,
    cards: Vec<Card>,
}

/// A dashboard in the list.
struct Card {
    href: String,
    title: String,
    about: String,
    place: String,
}

/// One dashboard.
#[derive(Template)]
#[template(path = "dashboards/dashboard.html")]
pub struct DashboardPage {
    page: Shell,
    about: String,
    /// Name of the place that it is looked at for.
    place: String,
    action: String,
    /// The places to look at instead; fewer than two are no choice.
    places: Vec<Choice>,
    /// The divisions of the land to look by; fewer than two are no choice.
    divisions: Vec<Choice>,
    /// The version and its day, in words.
    said: String,
    version: i64,
    /// Whether another version is in force.
    is_old: bool,
    latest_href: String,
    versions_href: String,
    tiles: Vec<Arc<TileView>>,
    /// Where live values come from; empty where there are none, and for an earlier version.
    stream: String,
    /// The server's clock, milliseconds since 1970.
    now: i64,
    /// What another site puts into a page of its own.
    frame: String,
}

/// The versions of one dashboard.
#[derive(Template)]
#[template(path = "dashboards/versions.html")]
pub struct VersionsPage {
    page: Shell,
    head: Vec<Cell>,
    rows: Vec<Vec<Cell>>,
}

/// A dashboard, or one chart, within another site's page: no way around it, no form, no script.
#[derive(Template)]
#[template(path = "dashboards/embed.html")]
pub struct EmbeddedPage {
    page: Shell,
    /// Name of the place that it is about, which no page around it says.
    place: String,
    /// Whether it is one chart, whose title says all.
    is_chart: bool,
    tiles: Vec<Arc<TileView>>,
    /// The page here that shows the same.
    source: String,
}

/// What somebody wants to see of a dashboard.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Wanted {
    /// Code of another place than the dashboard's own.
    place: String,
    /// Code of another division of the land than the administrative one.
    division: String,
    /// Without it the one in force.
    version: Option<i64>,
}

/// What somebody wants to see of a chart.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct WantedChart {
    /// Code; without it the topmost place.
    place: String,
    /// Without it the latest.
    period: String,
    /// Names of dimensions; `places` for the places below; without it over time.
    by: String,
}

pub async fn all(State(app): State<App>, op: Op, uri: Uri) -> Result<Response> {
    let all = places::all(&app).await?;
    let cards = list(&app)
        .await?
        .into_iter()
        .map(|listed| Card::of(op.lang, &all, listed))
        .collect();
    render(&ListPage::new(shell(&app, &op, &uri), cards))
}

pub async fn one(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    Path(code): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Response> {
    let (code, face) = match code.rsplit_once('.') {
        Some((code, face)) if FACES.contains(&face) => (code, face),
        _ => (code.as_str(), "html"),
    };
    let shown = look(&app, code, wanted.version).await?;
    let all = places::all(&app).await?;
    let here = here(&all, &wanted.place, &shown.document)?;
    let by = division::asked(&all, &wanted.division)?;
    let filled = division::fill(&app, op.lang, &all, &shown.document, &here, by).await?;
    match face {
        "csv" => {
            let name = format!("attachment; filename=\"{code}.csv\"");
            let text = files::csv(&filled).map_err(Problem::internal)?;
            Ok((
                [
                    (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
                    (header::CONTENT_DISPOSITION, name),
                ],
                text,
            )
                .into_response())
        }
        "json" => {
            let mut json = files::json(&shown, &here, &filled, op.at).map_err(Problem::internal)?;
            if let Some(by) = by {
                json["division"] = division::as_json(by);
            }
            Ok(Json(json).into_response())
        }
        "pdf" => {
            let views = written_by(&app, op.lang, &all, &shown.code, (&here, by), &filled).await?;
            let name = all.find(&here).map_or("", |place| place.name_in(op.lang.code()));
            let name = division::place_in_words(name, by);
            let day = op.lang.date(app.config.zoned(shown.at).date());
            let said = version_in_words(op.lang, shown.version, &day);
            let document = print::document(op.lang, &shown, (name.as_str(), said.as_str()), &filled, &views);
            let headers = [
                (header::CONTENT_TYPE, "application/pdf".to_owned()),
                (
                    header::CONTENT_DISPOSITION,
                    format!("inline; filename=\"{code}.pdf\""),
                ),
            ];
            Ok((headers, typeset::public_pdf(&app, &op, &document).await?).into_response())
        }
        _ => {
            let page = shell(&app, &op, &uri);
            let views = written_by(&app, op.lang, &all, &shown.code, (&here, by), &filled).await?;
            render(&DashboardPage::new(&app, page, &all, &shown, (&here, by), views))
        }
    }
}

pub async fn all_versions(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    Path(code): Path<String>,
) -> Result<Response> {
    let shown = look(&app, &code, None).await?;
    let versions = versions(&app, &code).await?;
    let day = |version: &Version| op.lang.date(app.config.zoned(version.at).date());
    let rows = versions
        .iter()
        .map(|version| version_row(op.lang, &code, version, day(version)))
        .collect();
    render(&VersionsPage::new(
        shell(&app, &op, &uri),
        &code,
        &shown.document.title,
        rows,
    ))
}

pub async fn embedded(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    Path(code): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Response> {
    let shown = look(&app, &code, wanted.version).await?;
    let all = places::all(&app).await?;
    let here = here(&all, &wanted.place, &shown.document)?;
    let by = division::asked(&all, &wanted.division)?;
    let filled = division::fill(&app, op.lang, &all, &shown.document, &here, by).await?;
    let views = written_by(&app, op.lang, &all, &code, (&here, by), &filled).await?;
    let page = shell(&app, &op, &uri).titled(&shown.document.title);
    framed(&EmbeddedPage {
        page,
        place: division::place_in_words(&name_of(&all, op.lang, &here), by),
        is_chart: false,
        tiles: views,
        source: address_at(&code, &here, by),
    })
}

pub async fn embedded_chart(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    Path((code, chart)): Path<(String, String)>,
    Query(wanted): Query<WantedChart>,
) -> Result<Response> {
    let definition = indicators::find(&app, &code).await?.definition;
    let shape = Shape::parse(&chart)
        .ok_or_else(|| Problem::not_found("dashboards-chart-unknown").with("chart", &chart))?;
    let all = places::all(&app).await?;
    let across = match wanted.by.as_str() {
        "" => Across::Time,
        "places" => Across::Places,
        by => {
            let names: Vec<&str> = by.split(',').collect();
            let set = definition
                .find_set(&names)
                .ok_or_else(|| Problem::not_found("dashboards-chart-unknown").with("chart", by))?;
            Across::Groups(definition.set_name(set))
        }
    };
    let document = Document {
        title: definition.title.in_language(op.lang.code()).to_owned(),
        tiles: vec![Tile {
            title: String::new(),
            width: Width::Full,
            shows: Shows::Figure(Figure {
                period: Some(wanted.period).filter(|period| !period.is_empty()),
                ..Figure::plain(shape, &code, across)
            }),
        }],
        ..Document::default()
    };
    let here = here(&all, &wanted.place, &document)?;
    let filled = tiles::fill(&app, op.lang, &all, &document, &here).await?;
    let looking = Looking {
        app: &app,
        lang: op.lang,
        all: &all,
        here: &here,
        drill: "",
    };
    let views = tiles::views(&looking, &filled).await?;
    let source = views
        .first()
        .map(|view| view.href.clone())
        .filter(|href| !href.is_empty())
        .unwrap_or_else(|| format!("/indicators/{code}"));
    framed(&EmbeddedPage {
        page: shell(&app, &op, &uri).titled(&document.title),
        place: name_of(&all, op.lang, &here),
        is_chart: true,
        tiles: views,
        source,
    })
}

/// What a place is called, or its code where it is not known.
fn name_of(all: &Places, lang: Lang, code: &str) -> String {
    all.find(code)
        .map_or_else(|| code.to_owned(), |place| place.name_in(lang.code()).to_owned())
}

/// Renders a page that other sites may put into theirs.
fn framed(page: &EmbeddedPage) -> Result<Response> {
    let mut response = render(page)?;
    response.extensions_mut().insert(MayBeFramed);
    Ok(response)
}

/// The code of the place that a dashboard is looked at for: the one asked for, else its own, else the topmost.
fn here(all: &Places, asked: &str, document: &Document) -> Result<String> {
    if !asked.is_empty() {
        return Ok(places::known(all, asked)?.code().to_owned());
    }
    let top = || all.top().map(|place| place.code().to_owned()).unwrap_or_default();
    Ok(Some(document.place.clone())
        .filter(|place| !place.is_empty())
        .unwrap_or_else(top))
}

/// Makes the tiles of a dashboard ready, with the places below leading to the same dashboard about them.
pub(super) async fn written(
    app: &App,
    lang: Lang,
    all: &Arc<Places>,
    code: &str,
    here: &str,
    filled: &[Filled],
) -> Result<Vec<Arc<TileView>>> {
    let looking = Looking {
        app,
        lang,
        all,
        here,
        drill: &address(code),
    };
    tiles::views(&looking, filled).await
}

/// Makes the tiles of a dashboard ready by the areas of a division, or by places without one.
async fn written_by(
    app: &App,
    lang: Lang,
    all: &Arc<Places>,
    code: &str,
    (here, by): (&str, Option<&Division>),
    filled: &[Filled],
) -> Result<Vec<Arc<TileView>>> {
    match by {
        Some(by) => {
            let looking = Looking {
                app,
                lang,
                all,
                here,
                drill: "",
            };
            division::views(&looking, by, filled).await
        }
        None => written(app, lang, all, code, here, filled).await,
    }
}

/// The address of a dashboard.
pub(super) fn address(code: &str) -> String {
    format!("/dashboards/{code}")
}

fn address_at(code: &str, place: &str, by: Option<&Division>) -> String {
    let query = serde_urlencoded::to_string(division::query(place, by)).unwrap_or_default();
    format!("{}?{query}", address(code))
}

impl Card {
    fn of(lang: Lang, all: &Places, listed: Listed) -> Card {
        let place = all.find(&listed.place);
        Card {
            href: address(&listed.code),
            place: place.map_or_else(String::new, |place| place.name_in(lang.code()).to_owned()),
            title: listed.title,
            about: listed.about,
        }
    }
}

impl ListPage {
    fn new(page: Shell, cards: Vec<Card>) -> ListPage {
        let title = page.t("dashboards-title").to_string();
        let lead = page.t("dashboards-lead").to_string();
        ListPage {
            page: page.titled(&title).described(lead).crumb(title, ""),
            cards,
        }
    }

    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> ListPage {
        let card = Card {
            href: "/dashboards/air".into(),
            title: "Water and <toilet>".into(),
            about: "For the weekly meeting of <PU>".into(),
            place: "Kecamatan <Ngasem>".into(),
        };
        ListPage::new(Shell::sample(lang), vec![card])
    }
}

impl DashboardPage {
    fn new(
        app: &App,
        page: Shell,
        all: &Places,
        shown: &Shown,
        (here, by): (&str, Option<&Division>),
        tiles: Vec<Arc<TileView>>,
    ) -> DashboardPage {
        let lang = page.lang;
        let day = lang.date(app.config.zoned(shown.at).date());
        DashboardPage {
            place: division::place_in_words(&name_of(all, lang, here), by),
            divisions: division::choices(all, lang, by),
            places: nearby(all, lang, &shown.document.place, here),
            said: version_in_words(lang, shown.version, &day),
            version: shown.version,
            is_old: !shown.is_latest,
            stream: stream_of(shown),
            now: app.clock.now().0 / 1_000,
            frame: frame(
                &app.config.base_url,
                &embed_address(shown, here, by),
                &shown.document.title,
            ),
            ..DashboardPage::plain(page, &shown.code, &shown.document, tiles)
        }
    }

    /// The page of the version in force, without what belongs to a place and a day.
    fn plain(page: Shell, code: &str, document: &Document, tiles: Vec<Arc<TileView>>) -> DashboardPage {
        let title = page.t("dashboards-title").to_string();
        DashboardPage {
            about: document.about.clone(),
            place: String::new(),
            action: address(code),
            places: Vec::new(),
            divisions: Vec::new(),
            said: String::new(),
            version: 0,
            is_old: false,
            latest_href: address(code),
            versions_href: format!("{}/versions", address(code)),
            tiles,
            stream: String::new(),
            now: 0,
            frame: String::new(),
            page: page
                .titled(&document.title)
                .described(&document.about)
                .crumb(title, "/dashboards")
                .crumb(&document.title, "")
                .shapes(&FACES),
        }
    }

    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> DashboardPage {
        let document = Document {
            title: "Water and <toilet>".into(),
            about: "For the weekly meeting of <PU>".into(),
            ..Document::default()
        };
        let places = ["90", "90.01"].map(|code| Choice::new(code, "Kecamatan <Ngasem>").chosen_if("90"));
        DashboardPage {
            place: "Kecamatan <Ngasem>".into(),
            places: places.into(),
            divisions: ["", "health"]
                .map(|code| Choice::new(code, "Puskesmas <Ngasem>").chosen_if("health"))
                .into(),
            said: version_in_words(lang, 2, "21 Nov 2026"),
            version: 2,
            is_old: true,
            stream: "/dashboards/air/live".into(),
            frame: frame("https://example.org", "/embed/dashboards/air", &document.title),
            ..DashboardPage::plain(Shell::sample(lang), "air", &document, tiles::sample(lang))
        }
    }
}

/// Where live values of a version come from; empty where it has none, or another is in force.
fn stream_of(shown: &Shown) -> String {
    if shown.is_latest && !live::stream::codes(&shown.document).is_empty() {
        format!("{}/live", address(&shown.code))
    } else {
        String::new()
    }
}

fn version_in_words(lang: Lang, version: i64, day: &str) -> String {
    lang.text("dashboards-version-of")
        .arg("version", lang.ungrouped(version))
        .arg("date", day)
        .to_string()
}

/// The dashboard's own place, the one looked at and what lies above and directly below it, to look at instead.
fn nearby(all: &Places, lang: Lang, own: &str, here: &str) -> Vec<Choice> {
    let Some(place) = all.find(here) else {
        return Vec::new();
    };
    let mut near: Vec<_> = place.with_ancestors().collect();
    near.reverse();
    near.extend(place.children());
    if let Some(own) = all
        .find(own)
        .filter(|own| near.iter().all(|near| near.code() != own.code()))
    {
        near.insert(0, own);
    }
    near.into_iter()
        .map(|near| Choice::new(near.code(), near.name_in(lang.code())).chosen_if(here))
        .collect()
}

/// Where another site finds a dashboard for its page; about the place looked at, where that is not the dashboard's own.
fn embed_address(shown: &Shown, here: &str, by: Option<&Division>) -> String {
    let own = format!("/embed/dashboards/{}", shown.code);
    if here == shown.document.place && by.is_none() {
        return own;
    }
    let query = serde_urlencoded::to_string(division::query(here, by)).unwrap_or_default();
    format!("{own}?{query}")
}

/// What another site puts into a page of its own to show a dashboard there.
fn frame(base: &str, address: &str, title: &str) -> String {
    format!(
        "<iframe src=\"{base}{address}\" title=\"{}\" width=\"100%\" height=\"{FRAME_HEIGHT}\" loading=\"lazy\"></iframe>",
        Markup::escape(title)
    )
}

fn version_row(lang: Lang, code: &str, version: &Version, day: String) -> Vec<Cell> {
    let number = lang.ungrouped(version.version);
    let link = Markup(format!(
        "<a class=\"govuk-link\" href=\"{}?version={}\">{number}</a>",
        Markup::escape(&address(code)),
        version.version
    ));
    vec![Cell::html(link), Cell::text(day), Cell::text(&version.why)]
}

impl VersionsPage {
    fn new(page: Shell, code: &str, title: &str, rows: Vec<Vec<Cell>>) -> VersionsPage {
        let head = ["version", "day", "why"]
            .map(|name| Cell::text(page.t(&format!("dashboards-versions-{name}"))))
            .to_vec();
        let (all, own) = (
            page.t("dashboards-title").to_string(),
            page.t("dashboards-versions").to_string(),
        );
        VersionsPage {
            page: page
                .titled(format!("{own} – {title}"))
                .crumb(all, "/dashboards")
                .crumb(title, address(code))
                .crumb(own, ""),
            head,
            rows,
        }
    }

    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> VersionsPage {
        let version = Version {
            version: 2,
            at: Time(0),
            why: "A tile about <PU>".into(),
        };
        let rows = vec![version_row(lang, "air", &version, "21 Nov 2026".into())];
        VersionsPage::new(Shell::sample(lang), "air", "Water and <toilet>", rows)
    }
}

impl EmbeddedPage {
    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> EmbeddedPage {
        EmbeddedPage {
            page: Shell::sample(lang).titled("Water and <toilet>"),
            place: "Kecamatan <Ngasem>".into(),
            is_chart: false,
            tiles: tiles::sample(lang),
            source: "/dashboards/air?place=90".into(),
        }
    }
}
