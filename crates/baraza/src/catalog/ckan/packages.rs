//! Datasets and their resources: listed, searched, shown, made and changed.

use std::{borrow::Cow, collections::BTreeSet};

use axum::{
    extract::{Path, State},
    response::Response,
};
use formats::ckan::{
    actions::Action,
    answer::Failure,
    call::{Call, Upload},
    edit,
    instant::Instant,
    lists::{self, PackageList, Page},
    package::{
        Package, Resource,
        input::{
            Asks, Change, Facts, Known, Owner, PackageInput, Purpose, Settled, Standing, Unowned, subject,
        },
    },
    revise::Revision,
    search::{Document, PackageSearch, SearchAnswer, document},
};
use serde_json::{Value, json};

use super::{
    failed, failed_fields,
    shape::{self, Entry, Shared},
};
use crate::{
    catalog::{
        DatasetDeleted, DatasetSaved, FileReceived, ResourceDeleted, check_move,
        details::{self, DatasetDetails},
        download,
        index::{self, Index},
        model::{self, resource_slug_of},
        reading::HowToRead,
        search::packages as found_by,
        store::{
            self,
            portal::{self, NewDataset, NewResource},
        },
        view,
        workflow::{self, Licensing, Opening, Terms, Wish, model::Review, standing},
    },
    platform::{
        app::App,
        db::Tx,
        id,
        op::{Op, Role},
        problem::{Problem, Result as Outcome},
    },
};

/// How often a change is tried again that another one came before. In each round one of all who try succeeds, so this is how many
/// may change one dataset at once.
const MOST_TRIES: usize = 64;

type Answer = Result<Value, Failure>;

pub async fn list(app: &App, op: &Op, call: &Call) -> Answer {
    let asked = PackageList::read(call)?;
    let index = Index::of(app).await.map_err(failed)?;
    let names = index
        .seen(op)
        .into_iter()
        .filter(|entry| match entry.row.state.as_str() {
            "active" => entry.row.is_open == 1 || asked.with_private,
            "draft" => asked.with_drafts,
            _ => asked.with_deleted,
        });
    Ok(paged(names, asked.page)
        .map(|entry| Value::from(entry.row.slug.as_str()))
        .collect())
}

pub async fn list_whole(app: &App, op: &Op, call: &Call) -> Answer {
    /// Whole datasets of one answer at most.
    const MOST: u64 = 1_000;
    let mut page = Page::read_with_number(call)?;
    page.limit = Some(page.limit.unwrap_or(MOST).min(MOST));
    let index = Index::of(app).await.map_err(failed)?;
    let mut public = index.public();
    public.sort_by_key(|entry| std::cmp::Reverse(entry.row.changed_at));
    let _ = op;
    Ok(paged(public.into_iter(), page)
        .map(|entry| Value::Object(entry.package.write()))
        .collect())
}

/// The part of a list that a page is.
pub fn paged<T>(all: impl Iterator<Item = T>, page: Page) -> impl Iterator<Item = T> {
    let whole = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
    all.skip(whole(page.offset))
        .take(page.limit.map_or(usize::MAX, whole))
}

pub async fn search(app: &App, op: &Op, call: &Call) -> Answer {
    let mut search = PackageSearch::read(call, &document::is_field)?;
    search.filters.push(index::seen_by(op));
    let index = Index::of(app).await.map_err(failed)?;
    let now = op.at.0;
    let answer = tokio::task::spawn_blocking(move || -> Result<SearchAnswer, Failure> {
        let mut found = found_by::run(&index, &search, now)
            .map_err(|error| Failure::Search(format!("SOLR returned an error running query: q: {error}")))?;
        for facet in &mut found.facets {
            for item in &mut facet.items {
                let called = match facet.field.as_str() {
                    "organization" => index.shared.publisher(&item.name).map(|known| known.name.clone()),
                    "groups" => index.shared.theme(&item.name).map(|known| {
                        let group = index.shared.group(known);
                        group.display_name().to_owned()
                    }),
                    "license_id" => index.shared.licence(&item.name).map(|known| known.title),
                    _ => None,
                };
                item.display_name = called.unwrap_or_else(|| item.display_name.clone());
            }
        }
        let entries = found.rows.iter().filter_map(|row| index.entry(*row));
        let results = entries
            .map(|entry| {
                Value::Object(if search.fields.is_empty() {
                    entry.package.write()
                } else {
                    Document::of(&entry.package).pick(&search.fields)
                })
            })
            .collect();
        Ok(SearchAnswer {
            count: found.count as u64,
            results,
            facets: found.facets,
            sort: search.sort_text,
        })
    })
    .await
    .map_err(|error| failed(Problem::internal(error)))??;
    Ok(Value::Object(answer.write()))
}

