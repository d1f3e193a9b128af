//! Lines over periods, with gaps where nothing is known, and small ones that stand beside a number.

use super::bars::{LEFT, horizontal_grid, mark_name, scale_of};
use super::{About, Reading, Short, Svg, Unit};
use crate::platform::html::Markup;

/// Lines over the same periods.
#[derive(Clone, Debug)]
pub struct Lines {
    pub about: About,
    pub unit: Unit,
    /// Already written for the reader, in order.
    pub periods: Vec<String>,
    pub series: Vec<Series>,
    pub target: Option<f64>,
}

#[derive(Clone, Debug)]
pub struct Series {
    /// Empty when there is only one.
    pub name: String,
    /// One for each period.
    pub readings: Vec<Reading>,
}

const TOP: f64 = 26.0;
const HEIGHT: f64 = 200.0;
/// The most periods named along the bottom: more would touch on a phone.
const MOST_NAMED: usize = 5;

/// Draws lines over periods, with a band for their 95 % intervals.
pub fn lines(chart: &Lines) -> Markup {
    let scale = scale_of(
        chart.unit,
        chart
            .series
            .iter()
            .flat_map(|series| series.readings.iter().copied()),
        chart.target,
    );
    let lang = chart.about.lang;
    let last = chart.periods.len().saturating_sub(1);
    let x_of = |i: usize| {
        if last == 0 {
            54.0
        } else {
            LEFT + 3.0 + (100.0 - LEFT - 6.0) * i as f64 / last as f64
        }
    };
    let y_of = |number: f64| TOP + HEIGHT * (1.0 - scale.at(number));

    let mut svg = Svg::chart(&chart.about, 256);
    horizontal_grid(&mut svg, chart.unit, lang, scale, TOP, HEIGHT);
    if let Some(target) = chart.target {
        let y = Short(y_of(target));
        svg.put(format_args!(
            r#"<line class="bz-chart__target" x1="{LEFT}%" x2="100%" y1="{y}" y2="{y}"/>"#
        ));
    }
    // Paths know no percentages: they stand in a drawing that is stretched to the width, with lines that are not.
    svg.put(format_args!(r#"<svg width="100%" height="256" viewBox="0 0 100 256" preserveAspectRatio="none" aria-hidden="true">"#));
    for (number, series) in chart.series.iter().enumerate() {
        for run in runs(&series.readings) {
            let class = number + 1;
            if let Some(band) = band(&series.readings, run.clone(), x_of, y_of) {
                svg.put(format_args!(
                    r#"<path class="bz-chart__band bz-series-{class}" d="{band}"/>"#
                ));
            }
            let points = run.filter_map(|i| Some((x_of(i), y_of(series.readings[i].value()?))));
            let path = path(points);
            svg.put(format_args!(r#"<path class="bz-chart__line bz-series-{class}" vector-effect="non-scaling-stroke" d="{path}"/>"#));
        }
    }
    svg.put(format_args!("</svg>"));
    let heights = label_heights(chart, y_of);
    for (number, series) in chart.series.iter().enumerate() {
        let latest = series
            .readings
            .iter()
            .rposition(|reading| reading.value().is_some());
        for (i, reading) in series.readings.iter().enumerate() {
            let Some(value) = reading.value() else { continue };
            let (x, y) = (Short(x_of(i)), Short(y_of(value)));
            let said = mark_name(
                Some(&series.name),
                &chart.periods[i],
                &chart.unit.say(lang, *reading),
            );
            svg.put(format_args!(r#"<g data-mark class="bz-series-{}"><title>{said}</title><circle class="bz-chart__dot" cx="{x}%" cy="{y}" r="4.5"/>"#, number + 1));
            if latest == Some(i) {
                let anchor = if i == last && last > 0 { "end" } else { "middle" };
                let x = Short(if i == last && last > 0 { 100.0 } else { x.0 });
                let above = Short(heights[number]);
                let written = chart.unit.write(lang, value);
                svg.put(format_args!(r#"<text class="bz-chart__value" x="{x}%" y="{above}" text-anchor="{anchor}">{written}</text>"#));
            }
            svg.put(format_args!("</g>"));
        }
    }
    for i in named(chart.periods.len()) {
        let x = Short(x_of(i));
        let y = Short(TOP + HEIGHT + 20.0);
        let anchor = if i == last && last > 0 { "end" } else { "middle" };
        let x = Short(if i == last && last > 0 { 100.0 } else { x.0 });
        svg.put(format_args!(
            r#"<text class="bz-chart__soft" x="{x}%" y="{y}" text-anchor="{anchor}">{}</text>"#,
            Markup::escape(&chart.periods[i])
        ));
    }
    svg.close()
}

/// Draws a line no larger than a word. `said` says in words what it shows.
pub fn sparkline(readings: &[Reading], said: &str) -> Markup {
    let (width, height, edge) = (96.0, 28.0, 4.0);
    let known = || readings.iter().filter_map(|reading| reading.value());
    let (least, greatest) = known().fold((f64::INFINITY, f64::NEG_INFINITY), |(least, greatest), value| {
        (least.min(value), greatest.max(value))
    });
    let said = Markup::escape(said);
    let mut svg = Svg(format!(
        r#"<svg class="bz-spark" width="96" height="28" viewBox="0 0 96 28" role="img" aria-label="{said}">"#
    ));
    let x_of = |i: usize| {
        edge + (width - 2.0 * edge)
            * if readings.len() < 2 {
                0.5
            } else {
                i as f64 / (readings.len() - 1) as f64
            }
    };
    let y_of = |value: f64| {
        let share = if greatest > least {
            (value - least) / (greatest - least)
        } else {
            0.5
        };
        edge + (height - 2.0 * edge) * (1.0 - share)
    };
    for run in runs(readings).into_iter().filter(|run| run.len() > 1) {
        let path = path(run.filter_map(|i| Some((x_of(i), y_of(readings[i].value()?)))));
        svg.put(format_args!(r#"<path d="{path}"/>"#));
    }
    if let Some((i, value)) = readings
        .iter()
        .enumerate()
        .rev()
        .find_map(|(i, reading)| Some((i, reading.value()?)))
    {
        svg.put(format_args!(
            r#"<circle cx="{}" cy="{}" r="3.5"/>"#,
            Short(x_of(i)),
            Short(y_of(value))
        ));
    }
    svg.close()
}

/// The stretches without a gap.
fn runs(readings: &[Reading]) -> Vec<std::ops::Range<usize>> {
    let mut runs = Vec::new();
    let mut start = None;
    for i in 0..=readings.len() {
        let is_known = readings.get(i).is_some_and(|reading| reading.value().is_some());
        match (start, is_known) {
            (None, true) => start = Some(i),
            (Some(from), false) => {
                runs.push(from..i);
                start = None;
            }
            _ => {}
        }
    }
    runs
}

fn path(points: impl Iterator<Item = (f64, f64)>) -> String {
    let words: Vec<String> = points
        .map(|(x, y)| format!("{} {}", Short(x), Short(y)))
        .collect();
    format!("M{}", words.join("L"))
}

/// The outline of the intervals of a run; `None` unless all of its readings have one.
fn band(
    readings: &[Reading],
    run: std::ops::Range<usize>,
    x_of: impl Fn(usize) -> f64,
    y_of: impl Fn(f64) -> f64,
) -> Option<String> {
    let ends = |i: usize| match readings[i] {
        Reading::Known { interval, .. } => interval,
        Reading::Suppressed | Reading::Missing => None,
    };
    if run.len() < 2 || !run.clone().all(|i| ends(i).is_some()) {
        return None;
    }
    let upper = run.clone().filter_map(|i| Some((x_of(i), y_of(ends(i)?.1))));
    let lower = run.rev().filter_map(|i| Some((x_of(i), y_of(ends(i)?.0))));
    Some(format!("{}Z", path(upper.chain(lower))))
}

/// Where the number at the end of each line stands: above its dot, and above the number below it.
fn label_heights(chart: &Lines, y_of: impl Fn(f64) -> f64) -> Vec<f64> {
    let latest = |series: &Series| series.readings.iter().rev().find_map(|reading| reading.value());
    let mut wanted: Vec<(usize, f64)> = chart
        .series
        .iter()
        .enumerate()
        .filter_map(|(i, series)| Some((i, y_of(latest(series)?) - 11.0)))
        .collect();
    wanted.sort_by(|a, b| b.1.total_cmp(&a.1));
    let mut heights = vec![0.0; chart.series.len()];
    let mut free_above = f64::INFINITY;
    for (i, y) in wanted {
        heights[i] = y.min(free_above);
        free_above = heights[i] - 16.0;
    }
    heights
}

/// Which of so many periods get their name along the bottom: the last, and every so many before it.
fn named(count: usize) -> Vec<usize> {
    let step = count.saturating_sub(1).div_ceil(MOST_NAMED - 1).max(1);
    (0..count).rev().step_by(step).collect()
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;
    use crate::platform::i18n::Lang;

    #[test]
    fn a_line_breaks_where_nothing_is_known() {
        let readings = vec![
            Reading::between(40.0, 35.0, 45.0),
            Reading::between(44.0, 40.0, 48.0),
            Reading::Missing,
            Reading::of(51.0),
            Reading::Suppressed,
        ];
        let drawn = lines(&Lines {
            about: About {
                id: "trend".into(),
                title: "Safe water".into(),
                description: "Rising.".into(),
                lang: Lang::Ne,
            },
            unit: Unit::Percent { places: 1 },
            periods: ["2022", "2023", "2024", "2025", "2026"]
                .map(String::from)
                .to_vec(),
            series: vec![Series {
                name: String::new(),
                readings,
            }],
            target: Some(60.0),
        });
        assert_snapshot!(drawn.to_string().replace("><", ">\n<"));
    }

    #[test]
    fn a_sparkline_of_one_number_is_a_dot_and_of_none_is_empty() {
        assert_snapshot!(sparkline(&[Reading::of(3.0)], "3 in 2025").to_string(), @r#"<svg class="bz-spark" width="96" height="28" viewBox="0 0 96 28" role="img" aria-label="3 in 2025"><circle cx="48" cy="14" r="3.5"/></svg>"#);
        assert!(
            !sparkline(&[Reading::Missing, Reading::Suppressed], "nothing")
                .to_string()
                .contains("<path")
        );
    }

    #[test]
    fn the_numbers_at_the_ends_of_two_close_lines_do_not_touch() {
        let series = |value| Series {
            name: "x".into(),
            readings: vec![Reading::of(value)],
        };
        let about = About {
            id: "a".into(),
            title: "A".into(),
            description: "A".into(),
            lang: Lang::En,
        };
        let chart = Lines {
            about,
            unit: Unit::Number { places: 0 },
            periods: vec!["2025".into()],
            series: vec![series(50.0), series(51.0), series(90.0)],
            target: None,
        };
        let heights = label_heights(&chart, |value| 200.0 - value);
        assert_eq!(heights, [139.0, 123.0, 99.0]);
    }

    #[test]
    fn few_periods_are_all_named_and_many_are_not() {
        assert_eq!(named(3), [2, 1, 0]);
        assert_eq!(named(24), [23, 17, 11, 5]);
        assert_eq!(named(0), [0; 0]);
    }
}
