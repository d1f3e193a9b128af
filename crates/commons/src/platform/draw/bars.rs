//! Bars: lying ones for places and groups, standing ones for periods and ages.

use super::scale::{Percentages, Scale};
use super::{About, Reading, Short, Svg, Unit};
use crate::platform::html::Markup;

/// Lying bars, each under its name.
#[derive(Clone, Debug)]
pub struct Bars {
    pub about: About,
    pub unit: Unit,
    pub bars: Vec<Bar>,
    /// A line across all bars, for a target.
    pub target: Option<f64>,
}

#[derive(Clone, Debug)]
pub struct Bar {
    pub name: String,
    pub reading: Reading,
    /// Which colour, from 1 to 4; one colour for one question.
    pub series: u8,
}

impl Bar {
    pub fn new(name: impl Into<String>, reading: Reading) -> Bar {
        Bar {
            name: name.into(),
            reading,
            series: 1,
        }
    }
}

/// The share of the width for bars; their numbers stand beyond it, so that a name has the whole width above.
const WIDE: f64 = 78.0;
/// Letters of a name on one line: what a phone of 320 px has room for. A longer name goes on below.
const MOST_LETTERS: usize = 34;
/// Lines of a name; what is longer is cut, and the mark's title has it whole.
const MOST_LINES: usize = 3;
const LINE: u32 = 18;
const ROW: u32 = 46;
const BAR_TOP: u32 = 22;
const BAR_HEIGHT: u32 = 14;
const AXIS: u32 = 22;

/// Draws lying bars with their 95 % intervals.
pub fn lying(chart: &Bars) -> Markup {
    let scale = scale_of(chart.unit, chart.bars.iter().map(|bar| bar.reading), chart.target);
    let names: Vec<Vec<String>> = chart.bars.iter().map(|bar| lines_of(&bar.name)).collect();
    let bottom = names.iter().map(|lines| ROW + below_first(lines)).sum::<u32>();
    let lang = chart.about.lang;
    let id = &chart.about.id;
    let mut svg = Svg::chart(&chart.about, bottom + AXIS);
    svg.patterns(id, 6);
    let at = |number: f64| scale.at(number) * WIDE;
    for tick in scale.ticks() {
        let x = Short(at(tick));
        svg.put(format_args!(
            r#"<line class="bz-chart__grid" x1="{x}%" x2="{x}%" y1="0" y2="{bottom}"/>"#
        ));
        let anchor = if tick == scale.from { "start" } else { "middle" };
        let y = bottom + 16;
        let text = chart.unit.write_tick(lang, tick, scale.step);
        svg.put(format_args!(
            r#"<text class="bz-chart__soft" x="{x}%" y="{y}" text-anchor="{anchor}">{text}</text>"#
        ));
    }
    let mut top = 0;
    for (bar, lines) in chart.bars.iter().zip(&names) {
        let said = chart.unit.say(lang, bar.reading);
        let name = Markup::escape(&bar.name);
        svg.put(format_args!(
            r#"<g data-mark class="bz-series-{}"><title>{name}: {said}</title>"#,
            bar.series
        ));
        for (n, line) in (0_u32..).zip(lines) {
            svg.put(format_args!(
                r#"<text x="0" y="{}">{}</text>"#,
                top + 15 + n * LINE,
                Markup::escape(line)
            ));
        }
        let (y, h) = (top + below_first(lines) + BAR_TOP, BAR_HEIGHT);
        match bar.reading {
            Reading::Known { value, interval } => {
                let written = chart.unit.write(lang, value);
                svg.put(format_args!(
                    r#"<text class="bz-chart__value" x="100%" y="{}" text-anchor="end">{written}</text>"#,
                    y + 12
                ));
                let (zero, end) = (at(0.0), at(value));
                let (x, w) = (Short(zero.min(end)), Short((end - zero).abs()));
                svg.put(format_args!(
                    r#"<rect class="bz-chart__bar" x="{x}%" y="{y}" width="{w}%" height="{h}"/>"#
                ));
                if let Some((low, high)) = interval {
                    let (low, high) = (Short(at(low)), Short(at(high)));
                    let (mid, up, down) = (y + h / 2, y + 2, y + h - 2);
                    svg.put(format_args!(
                        r#"<g class="bz-chart__whisker"><line x1="{low}%" x2="{high}%" y1="{mid}" y2="{mid}"/><line x1="{low}%" x2="{low}%" y1="{up}" y2="{down}"/><line x1="{high}%" x2="{high}%" y1="{up}" y2="{down}"/></g>"#
                    ));
                }
            }
            Reading::Suppressed | Reading::Missing => {
                let pattern = if bar.reading == Reading::Suppressed {
                    "hatch"
                } else {
                    "dots"
                };
                svg.put(format_args!(
                    r##"<rect x="0" y="{y}" width="30%" height="{h}" fill="url(#{id}-{pattern})"/>"##
                ));
                svg.put(format_args!(
                    r#"<text class="bz-chart__soft" x="32%" y="{}">{said}</text>"#,
                    y + 12
                ));
            }
        }
        svg.put(format_args!("</g>"));
        top += ROW + below_first(lines);
    }
    if let Some(target) = chart.target {
        let x = Short(at(target));
        let said = lang
            .text("platform-draw-target")
            .arg("value", chart.unit.write(lang, target))
            .to_string();
        svg.put(format_args!(
            r#"<g data-mark><title>{}</title><line class="bz-chart__target" x1="{x}%" x2="{x}%" y1="0" y2="{bottom}"/></g>"#,
            Markup::escape(&said)
        ));
    }
    let zero = Short(at(0.0));
    svg.put(format_args!(
        r#"<line class="bz-chart__axis" x1="{zero}%" x2="{zero}%" y1="0" y2="{bottom}"/>"#
    ));
    svg.close()
}

