//! From producer to steward to approver: nothing that an organisation has looked at first is read by everybody before that.
//!
//! A dataset that is to be opened, and each new file for a table of an open dataset, goes draft → submitted → checked → approved →
//! published. Three people: whoever had a hand in it neither checks nor approves it, and who checked it does not approve it. The new
//! file is read into a table beside, so that nothing of it can be asked for, and the published one goes on being served; when it is
//! published it is read once more, into its table.
//!
//! What the entry of a published dataset says is changed at once, and stands in the audit.

pub mod checks;
pub mod model;
pub mod standing;
pub mod tombstone;

use std::time::Duration;

use serde::{Deserialize, Serialize};
use tables::Ingested;
use tokio_util::sync::CancellationToken;

use super::{
    DatasetSaved,
    model::{CONFIDANTS, WRITERS},
    store::{
        DatasetRow, FileRow,
        workflow::{self as rows, PublicationRow, StageColumns},
    },
    view::BadRowView,
};
use crate::{
    accounts::Reaches,
    places,
    platform::{
        app::App,
        db::Tx,
        events::Event,
        jobs::Job,
        op::{Op, Role},
        problem::{Problem, Result},
        time::Time,
    },
};
use model::{Act, Actor, Case, Hand, Refusal, Review, Stage};

/// Roles that approve; a steward of all above the dataset's place, whatever its organisation, does too.
pub const APPROVERS: [Role; 1] = [Role::Leader];
/// Roles that take part in the way of data to everybody.
pub const TAKING_PART: [Role; 3] = [Role::Producer, Role::Steward, Role::Leader];

/// Something took a step on its way to everybody.
#[derive(Serialize)]
pub struct PublicationMoved {
    pub publication: String,
    pub dataset: String,
    pub act: &'static str,
    pub stage: &'static str,
}

impl Event for PublicationMoved {
    const NAME: &'static str = "catalog.publication-moved";
    fn subject(&self) -> String {
        format!("dataset/{}", self.dataset)
    }
}

/// A file for a table of an open dataset may be read by everybody now.
#[derive(Serialize)]
pub struct FilePublished {
    pub resource: String,
    pub file: String,
}

impl Event for FilePublished {
    const NAME: &'static str = "catalog.file-published";
    fn subject(&self) -> String {
        format!("resource/{}", self.resource)
    }
}

/// Somebody said who looks at what an organisation publishes; an empty one stands for all without a rule of their own.
#[derive(Serialize)]
pub struct ReviewRuleSet {
    pub organisation: String,
    /// Empty when the rule was taken away.
    pub review: &'static str,
}

impl Event for ReviewRuleSet {
    const NAME: &'static str = "catalog.review-rule-set";
    fn subject(&self) -> String {
        format!("organisation/{}", self.organisation)
    }
}

/// Publishes what is approved and whose hour has come. Running it twice publishes nothing twice.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct PublishDue {}

impl Job for PublishDue {
    const NAME: &'static str = "catalog.publish-due";

    fn key(&self) -> Option<String> {
        Some(String::new())
    }

    async fn run(self, app: &App) -> anyhow::Result<()> {
        let op = Op::system(app.clock.now());
        for id in rows::list_due(app.db.read(), op.at).await? {
            let mut tx = app.db.begin().await?;
            let Some(row) = rows::find(&mut tx, &id).await? else {
                continue;
            };
            // It may have been given back, or published, since it was listed.
            if row.stage == "approved" && row.publish_at.is_some_and(|at| at <= op.at.0) {
                publish(&mut tx, &op, &row, row.revision).await?;
                tx.commit().await?;
            }
        }
        Ok(())
    }
}

/// How often the worker looks whether the hour of something has come.
const EVERY: Duration = Duration::from_secs(20);

/// Looks whether the hour of something has come, again and again, until `stop` is cancelled.
pub async fn keep_time(app: &App, stop: &CancellationToken) {
    while !stop.is_cancelled() {
        if let Err(problem) = look(app).await {
            tracing::error!(error = %problem, "publications could not be asked for");
        }
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            () = stop.cancelled() => {}
        }
    }
}

