//! An indicator by the areas of a division, and what the number of one area is made of.

use askama::Template;
use axum::{
    Json, Router,
    extract::{Path, Query, State},
    http::{Uri, header},
    response::{IntoResponse, Response},
    routing::get,
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{AreaNumber, Wanted, address, gather, name_of, share_in_words};
use crate::{
    indicators::{
        find, headline,
        model::{
            carry::is_carried,
            definition::Definition,
            observation::{Observation, Status},
        },
        pages::words::{place_href, written, written_interval},
        passport, series,
    },
    places::{
        self, divisions,
        model::{Places, division::Division},
    },
    platform::{
        app::App,
        html::{
            Markup, Shell,
            parts::{Cell, Choice, SummaryRow},
        },
        i18n::{Lang, numbers::NO_VALUE},
        op::Op,
        page::{render, shell},
        problem::{Problem, Result},
        spreadsheet::harmless,
    },
};

/// Endings of the address that ask for another face.
const FACES: [&str; 2] = ["csv", "json"];

/// An indicator by the areas of a division.
#[derive(Template)]
#[template(path = "indicators/divisions/areas.html")]
pub struct AreasPage {
    page: Shell,
    caption: String,
    lead: String,
    /// Why there is nothing to show; empty where there is.
    trouble: String,
    action: String,
    periods: Vec<Choice>,
    /// Code of the place into which the areas reach; empty for all areas.
    place: String,
    title: String,
    head: Vec<Cell>,
    rows: Vec<Vec<Cell>>,
    indicator_href: String,
}

/// What the number of one area is made of.
#[derive(Template)]
#[template(path = "indicators/divisions/area.html")]
pub struct AreaPage {
    page: Shell,
    caption: String,
    value: String,
    interval: String,
    is_withheld: bool,
    how: Vec<SummaryRow>,
    title: String,
    head: Vec<Cell>,
    rows: Vec<Vec<Cell>>,
    all_href: String,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct Asked {
    /// Code of a place: only areas that reach into it.
    place: String,
    /// Without it the latest.
    period: String,
    /// Code of an area: what its number is made of.
    area: String,
}

/// What an indicator says of the areas of a division in a period.
struct Shown<'a> {
    definition: &'a Definition,
    division: &'a Division,
    period: &'a str,
    numbers: &'a [AreaNumber],
}

/// The routes of this file.
pub fn routes() -> Router<App> {
    Router::new().route("/indicators/{code}/divisions/{division}", get(one))
}

async fn one(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    Path((code, division)): Path<(String, String)>,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let (division, face) = match division.rsplit_once('.') {
        Some((division, face)) if FACES.contains(&face) => (division, face),
        _ => (division.as_str(), "html"),
    };
    let definition = find(&app, &code).await?.definition;
    let all = places::all(&app).await?;
    let division = divisions::known(&all, division)?;
    let within = match asked.place.as_str() {
        "" => None,
        place => Some(places::known(&all, place)?),
    };
    let periods = periods(&app, &definition).await?;
    let period = match asked.period.as_str() {
        "" => periods.last().cloned().unwrap_or_default(),
        period if periods.iter().any(|known| known == period) => period.to_owned(),
        period => return Err(Problem::not_found("indicators-period-unknown").with("period", period)),
    };
    let wanted = Wanted {
        definition: &definition,
        period: &period,
        within,
    };
    let gathered = gather(&app, &all, division, &[wanted]).await?;
    let numbers = gathered.into_iter().next().unwrap_or_default();
    let shown = Shown {
        definition: &definition,
        division,
        period: &period,
        numbers: &numbers,
    };
    match face {
        "csv" => {
            let name = format!("attachment; filename=\"{code}-{}.csv\"", division.code);
            let headers = [
                (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
                (header::CONTENT_DISPOSITION, name),
            ];
            Ok((headers, csv(&shown).map_err(Problem::internal)?).into_response())
        }
        "json" => Ok(Json(as_json(&shown)).into_response()),
        _ if asked.area.is_empty() => {
            let page = shell(&app, &op, &uri);
            render(&AreasPage::new(page, &all, &shown, &periods, asked.place))
        }
        _ => {
            let area = divisions::known_area(division, &asked.area)?;
            let number = numbers
                .iter()
                .find(|number| number.code == area.code)
                .ok_or_else(|| Problem::not_found("places-division-area-unknown").with("code", &area.code))?;
            render(&AreaPage::new(shell(&app, &op, &uri), &all, &shown, number))
        }
    }
}

/// The periods of the topmost place that has numbers, the earliest first.
async fn periods(app: &App, definition: &Definition) -> Result<Vec<String>> {
    let Some(top) = headline(app, definition).await? else {
        return Ok(Vec::new());
    };
    let over_time = series(app, definition, &top.place, &[]).await?;
    Ok(over_time.into_iter().map(|o| o.period).collect())
}

fn csv(shown: &Shown<'_>) -> anyhow::Result<String> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record([
        "indicator",
        "division",
        "area",
        "area_name",
        "period",
        "status",
        "standing",
        "value",
        "lower_95",
        "upper_95",
        "numerator",
        "denominator",
        "n",
        "places",
    ])?;
    let written = |n: Option<f64>| n.map(|n| n.to_string()).unwrap_or_default();
    for number in shown.numbers {
        let (o, f) = (&number.observation, &number.observation.figures);
        let places: Vec<String> = number
            .portions
            .iter()
            .map(|portion| format!("{} {}", portion.place, portion.share))
            .collect();
        writer.write_record([
            shown.definition.code.as_str(),
            &shown.division.code,
            &number.code,
            &harmless(&number.name),
            shown.period,
            o.status.as_str(),
            o.standing.as_str(),
            &written(f.value),
            &written(f.lower),
            &written(f.upper),
            &written(f.numerator),
            &written(f.denominator),
            &f.n.map(|n| n.to_string()).unwrap_or_default(),
            &places.join("; "),
        ])?;
    }
    Ok(String::from_utf8(writer.into_inner()?)?)
}

