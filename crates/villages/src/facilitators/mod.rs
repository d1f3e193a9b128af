//! Facilitators: who may run a discussion, which groups of which places were heard, and the tasks that other slices give.
//!
//! A facilitator is an account with that role over places. They sign a code of conduct and a safeguarding declaration themselves, each in
//! the version in force; who has not may not facilitate, and is told what to do. Stewards and leaders of their places keep training and
//! assignments and coach them; a coaching note is sealed, and read by the two people it is between. Names are for staff of the place.
//! Coverage counts each group of each place that was heard; where some were and others never within twelve months, a task asks for them.
//!
//! Deliberately absent: entering facilitators here (accounts have the role), changing or deleting a coaching note, attendance by name.

use axum::{Router, routing::get};
use jiff::civil::Date;
use serde::Serialize;

use crate::{
    evidence::model::Subject,
    places,
    platform::{
        app::App,
        db::Tx,
        events::Event,
        id,
        op::{Grant, Op, Role, Who},
        problem::Result,
    },
};

mod coaching;
pub mod coverage;
pub mod desk;
mod files;
mod jobs;
pub mod model;
pub mod pages;
pub mod register;
mod store;
pub mod tasks;
pub mod words;

pub use jobs::AskUnheard;
pub use model::GroupKind;

use model::{State, facilitates_at};

/// Who reads the register and the tasks, each of the places they work for.
pub const READERS: [Role; 5] = [
    Role::Facilitator,
    Role::Officer,
    Role::Steward,
    Role::Leader,
    Role::Auditor,
];
/// Who keeps training and assignments and coaches, each of the places they answer for.
pub const KEEPERS: [Role; 2] = [Role::Steward, Role::Leader];

/// Something that a facilitator of a place should do.
#[derive(Debug, Clone)]
pub struct NewTask {
    pub place: String,
    /// Code of the facility that it is about.
    pub facility: Option<String>,
    /// Code of the group to be heard, `own:NAME` for one of the community's own.
    pub group: Option<String>,
    /// Fluent id beginning with `facilitators-task-`; it may name `$place`, `$group`, `$facility` and whatever `facts` has.
    pub text: &'static str,
    /// An object of words and numbers, without anybody's name; its `name` is what a group of the community's own is called.
    pub facts: serde_json::Value,
    /// The record that asks.
    pub source: Subject,
    pub due_on: Option<Date>,
}

/// A group of a place was heard.
#[derive(Debug, Clone)]
pub struct Heard {
    pub place: String,
    /// Code of the group, `own:NAME` for one of the community's own.
    pub group: String,
    pub on: Date,
    pub n_present: u32,
    /// The record of what was said; telling the same again corrects day and number.
    pub source: Subject,
}

/// What is known of a facilitator changed.
#[derive(Serialize)]
pub struct FacilitatorChanged {
    pub facilitator: String,
    /// `languages`, `coach`, `training`, `assigned`, `assignment-moved` or `note`.
    pub what: &'static str,
}

impl Event for FacilitatorChanged {
    const NAME: &'static str = "facilitators.facilitator-changed";
    fn subject(&self) -> String {
        format!("facilitator/{}", self.facilitator)
    }
}

/// A facilitator signed a text in the version in force.
#[derive(Serialize)]
pub struct PaperSigned {
    pub facilitator: String,
    /// `conduct` or `safeguarding`.
    pub paper: &'static str,
    pub version: &'static str,
}

impl Event for PaperSigned {
    const NAME: &'static str = "facilitators.paper-signed";
    fn subject(&self) -> String {
        format!("facilitator/{}", self.facilitator)
    }
}

/// A task was asked for, taken, done or declined.
#[derive(Serialize)]
pub struct TaskMoved {
    pub task: String,
    pub place: String,
    pub state: &'static str,
}

impl Event for TaskMoved {
    const NAME: &'static str = "facilitators.task-moved";
    fn subject(&self) -> String {
        format!("facilitator-task/{}", self.task)
    }
}

/// A group of a place was heard.
#[derive(Serialize)]
pub struct GroupHeard {
    pub place: String,
    /// Code of the standard list.
    pub group: &'static str,
}

impl Event for GroupHeard {
    const NAME: &'static str = "facilitators.group-heard";
    fn subject(&self) -> String {
        format!("place/{}", self.place)
    }
}

