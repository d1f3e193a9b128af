//! Feeds and readings: what a sensor may send, what a value means, and from when on its silence is said.

use std::time::Duration;

use serde_json::Value;

use crate::{
    indicators::model::definition::entered::{Entered, Every},
    places::model::Places,
    platform::{
        problem::{Problem, Result},
        time::Time,
    },
};

/// Letters of a title at most.
const MOST_TITLE: usize = 120;
/// Letters of a unit at most.
const MOST_UNIT: usize = 20;
/// Letters of a path or a topic at most.
const MOST_PATH: usize = 200;
/// Bytes of what a sensor sends at most.
const MOST_PAYLOAD: usize = 64 * 1024;
/// Decimals that a value is shown with at most.
const MOST_DECIMALS: usize = 6;
/// A sensor that is silent for five days is silent; readings stay in the database for seven.
const MOST_SECONDS: u64 = 5 * 24 * 60 * 60;
/// How far the clock of a sensor may be off before the time of arrival is believed instead.
const MOST_CLOCK_OFF: Duration = Duration::from_secs(5 * 60);
/// Readings of one feed that are taken within a minute.
const MOST_A_MINUTE: u32 = 600;

/// What a sensor measures and how its readings come.
#[derive(Debug, Clone, PartialEq)]
pub struct Feed {
    pub code: String,
    pub title: String,
    /// As it stands behind a value; may be empty.
    pub unit: String,
    /// Code of the place that it measures at.
    pub place: String,
    pub source: Source,
    /// Where in a JSON document the value stands: names with dots between, or a JSON pointer; empty for all of it.
    pub value_path: String,
    /// Where the time of the reading stands; empty for the time of arrival.
    pub time_path: String,
    pub decimals: usize,
    /// From one reading to the next.
    pub expected: Duration,
    /// Without a reading until it counts as silent.
    pub silent: Duration,
    /// Below it a value is marked as low.
    pub low: Option<f64>,
    /// Above it a value is marked as high.
    pub high: Option<f64>,
}

/// How readings come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// They are posted to an address that holds a secret.
    Webhook,
    /// They are read from a topic of the broker.
    Mqtt { topic: String },
}

/// A feed as it was typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TypedFeed {
    pub code: String,
    pub title: String,
    pub unit: String,
    pub place: String,
    pub source: String,
    pub topic: String,
    pub value_path: String,
    pub time_path: String,
    pub decimals: String,
    /// Seconds.
    pub expected: String,
    /// Seconds.
    pub silent: String,
    pub low: String,
    pub high: String,
}

/// Whether somebody sends a reading now or a broker had kept it from before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sent {
    Now,
    /// When is unknown unless it says so itself.
    Retained,
}

/// A value at a moment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reading {
    /// When it was measured, by the sensor's clock where that is right.
    pub at: Time,
    pub value: f64,
    /// When the feed was alive because of it.
    pub received_at: Time,
    /// The sensor's own time is wrong or missing, and that of arrival stands for it.
    pub is_clock_off: bool,
}

/// How a value stands to its limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    Low,
    Good,
    High,
}

/// What is known of a feed at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    /// It never sent anything.
    Nothing,
    /// Its last value is no news: how things stand is unknown, and never good.
    Silent,
    Alive(Level),
}

/// How often a feed sent within the minute under way.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    began: Time,
    n: u32,
}

impl Source {
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Source::Webhook => "webhook",
            Source::Mqtt { .. } => "mqtt",
        }
    }

    /// The topic; empty for a webhook.
    #[must_use]
    pub fn topic(&self) -> &str {
        match self {
            Source::Webhook => "",
            Source::Mqtt { topic } => topic,
        }
    }
}

impl Level {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Level::Low => "low",
            Level::Good => "good",
            Level::High => "high",
        }
    }
}

impl Signal {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Signal::Nothing => "nothing",
            Signal::Silent => "silent",
            Signal::Alive(level) => level.as_str(),
        }
    }
}