/// Has what is due published now, unless nothing is.
///
/// # Errors
/// When the database fails.
pub async fn look(app: &App) -> Result<()> {
    let now = app.clock.now();
    if rows::list_due(app.db.read(), now).await?.is_empty() {
        return Ok(());
    }
    let mut tx = app.db.begin().await?;
    tx.enqueue(&Op::system(now), &PublishDue {}).await?;
    tx.commit().await
}

/// Who looks at what an organisation, or none, publishes.
///
/// # Errors
/// When the database fails.
pub async fn review_of(app: &App, organisation: Option<&str>) -> Result<Review> {
    Ok(Rules::read(app).await?.of(app, organisation))
}

/// The rules of all organisations, read at once.
struct Rules(Vec<(String, String)>);

impl Rules {
    async fn read(app: &App) -> Result<Rules> {
        rows::list_rules(app.db.read()).await.map(Rules)
    }

    /// The rule of an organisation, or else the portal's, or else the setting.
    fn of(&self, app: &App, organisation: Option<&str>) -> Review {
        let rule = |code: &str| {
            let found = self.0.iter().find(|(organisation, _)| organisation == code);
            found.and_then(|(_, word)| Review::read(word))
        };
        organisation
            .and_then(rule)
            .or_else(|| rule(""))
            .or_else(|| Review::read(&app.config.review))
            .unwrap_or(Review::Approver)
    }
}

/// Sets the rule of an organisation, or with an empty code that of all others; `None` takes it away.
///
/// # Errors
/// `not-allowed` for anybody but an administrator.
pub async fn set_rule(tx: &mut Tx, op: &Op, organisation: &str, review: Option<Review>) -> Result<()> {
    op.require(&[Role::Admin])?;
    match review {
        Some(review) => rows::put_rule(tx, organisation, review.as_str(), op.at).await?,
        None => rows::delete_rule(tx, organisation).await?,
    }
    let event = ReviewRuleSet {
        organisation: organisation.to_owned(),
        review: review.map_or("", Review::as_str),
    };
    tx.emit(op, &event).await
}

/// How a dataset is to be opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opening {
    /// Nobody wants it open, or it is, or nobody has to look at it: it is as it is wanted.
    AsWanted,
    /// Somebody wants it open, and somebody else has to look at it first.
    Reviewed,
}

/// Decides whether a dataset can be opened at once.
///
/// # Errors
/// When the database fails.
pub async fn opening(
    app: &App,
    organisation: Option<&str>,
    was_open: bool,
    is_wanted: bool,
) -> Result<Opening> {
    let is_reviewed = is_wanted && !was_open && review_of(app, organisation).await? != Review::None;
    Ok(if is_reviewed {
        Opening::Reviewed
    } else {
        Opening::AsWanted
    })
}

/// How far a wish to open a dataset goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    /// Its producer hands it in when it is ready.
    Draft,
    /// It is handed in with the wish, as programs do that know no other step.
    HandIn,
}

/// Notes that somebody wants a closed dataset open; what is on its way already stays there.
///
/// # Errors
/// When the database fails.
pub async fn wish_open(tx: &mut Tx, op: &Op, slug: &str, wish: Wish) -> Result<()> {
    let Some((dataset_id, _)) = rows::find_dataset(tx, slug).await? else {
        return Ok(());
    };
    let known = rows::list_open_of(tx, &dataset_id).await?;
    let row = match known.into_iter().find(|row| row.resource_id.is_none()) {
        Some(row) => row,
        None => {
            let id = rows::insert(tx, &dataset_id, None, None, op.at).await?;
            // Whoever sent its files before had a hand in it, too.
            for sender in rows::list_senders(tx, slug).await? {
                rows::insert_step(tx, Some(&id), &dataset_id, (&sender, op.at), "sent", "").await?;
            }
            step(tx, op, Some(&id), &dataset_id, "entered", "").await?;
            rows::find(tx, &id)
                .await?
                .ok_or_else(|| Problem::not_found("publication-unknown"))?
        }
    };
    if wish == Wish::HandIn && row.stage == "draft" {
        let stage = Stage::Submitted {
            by: Hand {
                who: who(op).to_owned(),
                at: op.at,
            },
        };
        step(tx, op, Some(&row.id), &dataset_id, "submitted", "").await?;
        put(tx, &row, row.revision, &stage).await?;
        moved(tx, op, &row, "submitted", &stage).await?;
    }
    Ok(())
}

