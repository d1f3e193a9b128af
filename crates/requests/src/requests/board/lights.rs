//! Lights over time, and how long answers and closings take: by unit, service and place.

use askama::Template;
use axum::{
    extract::{Query, State},
    http::{Uri, header},
    response::{IntoResponse, Response},
};
use jiff::civil::Date;
use serde_json::{Value, json};

use super::{
    LEAST_CONFIDENTIAL,
    asked::{Asked, begins},
    figures::{BARS, Figures, Group, Question, Spans, figures},
    files::counts,
    kept::AsOf,
    list::{self, Asking},
    map::{child_of, children_of},
    rows::floor,
};
use crate::{
    platform::{
        app::App,
        config::Config,
        draw::{
            About, Reading, Unit,
            bars::{Bar, Bars, key, lying},
            lines::{Lines, Series, lines},
        },
        html::{
            Markup, Shell,
            parts::{Cell, Choice},
        },
        i18n::Lang,
        op::Op,
        page::{render, shell},
        problem::{Problem, Result},
        time::Time,
    },
    requests::model::clock::Light,
};

/// Weeks that are shown unless somebody asks for more or fewer.
const WEEKS: i64 = 26;
const WEEKS_TO_CHOOSE: [i64; 4] = [8, 26, 52, 104];
const SHAPES: [&str; 2] = ["csv", "json"];

#[derive(Template)]
#[template(path = "requests/board/lights.html")]
pub struct LightsPage {
    pub page: Shell,
    pub said: String,
    pub services: Vec<Choice>,
    pub agencies: Vec<Choice>,
    pub places: Vec<Choice>,
    pub kinds: Vec<Choice>,
    pub weeks: Vec<Choice>,
    pub from: String,
    pub to: String,
    /// Whether somebody chose what is shown.
    pub narrows: bool,
    pub stock: Chart,
    pub flow: Chart,
    pub weeks_head: Vec<Cell>,
    pub weeks_rows: Vec<Vec<Cell>>,
    pub spans: Vec<Distribution>,
    pub tables: Vec<Table>,
    pub to_list: String,
    pub to_map: String,
}

/// A drawing under its name.
#[derive(Debug, Clone, Default)]
pub struct Chart {
    pub caption: String,
    pub drawing: Markup,
    pub key: Markup,
}

/// How long something took.
#[derive(Debug, Clone, Default)]
pub struct Distribution {
    pub title: String,
    /// Median and the span of nine in ten, in a sentence.
    pub said: String,
    pub chart: Chart,
    pub head: Vec<Cell>,
    pub rows: Vec<Vec<Cell>>,
}

/// Figures of units, services or places side by side.
#[derive(Debug, Clone, Default)]
pub struct Table {
    pub title: String,
    pub head: Vec<Cell>,
    pub rows: Vec<Vec<Cell>>,
    pub note: String,
}

/// A unit, a service or a place with its figures.
struct Named<'a> {
    code: String,
    name: String,
    group: &'a Group,
    /// Confidential requests there are at least; for units alone.
    confidential: Option<u64>,
}

/// The figures, whatever their shape.
struct Statistics {
    asking: Asking,
    figures: AsOf<Counted>,
}

struct Counted {
    figures: Figures,
    agencies: Vec<String>,
    services: Vec<String>,
    places: Vec<String>,
    confidential: std::collections::HashMap<String, u64>,
}

