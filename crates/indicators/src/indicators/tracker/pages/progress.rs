//! One number for a place: from where to where it came, where it goes, how it stands beside others, whom it hides.

use measures::{
    forecast::{Expected, NoForecast, Shape},
    interval::Interval,
};

use super::{
    super::{
        model::{Beside, Course, Hidden, Outlook, Track, Verdict, years::yearly},
        view::Followed,
    },
    Part, ProgressPage, Table, of_place, sample,
    words::{about, address, in_year, link, places, score_cell, score_gauge, tag, why_not, year_in_words},
};
use crate::{
    indicators::{
        model::{
            definition::{Definition, Measure},
            observation::{Observation, Status},
        },
        pages::words::{progress_in_words, reading, unit, written, written_interval},
        passport::cell,
        view::Named,
    },
    platform::{
        draw::{
            Reading,
            bars::{Bar, Bars, key, lying},
            lines::{Lines, Series, lines},
        },
        html::{Markup, Shell, parts::Cell},
        i18n::{Lang, numbers::NO_VALUE},
    },
};

/// More bars than these are not read.
const MOST_BARS: usize = 40;

impl ProgressPage {
    pub fn new(page: Shell, followed: &Followed) -> ProgressPage {
        let lang = page.lang;
        let (track, here) = (&followed.track, &followed.here);
        let definition = &*track.definition;
        let title = definition.title.in_language(lang.code()).to_owned();
        let indicator_href = address(&format!("/indicators/{}", definition.code), here.code(), lang);
        let page = page
            .titled(of_place(&title, here))
            .described(lang.text("indicators-tracker-follow-lead"))
            .crumb(lang.text("indicators-title"), "/indicators")
            .crumb(&title, &indicator_href)
            .crumb(lang.text("indicators-tracker-progress"), "")
            .shapes(&["json"]);
        let progress = track.course.map(|course| course.progress);
        ProgressPage {
            caption: lang
                .text("indicators-tracker-indicator-n")
                .arg("indicator", &definition.code)
                .to_string(),
            action: format!("/indicators/{}/progress", definition.code),
            places: places(lang, here),
            tag: tag(lang, track.score()),
            said: match progress {
                Some(Ok(progress)) => {
                    progress_in_words(definition, lang, track.aim.as_ref(), progress.status)
                }
                Some(Err(why)) => why_not(lang, Some(why)),
                None => why_not(lang, None),
            },
            gauge: score_gauge(lang, "score", &title, track.score()),
            facts: facts(lang, track),
            forecast: forecast(lang, &title, track),
            beside: beside(lang, &title, followed),
            hidden: hidden(lang, &title, followed),
            indicator_href,
            page,
        }
    }

    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> ProgressPage {
        ProgressPage::new(Shell::sample(lang), &sample::followed(lang))
    }
}

/// What progress was measured from, to and by.
fn facts(lang: Lang, track: &Track) -> Table {
    let definition = &*track.definition;
    let caption = lang.text("indicators-tracker-facts").to_string();
    let Some(course) = track.course else {
        return Table {
            caption,
            ..Table::default()
        };
    };
    let say = |id: &str, value: Cell| vec![Cell::text(lang.text(id)), value];
    let rate = |rate: f64| Cell::number(lang.percent(rate * 100.0, 2), rate);
    let at = |value: f64, year: f64| Cell::number(in_year(lang, definition, value, year), value);
    let mut rows = vec![
        say("indicators-tracker-base", at(course.base.value, course.base.year)),
        say(
            "indicators-tracker-current",
            at(course.current.value, course.current.year),
        ),
    ];
    if let Some(aim) = &track.aim {
        rows.push(say("indicators-tracker-aim", at(aim.value, f64::from(aim.year))));
    }
    let Course { progress, .. } = course;
    if let Ok(progress) = progress {
        if let Some(actual) = progress.actual_rate {
            rows.push(say("indicators-tracker-rate", rate(actual)));
        }
        if let Some(required) = progress.required_rate {
            rows.push(say("indicators-tracker-rate-required", rate(required)));
            if let Some(pace) = progress.pace {
                rows.push(say(
                    "indicators-tracker-pace",
                    Cell::number(lang.decimal(pace, 2), pace),
                ));
            }
        }
    }
    rows.push(say("indicators-tracker-score", score_cell(lang, track.score())));
    Table {
        caption,
        head: vec![
            Cell::text(lang.text("indicators-tracker-fact")),
            Cell::over_numbers(lang.text("indicators-value")),
        ],
        rows,
    }
}

