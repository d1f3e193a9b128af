//! From what submissions say to entities: made, changed, held for their turn, or not at all, and why.
//!
//! A job looks at submissions in the order they came. Each entity a submission speaks of has its own outcome, so that one that is wrong
//! keeps none of the others back, and a submission can be looked at again without anything happening twice.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::{Arc, Mutex, PoisonError},
};

use formats::xform::entities::{EntityForms, Said, said};
use serde::{Deserialize, Serialize};

use super::{
    EntitiesChanged, How, held_too_long, insert,
    model::{
        self, Base, Data, Entity, Fault, FaultCode, List, PARENT, Source, SourceSubmission, Version, Wish,
    },
    parent_of,
};
use crate::{
    collect::store::{
        self as forms_store,
        entities::{
            lists, things,
            work::{self, Cause, Due, Outcome, Work},
        },
        households,
    },
    places::{self, model::Places},
    platform::{
        app::App,
        db::Tx,
        id,
        jobs::Job,
        op::Op,
        problem::{Kind, Problem, Result},
    },
};

/// Submissions looked at in one transaction.
const BATCH: i64 = 25;
/// Most declarations kept read.
const MOST_KEPT: usize = 256;

/// Looks at what submissions of a project say about entities. Run twice, it finds nothing more to do.
#[derive(Debug, Serialize, Deserialize)]
pub struct FollowEntities {
    pub project: i64,
}

impl Job for FollowEntities {
    const NAME: &'static str = "collect.follow-entities";

    fn key(&self) -> Option<String> {
        Some(self.project.to_string())
    }

    async fn run(self, app: &App) -> anyhow::Result<()> {
        loop {
            let due = work::list_due(app.db.read(), self.project, BATCH).await?;
            if due.is_empty() {
                return Ok(());
            }
            follow(app, self.project, due).await?;
        }
    }
}

/// Takes changes that have waited for five days for the one before them out of turn.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct ReleaseHeld {}

impl Job for ReleaseHeld {
    const NAME: &'static str = "collect.release-held";

    fn key(&self) -> Option<String> {
        Some("held".to_owned())
    }

    async fn run(self, app: &App) -> anyhow::Result<()> {
        let op = Op::system(app.clock.now());
        release(app, &op, held_too_long(op.at)).await?;
        Ok(())
    }
}

/// Takes everything out of turn that was held since before a moment; returns how many submissions.
///
/// # Errors
/// When the database fails.
pub async fn release(app: &App, op: &Op, before: crate::platform::time::Time) -> Result<usize> {
    let held = work::list_held_since(app.db.read(), before).await?;
    let mut tx = app.db.begin().await?;
    for (submission, project) in &held {
        due(&mut tx, op, *project, submission, Cause::Forced).await?;
    }
    tx.commit().await?;
    Ok(held.len())
}

/// Makes the entities of a submission that waited for its approval. Run twice, it finds them made.
#[derive(Debug, Serialize, Deserialize)]
pub struct ApproveEntities {
    pub submission: String,
}

impl Job for ApproveEntities {
    const NAME: &'static str = "collect.approve-entities";

    async fn run(self, app: &App) -> anyhow::Result<()> {
        let op = Op::system(app.clock.now());
        let mut tx = app.db.begin().await?;
        approved(&mut tx, &op, &self.submission).await?;
        tx.commit().await?;
        Ok(())
    }
}

/// Lets a submission that was just filed be looked at.
pub async fn filed(tx: &mut Tx, op: &Op, project: i64, submission: &str) -> Result<()> {
    due(tx, op, project, submission, Cause::Filed).await
}

/// Lets a submission that somebody approved make the entities that waited for that.
async fn approved(tx: &mut Tx, op: &Op, submission: &str) -> Result<()> {
    match work::find_project(tx, submission).await? {
        Some(project) => due(tx, op, project, submission, Cause::Approved).await,
        None => Ok(()),
    }
}

