//! Collect: forms that are published, filled on phones and in browsers, filed, and turned into rows of tables.
//!
//! Faces: OpenRosa 1.0 for ODK Collect (<https://docs.getodk.org/openrosa/>), the ODK Central API
//! (<https://docs.getodk.org/central-api/>), and plain pages for browsers. All of them file through [`receive`].
//! What can be kept is kept: odd answers are flagged, what cannot be filed is put aside for an operator.
//!
//! Deliberately absent: encrypted forms; what of Central's API is not served stands in docs/central-api.md.

mod access;
mod central;
pub mod cli;
mod describe;
pub mod desk;
mod devices;
pub mod entities;
mod erase;
mod export;
pub mod households;
pub mod import;
mod jobs;
mod library;
mod links;
pub mod model;
mod openrosa;
mod publish;
mod reading;
mod reviews;
mod store;
mod tabulate;
mod trash;
mod trials;
pub mod web;

use axum::Router;
use bytes::Bytes;
use formats::openrosa::Envelope;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::platform::{
    app::App,
    db::Tx,
    events::Event,
    id,
    op::{Op, Role},
    problem::{Kind, Problem, Result},
};
use model::{
    Audience, Coverage, Filed, Form, FormState, NewFile, NewSubmission, Project, Remark, Round, Stray,
};

pub use access::may_fill;
pub use describe::{DescribedColumn, TableDescribed};
pub use devices::add_app_user;
pub use erase::{DraftsErased, EraseRows, Erased, SubmissionErased, erase_drafts, erase_submission};
pub use export::SubmissionsExported;
pub use jobs::{ForgetDrafts, RenewPlaces};
pub use library::{current, questionnaire};
pub use links::{LinkAdded, LinkWithdrawn, admit};
pub use publish::{Definition, give_file, publish, save_draft, take_file};
pub use reading::{list_app_users, list_strays, list_submissions, progress, submission};
pub use reviews::{
    REVIEWERS, SubmissionCommented, SubmissionDeleted, SubmissionFileRemoved, SubmissionRestored,
    SubmissionReviewed, comment, put_back, review, throw_away,
};
pub use tabulate::Tabulate;
pub use trash::{
    FormDeleted, FormRestored, ProjectDeleted, list_trashed_forms, put_form_back, throw_form_away,
    throw_project_away,
};
pub use trials::{DraftDeleted, TrialFiled, delete_draft};

/// Who files what they are told or see.
const FILERS: [Role; 5] = [
    Role::Enumerator,
    Role::Facilitator,
    Role::Officer,
    Role::Producer,
    Role::Steward,
];
/// Who reads what was filed.
pub const READERS: [Role; 4] = [Role::Officer, Role::Producer, Role::Steward, Role::Auditor];
/// Who publishes forms and gives devices to enumerators.
const KEEPERS: [Role; 2] = [Role::Producer, Role::Steward];

/// Pages for browsers and the desk.
pub fn routes() -> Router<App> {
    web::routes()
        .merge(desk::routes())
        .merge(entities::desk::routes())
        .merge(households::desk::routes())
        .merge(households::entry::routes())
}

/// What ODK Collect speaks with.
pub fn openrosa_routes() -> Router<App> {
    openrosa::routes().merge(central::openrosa_routes())
}

/// What pyodk and its kin speak with.
pub fn central_routes() -> Router<App> {
    central::routes()
}

/// A project was added.
#[derive(Serialize)]
pub struct ProjectAdded {
    pub project: i64,
}

impl Event for ProjectAdded {
    const NAME: &'static str = "collect.project-added";
    fn subject(&self) -> String {
        format!("project/{}", self.project)
    }
}

/// A project was given another name, description or place in lists.
#[derive(Serialize)]
pub struct ProjectChanged {
    pub project: i64,
}

impl Event for ProjectChanged {
    const NAME: &'static str = "collect.project-changed";
    fn subject(&self) -> String {
        format!("project/{}", self.project)
    }
}

/// A version of a form was published.
#[derive(Serialize)]
pub struct FormPublished {
    pub form: String,
    pub version: String,
}

impl Event for FormPublished {
    const NAME: &'static str = "collect.form-published";
    fn subject(&self) -> String {
        format!("form/{}", self.form)
    }
}

/// Who may fill a form, or whether it takes submissions, was changed.
#[derive(Serialize)]
pub struct FormChanged {
    pub form: String,
    pub audience: &'static str,
    pub state: &'static str,
}

