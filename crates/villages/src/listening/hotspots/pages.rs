//! Reports for everybody: the list, and one as a page, a file and on paper.

use askama::Template;
use axum::{
    Json,
    extract::{Path, Query, State},
    http::{Uri, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    Listed, find_public, list_public, print, promises, told,
    view::{BlockView, fill},
};
use crate::{
    listening::{
        model::hotspot::{Hotspot, Version},
        words,
    },
    places::{self, model::Places},
    platform::{
        app::App,
        html::{Shell, parts::Cell},
        i18n::Lang,
        op::Op,
        page::{render, shell},
        problem::Result,
        time::Time,
        typeset,
    },
};

/// The shapes of a report beside its page.
const FACES: [&str; 2] = ["pdf", "json"];

/// All public reports.
#[derive(Template)]
#[template(path = "listening/hotspots/all.html")]
pub struct HotspotsPage {
    page: Shell,
    cards: Vec<Card>,
}

/// A report in the list.
struct Card {
    href: String,
    title: String,
    about: String,
}

/// One report.
#[derive(Template)]
#[template(path = "listening/hotspots/one.html")]
pub struct HotspotPage {
    page: Shell,
    place: String,
    said: String,
    /// The version that is public now, where this is an older one; empty otherwise.
    newer: String,
    blocks: Vec<BlockView>,
    /// How it was made, and how few are not told apart.
    how: String,
    /// What stands over the groups.
    head: Vec<Cell>,
    /// What was promised about it; empty while nothing was.
    promises: Vec<Vec<Cell>>,
    promises_head: Vec<Cell>,
    versions_head: Vec<Cell>,
    /// Every version; empty where there is one.
    versions: Vec<Vec<Cell>>,
}

/// Which version somebody wants to see; without it the one that is public now.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Wanted {
    version: Option<i64>,
}

pub async fn all(State(app): State<App>, op: Op, uri: Uri) -> Result<Response> {
    let listed = list_public(&app).await?;
    let all = places::all(&app).await?;
    let cards = listed
        .iter()
        .map(|each| Card::of(op.lang, &all, each, &op.lang.date(app.config.day(each.at))))
        .collect();
    render(&HotspotsPage::new(shell(&app, &op, &uri), cards))
}

