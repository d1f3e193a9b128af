//! The page on which places are compared, and the same as JSON.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use axum::{
    Json, Router,
    extract::{Query, State},
    http::Uri,
    response::{IntoResponse, Response},
    routing::get,
};
use serde_json::{Value, json};

use super::compare::{Asked, Compared, Line, MOST_LINES, compare};
use crate::{
    indicators::{
        model::{definition::Definition, observation::Observation},
        pages::words::{about, reading, unit, written},
        passport::cell,
    },
    platform::{
        app::App,
        draw::{
            Reading,
            bars::key,
            lines::{Lines, Series, lines},
        },
        html::{
            Markup, Shell,
            parts::{Cell, Choice},
        },
        i18n::{Lang, numbers::NO_VALUE},
        op::Op,
        page::{render, shell},
        problem::Result,
    },
};

/// The routes of this file.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/compare", get(page))
        .route("/compare.json", get(as_json))
}

/// Where places are compared by an indicator.
#[must_use]
pub fn address(code: &str) -> String {
    let query = serde_urlencoded::to_string([("indicator", code)]).unwrap_or_default();
    format!("/compare?{query}")
}

/// A table under its caption.
pub struct Table {
    pub caption: String,
    pub head: Vec<Cell>,
    pub rows: Vec<Vec<Cell>>,
}

/// Places beside each other.
#[derive(Template)]
#[template(path = "indicators/outside/compare.html")]
pub struct ComparePage {
    pub page: Shell,
    pub indicators: Vec<Choice>,
    pub places: String,
    /// Every place with numbers, by code and name.
    pub known: String,
    /// That nobody published anything, or nothing of what was asked for.
    pub nothing: String,
    /// Places that were asked for in vain.
    pub missing: String,
    pub latest: Table,
    pub over_time: Table,
    pub key: Markup,
    pub chart: Markup,
    pub sources: Table,
    /// Without rows where everything can be compared.
    pub refused: Table,
}

async fn page(State(app): State<App>, op: Op, uri: Uri, Query(asked): Query<Asked>) -> Result<Response> {
    let compared = compare(&app, op.lang, &asked).await?;
    render(&ComparePage::new(shell(&app, &op, &uri), &compared))
}

async fn as_json(State(app): State<App>, op: Op, Query(asked): Query<Asked>) -> Result<Response> {
    let compared = compare(&app, op.lang, &asked).await?;
    Ok(Json(face(&compared)).into_response())
}

impl ComparePage {
    pub fn new(page: Shell, compared: &Compared) -> ComparePage {
        let lang = page.lang;
        let title = match compared.by.first() {
            Some(first) => lang
                .text("indicators-outside-compare-of")
                .arg("title", first.title.in_language(lang.code()))
                .to_string(),
            None => lang.text("indicators-outside-compare").to_string(),
        };
        let page = page
            .titled(&title)
            .described(lang.text("indicators-outside-compare-lead"))
            .crumb(lang.text("indicators-title"), "/indicators")
            .crumb(&title, "")
            .shapes(&["json"]);
        let codes: Vec<&str> = compared
            .lines
            .iter()
            .map(|line| line.place.code.as_str())
            .collect();
        let known: Vec<String> = compared
            .known
            .iter()
            .map(|place| format!("{} ({})", place.name, place.code))
            .collect();
        let (key, chart) = drawn(lang, &title, compared);
        ComparePage {
            indicators: choices(compared),
            places: codes.join(", "),
            known: known.join(", "),
            nothing: match (compared.by.is_empty(), compared.choices.is_empty()) {
                (true, true) => lang.text("indicators-outside-none").to_string(),
                (true, false) => lang.text("indicators-outside-none-such").to_string(),
                (false, _) => String::new(),
            },
            missing: compared.missing.join(", "),
            latest: latest(lang, compared),
            over_time: over_time(lang, compared),
            key,
            chart,
            sources: sources(lang, compared),
            refused: refused(lang, compared),
            page,
        }
    }

    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> ComparePage {
        ComparePage::new(Shell::sample(lang), &sample::compared())
    }
}

/// What can be asked for; what was asked for by its number stands among it.
fn choices(compared: &Compared) -> Vec<Choice> {
    let asked = compared
        .by
        .first()
        .map_or(compared.asked.as_str(), |first| first.code.as_str());
    compared
        .choices
        .iter()
        .map(|(code, title)| Choice::new(code, title).chosen_if(asked))
        .collect()
}

/// What a line is called: its place, and by which indicator where there are several.
fn name(compared: &Compared, line: &Line) -> String {
    if compared.by.len() > 1 {
        format!("{} ({})", line.place.name, line.definition.code)
    } else {
        line.place.name.clone()
    }
}

