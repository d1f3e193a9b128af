//! Finding likely duplicates: keys of every entity, kept as marks, and the job that looks for pairs after something changed.

use std::{collections::BTreeSet, sync::Arc};

use measures::persons::{
    blocks,
    names::Language,
    weigh::{self, Person, Weights},
};
use serde::{Deserialize, Serialize};

use super::model::{self, ASKED, Kind, Known, LIKELY, Meanings, PairState, SURE};
use crate::{
    collect::{
        entities::{
            self,
            model::{Data, Entity, List},
        },
        library,
        store::{
            self,
            entities::{lists, things},
            households::{self, Found},
        },
    },
    places::{self, model::Places},
    platform::{app::App, id, jobs::Job, op::Op, problem::Result, vault::Vault},
};

/// Entities whose keys are made in one transaction.
const BATCH: i64 = 100;
/// Entities that are weighed, of those that share the most keys.
const MOST_WEIGHED: usize = 60;
/// Pairs that one entity may add.
const MOST_PAIRS: usize = 5;

/// Makes the keys of what changed in a list, and looks for likely duplicates of it. Run twice, it finds nothing more to do.
#[derive(Debug, Serialize, Deserialize)]
pub struct FindLikely {
    pub list: String,
}

impl Job for FindLikely {
    const NAME: &'static str = "collect.find-likely";

    fn key(&self) -> Option<String> {
        Some(self.list.clone())
    }

    async fn run(self, app: &App) -> anyhow::Result<()> {
        let list = lists::find_by_id(app.db.read(), &self.list).await?;
        let looking = match &list {
            Some(list) if list.deleted_at.is_none() => Looking::over(app, list).await?,
            _ => None,
        };
        let Some(looking) = looking else {
            let mut tx = app.db.begin().await?;
            households::forget_unkeyed(&mut tx, &self.list).await?;
            tx.commit().await?;
            return Ok(());
        };
        looking.follow_rules(app).await?;
        loop {
            let ids = households::list_unkeyed(app.db.read(), &self.list, BATCH).await?;
            if ids.is_empty() {
                return Ok(());
            }
            looking.look(app, &ids).await?;
        }
    }
}

/// What is needed to look for duplicates in a list.
pub(super) struct Looking {
    pub list: List,
    pub meanings: Meanings,
    language: Language,
    places: Arc<Places>,
    weights: Weights,
}

/// An entity that may be the same, and how likely it is, in percent.
pub(super) struct Likely {
    pub entity: Entity,
    pub percent: i64,
    pub n_members: i64,
}

impl Looking {
    /// Prepares to look in a list; `None` for one that holds neither persons nor households.
    pub async fn over(app: &App, list: &List) -> Result<Option<Looking>> {
        let properties = lists::properties(app.db.read(), &list.id).await?;
        let names: Vec<String> = properties.into_iter().map(|property| property.name).collect();
        let Some(meanings) = Meanings::of(&list.name, &names) else {
            return Ok(None);
        };
        let n = households::count_present(app.db.read(), &list.id).await?;
        Ok(Some(Looking {
            list: list.clone(),
            meanings,
            language: language_of(app, list).await?,
            places: places::all(app).await?,
            weights: Weights::among(u64::try_from(n).unwrap_or_default()),
        }))
    }

    /// Makes all keys anew, and looks for pairs again, when they were made by other rules; the number changes with keys and weights.
    async fn follow_rules(&self, app: &App) -> Result<()> {
        let rules = format!("2 {} {:?} {:?}", app.vault.key_id(), self.language, self.meanings);
        if households::find_rules(app.db.read(), &self.list.id)
            .await?
            .as_ref()
            == Some(&rules)
        {
            return Ok(());
        }
        let mut tx = app.db.begin().await?;
        households::unkey_list(&mut tx, &self.list.id).await?;
        households::set_rules(&mut tx, &self.list.id, &rules).await?;
        tx.commit().await
    }

    /// What an entity is compared by.
    pub fn person(&self, entity: &Entity) -> Person {
        let told_at = entity.changed_at.unwrap_or(entity.created_at);
        self.meanings.person(
            Known {
                label: &entity.label,
                data: &entity.data,
                year: model::year_of(told_at),
                places: self.lineage(entity.place.as_deref()),
                parent: entity.parent.as_ref().map(|parent| parent.uuid.as_str()),
            },
            self.language,
        )
    }

    /// What somebody who is being filed is compared by.
    pub fn person_of(&self, known: Known<'_>) -> Person {
        self.meanings.person(known, self.language)
    }