pub async fn one(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    Path(hotspot): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Response> {
    let (code, face) = match hotspot.rsplit_once('.') {
        Some((code, face)) if FACES.contains(&face) => (code, face),
        _ => (hotspot.as_str(), "html"),
    };
    let lang = op.lang;
    let (hotspot, version, versions) = find_public(&app, code, wanted.version).await?;
    let all = places::all(&app).await?;
    let told = told(&app, &all, &hotspot.place).await?;
    let blocks = fill(&app, lang, &all, &hotspot.place, &told, &version.blocks).await?;
    let place = words::place(lang, &all, &hotspot.place);
    let day = |at: Time| lang.date(app.config.day(at));
    let said = version_in_words(lang, version.version, &day(version.at));
    match face {
        "json" => Ok(Json(as_json(&hotspot, &version, &blocks)).into_response()),
        "pdf" => {
            let document = print::document(lang, &version, (place.as_str(), said.as_str()), &blocks);
            let headers = [
                (header::CONTENT_TYPE, "application/pdf".to_owned()),
                (
                    header::CONTENT_DISPOSITION,
                    format!("inline; filename=\"hotspot-{}.pdf\"", hotspot.code),
                ),
            ];
            Ok((headers, typeset::public_pdf(&app, &op, &document).await?).into_response())
        }
        _ => {
            let page = shell(&app, &op, &uri);
            let told = (blocks, told.minimum);
            let page = HotspotPage::new(page, &hotspot, &version, place, said, told);
            render(&HotspotPage {
                versions: version_rows(lang, &hotspot, &versions, &day),
                promises: promises::rows(&app, &op, &hotspot).await?,
                ..page
            })
        }
    }
}

/// Which version it is, and of which day.
pub(super) fn version_in_words(lang: Lang, version: i64, day: &str) -> String {
    lang.text("listening-hotspots-version-of")
        .arg("version", lang.ungrouped(version))
        .arg("date", day)
        .to_string()
}

/// What stands over the groups of a report.
pub(super) fn group_head(lang: Lang) -> Vec<Cell> {
    vec![
        Cell::text(lang.text("listening-hotspots-group")),
        Cell::over_numbers(lang.text("listening-hotspots-n-talks")),
        Cell::over_numbers(lang.text("listening-hotspots-n-present")),
    ]
}

/// A report as programs read it.
fn as_json(hotspot: &Hotspot, version: &Version, blocks: &[BlockView]) -> Value {
    json!({
        "code": hotspot.code,
        "href": hotspot.path(),
        "place": hotspot.place,
        "title": version.title,
        "version": version.version,
        "published_at": version.at.to_string(),
        "why": version.why,
        "blocks": blocks,
    })
}

fn version_rows(
    lang: Lang,
    hotspot: &Hotspot,
    versions: &[Version],
    day: &dyn Fn(Time) -> String,
) -> Vec<Vec<Cell>> {
    if versions.len() < 2 {
        return Vec::new();
    }
    versions
        .iter()
        .map(|each| {
            let href = format!("{}?version={}", hotspot.path(), each.version);
            vec![
                Cell::html(words::link(&href, &lang.ungrouped(each.version))),
                Cell::text(day(each.at)),
                Cell::text(&each.why),
            ]
        })
        .collect()
}

impl Card {
    fn of(lang: Lang, all: &Places, listed: &Listed, day: &str) -> Card {
        Card {
            href: format!("/hotspots/{}", listed.code),
            title: listed.title.clone(),
            about: format!("{} · {day}", words::place(lang, all, &listed.place)),
        }
    }
}

impl HotspotsPage {
    fn new(page: Shell, cards: Vec<Card>) -> HotspotsPage {
        let (title, lead) = (
            page.t("listening-hotspots-title").to_string(),
            page.t("listening-hotspots-lead").to_string(),
        );
        HotspotsPage {
            cards,
            page: page.titled(&title).described(lead).crumb(title, ""),
        }
    }

    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> HotspotsPage {
        let listed = Listed {
            code: "K7M4XT".to_owned(),
            place: "Kecamatan <Ngasem>".to_owned(),
            title: "Two hours to the <clinic>".to_owned(),
            at: Time(0),
        };
        let card = Card::of(lang, &Places::default(), &listed, "23 <11> 2026");
        HotspotsPage::new(Shell::sample(lang), vec![card])
    }
}

impl HotspotPage {
    fn new(
        page: Shell,
        hotspot: &Hotspot,
        version: &Version,
        place: String,
        said: String,
        (blocks, minimum): (Vec<BlockView>, u32),
    ) -> HotspotPage {
        let lang = page.lang;
        let is_newest = version.version == hotspot.version;
        HotspotPage {
            place,
            said,
            newer: if is_newest { String::new() } else { hotspot.path() },
            blocks,
            how: lang
                .text("listening-hotspots-how-lead")
                .n("least", minimum)
                .to_string(),
            head: group_head(lang),
            promises: Vec::new(),
            promises_head: promises::head(lang),
            versions_head: [
                "listening-hotspots-version",
                "listening-hotspots-on",
                "listening-hotspots-why",
            ]
            .map(|id| Cell::text(lang.text(id)))
            .into(),
            versions: Vec::new(),
            page: page
                .titled(&version.title)
                .crumb(lang.text("listening-hotspots-title"), "/hotspots")
                .crumb(&version.title, "")
                .shapes(&FACES),
        }
    }

    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> HotspotPage {
        let (hotspot, version) = sample();
        let page = HotspotPage::new(
            Shell::sample(lang),
            &hotspot,
            &version,
            "Kecamatan <Ngasem>".to_owned(),
            version_in_words(lang, 1, "23 <11> 2026"),
            (sample_blocks(), 5),
        );
        let later = Version {
            version: 2,
            ..version.clone()
        };
        HotspotPage {
            promises: vec![
                page.promises_head
                    .iter()
                    .map(|_| Cell::text("Mend the <road>"))
                    .collect(),
            ],
            versions: version_rows(lang, &hotspot, &[version, later], &|_| "23 <11> 2026".to_owned()),
            ..page
        }
    }
}

/// An invented report, of which a newer version is public, for the samples of pages.
pub(super) fn sample() -> (Hotspot, Version) {
    let hotspot = Hotspot {
        id: "0".to_owned(),
        code: "K7M4XT".to_owned(),
        place: "90.01".to_owned(),
        title: "Two hours to the <clinic>".to_owned(),
        blocks: Vec::new(),
        editors: vec!["0".to_owned()],
        version: 2,
        revision: 3,
    };
    let version = Version {
        version: 1,
        title: hotspot.title.clone(),
        blocks: Vec::new(),
        why: "A <slip>".to_owned(),
        at: Time(0),
    };
    (hotspot, version)
}

/// Invented blocks of every kind, for the samples of pages.
pub(super) fn sample_blocks() -> Vec<BlockView> {
    let block = |kind: &'static str, title: &str| BlockView {
        kind,
        title: title.to_owned(),
        paragraphs: vec!["Words & <words>".to_owned()],
        ..BlockView::default()
    };
    vec![
        block("text", "The <road>"),
        BlockView {
            rows: vec![["Women <young>".to_owned(), "2".to_owned(), "17".to_owned()]],
            ..block("groups", "Who was <heard>")
        },
        BlockView {
            value: "14".to_owned(),
            note: "Ngasem <2026>".to_owned(),
            href: "/n/now/8.5/90.01/2026".to_owned(),
            ..block("figure", "Days <employed>")
        },
        BlockView {
            href: "/data/census".to_owned(),
            ..block("survey", "The <survey>")
        },
        BlockView {
            value: "3 <of> 4".to_owned(),
            ..block("theme", "Far <away>")
        },
        BlockView {
            quote: "We <walk> two hours.".to_owned(),
            value: "Women, <Ngasem>".to_owned(),
            paragraphs: Vec::new(),
            ..block("quotation", "")
        },
    ]
}
