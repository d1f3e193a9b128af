//! Datasets and their resources: listed, searched, shown, made and changed.

use formats::ckan::answer::Failure;
use serde_json::Value;

use super::{
    failed,
    shape::{self, Entry, Shared},
};
use crate::{
    catalog::{index, store::portal, view},
    platform::{app::App, op::Op},
};

pub mod change;
pub mod download;
mod keep;
pub mod read;
mod resources;
mod settle;

type Answer = Result<Value, Failure>;

/// The dataset with an id or a name that somebody may know of.
pub async fn find(app: &App, op: &Op, id_or_name: &str) -> Result<(Shared, Entry), Failure> {
    let unknown = || Failure::NotFound(String::new());
    let slug = portal::find_slug(app.db.read(), id_or_name)
        .await
        .map_err(failed)?;
    let shared = Shared::read(app).await.map_err(failed)?;
    let found = shape::load(app, &shared, Some(&slug.ok_or_else(unknown)?)).await;
    let entry = found
        .map_err(failed)?
        .pop()
        .filter(|entry| index::sees(op, entry))
        .map(|entry| entry.knowing(|dataset, resource| view::knows_of(op, dataset, resource)));
    Ok((shared, entry.ok_or_else(unknown)?))
}

/// The dataset of a resource that somebody may know of.
pub async fn dataset_of(app: &App, op: &Op, resource: &str) -> Result<Entry, Failure> {
    let found = portal::find_dataset_of(app.db.read(), resource)
        .await
        .map_err(failed)?;
    let (slug, _) = found
        .filter(|(_, state)| state == "active")
        .ok_or_else(unknown_resource)?;
    let (_, entry) = find(app, op, &slug).await.map_err(|_| unknown_resource())?;
    Ok(entry)
}

fn unknown_resource() -> Failure {
    Failure::NotFound("Resource was not found.".to_owned())
}
