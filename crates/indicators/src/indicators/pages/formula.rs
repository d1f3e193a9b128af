//! A formula in words, and what its number was made of.

use measures::formula::{Function, Missing, Wording};

use super::{
    how::written_error,
    words::{written, written_interval},
};
use crate::{
    indicators::{
        formulas::Part,
        model::{
            definition::{
                Definition,
                formula::{At, Formula},
            },
            observation::{Observation, Status},
        },
        passport::address,
        releases::model::NOW,
    },
    places::model::Places,
    platform::{
        html::{Markup, parts::Words},
        i18n::Lang,
    },
};

/// What is said of how a formula's number is made: id of the title, and the words.
pub fn rows(
    lang: Lang,
    definition: &Definition,
    formula: &Formula,
    parts: &[Part],
    all: &Places,
    headline: Option<&Observation>,
) -> Vec<(&'static str, Words)> {
    let t = |id: &str| lang.text(id).to_string();
    let interval = if headline.is_some_and(|o| o.figures.standard_error.is_some()) {
        "indicators-formulas-interval"
    } else {
        "indicators-formulas-interval-none"
    };
    let error = headline
        .and_then(|o| o.figures.standard_error)
        .map(|error| {
            lang.text("indicators-formulas-error")
                .arg("error", written_error(lang, definition, error))
                .to_string()
        })
        .unwrap_or_default();
    vec![
        ("indicators-how-formula", in_words(lang, formula, parts)),
        ("indicators-formulas-parts", made_of(lang, all, parts)),
        (
            "indicators-formulas-none",
            why_none(lang, formula, parts, headline).into(),
        ),
        ("indicators-formulas-rules", rules(lang, formula).into()),
        ("indicators-how-interval", t(interval).into()),
        ("indicators-how-error", error.into()),
        (
            "indicators-how-withheld",
            t("indicators-formulas-withheld").into(),
        ),
    ]
}

/// The formula with titles in place of names, and as it was written.
fn in_words(lang: Lang, formula: &Formula, parts: &[Part]) -> Words {
    let name = |name: &str| {
        let part = parts.iter().find(|part| part.input.name == name);
        part.map_or_else(
            || name.to_owned(),
            |part| {
                lang.text("indicators-formulas-name")
                    .arg("title", titled(lang, part))
                    .to_string()
            },
        )
    };
    let function = |function: Function| {
        lang.text(format!("indicators-formulas-function-{}", function.name()))
            .to_string()
    };
    let number = |number: f64| plain(lang, number);
    let choice = |condition: &str, then: &str, otherwise: &str| {
        lang.text("indicators-formulas-choice")
            .arg("condition", condition)
            .arg("then", then)
            .arg("otherwise", otherwise)
            .to_string()
    };
    let words = formula.expression.write(&Wording {
        name: &name,
        function: &function,
        number: &number,
        choice: &choice,
    });
    Markup(format!(
        "{}<br><code class=\"bz-code\">{}</code>",
        Markup::escape(&words),
        Markup::escape(formula.expression.text())
    ))
    .into()
}

/// Each part with what the formula calls it, a link to it, and its number.
fn made_of(lang: Lang, all: &Places, parts: &[Part]) -> Words {
    if parts.is_empty() {
        return Words::default();
    }
    let items: String = parts
        .iter()
        .map(|part| {
            format!(
                "<li><code>{}</code> <a class=\"govuk-link\" href=\"{}\">{}</a>: {}</li>",
                Markup::escape(&part.input.name),
                Markup::escape(&href(part)),
                Markup::escape(&said(lang, all, part)),
                Markup::escape(&number(lang, part))
            )
        })
        .collect();
    Markup(format!("<ul class=\"govuk-list\">{items}</ul>")).into()
}

/// The title of a part and of whom it is: "Young people not at work or school (Female; 1 period earlier)".
fn titled(lang: Lang, part: &Part) -> String {
    let title = part.definition.title.in_language(lang.code());
    let mut of = groups(lang, part);
    if part.input.lag > 0 {
        let lag = lang.text("indicators-formulas-lag").n("n", part.input.lag);
        of.push(lag.to_string());
    }
    if part.input.at == At::Parent {
        of.push(lang.text("indicators-formulas-parent").to_string());
    }
    with_whom(title, &of)
}

/// The same with the very place and period that were read.
fn said(lang: Lang, all: &Places, part: &Part) -> String {
    let title = part.definition.title.in_language(lang.code());
    let mut of = groups(lang, part);
    if part.input.at == At::Parent {
        let place = part.place.as_deref().and_then(|code| all.find(code));
        of.extend(place.map(|place| place.name_in(lang.code()).to_owned()));
    }
    if part.input.lag > 0 {
        of.extend(part.period.clone());
    }
    with_whom(title, &of)
}

fn with_whom(title: &str, of: &[String]) -> String {
    if of.is_empty() {
        title.to_owned()
    } else {
        format!("{title} ({})", of.join("; "))
    }
}

/// The groups that a part is picked for, in words.
fn groups(lang: Lang, part: &Part) -> Vec<String> {
    let word = |(dimension, code): (&String, &String)| {
        part.definition
            .dimension(dimension)
            .and_then(|dimension| dimension.codes.iter().find(|known| known.code == *code))
            .map_or_else(
                || lang.text("indicators-code-unknown").to_string(),
                |known| known.title.in_language(lang.code()).to_owned(),
            )
    };
    part.input.picked.iter().map(word).collect()
}

/// The passport of the very number that was read; the indicator where there is none.
fn href(part: &Part) -> String {
    match &part.observation {
        Some(observation) => {
            let release = part.release.as_deref().unwrap_or(NOW);
            address(release, &part.definition.code, observation)
        }
        None => format!("/indicators/{}", part.definition.code),
    }
}

/// The number of a part with its interval, or why there is none.
fn number(lang: Lang, part: &Part) -> String {
    let Some(observation) = &part.observation else {
        return lang.text("indicators-formulas-part-none").to_string();
    };
    let value = written(&part.definition, lang, observation);
    match written_interval(&part.definition, lang, observation).as_str() {
        "" => value,
        interval => format!("{value} ({interval})"),
    }
}

/// Why the formula has no number although its parts are there; empty where it has one.
fn why_none(lang: Lang, formula: &Formula, parts: &[Part], headline: Option<&Observation>) -> String {
    if headline.is_none_or(|o| o.status != Status::Empty) || parts.len() != formula.inputs.len() {
        return String::new();
    }
    let values: Vec<Option<f64>> = parts
        .iter()
        .map(|part| part.observation.as_ref().and_then(|o| o.figures.value))
        .collect();
    match formula.expression.evaluate(&values, formula.rules) {
        Ok(_) => String::new(),
        Err(why) => lang
            .text(format!("indicators-formulas-why-{}", why.as_str()))
            .to_string(),
    }
}

fn rules(lang: Lang, formula: &Formula) -> String {
    let missing = match formula.rules.missing {
        Missing::Spreads => "indicators-formulas-missing-spreads",
        Missing::Skipped => "indicators-formulas-missing-skipped",
    };
    let missing = lang.text(missing).to_string();
    match formula.rules.floor {
        Some(floor) => {
            let floor = lang
                .text("indicators-formulas-floor")
                .arg("floor", plain(lang, floor));
            format!("{missing} {floor}")
        }
        None => missing,
    }
}

/// A number with as many decimals as it was written with, six at most.
fn plain(lang: Lang, number: f64) -> String {
    let written = number.to_string();
    let decimals = written.split_once('.').map_or(0, |(_, decimals)| decimals.len());
    lang.decimal(number, decimals.min(6))
}
