//! A dataset is kept with its tags, themes, resources and files, all or nothing.

use formats::ckan::{
    answer::Failure,
    instant::Instant,
    package::{Package, input::Settled},
};

use super::resources::keep_resources;
use crate::{
    catalog::{
        DatasetDeleted, DatasetSaved, ResourceDeleted, check_move,
        ckan::{
            failed, failed_fields,
            shape::{self, Entry, Shared},
        },
        details::{self, DatasetDetails},
        store::{
            self,
            portal::{self, NewDataset},
        },
        workflow::{self, Licensing, Opening, Terms, Wish, model::Review, standing},
    },
    platform::{app::App, db::Tx, op::Op, problem::Result as Outcome},
};

/// Whether a dataset was kept.
pub(super) enum Kept {
    Done,
    /// Another change came first.
    Overtaken,
}

/// Keeps a dataset with its tags, themes, resources and files, all or nothing.
pub(super) async fn keep(
    app: &App,
    op: &Op,
    shared: &Shared,
    settled: Settled,
    before: Option<&Entry>,
) -> Result<Kept, Failure> {
    let organisation = organisation_of(shared, &settled.package);
    let was_open = before.is_some_and(|entry| entry.row.is_open == 1);
    let owner = before.map_or(organisation, |entry| entry.row.organisation.as_deref());
    if let Some(entry) = before {
        let to = (organisation, entry.row.place_code.as_deref());
        let moved = check_move(app, op, &entry.row, to).await;
        moved.map_err(|problem| failed_fields(problem, &[("organisation", "owner_org")]))?;
    }
    let organisations = [owner, organisation];
    let review = workflow::stricter_of(app, organisations).await.map_err(failed)?;
    let opening = workflow::opening(app, organisations, was_open, !settled.package.is_private);
    let opening = opening.await.map_err(failed)?;
    if opening == Opening::Reviewed && organisation.is_none() {
        // It waits as a private one, and CKAN knows none without an organisation.
        let why = "An organization must be provided: somebody of it looks at the dataset before everybody can read it.";
        return Err(Failure::field("owner_org", why));
    }
    if was_open && review != Review::None && changes_files(&settled, before) {
        let how = "files and links of a published dataset that are no tables cannot be changed while somebody looks at them first: \
                   close the dataset (private), change it and ask for it to be opened again";
        return Err(Failure::Denied(how.to_owned()));
    }
    let licensing = match before {
        Some(entry) => {
            let terms = Terms {
                organisation,
                licence: settled.package.license_id.as_deref().unwrap_or_default(),
                is_open: !settled.package.is_private,
            };
            let decided = workflow::licensing(app, &entry.row, terms).await;
            decided.map_err(failed)?
        }
        None => Licensing::Same,
    };
    let mut tx = app.db.begin().await.map_err(failed)?;
    let kept = keep_in(
        &mut tx,
        op,
        shared,
        &settled,
        before,
        (review, opening, &licensing),
    )
    .await
    .map_err(failed)?;
    if matches!(kept, Kept::Done) {
        tx.commit().await.map_err(failed)?;
    }
    Ok(kept)
}