    /// The code of a place and of those above it, the narrowest first.
    pub fn lineage(&self, place: Option<&str>) -> Vec<String> {
        let Some(place) = place.and_then(|code| self.places.find(code)) else {
            return place.map(str::to_owned).into_iter().collect();
        };
        place
            .with_ancestors()
            .map(|above| above.code().to_owned())
            .collect()
    }

    /// Finds those that are most likely this person, from `least` percent on, the likeliest first.
    pub async fn likely(&self, app: &App, person: &Person, least: i64) -> Result<Vec<Likely>> {
        let marks = marks(&app.vault, &self.list.id, &blocks::looked_under(person));
        let found = households::find_by_marks(app.db.read(), &self.list.id, &marks, MOST_WEIGHED).await?;
        let mut likely = Vec::new();
        for (entity, _) in found {
            if let Some(entity) = things::find_by_id(app.db.read(), &entity).await?
                && let Some(one) = self.weigh(person, entity, 0, least)
            {
                likely.push(one);
            }
        }
        likely.sort_by(|a, b| {
            b.percent
                .cmp(&a.percent)
                .then_with(|| a.entity.id.cmp(&b.entity.id))
        });
        Ok(likely)
    }

    fn weigh(&self, person: &Person, entity: Entity, n_members: i64, least: i64) -> Option<Likely> {
        if entity.deleted_at.is_some() {
            return None;
        }
        let bits = weigh::weigh(person, &self.person(&entity), &self.weights).total();
        let percent = model::percent(bits, n_members);
        (percent >= least).then_some(Likely {
            entity,
            percent,
            n_members,
        })
    }

    async fn look(&self, app: &App, ids: &[String]) -> Result<()> {
        let op = Op::system(app.clock.now());
        let mut entities = Vec::with_capacity(ids.len());
        for id in ids {
            entities.extend(things::find_by_id(app.db.read(), id).await?);
        }
        let mut tx = app.db.begin().await?;
        for entity in &entities {
            let keys = match entity.deleted_at {
                None => blocks::filed_under(&self.person(entity)),
                Some(_) => BTreeSet::new(),
            };
            households::set_keys(
                &mut tx,
                &self.list.id,
                &entity.id,
                &marks(&app.vault, &self.list.id, &keys),
            )
            .await?;
        }
        tx.commit().await?;
        let mut found = Vec::with_capacity(entities.len());
        for entity in entities.iter().filter(|entity| entity.deleted_at.is_none()) {
            found.push((entity, self.find_pairs(app, entity).await?));
        }
        let mut tx = app.db.begin().await?;
        let mut parents = BTreeSet::new();
        for (entity, likely) in &found {
            for pair in likely {
                let is_older = pair.entity.id < entity.id;
                let (one, other) = if is_older {
                    (&pair.entity, *entity)
                } else {
                    (*entity, &pair.entity)
                };
                let state = if pair.is_apart && pair.percent < SURE {
                    PairState::Different
                } else {
                    PairState::Open
                };
                let is_news = households::save_pair(
                    &mut tx,
                    &Found {
                        id: &id::fresh(op.at),
                        list_id: &self.list.id,
                        one_id: &one.id,
                        other_id: &other.id,
                        percent: pair.percent,
                        n_members: pair.n_members,
                        is_asked: pair.is_apart,
                        state,
                        at: op.at,
                    },
                )
                .await?;
                let parent = |of: &Entity| of.parent.as_ref().and_then(|parent| parent.id.clone());
                // Who is known already moves nobody's parents, so that this comes to an end whoever belongs to whom.
                if let (true, Some(one), Some(other)) = (is_news, parent(one), parent(other))
                    && one != other
                {
                    parents.extend([one, other]);
                }
            }
        }
        for entity in &entities {
            let kept: Vec<&str> = found
                .iter()
                .filter(|(of, _)| of.id == entity.id)
                .flat_map(|(_, likely)| likely.iter().map(|pair| pair.entity.id.as_str()))
                .collect();
            for pair in households::pairs_of(tx.conn(), &entity.id).await? {
                let partner = if pair.one.id == entity.id {
                    &pair.other.id
                } else {
                    &pair.one.id
                };
                if pair.state.is_undecided() && !kept.contains(&partner.as_str()) {
                    households::move_pair(&mut tx, &pair.id, pair.state, PairState::Gone).await?;
                }
            }
            households::keyed(&mut tx, &self.list.id, &entity.id).await?;
        }
        let known: BTreeSet<&str> = entities.iter().map(|entity| entity.id.as_str()).collect();
        for id in ids.iter().filter(|id| !known.contains(id.as_str())) {
            households::keyed(&mut tx, &self.list.id, id).await?;
        }
        let mut parent_lists = BTreeSet::new();
        for parent in parents {
            let found = things::find_by_id(tx.conn(), &parent).await?;
            if let Some(parent) = found.filter(|parent| parent.list_id != self.list.id) {
                households::unkey(&mut tx, &parent.id).await?;
                parent_lists.insert(parent.list_id);
            }
        }
        for list in parent_lists {
            tx.enqueue(&op, &FindLikely { list }).await?;
        }
        tx.commit().await
    }

