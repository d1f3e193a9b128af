//! What people do with a submission after it was filed: look at it, say what they think, tell each other why, throw it away.
//!
//! A rejected submission stays and is read as before, but its rows leave the tables; so do those of one in the trash.

use formats::openrosa::{Change, changes};
use serde::Serialize;

use super::{
    KEEPERS, READERS, Tabulate,
    model::{Comment, Edit, Form, ReviewState, Submission},
    reading, store,
};
use crate::{
    accounts::Reaches,
    platform::{
        app::App,
        audit,
        events::Event,
        id,
        op::{Op, Role},
        problem::{Problem, Result},
    },
};

/// Who says what a submission is worth.
pub const REVIEWERS: [Role; 3] = [Role::Officer, Role::Producer, Role::Steward];
/// The longest comment.
const MOST_WORDS: usize = 10_000;
/// Most changes that are shown of one submission's edit.
const MOST_CHANGES: i64 = 500;

/// Somebody who looked at a submission said what it is worth.
#[derive(Serialize)]
pub struct SubmissionReviewed {
    pub submission: String,
    pub form: String,
    pub from: ReviewState,
    pub to: ReviewState,
    /// It was given on another server, with all that followed from it there.
    pub is_brought: bool,
}

impl Event for SubmissionReviewed {
    const NAME: &'static str = "collect.submission-reviewed";
    fn subject(&self) -> String {
        format!("submission/{}", self.submission)
    }
}

impl SubmissionReviewed {
    /// Names the work that follows: rows come or go only with a rejection.
    pub fn tabulate(&self) -> Option<Tabulate> {
        let is_rejected = |state| state == ReviewState::Rejected;
        (is_rejected(self.from) != is_rejected(self.to)).then(|| Tabulate {
            form: self.form.clone(),
        })
    }
}

/// Somebody wrote a comment about a submission.
#[derive(Serialize)]
pub struct SubmissionCommented {
    pub submission: String,
    pub form: String,
}

impl Event for SubmissionCommented {
    const NAME: &'static str = "collect.submission-commented";
    fn subject(&self) -> String {
        format!("submission/{}", self.submission)
    }
}

/// A submission was thrown away; it can be put back.
#[derive(Serialize)]
pub struct SubmissionDeleted {
    pub submission: String,
    pub form: String,
}

impl Event for SubmissionDeleted {
    const NAME: &'static str = "collect.submission-deleted";
    fn subject(&self) -> String {
        format!("submission/{}", self.submission)
    }
}

/// A submission was put back from the trash.
#[derive(Serialize)]
pub struct SubmissionRestored {
    pub submission: String,
    pub form: String,
}

impl Event for SubmissionRestored {
    const NAME: &'static str = "collect.submission-restored";
    fn subject(&self) -> String {
        format!("submission/{}", self.submission)
    }
}

/// A file was taken away from a submission.
#[derive(Serialize)]
pub struct SubmissionFileRemoved {
    pub submission: String,
    pub form: String,
}

impl Event for SubmissionFileRemoved {
    const NAME: &'static str = "collect.submission-file-removed";
    fn subject(&self) -> String {
        format!("submission/{}", self.submission)
    }
}

/// Says what a submission is worth; an edit sets it back to edited.
///
/// # Errors
/// `not-allowed` for those who may only read it; `submission-unknown` when it was thrown away meanwhile.
pub async fn review(app: &App, op: &Op, form: &Form, of: &Submission, to: ReviewState) -> Result<()> {
    require(app, op, &REVIEWERS, form, of).await?;
    let mut tx = app.db.begin().await?;
    let from = store::reviews::find_state(&mut tx, &form.id, &of.root_id).await?;
    let from = from.ok_or_else(|| Problem::not_found("submission-unknown"))?;
    store::reviews::set_state(&mut tx, &form.id, &of.root_id, to, op.at).await?;
    let event = SubmissionReviewed {
        submission: of.id.clone(),
        form: form.id.clone(),
        from,
        to,
        is_brought: op.limits.is_brought,
    };
    if form.draft_of.is_none() {
        if event.tabulate().is_some() {
            store::reviews::tabulate_again(&mut tx, &form.id, &of.root_id).await?;
        }
        tx.emit(op, &event).await?;
    }
    tx.commit().await
}

/// Writes a comment about a submission, for everybody who may read it.
///
/// # Errors
/// `collect-comment-missing`, `text-long` on field `body`. Whoever may read a submission may say something about it.
pub async fn comment(app: &App, op: &Op, form: &Form, of: &Submission, body: &str) -> Result<Comment> {
    require(app, op, &READERS, form, of).await?;
    let body = body.trim();
    match body.chars().count() {
        0 => return Err(Problem::invalid("fields").field("body", "collect-comment-missing")),
        n if n > MOST_WORDS || body.contains('\0') => {
            return Err(Problem::invalid("fields").field("body", "text-long"));
        }
        _ => {}
    }
    let comment = Comment {
        body: body.to_owned(),
        at: op.at,
        by: op.person().map(|me| me.id.clone()),
    };
    let mut tx = app.db.begin().await?;
    store::reviews::insert_comment(&mut tx, &id::fresh(op.at), &form.id, &of.root_id, &comment).await?;
    tx.emit(
        op,
        &SubmissionCommented {
            submission: of.id.clone(),
            form: form.id.clone(),
        },
    )
    .await?;
    tx.commit().await?;
    Ok(comment)
}

/// Lists what was said about a submission that the caller read, the newest first.
///
/// # Errors
/// When the database fails.
pub async fn list_comments(app: &App, of: &Submission) -> Result<Vec<Comment>> {
    store::reviews::list_comments(app.db.read(), &of.form_id, &of.root_id).await
}