impl Event for FormChanged {
    const NAME: &'static str = "collect.form-changed";
    fn subject(&self) -> String {
        format!("form/{}", self.form)
    }
}

/// A device was given to enumerators of a project.
#[derive(Serialize)]
pub struct AppUserAdded {
    pub app_user: i64,
    pub user: String,
}

impl Event for AppUserAdded {
    const NAME: &'static str = "collect.app-user-added";
    fn subject(&self) -> String {
        format!("app-user/{}", self.app_user)
    }
}

/// A submission, or a correction of one, was filed.
#[derive(Serialize)]
pub struct SubmissionFiled {
    pub submission: String,
    pub form: String,
    pub filed: Filed,
}

impl Event for SubmissionFiled {
    const NAME: &'static str = "collect.submission-filed";
    fn subject(&self) -> String {
        format!("submission/{}", self.submission)
    }
}

/// Files came for a submission, or another instance under its id.
#[derive(Serialize)]
pub struct SubmissionAdded {
    pub submission: String,
    pub filed: Filed,
}

impl Event for SubmissionAdded {
    const NAME: &'static str = "collect.submission-added-to";
    fn subject(&self) -> String {
        format!("submission/{}", self.submission)
    }
}

/// Something came that could not be filed; it waits for an operator.
#[derive(Serialize)]
pub struct DeliveryStrayed {
    pub stray: String,
    pub reason: String,
}

impl Event for DeliveryStrayed {
    const NAME: &'static str = "collect.delivery-strayed";
    fn subject(&self) -> String {
        format!("stray/{}", self.stray)
    }
}

/// Answers that were begun in the browser and never sent, or sent long ago, were let go of.
#[derive(Serialize)]
pub struct DraftsForgotten {
    pub n: u64,
}

impl Event for DraftsForgotten {
    const NAME: &'static str = "collect.drafts-forgotten";
    fn subject(&self) -> String {
        "drafts".into()
    }
}

/// Rows of a form's table changed.
#[derive(Serialize)]
pub struct TableChanged {
    pub table: String,
    pub version: u64,
    /// The organisation of the form's project.
    pub org: Option<String>,
}

impl Event for TableChanged {
    const NAME: &'static str = "collect.table-changed";
    fn subject(&self) -> String {
        format!("table/{}", self.table)
    }
}

/// Adds a project, or finds the one of the same name.
///
/// A new project belongs to the organisation named, else to the one within which the caller holds every role that lets them add it.
///
/// # Errors
/// `not-allowed` for anybody but stewards and producers.
pub async fn save_project(app: &App, op: &Op, name: &str, org: Option<&str>) -> Result<Project> {
    op.require(&KEEPERS)?;
    let (name, slug) = (name.trim(), model::slug_of(name));
    if name.is_empty() {
        return Err(Problem::invalid("fields").field("name", "name-missing"));
    }
    if let Some(known) = store::find_project_by_slug(app.db.read(), &slug).await? {
        return Ok(known);
    }
    add_project(app, op, name, org).await
}

/// Adds a project, whatever others are called.
///
/// # Errors
/// `not-allowed` for anybody but stewards and producers; `name-missing` on field `name`.
pub async fn add_project(app: &App, op: &Op, name: &str, org: Option<&str>) -> Result<Project> {
    op.require(&KEEPERS)?;
    let name = name.trim();
    if name.is_empty() {
        return Err(Problem::invalid("fields").field("name", "name-missing"));
    }
    let wanted = model::slug_of(name);
    let mut slug = wanted.clone();
    let mut n = 1;
    while store::is_project_slug_taken(app.db.read(), &slug).await? {
        n += 1;
        slug = format!("{wanted}_{n}");
    }
    let mut tx = app.db.begin().await?;
    let added = store::insert_project(&mut tx, &slug, name, org.or(organisation_of(op)), op.at).await?;
    if let Some(project) = added {
        tx.emit(op, &ProjectAdded { project }).await?;
    }
    tx.commit().await?;
    store::find_project_by_slug(app.db.read(), &slug)
        .await?
        .ok_or_else(|| Problem::not_found("project-unknown"))
}

