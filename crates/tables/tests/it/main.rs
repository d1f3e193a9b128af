//! The crate through its door, on a lake in a temporary folder.

mod answer;
mod cube;
mod diff;
mod export;
mod find;
mod grouped;
mod guess;
mod hostile;
mod ingest;
mod lake;
mod numbered;
mod query;
mod real_data;
mod view;
mod wire;

use tables::{Column, Kind, Lake, Rows, Settings, Value};

/// A lake that is gone when the test ends.
pub struct TestLake {
    pub lake: Lake,
    pub folder: tempfile::TempDir,
}

impl TestLake {
    #[allow(clippy::new_without_default, reason = "a test makes one when it needs one")]
    pub fn new() -> TestLake {
        let folder = tempfile::tempdir().expect("make a temporary folder");
        TestLake {
            lake: open(&folder),
            folder,
        }
    }
}

pub fn open(folder: &tempfile::TempDir) -> Lake {
    let path = folder.path().join("lake");
    Lake::open(&path.to_string_lossy(), &Settings::default()).expect("open a lake")
}

pub fn people_columns() -> Vec<Column> {
    vec![
        Column::new("name", Kind::Text).titled("Name of the person"),
        Column::new("age", Kind::Integer),
        Column::new("weight", Kind::Decimal),
        Column::new("born", Kind::Date),
    ]
}

pub fn people(names: &[&str]) -> Rows {
    Rows {
        columns: people_columns(),
        rows: names
            .iter()
            .enumerate()
            .map(|(at, name)| {
                vec![
                    Value::from(*name),
                    Value::Integer(20 + at as i64),
                    Value::Decimal(50.5),
                    Value::Date(10_000 + at as i32),
                ]
            })
            .collect(),
    }
}