impl Feed {
    /// Reads a feed; its code is not looked at.
    ///
    /// # Errors
    /// `dashboards-live-title`, `text-long`, `dashboards-place-unknown`, `dashboards-live-topic`, `dashboards-live-decimals`,
    /// `dashboards-live-seconds`, `dashboards-live-limit`, each on its field.
    pub fn parse(typed: &TypedFeed, places: &Places) -> Result<Feed> {
        let mut wrong = Problem::invalid("fields");
        let title = typed.title.trim();
        if title.is_empty() || title.chars().count() > MOST_TITLE {
            wrong = wrong.field("title", "dashboards-live-title");
        }
        for (field, text, most) in [
            ("unit", &typed.unit, MOST_UNIT),
            ("value_path", &typed.value_path, MOST_PATH),
            ("time_path", &typed.time_path, MOST_PATH),
        ] {
            if text.trim().chars().count() > most {
                wrong = wrong.field(field, "text-long");
            }
        }
        if places.find(typed.place.trim()).is_none() {
            wrong = wrong.field("place", "dashboards-place-unknown");
        }
        let source = source(typed);
        if source.is_none() {
            wrong = wrong.field("topic", "dashboards-live-topic");
        }
        let decimals = decimals(&typed.decimals);
        if decimals.is_none() {
            wrong = wrong.field("decimals", "dashboards-live-decimals");
        }
        let (expected, silent) = (seconds(&typed.expected), seconds(&typed.silent));
        if expected.is_none() {
            wrong = wrong.field("expected", "dashboards-live-seconds");
        }
        if silent.is_none_or(|silent| Some(silent) < expected) {
            wrong = wrong.field("silent", "dashboards-live-seconds");
        }
        let (low, high) = (limit(&typed.low), limit(&typed.high));
        if low.is_none() {
            wrong = wrong.field("low", "dashboards-live-limit");
        }
        let is_turned = matches!((low, high), (Some(Some(low)), Some(Some(high))) if low > high);
        if high.is_none() || is_turned {
            wrong = wrong.field("high", "dashboards-live-limit");
        }
        let (Some(source), Some(decimals), Some(expected), Some(silent), Some(low), Some(high)) =
            (source, decimals, expected, silent, low, high)
        else {
            return Err(wrong);
        };
        if !wrong.fields().is_empty() {
            return Err(wrong);
        }
        Ok(Feed {
            code: typed.code.trim().to_owned(),
            title: title.to_owned(),
            unit: typed.unit.trim().to_owned(),
            place: typed.place.trim().to_owned(),
            source,
            value_path: typed.value_path.trim().to_owned(),
            time_path: typed.time_path.trim().to_owned(),
            decimals,
            expected,
            silent,
            low,
            high,
        })
    }

    /// It as a form holds it.
    #[must_use]
    pub fn typed(&self) -> TypedFeed {
        let limit = |limit: Option<f64>| limit.map(|limit| limit.to_string()).unwrap_or_default();
        TypedFeed {
            code: self.code.clone(),
            title: self.title.clone(),
            unit: self.unit.clone(),
            place: self.place.clone(),
            source: self.source.as_str().to_owned(),
            topic: self.source.topic().to_owned(),
            value_path: self.value_path.clone(),
            time_path: self.time_path.clone(),
            decimals: self.decimals.to_string(),
            expected: self.expected.as_secs().to_string(),
            silent: self.silent.as_secs().to_string(),
            low: limit(self.low),
            high: limit(self.high),
        }
    }

    /// Reads what a sensor sent; `None` for what a broker had kept and of which nobody knows that it is news.
    ///
    /// # Errors
    /// `dashboards-live-payload` for more than 64 KiB; `dashboards-live-value` where no number stands at the feed's path.
    pub fn read(&self, payload: &[u8], sent: Sent, received: Time) -> Result<Option<Reading>> {
        if payload.len() > MOST_PAYLOAD {
            return Err(Problem::too_large("dashboards-live-payload"));
        }
        let document = document(payload);
        let value = find(&document, &self.value_path)
            .and_then(number)
            .ok_or_else(|| Problem::invalid("dashboards-live-value").with("path", &self.value_path))?;
        let own = match self.time_path.as_str() {
            "" => None,
            path => Some(find(&document, path).and_then(moment)),
        };
        Ok(self.dated(own, sent, received).map(|(at, is_clock_off)| Reading {
            at,
            value,
            received_at: match sent {
                Sent::Now => received,
                Sent::Retained => at.min(received),
            },
            is_clock_off,
        }))
    }

