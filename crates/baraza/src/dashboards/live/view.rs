//! A feed as readers see it: the latest value with its time, or since when there was none.

use serde::Serialize;

use super::{
    Told, counters,
    model::{Feed, Signal},
};
use crate::platform::{app::App, config::Config, i18n::Lang, time::Time};

/// What stands where there never was a value.
pub const NO_VALUE: &str = "–";

/// A feed ready to be written, on the page and in the stream alike.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct LiveView {
    /// Code of the feed.
    pub feed: String,
    /// `good`, `low`, `high`, `silent` or `nothing`.
    pub signal: &'static str,
    /// With its unit.
    pub value: String,
    /// What is to be noticed about it, in words; empty where all is well.
    pub state: String,
    /// Of when the value is and how often one is expected.
    pub said: String,
    /// Milliseconds since 1970: when it is silent unless another reading comes; `None` where it is already.
    pub silent_at: Option<i64>,
    /// What is to be noticed from then on.
    pub silent_state: String,
}

impl LiveView {
    /// Writes what is known of a feed now.
    #[must_use]
    pub fn of(app: &App, lang: Lang, told: &Told) -> LiveView {
        LiveView::at(&app.config, lang, told, app.clock.now())
    }

    fn at(config: &Config, lang: Lang, told: &Told, now: Time) -> LiveView {
        if let Some(source) = &told.count {
            return counters::view::written(config, lang, told, source, now);
        }
        let feed = &told.feed;
        let signal = feed.signal(told.last.as_ref(), now);
        let view = LiveView {
            feed: feed.code.clone(),
            signal: signal.as_str(),
            value: NO_VALUE.to_owned(),
            ..LiveView::default()
        };
        let Some(last) = &told.last else {
            return LiveView {
                state: lang.text("dashboards-live-state-nothing").to_string(),
                said: lang
                    .text("dashboards-live-expected")
                    .arg("every", every(lang, feed))
                    .to_string(),
                ..view
            };
        };
        let silent_state = lang
            .text("dashboards-live-state-silent")
            .arg("time", moment(config, lang, last.at, now))
            .to_string();
        let said = lang
            .text("dashboards-live-said")
            .arg("time", moment(config, lang, last.at, now))
            .arg("every", every(lang, feed))
            .to_string();
        LiveView {
            value: value(lang, feed, last.value),
            state: match signal {
                Signal::Silent => silent_state.clone(),
                signal => state(lang, feed, signal),
            },
            said,
            silent_at: (signal != Signal::Silent).then(|| feed.silent_at(last).0 / 1_000),
            silent_state,
            ..view
        }
    }

    /// A view with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> LiveView {
        LiveView {
            feed: "gate".into(),
            signal: "silent",
            value: "1.25 <m>".into(),
            state: lang
                .text("dashboards-live-state-silent")
                .arg("time", "14:05")
                .to_string(),
            said: lang
                .text("dashboards-live-said")
                .arg("time", "14:05")
                .arg("every", lang.text("dashboards-live-every-seconds").n("n", 30))
                .to_string(),
            silent_at: Some(0),
            silent_state: "<silent>".into(),
        }
    }

    #[must_use]
    pub fn is_silent(&self) -> bool {
        self.silent_at.is_none()
    }
}

/// When the first of some feeds is silent unless other readings come.
#[must_use]
pub fn due<'a>(told: impl Iterator<Item = &'a Told>, now: Time) -> Option<Time> {
    told.filter_map(|told| Some(told.feed.silent_at(told.last.as_ref()?)))
        .filter(|at| *at > now)
        .min()
}

/// A value as it is shown, with its unit.
#[must_use]
pub fn value(lang: Lang, feed: &Feed, value: f64) -> String {
    let number = lang.decimal(value, feed.decimals);
    match feed.unit.as_str() {
        "" => number,
        unit => format!("{number} {unit}"),
    }
}

/// The time of a reading: of the day only where it is of today.
#[must_use]
pub fn moment(config: &Config, lang: Lang, at: Time, now: Time) -> String {
    let at = config.zoned(at).datetime();
    if at.date() == config.day(now) {
        lang.time_of_day(at.time())
    } else {
        lang.date_time(at)
    }
}

fn state(lang: Lang, feed: &Feed, signal: Signal) -> String {
    let limit = match signal.as_str() {
        "low" => feed.low,
        "high" => feed.high,
        _ => None,
    };
    limit.map_or_else(String::new, |limit| {
        lang.text(format!("dashboards-live-state-{}", signal.as_str()))
            .arg("limit", value(lang, feed, limit))
            .to_string()
    })
}

/// How often a reading is expected, in words.
fn every(lang: Lang, feed: &Feed) -> String {
    let seconds = feed.expected.as_secs();
    let (id, n) = match seconds {
        n if n.is_multiple_of(3_600) => ("dashboards-live-every-hours", n / 3_600),
        n if n.is_multiple_of(60) => ("dashboards-live-every-minutes", n / 60),
        n => ("dashboards-live-every-seconds", n),
    };
    lang.text(id).n("n", n).to_string()
}
