//! What people say of a pair: different, not sure, the same; and what follows when two people said it.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    CONFIRMERS, MergeMoved, PROPOSERS, PairDecided, Scope,
    model::{self, Merge, MergeKind, MergeState, Pair, PairState, Undo},
    pair_unknown,
};
use crate::{
    collect::{
        entities::{
            self, EntitiesChanged, How, Origin,
            model::{Data, Entity, List, Parent},
        },
        store::{
            entities::{lists, things},
            households::{self, NewAlias},
        },
    },
    platform::{
        app::App,
        db::Tx,
        id,
        op::Op,
        problem::{Problem, Result},
    },
};

/// Children of one household that a merge moves.
const MOST_CHILDREN: i64 = 10_000;

/// What somebody may say of a pair by themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Say {
    Different,
    Unsure,
    /// Takes back what was said: to be looked at again.
    Open,
}

/// Notes that two are different, that nobody can tell, or that it is to be looked at again.
///
/// # Errors
/// `collect-households-pair-unknown`; `not-allowed` for anybody but officers, producers and stewards of both places;
/// `collect-households-moved-on` when somebody proposed or decided something meanwhile.
pub async fn say(app: &App, op: &Op, pair_id: &str, say: Say, note: &str) -> Result<()> {
    let (pair, list) = allowed(app, op, pair_id, &PROPOSERS).await?;
    let to = match say {
        Say::Different => PairState::Different,
        Say::Unsure => PairState::Unsure,
        Say::Open => PairState::Open,
    };
    let is_open = pair.state.is_undecided() || (say == Say::Open && pair.state == PairState::Different);
    let mut tx = app.db.begin().await?;
    if !is_open || !households::decide_pair(&mut tx, &pair, to, &me(op)?, note.trim(), op.at).await? {
        return Err(moved_on());
    }
    tx.emit(
        op,
        &PairDecided {
            pair: pair.id.clone(),
            state: to.as_str(),
        },
    )
    .await?;
    // A household may be less likely, or likelier, the same without these two.
    recheck_parents(&mut tx, op, &pair, &list).await?;
    tx.commit().await
}

/// Proposes to make the two of a pair one: `survivor` (the id that forms know) remains.
///
/// `chosen` names the properties of which the other's value is to hold; what the survivor lacks it takes over anyway.
///
/// # Errors
/// As [`say`]; `fields` without a reason or a survivor.
pub async fn propose(
    app: &App,
    op: &Op,
    pair_id: &str,
    survivor: &str,
    chosen: &[String],
    why: &str,
) -> Result<()> {
    let (pair, list) = allowed(app, op, pair_id, &PROPOSERS).await?;
    let (survivor, merged) = match (survivor == pair.one.uuid, survivor == pair.other.uuid) {
        (true, _) => (&pair.one, &pair.other),
        (_, true) => (&pair.other, &pair.one),
        (false, false) => {
            return Err(Problem::invalid("fields").field("survivor", "collect-households-survivor-missing"));
        }
    };
    let why = reason(why)?;
    let mut tx = app.db.begin().await?;
    let (survivor, merged) = (
        there(&mut tx, &survivor.id).await?,
        there(&mut tx, &merged.id).await?,
    );
    if is_above(&mut tx, &survivor, &merged).await? || is_above(&mut tx, &merged, &survivor).await? {
        return Err(Problem::invalid("collect-households-circular"));
    }
    let merge = Merge {
        id: id::fresh(op.at),
        pair_id: pair.id.clone(),
        kind: MergeKind::Merge,
        state: MergeState::Proposed,
        survivor_version: survivor.version,
        merged_version: merged.version,
        given: model::given(&survivor, &merged, chosen),
        survivor_id: survivor.id,
        merged_id: merged.id,
        undo: None,
        why,
        proposed_by: me(op)?,
        proposed_at: op.at,
        decided_by: None,
        decided_at: None,
        decided_why: None,
        proposer: String::new(),
        decider: None,
    };
    if !pair.state.is_undecided()
        || !households::move_pair(&mut tx, &pair.id, pair.state, PairState::Proposed).await?
        || !households::insert_merge(&mut tx, &merge).await?
    {
        return Err(moved_on());
    }
    recheck_parents(&mut tx, op, &pair, &list).await?;
    moved(&mut tx, op, &merge, MergeState::Proposed).await?;
    tx.commit().await
}

