//! Drafts that are tried out before they are published. What is filed to one stands apart from everything real: it belongs to a
//! form of its own that is in no list, has no rows in any table, and is gone once the draft is replaced, published or deleted.

use std::sync::Arc;

use serde::Serialize;

use super::{
    Delivery, KEEPERS, library,
    model::{Audience, Filed, Form, FormState, FormVersion, NewSubmission, Questionnaire, Submission},
    parse, put, store,
};
use crate::platform::{
    app::App,
    events::Event,
    id,
    op::Op,
    problem::{Problem, Result},
};

/// The draft of a form was deleted.
#[derive(Serialize)]
pub struct DraftDeleted {
    pub form: String,
}

impl Event for DraftDeleted {
    const NAME: &'static str = "collect.draft-deleted";
    fn subject(&self) -> String {
        format!("form/{}", self.form)
    }
}

/// Something was filed to try a draft out.
#[derive(Serialize)]
pub struct TrialFiled {
    pub form: String,
    pub filed: Filed,
}

impl Event for TrialFiled {
    const NAME: &'static str = "collect.trial-filed";
    fn subject(&self) -> String {
        format!("form/{}", self.form)
    }
}

/// Returns the form to which is filed what tries out the draft of another; its id takes the place of that one's in every question.
///
/// # Errors
/// When the database fails.
pub async fn of_draft(app: &App, op: &Op, form: &Form) -> Result<Form> {
    if let Some(known) = store::trials::find(app.db.read(), &form.id).await? {
        return Ok(known);
    }
    let id = id::fresh(op.at);
    let trial = Form {
        xml_form_id: id.clone(),
        slug: id.clone(),
        id,
        audience: Audience::Staff,
        state: FormState::Open,
        created_at: op.at,
        draft_of: Some(form.id.clone()),
        ..form.clone()
    };
    let mut tx = app.db.begin().await?;
    if let Err(problem) = store::insert_form(&mut tx, &trial).await {
        // Somebody else was quicker.
        drop(tx);
        let known = store::trials::find(app.db.read(), &form.id).await?;
        return known.ok_or(problem);
    }
    tx.commit().await?;
    Ok(trial)
}

/// Finds the draft of a form by the secret of the address where it is tried out.
///
/// # Errors
/// `collect-draft-access` when there is no such draft, or it has another secret.
pub async fn draft_by_token(
    app: &App,
    project: i64,
    xml_form_id: &str,
    token: &str,
) -> Result<(Form, FormVersion)> {
    let refused = || Problem::not_found("collect-draft-access");
    let form = store::find_form(app.db.read(), project, xml_form_id).await?;
    let form = form.ok_or_else(refused)?;
    let draft = store::find_draft(app.db.read(), &form.id).await?;
    let draft = draft.filter(|draft| {
        let shown = id::digest(token);
        draft
            .draft_token
            .as_deref()
            .is_some_and(|secret| id::digest(secret) == shown)
    });
    Ok((form, draft.ok_or_else(refused)?))
}

/// Takes in what tries out a draft. Whoever calls has made sure that the caller may.
///
/// # Errors
/// `submission-malformed`, also for another form than the draft's; nothing is kept then.
pub async fn receive(
    app: &App,
    op: &Op,
    form: &Form,
    draft: &FormVersion,
    delivery: &Delivery,
) -> Result<(Filed, Submission)> {
    let trial = of_draft(app, op, form).await?;
    let (envelope, xml) = parse(delivery)?;
    if envelope.form_id != form.xml_form_id {
        return Err(Problem::invalid("submission-malformed")
            .with("detail", "it is of another form than the address says"));
    }
    let known = library::questionnaire(app, &draft.id).await?;
    let questionnaire = Arc::new(Questionnaire::new(
        trial.clone(),
        known.version.clone(),
        known.xform.clone(),
    ));
    let offset = app.config.zoned(op.at).offset().seconds() / 60;
    let mut new = NewSubmission::read(questionnaire, envelope, xml.to_owned(), op.at, offset)?;
    new.device_id.clone_from(&delivery.device_id);
    new.user_agent.clone_from(&delivery.user_agent);
    new.files.clone_from(&delivery.files);
    let mut tx = app.db.begin().await?;
    let (filed, _) = put(&mut tx, op, &new).await?;
    let event = TrialFiled {
        form: form.id.clone(),
        filed,
    };
    tx.emit(op, &event).await?;
    tx.commit().await?;
    let found =
        store::submissions::find_by_instance(app.db.read(), &trial.id, &new.envelope.instance_id).await?;
    Ok((
        filed,
        found.ok_or_else(|| Problem::not_found("submission-unknown"))?,
    ))
}

/// Deletes the draft of a published form, with what was filed to try it out.
///
/// # Errors
/// `not-allowed`; `form-no-draft`; `collect-form-only-draft` for a form that was never published.
pub async fn delete_draft(app: &App, op: &Op, form: &Form) -> Result<()> {
    op.require(&KEEPERS)?;
    if store::find_current(app.db.read(), &form.id).await?.is_none() {
        return Err(Problem::conflict("collect-form-only-draft").with("form", &form.xml_form_id));
    }
    if store::find_draft(app.db.read(), &form.id).await?.is_none() {
        return Err(Problem::not_found("form-no-draft").with("form", &form.xml_form_id));
    }
    let mut tx = app.db.begin().await?;
    store::delete_draft(&mut tx, &form.id).await?;
    tx.emit(
        op,
        &DraftDeleted {
            form: form.id.clone(),
        },
    )
    .await?;
    tx.commit().await
}
