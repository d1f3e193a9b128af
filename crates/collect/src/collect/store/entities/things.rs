//! SQL of entities and their versions.

use sqlx::{AnyExecutor, AnyPool, FromRow};

use crate::{
    collect::{
        entities::model::{Conflict, Data, Entity, Parent, Source, SourceSubmission, Version, View},
        store::{households, submissions::turns},
    },
    platform::{
        db::Tx,
        problem::{Problem, Result},
        time::Time,
    },
};

/// A question about entities: what is selected, and the rest of the statement.
macro_rules! entities {
    ($rest:literal) => {
        concat!(
            "SELECT e.id, e.list_id, e.uuid, e.label, e.data, e.version, e.conflict, e.resolved_version, e.parent_id, e.parent_uuid,
                    p.label AS parent_label, e.place_code, e.created_at, e.created_by, e.changed_at, e.deleted_at
             FROM entity e LEFT JOIN entity p ON p.id = e.parent_id ",
            $rest
        )
    };
}

#[derive(FromRow)]
struct Row {
    id: String,
    list_id: String,
    uuid: String,
    label: String,
    data: String,
    version: i64,
    conflict: Option<String>,
    resolved_version: i64,
    parent_id: Option<String>,
    parent_uuid: Option<String>,
    parent_label: Option<String>,
    place_code: Option<String>,
    created_at: i64,
    created_by: Option<String>,
    changed_at: Option<i64>,
    deleted_at: Option<i64>,
}

impl From<Row> for Entity {
    fn from(row: Row) -> Entity {
        Entity {
            id: row.id,
            list_id: row.list_id,
            uuid: row.uuid,
            label: row.label,
            data: serde_json::from_str(&row.data).unwrap_or_default(),
            version: row.version,
            conflict: row.conflict.as_deref().and_then(Conflict::parse),
            resolved_version: row.resolved_version,
            parent: row.parent_uuid.map(|uuid| Parent {
                uuid,
                id: row.parent_id,
                label: row.parent_label,
            }),
            place: row.place_code,
            created_at: Time(row.created_at),
            created_by: row.created_by,
            changed_at: row.changed_at.map(Time),
            deleted_at: row.deleted_at.map(Time),
        }
    }
}

/// The entity of a list that forms know by an id, deleted or not.
pub async fn find<'e>(db: impl AnyExecutor<'e>, list_id: &str, uuid: &str) -> Result<Option<Entity>> {
    let row: Option<Row> = sqlx::query_as(entities!("WHERE e.list_id = $1 AND e.uuid = $2"))
        .bind(list_id)
        .bind(uuid)
        .fetch_optional(db)
        .await?;
    Ok(row.map(Entity::from))
}

pub async fn find_by_id<'e>(db: impl AnyExecutor<'e>, id: &str) -> Result<Option<Entity>> {
    let row: Option<Row> = sqlx::query_as(entities!("WHERE e.id = $1"))
        .bind(id)
        .fetch_optional(db)
        .await?;
    Ok(row.map(Entity::from))
}

/// The entity of any list of a project that forms know by an id; of the wanted list when it is there.
pub async fn find_in_project<'e>(
    db: impl AnyExecutor<'e>,
    project_id: i64,
    uuid: &str,
    wanted_list: Option<&str>,
) -> Result<Option<Entity>> {
    let row: Option<Row> = sqlx::query_as(entities!(
        "JOIN entity_list l ON l.id = e.list_id
         WHERE l.project_id = $1 AND e.uuid = $2 AND e.deleted_at IS NULL AND l.deleted_at IS NULL
         ORDER BY CASE WHEN e.list_id = $3 THEN 0 ELSE 1 END, e.id
         LIMIT 1"
    ))
    .bind(project_id)
    .bind(uuid)
    .bind(wanted_list.unwrap_or(""))
    .fetch_optional(db)
    .await?;
    Ok(row.map(Entity::from))
}

/// Which of the entities of a list: those there, or those deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    Present,
    Deleted,
    InConflict,
}