impl Statistics {
    async fn new(app: &App, op: &Op, asked: Asked) -> Result<Statistics> {
        // Lights and states change within the weeks that are shown.
        let asked = Asked {
            light: String::new(),
            state: String::new(),
            after: String::new(),
            ..asked
        };
        let n_weeks = weeks(&asked.weeks)?;
        let asking = Asking::new(app, op, asked).await?;
        let library = asking.teller.library.clone();
        let ends = ends(&app.config, op.at, n_weeks)?;
        let all = library.places();
        let here = asking.sought.place.clone();
        let here = here.or_else(|| all.top().map(|place| place.code().to_owned()));
        let key = format!("lights {n_weeks} {here:?} {}", asking.sought.key());
        let figures = asking.board.count(key, op.at, |rows, now| {
            let children = children_of(all, here.as_deref());
            let mut ends = ends;
            ends.push(now);
            let question = Question {
                filter: &asking.sought.filter(rows, &library, &app.config),
                ends: &ends,
                now,
                place_of: &child_of(rows.places.codes(), all, &children),
                n_places: children.len(),
            };
            Counted {
                figures: figures(rows, &question),
                agencies: rows.agencies.codes().to_vec(),
                services: rows.services.codes().to_vec(),
                places: children.iter().map(|place| place.code().to_owned()).collect(),
                confidential: rows.confidential_by_agency(),
            }
        });
        Ok(Statistics { asking, figures })
    }

    fn agencies(&self) -> Vec<Named<'_>> {
        let counted = &self.figures.value;
        let says_confidential = !self.asking.asked.narrows();
        let mut named: Vec<Named<'_>> = counted
            .agencies
            .iter()
            .zip(&counted.figures.agencies)
            .filter_map(|(code, group)| {
                let n = counted.confidential.get(code).copied().unwrap_or(0);
                let confidential =
                    Some(n / LEAST_CONFIDENTIAL * LEAST_CONFIDENTIAL).filter(|n| *n > 0 && says_confidential);
                let shown = Some(code.as_str()).filter(|code| !code.is_empty());
                (group.lights.all() > 0 || confidential.is_some()).then(|| Named {
                    code: code.clone(),
                    name: self.asking.teller.agency(shown),
                    group,
                    confidential,
                })
            })
            .collect();
        named.sort_by(|a, b| a.name.cmp(&b.name));
        named
    }

    fn services(&self) -> Vec<Named<'_>> {
        let counted = &self.figures.value;
        self.named(&counted.services, &counted.figures.services, |code| {
            self.asking.teller.service(code)
        })
    }

    fn places(&self) -> Vec<Named<'_>> {
        let counted = &self.figures.value;
        self.named(&counted.places, &counted.figures.places, |code| {
            self.asking.teller.place(Some(code))
        })
    }

    fn named<'a>(
        &self,
        codes: &[String],
        groups: &'a [Group],
        name: impl Fn(&str) -> String,
    ) -> Vec<Named<'a>> {
        let mut named: Vec<Named<'a>> = codes
            .iter()
            .zip(groups)
            .filter(|(code, group)| !code.is_empty() && group.lights.all() > 0)
            .map(|(code, group)| Named {
                code: code.clone(),
                name: name(code),
                group,
                confidential: None,
            })
            .collect();
        named.sort_by(|a, b| a.name.cmp(&b.name));
        named
    }
}

pub async fn show(State(app): State<App>, op: Op, uri: Uri, Query(asked): Query<Asked>) -> Result<Response> {
    let statistics = Statistics::new(&app, &op, asked).await?;
    let lang = op.lang;
    let asking = &statistics.asking;
    let (asked, teller) = (&asking.asked, &asking.teller);
    let title = lang.text("requests-board-lights-title").to_string();
    let figures = &statistics.figures.value.figures;
    let day = |second: u32| app.config.day(Time(i64::from(second) * 1_000_000 - 1));
    let (weeks_head, weeks_rows) = weeks_table(lang, figures, day);
    let page = shell(&app, &op, &uri)
        .titled(&title)
        .described(lang.text("requests-board-lights-lead"))
        .crumb(lang.text("requests-board-title"), "/requests")
        .crumb(&title, "")
        .shapes(&SHAPES);
    render(&LightsPage {
        said: lang
            .text("requests-board-said")
            .n("n", figures.all.lights.all())
            .arg("at", teller.moment(statistics.figures.at()))
            .to_string(),
        services: list::services(teller, asked),
        agencies: list::agencies(teller, asked, &asking.board),
        places: list::places(teller, &asking.sought),
        kinds: list::kinds(teller, asked),
        weeks: weeks_to_choose(lang, asked),
        from: asked.from.trim().to_owned(),
        to: asked.to.trim().to_owned(),
        narrows: !asked.address("", &[]).is_empty(),
        stock: stock(lang, figures, day),
        flow: flow(lang, figures, day),
        weeks_head,
        weeks_rows,
        spans: vec![
            distribution(lang, "answer", &figures.all.answer),
            distribution(lang, "close", &figures.all.close),
        ],
        tables: tables(lang, &statistics),
        to_list: asked.address("/requests", &[("weeks", ""), ("show", "")]),
        to_map: asked.address("/requests/map", &[("weeks", "")]),
        page,
    })
}