/// Notes that somebody changed a dataset that is on its way: what was looked at before is looked at again.
///
/// # Errors
/// When the database fails.
pub async fn note_change(tx: &mut Tx, op: &Op, slug: &str) -> Result<()> {
    note_work(tx, op, slug, "changed").await
}

async fn note_work(tx: &mut Tx, op: &Op, slug: &str, act: &'static str) -> Result<()> {
    let Some((dataset_id, _)) = rows::find_dataset(tx, slug).await? else {
        return Ok(());
    };
    for row in rows::list_open_of(tx, &dataset_id).await? {
        if row.resource_id.is_some() {
            continue;
        }
        step(tx, op, Some(&row.id), &dataset_id, act, "").await?;
        let case = case_of(tx, &row).await?;
        put(tx, &row, row.revision, &case.after_change(op.at)).await?;
    }
    Ok(())
}

/// Notes that a dataset was opened at once: what was on its way with it is at its end.
///
/// # Errors
/// When the database fails.
pub async fn note_opened(tx: &mut Tx, op: &Op, slug: &str) -> Result<()> {
    let Some((dataset_id, _)) = rows::find_dataset(tx, slug).await? else {
        return Ok(());
    };
    for row in rows::list_open_of(tx, &dataset_id).await? {
        put(tx, &row, row.revision, &Stage::Ended { at: op.at }).await?;
    }
    step(tx, op, None, &dataset_id, "published", "").await
}

/// Notes that a dataset was closed; it is published no more, and nothing of it is on its way.
///
/// # Errors
/// When the database fails.
pub async fn note_closed(tx: &mut Tx, op: &Op, slug: &str, why: &str) -> Result<()> {
    let Some((dataset_id, _)) = rows::find_dataset(tx, slug).await? else {
        return Ok(());
    };
    step(tx, op, None, &dataset_id, "unpublished", why).await
}

/// Takes a file that came into account: of an open dataset that is reviewed it waits, of one on its way it is looked at again.
///
/// # Errors
/// When the database fails.
pub async fn note_file(
    tx: &mut Tx,
    op: &Op,
    review: Review,
    dataset: &str,
    (resource, file): (&str, &str),
) -> Result<()> {
    let Some((dataset_id, is_open)) = rows::find_dataset(tx, dataset).await? else {
        return Ok(());
    };
    if is_open == 0 {
        return note_work(tx, op, dataset, "sent").await;
    }
    if review == Review::None {
        return Ok(());
    }
    let known = rows::list_open_of(tx, &dataset_id).await?;
    let known = known
        .into_iter()
        .find(|row| row.resource_id.as_deref() == Some(resource));
    let id = match known {
        Some(row) => {
            if let Some(before) = row.file_id.as_deref() {
                rows::put_file_state(tx, before, "dropped").await?;
            }
            put(tx, &row, row.revision, &Stage::Draft).await?;
            rows::put_file(tx, &row.id, file).await?;
            row.id
        }
        None => rows::insert(tx, &dataset_id, Some(resource), Some(file), op.at).await?,
    };
    step(tx, op, Some(&id), &dataset_id, "sent", "").await
}

/// What is to be done with a file that waits to be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reading {
    /// Into its table: everybody may read it who may read the dataset.
    ForReaders,
    /// Into a table beside, for those who decide; the publication's id.
    Beside(String),
    /// Not at all: something newer came.
    Dropped,
}

