//! Reading pairs and households: as far as the caller reads what was filed, and no further.

use std::collections::{BTreeMap, HashMap};

use super::{
    CONFIRMERS, PROPOSERS, Scope,
    model::{self, Compared, Happening, Kind, Meanings, Merge, MergeState, Pair, PairState},
    pair_unknown,
};
use crate::{
    accounts::Reach,
    collect::{
        READERS,
        entities::{
            self,
            model::{Difference, Entity, List, SourceSubmission, Version, differences},
        },
        model::Project,
        store::{
            self,
            entities::{lists, things},
            households,
        },
    },
    platform::{
        app::App,
        op::{Op, Role},
        problem::{Problem, Result},
        time::Time,
    },
};

/// Most that was ever of one household and is shown.
const MOST_MEMBERS: i64 = 500;

/// A list in which duplicates are looked for.
#[derive(Debug, Clone)]
pub struct Told {
    pub list: List,
    pub project: Project,
    pub kind: Kind,
    pub n: HashMap<&'static str, i64>,
}

impl Told {
    /// How many pairs are in a state.
    pub fn n(&self, state: PairState) -> i64 {
        self.n.get(state.as_str()).copied().unwrap_or_default()
    }
}

/// Lists the lists of households and members that the caller may read something of.
///
/// # Errors
/// `not-allowed` for those who may not read what was filed.
pub async fn overview(app: &App, op: &Op) -> Result<Vec<Told>> {
    op.require(&READERS)?;
    let mut told = Vec::new();
    for list in lists::list(app.db.read(), 0, false).await? {
        let Some(kind) = kind_of(app, &list).await? else {
            continue;
        };
        let reach = Scope::of(app, op, &list).await?.reach();
        if reach == Reach::Within(Vec::new()) {
            continue;
        }
        let Some(project) = store::find_project(app.db.read(), list.project_id).await? else {
            continue;
        };
        let counts = households::count_pairs(app.db.read(), &list.id, &reach, !list.is_placed).await?;
        let n = counts.into_iter().map(|(state, n)| (state.as_str(), n)).collect();
        told.push(Told {
            list,
            project,
            kind,
            n,
        });
    }
    // Households before their members.
    told.sort_by_key(|told| (told.project.id, told.kind == Kind::Person, told.list.name.clone()));
    Ok(told)
}

/// Finds a list of households or members by its project and name.
///
/// # Errors
/// `collect-list-unknown`, also for one that holds neither; `not-allowed`.
pub async fn list(app: &App, op: &Op, project: &str, name: &str) -> Result<(List, Project, Kind)> {
    op.require(&READERS)?;
    let unknown = || Problem::not_found("collect-list-unknown").with("list", name);
    let project = store::find_project_by_slug(app.db.read(), project)
        .await?
        .ok_or_else(unknown)?;
    let list = lists::find(app.db.read(), project.id, name)
        .await?
        .ok_or_else(unknown)?;
    let kind = kind_of(app, &list).await?.ok_or_else(unknown)?;
    if Scope::of(app, op, &list).await?.reach() == Reach::Within(Vec::new()) {
        return Err(Problem::forbidden("not-allowed"));
    }
    Ok((list, project, kind))
}

async fn kind_of(app: &App, list: &List) -> Result<Option<Kind>> {
    Ok(meanings_of(app, list).await?.map(|(meanings, _)| meanings.kind))
}

async fn meanings_of(app: &App, list: &List) -> Result<Option<(Meanings, Vec<String>)>> {
    let properties = lists::properties(app.db.read(), &list.id).await?;
    let names: Vec<String> = properties.into_iter().map(|property| property.name).collect();
    Ok(Meanings::of(&list.name, &names).map(|meanings| (meanings, names)))
}

/// Lists pairs of a list in a state, the likeliest first, of which the caller may read both.
///
/// # Errors
/// `not-allowed`.
pub async fn pairs(
    app: &App,
    op: &Op,
    list: &List,
    state: PairState,
    skip: i64,
    most: i64,
) -> Result<Vec<Pair>> {
    op.require(&READERS)?;
    let scope = Scope::of(app, op, list).await?;
    let mut found = households::list_pairs(
        app.db.read(),
        &list.id,
        state,
        &scope.reach(),
        !list.is_placed,
        skip,
        most,
    )
    .await?;
    found.retain(|pair| scope.covers(&READERS, pair.other.place.as_deref()));
    Ok(found)
}

/// Lists households of a list, the newest first; `before` (our id) continues an earlier list.
///
/// # Errors
/// `not-allowed`.
pub async fn list_households(
    app: &App,
    op: &Op,
    list: &List,
    before: Option<&str>,
    most: usize,
) -> Result<Vec<Entity>> {
    entities::list_entities(app, op, list, entities::Which::Present, before, most).await
}

