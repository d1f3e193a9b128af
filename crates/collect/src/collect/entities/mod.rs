//! Entities: long-lived things (households, members, trees) that submissions add and change, in lists of a project.
//!
//! Follows ODK Entities (<https://getodk.github.io/xforms-spec/entities>) as ODK Central handles them: versions, offline branches that
//! wait for their turn, conflicts that a person resolves. Beyond Central, an entity may be the child of another, and belongs to a place.
//!
//! Deliberately absent: purging what was deleted; an entity that was deleted can always be restored.

pub mod choices;
pub mod desk;
pub mod follow;
pub mod lists;
pub mod model;

use serde::Serialize;

use super::{
    FILERS, KEEPERS, READERS,
    store::{entities as store, households},
};
use crate::{
    accounts::{Reach, Reaches},
    places::{self, model::Places},
    platform::{
        app::App,
        db::Tx,
        events::Event,
        id,
        op::Op,
        problem::{Problem, Result},
        time::Time,
    },
};
use model::{Conflict, Data, Entity, Fault, FaultCode, LABEL, List, PARENT, Parent, Source, Version, View};
pub use store::{
    things::Which,
    work::{Open, Outcome},
};

/// Most entities that are made at once.
const MOST_AT_ONCE: usize = 50_000;
/// Most ids that one event names.
const MOST_NAMED: usize = 200;

/// Entities of a list were made, changed, deleted, restored or their conflicts resolved.
#[derive(Serialize)]
pub struct EntitiesChanged {
    pub list: String,
    pub how: How,
    pub n: usize,
    /// Our ids, when they are not too many.
    pub entities: Vec<String>,
    /// The submission it came from.
    pub submission: Option<String>,
}

impl Event for EntitiesChanged {
    const NAME: &'static str = "collect.entities-changed";
    fn subject(&self) -> String {
        match self.entities.as_slice() {
            [only] => format!("entity/{only}"),
            _ => format!("entity-list/{}", self.list),
        }
    }
}

/// What happened to entities.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum How {
    Made,
    Changed,
    Deleted,
    Restored,
    Resolved,
}

impl EntitiesChanged {
    pub(super) fn of(list: &List, how: How, mut entities: Vec<String>, submission: Option<String>) -> Self {
        let n = entities.len();
        if n > MOST_NAMED {
            entities.clear();
        }
        Self {
            list: list.id.clone(),
            how,
            n,
            entities,
            submission,
        }
    }
}

/// Lists what somebody may read of a list, the newest first; `before` (our id) continues an earlier list.
///
/// # Errors
/// `not-allowed` for those who may read nothing of the project.
pub async fn list_entities(
    app: &App,
    op: &Op,
    list: &List,
    which: Which,
    before: Option<&str>,
    most: usize,
) -> Result<Vec<Entity>> {
    let view = view(app, op, list).await?;
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    store::things::scan(app.db.read(), &list.id, &view, which, before, most).await
}

/// Counts what somebody may read of a list.
///
/// # Errors
/// `not-allowed` for those who may read nothing of the project.
pub async fn count_entities(app: &App, op: &Op, list: &List, which: Which) -> Result<i64> {
    let view = view(app, op, list).await?;
    store::things::count(app.db.read(), &list.id, &view, which).await
}

/// Finds an entity by the id that forms know it by, deleted or not.
///
/// # Errors
/// `collect-entity-unknown`, also for one out of the caller's reach; `collect-entity-field-mistyped` for what is no id; `not-allowed`.
pub async fn entity(app: &App, op: &Op, list: &List, uuid: &str) -> Result<Entity> {
    let view = view(app, op, list).await?;
    let uuid = model::uuid_of("uuid", uuid)?;
    let found = store::things::find(app.db.read(), &list.id, &uuid).await?;
    let is_there = found.as_ref().is_some_and(|found| found.deleted_at.is_none());
    // The id of one that was merged into another stands for the other.
    let standing = match is_there {
        true => None,
        false => households::find_standing(app.db.read(), &list.id, &uuid).await?,
    };
    let found = match standing {
        Some((survivor, _)) => store::things::find_by_id(app.db.read(), &survivor).await?,
        None => found,
    };
    let found = found.ok_or_else(|| Problem::not_found("collect-entity-unknown"))?;
    match is_seen(&view, &found, &*places::all(app).await?) {
        true => Ok(found),
        false => Err(Problem::not_found("collect-entity-unknown")),
    }
}

