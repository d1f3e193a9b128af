//! Courses and their seats as a table of the catalogue, one row for each intake. Nobody who looks for a seat is in it.
//!
//! A job writes it when a list was taken in, and every hour, where something differs; seats left are told as on the pages.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use tables::{Kind, Rows, Value};

use super::{
    model::{Offer, Placement, Register, placed},
    register, store,
};
use crate::platform::{
    app::App,
    events::Event,
    i18n::Lang,
    id,
    jobs::{Job, Lane},
    op::Op,
    tabled::{self, day, number, text},
};

/// The table's name in the lake.
pub const TABLE: &str = "skills_courses";
/// The dataset's in the catalogue.
pub const DATASET: &str = "training-courses";

/// The columns: name and kind. All of them are open.
pub const COLUMNS: [(&str, Kind); 26] = [
    ("institution", Kind::Text),
    ("institution_title", Kind::Text),
    ("institution_kind", Kind::Text),
    ("place_code", Kind::Text),
    ("course", Kind::Text),
    ("course_title", Kind::Text),
    ("field", Kind::Text),
    ("isced", Kind::Integer),
    ("level", Kind::Text),
    ("hours", Kind::Integer),
    ("cost", Kind::Integer),
    ("language", Kind::Text),
    ("min_age", Kind::Integer),
    ("max_age", Kind::Integer),
    ("schooling", Kind::Integer),
    ("starts_on", Kind::Date),
    ("ends_on", Kind::Date),
    ("apply_by", Kind::Date),
    ("seats", Kind::Integer),
    ("seats_women", Kind::Integer),
    ("seats_left", Kind::Text),
    ("seats_free_at_least", Kind::Integer),
    ("placed_after_months", Kind::Integer),
    ("n_finished", Kind::Integer),
    ("n_employed", Kind::Integer),
    ("n_education", Kind::Integer),
];

/// What the catalogue calls the table.
#[must_use]
pub fn title(lang: Lang) -> String {
    lang.text("skills-table").to_string()
}

/// What the catalogue says of the table.
#[must_use]
pub fn description(lang: Lang) -> String {
    lang.text("skills-table-about").to_string()
}

/// What a column is called.
#[must_use]
pub fn column_title(lang: Lang, column: &str) -> String {
    let column = column.replace('_', "-");
    lang.text(format!("skills-table-column-{column}")).to_string()
}

/// The table of courses has a new version.
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
    const NAME: &'static str = "skills.table-written";
    fn subject(&self) -> String {
        format!("table/{}", self.table)
    }
}

/// Brings the table up to date. All rows are written anew where one differs, so doing it twice changes nothing.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Tabulate {}

impl Job for Tabulate {
    const NAME: &'static str = "skills.tabulate";
    const LANE: Lane = Lane::Heavy;

    fn key(&self) -> Option<String> {
        Some(TABLE.to_owned())
    }

    async fn run(self, app: &App) -> anyhow::Result<()> {
        let now = app.clock.now();
        let register = register(app).await?;
        let rows = rows(&register, app.config.day(now));
        let rows_hash = id::digest(&format!("{:?}", rows.rows));
        let written = store::find_written(&app.db, TABLE).await?;
        let is_same = written.as_deref() == Some(rows_hash.as_str());
        // Before there is any training, there is no table.
        if is_same || (written.is_none() && rows.is_empty()) {
            return Ok(());
        }
        let lang: Lang = app.config.language.parse().unwrap_or_default();
        if !app.lake.exists(TABLE).await? {
            let columns = tabled::titled(&COLUMNS, |name| column_title(lang, name));
            app.lake.create(TABLE, &columns).await?;
        }
        let version = app.lake.overwrite(TABLE, &rows).await?;
        let mut tx = app.db.begin().await?;
        store::save_written(&mut tx, TABLE, &rows_hash, now).await?;
        let event = TableWritten {
            table: TABLE,
            version: version.0,
            lang,
        };
        tx.emit(&Op::system(now), &event).await?;
        tx.commit().await?;
        Ok(())
    }
}

/// One row for each intake of the register, as it stands on a day.
pub(super) fn rows(register: &Register, today: Date) -> Rows {
    let mut rows = tabled::empty(&COLUMNS);
    rows.rows = register.offers().map(|offer| row(&offer, today)).collect();
    rows
}

/// An intake as a row of the table.
pub(super) fn row(offer: &Offer<'_>, today: Date) -> Vec<Value> {
    let (institution, course, intake) = (offer.institution, offer.course, offer.intake);
    let left = offer.left(today);
    let placement = intake.last_placement();
    let told = placement.map(placed::told);
    vec![
        text(&institution.code),
        text(&institution.name),
        text(&institution.kind),
        text(&institution.place),
        text(&course.code),
        text(&course.title),
        text(&course.field),
        number(course.isced),
        text(&course.level),
        number(course.hours),
        number(course.cost),
        text(&course.language),
        number(course.min_age),
        number(course.max_age),
        number(course.schooling),
        day(intake.starts_on),
        day(intake.ends_on),
        day(intake.apply_by),
        Value::Integer(intake.seats),
        Value::Integer(intake.seats_women),
        text(left.as_str()),
        number(left.at_least()),
        number(placement.map(|placement: &Placement| placement.after_months)),
        number(told.and_then(|told| told.n_finished)),
        number(told.and_then(|told| told.n_employed)),
        number(told.and_then(|told| told.n_education)),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_column_has_its_value_and_nothing_personal_has_a_column() {
        let institution = crate::skills::model::Institution::default();
        let course = crate::skills::model::Course::default();
        let day = jiff::civil::date(2027, 1, 4);
        let intake = crate::skills::model::Intake {
            id: "i".into(),
            starts_on: day,
            ends_on: day,
            apply_by: day,
            seats: 20,
            seats_women: 0,
            n_taken: 0,
            n_held: 3,
            n_held_open: 3,
            placements: Vec::new(),
        };
        let offer = Offer {
            institution: &institution,
            course: &course,
            intake: &intake,
        };
        let row = row(&offer, day);
        assert_eq!(row.len(), COLUMNS.len());
        assert!(
            !row.contains(&Value::Integer(17)),
            "exact counts of free seats stay here: {row:?}"
        );
        for word in ["name", "phone", "person", "seeker", "id", "n_held", "contact"] {
            assert!(COLUMNS.iter().all(|(name, _)| *name != word), "{word}");
        }
    }
}
