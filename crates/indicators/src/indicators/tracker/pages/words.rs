//! Scores, links and places as the reader is told them.

use measures::progress::{NoProgress, Status as Told};

use super::super::{model::Score, view::Here};
use crate::{
    indicators::{model::definition::Definition, pages::words::unit},
    platform::{
        draw::{
            About,
            gauge::{self, Gauge},
        },
        html::{
            Markup,
            parts::{Cell, Choice},
        },
        i18n::{Lang, numbers::NO_VALUE},
    },
};

/// Where one word of progress gives way to the next, from end to end.
const STEPS: [f64; 5] = [-5.0, -2.5, 0.0, 2.5, 5.0];

pub fn status_word(status: Told) -> &'static str {
    match status {
        Told::Achieved => "achieved",
        Told::Substantial => "substantial",
        Told::Moderate => "moderate",
        Told::Limited => "limited",
        Told::Deterioration => "deterioration",
    }
}

/// The word for progress as a tag: never by colour alone.
pub fn tag(lang: Lang, score: Option<Score>) -> Markup {
    let class = match score.map(|score| score.status) {
        Some(Told::Achieved) => "govuk-tag--green",
        Some(Told::Substantial) => "govuk-tag--blue",
        Some(Told::Moderate) => "govuk-tag--yellow",
        Some(Told::Limited) => "govuk-tag--orange",
        Some(Told::Deterioration) => "govuk-tag--red",
        None => "govuk-tag--grey",
    };
    let word = score.map_or("none", |score| status_word(score.status));
    let text = lang.text(format!("indicators-tracker-status-{word}")).to_string();
    Markup(format!(
        "<strong class=\"govuk-tag {class}\">{}</strong>",
        Markup::escape(&text)
    ))
}

pub fn score_cell(lang: Lang, score: Option<Score>) -> Cell {
    score.map_or_else(
        || Cell::number(NO_VALUE, f64::NAN),
        |score| Cell::number(lang.decimal(score.score, 1), score.score),
    )
}

/// A score on its scale; empty where there is none.
pub fn score_gauge(lang: Lang, id: &str, title: &str, score: Option<Score>) -> Markup {
    score.map_or_else(Markup::default, |score| {
        let description = lang.text("indicators-tracker-gauge-described").to_string();
        gauge::gauge(&Gauge {
            about: about(lang, id, title, &description),
            steps: STEPS.to_vec(),
            value: score.score,
        })
    })
}

/// How many indicators tell, and what their mean is.
pub fn coverage(lang: Lang, (told, all): (usize, usize), score: Option<Score>) -> String {
    match score {
        Some(score) => lang
            .text("indicators-tracker-coverage")
            .arg("told", lang.number(told))
            .arg("all", lang.number(all))
            .arg("score", lang.decimal(score.score, 1))
            .to_string(),
        None => lang
            .text("indicators-tracker-coverage-none")
            .arg("all", lang.number(all))
            .to_string(),
    }
}

pub fn n_of(lang: Lang, (told, all): (usize, usize)) -> String {
    lang.text("indicators-tracker-n-of")
        .arg("told", lang.number(told))
        .arg("all", lang.number(all))
        .to_string()
}

/// Why progress cannot be told.
pub fn why_not(lang: Lang, why: Option<NoProgress>) -> String {
    let id = match why {
        None => "indicators-tracker-why-nothing",
        Some(NoProgress::TooClose) => "indicators-tracker-why-too-close",
        Some(NoProgress::SignChange) => "indicators-tracker-why-sign-change",
        Some(NoProgress::TargetInThePast) => "indicators-tracker-why-target-past",
        Some(NoProgress::NotFinite) => "indicators-tracker-why-not-finite",
    };
    lang.text(id).to_string()
}

/// A value in a year: `40.0% in 2030`.
pub fn in_year(lang: Lang, definition: &Definition, value: f64, year: f64) -> String {
    lang.text("indicators-tracker-in-year")
        .arg("value", unit(definition).write(lang, value))
        .arg("year", year_in_words(lang, year))
        .to_string()
}

pub fn year_in_words(lang: Lang, year: f64) -> String {
    lang.ungrouped(year as i64)
}

pub fn about(lang: Lang, id: &str, title: &str, description: &str) -> About {
    About {
        id: id.to_owned(),
        title: title.to_owned(),
        description: description.to_owned(),
        lang,
    }
}

pub fn link(href: &str, text: &str) -> Markup {
    Markup(format!(
        "<a class=\"govuk-link\" href=\"{}\">{}</a>",
        Markup::escape(href),
        Markup::escape(text)
    ))
}

/// An address about a place, in the language that is read.
pub fn address(path: &str, place: &str, lang: Lang) -> String {
    let mut query = Vec::new();
    if !place.is_empty() {
        query.push(("place", place));
    }
    if lang != Lang::default() {
        query.push(("lang", lang.code()));
    }
    if query.is_empty() {
        return path.to_owned();
    }
    format!(
        "{path}?{}",
        serde_urlencoded::to_string(query).unwrap_or_default()
    )
}

/// The places to choose from: those around, from the top down, the place itself, and those in it.
pub fn places(lang: Lang, here: &Here) -> Vec<Choice> {
    let mut choices = Vec::new();
    if here.place.is_none() {
        choices.push(Choice::new("", lang.text("indicators-tracker-place-none")));
    }
    let all = here.above.iter().rev().chain(&here.place).chain(&here.below);
    choices.extend(all.map(|named| Choice::new(&named.code, &named.name).chosen_if(here.code())));
    choices
}
