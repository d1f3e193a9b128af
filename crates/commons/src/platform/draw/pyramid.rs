//! The population pyramid: ages from young at the bottom to old at the top, one sex on each side.

use super::scale::{Percentages, Scale};
use super::{About, Reading, Short, Svg, Unit};
use crate::platform::html::Markup;

/// People by age and sex.
#[derive(Clone, Debug)]
pub struct Pyramid {
    pub about: About,
    pub unit: Unit,
    pub left: String,
    pub right: String,
    /// From the youngest to the oldest.
    pub bands: Vec<Band>,
}

#[derive(Clone, Debug)]
pub struct Band {
    /// The ages, already written for the reader: `0–4`.
    pub ages: String,
    pub left: Reading,
    pub right: Reading,
}

const ROW: u32 = 22;
const HEAD: u32 = 26;
/// The share of the width of each side; the ages stand between.
const SIDE: u32 = 42;

/// Draws a population pyramid.
pub fn pyramid(chart: &Pyramid) -> Markup {
    let lang = chart.about.lang;
    let counts = chart
        .bands
        .iter()
        .flat_map(|band| [band.left, band.right])
        .filter_map(Reading::value);
    let percentages = if matches!(chart.unit, Unit::Percent { .. }) {
        Percentages::Yes
    } else {
        Percentages::No
    };
    let scale = Scale::over(counts, percentages);
    let rows = u32::try_from(chart.bands.len()).unwrap_or(0);
    let bottom = HEAD + rows * ROW;
    let id = &chart.about.id;
    let mut svg = Svg::chart(&chart.about, bottom + 22);
    svg.patterns(id, 6);
    let (left, right) = (Markup::escape(&chart.left), Markup::escape(&chart.right));
    svg.put(format_args!(r#"<text class="bz-chart__value" x="{SIDE}%" y="15" text-anchor="end">{left}</text><text class="bz-chart__value" x="{}%" y="15">{right}</text>"#, 100 - SIDE));
    for (row, band) in (0_u32..).zip(chart.bands.iter().rev()) {
        let y = HEAD + row * ROW;
        let ages = Markup::escape(&band.ages);
        svg.put(format_args!(
            r#"<text class="bz-chart__soft" x="50%" y="{}" text-anchor="middle">{ages}</text>"#,
            y + 14
        ));
        for (series, name, reading) in [(1, &left, band.left), (2, &right, band.right)] {
            let said = chart.unit.say(lang, reading);
            svg.put(format_args!(
                r#"<g data-mark class="bz-series-{series}"><title>{name}, {ages}: {said}</title>"#
            ));
            let share = reading.value().map(|value| scale.at(value));
            let wide = share.unwrap_or(0.25) * f64::from(SIDE);
            let x = Short(if series == 1 {
                f64::from(SIDE) - wide
            } else {
                100.0 - f64::from(SIDE)
            });
            let (wide, h) = (Short(wide), ROW - 4);
            match reading {
                Reading::Known { .. } => svg.put(format_args!(
                    r#"<rect class="bz-chart__bar" x="{x}%" y="{y}" width="{wide}%" height="{h}"/>"#
                )),
                Reading::Suppressed => svg.put(format_args!(
                    r##"<rect x="{x}%" y="{y}" width="{wide}%" height="{h}" fill="url(#{id}-hatch)"/>"##
                )),
                Reading::Missing => {}
            }
            svg.put(format_args!("</g>"));
        }
    }
    let end = chart.unit.write_tick(lang, scale.to, scale.step);
    let zero = chart.unit.write_tick(lang, 0.0, scale.step);
    for (x, anchor, text) in [
        (0, "start", &end),
        (SIDE, "end", &zero),
        (100 - SIDE, "start", &zero),
        (100, "end", &end),
    ] {
        svg.put(format_args!(
            r#"<text class="bz-chart__soft" x="{x}%" y="{}" text-anchor="{anchor}">{text}</text>"#,
            bottom + 14
        ));
    }
    svg.close()
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;
    use crate::platform::i18n::Lang;

    #[test]
    fn the_oldest_stand_at_the_top_and_hidden_counts_are_hatched() {
        let band = |ages: &str, left, right| Band {
            ages: ages.into(),
            left,
            right,
        };
        let drawn = pyramid(&Pyramid {
            about: About {
                id: "ages".into(),
                title: "People by age".into(),
                description: "A young village.".into(),
                lang: Lang::En,
            },
            unit: Unit::Number { places: 0 },
            left: "Men".into(),
            right: "Women".into(),
            bands: vec![
                band("0–4", Reading::of(120.0), Reading::of(110.0)),
                band("5–9", Reading::of(80.0), Reading::of(90.0)),
                band("80+", Reading::Suppressed, Reading::Missing),
            ],
        });
        assert_snapshot!(drawn.to_string().replace("><", ">\n<"));
    }
}