/// What somebody may see of a list, the newest first, from behind an entity (by our id) on.
pub async fn scan(
    db: &AnyPool,
    list_id: &str,
    view: &View,
    which: Which,
    before: Option<&str>,
    most: i64,
) -> Result<Vec<Entity>> {
    let mut found: Vec<Row> = Vec::new();
    for (nth, (is_everywhere, codes)) in turns(&view.reach).into_iter().enumerate() {
        let mut query = sqlx::query_as(entities!(
            "WHERE e.list_id = $1
               AND (CASE WHEN e.deleted_at IS NULL THEN 0 ELSE 1 END) = $2
               AND ($3 = 0 OR e.conflict IS NOT NULL)
               AND ($4 = '' OR e.id < $4)
               AND ($6 = '' OR e.created_by = $6)
               AND ($7 = 1 OR ($8 = 1 AND e.place_code IS NULL)
                    OR e.place_code IN (SELECT code FROM place_path WHERE ancestor_code IN ($9, $10, $11, $12, $13, $14, $15, $16)))
             ORDER BY e.id DESC
             LIMIT $5"
        ))
        .bind(list_id)
        .bind(i64::from(which == Which::Deleted))
        .bind(i64::from(which == Which::InConflict))
        .bind(before.unwrap_or(""))
        .bind(most)
        .bind(view.owner.as_deref().unwrap_or(""))
        .bind(is_everywhere)
        // What lies nowhere is told by the first statement only, so that nothing comes twice.
        .bind(i64::from(view.with_unplaced && nth == 0));
        for code in codes {
            query = query.bind(code);
        }
        found.extend(query.fetch_all(db).await?);
    }
    found.sort_by(|a, b| b.id.cmp(&a.id));
    found.truncate(usize::try_from(most).unwrap_or(usize::MAX));
    Ok(found.into_iter().map(Entity::from).collect())
}

/// How many entities of a list may somebody see?
pub async fn count(db: &AnyPool, list_id: &str, view: &View, which: Which) -> Result<i64> {
    let mut n = 0;
    for (nth, (is_everywhere, codes)) in turns(&view.reach).into_iter().enumerate() {
        let mut query = sqlx::query_scalar(
            "SELECT COUNT(*)
             FROM entity e
             WHERE e.list_id = $1
               AND (CASE WHEN e.deleted_at IS NULL THEN 0 ELSE 1 END) = $2
               AND ($3 = 0 OR e.conflict IS NOT NULL)
               AND ($4 = '' OR e.created_by = $4)
               AND ($5 = 1 OR ($6 = 1 AND e.place_code IS NULL)
                    OR e.place_code IN (SELECT code FROM place_path WHERE ancestor_code IN ($7, $8, $9, $10, $11, $12, $13, $14)))",
        )
        .bind(list_id)
        .bind(i64::from(which == Which::Deleted))
        .bind(i64::from(which == Which::InConflict))
        .bind(view.owner.as_deref().unwrap_or(""))
        .bind(is_everywhere)
        .bind(i64::from(view.with_unplaced && nth == 0));
        for code in codes {
            query = query.bind(code);
        }
        let more: i64 = query.fetch_one(db).await?;
        n += more;
    }
    Ok(n)
}

/// The children of an entity that are there, in the order they were made.
pub async fn children<'e>(db: impl AnyExecutor<'e>, parent_id: &str, most: i64) -> Result<Vec<Entity>> {
    let rows: Vec<Row> = sqlx::query_as(entities!(
        "WHERE e.parent_id = $1 AND e.deleted_at IS NULL ORDER BY e.id LIMIT $2"
    ))
    .bind(parent_id)
    .bind(most)
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(Entity::from).collect())
}

/// Ids that one statement asks about.
const NAMED_AT_ONCE: usize = 20;

