//! Entity lists: made by forms that are published or by hand, with their properties, and linked to the forms that offer their entities.

use std::collections::HashMap;

use formats::xform::{
    self,
    entities::{EntityForms, EntityWarning, is_list_name, is_property_name},
};
use serde::Serialize;

use super::{
    follow,
    model::{Count, List, Property, is_place},
    store::{
        lists::{self as rows, Declared, FormOfList, NewList},
        things,
        work::{self, Cause},
    },
    view,
};
use crate::{
    accounts::{Reach, Reaches},
    collect::{
        FILERS, KEEPERS, READERS,
        model::{Form, FormFile, FormVersion, Project},
        store as forms_store,
    },
    platform::{
        app::App,
        db::Tx,
        events::Event,
        id,
        op::Op,
        problem::{Problem, Result},
    },
};

/// A list was made, changed or deleted, or one of its properties was.
#[derive(Serialize)]
pub struct ListChanged {
    pub list: String,
    pub how: ListHow,
    /// Properties that were added or deleted.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub properties: Vec<String>,
}

impl Event for ListChanged {
    const NAME: &'static str = "collect.entity-list-changed";
    fn subject(&self) -> String {
        format!("entity-list/{}", self.list)
    }
}

/// What happened to a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ListHow {
    Made,
    Changed,
    Deleted,
    PropertiesAdded,
    PropertyDeleted,
    PropertyClassed,
}

/// A list with what belongs to it.
#[derive(Debug, Clone)]
pub struct Described {
    pub list: List,
    pub count: Count,
    pub properties: Vec<Property>,
    /// Forms that write it.
    pub writers: Vec<FormOfList>,
    /// Forms that take their choices from it.
    pub readers: Vec<FormOfList>,
    pub parent: Option<List>,
}

/// Lists the lists of a project with how many entities each has.
///
/// # Errors
/// `not-allowed` for those who may read nothing of the project.
pub async fn all(app: &App, op: &Op, project: &Project, which: things::Which) -> Result<Vec<(List, Count)>> {
    allow_reading(app, op, project).await?;
    let found = rows::list(app.db.read(), project.id, which == things::Which::Deleted).await?;
    let counts: HashMap<String, Count> = rows::counts(app.db.read(), project.id)
        .await?
        .into_iter()
        .collect();
    let with_count = |list: List| {
        let count = counts.get(&list.id).copied().unwrap_or_default();
        (list, count)
    };
    Ok(found.into_iter().map(with_count).collect())
}

/// Finds a list of a project by its name.
///
/// # Errors
/// `not-allowed` for those who may read nothing of the project; `collect-list-unknown`.
pub async fn find(app: &App, op: &Op, project: &Project, name: &str) -> Result<List> {
    allow_reading(app, op, project).await?;
    let found = rows::find(app.db.read(), project.id, name).await?;
    found
        .filter(|list| list.name == name)
        .ok_or_else(|| Problem::not_found("collect-list-unknown").with("list", name))
}

/// Finds a list for those who fill forms of the project.
///
/// # Errors
/// `not-allowed`; `collect-list-unknown`.
pub async fn find_for_filling(app: &App, op: &Op, project_id: i64, name: &str) -> Result<List> {
    op.require(&FILERS)?;
    let found = rows::find(app.db.read(), project_id, name).await?;
    found
        .filter(|list| list.name == name)
        .ok_or_else(|| Problem::not_found("collect-list-unknown").with("list", name))
}

/// Finds a list, deleted or not, by its number.
///
/// # Errors
/// As [`find`].
pub async fn find_by_number(app: &App, op: &Op, project: &Project, number: i64) -> Result<List> {
    allow_reading(app, op, project).await?;
    let found = rows::find_by_number(app.db.read(), project.id, number).await?;
    found.ok_or_else(|| Problem::not_found("collect-list-unknown").with("list", number))
}

