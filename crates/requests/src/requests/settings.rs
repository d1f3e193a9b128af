//! What an administrator sets: profiles, services, posts; and who is let through beyond the limit of filings.

use std::sync::Arc;

use super::{
    AppealMoved, PostSaved, ProfileLoaded, ServiceSaved, library,
    model::{
        post::{NewPost, Post},
        profile::Profile,
        service::{self, Service},
    },
    store,
};
use crate::platform::{
    app::App,
    db::Tx,
    id, office,
    op::{Op, Role},
    problem::{Problem, Result},
    time::Time,
};

/// Puts a profile in force for requests filed from now on; those there are keep the version they run by.
///
/// # Errors
/// `requests-profile` with the line and the remedy; `not-allowed` for anybody but administrators.
pub async fn load_profile(app: &App, op: &Op, text: &str) -> Result<Profile> {
    op.require(&[Role::Admin])?;
    let profile =
        Profile::parse(text).map_err(|error| Problem::invalid("requests-profile").with("reason", error))?;
    let mut tx = app.db.begin().await?;
    store::put_profile(&mut tx, op, &profile, text).await?;
    let loaded = ProfileLoaded {
        profile: profile.name.clone(),
        version: profile.version.clone(),
    };
    tx.emit(op, &loaded).await?;
    // The days on which this government works hold for all that falls due, not for requests only.
    office::save(&mut tx, &profile.calendar).await?;
    tx.commit().await?;
    library::forget(app);
    Ok(profile)
}

/// Lists every version of every profile, the newest of each first.
///
/// # Errors
/// When the database fails.
pub async fn list_profiles(app: &App) -> Result<Vec<store::ProfileVersion>> {
    store::list_profile_versions(app.db.read()).await
}

/// Returns the text of a version, as it was loaded.
///
/// # Errors
/// `requests-profile-unknown`.
pub async fn profile_text(app: &App, version: &str) -> Result<String> {
    store::find_profile_text(app.db.read(), version)
        .await?
        .ok_or_else(|| Problem::not_found("requests-profile-unknown").with("profile", version))
}

/// Adds services from a file, or changes them.
///
/// # Errors
/// `requests-services` with the line; as `save_service`.
pub async fn load_services(app: &App, op: &Op, text: &str) -> Result<Vec<Service>> {
    op.require(&[Role::Admin])?;
    let services =
        service::parse(text).map_err(|error| Problem::invalid("requests-services").with("reason", error))?;
    let known = library::current(app).await?;
    let mut tx = app.db.begin().await?;
    for service in &services {
        save_service(&mut tx, op, &known, service).await?;
    }
    tx.commit().await?;
    library::forget(app);
    Ok(services)
}

/// Has a service take requests again.
///
/// # Errors
/// `requests-service-unknown`; `not-allowed` for anybody but administrators.
pub async fn open_service(app: &App, op: &Op, code: &str) -> Result<()> {
    let service = service(app, code).await?;
    keep_service(
        app,
        op,
        &Service {
            is_open: true,
            ..(*service).clone()
        },
    )
    .await
}

/// Has a service take no further requests; those there are go on.
///
/// # Errors
/// As [`open_service`].
pub async fn close_service(app: &App, op: &Op, code: &str) -> Result<()> {
    let service = service(app, code).await?;
    keep_service(
        app,
        op,
        &Service {
            is_open: false,
            ..(*service).clone()
        },
    )
    .await
}

async fn keep_service(app: &App, op: &Op, service: &Service) -> Result<()> {
    op.require(&[Role::Admin])?;
    let known = library::current(app).await?;
    let mut tx = app.db.begin().await?;
    save_service(&mut tx, op, &known, service).await?;
    tx.commit().await?;
    library::forget(app);
    Ok(())
}

/// Adds a service, or changes it; call [`library::forget`] once it is committed.
///
/// # Errors
/// `requests-profile-unknown` when its profile was never loaded; `not-allowed` for anybody but administrators.
async fn save_service(tx: &mut Tx, op: &Op, known: &library::Library, service: &Service) -> Result<()> {
    known.profile_of(service)?;
    store::save_service(tx, service, op.at).await?;
    let saved = ServiceSaved {
        service: service.code.clone(),
    };
    tx.emit(op, &saved).await
}

/// Lists services in their order, those that take no requests too.
///
/// # Errors
/// When the database fails.
pub async fn list_services(app: &App) -> Result<Vec<Arc<Service>>> {
    Ok(library::current(app).await?.services().to_vec())
}

/// Finds a service by its code.
///
/// # Errors
/// `requests-service-unknown`.
pub async fn service(app: &App, code: &str) -> Result<Arc<Service>> {
    library::current(app).await?.service(code).cloned()
}

/// Adds a post; returns its id.
///
/// # Errors
/// `not-allowed` for anybody but administrators; `name-missing` on field `title`, `requests-level-unknown` on field `level`.
pub async fn add_post(app: &App, op: &Op, post: &NewPost) -> Result<String> {
    op.require(&[Role::Admin])?;
    check_title(&post.title)?;
    if !(1..=5).contains(&post.level) {
        return Err(Problem::invalid("fields").field("level", "requests-level-unknown"));
    }
    let id = id::fresh(op.at);
    let mut tx = app.db.begin().await?;
    store::insert_post(&mut tx, &id, post).await?;
    tx.emit(op, &PostSaved { post: id.clone() }).await?;
    tx.commit().await?;
    Ok(id)
}

/// Says who holds a post, who acts for them, when they are away, and when it is no more.
///
/// # Errors
/// `not-allowed` for anybody but administrators; `requests-post-unknown`.
pub async fn save_post(app: &App, op: &Op, post: &Post) -> Result<()> {
    op.require(&[Role::Admin])?;
    check_title(&post.title)?;
    let mut tx = app.db.begin().await?;
    if !store::update_post(&mut tx, post).await? {
        return Err(Problem::not_found("requests-post-unknown"));
    }
    tx.emit(
        op,
        &PostSaved {
            post: post.id.clone(),
        },
    )
    .await?;
    tx.commit().await
}

/// Lists the posts of an agency, or of all.
///
/// # Errors
/// When the database fails.
pub async fn list_posts(app: &App, agency: Option<&str>) -> Result<Vec<Post>> {
    store::list_posts(app.db.read(), agency).await
}

/// Lists those who ask to be let through beyond the limit of filings, the longest waiting first.
///
/// # Errors
/// `not-allowed` for anybody but administrators and auditors.
pub async fn list_appeals(app: &App, op: &Op) -> Result<Vec<store::Appeal>> {
    op.require(&[Role::Auditor])?;
    store::list_open_appeals(app.db.read(), 1_000).await
}

/// Lets somebody through until a moment, or turns them down.
///
/// # Errors
/// `requests-appeal-unknown`; `not-allowed` for anybody but administrators.
pub async fn decide_appeal(app: &App, op: &Op, appeal: &str, free_until: Option<Time>) -> Result<()> {
    op.require(&[Role::Admin])?;
    let mut tx = app.db.begin().await?;
    if !store::decide_appeal(&mut tx, op, appeal, free_until).await? {
        return Err(Problem::not_found("requests-appeal-unknown"));
    }
    let what = if free_until.is_some() {
        "granted"
    } else {
        "refused"
    };
    let moved = AppealMoved {
        appeal: appeal.to_owned(),
        what,
    };
    tx.emit(op, &moved).await?;
    tx.commit().await
}

fn check_title(title: &str) -> Result<()> {
    if title.trim().is_empty() {
        return Err(Problem::invalid("fields").field("title", "name-missing"));
    }
    Ok(())
}
