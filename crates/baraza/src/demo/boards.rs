//! Numbers put together: a dashboard of the regency for everybody, one of an office, and what each office answers for with its card.

use std::sync::Arc;

use anyhow::Context;

use super::{publishing::Desk, sensors::GAUGE, staff::approver_of, world::settlement::REGENCY_CODE};
use crate::{
    dashboards::{
        self, cards,
        model::{Tile, TypedHead, TypedTile},
        tree,
    },
    indicators::{self, model::definition::Definition},
    places::{self, model::Places},
    platform::op::Op,
};

/// The code of the dashboard for everybody.
pub const REGENCY: &str = "ranumaya";
/// The code of the office's.
pub const OFFICE: &str = "air-dan-sungai";

/// A figure on a dashboard: what it is, the indicator, what it goes along, and its width.
type Figure = (&'static str, &'static str, &'static str, &'static str);

const FIGURES_OF_REGENCY: [Figure; 8] = [
    ("number", "6.1.1", "time", "quarter"),
    ("number", "basic-services", "time", "quarter"),
    ("light", "8.6.1", "time", "quarter"),
    ("light", "6.2.1", "time", "quarter"),
    ("trend", "health-insurance", "time", "half"),
    ("bar", "8.6.1", "by:sex", "half"),
    ("map", "6.2.1", "places", "half"),
    ("table", "7.1.1", "places", "half"),
];
const FIGURES_OF_OFFICE: [Figure; 4] = [
    ("number", "6.1.1", "time", "quarter"),
    ("light", "6.2.1", "time", "quarter"),
    ("trend", "6.1.1", "time", "half"),
    ("bar", "6.2.1", "places", "half"),
];
/// What each office answers for: how one light is made of many, and each number with its weight.
const DUTIES: [(&str, &str, &str); 3] = [
    ("bappeda", "weighted", "8.6.1 2\n8.5.2 1\nbasic-services 2"),
    ("dinas-pu", "worst", "6.1.1 3\n6.2.1 2\n7.1.1 1"),
    ("dinkes", "worst", "health-insurance 2\n2.1.2 1"),
];

/// A dashboard to be made.
struct Board<'a> {
    code: &'a str,
    head: TypedHead,
    /// What its first tile says.
    words: (&'a str, &'a str),
    figures: &'a [Figure],
    /// The account of whoever makes it.
    by: String,
}

/// Says what offices answer for, makes last month's cards, and composes the dashboards.
///
/// # Errors
/// When something is refused.
pub async fn compose(desk: &Desk<'_>) -> anyhow::Result<()> {
    let places = places::all(desk.app).await?;
    let definitions: Vec<Arc<Definition>> = indicators::list(desk.app)
        .await?
        .into_iter()
        .map(|indicator| indicator.definition)
        .collect();
    for (office, rolling, typed) in DUTIES {
        answer(desk, office, rolling, typed, &definitions).await?;
    }
    let month = desk.days.month(1).strftime("%Y-%m").to_string();
    cards::freeze(desk.app, &Op::system(desk.app.clock.now()), &month)
        .await
        .context("make the report cards of the sample regency")?;
    for board in boards() {
        let tiles = board.tiles(&definitions, &places)?;
        put_up(desk, &board, tiles).await?;
    }
    Ok(())
}

async fn answer(
    desk: &Desk<'_>,
    office: &str,
    rolling: &str,
    typed: &str,
    definitions: &[Arc<Definition>],
) -> anyhow::Result<()> {
    let op = desk.op(&approver_of(office), desk.app.clock.now())?;
    let (_, known) = tree::open(desk.app, &op, office).await?;
    let duties = known.parse(rolling, typed, definitions)?;
    tree::keep(desk.app, &op, &duties)
        .await
        .with_context(|| format!("say what {office} answers for"))
}

fn boards() -> [Board<'static>; 2] {
    let head = |title: &str, about: &str| TypedHead {
        title: title.to_owned(),
        about: about.to_owned(),
        place: REGENCY_CODE.to_owned(),
    };
    [
        Board {
            code: REGENCY,
            head: head(
                "Ranumaya dalam angka",
                "Angka-angka kabupaten yang paling sering ditanyakan, untuk semua orang.",
            ),
            words: (
                "Cara membaca",
                "Setiap angka membuka paspornya: dari tabel mana, menurut definisi mana, dan siapa yang menjawabnya.\n\n\
                 Angka yang terlalu kecil tidak ditampilkan, supaya tidak seorang pun dapat dikenali.",
            ),
            figures: &FIGURES_OF_REGENCY,
            by: "leader".to_owned(),
        },
        Board {
            code: OFFICE,
            head: head("Air dan sungai", "Untuk rapat pagi Dinas Pekerjaan Umum."),
            words: (
                "Bila sungai naik",
                "Di atas 220 cm petugas jaga menghubungi desa di hilir.",
            ),
            figures: &FIGURES_OF_OFFICE,
            by: approver_of("dinas-pu"),
        },
    ]
}

/// Begins a dashboard, puts its tiles on it, and publishes it.
async fn put_up(desk: &Desk<'_>, board: &Board<'_>, tiles: Vec<Tile>) -> anyhow::Result<()> {
    let (app, op) = (desk.app, desk.op(&board.by, desk.app.clock.now())?);
    dashboards::begin(app, &op, board.code, &board.head)
        .await
        .with_context(|| format!("begin the dashboard {}", board.code))?;
    let begun = dashboards::open(app, &op, board.code).await?;
    let mut document = begun.draft.clone();
    for tile in tiles {
        document = document.with(tile)?;
    }
    dashboards::keep(app, &op, &begun, &document).await?;
    let kept = dashboards::open(app, &op, board.code).await?;
    dashboards::publish(app, &op, &kept, "Terbitan pertama")
        .await
        .with_context(|| format!("publish the dashboard {}", board.code))
}

impl Board<'_> {
    /// Words first, then figures, then the gauge.
    fn tiles(&self, definitions: &[Arc<Definition>], places: &Places) -> anyhow::Result<Vec<Tile>> {
        let (title, text) = self.words;
        let words = TypedTile {
            kind: "text".to_owned(),
            title: title.to_owned(),
            width: "full".to_owned(),
            text: text.to_owned(),
            ..TypedTile::default()
        };
        let gauge = TypedTile {
            kind: "live".to_owned(),
            width: "half".to_owned(),
            feed: GAUGE.to_owned(),
            ..TypedTile::default()
        };
        let figures = self.figures.iter().map(figure);
        let typed = [words].into_iter().chain(figures).chain([gauge]);
        typed
            .map(|typed| {
                let what = format!("put {} {} on {}", typed.kind, typed.indicator, self.code);
                Tile::parse(&typed, definitions, places).context(what)
            })
            .collect()
    }
}

fn figure((kind, indicator, across, width): &Figure) -> TypedTile {
    let owned = |word: &&str| (*word).to_owned();
    TypedTile {
        kind: owned(kind),
        width: owned(width),
        indicator: owned(indicator),
        across: owned(across),
        ..TypedTile::default()
    }
}
