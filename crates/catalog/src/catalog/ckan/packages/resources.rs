//! The resources of a dataset that is kept: their rows, and the files that came for them.

use std::borrow::Cow;

use formats::ckan::{
    call::Upload,
    package::{Package, Resource, input::Settled},
};

use crate::{
    catalog::{
        FileReceived,
        ckan::shape::{self, Entry},
        details,
        model::{self, resource_slug_of},
        reading::HowToRead,
        store::{
            self,
            portal::{self, NewResource},
        },
        workflow::{self, model::Review},
    },
    platform::{db::Tx, id, op::Op, problem::Result as Outcome},
};

/// Keeps the resources of a dataset in their order, with the files that came.
pub(super) async fn keep_resources(
    tx: &mut Tx,
    op: &Op,
    settled: &Settled,
    before: Option<&Entry>,
    (review, is_reviewed): (Review, bool),
) -> Outcome<()> {
    let package = &settled.package;
    let mut slugs = portal::list_resource_slugs(tx, &package.name).await?;
    for (position, resource) in package.resources.iter().enumerate() {
        let upload = settled.uploads.iter().find(|(at, _)| *at == position);
        let upload = upload.map(|(_, upload)| upload);
        let row = before.and_then(|entry| entry.resources.iter().find(|row| row.id == resource.id));
        let shown = before.and_then(|entry| {
            let mut known = entry.package.resources.iter();
            known.find(|known| known.id == resource.id)
        });
        // A file that waits to be looked at is not the resource's yet: it is told of when it is published.
        let told = match (upload, shown) {
            (Some(_), Some(shown)) if is_reviewed => Cow::Owned(without_file(resource, shown)),
            _ => Cow::Borrowed(resource),
        };
        let is_waiting = matches!(told, Cow::Owned(_));
        let resource = &*told;
        // A table of our own that is sent back as it stands keeps its description by the program.
        if (upload.is_none() || is_waiting) && shown == Some(resource) {
            let slug = slugs.iter().find(|(id, _)| *id == resource.id);
            if let (Some(upload), Some((_, slug))) = (upload, slug) {
                receive(tx, op, (package, review), (&resource.id, slug), upload).await?;
            }
            continue;
        }
        // Once a resource is an address it is no file any more.
        let is_upload = resource.url_type.as_deref() == Some("upload");
        let blob = match upload {
            Some(upload) if !is_waiting => Some(upload.blob.as_str()),
            _ => row.and_then(|row| row.blob.as_deref()).filter(|_| is_upload),
        };
        let url = shape::kept_url(resource, blob.is_some());
        let file = url.rsplit('/').next().unwrap_or_default();
        let name = resource.name.as_deref().unwrap_or_default().trim();
        let slug = match slugs.iter().find(|(id, _)| *id == resource.id) {
            Some((_, slug)) => slug.clone(),
            None => {
                let slug = free_slug(&[name, file, "file"], &slugs);
                slugs.push((resource.id.clone(), slug.clone()));
                slug
            }
        };
        let title = [name, file, package.title.as_deref().unwrap_or_default()];
        let title = title.into_iter().find(|text| !text.is_empty()).unwrap_or(&slug);
        portal::put_resource(
            tx,
            &NewResource {
                id: &resource.id,
                dataset: &package.name,
                slug: &slug,
                title,
                position: i64::try_from(position).unwrap_or(i64::MAX),
                url: &url,
                blob,
                details: &details::write(&shape::resource_details(resource)),
                created_at: resource.created.map_or(op.at.0, |at| at.0),
                changed_at: resource.metadata_modified.map_or(op.at.0, |at| at.0),
            },
        )
        .await?;
        if let Some(upload) = upload {
            if !is_waiting && tables::FileKind::of_name(&upload.file_name).is_none() {
                let size_bytes = i64::try_from(upload.size_bytes).unwrap_or(i64::MAX);
                let file = (upload.blob.as_str(), url.as_str(), size_bytes);
                store::files::insert(tx, &resource.id, file, op.at).await?;
            }
            receive(tx, op, (package, review), (&resource.id, &slug), upload).await?;
        }
    }
    Ok(())
}

/// A resource as it is wanted, but for the file that came with it: of that it says what it says now.
fn without_file(wanted: &Resource, shown: &Resource) -> Resource {
    let kept = Resource {
        url: shown.url.clone(),
        url_type: shown.url_type.clone(),
        size: shown.size,
        hash: shown.hash.clone(),
        format: shown.format.clone(),
        mimetype: shown.mimetype.clone(),
        last_modified: shown.last_modified,
        ..wanted.clone()
    };
    let unchanged = Resource {
        metadata_modified: shown.metadata_modified,
        ..kept.clone()
    };
    match unchanged == *shown {
        true => unchanged,
        false => kept,
    }
}

/// Makes the address of a new resource from the first text that gives one.
fn free_slug(texts: &[&str], taken: &[(String, String)]) -> String {
    let mut slugs = texts.iter().map(|text| resource_slug_of(text));
    let base = slugs.find(|slug| !slug.is_empty()).unwrap_or_default();
    let mut slug = base.clone();
    let mut n = 1;
    while taken.iter().any(|(_, known)| *known == slug) {
        n += 1;
        slug = format!("{base}-{n}");
    }
    slug
}

/// Takes a file that can be a table for one; a job reads it. Other files stay as they came.
async fn receive(
    tx: &mut Tx,
    op: &Op,
    (package, review): (&Package, Review),
    (resource, slug): (&str, &str),
    upload: &Upload,
) -> Outcome<()> {
    let Some(kind) = tables::FileKind::of_name(&upload.file_name) else {
        return Ok(());
    };
    let table = format!("data/{}/{slug}", package.id);
    let mut sql_name = model::sql_name(&package.name, slug);
    if portal::is_table_taken(tx, &table, &sql_name).await? {
        sql_name = format!("{sql_name}_{}", &id::digest(resource)[..8]);
    }
    portal::give_table(tx, resource, &table, &sql_name).await?;
    let file = store::FileRow {
        id: id::fresh(op.at),
        resource_id: resource.to_owned(),
        blob: upload.blob.clone(),
        name: upload.file_name.clone(),
        size_bytes: i64::try_from(upload.size_bytes).unwrap_or(i64::MAX),
        kind: model::kind_word(kind).to_owned(),
        state: "waiting".to_owned(),
        reason: String::new(),
        version: None,
        n_rows: 0,
        n_bad: 0,
        bad_rows: "[]".to_owned(),
        how: details::write(&HowToRead::default()),
        received_at: op.at.0,
    };
    store::insert_file(tx, &file, &op.who.label()).await?;
    workflow::note_file(tx, op, review, &package.name, (resource, &file.id)).await?;
    let event = FileReceived {
        resource: resource.to_owned(),
        file: file.id,
        blob: file.blob,
    };
    tx.emit(op, &event).await
}