/// Finds an entity and its list by our id, as far as the caller may read it.
///
/// # Errors
/// When the database fails.
pub async fn of_id(app: &App, op: &Op, id: &str) -> Result<Option<(List, Entity)>> {
    let Some(found) = store::things::find_by_id(app.db.read(), id).await? else {
        return Ok(None);
    };
    let Some(list) = store::lists::find_by_id(app.db.read(), &found.list_id).await? else {
        return Ok(None);
    };
    let Ok(view) = view(app, op, &list).await else {
        return Ok(None);
    };
    let is_theirs = is_seen(&view, &found, &*places::all(app).await?);
    Ok(is_theirs.then_some((list, found)))
}

/// Lists what was known of an entity after each change, the first first.
///
/// # Errors
/// When the database fails.
pub async fn versions(app: &App, of: &Entity) -> Result<Vec<Version>> {
    store::things::list_versions(app.db.read(), &of.id).await
}

/// Lists what submissions say about a list that came to nothing, or not yet: held, waiting for approval, wrong. Only for those who
/// read all of the list, because nobody knows where a thing lies that was not made.
///
/// # Errors
/// `not-allowed`.
pub async fn list_open(app: &App, op: &Op, list: &List, most: i64) -> Result<Vec<Open>> {
    if view(app, op, list).await?.reach != Reach::Everywhere {
        return Ok(Vec::new());
    }
    store::work::list_open(app.db.read(), list.project_id, &list.name, most).await
}

/// Lists the children of an entity that are there; who may read the parent may read them.
///
/// # Errors
/// When the database fails.
pub async fn children(app: &App, of: &Entity) -> Result<Vec<Entity>> {
    store::things::children(app.db.read(), &of.id, 10_000).await
}

/// An entity that is to be made, as a program or a person gives it.
#[derive(Debug, Clone, Default)]
pub struct NewEntity {
    /// `None`: it gets a fresh one.
    pub uuid: Option<String>,
    pub label: String,
    pub data: Data,
    /// The id of its parent.
    pub parent: Option<String>,
}

/// Where something came from that no submission said.
#[derive(Debug, Clone, Default)]
pub struct Origin {
    /// `api`, `desk`, `upload`.
    pub kind: &'static str,
    /// JSON: an upload's name, size and count.
    pub details: Option<String>,
    pub user_agent: Option<String>,
}

/// Makes entities, all or none.
///
/// # Errors
/// `not-allowed` for anybody but stewards and producers of their places; `collect-entity-property-unknown`, `collect-entity-exists`,
/// `collect-entity-id-spent`, `collect-entity-field-missing` without a label.
pub async fn add(
    app: &App,
    op: &Op,
    list: &List,
    new: Vec<NewEntity>,
    origin: &Origin,
) -> Result<Vec<Entity>> {
    op.require(&KEEPERS)?;
    if new.len() > MOST_AT_ONCE {
        return Err(Problem::too_large("collect-entities-too-many").with("most", MOST_AT_ONCE));
    }
    let (reaches, all) = (Reaches::of(app, op).await?, places::all(app).await?);
    let known = store::lists::properties(app.db.read(), &list.id).await?;
    let mut tx = app.db.begin().await?;
    let source = source(op, origin);
    store::things::insert_source(&mut tx, &source, op.at).await?;
    let mut made = Vec::with_capacity(new.len());
    for each in new {
        for name in each.data.keys() {
            if !known.iter().any(|property| property.name == *name) {
                return Err(Problem::invalid("collect-entity-property-unknown").with("property", name));
            }
        }
        if each.label.trim().is_empty() {
            return Err(Fault::new(FaultCode::FieldMissing, &[("field", LABEL)]).into());
        }
        let uuid = match &each.uuid {
            Some(uuid) => model::uuid_of("uuid", uuid)?,
            None => uuid::Uuid::new_v4().to_string(),
        };
        let said = each.parent.as_deref();
        let parent = find_parent(&mut tx, list, said, &each.data).await?;
        let is_known = |code: &str| all.find(code).is_some();
        let place = match (model::place_of(&each.data, is_known), &parent) {
            (None, Some((_, Some(parent)))) => parent.place.clone(),
            (own, _) => own,
        };
        allow_keeper(&reaches, list, place.as_deref())?;
        let entity = Entity {
            id: id::fresh(op.at),
            list_id: list.id.clone(),
            uuid,
            label: each.label,
            data: each.data,
            version: 1,
            conflict: None,
            resolved_version: 0,
            parent: parent.map(|(uuid, found)| parent_of(uuid, found.as_ref())),
            place,
            created_at: op.at,
            created_by: me(op),
            changed_at: None,
            deleted_at: None,
        };
        let received = received(&entity.data, Some(&entity.label));
        insert(&mut tx, &entity, received, &source, origin.user_agent.as_deref()).await?;
        for adopting in store::things::adopt(&mut tx, list.project_id, &entity).await? {
            store::lists::touch(&mut tx, &adopting, op.at).await?;
        }
        made.push(entity);
    }
    store::lists::touch(&mut tx, &list.id, op.at).await?;
    let ids = made.iter().map(|entity| entity.id.clone()).collect();
    tx.emit(op, &EntitiesChanged::of(list, How::Made, ids, None))
        .await?;
    tx.commit().await?;
    Ok(made)
}

