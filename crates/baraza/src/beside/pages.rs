//! One facility's truths side by side, for everybody: as a page, as data, and as a sheet for the meeting.

use askama::Template;
use axum::{
    extract::{Path, State as Of},
    http::Uri,
    response::Response,
};
use jiff::civil::date;

use super::{
    Beside, Compared, Part, Row, Told, files,
    model::{
        Area, Concept, People, Saying, Source, Span, Turn, Value,
        compare::{How, Pair},
    },
    print, public, words,
};
use crate::{
    platform::{
        app::App,
        draw::{
            About, Reading,
            marks::{Line, Marks, Shape, marks},
        },
        html::{
            Markup, Shell,
            parts::{Cell, label_rows},
        },
        i18n::{Lang, numbers::NO_VALUE},
        op::Op,
        page::{render, shell},
        problem::Result,
        sheets,
        time::Time,
        typeset,
    },
    scorecards::{
        desk::AT_DESK,
        pages::{facility, one, words as of_scorecards},
    },
};

/// Two truths side by side.
#[derive(Template)]
#[template(path = "beside/beside.html")]
pub struct BesidePage {
    page: Shell,
    caption: String,
    /// Which round the scores are of, or that there is none yet.
    said: String,
    /// That groups are in no figure; empty for none.
    left_out: String,
    facility: String,
    /// The sheet of a meeting that is open, for those who work with score cards; empty for none.
    sheet: String,
    criteria: Vec<CriterionView>,
}

/// Flagged gaps that stand above what unfolds.
const MOST_GAPS: usize = 2;

/// One criterion in words and as a drawing: the gap first, who says what below it.
struct CriterionView {
    name: String,
    /// Its heading on the page.
    id: String,
    /// The widest gaps that are flagged, each with the two that it lies between.
    wide: Vec<(String, String)>,
    /// What is to be said where no gap is flagged.
    said: String,
    /// What unfolds: who says what, and how far it can be compared.
    sources: String,
    title: String,
    /// Empty where nothing of it stands between 0 and 100.
    drawing: Markup,
    head: Vec<Cell>,
    rows: Vec<Vec<Cell>>,
    pairs_title: String,
    pairs_head: Vec<Cell>,
    /// Empty where one source alone speaks.
    pairs: Vec<Vec<Cell>>,
}

pub async fn show(Of(app): Of<App>, op: Op, uri: Uri, Path(facility): Path<String>) -> Result<Response> {
    let beside = public(&app, &op, &facility).await?;
    let mut page = BesidePage::new(shell(&app, &op, &uri), &beside);
    if let Some(round) = beside.meeting.as_ref().filter(|_| op.has(&AT_DESK)) {
        page.sheet = format!("/desk/beside/{round}/sheet.pdf");
    }
    render(&page)
}

pub async fn as_json(Of(app): Of<App>, op: Op, Path(facility): Path<String>) -> Result<Response> {
    Ok(files::as_json(&public(&app, &op, &facility).await?))
}

pub async fn as_csv(Of(app): Of<App>, op: Op, Path(facility): Path<String>) -> Result<Response> {
    files::as_csv(&public(&app, &op, &facility).await?)
}

pub async fn as_pdf(Of(app): Of<App>, op: Op, Path(facility): Path<String>) -> Result<Response> {
    let beside = public(&app, &op, &facility).await?;
    let document = print::document(op.lang, &beside);
    let pdf = typeset::public_pdf(&app, &op, &document).await?;
    Ok(sheets::answer(pdf, &format!("beside-{}", beside.facility.code)))
}

/// Which round the scores are of, or that there is none yet.
pub fn said(lang: Lang, beside: &Beside) -> String {
    match &beside.round {
        Some(round) => lang
            .text("beside-of-round")
            .n("n", round.n)
            .arg("day", lang.date(round.day()))
            .to_string(),
        None => lang.text("beside-no-round").to_string(),
    }
}

/// That groups are in no figure; empty for none.
pub fn left_out(lang: Lang, beside: &Beside) -> String {
    match beside.n_left_out {
        0 => String::new(),
        n => lang.text("beside-left-out").n("n", n).to_string(),
    }
}

impl BesidePage {
    fn new(page: Shell, beside: &Beside) -> BesidePage {
        let lang = page.lang;
        let known = &beside.facility;
        let own = page.t("beside-title").to_string();
        let (list, lead) = (
            page.t("scorecards-pages-title").to_string(),
            page.t("beside-lead").to_string(),
        );
        let criteria = (1..).zip(&beside.rows);
        BesidePage {
            caption: format!("{} · {}", known.name, beside.place),
            said: said(lang, beside),
            left_out: left_out(lang, beside),
            facility: facility::address(&known.code),
            sheet: String::new(),
            criteria: criteria
                .map(|(number, row)| CriterionView::of(lang, number, row))
                .collect(),
            page: page
                .titled(&own)
                .described(lead)
                .crumb(list, "/scorecards")
                .crumb(&known.name, facility::address(&known.code))
                .crumb(own, "")
                .shapes(&["json", "csv", "pdf"]),
        }
    }

    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> BesidePage {
        let page = BesidePage::new(Shell::sample(lang), &sample(lang));
        BesidePage {
            sheet: "/desk/beside/K7M4XT/sheet.pdf".to_owned(),
            ..page
        }
    }
}