    /// When a reading was measured, and whether the sensor's clock is off; `own` is what the reading says, where it is to say it.
    fn dated(&self, own: Option<Option<Time>>, sent: Sent, received: Time) -> Option<(Time, bool)> {
        match (sent, own) {
            (Sent::Now, None) => Some((received, false)),
            (Sent::Now, Some(Some(at))) if is_near(at, received) => Some((at, false)),
            (Sent::Now, Some(_)) => Some((received, true)),
            (Sent::Retained, Some(Some(at))) => {
                let is_news = at <= received.plus(MOST_CLOCK_OFF) && at.plus(self.silent) > received;
                is_news.then_some((at, false))
            }
            (Sent::Retained, _) => None,
        }
    }

    /// When the feed counts as silent unless another reading comes.
    #[must_use]
    pub fn silent_at(&self, last: &Reading) -> Time {
        last.received_at.plus(self.silent)
    }

    /// What is known of it.
    #[must_use]
    pub fn signal(&self, last: Option<&Reading>, now: Time) -> Signal {
        match last {
            None => Signal::Nothing,
            Some(last) if now >= self.silent_at(last) => Signal::Silent,
            Some(last) => Signal::Alive(self.level(last.value)),
        }
    }

    fn level(&self, value: f64) -> Level {
        if self.low.is_some_and(|low| value < low) {
            Level::Low
        } else if self.high.is_some_and(|high| value > high) {
            Level::High
        } else {
            Level::Good
        }
    }
}

impl Pace {
    #[must_use]
    pub fn since(now: Time) -> Pace {
        Pace { began: now, n: 0 }
    }

    /// Counts one more; `false` when that is too many.
    pub fn admit(&mut self, now: Time) -> bool {
        if now.since(self.began) >= Duration::from_secs(60) || now < self.began {
            *self = Pace::since(now);
        }
        self.n = self.n.saturating_add(1);
        self.n <= MOST_A_MINUTE
    }
}

/// The period that should be known by now, where an indicator is late.
///
/// The rhythm is that of the sheets it is entered by, else that of its last two periods where the one follows the other: what was
/// counted once, or every ten years, is never late. It is late when the next period has ended and as much time again has passed.
#[must_use]
pub fn missing(entered: Option<&Entered>, periods: &[&str], today: jiff::civil::Date) -> Option<String> {
    let latest = *periods.last()?;
    let rhythm = match entered {
        Some(entered) => Some(entered.every),
        None => [Every::Month, Every::Quarter, Every::Half, Every::Year]
            .into_iter()
            .find(|every| {
                let before = periods.iter().nth_back(1).and_then(|before| every.number(before));
                every
                    .number(latest)
                    .is_some_and(|number| before == Some(number - 1))
            }),
    }?;
    let next = rhythm.number(latest)? + 1;
    (today > rhythm.last_day(next + 1)?).then(|| rhythm.name(next))
}

fn is_near(at: Time, received: Time) -> bool {
    at.since(received) <= MOST_CLOCK_OFF && received.since(at) <= MOST_CLOCK_OFF
}

/// `None` where a topic is missing, or is one for many.
fn source(typed: &TypedFeed) -> Option<Source> {
    if typed.source != "mqtt" {
        return Some(Source::Webhook);
    }
    let topic = typed.topic.trim();
    let is_topic = (1..=MOST_PATH).contains(&topic.chars().count())
        && !topic.contains(['+', '#'])
        && !topic.contains(cuts_off);
    is_topic.then(|| Source::Mqtt {
        topic: topic.to_owned(),
    })
}

/// Whether a broker may hang up on whoever sends a letter (MQTT 3.1.1, 1.5.3): with it in one topic, no sensor would be heard any more.
fn cuts_off(letter: char) -> bool {
    let is_no_letter = matches!(letter, '\u{fdd0}'..='\u{fdef}') || u32::from(letter) & 0xfffe == 0xfffe;
    letter.is_control() || is_no_letter
}