/// Returns a list with its properties and forms.
///
/// # Errors
/// `not-allowed` for those who may read nothing of it.
pub async fn describe(app: &App, op: &Op, list: List) -> Result<Described> {
    view(app, op, &list).await?;
    let counts = rows::counts(app.db.read(), list.project_id).await?;
    let parent = match &list.parent_list {
        Some(parent) => rows::find_by_id(app.db.read(), parent).await?,
        None => None,
    };
    Ok(Described {
        count: counts
            .into_iter()
            .find(|(id, _)| *id == list.id)
            .map_or_else(Count::default, |(_, count)| count),
        properties: rows::properties(app.db.read(), &list.id).await?,
        writers: rows::writers(app.db.read(), list.project_id, &list.name).await?,
        readers: rows::readers(app.db.read(), &list.id).await?,
        parent,
        list,
    })
}

/// The properties of a list, in the order of its columns.
///
/// # Errors
/// When the database fails.
pub async fn properties(app: &App, list: &List) -> Result<Vec<Property>> {
    rows::properties(app.db.read(), &list.id).await
}

/// Makes a list by hand.
///
/// # Errors
/// `not-allowed`; `collect-list-name-malformed`; `collect-list-exists`, or `collect-list-similar` when only the capitals differ.
pub async fn add(app: &App, op: &Op, project: &Project, name: &str, wanted: ListChange) -> Result<List> {
    allow_keeping(app, op, project.org.as_deref()).await?;
    if !is_list_name(name) {
        return Err(Problem::invalid("collect-list-name-malformed").with("name", name));
    }
    let mut tx = app.db.begin().await?;
    if let Some(known) = rows::find(tx.conn(), project.id, name).await? {
        return Err(taken(&known, name));
    }
    let list = made(&mut tx, op, project.id, name, wanted, false).await?;
    tx.commit().await?;
    Ok(list)
}

async fn made(
    tx: &mut Tx,
    op: &Op,
    project_id: i64,
    name: &str,
    wanted: ListChange,
    is_placed: bool,
) -> Result<List> {
    let id = id::fresh(op.at);
    let new = NewList {
        id: &id,
        project_id,
        name,
        needs_approval: wanted.needs_approval.unwrap_or(false),
        is_own_only: wanted.is_own_only.unwrap_or(false),
        is_placed,
        at: op.at,
    };
    let exists = || Problem::conflict("collect-list-exists").with("name", name);
    if !rows::insert(tx, &new).await? {
        return Err(exists());
    }
    tx.emit(
        op,
        &ListChanged {
            list: id.clone(),
            how: ListHow::Made,
            properties: Vec::new(),
        },
    )
    .await?;
    rows::find_by_id(tx.conn(), &id).await?.ok_or_else(exists)
}

fn taken(known: &List, name: &str) -> Problem {
    if known.name == name {
        Problem::conflict("collect-list-exists").with("name", name)
    } else {
        Problem::conflict("collect-list-similar")
            .with("current", &known.name)
            .with("provided", name)
    }
}

/// What may be changed of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ListChange {
    pub needs_approval: Option<bool>,
    pub is_own_only: Option<bool>,
    pub is_placed: Option<bool>,
    /// What becomes of submissions that wait for an approval which is not needed any more.
    pub waiting: Waiting,
}

/// What becomes of submissions that wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Waiting {
    /// The caller did not know that there are any.
    #[default]
    Unasked,
    /// They make their entities now.
    Convert,
    Leave,
}