/// Lists the edits of a submission that the caller read, the newest first, the first of all last.
///
/// # Errors
/// When the database fails.
pub async fn list_edits(app: &App, of: &Submission) -> Result<Vec<Edit>> {
    store::reviews::list_edits(app.db.read(), &of.form_id, &of.root_id).await
}

/// Tells for each edit of a submission that the caller read, the newest first, what it changed; nothing for the first.
///
/// # Errors
/// When the database fails.
pub async fn list_differences(app: &App, of: &Submission) -> Result<Vec<(Edit, Vec<Change>)>> {
    let edits = list_edits(app, of).await?;
    let mut told = Vec::new();
    let mut newer: Option<(Edit, String)> = None;
    for edit in edits {
        let xml = store::submissions::find_xml(app.db.read(), &edit.id).await?;
        let xml = xml.unwrap_or_default();
        if let Some((newer, after)) = newer {
            let questionnaire = super::questionnaire(app, &newer.version_id).await?;
            let repeats = questionnaire
                .tables
                .iter()
                .filter(|table| table.name.is_some())
                .map(|table| table.path.clone())
                .collect();
            told.push((newer, changes(&xml, &after, &repeats).unwrap_or_default()));
        }
        newer = Some((edit, xml));
    }
    Ok(told)
}

/// Takes a file away from one edit of a submission.
///
/// # Errors
/// `not-allowed` for anybody but stewards and producers of its place; `file-gone`.
pub async fn remove_file(app: &App, op: &Op, form: &Form, of: &Submission, name: &str) -> Result<()> {
    require(app, op, &KEEPERS, form, of).await?;
    let mut tx = app.db.begin().await?;
    if !store::submissions::delete_file(&mut tx, &of.id, name).await? {
        return Err(Problem::not_found("file-gone"));
    }
    tx.emit(
        op,
        &SubmissionFileRemoved {
            submission: of.id.clone(),
            form: form.id.clone(),
        },
    )
    .await?;
    tx.commit().await
}

/// Lists what was done with a submission that the caller read, the newest first.
///
/// # Errors
/// When the database fails.
pub async fn list_changes(app: &App, of: &Submission) -> Result<Vec<audit::Entry>> {
    let mut changes = Vec::new();
    for edit in list_edits(app, of).await? {
        changes.extend(audit::list_about(app, &format!("submission/{}", edit.id), MOST_CHANGES).await?);
    }
    changes.sort_by(|a, b| b.id.cmp(&a.id));
    Ok(changes)
}

/// Throws a submission away with all its edits; a job takes its rows out of the tables.
///
/// # Errors
/// `not-allowed` for anybody but stewards and producers of its place; `submission-unknown` when it was thrown away meanwhile.
pub async fn throw_away(app: &App, op: &Op, form: &Form, of: &Submission) -> Result<()> {
    require(app, op, &KEEPERS, form, of).await?;
    let mut tx = app.db.begin().await?;
    if !store::trash::throw_submission(&mut tx, &form.id, &of.root_id, op.at).await? {
        return Err(Problem::not_found("submission-unknown"));
    }
    tx.emit(
        op,
        &SubmissionDeleted {
            submission: of.id.clone(),
            form: form.id.clone(),
        },
    )
    .await?;
    tx.commit().await
}

/// Puts a submission back from the trash by the id it was first filed under.
///
/// # Errors
/// `not-allowed`; `submission-unknown` when it is not in the trash.
pub async fn put_back(app: &App, op: &Op, form: &Form, instance_id: &str) -> Result<()> {
    op.require(&KEEPERS)?;
    let unknown = || Problem::not_found("submission-unknown");
    let found = store::trash::find_submission(app.db.read(), &form.id, instance_id).await?;
    let found = found.ok_or_else(unknown)?;
    require(app, op, &KEEPERS, form, &found).await?;
    let mut tx = app.db.begin().await?;
    if !store::trash::put_submission_back(&mut tx, &form.id, instance_id).await? {
        return Err(unknown());
    }
    tx.emit(
        op,
        &SubmissionRestored {
            submission: found.id,
            form: form.id.clone(),
        },
    )
    .await?;
    tx.commit().await
}

/// Lists the submissions of a form that are in the trash, as far as the caller may read them, the newest first.
///
/// # Errors
/// `not-allowed` for those who may read nothing of the form.
pub async fn list_trash(app: &App, op: &Op, form: &Form, most: usize) -> Result<Vec<Submission>> {
    let reach = reading::reach(app, op, form).await?;
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    store::trash::list_submissions(app.db.read(), &form.id, &reach, most).await
}

/// Tells whether the caller may say what a submission is worth.
///
/// # Errors
/// When the database fails.
pub async fn may_review(app: &App, op: &Op, form: &Form, of: &Submission) -> Result<bool> {
    may(app, op, &REVIEWERS, form, of).await
}

/// Tells whether the caller may throw a submission away.
///
/// # Errors
/// When the database fails.
pub async fn may_throw_away(app: &App, op: &Op, form: &Form, of: &Submission) -> Result<bool> {
    may(app, op, &KEEPERS, form, of).await
}

async fn may(app: &App, op: &Op, roles: &[Role], form: &Form, of: &Submission) -> Result<bool> {
    if form.draft_of.is_some() {
        return Ok(op.has(&KEEPERS));
    }
    let reaches = Reaches::of(app, op).await?;
    Ok(reaches.covers(roles, form.org.as_deref(), of.place.as_deref()))
}

async fn require(app: &App, op: &Op, roles: &[Role], form: &Form, of: &Submission) -> Result<()> {
    op.require(roles)?;
    match may(app, op, roles, form, of).await? {
        true => Ok(()),
        false => Err(Problem::forbidden("not-allowed")),
    }
}