/// Decides into which table a file is read.
///
/// # Errors
/// When the database fails.
pub async fn reading_of(app: &App, file: &str) -> Result<Reading> {
    let found = rows::stage_of_file(app.db.read(), file).await?;
    Ok(match found.as_ref().map(|(id, stage)| (id, stage.as_str())) {
        None | Some((_, "published")) => Reading::ForReaders,
        Some((_, "ended")) => Reading::Dropped,
        Some((id, _)) => Reading::Beside(id.clone()),
    })
}

/// Whether a file for a table waits to be published.
///
/// # Errors
/// When the database fails.
pub async fn is_held(app: &App, resource: &str) -> Result<bool> {
    rows::is_waited_for(app.db.read(), resource).await
}

/// The table beside a table, that holds the file which waits.
#[must_use]
pub fn beside(table: &str) -> String {
    format!("waiting/{table}")
}

/// Notes that a file was read into the table beside, and hands it in for whoever sent it.
///
/// # Errors
/// When the database fails.
pub async fn hold(
    app: &App,
    tx: &mut Tx,
    op: &Op,
    publication: &str,
    file: &FileRow,
    ingested: &Ingested,
) -> Result<()> {
    let bad_rows: Vec<BadRowView> = ingested
        .bad_rows
        .first
        .iter()
        .map(|row| BadRowView {
            line: row.line,
            reason: row.reason.clone(),
            text: row.text.clone(),
        })
        .collect();
    let bad_rows = serde_json::to_string(&bad_rows).map_err(Problem::internal)?;
    let count = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    rows::note_held(
        tx,
        &file.id,
        count(ingested.n_rows),
        count(ingested.bad_rows.n),
        &bad_rows,
    )
    .await?;
    let Some(row) = rows::find(tx, publication).await? else {
        return Ok(());
    };
    if row.file_id.as_deref() != Some(file.id.as_str()) || row.stage != "draft" {
        return Ok(());
    }
    let case = case_of(tx, &row).await?;
    let sender = rows::find_sender(tx, &row.id)
        .await?
        .unwrap_or_else(|| "system".to_owned());
    let actor = Actor {
        id: Some(&sender),
        may_write: true,
        may_check: false,
        may_approve: false,
    };
    let review = review_of(app, row.organisation.as_deref()).await?;
    let stage = case.after(review, actor, Act::Submit, op.at).map_err(spoken)?;
    rows::insert_step(
        tx,
        Some(&row.id),
        &row.dataset_id,
        (&sender, op.at),
        "submitted",
        "",
    )
    .await?;
    settle(tx, op, &row, "submitted", stage).await
}

/// Something on its way, with what the caller may do with it.
#[derive(Debug, Clone)]
pub struct Waiting {
    pub row: PublicationRow,
    pub stage: Stage,
    pub producers: Vec<String>,
    pub review: Review,
    pub may: May,
}

/// What somebody may do with something on its way, now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct May {
    pub submit: bool,
    pub take_back: bool,
    pub check: bool,
    pub give_back: bool,
    pub approve: bool,
}

impl May {
    /// Whether it waits for the caller: to be handed in, checked or approved.
    #[must_use]
    pub fn is_next(self) -> bool {
        self.submit || self.check || self.approve
    }
}