/// Writes a new entity and its first version.
async fn insert(
    tx: &mut Tx,
    entity: &Entity,
    received: Data,
    source: &Source,
    user_agent: Option<&str>,
) -> Result<()> {
    if !store::things::insert(tx, entity).await? {
        let taken = store::things::find(tx.conn(), &entity.list_id, &entity.uuid).await?;
        let code = match taken.and_then(|taken| taken.deleted_at) {
            Some(_) => FaultCode::IdSpent,
            None => FaultCode::EntityExists,
        };
        return Err(Fault::new(code, &[("uuid", &entity.uuid)]).into());
    }
    let version = Version {
        version: 1,
        label: entity.label.clone(),
        data: entity.data.clone(),
        received,
        base_version: None,
        branch_id: None,
        trunk_version: None,
        branch_base_version: None,
        conflicting: None,
        is_late_create: false,
        parent_uuid: entity.parent.as_ref().map(|parent| parent.uuid.clone()),
        created_at: entity.created_at,
        created_by: entity.created_by.clone(),
        user_agent: user_agent.map(str::to_owned),
        source: source.clone(),
    };
    store::things::insert_version(tx, &entity.id, &version).await
}

/// A change that a program or a person makes to an entity.
#[derive(Debug, Clone, Default)]
pub struct Change {
    pub label: Option<String>,
    pub data: Data,
    /// The id of another parent; `Some("")` for none.
    pub parent: Option<String>,
    /// The version it was made from; `None` where it holds whatever came between.
    pub base_version: Option<i64>,
    /// Whether it also says that conflicts were looked at.
    pub resolves: bool,
}

impl Change {
    fn is_empty(&self) -> bool {
        self.label.is_none() && self.data.is_empty() && self.parent.is_none()
    }
}