/// Proposes to part two that were made one.
///
/// # Errors
/// As [`propose`]; `collect-households-merged-since` when the survivor was itself merged into another meanwhile: that comes first.
pub async fn propose_unmerge(app: &App, op: &Op, pair_id: &str, why: &str) -> Result<()> {
    let (pair, _) = allowed(app, op, pair_id, &PROPOSERS).await?;
    let why = reason(why)?;
    let mut tx = app.db.begin().await?;
    let done = standing_merge(&mut tx, &pair, None).await?;
    let survivor = survivor_of(&mut tx, &done).await?;
    let merge = Merge {
        id: id::fresh(op.at),
        kind: MergeKind::Unmerge,
        state: MergeState::Proposed,
        survivor_version: survivor.version,
        why,
        proposed_by: me(op)?,
        proposed_at: op.at,
        decided_by: None,
        decided_at: None,
        decided_why: None,
        undo: None,
        ..done
    };
    if pair.state != PairState::Merged
        || !households::move_pair(&mut tx, &pair.id, PairState::Merged, PairState::Proposed).await?
        || !households::insert_merge(&mut tx, &merge).await?
    {
        return Err(moved_on());
    }
    moved(&mut tx, op, &merge, MergeState::Proposed).await?;
    tx.commit().await
}

/// Refuses what somebody proposed, or takes back one's own proposal.
///
/// # Errors
/// As [`say`]; `fields` without a reason.
pub async fn refuse(app: &App, op: &Op, pair_id: &str, why: &str) -> Result<()> {
    let (pair, list) = allowed(app, op, pair_id, &PROPOSERS).await?;
    let me = me(op)?;
    let mut tx = app.db.begin().await?;
    let merge = open_proposal(&mut tx, &pair).await?;
    let is_own = merge.proposed_by == me;
    let to = if is_own {
        MergeState::Withdrawn
    } else {
        MergeState::Refused
    };
    if !is_own {
        // To refuse is the second person's say, and only theirs.
        confirmers(app, op, &pair, &list).await?;
    }
    let why = if is_own {
        why.trim().to_owned()
    } else {
        reason(why)?
    };
    let back = match merge.kind {
        MergeKind::Merge => PairState::Open,
        MergeKind::Unmerge => PairState::Merged,
    };
    if !households::settle_merge(&mut tx, &merge.id, to, &me, &why, op.at).await?
        || !households::move_pair(&mut tx, &pair.id, PairState::Proposed, back).await?
    {
        return Err(moved_on());
    }
    moved(&mut tx, op, &merge, to).await?;
    tx.commit().await
}

/// Confirms what somebody else proposed, and does it.
///
/// # Errors
/// `collect-households-own-proposal` for whoever proposed it; `not-allowed` for anybody but producers and stewards of both places;
/// `collect-households-changed-since` when one of the two was changed after the proposal; as [`propose_unmerge`].
pub async fn confirm(app: &App, op: &Op, pair_id: &str, why: &str) -> Result<()> {
    let (pair, list) = allowed(app, op, pair_id, &CONFIRMERS).await?;
    let me = me(op)?;
    let mut tx = app.db.begin().await?;
    let merge = open_proposal(&mut tx, &pair).await?;
    if merge.proposed_by == me {
        return Err(Problem::forbidden("collect-households-own-proposal"));
    }
    if !households::settle_merge(&mut tx, &merge.id, MergeState::Confirmed, &me, why.trim(), op.at).await? {
        return Err(moved_on());
    }
    let to = match merge.kind {
        MergeKind::Merge => {
            make_one(&mut tx, op, &list, &merge).await?;
            PairState::Merged
        }
        MergeKind::Unmerge => {
            part(&mut tx, op, &list, &pair, &merge).await?;
            PairState::Different
        }
    };
    if !households::move_pair(&mut tx, &pair.id, PairState::Proposed, to).await? {
        return Err(moved_on());
    }
    moved(&mut tx, op, &merge, MergeState::Confirmed).await?;
    tx.commit().await
}

