//! Devices of a project: given out with a code that ODK Collect scans, told their forms, withdrawn.

use std::io::Write;

use base64::{Engine, engine::general_purpose::STANDARD};
use flate2::{Compression, write::ZlibEncoder};
use serde_json::{Map, Value, json};

use super::{
    AppUserAdded,
    model::{AppUser, Form, Project},
    store,
};
use crate::{
    accounts::{self, Actor, Assigned, ProjectRole},
    platform::{
        app::App,
        db::Tx,
        op::Op,
        problem::{Problem, Result},
    },
};

/// Adds a device to a project; returns it with its token's secret, which is shown this once.
///
/// Each of its places is given as its code, then its ancestors'; what it files about others is kept and flagged. It fills
/// every form of the project until it is assigned some of them.
///
/// # Errors
/// `not-allowed` for anybody but a steward of those places; `project-unknown`.
pub async fn add_app_user<S: AsRef<str>>(
    app: &App,
    op: &Op,
    project_id: i64,
    name: &str,
    places: &[Vec<S>],
) -> Result<(AppUser, String)> {
    let project = super::project(app, project_id).await?;
    let mut tx = app.db.begin().await?;
    let (user, secret) = accounts::add_device(&mut tx, op, name, places).await?;
    accounts::place_device(&mut tx, op, &user, &within(&project, None)).await?;
    let by = op.person().map(|me| me.id.as_str());
    store::people::insert_app_user(&mut tx, project.id, &user, name.trim(), by, op.at).await?;
    let number = accounts::number_of(&user);
    tx.emit(
        op,
        &AppUserAdded {
            app_user: number,
            user: user.clone(),
        },
    )
    .await?;
    tx.commit().await?;
    let device = AppUser {
        id: number,
        project_id: project.id,
        user,
        name: name.trim().to_owned(),
        created_at: op.at,
        created_by: op.person().map(|me| me.id.clone()),
    };
    Ok((device, secret))
}

/// Brings a device of another server by name, with no token and no forms yet; returns its account.
///
/// # Errors
/// `not-allowed` for anybody but an administrator.
pub async fn bring(tx: &mut Tx, op: &Op, project: &Project, name: &str) -> Result<String> {
    let user = accounts::bring_device(tx, op, name).await?;
    let by = op.person().map(|me| me.id.as_str());
    store::people::insert_app_user(tx, project.id, &user, name, by, op.at).await?;
    let app_user = accounts::number_of(&user);
    tx.emit(
        op,
        &AppUserAdded {
            app_user,
            user: user.clone(),
        },
    )
    .await?;
    Ok(user)
}

/// Gives a device another token, as for a new phone; the one before holds no longer. Its secret is shown this once.
///
/// # Errors
/// `not-allowed`; `user-unknown`.
pub async fn renew(app: &App, op: &Op, project: &Project, device: &str) -> Result<(AppUser, String)> {
    let device = find_app_user(app, op, project, device).await?;
    let mut tx = app.db.begin().await?;
    let secret = accounts::renew_device(app, &mut tx, op, &device.user, &device.name).await?;
    tx.commit().await?;
    Ok((device, secret))
}

/// Withdraws a device for good: what it filed stays, and its token holds no longer.
///
/// # Errors
/// `not-allowed` for those who may not see it; `user-unknown`.
pub async fn withdraw_app_user(app: &App, op: &Op, project: &Project, device: &str) -> Result<()> {
    let device = find_app_user(app, op, project, device).await?;
    let mut tx = app.db.begin().await?;
    accounts::close_device(app, &mut tx, op, &device.user).await?;
    tx.commit().await
}

/// Finds a device of a project by its number, as far as the caller's reach goes.
///
/// # Errors
/// `not-allowed`; `user-unknown`.
pub async fn find_app_user(app: &App, op: &Op, project: &Project, number: &str) -> Result<AppUser> {
    let devices = super::list_app_users(app, op, project).await?;
    devices
        .into_iter()
        .find(|device| Ok(device.id) == number.parse())
        .ok_or_else(|| Problem::not_found("user-unknown"))
}

/// Tells which forms each device of a project fills: none stands for all of them.
///
/// # Errors
/// `not-allowed` for those who may not see who works in the project.
pub async fn assigned(app: &App, op: &Op, project: &Project) -> Result<Vec<(Assigned, Actor)>> {
    accounts::list_assigned_to(app, op, project.id).await
}

