//! SQL of entity lists: the lists, their properties, and the forms that write and read them.

use sqlx::{AnyExecutor, AnyPool, FromRow};

use crate::{
    collect::entities::model::{Count, List, Property},
    platform::{
        db::Tx,
        problem::{Problem, Result},
        time::Time,
    },
};

/// A question about lists: what is selected, and the rest of the statement.
macro_rules! lists {
    ($rest:literal) => {
        concat!(
            "SELECT l.id, l.number, l.project_id, p.org_code, l.name, CAST(l.needs_approval AS BIGINT) AS needs_approval,
                    CAST(l.is_own_only AS BIGINT) AS is_own_only, CAST(l.is_placed AS BIGINT) AS is_placed, l.parent_list_id,
                    l.revision, l.created_at, l.changed_at, l.deleted_at
             FROM entity_list l JOIN project p ON p.id = l.project_id ",
            $rest
        )
    };
}

#[derive(FromRow)]
struct ListRow {
    id: String,
    number: i64,
    project_id: i64,
    org_code: Option<String>,
    name: String,
    needs_approval: i64,
    is_own_only: i64,
    is_placed: i64,
    parent_list_id: Option<String>,
    revision: i64,
    created_at: i64,
    changed_at: i64,
    deleted_at: Option<i64>,
}

impl From<ListRow> for List {
    fn from(row: ListRow) -> List {
        List {
            id: row.id,
            number: row.number,
            project_id: row.project_id,
            org: row.org_code,
            name: row.name,
            needs_approval: row.needs_approval == 1,
            is_own_only: row.is_own_only == 1,
            is_placed: row.is_placed == 1,
            parent_list: row.parent_list_id,
            revision: row.revision,
            created_at: Time(row.created_at),
            changed_at: Time(row.changed_at),
            deleted_at: row.deleted_at.map(Time),
        }
    }
}

/// A list that is to be made.
pub struct NewList<'a> {
    pub id: &'a str,
    pub project_id: i64,
    pub name: &'a str,
    pub needs_approval: bool,
    pub is_own_only: bool,
    pub is_placed: bool,
    pub at: Time,
}

/// Makes a list; false when the project has one of that name, be it in other capitals.
pub async fn insert(tx: &mut Tx, new: &NewList<'_>) -> Result<bool> {
    let inserted = sqlx::query(
        "INSERT INTO entity_list (id, number, project_id, name, name_key, needs_approval, is_own_only, is_placed, revision, created_at, changed_at)
         VALUES ($1, (SELECT COALESCE(MAX(number), 0) + 1 FROM entity_list), $2, $3, $4, $5, $6, $7, 1, $8, $8)
         ON CONFLICT DO NOTHING",
    )
    .bind(new.id)
    .bind(new.project_id)
    .bind(new.name)
    .bind(new.name.to_lowercase())
    .bind(i32::from(new.needs_approval))
    .bind(i32::from(new.is_own_only))
    .bind(i32::from(new.is_placed))
    .bind(new.at.0)
    .execute(tx.conn())
    .await?;
    Ok(inserted.rows_affected() == 1)
}

/// Which list of a project has a name, whatever its capitals?
pub async fn find<'e>(db: impl AnyExecutor<'e>, project_id: i64, name: &str) -> Result<Option<List>> {
    let row: Option<ListRow> = sqlx::query_as(lists!(
        "WHERE l.project_id = $1 AND l.name_key = $2 AND l.deleted_at IS NULL"
    ))
    .bind(project_id)
    .bind(name.to_lowercase())
    .fetch_optional(db)
    .await?;
    Ok(row.map(List::from))
}

pub async fn find_by_id<'e>(db: impl AnyExecutor<'e>, id: &str) -> Result<Option<List>> {
    let row: Option<ListRow> = sqlx::query_as(lists!("WHERE l.id = $1"))
        .bind(id)
        .fetch_optional(db)
        .await?;
    Ok(row.map(List::from))
}

/// Which list, deleted ones among them, has a number?
pub async fn find_by_number(db: &AnyPool, project_id: i64, number: i64) -> Result<Option<List>> {
    let row: Option<ListRow> = sqlx::query_as(lists!("WHERE l.project_id = $1 AND l.number = $2"))
        .bind(project_id)
        .bind(number)
        .fetch_optional(db)
        .await?;
    Ok(row.map(List::from))
}