/// Changes a list.
///
/// # Errors
/// `not-allowed`; `collect-list-pending` when submissions wait for an approval that would not be needed any more, and nobody said what
/// becomes of them.
pub async fn change(app: &App, op: &Op, list: &List, change: ListChange) -> Result<List> {
    allow_keeping(app, op, list.org.as_deref()).await?;
    let opens = list.needs_approval && change.needs_approval == Some(false);
    let waiting = match opens {
        true => work::list_waiting(app.db.read(), list.project_id, &list.name).await?,
        false => Vec::new(),
    };
    if !waiting.is_empty() && change.waiting == Waiting::Unasked {
        return Err(Problem::invalid("collect-list-pending").with("count", waiting.len()));
    }
    let mut changed = list.clone();
    changed.needs_approval = change.needs_approval.unwrap_or(list.needs_approval);
    changed.is_own_only = change.is_own_only.unwrap_or(list.is_own_only);
    changed.is_placed = change.is_placed.unwrap_or(list.is_placed);
    if changed == *list {
        return Ok(changed);
    }
    let mut tx = app.db.begin().await?;
    rows::update(&mut tx, &changed, op.at).await?;
    if change.waiting == Waiting::Convert {
        for submission in &waiting {
            follow::due(&mut tx, op, list.project_id, submission, Cause::Filed).await?;
        }
    }
    tx.emit(
        op,
        &ListChanged {
            list: list.id.clone(),
            how: ListHow::Changed,
            properties: Vec::new(),
        },
    )
    .await?;
    tx.commit().await?;
    (changed.revision, changed.changed_at) = (list.revision + 1, op.at);
    Ok(changed)
}

/// Deletes a list that no form writes or reads; its entities go with it, and stay in the archive.
///
/// # Errors
/// `not-allowed`; `collect-list-in-use`.
pub async fn delete(app: &App, op: &Op, list: &List) -> Result<()> {
    allow_keeping(app, op, list.org.as_deref()).await?;
    let writers = rows::writers(app.db.read(), list.project_id, &list.name).await?;
    let readers = rows::readers(app.db.read(), &list.id).await?;
    if let Some(user) = writers.first().or(readers.first()) {
        return Err(Problem::conflict("collect-list-in-use")
            .with("list", &list.name)
            .with("form", &user.xml_form_id));
    }
    let mut tx = app.db.begin().await?;
    rows::set_deleted(&mut tx, &list.id, op.at).await?;
    tx.emit(
        op,
        &ListChanged {
            list: list.id.clone(),
            how: ListHow::Deleted,
            properties: Vec::new(),
        },
    )
    .await?;
    tx.commit().await
}

/// Adds a property by hand.
///
/// # Errors
/// `not-allowed`; `collect-property-name-malformed`; `collect-property-exists`, also when only the capitals differ.
pub async fn add_property(app: &App, op: &Op, list: &List, name: &str) -> Result<()> {
    allow_keeping(app, op, list.org.as_deref()).await?;
    if !is_property_name(name) {
        return Err(Problem::invalid("collect-property-name-malformed").with("name", name));
    }
    let mut tx = app.db.begin().await?;
    let known = rows::properties(tx.conn(), &list.id).await?;
    if let Some(twin) = known
        .iter()
        .find(|property| property.name.to_lowercase() == name.to_lowercase())
    {
        return Err(Problem::conflict("collect-property-exists").with("name", &twin.name));
    }
    rows::insert_property(&mut tx, &list.id, name, "", op.at).await?;
    if is_place(name) && !list.is_placed {
        let placed = List {
            is_placed: true,
            ..list.clone()
        };
        rows::update(&mut tx, &placed, op.at).await?;
    }
    property_changed(&mut tx, op, list, ListHow::PropertiesAdded, name).await?;
    tx.commit().await
}

/// Says whether a property tells of a person.
///
/// # Errors
/// `not-allowed`; `collect-property-unknown`.
pub async fn class_property(app: &App, op: &Op, list: &List, name: &str, class: Class) -> Result<()> {
    allow_keeping(app, op, list.org.as_deref()).await?;
    let mut tx = app.db.begin().await?;
    if !rows::set_property_personal(&mut tx, &list.id, name, class == Class::Personal).await? {
        return Err(Problem::not_found("collect-property-unknown").with("name", name));
    }
    property_changed(&mut tx, op, list, ListHow::PropertyClassed, name).await?;
    tx.commit().await
}