/// A name in lines that fit a phone, broken between words; the last one says where it was cut.
fn lines_of(name: &str) -> Vec<String> {
    let n_letters = |text: &str| text.chars().count();
    let mut lines: Vec<String> = Vec::new();
    for word in name.split_whitespace() {
        let with_room = lines
            .last_mut()
            .filter(|line| n_letters(line.as_str()) + 1 + n_letters(word) <= MOST_LETTERS);
        match with_room {
            Some(line) => {
                line.push(' ');
                line.push_str(word);
            }
            None => lines.push(word.to_owned()),
        }
    }
    if lines.len() > MOST_LINES {
        lines.truncate(MOST_LINES);
        if let Some(last) = lines.last_mut() {
            last.push('…');
        }
    }
    lines.iter().map(|line| shortened(line)).collect()
}

fn shortened(line: &str) -> String {
    if line.chars().count() <= MOST_LETTERS {
        return line.to_owned();
    }
    let kept: String = line.chars().take(MOST_LETTERS - 1).collect();
    format!("{}…", kept.trim_end_matches(['…', ' ']))
}

/// How much lower a bar stands for the lines of its name after the first one.
fn below_first(lines: &[String]) -> u32 {
    u32::try_from(lines.len().saturating_sub(1)).unwrap_or(0) * LINE
}