/// The entities of a list that have one of these ids or whose parents do, those that were deleted among them.
pub async fn find_named(db: &AnyPool, list_id: &str, uuids: &[String]) -> Result<Vec<Entity>> {
    let mut found: Vec<Row> = Vec::new();
    for part in uuids.chunks(NAMED_AT_ONCE) {
        let mut query = sqlx::query_as(entities!(
            "WHERE e.list_id = $1
               AND (e.uuid IN ($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)
                    OR e.parent_uuid IN ($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21))
             ORDER BY e.id DESC"
        ))
        .bind(list_id);
        // A short list ends with its first id again and again.
        for at in 0..NAMED_AT_ONCE {
            query = query.bind(part.get(at).unwrap_or(&part[0]));
        }
        found.extend(query.fetch_all(db).await?);
    }
    found.sort_by(|a, b| b.id.cmp(&a.id));
    found.dedup_by(|a, b| a.id == b.id);
    Ok(found.into_iter().map(Entity::from).collect())
}

/// How many children of an entity are there?
pub async fn count_children<'e>(db: impl AnyExecutor<'e>, parent_id: &str) -> Result<i64> {
    Ok(
        sqlx::query_scalar("SELECT COUNT(*) FROM entity WHERE parent_id = $1 AND deleted_at IS NULL")
            .bind(parent_id)
            .fetch_one(db)
            .await?,
    )
}

/// Does any entity of a list that is there have a value of a property?
pub async fn is_property_filled(db: &AnyPool, list_id: &str, name: &str) -> Result<bool> {
    // What the JSON of the data holds is the property's name, a colon, and something between quotes.
    let key = serde_json::to_string(name).map_err(Problem::internal)?;
    let escaped = key.replace('!', "!!").replace('%', "!%").replace('_', "!_");
    let found: Option<i64> = sqlx::query_scalar(
        "SELECT version FROM entity
         WHERE list_id = $1 AND deleted_at IS NULL AND data LIKE $2 ESCAPE '!' AND data NOT LIKE $3 ESCAPE '!'
         LIMIT 1",
    )
    .bind(list_id)
    .bind(format!("%{escaped}:%"))
    .bind(format!("%{escaped}:\"\"%"))
    .fetch_optional(db)
    .await?;
    Ok(found.is_some())
}

/// Who made entities of a list that are there?
pub async fn creators(db: &AnyPool, list_id: &str) -> Result<Vec<String>> {
    Ok(sqlx::query_scalar(
        "SELECT DISTINCT created_by FROM entity WHERE list_id = $1 AND deleted_at IS NULL AND created_by IS NOT NULL ORDER BY created_by",
    )
    .bind(list_id)
    .fetch_all(db)
    .await?)
}

/// The newest version of an entity as lists show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    pub created_at: Time,
    pub created_by: Option<String>,
    pub user_agent: Option<String>,
    pub base_version: Option<i64>,
    pub branch_id: Option<String>,
    pub trunk_version: Option<i64>,
    pub branch_base_version: Option<i64>,
    pub conflicting: Option<Vec<String>>,
}

#[derive(FromRow)]
struct HeadRow {
    entity_id: String,
    created_at: i64,
    created_by: Option<String>,
    user_agent: Option<String>,
    base_version: Option<i64>,
    branch_id: Option<String>,
    trunk_version: Option<i64>,
    branch_base_version: Option<i64>,
    conflicting: Option<String>,
}

/// Who made the newest version of each entity of a list, when and from what?
pub async fn heads(db: &AnyPool, list_id: &str) -> Result<std::collections::HashMap<String, Head>> {
    let rows: Vec<HeadRow> = sqlx::query_as(
        "SELECT v.entity_id, v.created_at, v.created_by, v.user_agent, v.base_version, v.branch_id, v.trunk_version,
                v.branch_base_version, v.conflicting
         FROM entity e JOIN entity_version v ON v.entity_id = e.id AND v.version = e.version
         WHERE e.list_id = $1",
    )
    .bind(list_id)
    .fetch_all(db)
    .await?;
    let head = |row: HeadRow| {
        let head = Head {
            created_at: Time(row.created_at),
            created_by: row.created_by,
            user_agent: row.user_agent,
            base_version: row.base_version,
            branch_id: row.branch_id,
            trunk_version: row.trunk_version,
            branch_base_version: row.branch_base_version,
            conflicting: row
                .conflicting
                .and_then(|names| serde_json::from_str(&names).ok()),
        };
        (row.entity_id, head)
    };
    Ok(rows.into_iter().map(head).collect())
}