/// Puts something on the task list of the facilitators of a place; the same source, group and text put it there once.
///
/// # Errors
/// `facilitators-group-unknown`.
pub async fn ask(tx: &mut Tx, op: &Op, task: &NewTask) -> Result<()> {
    let group = task.group.as_deref().map(GroupKind::known).transpose()?;
    let name = task.facts.get("name").and_then(serde_json::Value::as_str);
    let group = group.map(|group| match name {
        Some(name) => group.named(name),
        None => group,
    });
    let id = id::fresh(op.at);
    if store::tasks::insert(tx, &id, task, group.as_ref(), op.at).await? {
        let moved = TaskMoved {
            task: id,
            place: task.place.clone(),
            state: State::Open.as_str(),
        };
        tx.emit(op, &moved).await?;
    }
    Ok(())
}

/// Notes that a group of a place was heard; open tasks that asked for the group, and for no facility, are done.
///
/// # Errors
/// `facilitators-group-unknown`.
pub async fn heard(tx: &mut Tx, op: &Op, heard: &Heard) -> Result<()> {
    let group = GroupKind::known(&heard.group)?;
    store::coverage::put(tx, heard, &group, op.at).await?;
    let event = GroupHeard {
        place: heard.place.clone(),
        group: group.code(),
    };
    tx.emit(op, &event).await?;
    for task in store::tasks::finish(tx, &heard.place, &group, op.at).await? {
        let moved = TaskMoved {
            task,
            place: heard.place.clone(),
            state: State::Done.as_str(),
        };
        tx.emit(op, &moved).await?;
    }
    Ok(())
}

/// Tells whether the caller may facilitate at a place: they hold the role over it, and signed both texts in the version in force.
///
/// An administrator who does not hold the role is no facilitator; the program itself may.
///
/// # Errors
/// When the database fails.
pub async fn may_facilitate(app: &App, op: &Op, place: &str) -> Result<bool> {
    let me = match &op.who {
        Who::System => return Ok(true),
        Who::Anyone => return Ok(false),
        Who::Person(me) => me,
    };
    let all = places::all(app).await?;
    match facilitates_at(&all, &me.grants, place) {
        true => register::has_signed(app, &me.id).await,
        false => Ok(false),
    }
}

/// The circumstances in which whoever runs a discussion writes down what an organisation promises there: their own name stays on it.
/// Who may do so is for the caller to say.
#[must_use]
pub fn on_behalf_of(op: &Op, owner: &str) -> Op {
    let Who::Person(me) = &op.who else {
        return op.clone();
    };
    let mut me = me.clone();
    me.grants.push(Grant {
        role: Role::Officer,
        place: None,
        org: Some(owner.to_owned()),
    });
    Op {
        who: Who::Person(me),
        ..op.clone()
    }
}

/// Lists the codes of the places of today at which the caller may facilitate; none for whoever has not signed both texts.
///
/// # Errors
/// When the database fails.
pub async fn list_places(app: &App, op: &Op) -> Result<Vec<String>> {
    let all = places::all(app).await?;
    let me = match &op.who {
        Who::System => return Ok(all.current().map(|place| place.code().to_owned()).collect()),
        Who::Anyone => return Ok(Vec::new()),
        Who::Person(me) => me,
    };
    if !register::has_signed(app, &me.id).await? {
        return Ok(Vec::new());
    }
    Ok(all
        .current()
        .map(|place| place.code())
        .filter(|code| facilitates_at(&all, &me.grants, code))
        .map(str::to_owned)
        .collect())
}

/// The routes of this slice.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/facilitators", get(pages::all))
        .route("/facilitators.csv", get(files::public_as_csv))
        .route("/desk/facilitators", get(desk::all))
        .route("/desk/facilitators/me", get(desk::own::show).post(desk::own::act))
        .route(
            "/desk/facilitators/tasks",
            get(desk::tasks::all).post(desk::tasks::act),
        )
        .route("/desk/facilitators/coverage", get(desk::coverage::show))
        .route("/desk/facilitators/coverage.csv", get(files::staff_as_csv))
        .route(
            "/desk/facilitators/{id}",
            get(desk::one::show).post(desk::one::act),
        )
}