pub async fn as_json(State(app): State<App>, op: Op, Query(asked): Query<Asked>) -> Result<Response> {
    let statistics = Statistics::new(&app, &op, asked).await?;
    let figures = &statistics.figures.value.figures;
    let weeks: Vec<Value> = figures
        .weeks
        .iter()
        .map(|week| {
            json!({
                "end": Time(i64::from(week.end) * 1_000_000).to_string(),
                "opened": week.opened,
                "closed": week.closed,
                "white": week.white,
                "yellow": week.yellow,
                "red": week.red,
            })
        })
        .collect();
    let all = |named: Vec<Named<'_>>| named.iter().map(named_json).collect::<Vec<_>>();
    Ok(axum::Json(json!({
        "as_of": statistics.figures.at().to_string(),
        "weeks": weeks,
        "all": group_json(&figures.all),
        "agencies": all(statistics.agencies()),
        "services": all(statistics.services()),
        "places": all(statistics.places()),
    }))
    .into_response())
}

pub async fn as_csv(State(app): State<App>, op: Op, Query(asked): Query<Asked>) -> Result<Response> {
    let statistics = Statistics::new(&app, &op, asked).await?;
    let figures = &statistics.figures.value.figures;
    let mut csv = csv::Writer::from_writer(Vec::new());
    let head = [
        "of",
        "code",
        "name",
        "week_end",
        "opened",
        "closed",
        "white",
        "yellow",
        "red",
        "blue",
        "answered",
        "answer_median_days",
        "answer_p90_days",
        "settled",
        "close_median_days",
        "close_p90_days",
        "confidential_at_least",
    ];
    csv.write_record(head).map_err(Problem::internal)?;
    for week in &figures.weeks {
        let end = Time(i64::from(week.end) * 1_000_000).to_string();
        let mut record = vec!["week".to_owned(), String::new(), String::new(), end];
        let numbers = [week.opened, week.closed, week.white, week.yellow, week.red];
        record.extend(numbers.map(|n| n.to_string()));
        record.resize(head.len(), String::new());
        csv.write_record(record).map_err(Problem::internal)?;
    }
    let all = Named {
        code: String::new(),
        name: String::new(),
        group: &figures.all,
        confidential: None,
    };
    for (of, groups) in [
        ("all", vec![all]),
        ("agency", statistics.agencies()),
        ("service", statistics.services()),
        ("place", statistics.places()),
    ] {
        for named in groups {
            csv.write_record(named_record(of, &named))
                .map_err(Problem::internal)?;
        }
    }
    let bytes = csv
        .into_inner()
        .map_err(|error| Problem::internal(error.into_error()))?;
    Ok(([(header::CONTENT_TYPE, "text/csv; charset=utf-8")], bytes).into_response())
}

fn named_record(of: &str, named: &Named<'_>) -> Vec<String> {
    let Group {
        lights,
        answer,
        close,
    } = named.group;
    let days = |days: Option<f64>| days.map(|days| format!("{days:.2}")).unwrap_or_default();
    let mut record: Vec<String> = vec![of.to_owned(), named.code.clone(), named.name.clone()];
    record.extend([String::new(), String::new(), String::new()]);
    record.extend(lights.0.iter().map(ToString::to_string));
    for spans in [answer, close] {
        record.push(spans.n.to_string());
        record.extend([spans.half, spans.most].map(days));
    }
    record.push(named.confidential.map(|n| n.to_string()).unwrap_or_default());
    record
}

