//! Entity lists of the other server, their properties, and every version of every entity.

use std::collections::{BTreeMap, HashMap, HashSet};

use anyhow::Context;
use futures::{StreamExt, TryStreamExt, stream};

use super::{
    Run,
    people::People,
    remote::{self, Entity, EntityVersion, PAGE, encoded},
    report::{ListReport, ProjectReport},
    time,
};
use crate::{
    collect::{
        entities::{
            self, Change, NewEntity, Origin, Which,
            lists::{self, ListChange},
            model::List,
        },
        model::Project,
        store,
    },
    platform::{i18n::Lang, problem::Kind},
};

/// Entities that are fetched at the same time.
const AT_ONCE: usize = 6;

impl Run<'_> {
    /// Brings the lists and their properties, before the forms that name them.
    pub(super) async fn entity_lists(
        &self,
        base: &str,
        project: &Project,
        report: &mut ProjectReport,
    ) -> anyhow::Result<()> {
        let listed: Vec<remote::List> = self
            .remote
            .find(&format!("{base}/datasets"))
            .await?
            .unwrap_or_default();
        for there in listed {
            let at = format!("{base}/datasets/{}", encoded(&there.name));
            let Some(there) = self.remote.find::<remote::List>(&at).await? else {
                continue;
            };
            let op = self.op(None, time(there.created_at.as_deref(), self.app));
            let wanted = ListChange {
                needs_approval: there.approval_required,
                is_own_only: there.owner_only,
                ..ListChange::default()
            };
            let list = match lists::find(self.app, &op, project, &there.name).await {
                Ok(list) => list,
                Err(problem) if problem.kind() == Kind::NotFound => {
                    lists::add(self.app, &op, project, &there.name, wanted).await?
                }
                Err(problem) => return Err(problem).context("find a list"),
            };
            let mut brought = ListReport {
                name: there.name.clone(),
                ..ListReport::default()
            };
            for property in &there.properties {
                self.property(&list, &property.name, &mut brought).await?;
                brought.properties += 1;
            }
            report.lists.push(brought);
        }
        Ok(())
    }

    async fn property(&self, list: &List, name: &str, report: &mut ListReport) -> anyhow::Result<()> {
        let known = lists::properties(self.app, list).await?;
        if known.iter().any(|property| property.name == name) {
            return Ok(());
        }
        let op = self.op(None, self.app.clock.now());
        match lists::add_property(self.app, &op, list, name).await {
            Ok(()) => Ok(()),
            Err(problem) if problem.kind() == Kind::Internal => Err(problem).context("add a property"),
            Err(problem) => {
                report
                    .left
                    .push(format!("property {name}: {}", problem.sentence(Lang::default())));
                Ok(())
            }
        }
    }

    /// Brings what the lists hold.
    pub(super) async fn entities(
        &self,
        base: &str,
        project: &Project,
        people: &mut People,
        report: &mut ProjectReport,
    ) -> anyhow::Result<()> {
        for at in 0..report.lists.len() {
            let mut brought = std::mem::take(&mut report.lists[at]);
            let named = format!("bring entity list {}", brought.name);
            let done = self.entities_of(base, project, people, &mut brought).await;
            report.lists[at] = brought;
            done.context(named)?;
        }
        Ok(())
    }

    async fn entities_of(
        &self,
        base: &str,
        project: &Project,
        people: &mut People,
        report: &mut ListReport,
    ) -> anyhow::Result<()> {
        (self.tell)(&format!("  entity list {}", report.name));
        let op = self.op(None, self.app.clock.now());
        let list = lists::find(self.app, &op, project, &report.name).await?;
        let at = format!("{base}/datasets/{}/entities", encoded(&report.name));
        let listed = self.entities_there(&at).await?;
        report.entities_there = listed.len();
        let within = format!("{at}/");
        let known: HashMap<String, String> =
            store::import::list(self.app.db.read(), &self.source, "entity", &within)
                .await?
                .into_iter()
                .map(|(key, mark, _)| (key, mark))
                .collect();
        let mut due: Vec<Entity> = listed
            .into_iter()
            .filter(|there| known.get(&format!("{within}{}", there.uuid)) != Some(&mark_of(there)))
            .collect();
        // The oldest first, so that lists here stand in the order in which they were made; lists there begin with the newest.
        due.reverse();
        due.sort_by(|a, b| a.created_at.cmp(&b.created_at));
        let mut fetched = stream::iter(due)
            .map(|there| {
                let path = format!("{at}/{}/versions", encoded(&there.uuid));
                async move {
                    let versions: Vec<EntityVersion> = self.remote.list_extended(&path).await?;
                    anyhow::Ok((there, versions))
                }
            })
            .buffered(AT_ONCE);
        let mut properties: HashSet<String> = lists::properties(self.app, &list)
            .await?
            .into_iter()
            .map(|property| property.name)
            .collect();
        while let Some((there, mut versions)) = fetched.try_next().await? {
            versions.sort_by_key(|version| version.version);
            for name in versions.iter().flat_map(|version| version.data.keys()) {
                if properties.insert(name.clone()) {
                    self.property(&list, name, report).await?;
                }
            }
            match self.entity(&list, &there, &versions, people).await? {
                Ok(()) => {
                    self.mark(
                        "entity",
                        &format!("{within}{}", there.uuid),
                        &mark_of(&there),
                        &list.id,
                    )
                    .await?;
                }
                Err(sentence) => report.left.push(format!("{}: {sentence}", there.uuid)),
            }
            report.versions += versions.len();
        }
        let here = entities::count_entities(self.app, &op, &list, Which::Present).await?;
        report.entities_here = usize::try_from(here).unwrap_or(0);
        if report.entities_here + report.left.len() < report.entities_there {
            report.different.push(format!(
                "{} entities are there and not here",
                report.entities_there - report.entities_here
            ));
        }
        Ok(())
    }

    async fn entities_there(&self, at: &str) -> anyhow::Result<Vec<Entity>> {
        let mut all: Vec<Entity> = Vec::new();
        let mut seen = HashSet::new();
        loop {
            let path = format!("{at}?limit={PAGE}&offset={}", all.len());
            let page: Vec<Entity> = self.remote.list(&path).await?;
            let (n, before) = (page.len(), all.len());
            // A server that knows no pages gives everything again.
            all.extend(
                page.into_iter()
                    .filter(|each| each.deleted_at.is_none() && seen.insert(each.uuid.clone())),
            );
            if n != PAGE || all.len() == before {
                return Ok(all);
            }
        }
    }

    /// Brings the versions that are not here yet, or says why one cannot come.
    async fn entity(
        &self,
        list: &List,
        there: &Entity,
        versions: &[EntityVersion],
        people: &mut People,
    ) -> anyhow::Result<Result<(), String>> {
        let uuid = there.uuid.as_str();
        let admin = self.op(None, self.app.clock.now());
        let mut here = match entities::entity(self.app, &admin, list, uuid).await {
            Ok(entity) => entity.version,
            Err(problem) if problem.kind() == Kind::NotFound => 0,
            Err(problem) => return Err(problem).context("find an entity"),
        };
        let origin = Origin {
            kind: "api",
            ..Origin::default()
        };
        let mut before: BTreeMap<String, String> = BTreeMap::new();
        for (at, version) in versions.iter().enumerate() {
            let number = i64::try_from(at + 1).unwrap_or(i64::MAX);
            let data: BTreeMap<String, String> = version
                .data
                .iter()
                .map(|(name, value)| (name.clone(), value.clone().unwrap_or_default()))
                .collect();
            if number <= here {
                before = data;
                continue;
            }
            let creator = people
                .named(self, version.creator.as_ref(), version.creator_id)
                .await?;
            let made = match number {
                1 => there.created_at.as_deref().or(version.created_at.as_deref()),
                _ => version.created_at.as_deref(),
            };
            let op = self.op(creator.as_deref(), time(made, self.app));
            let told = if number == 1 {
                let new = NewEntity {
                    uuid: Some(uuid.to_owned()),
                    label: version.label.clone(),
                    data: data.clone().into_iter().collect(),
                    parent: None,
                };
                entities::add(self.app, &op, list, vec![new], &origin)
                    .await
                    .map(|_| ())
            } else {
                let changed = data
                    .iter()
                    .filter(|(name, value)| before.get(*name) != Some(*value));
                let change = Change {
                    label: Some(version.label.clone()),
                    data: changed
                        .map(|(name, value)| (name.clone(), value.clone()))
                        .collect(),
                    ..Change::default()
                };
                entities::change(self.app, &op, list, uuid, change, &origin)
                    .await
                    .map(|_| ())
            };
            match told {
                Ok(()) => here = number,
                Err(problem) if problem.kind() == Kind::Internal => {
                    return Err(problem).context("bring an entity");
                }
                Err(problem) => return Ok(Err(problem.sentence(Lang::default()))),
            }
            before = data;
        }
        Ok(Ok(()))
    }
}

/// Tells whether an entity changed there since it was brought.
fn mark_of(there: &Entity) -> String {
    let version = there.current_version.as_ref().and_then(|version| version.version);
    format!(
        "{}|{}",
        version.unwrap_or(1),
        there.updated_at.as_deref().unwrap_or_default()
    )
}