pub(super) async fn due(tx: &mut Tx, op: &Op, project: i64, submission: &str, cause: Cause) -> Result<()> {
    work::add_due(tx, project, submission, cause, op.at).await?;
    tx.enqueue(op, &FollowEntities { project }).await
}

async fn follow(app: &App, project: i64, all: Vec<Due>) -> anyhow::Result<()> {
    let places = places::all(app).await?;
    let mut declared = HashMap::new();
    for due in &all {
        if !declared.contains_key(&due.version_id) {
            declared.insert(due.version_id.clone(), declarations(app, &due.version_id).await?);
        }
    }
    let op = Op::system(app.clock.now());
    let mut tx = app.db.begin().await?;
    for due in all {
        if !work::take_due(&mut tx, &due.id).await? {
            continue;
        }
        let Some(forms) = declared.get(&due.version_id).cloned().flatten() else {
            continue;
        };
        let Ok(told) = said(&forms, &due.xml) else {
            continue;
        };
        let mut round = Round {
            op: &op,
            project,
            due: &due,
            forms: &forms,
            places: &places,
            lists: HashMap::new(),
            source: None,
            changed: BTreeMap::new(),
            touched: BTreeSet::new(),
        };
        // Parents come before their children, whatever the order of the form.
        for nth in from_parents(&told) {
            round.one(&mut tx, &told, nth).await?;
        }
        round.finish(&mut tx).await?;
    }
    tx.commit().await?;
    Ok(())
}

fn from_parents(told: &[Said]) -> Vec<usize> {
    let depth = |nth: usize| {
        std::iter::successors(told[nth].parent, |at| told[*at].parent)
            .take(told.len())
            .count()
    };
    let mut order: Vec<usize> = (0..told.len()).collect();
    order.sort_by_key(|nth| depth(*nth));
    order
}

/// One submission being looked at.
struct Round<'a> {
    op: &'a Op,
    project: i64,
    due: &'a Due,
    forms: &'a EntityForms,
    places: &'a Places,
    lists: HashMap<String, Option<List>>,
    /// Made with the first entity that needs it.
    source: Option<Source>,
    /// Our ids by list and what happened.
    changed: BTreeMap<(String, How), Vec<String>>,
    touched: BTreeSet<String>,
}