/// Gives a project another name, description or place in lists; what is `None` stays.
///
/// # Errors
/// `not-allowed` for anybody but stewards and producers; `name-missing` on field `name`.
pub async fn change_project(
    app: &App,
    op: &Op,
    project: &Project,
    name: Option<&str>,
    description: Option<Option<&str>>,
    is_archived: Option<bool>,
) -> Result<Project> {
    op.require(&KEEPERS)?;
    let name = name.map(str::trim);
    if name == Some("") {
        return Err(Problem::invalid("fields").field("name", "name-missing"));
    }
    let change = store::ProjectChange {
        name,
        description,
        is_archived,
    };
    let mut tx = app.db.begin().await?;
    store::update_project(&mut tx, project.id, &change, op.at).await?;
    tx.emit(op, &ProjectChanged { project: project.id }).await?;
    tx.commit().await?;
    self::project(app, project.id).await
}

/// The organisation within which somebody holds every role that makes them a keeper of forms; `None` when there is no single one.
fn organisation_of(op: &Op) -> Option<&str> {
    let mut keeping = op
        .person()?
        .grants
        .iter()
        .filter(|grant| grant.role == Role::Admin || KEEPERS.contains(&grant.role))
        .map(|grant| grant.org.as_deref());
    let first = keeping.next()??;
    keeping.all(|org| org == Some(first)).then_some(first)
}

/// Finds a project by its number.
///
/// # Errors
/// `project-unknown`.
pub async fn project(app: &App, id: i64) -> Result<Project> {
    store::find_project(app.db.read(), id)
        .await?
        .ok_or_else(|| Problem::not_found("project-unknown"))
}

/// Lists projects.
///
/// # Errors
/// When the database fails.
pub async fn list_projects(app: &App) -> Result<Vec<Project>> {
    store::list_projects(app.db.read()).await
}

/// Finds a form of a project by its XForm id.
///
/// # Errors
/// `form-unknown`.
pub async fn form(app: &App, project: i64, xml_form_id: &str) -> Result<Form> {
    let found = store::find_form(app.db.read(), project, xml_form_id).await?;
    found.ok_or_else(|| Problem::not_found("form-unknown").with("form", xml_form_id))
}

/// Lists the forms of a project, or of all.
///
/// # Errors
/// When the database fails.
pub async fn list_forms(app: &App, project: Option<i64>) -> Result<Vec<Form>> {
    store::list_forms(app.db.read(), project).await
}

/// Says who may fill a form and whether it takes submissions.
///
/// # Errors
/// `not-allowed` for anybody but stewards and producers.
pub async fn change_form(
    app: &App,
    op: &Op,
    form: &Form,
    audience: Audience,
    state: FormState,
) -> Result<()> {
    op.require(&KEEPERS)?;
    let mut tx = app.db.begin().await?;
    store::set_audience(&mut tx, &form.id, audience, state, op.at).await?;
    tx.emit(
        op,
        &FormChanged {
            form: form.id.clone(),
            audience: audience.as_str(),
            state: state.as_str(),
        },
    )
    .await?;
    tx.commit().await?;
    library::forget(app);
    Ok(())
}

/// What came to be filed, before anybody looked into it.
#[derive(Debug, Default)]
pub struct Delivery {
    pub project: i64,
    /// The form the address names; `None` where only the XML says.
    pub form: Option<String>,
    pub xml: Bytes,
    pub device_id: Option<String>,
    /// The program that sent it, as it says.
    pub user_agent: Option<String>,
    /// Files that came along, already in the blobs.
    pub files: Vec<NewFile>,
}

/// What became of a delivery, and under which id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    pub filed: Filed,
    pub form: String,
    pub instance_id: String,
}

/// Takes a delivery in: reads, checks, files and commits it. The front door of every face.
///
/// # Errors
/// `form-unknown`, `form-version-unknown`, `form-closed` or `submission-malformed`; then the bytes are kept for an operator.
/// `not-allowed` and `sign-in-needed` keep nothing.
pub async fn receive(app: &App, op: &Op, delivery: Delivery) -> Result<Receipt> {
    match read(app, op, &delivery).await {
        Ok(new) => {
            let mut tx = app.db.begin().await?;
            links::use_pass(&mut tx, op, &new.envelope.instance_id).await?;
            let filed = file(&mut tx, op, &new).await?;
            tx.commit().await?;
            Ok(Receipt {
                filed,
                form: new.questionnaire.form.id.clone(),
                instance_id: new.envelope.instance_id,
            })
        }
        Err(problem) if matches!(problem.kind(), Kind::Invalid | Kind::NotFound | Kind::Conflict) => {
            put_aside(app, op, &delivery, &problem).await?;
            Err(problem)
        }
        Err(problem) => Err(problem),
    }
}

