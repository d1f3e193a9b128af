//! SQL of those who fill forms: devices, links, passes.

use sqlx::AnyPool;

use super::submissions;
use crate::{
    accounts::{Reach, number_of},
    collect::model::{AppUser, PublicLink},
    platform::{db::Tx, op::Pass, problem::Result, time::Time},
};

pub async fn insert_app_user(
    tx: &mut Tx,
    project_id: i64,
    user_id: &str,
    name: &str,
    by: Option<&str>,
    at: Time,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO app_user (id, project_id, user_id, name, created_at, created_by)
         VALUES ((SELECT COALESCE(MAX(id), 0) + 1 FROM app_user), $1, $2, $3, $4, $5)",
    )
    .bind(project_id)
    .bind(user_id)
    .bind(name)
    .bind(at.0)
    .bind(by)
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub async fn is_device_of(db: &AnyPool, user_id: &str, project_id: i64) -> Result<bool> {
    let found: Option<(i64,)> =
        sqlx::query_as("SELECT id FROM app_user WHERE user_id = $1 AND project_id = $2")
            .bind(user_id)
            .bind(project_id)
            .fetch_optional(db)
            .await?;
    Ok(found.is_some())
}

/// The devices of a project that may file somewhere within a reach and were not withdrawn, the oldest first.
pub async fn list_app_users(db: &AnyPool, project_id: i64, reach: &Reach) -> Result<Vec<AppUser>> {
    type Row = (i64, i64, String, String, i64, Option<String>);
    let mut found: Vec<Row> = Vec::new();
    for (is_everywhere, codes) in submissions::turns(reach) {
        let mut query = sqlx::query_as(
            "SELECT a.id, a.project_id, a.user_id, a.name, a.created_at, a.created_by
             FROM app_user a
             JOIN user_account u ON u.id = a.user_id
             WHERE a.project_id = $1
               AND u.closed_at IS NULL
               AND ($2 = 1 OR a.user_id IN (
                   SELECT g.user_id
                   FROM user_grant g
                   JOIN place_path p ON p.code = g.place_code
                   WHERE p.ancestor_code IN ($3, $4, $5, $6, $7, $8, $9, $10)))
             ORDER BY a.id",
        )
        .bind(project_id)
        .bind(is_everywhere);
        for code in codes {
            query = query.bind(code);
        }
        found.extend(query.fetch_all(db).await?);
    }
    found.sort_unstable();
    found.dedup();
    let app_user = |(_, project_id, user, name, created_at, created_by): Row| AppUser {
        id: number_of(&user),
        project_id,
        user,
        name,
        created_at: Time(created_at),
        created_by,
    };
    Ok(found.into_iter().map(app_user).collect())
}

pub async fn insert_link(tx: &mut Tx, link: &PublicLink, secret_hash: &str, sealed: &str) -> Result<()> {
    sqlx::query(
        "INSERT INTO public_link (id, form_id, user_id, name, is_once, secret_hash, sealed_token, created_at, created_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(&link.id)
    .bind(&link.form_id)
    .bind(&link.user)
    .bind(&link.name)
    .bind(i32::from(link.is_once))
    .bind(secret_hash)
    .bind(sealed)
    .bind(link.created_at.0)
    .bind(link.created_by.as_deref())
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The links to a form, the newest first, each with its sealed token while it works.
pub async fn list_links(db: &AnyPool, form_id: &str) -> Result<Vec<(PublicLink, Option<String>)>> {
    type Row = (String, String, String, i64, Option<String>, i64, Option<String>);
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT id, user_id, name, CAST(is_once AS BIGINT), sealed_token, created_at, created_by
         FROM public_link
         WHERE form_id = $1 AND revoked_at IS NULL
         ORDER BY id DESC",
    )
    .bind(form_id)
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|(id, user, name, is_once, sealed, created_at, created_by)| {
            let link = PublicLink {
                id,
                number: 0,
                user,
                form_id: form_id.to_owned(),
                name,
                is_once: is_once == 1,
                token: None,
                created_at: Time(created_at),
                created_by,
            };
            (link, sealed)
        })
        .collect())
}

/// What a token opens.
pub struct Opened {
    pub id: String,
    pub user: String,
    pub form_id: String,
}

pub async fn find_link(db: &AnyPool, secret_hash: &str) -> Result<Option<Opened>> {
    let row: Option<(String, String, String)> = sqlx::query_as(
        "SELECT id, user_id, form_id FROM public_link WHERE secret_hash = $1 AND revoked_at IS NULL",
    )
    .bind(secret_hash)
    .fetch_optional(db)
    .await?;
    Ok(row.map(|(id, user, form_id)| Opened { id, user, form_id }))
}

pub async fn withdraw_link(tx: &mut Tx, id: &str, at: Time) -> Result<bool> {
    let withdrawn = sqlx::query(
        "UPDATE public_link SET revoked_at = $2, sealed_token = NULL WHERE id = $1 AND revoked_at IS NULL",
    )
    .bind(id)
    .bind(at.0)
    .execute(tx.conn())
    .await?;
    Ok(withdrawn.rows_affected() == 1)
}

/// Keeps a pass, and forgets those of before a moment that never filed.
pub async fn insert_pass(
    tx: &mut Tx,
    id: &str,
    link_id: &str,
    secret_hash: &str,
    at: Time,
    forget_before: Time,
) -> Result<()> {
    sqlx::query("DELETE FROM link_pass WHERE link_id = $1 AND began_at < $2 AND filed_as IS NULL")
        .bind(link_id)
        .bind(forget_before.0)
        .execute(tx.conn())
        .await?;
    sqlx::query("INSERT INTO link_pass (id, link_id, secret_hash, began_at) VALUES ($1, $2, $3, $4)")
        .bind(id)
        .bind(link_id)
        .bind(secret_hash)
        .bind(at.0)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// What does a pass let its holder fill, while its link works?
pub async fn find_pass(db: &AnyPool, secret_hash: &str) -> Result<Option<Pass>> {
    let row: Option<(String, String, String, i64)> = sqlx::query_as(
        "SELECT p.id, l.user_id, l.form_id, CAST(l.is_once AS BIGINT)
         FROM link_pass p
         JOIN public_link l ON l.id = p.link_id
         WHERE p.secret_hash = $1 AND l.revoked_at IS NULL",
    )
    .bind(secret_hash)
    .fetch_optional(db)
    .await?;
    Ok(row.map(|(id, submitter, form, is_once)| Pass {
        id,
        submitter,
        form,
        is_once: is_once == 1,
    }))
}

/// Notes what a pass filed; false when it has filed something else.
pub async fn use_pass(tx: &mut Tx, id: &str, instance_id: &str) -> Result<bool> {
    let used = sqlx::query(
        "UPDATE link_pass SET filed_as = $2 WHERE id = $1 AND (filed_as IS NULL OR filed_as = $2)",
    )
    .bind(id)
    .bind(instance_id)
    .execute(tx.conn())
    .await?;
    Ok(used.rows_affected() == 1)
}