fn as_json(shown: &Shown<'_>) -> Value {
    let areas: Vec<Value> = shown
        .numbers
        .iter()
        .map(|number| {
            let places: Vec<Value> = number
                .portions
                .iter()
                .map(|portion| json!({ "place": portion.place, "share": portion.share }))
                .collect();
            json!({
                "area": number.code,
                "name": number.name,
                "is_estimated": number.is_estimated(),
                "number": number.observation,
                "places": places,
            })
        })
        .collect();
    json!({
        "indicator": shown.definition.code,
        "definition_version": shown.definition.version,
        "division": shown.division.code,
        "title": shown.division.title,
        "basis": shown.division.basis,
        "source": shown.division.source,
        "period": shown.period,
        "areas": areas,
    })
}

impl AreasPage {
    fn new(page: Shell, all: &Places, shown: &Shown<'_>, periods: &[String], place: String) -> AreasPage {
        let lang = page.lang;
        let (definition, division) = (shown.definition, shown.division);
        let name = definition.title.in_language(lang.code());
        let trouble = if !is_carried(definition) {
            lang.text("indicators-divisions-not-carried").to_string()
        } else if shown.numbers.is_empty() {
            lang.text("indicators-divisions-none").to_string()
        } else {
            String::new()
        };
        AreasPage {
            caption: lang
                .text("indicators-divisions-of")
                .arg("code", &definition.code)
                .arg("division", &division.title)
                .to_string(),
            lead: lang.text("indicators-divisions-lead").to_string(),
            trouble,
            action: format!("/indicators/{}/divisions/{}", definition.code, division.code),
            periods: periods
                .iter()
                .rev()
                .map(|period| Choice::new(period, period).chosen_if(shown.period))
                .collect(),
            place,
            title: lang
                .text("indicators-divisions-table")
                .arg("division", &division.title)
                .arg("period", shown.period)
                .to_string(),
            head: vec![
                Cell::text(lang.text("indicators-divisions-area")),
                Cell::over_numbers(lang.text("indicators-value")),
                Cell::over_numbers(lang.text("indicators-interval")),
            ],
            rows: shown
                .numbers
                .iter()
                .map(|number| area_row(lang, all, shown, number))
                .collect(),
            indicator_href: format!("/indicators/{}", definition.code),
            page: page
                .titled(format!("{name} – {}", division.title))
                .crumb(lang.text("indicators-title"), "/indicators")
                .crumb(name, format!("/indicators/{}", definition.code))
                .crumb(&division.title, "")
                .shapes(&FACES),
        }
    }
}