async fn make_one(tx: &mut Tx, op: &Op, list: &List, merge: &Merge) -> Result<()> {
    // Held in one order, so that two merges at once wait for each other instead of for ever.
    let mut both = [
        (&merge.survivor_id, merge.survivor_version),
        (&merge.merged_id, merge.merged_version),
    ];
    both.sort();
    for (entity, version) in both {
        if !households::hold(tx, entity, version).await? {
            return Err(Problem::conflict("collect-households-changed-since"));
        }
    }
    let (mut survivor, merged) = (
        there(tx, &merge.survivor_id).await?,
        there(tx, &merge.merged_id).await?,
    );
    let before: BTreeMap<String, Option<String>> = merge
        .given
        .keys()
        .map(|name| (name.clone(), survivor.data.get(name).cloned()))
        .collect();
    survivor.data.extend(merge.given.clone());
    let origin = origin(merge);
    let source = entities::source(op, &origin);
    things::insert_source(tx, &source, op.at).await?;
    entities::write_next(tx, op, &mut survivor, merge.given.clone(), &source, &origin).await?;
    let children = things::children(tx.conn(), &merged.id, MOST_CHILDREN).await?;
    let mut touched: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for mut child in children.iter().cloned() {
        child.parent = Some(parent(&survivor));
        entities::write_next(tx, op, &mut child, Data::new(), &source, &origin).await?;
        touched.entry(child.list_id).or_default().push(child.id);
    }
    if !things::set_deleted(tx, &merged.id, Some(op.at), op.at).await? {
        return Err(moved_on());
    }
    households::insert_alias(
        tx,
        &NewAlias {
            list_id: &list.id,
            uuid: &merged.uuid,
            entity_id: &survivor.id,
            since_version: survivor.version,
            merge_id: Some(&merge.id),
            said_by: None,
            at: op.at,
        },
    )
    .await?;
    let undo = Undo {
        before,
        children: children.into_iter().map(|child| child.id).collect(),
    };
    let undo = serde_json::to_string(&undo).map_err(Problem::internal)?;
    households::set_undo(tx, &merge.id, &undo, survivor.version).await?;
    households::overtake(tx, &merged.id, &merge.pair_id, op.at).await?;
    tx.emit(
        op,
        &EntitiesChanged::of(list, How::Deleted, vec![merged.id], None),
    )
    .await?;
    touched.entry(list.id.clone()).or_default().push(survivor.id);
    tell(tx, op, touched).await
}

async fn part(tx: &mut Tx, op: &Op, list: &List, pair: &Pair, proposal: &Merge) -> Result<()> {
    let done = standing_merge(tx, pair, Some(&proposal.id)).await?;
    let mut survivor = survivor_of(tx, &done).await?;
    if !households::hold(tx, &survivor.id, proposal.survivor_version).await? {
        return Err(Problem::conflict("collect-households-changed-since"));
    }
    let merged = things::find_by_id(tx.conn(), &done.merged_id)
        .await?
        .ok_or_else(moved_on)?;
    if !things::set_deleted(tx, &merged.id, None, op.at).await?
        || !households::delete_alias(tx, &list.id, &merged.uuid).await?
    {
        return Err(moved_on());
    }
    let undo = done.undo.unwrap_or_default();
    let origin = origin(proposal);
    let source = entities::source(op, &origin);
    things::insert_source(tx, &source, op.at).await?;
    survivor.data = model::take_back(&survivor.data, &done.given, &undo.before);
    let received: Data = undo
        .before
        .keys()
        .map(|name| (name.clone(), survivor.data.get(name).cloned().unwrap_or_default()))
        .collect();
    entities::write_next(tx, op, &mut survivor, received, &source, &origin).await?;
    let mut touched: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for child in &undo.children {
        let Some(mut child) = things::find_by_id(tx.conn(), child).await? else {
            continue;
        };
        let is_still_there = child
            .parent
            .as_ref()
            .is_some_and(|parent| parent.uuid == survivor.uuid);
        // Who moved on since, or is gone, stays where they are.
        if !is_still_there || child.deleted_at.is_some() {
            continue;
        }
        child.parent = Some(parent(&merged));
        entities::write_next(tx, op, &mut child, Data::new(), &source, &origin).await?;
        touched.entry(child.list_id).or_default().push(child.id);
    }
    tx.emit(
        op,
        &EntitiesChanged::of(list, How::Restored, vec![merged.id], None),
    )
    .await?;
    touched.entry(list.id.clone()).or_default().push(survivor.id);
    tell(tx, op, touched).await
}

/// Says in each list which entities were changed.
async fn tell(tx: &mut Tx, op: &Op, touched: BTreeMap<String, Vec<String>>) -> Result<()> {
    for (list, changed) in touched {
        lists::touch(tx, &list, op.at).await?;
        if let Some(list) = lists::find_by_id(tx.conn(), &list).await? {
            tx.emit(op, &EntitiesChanged::of(&list, How::Changed, changed, None))
                .await?;
        }
    }
    Ok(())
}

fn origin(merge: &Merge) -> Origin {
    Origin {
        kind: merge.kind.as_str(),
        details: Some(serde_json::json!({ "merge": merge.id }).to_string()),
        user_agent: None,
    }
}

fn parent(of: &Entity) -> Parent {
    Parent {
        uuid: of.uuid.clone(),
        id: Some(of.id.clone()),
        label: Some(of.label.clone()),
    }
}

/// Whether one entity is an ancestor of another: merged, it would be its own.
async fn is_above(tx: &mut Tx, above: &Entity, below: &Entity) -> Result<bool> {
    let mut seen = BTreeSet::new();
    let mut next = below.parent.as_ref().and_then(|parent| parent.id.clone());
    while let Some(id) = next {
        if id == above.id {
            return Ok(true);
        }
        if !seen.insert(id.clone()) {
            return Ok(false);
        }
        let found = things::find_by_id(tx.conn(), &id).await?;
        next = found.and_then(|found| found.parent).and_then(|parent| parent.id);
    }
    Ok(false)
}

