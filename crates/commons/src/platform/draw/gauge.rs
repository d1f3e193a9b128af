//! A scale from worst to best with one mark on it.

use super::{About, Short, Svg};
use crate::platform::html::Markup;

/// Where something stands between two ends.
#[derive(Clone, Debug)]
pub struct Gauge {
    pub about: About,
    /// The ends, and between them where one word gives way to the next; in rising order.
    pub steps: Vec<f64>,
    /// Beyond an end it is drawn at the end.
    pub value: f64,
}

/// The share of the width that is kept free at either side, for the mark.
const EDGE: f64 = 4.0;
const TOP: u32 = 26;
const THICK: u32 = 14;
const HEIGHT: u32 = 62;

/// Draws a lying scale with a mark where the value is; empty where there is no scale or no value.
pub fn gauge(chart: &Gauge) -> Markup {
    let (Some(first), Some(last)) = (chart.steps.first(), chart.steps.last()) else {
        return Markup::default();
    };
    if last <= first || !chart.value.is_finite() {
        return Markup::default();
    }
    let lang = chart.about.lang;
    let at = |number: f64| {
        let share = ((number - first) / (last - first)).clamp(0.0, 1.0);
        EDGE + (100.0 - 2.0 * EDGE) * share
    };
    let mut svg = Svg::chart(&chart.about, HEIGHT);
    svg.put(format_args!(
        r#"<rect class="bz-chart__track" x="{EDGE}%" y="{TOP}" width="{}%" height="{THICK}"/>"#,
        Short(100.0 - 2.0 * EDGE)
    ));
    for step in &chart.steps {
        let x = Short(at(*step));
        let places = usize::from(step.fract() != 0.0);
        svg.put(format_args!(
            r#"<line class="bz-chart__axis" x1="{x}%" x2="{x}%" y1="{TOP}" y2="{}"/><text class="bz-chart__soft" x="{x}%" y="{}" text-anchor="middle">{}</text>"#,
            TOP + THICK + 4,
            HEIGHT - 4,
            lang.decimal(*step, places)
        ));
    }
    let x = Short(at(chart.value));
    let written = lang.decimal(chart.value, 1);
    svg.put(format_args!(
        r#"<g data-mark class="bz-series-1"><title>{written}</title><circle class="bz-chart__dot" cx="{x}%" cy="{}" r="9"/><text class="bz-chart__value" x="{x}%" y="{}" text-anchor="middle">{written}</text></g>"#,
        TOP + THICK / 2,
        TOP - 8
    ));
    svg.close()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::i18n::Lang;

    fn drawn(value: f64, steps: &[f64]) -> String {
        gauge(&Gauge {
            about: About {
                id: "score".into(),
                title: "Score <of 6>".into(),
                description: "From worst to best.".into(),
                lang: Lang::Id,
            },
            steps: steps.to_vec(),
            value,
        })
        .to_string()
    }

    #[test]
    fn the_mark_stands_where_the_value_is_and_never_beyond_an_end() {
        let steps = [-5.0, -2.5, 0.0, 2.5, 5.0];
        let middle = drawn(0.0, &steps);
        assert!(
            middle.contains(r#"cx="50%""#) && middle.contains("<title>0,0</title>"),
            "{middle}"
        );
        assert!(middle.contains("Score &lt;of 6&gt;") && middle.contains("-2,5"));
        assert!(drawn(-9.0, &steps).contains(r#"cx="4%""#));
        assert!(drawn(9.0, &steps).contains(r#"cx="96%""#));
    }

    #[test]
    fn without_a_scale_or_a_value_nothing_is_drawn() {
        assert!(drawn(1.0, &[]).is_empty());
        assert!(drawn(1.0, &[2.0, 2.0]).is_empty());
        assert!(drawn(f64::NAN, &[0.0, 1.0]).is_empty());
    }
}
