//! SQL of accounts: users, grants, sessions, tokens, wrong guesses, organisations.

pub mod people;

use sqlx::AnyPool;

use super::{
    model::{KeptOrganisation, Listed, Organisation, Publisher, Token},
    standing::number_of,
};
use crate::platform::{
    db::Tx,
    id,
    op::{Grant, Role},
    problem::{Problem, Result},
    time::Time,
};

/// Whoever a secret belongs to.
pub struct Holder {
    pub user_id: String,
    pub name: String,
    pub email: Option<String>,
}

pub struct FoundSession {
    pub id: String,
    pub holder: Holder,
    pub rotated_at: Time,
    /// False when the secret shown is the one before the last rotation.
    pub is_current: bool,
}

pub struct FoundToken {
    pub id: String,
    pub holder: Holder,
    pub roles: Option<Vec<Role>>,
    pub used_on: Option<String>,
}

pub async fn insert_user(
    tx: &mut Tx,
    id: &str,
    kind: &str,
    email: Option<&str>,
    name: &str,
    password_hash: Option<&str>,
    at: Time,
) -> Result<()> {
    let inserted = sqlx::query(
        "INSERT INTO user_account (id, kind, email, name, password_hash, created_at, number)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (email) DO NOTHING",
    )
    .bind(id)
    .bind(kind)
    .bind(email)
    .bind(name)
    .bind(password_hash)
    .bind(at.0)
    .bind(number_of(id))
    .execute(tx.conn())
    .await?;
    if inserted.rows_affected() == 0 {
        return Err(Problem::conflict("fields").field("email", "email-taken"));
    }
    Ok(())
}