/// Makes an entity; false when the list has one under that id, deleted or not.
pub async fn insert(tx: &mut Tx, entity: &Entity) -> Result<bool> {
    let inserted = sqlx::query(
        "INSERT INTO entity (id, list_id, uuid, label, data, version, conflict, resolved_version, parent_id, parent_uuid, place_code,
                             created_at, created_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $8, $9, $10, $11, $12)
         ON CONFLICT (list_id, uuid) DO NOTHING",
    )
    .bind(&entity.id)
    .bind(&entity.list_id)
    .bind(&entity.uuid)
    .bind(&entity.label)
    .bind(json(&entity.data)?)
    .bind(entity.version)
    .bind(entity.conflict.map(Conflict::as_str))
    .bind(entity.parent.as_ref().and_then(|parent| parent.id.as_deref()))
    .bind(entity.parent.as_ref().map(|parent| parent.uuid.as_str()))
    .bind(entity.place.as_deref())
    .bind(entity.created_at.0)
    .bind(entity.created_by.as_deref())
    .execute(tx.conn())
    .await?;
    Ok(inserted.rows_affected() == 1)
}

/// Gives an entity what its next version says; false when somebody else was faster.
pub async fn update(tx: &mut Tx, entity: &Entity, at: Time) -> Result<bool> {
    let updated = sqlx::query(
        "UPDATE entity
         SET label = $3, data = $4, version = $5, conflict = $6, resolved_version = $7, parent_id = $8, parent_uuid = $9,
             place_code = $10, changed_at = $11
         WHERE id = $1 AND version = $2",
    )
    .bind(&entity.id)
    .bind(entity.version - 1)
    .bind(&entity.label)
    .bind(json(&entity.data)?)
    .bind(entity.version)
    .bind(entity.conflict.map(Conflict::as_str))
    .bind(entity.resolved_version)
    .bind(entity.parent.as_ref().and_then(|parent| parent.id.as_deref()))
    .bind(entity.parent.as_ref().map(|parent| parent.uuid.as_str()))
    .bind(entity.place.as_deref())
    .bind(at.0)
    .execute(tx.conn())
    .await?;
    Ok(updated.rows_affected() == 1)
}