/// Which lists does a project have, all projects when 0 is given; those that are there, or those that were deleted?
pub async fn list(db: &AnyPool, project_id: i64, is_deleted: bool) -> Result<Vec<List>> {
    let rows: Vec<ListRow> = sqlx::query_as(lists!(
        "WHERE ($1 = 0 OR l.project_id = $1)
           AND (CASE WHEN l.deleted_at IS NULL THEN 0 ELSE 1 END) = $2
         ORDER BY l.project_id, l.name"
    ))
    .bind(project_id)
    .bind(i64::from(is_deleted))
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(List::from).collect())
}

/// Keeps what can be changed of a list, and counts the change.
pub async fn update(tx: &mut Tx, list: &List, at: Time) -> Result<()> {
    sqlx::query(
        "UPDATE entity_list
         SET needs_approval = $2, is_own_only = $3, is_placed = $4, parent_list_id = $5, revision = revision + 1, changed_at = $6
         WHERE id = $1",
    )
    .bind(&list.id)
    .bind(i32::from(list.needs_approval))
    .bind(i32::from(list.is_own_only))
    .bind(i32::from(list.is_placed))
    .bind(list.parent_list.as_deref())
    .bind(at.0)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Counts a change of a list, so that whoever keeps a copy sees that it is old.
pub async fn touch(tx: &mut Tx, list_id: &str, at: Time) -> Result<()> {
    sqlx::query("UPDATE entity_list SET revision = revision + 1, changed_at = $2 WHERE id = $1")
        .bind(list_id)
        .bind(at.0)
        .execute(tx.conn())
        .await?;
    Ok(())
}

pub async fn set_deleted(tx: &mut Tx, list_id: &str, at: Time) -> Result<()> {
    sqlx::query(
        "UPDATE entity_list SET deleted_at = $2, changed_at = $2, revision = revision + 1 WHERE id = $1",
    )
    .bind(list_id)
    .bind(at.0)
    .execute(tx.conn())
    .await?;
    Ok(())
}

#[derive(FromRow)]
struct PropertyRow {
    name: String,
    is_personal: i64,
    title: String,
    created_at: i64,
}

/// What is known of each entity of a list, in the order of its columns?
pub async fn properties<'e>(db: impl AnyExecutor<'e>, list_id: &str) -> Result<Vec<Property>> {
    let rows: Vec<PropertyRow> = sqlx::query_as(
        "SELECT name, CAST(is_personal AS BIGINT) AS is_personal, title, created_at
         FROM entity_property
         WHERE list_id = $1 AND deleted_at IS NULL
         ORDER BY position",
    )
    .bind(list_id)
    .fetch_all(db)
    .await?;
    let property = |row: PropertyRow| Property {
        name: row.name,
        is_personal: row.is_personal == 1,
        title: row.title,
        created_at: Time(row.created_at),
    };
    Ok(rows.into_iter().map(property).collect())
}