/// Whether a property tells of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    Personal,
    Impersonal,
}

/// Deletes a property that no form writes and no entity has.
///
/// # Errors
/// `not-allowed`; `collect-property-unknown`; `collect-property-in-use`.
pub async fn delete_property(app: &App, op: &Op, list: &List, name: &str) -> Result<()> {
    allow_keeping(app, op, list.org.as_deref()).await?;
    let known = rows::properties(app.db.read(), &list.id).await?;
    if !known.iter().any(|property| property.name == name) {
        return Err(Problem::not_found("collect-property-unknown").with("name", name));
    }
    let in_use = || Problem::conflict("collect-property-in-use").with("name", name);
    let writers = rows::writers(app.db.read(), list.project_id, &list.name).await?;
    if writers
        .iter()
        .any(|form| form.properties.iter().any(|property| property == name))
        || things::is_property_filled(app.db.read(), &list.id, name).await?
    {
        return Err(in_use());
    }
    let mut tx = app.db.begin().await?;
    rows::delete_property(&mut tx, &list.id, name, op.at).await?;
    property_changed(&mut tx, op, list, ListHow::PropertyDeleted, name).await?;
    tx.commit().await
}

async fn property_changed(tx: &mut Tx, op: &Op, list: &List, how: ListHow, name: &str) -> Result<()> {
    rows::touch(tx, &list.id, op.at).await?;
    tx.emit(
        op,
        &ListChanged {
            list: list.id.clone(),
            how,
            properties: vec![name.to_owned()],
        },
    )
    .await
}

/// What a definition declares, with the warnings its author should see.
///
/// # Errors
/// `collect-entity-form-malformed` with what is wrong.
pub fn read(xform: &str) -> Result<Option<EntityForms>> {
    EntityForms::read(xform)
        .map_err(|error| Problem::invalid("collect-entity-form-malformed").with("detail", error))
}

/// The warnings of a definition, as sentences for its author.
pub fn warnings(forms: &EntityForms) -> impl Iterator<Item = String> + '_ {
    forms.warnings.iter().map(|warning| match warning {
        EntityWarning::OldVersion { version } => format!(
            "version {version} of the entities specification does not work offline; use 2024.1.0 or later"
        ),
    })
}

/// Notes what a draft declares, and links its files that are lists.
///
/// # Errors
/// `collect-list-similar`, `collect-property-similar` where only the capitals differ from what the project has.
pub(in crate::collect) async fn draft_saved(
    tx: &mut Tx,
    project_id: i64,
    version: &FormVersion,
    forms: Option<&EntityForms>,
    files: &[FormFile],
    before: Option<&FormVersion>,
) -> Result<()> {
    let declared = forms.map_or_else(Vec::new, |forms| declared(&version.id, forms));
    for each in &declared {
        check(tx, project_id, each).await?;
    }
    rows::declare(tx, &version.id, &declared).await?;
    let linked = match before {
        Some(before) => rows::links(tx.conn(), &before.id).await?,
        None => Vec::new(),
    };
    for (file, list) in linked {
        if files
            .iter()
            .any(|known| known.name == file && known.blob.is_none())
        {
            rows::link(tx, &version.id, &file, &list.id).await?;
        }
    }
    link_files(tx, project_id, &version.id, files).await
}