pub async fn show(app: &App, op: &Op, call: &Call) -> Answer {
    let id = lists::package_id(call)?;
    let (_, entry) = find(app, op, &id).await?;
    Ok(Value::Object(entry.package.write()))
}

pub async fn show_resource(app: &App, op: &Op, call: &Call) -> Answer {
    let id = lists::id(call)?;
    let entry = dataset_of(app, op, &id).await?;
    let resource = entry.package.resources.iter().find(|resource| resource.id == id);
    let resource = resource.ok_or_else(unknown_resource)?;
    Ok(Value::Object(resource.write()))
}

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

pub async fn create(app: &App, op: &Op, call: Call) -> Answer {
    let shared = Shared::read(app).await.map_err(failed)?;
    let settled = settle(app, op, &shared, &call, None).await?;
    let package = settled.package.clone();
    match keep(app, op, &shared, settled, None).await? {
        Kept::Done => shown(app, &package.id)
            .await
            .map(|package| Value::Object(package.write())),
        Kept::Overtaken => Err(Failure::field("name", "That URL is already in use.")),
    }
}

/// Every action that changes one dataset: it is read, changed as a whole, and kept unless somebody else changed it meanwhile.
pub async fn change(app: &App, op: &Op, action: Action, call: Call) -> Answer {
    for _ in 0..MOST_TRIES {
        if let Some(answer) = try_change(app, op, action, call.clone()).await? {
            return Ok(answer);
        }
    }
    Err(failed(Problem::conflict("dataset-changed-meanwhile")))
}

async fn try_change(app: &App, op: &Op, action: Action, call: Call) -> Result<Option<Value>, Failure> {
    let (shared, entry) = match action {
        Action::ResourceUpdate | Action::ResourcePatch | Action::ResourceDelete => {
            let id = lists::id(&call)?;
            let entry = dataset_of(app, op, &id).await?;
            (Shared::read(app).await.map_err(failed)?, entry)
        }
        Action::ResourceCreate => find(app, op, &lists::parent_id(&call)?).await?,
        Action::PackageRevise => find(app, op, &Revision::read(call.clone())?.subject).await?,
        _ => find(app, op, &subject(&call)?).await?,
    };
    check_changer(op, &entry)?;
    let current = &entry.package;
    let mut position = None;
    let (mut revision, mut order) = (None, Vec::new());
    let is_delete = matches!(action, Action::PackageDelete);
    let update = match action {
        Action::PackagePatch => edit::package_patch(current, call),
        Action::PackageDelete => {
            let mut fields = current.write();
            fields.shift_remove("metadata_modified");
            Call::of(fields)
        }
        Action::PackageRevise => {
            let read = Revision::read(call)?;
            let update = read.update(current)?;
            revision = Some(read);
            update
        }
        Action::PackageResourceReorder => {
            let (update, ids) = edit::reorder(current, &call)?;
            order = ids;
            update
        }
        Action::ResourceCreate => {
            let edit = edit::resource_create(current, call);
            position = Some(edit.position);
            edit.update
        }
        Action::ResourceUpdate => {
            let edit = edit::resource_update(current, call)?;
            position = Some(edit.position);
            edit.update
        }
        Action::ResourcePatch => {
            let edit = edit::resource_patch(current, call)?;
            position = Some(edit.position);
            edit.update
        }
        Action::ResourceDelete => edit::resource_delete(current, &call)?,
        _ => call,
    };
    let mut settled = settle(app, op, &shared, &update, Some(&entry))
        .await
        .map_err(|failure| match (failure, position) {
            (Failure::Invalid(problems), Some(position)) => Failure::Invalid(problems.of_resource(position)),
            (failure, _) => failure,
        })?;
    if is_delete {
        settled.package.state = "deleted".to_owned();
        settled.change = Change::Changed;
    }
    if settled.change != Change::None || !settled.uploads.is_empty() {
        match keep(app, op, &shared, settled, Some(&entry)).await? {
            Kept::Done => {}
            Kept::Overtaken => return Ok(None),
        }
    }
    if is_delete || action == Action::ResourceDelete {
        return Ok(Some(Value::Null));
    }
    let package = shown(app, &entry.row.id).await?;
    Ok(Some(match (revision, position) {
        (Some(revision), _) => revision.answer(&package),
        (None, Some(position)) => {
            let resource = package.resources.get(position).ok_or_else(unknown_resource)?;
            Value::Object(resource.write())
        }
        _ if action == Action::PackageResourceReorder => json!({ "id": package.id, "order": order }),
        _ => Value::Object(package.write()),
    }))
}

