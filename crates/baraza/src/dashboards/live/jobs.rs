//! Readings older than seven days become rows of the table `readings` of the lake, each once.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use tables::{Column, Kind, Rows, Value};

use super::{
    feeds,
    store::{self, ReadingRow, ShelfRow},
};
use crate::platform::{
    app::App,
    db::Tx,
    events::Event,
    i18n::Lang,
    jobs::{Job, Lane},
    op::Op,
    time::Time,
};

/// The table's name in the lake, and the dataset's in the catalogue.
pub const TABLE: &str = "readings";
/// How long readings stay in the database.
const KEPT_FOR: Duration = Duration::from_secs(7 * 24 * 60 * 60);
/// Readings that are moved at once.
const AT_ONCE: i64 = 20_000;
/// Versions after which the small files of the table are put together.
const COMPACT_EVERY: u64 = 40;
/// The columns: name and kind. All of them are open.
pub const COLUMNS: [(&str, Kind); 6] = [
    ("feed", Kind::Text),
    ("place_code", Kind::Text),
    ("at", Kind::Instant),
    ("value", Kind::Decimal),
    ("unit", Kind::Text),
    ("received_at", Kind::Instant),
];

/// What the catalogue calls the table.
#[must_use]
pub fn title(lang: Lang) -> String {
    lang.text("dashboards-live-table").to_string()
}

/// What the catalogue says of the table.
#[must_use]
pub fn description(lang: Lang) -> String {
    lang.text("dashboards-live-table-about").to_string()
}

/// What a column is called.
#[must_use]
pub fn column_title(lang: Lang, column: &str) -> String {
    let column = column.replace('_', "-");
    lang.text(format!("dashboards-live-column-{column}")).to_string()
}

/// The table of readings has a new version.
#[derive(Serialize)]
pub struct ReadingsKept {
    /// Its name in the lake.
    pub table: &'static str,
    pub version: u64,
    /// The language of the installation, which the catalogue describes the table in.
    #[serde(skip)]
    pub lang: Lang,
}

impl Event for ReadingsKept {
    const NAME: &'static str = "dashboards.readings-kept";
    fn subject(&self) -> String {
        format!("table/{}", self.table)
    }
}

/// Moves old readings into the lake.
///
/// What is on its way is noted with the number of rows before: where the table has grown since, an earlier attempt has added
/// the readings and only did not come to let go of them. So none is ever there twice.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct KeepReadings {}

impl Job for KeepReadings {
    const NAME: &'static str = "dashboards.keep-readings";
    const LANE: Lane = Lane::Heavy;

    fn key(&self) -> Option<String> {
        Some(TABLE.to_owned())
    }

    async fn run(self, app: &App) -> anyhow::Result<()> {
        while let Some(shelf) = shelf(app).await? {
            move_out(app, shelf).await?;
        }
        Ok(())
    }
}

/// What is to be moved next: what an earlier attempt began, else the oldest readings; `None` when none is old enough.
async fn shelf(app: &App) -> anyhow::Result<Option<ShelfRow>> {
    if let Some(begun) = store::find_shelf(&app.db).await? {
        return Ok(Some(begun));
    }
    let old = app.clock.now().minus(KEPT_FOR);
    let Some(first) = store::find_nth_before(&app.db, old, 0).await? else {
        return Ok(None);
    };
    let until = match store::find_nth_before(&app.db, old, AT_ONCE).await? {
        // All readings of one moment go together.
        Some(at) if at > first => at,
        Some(_) => Time(first.0 + 1),
        None => old,
    };
    if !app.lake.exists(TABLE).await? {
        create(app).await?;
    }
    let shelf = ShelfRow {
        until: until.0,
        n_rows: i64::try_from(app.lake.n_rows(TABLE, None).await?)?,
    };
    let mut tx = app.db.begin().await?;
    store::put_shelf(&mut tx, shelf).await?;
    tx.commit().await?;
    Ok(Some(shelf))
}

async fn move_out(app: &App, shelf: ShelfRow) -> anyhow::Result<()> {
    let is_there = i64::try_from(app.lake.n_rows(TABLE, None).await?)? > shelf.n_rows;
    let version = if is_there {
        app.lake.version(TABLE).await?
    } else {
        let readings = store::list_before(&app.db, Time(shelf.until)).await?;
        app.lake.append(TABLE, &rows(app, &readings).await?).await?
    };
    let mut tx = app.db.begin().await?;
    store::clear_shelf(&mut tx, shelf).await?;
    tell(app, &mut tx, version.0).await?;
    tx.commit().await?;
    if version.0.is_multiple_of(COMPACT_EVERY) {
        app.lake.compact(TABLE).await?;
    }
    Ok(())
}

async fn create(app: &App) -> anyhow::Result<()> {
    let lang = language(app);
    let columns: Vec<Column> = COLUMNS
        .iter()
        .map(|(name, kind)| Column::new(*name, *kind).titled(column_title(lang, name)))
        .collect();
    app.lake.create(TABLE, &columns).await?;
    Ok(())
}

async fn rows(app: &App, readings: &[ReadingRow]) -> anyhow::Result<Rows> {
    let feeds = feeds(app).await?;
    let columns = COLUMNS.iter().map(|(name, kind)| Column::new(*name, *kind));
    let mut rows = Rows::new(columns.collect());
    for reading in readings {
        let Some(known) = feeds.all().iter().find(|known| known.row.id == reading.feed_id) else {
            continue;
        };
        rows.rows.push(vec![
            Value::Text(known.feed.code.clone()),
            Value::Text(known.feed.place.clone()),
            Value::Instant(reading.at),
            Value::Decimal(reading.value),
            Value::Text(known.feed.unit.clone()),
            Value::Instant(reading.received_at),
        ]);
    }
    Ok(rows)
}

async fn tell(app: &App, tx: &mut Tx, version: u64) -> anyhow::Result<()> {
    let event = ReadingsKept {
        table: TABLE,
        version,
        lang: language(app),
    };
    tx.emit(&Op::system(app.clock.now()), &event).await?;
    Ok(())
}

fn language(app: &App) -> Lang {
    app.config.language.parse().unwrap_or_default()
}