/// Changes an entity, resolves its conflicts, or both.
///
/// # Errors
/// `collect-entity-stale` when it was changed since; `collect-entity-no-conflict`; `collect-entity-malformed` for a change of nothing;
/// `not-allowed`; as [`entity`] and [`add`].
pub async fn change(
    app: &App,
    op: &Op,
    list: &List,
    uuid: &str,
    change: Change,
    origin: &Origin,
) -> Result<Entity> {
    op.require(&KEEPERS)?;
    let seen = present(app, op, list, uuid).await?;
    let (reaches, all) = (Reaches::of(app, op).await?, places::all(app).await?);
    allow_keeper(&reaches, list, seen.place.as_deref())?;
    let known = store::lists::properties(app.db.read(), &list.id).await?;
    if let Some(name) = change
        .data
        .keys()
        .find(|name| !known.iter().any(|property| property.name == **name))
    {
        return Err(Problem::invalid("collect-entity-property-unknown").with("property", name));
    }
    if change.label.as_ref().is_some_and(|label| label.trim().is_empty()) {
        return Err(Fault::new(FaultCode::FieldMissing, &[("field", LABEL)]).into());
    }
    let mut tx = app.db.begin().await?;
    let found = store::things::find(tx.conn(), &list.id, &seen.uuid).await?;
    let mut entity = found.ok_or_else(|| Problem::not_found("collect-entity-unknown"))?;
    if change.resolves && entity.conflict.is_none() {
        return Err(Problem::invalid("collect-entity-no-conflict"));
    }
    if change.base_version.is_some_and(|base| base != entity.version) {
        return Err(stale(&entity, change.base_version));
    }
    if change.is_empty() && !change.resolves {
        return Err(Problem::invalid("collect-entity-malformed"));
    }
    if !change.is_empty() {
        let received = received(&change.data, change.label.as_deref());
        entity.data.extend(change.data);
        if let Some(label) = change.label {
            entity.label = label;
        }
        let said = match &change.parent {
            Some(parent) if parent.is_empty() => {
                entity.parent = None;
                None
            }
            said => said.as_deref(),
        };
        if let Some((uuid, found)) = find_parent(&mut tx, list, said, &received).await? {
            allow_parent(&mut tx, &entity, found.as_ref()).await?;
            entity.parent = Some(parent_of(uuid, found.as_ref()));
        }
        if let Some(place) = model::place_of(&entity.data, |code| all.find(code).is_some()) {
            allow_keeper(&reaches, list, Some(&place))?;
            entity.place = Some(place);
        }
        let source = source(op, origin);
        store::things::insert_source(&mut tx, &source, op.at).await?;
        write_next(&mut tx, op, &mut entity, received, &source, origin).await?;
    }
    if change.resolves {
        (entity.conflict, entity.resolved_version) = (None, entity.version);
        store::things::set_resolved(&mut tx, &entity.id, entity.version, op.at).await?;
    }
    store::lists::touch(&mut tx, &list.id, op.at).await?;
    let how = if change.resolves {
        How::Resolved
    } else {
        How::Changed
    };
    tx.emit(op, &EntitiesChanged::of(list, how, vec![entity.id.clone()], None))
        .await?;
    tx.commit().await?;
    entity.changed_at = Some(op.at);
    Ok(entity)
}

/// Writes the next version of an entity that a program or a person changed.
pub(super) async fn write_next(
    tx: &mut Tx,
    op: &Op,
    entity: &mut Entity,
    received: Data,
    source: &Source,
    origin: &Origin,
) -> Result<()> {
    let base = entity.version;
    entity.version += 1;
    if !store::things::update(tx, entity, op.at).await? {
        return Err(stale(entity, Some(base)));
    }
    let version = Version {
        version: entity.version,
        label: entity.label.clone(),
        data: entity.data.clone(),
        received,
        base_version: Some(base),
        branch_id: None,
        trunk_version: None,
        branch_base_version: None,
        conflicting: None,
        is_late_create: false,
        parent_uuid: entity.parent.as_ref().map(|parent| parent.uuid.clone()),
        created_at: op.at,
        created_by: me(op),
        user_agent: origin.user_agent.clone(),
        source: source.clone(),
    };
    store::things::insert_version(tx, &entity.id, &version).await
}

fn stale(entity: &Entity, provided: Option<i64>) -> Problem {
    Problem::conflict("collect-entity-stale")
        .with("current", entity.version)
        .with(
            "provided",
            provided.map_or_else(|| "-".to_owned(), |n| n.to_string()),
        )
}

/// What became of entities that were to be deleted or restored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moved {
    pub n: usize,
    /// Children of deleted ones, which stay.
    pub n_children: i64,
}

