//! One round for everybody: its results by criterion, who took part, and what was promised.

use std::collections::BTreeMap;

use askama::Template;
use axum::{
    extract::{Path, State as Of},
    http::Uri,
    response::Response,
};
use jiff::civil::{Date, date};

use super::{
    NameOf, files,
    words::{self, PromiseRow},
};
use crate::{
    evidence::pages::{Names, Tag},
    places::{self, model::Places},
    platform::{
        app::App,
        html::{
            Shell,
            parts::{Cell, SummaryRow, label_rows},
        },
        i18n::Lang,
        op::Op,
        page::{render, shell},
        problem::Result,
    },
    scorecards::{
        self, Public,
        model::{
            compare::{Line, Shown, ShownGroup},
            facility::Facility,
            round::{Attendance, Round, Scale, State},
        },
    },
};

/// One round.
#[derive(Template)]
#[template(path = "scorecards/pages/one.html")]
pub struct ScorecardPage {
    page: Shell,
    caption: String,
    state: Tag,
    /// What the state means for the reader.
    said: String,
    facts: Vec<SummaryRow>,
    results: Option<Results>,
    promises: Vec<PromiseRow>,
    facility_href: String,
    /// The results as a poster; empty while there are none.
    poster: String,
}

/// What groups and provider said.
pub struct Results {
    pub head: Vec<Cell>,
    pub rows: Vec<Vec<Cell>>,
    /// Each criterion with its gap, reasons and suggestions.
    pub lines: Vec<LineView>,
    /// Groups with how many sat in them.
    pub took_part: Vec<String>,
    /// That groups are in no figure; empty for none.
    pub left_out: String,
}

/// One criterion in words.
pub struct LineView {
    pub name: String,
    /// What groups called it, where that is not its name; empty for nothing.
    pub words: String,
    pub gap: String,
    /// Whether both sides gave a score.
    pub has_gap: bool,
    pub is_wide: bool,
    pub reasons: Vec<String>,
    pub suggestions: Vec<String>,
    pub provider_reasons: Vec<String>,
    pub provider_suggestions: Vec<String>,
}

pub async fn show(Of(app): Of<App>, op: Op, uri: Uri, Path(round): Path<String>) -> Result<Response> {
    let (code, shape) = files::split(&round);
    let found = scorecards::public(&app, code).await?;
    let today = app.config.day(op.at);
    match shape {
        Some("json") => Ok(files::round_as_json(&found, today)),
        Some(_) => files::round_as_csv(&found),
        None => {
            let (all, names) = (places::all(&app).await?, Names::of(&app).await?);
            let page = shell(&app, &op, &uri);
            let name_of = |code: &str| names.of_organisation(code);
            render(&ScorecardPage::new(page, &all, &name_of, &found, today))
        }
    }
}

/// The address of a round for everybody.
#[must_use]
pub fn address(round: &str) -> String {
    format!("/scorecards/{round}")
}

impl ScorecardPage {
    fn new(page: Shell, all: &Places, name_of: NameOf<'_>, found: &Public, today: Date) -> ScorecardPage {
        let lang = page.lang;
        let (round, facility) = (&found.round, &found.facility);
        let list = page.t("scorecards-pages-title").to_string();
        let title = page
            .t("scorecards-pages-round-of")
            .arg("facility", &facility.name)
            .n("n", round.n)
            .to_string();
        let facility_href = super::facility::address(&facility.code);
        let promises = found.promises.iter();
        ScorecardPage {
            caption: format!(
                "{} · {}",
                words::kind(lang, &facility.kind),
                words::place(lang, all, &facility.place)
            ),
            state: words::state_tag(lang, round.state),
            said: said(lang, round),
            facts: facts(lang, name_of, facility, round),
            results: found
                .shown
                .as_ref()
                .map(|shown| Results::of(lang, round.scale, shown)),
            promises: promises
                .map(|promise| PromiseRow::of(lang, promise, name_of, today))
                .collect(),
            poster: match found.shown {
                Some(_) => format!("{}/poster.pdf", address(&round.code)),
                None => String::new(),
            },
            page: page
                .titled(&title)
                .described(lang.text("scorecards-pages-lead"))
                .crumb(list, "/scorecards")
                .crumb(&facility.name, facility_href.clone())
                .crumb(words::round(lang, round.n), "")
                .shapes(&["json", "csv"]),
            facility_href,
        }
    }

    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> ScorecardPage {
        let page = ScorecardPage::new(
            Shell::sample(lang),
            &Places::default(),
            &str::to_owned,
            &sample(),
            date(2026, 11, 16),
        );
        ScorecardPage {
            promises: vec![PromiseRow::sample(lang)],
            ..page
        }
    }
}