async fn read(app: &App, op: &Op, delivery: &Delivery) -> Result<NewSubmission> {
    // Who may not file to forms of the staff learns nothing about what is malformed, and fills no disk.
    let told = |problem: Problem| match op.require(&FILERS) {
        Err(refused) if op.limits.pass.is_none() => refused,
        _ => problem,
    };
    let (envelope, xml) = parse(delivery).map_err(told)?;
    if delivery
        .form
        .as_ref()
        .is_some_and(|form| *form != envelope.form_id)
    {
        return Err(told(malformed("it is of another form than the address says")));
    }
    let questionnaire = library::addressed(app, op, delivery.project, &envelope).await?;
    let questionnaire = entities::choices::with_those_named(app, questionnaire, xml).await?;
    let offset = app.config.zoned(op.at).offset().seconds() / 60;
    let mut new = NewSubmission::read(questionnaire, envelope, xml.to_owned(), op.at, offset)?;
    if let Some(place) = &new.place
        && library::is_outside(app, op, place).await?
    {
        new.flags.push(Remark {
            kind: "outside-area".into(),
            path: String::new(),
            message: place.clone(),
        });
    }
    new.device_id.clone_from(&delivery.device_id);
    new.user_agent.clone_from(&delivery.user_agent);
    new.files.clone_from(&delivery.files);
    Ok(new)
}

/// Reads what a delivery says about itself, and its answers as text.
fn parse(delivery: &Delivery) -> Result<(Envelope, &str)> {
    let text = delivery
        .xml
        .strip_prefix(b"\xef\xbb\xbf")
        .unwrap_or(&delivery.xml);
    let xml = std::str::from_utf8(text).map_err(|_| malformed("it is not UTF-8 text"))?;
    if xml.contains('\0') {
        return Err(malformed("it contains a NUL character"));
    }
    let envelope = Envelope::read(xml).map_err(|error| model::envelope_problem(&error))?;
    Ok((envelope, xml))
}

fn malformed(detail: &str) -> Problem {
    Problem::invalid("submission-malformed").with("detail", detail)
}

/// Files a submission in a transaction: new, the same again, more files, an edit, or in conflict with the first.
///
/// # Errors
/// When the database fails; nothing a phone sends is refused here.
pub async fn file(tx: &mut Tx, op: &Op, new: &NewSubmission) -> Result<Filed> {
    let (filed, submission) = put(tx, op, new).await?;
    match filed {
        Filed::Same => {}
        Filed::New | Filed::Edited => {
            let form = new.questionnaire.form.id.clone();
            if new.questionnaire.xform.entities.is_some() && !op.limits.is_brought {
                let project = new.questionnaire.form.project_id;
                entities::follow::filed(tx, op, project, &submission).await?;
            }
            tx.emit(
                op,
                &SubmissionFiled {
                    submission,
                    form,
                    filed,
                },
            )
            .await?;
        }
        Filed::MoreFiles | Filed::Conflict => {
            tx.emit(op, &SubmissionAdded { submission, filed }).await?;
        }
    }
    Ok(filed)
}

/// Puts a submission where it belongs and tells nobody; returns what became of it, and the id of its row.
async fn put(tx: &mut Tx, op: &Op, new: &NewSubmission) -> Result<(Filed, String)> {
    let (form, by) = (&new.questionnaire.form.id, access::filer(op));
    let instance_id = &new.envelope.instance_id;
    let submission = id::fresh(op.at);
    let corrects = new
        .envelope
        .deprecated_id
        .as_ref()
        .filter(|corrected| *corrected != instance_id);
    let root = match corrects {
        // A correction may overtake what it corrects; then it waits under the id it names.
        Some(corrected) => store::submissions::find_root(tx, form, corrected)
            .await?
            .unwrap_or_else(|| corrected.clone()),
        None => instance_id.clone(),
    };
    let filing = store::submissions::Filing {
        id: &submission,
        at: op.at,
        by,
        root_id: &root,
    };
    let Some(is_newest) = store::submissions::insert_submission(tx, new, &filing).await? else {
        return put_again(tx, op, new, by).await;
    };
    let filed = if corrects.is_some() {
        store::submissions::take_over(tx, form, &root, &submission, instance_id, op.at).await?;
        Filed::Edited
    } else {
        if !is_newest {
            store::submissions::remember_first(tx, form, &root).await?;
        }
        Filed::New
    };
    for each in &new.files {
        store::submissions::insert_file(tx, &submission, each, op.at).await?;
    }
    if let Some(corrected) = corrects {
        store::submissions::carry_files(tx, form, corrected, &submission, &new.named_files).await?;
    }
    Ok((filed, submission))
}