fn named_json(named: &Named<'_>) -> Value {
    let mut value = group_json(named.group);
    value["code"] = json!(named.code);
    value["name"] = json!(named.name);
    if let Some(n) = named.confidential {
        value["confidential_at_least"] = json!(n);
    }
    value
}

fn group_json(group: &Group) -> Value {
    let spans = |spans: &Spans| {
        json!({
            "n": spans.n,
            "waiting": spans.n_waiting,
            "median_days": spans.half,
            "p90_days": spans.most,
            "bars": spans.bars,
        })
    };
    json!({
        "counts": counts(group.lights),
        "answer": spans(&group.answer),
        "close": spans(&group.close),
    })
}

/// Reads how many weeks are asked for.
fn weeks(text: &str) -> Result<i64> {
    match text.trim() {
        "" => Ok(WEEKS),
        text => text
            .parse()
            .ok()
            .filter(|weeks| (1..=WEEKS_TO_CHOOSE[3]).contains(weeks))
            .ok_or_else(|| Problem::invalid("fields").field("weeks", "requests-board-choice")),
    }
}

/// Returns the beginnings of the last weeks at the installation, which end those before them; the present week's is the last.
fn ends(config: &Config, now: Time, n_weeks: i64) -> Result<Vec<u32>> {
    let today = config.day(now);
    let monday = |weeks_ago: i64| -> std::result::Result<Date, jiff::Error> {
        let into = i64::from(today.weekday().to_monday_zero_offset());
        today.checked_sub(jiff::Span::new().try_days(into + 7 * weeks_ago)?)
    };
    let mut ends: Vec<u32> = Vec::new();
    for weeks_ago in (0..n_weeks).rev() {
        ends.push(begins(config, monday(weeks_ago).map_err(Problem::internal)?));
    }
    ends.retain(|end| *end < floor(now.0));
    Ok(ends)
}

fn weeks_to_choose(lang: Lang, asked: &Asked) -> Vec<Choice> {
    let chosen = match asked.weeks.trim() {
        "" => WEEKS.to_string(),
        text => text.to_owned(),
    };
    WEEKS_TO_CHOOSE
        .map(|n| Choice::new(n, lang.text("requests-board-weeks-n").n("n", n)).chosen_if(&chosen))
        .into()
}

fn stock(lang: Lang, figures: &Figures, day: impl Fn(u32) -> Date) -> Chart {
    let counts = |count: fn(&super::figures::Week) -> u64| -> Vec<Reading> {
        figures
            .weeks
            .iter()
            .map(|week| Reading::of(count(week) as f64))
            .collect()
    };
    let series = vec![
        (
            "requests-board-shade-open",
            counts(|week| week.white + week.yellow + week.red),
        ),
        ("requests-board-column-yellow", counts(|week| week.yellow)),
        ("requests-board-column-red", counts(|week| week.red)),
    ];
    chart(lang, "stock", "requests-board-stock", figures, series, day)
}

fn flow(lang: Lang, figures: &Figures, day: impl Fn(u32) -> Date) -> Chart {
    let counts = |count: fn(&super::figures::Week) -> u64| -> Vec<Reading> {
        figures
            .weeks
            .iter()
            .map(|week| Reading::of(count(week) as f64))
            .collect()
    };
    let series = vec![
        ("requests-board-column-opened", counts(|week| week.opened)),
        ("requests-board-column-closed", counts(|week| week.closed)),
    ];
    chart(lang, "flow", "requests-board-flow", figures, series, day)
}