/// Passes whoever may change a dataset that can be changed.
fn check_changer(op: &Op, entry: &Entry) -> Result<(), Failure> {
    if !model::may_write(op, entry.row.organisation.as_deref()) {
        return Err(Failure::Denied("not your organisation's".to_owned()));
    }
    if entry.row.state == "withdrawn" {
        return Err(Failure::Denied(
            "the dataset was withdrawn; lift that at the desk first".to_owned(),
        ));
    }
    Ok(())
}

/// Tells of a file that is about to come that nobody will keep it, as far as the texts before it say for what it is.
///
/// # Errors
/// Not found, or denied.
pub async fn check_before_file(
    app: &App,
    op: &Op,
    action: Action,
    texts: &[(String, String)],
) -> Result<(), Failure> {
    let said = |name: &str| {
        let found = texts.iter().find(|(key, text)| key == name && !text.is_empty());
        found.map(|(_, text)| text.as_str())
    };
    let entry = match (action, said("package_id"), said("id")) {
        (Action::ResourceCreate, Some(dataset), _) => find(app, op, dataset).await?.1,
        (Action::ResourceUpdate | Action::ResourcePatch, _, Some(resource)) => {
            dataset_of(app, op, resource).await?
        }
        _ => return Ok(()),
    };
    check_changer(op, &entry)
}

/// A dataset as it stands after it was kept.
async fn shown(app: &App, id: &str) -> Result<Package, Failure> {
    let op = Op::system(app.clock.now());
    find(app, &op, id).await.map(|(_, entry)| entry.package)
}

