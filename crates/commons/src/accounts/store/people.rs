//! SQL of what ODK's clients know accounts by: numbers, roles within projects, forgotten passwords, sessions as they show them.

use sqlx::{AnyPool, FromRow};

use crate::{
    accounts::standing::{Actor, Assigned, Project, ProjectRole, number_of},
    platform::{
        db::Tx,
        id,
        problem::{Problem, Result},
        time::Time,
    },
};

/// Makes an id whose number no other account has.
pub async fn free_id(tx: &mut Tx, at: Time) -> Result<String> {
    loop {
        let account = id::fresh(at);
        let taken: Option<(String,)> = sqlx::query_as("SELECT id FROM user_account WHERE number = $1")
            .bind(number_of(&account))
            .fetch_optional(tx.conn())
            .await?;
        if taken.is_none() {
            return Ok(account);
        }
    }
}

pub async fn set_number(tx: &mut Tx, account: &str) -> Result<()> {
    sqlx::query("UPDATE user_account SET number = $2 WHERE id = $1")
        .bind(account)
        .bind(number_of(account))
        .execute(tx.conn())
        .await?;
    Ok(())
}

pub async fn list_unnumbered(db: &AnyPool) -> Result<Vec<String>> {
    Ok(
        sqlx::query_scalar("SELECT id FROM user_account WHERE number IS NULL ORDER BY id")
            .fetch_all(db)
            .await?,
    )
}

#[derive(FromRow)]
struct ActorRow {
    id: String,
    kind: String,
    name: String,
    email: Option<String>,
    created_at: i64,
    closed_at: Option<i64>,
    signed_in_at: Option<i64>,
}

impl From<ActorRow> for Actor {
    fn from(row: ActorRow) -> Actor {
        Actor {
            id: row.id,
            kind: row.kind,
            name: row.name,
            email: row.email,
            created_at: Time(row.created_at),
            closed_at: row.closed_at.map(Time),
            signed_in_at: row.signed_in_at.map(Time),
        }
    }
}

/// Is there anybody who can sign in?
pub async fn has_people(db: &AnyPool) -> Result<bool> {
    let first: Option<String> =
        sqlx::query_scalar("SELECT id FROM user_account WHERE kind = 'person' AND closed_at IS NULL LIMIT 1")
            .fetch_optional(db)
            .await?;
    Ok(first.is_some())
}

/// Which account has a number, closed or not?
pub async fn find_by_number(db: &AnyPool, number: i64) -> Result<Option<Actor>> {
    let row: Option<ActorRow> = sqlx::query_as(
        "SELECT u.id, u.kind, u.name, u.email, u.created_at, u.closed_at,
                (SELECT MAX(s.created_at) FROM session s WHERE s.user_id = u.id) AS signed_in_at
         FROM user_account u
         WHERE u.number = $1",
    )
    .bind(number)
    .fetch_optional(db)
    .await?;
    Ok(row.map(Actor::from))
}

/// Accounts that one statement asks for.
const AT_ONCE: usize = 20;

pub async fn list_by_id(db: &AnyPool, ids: &[String]) -> Result<Vec<Actor>> {
    let mut found = Vec::new();
    for ids in ids.chunks(AT_ONCE) {
        let mut query = sqlx::query_as(
            "SELECT u.id, u.kind, u.name, u.email, u.created_at, u.closed_at,
                    (SELECT MAX(s.created_at) FROM session s WHERE s.user_id = u.id) AS signed_in_at
             FROM user_account u
             WHERE u.id IN ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)",
        );
        // A short list ends with its last id again and again.
        for at in 0..AT_ONCE {
            query = query.bind(&ids[at.min(ids.len() - 1)]);
        }
        let rows: Vec<ActorRow> = query.fetch_all(db).await?;
        found.extend(rows.into_iter().map(Actor::from));
    }
    Ok(found)
}