impl AreasPage {
    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> AreasPage {
        AreasPage {
            page: Shell::sample(lang)
                .titled("Water and <toilet> – Puskesmas")
                .shapes(&FACES),
            caption: "Indicator 6.2.1 · <Puskesmas>".into(),
            lead: lang.text("indicators-divisions-lead").to_string(),
            trouble: String::new(),
            action: "/indicators/6.2.1/divisions/health".into(),
            periods: ["2026", "2025"]
                .map(|period| Choice::new(period, period).chosen_if("2026"))
                .to_vec(),
            place: "90".into(),
            title: "<Puskesmas>, 2026".into(),
            head: vec![
                Cell::text(lang.text("indicators-divisions-area")),
                Cell::over_numbers(lang.text("indicators-value")),
                Cell::over_numbers(lang.text("indicators-interval")),
            ],
            rows: vec![vec![
                Cell::html(link("/indicators/6.2.1/divisions/health?area=A", "Puskesmas <A>")),
                Cell::number("72.4%", 72.4),
                Cell {
                    numeric: true,
                    ..Cell::text("69.8%–74.9%")
                },
            ]],
            indicator_href: "/indicators/6.2.1".into(),
        }
    }
}

fn area_row(lang: Lang, all: &Places, shown: &Shown<'_>, number: &AreaNumber) -> Vec<Cell> {
    let o = &number.observation;
    let href = address(
        &shown.definition.code,
        &shown.division.code,
        &number.code,
        shown.period,
    );
    vec![
        Cell::html(link(&href, &number.label(lang, all))),
        Cell::number(
            written(shown.definition, lang, o),
            o.figures.value.unwrap_or(f64::NAN),
        ),
        Cell {
            numeric: true,
            ..Cell::text(written_interval(shown.definition, lang, o))
        },
    ]
}

impl AreaPage {
    fn new(page: Shell, all: &Places, shown: &Shown<'_>, number: &AreaNumber) -> AreaPage {
        let lang = page.lang;
        let (definition, division) = (shown.definition, shown.division);
        let name = definition.title.in_language(lang.code());
        let all_href = format!(
            "/indicators/{}/divisions/{}?{}",
            definition.code,
            division.code,
            serde_urlencoded::to_string([("period", shown.period)]).unwrap_or_default()
        );
        let o = &number.observation;
        AreaPage {
            caption: lang
                .text("indicators-divisions-of")
                .arg("code", &definition.code)
                .arg("division", &division.title)
                .to_string(),
            value: written(definition, lang, o),
            interval: written_interval(definition, lang, o),
            is_withheld: o.status == Status::Suppressed,
            how: how(lang, shown, number),
            title: lang
                .text("indicators-divisions-parts")
                .arg("area", &number.name)
                .to_string(),
            head: vec![
                Cell::text(lang.text("indicators-place")),
                Cell::over_numbers(lang.text("indicators-divisions-share")),
                Cell::over_numbers(lang.text("indicators-divisions-numerator")),
                Cell::over_numbers(lang.text("indicators-divisions-denominator")),
                Cell::over_numbers(lang.text("indicators-value")),
            ],
            rows: number
                .portions
                .iter()
                .map(|portion| {
                    let seen = portion.observation.as_ref();
                    part_row(
                        lang,
                        definition,
                        (&name_of(all, lang, &portion.place), &portion.place),
                        portion.share,
                        seen,
                    )
                })
                .collect(),
            page: page
                .titled(format!("{name} – {}, {}", number.name, shown.period))
                .crumb(lang.text("indicators-title"), "/indicators")
                .crumb(name, format!("/indicators/{}", definition.code))
                .crumb(&division.title, all_href.clone())
                .crumb(&number.name, ""),
            all_href,
        }
    }
}

