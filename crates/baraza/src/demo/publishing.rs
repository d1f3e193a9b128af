//! The offices' open data, entered and sent as an office would.

use anyhow::Context;
use bytes::Bytes;

use super::opendata::{Offered, offered};
use super::world::census::World;
use super::world::settlement::REGENCY_CODE;
use crate::catalog::model::{Entry, EntryInput};
use crate::catalog::reading::HowToRead;
use crate::catalog::workflow::{self, model::Review};
use crate::catalog::{NewFile, enter_dataset, receive_file};
use crate::platform::app::App;
use crate::platform::op::Op;

/// Publishes every dataset of the invented offices; their files are read by jobs. Returns how many there are.
pub async fn publish(app: &App, op: &Op, world: &World) -> anyhow::Result<usize> {
    // Its offices have nobody yet who could look at what they publish.
    let mut tx = app.db.begin().await?;
    workflow::set_rule(&mut tx, op, "", Some(Review::None)).await?;
    tx.commit().await?;
    let offered = offered(world);
    for dataset in &offered {
        publish_one(app, op, dataset)
            .await
            .with_context(|| format!("publish the dataset {}", dataset.slug))?;
    }
    Ok(offered.len())
}

async fn publish_one(app: &App, op: &Op, dataset: &Offered) -> anyhow::Result<()> {
    let entry = Entry::parse(&EntryInput {
        slug: dataset.slug.to_owned(),
        title: dataset.title.to_owned(),
        description: dataset.description.to_owned(),
        theme: dataset.theme.to_owned(),
        organisation: dataset.organisation.to_owned(),
        licence: "CC-BY-4.0".to_owned(),
        place: REGENCY_CODE.to_owned(),
        period: "2026".to_owned(),
        open: "yes".to_owned(),
    })?;
    let blob = app.blobs.put(Bytes::from(dataset.content.clone())).await?;
    let mut tx = app.db.begin().await?;
    enter_dataset(app, &mut tx, op, &entry).await?;
    // The next step looks the dataset up.
    tx.commit().await?;
    let mut tx = app.db.begin().await?;
    receive_file(
        app,
        &mut tx,
        op,
        dataset.slug,
        NewFile {
            name: dataset.file_name,
            blob: &blob,
            resource: None,
            how: HowToRead::default(),
        },
    )
    .await?;
    tx.commit().await?;
    Ok(())
}