/// Which people may sign in, by name? Only those whose name or e-mail holds `part`, in lower case, when it is not blank.
pub async fn list_people(db: &AnyPool, part: &str, most: i64) -> Result<Vec<Actor>> {
    let rows: Vec<ActorRow> = sqlx::query_as(
        "SELECT u.id, u.kind, u.name, u.email, u.created_at, u.closed_at,
                (SELECT MAX(s.created_at) FROM session s WHERE s.user_id = u.id) AS signed_in_at
         FROM user_account u
         WHERE u.kind = 'person'
           AND u.closed_at IS NULL
           AND ($1 = '' OR LOWER(u.name) LIKE $2 OR u.email LIKE $2)
         ORDER BY u.name, u.id
         LIMIT $3",
    )
    .bind(part)
    .bind(format!("%{}%", part.replace(['%', '_'], "")))
    .bind(most)
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(Actor::from).collect())
}

/// Gives a person who may sign in another name and e-mail; false when there is no such person.
pub async fn set_person(tx: &mut Tx, user: &str, name: &str, email: &str) -> Result<bool> {
    let taken: Option<(String,)> =
        sqlx::query_as("SELECT id FROM user_account WHERE email = $1 AND id <> $2")
            .bind(email)
            .bind(user)
            .fetch_optional(tx.conn())
            .await?;
    if taken.is_some() {
        return Err(Problem::conflict("fields").field("email", "email-taken"));
    }
    let set = sqlx::query(
        "UPDATE user_account SET name = $2, email = $3 WHERE id = $1 AND kind = 'person' AND closed_at IS NULL",
    )
    .bind(user)
    .bind(name)
    .bind(email)
    .execute(tx.conn())
    .await?;
    Ok(set.rows_affected() == 1)
}

type AssignedRow = (String, String, i64, String, String, String);

fn assigned((user, role, id, slug, xml_form_id, form_slug): AssignedRow) -> Result<Assigned> {
    Ok(Assigned {
        user,
        role: role.parse()?,
        to: Project {
            id,
            slug,
            xml_form_id,
            form_slug,
        },
    })
}

/// What was somebody assigned?
pub async fn list_assigned(db: &AnyPool, user: &str) -> Result<Vec<Assigned>> {
    let rows: Vec<AssignedRow> = sqlx::query_as(
        "SELECT user_id, role, project_id, project_slug, xml_form_id, form_slug FROM assignment WHERE user_id = $1",
    )
    .bind(user)
    .fetch_all(db)
    .await?;
    rows.into_iter().map(assigned).collect()
}

/// Who was assigned what in a project and its forms?
pub async fn list_assigned_to(db: &AnyPool, project: i64) -> Result<Vec<Assigned>> {
    let rows: Vec<AssignedRow> = sqlx::query_as(
        "SELECT user_id, role, project_id, project_slug, xml_form_id, form_slug
         FROM assignment
         WHERE project_id = $1
         ORDER BY given_at, user_id, role",
    )
    .bind(project)
    .fetch_all(db)
    .await?;
    rows.into_iter().map(assigned).collect()
}

