//! Forms and projects that are thrown away, and forms that are put back. What was filed to them stays, and so do their tables.

use serde::Serialize;

use super::{
    KEEPERS, library,
    model::{Form, Project},
    store,
};
use crate::{
    accounts::{Reach, Reaches},
    platform::{
        app::App,
        events::Event,
        op::Op,
        problem::{Problem, Result},
    },
};

/// A form was thrown away; it can be put back.
#[derive(Serialize)]
pub struct FormDeleted {
    pub form: String,
}

impl Event for FormDeleted {
    const NAME: &'static str = "collect.form-deleted";
    fn subject(&self) -> String {
        format!("form/{}", self.form)
    }
}

/// A form was put back from the trash.
#[derive(Serialize)]
pub struct FormRestored {
    pub form: String,
}

impl Event for FormRestored {
    const NAME: &'static str = "collect.form-restored";
    fn subject(&self) -> String {
        format!("form/{}", self.form)
    }
}

/// A project was thrown away with its forms.
#[derive(Serialize)]
pub struct ProjectDeleted {
    pub project: i64,
}

impl Event for ProjectDeleted {
    const NAME: &'static str = "collect.project-deleted";
    fn subject(&self) -> String {
        format!("project/{}", self.project)
    }
}

/// Throws a form away: nobody gets it or files to it any more, and another may take its name.
///
/// # Errors
/// `not-allowed` for anybody but stewards and producers of everything it may be about.
pub async fn throw_form_away(app: &App, op: &Op, form: &Form) -> Result<()> {
    require(app, op, form.org.as_deref()).await?;
    let mut tx = app.db.begin().await?;
    store::trash::throw_form(&mut tx, &form.id, op.at).await?;
    tx.emit(
        op,
        &FormDeleted {
            form: form.id.clone(),
        },
    )
    .await?;
    tx.commit().await?;
    library::forget(app);
    Ok(())
}

/// Lists the forms of a project that are in the trash, the last thrown away first.
///
/// # Errors
/// `not-allowed` for anybody but stewards and producers.
pub async fn list_trashed_forms(app: &App, op: &Op, project: &Project) -> Result<Vec<Form>> {
    op.require(&KEEPERS)?;
    store::trash::list_forms(app.db.read(), project.id).await
}

/// Puts a form back from the trash, by its number.
///
/// # Errors
/// `not-allowed`; `form-unknown` when it is not in the trash; `form-exists` when another has its name by now.
pub async fn put_form_back(app: &App, op: &Op, project: &Project, number: i64) -> Result<()> {
    require(app, op, project.org.as_deref()).await?;
    let trashed = store::trash::list_forms(app.db.read(), project.id).await?;
    let form = trashed.into_iter().find(|form| form.number == number);
    let form = form.ok_or_else(|| Problem::not_found("form-unknown").with("form", number))?;
    if store::find_form(app.db.read(), project.id, &form.xml_form_id)
        .await?
        .is_some()
    {
        return Err(Problem::conflict("form-exists").with("form", &form.xml_form_id));
    }
    let mut tx = app.db.begin().await?;
    store::trash::put_form_back(&mut tx, &form.id).await?;
    tx.emit(op, &FormRestored { form: form.id }).await?;
    tx.commit().await?;
    library::forget(app);
    Ok(())
}

/// Throws a project away with its forms.
///
/// # Errors
/// `not-allowed` for anybody but stewards and producers of everything it may be about.
pub async fn throw_project_away(app: &App, op: &Op, project: &Project) -> Result<()> {
    require(app, op, project.org.as_deref()).await?;
    let mut tx = app.db.begin().await?;
    store::trash::throw_project(&mut tx, project.id, op.at).await?;
    tx.emit(op, &ProjectDeleted { project: project.id }).await?;
    tx.commit().await?;
    library::forget(app);
    Ok(())
}

/// What is thrown away concerns every place, so a role at one of them is not enough.
async fn require(app: &App, op: &Op, org: Option<&str>) -> Result<()> {
    op.require(&KEEPERS)?;
    match Reaches::of(app, op).await?.over(&KEEPERS, org) {
        Reach::Everywhere => Ok(()),
        Reach::Within(_) => Err(Problem::forbidden("not-allowed")),
    }
}
