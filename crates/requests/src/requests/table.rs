//! Requests as a table of the catalogue, one row each: what happened to it and when, and nothing of who or exactly where.
//!
//! A job brings it up to date every hour. It writes what was touched since and what turned its light by
//! itself; the light is that of the moment in `as_of`. Confidential requests are not in it.

use std::collections::{BTreeSet, HashMap};

use jiff::civil::date;
use serde::{Deserialize, Serialize};
use tables::{Kind, Rows, Value};

use super::{
    board::{
        kept,
        rows::{floor, id_text},
    },
    library::Library,
    store::{self, board::Listed},
};
use crate::platform::{
    app::App,
    calendar::Calendar,
    events::Event,
    i18n::Lang,
    jobs::{Job, Lane},
    op::Op,
    problem::Result,
    tabled::{self, days_since_1970, instant},
    time::Time,
};

/// The table's name in the lake, and the dataset's in the catalogue.
pub const TABLE: &str = "requests";
/// Rows written in one change.
const AT_ONCE: usize = 5_000;
/// Versions after which the small files of the table are put together.
const COMPACT_EVERY: u64 = 40;
/// How long a change may take from the moment it bears until others see it.
const LATE: std::time::Duration = std::time::Duration::from_secs(40 * 60);

/// The columns: name and kind. All of them are open; a text, a name or a position is not among them.
pub const COLUMNS: [(&str, Kind); 26] = [
    ("code", Kind::Text),
    ("service", Kind::Text),
    ("service_group", Kind::Text),
    ("agency", Kind::Text),
    ("place_code", Kind::Text),
    ("kind", Kind::Text),
    ("channel", Kind::Text),
    ("state", Kind::Text),
    ("light", Kind::Text),
    ("as_of", Kind::Instant),
    ("opened_on", Kind::Date),
    ("opened_at", Kind::Instant),
    ("verified_at", Kind::Instant),
    ("answered_at", Kind::Instant),
    ("closed_at", Kind::Instant),
    ("close_kind", Kind::Text),
    ("promised_by", Kind::Instant),
    ("is_overdue", Kind::Flag),
    ("answer_days", Kind::Decimal),
    ("answer_working_days", Kind::Integer),
    ("close_days", Kind::Decimal),
    ("close_working_days", Kind::Integer),
    ("level", Kind::Integer),
    ("n_reopened", Kind::Integer),
    ("n_transfers", Kind::Integer),
    ("n_supporters", Kind::Integer),
];

/// The standards that columns of codes follow: column, standard, version. They are shipped in `data/standards`.
pub const STANDARDS: [(&str, &str, &str); 5] = [
    ("kind", "request-kind", "1"),
    ("channel", "request-channel", "1"),
    ("state", "request-state", "1"),
    ("light", "request-light", "1"),
    ("close_kind", "request-close", "1"),
];

/// What the catalogue calls the table.
#[must_use]
pub fn title(lang: Lang) -> String {
    lang.text("requests-table").to_string()
}

/// What the catalogue says of the table.
#[must_use]
pub fn description(lang: Lang) -> String {
    lang.text("requests-table-about").to_string()
}

/// What a column is called.
#[must_use]
pub fn column_title(lang: Lang, column: &str) -> String {
    let column = column.replace('_', "-");
    lang.text(format!("requests-table-column-{column}")).to_string()
}

/// The table of requests has a new version.
#[derive(Serialize)]
pub struct TableWritten {
    /// Its name in the lake.
    pub table: &'static str,
    pub version: u64,
    /// The language of the installation, which the catalogue describes the table in.
    #[serde(skip)]
    pub lang: Lang,
}

impl Event for TableWritten {
    const NAME: &'static str = "requests.table-written";
    fn subject(&self) -> String {
        format!("table/{}", self.table)
    }
}

/// Brings the table up to date. Rows are replaced by code, so doing it twice changes nothing.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Tabulate {}

impl Job for Tabulate {
    const NAME: &'static str = "requests.tabulate";
    // A first filling takes minutes.
    const LANE: Lane = Lane::Heavy;

    fn key(&self) -> Option<String> {
        Some(TABLE.to_owned())
    }