/// Gives somebody a role in a project or one of its forms.
///
/// # Errors
/// `not-allowed`; `user-unknown`, also for a device of another project; `accounts-role-unassignable`.
pub async fn assign(
    app: &App,
    op: &Op,
    project: &Project,
    form: Option<&Form>,
    role: ProjectRole,
    actor: &str,
) -> Result<()> {
    let (actor, to) = (actor_of(app, project, actor).await?, within(project, form));
    let mut tx = app.db.begin().await?;
    accounts::assign(app, &mut tx, op, &actor, role, &to, project.org.as_deref()).await?;
    tx.commit().await
}

/// Takes a role in a project or one of its forms away.
///
/// # Errors
/// As [`assign`]; `grant-unknown` when it was not held.
pub async fn unassign(
    app: &App,
    op: &Op,
    project: &Project,
    form: Option<&Form>,
    role: ProjectRole,
    actor: &str,
) -> Result<()> {
    let (actor, to) = (actor_of(app, project, actor).await?, within(project, form));
    let mut tx = app.db.begin().await?;
    accounts::unassign(app, &mut tx, op, &actor, role, &to, project.org.as_deref()).await?;
    tx.commit().await
}

/// A person, or a device of this project, by number.
async fn actor_of(app: &App, project: &Project, number: &str) -> Result<Actor> {
    let unknown = || Problem::not_found("user-unknown");
    let actor = accounts::find_actor(app, number).await?;
    let is_here = match actor.kind.as_str() {
        "device" => store::people::is_device_of(app.db.read(), &actor.id, project.id).await?,
        "person" => true,
        _ => false,
    };
    match is_here && actor.closed_at.is_none() {
        true => Ok(actor),
        false => Err(unknown()),
    }
}

/// What a role is about: a project, or one form of it.
fn within(project: &Project, form: Option<&Form>) -> accounts::Project {
    accounts::Project {
        id: project.id,
        slug: project.slug.clone(),
        xml_form_id: form.map(|form| form.xml_form_id.clone()).unwrap_or_default(),
        form_slug: form.map(|form| form.slug.clone()).unwrap_or_default(),
    }
}

/// Writes the settings by which ODK Collect joins a project, as its code holds them: JSON, deflated (zlib), in base64.
///
/// `lock` is a password that Collect then asks for before its settings can be changed.
///
/// # Errors
/// Never but for want of memory.
pub fn collect_settings(site: &str, project: &Project, token: &str, lock: Option<&str>) -> Result<String> {
    let mut admin = Map::new();
    if let Some(lock) = lock.filter(|lock| !lock.is_empty()) {
        admin.insert("admin_pw".into(), lock.into());
    }
    let settings = json!({
        "general": {
            "server_url": format!("{site}/v1/key/{token}/projects/{}", project.id),
            "form_update_mode": "match_exactly",
            "autosend": "wifi_and_cellular",
        },
        "project": { "name": project.name },
        "admin": Value::Object(admin),
    });
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder
        .write_all(settings.to_string().as_bytes())
        .map_err(Problem::internal)?;
    Ok(STANDARD.encode(encoder.finish().map_err(Problem::internal)?))
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;
    use crate::platform::time::Time;

    #[test]
    fn the_code_holds_what_collect_reads() {
        let project = Project {
            id: 7,
            slug: "census".into(),
            name: "Sensus “2026”".into(),
            org: None,
            description: None,
            is_archived: false,
            created_at: Time(0),
            updated_at: None,
        };
        let text =
            collect_settings("https://data.example.test", &project, "s3cret", Some("4711")).expect("written");
        let packed = STANDARD.decode(text).expect("base64");
        let mut json = String::new();
        flate2::read::ZlibDecoder::new(packed.as_slice())
            .read_to_string(&mut json)
            .expect("zlib");
        assert_eq!(
            serde_json::from_str::<Value>(&json).expect("JSON"),
            json!({
                "general": {
                    "server_url": "https://data.example.test/v1/key/s3cret/projects/7",
                    "form_update_mode": "match_exactly",
                    "autosend": "wifi_and_cellular"
                },
                "project": { "name": "Sensus “2026”" },
                "admin": { "admin_pw": "4711" }
            })
        );
    }
}