/// What the state means for the reader, and why a round was cancelled or the provider was not there.
fn said(lang: Lang, round: &Round) -> String {
    let state = lang
        .text(format!("scorecards-pages-means-{}", round.state.as_str()))
        .to_string();
    let why = match (&round.why, round.state) {
        (None, _) => return state,
        (Some(why), State::Cancelled) => lang.text("scorecards-pages-why-cancelled").arg("why", why),
        (Some(why), _) => lang.text("scorecards-pages-why-absent").arg("why", why),
    };
    format!("{state} {why}")
}

fn facts(lang: Lang, name_of: NameOf<'_>, facility: &Facility, round: &Round) -> Vec<SummaryRow> {
    let link = words::link(&super::facility::address(&facility.code), &facility.name);
    let row = |id: &'static str, value: String| SummaryRow::new(lang.text(id), value);
    let mut facts = vec![
        SummaryRow::new(lang.text("scorecards-pages-facility"), link),
        row("scorecards-pages-by", name_of(&facility.organisation)),
        match round.meeting_on {
            Some(day) => row("scorecards-pages-met-on", lang.date(day)),
            None => row("scorecards-pages-planned-on", lang.date(round.planned_on)),
        },
    ];
    if let Some(attendance) = &round.attendance {
        facts.push(row("scorecards-pages-came", came(lang, attendance)));
    }
    if let Some(next) = round.next_on {
        facts.push(row("scorecards-pages-next-on", lang.date(next)));
    }
    facts
}

/// How many came to the meeting, by group.
#[must_use]
pub fn came(lang: Lang, attendance: &Attendance) -> String {
    let total = lang
        .text("scorecards-pages-n-people")
        .n("n", attendance.total)
        .to_string();
    let groups: Vec<String> = attendance
        .by_group
        .iter()
        .map(|(group, n)| format!("{} {}", words::group(lang, group), lang.number(*n)))
        .collect();
    match groups.is_empty() {
        true => total,
        false => format!("{total}: {}", groups.join(", ")),
    }
}

impl Results {
    /// What both sides said, in words and as a table.
    #[must_use]
    pub fn of(lang: Lang, scale: Scale, shown: &Shown) -> Results {
        let head: Vec<Cell> = [Cell::text(lang.text("scorecards-pages-criterion"))]
            .into_iter()
            .chain(
                shown
                    .groups
                    .iter()
                    .map(|group| Cell::over_numbers(words::group(lang, &group.key))),
            )
            .chain(
                ["scorecards-pages-users", "scorecards-pages-provider"]
                    .map(|id| Cell::over_numbers(lang.text(id))),
            )
            .chain([Cell::text(lang.text("scorecards-pages-gap"))])
            .collect();
        let mut rows: Vec<Vec<Cell>> = shown
            .lines
            .iter()
            .map(|line| result_row(lang, scale, line))
            .collect();
        label_rows(&head, &mut rows);
        Results {
            head,
            rows,
            lines: shown.lines.iter().map(|line| LineView::of(lang, line)).collect(),
            took_part: shown
                .groups
                .iter()
                .chain(&shown.provider)
                .map(|group| words::group_with(lang, group))
                .collect(),
            left_out: match shown.n_left_out {
                0 => String::new(),
                n => lang.text("scorecards-pages-left-out").n("n", n).to_string(),
            },
        }
    }
}