/// What came under an id that is taken: the same again, with more files, or something else.
async fn put_again(tx: &mut Tx, op: &Op, new: &NewSubmission, by: Option<&str>) -> Result<(Filed, String)> {
    let form = &new.questionnaire.form.id;
    let found = store::submissions::find_filed(tx, form, &new.envelope.instance_id).await?;
    let (submission, sha256) =
        found.ok_or_else(|| Problem::internal(anyhow::anyhow!("a taken instance id is not there")))?;
    let mut filed = Filed::Same;
    for each in &new.files {
        if store::submissions::insert_file(tx, &submission, each, op.at).await? {
            filed = Filed::MoreFiles;
        }
    }
    if sha256 != new.sha256 && store::submissions::insert_conflict(tx, &submission, new, op.at, by).await? {
        filed = Filed::Conflict;
    }
    Ok((filed, submission))
}

/// Adds a file to a submission that was filed before.
///
/// # Errors
/// When the database fails.
async fn add_file(app: &App, op: &Op, submission: &str, file: &NewFile) -> Result<()> {
    let mut tx = app.db.begin().await?;
    if store::submissions::insert_file(&mut tx, submission, file, op.at).await? {
        tx.emit(
            op,
            &SubmissionAdded {
                submission: submission.to_owned(),
                filed: Filed::MoreFiles,
            },
        )
        .await?;
    }
    tx.commit().await
}

/// Keeps what could not be filed, with the reason, for an operator.
async fn put_aside(app: &App, op: &Op, delivery: &Delivery, problem: &Problem) -> Result<()> {
    let blob = app.blobs.put(delivery.xml.clone()).await?;
    let files = serde_json::to_string(&delivery.files).map_err(Problem::internal)?;
    let fingerprint = hex::encode(Sha256::digest(format!(
        "{}\n{}\n{files}",
        delivery.project, blob.id
    )));
    let stray = Stray {
        id: id::fresh(op.at),
        project_id: delivery.project,
        reason: problem.code().to_owned(),
        detail: problem.sentence(crate::platform::i18n::Lang::default()),
        form_said: std::str::from_utf8(&delivery.xml)
            .ok()
            .and_then(|xml| Envelope::read(xml).ok())
            .map(|envelope| envelope.form_id),
        blob: blob.id,
        size_bytes: i64::try_from(blob.size_bytes).unwrap_or(i64::MAX),
        files: delivery.files.clone(),
        received_at: op.at,
        received_by: access::filer(op).map(str::to_owned),
    };
    let mut tx = app.db.begin().await?;
    if store::submissions::insert_stray(&mut tx, &stray, &fingerprint).await? {
        tx.emit(
            op,
            &DeliveryStrayed {
                stray: stray.id,
                reason: stray.reason,
            },
        )
        .await?;
    }
    tx.commit().await
}

/// Lists the rounds in which a form was filled, the newest first.
///
/// # Errors
/// When the database fails.
pub async fn list_rounds(app: &App, form: &Form) -> Result<Vec<Round>> {
    Ok(model::rounds(
        &store::submissions::list_days(app.db.read(), &form.id).await?,
    ))
}

/// Counts what was filed about each place in a round; it tells nobody's name, so that everybody may see how far a count has come.
///
/// # Errors
/// When the database fails.
pub async fn coverage(app: &App, form: &Form, round: Round) -> Result<Vec<Coverage>> {
    store::submissions::coverage(app.db.read(), &form.id, round.from, round.before).await
}

/// Puts all rows of a form into its tables again, as after a change of how rows are made.
///
/// # Errors
/// `not-allowed` for anybody but stewards and producers.
pub async fn tabulate_again(app: &App, op: &Op, form: &Form) -> Result<()> {
    op.require(&KEEPERS)?;
    let mut tx = app.db.begin().await?;
    store::submissions::unmark_all(&mut tx, &form.id).await?;
    tx.enqueue(
        op,
        &Tabulate {
            form: form.id.clone(),
        },
    )
    .await?;
    tx.commit().await
}
