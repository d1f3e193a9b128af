//! Report cards for everybody: the months of an organisation, and one card.

use askama::Template;
use axum::{
    Json,
    extract::{Path, State},
    http::Uri,
    response::{IntoResponse, Response},
};
use jiff::civil::Date;
use serde_json::json;

use super::{Card, Lamp, Mark, Number, Promises, find, months};
use crate::{
    accounts::model::Organisation,
    dashboards::tree::{model::Rolling, pages::light},
    indicators::{
        model::definition::{Light, Unit, Words},
        tracker::pages::Table,
    },
    places,
    platform::{
        app::App,
        draw,
        html::{
            Markup, Shell,
            parts::{Cell, SummaryRow},
        },
        i18n::{Lang, numbers::NO_VALUE},
        op::Op,
        page::{render, shell},
        problem::Result,
    },
};

/// The months of which an organisation has cards.
#[derive(Template)]
#[template(path = "dashboards/cards/all.html")]
pub struct CardsPage {
    page: Shell,
    /// Months and addresses.
    cards: Vec<(String, String)>,
}

/// One card.
#[derive(Template)]
#[template(path = "dashboards/cards/one.html")]
pub struct CardPage {
    page: Shell,
    name: String,
    light: Markup,
    facts: Vec<SummaryRow>,
    numbers: Table,
    said: String,
}

pub async fn all(State(app): State<App>, op: Op, uri: Uri, Path(agency): Path<String>) -> Result<Response> {
    let (organisation, months) = months(&app, &agency).await?;
    let cards = months
        .iter()
        .map(|month| {
            let href = format!("/agencies/{}/cards/{month}", organisation.code);
            (month_in_words(op.lang, month), href)
        })
        .collect();
    render(&CardsPage::new(shell(&app, &op, &uri), &organisation, cards))
}

pub async fn one(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    Path((agency, period)): Path<(String, String)>,
) -> Result<Response> {
    let (month, is_json) = match period.strip_suffix(".json") {
        Some(month) => (month, true),
        None => (period.as_str(), false),
    };
    let (card, frozen_at) = find(&app, &agency, month).await?;
    if is_json {
        return Ok(Json(json!({ "made_at": frozen_at.to_string(), "card": card })).into_response());
    }
    let places = places::all(&app).await?;
    let place = places.find(&card.place).map_or_else(
        || card.place.clone(),
        |place| place.name_in(op.lang.code()).to_owned(),
    );
    let made = op.lang.date(app.config.zoned(frozen_at).date());
    render(&CardPage::new(shell(&app, &op, &uri), &card, place, &made))
}

/// Writes a month such as `2026-10`.
fn month_in_words(lang: Lang, month: &str) -> String {
    match format!("{month}-01").parse::<Date>() {
        Ok(first) => lang.month(first),
        Err(_) => month.to_owned(),
    }
}

fn written(lang: Lang, number: &Number, value: Option<f64>) -> String {
    let unit = match number.unit {
        Some(Unit::Percent) => draw::Unit::Percent {
            places: number.decimals,
        },
        Some(Unit::Number) | None => draw::Unit::Number {
            places: number.decimals,
        },
    };
    value.map_or_else(|| NO_VALUE.to_owned(), |value| unit.write(lang, value))
}

fn number_row(lang: Lang, number: &Number) -> Vec<Cell> {
    let title = format!("{} {}", number.indicator, number.title.in_language(lang.code()));
    let value = match number.is_withheld {
        true => lang.text("indicators-withheld").to_string(),
        false => written(lang, number, number.value),
    };
    let source = match number.is_entered {
        true => lang.text("dashboards-cards-entered").to_string(),
        false => lang.text("dashboards-cards-counted").to_string(),
    };
    vec![
        Cell::text(title.trim_end()),
        Cell::text(value),
        Cell::text(&number.period),
        Cell::text(written(lang, number, number.aim)),
        Cell::html(light(lang, number.light.map(Light::from))),
        Cell::text(source),
    ]
}

