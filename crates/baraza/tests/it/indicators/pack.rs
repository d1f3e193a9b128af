//! The definitions that ship with the product, over the tables of the household form that ships with it.

use std::path::{Path, PathBuf};

use baraza::indicators::{self, Computed, model::definition::Definition};
use formats::{xform, xlsform};
use tables::{Column, Kind, Rows, Value};

use super::{PLACES, compute, import_places, load};
use crate::town::Town;

pub(super) fn project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)
}

fn pack() -> Vec<(String, String)> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(project("data/indicators"))
        .expect("the pack")
        .map(|e| e.expect("a file").path())
        .collect();
    files.sort();
    files
        .into_iter()
        .map(|path| {
            (
                path.file_stem().unwrap().to_string_lossy().into_owned(),
                std::fs::read_to_string(&path).unwrap(),
            )
        })
        .collect()
}

/// The columns of a shipped form's tables, as `collect` makes them: the household's and the member's.
pub(super) fn shipped_columns(file: &str) -> [Vec<Column>; 2] {
    let markdown = std::fs::read(project(file)).expect("the form");
    let workbook = xlsform::read(&markdown, xlsform::workbook::Kind::Markdown).expect("a workbook");
    let form = xlsform::convert(&workbook, &xlsform::Options::default()).expect("a form");
    assert!(form.warnings.is_empty(), "{file}: {:?}", form.warnings);
    let form = xform::Form::parse(&form.xform).expect("an XForm");
    let shapes = xform::tables(&form);
    assert_eq!(shapes.len(), 2);
    [0, 1].map(|at| {
        let own = [Column::new("instance_id", Kind::Text)];
        own.into_iter()
            .chain(
                shapes[at]
                    .columns
                    .iter()
                    .map(|column| Column::new(&column.name, kind_of(column.kind))),
            )
            .collect()
    })
}

fn kind_of(kind: xform::ColumnType) -> Kind {
    match kind {
        xform::ColumnType::Text => Kind::Text,
        xform::ColumnType::Integer => Kind::Integer,
        xform::ColumnType::Decimal => Kind::Decimal,
        xform::ColumnType::Boolean => Kind::Flag,
        xform::ColumnType::Date => Kind::Date,
        xform::ColumnType::DateTime => Kind::Instant,
    }
}

/// Adds a row with these answers; everything else was not answered.
pub(super) fn add(rows: &mut Rows, answers: &[(&str, &str)]) {
    let mut row = vec![Value::Null; rows.columns.len()];
    for (name, answer) in answers {
        let at = rows
            .position(name)
            .unwrap_or_else(|| panic!("the form has no {name:?}"));
        row[at] = match rows.columns[at].kind {
            Kind::Integer => Value::Integer(answer.parse().expect("a whole number")),
            Kind::Decimal => Value::Decimal(answer.parse().expect("a number")),
            Kind::Date => Value::Date(20_500),
            _ => Value::Text((*answer).to_owned()),
        };
    }
    rows.rows.push(row);
}

/// So many households with one member each, all with the same answers.
struct Census {
    households: Rows,
    members: Rows,
}

impl Census {
    fn add(&mut self, n: usize, household: &[(&str, &str)], member: &[(&str, &str)]) {
        for _ in 0..n {
            let id = format!("uuid:{}", self.households.len());
            let common = [
                ("instance_id", id.as_str()),
                ("consent", "yes"),
                ("village", "35.22.01.2001"),
                ("today", "2026-02-16"),
            ];
            add(&mut self.households, &[common.as_slice(), household].concat());
            add(
                &mut self.members,
                &[&[("instance_id", id.as_str())], member].concat(),
            );
        }
    }
}

/// The value of an indicator in the village, and how many were counted.
async fn value(town: &Town, code: &str) -> (f64, i64, i64) {
    let computed = compute(town, code).await;
    assert!(matches!(computed, Computed::Done { .. }), "{code}: {computed:?}");
    let definition = indicators::find(&town.app, code).await.unwrap().definition;
    let seen = indicators::series(&town.app, &definition, "35.22.01.2001", &[])
        .await
        .unwrap();
    assert_eq!(seen.len(), 1, "{code}: {seen:?}");
    let figures = seen[0].figures;
    (
        figures.value.unwrap_or(f64::NAN),
        figures.n.unwrap_or(-1),
        figures.n_missing.unwrap_or(-1),
    )
}

