//! The task list: what other slices ask facilitators to do, who took it, and what became of it.

use jiff::civil::Date;
use serde_json::{Map, Value};

use super::{
    KEEPERS, READERS, TaskMoved,
    model::{GroupKind, State, facilitates_at, typed::parse_why},
    register,
    store::{self, tasks::TaskRow},
};
use crate::{
    places::{
        self,
        model::{Place, Places},
    },
    platform::{
        app::App,
        op::Op,
        problem::{Problem, Result},
    },
};

/// Something that a facilitator of a place should do.
#[derive(Debug, Clone)]
pub struct Task {
    pub id: String,
    pub place: String,
    /// Code of the facility that it is about.
    pub facility: Option<String>,
    /// The group to be heard.
    pub group: Option<GroupKind>,
    /// Id of the words in the locales.
    pub text: String,
    /// What the words name.
    pub facts: Map<String, Value>,
    pub due_on: Option<Date>,
    pub state: State,
    /// Account of the facilitator who took it.
    pub taken_by: Option<String>,
    /// Why it was declined; empty otherwise.
    pub why: String,
}

/// Lists the tasks of the places that the caller works for: those that wait first, the next due first.
///
/// # Errors
/// `not-allowed` for anybody but [`READERS`].
pub async fn list(app: &App, op: &Op) -> Result<Vec<Task>> {
    op.require(&READERS)?;
    let all = places::all(app).await?;
    let rows = store::tasks::list(&app.db).await?;
    Ok(rows
        .into_iter()
        .filter(|row| op.has_at(&READERS, &lineage(&all, &row.place_code)))
        .map(Task::of)
        .collect())
}

/// Takes a task a step further: a facilitator of its place takes it, ends it, gives it back or declines it with a reason; stewards and
/// leaders over the place end, free and decline what others took.
///
/// # Errors
/// `facilitators-task-unknown`, also for one of other places; `facilitators-not-signed` for a facilitator who has not signed the papers
/// in force; `facilitators-task-others` for a task that a colleague took; `facilitators-why` on field `why`; `facilitators-step` for a
/// step that does not follow, by now; `not-allowed`.
pub async fn step(app: &App, op: &Op, id: &str, to: State, why: &str) -> Result<()> {
    op.require(&READERS)?;
    let all = places::all(app).await?;
    let row = store::tasks::find(&app.db, id)
        .await?
        .filter(|row| op.has_at(&READERS, &lineage(&all, &row.place_code)))
        .ok_or_else(|| Problem::not_found("facilitators-task-unknown"))?;
    allow(app, op, &all, &row, to).await?;
    let from = State::parse(&row.state);
    if !from.is_some_and(|from| from.next().contains(&to)) {
        return Err(Problem::conflict("facilitators-step"));
    }
    let why = match to {
        State::Declined => parse_why(why)?,
        State::Open | State::Taken | State::Done => String::new(),
    };
    let taken_by = match to {
        State::Taken => op.person().map(|me| me.id.as_str()),
        State::Open => None,
        State::Done | State::Declined => row.taken_by.as_deref(),
    };
    let mut tx = app.db.begin().await?;
    if !store::tasks::step(&mut tx, &row, to.as_str(), taken_by, &why, op.at).await? {
        return Err(Problem::conflict("facilitators-step"));
    }
    let moved = TaskMoved {
        task: row.id.clone(),
        place: row.place_code.clone(),
        state: to.as_str(),
    };
    tx.emit(op, &moved).await?;
    tx.commit().await
}

/// The steps that the caller is offered of a task.
#[must_use]
pub fn steps(all: &Places, op: &Op, task: &Task) -> Vec<State> {
    let Some(me) = op.person() else {
        return Vec::new();
    };
    let is_keeper = op.has_at(&KEEPERS, &lineage(all, &task.place));
    let is_facilitator = facilitates_at(all, &me.grants, &task.place);
    let is_others = task.taken_by.as_ref().is_some_and(|by| *by != me.id);
    let next = task.state.next().iter().copied();
    next.filter(|to| match to {
        State::Taken => is_facilitator,
        State::Open | State::Done | State::Declined => is_keeper || (is_facilitator && !is_others),
    })
    .collect()
}

async fn allow(app: &App, op: &Op, all: &Places, row: &TaskRow, to: State) -> Result<()> {
    let me = op.require_person()?;
    if to != State::Taken && op.has_at(&KEEPERS, &lineage(all, &row.place_code)) {
        return Ok(());
    }
    if !facilitates_at(all, &me.grants, &row.place_code) {
        return Err(Problem::forbidden("not-allowed"));
    }
    if !register::has_signed(app, &me.id).await? {
        return Err(Problem::forbidden("facilitators-not-signed"));
    }
    match row.taken_by.as_deref() {
        Some(by) if by != me.id => Err(Problem::forbidden("facilitators-task-others")),
        _ => Ok(()),
    }
}

/// The code of a place, then those of its ancestors; empty for one that is not known, so that only who works everywhere is there.
fn lineage<'a>(all: &'a Places, place: &str) -> Vec<&'a str> {
    all.find(place).map(Place::lineage).unwrap_or_default()
}

impl Task {
    fn of(row: TaskRow) -> Task {
        let group = GroupKind::parse(&row.group_code).map(|kind| kind.named(&row.group_name));
        Task {
            id: row.id,
            place: row.place_code,
            facility: row.facility,
            group,
            text: row.text_id,
            facts: serde_json::from_str(&row.facts).unwrap_or_default(),
            due_on: row.due_on.and_then(|day| day.parse().ok()),
            state: State::parse(&row.state).unwrap_or(State::Declined),
            taken_by: row.taken_by,
            why: row.why,
        }
    }
}