    async fn run(self, app: &App) -> anyhow::Result<()> {
        let now = app.clock.now();
        let as_of = Time(now.0.div_euclid(1_000_000) * 1_000_000);
        let Some(due) = Due::find(app, as_of).await? else {
            return Ok(());
        };
        let mut writer = Writer::new(app, as_of).await?;
        let mut version = None;
        let lang: Lang = app.config.language.parse().unwrap_or_default();
        if due.is_first {
            // What an earlier attempt left half-done is no table yet.
            app.lake.drop_table(TABLE).await?;
            let columns = tabled::titled(&COLUMNS, |name| column_title(lang, name));
            version = Some(app.lake.create(TABLE, &columns).await?);
        }
        for ids in due.ids.chunks(AT_ONCE) {
            let listed = store::board::list(app.db.read(), ids).await?;
            let gone: Vec<Value> = listed
                .iter()
                .map(|request| Value::Text(request.code.clone()))
                .collect();
            let rows = writer.rows(app, listed).await?;
            version = Some(if due.is_first {
                app.lake.append(TABLE, &rows).await?
            } else {
                app.lake.replace(TABLE, "code", &gone, &rows).await?
            });
        }
        let Some(mut version) = version else {
            return Ok(());
        };
        if version.0 > 0 && (due.is_first || version.0.is_multiple_of(COMPACT_EVERY)) {
            version = app.lake.compact(TABLE).await?;
        }
        let op = Op::system(now);
        let mut tx = app.db.begin().await?;
        store::board::save_written(&mut tx, TABLE, as_of.0, due.touched_at).await?;
        let event = TableWritten {
            table: TABLE,
            version: version.0,
            lang,
        };
        tx.emit(&op, &event).await?;
        tx.commit().await?;
        Ok(())
    }
}

/// What is to be written.
struct Due {
    is_first: bool,
    ids: Vec<String>,
    /// The last change among them.
    touched_at: i64,
}

impl Due {
    /// Finds what changed since the last version; `None` when nothing did.
    async fn find(app: &App, as_of: Time) -> Result<Option<Due>> {
        let written = store::board::find_written(app.db.read(), TABLE).await?;
        let board = kept::current(app, app.clock.now()).await?;
        let mut ids: BTreeSet<u128> = BTreeSet::new();
        let mut touched_at = 0;
        match written {
            None => board.read(|rows| {
                rows.each(&Default::default(), |id, _| {
                    ids.insert(id);
                });
            }),
            Some((before, last)) => {
                touched_at = last;
                ids.extend(board.read(|rows| rows.turned(floor(before), floor(as_of.0))));
                // What bears an earlier moment may have come since; it is written once more at most.
                let since = Time(last).minus(LATE).0.max(1);
                for (id, at) in store::board::list_touched_ids(app.db.read(), since).await? {
                    if at > last || at > before - LATE_MICROS {
                        ids.extend(uuid::Uuid::parse_str(&id).ok().map(|id| id.as_u128()));
                    }
                    touched_at = touched_at.max(at);
                }
            }
        }
        let is_first = written.is_none();
        if is_first {
            touched_at = store::board::last_touched(app.db.read()).await?;
        }
        let ids: Vec<String> = ids.into_iter().map(id_text).collect();
        Ok((!ids.is_empty()).then_some(Due {
            is_first,
            ids,
            touched_at,
        }))
    }
}

const LATE_MICROS: i64 = LATE.as_micros() as i64;

/// Makes rows, with the calendars by which working days are counted.
struct Writer {
    library: std::sync::Arc<Library>,
    as_of: Time,
    days: HashMap<String, WorkingDays>,
}

impl Writer {
    async fn new(app: &App, as_of: Time) -> Result<Writer> {
        Ok(Writer {
            library: super::library::current(app).await?,
            as_of,
            days: HashMap::new(),
        })
    }

    async fn rows(&mut self, app: &App, listed: Vec<Listed>) -> Result<Rows> {
        let mut rows = tabled::empty(&COLUMNS);
        for request in listed {
            if !self.days.contains_key(&request.profile) {
                let profile = self.library.profile_version(app, &request.profile).await?;
                let days = WorkingDays::until(&profile.calendar, self.as_of);
                self.days.insert(request.profile.clone(), days);
            }
            rows.rows.push(self.row(app, &request));
        }
        Ok(rows)
    }