pub async fn set_password(tx: &mut Tx, user_id: &str, password_hash: &str) -> Result<()> {
    sqlx::query("UPDATE user_account SET password_hash = $2 WHERE id = $1")
        .bind(user_id)
        .bind(password_hash)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Gives a person who may sign in another password; returns whether there is one.
pub async fn reset_password(tx: &mut Tx, user_id: &str, password_hash: &str) -> Result<bool> {
    let reset = sqlx::query(
        "UPDATE user_account SET password_hash = $2 WHERE id = $1 AND kind = 'person' AND closed_at IS NULL",
    )
    .bind(user_id)
    .bind(password_hash)
    .execute(tx.conn())
    .await?;
    Ok(reset.rows_affected() == 1)
}

/// Closes an account and everything that opens it, and frees its e-mail.
pub async fn close_user(tx: &mut Tx, user_id: &str, at: Time) -> Result<bool> {
    let closed = sqlx::query(
        "UPDATE user_account
         SET closed_at = $2, email = NULL, password_hash = NULL
         WHERE id = $1 AND closed_at IS NULL",
    )
    .bind(user_id)
    .bind(at.0)
    .execute(tx.conn())
    .await?;
    end_access(tx, user_id, at).await?;
    Ok(closed.rows_affected() == 1)
}

/// Ends a user's sessions and withdraws their tokens.
pub async fn end_access(tx: &mut Tx, user_id: &str, at: Time) -> Result<()> {
    sqlx::query("DELETE FROM session WHERE user_id = $1")
        .bind(user_id)
        .execute(tx.conn())
        .await?;
    sqlx::query("UPDATE api_token SET revoked_at = $2 WHERE user_id = $1 AND revoked_at IS NULL")
        .bind(user_id)
        .bind(at.0)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Returns one account with its grants.
pub async fn find_listed(db: &AnyPool, user_id: &str) -> Result<Option<Listed>> {
    let row: Option<(String, String, Option<String>, Option<i64>)> =
        sqlx::query_as("SELECT kind, name, email, closed_at FROM user_account WHERE id = $1")
            .bind(user_id)
            .fetch_optional(db)
            .await?;
    let Some((kind, name, email, closed_at)) = row else {
        return Ok(None);
    };
    Ok(Some(Listed {
        id: user_id.to_owned(),
        kind,
        name,
        email,
        grants: list_grants(db, user_id).await?,
        is_closed: closed_at.is_some(),
    }))
}

pub async fn find_user_id(db: &AnyPool, email: &str) -> Result<Option<String>> {
    let found: Option<(String,)> =
        sqlx::query_as("SELECT id FROM user_account WHERE email = $1 AND closed_at IS NULL")
            .bind(email)
            .fetch_optional(db)
            .await?;
    Ok(found.map(|(id,)| id))
}

pub async fn find_email(db: &AnyPool, user: &str) -> Result<Option<String>> {
    let found: Option<(Option<String>,)> =
        sqlx::query_as("SELECT email FROM user_account WHERE id = $1 AND closed_at IS NULL")
            .bind(user)
            .fetch_optional(db)
            .await?;
    Ok(found.and_then(|(email,)| email))
}

/// Returns the account behind an e-mail with its password's hash.
pub async fn find_password(db: &AnyPool, email: &str) -> Result<Option<(String, String)>> {
    Ok(sqlx::query_as(
        "SELECT id, password_hash
         FROM user_account
         WHERE email = $1
           AND closed_at IS NULL
           AND password_hash IS NOT NULL",
    )
    .bind(email)
    .fetch_optional(db)
    .await?)
}

/// Returns the hash of one user's password.
pub async fn find_password_of(db: &AnyPool, user_id: &str) -> Result<Option<String>> {
    let found: Option<(Option<String>,)> =
        sqlx::query_as("SELECT password_hash FROM user_account WHERE id = $1")
            .bind(user_id)
            .fetch_optional(db)
            .await?;
    Ok(found.and_then(|(hash,)| hash))
}

pub async fn insert_grant(tx: &mut Tx, user_id: &str, grant: &Grant, at: Time, by: &str) -> Result<()> {
    sqlx::query(
        "INSERT INTO user_grant (id, user_id, role, place_code, org_code, granted_at, granted_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(id::fresh(at))
    .bind(user_id)
    .bind(grant.role.as_str())
    .bind(grant.place.as_deref())
    .bind(grant.org.as_deref())
    .bind(at.0)
    .bind(by)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Takes a grant away; returns whether there was one.
pub async fn delete_grant(tx: &mut Tx, user_id: &str, grant: &Grant) -> Result<bool> {
    let deleted = sqlx::query(
        "DELETE FROM user_grant
         WHERE user_id = $1
           AND role = $2
           AND COALESCE(place_code, '') = $3
           AND COALESCE(org_code, '') = $4",
    )
    .bind(user_id)
    .bind(grant.role.as_str())
    .bind(grant.place.as_deref().unwrap_or(""))
    .bind(grant.org.as_deref().unwrap_or(""))
    .execute(tx.conn())
    .await?;
    Ok(deleted.rows_affected() > 0)
}

pub async fn list_grants(db: &AnyPool, user_id: &str) -> Result<Vec<Grant>> {
    let rows: Vec<(String, Option<String>, Option<String>)> = sqlx::query_as(
        "SELECT role, place_code, org_code
         FROM user_grant
         WHERE user_id = $1
         ORDER BY role, place_code, org_code",
    )
    .bind(user_id)
    .fetch_all(db)
    .await?;
    rows.into_iter()
        .map(|(role, place, org)| {
            Ok(Grant {
                role: role.parse()?,
                place,
                org,
            })
        })
        .collect()
}

pub async fn list_users(db: &AnyPool, most: i64) -> Result<Vec<Listed>> {
    type Row = (
        String,
        String,
        String,
        Option<String>,
        Option<i64>,
        Option<String>,
        Option<String>,
        Option<String>,
    );
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT u.id, u.kind, u.name, u.email, u.closed_at, g.role, g.place_code, g.org_code
         FROM (
             SELECT id, kind, name, email, closed_at
             FROM user_account
             WHERE kind <> 'link'
             ORDER BY kind DESC, name, id
             LIMIT $1) u
         LEFT JOIN user_grant g ON g.user_id = u.id
         ORDER BY u.kind DESC, u.name, u.id, g.role, g.place_code",
    )
    .bind(most)
    .fetch_all(db)
    .await?;
    let mut users: Vec<Listed> = Vec::new();
    for (id, kind, name, email, closed_at, role, place, org) in rows {
        if users.last().is_none_or(|last| last.id != id) {
            users.push(Listed {
                id,
                kind,
                name,
                email,
                grants: Vec::new(),
                is_closed: closed_at.is_some(),
            });
        }
        if let (Some(role), Some(user)) = (role, users.last_mut()) {
            user.grants.push(Grant {
                role: role.parse()?,
                place,
                org,
            });
        }
    }
    Ok(users)
}

pub async fn insert_session(
    tx: &mut Tx,
    id: &str,
    user_id: &str,
    secret_hash: &str,
    at: Time,
    expires_at: Time,
) -> Result<()> {
    sqlx::query("DELETE FROM session WHERE expires_at < $1")
        .bind(at.0)
        .execute(tx.conn())
        .await?;
    sqlx::query(
        "INSERT INTO session (id, user_id, secret_hash, rotated_at, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $4, $5)",
    )
    .bind(id)
    .bind(user_id)
    .bind(secret_hash)
    .bind(at.0)
    .bind(expires_at.0)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Finds a session by its secret, or by the one before while its grace lasts.
pub async fn find_session(
    db: &AnyPool,
    secret_hash: &str,
    at: Time,
    rotated_since: Time,
) -> Result<Option<FoundSession>> {
    type Row = (String, String, String, Option<String>, i64, String);
    let row: Option<Row> = sqlx::query_as(
        "SELECT s.id, u.id, u.name, u.email, s.rotated_at, s.secret_hash
         FROM session s
         JOIN user_account u ON u.id = s.user_id
         WHERE (s.secret_hash = $1 OR (s.previous_hash = $1 AND s.rotated_at >= $3))
           AND s.expires_at > $2
           AND u.closed_at IS NULL",
    )
    .bind(secret_hash)
    .bind(at.0)
    .bind(rotated_since.0)
    .fetch_optional(db)
    .await?;
    Ok(
        row.map(|(id, user_id, name, email, rotated_at, current)| FoundSession {
            id,
            holder: Holder { user_id, name, email },
            rotated_at: Time(rotated_at),
            is_current: current == secret_hash,
        }),
    )
}

/// Gives a session a new secret unless another request was first; returns whether it did.
pub async fn rotate_session(tx: &mut Tx, id: &str, old_hash: &str, new_hash: &str, at: Time) -> Result<bool> {
    let rotated = sqlx::query(
        "UPDATE session
         SET secret_hash = $3, previous_hash = $2, rotated_at = $4
         WHERE id = $1
           AND secret_hash = $2",
    )
    .bind(id)
    .bind(old_hash)
    .bind(new_hash)
    .bind(at.0)
    .execute(tx.conn())
    .await?;
    Ok(rotated.rows_affected() == 1)
}

pub async fn delete_session(tx: &mut Tx, id: &str) -> Result<()> {
    sqlx::query("DELETE FROM session WHERE id = $1")
        .bind(id)
        .execute(tx.conn())
        .await?;
    Ok(())
}

pub async fn delete_other_sessions(tx: &mut Tx, user_id: &str, keep: &str) -> Result<()> {
    sqlx::query("DELETE FROM session WHERE user_id = $1 AND id <> $2")
        .bind(user_id)
        .bind(keep)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// A token to be kept.
pub struct NewToken<'a> {
    pub id: &'a str,
    pub user_id: &'a str,
    pub label: &'a str,
    pub secret_hash: &'a str,
    pub roles: Option<&'a str>,
    pub at: Time,
    pub expires_at: Option<Time>,
}

pub async fn insert_token(tx: &mut Tx, token: &NewToken<'_>) -> Result<()> {
    sqlx::query(
        "INSERT INTO api_token (id, user_id, label, secret_hash, roles, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(token.id)
    .bind(token.user_id)
    .bind(token.label)
    .bind(token.secret_hash)
    .bind(token.roles)
    .bind(token.at.0)
    .bind(token.expires_at.map(|at| at.0))
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub async fn find_token(db: &AnyPool, secret_hash: &str, at: Time) -> Result<Option<FoundToken>> {
    type Row = (
        String,
        String,
        String,
        Option<String>,
        Option<String>,
        Option<String>,
    );
    let row: Option<Row> = sqlx::query_as(
        "SELECT t.id, u.id, u.name, u.email, t.roles, t.used_on
         FROM api_token t
         JOIN user_account u ON u.id = t.user_id
         WHERE t.secret_hash = $1
           AND t.revoked_at IS NULL
           AND (t.expires_at IS NULL OR t.expires_at > $2)
           AND u.closed_at IS NULL",
    )
    .bind(secret_hash)
    .bind(at.0)
    .fetch_optional(db)
    .await?;
    let Some((id, user_id, name, email, roles, used_on)) = row else {
        return Ok(None);
    };
    let roles = roles
        .map(|roles| roles.split(',').map(str::parse).collect::<Result<Vec<Role>>>())
        .transpose()?;
    Ok(Some(FoundToken {
        id,
        holder: Holder { user_id, name, email },
        roles,
        used_on,
    }))
}

pub async fn list_tokens(db: &AnyPool, user_id: &str) -> Result<Vec<Token>> {
    type Row = (
        String,
        String,
        Option<String>,
        i64,
        Option<i64>,
        Option<i64>,
        Option<String>,
    );
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT id, label, roles, created_at, expires_at, revoked_at, used_on
         FROM api_token
         WHERE user_id = $1
         ORDER BY id DESC",
    )
    .bind(user_id)
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(
            |(id, label, roles, created_at, expires_at, revoked_at, used_on)| Token {
                id,
                label,
                roles,
                created_at,
                expires_at,
                revoked_at,
                used_on,
            },
        )
        .collect())
}

/// Revokes a token of one user; returns whether it was in force.
pub async fn revoke_token(tx: &mut Tx, user_id: &str, token_id: &str, at: Time) -> Result<bool> {
    let revoked = sqlx::query(
        "UPDATE api_token
         SET revoked_at = $3
         WHERE id = $2
           AND user_id = $1
           AND revoked_at IS NULL",
    )
    .bind(user_id)
    .bind(token_id)
    .bind(at.0)
    .execute(tx.conn())
    .await?;
    Ok(revoked.rows_affected() == 1)
}

pub async fn touch_token(tx: &mut Tx, token_id: &str, day: &str) -> Result<()> {
    sqlx::query("UPDATE api_token SET used_on = $2 WHERE id = $1")
        .bind(token_id)
        .bind(day)
        .execute(tx.conn())
        .await?;
    Ok(())
}

pub async fn count_failures(db: &AnyPool, key: &str, since: Time) -> Result<i64> {
    let (n,): (i64,) = sqlx::query_as("SELECT COUNT(*) FROM sign_in_failure WHERE key = $1 AND at >= $2")
        .bind(key)
        .bind(since.0)
        .fetch_one(db)
        .await?;
    Ok(n)
}

pub async fn insert_failure(tx: &mut Tx, key: &str, at: Time, forget_before: Time) -> Result<()> {
    sqlx::query("DELETE FROM sign_in_failure WHERE at < $1")
        .bind(forget_before.0)
        .execute(tx.conn())
        .await?;
    sqlx::query("INSERT INTO sign_in_failure (id, key, at) VALUES ($1, $2, $3)")
        .bind(id::fresh(at))
        .bind(key)
        .bind(at.0)
        .execute(tx.conn())
        .await?;
    Ok(())
}

pub async fn delete_failures(tx: &mut Tx, key: &str) -> Result<()> {
    sqlx::query("DELETE FROM sign_in_failure WHERE key = $1")
        .bind(key)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Adds an organisation, or changes what is known of it and puts it in use again.
pub async fn save_organisation(tx: &mut Tx, organisation: &Organisation, at: Time) -> Result<()> {
    sqlx::query(
        "INSERT INTO organisation (code, name, about, contact, created_at, id)
         VALUES ($1, $2, $3, $4, $5, $1)
         ON CONFLICT (code) DO UPDATE SET name = excluded.name, about = excluded.about, contact = excluded.contact, state = 'active',
                                          revision = organisation.revision + 1",
    )
    .bind(&organisation.code)
    .bind(&organisation.name)
    .bind(organisation.about.as_deref())
    .bind(organisation.contact.as_deref())
    .bind(at.0)
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub async fn list_organisations(db: &AnyPool) -> Result<Vec<Organisation>> {
    let rows: Vec<(String, String, Option<String>, Option<String>)> = sqlx::query_as(
        "SELECT code, name, about, contact FROM organisation WHERE state = 'active' ORDER BY name, code",
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|(code, name, about, contact)| Organisation {
            code,
            name,
            about,
            contact,
        })
        .collect())
}

/// Changes an organisation that still is as it was read, at this revision; tells whether it is.
pub async fn change_organisation(tx: &mut Tx, kept: &KeptOrganisation) -> Result<bool> {
    let organisation = &kept.organisation;
    let done = sqlx::query(
        "UPDATE organisation
         SET name = $2, about = $3, contact = $4, state = $5, revision = revision + 1
         WHERE code = $1 AND revision = $6",
    )
    .bind(&organisation.code)
    .bind(&organisation.name)
    .bind(organisation.about.as_deref())
    .bind(organisation.contact.as_deref())
    .bind(if kept.is_active { "active" } else { "deleted" })
    .bind(kept.revision)
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Whether there is an organisation with this code, and it is in use.
pub async fn is_organisation_in_use(tx: &mut Tx, code: &str) -> Result<bool> {
    let n: i64 = sqlx::query_scalar(
        "SELECT CAST(COUNT(*) AS BIGINT) FROM organisation WHERE code = $1 AND state = 'active'",
    )
    .bind(code)
    .fetch_one(tx.conn())
    .await?;
    Ok(n > 0)
}

/// Lists organisations by name, those that are gone too.
pub async fn list_all_organisations(db: &AnyPool) -> Result<Vec<KeptOrganisation>> {
    #[derive(sqlx::FromRow)]
    struct Row {
        code: String,
        name: String,
        about: Option<String>,
        contact: Option<String>,
        state: String,
        revision: i64,
    }
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT code, name, about, contact, state, revision FROM organisation ORDER BY name, code",
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| KeptOrganisation {
            is_active: row.state == "active",
            revision: row.revision,
            organisation: Organisation {
                code: row.code,
                name: row.name,
                about: row.about,
                contact: row.contact,
            },
        })
        .collect())
}

/// Takes an organisation out of use.
pub async fn close_organisation(tx: &mut Tx, code: &str) -> Result<()> {
    sqlx::query("UPDATE organisation SET state = 'deleted', revision = revision + 1 WHERE code = $1")
        .bind(code)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Lists everything that catalogues say of organisations, of those that are gone too.
pub async fn list_publishers(db: &AnyPool) -> Result<Vec<Publisher>> {
    type Row = (String, String, String, String, String, String, String, i64);
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT id, code, name, COALESCE(about, ''), image_url, state, extras, created_at FROM organisation ORDER BY code",
    )
    .fetch_all(db)
    .await?;
    let publisher = |(id, code, name, about, image_url, state, extras, created_at)| Publisher {
        id,
        code,
        name,
        about,
        image_url,
        state,
        extras,
        created_at,
    };
    Ok(rows.into_iter().map(publisher).collect())
}

/// Adds an organisation with what catalogues say of it, or changes that of the one with its code.
pub async fn put_publisher(tx: &mut Tx, publisher: &Publisher) -> Result<()> {
    sqlx::query(
        "INSERT INTO organisation (id, code, name, about, image_url, state, extras, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (code) DO UPDATE SET name = excluded.name, about = excluded.about, image_url = excluded.image_url,
                                          state = excluded.state, extras = excluded.extras,
                                          revision = organisation.revision + 1",
    )
    .bind(&publisher.id)
    .bind(&publisher.code)
    .bind(&publisher.name)
    .bind(&publisher.about)
    .bind(&publisher.image_url)
    .bind(&publisher.state)
    .bind(&publisher.extras)
    .bind(publisher.created_at)
    .execute(tx.conn())
    .await?;
    Ok(())
}