/// Names the series of a chart by their colours; empty for a single one.
pub fn key(series: &[String]) -> Markup {
    if series.len() < 2 {
        return Markup::default();
    }
    let mut list = Svg(r#"<ul class="bz-key">"#.to_owned());
    for (i, name) in series.iter().enumerate() {
        let name = Markup::escape(name);
        list.put(format_args!(
            r#"<li><svg class="bz-series-{n}" width="28" height="12" aria-hidden="true" focusable="false"><rect class="bz-key__swatch" width="28" height="12"/></svg>{name}</li>"#,
            n = i + 1,
        ));
    }
    list.put(format_args!("</ul>"));
    Markup(list.0)
}

/// Standing bars: groups along the bottom, a bar of each series in every group.
#[derive(Clone, Debug)]
pub struct Columns {
    pub about: About,
    pub unit: Unit,
    /// The names of the series, as many as each group has readings; one of them needs no name.
    pub series: Vec<String>,
    pub groups: Vec<Group>,
    pub target: Option<f64>,
}

#[derive(Clone, Debug)]
pub struct Group {
    pub name: String,
    pub readings: Vec<Reading>,
}

const PLOT_TOP: f64 = 24.0;
const PLOT_HEIGHT: f64 = 200.0;

/// Draws standing bars with their 95 % intervals.
pub fn standing(chart: &Columns) -> Markup {
    let readings = chart
        .groups
        .iter()
        .flat_map(|group| group.readings.iter().copied());
    let scale = scale_of(chart.unit, readings, chart.target);
    let lang = chart.about.lang;
    let id = &chart.about.id;
    let y_of = |number: f64| PLOT_TOP + PLOT_HEIGHT * (1.0 - scale.at(number));
    let bottom = PLOT_TOP + PLOT_HEIGHT;
    let mut svg = Svg::chart(&chart.about, 250);
    svg.patterns(id, 6);
    horizontal_grid(&mut svg, chart.unit, lang, scale, PLOT_TOP, PLOT_HEIGHT);
    if let Some(target) = chart.target {
        let y = Short(y_of(target));
        svg.put(format_args!(
            r#"<line class="bz-chart__target" x1="{LEFT}%" x2="100%" y1="{y}" y2="{y}"/>"#
        ));
    }
    let band = (100.0 - LEFT) / chart.groups.len().max(1) as f64;
    for (position, group) in chart.groups.iter().enumerate() {
        let left = LEFT + band * position as f64;
        let bar = band * 0.72 / group.readings.len().max(1) as f64;
        for (series, reading) in group.readings.iter().enumerate() {
            let x = Short(left + band * 0.14 + bar * series as f64);
            let middle = Short(left + band * 0.14 + bar * (series as f64 + 0.5));
            let w = Short(bar * 0.92);
            let said = mark_name(
                chart.series.get(series),
                &group.name,
                &chart.unit.say(lang, *reading),
            );
            svg.put(format_args!(
                r#"<g data-mark class="bz-series-{}"><title>{said}</title>"#,
                series + 1
            ));
            match *reading {
                Reading::Known { value, interval } => {
                    let (zero, end) = (y_of(0.0), y_of(value));
                    let (y, h) = (Short(zero.min(end)), Short((zero - end).abs()));
                    svg.put(format_args!(
                        r#"<rect class="bz-chart__bar" x="{x}%" y="{y}" width="{w}%" height="{h}"/>"#
                    ));
                    if let Some((low, high)) = interval {
                        let (low, high) = (Short(y_of(low)), Short(y_of(high)));
                        svg.put(format_args!(r#"<line class="bz-chart__whisker" x1="{middle}%" x2="{middle}%" y1="{low}" y2="{high}"/>"#));
                    }
                }
                Reading::Suppressed | Reading::Missing => {
                    let pattern = if *reading == Reading::Suppressed {
                        "hatch"
                    } else {
                        "dots"
                    };
                    let y = Short(bottom - 40.0);
                    svg.put(format_args!(
                        r##"<rect x="{x}%" y="{y}" width="{w}%" height="40" fill="url(#{id}-{pattern})"/>"##
                    ));
                }
            }
            svg.put(format_args!("</g>"));
        }
        let x = Short(left + band / 2.0);
        svg.put(format_args!(
            r#"<text class="bz-chart__soft" x="{x}%" y="{}" text-anchor="middle">{}</text>"#,
            bottom + 18.0,
            Markup::escape(&group.name)
        ));
    }
    svg.close()
}

/// The share of the width that numbers along a standing axis take.
pub(super) const LEFT: f64 = 9.0;

/// Draws the lines behind standing bars and lines, with their numbers at the left.
pub(super) fn horizontal_grid(
    svg: &mut Svg,
    unit: Unit,
    lang: crate::platform::i18n::Lang,
    scale: Scale,
    top: f64,
    height: f64,
) {
    for tick in scale.ticks() {
        let y = Short(top + height * (1.0 - scale.at(tick)));
        let class = if tick == 0.0 {
            "bz-chart__axis"
        } else {
            "bz-chart__grid"
        };
        let text = unit.write_tick(lang, tick, scale.step);
        svg.put(format_args!(r#"<line class="{class}" x1="0" x2="100%" y1="{y}" y2="{y}"/><text class="bz-chart__soft" x="0" y="{}">{text}</text>"#, Short(y.0 - 4.0)));
    }
}

/// Writes the title of a mark: `Men, 2025: 45.2%`.
pub(super) fn mark_name(series: Option<&String>, group: &str, said: &str) -> Markup {
    match series.filter(|name| !name.is_empty()) {
        Some(series) => Markup::escape(&format!("{series}, {group}: {said}")),
        None => Markup::escape(&format!("{group}: {said}")),
    }
}

pub(super) fn scale_of(unit: Unit, readings: impl Iterator<Item = Reading>, target: Option<f64>) -> Scale {
    let percentages = if matches!(unit, Unit::Percent { .. }) {
        Percentages::Yes
    } else {
        Percentages::No
    };
    let reached = readings
        .filter_map(Reading::reach)
        .flat_map(|(low, high)| [low, high]);
    let scale = Scale::over(reached.chain(target), percentages);
    match unit {
        Unit::Number { places: 0 } => scale.whole(),
        Unit::Number { .. } | Unit::Percent { .. } => scale,
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;
    use crate::platform::i18n::Lang;

    fn about(lang: Lang) -> About {
        About {
            id: "water".into(),
            title: "Safe water <by sex>".into(),
            description: "Two bars.".into(),
            lang,
        }
    }

    #[test]
    fn lying_bars_show_value_interval_suppression_and_target() {
        let drawn = lying(&Bars {
            about: about(Lang::Id),
            unit: Unit::Percent { places: 1 },
            bars: vec![
                Bar::new("Desa Ngasem & sekitarnya", Reading::between(45.0, 40.0, 50.0)),
                Bar::new("Desa Setren", Reading::Suppressed),
                Bar::new("Desa Wadang", Reading::Missing),
            ],
            target: Some(80.0),
        });
        assert_snapshot!(drawn.to_string().replace("><", ">\n<"));
    }

    #[test]
    fn standing_bars_stand_in_groups() {
        let drawn = standing(&Columns {
            about: about(Lang::En),
            unit: Unit::Number { places: 0 },
            series: vec!["Women".into(), "Men".into()],
            groups: vec![
                Group {
                    name: "2024".into(),
                    readings: vec![Reading::of(1200.0), Reading::between(900.0, 800.0, 1000.0)],
                },
                Group {
                    name: "2025".into(),
                    readings: vec![Reading::Suppressed, Reading::of(0.0)],
                },
            ],
            target: None,
        });
        assert_snapshot!(drawn.to_string().replace("><", ">\n<"));
    }

    #[test]
    fn no_bar_leaves_its_chart() {
        for value in [0.0, 0.001, 3.0, 99.9, 100.0, 250_000.0, -40.0] {
            for unit in [Unit::Percent { places: 1 }, Unit::Number { places: 0 }] {
                let drawn = lying(&Bars {
                    about: about(Lang::En),
                    unit,
                    bars: vec![Bar::new("x", Reading::of(value))],
                    target: None,
                })
                .to_string();
                let bar = drawn.split("bz-chart__bar").nth(1).expect("a bar is drawn");
                let percent = |name: &str| -> f64 {
                    let rest = bar.split(&format!(" {name}=\"")).nth(1).expect("an attribute");
                    rest.split('%')
                        .next()
                        .and_then(|text| text.parse().ok())
                        .expect("a percentage")
                };
                let (x, w) = (percent("x"), percent("width"));
                assert!(x >= 0.0 && x + w <= WIDE + 0.01, "{value}: {x} {w}");
            }
        }
    }

    #[test]
    fn a_long_name_goes_on_below_between_words_and_its_bar_moves_down() {
        let name = "Penanggulangan bencana, keadaan darurat dan mendesak";
        assert_eq!(
            lines_of(name),
            ["Penanggulangan bencana, keadaan", "darurat dan mendesak"]
        );
        assert_eq!(lines_of("Desa Ngasem"), ["Desa Ngasem"]);
        let longest = lines_of(&"kata panjang ".repeat(40));
        assert!(
            longest.len() == MOST_LINES && longest[2].ends_with('…'),
            "{longest:?}"
        );
        assert!(lines_of(&"x".repeat(60))[0].ends_with("x…"));
        let drawn = lying(&Bars {
            about: about(Lang::Id),
            unit: Unit::Number { places: 0 },
            bars: vec![
                Bar::new(name, Reading::of(5.0)),
                Bar::new("Desa", Reading::of(3.0)),
            ],
            target: None,
        })
        .to_string();
        assert!(drawn.contains(r#"y="33">darurat dan mendesak<"#), "{drawn}");
        assert!(drawn.contains(r#"y="79">Desa<"#), "{drawn}");
    }

    #[test]
    fn a_chart_without_bars_is_still_a_drawing() {
        let drawn = lying(&Bars {
            about: about(Lang::En),
            unit: Unit::Number { places: 0 },
            bars: vec![],
            target: None,
        })
        .to_string();
        assert!(drawn.starts_with("<svg") && drawn.ends_with("</svg>") && drawn.contains("role=\"img\""));
        assert!(drawn.contains("Safe water &lt;by sex&gt;"));
    }
}