/// Where it goes if it goes on as it went.
fn forecast(lang: Lang, title: &str, track: &Track) -> Part {
    let say = |id: &str| Part {
        said: lang.text(id).to_string(),
        ..Part::default()
    };
    let outlook = match track.outlook() {
        Ok(outlook) => outlook,
        Err(NoForecast::TooFew { .. }) => return say("indicators-tracker-forecast-few"),
        Err(NoForecast::OneYear) => return say("indicators-tracker-forecast-one-year"),
        Err(NoForecast::NotFinite) => return say("indicators-tracker-why-not-finite"),
    };
    let definition = &*track.definition;
    let Some(last) = outlook.expected.last() else {
        return say("indicators-tracker-forecast-past");
    };
    let shape = match outlook.trend.shape {
        Shape::Straight => "indicators-tracker-shape-straight",
        Shape::Growth => "indicators-tracker-shape-growth",
        Shape::Share => "indicators-tracker-shape-share",
    };
    let mut said = vec![
        lang.text("indicators-tracker-forecast-said")
            .arg("value", unit(definition).write(lang, last.value))
            .arg("year", year_in_words(lang, last.year))
            .arg("likely", ends(lang, definition, last.likely))
            .arg("wide", ends(lang, definition, last.wide))
            .to_string(),
    ];
    said.extend(chance(lang, track, &outlook));
    said.push(
        lang.text(shape)
            .arg("n", lang.number(outlook.trend.n))
            .to_string(),
    );
    let caption = lang.text("indicators-tracker-forecast-table").to_string();
    Part {
        said: said.join(" "),
        table: Table {
            caption: caption.clone(),
            head: vec![
                Cell::text(lang.text("indicators-tracker-year")),
                Cell::over_numbers(lang.text("indicators-tracker-expected")),
                Cell::over_numbers(lang.text("indicators-tracker-likely")),
                Cell::over_numbers(lang.text("indicators-interval")),
            ],
            rows: outlook
                .expected
                .iter()
                .map(|expected| expected_row(lang, definition, expected, &outlook.part))
                .collect(),
        },
        key: key(&series_names(lang)),
        chart: forecast_chart(lang, title, &caption, track, &outlook),
    }
}

/// How likely the aim is to be reached, in a sentence.
fn chance(lang: Lang, track: &Track, outlook: &Outlook) -> Option<String> {
    let (chance, aim) = (outlook.chance?, track.aim.as_ref()?);
    let definition = &*track.definition;
    let id = if chance < 0.01 {
        "indicators-tracker-chance-hardly"
    } else if chance > 0.99 {
        "indicators-tracker-chance-nearly"
    } else {
        "indicators-tracker-chance"
    };
    Some(
        lang.text(id)
            .arg("aim", in_year(lang, definition, aim.value, f64::from(aim.year)))
            .arg("n", lang.decimal(chance * 100.0, 0))
            .to_string(),
    )
}

fn expected_row(lang: Lang, definition: &Definition, expected: &Expected, part: &str) -> Vec<Cell> {
    vec![
        Cell::text(format!("{}{part}", year_in_words(lang, expected.year))),
        Cell::number(unit(definition).write(lang, expected.value), expected.value),
        Cell::number(ends(lang, definition, expected.likely), expected.likely.lower),
        Cell::number(ends(lang, definition, expected.wide), expected.wide.lower),
    ]
}

fn ends(lang: Lang, definition: &Definition, interval: Interval) -> String {
    let unit = unit(definition);
    format!(
        "{}–{}",
        unit.write(lang, interval.lower),
        unit.write(lang, interval.upper)
    )
}

fn series_names(lang: Lang) -> [String; 2] {
    ["indicators-tracker-so-far", "indicators-tracker-going-on"].map(|id| lang.text(id).to_string())
}

/// The readings so far as one line, what is to be expected as another that begins where they end.
fn forecast_chart(lang: Lang, title: &str, caption: &str, track: &Track, outlook: &Outlook) -> Markup {
    let known = yearly(&track.over_time);
    let mut periods: Vec<String> = known.iter().map(|(_, o)| o.period.clone()).collect();
    let mut so_far: Vec<Reading> = known.iter().map(|(_, o)| reading(o)).collect();
    let mut going_on = vec![Reading::Missing; known.len()];
    if let (Some(from), Some((_, latest))) = (going_on.last_mut(), known.last()) {
        *from = Reading::of(latest.figures.value.unwrap_or(f64::NAN));
    }
    for expected in &outlook.expected {
        periods.push(format!("{}{}", year_in_words(lang, expected.year), outlook.part));
        so_far.push(Reading::Missing);
        going_on.push(Reading::between(
            expected.value,
            expected.wide.lower,
            expected.wide.upper,
        ));
    }
    let [first, second] = series_names(lang);
    lines(&Lines {
        about: about(lang, "forecast", title, caption),
        unit: unit(&track.definition),
        periods,
        series: vec![
            Series {
                name: first,
                readings: so_far,
            },
            Series {
                name: second,
                readings: going_on,
            },
        ],
        target: track.aim.as_ref().map(|aim| aim.value),
    })
}