/// Adds a property behind the others, or brings back one that was deleted.
pub async fn insert_property(tx: &mut Tx, list_id: &str, name: &str, title: &str, at: Time) -> Result<()> {
    sqlx::query(
        "INSERT INTO entity_property (list_id, name, name_key, position, is_personal, title, created_at)
         VALUES ($1, $2, $3, (SELECT COALESCE(MAX(position), 0) + 1 FROM entity_property WHERE list_id = $1), 1, $4, $5)
         ON CONFLICT (list_id, name) DO UPDATE SET deleted_at = NULL, position = excluded.position",
    )
    .bind(list_id)
    .bind(name)
    .bind(name.to_lowercase())
    .bind(title)
    .bind(at.0)
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub async fn set_property_personal(
    tx: &mut Tx,
    list_id: &str,
    name: &str,
    is_personal: bool,
) -> Result<bool> {
    let updated = sqlx::query(
        "UPDATE entity_property SET is_personal = $3 WHERE list_id = $1 AND name = $2 AND deleted_at IS NULL",
    )
    .bind(list_id)
    .bind(name)
    .bind(i32::from(is_personal))
    .execute(tx.conn())
    .await?;
    Ok(updated.rows_affected() == 1)
}

pub async fn delete_property(tx: &mut Tx, list_id: &str, name: &str, at: Time) -> Result<()> {
    sqlx::query("UPDATE entity_property SET deleted_at = $3 WHERE list_id = $1 AND name = $2")
        .bind(list_id)
        .bind(name)
        .bind(at.0)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// How many entities has each list of a project (0: all), how many in conflict, and when was the last made?
pub async fn counts(db: &AnyPool, project_id: i64) -> Result<Vec<(String, Count)>> {
    let rows: Vec<(String, i64, i64, i64)> = sqlx::query_as(
        "SELECT e.list_id, COUNT(*), COUNT(e.conflict), MAX(e.created_at)
         FROM entity e JOIN entity_list l ON l.id = e.list_id
         WHERE ($1 = 0 OR l.project_id = $1) AND e.deleted_at IS NULL
         GROUP BY e.list_id",
    )
    .bind(project_id)
    .fetch_all(db)
    .await?;
    let count = |(list, n_entities, n_conflicts, last): (String, i64, i64, i64)| {
        let count = Count {
            n_entities,
            n_conflicts,
            last_at: Some(Time(last)),
        };
        (list, count)
    };
    Ok(rows.into_iter().map(count).collect())
}

/// What a version of a form declares about a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declared {
    pub version_id: String,
    pub list_name: String,
    pub creates: bool,
    pub updates: bool,
    pub scope: String,
    pub is_repeat: bool,
    pub parent_list: Option<String>,
    pub properties: Vec<String>,
}

/// Notes what a version declares; what drafts declared that are gone is forgotten.
pub async fn declare(tx: &mut Tx, version_id: &str, declared: &[Declared]) -> Result<()> {
    sqlx::query(
        "DELETE FROM entity_declaration WHERE version_id = $1 OR version_id NOT IN (SELECT id FROM form_version)",
    )
    .bind(version_id)
    .execute(tx.conn())
    .await?;
    for each in declared {
        sqlx::query(
            "INSERT INTO entity_declaration (version_id, list_name, creates, updates, scope, is_repeat, parent_list, properties)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(version_id)
        .bind(&each.list_name)
        .bind(i32::from(each.creates))
        .bind(i32::from(each.updates))
        .bind(&each.scope)
        .bind(i32::from(each.is_repeat))
        .bind(each.parent_list.as_deref())
        .bind(serde_json::to_string(&each.properties).map_err(Problem::internal)?)
        .execute(tx.conn())
        .await?;
    }
    Ok(())
}

#[derive(FromRow)]
struct DeclaredRow {
    version_id: String,
    list_name: String,
    creates: i64,
    updates: i64,
    scope: String,
    is_repeat: i64,
    parent_list: Option<String>,
    properties: String,
}

impl From<DeclaredRow> for Declared {
    fn from(row: DeclaredRow) -> Declared {
        Declared {
            version_id: row.version_id,
            list_name: row.list_name,
            creates: row.creates == 1,
            updates: row.updates == 1,
            scope: row.scope,
            is_repeat: row.is_repeat == 1,
            parent_list: row.parent_list,
            properties: serde_json::from_str(&row.properties).unwrap_or_default(),
        }
    }
}

/// What does a version of a form declare?
pub async fn declared(db: &AnyPool, version_id: &str) -> Result<Vec<Declared>> {
    let rows: Vec<DeclaredRow> = sqlx::query_as(
        "SELECT version_id, list_name, CAST(creates AS BIGINT) AS creates, CAST(updates AS BIGINT) AS updates, scope,
                CAST(is_repeat AS BIGINT) AS is_repeat, parent_list, properties
         FROM entity_declaration
         WHERE version_id = $1
         ORDER BY scope, list_name",
    )
    .bind(version_id)
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(Declared::from).collect())
}

/// A form that writes or reads a list, in its version in force or its draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormOfList {
    pub xml_form_id: String,
    pub title: String,
    pub is_draft: bool,
    /// Where in the form an entity stands; only of forms that write.
    pub scope: String,
    pub is_repeat: bool,
    pub properties: Vec<String>,
}

#[derive(FromRow)]
struct FormOfListRow {
    xml_form_id: String,
    title: String,
    published_at: Option<i64>,
    scope: String,
    is_repeat: i64,
    properties: String,
}

impl From<FormOfListRow> for FormOfList {
    fn from(row: FormOfListRow) -> FormOfList {
        FormOfList {
            xml_form_id: row.xml_form_id,
            title: row.title,
            is_draft: row.published_at.is_none(),
            scope: row.scope,
            is_repeat: row.is_repeat == 1,
            properties: serde_json::from_str(&row.properties).unwrap_or_default(),
        }
    }
}

