//! Reading what was filed: the one door of every face, open as far as the caller's role reaches.
//!
//! A submission is about a place, by its form's question about one. A role at a place reads what is about that place or lies below
//! it; a role within an organisation, what was filed to that organisation's projects. What is about no place that is known, and what
//! could not be filed, is read by those whose role reaches everywhere.

use std::collections::HashMap;

use super::{
    KEEPERS, READERS,
    model::{AppUser, Form, NewFile, Progress, Project, Stray, Submission},
    store,
};
use crate::{
    accounts::{Reach, Reaches},
    platform::{
        app::App,
        op::Op,
        problem::{Problem, Result},
        time::Time,
    },
};

/// Most deliveries that could not be filed in one list.
const MOST_STRAYS: i64 = 500;

/// Lists what was filed to a form as far as the caller may read it, the newest first; `before` continues an earlier list.
///
/// # Errors
/// `not-allowed` for those who may read nothing of the form.
pub async fn list_submissions(
    app: &App,
    op: &Op,
    form: &Form,
    before: Option<&str>,
    most: usize,
) -> Result<Vec<Submission>> {
    let reach = reach(app, op, form).await?;
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    store::submissions::list(app.db.read(), &form.id, &reach, before, most).await
}

/// Finds a submission by the id it was first filed under, in its newest edit.
///
/// # Errors
/// `not-allowed`; `submission-unknown`, also for one out of the caller's reach.
pub async fn submission(app: &App, op: &Op, form: &Form, instance_id: &str) -> Result<Submission> {
    let reach = reach(app, op, form).await?;
    let found = store::submissions::find(app.db.read(), &form.id, &reach, instance_id).await?;
    found.ok_or_else(|| Problem::not_found("submission-unknown"))
}

/// Returns the answers of a submission as they were sent.
///
/// # Errors
/// When the database fails.
pub async fn answers(app: &App, of: &Submission) -> Result<String> {
    Ok(store::submissions::find_xml(app.db.read(), &of.id)
        .await?
        .unwrap_or_default())
}

/// Lists the files that came with a submission.
///
/// # Errors
/// When the database fails.
pub async fn files(app: &App, of: &Submission) -> Result<Vec<NewFile>> {
    store::submissions::list_files(app.db.read(), &of.id).await
}

/// Counts what was filed to each form as far as the caller may read it, with the time of the last; forms without any are left out.
///
/// # Errors
/// `not-allowed` for those who may not read submissions at all.
pub async fn counts(app: &App, op: &Op, forms: &[Form]) -> Result<HashMap<String, (i64, Time)>> {
    op.require(&READERS)?;
    let reaches = Reaches::of(app, op).await?;
    let mut counts = HashMap::new();
    for form in forms {
        let reach = reaches.over(&READERS, form.org.as_deref());
        if let Some(count) = store::submissions::count(app.db.read(), &form.id, &reach).await? {
            counts.insert(form.id.clone(), count);
        }
    }
    Ok(counts)
}

/// Counts a form's submissions by place and enumerator, with the first and last time, as far as the caller may read them.
///
/// # Errors
/// `not-allowed` for those who may read nothing of the form.
pub async fn progress(app: &App, op: &Op, form: &Form) -> Result<Vec<Progress>> {
    let reach = reach(app, op, form).await?;
    store::submissions::progress(app.db.read(), &form.id, &reach).await
}

/// Lists the devices of a project that file within the caller's reach.
///
/// # Errors
/// `not-allowed` for those who may read nothing of the project.
pub async fn list_app_users(app: &App, op: &Op, project: &Project) -> Result<Vec<AppUser>> {
    let reach = reach_of(app, op, project.org.as_deref()).await?;
    store::people::list_app_users(app.db.read(), project.id, &reach).await
}

/// Lists what could not be filed, the newest first; nothing for those whose role does not reach everywhere.
///
/// # Errors
/// `not-allowed` for those who may not read submissions at all.
pub async fn list_strays(app: &App, op: &Op) -> Result<Vec<Stray>> {
    if !reads_strays(app, op).await? {
        return Ok(Vec::new());
    }
    store::submissions::list_strays(app.db.read(), MOST_STRAYS).await
}

/// Finds something that could not be filed.
///
/// # Errors
/// `not-allowed`; `submission-unknown`, also for those whose role does not reach everywhere.
pub async fn stray(app: &App, op: &Op, id: &str) -> Result<Stray> {
    let is_theirs = reads_strays(app, op).await?;
    let found = store::submissions::find_stray(app.db.read(), id).await?;
    found
        .filter(|_| is_theirs)
        .ok_or_else(|| Problem::not_found("submission-unknown"))
}

/// Tells whether the caller may see what could not be filed: nobody knows what it is about.
///
/// # Errors
/// `not-allowed` for those who may not read submissions at all.
pub async fn reads_strays(app: &App, op: &Op) -> Result<bool> {
    op.require(&READERS)?;
    Ok(Reaches::of(app, op).await?.over(&READERS, None) == Reach::Everywhere)
}

/// Says how far the caller may read what was filed to a form. What tries out a draft is its keepers' business, wherever it is about.
///
/// # Errors
/// `not-allowed` for those who may read nothing of it.
pub async fn reach(app: &App, op: &Op, form: &Form) -> Result<Reach> {
    if form.draft_of.is_some() {
        op.require(&KEEPERS)?;
        return Ok(Reach::Everywhere);
    }
    reach_of(app, op, form.org.as_deref()).await
}

async fn reach_of(app: &App, op: &Op, org: Option<&str>) -> Result<Reach> {
    op.require(&READERS)?;
    let reach = Reaches::of(app, op).await?.over(&READERS, org);
    if reach == Reach::Within(Vec::new()) {
        return Err(Problem::forbidden("not-allowed"));
    }
    Ok(reach)
}
