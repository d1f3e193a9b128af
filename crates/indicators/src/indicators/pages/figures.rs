//! Tables of numbers and the charts that show the same.

use super::{
    Figures,
    words::{about, place_href, quality_tag, reading, unit, written, written_interval},
};
use crate::{
    indicators::{
        model::{
            definition::{Aim, Definition},
            observation::Observation,
        },
        passport::address,
        releases::model::NOW,
        view::{Labelled, View, dimensions_in_words},
    },
    platform::{
        app::App,
        draw::{
            self,
            bars::{Bar, Bars},
            lines::{Lines, Series},
        },
        html::{Markup, parts::Cell},
        i18n::{Lang, numbers::NO_VALUE},
    },
};

pub fn over_time(app: &App, definition: &Definition, lang: Lang, view: &View, title: &str) -> Figures {
    let caption = lang.text("indicators-over-time").to_string();
    let rows = view
        .over_time
        .iter()
        .rev()
        .map(|o| row(app, definition, lang, Cell::text(&o.period), o))
        .collect();
    let about = about("over-time", title, &caption, lang);
    let chart = if view.over_time.len() > 1 {
        draw::lines::lines(&Lines {
            about,
            unit: unit(definition),
            periods: view.over_time.iter().map(|o| o.period.clone()).collect(),
            series: vec![Series {
                name: String::new(),
                readings: view.over_time.iter().map(reading).collect(),
            }],
            target: view.aim.as_ref().map(|aim| aim.value),
        })
    } else {
        Markup::default()
    };
    Figures {
        caption,
        head: head(definition, lang, lang.text("indicators-period").to_string()),
        rows,
        chart,
    }
}

pub fn by_groups(app: &App, definition: &Definition, lang: Lang, view: &View, title: &str) -> Figures {
    let dimensions = dimensions_in_words(definition, &view.by, lang);
    let caption = lang
        .text("indicators-by-groups")
        .arg("dimensions", &dimensions)
        .arg("period", &view.period)
        .to_string();
    let rows = view
        .groups
        .iter()
        .map(|group| {
            row(
                app,
                definition,
                lang,
                Cell::text(&group.label),
                &group.observation,
            )
        })
        .collect();
    let chart = bars(
        "groups",
        definition,
        lang,
        title,
        &caption,
        &view.groups,
        view.aim.as_ref(),
    );
    Figures {
        caption,
        head: head(definition, lang, dimensions),
        rows,
        chart,
    }
}

pub fn places_below(app: &App, definition: &Definition, lang: Lang, view: &View, title: &str) -> Figures {
    let caption = lang
        .text("indicators-places-below")
        .arg("period", &view.period)
        .to_string();
    let link = |labelled: &Labelled| {
        let href = place_href(&definition.code, &labelled.observation.place, &view.by, lang);
        Cell::html(Markup(format!(
            "<a class=\"govuk-link\" href=\"{}\">{}</a>",
            Markup::escape(&href),
            Markup::escape(&labelled.label)
        )))
    };
    let rows = view
        .below
        .iter()
        .map(|labelled| row(app, definition, lang, link(labelled), &labelled.observation))
        .collect();
    // The map shows many places better than bars do.
    let chart = if view.below.len() <= MOST_BARS {
        bars(
            "below",
            definition,
            lang,
            title,
            &caption,
            &view.below,
            view.aim.as_ref(),
        )
    } else {
        Markup::default()
    };
    Figures {
        caption,
        head: head(definition, lang, lang.text("indicators-place").to_string()),
        rows,
        chart,
    }
}

/// More bars than these are not read.
const MOST_BARS: usize = 40;

fn bars(
    id: &str,
    definition: &Definition,
    lang: Lang,
    title: &str,
    caption: &str,
    groups: &[Labelled],
    aim: Option<&Aim>,
) -> Markup {
    if groups.is_empty() {
        return Markup::default();
    }
    let bar = |group: &Labelled| Bar::new(&group.label, reading(&group.observation));
    draw::bars::lying(&Bars {
        about: about(id, title, caption, lang),
        unit: unit(definition),
        bars: groups.iter().map(bar).collect(),
        target: aim.map(|aim| aim.value),
    })
}

fn head(definition: &Definition, lang: Lang, first: String) -> Vec<Cell> {
    let over = |id: &str| Cell::over_numbers(lang.text(id));
    let mut head = vec![
        Cell::text(first),
        over("indicators-value"),
        over("indicators-interval"),
    ];
    if definition.is_quotient() {
        head.extend([over("indicators-numerator"), over("indicators-denominator")]);
    }
    if definition.counting().is_some() {
        head.push(over("indicators-n"));
    }
    if definition.is_weighted() {
        head.push(over("indicators-quality-n-effective"));
        head.push(Cell::text(lang.text("indicators-quality-title")));
    }
    head
}

fn row(app: &App, definition: &Definition, lang: Lang, first: Cell, o: &Observation) -> Vec<Cell> {
    let none = || Cell::number(NO_VALUE, f64::NAN);
    let whole = |number: Option<f64>| {
        let places = usize::from(number.is_some_and(|n| (n - n.round()).abs() > 1e-6));
        number.map_or_else(none, |n| Cell::number(lang.decimal(n, places), n))
    };
    let shown = match o.as_of {
        Some(at) => lang
            .text("indicators-as-of")
            .arg("value", written(definition, lang, o))
            .arg("date", lang.short_date(app.config.zoned(at).date()))
            .to_string(),
        None => written(definition, lang, o),
    };
    let passport = Markup(format!(
        "<a class=\"govuk-link\" href=\"{}\">{}</a>",
        Markup::escape(&address(NOW, &definition.code, o)),
        Markup::escape(&shown)
    ));
    let value = Cell {
        content: passport.into(),
        ..Cell::number("", o.figures.value.unwrap_or(f64::NAN))
    };
    let interval = written_interval(definition, lang, o);
    let mut row = vec![
        first,
        value,
        if interval.is_empty() {
            none()
        } else {
            Cell::number(interval, o.figures.lower.unwrap_or(f64::NAN))
        },
    ];
    if definition.is_quotient() {
        row.extend([whole(o.figures.numerator), whole(o.figures.denominator)]);
    }
    if definition.counting().is_some() {
        row.push(
            o.figures
                .n
                .map_or_else(none, |n| Cell::number(lang.number(n), n as f64)),
        );
    }
    if definition.is_weighted() {
        let n_effective = o.figures.n_effective;
        row.push(n_effective.map_or_else(none, |n| Cell::number(lang.decimal(n, 0), n)));
        let quality = quality_tag(definition, lang, o);
        row.push(Cell::text(
            quality.map_or_else(|| NO_VALUE.to_owned(), |quality| quality.text),
        ));
    }
    row
}
