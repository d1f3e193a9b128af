//! A new installation in a folder, filled through the doors that people use: a list of places, a table of persons, definitions.

use std::path::PathBuf;

use anyhow::bail;
use baraza::{
    indicators,
    places::{self, NewList, import::Options},
    platform::{
        app::App,
        config::{Config, Settings},
        jobs,
        op::Op,
        time::Clock,
    },
    reactions,
};
use tables::Rows;

/// The table that the persons are put into.
const PERSONS: &str = "bench__person";

/// Opens an installation in a folder that is not there yet.
pub async fn open(folder: PathBuf) -> anyhow::Result<(App, Op)> {
    if folder.exists() {
        bail!("{} is there already; name a new folder", folder.display());
    }
    let settings = Settings {
        data: Some(folder),
        ..Settings::default()
    };
    let app = App::open(Config::settle(settings, None)?, Clock::system(), reactions::all()).await?;
    let op = Op::system(app.clock.now());
    Ok((app, op))
}

/// Takes in a list of places; the name of the file says how it is written.
pub async fn import_places(app: &App, op: &Op, file_name: &str, text: String) -> anyhow::Result<()> {
    let list = NewList {
        file_name: file_name.into(),
        bytes: text.into_bytes(),
        options: Options::default(),
    };
    match places::import(app, op, list, &|_, _| ()).await? {
        places::Outcome::Kept(_) => Ok(()),
        places::Outcome::Refused { broken, .. } => bail!("the places were refused: {broken:?}"),
    }
}

/// Puts persons into their table and has indicators counted from it.
pub async fn count(
    app: &App,
    op: &Op,
    persons: &Rows,
    definitions: impl Iterator<Item = String>,
) -> anyhow::Result<()> {
    app.lake.create(PERSONS, &persons.columns).await?;
    app.lake.append(PERSONS, persons).await?;
    let mut tx = app.db.begin().await?;
    for definition in definitions {
        indicators::load(&mut tx, op, &definition).await?;
    }
    tx.commit().await?;
    jobs::run_due(app).await?;
    Ok(())
}