/// Two that may be the same, side by side.
#[derive(Debug, Clone)]
pub struct Beside {
    pub pair: Pair,
    pub list: List,
    pub project: Project,
    pub kind: Kind,
    pub one: Entity,
    pub other: Entity,
    pub rows: Vec<Compared>,
    /// Of households: who is in each.
    pub members: [Vec<Entity>; 2],
    /// Every proposal, the first first.
    pub merges: Vec<Merge>,
    pub may_propose: bool,
    /// May settle the proposal that waits: it is not their own.
    pub may_confirm: bool,
    pub is_own_proposal: bool,
    /// Who said what they are, by themselves.
    pub decider: Option<String>,
}

impl Beside {
    /// The proposal that waits for a second person.
    pub fn proposal(&self) -> Option<&Merge> {
        self.merges
            .iter()
            .find(|merge| merge.state == MergeState::Proposed)
    }

    /// The merge by which they are one.
    pub fn merged_by(&self) -> Option<&Merge> {
        self.merges
            .iter()
            .rev()
            .find(|merge| merge.state == MergeState::Confirmed)
            .filter(|merge| merge.kind == model::MergeKind::Merge)
    }
}

/// Finds a pair with all that tells the two apart.
///
/// # Errors
/// `collect-households-pair-unknown`, also for one of which the caller may not read both; `not-allowed`.
pub async fn pair(app: &App, op: &Op, id: &str) -> Result<Beside> {
    op.require(&READERS)?;
    let pair = households::find_pair(app.db.read(), id)
        .await?
        .ok_or_else(pair_unknown)?;
    let list = lists::find_by_id(app.db.read(), &pair.list_id)
        .await?
        .ok_or_else(pair_unknown)?;
    let scope = Scope::of(app, op, &list).await?;
    let places = [pair.one.place.as_deref(), pair.other.place.as_deref()];
    let covers = |roles: &[Role]| places.iter().all(|place| scope.covers(roles, *place));
    if !covers(&READERS) {
        return Err(pair_unknown());
    }
    let (may_propose, may_settle) = (covers(&PROPOSERS), covers(&CONFIRMERS));
    let project = store::find_project(app.db.read(), list.project_id)
        .await?
        .ok_or_else(pair_unknown)?;
    let (meanings, order) = meanings_of(app, &list).await?.ok_or_else(pair_unknown)?;
    let one = things::find_by_id(app.db.read(), &pair.one.id)
        .await?
        .ok_or_else(pair_unknown)?;
    let other = things::find_by_id(app.db.read(), &pair.other.id)
        .await?
        .ok_or_else(pair_unknown)?;
    let merges = households::merges_of_pair(app.db.read(), &pair.id).await?;
    let me = op.person().map(|me| me.id.as_str());
    let proposal = merges.iter().find(|merge| merge.state == MergeState::Proposed);
    let is_own_proposal = proposal.is_some_and(|merge| Some(merge.proposed_by.as_str()) == me);
    let mut members = [Vec::new(), Vec::new()];
    if meanings.kind == Kind::Household {
        members = [
            things::children(app.db.read(), &one.id, MOST_MEMBERS).await?,
            things::children(app.db.read(), &other.id, MOST_MEMBERS).await?,
        ];
    }
    let decider = match &pair.decided_by {
        Some(by) => households::names(app.db.read(), std::slice::from_ref(by))
            .await?
            .remove(by),
        None => None,
    };
    Ok(Beside {
        rows: model::compare(&one, &other, &order),
        kind: meanings.kind,
        may_confirm: may_settle && proposal.is_some() && !is_own_proposal,
        may_propose,
        is_own_proposal,
        pair,
        list,
        project,
        one,
        other,
        members,
        merges,
        decider,
    })
}

/// A household, with everybody who is or was of it.
#[derive(Debug, Clone)]
pub struct Seen {
    pub list: List,
    pub project: Project,
    pub household: Entity,
    pub members: Vec<Member>,
    /// Visits and other occasions on which something was learned of it, the newest first.
    pub rounds: Vec<Round>,
    /// Merges and partings it was part of, the first first.
    pub merges: Vec<Merge>,
    /// Pairs it is one of that somebody should look at, or that were made one.
    pub pairs: Vec<Pair>,
}

/// Somebody who is or was of a household.
#[derive(Debug, Clone)]
pub struct Member {
    pub entity: Entity,
    pub list_name: String,
    pub is_here: bool,
    /// What happened to them here last.
    pub last: Option<(Happening, Time)>,
}