/// Notes what somebody is assigned; what they have already stays.
pub async fn insert_assigned(tx: &mut Tx, given: &Assigned, at: Time, by: &str) -> Result<()> {
    sqlx::query(
        "INSERT INTO assignment (user_id, role, project_id, project_slug, xml_form_id, form_slug, given_at, given_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (user_id, role, project_id, xml_form_id) DO NOTHING",
    )
    .bind(&given.user)
    .bind(given.role.as_str())
    .bind(given.to.id)
    .bind(&given.to.slug)
    .bind(&given.to.xml_form_id)
    .bind(&given.to.form_slug)
    .bind(at.0)
    .bind(by)
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub async fn delete_assigned(tx: &mut Tx, user: &str, role: ProjectRole, to: &Project) -> Result<bool> {
    let deleted = sqlx::query(
        "DELETE FROM assignment WHERE user_id = $1 AND role = $2 AND project_id = $3 AND xml_form_id = $4",
    )
    .bind(user)
    .bind(role.as_str())
    .bind(to.id)
    .bind(&to.xml_form_id)
    .execute(tx.conn())
    .await?;
    Ok(deleted.rows_affected() > 0)
}

/// On which day did each account last show its token?
pub async fn last_used(db: &AnyPool, project: i64) -> Result<Vec<(String, String)>> {
    Ok(sqlx::query_as(
        "SELECT t.user_id, MAX(t.used_on)
         FROM api_token t
         JOIN assignment a ON a.user_id = t.user_id
         WHERE a.project_id = $1 AND t.used_on IS NOT NULL
         GROUP BY t.user_id",
    )
    .bind(project)
    .fetch_all(db)
    .await?)
}

/// A session as its owner sees it: when it began and when it ends.
pub async fn find_session_times(db: &AnyPool, session: &str) -> Result<Option<(i64, i64)>> {
    Ok(
        sqlx::query_as("SELECT created_at, expires_at FROM session WHERE id = $1")
            .bind(session)
            .fetch_optional(db)
            .await?,
    )
}

/// Whose session or token a secret is: the session's or token's id, its account, and whether it is a session.
pub async fn find_by_secret(db: &AnyPool, secret_hash: &str) -> Result<Option<(String, String, bool)>> {
    let session: Option<(String, String)> =
        sqlx::query_as("SELECT id, user_id FROM session WHERE secret_hash = $1")
            .bind(secret_hash)
            .fetch_optional(db)
            .await?;
    if let Some((id, user)) = session {
        return Ok(Some((id, user, true)));
    }
    let token: Option<(String, String)> =
        sqlx::query_as("SELECT id, user_id FROM api_token WHERE secret_hash = $1 AND revoked_at IS NULL")
            .bind(secret_hash)
            .fetch_optional(db)
            .await?;
    Ok(token.map(|(id, user)| (id, user, false)))
}

/// Notes that somebody may choose another password; what was noted for them before holds no longer.
pub async fn insert_reset(
    tx: &mut Tx,
    user: &str,
    secret_hash: &str,
    at: Time,
    expires_at: Time,
) -> Result<()> {
    sqlx::query("DELETE FROM password_reset WHERE user_id = $1 OR expires_at < $2")
        .bind(user)
        .bind(at.0)
        .execute(tx.conn())
        .await?;
    sqlx::query(
        "INSERT INTO password_reset (secret_hash, user_id, created_at, expires_at) VALUES ($1, $2, $3, $4)",
    )
    .bind(secret_hash)
    .bind(user)
    .bind(at.0)
    .bind(expires_at.0)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Takes up what was noted under a secret, once; returns whose it was.
pub async fn take_reset(tx: &mut Tx, secret_hash: &str, at: Time) -> Result<Option<String>> {
    let found: Option<(String,)> = sqlx::query_as(
        "DELETE FROM password_reset WHERE secret_hash = $1 AND expires_at > $2 RETURNING user_id",
    )
    .bind(secret_hash)
    .bind(at.0)
    .fetch_optional(tx.conn())
    .await?;
    Ok(found.map(|(user,)| user))
}

/// Lets nobody sign in with the password an account has.
pub async fn clear_password(tx: &mut Tx, user: &str) -> Result<()> {
    sqlx::query("UPDATE user_account SET password_hash = NULL WHERE id = $1")
        .bind(user)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Who holds a role everywhere and in every organisation, and which?
pub async fn list_held_everywhere(db: &AnyPool) -> Result<Vec<(String, String)>> {
    Ok(sqlx::query_as(
        "SELECT DISTINCT g.user_id, g.role
         FROM user_grant g
         JOIN user_account u ON u.id = g.user_id
         WHERE u.kind = 'person'
           AND u.closed_at IS NULL
           AND g.place_code IS NULL
           AND g.org_code IS NULL
         ORDER BY g.user_id, g.role",
    )
    .fetch_all(db)
    .await?)
}
