//! Numbers, lights and trends as the reader is told them.

use measures::{
    progress,
    quality::{FEWEST_ROWS, Quality},
};

use super::LightTag;
use crate::{
    indicators::{
        Trend,
        model::{
            definition::{Aim, Definition, Light, Measure, Unit},
            observation::{Observation, Status},
            quality::Judged,
        },
    },
    platform::{
        draw::{self, About, Reading},
        i18n::{Lang, numbers::NO_VALUE},
    },
};

pub fn place_href(code: &str, place: &str, by: &str, lang: Lang) -> String {
    let mut query = vec![("place", place)];
    if !by.is_empty() {
        query.push(("by", by));
    }
    if lang != Lang::default() {
        query.push(("lang", lang.code()));
    }
    format!(
        "/indicators/{code}?{}",
        serde_urlencoded::to_string(query).unwrap_or_default()
    )
}

pub fn about(id: &str, title: &str, description: &str, lang: Lang) -> About {
    About {
        id: id.to_owned(),
        title: title.to_owned(),
        description: description.to_owned(),
        lang,
    }
}

pub fn unit(definition: &Definition) -> draw::Unit {
    match definition.unit {
        Unit::Percent => draw::Unit::Percent {
            places: definition.decimals,
        },
        Unit::Number => draw::Unit::Number {
            places: definition.decimals,
        },
    }
}

pub fn reading(o: &Observation) -> Reading {
    match (o.status, o.figures.value) {
        (Status::Suppressed, _) => Reading::Suppressed,
        (Status::Normal, Some(value)) => match (o.figures.lower, o.figures.upper) {
            (Some(lower), Some(upper)) => Reading::between(value, lower, upper),
            _ => Reading::of(value),
        },
        (Status::Normal | Status::Empty, _) => Reading::Missing,
    }
}

/// Writes a value, or why there is none.
pub fn written(definition: &Definition, lang: Lang, o: &Observation) -> String {
    match (o.status, o.figures.value) {
        (Status::Suppressed, _) => lang.text("indicators-withheld").to_string(),
        (_, Some(value)) => unit(definition).write(lang, value),
        (_, None) => NO_VALUE.to_owned(),
    }
}

pub fn written_interval(definition: &Definition, lang: Lang, o: &Observation) -> String {
    match (o.figures.lower, o.figures.upper) {
        (Some(lower), Some(upper)) => format!(
            "{}–{}",
            unit(definition).write(lang, lower),
            unit(definition).write(lang, upper)
        ),
        _ => String::new(),
    }
}

pub fn light_tag(definition: &Definition, lang: Lang, o: &Observation) -> Option<LightTag> {
    let light = definition.light(o.figures.value?)?;
    let class = match light {
        Light::Green => "govuk-tag--green",
        Light::Yellow => "govuk-tag--yellow",
        Light::Red => "govuk-tag--red",
    };
    Some(LightTag {
        class,
        text: lang
            .text(format!("indicators-light-{}", light.as_str()))
            .to_string(),
    })
}

/// How far a number can be relied on, as a tag; `None` where nothing can be said.
pub fn quality_tag(definition: &Definition, lang: Lang, o: &Observation) -> Option<LightTag> {
    let judged = definition.judge(&o.figures)?;
    // Not the colours of lights: a good number is not one that is well known.
    let class = match judged.quality {
        Quality::Reliable => "govuk-tag--turquoise",
        Quality::Caution => "govuk-tag--orange",
        Quality::Unreliable => "govuk-tag--purple",
    };
    Some(LightTag {
        class,
        text: quality_word(lang, judged.quality),
    })
}

/// How far a number can be relied on, and why; empty where nothing can be said.
pub fn quality_in_words(definition: &Definition, lang: Lang, o: &Observation) -> String {
    let Some(Judged { quality, variation }) = definition.judge(&o.figures) else {
        return String::new();
    };
    let is_few = o
        .figures
        .n
        .is_some_and(|n| u64::try_from(n).is_ok_and(|n| n < FEWEST_ROWS));
    let said = match (variation, definition.measure) {
        (Some(_), _) if is_few => None,
        (Some(variation), Measure::Share) => Some(("indicators-quality-of-share", variation)),
        (Some(variation), _) => Some(("indicators-quality-of", variation)),
        (None, _) => None,
    };
    let word = quality_word(lang, quality);
    match said {
        Some((id, variation)) => lang
            .text(id)
            .arg("word", word)
            .arg("variation", lang.percent(variation * 100.0, 1))
            .to_string(),
        None => lang
            .text("indicators-quality-few")
            .arg("word", word)
            .arg("fewest", lang.number(FEWEST_ROWS))
            .to_string(),
    }
}

fn quality_word(lang: Lang, quality: Quality) -> String {
    lang.text(format!("indicators-quality-{}", quality.as_str()))
        .to_string()
}

pub fn trend_in_words(lang: Lang, trend: Trend) -> String {
    lang.text(format!("indicators-trend-{}", trend.as_str()))
        .to_string()
}

/// How fast it moves towards the aim; without one, in which direction.
pub fn progress_in_words(
    definition: &Definition,
    lang: Lang,
    aim: Option<&Aim>,
    status: progress::Status,
) -> String {
    let word = match status {
        progress::Status::Achieved => "achieved",
        progress::Status::Substantial => "substantial",
        progress::Status::Moderate => "moderate",
        progress::Status::Limited => "limited",
        progress::Status::Deterioration => "deterioration",
    };
    match aim {
        Some(aim) => lang
            .text(format!("indicators-progress-{word}"))
            .arg("aim", unit(definition).write(lang, aim.value))
            .arg("year", lang.ungrouped(i64::from(aim.year)))
            .to_string(),
        None => lang.text(format!("indicators-pace-{word}")).to_string(),
    }
}