#[test]
fn every_definition_of_the_pack_is_complete_in_english_and_indonesian() {
    let pack = pack();
    assert!(pack.len() >= 10, "{}", pack.len());
    for (name, text) in pack {
        let definition = Definition::parse(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(definition.code, name);
        let mut words = vec![&definition.title, &definition.description, &definition.method];
        match definition.counting() {
            Some(counting) => words.extend([
                &definition.counted,
                &counting.numerator_title,
                &counting.denominator_title,
            ]),
            // What is made of other numbers is ours, and says why it is made.
            None => words.push(&definition.scope_reason),
        }
        words.extend(
            definition
                .dimensions
                .iter()
                .flat_map(|d| d.codes.iter().map(|c| &c.title).chain([&d.title])),
        );
        for word in words {
            assert!(!word.in_language("en").is_empty(), "{name}");
            assert_ne!(word.in_language("id"), "", "{name}");
        }
        assert_ne!(
            definition.title.in_language("id"),
            definition.title.in_language("en"),
            "{name}"
        );
    }
}

#[tokio::test]
async fn the_pack_counts_what_the_standards_say_over_the_shipped_form() {
    let town = Town::new().await;
    import_places(&town, PLACES).await;
    let [household_columns, member_columns] = shipped_columns("data/forms/household.md");
    let mut census = Census {
        households: Rows::new(household_columns.clone()),
        members: Rows::new(member_columns.clone()),
    };
    let adult = [("sex", "female"), ("age", "40"), ("has_disability", "0")];
    // Water: piped counts without minutes; 30 minutes count, 31 do not; surface water does not however near.
    census.add(10, &[("water_source", "piped_dwelling")], &adult);
    census.add(
        10,
        &[("water_source", "borehole"), ("water_minutes", "30")],
        &adult,
    );
    census.add(
        10,
        &[("water_source", "borehole"), ("water_minutes", "31")],
        &adult,
    );
    census.add(
        10,
        &[("water_source", "surface_water"), ("water_minutes", "0")],
        &adult,
    );
    census.add(7, &[("water_source", "borehole")], &adult);
    // Toilet: shared does not count, nor does one that flushes into the open.
    census.add(10, &[("toilet", "flush_septic"), ("toilet_shared", "no")], &adult);
    census.add(
        10,
        &[("toilet", "flush_septic"), ("toilet_shared", "yes")],
        &adult,
    );
    census.add(10, &[("toilet", "flush_open"), ("toilet_shared", "no")], &adult);
    census.add(10, &[("toilet", "none")], &adult);
    // Energy: kerosene is not clean; who does not cook is left out.
    census.add(10, &[("cooking_fuel", "lpg"), ("electricity", "solar")], &adult);
    census.add(
        10,
        &[("cooking_fuel", "kerosene"), ("electricity", "none")],
        &adult,
    );
    census.add(10, &[("cooking_fuel", "no_cooking")], &adult);
    // Birth certificates: not seen counts, registered without one counts, not known does not.
    for (answer, n) in [
        ("seen", 10),
        ("not_seen", 10),
        ("registered", 10),
        ("no", 10),
        ("dont_know", 10),
    ] {
        census.add(
            n,
            &[],
            &[("sex", "male"), ("age", "3"), ("birth_certificate", answer)],
        );
    }
    // Youth: who works and studies is subtracted once; training counts.
    for (sex, worked, attending, training) in [
        ("male", "yes", "yes", ""),
        ("female", "no", "no", ""),
        ("male", "no", "no", "yes"),
        ("male", "no", "yes", "no"),
    ] {
        let mut youth = vec![
            ("sex", sex),
            ("age", "20"),
            ("has_disability", "0"),
            ("worked_last_week", worked),
            ("attending", attending),
        ];
        youth.extend((!training.is_empty()).then_some(("training", training)));
        census.add(10, &[], &youth);
    }
    census.add(
        10,
        &[],
        &[
            ("sex", "male"),
            ("age", "10"),
            ("has_disability", "1"),
            ("attending", "yes"),
            ("health_insurance", "public_paid"),
        ],
    );
    census.add(
        10,
        &[],
        &[
            ("sex", "male"),
            ("age", "10"),
            ("has_disability", "0"),
            ("attending", "no"),
            ("health_insurance", "dont_know"),
        ],
    );
    census.add(
        10,
        &[
            ("food_ran_out", "no"),
            ("food_whole_day", "yes"),
            ("safety_night", "fairly_safe"),
        ],
        &[
            ("sex", "male"),
            ("age", "70"),
            ("has_disability", "0"),
            ("health_insurance", "none"),
        ],
    );
    census.add(
        10,
        &[
            ("food_ran_out", "no"),
            ("food_whole_day", "no"),
            ("safety_night", "never_alone"),
        ],
        &adult,
    );
    census.add(
        10,
        &[("food_ran_out", "refused"), ("food_whole_day", "no")],
        &adult,
    );
    for (table, rows) in [
        ("census__household", &census.households),
        ("census__household__member", &census.members),
    ] {
        town.app.lake.create(table, &rows.columns).await.unwrap();
        town.app.lake.append(table, rows).await.unwrap();
    }
    let texts: Vec<String> = pack().into_iter().map(|(_, text)| text).collect();
    for at in indicators::formulas::load_order(&texts) {
        load(&town, &texts[at]).await;
    }
    town.run_jobs().await;
    assert_eq!(town.dead_jobs().await, Vec::<String>::new());
    for (code, expected) in [
        ("6.1.1", (50.0, 40)),
        ("6.1.1-households", (50.0, 40)),
        ("6.2.1", (25.0, 40)),
        ("7.1.1", (50.0, 20)),
        ("7.1.2", (50.0, 20)),
        ("16.9.1", (60.0, 50)),
        ("8.6.1", (25.0, 40)),
        ("school-attendance", (50.0, 20)),
        ("health-insurance", (50.0, 20)),
        ("2.1.2", (50.0, 20)),
        ("16.1.4", (50.0, 20)),
    ] {
        let (value, n, _) = value(&town, code).await;
        assert_eq!((value, n), expected, "{code}");
    }
    // A quarter has a toilet, half have each of the other three; all women and no men of 15 to 24 are left out.
    let (index, ..) = value(&town, "basic-services").await;
    assert!(
        (index - (25.0_f64 * 50.0 * 50.0 * 50.0).powf(0.25)).abs() < 1e-9,
        "{index}"
    );
    assert_eq!(value(&town, "8.6.1-gap").await.0, 100.0);
    // Borehole, but nobody asked how far: neither counted as having it nor as lacking it.
    let (_, _, n_missing) = value(&town, "6.1.1-households").await;
    assert_eq!(n_missing, i64::try_from(census.households.len()).unwrap() - 40);
}
