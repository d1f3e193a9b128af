//! Releasing a whole and its parts in one act: worked out from one counting, protected in one table, public at once.
//!
//! A second release of one of them alone could tell by subtraction what is withheld of another. Together each figure is protected
//! against what was last released of all.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use anyhow::Context;

use super::{
    make::{Ready, Shown, Tried, definition_of, is_still, keep, last_shown, put_in, refuse},
    model::{Release, are_of_one_counting, hide_held, settle},
};
use crate::{
    indicators::{
        Indicator, Run,
        compute::{count_at, lineage},
        find,
        model::{
            definition::Definition,
            observation::{Key, Observation, Published},
            tally::{Counted, Group, Sampled, Tally, tally_together},
        },
        store, together,
    },
    places,
    platform::{app::App, op::Op},
};

/// Makes the releases that were signed in one act, unless they are made already: all of them, or none.
///
/// # Errors
/// When the database or the lake fails in a way that may pass, or the numbers changed meanwhile.
pub async fn make(app: &App, op: &Op, ids: &[String]) -> anyhow::Result<()> {
    let mut asked = Vec::with_capacity(ids.len());
    for id in ids {
        asked.extend(store::releases::find(&app.db, id).await?);
    }
    let is_settled = |release: &Release| release.made.is_some() || release.trouble.is_some();
    if asked.len() < ids.len() || asked.iter().any(is_settled) {
        return Ok(());
    }
    let (releases, ready) = match work_out(app, asked.clone()).await? {
        Ok(worked_out) => worked_out,
        Err(trouble) => {
            for release in &asked {
                refuse(app, &release.id, &trouble).await?;
            }
            return Ok(());
        }
    };
    let mut made = Vec::with_capacity(releases.len());
    for (release, ready) in releases.into_iter().zip(ready) {
        let kept = keep(app, op, &release, ready).await?;
        made.push((release, kept));
    }
    let mut tx = app.db.begin().await?;
    for (release, made) in made {
        put_in(&mut tx, op, release, made).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// A member of a family with the counting that is public of it.
struct Member {
    indicator: Indicator,
    run: Arc<Run>,
    /// The definition that the counting was made by.
    definition: Definition,
    live: HashMap<Key, Observation>,
    /// What was last released of it; `None` where nothing was.
    shown: Option<Shown>,
}

/// Works out what each release of a family is to say, in the family's order.
async fn work_out(app: &App, asked: Vec<Release>) -> anyhow::Result<Tried<(Vec<Release>, Vec<Ready>)>> {
    let Some(first) = asked.first() else {
        return Ok(Ok((Vec::new(), Vec::new())));
    };
    let family = together::family(app, &first.indicator).await?.unwrap_or_default();
    let mut of_code: BTreeMap<String, Release> = asked
        .into_iter()
        .map(|release| (release.indicator.clone(), release))
        .collect();
    let releases: Vec<Release> = family
        .iter()
        .filter_map(|one| of_code.remove(&one.definition.code))
        .collect();
    if releases.len() != family.len() || !of_code.is_empty() {
        let trouble = "the whole or its parts are others than when this was signed: sign them together again";
        return Ok(Err(trouble.to_owned()));
    }
    let members = match gather(app, family).await? {
        Ok(members) => members,
        Err(trouble) => return Ok(Err(trouble)),
    };
    let ready = match members.iter().all(|member| member.shown.is_none()) {
        true => Ok(members.iter().map(Member::as_it_is).collect()),
        false => against(app, &members).await?,
    };
    // What is public and what it was made from must be of one run.
    for member in &members {
        let now = find(app, &member.indicator.definition.code).await?;
        anyhow::ensure!(
            is_still(&now, &member.run),
            "the numbers changed while they were released"
        );
    }
    Ok(ready.map(|ready| (releases, ready)))
}

/// Reads what is public of each member, live and released, if these can be released together.
async fn gather(app: &App, family: Vec<Indicator>) -> anyhow::Result<Tried<Vec<Member>>> {
    let mut members: Vec<Member> = Vec::with_capacity(family.len());
    for indicator in family {
        let code = indicator.definition.code.clone();
        let run = indicator
            .run
            .clone()
            .context("an indicator that is released has numbers")?;
        let earlier = store::releases::list(&app.db, &code).await?;
        members.push(Member {
            definition: definition_of(app, &code, &run.definition_version).await?,
            live: store::list_published(&app.db, &code).await?,
            shown: last_shown(app, &earlier).await?,
            indicator,
            run,
        });
    }
    Ok(match trouble(&members) {
        Some(trouble) => Err(trouble),
        None => Ok(members),
    })
}

/// Why members cannot be released together.
fn trouble(members: &[Member]) -> Option<String> {
    let code = |member: &Member| member.indicator.definition.code.clone();
    let (whole, parts) = members.split_first()?;
    let other = parts
        .iter()
        .find(|part| !are_of_one_counting(&whole.run, &part.run));
    if let Some(part) = other {
        return Some(format!(
            "{} and {} were counted at different times: compute them again, then sign them together again",
            code(whole),
            code(part)
        ));
    }
    // What is new beside them would tell how it was: the others say it by subtraction, and nobody kept it.
    let released = members.iter().find(|member| member.shown.is_some())?;
    let never = members.iter().find(|member| member.shown.is_none())?;
    Some(format!(
        "{} was released before and {} never: its first release must be of the counting that the others were released from; sign it alone while they are as they were, or take part_of out of it",
        code(released),
        code(never)
    ))
}

impl Member {
    /// What is live, which was protected together.
    fn as_it_is(&self) -> Ready {
        Ready {
            definition: self.definition.clone(),
            run: (*self.run).clone(),
            observations: self.live.values().cloned().collect(),
        }
    }

    /// What was last released of it.
    fn published(&self) -> Published {
        self.shown.as_ref().map_or_else(
            || Published {
                observations: HashMap::new(),
                computed_at: None,
            },
            |shown| shown.published.clone(),
        )
    }

    /// What the release says, of what was counted for it.
    fn settled(&self, tally: Tally, published: &Published) -> Ready {
        let mut observations = settle(tally.observations, &self.live, published);
        hide_held(&mut observations, |key| {
            let versions = self.shown.as_ref().map(|shown| &shown.versions);
            versions
                .and_then(|versions| versions.get(key))
                .is_some_and(|version| *version != self.run.definition_version)
        });
        Ready {
            definition: self.definition.clone(),
            run: Run {
                facts: tally.facts,
                ..(*self.run).clone()
            },
            observations,
        }
    }
}

/// What one member is added up from.
struct Basis {
    definition: Definition,
    groups: Vec<Group>,
    sampled: Vec<Sampled>,
    published: Published,
}

/// The numbers of a family of which something was released: what differs from that by too few to be shown stays as it was.
async fn against(app: &App, members: &[Member]) -> anyhow::Result<Tried<Vec<Ready>>> {
    let mut bases = Vec::with_capacity(members.len());
    for member in members {
        let mut waiting = member.definition.clone();
        waiting.hold = waiting.hold.max(waiting.least);
        // A version that was removed does not come back; whoever signed it may sign again after what passes.
        let (groups, sampled) = match count_at(app, &waiting, &member.run.tables).await {
            Ok(counted) => counted,
            Err(error) => return Ok(Err(error.to_string())),
        };
        bases.push(Basis {
            definition: waiting,
            groups,
            sampled,
            published: member.published(),
        });
    }
    let places = places::all(app).await?;
    let tallied = tokio::task::spawn_blocking(move || {
        let counted: Vec<Counted<'_>> = bases
            .iter()
            .map(|basis| Counted {
                definition: &basis.definition,
                groups: &basis.groups,
                sampled: &basis.sampled,
                published: &basis.published,
            })
            .collect();
        tally_together(&counted, |code| lineage(&places, code))
    });
    let tallies = match tallied.await? {
        Ok(tallies) => tallies,
        Err(error) => return Ok(Err(error.to_string())),
    };
    Ok(Ok(members
        .iter()
        .zip(tallies)
        .map(|(member, tally)| member.settled(tally, &member.published()))
        .collect()))
}