fn result_row(lang: Lang, scale: Scale, line: &Line) -> Vec<Cell> {
    let cell = |value: Option<u8>| {
        Cell::number(
            words::points(lang, scale, value),
            value.map_or(f64::NAN, f64::from),
        )
    };
    let gap = Cell {
        sort_key: line
            .gap
            .map_or_else(|| "none".to_owned(), |gap| gap.unsigned_abs().to_string()),
        ..Cell::text(words::gap(lang, line.gap, line.is_wide))
    };
    [Cell::text(name_of(lang, line))]
        .into_iter()
        .chain(line.values.iter().map(|value| cell(*value)))
        .chain([cell(line.users), cell(line.provider), gap])
        .collect()
}

/// What a line is called.
fn name_of(lang: Lang, line: &Line) -> String {
    let words = line.words.first().map_or("", String::as_str);
    words::criterion(lang, line.standard.as_deref(), words)
}

impl LineView {
    fn of(lang: Lang, line: &Line) -> LineView {
        LineView {
            name: name_of(lang, line),
            words: match (&line.standard, line.words.is_empty()) {
                (Some(_), false) => lang
                    .text("scorecards-pages-in-their-words")
                    .arg("words", line.words.join(" · "))
                    .to_string(),
                _ => String::new(),
            },
            gap: words::gap(lang, line.gap, line.is_wide),
            has_gap: line.gap.is_some(),
            is_wide: line.is_wide,
            reasons: line.reasons.clone(),
            suggestions: line.suggestions.clone(),
            provider_reasons: line.provider_reasons.clone(),
            provider_suggestions: line.provider_suggestions.clone(),
        }
    }
}

/// A round with something in every part.
#[must_use]
pub fn sample() -> Public {
    let group = |key: &str, n_present| ShownGroup {
        key: key.into(),
        group: key.split(':').next().unwrap_or_default().into(),
        name: key.split_once(':').map(|(_, name)| name.into()),
        n_present,
    };
    let line = Line {
        standard: Some("waiting".into()),
        words: vec!["Lama <menunggu>".into()],
        values: vec![Some(25), None],
        users: Some(25),
        provider: Some(75),
        gap: Some(50),
        is_wide: true,
        reasons: vec!["Dua jam <masih> berdiri".into()],
        suggestions: vec!["Nomor antrean <dalam> SMS".into()],
        provider_reasons: vec!["Dua loket <selalu> buka".into()],
        provider_suggestions: vec!["Datang <setelah> jam sepuluh".into()],
    };
    Public {
        round: sample_round(),
        facility: sample_facility(),
        shown: Some(Shown {
            groups: vec![group("women", 12), group("own:Ibu <tunggal>", 6)],
            provider: Some(group("provider", 7)),
            lines: vec![line],
            n_left_out: 1,
        }),
        promises: Vec::new(),
    }
}

/// A facility for samples.
#[must_use]
pub fn sample_facility() -> Facility {
    Facility {
        code: "puskesmas-ngasem".into(),
        name: "Puskesmas <Ngasem>".into(),
        kind: "clinic".into(),
        organisation: "dinkes".into(),
        place: "<3>".into(),
        at: Some((-7.2, 111.8)),
        serves: vec!["<3>".into(), "<4>".into()],
        valid_from: None,
        valid_to: None,
    }
}

/// A round for samples.
#[must_use]
pub fn sample_round() -> Round {
    Round {
        id: "0".into(),
        code: "K7M4XT".into(),
        facility: "puskesmas-ngasem".into(),
        organisation: "dinkes".into(),
        n: 2,
        previous: None,
        scale: Scale::Faces,
        state: State::Agreed,
        lead: String::new(),
        planned_on: date(2026, 11, 2),
        meeting_on: Some(date(2026, 11, 16)),
        meeting_opened_at: None,
        next_on: Some(date(2027, 5, 16)),
        attendance: Some(Attendance {
            total: 34,
            by_group: BTreeMap::from([("women".into(), 20)]),
        }),
        minutes: "Rapat <dalam> balai".into(),
        why: Some("Kepala <masih> sakit".into()),
        revision: 4,
    }
}
