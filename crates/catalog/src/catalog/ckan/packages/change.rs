//! Datasets made and changed: whatever an action says, a dataset is read, changed as a whole and kept.

use formats::ckan::{
    actions::Action,
    answer::Failure,
    call::Call,
    edit, lists,
    package::{
        Package,
        input::{Change, subject},
    },
    revise::Revision,
};
use serde_json::{Value, json};

use super::{
    Answer, dataset_of, find,
    keep::{Kept, keep},
    settle::settle,
    unknown_resource,
};
use crate::{
    catalog::{
        ckan::{
            failed,
            shape::{Entry, Shared},
        },
        model,
    },
    platform::{app::App, op::Op, problem::Problem},
};

/// How often a change is tried again that another one came before. In each round one of all who try succeeds, so this is how many
/// may change one dataset at once.
const MOST_TRIES: usize = 64;

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