/// Lists what is on its way and concerns the caller, the longest waiting first.
///
/// # Errors
/// When the database fails.
pub async fn list_waiting(app: &App, op: &Op) -> Result<Vec<Waiting>> {
    let reaches = Reaches::of(app, op).await?;
    let hands = rows::list_hands(app.db.read()).await?;
    let rules = Rules::read(app).await?;
    let mut all = Vec::new();
    for row in rows::list_open(app.db.read()).await? {
        let producers: Vec<String> = hands
            .iter()
            .filter(|(id, _)| *id == row.id)
            .map(|(_, who)| who.clone())
            .collect();
        let roles = roles_of(
            app,
            op,
            &reaches,
            row.organisation.as_deref(),
            row.place_code.as_deref(),
        )
        .await?;
        if !(roles.may_write || roles.may_check || roles.may_approve) {
            continue;
        }
        let review = rules.of(app, row.organisation.as_deref());
        let case = Case {
            stage: stage_of(&row),
            producers,
        };
        let can = |act: Act| case.after(review, roles, act, op.at).is_ok();
        let may = May {
            submit: can(Act::Submit),
            take_back: can(Act::TakeBack),
            check: can(Act::Check { publish_at: op.at }),
            give_back: can(Act::Return),
            approve: can(Act::Approve { publish_at: op.at }),
        };
        all.push(Waiting {
            row,
            stage: case.stage,
            producers: case.producers,
            review,
            may,
        });
    }
    Ok(all)
}

/// How much waits for the caller.
///
/// # Errors
/// When the database fails.
pub async fn count_next(app: &App, op: &Op) -> Result<usize> {
    if !op.has(&TAKING_PART) {
        return Ok(0);
    }
    let all = list_waiting(app, op).await?;
    Ok(all.iter().filter(|known| known.may.is_next()).count())
}

/// A step that somebody takes, as a form says it.
#[derive(Debug, Clone)]
pub struct Step<'a> {
    pub publication: &'a str,
    /// As it was when they looked at it.
    pub revision: i64,
    pub act: Act,
    pub note: &'a str,
}

/// Takes a step.
///
/// # Errors
/// `publication-unknown`; `publication-changed-meanwhile` when something changed since; `why-missing` on field `note` when something is
/// given back without a word; `own-work`, `own-check`, `step-not-now`; `publish-at-past` on field `publish_at`; `not-allowed`.
pub async fn act(app: &App, tx: &mut Tx, op: &Op, taken: Step<'_>) -> Result<()> {
    let row = rows::find(tx, taken.publication)
        .await?
        .ok_or_else(|| Problem::not_found("publication-unknown"))?;
    let reaches = Reaches::of(app, op).await?;
    let roles = roles_of(
        app,
        op,
        &reaches,
        row.organisation.as_deref(),
        row.place_code.as_deref(),
    )
    .await?;
    if !(roles.may_write || roles.may_check || roles.may_approve) {
        return Err(super::refused(op));
    }
    if row.revision != taken.revision {
        return Err(Problem::conflict("publication-changed-meanwhile"));
    }
    let note = noted(taken.note)?;
    if taken.act == Act::Return && note.is_empty() {
        return Err(Problem::invalid("fields").field("note", "why-missing"));
    }
    let case = case_of(tx, &row).await?;
    let review = review_of(app, row.organisation.as_deref()).await?;
    let stage = case.after(review, roles, taken.act, op.at).map_err(spoken)?;
    step(tx, op, Some(&row.id), &row.dataset_id, taken.act.as_str(), note).await?;
    settle(tx, op, &row, taken.act.as_str(), stage).await
}

/// Says something to the others who take part.
///
/// # Errors
/// `why-missing` or `text-long` on field `note`; `not-allowed` for anybody who takes no part.
pub async fn comment(app: &App, tx: &mut Tx, op: &Op, dataset: &DatasetRow, note: &str) -> Result<()> {
    let reaches = Reaches::of(app, op).await?;
    let (organisation, place) = (dataset.organisation.as_deref(), dataset.place_code.as_deref());
    let roles = roles_of(app, op, &reaches, organisation, place).await?;
    if !(roles.may_write || roles.may_check || roles.may_approve) {
        return Err(super::refused(op));
    }
    let note = noted(note)?;
    if note.is_empty() {
        return Err(Problem::invalid("fields").field("note", "why-missing"));
    }
    step(tx, op, None, &dataset.id, "commented", note).await
}