/// Looks up what a call has to be judged by, and makes the dataset as it will be.
async fn settle(
    app: &App,
    op: &Op,
    shared: &Shared,
    call: &Call,
    current: Option<&Entry>,
) -> Result<Settled, Failure> {
    let purpose = match current {
        None => Purpose::Create,
        Some(entry) => Purpose::Update(&entry.package),
    };
    let asks = Asks::of(call, purpose);
    let pool = app.db.read();
    let unowned = match model::may_write(op, None) {
        true => Unowned::Allowed,
        false => Unowned::Refused,
    };
    let mut facts = Facts {
        standing: standing(op, current),
        unowned,
        ..Facts::default()
    };
    if let Some(id) = &asks.id {
        let found = portal::find_slug(pool, id).await.map_err(failed)?;
        facts.is_id_taken = found.is_some();
    }
    if let Some(name) = &asks.name {
        let found = store::find_dataset(pool, name).await.map_err(failed)?;
        facts.is_name_taken = found.is_some_and(|found| current.is_none_or(|entry| entry.row.id != found.id));
    }
    if let Some(owner) = &asks.owner_org {
        facts.owner = match shared.publisher(owner).filter(|known| known.state == "active") {
            None => Owner::Unknown,
            Some(known) if model::may_write(op, Some(&known.code)) => Owner::Open { id: known.id.clone() },
            Some(known) => Owner::Closed { id: known.id.clone() },
        };
    }
    let mut foreign = BTreeSet::new();
    for id in &asks.resources {
        // One that was deleted stays with its dataset, and so does what was received for it.
        let found = portal::find_dataset_of(pool, id).await.map_err(failed)?;
        if found.is_some_and(|(slug, _)| current.is_none_or(|entry| entry.row.slug != slug)) {
            foreign.insert(id.clone());
        }
    }
    facts.foreign_resources = foreign;
    let input = PackageInput::read(call, purpose, &facts)?;
    let groups: Vec<_> = input
        .group_keys()
        .filter_map(|key| shared.theme(key))
        .filter(|theme| theme.state == "active")
        .map(|theme| shared.group(theme).as_group_name())
        .collect();
    let owner = match &input.owner_org {
        Some(formats::ckan::package::input::Ownership::Organization { id }) => Some(id.clone()),
        Some(formats::ckan::package::input::Ownership::Nobody) => None,
        None => current.and_then(|entry| entry.package.owner_org.clone()),
    };
    let known = Known {
        organization: owner
            .and_then(|id| shared.publisher(&id).cloned())
            .map(|known| shape::organisation(&known).in_package()),
        groups,
        license: input.license_id.as_deref().and_then(|id| shared.licence(id)),
        creator_user_id: None,
        language: shared.language().to_owned(),
    };
    let at = op.at;
    Ok(
        input.settle(current.map(|entry| &entry.package), known, Instant(at.0), || {
            id::fresh(at)
        }),
    )
}

fn standing(op: &Op, current: Option<&Entry>) -> Standing {
    let is_steward = match current.and_then(|entry| entry.row.organisation.as_deref()) {
        Some(code) => op.has_for(&[Role::Steward], code),
        None => op.has_for(&[Role::Steward], ""),
    };
    if op.has(&[Role::Admin]) {
        Standing::Sysadmin
    } else if is_steward {
        Standing::Manager
    } else {
        Standing::Member
    }
}

enum Kept {
    Done,
    /// Another change came first.
    Overtaken,
}

/// Keeps a dataset with its tags, themes, resources and files, all or nothing.
async fn keep(
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

async fn keep_resources(
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

/// `GET /dataset/{dataset}/resource/{resource}/download/{file}`: a file that was uploaded, byte for byte.
pub async fn download(
    State(app): State<App>,
    op: Op,
    Path((dataset, resource, _)): Path<(String, String, String)>,
) -> Outcome<Response> {
    let gone = || Problem::not_found("file-gone");
    let slug = portal::find_slug(app.db.read(), &dataset)
        .await?
        .ok_or_else(gone)?;
    let dataset = view::find_dataset(&app, &op, &slug).await?;
    let known = dataset.resources.iter().find(|known| known.id == resource);
    let known = known.ok_or_else(gone)?;
    let row = store::find_resource(app.db.read(), &resource)
        .await?
        .ok_or_else(gone)?;
    let blob = row.blob.ok_or_else(gone)?;
    if row.lake_table.is_some() {
        // Who may not see every column of a table may not have the file it came in. The first file waits for nobody: what a
        // producer publishes is theirs to publish. One that came later may hold columns that a steward has not seen yet.
        let shown = view::find_resource(&app, &op, &slug, &known.slug, None).await?;
        let is_first = shown.version.is_none() && !workflow::is_held(&app, &resource).await?;
        let is_shown = shown
            .files
            .iter()
            .any(|file| file.sha256 == blob && file.version.is_some() && file.version == shown.version);
        if !(shown.is_whole() && (is_first || is_shown || shown.dataset.may_write)) {
            return Err(Problem::forbidden("not-allowed"));
        }
    }
    download::blob(&app, &blob, &row.url).await
}