fn facts(lang: Lang, card: &Card, place: String) -> Vec<SummaryRow> {
    let row = |id: &'static str, value: String| SummaryRow::new(lang.text(id), value);
    let n_entered = card.numbers.iter().filter(|number| number.is_entered).count();
    let promises = card.promises;
    let coverage = lang
        .text("dashboards-tree-coverage")
        .n("known", card.n_known)
        .n("all", card.numbers.len());
    let by_hand = lang
        .text("dashboards-cards-by-hand-of")
        .n("n", n_entered)
        .n("all", card.numbers.len());
    let kept = lang
        .text("dashboards-cards-promises-of")
        .n("open", promises.n_open)
        .n("late", promises.n_late)
        .n("kept", promises.n_kept + promises.n_kept_late)
        .n("broken", promises.n_broken_off);
    let grade = match &card.grade {
        Some(mark) => lang
            .text("dashboards-cards-grade-of")
            .arg("letter", &mark.letter)
            .arg("score", lang.decimal(mark.score, 1))
            .arg("most", lang.decimal(mark.of_points, 0))
            .to_string(),
        None => lang.text("dashboards-cards-no-grade").to_string(),
    };
    vec![
        row("dashboards-tree-place", place),
        row("dashboards-tree-known", coverage.to_string()),
        row("dashboards-cards-by-hand", by_hand.to_string()),
        row("dashboards-cards-promises", kept.to_string()),
        row("dashboards-cards-grade", grade),
    ]
}

impl CardsPage {
    fn new(page: Shell, organisation: &Organisation, cards: Vec<(String, String)>) -> CardsPage {
        let title = page.t("dashboards-cards-title").to_string();
        let all = page.t("dashboards-tree-title").to_string();
        CardsPage {
            page: page
                .titled(format!("{title} – {}", organisation.name))
                .crumb(all, "/agencies")
                .crumb(&organisation.name, format!("/agencies/{}", organisation.code))
                .crumb(title, ""),
            cards,
        }
    }

    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> CardsPage {
        let organisation = Organisation {
            code: "dinas-pu".to_owned(),
            name: "Dinas <PU>".to_owned(),
            about: None,
            contact: None,
        };
        let card = (
            month_in_words(lang, "2026-10"),
            "/agencies/dinas-pu/cards/2026-10".to_owned(),
        );
        CardsPage::new(Shell::sample(lang), &organisation, vec![card])
    }
}

impl CardPage {
    fn new(page: Shell, card: &Card, place: String, made: &str) -> CardPage {
        let lang = page.lang;
        let month = month_in_words(lang, &card.month);
        let all = page.t("dashboards-tree-title").to_string();
        let cards = page.t("dashboards-cards-title").to_string();
        let head = ["number", "value", "period", "aim", "light", "source"]
            .map(|name| Cell::text(page.t(&format!("dashboards-cards-{name}"))))
            .to_vec();
        let numbers = Table {
            caption: page.t("dashboards-tree-numbers").to_string(),
            head,
            rows: card
                .numbers
                .iter()
                .map(|number| number_row(lang, number))
                .collect(),
        };
        let how = match card.rolling {
            Rolling::Worst => page.t("dashboards-tree-how-worst"),
            Rolling::Weighted => page.t("dashboards-tree-how-weighted"),
        };
        let said = page.t("dashboards-cards-made").arg("date", made);
        let said = format!("{how} {said}");
        let base = format!("/agencies/{}", card.organisation);
        CardPage {
            name: card.name.clone(),
            light: light(lang, card.light.map(Light::from)),
            facts: facts(lang, card, place),
            numbers,
            said,
            page: page
                .titled(&month)
                .crumb(all, "/agencies")
                .crumb(&card.name, &base)
                .crumb(cards, format!("{base}/cards"))
                .crumb(&month, "")
                .shapes(&["json"]),
        }
    }

    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> CardPage {
        let number = Number {
            indicator: "6.1.1 <x>".to_owned(),
            title: Words::default(),
            definition_version: String::new(),
            weight: 1,
            unit: Some(Unit::Percent),
            decimals: 1,
            period: "2026".to_owned(),
            value: Some(57.6),
            is_withheld: false,
            is_entered: true,
            aim: Some(100.0),
            light: Some(Lamp::Red),
        };
        let card = Card {
            organisation: "dinas-pu".to_owned(),
            name: "Dinas <PU>".to_owned(),
            month: "2026-10".to_owned(),
            place: "35.22".to_owned(),
            rolling: Rolling::Worst,
            light: Some(Lamp::Red),
            n_known: 1,
            numbers: vec![number],
            promises: Promises::default(),
            grade: Some(Mark {
                letter: "B".to_owned(),
                score: 71.5,
                of_points: 100.0,
            }),
        };
        CardPage::new(
            Shell::sample(lang),
            &card,
            "Kabupaten <Contoh>".to_owned(),
            "5 Nov 2026",
        )
    }
}