    async fn find_pairs(&self, app: &App, entity: &Entity) -> Result<Vec<NewPair>> {
        let person = self.person(entity);
        let mut likely = self.likely(app, &person, ASKED).await?;
        if self.meanings.kind == Kind::Household {
            for (other, n_members) in households::sharing(app.db.read(), &entity.id).await? {
                likely.retain(|known| known.entity.id != other);
                if let Some(other) = things::find_by_id(app.db.read(), &other).await?
                    && other.list_id == self.list.id
                {
                    likely.extend(self.weigh(&person, other, n_members, LIKELY));
                }
            }
            likely.sort_by_key(|likely| -likely.percent);
        }
        let apart = households::list_apart(app.db.read(), &self.list.id, &entity.uuid).await?;
        let mut pairs = Vec::new();
        let others = likely
            .into_iter()
            .filter(|likely| likely.entity.id != entity.id && likely.percent >= LIKELY);
        for likely in others.take(MOST_PAIRS) {
            let is_apart = apart.iter().any(|(other, _)| *other == likely.entity.id)
                || households::list_apart(app.db.read(), &self.list.id, &likely.entity.uuid)
                    .await?
                    .iter()
                    .any(|(other, _)| *other == entity.id);
            pairs.push(NewPair {
                entity: likely.entity,
                percent: likely.percent,
                n_members: likely.n_members,
                is_apart,
            });
        }
        Ok(pairs)
    }
}

/// Finds the one of a list who is most likely this person, with the probability in percent, among those the caller is offered while
/// they fill a form.
///
/// # Errors
/// When the database fails.
pub async fn find_likely(
    app: &App,
    op: &Op,
    list: &List,
    label: &str,
    data: &Data,
) -> Result<Option<(Entity, i64)>> {
    let Some(looking) = Looking::over(app, list).await? else {
        return Ok(None);
    };
    let is_known = |code: &str| looking.places.find(code).is_some();
    let place = entities::model::place_of(data, is_known);
    let person = looking.person_of(Known {
        label,
        data,
        year: model::year_of(app.clock.now()),
        places: looking.lineage(place.as_deref()),
        parent: None,
    });
    let view = entities::offered(app, op, list).await?;
    let likely = looking.likely(app, &person, ASKED).await?;
    let seen = likely
        .into_iter()
        .find(|likely| entities::is_seen(&view, &likely.entity, &looking.places));
    Ok(seen.map(|likely| (likely.entity, likely.percent)))
}

struct NewPair {
    entity: Entity,
    percent: i64,
    n_members: i64,
    /// Whoever filed one of them said they are two.
    is_apart: bool,
}

/// What keys are kept as: nobody who reads the database alone can tell a name from them.
fn marks(vault: &Vault, list: &str, keys: &BTreeSet<String>) -> Vec<i64> {
    let mark = |key: &String| {
        let mark = vault.mark("entity-key", &format!("{list} {key}"));
        u64::from_str_radix(&mark[..16], 16).map_or(0, u64::cast_signed)
    };
    keys.iter().map(mark).collect()
}

/// The language by whose habits names of a list are read: of the installation, or of the forms that write the list.
///
/// English alone says nothing of whose names they are: it is what forms are first written in.
async fn language_of(app: &App, list: &List) -> Result<Language> {
    let telling =
        |tag: &str| Some(Language::of(tag)).filter(|it| !matches!(it, Language::English | Language::Any));
    if let Some(language) = telling(&app.config.language) {
        return Ok(language);
    }
    for writer in lists::writers(app.db.read(), list.project_id, &list.name).await? {
        let form = store::find_form(app.db.read(), list.project_id, &writer.xml_form_id).await?;
        let Some(form) = form.filter(|_| !writer.is_draft) else {
            continue;
        };
        let questionnaire = library::current(app, &form).await?;
        for language in questionnaire.xform.languages() {
            // "Bahasa Indonesia (id)", or the bare tag.
            let tag = language
                .rsplit_once('(')
                .map_or(language.as_str(), |(_, tag)| tag.trim_end_matches(')'));
            if let Some(language) = telling(tag.trim()) {
                return Ok(language);
            }
        }
    }
    Ok(Language::Any)
}