async fn there(tx: &mut Tx, entity: &str) -> Result<Entity> {
    let found = things::find_by_id(tx.conn(), entity).await?;
    found
        .filter(|entity| entity.deleted_at.is_none())
        .ok_or_else(moved_on)
}

/// The merge by which the two of a pair are one.
/// The merge in force of a pair; `parting` is the proposal to part them that was confirmed a moment ago.
async fn standing_merge(tx: &mut Tx, pair: &Pair, parting: Option<&str>) -> Result<Merge> {
    let all = households::merges_of_pair(tx.conn(), &pair.id).await?;
    let last = all
        .into_iter()
        .rev()
        .find(|merge| merge.state == MergeState::Confirmed && Some(merge.id.as_str()) != parting);
    last.filter(|merge| merge.kind == MergeKind::Merge)
        .ok_or_else(moved_on)
}

async fn survivor_of(tx: &mut Tx, merge: &Merge) -> Result<Entity> {
    let found = things::find_by_id(tx.conn(), &merge.survivor_id)
        .await?
        .ok_or_else(moved_on)?;
    match found.deleted_at {
        None => Ok(found),
        Some(_) => Err(Problem::conflict("collect-households-merged-since")),
    }
}

async fn open_proposal(tx: &mut Tx, pair: &Pair) -> Result<Merge> {
    let all = households::merges_of_pair(tx.conn(), &pair.id).await?;
    all.into_iter()
        .find(|merge| merge.state == MergeState::Proposed)
        .ok_or_else(moved_on)
}

/// Passes those who hold one of `roles` over both of a pair; who may not read it does not learn that it is there.
async fn allowed(
    app: &App,
    op: &Op,
    pair_id: &str,
    roles: &[crate::platform::op::Role],
) -> Result<(Pair, List)> {
    op.require(&super::READERS)?;
    let pair = households::find_pair(app.db.read(), pair_id)
        .await?
        .ok_or_else(pair_unknown)?;
    let list = lists::find_by_id(app.db.read(), &pair.list_id)
        .await?
        .ok_or_else(pair_unknown)?;
    let scope = Scope::of(app, op, &list).await?;
    let (one, other) = (pair.one.place.as_deref(), pair.other.place.as_deref());
    if !scope.covers(&super::READERS, one) || !scope.covers(&super::READERS, other) {
        return Err(pair_unknown());
    }
    if !scope.covers(roles, one) || !scope.covers(roles, other) {
        return Err(Problem::forbidden("not-allowed"));
    }
    Ok((pair, list))
}

async fn confirmers(app: &App, op: &Op, pair: &Pair, list: &List) -> Result<()> {
    let scope = Scope::of(app, op, list).await?;
    let both = [pair.one.place.as_deref(), pair.other.place.as_deref()];
    match both.into_iter().all(|place| scope.covers(&CONFIRMERS, place)) {
        true => Ok(()),
        false => Err(Problem::forbidden("not-allowed")),
    }
}

/// Lets the households of a pair of members be looked at again.
async fn recheck_parents(tx: &mut Tx, op: &Op, pair: &Pair, list: &List) -> Result<()> {
    let mut parents = BTreeSet::new();
    for side in [&pair.one, &pair.other] {
        let found = things::find_by_id(tx.conn(), &side.id).await?;
        parents.extend(found.and_then(|found| found.parent).and_then(|parent| parent.id));
    }
    let Some(parent_list) = list.parent_list.clone().filter(|_| !parents.is_empty()) else {
        return Ok(());
    };
    for parent in &parents {
        households::unkey(tx, parent).await?;
    }
    tx.enqueue(op, &super::FindLikely { list: parent_list }).await
}

async fn moved(tx: &mut Tx, op: &Op, merge: &Merge, state: MergeState) -> Result<()> {
    tx.emit(
        op,
        &MergeMoved {
            merge: merge.id.clone(),
            kind: merge.kind.as_str(),
            state: state.as_str(),
            survivor: merge.survivor_id.clone(),
            merged: merge.merged_id.clone(),
        },
    )
    .await
}

/// Longest reason.
const MOST_WORDS: usize = 1000;

fn reason(why: &str) -> Result<String> {
    let why: String = why.trim().chars().take(MOST_WORDS).collect();
    if why.is_empty() {
        return Err(Problem::invalid("fields").field("why", "collect-households-why-missing"));
    }
    Ok(why)
}

fn me(op: &Op) -> Result<String> {
    Ok(op.require_person()?.id.clone())
}

fn moved_on() -> Problem {
    Problem::conflict("collect-households-moved-on")
}