    fn row(&self, app: &App, request: &Listed) -> Vec<Value> {
        let text = |text: &str| Value::Text(text.to_owned());
        let maybe = |code: &Option<String>| code.clone().map_or(Value::Null, Value::Text);
        let closed_at = request.closed.map(|(at, _)| at);
        let opened_at = request.opened_at;
        let days = |to: Option<Time>| {
            to.map_or(Value::Null, |to| {
                Value::Decimal((to.since(opened_at).as_secs_f64() / 864.0).round() / 100.0)
            })
        };
        let working = &self.days[&request.profile];
        let working = |to: Option<Time>| {
            to.and_then(|to| working.between(opened_at, to))
                .map_or(Value::Null, Value::Integer)
        };
        let group = self.library.service(&request.service).ok();
        let overdue = request
            .finish_by
            .map(|target| closed_at.unwrap_or(self.as_of) > target);
        vec![
            text(&request.code),
            text(&request.service),
            group.map_or(Value::Null, |service| text(&service.group)),
            maybe(&request.agency),
            maybe(&request.place),
            text(request.kind.as_str()),
            text(request.channel.as_str()),
            text(&request.state),
            text(request.light(self.as_of).as_str()),
            Value::Instant(self.as_of.0),
            tabled::day(app.config.day(opened_at)),
            Value::Instant(opened_at.0),
            instant(request.verified_at),
            instant(request.answered_at),
            instant(closed_at),
            request
                .closed
                .map_or(Value::Null, |(_, kind)| text(kind.as_str())),
            instant(request.finish_by),
            overdue.map_or(Value::Null, Value::Flag),
            days(request.answered_at),
            working(request.answered_at),
            days(closed_at),
            working(closed_at),
            Value::Integer(request.level),
            Value::Integer(request.n_reopened),
            Value::Integer(request.n_transfers),
            Value::Integer(request.n_supporters),
        ]
    }
}

/// How many working days of a calendar lie before each day since 1970.
struct WorkingDays {
    zone: jiff::tz::TimeZone,
    before: Vec<i32>,
}

impl WorkingDays {
    fn until(calendar: &Calendar, last: Time) -> WorkingDays {
        let end = days_since_1970(calendar.day(last)) + 2;
        let mut before = Vec::with_capacity(usize::try_from(end).unwrap_or(0));
        let (mut day, mut n) = (date(1970, 1, 1), 0);
        for _ in 0..end.max(0) {
            before.push(n);
            n += i32::from(calendar.is_working_day(day));
            match day.tomorrow() {
                Ok(next) => day = next,
                Err(_) => break,
            }
        }
        WorkingDays {
            zone: calendar.zone().clone(),
            before,
        }
    }

    /// Working days after the day of one moment, up to and with the day of another: as “end of working day 3” counts them.
    fn between(&self, from: Time, to: Time) -> Option<i64> {
        let day = |at: Time| {
            let day = at.timestamp().to_zoned(self.zone.clone()).date();
            usize::try_from(days_since_1970(day) + 1).ok()
        };
        let (from, to) = (self.before.get(day(from)?)?, self.before.get(day(to)?)?);
        Some(i64::from(to - from).max(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::requests::model::profile::{Profile, shipped};

    #[test]
    fn working_days_are_counted_as_a_profile_counts_them() {
        let profile = Profile::parse(shipped::LAPOR).expect("a profile");
        let at = |text: &str| Time::parse(text).expect("a moment");
        let days = WorkingDays::until(&profile.calendar, at("2026-12-31T00:00:00Z"));
        // Friday to Monday is one, the same day none, a week five.
        for (from, to, n) in [
            ("2026-11-13T02:00:00Z", "2026-11-16T02:00:00Z", 1),
            ("2026-11-16T02:00:00Z", "2026-11-16T09:00:00Z", 0),
            ("2026-11-16T02:00:00Z", "2026-11-23T02:00:00Z", 5),
        ] {
            assert_eq!(days.between(at(from), at(to)), Some(n), "{from} {to}");
        }
    }

    #[test]
    fn nothing_personal_has_a_column() {
        for word in [
            "name",
            "phone",
            "email",
            "user",
            "text",
            "description",
            "lat",
            "lon",
            "address",
            "key",
            "person",
        ] {
            assert!(COLUMNS.iter().all(|(name, _)| *name != word), "{word}");
        }
        let names: std::collections::HashSet<_> = COLUMNS.iter().map(|(name, _)| name).collect();
        assert_eq!(names.len(), COLUMNS.len());
    }
}