/// Deletes entities, or restores them; those that are not there, or out of reach, are passed over. Children stay, and are counted.
///
/// # Errors
/// `not-allowed` for anybody but stewards and producers.
pub async fn move_many(app: &App, op: &Op, list: &List, uuids: &[String], how: Removal) -> Result<Moved> {
    op.require(&KEEPERS)?;
    let reaches = Reaches::of(app, op).await?;
    let mut tx = app.db.begin().await?;
    let mut moved = Vec::new();
    let mut n_children = 0;
    for uuid in uuids {
        let uuid = model::uuid_of("uuid", uuid)?;
        let Some(found) = store::things::find(tx.conn(), &list.id, &uuid).await? else {
            continue;
        };
        if allow_keeper(&reaches, list, found.place.as_deref()).is_err() {
            continue;
        }
        // One that was merged comes back by being parted again, by two people's say.
        let standing = households::find_standing(tx.conn(), &list.id, &found.uuid).await?;
        if how == Removal::Restore && standing.is_some() {
            continue;
        }
        let deleted_at = (how == Removal::Delete).then_some(op.at);
        if store::things::set_deleted(&mut tx, &found.id, deleted_at, op.at).await? {
            if how == Removal::Delete {
                n_children += store::things::count_children(tx.conn(), &found.id).await?;
            }
            moved.push(found.id);
        }
    }
    let n = moved.len();
    if n > 0 {
        store::lists::touch(&mut tx, &list.id, op.at).await?;
        let what = match how {
            Removal::Delete => How::Deleted,
            Removal::Restore => How::Restored,
        };
        tx.emit(op, &EntitiesChanged::of(list, what, moved, None)).await?;
    }
    tx.commit().await?;
    Ok(Moved { n, n_children })
}

/// Whether entities go or come back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Removal {
    Delete,
    Restore,
}

/// Deletes an entity, or restores it.
///
/// # Errors
/// `collect-entity-unknown` when there is nothing to delete or to restore; `not-allowed`.
pub async fn move_one(app: &App, op: &Op, list: &List, uuid: &str, how: Removal) -> Result<Moved> {
    op.require(&KEEPERS)?;
    let seen = entity(app, op, list, uuid).await?;
    let reaches = Reaches::of(app, op).await?;
    allow_keeper(&reaches, list, seen.place.as_deref())?;
    let moved = move_many(app, op, list, &[seen.uuid], how).await?;
    match moved.n {
        0 => Err(Problem::not_found("collect-entity-unknown")),
        _ => Ok(moved),
    }
}

/// Finds an entity that was not deleted.
///
/// # Errors
/// As [`entity`].
pub async fn present(app: &App, op: &Op, list: &List, uuid: &str) -> Result<Entity> {
    let found = entity(app, op, list, uuid).await?;
    match found.deleted_at {
        None => Ok(found),
        Some(_) => Err(Problem::not_found("collect-entity-unknown")),
    }
}

/// What the caller may read of a list.
///
/// # Errors
/// `not-allowed` for those who may read nothing of its project.
pub async fn view(app: &App, op: &Op, list: &List) -> Result<View> {
    op.require(&READERS)?;
    let reach = Reaches::of(app, op).await?.over(&READERS, list.org.as_deref());
    if reach == Reach::Within(Vec::new()) {
        return Err(Problem::forbidden("not-allowed"));
    }
    Ok(View {
        reach,
        owner: None,
        with_unplaced: !list.is_placed,
    })
}

/// What the caller is offered of a list while they fill a form: what lies in their places, or what they made themselves.
///
/// # Errors
/// When the database fails.
pub async fn offered(app: &App, op: &Op, list: &List) -> Result<View> {
    let reaches = Reaches::of(app, op).await?;
    let reach = reaches.over(&FILERS, list.org.as_deref());
    let is_keeper = reaches.over(&KEEPERS, list.org.as_deref()) != Reach::Within(Vec::new());
    let owner = (list.is_own_only && !is_keeper).then(|| me(op).unwrap_or_else(|| "nobody".to_owned()));
    Ok(View {
        with_unplaced: !list.is_placed && reach != Reach::Within(Vec::new()),
        reach,
        owner,
    })
}

/// Tells whether an entity is among what somebody may see.
pub fn is_seen(view: &View, entity: &Entity, places: &Places) -> bool {
    let is_theirs = view
        .owner
        .as_ref()
        .is_none_or(|owner| entity.created_by.as_ref() == Some(owner));
    let is_within = match (&view.reach, entity.place.as_deref()) {
        (Reach::Everywhere, _) => true,
        (Reach::Within(_), None) => view.with_unplaced,
        (Reach::Within(codes), Some(place)) => places.find(place).is_some_and(|place| {
            place
                .with_ancestors()
                .any(|above| codes.iter().any(|code| code == above.code()))
        }),
    };
    is_theirs && is_within
}

