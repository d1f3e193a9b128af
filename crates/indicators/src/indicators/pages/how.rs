//! How a number is made, point by point.

use super::{
    formula,
    words::{quality_in_words, unit},
};
use crate::{
    indicators::{
        Indicator,
        formulas::Part,
        model::{
            definition::{
                Aim, Definition, Measure, Words as Translated,
                standard::{Signature, Standard},
            },
            observation::{Observation, Status},
        },
        tracker::model::framework::framework as known_indicators,
        view::View,
    },
    places::model::Places,
    platform::{
        app::App,
        draw,
        html::{
            Markup,
            parts::{SummaryRow, Words},
        },
        i18n::Lang,
    },
};

/// The number that is explained.
#[derive(Debug, Clone, Copy)]
pub struct Explained<'a> {
    /// `None` while there is none.
    pub number: Option<&'a Observation>,
    pub period: &'a str,
    /// What its place is to reach last.
    pub aim: Option<&'a Aim>,
}

impl<'a> Explained<'a> {
    /// Everybody together at the place of a view.
    pub fn of(view: &'a View) -> Explained<'a> {
        Explained {
            number: view.headline(),
            period: &view.period,
            aim: view.aim.as_ref(),
        }
    }
}

/// How a number is made, point by point. A formula's number is made of `parts`.
pub fn how(
    app: &App,
    lang: Lang,
    indicator: &Indicator,
    explained: Explained<'_>,
    parts: &[Part],
    all: &Places,
) -> Vec<SummaryRow> {
    let definition = &*indicator.definition;
    let Explained {
        number: headline,
        period,
        aim,
    } = explained;
    let t = |id: &str| lang.text(id).to_string();
    let words = |words: &Translated| words.in_language(lang.code()).to_owned();
    let mut rows = Vec::new();
    let mut say = |key: &str, value: Words| {
        if !value.is_empty() {
            rows.push(SummaryRow::new(t(key), value));
        }
    };
    let standing = headline.map_or(definition.standing, |o| o.standing);
    say(
        "indicators-how-standing",
        t(&format!("indicators-standing-{}", standing.as_str())).into(),
    );
    if let Some(scope) = definition.scope {
        let mut sentence = t(&format!("indicators-scope-{}", scope.as_str()));
        let reason = words(&definition.scope_reason);
        if !reason.is_empty() {
            sentence = format!("{sentence} {reason}");
        }
        say("indicators-how-scope", sentence.into());
    }
    say("indicators-how-framework", framework(lang, definition).into());
    say("indicators-how-counted", words(&definition.counted).into());
    if let Some(standard) = &definition.standard {
        say("indicators-services-standard", words(&standard.text).into());
        say(
            "indicators-services-signed",
            signed(lang, standard).join("; ").into(),
        );
    }
    let made = match definition.formula() {
        Some(of) => formula::rows(lang, definition, of, parts, all, headline),
        None => counted(lang, definition, headline),
    };
    if let Some(imported) = definition.imported() {
        say("indicators-outside-source", words(&imported.source).into());
        say(
            "indicators-outside-file",
            imported.file.clone().unwrap_or_default().into(),
        );
        say("indicators-outside-unit", imported.unit.clone().into());
        say("indicators-outside-of", imported.of.join("; ").into());
    }
    for (key, value) in made {
        say(key, value);
    }
    let aims: Vec<String> = aims(definition, aim)
        .map(|aim| aim_in_words(lang, definition, aim))
        .collect();
    say("indicators-how-aims", aims.join("; ").into());
    if let Some(baseline) = definition.baseline {
        let sentence = lang
            .text("indicators-how-aim")
            .arg("value", unit(definition).write(lang, baseline.value))
            .arg("year", lang.ungrouped(i64::from(baseline.year)));
        say("indicators-how-baseline", sentence.to_string().into());
    }
    if let Some(run) = &indicator.run {
        let tables: Vec<String> = run
            .tables
            .iter()
            .map(|(table, version)| {
                lang.text("indicators-how-table")
                    .arg("table", table)
                    .arg("version", version)
                    .to_string()
            })
            .collect();
        say("indicators-how-source", tables.join("; ").into());
        if let Some((_, proof)) = run.facts.proofs.iter().find(|(of, _)| of == period) {
            let verdict = if proof.verified {
                "indicators-how-suppression"
            } else {
                "indicators-how-suppression-all"
            };
            let sentence = lang
                .text(verdict)
                .arg("least", lang.number(proof.least))
                .arg("primary", lang.number(proof.n_primary))
                .arg("complementary", lang.number(proof.n_complementary))
                .arg("cells", lang.number(proof.n_cells))
                .arg("relations", lang.number(proof.n_relations));
            say("indicators-how-withheld", sentence.to_string().into());
        }
        if let Some((_, n)) = run.facts.n_held.iter().find(|(of, _)| of == period) {
            let sentence = lang
                .text("indicators-how-hold-back")
                .arg("hold", lang.number(definition.hold))
                .arg("n", lang.number(*n));
            say("indicators-how-hold", sentence.to_string().into());
        }
        if run.facts.n_unplaced > 0 {
            say(
                "indicators-how-unplaced",
                lang.number(run.facts.n_unplaced).into(),
            );
        }
        say(
            "indicators-how-computed",
            lang.date_time(app.config.zoned(run.computed_at).datetime())
                .into(),
        );
        let href = format!(
            "/indicators/{}.toml?version={}",
            definition.code, run.definition_version
        );
        let link = Markup(format!(
            "<a class=\"govuk-link\" href=\"{}\"><code>{}</code></a>",
            Markup::escape(&href),
            Markup::escape(&run.definition_version)
        ));
        say("indicators-how-version", link.into());
    }
    say("indicators-how-method", words(&definition.method).into());
    if let Some(custodian) = &definition.custodian {
        say("indicators-how-custodian", words(custodian).into());
    }
    rows
}

/// Who signed a promise, when and on which paper; whether citizens are among them.
fn signed(lang: Lang, standard: &Standard) -> Vec<String> {
    let one = |signature: &Signature| {
        lang.text(format!("indicators-services-signed-{}", signature.side.as_str()))
            .arg("who", &signature.who)
            .arg(
                "date",
                signature
                    .day()
                    .map_or_else(|| signature.on.clone(), |day| lang.date(day)),
            )
            .arg("paper", &signature.paper)
            .to_string()
    };
    let mut said: Vec<String> = standard.signed.iter().map(one).collect();
    if !standard.is_cosigned() {
        said.push(lang.text("indicators-services-not-cosigned").to_string());
    }
    said
}

/// How rows are counted: nothing of a formula.
fn counted(
    lang: Lang,
    definition: &Definition,
    headline: Option<&Observation>,
) -> Vec<(&'static str, Words)> {
    let Some(counting) = definition.counting() else {
        return Vec::new();
    };
    let t = |id: &str| lang.text(id).to_string();
    let titled = |expression: &Option<String>, title: &Translated| {
        sql(expression.as_deref(), title.in_language(lang.code()))
    };
    let formula = match definition.measure {
        Measure::Share => "indicators-how-formula-share",
        Measure::Ratio => "indicators-how-formula-ratio",
        Measure::Mean => "indicators-how-formula-mean",
        Measure::Total | Measure::Formula | Measure::Given => "indicators-how-formula-total",
    };
    let formula = lang
        .text(formula)
        .arg("factor", lang.decimal(definition.factor, 0));
    let weight = match &counting.weight {
        Some(weight) => sql(Some(weight), ""),
        None => t("indicators-how-weight-none").into(),
    };
    let interval = match (&counting.design, &counting.replicates, definition.measure) {
        (Some(_), _, _) => t("indicators-how-interval-design"),
        (None, Some(replicates), _) => lang
            .text("indicators-quality-replicates")
            .arg("n", lang.number(replicates.weights.len()))
            .arg("method", replicates.method.name())
            .to_string(),
        (None, None, Measure::Share) => t("indicators-how-interval-wilson"),
        (None, None, Measure::Total) => t("indicators-how-interval-none"),
        (None, None, _) => t("indicators-how-interval-student"),
    };
    let mut rows = vec![
        ("indicators-how-universe", sql(counting.universe.as_deref(), "")),
        (
            "indicators-how-numerator",
            titled(&counting.numerator, &counting.numerator_title),
        ),
        (
            "indicators-how-denominator",
            titled(&counting.denominator, &counting.denominator_title),
        ),
        ("indicators-how-formula", formula.to_string().into()),
        ("indicators-how-weight", weight),
        ("indicators-how-interval", interval.into()),
    ];
    if let Some(headline) = headline.filter(|o| o.status == Status::Normal) {
        let count = |n: Option<i64>| lang.number(n.unwrap_or(0));
        let counted = lang
            .text("indicators-how-rows-counted")
            .arg("n", count(headline.figures.n))
            .arg("missing", count(headline.figures.n_missing));
        rows.push(("indicators-how-rows", counted.to_string().into()));
        let error = sampling_error(lang, definition, headline);
        rows.push(("indicators-how-error", error.into()));
        let quality = quality_in_words(definition, lang, headline);
        rows.push(("indicators-quality-title", quality.into()));
    }
    rows
}

/// Where it stands in the framework: the indicator it is a series of, the code of the series, the tier.
fn framework(lang: Lang, definition: &Definition) -> String {
    let mut parts = Vec::new();
    // Others count under codes of their own, of which the framework knows nothing.
    let is_known = known_indicators().indicator(&definition.indicator).is_some();
    if is_known && definition.indicator != definition.code {
        parts.push(
            lang.text("indicators-how-series-of")
                .arg("indicator", &definition.indicator)
                .to_string(),
        );
    }
    if let Some(series) = &definition.series {
        parts.push(
            lang.text("indicators-how-series")
                .arg("series", series)
                .to_string(),
        );
    }
    if let Some(tier) = definition.tier {
        parts.push(
            lang.text("indicators-how-tier")
                .arg("tier", lang.number(tier))
                .to_string(),
        );
    }
    parts.join("; ")
}

/// The standard error, and how many rows of a simple random sample would tell as much; empty for a count of all.
fn sampling_error(lang: Lang, definition: &Definition, o: &Observation) -> String {
    let (Some(error), Some(n)) = (o.figures.standard_error, o.figures.n_effective) else {
        return String::new();
    };
    lang.text("indicators-how-error-of")
        .arg("error", written_error(lang, definition, error))
        .arg("n", lang.decimal(n, 0))
        .to_string()
}

/// Writes a standard error with one digit more than the value has: it is small beside it.
pub fn written_error(lang: Lang, definition: &Definition, error: f64) -> String {
    let finer = match unit(definition) {
        draw::Unit::Percent { places } => draw::Unit::Percent { places: places + 1 },
        draw::Unit::Number { places } => draw::Unit::Number { places: places + 1 },
    };
    finer.write(lang, error)
}

/// What the place and those around it aim at, the earliest first; what all aim at only where none of them set something of its own.
fn aims<'a>(definition: &'a Definition, aim: Option<&'a Aim>) -> impl Iterator<Item = &'a Aim> {
    let place = aim.and_then(|aim| aim.place.as_deref());
    definition
        .aims
        .iter()
        .filter(move |aim| aim.place.as_deref() == place)
}

fn aim_in_words(lang: Lang, definition: &Definition, aim: &Aim) -> String {
    let sentence = lang
        .text("indicators-how-aim")
        .arg("value", unit(definition).write(lang, aim.value))
        .arg("year", lang.ungrouped(i64::from(aim.year)))
        .to_string();
    match aim.source.in_language(lang.code()) {
        "" => sentence,
        source => format!("{sentence} ({source})"),
    }
}

/// A title in words and the SQL that says it exactly.
fn sql(expression: Option<&str>, title: &str) -> Words {
    match expression {
        None => title.to_owned().into(),
        Some(expression) => {
            let code = format!("<code class=\"bz-code\">{}</code>", Markup::escape(expression));
            Markup(if title.is_empty() {
                code
            } else {
                format!("{}<br>{code}", Markup::escape(title))
            })
            .into()
        }
    }
}