/// Notes that somebody looked at an entity's conflicts.
pub async fn set_resolved(tx: &mut Tx, entity_id: &str, version: i64, at: Time) -> Result<()> {
    sqlx::query("UPDATE entity SET conflict = NULL, resolved_version = $2, changed_at = $3 WHERE id = $1")
        .bind(entity_id)
        .bind(version)
        .bind(at.0)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Deletes an entity, or restores it when no time is given; false when nothing changed.
pub async fn set_deleted(tx: &mut Tx, entity_id: &str, deleted_at: Option<Time>, at: Time) -> Result<bool> {
    let updated = sqlx::query(
        "UPDATE entity
         SET deleted_at = $2, changed_at = CASE WHEN $2 IS NULL THEN $3 ELSE changed_at END
         WHERE id = $1 AND (CASE WHEN deleted_at IS NULL THEN 0 ELSE 1 END) <> $4",
    )
    .bind(entity_id)
    .bind(deleted_at.map(|at| at.0))
    .bind(at.0)
    .bind(i64::from(deleted_at.is_some()))
    .execute(tx.conn())
    .await?;
    households::unkey(tx, entity_id).await?;
    Ok(updated.rows_affected() == 1)
}

/// Gives a new entity the children that named it before it was here, and its place to those without one.
pub async fn adopt(tx: &mut Tx, project_id: i64, parent: &Entity) -> Result<Vec<String>> {
    let lists: Vec<String> = sqlx::query_scalar(
        "SELECT DISTINCT list_id FROM entity
         WHERE parent_uuid = $1 AND parent_id IS NULL
           AND list_id IN (SELECT id FROM entity_list WHERE project_id = $2)",
    )
    .bind(&parent.uuid)
    .bind(project_id)
    .fetch_all(tx.conn())
    .await?;
    if lists.is_empty() {
        return Ok(lists);
    }
    sqlx::query(
        "UPDATE entity
         SET parent_id = $1, place_code = COALESCE(place_code, $4)
         WHERE parent_uuid = $2 AND parent_id IS NULL
           AND list_id IN (SELECT id FROM entity_list WHERE project_id = $3)",
    )
    .bind(&parent.id)
    .bind(&parent.uuid)
    .bind(project_id)
    .bind(parent.place.as_deref())
    .execute(tx.conn())
    .await?;
    households::unkey_children(tx, &parent.id).await?;
    Ok(lists)
}

/// Makes a source; one submission has one.
pub async fn insert_source(tx: &mut Tx, source: &Source, at: Time) -> Result<()> {
    sqlx::query(
        "INSERT INTO entity_source (id, kind, submission_id, is_forced, details, created_at)
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(&source.id)
    .bind(&source.kind)
    .bind(
        source
            .submission
            .as_ref()
            .map(|submission| submission.id.as_str()),
    )
    .bind(i32::from(source.is_forced))
    .bind(source.details.as_deref())
    .bind(at.0)
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub async fn insert_version(tx: &mut Tx, entity_id: &str, version: &Version) -> Result<()> {
    let conflicting = version
        .conflicting
        .as_ref()
        .map(serde_json::to_string)
        .transpose()
        .map_err(Problem::internal)?;
    sqlx::query(
        "INSERT INTO entity_version (entity_id, version, label, data, received, base_version, branch_id, trunk_version,
                                     branch_base_version, conflicting, is_late_create, parent_uuid, created_at, created_by, user_agent, source_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
    )
    .bind(entity_id)
    .bind(version.version)
    .bind(&version.label)
    .bind(json(&version.data)?)
    .bind(json(&version.received)?)
    .bind(version.base_version)
    .bind(version.branch_id.as_deref())
    .bind(version.trunk_version)
    .bind(version.branch_base_version)
    .bind(conflicting)
    .bind(i32::from(version.is_late_create))
    .bind(version.parent_uuid.as_deref())
    .bind(version.created_at.0)
    .bind(version.created_by.as_deref())
    .bind(version.user_agent.as_deref())
    .bind(&version.source.id)
    .execute(tx.conn())
    .await?;
    households::unkey(tx, entity_id).await
}

#[derive(FromRow)]
struct VersionRow {
    version: i64,
    label: String,
    data: String,
    received: String,
    base_version: Option<i64>,
    branch_id: Option<String>,
    trunk_version: Option<i64>,
    branch_base_version: Option<i64>,
    conflicting: Option<String>,
    is_late_create: i64,
    parent_uuid: Option<String>,
    created_at: i64,
    created_by: Option<String>,
    user_agent: Option<String>,
    source_id: String,
    kind: String,
    is_forced: i64,
    details: Option<String>,
    submission_id: Option<String>,
    instance_id: Option<String>,
    root_id: Option<String>,
    submission_name: Option<String>,
    xml_form_id: Option<String>,
    form_slug: Option<String>,
    project_slug: Option<String>,
    title: Option<String>,
}

impl From<VersionRow> for Version {
    fn from(row: VersionRow) -> Version {
        let submission = row.submission_id.map(|id| SourceSubmission {
            id,
            instance_id: row.instance_id.unwrap_or_default(),
            root_id: row.root_id.unwrap_or_default(),
            xml_form_id: row.xml_form_id.unwrap_or_default(),
            form_slug: row.form_slug.unwrap_or_default(),
            project_slug: row.project_slug.unwrap_or_default(),
            title: row.title.unwrap_or_default(),
            name: row.submission_name,
        });
        Version {
            version: row.version,
            label: row.label,
            data: serde_json::from_str::<Data>(&row.data).unwrap_or_default(),
            received: serde_json::from_str::<Data>(&row.received).unwrap_or_default(),
            base_version: row.base_version,
            branch_id: row.branch_id,
            trunk_version: row.trunk_version,
            branch_base_version: row.branch_base_version,
            conflicting: row
                .conflicting
                .and_then(|names| serde_json::from_str(&names).ok()),
            is_late_create: row.is_late_create == 1,
            parent_uuid: row.parent_uuid,
            created_at: Time(row.created_at),
            created_by: row.created_by,
            user_agent: row.user_agent,
            source: Source {
                id: row.source_id,
                kind: row.kind,
                submission,
                is_forced: row.is_forced == 1,
                details: row.details,
            },
        }
    }
}

/// A question about versions: what is selected, and the rest of the statement.
macro_rules! versions {
    ($rest:literal) => {
        concat!(
            "SELECT v.version, v.label, v.data, v.received, v.base_version, v.branch_id, v.trunk_version, v.branch_base_version,
                    v.conflicting, CAST(v.is_late_create AS BIGINT) AS is_late_create, v.parent_uuid, v.created_at, v.created_by, v.user_agent,
                    o.id AS source_id, o.kind, CAST(o.is_forced AS BIGINT) AS is_forced, o.details,
                    s.id AS submission_id, s.instance_id, s.root_id, s.name AS submission_name,
                    f.xml_form_id, f.slug AS form_slug, p.slug AS project_slug, d.title
             FROM entity_version v
             JOIN entity_source o ON o.id = v.source_id
             LEFT JOIN submission s ON s.id = o.submission_id
             LEFT JOIN form f ON f.id = s.form_id
             LEFT JOIN project p ON p.id = f.project_id
             LEFT JOIN form_version d ON d.id = s.version_id ",
            $rest
        )
    };
}

/// Every version of an entity, the first first.
pub async fn list_versions<'e>(db: impl AnyExecutor<'e>, entity_id: &str) -> Result<Vec<Version>> {
    let rows: Vec<VersionRow> = sqlx::query_as(versions!("WHERE v.entity_id = $1 ORDER BY v.version"))
        .bind(entity_id)
        .fetch_all(db)
        .await?;
    Ok(rows.into_iter().map(Version::from).collect())
}

pub async fn find_version(tx: &mut Tx, entity_id: &str, version: i64) -> Result<Option<Version>> {
    let row: Option<VersionRow> = sqlx::query_as(versions!("WHERE v.entity_id = $1 AND v.version = $2"))
        .bind(entity_id)
        .bind(version)
        .fetch_optional(tx.conn())
        .await?;
    Ok(row.map(Version::from))
}

/// Which version did a phone's own change make that it counted as made from a version?
pub async fn find_in_branch(
    tx: &mut Tx,
    entity_id: &str,
    branch: &str,
    branch_base_version: i64,
) -> Result<Option<Version>> {
    let row: Option<VersionRow> = sqlx::query_as(versions!(
        "WHERE v.entity_id = $1 AND v.branch_id = $2 AND v.branch_base_version = $3 ORDER BY v.version LIMIT 1"
    ))
    .bind(entity_id)
    .bind(branch)
    .bind(branch_base_version)
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(Version::from))
}

/// Did anybody else change an entity since a phone went offline with a version?
pub async fn is_interrupted(tx: &mut Tx, entity_id: &str, branch: &str, trunk: i64) -> Result<bool> {
    let found: Option<i64> = sqlx::query_scalar(
        "SELECT version FROM entity_version
         WHERE entity_id = $1 AND version > $2 AND COALESCE(branch_id, '') <> $3
         LIMIT 1",
    )
    .bind(entity_id)
    .bind(trunk)
    .bind(branch)
    .fetch_optional(tx.conn())
    .await?;
    Ok(found.is_some())
}

/// Was an entity made by a change of it that waited in vain for its making?
pub async fn is_made_by_force(tx: &mut Tx, entity_id: &str) -> Result<bool> {
    let found: Option<i64> = sqlx::query_scalar(
        "SELECT CAST(o.is_forced AS BIGINT)
         FROM entity_version v JOIN entity_source o ON o.id = v.source_id
         WHERE v.entity_id = $1 AND v.version = 1",
    )
    .bind(entity_id)
    .fetch_optional(tx.conn())
    .await?;
    Ok(found == Some(1))
}

fn json(data: &Data) -> Result<String> {
    serde_json::to_string(data).map_err(Problem::internal)
}