/// Decimals as they were typed; none when nothing was.
fn decimals(typed: &str) -> Option<usize> {
    match typed.trim() {
        "" => Some(0),
        typed => typed.parse().ok().filter(|n| *n <= MOST_DECIMALS),
    }
}

fn seconds(typed: &str) -> Option<Duration> {
    let n: u64 = typed.trim().parse().ok()?;
    (1..=MOST_SECONDS).contains(&n).then(|| Duration::from_secs(n))
}

/// A limit as it was typed: `Some(None)` for none, `None` for what is no number.
fn limit(typed: &str) -> Option<Option<f64>> {
    match typed.trim() {
        "" => Some(None),
        typed => typed
            .parse()
            .ok()
            .filter(|limit: &f64| limit.is_finite())
            .map(Some),
    }
}

/// What was sent as JSON; what is none is a text.
fn document(payload: &[u8]) -> Value {
    serde_json::from_slice(payload)
        .unwrap_or_else(|_| Value::String(String::from_utf8_lossy(payload).into_owned()))
}

/// What stands at a path: `uplink.decoded.0.level`, or a JSON pointer (RFC 6901).
fn find<'a>(document: &'a Value, path: &str) -> Option<&'a Value> {
    if path.is_empty() || path.starts_with('/') {
        return document.pointer(path);
    }
    let pointer = path.replace('~', "~0").replace('/', "~1").replace('.', "/");
    document.pointer(&format!("/{pointer}"))
}

/// A number, or a text that is one with a decimal point: what else a sensor says (`null`, `NaN`, `1,5`) is no value.
fn number(value: &Value) -> Option<f64> {
    let number = match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    };
    number.filter(|number| number.is_finite())
}

