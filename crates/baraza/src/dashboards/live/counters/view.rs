//! A count as readers see it.

use super::model::Source;
use crate::{
    dashboards::live::{
        Told,
        model::Signal,
        view::{self, LiveView, NO_VALUE},
    },
    platform::{config::Config, i18n::Lang, time::Time},
};

/// Writes a count: what it is of, since when it stands, and that it is late or old where it is.
#[must_use]
pub fn written(config: &Config, lang: Lang, told: &Told, source: &Source, now: Time) -> LiveView {
    let feed = &told.feed;
    let signal = feed.signal(told.last.as_ref(), now);
    let written = LiveView {
        feed: feed.code.clone(),
        signal: signal.as_str(),
        value: NO_VALUE.to_owned(),
        ..LiveView::default()
    };
    let Some(last) = &told.last else {
        return LiveView {
            state: lang.text("dashboards-live-count-nothing").to_string(),
            ..written
        };
    };
    let old = lang
        .text("dashboards-live-count-old")
        .arg("date", lang.short_date(config.day(now)))
        .to_string();
    let late = told.late.as_ref().map(|period| {
        lang.text("dashboards-live-count-late")
            .arg("period", period)
            .to_string()
    });
    let is_silent = signal == Signal::Silent;
    LiveView {
        value: view::value(lang, feed, last.value),
        state: match is_silent {
            true => late.unwrap_or_else(|| old.clone()),
            false => String::new(),
        },
        said: match source {
            Source::Table { .. } => lang
                .text("dashboards-live-count-version")
                .arg("time", view::moment(config, lang, last.at, now))
                .to_string(),
            Source::Requests { .. } => lang.text("dashboards-live-count-requests").to_string(),
        },
        silent_at: (!is_silent).then(|| feed.silent_at(last).0 / 1_000),
        silent_state: old,
        ..written
    }
}