/// What somebody has to wait for, or why nothing can be done.
enum Stop {
    Outcome(Outcome),
    Fault(Fault),
    Problem(Problem),
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<Problem> for Stop {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl Round<'_> {
    async fn one(&mut self, tx: &mut Tx, told: &[Said], nth: usize) -> Result<()> {
        let said = &told[nth];
        let uuid = model::uuid_of("uuid", &said.id).ok();
        let n = i64::try_from(nth).unwrap_or(i64::MAX);
        if let Some(uuid) = &uuid
            && self.is_settled(tx, &said.list, uuid, n).await?
        {
            return Ok(());
        }
        let outcome = match self.attempt(tx, told, said).await {
            Ok(outcome) | Err(Stop::Outcome(outcome)) => outcome,
            Err(Stop::Fault(fault)) => Outcome::Failed(fault),
            Err(Stop::Problem(problem)) => return Err(problem),
        };
        let work = Work {
            nth: n,
            list_name: said.list.clone(),
            uuid,
            outcome,
        };
        work::save(tx, &self.due.submission_id, &work, self.op.at).await
    }

    /// Tells whether this entity was made or changed by the submission already, or waits in the queue of its branch.
    async fn is_settled(&self, tx: &mut Tx, list: &str, uuid: &str, nth: i64) -> Result<bool> {
        let due = self.due;
        let states = work::states_of_edits(tx, &due.form_id, &due.root_id, list, uuid).await?;
        let lets_go = matches!(due.cause, Cause::Next | Cause::Forced);
        Ok(states.iter().any(|(submission, at, state)| {
            let is_other = *submission == due.submission_id && *at != nth;
            match state.as_str() {
                "done" => !is_other,
                "held" => !is_other && !lets_go,
                _ => false,
            }
        }))
    }

    async fn attempt(&mut self, tx: &mut Tx, told: &[Said], said: &Said) -> Result<Outcome, Stop> {
        if !said.create && !said.update {
            return Ok(Outcome::Nothing);
        }
        let list = self.list(tx, &said.list).await?;
        let list = list.ok_or_else(|| Fault::new(FaultCode::ListUnknown, &[("list", &said.list)]))?;
        self.permit(said)?;
        let mut wish = Wish::read(said)?;
        let is_forced = self.due.cause == Cause::Forced;
        let parent = self.parent(tx, told, said, &list, &wish).await?;
        // The id of one that was merged, or found to be in the list already, stands for another, and so does what is said of it.
        if let Some((other, since)) = households::find_standing(tx.conn(), &list.id, &wish.uuid).await?
            && let Some(other) = things::find_by_id(tx.conn(), &other).await?
        {
            wish.uuid = other.uuid;
            wish.base_version = Some(since);
            (wish.branch_id, wish.trunk_version) = (None, None);
            return self.update(tx, &list, &wish, parent.as_ref(), false).await;
        }
        if said.update {
            match self.update(tx, &list, &wish, parent.as_ref(), false).await {
                Err(Stop::Fault(fault)) if fault.lets_create() && (said.create || is_forced) => {}
                outcome => return outcome,
            }
        }
        self.create(tx, &list, &wish, parent.as_ref()).await
    }

    fn permit(&self, said: &Said) -> Result<(), Fault> {
        let declared = &self.forms.declarations[said.declaration];
        let is_other = declared.list != said.list;
        for (action, is_asked, is_declared) in [
            ("create", said.create, declared.creates),
            ("update", said.update, declared.updates),
        ] {
            if is_asked && (!is_declared || is_other) {
                return Err(Fault::new(FaultCode::ActionForbidden, &[("action", action)]));
            }
        }
        Ok(())
    }

    async fn create(
        &mut self,
        tx: &mut Tx,
        list: &List,
        wish: &Wish,
        parent: Option<&(String, Option<Entity>)>,
    ) -> Result<Outcome, Stop> {
        if list.needs_approval && self.due.cause != Cause::Approved {
            return Ok(Outcome::Waiting);
        }
        let is_forced = self.due.cause == Cause::Forced;
        if let Some(known) = things::find(tx.conn(), &list.id, &wish.uuid)
            .await
            .map_err(Stop::from)?
        {
            if known.deleted_at.is_some() {
                return Err(Fault::new(FaultCode::IdSpent, &[("uuid", &wish.uuid)]).into());
            }
            // Its own changes may have come first, and have waited in vain for it.
            if things::is_made_by_force(tx, &known.id)
                .await
                .map_err(Stop::from)?
            {
                return self.update(tx, list, wish, parent, true).await;
            }
            return Err(Fault::new(FaultCode::EntityExists, &[("uuid", &wish.uuid)]).into());
        }
        let label = wish.label_of_new(is_forced)?;
        let entity = Entity {
            id: id::fresh(self.op.at),
            list_id: list.id.clone(),
            uuid: wish.uuid.clone(),
            label,
            data: wish.data.clone(),
            version: 1,
            conflict: None,
            resolved_version: 0,
            parent: parent.map(|(uuid, found)| parent_of(uuid.clone(), found.as_ref())),
            place: self.place(&wish.data, parent.and_then(|(_, found)| found.as_ref())),
            created_at: self.op.at,
            created_by: self.due.filed_by.clone(),
            changed_at: None,
            deleted_at: None,
        };
        let source = self.source(tx).await?;
        if wish.branch_id.is_some() {
            let version = self.version(&entity, wish, None, None, source);
            let inserted = things::insert(tx, &entity).await.map_err(Stop::from)?;
            if inserted {
                things::insert_version(tx, &entity.id, &version)
                    .await
                    .map_err(Stop::from)?;
            }
        } else {
            insert(tx, &entity, wish.received(), &source, None)
                .await
                .map_err(Stop::from)?;
        }
        self.note(list, How::Made, &entity);
        let adopted = things::adopt(tx, self.project, &entity)
            .await
            .map_err(Stop::from)?;
        self.touched.extend(adopted);
        let branch_base = if is_forced { wish.base_version } else { None };
        self.call_next(tx, wish, branch_base.unwrap_or(0)).await?;
        Ok(Outcome::Done {
            entity_id: entity.id,
            version: 1,
        })
    }

    async fn update(
        &mut self,
        tx: &mut Tx,
        list: &List,
        wish: &Wish,
        parent: Option<&(String, Option<Entity>)>,
        is_late_create: bool,
    ) -> Result<Outcome, Stop> {
        let found = things::find(tx.conn(), &list.id, &wish.uuid)
            .await
            .map_err(Stop::from)?;
        if found.as_ref().is_some_and(|entity| entity.deleted_at.is_some()) {
            return Err(Fault::new(FaultCode::EntityDeleted, &[("uuid", &wish.uuid)]).into());
        }
        let base = self.base(tx, list, wish, found.as_ref(), is_late_create).await?;
        let mut entity = found.ok_or_else(|| unknown(list, wish))?;
        if wish.trunk_version.is_some_and(|trunk| trunk > entity.version) {
            return Err(no_version(wish, wish.trunk_version).into());
        }
        let is_interrupted = match &wish.branch_id {
            Some(branch) => {
                let trunk = wish.trunk_version.unwrap_or(1);
                things::is_interrupted(tx, &entity.id, branch, trunk)
                    .await
                    .map_err(Stop::from)?
            }
            None => false,
        };
        let merged = model::merge(&entity, &base, wish, is_interrupted, is_late_create);
        let is_shown_by_place = |code: &str| self.places.find(code).is_some();
        if let Some(place) = model::place_of(&wish.data, is_shown_by_place) {
            entity.place = Some(place);
        }
        if let Some((uuid, found)) = parent
            && super::allow_parent(tx, &entity, found.as_ref()).await.is_ok()
        {
            entity.parent = Some(parent_of(uuid.clone(), found.as_ref()));
        }
        (entity.label, entity.data, entity.conflict) = (merged.label, merged.data, merged.conflict);
        entity.version += 1;
        let source = self.source(tx).await?;
        let version = Version {
            is_late_create,
            ..self.version(&entity, wish, Some(base.version), merged.conflicting, source)
        };
        if !things::update(tx, &entity, self.op.at)
            .await
            .map_err(Stop::from)?
        {
            // Somebody was faster; the job comes again.
            return Err(Problem::new(Kind::Unavailable, "try-again").into());
        }
        things::insert_version(tx, &entity.id, &version)
            .await
            .map_err(Stop::from)?;
        self.note(list, How::Changed, &entity);
        let branch_base = match wish.branch_id {
            Some(_) => wish.base_version.unwrap_or(0),
            None => 0,
        };
        self.call_next(tx, wish, branch_base).await?;
        Ok(Outcome::Done {
            entity_id: entity.id,
            version: entity.version,
        })
    }

    /// Finds the version a change was made from; what must wait for it is held.
    async fn base(
        &self,
        tx: &mut Tx,
        list: &List,
        wish: &Wish,
        entity: Option<&Entity>,
        is_late_create: bool,
    ) -> Result<Version, Stop> {
        let newest = |entity: &Entity| (entity.id.clone(), entity.version);
        if is_late_create {
            let (id, version) = entity.map(newest).ok_or_else(|| unknown(list, wish))?;
            return found_version(tx, &id, version, wish).await;
        }
        let sought = match (wish.base()?, entity) {
            (Base::Version(_), None) => return Err(unknown(list, wish).into()),
            (Base::Version(n), Some(entity)) => return found_version(tx, &entity.id, n, wish).await,
            (Base::BranchStart(n), Some(entity)) => things::find_version(tx, &entity.id, n)
                .await
                .map_err(Stop::from)?,
            (Base::InBranch { branch, after }, Some(entity)) => {
                things::find_in_branch(tx, &entity.id, &branch, after)
                    .await
                    .map_err(Stop::from)?
            }
            (_, None) => None,
        };
        if let Some(version) = sought {
            return Ok(version);
        }
        if self.due.cause != Cause::Forced {
            return Err(Stop::Outcome(Outcome::Held {
                branch: wish.branch_id.clone().unwrap_or_default(),
                after: wish.base_version.unwrap_or_default(),
            }));
        }
        let (id, version) = entity.map(newest).ok_or_else(|| unknown(list, wish))?;
        found_version(tx, &id, version, wish).await
    }

    fn version(
        &self,
        entity: &Entity,
        wish: &Wish,
        base_version: Option<i64>,
        conflicting: Option<Vec<String>>,
        source: Source,
    ) -> Version {
        let is_counted = wish.branch_id.is_some() && (base_version.is_some() || source.is_forced);
        Version {
            version: entity.version,
            label: entity.label.clone(),
            data: entity.data.clone(),
            received: wish.received(),
            base_version,
            branch_id: wish.branch_id.clone(),
            trunk_version: wish.trunk_version,
            branch_base_version: if is_counted { wish.base_version } else { None },
            conflicting,
            is_late_create: false,
            parent_uuid: entity.parent.as_ref().map(|parent| parent.uuid.clone()),
            created_at: self.op.at,
            created_by: self.due.filed_by.clone(),
            user_agent: self.due.device_id.clone(),
            source,
        }
    }

    /// The parent that a submission names, or in whose part of the form the entity stands.
    async fn parent(
        &mut self,
        tx: &mut Tx,
        told: &[Said],
        said: &Said,
        list: &List,
        wish: &Wish,
    ) -> Result<Option<(String, Option<Entity>)>, Stop> {
        let named = super::find_parent(tx, list, Some(&said.parent_id), &wish.data).await;
        match named {
            Ok(Some(named)) => return Ok(Some(named)),
            Ok(None) => {}
            Err(problem) if problem.kind() == Kind::Invalid => {
                return Err(Fault::new(
                    FaultCode::FieldMistyped,
                    &[("field", PARENT), ("expected", "UUID v4")],
                )
                .into());
            }
            Err(problem) => return Err(problem.into()),
        }
        let Some(around) = said.parent.map(|at| &told[at]) else {
            return Ok(None);
        };
        let Ok(uuid) = model::uuid_of("uuid", &around.id) else {
            return Ok(None);
        };
        let Some(of) = self.list(tx, &around.list).await? else {
            return Ok(Some((uuid, None)));
        };
        if let Some((standing, _)) = households::find_standing(tx.conn(), &of.id, &uuid).await?
            && let Some(standing) = things::find_by_id(tx.conn(), &standing).await?
        {
            return Ok(Some((standing.uuid.clone(), Some(standing))));
        }
        let found = things::find(tx.conn(), &of.id, &uuid).await?;
        Ok(Some((uuid, found.filter(|parent| parent.deleted_at.is_none()))))
    }

    fn place(&self, data: &Data, parent: Option<&Entity>) -> Option<String> {
        model::place_of(data, |code| self.places.find(code).is_some())
            .or_else(|| self.due.place.clone())
            .or_else(|| parent.and_then(|parent| parent.place.clone()))
    }

    async fn list(&mut self, tx: &mut Tx, name: &str) -> Result<Option<List>> {
        if let Some(known) = self.lists.get(name) {
            return Ok(known.clone());
        }
        let found = lists::find(tx.conn(), self.project, name).await?;
        let found = found.filter(|list| list.name == name);
        self.lists.insert(name.to_owned(), found.clone());
        Ok(found)
    }

    async fn source(&mut self, tx: &mut Tx) -> Result<Source> {
        if let Some(source) = &self.source {
            return Ok(source.clone());
        }
        let source = Source {
            id: id::fresh(self.op.at),
            kind: "submission".to_owned(),
            submission: Some(SourceSubmission {
                id: self.due.submission_id.clone(),
                ..SourceSubmission::default()
            }),
            is_forced: self.due.cause == Cause::Forced,
            details: None,
        };
        things::insert_source(tx, &source, self.op.at).await?;
        self.source = Some(source.clone());
        Ok(source)
    }

    fn note(&mut self, list: &List, how: How, entity: &Entity) {
        self.touched.insert(list.id.clone());
        self.changed
            .entry((list.name.clone(), how))
            .or_default()
            .push(entity.id.clone());
    }

    /// Lets the change of the same phone that waited for this one have its turn.
    async fn call_next(&self, tx: &mut Tx, wish: &Wish, branch_base: i64) -> Result<()> {
        if self.due.cause == Cause::Forced {
            return Ok(());
        }
        let branch = wish.branch_id.as_deref();
        let after = if branch.is_none() { 1 } else { branch_base + 1 };
        for held in work::find_next_held(tx, &wish.uuid, branch, after).await? {
            if held != self.due.submission_id {
                due(tx, self.op, self.project, &held, Cause::Next).await?;
            }
        }
        Ok(())
    }

    async fn finish(self, tx: &mut Tx) -> Result<()> {
        for list in &self.touched {
            lists::touch(tx, list, self.op.at).await?;
        }
        for ((name, how), entities) in self.changed {
            let Some(Some(list)) = self.lists.get(&name) else {
                continue;
            };
            let submission = Some(self.due.submission_id.clone());
            tx.emit(self.op, &EntitiesChanged::of(list, how, entities, submission))
                .await?;
        }
        Ok(())
    }
}

async fn found_version(tx: &mut Tx, entity_id: &str, version: i64, wish: &Wish) -> Result<Version, Stop> {
    let found = things::find_version(tx, entity_id, version)
        .await
        .map_err(Stop::from)?;
    found.ok_or_else(|| no_version(wish, Some(version)).into())
}

fn unknown(list: &List, wish: &Wish) -> Fault {
    Fault::new(
        FaultCode::EntityUnknown,
        &[("uuid", &wish.uuid), ("list", &list.name)],
    )
}

fn no_version(wish: &Wish, version: Option<i64>) -> Fault {
    let version = version.map_or_else(String::new, |n| n.to_string());
    Fault::new(
        FaultCode::VersionUnknown,
        &[("uuid", &wish.uuid), ("version", &version)],
    )
}

/// What versions of forms declare, read once: a published version never changes.
#[derive(Default)]
struct Declarations(Mutex<HashMap<String, Option<Arc<EntityForms>>>>);

pub(super) async fn declarations(app: &App, version_id: &str) -> Result<Option<Arc<EntityForms>>> {
    let kept = app.shelf.find::<Declarations>().unwrap_or_else(|| {
        let fresh = Arc::new(Declarations::default());
        app.shelf.put(fresh.clone());
        fresh
    });
    let known = kept
        .0
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .get(version_id)
        .cloned();
    if let Some(known) = known {
        return Ok(known);
    }
    let Some(version) = forms_store::find_version(app.db.read(), version_id).await? else {
        return Ok(None);
    };
    let xml = app.blobs.bytes(&version.xform_blob).await?;
    let read = EntityForms::read(&String::from_utf8_lossy(&xml))
        .ok()
        .flatten()
        .map(Arc::new);
    if version.published_at.is_some() {
        let mut all = kept.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= MOST_KEPT {
            all.clear();
        }
        all.insert(version_id.to_owned(), read.clone());
    }
    Ok(read)
}