/// A moment: RFC 3339 with an offset, or a number of seconds, milliseconds or microseconds since 1970.
fn moment(value: &Value) -> Option<Time> {
    if let Some(at) = value.as_str().and_then(|text| Time::parse(text.trim()).ok()) {
        return Some(at);
    }
    let n = number(value)?;
    // Until the year 5138 seconds have at most eleven digits.
    let micros = match n.abs() {
        size if size < 1e11 => n * 1e6,
        size if size < 1e14 => n * 1e3,
        _ => n,
    };
    Some(Time(micros as i64))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: Time = Time(1_794_805_200_000_000);

    fn feed() -> Feed {
        Feed {
            code: "gate".into(),
            title: "Water at the gate".into(),
            unit: "m".into(),
            place: "35.22".into(),
            source: Source::Webhook,
            value_path: String::new(),
            time_path: String::new(),
            decimals: 2,
            expected: Duration::from_secs(60),
            silent: Duration::from_secs(180),
            low: Some(0.5),
            high: Some(2.0),
        }
    }

    fn value(path: &str, payload: &str) -> Option<f64> {
        let feed = Feed {
            value_path: path.into(),
            ..feed()
        };
        let read = feed.read(payload.as_bytes(), Sent::Now, NOON);
        read.ok().flatten().map(|reading| reading.value)
    }

    #[test]
    fn no_topic_of_one_sensor_has_the_broker_hang_up_on_all() {
        let of = |topic: &str| {
            source(&TypedFeed {
                source: "mqtt".into(),
                topic: topic.into(),
                ..TypedFeed::default()
            })
        };
        assert!(of("pintu/air bersih/é").is_some());
        for letter in ['+', '#', '\0', '\u{7}', '\n', '\u{85}', '\u{fdd0}', '\u{1fffe}'] {
            assert_eq!(of(&format!("a{letter}b")), None, "{letter:?}");
        }
        assert_eq!(of(" "), None);
    }

    #[test]
    fn a_value_is_found_where_the_feed_says_and_what_is_none_is_refused() {
        assert_eq!(value("", " 1.25 "), Some(1.25));
        assert_eq!(value("", "\"1.25\""), Some(1.25));
        assert_eq!(value("up.0.level", r#"{"up": [{"level": -3}]}"#), Some(-3.0));
        assert_eq!(value("/up.0/level", r#"{"up.0": {"level": 4e1}}"#), Some(40.0));
        for nothing in ["", "NaN", "null", "inf", "1,5", "true", "1.2 m", "{}", "1e999"] {
            assert_eq!(value("", nothing), None, "{nothing}");
        }
        assert_eq!(value("level", r#"{"level": null}"#), None);
        assert_eq!(value("level", "3"), None);
        assert!(value("", &"1".repeat(MOST_PAYLOAD + 1)).is_none());
    }

    #[test]
    fn a_sensor_whose_clock_is_off_is_dated_by_arrival() {
        let feed = Feed {
            value_path: "v".into(),
            time_path: "t".into(),
            ..feed()
        };
        let dated = |time: &str| {
            let payload = format!("{{\"v\": 1, \"t\": {time}}}");
            let reading = feed.read(payload.as_bytes(), Sent::Now, NOON);
            let reading = reading.expect("a value").expect("news");
            (reading.at.0 - NOON.0, reading.is_clock_off)
        };
        let seconds = NOON.0 / 1_000_000;
        assert_eq!(dated(&(seconds - 60).to_string()), (-60_000_000, false));
        assert_eq!(dated(&((seconds + 60) * 1_000).to_string()), (60_000_000, false));
        assert_eq!(dated(&format!("\"{NOON}\"")), (0, false));
        assert_eq!(dated(&(seconds - 3_600).to_string()), (0, true));
        assert_eq!(dated("\"yesterday\""), (0, true));
        assert_eq!(dated("null"), (0, true));
    }

    #[test]
    fn what_a_broker_kept_is_news_only_where_it_says_that_it_is_recent() {
        let kept = |feed: &Feed, payload: String| {
            let reading = feed.read(payload.as_bytes(), Sent::Retained, NOON);
            reading
                .expect("a value")
                .map(|reading| reading.received_at.0 - NOON.0)
        };
        assert_eq!(kept(&feed(), "1".into()), None);
        let feed = Feed {
            value_path: "v".into(),
            time_path: "t".into(),
            ..feed()
        };
        let at = |ago: i64| format!("{{\"v\": 1, \"t\": {}}}", NOON.0 / 1_000_000 - ago);
        assert_eq!(kept(&feed, at(100)), Some(-100_000_000));
        assert_eq!(kept(&feed, at(180)), None);
    }

    #[test]
    fn a_feed_is_silent_from_the_second_on_that_was_agreed_and_then_neither_good_nor_low() {
        let feed = feed();
        let last = |value: f64| Reading {
            at: NOON,
            value,
            received_at: NOON,
            is_clock_off: false,
        };
        let after = |seconds: u64| NOON.plus(Duration::from_secs(seconds));
        assert_eq!(feed.signal(None, NOON), Signal::Nothing);
        assert_eq!(
            feed.signal(Some(&last(0.4)), after(179)),
            Signal::Alive(Level::Low)
        );
        assert_eq!(feed.signal(Some(&last(2.0)), NOON), Signal::Alive(Level::Good));
        assert_eq!(feed.signal(Some(&last(2.1)), NOON), Signal::Alive(Level::High));
        assert_eq!(feed.signal(Some(&last(0.4)), after(180)), Signal::Silent);
    }

    #[test]
    fn a_feed_that_sends_without_end_is_held_back_for_the_rest_of_the_minute() {
        let mut pace = Pace::since(NOON);
        let admitted = (0..1_000).filter(|_| pace.admit(NOON)).count();
        assert_eq!(admitted, 600);
        assert!(!pace.admit(NOON.plus(Duration::from_secs(59))));
        assert!(pace.admit(NOON.plus(Duration::from_secs(60))));
    }

    #[test]
    fn what_comes_every_year_is_late_a_year_after_the_next_one_ended() {
        let missing = |periods: &[&str], year: i16| missing(None, periods, jiff::civil::date(year, 6, 1));
        assert_eq!(missing(&["2023", "2024"], 2026), None);
        assert_eq!(missing(&["2023", "2024"], 2027), Some("2025".into()));
        assert_eq!(missing(&["2010", "2020"], 2027), None);
        assert_eq!(missing(&["2026-Q1", "2026-Q2"], 2027), Some("2026-Q3".into()));
        assert_eq!(missing(&["2020"], 2027), None);
    }
}
