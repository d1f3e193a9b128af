//! Marks on lines from 0 to 100: one line for whoever says something, each with a shape of its own.

use super::{About, Reading, Short, Svg};
use crate::platform::html::Markup;

/// Lines below one another, each under its name.
#[derive(Clone, Debug)]
pub struct Marks {
    pub about: About,
    pub lines: Vec<Line>,
}

/// One line with its mark.
#[derive(Clone, Debug)]
pub struct Line {
    pub name: String,
    pub shape: Shape,
    /// A part of the line above it: its mark is smaller and its name is set in.
    pub is_part: bool,
    /// 0 to 100; numbers outside lie at the ends.
    pub reading: Reading,
}

/// Shapes that can be told apart without their colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    Circle,
    Square,
    Triangle,
    Diamond,
    Cross,
}

impl Shape {
    fn series(self) -> u8 {
        match self {
            Shape::Circle => 1,
            Shape::Square => 2,
            Shape::Triangle => 3,
            Shape::Diamond => 4,
            Shape::Cross => 5,
        }
    }

    /// Its outline around 0 | 0, fourteen pixels wide.
    fn outline(self) -> &'static str {
        match self {
            Shape::Circle => "M7 0A7 7 0 1 1 -7 0A7 7 0 1 1 7 0Z",
            Shape::Square => "M-6.5 -6.5H6.5V6.5H-6.5Z",
            Shape::Triangle => "M0 -8L8 6.5H-8Z",
            Shape::Diamond => "M0 -8.5L8.5 0L0 8.5L-8.5 0Z",
            Shape::Cross => "M-2.5 -8H2.5V-2.5H8V2.5H2.5V8H-2.5V2.5H-8V-2.5H-2.5Z",
        }
    }
}

/// Where 0 and 100 lie, in percent of the width; numbers stand beyond.
const FROM: f64 = 3.0;
const TO: f64 = 82.0;
const ROW: u32 = 46;
/// From the top of a row to its line.
const MIDDLE: u32 = 30;
const AXIS: u32 = 22;
/// Longer names are cut; the mark's title has them whole.
const MOST_LETTERS: usize = 40;
const TICKS: [u32; 5] = [0, 25, 50, 75, 100];

/// Draws the lines.
pub fn marks(chart: &Marks) -> Markup {
    let bottom = u32::try_from(chart.lines.len()).unwrap_or(0) * ROW;
    let lang = chart.about.lang;
    let mut svg = Svg::chart(&chart.about, bottom + AXIS);
    for tick in TICKS {
        let x = Short(at(f64::from(tick)));
        let y = bottom + 16;
        let text = lang.number(tick);
        svg.put(format_args!(
            r#"<line class="bz-chart__grid" x1="{x}%" x2="{x}%" y1="0" y2="{bottom}"/><text class="bz-chart__soft" x="{x}%" y="{y}" text-anchor="middle">{text}</text>"#
        ));
    }
    for (row, line) in (0_u32..).zip(&chart.lines) {
        draw(&mut svg, chart, line, row * ROW);
    }
    svg.close()
}

fn draw(svg: &mut Svg, chart: &Marks, line: &Line, top: u32) {
    let lang = chart.about.lang;
    let said = match line.reading {
        Reading::Known { value, .. } => lang.decimal(value, 0),
        Reading::Suppressed => lang.text("platform-draw-suppressed").to_string(),
        Reading::Missing => lang.text("platform-draw-missing").to_string(),
    };
    let (name, whole) = (Markup::escape(&shortened(&line.name)), Markup::escape(&line.name));
    let (said, middle, letters) = (Markup::escape(&said), top + MIDDLE, top + 15);
    let indent = if line.is_part { 14 } else { 0 };
    svg.put(format_args!(
        r#"<g data-mark class="bz-series-{}"><title>{whole}: {said}</title><text x="{indent}" y="{letters}">{name}</text><line class="bz-chart__axis" x1="{FROM}%" x2="{TO}%" y1="{middle}" y2="{middle}"/>"#,
        line.shape.series()
    ));
    if let Some(value) = line.reading.value() {
        let x = Short(at(value));
        let size = if line.is_part { "0.65" } else { "1" };
        let outline = line.shape.outline();
        svg.put(format_args!(
            r#"<svg aria-hidden="true" x="{x}%" y="{middle}" overflow="visible"><path class="bz-chart__dot" transform="scale({size})" d="{outline}"/></svg>"#
        ));
    }
    let (class, y) = match line.reading {
        Reading::Known { .. } => ("bz-chart__value", middle + 5),
        Reading::Suppressed | Reading::Missing => ("bz-chart__soft", middle + 5),
    };
    svg.put(format_args!(
        r#"<text class="{class}" x="100%" y="{y}" text-anchor="end">{said}</text></g>"#
    ));
}

fn at(value: f64) -> f64 {
    FROM + (TO - FROM) * value.clamp(0.0, 100.0) / 100.0
}

fn shortened(name: &str) -> String {
    if name.chars().count() <= MOST_LETTERS {
        return name.to_owned();
    }
    let kept: String = name.chars().take(MOST_LETTERS - 1).collect();
    format!("{}…", kept.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::i18n::Lang;

    #[test]
    fn each_line_has_a_shape_of_its_own_and_says_its_number_or_why_there_is_none() {
        let line = |name: &str, shape, reading| Line {
            name: name.into(),
            shape,
            is_part: false,
            reading,
        };
        let drawn = marks(&Marks {
            about: About {
                id: "beside-1".into(),
                title: "Waiting".into(),
                description: "Two truths.".into(),
                lang: Lang::En,
            },
            lines: vec![
                line("Users <all>", Shape::Circle, Reading::of(31.0)),
                line("Provider", Shape::Square, Reading::of(140.0)),
                line("Survey", Shape::Triangle, Reading::Suppressed),
            ],
        })
        .0;
        assert!(drawn.contains("Users &lt;all&gt;: 31") && drawn.contains("Survey: withheld"));
        assert_eq!(drawn.matches("bz-chart__dot").count(), 2);
        assert!(drawn.contains(Shape::Circle.outline()) && drawn.contains(Shape::Square.outline()));
        // What lies beyond the scale stands at its end.
        assert!(drawn.contains(r#"<svg aria-hidden="true" x="82%""#), "{drawn}");
    }
}
