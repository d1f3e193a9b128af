//! One facility for everybody: what it is, its rounds, how scores moved, and what was promised.

use askama::Template;
use axum::{
    extract::{Path, Query, State as Of},
    http::Uri,
    response::Response,
};
use jiff::civil::{Date, date};
use serde::Deserialize;

use super::{
    NameOf, files, one,
    words::{self, PromiseRow},
};
use crate::{
    evidence::{
        self,
        model::{Commitment, Subject},
        pages::Names,
    },
    places::{self, model::Places},
    platform::{
        app::App,
        draw::{
            About, Reading, Unit,
            bars::key,
            lines::{Lines, Series, lines},
        },
        html::{
            Markup, Shell,
            parts::{Cell, Choice, SummaryRow, Words},
        },
        i18n::{Lang, numbers::NO_VALUE},
        op::Op,
        page::{render, shell},
        problem::Result,
    },
    scorecards::{
        self,
        model::{
            compare::key_of,
            facility::Facility,
            round::Round,
            session::PROVIDER,
            trend::{Trend, TrendLine, USERS},
        },
    },
};

/// Lines that one chart can hold apart.
const MOST_LINES: usize = 6;
/// Rounds whose promises are shown; older ones stand on the pages of their rounds.
const ROUNDS_OF_PROMISES: usize = 2;
/// Promises of one round that are shown.
const MOST_PROMISES: i64 = 100;

/// One facility.
#[derive(Template)]
#[template(path = "scorecards/pages/facility.html")]
pub struct FacilityPage {
    page: Shell,
    caption: String,
    /// It is no more, or not yet there.
    is_gone: bool,
    facts: Vec<SummaryRow>,
    rounds_head: Vec<Cell>,
    rounds: Vec<Vec<Cell>>,
    trend: Option<TrendView>,
    promises: Vec<PromiseRow>,
    action: String,
    beside: String,
}

/// How scores moved.
struct TrendView {
    /// Criteria to look at instead.
    criteria: Vec<Choice>,
    title: String,
    key: Markup,
    drawing: Markup,
    /// The numbers of the drawing.
    head: Vec<Cell>,
    drawn: Vec<Vec<Cell>>,
    /// All criteria and groups.
    rows: Vec<Vec<Cell>>,
    rows_head: Vec<Cell>,
}

/// What somebody wants to see.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Wanted {
    /// Key of the criterion that is drawn; without it the first.
    criterion: String,
}

/// A facility with what is shown of it.
struct Found {
    facility: Facility,
    /// The latest first.
    rounds: Vec<Round>,
    promises: Vec<Commitment>,
}