fn latest(lang: Lang, compared: &Compared) -> Table {
    let rows = compared.lines.iter().filter_map(|line| {
        let latest = line
            .over_time
            .iter()
            .rfind(|o| o.figures.value.is_some())
            .or_else(|| line.over_time.last())?;
        let standing = lang
            .text(format!("indicators-standing-{}", latest.standing.as_str()))
            .to_string();
        Some(vec![
            Cell::text(name(compared, line)),
            number(lang, &line.definition, Some(latest)),
            Cell::text(&latest.period),
            Cell::text(standing),
        ])
    });
    Table {
        caption: lang.text("indicators-outside-latest").to_string(),
        head: vec![
            Cell::text(lang.text("indicators-place")),
            Cell::over_numbers(lang.text("indicators-value")),
            Cell::text(lang.text("indicators-period")),
            Cell::text(lang.text("indicators-how-standing")),
        ],
        rows: rows.collect(),
    }
}

fn number(lang: Lang, definition: &Definition, o: Option<&Observation>) -> Cell {
    match o {
        Some(o) => cell(&definition.code, o, &written(definition, lang, o)),
        None => Cell::number(NO_VALUE, f64::NAN),
    }
}

/// All periods that any line has, the earliest first.
fn periods(compared: &Compared) -> Vec<&str> {
    let all: BTreeSet<&str> = compared
        .lines
        .iter()
        .flat_map(|line| &line.over_time)
        .map(|o| o.period.as_str())
        .collect();
    all.into_iter().collect()
}

fn by_period(line: &Line) -> BTreeMap<&str, &Observation> {
    line.over_time.iter().map(|o| (o.period.as_str(), o)).collect()
}

fn over_time(lang: Lang, compared: &Compared) -> Table {
    let mut head = vec![Cell::text(lang.text("indicators-period"))];
    head.extend(
        compared
            .lines
            .iter()
            .map(|line| Cell::over_numbers(name(compared, line))),
    );
    let lines: Vec<_> = compared
        .lines
        .iter()
        .map(|line| (line, by_period(line)))
        .collect();
    let row = |period: &&str| {
        let mut row = vec![Cell::text(period)];
        row.extend(
            lines
                .iter()
                .map(|(line, known)| number(lang, &line.definition, known.get(period).copied())),
        );
        row
    };
    Table {
        caption: lang.text("indicators-over-time").to_string(),
        head,
        rows: periods(compared).iter().rev().map(row).collect(),
    }
}

/// The key and the lines; empty where there is nothing to draw.
fn drawn(lang: Lang, title: &str, compared: &Compared) -> (Markup, Markup) {
    let Some(first) = compared.by.first() else {
        return (Markup::default(), Markup::default());
    };
    let periods = periods(compared);
    if periods.len() < 2 {
        return (Markup::default(), Markup::default());
    }
    let series: Vec<Series> = compared
        .lines
        .iter()
        .map(|line| {
            let known = by_period(line);
            Series {
                name: name(compared, line),
                readings: periods
                    .iter()
                    .map(|period| known.get(period).map_or(Reading::Missing, |o| reading(o)))
                    .collect(),
            }
        })
        .collect();
    let names: Vec<String> = series.iter().map(|series| series.name.clone()).collect();
    let description = lang.text("indicators-over-time").to_string();
    let chart = lines(&Lines {
        about: about("compared", title, &description, lang),
        unit: unit(first),
        periods: periods.iter().map(|period| (*period).to_owned()).collect(),
        series,
        target: None,
    });
    (key(&names), chart)
}

fn link(code: &str) -> Cell {
    Cell::html(Markup(format!(
        "<a class=\"govuk-link\" href=\"/indicators/{0}\">{0}</a>",
        Markup::escape(code)
    )))
}

/// Who says it, and how near it is to what the framework asks for.
fn sources(lang: Lang, compared: &Compared) -> Table {
    let row = |definition: &Definition| {
        let source = match definition.imported() {
            Some(imported) => imported.source.in_language(lang.code()).to_owned(),
            None => lang.text("indicators-outside-ours").to_string(),
        };
        let scope = match definition.scope {
            Some(scope) => lang
                .text(format!("indicators-scope-{}", scope.as_str()))
                .to_string(),
            None => lang.text("indicators-outside-scope-unsaid").to_string(),
        };
        vec![
            link(&definition.code),
            Cell::text(source),
            Cell::text(definition.title.in_language(lang.code())),
            Cell::text(scope),
            Cell::text(unit_in_words(definition)),
        ]
    };
    Table {
        caption: lang.text("indicators-outside-sources").to_string(),
        head: [
            "indicators-indicator",
            "indicators-outside-source",
            "indicators-outside-counts",
            "indicators-how-scope",
            "indicators-outside-unit",
        ]
        .map(|id| Cell::text(lang.text(id)))
        .to_vec(),
        rows: compared.by.iter().map(|definition| row(definition)).collect(),
    }
}