/// Passes those who keep the entities of a place, or of none.
fn allow_keeper(reaches: &Reaches<'_>, list: &List, place: Option<&str>) -> Result<()> {
    let org = list.org.as_deref();
    let is_unplaced = place.is_none() && !list.is_placed;
    let allowed = reaches.covers(&KEEPERS, org, place)
        || (is_unplaced && reaches.over(&KEEPERS, org) != Reach::Within(Vec::new()));
    match allowed {
        true => Ok(()),
        false => Err(Problem::forbidden("not-allowed")),
    }
}

/// The parent that somebody names, by itself or in the property `parent`, with what is known of it.
///
/// The property counts only where it names an entity that is there: other lists may keep something else under that name.
async fn find_parent(
    tx: &mut Tx,
    list: &List,
    said: Option<&str>,
    data: &Data,
) -> Result<Option<(String, Option<Entity>)>> {
    let wanted = list.parent_list.as_deref();
    if let Some(said) = said.filter(|said| !said.is_empty()) {
        let uuid = model::uuid_of("parent", said)?;
        let found = find_in_project(tx, list.project_id, &uuid, wanted).await?;
        let uuid = found.as_ref().map_or(uuid, |found| found.uuid.clone());
        return Ok(Some((uuid, found)));
    }
    let Some(Ok(uuid)) = data.get(PARENT).map(|said| model::uuid_of("parent", said)) else {
        return Ok(None);
    };
    let found = find_in_project(tx, list.project_id, &uuid, wanted).await?;
    Ok(found.map(|parent| (parent.uuid.clone(), Some(parent))))
}

/// The entity of a project that an id stands for, be it that of one that was merged into another.
async fn find_in_project(
    tx: &mut Tx,
    project_id: i64,
    uuid: &str,
    wanted: Option<&str>,
) -> Result<Option<Entity>> {
    if let Some(found) = store::things::find_in_project(tx.conn(), project_id, uuid, wanted).await? {
        return Ok(Some(found));
    }
    let Some(list) = households::find_list_of_alias(tx.conn(), project_id, uuid).await? else {
        return Ok(None);
    };
    match households::find_standing(tx.conn(), &list, uuid).await? {
        Some((standing, _)) => store::things::find_by_id(tx.conn(), &standing).await,
        None => Ok(None),
    }
}

/// Refuses a parent that is the entity itself or one of its own descendants.
async fn allow_parent(tx: &mut Tx, entity: &Entity, parent: Option<&Entity>) -> Result<()> {
    let mut above = parent.cloned();
    // Nobody's line of descent is longer; a ring among others ends here too.
    for _ in 0..32 {
        let Some(here) = above else { return Ok(()) };
        if here.id == entity.id {
            return Err(Problem::invalid("collect-entity-parent-circular"));
        }
        above = match here.parent.and_then(|parent| parent.id) {
            Some(id) => store::things::find_by_id(tx.conn(), &id).await?,
            None => None,
        };
    }
    Err(Problem::invalid("collect-entity-parent-circular"))
}

fn parent_of(uuid: String, found: Option<&Entity>) -> Parent {
    Parent {
        uuid,
        id: found.map(|parent| parent.id.clone()),
        label: found.map(|parent| parent.label.clone()),
    }
}

pub(super) fn source(op: &Op, origin: &Origin) -> Source {
    Source {
        id: id::fresh(op.at),
        kind: origin.kind.to_owned(),
        submission: None,
        is_forced: false,
        details: origin.details.clone(),
    }
}

fn received(data: &Data, label: Option<&str>) -> Data {
    let label = label.map(|label| (LABEL.to_owned(), label.to_owned()));
    data.clone().into_iter().chain(label).collect()
}

fn me(op: &Op) -> Option<String> {
    op.person().map(|person| person.id.clone())
}

/// Whether a conflict is shown, as the colour and the word of it.
pub fn conflict_text(conflict: Conflict) -> &'static str {
    match conflict {
        Conflict::Soft => "collect-entities-conflict-soft",
        Conflict::Hard => "collect-entities-conflict-hard",
    }
}

/// How long a change may wait for the one before it.
pub(super) fn patience() -> std::time::Duration {
    std::time::Duration::from_secs(5 * 24 * 60 * 60)
}

/// The moment before which what is held has waited too long.
pub(super) fn held_too_long(at: Time) -> Time {
    at.minus(patience())
}