impl CriterionView {
    fn of(lang: Lang, number: u32, row: &Row) -> CriterionView {
        let name = words::criterion(lang, row);
        let title = lang.text("beside-chart").arg("criterion", &name).to_string();
        let head: Vec<Cell> = vec![
            Cell::text(lang.text("beside-who")),
            Cell::text(lang.text("beside-value")),
            Cell::over_numbers(lang.text("beside-points")),
            Cell::text(lang.text("beside-period")),
            Cell::text(lang.text("beside-place")),
            Cell::text(lang.text("beside-people")),
            Cell::text(lang.text("beside-by")),
        ];
        let mut rows: Vec<Vec<Cell>> = row.told.iter().flat_map(|told| said_rows(lang, told)).collect();
        let pairs_head: Vec<Cell> = ["beside-pair", "beside-how", "beside-gap"]
            .map(|id| Cell::text(lang.text(id)))
            .into();
        let mut pairs: Vec<Vec<Cell>> = row
            .pairs
            .iter()
            .filter_map(|compared| pair_row(lang, row, compared))
            .collect();
        label_rows(&head, &mut rows);
        label_rows(&pairs_head, &mut pairs);
        let gaps = gaps(row);
        let said = match gaps.first() {
            Some((pair, first, second)) => lang
                .text("beside-gap-of")
                .arg("pair", words::pair(lang, first, second))
                .arg("gap", words::gap(lang, pair, second))
                .to_string(),
            None if row.told.len() < 2 => lang.text("beside-gap-alone").to_string(),
            None => lang.text("beside-gap-not-compared").to_string(),
        };
        CriterionView {
            id: format!("criterion-{number}"),
            wide: gaps
                .iter()
                .filter(|(pair, ..)| pair.is_wide)
                .take(MOST_GAPS)
                .map(|(pair, first, second)| {
                    (words::gap(lang, pair, second), words::pair(lang, first, second))
                })
                .collect(),
            said,
            sources: lang
                .text("beside-sources")
                .arg("criterion", &name)
                .n("n", row.told.len())
                .to_string(),
            drawing: draw(lang, number, &title, row),
            pairs_title: lang.text("beside-pairs-of").arg("criterion", &name).to_string(),
            title,
            name,
            head,
            rows,
            pairs_head,
            pairs,
        }
    }
}

/// What may be compared and has a gap, the widest first.
fn gaps(row: &Row) -> Vec<(&Pair, &Told, &Told)> {
    let width = |pair: &Pair| pair.gap.map_or(0.0, f64::abs);
    let mut gaps: Vec<(&Pair, &Told, &Told)> = row
        .pairs
        .iter()
        .filter(|compared| compared.pair.gap.is_some())
        .filter_map(|compared| {
            let (first, second) = (row.told.get(compared.first)?, row.told.get(compared.second)?);
            Some((&compared.pair, first, second))
        })
        .collect();
    gaps.sort_by(|(a, ..), (b, ..)| width(b).total_cmp(&width(a)));
    gaps
}

/// What a source says, and each of its groups below it.
fn said_rows(lang: Lang, told: &Told) -> Vec<Vec<Cell>> {
    let mut who = words::source(lang, told.saying.source);
    if told.title != who {
        who = format!("{who}: {}", told.title);
    }
    let mut markup = Markup::escape(&who).0;
    if !told.note.is_empty() {
        markup.push_str(&format!(
            "<br><span class=\"bz-meta\">{}: {}</span>",
            Markup::escape(&words::concept(lang, told.saying.concept)),
            Markup::escape(&told.note)
        ));
    }
    let value = match told.href.as_str() {
        "" => Cell::text(&told.written),
        href => Cell::html(of_scorecards::link(href, &told.written)),
    };
    let whole = vec![
        Cell::html(Markup(markup)),
        value,
        points_cell(lang, told.saying.points()),
        Cell::text(&told.period),
        Cell::text(&told.place),
        Cell::text(people(lang, told)),
        Cell::text(&told.by),
    ];
    let parts = told.parts.iter().map(|part| part_row(lang, told, part));
    [whole].into_iter().chain(parts).collect()
}

fn part_row(lang: Lang, told: &Told, part: &Part) -> Vec<Cell> {
    let points = f64::from(part.points);
    vec![
        Cell::text(format!("– {}", part.title)),
        Cell::text(lang.number(part.points)),
        points_cell(lang, Some(points)),
        Cell::text(&told.period),
        Cell::text(&told.place),
        Cell::text(lang.text("beside-n").n("n", part.n_present)),
        Cell::text(&told.by),
    ]
}

fn points_cell(lang: Lang, points: Option<f64>) -> Cell {
    Cell::number(words::points(lang, points), points.unwrap_or(f64::NAN))
}

/// Whom it is of, and how many were counted.
fn people(lang: Lang, told: &Told) -> String {
    let whom = words::people(lang, told.saying.people);
    match told.n {
        Some(n) => format!("{whom} · {}", lang.text("beside-n").n("n", n)),
        None => whom,
    }
}