/// The place beside those around it.
fn beside(lang: Lang, title: &str, followed: &Followed) -> Part {
    let definition = &*followed.track.definition;
    let here = &followed.here;
    let say = |id: &str| Part {
        said: lang.text(id).to_string(),
        ..Part::default()
    };
    let shown = followed.track.latest().filter(|o| o.status == Status::Normal);
    let Some(latest) = shown.filter(|_| !followed.above.is_empty()) else {
        return say("indicators-tracker-beside-none");
    };
    let caption = lang
        .text("indicators-tracker-beside-table")
        .arg("period", &latest.period)
        .to_string();
    let mut rows = vec![beside_row(
        lang,
        definition,
        Cell::text(here.name()),
        latest,
        None,
    )];
    let mut bars = vec![Bar::new(here.name(), reading(latest))];
    for (place, number, difference) in &followed.above {
        let name = place_link(lang, definition, place);
        rows.push(beside_row(lang, definition, name, number, *difference));
        bars.push(Bar::new(&place.name, reading(number)));
    }
    let is_sum = definition.measure == Measure::Total;
    Part {
        chart: if is_sum {
            Markup::default()
        } else {
            lying(&Bars {
                about: about(lang, "beside", title, &caption),
                unit: unit(definition),
                bars,
                target: None,
            })
        },
        table: Table {
            caption,
            head: vec![
                Cell::text(lang.text("indicators-place")),
                Cell::over_numbers(lang.text("indicators-value")),
                Cell::over_numbers(lang.text("indicators-interval")),
                Cell::over_numbers(lang.text("indicators-tracker-difference")),
                Cell::text(lang.text("indicators-tracker-verdict")),
            ],
            rows,
        },
        ..say(if is_sum {
            "indicators-tracker-beside-sum"
        } else {
            "indicators-tracker-beside-said"
        })
    }
}

fn beside_row(
    lang: Lang,
    definition: &Definition,
    first: Cell,
    o: &Observation,
    difference: Option<Beside>,
) -> Vec<Cell> {
    let none = || Cell::number(NO_VALUE, f64::NAN);
    let interval = written_interval(definition, lang, o);
    vec![
        first,
        cell(&definition.code, o, &written(definition, lang, o)),
        if interval.is_empty() {
            none()
        } else {
            Cell::number(interval, o.figures.lower.unwrap_or(f64::NAN))
        },
        difference.map_or_else(none, |beside| {
            Cell::number(ends(lang, definition, beside.difference), beside.difference.lower)
        }),
        Cell::text(difference.map_or_else(
            || NO_VALUE.to_owned(),
            |beside| verdict_in_words(lang, beside.verdict),
        )),
    ]
}

fn verdict_in_words(lang: Lang, verdict: Verdict) -> String {
    lang.text(format!("indicators-tracker-verdict-{}", verdict.as_str()))
        .to_string()
}

/// The places that the number hides.
fn hidden(lang: Lang, title: &str, followed: &Followed) -> Part {
    let definition = &*followed.track.definition;
    let Some(found) = &followed.hidden else {
        return Part {
            said: lang.text("indicators-tracker-hidden-not-good").to_string(),
            ..Part::default()
        };
    };
    if found.is_empty() {
        return Part {
            said: lang.text("indicators-tracker-hidden-none").to_string(),
            ..Part::default()
        };
    }
    let counted = definition.counted.in_language(lang.code());
    let caption = lang.text("indicators-tracker-hidden-table").to_string();
    let bars = found
        .iter()
        .take(MOST_BARS)
        .map(|(place, hidden)| Bar::new(&place.name, reading(&hidden.observation)))
        .collect();
    let mark = followed.track.latest().and_then(|o| o.figures.value);
    Part {
        said: lang
            .text("indicators-tracker-hidden-said")
            .arg("place", followed.here.name())
            .to_string(),
        table: Table {
            head: vec![
                Cell::text(lang.text("indicators-place")),
                Cell::over_numbers(lang.text("indicators-value")),
                Cell::over_numbers(lang.text("indicators-interval")),
                Cell::over_numbers(lang.text("indicators-tracker-gap")),
                Cell::over_numbers(lang.text("indicators-tracker-missed").arg("counted", counted)),
            ],
            rows: found
                .iter()
                .map(|(place, hidden)| hidden_row(lang, definition, place, hidden))
                .collect(),
            caption: caption.clone(),
        },
        key: Markup::default(),
        chart: lying(&Bars {
            about: about(lang, "hidden", title, &caption),
            unit: unit(definition),
            bars,
            target: mark,
        }),
    }
}

fn hidden_row(lang: Lang, definition: &Definition, place: &Named, hidden: &Hidden) -> Vec<Cell> {
    let o = &hidden.observation;
    vec![
        place_link(lang, definition, place),
        cell(&definition.code, o, &written(definition, lang, o)),
        Cell::number(
            written_interval(definition, lang, o),
            o.figures.lower.unwrap_or(f64::NAN),
        ),
        Cell::number(unit(definition).write(lang, hidden.gap), hidden.gap),
        hidden.missed.map_or_else(
            || Cell::number(NO_VALUE, f64::NAN),
            |missed| Cell::number(lang.decimal(missed, 0), missed),
        ),
    ]
}

fn place_link(lang: Lang, definition: &Definition, place: &Named) -> Cell {
    let path = format!("/indicators/{}/progress", definition.code);
    Cell::html(link(&address(&path, &place.code, lang), &place.name))
}