impl AreaPage {
    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> AreaPage {
        let how = lang.text("indicators-divisions-how-shares").to_string();
        AreaPage {
            page: Shell::sample(lang).titled("Water and <toilet> – Puskesmas <A>, 2026"),
            caption: "Indicator 6.2.1 · <Puskesmas>".into(),
            value: "72.4%".into(),
            interval: "69.8%–74.9%".into(),
            is_withheld: true,
            how: vec![SummaryRow::new(lang.text("indicators-divisions-how"), how)],
            title: lang
                .text("indicators-divisions-parts")
                .arg("area", "Puskesmas <A>")
                .to_string(),
            head: vec![
                Cell::text(lang.text("indicators-place")),
                Cell::over_numbers(lang.text("indicators-divisions-share")),
            ],
            rows: vec![vec![
                Cell::html(link("/indicators/6.2.1?place=90.01", "Desa <Ngasem>")),
                Cell::number("40%", 0.4),
            ]],
            all_href: "/indicators/6.2.1/divisions/health".into(),
        }
    }
}

/// How the number was made: by which shares, of what, and as of when.
fn how(lang: Lang, shown: &Shown<'_>, number: &AreaNumber) -> Vec<SummaryRow> {
    let (division, figures) = (shown.division, &number.observation.figures);
    let kind = match (number.observation.status, number.is_estimated()) {
        (Status::Suppressed, _) => "indicators-divisions-how-withheld",
        (Status::Empty, _) => "indicators-divisions-how-missing",
        (Status::Normal, true) => "indicators-divisions-how-shares",
        (Status::Normal, false) => "indicators-divisions-how-whole",
    };
    let mut rows = vec![SummaryRow::new(
        lang.text("indicators-divisions-how"),
        lang.text(kind).to_string(),
    )];
    for (key, count) in [
        ("indicators-divisions-numerator", figures.numerator),
        ("indicators-divisions-denominator", figures.denominator),
    ] {
        if let Some(count) = count {
            rows.push(SummaryRow::new(lang.text(key), count_in_words(lang, count)));
        }
    }
    for (key, text) in [
        ("indicators-divisions-basis", &division.basis),
        ("indicators-divisions-source", &division.source),
    ] {
        if !text.is_empty() {
            rows.push(SummaryRow::new(lang.text(key), text.clone()));
        }
    }
    rows
}

fn part_row(
    lang: Lang,
    definition: &Definition,
    (name, code): (&str, &str),
    share: f64,
    seen: Option<&Observation>,
) -> Vec<Cell> {
    let count = |of: Option<f64>| match of {
        Some(count) => Cell::number(count_in_words(lang, count), count),
        None => Cell::number(NO_VALUE, f64::NAN),
    };
    let figures = seen.map(|o| o.figures).unwrap_or_default();
    let value = match seen {
        Some(o) => passport::cell(&definition.code, o, &written(definition, lang, o)),
        None => Cell::number(NO_VALUE, f64::NAN),
    };
    vec![
        Cell::html(link(&place_href(&definition.code, code, "", lang), name)),
        Cell::number(share_in_words(lang, share), share),
        count(figures.numerator),
        count(figures.denominator),
        value,
    ]
}

/// A weighted count has a decimal where it is not whole.
fn count_in_words(lang: Lang, count: f64) -> String {
    lang.decimal(count, usize::from((count - count.round()).abs() > 1e-6))
}

fn link(href: &str, words: &str) -> Markup {
    Markup(format!(
        "<a class=\"govuk-link\" href=\"{}\">{}</a>",
        Markup::escape(href),
        Markup::escape(words)
    ))
}