fn unit_in_words(definition: &Definition) -> String {
    match definition.imported() {
        Some(imported) if !imported.unit.is_empty() => imported.unit.clone(),
        _ if super::compare::is_percent(definition) => "%".to_owned(),
        _ => NO_VALUE.to_owned(),
    }
}

/// What has the same number and is left out, with the reason.
fn refused(lang: Lang, compared: &Compared) -> Table {
    let row = |(definition, why): &(std::sync::Arc<Definition>, super::compare::Difference)| {
        vec![
            link(&definition.code),
            Cell::text(definition.title.in_language(lang.code())),
            Cell::text(lang.text(format!("indicators-outside-differs-{}", why.as_str()))),
        ]
    };
    Table {
        caption: lang.text("indicators-outside-refused").to_string(),
        head: [
            "indicators-indicator",
            "indicators-outside-counts",
            "indicators-outside-why",
        ]
        .map(|id| Cell::text(lang.text(id)))
        .to_vec(),
        rows: compared.refused.iter().map(row).collect(),
    }
}

fn face(compared: &Compared) -> Value {
    let definition = |definition: &Definition| {
        json!({
            "code": definition.code,
            "title": definition.title,
            "indicator": definition.indicator,
            "scope": definition.scope,
            "scope_reason": definition.scope_reason,
            "unit": unit_in_words(definition),
            "source": definition.imported().map(|imported| &imported.source),
        })
    };
    let by: Vec<Value> = compared.by.iter().map(|by| definition(by)).collect();
    let refused: Vec<Value> = compared
        .refused
        .iter()
        .map(|(other, why)| {
            let mut value = definition(other);
            value["why"] = json!(why);
            value
        })
        .collect();
    let lines: Vec<Value> = compared
        .lines
        .iter()
        .map(|line| {
            json!({
                "place": line.place,
                "indicator": line.definition.code,
                "over_time": line.over_time,
            })
        })
        .collect();
    json!({
        "asked": compared.asked,
        "by": by,
        "refused": refused,
        "places": compared.known,
        "missing": compared.missing,
        "most": MOST_LINES,
        "lines": lines,
    })
}

mod sample {
    //! Two invented countries.

    use std::sync::Arc;

    use crate::indicators::{
        model::{
            definition::Definition,
            observation::{Figures, Observation, Standing, Status},
        },
        outside::compare::{Compared, Difference, Line},
        view::Named,
    };

    const POWER: &str = "code = \"un.7.1.1\"\nkind = \"imported\"\nindicator = \"7.1.1\"\ntitle = { en = \"Households with <power>\" }\n\
        unit = \"percent\"\ndirection = \"up\"\nimported = { source = { en = \"A & B\" }, unit = \"PERCENT\" }\n";

    pub fn compared() -> Compared {
        let by: Vec<Arc<Definition>> = Definition::parse(POWER).map(Arc::new).into_iter().collect();
        let lines: Vec<Line> = by
            .iter()
            .flat_map(|definition| {
                [("KEN", "Kenya", 36.0), ("NPL", "Nepal & <more>", 84.9)].map(|of| line(definition, of))
            })
            .collect();
        Compared {
            asked: "7.1.1".to_owned(),
            choices: vec![("un.7.1.1".to_owned(), "un.7.1.1 Power".to_owned())],
            refused: by.iter().map(|other| (other.clone(), Difference::Unit)).collect(),
            known: lines.iter().map(|line| line.place.clone()).collect(),
            missing: vec!["IND".to_owned()],
            lines,
            by,
        }
    }

    fn line(definition: &Arc<Definition>, (code, name, value): (&str, &str, f64)) -> Line {
        let observation = |period: &str, value: f64| Observation {
            place: code.to_owned(),
            parent: None,
            period: period.to_owned(),
            by: String::new(),
            codes: String::new(),
            position: 0,
            status: Status::Normal,
            standing: Standing::Estimated,
            figures: Figures {
                value: Some(value),
                ..Figures::default()
            },
            as_of: None,
        };
        Line {
            place: Named {
                code: code.to_owned(),
                name: name.to_owned(),
            },
            definition: definition.clone(),
            over_time: vec![observation("2014", value - 2.5), observation("2015", value)],
        }
    }
}