fn pair_row(lang: Lang, row: &Row, compared: &Compared) -> Option<Vec<Cell>> {
    let (first, second) = (row.told.get(compared.first)?, row.told.get(compared.second)?);
    let pair = &compared.pair;
    let class = match pair.how {
        How::Same => "govuk-tag--green",
        How::Broader | How::Narrower => "govuk-tag--blue",
        How::Proxy => "govuk-tag--yellow",
        How::None => "govuk-tag--grey",
    };
    let gap = Markup::escape(&words::gap(lang, pair, second));
    let gap = match pair.is_wide {
        true => format!("<strong class=\"govuk-tag govuk-tag--red\">{gap}</strong>"),
        false => gap.0,
    };
    let reasons = Markup::escape(&words::reasons(lang, pair));
    Some(vec![
        Cell::text(words::pair(lang, first, second)),
        Cell::html(Markup(format!(
            "<strong class=\"govuk-tag {class}\">{}</strong>",
            Markup::escape(&words::how(lang, pair.how))
        ))),
        Cell::html(Markup(format!("{gap} <span class=\"bz-meta\">{reasons}</span>"))),
    ])
}

/// One line for each source that stands between 0 and 100, and for each group of users; empty where there is none.
fn draw(lang: Lang, number: u32, title: &str, row: &Row) -> Markup {
    let mut lines: Vec<Line> = Vec::new();
    for told in &row.told {
        let reading = match (told.saying.value, told.saying.points()) {
            (Value::Withheld, _) => Reading::Suppressed,
            (_, Some(points)) => Reading::of(points),
            (Value::Missing, None) => Reading::Missing,
            (Value::Known(_), None) => continue,
        };
        let shape = shape(told.saying.source);
        let name = match told.saying.source {
            Source::Users | Source::Provider => words::source(lang, told.saying.source),
            source => format!("{}: {}", words::source(lang, source), told.title),
        };
        lines.push(Line {
            name,
            shape,
            is_part: false,
            reading,
        });
        lines.extend(told.parts.iter().map(|part| Line {
            name: part.title.clone(),
            shape,
            is_part: true,
            reading: Reading::of(f64::from(part.points)),
        }));
    }
    if lines.is_empty() {
        return Markup::default();
    }
    let said: Vec<String> = lines
        .iter()
        .map(|line| match line.reading.value() {
            Some(value) => format!("{} {}", line.name, lang.decimal(value, 0)),
            None => format!("{} {NO_VALUE}", line.name),
        })
        .collect();
    marks(&Marks {
        about: About {
            id: format!("beside-{number}"),
            title: title.to_owned(),
            description: lang
                .text("beside-chart-described")
                .arg("said", said.join("; "))
                .to_string(),
            lang,
        },
        lines,
    })
}

fn shape(source: Source) -> Shape {
    match source {
        Source::Users => Shape::Circle,
        Source::Provider => Shape::Square,
        Source::Survey => Shape::Triangle,
        Source::Requests => Shape::Diamond,
        Source::Official => Shape::Cross,
    }
}

/// A facility with something of everything, for samples.
#[must_use]
pub fn sample(lang: Lang) -> Beside {
    let told = |source: Source, value: f64| Told {
        saying: Saying {
            source,
            code: "K7M4XT".into(),
            concept: Concept::Same,
            people: People::Users,
            area: Area(vec![vec!["90".into(), "9".into()]]),
            span: Some(Span::of_day(date(2026, 11, 16))),
            value: Value::Known(value),
            turn: Some(Turn::POINTS),
        },
        title: words::source(lang, source),
        written: lang.decimal(value, 0),
        n: Some(12),
        by: "Dinas <PU>".into(),
        href: "/scorecards/K7M4XT".into(),
        place: "Kecamatan <Ngasem>".into(),
        period: "2026".into(),
        note: String::new(),
        parts: Vec::new(),
    };
    let users = Told {
        parts: vec![Part {
            key: "own:Ibu <tunggal>".into(),
            title: "Ibu <tunggal>".into(),
            n_present: 6,
            points: 20,
        }],
        ..told(Source::Users, 30.0)
    };
    let survey = Told {
        title: "Air <layak>".into(),
        note: "Bukan <antrean>".into(),
        ..told(Source::Survey, 80.0)
    };
    let requests = Told {
        title: "Lampu <jalan>".into(),
        saying: Saying {
            people: People::Senders,
            concept: Concept::Proxy,
            turn: None,
            ..told(Source::Requests, 3.0).saying
        },
        ..told(Source::Requests, 3.0)
    };
    let mut row = Row {
        standard: Some("waiting".into()),
        words: String::new(),
        told: vec![users, told(Source::Provider, 75.0), survey, requests],
        pairs: Vec::new(),
    };
    row.compare();
    Beside {
        facility: one::sample_facility(),
        place: "Kecamatan <Ngasem>".into(),
        round: Some(one::sample_round()),
        n_left_out: 1,
        meeting: None,
        at: Time(1_794_794_400_000_000),
        rows: vec![row],
    }
}