/// Closes a dataset that everybody could read, with a reason.
///
/// # Errors
/// `why-missing`; `step-not-now` for one that is not open; `not-allowed`.
pub async fn unpublish(app: &App, tx: &mut Tx, op: &Op, dataset: &DatasetRow, why: &str) -> Result<()> {
    let reaches = Reaches::of(app, op).await?;
    let (organisation, place) = (dataset.organisation.as_deref(), dataset.place_code.as_deref());
    let roles = roles_of(app, op, &reaches, organisation, place).await?;
    if !(roles.may_write || roles.may_check || roles.may_approve) {
        return Err(super::refused(op));
    }
    if dataset.is_open == 0 || dataset.state != "active" {
        return Err(Problem::conflict("step-not-now"));
    }
    let op = &op.because(why)?;
    rows::put_open(tx, &dataset.id, false, op.at).await?;
    note_closed(tx, op, &dataset.slug, why.trim()).await?;
    let event = DatasetSaved {
        dataset: dataset.slug.clone(),
        is_open: false,
    };
    tx.emit(op, &event).await
}

/// What the caller may do with data of an organisation about a place, or of none about none.
///
/// # Errors
/// When the database fails.
pub async fn roles_of<'a>(
    app: &App,
    op: &'a Op,
    reaches: &Reaches<'_>,
    organisation: Option<&str>,
    place: Option<&str>,
) -> Result<Actor<'a>> {
    let may_write = match organisation {
        Some(code) => op.has_for(&WRITERS, code),
        None => op.has(&WRITERS),
    };
    let all = places::all(app).await?;
    let above = place
        .and_then(|code| all.find(code))
        .and_then(|place| place.ancestors().next())
        .map(|place| place.code().to_owned());
    Ok(Actor {
        id: op.person().map(|person| person.id.as_str()),
        may_write,
        may_check: reaches.covers(&CONFIDANTS, organisation, place),
        may_approve: reaches.covers(&APPROVERS, organisation, place)
            || reaches.covers(&CONFIDANTS, None, above.as_deref()),
    })
}

/// The stage as its row says it.
#[must_use]
pub fn stage_of(row: &PublicationRow) -> Stage {
    let hand = |who: &Option<String>, at: Option<i64>| Hand {
        who: who.clone().unwrap_or_default(),
        at: Time(at.unwrap_or_default()),
    };
    let submitted = hand(&row.submitted_by, row.submitted_at);
    let checked = hand(&row.checked_by, row.checked_at);
    let ended = Time(row.ended_at.unwrap_or_default());
    match row.stage.as_str() {
        "submitted" => Stage::Submitted { by: submitted },
        "checked" => Stage::Checked {
            submitted,
            by: checked,
        },
        "approved" => Stage::Approved {
            submitted,
            checked,
            by: hand(&row.approved_by, row.approved_at),
            publish_at: Time(row.publish_at.unwrap_or_default()),
        },
        "published" => Stage::Published { at: ended },
        "ended" => Stage::Ended { at: ended },
        _ => Stage::Draft,
    }
}

async fn case_of(tx: &mut Tx, row: &PublicationRow) -> Result<Case> {
    Ok(Case {
        stage: stage_of(row),
        producers: rows::list_producers(tx, &row.id).await?,
    })
}

/// Keeps a stage, and publishes what is approved and whose hour has come.
async fn settle(tx: &mut Tx, op: &Op, row: &PublicationRow, act: &'static str, stage: Stage) -> Result<()> {
    put(tx, row, row.revision, &stage).await?;
    moved(tx, op, row, act, &stage).await?;
    match stage {
        Stage::Approved { publish_at, .. } if publish_at <= op.at => {
            publish(tx, op, row, row.revision + 1).await
        }
        _ => Ok(()),
    }
}