pub async fn show(
    Of(app): Of<App>,
    op: Op,
    uri: Uri,
    Path(facility): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Response> {
    let (code, shape) = files::split(&facility);
    let found = Found::of(&app, code).await?;
    let trend = scorecards::trend(&app, code).await?;
    let today = app.config.day(op.at);
    match shape {
        Some("json") => {
            let rounds: Vec<&Round> = found.rounds.iter().collect();
            let promises = files::promises(&found.promises, today);
            Ok(files::facility_as_json(
                &found.facility,
                &rounds,
                &trend,
                promises,
            ))
        }
        Some(_) => files::facility_as_csv(&found.facility, &trend),
        None => {
            let (all, names) = (places::all(&app).await?, Names::of(&app).await?);
            let name_of = |code: &str| names.of_organisation(code);
            let page = shell(&app, &op, &uri);
            let trend = TrendView::of(op.lang, &trend, &wanted.criterion);
            render(&FacilityPage::new(page, &all, &name_of, &found, trend, today))
        }
    }
}

/// The address of a facility for everybody.
#[must_use]
pub fn address(facility: &str) -> String {
    format!("/facilities/{facility}")
}

impl Found {
    async fn of(app: &App, code: &str) -> Result<Found> {
        let facility = scorecards::facility(app, code).await?;
        let listed = scorecards::list(app, Some(code), None).await?;
        let mut rounds: Vec<Round> = listed.into_iter().map(|listed| listed.round).collect();
        rounds.sort_by_key(|round| std::cmp::Reverse(round.n));
        let latest = rounds
            .iter()
            .filter(|round| round.state.has_results())
            .take(ROUNDS_OF_PROMISES);
        let mut promises = Vec::new();
        for round in latest {
            let raised = Subject::new(scorecards::SUBJECT, &round.id);
            promises.extend(evidence::list_commitments(app, None, Some(&raised), MOST_PROMISES).await?);
        }
        Ok(Found {
            facility,
            rounds,
            promises,
        })
    }
}

impl FacilityPage {
    fn new(
        page: Shell,
        all: &Places,
        name_of: NameOf<'_>,
        found: &Found,
        trend: Option<TrendView>,
        today: Date,
    ) -> FacilityPage {
        let lang = page.lang;
        let facility = &found.facility;
        let place = words::place(lang, all, &facility.place);
        let list = page.t("scorecards-pages-title").to_string();
        let head = [
            "scorecards-pages-round-head",
            "scorecards-pages-state",
            "scorecards-pages-day",
        ];
        let promises = found.promises.iter();
        FacilityPage {
            caption: format!("{} · {place}", words::kind(lang, &facility.kind)),
            is_gone: !facility.holds_on(today),
            facts: facts(lang, all, name_of, facility),
            rounds_head: head.map(|id| Cell::text(lang.text(id))).to_vec(),
            rounds: found.rounds.iter().map(|round| round_row(lang, round)).collect(),
            trend,
            promises: promises
                .map(|promise| PromiseRow::of(lang, promise, name_of, today))
                .collect(),
            action: address(&facility.code),
            beside: format!("{}/beside", address(&facility.code)),
            page: page
                .titled(&facility.name)
                .described(lang.text("scorecards-pages-lead"))
                .crumb(list, "/scorecards")
                .crumb(&facility.name, "")
                .shapes(&files::SHAPES),
        }
    }

    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> FacilityPage {
        let line = |group: &str, values: [Option<u8>; 2]| TrendLine {
            standard: Some("waiting".into()),
            words: "Lama <menunggu>".into(),
            group: group.into(),
            values: values.into(),
        };
        let trend = Trend {
            rounds: vec![
                ("K7M4XT".into(), date(2026, 5, 16)),
                ("K8M4XT".into(), date(2026, 11, 16)),
            ],
            lines: vec![
                line(USERS, [Some(25), Some(40)]),
                line("own:Ibu <tunggal>", [None, Some(30)]),
                line(PROVIDER, [Some(75), Some(80)]),
            ],
        };
        let found = Found {
            facility: one::sample_facility(),
            rounds: vec![one::sample_round()],
            promises: Vec::new(),
        };
        let page = FacilityPage::new(
            Shell::sample(lang),
            &Places::default(),
            &str::to_owned,
            &found,
            TrendView::of(lang, &trend, ""),
            date(2026, 11, 16),
        );
        FacilityPage {
            is_gone: true,
            promises: vec![PromiseRow::sample(lang)],
            ..page
        }
    }
}

fn facts(lang: Lang, all: &Places, name_of: NameOf<'_>, facility: &Facility) -> Vec<SummaryRow> {
    let place = |code: &String| {
        let href = format!("/places/{code}");
        words::link(&href, &words::place(lang, all, code)).0
    };
    let row = |id: &'static str, value: Words| SummaryRow::new(lang.text(id), value);
    let mut facts = vec![
        row(
            "scorecards-pages-kind",
            Words::Plain(words::kind(lang, &facility.kind)),
        ),
        row(
            "scorecards-pages-by",
            Words::Plain(name_of(&facility.organisation)),
        ),
        row(
            "scorecards-pages-place",
            Words::Html(Markup(place(&facility.place))),
        ),
    ];
    if !facility.serves.is_empty() {
        let serves: Vec<String> = facility.serves.iter().map(place).collect();
        facts.push(row(
            "scorecards-pages-serves",
            Words::Html(Markup(serves.join(", "))),
        ));
    }
    facts
}

fn round_row(lang: Lang, round: &Round) -> Vec<Cell> {
    let link = words::link(&one::address(&round.code), &words::round(lang, round.n));
    vec![
        Cell::html(link),
        Cell::html(words::tag_markup(&words::state_tag(lang, round.state))),
        Cell {
            sort_key: round.day().to_string(),
            ..Cell::text(lang.short_date(round.day()))
        },
    ]
}

impl TrendView {
    /// The trend with the criterion that was asked for drawn; none before there are results.
    fn of(lang: Lang, trend: &Trend, asked: &str) -> Option<TrendView> {
        let key_of = |line: &TrendLine| key_of(line.standard.as_deref(), &line.words);
        let first = trend.lines.first()?;
        let chosen = trend
            .lines
            .iter()
            .find(|line| key_of(line) == asked)
            .unwrap_or(first);
        let asked = key_of(chosen);
        let mut criteria: Vec<Choice> = Vec::new();
        for line in &trend.lines {
            let value = key_of(line);
            if !criteria.iter().any(|choice| choice.value == value) {
                let name = words::criterion(lang, line.standard.as_deref(), &line.words);
                criteria.push(Choice::new(value, name).chosen_if(&asked));
            }
        }
        let drawn: Vec<&TrendLine> = trend.lines.iter().filter(|line| key_of(line) == asked).collect();
        let title = lang
            .text("scorecards-pages-trend-of")
            .arg(
                "criterion",
                words::criterion(lang, chosen.standard.as_deref(), &chosen.words),
            )
            .to_string();
        let (key, drawing) = draw(lang, trend, &title, &drawn);
        let drawn_rows = rows(lang, &drawn, false);
        let all: Vec<&TrendLine> = trend.lines.iter().collect();
        Some(TrendView {
            criteria,
            title,
            key,
            drawing,
            head: head(lang, trend, false),
            drawn: drawn_rows,
            rows: rows(lang, &all, true),
            rows_head: head(lang, trend, true),
        })
    }
}

/// Draws one criterion: users first, then the provider, then as many groups as can be told apart.
fn draw(lang: Lang, trend: &Trend, title: &str, drawn: &[&TrendLine]) -> (Markup, Markup) {
    let rank = |line: &TrendLine| match line.group.as_str() {
        USERS => 0,
        PROVIDER => 1,
        _ => 2,
    };
    let mut sorted = drawn.to_vec();
    sorted.sort_by_key(|line| rank(line));
    let series: Vec<Series> = sorted
        .into_iter()
        .take(MOST_LINES)
        .map(|line| Series {
            name: words::group(lang, &line.group),
            readings: line
                .values
                .iter()
                .map(|value| value.map_or(Reading::Missing, |value| Reading::of(f64::from(value))))
                .collect(),
        })
        .collect();
    let names: Vec<String> = series.iter().map(|series| series.name.clone()).collect();
    let drawing = lines(&Lines {
        about: About {
            id: "trend".into(),
            title: title.to_owned(),
            description: lang.text("scorecards-pages-trend-described").to_string(),
            lang,
        },
        unit: Unit::Number { places: 0 },
        periods: trend
            .rounds
            .iter()
            .map(|(_, day)| lang.short_date(*day))
            .collect(),
        series,
        target: None,
    });
    (key(&names), drawing)
}

fn head(lang: Lang, trend: &Trend, with_criterion: bool) -> Vec<Cell> {
    let criterion = with_criterion.then(|| Cell::text(lang.text("scorecards-pages-criterion")));
    criterion
        .into_iter()
        .chain([Cell::text(lang.text("scorecards-pages-group"))])
        .chain(
            trend
                .rounds
                .iter()
                .map(|(_, day)| Cell::over_numbers(lang.short_date(*day))),
        )
        .collect()
}

fn rows(lang: Lang, shown: &[&TrendLine], with_criterion: bool) -> Vec<Vec<Cell>> {
    let number = |value: &Option<u8>| match value {
        Some(value) => Cell::number(lang.number(*value), f64::from(*value)),
        None => Cell::number(NO_VALUE, f64::NAN),
    };
    shown
        .iter()
        .map(|line| {
            let name = words::criterion(lang, line.standard.as_deref(), &line.words);
            with_criterion
                .then(|| Cell::text(name))
                .into_iter()
                .chain([Cell::text(words::group(lang, &line.group))])
                .chain(line.values.iter().map(number))
                .collect()
        })
        .collect()
}