async fn keep_in(
    tx: &mut Tx,
    op: &Op,
    shared: &Shared,
    settled: &Settled,
    before: Option<&Entry>,
    (review, opening, licensing): (Review, Opening, &Licensing),
) -> Outcome<Kept> {
    let package = &settled.package;
    let is_open = !package.is_private && opening == Opening::AsWanted;
    let is_reviewed = is_open && review != Review::None && before.is_some_and(|entry| entry.row.is_open == 1);
    let themes: Vec<&str> = package.groups.iter().map(|group| group.name.as_str()).collect();
    // The theme that a page shows first stays, as long as it is one of them.
    let theme = before
        .map(|entry| entry.row.theme.as_str())
        .filter(|theme| themes.contains(theme))
        .or(themes.first().copied())
        .unwrap_or_default();
    let organisation = organisation_of(shared, package);
    let micros = |at: Option<Instant>| at.map_or(op.at.0, |at| at.0);
    let details = details::write(&DatasetDetails {
        standing: before.and_then(|entry| standing::of(&entry.row)),
        ..shape::dataset_details(package, shared.language())
    });
    let dataset = NewDataset {
        id: &package.id,
        slug: &package.name,
        title: package.title.as_deref().unwrap_or(&package.name),
        description: package.notes.as_deref().unwrap_or_default(),
        theme,
        organisation,
        licence: licensing.kept(package.license_id.as_deref().unwrap_or_default()),
        is_open,
        state: &package.state,
        details: &details,
        created_at: micros(package.metadata_created),
        // That a file came that waits is not told either.
        changed_at: match before {
            Some(entry) if is_reviewed && !settled.uploads.is_empty() => entry.row.changed_at,
            _ => micros(package.metadata_modified),
        },
    };
    let is_kept = match before {
        None => portal::insert_dataset(tx, &dataset).await?,
        Some(entry) => portal::update_dataset(tx, &dataset, (&entry.row.slug, entry.row.revision)).await?,
    };
    if !is_kept {
        return Ok(Kept::Overtaken);
    }
    let tags: Vec<&str> = package.tags.iter().map(|tag| tag.name.as_str()).collect();
    portal::put_tags(tx, &package.name, &tags).await?;
    portal::put_themes(tx, &package.name, &themes).await?;
    for id in &settled.removed {
        portal::delete_resource(tx, id).await?;
        tx.emit(op, &ResourceDeleted { resource: id.clone() }).await?;
    }
    keep_resources(tx, op, settled, before, (review, is_reviewed)).await?;
    // Behind the resources: a file that is replaced while its dataset is opened was never meant for everybody.
    store::versions::note_public(tx, &package.id, op.at).await?;
    workflow::note_change(tx, op, &package.name).await?;
    workflow::note_licence(tx, op, &package.name, licensing).await?;
    if opening == Opening::Reviewed {
        let wish = match package.state.as_str() {
            "active" => Wish::HandIn,
            _ => Wish::Draft,
        };
        workflow::wish_open(tx, op, &package.name, wish).await?;
    }
    if is_open && before.is_some_and(|entry| entry.row.is_open == 0) {
        workflow::note_opened(tx, op, &package.name).await?;
    }
    if before.is_some_and(|entry| entry.row.is_open == 1) && package.is_private {
        workflow::note_closed(tx, op, &package.name, "").await?;
    }
    if package.state == "deleted" && before.is_some_and(|entry| entry.row.state != "deleted") {
        let event = DatasetDeleted {
            id: package.id.clone(),
            dataset: package.name.clone(),
        };
        tx.emit(op, &event).await?;
        return Ok(Kept::Done);
    }
    let event = DatasetSaved {
        dataset: package.name.clone(),
        is_open,
    };
    tx.emit(op, &event).await?;
    Ok(Kept::Done)
}

/// The code of a dataset's organisation.
fn organisation_of<'a>(shared: &'a Shared, package: &Package) -> Option<&'a str> {
    let known = package.owner_org.as_deref().and_then(|id| shared.publisher(id));
    known.map(|known| known.code.as_str())
}

/// Whether a change adds files or links that are no tables, or leads them elsewhere.
fn changes_files(settled: &Settled, before: Option<&Entry>) -> bool {
    settled
        .package
        .resources
        .iter()
        .enumerate()
        .any(|(position, resource)| {
            let row = before.and_then(|entry| entry.resources.iter().find(|row| row.id == resource.id));
            let upload = settled.uploads.iter().find(|(at, _)| *at == position);
            match (upload, row) {
                (Some((_, upload)), _) => tables::FileKind::of_name(&upload.file_name).is_none(),
                (None, None) => true,
                (None, Some(row)) => {
                    let is_upload = resource.url_type.as_deref() == Some("upload");
                    row.lake_table.is_none()
                        && shape::kept_url(resource, is_upload && row.blob.is_some()) != row.url
                }
            }
        })
}