fn chart(
    lang: Lang,
    id: &str,
    caption: &'static str,
    figures: &Figures,
    series: Vec<(&'static str, Vec<Reading>)>,
    day: impl Fn(u32) -> Date,
) -> Chart {
    let caption = lang.text(caption).to_string();
    let names: Vec<String> = series
        .iter()
        .map(|(name, _)| lang.text(*name).to_string())
        .collect();
    let drawing = lines(&Lines {
        about: About {
            id: id.to_owned(),
            title: caption.clone(),
            description: lang.text("requests-board-by-week").to_string(),
            lang,
        },
        unit: Unit::Number { places: 0 },
        periods: figures
            .weeks
            .iter()
            .map(|week| lang.short_date(day(week.end)))
            .collect(),
        series: names
            .iter()
            .zip(series)
            .map(|(name, (_, readings))| Series {
                name: name.clone(),
                readings,
            })
            .collect(),
        target: None,
    });
    Chart {
        caption,
        drawing,
        key: key(&names),
    }
}

fn weeks_table(lang: Lang, figures: &Figures, day: impl Fn(u32) -> Date) -> (Vec<Cell>, Vec<Vec<Cell>>) {
    let head = heads(
        lang,
        &[
            "requests-board-week-end",
            "requests-board-column-opened",
            "requests-board-column-closed",
            "requests-board-shade-open",
            "requests-board-column-yellow",
            "requests-board-column-red",
        ],
    );
    let number = |n: u64| Cell::number(lang.number(n), n as f64);
    let rows = figures.weeks.iter().rev().map(|week| {
        let open = week.white + week.yellow + week.red;
        let day = day(week.end);
        let first = Cell {
            sort_key: day.to_string(),
            ..Cell::text(lang.short_date(day))
        };
        let numbers = [week.opened, week.closed, open, week.yellow, week.red];
        std::iter::once(first).chain(numbers.map(number)).collect()
    });
    (head, rows.collect())
}

/// `of` is `answer` or `close`.
fn distribution(lang: Lang, of: &str, spans: &Spans) -> Distribution {
    let title = lang.text(format!("requests-board-{of}-title")).to_string();
    let days = |days: Option<f64>| days.map(|days| lang.decimal(days, 1)).unwrap_or_default();
    let said = match spans.n {
        0 => lang.text(format!("requests-board-{of}-none")),
        n => lang
            .text(format!("requests-board-{of}-said"))
            .n("n", n)
            .arg("median", days(spans.half))
            .arg("most", days(spans.most)),
    };
    let names = bar_names(lang);
    let drawing = lying(&Bars {
        about: About {
            id: format!("spans-{of}"),
            title: title.clone(),
            description: said.clone().to_string(),
            lang,
        },
        unit: Unit::Number { places: 0 },
        bars: names
            .iter()
            .zip(spans.bars)
            .map(|(name, n)| Bar::new(name, Reading::of(n as f64)))
            .collect(),
        target: None,
    });
    let rows = names
        .iter()
        .zip(spans.bars)
        .map(|(name, n)| vec![Cell::text(name), Cell::number(lang.number(n), n as f64)]);
    let waiting = vec![
        Cell::text(lang.text("requests-board-waiting")),
        Cell::number(lang.number(spans.n_waiting), spans.n_waiting as f64),
    ];
    Distribution {
        said: said.to_string(),
        chart: Chart {
            caption: title.clone(),
            drawing,
            key: Markup::default(),
        },
        head: heads(lang, &["requests-board-took", "requests-board-number"]),
        rows: rows.chain([waiting]).collect(),
        title,
    }
}

fn bar_names(lang: Lang) -> Vec<String> {
    let mut names = Vec::with_capacity(BARS.len() + 1);
    let mut from = 0;
    for to in BARS {
        let text = match from {
            0 => lang.text("requests-board-within").n("to", to),
            from => lang.text("requests-board-between").n("from", from).n("to", to),
        };
        names.push(text.to_string());
        from = to;
    }
    names.push(lang.text("requests-board-beyond").n("from", from).to_string());
    names
}

fn tables(lang: Lang, statistics: &Statistics) -> Vec<Table> {
    let agencies = statistics.agencies();
    let note = if agencies.iter().any(|named| named.confidential.is_some()) {
        lang.text("requests-board-confidential-units").to_string()
    } else {
        String::new()
    };
    [
        (
            "requests-board-by-agency",
            "requests-board-agency",
            agencies,
            note,
        ),
        (
            "requests-board-by-service",
            "requests-board-service",
            statistics.services(),
            String::new(),
        ),
        (
            "requests-board-by-place",
            "requests-board-place",
            statistics.places(),
            String::new(),
        ),
    ]
    .into_iter()
    .filter(|(_, _, named, _)| !named.is_empty())
    .map(|(title, first, named, note)| table(lang, title, first, &named, note))
    .collect()
}

fn table(lang: Lang, title: &'static str, first: &'static str, named: &[Named<'_>], note: String) -> Table {
    let says_confidential = !note.is_empty();
    let mut ids = vec![
        first,
        "requests-board-shade-open",
        "requests-board-column-yellow",
        "requests-board-column-red",
        "requests-board-column-blue",
        "requests-board-answer-median",
        "requests-board-answer-most",
        "requests-board-close-median",
        "requests-board-close-most",
    ];
    if says_confidential {
        ids.push("requests-board-column-confidential");
    }
    let number = |n: u64| Cell::number(lang.number(n), n as f64);
    let days = |days: Option<f64>| match days {
        Some(days) => Cell::number(lang.decimal(days, 1), days),
        None => Cell::number("–", f64::NAN),
    };
    let row = |named: &Named<'_>| {
        let Group {
            lights,
            answer,
            close,
        } = named.group;
        let counts = [
            lights.unfinished(),
            lights.of(Light::Yellow),
            lights.of(Light::Red),
            lights.of(Light::Blue),
        ];
        let mut row = vec![Cell::text(&named.name)];
        row.extend(counts.map(number));
        for spans in [answer, close] {
            row.extend([spans.half, spans.most].map(days));
        }
        if says_confidential {
            row.push(match named.confidential {
                Some(n) => number(n),
                None => Cell::number("–", f64::NAN),
            });
        }
        row
    };
    Table {
        title: lang.text(title).to_string(),
        head: heads(lang, &ids),
        rows: named.iter().map(row).collect(),
        note,
    }
}

/// Headings, the first over words and the others over numbers.
fn heads(lang: Lang, ids: &[&'static str]) -> Vec<Cell> {
    let mut head: Vec<Cell> = ids.iter().map(|id| Cell::over_numbers(lang.text(*id))).collect();
    if let Some(first) = head.first_mut() {
        first.numeric = false;
    }
    head
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::config::Settings;

    #[test]
    fn weeks_end_where_mondays_begin_at_the_installation() {
        let folder = std::env::temp_dir();
        let given = Settings {
            data: Some(folder),
            time_zone: Some("Asia/Jakarta".into()),
            ..Settings::default()
        };
        let config = Config::settle(given, None).expect("settings");
        // Wednesday 2026-11-18, 09:00 in Jakarta.
        let now = Time::parse("2026-11-18T02:00:00Z").expect("a moment");
        let ends = ends(&config, now, 2).expect("weeks");
        let written: Vec<String> = ends
            .iter()
            .map(|end| Time(i64::from(*end) * 1_000_000).to_string())
            .collect();
        assert_eq!(written, ["2026-11-08T17:00:00Z", "2026-11-15T17:00:00Z"]);
    }

    #[test]
    fn so_many_weeks_and_no_more() {
        assert_eq!(weeks("").expect("the usual"), WEEKS);
        assert_eq!(weeks(" 8 ").expect("eight"), 8);
        for text in ["0", "105", "many"] {
            assert!(weeks(text).is_err(), "{text}");
        }
    }
}