/// Which forms of a project write a list, in the version in force or as a draft?
pub async fn writers(db: &AnyPool, project_id: i64, list_name: &str) -> Result<Vec<FormOfList>> {
    let rows: Vec<FormOfListRow> = sqlx::query_as(
        "SELECT f.xml_form_id, v.title, v.published_at, d.scope, CAST(d.is_repeat AS BIGINT) AS is_repeat, d.properties
         FROM entity_declaration d
         JOIN form_version v ON v.id = d.version_id
         JOIN form f ON f.id = v.form_id
         WHERE f.project_id = $1 AND d.list_name = $2
           AND (v.published_at IS NULL
                OR v.id = (SELECT c.id FROM form_version c
                           WHERE c.form_id = f.id AND c.published_at IS NOT NULL
                           ORDER BY c.published_at DESC, c.id DESC LIMIT 1))
         ORDER BY f.xml_form_id, v.id",
    )
    .bind(project_id)
    .bind(list_name)
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(FormOfList::from).collect())
}

/// Which forms take their choices from a list, in the version in force or as a draft?
pub async fn readers(db: &AnyPool, list_id: &str) -> Result<Vec<FormOfList>> {
    let rows: Vec<FormOfListRow> = sqlx::query_as(
        "SELECT DISTINCT f.xml_form_id, v.title, v.published_at, '' AS scope, CAST(0 AS BIGINT) AS is_repeat, '[]' AS properties
         FROM entity_choice h
         JOIN form_version v ON v.id = h.version_id
         JOIN form f ON f.id = v.form_id
         WHERE h.list_id = $1
           AND (v.published_at IS NULL
                OR v.id = (SELECT c.id FROM form_version c
                           WHERE c.form_id = f.id AND c.published_at IS NOT NULL
                           ORDER BY c.published_at DESC, c.id DESC LIMIT 1))
         ORDER BY f.xml_form_id",
    )
    .bind(list_id)
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(FormOfList::from).collect())
}

/// Makes a file of a version the live list; links of drafts that are gone are forgotten.
pub async fn link(tx: &mut Tx, version_id: &str, file: &str, list_id: &str) -> Result<()> {
    sqlx::query("DELETE FROM entity_choice WHERE version_id NOT IN (SELECT id FROM form_version)")
        .execute(tx.conn())
        .await?;
    sqlx::query(
        "INSERT INTO entity_choice (version_id, file_name, list_id)
         VALUES ($1, $2, $3)
         ON CONFLICT (version_id, file_name) DO UPDATE SET list_id = excluded.list_id",
    )
    .bind(version_id)
    .bind(file)
    .bind(list_id)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Makes a file of a version a file again; false when it was none of a list.
pub async fn unlink(tx: &mut Tx, version_id: &str, file: &str) -> Result<bool> {
    let deleted = sqlx::query("DELETE FROM entity_choice WHERE version_id = $1 AND file_name = $2")
        .bind(version_id)
        .bind(file)
        .execute(tx.conn())
        .await?;
    Ok(deleted.rows_affected() > 0)
}

/// Which files of a version are lists that are there, and which?
pub async fn links<'e>(db: impl AnyExecutor<'e>, version_id: &str) -> Result<Vec<(String, List)>> {
    #[derive(FromRow)]
    struct Linked {
        file_name: String,
        #[sqlx(flatten)]
        list: ListRow,
    }
    let rows: Vec<Linked> = sqlx::query_as(
        "SELECT h.file_name, l.id, l.number, l.project_id, p.org_code, l.name, CAST(l.needs_approval AS BIGINT) AS needs_approval,
                CAST(l.is_own_only AS BIGINT) AS is_own_only, CAST(l.is_placed AS BIGINT) AS is_placed, l.parent_list_id,
                l.revision, l.created_at, l.changed_at, l.deleted_at
         FROM entity_choice h
         JOIN entity_list l ON l.id = h.list_id
         JOIN project p ON p.id = l.project_id
         WHERE h.version_id = $1 AND l.deleted_at IS NULL
         ORDER BY h.file_name",
    )
    .bind(version_id)
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.file_name, List::from(row.list)))
        .collect())
}