/// Makes the lists and properties that a version declares, and links its files that are lists now.
///
/// # Errors
/// As [`draft_saved`].
pub(in crate::collect) async fn published(
    tx: &mut Tx,
    op: &Op,
    form: &Form,
    version: &FormVersion,
    xform: &str,
    files: &[FormFile],
) -> Result<()> {
    let Some(forms) = read(xform)? else {
        return link_files(tx, form.project_id, &version.id, files).await;
    };
    let parsed = xform::Form::parse(xform)
        .map_err(|error| Problem::invalid("form-malformed").with("detail", error))?;
    let asks_place = forms
        .declarations
        .iter()
        .any(|each| each.properties.iter().any(|property| is_place(&property.name)))
        || super::model::asks_place(&parsed);
    let all = declared(&version.id, &forms);
    let mut lists: Vec<List> = Vec::new();
    for (each, declaration) in all.iter().zip(&forms.declarations) {
        check(tx, form.project_id, each).await?;
        let mut list = match rows::find(tx.conn(), form.project_id, &each.list_name).await? {
            Some(list) => list,
            None => {
                made(
                    tx,
                    op,
                    form.project_id,
                    &each.list_name,
                    ListChange::default(),
                    asks_place,
                )
                .await?
            }
        };
        let known = rows::properties(tx.conn(), &list.id).await?;
        let mut added = Vec::new();
        for property in &declaration.properties {
            if !known.iter().any(|known| known.name == property.name) {
                let title = parsed.label_at(&property.path).unwrap_or_default();
                rows::insert_property(tx, &list.id, &property.name, &title, op.at).await?;
                added.push(property.name.clone());
            }
        }
        if asks_place && !list.is_placed {
            list.is_placed = true;
            rows::update(tx, &list, op.at).await?;
        }
        if !added.is_empty() {
            rows::touch(tx, &list.id, op.at).await?;
            tx.emit(
                op,
                &ListChanged {
                    list: list.id.clone(),
                    how: ListHow::PropertiesAdded,
                    properties: added,
                },
            )
            .await?;
        }
        lists.push(list);
    }
    for (nth, declaration) in forms.declarations.iter().enumerate() {
        if let Some(parent) = declaration.parent
            && lists[nth].parent_list.is_none()
            && lists[parent].id != lists[nth].id
        {
            let child = List {
                parent_list: Some(lists[parent].id.clone()),
                ..lists[nth].clone()
            };
            rows::update(tx, &child, op.at).await?;
        }
    }
    rows::declare(tx, &version.id, &all).await?;
    link_files(tx, form.project_id, &version.id, files).await
}

fn declared(version_id: &str, forms: &EntityForms) -> Vec<Declared> {
    let each = |declaration: &xform::entities::Declaration| Declared {
        version_id: version_id.to_owned(),
        list_name: declaration.list.clone(),
        creates: declaration.creates,
        updates: declaration.updates,
        scope: declaration.scope.clone(),
        is_repeat: declaration.repeat.as_deref() == Some(&*declaration.scope),
        parent_list: declaration
            .parent
            .map(|parent| forms.declarations[parent].list.clone()),
        properties: declaration
            .properties
            .iter()
            .map(|property| property.name.clone())
            .collect(),
    };
    forms.declarations.iter().map(each).collect()
}

/// Refuses names that differ from known ones by their capitals alone.
async fn check(tx: &mut Tx, project_id: i64, declared: &Declared) -> Result<()> {
    let Some(list) = rows::find(tx.conn(), project_id, &declared.list_name).await? else {
        return Ok(());
    };
    if list.name != declared.list_name {
        return Err(taken(&list, &declared.list_name));
    }
    for known in rows::properties(tx.conn(), &list.id).await? {
        let key = known.name.to_lowercase();
        let twin = declared
            .properties
            .iter()
            .find(|name| name.to_lowercase() == key && **name != known.name);
        if let Some(twin) = twin {
            return Err(Problem::conflict("collect-property-similar")
                .with("current", &known.name)
                .with("provided", twin));
        }
    }
    Ok(())
}

/// Links the files that nobody gave and that are called like a list: `households.csv`.
async fn link_files(tx: &mut Tx, project_id: i64, version_id: &str, files: &[FormFile]) -> Result<()> {
    for file in files
        .iter()
        .filter(|file| file.blob.is_none() && !file.follows_places)
    {
        let Some(name) = file.name.strip_suffix(".csv") else {
            continue;
        };
        let list = rows::find(tx.conn(), project_id, name).await?;
        if let Some(list) = list.filter(|list| list.name == name) {
            rows::link(tx, version_id, &file.name, &list.id).await?;
        }
    }
    Ok(())
}

