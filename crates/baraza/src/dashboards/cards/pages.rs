//! Report cards for everybody: the months of an organisation, and one card.

use askama::Template;
use axum::{
    Json,
    extract::{Path, State},
    http::{Uri, header},
    response::{IntoResponse, Response},
};
use jiff::civil::Date;
use serde_json::json;

use super::{Card, Lamp, Mark, Number, Promises, find, months, print};
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
        typeset,
    },
};

/// The months of which an organisation has cards.
#[derive(Template)]
#[template(path = "dashboards/cards/all.html")]
pub struct CardsPage {
    page: Shell,
    /// Months and addresses of the pages.
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
    let (month, face) = match period.rsplit_once('.') {
        Some((month, face @ ("json" | "pdf"))) => (month, face),
        _ => (period.as_str(), "html"),
    };
    let (card, frozen_at) = find(&app, &agency, month).await?;
    if face == "json" {
        return Ok(Json(json!({ "made_at": frozen_at.to_string(), "card": card })).into_response());
    }
    let places = places::all(&app).await?;
    let place = places.find(&card.place).map_or_else(
        || card.place.clone(),
        |place| place.name_in(op.lang.code()).to_owned(),
    );
    let made = op.lang.date(app.config.day(frozen_at));
    if face == "pdf" {
        let document = print::document(op.lang, &card, (place.as_str(), made.as_str()), frozen_at);
        let name = format!("inline; filename=\"card-{agency}-{month}-{}.pdf\"", op.lang);
        let headers = [
            (header::CONTENT_TYPE, "application/pdf".to_owned()),
            (header::CONTENT_DISPOSITION, name),
        ];
        return Ok((headers, typeset::public_pdf(&app, &op, &document).await?).into_response());
    }
    render(&CardPage::new(shell(&app, &op, &uri), &card, &place, &made))
}

/// Writes a month such as `2026-10`.
pub(in crate::dashboards) fn month_in_words(lang: Lang, month: &str) -> String {
    match format!("{month}-01").parse::<Date>() {
        Ok(first) => lang.month(first),
        Err(_) => month.to_owned(),
    }
}

/// How the light of the whole comes about, and when the card was made.
pub(super) fn how_made(lang: Lang, card: &Card, made: &str) -> String {
    let how = match card.rolling {
        Rolling::Worst => lang.text("dashboards-tree-how-worst"),
        Rolling::Weighted => lang.text("dashboards-tree-how-weighted"),
    };
    let made = lang.text("dashboards-cards-made").arg("date", made);
    format!("{how} {made}")
}

pub(super) fn title(lang: Lang, number: &Number) -> String {
    let title = format!("{} {}", number.indicator, number.title.in_language(lang.code()));
    title.trim_end().to_owned()
}

pub(super) fn value(lang: Lang, number: &Number) -> String {
    match number.is_withheld {
        true => lang.text("indicators-withheld").to_string(),
        false => written(lang, number, number.value),
    }
}

pub(super) fn source(lang: Lang, number: &Number) -> String {
    match number.is_entered {
        true => lang.text("dashboards-cards-entered").to_string(),
        false => lang.text("dashboards-cards-counted").to_string(),
    }
}

/// A value of a number in its unit.
pub(super) fn written(lang: Lang, number: &Number, value: Option<f64>) -> String {
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
    vec![
        Cell::text(title(lang, number)),
        Cell::text(value(lang, number)),
        Cell::text(&number.period),
        Cell::text(written(lang, number, number.aim)),
        Cell::html(light(lang, number.light.map(Light::from))),
        Cell::text(source(lang, number)),
    ]
}

/// What the card says besides its numbers: names and values.
pub(super) fn facts(lang: Lang, card: &Card, place: &str) -> Vec<(String, String)> {
    let row = |id: &'static str, value: String| (lang.text(id).to_string(), value);
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
        row("dashboards-tree-place", place.to_owned()),
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
    fn new(page: Shell, card: &Card, place: &str, made: &str) -> CardPage {
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
        let facts = facts(lang, card, place)
            .into_iter()
            .map(|(name, value)| SummaryRow::new(name, value))
            .collect();
        let base = format!("/agencies/{}", card.organisation);
        CardPage {
            name: card.name.clone(),
            light: light(lang, card.light.map(Light::from)),
            facts,
            numbers,
            said: how_made(lang, card, made),
            page: page
                .titled(&month)
                .crumb(all, "/agencies")
                .crumb(&card.name, &base)
                .crumb(cards, format!("{base}/cards"))
                .crumb(&month, "")
                .shapes(&["pdf", "json"]),
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
        CardPage::new(Shell::sample(lang), &card, "Kabupaten <Contoh>", "5 Nov 2026")
    }
}