async fn publish(tx: &mut Tx, op: &Op, row: &PublicationRow, revision: i64) -> Result<()> {
    let stage = Stage::Published { at: op.at };
    // Whoever read the row before this change finds another revision, and publishes nothing.
    let known = rows::find(tx, &row.id).await?.unwrap_or_else(|| row.clone());
    put(tx, &known, revision, &stage).await?;
    step(tx, op, Some(&row.id), &row.dataset_id, "published", "").await?;
    moved(tx, op, row, "published", &stage).await?;
    match (&row.resource_id, &row.file_id) {
        (Some(resource), Some(file)) => {
            rows::put_file_state(tx, file, "waiting").await?;
            let event = FilePublished {
                resource: resource.clone(),
                file: file.clone(),
            };
            tx.emit(op, &event).await
        }
        _ => {
            rows::put_open(tx, &row.dataset_id, true, op.at).await?;
            let event = DatasetSaved {
                dataset: row.dataset_slug.clone(),
                is_open: true,
            };
            tx.emit(op, &event).await
        }
    }
}

/// Keeps a stage, unless something changed since the row was read.
async fn put(tx: &mut Tx, row: &PublicationRow, revision: i64, stage: &Stage) -> Result<()> {
    let mut columns = StageColumns {
        stage: stage.as_str(),
        ..StageColumns::default()
    };
    let submitted = |columns: &mut StageColumns, by: &Hand| {
        columns.submitted_by = Some(by.who.clone());
        columns.submitted_at = Some(by.at.0);
    };
    let checked = |columns: &mut StageColumns, by: &Hand| {
        columns.checked_by = Some(by.who.clone());
        columns.checked_at = Some(by.at.0);
    };
    match stage {
        Stage::Draft => {}
        Stage::Submitted { by } => submitted(&mut columns, by),
        Stage::Checked { submitted: first, by } => {
            submitted(&mut columns, first);
            checked(&mut columns, by);
        }
        Stage::Approved {
            submitted: first,
            checked: second,
            by,
            publish_at,
        } => {
            submitted(&mut columns, first);
            checked(&mut columns, second);
            columns.approved_by = Some(by.who.clone());
            columns.approved_at = Some(by.at.0);
            columns.publish_at = Some(publish_at.0);
        }
        Stage::Published { at } | Stage::Ended { at } => {
            columns = StageColumns {
                stage: stage.as_str(),
                submitted_by: row.submitted_by.clone(),
                submitted_at: row.submitted_at,
                checked_by: row.checked_by.clone(),
                checked_at: row.checked_at,
                approved_by: row.approved_by.clone(),
                approved_at: row.approved_at,
                publish_at: row.publish_at,
                ended_at: Some(at.0),
            };
        }
    }
    if rows::put_stage(tx, &row.id, revision, &columns).await? {
        Ok(())
    } else {
        Err(Problem::conflict("publication-changed-meanwhile"))
    }
}

async fn moved(tx: &mut Tx, op: &Op, row: &PublicationRow, act: &'static str, stage: &Stage) -> Result<()> {
    let event = PublicationMoved {
        publication: row.id.clone(),
        dataset: row.dataset_slug.clone(),
        act,
        stage: stage.as_str(),
    };
    tx.emit(op, &event).await
}

async fn step(
    tx: &mut Tx,
    op: &Op,
    publication: Option<&str>,
    dataset_id: &str,
    act: &str,
    note: &str,
) -> Result<()> {
    rows::insert_step(tx, publication, dataset_id, (who(op), op.at), act, note).await
}

/// The account that acts, or the program.
fn who(op: &Op) -> &str {
    op.person().map_or("system", |person| person.id.as_str())
}

fn noted(note: &str) -> Result<&str> {
    const LONGEST: usize = 2_000;
    let note = note.trim();
    if note.chars().count() > LONGEST {
        return Err(Problem::invalid("fields").field("note", "text-long"));
    }
    Ok(note)
}

fn spoken(refusal: Refusal) -> Problem {
    match refusal {
        Refusal::NotAllowed => Problem::forbidden("not-allowed"),
        Refusal::OwnWork => Problem::forbidden("own-work"),
        Refusal::OwnCheck => Problem::forbidden("own-check"),
        Refusal::NotNow => Problem::conflict("step-not-now"),
        Refusal::HourPast => Problem::invalid("fields").field("publish_at", "publish-at-past"),
    }
}