/// Makes a file of a form's draft the live list of its name, or a file again.
///
/// # Errors
/// `not-allowed`; `form-no-draft`; `form-file-unknown`; `collect-list-unknown`.
pub async fn link_file(app: &App, op: &Op, form: &Form, file: &str, link: Link) -> Result<()> {
    op.require(&KEEPERS)?;
    let draft = forms_store::find_draft(app.db.read(), &form.id).await?;
    let draft = draft.ok_or_else(|| Problem::not_found("form-no-draft").with("form", &form.xml_form_id))?;
    let files = forms_store::list_form_files(app.db.read(), &draft.id).await?;
    if !files.iter().any(|known| known.name == file) {
        return Err(Problem::not_found("form-file-unknown").with("file", file));
    }
    let mut tx = app.db.begin().await?;
    match link {
        Link::List => {
            let name = file.strip_suffix(".csv").unwrap_or(file);
            let list = rows::find(tx.conn(), form.project_id, name).await?;
            let list = list
                .filter(|list| list.name == name && file.ends_with(".csv"))
                .ok_or_else(|| Problem::not_found("collect-list-unknown").with("list", name))?;
            rows::link(&mut tx, &draft.id, file, &list.id).await?;
        }
        Link::File => {
            rows::unlink(&mut tx, &draft.id, file).await?;
        }
    }
    tx.commit().await
}

/// What a file of a form is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Link {
    /// The live list of its name.
    List,
    /// What somebody gave.
    File,
}

/// What publishing a version would make, or has made: each list with its properties.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    pub list: String,
    pub is_new: bool,
    pub properties: Vec<PropertyDifference>,
}

/// A property of a list beside a form that may write it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PropertyDifference {
    pub name: String,
    pub is_new: bool,
    pub is_in_form: bool,
}

/// Tells what a version of a form writes, beside what the lists have already.
///
/// # Errors
/// When the database fails.
pub async fn differences(app: &App, form: &Form, version_id: &str) -> Result<Vec<Difference>> {
    let mut told = Vec::new();
    for each in rows::declared(app.db.read(), version_id).await? {
        let list = rows::find(app.db.read(), form.project_id, &each.list_name).await?;
        let known = match &list {
            Some(list) => rows::properties(app.db.read(), &list.id).await?,
            None => Vec::new(),
        };
        let others = known
            .iter()
            .filter(|property| !each.properties.contains(&property.name))
            .map(|property| PropertyDifference {
                name: property.name.clone(),
                is_new: false,
                is_in_form: false,
            });
        let own = each.properties.iter().map(|name| PropertyDifference {
            name: name.clone(),
            is_new: !known.iter().any(|property| property.name == *name),
            is_in_form: true,
        });
        told.push(Difference {
            is_new: list.is_none(),
            properties: others.chain(own).collect(),
            list: each.list_name,
        });
    }
    Ok(told)
}

async fn allow_reading(app: &App, op: &Op, project: &Project) -> Result<()> {
    op.require(&READERS)?;
    let reach = Reaches::of(app, op).await?.over(&READERS, project.org.as_deref());
    match reach == Reach::Within(Vec::new()) {
        true => Err(Problem::forbidden("not-allowed")),
        false => Ok(()),
    }
}

async fn allow_keeping(app: &App, op: &Op, org: Option<&str>) -> Result<()> {
    op.require(&KEEPERS)?;
    match Reaches::of(app, op).await?.over(&KEEPERS, org) == Reach::Within(Vec::new()) {
        true => Err(Problem::forbidden("not-allowed")),
        false => Ok(()),
    }
}