/// One occasion on which something was learned: a submission, or what somebody did at the desk.
#[derive(Debug, Clone)]
pub struct Round {
    pub at: Time,
    /// `submission`, `merge`, `unmerge`, `api`, `desk`, `upload`.
    pub kind: String,
    pub submission: Option<SourceSubmission>,
    pub by: Option<String>,
    pub lines: Vec<Line>,
}

/// What a round said of the household or of one member.
#[derive(Debug, Clone)]
pub struct Line {
    pub label: String,
    /// `None` for the household itself.
    pub happening: Option<Happening>,
    pub changes: Vec<Difference>,
}

/// Finds a household by the id that forms know it by; the id of one that was merged finds the one that remains.
///
/// # Errors
/// `collect-entity-unknown`, also for one out of the caller's reach; `not-allowed`.
pub async fn household(app: &App, op: &Op, list: &List, project: Project, uuid: &str) -> Result<Seen> {
    let household = entities::present(app, op, list, uuid).await?;
    let scope = Scope::of(app, op, list).await?;
    let own = entities::versions(app, &household).await?;
    let began = household.created_at;
    let mut rounds: BTreeMap<(i64, String), Round> = BTreeMap::new();
    note(&mut rounds, &household.label, &own, |_| Some(None));
    let mut members = Vec::new();
    let mut known: HashMap<String, (String, Option<Meanings>)> = HashMap::new();
    for id in households::ever_children(app.db.read(), list.project_id, &household.uuid, MOST_MEMBERS).await?
    {
        let Some(entity) = things::find_by_id(app.db.read(), &id).await? else {
            continue;
        };
        // A member who moved out of reach is not shown where they are now.
        if !scope.covers(&READERS, entity.place.as_deref()) {
            continue;
        }
        if !known.contains_key(&entity.list_id) {
            let of = lists::find_by_id(app.db.read(), &entity.list_id).await?;
            let (name, meanings) = match of {
                Some(of) => (
                    of.name.clone(),
                    meanings_of(app, &of).await?.map(|(meanings, _)| meanings),
                ),
                None => (String::new(), None),
            };
            known.insert(entity.list_id.clone(), (name, meanings));
        }
        let (list_name, meanings) = &known[&entity.list_id];
        let versions = entities::versions(app, &entity).await?;
        let told = model::happenings(&household.uuid, began, meanings.as_ref(), &versions);
        note(&mut rounds, &entity.label, &versions, |nth| {
            told.iter()
                .find(|(at, _)| *at == nth)
                .map(|(_, what)| Some(*what))
        });
        members.push(Member {
            is_here: entity.deleted_at.is_none() && model::is_member(&household.uuid, &versions),
            last: told.last().map(|(nth, what)| (*what, versions[*nth].created_at)),
            list_name: list_name.clone(),
            entity,
        });
    }
    members.sort_by_key(|member| !member.is_here);
    let mut rounds: Vec<Round> = rounds.into_values().rev().collect();
    let accounts: Vec<String> = rounds.iter().filter_map(|round| round.by.clone()).collect();
    let names = households::names(app.db.read(), &accounts).await?;
    for round in &mut rounds {
        round.by = round.by.take().and_then(|by| names.get(&by).cloned());
    }
    let mut pairs = households::pairs_of(app.db.read(), &household.id).await?;
    pairs.retain(|pair| {
        let partner = if pair.one.id == household.id {
            &pair.other
        } else {
            &pair.one
        };
        !matches!(pair.state, PairState::Gone | PairState::Different)
            && scope.covers(&READERS, partner.place.as_deref())
    });
    Ok(Seen {
        merges: households::merges_of_entity(app.db.read(), &household.id).await?,
        list: list.clone(),
        project,
        household,
        members,
        rounds,
        pairs,
    })
}

/// Notes what each version of an entity said, under the occasion it was said on; `tells` says of which versions, and what they meant.
fn note(
    rounds: &mut BTreeMap<(i64, String), Round>,
    label: &str,
    versions: &[Version],
    tells: impl Fn(usize) -> Option<Option<Happening>>,
) {
    let changes = differences(versions);
    for (nth, version) in versions.iter().enumerate() {
        // What was said of somebody while they lived elsewhere is not told here.
        let Some(happening) = tells(nth) else { continue };
        let at = (version.created_at.0, version.source.id.clone());
        let round = rounds.entry(at).or_insert_with(|| Round {
            at: version.created_at,
            kind: version.source.kind.clone(),
            submission: version.source.submission.clone(),
            by: version.created_by.clone(),
            lines: Vec::new(),
        });
        let changes = match nth {
            0 => Vec::new(),
            nth => changes[nth - 1].clone(),
        };
        let is_silent = changes.is_empty() && matches!(happening, None | Some(Happening::Changed));
        if !is_silent {
            round.lines.push(Line {
                label: label.to_owned(),
                happening,
                changes,
            });
        }
    }
}
